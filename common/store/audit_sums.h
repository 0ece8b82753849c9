// The sums over audit.db: how the writer keeps them and how readers ask for them. For
// audit_store.cc, which says what they mean. Calls of one connection belong to one thread.

#ifndef COMMON_STORE_AUDIT_SUMS_H_
#define COMMON_STORE_AUDIT_SUMS_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

#include "common/store/audit_store.h"
#include "common/store/database.h"

namespace gw {

// Counts `records`, whose ids are first_id and those after it. Within the caller's transaction.
absl::Status AddSums(Database& database, absl::Span<const AuditRecord> records, int64_t first_id);

absl::StatusOr<AuditHistogram> ReadHistogram(Database& database, const AuditQuery& query,
                                             absl::Time since, absl::Time until, size_t buckets);
absl::StatusOr<std::vector<AuditTop>> ReadTop(Database& database, const AuditQuery& query,
                                              AuditTopField field, size_t limit);
absl::StatusOr<std::vector<AuditRecord>> ReadNewPairs(Database& database, absl::Time since,
                                                      size_t limit);
absl::StatusOr<RuleHitsResult> ReadRuleHits(Database& database, absl::Time since, absl::Time until,
                                            size_t buckets);

}  // namespace gw

#endif  // COMMON_STORE_AUDIT_SUMS_H_
