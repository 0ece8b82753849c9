// WindowTest: a window over a gateway in a folder of its own.

#ifndef TESTS_ADMIN_GUI_VIEWS_WINDOW_SUPPORT_H_
#define TESTS_ADMIN_GUI_VIEWS_WINDOW_SUPPORT_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include <QPushButton>
#include <QSettings>
#include <QTest>

#include "admin-gui/views/main_window.h"
#include "admin-gui/widgets/theme.h"
#include "common/store/database.h"
#include "tests/admin-gui/session/session_support.h"
#include "tests/admin-gui/support/flow_log.h"

namespace gw::gui {

using Kind = GatewayProblem::Kind;
using Place = Destination::Place;

class WindowTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { Theme::Apply(*qApp); }
  void SetUp() override { QSettings().clear(); }

  void Open() {
    window_ = std::make_unique<MainWindow>(folder_.Files());
    window_->resize(1280, 800);
    window_->show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(window_.get()));
    band_ = window_->findChild<StateBand*>();
  }
  void OpenOffice() {
    folder_.Write(gw::testing::Office());
    gw::testing::FillLog(folder_.folder().File("audit.db"), 300, absl::Now(), absl::Seconds(10));
    Open();
    ASSERT_TRUE(Wait([this] { return window_->session().loaded(); }));
  }
  // Until the band says what is wrong.
  void ExpectState(Kind kind, const char* words) {
    Open();
    ASSERT_TRUE(Wait([&] { return window_->gateway().problem().kind == kind; }))
        << static_cast<int>(window_->gateway().problem().kind);
    ASSERT_TRUE(Wait([this] { return band_->isVisible(); }));
    EXPECT_TRUE(band_->text().contains(QLatin1String(words))) << band_->text().toStdString();
    // Every page can still be shown.
    for (const Place place :
         {Place::kOverview, Place::kEndpoints, Place::kNetworkSets, Place::kPolicies,
          Place::kFlowLog, Place::kSimulator, Place::kHistory, Place::kSettings}) {
      window_->GoTo({place, {}});
      QTest::qWait(20);
      EXPECT_EQ(window_->current(), place);
    }
  }
  void Sql(const std::string& sql) {
    auto database = Database::Open(folder_.policy_path(), Database::Access::kReadWrite);
    GW_CHECK(database.ok());
    GW_CHECK(database->Execute(sql).ok());
  }
  QPushButton* Action(const QString& text) const {
    for (auto* button : band_->findChildren<QPushButton*>()) {
      if (button->text() == text) return button;
    }
    return nullptr;
  }

  SessionFolder folder_;
  std::unique_ptr<MainWindow> window_;
  StateBand* band_ = nullptr;
};

}  // namespace gw::gui

#endif  // TESTS_ADMIN_GUI_VIEWS_WINDOW_SUPPORT_H_
