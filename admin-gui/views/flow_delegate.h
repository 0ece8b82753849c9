// FlowDelegate paints the rows of the flow log: decisions as cells, days and events across the
// whole row.

#ifndef ADMIN_GUI_VIEWS_FLOW_DELEGATE_H_
#define ADMIN_GUI_VIEWS_FLOW_DELEGATE_H_

#include <QTableView>

#include "admin-gui/models/flow_words.h"
#include "admin-gui/widgets/row_delegate.h"
#include "admin-gui/widgets/verdict.h"

namespace gw::gui {

VerdictState StateOf(FlowLook look);

class FlowDelegate : public RowDelegate {
  Q_OBJECT

 public:
  explicit FlowDelegate(QTableView* table);

 protected:
  void PaintCell(QPainter* painter, const QRect& rect, const QStyleOptionViewItem& option,
                 const QModelIndex& index) const override;
  bool HasLine(const QModelIndex& index) const override;

 private:
  void PaintTime(QPainter* painter, const QRect& rect, const QModelIndex& index) const;
  void PaintNote(QPainter* painter, const QRect& rect, const QModelIndex& index) const;

  QTableView* table_;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_FLOW_DELEGATE_H_
