// The recorder between rings that the test fills and an audit log on disk that it reads back.

#include "enforcer/audit/recorder.h"

#include <atomic>
#include <deque>
#include <fstream>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/net/protocol.h"
#include "common/policy/evaluate.h"
#include "common/policy/rule_version.h"
#include "common/store/audit_json.h"
#include "common/store/database.h"
#include "tests/support/enforced_policy.h"
#include "tests/support/policy_builder.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_directory.h"

namespace gw {
namespace {

using ::testing::Contains;
using testing::Does;
using testing::DoesTcp;
using ::testing::ElementsAre;
using testing::EnforcedPolicyOf;
using testing::Forwarding;
using testing::Gnp;
using testing::Hep;
using ::testing::IsEmpty;
using testing::kCali1;
using testing::kEth0;
using testing::kEth1;
using testing::kNotListed;
using testing::ModelOf;
using ::testing::SizeIs;
using testing::Staged;
using testing::Tcp;
using testing::TemporaryDirectory;
using testing::Wep;

constexpr char kClient[] = "198.51.100.9";
constexpr char kGateway[] = "203.0.113.2";

// ---- fakes that work ------------------------------------------------------------------------

// What a test decides about a store that is in the recorder's hands.
struct StoreControl {
  std::atomic<bool> fails{false};
  std::atomic<int> attempts{0};
  std::atomic<int> flow_attempts{0};
  std::atomic<int> syncs{0};
  std::atomic<int64_t> kept_for_hours{0};
  std::atomic<int64_t> bytes_max{0};
  std::atomic<bool> hash_chain{true};
  std::atomic<bool> chain_fails{false};
  std::atomic<bool> sync_fails{false};
};

// A store whose disk is full at times.
class FailingStore final : public AuditStore {
 public:
  FailingStore(std::unique_ptr<AuditStore> store, std::shared_ptr<StoreControl> control)
      : store_(std::move(store)), control_(std::move(control)) {}

  absl::StatusOr<int64_t> Append(const AuditBatch& batch) override {
    ++control_->attempts;
    if (control_->fails) return Full();
    return store_->Append(batch);
  }
  absl::Status AppendFlows(absl::Span<const AuditFlow> flows) override {
    ++control_->flow_attempts;
    return control_->fails ? Full() : store_->AppendFlows(flows);
  }
  absl::Status AppendEvent(const AuditEvent& event) override {
    ++control_->attempts;
    return control_->fails ? Full() : store_->AppendEvent(event);
  }
  absl::Status Sync() override {
    ++control_->syncs;
    return control_->sync_fails ? Full() : store_->Sync();
  }
  absl::StatusOr<int64_t> DropOldestBefore(absl::Time time) override {
    control_->kept_for_hours = absl::ToInt64Hours(absl::Now() - time + absl::Minutes(1));
    return store_->DropOldestBefore(time);
  }
  absl::StatusOr<int64_t> DropOldestBeyond(int64_t bytes_max) override {
    control_->bytes_max = bytes_max;
    return store_->DropOldestBeyond(bytes_max);
  }
  absl::StatusOr<Page> Search(const AuditQuery& query) override { return store_->Search(query); }
  absl::StatusOr<std::optional<AuditRecord>> Find(int64_t id) override { return store_->Find(id); }
  absl::StatusOr<std::vector<AuditEvent>> Events(const AuditEventQuery& query) override {
    return store_->Events(query);
  }
  absl::StatusOr<std::vector<HitCount>> HitCounts(size_t limit) override {
    return store_->HitCounts(limit);
  }
  absl::StatusOr<AuditHistogram> Histogram(const AuditQuery& query, absl::Time since,
                                           absl::Time until, size_t buckets) override {
    return store_->Histogram(query, since, until, buckets);
  }
  absl::StatusOr<AuditTops> Top(const AuditQuery& query, const AuditTopBy& by,
                                size_t limit) override {
    return store_->Top(query, by, limit);
  }
  absl::StatusOr<std::vector<AuditRecord>> NewPairs(absl::Time since, size_t limit) override {
    return store_->NewPairs(since, limit);
  }
  absl::StatusOr<RuleHitsResult> RuleHits(absl::Time since, absl::Time until,
                                          size_t buckets) override {
    return store_->RuleHits(since, until, buckets);
  }
  absl::StatusOr<int64_t> CountSince(absl::Time since) override {
    return store_->CountSince(since);
  }
  absl::Status KeepHashChain(bool on) override {
    control_->hash_chain = on;
    return control_->chain_fails ? Full() : store_->KeepHashChain(on);
  }
  absl::StatusOr<AuditVerification> Verify(const std::optional<AuditHead>& head) override {
    return store_->Verify(head);
  }
  absl::StatusOr<AuditExported> Export(const AuditExportRequest& request) override {
    return store_->Export(request);
  }
  void InterruptWhen(std::function<bool()> interrupted) override {
    store_->InterruptWhen(std::move(interrupted));
  }

 private:
  static absl::Status Full() { return absl::UnavailableError("disk full"); }

  const std::unique_ptr<AuditStore> store_;
  const std::shared_ptr<StoreControl> control_;
};

// What a test lets the kernel say.
struct KernelLogControl {
  std::mutex mutex;
  std::deque<KernelLogEntry> entries;
  std::atomic<uint64_t> lost{0};

  void Put(KernelLogEntry entry) {
    const std::lock_guard<std::mutex> lock(mutex);
    entries.push_back(std::move(entry));
  }
};

class FakeKernelLog final : public KernelLog {
 public:
  explicit FakeKernelLog(std::shared_ptr<KernelLogControl> control)
      : control_(std::move(control)) {}

  int fd() const override { return -1; }
  // Ten at a time.
  bool Drain(absl::FunctionRef<void(const KernelLogEntry&)> visit) override {
    const std::lock_guard<std::mutex> lock(control_->mutex);
    for (int i = 0; i < 10 && !control_->entries.empty(); ++i) {
      visit(control_->entries.front());
      control_->entries.pop_front();
    }
    return !control_->entries.empty();
  }
  uint64_t lost() const override { return control_->lost; }

 private:
  const std::shared_ptr<KernelLogControl> control_;
};

// What a test lets end.
struct ConntrackLogControl {
  std::mutex mutex;
  std::deque<EndedFlow> ended;
  std::optional<TrackedFlow> live;
  std::atomic<uint64_t> lost{0};

  void Put(const EndedFlow& flow) {
    const std::lock_guard<std::mutex> lock(mutex);
    ended.push_back(flow);
  }
  bool Empty() {
    const std::lock_guard<std::mutex> lock(mutex);
    return ended.empty();
  }
};

class FakeConntrackLog final : public ConntrackLog {
 public:
  explicit FakeConntrackLog(std::shared_ptr<ConntrackLogControl> control)
      : control_(std::move(control)) {}

  bool Drain(absl::FunctionRef<void(const EndedFlow&)> visit) override {
    const std::lock_guard<std::mutex> lock(control_->mutex);
    for (; !control_->ended.empty(); control_->ended.pop_front()) visit(control_->ended.front());
    return false;
  }
  uint64_t lost() const override { return control_->lost; }
  std::optional<TrackedFlow> Find(const Tuple& tuple) override {
    const std::lock_guard<std::mutex> lock(control_->mutex);
    if (!control_->live || control_->live->tuple != tuple) return std::nullopt;
    return control_->live;
  }

 private:
  const std::shared_ptr<ConntrackLogControl> control_;
};

// ---- the policy and its entries -------------------------------------------------------------

// Log, then allow HTTPS; a staged policy would deny it.
Model Gateway(const std::string& policy = "web") {
  return ModelOf({Hep("wan", "eth0"), Wep("pod", "cali1", "10.65.0.2"),
                  Gnp(policy, "", {Does(RuleAction::kLog), DoesTcp(RuleAction::kAllow, 443)}),
                  Staged(Gnp("closed", "", {Does(RuleAction::kDeny)}))});
}

std::shared_ptr<const EnforcedPolicy> PolicyNumber(uint64_t number,
                                                   const std::string& policy = "web") {
  return EnforcedPolicyOf(Gateway(policy), {.number = number,
                                            .revision = static_cast<int64_t>(number) + 100,
                                            .generation = static_cast<uint32_t>(number) + 10});
}

// As the worker would make it.
AuditEntry EntryOf(const EnforcedPolicy& policy, uint16_t port = 443) {
  AuditEntry entry;
  entry.time_ns = 1'700'000'000'123'456'789;
  entry.policy_number = policy.number;
  entry.in_index = kEth0;
  entry.tuple = Tcp(kClient, kGateway, port);
  Packet packet;
  packet.tuple = entry.tuple;
  entry.decision = Evaluate(*policy.snapshot, policy.interfaces.at(kEth0).role, {}, packet);
  return entry;
}

// Waits up to ten seconds.
template <typename Condition>
bool Until(Condition condition) {
  for (int i = 0; i < 2000 && !condition(); ++i) absl::SleepFor(absl::Milliseconds(5));
  return condition();
}

class RecorderTest : public ::testing::Test {
 protected:
  void SetUp() override {
    GW_ASSERT_OK_AND_ASSIGN(auto store, AuditStore::Open(path_, AuditStore::Mode::kWriter));
    recorder_ = std::make_unique<Recorder>(std::make_unique<FailingStore>(std::move(store), store_),
                                           std::make_unique<FakeKernelLog>(kernel_),
                                           std::make_unique<FakeConntrackLog>(conntrack_),
                                           std::vector<AuditRing*>{&ring_, &other_ring_});
    recorder_->AddPolicy(policy_);
  }

  // Stops the recorder; what it has written is complete then. Newest first.
  std::vector<AuditRecord> Records() {
    recorder_->Stop();
    const auto store = AuditStore::Open(path_, AuditStore::Mode::kReadOnly);
    EXPECT_OK(store);
    AuditQuery query;
    query.limit = 1'000'000;
    const auto records = (*store)->Query(query);
    EXPECT_OK(records);
    return records.value_or(std::vector<AuditRecord>());
  }
  AuditRecord OnlyRecord() {
    const std::vector<AuditRecord> records = Records();
    EXPECT_THAT(records, SizeIs(1));
    return records.empty() ? AuditRecord() : records.front();
  }
  // "kind: text", oldest first.
  std::vector<std::string> Events() {
    recorder_->Stop();
    const auto store = AuditStore::Open(path_, AuditStore::Mode::kReadOnly);
    EXPECT_OK(store);
    AuditEventQuery all;
    all.limit = 10'000;
    const auto events = (*store)->Events(all);
    EXPECT_OK(events);
    std::vector<std::string> texts;
    for (const AuditEvent& event : *events) {
      texts.insert(texts.begin(), absl::StrCat(event.kind, ": ", event.text));
    }
    return texts;
  }
  bool WaitForWritten(uint64_t count) {
    return Until([&] { return recorder_->written() >= count; });
  }
  bool WaitForLost(uint64_t count) {
    return Until([&] { return recorder_->lost() >= count; });
  }

  const TemporaryDirectory folder_;
  const std::string path_ = folder_.File("audit.db");
  const std::shared_ptr<StoreControl> store_ = std::make_shared<StoreControl>();
  const std::shared_ptr<KernelLogControl> kernel_ = std::make_shared<KernelLogControl>();
  const std::shared_ptr<ConntrackLogControl> conntrack_ = std::make_shared<ConntrackLogControl>();
  const std::shared_ptr<const EnforcedPolicy> policy_ = PolicyNumber(1);
  AuditRing ring_{kAuditRingEntries};
  AuditRing other_ring_{4};
  std::unique_ptr<Recorder> recorder_;
};

// ---- how flows end --------------------------------------------------------------------------

EndedFlow EndOf(const Tuple& tuple) {
  EndedFlow flow;
  flow.tuple = tuple;
  flow.answered_by = {tuple.destination, tuple.destination_port};
  flow.answered_to = {tuple.source, tuple.source_port};
  flow.end.time = absl::FromUnixSeconds(1'700'000'009);
  flow.end.duration = absl::Seconds(9);
  flow.end.packets_sent = 5;
  flow.end.bytes_sent = 600;
  flow.end.packets_received = 4;
  flow.end.bytes_received = 7'000;
  flow.end.reason = FlowEnd::Reason::kClosed;
  return flow;
}

TEST_F(RecorderTest, EndOfAFlowStandsAtItsLastDecision) {
  recorder_->Start();
  AuditEntry entry = EntryOf(*policy_);
  ring_.Push(entry);
  ASSERT_TRUE(WaitForWritten(1));
  entry.redecided = true;
  ring_.Push(entry);
  ASSERT_TRUE(WaitForWritten(2));
  const EndedFlow ended = EndOf(entry.tuple);
  conntrack_->Put(ended);
  // Of no decision of ours.
  conntrack_->Put(EndOf(Tcp(kClient, kGateway, 444)));
  const std::vector<AuditRecord> records = Records();
  ASSERT_THAT(records, SizeIs(2));
  EXPECT_EQ(records[0].end, ended.end);
  EXPECT_EQ(records[0].original_destination, std::nullopt);
  EXPECT_EQ(records[0].translated_source, std::nullopt);
  EXPECT_EQ(records[1].end, std::nullopt);
}

TEST_F(RecorderTest, TranslatedFlowEndsWhereItWasDecidedAndSaysBothSides) {
  recorder_->Start();
  const AuditEntry entry = EntryOf(*policy_);
  ring_.Push(entry);
  ASSERT_TRUE(WaitForWritten(1));
  // Decided behind DNAT: the first packet went to another address and port.
  EndedFlow ended = EndOf(entry.tuple);
  ended.tuple.destination = *ParseAddress("192.0.2.1");
  ended.tuple.destination_port = 8443;
  ended.answered_to = {*ParseAddress("203.0.113.200"), 50'001};
  conntrack_->Put(ended);
  const AuditRecord record = OnlyRecord();
  EXPECT_EQ(record.end, ended.end);
  EXPECT_EQ(record.original_destination, (TransportAddress{*ParseAddress("192.0.2.1"), 8443}));
  EXPECT_EQ(record.translated_source, ended.answered_to);
}

TEST_F(RecorderTest, OriginalDestinationIsThereWithTheDecision) {
  AuditEntry entry = EntryOf(*policy_);
  entry.has_original = true;
  entry.original_lo = ParseAddress("192.0.2.1")->lo;
  entry.original_port = 8443;
  ring_.Push(EntryOf(*policy_));
  ring_.Push(entry);
  recorder_->Start();
  const std::vector<AuditRecord> records = Records();
  ASSERT_THAT(records, SizeIs(2));
  EXPECT_EQ(records[0].original_destination, (TransportAddress{*ParseAddress("192.0.2.1"), 8443}));
  EXPECT_EQ(records[1].original_destination, std::nullopt);
}

TEST_F(RecorderTest, LiveFlowSaysHowItIsTranslated) {
  AuditEntry entry = EntryOf(*policy_);
  entry.has_original = true;
  entry.original_lo = ParseAddress("192.0.2.1")->lo;
  entry.original_port = 8443;
  EndedFlow live = EndOf(entry.tuple);
  live.tuple.destination = *ParseAddress("192.0.2.1");
  live.tuple.destination_port = 8443;
  live.answered_to = {*ParseAddress("203.0.113.200"), 50'001};
  conntrack_->live = live;
  recorder_->Start();
  ring_.Push(entry);
  GW_ASSERT_OK_AND_ASSIGN(const auto store, AuditStore::Open(path_, AuditStore::Mode::kReadOnly));
  EXPECT_TRUE(Until([&] {
    const auto found = store->Find(1);
    return found.ok() && *found && (*found)->translated_source == live.answered_to;
  }));
  const AuditRecord record = OnlyRecord();
  EXPECT_EQ(record.original_destination, (TransportAddress{*ParseAddress("192.0.2.1"), 8443}));
  EXPECT_EQ(record.end, std::nullopt);
}

TEST_F(RecorderTest, DeniedFlowHasNoEnd) {
  recorder_->Start();
  const AuditEntry denied = EntryOf(*policy_, 80);
  ASSERT_EQ(denied.decision.verdict, Verdict::kDeny);
  ring_.Push(denied);
  ASSERT_TRUE(WaitForWritten(1));
  conntrack_->Put(EndOf(denied.tuple));
  EXPECT_EQ(OnlyRecord().end, std::nullopt);
}

// Who is refused at once: connection tracking has forgotten the flow before the worker has recorded
// what it answered.
TEST_F(RecorderTest, EndThatComesBeforeItsDecisionIsNotLost) {
  recorder_->Start();
  const AuditEntry entry = EntryOf(*policy_);
  const EndedFlow ended = EndOf(entry.tuple);
  conntrack_->Put(ended);
  ASSERT_TRUE(Until([&] { return conntrack_->Empty(); }));
  ring_.Push(entry);
  EXPECT_EQ(OnlyRecord().end, ended.end);
}

TEST_F(RecorderTest, FlowsThatCannotBeToldApartGetNoEnd) {
  recorder_->Start();
  AuditEntry ping = EntryOf(*policy_);
  ping.tuple = Tuple{.source = *ParseAddress(kClient),
                     .destination = *ParseAddress(kGateway),
                     .protocol = kProtocolIcmp,
                     .icmp_type = 8};
  ring_.Push(ping);
  ring_.Push(ping);
  ASSERT_TRUE(WaitForWritten(2));
  conntrack_->Put(EndOf(ping.tuple));
  conntrack_->Put(EndOf(ping.tuple));
  for (const AuditRecord& record : Records()) EXPECT_EQ(record.end, std::nullopt);
}

TEST_F(RecorderTest, LostEndsAreCountedApart) {
  recorder_->Start();
  conntrack_->lost = 3;
  EXPECT_THAT(Events(), Contains("lost: 3 ends of flows were not recorded"));
  EXPECT_EQ(recorder_->lost(), 0u);
}

// ---- the disk -------------------------------------------------------------------------------

TEST_F(RecorderTest, WhatWasWrittenIsPutOnTheDiskOnceASecondAndWhenItStops) {
  recorder_->Start();
  ring_.Push(EntryOf(*policy_));
  ASSERT_TRUE(Until([&] { return store_->syncs > 0; })) << "an idle recorder does not sync";
  absl::SleepFor(absl::Milliseconds(100));
  EXPECT_EQ(store_->syncs, 1) << "with nothing new";
  ring_.Push(EntryOf(*policy_));
  ASSERT_TRUE(WaitForWritten(2));
  recorder_->Stop();
  EXPECT_EQ(store_->syncs, 2);
}

TEST_F(RecorderTest, KeepsWhatTheSettingsSay) {
  recorder_->Start();
  const Settings& settings = policy_->snapshot->settings();
  store_->hash_chain = !settings.audit_hash_chain;
  ASSERT_TRUE(Until([&] { return store_->bytes_max > 0 && store_->kept_for_hours > 0; }));
  EXPECT_TRUE(Until([&] { return store_->hash_chain == settings.audit_hash_chain; }));
  EXPECT_EQ(store_->bytes_max, static_cast<int64_t>(settings.audit_max_bytes));
  EXPECT_EQ(store_->kept_for_hours, settings.audit_retention_days * 24);
}

TEST_F(RecorderTest, HashChainThatCannotBeKeptAsTheSettingsSayIsSaidOnce) {
  store_->chain_fails = true;
  recorder_->Start();
  ASSERT_TRUE(Until([&] { return !recorder_->problems().hash_chain.empty(); }));
  EXPECT_EQ(recorder_->problems().hash_chain, "the hash chain cannot be started: disk full");
  EXPECT_EQ(recorder_->problems().store, "");
  absl::SleepFor(absl::Milliseconds(1500));  // it was tried again
  store_->chain_fails = false;
  ASSERT_TRUE(Until([&] { return recorder_->problems().hash_chain.empty(); }));
  EXPECT_THAT(Events(), ElementsAre("error: the hash chain cannot be started: disk full",
                                    "chain: the hash chain is as the settings say again"));
}

// ---- what a record says ---------------------------------------------------------------------

TEST_F(RecorderTest, RecordSaysTheDecisionInWords) {
  ring_.Push(EntryOf(*policy_));
  recorder_->Start();
  const AuditRecord record = OnlyRecord();
  EXPECT_EQ(record.time, absl::FromUnixNanos(1'700'000'000'123'456'789));
  EXPECT_EQ(record.hook, Hook::kInput);
  EXPECT_EQ(record.in, "eth0");
  EXPECT_EQ(record.out, "");
  EXPECT_EQ(record.tuple, Tcp(kClient, kGateway, 443));
  EXPECT_EQ(record.verdict, Verdict::kAllow);
  EXPECT_FALSE(record.rejected);
  EXPECT_EQ(record.decided_by, "policy:web/ingress/1");
  EXPECT_EQ(record.tier, "default");
  EXPECT_EQ(record.in_endpoint, "wan");
  EXPECT_EQ(record.out_endpoint, "");
  EXPECT_EQ(record.revision, 101);
  EXPECT_EQ(record.generation, 11u);
  EXPECT_FALSE(record.redecided);
  EXPECT_EQ(record.pending_verdict, Verdict::kDeny);
  EXPECT_EQ(record.pending_decided_by, "policy:closed/ingress/0");
  EXPECT_THAT(record.logs, ElementsAre("web/ingress/0"));
}

TEST_F(RecorderTest, EndOfTierNamesItsTier) {
  ring_.Push(EntryOf(*policy_, 80));
  recorder_->Start();
  const AuditRecord record = OnlyRecord();
  EXPECT_EQ(record.verdict, Verdict::kDeny);
  EXPECT_EQ(record.decided_by, "end-of-tier:default/ingress");
  EXPECT_EQ(record.tier, "default");
}

TEST_F(RecorderTest, RecordKeepsHowThePacketWasAnswered) {
  AuditEntry entry = EntryOf(*policy_, 80);
  entry.rejected = true;
  entry.redecided = true;
  ring_.Push(entry);
  recorder_->Start();
  const AuditRecord record = OnlyRecord();
  EXPECT_TRUE(record.rejected);
  EXPECT_TRUE(record.redecided);
}

TEST_F(RecorderTest, MalformedPacketHasAReasonOfItsOwn) {
  AuditEntry entry;
  entry.policy_number = 1;
  entry.in_index = kEth0;
  entry.malformed = true;
  entry.decision.verdict = Verdict::kDeny;
  ring_.Push(entry);
  recorder_->Start();
  const AuditRecord record = OnlyRecord();
  EXPECT_EQ(record.decided_by, "malformed-packet");
  EXPECT_EQ(record.verdict, Verdict::kDeny);
  EXPECT_EQ(record.pending_decided_by, "malformed-packet");
  EXPECT_EQ(record.pending_verdict, Verdict::kDeny);
  EXPECT_EQ(record.tier, "");
  EXPECT_EQ(record.in, "eth0");
}

TEST_F(RecorderTest, InterfacesAreNamedWithTheirEndpoints) {
  AuditEntry entry = EntryOf(*policy_);
  entry.hook = Hook::kForward;
  entry.in_index = kCali1;
  entry.out_index = kEth1;
  ring_.Push(entry);
  entry.in_index = kNotListed;
  ring_.Push(entry);
  recorder_->Start();
  const std::vector<AuditRecord> records = Records();
  ASSERT_THAT(records, SizeIs(2));
  EXPECT_EQ(records[1].in, "cali1");
  EXPECT_EQ(records[1].in_endpoint, "pod");
  EXPECT_EQ(records[1].out, "eth1");
  EXPECT_EQ(records[1].out_endpoint, "") << "no endpoint governs it";
  EXPECT_EQ(records[0].in, "#99");
  EXPECT_EQ(records[0].in_endpoint, "");
}

// ---- which policy ---------------------------------------------------------------------------

// An entry waits in the ring while the next policy comes into force.
TEST_F(RecorderTest, RecordKeepsTheLabelsAndTheVersionOfTheRule) {
  auto model = std::make_shared<Model>(ModelOf({
      Hep("wan", "eth0", {{"zone", "uplink"}}),
      testing::Set("clients", {{"role", "client"}}, {testing::Net("198.51.100.0/24")}),
      Gnp("web", "", {DoesTcp(RuleAction::kAllow, 443)}),
  }));
  auto policy = std::make_shared<EnforcedPolicy>(*EnforcedPolicyOf(*model, {.number = 2}));
  policy->known = std::make_shared<const KnownAddresses>(model, testing::GatewaySite());
  recorder_->AddPolicy(policy);
  ring_.Push(EntryOf(*policy));
  recorder_->Start();
  const AuditRecord record = OnlyRecord();
  EXPECT_EQ(record.in_endpoint, "wan");
  EXPECT_EQ(record.in_labels, (Labels{{"zone", "uplink"}}));
  EXPECT_EQ(record.out_labels, Labels());
  EXPECT_THAT(record.source_party, ElementsAre(KnownObject{"clients", {{"role", "client"}}}));
  EXPECT_THAT(record.destination_party, ElementsAre(KnownObject{"wan", {{"zone", "uplink"}}}));
  const Policy& web = model->policies.at("web");
  EXPECT_EQ(record.rule_version, RuleVersion(web, Direction::kIngress, web.ingress.at(0)));
}

TEST_F(RecorderTest, EntryIsNamedByThePolicyThatDecidedIt) {
  const auto second = PolicyNumber(2, "renamed");
  recorder_->AddPolicy(second);
  ring_.Push(EntryOf(*policy_));
  ring_.Push(EntryOf(*second));
  ring_.Push(EntryOf(*policy_));
  recorder_->Start();
  const std::vector<AuditRecord> records = Records();
  ASSERT_THAT(records, SizeIs(3));
  EXPECT_EQ(records[2].decided_by, "policy:web/ingress/1");
  EXPECT_EQ(records[1].decided_by, "policy:renamed/ingress/1");
  EXPECT_EQ(records[1].revision, 102);
  EXPECT_EQ(records[1].generation, 12u);
  EXPECT_EQ(records[0].decided_by, "policy:web/ingress/1");
}

TEST_F(RecorderTest, EntryOfAPolicyThatIsNotKnownIsCountedAsLost) {
  ring_.Push(EntryOf(*PolicyNumber(2)));
  ring_.Push(EntryOf(*policy_));
  recorder_->Start();
  EXPECT_THAT(Records(), SizeIs(1));
  EXPECT_EQ(recorder_->lost(), 1u);
  EXPECT_THAT(Events(), ElementsAre("lost: 1 decisions were not recorded"));
}

TEST_F(RecorderTest, OldPoliciesAreLetGoInTheEnd) {
  std::weak_ptr<const EnforcedPolicy> second;
  {
    const auto policy = PolicyNumber(2);
    second = policy;
    recorder_->AddPolicy(policy);
  }
  for (uint64_t number = 3; number < 65; ++number) recorder_->AddPolicy(policy_);
  EXPECT_FALSE(second.expired());
  for (uint64_t number = 65; number < 70; ++number) recorder_->AddPolicy(policy_);
  EXPECT_TRUE(second.expired());
}

// ---- events ---------------------------------------------------------------------------------

TEST_F(RecorderTest, EventsAreWrittenInOrder) {
  recorder_->Start();
  for (int i = 0; i < 20; ++i) recorder_->AddEvent("policy", absl::StrCat(i));
  const std::vector<std::string> events = Events();
  ASSERT_THAT(events, SizeIs(20));
  for (size_t i = 0; i < events.size(); ++i) EXPECT_EQ(events[i], absl::StrCat("policy: ", i));
}

TEST_F(RecorderTest, EventsWaitForAStoreThatFails) {
  store_->fails = true;
  recorder_->Start();
  recorder_->AddEvent("policy", "first");
  ASSERT_TRUE(Until([&] { return store_->attempts >= 2; }));
  recorder_->AddEvent("policy", "second");
  store_->fails = false;
  EXPECT_THAT(Events(), ElementsAre("policy: first", "policy: second"));
}

TEST_F(RecorderTest, OfVeryManyEventsTheNewestWait) {
  store_->fails = true;
  for (int i = 0; i < 1005; ++i) recorder_->AddEvent("policy", absl::StrCat(i));
  recorder_->Start();
  ASSERT_TRUE(Until([&] { return store_->attempts >= 2; }));
  store_->fails = false;
  const std::vector<std::string> events = Events();
  ASSERT_THAT(events, SizeIs(1000));
  EXPECT_EQ(events.front(), "policy: 5");
  EXPECT_EQ(events.back(), "policy: 1004");
}

// ---- losses ---------------------------------------------------------------------------------

TEST_F(RecorderTest, LossesAreCountedExactlyAndRecordedWhenTheStoreWorksAgain) {
  recorder_->Start();
  ring_.Push(EntryOf(*policy_));
  ASSERT_TRUE(WaitForWritten(1));
  store_->fails = true;
  for (int i = 0; i < 100; ++i) ring_.Push(EntryOf(*policy_));
  ASSERT_TRUE(WaitForLost(100));
  store_->fails = false;
  ring_.Push(EntryOf(*policy_));
  ASSERT_TRUE(WaitForWritten(2));
  EXPECT_THAT(Records(), SizeIs(2));
  EXPECT_EQ(recorder_->written(), 2u);
  EXPECT_EQ(recorder_->lost(), 100u);
  EXPECT_THAT(Events(), ElementsAre("lost: 100 decisions were not recorded"));
}

TEST_F(RecorderTest, EveryLossIsReportedOnce) {
  recorder_->Start();
  for (int round = 1; round <= 2; ++round) {
    store_->fails = true;
    for (int i = 0; i < round; ++i) ring_.Push(EntryOf(*policy_));
    ASSERT_TRUE(WaitForLost(round == 1 ? 1 : 3));
    store_->fails = false;
    ring_.Push(EntryOf(*policy_));
    ASSERT_TRUE(WaitForWritten(static_cast<uint64_t>(round)));
  }
  EXPECT_THAT(Events(), ElementsAre("lost: 1 decisions were not recorded",
                                    "lost: 2 decisions were not recorded"));
}

// The last thing a daemon says is an event; nothing else may come to show that the disk is back.
TEST_F(RecorderTest, LossIsRecordedAlsoIfOnlyAnEventFollows) {
  store_->fails = true;
  recorder_->Start();
  ring_.Push(EntryOf(*policy_));
  ASSERT_TRUE(WaitForLost(1));
  store_->fails = false;
  recorder_->AddEvent("stop", "by the administrator");
  EXPECT_THAT(Events(),
              ElementsAre("stop: by the administrator", "lost: 1 decisions were not recorded"));
}

TEST_F(RecorderTest, StoreThatCannotBeOpenedYetIsAskedForAgain) {
  std::atomic<bool> opens{false};
  Recorder recorder(nullptr, nullptr, nullptr, {&ring_},
                    [&]() -> absl::StatusOr<std::unique_ptr<AuditStore>> {
                      if (!opens) return absl::UnavailableError("read-only");
                      return AuditStore::Open(path_, AuditStore::Mode::kWriter);
                    });
  recorder.AddPolicy(policy_);
  recorder.AddEvent("start", "");
  recorder.Start();
  for (int i = 0; i < 3; ++i) ring_.Push(EntryOf(*policy_));
  ASSERT_TRUE(Until([&] { return recorder.lost() == 3; }));
  opens = true;
  ASSERT_TRUE(Until([&] {
    ring_.Push(EntryOf(*policy_));
    return recorder.written() > 0;
  }));
  recorder.Stop();
  EXPECT_EQ(Records().size(), recorder.written());
  EXPECT_THAT(Events(), ElementsAre("start: ", absl::StrCat("lost: ", recorder.lost(),
                                                            " decisions were not recorded")));
}

// Who has a file open keeps a disk that failed from being unmounted and checked.
TEST_F(RecorderTest, StoreThatFailsIsLetGoAndOpenedAnew) {
  const auto control = std::make_shared<StoreControl>();
  const std::weak_ptr<StoreControl> held = control;
  std::atomic<int> opens{0};
  std::atomic<bool> read_only{false};
  const auto open =
      [&, path = folder_.File("other.db")]() -> absl::StatusOr<std::unique_ptr<AuditStore>> {
    ++opens;
    if (read_only) return absl::UnavailableError("read-only: remount it");
    auto store = AuditStore::Open(path, AuditStore::Mode::kWriter);
    if (!store.ok()) return store.status();
    return std::make_unique<FailingStore>(*std::move(store), held.lock());
  };
  Recorder recorder(nullptr, nullptr, nullptr, {&ring_}, open);
  recorder.AddPolicy(policy_);
  recorder.Start();
  ring_.Push(EntryOf(*policy_));
  ASSERT_TRUE(Until([&] { return recorder.written() == 1; }));
  EXPECT_EQ(opens, 1);
  EXPECT_EQ(held.use_count(), 2);
  EXPECT_EQ(recorder.problems().store, "");

  read_only = true;
  control->fails = true;
  ring_.Push(EntryOf(*policy_));
  ASSERT_TRUE(Until([&] { return recorder.lost() == 1; }));
  ASSERT_TRUE(Until([&] { return held.use_count() == 1; })) << "it is let go of";
  EXPECT_TRUE(Until([&] { return recorder.problems().store == "read-only: remount it"; }));
  control->fails = false;
  read_only = false;
  ASSERT_TRUE(Until([&] { return recorder.problems().store.empty(); }));
  recorder.Stop();
  EXPECT_LE(opens, 5) << "once a second";
}

// On a full disk, nobody could read the log while no one has it open.
TEST_F(RecorderTest, StoreThatCanBeOpenedAnewIsNotLetGoBefore) {
  const auto control = std::make_shared<StoreControl>();
  std::atomic<int64_t> held_while_opening{0};
  const auto open =
      [&, path = folder_.File("other.db")]() -> absl::StatusOr<std::unique_ptr<AuditStore>> {
    held_while_opening = control.use_count();
    auto store = AuditStore::Open(path, AuditStore::Mode::kWriter);
    if (!store.ok()) return store.status();
    return std::make_unique<FailingStore>(*std::move(store), control);
  };
  Recorder recorder(*open(), nullptr, nullptr, {&ring_}, open);
  recorder.AddPolicy(policy_);
  recorder.Start();
  control->fails = true;
  ring_.Push(EntryOf(*policy_));
  ASSERT_TRUE(Until([&] { return recorder.lost() == 1; }));
  EXPECT_TRUE(Until([&] { return held_while_opening == 2; }));
  recorder.Stop();
}

// What was written and not put on the disk goes with it.
TEST_F(RecorderTest, WhatAFailedDiskTakesWithItIsLost) {
  const std::string now_path = folder_.File("now.db");
  const std::string then_path = folder_.File("then.db");
  const auto control = std::make_shared<StoreControl>();
  GW_ASSERT_OK_AND_ASSIGN(auto store, AuditStore::Open(now_path, AuditStore::Mode::kWriter));
  Recorder recorder(std::make_unique<FailingStore>(std::move(store), control), nullptr,
                    std::make_unique<FakeConntrackLog>(conntrack_), {&ring_},
                    [&] { return AuditStore::Open(then_path, AuditStore::Mode::kWriter); });
  recorder.AddPolicy(policy_);
  recorder.Start();
  AuditEntry entry = EntryOf(*policy_);
  ring_.Push(entry);
  ASSERT_TRUE(Until([&] { return recorder.written() == 1 && control->syncs > 0; }));
  {
    GW_ASSERT_OK_AND_ASSIGN(Database now, Database::Open(now_path, Database::Access::kReadOnly));
    ASSERT_OK(now.Execute(absl::StrCat("VACUUM INTO '", then_path, "'")));
  }
  control->sync_fails = true;
  recorder.AddEvent("policy", "5");
  entry.tuple.source_port = 1;
  ring_.Push(entry);
  ring_.Push(EntryOf(*policy_));
  ASSERT_TRUE(Until([&] { return recorder.written() == 3; }));
  control->fails = true;
  ring_.Push(EntryOf(*policy_));
  ASSERT_TRUE(Until([&] { return recorder.lost() == 3; }));
  EXPECT_EQ(recorder.written(), 1u);

  // The next decision has the id of the second, of which no end belongs to it.
  AuditEntry next = EntryOf(*policy_);
  next.tuple.source_port = 2;
  ring_.Push(next);
  ASSERT_TRUE(Until([&] { return recorder.written() == 2; }));
  conntrack_->Put(EndOf(entry.tuple));
  recorder.Stop();
  GW_ASSERT_OK_AND_ASSIGN(store, AuditStore::Open(then_path, AuditStore::Mode::kReadOnly));
  GW_ASSERT_OK_AND_ASSIGN(const auto records, store->Query({}));
  ASSERT_THAT(records, SizeIs(2));
  EXPECT_EQ(records[0].tuple.source_port, 2);
  EXPECT_EQ(records[0].end, std::nullopt);
  GW_ASSERT_OK_AND_ASSIGN(const auto events, store->Events({}));
  int64_t lost = 0;
  int policies = 0;
  for (const AuditEvent& event : events) {
    if (event.kind == "policy") ++policies;
    int64_t number = 0;
    if (event.kind == "lost" && absl::SimpleAtoi(event.text.substr(0, 1), &number)) lost += number;
  }
  EXPECT_EQ(lost, 3);
  EXPECT_EQ(policies, 1) << "it is written again";
}

// Nothing else has to be decided.
TEST_F(RecorderTest, LossIsRecordedAlsoIfNothingFollows) {
  store_->fails = true;
  recorder_->Start();
  ring_.Push(EntryOf(*policy_));
  ASSERT_TRUE(WaitForLost(1));
  store_->fails = false;
  GW_ASSERT_OK_AND_ASSIGN(const auto store, AuditStore::Open(path_, AuditStore::Mode::kReadOnly));
  EXPECT_TRUE(Until([&] {
    const auto events = store->Events({});
    return events.ok() && events->size() == 1;
  }));
  EXPECT_THAT(Events(), ElementsAre("lost: 1 decisions were not recorded"));
}

// A row that stands for many.
TEST_F(RecorderTest, LostRepeatsAreAsManyDecisions) {
  AuditEntry entry = EntryOf(*policy_, 80);
  entry.learned = true;
  ring_.Push(entry);
  recorder_->Start();
  ASSERT_TRUE(WaitForWritten(1));
  store_->fails = true;
  recorder_->AddRepeats({{kEth0, kProtocolTcp, testing::Addr(kGateway), 80, 1234}});
  ASSERT_TRUE(WaitForLost(1));
  store_->fails = false;
  EXPECT_THAT(Events(), ElementsAre("lost: 1234 decisions were not recorded"));
  EXPECT_EQ(recorder_->lost(), 1234u);
}

TEST_F(RecorderTest, EndsThatCouldNotBeWrittenAreLost) {
  recorder_->Start();
  const AuditEntry entry = EntryOf(*policy_);
  ring_.Push(entry);
  ASSERT_TRUE(WaitForWritten(1));
  store_->fails = true;
  conntrack_->Put(EndOf(entry.tuple));
  ASSERT_TRUE(Until([&] { return store_->flow_attempts > 0; }));
  store_->fails = false;
  EXPECT_THAT(Events(), ElementsAre("lost: 1 ends of flows were not recorded"));
  EXPECT_EQ(OnlyRecord().end, std::nullopt);
  EXPECT_EQ(recorder_->lost(), 0u);
}

TEST_F(RecorderTest, WhatAFullRingRefusedIsLost) {
  for (int i = 0; i < 7; ++i) other_ring_.Push(EntryOf(*policy_));
  recorder_->Start();
  EXPECT_THAT(Records(), SizeIs(4));
  EXPECT_EQ(recorder_->lost(), 3u);
  EXPECT_THAT(Events(), ElementsAre("lost: 3 decisions were not recorded"));
}

TEST_F(RecorderTest, WhatTheKernelCouldNotDeliverIsLost) {
  kernel_->lost = 5;
  recorder_->Start();
  EXPECT_THAT(Events(), ElementsAre("lost: 5 decisions were not recorded"));
  EXPECT_EQ(recorder_->lost(), 5u);
}

// ---- the kernel's log -----------------------------------------------------------------------

TEST_F(RecorderTest, WhatTheKernelAcceptedItselfIsRecordedWithItsReason) {
  KernelLogEntry entry;
  entry.in_index = kEth0;
  entry.tuple = Tcp(kClient, kGateway, 22);
  entry.prefix = "failsafe:tcp:22";
  kernel_->Put(entry);
  recorder_->Start();
  const AuditRecord record = OnlyRecord();
  EXPECT_EQ(record.verdict, Verdict::kAllow);
  EXPECT_EQ(record.decided_by, "failsafe:tcp:22");
  EXPECT_EQ(record.pending_decided_by, "failsafe:tcp:22");
  EXPECT_EQ(record.in, "eth0");
  EXPECT_EQ(record.in_endpoint, "wan");
  EXPECT_EQ(record.tuple, Tcp(kClient, kGateway, 22));
  EXPECT_EQ(record.revision, 101);
  EXPECT_LT(absl::Now() - record.time, absl::Minutes(1));
}

TEST_F(RecorderTest, KernelLogIsReadToItsEndAlsoWhereThatTakesSeveralTurns) {
  for (int i = 0; i < 95; ++i) kernel_->Put({});
  recorder_->Start();
  EXPECT_THAT(Records(), SizeIs(95));
}

TEST_F(RecorderTest, KernelLogIsNamedByTheNewestPolicy) {
  recorder_->AddPolicy(PolicyNumber(2));
  kernel_->Put({});
  recorder_->Start();
  EXPECT_EQ(OnlyRecord().revision, 102);
}

// ---- what the kernel learned ----------------------------------------------------------------

KernelLogEntry Learned(uint32_t generation, uint16_t port = 443) {
  KernelLogEntry entry;
  entry.in_index = kEth0;
  entry.tuple = Tcp(kClient, kGateway, port);
  entry.kind = KernelLogEntry::Kind::kLearned;
  entry.generation = generation;
  return entry;
}

TEST_F(RecorderTest, LearnedAcceptIsRecordedAsThePolicyOfItsGenerationDecides) {
  recorder_->AddPolicy(PolicyNumber(2, "later"));
  kernel_->Put(Learned(11));
  recorder_->Start();
  const AuditRecord record = OnlyRecord();
  EXPECT_EQ(record.verdict, Verdict::kAllow);
  EXPECT_EQ(record.decided_by, "policy:web/ingress/1");
  EXPECT_EQ(record.tier, "default");
  EXPECT_EQ(record.in_endpoint, "wan");
  EXPECT_EQ(record.revision, 101);
  EXPECT_EQ(record.generation, 11u);
  EXPECT_EQ(record.pending_decided_by, "policy:closed/ingress/0");
}

TEST_F(RecorderTest, LearnedAcceptOfAGenerationThatNobodyKnowsIsLostAndCounted) {
  kernel_->Put(Learned(99));
  recorder_->Start();
  EXPECT_TRUE(WaitForLost(1));
  EXPECT_THAT(Records(), IsEmpty());
}

RepeatedDenial Repeat(uint16_t port, int64_t packets) {
  return {kEth0, kProtocolTcp, testing::Addr(kGateway), port, packets};
}

TEST_F(RecorderTest, RepeatedDenialSaysHowOftenWhatWasDecidedOnce) {
  AuditEntry entry = EntryOf(*policy_, 80);
  entry.learned = true;
  ring_.Push(entry);
  recorder_->AddRepeats({Repeat(80, 1234)});
  recorder_->Start();
  const std::vector<AuditRecord> records = Records();
  ASSERT_THAT(records, SizeIs(2));
  EXPECT_EQ(records[1].repeats, 0);
  AuditRecord expected = records[1];
  expected.id = records[0].id;
  expected.time = records[0].time;
  EXPECT_EQ(records[0].repeats, 1234);
  EXPECT_EQ(records[0].verdict, Verdict::kDeny);
  EXPECT_EQ(records[0].decided_by, records[1].decided_by);
  EXPECT_EQ(records[0].tuple.source, Address());
  EXPECT_EQ(records[0].tuple.source_port, 0);
  EXPECT_EQ(records[0].tuple.destination, testing::Addr(kGateway));
  EXPECT_EQ(records[0].tuple.destination_port, 80);
  EXPECT_EQ(records[0].revision, 101);
}

TEST_F(RecorderTest, RepeatOfWhatNobodyRemembersIsAnEvent) {
  recorder_->AddRepeats({Repeat(80, 3), Repeat(81, 4)});
  recorder_->Start();
  EXPECT_THAT(Events(), ElementsAre("denied: 7 packets denied in the kernel, as some were before"));
  EXPECT_THAT(Records(), IsEmpty());
}

// ---- streams --------------------------------------------------------------------------------

std::shared_ptr<const EnforcedPolicy> PolicyWithLines(const std::string& path) {
  Model model = Gateway();
  testing::SetParameter(model, "auditJsonLines", path);
  return EnforcedPolicyOf(model, {.number = 2, .revision = 102, .generation = 12});
}

std::vector<std::string> LinesOf(const std::string& path) {
  std::vector<std::string> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

TEST_F(RecorderTest, StreamHasWhatWasWrittenFromTheNextPolicyOn) {
  const std::string path = folder_.File("audit.json");
  recorder_->Start();
  ring_.Push(EntryOf(*policy_));
  ASSERT_TRUE(WaitForWritten(1));
  EXPECT_THAT(recorder_->streams(), IsEmpty());
  const auto policy = PolicyWithLines(path);
  recorder_->AddPolicy(policy);
  AuditEntry entry = EntryOf(*policy);
  entry.redecided = true;
  entry.has_original = true;
  entry.original_lo = testing::Addr("203.0.113.9").lo;
  entry.original_port = 8443;
  ring_.Push(entry);
  ASSERT_TRUE(WaitForWritten(2));
  conntrack_->Put(EndOf(entry.tuple));
  ASSERT_TRUE(Until([&] {
    const auto streams = recorder_->streams();
    return !streams.empty() && streams[0].written == 2;
  }));
  recorder_->AddEvent("stop", "the end");
  const std::vector<AuditRecord> records = Records();
  ASSERT_THAT(records, SizeIs(2));
  AuditRecord decided = records[0];
  ASSERT_TRUE(decided.end);
  AuditFlow end;
  end.id = decided.id;
  end.end = decided.end;
  decided.end.reset();
  const std::vector<std::string> lines = LinesOf(path);
  ASSERT_THAT(lines, SizeIs(3));
  EXPECT_EQ(lines[0], AuditLine(decided));
  EXPECT_EQ(lines[1], AuditLine(end, entry.tuple, absl::Now()));
  EXPECT_THAT(lines[2], ::testing::HasSubstr("\"event\":\"stop\""));
  const std::vector<StreamState> streams = recorder_->streams();
  ASSERT_THAT(streams, SizeIs(1));
  EXPECT_EQ(streams[0].target, path);
  EXPECT_EQ(streams[0].written, 3);
  EXPECT_EQ(streams[0].dropped, 0);
}

TEST_F(RecorderTest, WhatAStreamMissesIsAnEventAndTheAuditLogIsWhole) {
  recorder_->AddPolicy(PolicyWithLines(folder_.File("nowhere/audit.json")));
  recorder_->Start();
  for (int i = 0; i < 1000; ++i) ring_.Push(EntryOf(*policy_));
  ASSERT_TRUE(WaitForWritten(1000));
  const std::vector<std::string> events = Events();
  EXPECT_THAT(events,
              Contains(::testing::StartsWith("error: the stream of JSON lines: cannot open `")));
  // With them goes the event about the error, if it came in time.
  EXPECT_THAT(events, Contains(::testing::AnyOf(
                          "stream: 1000 records are missing in the stream of JSON lines",
                          "stream: 1001 records are missing in the stream of JSON lines")));
  EXPECT_EQ(recorder_->lost(), 0u);
}

// ---- start and stop -------------------------------------------------------------------------

TEST_F(RecorderTest, StopWritesWhatIsLeft) {
  recorder_->Start();
  for (size_t i = 0; i < kAuditRingEntries; ++i) ring_.Push(EntryOf(*policy_));
  other_ring_.Push(EntryOf(*policy_));
  kernel_->Put({});
  recorder_->AddEvent("stop", "");
  EXPECT_THAT(Records(), SizeIs(kAuditRingEntries + 2));
  EXPECT_EQ(recorder_->written(), kAuditRingEntries + 2);
  EXPECT_EQ(recorder_->lost(), 0u);
  EXPECT_THAT(Events(), ElementsAre("stop: "));
}

TEST_F(RecorderTest, StopEndsWithAStoreThatFails) {
  store_->fails = true;
  recorder_->Start();
  for (int i = 0; i < 1000; ++i) ring_.Push(EntryOf(*policy_));
  recorder_->AddEvent("stop", "");
  recorder_->Stop();
  EXPECT_EQ(recorder_->lost(), 1000u);
  EXPECT_EQ(recorder_->written(), 0u);
}

TEST_F(RecorderTest, RecordsComeWithoutAskingForThem) {
  recorder_->Start();
  ring_.Push(EntryOf(*policy_));
  EXPECT_TRUE(WaitForWritten(1));
  ring_.Push(EntryOf(*policy_));
  EXPECT_TRUE(WaitForWritten(2));
}

}  // namespace
}  // namespace gw
