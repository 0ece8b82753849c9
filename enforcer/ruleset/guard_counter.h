// The kernel's count of first packets that the upcall guard dropped (ruleset.h).

#ifndef ENFORCER_RULESET_GUARD_COUNTER_H_
#define ENFORCER_RULESET_GUARD_COUNTER_H_

#include <cstdint>

#include "absl/status/statusor.h"

namespace gw {

// Since the table was made. One netlink request, without a child process; control thread.
absl::StatusOr<int64_t> ReadGuardCounter();

}  // namespace gw

#endif  // ENFORCER_RULESET_GUARD_COUNTER_H_
