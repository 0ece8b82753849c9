// RuleVersion: a number that stays the same as long as a rule says the same about the same
// endpoints, whatever its place among the others, and differs from what it was before it was
// edited. Hits are counted by it, so that a rule that was moved keeps its own and one that was
// rewritten begins anew.

#ifndef COMMON_POLICY_RULE_VERSION_H_
#define COMMON_POLICY_RULE_VERSION_H_

#include <cstdint>

#include "common/policy/model.h"

namespace gw {

// Not known, or of something that is no rule.
inline constexpr int64_t kNoRuleVersion = 0;

// `rule` is one of the owner's in that direction. Never kNoRuleVersion; the same in every process.
int64_t RuleVersion(const Policy& policy, Direction direction, const Rule& rule);
int64_t RuleVersion(const Profile& profile, Direction direction, const Rule& rule);

}  // namespace gw

#endif  // COMMON_POLICY_RULE_VERSION_H_
