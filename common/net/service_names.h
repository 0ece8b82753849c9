// The usual names of ports, from a table in the program: no file and no network is asked, so that
// every machine words a rule alike.

#ifndef COMMON_NET_SERVICE_NAMES_H_
#define COMMON_NET_SERVICE_NAMES_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

#include "common/net/tuple.h"

namespace gw {

// "https" for TCP 443; empty if the port has no usual name with this protocol. Never fails.
absl::string_view ServiceName(uint8_t protocol, uint16_t port);

// Also for a range that has one name, such as UDP 137-139 (netbios).
absl::string_view ServiceName(uint8_t protocol, const PortRange& ports);

struct NamedService {
  uint8_t protocol = 0;
  uint16_t port = 0;
};
// The port that a name stands for, TCP before UDP; in any case. Nothing for unknown names.
std::optional<NamedService> ServiceByName(absl::string_view name);

}  // namespace gw

#endif  // COMMON_NET_SERVICE_NAMES_H_
