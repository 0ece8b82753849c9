#include "common/policy/validate.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "common/policy/limits.h"
#include "common/policy/nearest_name.h"
#include "common/policy/problem_list.h"
#include "common/policy/settings.h"
#include "common/policy/validate_names.h"
#include "common/policy/validate_references.h"
#include "common/policy/validate_rules.h"

namespace gw {
namespace {

constexpr char kNamespaceLabel[] = "projectcalico.org/namespace";

// ---- metadata -------------------------------------------------------------------------------

void CheckLabels(const Labels& labels, absl::string_view field, ProblemList& problems) {
  for (const auto& [key, value] : labels) {
    const std::string place = absl::StrCat(field, ".", key);
    problems.ErrorIfAny(place, LabelKeyProblem(key));
    problems.ErrorIfAny(place, LabelValueProblem(value));
  }
}

void CheckAnnotations(const Labels& annotations, absl::string_view field, ProblemList& problems) {
  size_t bytes = 0;
  for (const auto& [key, value] : annotations) {
    bytes += key.size() + value.size();
    // Kubernetes compares the keys of annotations without regard to case.
    if (!LabelKeyProblem(absl::AsciiStrToLower(key)).empty()) {
      problems.Error(absl::StrCat(field, ".", key), LabelKeyProblem(key));
    }
  }
  if (bytes <= kAnnotationBytesMax) return;
  problems.Error(field, absl::StrCat("annotations have ", bytes, " bytes: at most ",
                                     kAnnotationBytesMax, " are possible"));
}

void CheckMetadata(const Metadata& metadata, std::string (*name_problem)(absl::string_view),
                   ProblemList& problems) {
  problems.ErrorIfAny("metadata.name", name_problem(metadata.name));
  CheckLabels(metadata.labels, "metadata.labels", problems);
  CheckAnnotations(metadata.annotations, "metadata.annotations", problems);
}

void CheckOrder(const std::optional<double>& order, ProblemList& problems) {
  if (order && std::isnan(*order)) {
    problems.Error("spec.order", "order is not a number: write one, or leave it out to come last");
  }
}

// ---- endpoints ------------------------------------------------------------------------------

void CheckNode(const std::string& node, ProblemList& problems) {
  if (!node.empty()) return;
  problems.Error("spec.node", "node must be specified: write the name of the machine");
}

void CheckProfileNames(const std::vector<std::string>& profiles, ProblemList& problems) {
  for (size_t i = 0; i < profiles.size(); ++i) {
    problems.ErrorIfAny(At("spec.profiles", i), ResourceNameProblem(profiles[i]));
  }
}

// Ports without a name are legal where they only map ports of the host (§1.2).
void CheckEndpointPorts(const std::vector<EndpointPort>& ports, bool names_required,
                        ProblemList& problems) {
  std::set<std::pair<std::string, uint8_t>> seen;
  for (size_t i = 0; i < ports.size(); ++i) {
    const EndpointPort& port = ports[i];
    const std::string field = At("spec.ports", i);
    if (names_required || !port.name.empty()) {
      problems.ErrorIfAny(absl::StrCat(field, ".name"), PortNameProblem(port.name));
    }
    if (port.protocol != kProtocolTcp && port.protocol != kProtocolUdp &&
        port.protocol != kProtocolSctp) {
      problems.Error(absl::StrCat(field, ".protocol"),
                     "EndpointPort protocol does not support ports: write TCP, UDP or SCTP");
    }
    if (port.port == 0) {
      problems.Error(absl::StrCat(field, ".port"), "port number must be between 1 and 65535");
    }
    if (!port.name.empty() && !seen.emplace(port.name, port.protocol).second) {
      problems.Warning(absl::StrCat(field, ".name"),
                       absl::StrCat("`", port.name, "` is there twice, both ports have the name"));
    }
  }
}

void CheckHostEndpoint(const HostEndpoint& host, ProblemList& problems) {
  CheckMetadata(host.metadata, ResourceNameProblem, problems);
  CheckNode(host.node, problems);
  if (host.interface_name.empty() && host.expected_ips.empty()) {
    problems.Error("spec.interfaceName",
                   "at least one of interfaceName or expectedIPs must be specified");
  } else if (!host.interface_name.empty() && host.interface_name != kAnyInterface) {
    problems.ErrorIfAny("spec.interfaceName", InterfaceNameProblem(host.interface_name));
  }
  CheckProfileNames(host.profiles, problems);
  CheckEndpointPorts(host.ports, true, problems);
}

void CheckWorkloadEndpoint(const WorkloadEndpoint& workload, bool may_spoof,
                           ProblemList& problems) {
  CheckMetadata(workload.metadata, ResourceNameProblem, problems);
  CheckNode(workload.node, problems);
  problems.ErrorIfAny("spec.interfaceName", InterfaceNameProblem(workload.interface_name));
  if (workload.ip_networks.empty()) {
    problems.Warning("spec.ipNetworks",
                     "there is no address, so that the interface stays closed: write one");
  }
  for (size_t i = 0; i < workload.ip_networks.size(); ++i) {
    const Prefix& network = workload.ip_networks[i];
    if (network.IsSingleAddress()) continue;
    problems.Error(At("spec.ipNetworks", i),
                   absl::StrCat("IP network contains multiple addresses: write `",
                                ToString(Prefix::Of(network.address)), "` for one"));
  }
  if (!workload.mac.empty()) problems.ErrorIfAny("spec.mac", MacProblem(workload.mac));
  if (!workload.allow_spoofed_source_prefixes.empty() && !may_spoof) {
    problems.Error("spec.allowSpoofedSourcePrefixes",
                   "spoofed sources are not allowed: set workloadSourceSpoofing to `Any`, or "
                   "remove them");
  }
  CheckProfileNames(workload.profiles, problems);
  CheckEndpointPorts(workload.ports, false, problems);
}

// ---- policies -------------------------------------------------------------------------------

void CheckTypes(const Policy& policy, ProblemList& problems) {
  if (!policy.applies_to_ingress && !policy.applies_to_egress) {
    problems.Error("spec.types", "types must have Ingress, Egress or both");
    return;
  }
  for (const Direction direction : {Direction::kIngress, Direction::kEgress}) {
    if (policy.applies_to(direction) || policy.rules(direction).empty()) continue;
    const bool is_ingress = direction == Direction::kIngress;
    problems.Warning(is_ingress ? "spec.ingress" : "spec.egress",
                     absl::StrCat("these rules have no effect: add ",
                                  is_ingress ? "Ingress" : "Egress", " to types"));
  }
}

void CheckStages(const Policy& policy, ProblemList& problems) {
  if (policy.pre_dnat && policy.do_not_track) {
    problems.Error("spec.preDNAT",
                   "preDNAT and doNotTrack cannot both be true: write two policies");
  }
  if (policy.pre_dnat && !policy.egress.empty()) {
    problems.Error("spec.egress", "preDNAT policy cannot have any egress rules: remove them");
  }
  if (policy.pre_dnat && policy.applies_to_egress) {
    problems.Error("spec.types", "preDNAT policy cannot have 'Egress' type: write [Ingress]");
  }
  if ((policy.pre_dnat || policy.do_not_track) && !policy.apply_on_forward) {
    problems.Error("spec.applyOnForward",
                   "applyOnForward must be true if either preDNAT or doNotTrack is true");
  }
}

void CheckTierOf(const Policy& policy, const Model& model, ProblemList& problems) {
  if (policy.tier == kDefaultTier || model.tiers.count(policy.tier) > 0) return;
  std::vector<std::string> names = {kDefaultTier};
  for (const auto& [name, tier] : model.tiers) names.push_back(name);
  const auto nearest = NearestName(policy.tier, names);
  problems.Error("spec.tier", absl::StrCat("tier `", policy.tier, "` does not exist: ",
                                           nearest ? absl::StrCat("did you mean `", *nearest, "`?")
                                                   : "create it, or use `default`"));
}

// §1.8: a policy that proposes to delete another says nothing else.
void CheckStagedDelete(const Policy& policy, ProblemList& problems) {
  const std::pair<const char*, bool> fields[] = {
      {"spec.order", policy.order.has_value()},
      {"spec.selector", !policy.selector.empty()},
      {"spec.types", policy.applies_to_egress || !policy.applies_to_ingress},
      {"spec.ingress", !policy.ingress.empty()},
      {"spec.egress", !policy.egress.empty()},
      {"spec.applyOnForward", policy.apply_on_forward},
      {"spec.preDNAT", policy.pre_dnat},
      {"spec.doNotTrack", policy.do_not_track},
  };
  for (const auto& [field, is_set] : fields) {
    if (is_set) {
      problems.Error(field, "must be empty where stagedAction is Delete: remove it");
    }
  }
}

void CheckPolicy(const Policy& policy, const Model& model, ProblemList& problems) {
  CheckMetadata(policy.metadata, PolicyNameProblem, problems);
  CheckTierOf(policy, model, problems);
  if (policy.staged && policy.staged_action == StagedAction::kDelete) {
    CheckStagedDelete(policy, problems);
    return;
  }
  if (policy.staged && policy.staged_action != StagedAction::kSet) {
    problems.Error("spec.stagedAction",
                   absl::StrCat(policy.staged_action == StagedAction::kLearn ? "Learn" : "Ignore",
                                " is not supported: write Set or Delete"));
  }
  CheckOrder(policy.order, problems);
  ValidateSelector(policy.selector, "spec.selector", problems);
  CheckTypes(policy, problems);
  CheckStages(policy, problems);
  ValidateRules(policy.ingress, "spec.ingress", RuleOwner::kPolicy, problems);
  ValidateRules(policy.egress, "spec.egress", RuleOwner::kPolicy, problems);
}

// ---- tiers, profiles, sets, settings --------------------------------------------------------

void CheckTier(const Tier& tier, ProblemList& problems) {
  CheckMetadata(tier.metadata, TierNameProblem, problems);
  CheckOrder(tier.order, problems);
  if (tier.metadata.name != kDefaultTier) return;
  if (tier.order != kDefaultTierOrder) {
    problems.Error("spec.order", absl::StrCat("the tier `default` cannot be changed: its order is ",
                                              static_cast<int>(kDefaultTierOrder)));
  }
  if (tier.default_action != TierAction::kDeny) {
    problems.Error("spec.defaultAction",
                   "the tier `default` cannot be changed: its default action is Deny");
  }
}

void CheckProfile(const Profile& profile, ProblemList& problems) {
  CheckMetadata(profile.metadata, ResourceNameProblem, problems);
  CheckLabels(profile.labels_to_apply, "spec.labelsToApply", problems);
  ValidateRules(profile.ingress, "spec.ingress", RuleOwner::kProfile, problems);
  ValidateRules(profile.egress, "spec.egress", RuleOwner::kProfile, problems);
}

void CheckNetworkSet(const NetworkSet& set, ProblemList& problems) {
  CheckMetadata(set.metadata, ResourceNameProblem, problems);
  if (set.metadata.labels.count(kNamespaceLabel) > 0) {
    problems.Error(absl::StrCat("metadata.labels.", kNamespaceLabel),
                   absl::StrCat("`", kNamespaceLabel, "` is reserved: choose another label"));
  }
}

void CheckConfiguration(const FelixConfiguration& configuration, ProblemList& problems) {
  CheckMetadata(configuration.metadata, ResourceNameProblem, problems);
  if (configuration.metadata.name != "default") {
    problems.Warning("metadata.name", "only the configuration `default` has an effect");
  }
  std::vector<SettingProblem> found;
  const Settings settings = ReadSettings(configuration, &found);
  for (const SettingProblem& problem : found) {
    problems.Error(absl::StrCat("spec.", problem.parameter), problem.message);
  }
  if (settings.failsafe_inbound.empty() && settings.failsafe_outbound.empty()) {
    problems.Warning("spec.failsafeInboundHostPorts",
                     "both lists of failsafes are empty: a wrong policy can lock everyone out of "
                     "this machine, so keep at least your way to administer it");
  }
}

// ---- limits of the whole site ---------------------------------------------------------------

// Reports once, at the resource where the count passes the limit.
class SiteLimit {
 public:
  SiteLimit(const char* what, size_t count_max, ProblemList& problems)
      : what_(what), count_max_(count_max), problems_(problems) {}

  void Add(ResourceKind kind, const std::string& name, size_t count) {
    const bool was_within = count_ <= count_max_;
    count_ += count;
    if (!was_within || count_ <= count_max_) return;
    problems_.Enter(kind, name);
    problems_.Error("", absl::StrCat("more than ", count_max_, " ", what_,
                                     " in the site: this and what follows is too much"));
  }

 private:
  const char* what_;
  size_t count_max_;
  ProblemList& problems_;
  size_t count_ = 0;
};

void CheckSiteLimits(const Model& model, ProblemList& problems) {
  SiteLimit tiers("tiers", kTiersMax, problems);
  SiteLimit policies("policies", kPoliciesMax, problems);
  SiteLimit rules("rules", kRulesMax, problems);
  SiteLimit endpoints("endpoints and network sets", kEndpointsMax, problems);
  SiteLimit nets("networks in network sets", kNetworkSetEntriesMax, problems);
  for (const auto& [name, tier] : model.tiers) tiers.Add(ResourceKind::kTier, name, 1);
  for (const auto* map : {&model.policies, &model.staged_policies}) {
    const ResourceKind kind = map == &model.policies ? ResourceKind::kGlobalNetworkPolicy
                                                     : ResourceKind::kStagedGlobalNetworkPolicy;
    for (const auto& [name, policy] : *map) {
      policies.Add(kind, name, 1);
      rules.Add(kind, name, policy.ingress.size() + policy.egress.size());
    }
  }
  for (const auto& [name, profile] : model.profiles) {
    rules.Add(ResourceKind::kProfile, name, profile.ingress.size() + profile.egress.size());
  }
  for (const auto& [name, host] : model.host_endpoints) {
    endpoints.Add(ResourceKind::kHostEndpoint, name, 1);
  }
  for (const auto& [name, workload] : model.workload_endpoints) {
    endpoints.Add(ResourceKind::kWorkloadEndpoint, name, 1);
  }
  for (const auto& [name, set] : model.network_sets) {
    endpoints.Add(ResourceKind::kGlobalNetworkSet, name, 1);
    nets.Add(ResourceKind::kGlobalNetworkSet, name, set.nets.size());
  }
}

// ---- all resources --------------------------------------------------------------------------

template <typename T, typename Check>
void CheckAll(const std::map<std::string, T>& resources, ResourceKind kind, ProblemList& problems,
              Check check) {
  for (const auto& [name, resource] : resources) {
    problems.Enter(kind, name);
    check(resource);
  }
}

void CheckResources(const Model& model, ProblemList& problems) {
  const bool may_spoof = SettingsOf(model).workload_source_spoofing;
  const auto check_policy = [&](const Policy& policy) { CheckPolicy(policy, model, problems); };
  CheckAll(model.host_endpoints, ResourceKind::kHostEndpoint, problems,
           [&](const HostEndpoint& host) { CheckHostEndpoint(host, problems); });
  CheckAll(model.workload_endpoints, ResourceKind::kWorkloadEndpoint, problems,
           [&](const WorkloadEndpoint& workload) {
             CheckWorkloadEndpoint(workload, may_spoof, problems);
           });
  CheckAll(model.policies, ResourceKind::kGlobalNetworkPolicy, problems, check_policy);
  CheckAll(model.staged_policies, ResourceKind::kStagedGlobalNetworkPolicy, problems, check_policy);
  CheckAll(model.network_sets, ResourceKind::kGlobalNetworkSet, problems,
           [&](const NetworkSet& set) { CheckNetworkSet(set, problems); });
  CheckAll(model.profiles, ResourceKind::kProfile, problems,
           [&](const Profile& profile) { CheckProfile(profile, problems); });
  CheckAll(model.tiers, ResourceKind::kTier, problems,
           [&](const Tier& tier) { CheckTier(tier, problems); });
  CheckAll(model.configurations, ResourceKind::kFelixConfiguration, problems,
           [&](const FelixConfiguration& configuration) {
             CheckConfiguration(configuration, problems);
           });
}

size_t DigitsEnd(absl::string_view text, size_t at) {
  while (at < text.size() && absl::ascii_isdigit(static_cast<unsigned char>(text[at]))) ++at;
  return at;
}

// Bytewise, but runs of digits as numbers: `ingress[2]` comes before `ingress[10]`.
bool FieldLess(absl::string_view a, absl::string_view b) {
  size_t i = 0;
  size_t j = 0;
  while (i < a.size() && j < b.size()) {
    const absl::string_view a_digits = a.substr(i, DigitsEnd(a, i) - i);
    const absl::string_view b_digits = b.substr(j, DigitsEnd(b, j) - j);
    if (a_digits.empty() || b_digits.empty()) {
      if (a[i] != b[j]) return a[i] < b[j];
      ++i;
      ++j;
      continue;
    }
    if (a_digits.size() != b_digits.size()) return a_digits.size() < b_digits.size();
    if (a_digits != b_digits) return a_digits < b_digits;
    i += a_digits.size();
    j += b_digits.size();
  }
  return a.size() - i < b.size() - j;
}

bool ProblemLess(const Problem& a, const Problem& b) {
  if (a.resource != b.resource) return a.resource < b.resource;
  return FieldLess(a.field, b.field);
}

}  // namespace

std::string ToString(const Problem& problem) {
  return absl::StrCat(ToString(problem.resource), ": ",
                      problem.field.empty() ? "" : absl::StrCat(problem.field, ": "),
                      problem.column == 0 ? "" : absl::StrCat("column ", problem.column, ": "),
                      problem.message);
}

std::vector<Problem> Validate(const Model& model) {
  ProblemList problems;
  CheckResources(model, problems);
  CheckSiteLimits(model, problems);
  ValidateReferences(model, problems);
  std::vector<Problem> sorted = problems.Take();
  std::stable_sort(sorted.begin(), sorted.end(), ProblemLess);
  return sorted;
}

bool HasErrors(const std::vector<Problem>& problems) {
  return std::any_of(problems.begin(), problems.end(),
                     [](const Problem& problem) { return problem.severity == Severity::kError; });
}

}  // namespace gw
