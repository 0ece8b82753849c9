// What Find looks at in the table of policies. The words of ten thousand rules take a third of a
// second: they are made in slices while nothing else is to be done, from the moment the policy is
// shown, so that they are there when somebody types.

#include <QElapsedTimer>
#include <QTimer>

#include "admin-gui/models/policy_edits.h"
#include "admin-gui/models/policy_table_model.h"

namespace gw::gui {
namespace {

constexpr qint64 kSliceMs = 4;
// Made while rows are asked for: a small policy is found whole at once.
constexpr size_t kAtOnceMax = 50;

QString Q(const std::string& text) { return QString::fromStdString(text); }

}  // namespace

bool PolicyTableModel::Finds(const ResourceKey& key, const Policy& policy) {
  const auto known = facts_.find(key);
  if (known == facts_.end() || !known->second.searched) {
    if (words_made_at_once_ >= kAtOnceMax) {
      words_missing_ = true;
      words_timer_->start();
      return Q(key.name).contains(filter_, Qt::CaseInsensitive);
    }
    ++words_made_at_once_;
    MakeSearchText(key, policy);
  }
  return facts_[key].search.contains(filter_.toLower());
}

void PolicyTableModel::MakeSearchText(const ResourceKey& key, const Policy& policy) {
  const auto [found, is_new] = facts_.try_emplace(key);
  Facts& facts = found->second;
  if (is_new) facts.summary = SummaryOf(*model_, policy, next_tiers_);
  facts.searched = true;
  facts.search = Q(key.name) + QLatin1Char('\n') + Q(policy.selector);
  for (const Direction direction : {Direction::kIngress, Direction::kEgress}) {
    for (const Rule& rule : policy.rules(direction)) {
      facts.search += QLatin1Char('\n') + RuleSentence(*model_, next_tiers_, policy, direction,
                                                       rule, /*short_form=*/false);
      // The sentence leaves out what does not fit into one.
      for (const EntityRule* side : {&rule.source, &rule.destination}) {
        for (const Prefix& net : side->nets) facts.search += QLatin1Char(' ') + Q(ToString(net));
        facts.search += QLatin1Char(' ') + Q(side->selector);
      }
    }
  }
  facts.search = facts.search.toLower();
}

// One slice.
void PolicyTableModel::MakeSearchTexts() {
  if (model_ == nullptr) return words_timer_->stop();
  QElapsedTimer timer;
  timer.start();
  bool found_more = false;
  const auto make = [&](const std::map<std::string, Policy>& policies, ResourceKind kind,
                        bool only_deleted) {
    for (const auto& [name, policy] : policies) {
      const ResourceKey key{kind, name};
      if (only_deleted && FindPolicy(*model_, key) != nullptr) continue;
      const auto known = facts_.find(key);
      if (known != facts_.end() && known->second.searched) continue;
      if (timer.elapsed() >= kSliceMs) return false;
      MakeSearchText(key, policy);
      found_more |= !filter_.isEmpty() && facts_[key].search.contains(filter_.toLower());
    }
    return true;
  };
  constexpr auto kEnforced = ResourceKind::kGlobalNetworkPolicy;
  constexpr auto kStaged = ResourceKind::kStagedGlobalNetworkPolicy;
  // Deleted ones are shown too, until the change is applied.
  if (make(model_->policies, kEnforced, false) && make(model_->staged_policies, kStaged, false) &&
      make(base_->policies, kEnforced, true) && make(base_->staged_policies, kStaged, true)) {
    words_missing_ = false;
    words_timer_->stop();
  }
  if (!found_more) return;
  Rebuild();
  Q_EMIT foundMore();
}

}  // namespace gw::gui
