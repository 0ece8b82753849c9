// The packet queues of a network namespace as the kernel lists them: who reads one, what waits in
// it, and what never came up. Thread-safe: pure, but for reading a file.

#ifndef ENFORCER_NETLINK_KERNEL_QUEUES_H_
#define ENFORCER_NETLINK_KERNEL_QUEUES_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"

namespace gw {

// One line of /proc/net/netfilter/nfnetlink_queue (net/netfilter/nfnetlink_queue.c, seq_show).
// Counts are since the queue was bound.
struct KernelQueue {
  uint16_t number = 0;
  int64_t port = 0;           // netlink port of the socket that reads it
  uint32_t waiting = 0;       // packets without an answer yet
  uint32_t dropped = 0;       // packets that found the queue full
  uint32_t user_dropped = 0;  // packets that found the socket's buffer full
  uint32_t last_packet = 0;   // number of the packet that came last: they are numbered from 1
};

// Lines that are none are left out.
std::vector<KernelQueue> ParseKernelQueues(absl::string_view text);

// In the network namespace of the calling thread. Nothing if the kernel does not tell: its module
// is loaded when the first program listens.
std::optional<std::vector<KernelQueue>> ReadKernelQueues();

}  // namespace gw

#endif  // ENFORCER_NETLINK_KERNEL_QUEUES_H_
