#include "admin-gui/views/conflict_view.h"

#include <algorithm>

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QPushButton>
#include <QRadioButton>
#include <QVBoxLayout>

#include "admin-gui/views/change_lines.h"
#include "admin-gui/widgets/buttons.h"
#include "admin-gui/widgets/text_label.h"
#include "admin-gui/widgets/theme.h"

namespace gw::gui {
namespace {

constexpr int kTheirs = 0;
constexpr int kOurs = 1;

QString SideText(const std::optional<Resource>& was, const std::optional<Resource>& now,
                 const ResourceKey& key) {
  ResourceDifference difference{key, was, now};
  return ChangeSummary(difference);
}

}  // namespace

ConflictView::ConflictView(QWidget* parent) : QWidget(parent) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(kToolGap);
  title_ = new TextLabel(QString(), TextSize::kSection, Role::kText, this);
  line_ = new TextLabel(QString(), TextSize::kBody, Role::kMuted, this);
  for (TextLabel* label : {title_, line_}) {
    label->setWordWrap(true);
    column->addWidget(label);
  }
  choices_ = new QVBoxLayout;
  choices_->setSpacing(kToolGap);
  column->addLayout(choices_);
  continue_ = PlainButton(QString(), this);
  auto* row = new QHBoxLayout;
  row->addWidget(continue_);
  row->addStretch(1);
  column->addLayout(row);
  column->addStretch(1);
  connect(continue_, &QPushButton::clicked, this, &ConflictView::Continue);
}

void ConflictView::Show(const Conflict& conflict) {
  while (QLayoutItem* item = choices_->takeAt(0)) {
    delete item->widget();
    delete item;
  }
  qDeleteAll(groups_);
  groups_.clear();
  keys_.clear();
  const auto revision = static_cast<qint64>(conflict.revision);
  title_->setText(
      tr("%1 applied revision %2 while you were editing.").arg(conflict.author).arg(revision));
  const QString why = conflict.reason.isEmpty() ? QString() : tr("“%1”. ").arg(conflict.reason);
  line_->setText(why + tr("Your changes are kept: %1 fit on top of it, %2 need your choice.")
                           .arg(conflict.fitting)
                           .arg(conflict.choices.size()));
  for (const Conflict::Choice& choice : conflict.choices) AddChoice(choice);
  continue_->setText(tr("Continue with %1").arg(revision));
}

void ConflictView::AddChoice(const Conflict::Choice& choice) {
  auto* box = new QWidget(this);
  auto* column = new QVBoxLayout(box);
  column->setContentsMargins(0, 8, 0, 8);
  column->addWidget(
      new TextLabel(ChangeTitle(choice.key), TextSize::kBody, Role::kText, QFont::DemiBold, box));
  auto* theirs =
      new QRadioButton(tr("Theirs: %1").arg(SideText(choice.was, choice.theirs, choice.key)), box);
  auto* ours =
      new QRadioButton(tr("Yours: %1").arg(SideText(choice.was, choice.yours, choice.key)), box);
  auto* group = new QButtonGroup(this);
  group->addButton(theirs, kTheirs);
  group->addButton(ours, kOurs);
  theirs->setChecked(true);
  column->addWidget(theirs);
  column->addWidget(ours);
  choices_->addWidget(box);
  keys_.push_back(choice.key);
  groups_.push_back(group);
}

void ConflictView::Continue() {
  std::vector<ResourceKey> theirs;
  for (size_t i = 0; i < keys_.size(); ++i) {
    if (groups_[i]->checkedId() == kTheirs) theirs.push_back(keys_[i]);
  }
  Q_EMIT decided(theirs);
}

}  // namespace gw::gui
