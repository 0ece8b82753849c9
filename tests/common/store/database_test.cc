#include "common/store/database.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "absl/strings/match.h"
#include "absl/time/clock.h"

#include "tests/common/store/temp_directory.h"
#include "tests/support/status_matchers.h"

namespace gw {
namespace {

using testing::ReadFile;
using testing::TempDirectory;
using testing::Tmpfs;
using testing::WriteFile;
using Access = Database::Access;

constexpr absl::Duration kShort = absl::Milliseconds(50);

mode_t ModeOf(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
}

// A file in write-ahead mode with one table of `rows` rows, closed again.
void MakeDatabase(const std::string& path, int rows) {
  GW_ASSERT_OK_AND_ASSIGN(Database database, Database::Open(path, Access::kCreate));
  ASSERT_OK(database.UseWriteAheadLog(Database::Synchronous::kFull));
  ASSERT_OK(database.Execute("CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT)"));
  GW_ASSERT_OK_AND_ASSIGN(Transaction transaction,
                          Transaction::Begin(database, Transaction::Kind::kWrite));
  Statement insert = database.Prepare("INSERT INTO t (x) VALUES (?)");
  for (int i = 0; i < rows; ++i) ASSERT_OK(insert.BindText(std::string(100, 'x')).Run());
  ASSERT_OK(transaction.Commit());
}

absl::Status ReadAll(Database& database) {
  return database.Prepare("SELECT count(x) FROM t").Run();
}

TEST(Database, MissingFileIsNotFoundAndIsNotMade) {
  const TempDirectory directory;
  for (const Access access : {Access::kReadOnly, Access::kReadWrite}) {
    const auto database = Database::Open(directory.File("none.db"), access);
    EXPECT_TRUE(absl::IsNotFound(database.status())) << database.status();
  }
  EXPECT_NE(access(directory.File("none.db").c_str(), F_OK), 0);
}

TEST(Database, CreateMakesAFileThatTheGroupMayRead) {
  const TempDirectory directory;
  for (const mode_t mask : {mode_t{0}, mode_t{077}}) {
    const mode_t before = umask(mask);
    const std::string path = directory.File("new" + std::to_string(mask));
    EXPECT_OK(Database::Open(path, Access::kCreate));
    umask(before);
    EXPECT_EQ(ModeOf(path), mode_t{0640});
  }
}

TEST(Database, CreateNamesTheMissingDirectory) {
  const TempDirectory directory;
  const auto database = Database::Open(directory.File("no/such/x.db"), Access::kCreate);
  EXPECT_TRUE(absl::IsNotFound(database.status())) << database.status();
  EXPECT_TRUE(absl::StrContains(database.status().message(), directory.File("no/such")));
}

TEST(Database, RefusesWhatIsNotAFile) {
  const TempDirectory directory;
  for (const Access access : {Access::kReadOnly, Access::kReadWrite, Access::kCreate}) {
    const auto database = Database::Open(directory.path(), access);
    EXPECT_TRUE(absl::IsFailedPrecondition(database.status())) << database.status();
  }
  EXPECT_TRUE(absl::IsInvalidArgument(Database::Open("", Access::kCreate).status()));
}

TEST(Database, TextIsNotADatabase) {
  const TempDirectory directory;
  WriteFile(directory.File("x.db"), std::string(5000, 'a'));
  const auto database = Database::Open(directory.File("x.db"), Access::kReadWrite);
  EXPECT_TRUE(absl::IsDataLoss(database.status())) << database.status();
  EXPECT_TRUE(absl::StrContains(database.status().message(), "not a database"));
  EXPECT_EQ(ReadFile(directory.File("x.db")), std::string(5000, 'a'));
}

TEST(Database, EveryConnectionChecksForeignKeysAndDistrustsTheSchema) {
  GW_ASSERT_OK_AND_ASSIGN(Database database, Database::Open(kMemoryDatabase, Access::kCreate));
  EXPECT_EQ(*database.ReadInt("PRAGMA foreign_keys"), 1);
  EXPECT_EQ(*database.ReadInt("PRAGMA trusted_schema"), 0);
  ASSERT_OK(
      database.Execute("CREATE TABLE a (id INTEGER PRIMARY KEY);"
                       "CREATE TABLE b (a INTEGER REFERENCES a (id))"));
  const absl::Status status = database.Execute("INSERT INTO b VALUES (7)");
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
}

TEST(Database, WritersUseAWriteAheadLog) {
  const TempDirectory directory;
  GW_ASSERT_OK_AND_ASSIGN(Database database,
                          Database::Open(directory.File("x.db"), Access::kCreate));
  ASSERT_OK(database.UseWriteAheadLog(Database::Synchronous::kFull));
  Statement mode = database.Prepare("PRAGMA journal_mode");
  ASSERT_TRUE(mode.Step());
  EXPECT_EQ(mode.Text(0), "wal");
  EXPECT_EQ(*database.ReadInt("PRAGMA synchronous"), 2);
  ASSERT_OK(database.UseWriteAheadLog(Database::Synchronous::kNormal));
  EXPECT_EQ(*database.ReadInt("PRAGMA synchronous"), 1);
}

TEST(Statement, ValuesComeBackAsTheyWere) {
  GW_ASSERT_OK_AND_ASSIGN(Database database, Database::Open(kMemoryDatabase, Access::kCreate));
  const std::string bytes("a\0\xff", 3);
  Statement row = database.Prepare("SELECT ?, ?, ?, ?, ?");
  row.BindInt(INT64_MIN).BindReal(0.1).BindText(bytes).BindBlob(bytes).BindNull();
  ASSERT_TRUE(row.Step());
  EXPECT_EQ(row.Int(0), INT64_MIN);
  EXPECT_EQ(row.Real(1), 0.1);
  EXPECT_EQ(row.Text(2), bytes);
  EXPECT_EQ(row.Blob(3), bytes);
  EXPECT_TRUE(row.IsNull(4));
  EXPECT_FALSE(row.OptionalText(4));
  EXPECT_FALSE(row.Step());
  EXPECT_OK(row.status());
}

TEST(Statement, RunsAgainWithOtherValues) {
  GW_ASSERT_OK_AND_ASSIGN(Database database, Database::Open(kMemoryDatabase, Access::kCreate));
  ASSERT_OK(database.Execute("CREATE TABLE t (x INTEGER)"));
  Statement insert = database.Prepare("INSERT INTO t VALUES (?)");
  for (int i = 1; i <= 3; ++i) ASSERT_OK(insert.BindInt(i).Run());
  EXPECT_EQ(*database.ReadInt("SELECT sum(x) FROM t"), 6);
}

TEST(Statement, StaysAtItsEndUntilItRunsAgain) {
  GW_ASSERT_OK_AND_ASSIGN(Database database, Database::Open(kMemoryDatabase, Access::kCreate));
  Statement row = database.Prepare("SELECT ?");
  EXPECT_TRUE(row.BindInt(1).Step());
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(row.Step());
  EXPECT_OK(row.Run());
  EXPECT_TRUE(row.BindInt(2).Step());
  EXPECT_EQ(row.Int(0), 2);
}

TEST(Statement, ErrorsStick) {
  GW_ASSERT_OK_AND_ASSIGN(Database database, Database::Open(kMemoryDatabase, Access::kCreate));
  Statement statement = database.Prepare("SELECT * FROM nothing");
  EXPECT_FALSE(statement.BindInt(1).Step());
  EXPECT_TRUE(absl::IsInternal(statement.status())) << statement.status();
  EXPECT_FALSE(statement.Run().ok());
}

TEST(Transaction, RollsBackUnlessCommitted) {
  GW_ASSERT_OK_AND_ASSIGN(Database database, Database::Open(kMemoryDatabase, Access::kCreate));
  ASSERT_OK(database.Execute("CREATE TABLE t (x INTEGER)"));
  {
    GW_ASSERT_OK_AND_ASSIGN(const Transaction transaction,
                            Transaction::Begin(database, Transaction::Kind::kWrite));
    ASSERT_OK(database.Execute("INSERT INTO t VALUES (1)"));
  }
  EXPECT_EQ(*database.ReadInt("SELECT count(*) FROM t"), 0);
  GW_ASSERT_OK_AND_ASSIGN(Transaction transaction,
                          Transaction::Begin(database, Transaction::Kind::kWrite));
  ASSERT_OK(database.Execute("INSERT INTO t VALUES (1)"));
  ASSERT_OK(transaction.Commit());
  EXPECT_EQ(*database.ReadInt("SELECT count(*) FROM t"), 1);
}

TEST(Transaction, WaitsForTheOtherWriterUntilTheBusyTimeout) {
  const TempDirectory directory;
  const std::string path = directory.File("x.db");
  MakeDatabase(path, 1);
  GW_ASSERT_OK_AND_ASSIGN(Database first, Database::Open(path, Access::kReadWrite));
  GW_ASSERT_OK_AND_ASSIGN(Database second, Database::Open(path, Access::kReadWrite, kShort));
  GW_ASSERT_OK_AND_ASSIGN(const Transaction held,
                          Transaction::Begin(first, Transaction::Kind::kWrite));
  const absl::Time start = absl::Now();
  const auto refused = Transaction::Begin(second, Transaction::Kind::kWrite);
  EXPECT_TRUE(absl::IsUnavailable(refused.status())) << refused.status();
  EXPECT_TRUE(absl::StrContains(refused.status().message(), "locked"));
  EXPECT_GE(absl::Now() - start, kShort);
  EXPECT_OK(Transaction::Begin(second, Transaction::Kind::kRead));  // readers do not wait
}

TEST(Database, TruncatedFileIsDataLossWhenItIsRead) {
  const TempDirectory directory;
  const std::string path = directory.File("x.db");
  MakeDatabase(path, 1000);
  const std::string whole = ReadFile(path);
  for (const size_t size : {whole.size() / 2, size_t{8192}, size_t{4096}, size_t{600}}) {
    WriteFile(path, whole.substr(0, size));
    auto database = Database::Open(path, Access::kReadOnly);
    const absl::Status status = database.ok() ? ReadAll(*database) : database.status();
    EXPECT_TRUE(absl::IsDataLoss(status)) << size << ": " << status;
    EXPECT_TRUE(absl::StrContains(status.message(), ".recover")) << status;
  }
}

TEST(Database, FlippedBytesAreNeverWorseThanDataLoss) {
  const TempDirectory directory;
  const std::string path = directory.File("x.db");
  MakeDatabase(path, 200);
  const std::string whole = ReadFile(path);
  int lost = 0;
  for (size_t i = 0; i < whole.size(); i += 97) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 0xff);
    WriteFile(path, damaged);
    auto database = Database::Open(path, Access::kReadOnly);
    const absl::Status status = database.ok() ? ReadAll(*database) : database.status();
    // A flip in a text is no damage that SQLite can see; one in the schema's text is an SQL error.
    if (absl::IsDataLoss(status)) ++lost;
  }
  EXPECT_GT(lost, 3);
}

TEST(Database, FullDiskIsUnavailableAndWritesNothing) {
  const TempDirectory directory;
  const std::string path = directory.File("x.db");
  MakeDatabase(path, 10);
  GW_ASSERT_OK_AND_ASSIGN(Database database, Database::Open(path, Access::kReadWrite));
  ASSERT_OK(database.Execute("PRAGMA max_page_count = 4"));
  {
    GW_ASSERT_OK_AND_ASSIGN(const Transaction transaction,
                            Transaction::Begin(database, Transaction::Kind::kWrite));
    ASSERT_OK(database.Execute("INSERT INTO t (x) VALUES ('small')"));
    const absl::Status status =
        database.Execute("INSERT INTO t (x) SELECT hex(zeroblob(2000)) FROM t");
    EXPECT_TRUE(absl::IsUnavailable(status)) << status;
    EXPECT_TRUE(absl::StrContains(status.message(), "disk full")) << status;
  }
  EXPECT_EQ(*database.ReadInt("SELECT count(*) FROM t"), 10);
}

// Closing any descriptor of a file drops all locks of the process on it (fcntl(2)); whoever else
// opens the file would take its write-ahead log for one that nobody needs.
TEST(Database, OpeningAFileAgainKeepsItsLocks) {
  const TempDirectory directory;
  const std::string path = directory.File("x.db");
  GW_ASSERT_OK_AND_ASSIGN(Database database, Database::Open(path, Access::kCreate));
  ASSERT_OK(database.UseWriteAheadLog(Database::Synchronous::kNormal));
  ASSERT_OK(database.Execute("CREATE TABLE t (x)"));
  const auto is_locked = [&path] {
    const pid_t child = fork();  // a process does not see its own
    if (child == 0) {
      struct flock lock {};
      lock.l_type = F_WRLCK;
      const int file = open(path.c_str(), O_RDWR | O_CLOEXEC);
      _exit(fcntl(file, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK ? 1 : 0);
    }
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    return WEXITSTATUS(status) == 1;
  };
  ASSERT_TRUE(is_locked());
  EXPECT_OK(Database::Open(path, Access::kReadOnly));
  EXPECT_OK(Database::Open(path, Access::kReadWrite));
  EXPECT_TRUE(is_locked());
}

TEST(Database, ReadsAFileOnAReadOnlyFileSystem) {
  const TempDirectory directory;
  Tmpfs file_system(directory.path(), "size=4m");
  if (!file_system.mounted()) GTEST_SKIP() << "cannot mount here";
  const std::string path = directory.File("a?b#c%41.db");  // every character that an URI quotes
  MakeDatabase(path, 10);
  ASSERT_TRUE(file_system.MakeReadOnly());
  GW_ASSERT_OK_AND_ASSIGN(Database database, Database::Open(path, Access::kReadOnly));
  EXPECT_EQ(*database.ReadInt("SELECT count(*) FROM t"), 10);
  EXPECT_FALSE(database.writable());
  const absl::Status status = database.Execute("DELETE FROM t");
  EXPECT_FALSE(status.ok());
  for (const Access access : {Access::kReadWrite, Access::kCreate}) {
    const auto refused = Database::Open(path, access);
    EXPECT_TRUE(absl::IsUnavailable(refused.status())) << refused.status();
    EXPECT_TRUE(absl::StrContains(refused.status().message(), "read-only")) << refused.status();
  }
}

TEST(Database, RefusesToReadAroundALogOnAReadOnlyFileSystem) {
  const TempDirectory directory;
  Tmpfs file_system(directory.path(), "size=4m");
  if (!file_system.mounted()) GTEST_SKIP() << "cannot mount here";
  const std::string path = directory.File("x.db");
  MakeDatabase(path, 10);
  WriteFile(path + "-wal", std::string(100, 'x'));
  ASSERT_TRUE(file_system.MakeReadOnly());
  const auto refused = Database::Open(path, Access::kReadOnly);
  EXPECT_TRUE(absl::IsUnavailable(refused.status())) << refused.status();
  EXPECT_TRUE(absl::StrContains(refused.status().message(), "-wal")) << refused.status();
}

// Becomes `nobody` for its life; needs root.
class AsNobody {
 public:
  AsNobody() : done_(geteuid() == 0 && setegid(65534) == 0 && seteuid(65534) == 0) {}
  AsNobody(const AsNobody&) = delete;
  AsNobody& operator=(const AsNobody&) = delete;
  ~AsNobody() { Return(); }
  bool done() const { return done_; }
  void Return() {
    if (done_ && (seteuid(0) != 0 || setegid(0) != 0)) std::abort();
    done_ = false;
  }

 private:
  bool done_;
};

TEST(Database, SaysWhatPermissionIsMissing) {
  const TempDirectory directory;
  const std::string path = directory.File("x.db");
  MakeDatabase(path, 10);
  ASSERT_EQ(chmod(directory.path().c_str(), 0755), 0);
  AsNobody nobody;
  if (!nobody.done()) GTEST_SKIP() << "needs root to become somebody else";
  const auto unreadable = Database::Open(path, Access::kReadOnly);
  EXPECT_TRUE(absl::IsFailedPrecondition(unreadable.status())) << unreadable.status();
  nobody.Return();

  ASSERT_EQ(chmod(path.c_str(), 0644), 0);
  const AsNobody again;
  const auto unwritable = Database::Open(path, Access::kReadWrite);
  EXPECT_TRUE(absl::IsFailedPrecondition(unwritable.status())) << unwritable.status();
  EXPECT_TRUE(absl::StrContains(unwritable.status().message(), "no permission to write"));
  GW_ASSERT_OK_AND_ASSIGN(Database readable, Database::Open(path, Access::kReadOnly));
  EXPECT_EQ(*readable.ReadInt("SELECT count(*) FROM t"), 10);
}

// A group that may look has no right to write the directory or the log's index.
TEST(Database, ReaderWithoutWritePermissionSeesWhatAWriterCommits) {
  const TempDirectory directory;
  const std::string path = directory.File("x.db");
  const mode_t before = umask(0022);
  MakeDatabase(path, 10);
  umask(before);
  ASSERT_EQ(chmod(path.c_str(), 0644), 0);
  ASSERT_EQ(chmod(directory.path().c_str(), 0755), 0);
  GW_ASSERT_OK_AND_ASSIGN(Database writer, Database::Open(path, Access::kReadWrite));
  ASSERT_OK(writer.Execute("INSERT INTO t (x) VALUES ('new')"));
  AsNobody nobody;
  if (!nobody.done()) GTEST_SKIP() << "needs root to become somebody else";
  GW_ASSERT_OK_AND_ASSIGN(Database reader, Database::Open(path, Access::kReadOnly));
  EXPECT_EQ(*reader.ReadInt("SELECT count(*) FROM t"), 11);
  nobody.Return();
  ASSERT_OK(writer.Execute("INSERT INTO t (x) VALUES ('newer')"));
  const AsNobody again;
  EXPECT_EQ(*reader.ReadInt("SELECT count(*) FROM t"), 12);
}

}  // namespace
}  // namespace gw
