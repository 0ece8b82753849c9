// doNotTrack policies on real packets: decided by the kernel before connection tracking, packet by
// packet, in both directions (policy-semantics.md §4.4, §4.5 R1, D120 to D130).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

#include "tests/system/enforcer_fixture.h"

namespace gw::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Addresses {
  const char* family;  // as conntrack(8) names it
  const char* gateway_wan;
  const char* server;
  const char* client;
};
constexpr Addresses kFamilies[] = {
    {"ipv4", kGatewayWan, kServer, kClient},
    {"ipv6", kGatewayWan6, kServer6, kClient6},
};

const std::string kEndpoints = HostEndpointYaml("wan", "eth0") + HostEndpointYaml("lan", "eth1");

std::string Untracked(const std::string& name, const std::string& zone, const std::string& rest) {
  return PolicyYaml(name, absl::StrCat("  order: 1\n  selector: zone == '", zone, R"('
  doNotTrack: true
  applyOnForward: true
)",
                                       rest));
}

class UntrackedTest : public EnforcerFixture {
 protected:
  // Whether connection tracking has an entry for `port`.
  bool Tracks(const Addresses& family, uint16_t port) {
    const auto entries = DumpConntrack(gateway(), family.family);
    EXPECT_OK(entries);
    return entries->find(absl::StrCat("dport=", port, " ")) != std::string::npos;
  }
};

TEST_F(UntrackedTest, AllowOfBothDirectionsCarriesAFlowWithoutAnEntry) {
  GW_ASSERT_OK_AND_ASSIGN(const auto service, TcpServer::Start(gateway(), 8080));
  Enforce(kEndpoints + Untracked("u", "wan", R"(
  ingress: [{action: Allow, protocol: TCP, destination: {ports: [8080]}}]
  egress: [{action: Allow, protocol: TCP, source: {ports: [8080]}}])"));
  for (const Addresses& family : kFamilies) {
    const uint64_t before = lab_->Upcalls();
    GW_ASSERT_OK_AND_ASSIGN(TcpFlow flow,
                            TcpFlow::Open(server(), {.address = family.gateway_wan, .port = 8080}));
    EXPECT_TRUE(flow.Echo("untracked", kAnswer));
    EXPECT_FALSE(Tracks(family, 8080));
    EXPECT_EQ(lab_->Upcalls(), before);
    EXPECT_TRUE(Recorded("allow policy:u/ingress/0", family.gateway_wan, 8080));
    // Both directions are flows of their own here.
    EXPECT_FALSE(lab_->WaitForRecords([&](const AuditRecord& row) {
                       return Words(row) == "allow policy:u/egress/0" &&
                              ToString(row.tuple.destination) == family.server;
                     })
                     .empty());
  }
}

TEST_F(UntrackedTest, ReplyNeedsARuleOfItsOwn) {
  // D128.
  GW_ASSERT_OK_AND_ASSIGN(const auto service, TcpServer::Start(gateway(), 8080));
  Enforce(kEndpoints + Untracked("u", "wan", R"(
  ingress: [{action: Allow, protocol: TCP, destination: {ports: [8080]}}])"));
  for (const Addresses& family : kFamilies) {
    EXPECT_EQ(Tcp(server(), family.gateway_wan, 8080, kNoAnswer), Outcome::kTimedOut);
  }
}

TEST_F(UntrackedTest, DenyDropsAtOnceAlsoWhatIsEstablished) {
  // D121, D123.
  GW_ASSERT_OK_AND_ASSIGN(const auto service, TcpServer::Start(gateway(), 8080));
  const std::string normal = PolicyYaml("n", R"(
  order: 0
  selector: zone == 'wan'
  ingress: [{action: Allow}])");
  for (const Addresses& family : kFamilies) {
    Enforce(kEndpoints + normal);
    GW_ASSERT_OK_AND_ASSIGN(TcpFlow flow,
                            TcpFlow::Open(server(), {.address = family.gateway_wan, .port = 8080}));
    ASSERT_TRUE(flow.Echo("before", kAnswer));
    Enforce(kEndpoints + normal + Untracked("u", "wan", "  ingress: [{action: Deny}]"));
    EXPECT_FALSE(flow.Echo("after", kNoAnswer));
    EXPECT_EQ(Tcp(server(), family.gateway_wan, 8080, kNoAnswer), Outcome::kTimedOut);
    EXPECT_TRUE(Recorded("deny policy:u/ingress/0", family.gateway_wan, 8080));
  }
  EXPECT_THAT(lab_->NftList({"counter", "inet", "gatewarden", "untracked_denied"}),
              Not(HasSubstr("packets 0 ")));
}

TEST_F(UntrackedTest, WhatNoRuleMatchesGoesOnTracked) {
  // D122.
  GW_ASSERT_OK_AND_ASSIGN(const auto service, TcpServer::Start(gateway(), 9090));
  Enforce(kEndpoints + Untracked("u", "wan", R"(
  ingress: [{action: Allow, protocol: TCP, destination: {ports: [8080]}}])") +
          PolicyYaml("n", R"(
  selector: zone == 'wan'
  ingress: [{action: Allow}])"));
  for (const Addresses& family : kFamilies) {
    EXPECT_EQ(Tcp(server(), family.gateway_wan, 9090), Outcome::kConnected);
    EXPECT_TRUE(Tracks(family, 9090));
    EXPECT_TRUE(Recorded("allow policy:n/ingress/0", family.gateway_wan, 9090));
  }
}

TEST_F(UntrackedTest, FailsafesStayTrackedAndAreForThisMachineOnly) {
  // D124.
  GW_ASSERT_OK_AND_ASSIGN(const auto ssh, TcpServer::Start(gateway(), 22));
  GW_ASSERT_OK_AND_ASSIGN(const auto inner, TcpServer::Start(client(), 22));
  Enforce(kEndpoints + Untracked("u", "wan", "  ingress: [{action: Deny}]"));
  for (const Addresses& family : kFamilies) {
    EXPECT_EQ(Tcp(server(), family.gateway_wan, 22), Outcome::kConnected);
    EXPECT_TRUE(Tracks(family, 22));
    EXPECT_TRUE(Recorded("allow failsafe:tcp:22", family.gateway_wan, 22));
    EXPECT_EQ(Tcp(server(), family.client, 22, kNoAnswer), Outcome::kTimedOut);
    EXPECT_TRUE(Recorded("deny policy:u/ingress/0", family.client, 22));
  }
  lab_->KillDaemon();
  EXPECT_EQ(Tcp(server(), kGatewayWan, 22), Outcome::kConnected);
}

TEST_F(UntrackedTest, ReplyOfAnOutboundFailsafePassesAnUntrackedDeny) {
  // D125, D126.
  GW_ASSERT_OK_AND_ASSIGN(const auto dns, UdpServer::Start(server(), 53));
  GW_ASSERT_OK_AND_ASSIGN(const auto other, UdpServer::Start(server(), 5353));
  Enforce(kEndpoints + Untracked("u", "wan", "  ingress: [{action: Deny}]") + PolicyYaml("n", R"(
  selector: zone == 'wan'
  types: [Egress]
  egress: [{action: Allow}])"));
  for (const Addresses& family : kFamilies) {
    EXPECT_EQ(Udp(gateway(), family.server, 53), Outcome::kConnected);
    EXPECT_EQ(Udp(gateway(), family.server, 5353, kNoAnswer), Outcome::kTimedOut);
  }
}

TEST_F(UntrackedTest, ForwardedFlowNeedsIngressAtBothSidesAndMeetsForwardEgress) {
  // §4.6, D130.
  GW_ASSERT_OK_AND_ASSIGN(const auto web, TcpServer::Start(server(), 80));
  GW_ASSERT_OK_AND_ASSIGN(const auto web8080, TcpServer::Start(server(), 8080));
  const std::string both =
      Untracked("there", "lan", "  ingress: [{action: Allow, protocol: TCP}]") +
      Untracked("back", "wan", "  ingress: [{action: Allow, protocol: TCP}]");
  Enforce(kEndpoints + both);
  for (const Addresses& family : kFamilies) {
    EXPECT_EQ(Tcp(client(), family.server, 80), Outcome::kConnected);
    EXPECT_FALSE(Tracks(family, 80));
  }
  EXPECT_TRUE(Recorded("allow forward-default-allow", kServer, 80));
  Enforce(kEndpoints + both + PolicyYaml("out", R"(
  order: 0
  selector: zone == 'wan'
  applyOnForward: true
  types: [Egress]
  egress: [{action: Deny, protocol: TCP, destination: {ports: [80]}}, {action: Allow}])"));
  for (const Addresses& family : kFamilies) {
    EXPECT_EQ(Tcp(client(), family.server, 80, kNoAnswer), Outcome::kTimedOut);
    EXPECT_TRUE(Recorded("deny policy:out/egress/0", family.server, 80));
    EXPECT_EQ(Tcp(client(), family.server, 8080), Outcome::kConnected);
    EXPECT_FALSE(Tracks(family, 8080));
  }
}

TEST_F(UntrackedTest, AnyInterfaceEndpointHasNoUntrackedPolicy) {
  // D100.
  GW_ASSERT_OK_AND_ASSIGN(const auto service, TcpServer::Start(gateway(), 8080));
  Enforce(HostEndpointYaml("any", "*") + Untracked("u", "any", "  ingress: [{action: Deny}]") +
          PolicyYaml("n", R"(
  selector: zone == 'any'
  ingress: [{action: Allow}])"));
  for (const Addresses& family : kFamilies) {
    EXPECT_EQ(Tcp(server(), family.gateway_wan, 8080), Outcome::kConnected);
  }
}

TEST_F(UntrackedTest, EveryCriterionOfARuleHasItsTextInTheKernel) {
  GW_ASSERT_OK_AND_ASSIGN(const auto echo, UdpServer::Start(gateway(), 7000));
  GW_ASSERT_OK_AND_ASSIGN(const auto echo1, UdpServer::Start(gateway(), 7001));
  GW_ASSERT_OK_AND_ASSIGN(const auto echo2, UdpServer::Start(gateway(), 7002));
  const std::string named = absl::StrCat(kDocument, R"(kind: HostEndpoint
metadata: {name: wan, labels: {zone: wan}}
spec: {node: gw, interfaceName: eth0, expectedIPs: [203.0.113.2, "2001:db8:1::2"],
       ports: [{name: echo, protocol: UDP, port: 7001}]}
)");
  const std::string peers = absl::StrCat(kDocument, R"(kind: GlobalNetworkSet
metadata: {name: peers, labels: {role: peer}}
spec: {nets: [203.0.113.9/32, "2001:db8:1::/64"]}
)");
  struct Case {
    const char* rule;
    uint16_t port;
    bool denied;
  };
  // As the first rule of an untracked policy, whose second one is none.
  const Case cases[] = {
      {"protocol: UDP, destination: {ports: ['6999:7000']}", 7000, true},
      {"protocol: UDP, destination: {ports: ['6999:7000']}", 7001, false},
      {"protocol: UDP, destination: {ports: [echo]}", 7001, true},
      {"protocol: UDP, destination: {ports: [echo, 7002]}", 7002, true},
      {"protocol: UDP, destination: {ports: [echo]}", 7000, false},
      {"protocol: UDP, destination: {notPorts: [echo, 7000]}", 7001, false},
      {"protocol: UDP, destination: {notPorts: [echo, 7000]}", 7002, true},
      {"source: {selector: role == 'peer'}", 7000, true},
      {"source: {notSelector: role == 'peer'}", 7000, false},
      {"source: {selector: role == 'other'}", 7000, false},
      {"destination: {selector: zone == 'wan'}", 7000, true},
      {"notProtocol: TCP", 7000, true},
      {"notProtocol: UDP", 7000, false},
      {"ipVersion: 4", 7000, true},
      {"ipVersion: 6", 7000, false},
      {"source: {nets: [203.0.113.0/29]}", 7000, false},
      {"source: {nets: [203.0.113.0/24], notNets: [203.0.113.9/32]}", 7000, false},
      {"source: {nets: [0.0.0.0/0]}", 7000, true},
  };
  for (const Case& one : cases) {
    Enforce(named + peers +
            Untracked("u", "wan", absl::StrCat("  ingress: [{action: Deny, ", one.rule, "}]")) +
            PolicyYaml("n", "  selector: zone == 'wan'\n  ingress: [{action: Allow}]"));
    EXPECT_EQ(Udp(server(), kGatewayWan, one.port, one.denied ? kNoAnswer : kAnswer),
              one.denied ? Outcome::kTimedOut : Outcome::kConnected)
        << one.rule << " at port " << one.port;
  }
  Enforce(named + Untracked("u", "wan", R"(
  ingress:
  - {action: Deny, protocol: ICMP, icmp: {type: 8}}
  - {action: Deny, protocol: ICMPv6, notICMP: {type: 135}})") +
          PolicyYaml("n", "  selector: zone == 'wan'\n  ingress: [{action: Allow}]"));
  EXPECT_EQ(Ping(server(), kGatewayWan, 1, kNoAnswer).received, 0);
  EXPECT_EQ(Ping(server(), kGatewayWan6, 1, kNoAnswer).received, 0);
}

TEST_F(UntrackedTest, PassGoesToTheNextTier) {
  GW_ASSERT_OK_AND_ASSIGN(const auto service, UdpServer::Start(gateway(), 7000));
  const std::string tier =
      absl::StrCat(kDocument, "kind: Tier\nmetadata: {name: first}\nspec: {order: 1}\n");
  const std::string early = absl::StrCat(kDocument, R"(kind: GlobalNetworkPolicy
metadata: {name: first.u}
spec:
  tier: first
  selector: zone == 'wan'
  doNotTrack: true
  applyOnForward: true
  ingress: [{action: Log}, {action: Pass, protocol: UDP}, {action: Deny}]
)");
  Enforce(kEndpoints + tier + early +
          Untracked("u", "wan", "  ingress: [{action: Deny, protocol: UDP}]"));
  EXPECT_EQ(Udp(server(), kGatewayWan, 7000, kNoAnswer), Outcome::kTimedOut);
  EXPECT_TRUE(Recorded("deny policy:u/ingress/0", kGatewayWan, 7000));
  EXPECT_EQ(Tcp(server(), kGatewayWan, 7000, kNoAnswer), Outcome::kTimedOut);
  EXPECT_TRUE(Recorded("deny policy:first.u/ingress/2", kGatewayWan, 7000));
}

TEST_F(UntrackedTest, ChangeOfPolicyLosesNoPacketOfAFlowThatBothAllow) {
  GW_ASSERT_OK_AND_ASSIGN(const auto service, UdpServer::Start(gateway(), 7000));
  const std::string allow = R"(
  ingress: [{action: Allow, protocol: UDP, destination: {ports: [7000]}}]
  egress: [{action: Allow, protocol: UDP, source: {ports: [7000]}}])";
  Enforce(kEndpoints + Untracked("u", "wan", allow));
  GW_ASSERT_OK_AND_ASSIGN(UdpFlow flow,
                          UdpFlow::Open(server(), {.address = kGatewayWan, .port = 7000}));
  for (int change = 0; change < 6; ++change) {
    const std::string more =
        change % 2 == 0 ? Untracked("v", "wan", "  ingress: [{action: Deny, protocol: TCP}]") : "";
    GW_ASSERT_OK_AND_ASSIGN(const int64_t revision,
                            lab_->WritePolicy(kEndpoints + Untracked("u", "wan", allow) + more));
    do {
      ASSERT_TRUE(flow.Echo("steady", kAnswer));
    } while (lab_->State().revision != revision);
    ASSERT_TRUE(flow.Echo("after", kAnswer));
  }
}

TEST_F(UntrackedTest, SitesWithoutSuchPolicyHaveNoChainBeforeTracking) {
  Enforce(kEndpoints);
  EXPECT_THAT(lab_->NftList({"table", "inet", "gatewarden"}), Not(HasSubstr("raw_prerouting")));
  Enforce(kEndpoints + Untracked("u", "wan", "  ingress: [{action: Deny}]"));
  EXPECT_THAT(lab_->NftList({"table", "inet", "gatewarden"}), HasSubstr("stateless_1"));
  Enforce(kEndpoints);
  const std::string table = lab_->NftList({"table", "inet", "gatewarden"});
  EXPECT_THAT(table, Not(HasSubstr("stateless_")));
  EXPECT_THAT(table, Not(HasSubstr("jump untracked_in")));
}

}  // namespace
}  // namespace gw::testing
