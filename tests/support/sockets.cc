#include "tests/support/sockets.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

#include "common/base/status_macros.h"

namespace gw::testing {
namespace {

constexpr int kBacklog = 64;

absl::Status SetOption(int fd, int level, int option, int value) {
  if (setsockopt(fd, level, option, &value, sizeof(value)) == 0) return absl::OkStatus();
  return absl::ErrnoToStatus(errno, "setsockopt");
}

}  // namespace

uint16_t SocketAddress::port() const {
  if (family() == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in*>(&storage)->sin_port);
  return ntohs(reinterpret_cast<const sockaddr_in6*>(&storage)->sin6_port);
}

std::string SocketAddress::text() const {
  char buffer[INET6_ADDRSTRLEN] = "";
  if (family() == AF_INET) {
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(&storage)->sin_addr, buffer,
              sizeof(buffer));
  } else {
    inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(&storage)->sin6_addr, buffer,
              sizeof(buffer));
  }
  return std::string(absl::StripPrefix(buffer, "::ffff:"));
}

absl::StatusOr<SocketAddress> MakeSocketAddress(absl::string_view address, uint16_t port) {
  SocketAddress made;
  const std::string text(address.empty() ? "::" : address);
  auto* ipv4 = reinterpret_cast<sockaddr_in*>(&made.storage);
  if (inet_pton(AF_INET, text.c_str(), &ipv4->sin_addr) == 1) {
    ipv4->sin_family = AF_INET;
    ipv4->sin_port = htons(port);
    made.size = sizeof(sockaddr_in);
    return made;
  }
  auto* ipv6 = reinterpret_cast<sockaddr_in6*>(&made.storage);
  if (inet_pton(AF_INET6, text.c_str(), &ipv6->sin6_addr) == 1) {
    ipv6->sin6_family = AF_INET6;
    ipv6->sin6_port = htons(port);
    made.size = sizeof(sockaddr_in6);
    return made;
  }
  return absl::InvalidArgumentError(absl::StrCat("`", address, "` is not an address"));
}

SocketAddress LocalAddress(int fd) {
  SocketAddress address;
  getsockname(fd, address.get(), &address.size);
  return address;
}

absl::StatusOr<FileDescriptor> OpenSocket(const Namespace& in, int family, int type) {
  NamespaceScope scope(in);
  FileDescriptor fd(socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.valid()) return absl::ErrnoToStatus(errno, "socket");
  return fd;
}

absl::StatusOr<FileDescriptor> OpenServerSocket(const Namespace& in, int type,
                                                absl::string_view address, uint16_t port) {
  GW_ASSIGN_OR_RETURN(const SocketAddress local, MakeSocketAddress(address, port));
  GW_ASSIGN_OR_RETURN(FileDescriptor fd, OpenSocket(in, local.family(), type));
  GW_RETURN_IF_ERROR(SetOption(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1));
  if (local.family() == AF_INET6) {
    GW_RETURN_IF_ERROR(SetOption(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, address.empty() ? 0 : 1));
  }
  if (bind(fd.get(), local.get(), local.size) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("bind to `", address, "` port ", port));
  }
  if (type == SOCK_STREAM && listen(fd.get(), kBacklog) != 0) {
    return absl::ErrnoToStatus(errno, "listen");
  }
  return fd;
}

bool WaitFor(int fd, short events, absl::Time deadline) {
  pollfd wanted{fd, events, 0};
  for (;;) {
    const auto left_ms = std::max<int64_t>(0, absl::ToInt64Milliseconds(deadline - absl::Now()));
    const int ready = poll(&wanted, 1, static_cast<int>(left_ms));
    if (ready > 0) return true;
    if (ready == 0 && absl::Now() >= deadline) return false;
  }
}

}  // namespace gw::testing
