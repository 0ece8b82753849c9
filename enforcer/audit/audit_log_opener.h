// AuditLogOpener: opens the audit log for writing, again and again while its disk comes and goes.
// Copyable; one thread at a time.

#ifndef ENFORCER_AUDIT_AUDIT_LOG_OPENER_H_
#define ENFORCER_AUDIT_AUDIT_LOG_OPENER_H_

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"

#include "common/store/audit_store.h"

namespace gw {

class AuditLogOpener {
 public:
  explicit AuditLogOpener(std::string path) : path_(std::move(path)) {}

  // Makes the file if there is none, but not where it once was and its folder is another one since:
  // then its disk is not mounted, and what was written below the mount point would be hidden as
  // soon as it is again.
  absl::StatusOr<std::unique_ptr<AuditStore>> operator()();

 private:
  using Folder = std::pair<dev_t, ino_t>;

  std::string path_;
  std::optional<Folder> folder_;  // of the file, when it was there last
};

}  // namespace gw

#endif  // ENFORCER_AUDIT_AUDIT_LOG_OPENER_H_
