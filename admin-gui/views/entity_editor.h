// EntityEditor: one side of a rule, From or To (gui.md §4.5): any address, any known endpoint,
// known by label, or networks, each with what it means; and below it what is excepted. GUI thread.

#ifndef ADMIN_GUI_VIEWS_ENTITY_EDITOR_H_
#define ADMIN_GUI_VIEWS_ENTITY_EDITOR_H_

#include <functional>

#include <QComboBox>
#include <QWidget>

#include "admin-gui/views/field_drafts.h"
#include "admin-gui/widgets/selector_edit.h"
#include "common/policy/model.h"

namespace gw::gui {

class TextLabel;
class ValueChips;

class EntityEditor : public QWidget {
  Q_OBJECT

 public:
  enum class Choice : int { kAny, kKnown, kLabel, kNetworks };

  EntityEditor(const QString& name, QWidget* parent);

  void SetCount(const SelectorEdit::Count& count, const SelectorEdit::CompleteWord& complete);
  // `path` as "spec.ingress[2].source". Ports are not its concern. No signal.
  void Show(const EntityRule& side, const FieldDrafts& drafts, const QString& path);
  Choice choice() const { return choice_; }
  QComboBox* choices() const { return choices_; }
  SelectorEdit* selector() const { return selector_; }
  ValueChips* networks() const { return networks_; }
  // Shows the fields of what does not match.
  void ShowExceptions();

 Q_SIGNALS:
  // By the user; `field` is the part of the path that changed ("selector", "notNets", ...).
  void changed(const gw::EntityRule& side, const QString& field);
  // The selector that is looked at, as last understood.
  void selectorShown(const gw::Selector& selector);

 private:
  void MakeFields(const QString& name);
  void ConnectSelector(SelectorEdit* edit, std::string EntityRule::*text, const QString& field);
  void ConnectNetworks(ValueChips* chips, std::vector<Prefix> EntityRule::*nets,
                       const QString& field);
  void ChooseByUser(int index);
  void Arrange();
  void ShowSelector(SelectorEdit* edit, const std::string& text, const QString& field);

  EntityRule side_;
  std::optional<FieldDrafts> drafts_;
  QString path_;
  Choice choice_ = Choice::kAny;
  bool excepting_ = false;
  QComboBox* choices_ = nullptr;
  TextLabel* hint_ = nullptr;
  SelectorEdit* selector_ = nullptr;
  ValueChips* networks_ = nullptr;
  QWidget* except_ = nullptr;
  SelectorEdit* not_selector_ = nullptr;
  ValueChips* not_networks_ = nullptr;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_ENTITY_EDITOR_H_
