#include "common/policy/reference.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "common/base/check.h"
#include "common/policy/reference_endpoints.h"
#include "common/policy/reference_rules.h"
#include "common/policy/schedule.h"
#include "common/policy/settings.h"

// Section numbers are those of policy-semantics.md; "deviation" means the table in the spec README.
// Nothing is kept between two packets, and everything is looked up in the written model whenever it
// is needed: each function can be read beside its section.

namespace gw {
namespace reference {
namespace {

// §4.4: the kinds of chain an endpoint has in each direction.
enum class ChainKind { kUntracked, kPreDnat, kNormal, kForward };

enum class Outcome {
  kAllow,        // explicitly accepted
  kDeny,         // dropped; nothing after it runs
  kNoVerdict,    // the chain has no opinion
  kAcceptTable,  // accepted, and nothing else at this hook runs (conntrack short-cut)
};

const char* DirectionWord(Direction direction) {
  return direction == Direction::kIngress ? "ingress" : "egress";
}

// ---- §4.3 order and buckets -----------------------------------------------------------------

constexpr double kLast = std::numeric_limits<double>::infinity();

bool IsKnownTier(const Model& model, const std::string& name) {
  return name == kDefaultTier || model.tiers.count(name) != 0;
}

double TierOrder(const Model& model, const std::string& name) {
  if (name == kDefaultTier) return kDefaultTierOrder;
  const auto tier = model.tiers.find(name);
  return tier == model.tiers.end() ? kLast : tier->second.order.value_or(kLast);
}

TierAction TierDefaultAction(const Model& model, const std::string& name) {
  const auto tier = model.tiers.find(name);
  if (name == kDefaultTier || tier == model.tiers.end()) return TierAction::kDeny;
  return tier->second.default_action;
}

// Ties in order are broken by the text `name/namespace/kind`; the namespace is empty.
std::string TieBreak(const Policy& policy) {
  return absl::StrCat(policy.metadata.name, "//",
                      policy.staged ? "StagedGlobalNetworkPolicy" : "GlobalNetworkPolicy");
}

bool RunsBefore(const Model& model, const Policy& a, const Policy& b) {
  const auto key = [&](const Policy& policy) {
    return std::make_tuple(!IsKnownTier(model, policy.tier), TierOrder(model, policy.tier),
                           policy.tier, policy.order.value_or(kLast), TieBreak(policy));
  };
  return key(a) < key(b);
}

bool IsInBucket(const Policy& policy, ChainKind kind) {
  switch (kind) {
    case ChainKind::kUntracked:
      return policy.do_not_track;
    case ChainKind::kPreDnat:
      return !policy.do_not_track && policy.pre_dnat;
    case ChainKind::kNormal:
      return !policy.do_not_track && !policy.pre_dnat;
    case ChainKind::kForward:
      return !policy.do_not_track && !policy.pre_dnat && policy.apply_on_forward;
  }
  return false;
}

// The policies of a kind that select an endpoint, in the order they run, in both directions and
// staged ones too.
std::vector<const Policy*> PoliciesOf(const Model& model, const Endpoint& endpoint,
                                      ChainKind kind) {
  std::vector<const Policy*> policies;
  const auto add = [&](const Policy& policy) {
    if (!IsInBucket(policy, kind)) return;
    // §1.8: the removal of a policy is not simulated.
    if (policy.staged && policy.staged_action == StagedAction::kDelete) return;
    if (ParsedSelector(policy.selector).Matches(endpoint.labels)) policies.push_back(&policy);
  };
  for (const auto& [name, policy] : model.policies) add(policy);
  for (const auto& [name, policy] : model.staged_policies) add(policy);
  std::sort(policies.begin(), policies.end(),
            [&](const Policy* a, const Policy* b) { return RunsBefore(model, *a, *b); });
  return policies;
}

// ---- §4.4, §4.5 one packet ------------------------------------------------------------------

// One walk of one packet through the stages of its hook.
class Walk {
 public:
  Walk(const Model& model, const Site& site, const InterfacePacket& packet, bool enforce_staged)
      : model_(model),
        site_(site),
        settings_(SettingsOf(model)),
        in_(packet.packet.hook == Hook::kOutput ? "" : packet.in),
        out_(packet.packet.hook == Hook::kInput ? "" : packet.out),
        packet_(packet.packet),
        enforce_staged_(enforce_staged),
        objects_(AllObjects(model, site, settings_)) {}

  Explanation Run() {
    switch (packet_.hook) {
      case Hook::kInput:
        if (Prerouting() != Outcome::kDeny) Input();
        break;
      case Hook::kForward:
        if (Prerouting() != Outcome::kDeny) Forward();
        break;
      case Hook::kOutput:
        Output();
        break;
    }
    return explanation_;
  }

 private:
  // Adds to the trace. What is added last is the decision.
  void Note(const std::string& reason, absl::string_view action) {
    explanation_.trace.push_back(absl::StrCat(reason, ":", action));
    explanation_.decided_by = reason;
    explanation_.verdict = action == "Allow"  ? Verdict::kAllow
                           : action == "Deny" ? Verdict::kDeny
                                              : Verdict::kNone;
  }

  Outcome Allow(const std::string& reason) {
    Note(reason, "Allow");
    return Outcome::kAllow;
  }

  Outcome Deny(const std::string& reason) {
    Note(reason, "Deny");
    return Outcome::kDeny;
  }

  bool IsWorkload(const std::string& name) const {
    return !name.empty() && IsWorkloadInterface(settings_, name);
  }

  bool IsNeighbourDiscovery() const {
    const Tuple& tuple = packet_.tuple;
    return tuple.protocol == kProtocolIcmpv6 && tuple.family() == Family::kIPv6 &&
           tuple.icmp_type >= 133 && tuple.icmp_type <= 136 && packet_.hop_limit == 255;
  }

  // The packet as a stage sees it: those before DNAT see the original destination.
  Tuple TupleFor(ChainKind kind) const {
    Tuple tuple = packet_.tuple;
    const bool is_before_dnat = kind == ChainKind::kUntracked || kind == ChainKind::kPreDnat;
    if (is_before_dnat && packet_.translated) {
      tuple.destination = packet_.original_destination;
      if (HasPorts(tuple.protocol)) tuple.destination_port = packet_.original_destination_port;
    }
    return tuple;
  }

  // §4.7. `is_reply`: the answer to a packet that an entry of the other direction let out.
  std::optional<std::string> MatchingFailsafe(const std::vector<Failsafe>& entries,
                                              Direction direction, const Tuple& tuple,
                                              bool is_reply) const {
    const uint16_t port = is_reply ? tuple.source_port : tuple.destination_port;
    const Address& peer = direction == Direction::kIngress ? tuple.source : tuple.destination;
    for (const Failsafe& entry : entries) {
      if (entry.protocol != tuple.protocol || entry.port != port) continue;
      if (entry.net && !entry.net->Contains(peer)) continue;
      return absl::StrCat("failsafe:", ToString(entry));
    }
    return std::nullopt;
  }

  std::optional<std::string> FailsafeFor(ChainKind kind, Direction direction) const {
    // Deviation: failsafes are for local delivery only.
    if (packet_.hook == Hook::kForward) return std::nullopt;
    const bool is_ingress = direction == Direction::kIngress;
    const auto& own = is_ingress ? settings_.failsafe_inbound : settings_.failsafe_outbound;
    const auto& opposite = is_ingress ? settings_.failsafe_outbound : settings_.failsafe_inbound;
    const Tuple tuple = TupleFor(kind);
    if (auto entry = MatchingFailsafe(own, direction, tuple, false)) return entry;
    if (kind != ChainKind::kUntracked) return std::nullopt;
    return MatchingFailsafe(opposite, direction, tuple, true);
  }

  // §4.4
  Outcome Chain(const Endpoint& endpoint, ChainKind kind, Direction direction) {
    const bool is_before_filter = kind == ChainKind::kUntracked || kind == ChainKind::kPreDnat;
    // An exception in an early chain only keeps that chain from dropping the packet.
    const auto except = [&](const std::string& reason) {
      return is_before_filter ? Outcome::kNoVerdict : Allow(reason);
    };
    if (endpoint.host != nullptr && packet_.hook != Hook::kForward && IsNeighbourDiscovery()) {
      return except("icmpv6-nd");
    }
    if (kind != ChainKind::kUntracked) {
      if (const auto outcome = ConntrackShortCut()) return *outcome;
    }
    if (endpoint.host != nullptr && kind != ChainKind::kForward) {
      if (const auto entry = FailsafeFor(kind, direction)) return except(*entry);
    }
    if (endpoint.workload != nullptr && direction == Direction::kEgress) {
      if (const auto reason = ForbiddenTunnel()) return Deny(*reason);
    }
    const auto policies = PoliciesOf(model_, endpoint, kind);
    if (const auto outcome = Tiers(policies, kind, direction)) return *outcome;
    return EndOfChain(endpoint, kind, direction, !policies.empty());
  }

  std::optional<Outcome> ConntrackShortCut() {
    switch (packet_.state) {
      case ConntrackState::kEstablished:
        Note("conntrack:established", "Allow");
        return Outcome::kAcceptTable;
      case ConntrackState::kRelated:
        Note("conntrack:related", "Allow");
        return Outcome::kAcceptTable;
      case ConntrackState::kInvalid:
        if (settings_.drop_invalid) return Deny("conntrack:invalid");
        return std::nullopt;
      case ConntrackState::kNew:
        return std::nullopt;
    }
    return std::nullopt;
  }

  // §4.10
  std::optional<std::string> ForbiddenTunnel() const {
    const Tuple& tuple = packet_.tuple;
    if (!settings_.allow_vxlan_from_workloads && tuple.protocol == kProtocolUdp &&
        tuple.destination_port == settings_.vxlan_port) {
      return "vxlan-from-workload";
    }
    if (!settings_.allow_ipip_from_workloads && tuple.protocol == kProtocolIpip) {
      return "ipip-from-workload";
    }
    return std::nullopt;
  }

  bool IsEnforced(const Policy& policy) const { return !policy.staged || enforce_staged_; }

  // Step 4. Nothing if every tier was passed.
  std::optional<Outcome> Tiers(const std::vector<const Policy*>& policies, ChainKind kind,
                               Direction direction) {
    std::vector<std::vector<const Policy*>> tiers;
    for (const Policy* policy : policies) {
      if (!policy->applies_to(direction)) continue;
      if (tiers.empty() || tiers.back().front()->tier != policy->tier) tiers.emplace_back();
      tiers.back().push_back(policy);
    }
    for (const auto& tier : tiers) {
      if (const auto outcome = OneTier(tier, kind, direction)) return outcome;
    }
    return std::nullopt;
  }

  // Nothing if the tier was passed, skipped or left open at its end.
  std::optional<Outcome> OneTier(const std::vector<const Policy*>& tier, ChainKind kind,
                                 Direction direction) {
    bool has_enforced = false;
    for (const Policy* policy : tier) {
      if (!IsEnforced(*policy)) continue;
      has_enforced = true;
      const auto action =
          FirstMatch(policy->rules(direction), policy->metadata.name, "policy", kind, direction);
      if (!action) continue;
      if (*action == RuleAction::kPass) return std::nullopt;
      return *action == RuleAction::kAllow ? Outcome::kAllow : Outcome::kDeny;
    }
    if (!has_enforced) return std::nullopt;
    if (kind == ChainKind::kUntracked || kind == ChainKind::kPreDnat) return std::nullopt;
    const std::string& name = tier.front()->tier;
    if (TierDefaultAction(model_, name) == TierAction::kPass) return std::nullopt;
    return Deny(absl::StrCat("end-of-tier:", name, "/", DirectionWord(direction)));
  }

  // A schedule or an expiry limits when a rule exists; its number stays.
  bool Exists(const Rule& rule) const {
    const auto timing = TimingOfRule(rule.annotations, site_.now, site_.zone);
    GW_CHECK(timing.ok());
    return timing->exists;
  }

  // The first rule that matches and does not merely log, noted.
  std::optional<RuleAction> FirstMatch(const std::vector<Rule>& rules, const std::string& owner,
                                       const char* owner_kind, ChainKind kind,
                                       Direction direction) {
    const Tuple tuple = TupleFor(kind);
    for (size_t i = 0; i < rules.size(); ++i) {
      if (!Exists(rules[i]) || !RuleMatches(rules[i], tuple, objects_)) continue;
      const std::string place = absl::StrCat(owner, "/", DirectionWord(direction), "/", i);
      const std::string reason = absl::StrCat(owner_kind, ":", place);
      switch (rules[i].action) {
        case RuleAction::kLog:
          explanation_.logs.push_back(place);
          continue;
        case RuleAction::kAllow:
          Note(reason, "Allow");
          break;
        case RuleAction::kDeny:
          Note(reason, "Deny");
          break;
        case RuleAction::kPass:
          Note(reason, "Pass");
          break;
      }
      return rules[i].action;
    }
    return std::nullopt;
  }

  // Step 5
  Outcome EndOfChain(const Endpoint& endpoint, ChainKind kind, Direction direction,
                     bool has_policies) {
    switch (kind) {
      case ChainKind::kUntracked:
      case ChainKind::kPreDnat:
        return Outcome::kNoVerdict;
      case ChainKind::kForward:
        if (!has_policies) return Allow("forward-default-allow");
        Note("forward-no-verdict", "None");
        return Outcome::kNoVerdict;
      case ChainKind::kNormal:
        return Profiles(endpoint, direction);
    }
    return Outcome::kNoVerdict;
  }

  Outcome Profiles(const Endpoint& endpoint, Direction direction) {
    for (const std::string& name : endpoint.profiles) {
      const auto profile = model_.profiles.find(name);
      if (profile == model_.profiles.end()) return Deny(absl::StrCat("missing-profile:", name));
      const auto action = FirstMatch(profile->second.rules(direction), name, "profile",
                                     ChainKind::kNormal, direction);
      if (action == RuleAction::kAllow) return Outcome::kAllow;
      if (action == RuleAction::kDeny) return Outcome::kDeny;
    }
    return Deny("no-profile-match");
  }

  std::optional<Endpoint> Governing(const std::string& interface) const {
    const auto* host = GoverningHostEndpoint(model_, site_, settings_, interface);
    if (host == nullptr) return std::nullopt;
    return HostEndpointOf(model_, *host);
  }

  // The named host endpoint of a host interface: `*` has no untracked chains.
  std::optional<Endpoint> Named(const std::string& interface) const {
    const auto* host = NamedHostEndpoint(model_, site_, settings_, interface);
    if (host == nullptr) return std::nullopt;
    return HostEndpointOf(model_, *host);
  }

  std::optional<Endpoint> Workload(const std::string& interface) const {
    const auto* workload = ActiveWorkloadEndpoint(model_, site_, interface);
    if (workload == nullptr) return std::nullopt;
    return WorkloadEndpointOf(model_, *workload);
  }

  // The chain of a kind that exists only where some policy of that kind selects the endpoint.
  Outcome EarlyChain(const std::optional<Endpoint>& endpoint, ChainKind kind, Direction direction) {
    if (!endpoint || PoliciesOf(model_, *endpoint, kind).empty()) return Outcome::kNoVerdict;
    return Chain(*endpoint, kind, direction);
  }

  // R1 and R2
  Outcome Prerouting() {
    if (IsWorkload(in_) && !ReversePathOk()) return Deny("rpf");
    const Outcome untracked = EarlyChain(Named(in_), ChainKind::kUntracked, Direction::kIngress);
    if (untracked == Outcome::kDeny) return untracked;
    if (untracked == Outcome::kAllow) {
      accepted_ = true;
      explanation_.untracked = true;
    }
    const bool is_known_flow =
        packet_.state == ConntrackState::kEstablished || packet_.state == ConntrackState::kRelated;
    if (accepted_ || is_known_flow) return Outcome::kNoVerdict;
    const Outcome pre_dnat = EarlyChain(Governing(in_), ChainKind::kPreDnat, Direction::kIngress);
    if (pre_dnat == Outcome::kAllow) accepted_ = true;
    return pre_dnat;
  }

  // §4.10: strict, but for the prefixes that the workload may use.
  bool ReversePathOk() const {
    if (packet_.reverse_path_ok) return true;
    const auto* workload = ActiveWorkloadEndpoint(model_, site_, in_);
    return workload != nullptr &&
           ContainsAddress(workload->allow_spoofed_source_prefixes, packet_.tuple.source);
  }

  void Input() {
    if (IsWorkload(in_)) {
      WorkloadToHost();
      return;
    }
    if (accepted_) return;
    if (const auto endpoint = Governing(in_)) {
      Chain(*endpoint, ChainKind::kNormal, Direction::kIngress);
    } else {
      Note("not-policed", "None");
    }
  }

  void WorkloadToHost() {
    if (IsWorkloadNeighbourDiscovery()) {
      Note("icmpv6-nd", "Allow");
      return;
    }
    const auto workload = Workload(in_);
    if (!workload) {
      Note("unknown-workload", "Deny");
      return;
    }
    if (Chain(*workload, ChainKind::kNormal, Direction::kEgress) != Outcome::kAllow) return;
    switch (settings_.endpoint_to_host) {
      case EndpointToHostAction::kDrop:
        Note("endpoint-to-host:Drop", "Deny");
        return;
      case EndpointToHostAction::kAccept:
        Note("endpoint-to-host:Accept", "Allow");
        return;
      case EndpointToHostAction::kReturn:
        Note("endpoint-to-host:Return", "None");
        return;
    }
  }

  // §4.5 INPUT: what a workload may always send to the host.
  bool IsWorkloadNeighbourDiscovery() const {
    const Tuple& tuple = packet_.tuple;
    if (tuple.protocol != kProtocolIcmpv6 || tuple.family() != Family::kIPv6) return false;
    const uint8_t type = tuple.icmp_type;
    return (type >= 130 && type <= 133) || type == 135 || type == 136;
  }

  // A drop ends the packet, a conntrack accept ends the hook; otherwise the last chain that runs
  // leaves the verdict.
  void Forward() {
    const auto in_host = Governing(in_);
    const auto out_host = Governing(out_);
    bool is_policed = accepted_;
    const auto run = [&](const Endpoint& endpoint, ChainKind kind, Direction direction) {
      is_policed = true;
      const Outcome outcome = Chain(endpoint, kind, direction);
      return outcome == Outcome::kAllow || outcome == Outcome::kNoVerdict;
    };
    const auto run_workload = [&](const std::string& interface, Direction direction) {
      if (!IsWorkload(interface)) return true;
      const auto workload = Workload(interface);
      if (workload) return run(*workload, ChainKind::kNormal, direction);
      Note("unknown-workload", "Deny");
      return false;
    };
    if (in_host && !accepted_ && !run(*in_host, ChainKind::kForward, Direction::kIngress)) return;
    if (!run_workload(in_, Direction::kEgress)) return;
    if (!run_workload(out_, Direction::kIngress)) return;
    if (out_host && !run(*out_host, ChainKind::kForward, Direction::kEgress)) return;
    if (!is_policed) Note("not-policed", "None");
  }

  void Output() {
    const Outcome untracked = EarlyChain(Named(out_), ChainKind::kUntracked, Direction::kEgress);
    if (untracked == Outcome::kDeny) return;
    if (untracked == Outcome::kAllow) {
      explanation_.untracked = true;
      return;
    }
    if (IsWorkload(out_)) {
      Note("host-to-local-workload", "None");
    } else if (const auto endpoint = Governing(out_)) {
      Chain(*endpoint, ChainKind::kNormal, Direction::kEgress);
    } else {
      Note("not-policed", "None");
    }
  }

  const Model& model_;
  const Site& site_;
  const Settings settings_;
  const std::string in_;
  const std::string out_;
  const Packet packet_;
  const bool enforce_staged_;
  const std::vector<LabelledObject> objects_;
  bool accepted_ = false;  // by an untracked or preDNAT policy; skips later ingress checks
  Explanation explanation_;
};

}  // namespace
}  // namespace reference

Explanation ReferenceEvaluate(const Model& model, const Site& site, const InterfacePacket& packet) {
  using reference::Walk;
  Explanation explanation = Walk(model, site, packet, false).Run();
  const Explanation pending =
      model.staged_policies.empty() ? explanation : Walk(model, site, packet, true).Run();
  explanation.pending_verdict = pending.verdict;
  explanation.pending_decided_by = pending.decided_by;
  return explanation;
}

}  // namespace gw
