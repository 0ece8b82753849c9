// Workloads on real packets: interfaces that are closed until a WorkloadEndpoint is known for them
// (policy-semantics.md §4.1, §4.5, §4.6 (c) and (d), §4.10).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "absl/strings/str_cat.h"

#include "tests/support/sockets.h"
#include "tests/system/enforcer_fixture.h"

namespace gw::testing {
namespace {

using ::testing::HasSubstr;

constexpr char kOne[] = "10.65.0.2";
constexpr char kOne6[] = "2001:db8:65::2";
constexpr char kTwo[] = "10.65.0.3";
constexpr char kTwo6[] = "2001:db8:65::3";

class WorkloadTest : public EnforcerFixture {
 protected:
  void SetUp() override {
    EnforcerFixture::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    auto one = lab_->lab().AddWorkload("cali1", kOne, kOne6);
    ASSERT_OK(one);
    one_ = *one;
    auto two = lab_->lab().AddWorkload("cali2", kTwo, kTwo6);
    ASSERT_OK(two);
    two_ = *two;
  }

  const std::string both_ = WorkloadYaml("one", "cali1", kOne, kOne6) +
                            WorkloadYaml("two", "cali2", kTwo, kTwo6) + AllowAllProfileYaml();
  const Namespace* one_ = nullptr;
  const Namespace* two_ = nullptr;
};

TEST_F(WorkloadTest, UnknownInterfaceIsClosedInBothDirections) {
  GW_ASSERT_OK_AND_ASSIGN(const auto web, TcpServer::Start(*one_, 80));
  GW_ASSERT_OK_AND_ASSIGN(const auto outside, TcpServer::Start(server(), 80));
  GW_ASSERT_OK_AND_ASSIGN(const auto local, TcpServer::Start(gateway(), 80));
  Enforce(SettingsYaml("defaultEndpointToHostAction: Accept"));
  for (const char* to : {kOne, kOne6}) {
    EXPECT_EQ(Tcp(client(), to, 80, kNoAnswer), Outcome::kTimedOut);
    EXPECT_TRUE(Recorded("deny unknown-workload", to, 80));
    // The gateway itself may always.
    EXPECT_EQ(Tcp(gateway(), to, 80), Outcome::kConnected);
  }
  for (const char* to : {kServer, kServer6, kGatewayWan, kGatewayWan6}) {
    EXPECT_EQ(Tcp(*one_, to, 80, kNoAnswer), Outcome::kTimedOut) << to;
    EXPECT_TRUE(Recorded("deny unknown-workload", to, 80));
  }
}

TEST_F(WorkloadTest, KnownOneIsOpenByItsPolicyAndProfiles) {
  // §4.6 (c): both sides must allow.
  GW_ASSERT_OK_AND_ASSIGN(const auto web, TcpServer::Start(*one_, 80));
  GW_ASSERT_OK_AND_ASSIGN(const auto other, TcpServer::Start(*one_, 81));
  GW_ASSERT_OK_AND_ASSIGN(const auto outside, TcpServer::Start(server(), 80));
  const std::string in = PolicyYaml("in", R"(
  selector: app == 'one'
  types: [Ingress]
  ingress: [{action: Allow, protocol: TCP, destination: {ports: [80]}}])");
  Enforce(both_ + in);
  for (const char* to : {kOne, kOne6}) {
    EXPECT_EQ(Tcp(client(), to, 80), Outcome::kConnected);
    EXPECT_TRUE(Recorded("allow policy:in/ingress/0", to, 80));
    EXPECT_EQ(Tcp(client(), to, 81, kNoAnswer), Outcome::kTimedOut);
    EXPECT_TRUE(Recorded("deny end-of-tier:default/ingress", to, 81));
  }
  for (const char* to : {kServer, kServer6}) {
    EXPECT_EQ(Tcp(*one_, to, 80), Outcome::kConnected);
    EXPECT_TRUE(Recorded("allow profile:allow-all/egress/0", to, 80));
  }
  Enforce(both_ + in + HostEndpointYaml("lan", "eth1") + HostEndpointYaml("wan", "eth0") +
          PolicyYaml("forward", R"(
  selector: zone in {'lan', 'wan'}
  applyOnForward: true
  ingress: [{action: Deny}]
  egress: [{action: Deny}])"));
  for (const char* to : {kOne, kOne6}) {
    EXPECT_EQ(Tcp(client(), to, 80, kNoAnswer), Outcome::kTimedOut);
    EXPECT_TRUE(Recorded("deny policy:forward/ingress/0", to, 80));
  }
  for (const char* to : {kServer, kServer6}) {
    EXPECT_EQ(Tcp(*one_, to, 80, kNoAnswer), Outcome::kTimedOut);
    EXPECT_TRUE(Recorded("deny policy:forward/egress/0", to, 80));
  }
}

TEST_F(WorkloadTest, BetweenWorkloadsBothPoliciesAndThoseOfTheAnyInterfaceEndpointCount) {
  // D101 to D103.
  GW_ASSERT_OK_AND_ASSIGN(const auto web, TcpServer::Start(*two_, 80));
  const std::string egress = PolicyYaml("out", R"(
  selector: app == 'one'
  types: [Egress]
  egress: [{action: Allow, protocol: TCP, destination: {ports: [80], selector: app == 'two'}}])");
  Enforce(both_ + egress);
  for (const char* to : {kTwo, kTwo6}) {
    EXPECT_EQ(Tcp(*one_, to, 80), Outcome::kConnected);
    EXPECT_EQ(Tcp(*one_, to, 81, kNoAnswer), Outcome::kTimedOut);
    EXPECT_TRUE(Recorded("deny end-of-tier:default/egress", to, 81));
  }
  Enforce(both_ + egress + PolicyYaml("in", R"(
  selector: app == 'two'
  types: [Ingress]
  ingress: [{action: Deny, source: {selector: app == 'one'}}])"));
  for (const char* to : {kTwo, kTwo6}) {
    EXPECT_EQ(Tcp(*one_, to, 80, kNoAnswer), Outcome::kTimedOut);
    EXPECT_TRUE(Recorded("deny policy:in/ingress/0", to, 80));
  }
  // A named host endpoint is not on the way; `*` is.
  const std::string forward = R"(
  applyOnForward: true
  ingress: [{action: Deny, protocol: TCP}])";
  Enforce(both_ + egress + HostEndpointYaml("wan", "eth0") +
          PolicyYaml("aof", absl::StrCat("  selector: zone == 'wan'", forward)));
  EXPECT_EQ(Tcp(*one_, kTwo, 80), Outcome::kConnected);
  Enforce(both_ + egress + HostEndpointYaml("any", "*") +
          PolicyYaml("aof", absl::StrCat("  selector: zone == 'any'", forward)));
  for (const char* to : {kTwo, kTwo6}) {
    EXPECT_EQ(Tcp(*one_, to, 80, kNoAnswer), Outcome::kTimedOut);
    EXPECT_TRUE(Recorded("deny policy:aof/ingress/0", to, 80));
  }
}

TEST_F(WorkloadTest, ToTheGatewayTheDefaultActionDecidesAndHostPolicyNever) {
  // §4.6 (d), D083 to D088.
  GW_ASSERT_OK_AND_ASSIGN(const auto local, TcpServer::Start(gateway(), 80));
  GW_ASSERT_OK_AND_ASSIGN(const auto web, TcpServer::Start(*one_, 80));
  const std::string host = HostEndpointYaml("any", "*") + PolicyYaml("host", R"(
  selector: zone == 'any'
  ingress: [{action: Deny}]
  egress: [{action: Deny}])");
  struct Case {
    const char* action;
    bool open;
    const char* words;
  };
  for (const Case& one : {Case{"Drop", false, "deny endpoint-to-host:Drop"},
                          Case{"Accept", true, "allow endpoint-to-host:Accept"},
                          Case{"Return", true, "none endpoint-to-host:Return"}}) {
    Enforce(both_ + host + SettingsYaml(absl::StrCat("defaultEndpointToHostAction: ", one.action)));
    for (const char* to : {kGatewayWan, kGatewayWan6}) {
      EXPECT_EQ(Tcp(*one_, to, 80, one.open ? kAnswer : kNoAnswer),
                one.open ? Outcome::kConnected : Outcome::kTimedOut)
          << one.action << " " << to;
      EXPECT_TRUE(Recorded(one.words, to, 80));
    }
    for (const char* to : {kOne, kOne6}) {
      EXPECT_EQ(Tcp(gateway(), to, 80), Outcome::kConnected);
    }
  }
  // Its own egress policy comes first.
  Enforce(both_ + SettingsYaml("defaultEndpointToHostAction: Accept") + PolicyYaml("out", R"(
  selector: app == 'one'
  types: [Egress]
  egress: [{action: Deny}])"));
  EXPECT_EQ(Tcp(*one_, kGatewayWan, 80, kNoAnswer), Outcome::kTimedOut);
  EXPECT_TRUE(Recorded("deny policy:out/egress/0", kGatewayWan, 80));
}

TEST_F(WorkloadTest, SourceOfSomebodyElseIsDroppedUnlessTheWorkloadMaySpoofIt) {
  // D092; §4.10.
  GW_ASSERT_OK_AND_ASSIGN(const auto sink, UdpServer::Start(server(), 7000));
  const auto send = [&](const char* from, const char* to) {
    const bool six = std::string(from).find(':') != std::string::npos;
    RunIn(*one_, {"ip", "address", "add", absl::StrCat(from, six ? "/128" : "/32"), "dev", "eth0"});
    if (six)
      RunIn(*one_,
            {"ip", "-6", "address", "change", absl::StrCat(from, "/128"), "dev", "eth0", "nodad"});
    const auto socket_fd = OpenServerSocket(*one_, SOCK_DGRAM, from, 0);
    const auto server_address = MakeSocketAddress(to, 7000);
    return sendto(socket_fd->get(), "x", 1, 0, server_address->get(), server_address->size) == 1;
  };
  Enforce(both_);
  ASSERT_TRUE(send(kOne, kServer));
  EXPECT_TRUE(WaitUntil([&] { return sink->datagrams() == 1; }, kAnswer));
  // Whoever asks for a neighbour under a false address gets no answer either.
  EXPECT_EQ(Ping(*one_, kServer6).received, 1);
  for (const auto& [from, to] :
       {std::pair{"198.51.100.77", kServer}, std::pair{"2001:db8:77::7", kServer6}}) {
    ASSERT_TRUE(send(from, to));
    EXPECT_TRUE(Recorded("deny rpf", to, 7000));
  }
  EXPECT_EQ(sink->datagrams(), 1u);
  EXPECT_THAT(lab_->NftList({"counter", "inet", "gatewarden", "reverse_path"}),
              ::testing::Not(HasSubstr("packets 0 ")));
  Enforce(SettingsYaml("workloadSourceSpoofing: Any") + AllowAllProfileYaml() +
          absl::StrCat(kDocument, R"(kind: WorkloadEndpoint
metadata: {name: one}
spec: {node: gw, interfaceName: cali1, profiles: [allow-all], ipNetworks: [10.65.0.2/32],
       allowSpoofedSourcePrefixes: [198.51.100.0/24]}
)"));
  ASSERT_TRUE(send("198.51.100.78", kServer));
  EXPECT_TRUE(WaitUntil([&] { return sink->datagrams() == 2; }, kAnswer));
}

TEST_F(WorkloadTest, TunnelsAreClosedUnlessTheSiteAllowsThem) {
  // D093.
  GW_ASSERT_OK_AND_ASSIGN(const auto sink, UdpServer::Start(server(), 4789));
  Enforce(both_);
  for (const char* to : {kServer, kServer6}) {
    EXPECT_EQ(Udp(*one_, to, 4789, kNoAnswer), Outcome::kTimedOut);
    EXPECT_TRUE(Recorded("deny vxlan-from-workload", to, 4789));
  }
  Enforce(both_ + SettingsYaml("allowVXLANPacketsFromWorkloads: true"));
  EXPECT_EQ(Udp(*one_, kServer, 4789), Outcome::kConnected);
}

TEST_F(WorkloadTest, NeighboursAreFoundUnderADenyOfEverything) {
  // D091.
  Enforce(WorkloadYaml("one", "cali1", kOne, kOne6, "[]"));
  RunIn(*one_, {"ip", "neigh", "flush", "dev", "eth0"});
  EXPECT_EQ(Ping(*one_, kGatewayWan6, 1, kNoAnswer).received, 0);
  EXPECT_TRUE(WaitUntil(
      [&] {
        const Finished table = RunIn(*one_, {"ip", "-6", "neigh", "show", "dev", "eth0"});
        return table.out.find("lladdr") != std::string::npos;
      },
      kAnswer));
}

TEST_F(WorkloadTest, OneThatAppearsIsClosedUntilItIsKnownAndOpenSoonAfter) {
  Enforce(both_ + WorkloadYaml("three", "cali3", "10.65.0.4", "2001:db8:65::4"));
  GW_ASSERT_OK_AND_ASSIGN(const Namespace* three,
                          lab_->lab().AddWorkload("cali3", "10.65.0.4", "2001:db8:65::4"));
  GW_ASSERT_OK_AND_ASSIGN(const auto web, TcpServer::Start(*three, 80));
  // A first SYN may meet the moment before; it is sent again after a second.
  for (const char* to : {"10.65.0.4", "2001:db8:65::4"}) {
    EXPECT_EQ(Tcp(client(), to, 80), Outcome::kConnected);
  }
  // Its endpoint goes while a flow lives: closed with the flow's next packet.
  GW_ASSERT_OK_AND_ASSIGN(TcpFlow flow,
                          TcpFlow::Open(client(), {.address = "10.65.0.4", .port = 80}));
  ASSERT_TRUE(flow.Echo("open", kAnswer));
  Enforce(both_);
  EXPECT_FALSE(flow.Echo("closed", kNoAnswer));
  EXPECT_EQ(Tcp(client(), "10.65.0.4", 80, kNoAnswer), Outcome::kTimedOut);
  EXPECT_TRUE(Recorded("deny unknown-workload", "10.65.0.4", 80));
  // And comes again: open within 100 ms of being in force.
  Enforce(both_ + WorkloadYaml("three", "cali3", "10.65.0.4", "2001:db8:65::4"));
  EXPECT_EQ(Tcp(client(), "10.65.0.4", 80), Outcome::kConnected);
}

}  // namespace
}  // namespace gw::testing
