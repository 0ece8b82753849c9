#include "admin-gui/models/endpoint_rows.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"

#include "common/policy/reference_endpoints.h"
#include "common/policy/selector.h"
#include "common/policy/settings.h"
#include "common/policy/site.h"

namespace gw::gui {
namespace {

using Governed = EndpointRow::Governed;
using Presence = EndpointRow::Presence;

Site SiteOf(const GatewayHost& host, const std::vector<HostInterface>& interfaces) {
  Site site;
  site.node = host.node;
  for (const HostInterface& found : interfaces) {
    LiveInterface live;
    live.name = found.name;
    for (const InterfaceAddress& address : found.addresses) {
      live.addresses.push_back(address.address);
    }
    site.interfaces.push_back(std::move(live));
  }
  return site;
}

// A policy with its selector read once for all endpoints.
struct ReadPolicy {
  const Policy* policy = nullptr;
  Selector selector;
};

std::vector<ReadPolicy> ReadPolicies(const Model& model) {
  std::vector<ReadPolicy> read;
  for (const auto* policies : {&model.policies, &model.staged_policies}) {
    for (const auto& [name, policy] : *policies) {
      if (policy.staged && policy.staged_action == StagedAction::kDelete) continue;
      auto selector = Selector::Parse(policy.selector);
      if (selector.ok()) read.push_back({&policy, *std::move(selector)});
    }
  }
  return read;
}

class RowMaker {
 public:
  RowMaker(const Model& model, const GatewayHost& host,
           const std::vector<HostInterface>& interfaces)
      : model_(model),
        host_(host),
        interfaces_(interfaces),
        site_(SiteOf(host, interfaces)),
        settings_(SettingsOf(model)),
        policies_(ReadPolicies(model)) {
    for (const auto& [name, endpoint] : model.host_endpoints) {
      if (endpoint.node == host.node && endpoint.interface_name == kAnyInterface) any_ = &endpoint;
      if (any_ != nullptr) break;
    }
  }

  std::vector<EndpointRow> Make() {
    if (host_.is_here) {
      for (const HostInterface& found : interfaces_) AddInterface(found);
    }
    AddEndpointsWithoutRow();
    std::stable_sort(rows_.begin(), rows_.end(), [](const EndpointRow& a, const EndpointRow& b) {
      return Place(a) < Place(b);
    });
    return std::move(rows_);
  }

 private:
  static std::tuple<int, std::string> Place(const EndpointRow& row) {
    if (row.default_route) return {0, row.name};
    if (row.presence == Presence::kElsewhere) return {4, row.name};
    if (row.governed == Governed::kLoopback) return {3, row.name};
    return {row.endpoint ? 1 : 2, row.name};
  }

  void AddInterface(const HostInterface& found) {
    EndpointRow row;
    row.interface_name = found.name;
    row.name = found.name;
    row.node = host_.node;
    row.presence = found.up && found.running ? Presence::kUp : Presence::kDown;
    row.interface_kind = found.kind;
    row.default_route = found.default_route_ipv4 || found.default_route_ipv6;
    row.mac = found.mac;
    row.addresses = found.addresses;
    Govern(row);
    if (row.governed == Governed::kNone) {
      row.warnings.push_back({EndpointWarning::Kind::kNotChecked, {}});
    }
    rows_.push_back(std::move(row));
  }

  void Govern(EndpointRow& row) {
    if (reference::IsWorkloadInterface(settings_, row.interface_name)) return GovernWorkload(row);
    const HostEndpoint* named =
        reference::NamedHostEndpoint(model_, site_, settings_, row.interface_name);
    if (named != nullptr) {
      row.governed = named->interface_name.empty() ? Governed::kByAddress : Governed::kByName;
      row.any_shadowed = any_ != nullptr;
      return SetEndpoint(row, {ResourceKind::kHostEndpoint, named->metadata.name});
    }
    if (row.interface_name == kLoopbackInterface) {
      row.governed = Governed::kLoopback;
    } else if (any_ != nullptr) {
      row.governed = Governed::kByAny;
      const std::string interface = row.interface_name;
      SetEndpoint(row, {ResourceKind::kHostEndpoint, any_->metadata.name});
      row.name = interface;
    } else if (IsExcludedInterface(settings_, row.interface_name)) {
      row.governed = Governed::kExcluded;
    }
  }

  void GovernWorkload(EndpointRow& row) {
    const WorkloadEndpoint* workload =
        reference::ActiveWorkloadEndpoint(model_, site_, row.interface_name);
    row.governed = workload == nullptr ? Governed::kUnknownLoad : Governed::kWorkload;
    if (workload == nullptr) return;
    SetEndpoint(row, {ResourceKind::kWorkloadEndpoint, workload->metadata.name});
    if (!row.addresses.empty()) return;
    // The interface of a workload often has no address of its own; the workload's counts.
    for (const Prefix& net : workload->ip_networks) {
      row.addresses.push_back({net.address, net.length});
    }
  }

  void SetEndpoint(EndpointRow& row, const ResourceKey& key) {
    const auto resource = Find(model_, key);
    if (!resource) return;
    row.endpoint = key;
    row.name = key.name;
    row.labels = MetadataOf(*resource).labels;
    Judge(row, MetadataOf(*resource));
  }

  // Counts the policies and finds what is amiss.
  void Judge(EndpointRow& row, const Metadata& metadata) {
    const Labels labels = EffectiveLabels(model_, *row.endpoint);
    const std::vector<std::string>& profiles = ProfilesOf(model_, *row.endpoint);
    bool ingress = !profiles.empty();
    bool egress = !profiles.empty();
    for (const ReadPolicy& read : policies_) {
      if (!read.selector.Matches(labels)) continue;
      ++row.policies;
      const Policy& policy = *read.policy;
      if (policy.staged || policy.pre_dnat || policy.do_not_track) continue;
      ingress = ingress || policy.applies_to_ingress;
      egress = egress || policy.applies_to_egress;
    }
    for (const std::string& profile : profiles) {
      if (model_.profiles.contains(profile)) continue;
      row.warnings.push_back({EndpointWarning::Kind::kMissingProfile, profile});
    }
    if (row.endpoint->kind != ResourceKind::kHostEndpoint) return;
    if (!egress && !IsMeant(metadata, kMeantNoEgress)) {
      row.warnings.push_back({EndpointWarning::Kind::kNoEgress, {}});
    }
    if (!ingress && !IsMeant(metadata, kMeantNoIngress)) {
      row.warnings.push_back({EndpointWarning::Kind::kNoIngress, {}});
    }
  }

  bool HasRow(const ResourceKey& key) const {
    return std::any_of(rows_.begin(), rows_.end(),
                       [&key](const EndpointRow& row) { return row.endpoint == key; });
  }

  void AddEndpointsWithoutRow() {
    for (const auto& [name, host] : model_.host_endpoints) {
      const ResourceKey key{ResourceKind::kHostEndpoint, name};
      if (HasRow(key)) continue;
      EndpointRow row;
      row.interface_name = host.interface_name;
      row.governed = host.interface_name == kAnyInterface ? Governed::kByAny
                     : host.interface_name.empty()        ? Governed::kByAddress
                                                          : Governed::kByName;
      for (const Address& address : host.expected_ips) {
        row.addresses.push_back({address, AddressBits(address.family)});
      }
      AddAbsent(std::move(row), host.node, key);
    }
    for (const auto& [name, workload] : model_.workload_endpoints) {
      const ResourceKey key{ResourceKind::kWorkloadEndpoint, name};
      if (HasRow(key)) continue;
      EndpointRow row;
      row.interface_name = workload.interface_name;
      row.governed = Governed::kWorkload;
      for (const Prefix& net : workload.ip_networks) {
        row.addresses.push_back({net.address, net.length});
      }
      AddAbsent(std::move(row), workload.node, key);
    }
  }

  void AddAbsent(EndpointRow row, const std::string& node, const ResourceKey& key) {
    row.node = node;
    row.presence = node != host_.node ? Presence::kElsewhere
                   : !host_.is_here   ? Presence::kUnknown
                                      : Presence::kAbsent;
    SetEndpoint(row, key);
    rows_.push_back(std::move(row));
  }

  const Model& model_;
  const GatewayHost& host_;
  const std::vector<HostInterface>& interfaces_;
  const Site site_;
  const Settings settings_;
  const std::vector<ReadPolicy> policies_;
  const HostEndpoint* any_ = nullptr;
  std::vector<EndpointRow> rows_;
};

// The interface whose network holds `address`, or null.
const HostInterface* InterfaceOf(const std::vector<HostInterface>& interfaces,
                                 const Address& address) {
  for (const HostInterface& found : interfaces) {
    if (found.kind == HostInterface::Kind::kLoopback) continue;
    for (const InterfaceAddress& own : found.addresses) {
      if (own.address.family != address.family) continue;
      const auto network =
          ParseNetwork(ToString(own.address) + "/" + std::to_string(int{own.prefix_length}));
      if (network.ok() && network->Contains(address)) return &found;
    }
  }
  return nullptr;
}

}  // namespace

GatewayHost HostOf(const std::optional<StatusResult>& status, const Model& model,
                   absl::string_view this_machine) {
  if (status && !status->enforcer.last.node.empty()) {
    const bool running = status->enforcer.state == EnforcerStatus::State::kRunning;
    return {status->enforcer.last.node, running || status->enforcer.last.node == this_machine};
  }
  std::map<std::string, size_t> nodes;
  for (const auto& [name, host] : model.host_endpoints) ++nodes[host.node];
  for (const auto& [name, workload] : model.workload_endpoints) ++nodes[workload.node];
  if (nodes.empty() || nodes.contains(std::string(this_machine))) {
    return {std::string(this_machine), true};
  }
  const auto most = std::max_element(
      nodes.begin(), nodes.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return {most->first, false};
}

std::vector<EndpointRow> EndpointRows(const Model& model, const GatewayHost& host,
                                      const std::vector<HostInterface>& interfaces) {
  return RowMaker(model, host, interfaces).Make();
}

std::vector<DeviceRow> DeviceRows(const Model& model, const std::vector<HostInterface>& interfaces,
                                  const std::vector<Neighbour>& neighbours,
                                  const std::vector<AuditTop>& seen) {
  std::map<Address, DeviceRow> devices;
  for (const Neighbour& neighbour : neighbours) {
    if (neighbour.mac.empty()) continue;
    DeviceRow& device = devices[neighbour.address];
    device.address = neighbour.address;
    device.mac = neighbour.mac;
    device.interface_name = neighbour.interface_name;
    device.state = neighbour.state;
  }
  for (const AuditTop& source : seen) {
    const HostInterface* interface = InterfaceOf(interfaces, source.address);
    const bool known = devices.contains(source.address);
    if (interface == nullptr && !known) continue;
    DeviceRow& device = devices[source.address];
    device.address = source.address;
    device.last_seen = source.last;
    if (!known) device.interface_name = interface->name;
  }
  for (const HostInterface& own : interfaces) {
    for (const InterfaceAddress& address : own.addresses) devices.erase(address.address);
  }
  for (const auto& [name, set] : model.network_sets) {
    for (const Prefix& net : set.nets) {
      if (!net.IsSingleAddress()) continue;
      const auto device = devices.find(net.address);
      if (device == devices.end()) continue;
      if (set.nets.size() == 1 && device->second.network_set.empty()) {
        device->second.network_set = name;
      }
      for (const auto& [key, value] : set.metadata.labels) {
        device->second.labels.try_emplace(key, value);
      }
    }
  }
  std::vector<DeviceRow> rows;
  rows.reserve(devices.size());
  for (auto& [address, device] : devices) rows.push_back(std::move(device));
  std::stable_sort(rows.begin(), rows.end(), [](const DeviceRow& a, const DeviceRow& b) {
    return std::make_tuple(a.network_set.empty(), a.network_set) <
           std::make_tuple(b.network_set.empty(), b.network_set);
  });
  return rows;
}

Labels EffectiveLabels(const Model& model, const ResourceKey& endpoint) {
  if (endpoint.kind == ResourceKind::kHostEndpoint) {
    const auto host = model.host_endpoints.find(endpoint.name);
    if (host == model.host_endpoints.end()) return {};
    return reference::HostEndpointOf(model, host->second).labels;
  }
  const auto workload = model.workload_endpoints.find(endpoint.name);
  if (workload == model.workload_endpoints.end()) return {};
  return reference::WorkloadEndpointOf(model, workload->second).labels;
}

const std::vector<std::string>& ProfilesOf(const Model& model, const ResourceKey& endpoint) {
  static const std::vector<std::string> kNone;
  if (endpoint.kind == ResourceKind::kHostEndpoint) {
    const auto host = model.host_endpoints.find(endpoint.name);
    return host == model.host_endpoints.end() ? kNone : host->second.profiles;
  }
  const auto workload = model.workload_endpoints.find(endpoint.name);
  return workload == model.workload_endpoints.end() ? kNone : workload->second.profiles;
}

}  // namespace gw::gui
