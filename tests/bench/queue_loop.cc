// What gatewardend is measured against: accepts every packet of a queue, with a mark, until it is
// ended. A process of its own, as gatewardend is: a thread of the bench would share an address
// space with who sends, and be woken for less.
//
//   queue_loop plain|bare QUEUE MARK
//
// plain: as the examples of libnetfilter_queue do it: one receive, one parse, one answer at a time.
// bare: the limit of NFQUEUE: recvmmsg, no look at the packet, one send of all answers.

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <libnetfilter_queue/libnetfilter_queue.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cstdio>
#include <memory>
#include <string>

#include "absl/strings/numbers.h"

#include "common/base/closer.h"
#include "enforcer/dataplane/nfqueue.h"

namespace gw::testing {
namespace {

constexpr int kReceiveBufferBytes = 8 << 20;  // as gatewardend's
constexpr uint32_t kQueueLength = 65'536;     // likewise
constexpr int kPoll_ms = 100;

// ---- plain --------------------------------------------------------------------------------------

int Accept(nfq_q_handle* queue, nfgenmsg*, nfq_data* data, void* mark) {
  const nfqnl_msg_packet_hdr* header = nfq_get_msg_packet_hdr(data);
  const uint32_t id = header == nullptr ? 0 : ntohl(header->packet_id);
  return nfq_set_verdict2(queue, id, NF_ACCEPT, *static_cast<const uint32_t*>(mark), 0, nullptr);
}

class PlainLoop {
 public:
  PlainLoop(uint16_t number, uint32_t mark) : mark_(mark), handle_(nfq_open()) {
    if (!handle_) return;
    queue_.reset(nfq_create_queue(handle_.get(), number, &Accept, &mark_));
    if (!queue_) return;
    nfq_set_mode(queue_.get(), NFQNL_COPY_PACKET, 128);
    nfq_set_queue_maxlen(queue_.get(), kQueueLength);
    const int bytes = kReceiveBufferBytes;
    const int on = 1;
    setsockopt(nfq_fd(handle_.get()), SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes));
    setsockopt(nfq_fd(handle_.get()), SOL_NETLINK, NETLINK_NO_ENOBUFS, &on, sizeof(on));
  }
  bool ok() const { return queue_ != nullptr; }

  [[noreturn]] void Run() {
    char buffer[4096];
    while (true) {
      pollfd ready = {nfq_fd(handle_.get()), POLLIN, 0};
      if (poll(&ready, 1, kPoll_ms) <= 0) continue;
      for (ssize_t size = 0; size >= 0;) {
        size = recv(ready.fd, buffer, sizeof(buffer), MSG_DONTWAIT);
        if (size > 0) nfq_handle_packet(handle_.get(), buffer, static_cast<int>(size));
      }
    }
  }

 private:
  uint32_t mark_;
  std::unique_ptr<nfq_handle, Closer<&nfq_close>> handle_;
  std::unique_ptr<nfq_q_handle, Closer<&nfq_destroy_queue>> queue_;
};

// ---- bare ---------------------------------------------------------------------------------------

[[noreturn]] void RunBare(PacketQueue& queue, uint32_t mark) {
  std::array<MarkedPacket, kBatchMax> answers;
  while (true) {
    const absl::Span<const QueuedPacket> packets = queue.Receive(kPoll_ms);
    if (packets.empty()) continue;
    for (size_t i = 0; i < packets.size(); ++i) answers[i] = {packets[i].id, mark};
    queue.Send({answers.data(), packets.size()});
  }
}

int Run(const std::string& kind, uint16_t number, uint32_t mark) {
  if (kind == "plain") {
    PlainLoop plain(number, mark);
    if (plain.ok()) plain.Run();
    std::fprintf(stderr, "queue_loop: libnetfilter_queue does not bind the queue\n");
    return 1;
  }
  NfqueueOptions options;
  options.number = number;
  const auto queue = OpenNfqueue(options);
  if (queue.ok()) RunBare(**queue, mark);
  std::fprintf(stderr, "queue_loop: %s\n", std::string(queue.status().message()).c_str());
  return 1;
}

}  // namespace
}  // namespace gw::testing

int main(int argc, char** argv) {
  uint32_t number = 0;
  uint32_t mark = 0;
  const std::string kind = argc == 4 ? argv[1] : "";
  if ((kind != "plain" && kind != "bare") || !absl::SimpleAtoi(argv[2], &number) ||
      !absl::SimpleAtoi(argv[3], &mark)) {
    std::fprintf(stderr, "usage: queue_loop plain|bare QUEUE MARK\n");
    return 2;
  }
  return gw::testing::Run(kind, static_cast<uint16_t>(number), mark);
}
