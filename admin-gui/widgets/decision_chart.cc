#include "admin-gui/widgets/decision_chart.h"

#include <algorithm>
#include <cmath>

#include <QDateTime>
#include <QKeyEvent>
#include <QLegend>
#include <QPainter>
#include <QToolTip>

#include "admin-gui/widgets/format.h"
#include "admin-gui/widgets/paint.h"

namespace gw::gui {
namespace {

constexpr double kBarWidth = 0.72;
constexpr int kTimeLabels = 6;
constexpr int kTimeAxisHeight = 20;
constexpr qint64 kHourMs = 3'600'000;
constexpr qint64 kDayMs = 24 * kHourMs;

// 1, 2 or 5 times a power of ten, so that two or three lines stand above zero.
double GridStep(double most) {
  constexpr double kLines = 3;
  const double power = std::pow(10, std::floor(std::log10(std::max(1.0, most / kLines))));
  for (const double step : {1.0, 2.0, 5.0}) {
    if (most <= kLines * step * power) return step * power;
  }
  return 10 * power;
}

}  // namespace

DecisionChart::DecisionChart(QWidget* parent)
    : QChartView(new QChart, parent),
      allowed_(new QBarSet(tr("Allowed"))),
      denied_(new QBarSet(tr("Denied"))),
      series_(new QStackedBarSeries),
      counts_(new QValueAxis),
      bars_(new QValueAxis) {
  setFocusPolicy(Qt::StrongFocus);
  setMouseTracking(true);
  setFrameShape(QFrame::NoFrame);
  setRenderHint(QPainter::Antialiasing, false);
  series_->append(allowed_);
  series_->append(denied_);
  series_->setBarWidth(kBarWidth);
  QChart* chart = this->chart();
  chart->setAnimationOptions(QChart::NoAnimation);
  chart->setBackgroundVisible(false);
  chart->setMargins(QMargins(0, 4, 0, kTimeAxisHeight));
  chart->legend()->hide();
  chart->addSeries(series_);
  chart->addAxis(counts_, Qt::AlignLeft);
  series_->attachAxis(counts_);
  chart->addAxis(bars_, Qt::AlignBottom);
  series_->attachAxis(bars_);
  bars_->setVisible(false);
  counts_->setLabelFormat(QStringLiteral("%.0f"));
  counts_->setLineVisible(false);
  setBackgroundBrush(Qt::NoBrush);
  setAccessibleName(tr("Decisions"));
  Colour();
  connect(&Theme::Instance(), &Theme::schemeChanged, this, &DecisionChart::Colour);
}

void DecisionChart::Colour() {
  for (const auto& [set, role] : {std::pair{allowed_, Role::kC1}, std::pair{denied_, Role::kC2}}) {
    set->setColor(Theme::Color(role));
    set->setPen(Qt::NoPen);
  }
  counts_->setGridLinePen(QPen(Theme::Color(Role::kBorder), 1));
  counts_->setLabelsBrush(Theme::Color(Role::kMuted));
  counts_->setLabelsFont(FontFor(TextSize::kCaption));
  setBackgroundBrush(Theme::Color(Role::kSurface));
}

void DecisionChart::SetBuckets(qint64 from, qint64 until,
                               const std::vector<HistogramBucket>& buckets, const QString& range) {
  from_ = from;
  until_ = until;
  buckets_ = buckets;
  QList<qreal> allowed;
  QList<qreal> denied;
  qint64 most = 0;
  HistogramBucket sum;
  int worst = 0;
  for (size_t i = 0; i < buckets_.size(); ++i) {
    const HistogramBucket& bucket = buckets_[i];
    allowed << static_cast<qreal>(bucket.allowed);
    denied << static_cast<qreal>(bucket.denied);
    most = std::max(most, bucket.allowed + bucket.denied);
    sum.allowed += bucket.allowed;
    sum.denied += bucket.denied;
    if (bucket.denied > buckets_[static_cast<size_t>(worst)].denied) worst = static_cast<int>(i);
  }
  allowed_->remove(0, allowed_->count());
  denied_->remove(0, denied_->count());
  allowed_->append(allowed);
  denied_->append(denied);
  bars_->setRange(-0.5, static_cast<double>(buckets_.size()) - 0.5);
  const double step = GridStep(static_cast<double>(most));
  const double lines = std::ceil(std::max(1.0, static_cast<double>(most) / step));
  counts_->setRange(0, step * lines);
  counts_->setTickCount(static_cast<int>(lines) + 1);
  current_ = std::min(current_, static_cast<int>(buckets_.size()) - 1);
  QString name = tr("Decisions, %1: %2 allowed, %3 denied")
                     .arg(range, FormatCount(sum.allowed), FormatCount(sum.denied));
  if (sum.denied > 0) {
    const qint64 at = from_ + (until_ - from_) * worst / static_cast<qint64>(buckets_.size());
    name += tr(", most denied %1").arg(QDateTime::fromMSecsSinceEpoch(at).toString(u"HH:mm"));
  }
  setAccessibleName(name);
  viewport()->update();
}

QString DecisionChart::BarText(int bar) const {
  if (bar < 0 || bar >= static_cast<int>(buckets_.size())) return {};
  const auto bars = static_cast<qint64>(buckets_.size());
  const auto clock = [this, bars](qint64 edge) {
    const QDateTime time = QDateTime::fromMSecsSinceEpoch(from_ + (until_ - from_) * edge / bars);
    return until_ - from_ > kDayMs ? QLocale().toString(time, u"ddd HH:mm")
                                   : time.toString(u"HH:mm");
  };
  const HistogramBucket& bucket = buckets_[static_cast<size_t>(bar)];
  return tr("%1 to %2, %3 allowed, %4 denied")
      .arg(clock(bar), clock(bar + 1), FormatCount(bucket.allowed), FormatCount(bucket.denied));
}

QRectF DecisionChart::BarRect(int bar) const {
  const QRectF area = chart()->plotArea();
  const qreal step = area.width() / static_cast<qreal>(std::max<size_t>(1, buckets_.size()));
  return {area.x() + bar * step, area.y(), step, area.height()};
}

int DecisionChart::BarAt(const QPointF& point) const {
  const QRectF area = chart()->plotArea();
  if (buckets_.empty() || !area.contains(point)) return -1;
  const qreal share = (point.x() - area.x()) / area.width();
  return std::min(static_cast<int>(share * static_cast<qreal>(buckets_.size())),
                  static_cast<int>(buckets_.size()) - 1);
}

void DecisionChart::SetCurrent(int bar) {
  if (bar == current_) return;
  current_ = bar;
  setAccessibleDescription(BarText(bar));
  viewport()->update();
}

void DecisionChart::Activate(int bar) {
  if (bar < 0) return;
  const auto bars = static_cast<qint64>(buckets_.size());
  Q_EMIT barActivated(from_ + (until_ - from_) * bar / bars,
                      from_ + (until_ - from_) * (bar + 1) / bars);
}

void DecisionChart::keyPressEvent(QKeyEvent* event) {
  const int last = static_cast<int>(buckets_.size()) - 1;
  if (event->key() == Qt::Key_Left)
    return SetCurrent(current_ < 0 ? last : std::max(0, current_ - 1));
  if (event->key() == Qt::Key_Right) return SetCurrent(std::min(last, current_ + 1));
  if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) return Activate(current_);
  event->ignore();
}

void DecisionChart::mouseMoveEvent(QMouseEvent* event) {
  SetCurrent(BarAt(event->position()));
  if (current_ >= 0) QToolTip::showText(event->globalPosition().toPoint(), BarText(current_), this);
}

void DecisionChart::mousePressEvent(QMouseEvent* event) { Activate(BarAt(event->position())); }

void DecisionChart::leaveEvent(QEvent*) { SetCurrent(-1); }

// The time axis is ours: labels at round hours, where a category axis would label every bar.
void DecisionChart::drawForeground(QPainter* painter, const QRectF&) {
  if (until_ <= from_) return;
  painter->save();
  const QRectF area = chart()->plotArea();
  painter->setFont(FontFor(TextSize::kCaption));
  painter->setPen(Theme::Color(Role::kMuted));
  const qint64 span = until_ - from_;
  qint64 step = 7 * kDayMs;
  for (const qint64 candidate :
       {kHourMs / 6, kHourMs, 4 * kHourMs, kDayMs, 2 * kDayMs, 5 * kDayMs}) {
    if (span / candidate > kTimeLabels + 1) continue;
    step = candidate;
    break;
  }
  const qint64 offset = QDateTime::fromMSecsSinceEpoch(from_).offsetFromUtc() * qint64{1000};
  qint64 at = ((from_ + offset + step - 1) / step) * step - offset;
  for (; at < until_; at += step) {
    const QDateTime time = QDateTime::fromMSecsSinceEpoch(at);
    const QString text =
        step < kDayMs ? time.toString(u"HH:mm") : QLocale().toString(time.date(), u"d MMM");
    const qreal x =
        area.x() + area.width() * static_cast<qreal>(at - from_) / static_cast<qreal>(span);
    PaintTabular(painter, QRectF(x - 40, area.bottom() + 4, 80, kTimeAxisHeight - 4).toRect(),
                 Qt::AlignHCenter, text);
  }
  if (current_ >= 0) {
    if (hasFocus()) {
      PaintFocusRing(painter, BarRect(current_).adjusted(-1, 0, 1, 1), 2);
    } else {
      painter->setOpacity(0.12);
      painter->fillRect(BarRect(current_), Theme::Color(Role::kText));
    }
  }
  painter->restore();
}

void DecisionChart::changeEvent(QEvent* event) {
  QChartView::changeEvent(event);
  if (event->type() == QEvent::FontChange) Colour();
}

}  // namespace gw::gui
