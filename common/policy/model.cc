#include "common/policy/model.h"

#include <type_traits>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace gw {
namespace {

struct KindWords {
  ResourceKind kind;
  const char* name;
  const char* plural;
  const char* shorthand;  // as with kubectl and calicoctl; empty: none
};
constexpr KindWords kKindWords[] = {
    {ResourceKind::kHostEndpoint, "HostEndpoint", "HostEndpoints", "hep"},
    {ResourceKind::kWorkloadEndpoint, "WorkloadEndpoint", "WorkloadEndpoints", "wep"},
    {ResourceKind::kGlobalNetworkPolicy, "GlobalNetworkPolicy", "GlobalNetworkPolicies", "gnp"},
    {ResourceKind::kStagedGlobalNetworkPolicy, "StagedGlobalNetworkPolicy",
     "StagedGlobalNetworkPolicies", "sgnp"},
    {ResourceKind::kGlobalNetworkSet, "GlobalNetworkSet", "GlobalNetworkSets", "gns"},
    {ResourceKind::kProfile, "Profile", "Profiles", ""},
    {ResourceKind::kTier, "Tier", "Tiers", ""},
    {ResourceKind::kFelixConfiguration, "FelixConfiguration", "FelixConfigurations", "felixconfig"},
};

ResourceKind KindOf(const Resource& resource) {
  struct Kind {
    ResourceKind operator()(const HostEndpoint&) const { return ResourceKind::kHostEndpoint; }
    ResourceKind operator()(const WorkloadEndpoint&) const {
      return ResourceKind::kWorkloadEndpoint;
    }
    ResourceKind operator()(const Policy& policy) const {
      return policy.staged ? ResourceKind::kStagedGlobalNetworkPolicy
                           : ResourceKind::kGlobalNetworkPolicy;
    }
    ResourceKind operator()(const NetworkSet&) const { return ResourceKind::kGlobalNetworkSet; }
    ResourceKind operator()(const Profile&) const { return ResourceKind::kProfile; }
    ResourceKind operator()(const Tier&) const { return ResourceKind::kTier; }
    ResourceKind operator()(const FelixConfiguration&) const {
      return ResourceKind::kFelixConfiguration;
    }
  };
  return std::visit(Kind(), resource);
}

// Calls `visit` with the map of `model` that holds `kind`.
template <typename ModelType, typename Visit>
auto WithMap(ModelType& model, ResourceKind kind, Visit visit) {
  switch (kind) {
    case ResourceKind::kHostEndpoint:
      return visit(model.host_endpoints);
    case ResourceKind::kWorkloadEndpoint:
      return visit(model.workload_endpoints);
    case ResourceKind::kGlobalNetworkPolicy:
      return visit(model.policies);
    case ResourceKind::kStagedGlobalNetworkPolicy:
      return visit(model.staged_policies);
    case ResourceKind::kGlobalNetworkSet:
      return visit(model.network_sets);
    case ResourceKind::kProfile:
      return visit(model.profiles);
    case ResourceKind::kTier:
      return visit(model.tiers);
    case ResourceKind::kFelixConfiguration:
      break;
  }
  return visit(model.configurations);
}

}  // namespace

void SetDefaultTypes(Policy& policy) {
  policy.applies_to_egress = !policy.egress.empty();
  policy.applies_to_ingress = !policy.ingress.empty() || policy.egress.empty();
}

absl::string_view KindName(ResourceKind kind) {
  for (const KindWords& words : kKindWords) {
    if (words.kind == kind) return words.name;
  }
  return "unknown";
}

std::optional<ResourceKind> KindByName(absl::string_view name) {
  if (name.empty()) return std::nullopt;
  for (const KindWords& words : kKindWords) {
    for (const char* word : {words.name, words.plural, words.shorthand}) {
      if (absl::EqualsIgnoreCase(name, word)) return words.kind;
    }
  }
  return std::nullopt;
}

std::string ToString(const ResourceKey& key) {
  return absl::StrCat(KindName(key.kind), " `", key.name, "`");
}

ResourceKey KeyOf(const Resource& resource) {
  return {KindOf(resource), MetadataOf(resource).name};
}

const Metadata& MetadataOf(const Resource& resource) {
  return std::visit([](const auto& value) -> const Metadata& { return value.metadata; }, resource);
}

Metadata& MetadataOf(Resource& resource) {
  return std::visit([](auto& value) -> Metadata& { return value.metadata; }, resource);
}

void Put(Model& model, Resource resource) {
  WithMap(model, KindOf(resource), [&resource](auto& map) {
    using Value = typename std::decay_t<decltype(map)>::mapped_type;
    Value& value = std::get<Value>(resource);
    std::string name = value.metadata.name;
    map.insert_or_assign(std::move(name), std::move(value));
  });
}

bool Remove(Model& model, const ResourceKey& key) {
  return WithMap(model, key.kind, [&key](auto& map) { return map.erase(key.name) > 0; });
}

std::optional<Resource> Find(const Model& model, const ResourceKey& key) {
  return WithMap(model, key.kind, [&key](const auto& map) -> std::optional<Resource> {
    const auto found = map.find(key.name);
    if (found == map.end()) return std::nullopt;
    return found->second;
  });
}

std::vector<Resource> AllResources(const Model& model) {
  std::vector<Resource> all;
  for (const ResourceKind kind : kAllResourceKinds) {
    WithMap(model, kind, [&all](const auto& map) {
      for (const auto& [name, value] : map) all.emplace_back(value);
    });
  }
  return all;
}

}  // namespace gw
