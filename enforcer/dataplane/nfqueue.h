// Nfqueue: a PacketQueue over a netlink socket of NFQUEUE (Documentation: libnetfilter_queue,
// include/uapi/linux/netfilter/nfnetlink_queue.h). Messages are received with one recvmmsg(2) into
// a reused arena and answered with one send: one verdict a system call loses packets at rates
// where the kernel alone does not.

#ifndef ENFORCER_DATAPLANE_NFQUEUE_H_
#define ENFORCER_DATAPLANE_NFQUEUE_H_

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"

#include "common/base/closer.h"
#include "enforcer/dataplane/packet_queue.h"

namespace gw {

struct NfqueueOptions {
  uint16_t number = 0;
  uint32_t length_max = 65536;              // packets that may wait in the kernel
  uint32_t receive_buffer_bytes = 8 << 20;  // SO_RCVBUFFORCE
  bool fail_open = false;                   // a full queue accepts (failMode Open) instead of drops
};

// Binds the queue; or goes on with the socket `held` that an earlier process bound and configured
// (keeper.h), and with what waits in it. FailedPrecondition: another process has it, or no
// CAP_NET_ADMIN.
absl::StatusOr<std::unique_ptr<PacketQueue>> OpenNfqueue(const NfqueueOptions& options,
                                                         FileDescriptor held = FileDescriptor());

}  // namespace gw

#endif  // ENFORCER_DATAPLANE_NFQUEUE_H_
