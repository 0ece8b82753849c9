// Walk: the way of one packet through a compiled policy, policy-semantics.md §4.5 and §4.4 step by
// step. Private to evaluate.cc and trace.cc. Evaluate, Explain and Trace are this one walk with
// different observers; for Evaluate the classifier finds the rules that match, the others look at
// every rule, and agreement_test compares the two. No allocation of its own; any thread.
//
// An observer has these members; those of ObserverBase do nothing:
//   OnStage, OnTier, OnPolicy, OnRule     what is looked at
//   OnMiss                                a built-in check that did not apply
//   OnLog                                 a Log rule was reached
//   OnEnd                                 something ended a tier or a chain, with this action
//   OnLeave                               something ended a tier or an early stage, which then has
//                                         no effect
//   OnNone                                a chain, or the hook, ended without an opinion
// and two constants, see ObserverBase.

#ifndef COMMON_POLICY_WALK_H_
#define COMMON_POLICY_WALK_H_

#include <algorithm>
#include <cstdint>
#include <optional>

#include "common/policy/compiled_policy.h"
#include "common/policy/packet.h"

namespace gw {

// ---- does a rule match ----------------------------------------------------------------------

// Why a rule does not match: the first of its criteria, in this order, that does not hold.
enum class Criterion : uint8_t {
  kNone,  // it matches
  kInForce,
  kFamily,
  kProtocol,
  kNotProtocol,
  kIcmp,
  kNotIcmp,
  kNets,
  kNotNets,
  kSelector,
  kNotSelector,
  kPorts,
  kNotPorts,
};
struct Mismatch {
  Criterion criterion = Criterion::kNone;
  bool at_source = false;  // of the criteria from kNets on

  explicit operator bool() const { return criterion != Criterion::kNone; }
};

inline bool Contains(const CompiledPolicy& policy, uint32_t address_set, const Address& address) {
  const IndexRange ranges = policy.address_sets[address_set].ranges;
  const AddressRange* begin = policy.address_ranges.data() + ranges.begin;
  const AddressRange* end = policy.address_ranges.data() + ranges.end;
  const AddressRange* after = std::upper_bound(
      begin, end, address,
      [](const Address& wanted, const AddressRange& range) { return wanted < range.first; });
  return after != begin && address <= (after - 1)->last;
}

inline bool Contains(const CompiledPolicy& policy, uint32_t port_list, const Address& address,
                     uint8_t protocol, uint16_t port) {
  const PortList& list = policy.port_lists[port_list];
  const PortRange* numbers = policy.port_ranges.data();
  if (HasPorts(protocol) &&
      std::any_of(numbers + list.numbers.begin, numbers + list.numbers.end,
                  [port](const PortRange& range) { return range.Contains(port); })) {
    return true;
  }
  const NamedPort* named = policy.named_ports.data();
  return std::binary_search(named + list.named.begin, named + list.named.end,
                            NamedPort{address, protocol, port});
}

inline Criterion MismatchOf(const CompiledPolicy& policy, const CompiledEntity& entity,
                            const Address& address, uint8_t protocol, uint16_t port) {
  if (entity.nets != kNothing && !Contains(policy, entity.nets, address)) return Criterion::kNets;
  if (entity.not_nets != kNothing && Contains(policy, entity.not_nets, address)) {
    return Criterion::kNotNets;
  }
  if (entity.selector != kNothing && !Contains(policy, entity.selector, address)) {
    return Criterion::kSelector;
  }
  if (entity.not_selector != kNothing && Contains(policy, entity.not_selector, address)) {
    return Criterion::kNotSelector;
  }
  if (entity.ports != kNothing && !Contains(policy, entity.ports, address, protocol, port)) {
    return Criterion::kPorts;
  }
  if (entity.not_ports != kNothing && Contains(policy, entity.not_ports, address, protocol, port)) {
    return Criterion::kNotPorts;
  }
  return Criterion::kNone;
}

inline bool IcmpMatches(const Tuple& tuple, int16_t type, int16_t code) {
  return IsIcmp(tuple.protocol) && tuple.icmp_type == type && (code < 0 || tuple.icmp_code == code);
}

inline Mismatch MismatchOf(const CompiledPolicy& policy, const CompiledRule& rule,
                           const Tuple& tuple) {
  if (!rule.in_force) return {Criterion::kInForce};
  if ((rule.families & FamilyBit(tuple.family())) == 0) return {Criterion::kFamily};
  if (rule.protocol >= 0 && rule.protocol != tuple.protocol) return {Criterion::kProtocol};
  if (rule.not_protocol >= 0 && rule.not_protocol == tuple.protocol) {
    return {Criterion::kNotProtocol};
  }
  if (rule.icmp_type >= 0 && !IcmpMatches(tuple, rule.icmp_type, rule.icmp_code)) {
    return {Criterion::kIcmp};
  }
  if (rule.not_icmp_type >= 0 && IcmpMatches(tuple, rule.not_icmp_type, rule.not_icmp_code)) {
    return {Criterion::kNotIcmp};
  }
  const Criterion at_source =
      MismatchOf(policy, rule.source, tuple.source, tuple.protocol, tuple.source_port);
  if (at_source != Criterion::kNone) return {at_source, true};
  return {MismatchOf(policy, rule.destination, tuple.destination, tuple.protocol,
                     tuple.destination_port)};
}

// ---- fields that are left open --------------------------------------------------------------

// Fields of a packet that a walk may not look at, since its answer shall hold whatever they say.
struct OpenFields {
  bool source = false;       // address and port
  bool source_port = false;  // the port
  constexpr bool any() const { return source || source_port; }
};

enum class OpenMatch : uint8_t { kNo, kYes, kDepends };

// Whether a rule matches whatever the open fields of `tuple` are.
inline OpenMatch MatchOf(const CompiledPolicy& policy, const CompiledRule& rule, const Tuple& tuple,
                         OpenFields open) {
  CompiledRule closed = rule;
  if (open.source) {
    closed.source = CompiledEntity();
  } else {
    closed.source.ports = kNothing;
    closed.source.not_ports = kNothing;
  }
  if (MismatchOf(policy, closed, tuple)) return OpenMatch::kNo;
  return closed.source == rule.source ? OpenMatch::kYes : OpenMatch::kDepends;
}

// ---- what a stage sees ----------------------------------------------------------------------

// Early stages run before conntrack or before DNAT. An end there other than an Allow or Deny of a
// policy has no effect.
inline constexpr bool IsEarly(Stage stage) {
  return stage == Stage::kUntracked || stage == Stage::kPreDnat;
}

inline Tuple TupleOf(const Packet& packet, Stage stage) {
  Tuple tuple = packet.tuple;
  if (packet.translated && IsEarly(stage)) {
    tuple.destination = packet.original_destination;
    if (HasPorts(tuple.protocol)) tuple.destination_port = packet.original_destination_port;
  }
  return tuple;
}

// ---- built-in checks ------------------------------------------------------------------------

// Router and neighbour discovery, RFC 4861: solicitations and advertisements. A hop limit of 255
// proves that no router forwarded it.
inline bool IsNeighbourDiscovery(const Packet& packet) {
  const Tuple& tuple = packet.tuple;
  return tuple.family() == Family::kIPv6 && tuple.protocol == kProtocolIcmpv6 &&
         tuple.icmp_type >= 133 && tuple.icmp_type <= 136 && packet.hop_limit == 255;
}

// What a workload needs from its router (§4.5): multicast listeners and neighbour discovery, but
// not router advertisements. Multicast listener messages have a hop limit of 1.
inline bool IsWorkloadDiscovery(const Tuple& tuple) {
  return tuple.family() == Family::kIPv6 && tuple.protocol == kProtocolIcmpv6 &&
         tuple.icmp_type >= 130 && tuple.icmp_type <= 136 && tuple.icmp_type != 134;
}

inline bool FailsafeMatches(const Failsafe& failsafe, uint8_t protocol, const Address& peer,
                            uint16_t port) {
  return failsafe.protocol == protocol && failsafe.port == port &&
         (!failsafe.net.has_value() || failsafe.net->Contains(peer));
}

// Whether the peer's address decides about it.
inline bool NeedsPeer(const Failsafe& failsafe, uint8_t protocol, uint16_t port) {
  return failsafe.net.has_value() && failsafe.protocol == protocol && failsafe.port == port;
}

enum class BuiltIn : uint8_t {
  kReversePath,
  kNeighbourDiscovery,
  kConntrack,
  kFailsafe,
  kFailsafeReply,
};

// Does nothing; for observers to derive from. They say by kEveryRule whether they want to hear of
// every rule that was looked at. If not, the classifier may find those that match. By kOpen they
// name what the walk may not look at; only a walk by the classifier can do without.
class ObserverBase {
 public:
  void OnStage(Stage, Direction, uint32_t /*endpoint*/) {}
  void OnTier(uint32_t /*tier*/, bool /*skipped*/) {}
  void OnPolicy(uint32_t /*policy*/, bool /*skipped*/) {}
  void OnRule(uint32_t /*rule*/, const Mismatch&, const Tuple&) {}
  void OnMiss(BuiltIn, uint32_t /*failsafe*/) {}
  void OnLog(uint32_t /*rule*/) {}
  void OnEnd(const Reason&, RuleAction) {}
  void OnLeave(const Reason&) {}
  void OnNone(const Reason&) {}
};

class SilentObserver : public ObserverBase {
 public:
  static constexpr bool kEveryRule = false;
  static constexpr OpenFields kOpen = {};
};

// ---- the walk -------------------------------------------------------------------------------

template <typename Observer>
class Walk {
 public:
  // `enforce_staged`: as if every staged policy were enforced.
  Walk(const CompiledPolicy& policy, const InterfaceRole& in, const InterfaceRole& out,
       const Packet& packet, bool enforce_staged, Observer& observer)
      : policy_(policy),
        in_(in),
        out_(out),
        packet_(packet),
        enforce_staged_(enforce_staged),
        observer_(observer) {}

  Verdict Run() {
    if (packet_.hook == Hook::kOutput) return Output();
    if (!Prerouting()) return Verdict::kDeny;
    return packet_.hook == Hook::kInput ? Input() : Forward();
  }

  // The stages before DNAT alone; kNone if they have no opinion.
  Verdict RunBeforeDnat() {
    if (!Prerouting()) return Verdict::kDeny;
    return accepted_ ? Verdict::kAllow : Verdict::kNone;
  }

  // Of the verdict that Run returned.
  const Reason& reason() const { return reason_; }
  bool untracked() const { return untracked_; }
  // An open field was needed: what Run returned says nothing.
  bool gave_up() const { return gave_up_; }

 private:
  enum class ChainEnd : uint8_t {
    kAllowed,   // by policy, for this endpoint and direction
    kAccepted,  // by conntrack or a built-in exception: final for its table
    kDenied,
    kNoVerdict,
  };

  // ---- hooks ----

  // False: denied. May leave the packet accepted already (§4.5 R1, R2).
  bool Prerouting() {
    if (IsWorkload(in_)) {
      if (!ReversePathOk()) return Deny({ReasonKind::kReversePath}), false;
    } else if (HasTiers(in_.named, Stage::kUntracked)) {
      if (!EarlyStage(Stage::kUntracked, in_.named, Direction::kIngress)) return false;
      untracked_ = accepted_;
    }
    const uint32_t host = HostEndpointOf(in_);
    if (accepted_ || IsKnownFlow() || !HasTiers(host, Stage::kPreDnat)) return true;
    if (packet_.pre_dnat != PreDnat::kJudge) {
      accepted_ = packet_.pre_dnat == PreDnat::kAllowed;
      return true;
    }
    return EarlyStage(Stage::kPreDnat, host, Direction::kIngress);
  }

  Verdict Input() {
    if (IsWorkload(in_)) return WorkloadToHost();
    if (accepted_) return Verdict::kAllow;
    return Local(in_, Direction::kIngress);
  }

  Verdict WorkloadToHost() {
    if (IsWorkloadDiscovery(packet_.tuple)) {
      return Allow({ReasonKind::kIcmpv6NeighbourDiscovery, Direction::kEgress});
    }
    const ChainEnd end = WorkloadChain(in_, Direction::kEgress);
    if (end == ChainEnd::kDenied) return Verdict::kDeny;
    if (end == ChainEnd::kAccepted) return Verdict::kAllow;
    const EndpointToHostAction action = policy_.settings.endpoint_to_host;
    const Reason reason{ReasonKind::kEndpointToHost, Direction::kIngress,
                        static_cast<uint32_t>(action)};
    switch (action) {
      case EndpointToHostAction::kAccept:
        return Allow(reason);
      case EndpointToHostAction::kReturn:
        return None(reason);
      case EndpointToHostAction::kDrop:
        break;
    }
    return Deny(reason);
  }

  Verdict Output() {
    if (!IsWorkload(out_) && HasTiers(out_.named, Stage::kUntracked)) {
      if (!EarlyStage(Stage::kUntracked, out_.named, Direction::kEgress)) return Verdict::kDeny;
      untracked_ = accepted_;
      if (accepted_) return Verdict::kAllow;
    }
    if (IsWorkload(out_)) {
      return None({ReasonKind::kHostToLocalWorkload, Direction::kEgress});
    }
    return Local(out_, Direction::kEgress);
  }

  // Each chain forgets what an earlier one allowed, so the last to run says whether the packet was
  // explicitly accepted; a denial of any is final.
  Verdict Forward() {
    const uint32_t host_in = HostEndpointOf(in_);
    const uint32_t host_out = HostEndpointOf(out_);
    std::optional<Verdict> verdict;
    if (accepted_) verdict = Verdict::kAllow;
    const auto is_final = [&verdict](ChainEnd end) {
      verdict = end == ChainEnd::kDenied      ? Verdict::kDeny
                : end == ChainEnd::kNoVerdict ? Verdict::kNone
                                              : Verdict::kAllow;
      return end == ChainEnd::kDenied || end == ChainEnd::kAccepted;
    };
    if (!accepted_ && host_in != kNothing &&
        is_final(RunChain(Stage::kForward, host_in, Direction::kIngress))) {
      return *verdict;
    }
    if (IsWorkload(in_) && is_final(WorkloadChain(in_, Direction::kEgress))) return *verdict;
    if (IsWorkload(out_) && is_final(WorkloadChain(out_, Direction::kIngress))) return *verdict;
    if (host_out != kNothing) {
      is_final(RunChain(Stage::kForward, host_out, Direction::kEgress));
    }
    return verdict ? *verdict : None({ReasonKind::kNotPoliced});
  }

  Verdict Local(const InterfaceRole& role, Direction direction) {
    const uint32_t host = HostEndpointOf(role);
    if (host == kNothing) return None({ReasonKind::kNotPoliced, direction});
    return RunChain(Stage::kNormal, host, direction) == ChainEnd::kDenied ? Verdict::kDeny
                                                                          : Verdict::kAllow;
  }

  // Untracked or preDNAT. False: denied. Anything but an Allow of a policy has no effect.
  bool EarlyStage(Stage stage, uint32_t endpoint, Direction direction) {
    const ChainEnd end = RunChain(stage, endpoint, direction);
    accepted_ = end == ChainEnd::kAllowed;
    return end != ChainEnd::kDenied;
  }

  ChainEnd WorkloadChain(const InterfaceRole& role, Direction direction) {
    if (role.workload != kNothing) return RunChain(Stage::kNormal, role.workload, direction);
    Deny({ReasonKind::kUnknownWorkload, direction});
    return ChainEnd::kDenied;
  }

  // ---- one chain (§4.4) ----

  ChainEnd RunChain(Stage stage, uint32_t endpoint_number, Direction direction) {
    observer_.OnStage(stage, direction, endpoint_number);
    const CompiledEndpoint& endpoint = policy_.endpoints[endpoint_number];
    const Chain& chain = policy_.chains[endpoint.chain];
    const Tuple tuple = TupleOf(packet_, stage);

    const bool is_local_host = endpoint.is_host && packet_.hook != Hook::kForward;
    if (is_local_host) {
      if (IsNeighbourDiscovery(packet_)) {
        return Accept(stage, {ReasonKind::kIcmpv6NeighbourDiscovery, direction});
      }
      observer_.OnMiss(BuiltIn::kNeighbourDiscovery, 0);
    }
    if (stage != Stage::kUntracked) {
      const Reason conntrack{ReasonKind::kConntrack, direction,
                             static_cast<uint32_t>(packet_.state)};
      if (IsKnownFlow()) return Accept(stage, conntrack);
      if (packet_.state == ConntrackState::kInvalid && policy_.settings.drop_invalid) {
        return Deny(conntrack), ChainEnd::kDenied;
      }
      observer_.OnMiss(BuiltIn::kConntrack, 0);
    }
    if (is_local_host) {
      const uint32_t failsafe = FindFailsafe(stage, direction, tuple);
      if (failsafe != kNothing) {
        return Accept(stage, {ReasonKind::kFailsafe, direction, failsafe});
      }
    }
    if (!endpoint.is_host && direction == Direction::kEgress && IsTunnel(tuple)) {
      return ChainEnd::kDenied;
    }

    const TierEnd end = Observer::kEveryRule ? RunTiers(chain, stage, direction)
                                             : FindInTiers(chain, stage, direction, tuple);
    if (end == TierEnd::kAllowed) return ChainEnd::kAllowed;
    if (end == TierEnd::kDenied) return ChainEnd::kDenied;
    if (stage == Stage::kNormal) return RunProfiles(chain, direction);
    if (stage == Stage::kForward) {
      if (!chain.has_tiers[At(stage)]) {
        Allow({ReasonKind::kForwardDefaultAllow, direction});
        return ChainEnd::kAllowed;
      }
      None({ReasonKind::kForwardNoVerdict, direction});
    }
    return ChainEnd::kNoVerdict;
  }

  enum class TierEnd : uint8_t { kAllowed, kDenied, kPassed, kNoMatch };

  TierEnd RunTiers(const Chain& chain, Stage stage, Direction direction) {
    const IndexRange runs = chain.tier_runs[At(stage)][At(direction)];
    for (uint32_t run = runs.begin; run < runs.end; ++run) {
      const TierEnd end = RunTier(stage, policy_.tier_runs[run], direction);
      if (end == TierEnd::kAllowed || end == TierEnd::kDenied) return end;
    }
    return TierEnd::kNoMatch;
  }

  // As RunTiers, by the classifier.
  TierEnd FindInTiers(const Chain& chain, Stage stage, Direction direction, const Tuple& tuple) {
    const uint32_t members = chain.members[At(stage)][At(direction)][enforce_staged_ ? 1 : 0];
    return Find(members, {0, policy_.classifier.size()}, ReasonKind::kPolicyRule, direction, tuple,
                IsEarly(stage) && packet_.translated);
  }

  // What the entries of `members` in `entries` decide. `translated`: the tuple is not the packet's.
  TierEnd Find(uint32_t members, IndexRange entries, ReasonKind kind, Direction direction,
               const Tuple& tuple, bool translated) {
    const Classifier& classifier = policy_.classifier;
    if (members == 0) return TierEnd::kNoMatch;
    Classifier::Classes of_tuple;
    if (translated) {
      of_tuple = classifier.ClassesOf(tuple);
    } else if (!has_classes_) {
      classes_ = classifier.ClassesOf(tuple);
      has_classes_ = true;
    }
    Classifier::Classes classes = translated ? of_tuple : classes_;
    if constexpr (Observer::kOpen.source) classes.source = Classifier::kEveryEntry;
    if constexpr (Observer::kOpen.any()) classes.source_port = Classifier::kEveryEntry;
    uint32_t at = entries.begin;
    while (true) {
      at = classifier.Next(members, classes, at, entries.end);
      if (at == kNoEntry) return TierEnd::kNoMatch;
      const Classifier::Entry& entry = classifier.entry(at);
      if (entry.is_end_of_tier) {
        Deny({ReasonKind::kEndOfTier, direction, entry.number});
        return TierEnd::kDenied;
      }
      const CompiledRule& rule = policy_.rules[entry.number];
      ++at;
      if constexpr (Observer::kOpen.any()) {
        const OpenMatch match = MatchOf(policy_, rule, tuple, Observer::kOpen);
        if (match == OpenMatch::kNo) continue;
        if (match == OpenMatch::kDepends) return GiveUp();
      } else if (!entry.is_exact && MismatchOf(policy_, rule, tuple)) {
        continue;
      }
      const TierEnd end = Match(entry.number, kind, direction);
      if (end == TierEnd::kPassed && kind == ReasonKind::kPolicyRule) {
        at = entry.after_tier;
      } else if (end != TierEnd::kNoMatch) {
        return end;
      }
    }
  }

  // As if denied, which ends every chain.
  TierEnd GiveUp() {
    gave_up_ = true;
    return TierEnd::kDenied;
  }

  TierEnd RunTier(Stage stage, const TierRun& run, Direction direction) {
    const bool skipped = run.all_staged && !enforce_staged_;
    observer_.OnTier(run.tier, skipped);
    if (skipped) return TierEnd::kNoMatch;
    const Tuple tuple = TupleOf(packet_, stage);
    for (uint32_t i = run.policies.begin; i < run.policies.end; ++i) {
      const uint32_t number = policy_.policy_refs[i];
      const CompiledPolicyEntry& policy = policy_.policies[number];
      const bool ignored = policy.staged && !enforce_staged_;
      observer_.OnPolicy(number, ignored);
      if (ignored) continue;
      const TierEnd end =
          RunRules(policy.rules[At(direction)], ReasonKind::kPolicyRule, direction, tuple);
      if (end != TierEnd::kNoMatch) return end;
    }
    // Untracked and preDNAT tiers always pass: a packet that they do not decide goes on.
    if (IsEarly(stage)) return TierEnd::kNoMatch;
    const Reason reason{ReasonKind::kEndOfTier, direction, run.tier};
    if (policy_.tiers[run.tier].passes_at_end) {
      observer_.OnLeave(reason);
      return TierEnd::kPassed;
    }
    Deny(reason);
    return TierEnd::kDenied;
  }

  TierEnd RunRules(IndexRange rules, ReasonKind kind, Direction direction, const Tuple& tuple) {
    for (uint32_t number = rules.begin; number < rules.end; ++number) {
      const Mismatch mismatch = MismatchOf(policy_, policy_.rules[number], tuple);
      observer_.OnRule(number, mismatch, tuple);
      if (mismatch) continue;
      const TierEnd end = Match(number, kind, direction);
      if (end != TierEnd::kNoMatch) return end;
    }
    return TierEnd::kNoMatch;
  }

  // What a rule that matches does; kNoMatch of one that only logs.
  TierEnd Match(uint32_t number, ReasonKind kind, Direction direction) {
    const Reason reason{kind, direction, number};
    switch (policy_.rules[number].action) {
      case RuleAction::kLog:
        observer_.OnLog(number);
        return TierEnd::kNoMatch;
      case RuleAction::kAllow:
        Allow(reason);
        return TierEnd::kAllowed;
      case RuleAction::kDeny:
        Deny(reason);
        return TierEnd::kDenied;
      case RuleAction::kPass:
        observer_.OnEnd(reason, RuleAction::kPass);
        return TierEnd::kPassed;
    }
    return TierEnd::kNoMatch;
  }

  ChainEnd RunProfiles(const Chain& chain, Direction direction) {
    for (uint32_t i = chain.profiles.begin; i < chain.profiles.end; ++i) {
      const uint32_t number = policy_.profile_refs[i];
      const CompiledProfile& profile = policy_.profiles[number];
      if (profile.missing) {
        Deny({ReasonKind::kMissingProfile, direction, number});
        return ChainEnd::kDenied;
      }
      const IndexRange rules = profile.rules[At(direction)];
      TierEnd end = TierEnd::kNoMatch;
      if (Observer::kEveryRule) {
        end = RunRules(rules, ReasonKind::kProfileRule, direction, packet_.tuple);
      } else if (!rules.empty()) {
        const Classifier& classifier = policy_.classifier;
        const uint32_t first = classifier.EntryOfRule(rules.begin);
        end = Find(classifier.in_force(), {first, first + rules.end - rules.begin},
                   ReasonKind::kProfileRule, direction, packet_.tuple, false);
      }
      if (end == TierEnd::kAllowed) return ChainEnd::kAllowed;
      if (end == TierEnd::kDenied) return ChainEnd::kDenied;
    }
    Deny({ReasonKind::kNoProfileMatch, direction});
    return ChainEnd::kDenied;
  }

  // ---- checks ----

  bool HasTiers(uint32_t endpoint, Stage stage) const {
    return endpoint != kNothing &&
           policy_.chains[policy_.endpoints[endpoint].chain].has_tiers[At(stage)];
  }

  // A named host endpoint shadows `*`, whatever its policies.
  static uint32_t HostEndpointOf(const InterfaceRole& role) {
    return role.named != kNothing ? role.named : role.any;
  }

  bool IsKnownFlow() const {
    return packet_.state == ConntrackState::kEstablished ||
           packet_.state == ConntrackState::kRelated;
  }

  static bool IsWorkload(const InterfaceRole& role) {
    return role.kind == InterfaceRole::Kind::kWorkload;
  }

  bool ReversePathOk() {
    if constexpr (Observer::kOpen.source) gave_up_ = true;
    if (packet_.reverse_path_ok) {
      observer_.OnMiss(BuiltIn::kReversePath, 0);
      return true;
    }
    if (in_.workload == kNothing) return false;
    const uint32_t exempt = policy_.endpoints[in_.workload].spoofable_sources;
    return exempt != kNothing && Contains(policy_, exempt, packet_.tuple.source);
  }

  // The number of the failsafe that lets `tuple` pass (§4.7), or kNothing.
  uint32_t FindFailsafe(Stage stage, Direction direction, const Tuple& tuple) {
    const bool ingress = direction == Direction::kIngress;
    const Address& peer = ingress ? tuple.source : tuple.destination;
    const auto inbound = static_cast<uint32_t>(policy_.settings.failsafe_inbound.size());
    const auto all = static_cast<uint32_t>(inbound + policy_.settings.failsafe_outbound.size());
    const IndexRange own = ingress ? IndexRange{0, inbound} : IndexRange{inbound, all};
    const IndexRange other = ingress ? IndexRange{inbound, all} : IndexRange{0, inbound};
    for (uint32_t i = own.begin; i < own.end; ++i) {
      if constexpr (Observer::kOpen.source) {
        gave_up_ |=
            ingress && NeedsPeer(policy_.failsafe(i), tuple.protocol, tuple.destination_port);
      }
      if (FailsafeMatches(policy_.failsafe(i), tuple.protocol, peer, tuple.destination_port)) {
        return i;
      }
      observer_.OnMiss(BuiltIn::kFailsafe, i);
    }
    // Before conntrack, the replies of failsafe flows look like flows of their own.
    if (stage != Stage::kUntracked) return kNothing;
    if constexpr (Observer::kOpen.any()) gave_up_ |= other.begin != other.end;
    for (uint32_t i = other.begin; i < other.end; ++i) {
      if (FailsafeMatches(policy_.failsafe(i), tuple.protocol, peer, tuple.source_port)) return i;
      observer_.OnMiss(BuiltIn::kFailsafeReply, i);
    }
    return kNothing;
  }

  // A tunnel would carry packets past the policy of the workload.
  bool IsTunnel(const Tuple& tuple) {
    const Settings& settings = policy_.settings;
    if (!settings.allow_vxlan_from_workloads && tuple.protocol == kProtocolUdp &&
        tuple.destination_port == settings.vxlan_port) {
      Deny({ReasonKind::kVxlanFromWorkload, Direction::kEgress});
      return true;
    }
    if (!settings.allow_ipip_from_workloads && tuple.protocol == kProtocolIpip) {
      Deny({ReasonKind::kIpipFromWorkload, Direction::kEgress});
      return true;
    }
    return false;
  }

  // ---- ends ----

  Verdict Allow(const Reason& reason) {
    reason_ = reason;
    observer_.OnEnd(reason, RuleAction::kAllow);
    return Verdict::kAllow;
  }

  Verdict Deny(const Reason& reason) {
    reason_ = reason;
    observer_.OnEnd(reason, RuleAction::kDeny);
    return Verdict::kDeny;
  }

  Verdict None(const Reason& reason) {
    reason_ = reason;
    observer_.OnNone(reason);
    return Verdict::kNone;
  }

  ChainEnd Accept(Stage stage, const Reason& reason) {
    // Final for the raw or mangle table only, so the later stages judge the packet anew.
    if (IsEarly(stage)) {
      observer_.OnLeave(reason);
    } else {
      Allow(reason);
    }
    return ChainEnd::kAccepted;
  }

  const CompiledPolicy& policy_;
  const InterfaceRole& in_;
  const InterfaceRole& out_;
  const Packet& packet_;
  const bool enforce_staged_;
  Observer& observer_;
  Reason reason_;
  Classifier::Classes classes_;  // of the packet's tuple
  bool has_classes_ = false;
  bool accepted_ = false;  // by an untracked or preDNAT policy
  bool untracked_ = false;
  bool gave_up_ = false;
};

}  // namespace gw

#endif  // COMMON_POLICY_WALK_H_
