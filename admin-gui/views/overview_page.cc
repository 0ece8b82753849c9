#include "admin-gui/views/overview_page.h"

#include <algorithm>
#include <array>

#include "absl/time/time.h"
#include <QDateTime>
#include <QHBoxLayout>
#include <QLayoutItem>
#include <QVBoxLayout>

#include "admin-gui/views/fact_row.h"
#include "admin-gui/views/state_card.h"
#include "admin-gui/widgets/card.h"
#include "admin-gui/widgets/decision_chart.h"
#include "admin-gui/widgets/format.h"
#include "admin-gui/widgets/segmented.h"
#include "admin-gui/widgets/text_label.h"
#include "common/net/protocol.h"
#include "common/policy/rule_words.h"

namespace gw::gui {
namespace {

const std::array<absl::Duration, 4> kSpans = {absl::Hours(1), absl::Hours(24), absl::Hours(7 * 24),
                                              absl::Hours(30 * 24)};

qint64 Milliseconds(absl::Time time) { return absl::ToUnixMillis(time); }

QString ServiceText(const Tuple& tuple) {
  return FormatPort(tuple.destination_port,
                    QString::fromStdString(ProtocolName(tuple.protocol)).toLower());
}

void Clear(Card* card) {
  while (QLayoutItem* item = card->body()->takeAt(1)) {
    delete item->widget();
    delete item;
  }
}

void AddNote(Card* card, const QString& text) {
  auto* note = new TextLabel(text, TextSize::kBody, Role::kMuted, card);
  note->setWordWrap(true);
  card->body()->addWidget(note);
  card->body()->addStretch(1);
}

}  // namespace

OverviewPage::OverviewPage(Gateway& gateway, PolicySession& session, QWidget* parent)
    : Page(gateway, session, parent), data_(gateway, session) {
  span_ = new Segmented(tr("Time span"), {tr("1 h"), tr("24 h"), tr("7 d"), tr("30 d")}, this);
  span_->SetCurrent(1);
  span_->hide();
  state_ = new StateCard(this);
  most_denied_ = new Card(tr("Most denied"), tr("Source"), this);
  new_pairs_ = new Card(tr("New pairs today"), tr("First seen"), this);
  never_hit_ = new Card(tr("Rules never hit"), QString(), this);
  auto* lists = new QHBoxLayout;
  lists->setSpacing(kCardGap);
  for (Card* card : {most_denied_, new_pairs_, never_hit_}) lists->addWidget(card, 1);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(kContentMargin, 20, kContentMargin, 20);
  column->setSpacing(kCardGap);
  column->addWidget(state_);
  column->addWidget(MakeChartCard(), 5);
  column->addLayout(lists, 4);
  connect(span_, &Segmented::currentChanged, this, &OverviewPage::ChooseSpan);
  connect(&data_, &OverviewData::changed, this, [this] {
    ShowChart();
    ShowMostDenied();
    ShowNewPairs();
    ShowNeverHit();
  });
  connect(&this->gateway(), &Gateway::statusChanged, this,
          [this] { state_->ShowStatus(this->gateway()); });
  state_->ShowStatus(this->gateway());
}

QList<QWidget*> OverviewPage::tools() const { return {span_}; }

bool OverviewPage::ReadAgain() {
  data_.Refresh();
  return true;
}

QVariantMap OverviewPage::SaveState() const { return {{QStringLiteral("span"), span_->current()}}; }

void OverviewPage::RestoreState(const QVariantMap& state) {
  const int span = state.value(QStringLiteral("span"), 1).toInt();
  if (span < 0 || span >= static_cast<int>(kSpans.size())) return;
  span_->SetCurrent(span);
  data_.SetSpan(kSpans[static_cast<size_t>(span)]);
}

void OverviewPage::showEvent(QShowEvent* event) {
  Page::showEvent(event);
  data_.SetActive(true);
}

void OverviewPage::hideEvent(QHideEvent* event) {
  data_.SetActive(false);
  Page::hideEvent(event);
}

Card* OverviewPage::MakeChartCard() {
  chart_card_ = new Card(tr("Decisions, last 24 hours"), QString(), this);
  chart_ = new DecisionChart(chart_card_);
  legend_ = new TextLabel(QString(), TextSize::kSmall, Role::kMuted, chart_card_);
  chart_card_->body()->addWidget(chart_, 1);
  chart_card_->body()->addWidget(legend_);
  connect(chart_, &DecisionChart::barActivated, this, [this](qint64 from, qint64 until) {
    Destination log;
    log.place = Destination::Place::kFlowLog;
    log.arguments[QStringLiteral("since")] = QDateTime::fromMSecsSinceEpoch(from);
    log.arguments[QStringLiteral("until")] = QDateTime::fromMSecsSinceEpoch(until);
    Q_EMIT goTo(log);
  });
  return chart_card_;
}

void OverviewPage::ChooseSpan(int index) {
  if (index < 0 || index >= static_cast<int>(kSpans.size())) return;
  data_.SetSpan(kSpans[static_cast<size_t>(index)]);
}

void OverviewPage::ShowChart() {
  const QStringList ranges = {tr("last hour"), tr("last 24 hours"), tr("last 7 days"),
                              tr("last 30 days")};
  const QString range = ranges.value(span_->current());
  const AuditHistogram& histogram = data_.histogram();
  std::vector<HistogramBucket> buckets;
  buckets.reserve(histogram.buckets.size());
  for (const AuditBucket& bucket : histogram.buckets) {
    buckets.push_back({bucket.allowed, bucket.denied, true});
  }
  const absl::Time until =
      histogram.since + histogram.width * static_cast<int64_t>(histogram.buckets.size());
  chart_->SetBuckets(Milliseconds(histogram.since), Milliseconds(until), buckets, range);
  const AuditBucket sum = data_.totals();
  const bool none = sum.allowed + sum.denied == 0;
  chart_card_->SetTitle(tr("Decisions, %1").arg(range));
  chart_card_->SetFact(
      none ? QString()
           : tr("Allowed %1 · Denied %2").arg(FormatCount(sum.allowed), FormatCount(sum.denied)));
  legend_->setVisible(none);
  legend_->setText(
      tr("No decisions recorded in this time. They appear here with the first "
         "connection."));
}

void OverviewPage::OpenLog(const QString& query) {
  Destination log;
  log.place = Destination::Place::kFlowLog;
  log.arguments[QStringLiteral("query")] = query;
  Q_EMIT goTo(log);
}

void OverviewPage::ShowMostDenied() {
  Clear(most_denied_);
  const auto& rows = data_.most_denied();
  if (rows.empty()) return AddNote(most_denied_, tr("Nothing was denied in this time."));
  const int64_t most = rows.front().count;
  for (const AuditTop& row : rows) {
    const QString address = QString::fromStdString(row.text);
    FactRow::Facts facts;
    facts.title = address;
    facts.figure = FormatCount(row.count);
    facts.share = static_cast<double>(row.count) / static_cast<double>(most);
    auto* button = new FactRow(facts, most_denied_);
    most_denied_->body()->addWidget(button);
    connect(button, &FactRow::clicked, this,
            [this, address] { OpenLog(QStringLiteral("action == deny and src == ") + address); });
  }
  most_denied_->body()->addStretch(1);
}

void OverviewPage::ShowNewPairs() {
  Clear(new_pairs_);
  if (data_.new_pairs().empty()) return AddNote(new_pairs_, tr("No new pair today."));
  const QDateTime now = QDateTime::currentDateTime();
  for (const AuditRecord& record : data_.new_pairs()) {
    const bool denied = record.verdict == Verdict::kDeny;
    const QString source = FormatAddress(record.tuple.source);
    const QString destination = FormatAddress(record.tuple.destination);
    FactRow::Facts facts;
    facts.icon = denied ? QStringLiteral("deny") : QStringLiteral("allow");
    facts.icon_role = denied ? Role::kDeny : Role::kAllow;
    facts.title = tr("%1 → %2").arg(source, destination);
    facts.second = (denied ? tr("Denied · %1") : tr("Allowed · %1")).arg(ServiceText(record.tuple));
    facts.figure = FormatTime(QDateTime::fromMSecsSinceEpoch(Milliseconds(record.time)), now);
    auto* button = new FactRow(facts, new_pairs_);
    new_pairs_->body()->addWidget(button);
    connect(button, &FactRow::clicked, this, [this, source, destination] {
      OpenLog(QStringLiteral("src == %1 and dst == %2").arg(source, destination));
    });
  }
  new_pairs_->body()->addStretch(1);
}

void OverviewPage::ShowNeverHit() {
  Clear(never_hit_);
  const int days = data_.observed_days();
  never_hit_->SetFact(days > 0 ? tr("%n day(s) observed", nullptr, days) : QString());
  if (days == 0) return AddNote(never_hit_, tr("Known after the first whole day of decisions."));
  if (data_.never_hit().empty()) return AddNote(never_hit_, tr("Every rule has been hit."));
  size_t shown = 0;
  for (const NeverHitRule& rule : data_.never_hit()) {
    if (shown++ == OverviewData::kRows) break;
    const auto policy = session().base().policies.find(rule.policy.name);
    if (policy == session().base().policies.end()) continue;
    RuleWordsContext context = RuleWordsContextOf(session().base(), policy->second, rule.direction);
    context.short_form = true;
    const QString name = QString::fromStdString(rule.policy.name);
    FactRow::Facts facts;
    facts.title = tr("%1 › rule %2").arg(name).arg(rule.index + 1);
    facts.second = QString::fromStdString(
        RuleWords(policy->second.rules(rule.direction)[rule.index], context));
    auto* button = new FactRow(facts, never_hit_);
    never_hit_->body()->addWidget(button);
    connect(button, &FactRow::clicked, this, [this, name, rule] {
      Destination open;
      open.place = Destination::Place::kPolicies;
      open.arguments[QStringLiteral("policy")] = name;
      open.arguments[QStringLiteral("edit")] = true;
      open.arguments[QStringLiteral("rule")] =
          QStringLiteral("%1/%2")
              .arg(rule.direction == Direction::kIngress ? QStringLiteral("ingress")
                                                         : QStringLiteral("egress"))
              .arg(rule.index);
      Q_EMIT goTo(open);
    });
  }
  never_hit_->body()->addStretch(1);
}

}  // namespace gw::gui
