// LocalService: the service interface over database files, in this process. Used by the command
// line with --db, by the window for offline work and the embedded default, and by tests.

#ifndef COMMON_SERVICE_LOCAL_SERVICE_H_
#define COMMON_SERVICE_LOCAL_SERVICE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"

#include "common/service/service.h"

namespace gw {

struct LocalServiceOptions {
  std::string policy_path;  // may be ":memory:"
  // Default: audit.db beside the policy database. It need not exist: then there are no flows.
  std::string audit_path;
  // Opened for writing (and made if missing) only when something is to be written.
  bool create = true;
};

// Opens nothing yet: each call opens what it needs and says what is wrong with it, so that
// reading works on a read-only file and a missing audit log spoils only questions about it.
absl::StatusOr<std::unique_ptr<Service>> OpenLocalService(const LocalServiceOptions& options);

// This machine's name and interfaces with their addresses (getifaddrs(3)), the time, the local
// time zone: the site of simulations that name none.
Site LiveSite();

}  // namespace gw

#endif  // COMMON_SERVICE_LOCAL_SERVICE_H_
