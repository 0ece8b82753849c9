// FactRow: one row of the overview's small lists: icon, two lines, a figure at the right, and a bar
// below where a share is shown. A button: Return or a click opens what it is about. GUI thread.

#ifndef ADMIN_GUI_VIEWS_FACT_ROW_H_
#define ADMIN_GUI_VIEWS_FACT_ROW_H_

#include <QAbstractButton>

#include "admin-gui/widgets/theme.h"

namespace gw::gui {

class FactRow : public QAbstractButton {
  Q_OBJECT

 public:
  struct Facts {
    QString icon;  // empty: none
    Role icon_role = Role::kMuted;
    QString title;
    QString aside;   // muted, after the title
    QString second;  // muted, below; not with a bar
    QString figure;
    double share = -1;  // 0 to 1 draws a bar below
    bool figure_is_link = false;
  };

  FactRow(Facts facts, QWidget* parent);

  QSize sizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  Facts facts_;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_FACT_ROW_H_
