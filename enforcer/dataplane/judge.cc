#include "enforcer/dataplane/judge.h"

#include <utility>

#include "common/net/packet_parse.h"
#include "common/policy/evaluate.h"

namespace gw {
namespace {

// The role of an interface index; 0 is "none at this hook". Null if the policy does not know it.
const InterfaceRole* RoleOf(const EnforcedPolicy& policy, uint32_t index) {
  static constexpr InterfaceRole kNoInterface;
  if (index == 0) return &kNoInterface;
  const auto found = policy.interfaces.find(index);
  return found == policy.interfaces.end() ? nullptr : &found->second.role;
}

// Turns a reply packet into the first packet of its flow: what came in went out before.
void TurnRound(Judgement& judgement) {
  judgement.tuple = OriginalOfReply(judgement.tuple);
  std::swap(judgement.in_index, judgement.out_index);
  if (judgement.hook == Hook::kInput) {
    judgement.hook = Hook::kOutput;
  } else if (judgement.hook == Hook::kOutput) {
    judgement.hook = Hook::kInput;
  }
}

Packet PacketOf(const Judgement& judgement, uint8_t hop_limit) {
  Packet packet;
  packet.hook = judgement.hook;
  packet.tuple = judgement.tuple;
  packet.hop_limit = hop_limit;
  return packet;
}

// False if an interface is unknown.
bool Decide(const EnforcedPolicy& policy, uint8_t hop_limit, Judgement* judgement) {
  const InterfaceRole* in = RoleOf(policy, judgement->in_index);
  const InterfaceRole* out = RoleOf(policy, judgement->out_index);
  if (in == nullptr || out == nullptr) return false;
  judgement->decision = Evaluate(*policy.snapshot, *in, *out, PacketOf(*judgement, hop_limit));
  return true;
}

// Whether the kernel may learn from a first packet. A TCP packet that is no SYN may be of a flow
// that conntrack forgot, in either direction.
bool MayTeach(uint32_t hints, const ParsedPacket& parsed) {
  if ((hints & (kHintReply | kHintKnownFlow)) != 0) return false;
  return parsed.tuple.protocol == kProtocolUdp ||
         (parsed.tuple.protocol == kProtocolTcp && parsed.tcp_syn);
}

bool LearnsAccept(const EnforcedPolicy& policy, const Judgement& judgement, const Packet& packet) {
  return policy.snapshot->settings().learned_accepts == LearnedAccepts::kPair &&
         judgement.decision.reason.kind != ReasonKind::kFailsafe &&
         HoldsForAnySourcePort(*policy.snapshot, *RoleOf(policy, judgement.in_index),
                               *RoleOf(policy, judgement.out_index), packet);
}

// Of the side that the packet came in by: by which interface it would leave may depend on its
// source (policy routing), and is not known before routing.
bool LearnsDenial(const EnforcedPolicy& policy, const Judgement& judgement, const Packet& packet) {
  static constexpr InterfaceRole kNoInterface;
  if (packet.hook == Hook::kOutput) return false;
  const InterfaceRole& in = *RoleOf(policy, judgement.in_index);
  const PolicySnapshot& snapshot = *policy.snapshot;
  if (packet.hook == Hook::kForward) {
    const Decision there = Evaluate(snapshot, in, kNoInterface, packet);
    if (there.verdict != Verdict::kDeny || there.reason != judgement.decision.reason) return false;
  }
  return HoldsForAnySource(snapshot, in, kNoInterface, packet);
}

uint32_t MarkFor(const EnforcedPolicy& policy, const Decision& decision, uint32_t packet_mark) {
  if (decision.verdict == Verdict::kDeny) {
    const bool reject = policy.snapshot->settings().deny_action == DenyAction::kReject;
    return policy.marks.With(packet_mark, reject ? MarkVerdict::kReject : MarkVerdict::kDrop,
                             policy.generation);
  }
  // A failsafe holds under every policy, so its flows are not decided again.
  const bool failsafe = decision.reason.kind == ReasonKind::kFailsafe;
  return policy.marks.With(packet_mark, MarkVerdict::kAccept,
                           failsafe ? kFailsafeGeneration : policy.generation);
}

void SetMark(const EnforcedPolicy& policy, uint32_t packet_mark, Judgement* judgement) {
  judgement->mark = MarkFor(policy, judgement->decision, packet_mark);
  judgement->rejected = policy.marks.VerdictOf(judgement->mark) == MarkVerdict::kReject;
}

}  // namespace

Judgement Judge(const EnforcedPolicy& policy, const QueuedPacket& queued) {
  const uint32_t hints = policy.marks.Hints(queued.mark);
  Judgement judgement;
  judgement.hook = queued.hook;
  judgement.in_index = queued.in_index;
  judgement.out_index = queued.out_index;
  judgement.redecided = (hints & kHintKnownFlow) != 0;
  const ParsedPacket parsed = ParsePacket(queued.bytes, queued.size);
  if (parsed.problem != ParsedPacket::Problem::kNone) {
    judgement.outcome = Judgement::Outcome::kMalformed;
    judgement.decision.verdict = Verdict::kDeny;
    SetMark(policy, queued.mark, &judgement);
    return judgement;
  }
  judgement.tuple = parsed.tuple;
  if ((hints & kHintReply) != 0) TurnRound(judgement);

  bool known = Decide(policy, parsed.hop_limit, &judgement);
  // A TCP flow first seen in the middle has no known direction: it goes on if the policy allows
  // either.
  const bool midstream = (hints & (kHintReply | kHintKnownFlow)) == 0 &&
                         parsed.tuple.protocol == kProtocolTcp && !parsed.tcp_syn;
  if (known && midstream && judgement.decision.verdict == Verdict::kDeny) {
    Judgement other = judgement;
    TurnRound(other);
    if (Decide(policy, parsed.hop_limit, &other) && other.decision.verdict != Verdict::kDeny) {
      judgement = other;
    }
  }
  if (!known) {
    judgement.outcome = Judgement::Outcome::kUnknownInterface;
    // Generation 0 is never current for a drop, so the ruleset does not remember it.
    judgement.mark = policy.marks.With(queued.mark, MarkVerdict::kDrop, kFailsafeGeneration);
    return judgement;
  }
  SetMark(policy, queued.mark, &judgement);
  if (MayTeach(hints, parsed)) {
    const Packet packet = PacketOf(judgement, parsed.hop_limit);
    judgement.learns = judgement.decision.verdict == Verdict::kDeny
                           ? LearnsDenial(policy, judgement, packet)
                           : LearnsAccept(policy, judgement, packet);
    if (judgement.learns) judgement.mark |= policy.marks.learn_bit();
  }
  return judgement;
}

}  // namespace gw
