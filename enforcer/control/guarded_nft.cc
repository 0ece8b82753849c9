#include "enforcer/control/guarded_nft.h"

#include <utility>

#include "common/base/status_macros.h"
#include "common/base/steady_time.h"

namespace gw {

absl::Status GuardedNft::Apply(absl::string_view text) {
  return Around([&] { return program_.Apply(text); });
}

void GuardedNft::SetOwned(bool owned) {
  owned_ = owned;
  seen_.reset();
  untold_.reset();
}

absl::Status GuardedNft::Around(absl::FunctionRef<absl::Status()> change) {
  if (owned_) return change();
  // What was done before would not be seen behind our own change.
  if (!untold_) untold_ = Compare(SteadyNow());
  const auto before = ReadRulesetGeneration();
  GW_RETURN_IF_ERROR(change());
  // The generation last: if it is ours, so is the whole state.
  const auto state = ReadTableState();
  const auto after = ReadRulesetGeneration();
  if (!before.ok() || !after.ok() || !state.ok()) {
    seen_.reset();
    return absl::OkStatus();
  }
  // Somebody changed something in the same moment: what is there need not be ours alone.
  if (*after != *before + 1) {
    untold_ = Disturbance{!state->exists, seen_at_};
  }
  seen_ = *after;
  ours_ = *state;
  seen_at_ = SteadyNow();
  return absl::OkStatus();
}

std::optional<Disturbance> GuardedNft::Look(absl::Time now) {
  auto found = untold_ ? std::exchange(untold_, std::nullopt) : Compare(now);
  if (found) seen_.reset();
  return found;
}

std::optional<Disturbance> GuardedNft::Compare(absl::Time now) {
  if (!seen_) return std::nullopt;
  const auto generation = ReadRulesetGeneration();
  if (!generation.ok()) return std::nullopt;
  if (*generation != *seen_) {
    const auto state = ReadTableState();
    if (!state.ok()) return std::nullopt;
    if (*state != ours_) return Disturbance{!state->exists, seen_at_};
    seen_ = *generation;
  }
  seen_at_ = now;
  return std::nullopt;
}

}  // namespace gw
