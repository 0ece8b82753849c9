// The blocks of audit.db: how the writer adds to them, and how readers go through them. For
// audit_*.cc only. Calls of one connection belong to one thread.
//
// New decisions go into open blocks, one row of SQLite each, a small one written again with what
// joins it. Once the open ones hold kSealedRows decisions, they become one sealed block, whose
// columns can be read one by one.

#ifndef COMMON_STORE_AUDIT_BLOCKS_H_
#define COMMON_STORE_AUDIT_BLOCKS_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/store/audit_batch.h"
#include "common/store/audit_block.h"
#include "common/store/audit_chain.h"
#include "common/store/audit_query.h"
#include "common/store/database.h"

namespace gw {

class AuditBlockWriter {
 public:
  // Both outlive the writer. `chain` gets a link for each sealed block while it is on.
  AuditBlockWriter(Database* database, AuditChain* chain) : database_(database), chain_(chain) {}

  // Moves what earlier versions wrote into blocks, each in a transaction of its own.
  absl::Status Begin();
  // After somebody else took blocks away.
  absl::Status CountOpen();

  // The id of the first. Within the caller's transaction; how that ended is to be said.
  absl::StatusOr<int64_t> Append(const AuditBatch& batch);
  void Committed();
  void RolledBack();

  // Seals the open blocks if they are full; in a transaction of its own.
  absl::Status SealFull();

 private:
  static constexpr size_t kSealedRows = size_t{1} << 16;
  // A block with fewer is written again when more come: 128 decisions are some 3 KB.
  static constexpr size_t kOpenRows = 128;

  absl::Status MoveOldRows();
  // What sealed_ holds.
  absl::Status WriteSealed(int64_t first_id);
  absl::Status SealOpen();

  Database* database_;
  AuditChain* chain_;
  AuditBlockBuilder last_;  // the last block, as long as it is small
  int64_t last_first_id_ = 0;
  AuditBlockBuilder sealed_;  // kept for its memory, as is the next
  std::string bytes_;
  size_t open_rows_ = 0;      // in committed open blocks
  size_t appended_rows_ = 0;  // in the caller's transaction
};

// Goes through the blocks of a database, in one read transaction from Begin to the end of its life.
class AuditBlockReader {
 public:
  // `interrupted` may be empty; otherwise it is asked before each block.
  static absl::StatusOr<AuditBlockReader> Begin(Database& database,
                                                const std::function<bool()>& interrupted);

  enum class Order : uint8_t { kOldestFirst, kNewestFirst };
  // The blocks that can hold what `query` asks for, as far as times and ids tell.
  absl::StatusOr<std::vector<AuditBlockInfo>> List(const AuditQuery& query, Order order);
  // The block with decision `id`, if there is one.
  absl::StatusOr<std::optional<AuditBlockInfo>> Holding(int64_t id);

  // Must not outlive the reader.
  AuditBlock Open(const AuditBlockInfo& info);

  // Calls `visit` for each block of List until it returns false, or the query's time_max is over.
  // Cancelled if interrupted; otherwise the first error, of a block too.
  absl::Status ForEach(const AuditQuery& query, Order order,
                       absl::FunctionRef<bool(AuditBlock&)> visit);

  // The block to which the last ForEach did not come as the time was over.
  const std::optional<AuditBlockInfo>& unread() const { return unread_; }

 private:
  AuditBlockReader(Database& database, Transaction transaction,
                   const std::function<bool()>& interrupted);
  absl::Status ReadColumn(const AuditBlockInfo& info, AuditColumn column, std::string* bytes);

  Database* database_;
  Transaction transaction_;
  const std::function<bool()>* interrupted_;
  BlobReader sealed_;
  BlobReader open_;
  int64_t packed_id_ = 0;  // whose columns `packed_` holds
  std::string packed_;
  std::optional<AuditBlockInfo> unread_;
};

// The smallest id of a decision that is not older; nothing if there is none. Clocks go back, so
// that ids alone do not tell.
absl::StatusOr<std::optional<int64_t>> FirstIdSince(AuditBlockReader& reader, absl::Time since);

}  // namespace gw

#endif  // COMMON_STORE_AUDIT_BLOCKS_H_
