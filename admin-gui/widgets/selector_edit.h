// SelectorEdit: a selector in colours, with its count at the right and, while it cannot be read,
// the reason and a remedy below (gui.md §5.2). Parses on each key; the last readable one stays.

#ifndef ADMIN_GUI_WIDGETS_SELECTOR_EDIT_H_
#define ADMIN_GUI_WIDGETS_SELECTOR_EDIT_H_

#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include <QPlainTextEdit>
#include <QString>
#include <QTimer>
#include <QWidget>

#include "admin-gui/widgets/completion_popup.h"
#include "common/policy/selector.h"

namespace gw::gui {

// What is wrong with a selector's text, in the administrator's words.
struct SelectorProblem {
  int column = 0;    // from 1, in QChars
  QString brief;     // "no closing quote"
  QString message;   // "Column 9: the text that starts here has no closing quote."
  QString remedy;    // text of the link ("Add '"), or empty
  QString remedied;  // the whole text with the remedy applied
};
// No value if `text` is a selector.
std::optional<SelectorProblem> FindSelectorProblem(const QString& text);

class SelectorEdit : public QWidget {
  Q_OBJECT

 public:
  using Count = std::function<QString(const Selector& selector)>;
  // Completions of the word at the cursor: `key` is empty while a key is written, else the key
  // whose value is. The functions are added by the field.
  using CompleteWord = std::function<std::vector<Completion>(const QString& key)>;

  explicit SelectorEdit(const QString& name, QWidget* parent = nullptr);
  ~SelectorEdit() override;

  // "1 endpoint now"; a text that starts with "0 " is shown in warn. Asked after each change.
  void SetCount(Count count);
  // For counts that come later, off the GUI thread.
  void SetCountText(const QString& text);
  void SetCompletion(CompleteWord complete) { complete_ = std::move(complete); }
  void SetPlaceholder(const QString& text);
  void SetReadOnly(bool read_only);

  QString text() const;
  void SetText(const QString& text);                      // no signal
  const Selector& selector() const { return selector_; }  // the last readable
  bool valid() const { return !problem_; }
  const std::optional<SelectorProblem>& problem() const { return problem_; }
  // Shows the message now instead of 500 ms after the last key.
  void ShowProblem();
  // As Alt+Return and the link below.
  void ApplyRemedy();
  QPlainTextEdit* editor() const { return editor_; }

 Q_SIGNALS:
  void textChanged(const QString& text);               // by the user
  void selectorChanged(const gw::Selector& selector);  // by the user, only while it can be read
  void committed();                                    // Return, or the focus left

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  class Field;
  class Colours;

  void Parse();
  void Changed();
  void ShowCount();
  void Underline();
  void OfferCompletions();
  void Insert(const Completion& completion);
  bool EditorKey(QKeyEvent* event);

  Field* field_ = nullptr;
  QPlainTextEdit* editor_ = nullptr;
  CompletionPopup* popup_ = nullptr;
  QWidget* below_ = nullptr;
  QTimer quiet_;
  Count count_;
  CompleteWord complete_;
  Selector selector_;
  std::optional<SelectorProblem> problem_;
  QString parsed_text_;
  bool setting_ = false;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_WIDGETS_SELECTOR_EDIT_H_
