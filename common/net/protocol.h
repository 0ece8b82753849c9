// IP protocol numbers (IANA "Assigned Internet Protocol Numbers") and Calico's names for six of
// them. ICMP is 1, ICMPv6 is 58.

#ifndef COMMON_NET_PROTOCOL_H_
#define COMMON_NET_PROTOCOL_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace gw {

inline constexpr uint8_t kProtocolIcmp = 1;
inline constexpr uint8_t kProtocolIpip = 4;
inline constexpr uint8_t kProtocolTcp = 6;
inline constexpr uint8_t kProtocolUdp = 17;
inline constexpr uint8_t kProtocolIcmpv6 = 58;
inline constexpr uint8_t kProtocolSctp = 132;
inline constexpr uint8_t kProtocolUdpLite = 136;

// TCP, UDP, SCTP and UDPLite carry ports in their first four bytes.
inline constexpr bool HasPorts(uint8_t protocol) {
  return protocol == kProtocolTcp || protocol == kProtocolUdp || protocol == kProtocolSctp ||
         protocol == kProtocolUdpLite;
}
inline constexpr bool IsIcmp(uint8_t protocol) {
  return protocol == kProtocolIcmp || protocol == kProtocolIcmpv6;
}

// Calico's name ("TCP", "ICMPv6", ...), or the number as text.
std::string ProtocolName(uint8_t protocol);

// The number of a name, in any case ("tcp", "TCP"); nothing for other text, numbers included.
std::optional<uint8_t> ProtocolByName(absl::string_view name);

}  // namespace gw

#endif  // COMMON_NET_PROTOCOL_H_
