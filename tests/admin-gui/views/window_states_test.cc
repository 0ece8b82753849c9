// What is wrong with a gateway stands in the band of the window, with what to do; pages still show,
// and nothing is lost.

#include <unistd.h>

#include <fstream>

#include <QApplication>
#include <QClipboard>
#include <QSignalSpy>

#include "common/service/enforcer_lock.h"
#include "tests/admin-gui/views/window_support.h"
#include "tests/common/store/temp_directory.h"

namespace gw::gui {
namespace {

using gw::testing::Tmpfs;
using WindowStatesTest = WindowTest;

TEST_F(WindowStatesTest, AnAbsentEnforcer) {
  folder_.Write(gw::testing::Office());
  ExpectState(Kind::kEnforcerAbsent, "No enforcer is running");
  QPushButton* copy = Action(QStringLiteral("Copy command"));
  ASSERT_NE(copy, nullptr);
  copy->click();
  EXPECT_EQ(QApplication::clipboard()->text(),
            QStringLiteral("gatewardend --policy-db '%1'").arg(Text(folder_.policy_path())));
}

TEST_F(WindowStatesTest, ADamagedFile) {
  folder_.Write(gw::testing::Office());
  Spoil(folder_.policy_path());
  ExpectState(Kind::kDamaged, "");
  EXPECT_NE(Action(QStringLiteral("Choose another…")), nullptr);
}

TEST_F(WindowStatesTest, AFileThatIsNoDatabase) {
  std::ofstream(folder_.policy_path()) << "Dear diary, today I configured a firewall by hand.\n"
                                       << std::string(8000, 'x');
  ExpectState(Kind::kNotOurs, "");
}

TEST_F(WindowStatesTest, AFileOfANewerVersion) {
  folder_.Write(gw::testing::Office());
  Sql("PRAGMA user_version = 9000");
  ExpectState(Kind::kNewer, "newer");
}

TEST_F(WindowStatesTest, ALockedFileIsTriedAgain) {
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

TEST_F(WindowStatesTest, AReadOnlyFileSystem) {
  Tmpfs disk(folder_.folder().path(), "size=8m");
  if (!disk.mounted()) GTEST_SKIP() << "this kernel lets us mount nothing";
  folder_.Write(gw::testing::Office());
  ASSERT_TRUE(disk.MakeReadOnly());
  ExpectState(Kind::kReadOnly, "");
  ASSERT_TRUE(Wait([this] { return window_->session().loaded(); })) << "it can be looked at";
  PolicySession& session = window_->session();
  QSignalSpy refused(&session, &PolicySession::applyRefused);
  session.Put(QStringLiteral("Add set mine"), SetOf("mine", "printer"));
  EXPECT_TRUE(Wait([this] {
    return Action(QStringLiteral("Keep my changes as YAML…")) != nullptr;
  })) << "there is another way to keep them";
  session.Apply(QStringLiteral("Try it"));
  ASSERT_TRUE(Wait([&] { return refused.count() == 1; }));
  EXPECT_TRUE(refused[0][0].toString().contains(QStringLiteral("read-only")))
      << refused[0][0].toString().toStdString();
  EXPECT_EQ(session.change_count(), 1) << "nothing was lost";
  window_.reset();
}

TEST_F(WindowStatesTest, AFullDisk) {
  Tmpfs disk(folder_.folder().path(), "size=2m");
  if (!disk.mounted()) GTEST_SKIP() << "this kernel lets us mount nothing";
  folder_.Write(gw::testing::Office());
  Open();
  ASSERT_TRUE(Wait([this] { return window_->session().loaded(); }));
  PolicySession& session = window_->session();
  QSignalSpy refused(&session, &PolicySession::applyRefused);
  const std::string ballast = folder_.folder().File("ballast");
  std::ofstream(ballast) << std::string(4 << 20, 'x');
  // More than fits into what a log that is there already may still hold.
  for (int i = 0; i < 200; ++i) {
    session.Put(QStringLiteral("Add set"), SetOf("set-" + std::to_string(i), "printer"));
  }
  session.Apply(QStringLiteral("Two hundred"));
  ASSERT_TRUE(Wait([&] { return refused.count() == 1; }));
  EXPECT_TRUE(refused[0][0].toString().contains(QStringLiteral("disk full")))
      << refused[0][0].toString().toStdString();
  EXPECT_EQ(session.change_count(), 200) << "nothing was lost";
  ASSERT_EQ(::unlink(ballast.c_str()), 0);
  session.Apply(QStringLiteral("Two hundred"));
  EXPECT_TRUE(Wait([&] { return session.base_revision() == 2; })) << "there is room again";
  window_.reset();
}

TEST_F(WindowStatesTest, AHugeAuditLog) {
  folder_.Write(gw::testing::Office());
  const std::string log = folder_.folder().File("audit.db");
  gw::testing::FillLog(log, 300, absl::Now(), absl::Seconds(10));
  EnforcerLock enforcer = *EnforcerLock::Acquire(folder_.policy_path());
  ASSERT_TRUE(enforcer.Write(EnforcerState{}).ok());
  // A hole: the file says how many of its pages count.
  ASSERT_EQ(::truncate(log.c_str(), 41'000'000'000), 0);
  ExpectState(Kind::kLargeAuditLog, "41");
}

TEST_F(WindowStatesTest, AnEnforcerTellsItsCounts) {
  folder_.Write(gw::testing::Office());
  gw::testing::FillLog(folder_.folder().File("audit.db"), 300, absl::Now(), absl::Seconds(10));
  EnforcerLock enforcer = *EnforcerLock::Acquire(folder_.policy_path());
  EnforcerState state;
  state.pid = 4711;
  state.revision = 1;
  state.generation = 7;
  state.fail_mode = "Closed";
  state.counts.as_of = absl::Now();
  state.counts.decisions = 1000;
  state.counts.records_lost = 312;
  state.counts.live_flows = 1284;
  ASSERT_TRUE(enforcer.Write(state).ok());
  Open();
  const auto part = [this](const QString& text) {
    for (const auto* button : window_->findChildren<QPushButton*>()) {
      if (button->isVisible() && button->text() == text) return true;
    }
    return false;
  };
  EXPECT_TRUE(Wait([&] { return part(QStringLiteral("1,284 live flow(s)")); }));
  EXPECT_TRUE(part(QStringLiteral("312 record(s) lost")));
  state.counts.as_of += absl::Seconds(10);
  state.counts.decisions += 360;
  ASSERT_TRUE(enforcer.Write(state).ok());
  EXPECT_TRUE(Wait([&] { return part(QStringLiteral("36 decision(s)/s")); }));
}

}  // namespace
}  // namespace gw::gui
