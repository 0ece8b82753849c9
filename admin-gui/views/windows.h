// Windows: the windows of the program: the start, and the one of the gateway that is open. Choosing
// another gateway closes the one before; its working copy is kept. GUI thread.

#ifndef ADMIN_GUI_VIEWS_WINDOWS_H_
#define ADMIN_GUI_VIEWS_WINDOWS_H_

#include <memory>

#include <QMainWindow>
#include <QObject>

#include "admin-gui/session/gateway.h"
#include "admin-gui/views/main_window.h"

namespace gw::gui {

class Windows : public QObject {
  Q_OBJECT

 public:
  explicit Windows(QObject* parent = nullptr);
  ~Windows() override;

  void ShowStart();
  void Open(const GatewayFiles& files);

  // nullptr while none is open.
  MainWindow* gateway_window() const { return gateway_.get(); }
  QMainWindow* start_window() const { return start_.get(); }

 private:
  void ForgetExport();

  std::unique_ptr<MainWindow> gateway_;
  std::unique_ptr<QMainWindow> start_;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_WINDOWS_H_
