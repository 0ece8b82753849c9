// ParsePacket: the bytes of an IP packet, as NFQUEUE copies them, to a Tuple. Reads headers only,
// never past `size`, allocates nothing; any thread. RFC 791, RFC 8200 (extension headers).

#ifndef COMMON_NET_PACKET_PARSE_H_
#define COMMON_NET_PACKET_PARSE_H_

#include <cstddef>
#include <cstdint>

#include "common/net/tuple.h"

namespace gw {

struct ParsedPacket {
  enum class Problem : uint8_t {
    kNone,
    kTruncated,  // ends before its headers do
    kNotIp,      // version is neither 4 nor 6
    kBadHeader,  // lengths that contradict each other, or too many extension headers
  };
  Problem problem = Problem::kNone;
  Tuple tuple;
  uint8_t hop_limit = 0;     // IPv4: TTL
  bool is_fragment = false;  // not the first fragment: ports and ICMP fields are unknown (0)
  bool tcp_syn = false;      // SYN without ACK: the first segment of a connection
};

// Enough bytes for IPv6 with usual extension headers and TCP.
inline constexpr uint32_t kPacketCopyBytes = 128;

// IPv6 extension headers read before a packet is refused: RFC 8200 §4.1 orders seven, and one
// spare. A longer chain has no use but to hide the transport header.
inline constexpr int kExtensionHeadersMax = 8;

// A problem leaves in `tuple` what was read before it was met. Bytes after the packet's own length
// are not the packet's and are not read; a length of 0 (jumbograms, and what the kernel writes
// into aggregated segments above 65,535 bytes) means all of `size`.
ParsedPacket ParsePacket(const uint8_t* bytes, size_t size);

}  // namespace gw

#endif  // COMMON_NET_PACKET_PARSE_H_
