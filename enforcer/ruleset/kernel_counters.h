// The kernel's named counters of our table (ruleset.h).

#ifndef ENFORCER_RULESET_KERNEL_COUNTERS_H_
#define ENFORCER_RULESET_KERNEL_COUNTERS_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace gw {

// Packets of a counter (kGuardCounter, kDeniedAnyCounter) since the table was made. One netlink
// request, without a child process; control thread only.
absl::StatusOr<int64_t> ReadCounter(const std::string& name);

}  // namespace gw

#endif  // ENFORCER_RULESET_KERNEL_COUNTERS_H_
