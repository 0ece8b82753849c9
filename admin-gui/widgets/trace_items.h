// The lines of a trace as TracePanel shows them: steps, and folds of policies that do not apply.

#ifndef ADMIN_GUI_WIDGETS_TRACE_ITEMS_H_
#define ADMIN_GUI_WIDGETS_TRACE_ITEMS_H_

#include <vector>

#include <QString>
#include <QStyledItemDelegate>

#include "admin-gui/widgets/theme.h"
#include "common/policy/explanation.h"

namespace gw::gui {

// How a step looks: by its kind and by what became of it.
struct TraceLook {
  QString icon;
  Role icon_role = Role::kMuted;
  Role fill = Role::kWindow;  // of the line that decided
  bool decided = false;
  bool heading = false;
  bool applies = true;  // false: may fold with its neighbours
};
TraceLook LookOfStep(const TraceStep& step);

// Two lines: subject, and outcome muted below.
class TraceDelegate : public QStyledItemDelegate {
  Q_OBJECT

 public:
  static constexpr int kStepRole = Qt::UserRole;  // index of the step; -1 for a fold
  static constexpr int kOutcomeRole = Qt::UserRole + 1;
  static constexpr int kIconRole = Qt::UserRole + 2;
  static constexpr int kIconColourRole = Qt::UserRole + 3;  // int of Role
  static constexpr int kFillRole = Qt::UserRole + 4;        // int of Role
  static constexpr int kDecidedRole = Qt::UserRole + 5;
  static constexpr int kHeadingRole = Qt::UserRole + 6;

  using QStyledItemDelegate::QStyledItemDelegate;
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  void paint(QPainter* painter, const QStyleOptionViewItem& option,
             const QModelIndex& index) const override;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_WIDGETS_TRACE_ITEMS_H_
