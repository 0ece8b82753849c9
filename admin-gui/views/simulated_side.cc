#include "admin-gui/views/simulated_side.h"

#include <algorithm>

#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QTreeWidget>
#include <QTreeWidgetItemIterator>

#include "admin-gui/models/flow_words.h"
#include "admin-gui/views/flow_delegate.h"
#include "admin-gui/widgets/theme.h"
#include "admin-gui/widgets/trace_items.h"

namespace gw::gui {

SimulatedSide::SimulatedSide(const QString& name, QWidget* parent) : Card(parent) {
  setAccessibleName(name);
  policy_ = new QComboBox(this);
  policy_->setAccessibleName(tr("%1: policy").arg(name));
  auto* head = new QHBoxLayout;
  badge_ = new VerdictBadge(VerdictState::kNoOpinion, this);
  badge_->hide();
  head->addWidget(policy_, 1);
  head->addWidget(badge_);
  reason_ = new TextLabel(QString(), TextSize::kBody, Role::kMuted, this);
  reason_->setWordWrap(true);
  difference_ = new TextLabel(QString(), TextSize::kSmall, Role::kAccent, QFont::Medium, this);
  difference_->setWordWrap(true);
  difference_->hide();
  trace_ = new TracePanel(this);
  body()->addLayout(head);
  body()->addWidget(reason_);
  body()->addWidget(difference_);
  body()->addWidget(trace_, 1);
  connect(policy_, &QComboBox::activated, this, &SimulatedSide::policyChosen);
}

void SimulatedSide::SetPolicies(int64_t stored, bool changed,
                                const std::vector<RevisionInfo>& revisions) {
  const QSignalBlocker blocker(policy_);
  const QVariant before = policy_->currentData();
  policy_->clear();
  // Data: 0 is the stored policy, -1 the working copy, else a revision.
  policy_->addItem(tr("In force: revision %1").arg(stored), qint64{0});
  policy_->addItem(changed ? tr("With your changes") : tr("With your changes (there are none)"),
                   qint64{-1});
  for (const RevisionInfo& revision : revisions) {
    if (revision.number == stored) continue;
    policy_->addItem(tr("Revision %1").arg(revision.number), static_cast<qint64>(revision.number));
  }
  policy_->setCurrentIndex(std::max(policy_->findData(before), 0));
}

PolicySource SimulatedSide::chosen() const {
  PolicySource source;
  const qint64 item = policy_->currentData().toLongLong();
  if (item == -1) source.from = PolicySource::From::kGiven;
  if (item > 0) {
    source.from = PolicySource::From::kRevision;
    source.revision = item;
  }
  return source;
}

void SimulatedSide::Choose(PolicySource::From from) {
  const QSignalBlocker blocker(policy_);
  policy_->setCurrentIndex(
      policy_->findData(from == PolicySource::From::kGiven ? qint64{-1} : qint64{0}));
}

void SimulatedSide::Show(const SimulateResult& result, const Model& model) {
  badge_->SetState(StateOf(LookOfExplanation(result.explanation)));
  badge_->show();
  reason_->setText(ReasonSentence(model, result.explanation.decided_by));
  steps_ = result.trace;
  trace_->Show(tr("Steps"), QString(), steps_);
}

void SimulatedSide::ShowError(const QString& message) {
  badge_->hide();
  reason_->setText(message);
  steps_.clear();
  trace_->Clear();
  difference_->hide();
}

QString SimulatedSide::words() const { return badge_->isHidden() ? QString() : badge_->words(); }

void SimulatedSide::MarkDifference(std::optional<size_t> step) {
  difference_->setVisible(step.has_value() && *step < steps_.size());
  if (!difference_->isVisibleTo(this)) return;
  QString subject = QString::fromStdString(steps_[*step].subject);
  subject.remove(QLatin1Char('`'));
  difference_->setText(tr("Differs from here: %1").arg(subject));
  for (QTreeWidgetItemIterator it(trace_->tree()); *it != nullptr; ++it) {
    if ((*it)->data(0, TraceDelegate::kStepRole).toInt() != static_cast<int>(*step)) continue;
    for (QTreeWidgetItem* up = (*it)->parent(); up != nullptr; up = up->parent()) {
      up->setExpanded(true);
    }
    trace_->tree()->setCurrentItem(*it);
    return;
  }
}

std::optional<size_t> FirstDifference(const std::vector<TraceStep>& before,
                                      const std::vector<TraceStep>& after) {
  const size_t both = std::min(before.size(), after.size());
  for (size_t i = 0; i < both; ++i) {
    if (before[i].subject != after[i].subject || before[i].outcome != after[i].outcome ||
        before[i].decided != after[i].decided) {
      return i;
    }
  }
  if (before.size() == after.size()) return std::nullopt;
  return both;
}

}  // namespace gw::gui
