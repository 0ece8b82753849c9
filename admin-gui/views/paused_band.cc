#include "admin-gui/views/paused_band.h"

#include <QHBoxLayout>
#include <QPainter>

#include "admin-gui/widgets/buttons.h"
#include "admin-gui/widgets/format.h"
#include "admin-gui/widgets/theme.h"

namespace gw::gui {
namespace {
constexpr int kBandHeight = 30;
}  // namespace

PausedBand::PausedBand(QWidget* parent) : QWidget(parent) {
  setFixedHeight(RowHeight(kBandHeight, FontFor(TextSize::kSmall)));
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(kContentMargin, 0, kContentMargin, 0);
  row->setSpacing(12);
  words_ = new TextLabel(QString(), TextSize::kSmall, Role::kText, QFont::Medium, this);
  newer_ = new TextLabel(QString(), TextSize::kSmall, Role::kText, this);
  show_ = LinkButton(tr("Show them"), this);
  row->addWidget(words_);
  row->addWidget(newer_);
  row->addWidget(show_);
  row->addStretch(1);
  connect(show_, &QPushButton::clicked, this, &PausedBand::liveAsked);
  hide();
}

void PausedBand::ShowPaused(qint64 newer) {
  words_->setText(tr("Paused while you read."));
  newer_->setText(newer == 1 ? tr("1 newer decision")
                             : tr("%1 newer decisions").arg(FormatCount(newer)));
  newer_->setVisible(newer > 0);
  show_->setText(newer > 0 ? tr("Show them") : tr("Go live"));
  show_->setAccessibleName(show_->text());
  show_->show();
  show();
}

void PausedBand::ShowSampling(int one_in) {
  words_->setText(tr("Showing 1 in %1 while this fast; all are recorded.").arg(one_in));
  newer_->hide();
  show_->hide();
  show();
}

void PausedBand::paintEvent(QPaintEvent* event) {
  Q_UNUSED(event);
  QPainter painter(this);
  painter.fillRect(rect(), Theme::Color(Role::kAccentSoft));
}

}  // namespace gw::gui
