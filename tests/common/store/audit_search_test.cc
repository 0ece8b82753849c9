// What a store of many blocks, open and sealed, answers, against a loop over the same decisions.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_replace.h"

#include "common/store/audit_store.h"
#include "common/store/audit_where.h"
#include "common/store/migrate.h"
#include "tests/common/store/temp_directory.h"
#include "tests/support/status_matchers.h"

namespace gw {
namespace {

using testing::TempDirectory;

constexpr int64_t kStart = 1'700'000'100;

absl::Time At(int64_t second) { return absl::FromUnixSeconds(kStart + second); }

bool Holds(const AuditCondition& condition, const AuditRecord& record) {
  const auto holds = [&] {
    switch (condition.field) {
      case AuditField::kSource:
        return condition.network.Contains(record.tuple.source);
      case AuditField::kDestination:
        return condition.network.Contains(record.tuple.destination);
      case AuditField::kProtocol:
        return record.tuple.protocol == condition.number;
      case AuditField::kDestinationPort:
        return record.tuple.destination_port == condition.number;
      case AuditField::kInterface:
        return record.in == condition.text || record.out == condition.text;
      case AuditField::kEndpoint:
        return record.in_endpoint == condition.text || record.out_endpoint == condition.text;
      case AuditField::kDecidedBy:
        return condition.text.back() == '*'
                   ? record.decided_by.rfind(condition.text.substr(0, condition.text.size() - 1),
                                             0) == 0
                   : record.decided_by == condition.text;
      case AuditField::kVerdict:
        return record.verdict == condition.verdict;
    }
    return false;
  }();
  return holds != condition.exclude;
}

bool Finds(const AuditQuery& query, const AuditRecord& record) {
  return (!query.since || record.time >= *query.since) &&
         (!query.until || record.time <= *query.until) &&
         (!query.before_id || record.id < *query.before_id) &&
         (!query.after_id || record.id > *query.after_id) &&
         std::all_of(query.conditions.begin(), query.conditions.end(),
                     [&](const AuditCondition& c) { return Holds(c, record); });
}

class AuditSearch : public ::testing::Test {
 protected:
  static constexpr int64_t kRecords = 140'000;

  // Once for all tests, which only read.
  static void SetUpTestSuite() {
    auto store = AuditStore::Open(kMemoryDatabase, AuditStore::Mode::kWriter);
    ASSERT_OK(store);
    store_ = std::move(*store).release();
    records_ = new std::vector<AuditRecord>;
    std::mt19937 random(1);
    while (static_cast<int64_t>(records_->size()) < kRecords) {
      // As the recorder does: mostly a few, under load many.
      const size_t count = random() % 8 == 0 ? 1 + random() % 5'000 : 1 + random() % 200;
      std::vector<AuditRecord> batch;
      for (size_t i = 0; i < count; ++i) batch.push_back(RandomRecord(random));
      ASSERT_OK(store_->Append(batch));
      for (AuditRecord& record : batch) {
        record.id = static_cast<int64_t>(records_->size()) + 1;
        records_->push_back(std::move(record));
      }
    }
  }

  static void TearDownTestSuite() {
    delete store_;
    delete records_;
  }

  static AuditRecord RandomRecord(std::mt19937& random) {
    const auto number = [&](uint32_t end) { return static_cast<uint32_t>(random() % end); };
    const auto since = static_cast<int64_t>(records_->size() / 10);
    AuditRecord record;
    // A clock that jumps at times.
    record.time = At(since + (number(50) == 0 ? -int64_t{number(4'000)} : 0));
    record.in = number(2) == 0 ? "eth0" : "wg0";
    record.out = number(3) == 0 ? "" : "eth1";
    record.in_endpoint = number(2) == 0 ? "wan" : "";
    record.out_endpoint = number(4) == 0 ? "wan" : "lan";
    record.decided_by = absl::StrCat("policy:p", number(5), "/ingress/", number(3));
    record.verdict = static_cast<Verdict>(number(3));
    record.pending_verdict = number(10) == 0 ? Verdict::kDeny : record.verdict;
    Tuple& tuple = record.tuple;
    tuple.source = number(4) == 0 ? Address{Family::kIPv6, 0x20010db8, number(50)}
                                  : Address::IPv4(0x0a000000 + number(600));
    tuple.destination = Address::IPv4(0xc6336400 + number(1'000));
    tuple.protocol = number(3) == 0 ? kProtocolUdp : kProtocolTcp;
    tuple.source_port = static_cast<uint16_t>(number(65'536));
    tuple.destination_port = static_cast<uint16_t>(number(40));
    if (number(200) == 0) {
      record.repeats = 1 + number(1'000);
      tuple.source = Address();
    }
    static constexpr const char* kRoles[] = {"guest", "office", "printer", "10th floor", ""};
    const auto labels = [&] {
      return number(3) == 0 ? Labels{{"site", "home"}} : Labels{{"role", kRoles[number(5)]}};
    };
    if (number(4) == 0) record.in_labels = labels();
    if (number(4) == 0) record.out_labels = labels();
    if (number(4) == 0) record.source_party = {{"desk", labels()}, {"set", labels()}};
    if (number(4) == 0) record.destination_party = {{"server", labels()}};
    return record;
  }

  static AuditCondition RandomCondition(std::mt19937& random) {
    const auto number = [&](uint32_t end) { return static_cast<uint32_t>(random() % end); };
    const auto network = [&](uint32_t address) {
      const uint32_t bits = number(12);
      return Prefix{Address::IPv4(address >> bits << bits), static_cast<uint8_t>(32 - bits)};
    };
    AuditCondition condition;
    switch (number(8)) {
      case 0:
        condition = AuditCondition::Source(network(0x0a000000 + number(700)));
        break;
      case 1:
        condition = AuditCondition::Destination(network(0xc6336400 + number(1'100)));
        break;
      case 2:
        condition = AuditCondition::Protocol(number(2) == 0 ? kProtocolUdp : kProtocolTcp);
        break;
      case 3:
        condition = AuditCondition::DestinationPort(static_cast<uint16_t>(number(45)));
        break;
      case 4:
        condition = AuditCondition::Interface(number(2) == 0 ? "eth1" : "wg0");
        break;
      case 5:
        condition = AuditCondition::Endpoint(number(2) == 0 ? "wan" : "lan");
        break;
      case 6:
        condition = AuditCondition::DecidedBy(
            number(2) == 0 ? absl::StrCat("policy:p", number(6), "/*")
                           : absl::StrCat("policy:p", number(6), "/ingress/", number(3)));
        break;
      default:
        condition = AuditCondition::HasVerdict(static_cast<Verdict>(number(3)));
    }
    return number(4) == 0 ? AuditCondition::Not(condition) : condition;
  }

  // A text of the language of questions, and what it means.
  struct Expression {
    std::string text;
    std::function<bool(const AuditRecord&)> holds;
  };

  static Expression RandomComparison(std::mt19937& random) {
    const auto number = [&](uint32_t end) { return static_cast<uint32_t>(random() % end); };
    const auto port = number(45);
    const auto second = static_cast<int64_t>(number(kRecords / 10));
    switch (number(9)) {
      case 0:
        return {absl::StrCat("dport <= ", port),
                [=](const AuditRecord& r) { return r.tuple.destination_port <= port; }};
      case 1:
        return {absl::StrCat("sport in (", port * 1000, ":", port * 1000 + 500, ", 7)"),
                [=](const AuditRecord& r) {
                  return r.tuple.source_port / 500 == port * 2 ||
                         r.tuple.source_port == port * 1000 + 500 || r.tuple.source_port == 7;
                }};
      case 2:
        return {absl::StrCat("policy != p", port % 6), [=](const AuditRecord& r) {
                  return r.decided_by.find(absl::StrCat(":p", port % 6, "/")) == std::string::npos;
                }};
      case 3: {
        const Prefix network = *ParseNetwork(absl::StrCat("10.0.", port % 3, ".0/24"));
        return {absl::StrCat("addr in ", ToString(network)), [=](const AuditRecord& r) {
                  return network.Contains(r.tuple.source) || network.Contains(r.tuple.destination);
                }};
      }
      case 4:
        return {"action == deny", [](const AuditRecord& r) { return r.verdict == Verdict::kDeny; }};
      case 5:
        return {absl::StrCat("time < '",
                             absl::FormatTime(absl::RFC3339_full, At(second), absl::UTCTimeZone()),
                             "'"),
                [=](const AuditRecord& r) { return r.time < At(second); }};
      case 6:
        return {"repeats > 500", [](const AuditRecord& r) { return r.repeats > 500; }};
      case 7:
        return {"inEndpoint == ''", [](const AuditRecord& r) { return r.in_endpoint.empty(); }};
      default:
        return {"text contains LAN", [](const AuditRecord& r) { return r.out_endpoint == "lan"; }};
    }
  }

  static Expression RandomExpression(std::mt19937& random, int depth) {
    if (depth == 0 || random() % 4 == 0) return RandomComparison(random);
    if (random() % 4 == 0) {
      const Expression inner = RandomExpression(random, depth - 1);
      return {absl::StrCat("not (", inner.text, ")"),
              [inner](const AuditRecord& r) { return !inner.holds(r); }};
    }
    const Expression a = RandomExpression(random, depth - 1);
    const Expression b = RandomExpression(random, depth - 1);
    if (random() % 2 == 0) {
      return {absl::StrCat("(", a.text, ") and (", b.text, ")"),
              [a, b](const AuditRecord& r) { return a.holds(r) && b.holds(r); }};
    }
    return {absl::StrCat("(", a.text, " or ", b.text, ")"),
            [a, b](const AuditRecord& r) { return a.holds(r) || b.holds(r); }};
  }

  static AuditQuery RandomQuery(std::mt19937& random) {
    AuditQuery query;
    for (auto left = random() % 4; left > 0; --left) {
      query.conditions.push_back(RandomCondition(random));
    }
    const auto second = [&] { return At(static_cast<int64_t>(random() % (kRecords / 10))); };
    if (random() % 3 == 0) query.since = second();
    if (random() % 3 == 0) query.until = second();
    const auto id = [&] { return static_cast<int64_t>(random() % kRecords) + 1; };
    if (random() % 4 == 0) query.before_id = id();
    if (random() % 4 == 0) query.after_id = id();
    query.limit = random() % 4 == 0 ? 5'000 : 1 + random() % 100;
    return query;
  }

  static AuditStore* store_;
  static std::vector<AuditRecord>* records_;
};

AuditStore* AuditSearch::store_ = nullptr;
std::vector<AuditRecord>* AuditSearch::records_ = nullptr;

TEST_F(AuditSearch, FindsWhatALoopFinds) {
  std::mt19937 random(2);
  size_t found_any = 0;
  for (int i = 0; i < 150; ++i) {
    const AuditQuery query = RandomQuery(random);
    std::vector<int64_t> expected;
    for (const AuditRecord& record : *records_) {
      if (Finds(query, record)) expected.push_back(record.id);
    }
    if (!query.after_id) std::reverse(expected.begin(), expected.end());
    expected.resize(std::min(expected.size(), query.limit));
    GW_ASSERT_OK_AND_ASSIGN(const auto found, store_->Query(query));
    std::vector<int64_t> ids;
    for (const AuditRecord& record : found) {
      ids.push_back(record.id);
      const AuditRecord& own = (*records_)[static_cast<size_t>(record.id) - 1];
      ASSERT_EQ(record.tuple, own.tuple);
      ASSERT_EQ(record.time, own.time);
      ASSERT_EQ(static_cast<const AuditRuling&>(record), own);
    }
    ASSERT_EQ(ids, expected) << "query " << i;
    if (!ids.empty()) ++found_any;
  }
  EXPECT_GT(found_any, 75u);
}

TEST_F(AuditSearch, ExpressionsFindWhatALoopFinds) {
  std::mt19937 random(5);
  size_t found_any = 0;
  for (int i = 0; i < 60; ++i) {
    const Expression expression = RandomExpression(random, 3);
    AuditQuery query;
    GW_ASSERT_OK_AND_ASSIGN(query.where, ParseAuditFilter(expression.text, At(0)));
    query.limit = 1'000;
    query.conditions = {RandomCondition(random)};
    std::vector<int64_t> expected;
    for (auto record = records_->rbegin(); record != records_->rend(); ++record) {
      if (Finds(query, *record) && expression.holds(*record)) expected.push_back(record->id);
      if (expected.size() == query.limit) break;
    }
    GW_ASSERT_OK_AND_ASSIGN(const auto found, store_->Query(query));
    std::vector<int64_t> ids;
    for (const AuditRecord& record : found) ids.push_back(record.id);
    ASSERT_EQ(ids, expected) << expression.text;
    if (!ids.empty()) ++found_any;
  }
  EXPECT_GT(found_any, 30u);
}

TEST_F(AuditSearch, CountsWhatALoopCounts) {
  std::mt19937 random(3);
  for (int i = 0; i < 20; ++i) {
    AuditQuery query = RandomQuery(random);
    query.before_id.reset();
    query.after_id.reset();
    std::map<std::string, std::pair<int64_t, int64_t>> sources;
    for (const AuditRecord& record : *records_) {
      if (!Finds(query, record) || record.repeats > 0) continue;
      auto& [count, denied] = sources[ToString(record.tuple.source)];
      ++count;
      denied += record.verdict == Verdict::kDeny ? 1 : 0;
    }
    GW_ASSERT_OK_AND_ASSIGN(const auto top, store_->Top(query, {"src"}, 1'000));
    const std::vector<AuditTop>& tops = top.tops;
    ASSERT_EQ(tops.size(), sources.size());
    for (size_t place = 0; place < tops.size(); ++place) {
      const auto& [count, denied] = sources[tops[place].text];
      ASSERT_EQ(tops[place].count, count);
      ASSERT_EQ(tops[place].denied, denied);
      if (place > 0) {
        ASSERT_LE(count, tops[place - 1].count);
      }
    }

    query.since.reset();
    query.until.reset();
    std::vector<AuditBucket> buckets(7);
    const int64_t end = kRecords / 10;
    for (const AuditRecord& record : *records_) {
      const int64_t second = absl::ToUnixSeconds(record.time) - kStart;
      if (!Finds(query, record) || second < 0 || second >= end / 7 * 7) continue;
      AuditBucket& bucket = buckets[static_cast<size_t>(second / (end / 7))];
      (record.verdict == Verdict::kDeny ? bucket.denied : bucket.allowed) += DecisionsOf(record);
      if (record.pending_verdict != record.verdict) bucket.would_differ += DecisionsOf(record);
    }
    GW_ASSERT_OK_AND_ASSIGN(const auto sums, store_->Histogram(query, At(0), At(end / 7 * 7), 7));
    ASSERT_EQ(sums.buckets, buckets);

    int64_t count = 0;
    const absl::Time since = At(static_cast<int64_t>(random() % (kRecords / 10)));
    for (const AuditRecord& record : *records_) {
      if (record.time >= since) count += DecisionsOf(record);
    }
    ASSERT_EQ(*store_->CountSince(since), count);
  }
}

// The values of each field that is summed, by a reading of the field's meaning of its own.
std::vector<std::string> ValuesOf(const std::string& field, const AuditRecord& record) {
  const Tuple& tuple = record.tuple;
  const bool one = record.repeats == 0;
  std::vector<std::string> values;
  if ((field == "src" || field == "addr") && one) values.push_back(ToString(tuple.source));
  if (field == "dst" || field == "addr") values.push_back(ToString(tuple.destination));
  if (field == "sport" && one) values.push_back(absl::StrCat(tuple.source_port));
  if (field == "dport") values.push_back(absl::StrCat(tuple.destination_port));
  const std::string protocol = tuple.protocol == kProtocolUdp ? "udp" : "tcp";
  if (field == "proto") values.push_back(protocol);
  if (field == "service") values.push_back(absl::StrCat(tuple.destination_port, "/", protocol));
  if (field == "in" || field == "interface") values.push_back(record.in);
  if (field == "out" || field == "interface") values.push_back(record.out);
  if (field == "inEndpoint" || field == "endpoint") values.push_back(record.in_endpoint);
  if (field == "outEndpoint" || field == "endpoint") values.push_back(record.out_endpoint);
  if (field == "action") values.push_back(VerdictName(record.verdict));
  if (field == "pending") values.push_back(VerdictName(record.pending_verdict));
  if (field == "rule") values.push_back(record.decided_by);
  if (field == "policy") values.push_back(record.decided_by.substr(7, 2));
  if (field == "reason") values.emplace_back("policy");
  if (field == "hook") values.emplace_back("input");
  if (field == "revision" || field == "generation") values.emplace_back("0");
  if (field == "rejected" || field == "redecided") values.emplace_back("false");
  if (field == "end") values.emplace_back("none");
  const auto add_role = [&values](const Labels& labels) {
    const auto role = labels.find("role");
    if (role != labels.end()) values.push_back(role->second);
  };
  if (field == "label.role") add_role(record.in_labels);
  if (field == "label.role") add_role(record.out_labels);
  if (field == "label.role" || field == "src.label.role") {
    for (const KnownObject& object : record.source_party) add_role(object.labels);
  }
  if (field == "label.role" || field == "dst.label.role") {
    for (const KnownObject& object : record.destination_party) add_role(object.labels);
  }
  // tier, log, nat: the records have none.
  values.erase(std::remove(values.begin(), values.end(), ""), values.end());
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

TEST_F(AuditSearch, SumsByEachFieldAsALoopDoes) {
  std::mt19937 random(6);
  for (const AuditFieldHelp& field : AuditFields()) {
    if (!field.summed) continue;
    const std::string asked = absl::StrReplaceAll(field.name, {{"KEY", "role"}});
    const std::string name = asked == "verdict" ? "action" : asked;
    AuditQuery query;
    query.conditions = {RandomCondition(random)};
    const Expression expression = RandomComparison(random);
    GW_ASSERT_OK_AND_ASSIGN(query.where, ParseAuditFilter(expression.text, At(0)));
    const std::string prefix = random() % 2 == 0 ? "" : "1";
    std::map<std::string, AuditTop> expected;
    for (const AuditRecord& record : *records_) {
      if (!Finds(query, record) || !expression.holds(record)) continue;
      for (const std::string& value : ValuesOf(name, record)) {
        if (value.rfind(prefix, 0) != 0) continue;
        AuditTop& top = expected[value];
        top.last = top.count == 0 ? record.time : std::max(top.last, record.time);
        top.count += DecisionsOf(record);
        if (record.verdict == Verdict::kDeny) top.denied += DecisionsOf(record);
      }
    }
    const AuditTopBy by = {asked, AuditTopBy::Measure::kDecisions, prefix};
    GW_ASSERT_OK_AND_ASSIGN(const AuditTops found, store_->Top(query, by, SIZE_MAX));
    ASSERT_FALSE(found.searched_to.has_value());
    ASSERT_EQ(found.tops.size(), expected.size()) << field.name << " " << expression.text;
    for (const AuditTop& top : found.tops) {
      const AuditTop& own = expected[top.text];
      ASSERT_EQ(top.count, own.count) << field.name << " " << top.text;
      ASSERT_EQ(top.denied, own.denied) << field.name << " " << top.text;
      ASSERT_EQ(top.last, own.last) << field.name << " " << top.text;
    }
    ASSERT_TRUE(
        std::is_sorted(found.tops.begin(), found.tops.end(),
                       [](const AuditTop& a, const AuditTop& b) { return a.count > b.count; }));
    // What is found can be asked for.
    if (!found.tops.empty()) {
      const std::string& text = found.tops.back().text;
      EXPECT_OK(
          ParseAuditFilter(ToString(CompareAudit(asked, AuditOperator::kEqual, text)), At(0)));
    }
  }
}

// With no time at all each step looks at one block, and the steps together at each block once.
TEST_F(AuditSearch, StepsThatTimeEndsComeToTheSame) {
  for (const bool up : {false, true}) {
    AuditQuery query;
    query.conditions = {AuditCondition::DestinationPort(7)};
    query.limit = 300;
    if (up) query.after_id = 0;
    AuditQuery all = query;
    all.limit = SIZE_MAX;
    GW_ASSERT_OK_AND_ASSIGN(const auto expected, store_->Query(all));
    query.time_max = absl::ZeroDuration();
    std::vector<int64_t> ids;
    size_t steps = 0;
    size_t ended_early = 0;
    while (true) {
      ++steps;
      GW_ASSERT_OK_AND_ASSIGN(const AuditStore::Page page, store_->Search(query));
      for (const AuditRecord& record : page.records) ids.push_back(record.id);
      std::optional<int64_t>& next = up ? query.after_id : query.before_id;
      if (page.searched) {
        ++ended_early;
        next = page.searched->id;
        ASSERT_GE(page.searched->to, At(-4'000));
      } else if (page.records.size() == query.limit) {
        next = page.records.back().id;
      } else {
        break;
      }
    }
    std::vector<int64_t> expected_ids;
    for (const AuditRecord& record : expected) expected_ids.push_back(record.id);
    EXPECT_EQ(ids, expected_ids);
    EXPECT_GT(ended_early, 2u);
    EXPECT_LT(steps, 2'000u);
  }
  AuditQuery newest;
  newest.time_max = absl::ZeroDuration();
  GW_ASSERT_OK_AND_ASSIGN(const AuditTops some, store_->Top(newest, {"action"}, 9));
  EXPECT_TRUE(some.searched_to.has_value());
  GW_ASSERT_OK_AND_ASSIGN(const AuditTops every, store_->Top({}, {"action"}, 9));
  ASSERT_EQ(some.tops.size(), 3u);
  EXPECT_LT(some.tops[0].count, every.tops[0].count);

  // The newest parts are whole.
  newest.conditions = {AuditCondition::Protocol(kProtocolTcp)};
  const absl::Time end = At(kRecords / 10);
  GW_ASSERT_OK_AND_ASSIGN(const auto part, store_->Histogram(newest, At(0), end, 1'000));
  ASSERT_TRUE(part.searched_to.has_value());
  newest.time_max.reset();
  GW_ASSERT_OK_AND_ASSIGN(const auto whole, store_->Histogram(newest, At(0), end, 1'000));
  EXPECT_FALSE(whole.searched_to.has_value());
  EXPECT_EQ(part.buckets.front(), AuditBucket());
  EXPECT_NE(whole.buckets.front(), AuditBucket());
  const auto sum = [](const AuditHistogram& histogram) {
    int64_t count = 0;
    for (const AuditBucket& bucket : histogram.buckets) count += bucket.allowed + bucket.denied;
    return count;
  };
  EXPECT_GT(sum(part), 0);
  EXPECT_LT(sum(part), sum(whole));
}

TEST_F(AuditSearch, EveryDecisionIsFoundByItsId) {
  for (int64_t id = 1; id <= kRecords; id += 997) {
    GW_ASSERT_OK_AND_ASSIGN(const auto found, store_->Find(id));
    ASSERT_TRUE(found.has_value()) << id;
    ASSERT_EQ(found->id, id);
    ASSERT_EQ(found->tuple, (*records_)[static_cast<size_t>(id) - 1].tuple);
  }
  EXPECT_FALSE(store_->Find(0)->has_value());
  EXPECT_FALSE(store_->Find(static_cast<int64_t>(records_->size()) + 1)->has_value());
}

// ---- the file ---------------------------------------------------------------------------------

AuditRecord Numbered(int64_t number) {
  AuditRecord record;
  record.time = At(number);
  record.tuple.source_port = static_cast<uint16_t>(number);
  record.decided_by = record.pending_decided_by = "policy:web/ingress/0";
  return record;
}

int64_t CountOf(const std::string& path, const std::string& condition) {
  auto database = Database::Open(path, Database::Access::kReadOnly);
  EXPECT_OK(database);
  return *database->ReadInt(absl::StrCat("SELECT count(*) FROM block WHERE ", condition));
}

// All records of `path` are Numbered, from 1 on without a gap; how many.
int64_t CheckNumbered(const std::string& path) {
  auto store = AuditStore::Open(path, AuditStore::Mode::kReadOnly);
  EXPECT_OK(store);
  AuditQuery all;
  all.after_id = 0;
  all.limit = SIZE_MAX;
  const auto records = (*store)->Query(all);
  EXPECT_OK(records);
  int64_t number = 0;
  for (const AuditRecord& record : *records) {
    ++number;
    EXPECT_EQ(record.id, number);
    EXPECT_EQ(record.time, At(number));
  }
  return number;
}

TEST(AuditFile, SmallBatchesJoinAndFullOnesAreSealed) {
  const TempDirectory directory;
  const std::string path = directory.File("audit.db");
  int64_t number = 0;
  const auto append = [&](AuditStore& store, int64_t count) {
    std::vector<AuditRecord> records;
    for (int64_t i = 0; i < count; ++i) records.push_back(Numbered(++number));
    ASSERT_OK(store.Append(records));
  };
  {
    GW_ASSERT_OK_AND_ASSIGN(const auto store, AuditStore::Open(path, AuditStore::Mode::kWriter));
    for (int i = 0; i < 100; ++i) append(*store, 1);
    EXPECT_EQ(CountOf(path, "1"), 1) << "one block for a hundred decisions one by one";
    append(*store, 60'000);
  }
  // Another life of the writer goes on where the last one ended.
  GW_ASSERT_OK_AND_ASSIGN(const auto store, AuditStore::Open(path, AuditStore::Mode::kWriter));
  EXPECT_EQ(CountOf(path, "columns IS NULL"), 0);
  append(*store, 6'000);
  EXPECT_EQ(CountOf(path, "columns IS NULL"), 1);
  EXPECT_EQ(CountOf(path, "columns IS NOT NULL"), 0);
  append(*store, 5);
  EXPECT_EQ(CheckNumbered(path), number);
}

TEST(AuditFile, WhatEarlierVersionsWroteBecomesBlocks) {
  const TempDirectory directory;
  const std::string path = directory.File("audit.db");
  Schema old_schema = AuditSchema();
  old_schema.migrations = old_schema.migrations.first(3);
  {
    GW_ASSERT_OK_AND_ASSIGN(Database old,
                            OpenDatabase(old_schema, path, Database::Access::kCreate,
                                         Database::Synchronous::kNormal, absl::Seconds(5)));
    // With a gap, as after a row that somebody took away.
    for (const int64_t id : {1, 2, 5}) {
      ASSERT_OK(old.Execute(
          absl::StrCat("INSERT INTO decision VALUES (", id, ", ", kStart + id,
                       "000000000, 1, 'eth0', 'eth1', 6, x'0a000001', "
                       "x'20010db8000000000000000000000001', 4660, 443, 0, 0, 2, 1, "
                       "'end-of-tier:default/ingress', 'default', 'wan', 'lan', 7, 3, 1, 1, "
                       "'policy:s/ingress/0', 'a/ingress/0' || char(10) || 'b/ingress/1', ",
                       id % 2 * 9, ")")));
    }
  }
  GW_ASSERT_OK_AND_ASSIGN(const auto store, AuditStore::Open(path, AuditStore::Mode::kWriter));
  ASSERT_OK(store->Append({Numbered(6)}));
  GW_ASSERT_OK_AND_ASSIGN(const auto records, store->Query({}));
  ASSERT_EQ(records.size(), 4u);
  EXPECT_EQ(records[0].id, 6);
  const AuditRecord& record = records[1];
  EXPECT_EQ(record.id, 5);
  EXPECT_EQ(record.time, At(5));
  EXPECT_EQ(record.hook, Hook::kForward);
  EXPECT_EQ(ToString(record.tuple), "TCP 10.0.0.1:4660 > [2001:db8::1]:443");
  EXPECT_EQ(record.verdict, Verdict::kDeny);
  EXPECT_TRUE(record.rejected);
  EXPECT_EQ(record.decided_by, "end-of-tier:default/ingress");
  EXPECT_EQ(record.tier, "default");
  EXPECT_EQ(record.in_endpoint, "wan");
  EXPECT_EQ(record.out_endpoint, "lan");
  EXPECT_EQ(record.revision, 7);
  EXPECT_EQ(record.generation, 3u);
  EXPECT_TRUE(record.redecided);
  EXPECT_EQ(record.pending_verdict, Verdict::kAllow);
  EXPECT_EQ(record.pending_decided_by, "policy:s/ingress/0");
  EXPECT_EQ(record.logs, (std::vector<std::string>{"a/ingress/0", "b/ingress/1"}));
  EXPECT_EQ(record.repeats, 9);
  EXPECT_EQ(records[2].id, 2);
  EXPECT_EQ(records[2].repeats, 0);
  EXPECT_FALSE(store->Find(3)->has_value());
}

TEST(AuditFile, ADamagedBlockIsNamed) {
  const TempDirectory directory;
  const std::string path = directory.File("audit.db");
  {
    GW_ASSERT_OK_AND_ASSIGN(const auto store, AuditStore::Open(path, AuditStore::Mode::kWriter));
    ASSERT_OK(store->Append({Numbered(1)}));
  }
  GW_ASSERT_OK_AND_ASSIGN(Database database, Database::Open(path, Database::Access::kReadWrite));
  ASSERT_OK(database.Execute("UPDATE block SET columns = substr(columns, 1, 100)"));
  GW_ASSERT_OK_AND_ASSIGN(const auto store, AuditStore::Open(path, AuditStore::Mode::kReadOnly));
  const absl::Status status = store->Query({}).status();
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr(path));

  // Nor is a length believed for which there is no memory.
  ASSERT_OK(database.Execute("UPDATE block SET decisions = 1 << 60, count = 1 << 60"));
  EXPECT_TRUE(absl::IsDataLoss(store->Query({}).status()));
  EXPECT_TRUE(absl::IsDataLoss(store->Find(1).status()));
}

// ---- retention --------------------------------------------------------------------------------

class AuditRetention : public ::testing::Test {
 protected:
  AuditRetention() {
    auto store = AuditStore::Open(directory_.File("audit.db"), AuditStore::Mode::kWriter);
    EXPECT_OK(store);
    store_ = *std::move(store);
  }

  // Of `count` decisions each, a second apart.
  void Append(int batches, int64_t count) {
    for (int i = 0; i < batches; ++i) {
      std::vector<AuditRecord> records;
      for (int64_t j = 0; j < count; ++j) records.push_back(Numbered(++number_));
      ASSERT_OK(store_->Append(records));
    }
  }

  std::vector<AuditRecord> All() {
    AuditQuery all;
    all.after_id = 0;
    all.limit = SIZE_MAX;
    const auto records = store_->Query(all);
    EXPECT_OK(records);
    return records.ok() ? *records : std::vector<AuditRecord>();
  }

  TempDirectory directory_;
  std::unique_ptr<AuditStore> store_;
  int64_t number_ = 0;
};

TEST_F(AuditRetention, TheOldestGoWhenTheyAreTooMuchAndTheFileStopsGrowing) {
  constexpr int64_t kBytes = 3 << 20;
  int64_t dropped = 0;
  for (int i = 0; i < 10; ++i) {
    Append(10, 7'000);
    while (true) {
      GW_ASSERT_OK_AND_ASSIGN(const int64_t once, store_->DropOldestBeyond(kBytes));
      if (once == 0) break;
      dropped += once;
    }
  }
  EXPECT_GT(dropped, 0);
  const auto records = All();
  EXPECT_EQ(static_cast<int64_t>(records.size()) + dropped, number_);
  EXPECT_EQ(records.front().id, dropped + 1) << "not the oldest went";
  EXPECT_EQ(records.back().id, number_);
  EXPECT_EQ(store_->HitCounts(1)->at(0).count, number_) << "sums outlive decisions";
  store_.reset();
  EXPECT_LT(std::filesystem::file_size(directory_.File("audit.db")), 2 * kBytes);
}

TEST_F(AuditRetention, OnlyWhatIsOldGoesAndOneBlockACall) {
  Append(2, 1'000);  // two open blocks
  EXPECT_EQ(*store_->DropOldestBefore(At(1'000)), 0) << "its last decision is not that old";
  EXPECT_EQ(*store_->DropOldestBefore(At(1'001)), 1'000);
  EXPECT_EQ(All().front().id, 1'001);
  EXPECT_EQ(*store_->DropOldestBefore(absl::InfiniteFuture()), 0) << "the last ones stay";
  // The writer knows what is left.
  Append(10, 7'000);
  EXPECT_EQ(static_cast<int64_t>(All().size()), number_ - 1'000);
  EXPECT_EQ(CountOf(directory_.File("audit.db"), "columns IS NULL"), 1);
  EXPECT_OK(store_->Sync());
}

TEST_F(AuditRetention, SumsGoWhenNothingElseIsLeft) {
  Append(1, 3'600);  // one block, which stays
  const auto observed = [&] { return store_->RuleHits(At(0), At(3'600), 4)->observed_since; };
  const absl::Time first = observed();
  EXPECT_EQ(*store_->DropOldestBeyond(1), 0);
  EXPECT_EQ(observed(), first + absl::Minutes(15));
  EXPECT_EQ(All().size(), 3'600u);
}

// A scan makes any number of pairs; they are held to a quarter of the space.
TEST_F(AuditRetention, PairsAreBounded) {
  constexpr int64_t kBytes = 400'000;  // 1,000 pairs
  EXPECT_EQ(*store_->DropOldestBeyond(kBytes), 0);
  for (int i = 0; i < 20; ++i) {
    std::vector<AuditRecord> records;
    for (int j = 0; j < 200; ++j) {
      records.push_back(Numbered(++number_));
      records.back().tuple.source = Address::IPv4(static_cast<uint32_t>(number_));
    }
    ASSERT_OK(store_->Append(records));
  }
  GW_ASSERT_OK_AND_ASSIGN(Database database,
                          Database::Open(directory_.File("audit.db"), Database::Access::kReadOnly));
  const int64_t pairs = *database.ReadInt("SELECT count(*) FROM pair");
  EXPECT_LE(pairs, 1'000);
  EXPECT_GT(pairs, 400);
  EXPECT_EQ(*database.ReadInt("SELECT max(first_id) FROM pair"), number_) << "the newest went";
}

TEST_F(AuditRetention, SumsAndEventsOfTheTimeGoSlowly) {
  Append(1, 3'600);  // four quarters of an hour and a bit
  ASSERT_OK(store_->AppendEvent({0, At(1), "start", "old"}));
  ASSERT_OK(store_->AppendEvent({0, At(9'999), "start", "new"}));
  const auto observed = [&] { return store_->RuleHits(At(0), At(3'600), 4)->observed_since; };
  const absl::Time first = observed();
  EXPECT_EQ(*store_->DropOldestBefore(At(3'000)), 0);
  EXPECT_EQ(observed(), first + absl::Minutes(15)) << "one quarter of an hour a call";
  const auto events = store_->Events({});
  ASSERT_OK(events);
  ASSERT_EQ(events->size(), 1u);
  EXPECT_EQ(events->front().text, "new");
}

// A writer that is killed again and again, often while it seals: what it said to be written is
// there, and the next one goes on.
TEST(AuditFile, KilledAgainAndAgain) {
  constexpr int kKills = 12;
  constexpr int64_t kBatch = 3'000;
  const TempDirectory directory;
  const std::string path = directory.File("audit.db");
  std::mt19937 random(4);
  int64_t said = 0;
  for (int turn = 0; turn < kKills; ++turn) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      auto store = AuditStore::Open(path, AuditStore::Mode::kWriter);
      if (!store.ok()) _exit(1);
      const auto last = (*store)->Query({});
      if (!last.ok()) _exit(1);
      int64_t number = last->empty() ? 0 : last->front().id;
      while (true) {
        std::vector<AuditRecord> records;
        for (int64_t i = 0; i < kBatch; ++i) records.push_back(Numbered(++number));
        if (!(*store)->Append(records).ok()) _exit(1);
        if (write(ends[1], &number, sizeof(number)) != sizeof(number)) _exit(1);
      }
    }
    close(ends[1]);
    const auto wanted = static_cast<int>(1 + random() % 12);
    int64_t number = 0;
    for (int i = 0; i < wanted && read(ends[0], &number, sizeof(number)) == sizeof(number); ++i) {
      said = number;
    }
    usleep(static_cast<useconds_t>(random() % 20'000));
    kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "it ended by itself";
    while (read(ends[0], &number, sizeof(number)) == sizeof(number)) said = number;
    close(ends[0]);
    GW_ASSERT_OK_AND_ASSIGN(Database database, Database::Open(path, Database::Access::kReadWrite));
    GW_ASSERT_OK_AND_ASSIGN(const int64_t written,
                            database.ReadInt("SELECT sum(count) FROM block"));
    ASSERT_GE(written, said);
    ASSERT_EQ(written % kBatch, 0);
  }
  EXPECT_GE(CheckNumbered(path), said);
  EXPECT_GT(CountOf(path, "columns IS NULL"), 1);
}

}  // namespace
}  // namespace gw
