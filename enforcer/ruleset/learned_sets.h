// What the kernel has learned (ruleset.h), over netlink and without a child process. Control thread
// only, but for ForgetLearned.

#ifndef ENFORCER_RULESET_LEARNED_SETS_H_
#define ENFORCER_RULESET_LEARNED_SETS_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/net/address.h"
#include "enforcer/ruleset/table_socket.h"

namespace gw {

// A service that is denied whatever the source: an element of a denied_any set.
struct LearnedDenial {
  uint32_t in_index = 0;
  uint8_t protocol = 0;
  Address destination;
  uint16_t port = 0;
  int64_t packets = 0;  // that it denied since it was learned, and the one from which it was
};
absl::StatusOr<std::vector<LearnedDenial>> ReadLearnedDenials();

// Empties all sets, in one transaction. Also for a process that is not gatewardend (keeper.h).
absl::Status ForgetLearned(const TableSocket& socket);

}  // namespace gw

#endif  // ENFORCER_RULESET_LEARNED_SETS_H_
