// The watcher beside writers with stores of their own, as the CLI and the window have them.

#include "enforcer/control/policy_watcher.h"

#include <poll.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/support/policy_builder.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_directory.h"

namespace gw {
namespace {

using testing::Hep;
using testing::TemporaryDirectory;
using Mode = PolicyStore::Mode;

class PolicyWatcherTest : public ::testing::Test {
 protected:
  // A writer's whole life: open, commit, close.
  static int64_t WriteTo(const std::string& path, const std::string& endpoint) {
    const auto store = PolicyStore::Open(path, Mode::kCreate);
    EXPECT_OK(store);
    if (!store.ok()) return -1;
    return Write(**store, endpoint);
  }
  static int64_t Write(PolicyStore& store, const std::string& endpoint) {
    WriteRequest request;
    const HostEndpoint host = Hep(endpoint, "eth0");
    request.changes.push_back({KeyOf(host), host});
    request.author = "test";
    const auto revision = store.Write(request);
    EXPECT_OK(revision);
    return revision.value_or(-1);
  }

  // A database at `path` in one file, as a backup is: nothing in -wal.
  static void MakeBackup(const std::string& path, const std::string& endpoint, int revisions = 1) {
    for (int i = 0; i < revisions; ++i) WriteTo(path, endpoint + std::to_string(i));
    std::filesystem::remove(path + "-wal");
    std::filesystem::remove(path + "-shm");
  }

  std::unique_ptr<PolicyWatcher> OpenWatcher() {
    auto watcher = PolicyWatcher::Open(path_);
    EXPECT_OK(watcher);
    return *std::move(watcher);
  }

  const TemporaryDirectory folder_;
  const std::string path_ = folder_.File("policy.db");
};

bool Readable(int fd, int timeout_ms) {
  pollfd readable = {fd, POLLIN, 0};
  return poll(&readable, 1, timeout_ms) == 1;
}

// What Poll gives: the revision, nothing, or -1 for an error.
std::optional<int64_t> Polled(PolicyWatcher& watcher) {
  const auto polled = watcher.Poll();
  if (!polled.ok()) return -1;
  if (!polled->has_value()) return std::nullopt;
  return (*polled)->revision;
}

// Polls until nothing happens any more; false if that does not come.
bool Settles(PolicyWatcher& watcher) {
  for (int i = 0; i < 2000; ++i) {
    if (Polled(watcher)) return false;
    if (!Readable(watcher.fd(), 100)) return true;
  }
  return false;
}

TEST_F(PolicyWatcherTest, MakesADatabaseAndGivesItsEmptyPolicyFirst) {
  const auto watcher = OpenWatcher();
  EXPECT_TRUE(std::filesystem::exists(path_));
  GW_ASSERT_OK_AND_ASSIGN(const auto first, watcher->Poll());
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->revision, 0);
  EXPECT_EQ(first->model, Model());
}

TEST_F(PolicyWatcherTest, FirstPollGivesWhatIsThere) {
  WriteTo(path_, "wan");
  const auto watcher = OpenWatcher();
  GW_ASSERT_OK_AND_ASSIGN(const auto first, watcher->Poll());
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->revision, 1);
  EXPECT_EQ(first->model.host_endpoints.count("wan"), 1u);
}

TEST_F(PolicyWatcherTest, SeesEachCommitOnce) {
  const auto watcher = OpenWatcher();
  EXPECT_EQ(Polled(*watcher), 0);
  EXPECT_EQ(Polled(*watcher), std::nullopt);
  for (int64_t revision = 1; revision <= 3; ++revision) {
    WriteTo(path_, "wan" + std::to_string(revision));
    EXPECT_EQ(Polled(*watcher), revision);
    EXPECT_EQ(Polled(*watcher), std::nullopt);
  }
}

TEST_F(PolicyWatcherTest, SeveralCommitsAreOneChange) {
  const auto watcher = OpenWatcher();
  EXPECT_EQ(Polled(*watcher), 0);
  GW_ASSERT_OK_AND_ASSIGN(const auto store, PolicyStore::Open(path_, Mode::kReadWrite));
  Write(*store, "one");
  Write(*store, "two");
  EXPECT_EQ(Polled(*watcher), 2);
  EXPECT_EQ(Polled(*watcher), std::nullopt);
}

TEST_F(PolicyWatcherTest, CommitWakesThePoll) {
  const auto watcher = OpenWatcher();
  EXPECT_EQ(Polled(*watcher), 0);
  EXPECT_TRUE(Settles(*watcher)) << "nothing has happened";
  WriteTo(path_, "wan");
  EXPECT_TRUE(Readable(watcher->fd(), 5000));
  EXPECT_EQ(Polled(*watcher), 1);
}

// The event of a write comes before its commit can be seen, and nothing tells of the commit itself.
TEST_F(PolicyWatcherTest, LooksAgainAfterAWriteThatBroughtNothing) {
  const auto watcher = OpenWatcher();
  EXPECT_EQ(Polled(*watcher), 0);
  EXPECT_TRUE(Settles(*watcher));
  // A write that is no commit.
  std::ofstream(path_ + "-journal").put('x');
  std::filesystem::remove(path_ + "-journal");
  ASSERT_TRUE(Readable(watcher->fd(), 5000));
  EXPECT_EQ(Polled(*watcher), std::nullopt);
  EXPECT_TRUE(Readable(watcher->fd(), 5000)) << "it must look again by itself";
  EXPECT_EQ(Polled(*watcher), std::nullopt);
  EXPECT_TRUE(Settles(*watcher)) << "but not for ever";
}

TEST_F(PolicyWatcherTest, OtherFilesOfTheFolderAreNoReason) {
  const auto watcher = OpenWatcher();
  EXPECT_EQ(Polled(*watcher), 0);
  EXPECT_TRUE(Settles(*watcher));
  std::ofstream(folder_.File("audit.db-wal")).put('x');
  ASSERT_TRUE(Readable(watcher->fd(), 5000));
  EXPECT_EQ(Polled(*watcher), std::nullopt);
  EXPECT_FALSE(Readable(watcher->fd(), 100));
}

TEST_F(PolicyWatcherTest, ReadersAreNoChange) {
  const auto watcher = OpenWatcher();
  EXPECT_EQ(Polled(*watcher), 0);
  GW_ASSERT_OK_AND_ASSIGN(const auto reader, PolicyStore::Open(path_, Mode::kReadOnly));
  ASSERT_OK(reader->Load());
  EXPECT_EQ(Polled(*watcher), std::nullopt);
}

TEST_F(PolicyWatcherTest, WriteThatChangesNothingIsNoRevision) {
  WriteTo(path_, "wan");
  const auto watcher = OpenWatcher();
  EXPECT_EQ(Polled(*watcher), 1);
  EXPECT_EQ(WriteTo(path_, "wan"), 1);
  // Whether SQLite calls it a change or not, it is the same revision.
  EXPECT_THAT(Polled(*watcher), ::testing::AnyOf(std::optional<int64_t>(1), std::nullopt));
}

// ---- other files under the name -------------------------------------------------------------

TEST_F(PolicyWatcherTest, FollowsAFileThatReplacesTheDatabase) {
  WriteTo(path_, "wan");
  const auto watcher = OpenWatcher();
  EXPECT_EQ(Polled(*watcher), 1);
  MakeBackup(folder_.File("backup.db"), "restored", 3);
  std::filesystem::rename(folder_.File("backup.db"), path_);
  GW_ASSERT_OK_AND_ASSIGN(const auto restored, watcher->Poll());
  ASSERT_TRUE(restored.has_value());
  EXPECT_EQ(restored->revision, 3);
  EXPECT_EQ(restored->model.host_endpoints.count("restored0"), 1u);
  EXPECT_EQ(restored->model.host_endpoints.count("wan"), 0u);
  EXPECT_EQ(Polled(*watcher), std::nullopt);
  WriteTo(path_, "later");
  EXPECT_EQ(Polled(*watcher), 4);
}

// While the watcher has the database open, commits would stay in -wal, and SQLite would read the
// file that comes through those.
TEST_F(PolicyWatcherTest, LogOfTheOldDatabaseIsNotTheNewOnes) {
  const auto watcher = OpenWatcher();
  EXPECT_EQ(Polled(*watcher), 0);
  WriteTo(path_, "wan");
  EXPECT_EQ(Polled(*watcher), 1);
  EXPECT_EQ(Polled(*watcher), std::nullopt);
  MakeBackup(folder_.File("backup.db"), "restored", 3);
  std::filesystem::rename(folder_.File("backup.db"), path_);
  GW_ASSERT_OK_AND_ASSIGN(const auto restored, watcher->Poll());
  ASSERT_TRUE(restored.has_value());
  EXPECT_EQ(restored->revision, 3);
  EXPECT_EQ(restored->model.host_endpoints.count("restored0"), 1u);
  EXPECT_EQ(restored->model.host_endpoints.count("wan"), 0u);
  WriteTo(path_, "later");
  EXPECT_EQ(Polled(*watcher), 4);
}

TEST_F(PolicyWatcherTest, VanishedFileIsAnErrorUntilItIsBack) {
  WriteTo(path_, "wan");
  const auto watcher = OpenWatcher();
  EXPECT_EQ(Polled(*watcher), 1);
  std::filesystem::rename(path_, folder_.File("away.db"));
  for (int i = 0; i < 2; ++i) {
    const auto polled = watcher->Poll();
    EXPECT_TRUE(absl::IsNotFound(polled.status())) << polled.status();
    EXPECT_THAT(std::string(polled.status().message()), ::testing::HasSubstr(path_));
  }
  std::filesystem::rename(folder_.File("away.db"), path_);
  EXPECT_THAT(Polled(*watcher), ::testing::AnyOf(std::optional<int64_t>(1), std::nullopt));
  WriteTo(path_, "later");
  EXPECT_EQ(Polled(*watcher), 2);
}

TEST_F(PolicyWatcherTest, DeletedDatabaseIsNotMadeAnew) {
  WriteTo(path_, "wan");
  const auto watcher = OpenWatcher();
  EXPECT_EQ(Polled(*watcher), 1);
  std::filesystem::remove(path_);
  EXPECT_EQ(Polled(*watcher), -1);
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(PolicyWatcherTest, CorruptFileIsAnErrorUntilAGoodOneIsThere) {
  WriteTo(path_, "wan");
  const auto watcher = OpenWatcher();
  EXPECT_EQ(Polled(*watcher), 1);
  std::ofstream(folder_.File("garbage.db")) << std::string(8192, 'x');
  std::filesystem::rename(folder_.File("garbage.db"), path_);
  EXPECT_EQ(Polled(*watcher), -1);
  EXPECT_EQ(Polled(*watcher), -1);
  MakeBackup(folder_.File("backup.db"), "restored");
  std::filesystem::rename(folder_.File("backup.db"), path_);
  EXPECT_EQ(Polled(*watcher), 1);
  EXPECT_EQ(Polled(*watcher), std::nullopt);
}

TEST_F(PolicyWatcherTest, CorruptFileAtTheStartIsRefused) {
  folder_.Write("policy.db", std::string(8192, 'x'));
  EXPECT_FALSE(PolicyWatcher::Open(path_).ok());
}

TEST_F(PolicyWatcherTest, FolderThatIsMissingIsRefused) {
  EXPECT_FALSE(PolicyWatcher::Open(folder_.File("missing/policy.db")).ok());
}

}  // namespace
}  // namespace gw
