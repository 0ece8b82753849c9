// Validate finds everything that is wrong with a model, each with its place. It never stops at the
// first problem and changes nothing. Pure; any thread.

#ifndef COMMON_POLICY_VALIDATE_H_
#define COMMON_POLICY_VALIDATE_H_

#include <string>
#include <vector>

#include "common/policy/model.h"

namespace gw {

enum class Severity : uint8_t {
  kError,    // the model must not be used
  kWarning,  // it works, but probably not as meant
};

struct Problem {
  Severity severity = Severity::kError;
  ResourceKey resource;
  // Where in the resource, in Calico's field names: "spec.ingress[2].source.nets[0]". Empty for
  // the resource as a whole.
  std::string field;
  // Lower case, no full stop, the user's words in backticks, with the remedy.
  std::string message;
  // Column from 1 within the text of the field (selectors), 0 if it has none.
  size_t column = 0;

  friend bool operator==(const Problem&, const Problem&) = default;
};

// "GlobalNetworkPolicy `web`: spec.ingress[2].source.nets[0]: ..."
std::string ToString(const Problem& problem);

// All rules of policy-semantics.md §1 that the types of model.h do not enforce already, the
// references between resources, and the limits of limits.h. Sorted by resource, then field.
std::vector<Problem> Validate(const Model& model);

bool HasErrors(const std::vector<Problem>& problems);

}  // namespace gw

#endif  // COMMON_POLICY_VALIDATE_H_
