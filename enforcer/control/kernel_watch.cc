#include "enforcer/control/kernel_watch.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/base/log.h"
#include "common/base/status_macros.h"
#include "enforcer/netlink/kernel_queues.h"
#include "enforcer/ruleset/kernel_counters.h"
#include "enforcer/ruleset/learned_sets.h"
#include "enforcer/ruleset/ruleset.h"

namespace gw {
namespace {

// A little less than a turn of the idle loop.
constexpr absl::Duration kLookEvery = absl::Milliseconds(900);
constexpr absl::Duration kTellEvery = absl::Minutes(1);

// Packets that never came up although they were sent to our queues: the queue was full, or the
// socket's buffer. Nothing if the kernel does not tell.
std::optional<int64_t> ReadQueueDrops(uint16_t first, uint16_t count) {
  const auto queues = ReadKernelQueues();
  if (!queues) return std::nullopt;
  int64_t drops = 0;
  for (const KernelQueue& queue : *queues) {
    if (queue.number < first || queue.number >= first + count) continue;
    drops += int64_t{queue.dropped} + queue.user_dropped;
  }
  return drops;
}

}  // namespace

int64_t Tally::Take(absl::Time now, bool at_once) {
  const int64_t untold = sum_ - told_;
  if (untold == 0 || (!at_once && now - told_at_ < kTellEvery)) return 0;
  told_ = sum_;
  told_at_ = now;
  return untold;
}

CounterSum::CounterSum(const char* name) : name_(name), last_(ReadCounter(name).value_or(0)) {}

void CounterSum::Update() {
  const auto now = ReadCounter(name_);
  if (!now.ok()) return;
  sum_ += *now < last_ ? *now : *now - last_;
  last_ = *now;
}

KernelWatch::KernelWatch(Recorder& recorder, uint16_t first_queue, uint16_t queues)
    : recorder_(recorder),
      first_queue_(first_queue),
      queues_(queues),
      guard_counter_(kGuardCounter),
      denied_counter_(kDeniedAnyCounter),
      untracked_accepts_(kUntrackedAcceptedCounter),
      untracked_denials_(kUntrackedDeniedCounter),
      reverse_path_(kReversePathCounter) {}

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
    guard_counter_.Update();
    guard_.Set(guard_counter_.sum());
  }
  for (CounterSum* counter : {&untracked_accepts_, &untracked_denials_, &reverse_path_}) {
    counter->Update();
  }
  untracked_.Set(untracked_accepts_.sum() + untracked_denials_.sum());
  spoofed_.Set(reverse_path_.sum());
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
    denied_counter_.Update();
    const int64_t total = denied_counter_.sum();
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
  if (const int64_t packets = untracked_.Take(now, at_once); packets > 0) {
    // What they did is in the log, once a flow; this is how much of it there was.
    recorder_.AddEvent(
        "untracked", absl::StrCat(packets, " untracked packets; so far ", untracked_accepts_.sum(),
                                  " accepted and ", untracked_denials_.sum(), " denied"));
  }
  if (const int64_t packets = spoofed_.Take(now, at_once); packets > 0) {
    tell("denied", "reverse path",
         absl::StrCat(packets, " packets of workloads denied: their sources are elsewhere"));
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
  counts.untracked_accepts = untracked_accepts_.sum();
  counts.untracked_denials = untracked_denials_.sum();
  counts.reverse_path_denials = reverse_path_.sum();
}

}  // namespace gw
