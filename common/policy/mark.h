// The one layout of our bits in the packet mark and the conntrack mark.
//
//   mask (settings.markMask, default 0xfff00000), from its top bit down:
//     2 bits   verdict      0 undecided, 1 accept, 2 drop, 3 reject
//     1 bit    learn        in an answer: it holds for more than its flow (before DNAT: allowed)
//     9 bits   generation   1..511: which compiled policy decided; 0: a failsafe accepted
//
// On its way up to user space a queued packet carries hints (kHint...) instead, in the generation
// field, with verdict 0.
//
// A conntrack mark of verdict 0 and a generation says that the flow was judged before DNAT under
// it: without an opinion, or allowed if the learn bit is set. Other conntrack marks never have
// that.
//
// All other bits belong to other programs and are never changed.

#ifndef COMMON_POLICY_MARK_H_
#define COMMON_POLICY_MARK_H_

#include <cstdint>

#include "absl/status/statusor.h"

namespace gw {

enum class MarkVerdict : uint8_t { kUndecided = 0, kAccept = 1, kDrop = 2, kReject = 3 };

inline constexpr uint32_t kGenerationBits = 9;
inline constexpr uint32_t kMarkBits = 2 + 1 + kGenerationBits;
inline constexpr uint32_t kGenerationMax = (1u << kGenerationBits) - 1;
inline constexpr uint32_t kFailsafeGeneration = 0;
inline constexpr uint32_t kHintReply = 1;      // reply direction
inline constexpr uint32_t kHintKnownFlow = 2;  // conntrack knows the flow (not ct state new)
// It was queued: a packet that nobody answered is told from one that was never asked about.
inline constexpr uint32_t kHintQueued = 4;
inline constexpr uint32_t kHintTranslated = 8;  // the flow has another destination than it came for
inline constexpr uint32_t kHintJudged = 16;     // before DNAT, under the generation in force
inline constexpr uint32_t kHintAllowed = 32;    // and allowed there
inline constexpr uint32_t kHintLocal = 64;      // before DNAT: for an address of this machine

// A mask of kMarkBits adjacent bits and the shifts that follow from it. A value; any thread.
class MarkLayout {
 public:
  // Refuses masks that do not have exactly kMarkBits bits in one run.
  static absl::StatusOr<MarkLayout> FromMask(uint32_t mask);
  MarkLayout() : MarkLayout(0xfff00000, 20) {}

  uint32_t mask() const { return mask_; }
  uint32_t verdict_mask() const { return 3u << (shift_ + kGenerationBits + 1); }
  uint32_t learn_bit() const { return 1u << (shift_ + kGenerationBits); }

  uint32_t Make(MarkVerdict verdict, uint32_t generation) const {
    return static_cast<uint32_t>(verdict) << (shift_ + kGenerationBits + 1) | generation << shift_;
  }
  // `mark` with our bits replaced.
  uint32_t With(uint32_t mark, MarkVerdict verdict, uint32_t generation) const {
    return (mark & ~mask_) | Make(verdict, generation);
  }
  uint32_t GenerationOf(uint32_t mark) const { return (mark & mask_) >> shift_ & kGenerationMax; }
  MarkVerdict VerdictOf(uint32_t mark) const {
    return static_cast<MarkVerdict>((mark & mask_) >> (shift_ + kGenerationBits + 1));
  }
  uint32_t Hints(uint32_t mark) const { return GenerationOf(mark); }
  uint32_t MakeHint(uint32_t hints) const { return hints << shift_; }

 private:
  MarkLayout(uint32_t mask, uint32_t shift) : mask_(mask), shift_(shift) {}

  uint32_t mask_;
  uint32_t shift_;  // of the lowest bit of the generation
};

// 1..kGenerationMax, after the last again 1.
inline constexpr uint32_t NextGeneration(uint32_t generation) {
  return generation >= kGenerationMax ? 1 : generation + 1;
}

}  // namespace gw

#endif  // COMMON_POLICY_MARK_H_
