// What becomes of our changes when somebody else wrote a newer revision: three-way, by resource.
// Pure; any thread.

#ifndef ADMIN_GUI_SESSION_CONFLICT_H_
#define ADMIN_GUI_SESSION_CONFLICT_H_

#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include <QString>

#include "common/policy/model.h"
#include "common/service/service.h"

namespace gw::gui {

// Somebody else wrote since base(). One entry for each resource that both changed; what only one
// side changed needs no choice.
struct Conflict {
  int64_t revision = 0;  // theirs, now stored
  QString author;
  QString reason;
  struct Choice {
    ResourceKey key;
    std::optional<Resource> was;
    std::optional<Resource> theirs;
    std::optional<Resource> yours;
  };
  std::vector<Choice> choices;
  size_t fitting = 0;  // changes of ours that need no choice
};

// Our changes, sorted by what they meet in a newer model.
struct Rebase {
  std::vector<ResourceDifference> fitting;  // `before` is as in the newer model
  std::vector<Conflict::Choice> choices;    // changed differently by both
};

// A change that they made likewise is in neither list.
Rebase RebaseOnto(const Model& newer, const std::vector<ResourceDifference>& ours);

// In the order of the keys.
std::vector<ResourceDifference> DifferencesBetween(const Model& before, const Model& after);
std::set<ResourceKey> KeysOf(const std::vector<ResourceDifference>& differences);

// Puts what `after` has, or removes what it has not.
void SetResource(Model& model, const ResourceKey& key, const std::optional<Resource>& after);

}  // namespace gw::gui

#endif  // ADMIN_GUI_SESSION_CONFLICT_H_
