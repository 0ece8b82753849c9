#include "admin-gui/models/flow_names.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

namespace gw::gui {
namespace {

// `address` with all bits after `length` zero.
Address Masked(Address address, uint8_t length) {
  if (address.family == Family::kIPv4) {
    if (length == 0) {
      address.lo = 0;
    } else if (length < 32) {
      address.lo &= ~((uint64_t{1} << (32U - length)) - 1);
    }
    return address;
  }
  if (length <= 64) {
    address.lo = 0;
    if (length == 0) {
      address.hi = 0;
    } else if (length < 64) {
      address.hi &= ~((uint64_t{1} << (64U - length)) - 1);
    }
  } else if (length < 128) {
    address.lo &= ~((uint64_t{1} << (128U - length)) - 1);
  }
  return address;
}

}  // namespace

Labels EffectiveLabels(const Model& model, const Labels& own,
                       const std::vector<std::string>& profiles) {
  Labels labels = own;
  for (const std::string& name : profiles) {
    const auto profile = model.profiles.find(name);
    if (profile == model.profiles.end()) continue;
    labels.insert(profile->second.labels_to_apply.begin(), profile->second.labels_to_apply.end());
  }
  return labels;
}

FlowNames::FlowNames(const Model& model) {
  // Endpoints before sets: of two that hold one address, the endpoint names it.
  for (const auto& [name, endpoint] : model.host_endpoints) {
    std::vector<Prefix> nets;
    std::transform(endpoint.expected_ips.begin(), endpoint.expected_ips.end(),
                   std::back_inserter(nets), Prefix::Of);
    Add({ResourceKind::kHostEndpoint, name},
        EffectiveLabels(model, endpoint.metadata.labels, endpoint.profiles), nets);
  }
  for (const auto& [name, endpoint] : model.workload_endpoints) {
    Add({ResourceKind::kWorkloadEndpoint, name},
        EffectiveLabels(model, endpoint.metadata.labels, endpoint.profiles), endpoint.ip_networks);
  }
  for (const auto& [name, set] : model.network_sets) {
    Add({ResourceKind::kGlobalNetworkSet, name}, set.metadata.labels, set.nets);
  }
}

void FlowNames::Add(ResourceKey key, Labels labels, const std::vector<Prefix>& nets) {
  const auto index = static_cast<uint32_t>(holders_.size());
  for (const Prefix& net : nets) {
    auto& lengths = net.address.family == Family::kIPv4 ? ipv4_ : ipv6_;
    lengths[net.length][net.address].push_back(index);
  }
  holders_.push_back({std::move(key), std::move(labels), nets.size()});
}

FlowNames::Holders FlowNames::IndexesOf(const Address& address) const {
  Holders found;
  for (const auto& [length, nets] : address.family == Family::kIPv4 ? ipv4_ : ipv6_) {
    const auto net = nets.find(Masked(address, length));
    if (net == nets.end()) continue;
    for (const uint32_t index : net->second) {
      if (std::find(found.begin(), found.end(), index) == found.end()) found.push_back(index);
    }
  }
  return found;
}

const std::string& FlowNames::NameOf(const Address& address) const {
  static const std::string kNone;
  const auto& lengths = address.family == Family::kIPv4 ? ipv4_ : ipv6_;
  const auto single = lengths.find(AddressBits(address.family));
  if (single == lengths.end()) return kNone;
  const auto holders = single->second.find(address);
  if (holders == single->second.end()) return kNone;
  for (const uint32_t index : holders->second) {
    const Holder& holder = holders_[index];
    // A list of many addresses, such as a feed, is no name of each.
    if (holder.key.kind != ResourceKind::kGlobalNetworkSet || holder.networks <= 2) {
      return holder.key.name;
    }
  }
  return kNone;
}

std::vector<ResourceKey> FlowNames::HoldersOf(const Address& address) const {
  std::vector<ResourceKey> keys;
  for (const uint32_t index : IndexesOf(address)) keys.push_back(holders_[index].key);
  return keys;
}

Labels FlowNames::LabelsOf(const Address& address) const {
  Labels labels;
  for (const uint32_t index : IndexesOf(address)) {
    labels.insert(holders_[index].labels.begin(), holders_[index].labels.end());
  }
  return labels;
}

}  // namespace gw::gui
