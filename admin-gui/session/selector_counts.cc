#include "admin-gui/session/selector_counts.h"

#include <algorithm>
#include <map>
#include <utility>

#include "common/policy/compile_sets.h"

namespace gw::gui {
namespace {

void AddTo(MatchCount& sum, const MatchCount& count) {
  sum.endpoints += count.endpoints;
  sum.network_sets += count.network_sets;
}

bool IsSet(const ResourceKey& key) { return key.kind == ResourceKind::kGlobalNetworkSet; }

}  // namespace

SelectorCounts::SelectorCounts(const Model& model) {
  std::map<Labels, std::vector<ResourceKey>> members;
  for (const auto& [name, host] : model.host_endpoints) {
    members[EffectiveLabels(host.metadata.labels, host.profiles, model)].push_back(KeyOf(host));
  }
  for (const auto& [name, workload] : model.workload_endpoints) {
    members[EffectiveLabels(workload.metadata.labels, workload.profiles, model)].push_back(
        KeyOf(workload));
  }
  for (const auto& [name, set] : model.network_sets) {
    members[set.metadata.labels].push_back({ResourceKind::kGlobalNetworkSet, name});
  }
  for (auto& [labels, keys] : members) {
    LabelClass entry{labels, {}, std::move(keys)};
    entry.count.network_sets =
        static_cast<size_t>(std::count_if(entry.members.begin(), entry.members.end(), IsSet));
    entry.count.endpoints = entry.members.size() - entry.count.network_sets;
    classes_.push_back(std::move(entry));
  }
}

MatchCount SelectorCounts::Count(const Selector& selector) const {
  MatchCount sum;
  for (const LabelClass& entry : classes_) {
    if (selector.Matches(entry.labels)) AddTo(sum, entry.count);
  }
  return sum;
}

std::vector<MatchCount> SelectorCounts::CountNodes(const Selector& selector) const {
  std::vector<MatchCount> sums(selector.nodes().size());
  for (const LabelClass& entry : classes_) {
    for (size_t node = 0; node < sums.size(); ++node) {
      if (selector.NodeMatches(node, entry.labels)) AddTo(sums[node], entry.count);
    }
  }
  return sums;
}

std::vector<ResourceKey> SelectorCounts::Matching(const Selector& selector, size_t node,
                                                  size_t limit) const {
  std::vector<ResourceKey> keys;
  for (const LabelClass& entry : classes_) {
    if (!selector.NodeMatches(node, entry.labels)) continue;
    keys.insert(keys.end(), entry.members.begin(), entry.members.end());
  }
  std::sort(keys.begin(), keys.end(), [](const ResourceKey& a, const ResourceKey& b) {
    return std::pair(IsSet(a), a) < std::pair(IsSet(b), b);
  });
  if (keys.size() > limit) keys.resize(limit);
  return keys;
}

}  // namespace gw::gui
