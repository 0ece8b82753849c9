#include "admin-gui/views/policy_live_panel.h"

#include <utility>

#include "absl/time/clock.h"
#include <QDateTime>
#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

#include "admin-gui/models/flow_words.h"
#include "admin-gui/models/policy_edits.h"
#include "admin-gui/models/policy_words.h"
#include "admin-gui/widgets/buttons.h"
#include "admin-gui/widgets/card.h"
#include "admin-gui/widgets/format.h"
#include "admin-gui/widgets/text_label.h"
#include "common/policy/evaluation_order.h"

namespace gw::gui {
namespace {

constexpr int kQuietMs = 400;
constexpr absl::Duration kEvidence = absl::Hours(24 * 7);
constexpr size_t kLookedAtMax = 100'000;
constexpr size_t kEndpointsShown = 6;
constexpr int kTreeLinesMax = 9;

QString Q(const std::string& text) { return QString::fromStdString(text); }

void Empty(QVBoxLayout* layout) {
  while (QLayoutItem* item = layout->takeAt(0)) {
    if (item->widget() != nullptr) item->widget()->deleteLater();
    delete item;
  }
}

// Name, then a second fact; an icon before them.
QWidget* FactLine(const QString& icon, Role role, const QString& name, const QString& fact,
                  QWidget* parent) {
  auto* line = new QWidget(parent);
  auto* row = new QHBoxLayout(line);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(8);
  row->addWidget(new IconLabel(icon, role, 16, line));
  auto* text = new TextLabel(name, TextSize::kBody, Role::kText, QFont::Medium, line);
  text->SetElided();
  row->addWidget(text, 1);
  row->addWidget(new TextLabel(fact, TextSize::kSmall, Role::kMuted, line));
  return line;
}

}  // namespace

PolicyLivePanel::PolicyLivePanel(Gateway& gateway, PolicySession& session, QWidget* parent)
    : QScrollArea(parent), gateway_(gateway), session_(session) {
  setFrameShape(QFrame::NoFrame);
  setWidgetResizable(true);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setAccessibleName(tr("What the rule means"));
  MakeContent();
  quiet_.setSingleShot(true);
  quiet_.setInterval(kQuietMs);
  connect(&quiet_, &QTimer::timeout, this, &PolicyLivePanel::AskFlows);
}

TextLabel* PolicyLivePanel::MakeHeading(const QString& text, TextLabel** fact) {
  auto* row = new QHBoxLayout;
  auto* title = new TextLabel(text, TextSize::kSmall, Role::kMuted, QFont::DemiBold, widget());
  row->addWidget(title, 1);
  if (fact != nullptr) {
    *fact = new TextLabel({}, TextSize::kSmall, Role::kMuted, widget());
    row->addWidget(*fact);
  }
  column_->addSpacing(8);
  column_->addLayout(row);
  return title;
}

void PolicyLivePanel::MakeContent() {
  auto* content = new QWidget(this);
  content->setBackgroundRole(QPalette::Window);
  setWidget(content);
  column_ = new QVBoxLayout(content);
  column_->setContentsMargins(kPaneMargin, 12, kPaneMargin, kPaneMargin);
  column_->setSpacing(8);
  sentence_title_ = MakeHeading({}, nullptr);
  auto* card = new Card(content);
  sentence_ = new TextLabel({}, TextSize::kLead, Role::kText, card);
  sentence_->setWordWrap(true);
  sentence_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  card->body()->addWidget(sentence_);
  column_->addWidget(card);
  selector_title_ = MakeHeading({}, nullptr);
  tree_ = new SelectorTree(tr("What the label selects, part by part"), content);
  tree_->viewport()->setBackgroundRole(QPalette::Window);
  column_->addWidget(tree_);
  MakeHeading(tr("Applies to"), &endpoints_fact_);
  endpoints_ = new QVBoxLayout;
  endpoints_->setSpacing(6);
  column_->addLayout(endpoints_);
  TextLabel* span = nullptr;
  flows_title_ = MakeHeading({}, &span);
  flows_title_->SetElided();
  span->setText(tr("7 days"));
  flows_part_ = new QWidget(content);
  auto* flows = new QVBoxLayout(flows_part_);
  flows->setContentsMargins(0, 0, 0, 0);
  flows->setSpacing(8);
  auto* count = new QHBoxLayout;
  count->setSpacing(6);
  flows_count_ = new TextLabel({}, TextSize::kFigure, Role::kText, flows_part_);
  flows_words_ = new TextLabel({}, TextSize::kSmall, Role::kMuted, flows_part_);
  flows_words_->setWordWrap(true);
  count->addWidget(flows_count_);
  count->addWidget(flows_words_, 1);
  flows->addLayout(count);
  flow_rows_ = new QVBoxLayout;
  flow_rows_->setSpacing(8);
  flows->addLayout(flow_rows_);
  column_->addWidget(flows_part_);
  consequence_ = new Card(content);
  consequence_->SetColours(Role::kWarnSoft, Role::kWarnSoft);
  consequence_words_ = new TextLabel({}, TextSize::kBody, Role::kText, consequence_);
  consequence_words_->setWordWrap(true);
  consequence_link_ = LinkButton({}, consequence_);
  consequence_->body()->addWidget(consequence_words_);
  consequence_->body()->addWidget(consequence_link_, 0, Qt::AlignLeft);
  consequence_->hide();
  column_->addWidget(consequence_);
  column_->addStretch(1);
  connect(consequence_link_, &QPushButton::clicked, this, [this] { Q_EMIT policyWanted(first_); });
}

const Policy* PolicyLivePanel::policy() const {
  return FindPolicy(session_.model(), place_.policy);
}

const Rule* PolicyLivePanel::rule() const {
  const Policy* written = policy();
  if (written == nullptr || !place_.rule) return nullptr;
  const std::vector<Rule>& rules = written->rules(place_.direction);
  return *place_.rule < rules.size() ? &rules[*place_.rule] : nullptr;
}

QString PolicyLivePanel::sentence() const { return sentence_->text(); }

void PolicyLivePanel::Show(const Place& place, const PolicyReach& reach) {
  const bool other = !(place == place_);
  place_ = place;
  if (policy() == nullptr) return;
  const Rule* shown = rule();
  ShowSentence();
  ShowEndpoints(reach);
  ShowOwnSelector(other);
  flows_title_->setText(shown == nullptr
                            ? tr("Recorded flows")
                            : tr("Recorded flows that match rule %1").arg(*place_.rule + 1));
  flows_part_->setVisible(shown != nullptr);
  flows_title_->setVisible(shown != nullptr);
  if (shown == nullptr) return consequence_->hide();
  if (!other && asked_rule_ == *shown && flows_) return;
  if (other) {
    flows_.reset();
    ShowFlows();
  }
  quiet_.start();
}

// The label that the rule names, or else what the policy applies to.
void PolicyLivePanel::ShowOwnSelector(bool always) {
  const Rule* shown = rule();
  const bool to = shown != nullptr && !shown->destination.selector.empty();
  const bool from = shown != nullptr && !shown->source.selector.empty();
  const std::string& text = to     ? shown->destination.selector
                            : from ? shown->source.selector
                                   : policy()->selector;
  const auto selector = Selector::Parse(text);
  if (!selector.ok() || (!always && text == own_selector_)) return;
  own_selector_ = text;
  const bool endpoints = !to && !from;
  ShowSelector(*selector, endpoints ? tr("Endpoints, part by part") : tr("Label, part by part"),
               endpoints);
}

void PolicyLivePanel::ShowSentence() {
  const Rule* shown = rule();
  const NextTiers next = NextTiersOf(EvaluationOrder(session_.model()));
  if (shown != nullptr) {
    sentence_title_->setText(tr("Rule %1 in words").arg(*place_.rule + 1));
    sentence_->setText(
        RuleSentence(session_.model(), next, *policy(), place_.direction, *shown, false));
    return;
  }
  sentence_title_->setText(tr("In words"));
  const PolicySummary summary = SummaryOf(session_.model(), *policy(), next);
  sentence_->setText(
      summary.more == 0 ? summary.sentence
                        : tr("%1, and %n more rules", nullptr, summary.more).arg(summary.sentence));
}

void PolicyLivePanel::ShowSelector(const Selector& selector, const QString& title, bool endpoints) {
  selector_title_->setText(title);
  const SelectorMembers members(session_.model(), endpoints);
  tree_->Show(selector, [&members](const Selector& asked, size_t node) {
    return members.PartOf(asked, node);
  });
  int lines = 0;
  for (QTreeWidgetItemIterator it(tree_); *it != nullptr; ++it) ++lines;
  const int height = RowHeight(26, FontFor(TextSize::kBody));
  tree_->setFixedHeight(std::min(lines, kTreeLinesMax) * height + 2);
}

void PolicyLivePanel::ShowEndpoints(const PolicyReach& reach) {
  Empty(endpoints_);
  const std::vector<size_t>& selected = reach.Selected(policy()->selector);
  endpoints_fact_->setText(tr("%1 of %2")
                               .arg(FormatCount(static_cast<qint64>(selected.size())),
                                    FormatCount(static_cast<qint64>(reach.endpoints().size()))));
  if (selected.empty()) {
    endpoints_->addWidget(FactLine(QStringLiteral("warn"), Role::kWarn,
                                   tr("%1 applies to no endpoint.").arg(Q(place_.policy.name)), {},
                                   widget()));
  }
  for (size_t i = 0; i < selected.size() && i < kEndpointsShown; ++i) {
    const ReachedEndpoint& endpoint = reach.endpoints()[selected[i]];
    endpoints_->addWidget(FactLine(QStringLiteral("endpoints"), Role::kMuted, Q(endpoint.key.name),
                                   Q(endpoint.interface_name), widget()));
  }
  if (selected.size() > kEndpointsShown) {
    endpoints_->addWidget(new TextLabel(
        tr("and %n more", nullptr, static_cast<int>(selected.size() - kEndpointsShown)),
        TextSize::kSmall, Role::kMuted, widget()));
  }
}

// ---- evidence -----------------------------------------------------------------------------------

void PolicyLivePanel::AskFlows() {
  const Rule* shown = rule();
  if (shown == nullptr) return;
  asked_rule_ = *shown;
  names_ = std::make_shared<const FlowNames>(session_.model());
  const auto matcher = std::make_shared<const RuleMatcher>(session_.model(), names_, *policy(),
                                                           place_.direction, *shown);
  call_.Cancel();
  call_ = gateway_.Ask<RuleFlows>(
      this, Gateway::Lane::kLong,
      [matcher](Service& service, const CallContext& context) {
        return FindRuleFlows(service, context, *matcher, absl::Now() - kEvidence, kLookedAtMax);
      },
      [this](absl::StatusOr<RuleFlows> flows) {
        // Without an audit log there is no evidence, which is what the words say.
        TakeFlows(flows.ok() ? *std::move(flows) : RuleFlows());
      });
}

void PolicyLivePanel::TakeFlows(RuleFlows flows) {
  flows_ = std::move(flows);
  ShowFlows();
}

void PolicyLivePanel::ShowFlows() {
  Empty(flow_rows_);
  consequence_->hide();
  flows_count_->setVisible(flows_ && flows_->flows > 0);
  if (!flows_) {
    flows_words_->setText(tr("Looking…"));
    return;
  }
  if (flows_->flows == 0) {
    flows_words_->setText(tr("No recorded flow matches in 7 days"));
    return;
  }
  flows_count_->setText(FormatCount(flows_->flows));
  QString words = flows_->sources == 1
                      ? tr("flows from 1 device")
                      : tr("flows from %n devices", nullptr, static_cast<int>(flows_->sources));
  if (!flows_->complete) {
    words = tr("%1, among the newest %2 decisions").arg(words, FormatCount(flows_->looked_at));
  }
  flows_words_->setText(words);
  for (const AuditRecord& record : flows_->newest) {
    const bool denied = record.verdict == Verdict::kDeny;
    const auto time = QDateTime::fromMSecsSinceEpoch(absl::ToUnixMillis(record.time));
    const ServiceWords service = ServiceOf(record.tuple);
    auto* line = new QWidget(widget());
    auto* column = new QVBoxLayout(line);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(1);
    column->addWidget(FactLine(denied ? QStringLiteral("deny") : QStringLiteral("allow"),
                               denied ? Role::kDeny : Role::kAllow,
                               QStringLiteral("%1  →  %2")
                                   .arg(NameOrAddress(*names_, record.tuple.source),
                                        NameOrAddress(*names_, record.tuple.destination)),
                               FormatTime(time, QDateTime::currentDateTime()), line));
    auto* fact =
        new TextLabel(tr("%1 %2 · decided by %3")
                          .arg(service.name, service.number, DeciderWords(record.decided_by))
                          .trimmed(),
                      TextSize::kSmall, Role::kMuted, line);
    fact->SetElided();
    fact->setContentsMargins(24, 0, 0, 0);
    column->addWidget(fact);
    flow_rows_->addWidget(line);
  }
  ShowConsequence();
}

// Said only where it is so for every flow that was found.
void PolicyLivePanel::ShowConsequence() {
  const auto numbers = [this] {
    std::map<std::string, int> by_name;
    for (const OrderedTier& tier : EvaluationOrder(session_.model())) {
      for (const OrderedPolicy& ordered : tier.policies) {
        if (!ordered.policy->staged || ordered.key == place_.policy) {
          by_name[ordered.key.name] = ordered.number;
        }
      }
    }
    return by_name;
  }();
  const auto own = numbers.find(place_.policy.name);
  if (own == numbers.end()) return;
  for (const auto& [decider, count] : flows_->deciders) {
    const auto deciding = RuleOfDecider(decider);
    if (!deciding || deciding->is_profile) return;
    const auto found = numbers.find(deciding->owner);
    if (found == numbers.end() || found->second >= own->second) return;
  }
  const auto first = RuleOfDecider(flows_->deciders.front().first);
  const bool denies = flows_->newest.front().verdict == Verdict::kDeny;
  first_ = {ResourceKind::kGlobalNetworkPolicy, first->owner};
  const QString words =
      denies ? tr("Rule %1 would decide none of them: %2 (%3) comes first and denies them.")
             : tr("Rule %1 would decide none of them: %2 (%3) comes first and allows them.");
  consequence_words_->setText(
      words.arg(*place_.rule + 1).arg(Q(first->owner)).arg(numbers.at(first->owner)));
  consequence_link_->setText(tr("Open %1").arg(Q(first->owner)));
  consequence_link_->setAccessibleName(consequence_link_->text());
  consequence_->show();
}

}  // namespace gw::gui
