// Ring: a bounded queue from one thread to one other, without locks. The producer never waits: a
// full ring refuses the value and counts it.
//
// Values are kept in chunks, and the chunk that was emptied last is filled next. So a ring that is
// nearly empty, as it is nearly always, uses the same few pages again and again, which are in the
// caches of the processor; one array gone round in would be written to from end to end, at the
// price of cache misses (a fifth of what a new flow cost the queue's thread), and be resident in
// memory whole. Chunks are made when they are first needed, by Push, and stay.

#ifndef COMMON_BASE_RING_H_
#define COMMON_BASE_RING_H_

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "common/base/check.h"

namespace gw {

// One producer thread calls Push, one consumer thread calls Pop; refused() from any.
template <typename T>
class Ring {
 public:
  explicit Ring(size_t capacity)
      : capacity_(capacity), chunk_size_(std::min(capacity, kChunkSize)) {
    GW_CHECK(capacity > 0);
    head_ = tail_ = TakeChunk();
  }
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;

  // False, and counted, if the ring is full.
  bool Push(const T& value) {
    if (pushed_ - popped_seen_ == capacity_) {
      popped_seen_ = popped_.load(std::memory_order_acquire);
      if (pushed_ - popped_seen_ == capacity_) {
        refused_.fetch_add(1, std::memory_order_relaxed);
        return false;
      }
    }
    if (in_tail_ == chunk_size_) {
      Chunk* const next = TakeChunk();
      tail_->next.store(next, std::memory_order_release);
      tail_ = next;
      in_tail_ = 0;
    }
    tail_->values[in_tail_++] = value;
    tail_->count.store(in_tail_, std::memory_order_release);
    ++pushed_;
    return true;
  }

  // False if the ring is empty.
  bool Pop(T* value) {
    if (from_head_ == chunk_size_) {
      Chunk* const next = head_->next.load(std::memory_order_acquire);
      if (next == nullptr) return false;
      GiveBack(std::exchange(head_, next));
      from_head_ = 0;
    }
    if (from_head_ == head_->count.load(std::memory_order_acquire)) return false;
    *value = head_->values[from_head_++];
    popped_.store(popped_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
    return true;
  }

  // How many values Push has refused since the ring was made.
  uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }

 private:
  static constexpr size_t kCacheLine = 64;
  static constexpr size_t kChunkSize = 1024;

  struct Chunk {
    explicit Chunk(size_t size) : values(size) {}
    std::atomic<size_t> count{0};       // of values that are there for the consumer
    std::atomic<Chunk*> next{nullptr};  // is filled after this one
    Chunk* below = nullptr;             // in the stack of free ones
    std::vector<T> values;
  };

  // Called by the producer alone, so that nobody else takes what is at the top meanwhile and puts
  // it back (ABA). No more chunks are made than `capacity` values and the two ends need.
  Chunk* TakeChunk() {
    Chunk* top = free_.load(std::memory_order_acquire);
    while (top != nullptr &&
           !free_.compare_exchange_weak(top, top->below, std::memory_order_acquire)) {
    }
    if (top == nullptr) {
      chunks_.push_back(std::make_unique<Chunk>(chunk_size_));
      return chunks_.back().get();
    }
    top->count.store(0, std::memory_order_relaxed);
    top->next.store(nullptr, std::memory_order_relaxed);
    return top;
  }

  // Called by the consumer alone.
  void GiveBack(Chunk* chunk) {
    chunk->below = free_.load(std::memory_order_relaxed);
    while (!free_.compare_exchange_weak(chunk->below, chunk, std::memory_order_release,
                                        std::memory_order_relaxed)) {
    }
  }

  const size_t capacity_;
  const size_t chunk_size_;
  // The producer's.
  alignas(kCacheLine) Chunk* tail_ = nullptr;
  size_t in_tail_ = 0;
  uint64_t pushed_ = 0;
  uint64_t popped_seen_ = 0;  // its last look at popped_
  std::vector<std::unique_ptr<Chunk>> chunks_;
  std::atomic<uint64_t> refused_{0};
  // The consumer's.
  alignas(kCacheLine) Chunk* head_ = nullptr;
  size_t from_head_ = 0;
  std::atomic<uint64_t> popped_{0};
  // Of both.
  alignas(kCacheLine) std::atomic<Chunk*> free_{nullptr};
};

}  // namespace gw

#endif  // COMMON_BASE_RING_H_
