#include "common/service/model_change.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace gw {
namespace {

constexpr size_t kUsersNamedMax = 5;

using ResourceMap = std::map<ResourceKey, Resource>;

ResourceMap ByKey(const Model& model) {
  ResourceMap resources;
  for (Resource& resource : AllResources(model)) {
    ResourceKey key = KeyOf(resource);
    resources.emplace(std::move(key), std::move(resource));
  }
  return resources;
}

// In the order of kAllResourceKinds, so that what is named stands before what names it.
size_t KindRank(ResourceKind kind) {
  return static_cast<size_t>(
      std::find(std::begin(kAllResourceKinds), std::end(kAllResourceKinds), kind) -
      std::begin(kAllResourceKinds));
}

std::string NameSome(const std::vector<std::string>& users) {
  const size_t shown = std::min(users.size(), kUsersNamedMax);
  std::string text =
      absl::StrJoin(users.begin(), users.begin() + static_cast<ptrdiff_t>(shown), ", ");
  if (shown < users.size()) absl::StrAppend(&text, " and ", users.size() - shown, " more");
  return text;
}

template <typename Endpoints>
void AddUsersOfProfile(const Endpoints& endpoints, const std::string& profile,
                       std::vector<std::string>* users) {
  for (const auto& [name, endpoint] : endpoints) {
    const auto& profiles = endpoint.profiles;
    if (std::find(profiles.begin(), profiles.end(), profile) != profiles.end()) {
      users->push_back(ToString(KeyOf(endpoint)));
    }
  }
}

void AddUsersOfTier(const std::map<std::string, Policy>& policies, const std::string& tier,
                    std::vector<std::string>* users) {
  for (const auto& [name, policy] : policies) {
    if (policy.tier == tier) users->push_back(ToString(KeyOf(policy)));
  }
}

// What in `model` names the profile or tier `key`.
std::vector<std::string> UsersOf(const Model& model, const ResourceKey& key) {
  std::vector<std::string> users;
  if (key.kind == ResourceKind::kProfile) {
    AddUsersOfProfile(model.host_endpoints, key.name, &users);
    AddUsersOfProfile(model.workload_endpoints, key.name, &users);
  }
  // The tier `default` exists without a resource.
  if (key.kind == ResourceKind::kTier && key.name != kDefaultTier) {
    AddUsersOfTier(model.policies, key.name, &users);
    AddUsersOfTier(model.staged_policies, key.name, &users);
  }
  return users;
}

}  // namespace

std::vector<ResourceDifference> DifferencesOf(const std::set<ResourceKey>& keys,
                                              const Model& before, const Model& after) {
  std::vector<ResourceDifference> differences;
  for (const ResourceKey& key : keys) {
    ResourceDifference difference{key, Find(before, key), Find(after, key)};
    if (difference.before != difference.after) differences.push_back(std::move(difference));
  }
  std::stable_sort(differences.begin(), differences.end(),
                   [](const ResourceDifference& a, const ResourceDifference& b) {
                     return KindRank(a.key.kind) < KindRank(b.key.kind);
                   });
  return differences;
}

std::set<ResourceKey> AllKeys(const Model& one, const Model& other) {
  std::set<ResourceKey> keys;
  for (const auto& [key, resource] : ByKey(one)) keys.insert(key);
  for (const auto& [key, resource] : ByKey(other)) keys.insert(key);
  return keys;
}

absl::Status RefuseRemovalOfUsed(const std::vector<ResourceDifference>& differences,
                                 const Model& after) {
  for (const ResourceDifference& difference : differences) {
    if (difference.after.has_value()) continue;
    const std::vector<std::string> users = UsersOf(after, difference.key);
    if (users.empty()) continue;
    return absl::FailedPreconditionError(
        absl::StrCat(ToString(difference.key), " cannot be deleted: ", NameSome(users),
                     users.size() == 1 ? " names it" : " name it", "; change or delete ",
                     users.size() == 1 ? "that" : "those", " first, or together with it"));
  }
  return absl::OkStatus();
}

absl::StatusOr<Changed> Change(const Model& before, const ApplyRequest& request) {
  Changed changed{before, {}};
  for (const ResourceKey& key : request.remove) {
    if (!Remove(changed.after, key)) {
      return absl::NotFoundError(absl::StrCat(ToString(key), " does not exist"));
    }
    changed.touched.insert(key);
  }
  for (const Resource& resource : request.put) {
    changed.touched.insert(KeyOf(resource));
    Put(changed.after, resource);
  }
  if (!request.prune) return changed;
  std::set<ResourceKey> named;
  for (const Resource& resource : request.put) named.insert(KeyOf(resource));
  for (const auto& [key, resource] : ByKey(before)) {
    if (named.count(key) > 0) continue;
    Remove(changed.after, key);
    changed.touched.insert(key);
  }
  return changed;
}

}  // namespace gw
