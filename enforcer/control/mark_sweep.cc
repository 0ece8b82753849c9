#include "enforcer/control/mark_sweep.h"

#include <arpa/inet.h>
#include <linux/netfilter/nfnetlink_conntrack.h>

#include <cstring>
#include <vector>

#include "common/base/status_macros.h"
#include "enforcer/netlink/netlink.h"

namespace gw {
namespace {

// What an update needs of a flow: its original tuple as the kernel wrote it, and its zone.
struct StaleFlow {
  uint8_t family = 0;
  std::vector<char> original;  // payload of CTA_TUPLE_ORIG
  uint16_t zone = 0;           // network byte order, 0: none
};

void AddIfStale(const nlmsghdr* message, const MarkLayout& marks, uint32_t current,
                std::vector<StaleFlow>* stale) {
  StaleFlow flow;
  uint32_t mark = 0;
  flow.family = static_cast<const nfgenmsg*>(mnl_nlmsg_get_payload(message))->nfgen_family;
  ForEachAttribute(message, sizeof(nfgenmsg), [&](const nlattr* attribute) {
    const char* payload = static_cast<const char*>(mnl_attr_get_payload(attribute));
    switch (mnl_attr_get_type(attribute)) {
      case CTA_TUPLE_ORIG:
        flow.original.assign(payload, payload + mnl_attr_get_payload_len(attribute));
        break;
      case CTA_MARK:
        mark = ntohl(mnl_attr_get_u32(attribute));
        break;
      case CTA_ZONE:
        flow.zone = mnl_attr_get_u16(attribute);
        break;
      default:
        break;
    }
  });
  const uint32_t generation = marks.GenerationOf(mark);
  if (marks.VerdictOf(mark) == MarkVerdict::kAccept && generation != kFailsafeGeneration &&
      GenerationAge(generation, current) >= kSweepEvery) {
    stale->push_back(std::move(flow));
  }
}

absl::Status ClearMark(mnl_socket* socket, const MarkLayout& marks, const StaleFlow& flow) {
  std::vector<char> buffer(static_cast<size_t>(MNL_SOCKET_BUFFER_SIZE));
  nlmsghdr* message = PutNfnetlinkHeader(buffer.data(), NFNL_SUBSYS_CTNETLINK, IPCTNL_MSG_CT_NEW, 0,
                                         flow.family, 0);
  mnl_attr_put(message, CTA_TUPLE_ORIG | NLA_F_NESTED, flow.original.size(), flow.original.data());
  if (flow.zone != 0) mnl_attr_put_u16(message, CTA_ZONE, flow.zone);
  mnl_attr_put_u32(message, CTA_MARK, 0);
  mnl_attr_put_u32(message, CTA_MARK_MASK, htonl(marks.mask()));
  const absl::Status status = SendAndWait(socket, message, [](const nlmsghdr*) {});
  // The flow may have ended since the list was made.
  return errno == ENOENT ? absl::OkStatus() : status;
}

}  // namespace

absl::StatusOr<size_t> SweepMarks(const MarkLayout& marks, uint32_t current) {
  GW_ASSIGN_OR_RETURN(const MnlSocket socket, OpenNetlink(NETLINK_NETFILTER));
  char buffer[64];
  nlmsghdr* request =
      PutNfnetlinkHeader(buffer, NFNL_SUBSYS_CTNETLINK, IPCTNL_MSG_CT_GET, 0, AF_UNSPEC, 0);
  std::vector<StaleFlow> stale;
  GW_RETURN_IF_ERROR(Dump(socket.get(), request, [&](const nlmsghdr* message) {
    AddIfStale(message, marks, current, &stale);
  }));
  for (const StaleFlow& flow : stale) {
    errno = 0;
    GW_RETURN_IF_ERROR(ClearMark(socket.get(), marks, flow));
  }
  return stale.size();
}

}  // namespace gw
