#include "admin-gui/models/rule_flows.h"

#include <algorithm>
#include <map>
#include <utility>

#include "common/base/status_macros.h"
#include "common/policy/selector.h"

namespace gw::gui {
namespace {

constexpr size_t kPage = 2000;
constexpr size_t kNewestMax = 3;

std::set<ResourceKey> KeysSelected(const Model& model, const std::string& text) {
  std::set<ResourceKey> keys;
  const auto selector = Selector::Parse(text);
  if (!selector.ok()) return keys;
  const auto add = [&](ResourceKind kind, const std::string& name, const Labels& labels) {
    if (selector->Matches(labels)) keys.insert({kind, name});
  };
  for (const auto& [name, host] : model.host_endpoints) {
    add(ResourceKind::kHostEndpoint, name,
        EffectiveLabels(model, host.metadata.labels, host.profiles));
  }
  for (const auto& [name, workload] : model.workload_endpoints) {
    add(ResourceKind::kWorkloadEndpoint, name,
        EffectiveLabels(model, workload.metadata.labels, workload.profiles));
  }
  for (const auto& [name, set] : model.network_sets) {
    add(ResourceKind::kGlobalNetworkSet, name, set.metadata.labels);
  }
  return keys;
}

std::vector<PortRange> NumbersOf(const Model& model, const std::vector<RulePort>& ports) {
  std::vector<PortRange> numbers;
  const auto add_named = [&](const std::vector<EndpointPort>& named, const std::string& name) {
    for (const EndpointPort& port : named) {
      if (port.name == name) numbers.push_back({port.port, port.port});
    }
  };
  for (const RulePort& port : ports) {
    if (const auto* range = std::get_if<PortRange>(&port)) {
      numbers.push_back(*range);
      continue;
    }
    const auto& name = std::get<std::string>(port);
    for (const auto& [key, host] : model.host_endpoints) add_named(host.ports, name);
    for (const auto& [key, workload] : model.workload_endpoints) add_named(workload.ports, name);
  }
  return numbers;
}

bool Holds(const std::vector<PortRange>& ports, uint16_t port) {
  return std::any_of(ports.begin(), ports.end(),
                     [port](const PortRange& range) { return range.Contains(port); });
}

bool Holds(const std::vector<Prefix>& nets, const Address& address) {
  return std::any_of(nets.begin(), nets.end(),
                     [&](const Prefix& net) { return net.Contains(address); });
}

bool IcmpMatches(const RuleIcmp& icmp, const Tuple& tuple) {
  return IsIcmp(tuple.protocol) && icmp.type == tuple.icmp_type &&
         (!icmp.code || *icmp.code == tuple.icmp_code);
}

}  // namespace

RuleMatcher::RuleMatcher(const Model& model, std::shared_ptr<const FlowNames> names,
                         const Policy& policy, Direction direction, const Rule& rule)
    : names_(std::move(names)),
      rule_(rule),
      direction_(direction),
      routed_(policy.apply_on_forward),
      source_(MakeSide(model, rule.source)),
      destination_(MakeSide(model, rule.destination)) {
  for (const ResourceKey& key : KeysSelected(model, policy.selector)) {
    if (key.kind != ResourceKind::kGlobalNetworkSet) endpoints_.insert(key.name);
  }
}

RuleMatcher::Side RuleMatcher::MakeSide(const Model& model, const EntityRule& rule) const {
  Side side;
  side.rule = rule;
  if (!rule.selector.empty()) side.selected = KeysSelected(model, rule.selector);
  if (!rule.not_selector.empty()) side.not_selected = KeysSelected(model, rule.not_selector);
  side.ports = NumbersOf(model, rule.ports);
  side.not_ports = NumbersOf(model, rule.not_ports);
  return side;
}

bool RuleMatcher::SideMatches(const Side& side, const Address& address, uint16_t port) const {
  const EntityRule& rule = side.rule;
  if (!rule.nets.empty() && !Holds(rule.nets, address)) return false;
  if (Holds(rule.not_nets, address)) return false;
  if (!rule.ports.empty() && !Holds(side.ports, port)) return false;
  if (Holds(side.not_ports, port)) return false;
  if (!side.selected && !side.not_selected) return true;
  const std::vector<ResourceKey> holders = names_->HoldersOf(address);
  const auto among = [&holders](const std::set<ResourceKey>& keys) {
    return std::any_of(holders.begin(), holders.end(),
                       [&](const ResourceKey& key) { return keys.count(key) > 0; });
  };
  if (side.selected && !among(*side.selected)) return false;
  return !side.not_selected || !among(*side.not_selected);
}

// The policy is asked about traffic that passes its endpoints in its direction.
bool RuleMatcher::PassesHere(const AuditRecord& record) const {
  if (record.hook == Hook::kForward && !routed_) return false;
  const std::string& endpoint =
      direction_ == Direction::kIngress ? record.in_endpoint : record.out_endpoint;
  return endpoints_.count(endpoint) > 0;
}

bool RuleMatcher::Matches(const AuditRecord& record) const {
  const Tuple& tuple = record.tuple;
  if (!PassesHere(record)) return false;
  if (rule_.ip_version && (*rule_.ip_version == 4) != (tuple.family() == Family::kIPv4)) {
    return false;
  }
  if (rule_.protocol && rule_.protocol->number != tuple.protocol) return false;
  if (rule_.not_protocol && rule_.not_protocol->number == tuple.protocol) return false;
  if (rule_.icmp && !IcmpMatches(*rule_.icmp, tuple)) return false;
  if (rule_.not_icmp && IcmpMatches(*rule_.not_icmp, tuple)) return false;
  return SideMatches(source_, tuple.source, tuple.source_port) &&
         SideMatches(destination_, tuple.destination, tuple.destination_port);
}

std::vector<AuditCondition> RuleMatcher::Conditions() const {
  std::vector<AuditCondition> conditions;
  if (rule_.protocol) conditions.push_back(AuditCondition::Protocol(rule_.protocol->number));
  const std::vector<PortRange>& ports = destination_.ports;
  if (ports.size() == 1 && ports[0].first == ports[0].last) {
    conditions.push_back(AuditCondition::DestinationPort(ports[0].first));
  }
  if (rule_.source.nets.size() == 1) {
    conditions.push_back(AuditCondition::Source(rule_.source.nets[0]));
  }
  if (rule_.destination.nets.size() == 1) {
    conditions.push_back(AuditCondition::Destination(rule_.destination.nets[0]));
  }
  return conditions;
}

absl::StatusOr<RuleFlows> FindRuleFlows(Service& service, const CallContext& context,
                                        const RuleMatcher& matcher, absl::Time since,
                                        size_t limit) {
  AuditQuery query;
  query.since = since;
  query.conditions = matcher.Conditions();
  RuleFlows found;
  std::set<Address> sources;
  std::map<std::string, int64_t> deciders;
  for (bool more = true; more;) {
    query.limit = kPage;
    GW_ASSIGN_OR_RETURN(const std::vector<AuditRecord> records, service.Flows(context, query));
    for (const AuditRecord& record : records) {
      ++found.looked_at;
      if (record.repeats > 0 || !matcher.Matches(record)) continue;
      ++found.flows;
      sources.insert(record.tuple.source);
      ++deciders[record.decided_by];
      if (found.newest.size() < kNewestMax) found.newest.push_back(record);
    }
    more = records.size() == kPage;
    if (more) query.before_id = records.back().id;
    if (more && found.looked_at >= static_cast<int64_t>(limit)) {
      found.complete = false;
      more = false;
    }
  }
  found.sources = sources.size();
  found.deciders.assign(deciders.begin(), deciders.end());
  std::stable_sort(found.deciders.begin(), found.deciders.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  return found;
}

}  // namespace gw::gui
