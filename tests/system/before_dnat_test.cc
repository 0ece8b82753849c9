// preDNAT policies on real packets: judged at prerouting by what a packet came for, whatever
// becomes of its destination (policy-semantics.md §4.5 R2, §4.6).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

#include "tests/system/enforcer_fixture.h"

namespace gw::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Addresses {
  const char* gateway_wan;
  const char* gateway_lan;
  const char* server;
  const char* client;
};
constexpr Addresses kFamilies[] = {
    {kGatewayWan, kGatewayLan, kServer, kClient},
    {kGatewayWan6, kGatewayLan6, kServer6, kClient6},
};

const std::string kWanAndLan = HostEndpointYaml("wan", "eth0", "[allow-all]") +
                               HostEndpointYaml("lan", "eth1") + AllowAllProfileYaml();

std::string PreDnat(const std::string& name, const std::string& rules, int order = 10) {
  return PolicyYaml(name, absl::StrCat("  order: ", order, R"(
  selector: zone == 'wan'
  preDNAT: true
  applyOnForward: true
  ingress: )",
                                       rules));
}

class BeforeDnatTest : public EnforcerFixture {
 protected:
  // Port 32010 of the gateway leads to port 80 of the client, in both families.
  void ForwardPorts() {
    for (const char* address : {kClient, kClient6}) {
      ASSERT_OK(lab_->lab().ForwardPort("tcp", 32010, address, 80));
    }
    auto web = TcpServer::Start(client(), 80);
    ASSERT_OK(web);
    web_ = *std::move(web);
  }

  std::unique_ptr<TcpServer> web_;
};

TEST_F(BeforeDnatTest, RulesSeeThePortThatThePacketCameFor) {
  ForwardPorts();
  Enforce(kWanAndLan +
          PreDnat("open", "[{action: Allow, protocol: TCP, destination: {ports: [32010]}}]", 10) +
          PreDnat("shut", "[{action: Deny}]", 20));
  for (const Addresses& family : kFamilies) {
    EXPECT_EQ(Tcp(server(), family.gateway_wan, 32010), Outcome::kConnected);
    EXPECT_TRUE(Recorded("allow forward-default-allow", family.client, 80));
    // The inner port, asked for itself.
    EXPECT_EQ(Tcp(server(), family.client, 80, kNoAnswer), Outcome::kTimedOut);
    EXPECT_TRUE(Recorded("deny policy:shut/ingress/0", family.client, 80));
    EXPECT_EQ(Tcp(server(), family.gateway_wan, 8080, kNoAnswer), Outcome::kTimedOut);
    EXPECT_TRUE(Recorded("deny policy:shut/ingress/0", family.gateway_wan, 8080));
    // What other interfaces carry is not asked about.
    EXPECT_NE(Tcp(client(), family.server, 8080), Outcome::kTimedOut);
  }
}

TEST_F(BeforeDnatTest, DenialIsOfTheOriginalPortToo) {
  ForwardPorts();
  Enforce(kWanAndLan +
          PreDnat("shut", "[{action: Deny, protocol: TCP, destination: {ports: [32010]}}]"));
  for (const Addresses& family : kFamilies) {
    EXPECT_EQ(Tcp(server(), family.gateway_wan, 32010, kNoAnswer), Outcome::kTimedOut);
    EXPECT_TRUE(Recorded("deny policy:shut/ingress/0", family.gateway_wan, 32010));
    EXPECT_EQ(Tcp(server(), family.client, 80), Outcome::kConnected);
  }
  EXPECT_TRUE(WaitUntil([&] { return web_->connections() == 2; }, kAnswer));
}

TEST_F(BeforeDnatTest, RepeatsOfADenialAreNotAskedAboutAgain) {
  Enforce(kWanAndLan + PreDnat("shut", "[{action: Deny}]"));
  const uint64_t before = lab_->Upcalls();
  for (int i = 0; i < 5; ++i) {
    UdpExchange(server(),
                {.address = kGatewayWan,
                 .port = 9,
                 .timeout = absl::Milliseconds(20),
                 .source_port = 40'000},
                "?");
  }
  EXPECT_EQ(lab_->Upcalls() - before, 1u);
  EXPECT_THAT(lab_->NftList({"set", "inet", "gatewarden", "early_denied_udp4"}),
              HasSubstr("counter packets 5"));
}

TEST_F(BeforeDnatTest, AllowSkipsNormalPolicyOfTheInterfaceAndNothingElse) {
  // D113, D114, D111, D112.
  GW_ASSERT_OK_AND_ASSIGN(const auto local, TcpServer::Start(gateway(), 8080));
  GW_ASSERT_OK_AND_ASSIGN(const auto other, TcpServer::Start(gateway(), 9090));
  GW_ASSERT_OK_AND_ASSIGN(const auto web, TcpServer::Start(client(), 80));
  GW_ASSERT_OK_AND_ASSIGN(const auto web8080, TcpServer::Start(client(), 8080));
  Enforce(HostEndpointYaml("wan", "eth0") + HostEndpointYaml("lan", "eth1") +
          PreDnat("open", "[{action: Allow, protocol: TCP, destination: {ports: [80, 8080]}}]") +
          PolicyYaml("normal", R"(
  order: 0
  selector: zone == 'wan'
  applyOnForward: true
  ingress: [{action: Deny}])") +
          PolicyYaml("out", R"(
  order: 0
  selector: zone == 'lan'
  applyOnForward: true
  types: [Egress]
  egress: [{action: Allow, protocol: TCP, destination: {ports: [8080]}}])"));
  for (const Addresses& family : kFamilies) {
    EXPECT_EQ(Tcp(server(), family.gateway_wan, 8080), Outcome::kConnected);
    EXPECT_TRUE(Recorded("allow policy:open/ingress/0", family.gateway_wan, 8080));
    EXPECT_EQ(Tcp(server(), family.gateway_wan, 9090, kNoAnswer), Outcome::kTimedOut);
    EXPECT_TRUE(Recorded("deny policy:normal/ingress/0", family.gateway_wan, 9090));
    EXPECT_EQ(Tcp(server(), family.client, 8080), Outcome::kConnected);
    EXPECT_TRUE(Recorded("allow policy:out/egress/0", family.client, 8080));
    EXPECT_EQ(Tcp(server(), family.client, 80, kNoAnswer), Outcome::kTimedOut);
    EXPECT_TRUE(Recorded("deny end-of-tier:default/egress", family.client, 80));
  }
}

TEST_F(BeforeDnatTest, FailsafesAreForThisMachineOnly) {
  // D117, D118.
  GW_ASSERT_OK_AND_ASSIGN(const auto ssh, TcpServer::Start(gateway(), 22));
  GW_ASSERT_OK_AND_ASSIGN(const auto inner, TcpServer::Start(client(), 22));
  Enforce(kWanAndLan + PreDnat("shut", "[{action: Deny}]"));
  for (const Addresses& family : kFamilies) {
    EXPECT_EQ(Tcp(server(), family.gateway_wan, 22), Outcome::kConnected);
    EXPECT_TRUE(Recorded("allow failsafe:tcp:22", family.gateway_wan, 22));
    EXPECT_EQ(Tcp(server(), family.client, 22, kNoAnswer), Outcome::kTimedOut);
    EXPECT_TRUE(Recorded("deny policy:shut/ingress/0", family.client, 22));
  }
  // Without gatewardend too.
  lab_->KillDaemon();
  EXPECT_EQ(Tcp(server(), kGatewayWan, 22), Outcome::kConnected);
}

TEST_F(BeforeDnatTest, NeighboursAreFoundUnderADenyOfEverything) {
  Enforce(kWanAndLan + PreDnat("shut", "[{action: Deny, notProtocol: ICMPv6}]"));
  RunIn(gateway(), {"ip", "neigh", "flush", "dev", "eth0"});
  EXPECT_EQ(Ping(server(), kGatewayWan6).received, 1);
}

TEST_F(BeforeDnatTest, AnyInterfaceEndpointIsShadowedByANamedOne) {
  // D098, D099, D089.
  GW_ASSERT_OK_AND_ASSIGN(const auto local, TcpServer::Start(gateway(), 8080));
  const std::string any =
      HostEndpointYaml("any", "*", "[allow-all]") + AllowAllProfileYaml() + PolicyYaml("shut", R"(
  selector: zone == 'any'
  preDNAT: true
  applyOnForward: true
  ingress: [{action: Deny, protocol: TCP}])");
  Enforce(any + HostEndpointYaml("wan", "eth0", "[allow-all]"));
  for (const Addresses& family : kFamilies) {
    EXPECT_EQ(Tcp(server(), family.gateway_wan, 8080), Outcome::kConnected);
    EXPECT_EQ(Tcp(client(), family.gateway_lan, 8080, kNoAnswer), Outcome::kTimedOut);
    EXPECT_TRUE(Recorded("deny policy:shut/ingress/0", family.gateway_lan, 8080));
  }
  Enforce(any);
  EXPECT_EQ(Tcp(server(), kGatewayWan, 8080, kNoAnswer), Outcome::kTimedOut);
}

TEST_F(BeforeDnatTest, WorkloadIsJudgedBeforeDnatByTheAnyInterfaceEndpoint) {
  GW_ASSERT_OK_AND_ASSIGN(const Namespace* workload,
                          lab_->lab().AddWorkload("cali1", "10.65.0.2", "2001:db8:65::2"));
  GW_ASSERT_OK_AND_ASSIGN(const auto local, TcpServer::Start(gateway(), 8080));
  GW_ASSERT_OK_AND_ASSIGN(const auto other, TcpServer::Start(gateway(), 9090));
  Enforce(HostEndpointYaml("any", "*", "[allow-all]") + AllowAllProfileYaml() +
          absl::StrCat(kDocument, R"(kind: WorkloadEndpoint
metadata: {name: web, labels: {app: web}}
spec: {node: gw, interfaceName: cali1, profiles: [allow-all],
       ipNetworks: [10.65.0.2/32, "2001:db8:65::2/128"]}
)") + SettingsYaml("defaultEndpointToHostAction: Accept") +
          PolicyYaml("shut", R"(
  selector: zone == 'any'
  preDNAT: true
  applyOnForward: true
  ingress: [{action: Deny, protocol: TCP, destination: {ports: [8080]}}])"));
  for (const Addresses& family : kFamilies) {
    EXPECT_EQ(Tcp(*workload, family.gateway_wan, 9090), Outcome::kConnected);
    EXPECT_EQ(Tcp(*workload, family.gateway_wan, 8080, kNoAnswer), Outcome::kTimedOut);
    EXPECT_TRUE(Recorded("deny policy:shut/ingress/0", family.gateway_wan, 8080));
  }
}

TEST_F(BeforeDnatTest, ChangeOfPolicyDecidesLiveTranslatedFlowsAgain) {
  ForwardPorts();
  ASSERT_OK(lab_->lab().Masquerade());
  const std::string open =
      PreDnat("open", "[{action: Allow, protocol: TCP, destination: {ports: [32010]}}]", 10);
  Enforce(kWanAndLan + open);
  for (const Addresses& family : kFamilies) {
    Enforce(kWanAndLan + open + PreDnat("last", "[{action: Deny}]", 20));
    GW_ASSERT_OK_AND_ASSIGN(
        TcpFlow asks, TcpFlow::Open(server(), {.address = family.gateway_wan, .port = 32010}));
    GW_ASSERT_OK_AND_ASSIGN(
        TcpFlow other, TcpFlow::Open(server(), {.address = family.gateway_wan, .port = 32010}));
    ASSERT_TRUE(asks.Echo("before", kAnswer));
    // Another policy that allows it: nothing is lost.
    Enforce(kWanAndLan + open + PreDnat("last", "[{action: Deny, protocol: TCP}]", 20));
    EXPECT_TRUE(asks.Echo("still allowed", kAnswer));
    EXPECT_TRUE(other.Echo("still allowed", kAnswer));
    // One that denies it.
    Enforce(kWanAndLan + PreDnat("last", "[{action: Deny}]", 20));
    EXPECT_FALSE(asks.Echo("denied", kNoAnswer));
    EXPECT_FALSE(other.Echo("denied", kNoAnswer));
    EXPECT_TRUE(Recorded("deny policy:last/ingress/0", family.gateway_wan, 32010));
  }
}

TEST_F(BeforeDnatTest, ReplyThatComesFirstAfterAChangeIsNotLost) {
  // The client's server speaks; the side that opened the flow only listens.
  ForwardPorts();
  const std::string open =
      PreDnat("open", "[{action: Allow, protocol: UDP, destination: {ports: [32010]}}]", 10);
  for (const char* address : {kClient, kClient6}) {
    ASSERT_OK(lab_->lab().ForwardPort("udp", 32010, address, 80));
  }
  Enforce(kWanAndLan + open + PreDnat("shut", "[{action: Deny}]", 20));
  GW_ASSERT_OK_AND_ASSIGN(const auto echo, UdpServer::Start(client(), 80));
  for (const Addresses& family : kFamilies) {
    GW_ASSERT_OK_AND_ASSIGN(
        UdpFlow flow, UdpFlow::Open(server(), {.address = family.gateway_wan, .port = 32010}));
    ASSERT_TRUE(flow.Echo("first", kAnswer));
    Enforce(kWanAndLan + open + PreDnat("shut", "[{action: Deny, protocol: UDP}]", 20));
    EXPECT_TRUE(flow.Echo("second", kAnswer));
    Enforce(kWanAndLan + open + PreDnat("shut", "[{action: Deny}]", 20));
  }
}

TEST_F(BeforeDnatTest, RejectAnswersBeforeDnat) {
  Enforce(kWanAndLan + SettingsYaml("iptablesFilterDenyAction: Reject") +
          PreDnat("shut", "[{action: Deny}]"));
  for (const Addresses& family : kFamilies) {
    EXPECT_EQ(Tcp(server(), family.gateway_wan, 8080), Outcome::kRefused);
    EXPECT_EQ(Udp(server(), family.gateway_wan, 8080), Outcome::kUnreachable);
  }
}

TEST_F(BeforeDnatTest, InterfacesWithoutSuchPolicyPayNothing) {
  Enforce(kWanAndLan);
  EXPECT_THAT(lab_->NftList({"table", "inet", "gatewarden"}),
              Not(HasSubstr("chain decide_prerouting")));
  Enforce(kWanAndLan + PreDnat("shut", "[{action: Deny}]"));
  EXPECT_THAT(lab_->NftList({"chain", "inet", "gatewarden", "decide_prerouting"}),
              HasSubstr("iifname != \"eth0\" accept"));
  Enforce(kWanAndLan);
  EXPECT_THAT(lab_->NftList({"chain", "inet", "gatewarden", "decide_prerouting"}),
              Not(HasSubstr("accept\n")));
}

TEST_F(BeforeDnatTest, RoutingByMarkSeesTheMarksOfOthersAlone) {
  // Who routes by mark compares the whole word: none of our bits may be left in it by then.
  ASSERT_OK(Nft(gateway(), R"(
    table inet gwother {
      chain marks {
        type filter hook prerouting priority mangle - 5; policy accept;
        iifname "eth0" meta mark set 0x77
      }
    })"));
  const std::vector<std::vector<std::string>> routes = {
      {"ip", "rule", "add", "pref", "40", "fwmark", "0x77", "lookup", "100"},
      {"ip", "route", "add", "192.168.10.0/24", "dev", "eth1", "table", "100"},
      {"ip", "rule", "add", "pref", "50", "iif", "eth0", "prohibit"},
  };
  GW_ASSERT_OK_AND_ASSIGN(const auto web, TcpServer::Start(client(), 80));
  for (const auto& route : routes) ASSERT_TRUE(RunIn(gateway(), route).ok());
  Enforce(kWanAndLan + PreDnat("open", "[{action: Allow}]"));
  EXPECT_EQ(Tcp(server(), kClient, 80), Outcome::kConnected);
}

}  // namespace
}  // namespace gw::testing
