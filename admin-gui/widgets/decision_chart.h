// DecisionChart: the overview's stacked bars of allowed and denied over time (gui.md §4.2). Left
// and Right walk the bars, Return opens one. Times are milliseconds since the epoch.

#ifndef ADMIN_GUI_WIDGETS_DECISION_CHART_H_
#define ADMIN_GUI_WIDGETS_DECISION_CHART_H_

#include <vector>

#include <QWidget>
#include <QtCharts/QBarSet>
#include <QtCharts/QChart>
#include <QtCharts/QChartView>
#include <QtCharts/QStackedBarSeries>
#include <QtCharts/QValueAxis>

#include "admin-gui/widgets/time_histogram.h"

namespace gw::gui {

class DecisionChart : public QChartView {
  Q_OBJECT

 public:
  explicit DecisionChart(QWidget* parent = nullptr);

  // `range` in words for the accessible name: "last 24 hours".
  void SetBuckets(qint64 from, qint64 until, const std::vector<HistogramBucket>& buckets,
                  const QString& range);
  int current() const { return current_; }  // the bar under keys or pointer, -1 for none
  // "14:00 to 14:15, 1,402 allowed, 31 denied"
  QString BarText(int bar) const;

 Q_SIGNALS:
  void barActivated(qint64 from, qint64 until);

 protected:
  void keyPressEvent(QKeyEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void drawForeground(QPainter* painter, const QRectF& rect) override;
  void changeEvent(QEvent* event) override;

 private:
  void Colour();
  void SetCurrent(int bar);
  int BarAt(const QPointF& point) const;
  QRectF BarRect(int bar) const;
  void Activate(int bar);

  QBarSet* allowed_ = nullptr;
  QBarSet* denied_ = nullptr;
  QStackedBarSeries* series_ = nullptr;
  QValueAxis* counts_ = nullptr;
  QValueAxis* bars_ = nullptr;  // unseen; without it bars would not fill the plot
  qint64 from_ = 0;
  qint64 until_ = 0;
  std::vector<HistogramBucket> buckets_;
  int current_ = -1;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_WIDGETS_DECISION_CHART_H_
