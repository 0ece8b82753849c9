// What is wrong with a name, a label or a named port, in words; empty if nothing is
// (policy-semantics.md §1). Private to the validate*.cc files.

#ifndef COMMON_POLICY_VALIDATE_NAMES_H_
#define COMMON_POLICY_VALIDATE_NAMES_H_

#include <string>

#include "absl/strings/string_view.h"

namespace gw {

std::string ResourceNameProblem(absl::string_view name);
// One DNS label, or two joined by a dot.
std::string PolicyNameProblem(absl::string_view name);
std::string TierNameProblem(absl::string_view name);
// Kubernetes' qualified name: an optional DNS prefix and `/`, then the name.
std::string LabelKeyProblem(absl::string_view key);
std::string LabelValueProblem(absl::string_view value);
std::string InterfaceNameProblem(absl::string_view name);
std::string PortNameProblem(absl::string_view name);
// Six octets in hexadecimal, joined by : or -.
std::string MacProblem(absl::string_view mac);

}  // namespace gw

#endif  // COMMON_POLICY_VALIDATE_NAMES_H_
