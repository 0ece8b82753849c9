// The table `flow` of audit.db: what became known of a decision's flow besides the decision. For
// audit_*.cc only. Calls of one connection belong to one thread; each is within the caller's
// transaction.

#ifndef COMMON_STORE_AUDIT_FLOWS_H_
#define COMMON_STORE_AUDIT_FLOWS_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"

#include "common/store/audit_batch.h"
#include "common/store/audit_record.h"
#include "common/store/database.h"

namespace gw {

// What is new of `flows`; what was known before stays. `link` will cover it (audit_chain.h).
absl::Status WriteFlows(Database& database, absl::Span<const AuditFlow> flows,
                        std::optional<int64_t> link);
// What `batch` says of its rows, the first of which has `first_id`.
absl::Status WriteTranslated(Database& database, const AuditBatch& batch, int64_t first_id,
                             std::optional<int64_t> link);
// Adds to each record what is known of its flow.
absl::Status ReadFlows(Database& database, absl::Span<AuditRecord> records);
// Adds what is known of flows with ids in [begin, end).
absl::Status ReadFlowsOf(Database& database, int64_t begin, int64_t end,
                         std::vector<AuditFlow>* flows);
// Of decisions before `id`, which went.
absl::Status DropFlowsBefore(Database& database, int64_t id);

}  // namespace gw

#endif  // COMMON_STORE_AUDIT_FLOWS_H_
