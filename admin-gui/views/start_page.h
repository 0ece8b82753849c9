// StartPage: which gateway to open: recent ones with their state, this machine's, any file (gui.md
// §4.1). GUI thread.

#ifndef ADMIN_GUI_VIEWS_START_PAGE_H_
#define ADMIN_GUI_VIEWS_START_PAGE_H_

#include <memory>
#include <vector>

#include <QWidget>

#include "admin-gui/session/gateway.h"
#include "admin-gui/session/recent_gateways.h"

class QListWidget;

namespace gw::gui {

inline constexpr char kSystemPolicyPath[] = "/var/lib/gatewarden/policy.db";

class StartPage : public QWidget {
  Q_OBJECT

 public:
  explicit StartPage(QWidget* parent = nullptr);
  ~StartPage() override;

  QListWidget* list() const { return list_; }
  // The file's state stands in the list once it is known.
  void AddGateway(const RecentGateway& recent);

 Q_SIGNALS:
  void gatewayChosen(const gw::gui::GatewayFiles& files);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void ShowState(const Gateway& gateway, int row);
  void OpenFiles();
  void Choose(int row);
  void Forget(int row);

  std::vector<std::unique_ptr<Gateway>> gateways_;  // of the rows, by number
  QListWidget* list_ = nullptr;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_START_PAGE_H_
