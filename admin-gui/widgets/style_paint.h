// How Style paints single parts; split from it to keep both short. GUI thread.

#ifndef ADMIN_GUI_WIDGETS_STYLE_PAINT_H_
#define ADMIN_GUI_WIDGETS_STYLE_PAINT_H_

#include <QPainter>
#include <QStyleOption>

namespace gw::gui {

inline constexpr int kScrollBarWidth = 10;
inline constexpr int kIndicatorSize = 16;
inline constexpr int kArrowWidth = 26;  // of a combo or spin box

void PaintField(QPainter* painter, const QStyleOption& option, const QWidget* widget);
void PaintButton(QPainter* painter, const QStyleOption& option, const QWidget* widget);
void PaintButtonLabel(QPainter* painter, const QStyleOptionButton& option, const QWidget* widget);
void PaintCheck(QPainter* painter, const QStyleOption& option);
void PaintRadio(QPainter* painter, const QStyleOption& option);
void PaintScrollBar(QPainter* painter, const QStyleOptionSlider& option, const QRect& thumb);
void PaintHeaderSection(QPainter* painter, const QStyleOptionHeader& option);
void PaintTab(QPainter* painter, const QStyleOptionTab& option);
void PaintComboBox(QPainter* painter, const QStyleOptionComboBox& option, const QWidget* widget);
void PaintSpinBox(QPainter* painter, const QStyleOptionSpinBox& option, const QWidget* widget,
                  const QRect& up, const QRect& down);
void PaintPopup(QPainter* painter, const QRect& rect);

}  // namespace gw::gui

#endif  // ADMIN_GUI_WIDGETS_STYLE_PAINT_H_
