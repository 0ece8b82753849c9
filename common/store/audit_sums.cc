#include "common/store/audit_sums.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"

#include "common/base/status_macros.h"
#include "common/store/audit_conditions.h"
#include "common/store/audit_rows.h"

namespace gw {
namespace {

constexpr size_t kBucketsMax = 10'000;

int64_t SlotOf(absl::Time time) {
  return absl::ToUnixNanos(AuditSlotOf(time)) / absl::ToInt64Nanoseconds(kAuditSlot);
}

absl::Time TimeOfSlot(int64_t slot) { return absl::UnixEpoch() + slot * kAuditSlot; }

bool IsSlotBorder(absl::Time time) { return AuditSlotOf(time) == time; }

// ---- keeping ----------------------------------------------------------------------------------

struct Hits {
  int64_t count = 0;
  int64_t would_differ = 0;
  absl::Time last = absl::InfinitePast();

  void Add(const AuditRecord& record) {
    count += DecisionsOf(record);
    if (record.pending_verdict != record.verdict) would_differ += DecisionsOf(record);
    last = std::max(last, record.time);
  }
};

absl::Status AddHitCounts(Database& database, absl::Span<const AuditRecord> records) {
  std::map<std::pair<absl::string_view, Verdict>, Hits> hits;
  for (const AuditRecord& record : records) hits[{record.decided_by, record.verdict}].Add(record);
  Statement add = database.Prepare(
      "INSERT INTO hit_count VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
      "count = count + excluded.count, last = max(last, excluded.last)");
  for (const auto& [key, sum] : hits) {
    add.BindText(key.first).BindInt(static_cast<int64_t>(key.second));
    GW_RETURN_IF_ERROR(add.BindInt(sum.count).BindInt(absl::ToUnixNanos(sum.last)).Run());
  }
  return absl::OkStatus();
}

absl::Status AddHitSlots(Database& database, absl::Span<const AuditRecord> records) {
  std::map<std::tuple<int64_t, absl::string_view, Verdict>, Hits> hits;
  for (const AuditRecord& record : records) {
    hits[{SlotOf(record.time), record.decided_by, record.verdict}].Add(record);
  }
  Statement add = database.Prepare(
      "INSERT INTO hit_slot VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
      "count = count + excluded.count, would_differ = would_differ + excluded.would_differ, "
      "last = max(last, excluded.last)");
  for (const auto& [key, sum] : hits) {
    const auto& [slot, decided_by, verdict] = key;
    add.BindInt(slot).BindText(decided_by).BindInt(static_cast<int64_t>(verdict));
    add.BindInt(sum.count).BindInt(sum.would_differ);
    GW_RETURN_IF_ERROR(add.BindInt(absl::ToUnixNanos(sum.last)).Run());
  }
  return absl::OkStatus();
}

absl::Status AddPairs(Database& database, absl::Span<const AuditRecord> records, int64_t first_id) {
  using Pair = std::tuple<Address, Address, uint8_t, uint16_t>;
  absl::flat_hash_map<Pair, int64_t> pairs;
  int64_t id = first_id;
  for (const AuditRecord& record : records) {
    const int64_t own = id++;
    if (record.repeats > 0) continue;  // of no source
    const Tuple& tuple = record.tuple;
    pairs.try_emplace({tuple.source, tuple.destination, tuple.protocol, tuple.destination_port},
                      own);
  }
  Statement add = database.Prepare("INSERT OR IGNORE INTO pair VALUES (?, ?, ?, ?, ?)");
  for (const auto& [pair, first] : pairs) {
    const auto& [source, destination, protocol, port] = pair;
    add.BindBlob(AddressBytes(source)).BindBlob(AddressBytes(destination));
    GW_RETURN_IF_ERROR(add.BindInt(protocol).BindInt(port).BindInt(first).Run());
  }
  return absl::OkStatus();
}

// ---- histogram ----------------------------------------------------------------------------------

absl::Status CheckBuckets(absl::Time since, absl::Time until, size_t buckets) {
  if (buckets < 1 || buckets > kBucketsMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("a time span has 1 to ", kBucketsMax, " parts, not ", buckets));
  }
  const absl::Duration span = until - since;
  if (span <= absl::ZeroDuration() || span > absl::Hours(24 * 366 * 100)) {
    return absl::InvalidArgumentError("a time span ends after it begins, and within a century");
  }
  return absl::OkStatus();
}

bool KnownToSlots(const AuditQuery& query) {
  return std::all_of(
      query.conditions.begin(), query.conditions.end(), [](const AuditCondition& condition) {
        return condition.field == AuditField::kVerdict || condition.field == AuditField::kDecidedBy;
      });
}

void AddToBucket(int64_t verdict, int64_t count, int64_t would_differ, AuditBucket* bucket) {
  const bool denied = verdict == static_cast<int64_t>(Verdict::kDeny);
  (denied ? bucket->denied : bucket->allowed) += count;
  bucket->would_differ += would_differ;
}

// Rows of `rows`: number of a bucket, verdict, count, of these would differ.
absl::Status FillBuckets(Statement& rows, std::vector<AuditBucket>* buckets) {
  while (rows.Step()) {
    // Where the width was rounded down, the last bucket is a little longer.
    const auto number = std::min(static_cast<size_t>(rows.Int(0)), buckets->size() - 1);
    AddToBucket(rows.Int(1), rows.Int(2), rows.Int(3), &(*buckets)[number]);
  }
  return rows.status();
}

absl::Status FillFromSlots(Database& database, const AuditQuery& query, absl::Time until,
                           AuditHistogram* histogram) {
  const int64_t first = SlotOf(histogram->since);
  Conditions conditions;
  conditions.AddInt("slot >= ?", first);
  conditions.AddInt("slot < ?", SlotOf(until));
  conditions.Add(query.conditions);
  Statement rows =
      database.Prepare(absl::StrCat("SELECT (slot - ", first, ") / ", histogram->width / kAuditSlot,
                                    ", verdict, sum(count), sum(would_differ) FROM hit_slot",
                                    conditions.Sql(), " GROUP BY 1, 2"));
  conditions.Bind(rows);
  return FillBuckets(rows, &histogram->buckets);
}

absl::Status FillFromDecisions(Database& database, const AuditQuery& query, absl::Time until,
                               AuditHistogram* histogram) {
  Conditions conditions;
  conditions.AddInt("time >= ?", absl::ToUnixNanos(histogram->since));
  conditions.AddInt("time < ?", absl::ToUnixNanos(until));
  conditions.Add(query.conditions);
  // Not grouped by SQLite, which would sort first.
  Statement rows = database.Prepare(absl::StrCat(
      "SELECT (time - ", absl::ToUnixNanos(histogram->since), ") / ",
      absl::ToInt64Nanoseconds(histogram->width),
      ", verdict, max(1, repeats), CASE WHEN pending_verdict IS NOT NULL AND pending_verdict <> "
      "verdict THEN max(1, repeats) ELSE 0 END FROM decision",
      conditions.Sql()));
  conditions.Bind(rows);
  return FillBuckets(rows, &histogram->buckets);
}

// ---- top ----------------------------------------------------------------------------------------

// The decisions that count, as columns value, verdict, time, decisions. Has the parameters of
// `where` once, for endpoints twice.
std::string ValuesSql(AuditTopField field, const std::string& where) {
  const auto select = [&where](absl::string_view column) {
    return absl::StrCat("SELECT ", column,
                        " AS value, verdict, time, max(1, repeats) AS decisions FROM decision",
                        where);
  };
  switch (field) {
    case AuditTopField::kSource:
      return select("CASE WHEN repeats = 0 THEN source ELSE '' END");
    case AuditTopField::kDestination:
      return select("destination");
    case AuditTopField::kDecidedBy:
      return select("decided_by");
    case AuditTopField::kEndpoint:
      break;
  }
  // nullif: a decision within one endpoint counts once.
  return absl::StrCat(select("in_endpoint"), " UNION ALL ",
                      select("nullif(out_endpoint, in_endpoint)"));
}

bool IsAddress(AuditTopField field) {
  return field == AuditTopField::kSource || field == AuditTopField::kDestination;
}

absl::StatusOr<std::vector<AuditTop>> ReadTops(const Database& database, AuditTopField field,
                                               Statement& rows) {
  std::vector<AuditTop> tops;
  while (rows.Step()) {
    AuditTop top;
    if (IsAddress(field)) {
      const auto address = AddressOfBytes(rows.Blob(0));
      if (!address.ok()) return Annotate(address.status(), absl::StrCat("`", database.path(), "`"));
      top.address = *address;
      top.text = ToString(*address);
    } else {
      top.text = rows.Text(0);
    }
    top.count = rows.Int(1);
    top.denied = rows.Int(2);
    top.last = absl::FromUnixNanos(rows.Int(3));
    tops.push_back(std::move(top));
  }
  GW_RETURN_IF_ERROR(rows.status());
  return tops;
}

// ---- rule hits ----------------------------------------------------------------------------------

// Rows of `rows`: decided_by (sorted), slot, count, last.
absl::Status FillRules(Statement& rows, size_t buckets, RuleHitsResult* result) {
  const int64_t first = SlotOf(result->since);
  const int64_t width = result->width / kAuditSlot;
  while (rows.Step()) {
    std::string decided_by = rows.Text(0);
    if (result->rules.empty() || result->rules.back().decided_by != decided_by) {
      RuleHits rule;
      rule.decided_by = std::move(decided_by);
      rule.last = absl::InfinitePast();
      rule.series.resize(buckets);
      result->rules.push_back(std::move(rule));
    }
    RuleHits& rule = result->rules.back();
    rule.count += rows.Int(2);
    rule.last = std::max(rule.last, absl::FromUnixNanos(rows.Int(3)));
    rule.series[static_cast<size_t>((rows.Int(1) - first) / width)] += rows.Int(2);
  }
  return rows.status();
}

absl::StatusOr<absl::Time> ObservedSince(Database& database) {
  Statement oldest = database.Prepare("SELECT min(slot) FROM hit_slot");
  const bool any = oldest.Step() && !oldest.IsNull(0);
  GW_RETURN_IF_ERROR(oldest.status());
  return any ? TimeOfSlot(oldest.Int(0)) : absl::InfiniteFuture();
}

}  // namespace

absl::Status AddSums(Database& database, absl::Span<const AuditRecord> records, int64_t first_id) {
  GW_RETURN_IF_ERROR(AddHitCounts(database, records));
  GW_RETURN_IF_ERROR(AddHitSlots(database, records));
  return AddPairs(database, records, first_id);
}

absl::StatusOr<AuditHistogram> ReadHistogram(Database& database, const AuditQuery& query,
                                             absl::Time since, absl::Time until, size_t buckets) {
  GW_RETURN_IF_ERROR(CheckBuckets(since, until, buckets));
  AuditHistogram histogram;
  histogram.since = since;
  histogram.width =
      absl::Nanoseconds(absl::ToInt64Nanoseconds(until - since) / static_cast<int64_t>(buckets));
  if (histogram.width < absl::Nanoseconds(1)) {
    return absl::InvalidArgumentError("a part of the time span is shorter than a nanosecond");
  }
  histogram.buckets.resize(buckets);
  const bool on_slots = IsSlotBorder(since) && IsSlotBorder(until) &&
                        histogram.width % kAuditSlot == absl::ZeroDuration();
  GW_RETURN_IF_ERROR(on_slots && KnownToSlots(query)
                         ? FillFromSlots(database, query, until, &histogram)
                         : FillFromDecisions(database, query, until, &histogram));
  return histogram;
}

absl::StatusOr<std::vector<AuditTop>> ReadTop(Database& database, const AuditQuery& query,
                                              AuditTopField field, size_t limit) {
  Conditions conditions;
  if (query.since) conditions.AddInt("time >= ?", absl::ToUnixNanos(*query.since));
  if (query.until) conditions.AddInt("time <= ?", absl::ToUnixNanos(*query.until));
  conditions.Add(query.conditions);
  Statement rows = database.Prepare(absl::StrCat(
      "SELECT value, sum(decisions), sum(CASE WHEN verdict = ", static_cast<int>(Verdict::kDeny),
      " THEN decisions ELSE 0 END), max(time) FROM (", ValuesSql(field, conditions.Sql()),
      ") WHERE value <> '' GROUP BY value ORDER BY 2 DESC, 1 LIMIT ?"));
  conditions.Bind(rows);
  if (field == AuditTopField::kEndpoint) conditions.Bind(rows);
  rows.BindInt(RowLimit(limit));
  return ReadTops(database, field, rows);
}

absl::StatusOr<std::vector<AuditRecord>> ReadNewPairs(Database& database, absl::Time since,
                                                      size_t limit) {
  GW_ASSIGN_OR_RETURN(const std::optional<int64_t> first, ReadFirstIdSince(database, since));
  if (!first) return std::vector<AuditRecord>();
  // CROSS: in this order. SQLite, which has no statistics, might go through the decisions instead.
  Statement rows = database.Prepare(
      absl::StrCat("SELECT ", kDecisionColumns,
                   " FROM (SELECT first_id FROM pair WHERE first_id >= ?) CROSS JOIN decision "
                   "ON id = first_id WHERE time >= ? ORDER BY first_id DESC LIMIT ?"));
  rows.BindInt(*first).BindInt(absl::ToUnixNanos(since)).BindInt(RowLimit(limit));
  return ReadRecords(database, rows);
}

absl::StatusOr<RuleHitsResult> ReadRuleHits(Database& database, absl::Time since, absl::Time until,
                                            size_t buckets) {
  GW_RETURN_IF_ERROR(CheckBuckets(since, until, buckets));
  RuleHitsResult result;
  result.width = absl::Ceil(
      absl::Ceil(until - since, absl::Nanoseconds(1)) / static_cast<int64_t>(buckets), kAuditSlot);
  const absl::Time end = AuditSlotOf(until) + kAuditSlot;
  result.since = end - static_cast<int64_t>(buckets) * result.width;
  GW_ASSIGN_OR_RETURN(result.observed_since, ObservedSince(database));
  Statement rows = database.Prepare(
      "SELECT decided_by, slot, sum(count), max(last) FROM hit_slot WHERE slot >= ? AND slot < ? "
      "GROUP BY decided_by, slot ORDER BY decided_by, slot");
  rows.BindInt(SlotOf(result.since)).BindInt(SlotOf(end));
  GW_RETURN_IF_ERROR(FillRules(rows, buckets, &result));
  return result;
}

}  // namespace gw
