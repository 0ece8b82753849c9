// FakePacketQueue: a PacketQueue in memory that keeps the contract of the kernel's: batches of at
// most kBatchMax, bytes that are gone at the next Receive, a Receive that waits for packets, time
// or Wake. A test puts packets in and looks at what was sent back.

#ifndef TESTS_SUPPORT_FAKE_PACKET_QUEUE_H_
#define TESTS_SUPPORT_FAKE_PACKET_QUEUE_H_

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

#include "enforcer/dataplane/packet_queue.h"

namespace gw::testing {

// A packet as a test puts it in; `packet.bytes` and `packet.size` are set from `bytes`.
struct FakePacket {
  QueuedPacket packet;
  std::vector<uint8_t> bytes;
};

// Thread-safe; one thread receives.
class FakePacketQueue final : public PacketQueue {
 public:
  void Put(FakePacket packet) {
    const std::lock_guard<std::mutex> lock(mutex_);
    waiting_.push_back(std::move(packet));
    changed_.notify_all();
  }

  // One for each call of Send.
  std::vector<std::vector<MarkedPacket>> Sent() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return sent_;
  }
  size_t AnswerCount() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    size_t count = 0;
    for (const auto& batch : sent_) count += batch.size();
    return count;
  }
  // Waits until so many packets have been answered; false after ten seconds.
  bool WaitForAnswers(size_t count) const {
    for (int i = 0; i < 10'000 && AnswerCount() < count; ++i) {
      std::unique_lock<std::mutex> lock(mutex_);
      answered_.wait_for(lock, std::chrono::milliseconds(1));
    }
    return AnswerCount() >= count;
  }
  bool fail_open() const { return fail_open_; }

  absl::Span<const QueuedPacket> Receive(int timeout_ms) override {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait_for(lock, std::chrono::milliseconds(timeout_ms),
                      [this] { return !waiting_.empty() || woken_; });
    woken_ = false;
    ForgetLast();
    const size_t count = std::min(waiting_.size(), kBatchMax);
    for (size_t i = 0; i < count; ++i) {
      last_.push_back(std::move(waiting_.front()));
      waiting_.pop_front();
    }
    for (FakePacket& received : last_) {
      received.packet.bytes = received.bytes.data();
      received.packet.size = received.bytes.size();
      packets_.push_back(received.packet);
    }
    return packets_;
  }

  void Send(absl::Span<const MarkedPacket> answers) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    sent_.emplace_back(answers.begin(), answers.end());
    answered_.notify_all();
  }

  void Wake() override {
    const std::lock_guard<std::mutex> lock(mutex_);
    woken_ = true;
    changed_.notify_all();
  }

  int fd() const override { return -1; }
  void SetFailOpen(bool open) override { fail_open_ = open; }
  const QueueCounters& counters() const override { return counters_; }

 private:
  // Overwritten, so that a reader of old bytes shows.
  void ForgetLast() {
    for (FakePacket& old : last_) std::fill(old.bytes.begin(), old.bytes.end(), uint8_t{0xff});
    last_.clear();
    packets_.clear();
  }

  mutable std::mutex mutex_;
  mutable std::condition_variable answered_;
  std::condition_variable changed_;
  bool woken_ = false;
  std::deque<FakePacket> waiting_;
  std::vector<FakePacket> last_;       // of the batch that is out
  std::vector<QueuedPacket> packets_;  // likewise
  std::vector<std::vector<MarkedPacket>> sent_;
  std::atomic<bool> fail_open_{false};
  QueueCounters counters_;
};

}  // namespace gw::testing

#endif  // TESTS_SUPPORT_FAKE_PACKET_QUEUE_H_
