#include "enforcer/audit/ipfix_socket.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "common/base/closer.h"
#include "common/base/errno_text.h"
#include "common/base/status_macros.h"
#include "common/net/protocol.h"
#include "enforcer/audit/ipfix.h"

namespace gw {
namespace {

constexpr auto kTemplatesEvery = std::chrono::seconds(60);
constexpr int kPatience_ms = 100;
// One exporting process a gateway: its address tells gateways apart.
constexpr uint32_t kObservationDomain = 1;

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

SocketAddress ToSocketAddress(const Address& address, uint16_t port) {
  SocketAddress to;
  const auto bytes = address.Bytes();
  if (address.family == Family::kIPv4) {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_port = htons(port);
    std::memcpy(&in.sin_addr, bytes.data(), sizeof(in.sin_addr));
    std::memcpy(&to.storage, &in, sizeof(in));
    to.size = sizeof(in);
  } else {
    sockaddr_in6 in{};
    in.sin6_family = AF_INET6;
    in.sin6_port = htons(port);
    std::memcpy(&in.sin6_addr, bytes.data(), sizeof(in.sin6_addr));
    std::memcpy(&to.storage, &in, sizeof(in));
    to.size = sizeof(in);
  }
  return to;
}

Address FromSocketAddress(const SocketAddress& from) {
  std::array<uint8_t, 16> bytes{};
  if (from.storage.ss_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, &from.storage, sizeof(in));
    std::memcpy(bytes.data(), &in.sin_addr, sizeof(in.sin_addr));
    return Address::FromBytes(Family::kIPv4, bytes.data());
  }
  sockaddr_in6 in{};
  std::memcpy(&in, &from.storage, sizeof(in));
  std::memcpy(bytes.data(), &in.sin6_addr, sizeof(in.sin6_addr));
  return Address::FromBytes(Family::kIPv6, bytes.data());
}

absl::string_view RemedyFor(int error) {
  switch (error) {
    case ECONNREFUSED:
      return "start the collector there, or set `auditIpfixCollector` to where it is";
    case EPERM:
    case EACCES:
      return "a rule of this gateway drops what it sends: allow UDP to the collector on its way "
             "out";
    case ENETUNREACH:
    case EHOSTUNREACH:
      return "there is no way to it: see `ip route get`";
    default:
      return "see the network to it, or set `auditIpfixCollector` to another one";
  }
}

class IpfixSocket final : public AuditSink {
 public:
  explicit IpfixSocket(const IpfixCollector& collector) : collector_(collector) {}

  std::string target() const override { return ToString(collector_); }

  absl::Status Write(absl::Span<const StreamItem> items, Progress* progress) override {
    if (!socket_.valid()) GW_RETURN_IF_ERROR(Connect());
    if (suspicious_ && !probing_) {
      GW_RETURN_IF_ERROR(SendTemplates());
      probing_ = true;
      progress->wait = trouble_.empty();
      return progress->wait ? absl::OkStatus() : absl::UnavailableError(trouble_);
    }
    GW_RETURN_IF_ERROR(EndProbe());
    while (progress->handled < items.size()) {
      if (Clock::now() >= next_templates_) GW_RETURN_IF_ERROR(SendTemplates());
      IpfixMessage message(bytes_max_);
      size_t taken = 0;
      for (const StreamItem& item : items.subspan(progress->handled)) {
        if (!AddTo(message, item)) break;
        ++taken;
      }
      const uint32_t records = message.records();
      if (records > 0) GW_RETURN_IF_ERROR(Send(std::move(message)));
      progress->handled += taken;
      progress->written += records;
    }
    return absl::OkStatus();
  }

 private:
  using Clock = std::chrono::steady_clock;

  absl::Status Failed(int error) {
    suspicious_ = true;
    trouble_ =
        absl::StrCat("cannot send to `", target(), "`: ", ErrnoText(error), ": ", RemedyFor(error));
    return absl::UnavailableError(trouble_);
  }

  absl::Status Connect() {
    SocketAddress to = ToSocketAddress(collector_.address, collector_.port);
    FileDescriptor made(socket(to.storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!made.valid()) return Failed(errno);
    if (connect(made.get(), to.get(), to.size) != 0) return Failed(errno);
    SocketAddress own;
    own.size = sizeof(own.storage);
    if (getsockname(made.get(), own.get(), &own.size) != 0) return Failed(errno);
    own_address_ = FromSocketAddress(own);
    socket_ = std::move(made);
    sequence_ = 0;
    return absl::OkStatus();
  }

  // At first and after an error, templates go out alone, and then comes a pause: who is not there
  // refuses them, and a rule that drops them has been decided by then. So no data is lost to it.
  absl::Status EndProbe() {
    if (!std::exchange(probing_, false)) return absl::OkStatus();
    int error = 0;
    socklen_t size = sizeof(error);
    (void)getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return Failed(error);
    suspicious_ = false;
    trouble_.clear();
    return absl::OkStatus();
  }

  absl::Status SendTemplates() {
    for (IpfixMessage& message : IpfixTemplates(bytes_max_)) {
      GW_RETURN_IF_ERROR(Send(std::move(message)));
    }
    next_templates_ = Clock::now() + kTemplatesEvery;
    return absl::OkStatus();
  }

  // False if the message is full.
  bool AddTo(IpfixMessage& message, const StreamItem& item) const {
    IpfixRecord record;
    if (const auto* decision = std::get_if<StreamedDecision>(&item)) {
      record = IpfixRecordOf(*decision);
    } else if (const auto* flow = std::get_if<StreamedFlow>(&item)) {
      record = IpfixRecordOf(*flow);
    } else {
      return true;  // no element says what happened to a daemon
    }
    return IsOwn(record.tuple) || message.Add(record);
  }

  bool IsOwn(const Tuple& tuple) const {
    return tuple.protocol == kProtocolUdp && tuple.source == own_address_ &&
           tuple.destination == collector_.address && tuple.destination_port == collector_.port;
  }

  absl::Status Send(IpfixMessage message) {
    const uint32_t records = message.records();
    const std::string text = std::move(message).Finish(kObservationDomain, sequence_, absl::Now());
    for (int attempt = 0;; ++attempt) {
      if (send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL) >= 0) break;
      const int error = errno;
      if (error == EINTR) continue;
      if (error == EAGAIN && attempt == 0) {
        pollfd room = {socket_.get(), POLLOUT, 0};
        poll(&room, 1, kPatience_ms);
        continue;
      }
      // A tunnel on the way: less at a time from now on.
      if (error == EMSGSIZE) bytes_max_ = kIpfixMessageBytesMin;
      // The way to the collector may have another source address now. A denied flow stays the same,
      // so that it is decided once.
      if (error == ENETUNREACH || error == EHOSTUNREACH || error == EINVAL) socket_.Reset(-1);
      return Failed(error);
    }
    sequence_ += records;
    return absl::OkStatus();
  }

  const IpfixCollector collector_;
  FileDescriptor socket_;
  Address own_address_;  // of socket_
  uint32_t sequence_ = 0;
  size_t bytes_max_ = kIpfixMessageBytesMax;
  Clock::time_point next_templates_;
  bool suspicious_ = true;  // it is not known that something listens
  std::string trouble_;     // the last error, if that is why
  bool probing_ = false;    // templates went out to see
};

}  // namespace

std::unique_ptr<AuditSink> MakeIpfixSocket(const IpfixCollector& collector) {
  return std::make_unique<IpfixSocket>(collector);
}

}  // namespace gw
