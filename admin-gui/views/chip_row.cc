#include "admin-gui/views/chip_row.h"

#include <algorithm>

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QStringList>

namespace gw::gui {
namespace {

constexpr int kChipGap = 6;

// As PaintChip has it.
int ChipHeight() {
  return std::max(kChipHeight, QFontMetrics(FontFor(TextSize::kSmall)).height() + 5);
}

}  // namespace

ChipRow::ChipRow(const QString& name, QWidget* parent) : QWidget(parent), name_(name) {
  QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Preferred);
  policy.setHeightForWidth(true);
  setSizePolicy(policy);
  setFocusPolicy(Qt::StrongFocus);
  setMouseTracking(true);
}

void ChipRow::SetLabels(const Labels& labels) {
  chips_.clear();
  QStringList texts;
  for (const auto& [key, value] : labels) {
    chips_.push_back(
        {QString::fromStdString(key), QStringLiteral("="), QString::fromStdString(value)});
    texts << QStringLiteral("%1 = %2").arg(chips_.back().key, chips_.back().value);
  }
  setAccessibleName(QStringLiteral("%1: %2").arg(name_, texts.join(QStringLiteral(", "))));
  setToolTip(texts.join(QLatin1Char('\n')));
  hovered_ = -1;
  SetCurrent(0);
  updateGeometry();
  update();
}

std::vector<QRect> ChipRow::Places(int width) const {
  std::vector<QRect> places;
  const QFont font = FontFor(TextSize::kSmall);
  int x = 0;
  int y = 0;
  for (const ChipText& chip : chips_) {
    const int wide = std::min(ChipWidth(chip, font), width);
    if (x > 0 && x + wide > width) {
      x = 0;
      y += ChipHeight() + kChipGap;
    }
    places.emplace_back(x, y, wide, ChipHeight());
    x += wide + kChipGap;
  }
  return places;
}

int ChipRow::heightForWidth(int width) const {
  const std::vector<QRect> places = Places(width);
  return places.empty() ? 0 : places.back().bottom() + 1;
}

QSize ChipRow::sizeHint() const { return {200, heightForWidth(std::max(width(), 200))}; }

void ChipRow::paintEvent(QPaintEvent* event) {
  Q_UNUSED(event);
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setFont(FontFor(TextSize::kSmall));
  const std::vector<QRect> places = Places(width());
  for (size_t i = 0; i < places.size(); ++i) {
    ChipLook look;
    if (static_cast<int>(i) == hovered_) look.fill = Role::kSelection;
    look.focused = hasFocus() && static_cast<int>(i) == current_;
    PaintChip(&painter, places[i], chips_[i], look);
  }
}

// ---- choosing -----------------------------------------------------------------------------------

int ChipRow::IndexAt(const QPoint& at) const {
  const std::vector<QRect> places = Places(width());
  const auto found = std::find_if(places.begin(), places.end(),
                                  [&at](const QRect& place) { return place.contains(at); });
  return found == places.end() ? -1 : static_cast<int>(found - places.begin());
}

void ChipRow::SetHovered(int index) {
  if (index == hovered_) return;
  hovered_ = index;
  if (index < 0) {
    unsetCursor();
  } else {
    setCursor(Qt::PointingHandCursor);
  }
  update();
}

void ChipRow::SetCurrent(int index) {
  if (chips_.empty()) return;
  current_ = std::clamp(index, 0, static_cast<int>(chips_.size()) - 1);
  const ChipText& chip = chips_[static_cast<size_t>(current_)];
  setAccessibleDescription(tr("Return filters by %1 = %2").arg(chip.key, chip.value));
  update();
}

void ChipRow::Choose(int index) {
  if (index < 0 || index >= static_cast<int>(chips_.size())) return;
  // By value: who hears it may show other labels.
  const ChipText chip = chips_[static_cast<size_t>(index)];
  Q_EMIT chosen(chip.key, chip.value);
}

void ChipRow::mouseMoveEvent(QMouseEvent* event) { SetHovered(IndexAt(event->pos())); }

void ChipRow::leaveEvent(QEvent* event) {
  SetHovered(-1);
  QWidget::leaveEvent(event);
}

void ChipRow::mouseReleaseEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton) Choose(IndexAt(event->pos()));
}

void ChipRow::keyPressEvent(QKeyEvent* event) {
  switch (event->key()) {
    case Qt::Key_Left:
      return SetCurrent(current_ - 1);
    case Qt::Key_Right:
      return SetCurrent(current_ + 1);
    case Qt::Key_Home:
      return SetCurrent(0);
    case Qt::Key_End:
      return SetCurrent(static_cast<int>(chips_.size()) - 1);
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
      return Choose(current_);
    default:
      QWidget::keyPressEvent(event);
  }
}

}  // namespace gw::gui
