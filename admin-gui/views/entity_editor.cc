#include "admin-gui/views/entity_editor.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QVBoxLayout>

#include "admin-gui/models/rule_text.h"
#include "admin-gui/views/value_chips.h"
#include "admin-gui/widgets/scale.h"
#include "admin-gui/widgets/text_label.h"

namespace gw::gui {
namespace {

using Choice = EntityEditor::Choice;

constexpr int kChoiceWidth = 192;
constexpr char kAllSelector[] = "all()";

QString Q(const std::string& text) { return QString::fromStdString(text); }

bool SelectsAll(const std::string& selector) {
  const auto parsed = Selector::Parse(selector);
  return !selector.empty() && parsed.ok() && parsed->Canonical() == kAllSelector;
}

Choice ChoiceOf(const EntityRule& side) {
  if (SelectsAll(side.selector)) return Choice::kKnown;
  if (!side.selector.empty()) return Choice::kLabel;
  return side.nets.empty() ? Choice::kAny : Choice::kNetworks;
}

QStringList TextsOf(const std::vector<Prefix>& nets) {
  QStringList texts;
  for (const Prefix& net : nets) texts << Q(ToString(net));
  return texts;
}

std::vector<Prefix> NetsOf(const QStringList& texts) {
  std::vector<Prefix> nets;
  for (const QString& text : texts) {
    if (const auto net = ParsePrefix(text.toStdString()); net.ok()) nets.push_back(*net);
  }
  return nets;
}

}  // namespace

EntityEditor::EntityEditor(const QString& name, QWidget* parent) : QWidget(parent) {
  choices_ = new QComboBox(this);
  choices_->setAccessibleName(name);
  choices_->addItems(
      {tr("Any address"), tr("Any known endpoint"), tr("Known, by label"), tr("Networks")});
  choices_->setItemData(0, tr("No selector and no networks"), Qt::ToolTipRole);
  choices_->setItemData(1, QStringLiteral("selector: all()"), Qt::ToolTipRole);
  choices_->setItemData(2, QStringLiteral("selector"), Qt::ToolTipRole);
  choices_->setItemData(3, QStringLiteral("nets"), Qt::ToolTipRole);
  choices_->setFixedWidth(Scaled(kChoiceWidth));
  setFocusProxy(choices_);
  MakeFields(name);
  connect(choices_, &QComboBox::activated, this, &EntityEditor::ChooseByUser);
  Arrange();
}

void EntityEditor::MakeFields(const QString& name) {
  hint_ = new TextLabel({}, TextSize::kSmall, Role::kMuted, this);
  selector_ = new SelectorEdit(tr("%1, label").arg(name), this);
  networks_ = new ValueChips(tr("%1, networks").arg(name), tr("10.0.0.0/24"), this);
  except_ = new QWidget(this);
  not_selector_ = new SelectorEdit(tr("%1, except label").arg(name), except_);
  not_selector_->SetPlaceholder(tr("Label"));
  not_networks_ = new ValueChips(tr("%1, except networks").arg(name), tr("10.0.0.0/24"), except_);
  auto* top = new QHBoxLayout;
  top->setSpacing(8);
  top->addWidget(choices_, 0, Qt::AlignTop);
  auto* fields = new QVBoxLayout;
  fields->setSpacing(4);
  fields->addWidget(hint_);
  fields->addWidget(selector_);
  fields->addWidget(networks_);
  hint_->setMinimumHeight(kControlHeight);
  top->addLayout(fields, 1);
  auto* below = new QGridLayout(except_);
  below->setContentsMargins(0, 4, 0, 0);
  below->setHorizontalSpacing(8);
  below->setVerticalSpacing(4);
  below->setColumnMinimumWidth(0, Scaled(kChoiceWidth));
  below->setColumnStretch(1, 1);
  below->addWidget(
      new TextLabel(tr("except known, by label"), TextSize::kSmall, Role::kMuted, except_), 0, 0,
      Qt::AlignRight | Qt::AlignVCenter);
  below->addWidget(not_selector_, 0, 1);
  below->addWidget(new TextLabel(tr("except networks"), TextSize::kSmall, Role::kMuted, except_), 1,
                   0, Qt::AlignRight | Qt::AlignVCenter);
  below->addWidget(not_networks_, 1, 1);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addLayout(top);
  column->addWidget(except_);
  ConnectSelector(selector_, &EntityRule::selector, QStringLiteral("selector"));
  ConnectSelector(not_selector_, &EntityRule::not_selector, QStringLiteral("notSelector"));
  ConnectNetworks(networks_, &EntityRule::nets, QStringLiteral("nets"));
  ConnectNetworks(not_networks_, &EntityRule::not_nets, QStringLiteral("notNets"));
}

void EntityEditor::ConnectSelector(SelectorEdit* edit, std::string EntityRule::*text,
                                   const QString& field) {
  connect(edit, &SelectorEdit::textChanged, this, [this, edit, text, field](const QString& typed) {
    if (!drafts_) return;
    const QString path = path_ + QLatin1Char('.') + field;
    if (!edit->valid()) {
      drafts_->Keep(path, typed, edit->problem()->message);
      return;
    }
    const bool empties = typed.trimmed().isEmpty() && edit == selector_;
    if (empties) {
      // Without a text it would be any address: another choice, which nobody made.
      drafts_->Keep(path, typed, tr("Write a label, or choose Any address."));
      return;
    }
    drafts_->Clear(path);
    side_.*text = typed.trimmed().toStdString();
    Q_EMIT changed(side_, field);
  });
  connect(edit, &SelectorEdit::selectorChanged, this, &EntityEditor::selectorShown);
}

void EntityEditor::ConnectNetworks(ValueChips* chips, std::vector<Prefix> EntityRule::*nets,
                                   const QString& field) {
  chips->SetCheck([this, nets, field](const QString& text) {
    const auto read = ReadRuleNet(side_.*nets, field == u"notNets", text);
    const auto* problem = std::get_if<TextProblem>(&read);
    return problem == nullptr ? std::nullopt : std::optional(*problem);
  });
  connect(chips, &ValueChips::textsChanged, this, [this, nets, field](const QStringList& texts) {
    side_.*nets = NetsOf(texts);
    Q_EMIT changed(side_, field);
  });
}

void EntityEditor::SetCount(const SelectorEdit::Count& count,
                            const SelectorEdit::CompleteWord& complete) {
  for (SelectorEdit* edit : {selector_, not_selector_}) {
    edit->SetCount(count);
    edit->SetCompletion(complete);
  }
}

void EntityEditor::ShowSelector(SelectorEdit* edit, const std::string& text, const QString& field) {
  const auto draft = drafts_->Text(path_ + QLatin1Char('.') + field);
  const QString shown = draft.value_or(Q(text));
  if (edit->text() == shown) return;
  // While it is typed the field knows better: blanks at its end are not in the model.
  if (edit->editor()->hasFocus() && edit->text().trimmed() == shown.trimmed()) return;
  edit->SetText(shown);
}

void EntityEditor::Show(const EntityRule& side, const FieldDrafts& drafts, const QString& path) {
  const bool same = path == path_ && drafts_ && drafts_->policy() == drafts.policy();
  const bool was_choosing = same && choice_ != ChoiceOf(side_) && side == side_;
  side_ = side;
  drafts_ = drafts;
  path_ = path;
  const bool has_draft = drafts.Text(path + QStringLiteral(".selector")).has_value();
  const bool has_net_draft = drafts.Text(path + QStringLiteral(".nets")).has_value();
  if (!was_choosing) {
    choice_ = ChoiceOf(side);
    if (has_net_draft && choice_ == Choice::kAny) choice_ = Choice::kNetworks;
    if (has_draft) choice_ = Choice::kLabel;
  }
  if (!same) excepting_ = false;
  ShowSelector(selector_, side.selector, QStringLiteral("selector"));
  ShowSelector(not_selector_, side.not_selector, QStringLiteral("notSelector"));
  networks_->Show(TextsOf(side.nets), drafts, path + QStringLiteral(".nets"));
  not_networks_->Show(TextsOf(side.not_nets), drafts, path + QStringLiteral(".notNets"));
  Arrange();
}

// A choice that needs a text changes the rule when there is one.
void EntityEditor::ChooseByUser(int index) {
  choice_ = static_cast<Choice>(index);
  EntityRule side = side_;
  drafts_->Clear(path_ + QStringLiteral(".selector"));
  drafts_->Clear(path_ + QStringLiteral(".nets"));
  if (choice_ != Choice::kNetworks) side.nets.clear();
  if (choice_ == Choice::kAny || choice_ == Choice::kNetworks) side.selector.clear();
  if (choice_ == Choice::kKnown) side.selector = kAllSelector;
  if (choice_ == Choice::kLabel && SelectsAll(side.selector)) side.selector.clear();
  Arrange();
  if (choice_ == Choice::kLabel) {
    selector_->SetText(Q(side.selector));
    selector_->setFocus();
  }
  if (choice_ == Choice::kNetworks) networks_->setFocus();
  const bool waits = (choice_ == Choice::kLabel && side.selector.empty()) ||
                     (choice_ == Choice::kNetworks && side.nets.empty());
  if (waits) {
    drafts_->Keep(
        path_ + (choice_ == Choice::kLabel ? QStringLiteral(".selector") : QStringLiteral(".nets")),
        QString(),
        choice_ == Choice::kLabel ? tr("Write a label, or choose Any address.")
                                  : tr("Add a network, or choose Any address."));
    return;
  }
  if (side == side_) return;
  side_ = side;
  Q_EMIT changed(side_, QStringLiteral("selector"));
}

void EntityEditor::ShowExceptions() {
  excepting_ = true;
  Arrange();
  not_networks_->setFocus();
}

void EntityEditor::Arrange() {
  choices_->setCurrentIndex(static_cast<int>(choice_));
  const bool label = choice_ == Choice::kLabel;
  selector_->setVisible(label);
  // A rule may name labels and networks: both must match.
  networks_->setVisible(choice_ == Choice::kNetworks || !side_.nets.empty());
  const bool hints = choice_ == Choice::kAny || choice_ == Choice::kKnown;
  hint_->setVisible(hints);
  hint_->setText(choice_ == Choice::kAny ? tr("known or not")
                                         : tr("has a name here; unknown addresses do not match"));
  const bool draft = drafts_ && (drafts_->Text(path_ + QStringLiteral(".notSelector")) ||
                                 drafts_->Text(path_ + QStringLiteral(".notNets")));
  except_->setVisible(excepting_ || draft || !side_.not_selector.empty() ||
                      !side_.not_nets.empty());
}

}  // namespace gw::gui
