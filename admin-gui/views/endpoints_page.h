// EndpointsPage: the interfaces of the gateway, what governs each, and the devices on their
// networks (gui.md §4.3). GUI thread.

#ifndef ADMIN_GUI_VIEWS_ENDPOINTS_PAGE_H_
#define ADMIN_GUI_VIEWS_ENDPOINTS_PAGE_H_

#include "admin-gui/models/endpoint_table_model.h"
#include "admin-gui/views/page.h"

class QLineEdit;
class QPushButton;
class QStackedWidget;
class QTableView;
class QTimer;

namespace gw::gui {

class DevicePane;
class EmptyState;
class EndpointPane;

class EndpointsPage : public Page {
  Q_OBJECT

 public:
  EndpointsPage(Gateway& gateway, PolicySession& session, QWidget* parent);

  QString title() const override { return tr("Endpoints"); }
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

  EndpointTableModel& model() { return model_; }
  QTableView* table() const { return table_; }
  // Answers that come later replace it.
  void ShowFound(FoundNetwork found);

 protected:
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void MakeTable();
  void MakePane();
  void ShowPolicy();
  void ShowRows();
  void ShowSelected();
  void Select(int row);
  void AskNetwork();
  void AskTraffic();
  void ArrangeColumns();
  void SetRowHeights();
  void RunAction(int row);
  bool TableKey(class QKeyEvent* event);
  void ShowMenu(const QPoint& at);
  void AddPolicyFor(const EndpointRow& row);
  void Delete(int row);
  void CopyRows();
  QString Consequence(const EndpointRow& row) const;

  EndpointTableModel model_;
  FoundNetwork found_;
  QTimer* timer_ = nullptr;
  QTimer* policy_timer_ = nullptr;
  Call network_call_;
  Call traffic_call_;
  QString selected_;  // identity of the row
  QLineEdit* find_ = nullptr;
  QPushButton* new_ = nullptr;
  QStackedWidget* content_ = nullptr;
  QTableView* table_ = nullptr;
  EmptyState* empty_ = nullptr;
  QStackedWidget* pane_ = nullptr;
  EndpointPane* endpoint_pane_ = nullptr;
  DevicePane* device_pane_ = nullptr;
  QWidget* no_pane_ = nullptr;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_ENDPOINTS_PAGE_H_
