#include "common/store/audit_sums.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"

#include "common/base/status_macros.h"
#include "common/store/audit_match.h"

namespace gw {
namespace {

constexpr size_t kBucketsMax = 10'000;
constexpr int64_t kSlot_ns = int64_t{15 * 60} * 1'000'000'000;
static_assert(absl::Nanoseconds(kSlot_ns) == kAuditSlot);

int64_t SlotOf(int64_t time_ns) {
  // Down, also before 1970.
  return time_ns / kSlot_ns - (time_ns % kSlot_ns < 0 ? 1 : 0);
}

int64_t SlotOf(absl::Time time) { return SlotOf(absl::ToUnixNanos(time)); }

absl::Time TimeOfSlot(int64_t slot) { return absl::UnixEpoch() + slot * kAuditSlot; }

bool IsSlotBorder(absl::Time time) { return AuditSlotOf(time) == time; }

// As the table `pair` has it: 4 or 16 bytes in network order.
std::string AddressBytes(const Address& address) {
  const std::array<uint8_t, 16> bytes = address.Bytes();
  return std::string(bytes.begin(), bytes.begin() + AddressBits(address.family) / 8);
}

bool WouldDiffer(const AuditRuling& ruling) { return ruling.pending_verdict != ruling.verdict; }

// ---- keeping ----------------------------------------------------------------------------------

struct Hits {
  int64_t count = 0;
  int64_t would_differ = 0;
  int64_t last_ns = std::numeric_limits<int64_t>::min();
  int64_t revision = std::numeric_limits<int64_t>::max();  // the first

  void Add(const Hits& other) {
    count += other.count;
    would_differ += other.would_differ;
    last_ns = std::max(last_ns, other.last_ns);
    revision = std::min(revision, other.revision);
  }
};

using SlotHits = std::map<std::tuple<int64_t, absl::string_view, int64_t, Verdict>, Hits>;

// By slot, decider, version of the rule and verdict.
SlotHits HitsOf(const AuditBatch& batch) {
  SlotHits hits;
  std::vector<Hits> of_rulings(batch.rulings().size());  // in `slot`
  int64_t slot = 0;
  const auto flush = [&] {
    for (size_t i = 0; i < of_rulings.size(); ++i) {
      if (of_rulings[i].count == 0) continue;
      const AuditRuling& ruling = batch.rulings()[i];
      hits[{slot, ruling.decided_by, ruling.rule_version, ruling.verdict}].Add(of_rulings[i]);
      of_rulings[i] = Hits();
    }
  };
  for (const AuditBatch::Row& row : batch.rows()) {
    if (const int64_t own = SlotOf(row.time_ns); own != slot) {
      flush();
      slot = own;
    }
    const int64_t decisions = DecisionsOf(row.repeats);
    const AuditRuling& ruling = batch.rulings()[row.ruling];
    of_rulings[row.ruling].Add(
        {decisions, WouldDiffer(ruling) ? decisions : 0, row.time_ns, ruling.revision});
  }
  flush();
  return hits;
}

absl::Status AddHitCounts(Database& database, const SlotHits& slot_hits) {
  std::map<std::tuple<absl::string_view, int64_t, Verdict>, Hits> hits;
  for (const auto& [key, sum] : slot_hits) {
    const auto& [slot, decided_by, version, verdict] = key;
    hits[{decided_by, version, verdict}].Add(sum);
  }
  Statement add = database.Prepare(
      "INSERT INTO hit_count VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
      "count = count + excluded.count, last = max(last, excluded.last), "
      "first_revision = min(first_revision, excluded.first_revision)");
  for (const auto& [key, sum] : hits) {
    const auto& [decided_by, version, verdict] = key;
    add.BindText(decided_by).BindInt(version).BindInt(static_cast<int64_t>(verdict));
    GW_RETURN_IF_ERROR(add.BindInt(sum.count).BindInt(sum.last_ns).BindInt(sum.revision).Run());
  }
  return absl::OkStatus();
}

absl::Status AddHitSlots(Database& database, const SlotHits& hits) {
  Statement add = database.Prepare(
      "INSERT INTO hit_slot VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
      "count = count + excluded.count, would_differ = would_differ + excluded.would_differ, "
      "last = max(last, excluded.last)");
  for (const auto& [key, sum] : hits) {
    const auto& [slot, decided_by, version, verdict] = key;
    add.BindInt(slot).BindText(decided_by).BindInt(version);
    add.BindInt(static_cast<int64_t>(verdict));
    GW_RETURN_IF_ERROR(add.BindInt(sum.count).BindInt(sum.would_differ).BindInt(sum.last_ns).Run());
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

void AddToBucket(Verdict verdict, int64_t count, int64_t would_differ, AuditBucket* bucket) {
  (verdict == Verdict::kDeny ? bucket->denied : bucket->allowed) += count;
  bucket->would_differ += would_differ;
}

absl::Status FillFromSlots(Database& database, const AuditQuery& query, absl::Time until,
                           AuditHistogram* histogram) {
  const int64_t first = SlotOf(histogram->since);
  Statement rows = database.Prepare(absl::StrCat(
      "SELECT (slot - ?) / ?, decided_by, verdict, sum(count), sum(would_differ) FROM hit_slot "
      "WHERE slot >= ? AND slot < ? GROUP BY 1, 2, 3"));
  rows.BindInt(first).BindInt(histogram->width / kAuditSlot);
  rows.BindInt(first).BindInt(SlotOf(until));
  AuditRuling ruling;
  while (rows.Step()) {
    ruling.decided_by = rows.Text(1);
    ruling.verdict = static_cast<Verdict>(rows.Int(2));
    if (!HoldForRuling(query.conditions, ruling)) continue;
    AddToBucket(ruling.verdict, rows.Int(3), rows.Int(4),
                &histogram->buckets[static_cast<size_t>(rows.Int(0))]);
  }
  return rows.status();
}

// What slots know of a ruling.
bool KnownToSlots(const AuditQuery& query) {
  return query.where == nullptr && std::all_of(query.conditions.begin(), query.conditions.end(),
                                               [](const AuditCondition& condition) {
                                                 return condition.field == AuditField::kVerdict ||
                                                        condition.field == AuditField::kDecidedBy;
                                               });
}

absl::Status FillFromDecisions(AuditBlockReader& reader, const AuditQuery& query, absl::Time until,
                               AuditHistogram* histogram) {
  AuditQuery within;
  within.conditions = query.conditions;
  within.where = query.where;
  within.time_max = query.time_max;
  within.since = histogram->since;
  within.until = until - absl::Nanoseconds(1);
  const int64_t since_ns = absl::ToUnixNanos(histogram->since);
  const int64_t width_ns = absl::ToInt64Nanoseconds(histogram->width);
  const AuditMatcher matcher(within);
  AuditRows found;
  // Where it has to end early, the newest are what is asked for.
  const auto add = [&](AuditBlock& block) {
    if (!matcher.Match(block, &found)) return true;
    const std::vector<int64_t>& times = block.times_ns();
    const std::vector<uint32_t>& codes = block.ruling_codes();
    const std::vector<uint32_t>& repeats = block.repeat_codes();
    for (size_t i = 0; i < found.size(); ++i) {
      if (found[i] == 0) continue;
      // Where the width was rounded down, the last bucket is a little longer.
      const auto number = std::min(static_cast<size_t>((times[i] - since_ns) / width_ns),
                                   histogram->buckets.size() - 1);
      const AuditRuling& ruling = block.rulings()[codes[i]];
      const int64_t decisions = DecisionsOf(block.repeats()[repeats[i]]);
      AddToBucket(ruling.verdict, decisions, WouldDiffer(ruling) ? decisions : 0,
                  &histogram->buckets[number]);
    }
    return true;
  };
  GW_RETURN_IF_ERROR(reader.ForEach(within, AuditBlockReader::Order::kNewestFirst, add));
  if (reader.unread()) {
    histogram->searched_to = absl::FromUnixNanos(reader.unread()->newest_ns);
  }
  return absl::OkStatus();
}

// ---- rule hits ----------------------------------------------------------------------------------

// Rows of `rows`: decided_by and version (sorted), slot, count, last.
absl::Status FillRules(Statement& rows, size_t buckets, RuleHitsResult* result) {
  const int64_t first = SlotOf(result->since);
  const int64_t width = result->width / kAuditSlot;
  while (rows.Step()) {
    std::string decided_by = rows.Text(0);
    const int64_t version = rows.Int(1);
    if (result->rules.empty() || result->rules.back().decided_by != decided_by ||
        result->rules.back().version != version) {
      RuleHits rule;
      rule.decided_by = std::move(decided_by);
      rule.version = version;
      rule.last = absl::InfinitePast();
      rule.series.resize(buckets);
      result->rules.push_back(std::move(rule));
    }
    RuleHits& rule = result->rules.back();
    rule.count += rows.Int(3);
    rule.last = std::max(rule.last, absl::FromUnixNanos(rows.Int(4)));
    rule.series[static_cast<size_t>((rows.Int(2) - first) / width)] += rows.Int(3);
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

absl::Status AuditSumsWriter::AddPairs(Database& database, const AuditBatch& batch,
                                       int64_t first_id) {
  if (!pairs_) {
    GW_ASSIGN_OR_RETURN(pairs_, database.ReadInt("SELECT count(*) FROM pair"));
  }
  if (known_pairs_.size() > kKnownPairs) known_pairs_.clear();
  Statement add = database.Prepare("INSERT OR IGNORE INTO pair VALUES (?, ?, ?, ?, ?)");
  size_t unknown = 0;
  int64_t id = first_id;
  for (const AuditBatch::Row& row : batch.rows()) {
    const int64_t own = id++;
    if (row.repeats > 0) continue;  // of no source
    const Tuple& tuple = row.tuple;
    const size_t hash =
        absl::HashOf(tuple.source, tuple.destination, tuple.protocol, tuple.destination_port);
    if (!known_pairs_.insert(hash).second) continue;
    if (++unknown > kNewPairsMax) {
      known_pairs_.erase(hash);
      break;
    }
    add.BindBlob(AddressBytes(tuple.source)).BindBlob(AddressBytes(tuple.destination));
    GW_RETURN_IF_ERROR(
        add.BindInt(tuple.protocol).BindInt(tuple.destination_port).BindInt(own).Run());
    *pairs_ += database.Changes();
  }
  return *pairs_ > pairs_max_ ? DropOldestPairs(database) : absl::OkStatus();
}

absl::Status AuditSumsWriter::DropOldestPairs(Database& database) {
  GW_RETURN_IF_ERROR(database
                         .Prepare("DELETE FROM pair WHERE first_id < (SELECT first_id FROM pair "
                                  "ORDER BY first_id LIMIT 1 OFFSET ?)")
                         .BindInt(2 * kNewPairsMax)
                         .Run());
  *pairs_ -= database.Changes();
  return absl::OkStatus();
}

absl::Status AuditSumsWriter::Add(Database& database, const AuditBatch& batch, int64_t first_id) {
  const SlotHits hits = HitsOf(batch);
  GW_RETURN_IF_ERROR(AddHitCounts(database, hits));
  GW_RETURN_IF_ERROR(AddHitSlots(database, hits));
  return AddPairs(database, batch, first_id);
}

absl::StatusOr<AuditHistogram> ReadHistogram(Database& database, AuditBlockReader& reader,
                                             const AuditQuery& query, absl::Time since,
                                             absl::Time until, size_t buckets) {
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
                         : FillFromDecisions(reader, query, until, &histogram));
  return histogram;
}

absl::StatusOr<std::vector<AuditRecord>> ReadNewPairs(Database& database, AuditBlockReader& reader,
                                                      absl::Time since, size_t limit) {
  std::vector<AuditRecord> found;
  GW_ASSIGN_OR_RETURN(const std::optional<int64_t> first, FirstIdSince(reader, since));
  if (!first) return found;
  Statement rows =
      database.Prepare("SELECT first_id FROM pair WHERE first_id >= ? ORDER BY first_id DESC");
  rows.BindInt(*first);
  std::optional<AuditBlock> block;  // of the row before: mostly that of the next too
  while (found.size() < limit && rows.Step()) {
    const int64_t id = rows.Int(0);
    if (!block || id < block->info().first_id) {
      GW_ASSIGN_OR_RETURN(const std::optional<AuditBlockInfo> info, reader.Holding(id));
      if (!info) continue;  // gone
      block.emplace(reader.Open(*info));
    }
    AuditRecord record = block->Record(static_cast<size_t>(id - block->info().first_id));
    GW_RETURN_IF_ERROR(block->status());
    if (record.time >= since) found.push_back(std::move(record));
  }
  GW_RETURN_IF_ERROR(rows.status());
  return found;
}

absl::StatusOr<int64_t> ReadCountSince(AuditBlockReader& reader, absl::Time since) {
  const int64_t since_ns = absl::ToUnixNanos(since);
  AuditQuery query;
  query.since = since;
  int64_t count = 0;
  GW_RETURN_IF_ERROR(
      reader.ForEach(query, AuditBlockReader::Order::kOldestFirst, [&](AuditBlock& block) {
        if (block.info().oldest_ns >= since_ns) {
          count += block.info().decisions;
          return true;
        }
        for (size_t i = 0; i < block.size(); ++i) {
          if (block.times_ns()[i] < since_ns) continue;
          count += DecisionsOf(block.repeats()[block.repeat_codes()[i]]);
        }
        return true;
      }));
  return count;
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
      "SELECT decided_by, version, slot, sum(count), max(last) FROM hit_slot "
      "WHERE slot >= ? AND slot < ? GROUP BY decided_by, version, slot "
      "ORDER BY decided_by, version, slot");
  rows.BindInt(SlotOf(result.since)).BindInt(SlotOf(end));
  GW_RETURN_IF_ERROR(FillRules(rows, buckets, &result));
  return result;
}

}  // namespace gw
