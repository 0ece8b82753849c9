#include "admin-gui/views/windows.h"

#include <QDateTime>
#include <QIcon>
#include <QTimer>

#include "admin-gui/session/recent_gateways.h"
#include "admin-gui/views/start_page.h"

namespace gw::gui {
namespace {

constexpr QSize kStartSize(880, 600);

}  // namespace

Windows::Windows(QObject* parent) : QObject(parent) {}

Windows::~Windows() = default;

void Windows::ShowStart() {
  // Anew each time: the list of recent gateways and their states are those of now.
  start_ = std::make_unique<QMainWindow>();
  start_->setWindowTitle(tr("Gatewarden"));
  start_->resize(kStartSize);
  auto* page = new StartPage(start_.get());
  start_->setCentralWidget(page);
  connect(page, &StartPage::gatewayChosen, this, &Windows::Open, Qt::QueuedConnection);
  start_->show();
}

void Windows::Open(const GatewayFiles& files) {
  if (gateway_ == nullptr || gateway_->gateway().files().policy_path != files.policy_path) {
    // The one before first: both keep their state under the user's settings.
    gateway_.reset();
    gateway_ = std::make_unique<MainWindow>(files);
    RecentGateways::Add(gateway_->gateway().files(), QDateTime::currentDateTime());
    connect(&gateway_->gateway(), &Gateway::logChanged, this, &Windows::ForgetExport);
    connect(gateway_.get(), &MainWindow::otherGatewayWanted, this, &Windows::ShowStart);
  }
  gateway_->show();
  gateway_->raise();
  gateway_->activateWindow();
  start_.reset();
}

// Who opens the gateway next time wants its own log.
void Windows::ForgetExport() {
  const Gateway& gateway = gateway_->gateway();
  if (!gateway.exported_log() || gateway.exported_log_open()) return;
  GatewayFiles files = gateway.files();
  files.audit_path.clear();
  RecentGateways::Add(files, QDateTime::currentDateTime());
}

}  // namespace gw::gui
