#include "common/policy/validate_references.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/policy/compile_sets.h"
#include "common/policy/nearest_name.h"
#include "common/policy/selector.h"
#include "common/policy/settings.h"
#include "common/policy/validate_names.h"

namespace gw {
namespace {

constexpr Direction kDirections[] = {Direction::kIngress, Direction::kEgress};

size_t IndexOf(Direction direction) { return static_cast<size_t>(direction); }

const char* NameOf(Direction direction) {
  return direction == Direction::kIngress ? "ingress" : "egress";
}

// Endpoints with equal effective labels are selected by the same policies, so one of each kind
// stands for all of them.
struct LabelClass {
  const std::string* workload = nullptr;       // name of a workload endpoint
  const std::string* any_interface = nullptr;  // name of a `*` host endpoint
  // A policy for local traffic decides this direction.
  std::array<bool, 2> is_decided{};
};

class ReferenceCheck {
 public:
  ReferenceCheck(const Model& model, ProblemList& problems) : model_(model), problems_(problems) {
    for (const auto& [name, profile] : model.profiles) profile_names_.push_back(name);
  }

  void Run() {
    for (const auto& [name, host] : model_.host_endpoints) AddHost(name, host);
    for (const auto& [name, workload] : model_.workload_endpoints) AddWorkload(name, workload);
    for (const auto& [name, policy] : model_.policies) {
      CheckPolicy(ResourceKind::kGlobalNetworkPolicy, policy);
    }
    for (const auto& [name, policy] : model_.staged_policies) {
      if (policy.staged_action == StagedAction::kDelete) continue;
      CheckPolicy(ResourceKind::kStagedGlobalNetworkPolicy, policy);
    }
    for (const auto& [name, host] : model_.host_endpoints) CheckLockOut(name, host);
    CheckInterfaces();
  }

 private:
  LabelClass& ClassOf(const Labels& own, const std::vector<std::string>& profiles) {
    const uint32_t number = index_.ClassOf(EffectiveLabels(own, profiles, model_));
    if (number >= classes_.size()) classes_.resize(number + 1);
    return classes_[number];
  }

  void AddHost(const std::string& name, const HostEndpoint& host) {
    problems_.Enter(ResourceKind::kHostEndpoint, name);
    CheckProfiles(host.profiles);
    LabelClass& labels = ClassOf(host.metadata.labels, host.profiles);
    if (host.interface_name == kAnyInterface) labels.any_interface = &name;
  }

  void AddWorkload(const std::string& name, const WorkloadEndpoint& workload) {
    problems_.Enter(ResourceKind::kWorkloadEndpoint, name);
    CheckProfiles(workload.profiles);
    ClassOf(workload.metadata.labels, workload.profiles).workload = &name;
  }

  void CheckProfiles(const std::vector<std::string>& profiles) {
    for (size_t i = 0; i < profiles.size(); ++i) {
      if (model_.profiles.count(profiles[i]) > 0) continue;
      const auto nearest = NearestName(profiles[i], profile_names_);
      problems_.Warning(absl::StrCat("spec.profiles[", i, "]"),
                        absl::StrCat("profile `", profiles[i],
                                     "` does not exist and denies everything that "
                                     "reaches it: ",
                                     nearest ? absl::StrCat("did you mean `", *nearest, "`?")
                                             : "create it, or remove it here"));
    }
  }

  // Of the classes that the selector matches. By text: many policies share their selector.
  const std::vector<uint32_t>& Selected(const std::string& text) {
    const auto [found, is_new] = selected_.try_emplace(text);
    if (is_new) {
      const auto selector = Selector::Parse(text);
      if (selector.ok()) found->second = index_.Matching(*selector);
    }
    return found->second;
  }

  void CheckPolicy(ResourceKind kind, const Policy& policy) {
    problems_.Enter(kind, policy.metadata.name);
    const std::vector<uint32_t>& selected = Selected(policy.selector);
    if (selected.empty() && !classes_.empty() && Selector::Parse(policy.selector).ok()) {
      problems_.Warning("spec.selector",
                        "selects no endpoint: compare it with the labels of the endpoints");
    }
    if (policy.pre_dnat || policy.do_not_track) {
      CheckSpecialStage(policy, selected);
    } else if (!policy.staged) {
      MarkDecided(policy, selected);
    }
  }

  void CheckSpecialStage(const Policy& policy, const std::vector<uint32_t>& selected) {
    const char* stage = policy.pre_dnat ? "preDNAT" : "doNotTrack";
    for (const uint32_t number : selected) {
      if (classes_[number].workload == nullptr) continue;
      problems_.Warning(
          "spec.selector",
          absl::StrCat("selects workload endpoint `", *classes_[number].workload, "`, where ",
                       stage, " policies have no effect: write a policy without ", stage,
                       " for it"));
      break;
    }
    for (const uint32_t number : selected) {
      if (!policy.do_not_track || classes_[number].any_interface == nullptr) continue;
      problems_.Warning("spec.selector",
                        absl::StrCat("selects host endpoint `", *classes_[number].any_interface,
                                     "` of interface `*`, where doNotTrack policies have no "
                                     "effect: name the interface in a host endpoint of its own"));
      break;
    }
  }

  void MarkDecided(const Policy& policy, const std::vector<uint32_t>& selected) {
    for (const Direction direction : kDirections) {
      if (!policy.applies_to(direction)) continue;
      for (const uint32_t number : selected) {
        classes_[number].is_decided[IndexOf(direction)] = true;
      }
    }
  }

  void CheckLockOut(const std::string& name, const HostEndpoint& host) {
    problems_.Enter(ResourceKind::kHostEndpoint, name);
    const LabelClass& labels = ClassOf(host.metadata.labels, host.profiles);
    for (const Direction direction : kDirections) {
      if (labels.is_decided[IndexOf(direction)] || ProfileDecides(host, direction)) continue;
      problems_.Warning(
          "spec.profiles",
          absl::StrCat("no policy and no profile decides ", NameOf(direction),
                       " traffic of this host here, so that everything but the failsafes is "
                       "denied: give it a profile, or a policy with ",
                       NameOf(direction), " rules"));
    }
  }

  // A missing profile denies on purpose or has its own warning.
  bool ProfileDecides(const HostEndpoint& host, Direction direction) const {
    return std::any_of(host.profiles.begin(), host.profiles.end(), [&](const std::string& name) {
      const auto profile = model_.profiles.find(name);
      return profile == model_.profiles.end() || !profile->second.rules(direction).empty();
    });
  }

  // ---- interfaces -----------------------------------------------------------------------------

  void CheckInterfaces() {
    const Settings settings = SettingsOf(model_);
    const auto has_prefix = [&settings](const std::string& interface) {
      return std::any_of(
          settings.interface_prefixes.begin(), settings.interface_prefixes.end(),
          [&interface](const std::string& prefix) { return absl::StartsWith(interface, prefix); });
    };
    Interfaces governed;
    for (const auto& [name, host] : model_.host_endpoints) {
      problems_.Enter(ResourceKind::kHostEndpoint, name);
      CheckIsFirst(governed, host.node, host.interface_name, name);
      if (host.interface_name != kAnyInterface && has_prefix(host.interface_name)) {
        problems_.Warning("spec.interfaceName",
                          absl::StrCat("`", host.interface_name,
                                       "` begins with an interfacePrefix "
                                       "and leads to a workload, so that no host endpoint governs "
                                       "it: write a workload endpoint"));
      }
    }
    Interfaces led_to;
    for (const auto& [name, workload] : model_.workload_endpoints) {
      problems_.Enter(ResourceKind::kWorkloadEndpoint, name);
      CheckIsFirst(led_to, workload.node, workload.interface_name, name);
      if (InterfaceNameProblem(workload.interface_name).empty() &&
          !has_prefix(workload.interface_name)) {
        problems_.Warning("spec.interfaceName",
                          absl::StrCat("`", workload.interface_name,
                                       "` begins with no "
                                       "interfacePrefix, so that it is a host interface: add its "
                                       "prefix to the settings"));
      }
    }
  }

  // Name of the first endpoint, by node and interface.
  using Interfaces = std::map<std::pair<std::string, std::string>, std::string>;

  void CheckIsFirst(Interfaces& interfaces, const std::string& node, const std::string& interface,
                    const std::string& name) {
    if (interface.empty()) return;
    const auto [first, is_new] = interfaces.try_emplace({node, interface}, name);
    if (is_new) return;
    problems_.Warning("spec.interfaceName",
                      absl::StrCat("`", first->second, "` has interface `", interface,
                                   "` too and comes first by name, so that this one governs "
                                   "nothing there: remove one"));
  }

  const Model& model_;
  ProblemList& problems_;
  std::vector<std::string> profile_names_;
  LabelIndex index_;
  std::vector<LabelClass> classes_;  // by the numbers of index_
  absl::flat_hash_map<std::string, std::vector<uint32_t>> selected_;
};

}  // namespace

void ValidateReferences(const Model& model, ProblemList& problems) {
  ReferenceCheck(model, problems).Run();
}

}  // namespace gw
