#include "admin-gui/widgets/row_delegate.h"

#include <QHeaderView>
#include <QTableView>
#include <QTreeView>

#include "admin-gui/widgets/style.h"

namespace gw::gui {
namespace {
constexpr int kCellPadding = 8;
}  // namespace

RowDelegate::RowDelegate(int height, QObject* parent)
    : QStyledItemDelegate(parent), height_(height) {}

QSize RowDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
  QSize size = QStyledItemDelegate::sizeHint(option, index);
  size.setHeight(RowHeight(height_, FontFor(TextSize::kBody)));
  return size;
}

void RowDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                        const QModelIndex& index) const {
  painter->save();
  const bool selected = IsSelected(option);
  const bool hover = (option.state & QStyle::State_MouseOver) != 0;
  const Role fill = selected ? Role::kSelection : hover ? Role::kHover : RowFill(index);
  painter->fillRect(option.rect, Theme::Color(fill));
  if (HasLine(index)) {
    painter->fillRect(QRect(option.rect.x(), option.rect.bottom(), option.rect.width(), 1),
                      Theme::Color(Role::kBorder));
  }
  if (selected && index.column() == 0) {
    painter->fillRect(
        QRect(option.rect.x(), option.rect.y(), kAccentBarWidth, option.rect.height()),
        Theme::Color(Role::kAccent));
  }
  painter->setClipRect(option.rect);
  painter->setFont(FontFor(TextSize::kBody));
  painter->setPen(Theme::Color(Role::kText));
  PaintCell(painter, option.rect.adjusted(kCellPadding, 0, -kCellPadding, -1), option, index);
  if ((option.state & QStyle::State_HasFocus) != 0 && !selected) {
    PaintFocusRing(painter, QRectF(option.rect).adjusted(1, 1, -1, -2), kChipRadius);
  }
  painter->restore();
}

void RowDelegate::PaintCell(QPainter* painter, const QRect& rect,
                            const QStyleOptionViewItem& option, const QModelIndex& index) const {
  Q_UNUSED(option);
  const QString text = index.data(Qt::DisplayRole).toString();
  const auto alignment = Qt::Alignment(index.data(Qt::TextAlignmentRole).toInt());
  if ((alignment & Qt::AlignRight) != 0) {
    PaintTabular(painter, rect, alignment, text);
    return;
  }
  PaintElided(painter, rect, text, Role::kText, painter->font());
}

Role RowDelegate::RowFill(const QModelIndex&) const { return Role::kSurface; }

bool RowDelegate::HasLine(const QModelIndex&) const { return true; }

void RowDelegate::PaintTwoLines(QPainter* painter, const QRect& rect, const QString& first,
                                const QString& second) {
  const QFont strong = FontFor(TextSize::kBody, QFont::Medium);
  const QFont small = FontFor(TextSize::kSmall);
  const int above = QFontMetrics(strong).height();
  const int below = second.isEmpty() ? 0 : QFontMetrics(small).height() + 1;
  const int y = rect.y() + (rect.height() - above - below) / 2;
  PaintElided(painter, QRect(rect.x(), y, rect.width(), above), first, Role::kText, strong);
  PaintElided(painter, QRect(rect.x(), y + above + 1, rect.width(), below), second, Role::kMuted,
              small);
}

void RowDelegate::IndentFirstColumn(QTableView* table) {
  table->horizontalHeader()->setProperty(kFirstIndentProperty, kContentMargin - kCellPadding);
}

void RowDelegate::PrepareTable(QAbstractItemView* view) {
  view->setFrameShape(QFrame::NoFrame);
  view->setMouseTracking(true);
  view->setSelectionBehavior(QAbstractItemView::SelectRows);
  view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  view->setEditTriggers(QAbstractItemView::NoEditTriggers);
  view->setTextElideMode(Qt::ElideRight);
  QHeaderView* header = nullptr;
  if (auto* table = qobject_cast<QTableView*>(view)) {
    table->setShowGrid(false);
    table->setWordWrap(false);
    table->verticalHeader()->hide();
    table->verticalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    table->setTabKeyNavigation(false);
    header = table->horizontalHeader();
  }
  if (auto* tree = qobject_cast<QTreeView*>(view)) {
    tree->setUniformRowHeights(false);
    tree->setAllColumnsShowFocus(true);
    header = tree->header();
  }
  if (header == nullptr) return;
  header->setHighlightSections(false);
  header->setTextElideMode(Qt::ElideRight);
  header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  header->setFixedHeight(RowHeight(kRowHeader, FontFor(TextSize::kSmall)));
}

}  // namespace gw::gui
