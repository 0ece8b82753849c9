// HeldQueue: a packet queue that outlived its gatewardend, as its successor gets it.

#ifndef ENFORCER_CONTROL_HELD_QUEUE_H_
#define ENFORCER_CONTROL_HELD_QUEUE_H_

#include <cstdint>

#include "common/base/closer.h"

namespace gw {

struct HeldQueue {
  uint16_t number = 0;
  FileDescriptor socket;
};

}  // namespace gw

#endif  // ENFORCER_CONTROL_HELD_QUEUE_H_
