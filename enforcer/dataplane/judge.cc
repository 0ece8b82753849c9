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

// Of a flow with another destination than it came for: with what is known of what it came for. A
// verdict of before DNAT holds, and what is known only says by which rule.
Decision DecideTranslated(const PolicySnapshot& snapshot, const InterfaceRole& in,
                          const InterfaceRole& out, uint32_t hints, Packet packet,
                          const std::optional<OriginalDestination>& original) {
  std::optional<Decision> whole;
  if (original) {
    Packet as_it_came = packet;
    as_it_came.translated = true;
    as_it_came.original_destination = original->address;
    as_it_came.original_destination_port = original->port;
    whole = Evaluate(snapshot, in, out, as_it_came);
    if ((hints & kHintJudged) == 0) return *whole;
  }
  packet.pre_dnat = (hints & kHintAllowed) != 0 ? PreDnat::kAllowed : PreDnat::kPassed;
  const Decision decision = Evaluate(snapshot, in, out, packet);
  return whole && whole->verdict == decision.verdict ? *whole : decision;
}

// False if an interface is unknown.
bool Decide(const EnforcedPolicy& policy, uint32_t hints, uint8_t hop_limit, Judgement* judgement) {
  const InterfaceRole* in = RoleOf(policy, judgement->in_index);
  const InterfaceRole* out = RoleOf(policy, judgement->out_index);
  if (in == nullptr || out == nullptr) return false;
  const Packet packet = PacketOf(*judgement, hop_limit);
  const bool translated = in->judges_before_dnat && (hints & kHintTranslated) != 0;
  judgement->decision =
      translated ? DecideTranslated(*policy.snapshot, *in, *out, hints, packet, judgement->original)
                 : Evaluate(*policy.snapshot, *in, *out, packet);
  return true;
}

// A TCP packet that is no SYN, of a flow that conntrack did not know: it may be of either
// direction.
bool IsMidstream(uint32_t hints, const ParsedPacket& parsed) {
  return (hints & (kHintReply | kHintKnownFlow)) == 0 && parsed.tuple.protocol == kProtocolTcp &&
         !parsed.tcp_syn;
}

// Whether the kernel may learn from a first packet. What it learns has no original destination.
bool MayTeach(const EnforcedPolicy& policy, uint32_t hints, const Judgement& judgement,
              const ParsedPacket& parsed) {
  if ((hints & (kHintReply | kHintKnownFlow)) != 0) return false;
  if (RoleOf(policy, judgement.in_index)->judges_before_dnat) return false;
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

// Obeyed for its packet, and not remembered: a generation that is not in force.
uint32_t AcceptOnce(const EnforcedPolicy& policy, uint32_t packet_mark) {
  const uint32_t other = policy.generation == 1 ? kGenerationMax : policy.generation - 1;
  return policy.marks.With(packet_mark, MarkVerdict::kAccept, other);
}

void DropUnknown(const EnforcedPolicy& policy, uint32_t packet_mark, Judgement* judgement) {
  judgement->outcome = Judgement::Outcome::kUnknownInterface;
  // Generation 0 is never current for a drop, so the ruleset does not remember it.
  judgement->mark = policy.marks.With(packet_mark, MarkVerdict::kDrop, kFailsafeGeneration);
}

// At prerouting: the preDNAT policies alone. The learn bit says that one of them allowed.
void JudgeBeforeDnat(const EnforcedPolicy& policy, const QueuedPacket& queued, uint32_t hints,
                     const ParsedPacket& parsed, OriginalDestinations& originals,
                     Judgement* judgement) {
  judgement->before_dnat = true;
  judgement->hook = (hints & kHintLocal) != 0 ? Hook::kInput : Hook::kForward;
  const InterfaceRole* in = RoleOf(policy, judgement->in_index);
  if (in == nullptr) return DropUnknown(policy, queued.mark, judgement);
  if (IsMidstream(hints, parsed)) {
    judgement->mark = AcceptOnce(policy, queued.mark);
    return;
  }
  judgement->decision =
      EvaluateBeforeDnat(*policy.snapshot, *in, PacketOf(*judgement, parsed.hop_limit));
  SetMark(policy, queued.mark, judgement);
  if (judgement->decision.verdict == Verdict::kDeny) return;
  originals.Remember(KeyOf(queued, parsed.tuple),
                     {parsed.tuple.destination, parsed.tuple.destination_port});
  if (judgement->decision.verdict == Verdict::kAllow) {
    judgement->mark |= policy.marks.learn_bit();
  }
}

// What the flow came for, if it goes elsewhere now.
std::optional<OriginalDestination> OriginalOf(const QueuedPacket& queued, uint32_t hints,
                                              const Tuple& tuple,
                                              const OriginalDestinations& originals) {
  std::optional<OriginalDestination> original = queued.original;
  if (!original && (hints & kHintTranslated) != 0 && (hints & kHintReply) == 0) {
    original = originals.Find(KeyOf(queued, tuple));
  }
  return original;
}

}  // namespace

Judgement Judge(const EnforcedPolicy& policy, const QueuedPacket& queued,
                OriginalDestinations& originals) {
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
  if (queued.before_dnat) {
    JudgeBeforeDnat(policy, queued, hints, parsed, originals, &judgement);
    return judgement;
  }
  judgement.original = OriginalOf(queued, hints, parsed.tuple, originals);
  if ((hints & kHintReply) != 0) TurnRound(judgement);
  if (judgement.original &&
      *judgement.original ==
          OriginalDestination{judgement.tuple.destination, judgement.tuple.destination_port}) {
    judgement.original.reset();
  }

  bool known = Decide(policy, hints, parsed.hop_limit, &judgement);
  // It goes on if the policy allows either direction.
  if (known && IsMidstream(hints, parsed) && judgement.decision.verdict == Verdict::kDeny) {
    Judgement other = judgement;
    TurnRound(other);
    other.original.reset();  // that is of this direction
    if (Decide(policy, hints, parsed.hop_limit, &other) &&
        other.decision.verdict != Verdict::kDeny) {
      judgement = other;
    }
  }
  if (!known) {
    DropUnknown(policy, queued.mark, &judgement);
    return judgement;
  }
  SetMark(policy, queued.mark, &judgement);
  // A reply does not say what its flow came for. The flow's next packet the other way does.
  if ((hints & kHintReply) != 0 && (hints & kHintTranslated) != 0 && !judgement.original &&
      (hints & kHintJudged) == 0 && judgement.decision.verdict != Verdict::kDeny &&
      RoleOf(policy, judgement.in_index)->judges_before_dnat) {
    judgement.mark = AcceptOnce(policy, queued.mark);
    return judgement;
  }
  if (MayTeach(policy, hints, judgement, parsed)) {
    const Packet packet = PacketOf(judgement, parsed.hop_limit);
    judgement.learns = judgement.decision.verdict == Verdict::kDeny
                           ? LearnsDenial(policy, judgement, packet)
                           : LearnsAccept(policy, judgement, packet);
    if (judgement.learns) judgement.mark |= policy.marks.learn_bit();
  }
  return judgement;
}

}  // namespace gw
