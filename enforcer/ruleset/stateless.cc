#include "enforcer/ruleset/stateless.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/net/tuple.h"
#include "common/policy/compiled_policy.h"
#include "common/policy/limits.h"

namespace gw {
namespace {

// Local delivery, as far as it can be told before routing.
constexpr absl::string_view kToThisMachine = "fib daddr type { local, broadcast, multicast } ";
constexpr absl::string_view kDiscovery =
    "icmpv6 type { nd-router-solicit, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert } "
    "ip6 hoplimit 255 ";
constexpr absl::string_view kIcmpProtocols = "{ 1, 58 }";
// Those of named ports (policy-semantics.md §1.1).
constexpr absl::string_view kNamedPortProtocols = "{ 6, 17, 132 }";

// ---- texts of sets ----------------------------------------------------------------------------

// Every address of the family.
bool IsWhole(const AddressRange& range) {
  const Address& last = range.last;
  return range.first.hi == 0 && range.first.lo == 0 &&
         (last.family == Family::kIPv4 ? last.lo == UINT32_MAX
                                       : last.hi == UINT64_MAX && last.lo == UINT64_MAX);
}

std::string RangeText(const AddressRange& range) {
  return range.first == range.last ? ToString(range.first)
                                   : absl::StrCat(ToString(range.first), "-", ToString(range.last));
}

std::string PortText(const PortRange& range) {
  return range.first == range.last ? absl::StrCat(range.first)
                                   : absl::StrCat(range.first, "-", range.last);
}

absl::string_view AddressField(Family family) { return family == Family::kIPv4 ? "ip " : "ip6 "; }

absl::string_view FamilyMatch(Family family) {
  return family == Family::kIPv4 ? "meta nfproto ipv4 " : "meta nfproto ipv6 ";
}

std::string Braced(const std::vector<std::string>& elements) {
  return absl::StrCat("{ ", absl::StrJoin(elements, ", "), " } ");
}

// ---- one rule ---------------------------------------------------------------------------------

// The ways in which a rule can match: each a conjunction, any of which may hold.
using Ways = std::vector<std::string>;

void And(const Ways& more, Ways* ways) {
  Ways product;
  for (const std::string& way : *ways) {
    for (const std::string& other : more) product.push_back(absl::StrCat(way, other));
  }
  *ways = std::move(product);
}

class RuleMatcher {
 public:
  RuleMatcher(const CompiledPolicy& policy, const CompiledRule& rule)
      : policy_(policy), rule_(rule) {}

  // Empty: it matches nothing.
  Ways All() const {
    if (!rule_.in_force) return {};
    const bool both = rule_.families == (kFamilyBit4 | kFamilyBit6);
    if (both && !LooksAtAddresses()) return OfFamily(std::nullopt);
    Ways all;
    for (const Family family : {Family::kIPv4, Family::kIPv6}) {
      if ((rule_.families & FamilyBit(family)) == 0) continue;
      const Ways ways = OfFamily(family);
      all.insert(all.end(), ways.begin(), ways.end());
    }
    return all;
  }

 private:
  struct Side {
    const CompiledEntity& entity;
    absl::string_view address;  // "saddr", "daddr"
    absl::string_view port;     // "th sport", "th dport"
  };

  bool HasNamedPorts(uint32_t list) const {
    return list != kNothing && !policy_.port_lists[list].named.empty();
  }

  bool LooksAtAddresses(const CompiledEntity& entity) const {
    return entity.nets != kNothing || entity.not_nets != kNothing || entity.selector != kNothing ||
           entity.not_selector != kNothing || HasNamedPorts(entity.ports) ||
           HasNamedPorts(entity.not_ports);
  }
  bool LooksAtAddresses() const {
    return LooksAtAddresses(rule_.source) || LooksAtAddresses(rule_.destination);
  }

  // `family`: nothing if the rule does not look at addresses.
  Ways OfFamily(std::optional<Family> family) const {
    Ways ways = {family ? std::string(FamilyMatch(*family)) : ""};
    if (rule_.protocol >= 0) And({absl::StrCat("meta l4proto ", rule_.protocol, " ")}, &ways);
    if (rule_.not_protocol >= 0) {
      And({absl::StrCat("meta l4proto != ", rule_.not_protocol, " ")}, &ways);
    }
    And(Icmp(), &ways);
    And(NotIcmp(), &ways);
    for (const Side& side : {Side{rule_.source, "saddr ", "th sport "},
                             Side{rule_.destination, "daddr ", "th dport "}}) {
      if (family) And(Addresses(side, *family), &ways);
      And(Ports(side, family), &ways);
      And(NotPorts(side, family), &ways);
    }
    return ways;
  }

  // Type and code are the first two bytes of both protocols (RFC 792, RFC 4443).
  Ways Icmp() const {
    if (rule_.icmp_type < 0) return {""};
    std::string match =
        absl::StrCat("meta l4proto ", kIcmpProtocols, " @th,0,8 ", rule_.icmp_type, " ");
    if (rule_.icmp_code >= 0) absl::StrAppend(&match, "@th,8,8 ", rule_.icmp_code, " ");
    return {match};
  }

  Ways NotIcmp() const {
    if (rule_.not_icmp_type < 0) return {""};
    const std::string icmp = absl::StrCat("meta l4proto ", kIcmpProtocols, " @th,0,8 ");
    Ways ways = {absl::StrCat("meta l4proto != ", kIcmpProtocols, " "),
                 absl::StrCat(icmp, "!= ", rule_.not_icmp_type, " ")};
    if (rule_.not_icmp_code >= 0) {
      ways.push_back(
          absl::StrCat(icmp, rule_.not_icmp_type, " @th,8,8 != ", rule_.not_icmp_code, " "));
    }
    return ways;
  }

  // The elements of a set that are of the family; "*" alone if all addresses are.
  std::vector<std::string> Elements(uint32_t set, Family family) const {
    std::vector<std::string> elements;
    const IndexRange ranges = policy_.address_sets[set].ranges;
    for (uint32_t i = ranges.begin; i < ranges.end; ++i) {
      const AddressRange& range = policy_.address_ranges[i];
      if (range.first.family != family) continue;
      if (IsWhole(range)) return {"*"};
      elements.push_back(RangeText(range));
    }
    return elements;
  }

  Ways InSet(uint32_t set, absl::string_view address, Family family, bool negated) const {
    if (set == kNothing) return {""};
    const std::vector<std::string> elements = Elements(set, family);
    if (elements.empty()) return negated ? Ways{""} : Ways{};
    if (elements.front() == "*") return negated ? Ways{} : Ways{""};
    return {absl::StrCat(AddressField(family), address, negated ? "!= " : "", Braced(elements))};
  }

  Ways Addresses(const Side& side, Family family) const {
    Ways ways = InSet(side.entity.nets, side.address, family, false);
    And(InSet(side.entity.not_nets, side.address, family, true), &ways);
    And(InSet(side.entity.selector, side.address, family, false), &ways);
    And(InSet(side.entity.not_selector, side.address, family, true), &ways);
    return ways;
  }

  std::string Numbers(const PortList& list) const {
    std::vector<std::string> elements;
    for (uint32_t i = list.numbers.begin; i < list.numbers.end; ++i) {
      elements.push_back(PortText(policy_.port_ranges[i]));
    }
    return elements.empty() ? "" : Braced(elements);
  }

  std::string Named(const PortList& list, Family family) const {
    std::vector<std::string> elements;
    for (uint32_t i = list.named.begin; i < list.named.end; ++i) {
      const NamedPort& named = policy_.named_ports[i];
      if (named.address.family != family) continue;
      elements.push_back(absl::StrCat(ToString(named.address), " . ",
                                      static_cast<int>(named.protocol), " . ", named.port));
    }
    return elements.empty() ? "" : Braced(elements);
  }

  static std::string NamedKey(const Side& side, Family family) {
    return absl::StrCat(AddressField(family), side.address, ". meta l4proto . ", side.port);
  }

  // Validation allows numbers only with a protocol that has ports.
  Ways Ports(const Side& side, std::optional<Family> family) const {
    if (side.entity.ports == kNothing) return {""};
    const PortList& list = policy_.port_lists[side.entity.ports];
    const std::string numbers = Numbers(list);
    const std::string named = family ? Named(list, *family) : "";
    Ways ways;
    if (!numbers.empty()) ways.push_back(absl::StrCat(side.port, numbers));
    if (!named.empty()) {
      ways.push_back(absl::StrCat(numbers.empty() ? "" : absl::StrCat(side.port, "!= ", numbers),
                                  NamedKey(side, *family), named));
    }
    return ways;
  }

  Ways NotPorts(const Side& side, std::optional<Family> family) const {
    if (side.entity.not_ports == kNothing) return {""};
    const PortList& list = policy_.port_lists[side.entity.not_ports];
    const std::string numbers = Numbers(list);
    const std::string named = family ? Named(list, *family) : "";
    Ways ways = {numbers.empty() ? "" : absl::StrCat(side.port, "!= ", numbers)};
    if (!named.empty()) {
      And({absl::StrCat("meta l4proto ", kNamedPortProtocols, " ", NamedKey(side, *family),
                        "!= ", named),
           absl::StrCat("meta l4proto != ", kNamedPortProtocols, " ")},
          &ways);
    }
    return ways;
  }

  const CompiledPolicy& policy_;
  const CompiledRule& rule_;
};

// ---- chains -----------------------------------------------------------------------------------

class Compiler {
 public:
  Compiler(const PolicySnapshot& snapshot, const std::vector<std::string>& interfaces)
      : policy_(snapshot.compiled()) {
    for (const std::string& name : interfaces) roles_.emplace_back(name, snapshot.RoleOf(name));
  }

  Stateless Run() {
    Dispatch(Stage::kUntracked, Direction::kIngress, "iifname", &result_.untracked_in);
    Dispatch(Stage::kUntracked, Direction::kEgress, "oifname", &result_.untracked_out);
    if (!result_.untracked_in.empty() || !result_.untracked_out.empty()) ForwardOfUntracked();
    if (HasWorkloads()) ReversePath();
    return std::move(result_);
  }

 private:
  // What a chain does with a packet.
  struct Actions {
    std::string allow;
    std::string deny = "goto untracked_denied";
  };

  // By interfaces with a named host endpoint that has untracked policies, in either direction: with
  // a policy for the other direction only, this one has no opinion.
  void Dispatch(Stage stage, Direction direction, absl::string_view key, std::string* rules) {
    std::vector<std::string> elements;
    for (const auto& [name, role] : roles_) {
      if (role.named == kNothing || !ChainOf(role.named).has_tiers[At(stage)]) continue;
      const std::string chain =
          Entry(role.named, stage, direction, {.allow = "goto untracked_allowed"});
      elements.push_back(absl::StrCat("\"", name, "\" : jump ", chain));
    }
    if (!elements.empty()) *rules = absl::StrCat(key, " vmap ", Braced(elements), "\n");
  }

  // §4.5 FORWARD, for a packet that an untracked policy allowed.
  void ForwardOfUntracked() {
    std::string& rules = result_.untracked_forward;
    Workloads("iifname", Direction::kEgress, &rules);
    Workloads("oifname", Direction::kIngress, &rules);
    std::vector<std::string> elements;
    std::vector<std::string> seen = {"\"lo\""};
    for (const auto& [name, role] : roles_) {
      const uint32_t host = role.named != kNothing ? role.named : role.any;
      seen.push_back(absl::StrCat("\"", name, "\""));
      if (host == kNothing || !ChainOf(host).has_tiers[At(Stage::kForward)]) continue;
      elements.push_back(
          absl::StrCat("\"", name, "\" : jump ",
                       Entry(host, Stage::kForward, Direction::kEgress, {.allow = "return"})));
    }
    if (!elements.empty()) absl::StrAppend(&rules, "oifname vmap ", Braced(elements), "\n");
    const uint32_t any = policy_.binding.any;
    if (any != kNothing && ChainOf(any).has_tiers[At(Stage::kForward)]) {
      absl::StrAppend(&rules, "oifname != ", Braced(seen), "jump ",
                      Entry(any, Stage::kForward, Direction::kEgress, {.allow = "return"}), "\n");
    }
  }

  void Workloads(absl::string_view key, Direction direction, std::string* rules) {
    std::vector<std::string> elements;
    std::vector<std::string> known;
    for (const auto& [name, role] : roles_) {
      if (role.workload == kNothing) continue;
      known.push_back(absl::StrCat("\"", name, "\""));
      elements.push_back(
          absl::StrCat("\"", name, "\" : jump ",
                       Entry(role.workload, Stage::kNormal, direction, {.allow = "return"})));
    }
    if (!elements.empty()) absl::StrAppend(rules, key, " vmap ", Braced(elements), "\n");
    for (const std::string& prefix : policy_.settings.interface_prefixes) {
      absl::StrAppend(rules, key, " \"", prefix, prefix.size() < kInterfaceNameLengthMax ? "*" : "",
                      "\" ", known.empty() ? "" : absl::StrCat(key, " != ", Braced(known)),
                      "goto untracked_denied\n");
    }
  }

  // There, or to come: the check shall be there before what it checks.
  bool HasWorkloads() const {
    return !policy_.binding.workloads.empty() ||
           std::any_of(roles_.begin(), roles_.end(), [](const auto& named) {
             return named.second.kind == InterfaceRole::Kind::kWorkload;
           });
  }

  // From where its source would be reached, or from one of the sources that the workload may spoof.
  void ReversePath() {
    for (const auto& [name, role] : roles_) {
      if (role.workload == kNothing) continue;
      const uint32_t set = policy_.endpoints[role.workload].spoofable_sources;
      if (set == kNothing) continue;
      CompiledRule spoofable;
      spoofable.source.nets = set;
      for (const std::string& way : RuleMatcher(policy_, spoofable).All()) {
        absl::StrAppend(&result_.reverse_path, "iifname \"", name, "\" ", way, "return\n");
      }
    }
    absl::StrAppend(&result_.reverse_path, "fib saddr . iif oif exists return\n");
  }

  const Chain& ChainOf(uint32_t endpoint) const {
    return policy_.chains[policy_.endpoints[endpoint].chain];
  }

  std::string NewChain() {
    result_.chains.emplace_back();
    return absl::StrCat(kStatelessChainPrefix, result_.chains.size() - 1);
  }
  std::string& Text(size_t number) { return result_.chains[number]; }

  // The name of the chain that judges for the endpoint (§4.4), made when it is first asked for.
  std::string Entry(uint32_t endpoint, Stage stage, Direction direction, const Actions& actions) {
    const CompiledEndpoint& owner = policy_.endpoints[endpoint];
    const auto [entry, is_new] =
        entries_.try_emplace({owner.chain, owner.is_host, stage, direction});
    if (!is_new) return entry->second;
    const size_t number = result_.chains.size();
    const std::string name = NewChain();
    entry->second = name;
    std::string checks;
    if (stage == Stage::kUntracked) checks = LocalExceptions(direction);
    if (!owner.is_host && direction == Direction::kEgress) checks = Tunnels(actions);
    Text(number) = checks;
    Tiers(ChainOf(endpoint), stage, direction, actions, number);
    return name;
  }

  // Neighbour discovery and failsafes (§4.7) are left to what comes after connection tracking.
  std::string LocalExceptions(Direction direction) const {
    const bool ingress = direction == Direction::kIngress;
    const Settings& settings = policy_.settings;
    const absl::string_view local = ingress ? kToThisMachine : absl::string_view();
    const absl::string_view peer = ingress ? "saddr " : "daddr ";
    std::string rules = absl::StrCat(local, kDiscovery, "return\n");
    const auto add = [&](const std::vector<Failsafe>& failsafes, absl::string_view port) {
      for (const Failsafe& failsafe : failsafes) {
        const std::string net = failsafe.net
                                    ? absl::StrCat(AddressField(failsafe.net->address.family), peer,
                                                   ToString(*failsafe.net), " ")
                                    : "";
        absl::StrAppend(&rules, local, net, "meta l4proto ", static_cast<int>(failsafe.protocol),
                        " ", port, failsafe.port, " return\n");
      }
    };
    add(ingress ? settings.failsafe_inbound : settings.failsafe_outbound, "th dport ");
    add(ingress ? settings.failsafe_outbound : settings.failsafe_inbound, "th sport ");
    return rules;
  }

  std::string Tunnels(const Actions& actions) const {
    const Settings& settings = policy_.settings;
    std::string rules;
    if (!settings.allow_vxlan_from_workloads) {
      absl::StrAppend(&rules, "udp dport ", settings.vxlan_port, " ", actions.deny, "\n");
    }
    if (!settings.allow_ipip_from_workloads) {
      absl::StrAppend(&rules, "meta l4proto ", static_cast<int>(kProtocolIpip), " ", actions.deny,
                      "\n");
    }
    return rules;
  }

  // A chain for each tier, so that Pass can go to the next one; the first is `number`.
  void Tiers(const Chain& chain, Stage stage, Direction direction, const Actions& actions,
             size_t number) {
    const IndexRange runs = chain.tier_runs[At(stage)][At(direction)];
    for (uint32_t i = runs.begin; i < runs.end; ++i) {
      const TierRun& run = policy_.tier_runs[i];
      if (run.all_staged) continue;
      const size_t next = result_.chains.size();
      const std::string pass = absl::StrCat("goto ", NewChain());
      for (uint32_t ref = run.policies.begin; ref < run.policies.end; ++ref) {
        const CompiledPolicyEntry& policy = policy_.policies[policy_.policy_refs[ref]];
        if (!policy.staged) Rules(policy.rules[At(direction)], actions, pass, &Text(number));
      }
      const bool passes = stage == Stage::kUntracked || policy_.tiers[run.tier].passes_at_end;
      absl::StrAppend(&Text(number), passes ? pass : actions.deny, "\n");
      number = next;
    }
    if (stage == Stage::kNormal) Profiles(chain, direction, actions, &Text(number));
  }

  void Profiles(const Chain& chain, Direction direction, const Actions& actions,
                std::string* text) const {
    for (uint32_t ref = chain.profiles.begin; ref < chain.profiles.end; ++ref) {
      const CompiledProfile& profile = policy_.profiles[policy_.profile_refs[ref]];
      if (profile.missing) break;
      Rules(profile.rules[At(direction)], actions, "", text);
    }
    absl::StrAppend(text, actions.deny, "\n");
  }

  // A Log rule is in the row of the audit log that its packet gets, and does nothing here.
  void Rules(IndexRange rules, const Actions& actions, const std::string& pass,
             std::string* text) const {
    for (uint32_t number = rules.begin; number < rules.end; ++number) {
      const CompiledRule& rule = policy_.rules[number];
      if (rule.action == RuleAction::kLog) continue;
      const std::string& action = rule.action == RuleAction::kAllow  ? actions.allow
                                  : rule.action == RuleAction::kDeny ? actions.deny
                                                                     : pass;
      for (const std::string& way : RuleMatcher(policy_, rule).All()) {
        absl::StrAppend(text, way, "counter ", action, " comment \"",
                        RuleText(policy_.rule_names[number]).substr(0, kCommentLengthMax), "\"\n");
      }
    }
  }

  // NFTNL_UDATA_COMMENT_MAXLEN, with its end.
  static constexpr size_t kCommentLengthMax = 127;

  const CompiledPolicy& policy_;
  std::vector<std::pair<std::string, InterfaceRole>> roles_;
  Stateless result_;
  std::map<std::tuple<uint32_t, bool, Stage, Direction>, std::string> entries_;
};

}  // namespace

Stateless CompileStateless(const PolicySnapshot& snapshot,
                           const std::vector<std::string>& interfaces) {
  return Compiler(snapshot, interfaces).Run();
}

}  // namespace gw
