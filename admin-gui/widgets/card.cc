#include "admin-gui/widgets/card.h"

#include <QHBoxLayout>
#include <QPainter>

#include "admin-gui/widgets/paint.h"
#include "admin-gui/widgets/text_label.h"

namespace gw::gui {

Card::Card(QWidget* parent) : QFrame(parent), body_(new QVBoxLayout(this)) {
  body_->setContentsMargins(kCardPadding, kCardPadding, kCardPadding, kCardPadding);
  body_->setSpacing(kToolGap);
}

Card::Card(const QString& title, const QString& fact, QWidget* parent) : Card(parent) {
  auto* line = new QHBoxLayout;
  title_ = new TextLabel(title, TextSize::kBody, Role::kText, QFont::DemiBold, this);
  fact_ = new TextLabel(fact, TextSize::kSmall, Role::kMuted, this);
  fact_->SetShrinking();
  line->addWidget(title_);
  line->addStretch();
  line->addWidget(fact_);
  body_->addLayout(line);
  setAccessibleName(title);
}

void Card::SetTitle(const QString& title) {
  if (title_ != nullptr) title_->setText(title);
  setAccessibleName(title);
}

void Card::SetFact(const QString& fact) {
  if (fact_ == nullptr) return;
  fact_->setText(fact);
  fact_->setToolTip(fact);
}

void Card::SetLegend(const QString& legend) {
  if (fact_ == nullptr) return;
  fact_->setTextFormat(Qt::RichText);
  fact_->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Preferred);
  fact_->setText(legend);
}

void Card::SetColours(Role fill, Role edge) {
  fill_ = fill;
  edge_ = edge;
  update();
}

void Card::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  FillRounded(&painter, QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), kCardRadius,
              Theme::Color(fill_), Theme::Color(edge_));
}

}  // namespace gw::gui
