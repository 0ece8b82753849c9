// NearestName finds what was probably meant by a name that does not exist, for error messages.

#ifndef COMMON_POLICY_NEAREST_NAME_H_
#define COMMON_POLICY_NEAREST_NAME_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace gw {

// The candidate that the fewest insertions, removals and replacements of bytes turn `name` into,
// upper and lower case being equal; nothing if even that is more than a third of the name away (in
// short names, more than two).
std::optional<std::string> NearestName(absl::string_view name,
                                       const std::vector<std::string>& candidates);

}  // namespace gw

#endif  // COMMON_POLICY_NEAREST_NAME_H_
