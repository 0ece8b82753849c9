#include "admin-gui/session/decision_rate.h"

namespace gw::gui {
namespace {

// An enforcer that has nothing new to count does not write.
constexpr absl::Duration kQuietAfter = absl::Seconds(3);

}  // namespace

void DecisionRate::Take(const EnforcerState& state, absl::Time now) {
  const EnforcerCounts& counts = state.counts;
  if (counts.as_of == absl::InfinitePast()) {
    per_second_.reset();
  } else if (state.pid != last_.pid || state.started != last_.started) {
    per_second_.reset();
  } else if (counts.as_of > last_.counts.as_of) {
    per_second_ = static_cast<double>(counts.decisions - last_.counts.decisions) /
                  absl::ToDoubleSeconds(counts.as_of - last_.counts.as_of);
  } else if (now - counts.as_of > kQuietAfter) {
    per_second_ = 0;
  }
  last_ = state;
}

}  // namespace gw::gui
