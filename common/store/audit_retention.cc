#include "common/store/audit_retention.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"

#include "common/base/status_macros.h"
#include "common/store/audit_block.h"
#include "common/store/audit_blocks.h"
#include "common/store/audit_flows.h"
#include "common/store/audit_summary.h"

namespace gw {
namespace {

// The oldest block, unless it is the only one: the next id is that after the last.
absl::StatusOr<std::optional<AuditBlockInfo>> OldestBlock(Database& database) {
  Statement rows = database.Prepare(
      "SELECT first_id, count, oldest, newest, decisions FROM block ORDER BY first_id LIMIT 2");
  std::optional<AuditBlockInfo> oldest;
  bool others = false;
  while (rows.Step()) {
    others = oldest.has_value();
    if (others) continue;
    oldest = AuditBlockInfo{rows.Int(0), static_cast<size_t>(rows.Int(1)),
                            rows.Int(2), rows.Int(3),
                            rows.Int(4), false};
  }
  GW_RETURN_IF_ERROR(rows.status());
  if (!others) oldest.reset();
  return oldest;
}

absl::Status DropBlock(Database& database, const AuditBlockInfo& info) {
  GW_RETURN_IF_ERROR(database.Prepare("DELETE FROM block_column WHERE id BETWEEN ? AND ?")
                         .BindInt(AuditColumnId(info.first_id, 0))
                         .BindInt(AuditColumnId(info.first_id, kAuditColumns))
                         .Run());
  GW_RETURN_IF_ERROR(DropFlowsBefore(database, info.EndId()));
  GW_RETURN_IF_ERROR(
      database.Prepare("DELETE FROM block WHERE first_id = ?").BindInt(info.first_id).Run());
  GW_RETURN_IF_ERROR(database.Prepare("UPDATE link SET flow_parts = NULL WHERE first_id = ?")
                         .BindInt(info.first_id)
                         .Run());
  return database.Execute("UPDATE kept SET first_id = (SELECT min(first_id) FROM block)");
}

// The first event that is not among the oldest ones before `time`, so that all before it may go at
// once: links vouch for the events between them together. Never the last event: the next id is
// that after it.
absl::StatusOr<int64_t> FirstEventToKeep(Database& database, absl::Time time) {
  constexpr int64_t kEventsAtOnce = 1'000;
  GW_ASSIGN_OR_RETURN(const int64_t oldest,
                      database.ReadInt("SELECT coalesce(min(id), 1) FROM event"));
  GW_ASSIGN_OR_RETURN(const int64_t newest,
                      database.ReadInt("SELECT coalesce(max(id), 1) FROM event"));
  GW_ASSIGN_OR_RETURN(const int64_t linked,
                      database.ReadInt("SELECT coalesce((SELECT last_event FROM link ORDER BY "
                                       "number DESC LIMIT 1), 0)"));
  Statement young = database.Prepare("SELECT id FROM event WHERE time >= ? ORDER BY id LIMIT 1");
  young.BindInt(absl::ToUnixNanos(time));
  const int64_t old_end = young.Step() ? young.Int(0) : newest;
  GW_RETURN_IF_ERROR(young.status());
  if (old_end <= oldest) return oldest;
  const auto border = [&](const char* order, int64_t begin, int64_t end) {
    Statement links = database.Prepare(absl::StrCat("SELECT coalesce(", order,
                                                    "(last_event) + 1, ?1) FROM link "
                                                    "WHERE last_event >= ?1 AND last_event < ?2"));
    links.BindInt(begin).BindInt(end);
    return links.Step() ? absl::StatusOr<int64_t>(links.Int(0)) : links.status();
  };
  const int64_t few_end = std::min(old_end, oldest + kEventsAtOnce);
  if (few_end > linked + 1) return few_end;
  GW_ASSIGN_OR_RETURN(const int64_t few, border("max", oldest, few_end));
  // More than that between two links go together.
  return few > oldest ? few : border("min", oldest, old_end);
}

absl::Status DropEventsBefore(Database& database, absl::Time time) {
  GW_ASSIGN_OR_RETURN(const int64_t first, FirstEventToKeep(database, time));
  GW_RETURN_IF_ERROR(database.Prepare("DELETE FROM event WHERE id < ?").BindInt(first).Run());
  if (database.Changes() == 0) return absl::OkStatus();
  return database.Prepare("UPDATE kept SET event_id = ?").BindInt(first).Run();
}

// What stands beside decisions: a quarter of an hour of sums, some events.
absl::Status DropSumsBefore(Database& database, absl::Time time) {
  GW_RETURN_IF_ERROR(
      database
          .Prepare(
              "DELETE FROM hit_slot WHERE slot = (SELECT min(slot) FROM hit_slot) AND slot < ?")
          .BindInt((AuditSlotOf(time) - absl::UnixEpoch()) / kAuditSlot)
          .Run());
  return DropEventsBefore(database, time);
}

// Without what is free to be used again.
absl::StatusOr<int64_t> UsedBytes(Database& database) {
  return database.ReadInt(
      "SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, "
      "pragma_freelist_count, pragma_page_size");
}

}  // namespace

absl::StatusOr<int64_t> DropOldestBefore(Database& database, absl::Time time) {
  GW_ASSIGN_OR_RETURN(Transaction transaction,
                      Transaction::Begin(database, Transaction::Kind::kWrite));
  GW_RETURN_IF_ERROR(DropSumsBefore(database, time));
  GW_ASSIGN_OR_RETURN(const std::optional<AuditBlockInfo> oldest, OldestBlock(database));
  const bool drops = oldest && oldest->newest_ns < absl::ToUnixNanos(time);
  if (drops) GW_RETURN_IF_ERROR(DropBlock(database, *oldest));
  GW_RETURN_IF_ERROR(transaction.Commit());
  return drops ? oldest->decisions : 0;
}

absl::StatusOr<int64_t> DropOldestBeyond(Database& database, int64_t bytes_max) {
  GW_ASSIGN_OR_RETURN(const int64_t used, UsedBytes(database));
  if (used <= bytes_max) return 0;
  GW_ASSIGN_OR_RETURN(Transaction transaction,
                      Transaction::Begin(database, Transaction::Kind::kWrite));
  GW_ASSIGN_OR_RETURN(const std::optional<AuditBlockInfo> oldest, OldestBlock(database));
  // Sums are small and people look at months of them: they go if nothing else is left.
  GW_RETURN_IF_ERROR(oldest ? DropBlock(database, *oldest)
                            : DropSumsBefore(database, absl::InfiniteFuture()));
  GW_RETURN_IF_ERROR(transaction.Commit());
  return oldest ? oldest->decisions : 0;
}

}  // namespace gw
