// The arguments KIND and NAME.

#ifndef ENFORCER_CLI_RESOURCE_ARGUMENT_H_
#define ENFORCER_CLI_RESOURCE_ARGUMENT_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/policy/model.h"

namespace gw::cli {

// InvalidArgument, naming all kinds, for what is none.
absl::StatusOr<ResourceKind> ParseKind(absl::string_view text);

// NotFound if `model` has no such resource.
absl::StatusOr<Resource> FindResource(const Model& model, const ResourceKey& key);

}  // namespace gw::cli

#endif  // ENFORCER_CLI_RESOURCE_ARGUMENT_H_
