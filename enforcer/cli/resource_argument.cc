#include "enforcer/cli/resource_argument.h"

#include <string>

#include "absl/strings/str_cat.h"

namespace gw::cli {

absl::StatusOr<ResourceKind> ParseKind(absl::string_view text) {
  if (const auto kind = KindByName(text)) return *kind;
  std::string kinds;
  for (const ResourceKind kind : kAllResourceKinds) {
    absl::StrAppend(&kinds, kinds.empty() ? "" : ", ", KindName(kind));
  }
  return absl::InvalidArgumentError(absl::StrCat("unknown kind `", text, "`: use one of ", kinds));
}

absl::StatusOr<Resource> FindResource(const Model& model, const ResourceKey& key) {
  auto resource = Find(model, key);
  if (!resource) return absl::NotFoundError(absl::StrCat(ToString(key), " does not exist"));
  return *std::move(resource);
}

}  // namespace gw::cli
