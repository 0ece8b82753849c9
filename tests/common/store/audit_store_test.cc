#include "common/store/audit_store.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/store/migrate.h"
#include "tests/common/store/temp_directory.h"
#include "tests/support/status_matchers.h"

namespace gw {
namespace {

using testing::ReadFile;
using testing::TempDirectory;
using testing::Tmpfs;
using testing::WriteFile;
using Mode = AuditStore::Mode;

std::unique_ptr<AuditStore> MemoryStore() {
  auto store = AuditStore::Open(kMemoryDatabase, Mode::kWriter);
  EXPECT_OK(store);
  return *std::move(store);
}

absl::Time At(int64_t second) { return absl::FromUnixSeconds(1'700'000'000 + second); }

AuditRecord Record(int64_t second, const std::string& decided_by = "policy:web/ingress/0",
                   Verdict verdict = Verdict::kAllow) {
  AuditRecord record;
  record.time = At(second);
  record.hook = Hook::kForward;
  record.in = "eth0";
  record.out = "eth1";
  record.tuple = {
      *ParseAddress("192.0.2.1"), *ParseAddress("198.51.100.2"), kProtocolTcp, 40000, 443, 0, 0};
  record.verdict = verdict;
  record.decided_by = decided_by;
  record.tier = "default";
  record.in_endpoint = "wan";
  record.out_endpoint = "lan";
  record.revision = 12;
  record.generation = 5;
  record.pending_verdict = verdict;
  record.pending_decided_by = decided_by;
  return record;
}

// Every field other than its default.
AuditRecord FullRecord() {
  AuditRecord record = Record(3, "end-of-tier:base/egress", Verdict::kDeny);
  record.time += absl::Nanoseconds(123'456'789);
  record.hook = Hook::kOutput;
  record.tuple = {*ParseAddress("2001:db8::1"),
                  *ParseAddress("::ffff:0:1"),
                  kProtocolIcmpv6,
                  65535,
                  1,
                  128,
                  255};
  record.rejected = true;
  record.generation = 1023;
  record.redecided = true;
  record.pending_verdict = Verdict::kAllow;
  record.pending_decided_by = "policy:staged/egress/2";
  record.logs = {"a/egress/0", "b/egress/1"};
  return record;
}

void ExpectEqual(const AuditRecord& a, const AuditRecord& b) {
  EXPECT_EQ(a.time, b.time);
  EXPECT_EQ(a.hook, b.hook);
  EXPECT_EQ(a.in, b.in);
  EXPECT_EQ(a.out, b.out);
  EXPECT_EQ(a.tuple, b.tuple);
  EXPECT_EQ(a.verdict, b.verdict);
  EXPECT_EQ(a.rejected, b.rejected);
  EXPECT_EQ(a.decided_by, b.decided_by);
  EXPECT_EQ(a.tier, b.tier);
  EXPECT_EQ(a.in_endpoint, b.in_endpoint);
  EXPECT_EQ(a.out_endpoint, b.out_endpoint);
  EXPECT_EQ(a.revision, b.revision);
  EXPECT_EQ(a.generation, b.generation);
  EXPECT_EQ(a.redecided, b.redecided);
  EXPECT_EQ(a.pending_verdict, b.pending_verdict);
  EXPECT_EQ(a.pending_decided_by, b.pending_decided_by);
  EXPECT_EQ(a.logs, b.logs);
}

// The seconds of the records that `query` finds, in order.
std::vector<int64_t> Seconds(AuditStore& store, const AuditQuery& query) {
  const auto found = store.Query(query);
  EXPECT_OK(found);
  std::vector<int64_t> seconds;
  if (!found.ok()) return seconds;
  for (const AuditRecord& record : *found) {
    seconds.push_back(absl::ToInt64Seconds(record.time - At(0)));
  }
  return seconds;
}

using List = std::vector<int64_t>;

AuditFlow EndedFlowOf(int64_t id) {
  AuditFlow flow;
  flow.id = id;
  flow.end = FlowEnd{.time = At(60),
                     .duration = absl::Milliseconds(1'234),
                     .packets_sent = 5,
                     .bytes_sent = 5'000'000'000,
                     .packets_received = 4,
                     .bytes_received = 400,
                     .reason = FlowEnd::Reason::kReset};
  return flow;
}

TEST(AuditStore, WhatIsKnownOfAFlowLaterComesWithItsDecision) {
  const auto store = MemoryStore();
  AuditRecord translated = Record(2);
  translated.original_destination = TransportAddress{*ParseAddress("203.0.113.2"), 8443};
  ASSERT_OK(store->Append({{Record(1), translated, Record(3)}}));
  AuditFlow source;
  source.id = 2;
  source.translated_source = TransportAddress{*ParseAddress("2001:db8::2"), 50'001};
  const AuditFlow ended = EndedFlowOf(2);
  ASSERT_OK(store->AppendFlows({source, ended}));
  ASSERT_OK(store->AppendFlows({}));
  // The end came without the addresses, and took none away.
  GW_ASSERT_OK_AND_ASSIGN(const std::optional<AuditRecord> found, store->Find(2));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->original_destination, translated.original_destination);
  EXPECT_EQ(found->translated_source, source.translated_source);
  EXPECT_EQ(found->end, ended.end);
  GW_ASSERT_OK_AND_ASSIGN(const std::vector<AuditRecord> records, store->Query(AuditQuery()));
  ASSERT_EQ(records.size(), 3u);
  EXPECT_EQ(records[0].end, std::nullopt);
  EXPECT_EQ(records[1].end, ended.end);
  EXPECT_EQ(records[2].original_destination, std::nullopt);
}

// Two blocks: the first can go.
TEST(AuditStore, WhatIsKnownOfFlowsGoesWithTheirDecisions) {
  TempDirectory folder;
  const std::string path = folder.File("audit.db");
  GW_ASSERT_OK_AND_ASSIGN(const auto store, AuditStore::Open(path, Mode::kWriter));
  ASSERT_OK(store->Append(std::vector<AuditRecord>(200, Record(1))));
  ASSERT_OK(store->Append(std::vector<AuditRecord>(200, Record(1'000))));
  ASSERT_OK(store->AppendFlows({EndedFlowOf(1), EndedFlowOf(200), EndedFlowOf(201)}));
  GW_ASSERT_OK_AND_ASSIGN(const int64_t dropped, store->DropOldestBefore(At(500)));
  ASSERT_EQ(dropped, 200);
  // Too late for its decision.
  ASSERT_OK(store->AppendFlows({EndedFlowOf(7)}));
  GW_ASSERT_OK_AND_ASSIGN(Database database,
                          OpenDatabase(AuditSchema(), path, Database::Access::kReadOnly,
                                       Database::Synchronous::kNormal, kDatabaseBusyTimeout));
  EXPECT_EQ(*database.ReadInt("SELECT count(*) FROM flow"), 1);
  EXPECT_EQ(*database.ReadInt("SELECT id FROM flow"), 201);
}

TEST(AuditStore, RecordsComeBackAsTheyWere) {
  const auto store = MemoryStore();
  const std::vector<AuditRecord> written = {Record(1), FullRecord(), AuditRecord()};
  ASSERT_OK(store->Append(written));
  AuditQuery query;
  query.after_id = 0;
  GW_ASSERT_OK_AND_ASSIGN(const std::vector<AuditRecord> read, store->Query(query));
  ASSERT_EQ(read.size(), written.size());
  for (size_t i = 0; i < read.size(); ++i) {
    ExpectEqual(read[i], written[i]);
    GW_ASSERT_OK_AND_ASSIGN(const std::optional<AuditRecord> found, store->Find(read[i].id));
    ASSERT_TRUE(found);
    ExpectEqual(*found, written[i]);
  }
  EXPECT_FALSE(store->Find(99)->has_value());
}

TEST(AuditStore, PendingThatDiffersOnlyInItsReasonIsKept) {
  const auto store = MemoryStore();
  AuditRecord record = Record(1);
  record.pending_decided_by = "";
  ASSERT_OK(store->Append({record}));
  GW_ASSERT_OK_AND_ASSIGN(const std::vector<AuditRecord> read, store->Query({}));
  ExpectEqual(read.at(0), record);
}

TEST(AuditStore, NewestFirstAndPagesWithoutGapsOrRepeats) {
  const auto store = MemoryStore();
  for (int64_t i = 0; i < 10; ++i) ASSERT_OK(store->Append({Record(i)}));
  AuditQuery query;
  query.limit = 4;
  EXPECT_EQ(Seconds(*store, query), (List{9, 8, 7, 6}));
  query.before_id = store->Query(query)->back().id;
  ASSERT_OK(store->Append({Record(10)}));  // between two pages
  EXPECT_EQ(Seconds(*store, query), (List{5, 4, 3, 2}));
  query.before_id = store->Query(query)->back().id;
  EXPECT_EQ(Seconds(*store, query), (List{1, 0}));
}

TEST(AuditStore, FollowingIsOldestFirst) {
  const auto store = MemoryStore();
  for (int64_t i = 0; i < 5; ++i) ASSERT_OK(store->Append({Record(i)}));
  AuditQuery query;
  query.after_id = store->Query({})->at(2).id;
  EXPECT_EQ(Seconds(*store, query), (List{3, 4}));
  query.limit = 1;
  EXPECT_EQ(Seconds(*store, query), (List{3}));
  query.limit = 0;
  EXPECT_EQ(Seconds(*store, query), List{});
}

class AuditFilter : public ::testing::Test {
 protected:
  void SetUp() override {
    store_ = MemoryStore();
    std::vector<AuditRecord> records = {Record(0), Record(1), Record(2), Record(3)};
    records[1].verdict = Verdict::kDeny;
    records[1].decided_by = "policy:web/ingress/1";
    records[2].tuple.source = *ParseAddress("2001:db8::7");
    records[2].tuple.protocol = kProtocolUdp;
    records[2].in = "wg0";
    records[2].out_endpoint = "dmz";
    records[3].tuple.destination = *ParseAddress("203.0.113.9");
    records[3].tuple.destination_port = 80;
    records[3].decided_by = "policy:we_/ingress/0";
    ASSERT_OK(store_->Append(records));
  }

  void Only(std::vector<AuditCondition> conditions) { query_.conditions = std::move(conditions); }
  List Found() { return Seconds(*store_, query_); }

  std::unique_ptr<AuditStore> store_;
  AuditQuery query_;
};

TEST_F(AuditFilter, ByTimeBothEndsIncluded) {
  query_.since = At(1);
  query_.until = At(2);
  EXPECT_EQ(Found(), (List{2, 1}));
}

TEST_F(AuditFilter, ByVerdict) {
  Only({AuditCondition::HasVerdict(Verdict::kDeny)});
  EXPECT_EQ(Found(), List{1});
}

TEST_F(AuditFilter, ByAddress) {
  Only({AuditCondition::Source(Prefix::Of(*ParseAddress("2001:db8::7")))});
  EXPECT_EQ(Found(), List{2});
  Only({AuditCondition::Destination(Prefix::Of(*ParseAddress("203.0.113.9")))});
  EXPECT_EQ(Found(), List{3});
}

TEST_F(AuditFilter, ByProtocolAndPort) {
  Only({AuditCondition::Protocol(kProtocolUdp)});
  EXPECT_EQ(Found(), List{2});
  Only({AuditCondition::Protocol(kProtocolTcp), AuditCondition::DestinationPort(80)});
  EXPECT_EQ(Found(), List{3});
}

TEST_F(AuditFilter, ByInterfaceOrEndpointOnEitherSide) {
  Only({AuditCondition::Interface("eth1")});
  EXPECT_EQ(Found(), (List{3, 2, 1, 0}));
  Only({AuditCondition::Interface("wg0")});
  EXPECT_EQ(Found(), List{2});
  Only({AuditCondition::Endpoint("dmz")});
  EXPECT_EQ(Found(), List{2});
}

TEST_F(AuditFilter, ByDeciderExactlyOrByPrefix) {
  Only({AuditCondition::DecidedBy("policy:web/ingress/1")});
  EXPECT_EQ(Found(), List{1});
  Only({AuditCondition::DecidedBy("policy:web/*")});
  EXPECT_EQ(Found(), (List{2, 1, 0}));
  Only({AuditCondition::DecidedBy("policy:we_*")});  // no wildcard but the last `*`
  EXPECT_EQ(Found(), List{3});
  Only({AuditCondition::DecidedBy("*")});
  EXPECT_EQ(Found(), (List{3, 2, 1, 0}));
  Only({AuditCondition::DecidedBy("policy:web")});
  EXPECT_EQ(Found(), List{});
}

TEST_F(AuditFilter, AllConditionsMustHold) {
  Only({AuditCondition::DecidedBy("policy:web/*"), AuditCondition::Interface("eth0"),
        AuditCondition::HasVerdict(Verdict::kAllow)});
  query_.since = At(0);
  query_.limit = 2;
  EXPECT_EQ(Found(), List{0});
}

TEST(AuditStore, CountsHitsByDeciderAndVerdict) {
  const auto store = MemoryStore();
  ASSERT_OK(store->Append({Record(5), Record(9), Record(7)}));
  ASSERT_OK(store->Append({Record(1), Record(2, "failsafe:tcp:22"), Record(3)}));
  ASSERT_OK(store->Append({Record(4, "policy:web/ingress/0", Verdict::kDeny)}));
  GW_ASSERT_OK_AND_ASSIGN(const std::vector<AuditStore::HitCount> counts, store->HitCounts(10));
  ASSERT_EQ(counts.size(), 3u);
  EXPECT_EQ(counts[0].decided_by, "policy:web/ingress/0");
  EXPECT_EQ(counts[0].verdict, Verdict::kAllow);
  EXPECT_EQ(counts[0].count, 5);
  EXPECT_EQ(counts[0].last, At(9)) << "an older record came later";
  EXPECT_EQ(counts[1].decided_by, "failsafe:tcp:22");
  EXPECT_EQ(counts[2].verdict, Verdict::kDeny);
  EXPECT_EQ(store->HitCounts(1)->size(), 1u);
}

TEST(AuditStore, EventsComeBackNewestFirst) {
  const auto store = MemoryStore();
  ASSERT_OK(store->AppendEvent({0, At(1), "start", "version 1"}));
  ASSERT_OK(store->AppendEvent({0, At(2), "lost", "17 records"}));
  GW_ASSERT_OK_AND_ASSIGN(const std::vector<AuditEvent> events, store->Events({}));
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].kind, "lost");
  EXPECT_EQ(events[0].text, "17 records");
  EXPECT_EQ(events[0].time, At(2));
  EXPECT_EQ(events[1].kind, "start");
  AuditEventQuery query;
  query.limit = 1;
  EXPECT_EQ(store->Events(query)->size(), 1u);
}

TEST(AuditStore, AppendIsAllOrNothing) {
  const auto store = MemoryStore();
  AuditRecord bad = Record(1);
  bad.verdict = static_cast<Verdict>(9);
  EXPECT_FALSE(store->Append({Record(0), bad}).ok());
  EXPECT_EQ(Seconds(*store, {}), List{});
  EXPECT_TRUE(store->HitCounts(10)->empty());
  ASSERT_OK(store->Append({Record(2)}));
  EXPECT_EQ(Seconds(*store, {}), List{2});
}

TEST(AuditStore, ReaderNeedsAFileAndCannotWrite) {
  const TempDirectory directory;
  const std::string path = directory.File("audit.db");
  EXPECT_TRUE(absl::IsNotFound(AuditStore::Open(path, Mode::kReadOnly).status()));
  GW_ASSERT_OK_AND_ASSIGN(const auto writer, AuditStore::Open(path, Mode::kWriter));
  GW_ASSERT_OK_AND_ASSIGN(const auto reader, AuditStore::Open(path, Mode::kReadOnly));
  EXPECT_FALSE(reader->Append({Record(1)}).ok());
  ASSERT_OK(writer->Append({Record(2)}));
  EXPECT_EQ(Seconds(*reader, {}), List{2});
}

TEST(AuditStore, LockedIsUnavailableAndNothingIsWritten) {
  const TempDirectory directory;
  const std::string path = directory.File("audit.db");
  GW_ASSERT_OK_AND_ASSIGN(const auto store,
                          AuditStore::Open(path, Mode::kWriter, absl::Milliseconds(20)));
  GW_ASSERT_OK_AND_ASSIGN(Database other, Database::Open(path, Database::Access::kReadWrite));
  {
    GW_ASSERT_OK_AND_ASSIGN(const Transaction held,
                            Transaction::Begin(other, Transaction::Kind::kWrite));
    const absl::Status status = store->Append({Record(1)});
    EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  }
  EXPECT_EQ(Seconds(*store, {}), List{});
  EXPECT_OK(store->Append({Record(1)}));
}

TEST(AuditStore, FullDiskIsUnavailableAndNothingIsWritten) {
  const TempDirectory directory;
  Tmpfs disk(directory.path(), "size=1m");
  if (!disk.mounted()) GTEST_SKIP() << "cannot mount here";
  GW_ASSERT_OK_AND_ASSIGN(const auto store,
                          AuditStore::Open(directory.File("audit.db"), Mode::kWriter));
  const std::vector<AuditRecord> batch(200, FullRecord());
  int64_t written = 0;
  absl::Status status;
  while ((status = store->Append(batch)).ok()) written += static_cast<int64_t>(batch.size());
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_TRUE(absl::StrContains(status.message(), "disk full")) << status;
  GW_ASSERT_OK_AND_ASSIGN(const auto counts, store->HitCounts(1));
  EXPECT_GT(written, 0);
  EXPECT_EQ(counts.at(0).count, written);
  AuditQuery all;
  all.limit = SIZE_MAX;
  EXPECT_EQ(static_cast<int64_t>(store->Query(all)->size()), written);
}

TEST(AuditStore, TruncatedFileIsDataLoss) {
  const TempDirectory directory;
  const std::string path = directory.File("audit.db");
  {
    GW_ASSERT_OK_AND_ASSIGN(const auto store, AuditStore::Open(path, Mode::kWriter));
    ASSERT_OK(store->Append(std::vector<AuditRecord>(1000, FullRecord())));
  }
  const std::string whole = ReadFile(path);
  WriteFile(path, whole.substr(0, whole.size() / 2));
  const auto store = AuditStore::Open(path, Mode::kReadOnly);
  AuditQuery all;
  all.limit = SIZE_MAX;
  const absl::Status status = store.ok() ? (*store)->Query(all).status() : store.status();
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
}

TEST(AuditStore, ReadersSeeWholeBatchesWhileTheWriterWrites) {
  const TempDirectory directory;
  const std::string path = directory.File("audit.db");
  GW_ASSERT_OK_AND_ASSIGN(const auto writer, AuditStore::Open(path, Mode::kWriter));
  constexpr size_t kBatch = 50;
  std::atomic<bool> done{false};
  absl::Status read_status;
  size_t seen = 0;
  std::thread reader([&] {
    const auto store = AuditStore::Open(path, Mode::kReadOnly);
    read_status = store.status();
    AuditQuery all;
    all.limit = SIZE_MAX;
    while (read_status.ok() && !done.load()) {
      const auto records = (*store)->Query(all);
      read_status = records.status();
      if (!records.ok()) break;
      if (records->size() % kBatch != 0 || records->size() < seen) {
        read_status = absl::InternalError(absl::StrCat("saw ", records->size()));
      }
      seen = records->size();
    }
  });
  for (int i = 0; i < 60; ++i) {
    EXPECT_OK(writer->Append(std::vector<AuditRecord>(kBatch, Record(i))));
  }
  done.store(true);
  reader.join();
  EXPECT_OK(read_status);
}

// The child writes batches of 10 and says so through a pipe; what it said is there after SIGKILL.
TEST(AuditStore, WhatWasAppendedSurvivesKill) {
  const TempDirectory directory;
  const std::string path = directory.File("audit.db");
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto store = AuditStore::Open(path, Mode::kWriter);
    if (!store.ok()) _exit(1);
    while ((*store)->Append(std::vector<AuditRecord>(10, Record(1))).ok()) {
      if (write(ends[1], "x", 1) != 1) _exit(1);
    }
    _exit(1);
  }
  close(ends[1]);
  char byte = 0;
  size_t committed = 0;
  while (committed < 50 && read(ends[0], &byte, 1) == 1) ++committed;
  kill(child, SIGKILL);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status));
  while (read(ends[0], &byte, 1) == 1) ++committed;
  close(ends[0]);

  GW_ASSERT_OK_AND_ASSIGN(const auto store, AuditStore::Open(path, Mode::kWriter));
  AuditQuery all;
  all.limit = SIZE_MAX;
  GW_ASSERT_OK_AND_ASSIGN(const std::vector<AuditRecord> records, store->Query(all));
  EXPECT_EQ(records.size() % 10, 0u);
  EXPECT_GE(records.size(), committed * 10);
  EXPECT_EQ(store->HitCounts(1)->at(0).count, static_cast<int64_t>(records.size()));
  EXPECT_OK(store->Append({Record(2)}));
}

}  // namespace
}  // namespace gw
