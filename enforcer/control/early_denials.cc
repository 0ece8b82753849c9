#include "enforcer/control/early_denials.h"

#include "common/base/log.h"
#include "enforcer/ruleset/ruleset.h"
#include "enforcer/ruleset/translation.h"

namespace gw {

void EarlyDenials::TakeOver() {
  on_ = false;
  const auto there = nft_.HasChain(kEarlyChain);
  if (there.ok() && *there) Set(false);
}

void EarlyDenials::Follow(double denials_per_second, bool silent, absl::Time now) {
  const bool flood = denials_per_second >= kFloodPerSecond;
  if (flood) last_flood_ = now;
  if (!on_ && !flood) return;
  bool wanted = silent && now - last_flood_ < kCalmAfter;
  if (wanted) {
    const auto translated = DestinationsMayBeTranslated();
    wanted = translated.ok() && !*translated;
  }
  if (wanted != on_) Set(wanted);
}

void EarlyDenials::Stop() {
  if (on_) Set(false);
}

void EarlyDenials::Set(bool on) {
  const absl::Status applied = nft_.Apply(EarlyText(on, marks_));
  if (!applied.ok()) return LogWarning("denials before connection tracking: ", applied.message());
  on_ = on;
  LogInfo(on ? "a flood of denied connections: denied before connection tracking from now on"
             : "denied connections are looked at after connection tracking again");
}

}  // namespace gw
