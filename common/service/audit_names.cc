#include "common/service/audit_names.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/base/status_macros.h"
#include "common/policy/compile_sets.h"
#include "common/policy/selector.h"

namespace gw {

absl::StatusOr<std::vector<Prefix>> NetworksOfSet(const Model& model, const std::string& set) {
  const auto found = model.network_sets.find(set);
  if (found != model.network_sets.end()) return found->second.nets;
  if (model.network_sets.empty()) {
    return absl::NotFoundError(absl::StrCat("there is no network set `", set, "`, nor any other"));
  }
  const std::string names =
      absl::StrJoin(model.network_sets, ", ",
                    [](std::string* out, const auto& entry) { out->append(entry.first); });
  return absl::NotFoundError(
      absl::StrCat("there is no network set `", set, "`: use one of ", names));
}

std::vector<Prefix> NetworksOfName(const Model& model, const std::string& name) {
  std::vector<Prefix> networks;
  if (const auto host = model.host_endpoints.find(name); host != model.host_endpoints.end()) {
    for (const Address& address : host->second.expected_ips) {
      networks.push_back(Prefix::Of(address));
    }
  }
  if (!networks.empty()) return networks;
  const auto workload = model.workload_endpoints.find(name);
  if (workload != model.workload_endpoints.end() && !workload->second.ip_networks.empty()) {
    return workload->second.ip_networks;
  }
  const auto set = model.network_sets.find(name);
  return set == model.network_sets.end() ? networks : set->second.nets;
}

absl::StatusOr<std::vector<std::string>> SelectedEndpoints(const Model& model,
                                                           const std::string& selector) {
  GW_ASSIGN_OR_RETURN(const Selector parsed, Selector::Parse(selector));
  std::vector<std::string> names;
  const auto add = [&](const auto& endpoints) {
    for (const auto& [name, endpoint] : endpoints) {
      if (parsed.Matches(EffectiveLabels(endpoint.metadata.labels, endpoint.profiles, model))) {
        names.push_back(name);
      }
    }
  };
  add(model.host_endpoints);
  add(model.workload_endpoints);
  return names;
}

}  // namespace gw
