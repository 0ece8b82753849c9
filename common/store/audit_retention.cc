#include "common/store/audit_retention.h"

#include <optional>

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
  return database.Prepare("DELETE FROM block WHERE first_id = ?").BindInt(info.first_id).Run();
}

// What stands beside decisions: a quarter of an hour of sums, some events.
absl::Status DropSumsBefore(Database& database, absl::Time time) {
  GW_RETURN_IF_ERROR(
      database
          .Prepare(
              "DELETE FROM hit_slot WHERE slot = (SELECT min(slot) FROM hit_slot) AND slot < ?")
          .BindInt((AuditSlotOf(time) - absl::UnixEpoch()) / kAuditSlot)
          .Run());
  return database
      .Prepare(
          "DELETE FROM event WHERE id IN (SELECT id FROM event ORDER BY id LIMIT 1000) AND "
          "time < ?")
      .BindInt(absl::ToUnixNanos(time))
      .Run();
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
