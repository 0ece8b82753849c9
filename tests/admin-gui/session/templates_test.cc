#include "admin-gui/session/templates.h"

#include <optional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/policy/compile.h"
#include "common/policy/evaluate.h"
#include "common/policy/validate.h"
#include "tests/support/policy_builder.h"

namespace gw::gui {
namespace {

using testing::Addr;
using testing::Forward;
using testing::Input;
using testing::Net;
using testing::Output;

TemplateInterface Chosen(const std::string& role, const std::string& zone,
                         const std::string& interface, const std::string& network) {
  TemplateInterface chosen;
  chosen.endpoint = testing::Hep(role, interface, {{"role", role}, {"zone", zone}});
  chosen.networks = {Net(network)};
  return chosen;
}

std::vector<TemplateInterface> AllRoles() {
  return {Chosen("wan", "outside", "eth0", "203.0.113.0/24"),
          Chosen("lan", "inside", "eth1", "10.10.0.0/24"),
          Chosen("guest", "outside", "eth2", "10.20.0.0/24"),
          Chosen("iot", "inside", "eth3", "10.30.0.0/24"),
          Chosen("server", "inside", "eth4", "10.40.0.0/24"),
          Chosen("vpn", "inside", "wg0", "10.50.0.0/24"),
          Chosen("mgmt", "inside", "eth5", "10.60.0.0/24")};
}

Site SiteOfAll() {
  Site site;
  site.node = testing::kNode;
  site.interfaces = {{"lo", {Addr("127.0.0.1")}},   {"eth0", {Addr("203.0.113.2")}},
                     {"eth1", {Addr("10.10.0.1")}}, {"eth2", {Addr("10.20.0.1")}},
                     {"eth3", {Addr("10.30.0.1")}}, {"eth4", {Addr("10.40.0.1")}},
                     {"wg0", {Addr("10.50.0.1")}},  {"eth5", {Addr("10.60.0.1")}}};
  return site;
}

Tuple Udp(absl::string_view source, absl::string_view destination, uint16_t port) {
  Tuple tuple = testing::Tcp(source, destination, port);
  tuple.protocol = kProtocolUdp;
  return tuple;
}

class TemplatesTest : public ::testing::TestWithParam<PolicyTemplate> {
 protected:
  // What the engine says where the template is in force.
  static Explanation Decide(PolicyTemplate which, const InterfacePacket& packet,
                            bool failsafes = false) {
    Model model = testing::ModelOf(MakeTemplate(which, AllRoles()));
    if (!failsafes) {
      testing::SetParameter(model, "failsafeInboundHostPorts", "none");
      testing::SetParameter(model, "failsafeOutboundHostPorts", "none");
    }
    const auto snapshot = Compile(model, SiteOfAll(), 1);
    GW_CHECK(snapshot.ok());
    return Explain(**snapshot, packet);
  }
  static bool Passes(PolicyTemplate which, const InterfacePacket& packet) {
    return Decide(which, packet).verdict != Verdict::kDeny;
  }
};

constexpr auto kHome = PolicyTemplate::kHome;
constexpr auto kOffice = PolicyTemplate::kOffice;
constexpr auto kDefaultDeny = PolicyTemplate::kDefaultDeny;

TEST_P(TemplatesTest, IsValidWithAllRolesAndWithFew) {
  std::vector<std::vector<TemplateInterface>> choices = {AllRoles()};
  for (const TemplateInterface& only : AllRoles()) choices.push_back({only});
  choices.push_back({AllRoles()[0], AllRoles()[1]});
  for (const auto& chosen : choices) {
    const Model model = testing::ModelOf(MakeTemplate(GetParam(), chosen));
    for (const Problem& problem : Validate(model)) ADD_FAILURE() << ToString(problem);
  }
}

TEST_P(TemplatesTest, OfNothingIsNothing) { EXPECT_TRUE(MakeTemplate(GetParam(), {}).empty()); }

TEST_P(TemplatesTest, StaysConnected) {
  // From where an administrator sits.
  for (const auto& [interface, source] :
       {std::pair("eth1", "10.10.0.23"), std::pair("wg0", "10.50.0.23"),
        std::pair("eth5", "10.60.0.23")}) {
    EXPECT_TRUE(Passes(GetParam(), Input(interface, testing::Tcp(source, "10.10.0.1", 22))))
        << interface;
  }
}

TEST_P(TemplatesTest, ServesNamesAndAddressesInside) {
  EXPECT_TRUE(Passes(GetParam(), Input("eth1", Udp("10.10.0.23", "10.10.0.1", 53))));
  EXPECT_TRUE(Passes(GetParam(), Input("eth2", Udp("10.20.0.23", "10.20.0.1", 53))));
  EXPECT_TRUE(Passes(GetParam(), Input("eth2", Udp("0.0.0.0", "255.255.255.255", 67))));
  EXPECT_TRUE(Passes(GetParam(), Input("eth3", testing::Tcp("10.30.0.9", "10.30.0.1", 53))));
}

TEST_P(TemplatesTest, LetsTheGatewayOut) {
  EXPECT_TRUE(Passes(GetParam(), Output("eth0", testing::Tcp("203.0.113.2", "192.0.2.1", 443))));
  EXPECT_TRUE(Passes(GetParam(), Output("eth1", testing::Tcp("10.10.0.1", "10.10.0.23", 80))));
}

TEST_P(TemplatesTest, IsStagedOnlyToObserve) {
  for (const Resource& resource : MakeTemplate(GetParam(), AllRoles())) {
    const auto* const policy = std::get_if<Policy>(&resource);
    if (policy == nullptr) continue;
    EXPECT_EQ(policy->staged, GetParam() == PolicyTemplate::kObserve) << policy->metadata.name;
  }
}

INSTANTIATE_TEST_SUITE_P(All, TemplatesTest, ::testing::ValuesIn(kAllPolicyTemplates));

TEST_F(TemplatesTest, OnlyAnUplinkStaysReachable) {
  const Model model = testing::ModelOf(MakeTemplate(kHome, {AllRoles()[0]}));
  const auto snapshot = Compile(model, SiteOfAll(), 1);
  ASSERT_TRUE(snapshot.ok());
  EXPECT_EQ(
      Explain(**snapshot, Input("eth0", testing::Tcp("192.0.2.1", "203.0.113.2", 22))).verdict,
      Verdict::kAllow);
}

TEST_F(TemplatesTest, ObserveBlocksNothingAndShowsWhatWouldBe) {
  const auto which = PolicyTemplate::kObserve;
  const auto guest =
      Decide(which, Forward("eth2", "eth1", testing::Tcp("10.20.0.9", "10.10.0.9", 445)));
  EXPECT_NE(guest.verdict, Verdict::kDeny);
  EXPECT_EQ(guest.pending_verdict, Verdict::kDeny);
  EXPECT_TRUE(Passes(which, Input("eth0", testing::Tcp("192.0.2.1", "203.0.113.2", 8080))));
}

TEST_F(TemplatesTest, Home) {
  EXPECT_TRUE(Passes(kHome, Forward("eth1", "eth0", testing::Tcp("10.10.0.9", "192.0.2.1", 443))));
  EXPECT_TRUE(Passes(kHome, Forward("eth1", "eth3", testing::Tcp("10.10.0.9", "10.30.0.9", 80))));
  EXPECT_TRUE(Passes(kHome, Forward("eth2", "eth0", testing::Tcp("10.20.0.9", "192.0.2.1", 443))));
  EXPECT_FALSE(Passes(kHome, Forward("eth2", "eth1", testing::Tcp("10.20.0.9", "10.10.0.9", 80))));
  EXPECT_FALSE(Passes(kHome, Forward("eth3", "eth1", testing::Tcp("10.30.0.9", "10.10.0.9", 80))));
  EXPECT_FALSE(Passes(kHome, Forward("eth0", "eth1", testing::Tcp("192.0.2.1", "10.10.0.9", 80))));
  EXPECT_FALSE(Passes(kHome, Input("eth2", testing::Tcp("10.20.0.9", "10.20.0.1", 22))));
  EXPECT_FALSE(Passes(kHome, Input("eth1", testing::Tcp("10.10.0.9", "10.10.0.1", 8080))));
}

TEST_F(TemplatesTest, SshFromTheInternetIsForFailsafesAlone) {
  const auto packet = Input("eth0", testing::Tcp("192.0.2.1", "203.0.113.2", 22));
  EXPECT_EQ(Decide(kHome, packet).verdict, Verdict::kDeny);
  EXPECT_EQ(Decide(kHome, packet, /*failsafes=*/true).decided_by, "failsafe:tcp:22");
}

TEST_F(TemplatesTest, Office) {
  const auto forward = [](const char* in, const char* out, absl::string_view source,
                          absl::string_view destination, uint16_t port) {
    return Passes(kOffice, Forward(in, out, testing::Tcp(source, destination, port)));
  };
  EXPECT_TRUE(forward("eth1", "eth0", "10.10.0.9", "192.0.2.1", 443));
  EXPECT_TRUE(forward("eth1", "eth4", "10.10.0.9", "10.40.0.9", 443));
  EXPECT_FALSE(forward("eth1", "eth5", "10.10.0.9", "10.60.0.9", 443));
  EXPECT_FALSE(forward("eth1", "eth2", "10.10.0.9", "10.20.0.9", 443));
  EXPECT_TRUE(forward("eth5", "eth3", "10.60.0.9", "10.30.0.9", 80));
  EXPECT_TRUE(forward("eth2", "eth0", "10.20.0.9", "192.0.2.1", 443));
  EXPECT_FALSE(forward("eth2", "eth0", "10.20.0.9", "192.0.2.1", 25));
  EXPECT_FALSE(forward("eth2", "eth4", "10.20.0.9", "10.40.0.9", 443));
  EXPECT_FALSE(forward("eth3", "eth4", "10.30.0.9", "10.40.0.9", 443));
  EXPECT_FALSE(forward("eth4", "eth1", "10.40.0.9", "10.10.0.9", 443));
  EXPECT_FALSE(forward("eth0", "eth4", "192.0.2.1", "10.40.0.9", 443));
}

TEST_F(TemplatesTest, DefaultDenyRoutesNothing) {
  EXPECT_FALSE(
      Passes(kDefaultDeny, Forward("eth1", "eth0", testing::Tcp("10.10.0.9", "192.0.2.1", 443))));
  EXPECT_FALSE(
      Passes(kDefaultDeny, Forward("eth5", "eth1", testing::Tcp("10.60.0.9", "10.10.0.9", 22))));
}

TEST(NetworksOf, LeavesOutHostBitsAndLinkLocal) {
  HostInterface interface;
  interface.addresses = {{Addr("10.10.0.1"), 24},     {Addr("10.10.0.2"), 24},
                         {Addr("169.254.7.1"), 16},   {Addr("192.0.2.7"), 32},
                         {Addr("2001:db8:1::1"), 60}, {Addr("fe80::1"), 64}};
  EXPECT_THAT(NetworksOf(interface),
              ::testing::ElementsAre(Net("10.10.0.0/24"), Net("2001:db8:1::/60")));
}

}  // namespace
}  // namespace gw::gui
