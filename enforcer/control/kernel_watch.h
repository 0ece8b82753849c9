// KernelWatch: what the kernel drops or denies without asking, so that nothing is invisible: the
// upcall guard, full queues, learned denials. It reads the kernel's counters, tells the log and the
// audit log, and has the sums for the state file. Control thread only.

#ifndef ENFORCER_CONTROL_KERNEL_WATCH_H_
#define ENFORCER_CONTROL_KERNEL_WATCH_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/time/time.h"

#include "common/service/enforcer_lock.h"
#include "enforcer/audit/recorder.h"
#include "enforcer/control/denial_accounts.h"

namespace gw {

// A sum that is told when it has grown, but not more often than once a minute: a flood must not
// become one of lines.
class Tally {
 public:
  int64_t sum() const { return sum_; }
  void Set(int64_t sum) { sum_ = sum > sum_ ? sum : sum_; }
  // What is to be told now; 0: nothing.
  int64_t Take(absl::Time now, bool at_once);

 private:
  int64_t sum_ = 0;
  int64_t told_ = 0;
  absl::Time told_at_ = absl::InfinitePast();
};

// A named counter of our table. It begins anew when the table is made again, which is not to be
// seen in the sum.
class CounterSum {
 public:
  explicit CounterSum(const char* name);
  void Update();
  int64_t sum() const { return sum_; }

 private:
  const char* const name_;
  int64_t last_ = 0;
  int64_t sum_ = 0;
};

class KernelWatch {
 public:
  // Of queues `first_queue` and `queues` - 1 more. `recorder` must outlive it. What the counters of
  // a table that was taken over have counted for others is left out.
  KernelWatch(Recorder& recorder, uint16_t first_queue, uint16_t queues);

  // Reads and tells what is due. `guard_rate`: upcallRatePerSource, 0 if there is no guard. Does
  // nothing if it did less than a second ago.
  void Look(uint32_t guard_rate, absl::Time now);  // SteadyNow, as all here
  // Reads what the sets of learned denials have counted, before a fill empties them.
  void LookAtDenials();
  // A fill has emptied them.
  void ForgetDenials() { accounts_.ForgetElements(); }
  // The last look: tells all.
  void Finish(uint32_t guard_rate, absl::Time now);

  void AddTo(EnforcerCounts& counts) const;
  // Packets denied in the kernel since the last look, by the second.
  double denials_per_second() const { return denials_per_second_; }

 private:
  void Read(uint32_t guard_rate, absl::Time now);
  void Tell(uint32_t guard_rate, absl::Time now, bool at_once);

  Recorder& recorder_;
  const uint16_t first_queue_;
  const uint16_t queues_;
  CounterSum guard_counter_;
  CounterSum denied_counter_;
  CounterSum untracked_accepts_;
  CounterSum untracked_denials_;
  CounterSum reverse_path_;
  int64_t denied_read_ = 0;  // of denied_counter_, accounted for
  DenialAccounts accounts_;
  Tally guard_;
  Tally queue_;
  Tally untracked_;
  Tally spoofed_;
  absl::Time looked_ = absl::InfinitePast();
  int64_t denied_at_look_ = 0;
  double denials_per_second_ = 0;
  bool fails_ = false;  // the last reading
};

}  // namespace gw

#endif  // ENFORCER_CONTROL_KERNEL_WATCH_H_
