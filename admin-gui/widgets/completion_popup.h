// CompletionPopup: the list under a field, text left and a fact right. It never takes the focus:
// the field it belongs to passes keys on. Owned by that field.

#ifndef ADMIN_GUI_WIDGETS_COMPLETION_POPUP_H_
#define ADMIN_GUI_WIDGETS_COMPLETION_POPUP_H_

#include <vector>

#include <QKeyEvent>
#include <QListWidget>
#include <QString>

namespace gw::gui {

struct Completion {
  QString text;    // shown, 500 where chosen
  QString detail;  // "6 uses", right, muted
  QString insert;  // put into the field; empty: text
  QString group;   // a heading stands above the first of each group; empty for none
  QString icon;    // a name of icons.h, or empty
};

class CompletionPopup : public QListWidget {
  Q_OBJECT

 public:
  explicit CompletionPopup(QWidget* field);

  // Shows under (or above) `anchor` of the field, in its coordinates; hides if there is nothing.
  void Offer(const std::vector<Completion>& completions, const QRect& anchor);
  // Up, Down, PgUp, PgDn, Esc, Return and Tab while it is open. True if it took the key.
  bool TakeKey(QKeyEvent* event);
  const Completion* current() const;  // nullptr if closed

 Q_SIGNALS:
  void chosen(const gw::gui::Completion& completion);

 private:
  void Move(int by);
  void ChooseCurrent();

  QWidget* field_;
  std::vector<Completion> completions_;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_WIDGETS_COMPLETION_POPUP_H_
