// AuditEntry: what a worker hands to the recorder about one packet, in a form that costs nothing
// to write: numbers that the EnforcedPolicy of `policy_number` turns into names later.

#ifndef ENFORCER_DATAPLANE_AUDIT_ENTRY_H_
#define ENFORCER_DATAPLANE_AUDIT_ENTRY_H_

#include <cstdint>

#include "common/base/ring.h"
#include "common/policy/decision.h"
#include "common/policy/packet.h"

namespace gw {

struct AuditEntry {
  int64_t time_ns = 0;  // CLOCK_REALTIME
  uint64_t policy_number = 0;
  uint32_t in_index = 0;
  uint32_t out_index = 0;
  Hook hook = Hook::kInput;
  bool rejected = false;
  bool redecided = false;
  bool malformed = false;
  bool learned = false;  // Judgement::learns
  // Where it went before DNAT, of the family of `tuple`: an Address in fewer bytes, since a ring
  // has many entries.
  bool has_original = false;
  uint16_t original_port = 0;
  uint64_t original_hi = 0;
  uint64_t original_lo = 0;
  Tuple tuple;
  Decision decision;
};

using AuditRing = Ring<AuditEntry>;
inline constexpr size_t kAuditRingEntries = 1 << 16;

}  // namespace gw

#endif  // ENFORCER_DATAPLANE_AUDIT_ENTRY_H_
