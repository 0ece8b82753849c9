// What the lab's clients and servers share: addresses as sockaddr, sockets opened in a namespace,
// waits with a deadline.

#ifndef TESTS_SUPPORT_SOCKETS_H_
#define TESTS_SUPPORT_SOCKETS_H_

#include <sys/socket.h>

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/base/closer.h"
#include "tests/support/netns.h"

namespace gw::testing {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);

  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  int family() const { return storage.ss_family; }
  uint16_t port() const;
  // Numeric; an IPv4 address seen by an IPv6 socket reads as IPv4.
  std::string text() const;
};

// `address` empty: any, of both families.
absl::StatusOr<SocketAddress> MakeSocketAddress(absl::string_view address, uint16_t port);
SocketAddress LocalAddress(int fd);

// A non-blocking socket of `type` (SOCK_STREAM, SOCK_DGRAM) that lives in the namespace.
absl::StatusOr<FileDescriptor> OpenSocket(const Namespace& in, int family, int type);
// The same, bound, and listening if it is a stream.
absl::StatusOr<FileDescriptor> OpenServerSocket(const Namespace& in, int type,
                                                absl::string_view address, uint16_t port);

// Whether one of `events` (poll(2)) or an error came before the deadline.
bool WaitFor(int fd, short events, absl::Time deadline);

}  // namespace gw::testing

#endif  // TESTS_SUPPORT_SOCKETS_H_
