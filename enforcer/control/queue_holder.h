// QueueHolder: keeps the sockets of the packet queues while gatewardend is not there, so that new
// flows wait in the kernel instead of being dropped, and the next gatewardend answers them. A queue
// lives as long as any descriptor of its socket.
//
// A child process (`gw-holder`) has duplicates of them. It does nothing until its maker ends,
// however that ends; then it hands them to whoever asks on an abstract Unix socket of the network
// namespace, or closes them when the time is over. Control thread only.

#ifndef ENFORCER_CONTROL_QUEUE_HOLDER_H_
#define ENFORCER_CONTROL_QUEUE_HOLDER_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/base/closer.h"
#include "enforcer/control/held_queue.h"

namespace gw {

// Takes what a holder in this network namespace has, which ends with that. Nothing if there is
// none, or if what listens there belongs to another user.
std::vector<HeldQueue> TakeHeldQueues();

class QueueHolder {
 public:
  // Forks. To be called before there are threads.
  static absl::StatusOr<QueueHolder> Start();
  QueueHolder(QueueHolder&&) = default;
  QueueHolder& operator=(QueueHolder&&) = default;
  // As when the process ends: the child goes on with what it has.
  ~QueueHolder() = default;

  // Gives the child duplicates of `sockets`, the queues from `first` on; it lets go of what it had.
  // `hold` is how long it keeps them after this process: flows wait so long at most. Unavailable if
  // the child is gone.
  absl::Status Keep(uint16_t first, const std::vector<int>& sockets, absl::Duration hold);

 private:
  explicit QueueHolder(FileDescriptor socket) : socket_(std::move(socket)) {}

  FileDescriptor socket_;  // of a pair, whose other end the child has
};

}  // namespace gw

#endif  // ENFORCER_CONTROL_QUEUE_HOLDER_H_
