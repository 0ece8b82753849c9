#include "common/net/packet_parse.h"

#include <algorithm>

namespace gw {
namespace {

using Problem = ParsedPacket::Problem;

constexpr size_t kIpv4HeaderMin = 20;
constexpr size_t kIpv6Header = 40;
constexpr uint16_t kIpv4FragmentOffset = 0x1fff;  // in units of eight bytes
constexpr uint16_t kIpv6FragmentOffset = 0xfff8;  // in bytes

// The extension headers that stand before a transport header, as the kernel's ipv6_ext_hdr() has
// them. Others (mobility, HIP, shim6) end the walk and are the packet's protocol.
constexpr uint8_t kHopByHop = 0;
constexpr uint8_t kRouting = 43;
constexpr uint8_t kFragment = 44;
constexpr uint8_t kAuthentication = 51;
constexpr uint8_t kDestinationOptions = 60;

constexpr uint8_t kTcpSyn = 0x02;
constexpr uint8_t kTcpAck = 0x10;

uint16_t Load16(const uint8_t* bytes) { return static_cast<uint16_t>(bytes[0] << 8 | bytes[1]); }

// The part of a packet that is not read yet.
struct Rest {
  const uint8_t* bytes;
  size_t size;

  void Skip(size_t count) {
    bytes += count;
    size -= count;
  }
};

// The part of a transport header that must be there: less, and conntrack calls the packet invalid.
// A first fragment too small to hold it (RFC 1858) hides ports or flags and is refused alike.
size_t TransportHeaderMin(uint8_t protocol) {
  switch (protocol) {
    case kProtocolTcp:
      return 20;
    case kProtocolSctp:
      return 12;
    case kProtocolUdp:
    case kProtocolUdpLite:
    case kProtocolIcmp:
    case kProtocolIcmpv6:
      return 8;
    default:
      return 0;
  }
}

Problem ReadTransport(Rest rest, ParsedPacket* packet) {
  Tuple& tuple = packet->tuple;
  if (rest.size < TransportHeaderMin(tuple.protocol)) return Problem::kTruncated;
  if (HasPorts(tuple.protocol)) {
    tuple.source_port = Load16(rest.bytes);
    tuple.destination_port = Load16(rest.bytes + 2);
  }
  if (IsIcmp(tuple.protocol)) {
    tuple.icmp_type = rest.bytes[0];
    tuple.icmp_code = rest.bytes[1];
  }
  if (tuple.protocol == kProtocolTcp) {
    if ((rest.bytes[12] >> 4) * size_t{4} < TransportHeaderMin(kProtocolTcp))
      return Problem::kBadHeader;
    packet->tcp_syn = (rest.bytes[13] & (kTcpSyn | kTcpAck)) == kTcpSyn;
  }
  return Problem::kNone;
}

Problem ReadIpv4(Rest rest, ParsedPacket* packet) {
  if (rest.size < kIpv4HeaderMin) return Problem::kTruncated;
  Tuple& tuple = packet->tuple;
  tuple.source = Address::FromBytes(Family::kIPv4, rest.bytes + 12);
  tuple.destination = Address::FromBytes(Family::kIPv4, rest.bytes + 16);
  tuple.protocol = rest.bytes[9];
  packet->hop_limit = rest.bytes[8];

  const size_t header = (rest.bytes[0] & 0x0fu) * size_t{4};
  const size_t total = Load16(rest.bytes + 2);
  if (header < kIpv4HeaderMin || (total != 0 && total < header)) return Problem::kBadHeader;
  if (total != 0) rest.size = std::min(rest.size, total);
  if (rest.size < header) return Problem::kTruncated;
  packet->is_fragment = (Load16(rest.bytes + 6) & kIpv4FragmentOffset) != 0;
  if (packet->is_fragment) return Problem::kNone;
  rest.Skip(header);
  return ReadTransport(rest, packet);
}

bool IsExtension(uint8_t next_header) {
  return next_header == kHopByHop || next_header == kRouting || next_header == kFragment ||
         next_header == kAuthentication || next_header == kDestinationOptions;
}

size_t ExtensionSize(uint8_t extension, uint8_t length_field) {
  if (extension == kFragment) return 8;
  if (extension == kAuthentication) return (length_field + size_t{2}) * 4;
  return (length_field + size_t{1}) * 8;
}

Problem ReadIpv6(Rest rest, ParsedPacket* packet) {
  if (rest.size < kIpv6Header) return Problem::kTruncated;
  Tuple& tuple = packet->tuple;
  tuple.source = Address::FromBytes(Family::kIPv6, rest.bytes + 8);
  tuple.destination = Address::FromBytes(Family::kIPv6, rest.bytes + 24);
  tuple.protocol = rest.bytes[6];
  packet->hop_limit = rest.bytes[7];

  const size_t payload = Load16(rest.bytes + 4);
  rest.Skip(kIpv6Header);
  if (payload != 0) rest.size = std::min(rest.size, payload);
  for (int extensions = 0; IsExtension(tuple.protocol); ++extensions) {
    if (extensions == kExtensionHeadersMax) return Problem::kBadHeader;
    if (rest.size < 8) return Problem::kTruncated;
    const uint8_t extension = tuple.protocol;
    const size_t size = ExtensionSize(extension, rest.bytes[1]);
    tuple.protocol = rest.bytes[0];
    if (extension == kFragment && (Load16(rest.bytes + 2) & kIpv6FragmentOffset) != 0) {
      packet->is_fragment = true;
      return Problem::kNone;
    }
    if (rest.size < size) return Problem::kTruncated;
    rest.Skip(size);
  }
  return ReadTransport(rest, packet);
}

}  // namespace

ParsedPacket ParsePacket(const uint8_t* bytes, size_t size) {
  ParsedPacket packet;
  const Rest rest{bytes, size};
  if (size == 0) {
    packet.problem = Problem::kTruncated;
  } else if (bytes[0] >> 4 == 4) {
    packet.problem = ReadIpv4(rest, &packet);
  } else if (bytes[0] >> 4 == 6) {
    packet.problem = ReadIpv6(rest, &packet);
  } else {
    packet.problem = Problem::kNotIp;
  }
  return packet;
}

}  // namespace gw
