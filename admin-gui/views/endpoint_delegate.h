// EndpointDelegate paints the rows of EndpointTableModel: endpoints of two lines, the heading of
// the devices, devices of one line. DecisionStepDelegate paints DecisionStepModel. GUI thread.

#ifndef ADMIN_GUI_VIEWS_ENDPOINT_DELEGATE_H_
#define ADMIN_GUI_VIEWS_ENDPOINT_DELEGATE_H_

#include "admin-gui/widgets/row_delegate.h"

namespace gw::gui {

class EndpointDelegate : public RowDelegate {
  Q_OBJECT

 public:
  explicit EndpointDelegate(QObject* parent);

  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  static int HeightOf(const QModelIndex& index);
  // Where the row's action is painted within its cell: a button of endpoints in the last column, a
  // link of devices in the labels column. Empty if there is none in this cell.
  static QRect ActionRect(const QRect& cell, const QModelIndex& index);

 protected:
  void PaintCell(QPainter* painter, const QRect& rect, const QStyleOptionViewItem& option,
                 const QModelIndex& index) const override;

 private:
  void PaintName(QPainter* painter, const QRect& rect, const QModelIndex& index) const;
  void PaintLabels(QPainter* painter, const QRect& rect, bool selected,
                   const QModelIndex& index) const;
  void PaintLast(QPainter* painter, const QRect& rect, bool selected,
                 const QModelIndex& index) const;
};

class DecisionStepDelegate : public RowDelegate {
  Q_OBJECT

 public:
  explicit DecisionStepDelegate(QObject* parent);
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  static int Height();

 protected:
  void PaintCell(QPainter* painter, const QRect& rect, const QStyleOptionViewItem& option,
                 const QModelIndex& index) const override;
  Role RowFill(const QModelIndex&) const override { return Role::kWindow; }
  bool HasLine(const QModelIndex&) const override { return false; }
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_ENDPOINT_DELEGATE_H_
