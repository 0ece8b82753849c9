#include "common/net/packet_parse.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/packet_builder.h"

namespace gw {
namespace {

using testing::kAuthentication;
using testing::kDestinationOptions;
using testing::kHopByHop;
using testing::kNoNextHeader;
using testing::kRouting;
using testing::kTcpAck;
using testing::kTcpSyn;
using testing::PacketBuilder;
using Problem = ParsedPacket::Problem;
using Bytes = std::vector<uint8_t>;

constexpr size_t kIpv4Header = 20;
constexpr size_t kIpv6Header = 40;

PacketBuilder V4() { return PacketBuilder::IPv4("192.0.2.1", "198.51.100.2"); }
PacketBuilder V6() { return PacketBuilder::IPv6("2001:db8::1", "2001:db8::2"); }

// A copy of exactly the packet's size, so that AddressSanitizer sees each byte read beyond it.
ParsedPacket Parse(const Bytes& bytes) {
  const Bytes exact(bytes.begin(), bytes.end());
  return ParsePacket(exact.data(), exact.size());
}

std::string TupleText(const PacketBuilder& packet) {
  const ParsedPacket parsed = Parse(packet.Build());
  return parsed.problem == Problem::kNone ? ToString(parsed.tuple) : "problem";
}

Bytes First(const Bytes& bytes, size_t size) {
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)};
}

TEST(ParsePacket, ReadsPortsOfEachProtocolThatHasThem) {
  EXPECT_EQ(TupleText(V4().Tcp(40000, 443)), "TCP 192.0.2.1:40000 > 198.51.100.2:443");
  EXPECT_EQ(TupleText(V4().Udp(53000, 53)), "UDP 192.0.2.1:53000 > 198.51.100.2:53");
  EXPECT_EQ(TupleText(V4().UdpLite(1, 65535)), "UDPLite 192.0.2.1:1 > 198.51.100.2:65535");
  EXPECT_EQ(TupleText(V4().Sctp(36412, 256)), "SCTP 192.0.2.1:36412 > 198.51.100.2:256");
  EXPECT_EQ(TupleText(V6().Tcp(40000, 443)), "TCP [2001:db8::1]:40000 > [2001:db8::2]:443");
  EXPECT_EQ(TupleText(V6().Udp(53000, 53)), "UDP [2001:db8::1]:53000 > [2001:db8::2]:53");
}

TEST(ParsePacket, ReadsTypeAndCodeOfIcmpInBothFamilies) {
  EXPECT_EQ(TupleText(V4().Icmp(3, 13)), "ICMP 192.0.2.1 > 198.51.100.2 type 3 code 13");
  EXPECT_EQ(TupleText(V6().Icmp(135, 1)), "ICMPv6 2001:db8::1 > 2001:db8::2 type 135 code 1");
}

TEST(ParsePacket, OtherProtocolsHaveAddressesOnly) {
  EXPECT_EQ(TupleText(V4().Protocol(47, {})), "47 192.0.2.1 > 198.51.100.2");
  EXPECT_EQ(TupleText(V6().Protocol(kNoNextHeader, {})), "59 2001:db8::1 > 2001:db8::2");
  // Calico's rules can name AH in IPv4, where it is a protocol, not an extension header.
  EXPECT_EQ(TupleText(V4().Protocol(kAuthentication, Bytes(12, 6))), "51 192.0.2.1 > 198.51.100.2");
}

TEST(ParsePacket, ReadsTheHopLimit) {
  EXPECT_EQ(Parse(V4().HopLimit(1).Udp(1, 2).Build()).hop_limit, 1);
  EXPECT_EQ(Parse(V6().HopLimit(255).Icmp(135, 0).Build()).hop_limit, 255);
}

TEST(ParsePacket, OnlySynWithoutAckOpensAConnection) {
  EXPECT_TRUE(Parse(V4().Tcp(1, 2, kTcpSyn).Build()).tcp_syn);
  EXPECT_FALSE(Parse(V4().Tcp(1, 2, kTcpSyn | kTcpAck).Build()).tcp_syn);
  EXPECT_FALSE(Parse(V4().Tcp(1, 2, kTcpAck).Build()).tcp_syn);
  EXPECT_FALSE(Parse(V4().Tcp(1, 2, 0).Build()).tcp_syn);
}

TEST(ParsePacket, SkipsIpv4OptionsOfAnyLength) {
  for (size_t size = 4; size <= 40; size += 4) {
    EXPECT_EQ(TupleText(V4().Options(size).Tcp(40000, 443)),
              "TCP 192.0.2.1:40000 > 198.51.100.2:443")
        << size;
  }
}

TEST(ParsePacket, SkipsEachIpv6ExtensionHeaderAndTheirChain) {
  const std::string expected = "TCP [2001:db8::1]:40000 > [2001:db8::2]:443";
  for (const uint8_t header : {kHopByHop, kRouting, kDestinationOptions, kAuthentication}) {
    for (const size_t size : {size_t{8}, size_t{24}}) {
      EXPECT_EQ(TupleText(V6().Extension(header, size).Tcp(40000, 443)), expected)
          << static_cast<int>(header) << " of " << size << " bytes";
    }
  }
  EXPECT_EQ(TupleText(V6().Extension(kHopByHop)
                          .Extension(kDestinationOptions, 16)
                          .Extension(kRouting, 24)
                          .Extension(kAuthentication, 24)
                          .Tcp(40000, 443)),
            expected);
}

TEST(ParsePacket, EightExtensionHeadersAreReadAndNineRefused) {
  PacketBuilder packet = V6().Tcp(1, 2);
  for (int i = 0; i < kExtensionHeadersMax; ++i) packet.Extension(kDestinationOptions);
  EXPECT_EQ(Parse(packet.Build()).problem, Problem::kNone);
  EXPECT_EQ(Parse(packet.Extension(kDestinationOptions).Build()).problem, Problem::kBadHeader);
}

TEST(ParsePacket, FirstFragmentShowsThePortsAndLaterOnesDoNot) {
  for (const PacketBuilder& start : {V4(), V6()}) {
    const ParsedPacket first = Parse(PacketBuilder(start).Fragment(0, true).Udp(1, 53).Build());
    EXPECT_EQ(first.problem, Problem::kNone);
    EXPECT_FALSE(first.is_fragment);
    EXPECT_EQ(first.tuple.destination_port, 53);

    const Bytes looks_like_ports(64, 0x35);
    for (const bool more : {true, false}) {
      const ParsedPacket later = Parse(PacketBuilder(start)
                                           .Fragment(1480, more)
                                           .Protocol(kProtocolUdp, looks_like_ports)
                                           .Build());
      EXPECT_EQ(later.problem, Problem::kNone);
      EXPECT_TRUE(later.is_fragment);
      EXPECT_EQ(later.tuple.protocol, kProtocolUdp);
      EXPECT_EQ(later.tuple.source_port, 0);
      EXPECT_EQ(later.tuple.destination_port, 0);
    }
  }
}

// RFC 1858: ports in the first fragment, TCP flags in the second, so that a filter of single
// fragments sees neither a connection nor an end of it.
TEST(ParsePacket, FirstFragmentTooSmallForItsTransportHeaderIsRefused) {
  for (const PacketBuilder& start : {V4(), V6()}) {
    const ParsedPacket tiny =
        Parse(PacketBuilder(start).Fragment(0, true).Protocol(kProtocolTcp, Bytes(8, 1)).Build());
    EXPECT_EQ(tiny.problem, Problem::kTruncated);
    EXPECT_EQ(tiny.tuple.destination_port, 0);
  }
}

TEST(ParsePacket, SmallerThanItsHeadersIsTruncatedAtEachLength) {
  struct Case {
    const char* name;
    Bytes bytes;
  };
  const Case cases[] = {
      {"IPv4 TCP", V4().Tcp(1, 2).Build()},
      {"IPv4 UDP with options", V4().Options(12).Udp(1, 2).Build()},
      {"IPv4 ICMP", V4().Icmp(8, 0).Build()},
      {"IPv6 SCTP", V6().Sctp(1, 2).Build()},
      {"IPv6 chain", V6().Extension(kHopByHop).Extension(kRouting, 24).Tcp(1, 2).Build()},
      {"IPv6 AH", V6().Extension(kAuthentication, 24).Icmp(128, 0).Build()},
      {"IPv6 first fragment", V6().Fragment(0, true).UdpLite(1, 2).Build()},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Parse(c.bytes).problem, Problem::kNone) << c.name;
    for (size_t size = 0; size < c.bytes.size(); ++size) {
      EXPECT_EQ(Parse(First(c.bytes, size)).problem, Problem::kTruncated)
          << c.name << " cut to " << size;
    }
  }
}

TEST(ParsePacket, TruncatedPacketStillTellsItsAddresses) {
  const ParsedPacket parsed = Parse(First(V4().Tcp(1, 2).Build(), kIpv4Header + 3));
  EXPECT_EQ(parsed.problem, Problem::kTruncated);
  EXPECT_EQ(ToString(parsed.tuple.source), "192.0.2.1");
  EXPECT_EQ(parsed.tuple.protocol, kProtocolTcp);
}

TEST(ParsePacket, BytesAfterThePacketAreNotItsHeader) {
  Bytes ipv4 = V4().Tcp(40000, 443).Build();
  ipv4[3] = kIpv4Header + 8;  // the packet says it ends inside its TCP header
  EXPECT_EQ(Parse(ipv4).problem, Problem::kTruncated);

  Bytes ipv6 = V6().Tcp(40000, 443).Build();
  ipv6[5] = 8;
  EXPECT_EQ(Parse(ipv6).problem, Problem::kTruncated);

  Bytes padded = V4().Tcp(40000, 443).Build();
  padded.resize(padded.size() + 6);  // as Ethernet pads
  EXPECT_EQ(Parse(padded).problem, Problem::kNone);
}

TEST(ParsePacket, LengthOfZeroMeansAllThatIsThere) {
  Bytes ipv4 = V4().Tcp(40000, 443).Build();
  ipv4[2] = ipv4[3] = 0;
  EXPECT_EQ(Parse(ipv4).tuple.destination_port, 443);
  Bytes ipv6 = V6().Extension(kHopByHop).Tcp(40000, 443).Build();
  ipv6[4] = ipv6[5] = 0;
  EXPECT_EQ(Parse(ipv6).tuple.destination_port, 443);
}

TEST(ParsePacket, PrefixCopiedByTheQueueIsEnough) {
  Bytes bytes = V6().Extension(kHopByHop).Fragment(0, true).Tcp(40000, 443).Build();
  bytes[4] = 0x05;  // 1,280 and more bytes of payload, of which the queue copied the first
  bytes.resize(kPacketCopyBytes);
  EXPECT_EQ(Parse(bytes).tuple.destination_port, 443);
}

TEST(ParsePacket, ContradictingLengthsAreABadHeader) {
  Bytes header_below_minimum = V4().Tcp(1, 2).Build();
  header_below_minimum[0] = 0x44;
  EXPECT_EQ(Parse(header_below_minimum).problem, Problem::kBadHeader);

  Bytes total_below_header = V4().Options(40).Tcp(1, 2).Build();
  total_below_header[3] = 40;
  EXPECT_EQ(Parse(total_below_header).problem, Problem::kBadHeader);

  Bytes tcp_header_below_minimum = V6().Tcp(1, 2).Build();
  tcp_header_below_minimum[kIpv6Header + 12] = 4 << 4;
  EXPECT_EQ(Parse(tcp_header_below_minimum).problem, Problem::kBadHeader);
}

TEST(ParsePacket, OtherVersionsAreNotIp) {
  for (int version = 0; version < 16; ++version) {
    if (version == 4 || version == 6) continue;
    Bytes bytes = V6().Tcp(1, 2).Build();
    bytes[0] = static_cast<uint8_t>(version << 4 | 5);
    EXPECT_EQ(Parse(bytes).problem, Problem::kNotIp) << version;
  }
}

}  // namespace
}  // namespace gw
