// What of audit.db goes when it is too old or too much, in steps of some milliseconds. For
// audit_store.cc, which says what they mean.

#ifndef COMMON_STORE_AUDIT_RETENTION_H_
#define COMMON_STORE_AUDIT_RETENTION_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/store/database.h"

namespace gw {

// Each in a transaction of its own; how many decisions went.
absl::StatusOr<int64_t> DropOldestBefore(Database& database, absl::Time time);
absl::StatusOr<int64_t> DropOldestBeyond(Database& database, int64_t bytes_max);

}  // namespace gw

#endif  // COMMON_STORE_AUDIT_RETENTION_H_
