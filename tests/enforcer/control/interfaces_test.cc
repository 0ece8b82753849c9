// rtnetlink in a namespace whose interfaces the test makes and changes with ip(8).

#include "enforcer/control/interfaces.h"

#include <poll.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/support/lab.h"
#include "tests/support/netns.h"
#include "tests/support/policy_builder.h"
#include "tests/support/status_matchers.h"

namespace gw {
namespace {

using testing::Addr;
using ::testing::ElementsAre;
using testing::Finished;
using ::testing::IsEmpty;
using testing::LabPossible;
using testing::Namespace;
using testing::NamespaceScope;
using testing::RunIn;
using ::testing::UnorderedElementsAre;

class InterfacesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    GW_SKIP_WITHOUT_LAB();
    GW_ASSERT_OK_AND_ASSIGN(Namespace in, Namespace::Create("links"));
    in_.emplace(std::move(in));
    scope_ = std::make_unique<NamespaceScope>(*in_);
    Ip("link add eth0 type veth peer name peer0");
    GW_ASSERT_OK_AND_ASSIGN(interfaces_, OpenInterfaces());
  }
  void TearDown() override {
    interfaces_.reset();
    scope_.reset();
  }

  void Ip(const std::string& words) {
    std::vector<std::string> argv = absl::StrSplit("ip " + words, ' ');
    const Finished run = RunIn(*in_, argv);
    ASSERT_TRUE(run.ok()) << words << ": " << run;
  }
  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const auto& [index, interface] : interfaces_->table()) names.push_back(interface.name);
    return names;
  }
  std::vector<Address> AddressesOf(const std::string& name) const {
    for (const auto& [index, interface] : interfaces_->table()) {
      if (interface.name == name) return interface.addresses;
    }
    ADD_FAILURE() << "no " << name;
    return {};
  }
  bool Readable(int timeout_ms) const {
    pollfd readable = {interfaces_->fd(), POLLIN, 0};
    return poll(&readable, 1, timeout_ms) == 1;
  }
  // After `words`, the socket speaks up and the table has changed.
  void ExpectSeen(const std::string& words) {
    Ip(words);
    EXPECT_TRUE(Readable(1000)) << words;
    const auto changed = interfaces_->Refresh();
    EXPECT_OK(changed);
    EXPECT_TRUE(changed.value_or(false)) << words;
    EXPECT_FALSE(*interfaces_->Refresh()) << words;
  }
  void ExpectIgnored(const std::string& words) {
    Ip(words);
    EXPECT_FALSE(*interfaces_->Refresh()) << words;
  }

  std::optional<Namespace> in_;
  std::unique_ptr<NamespaceScope> scope_;
  std::unique_ptr<Interfaces> interfaces_;
};

TEST_F(InterfacesTest, FirstListHasWhatIsThere) {
  EXPECT_THAT(Names(), ::testing::IsSupersetOf({"lo", "eth0", "peer0"}));
  EXPECT_THAT(AddressesOf("eth0"), IsEmpty());
  EXPECT_FALSE(*interfaces_->Refresh());
}

TEST_F(InterfacesTest, AddedRenamedAndDeletedLinksAreSeen) {
  ExpectSeen("link add cali1 type veth peer name peer1");
  EXPECT_THAT(Names(), ::testing::IsSupersetOf({"cali1", "peer1"}));
  ExpectSeen("link set cali1 name cali2");
  EXPECT_THAT(Names(), ::testing::Contains("cali2"));
  EXPECT_THAT(Names(), ::testing::Not(::testing::Contains("cali1")));
  ExpectSeen("link del cali2");
  EXPECT_THAT(Names(), ::testing::Not(::testing::Contains("cali2")));
  EXPECT_THAT(Names(), ::testing::Not(::testing::Contains("peer1")));
}

TEST_F(InterfacesTest, IndexStaysWithTheRename) {
  const auto index_of = [this](const std::string& name) {
    for (const auto& [index, interface] : interfaces_->table()) {
      if (interface.name == name) return index;
    }
    return 0u;
  };
  const uint32_t before = index_of("eth0");
  ExpectSeen("link set eth0 name wan");
  EXPECT_NE(before, 0u);
  EXPECT_EQ(index_of("wan"), before);
}

TEST_F(InterfacesTest, AddressesOfBothFamiliesAreSeenAndSorted) {
  ExpectSeen("address add 192.0.2.7/24 dev eth0");
  ExpectSeen("address add 192.0.2.5/24 dev eth0");
  ExpectSeen("address add 2001:db8::5/64 dev eth0 nodad");
  EXPECT_THAT(AddressesOf("eth0"),
              ElementsAre(Addr("192.0.2.5"), Addr("192.0.2.7"), Addr("2001:db8::5")));
  EXPECT_THAT(AddressesOf("peer0"), IsEmpty());
  ExpectSeen("address del 192.0.2.5/24 dev eth0");
  ExpectSeen("address del 2001:db8::5/64 dev eth0");
  EXPECT_THAT(AddressesOf("eth0"), ElementsAre(Addr("192.0.2.7")));
}

TEST_F(InterfacesTest, PointToPointLinkHasItsOwnAddressNotThePeers) {
  ExpectSeen("address add 192.0.2.5 peer 198.51.100.1/32 dev eth0");
  ExpectSeen("address add 2001:db8::5 peer 2001:db8::6/128 dev eth0 nodad");
  EXPECT_THAT(AddressesOf("eth0"), ElementsAre(Addr("192.0.2.5"), Addr("2001:db8::5")));
}

TEST_F(InterfacesTest, WhatPolicyDoesNotKnowIsNoChange) {
  ExpectSeen("address add 192.0.2.7/24 dev eth0");
  ExpectIgnored("link set eth0 mtu 1400");
  ExpectIgnored("link set eth0 alias uplink");
  ExpectIgnored("link set eth0 addrgenmode none");
  ExpectIgnored("link set eth0 up");
  ExpectIgnored("route add 198.51.100.0/24 dev eth0");
  ExpectIgnored("neighbour add 192.0.2.9 lladdr 02:00:5e:10:00:01 dev eth0");
  ExpectIgnored("link set eth0 down");
}

TEST_F(InterfacesTest, RefreshTakesTheNotificationsAway) {
  Ip("link set eth0 mtu 1400");
  ASSERT_TRUE(Readable(1000));
  ASSERT_OK(interfaces_->Refresh());
  EXPECT_FALSE(Readable(0));
}

// More at once than one datagram, and than a small buffer, would hold.
TEST_F(InterfacesTest, ManyInterfacesAreAllListed) {
  std::string batch;
  for (int i = 0; i < 200; ++i) {
    const std::string number = std::to_string(i);
    batch += "link add cali" + number + " type veth peer name peer-" + number + "\n";
    batch += "address add 10.65.0." + number + "/32 dev cali" + number + "\n";
  }
  ASSERT_TRUE(testing::RunProgram({"ip", "-batch", "-"}, absl::Seconds(60),
                                  {.netns = in_->name(), .input = batch})
                  .ok());
  EXPECT_TRUE(*interfaces_->Refresh());
  const size_t count = interfaces_->table().size();
  EXPECT_GE(count, 400u);
  EXPECT_THAT(AddressesOf("cali199"), ElementsAre(Addr("10.65.0.199")));
}

}  // namespace
}  // namespace gw
