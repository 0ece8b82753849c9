// RowDelegate: the base of every table's delegate. It paints the row (hover, selection, the accent
// bar in column 0, the line below) and leaves the cell's content to PaintCell. Views should have
// mouse tracking and no grid; PrepareTable sees to that.

#ifndef ADMIN_GUI_WIDGETS_ROW_DELEGATE_H_
#define ADMIN_GUI_WIDGETS_ROW_DELEGATE_H_

#include <QAbstractItemView>
#include <QStyledItemDelegate>

#include "admin-gui/widgets/paint.h"

class QTableView;

namespace gw::gui {

class RowDelegate : public QStyledItemDelegate {
  Q_OBJECT

 public:
  // `height` is a row token of theme.h.
  explicit RowDelegate(int height, QObject* parent = nullptr);

  void paint(QPainter* painter, const QStyleOptionViewItem& option,
             const QModelIndex& index) const override;
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

  // Settings every table shares: whole rows, no grid, no frame, hover, smooth scrolling.
  static void PrepareTable(QAbstractItemView* view);
  // For tables from edge to edge of a page, whose delegate indents column 0 to the content margin:
  // the header does likewise.
  static void IndentFirstColumn(QTableView* table);

 protected:
  // The content of a cell: `rect` is the cell less 8 px at both sides. The base paints the display
  // text (Qt::TextAlignmentRole is kept).
  virtual void PaintCell(QPainter* painter, const QRect& rect, const QStyleOptionViewItem& option,
                         const QModelIndex& index) const;
  // Colour of the row at rest; tiers use kWindow.
  virtual Role RowFill(const QModelIndex& index) const;
  virtual bool HasLine(const QModelIndex& index) const;

  // Two lines centred in `rect`: body 500 above, small muted below.
  static void PaintTwoLines(QPainter* painter, const QRect& rect, const QString& first,
                            const QString& second);
  static bool IsSelected(const QStyleOptionViewItem& option) {
    return (option.state & QStyle::State_Selected) != 0;
  }

 private:
  int height_;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_WIDGETS_ROW_DELEGATE_H_
