// Scaled: a width that was drawn for a font of 13 px (gui.md §3.1), for the font of the
// application. Heights follow RowHeight (theme.h). GUI thread.

#ifndef ADMIN_GUI_WIDGETS_SCALE_H_
#define ADMIN_GUI_WIDGETS_SCALE_H_

#include <algorithm>

#include <QApplication>
#include <QFontInfo>
#include <QtGlobal>

namespace gw::gui {

// Never below 1: a small font does not make the window smaller.
inline double FontScale() {
  constexpr double kDrawnFor = 13;
  return std::max(1.0, QFontInfo(QApplication::font()).pixelSize() / kDrawnFor);
}

inline int Scaled(int width) { return qRound(width * FontScale()); }

}  // namespace gw::gui

#endif  // ADMIN_GUI_WIDGETS_SCALE_H_
