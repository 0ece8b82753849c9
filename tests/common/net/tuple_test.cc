#include "common/net/tuple.h"

#include <gtest/gtest.h>

#include "absl/hash/hash_testing.h"

namespace gw {
namespace {

Tuple Between(const char* source, const char* destination, uint8_t protocol) {
  Tuple tuple;
  tuple.source = ParseAddress(source).value();
  tuple.destination = ParseAddress(destination).value();
  tuple.protocol = protocol;
  return tuple;
}

Tuple Tcp() {
  Tuple tuple = Between("192.0.2.1", "198.51.100.2", kProtocolTcp);
  tuple.source_port = 40000;
  tuple.destination_port = 443;
  return tuple;
}

Tuple Icmp(uint8_t protocol, uint8_t type) {
  Tuple tuple = protocol == kProtocolIcmp ? Between("192.0.2.1", "198.51.100.2", protocol)
                                          : Between("2001:db8::1", "2001:db8::2", protocol);
  tuple.icmp_type = type;
  return tuple;
}

TEST(Tuple, ReplyOfAFlowWithPortsSwapsItsEnds) {
  const Tuple original = OriginalOfReply(Tcp());
  EXPECT_EQ(ToString(original), "TCP 198.51.100.2:443 > 192.0.2.1:40000");
  EXPECT_EQ(OriginalOfReply(original), Tcp());
}

TEST(Tuple, IcmpRepliesBelongToTheirRequests) {
  EXPECT_EQ(OriginalOfReply(Icmp(kProtocolIcmp, 0)).icmp_type, 8);
  EXPECT_EQ(OriginalOfReply(Icmp(kProtocolIcmp, 14)).icmp_type, 13);
  EXPECT_EQ(OriginalOfReply(Icmp(kProtocolIcmpv6, 129)).icmp_type, 128);
  EXPECT_EQ(ToString(OriginalOfReply(Icmp(kProtocolIcmpv6, 129)).source), "2001:db8::2");
}

TEST(Tuple, IcmpTypesOfOneFamilyMeanNothingInTheOther) {
  EXPECT_EQ(OriginalOfReply(Icmp(kProtocolIcmpv6, 0)).icmp_type, 0);
  EXPECT_EQ(OriginalOfReply(Icmp(kProtocolIcmp, 129)).icmp_type, 129);
  EXPECT_EQ(OriginalOfReply(Icmp(kProtocolIcmp, 3)).icmp_type, 3);
}

TEST(Tuple, TextBracketsIpv6WherePortsFollow) {
  Tuple tuple = Between("2001:db8::1", "2001:db8::2", kProtocolUdp);
  tuple.source_port = 53000;
  tuple.destination_port = 53;
  EXPECT_EQ(ToString(tuple), "UDP [2001:db8::1]:53000 > [2001:db8::2]:53");
  EXPECT_EQ(ToString(Between("2001:db8::1", "2001:db8::2", 47)), "47 2001:db8::1 > 2001:db8::2");
  EXPECT_EQ(ToString(Icmp(kProtocolIcmp, 8)), "ICMP 192.0.2.1 > 198.51.100.2 type 8 code 0");
}

TEST(Tuple, EveryFieldTakesPartInHashAndEquality) {
  Tuple other_port = Tcp();
  other_port.destination_port = 80;
  Tuple other_source = Tcp();
  other_source.source_port = 40001;
  Tuple other_code = Icmp(kProtocolIcmp, 3);
  other_code.icmp_code = 1;
  EXPECT_TRUE(absl::VerifyTypeImplementsAbslHashCorrectly(
      {Tcp(), other_port, other_source, OriginalOfReply(Tcp()), Icmp(kProtocolIcmp, 3),
       Icmp(kProtocolIcmp, 8), other_code}));
  EXPECT_NE(Tcp(), other_port);
  EXPECT_NE(Icmp(kProtocolIcmp, 3), other_code);
}

TEST(PortRange, HoldsBothItsEnds) {
  const PortRange range{1000, 2000};
  EXPECT_TRUE(range.Contains(1000));
  EXPECT_TRUE(range.Contains(2000));
  EXPECT_FALSE(range.Contains(999));
  EXPECT_FALSE(range.Contains(2001));
}

TEST(Protocol, NamesAreCalicosAndNumbersTheRest) {
  EXPECT_EQ(ProtocolName(kProtocolIcmpv6), "ICMPv6");
  EXPECT_EQ(ProtocolName(47), "47");
  EXPECT_EQ(ProtocolByName("udplite"), kProtocolUdpLite);
  EXPECT_EQ(ProtocolByName("TCP"), kProtocolTcp);
  EXPECT_EQ(ProtocolByName("6"), std::nullopt);
  EXPECT_EQ(ProtocolByName("GRE"), std::nullopt);
}

}  // namespace
}  // namespace gw
