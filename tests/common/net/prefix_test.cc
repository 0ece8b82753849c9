#include "common/net/prefix.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

#include "tests/support/status_matchers.h"

namespace gw {
namespace {

using ::testing::HasSubstr;

Address At(absl::string_view text) { return ParseAddress(text).value(); }

Prefix Parsed(absl::string_view text) {
  const auto prefix = ParsePrefix(text);
  EXPECT_OK(prefix);
  return prefix.value_or(Prefix());
}

std::string ErrorOf(absl::string_view text) {
  return std::string(ParsePrefix(text).status().message());
}

TEST(Prefix, ParseAndPrintRoundTripAtEachLength) {
  for (int length = 0; length <= 32; ++length) {
    const auto prefix = ParseNetwork(absl::StrCat("203.0.113.77/", length));
    ASSERT_OK(prefix);
    EXPECT_EQ(Parsed(ToString(*prefix)), *prefix);
  }
  for (int length = 0; length <= 128; ++length) {
    const auto prefix =
        ParseNetwork(absl::StrCat("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/", length));
    ASSERT_OK(prefix);
    EXPECT_EQ(Parsed(ToString(*prefix)), *prefix);
  }
}

TEST(Prefix, HostBitsAreAnErrorThatNamesBothRemedies) {
  EXPECT_THAT(ErrorOf("10.0.0.1/8"), HasSubstr("`10.0.0.0/8`"));
  EXPECT_THAT(ErrorOf("10.0.0.1/8"), HasSubstr("`10.0.0.1/32`"));
  EXPECT_THAT(ErrorOf("2001:db8::1/64"), HasSubstr("`2001:db8::/64`"));
}

TEST(Prefix, MissingLengthIsAnErrorThatNamesTheRemedy) {
  EXPECT_THAT(ErrorOf("192.0.2.1"), HasSubstr("`192.0.2.1/32`"));
  EXPECT_THAT(ErrorOf("2001:db8::1"), HasSubstr("`2001:db8::1/128`"));
}

TEST(Prefix, LengthsOutsideTheFamilyAndOtherTextAreRefused) {
  for (const char* text : {"192.0.2.0/33", "2001:db8::/129", "192.0.2.0/", "192.0.2.0/-1",
                           "192.0.2.0/+24", "192.0.2.0/ 24", "192.0.2.0/24 ", "192.0.2.0/24x",
                           "192.0.2.0/256", "192.0.2.0/24/24", "/24", ""}) {
    EXPECT_FALSE(ParsePrefix(text).ok()) << text;
    EXPECT_FALSE(ParseNetwork(text).ok()) << text;
  }
}

TEST(Prefix, NetworkSetEntriesMayBeAddressesOrHaveHostBits) {
  GW_ASSERT_OK_AND_ASSIGN(const Prefix bare, ParseNetwork("192.0.2.7"));
  EXPECT_EQ(ToString(bare), "192.0.2.7/32");
  GW_ASSERT_OK_AND_ASSIGN(const Prefix masked, ParseNetwork("2001:db8::1:2:3/66"));
  EXPECT_EQ(ToString(masked), "2001:db8::/66");
}

TEST(Prefix, ContainsItsEndsAndNotTheirNeighbours) {
  for (const char* text : {"192.0.2.64/26", "2001:db8::/64", "2001:db8:0:0:8000::/65",
                           "2001:db8::4/126", "128.0.0.0/1"}) {
    const Prefix prefix = Parsed(text);
    EXPECT_TRUE(prefix.Contains(prefix.First())) << text;
    EXPECT_TRUE(prefix.Contains(prefix.Last())) << text;
    EXPECT_FALSE(prefix.Contains(Next(prefix.Last()))) << text;
  }
  EXPECT_FALSE(Parsed("192.0.2.64/26").Contains(At("192.0.2.63")));
  EXPECT_FALSE(Parsed("2001:db8:0:0:8000::/65").Contains(At("2001:db8::7fff:0:0:0")));
}

TEST(Prefix, LastAddressHasAllHostBits) {
  EXPECT_EQ(ToString(Parsed("192.0.2.64/26").Last()), "192.0.2.127");
  EXPECT_EQ(ToString(Parsed("2001:db8::/48").Last()), "2001:db8:0:ffff:ffff:ffff:ffff:ffff");
  EXPECT_EQ(ToString(Parsed("2001:db8::4/126").Last()), "2001:db8::7");
  EXPECT_EQ(ToString(Parsed("192.0.2.1/32").Last()), "192.0.2.1");
}

TEST(Prefix, LengthZeroHoldsItsFamilyAndNotTheOther) {
  EXPECT_TRUE(Parsed("0.0.0.0/0").Contains(At("255.255.255.255")));
  EXPECT_FALSE(Parsed("0.0.0.0/0").Contains(At("::")));
  EXPECT_TRUE(Parsed("::/0").Contains(At("ffff::1")));
  EXPECT_FALSE(Parsed("::/0").Contains(At("0.0.0.0")));
}

TEST(Prefix, SingleAddressKnowsItIsOne) {
  EXPECT_TRUE(Prefix::Of(At("192.0.2.1")).IsSingleAddress());
  EXPECT_TRUE(Parsed("2001:db8::1/128").IsSingleAddress());
  EXPECT_FALSE(Parsed("192.0.2.0/31").IsSingleAddress());
  EXPECT_FALSE(Parsed("2001:db8::/32").IsSingleAddress());
}

}  // namespace
}  // namespace gw
