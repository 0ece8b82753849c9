// PendingBar: what was changed and not applied yet, with the way back and the way on (gui.md §5.7).
// One form at a time; hidden while nothing is pending.

#ifndef ADMIN_GUI_WIDGETS_PENDING_BAR_H_
#define ADMIN_GUI_WIDGETS_PENDING_BAR_H_

#include <chrono>

#include <QPushButton>
#include <QString>
#include <QWidget>

namespace gw::gui {

class TextLabel;
class IconLabel;

class PendingBar : public QWidget {
  Q_OBJECT

 public:
  explicit PendingBar(QWidget* parent = nullptr);

  // 0 changes hides it. `last` is the newest step ("Add rule 3 to guest-internet").
  void ShowChanges(int changes, const QString& last, bool can_undo);
  // Beside the changes: how many fields need attention (0: none), and that there is no connection.
  void SetProblems(int problems);
  void SetOffline(bool offline);
  // A revision that goes back by itself; takes the place of the changes until ended.
  void ShowCountdown(qint64 revision, std::chrono::seconds left, std::chrono::seconds whole);
  void EndCountdown();

 Q_SIGNALS:
  void undoAsked();
  void discardAsked();
  void reviewAsked();
  void problemsAsked();  // go to the first field that needs attention
  void confirmAsked();
  void goBackAsked();

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  void Refresh();
  void Announce();

  IconLabel* icon_ = nullptr;
  TextLabel* what_ = nullptr;
  TextLabel* last_text_ = nullptr;
  QPushButton* problems_link_ = nullptr;
  QPushButton* undo_ = nullptr;
  QPushButton* discard_ = nullptr;
  QPushButton* primary_ = nullptr;
  int changes_ = 0;
  int problems_ = 0;
  bool offline_ = false;
  bool can_undo_ = false;
  bool countdown_ = false;
  qint64 revision_ = 0;
  std::chrono::seconds left_{0};
  std::chrono::seconds whole_{0};
  QString last_;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_WIDGETS_PENDING_BAR_H_
