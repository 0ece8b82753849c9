// Small TCP, UDP and ICMP clients and servers that talk from inside a namespace. Their sockets are
// opened there; the calls may come from any thread. Addresses are numeric, IPv4 or IPv6.

#ifndef TESTS_SUPPORT_TRAFFIC_H_
#define TESTS_SUPPORT_TRAFFIC_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/base/closer.h"
#include "common/base/mutex.h"
#include "tests/support/netns.h"

namespace gw::testing {

// Where a client goes, and how long it tries.
struct Dial {
  std::string address = {};
  uint16_t port = 0;
  absl::Duration timeout = absl::Seconds(2);
  uint16_t source_port = 0;  // 0: the kernel chooses
};

enum class Outcome {
  kConnected,    // TCP: handshake done; UDP: answered
  kRefused,      // TCP reset or ICMP port unreachable
  kTimedOut,     // nothing came back
  kUnreachable,  // any other ICMP error, administratively prohibited among them
};
const char* OutcomeName(Outcome outcome);
std::ostream& operator<<(std::ostream& stream, Outcome outcome);

struct Tried {
  Outcome outcome = Outcome::kTimedOut;
  absl::Duration latency;
};

// Answers with what it receives, and counts. Serves both families. Thread-safe.
class TcpServer {
 public:
  // Listens at once. `address` empty: at all of the namespace's addresses.
  static absl::StatusOr<std::unique_ptr<TcpServer>> Start(const Namespace& in, uint16_t port,
                                                          const std::string& address = "");
  ~TcpServer();
  TcpServer(const TcpServer&) = delete;
  TcpServer& operator=(const TcpServer&) = delete;

  uint64_t connections() const { return connections_.load(); }
  uint64_t bytes_received() const { return bytes_received_.load(); }
  // Whom the last connection came from, as the server sees it ("" before the first).
  std::string last_peer() const;

 private:
  explicit TcpServer(FileDescriptor listener);
  void Serve();

  const FileDescriptor listener_;
  std::atomic<bool> stop_{false};
  std::atomic<uint64_t> connections_{0};
  std::atomic<uint64_t> bytes_received_{0};
  mutable Mutex mutex_;
  std::string last_peer_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

// Likewise for datagrams.
class UdpServer {
 public:
  static absl::StatusOr<std::unique_ptr<UdpServer>> Start(const Namespace& in, uint16_t port,
                                                          const std::string& address = "");
  ~UdpServer();
  UdpServer(const UdpServer&) = delete;
  UdpServer& operator=(const UdpServer&) = delete;

  uint64_t datagrams() const { return datagrams_.load(); }
  std::string last_peer() const;

 private:
  explicit UdpServer(FileDescriptor socket_fd);
  void Serve();

  const FileDescriptor socket_fd_;
  std::atomic<bool> stop_{false};
  std::atomic<uint64_t> datagrams_{0};
  mutable Mutex mutex_;
  std::string last_peer_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

// Connects and closes again.
Tried TcpConnect(const Namespace& from, const Dial& dial);

// A TCP connection that a test keeps open. Thread-compatible.
class TcpFlow {
 public:
  // The error's message names the Outcome.
  static absl::StatusOr<TcpFlow> Open(const Namespace& from, const Dial& dial);

  absl::Status Send(absl::string_view text);
  // Exactly `size` bytes; DeadlineExceeded, or Unavailable if the peer closed or reset.
  absl::StatusOr<std::string> Receive(size_t size, absl::Duration timeout);
  // Sends and expects the same back: whether the flow is alive, both ways.
  bool Echo(absl::string_view text, absl::Duration timeout);

  uint16_t source_port() const;

 private:
  explicit TcpFlow(FileDescriptor fd) : fd_(std::move(fd)) {}
  FileDescriptor fd_;
};

// What a bulk transfer through an echoing server saw. The checksums are equal if every byte came
// back in order.
struct Transfer {
  uint64_t bytes_sent = 0;
  uint64_t bytes_received = 0;
  uint64_t checksum_sent = 0;
  uint64_t checksum_received = 0;
  absl::Duration duration;

  bool Whole(uint64_t bytes) const {
    return bytes_sent == bytes && bytes_received == bytes && checksum_sent == checksum_received;
  }
};
// `dial.timeout` bounds the whole transfer.
Transfer TransferBulk(const Namespace& from, const Dial& dial, uint64_t bytes);

struct UdpTried {
  Outcome outcome = Outcome::kTimedOut;
  absl::Duration latency;
  std::string reply;
};
// One datagram and its answer. More than the MTU holds goes in fragments, both ways.
UdpTried UdpExchange(const Namespace& from, const Dial& dial, absl::string_view payload);

// Two datagrams back to back from one socket, as resolvers ask for A and AAAA.
struct UdpPairTried {
  int replies = 0;
  absl::Duration latency;  // until the last reply, or the timeout
};
UdpPairTried UdpExchangePair(const Namespace& from, const Dial& dial, absl::string_view first,
                             absl::string_view second);

// A UDP socket that a test keeps. Thread-compatible.
class UdpFlow {
 public:
  static absl::StatusOr<UdpFlow> Open(const Namespace& from, const Dial& dial);
  absl::Status Send(absl::string_view payload);
  // The next datagram; Unavailable if ICMP said so.
  absl::StatusOr<std::string> Receive(absl::Duration timeout);
  bool Echo(absl::string_view payload, absl::Duration timeout);

 private:
  explicit UdpFlow(FileDescriptor fd) : fd_(std::move(fd)) {}
  FileDescriptor fd_;
};

// Echo requests by ping(8), 200 ms apart; `timeout` bounds the wait for the last answer.
struct Pinged {
  int sent = 0;
  int received = 0;
  std::string text;  // what ping printed: ICMP errors are in it
};
Pinged Ping(const Namespace& from, const std::string& address, int count = 1,
            absl::Duration timeout = absl::Seconds(2));

}  // namespace gw::testing

#endif  // TESTS_SUPPORT_TRAFFIC_H_
