// PolicyEditor: one policy, opened in place of the table (gui.md §4.5): the list of all at the
// left, the form or its YAML in the middle; the live panel is the page's detail. GUI thread.

#ifndef ADMIN_GUI_VIEWS_POLICY_EDITOR_H_
#define ADMIN_GUI_VIEWS_POLICY_EDITOR_H_

#include <optional>

#include <QListView>
#include <QSortFilterProxyModel>
#include <QStackedWidget>
#include <QWidget>

#include "admin-gui/models/policy_table_model.h"
#include "admin-gui/session/policy_session.h"
#include "admin-gui/views/policy_form.h"
#include "admin-gui/views/policy_live_panel.h"
#include "admin-gui/views/policy_yaml_tab.h"
#include "admin-gui/views/rule_section.h"

namespace gw::gui {

class PolicyEditor : public QWidget {
  Q_OBJECT

 public:
  // The table is the page's, which keeps it on the session's model before the editor is told.
  PolicyEditor(Gateway& gateway, PolicySession& session, PolicyTableModel& table, QWidget* parent);

  void Open(const ResourceKey& policy);
  const ResourceKey& key() const { return key_; }
  void OpenRule(Direction direction, size_t rule);
  // Reads the session's model again. False if the policy is gone.
  bool Follow();
  void SetYaml(bool yaml);
  bool yaml() const;
  // Closes the open rule; false if none is open.
  bool CloseRule();
  void Step(int by);  // to the policy before or after

  PolicyForm* form() const { return form_; }
  RuleSection* section(Direction direction) const {
    return direction == Direction::kIngress ? ingress_ : egress_;
  }
  PolicyYamlTab* yaml_tab() const { return yaml_; }
  PolicyLivePanel* panel() const { return panel_; }

 Q_SIGNALS:
  void keyChanged();
  void announced(const QString& text, bool undo);
  void flowWanted(qint64 id);

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void MakeList();
  void MakeForm();
  void ShowPlace();
  const SelectorMembers& Known();
  void RuleOpened(Direction direction, std::optional<size_t> rule);
  void ShowProblems();
  void Rename(const ResourceKey& policy);

  PolicySession& session_;
  PolicyTableModel& table_;
  ResourceKey key_;
  PolicyLivePanel::Place place_;
  std::optional<SelectorMembers> known_;  // of the model as it is
  QSortFilterProxyModel* list_model_ = nullptr;
  QListView* list_ = nullptr;
  QStackedWidget* tabs_ = nullptr;
  QWidget* form_page_ = nullptr;
  PolicyForm* form_ = nullptr;
  class TextLabel* problems_ = nullptr;
  RuleSection* ingress_ = nullptr;
  RuleSection* egress_ = nullptr;
  PolicyYamlTab* yaml_ = nullptr;
  PolicyLivePanel* panel_ = nullptr;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_POLICY_EDITOR_H_
