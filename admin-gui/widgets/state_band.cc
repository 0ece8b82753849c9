#include "admin-gui/widgets/state_band.h"

#include <algorithm>

#include <QAccessible>
#include <QHBoxLayout>
#include <QPainter>
#include <QVBoxLayout>

#include "admin-gui/widgets/buttons.h"
#include "admin-gui/widgets/paint.h"
#include "admin-gui/widgets/text_label.h"

namespace gw::gui {
namespace {

constexpr int kBandHeight = 40;
constexpr int kToastWidthMax = 480;
constexpr int kToastMs = 6000;

struct BandLook {
  QString icon;
  Role strong = Role::kWarn;
  Role soft = Role::kWarnSoft;
};

BandLook LookOfBand(StateBand::Kind kind) {
  if (kind == StateBand::Kind::kInfo) {
    return {QStringLiteral("info"), Role::kAccent, Role::kAccentSoft};
  }
  if (kind == StateBand::Kind::kError)
    return {QStringLiteral("warn"), Role::kDeny, Role::kDenySoft};
  return {QStringLiteral("warn"), Role::kWarn, Role::kWarnSoft};
}

}  // namespace

StateBand::StateBand(QWidget* parent)
    : QWidget(parent),
      icon_(new IconLabel(QStringLiteral("warn"), Role::kWarn, 16, this)),
      text_(new TextLabel({}, TextSize::kBody, Role::kText, QFont::Medium, this)),
      actions_(new QHBoxLayout) {
  setAccessibleName(tr("State"));
  setMinimumHeight(RowHeight(kBandHeight, FontFor(TextSize::kBody)));
  text_->setWordWrap(true);
  actions_->setSpacing(16);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(kContentMargin, 4, kContentMargin, 4);
  row->setSpacing(kToolGap);
  row->addWidget(icon_);
  row->addWidget(text_, 1);
  row->addLayout(actions_);
  hide();
}

QString StateBand::text() const { return text_->text(); }

void StateBand::Show(Kind kind, const QString& text, const QStringList& actions) {
  kind_ = kind;
  const BandLook look = LookOfBand(kind);
  icon_->Set(look.icon, look.strong);
  text_->setText(text);
  setAccessibleName(text);
  while (QLayoutItem* item = actions_->takeAt(0)) {
    delete item->widget();
    delete item;
  }
  for (int i = 0; i < actions.size(); ++i) {
    QPushButton* link = LinkButton(actions[i], this);
    connect(link, &QPushButton::clicked, this, [this, i] { Q_EMIT actionAsked(i); });
    actions_->addWidget(link);
  }
  show();
  update();
  QAccessibleEvent event(this, QAccessible::Alert);
  QAccessible::updateAccessibility(&event);
}

void StateBand::Clear() { hide(); }

void StateBand::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.fillRect(rect(), Theme::Color(LookOfBand(kind_).soft));
}

EmptyState::EmptyState(QWidget* parent)
    : QWidget(parent),
      icon_(new IconLabel({}, Role::kMuted, 32, this)),
      title_(new TextLabel({}, TextSize::kSection, Role::kText, this)),
      line_(new TextLabel({}, TextSize::kBody, Role::kMuted, this)),
      action_(PlainButton({}, this)) {
  line_->setWordWrap(true);
  line_->setAlignment(Qt::AlignCenter);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(kContentMargin, kContentMargin, kContentMargin, kContentMargin);
  column->addStretch(2);  // 40 % of the height above, 60 % below
  column->addWidget(icon_, 0, Qt::AlignHCenter);
  column->addWidget(title_, 0, Qt::AlignHCenter);
  column->addWidget(line_);
  column->addWidget(action_, 0, Qt::AlignHCenter);
  column->addStretch(3);
  connect(action_, &QPushButton::clicked, this, &EmptyState::actionAsked);
}

void EmptyState::Show(const QString& icon, const QString& title, const QString& line,
                      const QString& action) {
  icon_->Set(icon, Role::kMuted);
  title_->setText(title);
  line_->setText(line);
  action_->setText(action);
  action_->setAccessibleName(action);
  action_->setVisible(!action.isEmpty());
  setAccessibleName(title);
}

Toast::Toast(QWidget* host)
    : QWidget(host),
      text_(new TextLabel({}, TextSize::kBody, Role::kText, this)),
      action_(LinkButton({}, this)) {
  setAccessibleName(tr("Message"));
  text_->setWordWrap(true);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(16, 10, 16, 10);
  row->setSpacing(16);
  row->addWidget(text_, 1);
  row->addWidget(action_);
  gone_.setSingleShot(true);
  gone_.setInterval(kToastMs);
  connect(&gone_, &QTimer::timeout, this, &QWidget::hide);
  connect(action_, &QPushButton::clicked, this, [this] {
    hide();
    Q_EMIT actionAsked();
  });
  action_->installEventFilter(this);
  host->installEventFilter(this);
  hide();
}

void Toast::Show(const QString& text, const QString& action, int above) {
  above_ = above;
  text_->setText(text);
  setAccessibleName(text);
  action_->setText(action);
  action_->setAccessibleName(action);
  action_->setVisible(!action.isEmpty());
  Place();
  show();
  raise();
  gone_.start();
  QAccessibleEvent event(this, QAccessible::Alert);
  QAccessible::updateAccessibility(&event);
}

void Toast::Place() {
  const QWidget* host = parentWidget();
  const int text = QFontMetrics(text_->font()).horizontalAdvance(text_->text()) + 8;
  const int action = action_->text().isEmpty() ? 0 : action_->sizeHint().width() + 16;
  const int width = std::min({text + action + 32, kToastWidthMax, host->width() - 32});
  const int height = std::max(layout()->heightForWidth(width), sizeHint().height());
  setGeometry((host->width() - width) / 2, host->height() - above_ - height, width, height);
}

void Toast::enterEvent(QEnterEvent*) { gone_.stop(); }

void Toast::leaveEvent(QEvent*) {
  if (!action_->hasFocus()) gone_.start();
}

bool Toast::eventFilter(QObject* watched, QEvent* event) {
  if (watched == action_ && event->type() == QEvent::FocusIn) gone_.stop();
  if (watched == action_ && event->type() == QEvent::FocusOut && isVisible()) gone_.start();
  if (watched == parentWidget() && event->type() == QEvent::Resize && isVisible()) Place();
  return QWidget::eventFilter(watched, event);
}

void Toast::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  FillRounded(&painter, QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), kCardRadius,
              Theme::Color(Role::kRaised), Theme::Color(Role::kControl));
}

}  // namespace gw::gui
