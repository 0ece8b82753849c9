#include "admin-gui/models/policy_order.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "common/policy/evaluation_order.h"

namespace gw::gui {
namespace {

constexpr double kStep = 10;

Policy* FindPolicy(std::optional<Resource>& resource) {
  return resource ? std::get_if<Policy>(&*resource) : nullptr;
}

bool HasOrder(const Policy& policy) { return policy.order && std::isfinite(*policy.order); }

// The number with the fewest digits strictly between the two.
std::optional<double> RoundBetween(double low, double high) {
  for (double unit = std::pow(10, std::floor(std::log10(std::max(high - low, 1e-9)))); unit > 1e-6;
       unit /= 10) {
    const double middle = std::round((low + high) / 2 / unit) * unit;
    if (low < middle && middle < high) return middle;
  }
  const double middle = low + (high - low) / 2;
  if (low < middle && middle < high) return middle;
  return std::nullopt;
}

std::vector<OrderedPolicy> OthersOfTier(const std::vector<OrderedTier>& tiers,
                                        const std::string& name, const ResourceKey& policy) {
  std::vector<OrderedPolicy> others;
  for (const OrderedTier& tier : tiers) {
    if (tier.name != name) continue;
    for (const OrderedPolicy& ordered : tier.policies) {
      if (ordered.key != policy) others.push_back(ordered);
    }
  }
  return others;
}

ResourceChange WithOrder(Policy policy, double order) {
  policy.order = order;
  const ResourceKey key = KeyOf(policy);
  return {key, std::move(policy)};
}

}  // namespace

std::optional<PolicyPlace> PlaceOf(const Model& model, const ResourceKey& policy) {
  for (const OrderedTier& tier : EvaluationOrder(model)) {
    for (size_t i = 0; i < tier.policies.size(); ++i) {
      if (tier.policies[i].key == policy) return PolicyPlace{tier.name, i};
    }
  }
  return std::nullopt;
}

std::optional<double> OrderBetween(const Policy* before, const Policy* after) {
  if (before != nullptr && !HasOrder(*before)) return std::nullopt;
  const bool open = after == nullptr || !HasOrder(*after);
  if (before == nullptr && open) return kStep;
  if (before == nullptr) return *after->order - kStep;
  if (open) return *before->order + kStep;
  return RoundBetween(*before->order, *after->order);
}

std::vector<ResourceChange> MovePolicy(const Model& model, const ResourceKey& policy,
                                       const PolicyPlace& place) {
  std::optional<Resource> found = Find(model, policy);
  Policy* moved = FindPolicy(found);
  if (moved == nullptr || PlaceOf(model, policy) == place) return {};
  const std::vector<OrderedTier> tiers = EvaluationOrder(model);
  std::vector<OrderedPolicy> others = OthersOfTier(tiers, place.tier, policy);
  const size_t position = std::min(place.position, others.size());
  moved->tier = place.tier;
  const Policy* before = position == 0 ? nullptr : others[position - 1].policy;
  const Policy* after = position == others.size() ? nullptr : others[position].policy;
  if (const auto order = OrderBetween(before, after)) return {WithOrder(*moved, *order)};
  std::vector<ResourceChange> changes;
  double order = 0;
  for (size_t i = 0; i <= others.size(); ++i) {
    if (i == position) changes.push_back(WithOrder(*moved, order += kStep));
    if (i < others.size()) changes.push_back(WithOrder(*others[i].policy, order += kStep));
  }
  return changes;
}

std::optional<PolicyPlace> PlaceBeside(const Model& model, const ResourceKey& policy, int step,
                                       bool whole_tier) {
  const auto now = PlaceOf(model, policy);
  if (!now) return std::nullopt;
  const std::vector<OrderedTier> tiers = EvaluationOrder(model);
  const auto own = std::find_if(tiers.begin(), tiers.end(),
                                [&](const OrderedTier& tier) { return tier.name == now->tier; });
  const bool up = step < 0;
  const bool at_end = up ? now->position == 0 : now->position + 1 == own->policies.size();
  if (!whole_tier && !at_end) {
    return PolicyPlace{now->tier, up ? now->position - 1 : now->position + 1};
  }
  if (up ? own == tiers.begin() : own + 1 == tiers.end()) return std::nullopt;
  const auto& next = up ? *(own - 1) : *(own + 1);
  return PolicyPlace{next.name, up ? next.policies.size() : 0};
}

}  // namespace gw::gui
