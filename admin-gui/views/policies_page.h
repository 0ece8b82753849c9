// PoliciesPage: the policies in the order in which they are asked, and the editor of one of them in
// place (gui.md §4.5). GUI thread.

#ifndef ADMIN_GUI_VIEWS_POLICIES_PAGE_H_
#define ADMIN_GUI_VIEWS_POLICIES_PAGE_H_

#include <functional>
#include <optional>
#include <string>

#include "admin-gui/models/policy_edits.h"
#include "admin-gui/models/policy_order.h"
#include "admin-gui/models/policy_table_model.h"
#include "admin-gui/views/page.h"

class QLineEdit;
class QMenu;
class QPushButton;
class QStackedWidget;
class QTimer;

namespace gw::gui {

class EmptyState;
class PolicyEditor;
class PolicyPane;
class PolicyTable;
class Segmented;

class PoliciesPage : public Page {
  Q_OBJECT

 public:
  PoliciesPage(Gateway& gateway, PolicySession& session, QWidget* parent);

  QString title() const override { return tr("Policies"); }
  QStringList breadcrumb() const override;
  QString subtitle() const override;
  QList<QWidget*> tools() const override;
  QWidget* detail() const override;
  void Show(const QVariantMap& arguments) override;
  bool CreateNew() override;
  bool Find() override;
  bool ReadAgain() override;
  bool Escape() override;
  bool Back() override;
  QVariantMap SaveState() const override;
  void RestoreState(const QVariantMap& state) override;

  PolicyTableModel& model() { return model_; }
  PolicyTable* table() const { return table_; }
  PolicyPane* pane() const { return pane_; }
  PolicyEditor* editor() const { return editor_; }
  bool editing() const;
  void OpenPolicy(const ResourceKey& policy);
  // Answers that come later replace them.
  void ShowHits(const RuleHitsResult& hits);

 protected:
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void MakeTools();
  void ConnectTable();
  void MakeEditor();
  void TakeModel(const QList<ResourceKey>& keys);
  void ShowRows();
  void ShowSelected();
  void CloseEditor();
  void Move(const ResourceKey& policy, const PolicyPlace& place);
  void AskEffect(const ResourceKey& policy, Model before);
  void SetStaged(const ResourceKey& policy, bool staged);
  void DuplicatePolicy(const ResourceKey& policy);
  void DeletePolicy(const ResourceKey& policy);
  void AddPolicy(const std::string& tier, const std::optional<ResourceKey>& after);
  void ToggleTier(const QString& tier);
  void ShowMenu(const QPoint& global);
  void FillPolicyMenu(QMenu* menu, const PolicyRow& row);
  void FillTierMenu(QMenu* menu, const PolicyRow& row);
  // A name typed in the menu itself.
  void AddNameField(QMenu* menu, const QString& title, const QString& name,
                    const std::function<void(const std::string&)>& take);
  void ChooseEndpoint();

  PolicyTableModel model_;
  Call hits_call_;
  Call effect_call_;
  QTimer* hits_timer_ = nullptr;
  std::optional<ResourceKey> selected_;
  bool selecting_ = false;
  QLineEdit* find_ = nullptr;
  QPushButton* endpoint_ = nullptr;
  QPushButton* new_ = nullptr;
  Segmented* tabs_ = nullptr;
  QPushButton* close_ = nullptr;
  QStackedWidget* content_ = nullptr;
  PolicyTable* table_ = nullptr;
  EmptyState* empty_ = nullptr;
  PolicyPane* pane_ = nullptr;
  PolicyEditor* editor_ = nullptr;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_POLICIES_PAGE_H_
