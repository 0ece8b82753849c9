// The painted parts that table delegates and widgets share: chips, badges, figures that line up,
// selectors in colour. Coordinates are px at 1x; every function leaves the painter as it was.
// GUI thread.

#ifndef ADMIN_GUI_WIDGETS_PAINT_H_
#define ADMIN_GUI_WIDGETS_PAINT_H_

#include <vector>

#include <QFont>
#include <QPainter>
#include <QRect>
#include <QString>

#include "admin-gui/widgets/theme.h"
#include "admin-gui/widgets/verdict.h"

namespace gw::gui {

// A chip "key = value": key and sign muted, value 500. Without a key the value stands alone.
struct ChipText {
  QString key;
  QString sign;  // "=", "is not"; empty without a key
  QString value;
};
struct ChipLook {
  Role fill = Role::kSunken;
  Role sign = Role::kMuted;
  bool closable = false;  // room for a cross at the right
  bool dashed = false;    // mixed over a selection: no fill, dashed edge
  bool focused = false;
};
int ChipWidth(const ChipText& text, const QFont& font, bool closable = false);
// Left-aligned in `rect`, centred vertically, not wider than it (the value elides). Returns what
// was painted.
QRect PaintChip(QPainter* painter, const QRect& rect, const ChipText& text,
                const ChipLook& look = {});
// As many chips of `chips` as fit, then "+2". Returns the right edge of what was painted.
int PaintChips(QPainter* painter, const QRect& rect, const std::vector<ChipText>& chips,
               bool selected = false);

// A filled badge: icon 14 and words in `strong` on `soft`. On a selected row the fill is surface.
int BadgeWidth(const QString& words, const QFont& font);
QRect PaintBadge(QPainter* painter, const QRect& rect, const QString& icon, const QString& words,
                 Role strong, Role soft, bool selected = false);
// §3.3 for tables: allowed is icon and muted word, all else a filled badge.
QRect PaintVerdict(QPainter* painter, const QRect& rect, VerdictState state, bool selected = false);

// Digits in cells as wide as "8", so that columns of figures line up in any font.
int TabularWidth(const QString& text, const QFont& font);
void PaintTabular(QPainter* painter, const QRect& rect, Qt::Alignment alignment,
                  const QString& text);

// The number of members of a selector: right-aligned in `rect`; 0 in warn with the triangle.
QRect PaintCountBox(QPainter* painter, const QRect& rect, qint64 count, bool selected = false);

// One line in `rect`, elided at the end; returns its painted width.
int PaintElided(QPainter* painter, const QRect& rect, const QString& text, Role role,
                const QFont& font, Qt::TextElideMode mode = Qt::ElideRight);
// Name (500) then address (muted): the address goes before the name is elided. With an empty name
// the address takes its place.
void PaintNameAndAddress(QPainter* painter, const QRect& rect, const QString& name,
                         const QString& address);

// Selector text in colours: strings allow, functions and keywords staged, operators muted. Never
// fails: what it does not know is text.
struct Span {
  int start = 0;  // QChars
  int length = 0;
  Role role = Role::kText;
};
std::vector<Span> SelectorSpans(const QString& text);
void PaintSelector(QPainter* painter, const QRect& rect, const QString& text);

// Bars from the bottom of `rect`, 2 px wide with 1 px between, the largest as high as `rect`.
void PaintSparkline(QPainter* painter, const QRect& rect, const std::vector<qint64>& values,
                    Role role);

void PaintFocusRing(QPainter* painter, const QRectF& rect, qreal radius);
void FillRounded(QPainter* painter, const QRectF& rect, qreal radius, const QColor& fill,
                 const QColor& edge = QColor());
QColor Darkened(const QColor& colour, int percent);

}  // namespace gw::gui

#endif  // ADMIN_GUI_WIDGETS_PAINT_H_
