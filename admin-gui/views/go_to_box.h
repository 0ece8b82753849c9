// GoToBox: the field of Ctrl+K, over the window: go to anything that has a name. It takes the focus
// and gives it back; it never changes anything by itself. GUI thread.

#ifndef ADMIN_GUI_VIEWS_GO_TO_BOX_H_
#define ADMIN_GUI_VIEWS_GO_TO_BOX_H_

#include <functional>
#include <vector>

#include <QFrame>
#include <QPointer>

#include "admin-gui/widgets/completion_popup.h"

class QLineEdit;

namespace gw::gui {

// What may be gone to; `shown.insert` is not used.
struct GoToEntry {
  Completion shown;
  std::function<void()> run;
};

// Those whose text and detail hold every word of `typed`, whatever the case; those that begin with
// it first, else in the order given. At most `most`, as indexes into `entries`. Nothing typed: the
// first ones.
std::vector<size_t> FindEntries(const std::vector<GoToEntry>& entries, const QString& typed,
                                size_t most);

class GoToBox : public QFrame {
  Q_OBJECT

 public:
  explicit GoToBox(QWidget* window);

  // At the top of the window, empty. Entries of one group stand together.
  void Open(std::vector<GoToEntry> entries);
  void Close();

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;

 private:
  void Offer();
  void Run(const Completion& completion);

  QLineEdit* field_ = nullptr;
  CompletionPopup* popup_ = nullptr;
  std::vector<GoToEntry> entries_;
  QPointer<QWidget> focus_before_;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_GO_TO_BOX_H_
