#include "enforcer/control/kernel_watch.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/base/log.h"
#include "common/base/status_macros.h"
#include "enforcer/control/queue_drops.h"
#include "enforcer/ruleset/kernel_counters.h"
#include "enforcer/ruleset/learned_sets.h"
#include "enforcer/ruleset/ruleset.h"

namespace gw {
namespace {

// A little less than a turn of the idle loop.
constexpr absl::Duration kLookEvery = absl::Milliseconds(900);
constexpr absl::Duration kTellEvery = absl::Minutes(1);

}  // namespace

int64_t Tally::Take(absl::Time now, bool at_once) {
  const int64_t untold = sum_ - told_;
  if (untold == 0 || (!at_once && now - told_at_ < kTellEvery)) return 0;
  told_ = sum_;
  told_at_ = now;
  return untold;
}

KernelWatch::KernelWatch(Recorder& recorder, uint16_t first_queue, uint16_t queues)
    : recorder_(recorder), first_queue_(first_queue), queues_(queues) {
  guard_base_ = ReadCounter(kGuardCounter).value_or(0);
  denied_base_ = ReadCounter(kDeniedAnyCounter).value_or(0);
}

void KernelWatch::Look(uint32_t guard_rate, absl::Time now) {
  if (now - looked_ < kLookEvery) return;
  Read(guard_rate, now);
  Tell(guard_rate, now, /*at_once=*/false);
}

void KernelWatch::Finish(uint32_t guard_rate, absl::Time now) {
  Read(guard_rate, now);
  Tell(guard_rate, now, /*at_once=*/true);
}

void KernelWatch::Read(uint32_t guard_rate, absl::Time now) {
  if (guard_rate > 0) {
    if (const auto dropped = ReadCounter(kGuardCounter); dropped.ok()) {
      guard_.Set(*dropped - guard_base_);
    }
  }
  if (const auto drops = ReadQueueDrops(first_queue_, queues_)) queue_.Set(*drops);
  LookAtDenials();
  const double seconds = absl::ToDoubleSeconds(now - looked_);
  denials_per_second_ =
      seconds > 0 ? static_cast<double>(denied_read_ - denied_at_look_) / seconds : 0;
  denied_at_look_ = denied_read_;
  looked_ = now;
}

void KernelWatch::LookAtDenials() {
  const absl::Status read = [&]() -> absl::Status {
    GW_ASSIGN_OR_RETURN(const int64_t counted, ReadCounter(kDeniedAnyCounter));
    const int64_t total = counted - denied_base_;
    if (total == denied_read_) return absl::OkStatus();
    GW_ASSIGN_OR_RETURN(const std::vector<LearnedDenial> elements, ReadLearnedDenials());
    denied_read_ = total;
    recorder_.AddRepeats(accounts_.Update(total, elements));
    if (const int64_t gone = accounts_.TakeUnattributed(); gone > 0) {
      recorder_.AddEvent("denied",
                         absl::StrCat(gone, " packets denied in the kernel, as some were before"));
    }
    return absl::OkStatus();
  }();
  if (!read.ok() && !fails_) LogWarning("learned denials: ", read.message());
  fails_ = !read.ok();
}

void KernelWatch::Tell(uint32_t guard_rate, absl::Time now, bool at_once) {
  const auto tell = [this](const std::string& kind, const std::string& who,
                           const std::string& text) {
    LogWarning(who, ": ", text);
    recorder_.AddEvent(kind, text);
  };
  if (const int64_t dropped = guard_.Take(now, at_once); dropped > 0) {
    tell("guard", "upcall guard",
         absl::StrCat(dropped, " new flows dropped: their sources brought up more than ",
                      guard_rate, " a second"));
  }
  if (const int64_t lost = queue_.Take(now, at_once); lost > 0) {
    tell("lost", "packet queue",
         absl::StrCat(lost,
                      " packets lost at a full queue: more new flows than can be decided; "
                      "upcallRatePerSource holds back who floods"));
  }
}

void KernelWatch::AddTo(EnforcerCounts& counts) const {
  counts.guard_drops = guard_.sum();
  counts.queue_drops = queue_.sum();
  counts.learned_denials = denied_read_;
}

}  // namespace gw
