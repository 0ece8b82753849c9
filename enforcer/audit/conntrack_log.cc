#include "enforcer/audit/conntrack_log.h"

#include <arpa/inet.h>
#include <endian.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_conntrack_tcp.h>
#include <linux/netfilter/nfnetlink_compat.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/base/log.h"
#include "common/base/status_macros.h"
#include "common/base/steady_time.h"
#include "common/net/protocol.h"
#include "enforcer/netlink/netlink.h"

namespace gw {
namespace {

// A second of 25,000 ends, while the recorder waits for the disk.
constexpr int kReceiveBufferBytes = 32 << 20;
// What one Drain visits: each message comes alone.
constexpr size_t kMessagesPerDrain = 4'096;
constexpr char kSysctls[] = "/proc/sys/net/netfilter/nf_conntrack_";

// ---- how long connection tracking waits after a packet (networking/nf_conntrack-sysctl)
// ----------

int64_t ReadSysctl(const char* name, int64_t otherwise) {
  std::ifstream file(absl::StrCat(kSysctls, name));
  int64_t value = 0;
  return file >> value ? value : otherwise;
}

bool TurnOn(const char* name) {
  if (ReadSysctl(name, 0) != 0) return true;
  std::ofstream file(absl::StrCat(kSysctls, name));
  file << "1" << std::flush;
  return file.good();
}

class Timeouts {
 public:
  // Seconds, as the kernel's settings are now.
  static Timeouts Read() {
    Timeouts timeouts;
    timeouts.tcp_ = {0,
                     ReadSysctl("tcp_timeout_syn_sent", 120),
                     ReadSysctl("tcp_timeout_syn_recv", 60),
                     ReadSysctl("tcp_timeout_established", 432'000),
                     ReadSysctl("tcp_timeout_fin_wait", 120),
                     ReadSysctl("tcp_timeout_close_wait", 60),
                     ReadSysctl("tcp_timeout_last_ack", 30),
                     ReadSysctl("tcp_timeout_time_wait", 120),
                     ReadSysctl("tcp_timeout_close", 10)};
    timeouts.udp_ = ReadSysctl("udp_timeout", 30);
    timeouts.udp_stream_ = ReadSysctl("udp_timeout_stream", 120);
    timeouts.icmp_ = ReadSysctl("icmp_timeout", 30);
    timeouts.icmpv6_ = ReadSysctl("icmpv6_timeout", 30);
    timeouts.generic_ = ReadSysctl("generic_timeout", 600);
    return timeouts;
  }

  int64_t Of(const ConntrackLeft& left) const {
    if (left.tcp_state) return *left.tcp_state < tcp_.size() ? tcp_[*left.tcp_state] : 0;
    switch (left.protocol) {
      case kProtocolUdp:
      case kProtocolUdpLite:
        return left.assured ? udp_stream_ : udp_;
      case kProtocolIcmp:
        return icmp_;
      case kProtocolIcmpv6:
        return icmpv6_;
      default:
        return generic_;
    }
  }

 private:
  std::array<int64_t, TCP_CONNTRACK_CLOSE + 1> tcp_{};
  int64_t udp_ = 0;
  int64_t udp_stream_ = 0;
  int64_t icmp_ = 0;
  int64_t icmpv6_ = 0;
  int64_t generic_ = 0;
};

// ---- reading a message -----------------------------------------------------------------------

uint64_t BigEndian64(const nlattr* attribute) { return be64toh(mnl_attr_get_u64(attribute)); }

Address ReadAddress(Family family, const nlattr* attribute) {
  return Address::FromBytes(family, static_cast<const uint8_t*>(mnl_attr_get_payload(attribute)));
}

void ReadAddresses(const nlattr* in, Tuple* tuple) {
  ForEachNested(in, [tuple](const nlattr* attribute) {
    switch (mnl_attr_get_type(attribute)) {
      case CTA_IP_V4_SRC:
        tuple->source = ReadAddress(Family::kIPv4, attribute);
        break;
      case CTA_IP_V4_DST:
        tuple->destination = ReadAddress(Family::kIPv4, attribute);
        break;
      case CTA_IP_V6_SRC:
        tuple->source = ReadAddress(Family::kIPv6, attribute);
        break;
      case CTA_IP_V6_DST:
        tuple->destination = ReadAddress(Family::kIPv6, attribute);
        break;
      default:
        break;
    }
  });
}

void ReadProtocol(const nlattr* in, Tuple* tuple) {
  ForEachNested(in, [tuple](const nlattr* attribute) {
    switch (mnl_attr_get_type(attribute)) {
      case CTA_PROTO_NUM:
        tuple->protocol = mnl_attr_get_u8(attribute);
        break;
      case CTA_PROTO_SRC_PORT:
        tuple->source_port = ntohs(mnl_attr_get_u16(attribute));
        break;
      case CTA_PROTO_DST_PORT:
        tuple->destination_port = ntohs(mnl_attr_get_u16(attribute));
        break;
      case CTA_PROTO_ICMP_TYPE:
      case CTA_PROTO_ICMPV6_TYPE:
        tuple->icmp_type = mnl_attr_get_u8(attribute);
        break;
      case CTA_PROTO_ICMP_CODE:
      case CTA_PROTO_ICMPV6_CODE:
        tuple->icmp_code = mnl_attr_get_u8(attribute);
        break;
      default:
        break;
    }
  });
}

Tuple ReadTuple(const nlattr* in) {
  Tuple tuple;
  ForEachNested(in, [&tuple](const nlattr* attribute) {
    switch (mnl_attr_get_type(attribute)) {
      case CTA_TUPLE_IP:
        ReadAddresses(attribute, &tuple);
        break;
      case CTA_TUPLE_PROTO:
        ReadProtocol(attribute, &tuple);
        break;
      default:
        break;
    }
  });
  return tuple;
}

// False if it has not both.
bool ReadTuples(const nlmsghdr* message, TrackedFlow* flow) {
  bool sent = false;
  bool answered = false;
  ForEachAttribute(message, sizeof(nfgenmsg), [&](const nlattr* attribute) {
    if (mnl_attr_get_type(attribute) == CTA_TUPLE_ORIG) {
      flow->tuple = ReadTuple(attribute);
      sent = true;
    } else if (mnl_attr_get_type(attribute) == CTA_TUPLE_REPLY) {
      const Tuple reply = ReadTuple(attribute);
      flow->answered_by = {reply.source, reply.source_port};
      flow->answered_to = {reply.destination, reply.destination_port};
      answered = true;
    }
  });
  return sent && answered;
}

void PutTuple(const Tuple& tuple, nlmsghdr* request) {
  const bool v4 = tuple.family() == Family::kIPv4;
  const size_t size = AddressBits(tuple.family()) / 8;
  nlattr* whole = mnl_attr_nest_start(request, CTA_TUPLE_ORIG);
  nlattr* addresses = mnl_attr_nest_start(request, CTA_TUPLE_IP);
  mnl_attr_put(request, v4 ? CTA_IP_V4_SRC : CTA_IP_V6_SRC, size, tuple.source.Bytes().data());
  mnl_attr_put(request, v4 ? CTA_IP_V4_DST : CTA_IP_V6_DST, size, tuple.destination.Bytes().data());
  mnl_attr_nest_end(request, addresses);
  nlattr* protocol = mnl_attr_nest_start(request, CTA_TUPLE_PROTO);
  mnl_attr_put_u8(request, CTA_PROTO_NUM, tuple.protocol);
  mnl_attr_put_u16(request, CTA_PROTO_SRC_PORT, htons(tuple.source_port));
  mnl_attr_put_u16(request, CTA_PROTO_DST_PORT, htons(tuple.destination_port));
  mnl_attr_nest_end(request, protocol);
  mnl_attr_nest_end(request, whole);
}

void ReadCounters(const nlattr* in, int64_t* packets, int64_t* bytes) {
  ForEachNested(in, [=](const nlattr* attribute) {
    const int type = mnl_attr_get_type(attribute);
    if (type == CTA_COUNTERS_PACKETS) *packets = static_cast<int64_t>(BigEndian64(attribute));
    if (type == CTA_COUNTERS_BYTES) *bytes = static_cast<int64_t>(BigEndian64(attribute));
  });
}

struct Stamps {
  int64_t start_ns = 0;  // since 1970; 0: not known
  int64_t stop_ns = 0;
};

Stamps ReadStamps(const nlattr* in) {
  Stamps stamps;
  ForEachNested(in, [&stamps](const nlattr* attribute) {
    const int type = mnl_attr_get_type(attribute);
    if (type == CTA_TIMESTAMP_START) stamps.start_ns = static_cast<int64_t>(BigEndian64(attribute));
    if (type == CTA_TIMESTAMP_STOP) stamps.stop_ns = static_cast<int64_t>(BigEndian64(attribute));
  });
  return stamps;
}

std::optional<uint8_t> ReadTcpState(const nlattr* in) {
  std::optional<uint8_t> state;
  ForEachNested(in, [&state](const nlattr* attribute) {
    if (mnl_attr_get_type(attribute) != CTA_PROTOINFO_TCP) return;
    ForEachNested(attribute, [&state](const nlattr* tcp) {
      if (mnl_attr_get_type(tcp) == CTA_PROTOINFO_TCP_STATE) state = mnl_attr_get_u8(tcp);
    });
  });
  return state;
}

// ---- the log ---------------------------------------------------------------------------------

class NetlinkConntrackLog final : public ConntrackLog {
 public:
  NetlinkConntrackLog(MnlSocket events, MnlSocket questions)
      : socket_(std::move(events)), questions_(std::move(questions)) {}

  bool Drain(absl::FunctionRef<void(const EndedFlow&)> visit) override {
    const absl::Time now = SteadyNow();
    if (now >= next_timeouts_) {
      timeouts_ = Timeouts::Read();
      next_timeouts_ = now + kTimeoutsEvery;
    }
    const auto read = [&](const nlmsghdr* message) {
      EndedFlow flow;
      if (Read(message, &flow)) visit(flow);
    };
    return DrainMessages(socket_.get(), read, kMessagesPerDrain);
  }

  std::optional<TrackedFlow> Find(const Tuple& tuple) override {
    std::array<char, 512> buffer{};
    nlmsghdr* request =
        PutNfnetlinkHeader(buffer.data(), NFNL_SUBSYS_CTNETLINK, IPCTNL_MSG_CT_GET, 0,
                           tuple.family() == Family::kIPv4 ? AF_INET : AF_INET6, 0);
    PutTuple(tuple, request);
    std::optional<TrackedFlow> found;
    const auto read = [&found](const nlmsghdr* message) {
      EndedFlow flow;
      if (ReadTuples(message, &flow)) found = flow;
    };
    // NotFound mostly: it is over, or not there yet.
    if (!SendAndWait(questions_.get(), request, read).ok()) return std::nullopt;
    return found;
  }

  uint64_t lost() const override {
    std::array<uint32_t, SK_MEMINFO_VARS> memory{};
    socklen_t size = sizeof(memory);
    if (getsockopt(mnl_socket_get_fd(socket_.get()), SOL_SOCKET, SO_MEMINFO, memory.data(),
                   &size) != 0) {
      return 0;
    }
    return memory[SK_MEMINFO_DROPS];
  }

 private:
  static constexpr absl::Duration kTimeoutsEvery = absl::Seconds(10);

  bool Read(const nlmsghdr* message, EndedFlow* flow) const {
    if (message->nlmsg_type != (NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_DELETE)) return false;
    if (!ReadTuples(message, flow)) return false;
    ConntrackLeft left;
    Stamps stamps;
    ForEachAttribute(message, sizeof(nfgenmsg), [&](const nlattr* attribute) {
      switch (mnl_attr_get_type(attribute)) {
        case CTA_COUNTERS_ORIG:
          ReadCounters(attribute, &flow->end.packets_sent, &flow->end.bytes_sent);
          break;
        case CTA_COUNTERS_REPLY:
          ReadCounters(attribute, &flow->end.packets_received, &flow->end.bytes_received);
          break;
        case CTA_TIMESTAMP:
          stamps = ReadStamps(attribute);
          break;
        case CTA_STATUS:
          left.assured = (ntohl(mnl_attr_get_u32(attribute)) & IPS_ASSURED) != 0;
          break;
        case CTA_TIMEOUT:
          left.timeout_s = ntohl(mnl_attr_get_u32(attribute));
          break;
        case CTA_PROTOINFO:
          left.tcp_state = ReadTcpState(attribute);
          break;
        default:
          break;
      }
    });
    left.protocol = flow->tuple.protocol;
    flow->end.reason = EndReason(left);
    FillTimes(left, stamps, &flow->end);
    return true;
  }

  // Connection tracking waits for some time after the last packet before it lets go.
  void FillTimes(const ConntrackLeft& left, const Stamps& stamps, FlowEnd* end) const {
    const absl::Time stop = stamps.stop_ns == 0 ? absl::Now() : absl::FromUnixNanos(stamps.stop_ns);
    const int64_t waited_s = std::max<int64_t>(0, timeouts_.Of(left) - left.timeout_s);
    end->time = stop - absl::Seconds(waited_s);
    if (stamps.start_ns == 0) return;
    const absl::Time start = absl::FromUnixNanos(stamps.start_ns);
    end->time = std::max(end->time, start);
    end->duration = end->time - start;
  }

  MnlSocket socket_;
  MnlSocket questions_;
  Timeouts timeouts_ = Timeouts::Read();
  absl::Time next_timeouts_ = absl::InfinitePast();
};

}  // namespace

FlowEnd::Reason EndReason(const ConntrackLeft& left) {
  if (left.tcp_state == TCP_CONNTRACK_CLOSE) return FlowEnd::Reason::kReset;
  // Removed early, too, where the ports are used again.
  if (left.tcp_state == TCP_CONNTRACK_TIME_WAIT || left.tcp_state == TCP_CONNTRACK_LAST_ACK) {
    return FlowEnd::Reason::kClosed;
  }
  return left.timeout_s > 0 ? FlowEnd::Reason::kRemoved : FlowEnd::Reason::kTimeout;
}

absl::StatusOr<std::unique_ptr<ConntrackLog>> OpenConntrackLog() {
  GW_ASSIGN_OR_RETURN(MnlSocket socket,
                      OpenNetlink(NETLINK_NETFILTER, NF_NETLINK_CONNTRACK_DESTROY));
  GW_RETURN_IF_ERROR(SetReceiveBuffer(socket.get(), kReceiveBufferBytes).status());
  for (const char* name : {"acct", "timestamp"}) {
    if (TurnOn(name)) continue;
    LogWarning("net.netfilter.nf_conntrack_", name,
               " cannot be turned on: the audit log will lack bytes or durations of flows");
  }
  GW_ASSIGN_OR_RETURN(MnlSocket questions, OpenNetlink(NETLINK_NETFILTER));
  return std::make_unique<NetlinkConntrackLog>(std::move(socket), std::move(questions));
}

}  // namespace gw
