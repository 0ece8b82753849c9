#include "admin-gui/views/overview_page.h"

#include <algorithm>
#include <array>

#include "absl/time/time.h"
#include <QDateTime>
#include <QHBoxLayout>
#include <QLayoutItem>
#include <QRegularExpression>
#include <QScrollArea>
#include <QVBoxLayout>

#include "admin-gui/models/policy_edits.h"
#include "admin-gui/session/language.h"
#include "admin-gui/session/start_command.h"
#include "admin-gui/views/attention_card.h"
#include "admin-gui/views/fact_row.h"
#include "admin-gui/views/state_card.h"
#include "admin-gui/widgets/card.h"
#include "admin-gui/widgets/decision_chart.h"
#include "admin-gui/widgets/format.h"
#include "admin-gui/widgets/scale.h"
#include "admin-gui/widgets/segmented.h"
#include "admin-gui/widgets/text_label.h"
#include "common/net/protocol.h"
#include "common/policy/rule_words.h"

namespace gw::gui {
namespace {

const std::array<absl::Duration, 4> kSpans = {absl::Hours(1), absl::Hours(24), absl::Hours(7 * 24),
                                              absl::Hours(30 * 24)};

constexpr int kChartHeight = 220;
constexpr int kListHeight = 296;  // six rows of two lines
constexpr int kAttentionLeast = 300;
constexpr int kAttentionMost = 404;

qint64 Milliseconds(absl::Time time) { return absl::ToUnixMillis(time); }

QString ServiceText(const Tuple& tuple) {
  return FormatPort(tuple.destination_port,
                    QString::fromStdString(ProtocolName(tuple.protocol)).toLower());
}

QString RuleArgument(Direction direction, size_t index) {
  return QStringLiteral("%1/%2")
      .arg(direction == Direction::kIngress ? QStringLiteral("ingress") : QStringLiteral("egress"))
      .arg(index);
}

// "spec.ingress[2].protocol" is about rule "ingress/2"; other fields are about none.
QString RuleOfField(const QString& field) {
  static const QRegularExpression kRule(QStringLiteral("^spec\\.(ingress|egress)\\[(\\d+)\\]"));
  const QRegularExpressionMatch match = kRule.match(field);
  return match.hasMatch() ? match.captured(1) + QLatin1Char('/') + match.captured(2) : QString();
}

// A square in the colour of the series, and its words; rich text.
QString LegendOf(Role role, const QString& words) {
  return QStringLiteral("<span style=\"color:%1\">■</span>&nbsp;%2&nbsp;&nbsp;&nbsp;")
      .arg(Theme::Color(role).name(), words.toHtmlEscaped());
}

// A warning that the Endpoints page shows with its endpoint.
bool IsAboutEndpoints(const AttentionItem& item) {
  switch (item.kind) {
    case AttentionKind::kMissingProfile:
    case AttentionKind::kNoEgress:
    case AttentionKind::kNoIngress:
      return true;
    default:
      return false;
  }
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
    : Page(gateway, session, parent), data_(gateway, session), attention_(gateway, session) {
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
  // Cards keep the room they need; a low window scrolls.
  auto* area = new QScrollArea(this);
  area->setFrameShape(QFrame::NoFrame);
  area->setWidgetResizable(true);
  area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  area->setFocusPolicy(Qt::NoFocus);
  auto* content = new QWidget(area);
  auto* whole = new QVBoxLayout(this);
  whole->setContentsMargins(0, 0, 0, 0);
  whole->addWidget(area);
  auto* column = new QVBoxLayout(content);
  column->setContentsMargins(kContentMargin, 20, kContentMargin, 20);
  column->setSpacing(kCardGap);
  column->addWidget(state_);
  attention_card_ = new AttentionCard(this);
  attention_card_->setMinimumWidth(kAttentionLeast);
  attention_card_->setMaximumWidth(Scaled(kAttentionMost));
  auto* middle = new QHBoxLayout;
  middle->setSpacing(kCardGap);
  middle->addWidget(MakeChartCard(), 2);
  middle->addWidget(attention_card_, 1);
  column->addLayout(middle, 5);
  column->addLayout(lists, 4);
  for (Card* card : {most_denied_, new_pairs_, never_hit_}) card->setMinimumHeight(kListHeight);
  chart_card_->setMinimumHeight(kChartHeight);
  chart_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Ignored);
  area->setWidget(content);
  connect(span_, &Segmented::currentChanged, this, &OverviewPage::ChooseSpan);
  connect(&data_, &OverviewData::changed, this, [this] {
    ShowChart();
    ShowMostDenied();
    ShowNewPairs();
    ShowNeverHit();
  });
  connect(&attention_, &AttentionList::changed, this, [this] {
    attention_card_->ShowItems(attention_.items(), attention_.set_aside_count());
    const auto& items = attention_.items();
    Q_EMIT attentionChanged(Destination::Place::kEndpoints,
                            std::any_of(items.begin(), items.end(), IsAboutEndpoints));
  });
  attention_.SetActive(true);  // also while another page is shown: the navigation has a mark
  connect(attention_card_, &AttentionCard::actionAsked, this, &OverviewPage::ActOn);
  connect(attention_card_, &AttentionCard::setAsideAsked, this,
          [this](const AttentionItem& item) { attention_.SetAside(item); });
  connect(attention_card_, &AttentionCard::showAllAsked, this,
          [this] { attention_.ShowAllAgain(); });
  connect(&Theme::Instance(), &Theme::schemeChanged, this, &OverviewPage::ShowChart);
  connect(&this->gateway(), &Gateway::statusChanged, this,
          [this] { state_->ShowStatus(this->gateway()); });
  state_->ShowStatus(this->gateway());
}

QList<QWidget*> OverviewPage::tools() const { return {span_}; }

bool OverviewPage::ReadAgain() {
  data_.Refresh();
  attention_.Refresh();
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
  chart_card_->SetLegend(
      none ? QString()
           : LegendOf(Role::kC1, tr("Allowed %1").arg(FormatCount(sum.allowed))) +
                 LegendOf(Role::kC2, tr("Denied %1").arg(FormatCount(sum.denied))));
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

// Empty if nothing is named so.
QString OverviewPage::NameOf(const std::string& address) const {
  const auto parsed = ParseAddress(address);
  return parsed.ok() ? QString::fromStdString(data_.names().NameOf(*parsed)) : QString();
}

void OverviewPage::ShowMostDenied() {
  Clear(most_denied_);
  const auto& rows = data_.most_denied();
  if (rows.empty()) return AddNote(most_denied_, tr("Nothing was denied in this time."));
  const int64_t most = rows.front().count;
  for (const AuditTop& row : rows) {
    const QString address = QString::fromStdString(row.text);
    const QString name = NameOf(row.text);
    FactRow::Facts facts;
    facts.title = name.isEmpty() ? address : name;
    if (!name.isEmpty()) facts.aside = address;
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
    const auto shown = [this](const Address& address, const QString& text) {
      const std::string& name = data_.names().NameOf(address);
      return name.empty() ? text : QString::fromStdString(name);
    };
    FactRow::Facts facts;
    facts.icon = denied ? QStringLiteral("deny") : QStringLiteral("allow");
    facts.icon_role = denied ? Role::kDeny : Role::kAllow;
    facts.title = tr("%1 → %2").arg(shown(record.tuple.source, source),
                                    shown(record.tuple.destination, destination));
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
    facts.second = RuleSentence(policy->second.rules(rule.direction)[rule.index], context);
    auto* button = new FactRow(facts, never_hit_);
    never_hit_->body()->addWidget(button);
    connect(button, &FactRow::clicked, this,
            [this, rule] { ShowPolicy(rule.policy, RuleArgument(rule.direction, rule.index)); });
  }
  never_hit_->body()->addStretch(1);
}

// ---- what needs attention -----------------------------------------------------------------------

void OverviewPage::ShowPolicy(const ResourceKey& key, const QString& rule) {
  Destination open;
  open.place = Destination::Place::kPolicies;
  open.arguments[QStringLiteral("policy")] = QString::fromStdString(key.name);
  open.arguments[QStringLiteral("staged")] = key.kind == ResourceKind::kStagedGlobalNetworkPolicy;
  open.arguments[QStringLiteral("edit")] = true;
  open.arguments[QStringLiteral("rule")] = rule;
  Q_EMIT goTo(open);
}

void OverviewPage::ShowSubject(const AttentionItem& item) {
  using Place = Destination::Place;
  const auto go = [this](Place place, const QString& argument, const QString& value) {
    Q_EMIT goTo({place, {{argument, value}}});
  };
  if (!item.interface_name.isEmpty() || !item.subject) {
    return go(item.interface_name.isEmpty() ? Place::kHistory : Place::kEndpoints,
              QStringLiteral("name"), item.interface_name);
  }
  const QString name = QString::fromStdString(item.subject->name);
  switch (item.subject->kind) {
    case ResourceKind::kGlobalNetworkPolicy:
    case ResourceKind::kStagedGlobalNetworkPolicy:
      return ShowPolicy(*item.subject, RuleOfField(item.field));
    case ResourceKind::kTier:
      return go(Place::kPolicies, QStringLiteral("tier"), name);
    case ResourceKind::kHostEndpoint:
    case ResourceKind::kWorkloadEndpoint:
    case ResourceKind::kProfile:
      return go(Place::kEndpoints, QStringLiteral("name"), name);
    case ResourceKind::kGlobalNetworkSet:
      return go(Place::kNetworkSets, QStringLiteral("name"), name);
    case ResourceKind::kFelixConfiguration:
      return go(Place::kSettings, QStringLiteral("field"), item.field);
  }
}

void OverviewPage::ActOn(const AttentionItem& item) {
  switch (item.action) {
    case AttentionAction::kWhatToDo:
      Q_EMIT announced(
          tr("Start the enforcer on the gateway: %1").arg(StartCommandOf(gateway().files())),
          false);
      return;
    case AttentionAction::kAddPolicy: {
      const Direction direction =
          item.kind == AttentionKind::kNoEgress ? Direction::kEgress : Direction::kIngress;
      const Policy policy = AllowAt(session().model(), *item.subject, direction);
      session().Put(tr("Add policy %1").arg(QString::fromStdString(policy.metadata.name)), policy);
      return ShowPolicy(KeyOf(policy), RuleArgument(direction, 0));
    }
    case AttentionAction::kCreateProfile: {
      Profile profile;
      profile.metadata.name = item.subject->name;
      const QString name = QString::fromStdString(profile.metadata.name);
      session().Put(tr("Create profile %1").arg(name), profile);
      return;
    }
    case AttentionAction::kShow:
    case AttentionAction::kNarrowFailsafe:
    case AttentionAction::kLabelInterface:
      return ShowSubject(item);
  }
}

}  // namespace gw::gui
