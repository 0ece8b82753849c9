// Changes of the evaluation order: a policy moves among those of a tier, or to another tier, by a
// new `order`. Pure functions; any thread.

#ifndef ADMIN_GUI_MODELS_POLICY_ORDER_H_
#define ADMIN_GUI_MODELS_POLICY_ORDER_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "common/policy/model.h"
#include "common/service/service.h"

namespace gw::gui {

// Where a policy stands: its tier and its place among the tier's policies, from 0.
struct PolicyPlace {
  std::string tier;
  size_t position = 0;

  friend bool operator==(const PolicyPlace&, const PolicyPlace&) = default;
};

// Absent if the model has no such policy.
std::optional<PolicyPlace> PlaceOf(const Model& model, const ResourceKey& policy);

// An order between the two, which sort by it strictly; absent neighbours are the ends of the list,
// an absent order within one sorts last. Round numbers are preferred. Absent if no value fits.
std::optional<double> OrderBetween(const Policy* before, const Policy* after);

// What makes `policy` stand at `place`, counted without the policy itself: its own new order, or
// new orders of the whole tier where no value fits between the neighbours. Empty if it stands there
// already, or if there is no such policy.
std::vector<ResourceChange> MovePolicy(const Model& model, const ResourceKey& policy,
                                       const PolicyPlace& place);

// The place one step up (-1) or down (+1): past a neighbour, or over the border into the next tier.
// With `whole_tier`: at the near end of the next tier in that direction. Absent at the ends.
std::optional<PolicyPlace> PlaceBeside(const Model& model, const ResourceKey& policy, int step,
                                       bool whole_tier);

}  // namespace gw::gui

#endif  // ADMIN_GUI_MODELS_POLICY_ORDER_H_
