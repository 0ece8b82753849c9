// What the table remembers: its sets, the rules that look them up, and those that add to them.
// Private to this room.
//
// Keys of sets have at most five fields since nft 1.0.6 crashes on longer concatenations (six bits
// a type in 32), and no raw payload fields (@th,0,32): it aborts when it lists two elements with
// one. So there is a set per protocol, and the interface by which a packet leaves is not in the key
// of a denial: its destination says that. The one by which it came is, or others could have a flow
// denied.

#ifndef ENFORCER_RULESET_TABLE_SETS_H_
#define ENFORCER_RULESET_TABLE_SETS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace gw {

// All sets and counters, for the frame.
std::string SetsText();
// Empties all sets of what was decided by an older policy.
std::string FlushSetsText();

// Chains of the frame: what looks a denied flow up, and what remembers one. `name` is "" or
// "early_" (before DNAT).
std::string DenialChains(absl::string_view name);
// Chains of the frame: pairs that are accepted, and services that are denied, without asking.
std::string LearnedChains();

// Rules that log an untracked flow once; what does not fit into the set is only counted.
std::string UntrackedLogRules(uint32_t generation);
// Rules of the upcall guard: `rate` and `burst` as in Fill.
std::string GuardRules(uint32_t rate, uint32_t burst);
// Rules that drop a SYN to a service that is denied whatever the source, before connection
// tracking.
std::string EarlyDenialRules();

}  // namespace gw

#endif  // ENFORCER_RULESET_TABLE_SETS_H_
