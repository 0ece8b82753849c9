#include "admin-gui/views/header_bar.h"

#include <algorithm>
#include <limits>

#include <QHBoxLayout>
#include <QMenu>
#include <QPainter>

#include "admin-gui/widgets/buttons.h"
#include "admin-gui/widgets/icons.h"
#include "admin-gui/widgets/text_label.h"
#include "admin-gui/widgets/theme.h"

namespace gw::gui {
namespace {

constexpr int kHeaderHeight = 56;
constexpr int kStatusHeight = 26;

int StatusHeight() {
  return std::max(kStatusHeight, QFontMetrics(FontFor(TextSize::kSmall)).height() + 8);
}

// For plurals, which Qt knows of int only.
template <typename T>
int CountOf(T value) {
  return static_cast<int>(std::min<T>(value, static_cast<T>(std::numeric_limits<int>::max())));
}
int CountOf(double value) { return CountOf(qRound64(value)); }

void FillWithLine(QWidget* widget, Role fill, bool line_below) {
  QPainter painter(widget);
  painter.fillRect(widget->rect(), Theme::Color(fill));
  const int y = line_below ? widget->height() - 1 : 0;
  painter.fillRect(QRect(0, y, widget->width(), 1), Theme::Color(Role::kBorder));
}

}  // namespace

// ---- header -------------------------------------------------------------------------------------

HeaderBar::HeaderBar(QWidget* parent) : QWidget(parent) {
  setMinimumHeight(kHeaderHeight);
  parent_title_ = LinkButton(QString(), this);
  parent_title_->setFont(FontFor(TextSize::kTitle, QFont::Normal));
  title_ = new TextLabel(QString(), TextSize::kTitle, Role::kText, this);
  title_->SetShrinking();
  subtitle_ = new TextLabel(QString(), TextSize::kBody, Role::kMuted, this);
  subtitle_->SetElided();
  menu_ = IconButton(QStringLiteral("menu"), tr("Menu"), this);
  menu_->setPopupMode(QToolButton::InstantPopup);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(kContentMargin, 0, 12, 0);
  row->setSpacing(0);
  row->addWidget(parent_title_);
  row->addWidget(title_);
  row->addSpacing(16);
  row->addWidget(subtitle_, 1);
  row->addSpacing(kToolGap);
  tools_ = new QHBoxLayout;
  tools_->setSpacing(kToolGap);
  row->addLayout(tools_);
  row->addSpacing(kToolGap);
  row->addWidget(menu_);
  connect(parent_title_, &QPushButton::clicked, this, &HeaderBar::backWanted);
}

void HeaderBar::ShowPage(const Page& page) {
  const QStringList way = page.breadcrumb();
  parent_title_->setVisible(!way.isEmpty());
  parent_title_->setText(page.title() + QStringLiteral("  ›\u00a0\u00a0"));
  parent_title_->setAccessibleName(tr("Back to %1").arg(page.title()));
  title_->setText(way.isEmpty() ? page.title() : way.last());
  title_->setToolTip(way.isEmpty() ? QString() : way.last());
  subtitle_->setText(page.subtitle());
  subtitle_->setToolTip(page.subtitle());
  for (QWidget* tool : shown_tools_) {
    tools_->removeWidget(tool);
    tool->hide();
  }
  shown_tools_ = page.tools();
  for (QWidget* tool : shown_tools_) {
    tools_->addWidget(tool);
    tool->show();
  }
}

void HeaderBar::SetMenu(QMenu* menu) { menu_->setMenu(menu); }

void HeaderBar::paintEvent(QPaintEvent* /*event*/) { FillWithLine(this, Role::kSurface, true); }

// ---- status -------------------------------------------------------------------------------------

StatusLine::StatusLine(QWidget* parent) : QWidget(parent) {
  setFixedHeight(StatusHeight());
  row_ = new QHBoxLayout(this);
  row_->setContentsMargins(8, 1, 12, 0);
  row_->setSpacing(4);
  state_ = MakePart(QStringLiteral("policies"), Destination::Place::kOverview);
  revision_ = MakePart(QStringLiteral("history"), Destination::Place::kHistory);
  fail_mode_ = MakePart(QStringLiteral("key"), Destination::Place::kSettings);
  row_->addStretch(1);
  problem_ = MakePart(QStringLiteral("warn"), Destination::Place::kOverview);
  rate_ = MakePart(QString(), Destination::Place::kFlowLog);
  live_flows_ = MakePart(QString(), Destination::Place::kFlowLog);
  lost_ = MakePart(QString(), Destination::Place::kFlowLog);
}

QPushButton* StatusLine::MakePart(const QString& icon, Destination::Place place) {
  QPushButton* part = QuietButton(QString(), this, icon);
  part->setFont(FontFor(TextSize::kSmall));
  part->setFixedHeight(StatusHeight() - 2);
  part->setIconSize(QSize(14, 14));
  row_->addWidget(part);
  connect(part, &QPushButton::clicked, this, [this, place] {
    Destination destination;
    destination.place = place;
    Q_EMIT chosen(destination);
  });
  return part;
}

void StatusLine::ShowStatus(const Gateway& gateway) {
  const auto& status = gateway.status();
  ShowCounts(gateway);
  for (QPushButton* part : {revision_, fail_mode_, problem_}) part->setVisible(status.has_value());
  state_->setText(!status ? tr("Asking…") : tr("Not enforcing"));
  if (!status) return;
  const bool running = status->enforcer.state == EnforcerStatus::State::kRunning;
  const EnforcerState& last = status->enforcer.last;
  if (running) state_->setText(tr("Enforcing"));
  state_->setIcon(Icons::Get(running ? QStringLiteral("policies") : QStringLiteral("warn"),
                             running ? Role::kAllow : Role::kWarn));
  const auto stored = static_cast<qint64>(status->revision);
  revision_->setText(running ? tr("Revision %1 in force").arg(static_cast<qint64>(last.revision))
                             : tr("Revision %1 stored").arg(stored));
  fail_mode_->setVisible(!last.fail_mode.empty());
  fail_mode_->setText(last.fail_mode == "Open" ? tr("Fail mode: open") : tr("Fail mode: closed"));
  const bool behind = running && last.revision != status->revision;
  problem_->setVisible(behind);
  problem_->setText(tr("Revision %1 is not in force yet").arg(stored));
  problem_->setToolTip(QString::fromStdString(last.problem));
  Fit();
}

void StatusLine::ShowCounts(const Gateway& gateway) {
  const auto& status = gateway.status();
  const bool running = status && status->enforcer.state == EnforcerStatus::State::kRunning;
  const EnforcerCounts counts = running ? status->enforcer.last.counts : EnforcerCounts();
  const std::optional<double> rate = gateway.decisions_per_second();
  rate_->setVisible(rate.has_value());
  if (rate) rate_->setText(tr("%Ln decision(s)/s", nullptr, CountOf(*rate)));
  live_flows_->setVisible(counts.live_flows.has_value());
  if (counts.live_flows) {
    live_flows_->setText(tr("%Ln live flow(s)", nullptr, CountOf(*counts.live_flows)));
  }
  lost_->setVisible(counts.as_of != absl::InfinitePast());
  lost_->setText(tr("%Ln record(s) lost", nullptr, CountOf(counts.records_lost)));
  lost_->setIcon(counts.records_lost > 0 ? Icons::Get(QStringLiteral("warn"), Role::kWarn)
                                         : QIcon());
  lost_->setToolTip(
      tr("Decisions that took effect but are missing in the audit log since the "
         "enforcer started"));
}

// Where there is no room for all, what can be read on the overview gives way.
void StatusLine::Fit() {
  for (QPushButton* part : {live_flows_, rate_, fail_mode_}) {
    if (row_->sizeHint().width() <= width()) return;
    part->hide();
  }
}

void StatusLine::paintEvent(QPaintEvent* /*event*/) { FillWithLine(this, Role::kWindow, false); }

}  // namespace gw::gui
