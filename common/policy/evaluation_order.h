// EvaluationOrder: the order in which tiers and policies are asked (policy-semantics.md §4.3), the
// same for the compiler and for lists that people read. Pure; any thread.

#ifndef COMMON_POLICY_EVALUATION_ORDER_H_
#define COMMON_POLICY_EVALUATION_ORDER_H_

#include <string>
#include <vector>

#include "common/policy/model.h"

namespace gw {

struct OrderedPolicy {
  ResourceKey key;
  const Policy* policy = nullptr;  // of the model; good as long as that is not changed
  int number = 0;                  // 1, 2, ... over all tiers
};

struct OrderedTier {
  std::string name;
  const Tier* tier = nullptr;  // null for `default` if nobody wrote it, and where !defined
  bool defined = true;         // false: policies name it, and no tier of this name exists
  // What happens to that which policies of the tier apply to, and no rule decides.
  TierAction end = TierAction::kDeny;
  std::vector<OrderedPolicy> policies;
};

// Tiers by order, then name; undefined ones last. `default` is always there. Within a tier by
// order, then name, and a staged policy after the enforced one of its name. Staged policies count,
// also those that stand for a removal. An order that is missing or not a number sorts last.
std::vector<OrderedTier> EvaluationOrder(const Model& model);

}  // namespace gw

#endif  // COMMON_POLICY_EVALUATION_ORDER_H_
