// FdStore: the service manager as keeper of the packet queues' sockets (sd_pid_notify_with_fds(3),
// FDSTORE=1): it has them whatever becomes of the processes of the service, and gives them to the
// next gatewardend that it starts (sd_listen_fds_with_names(3)). Without such a manager all of this
// does nothing, and QueueHolder is alone with the task. Control thread only.

#ifndef ENFORCER_CONTROL_FD_STORE_H_
#define ENFORCER_CONTROL_FD_STORE_H_

#include <cstdint>
#include <set>
#include <vector>

#include "enforcer/control/held_queue.h"

namespace gw {

class FdStore {
 public:
  // Takes what the manager kept for this process, once and before it starts others: the
  // environment that says so goes. What is no queue's socket is closed.
  std::vector<HeldQueue> Take();

  // From now on the manager keeps `sockets`, the queues from `first` on, and no other queue. It
  // does not say whether it could (NotifyAccess=, FileDescriptorStoreMax= of systemd.service(5)).
  void Keep(uint16_t first, const std::vector<int>& sockets);

 private:
  std::set<uint16_t> kept_;
};

}  // namespace gw

#endif  // ENFORCER_CONTROL_FD_STORE_H_
