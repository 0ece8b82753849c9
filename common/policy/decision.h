// Decision: what Evaluate returns for one packet. Fixed size, no pointers, so the packet path can
// copy it into a ring; numbers refer to the PolicySnapshot that made it, which alone can put them
// into words (snapshot.h, DecidedBy).

#ifndef COMMON_POLICY_DECISION_H_
#define COMMON_POLICY_DECISION_H_

#include <array>
#include <cstdint>

#include "common/policy/explanation.h"
#include "common/policy/limits.h"
#include "common/policy/model.h"

namespace gw {

enum class ReasonKind : uint8_t {
  kPolicyRule,   // index: number of the rule in the snapshot
  kProfileRule,  // index: number of the rule in the snapshot
  kEndOfTier,    // index: number of the tier in the snapshot
  kNoProfileMatch,
  kMissingProfile,  // index: number of the profile name in the snapshot
  kFailsafe,        // index: number of the failsafe, inbound ones first
  kConntrack,       // index: a ConntrackState
  kForwardDefaultAllow,
  kForwardNoVerdict,
  kNotPoliced,
  kHostToLocalWorkload,
  kEndpointToHost,  // index: an EndpointToHostAction
  kUnknownWorkload,
  kIcmpv6NeighbourDiscovery,
  kReversePath,
  kVxlanFromWorkload,
  kIpipFromWorkload,
};

struct Reason {
  ReasonKind kind = ReasonKind::kNotPoliced;
  Direction direction = Direction::kIngress;
  uint32_t index = 0;
  friend bool operator==(const Reason&, const Reason&) = default;
};

struct Decision {
  Verdict verdict = Verdict::kNone;
  bool untracked = false;
  Reason reason;
  // With every staged policy enforced. Equal to verdict and reason where the snapshot has none.
  Verdict pending_verdict = Verdict::kNone;
  Reason pending_reason;
  uint8_t log_count = 0;  // Log rules reached; beyond kDecisionLogsMax only the first are kept
  std::array<uint32_t, kDecisionLogsMax> logs{};  // numbers of rules

  friend bool operator==(const Decision&, const Decision&) = default;
};

}  // namespace gw

#endif  // COMMON_POLICY_DECISION_H_
