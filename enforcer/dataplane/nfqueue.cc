#include "enforcer/dataplane/nfqueue.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/base/closer.h"
#include "common/base/log.h"
#include "common/base/status_macros.h"
#include "common/net/packet_parse.h"
#include "enforcer/dataplane/netfilter_hook.h"
#include "enforcer/netlink/kernel_queues.h"
#include "enforcer/netlink/netlink.h"

namespace gw {
namespace {

// One packet message: headers, metadata attributes (hardware address, indexes, mark, timestamp,
// user id, security context, conntrack entry) and kPacketCopyBytes of the packet.
constexpr size_t kMessageBytesMax = 1536;
// One answer: netlink and nfnetlink headers, verdict and mark.
constexpr size_t kAnswerBytesMax = 64;

nlmsghdr* PutHeader(char* buffer, uint8_t type, uint16_t queue) {
  return PutNfnetlinkHeader(buffer, NFNL_SUBSYS_QUEUE, type, 0, AF_UNSPEC, queue);
}

const nlattr* Nested(const nlattr* in, int type) {
  const nlattr* found = nullptr;
  if (in == nullptr) return found;
  ForEachNested(in, [&](const nlattr* attribute) {
    if (mnl_attr_get_type(attribute) == type) found = attribute;
  });
  return found;
}

// Of the flow's original direction (include/uapi/linux/netfilter/nfnetlink_conntrack.h). Protocols
// without ports get port 0.
std::optional<OriginalDestination> ReadOriginalDestination(const nlattr* conntrack) {
  const nlattr* tuple = Nested(conntrack, CTA_TUPLE_ORIG);
  const nlattr* addresses = Nested(tuple, CTA_TUPLE_IP);
  OriginalDestination original;
  const nlattr* address4 = Nested(addresses, CTA_IP_V4_DST);
  const nlattr* address6 = Nested(addresses, CTA_IP_V6_DST);
  if (address4 != nullptr && mnl_attr_get_payload_len(address4) == 4) {
    original.address = Address::FromBytes(
        Family::kIPv4, static_cast<const uint8_t*>(mnl_attr_get_payload(address4)));
  } else if (address6 != nullptr && mnl_attr_get_payload_len(address6) == 16) {
    original.address = Address::FromBytes(
        Family::kIPv6, static_cast<const uint8_t*>(mnl_attr_get_payload(address6)));
  } else {
    return std::nullopt;
  }
  const nlattr* port = Nested(Nested(tuple, CTA_TUPLE_PROTO), CTA_PROTO_DST_PORT);
  if (port != nullptr && mnl_attr_get_payload_len(port) == 2) {
    original.port = ntohs(mnl_attr_get_u16(port));
  }
  return original;
}

// Attributes of one NFQNL_MSG_PACKET, written for speed: no callback, no table.
bool ReadPacket(const nlmsghdr* message, QueuedPacket* packet) {
  std::optional<Hook> hook;
  *packet = QueuedPacket();
  ForEachAttribute(message, sizeof(nfgenmsg), [&](const nlattr* attribute) {
    switch (mnl_attr_get_type(attribute)) {
      case NFQA_PACKET_HDR: {
        const auto* header =
            static_cast<const nfqnl_msg_packet_hdr*>(mnl_attr_get_payload(attribute));
        packet->id = ntohl(header->packet_id);
        packet->before_dnat = IsPrerouting(header->hook);
        hook = packet->before_dnat ? Hook::kForward : HookOf(header->hook);
        break;
      }
      case NFQA_MARK:
        packet->mark = ntohl(mnl_attr_get_u32(attribute));
        break;
      case NFQA_IFINDEX_INDEV:
        packet->in_index = ntohl(mnl_attr_get_u32(attribute));
        break;
      case NFQA_IFINDEX_OUTDEV:
        packet->out_index = ntohl(mnl_attr_get_u32(attribute));
        break;
      case NFQA_PAYLOAD:
        packet->bytes = static_cast<const uint8_t*>(mnl_attr_get_payload(attribute));
        packet->size = mnl_attr_get_payload_len(attribute);
        break;
      case NFQA_CT:
        packet->original = ReadOriginalDestination(attribute);
        break;
      default:
        break;
    }
  });
  if (!hook) return false;
  packet->hook = *hook;
  return true;
}

// The answer to Wake, not a refusal.
bool IsAcknowledgement(const nlmsghdr* message, int size) {
  return mnl_nlmsg_ok(message, size) && message->nlmsg_type == NLMSG_ERROR &&
         mnl_nlmsg_get_payload_len(message) >= sizeof(nlmsgerr) &&
         static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(message))->error == 0;
}

void PutFlags(nlmsghdr* message, bool fail_open) {
  const uint32_t mask = NFQA_CFG_F_GSO | NFQA_CFG_F_FAIL_OPEN;
  const uint32_t flags = NFQA_CFG_F_GSO | (fail_open ? NFQA_CFG_F_FAIL_OPEN : 0);
  mnl_attr_put_u32(message, NFQA_CFG_FLAGS, htonl(flags));
  mnl_attr_put_u32(message, NFQA_CFG_MASK, htonl(mask));
}

class Nfqueue final : public PacketQueue {
 public:
  // `taken_over`: another process had the socket before, and perhaps packets of it.
  Nfqueue(MnlSocket socket, uint16_t number, bool taken_over)
      : socket_(std::move(socket)), number_(number), releases_(taken_over) {
    for (size_t i = 0; i < kBatchMax; ++i) {
      vectors_[i] = {arena_.data() + i * kMessageBytesMax, kMessageBytesMax};
      headers_[i].msg_hdr = msghdr{};
      headers_[i].msg_hdr.msg_iov = &vectors_[i];
      headers_[i].msg_hdr.msg_iovlen = 1;
    }
  }

  // At once, since the next packet may be long in coming: who waits for an answer sends nothing.
  void ReleaseUnanswered() {
    // In this order: all up to the last one have been given to the socket before it is looked into.
    const auto queues = ReadKernelQueues();
    if (!queues) return;  // when the next packet comes, then
    const auto queue = std::find_if(queues->begin(), queues->end(),
                                    [&](const KernelQueue& of) { return of.number == number_; });
    if (queue == queues->end()) return;
    releases_ = false;
    if (queue->waiting > 0) ReleaseBefore(FirstInSocket().value_or(queue->last_packet + 1));
  }

  absl::Span<const QueuedPacket> Receive(int timeout_ms) override {
    // The socket's own time limit, so that waiting and reading are one system call.
    if (timeout_ms != timeout_ms_) SetTimeout(timeout_ms);
    const int count = recvmmsg(fd(), headers_.data(), kBatchMax,
                               timeout_ms == 0 ? MSG_DONTWAIT : MSG_WAITFORONE, nullptr);
    if (count < 0) {
      // ENOBUFS does not come with NETLINK_NO_ENOBUFS; what else may come is worth a number.
      if (errno != EAGAIN && errno != EINTR) counters_.receive_errors.Add();
      return {};
    }
    size_t packets = 0;
    for (int i = 0; i < count; ++i) {
      const auto* message =
          reinterpret_cast<const nlmsghdr*>(vectors_[static_cast<size_t>(i)].iov_base);
      const int size = static_cast<int>(headers_[static_cast<size_t>(i)].msg_len);
      if (!mnl_nlmsg_ok(message, size) || NFNL_MSG_TYPE(message->nlmsg_type) != NFQNL_MSG_PACKET) {
        // NLMSG_ERROR: the kernel refused an answer, since its packet is gone.
        if (!IsAcknowledgement(message, size)) counters_.send_errors.Add();
        continue;
      }
      if (ReadPacket(message, &packets_[packets])) ++packets;
    }
    if (releases_ && packets > 0) ReleaseBefore(packets_[0].id);
    return {packets_.data(), packets};
  }

  void Send(absl::Span<const MarkedPacket> answers) override {
    char* end = answers_.data();
    for (const MarkedPacket& answer : answers) {
      nlmsghdr* header = PutHeader(end, NFQNL_MSG_VERDICT, number_);
      const nfqnl_msg_verdict_hdr verdict = {htonl(NF_ACCEPT), htonl(answer.id)};
      mnl_attr_put(header, NFQA_VERDICT_HDR, sizeof(verdict), &verdict);
      mnl_attr_put_u32(header, NFQA_MARK, htonl(answer.mark));
      end += header->nlmsg_len;
    }
    const size_t size = static_cast<size_t>(end - answers_.data());
    if (mnl_socket_sendto(socket_.get(), answers_.data(), size) < 0) counters_.send_errors.Add();
  }

  // The kernel acknowledges a message that asks for nothing else, and who waits receives that.
  void Wake() override {
    char buffer[64];
    nlmsghdr* message = mnl_nlmsg_put_header(buffer);
    message->nlmsg_type = NLMSG_NOOP;
    message->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
    // Another thread's counters; a wait that is not ended so ends by itself.
    (void)mnl_socket_sendto(socket_.get(), message, message->nlmsg_len);
  }

  void SetFailOpen(bool open) override {
    // Without an acknowledgement: that would reach the worker's Receive.
    char buffer[256];
    nlmsghdr* message = PutHeader(buffer, NFQNL_MSG_CONFIG, number_);
    PutFlags(message, open);
    if (mnl_socket_sendto(socket_.get(), message, message->nlmsg_len) < 0) {
      counters_.send_errors.Add();
    }
  }

  int fd() const override { return mnl_socket_get_fd(socket_.get()); }

  const QueueCounters& counters() const override { return counters_; }

 private:
  // The number of the first packet in the socket. What is before it and no packet goes: the process
  // before asked for it (Wake) or was refused an answer.
  std::optional<uint32_t> FirstInSocket() {
    const iovec& place = vectors_[0];
    QueuedPacket packet;
    while (true) {
      const ssize_t size = recv(fd(), place.iov_base, place.iov_len, MSG_PEEK | MSG_DONTWAIT);
      if (size < 0) return std::nullopt;
      const auto* message = static_cast<const nlmsghdr*>(place.iov_base);
      if (mnl_nlmsg_ok(message, static_cast<int>(size)) &&
          NFNL_MSG_TYPE(message->nlmsg_type) == NFQNL_MSG_PACKET && ReadPacket(message, &packet)) {
        return packet.id;
      }
      (void)recv(fd(), place.iov_base, place.iov_len, MSG_DONTWAIT);
    }
  }

  void SetTimeout(int timeout_ms) {
    const timeval timeout = {timeout_ms / 1000, timeout_ms % 1000 * 1000};
    if (timeout_ms == 0 ||
        setsockopt(fd(), SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)) == 0) {
      timeout_ms_ = timeout_ms;
    }
  }

  // What the process before has read and not answered waits for ever otherwise. It goes round again
  // and is asked about once more. Packets come in the order of their numbers.
  void ReleaseBefore(uint32_t first) {
    releases_ = false;
    char buffer[kAnswerBytesMax];
    nlmsghdr* header = PutHeader(buffer, NFQNL_MSG_VERDICT_BATCH, number_);
    const nfqnl_msg_verdict_hdr verdict = {htonl(NF_REPEAT), htonl(first - 1)};
    mnl_attr_put(header, NFQA_VERDICT_HDR, sizeof(verdict), &verdict);
    if (mnl_socket_sendto(socket_.get(), header, header->nlmsg_len) < 0) {
      counters_.send_errors.Add();
    }
  }

  MnlSocket socket_;
  const uint16_t number_;
  int timeout_ms_ = 0;
  bool releases_;
  std::vector<char> arena_ = std::vector<char>(kBatchMax * kMessageBytesMax);
  std::array<iovec, kBatchMax> vectors_{};
  std::array<mmsghdr, kBatchMax> headers_{};
  std::array<QueuedPacket, kBatchMax> packets_;
  std::vector<char> answers_ = std::vector<char>(kBatchMax * kAnswerBytesMax);
  QueueCounters counters_;
};

// A packet that arrived while the queue was being set up goes round again: the worker that will
// read the queue does not run yet.
void SendRoundAgain(mnl_socket* socket, const nlmsghdr* packet_message, uint16_t number) {
  QueuedPacket packet;
  if (!ReadPacket(packet_message, &packet)) return;
  char buffer[kAnswerBytesMax];
  nlmsghdr* header = PutHeader(buffer, NFQNL_MSG_VERDICT, number);
  const nfqnl_msg_verdict_hdr verdict = {htonl(NF_REPEAT), htonl(packet.id)};
  mnl_attr_put(header, NFQA_VERDICT_HDR, sizeof(verdict), &verdict);
  (void)mnl_socket_sendto(socket, header, header->nlmsg_len);
}

// Sends one configuration message and reads its acknowledgement.
absl::Status Configure(mnl_socket* socket, nlmsghdr* message, uint16_t number) {
  return SendAndWait(socket, message, [socket, number](const nlmsghdr* packet) {
    SendRoundAgain(socket, packet, number);
  });
}

absl::Status Bind(mnl_socket* socket, uint16_t number) {
  char buffer[256];
  nlmsghdr* message = PutHeader(buffer, NFQNL_MSG_CONFIG, number);
  const nfqnl_msg_config_cmd command = {NFQNL_CFG_CMD_BIND, 0, htons(AF_UNSPEC)};
  mnl_attr_put(message, NFQA_CFG_CMD, sizeof(command), &command);
  absl::Status status = Configure(socket, message, number);
  if (!status.ok() && errno == EBUSY) {
    return absl::FailedPreconditionError("another process reads it: is gatewardend running twice?");
  }
  return status;
}

// Flags stand in a message of their own: one flag that the kernel does not know makes it refuse the
// whole message, copy parameters included.
absl::Status SetFlags(mnl_socket* socket, const NfqueueOptions& options) {
  char buffer[256];
  nlmsghdr* message = PutHeader(buffer, NFQNL_MSG_CONFIG, options.number);
  PutFlags(message, options.fail_open);
  return Configure(socket, message, options.number);
}

// Kernels without the glue refuse the flag; then what a flow came for is remembered by us
// (original_destinations.h).
void AskForConntrack(mnl_socket* socket, uint16_t number) {
  char buffer[256];
  nlmsghdr* message = PutHeader(buffer, NFQNL_MSG_CONFIG, number);
  mnl_attr_put_u32(message, NFQA_CFG_FLAGS, htonl(NFQA_CFG_F_CONNTRACK));
  mnl_attr_put_u32(message, NFQA_CFG_MASK, htonl(NFQA_CFG_F_CONNTRACK));
  (void)Configure(socket, message, number);
}

absl::Status SetLengthAndCopy(mnl_socket* socket, const NfqueueOptions& options) {
  char buffer[256];
  nlmsghdr* message = PutHeader(buffer, NFQNL_MSG_CONFIG, options.number);
  mnl_attr_put_u32(message, NFQA_CFG_QUEUE_MAXLEN, htonl(options.length_max));
  nfqnl_msg_config_params params{};
  params.copy_range = htonl(kPacketCopyBytes);
  params.copy_mode = NFQNL_COPY_PACKET;
  mnl_attr_put(message, NFQA_CFG_PARAMS, sizeof(params), &params);
  return Configure(socket, message, options.number);
}

absl::Status SetSocketOptions(const mnl_socket* socket, const NfqueueOptions& options) {
  const auto wanted = static_cast<int>(options.receive_buffer_bytes);
  GW_ASSIGN_OR_RETURN(const int got, SetReceiveBuffer(socket, wanted));
  if (got < wanted) {
    LogWarning("packet queue ", options.number, ": the socket's buffer holds ", got,
               " bytes instead of ", wanted, ": raise net.core.rmem_max, or give CAP_NET_ADMIN");
  }
  const int on = 1;
  if (mnl_socket_setsockopt(socket, NETLINK_NO_ENOBUFS, const_cast<int*>(&on), sizeof(on)) < 0) {
    return NetlinkError("set NETLINK_NO_ENOBUFS");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<PacketQueue>> TakeOver(const NfqueueOptions& options,
                                                      FileDescriptor held) {
  MnlSocket socket(mnl_socket_fdopen(held.get()));
  if (socket == nullptr) return NetlinkError("take over the socket");
  held.Release();
  auto queue = std::make_unique<Nfqueue>(std::move(socket), options.number, true);
  queue->ReleaseUnanswered();
  return queue;
}

absl::StatusOr<std::unique_ptr<PacketQueue>> Open(const NfqueueOptions& options) {
  GW_ASSIGN_OR_RETURN(MnlSocket socket, OpenNetlink(NETLINK_NETFILTER));
  GW_RETURN_IF_ERROR(Bind(socket.get(), options.number));
  GW_RETURN_IF_ERROR(SetFlags(socket.get(), options));
  AskForConntrack(socket.get(), options.number);
  GW_RETURN_IF_ERROR(SetSocketOptions(socket.get(), options));
  // Last: until the copy mode is set the kernel sends no packet up.
  GW_RETURN_IF_ERROR(SetLengthAndCopy(socket.get(), options));
  return std::make_unique<Nfqueue>(std::move(socket), options.number, false);
}

}  // namespace

absl::StatusOr<std::unique_ptr<PacketQueue>> OpenNfqueue(const NfqueueOptions& options,
                                                         FileDescriptor held) {
  auto queue = held.valid() ? TakeOver(options, std::move(held)) : Open(options);
  if (!queue.ok()) {
    return Annotate(queue.status(), absl::StrCat("packet queue ", options.number));
  }
  return queue;
}

}  // namespace gw
