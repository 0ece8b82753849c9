// NetworkSetPane: one network set: name, labels, its networks with find and add, who uses it
// (gui.md §4.4). GUI thread.

#ifndef ADMIN_GUI_VIEWS_NETWORK_SET_PANE_H_
#define ADMIN_GUI_VIEWS_NETWORK_SET_PANE_H_

#include <QListView>
#include <QWidget>

#include "admin-gui/models/network_list_model.h"
#include "admin-gui/models/network_set_model.h"
#include "admin-gui/session/policy_session.h"

class QLineEdit;
class QVBoxLayout;

namespace gw::gui {

class LabelChips;
class TextLabel;

class NetworkSetPane : public QWidget {
  Q_OBJECT

 public:
  NetworkSetPane(PolicySession& session, QWidget* parent);

  void ShowSet(const NetworkSetRow& row);
  void EditLabels();
  void EditName();
  QLineEdit* add_field() const { return add_; }
  QListView* list() const { return list_; }

 Q_SIGNALS:
  void renamed(const QString& name);
  void policyWanted(const gw::ResourceKey& policy);
  // The text is more than one network: show what it comes to first.
  void manyPasted(const QString& text);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void MakeList(QVBoxLayout* column);
  void PutName();
  void PutLabels(const Labels& labels);
  void AddNetwork();
  void RemoveSelected();
  void ShowUsers(const NetworkSetRow& row);
  template <typename Change>
  void Put(const QString& name, Change change);

  PolicySession& session_;
  NetworkSetRow row_;
  NetworkListModel networks_;
  QLineEdit* name_ = nullptr;
  TextLabel* problem_ = nullptr;
  LabelChips* labels_ = nullptr;
  TextLabel* count_ = nullptr;
  QLineEdit* find_ = nullptr;
  QListView* list_ = nullptr;
  QLineEdit* add_ = nullptr;
  TextLabel* add_problem_ = nullptr;
  QVBoxLayout* users_ = nullptr;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_NETWORK_SET_PANE_H_
