// FlowSource: new flows through a gateway as fast as it takes them. Frames are made by hand and go
// out by AF_PACKET (packet(7)), many a system call, so that the source is not what is measured.

#ifndef TESTS_BENCH_FLOW_SOURCE_H_
#define TESTS_BENCH_FLOW_SOURCE_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

#include "common/base/closer.h"
#include "tests/support/lab.h"

namespace gw::testing {

// IPv4; addresses and ports in host byte order.
struct Flow {
  uint32_t source = 0;
  uint32_t destination = 0;
  uint16_t source_port = 0;
  uint16_t destination_port = 0;
  uint8_t protocol = 17;  // UDP, or TCP: then a SYN
};

// Packets that an interface of a namespace has received. Reads /proc; any thread.
class ReceiveCounter {
 public:
  static absl::StatusOr<ReceiveCounter> Open(const Namespace& in, const std::string& interface);
  uint64_t Packets() const;

 private:
  ReceiveCounter(FileDescriptor file, std::string interface)
      : file_(std::move(file)), interface_(std::move(interface)) {}
  FileDescriptor file_;
  std::string interface_;
};

struct Delivered {
  uint64_t sent = 0;
  uint64_t arrived = 0;
  absl::Duration time;

  double PerSecond() const { return static_cast<double>(arrived) / absl::ToDoubleSeconds(time); }
  uint64_t lost() const { return sent > arrived ? sent - arrived : 0; }
};

// Thread-compatible.
class FlowSource {
 public:
  // From eth0 of `from` to the gateway's `gateway_interface`.
  static absl::StatusOr<FlowSource> Open(const Lab& lab, const Namespace& from,
                                         const std::string& gateway_interface);

  // Sends flow(0) .. flow(count - 1), at most `window` more than have arrived by `counter`, and
  // waits for the last of them, up to a second without any.
  template <typename MakeFlow>
  Delivered Send(uint64_t count, uint64_t window, const ReceiveCounter& counter, MakeFlow flow) {
    const uint64_t before = counter.Packets();
    Delivered delivered;
    const absl::Time begin = absl::Now();
    absl::Time last_progress = begin;
    while (delivered.arrived < count) {
      const uint64_t until = std::min(count, delivered.arrived + window);
      while (delivered.sent < until) {
        Put(flow(delivered.sent++));
        if (pending_ == kBatch || delivered.sent == until) Flush();
      }
      const uint64_t arrived = counter.Packets() - before;
      // Not to be busy: the source would take a CPU that a gateway has for itself.
      if (arrived + window / 2 < delivered.sent) absl::SleepFor(absl::Microseconds(100));
      const absl::Time now = absl::Now();
      if (arrived != delivered.arrived) last_progress = now;
      delivered.arrived = arrived;
      if (now - last_progress > absl::Seconds(1)) break;  // what is missing is lost
    }
    delivered.time = last_progress - begin;
    return delivered;
  }

  // One packet of a flow; sent by Flush, or when a batch is full.
  void Put(const Flow& flow);
  void Flush();

 private:
  static constexpr size_t kBatch = 64;
  static constexpr size_t kFrameBytes = 64;
  using Frame = std::array<uint8_t, kFrameBytes>;

  FlowSource(FileDescriptor socket, const Frame& head) : socket_(std::move(socket)), head_(head) {
    frames_.resize(kBatch, head);
    sizes_.resize(kBatch);
  }

  FileDescriptor socket_;
  Frame head_;  // with the addresses of the link
  std::vector<Frame> frames_;
  std::vector<size_t> sizes_;
  size_t pending_ = 0;
};

}  // namespace gw::testing

#endif  // TESTS_BENCH_FLOW_SOURCE_H_
