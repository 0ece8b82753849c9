// What our netlink sockets have in common: opening one, walking attributes, asking and waiting for
// the acknowledgement. Included by .cc files only, so that libmnl's types stay behind our headers.

#ifndef ENFORCER_NETLINK_NETLINK_H_
#define ENFORCER_NETLINK_NETLINK_H_

#include <libmnl/libmnl.h>
#include <linux/netfilter/nfnetlink.h>

#include <cstdint>
#include <memory>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/base/closer.h"

namespace gw {

using MnlSocket = std::unique_ptr<mnl_socket, Closer<&mnl_socket_close>>;

// Unavailable "WHAT: errno text"; FailedPrecondition, with the remedy, for EPERM.
absl::Status NetlinkError(absl::string_view what);

// A bound, close-on-exec socket of `bus` (NETLINK_ROUTE, NETLINK_NETFILTER), subscribed to the
// multicast groups of the mask.
absl::StatusOr<MnlSocket> OpenNetlink(int bus, unsigned groups = 0);

// A socket for questions to netfilter, of this thread and of the network namespace that it is in.
// It stays open for the next question, since closing one may take 20 ms: the kernel then waits
// until what the last transaction of nftables took away is freed (nft_rcv_nl_event in
// net/netfilter/nf_tables_api.c). The caller does not keep it, and asks nothing else meanwhile.
absl::StatusOr<mnl_socket*> NetfilterSocket();

// Receive buffer in bytes, past rmem_max where CAP_NET_ADMIN allows it. Returns what the socket has
// then, which is less where that is not allowed (socket(7): the kernel doubles it for its own use;
// this is without).
absl::StatusOr<int> SetReceiveBuffer(const mnl_socket* socket, int bytes);

// Calls `visit` for each attribute behind the `header_bytes` of the family's own header. The
// attributes are checked against the message's length.
template <typename Visitor>
void ForEachAttribute(const nlmsghdr* message, size_t header_bytes, Visitor&& visit) {
  const auto* attribute =
      static_cast<const nlattr*>(mnl_nlmsg_get_payload_offset(message, header_bytes));
  const char* tail = static_cast<const char*>(mnl_nlmsg_get_payload_tail(message));
  while (
      mnl_attr_ok(attribute, static_cast<int>(tail - reinterpret_cast<const char*>(attribute)))) {
    visit(attribute);
    attribute = mnl_attr_next(attribute);
  }
}

// The same for the attributes within one.
template <typename Visitor>
void ForEachNested(const nlattr* in, Visitor&& visit) {
  const char* const end =
      static_cast<const char*>(mnl_attr_get_payload(in)) + mnl_attr_get_payload_len(in);
  const auto* attribute = static_cast<const nlattr*>(mnl_attr_get_payload(in));
  while (mnl_attr_ok(attribute, static_cast<int>(end - reinterpret_cast<const char*>(attribute)))) {
    visit(attribute);
    attribute = mnl_attr_next(attribute);
  }
}

// Puts netlink and nfnetlink headers of a request into `buffer`.
nlmsghdr* PutNfnetlinkHeader(char* buffer, uint8_t subsystem, uint8_t type, uint16_t flags,
                             uint8_t family, uint16_t resource);

// Sends `message` with NLM_F_ACK and waits for the answer to it. Other messages that arrive
// meanwhile go to `other`.
absl::Status SendAndWait(mnl_socket* socket, nlmsghdr* message,
                         absl::FunctionRef<void(const nlmsghdr*)> other);

// Reads what is there now without waiting, one datagram after the other. True if it ended at
// `datagrams_max`: there may be more.
bool DrainMessages(mnl_socket* socket, absl::FunctionRef<void(const nlmsghdr*)> visit,
                   size_t datagrams_max = SIZE_MAX);

// Sends a dump request and visits every answer until its end.
absl::Status Dump(mnl_socket* socket, nlmsghdr* request,
                  absl::FunctionRef<void(const nlmsghdr*)> visit);

}  // namespace gw

#endif  // ENFORCER_NETLINK_NETLINK_H_
