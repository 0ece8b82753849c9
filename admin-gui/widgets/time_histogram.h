// TimeHistogram: decisions over time, denied on top of allowed, with a brush that picks a range
// (gui.md §5.6). Times are milliseconds since the epoch.

#ifndef ADMIN_GUI_WIDGETS_TIME_HISTOGRAM_H_
#define ADMIN_GUI_WIDGETS_TIME_HISTOGRAM_H_

#include <optional>
#include <utility>
#include <vector>

#include <QLocale>
#include <QString>
#include <QWidget>

namespace gw::gui {

struct HistogramBucket {
  qint64 allowed = 0;
  qint64 denied = 0;
  bool known = true;  // false: not read yet, hatched
};

class TimeHistogram : public QWidget {
  Q_OBJECT

 public:
  using Range = std::pair<qint64, qint64>;  // [from, until)

  explicit TimeHistogram(QWidget* parent = nullptr);

  // `buckets` of equal length share [from, until).
  void SetBuckets(qint64 from, qint64 until, std::vector<HistogramBucket> buckets);
  Range shown() const { return {from_, until_}; }
  const std::optional<Range>& range() const { return brush_; }
  void SetRange(const std::optional<Range>& range);  // no signal
  // How many buckets fit: 4 px bars at 6 px step.
  int BucketsThatFit() const;
  // "14:26 to 14:32, 1,204 decisions, 96 denied"
  QString ValueText() const;

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 Q_SIGNALS:
  void rangeChanged();                        // the brush, by the user; read range()
  void zoomAsked(qint64 from, qint64 until);  // the wheel or + and -: show this instead

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  bool event(QEvent* event) override;

 private:
  enum class Drag : uint8_t { kNone, kNew, kMove, kFrom, kUntil };

  qreal XOf(qint64 time) const;
  qint64 TimeAt(qreal x) const;
  qint64 BucketLength() const;
  void PaintBars(QPainter* painter) const;
  void PaintAxis(QPainter* painter) const;
  void PaintBrush(QPainter* painter, bool handles) const;
  void MoveBrush(qint64 from, qint64 until);
  void Zoom(qreal factor, qint64 around);
  Drag DragAt(qreal x) const;

  qint64 from_ = 0;
  qint64 until_ = 0;
  std::vector<HistogramBucket> buckets_;
  std::optional<Range> brush_;
  Drag drag_ = Drag::kNone;
  qint64 drag_start_ = 0;
  Range drag_brush_ = {0, 0};
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_WIDGETS_TIME_HISTOGRAM_H_
