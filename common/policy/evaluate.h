// Evaluate: the decision of a policy about one packet. The enforcer, the simulator, the window's
// preview and the audit log's trace all run this one engine.

#ifndef COMMON_POLICY_EVALUATE_H_
#define COMMON_POLICY_EVALUATE_H_

#include <vector>

#include "common/policy/decision.h"
#include "common/policy/explanation.h"
#include "common/policy/packet.h"
#include "common/policy/snapshot.h"

namespace gw {

// The packet path: no allocation, no lock, no I/O. Any thread.
Decision Evaluate(const PolicySnapshot& snapshot, const InterfaceRole& in, const InterfaceRole& out,
                  const Packet& packet);

// The stages before DNAT alone, of a packet as it came: kAllow and kDeny by a policy, kNone if the
// other stages shall decide. No allocation; any thread.
Decision EvaluateBeforeDnat(const PolicySnapshot& snapshot, const InterfaceRole& in,
                            const Packet& packet);

// Whether the kernel may remember a decision for more than its flow. They are never wrong towards
// true: where a rule, failsafe or check that could decide looks at the open field, or a Log rule is
// reached, the answer is no. No allocation; any thread.
//
// The decision about `packet` is the same, its pending part aside, whatever its source port is.
bool HoldsForAnySourcePort(const PolicySnapshot& snapshot, const InterfaceRole& in,
                           const InterfaceRole& out, const Packet& packet);
// The decision about `packet`, with its pending part, is the same whatever its source address and
// source port are.
bool HoldsForAnySource(const PolicySnapshot& snapshot, const InterfaceRole& in,
                       const InterfaceRole& out, const Packet& packet);

// The same decision in words, with its trace; for people and tests.
Explanation Explain(const PolicySnapshot& snapshot, const InterfacePacket& packet);

// Every tier, policy, rule and built-in check that was looked at, in order, each with why it did
// not decide. The last step with `decided` is what Evaluate returns.
std::vector<TraceStep> Trace(const PolicySnapshot& snapshot, const InterfacePacket& packet);

}  // namespace gw

#endif  // COMMON_POLICY_EVALUATE_H_
