// PacketBuilder: the bytes of an IP packet, said the way a test thinks of it:
//
//   PacketBuilder::IPv6("2001:db8::1", "2001:db8::2").Extension(kHopByHop).Tcp(40000, 443).Build()
//
// Lengths, next-header numbers and the IPv4 header checksum fit; transport checksums are zero.

#ifndef TESTS_SUPPORT_PACKET_BUILDER_H_
#define TESTS_SUPPORT_PACKET_BUILDER_H_

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"

#include "common/net/address.h"

namespace gw::testing {

// IPv6 extension headers by their protocol numbers.
inline constexpr uint8_t kHopByHop = 0;
inline constexpr uint8_t kRouting = 43;
inline constexpr uint8_t kFragmentHeader = 44;
inline constexpr uint8_t kAuthentication = 51;
inline constexpr uint8_t kDestinationOptions = 60;
inline constexpr uint8_t kNoNextHeader = 59;

inline constexpr uint8_t kTcpFin = 0x01;
inline constexpr uint8_t kTcpSyn = 0x02;
inline constexpr uint8_t kTcpRst = 0x04;
inline constexpr uint8_t kTcpAck = 0x10;

class PacketBuilder {
 public:
  // Numeric addresses of the one family; anything else aborts the test.
  static PacketBuilder IPv4(absl::string_view source, absl::string_view destination);
  static PacketBuilder IPv6(absl::string_view source, absl::string_view destination);

  PacketBuilder& HopLimit(uint8_t hop_limit);

  // IPv4: `size` bytes of options (no operation), a multiple of 4 up to 40.
  PacketBuilder& Options(size_t size);
  // IPv6: a header between the fixed header and the payload, in the order of calls. `size` is the
  // whole header, a multiple of 8.
  PacketBuilder& Extension(uint8_t header, size_t size = 8);
  // The part of a packet that begins at `offset` bytes, a multiple of 8. IPv6: adds the header.
  PacketBuilder& Fragment(uint16_t offset, bool more);

  // What it carries; the last one called counts.
  PacketBuilder& Tcp(uint16_t source_port, uint16_t destination_port, uint8_t flags = kTcpSyn);
  PacketBuilder& Udp(uint16_t source_port, uint16_t destination_port);
  PacketBuilder& UdpLite(uint16_t source_port, uint16_t destination_port);
  PacketBuilder& Sctp(uint16_t source_port, uint16_t destination_port);
  // ICMP in IPv4, ICMPv6 in IPv6.
  PacketBuilder& Icmp(uint8_t type, uint8_t code);
  PacketBuilder& Protocol(uint8_t protocol, std::vector<uint8_t> bytes);

  std::vector<uint8_t> Build() const;

 private:
  PacketBuilder(const Address& source, const Address& destination)
      : source_(source), destination_(destination) {}

  std::vector<uint8_t> BuildIpv4() const;
  std::vector<uint8_t> BuildIpv6() const;

  struct ExtensionHeader {
    uint8_t header;
    std::vector<uint8_t> bytes;  // the first is set to the next header's number in the end
  };

  Address source_;
  Address destination_;
  uint8_t hop_limit_ = 64;
  size_t options_size_ = 0;
  std::vector<ExtensionHeader> extensions_;
  uint16_t ipv4_fragment_ = 0;
  uint8_t protocol_ = kNoNextHeader;
  std::vector<uint8_t> payload_;
};

}  // namespace gw::testing

#endif  // TESTS_SUPPORT_PACKET_BUILDER_H_
