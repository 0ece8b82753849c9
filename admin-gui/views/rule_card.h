// RuleCard: one rule of a policy, opened in place (gui.md §4.5): action, protocol, From, To, ports,
// and what is used seldom under More. Every change is told at once; a text that cannot be read
// stays in its field and in the session's drafts. GUI thread.

#ifndef ADMIN_GUI_VIEWS_RULE_CARD_H_
#define ADMIN_GUI_VIEWS_RULE_CARD_H_

#include <functional>
#include <vector>

#include <QComboBox>
#include <QGridLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QWidget>

#include "admin-gui/models/rule_text.h"
#include "admin-gui/views/entity_editor.h"
#include "admin-gui/views/field_drafts.h"

namespace gw::gui {

class FieldNote;
class Segmented;
class TextLabel;
class ValueChips;

class RuleCard : public QWidget {
  Q_OBJECT

 public:
  explicit RuleCard(QWidget* parent);

  void SetCount(const SelectorEdit::Count& count, const SelectorEdit::CompleteWord& complete);
  // No signal. The session's model is what port names are looked up in.
  void Show(const Rule& rule, const FieldDrafts& drafts, Direction direction, size_t index);
  const Rule& rule() const { return rule_; }
  EntityEditor* from() const { return from_; }
  EntityEditor* to() const { return to_; }
  ValueChips* ports() const { return ports_; }
  Segmented* actions() const { return actions_; }
  QComboBox* protocol() const { return protocol_; }
  void SetMore(bool more);
  QSize sizeHint() const override;

 Q_SIGNALS:
  // By the user. `what` is for the undo step ("ports"), `field` the path below the rule.
  void changed(const gw::Rule& rule, const QString& what, const QString& field);
  void selectorShown(const gw::Selector& selector);
  void heightChanged();
  void menuAsked(const QPoint& global);

 protected:
  void paintEvent(QPaintEvent* event) override;
  bool event(QEvent* event) override;

 private:
  struct TextField {
    QLineEdit* edit = nullptr;
    FieldNote* note = nullptr;
    QString path;  // below the rule
  };

  void MakeRows();
  void MakeMore();
  void ConnectFields();
  void AddRow(const QString& label, QWidget* field);
  void AddMore(const QString& label, QWidget* field, const std::function<bool()>& used);
  ValueChips* MakePorts(const QString& name, EntityRule Rule::*side,
                        std::vector<RulePort> EntityRule::*ports, const QString& path);
  // A line of text that `read` puts into the rule, or says what is wrong with it.
  using ReadText = std::function<std::optional<TextProblem>(const QString& text, Rule* rule)>;
  QLineEdit* MakeText(const QString& name, const QString& placeholder, const QString& path,
                      const ReadText& read, const std::function<QString()>& value, QWidget** whole);
  void MakeAnnotation(const QString& label, const QString& placeholder, const char* key,
                      const std::function<std::optional<TextProblem>(const QString&)>& check);
  void ChooseProtocol(int index);
  void ShowProtocol();
  void ArrangeMore();
  void Change(const QString& what, const QString& field);
  QString Path(const QString& field) const;

  Rule rule_;
  std::optional<FieldDrafts> drafts_;
  Direction direction_ = Direction::kIngress;
  size_t index_ = 0;
  bool more_wanted_ = false;
  QGridLayout* grid_ = nullptr;
  int rows_ = 0;
  TextLabel* number_ = nullptr;
  Segmented* actions_ = nullptr;
  QComboBox* protocol_ = nullptr;
  QComboBox* version_ = nullptr;
  EntityEditor* from_ = nullptr;
  EntityEditor* to_ = nullptr;
  QWidget* ports_label_ = nullptr;
  ValueChips* ports_ = nullptr;
  QPushButton* more_ = nullptr;
  QPushButton* except_from_ = nullptr;
  QPushButton* except_to_ = nullptr;
  struct MoreRow {
    QWidget* label = nullptr;
    QWidget* field = nullptr;
    std::function<bool()> used;
  };
  std::vector<MoreRow> more_rows_;
  std::vector<std::function<void()>> show_;  // puts the rule's values into the fields
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_RULE_CARD_H_
