#include "enforcer/audit/kernel_log.h"

#include <arpa/inet.h>
#include <linux/netfilter/nfnetlink_log.h>

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/base/status_macros.h"
#include "common/net/packet_parse.h"
#include "enforcer/dataplane/netfilter_hook.h"
#include "enforcer/netlink/netlink.h"

namespace gw {
namespace {

constexpr int kReceiveBufferBytes = 4 << 20;

class NetlinkKernelLog final : public KernelLog {
 public:
  explicit NetlinkKernelLog(MnlSocket socket) : socket_(std::move(socket)) {}

  int fd() const override { return mnl_socket_get_fd(socket_.get()); }

  void Drain(absl::FunctionRef<void(const KernelLogEntry&)> visit) override {
    DrainMessages(socket_.get(), [&](const nlmsghdr* message) {
      KernelLogEntry entry;
      if (Read(message, &entry)) visit(entry);
    });
  }

  uint64_t lost() const override { return lost_; }

 private:
  bool Read(const nlmsghdr* message, KernelLogEntry* entry) {
    std::optional<Hook> hook;
    bool has_tuple = false;
    ForEachAttribute(message, sizeof(nfgenmsg), [&](const nlattr* attribute) {
      switch (mnl_attr_get_type(attribute)) {
        case NFULA_PACKET_HDR:
          hook = HookOf(
              static_cast<const nfulnl_msg_packet_hdr*>(mnl_attr_get_payload(attribute))->hook);
          break;
        case NFULA_IFINDEX_INDEV:
          entry->in_index = ntohl(mnl_attr_get_u32(attribute));
          break;
        case NFULA_IFINDEX_OUTDEV:
          entry->out_index = ntohl(mnl_attr_get_u32(attribute));
          break;
        case NFULA_PREFIX:
          entry->prefix = mnl_attr_get_str(attribute);
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

  void CountGap(uint32_t sequence) {
    if (expected_ && sequence != *expected_) lost_ += sequence - *expected_;
    expected_ = sequence + 1;
  }

  MnlSocket socket_;
  std::optional<uint32_t> expected_;
  uint64_t lost_ = 0;
};

nlmsghdr* PutConfig(char* buffer, uint16_t group) {
  return PutNfnetlinkHeader(buffer, NFNL_SUBSYS_ULOG, NFULNL_MSG_CONFIG, 0, AF_UNSPEC, group);
}

absl::StatusOr<std::unique_ptr<KernelLog>> Open(uint16_t group) {
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
  mnl_attr_put_u16(configure, NFULA_CFG_FLAGS, htons(NFULNL_CFG_F_SEQ));
  GW_RETURN_IF_ERROR(SendAndWait(socket.get(), configure, ignore));
  GW_RETURN_IF_ERROR(SetReceiveBuffer(socket.get(), kReceiveBufferBytes));
  return std::make_unique<NetlinkKernelLog>(std::move(socket));
}

}  // namespace

absl::StatusOr<std::unique_ptr<KernelLog>> OpenKernelLog(uint16_t group) {
  auto log = Open(group);
  if (!log.ok()) return Annotate(log.status(), absl::StrCat("kernel log group ", group));
  return log;
}

}  // namespace gw
