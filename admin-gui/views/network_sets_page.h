// NetworkSetsPage: labelled networks and addresses that rules can name (gui.md §4.4). GUI thread.

#ifndef ADMIN_GUI_VIEWS_NETWORK_SETS_PAGE_H_
#define ADMIN_GUI_VIEWS_NETWORK_SETS_PAGE_H_

#include <map>
#include <string>

#include "admin-gui/models/network_set_model.h"
#include "admin-gui/views/page.h"

class QLineEdit;
class QPushButton;
class QStackedWidget;
class QTableView;
class QTimer;

namespace gw::gui {

class EmptyState;
class NetworkImportPane;
class NetworkSetPane;

class NetworkSetsPage : public Page {
  Q_OBJECT

 public:
  NetworkSetsPage(Gateway& gateway, PolicySession& session, QWidget* parent);

  QString title() const override { return tr("Network sets"); }
  QString subtitle() const override;
  QList<QWidget*> tools() const override;
  QWidget* detail() const override;
  void Show(const QVariantMap& arguments) override;
  bool CreateNew() override;
  bool Find() override;
  bool ReadAgain() override;
  bool Escape() override;
  QVariantMap SaveState() const override;
  void RestoreState(const QVariantMap& state) override;

  NetworkSetModel& model() { return model_; }
  QTableView* table() const { return table_; }
  NetworkSetPane* set_pane() const { return set_pane_; }
  NetworkImportPane* import_pane() const { return import_pane_; }
  // Shows the import pane, for a new set or the one selected.
  void BeginImport(const std::string& set);

 protected:
  void showEvent(QShowEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void MakeTable();
  void MakePane();
  void ShowSets();
  void ShowSelected();
  void Select(int row);
  void AskHistory();
  void Delete();
  void ShowMenu(const QPoint& at);
  void FinishImport(const QString& set);

  NetworkSetModel model_;
  std::map<std::string, absl::Time> changed_;
  QTimer* sets_timer_ = nullptr;
  Call history_call_;
  std::string selected_;
  bool importing_ = false;
  QLineEdit* find_ = nullptr;
  QPushButton* import_ = nullptr;
  QPushButton* new_ = nullptr;
  QStackedWidget* content_ = nullptr;
  QTableView* table_ = nullptr;
  EmptyState* empty_ = nullptr;
  QStackedWidget* pane_ = nullptr;
  NetworkSetPane* set_pane_ = nullptr;
  NetworkImportPane* import_pane_ = nullptr;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_NETWORK_SETS_PAGE_H_
