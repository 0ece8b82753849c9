// EarlyDenials: whether learned denials of TCP SYNs are looked up before connection tracking too.
// That halves what a denied SYN costs, and costs every other packet an additional chain, so that it
// is done only during a flood. Control thread only.

#ifndef ENFORCER_CONTROL_EARLY_DENIALS_H_
#define ENFORCER_CONTROL_EARLY_DENIALS_H_

#include "absl/time/time.h"

#include "common/policy/mark.h"
#include "enforcer/ruleset/nft.h"

namespace gw {

class EarlyDenials {
 public:
  // A flood: so many packets a second denied in the kernel.
  static constexpr double kFloodPerSecond = 2'000;
  // It is over when there were fewer for so long.
  static constexpr absl::Duration kCalmAfter = absl::Minutes(1);

  // `nft` must outlive it.
  EarlyDenials(Nft& nft, const MarkLayout& marks) : nft_(nft), marks_(marks) {}

  // A table that another daemon made may have the chain, in use; one that was made anew has not.
  void TakeOver();
  // To be called about once a second. `silent`: denials are not answered. Where they are, or where
  // destinations may be translated, nothing is denied early.
  void Follow(double denials_per_second, bool silent, absl::Time now);
  // At once, before a fill that answers denials.
  void Stop();

 private:
  void Set(bool on);

  Nft& nft_;
  const MarkLayout marks_;
  bool on_ = false;
  absl::Time last_flood_ = absl::InfinitePast();
};

}  // namespace gw

#endif  // ENFORCER_CONTROL_EARLY_DENIALS_H_
