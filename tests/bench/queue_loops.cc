#include "tests/bench/queue_loops.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <libnetfilter_queue/libnetfilter_queue.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

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

  void Run(const std::atomic<bool>& stop) {
    char buffer[4096];
    while (!stop.load(std::memory_order_relaxed)) {
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

void RunBare(PacketQueue& queue, uint32_t mark, const std::atomic<bool>& stop) {
  std::array<MarkedPacket, kBatchMax> answers;
  while (!stop.load(std::memory_order_relaxed)) {
    const absl::Span<const QueuedPacket> packets = queue.Receive(kPoll_ms);
    if (packets.empty()) continue;
    for (size_t i = 0; i < packets.size(); ++i) answers[i] = {packets[i].id, mark};
    queue.Send({answers.data(), packets.size()});
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<QueueLoop>> QueueLoop::Start(const Namespace& in, Kind kind,
                                                            uint16_t number, uint32_t mark) {
  std::unique_ptr<QueueLoop> loop(new QueueLoop);
  const NamespaceScope scope(in);
  const auto name = [] { pthread_setname_np(pthread_self(), "queue-loop"); };
  if (kind == Kind::kPlain) {
    auto plain = std::make_unique<PlainLoop>(number, mark);
    if (!plain->ok()) return absl::UnavailableError("libnetfilter_queue does not bind the queue");
    loop->thread_ = std::thread([plain = std::move(plain), name, stop = &loop->stop_] {
      name();
      plain->Run(*stop);
    });
    return loop;
  }
  NfqueueOptions options;
  options.number = number;
  auto queue = OpenNfqueue(options);
  if (!queue.ok()) return queue.status();
  loop->thread_ = std::thread([queue = *std::move(queue), mark, name, stop = &loop->stop_] {
    name();
    RunBare(*queue, mark, *stop);
  });
  return loop;
}

QueueLoop::~QueueLoop() {
  stop_.store(true, std::memory_order_relaxed);
  if (thread_.joinable()) thread_.join();
}

}  // namespace gw::testing
