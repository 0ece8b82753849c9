#include "common/policy/mark.h"

#include <bit>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"

namespace gw {

absl::StatusOr<MarkLayout> MarkLayout::FromMask(uint32_t mask) {
  constexpr uint32_t kRun = (1u << kMarkBits) - 1;
  const auto shift = static_cast<uint32_t>(std::countr_zero(mask));
  if (shift > 32 - kMarkBits || mask != kRun << shift) {
    return absl::InvalidArgumentError(
        absl::StrFormat("mark mask 0x%08x must have exactly %d bits, all side by side, such as "
                        "0x%08x or 0x%08x",
                        mask, kMarkBits, kRun << (32 - kMarkBits), kRun));
  }
  return MarkLayout(mask, shift);
}

}  // namespace gw
