#include "common/policy/reference_rules.h"

#include <algorithm>
#include <optional>
#include <variant>

#include "common/base/check.h"
#include "common/net/protocol.h"

namespace gw::reference {
namespace {

// Which objects one side of a rule means: `(selector) && !(notSelector)` where a selector is
// written, all of them where not.
class MeantObjects {
 public:
  explicit MeantObjects(const EntityRule& side) {
    if (side.selector.empty()) return;
    positive_ = ParsedSelector(side.selector);
    if (!side.not_selector.empty()) negative_ = ParsedSelector(side.not_selector);
  }

  bool Has(const LabelledObject& object) const {
    if (positive_ && !positive_->Matches(object.labels)) return false;
    return !negative_ || !negative_->Matches(object.labels);
  }

 private:
  std::optional<Selector> positive_;
  std::optional<Selector> negative_;
};

bool SelectorsMatch(const EntityRule& side, const Address& address,
                    const std::vector<LabelledObject>& objects) {
  if (!side.selector.empty()) {
    const MeantObjects meant(side);
    return std::any_of(objects.begin(), objects.end(), [&](const LabelledObject& object) {
      return meant.Has(object) && ContainsAddress(object.addresses, address);
    });
  }
  if (side.not_selector.empty()) return true;
  const Selector excluded = ParsedSelector(side.not_selector);
  return std::none_of(objects.begin(), objects.end(), [&](const LabelledObject& object) {
    return excluded.Matches(object.labels) && ContainsAddress(object.addresses, address);
  });
}

// A name means each port of that name and of the packet's protocol that an endpoint with this
// address defines; where the side has a selector, an endpoint that it selects.
bool NamedPortMatches(const std::string& name, const EntityRule& side, const Address& address,
                      uint8_t protocol, uint16_t port, const std::vector<LabelledObject>& objects) {
  const MeantObjects meant(side);
  for (const LabelledObject& object : objects) {
    if (!meant.Has(object) || !ContainsAddress(object.addresses, address)) continue;
    for (const EndpointPort& defined : object.ports) {
      if (defined.name == name && defined.protocol == protocol && defined.port == port) return true;
    }
  }
  return false;
}

bool AnyPortMatches(const std::vector<RulePort>& ports, const EntityRule& side,
                    const Address& address, uint8_t protocol, uint16_t port,
                    const std::vector<LabelledObject>& objects) {
  if (!HasPorts(protocol)) return false;
  for (const RulePort& item : ports) {
    if (const auto* range = std::get_if<PortRange>(&item)) {
      if (range->Contains(port)) return true;
    } else if (NamedPortMatches(std::get<std::string>(item), side, address, protocol, port,
                                objects)) {
      return true;
    }
  }
  return false;
}

bool SideMatches(const EntityRule& side, const Address& address, uint8_t protocol, uint16_t port,
                 const std::vector<LabelledObject>& objects) {
  if (!side.nets.empty() && !ContainsAddress(side.nets, address)) return false;
  if (!side.not_nets.empty() && ContainsAddress(side.not_nets, address)) return false;
  if (!side.ports.empty() && !AnyPortMatches(side.ports, side, address, protocol, port, objects)) {
    return false;
  }
  if (!side.not_ports.empty() &&
      AnyPortMatches(side.not_ports, side, address, protocol, port, objects)) {
    return false;
  }
  return SelectorsMatch(side, address, objects);
}

// §1.9 "Family filtering": a list of CIDRs that has none of the packet's family, or a negated
// catch-all, takes the rule away for that family.
bool ExistsForFamily(const Rule& rule, Family family) {
  for (const EntityRule* side : {&rule.source, &rule.destination}) {
    for (const std::vector<Prefix>* nets : {&side->nets, &side->not_nets}) {
      if (nets->empty()) continue;
      const auto is_of_family = [&](const Prefix& net) { return net.address.family == family; };
      if (std::none_of(nets->begin(), nets->end(), is_of_family)) return false;
    }
    for (const Prefix& net : side->not_nets) {
      if (net.address.family == family && net.length == 0) return false;
    }
  }
  return true;
}

// The IP version that a rule is limited to: as written, or as its protocol's name implies.
std::optional<Family> FamilyOf(const Rule& rule) {
  if (rule.ip_version) return *rule.ip_version == 4 ? Family::kIPv4 : Family::kIPv6;
  if (rule.protocol && rule.protocol->by_name) {
    if (rule.protocol->number == kProtocolIcmp) return Family::kIPv4;
    if (rule.protocol->number == kProtocolIcmpv6) return Family::kIPv6;
  }
  return std::nullopt;
}

bool IcmpMatches(const RuleIcmp& icmp, const Tuple& tuple) {
  return IsIcmp(tuple.protocol) && icmp.type == tuple.icmp_type &&
         (!icmp.code || *icmp.code == tuple.icmp_code);
}

}  // namespace

Selector ParsedSelector(const std::string& text) {
  const auto selector = Selector::Parse(text);
  GW_CHECK(selector.ok());
  return *selector;
}

bool ContainsAddress(const std::vector<Prefix>& prefixes, const Address& address) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](const Prefix& prefix) { return prefix.Contains(address); });
}

bool RuleMatches(const Rule& rule, const Tuple& tuple, const std::vector<LabelledObject>& objects) {
  const auto family = FamilyOf(rule);
  if (family && *family != tuple.family()) return false;
  if (!ExistsForFamily(rule, tuple.family())) return false;
  if (rule.protocol && rule.protocol->number != tuple.protocol) return false;
  if (rule.not_protocol && rule.not_protocol->number == tuple.protocol) return false;
  if (rule.icmp && !IcmpMatches(*rule.icmp, tuple)) return false;
  if (rule.not_icmp && IcmpMatches(*rule.not_icmp, tuple)) return false;
  return SideMatches(rule.source, tuple.source, tuple.protocol, tuple.source_port, objects) &&
         SideMatches(rule.destination, tuple.destination, tuple.protocol, tuple.destination_port,
                     objects);
}

}  // namespace gw::reference
