#include "admin-gui/widgets/text_label.h"

#include <QPainter>

#include "admin-gui/widgets/icons.h"
#include "admin-gui/widgets/paint.h"

namespace gw::gui {
namespace {
constexpr int kDisc = 44;
constexpr int kDiscIcon = 24;
}  // namespace

TextLabel::TextLabel(const QString& text, TextSize size, Role role, QWidget* parent)
    : TextLabel(text, size, role,
                FontFor(size).weight() >= QFont::DemiBold ? QFont::DemiBold : QFont::Normal,
                parent) {}

TextLabel::TextLabel(const QString& text, TextSize size, Role role, QFont::Weight weight,
                     QWidget* parent)
    : QLabel(text, parent), role_(role) {
  setFont(FontFor(size, weight));
  setTextFormat(Qt::PlainText);
  connect(&Theme::Instance(), &Theme::schemeChanged, this, &TextLabel::Colour);
  Colour();
}

void TextLabel::SetRole(Role role) {
  role_ = role;
  Colour();
}

void TextLabel::SetElided() {
  elided_ = true;
  setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
}

void TextLabel::paintEvent(QPaintEvent* event) {
  if (!elided_) return QLabel::paintEvent(event);
  QPainter painter(this);
  PaintElided(&painter, contentsRect(), text(), role_, font());
}

void TextLabel::Colour() {
  QPalette own;
  own.setColor(QPalette::WindowText, Theme::Color(role_));
  setPalette(own);
}

Line::Line(Qt::Orientation orientation, QWidget* parent) : QWidget(parent) {
  if (orientation == Qt::Horizontal) {
    setFixedHeight(1);
  } else {
    setFixedWidth(1);
  }
}

void Line::paintEvent(QPaintEvent*) {
  QPainter(this).fillRect(rect(), Theme::Color(Role::kBorder));
}

IconLabel::IconLabel(const QString& icon, Role role, int size, QWidget* parent)
    : QWidget(parent), icon_(icon), role_(role), size_(size) {
  setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void IconLabel::Set(const QString& icon, Role role) {
  icon_ = icon;
  role_ = role;
  update();
}

QSize IconLabel::sizeHint() const { return {size_, size_}; }

void IconLabel::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  Icons::Paint(&painter, rect(), icon_, role_, size_);
}

IconDisc::IconDisc(QWidget* parent) : QWidget(parent) { setFixedSize(kDisc, kDisc); }

void IconDisc::Set(const QString& icon, Role strong, Role soft) {
  icon_ = icon;
  strong_ = strong;
  soft_ = soft;
  update();
}

QSize IconDisc::sizeHint() const { return {kDisc, kDisc}; }

void IconDisc::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  FillRounded(&painter, rect(), kDisc / 2.0, Theme::Color(soft_));
  Icons::Paint(&painter, rect(), icon_, strong_, kDiscIcon);
}

}  // namespace gw::gui
