// RuleList: the rules of one direction as sentences, one of them opened as a card in place
// (gui.md §4.5). As high as its rows: the form around it scrolls. It only asks; the editor changes
// the policy.

#ifndef ADMIN_GUI_VIEWS_RULE_LIST_H_
#define ADMIN_GUI_VIEWS_RULE_LIST_H_

#include <QListView>
#include <QPersistentModelIndex>

#include "admin-gui/models/rule_list_model.h"
#include "admin-gui/widgets/row_delegate.h"

namespace gw::gui {

class RuleCard;

// Number, icon, sentence, hits. The row that is open leaves its place to the card.
class RuleDelegate : public RowDelegate {
  Q_OBJECT

 public:
  explicit RuleDelegate(QObject* parent, Role fill = Role::kSurface);
  // -1: none.
  void SetOpen(int row, int height);
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  void paint(QPainter* painter, const QStyleOptionViewItem& option,
             const QModelIndex& index) const override;

 protected:
  void PaintCell(QPainter* painter, const QRect& rect, const QStyleOptionViewItem& option,
                 const QModelIndex& index) const override;
  Role RowFill(const QModelIndex& index) const override;

 private:
  Role fill_;
  int open_ = -1;
  int open_height_ = 0;
};

class RuleList : public QListView {
  Q_OBJECT

 public:
  RuleList(const QString& name, RuleListModel& model, QWidget* parent);

  // Puts `card` into the row; the list does not own it. -1 closes.
  void Open(int row, RuleCard* card);
  int open_row() const { return open_.isValid() ? open_.row() : -1; }
  void Arrange();

 Q_SIGNALS:
  void opened(int row);
  void closed();
  void moveAsked(int row, int step);
  void duplicateAsked(int row);
  void deleteAsked(int row);
  void menuAsked(int row, const QPoint& global);

 protected:
  void keyPressEvent(QKeyEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  bool RuleKey(QKeyEvent* event, int row);

  RuleListModel& model_;
  RuleDelegate* delegate_ = nullptr;
  RuleCard* card_ = nullptr;
  QWidget* home_ = nullptr;  // where the card goes back to
  QPersistentModelIndex open_;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_RULE_LIST_H_
