#include "admin-gui/widgets/wrapping_row.h"

#include <algorithm>
#include <iterator>

#include <QEvent>

namespace gw::gui {

WrappingRow::WrappingRow(int spacing, QWidget* parent) : QWidget(parent), spacing_(spacing) {
  QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum);
  policy.setHeightForWidth(true);
  setSizePolicy(policy);
}

void WrappingRow::Add(QWidget* widget) {
  widget->setParent(this);
  widgets_.push_back(widget);
  updateGeometry();
}

std::vector<QWidget*> WrappingRow::Shown() const {
  std::vector<QWidget*> shown;
  std::copy_if(widgets_.begin(), widgets_.end(), std::back_inserter(shown),
               [](const QWidget* widget) { return !widget->isHidden(); });
  return shown;
}

int WrappingRow::WidthInALine() const {
  int width = -spacing_;
  for (const QWidget* widget : Shown()) width += widget->sizeHint().width() + spacing_;
  return std::max(width, 0);
}

int WrappingRow::heightForWidth(int width) const {
  const bool in_a_line = WidthInALine() <= width;
  int highest = 0;
  int sum = -spacing_;
  for (const QWidget* widget : Shown()) {
    highest = std::max(highest, widget->sizeHint().height());
    sum += widget->sizeHint().height() + spacing_;
  }
  return in_a_line ? highest : std::max(sum, 0);
}

QSize WrappingRow::sizeHint() const {
  const int width = WidthInALine();
  return {width, heightForWidth(width)};
}

QSize WrappingRow::minimumSizeHint() const {
  int width = 0;
  int height = 0;
  for (const QWidget* widget : Shown()) {
    width = std::max(width, widget->sizeHint().width());
    height = std::max(height, widget->sizeHint().height());
  }
  return {width, height};
}

void WrappingRow::Arrange() {
  const bool in_a_line = WidthInALine() <= width();
  QPoint at(0, 0);
  for (QWidget* widget : Shown()) {
    const QSize size = widget->sizeHint();
    widget->setGeometry({at, QSize(std::min(size.width(), width()), size.height())});
    (in_a_line ? at.rx() : at.ry()) += spacing_ + (in_a_line ? size.width() : size.height());
  }
}

void WrappingRow::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  Arrange();
}

bool WrappingRow::event(QEvent* event) {
  if (event->type() == QEvent::LayoutRequest) {
    updateGeometry();
    Arrange();
  }
  return QWidget::event(event);
}

}  // namespace gw::gui
