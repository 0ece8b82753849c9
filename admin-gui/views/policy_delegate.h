// PolicyDelegate: paints the rows of the policy table (gui.md §4.5): failsafes, tiers, policies and
// what holds for the rest. No widget stands in a row.

#ifndef ADMIN_GUI_VIEWS_POLICY_DELEGATE_H_
#define ADMIN_GUI_VIEWS_POLICY_DELEGATE_H_

#include <QString>

#include "admin-gui/widgets/row_delegate.h"
#include "common/policy/model.h"

namespace gw::gui {

// Icon and colour of what a rule does; -1 for none. Staged ones are in the colour of "would be".
QString IconOfAction(int action);
Role RoleOfAction(int action, bool staged);

class PolicyDelegate : public RowDelegate {
  Q_OBJECT

 public:
  explicit PolicyDelegate(QObject* parent = nullptr);

  // Width of the grip at the left of a policy's row.
  static int GripWidth();

  void paint(QPainter* painter, const QStyleOptionViewItem& option,
             const QModelIndex& index) const override;

 protected:
  void PaintCell(QPainter* painter, const QRect& rect, const QStyleOptionViewItem& option,
                 const QModelIndex& index) const override;
  Role RowFill(const QModelIndex& index) const override;

 private:
  static void PaintName(QPainter* painter, const QRect& rect, bool selected,
                        const QModelIndex& index);
  static void PaintWhat(QPainter* painter, const QRect& rect, const QModelIndex& index);
  static void PaintHits(QPainter* painter, const QRect& rect, const QModelIndex& index);
  static void PaintTier(QPainter* painter, const QRect& rect, const QModelIndex& index);
  static void PaintNote(QPainter* painter, const QRect& rect, const QModelIndex& index);
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_POLICY_DELEGATE_H_
