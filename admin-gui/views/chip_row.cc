#include "admin-gui/views/chip_row.h"

#include <algorithm>

#include <QPainter>
#include <QStringList>

namespace gw::gui {
namespace {
constexpr int kChipGap = 6;
}  // namespace

ChipRow::ChipRow(const QString& name, QWidget* parent) : QWidget(parent), name_(name) {
  QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Preferred);
  policy.setHeightForWidth(true);
  setSizePolicy(policy);
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
      y += kChipHeight + kChipGap;
    }
    places.emplace_back(x, y, wide, kChipHeight);
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
  for (size_t i = 0; i < places.size(); ++i) PaintChip(&painter, places[i], chips_[i]);
}

}  // namespace gw::gui
