// Makers of the window's kinds of button; Style paints them by the property `kind`. The parent owns
// what is returned. `icon` is a name of icons.h or empty.

#ifndef ADMIN_GUI_WIDGETS_BUTTONS_H_
#define ADMIN_GUI_WIDGETS_BUTTONS_H_

#include <QPushButton>
#include <QString>
#include <QToolButton>

namespace gw::gui {

QPushButton* PlainButton(const QString& text, QWidget* parent, const QString& icon = {});
// Filled with the accent; at most one in a window.
QPushButton* PrimaryButton(const QString& text, QWidget* parent, const QString& icon = {});
// Without an edge until the pointer is on it.
QPushButton* QuietButton(const QString& text, QWidget* parent, const QString& icon = {});
// Accent text only, as wide as the text.
QPushButton* LinkButton(const QString& text, QWidget* parent);
// 30 x 30, no text; `name` is its tooltip and accessible name.
QToolButton* IconButton(const QString& icon, const QString& name, QWidget* parent);

}  // namespace gw::gui

#endif  // ADMIN_GUI_WIDGETS_BUTTONS_H_
