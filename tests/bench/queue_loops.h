// What gatewardend is measured against: programs that accept every packet of a queue.

#ifndef TESTS_BENCH_QUEUE_LOOPS_H_
#define TESTS_BENCH_QUEUE_LOOPS_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>

#include "absl/status/statusor.h"

#include "tests/support/netns.h"

namespace gw::testing {

// A thread in a namespace that reads queue `number` and answers with `mark`, until the object goes.
class QueueLoop {
 public:
  enum class Kind : uint8_t {
    // As the examples of libnetfilter_queue do it: one receive, one parse, one answer at a time.
    kPlain,
    // The limit of NFQUEUE: recvmmsg, no look at the packet, one send of all answers.
    kBare,
  };
  static absl::StatusOr<std::unique_ptr<QueueLoop>> Start(const Namespace& in, Kind kind,
                                                          uint16_t number, uint32_t mark);
  ~QueueLoop();
  QueueLoop(const QueueLoop&) = delete;
  QueueLoop& operator=(const QueueLoop&) = delete;

 private:
  QueueLoop() = default;

  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace gw::testing

#endif  // TESTS_BENCH_QUEUE_LOOPS_H_
