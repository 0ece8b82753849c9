#include "admin-gui/widgets/sparkline.h"

#include <numeric>

#include <QCoreApplication>
#include <QPainter>

#include "admin-gui/widgets/format.h"
#include "admin-gui/widgets/paint.h"

namespace gw::gui {

QString SparklineInWords(const std::vector<qint64>& values) {
  const auto third = static_cast<std::ptrdiff_t>(values.size() / 3);
  const qint64 early = std::accumulate(values.begin(), values.begin() + third, qint64{0});
  const qint64 late = std::accumulate(values.end() - third, values.end(), qint64{0});
  const qint64 sum = std::accumulate(values.begin(), values.end(), qint64{0});
  QString trend = Sparkline::tr("steady, %1");
  // A quarter more or less is plainly a change.
  if (late * 4 > early * 5) trend = Sparkline::tr("rising, %1");
  if (late * 5 < early * 4) trend = Sparkline::tr("falling, %1");
  return trend.arg(FormatCount(sum));
}

Sparkline::Sparkline(QWidget* parent) : QWidget(parent) {
  setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void Sparkline::Set(std::vector<qint64> values, Role role) {
  values_ = std::move(values);
  role_ = role;
  setAccessibleName(SparklineInWords(values_));
  setToolTip(accessibleName());
  update();
}

QSize Sparkline::sizeHint() const { return {72, 16}; }

void Sparkline::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  PaintSparkline(&painter, rect(), values_, role_);
}

}  // namespace gw::gui
