// What a selector selects, part by part, and what it nearly would.

#include <algorithm>
#include <map>

#include <QLocale>

#include "admin-gui/models/endpoint_rows.h"
#include "admin-gui/views/policy_live_panel.h"
#include "common/policy/nearest_name.h"

namespace gw::gui {
namespace {

constexpr int kMembersShown = 10;
constexpr size_t kMissesShown = 2;

QString Q(const std::string& text) { return QString::fromStdString(text); }

bool NamesValue(const SelectorNode& node) {
  return node.op == SelectorOperator::kEqual || node.op == SelectorOperator::kIn;
}

}  // namespace

SelectorMembers::SelectorMembers(const Model& model, bool endpoints_only)
    : endpoints_only_(endpoints_only) {
  const auto add = [&](ResourceKind kind, const std::string& name) {
    members_.push_back({Q(name), EffectiveLabels(model, ResourceKey{kind, name})});
  };
  for (const auto& [name, host] : model.host_endpoints) add(ResourceKind::kHostEndpoint, name);
  for (const auto& [name, load] : model.workload_endpoints) {
    add(ResourceKind::kWorkloadEndpoint, name);
  }
  if (endpoints_only) return;
  for (const auto& [name, set] : model.network_sets) {
    members_.push_back({Q(name), set.metadata.labels});
  }
}

qint64 SelectorMembers::CountOf(const Selector& selector) const {
  return std::count_if(members_.begin(), members_.end(),
                       [&](const Member& member) { return selector.Matches(member.labels); });
}

QString SelectorMembers::CountWords(const Selector& selector) const {
  const qint64 count = CountOf(selector);
  const QString number = QLocale().toString(count);
  if (endpoints_only_) {
    return count == 1 ? PolicyLivePanel::tr("1 endpoint now")
                      : PolicyLivePanel::tr("%1 endpoints").arg(number);
  }
  return count == 1 ? PolicyLivePanel::tr("1 known now")
                    : PolicyLivePanel::tr("%1 known").arg(number);
}

SelectorTree::Part SelectorMembers::PartOf(const Selector& selector, size_t node) const {
  SelectorTree::Part part;
  for (const Member& member : members_) {
    if (!selector.NodeMatches(node, member.labels)) continue;
    ++part.count;
    if (part.members.size() < kMembersShown) part.members << member.name;
  }
  part.near_misses = NearMisses(selector.nodes()[node]);
  return part;
}

// Values of the same label that differ by case or by a letter.
QStringList SelectorMembers::NearMisses(const SelectorNode& node) const {
  if (!NamesValue(node)) return {};
  std::map<std::string, int> others;
  for (const Member& member : members_) {
    const auto label = member.labels.find(node.key);
    if (label == member.labels.end()) continue;
    const bool named =
        std::find(node.values.begin(), node.values.end(), label->second) != node.values.end();
    if (!named) ++others[label->second];
  }
  QStringList misses;
  for (const auto& other : others) {
    const std::string& value = other.first;
    const int count = other.second;
    const bool near = std::any_of(
        node.values.begin(), node.values.end(),
        [&value](const std::string& wanted) { return NearestName(wanted, {value}).has_value(); });
    if (!near || misses.size() >= static_cast<qsizetype>(kMissesShown)) continue;
    misses << (count == 1 ? PolicyLivePanel::tr("1 has %2 = '%3'")
                          : PolicyLivePanel::tr("%1 have %2 = '%3'").arg(count))
                  .arg(Q(node.key), Q(value));
  }
  return misses;
}

}  // namespace gw::gui
