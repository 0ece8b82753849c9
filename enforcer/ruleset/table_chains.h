// Which of the optional chains our table has, asked of the kernel before each fill: the daemon may
// have taken the table over from another one. Control thread only.

#ifndef ENFORCER_RULESET_TABLE_CHAINS_H_
#define ENFORCER_RULESET_TABLE_CHAINS_H_

#include "absl/status/statusor.h"

#include "enforcer/ruleset/ruleset.h"

namespace gw {

// None if there is no such table.
absl::StatusOr<OptionalChains> ListOptionalChains();

}  // namespace gw

#endif  // ENFORCER_RULESET_TABLE_CHAINS_H_
