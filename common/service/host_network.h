// What this machine has in its network namespace: interfaces with their addresses, and the
// neighbours that the kernel knows. Read by rtnetlink; needs no privilege. Thread-safe.

#ifndef COMMON_SERVICE_HOST_NETWORK_H_
#define COMMON_SERVICE_HOST_NETWORK_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "common/net/address.h"

namespace gw {

// Of an interface's address: the address itself, with the host bits that a Prefix has not.
struct InterfaceAddress {
  Address address;
  uint8_t prefix_length = 0;

  friend bool operator==(const InterfaceAddress&, const InterfaceAddress&) = default;
};

struct HostInterface {
  enum class Kind : uint8_t {
    kLoopback,
    kEthernet,  // also what is none of the others
    kWireless,
    kBridge,
    kBond,
    kVlan,
    kVirtual,  // veth, tap and dummy: towards containers, virtual machines, nowhere
    kTunnel,   // WireGuard, tun, PPP, GRE, IP in IP, VXLAN, XFRM
  };

  uint32_t index = 0;
  std::string name;
  Kind kind = Kind::kEthernet;
  bool up = false;                          // switched on by the administrator
  bool running = false;                     // and has a carrier
  std::string mac;                          // "02:00:5e:00:53:01", empty if none
  std::vector<InterfaceAddress> addresses;  // IPv4 first
  bool default_route_ipv4 = false;          // of the main routing table
  bool default_route_ipv6 = false;

  friend bool operator==(const HostInterface&, const HostInterface&) = default;
};

// "loopback", "ethernet", ...
const char* InterfaceKindName(HostInterface::Kind kind);

struct Neighbour {
  // What the kernel thinks of it (NUD_*); kReachable: it answered just now, or is permanent.
  enum class State : uint8_t { kReachable, kStale, kFailed };

  Address address;
  std::string mac;  // empty while nobody answered
  std::string interface_name;
  State state = State::kStale;

  friend bool operator==(const Neighbour&, const Neighbour&) = default;
};

// By name. Unavailable if the kernel does not answer.
absl::StatusOr<std::vector<HostInterface>> ReadInterfaces();
// By address; without multicast entries and those that need no neighbour (NUD_NOARP).
absl::StatusOr<std::vector<Neighbour>> ReadNeighbours();

}  // namespace gw

#endif  // COMMON_SERVICE_HOST_NETWORK_H_
