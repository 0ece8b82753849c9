#include "admin-gui/views/policy_form.h"

#include <utility>

#include <QGridLayout>
#include <QHBoxLayout>
#include <QVBoxLayout>

#include "admin-gui/models/naming.h"
#include "admin-gui/models/policy_edits.h"
#include "admin-gui/models/policy_order.h"
#include "admin-gui/views/field_drafts.h"
#include "admin-gui/views/field_note.h"
#include "admin-gui/widgets/buttons.h"
#include "admin-gui/widgets/segmented.h"
#include "admin-gui/widgets/text_label.h"
#include "common/policy/evaluation_order.h"

namespace gw::gui {
namespace {

constexpr int kLabelColumn = 84;
constexpr int kTierWidth = 124;
constexpr int kOrderWidth = 72;
constexpr int kScopeCount = 4;
constexpr int kShownScopes = 2;  // the others are behind a link

QString Q(const std::string& text) { return QString::fromStdString(text); }

QString OrderText(const Policy& policy) {
  return policy.order ? QString::number(*policy.order, 'g', 12) : QString();
}

QString NameField() { return QStringLiteral("metadata.name"); }
QString OrderField() { return QStringLiteral("spec.order"); }
QString SelectorField() { return QStringLiteral("spec.selector"); }

}  // namespace

PolicyForm::PolicyForm(PolicySession& session, const PolicyReach& reach, QWidget* parent)
    : QWidget(parent), session_(session), reach_(reach) {
  auto* grid = new QGridLayout(this);
  grid->setContentsMargins(0, 0, 0, 0);
  grid->setHorizontalSpacing(kLabelGap);
  grid->setVerticalSpacing(kFormRowGap);
  grid->setColumnMinimumWidth(0, kLabelColumn);
  grid->setColumnStretch(1, 1);
  MakeTop(grid);
  MakeScopes(grid);
  connect(name_, &QLineEdit::textEdited, this, &PolicyForm::NameTyped);
  connect(name_, &QLineEdit::editingFinished, this, &PolicyForm::PutName);
  connect(name_note_, &FieldNote::remedyAsked, this, [this](const QString& name) {
    name_->setText(name);
    NameTyped(name);
    PutName();
  });
  connect(state_, &Segmented::currentChanged, this, &PolicyForm::PutState);
  connect(tier_, &QComboBox::activated, this, &PolicyForm::PutTier);
  connect(order_, &QLineEdit::textEdited, this, &PolicyForm::OrderTyped);
  connect(selector_, &SelectorEdit::textChanged, this, &PolicyForm::SelectorTyped);
  connect(selector_, &SelectorEdit::selectorChanged, this, &PolicyForm::selectorShown);
}

// A field that loses the focus because it goes has nothing to say any more.
PolicyForm::~PolicyForm() { name_->disconnect(this); }

void PolicyForm::MakeTop(QGridLayout* grid) {
  const auto label = [&](const QString& text, QWidget* field, int row) {
    auto* words = new TextLabel(text, TextSize::kBody, Role::kMuted, this);
    words->setBuddy(field);
    words->setMinimumHeight(kControlHeight);
    grid->addWidget(words, row, 0, Qt::AlignLeft | Qt::AlignTop);
  };
  name_ = new QLineEdit(this);
  name_->setAccessibleName(tr("Name"));
  state_ = new Segmented(tr("Effect"), {tr("Enforced"), tr("Staged")}, this);
  state_->setToolTip(tr("A staged policy is only recorded: what it would have decided"));
  name_note_ = new FieldNote(this);
  state_note_ = new FieldNote(this);
  auto* first = new QHBoxLayout;
  first->setSpacing(8);
  first->addWidget(name_, 1);
  first->addWidget(state_);
  auto* names = new QVBoxLayout;
  names->setSpacing(0);
  names->addLayout(first);
  names->addWidget(name_note_);
  names->addWidget(state_note_);
  label(tr("Name"), name_, 0);
  grid->addLayout(names, 0, 1);
  tier_ = new QComboBox(this);
  tier_->setAccessibleName(tr("Tier"));
  tier_->setMinimumWidth(kTierWidth);
  order_ = new QLineEdit(this);
  order_->setAccessibleName(tr("Order"));
  order_->setFixedWidth(kOrderWidth);
  order_->setPlaceholderText(tr("last"));
  place_ = new TextLabel({}, TextSize::kSmall, Role::kMuted, this);
  place_->SetElided();
  order_note_ = new FieldNote(this);
  auto* second = new QHBoxLayout;
  second->setSpacing(8);
  second->addWidget(tier_);
  second->addWidget(new TextLabel(tr("order"), TextSize::kBody, Role::kMuted, this));
  second->addWidget(order_);
  second->addWidget(place_, 1);
  auto* places = new QVBoxLayout;
  places->setSpacing(0);
  places->addLayout(second);
  places->addWidget(order_note_);
  label(tr("Tier"), tier_, 1);
  grid->addLayout(places, 1, 1);
  selector_ = new SelectorEdit(tr("Applies to"), this);
  selector_->SetPlaceholder(tr("every endpoint"));
  label(tr("Applies to"), selector_, 2);
  grid->addWidget(selector_, 2, 1);
}

void PolicyForm::MakeScopes(QGridLayout* grid) {
  auto* label = new TextLabel(tr("Traffic"), TextSize::kBody, Role::kMuted, this);
  label->setMinimumHeight(kControlHeight);
  grid->addWidget(label, 3, 0, Qt::AlignLeft | Qt::AlignTop);
  auto* column = new QVBoxLayout;
  column->setSpacing(4);
  for (int i = 0; i < kScopeCount; ++i) {
    const auto scope = static_cast<PolicyScope>(i);
    auto* line = new QWidget(this);
    auto* row = new QHBoxLayout(line);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(12);
    auto* choice = new QRadioButton(ScopeName(scope), line);
    choice->setAccessibleName(ScopeName(scope));
    choice->setAccessibleDescription(ScopeHint(scope));
    choice->setToolTip(ScopeField(scope));
    choice->setAutoExclusive(false);  // they have parents of their own
    choice->setMinimumHeight(26);
    auto* hint = new TextLabel(ScopeHint(scope), TextSize::kSmall, Role::kMuted, line);
    hint->SetElided();
    hint->setToolTip(ScopeHint(scope));
    row->addWidget(choice);
    row->addWidget(hint, 1);
    column->addWidget(line);
    scopes_.push_back(choice);
    scope_rows_.push_back(line);
    connect(choice, &QRadioButton::clicked, this, [this, scope] { PutScope(scope); });
    if (i + 1 != kShownScopes) continue;
    more_scopes_ = LinkButton(tr("Before NAT  ·  Untracked …"), this);
    column->addWidget(more_scopes_, 0, Qt::AlignLeft);
  }
  consequence_ = new TextLabel({}, TextSize::kSmall, Role::kWarn, QFont::Medium, this);
  consequence_->setWordWrap(true);
  column->addWidget(consequence_);
  grid->addLayout(column, 3, 1);
  connect(more_scopes_, &QPushButton::clicked, this, [this] {
    more_scopes_->hide();
    for (size_t i = kShownScopes; i < scope_rows_.size(); ++i) scope_rows_[i]->show();
  });
}

void PolicyForm::SetCompletion(const SelectorEdit::CompleteWord& complete) {
  selector_->SetCompletion(complete);
}

const Policy* PolicyForm::policy() const { return FindPolicy(session_.model(), key_); }

QString PolicyForm::Merge(const QString& field) const {
  return QStringLiteral("%1/%2").arg(Q(ToString(key_)), field);
}

void PolicyForm::Put(const QString& step, const Policy& policy, const QString& merge) {
  session_.Put(step, policy, merge.isEmpty() ? QString() : Merge(merge));
}

void PolicyForm::Show(const ResourceKey& key) {
  const bool other = !(key == key_);
  key_ = key;
  const Policy* shown = policy();
  if (shown == nullptr) return;
  const FieldDrafts drafts(session_, key_);
  if (other || !name_->hasFocus()) {
    const auto draft = drafts.Text(NameField());
    name_->setText(draft.value_or(Q(key.name)));
    if (draft) {
      NameTyped(*draft);
    } else {
      name_note_->Show(std::nullopt);
    }
  }
  if (other) state_note_->Show(std::nullopt);
  state_->SetCurrent(shown->staged ? 1 : 0);
  ShowTier(*shown);
  const QString text = drafts.Text(SelectorField()).value_or(Q(shown->selector));
  const bool typing =
      selector_->editor()->hasFocus() && !other && selector_->text().trimmed() == text.trimmed();
  if (!typing) selector_->SetText(text);
  selector_->SetCount([this](const Selector& selector) {
    const auto count = static_cast<int>(reach_.Selected(selector.Canonical()).size());
    return count == 1 ? tr("1 endpoint now") : tr("%1 endpoints").arg(count);
  });
  ShowScope(*shown);
}

void PolicyForm::ShowTier(const Policy& policy) {
  const std::vector<OrderedTier> tiers = EvaluationOrder(session_.model());
  QStringList names;
  for (const OrderedTier& tier : tiers) names << Q(tier.name);
  QStringList shown;
  for (int i = 0; i < tier_->count(); ++i) shown << tier_->itemText(i);
  if (shown != names) {
    tier_->clear();
    tier_->addItems(names);
  }
  tier_->setCurrentText(Q(policy.tier));
  const auto draft = FieldDrafts(session_, key_).Text(OrderField());
  const QString order = draft.value_or(OrderText(policy));
  bool same = false;
  const double typed = order_->text().toDouble(&same);
  same = same && policy.order && typed == *policy.order;
  if (!order_->hasFocus() || !same) order_->setText(order);
  if (!draft) order_note_->Show(std::nullopt);
  int total = 0;
  int number = 0;
  QString before;
  QString last;
  for (const OrderedTier& tier : tiers) {
    for (const OrderedPolicy& ordered : tier.policies) {
      ++total;
      if (ordered.key == key_) {
        number = ordered.number;
        before = last;
      }
      last = Q(ordered.key.name);
    }
  }
  place_->setText(before.isEmpty() ? tr("%1 of %2, the first").arg(number).arg(total)
                                   : tr("%1 of %2, after %3").arg(number).arg(total).arg(before));
}

void PolicyForm::ShowScope(const Policy& policy) {
  const auto scope = static_cast<size_t>(ScopeOf(policy));
  for (size_t i = 0; i < scopes_.size(); ++i) {
    scopes_[i]->setChecked(i == scope);
    if (i >= kShownScopes) {
      scope_rows_[i]->setVisible(scope >= kShownScopes || more_scopes_->isHidden());
    }
  }
  if (scope >= kShownScopes) more_scopes_->hide();
  QString words;
  if (ScopeOf(policy) == PolicyScope::kBeforeNat && policy.applies_to_egress) {
    words = tr("Before NAT decides arriving traffic only.");
  } else if (policy.apply_on_forward && !policy.staged) {
    // Only where it is this policy that turns the default.
    const std::vector<OrderedTier> order = EvaluationOrder(session_.model());
    std::vector<OrderedTier> without = order;
    for (OrderedTier& tier : without) {
      std::erase_if(tier.policies,
                    [this](const OrderedPolicy& ordered) { return ordered.key == key_; });
    }
    const auto before = reach_.Ends(session_.model(), without);
    const auto after = reach_.Ends(session_.model(), order);
    QStringList turned;
    for (size_t i = 0; i < before.size() && i < after.size(); ++i) {
      if (after[i].routed_denied && !before[i].routed_denied) turned << Q(after[i].name);
    }
    if (!turned.isEmpty()) {
      words = tr("From now on routed traffic arriving from %1 that no rule allows is denied.")
                  .arg(JoinWords(turned));
    }
  }
  consequence_->setText(words);
  consequence_->setVisible(!words.isEmpty());
}

// ---- editing ------------------------------------------------------------------------------------

void PolicyForm::NameTyped(const QString& text) {
  const QString problem = NameProblem(session_.model(), key_, text.toStdString());
  const FieldDrafts drafts(session_, key_);
  if (problem.isEmpty()) {
    drafts.Clear(NameField());
    return name_note_->ShowSoon(std::nullopt);
  }
  drafts.Keep(NameField(), text, problem);
  const QString free = Q(FreeName(session_.model(), key_.kind, text.toStdString()));
  name_note_->ShowSoon(TextProblem{problem, free, free});
}

void PolicyForm::PutName() {
  const std::string name = name_->text().toStdString();
  if (policy() == nullptr || name == key_.name) return;
  if (!NameProblem(session_.model(), key_, name).isEmpty()) return;
  const ResourceKey renamed_key{key_.kind, name};
  const ResourceKey from = key_;
  key_ = renamed_key;  // the model's change finds the form on the new name
  Q_EMIT renamed(renamed_key);
  session_.Rename(tr("Rename %1 to %2").arg(Q(from.name), Q(name)), from, name);
}

// Enforced and staged policies are kinds of their own, with names of their own.
void PolicyForm::PutState(int index) {
  const Policy* shown = policy();
  const bool staged = index == 1;
  if (shown == nullptr || shown->staged == staged) return;
  const auto edit = WithState(session_.model(), key_, staged);
  if (!edit) {
    state_->SetCurrent(shown->staged ? 1 : 0);
    state_note_->Show(TextProblem{
        staged ? tr("There is a staged policy of this name already.")
               : tr("There is an enforced policy of this name already. Rename this one first."),
        {},
        {}});
    return;
  }
  const ResourceKey from = key_;
  key_ = edit->key;
  Q_EMIT renamed(edit->key);
  session_.Edit(staged ? tr("Stage %1").arg(Q(from.name)) : tr("Enforce %1").arg(Q(from.name)),
                edit->changes);
}

void PolicyForm::PutTier(int index) {
  const Policy* shown = policy();
  const std::string tier = tier_->itemText(index).toStdString();
  if (shown == nullptr || shown->tier == tier) return;
  size_t last = 0;
  for (const OrderedTier& other : EvaluationOrder(session_.model())) {
    if (other.name == tier) last = other.policies.size();
  }
  session_.Edit(tr("Move %1 to tier %2").arg(Q(key_.name), Q(tier)),
                MovePolicy(session_.model(), key_, {tier, last}));
}

void PolicyForm::OrderTyped(const QString& text) {
  const Policy* shown = policy();
  if (shown == nullptr) return;
  const FieldDrafts drafts(session_, key_);
  bool is_number = false;
  const double order = text.trimmed().toDouble(&is_number);
  if (!text.trimmed().isEmpty() && !is_number) {
    const QString problem = tr("An order is a number, or nothing: then it comes last.");
    drafts.Keep(OrderField(), text, problem);
    return order_note_->ShowSoon(TextProblem{problem, {}, {}});
  }
  drafts.Clear(OrderField());
  order_note_->ShowSoon(std::nullopt);
  Policy changed = *shown;
  changed.order = is_number ? std::optional(order) : std::nullopt;
  Put(tr("Change order of %1").arg(Q(key_.name)), changed, QStringLiteral("order"));
}

void PolicyForm::SelectorTyped(const QString& text) {
  const Policy* shown = policy();
  if (shown == nullptr) return;
  const FieldDrafts drafts(session_, key_);
  if (!selector_->valid()) {
    drafts.Keep(SelectorField(), text, selector_->problem()->message);
    return;
  }
  drafts.Clear(SelectorField());
  Policy changed = *shown;
  changed.selector = text.trimmed().toStdString();
  Put(tr("Change what %1 applies to").arg(Q(key_.name)), changed, QStringLiteral("selector"));
}

void PolicyForm::PutScope(PolicyScope scope) {
  const Policy* shown = policy();
  if (shown == nullptr) return;
  Policy changed = *shown;
  SetScope(changed, scope);
  Put(tr("Change traffic of %1").arg(Q(key_.name)), changed);
  ShowScope(*policy());  // also where nothing changed
}

}  // namespace gw::gui
