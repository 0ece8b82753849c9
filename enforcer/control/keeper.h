// Keeper: what stays when gatewardend ends, however that ends: a child process (`gw-keeper`) with
// duplicates of its sockets. While its maker lives it does nothing. Then
//
//  - it takes what was learned out of the kernel, since nobody records any more what would be
//    accepted by it;
//  - it keeps the packet queues, so that new flows wait in the kernel instead of being dropped, and
//    the socket that owns the table (table_socket.h), so that nobody else changes it meanwhile;
//  - it hands the sockets to whoever asks on an abstract Unix socket of the network namespace, or
//    closes them when the time is over.
//
// A queue and an owned table live as long as any descriptor of their sockets; the table stays even
// then. Control thread only.

#ifndef ENFORCER_CONTROL_KEEPER_H_
#define ENFORCER_CONTROL_KEEPER_H_

#include <sys/types.h>

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/base/closer.h"
#include "enforcer/control/held_sockets.h"
#include "enforcer/ruleset/table_socket.h"

namespace gw {

// One message takes 253 descriptors (SCM_MAX_FD, unix(7)), of which one is the table's.
inline constexpr size_t kKeptQueuesMax = 252;

// Takes what a keeper in this network namespace has, which ends with that. Nothing if there is
// none, or if what listens there belongs to another user.
HeldSockets TakeHeldSockets();

class Keeper {
 public:
  // Forks. To be called before there are threads.
  static absl::StatusOr<Keeper> Start();
  Keeper(Keeper&& other) noexcept;
  Keeper& operator=(Keeper&&) = delete;
  // As when the process ends: the child goes on with what it has.
  ~Keeper() = default;

  // Gives the child duplicates: of `table`, and of `queues`, whose numbers are those from `first`
  // on. It lets go of what it had. `hold` is how long it keeps them after this process: flows wait
  // so long at most. Of the queues, no more than kKeptQueuesMax. Before the first call it does
  // nothing in the end. Unavailable if it is gone.
  absl::Status Keep(const TableSocket& table, uint16_t first, const std::vector<int>& queues,
                    absl::Duration hold);

  bool Alive();

 private:
  Keeper(FileDescriptor socket, pid_t child) : socket_(std::move(socket)), child_(child) {}

  FileDescriptor socket_;  // of a pair, whose other end the child has
  pid_t child_ = 0;        // 0: gone
};

}  // namespace gw

#endif  // ENFORCER_CONTROL_KEEPER_H_
