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
  // table_socket.h; a service manager may have more than one, of which one is in use.
  std::vector<FileDescriptor> tables;
};

}  // namespace gw

#endif  // ENFORCER_CONTROL_HELD_SOCKETS_H_
