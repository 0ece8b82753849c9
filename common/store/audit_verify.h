// Goes through audit.db along its hash chain (audit_chain.h). For audit_store.cc.

#ifndef COMMON_STORE_AUDIT_VERIFY_H_
#define COMMON_STORE_AUDIT_VERIFY_H_

#include <functional>
#include <optional>

#include "absl/status/statusor.h"

#include "common/store/audit_verification.h"
#include "common/store/database.h"

namespace gw {

// In one read transaction. Cancelled when `interrupted`, which may be empty, says so; DataLoss if
// SQLite cannot read the file.
absl::StatusOr<AuditVerification> VerifyAudit(Database& database,
                                              const std::optional<AuditHead>& head,
                                              const std::function<bool()>& interrupted);

}  // namespace gw

#endif  // COMMON_STORE_AUDIT_VERIFY_H_
