#include "admin-gui/views/fact_row.h"

#include <utility>

#include <QPainter>

#include "admin-gui/widgets/icons.h"
#include "admin-gui/widgets/paint.h"

namespace gw::gui {
namespace {

constexpr int kBar = 4;
constexpr int kIconSpace = 26;

}  // namespace

FactRow::FactRow(Facts facts, QWidget* parent) : QAbstractButton(parent), facts_(std::move(facts)) {
  setFocusPolicy(Qt::TabFocus);
  setCursor(Qt::PointingHandCursor);
  setAttribute(Qt::WA_Hover);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  QStringList words = {facts_.title, facts_.aside, facts_.second, facts_.figure};
  words.removeAll(QString());
  setAccessibleName(words.join(QStringLiteral(", ")));
  setToolTip(facts_.second.isEmpty() ? facts_.title
                                     : facts_.title + QLatin1Char('\n') + facts_.second);
}

QSize FactRow::sizeHint() const {
  const int line = QFontMetrics(font()).height();
  return {200, facts_.share >= 0 ? line + kBar + 14 : 2 * line + 10};
}

void FactRow::paintEvent(QPaintEvent* /*event*/) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const QRect box = rect();
  if (underMouse()) {
    FillRounded(&painter, QRectF(box).adjusted(-2, 0, 2, 0), kFieldRadius,
                Theme::Color(Role::kHover));
  }
  const int line = QFontMetrics(font()).height() + 2;
  int left = box.left();
  if (!facts_.icon.isEmpty()) {
    Icons::Paint(&painter, QRect(left, 4, 16, line), facts_.icon, facts_.icon_role, 16);
    left += kIconSpace;
  }
  const QFont figure_font = facts_.figure_is_link ? FontFor(TextSize::kBody, QFont::Medium)
                            : facts_.share >= 0   ? FontFor(TextSize::kBody, QFont::DemiBold)
                                                  : FontFor(TextSize::kBody);
  const int figure_width =
      facts_.figure.isEmpty() ? 0 : TabularWidth(facts_.figure, figure_font) + 2;
  painter.setFont(figure_font);
  painter.setPen(Theme::Color(facts_.figure_is_link ? Role::kAccent
                              : facts_.share >= 0   ? Role::kText
                                                    : Role::kMuted));
  const QRect figure(box.right() - figure_width, 4, figure_width, line);
  if (facts_.figure_is_link) {
    painter.drawText(figure, Qt::AlignRight | Qt::AlignVCenter, facts_.figure);
  } else {
    PaintTabular(&painter, figure, Qt::AlignRight | Qt::AlignVCenter, facts_.figure);
  }
  const QRect first(left, 4, figure.left() - left - 12, line);
  const int used = PaintElided(&painter, first, facts_.title, Role::kText,
                               FontFor(TextSize::kBody, QFont::Medium));
  if (!facts_.aside.isEmpty() && first.width() - used > 30) {
    PaintElided(&painter, first.adjusted(used + 8, 0, 0, 0), facts_.aside, Role::kMuted,
                FontFor(TextSize::kSmall));
  }
  if (facts_.share >= 0) {
    const QRectF track(box.left(), 4 + line + 3, box.width(), kBar);
    FillRounded(&painter, track, kBar / 2.0, Theme::Color(Role::kSunken));
    const double width = std::max<double>(kBar, track.width() * std::min(1.0, facts_.share));
    FillRounded(&painter, QRectF(track.left(), track.top(), width, kBar), kBar / 2.0,
                Theme::Color(Role::kC2));
  } else {
    PaintElided(&painter, QRect(left, 4 + line, box.right() - left, line), facts_.second,
                Role::kMuted, FontFor(TextSize::kSmall));
  }
  if (hasFocus()) PaintFocusRing(&painter, QRectF(box).adjusted(1, 1, -1, -1), kFieldRadius);
}

}  // namespace gw::gui
