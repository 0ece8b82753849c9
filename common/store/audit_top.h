// Sums of decisions by the values of a field. For audit_store.cc, which says what they mean.

#ifndef COMMON_STORE_AUDIT_TOP_H_
#define COMMON_STORE_AUDIT_TOP_H_

#include <cstddef>

#include "absl/status/statusor.h"

#include "common/store/audit_blocks.h"
#include "common/store/audit_query.h"
#include "common/store/audit_summary.h"

namespace gw {

// InvalidArgument if there is no such field, or it has too many values to be summed up.
absl::StatusOr<AuditTops> ReadTop(AuditBlockReader& reader, const AuditQuery& query,
                                  const AuditTopBy& by, size_t limit);

}  // namespace gw

#endif  // COMMON_STORE_AUDIT_TOP_H_
