#include "admin-gui/widgets/time_histogram.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <QDateTime>
#include <QKeyEvent>
#include <QPainter>

#include "admin-gui/widgets/format.h"
#include "admin-gui/widgets/paint.h"

namespace gw::gui {
namespace {

constexpr int kBarsHeight = 52;
constexpr int kAxisHeight = 18;
constexpr int kTop = 8;
constexpr int kStep = 6;
constexpr double kBarShare = 4.0 / kStep;
constexpr int kHandleWidth = 7;
constexpr int kHandleHeight = 16;
constexpr qreal kOutside = 0.45;
constexpr double kZoomStep = 0.7;
constexpr int kLabelWidth = 110;

// Round distances between axis labels, seconds.
constexpr std::array<qint64, 16> kRoundSteps = {
    1, 5, 15, 60, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 172800, 604800};

QString Clock(qint64 time, qint64 step) {
  const QDateTime when = QDateTime::fromMSecsSinceEpoch(time);
  if (step < 60) return when.toString(u"HH:mm:ss");
  return step < 86400 ? when.toString(u"HH:mm") : QLocale().toString(when.date(), u"d MMM");
}

}  // namespace

TimeHistogram::TimeHistogram(QWidget* parent) : QWidget(parent) {
  setAccessibleName(tr("Decisions over time"));
  setFocusPolicy(Qt::StrongFocus);
  setMouseTracking(true);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

QSize TimeHistogram::sizeHint() const { return {480, kTop + kBarsHeight + kAxisHeight + 2}; }
QSize TimeHistogram::minimumSizeHint() const { return {160, sizeHint().height()}; }

int TimeHistogram::BucketsThatFit() const { return std::max(1, width() / kStep); }

void TimeHistogram::SetBuckets(qint64 from, qint64 until, std::vector<HistogramBucket> buckets) {
  from_ = from;
  until_ = until;
  buckets_ = std::move(buckets);
  setAccessibleDescription(ValueText());
  update();
}

void TimeHistogram::SetRange(const std::optional<Range>& range) {
  brush_ = range;
  setAccessibleDescription(ValueText());
  update();
}

qint64 TimeHistogram::BucketLength() const {
  return buckets_.empty()
             ? 1
             : std::max<qint64>(1, (until_ - from_) / static_cast<qint64>(buckets_.size()));
}

qreal TimeHistogram::XOf(qint64 time) const {
  if (until_ <= from_) return 0;
  return static_cast<qreal>(time - from_) / static_cast<qreal>(until_ - from_) * width();
}

qint64 TimeHistogram::TimeAt(qreal x) const {
  const qreal share = std::clamp(x / std::max(1, width()), 0.0, 1.0);
  return from_ + std::llround(share * static_cast<qreal>(until_ - from_));
}

QString TimeHistogram::ValueText() const {
  const Range range = brush_.value_or(Range{from_, until_});
  qint64 allowed = 0;
  qint64 denied = 0;
  for (size_t i = 0; i < buckets_.size(); ++i) {
    const qint64 middle = from_ + static_cast<qint64>(i) * BucketLength() + BucketLength() / 2;
    if (middle < range.first || middle >= range.second) continue;
    allowed += buckets_[i].allowed;
    denied += buckets_[i].denied;
  }
  return tr("%1 to %2, %3 decisions, %4 denied")
      .arg(Clock(range.first, kRoundSteps[3]), Clock(range.second, kRoundSteps[3]),
           FormatCount(allowed + denied), FormatCount(denied));
}

void TimeHistogram::PaintBars(QPainter* painter) const {
  qint64 most = 1;
  for (const HistogramBucket& bucket : buckets_)
    most = std::max(most, bucket.allowed + bucket.denied);
  const qreal step = static_cast<qreal>(width()) / static_cast<qreal>(buckets_.size());
  const qreal bar = std::max(1.0, step * kBarShare);
  const qreal floor = kTop + kBarsHeight;
  for (size_t i = 0; i < buckets_.size(); ++i) {
    const HistogramBucket& bucket = buckets_[i];
    const qreal x = static_cast<qreal>(i) * step;
    const qint64 middle = from_ + static_cast<qint64>(i) * BucketLength() + BucketLength() / 2;
    const bool outside = brush_ && (middle < brush_->first || middle >= brush_->second);
    painter->setOpacity(outside ? kOutside : 1);
    if (!bucket.known) {
      painter->fillRect(QRectF(x, kTop, step, kBarsHeight),
                        QBrush(Theme::Color(Role::kBorder), Qt::BDiagPattern));
      continue;
    }
    const auto height = [&](qint64 count) {
      if (count == 0) return 0.0;
      return std::max(1.0,
                      static_cast<qreal>(count) / static_cast<qreal>(most) * (kBarsHeight - 1));
    };
    const qreal allowed = std::floor(height(bucket.allowed));
    const qreal denied = std::floor(height(bucket.denied));
    painter->fillRect(QRectF(x, floor - allowed, bar, allowed), Theme::Color(Role::kC1));
    const qreal gap = allowed > 0 && denied > 0 ? 1 : 0;
    painter->fillRect(QRectF(x, floor - allowed - gap - denied, bar, denied),
                      Theme::Color(Role::kC2));
  }
  painter->setOpacity(1);
}

void TimeHistogram::PaintAxis(QPainter* painter) const {
  const int y = kTop + kBarsHeight;
  painter->fillRect(QRect(0, y, width(), 1), Theme::Color(Role::kBorder));
  const qint64 span = (until_ - from_) / 1000;
  const qint64 labels = std::max<qint64>(1, width() / kLabelWidth);
  qint64 step = kRoundSteps.back();
  for (const qint64 candidate : kRoundSteps) {
    if (span / candidate > labels) continue;
    step = candidate;
    break;
  }
  painter->setFont(FontFor(TextSize::kCaption));
  painter->setPen(Theme::Color(Role::kMuted));
  // Round in local time, so that whole hours and midnights carry the labels.
  const qint64 offset = QDateTime::fromMSecsSinceEpoch(from_).offsetFromUtc();
  qint64 at = ((from_ / 1000 + offset) / step + 1) * step - offset;
  for (; at * 1000 < until_; at += step) {
    const QString text = Clock(at * 1000, step);
    const int text_width = TabularWidth(text, painter->font());
    const int x =
        std::clamp(qRound(XOf(at * 1000)) - text_width / 2, 0, std::max(0, width() - text_width));
    PaintTabular(painter, QRect(x, y + 3, text_width, kAxisHeight - 2), Qt::AlignLeft, text);
  }
}

void TimeHistogram::PaintBrush(QPainter* painter, bool handles) const {
  if (!brush_) return;
  const qreal left = std::clamp(XOf(brush_->first), 0.0, static_cast<qreal>(width()));
  const qreal right = std::clamp(XOf(brush_->second), 0.0, static_cast<qreal>(width()));
  if (!handles) {
    painter->fillRect(QRectF(left, 0, right - left, kTop + kBarsHeight),
                      Theme::Color(Role::kSelection));
    return;
  }
  for (const qreal x : {left, right}) {
    painter->fillRect(QRectF(std::clamp(x - 0.75, 0.0, width() - 1.5), 0, 1.5, kTop + kBarsHeight),
                      Theme::Color(Role::kAccent));
    const qreal handle =
        std::clamp(x - kHandleWidth / 2.0, 0.0, static_cast<qreal>(width() - kHandleWidth));
    FillRounded(
        painter,
        QRectF(handle, kTop + (kBarsHeight - kHandleHeight) / 2.0, kHandleWidth, kHandleHeight), 3,
        Theme::Color(Role::kAccent));
  }
}

void TimeHistogram::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  PaintBrush(&painter, false);
  if (!buckets_.empty()) PaintBars(&painter);
  if (until_ > from_) PaintAxis(&painter);
  PaintBrush(&painter, true);
  if (hasFocus()) PaintFocusRing(&painter, QRectF(rect()).adjusted(1, 1, -1, -1), kChipRadius);
}

void TimeHistogram::MoveBrush(qint64 from, qint64 until) {
  if (until < from) std::swap(from, until);
  const qint64 length = std::min(until - from, until_ - from_);
  from = std::clamp(from, from_, until_ - length);
  const std::optional<Range> next = Range{from, from + length};
  if (next == brush_) return;
  SetRange(next);
  Q_EMIT rangeChanged();
}

TimeHistogram::Drag TimeHistogram::DragAt(qreal x) const {
  if (!brush_) return Drag::kNew;
  if (std::abs(x - XOf(brush_->first)) <= kHandleWidth) return Drag::kFrom;
  if (std::abs(x - XOf(brush_->second)) <= kHandleWidth) return Drag::kUntil;
  const bool inside = x > XOf(brush_->first) && x < XOf(brush_->second);
  return inside ? Drag::kMove : Drag::kNew;
}

void TimeHistogram::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton || until_ <= from_) return;
  const qreal x = event->position().x();
  drag_ = DragAt(x);
  drag_start_ = TimeAt(x);
  drag_brush_ = brush_.value_or(Range{drag_start_, drag_start_});
}

void TimeHistogram::mouseMoveEvent(QMouseEvent* event) {
  const qreal x = event->position().x();
  const qint64 time = TimeAt(x);
  switch (drag_) {
    case Drag::kNone: {
      const Drag at = DragAt(x);
      const bool edge = at == Drag::kFrom || at == Drag::kUntil;
      setCursor(edge                ? Qt::SizeHorCursor
                : at == Drag::kMove ? Qt::OpenHandCursor
                                    : Qt::ArrowCursor);
      break;
    }
    case Drag::kNew:
      MoveBrush(drag_start_, time);
      break;
    case Drag::kMove:
      MoveBrush(drag_brush_.first + time - drag_start_, drag_brush_.second + time - drag_start_);
      break;
    case Drag::kFrom:
      MoveBrush(time, drag_brush_.second);
      break;
    case Drag::kUntil:
      MoveBrush(drag_brush_.first, time);
      break;
  }
}

void TimeHistogram::mouseReleaseEvent(QMouseEvent*) { drag_ = Drag::kNone; }

void TimeHistogram::mouseDoubleClickEvent(QMouseEvent*) {
  drag_ = Drag::kNone;
  if (!brush_) return;
  SetRange(std::nullopt);
  Q_EMIT rangeChanged();
}

void TimeHistogram::Zoom(qreal factor, qint64 around) {
  const auto scaled = [&](qint64 time) {
    return around + std::llround(static_cast<qreal>(time - around) * factor);
  };
  if (until_ > from_) Q_EMIT zoomAsked(scaled(from_), scaled(until_));
}

void TimeHistogram::wheelEvent(QWheelEvent* event) {
  const int turn = event->angleDelta().y() != 0 ? event->angleDelta().y() : event->angleDelta().x();
  if (turn == 0) return event->ignore();
  if (event->modifiers().testFlag(Qt::ShiftModifier)) {
    const qint64 by = (until_ - from_) / 8 * (turn > 0 ? -1 : 1);
    Q_EMIT zoomAsked(from_ + by, until_ + by);
  } else {
    Zoom(turn > 0 ? kZoomStep : 1 / kZoomStep, TimeAt(event->position().x()));
  }
  event->accept();
}

void TimeHistogram::keyPressEvent(QKeyEvent* event) {
  const qint64 step = BucketLength();
  const Range start = brush_.value_or(Range{until_ - 10 * step, until_});
  const bool resize = event->modifiers().testFlag(Qt::ShiftModifier);
  switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Right: {
      if (!brush_) return MoveBrush(start.first, start.second);
      const qint64 by = event->key() == Qt::Key_Left ? -step : step;
      if (!resize) return MoveBrush(start.first + by, start.second + by);
      return MoveBrush(start.first, std::clamp(start.second + by, start.first + step, until_));
    }
    case Qt::Key_Plus:
    case Qt::Key_Equal:
      return Zoom(kZoomStep, (start.first + start.second) / 2);
    case Qt::Key_Minus:
      return Zoom(1 / kZoomStep, (start.first + start.second) / 2);
    case Qt::Key_Escape:
      if (!brush_) break;
      return mouseDoubleClickEvent(nullptr);
    default:
      break;
  }
  QWidget::keyPressEvent(event);
}

bool TimeHistogram::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip) setToolTip(ValueText());
  if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut) update();
  return QWidget::event(event);
}

}  // namespace gw::gui
