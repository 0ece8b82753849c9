// Copies a part of audit.db into a file of its own. For audit_store.cc; requests and answers are
// plain values.

#ifndef COMMON_STORE_AUDIT_EXPORT_H_
#define COMMON_STORE_AUDIT_EXPORT_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"

#include "common/store/audit_query.h"
#include "common/store/database.h"

namespace gw {

struct AuditExportRequest {
  std::string path;   // of the new file
  AuditQuery query;   // its paging, limit and time_max do not count
  std::string where;  // what `query.where` was made of, for people
};

struct AuditExported {
  int64_t decisions = 0;  // rows of the log: a sum of packets is one
  int64_t events = 0;     // of the time asked about
};

// The new file is an audit log like the one that it was taken from: decisions have the same ids,
// what is known of their flows is there, the events of that time, sums over what it has, and a hash
// chain of its own. One event more says what it is a copy of. It refers to revisions of the policy
// database as the other does.
//
// It appears as a whole or not at all. AlreadyExists; NotFound if there is nothing to copy;
// Cancelled when `interrupted`, which may be empty, says so; errors of the disk.
absl::StatusOr<AuditExported> ExportAudit(Database& source, const AuditExportRequest& request,
                                          const std::function<bool()>& interrupted);

}  // namespace gw

#endif  // COMMON_STORE_AUDIT_EXPORT_H_
