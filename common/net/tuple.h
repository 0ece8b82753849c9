// Tuple: what a decision can be about: addresses, protocol, ports or ICMP type and code. Host
// byte order throughout. The packet path copies these by value.

#ifndef COMMON_NET_TUPLE_H_
#define COMMON_NET_TUPLE_H_

#include <cstdint>
#include <string>

#include "common/net/address.h"
#include "common/net/protocol.h"

namespace gw {

// Inclusive at both ends.
struct PortRange {
  uint16_t first = 0;
  uint16_t last = 0;

  bool Contains(uint16_t port) const { return first <= port && port <= last; }
  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the 0 behind < for a pointer
  friend auto operator<=>(const PortRange&, const PortRange&) = default;
};

struct Tuple {
  Address source;
  Address destination;
  uint8_t protocol = 0;
  uint16_t source_port = 0;       // 0 where HasPorts(protocol) is false
  uint16_t destination_port = 0;  // likewise
  uint8_t icmp_type = 0;          // 0 where IsIcmp(protocol) is false
  uint8_t icmp_code = 0;          // likewise

  Family family() const { return source.family; }

  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the 0 behind < for a pointer
  friend auto operator<=>(const Tuple&, const Tuple&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const Tuple& t) {
    return H::combine(std::move(h), t.source, t.destination, t.protocol, t.source_port,
                      t.destination_port, t.icmp_type, t.icmp_code);
  }
};

// The tuple of the first packet of a flow, given one of its reply packets: ends swapped, ICMP and
// ICMPv6 reply types turned into their request types (RFC 792, RFC 4443).
Tuple OriginalOfReply(const Tuple& reply);

// "TCP 192.0.2.1:40000 > 198.51.100.2:443", "ICMP 192.0.2.1 > 198.51.100.2 type 8 code 0".
std::string ToString(const Tuple& tuple);

}  // namespace gw

#endif  // COMMON_NET_TUPLE_H_
