#include "admin-gui/session/conflict.h"

#include <algorithm>
#include <utility>

namespace gw::gui {
namespace {

// Both maps are in the order of their names: one walk along them, copying only what differs.
template <typename Map>
void AddDifferences(ResourceKind kind, const Map& before, const Map& after,
                    std::vector<ResourceDifference>* differences) {
  auto left = before.begin();
  auto right = after.begin();
  while (left != before.end() || right != after.end()) {
    const bool only_left =
        right == after.end() || (left != before.end() && left->first < right->first);
    const bool only_right = !only_left && (left == before.end() || right->first < left->first);
    if (only_left) {
      differences->push_back({{kind, left->first}, left->second, std::nullopt});
      ++left;
    } else if (only_right) {
      differences->push_back({{kind, right->first}, std::nullopt, right->second});
      ++right;
    } else {
      if (!(left->second == right->second)) {
        differences->push_back({{kind, left->first}, left->second, right->second});
      }
      ++left;
      ++right;
    }
  }
}

}  // namespace

Rebase RebaseOnto(const Model& newer, const std::vector<ResourceDifference>& ours) {
  Rebase rebase;
  for (const ResourceDifference& change : ours) {
    const std::optional<Resource> theirs = Find(newer, change.key);
    if (theirs == change.after) continue;
    if (theirs == change.before) {
      rebase.fitting.push_back(change);
    } else {
      rebase.choices.push_back({change.key, change.before, theirs, change.after});
    }
  }
  return rebase;
}

std::vector<ResourceDifference> DifferencesBetween(const Model& before, const Model& after) {
  using Kind = ResourceKind;
  std::vector<ResourceDifference> all;
  AddDifferences(Kind::kHostEndpoint, before.host_endpoints, after.host_endpoints, &all);
  AddDifferences(Kind::kWorkloadEndpoint, before.workload_endpoints, after.workload_endpoints,
                 &all);
  AddDifferences(Kind::kGlobalNetworkPolicy, before.policies, after.policies, &all);
  AddDifferences(Kind::kStagedGlobalNetworkPolicy, before.staged_policies, after.staged_policies,
                 &all);
  AddDifferences(Kind::kGlobalNetworkSet, before.network_sets, after.network_sets, &all);
  AddDifferences(Kind::kProfile, before.profiles, after.profiles, &all);
  AddDifferences(Kind::kTier, before.tiers, after.tiers, &all);
  AddDifferences(Kind::kFelixConfiguration, before.configurations, after.configurations, &all);
  return all;
}

std::set<ResourceKey> KeysOf(const std::vector<ResourceDifference>& differences) {
  std::set<ResourceKey> keys;
  for (const ResourceDifference& difference : differences) keys.insert(difference.key);
  return keys;
}

void SetResource(Model& model, const ResourceKey& key, const std::optional<Resource>& after) {
  if (after) {
    Put(model, *after);
  } else {
    Remove(model, key);
  }
}

}  // namespace gw::gui
