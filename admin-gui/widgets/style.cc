#include "admin-gui/widgets/style.h"

#include <algorithm>

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QScrollBar>
#include <QStyleFactory>
#include <QStyleOption>
#include <QTabBar>
#include <QTreeView>

#include "admin-gui/widgets/icons.h"
#include "admin-gui/widgets/paint.h"
#include "admin-gui/widgets/style_paint.h"
#include "admin-gui/widgets/theme.h"

namespace gw::gui {
namespace {

constexpr int kButtonPadding = 26;
constexpr int kScrollThumbMin = 28;
// With the margin that Qt gives a header's label, what RowDelegate gives a cell.
constexpr int kHeaderLabelPadding = 6;

bool IsLink(const QWidget* widget) {
  return widget != nullptr && widget->property(kKindProperty).toString() == u"link";
}

QSize AtLeast(QSize size, int height) {
  size.setHeight(std::max(size.height(), height));
  return size;
}

void PaintBranch(QPainter* painter, const QStyleOption& option) {
  if ((option.state & QStyle::State_Children) == 0) return;
  const bool open = (option.state & QStyle::State_Open) != 0;
  Icons::Paint(painter, option.rect, open ? QStringLiteral("down") : QStringLiteral("right"),
               Role::kMuted, 14);
}

// The shape under a focused button: circle for a radio's ring would be wrong, so rounded boxes.
void PaintFocus(QPainter* painter, const QStyleOption& option, const QWidget* widget) {
  if (qobject_cast<const QAbstractItemView*>(widget) != nullptr) return;
  PaintFocusRing(painter, QRectF(option.rect).adjusted(1, 1, -1, -1), kFieldRadius);
}

}  // namespace

Style::Style() : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion"))) {}

void Style::polish(QWidget* widget) {
  if (qobject_cast<QAbstractButton*>(widget) != nullptr ||
      qobject_cast<QComboBox*>(widget) != nullptr || qobject_cast<QScrollBar*>(widget) != nullptr ||
      qobject_cast<QTabBar*>(widget) != nullptr) {
    widget->setAttribute(Qt::WA_Hover);
  }
  if (auto* header = qobject_cast<QHeaderView*>(widget)) {
    header->setFont(FontFor(TextSize::kSmall, QFont::Medium));
  }
  if (qobject_cast<QPushButton*>(widget) != nullptr) {
    widget->setFont(FontFor(TextSize::kBody, QFont::Medium));
  }
  QProxyStyle::polish(widget);
}

int Style::pixelMetric(PixelMetric metric, const QStyleOption* option,
                       const QWidget* widget) const {
  switch (metric) {
    case PM_ScrollBarExtent:
      return kScrollBarWidth;
    case PM_ScrollBarSliderMin:
      return kScrollThumbMin;
    case PM_IndicatorWidth:
    case PM_IndicatorHeight:
    case PM_ExclusiveIndicatorWidth:
    case PM_ExclusiveIndicatorHeight:
    case PM_ButtonIconSize:
    case PM_SmallIconSize:
      return kIndicatorSize;
    case PM_CheckBoxLabelSpacing:
    case PM_RadioButtonLabelSpacing:
      return 8;
    case PM_ButtonShiftHorizontal:
    case PM_ButtonShiftVertical:
    case PM_TabBarTabShiftVertical:
    case PM_TabBarBaseOverlap:
      return 0;
    case PM_LayoutHorizontalSpacing:
    case PM_LayoutVerticalSpacing:
      return kToolGap;
    default:
      return QProxyStyle::pixelMetric(metric, option, widget);
  }
}

int Style::styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                     QStyleHintReturn* result) const {
  switch (hint) {
    case SH_EtchDisabledText:
    case SH_DitherDisabledText:
    case SH_ComboBox_Popup:
    case SH_ScrollView_FrameOnlyAroundContents:
      return 0;
    case SH_ItemView_ShowDecorationSelected:
      return 1;
    default:
      return QProxyStyle::styleHint(hint, option, widget, result);
  }
}

QSize Style::sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& size,
                              const QWidget* widget) const {
  switch (type) {
    case CT_PushButton: {
      if (IsLink(widget)) return size + QSize(4, 6);
      return AtLeast(size + QSize(kButtonPadding, 10), kControlHeight);
    }
    case CT_LineEdit:
      return AtLeast(size + QSize(16, 0), kControlHeight);
    case CT_ComboBox:
      return AtLeast(size + QSize(kArrowWidth + 18, 6), kControlHeight);
    case CT_SpinBox:
      return AtLeast(size + QSize(kArrowWidth + 12, 6), kControlHeight);
    case CT_ToolButton: {
      const QSize button = AtLeast(size + QSize(10, 10), kControlHeight);
      return {std::max(button.width(), kControlHeight), button.height()};
    }
    case CT_HeaderSection:
      return AtLeast(QProxyStyle::sizeFromContents(type, option, size, widget), kRowHeader);
    case CT_TabBarTab:
      return AtLeast(size + QSize(8, 8), kRowHeader);
    case CT_MenuItem:
      return AtLeast(QProxyStyle::sizeFromContents(type, option, size, widget), kRowCompact);
    default:
      return QProxyStyle::sizeFromContents(type, option, size, widget);
  }
}

QRect Style::subControlRect(ComplexControl control, const QStyleOptionComplex* option,
                            SubControl part, const QWidget* widget) const {
  const QRect whole = option->rect;
  if (control == CC_ScrollBar && (part == SC_ScrollBarAddLine || part == SC_ScrollBarSubLine)) {
    return {};
  }
  if (control == CC_ScrollBar && part == SC_ScrollBarGroove) return whole;
  if (control == CC_ScrollBar && part == SC_ScrollBarSlider) {
    const auto* bar = qstyleoption_cast<const QStyleOptionSlider*>(option);
    if (bar == nullptr) return {};
    const bool vertical = bar->orientation == Qt::Vertical;
    const int length = vertical ? whole.height() : whole.width();
    const qint64 range = qint64{bar->maximum} - bar->minimum;
    if (range <= 0) return whole;
    const int thumb = static_cast<int>(
        std::clamp<qint64>(qint64{length} * bar->pageStep / (range + bar->pageStep),
                           kScrollThumbMin, std::max(length, kScrollThumbMin)));
    const int at = sliderPositionFromValue(bar->minimum, bar->maximum, bar->sliderPosition,
                                           length - thumb, bar->upsideDown);
    return vertical ? QRect(whole.x(), whole.y() + at, whole.width(), thumb)
                    : QRect(whole.x() + at, whole.y(), thumb, whole.height());
  }
  if (control == CC_ComboBox && part == SC_ComboBoxEditField) {
    return whole.adjusted(9, 2, -kArrowWidth, -2);
  }
  if (control == CC_SpinBox && part == SC_SpinBoxEditField) {
    const auto* spin = qstyleoption_cast<const QStyleOptionSpinBox*>(option);
    const bool bare = spin != nullptr && spin->buttonSymbols == QAbstractSpinBox::NoButtons;
    return whole.adjusted(4, 2, bare ? -4 : -22, -2);
  }
  return QProxyStyle::subControlRect(control, option, part, widget);
}

QRect Style::subElementRect(SubElement element, const QStyleOption* option,
                            const QWidget* widget) const {
  if (element == SE_LineEditContents) return option->rect.adjusted(6, 1, -6, -1);
  if (element == SE_PushButtonFocusRect) return option->rect;
  return QProxyStyle::subElementRect(element, option, widget);
}

void Style::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                          const QWidget* widget) const {
  switch (element) {
    case PE_PanelLineEdit: {
      // Inside combo and spin boxes the box paints the field.
      const auto* line = qstyleoption_cast<const QStyleOptionFrame*>(option);
      if (line != nullptr && line->lineWidth <= 0) return;
      return PaintField(painter, *option, widget);
    }
    case PE_PanelButtonCommand:
    case PE_PanelButtonTool:
      return PaintButton(painter, *option, widget);
    case PE_IndicatorCheckBox:
      return PaintCheck(painter, *option);
    case PE_IndicatorItemViewItemCheck:
      return PaintCheck(painter, *option);
    case PE_IndicatorRadioButton:
      return PaintRadio(painter, *option);
    case PE_FrameFocusRect:
      return PaintFocus(painter, *option, widget);
    case PE_PanelItemViewRow:
    case PE_PanelItemViewItem:
    case PE_IndicatorButtonDropDown:
    case PE_FrameTabBarBase:
    case PE_FrameStatusBarItem:
      return;
    case PE_IndicatorBranch:
      return PaintBranch(painter, *option);
    case PE_PanelMenu:
    case PE_PanelTipLabel:
      return PaintPopup(painter, option->rect);
    case PE_FrameMenu:
      return;
    default:
      QProxyStyle::drawPrimitive(element, option, painter, widget);
  }
}

void Style::drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                        const QWidget* widget) const {
  if (element == CE_PushButtonBevel) return PaintButton(painter, *option, widget);
  if (const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option);
      element == CE_PushButtonLabel && button != nullptr) {
    return PaintButtonLabel(painter, *button, widget);
  }
  if (const auto* header = qstyleoption_cast<const QStyleOptionHeader*>(option);
      element == CE_HeaderSection && header != nullptr) {
    return PaintHeaderSection(painter, *header);
  }
  if (element == CE_HeaderEmptyArea) {
    painter->fillRect(option->rect, Theme::Color(Role::kSurface));
    return;
  }
  if (const auto* header = qstyleoption_cast<const QStyleOptionHeader*>(option);
      element == CE_HeaderLabel && header != nullptr) {
    QStyleOptionHeader muted = *header;
    muted.palette.setColor(QPalette::ButtonText, Theme::Color(Role::kMuted));
    // In line with the cells below (RowDelegate).
    const bool first = header->position == QStyleOptionHeader::Beginning ||
                       header->position == QStyleOptionHeader::OnlyOneSection;
    const int indent =
        first && widget != nullptr ? widget->property(kFirstIndentProperty).toInt() : 0;
    muted.rect.adjust(kHeaderLabelPadding + indent, 0, -kHeaderLabelPadding, 0);
    return QProxyStyle::drawControl(element, &muted, painter, widget);
  }
  if (const auto* tab = qstyleoption_cast<const QStyleOptionTab*>(option); tab != nullptr) {
    if (element == CE_TabBarTabShape) return;
    if (element == CE_TabBarTabLabel) return PaintTab(painter, *tab);
  }
  QProxyStyle::drawControl(element, option, painter, widget);
}

void Style::drawComplexControl(ComplexControl control, const QStyleOptionComplex* option,
                               QPainter* painter, const QWidget* widget) const {
  if (const auto* bar = qstyleoption_cast<const QStyleOptionSlider*>(option);
      control == CC_ScrollBar && bar != nullptr) {
    return PaintScrollBar(painter, *bar,
                          subControlRect(control, option, SC_ScrollBarSlider, widget));
  }
  if (const auto* tool = qstyleoption_cast<const QStyleOptionToolButton*>(option);
      control == CC_ToolButton && tool != nullptr) {
    QStyleOptionToolButton plain = *tool;
    plain.features &= ~QStyleOptionToolButton::HasMenu;  // its icon says so
    return QProxyStyle::drawComplexControl(control, &plain, painter, widget);
  }
  if (const auto* combo = qstyleoption_cast<const QStyleOptionComboBox*>(option);
      control == CC_ComboBox && combo != nullptr) {
    return PaintComboBox(painter, *combo, widget);
  }
  if (const auto* spin = qstyleoption_cast<const QStyleOptionSpinBox*>(option);
      control == CC_SpinBox && spin != nullptr) {
    return PaintSpinBox(painter, *spin, widget,
                        subControlRect(control, option, SC_SpinBoxUp, widget),
                        subControlRect(control, option, SC_SpinBoxDown, widget));
  }
  QProxyStyle::drawComplexControl(control, option, painter, widget);
}

}  // namespace gw::gui
