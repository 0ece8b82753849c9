#include "admin-gui/widgets/text_label.h"

#include <algorithm>

#include <QPainter>

#include "admin-gui/widgets/icons.h"
#include "admin-gui/widgets/paint.h"

namespace gw::gui {
namespace {
constexpr int kDisc = 44;
constexpr int kDiscIcon = 24;
constexpr int kShrunkWidth = 40;
constexpr int kLongWord = 40;  // a whole IPv6 address has 39
constexpr int kPiece = 12;
constexpr QChar kBreak(0x200B);

}  // namespace

QString Breakable(const QString& text) {
  if (text.size() <= kLongWord) return text;
  QString out;
  qsizetype begin = 0;
  for (qsizetype i = 0; i <= text.size(); ++i) {
    if (i < text.size() && !text[i].isSpace()) continue;
    const bool is_long = i - begin > kLongWord;
    for (qsizetype at = begin; at < i; ++at) {
      if (is_long && at > begin && (at - begin) % kPiece == 0) out += kBreak;
      out += text[at];
    }
    if (i < text.size()) out += text[i];
    begin = i + 1;
  }
  return out;
}

TextLabel::TextLabel(const QString& text, TextSize size, Role role, QWidget* parent)
    : TextLabel(text, size, role,
                FontFor(size).weight() >= QFont::DemiBold ? QFont::DemiBold : QFont::Normal,
                parent) {}

TextLabel::TextLabel(const QString& text, TextSize size, Role role, QFont::Weight weight,
                     QWidget* parent)
    : QLabel(parent), role_(role) {
  setText(text);
  setFont(FontFor(size, weight));
  setTextFormat(Qt::PlainText);
  connect(&Theme::Instance(), &Theme::schemeChanged, this, &TextLabel::Colour);
  Colour();
}

void TextLabel::SetRole(Role role) {
  role_ = role;
  Colour();
}

void TextLabel::setText(const QString& text) {
  text_ = text;
  QLabel::setText(textFormat() == Qt::RichText ? text : Breakable(text));
}

void TextLabel::SetShrinking() {
  elided_ = true;
  setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Preferred);
}

QSize TextLabel::minimumSizeHint() const {
  const QSize least = QLabel::minimumSizeHint();
  if (!elided_ || textFormat() == Qt::RichText) return least;
  return {std::min(least.width(), kShrunkWidth), least.height()};
}

void TextLabel::SetElided() {
  elided_ = true;
  setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
}

void TextLabel::paintEvent(QPaintEvent* event) {
  if (!elided_ || textFormat() == Qt::RichText) return QLabel::paintEvent(event);
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
