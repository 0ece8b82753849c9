// The sums over audit.db: how the writer keeps them and how readers ask for them. For
// audit_store.cc, which says what they mean. Calls of one connection belong to one thread.

#ifndef COMMON_STORE_AUDIT_SUMS_H_
#define COMMON_STORE_AUDIT_SUMS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/store/audit_batch.h"
#include "common/store/audit_blocks.h"
#include "common/store/audit_query.h"
#include "common/store/audit_record.h"
#include "common/store/audit_summary.h"
#include "common/store/database.h"

namespace gw {

class AuditSumsWriter {
 public:
  // Counts `batch`, whose first decision has this id and the others those after it. Within the
  // caller's transaction; RolledBack if it did not come to an end.
  absl::Status Add(Database& database, const AuditBatch& batch, int64_t first_id);
  // So that pairs take a quarter of the space at most.
  void LimitPairs(int64_t bytes_max) {
    pairs_max_ = std::min(kPairsMax, bytes_max / 4 / kPairBytes);
  }
  void RolledBack() {
    known_pairs_.clear();
    pairs_.reset();
  }

 private:
  // Only floods and scans make more: what is not noted counts as new when it is seen again.
  static constexpr size_t kNewPairsMax = 256;  // in one batch
  static constexpr size_t kKnownPairs = 100'000;
  // In the file; the oldest give way.
  static constexpr int64_t kPairsMax = 1'000'000;
  static constexpr int64_t kPairBytes = 100;  // with its index

  absl::Status AddPairs(Database& database, const AuditBatch& batch, int64_t first_id);

  absl::Status DropOldestPairs(Database& database);

  absl::flat_hash_set<size_t> known_pairs_;  // hashes of some that are in the file
  std::optional<int64_t> pairs_;             // in the file, once counted
  int64_t pairs_max_ = kPairsMax;
};

absl::StatusOr<AuditHistogram> ReadHistogram(Database& database, AuditBlockReader& reader,
                                             const AuditQuery& query, absl::Time since,
                                             absl::Time until, size_t buckets);
absl::StatusOr<std::vector<AuditRecord>> ReadNewPairs(Database& database, AuditBlockReader& reader,
                                                      absl::Time since, size_t limit);
absl::StatusOr<RuleHitsResult> ReadRuleHits(Database& database, absl::Time since, absl::Time until,
                                            size_t buckets);
absl::StatusOr<int64_t> ReadCountSince(AuditBlockReader& reader, absl::Time since);

}  // namespace gw

#endif  // COMMON_STORE_AUDIT_SUMS_H_
