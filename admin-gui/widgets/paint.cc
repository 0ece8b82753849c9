#include "admin-gui/widgets/paint.h"

#include <algorithm>

#include <QFontMetrics>
#include <QHash>
#include <QLocale>

#include "admin-gui/widgets/icons.h"

namespace gw::gui {
namespace {

constexpr int kChipPadding = 8;
constexpr int kChipGap = 4;
constexpr int kChipSpace = 6;
constexpr int kCloseWidth = 18;
constexpr int kBadgePadding = 9;
constexpr int kBadgeIcon = 14;
constexpr int kBadgeGap = 5;

const QFontMetrics& Metrics(const QFont& font) {
  // Never destroyed: the application's fonts go before static objects do.
  static auto* const cache = new QHash<QString, QFontMetrics*>;
  QFontMetrics*& metrics = (*cache)[font.key()];
  if (metrics == nullptr) metrics = new QFontMetrics(font);
  return *metrics;
}

QFont Medium(QFont font) {
  font.setWeight(QFont::Medium);
  return font;
}

QRect Centred(const QRect& rect, int width, int height) {
  return {rect.x(), rect.y() + (rect.height() - height) / 2, width, height};
}

class Saved {
 public:
  explicit Saved(QPainter* painter) : painter_(painter) { painter_->save(); }
  ~Saved() { painter_->restore(); }
  Saved(const Saved&) = delete;
  Saved& operator=(const Saved&) = delete;

 private:
  QPainter* painter_;
};

}  // namespace

QColor Darkened(const QColor& colour, int percent) {
  return QColor::fromRgbF(colour.redF() * static_cast<float>(100 - percent) / 100,
                          colour.greenF() * static_cast<float>(100 - percent) / 100,
                          colour.blueF() * static_cast<float>(100 - percent) / 100);
}

void FillRounded(QPainter* painter, const QRectF& rect, qreal radius, const QColor& fill,
                 const QColor& edge) {
  const Saved saved(painter);
  painter->setRenderHint(QPainter::Antialiasing);
  painter->setBrush(fill.isValid() ? QBrush(fill) : QBrush(Qt::NoBrush));
  painter->setPen(edge.isValid() ? QPen(edge, 1) : QPen(Qt::NoPen));
  painter->drawRoundedRect(rect, radius, radius);
}

void PaintFocusRing(QPainter* painter, const QRectF& rect, qreal radius) {
  const Saved saved(painter);
  painter->setRenderHint(QPainter::Antialiasing);
  painter->setBrush(Qt::NoBrush);
  painter->setPen(QPen(Theme::Color(Role::kFocus), 2));
  painter->drawRoundedRect(rect, radius, radius);
}

int ChipWidth(const ChipText& text, const QFont& font, bool closable) {
  int width = 2 * kChipPadding + Metrics(Medium(font)).horizontalAdvance(text.value);
  for (const QString& part : {text.key, text.sign}) {
    if (!part.isEmpty()) width += Metrics(font).horizontalAdvance(part) + kChipGap;
  }
  // 2 px more than the sum: advances are rounded, and an exact fit would elide.
  return width + 2 + (closable ? kCloseWidth - kChipPadding / 2 : 0);
}

QRect PaintChip(QPainter* painter, const QRect& rect, const ChipText& text, const ChipLook& look) {
  const Saved saved(painter);
  const QFont font = painter->font();
  const int width = std::min(ChipWidth(text, font, look.closable), rect.width());
  const QRect chip = Centred(rect, width, std::max(kChipHeight, Metrics(font).height() + 5));
  const QRectF inside = QRectF(chip).adjusted(0.5, 0.5, -0.5, -0.5);
  if (look.dashed) {
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(Theme::Color(Role::kControl), 1, Qt::DashLine));
    painter->setBrush(Qt::NoBrush);
    painter->drawRoundedRect(inside, kChipRadius, kChipRadius);
  } else {
    FillRounded(painter, chip, kChipRadius, Theme::Color(look.fill));
  }
  if (look.focused) PaintFocusRing(painter, QRectF(chip).adjusted(1, 1, -1, -1), kChipRadius);
  int x = chip.x() + kChipPadding;
  const int right = chip.right() - (look.closable ? kCloseWidth : kChipPadding) + 1;
  const auto put = [&](const QString& part, Role role, const QFont& part_font) {
    if (part.isEmpty() || x >= right) return;
    const QRect at(x, chip.y(), right - x, chip.height());
    x += PaintElided(painter, at, part, role, part_font) + kChipGap;
  };
  put(text.key, Role::kMuted, font);
  put(text.sign, look.sign, look.sign == Role::kMuted ? font : Medium(font));
  put(text.value, Role::kText, Medium(font));
  if (look.closable) {
    Icons::Paint(painter, QRect(chip.right() - kCloseWidth, chip.y(), kCloseWidth, chip.height()),
                 QStringLiteral("close"), Role::kMuted, 14);
  }
  return chip;
}

int PaintChips(QPainter* painter, const QRect& rect, const std::vector<ChipText>& chips,
               bool selected) {
  const Saved saved(painter);
  const QFont font = FontFor(TextSize::kSmall);
  painter->setFont(font);
  ChipLook look;
  if (selected) look.fill = Role::kSurface;
  int x = rect.x();
  for (size_t i = 0; i < chips.size(); ++i) {
    const QString more = QStringLiteral("+%1").arg(chips.size() - i);
    const bool last = i + 1 == chips.size();
    const int need =
        ChipWidth(chips[i], font) + (last ? 0 : kChipSpace + Metrics(font).horizontalAdvance(more));
    const QRect left(x, rect.y(), rect.right() + 1 - x, rect.height());
    if (need > left.width() && i > 0) {
      return x + PaintElided(painter, left, more, Role::kMuted, font);
    }
    x = PaintChip(painter, left, chips[i], look).right() + 1 + kChipSpace;
  }
  return x - kChipSpace;
}

int BadgeWidth(const QString& words, const QFont& font) {
  return 2 * kBadgePadding + kBadgeIcon + kBadgeGap +
         Metrics(Medium(font)).horizontalAdvance(words);
}

QRect PaintBadge(QPainter* painter, const QRect& rect, const QString& icon, const QString& words,
                 Role strong, Role soft, bool selected) {
  const QFont font = FontFor(TextSize::kSmall, QFont::Medium);
  const int width = std::min(BadgeWidth(words, font), rect.width());
  const QRect badge = Centred(rect, width, std::max(kBadgeHeight, Metrics(font).height() + 5));
  const bool edged = Theme::Instance().more_contrast();
  FillRounded(painter, QRectF(badge).adjusted(0.5, 0.5, -0.5, -0.5), badge.height() / 2.0,
              Theme::Color(selected ? Role::kSurface : soft),
              edged ? Theme::Color(strong) : QColor());
  Icons::Paint(painter, QRect(badge.x() + kBadgePadding, badge.y(), kBadgeIcon, badge.height()),
               icon, strong, kBadgeIcon);
  const int x = badge.x() + kBadgePadding + kBadgeIcon + kBadgeGap;
  PaintElided(painter, QRect(x, badge.y(), badge.right() - kBadgePadding + 2 - x, badge.height()),
              words, strong, font);
  return badge;
}

QRect PaintVerdict(QPainter* painter, const QRect& rect, VerdictState state, bool selected) {
  const VerdictLook look = LookOf(state);
  if (look.filled) {
    return PaintBadge(painter, rect, look.icon, look.word, look.strong, look.soft, selected);
  }
  const QRect icon(rect.x() + kBadgePadding, rect.y(), kBadgeIcon, rect.height());
  Icons::Paint(painter, icon, look.icon, look.strong, kBadgeIcon);
  const int x = icon.right() + 1 + kBadgeGap;
  const int width = PaintElided(painter, QRect(x, rect.y(), rect.right() + 1 - x, rect.height()),
                                look.word, Role::kMuted, FontFor(TextSize::kSmall));
  return {rect.x(), rect.y(), x + width - rect.x(), rect.height()};
}

int TabularWidth(const QString& text, const QFont& font) {
  const QFontMetrics& metrics = Metrics(font);
  const int cell = metrics.horizontalAdvance(QLatin1Char('8'));
  int width = 0;
  for (const QChar letter : text)
    width += letter.isDigit() ? cell : metrics.horizontalAdvance(letter);
  return width;
}

void PaintTabular(QPainter* painter, const QRect& rect, Qt::Alignment alignment,
                  const QString& text) {
  const QFontMetrics& metrics = Metrics(painter->font());
  const int cell = metrics.horizontalAdvance(QLatin1Char('8'));
  const int whole = TabularWidth(text, painter->font());
  int x = rect.x();
  if ((alignment & Qt::AlignRight) != 0) x = rect.right() + 1 - whole;
  if ((alignment & Qt::AlignHCenter) != 0) x = rect.x() + (rect.width() - whole) / 2;
  const int baseline = rect.y() + (rect.height() - metrics.height()) / 2 + metrics.ascent();
  for (const QChar letter : text) {
    const int width = metrics.horizontalAdvance(letter);
    const int place = letter.isDigit() ? cell : width;
    painter->drawText(x + (place - width) / 2, baseline, QString(letter));
    x += place;
  }
}

QRect PaintCountBox(QPainter* painter, const QRect& rect, qint64 count, bool selected) {
  const Saved saved(painter);
  const QFont font = FontFor(TextSize::kSmall, QFont::DemiBold);
  const QString text = QLocale().toString(count);
  const bool none = count == 0;
  const int icon = none ? 14 + 5 : 0;
  const int width = std::max(28, TabularWidth(text, font) + icon + 16);
  QRect box = Centred(rect, width, std::max(20, Metrics(font).height() + 3));
  box.moveRight(rect.right());
  FillRounded(painter, box, kChipRadius,
              Theme::Color(selected ? Role::kSurface
                           : none   ? Role::kWarnSoft
                                    : Role::kSunken));
  painter->setFont(font);
  painter->setPen(Theme::Color(none ? Role::kWarn : Role::kText));
  QRect figure = box;
  if (none) {
    Icons::Paint(painter, QRect(box.x() + 6, box.y(), 14, box.height()), QStringLiteral("warn"),
                 Role::kWarn, 14);
    figure.setLeft(box.x() + 6 + 14);
  }
  PaintTabular(painter, figure, Qt::AlignHCenter, text);
  return box;
}

int PaintElided(QPainter* painter, const QRect& rect, const QString& text, Role role,
                const QFont& font, Qt::TextElideMode mode) {
  if (rect.width() <= 0) return 0;
  const Saved saved(painter);
  const QFontMetrics& metrics = Metrics(font);
  const QString shown = metrics.elidedText(text, mode, rect.width());
  painter->setFont(font);
  painter->setPen(Theme::Color(role));
  painter->drawText(rect, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, shown);
  return metrics.horizontalAdvance(shown);
}

void PaintNameAndAddress(QPainter* painter, const QRect& rect, const QString& name,
                         const QString& address) {
  const QFont strong = FontFor(TextSize::kBody, QFont::Medium);
  const QFont small = FontFor(TextSize::kSmall);
  if (name.isEmpty()) {
    PaintElided(painter, rect, address, Role::kText, strong, Qt::ElideMiddle);
    return;
  }
  const int used = PaintElided(painter, rect, name, Role::kText, strong);
  const QRect rest(rect.x() + used + 7, rect.y(), rect.width() - used - 7, rect.height());
  // A stump of an address says nothing: below three letters it goes altogether.
  if (rest.width() < Metrics(small).horizontalAdvance(QStringLiteral("888…"))) return;
  PaintElided(painter, rest, address, Role::kMuted, small, Qt::ElideMiddle);
}

void PaintSelector(QPainter* painter, const QRect& rect, const QString& text) {
  const Saved saved(painter);
  const QFont font = FixedFont();
  const QFontMetrics& metrics = Metrics(font);
  const QString shown = metrics.elidedText(text, Qt::ElideRight, rect.width());
  painter->setFont(font);
  int x = rect.x();
  const int baseline = rect.y() + (rect.height() - metrics.height()) / 2 + metrics.ascent();
  for (const Span& span : SelectorSpans(shown)) {
    const QString part = shown.mid(span.start, span.length);
    painter->setPen(Theme::Color(span.role));
    painter->drawText(x, baseline, part);
    x += metrics.horizontalAdvance(part);
  }
}

void PaintSparkline(QPainter* painter, const QRect& rect, const std::vector<qint64>& values,
                    Role role) {
  constexpr int kStep = 3;
  if (values.empty()) return;
  const qint64 most = std::max<qint64>(1, *std::max_element(values.begin(), values.end()));
  int x = rect.x();
  for (const qint64 value : values) {
    const int height = value == 0 ? 1 : std::max(2, static_cast<int>(rect.height() * value / most));
    painter->fillRect(QRect(x, rect.bottom() + 1 - height, kStep - 1, height),
                      Theme::Color(value == 0 ? Role::kBorder : role));
    x += kStep;
  }
}

}  // namespace gw::gui
