#include "admin-gui/widgets/style_paint.h"

#include <algorithm>

#include <QTabBar>
#include <QWidget>

#include "admin-gui/widgets/icons.h"
#include "admin-gui/widgets/paint.h"
#include "admin-gui/widgets/style.h"
#include "admin-gui/widgets/theme.h"

namespace gw::gui {
namespace {

constexpr int kPressedPercent = 6;
constexpr int kThumbWidth = 6;

bool Has(const QStyleOption& option, QStyle::StateFlag flag) { return (option.state & flag) != 0; }

QString KindOf(const QWidget* widget) {
  return widget == nullptr ? QString() : widget->property(kKindProperty).toString();
}

QRectF Inside(const QRect& rect) { return QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5); }

void PaintEdge(QPainter* painter, const QRect& rect, Role role, int width) {
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);
  painter->setBrush(Qt::NoBrush);
  painter->setPen(QPen(Theme::Color(role), width));
  const double half = width / 2.0;
  painter->drawRoundedRect(QRectF(rect).adjusted(half, half, -half, -half), kFieldRadius,
                           kFieldRadius);
  painter->restore();
}

struct ButtonLook {
  QColor fill;
  QColor edge;
  Role text = Role::kText;
};

ButtonLook LookOfButton(const QStyleOption& option, const QWidget* widget) {
  const QString kind = KindOf(widget);
  const bool enabled = Has(option, QStyle::State_Enabled);
  const bool hover = enabled && Has(option, QStyle::State_MouseOver);
  const bool down = enabled && Has(option, QStyle::State_Sunken);
  const bool on = Has(option, QStyle::State_On);
  ButtonLook look;
  if (kind == u"link") {
    look.text = enabled ? Role::kAccent : Role::kFaint;
    return look;
  }
  if (kind == u"primary" && enabled) {
    look.fill = Theme::Color(Role::kAccent);
    if (hover || down)
      look.fill = Darkened(look.fill, down ? 2 * kPressedPercent : kPressedPercent);
    look.text = Role::kOnAccent;
    return look;
  }
  const bool quiet = kind == u"quiet";
  look.text = enabled ? Role::kText : Role::kFaint;
  look.fill = quiet ? QColor() : Theme::Color(Role::kRaised);
  if (on) look.fill = Theme::Color(Role::kSelection);
  if (hover) look.fill = Theme::Color(Role::kHover);
  if (down) look.fill = Darkened(Theme::Color(Role::kHover), kPressedPercent);
  if (!quiet) look.edge = Theme::Color(Role::kBorder);
  return look;
}

}  // namespace

void PaintField(QPainter* painter, const QStyleOption& option, const QWidget* widget) {
  const bool enabled = Has(option, QStyle::State_Enabled);
  FillRounded(painter, Inside(option.rect), kFieldRadius,
              Theme::Color(enabled ? Role::kSurface : Role::kWindow));
  const bool invalid = widget != nullptr && widget->property(kInvalidProperty).toBool();
  if (invalid) return PaintEdge(painter, option.rect, Role::kDeny, 2);
  if (Has(option, QStyle::State_HasFocus)) {
    return PaintEdge(painter, option.rect, Role::kFocus, 2);
  }
  PaintEdge(painter, option.rect, enabled ? Role::kControl : Role::kBorder, 1);
}

void PaintButton(QPainter* painter, const QStyleOption& option, const QWidget* widget) {
  const ButtonLook look = LookOfButton(option, widget);
  FillRounded(painter, Inside(option.rect), kFieldRadius, look.fill, look.edge);
}

void PaintButtonLabel(QPainter* painter, const QStyleOptionButton& option, const QWidget* widget) {
  const ButtonLook look = LookOfButton(option, widget);
  painter->save();
  painter->setFont(FontFor(TextSize::kBody, QFont::Medium));
  painter->setPen(Theme::Color(look.text));
  // Only where the button was made narrower than its text; the padding may be used before.
  const int room = option.rect.width() - (option.icon.isNull() ? 0 : option.iconSize.width() + 6);
  const bool fits = option.fontMetrics.horizontalAdvance(option.text) <= room + 2 * kToolGap;
  const QString text =
      fits ? option.text
           : option.fontMetrics.elidedText(option.text, Qt::ElideRight, room, Qt::TextShowMnemonic);
  const int text_width = option.fontMetrics.horizontalAdvance(text);
  QRect rect = option.rect;
  if (!option.icon.isNull()) {
    const int gap = option.text.isEmpty() ? 0 : 6;
    const int whole = option.iconSize.width() + gap + text_width;
    const int x = rect.center().x() - whole / 2;
    const QRect icon(x, rect.center().y() - option.iconSize.height() / 2 + 1,
                     option.iconSize.width(), option.iconSize.height());
    option.icon.paint(painter, icon, Qt::AlignCenter,
                      Has(option, QStyle::State_Enabled) ? QIcon::Normal : QIcon::Disabled);
    rect.setLeft(icon.right() + 1 + gap);
    painter->drawText(rect, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextShowMnemonic, text);
  } else {
    painter->drawText(rect, Qt::AlignCenter | Qt::TextShowMnemonic, text);
  }
  painter->restore();
}

void PaintCheck(QPainter* painter, const QStyleOption& option) {
  const bool on = Has(option, QStyle::State_On) || Has(option, QStyle::State_NoChange);
  const bool enabled = Has(option, QStyle::State_Enabled);
  const QColor strong = Theme::Color(enabled ? Role::kAccent : Role::kFaint);
  FillRounded(painter, Inside(option.rect), 4, on ? strong : Theme::Color(Role::kSurface),
              on ? strong : Theme::Color(enabled ? Role::kControl : Role::kBorder));
  if (Has(option, QStyle::State_NoChange)) {
    painter->fillRect(QRect(option.rect.x() + 4, option.rect.center().y(), 8, 2),
                      Theme::Color(Role::kOnAccent));
  } else if (on) {
    Icons::Paint(painter, option.rect, QStringLiteral("check"), Role::kOnAccent, 14);
  }
}

void PaintRadio(QPainter* painter, const QStyleOption& option) {
  const bool on = Has(option, QStyle::State_On);
  const bool enabled = Has(option, QStyle::State_Enabled);
  const QColor strong = Theme::Color(enabled ? Role::kAccent : Role::kFaint);
  FillRounded(painter, Inside(option.rect), option.rect.height() / 2.0,
              on ? strong : Theme::Color(Role::kSurface),
              on ? strong : Theme::Color(enabled ? Role::kControl : Role::kBorder));
  if (!on) return;
  const QPointF middle = QRectF(option.rect).center();
  FillRounded(painter, QRectF(middle - QPointF(3, 3), QSizeF(6, 6)), 3,
              Theme::Color(Role::kOnAccent));
}

void PaintScrollBar(QPainter* painter, const QStyleOptionSlider& option, const QRect& thumb) {
  if (option.maximum <= option.minimum) return;
  const bool active = Has(option, QStyle::State_MouseOver) || Has(option, QStyle::State_Sunken);
  QRect bar = thumb;
  const int margin = (kScrollBarWidth - kThumbWidth) / 2;
  bar = option.orientation == Qt::Vertical ? bar.adjusted(margin, 2, -margin, -2)
                                           : bar.adjusted(2, margin, -2, -margin);
  FillRounded(painter, bar, kThumbWidth / 2.0,
              Theme::Color(active ? Role::kMuted : Role::kControl));
}

void PaintHeaderSection(QPainter* painter, const QStyleOptionHeader& option) {
  painter->fillRect(option.rect, Theme::Color(Role::kSurface));
  painter->fillRect(QRect(option.rect.x(), option.rect.bottom(), option.rect.width(), 1),
                    Theme::Color(Role::kBorder));
}

void PaintTab(QPainter* painter, const QStyleOptionTab& option) {
  const bool chosen = Has(option, QStyle::State_Selected);
  painter->save();
  painter->setFont(FontFor(TextSize::kBody, chosen ? QFont::DemiBold : QFont::Medium));
  painter->setPen(Theme::Color(chosen ? Role::kText : Role::kMuted));
  painter->drawText(option.rect, Qt::AlignCenter | Qt::TextShowMnemonic, option.text);
  if (chosen) {
    painter->fillRect(QRect(option.rect.x(), option.rect.bottom() - 1, option.rect.width(), 2),
                      Theme::Color(Role::kAccent));
  }
  if (Has(option, QStyle::State_HasFocus)) {
    PaintFocusRing(painter, QRectF(option.rect).adjusted(3, 3, -3, -5), kChipRadius);
  }
  painter->restore();
}

void PaintComboBox(QPainter* painter, const QStyleOptionComboBox& option, const QWidget* widget) {
  PaintField(painter, option, widget);
  const QRect arrow(option.rect.right() - kArrowWidth, option.rect.y(), kArrowWidth,
                    option.rect.height());
  Icons::Paint(painter, arrow, QStringLiteral("down"),
               Has(option, QStyle::State_Enabled) ? Role::kMuted : Role::kFaint, 16);
}

void PaintSpinBox(QPainter* painter, const QStyleOptionSpinBox& option, const QWidget* widget,
                  const QRect& up, const QRect& down) {
  PaintField(painter, option, widget);
  if (option.buttonSymbols == QAbstractSpinBox::NoButtons) return;
  painter->save();
  const bool can_up = (option.stepEnabled & QAbstractSpinBox::StepUpEnabled) != 0;
  const bool can_down = (option.stepEnabled & QAbstractSpinBox::StepDownEnabled) != 0;
  Icons::Paint(painter, down, QStringLiteral("down"), can_down ? Role::kMuted : Role::kFaint, 14);
  const QPointF middle = QRectF(up).center();
  painter->translate(middle);
  painter->rotate(180);
  Icons::Paint(painter, QRect(-7, -7, 14, 14), QStringLiteral("down"),
               can_up ? Role::kMuted : Role::kFaint, 14);
  painter->restore();
}

void PaintPopup(QPainter* painter, const QRect& rect) {
  painter->fillRect(rect, Theme::Color(Role::kRaised));
  FillRounded(painter, Inside(rect), 0, Theme::Color(Role::kRaised), Theme::Color(Role::kBorder));
}

}  // namespace gw::gui
