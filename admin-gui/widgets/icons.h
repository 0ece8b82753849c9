// Icons: the monochrome drawings of gui.md §7, in a colour of the theme. Names are those of
// admin-gui/icons/*.svg: allow, arrow, check, clock, close, copy, deny, device, down, endpoints,
// export, filter, flowlog, gateway, globe, grip, history, info, key, log, menu, more, netset,
// overview, pass, pause, play, plus, policies, reject, right, search, settings, simulator, skip,
// staged, undo, warn. "app" is the program's own, in its own colours. GUI thread.

#ifndef ADMIN_GUI_WIDGETS_ICONS_H_
#define ADMIN_GUI_WIDGETS_ICONS_H_

#include <QIcon>
#include <QPainter>
#include <QPixmap>
#include <QString>
#include <QStringList>

#include "admin-gui/widgets/theme.h"

namespace gw::gui {

class Icons {
 public:
  // Follows the scheme by itself: it is drawn in the colour `role` has when it is painted; faint
  // where disabled.
  static QIcon Get(const QString& name, Role role = Role::kMuted);
  // `size` in px at 1x; sharp at `ratio`. Empty for an unknown name. Cached.
  static QPixmap Pixmap(const QString& name, Role role, int size, qreal ratio = 1);
  // Centred in `rect`, at the painter's device pixel ratio.
  static void Paint(QPainter* painter, const QRect& rect, const QString& name, Role role, int size);
  static QStringList Names();
  static void DropCache();
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_WIDGETS_ICONS_H_
