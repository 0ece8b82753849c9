#include "admin-gui/session/attention.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include <QCoreApplication>

#include "admin-gui/session/selector_counts.h"
#include "common/policy/compile_sets.h"
#include "common/policy/nearest_name.h"
#include "common/policy/selector.h"
#include "common/policy/settings.h"

namespace gw::gui {
namespace {

using Kind = AttentionKind;
using Action = AttentionAction;

constexpr uint16_t kSshPort = 22;

// The catalogue's context for all of it.
struct Words {
  Q_DECLARE_TR_FUNCTIONS(gw::gui::Attention)
};

QString Text(absl::string_view text) {
  return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QString TextOf(Action action) {
  switch (action) {
    case Action::kShow:
      return Words::tr("Show");
    case Action::kWhatToDo:
      return Words::tr("What to do");
    case Action::kNarrowFailsafe:
      return Words::tr("Narrow");
    case Action::kLabelInterface:
      return Words::tr("Label it…");
    case Action::kCreateProfile:
      return Words::tr("Create it");
    case Action::kAddPolicy:
      return Words::tr("Add a policy…");
  }
  return {};
}

class Finder {
 public:
  explicit Finder(const AttentionInput& input)
      : input_(input), model_(input.model), counts_(input.model) {}

  std::vector<AttentionItem> Find() {
    FindState();
    FindErrors();
    FindFailsafes();
    FindInterfaces();
    FindMissingProfiles();
    for (const auto& [name, host] : model_.host_endpoints) FindUndecided(host);
    for (const auto& [name, policy] : model_.policies) FindInPolicy(policy);
    for (const auto& [name, policy] : model_.staged_policies) FindInPolicy(policy);
    std::stable_sort(
        items_.begin(), items_.end(),
        [](const AttentionItem& a, const AttentionItem& b) { return a.kind < b.kind; });
    return std::move(items_);
  }

 private:
  AttentionItem& Add(Kind kind, const QString& title, const QString& cause, Action action,
                     std::optional<ResourceKey> subject = std::nullopt,
                     const std::string& field = std::string()) {
    items_.push_back(
        {kind, title, cause, action, TextOf(action), std::move(subject), Text(field), {}});
    return items_.back();
  }

  // ---- the program ------------------------------------------------------------------------------

  void FindState() {
    if (input_.problem.kind == GatewayProblem::Kind::kRevisionRefused) {
      Add(Kind::kRevisionRefused, Words::tr("The newest revision is not in force."),
          input_.problem.text, Action::kShow);
    }
    if (!input_.status) return;
    const EnforcerStatus& enforcer = input_.status->enforcer;
    if (enforcer.state == EnforcerStatus::State::kRunning) FindAuditProblems(enforcer.last.counts);
    if (enforcer.state != EnforcerStatus::State::kStopped || enforcer.last.fail_mode != "Open") {
      return;
    }
    Add(Kind::kNothingDecides, Words::tr("New flows pass without a decision."),
        Words::tr("No enforcer is running, and the fail mode is open."), Action::kWhatToDo);
  }

  void FindAuditProblems(const EnforcerCounts& counts) {
    const ResourceKey settings{ResourceKind::kFelixConfiguration, "default"};
    if (!counts.audit_problem.empty()) {
      Add(Kind::kNotRecorded, Words::tr("Decisions are not recorded."), Text(counts.audit_problem),
          Action::kShow, settings, "spec.auditMaxSize");
    }
    if (!counts.hash_chain_problem.empty()) {
      Add(Kind::kHashChain, Words::tr("The audit log's hash chain is not as the settings say."),
          Text(counts.hash_chain_problem), Action::kShow, settings, "spec.auditHashChain");
    }
  }

  void FindErrors() {
    for (const Problem& problem : input_.problems) {
      const bool error = problem.severity == Severity::kError;
      // The others have words of their own below.
      if (!error && problem.field != "spec.interfaceName") continue;
      Add(error ? Kind::kError : Kind::kOther, Text(ToString(problem.resource)),
          Text(problem.message), Action::kShow, problem.resource, problem.field);
    }
  }

  void FindFailsafes() {
    const Settings settings = SettingsOf(model_);
    const bool open = std::any_of(settings.failsafe_inbound.begin(),
                                  settings.failsafe_inbound.end(), [](const Failsafe& failsafe) {
                                    return failsafe.protocol == kProtocolTcp &&
                                           failsafe.port == kSshPort && !failsafe.net;
                                  });
    if (!open || model_.host_endpoints.empty()) return;
    Add(Kind::kFailsafeOpen, Words::tr("SSH failsafe is open to every address."),
        Words::tr("No policy can close it."), Action::kNarrowFailsafe,
        ResourceKey{ResourceKind::kFelixConfiguration, "default"}, "spec.failsafeInboundHostPorts");
  }

  // ---- interfaces -------------------------------------------------------------------------------

  bool IsHere(const std::string& node) const { return input_.node.empty() || node == input_.node; }

  static bool HasAddress(const HostInterface& interface, const Address& address) {
    return std::any_of(interface.addresses.begin(), interface.addresses.end(),
                       [&address](const auto& own) { return own.address == address; });
  }

  // The endpoint that governs the interface by name or address; the `*` one is none of them.
  const HostEndpoint* GovernorOf(const HostInterface& interface) const {
    for (const auto& [name, host] : model_.host_endpoints) {
      if (!IsHere(host.node)) continue;
      if (host.interface_name == interface.name) return &host;
      if (!host.interface_name.empty()) continue;
      if (std::any_of(host.expected_ips.begin(), host.expected_ips.end(),
                      [&](const Address& a) { return HasAddress(interface, a); })) {
        return &host;
      }
    }
    return nullptr;
  }

  const HostEndpoint* AnyInterface() const {
    for (const auto& [name, host] : model_.host_endpoints) {
      if (IsHere(host.node) && host.interface_name == kAnyInterface) return &host;
    }
    return nullptr;
  }

  void FindInterfaces() {
    if (model_.host_endpoints.empty()) return;  // nothing is set up yet
    const Settings settings = SettingsOf(model_);
    const HostEndpoint* const any = AnyInterface();
    for (const HostInterface& interface : input_.interfaces) {
      if (interface.kind == HostInterface::Kind::kLoopback) continue;
      const HostEndpoint* const governor = GovernorOf(interface);
      if (governor != nullptr && any != nullptr) AddAnyShadowed(interface, *governor, *any);
      if (governor != nullptr || any != nullptr || !MayCarryTraffic(settings, interface)) continue;
      Add(Kind::kInterfaceFree, Words::tr("%1 is not checked.").arg(Text(interface.name)),
          Words::tr("Traffic through it passes without a decision."), Action::kLabelInterface)
          .interface_name = Text(interface.name);
    }
  }

  static bool MayCarryTraffic(const Settings& settings, const HostInterface& interface) {
    if (!interface.up || interface.addresses.empty()) return false;
    if (IsExcludedInterface(settings, interface.name)) return false;
    return std::none_of(
        settings.interface_prefixes.begin(), settings.interface_prefixes.end(),
        [&](const std::string& prefix) { return absl::StartsWith(interface.name, prefix); });
  }

  void AddAnyShadowed(const HostInterface& interface, const HostEndpoint& governor,
                      const HostEndpoint& any) {
    Add(Kind::kAnyShadowed,
        Words::tr("%1 is governed by %2.").arg(Text(interface.name), Text(governor.metadata.name)),
        Words::tr("The endpoint for all interfaces does not count there."), Action::kShow,
        KeyOf(any))
        .interface_name = Text(interface.name);
  }

  // ---- endpoints --------------------------------------------------------------------------------

  template <typename Endpoints>
  void NoteMissing(const Endpoints& endpoints, std::set<std::string>* missing) const {
    for (const auto& [name, endpoint] : endpoints) {
      for (const std::string& profile : endpoint.profiles) {
        if (model_.profiles.count(profile) == 0) missing->insert(profile);
      }
    }
  }

  void FindMissingProfiles() {
    std::set<std::string> missing;
    NoteMissing(model_.host_endpoints, &missing);
    NoteMissing(model_.workload_endpoints, &missing);
    for (const std::string& name : missing) {
      Add(Kind::kMissingProfile, Words::tr("Profile %1 does not exist.").arg(Text(name)),
          Words::tr("Everything that reaches it is denied."), Action::kCreateProfile,
          ResourceKey{ResourceKind::kProfile, name});
    }
  }

  bool IsDecided(const HostEndpoint& host, const Labels& labels, Direction direction) {
    for (const auto& [name, policy] : model_.policies) {
      if (policy.pre_dnat || policy.do_not_track || !policy.applies_to(direction)) continue;
      const Selector* const selector = ParsedOf(policy.selector);
      if (selector != nullptr && selector->Matches(labels)) return true;
    }
    return std::any_of(host.profiles.begin(), host.profiles.end(), [&](const std::string& name) {
      const auto profile = model_.profiles.find(name);
      // A missing one has an item of its own.
      return profile == model_.profiles.end() || !profile->second.rules(direction).empty();
    });
  }

  void FindUndecided(const HostEndpoint& host) {
    const Labels labels = EffectiveLabels(host.metadata.labels, host.profiles, model_);
    const QString name = Text(host.metadata.name);
    if (!IsMeant(host.metadata, kMeantNoEgress) && !IsDecided(host, labels, Direction::kEgress)) {
      Add(Kind::kNoEgress, Words::tr("%1 has no egress policy or profile.").arg(name),
          Words::tr("The gateway itself will not be able to open connections through it, except "
                    "failsafes."),
          Action::kAddPolicy, KeyOf(host), "egress");
    }
    if (!IsMeant(host.metadata, kMeantNoIngress) && !IsDecided(host, labels, Direction::kIngress)) {
      Add(Kind::kNoIngress, Words::tr("%1 has no ingress policy or profile.").arg(name),
          Words::tr("Nothing may reach this gateway through %1, except failsafes.").arg(name),
          Action::kAddPolicy, KeyOf(host), "ingress");
    }
  }

  // ---- policies ---------------------------------------------------------------------------------

  // Null if it does not parse. Many policies have one selector.
  const Selector* ParsedOf(const std::string& text) {
    const auto [found, is_new] = parsed_.try_emplace(text);
    if (is_new) {
      if (auto selector = Selector::Parse(text); selector.ok()) found->second = *selector;
    }
    return found->second ? &*found->second : nullptr;
  }

  void FindInPolicy(const Policy& policy) {
    if (policy.staged && policy.staged_action == StagedAction::kDelete) return;
    FindSelectedEndpoints(policy);
    for (const Direction direction : {Direction::kIngress, Direction::kEgress}) {
      FindShadowed(policy, direction);
      for (size_t i = 0; i < policy.rules(direction).size(); ++i) {
        FindUnknownPorts(policy, direction, i);
      }
    }
  }

  void FindSelectedEndpoints(const Policy& policy) {
    const Selector* const selector = ParsedOf(policy.selector);
    if (selector == nullptr) return;  // an error says so
    const QString name = Text(policy.metadata.name);
    const bool has_endpoints = !model_.host_endpoints.empty() || !model_.workload_endpoints.empty();
    if (has_endpoints && counts_.Count(*selector).endpoints == 0) {
      Add(Kind::kSelectsNothing, Words::tr("%1 applies to no endpoint.").arg(name),
          WhyNothing(*selector), Action::kShow, KeyOf(policy), "spec.selector");
    }
    if (!policy.pre_dnat && !policy.do_not_track) return;
    const auto workloads = static_cast<size_t>(std::count_if(
        model_.workload_endpoints.begin(), model_.workload_endpoints.end(), [&](const auto& entry) {
          return selector->Matches(
              EffectiveLabels(entry.second.metadata.labels, entry.second.profiles, model_));
        }));
    if (workloads == 0) return;
    Add(Kind::kWorkloadExempt,
        Words::tr("Before-NAT and untracked policies do not apply to workload endpoints."),
        Words::tr("%1 selects %n of them.", nullptr, static_cast<int>(workloads)).arg(name),
        Action::kShow, KeyOf(policy), "spec.selector");
  }

  // The first comparison that nothing fulfils, and what it may have been meant to be.
  QString WhyNothing(const Selector& selector) const {
    const std::vector<MatchCount> counts = counts_.CountNodes(selector);
    for (size_t i = 0; i < counts.size(); ++i) {
      const SelectorNode& node = selector.nodes()[i];
      if (node.op != SelectorOperator::kEqual || counts[i].endpoints > 0) continue;
      const QString nothing = Words::tr("Nothing has the label %1 = '%2'.")
                                  .arg(Text(node.key), Text(node.values.front()));
      const auto near = NearestName(node.values.front(), ValuesOf(node.key));
      if (!near) return nothing;
      return nothing + QLatin1Char(' ') +
             Words::tr("There is %1 = '%2'.").arg(Text(node.key), Text(*near));
    }
    return Words::tr("Compare it with the labels of the endpoints.");
  }

  std::vector<std::string> ValuesOf(const std::string& key) const {
    std::set<std::string> values;
    const auto note = [&](const Labels& labels) {
      const auto found = labels.find(key);
      if (found != labels.end()) values.insert(found->second);
    };
    for (const auto& [name, host] : model_.host_endpoints) note(host.metadata.labels);
    for (const auto& [name, workload] : model_.workload_endpoints) note(workload.metadata.labels);
    return {values.begin(), values.end()};
  }

  static bool DecidesEverything(const Rule& rule) {
    Rule bare;
    bare.action = rule.action;
    bare.annotations = rule.annotations;
    return rule == bare && rule.action != RuleAction::kLog &&
           rule.annotations.count(kScheduleAnnotation) == 0 &&
           rule.annotations.count(kExpiresAnnotation) == 0;
  }

  void FindShadowed(const Policy& policy, Direction direction) {
    const std::vector<Rule>& rules = policy.rules(direction);
    const auto last = std::find_if(rules.begin(), rules.end(), DecidesEverything);
    if (last == rules.end() || last + 1 == rules.end()) return;
    const auto number = last - rules.begin();
    Add(Kind::kRuleShadowed,
        Words::tr("Rule %1 of %2 is never reached.")
            .arg(number + 2)
            .arg(Text(policy.metadata.name)),
        Words::tr("Rule %1 decides everything first.").arg(number + 1), Action::kShow,
        KeyOf(policy), FieldOf(direction, static_cast<size_t>(number) + 1));
  }

  static std::string FieldOf(Direction direction, size_t rule) {
    return absl::StrCat(direction == Direction::kIngress ? "spec.ingress[" : "spec.egress[", rule,
                        "]");
  }

  const std::set<std::string>& PortNames() {
    if (port_names_) return *port_names_;
    port_names_.emplace();
    const auto note = [this](const auto& endpoints) {
      for (const auto& [name, endpoint] : endpoints) {
        for (const EndpointPort& port : endpoint.ports) port_names_->insert(port.name);
      }
    };
    note(model_.host_endpoints);
    note(model_.workload_endpoints);
    return *port_names_;
  }

  void FindUnknownPorts(const Policy& policy, Direction direction, size_t index) {
    const Rule& rule = policy.rules(direction)[index];
    for (const EntityRule* side : {&rule.source, &rule.destination}) {
      bool some_known = false;
      std::optional<std::string> unknown;
      for (const RulePort& port : side->ports) {
        const auto* const name = std::get_if<std::string>(&port);
        if (name == nullptr || PortNames().count(*name) > 0) {
          some_known = true;
        } else {
          unknown = *name;
        }
      }
      if (!unknown) continue;
      Add(Kind::kNamedPortUnknown, Words::tr("No endpoint names a port “%1”.").arg(Text(*unknown)),
          (some_known ? Words::tr("Rule %1 of %2 matches its other ports only.")
                      : Words::tr("Rule %1 of %2 matches nothing."))
              .arg(index + 1)
              .arg(Text(policy.metadata.name)),
          Action::kShow, KeyOf(policy), FieldOf(direction, index));
    }
  }

  const AttentionInput& input_;
  const Model& model_;
  const SelectorCounts counts_;
  std::map<std::string, std::optional<Selector>> parsed_;
  std::optional<std::set<std::string>> port_names_;
  std::vector<AttentionItem> items_;
};

}  // namespace

bool IsMeant(const Metadata& metadata, absl::string_view warning) {
  const auto meant = metadata.annotations.find(kMeantAnnotation);
  if (meant == metadata.annotations.end()) return false;
  const std::vector<absl::string_view> parts = absl::StrSplit(meant->second, ',');
  return std::find(parts.begin(), parts.end(), warning) != parts.end();
}

QString AttentionItem::Identity() const {
  const QString about = subject ? Text(ToString(*subject)) : QString();
  return QStringLiteral("%1|%2|%3|%4")
      .arg(static_cast<int>(kind))
      .arg(about, field, interface_name);
}

std::vector<AttentionItem> FindAttention(const AttentionInput& input) {
  return Finder(input).Find();
}

}  // namespace gw::gui
