#include "common/net/address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/hash/hash_testing.h"

#include "tests/support/status_matchers.h"

namespace gw {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Address Parsed(absl::string_view text) {
  const auto address = ParseAddress(text);
  EXPECT_OK(address);
  return address.value_or(Address());
}

TEST(Address, ParseAndPrintRoundTrip) {
  for (const char* text : {"0.0.0.0", "192.0.2.1", "255.255.255.255", "::", "::1", "2001:db8::1",
                           "fe80::ecee:eeff:feee:eeee", "::ffff:192.0.2.1",
                           "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}) {
    EXPECT_EQ(ToString(Parsed(text)), text);
  }
}

TEST(Address, PrintsIpv6AsRfc5952Says) {
  EXPECT_EQ(ToString(Parsed("2001:0DB8:0:0:1:0:0:1")), "2001:db8::1:0:0:1");
  EXPECT_EQ(ToString(Parsed("2001:db8:0:0:0:0:2:1")), "2001:db8::2:1");
}

TEST(Address, TextThatIsNoAddressIsRefusedWithTheText) {
  for (const char* text : {"", "192.0.2", "192.0.2.256", "192.0.2.1.5", "192.0.02.1x", " 192.0.2.1",
                           "192.0.2.1/24", "fe80::1%eth0", "2001:db8:::1", "[::1]", "host"}) {
    const auto address = ParseAddress(text);
    ASSERT_FALSE(address.ok()) << text;
    EXPECT_EQ(address.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(address.status().message()), HasSubstr(std::string("`") + text + "`"));
  }
}

TEST(Address, TextAfterANulByteIsNotIgnored) {
  EXPECT_FALSE(ParseAddress(absl::string_view("192.0.2.1\0junk", 14)).ok());
}

TEST(Address, BytesAreInNetworkOrder) {
  const auto ipv4 = Parsed("192.0.2.1").Bytes();
  EXPECT_THAT(std::vector<uint8_t>(ipv4.begin(), ipv4.begin() + 4), ElementsAre(192, 0, 2, 1));
  for (const char* text : {"192.0.2.1", "2001:db8:102:304:506:708:90a:b0c"}) {
    const Address address = Parsed(text);
    EXPECT_EQ(Address::FromBytes(address.family, address.Bytes().data()), address);
  }
}

TEST(Address, OrderIsByFamilyThenNumber) {
  std::vector<Address> addresses = {Parsed("::1"), Parsed("10.0.0.2"), Parsed("1::"),
                                    Parsed("9.255.255.255"), Parsed("::2")};
  std::sort(addresses.begin(), addresses.end());
  std::vector<std::string> texts;
  for (const Address& address : addresses) texts.push_back(ToString(address));
  EXPECT_THAT(texts, ElementsAre("9.255.255.255", "10.0.0.2", "::1", "::2", "1::"));
}

TEST(Address, NextCarriesAndWrapsWithinTheFamily) {
  EXPECT_EQ(ToString(Next(Parsed("192.0.2.255"))), "192.0.3.0");
  EXPECT_EQ(ToString(Next(Parsed("255.255.255.255"))), "0.0.0.0");
  EXPECT_EQ(ToString(Next(Parsed("2001:db8::ffff:ffff:ffff:ffff"))), "2001:db8:0:1::");
  EXPECT_EQ(ToString(Next(Parsed("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"))), "::");
}

TEST(Address, EqualAddressesHashAlikeAndFamiliesDiffer) {
  EXPECT_TRUE(absl::VerifyTypeImplementsAbslHashCorrectly(
      {Parsed("0.0.0.1"), Parsed("::1"), Parsed("1::"), Parsed("192.0.2.1"), Address()}));
  EXPECT_NE(Parsed("0.0.0.1"), Parsed("::1"));
}

}  // namespace
}  // namespace gw
