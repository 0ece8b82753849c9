#include "tests/bench/flow_source.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "absl/strings/str_cat.h"

#include "common/base/errno_text.h"
#include "common/base/status_macros.h"

namespace gw::testing {
namespace {

constexpr size_t kEthernet = 14;
constexpr size_t kIp = 20;
constexpr size_t kUdp = 8;
constexpr size_t kTcp = 20;
constexpr size_t kPayload = 4;

absl::StatusOr<std::array<uint8_t, 6>> HardwareAddress(const Namespace& in,
                                                       const std::string& interface) {
  const NamespaceScope scope(in);
  const FileDescriptor fd(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  interface.copy(request.ifr_name, IFNAMSIZ - 1);
  if (ioctl(fd.get(), SIOCGIFHWADDR, &request) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("address of ", interface));
  }
  std::array<uint8_t, 6> address{};
  std::memcpy(address.data(), request.ifr_hwaddr.sa_data, address.size());
  return address;
}

void Put16(uint8_t* at, uint32_t value) {
  at[0] = static_cast<uint8_t>(value >> 8U);
  at[1] = static_cast<uint8_t>(value);
}
void Put32(uint8_t* at, uint32_t value) {
  Put16(at, value >> 16U);
  Put16(at + 2, value & 0xffffU);
}

uint32_t SumOf(const uint8_t* bytes, size_t size) {
  uint32_t sum = 0;
  for (size_t i = 0; i < size; i += 2) {
    sum += static_cast<uint32_t>(bytes[i]) << 8U | bytes[i + 1];
  }
  return sum;
}
uint32_t Checksum(uint32_t sum) {  // RFC 1071
  sum = (sum & 0xffffU) + (sum >> 16U);
  sum = (sum & 0xffffU) + (sum >> 16U);
  return ~sum & 0xffffU;
}

}  // namespace

absl::StatusOr<ReceiveCounter> ReceiveCounter::Open(const Namespace& in,
                                                    const std::string& interface) {
  const NamespaceScope scope(in);
  FileDescriptor file(open("/proc/thread-self/net/dev", O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return absl::UnavailableError(absl::StrCat("net/dev: ", ErrnoText()));
  return ReceiveCounter(std::move(file), absl::StrCat(interface, ":"));
}

uint64_t ReceiveCounter::Packets() const {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): pread fills it
  char text[4096];
  const ssize_t size = pread(file_.get(), text, sizeof(text) - 1, 0);
  if (size <= 0) return 0;
  text[size] = '\0';
  const char* line = std::strstr(text, interface_.c_str());
  if (line == nullptr) return 0;
  char* rest = nullptr;
  std::strtoull(line + interface_.size(), &rest, 10);  // bytes
  return std::strtoull(rest, nullptr, 10);
}

absl::StatusOr<FlowSource> FlowSource::Open(const Lab& lab, const Namespace& from,
                                            const std::string& gateway_interface) {
  GW_ASSIGN_OR_RETURN(const auto own, HardwareAddress(from, "eth0"));
  GW_ASSIGN_OR_RETURN(const auto gateway, HardwareAddress(lab.gateway(), gateway_interface));
  const NamespaceScope scope(from);
  FileDescriptor fd(socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
  if (!fd.valid()) return absl::UnavailableError(absl::StrCat("packet socket: ", ErrnoText()));
  sockaddr_ll link{};
  link.sll_family = AF_PACKET;
  link.sll_ifindex = static_cast<int>(if_nametoindex("eth0"));
  if (bind(fd.get(), reinterpret_cast<sockaddr*>(&link), sizeof(link)) != 0) {
    return absl::UnavailableError(absl::StrCat("bind eth0: ", ErrnoText()));
  }
  const int on = 1;
  (void)setsockopt(fd.get(), SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof(on));
  Frame head{};
  std::memcpy(head.data(), gateway.data(), gateway.size());
  std::memcpy(head.data() + 6, own.data(), own.size());
  Put16(head.data() + 12, ETHERTYPE_IP);
  return FlowSource(std::move(fd), head);
}

void FlowSource::Put(const Flow& flow) {
  Frame& frame = frames_[pending_];
  frame = head_;
  uint8_t* const ip = frame.data() + kEthernet;
  uint8_t* const transport = ip + kIp;
  const bool tcp = flow.protocol == IPPROTO_TCP;
  const size_t transport_size = tcp ? kTcp : kUdp + kPayload;
  ip[0] = 0x45;
  Put16(ip + 2, static_cast<uint32_t>(kIp + transport_size));
  ip[8] = 64;
  ip[9] = flow.protocol;
  Put32(ip + 12, flow.source);
  Put32(ip + 16, flow.destination);
  Put16(ip + 10, Checksum(SumOf(ip, kIp)));
  Put16(transport, flow.source_port);
  Put16(transport + 2, flow.destination_port);
  if (tcp) {
    Put32(transport + 4, 1);  // sequence
    transport[12] = 0x50;
    transport[13] = 0x02;  // SYN
    Put16(transport + 14, 65'535);
    const uint32_t pseudo = SumOf(ip + 12, 8) + flow.protocol + static_cast<uint32_t>(kTcp);
    Put16(transport + 16, Checksum(pseudo + SumOf(transport, kTcp)));
  } else {
    Put16(transport + 4, static_cast<uint32_t>(kUdp + kPayload));  // without a checksum: RFC 768
  }
  sizes_[pending_] = kEthernet + kIp + transport_size;
  if (++pending_ == kBatch) Flush();
}

void FlowSource::Flush() {
  std::array<iovec, kBatch> vectors;
  std::array<mmsghdr, kBatch> messages{};
  for (size_t i = 0; i < pending_; ++i) {
    vectors[i] = {frames_[i].data(), sizes_[i]};
    messages[i].msg_hdr.msg_iov = &vectors[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  for (size_t sent = 0; sent < pending_;) {
    const int count =
        sendmmsg(socket_.get(), messages.data() + sent, static_cast<unsigned>(pending_ - sent), 0);
    if (count > 0) sent += static_cast<size_t>(count);
    if (count < 0 && errno != ENOBUFS && errno != EINTR) break;
  }
  pending_ = 0;
}

}  // namespace gw::testing
