// Edits of whole policies as changes of resources, for one undo step each. Pure; any thread.

#ifndef ADMIN_GUI_MODELS_POLICY_EDITS_H_
#define ADMIN_GUI_MODELS_POLICY_EDITS_H_

#include <optional>
#include <string>
#include <vector>

#include "common/policy/model.h"
#include "common/service/service.h"

namespace gw::gui {

// nullptr if the model has no such policy. Good until the model changes.
const Policy* FindPolicy(const Model& model, const ResourceKey& key);

struct PolicyEdit {
  ResourceKey key;  // of the policy after it
  std::vector<ResourceChange> changes;
};

// Staged instead of enforced, or the other way round: another kind of resource. Absent if there is
// one of that kind and name already.
std::optional<PolicyEdit> WithState(const Model& model, const ResourceKey& key, bool staged);

// A copy under a free name, right after it.
std::optional<PolicyEdit> Duplicate(const Model& model, const ResourceKey& key);

// A policy for routed traffic without rules, right after `after` or at the end of `tier`. Staged:
// without rules it would deny everything at once.
PolicyEdit NewPolicy(const Model& model, const std::string& tier,
                     const std::optional<ResourceKey>& after, const std::string& selector);

// A policy with one rule that allows all of `direction` at `endpoint` only, under a free name.
Policy AllowAt(const Model& model, const ResourceKey& endpoint, Direction direction);

}  // namespace gw::gui

#endif  // ADMIN_GUI_MODELS_POLICY_EDITS_H_
