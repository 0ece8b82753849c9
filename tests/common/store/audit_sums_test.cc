// What AuditStore sums up, and conditions that exclude.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/store/audit_store.h"
#include "common/store/migrate.h"
#include "tests/common/store/temp_directory.h"
#include "tests/support/status_matchers.h"

namespace gw {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing::TempDirectory;

// The border of a slot.
constexpr int64_t kStart = 1'700'000'100;
static_assert(kStart % 900 == 0);

absl::Time At(int64_t second) { return absl::FromUnixSeconds(kStart + second); }

AuditRecord Flow(int64_t second, const char* source, Verdict verdict = Verdict::kAllow,
                 const char* decided_by = "policy:web/ingress/0") {
  AuditRecord record;
  record.time = At(second);
  record.in = "eth0";
  record.out = "eth1";
  record.tuple.source = *ParseAddress(source);
  record.tuple.destination = *ParseAddress("198.51.100.2");
  record.tuple.protocol = kProtocolTcp;
  record.tuple.source_port = 40000;
  record.tuple.destination_port = 443;
  record.verdict = record.pending_verdict = verdict;
  record.decided_by = record.pending_decided_by = decided_by;
  record.in_endpoint = "wan";
  return record;
}

class AuditSums : public ::testing::Test {
 protected:
  AuditSums() {
    auto store = AuditStore::Open(kMemoryDatabase, AuditStore::Mode::kWriter);
    EXPECT_OK(store);
    store_ = *std::move(store);
  }

  void Add(const std::vector<AuditRecord>& records) { ASSERT_OK(store_->Append(records)); }

  std::vector<AuditBucket> Buckets(const AuditQuery& query, int64_t since, int64_t until,
                                   size_t buckets) {
    const auto histogram = store_->Histogram(query, At(since), At(until), buckets);
    EXPECT_OK(histogram);
    return histogram.ok() ? histogram->buckets : std::vector<AuditBucket>();
  }

  // The sources that `condition` finds, newest first.
  std::vector<std::string> Sources(const AuditCondition& condition) {
    AuditQuery query;
    query.conditions = {condition};
    const auto found = store_->Query(query);
    EXPECT_OK(found);
    std::vector<std::string> sources;
    if (!found.ok()) return sources;
    for (const AuditRecord& record : *found) sources.push_back(ToString(record.tuple.source));
    return sources;
  }

  std::unique_ptr<AuditStore> store_;
};

// ---- conditions ---------------------------------------------------------------------------------

TEST_F(AuditSums, NetworksHoldAddressesOfTheirFamilyOnly) {
  // The IPv6 address begins with the bytes of 10.0.0.5.
  Add({Flow(0, "10.0.0.5"), Flow(1, "10.0.1.0"), Flow(2, "a00:5::1"), Flow(3, "2001:db8::1")});
  EXPECT_THAT(Sources(AuditCondition::Source(*ParsePrefix("10.0.0.0/24"))),
              ElementsAre("10.0.0.5"));
  EXPECT_THAT(Sources(AuditCondition::Source(*ParsePrefix("0.0.0.0/0"))),
              ElementsAre("10.0.1.0", "10.0.0.5"));
  EXPECT_THAT(Sources(AuditCondition::Source(*ParsePrefix("2001:db8::/32"))),
              ElementsAre("2001:db8::1"));
  EXPECT_THAT(Sources(AuditCondition::Destination(*ParsePrefix("198.51.100.0/24"))), SizeIs(4));
}

TEST_F(AuditSums, EveryConditionCanExclude) {
  AuditRecord other = Flow(1, "10.0.0.2", Verdict::kDeny, "end-of-tier:default/ingress");
  other.in = "wg0";
  other.out = "";
  other.in_endpoint = "";
  other.tuple.destination = *ParseAddress("203.0.113.1");
  other.tuple.protocol = kProtocolUdp;
  other.tuple.destination_port = 53;
  Add({Flow(0, "10.0.0.1"), other});
  for (const AuditCondition& condition :
       {AuditCondition::Source(*ParsePrefix("10.0.0.1/32")),
        AuditCondition::Source(*ParsePrefix("10.0.0.0/31")),
        AuditCondition::Destination(*ParsePrefix("198.51.100.0/24")),
        AuditCondition::Protocol(kProtocolTcp), AuditCondition::DestinationPort(443),
        AuditCondition::Interface("eth1"), AuditCondition::Endpoint("wan"),
        AuditCondition::DecidedBy("policy:web/ingress/0"), AuditCondition::DecidedBy("policy:*"),
        AuditCondition::HasVerdict(Verdict::kAllow)}) {
    EXPECT_THAT(Sources(condition), ElementsAre("10.0.0.1"));
    EXPECT_THAT(Sources(AuditCondition::Not(condition)), ElementsAre("10.0.0.2"));
  }
}

TEST_F(AuditSums, ATimeBeforeIsFoundAlsoAfterTheClockWentBack) {
  Add({Flow(100, "10.0.0.1"), Flow(10, "10.0.0.2"), Flow(200, "10.0.0.3")});
  AuditQuery query;
  query.since = At(50);
  GW_ASSERT_OK_AND_ASSIGN(const auto found, store_->Query(query));
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_EQ(ToString(found[1].tuple.source), "10.0.0.1");
}

// ---- histogram ----------------------------------------------------------------------------------

TEST_F(AuditSums, HistogramCountsWhatPassedWhatNotAndWhatStagedPoliciesWouldChange) {
  AuditRecord staged = Flow(12, "10.0.0.1");
  staged.pending_verdict = Verdict::kDeny;
  Add({Flow(-1, "10.0.0.1"), Flow(0, "10.0.0.1"), Flow(9, "10.0.0.1", Verdict::kNone), staged,
       Flow(15, "10.0.0.1", Verdict::kDeny), Flow(20, "10.0.0.1")});
  EXPECT_THAT(Buckets({}, 0, 20, 2), ElementsAre(AuditBucket{2, 0, 0}, AuditBucket{1, 1, 1}));
}

TEST_F(AuditSums, HistogramOnSlotsIsTheSameAsFromDecisions) {
  std::vector<AuditRecord> records;
  for (int i = 0; i < 400; ++i) {
    records.push_back(Flow(i * 37, "10.0.0.1", i % 3 == 0 ? Verdict::kDeny : Verdict::kAllow,
                           i % 2 == 0 ? "policy:a/ingress/0" : "policy:b/ingress/0"));
    if (i % 5 == 0) records.back().pending_verdict = Verdict::kNone;
  }
  Add(records);
  for (const std::vector<AuditCondition>& conditions :
       {std::vector<AuditCondition>(),
        {AuditCondition::DecidedBy("policy:a/*")},
        {AuditCondition::Not(AuditCondition::HasVerdict(Verdict::kDeny))}}) {
    AuditQuery slots;
    slots.conditions = conditions;
    // A condition that all fulfil, and that slots do not know.
    AuditQuery decisions = slots;
    decisions.conditions.push_back(AuditCondition::Protocol(kProtocolTcp));
    const auto expected = Buckets(decisions, 0, 3600 * 4, 8);
    EXPECT_EQ(Buckets(slots, 0, 3600 * 4, 8), expected);
    EXPECT_GT(expected[7].allowed, 0);
  }
}

TEST_F(AuditSums, ASpanThatIsNoneIsRefused) {
  EXPECT_TRUE(absl::IsInvalidArgument(store_->Histogram({}, At(0), At(0), 1).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(store_->Histogram({}, At(0), At(1), 0).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(store_->Histogram({}, At(0), At(1), 10'001).status()));
  EXPECT_OK(store_->Histogram({}, At(0), At(1), 10'000));
  EXPECT_TRUE(
      absl::IsInvalidArgument(store_->Histogram({}, absl::InfinitePast(), At(1), 10).status()));
}

// ---- top ----------------------------------------------------------------------------------------

TEST_F(AuditSums, TopIsMostFirstWithinTimeAndConditions) {
  Add({Flow(0, "10.0.0.1"), Flow(1, "10.0.0.2", Verdict::kDeny), Flow(2, "2001:db8::2"),
       Flow(3, "10.0.0.2"), Flow(9, "10.0.0.1")});
  AuditQuery query;
  query.until = At(8);
  GW_ASSERT_OK_AND_ASSIGN(const auto top, store_->Top(query, {"src"}, 2));
  const std::vector<AuditTop>& tops = top.tops;
  ASSERT_THAT(tops, SizeIs(2));
  EXPECT_EQ(tops[0], (AuditTop{"10.0.0.2", *ParseAddress("10.0.0.2"), 2, 1, At(3)}));
  EXPECT_EQ(tops[1].text, "10.0.0.1");
  query.conditions = {AuditCondition::HasVerdict(Verdict::kDeny)};
  EXPECT_THAT(store_->Top(query, {"dst"}, 9)->tops, SizeIs(1));
  EXPECT_EQ(store_->Top({}, {"rule"}, 9)->tops.front().count, 5);
}

TEST_F(AuditSums, TopByBytesIsOfWhatEnded) {
  std::vector<AuditRecord> records = {Flow(0, "10.0.0.1"), Flow(1, "10.0.0.2"), Flow(2, "10.0.0.1"),
                                      Flow(3, "10.0.0.3")};
  records[3].tuple.destination = records[3].tuple.source;
  ASSERT_OK(store_->Append(records));
  const auto ended = [](int64_t id, int64_t bytes, FlowEnd::Reason reason) {
    AuditFlow flow;
    flow.id = id;
    flow.end.emplace();
    flow.end->bytes_sent = 1;
    flow.end->bytes_received = bytes - 1;
    flow.end->reason = reason;
    return flow;
  };
  AuditFlow translated;
  translated.id = 3;
  translated.translated_source = TransportAddress{*ParseAddress("203.0.113.2"), 5};
  ASSERT_OK(store_->AppendFlows({ended(1, 700, FlowEnd::Reason::kClosed),
                                 ended(2, 1'000, FlowEnd::Reason::kReset), translated,
                                 ended(4, 500, FlowEnd::Reason::kClosed)}));
  const auto texts = [this](const AuditTopBy& by) {
    std::vector<std::string> found;
    const auto tops = store_->Top({}, by, 9);
    EXPECT_OK(tops);
    for (const AuditTop& top : tops->tops) {
      found.push_back(absl::StrCat(top.text, " ", top.count, " ", top.bytes));
    }
    return found;
  };
  const auto kBytes = AuditTopBy::Measure::kBytes;
  EXPECT_THAT(texts({"src", kBytes}),
              ElementsAre("10.0.0.2 1 1000", "10.0.0.1 1 700", "10.0.0.3 1 500"));
  EXPECT_THAT(texts({"end", kBytes}), ElementsAre("closed 2 1200", "reset 1 1000"));
  EXPECT_THAT(texts({"end"}), ElementsAre("closed 2 0", "none 1 0", "reset 1 0"));
  EXPECT_THAT(texts({"nat"}), ElementsAre("203.0.113.2 1 0"));
  EXPECT_THAT(texts({"nat", kBytes}), ElementsAre());
  // Sent to itself: once.
  EXPECT_THAT(texts({"addr", kBytes, "10.0.0.3"}), ElementsAre("10.0.0.3 1 500"));
}

// Each value once in a decision, wherever it comes from.
TEST_F(AuditSums, TopLabelsAreOfEndpointsAndOfWhatAddressesAreIn) {
  AuditRecord guest = Flow(0, "10.0.0.1");
  guest.in_labels = {{"role", "guest"}};
  guest.source_party = {{"phone", {{"role", "guest"}}}, {"floor", {{"role", "upstairs"}}}};
  AuditRecord server = Flow(1, "10.0.0.2");
  server.destination_party = {{"db", {{"role", "guest"}, {"Role", "other"}}}};
  AuditRecord none = Flow(2, "10.0.0.3");
  none.in_labels = {{"site", "guest"}};
  Add({guest, server, none});
  const auto texts = [this](const AuditTopBy& by) {
    std::vector<std::string> found;
    const auto tops = store_->Top({}, by, 9);
    EXPECT_OK(tops);
    for (const AuditTop& top : tops->tops) found.push_back(absl::StrCat(top.text, " ", top.count));
    return found;
  };
  EXPECT_THAT(texts({"label.role"}), ElementsAre("guest 2", "upstairs 1"));
  EXPECT_THAT(texts({"src.label.role"}), ElementsAre("guest 1", "upstairs 1"));
  EXPECT_THAT(texts({"dst.label.role"}), ElementsAre("guest 1"));
  EXPECT_THAT(texts({"label.Role"}), ElementsAre("other 1"));
  EXPECT_THAT(texts({"label.none"}), ElementsAre());
  EXPECT_THAT(texts({"label.role", AuditTopBy::Measure::kDecisions, "U"}),
              ElementsAre("upstairs 1"));
  EXPECT_THAT(texts({"label.role", AuditTopBy::Measure::kBytes}), ElementsAre());
}

TEST_F(AuditSums, TopRefusesWhatCannotBeSummed) {
  for (const char* field : {"colour", "time", "bytes", ""}) {
    EXPECT_TRUE(absl::IsInvalidArgument(store_->Top({}, {field}, 9).status())) << field;
  }
}

TEST_F(AuditSums, TopEndpointsCountBothSidesOnce) {
  AuditRecord across = Flow(0, "10.0.0.1");
  across.out_endpoint = "lan";
  AuditRecord within = Flow(1, "10.0.0.1");
  within.out_endpoint = "wan";
  AuditRecord none = Flow(2, "10.0.0.1");
  none.in_endpoint = "";
  Add({across, within, none});
  GW_ASSERT_OK_AND_ASSIGN(const auto top, store_->Top({}, {"endpoint"}, 9));
  const std::vector<AuditTop>& tops = top.tops;
  ASSERT_THAT(tops, SizeIs(2));
  EXPECT_EQ(tops[0].text, "wan");
  EXPECT_EQ(tops[0].count, 2);
  EXPECT_EQ(tops[1].text, "lan");
  EXPECT_EQ(tops[1].count, 1);
}

// ---- new pairs ----------------------------------------------------------------------------------

TEST_F(AuditSums, NewPairsAreThoseNeverSeenBefore) {
  AuditRecord other_port = Flow(11, "10.0.0.1");
  other_port.tuple.destination_port = 80;
  AuditRecord other_source_port = Flow(12, "10.0.0.1");
  other_source_port.tuple.source_port = 1;
  Add({Flow(0, "10.0.0.1"), Flow(1, "10.0.0.2")});
  Add({Flow(10, "10.0.0.1"), other_port, other_source_port, Flow(13, "10.0.0.3"),
       Flow(14, "10.0.0.3")});
  GW_ASSERT_OK_AND_ASSIGN(const auto pairs, store_->NewPairs(At(10), 9));
  ASSERT_THAT(pairs, SizeIs(2));
  EXPECT_EQ(pairs[0].time, At(13));
  EXPECT_EQ(pairs[1].tuple, other_port.tuple);
  EXPECT_THAT(*store_->NewPairs(At(10), 1), SizeIs(1));
  EXPECT_THAT(*store_->NewPairs(At(15), 9), IsEmpty());
}

// ---- rule hits ----------------------------------------------------------------------------------

TEST_F(AuditSums, RuleHitsByHourEndWithTheSlotOfNow) {
  const int64_t hour = 3600;
  Add({Flow(0, "10.0.0.1"), Flow(hour, "10.0.0.1"), Flow(2 * hour + 100, "10.0.0.1"),
       Flow(2 * hour + 50, "10.0.0.1", Verdict::kDeny, "end-of-tier:default/ingress")});
  // Now is in the first slot of the third hour, so hours end a quarter past.
  GW_ASSERT_OK_AND_ASSIGN(const RuleHitsResult hits,
                          store_->RuleHits(At(120), At(2 * hour + 120), 2));
  EXPECT_EQ(hits.width, absl::Hours(1));
  EXPECT_EQ(hits.since, At(900));
  EXPECT_EQ(hits.observed_since, At(0));
  ASSERT_THAT(hits.rules, SizeIs(2));
  EXPECT_EQ(hits.rules[0],
            (RuleHits{"end-of-tier:default/ingress", 0, 1, At(2 * hour + 50), {0, 1}}));
  EXPECT_EQ(hits.rules[1], (RuleHits{"policy:web/ingress/0", 0, 2, At(2 * hour + 100), {1, 1}}));
}

// A sum of packets from whatever source counts as so many decisions, and as nobody's.
TEST_F(AuditSums, RepeatsCountAsOftenAsTheySayAndHaveNoSource) {
  AuditRecord sum = Flow(10, "0.0.0.0", Verdict::kDeny, "end-of-tier:default/ingress");
  sum.repeats = 1'000;
  Add({Flow(5, "10.0.0.1", Verdict::kDeny, "end-of-tier:default/ingress"), sum});
  AuditQuery all;
  GW_ASSERT_OK_AND_ASSIGN(const auto records, store_->Query(all));
  ASSERT_THAT(records, SizeIs(2));
  EXPECT_EQ(records[0].repeats, 1'000);
  EXPECT_EQ(records[1].repeats, 0);
  EXPECT_EQ(*store_->CountSince(At(0)), 1'001);
  EXPECT_EQ((*store_->HitCounts(9))[0].count, 1'001);
  EXPECT_EQ(Buckets(all, 0, 20, 2)[1].denied, 1'000);
  const auto sources = store_->Top(all, {"src"}, 9);
  ASSERT_OK(sources);
  ASSERT_THAT(sources->tops, SizeIs(1));
  EXPECT_EQ(sources->tops[0].text, "10.0.0.1");
  const auto destinations = store_->Top(all, {"dst"}, 9);
  ASSERT_OK(destinations);
  EXPECT_EQ(destinations->tops[0].count, 1'001);
  EXPECT_EQ(destinations->tops[0].denied, 1'001);
  EXPECT_THAT(*store_->NewPairs(At(0), 9), SizeIs(1));
}

TEST_F(AuditSums, HitsAreThoseOfAVersionOfTheRule) {
  const auto flow = [](int64_t second, int64_t version, int64_t revision) {
    AuditRecord record = Flow(second, "10.0.0.1");
    record.rule_version = version;
    record.revision = revision;
    return record;
  };
  Add({flow(1, 77, 5), flow(2, 77, 4)});
  Add({flow(3, 77, 9), flow(4, 88, 10)});
  GW_ASSERT_OK_AND_ASSIGN(const auto counts, store_->HitCounts(9));
  ASSERT_THAT(counts, SizeIs(2));
  EXPECT_EQ(counts[0].version, 77);
  EXPECT_EQ(counts[0].count, 3);
  EXPECT_EQ(counts[0].first_revision, 4);
  EXPECT_EQ(counts[0].last, At(3));
  EXPECT_EQ(counts[1].version, 88);
  EXPECT_EQ(counts[1].first_revision, 10);
  GW_ASSERT_OK_AND_ASSIGN(const RuleHitsResult hits, store_->RuleHits(At(0), At(899), 1));
  ASSERT_THAT(hits.rules, SizeIs(2));
  EXPECT_EQ(hits.rules[0], (RuleHits{counts[0].decided_by, 77, 3, At(3), {3}}));
  EXPECT_EQ(hits.rules[1], (RuleHits{counts[0].decided_by, 88, 1, At(4), {1}}));
}

TEST_F(AuditSums, RuleHitsOfAnEmptyLog) {
  GW_ASSERT_OK_AND_ASSIGN(const RuleHitsResult hits, store_->RuleHits(At(0), At(86400), 24));
  EXPECT_THAT(hits.rules, IsEmpty());
  EXPECT_EQ(hits.observed_since, absl::InfiniteFuture());
}

// ---- events, interruption, migration
// --------------------------------------------------------------

TEST_F(AuditSums, EventsFollowAndPage) {
  for (const char* text : {"a", "b", "c"})
    ASSERT_OK(store_->AppendEvent({0, At(1), "start", text}));
  GW_ASSERT_OK_AND_ASSIGN(const auto newest, store_->Events({}));
  ASSERT_THAT(newest, SizeIs(3));
  EXPECT_EQ(newest[0].text, "c");
  AuditEventQuery after;
  after.after_id = newest[2].id;
  GW_ASSERT_OK_AND_ASSIGN(const auto followed, store_->Events(after));
  ASSERT_THAT(followed, SizeIs(2));
  EXPECT_EQ(followed[0].text, "b");
  AuditEventQuery late;
  late.since = At(2);
  EXPECT_THAT(*store_->Events(late), IsEmpty());
}

TEST_F(AuditSums, AnInterruptedQuestionIsCancelledAndTheNextIsNot) {
  std::vector<AuditRecord> records;
  for (int i = 0; i < 20'000; ++i) records.push_back(Flow(i, "10.0.0.1"));
  Add(records);
  store_->InterruptWhen([] { return true; });
  EXPECT_TRUE(absl::IsCancelled(store_->Top({}, {"src"}, 1).status()));
  store_->InterruptWhen(nullptr);
  EXPECT_OK(store_->Top({}, {"src"}, 1));
}

TEST(AuditMigration, SumsOfWhatWasRecordedBefore) {
  const TempDirectory directory;
  const std::string path = directory.File("audit.db");
  {
    Schema first = AuditSchema();
    first.migrations = first.migrations.first(1);
    GW_ASSERT_OK_AND_ASSIGN(Database old,
                            OpenDatabase(first, path, Database::Access::kCreate,
                                         Database::Synchronous::kNormal, absl::Seconds(5)));
    // Two decisions about one pair, of which staged policies would change the second.
    for (const char* pending : {"NULL, NULL", "2, 'policy:s/ingress/0'"}) {
      ASSERT_OK(old.Execute(absl::StrCat(
          "INSERT INTO decision VALUES (NULL, ", kStart,
          "000000000, 0, 'eth0', '', 6, x'0a000001', "
          "x'0a000002', 1, 443, 0, 0, 1, 0, 'policy:web/ingress/0', '', '', '', 1, 1, 0, ",
          pending, ", NULL)")));
    }
  }
  GW_ASSERT_OK_AND_ASSIGN(const auto store, AuditStore::Open(path, AuditStore::Mode::kWriter));
  GW_ASSERT_OK_AND_ASSIGN(const AuditHistogram histogram, store->Histogram({}, At(0), At(900), 1));
  EXPECT_THAT(histogram.buckets, ElementsAre(AuditBucket{2, 0, 1}));
  EXPECT_THAT(*store->NewPairs(At(0), 9), SizeIs(1));
}

}  // namespace
}  // namespace gw
