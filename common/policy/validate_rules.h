// The rules of a policy or profile, each looked at by itself (policy-semantics.md §1.9). Private to
// validate.cc.

#ifndef COMMON_POLICY_VALIDATE_RULES_H_
#define COMMON_POLICY_VALIDATE_RULES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

#include "common/policy/model.h"
#include "common/policy/problem_list.h"

namespace gw {

enum class RuleOwner : uint8_t { kPolicy, kProfile };

// `field` is where the list stands: "spec.ingress".
void ValidateRules(const std::vector<Rule>& rules, absl::string_view field, RuleOwner owner,
                   ProblemList& problems);

// A selector of a policy or of one side of a rule. True if it can be used.
bool ValidateSelector(const std::string& selector, absl::string_view field, ProblemList& problems);

}  // namespace gw

#endif  // COMMON_POLICY_VALIDATE_RULES_H_
