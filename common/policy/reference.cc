#include "common/policy/reference.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <regex>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "common/base/check.h"
#include "common/policy/schedule.h"
#include "common/policy/selector.h"
#include "common/policy/settings.h"

// Section numbers are those of policy-semantics.md; "deviation" means the table in the spec README.
// Nothing is kept between two packets, and everything is looked up in the written model whenever it
// is needed: each function can be read beside its section.

namespace gw {
namespace {

// §4.4: the kinds of chain an endpoint has in each direction.
enum class ChainKind { kUntracked, kPreDnat, kNormal, kForward };

enum class Outcome {
  kAllow,        // explicitly accepted
  kDeny,         // dropped; nothing after it runs
  kNoVerdict,    // the chain has no opinion
  kAcceptTable,  // accepted, and nothing else at this hook runs (conntrack short-cut)
};

// What a chain needs to know about its endpoint. `host` or `workload` is set.
struct Endpoint {
  const HostEndpoint* host = nullptr;
  const WorkloadEndpoint* workload = nullptr;
  Labels labels;  // effective
  std::vector<std::string> profiles;
};

// §3.3: a labelled object that rule selectors can name, with its addresses.
struct LabelledObject {
  Labels labels;
  std::vector<Prefix> addresses;
  std::vector<EndpointPort> ports;
};

const char* DirectionName(Direction direction) {
  return direction == Direction::kIngress ? "ingress" : "egress";
}

Selector ParsedSelector(const std::string& text) {
  const auto selector = Selector::Parse(text);
  GW_CHECK(selector.ok());
  return *selector;
}

bool ContainsAddress(const std::vector<Prefix>& prefixes, const Address& address) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](const Prefix& prefix) { return prefix.Contains(address); });
}

// ---- §4.1 interfaces ------------------------------------------------------------------------

bool IsWorkloadInterface(const Settings& settings, const std::string& name) {
  return std::any_of(settings.interface_prefixes.begin(), settings.interface_prefixes.end(),
                     [&](const std::string& prefix) { return absl::StartsWith(name, prefix); });
}

bool MatchesExpression(const std::string& expression, const std::string& name) {
  try {
    return std::regex_search(name, std::regex(expression));
  } catch (const std::regex_error&) {
    return false;
  }
}

// InterfaceExclude: items are names or /regex/.
bool IsExcludedInterface(const Settings& settings, const std::string& name) {
  for (const std::string& item : settings.interface_exclude) {
    const bool is_expression = item.size() >= 2 && item.front() == '/' && item.back() == '/';
    if (is_expression && MatchesExpression(item.substr(1, item.size() - 2), name)) return true;
    if (!is_expression && item == name) return true;
  }
  return false;
}

std::vector<Address> LiveAddresses(const Site& site, const std::string& name) {
  for (const LiveInterface& interface : site.interfaces) {
    if (interface.name == name) return interface.addresses;
  }
  return {};
}

// ---- §3.1 labels ----------------------------------------------------------------------------

// Own labels win, then the first profile in the list that has the key.
Labels EffectiveLabels(const Model& model, const Labels& own,
                       const std::vector<std::string>& profiles) {
  Labels labels = own;
  for (const std::string& name : profiles) {
    const auto profile = model.profiles.find(name);
    if (profile == model.profiles.end()) continue;
    for (const auto& [key, value] : profile->second.labels_to_apply) labels.try_emplace(key, value);
  }
  return labels;
}

// §1.2: these prefixes are reserved, labels under them are taken away.
Labels WithoutReservedLabels(const Labels& written) {
  Labels labels;
  for (const auto& [key, value] : written) {
    if (absl::StartsWith(key, "pcns.") || absl::StartsWith(key, "pcsa.")) continue;
    labels.emplace(key, value);
  }
  return labels;
}

Endpoint HostEndpointOf(const Model& model, const HostEndpoint& host) {
  return {&host, nullptr, EffectiveLabels(model, host.metadata.labels, host.profiles),
          host.profiles};
}

Endpoint WorkloadEndpointOf(const Model& model, const WorkloadEndpoint& workload) {
  return {
      nullptr, &workload,
      EffectiveLabels(model, WithoutReservedLabels(workload.metadata.labels), workload.profiles),
      workload.profiles};
}

// ---- §4.2 which endpoint governs an interface -----------------------------------------------

// Named host endpoints, that is all but `*`, smallest name first (the map's order).
const HostEndpoint* NamedHostEndpoint(const Model& model, const Site& site,
                                      const Settings& settings, const std::string& interface) {
  if (interface.empty() || IsWorkloadInterface(settings, interface)) return nullptr;
  if (IsExcludedInterface(settings, interface)) return nullptr;
  const std::vector<Address> live = LiveAddresses(site, interface);
  for (const auto& [name, host] : model.host_endpoints) {
    if (host.node != site.node || host.interface_name == kAnyInterface) continue;
    if (host.interface_name == interface) return &host;
    // Deviation: `lo` is exempt unless an endpoint names it; an address is no name.
    if (!host.interface_name.empty() || interface == "lo") continue;
    for (const Address& address : host.expected_ips) {
      if (std::find(live.begin(), live.end(), address) != live.end()) return &host;
    }
  }
  return nullptr;
}

const HostEndpoint* AnyHostEndpoint(const Model& model, const Site& site) {
  for (const auto& [name, host] : model.host_endpoints) {
    if (host.node == site.node && host.interface_name == kAnyInterface) return &host;
  }
  return nullptr;
}

// Deviation: a named endpoint shadows `*` in every table, and `lo` is exempt from `*`.
const HostEndpoint* GoverningHostEndpoint(const Model& model, const Site& site,
                                          const Settings& settings, const std::string& interface) {
  if (interface.empty()) return nullptr;
  if (const auto* named = NamedHostEndpoint(model, site, settings, interface)) return named;
  return interface == "lo" ? nullptr : AnyHostEndpoint(model, site);
}

// §1.2: of several on one interface the smallest name is active; one without addresses is as if
// it did not exist.
const WorkloadEndpoint* ActiveWorkloadEndpoint(const Model& model, const Site& site,
                                               const std::string& interface) {
  for (const auto& [name, workload] : model.workload_endpoints) {
    if (workload.node != site.node || workload.ip_networks.empty()) continue;
    if (workload.interface_name == interface) return &workload;
  }
  return nullptr;
}

// ---- §3.3 address sets ----------------------------------------------------------------------

// Deviation: without expectedIPs a host endpoint stands for the live addresses of its interface,
// `*` for those of all host interfaces but `lo`.
std::vector<Prefix> AddressesOf(const HostEndpoint& host, const Site& site,
                                const Settings& settings) {
  std::vector<Prefix> addresses;
  for (const Address& address : host.expected_ips) addresses.push_back(Prefix::Of(address));
  if (!addresses.empty() || host.node != site.node) return addresses;
  for (const LiveInterface& interface : site.interfaces) {
    if (IsWorkloadInterface(settings, interface.name)) continue;
    const bool is_meant = host.interface_name == kAnyInterface
                              ? interface.name != "lo"
                              : interface.name == host.interface_name;
    if (!is_meant) continue;
    for (const Address& address : interface.addresses) addresses.push_back(Prefix::Of(address));
  }
  return addresses;
}

// All objects, of every node.
std::vector<LabelledObject> AllObjects(const Model& model, const Site& site,
                                       const Settings& settings) {
  std::vector<LabelledObject> objects;
  for (const auto& [name, host] : model.host_endpoints) {
    objects.push_back(
        {HostEndpointOf(model, host).labels, AddressesOf(host, site, settings), host.ports});
  }
  for (const auto& [name, workload] : model.workload_endpoints) {
    objects.push_back(
        {WorkloadEndpointOf(model, workload).labels, workload.ip_networks, workload.ports});
  }
  for (const auto& [name, set] : model.network_sets) {
    objects.push_back({set.metadata.labels, set.nets, {}});
  }
  return objects;
}

// ---- §1.9 rules -----------------------------------------------------------------------------

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

// ---- §4.3 order and buckets -----------------------------------------------------------------

constexpr double kLast = std::numeric_limits<double>::infinity();

bool IsKnownTier(const Model& model, const std::string& name) {
  return name == kDefaultTier || model.tiers.count(name) != 0;
}

double TierOrder(const Model& model, const std::string& name) {
  if (name == kDefaultTier) return kDefaultTierOrder;
  const auto tier = model.tiers.find(name);
  return tier == model.tiers.end() ? kLast : tier->second.order.value_or(kLast);
}

TierAction TierDefaultAction(const Model& model, const std::string& name) {
  const auto tier = model.tiers.find(name);
  if (name == kDefaultTier || tier == model.tiers.end()) return TierAction::kDeny;
  return tier->second.default_action;
}

// Ties in order are broken by the text `name/namespace/kind`; the namespace is empty.
std::string TieBreak(const Policy& policy) {
  return absl::StrCat(policy.metadata.name, "//",
                      policy.staged ? "StagedGlobalNetworkPolicy" : "GlobalNetworkPolicy");
}

bool RunsBefore(const Model& model, const Policy& a, const Policy& b) {
  const auto key = [&](const Policy& policy) {
    return std::make_tuple(!IsKnownTier(model, policy.tier), TierOrder(model, policy.tier),
                           policy.tier, policy.order.value_or(kLast), TieBreak(policy));
  };
  return key(a) < key(b);
}

bool IsInBucket(const Policy& policy, ChainKind kind) {
  switch (kind) {
    case ChainKind::kUntracked:
      return policy.do_not_track;
    case ChainKind::kPreDnat:
      return !policy.do_not_track && policy.pre_dnat;
    case ChainKind::kNormal:
      return !policy.do_not_track && !policy.pre_dnat;
    case ChainKind::kForward:
      return !policy.do_not_track && !policy.pre_dnat && policy.apply_on_forward;
  }
  return false;
}

// The policies of a kind that select an endpoint, in the order they run, in both directions and
// staged ones too.
std::vector<const Policy*> PoliciesOf(const Model& model, const Endpoint& endpoint,
                                      ChainKind kind) {
  std::vector<const Policy*> policies;
  const auto add = [&](const Policy& policy) {
    if (!IsInBucket(policy, kind)) return;
    // §1.8: the removal of a policy is not simulated.
    if (policy.staged && policy.staged_action == StagedAction::kDelete) return;
    if (ParsedSelector(policy.selector).Matches(endpoint.labels)) policies.push_back(&policy);
  };
  for (const auto& [name, policy] : model.policies) add(policy);
  for (const auto& [name, policy] : model.staged_policies) add(policy);
  std::sort(policies.begin(), policies.end(),
            [&](const Policy* a, const Policy* b) { return RunsBefore(model, *a, *b); });
  return policies;
}

// ---- §4.4, §4.5 one packet ------------------------------------------------------------------

// One walk of one packet through the stages of its hook.
class Walk {
 public:
  Walk(const Model& model, const Site& site, const InterfacePacket& packet, bool enforce_staged)
      : model_(model),
        site_(site),
        settings_(SettingsOf(model)),
        in_(packet.packet.hook == Hook::kOutput ? "" : packet.in),
        out_(packet.packet.hook == Hook::kInput ? "" : packet.out),
        packet_(packet.packet),
        enforce_staged_(enforce_staged),
        objects_(AllObjects(model, site, settings_)) {}

  Explanation Run() {
    switch (packet_.hook) {
      case Hook::kInput:
        if (Prerouting() != Outcome::kDeny) Input();
        break;
      case Hook::kForward:
        if (Prerouting() != Outcome::kDeny) Forward();
        break;
      case Hook::kOutput:
        Output();
        break;
    }
    return explanation_;
  }

 private:
  // Adds to the trace. What is added last is the decision.
  void Note(const std::string& reason, absl::string_view action) {
    explanation_.trace.push_back(absl::StrCat(reason, ":", action));
    explanation_.decided_by = reason;
    explanation_.verdict = action == "Allow"  ? Verdict::kAllow
                           : action == "Deny" ? Verdict::kDeny
                                              : Verdict::kNone;
  }

  Outcome Allow(const std::string& reason) {
    Note(reason, "Allow");
    return Outcome::kAllow;
  }

  Outcome Deny(const std::string& reason) {
    Note(reason, "Deny");
    return Outcome::kDeny;
  }

  bool IsWorkload(const std::string& name) const {
    return !name.empty() && IsWorkloadInterface(settings_, name);
  }

  bool IsNeighbourDiscovery() const {
    const Tuple& tuple = packet_.tuple;
    return tuple.protocol == kProtocolIcmpv6 && tuple.family() == Family::kIPv6 &&
           tuple.icmp_type >= 133 && tuple.icmp_type <= 136 && packet_.hop_limit == 255;
  }

  // The packet as a stage sees it: those before DNAT see the original destination.
  Tuple TupleFor(ChainKind kind) const {
    Tuple tuple = packet_.tuple;
    const bool is_before_dnat = kind == ChainKind::kUntracked || kind == ChainKind::kPreDnat;
    if (is_before_dnat && packet_.translated) {
      tuple.destination = packet_.original_destination;
      if (HasPorts(tuple.protocol)) tuple.destination_port = packet_.original_destination_port;
    }
    return tuple;
  }

  // §4.7. `is_reply`: the answer to a packet that an entry of the other direction let out.
  std::optional<std::string> MatchingFailsafe(const std::vector<Failsafe>& entries,
                                              Direction direction, const Tuple& tuple,
                                              bool is_reply) const {
    const uint16_t port = is_reply ? tuple.source_port : tuple.destination_port;
    const Address& peer = direction == Direction::kIngress ? tuple.source : tuple.destination;
    for (const Failsafe& entry : entries) {
      if (entry.protocol != tuple.protocol || entry.port != port) continue;
      if (entry.net && !entry.net->Contains(peer)) continue;
      return absl::StrCat("failsafe:", ToString(entry));
    }
    return std::nullopt;
  }

  std::optional<std::string> FailsafeFor(ChainKind kind, Direction direction) const {
    // Deviation: failsafes are for local delivery only.
    if (packet_.hook == Hook::kForward) return std::nullopt;
    const bool is_ingress = direction == Direction::kIngress;
    const auto& own = is_ingress ? settings_.failsafe_inbound : settings_.failsafe_outbound;
    const auto& opposite = is_ingress ? settings_.failsafe_outbound : settings_.failsafe_inbound;
    const Tuple tuple = TupleFor(kind);
    if (auto entry = MatchingFailsafe(own, direction, tuple, false)) return entry;
    if (kind != ChainKind::kUntracked) return std::nullopt;
    return MatchingFailsafe(opposite, direction, tuple, true);
  }

  // §4.4
  Outcome Chain(const Endpoint& endpoint, ChainKind kind, Direction direction) {
    const bool is_before_filter = kind == ChainKind::kUntracked || kind == ChainKind::kPreDnat;
    // An exception in an early chain only keeps that chain from dropping the packet.
    const auto except = [&](const std::string& reason) {
      return is_before_filter ? Outcome::kNoVerdict : Allow(reason);
    };
    if (endpoint.host != nullptr && packet_.hook != Hook::kForward && IsNeighbourDiscovery()) {
      return except("icmpv6-nd");
    }
    if (kind != ChainKind::kUntracked) {
      if (const auto outcome = ConntrackShortCut()) return *outcome;
    }
    if (endpoint.host != nullptr && kind != ChainKind::kForward) {
      if (const auto entry = FailsafeFor(kind, direction)) return except(*entry);
    }
    if (endpoint.workload != nullptr && direction == Direction::kEgress) {
      if (const auto reason = ForbiddenTunnel()) return Deny(*reason);
    }
    const auto policies = PoliciesOf(model_, endpoint, kind);
    if (const auto outcome = Tiers(policies, kind, direction)) return *outcome;
    return EndOfChain(endpoint, kind, direction, !policies.empty());
  }

  std::optional<Outcome> ConntrackShortCut() {
    switch (packet_.state) {
      case ConntrackState::kEstablished:
        Note("conntrack:established", "Allow");
        return Outcome::kAcceptTable;
      case ConntrackState::kRelated:
        Note("conntrack:related", "Allow");
        return Outcome::kAcceptTable;
      case ConntrackState::kInvalid:
        if (settings_.drop_invalid) return Deny("conntrack:invalid");
        return std::nullopt;
      case ConntrackState::kNew:
        return std::nullopt;
    }
    return std::nullopt;
  }

  // §4.10
  std::optional<std::string> ForbiddenTunnel() const {
    const Tuple& tuple = packet_.tuple;
    if (!settings_.allow_vxlan_from_workloads && tuple.protocol == kProtocolUdp &&
        tuple.destination_port == settings_.vxlan_port) {
      return "vxlan-from-workload";
    }
    if (!settings_.allow_ipip_from_workloads && tuple.protocol == kProtocolIpip) {
      return "ipip-from-workload";
    }
    return std::nullopt;
  }

  bool IsEnforced(const Policy& policy) const { return !policy.staged || enforce_staged_; }

  // Step 4. Nothing if every tier was passed.
  std::optional<Outcome> Tiers(const std::vector<const Policy*>& policies, ChainKind kind,
                               Direction direction) {
    std::vector<std::vector<const Policy*>> tiers;
    for (const Policy* policy : policies) {
      if (!policy->applies_to(direction)) continue;
      if (tiers.empty() || tiers.back().front()->tier != policy->tier) tiers.emplace_back();
      tiers.back().push_back(policy);
    }
    for (const auto& tier : tiers) {
      if (const auto outcome = OneTier(tier, kind, direction)) return outcome;
    }
    return std::nullopt;
  }

  // Nothing if the tier was passed, skipped or left open at its end.
  std::optional<Outcome> OneTier(const std::vector<const Policy*>& tier, ChainKind kind,
                                 Direction direction) {
    bool has_enforced = false;
    for (const Policy* policy : tier) {
      if (!IsEnforced(*policy)) continue;
      has_enforced = true;
      const auto action =
          FirstMatch(policy->rules(direction), policy->metadata.name, "policy", kind, direction);
      if (!action) continue;
      if (*action == RuleAction::kPass) return std::nullopt;
      return *action == RuleAction::kAllow ? Outcome::kAllow : Outcome::kDeny;
    }
    if (!has_enforced) return std::nullopt;
    if (kind == ChainKind::kUntracked || kind == ChainKind::kPreDnat) return std::nullopt;
    const std::string& name = tier.front()->tier;
    if (TierDefaultAction(model_, name) == TierAction::kPass) return std::nullopt;
    return Deny(absl::StrCat("end-of-tier:", name, "/", DirectionName(direction)));
  }

  // A schedule or an expiry limits when a rule exists; its number stays.
  bool Exists(const Rule& rule) const {
    const auto timing = TimingOfRule(rule.annotations, site_.now, site_.zone);
    GW_CHECK(timing.ok());
    return timing->exists;
  }

  // The first rule that matches and does not merely log, noted.
  std::optional<RuleAction> FirstMatch(const std::vector<Rule>& rules, const std::string& owner,
                                       const char* owner_kind, ChainKind kind,
                                       Direction direction) {
    const Tuple tuple = TupleFor(kind);
    for (size_t i = 0; i < rules.size(); ++i) {
      if (!Exists(rules[i]) || !RuleMatches(rules[i], tuple, objects_)) continue;
      const std::string place = absl::StrCat(owner, "/", DirectionName(direction), "/", i);
      const std::string reason = absl::StrCat(owner_kind, ":", place);
      switch (rules[i].action) {
        case RuleAction::kLog:
          explanation_.logs.push_back(place);
          continue;
        case RuleAction::kAllow:
          Note(reason, "Allow");
          break;
        case RuleAction::kDeny:
          Note(reason, "Deny");
          break;
        case RuleAction::kPass:
          Note(reason, "Pass");
          break;
      }
      return rules[i].action;
    }
    return std::nullopt;
  }

  // Step 5
  Outcome EndOfChain(const Endpoint& endpoint, ChainKind kind, Direction direction,
                     bool has_policies) {
    switch (kind) {
      case ChainKind::kUntracked:
      case ChainKind::kPreDnat:
        return Outcome::kNoVerdict;
      case ChainKind::kForward:
        if (!has_policies) return Allow("forward-default-allow");
        Note("forward-no-verdict", "None");
        return Outcome::kNoVerdict;
      case ChainKind::kNormal:
        return Profiles(endpoint, direction);
    }
    return Outcome::kNoVerdict;
  }

  Outcome Profiles(const Endpoint& endpoint, Direction direction) {
    for (const std::string& name : endpoint.profiles) {
      const auto profile = model_.profiles.find(name);
      if (profile == model_.profiles.end()) return Deny(absl::StrCat("missing-profile:", name));
      const auto action = FirstMatch(profile->second.rules(direction), name, "profile",
                                     ChainKind::kNormal, direction);
      if (action == RuleAction::kAllow) return Outcome::kAllow;
      if (action == RuleAction::kDeny) return Outcome::kDeny;
    }
    return Deny("no-profile-match");
  }

  std::optional<Endpoint> Governing(const std::string& interface) const {
    const auto* host = GoverningHostEndpoint(model_, site_, settings_, interface);
    if (host == nullptr) return std::nullopt;
    return HostEndpointOf(model_, *host);
  }

  // The named host endpoint of a host interface: `*` has no untracked chains.
  std::optional<Endpoint> Named(const std::string& interface) const {
    const auto* host = NamedHostEndpoint(model_, site_, settings_, interface);
    if (host == nullptr) return std::nullopt;
    return HostEndpointOf(model_, *host);
  }

  std::optional<Endpoint> Workload(const std::string& interface) const {
    const auto* workload = ActiveWorkloadEndpoint(model_, site_, interface);
    if (workload == nullptr) return std::nullopt;
    return WorkloadEndpointOf(model_, *workload);
  }

  // The chain of a kind that exists only where some policy of that kind selects the endpoint.
  Outcome EarlyChain(const std::optional<Endpoint>& endpoint, ChainKind kind, Direction direction) {
    if (!endpoint || PoliciesOf(model_, *endpoint, kind).empty()) return Outcome::kNoVerdict;
    return Chain(*endpoint, kind, direction);
  }

  // R1 and R2
  Outcome Prerouting() {
    if (IsWorkload(in_) && !ReversePathOk()) return Deny("rpf");
    const Outcome untracked = EarlyChain(Named(in_), ChainKind::kUntracked, Direction::kIngress);
    if (untracked == Outcome::kDeny) return untracked;
    if (untracked == Outcome::kAllow) {
      accepted_ = true;
      explanation_.untracked = true;
    }
    const bool is_known_flow =
        packet_.state == ConntrackState::kEstablished || packet_.state == ConntrackState::kRelated;
    if (accepted_ || is_known_flow) return Outcome::kNoVerdict;
    const Outcome pre_dnat = EarlyChain(Governing(in_), ChainKind::kPreDnat, Direction::kIngress);
    if (pre_dnat == Outcome::kAllow) accepted_ = true;
    return pre_dnat;
  }

  // §4.10: strict, but for the prefixes that the workload may use.
  bool ReversePathOk() const {
    if (packet_.reverse_path_ok) return true;
    const auto* workload = ActiveWorkloadEndpoint(model_, site_, in_);
    return workload != nullptr &&
           ContainsAddress(workload->allow_spoofed_source_prefixes, packet_.tuple.source);
  }

  void Input() {
    if (IsWorkload(in_)) {
      WorkloadToHost();
      return;
    }
    if (accepted_) return;
    if (const auto endpoint = Governing(in_)) {
      Chain(*endpoint, ChainKind::kNormal, Direction::kIngress);
    } else {
      Note("not-policed", "None");
    }
  }

  void WorkloadToHost() {
    if (IsWorkloadNeighbourDiscovery()) {
      Note("icmpv6-nd", "Allow");
      return;
    }
    const auto workload = Workload(in_);
    if (!workload) {
      Note("unknown-workload", "Deny");
      return;
    }
    if (Chain(*workload, ChainKind::kNormal, Direction::kEgress) != Outcome::kAllow) return;
    switch (settings_.endpoint_to_host) {
      case EndpointToHostAction::kDrop:
        Note("endpoint-to-host:Drop", "Deny");
        return;
      case EndpointToHostAction::kAccept:
        Note("endpoint-to-host:Accept", "Allow");
        return;
      case EndpointToHostAction::kReturn:
        Note("endpoint-to-host:Return", "None");
        return;
    }
  }

  // §4.5 INPUT: what a workload may always send to the host.
  bool IsWorkloadNeighbourDiscovery() const {
    const Tuple& tuple = packet_.tuple;
    if (tuple.protocol != kProtocolIcmpv6 || tuple.family() != Family::kIPv6) return false;
    const uint8_t type = tuple.icmp_type;
    return (type >= 130 && type <= 133) || type == 135 || type == 136;
  }

  // A drop ends the packet, a conntrack accept ends the hook; otherwise the last chain that runs
  // leaves the verdict.
  void Forward() {
    const auto in_host = Governing(in_);
    const auto out_host = Governing(out_);
    bool is_policed = accepted_;
    const auto run = [&](const Endpoint& endpoint, ChainKind kind, Direction direction) {
      is_policed = true;
      const Outcome outcome = Chain(endpoint, kind, direction);
      return outcome == Outcome::kAllow || outcome == Outcome::kNoVerdict;
    };
    const auto run_workload = [&](const std::string& interface, Direction direction) {
      if (!IsWorkload(interface)) return true;
      const auto workload = Workload(interface);
      if (workload) return run(*workload, ChainKind::kNormal, direction);
      Note("unknown-workload", "Deny");
      return false;
    };
    if (in_host && !accepted_ && !run(*in_host, ChainKind::kForward, Direction::kIngress)) return;
    if (!run_workload(in_, Direction::kEgress)) return;
    if (!run_workload(out_, Direction::kIngress)) return;
    if (out_host && !run(*out_host, ChainKind::kForward, Direction::kEgress)) return;
    if (!is_policed) Note("not-policed", "None");
  }

  void Output() {
    const Outcome untracked = EarlyChain(Named(out_), ChainKind::kUntracked, Direction::kEgress);
    if (untracked == Outcome::kDeny) return;
    if (untracked == Outcome::kAllow) {
      explanation_.untracked = true;
      return;
    }
    if (IsWorkload(out_)) {
      Note("host-to-local-workload", "None");
    } else if (const auto endpoint = Governing(out_)) {
      Chain(*endpoint, ChainKind::kNormal, Direction::kEgress);
    } else {
      Note("not-policed", "None");
    }
  }

  const Model& model_;
  const Site& site_;
  const Settings settings_;
  const std::string in_;
  const std::string out_;
  const Packet packet_;
  const bool enforce_staged_;
  const std::vector<LabelledObject> objects_;
  bool accepted_ = false;  // by an untracked or preDNAT policy; skips later ingress checks
  Explanation explanation_;
};

}  // namespace

Explanation ReferenceEvaluate(const Model& model, const Site& site, const InterfacePacket& packet) {
  Explanation explanation = Walk(model, site, packet, false).Run();
  const Explanation pending = Walk(model, site, packet, true).Run();
  explanation.pending_verdict = pending.verdict;
  explanation.pending_decided_by = pending.decided_by;
  return explanation;
}

}  // namespace gw
