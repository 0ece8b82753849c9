// What the kernel says of the lab's gateway.

#include "common/service/host_network.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/lab.h"
#include "tests/support/status_matchers.h"
#include "tests/support/traffic.h"

namespace gw {
namespace {

using ::testing::Contains;
using ::testing::SizeIs;
using Kind = HostInterface::Kind;

class HostNetworkTest : public ::testing::Test {
 protected:
  void SetUp() override {
    GW_SKIP_WITHOUT_LAB();
    auto lab = testing::Lab::Create();
    ASSERT_OK(lab);
    lab_ = *std::move(lab);
  }

  void Ip(std::vector<std::string> words) {
    words.insert(words.begin(), "ip");
    const auto finished = testing::RunIn(lab_->gateway(), words);
    ASSERT_TRUE(finished.ok()) << finished.err;
  }

  HostInterface Named(const std::string& name) {
    const testing::NamespaceScope scope(lab_->gateway());
    const auto interfaces = ReadInterfaces();
    EXPECT_OK(interfaces);
    for (const HostInterface& interface : *interfaces) {
      if (interface.name == name) return interface;
    }
    ADD_FAILURE() << "no interface " << name;
    return {};
  }

  std::vector<Neighbour> Neighbours() {
    const testing::NamespaceScope scope(lab_->gateway());
    auto neighbours = ReadNeighbours();
    EXPECT_OK(neighbours);
    return neighbours.ok() ? *std::move(neighbours) : std::vector<Neighbour>();
  }

  std::unique_ptr<testing::Lab> lab_;
};

TEST_F(HostNetworkTest, AnInterfaceHasAddressesWithTheirLengths) {
  const HostInterface wan = Named("eth0");
  EXPECT_EQ(wan.kind, Kind::kVirtual);
  EXPECT_TRUE(wan.up);
  EXPECT_TRUE(wan.running);
  EXPECT_THAT(wan.mac, SizeIs(17));
  EXPECT_THAT(wan.addresses, Contains(InterfaceAddress{*ParseAddress(testing::kGatewayWan), 24}));
  EXPECT_THAT(wan.addresses, Contains(InterfaceAddress{*ParseAddress(testing::kGatewayWan6), 64}));
  EXPECT_EQ(Named("lo").kind, Kind::kLoopback);
  EXPECT_EQ(Named("lo").mac, "");
}

TEST_F(HostNetworkTest, DefaultRoutesByFamily) {
  // The lab's gateway has one of each family.
  EXPECT_TRUE(Named("eth0").default_route_ipv4);
  EXPECT_TRUE(Named("eth0").default_route_ipv6);
  EXPECT_FALSE(Named("eth1").default_route_ipv4);
  Ip({"route", "del", "default"});
  EXPECT_FALSE(Named("eth0").default_route_ipv4);
  EXPECT_TRUE(Named("eth0").default_route_ipv6);
  Ip({"-6", "route", "del", "default"});
  EXPECT_FALSE(Named("eth0").default_route_ipv6);
}

TEST_F(HostNetworkTest, ADefaultRouteOverTwoWaysCountsForBoth) {
  Ip({"route", "replace", "default", "nexthop", "via", testing::kServer, "nexthop", "via",
      testing::kClient});
  EXPECT_TRUE(Named("eth0").default_route_ipv4);
  EXPECT_TRUE(Named("eth1").default_route_ipv4);
  EXPECT_FALSE(Named("eth2").default_route_ipv4);
}

TEST_F(HostNetworkTest, KindsAndStates) {
  Ip({"link", "add", "br7", "type", "bridge"});
  EXPECT_EQ(Named("br7").kind, Kind::kBridge);
  EXPECT_FALSE(Named("br7").up);
  Ip({"link", "set", "eth2", "down"});
  EXPECT_FALSE(Named("eth2").up);
}

TEST_F(HostNetworkTest, NeighboursOfBothFamilies) {
  testing::Ping(lab_->client(), testing::kGatewayLan, 1);
  testing::Ping(lab_->client(), testing::kGatewayLan6, 1);
  const std::vector<Neighbour> found = Neighbours();
  for (const char* address : {testing::kClient, testing::kClient6}) {
    const auto client = std::find_if(found.begin(), found.end(), [&](const Neighbour& one) {
      return one.address == *ParseAddress(address);
    });
    ASSERT_NE(client, found.end()) << address;
    EXPECT_EQ(client->interface_name, "eth1");
    EXPECT_THAT(client->mac, SizeIs(17));
    EXPECT_NE(client->state, Neighbour::State::kFailed);
  }
}

TEST_F(HostNetworkTest, WhoDoesNotAnswerHasFailed) {
  testing::RunIn(lab_->gateway(), {"ping", "-c1", "-W1", "192.168.10.99"});
  const std::vector<Neighbour> found = Neighbours();
  const auto silent = std::find_if(found.begin(), found.end(), [](const Neighbour& one) {
    return ToString(one.address) == "192.168.10.99";
  });
  ASSERT_NE(silent, found.end());
  EXPECT_EQ(silent->mac, "");
  EXPECT_EQ(silent->state, Neighbour::State::kFailed);
}

TEST(InterfaceKind, HasAName) { EXPECT_STREQ(InterfaceKindName(Kind::kWireless), "wireless"); }

}  // namespace
}  // namespace gw
