// The reference evaluator: slow, obvious, written straight from policy-semantics.md and the spec
// README, from the written model without any compile step. It exists so that tests can hold the
// engine (evaluate.h) against it; nothing on a packet's path calls it. Pure; any thread.

#ifndef COMMON_POLICY_REFERENCE_H_
#define COMMON_POLICY_REFERENCE_H_

#include "common/policy/explanation.h"
#include "common/policy/model.h"
#include "common/policy/packet.h"
#include "common/policy/site.h"

namespace gw {

// REQUIRES: Validate(model) has no errors.
Explanation ReferenceEvaluate(const Model& model, const Site& site, const InterfacePacket& packet);

}  // namespace gw

#endif  // COMMON_POLICY_REFERENCE_H_
