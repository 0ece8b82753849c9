// FdStore: the service manager as keeper of gatewardend's sockets (sd_pid_notify_with_fds(3),
// FDSTORE=1): it has them whatever becomes of the processes of the service, and gives them to the
// next gatewardend that it starts (sd_listen_fds_with_names(3)). Without such a manager all of this
// does nothing, and Keeper is alone with the task. Control thread only.

#ifndef ENFORCER_CONTROL_FD_STORE_H_
#define ENFORCER_CONTROL_FD_STORE_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "enforcer/control/held_sockets.h"
#include "enforcer/ruleset/table_socket.h"

namespace gw {

class FdStore {
 public:
  // Takes what the manager kept for this process, once and before it starts others: the
  // environment that says so goes. What is no such socket is closed.
  HeldSockets Take();

  // From now on the manager keeps `table`, and of the queues `queues`, those from `first` on. It
  // does not say whether it could (NotifyAccess=, FileDescriptorStoreMax= of systemd.service(5)).
  void Keep(const TableSocket& table, uint16_t first, const std::vector<int>& queues);

 private:
  std::set<std::string> kept_;
  bool table_given_ = false;
};

}  // namespace gw

#endif  // ENFORCER_CONTROL_FD_STORE_H_
