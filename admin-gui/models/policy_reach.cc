#include "admin-gui/models/policy_reach.h"

#include <algorithm>
#include <tuple>

#include <QCoreApplication>
#include <QStringList>

#include "admin-gui/models/endpoint_rows.h"
#include "admin-gui/models/policy_words.h"

namespace gw::gui {
namespace {

class EndsText {
  Q_DECLARE_TR_FUNCTIONS(gw::gui::EndsText)
};

constexpr int kNamesMax = 3;

QString Q(const std::string& text) { return QString::fromStdString(text); }

// Asked in the order of tiers, not before NAT nor before tracking.
bool InTiers(const Policy& policy) { return !policy.pre_dnat && !policy.do_not_track; }

bool Removes(const Policy& policy) {
  return policy.staged && policy.staged_action == StagedAction::kDelete;
}

// Matches whatever comes to it, and ends the tier at least.
bool DecidesAll(const Rule& rule) {
  static const EntityRule kAny;
  return rule.action != RuleAction::kLog && rule.annotations.empty() && !rule.ip_version &&
         !rule.protocol && !rule.not_protocol && !rule.icmp && !rule.not_icmp &&
         rule.source == kAny && rule.destination == kAny;
}

// Whether `first` decides about all that `second` can match.
bool Covers(const Rule& first, const Rule& second) {
  if (first.action == RuleAction::kLog) return false;
  if (DecidesAll(first)) return true;
  if (!first.annotations.empty()) return false;  // it may not exist at some times
  const auto conditions = [](const Rule& rule) {
    return std::tie(rule.ip_version, rule.protocol, rule.not_protocol, rule.icmp, rule.not_icmp,
                    rule.source, rule.destination);
  };
  return conditions(first) == conditions(second);
}

std::optional<size_t> FirstCovering(const std::vector<Rule>& rules, const Rule& rule, size_t end,
                                    bool passes_too) {
  for (size_t i = 0; i < end; ++i) {
    // What passes out of an earlier tier comes here after all.
    if (rules[i].action == RuleAction::kPass && !passes_too) return std::nullopt;
    if (Covers(rules[i], rule)) return i;
  }
  return std::nullopt;
}

bool HasPass(const Policy& policy) {
  const auto passes = [](const Rule& rule) { return rule.action == RuleAction::kPass; };
  return !policy.staged && (std::any_of(policy.ingress.begin(), policy.ingress.end(), passes) ||
                            std::any_of(policy.egress.begin(), policy.egress.end(), passes));
}

struct Earlier {
  const OrderedPolicy* policy = nullptr;
  bool same_tier = false;
};

// Policies that are asked before `own` for sure wherever both are: beyond one that passes traffic
// on, those of an earlier tier are not.
std::vector<Earlier> PoliciesBefore(const std::vector<OrderedTier>& order, const ResourceKey& own) {
  std::vector<Earlier> before;
  for (const OrderedTier& tier : order) {
    const bool same = std::any_of(tier.policies.begin(), tier.policies.end(),
                                  [&](const OrderedPolicy& ordered) { return ordered.key == own; });
    for (const OrderedPolicy& ordered : tier.policies) {
      if (ordered.key == own) return before;
      before.push_back({&ordered, same});
      if (!same && HasPass(*ordered.policy)) break;
    }
    if (same) break;
  }
  return before;
}

const OrderedPolicy* FindOrdered(const std::vector<OrderedTier>& order, const ResourceKey& key) {
  for (const OrderedTier& tier : order) {
    for (const OrderedPolicy& ordered : tier.policies) {
      if (ordered.key == key) return &ordered;
    }
  }
  return nullptr;
}

std::optional<Shadow> ShadowOf(const Policy& policy, const ResourceKey& key,
                               const std::vector<Earlier>& before, Direction direction,
                               size_t index) {
  const std::vector<Rule>& rules = policy.rules(direction);
  for (const auto& [other, same_tier] : before) {
    if (!other->policy->applies_to(direction)) continue;
    const std::vector<Rule>& earlier = other->policy->rules(direction);
    if (const auto by = FirstCovering(earlier, rules[index], earlier.size(), same_tier)) {
      return Shadow{direction, index, other->key, *by};
    }
  }
  const auto by = FirstCovering(rules, rules[index], index, true);
  return by ? std::optional(Shadow{direction, index, key, *by}) : std::nullopt;
}

QString Clause(const std::vector<EndpointEnd>& ends, bool EndpointEnd::*denied) {
  QStringList denies;
  QStringList passes;
  for (const EndpointEnd& end : ends) (end.*denied ? denies : passes) << Q(end.name);
  if (passes.isEmpty()) return EndsText::tr("denied");
  if (denies.isEmpty()) return EndsText::tr("passes");
  const auto names = [](const QStringList& all) {
    const int count = static_cast<int>(all.size());
    return count <= kNamesMax ? JoinWords(all) : EndsText::tr("%n endpoints", nullptr, count);
  };
  return EndsText::tr("denied on %1, passes on %2").arg(names(denies), names(passes));
}

}  // namespace

PolicyReach::PolicyReach() = default;
PolicyReach::~PolicyReach() = default;

bool PolicyReach::SetModel(const Model& model) {
  std::vector<ReachedEndpoint> endpoints;
  for (const auto& [name, host] : model.host_endpoints) {
    const ResourceKey key{ResourceKind::kHostEndpoint, name};
    endpoints.push_back({key, host.interface_name, EffectiveLabels(model, key)});
  }
  for (const auto& [name, workload] : model.workload_endpoints) {
    const ResourceKey key{ResourceKind::kWorkloadEndpoint, name};
    endpoints.push_back({key, workload.interface_name, EffectiveLabels(model, key)});
  }
  if (endpoints == endpoints_) return false;
  endpoints_ = std::move(endpoints);
  selected_.clear();
  return true;
}

const std::vector<size_t>& PolicyReach::Selected(const std::string& selector) const {
  const auto [found, is_new] = selected_.try_emplace(selector);
  if (!is_new) return found->second;
  const auto parsed = Selector::Parse(selector);
  if (!parsed.ok()) return found->second;
  for (size_t i = 0; i < endpoints_.size(); ++i) {
    if (parsed->Matches(endpoints_[i].labels)) found->second.push_back(i);
  }
  return found->second;
}

bool PolicyReach::Selects(const Policy& policy, const ResourceKey& endpoint) const {
  const std::vector<size_t>& selected = Selected(policy.selector);
  return std::any_of(selected.begin(), selected.end(),
                     [&](size_t index) { return endpoints_[index].key == endpoint; });
}

// Policy by policy: there are many endpoints, and most are selected by few policies.
std::vector<bool> PolicyReach::DeniesAtEnd(const std::vector<OrderedTier>& order,
                                           bool routed) const {
  std::vector<bool> denied(endpoints_.size());
  for (const OrderedTier& tier : order) {
    if (tier.end == TierAction::kPass) continue;
    for (const OrderedPolicy& ordered : tier.policies) {
      const Policy& policy = *ordered.policy;
      if (policy.staged || !InTiers(policy) || !policy.applies_to_ingress) continue;
      if (routed && !policy.apply_on_forward) continue;
      for (const size_t endpoint : Selected(policy.selector)) denied[endpoint] = true;
    }
  }
  return denied;
}

std::vector<EndpointEnd> PolicyReach::Ends(const Model& model,
                                           const std::vector<OrderedTier>& order) const {
  const auto profile_allows = [&model](const std::string& name) {
    const auto found = model.profiles.find(name);
    if (found == model.profiles.end()) return false;
    const std::vector<Rule>& rules = found->second.ingress;
    const auto all = std::find_if(rules.begin(), rules.end(), DecidesAll);
    return all != rules.end() && all->action == RuleAction::kAllow;
  };
  const std::vector<bool> routed_denied = DeniesAtEnd(order, true);
  const std::vector<bool> gateway_denied = DeniesAtEnd(order, false);
  std::vector<EndpointEnd> ends;
  for (size_t i = 0; i < endpoints_.size(); ++i) {
    if (endpoints_[i].key.kind != ResourceKind::kHostEndpoint) continue;
    const std::vector<std::string>& profiles = ProfilesOf(model, endpoints_[i].key);
    EndpointEnd end;
    end.name = endpoints_[i].key.name;
    end.routed_denied = routed_denied[i];
    end.gateway_denied =
        gateway_denied[i] || !std::any_of(profiles.begin(), profiles.end(), profile_allows);
    ends.push_back(std::move(end));
  }
  return ends;
}

std::vector<Shadow> PolicyReach::Shadows(const std::vector<OrderedTier>& order,
                                         const ResourceKey& key) const {
  const OrderedPolicy* own = FindOrdered(order, key);
  if (own == nullptr || Removes(*own->policy)) return {};
  const Policy& policy = *own->policy;
  const std::vector<size_t>& reached = Selected(policy.selector);
  std::vector<Earlier> before = PoliciesBefore(order, key);
  std::erase_if(before, [&](const Earlier& earlier) {
    const Policy& other = *earlier.policy->policy;
    if (other.staged || reached.empty()) return true;
    if (other.pre_dnat != policy.pre_dnat || other.do_not_track != policy.do_not_track) return true;
    if (policy.apply_on_forward && !other.apply_on_forward) return true;
    const std::vector<size_t>& selected = Selected(other.selector);
    return !std::includes(selected.begin(), selected.end(), reached.begin(), reached.end());
  });
  std::vector<Shadow> shadows;
  for (const Direction direction : {Direction::kIngress, Direction::kEgress}) {
    if (!policy.applies_to(direction)) continue;
    for (size_t i = 0; i < policy.rules(direction).size(); ++i) {
      if (auto shadow = ShadowOf(policy, key, before, direction, i)) shadows.push_back(*shadow);
    }
  }
  return shadows;
}

QString EndsInWords(const std::vector<EndpointEnd>& ends) {
  if (ends.empty()) {
    return EndsText::tr("Everything passes without a decision: there is no endpoint yet");
  }
  const QString gateway = Clause(ends, &EndpointEnd::gateway_denied);
  const QString routed = Clause(ends, &EndpointEnd::routed_denied);
  if (gateway == routed) return EndsText::tr("Everything else: %1").arg(gateway);
  return EndsText::tr("Everything else to this gateway: %1  ·  routed through it: %2")
      .arg(gateway, routed);
}

}  // namespace gw::gui
