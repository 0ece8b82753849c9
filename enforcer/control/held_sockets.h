// HeldSockets: what outlived its gatewardend, as its successor gets it.

#ifndef ENFORCER_CONTROL_HELD_SOCKETS_H_
#define ENFORCER_CONTROL_HELD_SOCKETS_H_

#include <cstdint>
#include <vector>

#include "common/base/closer.h"

namespace gw {

struct HeldQueue {
  uint16_t number = 0;
  FileDescriptor socket;
};

struct HeldSockets {
  std::vector<HeldQueue> queues;
  FileDescriptor table;  // table_socket.h; not valid: none
};

}  // namespace gw

#endif  // ENFORCER_CONTROL_HELD_SOCKETS_H_
