// The window as a whole: keys, states of the gateway, what is kept over runs.

#include "admin-gui/views/main_window.h"

#include <gmock/gmock.h>

#include <fstream>

#include <QClipboard>
#include <QPushButton>
#include <QRadioButton>
#include <QSettings>
#include <QTest>

#include "admin-gui/widgets/theme.h"
#include "common/store/database.h"
#include "tests/admin-gui/session/session_support.h"
#include "tests/admin-gui/support/flow_log.h"

namespace gw::gui {
namespace {

using Kind = GatewayProblem::Kind;
using Place = Destination::Place;

class MainWindowTest : public ::testing::Test {
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

TEST_F(MainWindowTest, EveryPageByItsKey) {
  OpenOffice();
  const std::pair<Qt::Key, Place> keys[] = {
      {Qt::Key_2, Place::kEndpoints},    {Qt::Key_3, Place::kNetworkSets},
      {Qt::Key_4, Place::kPolicies},     {Qt::Key_5, Place::kFlowLog},
      {Qt::Key_6, Place::kSimulator},    {Qt::Key_7, Place::kHistory},
      {Qt::Key_Comma, Place::kSettings}, {Qt::Key_1, Place::kOverview}};
  for (const auto& [key, place] : keys) {
    QTest::keyClick(window_.get(), key, Qt::ControlModifier);
    EXPECT_EQ(window_->current(), place);
  }
  QTest::keyClick(window_.get(), Qt::Key_Left, Qt::AltModifier);
  EXPECT_EQ(window_->current(), Place::kSettings) << "back to where it was";
}

TEST_F(MainWindowTest, ChangesSurviveTheWindow) {
  OpenOffice();
  window_->session().Remove(QStringLiteral("Delete galaxy-a54"), SetKey("galaxy-a54"));
  ASSERT_EQ(window_->session().change_count(), 1);
  window_.reset();
  Open();
  ASSERT_TRUE(Wait([this] { return window_->session().change_count() == 1; }));
  EXPECT_EQ(window_->session().last_change(), QStringLiteral("Delete galaxy-a54"));
  QTest::keyClick(window_.get(), Qt::Key_Z, Qt::ControlModifier);
  EXPECT_EQ(window_->session().change_count(), 0);
}

TEST_F(MainWindowTest, PageAndSizeAreKept) {
  OpenOffice();
  window_->GoTo({Place::kPolicies, {}});
  window_.reset();
  Open();
  EXPECT_EQ(window_->current(), Place::kPolicies);
}

TEST_F(MainWindowTest, NothingToApplySaysSo) {
  OpenOffice();
  QTest::keyClick(window_.get(), Qt::Key_S, Qt::ControlModifier);
  EXPECT_NE(window_->current(), Place::kApply);
}

TEST_F(MainWindowTest, SomebodyElseAppliedInBetween) {
  OpenOffice();
  PolicySession& session = window_->session();
  // Ours: another label of the phone, and a set of our own. Theirs: also the phone.
  session.Put(QStringLiteral("Label galaxy-a54"), SetOf("galaxy-a54", "ours"));
  session.Put(QStringLiteral("Add set mine"), SetOf("mine", "printer"));
  ASSERT_EQ(folder_.Write({SetOf("galaxy-a54", "theirs")}), 2);
  QTest::keyClick(window_.get(), Qt::Key_Return, Qt::ControlModifier);
  ASSERT_EQ(window_->current(), Place::kApply);
  QPushButton* apply = nullptr;
  QPushButton* go_on = nullptr;
  const auto find = [&] {
    for (auto* button : window_->page(Place::kApply).findChildren<QPushButton*>()) {
      if (!button->isVisible()) continue;
      if (button->text().startsWith(QStringLiteral("Apply"))) apply = button;
      if (button->text() == QStringLiteral("Continue with 2")) go_on = button;
    }
    return go_on != nullptr;
  };
  find();
  ASSERT_NE(apply, nullptr);
  QTest::mouseClick(apply, Qt::LeftButton);
  ASSERT_TRUE(Wait(find));
  EXPECT_EQ(folder_.Stored().revision, 2) << "nothing was overwritten";
  EXPECT_EQ(session.change_count(), 2) << "and nothing was lost";
  for (auto* choice : window_->page(Place::kApply).findChildren<QRadioButton*>()) {
    if (choice->text().startsWith(QStringLiteral("Yours"))) choice->click();
  }
  QTest::mouseClick(go_on, Qt::LeftButton);
  ASSERT_TRUE(Wait([&] { return session.base_revision() == 2 && !session.conflict(); }));
  QTest::mouseClick(apply, Qt::LeftButton);
  ASSERT_TRUE(Wait([&] { return session.base_revision() == 3; }));
  const LoadedPolicy stored = folder_.Stored();
  EXPECT_EQ(RoleIn(stored.model, "galaxy-a54"), "ours");
  EXPECT_EQ(RoleIn(stored.model, "mine"), "printer");
}

TEST_F(MainWindowTest, AnAbsentEnforcer) {
  folder_.Write(gw::testing::Office());
  ExpectState(Kind::kEnforcerAbsent, "No enforcer is running");
  QPushButton* copy = Action(QStringLiteral("Copy command"));
  ASSERT_NE(copy, nullptr);
  copy->click();
  EXPECT_EQ(QApplication::clipboard()->text(),
            QStringLiteral("gatewardend --policy-db '%1'").arg(Text(folder_.policy_path())));
}

TEST_F(MainWindowTest, ADamagedFile) {
  folder_.Write(gw::testing::Office());
  Spoil(folder_.policy_path());
  ExpectState(Kind::kDamaged, "");
  EXPECT_NE(Action(QStringLiteral("Choose another…")), nullptr);
}

TEST_F(MainWindowTest, AFileThatIsNoDatabase) {
  std::ofstream(folder_.policy_path()) << "Dear diary, today I configured a firewall by hand.\n"
                                       << std::string(8000, 'x');
  ExpectState(Kind::kNotOurs, "");
}

TEST_F(MainWindowTest, AFileOfANewerVersion) {
  folder_.Write(gw::testing::Office());
  Sql("PRAGMA user_version = 9000");
  ExpectState(Kind::kNewer, "newer");
}

TEST_F(MainWindowTest, ALockedFileIsTriedAgain) {
  folder_.Write(gw::testing::Office());
  Sql("PRAGMA journal_mode = DELETE");
  auto other = Database::Open(folder_.policy_path(), Database::Access::kReadWrite);
  ASSERT_TRUE(other.ok());
  ASSERT_TRUE(other->Execute("BEGIN EXCLUSIVE").ok());
  ExpectState(Kind::kBusy, "");
  EXPECT_FALSE(window_->session().loaded()) << "nothing can be edited before it is read";
  ASSERT_TRUE(other->Execute("ROLLBACK").ok());
  EXPECT_TRUE(Wait([this] { return window_->session().loaded(); }));
}

}  // namespace
}  // namespace gw::gui
