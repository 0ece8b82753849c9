#include "admin-gui/views/endpoint_delegate.h"

#include <algorithm>

#include <QDateTime>

#include "admin-gui/models/decision_steps.h"
#include "admin-gui/models/endpoint_table_model.h"
#include "admin-gui/widgets/format.h"
#include "admin-gui/widgets/icons.h"

namespace gw::gui {
namespace {

using Model = EndpointTableModel;
using RowKind = EndpointTableModel::RowKind;

constexpr int kIcon = 16;
constexpr int kIconGap = 12;
constexpr int kBarWidth = 54;
constexpr int kBarHeight = 6;
constexpr int kCellPadding = 8;
constexpr int kStepRow = 46;
constexpr int kStepNumberWidth = 22;

RowKind KindOf(const QModelIndex& index) {
  return static_cast<RowKind>(index.data(Model::kKind).toInt());
}

std::vector<ChipText> ChipsOf(const QModelIndex& index) {
  std::vector<ChipText> chips;
  const QStringList labels = index.data(Model::kChips).toStringList();
  for (const QString& label : labels) {
    chips.push_back({label.section(u'=', 0, 0), QStringLiteral("="), label.section(u'=', 1)});
  }
  return chips;
}

}  // namespace

EndpointDelegate::EndpointDelegate(QObject* parent) : RowDelegate(kRowEndpoint, parent) {}

int EndpointDelegate::HeightOf(const QModelIndex& index) {
  const int line = QFontMetrics(FontFor(TextSize::kBody)).height();
  switch (KindOf(index)) {
    case RowKind::kEndpoint:
      return std::max(kRowEndpoint,
                      line + QFontMetrics(FontFor(TextSize::kSmall)).height() + 2 * kCellPadding);
    case RowKind::kHeading:
      return kRowEndpoint;
    case RowKind::kDevice:
      return RowHeight(kRowDevice, FontFor(TextSize::kBody));
  }
  return kRowDevice;
}

QSize EndpointDelegate::sizeHint(const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const {
  return {RowDelegate::sizeHint(option, index).width(), HeightOf(index)};
}

QRect EndpointDelegate::ActionRect(const QRect& cell, const QModelIndex& index) {
  const QString action = index.data(Model::kAction).toString();
  if (action.isEmpty()) return {};
  const QFontMetrics metrics(FontFor(TextSize::kSmall, QFont::Medium));
  const int width = metrics.horizontalAdvance(action);
  const RowKind kind = KindOf(index);
  if (kind == RowKind::kEndpoint && index.column() == Model::kTraffic) {
    const QSize size(std::min(width + 26, cell.width() - kCellPadding), kControlHeight);
    return {QPoint(cell.right() + 1 - kContentMargin + kCellPadding - size.width(),
                   cell.center().y() - size.height() / 2),
            size};
  }
  if (kind == RowKind::kDevice && index.column() == Model::kLabels) {
    return {cell.x() + kCellPadding, cell.y(), width, cell.height()};
  }
  return {};
}

void EndpointDelegate::PaintCell(QPainter* painter, const QRect& rect,
                                 const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const {
  const bool selected = IsSelected(option);
  switch (index.column()) {
    case Model::kName:
      return PaintName(painter, rect.adjusted(kContentMargin - kCellPadding, 0, 0, 0), index);
    case Model::kAddress: {
      const QString first = index.data().toString();
      if (KindOf(index) == RowKind::kEndpoint && index.data(Model::kIsQuiet).toBool()) {
        PaintElided(painter, rect, first, Role::kMuted, FontFor(TextSize::kBody), Qt::ElideMiddle);
        return;
      }
      const QString second = index.data(Model::kSecondLine).toString();
      const QFont body = FontFor(TextSize::kBody);
      const QFont small = FontFor(TextSize::kSmall);
      const int above = QFontMetrics(body).height();
      const int below = second.isEmpty() ? 0 : QFontMetrics(small).height() + 1;
      const int y = rect.y() + (rect.height() - above - below) / 2;
      PaintElided(painter, QRect(rect.x(), y, rect.width(), above), first, Role::kText, body,
                  Qt::ElideMiddle);
      if (second.isEmpty()) return;
      PaintElided(painter, QRect(rect.x(), y + above + 1, rect.width(), below), second,
                  Role::kMuted, small, Qt::ElideMiddle);
      return;
    }
    case Model::kLabels:
      return PaintLabels(painter, rect, selected, index);
    case Model::kPolicies: {
      const int number = TabularWidth(QStringLiteral("88"), FontFor(TextSize::kBody));
      PaintTabular(painter, QRect(rect.x(), rect.y(), number, rect.height()),
                   Qt::AlignLeft | Qt::AlignVCenter, index.data().toString());
      if (index.data(Model::kWarnings).toInt() == 0 || !index.data().isValid()) return;
      Icons::Paint(painter, QRect(rect.x() + number + 6, rect.y(), kIcon, rect.height()),
                   QStringLiteral("warn"), Role::kWarn, kIcon);
      return;
    }
    default:
      return PaintLast(painter, rect, selected, index);
  }
}

void EndpointDelegate::PaintName(QPainter* painter, const QRect& rect,
                                 const QModelIndex& index) const {
  const QString name = index.data().toString();
  if (KindOf(index) == RowKind::kHeading) {
    PaintElided(painter, rect.adjusted(0, 8, 0, 8), name, Role::kText,
                FontFor(TextSize::kBody, QFont::DemiBold));
    const QString fact = index.data(Model::kSecondLine).toString();
    const QFont small = FontFor(TextSize::kSmall);
    const int width = QFontMetrics(small).horizontalAdvance(fact);
    PaintElided(painter,
                QRect(rect.right() + 1 - (kContentMargin - kCellPadding) - width, rect.y() + 8,
                      width + 2, rect.height()),
                fact, Role::kMuted, small);
    return;
  }
  const bool quiet = index.data(Model::kIsQuiet).toBool();
  Icons::Paint(painter, QRect(rect.x(), rect.y(), kIcon, rect.height()),
               index.data(Model::kIcon).toString(), quiet ? Role::kMuted : Role::kAccent, kIcon);
  const QRect text = rect.adjusted(kIcon + kIconGap, 0, 0, 0);
  if (KindOf(index) == RowKind::kDevice) {
    PaintElided(painter, text, name, quiet ? Role::kMuted : Role::kText,
                FontFor(TextSize::kBody, quiet ? QFont::Normal : QFont::Medium));
    return;
  }
  const QFont strong = FontFor(TextSize::kBody, QFont::DemiBold);
  const QFont small = FontFor(TextSize::kSmall);
  const int above = QFontMetrics(strong).height();
  const int below = QFontMetrics(small).height() + 1;
  const int y = text.y() + (text.height() - above - below) / 2;
  PaintElided(painter, QRect(text.x(), y, text.width(), above), name,
              quiet ? Role::kMuted : Role::kText, strong);
  PaintElided(painter, QRect(text.x(), y + above + 1, text.width(), below),
              index.data(Model::kSecondLine).toString(), Role::kMuted, small);
}

void EndpointDelegate::PaintLabels(QPainter* painter, const QRect& rect, bool selected,
                                   const QModelIndex& index) const {
  const QString note = index.data(Model::kNote).toString();
  if (!note.isEmpty()) {
    PaintElided(painter, rect, note, Role::kMuted, FontFor(TextSize::kSmall));
    return;
  }
  const auto chips = ChipsOf(index);
  if (!chips.empty()) {
    PaintChips(painter, rect, chips, selected);
    return;
  }
  const QString action = index.data(Model::kAction).toString();
  if (KindOf(index) == RowKind::kDevice && !action.isEmpty()) {
    PaintElided(painter, rect, action, Role::kAccent, FontFor(TextSize::kSmall, QFont::Medium));
  }
}

void EndpointDelegate::PaintLast(QPainter* painter, const QRect& cell, bool selected,
                                 const QModelIndex& index) const {
  const QRect rect = cell.adjusted(0, 0, kCellPadding - kContentMargin, 0);
  if (KindOf(index) == RowKind::kDevice) {
    const QVariant seen = index.data(Model::kLastSeen);
    const QString when = index.data(Model::kIsSeenNow).toBool() ? EndpointTableModel::tr("now")
                         : seen.isValid()
                             ? FormatRelative(QDateTime::fromMSecsSinceEpoch(seen.toLongLong()),
                                              QDateTime::currentDateTime())
                             : QString();
    painter->setFont(FontFor(TextSize::kSmall));
    painter->setPen(Theme::Color(Role::kMuted));
    painter->drawText(rect, Qt::AlignRight | Qt::AlignVCenter, when);
    return;
  }
  const QRect button = ActionRect(cell.adjusted(-kCellPadding, 0, kCellPadding, 0), index);
  if (button.isValid()) {
    FillRounded(painter, QRectF(button).adjusted(0.5, 0.5, -0.5, -0.5), kFieldRadius,
                Theme::Color(Role::kRaised), Theme::Color(Role::kBorder));
    painter->setFont(FontFor(TextSize::kSmall, QFont::Medium));
    painter->setPen(Theme::Color(Role::kText));
    painter->drawText(button, Qt::AlignCenter, index.data(Model::kAction).toString());
    return;
  }
  const QVariant decisions = index.data(Model::kDecisions);
  if (!decisions.isValid()) return;
  const QRectF track(rect.x(), rect.center().y() - kBarHeight / 2, kBarWidth, kBarHeight);
  FillRounded(painter, track, kBarHeight / 2,
              Theme::Color(selected ? Role::kSurface : Role::kSunken));
  QRectF bar = track;
  bar.setWidth(std::max<double>(kBarHeight, track.width() * index.data(Model::kShare).toDouble()));
  FillRounded(painter, bar, kBarHeight / 2, Theme::Color(Role::kC1));
  painter->setFont(FontFor(TextSize::kSmall));
  painter->setPen(Theme::Color(Role::kMuted));
  PaintTabular(painter, rect, Qt::AlignRight | Qt::AlignVCenter,
               FormatCount(decisions.toLongLong()));
}

// ---- what decides -------------------------------------------------------------------------------

DecisionStepDelegate::DecisionStepDelegate(QObject* parent) : RowDelegate(kStepRow, parent) {}

QSize DecisionStepDelegate::sizeHint(const QStyleOptionViewItem& option,
                                     const QModelIndex& index) const {
  return {RowDelegate::sizeHint(option, index).width(), Height()};
}

int DecisionStepDelegate::Height() {
  return std::max(kStepRow, QFontMetrics(FontFor(TextSize::kBody)).height() +
                                QFontMetrics(FontFor(TextSize::kSmall)).height() + 10);
}

void DecisionStepDelegate::PaintCell(QPainter* painter, const QRect& cell,
                                     const QStyleOptionViewItem& option,
                                     const QModelIndex& index) const {
  Q_UNUSED(option);
  const QRect rect = cell.adjusted(-4, 0, 4, 0);
  const int number = index.data(DecisionStepModel::kNumber).toInt();
  const QFont strong = FontFor(TextSize::kBody, QFont::Medium);
  const int above = QFontMetrics(strong).height();
  const int below = QFontMetrics(FontFor(TextSize::kSmall)).height() + 1;
  const int y = rect.y() + (rect.height() - above - below) / 2;
  if (number > 0) {
    painter->setFont(FontFor(TextSize::kSmall));
    painter->setPen(Theme::Color(Role::kMuted));
    PaintTabular(painter, QRect(rect.x(), y, kStepNumberWidth, above),
                 Qt::AlignRight | Qt::AlignVCenter, QString::number(number));
  }
  VerdictLook look;
  if (index.data(DecisionStepModel::kIsFailsafe).toBool()) {
    look = LookOf(VerdictState::kFailsafe);
    look.strong = Role::kMuted;
  } else {
    switch (static_cast<DecisionStep::Outcome>(index.data(DecisionStepModel::kOutcome).toInt())) {
      case DecisionStep::Outcome::kAllow:
        look = LookOf(VerdictState::kAllow);
        break;
      case DecisionStep::Outcome::kDeny:
        look = LookOf(VerdictState::kDeny);
        break;
      case DecisionStep::Outcome::kPass:
        look = LookOf(VerdictState::kPass);
        break;
      case DecisionStep::Outcome::kLog:
        look = LookOf(VerdictState::kLog);
        break;
      case DecisionStep::Outcome::kStaged:
        look = LookOf(VerdictState::kWouldDeny);
        look.icon = QStringLiteral("staged");
        look.strong = Role::kStaged;
        break;
      case DecisionStep::Outcome::kNothing:
        look = LookOf(VerdictState::kNoOpinion);
        break;
    }
  }
  const int icon_x = rect.x() + kStepNumberWidth + 10;
  Icons::Paint(painter, QRect(icon_x, y, kIcon, above), look.icon, look.strong, kIcon);
  const int x = icon_x + kIcon + 10;
  const int width = rect.right() + 1 - x;
  PaintElided(painter, QRect(x, y, width, above), index.data().toString(), Role::kText, strong);
  PaintElided(painter, QRect(x, y + above + 1, width, below),
              index.data(DecisionStepModel::kReason).toString(), Role::kMuted,
              FontFor(TextSize::kSmall));
}

}  // namespace gw::gui
