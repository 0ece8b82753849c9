// "Allow like this", "Deny like this": rules made from a recorded flow, in three breadths, each
// with the place where it decides about the flow and about nothing that was not meant: before the
// rule that decided, at the end of the last policy that applied, or in a tier of its own that
// passes on all else. Pure; any thread.

#ifndef ADMIN_GUI_MODELS_LIKE_THIS_H_
#define ADMIN_GUI_MODELS_LIKE_THIS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include <QString>

#include "admin-gui/models/flow_names.h"
#include "common/service/service.h"

namespace gw::gui {

struct LikeThis {
  enum class Breadth : uint8_t { kExactly, kService, kLabels };

  Breadth breadth = Breadth::kExactly;
  QString title;     // "Exactly this"
  QString flows;     // "Galaxy-A54 → printer-2nd-floor, TCP 631"
  QString place;     // "in no-lateral, before rule 1"
  QString sentence;  // the rule in plain words
  QString step;      // name of the undo step
  Rule rule;
  std::vector<ResourceChange> changes;  // what the rule is put in with
  ResourceKey policy;                   // where it then stands
  Direction direction = Direction::kIngress;
  size_t index = 0;
  AuditQuery matched;  // the recorded flows that the rule matches
};

// The choices, narrowest first; a breadth that says no more than a narrower one is left out.
// FailedPrecondition, in words, where no rule can change what happens to such flows (failsafes,
// spoofed sources, ...), or where it happens already.
absl::StatusOr<std::vector<LikeThis>> MakeLikeThis(const Model& model,
                                                   const std::shared_ptr<const FlowNames>& names,
                                                   const AuditRecord& record, RuleAction action);

// Recorded flows of the last seven days that `like` matches.
absl::StatusOr<int64_t> CountLikeThis(Service& service, const CallContext& context,
                                      const AuditQuery& matched, absl::Time now);

}  // namespace gw::gui

#endif  // ADMIN_GUI_MODELS_LIKE_THIS_H_
