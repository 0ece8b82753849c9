#include "enforcer/cli/resource_table.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "enforcer/cli/output.h"

namespace gw::cli {
namespace {

constexpr size_t kNetsShownMax = 4;
constexpr char kNone[] = "-";

std::string OrNone(const std::string& text) { return text.empty() ? kNone : text; }

template <typename Values>
std::string SomeOf(const Values& values) {
  std::vector<std::string> shown;
  for (const auto& value : values) {
    if (shown.size() == kNetsShownMax) {
      shown.push_back(absl::StrCat("and ", values.size() - kNetsShownMax, " more"));
      break;
    }
    shown.push_back(ToString(value));
  }
  return OrNone(absl::StrJoin(shown, ", "));
}

// Shortest text that reads back as the same number.
std::string OrderText(const std::optional<double>& order) {
  if (!order) return kNone;
  return nlohmann::ordered_json(*order == static_cast<double>(static_cast<int64_t>(*order))
                                    ? nlohmann::ordered_json(static_cast<int64_t>(*order))
                                    : nlohmann::ordered_json(*order))
      .dump();
}

std::string TypesText(const Policy& policy) {
  std::vector<std::string> types;
  if (policy.applies_to_ingress) types.emplace_back("ingress");
  if (policy.applies_to_egress) types.emplace_back("egress");
  return OrNone(absl::StrJoin(types, ", "));
}

// Which traffic of the endpoint a policy is about, in words instead of three flags.
std::string ScopeText(const Policy& policy) {
  if (policy.do_not_track) return "untracked";
  if (policy.pre_dnat) return "before DNAT";
  return policy.apply_on_forward ? "local, routed" : "local";
}

std::string StagedActionText(StagedAction action) {
  switch (action) {
    case StagedAction::kSet:
      return "Set";
    case StagedAction::kDelete:
      return "Delete";
    case StagedAction::kLearn:
      return "Learn";
    case StagedAction::kIgnore:
      break;
  }
  return "Ignore";
}

double OrderOf(const std::optional<double>& order) {
  return order.value_or(std::numeric_limits<double>::infinity());
}

double TierOrder(const Model& model, const std::string& tier) {
  if (tier == kDefaultTier) return kDefaultTierOrder;
  const auto found = model.tiers.find(tier);
  return OrderOf(found == model.tiers.end() ? std::nullopt : found->second.order);
}

std::vector<const Policy*> InEvaluationOrder(const Model& model,
                                             const std::map<std::string, Policy>& policies) {
  std::vector<const Policy*> sorted;
  sorted.reserve(policies.size());
  for (const auto& [name, policy] : policies) sorted.push_back(&policy);
  std::stable_sort(sorted.begin(), sorted.end(), [&model](const Policy* a, const Policy* b) {
    const auto rank = [&model](const Policy* policy) {
      return std::make_tuple(TierOrder(model, policy->tier), policy->tier, OrderOf(policy->order));
    };
    return rank(a) < rank(b);
  });
  return sorted;
}

size_t PoliciesIn(const Model& model, const std::string& tier) {
  size_t count = 0;
  for (const auto* policies : {&model.policies, &model.staged_policies}) {
    for (const auto& [name, policy] : *policies) count += policy.tier == tier;
  }
  return count;
}

template <typename Map, typename Row>
void AddRows(const Map& resources, absl::string_view name, Table* table, Row row) {
  for (const auto& [key, resource] : resources) {
    if (name.empty() || key == name) table->Add(row(resource));
  }
}

Table HostEndpointTable(const Model& model, absl::string_view name) {
  Table table({"NAME", "NODE", "INTERFACE", "ADDRESSES", "PROFILES", "LABELS"});
  AddRows(model.host_endpoints, name, &table, [](const HostEndpoint& endpoint) {
    return std::vector<std::string>{endpoint.metadata.name,
                                    endpoint.node,
                                    OrNone(endpoint.interface_name),
                                    SomeOf(endpoint.expected_ips),
                                    OrNone(absl::StrJoin(endpoint.profiles, ", ")),
                                    LabelsText(endpoint.metadata.labels)};
  });
  return table;
}

Table WorkloadEndpointTable(const Model& model, absl::string_view name) {
  Table table({"NAME", "NODE", "INTERFACE", "ADDRESSES", "PROFILES", "LABELS"});
  AddRows(model.workload_endpoints, name, &table, [](const WorkloadEndpoint& endpoint) {
    return std::vector<std::string>{endpoint.metadata.name,
                                    endpoint.node,
                                    OrNone(endpoint.interface_name),
                                    SomeOf(endpoint.ip_networks),
                                    OrNone(absl::StrJoin(endpoint.profiles, ", ")),
                                    LabelsText(endpoint.metadata.labels)};
  });
  return table;
}

Table PolicyTable(const Model& model, const std::map<std::string, Policy>& policies, bool staged,
                  absl::string_view name) {
  std::vector<std::string> headings = {"TIER",  "ORDER", "NAME",    "TRAFFIC",
                                       "TYPES", "RULES", "SELECTOR"};
  if (staged) headings.insert(headings.begin() + 3, "ACTION");
  Table table(std::move(headings));
  for (const Policy* policy : InEvaluationOrder(model, policies)) {
    if (!name.empty() && policy->metadata.name != name) continue;
    std::vector<std::string> cells = {policy->tier,
                                      OrderText(policy->order),
                                      policy->metadata.name,
                                      ScopeText(*policy),
                                      TypesText(*policy),
                                      absl::StrCat(policy->ingress.size() + policy->egress.size()),
                                      policy->selector.empty() ? "all()" : policy->selector};
    if (staged) cells.insert(cells.begin() + 3, StagedActionText(policy->staged_action));
    table.Add(std::move(cells));
  }
  return table;
}

Table NetworkSetTable(const Model& model, absl::string_view name) {
  Table table({"NAME", "NETS", "LABELS"});
  AddRows(model.network_sets, name, &table, [](const NetworkSet& set) {
    return std::vector<std::string>{set.metadata.name, SomeOf(set.nets),
                                    LabelsText(set.metadata.labels)};
  });
  return table;
}

Table ProfileTable(const Model& model, absl::string_view name) {
  Table table({"NAME", "INGRESS RULES", "EGRESS RULES", "LABELS TO APPLY"});
  AddRows(model.profiles, name, &table, [](const Profile& profile) {
    return std::vector<std::string>{profile.metadata.name, absl::StrCat(profile.ingress.size()),
                                    absl::StrCat(profile.egress.size()),
                                    LabelsText(profile.labels_to_apply)};
  });
  return table;
}

Table TierTable(const Model& model, absl::string_view name) {
  Table table({"NAME", "ORDER", "DEFAULT ACTION", "POLICIES"});
  std::vector<const Tier*> tiers;
  for (const auto& [key, tier] : model.tiers) tiers.push_back(&tier);
  std::stable_sort(tiers.begin(), tiers.end(), [](const Tier* a, const Tier* b) {
    return OrderOf(a->order) < OrderOf(b->order);
  });
  for (const Tier* tier : tiers) {
    const std::string& tier_name = tier->metadata.name;
    if (!name.empty() && tier_name != name) continue;
    table.Add({tier_name, OrderText(tier->order),
               tier->default_action == TierAction::kPass ? "Pass" : "Deny",
               absl::StrCat(PoliciesIn(model, tier_name))});
  }
  return table;
}

Table ConfigurationTable(const Model& model, absl::string_view name) {
  Table table({"NAME", "SETTING", "VALUE"});
  for (const auto& [key, configuration] : model.configurations) {
    if (!name.empty() && key != name) continue;
    if (configuration.values.empty()) table.Add({key, kNone, kNone});
    for (const auto& [setting, value] : configuration.values) table.Add({key, setting, value});
  }
  return table;
}

Table TableOf(const Model& model, ResourceKind kind, absl::string_view name) {
  switch (kind) {
    case ResourceKind::kHostEndpoint:
      return HostEndpointTable(model, name);
    case ResourceKind::kWorkloadEndpoint:
      return WorkloadEndpointTable(model, name);
    case ResourceKind::kGlobalNetworkPolicy:
      return PolicyTable(model, model.policies, false, name);
    case ResourceKind::kStagedGlobalNetworkPolicy:
      return PolicyTable(model, model.staged_policies, true, name);
    case ResourceKind::kGlobalNetworkSet:
      return NetworkSetTable(model, name);
    case ResourceKind::kProfile:
      return ProfileTable(model, name);
    case ResourceKind::kTier:
      return TierTable(model, name);
    case ResourceKind::kFelixConfiguration:
      break;
  }
  return ConfigurationTable(model, name);
}

}  // namespace

void PrintResourceTable(const Model& model, ResourceKind kind, absl::string_view name,
                        std::ostream& out) {
  Table table = TableOf(model, kind, name);
  if (!table.empty()) table.Print(out);
}

std::string LabelsText(const Labels& labels) {
  return OrNone(absl::StrJoin(labels, ",", absl::PairFormatter("=")));
}

}  // namespace gw::cli
