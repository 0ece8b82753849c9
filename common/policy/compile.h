// Compile turns the written model into the PolicySnapshot that runs: labels inherited, selectors
// resolved to endpoints and address sets, tiers and policies ordered, endpoints bound to
// interfaces. Pure; any thread; off the packet path.

#ifndef COMMON_POLICY_COMPILE_H_
#define COMMON_POLICY_COMPILE_H_

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"

#include "common/policy/model.h"
#include "common/policy/site.h"
#include "common/policy/snapshot.h"

namespace gw {

// REQUIRES: Validate(model) has no errors; a model that breaks this is refused with the first
// error found here, never compiled in part. `revision` is what snapshot->revision() returns.
absl::StatusOr<std::shared_ptr<const PolicySnapshot>> Compile(const Model& model, const Site& site,
                                                              int64_t revision);

}  // namespace gw

#endif  // COMMON_POLICY_COMPILE_H_
