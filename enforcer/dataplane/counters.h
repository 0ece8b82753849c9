// Counters of one worker and its queue: written by its thread, read by any. Relaxed: they count,
// they do not order. Each worker has its own, a cache line apart from the others'.

#ifndef ENFORCER_DATAPLANE_COUNTERS_H_
#define ENFORCER_DATAPLANE_COUNTERS_H_

#include <atomic>
#include <cstdint>

namespace gw {

class Counter {
 public:
  void Add(uint64_t n = 1) {
    value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  uint64_t Get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

struct alignas(64) WorkerCounters {
  Counter packets;   // came up
  Counter accepted;  // verdict allow or none
  Counter denied;
  Counter malformed;          // no tuple could be read; denied
  Counter unknown_interface;  // not known to the policy yet; dropped without being remembered
};

// Counters of one queue's socket, written and read likewise.
struct alignas(64) QueueCounters {
  Counter receive_errors;  // the socket lost messages or failed
  Counter send_errors;     // answers that the kernel did not take; their packets wait or are gone
};

}  // namespace gw

#endif  // ENFORCER_DATAPLANE_COUNTERS_H_
