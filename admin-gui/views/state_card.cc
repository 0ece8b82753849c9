#include "admin-gui/views/state_card.h"

#include <algorithm>

#include "absl/time/time.h"
#include <QDateTime>
#include <QHBoxLayout>

#include "admin-gui/widgets/format.h"
#include "admin-gui/widgets/text_label.h"
#include "admin-gui/widgets/theme.h"

namespace gw::gui {
namespace {

constexpr int kHeight = 84;
constexpr int kGap = 16;
constexpr int kWordsMin = 200;

QString TimeText(absl::Time time) {
  return FormatTime(QDateTime::fromMSecsSinceEpoch(absl::ToUnixMillis(time)),
                    QDateTime::currentDateTime());
}

}  // namespace

StateCard::StateCard(QWidget* parent) : Card(parent) {
  setMinimumHeight(kHeight);
  auto* row = new QHBoxLayout;
  row->setSpacing(kGap);
  disc_ = new IconDisc(this);
  row->addWidget(disc_);
  auto* words = new QVBoxLayout;
  words->setSpacing(2);
  title_ = new TextLabel(QString(), TextSize::kState, Role::kText, this);
  line_ = new TextLabel(QString(), TextSize::kBody, Role::kMuted, this);
  for (TextLabel* label : {title_, line_}) label->SetElided();
  words->addStretch(1);
  words->addWidget(title_);
  words->addWidget(line_);
  words->addStretch(1);
  row->addLayout(words, 1);
  decisions_ = AddFact(row, tr("Decisions"));
  live_flows_ = AddFact(row, tr("Live flows"));
  fail_mode_ = AddFact(row, tr("Fail mode"));
  audit_log_ = AddFact(row, tr("Audit log"));
  lost_ = AddFact(row, tr("Lost records"));
  body()->addLayout(row);
}

StateCard::Fact StateCard::AddFact(QHBoxLayout* row, const QString& name) {
  Fact fact;
  fact.whole = new QWidget(this);
  auto* line = new QHBoxLayout(fact.whole);
  line->setContentsMargins(0, 0, 0, 0);
  line->setSpacing(kGap);
  line->addWidget(new Line(Qt::Vertical, fact.whole));
  auto* column = new QVBoxLayout;
  column->setSpacing(2);
  column->addStretch(1);
  column->addWidget(new TextLabel(name, TextSize::kSmall, Role::kMuted, fact.whole));
  fact.value = new TextLabel(QString(), TextSize::kLead, Role::kText, QFont::DemiBold, fact.whole);
  fact.value->setAccessibleName(name);
  fact.value->setMinimumWidth(72);
  column->addWidget(fact.value);
  column->addStretch(1);
  line->addLayout(column);
  row->addWidget(fact.whole);
  return fact;
}

// What is said comes before what is counted: facts that leave it no room go, the status bar and
// the settings have them too.
void StateCard::Fit() {
  const int words = std::max(title_->sizeHint().width(), kWordsMin);
  int left = width() - 2 * kCardPadding - disc_->width() - kGap - words;
  for (const Fact* fact : {&lost_, &fail_mode_, &decisions_, &audit_log_, &live_flows_}) {
    left -= fact->whole->sizeHint().width() + kGap;
    fact->whole->setVisible(left >= 0);
  }
}

void StateCard::resizeEvent(QResizeEvent* event) {
  Card::resizeEvent(event);
  Fit();
}

void StateCard::ShowStatus(const Gateway& gateway) {
  const auto& status = gateway.status();
  if (!status) {
    disc_->Set(QStringLiteral("info"), Role::kMuted, Role::kSunken);
    title_->setText(tr("Asking the gateway…"));
    return;
  }
  if (status->enforcer.state == EnforcerStatus::State::kRunning) {
    ShowRunning(*status);
  } else {
    ShowStopped(*status);
  }
  ShowFacts(gateway);
}

void StateCard::ShowFacts(const Gateway& gateway) {
  const StatusResult& status = *gateway.status();
  const bool running = status.enforcer.state == EnforcerStatus::State::kRunning;
  const EnforcerState last = running ? status.enforcer.last : EnforcerState();
  const QString unknown = QStringLiteral("–");
  const auto rate = gateway.decisions_per_second();
  decisions_.value->setText(rate ? tr("%1 /s").arg(FormatCount(qRound64(*rate))) : unknown);
  live_flows_.value->setText(last.counts.live_flows ? FormatCount(*last.counts.live_flows)
                                                    : unknown);
  fail_mode_.value->setText(last.fail_mode.empty()     ? unknown
                            : last.fail_mode == "Open" ? tr("Open")
                                                       : tr("Closed"));
  audit_log_.value->setText(
      status.audit_bytes ? FormatBytes(static_cast<uint64_t>(*status.audit_bytes)) : unknown);
  const bool counted = last.counts.as_of != absl::InfinitePast();
  lost_.value->setText(counted ? FormatCount(last.counts.records_lost) : unknown);
  lost_.value->SetRole(last.counts.records_lost > 0 ? Role::kWarn : Role::kText);
  Fit();
}

void StateCard::ShowRunning(const StatusResult& status) {
  const EnforcerState& last = status.enforcer.last;
  const auto enforced = static_cast<qint64>(last.revision);
  if (!last.problem.empty()) {
    disc_->Set(QStringLiteral("warn"), Role::kWarn, Role::kWarnSoft);
    title_->setText(tr("Enforcing revision %1, not the newest").arg(enforced));
    line_->setText(QString::fromStdString(last.problem));
    return;
  }
  const bool observing = status.policies == 0 && status.staged_policies > 0;
  disc_->Set(QStringLiteral("policies"), Role::kAllow, Role::kAllowSoft);
  title_->setText(observing ? tr("Observing: every policy is staged")
                            : tr("Enforcing revision %1").arg(enforced));
  line_->setText(status.revision == 0 ? tr("No policy has been written yet")
                                      : tr("Applied %1 by %2 · generation %3")
                                            .arg(TimeText(status.last_change),
                                                 QString::fromStdString(status.last_author))
                                            .arg(last.generation));
}

void StateCard::ShowStopped(const StatusResult& status) {
  disc_->Set(QStringLiteral("warn"), Role::kWarn, Role::kWarnSoft);
  title_->setText(tr("Nothing new is enforced: gatewardend is not running"));
  line_->setText(QString::fromStdString(status.enforcer.detail));
}

}  // namespace gw::gui
