#include "admin-gui/models/policy_edits.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "admin-gui/models/endpoint_rows.h"
#include "admin-gui/models/naming.h"
#include "admin-gui/models/policy_order.h"
#include "common/policy/evaluation_order.h"

namespace gw::gui {
namespace {

// `added` stands in the tier already or is put there; what else has to move comes with it.
std::vector<ResourceChange> PutAt(const Model& model, const Policy& added,
                                  const PolicyPlace& place) {
  Model with;
  with.tiers = model.tiers;
  with.policies = model.policies;
  with.staged_policies = model.staged_policies;
  Put(with, added);
  std::vector<ResourceChange> changes = MovePolicy(with, KeyOf(added), place);
  bool there = false;
  for (const ResourceChange& change : changes) there = there || change.key == KeyOf(added);
  if (!there) changes.push_back({KeyOf(added), added});
  return changes;
}

}  // namespace

const Policy* FindPolicy(const Model& model, const ResourceKey& key) {
  const auto& policies =
      key.kind == ResourceKind::kStagedGlobalNetworkPolicy ? model.staged_policies : model.policies;
  const auto found = policies.find(key.name);
  return found == policies.end() ? nullptr : &found->second;
}

std::optional<PolicyEdit> WithState(const Model& model, const ResourceKey& key, bool staged) {
  const Policy* policy = FindPolicy(model, key);
  if (policy == nullptr || policy->staged == staged) return std::nullopt;
  Policy changed = *policy;
  changed.staged = staged;
  changed.staged_action = StagedAction::kSet;
  const ResourceKey other = KeyOf(changed);
  if (Find(model, other)) return std::nullopt;
  return PolicyEdit{other, {{key, std::nullopt}, {other, std::move(changed)}}};
}

std::optional<PolicyEdit> Duplicate(const Model& model, const ResourceKey& key) {
  const Policy* policy = FindPolicy(model, key);
  const auto place = PlaceOf(model, key);
  if (policy == nullptr || !place) return std::nullopt;
  Policy copy = *policy;
  copy.metadata.name = FreeName(model, key.kind, absl::StrCat(key.name, "-copy"));
  return PolicyEdit{KeyOf(copy), PutAt(model, copy, {place->tier, place->position + 1})};
}

PolicyEdit NewPolicy(const Model& model, const std::string& tier,
                     const std::optional<ResourceKey>& after, const std::string& selector) {
  Policy policy;
  policy.staged = true;
  policy.apply_on_forward = true;
  policy.tier = tier;
  policy.selector = selector;
  policy.metadata.name = FreeName(model, ResourceKind::kStagedGlobalNetworkPolicy, "new-policy");
  PolicyPlace place{tier, 0};
  for (const OrderedTier& other : EvaluationOrder(model)) {
    if (other.name == tier) place.position = other.policies.size();
  }
  if (after) {
    const auto before = PlaceOf(model, *after);
    if (before && before->tier == tier) place.position = before->position + 1;
  }
  return {KeyOf(policy), PutAt(model, policy, place)};
}

Policy AllowAt(const Model& model, const ResourceKey& endpoint, Direction direction) {
  const bool egress = direction == Direction::kEgress;
  Policy policy;
  policy.metadata.name = FreeName(model, ResourceKind::kGlobalNetworkPolicy,
                                  absl::StrCat(endpoint.name, egress ? "-out" : "-in"));
  policy.selector = SelectorOf(EffectiveLabels(model, endpoint));
  policy.applies_to_ingress = !egress;
  policy.applies_to_egress = egress;
  Rule allow;
  allow.action = RuleAction::kAllow;
  (egress ? policy.egress : policy.ingress).push_back(allow);
  return policy;
}

}  // namespace gw::gui
