// Judge: the answer to one queued packet under one policy. Pure, no allocation; the middle of
// Worker::RunOnce, apart so that it can be tested on bytes.

#ifndef ENFORCER_DATAPLANE_JUDGE_H_
#define ENFORCER_DATAPLANE_JUDGE_H_

#include <cstdint>
#include <optional>

#include "common/policy/decision.h"
#include "common/policy/mark.h"
#include "common/policy/packet.h"
#include "enforcer/dataplane/enforced_policy.h"
#include "enforcer/dataplane/original_destinations.h"
#include "enforcer/dataplane/packet_queue.h"

namespace gw {

struct Judgement {
  enum class Outcome : uint8_t {
    kDecided,
    kMalformed,         // no tuple: denied
    kUnknownInterface,  // dropped, not remembered, not recorded: the client sends again
  };
  Outcome outcome = Outcome::kDecided;
  uint32_t mark = 0;  // the whole packet mark to send back
  // It was asked about before DNAT: what is not denied comes up again later, and is recorded then.
  bool before_dnat = false;
  bool rejected = false;
  bool redecided = false;  // conntrack knew the flow already
  // The answer holds for every flow of the pair to this service (accepted), or for every source of
  // this service (denied): the kernel may go on without asking.
  bool learns = false;
  // As decided: a reply packet is judged as the first packet of its flow would be, so these are
  // the hook, interfaces and tuple of the original direction.
  Hook hook = Hook::kInput;
  uint32_t in_index = 0;
  uint32_t out_index = 0;
  Tuple tuple;
  // What the flow came for, if that is another destination and it is known.
  std::optional<OriginalDestination> original;
  Decision decision;
};

Judgement Judge(const EnforcedPolicy& policy, const QueuedPacket& queued,
                OriginalDestinations& originals);

}  // namespace gw

#endif  // ENFORCER_DATAPLANE_JUDGE_H_
