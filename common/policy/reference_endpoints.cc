#include "common/policy/reference_endpoints.h"

#include <algorithm>
#include <regex>

#include "absl/strings/match.h"

namespace gw::reference {
namespace {

bool MatchesExpression(const std::string& expression, const std::string& name) {
  try {
    return std::regex_search(name, std::regex(expression));
  } catch (const std::regex_error&) {
    return false;
  }
}

// InterfaceExclude: items are names or /regex/.
bool IsExcludedInterface(const Settings& settings, const std::string& name) {
  for (const std::string& item : settings.interface_exclude) {
    const bool is_expression = item.size() >= 2 && item.front() == '/' && item.back() == '/';
    if (is_expression && MatchesExpression(item.substr(1, item.size() - 2), name)) return true;
    if (!is_expression && item == name) return true;
  }
  return false;
}

std::vector<Address> LiveAddresses(const Site& site, const std::string& name) {
  for (const LiveInterface& interface : site.interfaces) {
    if (interface.name == name) return interface.addresses;
  }
  return {};
}

// Own labels win, then the first profile in the list that has the key.
Labels EffectiveLabels(const Model& model, const Labels& own,
                       const std::vector<std::string>& profiles) {
  Labels labels = own;
  for (const std::string& name : profiles) {
    const auto profile = model.profiles.find(name);
    if (profile == model.profiles.end()) continue;
    for (const auto& [key, value] : profile->second.labels_to_apply) labels.try_emplace(key, value);
  }
  return labels;
}

// §1.2: these prefixes are reserved, labels under them are taken away.
Labels WithoutReservedLabels(const Labels& written) {
  Labels labels;
  for (const auto& [key, value] : written) {
    if (absl::StartsWith(key, "pcns.") || absl::StartsWith(key, "pcsa.")) continue;
    labels.emplace(key, value);
  }
  return labels;
}

const HostEndpoint* AnyHostEndpoint(const Model& model, const Site& site) {
  for (const auto& [name, host] : model.host_endpoints) {
    if (host.node == site.node && host.interface_name == kAnyInterface) return &host;
  }
  return nullptr;
}

// Deviation: without expectedIPs a host endpoint stands for the live addresses of its interface,
// `*` for those of all host interfaces but `lo`.
std::vector<Prefix> AddressesOf(const HostEndpoint& host, const Site& site,
                                const Settings& settings) {
  std::vector<Prefix> addresses;
  for (const Address& address : host.expected_ips) addresses.push_back(Prefix::Of(address));
  if (!addresses.empty() || host.node != site.node) return addresses;
  for (const LiveInterface& interface : site.interfaces) {
    if (IsWorkloadInterface(settings, interface.name)) continue;
    const bool is_meant = host.interface_name == kAnyInterface
                              ? interface.name != "lo"
                              : interface.name == host.interface_name;
    if (!is_meant) continue;
    for (const Address& address : interface.addresses) addresses.push_back(Prefix::Of(address));
  }
  return addresses;
}

}  // namespace

bool IsWorkloadInterface(const Settings& settings, const std::string& name) {
  return std::any_of(settings.interface_prefixes.begin(), settings.interface_prefixes.end(),
                     [&](const std::string& prefix) { return absl::StartsWith(name, prefix); });
}

Endpoint HostEndpointOf(const Model& model, const HostEndpoint& host) {
  return {&host, nullptr, EffectiveLabels(model, host.metadata.labels, host.profiles),
          host.profiles};
}

Endpoint WorkloadEndpointOf(const Model& model, const WorkloadEndpoint& workload) {
  return {
      nullptr, &workload,
      EffectiveLabels(model, WithoutReservedLabels(workload.metadata.labels), workload.profiles),
      workload.profiles};
}

// Named host endpoints, that is all but `*`, smallest name first (the map's order).
const HostEndpoint* NamedHostEndpoint(const Model& model, const Site& site,
                                      const Settings& settings, const std::string& interface) {
  if (interface.empty() || IsWorkloadInterface(settings, interface)) return nullptr;
  if (IsExcludedInterface(settings, interface)) return nullptr;
  const std::vector<Address> live = LiveAddresses(site, interface);
  for (const auto& [name, host] : model.host_endpoints) {
    if (host.node != site.node || host.interface_name == kAnyInterface) continue;
    if (host.interface_name == interface) return &host;
    // Deviation: `lo` is exempt unless an endpoint names it; an address is no name.
    if (!host.interface_name.empty() || interface == "lo") continue;
    for (const Address& address : host.expected_ips) {
      if (std::find(live.begin(), live.end(), address) != live.end()) return &host;
    }
  }
  return nullptr;
}

// Deviation: a named endpoint shadows `*` in every table, and `lo` is exempt from `*`.
const HostEndpoint* GoverningHostEndpoint(const Model& model, const Site& site,
                                          const Settings& settings, const std::string& interface) {
  if (interface.empty()) return nullptr;
  if (const auto* named = NamedHostEndpoint(model, site, settings, interface)) return named;
  return interface == "lo" ? nullptr : AnyHostEndpoint(model, site);
}

// §1.2: of several on one interface the smallest name is active; one without addresses is as if
// it did not exist.
const WorkloadEndpoint* ActiveWorkloadEndpoint(const Model& model, const Site& site,
                                               const std::string& interface) {
  for (const auto& [name, workload] : model.workload_endpoints) {
    if (workload.node != site.node || workload.ip_networks.empty()) continue;
    if (workload.interface_name == interface) return &workload;
  }
  return nullptr;
}

// All objects, of every node.
std::vector<LabelledObject> AllObjects(const Model& model, const Site& site,
                                       const Settings& settings) {
  std::vector<LabelledObject> objects;
  for (const auto& [name, host] : model.host_endpoints) {
    objects.push_back(
        {HostEndpointOf(model, host).labels, AddressesOf(host, site, settings), host.ports});
  }
  for (const auto& [name, workload] : model.workload_endpoints) {
    objects.push_back(
        {WorkloadEndpointOf(model, workload).labels, workload.ip_networks, workload.ports});
  }
  for (const auto& [name, set] : model.network_sets) {
    objects.push_back({set.metadata.labels, set.nets, {}});
  }
  return objects;
}

}  // namespace gw::reference
