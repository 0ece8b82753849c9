// WindowLab: the window at a real gatewardend in a lab of namespaces; for tests by clicks and keys.

#ifndef TESTS_ADMIN_GUI_SYSTEM_WINDOW_LAB_H_
#define TESTS_ADMIN_GUI_SYSTEM_WINDOW_LAB_H_

#include <gmock/gmock.h>

#include <functional>
#include <memory>
#include <string>

#include <QAbstractButton>
#include <QApplication>
#include <QFile>
#include <QTest>

#include "admin-gui/views/main_window.h"
#include "admin-gui/widgets/theme.h"
#include "tests/admin-gui/support/patience.h"
#include "tests/support/enforcer_lab.h"
#include "tests/support/netns.h"
#include "tests/support/traffic.h"

namespace gw::gui {

constexpr uint16_t kWeb = 80;

inline void Click(QWidget* widget) { QTest::mouseClick(widget, Qt::LeftButton); }

// The visible button whose text begins with `text`.
inline QAbstractButton* Button(QWidget* root, const QString& text) {
  for (auto* button : root->findChildren<QAbstractButton*>()) {
    if (button->isVisible() && button->text().startsWith(text)) return button;
  }
  return nullptr;
}

inline void Type(QWidget* widget, const QString& text) {
  widget->setFocus();
  QTest::keyClicks(widget, text);
  QTest::keyClick(widget, Qt::Key_Return);
}

class WindowLab : public ::testing::Test {
 protected:
  // What is stored, and recorded, before the daemon starts.
  virtual std::string StoredPolicy() const { return {}; }
  virtual void FillLog(const std::string& audit_path) { static_cast<void>(audit_path); }

  void SetUp() override {
    GW_SKIP_WITHOUT_LAB();
    auto lab = testing::EnforcerLab::Create();
    ASSERT_TRUE(lab.ok()) << lab.status();
    lab_ = *std::move(lab);
    const auto written = lab_->WritePolicy(StoredPolicy());
    ASSERT_TRUE(written.ok()) << written.status();
    FillLog(lab_->audit_path());
    const absl::Status started = lab_->StartDaemon();
    ASSERT_TRUE(started.ok()) << started;
    auto server = testing::TcpServer::Start(lab_->lab().server(), kWeb);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    Theme::Apply(*qApp);
    OpenWindow();
  }

  void OpenWindow() {
    {
      // The window's workers look at the gateway's interfaces, as if it ran there.
      const testing::NamespaceScope inside(lab_->lab().gateway());
      window_ = std::make_unique<MainWindow>(GatewayFiles{
          QStringLiteral("gw-office"), QString::fromStdString(lab_->policy_path()), {}});
    }
    window_->resize(1440, 900);
    window_->show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(window_.get()));
    ASSERT_TRUE(Wait([this] { return session().loaded(); }));
  }

  void TearDown() override {
    if (window_ == nullptr) return;
    const QString draft = session().draft_path();
    window_.reset();
    QFile::remove(draft);
  }

  PolicySession& session() { return window_->session(); }
  template <typename T>
  T& page(Destination::Place place) {
    return static_cast<T&>(window_->page(place));
  }

  testing::Outcome Web(const testing::Namespace& from) {
    return testing::TcpConnect(from, {.address = testing::kServer, .port = kWeb}).outcome;
  }

  std::unique_ptr<testing::EnforcerLab> lab_;
  std::unique_ptr<testing::TcpServer> server_;
  std::unique_ptr<MainWindow> window_;
};

}  // namespace gw::gui

#endif  // TESTS_ADMIN_GUI_SYSTEM_WINDOW_LAB_H_
