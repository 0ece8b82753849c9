// ValueChips: the ports or networks of a rule as chips, with what is wrong with the text that is
// being typed. The text stays in the field, and in the session's drafts, until it can be read.

#ifndef ADMIN_GUI_VIEWS_VALUE_CHIPS_H_
#define ADMIN_GUI_VIEWS_VALUE_CHIPS_H_

#include <functional>
#include <utility>
#include <vector>

#include <QString>
#include <QStringList>
#include <QTimer>
#include <QWidget>

#include "admin-gui/models/rule_text.h"
#include "admin-gui/views/field_drafts.h"
#include "admin-gui/widgets/completion_popup.h"

class QPushButton;

namespace gw::gui {

class TextChips;

class ValueChips : public QWidget {
  Q_OBJECT

 public:
  // What is wrong with one text beside the others; none if it can be a chip.
  using Check = std::function<std::optional<TextProblem>(const QString& text)>;
  using Complete = std::function<std::vector<Completion>(const QString& begun)>;

  ValueChips(const QString& name, const QString& placeholder, QWidget* parent);
  ~ValueChips() override;

  void SetCheck(Check check) { check_ = std::move(check); }
  void SetComplete(const Complete& complete);
  // Shows the chips, and the draft of `field` after them. No signal.
  void Show(const QStringList& texts, const FieldDrafts& drafts, const QString& field);
  // What stands under the field, although the text can be read ("Ports need TCP, UDP or SCTP").
  void SetProblem(const std::optional<TextProblem>& problem);
  QStringList texts() const;
  TextChips* chips() const { return chips_; }

 Q_SIGNALS:
  void textsChanged(const QStringList& texts);  // by the user
  void problemRemedied();                       // the link of SetProblem

 private:
  void TextEdited(const QString& text);
  void Remedy();
  void ShowProblem();

  TextChips* chips_ = nullptr;
  QPushButton* remedy_ = nullptr;
  QTimer quiet_;
  Check check_;
  std::optional<FieldDrafts> drafts_;
  QString field_;
  std::optional<TextProblem> typed_;
  std::optional<TextProblem> other_;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_VALUE_CHIPS_H_
