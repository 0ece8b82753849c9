// Style: Fusion with the shapes of gui.md §3.4, by painting alone (no style sheet, so palettes are
// inherited and item views stay fast). Owned by QApplication. GUI thread.
//
// Dynamic properties it reads on widgets (keys below): buttons `kind` ("primary", "quiet", "link");
// fields `invalid` (bool, edge in deny).

#ifndef ADMIN_GUI_WIDGETS_STYLE_H_
#define ADMIN_GUI_WIDGETS_STYLE_H_

#include <QProxyStyle>

namespace gw::gui {

inline constexpr char kKindProperty[] = "kind";
inline constexpr char kInvalidProperty[] = "invalid";
// Of a QHeaderView: px by which the label of its first section is indented.
inline constexpr char kFirstIndentProperty[] = "firstIndent";

class Style : public QProxyStyle {
  Q_OBJECT

 public:
  Style();

  void polish(QWidget* widget) override;
  using QProxyStyle::polish;
  int pixelMetric(PixelMetric metric, const QStyleOption* option,
                  const QWidget* widget) const override;
  int styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                QStyleHintReturn* result) const override;
  QSize sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& size,
                         const QWidget* widget) const override;
  QRect subControlRect(ComplexControl control, const QStyleOptionComplex* option, SubControl part,
                       const QWidget* widget) const override;
  QRect subElementRect(SubElement element, const QStyleOption* option,
                       const QWidget* widget) const override;
  void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                     const QWidget* widget) const override;
  void drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                   const QWidget* widget) const override;
  void drawComplexControl(ComplexControl control, const QStyleOptionComplex* option,
                          QPainter* painter, const QWidget* widget) const override;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_WIDGETS_STYLE_H_
