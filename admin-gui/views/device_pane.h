// DevicePane: a device that the gateway sees: its name and labels, which are a network set with its
// address. GUI thread.

#ifndef ADMIN_GUI_VIEWS_DEVICE_PANE_H_
#define ADMIN_GUI_VIEWS_DEVICE_PANE_H_

#include <QWidget>

#include "admin-gui/models/endpoint_rows.h"
#include "admin-gui/session/policy_session.h"

class QLineEdit;
class QPushButton;

namespace gw::gui {

class LabelChips;
class TextLabel;

class DevicePane : public QWidget {
  Q_OBJECT

 public:
  DevicePane(PolicySession& session, QWidget* parent);

  void ShowDevice(const DeviceRow& device);
  void EditName();
  QLineEdit* name() const { return name_; }
  LabelChips* labels() const { return labels_; }

 private:
  void PutSet();
  void Judge();

  PolicySession& session_;
  DeviceRow device_;
  TextLabel* title_ = nullptr;
  TextLabel* fact_ = nullptr;
  QLineEdit* name_ = nullptr;
  TextLabel* problem_ = nullptr;
  LabelChips* labels_ = nullptr;
  TextLabel* note_ = nullptr;
  QPushButton* put_ = nullptr;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_DEVICE_PANE_H_
