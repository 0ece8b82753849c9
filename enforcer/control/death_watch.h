// DeathWatch: a child process that outlives gatewardend by a moment and takes what was learned out
// of the kernel. Without it the kernel would go on accepting new flows that nobody records, for
// minutes, although failMode is Closed, or denying them although it is Open. Control thread only.

#ifndef ENFORCER_CONTROL_DEATH_WATCH_H_
#define ENFORCER_CONTROL_DEATH_WATCH_H_

#include <sys/types.h>

#include "absl/status/statusor.h"

#include "common/base/closer.h"

namespace gw {

class DeathWatch {
 public:
  // Forks: only before the process has other threads. The child keeps no other file open, so that
  // no lock lives in it, and does nothing until gatewardend has ended, however that happens.
  static absl::StatusOr<DeathWatch> Start();
  DeathWatch(DeathWatch&& other) noexcept;
  DeathWatch& operator=(DeathWatch&&) = delete;
  // Lets the child do its work and waits for it.
  ~DeathWatch();

  // From now on there is something to forget. Before that the child just ends.
  void Arm();
  // False if somebody killed the child: nothing may be learned any more.
  bool Alive();

 private:
  DeathWatch(FileDescriptor pipe, pid_t child) : pipe_(std::move(pipe)), child_(child) {}

  FileDescriptor pipe_;  // the writing end; the kernel closes it when this process ends
  pid_t child_;          // 0: has ended
};

}  // namespace gw

#endif  // ENFORCER_CONTROL_DEATH_WATCH_H_
