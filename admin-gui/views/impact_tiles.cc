#include "admin-gui/views/impact_tiles.h"

#include <array>

#include <QPainter>

#include "admin-gui/widgets/format.h"
#include "admin-gui/widgets/icons.h"
#include "admin-gui/widgets/paint.h"
#include "admin-gui/widgets/theme.h"

namespace gw::gui {
namespace {

constexpr int kGap = 12;
constexpr int kPadding = 12;
constexpr int kIndent = 26;

struct Tile {
  QString icon;
  QString words;
  qint64 count = 0;
  Role strong = Role::kMuted;
  Role soft = Role::kSunken;
};

}  // namespace

ImpactTiles::ImpactTiles(QWidget* parent) : QWidget(parent) {
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void ImpactTiles::Show(const ImpactResult& result) {
  result_.newly_denied = result.newly_denied;
  result_.newly_allowed = result.newly_allowed;
  result_.unchanged = result.unchanged;
  setAccessibleName(tr("Newly denied %1, newly allowed %2, unchanged %3")
                        .arg(FormatCount(result.newly_denied), FormatCount(result.newly_allowed),
                             FormatCount(result.unchanged)));
  update();
}

void ImpactTiles::paintEvent(QPaintEvent* /*event*/) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const std::array<Tile, 3> tiles = {Tile{QStringLiteral("deny"), tr("Newly denied"),
                                          result_.newly_denied, Role::kDeny, Role::kDenySoft},
                                     Tile{QStringLiteral("allow"), tr("Newly allowed"),
                                          result_.newly_allowed, Role::kAllow, Role::kAllowSoft},
                                     Tile{QStringLiteral("check"), tr("Unchanged"),
                                          result_.unchanged, Role::kMuted, Role::kSunken}};
  const int width = (this->width() - 2 * kGap) / 3;
  int left = 0;
  for (const Tile& tile : tiles) {
    const QRect box(left, 0, width, height());
    // Colour only where something differs.
    const bool quiet = tile.count == 0;
    FillRounded(&painter, box, kCardRadius, Theme::Color(quiet ? Role::kSunken : tile.soft));
    const QRect text = box.adjusted(kPadding, 10, -kPadding, -10);
    Icons::Paint(&painter, QRect(text.left(), text.top(), 18, text.height() / 2), tile.icon,
                 quiet ? Role::kMuted : tile.strong, 18);
    PaintElided(&painter, text.adjusted(kIndent, 0, 0, -text.height() / 2), FormatCount(tile.count),
                Role::kText, FontFor(TextSize::kFigure));
    // Under the number, or under its icon where that leaves too little.
    const QFont small = FontFor(TextSize::kSmall);
    const bool fits =
        QFontMetrics(small).horizontalAdvance(tile.words) + 2 <= text.width() - kIndent;
    PaintElided(&painter, text.adjusted(fits ? kIndent : 0, text.height() / 2 + 2, 0, 0),
                tile.words, Role::kMuted, small);
    left += width + kGap;
  }
}

}  // namespace gw::gui
