#include "common/service/enforcer_lock.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/support/status_matchers.h"
#include "tests/support/temporary_directory.h"

namespace gw {
namespace {

using ::testing::HasSubstr;
using testing::TemporaryDirectory;

EnforcerState SomeState() {
  EnforcerState state;
  state.pid = 4711;
  state.node = "gw";
  state.started = absl::FromUnixNanos(1'700'000'000'123'456'789);
  state.revision = 12;
  state.generation = 1023;
  state.since = absl::FromUnixSeconds(1'700'000'100);
  state.fail_mode = "Closed";
  state.queue = "compat";
  state.problem = "revision 13: policy `web`: \"quoted\"\nand a second line";
  state.counts.as_of = absl::FromUnixNanos(1'700'000'200'500'000'001);
  state.counts.decisions = 5'000'000'000;
  state.counts.denied = 96;
  state.counts.records_lost = 1;
  state.counts.audit_problem = "`audit.db`: the file system is read-only";
  state.counts.hash_chain_problem = "cannot be stopped";
  state.counts.live_flows = 1284;
  state.counts.streams = {{"JSON lines", "/var/log/a.json", "cannot open `/var/log/a.json`", 7, 2},
                          {"IPFIX", "", "", 1, 0}};
  return state;
}

class EnforcerLockTest : public ::testing::Test {
 protected:
  TemporaryDirectory folder_;
  const std::string policy_ = folder_.File("policy.db");
  const std::string file_ = policy_ + ".enforcer";
};

TEST_F(EnforcerLockTest, IsHeldByOne) {
  std::optional<EnforcerLock> first = *EnforcerLock::Acquire(policy_);
  ASSERT_OK(first->Write(SomeState()));
  const auto second = EnforcerLock::Acquire(policy_);
  EXPECT_EQ(second.status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(std::string(second.status().message()), HasSubstr("pid 4711"));
  EXPECT_THAT(std::string(second.status().message()), HasSubstr(policy_));
  first.reset();
  EXPECT_OK(EnforcerLock::Acquire(policy_));
}

TEST_F(EnforcerLockTest, OfAnotherDatabaseIsFree) {
  GW_ASSERT_OK_AND_ASSIGN(const EnforcerLock lock, EnforcerLock::Acquire(policy_));
  EXPECT_OK(EnforcerLock::Acquire(folder_.File("other.db")));
}

TEST_F(EnforcerLockTest, StateReadsBackAsWritten) {
  GW_ASSERT_OK_AND_ASSIGN(EnforcerLock lock, EnforcerLock::Acquire(policy_));
  ASSERT_OK(lock.Write(SomeState()));
  GW_ASSERT_OK_AND_ASSIGN(const EnforcerPresence presence, ReadEnforcerPresence(policy_));
  EXPECT_TRUE(presence.running);
  EXPECT_EQ(presence.state, SomeState());
}

TEST_F(EnforcerLockTest, ShorterStateLeavesNothingOfTheLongerOne) {
  GW_ASSERT_OK_AND_ASSIGN(EnforcerLock lock, EnforcerLock::Acquire(policy_));
  ASSERT_OK(lock.Write(SomeState()));
  EnforcerState shorter = SomeState();
  shorter.problem = "";
  ASSERT_OK(lock.Write(shorter));
  EXPECT_EQ(ReadEnforcerPresence(policy_)->state, shorter);
}

TEST_F(EnforcerLockTest, LongProblemReadsBack) {
  GW_ASSERT_OK_AND_ASSIGN(EnforcerLock lock, EnforcerLock::Acquire(policy_));
  EnforcerState state = SomeState();
  state.problem = std::string(20'000, 'x');
  ASSERT_OK(lock.Write(state));
  EXPECT_EQ(ReadEnforcerPresence(policy_)->state, state);
}

TEST_F(EnforcerLockTest, ProblemThatIsNotUtf8IsWrittenAllTheSame) {
  GW_ASSERT_OK_AND_ASSIGN(EnforcerLock lock, EnforcerLock::Acquire(policy_));
  EnforcerState state = SomeState();
  state.problem = "disk \xff";
  ASSERT_OK(lock.Write(state));
  EXPECT_THAT(ReadEnforcerPresence(policy_)->state.problem, HasSubstr("disk "));
}

TEST_F(EnforcerLockTest, StateStaysAsHistoryWhenTheLockGoes) {
  {
    GW_ASSERT_OK_AND_ASSIGN(EnforcerLock lock, EnforcerLock::Acquire(policy_));
    ASSERT_OK(lock.Write(SomeState()));
  }
  GW_ASSERT_OK_AND_ASSIGN(const EnforcerPresence presence, ReadEnforcerPresence(policy_));
  EXPECT_FALSE(presence.running);
  EXPECT_EQ(presence.state, SomeState());
}

// Killed, not ended: nothing of the process runs any more.
TEST_F(EnforcerLockTest, LockDiesWithItsProcess) {
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto lock = EnforcerLock::Acquire(policy_);
    _exit(lock.ok() && lock->Write(SomeState()).ok() ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  EXPECT_FALSE(ReadEnforcerPresence(policy_)->running);
  EXPECT_OK(EnforcerLock::Acquire(policy_));
}

TEST_F(EnforcerLockTest, NoEnforcerYetIsNotFound) {
  EXPECT_TRUE(absl::IsNotFound(ReadEnforcerPresence(policy_).status()));
}

TEST_F(EnforcerLockTest, EnforcerThatHasWrittenNothingRunsWithAnEmptyState) {
  GW_ASSERT_OK_AND_ASSIGN(const EnforcerLock lock, EnforcerLock::Acquire(policy_));
  GW_ASSERT_OK_AND_ASSIGN(const EnforcerPresence presence, ReadEnforcerPresence(policy_));
  EXPECT_TRUE(presence.running);
  EXPECT_EQ(presence.state, EnforcerState());
}

TEST_F(EnforcerLockTest, TextThatIsNotAStateReadsAsEmpty) {
  for (const char* text : {"", "{\"pid\":12,\"no", "[]", "12", "null\n", "{\"pid\":\"12\"}\n",
                           "{\"node\":[]}\n", "{\"generation\":{}}\n"}) {
    folder_.Write("policy.db.enforcer", text);
    GW_ASSERT_OK_AND_ASSIGN(const EnforcerPresence presence, ReadEnforcerPresence(policy_));
    EXPECT_EQ(presence.state, EnforcerState()) << text;
  }
}

TEST_F(EnforcerLockTest, StateIsNotForOtherUsers) {
  GW_ASSERT_OK_AND_ASSIGN(const EnforcerLock lock, EnforcerLock::Acquire(policy_));
  struct stat status {};
  ASSERT_EQ(stat(file_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07, 0u);
}

TEST_F(EnforcerLockTest, FolderThatIsMissingIsNamed) {
  const auto lock = EnforcerLock::Acquire(folder_.File("missing/policy.db"));
  EXPECT_EQ(lock.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(lock.status().message()), HasSubstr("missing/policy.db.enforcer"));
}

// Clients look all the time; that must not keep a daemon from starting, nor show half a state.
TEST_F(EnforcerLockTest, ReadersDisturbNeitherTheStartNorTheState) {
  ASSERT_OK(EnforcerLock::Acquire(policy_)->Write(SomeState()));
  EnforcerState longer = SomeState();
  longer.problem = std::string(2000, 'x');
  std::atomic<bool> stop{false};
  std::atomic<int> torn{0};
  std::thread reader([&] {
    while (!stop) {
      const auto presence = ReadEnforcerPresence(policy_);
      if (!presence.ok() || (presence->state != SomeState() && presence->state != longer)) ++torn;
      absl::SleepFor(absl::Microseconds(100));
    }
  });
  for (int i = 0; i < 50; ++i) {
    auto lock = EnforcerLock::Acquire(policy_);
    EXPECT_OK(lock);
    if (!lock.ok()) break;
    EXPECT_OK(lock->Write(longer));
    EXPECT_OK(lock->Write(SomeState()));
  }
  stop = true;
  reader.join();
  EXPECT_EQ(torn, 0);
}

}  // namespace
}  // namespace gw
