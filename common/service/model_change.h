// What a request changes in a model, as values: nothing here reads or writes a database. Pure.

#ifndef COMMON_SERVICE_MODEL_CHANGE_H_
#define COMMON_SERVICE_MODEL_CHANGE_H_

#include <set>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/policy/model.h"
#include "common/service/service.h"

namespace gw {

// The model that `request` leaves, and the keys that it touches.
struct Changed {
  Model after;
  std::set<ResourceKey> touched;
};

// NotFound if what is to be removed does not exist.
absl::StatusOr<Changed> Change(const Model& before, const ApplyRequest& request);

std::set<ResourceKey> AllKeys(const Model& one, const Model& other);

// Of `keys`, those that differ; in the order of kAllResourceKinds, then by name.
std::vector<ResourceDifference> DifferencesOf(const std::set<ResourceKey>& keys,
                                              const Model& before, const Model& after);

// FailedPrecondition, naming the users, if a removed profile or tier is still named in `after`.
absl::Status RefuseRemovalOfUsed(const std::vector<ResourceDifference>& differences,
                                 const Model& after);

}  // namespace gw

#endif  // COMMON_SERVICE_MODEL_CHANGE_H_
