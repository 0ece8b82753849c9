// Trace: the walk of evaluate.cc, told step by step.

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/policy/compiled_policy.h"
#include "common/policy/evaluate.h"
#include "common/policy/walk.h"

namespace gw {
namespace {

using Kind = TraceStep::Kind;

constexpr int kStageDepth = 0;
constexpr int kTierDepth = 1;
constexpr int kPolicyDepth = 2;
constexpr int kRuleDepth = 3;

const char* FamilyName(Family family) { return family == Family::kIPv4 ? "IPv4" : "IPv6"; }

const char* StageName(Stage stage) {
  switch (stage) {
    case Stage::kUntracked:
      return "untracked";
    case Stage::kPreDnat:
      return "preDNAT";
    case Stage::kNormal:
      return "local";
    case Stage::kForward:
      return "forward";
  }
  return "unknown";
}

std::string IcmpText(int type, int code) {
  if (code < 0) return absl::StrCat("type ", type);
  return absl::StrCat("type ", type, " code ", code);
}

// How many addresses a set holds, as people say it.
std::string CountText(const CompiledPolicy& policy, const AddressSet& set) {
  uint64_t count = 0;
  for (uint32_t i = set.ranges.begin; i < set.ranges.end; ++i) {
    const AddressRange& range = policy.address_ranges[i];
    const bool is_countable =
        range.last.hi == range.first.hi && range.last.lo - range.first.lo < UINT32_MAX;
    if (!is_countable) return "more than 4 billion addresses";
    count += range.last.lo - range.first.lo + 1;
  }
  return count == 1 ? "1 address" : absl::StrCat(count, " addresses");
}

std::string SelectorText(const CompiledPolicy& policy, uint32_t number) {
  const AddressSet& set = policy.address_sets[number];
  return absl::StrCat("`", set.text, "` (", CountText(policy, set), ")");
}

// "no match" in words: the first criterion that does not hold.
class MismatchWords {
 public:
  MismatchWords(const CompiledPolicy& policy, const CompiledRule& rule, const Tuple& tuple,
                const Mismatch& mismatch)
      : policy_(policy),
        rule_(rule),
        tuple_(tuple),
        criterion_(mismatch.criterion),
        entity_(mismatch.at_source ? rule.source : rule.destination),
        side_(mismatch.at_source ? "source" : "destination"),
        address_(mismatch.at_source ? tuple.source : tuple.destination),
        port_(mismatch.at_source ? tuple.source_port : tuple.destination_port) {}

  std::string Text() const {
    switch (criterion_) {
      case Criterion::kNone:
        return "matches";
      case Criterion::kInForce:
        return "is not in force now: its schedule or expiry excludes this moment";
      case Criterion::kFamily:
        return FamilyText();
      case Criterion::kProtocol:
        return absl::StrCat("protocol is ", ProtocolName(tuple_.protocol), ", not ",
                            ProtocolName(static_cast<uint8_t>(rule_.protocol)));
      case Criterion::kNotProtocol:
        return absl::StrCat("protocol is ", ProtocolName(tuple_.protocol),
                            ", which the rule excludes");
      case Criterion::kIcmp:
        return absl::StrCat(IcmpOfPacket(), ", not ", IcmpText(rule_.icmp_type, rule_.icmp_code));
      case Criterion::kNotIcmp:
        return absl::StrCat(IcmpOfPacket(), ", which the rule excludes");
      case Criterion::kNets:
        return absl::StrCat(AddressText(), " is not in ", NetsText(entity_.nets));
      case Criterion::kNotNets:
        return absl::StrCat(AddressText(), " is in the excluded ", NetsText(entity_.not_nets));
      case Criterion::kSelector:
        return absl::StrCat(AddressText(), " is not in ", SelectorText(policy_, entity_.selector));
      case Criterion::kNotSelector:
        return absl::StrCat(AddressText(), " is in the excluded ",
                            SelectorText(policy_, entity_.not_selector));
      case Criterion::kPorts:
        return absl::StrCat(PortText(), " is not in ", policy_.port_lists[entity_.ports].text);
      case Criterion::kNotPorts:
        return absl::StrCat(PortText(), " is in the excluded ",
                            policy_.port_lists[entity_.not_ports].text);
    }
    return "does not match";
  }

 private:
  std::string FamilyText() const {
    const Family family = tuple_.family();
    if (rule_.families == 0) return "the rule is for no IP version: its addresses contradict";
    const Family other = family == Family::kIPv4 ? Family::kIPv6 : Family::kIPv4;
    return absl::StrCat("the packet is ", FamilyName(family), ", the rule is for ",
                        FamilyName(other), " only");
  }

  std::string IcmpOfPacket() const {
    if (!IsIcmp(tuple_.protocol)) {
      return absl::StrCat("protocol is ", ProtocolName(tuple_.protocol), " without ICMP type");
    }
    return absl::StrCat("ICMP is ", IcmpText(tuple_.icmp_type, tuple_.icmp_code));
  }

  std::string AddressText() const { return absl::StrCat(side_, " ", ToString(address_)); }

  std::string PortText() const {
    if (!HasPorts(tuple_.protocol)) {
      return absl::StrCat("protocol ", ProtocolName(tuple_.protocol), " has no ports and");
    }
    return absl::StrCat(side_, " port ", port_);
  }

  std::string NetsText(uint32_t set) const { return policy_.address_sets[set].text; }

  const CompiledPolicy& policy_;
  const CompiledRule& rule_;
  const Tuple& tuple_;
  const Criterion criterion_;
  const CompiledEntity& entity_;
  const char* const side_;
  const Address& address_;
  const uint16_t port_;
};

// Writes a step for everything the walk looks at, and for the policies in between that the
// endpoint's chain does not have, why it does not.
class Narrator {
 public:
  static constexpr bool kEveryRule = true;
  static constexpr OpenFields kOpen = {};

  Narrator(const CompiledPolicy& policy, const InterfacePacket& packet)
      : policy_(policy), packet_(packet) {}

  std::vector<TraceStep> Take() { return std::move(steps_); }

  void OnStage(Stage stage, Direction direction, uint32_t endpoint) {
    FinishStage();
    stage_ = stage;
    direction_ = direction;
    endpoint_ = endpoint;
    next_policy_ = 0;
    tier_ = kNothing;
    in_stage_ = true;
    const CompiledEndpoint& of = policy_.endpoints[endpoint];
    std::string outcome =
        absl::StrCat(of.is_host ? "host" : "workload", " endpoint `", of.name, "` governs it");
    if (IsEarly(stage) && packet_.packet.translated) {
      absl::StrAppend(&outcome, "; the packet as it was before DNAT");
    }
    const bool at_in = direction == Direction::kIngress ? of.is_host : !of.is_host;
    Add(Kind::kStage, kStageDepth,
        absl::StrCat(StageName(stage), " ", DirectionName(direction), " of `",
                     at_in ? packet_.in : packet_.out, "`"),
        std::move(outcome));
  }

  void OnTier(uint32_t tier, bool skipped) {
    SkipTo(FirstPolicyOf(tier));
    EnterTier(tier, skipped ? "skipped: all of its policies for this endpoint are staged"
                            : "applies to this endpoint");
    if (skipped) next_policy_ = FirstPolicyOf(tier + 1);
  }

  void OnPolicy(uint32_t policy, bool skipped) {
    SkipTo(policy);
    next_policy_ = policy + 1;
    AddPolicy(policy, skipped ? "staged, not enforced" : "applies");
  }

  void OnRule(uint32_t rule, const Mismatch& mismatch, const Tuple& tuple) {
    if (policy_.rule_names[rule].is_profile) EnterProfile(rule);
    const RuleAction action = policy_.rules[rule].action;
    Add(Kind::kRule, kRuleDepth,
        absl::StrCat(DirectionName(policy_.rule_names[rule].direction), " rule ",
                     policy_.rule_names[rule].index),
        mismatch ? absl::StrCat("no match: ",
                                MismatchWords(policy_, policy_.rules[rule], tuple, mismatch).Text())
                 : absl::StrCat("matched: ", ActionName(action)));
  }

  void OnMiss(BuiltIn check, uint32_t failsafe) {
    const Packet& packet = packet_.packet;
    switch (check) {
      case BuiltIn::kReversePath:
        Add(Kind::kBuiltIn, kStageDepth, "reverse path check", "passed");
        return;
      case BuiltIn::kNeighbourDiscovery:
        if (packet.tuple.protocol == kProtocolIcmpv6) {
          AddBuiltIn("neighbour discovery",
                     absl::StrCat("no match: ICMPv6 type ", packet.tuple.icmp_type, " hop limit ",
                                  packet.hop_limit, ", not types 133 to 136 with 255"));
        }
        return;
      case BuiltIn::kConntrack:
        AddBuiltIn("connection tracking",
                   packet.state == ConntrackState::kInvalid
                       ? "state is invalid, which is not dropped here"
                       : absl::StrCat("state is ", ConntrackStateName(packet.state)));
        return;
      case BuiltIn::kFailsafe:
      case BuiltIn::kFailsafeReply:
        AddBuiltIn(absl::StrCat(check == BuiltIn::kFailsafe ? "failsafe `" : "reply of failsafe `",
                                ToString(policy_.failsafe(failsafe)), "`"),
                   absl::StrCat("no match: ", FailsafeMiss(policy_.failsafe(failsafe),
                                                           check == BuiltIn::kFailsafeReply)));
        return;
    }
  }

  void OnLog(uint32_t /*rule*/) {
    steps_.back().outcome = "matched: Log, goes on with the next rule";
  }

  void OnEnd(const Reason& reason, RuleAction action) {
    const bool decided = action != RuleAction::kPass;
    const bool is_in_stage = in_stage_;
    switch (reason.kind) {
      case ReasonKind::kPolicyRule:
      case ReasonKind::kProfileRule:
        if (decided) break;
        steps_.back().outcome = "matched: Pass, leaves the tier";
        next_policy_ = FirstPolicyOf(tier_ + 1);
        break;
      case ReasonKind::kEndOfTier:
        SkipTo(FirstPolicyOf(reason.index + 1));
        Add(Kind::kBuiltIn, kPolicyDepth,
            absl::StrCat("end of tier `", policy_.tiers[reason.index].name, "`"),
            "no rule matched: Deny");
        break;
      default:
        if (reason.kind == ReasonKind::kNoProfileMatch ||
            reason.kind == ReasonKind::kMissingProfile ||
            reason.kind == ReasonKind::kForwardDefaultAllow) {
          FinishStage();
        }
        Add(Kind::kBuiltIn, is_in_stage ? kTierDepth : kStageDepth, SubjectOf(reason),
            absl::StrCat(WordsOf(reason), ": ", ActionName(action)));
        break;
    }
    steps_.back().decided = decided;
    if (decided) in_stage_ = false;
  }

  void OnLeave(const Reason& reason) {
    if (reason.kind == ReasonKind::kEndOfTier) {
      SkipTo(FirstPolicyOf(reason.index + 1));
      Add(Kind::kBuiltIn, kPolicyDepth,
          absl::StrCat("end of tier `", policy_.tiers[reason.index].name, "`"),
          "no rule matched: Pass, goes on with the next tier");
      return;
    }
    AddBuiltIn(SubjectOf(reason), absl::StrCat(WordsOf(reason), ": leaves this stage"));
    in_stage_ = false;
  }

  void OnNone(const Reason& reason) {
    FinishStage();
    Add(Kind::kBuiltIn, kStageDepth, SubjectOf(reason), WordsOf(reason));
    steps_.back().decided = true;
  }

 private:
  void Add(Kind kind, int depth, std::string subject, std::string outcome) {
    TraceStep step;
    step.kind = kind;
    step.depth = depth;
    step.subject = std::move(subject);
    step.outcome = std::move(outcome);
    steps_.push_back(std::move(step));
  }

  void AddBuiltIn(std::string subject, std::string outcome) {
    Add(Kind::kBuiltIn, in_stage_ ? kTierDepth : kStageDepth, std::move(subject),
        std::move(outcome));
  }

  void AddPolicy(uint32_t number, std::string outcome) {
    const CompiledPolicyEntry& entry = policy_.policies[number];
    EnterTier(entry.tier, "skipped: none of its policies applies here");
    Add(Kind::kPolicy, kPolicyDepth,
        absl::StrCat(entry.staged ? "staged policy `" : "policy `", entry.name, "`"),
        std::move(outcome));
  }

  uint32_t FirstPolicyOf(uint32_t tier) const {
    uint32_t number = 0;
    while (number < policy_.policies.size() && policy_.policies[number].tier < tier) ++number;
    return number;
  }

  void EnterTier(uint32_t tier, std::string outcome) {
    if (tier_ == tier) return;
    tier_ = tier;
    Add(Kind::kTier, kTierDepth, absl::StrCat("tier `", policy_.tiers[tier].name, "`"),
        std::move(outcome));
  }

  // Steps for the policies before `policy` that this chain does not have. Those of other stages
  // are left out: they have nothing to say here.
  void SkipTo(uint32_t policy) {
    for (; next_policy_ < policy; ++next_policy_) {
      const CompiledPolicyEntry& entry = policy_.policies[next_policy_];
      if (!IsOfStage(entry)) continue;
      AddPolicy(next_policy_, absl::StrCat("skipped: ", WhySkipped(entry)));
    }
  }

  bool IsOfStage(const CompiledPolicyEntry& entry) const {
    if (entry.do_not_track) return stage_ == Stage::kUntracked;
    if (entry.pre_dnat) return stage_ == Stage::kPreDnat;
    return stage_ == Stage::kNormal || stage_ == Stage::kForward;
  }

  std::string WhySkipped(const CompiledPolicyEntry& entry) const {
    if (!SelectsEndpoint(entry)) {
      return absl::StrCat("its selector `", entry.selector, "` does not match endpoint `",
                          policy_.endpoints[endpoint_].name, "`");
    }
    if (stage_ == Stage::kForward && !entry.apply_on_forward) {
      return "it does not apply to forwarded traffic (applyOnForward)";
    }
    return absl::StrCat("its types do not include ", DirectionName(direction_));
  }

  // A policy that selects the endpoint is in some bucket of its chain, whatever the stage and
  // direction.
  bool SelectsEndpoint(const CompiledPolicyEntry& entry) const {
    const Chain& chain = policy_.chains[policy_.endpoints[endpoint_].chain];
    const auto number = static_cast<uint32_t>(&entry - policy_.policies.data());
    for (const auto& stage : chain.tier_runs) {
      for (const IndexRange runs : stage) {
        for (uint32_t i = runs.begin; i < runs.end; ++i) {
          const IndexRange refs = policy_.tier_runs[i].policies;
          for (uint32_t j = refs.begin; j < refs.end; ++j) {
            if (policy_.policy_refs[j] == number) return true;
          }
        }
      }
    }
    return false;
  }

  // All tiers were passed: the policies that are left were not in the chain.
  void FinishStage() {
    if (!in_stage_) return;
    SkipTo(static_cast<uint32_t>(policy_.policies.size()));
    in_stage_ = false;
    tier_ = kNothing;
    profile_ = kNothing;
  }

  void EnterProfile(uint32_t rule) {
    SkipTo(static_cast<uint32_t>(policy_.policies.size()));
    tier_ = kNothing;
    for (uint32_t number = 0; number < policy_.profiles.size(); ++number) {
      const IndexRange rules = policy_.profiles[number].rules[At(direction_)];
      if (rule < rules.begin || rule >= rules.end || profile_ == number) continue;
      profile_ = number;
      Add(Kind::kPolicy, kPolicyDepth,
          absl::StrCat("profile `", policy_.profiles[number].name, "`"), "no policy decided");
    }
  }

  std::string FailsafeMiss(const Failsafe& failsafe, bool is_reply) const {
    const Tuple tuple = TupleOf(packet_.packet, stage_);
    if (failsafe.protocol != tuple.protocol) {
      return absl::StrCat("protocol is ", ProtocolName(tuple.protocol), ", not ",
                          ProtocolName(failsafe.protocol));
    }
    const uint16_t port = is_reply ? tuple.source_port : tuple.destination_port;
    if (failsafe.port != port) {
      return absl::StrCat(is_reply ? "source port " : "destination port ", port, " is not ",
                          failsafe.port);
    }
    const bool ingress = direction_ == Direction::kIngress;
    return absl::StrCat(ingress ? "source " : "destination ",
                        ToString(ingress ? tuple.source : tuple.destination), " is not in ",
                        failsafe.net ? ToString(*failsafe.net) : "it");
  }

  static std::string SubjectOf(const Reason& reason) {
    switch (reason.kind) {
      case ReasonKind::kConntrack:
        return "connection tracking";
      case ReasonKind::kFailsafe:
        return "failsafes";
      case ReasonKind::kIcmpv6NeighbourDiscovery:
        return "neighbour discovery";
      case ReasonKind::kReversePath:
        return "reverse path check";
      case ReasonKind::kNoProfileMatch:
      case ReasonKind::kMissingProfile:
        return "profiles";
      case ReasonKind::kForwardDefaultAllow:
      case ReasonKind::kForwardNoVerdict:
        return "end of forward policies";
      case ReasonKind::kEndpointToHost:
        return "defaultEndpointToHostAction";
      case ReasonKind::kNotPoliced:
      case ReasonKind::kHostToLocalWorkload:
        return "interfaces";
      case ReasonKind::kUnknownWorkload:
        return "workload endpoints";
      case ReasonKind::kVxlanFromWorkload:
      case ReasonKind::kIpipFromWorkload:
        return "tunnels from workloads";
      case ReasonKind::kPolicyRule:
      case ReasonKind::kProfileRule:
      case ReasonKind::kEndOfTier:
        break;
    }
    return "policy";
  }

  std::string WordsOf(const Reason& reason) const {
    switch (reason.kind) {
      case ReasonKind::kConntrack:
        return absl::StrCat("state is ",
                            ConntrackStateName(static_cast<ConntrackState>(reason.index)));
      case ReasonKind::kFailsafe:
        return absl::StrCat("matched `", ToString(policy_.failsafe(reason.index)), "`");
      case ReasonKind::kIcmpv6NeighbourDiscovery:
        return absl::StrCat("ICMPv6 type ", packet_.packet.tuple.icmp_type);
      case ReasonKind::kReversePath:
        return absl::StrCat("source ", ToString(packet_.packet.tuple.source),
                            " is not reached through `", packet_.in, "`");
      case ReasonKind::kNoProfileMatch:
        return "no policy applies and no profile matched";
      case ReasonKind::kMissingProfile:
        return absl::StrCat("profile `", policy_.profiles[reason.index].name, "` does not exist");
      case ReasonKind::kForwardDefaultAllow:
        return "no policy of this endpoint applies to forwarded traffic";
      case ReasonKind::kForwardNoVerdict:
        return "no policy decided: no verdict";
      case ReasonKind::kEndpointToHost:
        return reason.index == static_cast<uint32_t>(EndpointToHostAction::kReturn)
                   ? "is Return: no verdict"
                   : "traffic from a workload to this host";
      case ReasonKind::kNotPoliced:
        return "no endpoint governs them: not policed";
      case ReasonKind::kHostToLocalWorkload:
        return "traffic from this host to a workload is not policed";
      case ReasonKind::kUnknownWorkload:
        return absl::StrCat("no workload endpoint is known for `",
                            reason.direction == Direction::kEgress ? packet_.in : packet_.out, "`");
      case ReasonKind::kVxlanFromWorkload:
        return "VXLAN from a workload";
      case ReasonKind::kIpipFromWorkload:
        return "IP in IP from a workload";
      case ReasonKind::kPolicyRule:
      case ReasonKind::kProfileRule:
      case ReasonKind::kEndOfTier:
        break;
    }
    return ReasonText(policy_, reason);
  }

  const CompiledPolicy& policy_;
  const InterfacePacket& packet_;
  std::vector<TraceStep> steps_;
  bool in_stage_ = false;
  Stage stage_ = Stage::kNormal;
  Direction direction_ = Direction::kIngress;
  uint32_t endpoint_ = 0;
  uint32_t next_policy_ = 0;  // the first that has no step yet in this stage
  uint32_t tier_ = kNothing;
  uint32_t profile_ = kNothing;
};

}  // namespace

std::vector<TraceStep> Trace(const PolicySnapshot& snapshot, const InterfacePacket& packet) {
  const InterfaceRole in = snapshot.RoleOf(packet.in);
  const InterfaceRole out = snapshot.RoleOf(packet.out);
  Narrator narrator(snapshot.compiled(), packet);
  Walk(snapshot.compiled(), in, out, packet.packet, false, narrator).Run();
  return narrator.Take();
}

}  // namespace gw
