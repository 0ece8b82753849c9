#include "common/store/migrate.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "tests/common/store/temp_directory.h"
#include "tests/support/status_matchers.h"
#include "tests/support/tests_folder.h"

namespace gw {
namespace {

using testing::InTestsFolder;
using testing::ReadFile;
using testing::TempDirectory;
using testing::WriteFile;
using Access = Database::Access;

constexpr absl::Duration kTimeout = absl::Seconds(10);

absl::StatusOr<Database> Open(const Schema& schema, const std::string& path, Access access) {
  return OpenDatabase(schema, path, access, Database::Synchronous::kFull, kTimeout);
}

// SQL without comments and with single blanks, so that only what it says is compared.
std::string Plain(const std::string& sql) {
  std::string plain;
  for (size_t i = 0; i < sql.size(); ++i) {
    if (sql.compare(i, 2, "--") == 0) i = sql.find('\n', i);
    const bool blank = sql[i] == ' ' || sql[i] == '\n' || sql[i] == '\t';
    if (!blank) {
      // A column that was added stands behind the comment of the one before.
      const bool ends = sql[i] == ',' || sql[i] == ')';
      if (ends && !plain.empty() && plain.back() == ' ') plain.pop_back();
      plain += sql[i];
    } else if (!plain.empty() && plain.back() != ' ') {
      plain += ' ';
    }
  }
  return plain;
}

std::string Dump(Database& database) {
  std::string dump = absl::StrCat("application ", *database.ReadInt("PRAGMA application_id"),
                                  " version ", *database.ReadInt("PRAGMA user_version"), "\n");
  Statement rows = database.Prepare(
      "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema ORDER BY type, name");
  while (rows.Step()) {
    absl::StrAppend(&dump, rows.Text(0), " ", rows.Text(1), " ", rows.Text(2), " ",
                    Plain(rows.Text(3)), "\n");
  }
  EXPECT_OK(rows.status());
  return dump;
}

// Three versions of a schema, the last of which rebuilds a table that another refers to.
constexpr Migration kSteps[] = {
    {"0001_initial.sql",
     "CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT) STRICT;"
     "CREATE TABLE b (a INTEGER NOT NULL REFERENCES a (id) ON DELETE CASCADE) STRICT;"},
    {"0002_add_y.sql", "ALTER TABLE a ADD COLUMN y INTEGER NOT NULL DEFAULT 7;"},
    {"0003_rebuild.sql",
     "CREATE TABLE new_a (id INTEGER PRIMARY KEY, y INTEGER NOT NULL) STRICT;"
     "INSERT INTO new_a SELECT id, y FROM a; DROP TABLE a; ALTER TABLE new_a RENAME TO a;"},
};

Schema Version(size_t version) {
  return {"test database", 0x1234, absl::MakeConstSpan(kSteps).first(version)};
}

class ShippedSchema : public ::testing::TestWithParam<const char*> {
 protected:
  Schema schema() const {
    return GetParam() == absl::string_view("policy") ? PolicySchema() : AuditSchema();
  }
};

TEST_P(ShippedSchema, AllMigrationsAddUpToSchemaSql) {
  GW_ASSERT_OK_AND_ASSIGN(Database migrated, Open(schema(), kMemoryDatabase, Access::kCreate));
  GW_ASSERT_OK_AND_ASSIGN(Database written, Database::Open(kMemoryDatabase, Access::kCreate));
  const std::string file = InTestsFolder(absl::StrCat("../sql/", GetParam(), "/schema.sql"));
  ASSERT_OK(written.Execute(ReadFile(file)));
  EXPECT_EQ(Dump(migrated), Dump(written));
  EXPECT_TRUE(absl::StrContains(Dump(migrated), "CREATE TABLE"));
}

TEST_P(ShippedSchema, EveryEarlierVersionUpgrades) {
  GW_ASSERT_OK_AND_ASSIGN(Database newest, Open(schema(), kMemoryDatabase, Access::kCreate));
  for (size_t version = 1; version <= schema().migrations.size(); ++version) {
    const TempDirectory directory;
    Schema old = schema();
    old.migrations = old.migrations.first(version);
    EXPECT_OK(Open(old, directory.File("x.db"), Access::kCreate));
    GW_ASSERT_OK_AND_ASSIGN(Database upgraded,
                            Open(schema(), directory.File("x.db"), Access::kReadWrite));
    EXPECT_EQ(Dump(upgraded), Dump(newest));
  }
}

TEST_P(ShippedSchema, AnEmptyFileIsNotTakenForADatabaseUnlessOneIsToBeMade) {
  const TempDirectory directory;
  const std::string path = directory.File("x.db");
  std::ofstream(path).close();
  const auto refused = Open(schema(), path, Access::kReadWrite);
  EXPECT_TRUE(absl::IsFailedPrecondition(refused.status())) << refused.status();
  EXPECT_EQ(std::filesystem::file_size(path), 0u);
  EXPECT_OK(Open(schema(), path, Access::kCreate));
}

TEST_P(ShippedSchema, MigrationsAreNumbered) {
  size_t number = 0;
  for (const Migration& migration : schema().migrations) {
    const std::string prefix = absl::StrCat(absl::Dec(++number, absl::kZeroPad4), "_");
    EXPECT_TRUE(absl::StartsWith(migration.name, prefix)) << migration.name;
  }
  EXPECT_GT(number, 0u);
}

INSTANTIATE_TEST_SUITE_P(All, ShippedSchema, ::testing::Values("policy", "audit"));

TEST(Migrate, KeepsRowsFromEveryEarlierVersion) {
  for (size_t version = 1; version < 3; ++version) {
    const TempDirectory directory;
    {
      GW_ASSERT_OK_AND_ASSIGN(Database old,
                              Open(Version(version), directory.File("x.db"), Access::kCreate));
      ASSERT_OK(old.Execute("INSERT INTO a (id, x) VALUES (1, 'one'); INSERT INTO b VALUES (1)"));
    }
    GW_ASSERT_OK_AND_ASSIGN(Database upgraded,
                            Open(Version(3), directory.File("x.db"), Access::kReadWrite));
    EXPECT_EQ(*upgraded.ReadInt("PRAGMA user_version"), 3);
    EXPECT_EQ(*upgraded.ReadInt("SELECT y FROM a WHERE id = 1"), 7);
    EXPECT_EQ(*upgraded.ReadInt("SELECT count(*) FROM b"), 1) << "the rebuild cascaded";
    EXPECT_EQ(*upgraded.ReadInt("PRAGMA foreign_keys"), 1);
  }
}

TEST(Migrate, NewerSchemaIsRefusedAndSaysBothNumbers) {
  const TempDirectory directory;
  EXPECT_OK(Open(Version(3), directory.File("x.db"), Access::kCreate));
  for (const Access access : {Access::kReadOnly, Access::kReadWrite, Access::kCreate}) {
    const auto refused = Open(Version(2), directory.File("x.db"), access);
    EXPECT_TRUE(absl::IsFailedPrecondition(refused.status())) << refused.status();
    EXPECT_TRUE(
        absl::StrContains(refused.status().message(),
                          "made by a newer Gatewarden (schema 3, this program knows 2): upgrade"));
  }
}

TEST(Migrate, ReadingNeverMigrates) {
  const TempDirectory directory;
  EXPECT_OK(Open(Version(1), directory.File("x.db"), Access::kCreate));
  const auto refused = Open(Version(2), directory.File("x.db"), Access::kReadOnly);
  EXPECT_TRUE(absl::IsFailedPrecondition(refused.status())) << refused.status();
  EXPECT_TRUE(absl::StrContains(refused.status().message(), "older"));
  EXPECT_OK(Open(Version(1), directory.File("x.db"), Access::kReadOnly));
}

TEST(Migrate, EmptyFileIsOursToFillButNotToRead) {
  const TempDirectory directory;
  WriteFile(directory.File("x.db"), "");
  const auto refused = Open(Version(1), directory.File("x.db"), Access::kReadOnly);
  EXPECT_TRUE(absl::IsFailedPrecondition(refused.status())) << refused.status();
  EXPECT_OK(Open(Version(1), directory.File("x.db"), Access::kCreate));
}

TEST(Migrate, AnotherProgramsDatabaseIsRefusedUntouched) {
  const TempDirectory directory;
  const std::string path = directory.File("x.db");
  {
    GW_ASSERT_OK_AND_ASSIGN(Database other, Database::Open(path, Access::kCreate));
    ASSERT_OK(other.Execute("CREATE TABLE theirs (x)"));
  }
  const std::string before = ReadFile(path);
  for (const Access access : {Access::kReadOnly, Access::kReadWrite, Access::kCreate}) {
    const auto refused = Open(PolicySchema(), path, access);
    EXPECT_TRUE(absl::IsFailedPrecondition(refused.status())) << refused.status();
  }
  EXPECT_EQ(ReadFile(path), before);
}

TEST(Migrate, AuditDatabaseIsNoPolicyDatabase) {
  const TempDirectory directory;
  EXPECT_OK(Open(AuditSchema(), directory.File("x.db"), Access::kCreate));
  const auto refused = Open(PolicySchema(), directory.File("x.db"), Access::kReadWrite);
  EXPECT_TRUE(absl::IsFailedPrecondition(refused.status())) << refused.status();
  EXPECT_TRUE(absl::StrContains(refused.status().message(), "not a Gatewarden policy database"));
}

TEST(Migrate, AFailedStepLeavesTheVersionBefore) {
  const TempDirectory directory;
  EXPECT_OK(Open(Version(1), directory.File("x.db"), Access::kCreate));
  const Migration steps[] = {kSteps[0], {"0002_bad.sql", "CREATE TABLE c (x); SELECT nothing;"}};
  const Schema bad{"test database", 0x1234, steps};
  const auto refused = Open(bad, directory.File("x.db"), Access::kReadWrite);
  EXPECT_TRUE(absl::StrContains(refused.status().message(), "0002_bad.sql")) << refused.status();
  GW_ASSERT_OK_AND_ASSIGN(Database still,
                          Open(Version(1), directory.File("x.db"), Access::kReadWrite));
  EXPECT_EQ(*still.ReadInt("SELECT count(*) FROM sqlite_schema WHERE name = 'c'"), 0);
}

TEST(Migrate, AStepThatBreaksAForeignKeyIsRefused) {
  const TempDirectory directory;
  {
    GW_ASSERT_OK_AND_ASSIGN(Database old,
                            Open(Version(1), directory.File("x.db"), Access::kCreate));
    ASSERT_OK(old.Execute("INSERT INTO a (id) VALUES (1); INSERT INTO b VALUES (1)"));
  }
  const Migration steps[] = {kSteps[0], {"0002_orphan.sql", "DELETE FROM a;"}};
  const auto refused =
      Open({"test database", 0x1234, steps}, directory.File("x.db"), Access::kReadWrite);
  EXPECT_TRUE(absl::IsDataLoss(refused.status())) << refused.status();
  GW_ASSERT_OK_AND_ASSIGN(Database still,
                          Open(Version(1), directory.File("x.db"), Access::kReadWrite));
  EXPECT_EQ(*still.ReadInt("SELECT count(*) FROM a"), 1);
}

TEST(Migrate, ManyProgramsMayStartAtOnce) {
  for (int round = 0; round < 10; ++round) {
    const TempDirectory directory;
    std::vector<absl::Status> statuses(8);
    std::vector<std::thread> threads;
    for (absl::Status& status : statuses) {
      threads.emplace_back([&status, &directory] {
        status = Open(Version(3), directory.File("x.db"), Access::kCreate).status();
      });
    }
    for (std::thread& thread : threads) thread.join();
    for (const absl::Status& status : statuses) EXPECT_OK(status);
  }
}

}  // namespace
}  // namespace gw
