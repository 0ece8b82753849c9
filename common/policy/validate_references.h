// What resources do to each other: profiles and endpoints that are missing or hidden, policies that
// select nothing or the wrong kind, endpoints that nothing lets through. Warnings only. Private to
// validate.cc.

#ifndef COMMON_POLICY_VALIDATE_REFERENCES_H_
#define COMMON_POLICY_VALIDATE_REFERENCES_H_

#include "common/policy/model.h"
#include "common/policy/problem_list.h"

namespace gw {

// Selectors that do not parse count as selecting nothing.
void ValidateReferences(const Model& model, ProblemList& problems);

}  // namespace gw

#endif  // COMMON_POLICY_VALIDATE_REFERENCES_H_
