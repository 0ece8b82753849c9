// PolicyForm: what a policy is as a whole (gui.md §4.5): name, enforced or staged, tier and order,
// what it applies to, and which traffic. Edits go to the session at once. GUI thread.

#ifndef ADMIN_GUI_VIEWS_POLICY_FORM_H_
#define ADMIN_GUI_VIEWS_POLICY_FORM_H_

#include <vector>

#include <QComboBox>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QWidget>

#include "admin-gui/models/policy_reach.h"
#include "admin-gui/models/policy_words.h"
#include "admin-gui/session/policy_session.h"
#include "admin-gui/widgets/selector_edit.h"

class QGridLayout;

namespace gw::gui {

class FieldNote;
class Segmented;
class TextLabel;

class PolicyForm : public QWidget {
  Q_OBJECT

 public:
  PolicyForm(PolicySession& session, const PolicyReach& reach, QWidget* parent);
  ~PolicyForm() override;

  void Show(const ResourceKey& policy);
  void SetCompletion(const SelectorEdit::CompleteWord& complete);
  QLineEdit* name() const { return name_; }
  SelectorEdit* selector() const { return selector_; }
  Segmented* state() const { return state_; }
  QComboBox* tier() const { return tier_; }
  QLineEdit* order() const { return order_; }
  const std::vector<QRadioButton*>& scopes() const { return scopes_; }

 Q_SIGNALS:
  // Another name or kind: the same policy under another key.
  void renamed(const gw::ResourceKey& policy);
  void selectorShown(const gw::Selector& selector);

 private:
  void MakeTop(QGridLayout* grid);
  void MakeScopes(QGridLayout* grid);
  void ShowTier(const Policy& policy);
  void ShowScope(const Policy& policy);
  void NameTyped(const QString& text);
  void PutName();
  void PutState(int index);
  void PutTier(int index);
  void OrderTyped(const QString& text);
  void SelectorTyped(const QString& text);
  void PutScope(PolicyScope scope);
  const Policy* policy() const;
  void Put(const QString& step, const Policy& policy, const QString& merge = {});
  QString Merge(const QString& field) const;

  PolicySession& session_;
  const PolicyReach& reach_;
  ResourceKey key_;
  QLineEdit* name_ = nullptr;
  FieldNote* name_note_ = nullptr;
  Segmented* state_ = nullptr;
  FieldNote* state_note_ = nullptr;
  QComboBox* tier_ = nullptr;
  QLineEdit* order_ = nullptr;
  TextLabel* place_ = nullptr;
  FieldNote* order_note_ = nullptr;
  SelectorEdit* selector_ = nullptr;
  std::vector<QRadioButton*> scopes_;  // by PolicyScope
  std::vector<QWidget*> scope_rows_;
  QPushButton* more_scopes_ = nullptr;
  TextLabel* consequence_ = nullptr;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_POLICY_FORM_H_
