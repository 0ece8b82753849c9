// Takes marks of long gone generations off the flows that still carry them, so that the generation
// counter can wrap without an old flow passing as newly decided. Control thread only.

#ifndef ENFORCER_CONTROL_MARK_SWEEP_H_
#define ENFORCER_CONTROL_MARK_SWEEP_H_

#include <cstdint>

#include "absl/status/statusor.h"

#include "common/policy/mark.h"

namespace gw {

// A sweep is due whenever the generation passes a multiple of this, a quarter of all numbers: three
// times in a round, so that a mark goes when it is three quarters round at the latest.
inline constexpr uint32_t kSweepEvery = (kGenerationMax + 1) / 4;

// How many generations ago `generation` was in force, `current` being so now.
inline constexpr uint32_t GenerationAge(uint32_t generation, uint32_t current) {
  return (current + kGenerationMax - generation) % kGenerationMax;
}

// Clears our bits of every flow accepted kSweepEvery generations ago or more; failsafe flows keep
// theirs. Returns how many. A flow that loses its mark is decided anew at its next packet, as it
// would have been with the old mark.
absl::StatusOr<size_t> SweepMarks(const MarkLayout& marks, uint32_t current);

}  // namespace gw

#endif  // ENFORCER_CONTROL_MARK_SWEEP_H_
