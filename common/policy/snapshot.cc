#include "common/policy/snapshot.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/base/check.h"
#include "common/policy/compiled_policy.h"
#include "common/policy/packet.h"

namespace gw {
namespace {

uint32_t Find(const absl::flat_hash_map<std::string, uint32_t>& map, absl::string_view key) {
  const auto found = map.find(key);
  return found == map.end() ? kNothing : found->second;
}

const char* EndpointToHostName(uint32_t action) {
  switch (static_cast<EndpointToHostAction>(action)) {
    case EndpointToHostAction::kDrop:
      return "Drop";
    case EndpointToHostAction::kReturn:
      return "Return";
    case EndpointToHostAction::kAccept:
      return "Accept";
  }
  return "unknown";
}

}  // namespace

const char* DirectionName(Direction direction) {
  return direction == Direction::kIngress ? "ingress" : "egress";
}

const char* ActionName(RuleAction action) {
  switch (action) {
    case RuleAction::kAllow:
      return "Allow";
    case RuleAction::kDeny:
      return "Deny";
    case RuleAction::kLog:
      return "Log";
    case RuleAction::kPass:
      return "Pass";
  }
  return "unknown";
}

std::string RuleText(const RuleName& rule) {
  return absl::StrCat(rule.owner, "/", DirectionName(rule.direction), "/", rule.index);
}

std::string ReasonText(const CompiledPolicy& compiled, const Reason& reason) {
  switch (reason.kind) {
    case ReasonKind::kPolicyRule:
      return absl::StrCat("policy:", RuleText(compiled.rule_names[reason.index]));
    case ReasonKind::kProfileRule:
      return absl::StrCat("profile:", RuleText(compiled.rule_names[reason.index]));
    case ReasonKind::kEndOfTier:
      return absl::StrCat("end-of-tier:", compiled.tiers[reason.index].name, "/",
                          DirectionName(reason.direction));
    case ReasonKind::kNoProfileMatch:
      return "no-profile-match";
    case ReasonKind::kMissingProfile:
      return absl::StrCat("missing-profile:", compiled.profiles[reason.index].name);
    case ReasonKind::kFailsafe:
      return absl::StrCat("failsafe:", ToString(compiled.failsafe(reason.index)));
    case ReasonKind::kConntrack:
      return absl::StrCat("conntrack:",
                          ConntrackStateName(static_cast<ConntrackState>(reason.index)));
    case ReasonKind::kForwardDefaultAllow:
      return "forward-default-allow";
    case ReasonKind::kForwardNoVerdict:
      return "forward-no-verdict";
    case ReasonKind::kNotPoliced:
      return "not-policed";
    case ReasonKind::kHostToLocalWorkload:
      return "host-to-local-workload";
    case ReasonKind::kEndpointToHost:
      return absl::StrCat("endpoint-to-host:", EndpointToHostName(reason.index));
    case ReasonKind::kUnknownWorkload:
      return "unknown-workload";
    case ReasonKind::kIcmpv6NeighbourDiscovery:
      return "icmpv6-nd";
    case ReasonKind::kReversePath:
      return "rpf";
    case ReasonKind::kVxlanFromWorkload:
      return "vxlan-from-workload";
    case ReasonKind::kIpipFromWorkload:
      return "ipip-from-workload";
  }
  return "unknown";
}

bool IsWorkloadInterface(const Settings& settings, absl::string_view interface_name) {
  return std::any_of(settings.interface_prefixes.begin(), settings.interface_prefixes.end(),
                     [interface_name](const std::string& prefix) {
                       return absl::StartsWith(interface_name, prefix);
                     });
}

InterfaceRole RoleOf(const CompiledPolicy& compiled, absl::string_view interface_name) {
  const InterfaceBinding& binding = compiled.binding;
  InterfaceRole role;
  if (interface_name.empty()) return role;
  role.is_loopback = interface_name == kLoopbackInterface;
  if (IsWorkloadInterface(compiled.settings, interface_name)) {
    role.kind = InterfaceRole::Kind::kWorkload;
    role.workload = Find(binding.workloads, interface_name);
  } else {
    role.kind = InterfaceRole::Kind::kHost;
    role.named = Find(binding.present, interface_name);
    if (role.named == kNothing && !IsExcludedInterface(compiled.settings, interface_name)) {
      role.named = Find(binding.by_name, interface_name);
    }
  }
  if (role.named == kNothing && !role.is_loopback) role.any = binding.any;
  const uint32_t host = role.named != kNothing ? role.named : role.any;
  role.judges_before_dnat =
      host != kNothing &&
      compiled.chains[compiled.endpoints[host].chain].has_tiers[At(Stage::kPreDnat)];
  return role;
}

PolicySnapshot::PolicySnapshot(std::unique_ptr<const CompiledPolicy> compiled)
    : compiled_(std::move(compiled)) {
  static_assert(kNothing == InterfaceRole::kNoEndpoint);
  GW_CHECK(compiled_ != nullptr);
}

PolicySnapshot::~PolicySnapshot() = default;

InterfaceRole PolicySnapshot::RoleOf(absl::string_view interface_name) const {
  return gw::RoleOf(*compiled_, interface_name);
}

const std::string& PolicySnapshot::EndpointName(uint32_t endpoint) const {
  GW_CHECK(endpoint < compiled_->endpoints.size());
  return compiled_->endpoints[endpoint].name;
}

std::string PolicySnapshot::DecidedBy(const Reason& reason) const {
  return ReasonText(*compiled_, reason);
}

const Labels& PolicySnapshot::EndpointLabels(uint32_t endpoint) const {
  return compiled_->endpoints[endpoint].labels;
}

const RuleName& PolicySnapshot::rule(uint32_t number) const {
  GW_CHECK(number < compiled_->rule_names.size());
  return compiled_->rule_names[number];
}

size_t PolicySnapshot::rule_count() const { return compiled_->rules.size(); }

const Settings& PolicySnapshot::settings() const { return compiled_->settings; }

int64_t PolicySnapshot::revision() const { return compiled_->revision; }

bool PolicySnapshot::has_staged() const { return compiled_->has_staged; }

absl::Time PolicySnapshot::next_change() const { return compiled_->next_change; }

const std::vector<std::string>& PolicySnapshot::policed_interfaces() const {
  return compiled_->policed_interfaces;
}

bool PolicySnapshot::polices_any_interface() const { return compiled_->binding.any != kNothing; }

size_t PolicySnapshot::classifier_bytes() const {
  return compiled_->classifier.SizeInMemory().bytes;
}

uint64_t PolicySnapshot::fingerprint() const { return compiled_->fingerprint; }

}  // namespace gw
