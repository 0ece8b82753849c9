// Interfaces: the network interfaces of this namespace with their addresses, followed through
// rtnetlink(7). Control thread only.

#ifndef ENFORCER_CONTROL_INTERFACES_H_
#define ENFORCER_CONTROL_INTERFACES_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "common/policy/site.h"

namespace gw {

// By interface index; addresses sorted.
using InterfaceTable = std::map<uint32_t, LiveInterface>;

class Interfaces {
 public:
  virtual ~Interfaces() = default;
  // For poll(2): readable when something may have changed.
  virtual int fd() const = 0;
  // Reads the pending notifications and, if there were any, lists everything anew. Returns
  // whether the table changed (names, addresses; not flags or counters).
  virtual absl::StatusOr<bool> Refresh() = 0;
  virtual const InterfaceTable& table() const = 0;
};

// Lists once and subscribes.
absl::StatusOr<std::unique_ptr<Interfaces>> OpenInterfaces();

}  // namespace gw

#endif  // ENFORCER_CONTROL_INTERFACES_H_
