#include "common/store/audit_store.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/base/log.h"
#include "common/base/status_macros.h"
#include "common/store/audit_blocks.h"
#include "common/store/audit_chain.h"
#include "common/store/audit_flows.h"
#include "common/store/audit_match.h"
#include "common/store/audit_retention.h"
#include "common/store/audit_sums.h"
#include "common/store/audit_top.h"
#include "common/store/audit_verify.h"
#include "common/store/migrate.h"

namespace gw {
namespace {

// What SQLite takes as a LIMIT.
int64_t RowLimit(size_t limit) {
  constexpr size_t kMax = std::numeric_limits<int64_t>::max();
  return static_cast<int64_t>(std::min(limit, kMax));
}

class SqliteAuditStore : public AuditStore {
 public:
  explicit SqliteAuditStore(Database database) : database_(std::move(database)) {}

  // For writing.
  absl::Status Begin() {
    GW_RETURN_IF_ERROR(blocks_.Begin());
    return chain_.Begin();
  }

  absl::StatusOr<int64_t> Append(const AuditBatch& batch) override;
  absl::Status AppendFlows(absl::Span<const AuditFlow> flows) override;
  absl::Status AppendEvent(const AuditEvent& event) override;
  absl::Status Sync() override { return database_.SyncLog(); }
  absl::StatusOr<int64_t> DropOldestBefore(absl::Time time) override {
    return Dropped(gw::DropOldestBefore(database_, time));
  }
  absl::StatusOr<int64_t> DropOldestBeyond(int64_t bytes_max) override {
    sums_.LimitPairs(bytes_max);
    return Dropped(gw::DropOldestBeyond(database_, bytes_max));
  }
  absl::StatusOr<Page> Search(const AuditQuery& query) override;
  absl::StatusOr<std::optional<AuditRecord>> Find(int64_t id) override;
  absl::StatusOr<std::vector<AuditEvent>> Events(const AuditEventQuery& query) override;
  absl::StatusOr<std::vector<HitCount>> HitCounts(size_t limit) override;
  absl::StatusOr<AuditHistogram> Histogram(const AuditQuery& query, absl::Time since,
                                           absl::Time until, size_t buckets) override;
  absl::StatusOr<AuditTops> Top(const AuditQuery& query, const AuditTopBy& by,
                                size_t limit) override;
  absl::StatusOr<std::vector<AuditRecord>> NewPairs(absl::Time since, size_t limit) override;
  absl::StatusOr<RuleHitsResult> RuleHits(absl::Time since, absl::Time until,
                                          size_t buckets) override {
    return ReadRuleHits(database_, since, until, buckets);
  }
  absl::StatusOr<int64_t> CountSince(absl::Time since) override;
  absl::Status KeepHashChain(bool on) override { return chain_.Keep(on); }
  absl::StatusOr<AuditVerification> Verify(const std::optional<AuditHead>& head) override {
    return VerifyAudit(database_, head, interrupted_);
  }
  absl::StatusOr<AuditExported> Export(const AuditExportRequest& request) override {
    return ExportAudit(database_, request, interrupted_);
  }
  void InterruptWhen(std::function<bool()> interrupted) override {
    interrupted_ = interrupted;
    database_.InterruptWhen(std::move(interrupted));
  }

 private:
  absl::StatusOr<int64_t> AppendWithin(const AuditBatch& batch);
  void Seal();
  // The writer of blocks counts open ones, which may be among those that went.
  absl::StatusOr<int64_t> Dropped(absl::StatusOr<int64_t> decisions) {
    if (decisions.ok() && *decisions > 0) GW_RETURN_IF_ERROR(blocks_.CountOpen());
    return decisions;
  }

  Database database_;
  std::function<bool()> interrupted_;
  AuditChain chain_{&database_};
  AuditBlockWriter blocks_{&database_, &chain_};
  AuditSumsWriter sums_;
  bool sealing_fails_ = false;
};

absl::StatusOr<int64_t> SqliteAuditStore::AppendWithin(const AuditBatch& batch) {
  GW_ASSIGN_OR_RETURN(Transaction transaction,
                      Transaction::Begin(database_, Transaction::Kind::kWrite));
  GW_ASSIGN_OR_RETURN(const int64_t first_id, blocks_.Append(batch));
  GW_RETURN_IF_ERROR(sums_.Add(database_, batch, first_id));
  GW_RETURN_IF_ERROR(WriteTranslated(database_, batch, first_id, chain_.next()));
  GW_RETURN_IF_ERROR(transaction.Commit());
  return first_id;
}

absl::StatusOr<int64_t> SqliteAuditStore::Append(const AuditBatch& batch) {
  if (batch.empty()) return absl::InvalidArgumentError("no decisions to append");
  absl::StatusOr<int64_t> appended = AppendWithin(batch);
  if (!appended.ok()) {
    blocks_.RolledBack();
    sums_.RolledBack();
    return appended;
  }
  blocks_.Committed();
  Seal();
  return appended;
}

absl::Status SqliteAuditStore::AppendFlows(absl::Span<const AuditFlow> flows) {
  if (flows.empty()) return absl::OkStatus();
  GW_ASSIGN_OR_RETURN(Transaction transaction,
                      Transaction::Begin(database_, Transaction::Kind::kWrite));
  GW_RETURN_IF_ERROR(WriteFlows(database_, flows, chain_.next()));
  return transaction.Commit();
}

// What is not sealed is slower to search, and nothing else: not the caller's error.
void SqliteAuditStore::Seal() {
  const absl::Status sealed = blocks_.SealFull();
  if (!sealed.ok() && !sealing_fails_) {
    LogWarning("audit log: decisions cannot be put in order for searching: ", sealed.message());
  }
  sealing_fails_ = !sealed.ok();
}

absl::Status SqliteAuditStore::AppendEvent(const AuditEvent& event) {
  return database_.Prepare("INSERT INTO event (time, kind, text) VALUES (?, ?, ?)")
      .BindInt(absl::ToUnixNanos(event.time))
      .BindText(event.kind)
      .BindText(event.text)
      .Run();
}

absl::StatusOr<AuditStore::Page> SqliteAuditStore::Search(const AuditQuery& query) {
  using Order = AuditBlockReader::Order;
  GW_ASSIGN_OR_RETURN(AuditBlockReader reader, AuditBlockReader::Begin(database_, interrupted_));
  Page page;
  if (query.limit == 0) return page;
  std::vector<AuditRecord>& records = page.records;
  const AuditMatcher matcher(query);
  AuditRows found;
  GW_RETURN_IF_ERROR(reader.ForEach(
      query, query.after_id ? Order::kOldestFirst : Order::kNewestFirst, [&](AuditBlock& block) {
        if (!matcher.Match(block, &found)) return true;
        const int64_t first_id = block.info().first_id;
        const auto end =
            std::min(query.before_id.value_or(block.info().EndId()), block.info().EndId()) -
            first_id;
        const auto begin =
            std::max(query.after_id ? *query.after_id + 1 - first_id : 0, int64_t{0});
        const auto take = [&](int64_t row) {
          if (found[static_cast<size_t>(row)] == 0) return true;
          records.push_back(block.Record(static_cast<size_t>(row)));
          return records.size() < query.limit;
        };
        if (query.after_id) {
          for (int64_t row = begin; row < end; ++row) {
            if (!take(row)) return false;
          }
        } else {
          for (int64_t row = end; row-- > begin;) {
            if (!take(row)) return false;
          }
        }
        return true;
      }));
  GW_RETURN_IF_ERROR(ReadFlows(database_, absl::MakeSpan(records)));
  if (const auto& unread = reader.unread()) {
    page.searched =
        query.after_id ? AuditSearched{unread->first_id - 1, absl::FromUnixNanos(unread->oldest_ns)}
                       : AuditSearched{unread->EndId(), absl::FromUnixNanos(unread->newest_ns)};
  }
  return page;
}

absl::StatusOr<std::optional<AuditRecord>> SqliteAuditStore::Find(int64_t id) {
  GW_ASSIGN_OR_RETURN(AuditBlockReader reader, AuditBlockReader::Begin(database_, interrupted_));
  GW_ASSIGN_OR_RETURN(const std::optional<AuditBlockInfo> info, reader.Holding(id));
  if (!info) return std::nullopt;
  AuditBlock block = reader.Open(*info);
  AuditRecord record = block.Record(static_cast<size_t>(id - info->first_id));
  GW_RETURN_IF_ERROR(Annotate(block.status(), absl::StrCat("`", database_.path(), "`")));
  GW_RETURN_IF_ERROR(ReadFlows(database_, absl::MakeSpan(&record, 1)));
  return record;
}

absl::StatusOr<AuditHistogram> SqliteAuditStore::Histogram(const AuditQuery& query,
                                                           absl::Time since, absl::Time until,
                                                           size_t buckets) {
  GW_ASSIGN_OR_RETURN(AuditBlockReader reader, AuditBlockReader::Begin(database_, interrupted_));
  return ReadHistogram(database_, reader, query, since, until, buckets);
}

absl::StatusOr<AuditTops> SqliteAuditStore::Top(const AuditQuery& query, const AuditTopBy& by,
                                                size_t limit) {
  GW_ASSIGN_OR_RETURN(AuditBlockReader reader, AuditBlockReader::Begin(database_, interrupted_));
  // Paging does not count.
  AuditQuery all = query;
  all.before_id.reset();
  all.after_id.reset();
  return ReadTop(reader, all, by, limit);
}

absl::StatusOr<std::vector<AuditRecord>> SqliteAuditStore::NewPairs(absl::Time since,
                                                                    size_t limit) {
  GW_ASSIGN_OR_RETURN(AuditBlockReader reader, AuditBlockReader::Begin(database_, interrupted_));
  return ReadNewPairs(database_, reader, since, limit);
}

absl::StatusOr<int64_t> SqliteAuditStore::CountSince(absl::Time since) {
  GW_ASSIGN_OR_RETURN(AuditBlockReader reader, AuditBlockReader::Begin(database_, interrupted_));
  return ReadCountSince(reader, since);
}

absl::StatusOr<std::vector<AuditEvent>> SqliteAuditStore::Events(const AuditEventQuery& query) {
  constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  Statement rows = database_.Prepare(absl::StrCat(
      "SELECT id, time, kind, text FROM event WHERE time >= ? AND time <= ? AND id < ? AND id > ?",
      query.after_id ? " ORDER BY id LIMIT ?" : " ORDER BY id DESC LIMIT ?"));
  rows.BindInt(query.since ? absl::ToUnixNanos(*query.since) : kMin);
  rows.BindInt(query.until ? absl::ToUnixNanos(*query.until) : kMax);
  rows.BindInt(query.before_id.value_or(kMax)).BindInt(query.after_id.value_or(kMin));
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
      "SELECT decided_by, version, first_revision, verdict, count, last FROM hit_count "
      "ORDER BY count DESC, decided_by, version, verdict LIMIT ?");
  rows.BindInt(RowLimit(limit));
  std::vector<HitCount> counts;
  while (rows.Step()) {
    counts.push_back({rows.Text(0), rows.Int(1), rows.Int(2), static_cast<Verdict>(rows.Int(3)),
                      rows.Int(4), absl::FromUnixNanos(rows.Int(5))});
  }
  GW_RETURN_IF_ERROR(rows.status());
  return counts;
}

// A log of an older version is for gatewardend to migrate, unless it is an exported one, which is
// never written again.
absl::StatusOr<Database> OpenToRead(absl::string_view path, absl::Duration busy_timeout) {
  auto database = OpenDatabase(AuditSchema(), path, Database::Access::kReadOnly,
                               Database::Synchronous::kNormal, busy_timeout);
  if (!absl::IsFailedPrecondition(database.status())) return database;
  auto copy = OpenMigratedCopy(AuditSchema(), path, busy_timeout);
  if (!copy.ok()) return copy.status();
  if (!copy->has_value()) return database;
  AuditChain none(&**copy, AuditChain::Log::kNothing);
  GW_RETURN_IF_ERROR(AuditBlockWriter(&**copy, &none).Begin());
  GW_RETURN_IF_ERROR((*copy)->Execute("PRAGMA query_only = ON"));
  return **std::move(copy);
}

}  // namespace

absl::Status AuditStore::Append(absl::Span<const AuditRecord> records) {
  AuditBatch batch;
  for (const AuditRecord& record : records) batch.Add(record);
  return batch.empty() ? absl::OkStatus() : Append(batch).status();
}

absl::StatusOr<std::vector<AuditRecord>> AuditStore::Query(const AuditQuery& query) {
  AuditQuery all = query;
  all.time_max.reset();
  GW_ASSIGN_OR_RETURN(Page page, Search(all));
  return std::move(page.records);
}

absl::StatusOr<std::unique_ptr<AuditStore>> AuditStore::Open(absl::string_view path, Mode mode,
                                                             absl::Duration busy_timeout) {
  if (mode == Mode::kReadOnly) {
    GW_ASSIGN_OR_RETURN(Database database, OpenToRead(path, busy_timeout));
    return std::make_unique<SqliteAuditStore>(std::move(database));
  }
  // A power failure may cost the last decisions, never the file; waiting for the disk after each
  // batch would cost more of them.
  GW_ASSIGN_OR_RETURN(Database database,
                      OpenDatabase(AuditSchema(), path, Database::Access::kCreate,
                                   Database::Synchronous::kNormal, busy_timeout));
  auto store = std::make_unique<SqliteAuditStore>(std::move(database));
  GW_RETURN_IF_ERROR(store->Begin());
  return store;
}

}  // namespace gw
