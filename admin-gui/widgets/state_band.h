// StateBand: one sentence about the state of the program under the header, with what can be done
// about it (gui.md §4.12). The page below stays usable. Hidden until shown.
// EmptyState: what a list says instead of rows.
// Toast: what was just done, with one way back, for 6 s (gui.md §6).

#ifndef ADMIN_GUI_WIDGETS_STATE_BAND_H_
#define ADMIN_GUI_WIDGETS_STATE_BAND_H_

#include <cstdint>

#include <QPushButton>
#include <QString>
#include <QStringList>
#include <QTimer>
#include <QWidget>

class QHBoxLayout;

namespace gw::gui {

class IconLabel;
class TextLabel;

class StateBand : public QWidget {
  Q_OBJECT

 public:
  enum class Kind : uint8_t { kInfo, kWarn, kError };

  explicit StateBand(QWidget* parent = nullptr);
  // `actions` become links at the right, in order.
  void Show(Kind kind, const QString& text, const QStringList& actions = {});
  void Clear();
  QString text() const;

 Q_SIGNALS:
  void actionAsked(int index);

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  Kind kind_ = Kind::kWarn;
  IconLabel* icon_ = nullptr;
  TextLabel* text_ = nullptr;
  QHBoxLayout* actions_ = nullptr;
};

class EmptyState : public QWidget {
  Q_OBJECT

 public:
  explicit EmptyState(QWidget* parent = nullptr);
  // An empty `action` has no button.
  void Show(const QString& icon, const QString& title, const QString& line,
            const QString& action = {});

 Q_SIGNALS:
  void actionAsked();

 private:
  IconLabel* icon_ = nullptr;
  TextLabel* title_ = nullptr;
  TextLabel* line_ = nullptr;
  QPushButton* action_ = nullptr;
};

class Toast : public QWidget {
  Q_OBJECT

 public:
  // Floats over `host`, bottom centre.
  explicit Toast(QWidget* host);
  // `above` px are kept free at the bottom of the host. Replaces what is shown.
  void Show(const QString& text, const QString& action, int above = 16);

 Q_SIGNALS:
  void actionAsked();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void enterEvent(QEnterEvent* event) override;
  void leaveEvent(QEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void Place();

  TextLabel* text_ = nullptr;
  QPushButton* action_ = nullptr;
  QTimer gone_;
  int above_ = 16;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_WIDGETS_STATE_BAND_H_
