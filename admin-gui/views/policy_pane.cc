#include "admin-gui/views/policy_pane.h"

#include <algorithm>

#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

#include "admin-gui/models/policy_edits.h"
#include "admin-gui/models/policy_words.h"
#include "admin-gui/models/rule_list_model.h"
#include "admin-gui/views/policy_delegate.h"
#include "admin-gui/widgets/buttons.h"
#include "admin-gui/widgets/card.h"
#include "admin-gui/widgets/format.h"
#include "admin-gui/widgets/text_label.h"
#include "common/policy/evaluation_order.h"

namespace gw::gui {
namespace {

using Kind = PolicyRow::Kind;

// Beyond these the editor, which scrolls them without a widget each, is the place.
constexpr size_t kRulesShown = 20;
constexpr size_t kEndpointsShown = 12;
constexpr size_t kShadowsShown = 3;
constexpr int kNumberWidth = 18;

QString Q(const std::string& text) { return QString::fromStdString(text); }

void Empty(QLayout* layout) {
  while (QLayoutItem* item = layout->takeAt(0)) {
    if (item->layout() != nullptr) Empty(item->layout());
    delete item->widget();
    delete item;
  }
}

}  // namespace

PolicyPane::PolicyPane(QWidget* parent) : QScrollArea(parent) {
  setFrameShape(QFrame::NoFrame);
  setWidgetResizable(true);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setAccessibleName(tr("The selected policy"));
  auto* content = new QWidget(this);
  content->setBackgroundRole(QPalette::Window);
  column_ = new QVBoxLayout(content);
  column_->setContentsMargins(kPaneMargin, kPaneMargin, kPaneMargin, kPaneMargin);
  column_->setSpacing(8);
  setWidget(content);
}

void PolicyPane::Clear() { Empty(column_); }

void PolicyPane::AddText(const QString& text, TextSize size, Role role) {
  auto* label = new TextLabel(text, size, role, widget());
  label->setWordWrap(true);
  label->setTextInteractionFlags(Qt::TextSelectableByMouse);
  column_->addWidget(label);
}

void PolicyPane::AddHeading(const QString& text) {
  column_->addSpacing(8);
  column_->addWidget(
      new TextLabel(text, TextSize::kSmall, Role::kMuted, QFont::DemiBold, widget()));
}

void PolicyPane::AddLine(const QString& number, const QString& icon, Role role, const QString& text,
                         const QString& fact) {
  auto* row = new QHBoxLayout;
  row->setSpacing(8);
  if (!number.isEmpty()) {
    auto* label = new TextLabel(number, TextSize::kBody, Role::kMuted, widget());
    label->setFixedWidth(kNumberWidth);
    label->setAlignment(Qt::AlignRight | Qt::AlignTop);
    row->addWidget(label, 0, Qt::AlignTop);
  }
  row->addWidget(new IconLabel(icon, role, 16, widget()), 0, Qt::AlignTop);
  auto* words = new TextLabel(text, TextSize::kBody, Role::kText, widget());
  words->setWordWrap(true);
  row->addWidget(words, 1);
  if (!fact.isEmpty()) {
    row->addWidget(new TextLabel(fact, TextSize::kSmall, Role::kMuted, widget()), 0, Qt::AlignTop);
  }
  column_->addLayout(row);
}

void PolicyPane::Show(const Model& model, const PolicyTableModel& table, const PolicyRow* row) {
  const QString identity = row == nullptr ? QString()
                                          : QStringLiteral("%1/%2/%3")
                                                .arg(static_cast<int>(row->kind))
                                                .arg(Q(row->tier), Q(ToString(row->key)));
  if (identity != identity_) effect_.clear();
  identity_ = identity;
  Clear();
  if (row != nullptr && row->kind == Kind::kPolicy) {
    ShowPolicy(model, table, *row);
  } else if (row != nullptr) {
    AddText(row->kind == Kind::kTier ? tr("Tier %1").arg(row->text) : row->text, TextSize::kLead,
            Role::kText);
    if (row->kind == Kind::kTier) {
      AddText(row->fact, TextSize::kBody, Role::kMuted);
      AddText(row->end, TextSize::kBody, Role::kText);
    }
    if (row->kind == Kind::kRest) ShowRest(table);
  }
  column_->addStretch(1);
}

void PolicyPane::ShowPolicy(const Model& model, const PolicyTableModel& table,
                            const PolicyRow& row) {
  const Policy* policy = FindPolicy(model, row.key);
  if (policy == nullptr) {
    AddText(tr("%1 is deleted").arg(row.text), TextSize::kSection, Role::kText);
    AddText(tr("It decides until the changes are applied."), TextSize::kBody, Role::kMuted);
    return;
  }
  AddText(tr("%1  %2").arg(row.number).arg(row.text), TextSize::kSection, Role::kText);
  AddText(row.staged ? tr("Staged: it is only recorded what it would decide")
                     : tr("%1, %2").arg(row.scope, row.directions),
          TextSize::kSmall, row.staged ? Role::kStaged : Role::kMuted);
  const auto shadows = table.reach().Shadows(EvaluationOrder(model), row.key);
  QStringList warnings;
  if (row.endpoints == 0) warnings << tr("%1 applies to no endpoint.").arg(row.text);
  for (size_t i = 0; i < shadows.size() && i < kShadowsShown; ++i) {
    warnings << ShadowSentence(row.key, shadows[i]);
  }
  if (!effect_.isEmpty()) warnings.prepend(effect_);
  if (!warnings.isEmpty()) {
    auto* card = new Card(widget());
    card->SetColours(Role::kWarnSoft, Role::kWarnSoft);
    auto* words =
        new TextLabel(warnings.join(QStringLiteral("\n")), TextSize::kBody, Role::kText, card);
    words->setWordWrap(true);
    card->body()->addWidget(words);
    column_->addWidget(card);
  }
  for (const Direction direction : {Direction::kIngress, Direction::kEgress}) {
    if (policy->applies_to(direction)) ShowRules(model, table, *policy, direction);
  }
  AddHeading(tr("Applies to"));
  const std::vector<size_t>& selected = table.reach().Selected(policy->selector);
  for (size_t i = 0; i < selected.size() && i < kEndpointsShown; ++i) {
    const ReachedEndpoint& endpoint = table.reach().endpoints()[selected[i]];
    AddLine({}, QStringLiteral("endpoints"), Role::kMuted, Q(endpoint.key.name),
            Q(endpoint.interface_name));
  }
  if (selected.size() > kEndpointsShown) {
    AddText(tr("and %n more", nullptr, static_cast<int>(selected.size() - kEndpointsShown)),
            TextSize::kSmall, Role::kMuted);
  }
  if (selected.empty()) AddText(row.selector, TextSize::kSmall, Role::kMuted);
  column_->addSpacing(8);
  auto* links = new QHBoxLayout;
  links->setSpacing(kToolGap);
  QPushButton* open = PlainButton(tr("Open"), widget());
  QPushButton* flows = QuietButton(tr("Show flows"), widget());
  links->addWidget(open);
  links->addWidget(flows);
  links->addStretch(1);
  column_->addLayout(links);
  connect(open, &QPushButton::clicked, this, [this, key = row.key] { Q_EMIT openAsked(key); });
  connect(flows, &QPushButton::clicked, this, [this, name = row.text] {
    Q_EMIT flowsAsked(QStringLiteral("policy == '%1'").arg(name));
  });
}

void PolicyPane::ShowRules(const Model& model, const PolicyTableModel& table, const Policy& policy,
                           Direction direction) {
  const std::vector<Rule>& rules = policy.rules(direction);
  const NextTiers next = NextTiersOf(EvaluationOrder(model));
  AddHeading(direction == Direction::kIngress ? tr("Arriving") : tr("Leaving"));
  if (rules.empty()) {
    AddText(tr("No rules: what no other policy of this tier allows is denied"), TextSize::kBody,
            Role::kMuted);
  }
  for (size_t i = 0; i < rules.size() && i < kRulesShown; ++i) {
    const PolicyHits hits = table.HitsOf(KeyOf(policy), direction, i);
    const int action = static_cast<int>(rules[i].action);
    AddLine(QString::number(i + 1), IconOfAction(action), RoleOfAction(action, policy.staged),
            RuleSentence(model, next, policy, direction, rules[i], false),
            FormatHits(hits.observed ? std::optional(hits.count) : std::nullopt));
  }
  if (rules.size() > kRulesShown) {
    AddText(tr("and %n more rules", nullptr, static_cast<int>(rules.size() - kRulesShown)),
            TextSize::kSmall, Role::kMuted);
  }
}

void PolicyPane::ShowRest(const PolicyTableModel& table) {
  AddHeading(tr("What no rule decides, arriving"));
  const auto word = [](bool denied) { return denied ? tr("denied") : tr("passes"); };
  for (const EndpointEnd& end : table.ends()) {
    const bool denies = end.gateway_denied || end.routed_denied;
    AddLine({}, denies ? QStringLiteral("deny") : QStringLiteral("skip"),
            denies ? Role::kDeny : Role::kMuted, Q(end.name),
            tr("routed %1 · to this gateway %2")
                .arg(word(end.routed_denied), word(end.gateway_denied)));
  }
}

void PolicyPane::ShowEffect(const QString& words) { effect_ = words; }

QString PolicyPane::text() const {
  QStringList texts;
  for (const TextLabel* label : widget()->findChildren<TextLabel*>()) texts << label->text();
  return texts.join(QLatin1Char('\n'));
}

}  // namespace gw::gui
