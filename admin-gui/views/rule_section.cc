#include "admin-gui/views/rule_section.h"

#include <algorithm>
#include <utility>

#include <QHBoxLayout>
#include <QMenu>
#include <QVBoxLayout>

#include "admin-gui/models/policy_edits.h"
#include "admin-gui/models/policy_words.h"
#include "admin-gui/views/field_drafts.h"
#include "admin-gui/views/rule_card.h"
#include "admin-gui/widgets/buttons.h"
#include "admin-gui/widgets/segmented.h"
#include "admin-gui/widgets/text_label.h"
#include "common/policy/evaluation_order.h"

namespace gw::gui {
namespace {

constexpr size_t kNamesShown = 3;

QString Q(const std::string& text) { return QString::fromStdString(text); }

}  // namespace

RuleSection::RuleSection(PolicySession& session, const PolicyTableModel& table, Direction direction,
                         QWidget* parent)
    : QWidget(parent), session_(session), table_(table), direction_(direction) {
  const bool arriving = direction == Direction::kIngress;
  heading_ = new QWidget(this);
  auto* row = new QHBoxLayout(heading_);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(8);
  title_ = new TextLabel({}, TextSize::kBody, Role::kText, QFont::DemiBold, heading_);
  fact_ = new TextLabel({}, TextSize::kSmall, Role::kMuted, heading_);
  fact_->SetElided();
  add_ = QuietButton(tr("Add rule"), heading_, QStringLiteral("plus"));
  stop_ = LinkButton(tr("Do not decide it"), heading_);
  row->addWidget(title_);
  row->addWidget(fact_, 1);
  row->addWidget(stop_);
  row->addWidget(add_);
  list_ = new RuleList(
      arriving ? tr("Rules for arriving traffic") : tr("Rules for leaving traffic"), model_, this);
  card_ = new RuleCard(this);
  card_->hide();
  empty_ = new TextLabel({}, TextSize::kBody, Role::kMuted, this);
  empty_->setWordWrap(true);
  absent_ = new QWidget(this);
  auto* line = new QHBoxLayout(absent_);
  line->setContentsMargins(0, 0, 0, 0);
  line->setSpacing(8);
  line->addWidget(new TextLabel(arriving ? tr("Arriving: not decided by this policy")
                                         : tr("Leaving: not decided by this policy"),
                                TextSize::kBody, Role::kMuted, absent_));
  QPushButton* decide = LinkButton(tr("Decide it"), absent_);
  line->addWidget(decide);
  line->addStretch(1);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(6);
  column->addWidget(heading_);
  column->addWidget(list_);
  column->addWidget(empty_);
  column->addWidget(absent_);
  connect(add_, &QPushButton::clicked, this, &RuleSection::AddRule);
  connect(decide, &QPushButton::clicked, this, [this] { Decide(true); });
  connect(stop_, &QPushButton::clicked, this, [this] { Decide(false); });
  connect(list_, &RuleList::opened, this, [this](int rule) { Open(static_cast<size_t>(rule)); });
  connect(list_, &RuleList::closed, this, [this] { Open(std::nullopt); });
  connect(list_, &RuleList::moveAsked, this, &RuleSection::Move);
  connect(list_, &RuleList::duplicateAsked, this, &RuleSection::Duplicate);
  connect(list_, &RuleList::deleteAsked, this, &RuleSection::Delete);
  connect(list_, &RuleList::menuAsked, this, &RuleSection::ShowMenu);
  connect(card_, &RuleCard::changed, this, &RuleSection::Change);
  connect(card_, &RuleCard::selectorShown, this, &RuleSection::selectorShown);
  connect(card_, &RuleCard::menuAsked, this,
          [this](const QPoint& global) { ShowMenu(list_->open_row(), global); });
}

void RuleSection::SetCount(const SelectorEdit::Count& count,
                           const SelectorEdit::CompleteWord& complete) {
  card_->SetCount(count, complete);
}

const Policy* RuleSection::policy() const { return FindPolicy(session_.model(), key_); }

std::optional<size_t> RuleSection::open_rule() const {
  const int row = list_->open_row();
  return row < 0 ? std::nullopt : std::optional(static_cast<size_t>(row));
}

void RuleSection::Show(const ResourceKey& key) {
  key_ = key;
  const Policy* shown = policy();
  if (shown == nullptr) return;
  const auto shadows = table_.reach().Shadows(EvaluationOrder(session_.model()), key);
  model_.SetRules(session_.model(), *shown, direction_, shadows, [this](size_t rule) {
    // What is not in force yet was never asked.
    return table_.HitsOf(key_, direction_, rule);
  });
  ShowHeading(*shown);
  const auto open = open_rule();
  if (!open) return;
  if (*open >= shown->rules(direction_).size()) return Open(std::nullopt);
  card_->Show(shown->rules(direction_)[*open], FieldDrafts(session_, key_), direction_, *open);
  list_->Arrange();
}

void RuleSection::ShowHeading(const Policy& policy) {
  const bool decides = policy.applies_to(direction_);
  const bool arriving = direction_ == Direction::kIngress;
  const size_t rules = policy.rules(direction_).size();
  QStringList names;
  const std::vector<size_t>& selected = table_.reach().Selected(policy.selector);
  for (const size_t index : selected) {
    if (names.size() < static_cast<qsizetype>(kNamesShown)) {
      names << Q(table_.reach().endpoints()[index].key.name);
    }
  }
  const bool few = !selected.empty() && selected.size() <= kNamesShown;
  title_->setText(!few       ? (arriving ? tr("Arriving") : tr("Leaving"))
                  : arriving ? tr("Arriving from %1").arg(JoinWords(names))
                             : tr("Leaving to %1").arg(JoinWords(names)));
  fact_->setText(rules == 0   ? QString()
                 : rules == 1 ? tr("1 rule")
                              : tr("%1 rules, the first that matches decides").arg(rules));
  heading_->setVisible(decides);
  list_->setVisible(decides && rules > 0);
  empty_->setText(EmptyWords(policy));
  empty_->setVisible(decides && rules == 0);
  absent_->setVisible(!decides);
  // A policy decides one direction at least.
  stop_->setVisible(rules == 0 && policy.applies_to_ingress && policy.applies_to_egress);
}

QString RuleSection::EmptyWords(const Policy& policy) const {
  for (const OrderedTier& tier : EvaluationOrder(session_.model())) {
    if (tier.name == policy.tier && tier.end == TierAction::kPass) {
      return tr("No rules and the tier passes on: this has no effect");
    }
  }
  return tr("No rules: what no other policy of this tier allows is denied");
}

void RuleSection::Open(std::optional<size_t> rule) {
  const Policy* shown = policy();
  const bool there = shown != nullptr && rule && *rule < shown->rules(direction_).size();
  if (!there) {
    list_->Open(-1, nullptr);
    Q_EMIT opened(std::nullopt);
    return;
  }
  list_->Open(static_cast<int>(*rule), card_);
  card_->Show(shown->rules(direction_)[*rule], FieldDrafts(session_, key_), direction_, *rule);
  list_->Arrange();
  list_->setCurrentIndex(model_.index(static_cast<int>(*rule)));
  Q_EMIT opened(rule);
}

// ---- editing ------------------------------------------------------------------------------------

RuleSection::Arranged RuleSection::Now() const {
  Arranged now;
  now.rules = policy()->rules(direction_);
  for (size_t i = 0; i < now.rules.size(); ++i) now.was.emplace_back(i);
  return now;
}

void RuleSection::Put(const QString& step, const Arranged& arranged, const QString& merge) {
  Policy changed = *policy();
  (direction_ == Direction::kIngress ? changed.ingress : changed.egress) = arranged.rules;
  if (merge.isEmpty()) {
    FieldDrafts(session_, key_).MoveRules(direction_, [&](size_t rule) -> std::optional<size_t> {
      const auto at = std::find(arranged.was.begin(), arranged.was.end(), rule);
      if (at == arranged.was.end()) return std::nullopt;
      return static_cast<size_t>(at - arranged.was.begin());
    });
  }
  session_.Put(step, changed,
               merge.isEmpty() ? QString() : QStringLiteral("%1/%2").arg(Q(ToString(key_)), merge));
}

QString RuleSection::RuleWithPolicy(size_t rule) const {
  return tr("%1 rule %2").arg(Q(key_.name)).arg(rule + 1);
}

void RuleSection::Change(const Rule& rule, const QString& what, const QString& field) {
  const auto open = open_rule();
  if (policy() == nullptr || !open || *open >= policy()->rules(direction_).size()) return;
  Arranged now = Now();
  now.rules[*open] = rule;
  Put(tr("Change %1 of %2").arg(what, RuleWithPolicy(*open)), now,
      RulePath(direction_, *open) + QLatin1Char('.') + field);
}

void RuleSection::AddRule() {
  if (policy() == nullptr) return;
  Arranged now = Now();
  Rule rule;
  rule.action = RuleAction::kAllow;
  now.rules.push_back(rule);
  now.was.emplace_back(std::nullopt);
  const size_t last = now.rules.size() - 1;
  Put(tr("Add rule %1 to %2").arg(last + 1).arg(Q(key_.name)), now);
  Open(last);
  card_->actions()->setFocus();
}

void RuleSection::Move(int row, int step) {
  Arranged now = Now();
  const int to = row + step;
  if (row < 0 || to < 0 || to >= static_cast<int>(now.rules.size())) return;
  std::swap(now.rules[static_cast<size_t>(row)], now.rules[static_cast<size_t>(to)]);
  std::swap(now.was[static_cast<size_t>(row)], now.was[static_cast<size_t>(to)]);
  const bool was_open = list_->open_row() == row;
  Put(tr("Move %1").arg(RuleWithPolicy(static_cast<size_t>(row))), now);
  if (was_open) {
    Open(static_cast<size_t>(to));
  } else {
    list_->setCurrentIndex(model_.index(to));
  }
}

void RuleSection::Duplicate(int row) {
  Arranged now = Now();
  if (row < 0 || row >= static_cast<int>(now.rules.size())) return;
  const size_t at = static_cast<size_t>(row);
  now.rules.insert(now.rules.begin() + row + 1, Rule(now.rules[at]));
  now.was.insert(now.was.begin() + row + 1, std::nullopt);
  Put(tr("Duplicate %1").arg(RuleWithPolicy(at)), now);
  Open(at + 1);
}

void RuleSection::Delete(int row) {
  Arranged now = Now();
  if (row < 0 || row >= static_cast<int>(now.rules.size())) return;
  const QString what = RuleWithPolicy(static_cast<size_t>(row));
  now.rules.erase(now.rules.begin() + row);
  now.was.erase(now.was.begin() + row);
  Open(std::nullopt);
  Put(tr("Delete %1").arg(what), now);
  list_->setCurrentIndex(model_.index(std::min(row, model_.rowCount() - 1)));
  list_->setFocus();
  Q_EMIT announced(tr("%1 deleted.").arg(what), true);
}

void RuleSection::Decide(bool decide) {
  if (policy() == nullptr) return;
  Policy changed = *policy();
  (direction_ == Direction::kIngress ? changed.applies_to_ingress : changed.applies_to_egress) =
      decide;
  session_.Put(tr("Change directions of %1").arg(Q(key_.name)), changed);
}

void RuleSection::ShowMenu(int row, const QPoint& global) {
  if (row < 0) return;
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  menu->addAction(tr("Move up"), QKeySequence(Qt::ALT | Qt::Key_Up), this,
                  [this, row] { Move(row, -1); });
  menu->addAction(tr("Move down"), QKeySequence(Qt::ALT | Qt::Key_Down), this,
                  [this, row] { Move(row, 1); });
  menu->addAction(tr("Duplicate"), QKeySequence(Qt::CTRL | Qt::Key_D), this,
                  [this, row] { Duplicate(row); });
  menu->addSeparator();
  menu->addAction(tr("Delete"), QKeySequence(QKeySequence::Delete), this,
                  [this, row] { Delete(row); });
  menu->popup(global);
}

}  // namespace gw::gui
