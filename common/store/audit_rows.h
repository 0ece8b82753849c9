// The rows of audit.db's table `decision` as AuditRecord. For audit_*.cc only.

#ifndef COMMON_STORE_AUDIT_ROWS_H_
#define COMMON_STORE_AUDIT_ROWS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/net/address.h"
#include "common/store/audit_store.h"
#include "common/store/database.h"

namespace gw {

// The order of the columns in the table, in Append and in ReadRecords.
inline constexpr char kDecisionColumns[] =
    "id, time, hook, in_interface, out_interface, protocol, source, destination, source_port, "
    "destination_port, icmp_type, icmp_code, verdict, rejected, decided_by, tier, in_endpoint, "
    "out_endpoint, revision, generation, redecided, pending_verdict, pending_decided_by, logs, "
    "repeats";

// Of the column `source` or `destination`.
std::string AddressBytes(const Address& address);
absl::StatusOr<Address> AddressOfBytes(const std::string& blob);

// What SQLite takes as a LIMIT.
int64_t RowLimit(size_t limit);

// The records of a statement that selects kDecisionColumns. DataLoss names the damaged row.
absl::StatusOr<std::vector<AuditRecord>> ReadRecords(const Database& database, Statement& rows);

// The smallest id of a decision that is not older; nothing if there is none. Clocks go back, so
// that ids alone do not tell; the index of times does.
absl::StatusOr<std::optional<int64_t>> ReadFirstIdSince(Database& database, absl::Time since);

}  // namespace gw

#endif  // COMMON_STORE_AUDIT_ROWS_H_
