#include "enforcer/audit/kernel_log.h"

#include <arpa/inet.h>
#include <linux/netfilter/nfnetlink_log.h>

#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

#include "common/base/status_macros.h"
#include "common/net/packet_parse.h"
#include "enforcer/dataplane/netfilter_hook.h"
#include "enforcer/netlink/netlink.h"

namespace gw {
namespace {

// Learned accepts come at the kernel's own pace, and the recorder waits for the disk at times: a
// second of 100,000 of them.
constexpr int kReceiveBufferBytes = 32 << 20;
// What the kernel gathers before it sends: a message of 200 packets costs it a fraction of 200
// messages. The socket's reader takes up to 64 KiB.
constexpr uint32_t kPacketsPerMessage = 200;
constexpr uint32_t kMessageBytes = 60 << 10;
// What one Drain visits: 4,000 packets, as much as the recorder writes at once.
constexpr size_t kMessagesPerDrain = 20;

class NetlinkKernelLog final : public KernelLog {
 public:
  NetlinkKernelLog(MnlSocket socket, const KernelLogPrefixes& prefixes)
      : socket_(std::move(socket)), prefixes_(prefixes) {}

  int fd() const override { return mnl_socket_get_fd(socket_.get()); }

  bool Drain(absl::FunctionRef<void(const KernelLogEntry&)> visit) override {
    const auto read = [&](const nlmsghdr* message) {
      KernelLogEntry entry;
      if (Read(message, &entry)) visit(entry);
    };
    return DrainMessages(socket_.get(), read, kMessagesPerDrain);
  }

  uint64_t lost() const override { return lost_; }

 private:
  bool Read(const nlmsghdr* message, KernelLogEntry* entry) {
    std::optional<Hook> hook;
    bool has_tuple = false;
    ForEachAttribute(message, sizeof(nfgenmsg), [&](const nlattr* attribute) {
      switch (mnl_attr_get_type(attribute)) {
        case NFULA_PACKET_HDR: {
          const auto* header =
              static_cast<const nfulnl_msg_packet_hdr*>(mnl_attr_get_payload(attribute));
          entry->prerouting = IsPrerouting(header->hook);
          hook = entry->prerouting ? Hook::kForward : HookOf(header->hook);
          break;
        }
        case NFULA_IFINDEX_INDEV:
          entry->in_index = ntohl(mnl_attr_get_u32(attribute));
          break;
        case NFULA_IFINDEX_OUTDEV:
          entry->out_index = ntohl(mnl_attr_get_u32(attribute));
          break;
        case NFULA_PREFIX:
          ReadPrefix(mnl_attr_get_str(attribute), entry);
          break;
        case NFULA_PAYLOAD: {
          const ParsedPacket parsed =
              ParsePacket(static_cast<const uint8_t*>(mnl_attr_get_payload(attribute)),
                          mnl_attr_get_payload_len(attribute));
          has_tuple = parsed.problem == ParsedPacket::Problem::kNone;
          entry->tuple = parsed.tuple;
          break;
        }
        case NFULA_SEQ:
          CountGap(ntohl(mnl_attr_get_u32(attribute)));
          break;
        default:
          break;
      }
    });
    if (!hook || !has_tuple) return false;
    entry->hook = *hook;
    return true;
  }

  void ReadPrefix(absl::string_view prefix, KernelLogEntry* entry) const {
    using Kind = KernelLogEntry::Kind;
    const std::pair<const std::string&, Kind> kinds[] = {
        {prefixes_.learned, Kind::kLearned},
        {prefixes_.untracked, Kind::kUntracked},
        {prefixes_.reverse_path, Kind::kReversePath},
    };
    for (const auto& [begin, kind] : kinds) {
      absl::string_view number = prefix;
      if (!absl::ConsumePrefix(&number, begin) || !absl::SimpleAtoi(number, &entry->generation)) {
        continue;
      }
      entry->kind = kind;
      return;
    }
    entry->prefix = std::string(prefix);
  }

  void CountGap(uint32_t sequence) {
    if (expected_ && sequence != *expected_) lost_ += sequence - *expected_;
    expected_ = sequence + 1;
  }

  MnlSocket socket_;
  const KernelLogPrefixes prefixes_;
  std::optional<uint32_t> expected_;
  uint64_t lost_ = 0;
};

nlmsghdr* PutConfig(char* buffer, uint16_t group) {
  return PutNfnetlinkHeader(buffer, NFNL_SUBSYS_ULOG, NFULNL_MSG_CONFIG, 0, AF_UNSPEC, group);
}

absl::StatusOr<std::unique_ptr<KernelLog>> Open(uint16_t group, const KernelLogPrefixes& prefixes) {
  GW_ASSIGN_OR_RETURN(MnlSocket socket, OpenNetlink(NETLINK_NETFILTER));
  const auto ignore = [](const nlmsghdr*) {};
  char buffer[256];
  nlmsghdr* bind = PutConfig(buffer, group);
  const nfulnl_msg_config_cmd command = {NFULNL_CFG_CMD_BIND};
  mnl_attr_put(bind, NFULA_CFG_CMD, sizeof(command), &command);
  GW_RETURN_IF_ERROR(SendAndWait(socket.get(), bind, ignore));

  nlmsghdr* configure = PutConfig(buffer, group);
  nfulnl_msg_config_mode mode{};
  mode.copy_mode = NFULNL_COPY_PACKET;
  mode.copy_range = htonl(kPacketCopyBytes);
  mnl_attr_put(configure, NFULA_CFG_MODE, sizeof(mode), &mode);
  // In hundredths of a second: deliver soon, since people watch.
  mnl_attr_put_u32(configure, NFULA_CFG_TIMEOUT, htonl(5));
  mnl_attr_put_u32(configure, NFULA_CFG_NLBUFSIZ, htonl(kMessageBytes));
  mnl_attr_put_u32(configure, NFULA_CFG_QTHRESH, htonl(kPacketsPerMessage));
  mnl_attr_put_u16(configure, NFULA_CFG_FLAGS, htons(NFULNL_CFG_F_SEQ));
  GW_RETURN_IF_ERROR(SendAndWait(socket.get(), configure, ignore));
  GW_RETURN_IF_ERROR(SetReceiveBuffer(socket.get(), kReceiveBufferBytes).status());
  return std::make_unique<NetlinkKernelLog>(std::move(socket), prefixes);
}

}  // namespace

absl::StatusOr<std::unique_ptr<KernelLog>> OpenKernelLog(uint16_t group,
                                                         const KernelLogPrefixes& prefixes) {
  auto log = Open(group, prefixes);
  if (!log.ok()) return Annotate(log.status(), absl::StrCat("kernel log group ", group));
  return log;
}

}  // namespace gw
