#include "common/policy/evaluation_order.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"

namespace gw {
namespace {

constexpr double kOrderedLast = std::numeric_limits<double>::infinity();

double SortedOrder(std::optional<double> order) {
  if (!order || std::isnan(*order)) return kOrderedLast;
  return *order;
}

OrderedTier TierNamed(const Model& model, const std::string& name) {
  OrderedTier tier;
  tier.name = name;
  const auto written = model.tiers.find(name);
  if (written != model.tiers.end()) tier.tier = &written->second;
  tier.defined = tier.tier != nullptr || name == kDefaultTier;
  // `default` cannot be changed, whatever is written.
  if (tier.tier != nullptr && name != kDefaultTier) tier.end = tier.tier->default_action;
  return tier;
}

std::vector<OrderedTier> TiersInOrder(const Model& model) {
  std::set<std::string> names = {kDefaultTier};
  for (const auto& [name, tier] : model.tiers) names.insert(name);
  for (const auto& [name, policy] : model.policies) names.insert(policy.tier);
  for (const auto& [name, policy] : model.staged_policies) names.insert(policy.tier);
  std::vector<OrderedTier> tiers;
  tiers.reserve(names.size());
  for (const std::string& name : names) tiers.push_back(TierNamed(model, name));
  const auto place = [](const OrderedTier& tier) {
    if (tier.name == kDefaultTier) return std::tuple(false, kDefaultTierOrder, tier.name);
    if (!tier.defined) return std::tuple(true, kOrderedLast, tier.name);
    return std::tuple(false, SortedOrder(tier.tier->order), tier.name);
  };
  std::sort(tiers.begin(), tiers.end(),
            [&place](const OrderedTier& a, const OrderedTier& b) { return place(a) < place(b); });
  return tiers;
}

std::tuple<double, std::string> PlaceInTier(const OrderedPolicy& ordered) {
  return {SortedOrder(ordered.policy->order),
          absl::StrCat(ordered.key.name, "//", KindName(ordered.key.kind))};
}

}  // namespace

std::vector<OrderedTier> EvaluationOrder(const Model& model) {
  std::vector<OrderedTier> tiers = TiersInOrder(model);
  std::map<std::string, OrderedTier*> by_name;
  for (OrderedTier& tier : tiers) by_name.emplace(tier.name, &tier);
  const auto add = [&by_name](const std::map<std::string, Policy>& policies, ResourceKind kind) {
    for (const auto& [name, policy] : policies) {
      by_name.at(policy.tier)->policies.push_back({{kind, name}, &policy, 0});
    }
  };
  add(model.policies, ResourceKind::kGlobalNetworkPolicy);
  add(model.staged_policies, ResourceKind::kStagedGlobalNetworkPolicy);
  int number = 0;
  for (OrderedTier& tier : tiers) {
    std::sort(tier.policies.begin(), tier.policies.end(),
              [](const OrderedPolicy& a, const OrderedPolicy& b) {
                return PlaceInTier(a) < PlaceInTier(b);
              });
    for (OrderedPolicy& ordered : tier.policies) ordered.number = ++number;
  }
  return tiers;
}

}  // namespace gw
