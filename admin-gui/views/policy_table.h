// PolicyTable: the view of the policy table: columns that give way, rows of tiers over its whole
// width, reordering by dragging the grip or by keys. It only asks; the page changes the policy.

#ifndef ADMIN_GUI_VIEWS_POLICY_TABLE_H_
#define ADMIN_GUI_VIEWS_POLICY_TABLE_H_

#include <QTableView>

#include "admin-gui/models/policy_order.h"
#include "admin-gui/models/policy_table_model.h"

namespace gw::gui {

class PolicyTable : public QTableView {
  Q_OBJECT

 public:
  PolicyTable(PolicyTableModel& model, QWidget* parent);

  void SelectPolicy(const ResourceKey& policy);
  const PolicyRow* current_row() const;
  // Where a row dropped at `y` of the viewport would stand; absent where no policy can.
  struct Drop {
    PolicyPlace place;  // counted without the dragged policy
    int number = 0;     // it would then have
    int line_y = 0;     // of the insertion line
  };
  std::optional<Drop> DropAt(int y, const ResourceKey& dragged) const;
  bool dragging() const { return drag_.has_value(); }

 Q_SIGNALS:
  void currentRowChanged();
  void opened(const gw::ResourceKey& policy);  // Return or double click
  void tierToggled(const QString& tier);
  void moveAsked(const gw::ResourceKey& policy, const QString& tier, int position);
  void stepAsked(const gw::ResourceKey& policy, int step, bool whole_tier);
  void deleteAsked(const gw::ResourceKey& policy);
  void duplicateAsked(const gw::ResourceKey& policy);
  void menuAsked(const QPoint& global);

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;
  void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;

 private:
  struct Drag {
    ResourceKey policy;
    QPoint pressed;
    bool moving = false;
    int y = 0;
  };

  void ArrangeColumns();
  void ArrangeRows();
  void PaintDrag();
  bool PolicyKey(QKeyEvent* event, const PolicyRow& row);
  void CopyRow() const;

  PolicyTableModel& model_;
  std::optional<Drag> drag_;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_POLICY_TABLE_H_
