#include "admin-gui/session/gateway.h"

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/service/enforcer_lock.h"
#include "common/store/audit_store.h"
#include "common/store/database.h"
#include "tests/admin-gui/session/session_support.h"

namespace gw::gui {
namespace {

using Kind = GatewayProblem::Kind;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Runs until the call is cancelled.
absl::StatusOr<int> UntilCancelled(const CallContext& context, std::atomic<bool>& started) {
  started = true;
  while (!context.cancelled()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return absl::CancelledError("cancelled");
}

class GatewayTest : public ::testing::Test {
 protected:
  // What a fresh gateway over the folder says after one question.
  GatewayProblem Problem() {
    Gateway gateway(folder_.Files());
    gateway.Refresh();
    // The question of this lane that comes after it.
    bool answered = false;
    gateway.Ask<int>(
        &gateway, Gateway::Lane::kQuick,
        [](Service&, const CallContext&) -> absl::StatusOr<int> { return 1; },
        [&](const absl::StatusOr<int>&) { answered = true; });
    GW_CHECK(Wait([&] { return answered; }));
    return gateway.problem();
  }

  void Sql(const std::string& sql) {
    auto database = Database::Open(folder_.policy_path(), Database::Access::kReadWrite);
    GW_CHECK(database.ok());
    GW_CHECK(database->Execute(sql).ok());
  }

  SessionFolder folder_;
};

TEST_F(GatewayTest, AnswersInOrderInTheGuiThread) {
  Gateway gateway(folder_.Files());
  std::vector<int> answers;
  for (int i = 0; i < 100; ++i) {
    gateway.Ask<int>(
        &gateway, Gateway::Lane::kQuick,
        [i](Service&, const CallContext&) -> absl::StatusOr<int> {
          GW_CHECK(QThread::currentThread() != QCoreApplication::instance()->thread());
          return i;
        },
        [&answers](absl::StatusOr<int> answer) {
          GW_CHECK(QThread::currentThread() == QCoreApplication::instance()->thread());
          answers.push_back(*answer);
        });
  }
  ASSERT_TRUE(Wait([&] { return answers.size() == 100; }));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(answers[static_cast<size_t>(i)], i);
}

TEST_F(GatewayTest, LongQuestionsDoNotHoldUpQuickOnes) {
  Gateway gateway(folder_.Files());
  std::atomic<bool> started = false;
  gateway.Ask<int>(
      &gateway, Gateway::Lane::kLong,
      [&](Service&, const CallContext& context) { return UntilCancelled(context, started); },
      [](const absl::StatusOr<int>&) {});
  bool answered = false;
  gateway.Ask<int>(
      &gateway, Gateway::Lane::kQuick,
      [](Service&, const CallContext&) -> absl::StatusOr<int> { return 1; },
      [&](const absl::StatusOr<int>&) { answered = true; });
  EXPECT_TRUE(Wait([&] { return answered; }));
}

TEST_F(GatewayTest, CancelledCallIsNotAnswered) {
  Gateway gateway(folder_.Files());
  std::atomic<bool> started = false;
  bool answered = false;
  Call call = gateway.Ask<int>(
      &gateway, Gateway::Lane::kLong,
      [&](Service&, const CallContext& context) { return UntilCancelled(context, started); },
      [&](const absl::StatusOr<int>&) { answered = true; });
  ASSERT_TRUE(Wait([&] { return started.load(); }));
  call.Cancel();
  bool next = false;
  gateway.Ask<int>(
      &gateway, Gateway::Lane::kLong,
      [](Service&, const CallContext&) -> absl::StatusOr<int> { return 1; },
      [&](const absl::StatusOr<int>&) { next = true; });
  ASSERT_TRUE(Wait([&] { return next; }));
  EXPECT_FALSE(answered);
}

TEST_F(GatewayTest, AnswerForAContextThatIsGoneIsDropped) {
  Gateway gateway(folder_.Files());
  auto context = std::make_unique<QObject>();
  bool answered = false;
  gateway.Ask<int>(
      context.get(), Gateway::Lane::kQuick,
      [](Service&, const CallContext&) -> absl::StatusOr<int> { return 1; },
      [&](const absl::StatusOr<int>&) { answered = true; });
  context.reset();
  bool next = false;
  gateway.Ask<int>(
      &gateway, Gateway::Lane::kQuick,
      [](Service&, const CallContext&) -> absl::StatusOr<int> { return 1; },
      [&](const absl::StatusOr<int>&) { next = true; });
  ASSERT_TRUE(Wait([&] { return next; }));
  EXPECT_FALSE(answered);
}

TEST_F(GatewayTest, CanBeDestroyedWhileACallRuns) {
  auto gateway = std::make_unique<Gateway>(folder_.Files());
  std::atomic<bool> started = false;
  bool answered = false;
  for (int i = 0; i < 3; ++i) {
    gateway->Ask<int>(
        gateway.get(), Gateway::Lane::kLong,
        [&](Service&, const CallContext& context) { return UntilCancelled(context, started); },
        [&](const absl::StatusOr<int>&) { answered = true; });
  }
  ASSERT_TRUE(Wait([&] { return started.load(); }));
  gateway.reset();
  QCoreApplication::processEvents();
  EXPECT_FALSE(answered);
}

TEST_F(GatewayTest, TellsOfANewRevision) {
  folder_.Write({SetOf("a", "one")});
  Gateway gateway(folder_.Files());
  QSignalSpy moved(&gateway, &Gateway::revisionChanged);
  gateway.SetWatching(true);
  ASSERT_TRUE(Wait([&] { return gateway.status().has_value(); }));
  EXPECT_EQ(gateway.status()->revision, 1);
  EXPECT_TRUE(moved.isEmpty());
  folder_.Write({SetOf("a", "two")});
  ASSERT_TRUE(Wait([&] { return !moved.isEmpty(); }));
  EXPECT_EQ(moved.front().front().toLongLong(), 2);
}

TEST_F(GatewayTest, MissingFile) { EXPECT_EQ(Problem().kind, Kind::kMissing); }

TEST_F(GatewayTest, EnforcerThatNeverRan) {
  folder_.Write({SetOf("a", "one")});
  EXPECT_EQ(Problem().kind, Kind::kEnforcerAbsent);
}

TEST_F(GatewayTest, EnforcerThatRefusesARevision) {
  folder_.Write({SetOf("a", "one")});
  auto lock = EnforcerLock::Acquire(folder_.policy_path());
  ASSERT_TRUE(lock.ok());
  EnforcerState state;
  state.pid = 1;
  state.revision = 1;
  state.problem = "revision 2: the kernel said no";
  ASSERT_TRUE(lock->Write(state).ok());
  EXPECT_EQ(Problem(), (GatewayProblem{Kind::kRevisionRefused,
                                       QStringLiteral("revision 2: the kernel said no")}));
  state.problem.clear();
  ASSERT_TRUE(lock->Write(state).ok());
  EXPECT_EQ(Problem().kind, Kind::kNoAuditLog);
  ASSERT_TRUE(AuditStore::Open(folder_.folder().File("audit.db"), AuditStore::Mode::kWriter).ok());
  EXPECT_EQ(Problem().kind, Kind::kNone);
}

TEST_F(GatewayTest, FileOfAnotherKind) {
  // Words of other problems in the path are not what counts.
  folder_.folder().Write("policy.db", "this is no database at all, whatever its name says");
  EXPECT_EQ(Problem().kind, Kind::kNotOurs);
}

TEST_F(GatewayTest, DatabaseOfAnotherProgram) {
  folder_.Write({SetOf("a", "one")});
  Sql("PRAGMA application_id = 1");
  EXPECT_EQ(Problem().kind, Kind::kNotOurs);
}

TEST_F(GatewayTest, DatabaseOfANewerVersion) {
  folder_.Write({SetOf("a", "one")});
  Sql("PRAGMA user_version = 1000");
  EXPECT_EQ(Problem().kind, Kind::kNewer);
}

TEST_F(GatewayTest, EmptyFile) {
  folder_.folder().Write("policy.db", "");
  EXPECT_EQ(Problem().kind, Kind::kDamaged);
}

TEST_F(GatewayTest, DamagedDatabase) {
  folder_.Write({SetOf("a", "one")});
  Spoil(folder_.policy_path());
  EXPECT_EQ(Problem().kind, Kind::kDamaged);
}

TEST_F(GatewayTest, LockedDatabase) {
  folder_.Write({SetOf("a", "one")});
  auto holder = Database::Open(folder_.policy_path(), Database::Access::kReadWrite);
  ASSERT_TRUE(holder.ok());
  // With a write-ahead log a writer is in no reader's way.
  ASSERT_TRUE(holder->Execute("PRAGMA journal_mode = DELETE").ok());
  ASSERT_TRUE(holder->Execute("BEGIN EXCLUSIVE").ok());
  const GatewayProblem problem = Problem();
  EXPECT_EQ(problem.kind, Kind::kBusy);
  EXPECT_THAT(problem.text.toStdString(), HasSubstr("locked by another program"));
}

TEST_F(GatewayTest, ReadOnlyDatabaseCanBeReadAndSaysSo) {
  folder_.Write({SetOf("a", "one")});
  ASSERT_EQ(chmod(folder_.policy_path().c_str(), 0444), 0);
  ASSERT_EQ(chmod(folder_.folder().path().c_str(), 0555), 0);
  // Permissions do not bind root.
  const bool root = geteuid() == 0;
  if (root) {
    ASSERT_EQ(seteuid(65534), 0);
  }
  EXPECT_EQ(Problem().kind, Kind::kReadOnly);
  if (root) {
    ASSERT_EQ(seteuid(0), 0);
  }
  ASSERT_EQ(chmod(folder_.folder().path().c_str(), 0755), 0);
}

TEST(ProblemOf, WordsInThePathDoNotCount) {
  EXPECT_EQ(
      ProblemOf(absl::UnavailableError("`/disk full/policy.db`: locked by another program")).kind,
      Kind::kBusy);
  EXPECT_EQ(
      ProblemOf(absl::UnavailableError("`/locked/policy.db`: disk full, nothing was written")).kind,
      Kind::kDiskFull);
  EXPECT_EQ(ProblemOf(absl::OkStatus()), GatewayProblem());
}

}  // namespace
}  // namespace gw::gui
