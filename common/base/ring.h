// Ring: a bounded queue from one thread to one other, without locks. The producer never waits: a
// full ring refuses the value and counts it.

#ifndef COMMON_BASE_RING_H_
#define COMMON_BASE_RING_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/base/check.h"

namespace gw {

// One producer thread calls Push, one consumer thread calls Pop; refused() from any.
template <typename T>
class Ring {
 public:
  // `capacity` must be a power of two.
  explicit Ring(size_t capacity) : slots_(capacity), mask_(capacity - 1) {
    GW_CHECK(capacity > 0 && (capacity & mask_) == 0);
  }

  // False, and counted, if the ring is full.
  bool Push(const T& value) {
    const uint64_t tail = tail_.load(std::memory_order_relaxed);
    if (tail - head_seen_ == slots_.size()) {
      head_seen_ = head_.load(std::memory_order_acquire);
      if (tail - head_seen_ == slots_.size()) {
        refused_.fetch_add(1, std::memory_order_relaxed);
        return false;
      }
    }
    slots_[tail & mask_] = value;
    tail_.store(tail + 1, std::memory_order_release);
    return true;
  }

  // False if the ring is empty.
  bool Pop(T* value) {
    const uint64_t head = head_.load(std::memory_order_relaxed);
    if (head == tail_.load(std::memory_order_acquire)) return false;
    *value = slots_[head & mask_];
    head_.store(head + 1, std::memory_order_release);
    return true;
  }

  // How many values Push has refused since the ring was made.
  uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }

 private:
  static constexpr size_t kCacheLine = 64;

  std::vector<T> slots_;
  const size_t mask_;
  alignas(kCacheLine) std::atomic<uint64_t> head_{0};  // next to pop
  alignas(kCacheLine) std::atomic<uint64_t> tail_{0};  // next to push
  uint64_t head_seen_ = 0;                             // the producer's last look at head_
  alignas(kCacheLine) std::atomic<uint64_t> refused_{0};
};

}  // namespace gw

#endif  // COMMON_BASE_RING_H_
