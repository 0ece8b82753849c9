#include "admin-gui/views/flow_delegate.h"

#include <chrono>

#include <QDateTime>

#include "admin-gui/models/flow_log_model.h"
#include "admin-gui/widgets/format.h"
#include "admin-gui/widgets/icons.h"

namespace gw::gui {
namespace {
constexpr int kNoteIcon = 14;
constexpr int kNoteGap = 8;
// The first column begins at the margin of the content, less a cell's padding.
constexpr int kFirstIndent = kContentMargin - 8;
// Empty as long as the flow lives, and of one that never was.
void PaintFigure(QPainter* painter, const QRect& rect, const QModelIndex& index) {
  const QVariant figure = index.data(FlowLogModel::kFigure);
  if (!figure.isValid()) return;
  const QString text = index.column() == FlowLogModel::kBytes
                           ? FormatBytes(figure.toULongLong())
                           : FormatDuration(std::chrono::nanoseconds(figure.toLongLong()));
  painter->setPen(Theme::Color(Role::kMuted));
  PaintTabular(painter, rect, Qt::AlignRight | Qt::AlignVCenter, text);
}

}  // namespace

VerdictState StateOf(FlowLook look) {
  switch (look) {
    case FlowLook::kAllowed:
      return VerdictState::kAllow;
    case FlowLook::kDenied:
      return VerdictState::kDeny;
    case FlowLook::kRejected:
      return VerdictState::kReject;
    case FlowLook::kFailsafe:
      return VerdictState::kFailsafe;
    case FlowLook::kNoOpinion:
      return VerdictState::kNoOpinion;
    case FlowLook::kWouldAllow:
      return VerdictState::kWouldAllow;
    case FlowLook::kWouldDeny:
      return VerdictState::kWouldDeny;
  }
  return VerdictState::kNoOpinion;
}

FlowDelegate::FlowDelegate(QTableView* table) : RowDelegate(kRowLog, table), table_(table) {}

bool FlowDelegate::HasLine(const QModelIndex&) const { return false; }

void FlowDelegate::PaintTime(QPainter* painter, const QRect& rect, const QModelIndex& index) const {
  const auto time =
      QDateTime::fromMSecsSinceEpoch(index.data(FlowLogModel::kMilliseconds).toLongLong());
  // The day stands in the row above; the time alone is what lines up.
  const QString seconds = time.toString(QStringLiteral("HH:mm:ss"));
  painter->setPen(Theme::Color(Role::kText));
  PaintTabular(painter, rect, Qt::AlignLeft | Qt::AlignVCenter, seconds);
  const int width = TabularWidth(seconds, painter->font());
  const QString milliseconds = FormatMilliseconds(time);
  if (width + TabularWidth(milliseconds, painter->font()) > rect.width()) return;
  painter->setPen(Theme::Color(Role::kMuted));
  PaintTabular(painter, rect.adjusted(width, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter,
               milliseconds);
}

// Each cell paints its part of the row's one line.
void FlowDelegate::PaintNote(QPainter* painter, const QRect& rect, const QModelIndex& index) const {
  const auto kind = static_cast<FlowLogModel::RowKind>(index.data(FlowLogModel::kKind).toInt());
  const QRect row(table_->columnViewportPosition(0) + kContentMargin, rect.y(),
                  table_->viewport()->width() - 2 * kContentMargin, rect.height());
  const QString words = index.data(FlowLogModel::kNote).toString();
  if (kind == FlowLogModel::RowKind::kDay) {
    const QFont font = FontFor(TextSize::kSmall, QFont::DemiBold);
    const int width = PaintElided(painter, row, words, Role::kMuted, font);
    const int x = row.x() + width + kNoteGap;
    painter->fillRect(QRect(x, row.center().y(), row.right() - x, 1), Theme::Color(Role::kBorder));
    return;
  }
  const bool gap = kind == FlowLogModel::RowKind::kGap;
  const Role role = gap ? Role::kWarn : Role::kMuted;
  Icons::Paint(painter, QRect(row.x(), row.y(), kNoteIcon, row.height()),
               gap ? QStringLiteral("warn") : QStringLiteral("info"), role, kNoteIcon);
  PaintElided(painter, row.adjusted(kNoteIcon + kNoteGap, 0, 0, 0), words, role,
              FontFor(TextSize::kSmall));
}

void FlowDelegate::PaintCell(QPainter* painter, const QRect& cell,
                             const QStyleOptionViewItem& option, const QModelIndex& index) const {
  const auto kind = static_cast<FlowLogModel::RowKind>(index.data(FlowLogModel::kKind).toInt());
  if (kind == FlowLogModel::RowKind::kUnread) {
    FillRounded(painter, QRectF(cell.x(), cell.center().y() - 3, cell.width() / 2, 6), 3,
                Theme::Color(Role::kSunken));
    return;
  }
  if (kind != FlowLogModel::RowKind::kFlow) return PaintNote(painter, cell, index);
  const bool selected = IsSelected(option);
  const QRect rect = index.column() == 0 ? cell.adjusted(kFirstIndent, 0, 0, 0) : cell;
  switch (index.column()) {
    case FlowLogModel::kTime:
      return PaintTime(painter, rect, index);
    case FlowLogModel::kVerdict:
      PaintVerdict(painter, rect,
                   StateOf(static_cast<FlowLook>(index.data(FlowLogModel::kLook).toInt())),
                   selected);
      return;
    case FlowLogModel::kSource:
    case FlowLogModel::kDestination:
    case FlowLogModel::kService:
      return PaintNameAndAddress(painter, rect, index.data(FlowLogModel::kName).toString(),
                                 index.data(FlowLogModel::kAddress).toString());
    case FlowLogModel::kDecidedBy: {
      const QString staged = index.data(FlowLogModel::kStagedWords).toString();
      if (staged.isEmpty()) break;
      PaintElided(painter, rect, staged, Role::kStaged, painter->font());
      return;
    }
    case FlowLogModel::kBytes:
    case FlowLogModel::kDuration:
      return PaintFigure(painter, rect, index);
    default:
      break;
  }
  PaintElided(painter, rect, index.data(Qt::DisplayRole).toString(), Role::kText, painter->font());
}

}  // namespace gw::gui
