// DecisionRate: decisions a second, from the counts that the enforcer tells of itself. Pure.

#ifndef ADMIN_GUI_SESSION_DECISION_RATE_H_
#define ADMIN_GUI_SESSION_DECISION_RATE_H_

#include <optional>

#include "absl/time/time.h"

#include "common/service/enforcer_lock.h"

namespace gw::gui {

class DecisionRate {
 public:
  // The state as read at `now`; states of any number of enforcers, one after the other.
  void Take(const EnforcerState& state, absl::Time now);

  // Nothing until two counts of one enforcer are known. Whole numbers are exact enough to read.
  std::optional<double> per_second() const { return per_second_; }

 private:
  EnforcerState last_;
  std::optional<double> per_second_;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_SESSION_DECISION_RATE_H_
