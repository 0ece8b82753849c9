#include "admin-gui/widgets/verdict_badge.h"

#include <algorithm>

#include <QPainter>

#include "admin-gui/widgets/icons.h"
#include "admin-gui/widgets/paint.h"

namespace gw::gui {
namespace {
constexpr int kIcon = 16;
constexpr int kGap = 6;
}  // namespace

Badge::Badge(QWidget* parent) : QWidget(parent) {
  setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void Badge::Set(const QString& icon, const QString& words, Role strong, Role soft) {
  icon_ = icon;
  words_ = words;
  strong_ = strong;
  soft_ = soft;
  setAccessibleName(words);
  updateGeometry();
  update();
}

void Badge::SetForm(Form form) {
  form_ = form;
  setToolTip(form == Form::kIcon ? words_ : QString());
  updateGeometry();
  update();
}

QSize Badge::sizeHint() const {
  if (form_ == Form::kIcon) return {kIcon, kIcon};
  const QFont font = FontFor(TextSize::kSmall, QFont::Medium);
  const QFontMetrics metrics(font);
  const int height = std::max(kBadgeHeight, metrics.height() + 5);
  if (form_ == Form::kPlain) return {kIcon + kGap + metrics.horizontalAdvance(words_) + 1, height};
  return {BadgeWidth(words_, font) + 1, height};
}

void Badge::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  if (form_ == Form::kFilled) {
    PaintBadge(&painter, rect(), icon_, words_, strong_, soft_);
    return;
  }
  Icons::Paint(&painter, QRect(0, 0, kIcon, height()), icon_, strong_, kIcon);
  if (form_ == Form::kIcon) return;
  PaintElided(&painter, QRect(kIcon + kGap, 0, width() - kIcon - kGap, height()), words_,
              Role::kMuted, FontFor(TextSize::kSmall));
}

VerdictBadge::VerdictBadge(VerdictState state, QWidget* parent) : Badge(parent) { SetState(state); }

void VerdictBadge::SetState(VerdictState state) {
  const VerdictLook look = LookOf(state);
  Set(look.icon, look.word, look.strong, look.soft);
}

}  // namespace gw::gui
