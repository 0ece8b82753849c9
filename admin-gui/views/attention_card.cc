#include "admin-gui/views/attention_card.h"

#include <algorithm>

#include <QHBoxLayout>
#include <QPushButton>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>

#include "admin-gui/widgets/buttons.h"
#include "admin-gui/widgets/format.h"
#include "admin-gui/widgets/scale.h"
#include "admin-gui/widgets/text_label.h"

namespace gw::gui {
namespace {

constexpr int kIcon = 16;
constexpr int kActionBesideMax = 96;
constexpr int kActionBesideLimit = 128;  // in any font: the card does not grow with it
constexpr int kActionWidthMin = 60;

// A fact that may well be meant so has the quiet icon.
bool IsNotice(AttentionKind kind) {
  return kind == AttentionKind::kInterfaceFree || kind == AttentionKind::kAnyShadowed ||
         kind == AttentionKind::kWorkloadExempt || kind == AttentionKind::kOther;
}

}  // namespace

AttentionCard::AttentionCard(QWidget* parent)
    : Card(tr("Needs attention"), QString(), parent),
      area_(new QScrollArea(this)),
      aside_(LinkButton(QString(), this)) {
  area_->setFrameShape(QFrame::NoFrame);
  area_->setWidgetResizable(true);
  area_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  area_->setFocusPolicy(Qt::NoFocus);
  area_->setAccessibleName(tr("Needs attention"));
  body()->addWidget(area_, 1);
  body()->addWidget(aside_, 0, Qt::AlignLeft);
  connect(aside_, &QPushButton::clicked, this, &AttentionCard::showAllAsked);
  ShowItems({}, 0);
}

void AttentionCard::ShowItems(const std::vector<AttentionItem>& items, int set_aside) {
  auto* rows = new QWidget(area_);
  auto* column = new QVBoxLayout(rows);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(12);
  for (const AttentionItem& item : items) column->addWidget(MakeRow(item, rows));
  if (items.empty()) {
    auto* line = new QHBoxLayout;
    line->setSpacing(8);
    line->addWidget(new IconLabel(QStringLiteral("allow"), Role::kAllow, kIcon, rows));
    line->addWidget(new TextLabel(tr("Nothing needs you."), TextSize::kBody, Role::kMuted, rows),
                    1);
    column->addLayout(line);
  }
  column->addStretch(1);
  area_->setWidget(rows);  // the rows before go
  SetFact(items.empty() ? QString() : FormatCount(static_cast<qint64>(items.size())));
  aside_->setText(tr("%n set aside", nullptr, set_aside));
  aside_->setToolTip(tr("Show them again"));
  aside_->setVisible(set_aside > 0);
}

QWidget* AttentionCard::MakeRow(const AttentionItem& item, QWidget* parent) {
  auto* row = new QWidget(parent);
  auto* line = new QHBoxLayout(row);
  line->setContentsMargins(0, 0, 0, 0);
  line->setSpacing(8);
  const bool notice = IsNotice(item.kind);
  auto* icon = new IconLabel(notice ? QStringLiteral("info") : QStringLiteral("warn"),
                             notice ? Role::kMuted : Role::kWarn, kIcon, row);
  line->addWidget(icon, 0, Qt::AlignTop);
  auto* words = new QVBoxLayout;
  words->setSpacing(2);
  auto* head = new QHBoxLayout;
  head->setSpacing(8);
  auto* title = new TextLabel(item.title, TextSize::kBody, Role::kText, QFont::Medium, row);
  title->setWordWrap(true);
  auto* cause = new TextLabel(item.cause, TextSize::kSmall, Role::kMuted, row);
  cause->setWordWrap(true);
  head->addWidget(title, 1);
  QPushButton* action = LinkButton(item.action_text, row);
  action->setAccessibleName(QStringLiteral("%1: %2").arg(item.action_text, item.title));
  // Long words of action would leave the sentence too little.
  const bool beside =
      action->sizeHint().width() <= std::min(Scaled(kActionBesideMax), kActionBesideLimit);
  if (beside) head->addWidget(action, 0, Qt::AlignTop);
  words->addLayout(head);
  words->addWidget(cause);
  if (!beside) {
    action->setMinimumWidth(kActionWidthMin);  // elides rather than being cut
    action->setToolTip(item.action_text);
    words->addWidget(action, 0, Qt::AlignLeft);
  }
  line->addLayout(words, 1);
  QToolButton* aside =
      IconButton(QStringLiteral("close"), tr("Set aside: %1").arg(item.title), row);
  aside->setFixedSize(24, 24);
  aside->setToolTip(tr("Set aside until it changes"));
  line->addWidget(aside, 0, Qt::AlignTop);
  // What is asked for makes the rows anew: not within their own click.
  connect(
      action, &QPushButton::clicked, this, [this, item] { Q_EMIT actionAsked(item); },
      Qt::QueuedConnection);
  connect(
      aside, &QToolButton::clicked, this, [this, item] { Q_EMIT setAsideAsked(item); },
      Qt::QueuedConnection);
  return row;
}

}  // namespace gw::gui
