#include "admin-gui/models/like_this_place.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include <QCoreApplication>

#include "admin-gui/models/flow_names.h"
#include "admin-gui/models/flow_words.h"
#include "admin-gui/models/naming.h"
#include "common/policy/evaluation_order.h"
#include "common/policy/selector.h"

namespace gw::gui {
namespace {

class PlaceText {
  Q_DECLARE_TR_FUNCTIONS(LikeThis)
};

constexpr char kOwnTier[] = "like-this";
constexpr double kOwnTierStep = 10;

// The endpoint of the side that decided, with the labels that selectors see.
struct DecidingSide {
  Direction direction = Direction::kIngress;
  std::string endpoint;
  Labels labels;
};

Labels LabelsOfEndpoint(const Model& model, const std::string& name) {
  if (const auto host = model.host_endpoints.find(name); host != model.host_endpoints.end()) {
    return EffectiveLabels(model, host->second.metadata.labels, host->second.profiles);
  }
  const auto load = model.workload_endpoints.find(name);
  if (load == model.workload_endpoints.end()) return {};
  return EffectiveLabels(model, load->second.metadata.labels, load->second.profiles);
}

// A host endpoint judges what comes in by its interface as ingress; for a workload's interface it
// is the other way round, as seen from the workload.
DecidingSide SideOf(const Model& model, const AuditRecord& record, Direction direction) {
  DecidingSide side;
  side.direction = direction;
  const bool workload_in = model.workload_endpoints.count(record.in_endpoint) > 0;
  const bool workload_out = model.workload_endpoints.count(record.out_endpoint) > 0;
  const bool ingress = direction == Direction::kIngress;
  if (ingress) {
    side.endpoint = workload_out ? record.out_endpoint : record.in_endpoint;
  } else {
    side.endpoint = workload_in ? record.in_endpoint : record.out_endpoint;
  }
  side.labels = LabelsOfEndpoint(model, side.endpoint);
  return side;
}

QString BeforeRule(const std::string& owner, size_t index) {
  return PlaceText::tr("in %1, before rule %2").arg(QString::fromStdString(owner)).arg(index + 1);
}

absl::StatusOr<RulePlace> BeforeDecidingRule(const Model& model, const DecidingRule& deciding) {
  RulePlace place;
  place.direction = deciding.direction;
  if (deciding.is_profile) {
    const auto profile = model.profiles.find(deciding.owner);
    if (profile == model.profiles.end()) return absl::NotFoundError("");
    place.resource = profile->second;
    place.index = std::min(deciding.index, profile->second.rules(deciding.direction).size());
  } else {
    const auto policy = model.policies.find(deciding.owner);
    if (policy == model.policies.end()) return absl::NotFoundError("");
    place.resource = policy->second;
    place.index = std::min(deciding.index, policy->second.rules(deciding.direction).size());
  }
  place.words = BeforeRule(deciding.owner, place.index);
  return place;
}

bool Applies(const Policy& policy, const DecidingSide& side, bool forwarded) {
  if (policy.staged || !policy.applies_to(side.direction)) return false;
  if (forwarded && !policy.apply_on_forward) return false;
  if (policy.do_not_track || policy.pre_dnat) return false;
  const auto selector = Selector::Parse(policy.selector);
  return selector.ok() && selector->Matches(side.labels);
}

// The tier ends with Deny for what its policies apply to: the last of them takes the rule at its
// end, which changes nothing for anything else.
absl::StatusOr<RulePlace> AtEndOfTier(const Model& model, const std::string& tier_name,
                                      const DecidingSide& side, bool forwarded) {
  for (const OrderedTier& tier : EvaluationOrder(model)) {
    if (tier.name != tier_name) continue;
    const auto last = std::find_if(
        tier.policies.rbegin(), tier.policies.rend(),
        [&](const OrderedPolicy& one) { return Applies(*one.policy, side, forwarded); });
    if (last == tier.policies.rend()) break;
    RulePlace place;
    place.resource = *last->policy;
    place.direction = side.direction;
    place.index = last->policy->rules(side.direction).size();
    place.words =
        PlaceText::tr("in %1, as its last rule").arg(QString::fromStdString(last->key.name));
    return place;
  }
  return absl::NotFoundError("");
}

// In a tier in front that passes on whatever no rule of it decides: so a policy there takes nothing
// away from the tiers behind it.
RulePlace InFront(const Model& model, const DecidingSide& side, bool forwarded) {
  RulePlace place;
  place.is_new = true;
  place.direction = side.direction;
  Policy policy;
  policy.metadata.name =
      FreeName(model, ResourceKind::kGlobalNetworkPolicy,
               side.endpoint.empty() ? kOwnTier : absl::StrCat(kOwnTier, "-", side.endpoint));
  policy.selector = SelectorOf(side.labels);
  policy.applies_to_ingress = side.direction == Direction::kIngress;
  policy.applies_to_egress = side.direction == Direction::kEgress;
  policy.apply_on_forward = forwarded;

  const std::vector<OrderedTier> tiers = EvaluationOrder(model);
  const OrderedTier& first = tiers.front();
  if (first.defined && first.end == TierAction::kPass) {
    policy.tier = first.name;
    const auto lowest = std::find_if(first.policies.begin(), first.policies.end(),
                                     [](const auto& one) { return one.policy->order.has_value(); });
    if (lowest != first.policies.end()) policy.order = *lowest->policy->order - kOwnTierStep;
  } else {
    Tier tier;
    tier.metadata.name = FreeName(model, ResourceKind::kTier, kOwnTier);
    tier.order = (first.tier != nullptr ? first.tier->order.value_or(kDefaultTierOrder)
                                        : kDefaultTierOrder) -
                 kOwnTierStep;
    tier.default_action = TierAction::kPass;
    policy.tier = tier.metadata.name;
    place.new_before.emplace_back(tier);
  }
  place.words = PlaceText::tr("in a new policy, %1, in front of all others")
                    .arg(QString::fromStdString(policy.metadata.name));
  place.resource = std::move(policy);
  return place;
}

// Why no rule can change it; empty if one can.
QString Immovable(absl::string_view decided_by) {
  if (absl::StartsWith(decided_by, "failsafe:")) {
    return PlaceText::tr("A failsafe decides this before every rule.");
  }
  if (absl::StartsWith(decided_by, "conntrack:")) {
    return PlaceText::tr("The state of the connection decides this before every rule.");
  }
  if (decided_by == "rpf") {
    return PlaceText::tr("The source address is not one that this interface may use.");
  }
  if (decided_by == "unknown-workload") {
    return PlaceText::tr("The interface belongs to no endpoint yet. Give it one first.");
  }
  if (decided_by == "icmpv6-nd" || decided_by == "vxlan-from-workload" ||
      decided_by == "ipip-from-workload" || decided_by == "host-to-local-workload") {
    return PlaceText::tr("This is decided before every rule.");
  }
  if (decided_by == "not-policed") {
    return PlaceText::tr("No endpoint governs the interface. Give it one first.");
  }
  return {};
}

Direction DirectionOfDecider(const AuditRecord& record) {
  if (absl::EndsWith(record.decided_by, "/egress")) return Direction::kEgress;
  if (absl::StrContains(record.decided_by, "/egress/")) return Direction::kEgress;
  // No rule decided: what arrives is judged where it arrives.
  return record.hook == Hook::kOutput ? Direction::kEgress : Direction::kIngress;
}

}  // namespace

absl::StatusOr<RulePlace> PlaceForRule(const Model& model, const AuditRecord& record) {
  if (const QString why = Immovable(record.decided_by); !why.isEmpty()) {
    return absl::FailedPreconditionError(why.toStdString());
  }
  const DecidingSide side = SideOf(model, record, DirectionOfDecider(record));
  const bool forwarded =
      record.hook == Hook::kForward && model.workload_endpoints.count(side.endpoint) == 0;
  if (const auto rule = RuleOfDecider(record.decided_by)) {
    if (auto place = BeforeDecidingRule(model, *rule); place.ok()) return place;
  }
  absl::string_view tier = record.decided_by;
  if (absl::ConsumePrefix(&tier, "end-of-tier:")) {
    const std::string name(tier.substr(0, tier.rfind('/')));
    if (auto place = AtEndOfTier(model, name, side, forwarded); place.ok()) return place;
  }
  return InFront(model, side, forwarded);
}

}  // namespace gw::gui
