// What the names in a question to the audit log mean by a policy: network sets and selectors.

#ifndef COMMON_SERVICE_AUDIT_NAMES_H_
#define COMMON_SERVICE_AUDIT_NAMES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "common/net/prefix.h"
#include "common/policy/model.h"

namespace gw {

// NotFound names the sets that there are.
absl::StatusOr<std::vector<Prefix>> NetworksOfSet(const Model& model, const std::string& set);

// Of the endpoint, or else the network set, of this name; empty if there is none that has any.
std::vector<Prefix> NetworksOfName(const Model& model, const std::string& name);

// The host and workload endpoints that `selector` selects, by their own labels and those of their
// profiles. Errors have a column.
absl::StatusOr<std::vector<std::string>> SelectedEndpoints(const Model& model,
                                                           const std::string& selector);

}  // namespace gw

#endif  // COMMON_SERVICE_AUDIT_NAMES_H_
