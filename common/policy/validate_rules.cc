// The texts of errors that Calico has too begin with Calico's words, so that they can be looked up.

#include "common/policy/validate_rules.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/policy/limits.h"
#include "common/policy/problem_list.h"
#include "common/policy/schedule.h"
#include "common/policy/selector.h"
#include "common/policy/validate_names.h"

namespace gw {
namespace {

template <typename T>
void CheckCount(const std::vector<T>& list, size_t count_max, absl::string_view field,
                ProblemList& problems) {
  if (list.size() <= count_max) return;
  problems.Error(field, absl::StrCat(list.size(), " entries: at most ", count_max,
                                     " are possible, split them over several"));
}

// ---- protocol and ICMP ----------------------------------------------------------------------

bool IsNamed(const std::optional<RuleProtocol>& protocol, uint8_t number) {
  return protocol && protocol->by_name && protocol->number == number;
}

// The IP version that a protocol implies by its name.
std::optional<uint8_t> ImpliedVersion(const std::optional<RuleProtocol>& protocol) {
  if (IsNamed(protocol, kProtocolIcmp)) return uint8_t{4};
  if (IsNamed(protocol, kProtocolIcmpv6)) return uint8_t{6};
  return std::nullopt;
}

void CheckProtocol(const Rule& rule, const std::optional<RuleProtocol>& protocol,
                   const std::string& field, ProblemList& problems) {
  if (!protocol) return;
  if (protocol->number == 0) {
    problems.Error(field, "protocol number invalid: write 1 to 255, or leave it out for any");
  }
  const auto implied = ImpliedVersion(protocol);
  if (implied && rule.ip_version && *rule.ip_version != *implied) {
    problems.Error(field, absl::StrCat("protocol ", ProtocolName(protocol->number),
                                       " requires ipVersion ", static_cast<int>(*implied)));
  }
}

void CheckIcmp(const Rule& rule, const std::string& path, ProblemList& problems) {
  const bool is_icmp = rule.protocol && IsIcmp(rule.protocol->number);
  if (rule.icmp && !is_icmp) {
    problems.Error(absl::StrCat(path, ".icmp"),
                   "ICMP fields require protocol to be ICMP or ICMPv6");
  }
  const std::pair<const char*, const std::optional<RuleIcmp>&> both[] = {
      {".icmp", rule.icmp}, {".notICMP", rule.not_icmp}};
  for (const auto& [name, icmp] : both) {
    if (icmp && icmp->type == 255) {
      problems.Error(absl::StrCat(path, name, ".type"),
                     "ICMP type 255 is reserved: write 0 to 254");
    }
  }
}

// ---- networks -------------------------------------------------------------------------------

// One of the four lists of CIDRs of a rule.
struct NetList {
  std::string field;
  const std::vector<Prefix>& nets;
  bool is_negated;
};

std::vector<NetList> NetListsOf(const Rule& rule, const std::string& path) {
  return {{absl::StrCat(path, ".source.nets"), rule.source.nets, false},
          {absl::StrCat(path, ".source.notNets"), rule.source.not_nets, true},
          {absl::StrCat(path, ".destination.nets"), rule.destination.nets, false},
          {absl::StrCat(path, ".destination.notNets"), rule.destination.not_nets, true}};
}

// All CIDRs of a rule are of one family, and of that of ipVersion.
void CheckFamilies(const Rule& rule, const std::vector<NetList>& lists, const std::string& path,
                   ProblemList& problems) {
  std::optional<Family> family;
  for (const NetList& list : lists) {
    for (size_t i = 0; i < list.nets.size(); ++i) {
      if (!family) family = list.nets[i].address.family;
      if (list.nets[i].address.family == *family) continue;
      problems.Error(At(list.field, i),
                     absl::StrCat("rule contains both IPv4 and IPv6 CIDRs: put `",
                                  ToString(list.nets[i]), "` into a rule of its own"));
      return;
    }
  }
  if (!family) return;
  const uint8_t version = *family == Family::kIPv4 ? 4 : 6;
  const auto implied = ImpliedVersion(rule.protocol);
  if (rule.ip_version && *rule.ip_version != version) {
    problems.Error(absl::StrCat(path, ".ipVersion"),
                   absl::StrCat("rule IP version doesn't match CIDR version: the CIDRs are IPv",
                                static_cast<int>(version)));
  } else if (implied && *implied != version) {
    problems.Warning(path,
                     absl::StrCat("never matches: protocol ", ProtocolName(rule.protocol->number),
                                  " is IPv", static_cast<int>(*implied), " and the CIDRs are IPv",
                                  static_cast<int>(version)));
  }
}

void CheckNets(const Rule& rule, const std::string& path, ProblemList& problems) {
  const std::vector<NetList> lists = NetListsOf(rule, path);
  for (const NetList& list : lists) {
    CheckCount(list.nets, kNetsPerRuleMax, list.field, problems);
    for (size_t i = 0; list.is_negated && i < list.nets.size(); ++i) {
      if (list.nets[i].length > 0) continue;
      problems.Error(At(list.field, i),
                     "catch-all CIDR in negation creates logical contradiction (matches no "
                     "traffic): remove it");
    }
  }
  CheckFamilies(rule, lists, path, problems);
}

// ---- ports ----------------------------------------------------------------------------------

bool IsRange(const RulePort& port) { return std::holds_alternative<PortRange>(port); }

void CheckPort(const RulePort& port, const std::string& field, ProblemList& problems) {
  if (const auto* name = std::get_if<std::string>(&port)) {
    problems.ErrorIfAny(field, PortNameProblem(*name));
    return;
  }
  const auto& range = std::get<PortRange>(port);
  if (range.first == 0 || range.last == 0) {
    problems.Error(field, "port range invalid, port number must be between 1 and 65535");
  } else if (range.first > range.last) {
    problems.Error(field, absl::StrCat("port range invalid: write `", range.last, ":", range.first,
                                       "`, the lower number first"));
  }
}

void CheckPorts(const std::vector<RulePort>& ports, const std::optional<RuleProtocol>& protocol,
                const std::string& field, ProblemList& problems) {
  CheckCount(ports, kPortsPerRuleMax, field, problems);
  for (size_t i = 0; i < ports.size(); ++i) CheckPort(ports[i], At(field, i), problems);
  const bool has_ports =
      protocol && (protocol->number == kProtocolTcp || protocol->number == kProtocolUdp ||
                   protocol->number == kProtocolSctp);
  if (ports.empty() || has_ports) return;
  if (protocol) {
    problems.Error(field, "rules that specify ports must set protocol to TCP or UDP or SCTP");
  } else if (std::any_of(ports.begin(), ports.end(), IsRange)) {
    problems.Error(field,
                   "rules with numeric port or port range must set protocol to TCP or UDP or SCTP");
  }
}

// ---- one rule -------------------------------------------------------------------------------

void CheckEntity(const Rule& rule, const EntityRule& entity, const std::string& path,
                 ProblemList& problems) {
  CheckPorts(entity.ports, rule.protocol, absl::StrCat(path, ".ports"), problems);
  CheckPorts(entity.not_ports, rule.protocol, absl::StrCat(path, ".notPorts"), problems);
  ValidateSelector(entity.not_selector, absl::StrCat(path, ".notSelector"), problems);
  const std::string field = absl::StrCat(path, ".selector");
  if (entity.selector.empty() || !ValidateSelector(entity.selector, field, problems)) return;
  if (Selector::Parse(entity.selector)->Canonical() == "all()") {
    problems.Warning(field,
                     "all() is any known endpoint or network set, not any address: leave the "
                     "selector out for any address");
  }
}

void CheckRuleAnnotations(const Labels& annotations, const std::string& path,
                          ProblemList& problems) {
  for (const auto& [key, value] : annotations) {
    const std::string field = absl::StrCat(path, ".metadata.annotations.", key);
    if (key == kScheduleAnnotation) {
      const auto schedule = ParseSchedule(value);
      if (!schedule.ok()) problems.Error(field, schedule.status());
    } else if (key == kExpiresAnnotation) {
      const auto expiry = ParseExpiry(value);
      if (!expiry.ok()) problems.Error(field, expiry.status());
    } else if (absl::StartsWith(key, "gatewarden/")) {
      problems.Warning(field,
                       absl::StrCat("`", key, "` has no effect: there are `", kScheduleAnnotation,
                                    "` and `", kExpiresAnnotation, "`"));
    }
  }
}

void ValidateRule(const Rule& rule, const std::string& path, RuleOwner owner,
                  ProblemList& problems) {
  if (owner == RuleOwner::kProfile && rule.action == RuleAction::kPass) {
    problems.Error(absl::StrCat(path, ".action"),
                   "Pass has no meaning in a profile: write Allow or Deny, or leave the rule out");
  }
  if (rule.ip_version && *rule.ip_version != 4 && *rule.ip_version != 6) {
    problems.Error(absl::StrCat(path, ".ipVersion"), "IP version must be 4 or 6");
  }
  CheckProtocol(rule, rule.protocol, absl::StrCat(path, ".protocol"), problems);
  CheckProtocol(rule, rule.not_protocol, absl::StrCat(path, ".notProtocol"), problems);
  CheckIcmp(rule, path, problems);
  CheckNets(rule, path, problems);
  CheckEntity(rule, rule.source, absl::StrCat(path, ".source"), problems);
  CheckEntity(rule, rule.destination, absl::StrCat(path, ".destination"), problems);
  CheckRuleAnnotations(rule.annotations, path, problems);
}

}  // namespace

void ValidateRules(const std::vector<Rule>& rules, absl::string_view field, RuleOwner owner,
                   ProblemList& problems) {
  CheckCount(rules, kRulesPerDirectionMax, field, problems);
  for (size_t i = 0; i < rules.size(); ++i) ValidateRule(rules[i], At(field, i), owner, problems);
}

bool ValidateSelector(const std::string& selector, absl::string_view field, ProblemList& problems) {
  if (selector.size() > kSelectorLengthMax) {
    problems.Error(field, absl::StrCat("selector has ", selector.size(), " characters: at most ",
                                       kSelectorLengthMax,
                                       " are possible, give the endpoints a common label"));
    return false;
  }
  const auto parsed = Selector::Parse(selector);
  if (!parsed.ok()) {
    problems.Error(field, parsed.status());
    return false;
  }
  if (parsed->MentionsGlobal()) {
    problems.Error(field,
                   "global() can only be used in an EntityRule namespaceSelector: write all(), or "
                   "leave it out");
    return false;
  }
  return true;
}

}  // namespace gw
