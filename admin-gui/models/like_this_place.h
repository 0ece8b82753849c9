// Where a rule made from a flow goes. For like_this.cc only.

#ifndef ADMIN_GUI_MODELS_LIKE_THIS_PLACE_H_
#define ADMIN_GUI_MODELS_LIKE_THIS_PLACE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include <QString>

#include "common/policy/model.h"
#include "common/service/service.h"
#include "common/store/audit_store.h"

namespace gw::gui {

struct RulePlace {
  Resource resource;                 // policy or profile that takes the rule, as it is now
  std::vector<Resource> new_before;  // resources to be made with it, such as a tier
  bool is_new = false;               // `resource` is to be made too
  Direction direction = Direction::kIngress;
  size_t index = 0;
  QString words;  // "in no-lateral, before rule 1"
};

// FailedPrecondition, in words, where no rule can decide about such a flow.
absl::StatusOr<RulePlace> PlaceForRule(const Model& model, const AuditRecord& record);

}  // namespace gw::gui

#endif  // ADMIN_GUI_MODELS_LIKE_THIS_PLACE_H_
