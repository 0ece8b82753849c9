// DenialAccounts: turns the kernel's counters of learned denials, which begin anew with each
// element and go with it, into what was denied since they were last read. Pure; control thread.

#ifndef ENFORCER_CONTROL_DENIAL_ACCOUNTS_H_
#define ENFORCER_CONTROL_DENIAL_ACCOUNTS_H_

#include <cstdint>
#include <tuple>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"

#include "enforcer/audit/recorder.h"
#include "enforcer/ruleset/learned_sets.h"

namespace gw {

class DenialAccounts {
 public:
  // What each service was denied since the last call. `total` is the counter of all, read before
  // `elements`: what it counts is in the elements, or was in one that is gone.
  std::vector<RepeatedDenial> Update(int64_t total, absl::Span<const LearnedDenial> elements);

  // The elements were deleted: what is there next begins at nothing, however much it counts.
  void ForgetElements() { counted_.clear(); }

  // Packets that were counted in all, but in no element that was still there to be read, since the
  // last call. Never too many: what an element may yet tell is left to it.
  int64_t TakeUnattributed();

 private:
  using Service = std::tuple<uint32_t, uint8_t, Address, uint16_t>;

  absl::flat_hash_map<Service, int64_t> counted_;  // of the elements that were there
  int64_t total_ = 0;
  int64_t attributed_ = 0;
  int64_t unattributed_taken_ = 0;
  int64_t owed_ = 0;  // told too many
};

}  // namespace gw

#endif  // ENFORCER_CONTROL_DENIAL_ACCOUNTS_H_
