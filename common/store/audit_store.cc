#include "common/store/audit_store.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/base/status_macros.h"
#include "common/store/audit_conditions.h"
#include "common/store/audit_rows.h"
#include "common/store/audit_sums.h"
#include "common/store/migrate.h"

namespace gw {
namespace {

void BindDecision(const AuditRecord& record, Statement& insert) {
  const Tuple& tuple = record.tuple;
  insert.BindInt(absl::ToUnixNanos(record.time)).BindInt(static_cast<int64_t>(record.hook));
  insert.BindTextInPlace(record.in).BindTextInPlace(record.out).BindInt(tuple.protocol);
  insert.BindBlob(AddressBytes(tuple.source)).BindBlob(AddressBytes(tuple.destination));
  insert.BindInt(tuple.source_port).BindInt(tuple.destination_port);
  insert.BindInt(tuple.icmp_type).BindInt(tuple.icmp_code);
  insert.BindInt(static_cast<int64_t>(record.verdict)).BindInt(record.rejected);
  insert.BindTextInPlace(record.decided_by).BindTextInPlace(record.tier);
  insert.BindTextInPlace(record.in_endpoint).BindTextInPlace(record.out_endpoint);
  insert.BindInt(record.revision).BindInt(record.generation).BindInt(record.redecided);
  if (record.pending_verdict == record.verdict && record.pending_decided_by == record.decided_by) {
    insert.BindNull().BindNull();
  } else {
    insert.BindInt(static_cast<int64_t>(record.pending_verdict));
    insert.BindTextInPlace(record.pending_decided_by);
  }
  if (record.logs.empty()) {
    insert.BindNull();
  } else {
    insert.BindText(absl::StrJoin(record.logs, "\n"));
  }
  insert.BindInt(record.repeats);
}

class SqliteAuditStore : public AuditStore {
 public:
  explicit SqliteAuditStore(Database database) : database_(std::move(database)) {}

  absl::Status Append(absl::Span<const AuditRecord> records) override;
  absl::Status AppendEvent(const AuditEvent& event) override;
  absl::StatusOr<std::vector<AuditRecord>> Query(const AuditQuery& query) override;
  absl::StatusOr<std::optional<AuditRecord>> Find(int64_t id) override;
  absl::StatusOr<std::vector<AuditEvent>> Events(const AuditEventQuery& query) override;
  absl::StatusOr<std::vector<HitCount>> HitCounts(size_t limit) override;
  absl::StatusOr<AuditHistogram> Histogram(const AuditQuery& query, absl::Time since,
                                           absl::Time until, size_t buckets) override {
    return ReadHistogram(database_, query, since, until, buckets);
  }
  absl::StatusOr<std::vector<AuditTop>> Top(const AuditQuery& query, AuditTopField field,
                                            size_t limit) override {
    return ReadTop(database_, query, field, limit);
  }
  absl::StatusOr<std::vector<AuditRecord>> NewPairs(absl::Time since, size_t limit) override {
    return ReadNewPairs(database_, since, limit);
  }
  absl::StatusOr<RuleHitsResult> RuleHits(absl::Time since, absl::Time until,
                                          size_t buckets) override {
    return ReadRuleHits(database_, since, until, buckets);
  }
  absl::StatusOr<int64_t> CountSince(absl::Time since) override;
  void InterruptWhen(std::function<bool()> interrupted) override {
    database_.InterruptWhen(std::move(interrupted));
  }

 private:
  // The smallest id of a decision that is not older; nothing if there is none.
  absl::StatusOr<std::optional<int64_t>> FirstIdSince(absl::Time since);

  Database database_;
  std::optional<std::pair<absl::Time, int64_t>> first_id_;  // the last answer of FirstIdSince
};

absl::Status SqliteAuditStore::Append(absl::Span<const AuditRecord> records) {
  if (records.empty()) return absl::OkStatus();
  GW_ASSIGN_OR_RETURN(Transaction transaction,
                      Transaction::Begin(database_, Transaction::Kind::kWrite));
  Statement insert = database_.Prepare(
      absl::StrCat("INSERT INTO decision (", kDecisionColumns,
                   ") VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                   "?, ?, ?, ?)"));
  for (const AuditRecord& record : records) {
    BindDecision(record, insert);
    GW_RETURN_IF_ERROR(insert.Run());
  }
  // Nobody else writes within the transaction, so that the ids are consecutive.
  const int64_t first_id = database_.LastInsertId() - static_cast<int64_t>(records.size()) + 1;
  GW_RETURN_IF_ERROR(AddSums(database_, records, first_id));
  return transaction.Commit();
}

absl::Status SqliteAuditStore::AppendEvent(const AuditEvent& event) {
  return database_.Prepare("INSERT INTO event (time, kind, text) VALUES (?, ?, ?)")
      .BindInt(absl::ToUnixNanos(event.time))
      .BindText(event.kind)
      .BindText(event.text)
      .Run();
}

// A record's time is no bound of its id, since clocks go back: the oldest id that can match is
// looked up. It stays right, because later rows have larger ids.
absl::StatusOr<std::optional<int64_t>> SqliteAuditStore::FirstIdSince(absl::Time since) {
  if (first_id_ && first_id_->first == since) return first_id_->second;
  GW_ASSIGN_OR_RETURN(const std::optional<int64_t> first, ReadFirstIdSince(database_, since));
  if (first) first_id_ = {since, *first};
  return first;
}

absl::StatusOr<std::vector<AuditRecord>> SqliteAuditStore::Query(const AuditQuery& query) {
  Conditions conditions;
  if (query.since) {
    GW_ASSIGN_OR_RETURN(const std::optional<int64_t> first, FirstIdSince(*query.since));
    if (!first) return std::vector<AuditRecord>();
    conditions.AddInt("id >= ?", *first);
    // The plus keeps SQLite from using the index of times, and then sorting.
    conditions.AddInt("+time >= ?", absl::ToUnixNanos(*query.since));
  }
  if (query.until) conditions.AddInt("+time <= ?", absl::ToUnixNanos(*query.until));
  conditions.Add(query.conditions);
  if (query.before_id) conditions.AddInt("id < ?", *query.before_id);
  if (query.after_id) conditions.AddInt("id > ?", *query.after_id);
  Statement rows = database_.Prepare(
      absl::StrCat("SELECT ", kDecisionColumns, " FROM decision", conditions.Sql(),
                   query.after_id ? " ORDER BY id LIMIT ?" : " ORDER BY id DESC LIMIT ?"));
  conditions.Bind(rows);
  rows.BindInt(RowLimit(query.limit));
  return ReadRecords(database_, rows);
}

absl::StatusOr<std::optional<AuditRecord>> SqliteAuditStore::Find(int64_t id) {
  Statement rows =
      database_.Prepare(absl::StrCat("SELECT ", kDecisionColumns, " FROM decision WHERE id = ?"));
  rows.BindInt(id);
  GW_ASSIGN_OR_RETURN(std::vector<AuditRecord> found, ReadRecords(database_, rows));
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

absl::StatusOr<std::vector<AuditEvent>> SqliteAuditStore::Events(const AuditEventQuery& query) {
  Conditions conditions;
  if (query.since) conditions.AddInt("time >= ?", absl::ToUnixNanos(*query.since));
  if (query.until) conditions.AddInt("time <= ?", absl::ToUnixNanos(*query.until));
  if (query.before_id) conditions.AddInt("id < ?", *query.before_id);
  if (query.after_id) conditions.AddInt("id > ?", *query.after_id);
  Statement rows = database_.Prepare(
      absl::StrCat("SELECT id, time, kind, text FROM event", conditions.Sql(),
                   query.after_id ? " ORDER BY id LIMIT ?" : " ORDER BY id DESC LIMIT ?"));
  conditions.Bind(rows);
  rows.BindInt(RowLimit(query.limit));
  std::vector<AuditEvent> events;
  while (rows.Step()) {
    events.push_back({rows.Int(0), absl::FromUnixNanos(rows.Int(1)), rows.Text(2), rows.Text(3)});
  }
  GW_RETURN_IF_ERROR(rows.status());
  return events;
}

absl::StatusOr<std::vector<AuditStore::HitCount>> SqliteAuditStore::HitCounts(size_t limit) {
  Statement rows = database_.Prepare(
      "SELECT decided_by, verdict, count, last FROM hit_count "
      "ORDER BY count DESC, decided_by, verdict LIMIT ?");
  rows.BindInt(RowLimit(limit));
  std::vector<HitCount> counts;
  while (rows.Step()) {
    counts.push_back({rows.Text(0), static_cast<Verdict>(rows.Int(1)), rows.Int(2),
                      absl::FromUnixNanos(rows.Int(3))});
  }
  GW_RETURN_IF_ERROR(rows.status());
  return counts;
}

absl::StatusOr<int64_t> SqliteAuditStore::CountSince(absl::Time since) {
  Statement rows =
      database_.Prepare("SELECT coalesce(sum(max(1, repeats)), 0) FROM decision WHERE time >= ?");
  rows.BindInt(absl::ToUnixNanos(since));
  const int64_t count = rows.Step() ? rows.Int(0) : 0;
  GW_RETURN_IF_ERROR(rows.status());
  return count;
}

}  // namespace

absl::StatusOr<std::unique_ptr<AuditStore>> AuditStore::Open(absl::string_view path, Mode mode,
                                                             absl::Duration busy_timeout) {
  const Database::Access access =
      mode == Mode::kReadOnly ? Database::Access::kReadOnly : Database::Access::kCreate;
  // A power failure may cost the last decisions, never the file; waiting for the disk after each
  // batch would cost more of them.
  GW_ASSIGN_OR_RETURN(
      Database database,
      OpenDatabase(AuditSchema(), path, access, Database::Synchronous::kNormal, busy_timeout));
  return std::make_unique<SqliteAuditStore>(std::move(database));
}

}  // namespace gw
