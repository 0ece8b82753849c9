// An exported log answers as the one that it was taken from does, about what it has.

#include "common/store/audit_export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/store/audit_filter.h"
#include "common/store/audit_store.h"
#include "common/store/audit_where.h"
#include "common/store/migrate.h"
#include "tests/common/store/temp_directory.h"
#include "tests/support/audit_builder.h"
#include "tests/support/status_matchers.h"

namespace gw {
namespace {

using testing::At;
using testing::Batch;
using testing::Ended;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::ReadFile;
using testing::TempDirectory;
using testing::Tmpfs;
using testing::Translated;
using ::testing::UnorderedElementsAre;
using testing::WriteFile;
using Mode = AuditStore::Mode;

constexpr int64_t kSealed = 65'536;

// All that can be known of a flow.
AuditFlow Known(int64_t id) {
  AuditFlow flow = Translated(id);
  flow.end = Ended(id).end;
  return flow;
}

class AuditExportTest : public ::testing::Test {
 protected:
  // A sealed block, and open ones.
  static void SetUpTestSuite() {
    source_folder_ = std::make_unique<TempDirectory>();
    GW_ASSERT_OK_AND_ASSIGN(const auto store, AuditStore::Open(source_path(), Mode::kWriter));
    for (const int64_t second : {1, 40'000, 66'000}) {
      ASSERT_OK(store->AppendEvent({0, At(second), "start", absl::StrCat("at ", second)}));
    }
    ASSERT_OK(store->Append(Batch(1, kSealed)).status());
    for (int64_t i = 0; i < 10; ++i) {
      ASSERT_OK(store->Append(Batch(kSealed + 1 + 300 * i, 300)).status());
    }
    ASSERT_OK(store->AppendFlows({Known(7), Known(40'000), Known(40'001), Known(66'000)}));
  }
  static void TearDownTestSuite() { source_folder_.reset(); }
  static std::string source_path() { return source_folder_->File("audit.db"); }

  absl::StatusOr<AuditExported> Export(const AuditQuery& query, const std::string& where = "") {
    GW_ASSIGN_OR_RETURN(const auto store, AuditStore::Open(source_path(), Mode::kReadOnly));
    return store->Export({path_, query, where});
  }

  // Every record of both files that `query` finds, as text.
  static std::vector<std::string> Records(const std::string& path, const AuditQuery& query) {
    const auto store = AuditStore::Open(path, Mode::kReadOnly);
    EXPECT_OK(store);
    AuditQuery all = query;
    all.limit = SIZE_MAX;
    const auto records = (*store)->Query(all);
    EXPECT_OK(records);
    std::vector<std::string> texts;
    for (const AuditRecord& record : *records) {
      texts.push_back(absl::StrCat(
          record.id, " ", absl::ToUnixNanos(record.time), " ", ToString(record.tuple.source), ":",
          record.tuple.source_port, " ", record.decided_by, " ",
          record.end ? absl::StrCat(record.end->packets_sent) : "", " ",
          record.translated_source ? ToString(record.translated_source->address) : ""));
    }
    return texts;
  }

  void ExpectSame(const AuditQuery& query) {
    const std::vector<std::string> records = Records(path_, {});
    EXPECT_EQ(records, Records(source_path(), query));
    GW_ASSERT_OK_AND_ASSIGN(const auto store, AuditStore::Open(path_, Mode::kReadOnly));
    GW_ASSERT_OK_AND_ASSIGN(const AuditVerification verification, store->Verify({}));
    EXPECT_TRUE(verification.intact()) << verification.findings[0].text;
    EXPECT_EQ(verification.decisions.covered, static_cast<int64_t>(records.size()));
    EXPECT_EQ(verification.decisions.not_yet + verification.decisions.outside, 0);
    EXPECT_EQ(verification.flows.not_yet + verification.flows.outside, 0);
    EXPECT_EQ(verification.events.not_yet + verification.events.outside, 0);
  }

  std::vector<std::string> FilesThere() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(directory_.path())) {
      names.push_back(entry.path().filename());
    }
    return names;
  }

  static std::unique_ptr<TempDirectory> source_folder_;
  TempDirectory directory_;
  const std::string path_ = directory_.File("export.db");
};

std::unique_ptr<TempDirectory> AuditExportTest::source_folder_;

TEST_F(AuditExportTest, AllOfItIsTheSame) {
  GW_ASSERT_OK_AND_ASSIGN(const AuditExported exported, Export({}));
  EXPECT_EQ(exported.decisions, kSealed + 3'000);
  EXPECT_EQ(exported.events, 3);
  ExpectSame({});
  EXPECT_THAT(FilesThere(), UnorderedElementsAre("export.db"));
}

TEST_F(AuditExportTest, ATimeRangeCutsBlocks) {
  AuditQuery query;
  query.since = At(39'999);
  query.until = At(kSealed + 1'000);
  GW_ASSERT_OK_AND_ASSIGN(const AuditExported exported, Export(query));
  EXPECT_EQ(exported.decisions, kSealed + 1'000 - 39'998);
  EXPECT_EQ(exported.events, 2);
  ExpectSame(query);
  GW_ASSERT_OK_AND_ASSIGN(const auto store, AuditStore::Open(path_, Mode::kReadOnly));
  GW_ASSERT_OK_AND_ASSIGN(const auto found, store->Find(40'001));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->end, Ended(40'001).end);
  EXPECT_FALSE(store->Find(39'998)->has_value());
  // The sums that figures and small tables are made of.
  const auto buckets = [&](AuditStore& log) {
    const auto histogram = log.Histogram(query, At(36'000), At(64'800), 8);
    EXPECT_OK(histogram);
    return histogram->buckets[4];
  };
  GW_ASSERT_OK_AND_ASSIGN(const auto source, AuditStore::Open(source_path(), Mode::kReadOnly));
  EXPECT_EQ(buckets(*store), buckets(*source));
  EXPECT_EQ(store->HitCounts(10)->size(), 2u);
  EXPECT_EQ(store->HitCounts(10)->at(0).count + store->HitCounts(10)->at(1).count,
            exported.decisions);
  EXPECT_EQ(store->NewPairs(At(0), 100)->size(), 50u);
}

TEST_F(AuditExportTest, SomeOfManyKeepTheirIds) {
  AuditQuery query;
  query.since = At(30'000);
  query.conditions = {AuditCondition::HasVerdict(Verdict::kDeny)};
  GW_ASSERT_OK_AND_ASSIGN(const AuditExported exported, Export(query));
  EXPECT_GT(exported.decisions, 5'000);
  ExpectSame(query);
}

TEST_F(AuditExportTest, ItSaysWhatItIsACopyOf) {
  GW_ASSERT_OK_AND_ASSIGN(const auto source, AuditStore::Open(source_path(), Mode::kReadOnly));
  GW_ASSERT_OK_AND_ASSIGN(const AuditVerification verification, source->Verify({}));
  AuditQuery query;
  query.since = At(10);
  query.until = At(100);
  ASSERT_OK(Export(query, "action == allow"));
  GW_ASSERT_OK_AND_ASSIGN(const auto store, AuditStore::Open(path_, Mode::kReadOnly));
  GW_ASSERT_OK_AND_ASSIGN(const auto events, store->Events({}));
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].kind, "export");
  EXPECT_EQ(events[0].id, 4) << "ids of the source are its own";
  EXPECT_EQ(events[0].text,
            absl::StrCat("copy of decisions of `", source_path(),
                         "` from 2023-11-14T22:13:30+00:00 to 2023-11-14T22:15:00+00:00 where "
                         "action == allow; the newest link of its chain was ",
                         ToString(*verification.head)));
}

TEST_F(AuditExportTest, AlteredExportIsFound) {
  AuditQuery query;
  query.conditions = {AuditCondition::HasVerdict(Verdict::kDeny)};
  ASSERT_OK(Export(query));
  {
    GW_ASSERT_OK_AND_ASSIGN(Database database, Database::Open(path_, Database::Access::kReadWrite));
    ASSERT_OK(database.Execute("DELETE FROM block WHERE first_id = 70"));
  }
  GW_ASSERT_OK_AND_ASSIGN(const auto store, AuditStore::Open(path_, Mode::kReadOnly));
  GW_ASSERT_OK_AND_ASSIGN(const AuditVerification verification, store->Verify({}));
  EXPECT_FALSE(verification.intact());
}

// Of schema 6, the first that could be exported.
void MakeOlder(const std::string& path) {
  GW_ASSERT_OK_AND_ASSIGN(Database database, Database::Open(path, Database::Access::kReadWrite));
  ASSERT_OK(database.Execute(R"(
    CREATE TABLE older (decided_by TEXT NOT NULL, verdict INTEGER NOT NULL, count INTEGER NOT NULL,
      last INTEGER NOT NULL, PRIMARY KEY (decided_by, verdict)) STRICT, WITHOUT ROWID;
    INSERT INTO older SELECT decided_by, verdict, count, last FROM hit_count;
    DROP TABLE hit_count;
    ALTER TABLE older RENAME TO hit_count;
    CREATE TABLE older (slot INTEGER NOT NULL, decided_by TEXT NOT NULL, verdict INTEGER NOT NULL,
      count INTEGER NOT NULL, would_differ INTEGER NOT NULL, last INTEGER NOT NULL,
      PRIMARY KEY (slot, decided_by, verdict)) STRICT, WITHOUT ROWID;
    INSERT INTO older SELECT slot, decided_by, verdict, count, would_differ, last FROM hit_slot;
    DROP TABLE hit_slot;
    ALTER TABLE older RENAME TO hit_slot;
    PRAGMA user_version = 6)"));
}

// Kept for a year, say.
TEST_F(AuditExportTest, OneOfAnOlderSchemaIsReadAndStaysAsItIs) {
  const TempDirectory temporary;
  ASSERT_EQ(setenv("TMPDIR", temporary.path().c_str(), 1), 0);
  ASSERT_OK(Export({}));
  MakeOlder(path_);
  const std::string before = ReadFile(path_);
  ExpectSame({});
  GW_ASSERT_OK_AND_ASSIGN(const auto store, AuditStore::Open(path_, Mode::kReadOnly));
  EXPECT_EQ(store->HitCounts(10)->size(), 2u);
  EXPECT_FALSE(store->AppendEvent({0, At(1), "start", ""}).ok());
  // Made anew, it is of this version.
  ASSERT_OK(store->Export({directory_.File("anew.db"), {}, ""}));
  EXPECT_OK(OpenDatabase(AuditSchema(), directory_.File("anew.db"), Database::Access::kReadOnly,
                         Database::Synchronous::kNormal, kDatabaseBusyTimeout));
  EXPECT_EQ(ReadFile(path_), before);
  EXPECT_THAT(FilesThere(), UnorderedElementsAre("export.db", "anew.db"));
  EXPECT_TRUE(std::filesystem::is_empty(temporary.path())) << "the copy has no name";

  ASSERT_EQ(setenv("TMPDIR", temporary.File("none").c_str(), 1), 0);
  const auto refused = AuditStore::Open(path_, Mode::kReadOnly);
  ASSERT_EQ(unsetenv("TMPDIR"), 0);
  EXPECT_TRUE(absl::IsUnavailable(refused.status())) << refused.status();
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("TMPDIR"));
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr(path_));
}

// A log that gatewardend writes to may be large, and is migrated when that starts.
TEST_F(AuditExportTest, ALogOfAnOlderSchemaIsNotCopied) {
  { ASSERT_OK(AuditStore::Open(path_, Mode::kWriter)); }
  MakeOlder(path_);
  const auto refused = AuditStore::Open(path_, Mode::kReadOnly);
  EXPECT_TRUE(absl::IsFailedPrecondition(refused.status())) << refused.status();
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("start gatewardend"));
}

TEST_F(AuditExportTest, NothingIsOverwritten) {
  WriteFile(path_, "mine");
  const absl::Status refused = Export({}).status();
  EXPECT_TRUE(absl::IsAlreadyExists(refused)) << refused;
  EXPECT_EQ(ReadFile(path_), "mine");
  EXPECT_THAT(FilesThere(), UnorderedElementsAre("export.db"));
}

TEST_F(AuditExportTest, NothingIsLeftOfWhatFailed) {
  AuditQuery none;
  none.since = At(1'000'000);
  EXPECT_TRUE(absl::IsNotFound(Export(none).status()));
  EXPECT_THAT(FilesThere(), IsEmpty());
  GW_ASSERT_OK_AND_ASSIGN(const auto store, AuditStore::Open(source_path(), Mode::kReadOnly));
  int asked = 0;
  store->InterruptWhen([&asked] { return ++asked > 3; });
  EXPECT_TRUE(absl::IsCancelled(store->Export({path_, {}, ""}).status()));
  EXPECT_THAT(FilesThere(), IsEmpty());
  EXPECT_FALSE(store->Export({directory_.File("no/such/file"), {}, ""}).ok());
}

TEST_F(AuditExportTest, FullDiskLeavesNothing) {
  Tmpfs disk(directory_.path(), "size=400k");
  if (!disk.mounted()) GTEST_SKIP() << "cannot mount here";
  const absl::Status full = Export({}).status();
  EXPECT_TRUE(absl::IsUnavailable(full)) << full;
  EXPECT_THAT(FilesThere(), IsEmpty());
}

}  // namespace
}  // namespace gw
