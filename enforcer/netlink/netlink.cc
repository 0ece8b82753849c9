#include "enforcer/netlink/netlink.h"

#include <arpa/inet.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cerrno>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/base/errno_text.h"
#include "common/base/status_macros.h"

namespace gw {
namespace {

// Enough for any message of the families used here (libmnl's advice is a page; dumps use 32 KiB).
constexpr size_t kReceiveBytes = 1 << 16;

// Visits the messages of one datagram; true when NLMSG_DONE or an error ends a dump.
bool VisitDatagram(const char* bytes, size_t size, absl::FunctionRef<void(const nlmsghdr*)> visit) {
  int left = static_cast<int>(size);
  const auto* message = reinterpret_cast<const nlmsghdr*>(bytes);
  while (mnl_nlmsg_ok(message, left)) {
    if (message->nlmsg_type == NLMSG_DONE) return true;
    visit(message);
    message = mnl_nlmsg_next(message, &left);
  }
  return false;
}

}  // namespace

absl::Status NetlinkError(absl::string_view what) {
  const std::string text = absl::StrCat(what, ": ", ErrnoText());
  if (errno == EPERM || errno == EACCES) {
    return absl::FailedPreconditionError(absl::StrCat(text, ": gatewardend needs CAP_NET_ADMIN"));
  }
  return absl::UnavailableError(text);
}

absl::StatusOr<MnlSocket> OpenNetlink(int bus, unsigned groups) {
  MnlSocket socket(mnl_socket_open2(bus, SOCK_CLOEXEC));
  if (!socket) return NetlinkError("open netlink");
  if (mnl_socket_bind(socket.get(), groups, MNL_SOCKET_AUTOPID) < 0) {
    return NetlinkError("bind netlink");
  }
  return socket;
}

absl::StatusOr<mnl_socket*> NetfilterSocket() {
  struct Kept {
    MnlSocket socket;
    ino_t space = 0;  // the network namespace in which it was opened
  };
  thread_local Kept kept;
  struct stat status {};
  if (stat("/proc/thread-self/ns/net", &status) != 0) status.st_ino = 0;
  if (kept.socket == nullptr || kept.space != status.st_ino || status.st_ino == 0) {
    GW_ASSIGN_OR_RETURN(kept.socket, OpenNetlink(NETLINK_NETFILTER));
    kept.space = status.st_ino;
  } else {
    // What a question that failed has left.
    DrainMessages(kept.socket.get(), [](const nlmsghdr*) {});
  }
  return kept.socket.get();
}

absl::StatusOr<int> SetReceiveBuffer(const mnl_socket* socket, int bytes) {
  const int fd = mnl_socket_get_fd(socket);
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) != 0 &&
      setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes)) != 0) {
    return NetlinkError("set the receive buffer");
  }
  int got = 0;
  socklen_t size = sizeof(got);
  if (getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &got, &size) != 0) {
    return NetlinkError("read the receive buffer's size");
  }
  return got / 2;
}

nlmsghdr* PutNfnetlinkHeader(char* buffer, uint8_t subsystem, uint8_t type, uint16_t flags,
                             uint8_t family, uint16_t resource) {
  nlmsghdr* header = mnl_nlmsg_put_header(buffer);
  header->nlmsg_type = static_cast<uint16_t>(subsystem << 8 | type);
  header->nlmsg_flags = static_cast<uint16_t>(NLM_F_REQUEST | flags);
  auto* generic = static_cast<nfgenmsg*>(mnl_nlmsg_put_extra_header(header, sizeof(nfgenmsg)));
  generic->nfgen_family = family;
  generic->version = NFNETLINK_V0;
  generic->res_id = htons(resource);
  return header;
}

absl::Status SendAndWait(mnl_socket* socket, nlmsghdr* message,
                         absl::FunctionRef<void(const nlmsghdr*)> other) {
  message->nlmsg_flags |= NLM_F_ACK;
  if (mnl_socket_sendto(socket, message, message->nlmsg_len) < 0) {
    return NetlinkError("write to netlink");
  }
  std::vector<char> buffer(kReceiveBytes);
  while (true) {
    const ssize_t count = mnl_socket_recvfrom(socket, buffer.data(), buffer.size());
    if (count < 0) return NetlinkError("read from netlink");
    const auto* header = reinterpret_cast<const nlmsghdr*>(buffer.data());
    if (header->nlmsg_type != NLMSG_ERROR) {
      other(header);
      continue;
    }
    const auto* error = static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(header));
    if (error->error == 0) return absl::OkStatus();
    errno = -error->error;
    return NetlinkError("netlink request");
  }
}

bool DrainMessages(mnl_socket* socket, absl::FunctionRef<void(const nlmsghdr*)> visit,
                   size_t datagrams_max) {
  std::vector<char> buffer(kReceiveBytes);
  for (size_t i = 0; i < datagrams_max; ++i) {
    const ssize_t count =
        recv(mnl_socket_get_fd(socket), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (count <= 0) return false;
    VisitDatagram(buffer.data(), static_cast<size_t>(count), visit);
  }
  return true;
}

absl::Status Dump(mnl_socket* socket, nlmsghdr* request,
                  absl::FunctionRef<void(const nlmsghdr*)> visit) {
  request->nlmsg_flags |= NLM_F_DUMP;
  if (mnl_socket_sendto(socket, request, request->nlmsg_len) < 0) {
    return NetlinkError("write to netlink");
  }
  std::vector<char> buffer(kReceiveBytes);
  absl::Status refused;
  const auto visit_one = [&](const nlmsghdr* message) {
    if (message->nlmsg_type != NLMSG_ERROR) return visit(message);
    errno = -static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(message))->error;
    refused = NetlinkError("netlink dump");
  };
  while (refused.ok()) {
    const ssize_t count = mnl_socket_recvfrom(socket, buffer.data(), buffer.size());
    if (count < 0) return NetlinkError("read from netlink");
    if (VisitDatagram(buffer.data(), static_cast<size_t>(count), visit_one)) break;
  }
  return refused;
}

}  // namespace gw
