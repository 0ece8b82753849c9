// TextLabel: a QLabel in a size, weight and colour of the theme; follows scheme and font changes. A
// word that is longer than any address may be broken: names have up to 253 characters.

#ifndef ADMIN_GUI_WIDGETS_TEXT_LABEL_H_
#define ADMIN_GUI_WIDGETS_TEXT_LABEL_H_

#include <QLabel>
#include <QString>

#include "admin-gui/widgets/theme.h"

namespace gw::gui {

// With places to break in words that are too long for a line.
QString Breakable(const QString& text);

class TextLabel : public QLabel {
  Q_OBJECT

 public:
  TextLabel(const QString& text, TextSize size, Role role, QWidget* parent = nullptr);
  TextLabel(const QString& text, TextSize size, Role role, QFont::Weight weight,
            QWidget* parent = nullptr);

  // As it was set, without what allows breaks. Hide those of QLabel.
  QString text() const { return text_; }
  void setText(const QString& text);

  void SetRole(Role role);
  // One line that gives way and elides at the end; the whole text is the tooltip's concern.
  void SetElided();
  // As wide as the text where there is room for it; else as SetElided.
  void SetShrinking();

  QSize minimumSizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  void Colour();

  QString text_;
  Role role_;
  bool elided_ = false;
};

// A line of 1 px in `border`, horizontal or vertical.
class Line : public QWidget {
  Q_OBJECT

 public:
  explicit Line(Qt::Orientation orientation, QWidget* parent = nullptr);

 protected:
  void paintEvent(QPaintEvent* event) override;
};

// An icon of the theme, for layouts; follows the scheme.
class IconLabel : public QWidget {
  Q_OBJECT

 public:
  IconLabel(const QString& icon, Role role, int size, QWidget* parent = nullptr);
  void Set(const QString& icon, Role role);
  QSize sizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  QString icon_;
  Role role_;
  int size_;
};

// The 44 px disc of the overview's state card: icon 24 in `strong` on `soft`.
class IconDisc : public QWidget {
  Q_OBJECT

 public:
  explicit IconDisc(QWidget* parent = nullptr);
  void Set(const QString& icon, Role strong, Role soft);
  QSize sizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  QString icon_;
  Role strong_ = Role::kAllow;
  Role soft_ = Role::kAllowSoft;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_WIDGETS_TEXT_LABEL_H_
