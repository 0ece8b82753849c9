// What `gatewarden audit verify` stands on: whatever is done to a log behind the writer's back is
// found, and named; what the writer itself does, retention and a crash among it, is not.

#include "common/store/audit_chain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/store/audit_store.h"
#include "common/store/migrate.h"
#include "tests/common/store/temp_directory.h"
#include "tests/support/audit_builder.h"
#include "tests/support/status_matchers.h"

namespace gw {
namespace {

using testing::At;
using testing::Batch;
using ::testing::Contains;
using ::testing::ElementsAre;
using testing::Ended;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::TempDirectory;
using testing::Translated;
using Coverage = AuditVerification::Coverage;
using Kind = AuditFinding::Kind;
using Mode = AuditStore::Mode;

constexpr int64_t kSealed = 65'536;

AuditEvent Event(int64_t second, const std::string& text) { return {0, At(second), "start", text}; }

absl::StatusOr<Database> OpenAudit(const std::string& path) {
  return OpenDatabase(AuditSchema(), path, Database::Access::kReadWrite,
                      Database::Synchronous::kNormal, kDatabaseBusyTimeout);
}

void Execute(const std::string& path, const std::string& sql) {
  GW_ASSERT_OK_AND_ASSIGN(Database database, OpenAudit(path));
  ASSERT_OK(database.Execute(absl::StrCat("PRAGMA ignore_check_constraints = ON; ", sql)));
}

AuditVerification Verified(const std::string& path, const std::optional<AuditHead>& head = {}) {
  const auto store = AuditStore::Open(path, Mode::kReadOnly);
  EXPECT_OK(store);
  if (!store.ok()) return {};
  auto verification = (*store)->Verify(head);
  EXPECT_OK(verification);
  return verification.ok() ? *std::move(verification) : AuditVerification();
}

std::vector<std::string> Texts(const AuditVerification& verification) {
  std::vector<std::string> texts;
  for (const AuditFinding& finding : verification.findings) texts.push_back(finding.text);
  return texts;
}

std::vector<std::string> Found(const std::string& path, const std::optional<AuditHead>& head = {}) {
  return Texts(Verified(path, head));
}

// A log with links 1 (start), 2 and 3 (a block each), decisions that are not sealed yet, events and
// flows of each. Written once; each test spoils a copy.
class AuditChainTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    original_ = std::make_unique<TempDirectory>();
    GW_ASSERT_OK_AND_ASSIGN(const auto store,
                            AuditStore::Open(original_->File("audit.db"), Mode::kWriter));
    ASSERT_OK(store->AppendEvent(Event(1, "first")));
    ASSERT_OK(store->AppendEvent(Event(2, "second")));
    ASSERT_OK(store->Append(Batch(1, kSealed - 100)).status());
    ASSERT_OK(store->AppendFlows({Translated(10), Translated(20), Ended(10), Ended(30)}));
    ASSERT_OK(store->Append(Batch(kSealed - 99, 100)).status());  // seals
    ASSERT_OK(store->AppendEvent(Event(3, "third")));
    ASSERT_OK(store->AppendFlows({Ended(20), Ended(40), Ended(kSealed)}));
    ASSERT_OK(store->Append(Batch(kSealed + 1, kSealed)).status());  // seals
    ASSERT_OK(store->AppendEvent(Event(4, "fourth")));
    ASSERT_OK(store->Append(Batch(2 * kSealed + 1, 1'000)).status());
    ASSERT_OK(store->AppendFlows({Ended(50), Ended(2 * kSealed + 5)}));
  }
  static void TearDownTestSuite() { original_.reset(); }

  AuditChainTest() { std::filesystem::copy_file(original_->File("audit.db"), path_); }

  // The file as it was written.
  void Restore() {
    for (const char* suffix : {"-wal", "-shm"}) std::filesystem::remove(path_ + suffix);
    std::filesystem::copy_file(original_->File("audit.db"), path_,
                               std::filesystem::copy_options::overwrite_existing);
  }

  void Do(const std::string& sql) { Execute(path_, sql); }

  static std::unique_ptr<TempDirectory> original_;
  TempDirectory directory_;
  const std::string path_ = directory_.File("audit.db");
};

std::unique_ptr<TempDirectory> AuditChainTest::original_;

TEST_F(AuditChainTest, WhatTheWriterWroteIsIntact) {
  const AuditVerification verification = Verified(path_);
  EXPECT_THAT(Texts(verification), IsEmpty());
  EXPECT_TRUE(verification.intact());
  EXPECT_EQ(verification.links, 3);
  ASSERT_TRUE(verification.head);
  EXPECT_EQ(verification.head->number, 3);
  EXPECT_EQ(verification.head->digest.size(), 64u);
  EXPECT_EQ(verification.decisions, (Coverage{2 * kSealed, 1'000, 0}));
  EXPECT_EQ(verification.events, (Coverage{3, 1, 0}));
  EXPECT_EQ(verification.flows, (Coverage{9, 2, 0}));
  EXPECT_FALSE(verification.stopped);
  EXPECT_EQ(verification.first_kept_id, 1);
}

// ---- every bit ----------------------------------------------------------------------------------

struct Place {
  std::string table;
  std::string column;
  std::string rows;  // WHERE ...
  Kind kind;
};

// What SQLite has in that place, with a bit flipped; false if there is nothing, or no such value
// can stand there.
bool Flip(Database& database, const Place& place, int64_t row, uint32_t bit) {
  Statement read =
      database.Prepare(absl::StrCat("SELECT typeof(", place.column, "), ", place.column, " FROM ",
                                    place.table, " WHERE rowid = ?"));
  read.BindInt(row);
  EXPECT_TRUE(read.Step()) << read.status();
  const std::string type = read.Text(0);
  const int64_t number = read.Int(1);
  std::string bytes = read.Blob(1);
  EXPECT_OK(read.Run());
  Statement write = database.Prepare(
      absl::StrCat("UPDATE ", place.table, " SET ", place.column, " = ? WHERE rowid = ?"));
  if (type == "integer") {
    write.BindInt(number ^ int64_t{1} << bit % 40);
  } else if (type != "null" && !bytes.empty()) {
    char& byte = bytes[bit / 8 % bytes.size()];
    byte = static_cast<char>(byte ^ 1 << bit % 8);
    if (type == "blob") {
      write.BindBlob(bytes);
    } else {
      write.BindText(bytes);
    }
  } else {
    return false;
  }
  write.BindInt(row);
  return write.Run().ok();
}

TEST_F(AuditChainTest, EveryFlippedBitIsFoundAndNamed) {
  std::vector<Place> places;
  const auto add = [&](Kind kind, const char* table, const char* rows,
                       const std::vector<const char*>& columns) {
    for (const char* column : columns) places.push_back({table, column, rows, kind});
  };
  add(Kind::kDecisions, "block", "", {"first_id", "count", "oldest", "newest", "decisions"});
  add(Kind::kDecisions, "block_column", "", {"id", "data"});
  add(Kind::kEvents, "event", "WHERE id < 4", {"id", "time", "kind", "text"});
  add(Kind::kFlows, "flow", "WHERE id < 50 OR id = 65536",
      {"id", "original_destination", "original_destination_port", "translated_source",
       "translated_source_port", "ended", "duration", "packets_sent", "bytes_sent",
       "packets_received", "bytes_received", "reason", "original_link", "translated_link",
       "end_link"});
  add(Kind::kLink, "link", "",
      {"number", "time", "kind", "first_id", "end_id", "decisions", "last_event", "event_count",
       "events", "flows", "kept_id", "kept_event", "digest", "flow_parts"});
  add(Kind::kFlows, "flow_to_link", "", {"id"});
  std::mt19937 random(7);
  int flipped = 0;
  for (const Place& place : places) {
    SCOPED_TRACE(absl::StrCat(place.table, ".", place.column));
    std::vector<int64_t> rows;
    Restore();
    {
      GW_ASSERT_OK_AND_ASSIGN(Database database, OpenAudit(path_));
      Statement ids =
          database.Prepare(absl::StrCat("SELECT rowid FROM ", place.table, " ", place.rows));
      while (ids.Step()) rows.push_back(ids.Int(0));
    }
    std::shuffle(rows.begin(), rows.end(), random);
    rows.resize(std::min<size_t>(rows.size(), 6));
    for (const int64_t row : rows) {
      const auto bit = static_cast<uint32_t>(random());
      SCOPED_TRACE(absl::StrCat("row ", row, " bit ", bit));
      Restore();
      {
        GW_ASSERT_OK_AND_ASSIGN(Database database, OpenAudit(path_));
        ASSERT_OK(database.Execute("PRAGMA ignore_check_constraints = ON"));
        if (!Flip(database, place, row, bit)) continue;
      }
      ++flipped;
      const AuditVerification verification = Verified(path_);
      const bool named =
          std::any_of(verification.findings.begin(), verification.findings.end(),
                      [&](const AuditFinding& finding) { return finding.kind == place.kind; });
      // A list of flows that does not fit may be told of the flows.
      EXPECT_TRUE(named) << ::testing::PrintToString(Texts(verification));
    }
  }
  EXPECT_GT(flipped, 120);
}

TEST_F(AuditChainTest, TheRowOfWhatWasDroppedIsGuardedToo) {
  for (const char* sql : {"UPDATE kept SET first_id = 65537", "UPDATE kept SET event_id = 3",
                          "DELETE FROM kept", "INSERT INTO kept VALUES (1, 1)",
                          "UPDATE kept SET first_id = 0", "UPDATE kept SET event_id = 0"}) {
    Restore();
    Do(sql);
    EXPECT_THAT(Found(path_), Not(IsEmpty())) << sql;
  }
}

// ---- removed, added, moved ----------------------------------------------------------------------

TEST_F(AuditChainTest, RemovedDecisionsAreNamedWithTheirBlock) {
  Do("DELETE FROM block WHERE first_id = 65537; DELETE FROM block_column WHERE id >= 65537 * 16 "
     "AND id < 65538 * 16");
  const AuditVerification verification = Verified(path_);
  ASSERT_THAT(
      Texts(verification),
      Contains(HasSubstr("block 65537: decisions 65537 to 131072 were removed since link 3")));
  EXPECT_EQ(verification.findings.size(), 1u);
  EXPECT_EQ(verification.findings[0].first_id, kSealed + 1);
  EXPECT_EQ(verification.findings[0].last_id, 2 * kSealed);
  EXPECT_EQ(verification.findings[0].link, 3);
}

TEST_F(AuditChainTest, TheOldestRemovedByHandIsNotRetention) {
  Do("DELETE FROM block WHERE first_id = 1; DELETE FROM block_column WHERE id < 32; "
     "DELETE FROM flow WHERE id <= 65536; DELETE FROM flow_to_link WHERE id <= 65536");
  EXPECT_THAT(Found(path_),
              Contains(HasSubstr("decisions 1 to 65536 were removed, and not by retention")));
}

TEST_F(AuditChainTest, DecisionsThatChangedPlacesAreFound) {
  // Both blocks have the same columns but for their times.
  Do("UPDATE block_column SET id = id + 1000000000 WHERE id >= 16 AND id < 32;"
     "UPDATE block_column SET id = id - 65536 * 16 WHERE id >= 65537 * 16 AND id < 65538 * 16;"
     "UPDATE block_column SET id = id - 1000000000 + 65536 * 16 WHERE id >= 1000000000");
  EXPECT_THAT(Found(path_), ElementsAre(HasSubstr("block 1: decisions 1 to 65536 were altered"),
                                        HasSubstr("block 65537: decisions 65537 to 131072")));
}

TEST_F(AuditChainTest, AddedDecisionsAreFound) {
  // As if sealed, behind all others.
  Do("INSERT INTO block SELECT 132073, count, oldest, newest, decisions, NULL FROM block WHERE "
     "first_id = 1; INSERT INTO block_column SELECT id + 132072 * 16, data FROM block_column WHERE "
     "id < 32");
  EXPECT_THAT(Found(path_), Contains(HasSubstr("decisions 132073 to 197608")));
  Restore();
  // In the midst of others.
  Do("INSERT INTO block SELECT 1000, 1, oldest, newest, 1, NULL FROM block WHERE first_id = 1");
  EXPECT_THAT(Found(path_), Contains(HasSubstr("block 1: decisions 1 to 65536 were altered")));
  Restore();
  // Before the first.
  Do("INSERT INTO block SELECT 0, 1, oldest, newest, 1, NULL FROM block WHERE first_id = 1");
  EXPECT_THAT(Found(path_), Not(IsEmpty()));
  Restore();
  Do("INSERT INTO block_column VALUES (7 * 16, x'00')");
  EXPECT_THAT(Found(path_), Contains(HasSubstr("1 columns belong to no block")));
}

// Readers would take the columns from the row then.
TEST_F(AuditChainTest, ASealedBlockThatWasOpenedAgainIsFound) {
  Do("UPDATE block SET columns = (SELECT columns FROM block WHERE first_id = 131073) WHERE "
     "first_id = 1");
  EXPECT_THAT(Found(path_), Contains(HasSubstr("block 1: decisions 1 to 65536 were altered")));
}

TEST_F(AuditChainTest, MissingLinksAreFound) {
  Do("DELETE FROM link WHERE number = 2");
  EXPECT_THAT(Found(path_),
              Contains(HasSubstr("link 2 is missing: the chain is broken before link 3")));
  Restore();
  Do("DELETE FROM link WHERE number = 3");
  EXPECT_THAT(Found(path_), Contains(HasSubstr("decisions 65537 to 131072")));
  Restore();
  Do("DELETE FROM link WHERE number < 3");
  EXPECT_THAT(Found(path_), Contains(HasSubstr("links 1 to 2 are missing")));
  Restore();
  Do("DELETE FROM link");
  EXPECT_THAT(Found(path_), Contains(HasSubstr("the chain has no link")));
}

TEST_F(AuditChainTest, AMissingLinkIsNotToldOfWhatItCoveredToo) {
  Do("DELETE FROM link WHERE number = 2");
  EXPECT_THAT(Found(path_), ElementsAre(HasSubstr("link 2 is missing"),
                                        HasSubstr("block 1: decisions 1 to 65536")));
}

TEST_F(AuditChainTest, RemovedAddedAndMovedEventsAreFound) {
  for (const char* sql :
       {"DELETE FROM event WHERE id = 2", "INSERT INTO event VALUES (-1, 1, 'start', 'x')",
        "UPDATE event SET id = 99 WHERE id = 3",
        "UPDATE event SET text = iif(id = 1, 'second', 'first') WHERE id < 3",
        "DELETE FROM event WHERE id = 1"}) {
    Restore();
    Do(sql);
    const AuditVerification verification = Verified(path_);
    ASSERT_THAT(Texts(verification), Not(IsEmpty())) << sql;
    EXPECT_EQ(verification.findings[0].kind, Kind::kEvents) << sql;
  }
  Restore();
  Do("DELETE FROM event WHERE id = 2");
  EXPECT_THAT(Found(path_), ElementsAre(HasSubstr("events 1 to 2 were altered, removed or added")));
}

TEST_F(AuditChainTest, RemovedAndAddedFlowsAreFound) {
  for (const char* sql :
       {"DELETE FROM flow WHERE id = 30",
        "INSERT INTO flow SELECT 31, original_destination, "
        "original_destination_port, translated_source, translated_source_port, ended, duration, "
        "packets_sent, bytes_sent, packets_received, bytes_received, reason, original_link, "
        "translated_link, end_link FROM flow WHERE id = 30",
        "UPDATE flow SET id = 31 WHERE id = 30",
        // To what nobody vouches for, and to what will be vouched for.
        "UPDATE flow SET end_link = NULL WHERE id = 30",
        "UPDATE flow SET end_link = 4 WHERE id = 30",
        "UPDATE flow SET translated_source = x'01020304' WHERE id = 30",
        "UPDATE flow SET end_link = 99 WHERE id = 30", "DELETE FROM flow_to_link"}) {
    Restore();
    Do(sql);
    const AuditVerification verification = Verified(path_);
    ASSERT_THAT(Texts(verification), Not(IsEmpty())) << sql;
    EXPECT_EQ(verification.findings[0].kind, Kind::kFlows) << sql;
  }
}

// ---- the newest link ----------------------------------------------------------------------------

TEST_F(AuditChainTest, TheChainHasTheLinksThatItHad) {
  const AuditHead head = *Verified(path_).head;
  EXPECT_THAT(Found(path_, head), IsEmpty());
  GW_ASSERT_OK_AND_ASSIGN(Database database, OpenAudit(path_));
  Statement second =
      database.Prepare(absl::StrCat("SELECT ", kLinkColumns, " FROM link WHERE number = 2"));
  ASSERT_TRUE(second.Step());
  EXPECT_THAT(Found(path_, HeadOf(ReadLink(second))), IsEmpty());
  EXPECT_THAT(Found(path_, AuditHead{2, head.digest}), ElementsAre(HasSubstr("was made anew")));
  EXPECT_THAT(Found(path_, AuditHead{9, head.digest}),
              ElementsAre(HasSubstr("link 9 of --head is not there: the newest is 3")));
}

// Who can write the file can make a chain that fits it, and only the newest link tells.
TEST_F(AuditChainTest, AChainThatWasMadeAnewHasAnotherHead) {
  const AuditHead head = *Verified(path_).head;
  {
    GW_ASSERT_OK_AND_ASSIGN(Database database, OpenAudit(path_));
    ASSERT_OK(database.Execute("UPDATE block SET oldest = oldest + 1 WHERE first_id = 1"));
    std::vector<AuditLink> links;
    Statement rows =
        database.Prepare(absl::StrCat("SELECT ", kLinkColumns, " FROM link ORDER BY number"));
    while (rows.Step()) links.push_back(ReadLink(rows));
    std::string before;
    for (AuditLink& link : links) {
      if (link.first_id > 0) {
        link.decisions = HashBlocks(database, link.first_id, link.end_id)->digest;
      }
      before = DigestOf(link, before);
      ASSERT_OK(database.Prepare("UPDATE link SET decisions = ?, digest = ? WHERE number = ?")
                    .BindBlob(link.decisions)
                    .BindBlob(before)
                    .BindInt(link.number)
                    .Run());
    }
  }
  EXPECT_THAT(Found(path_), IsEmpty());
  EXPECT_THAT(Found(path_, head), ElementsAre(HasSubstr("the chain was made anew")));
}

TEST(AuditHead, IsReadAsItIsWritten) {
  const std::string digest(64, 'a');
  GW_ASSERT_OK_AND_ASSIGN(const AuditHead head, ParseAuditHead("12:" + digest));
  EXPECT_EQ(head, (AuditHead{12, digest}));
  EXPECT_EQ(ToString(head), "12:" + digest);
  EXPECT_EQ(*ParseAuditHead("12:" + std::string(64, 'A')), head);
  for (const std::string& wrong :
       {std::string("12"), "x:" + digest, "0:" + digest, "12:" + digest + "a",
        std::string("12:abc"), "12:" + std::string(64, 'g'), std::string()}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ParseAuditHead(wrong).status())) << wrong;
  }
}

// ---- what the writer itself does ----------------------------------------------------------------

TEST_F(AuditChainTest, WhatRetentionDroppedIsNoAlteration) {
  {
    GW_ASSERT_OK_AND_ASSIGN(const auto store, AuditStore::Open(path_, Mode::kWriter));
    GW_ASSERT_OK_AND_ASSIGN(const int64_t dropped, store->DropOldestBefore(At(kSealed + 10)));
    EXPECT_EQ(dropped, kSealed);
    // Flows and events go on.
    ASSERT_OK(store->AppendFlows({Ended(60), Ended(kSealed + 7)}));
    ASSERT_OK(store->AppendEvent(Event(5, "fifth")));
  }
  const AuditVerification verification = Verified(path_);
  EXPECT_THAT(Texts(verification), IsEmpty());
  EXPECT_EQ(verification.first_kept_id, kSealed + 1);
  EXPECT_EQ(verification.first_kept_event, 4) << "only events between links go";
  EXPECT_EQ(verification.decisions, (Coverage{kSealed, 1'000, 0}));
  EXPECT_EQ(verification.events, (Coverage{0, 2, 0}));
  // The links of what was dropped are still looked at.
  EXPECT_EQ(verification.links, 3);
  Do("UPDATE link SET time = time + 1 WHERE number = 1");
  EXPECT_THAT(Found(path_), ElementsAre(HasSubstr("link 1 of")));
}

TEST_F(AuditChainTest, RetentionAndSealingTakeTurns) {
  {
    GW_ASSERT_OK_AND_ASSIGN(const auto store, AuditStore::Open(path_, Mode::kWriter));
    int64_t second = 2 * kSealed + 1'001;
    for (int i = 0; i < 3; ++i) {
      ASSERT_OK(store->AppendEvent(Event(second, "on")));
      ASSERT_OK(store->Append(Batch(second, kSealed / 2)).status());
      second += kSealed / 2;
      ASSERT_OK(store->AppendFlows({Ended(second - 200), Translated(second - 100)}));
      ASSERT_OK(store->DropOldestBefore(At(second - kSealed)).status());
      ASSERT_OK(store->DropOldestBeyond(100'000).status());
    }
  }
  EXPECT_THAT(Found(path_), IsEmpty());
}

// A link vouches for all events since the one before at once, however many they are.
TEST(AuditChain, EventsBetweenTwoLinksGoTogether) {
  const TempDirectory directory;
  const std::string path = directory.File("audit.db");
  {
    GW_ASSERT_OK_AND_ASSIGN(const auto store, AuditStore::Open(path, Mode::kWriter));
    for (int i = 0; i < 1'500; ++i) ASSERT_OK(store->AppendEvent(Event(1, "old")));
    ASSERT_OK(store->Append(Batch(1, kSealed)).status());
    ASSERT_OK(store->AppendEvent(Event(2, "old, and in no link")));
    ASSERT_OK(store->AppendEvent(Event(100'000, "new")));
    EXPECT_EQ(Verified(path).events, (Coverage{1'500, 2, 0}));
    ASSERT_OK(store->DropOldestBefore(At(1)).status());
    EXPECT_EQ(Verified(path).first_kept_event, 1) << "none is that old";
    ASSERT_OK(store->DropOldestBefore(At(70'000)).status());
    EXPECT_EQ(Verified(path).first_kept_event, 1'501);
    ASSERT_OK(store->DropOldestBefore(At(70'000)).status());
    EXPECT_EQ(Verified(path).first_kept_event, 1'502);
    ASSERT_OK(store->DropOldestBefore(At(200'000)).status());
  }
  const AuditVerification verification = Verified(path);
  EXPECT_THAT(Texts(verification), IsEmpty());
  EXPECT_EQ(verification.first_kept_event, 1'502) << "the last one stays";
}

// Retention may take decisions that were never sealed.
TEST(AuditChain, TheFirstLinkBeginsWhereTheLogDoes) {
  const TempDirectory directory;
  const std::string path = directory.File("audit.db");
  {
    GW_ASSERT_OK_AND_ASSIGN(const auto store, AuditStore::Open(path, Mode::kWriter));
    ASSERT_OK(store->Append(Batch(1, 1'000)).status());
    ASSERT_OK(store->Append(Batch(1'001, 1'000)).status());
    EXPECT_EQ(*store->DropOldestBefore(At(1'001)), 1'000);
    EXPECT_THAT(Found(path), IsEmpty());
    ASSERT_OK(store->Append(Batch(2'001, kSealed)).status());
  }
  const AuditVerification verification = Verified(path);
  EXPECT_THAT(Texts(verification), IsEmpty());
  EXPECT_EQ(verification.decisions, (Coverage{kSealed + 1'000, 0, 0}));
}

TEST(AuditChain, WhatIsWrittenWhileItIsStoppedIsOutside) {
  const TempDirectory directory;
  const std::string path = directory.File("audit.db");
  {
    GW_ASSERT_OK_AND_ASSIGN(const auto store, AuditStore::Open(path, Mode::kWriter));
    ASSERT_OK(store->Append(Batch(1, kSealed + 10)).status());
    ASSERT_OK(store->AppendFlows({Ended(5)}));
    ASSERT_OK(store->Append(Batch(kSealed + 11, 10)).status());
    ASSERT_OK(store->AppendFlows({Ended(kSealed + 12)}));  // not sealed when the chain stops
    ASSERT_OK(store->KeepHashChain(false));
    ASSERT_OK(store->KeepHashChain(false));
    ASSERT_OK(store->AppendEvent(Event(1, "unwatched")));
    ASSERT_OK(store->AppendFlows({Ended(6)}));
    ASSERT_OK(store->Append(Batch(kSealed + 21, kSealed)).status());
  }
  AuditVerification verification = Verified(path);
  EXPECT_THAT(Texts(verification), IsEmpty());
  EXPECT_TRUE(verification.stopped);
  EXPECT_EQ(verification.links, 3) << "start, decisions, stop";
  EXPECT_EQ(verification.decisions, (Coverage{kSealed + 10, 0, kSealed + 10}));
  EXPECT_EQ(verification.events, (Coverage{0, 0, 1}));
  EXPECT_EQ(verification.flows, (Coverage{1, 0, 2}));
  {
    // Another run of the daemon goes on without it until it is told to begin again.
    GW_ASSERT_OK_AND_ASSIGN(const auto store, AuditStore::Open(path, Mode::kWriter));
    EXPECT_EQ(Verified(path).links, 3);
    ASSERT_OK(store->KeepHashChain(true));
    ASSERT_OK(store->AppendFlows({Ended(7), Ended(kSealed + 13)}));
    ASSERT_OK(store->Append(Batch(3 * kSealed, kSealed)).status());
  }
  verification = Verified(path);
  EXPECT_THAT(Texts(verification), IsEmpty());
  EXPECT_FALSE(verification.stopped);
  EXPECT_EQ(verification.links, 5);
  EXPECT_EQ(verification.decisions, (Coverage{2 * kSealed + 10, 0, kSealed + 10}));
  EXPECT_EQ(verification.events, (Coverage{1, 0, 0})) << "the next link covers it";
  EXPECT_EQ(verification.flows, (Coverage{3, 0, 2}));
  // That it was stopped is no excuse for later.
  Execute(path, "DELETE FROM link WHERE number = 5");
  EXPECT_THAT(Found(path), Not(IsEmpty()));
}

TEST(AuditChain, ALogOfAnEarlierVersionIsOutside) {
  const TempDirectory directory;
  const std::string path = directory.File("audit.db");
  {
    Schema old = AuditSchema();
    old.migrations = old.migrations.first(5);
    GW_ASSERT_OK_AND_ASSIGN(Database database,
                            OpenDatabase(old, path, Database::Access::kCreate,
                                         Database::Synchronous::kNormal, kDatabaseBusyTimeout));
    AuditBlockBuilder builder;
    ASSERT_OK(builder.Add(Batch(1, 100)));
    const AuditBlockInfo info = builder.Info(11);
    ASSERT_OK(database.Prepare("INSERT INTO block VALUES (11, 100, ?, ?, 100, NULL)")
                  .BindInt(info.oldest_ns)
                  .BindInt(info.newest_ns)
                  .Run());
    std::string bytes;
    for (size_t i = 0; i < kAuditColumns; ++i) {
      builder.Encode(static_cast<AuditColumn>(i), &bytes);
      ASSERT_OK(database.Prepare("INSERT INTO block_column VALUES (?, ?)")
                    .BindInt(AuditColumnId(11, i))
                    .BindBlob(bytes)
                    .Run());
    }
    ASSERT_OK(
        database.Execute("INSERT INTO flow (id, ended) VALUES (12, 1);"
                         "INSERT INTO event VALUES (5, 1, 'start', 'old')"));
  }
  {
    GW_ASSERT_OK_AND_ASSIGN(const auto store, AuditStore::Open(path, Mode::kWriter));
    ASSERT_OK(store->Append(Batch(101, kSealed)).status());
    ASSERT_OK(store->AppendFlows({Ended(13)}));
  }
  const AuditVerification verification = Verified(path);
  EXPECT_THAT(Texts(verification), IsEmpty());
  EXPECT_EQ(verification.first_kept_id, 11);
  EXPECT_EQ(verification.decisions, (Coverage{kSealed, 0, 100}));
  EXPECT_EQ(verification.events, (Coverage{1, 0, 0}));
  EXPECT_EQ(verification.flows, (Coverage{0, 1, 1}));
}

// For who keeps a copy of the daemon's log elsewhere: --head takes what stands there.
TEST(AuditChain, EachLinkIsLogged) {
  const TempDirectory directory;
  const std::string path = directory.File("audit.db");
  ::testing::internal::CaptureStdout();  // where the log goes before InitLog
  {
    GW_ASSERT_OK_AND_ASSIGN(const auto store, AuditStore::Open(path, Mode::kWriter));
    ASSERT_OK(store->Append(Batch(1, kSealed)).status());
  }
  const std::string log = ::testing::internal::GetCapturedStdout();
  const AuditVerification verification = Verified(path);
  ASSERT_TRUE(verification.head);
  EXPECT_EQ(verification.head->number, 2);
  EXPECT_THAT(log, HasSubstr("audit log: link 1:"));
  EXPECT_THAT(log, HasSubstr(absl::StrCat("audit log: link ", ToString(*verification.head),
                                          " covers decisions 1 to 65536")));
}

TEST(AuditChain, AnEmptyLogIsIntact) {
  const TempDirectory directory;
  const std::string path = directory.File("audit.db");
  ASSERT_OK(AuditStore::Open(path, Mode::kWriter));
  const AuditVerification verification = Verified(path);
  EXPECT_THAT(Texts(verification), IsEmpty());
  EXPECT_EQ(verification.links, 1);
  EXPECT_EQ(verification.decisions, Coverage());
}

TEST_F(AuditChainTest, VerifyingCanBeInterrupted) {
  GW_ASSERT_OK_AND_ASSIGN(const auto store, AuditStore::Open(path_, Mode::kReadOnly));
  store->InterruptWhen([] { return true; });
  EXPECT_TRUE(absl::IsCancelled(store->Verify({}).status()));
}

// Wherever the writer is killed, what the next one finds is whole.
TEST(AuditChain, KilledAgainAndAgain) {
  constexpr int kKills = 15;
  const TempDirectory directory;
  const std::string path = directory.File("audit.db");
  std::mt19937 random(5);
  std::optional<AuditHead> head;
  int64_t links = 0;
  for (int turn = 0; turn < kKills; ++turn) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      auto store = AuditStore::Open(path, Mode::kWriter);
      if (!store.ok()) _exit(1);
      for (int64_t second = 1;; second += 9'000) {
        const auto first = (*store)->Append(Batch(second, 9'000));
        if (!first.ok()) _exit(1);
        std::vector<AuditFlow> flows;
        for (int64_t i = 0; i < 300; ++i)
          flows.push_back(Ended(std::max<int64_t>(*first + i * 29 - 2'000, 1)));
        if (!(*store)->AppendFlows(flows).ok()) _exit(1);
        if (!(*store)->AppendEvent(Event(second, "on")).ok()) _exit(1);
        if (write(ends[1], "x", 1) != 1) _exit(1);
      }
    }
    close(ends[1]);
    const auto wanted = static_cast<int>(1 + random() % 12);
    char byte = 0;
    for (int i = 0; i < wanted && read(ends[0], &byte, 1) == 1; ++i) {
    }
    usleep(static_cast<useconds_t>(random() % 20'000));
    kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status));
    close(ends[0]);
    const AuditVerification verification = Verified(path, head);
    ASSERT_THAT(Texts(verification), IsEmpty()) << "turn " << turn;
    EXPECT_GE(verification.links, links);
    links = verification.links;
    head = verification.head;
  }
  EXPECT_GT(links, 5);
}

}  // namespace
}  // namespace gw
