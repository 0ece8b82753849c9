// The real gatewardend in a lab of namespaces, judged by what happens to real packets, and by the
// audit row that says why.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "common/store/policy_store.h"
#include "tests/support/enforcer_lab.h"
#include "tests/support/ftp.h"
#include "tests/support/status_matchers.h"
#include "tests/support/traffic.h"
#include "tests/system/enforcer_fixture.h"
#include "tests/system/policies.h"

namespace gw::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string kEndpoints = HostEndpointYaml("wan", "eth0") + HostEndpointYaml("lan", "eth1");

// Routed traffic from the LAN: HTTP and DNS out to the WAN, nothing else.
const std::string kForwardHttp = PolicyYaml("lan-out", R"(
  order: 10
  selector: zone == 'lan'
  applyOnForward: true
  types: [Ingress]
  ingress:
  - {action: Allow, protocol: TCP, destination: {ports: [80, 443]}}
  - {action: Allow, protocol: UDP, destination: {ports: [53]}}
  - {action: Deny, protocol: TCP, destination: {ports: [8080]}})");

using EnforcerTest = EnforcerFixture;

// ---- what a policy does to new flows ---------------------------------------------------------

TEST_F(EnforcerTest, ForwardedTcpIsAllowedOrDeniedByTheRuleThatTheLogNames) {
  Enforce(kEndpoints + kForwardHttp);
  GW_ASSERT_OK_AND_ASSIGN(const auto http, TcpServer::Start(server(), 80));
  GW_ASSERT_OK_AND_ASSIGN(const auto proxy, TcpServer::Start(server(), 8080));
  GW_ASSERT_OK_AND_ASSIGN(const auto other, TcpServer::Start(server(), 9999));
  for (const char* address : {kServer, kServer6}) {
    EXPECT_EQ(Tcp(client(), address, 80), Outcome::kConnected);
    EXPECT_EQ(Tcp(client(), address, 8080, kNoAnswer), Outcome::kTimedOut);
    EXPECT_EQ(Tcp(client(), address, 9999, kNoAnswer), Outcome::kTimedOut);
    // The server side has no applyOnForward policy, so it lets the flow through.
    EXPECT_TRUE(Recorded("allow forward-default-allow", address, 80));
    EXPECT_TRUE(Recorded("deny policy:lan-out/ingress/2", address, 8080));
    EXPECT_TRUE(Recorded("deny end-of-tier:default/ingress", address, 9999));
  }
  EXPECT_EQ(proxy->connections() + other->connections(), 0u);
}

TEST_F(EnforcerTest, RowsCarryInterfacesEndpointsAndRevision) {
  Enforce(kEndpoints + kForwardHttp);
  Tcp(client(), kServer, 8080, kNoAnswer);
  const auto rows =
      lab_->WaitForRecords([](const AuditRecord& row) { return row.verdict == Verdict::kDeny; });
  ASSERT_FALSE(rows.empty());
  EXPECT_EQ(rows[0].hook, Hook::kForward);
  EXPECT_EQ(rows[0].in, "eth1");
  EXPECT_EQ(rows[0].out, "eth0");
  EXPECT_EQ(rows[0].in_endpoint, "lan");
  EXPECT_EQ(rows[0].out_endpoint, "wan");
  EXPECT_EQ(rows[0].tier, "default");
  EXPECT_EQ(rows[0].revision, lab_->State().revision);
  EXPECT_EQ(ToString(rows[0].tuple.source), kClient);
  EXPECT_FALSE(rows[0].redecided);
}

TEST_F(EnforcerTest, DenyActionRejectAnswersTheClientAtOnceAndAgain) {
  Enforce(kEndpoints + kForwardHttp + SettingsYaml("iptablesFilterDenyAction: Reject"));
  for (const char* address : {kServer, kServer6}) {
    // The second is refused by the remembered denial, without asking again.
    for (int i = 0; i < 2; ++i) {
      EXPECT_EQ(Tcp(client(), address, 8080), Outcome::kRefused) << address << " try " << i;
      EXPECT_EQ(Udp(client(), address, 8080), Outcome::kUnreachable) << address << " try " << i;
    }
    EXPECT_TRUE(Recorded("deny policy:lan-out/ingress/2", address, 8080));
  }
  const auto rows = lab_->WaitForRecords([](const AuditRecord& row) { return row.rejected; });
  EXPECT_FALSE(rows.empty());
}

TEST_F(EnforcerTest, ForwardedUdpAndEchoFollowThePolicy) {
  Enforce(kEndpoints + PolicyYaml("lan-out", R"(
  selector: zone == 'lan'
  applyOnForward: true
  ingress:
  - {action: Allow, protocol: UDP, destination: {ports: [53]}}
  - {action: Allow, protocol: ICMP, icmp: {type: 8}}
  - {action: Allow, protocol: ICMPv6, icmp: {type: 128}})"));
  GW_ASSERT_OK_AND_ASSIGN(const auto dns, UdpServer::Start(server(), 53));
  GW_ASSERT_OK_AND_ASSIGN(const auto ntp, UdpServer::Start(server(), 123));
  for (const char* address : {kServer, kServer6}) {
    EXPECT_EQ(Udp(client(), address, 53), Outcome::kConnected);
    EXPECT_EQ(Udp(client(), address, 123, kNoAnswer), Outcome::kTimedOut);
    EXPECT_EQ(Ping(client(), address, 2).received, 2);
    EXPECT_TRUE(Recorded("deny end-of-tier:default/ingress", address, 123));
  }
  EXPECT_EQ(ntp->datagrams(), 0u);
  const auto echoes = lab_->WaitForRecords(
      [](const AuditRecord& row) { return row.tuple.icmp_type == 8 || row.tuple.icmp_type == 128; },
      2);
  EXPECT_GE(echoes.size(), 2u);
}

TEST_F(EnforcerTest, EchoIsDeniedOnceAndDiesInTheKernelAfterwards) {
  Enforce(kEndpoints + kForwardHttp);
  const uint64_t before = lab_->Upcalls();
  EXPECT_EQ(Ping(client(), kServer, 4, kNoAnswer).received, 0);
  EXPECT_EQ(lab_->Upcalls() - before, 1u);
}

TEST_F(EnforcerTest, IcmpErrorsOfAnAllowedFlowPass) {
  Enforce(kEndpoints + kForwardHttp);
  // Nothing listens at UDP 53: the server's ICMP error has to come back through the gateway.
  for (const char* address : {kServer, kServer6}) {
    EXPECT_EQ(Udp(client(), address, 53), Outcome::kRefused) << address;
  }
}

TEST_F(EnforcerTest, Ipv6WorksUnderDefaultDenySinceNeighbourDiscoveryIsExempt) {
  Enforce(kEndpoints + kForwardHttp + PolicyYaml("local-http", R"(
  selector: zone == 'lan'
  ingress: [{action: Allow, protocol: TCP, destination: {ports: [80]}}])"));
  GW_ASSERT_OK_AND_ASSIGN(const auto local, TcpServer::Start(gateway(), 80));
  GW_ASSERT_OK_AND_ASSIGN(const auto http, TcpServer::Start(server(), 80));
  // Forget what was learned before the policy came.
  for (const Namespace* side : {&client(), &server(), &gateway()}) {
    RunIn(*side, {"ip", "-6", "neigh", "flush", "all"});
  }
  EXPECT_EQ(Tcp(client(), kGatewayLan6, 80), Outcome::kConnected);
  EXPECT_EQ(Tcp(client(), kServer6, 80), Outcome::kConnected);
  EXPECT_EQ(Ping(client(), kGatewayLan6, 1, kNoAnswer).received, 0);
}

TEST_F(EnforcerTest, LocalTrafficIsDeniedByDefaultAndForwardedTrafficAllowed) {
  Enforce(kEndpoints);
  GW_ASSERT_OK_AND_ASSIGN(const auto local, TcpServer::Start(gateway(), 80));
  GW_ASSERT_OK_AND_ASSIGN(const auto http, TcpServer::Start(server(), 80));
  EXPECT_EQ(Tcp(client(), kGatewayLan, 80, kNoAnswer), Outcome::kTimedOut);
  EXPECT_EQ(Tcp(gateway(), kServer, 80, kNoAnswer), Outcome::kTimedOut);
  EXPECT_EQ(Tcp(client(), kServer, 80), Outcome::kConnected);
  EXPECT_TRUE(Recorded("deny no-profile-match", kGatewayLan, 80));
  EXPECT_TRUE(Recorded("deny no-profile-match", kServer, 80));
  EXPECT_TRUE(Recorded("allow forward-default-allow", kServer, 80));
}

TEST_F(EnforcerTest, PolicyWithoutApplyOnForwardLeavesForwardedTrafficAlone) {
  const std::string deny_all = PolicyYaml("deny-all", R"(
  selector: all()
  types: [Ingress, Egress]
  ingress: [{action: Deny}]
  egress: [{action: Deny}])");
  Enforce(kEndpoints + deny_all);
  GW_ASSERT_OK_AND_ASSIGN(const auto http, TcpServer::Start(server(), 80));
  EXPECT_EQ(Tcp(client(), kServer, 80), Outcome::kConnected);
  EXPECT_TRUE(Recorded("allow forward-default-allow", kServer, 80));
  EXPECT_EQ(Tcp(client(), kGatewayLan, 80, kNoAnswer), Outcome::kTimedOut);
  EXPECT_TRUE(Recorded("deny policy:deny-all/ingress/0", kGatewayLan, 80));

  Enforce(kEndpoints + PolicyYaml("deny-all", R"(
  selector: all()
  applyOnForward: true
  types: [Ingress, Egress]
  ingress: [{action: Deny}]
  egress: [{action: Deny}])"));
  EXPECT_EQ(Tcp(client(), kServer, 80, kNoAnswer), Outcome::kTimedOut);
  EXPECT_TRUE(Recorded("deny policy:deny-all/ingress/0", kServer, 80));
}

TEST_F(EnforcerTest, FirstApplyOnForwardPolicyTurnsTheForwardDefaultToDeny) {
  Enforce(kEndpoints);
  GW_ASSERT_OK_AND_ASSIGN(const auto ssh, TcpServer::Start(server(), 2222));
  EXPECT_EQ(Tcp(client(), kServer, 2222), Outcome::kConnected);
  Enforce(kEndpoints + kForwardHttp);
  EXPECT_EQ(Tcp(client(), kServer, 2222, kNoAnswer), Outcome::kTimedOut);
  EXPECT_TRUE(Recorded("deny end-of-tier:default/ingress", kServer, 2222));
  // Failsafes are for local delivery only.
  EXPECT_EQ(Tcp(client(), kServer, 22, kNoAnswer), Outcome::kTimedOut);
}

TEST_F(EnforcerTest, InterfacesWithoutAHostEndpointAreLeftAlone) {
  Enforce(HostEndpointYaml("lan", "eth1") + kForwardHttp);
  GW_ASSERT_OK_AND_ASSIGN(const auto local, TcpServer::Start(gateway(), 80));
  GW_ASSERT_OK_AND_ASSIGN(const auto http, TcpServer::Start(server(), 9999));
  const uint64_t before = lab_->Upcalls();
  EXPECT_EQ(Tcp(guest(), kGatewayGuest, 80), Outcome::kConnected);
  EXPECT_EQ(Tcp(guest(), kServer, 9999), Outcome::kConnected);
  EXPECT_EQ(Tcp(gateway(), kServer, 9999), Outcome::kConnected);
  EXPECT_EQ(lab_->Upcalls(), before);
}

TEST_F(EnforcerTest, AnyInterfaceEndpointPolicesAllButLoopback) {
  Enforce(HostEndpointYaml("all", "*"));
  GW_ASSERT_OK_AND_ASSIGN(const auto local, TcpServer::Start(gateway(), 80));
  EXPECT_EQ(Tcp(guest(), kGatewayGuest, 80, kNoAnswer), Outcome::kTimedOut);
  EXPECT_TRUE(Recorded("deny no-profile-match", kGatewayGuest, 80));
  EXPECT_EQ(Tcp(gateway(), "127.0.0.1", 80), Outcome::kConnected);
  EXPECT_EQ(Tcp(gateway(), "::1", 80), Outcome::kConnected);
}

TEST_F(EnforcerTest, SshFailsafeSurvivesAnExplicitDenyAll) {
  Enforce(kEndpoints + PolicyYaml("deny-all", R"(
  order: -1
  selector: all()
  applyOnForward: true
  types: [Ingress, Egress]
  ingress: [{action: Deny}]
  egress: [{action: Deny}])"));
  GW_ASSERT_OK_AND_ASSIGN(const auto ssh, TcpServer::Start(gateway(), 22));
  for (const char* address : {kGatewayLan, kGatewayLan6}) {
    GW_ASSERT_OK_AND_ASSIGN(TcpFlow flow,
                            TcpFlow::Open(client(), {.address = address, .port = 22}));
    EXPECT_TRUE(flow.Echo("still here", absl::Seconds(2)));
    EXPECT_TRUE(Recorded("allow failsafe:tcp:22", address, 22));
  }
}

TEST_F(EnforcerTest, MasqueradeAndPortForwardWorkBesideThePolicy) {
  ASSERT_OK(lab_->lab().Masquerade());
  ASSERT_OK(lab_->lab().ForwardPort("tcp", 8443, kClient, 443));
  Enforce(kEndpoints + kForwardHttp + PolicyYaml("wan-in", R"(
  order: 5
  selector: zone == 'wan'
  applyOnForward: true
  ingress: [{action: Allow, protocol: TCP, destination: {ports: [443]}}])"));
  GW_ASSERT_OK_AND_ASSIGN(const auto http, TcpServer::Start(server(), 80));
  GW_ASSERT_OK_AND_ASSIGN(TcpFlow out, TcpFlow::Open(client(), {.address = kServer, .port = 80}));
  EXPECT_TRUE(out.Echo("out", absl::Seconds(2)));
  EXPECT_EQ(http->last_peer(), kGatewayWan);
  // The WAN side has an applyOnForward policy, but none for what leaves.
  EXPECT_TRUE(Recorded("none forward-no-verdict", kServer, 80));

  GW_ASSERT_OK_AND_ASSIGN(const auto inner, TcpServer::Start(client(), 443));
  GW_ASSERT_OK_AND_ASSIGN(TcpFlow in,
                          TcpFlow::Open(server(), {.address = kGatewayWan, .port = 8443}));
  EXPECT_TRUE(in.Echo("in", absl::Seconds(2)));
  EXPECT_EQ(inner->connections(), 1u);
  // Normal policy sees the translated destination.
  EXPECT_TRUE(Recorded("none forward-no-verdict", kClient, 443));
}

TEST_F(EnforcerTest, FtpDataFollowsItsControlFlow) {
  ASSERT_OK(lab_->lab().AssignFtpHelper());
  Enforce(kEndpoints + PolicyYaml("ftp-out", R"(
  selector: zone == 'lan'
  applyOnForward: true
  ingress: [{action: Allow, protocol: TCP, destination: {ports: [21]}}])") +
          PolicyYaml("nothing-in", R"(
  selector: zone == 'wan'
  applyOnForward: true
  types: [Ingress])"));
  GW_ASSERT_OK_AND_ASSIGN(const auto ftp, FtpServer::Start(server(), "a file"));
  for (const char* address : {kServer, kServer6}) {
    for (const FtpMode mode : {FtpMode::kPassive, FtpMode::kActive}) {
      const auto file = FetchByFtp(client(), address, mode);
      ASSERT_OK(file);
      EXPECT_EQ(*file, "a file");
    }
  }
  const auto related = lab_->WaitForRecords(
      [](const AuditRecord& row) { return Words(row) == "allow conntrack:related"; }, 4);
  EXPECT_EQ(related.size(), 4u);
}

TEST_F(EnforcerTest, TwoQuestionsFromOneSocketAreBothAnswered) {
  Enforce(kEndpoints + kForwardHttp);
  GW_ASSERT_OK_AND_ASSIGN(const auto dns, UdpServer::Start(server(), 53));
  for (const char* address : {kServer, kServer6}) {
    for (int i = 0; i < 10; ++i) {
      const UdpPairTried tried =
          UdpExchangePair(client(), {.address = address, .port = 53}, "A", "AAAA");
      EXPECT_EQ(tried.replies, 2) << address << " round " << i;
    }
  }
}

TEST_F(EnforcerTest, FragmentedDatagramsAreJudgedWhole) {
  Enforce(kEndpoints + kForwardHttp);
  GW_ASSERT_OK_AND_ASSIGN(const auto dns, UdpServer::Start(server(), 53));
  const std::string large(4000, 'x');
  for (const char* address : {kServer, kServer6}) {
    const UdpTried tried = UdpExchange(client(), {.address = address, .port = 53}, large);
    EXPECT_EQ(tried.outcome, Outcome::kConnected) << address;
    EXPECT_EQ(tried.reply.size(), large.size());
    EXPECT_EQ(UdpExchange(client(), {.address = address, .port = 54, .timeout = kNoAnswer}, large)
                  .outcome,
              Outcome::kTimedOut);
  }
}

// ---- the kernel's part -----------------------------------------------------------------------

TEST_F(EnforcerTest, OnlyTheFirstPacketOfAnAllowedFlowComesUp) {
  Enforce(kEndpoints + kForwardHttp);
  GW_ASSERT_OK_AND_ASSIGN(const auto http, TcpServer::Start(server(), 80));
  const uint64_t before = lab_->Upcalls();
  GW_ASSERT_OK_AND_ASSIGN(TcpFlow flow, TcpFlow::Open(client(), {.address = kServer, .port = 80}));
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(flow.Echo("ping pong", absl::Seconds(2)));
  EXPECT_EQ(lab_->Upcalls() - before, 1u);
}

TEST_F(EnforcerTest, RetransmissionsOfADeniedFlowDieInTheKernel) {
  Enforce(kEndpoints + kForwardHttp);
  const uint64_t before = lab_->Upcalls();
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(TcpConnect(client(), {.address = kServer,
                                    .port = 8080,
                                    .timeout = absl::Milliseconds(150),
                                    .source_port = 40123})
                  .outcome,
              Outcome::kTimedOut);
  }
  EXPECT_EQ(lab_->Upcalls() - before, 1u);
  EXPECT_THAT(lab_->NftList({"set", "inet", "gatewarden", "denied_any_tcp4"}), HasSubstr(kServer));
}

TEST_F(EnforcerTest, OtherProgramsMarkBitsAreKept) {
  Enforce(kEndpoints + kForwardHttp);
  ASSERT_OK(Nft(gateway(), R"(
table inet other {
  counter kept { }
  chain before {
    type filter hook prerouting priority -150;
    meta mark set 0x0000abcd ct mark set ct mark and 0xfff00000 or 0x00001234
  }
  chain after {
    type filter hook postrouting priority 300;
    tcp dport 80 meta mark 0x0000abcd ct mark and 0x000fffff == 0x00001234 counter name kept
  }
}
)"));
  GW_ASSERT_OK_AND_ASSIGN(const auto http, TcpServer::Start(server(), 80));
  EXPECT_EQ(Tcp(client(), kServer, 80), Outcome::kConnected);
  const std::string counted =
      RunIn(gateway(), {"nft", "list", "counter", "inet", "other", "kept"}).out;
  EXPECT_THAT(counted, Not(HasSubstr("packets 0 ")));
  EXPECT_THAT(counted, HasSubstr("packets"));
}

// ---- a change of policy ----------------------------------------------------------------------

TEST_F(EnforcerTest, ChangeCutsWhatItForbidsAndLeavesATransferWhole) {
  const std::string both = PolicyYaml("lan-out", R"(
  selector: zone == 'lan'
  applyOnForward: true
  ingress: [{action: Allow, protocol: TCP, destination: {ports: [80, 8080]}}])");
  Enforce(kEndpoints + both);
  GW_ASSERT_OK_AND_ASSIGN(const auto http, TcpServer::Start(server(), 80));
  GW_ASSERT_OK_AND_ASSIGN(const auto proxy, TcpServer::Start(server(), 8080));
  GW_ASSERT_OK_AND_ASSIGN(TcpFlow doomed,
                          TcpFlow::Open(client(), {.address = kServer, .port = 8080}));
  ASSERT_TRUE(doomed.Echo("before", absl::Seconds(2)));

  constexpr uint64_t kBytes = 600'000'000;
  Transfer transfer;
  std::thread bulk([&] {
    transfer = TransferBulk(
        client(), {.address = kServer, .port = 80, .timeout = absl::Seconds(100)}, kBytes);
  });
  ASSERT_TRUE(WaitUntil([&] { return http->bytes_received() > kBytes / 10; }, absl::Seconds(30)));
  const uint64_t received = proxy->bytes_received();
  Enforce(kEndpoints + kForwardHttp);
  const bool during = http->bytes_received() < kBytes;
  EXPECT_FALSE(doomed.Echo("after", kNoAnswer));
  EXPECT_EQ(proxy->bytes_received(), received) << "a packet of the forbidden flow got through";
  bulk.join();
  EXPECT_TRUE(during) << "the transfer was over before the change";
  EXPECT_TRUE(transfer.Whole(kBytes)) << transfer.bytes_sent << " " << transfer.bytes_received;
  const auto again = lab_->WaitForRecords([](const AuditRecord& row) {
    return row.redecided && row.tuple.destination_port == 8080 && row.verdict == Verdict::kDeny;
  });
  ASSERT_FALSE(again.empty());
  EXPECT_EQ(again[0].decided_by, "policy:lan-out/ingress/2");
}

TEST_F(EnforcerTest, ReplyPacketIsJudgedAsTheFirstPacketOfItsFlow) {
  Enforce(kEndpoints + kForwardHttp);
  GW_ASSERT_OK_AND_ASSIGN(const auto http, TcpServer::Start(server(), 80));
  GW_ASSERT_OK_AND_ASSIGN(const auto dns, UdpServer::Start(server(), 53));
  GW_ASSERT_OK_AND_ASSIGN(TcpFlow flow, TcpFlow::Open(client(), {.address = kServer, .port = 80}));
  ASSERT_TRUE(flow.Echo("before", absl::Seconds(2)));
  // From the WAN nothing may come in: a reply judged by its own direction would be denied.
  Enforce(kEndpoints + kForwardHttp + PolicyYaml("nothing-in", R"(
  selector: zone == 'wan'
  applyOnForward: true
  types: [Ingress]
  ingress: [{action: Deny}])"));
  EXPECT_TRUE(flow.Echo("after", absl::Seconds(2)));
  const auto again = lab_->WaitForRecords([](const AuditRecord& row) { return row.redecided; });
  ASSERT_FALSE(again.empty());
  EXPECT_EQ(ToString(again[0].tuple.source), kClient);
  EXPECT_EQ(again[0].in, "eth1");
}

TEST_F(EnforcerTest, ReplyOfALocalFlowIsJudgedAtTheHookOfItsFirstPacket) {
  const std::string serve = PolicyYaml("serve", R"(
  selector: zone == 'lan'
  ingress: [{action: Allow, protocol: TCP, destination: {ports: [80]}}])");
  Enforce(kEndpoints + serve);
  GW_ASSERT_OK_AND_ASSIGN(const auto local, TcpServer::Start(gateway(), 80));
  GW_ASSERT_OK_AND_ASSIGN(TcpFlow flow,
                          TcpFlow::Open(client(), {.address = kGatewayLan, .port = 80}));
  // Egress of the LAN endpoint is denied all along (no egress policy, no profile).
  for (int i = 0; i < 5; ++i) {
    Enforce(kEndpoints + serve +
            PolicyYaml("other", absl::StrCat(R"(
  selector: zone == 'lan'
  order: )",
                                             i, R"(
  ingress: [{action: Deny, protocol: TCP, destination: {ports: [81]}}])")));
    EXPECT_TRUE(flow.Echo("more", absl::Seconds(2))) << "change " << i;
  }
}

TEST_F(EnforcerTest, EstablishedFlowsKeepLetsLiveFlowsGoOn) {
  const std::string keep = SettingsYaml("establishedFlows: Keep");
  Enforce(kEndpoints + kForwardHttp + keep);
  GW_ASSERT_OK_AND_ASSIGN(const auto http, TcpServer::Start(server(), 80));
  GW_ASSERT_OK_AND_ASSIGN(TcpFlow flow, TcpFlow::Open(client(), {.address = kServer, .port = 80}));
  ASSERT_TRUE(flow.Echo("before", absl::Seconds(2)));
  Enforce(kEndpoints + keep + PolicyYaml("nothing", R"(
  selector: zone == 'lan'
  applyOnForward: true
  types: [Ingress])"));
  EXPECT_TRUE(flow.Echo("after", absl::Seconds(2)));
  EXPECT_EQ(Tcp(client(), kServer, 80, kNoAnswer), Outcome::kTimedOut);
}

TEST_F(EnforcerTest, DenialsAreForgottenWithThePolicyThatMadeThem) {
  Enforce(kEndpoints + kForwardHttp);
  GW_ASSERT_OK_AND_ASSIGN(const auto proxy, TcpServer::Start(server(), 8080));
  const Dial dial = {.address = kServer, .port = 8080, .timeout = kNoAnswer, .source_port = 40123};
  EXPECT_EQ(TcpConnect(client(), dial).outcome, Outcome::kTimedOut);
  Enforce(kEndpoints);
  EXPECT_EQ(TcpConnect(client(), dial).outcome, Outcome::kConnected);
}

TEST_F(EnforcerTest, ChangeThatDecidesNothingDifferentlyDisturbsNoFlow) {
  Enforce(kEndpoints + kForwardHttp);
  GW_ASSERT_OK_AND_ASSIGN(const auto http, TcpServer::Start(server(), 80));
  GW_ASSERT_OK_AND_ASSIGN(TcpFlow flow, TcpFlow::Open(client(), {.address = kServer, .port = 80}));
  const uint32_t generation = lab_->State().generation;
  const uint64_t before = lab_->Upcalls();
  Enforce(kEndpoints + kForwardHttp +
          absl::StrCat(kDocument, "kind: Tier\nmetadata: {name: spare}\n", "spec: {order: 5}\n"));
  EXPECT_TRUE(flow.Echo("after", absl::Seconds(2)));
  EXPECT_EQ(lab_->State().generation, generation);
  EXPECT_EQ(lab_->Upcalls(), before);
}

TEST_F(EnforcerTest, AFlowOlderThanTheEnforcerIsDecidedAtItsNextPacket) {
  GW_ASSERT_OK_AND_ASSIGN(const auto http, TcpServer::Start(server(), 80));
  GW_ASSERT_OK_AND_ASSIGN(const auto proxy, TcpServer::Start(server(), 8080));
  // Have the kernel track flows before the enforcer comes.
  ASSERT_OK(Nft(gateway(), R"(
table inet other {
  chain c {
    type filter hook forward priority 0;
    ct state new accept
  }
}
)"));
  GW_ASSERT_OK_AND_ASSIGN(TcpFlow kept, TcpFlow::Open(client(), {.address = kServer, .port = 80}));
  GW_ASSERT_OK_AND_ASSIGN(TcpFlow cut, TcpFlow::Open(client(), {.address = kServer, .port = 8080}));
  Enforce(kEndpoints + kForwardHttp);
  EXPECT_TRUE(kept.Echo("on", absl::Seconds(2)));
  EXPECT_FALSE(cut.Echo("on", kNoAnswer));
}

// ---- when the daemon goes --------------------------------------------------------------------

TEST_F(EnforcerTest, KilledDaemonLeavesDecidedFlowsAndClosesNewOnes) {
  Enforce(kEndpoints + kForwardHttp);
  GW_ASSERT_OK_AND_ASSIGN(const auto http, TcpServer::Start(server(), 80));
  GW_ASSERT_OK_AND_ASSIGN(const auto ssh, TcpServer::Start(gateway(), 22));
  GW_ASSERT_OK_AND_ASSIGN(TcpFlow flow, TcpFlow::Open(client(), {.address = kServer, .port = 80}));
  lab_->KillDaemon();
  EXPECT_TRUE(flow.Echo("without a daemon", absl::Seconds(2)));
  // Its child forgets what was learned, a few milliseconds later.
  EXPECT_TRUE(WaitUntil(
      [&] {
        return !absl::StrContains(lab_->NftList({"set", "inet", "gatewarden", "allowed_tcp4"}),
                                  kServer);
      },
      absl::Seconds(1)));
  EXPECT_EQ(Tcp(client(), kServer, 80, kNoAnswer), Outcome::kTimedOut);
  EXPECT_EQ(Tcp(client(), kGatewayLan, 22), Outcome::kConnected) << "failsafe";

  const std::string before = lab_->NftList({"chain", "inet", "gatewarden", "apply_forward"});
  ASSERT_OK(lab_->StartDaemon());
  EXPECT_THAT(lab_->DaemonLog(), HasSubstr("taking over"));
  EXPECT_TRUE(flow.Echo("with a new daemon", absl::Seconds(2)));
  EXPECT_EQ(Tcp(client(), kServer, 80), Outcome::kConnected);
  EXPECT_EQ(lab_->NftList({"chain", "inet", "gatewarden", "apply_forward"}), before);
}

TEST_F(EnforcerTest, FailModeOpenLetsNewFlowsThroughWithoutADaemon) {
  Enforce(kEndpoints + kForwardHttp + SettingsYaml("failMode: Open"));
  GW_ASSERT_OK_AND_ASSIGN(const auto proxy, TcpServer::Start(server(), 8080));
  EXPECT_EQ(Tcp(client(), kServer, 8080, kNoAnswer), Outcome::kTimedOut);
  lab_->KillDaemon();
  EXPECT_EQ(Tcp(client(), kServer, 8080), Outcome::kConnected);
  ASSERT_OK(lab_->StartDaemon());
  EXPECT_EQ(Tcp(client(), kServer, 8080, kNoAnswer), Outcome::kTimedOut);
}

TEST_F(EnforcerTest, OrderlyStopKeepsTheTableAndRemoveTakesItAway) {
  Enforce(kEndpoints + kForwardHttp);
  GW_ASSERT_OK_AND_ASSIGN(const auto http, TcpServer::Start(server(), 80));
  GW_ASSERT_OK_AND_ASSIGN(TcpFlow flow, TcpFlow::Open(client(), {.address = kServer, .port = 80}));
  ASSERT_OK(lab_->StopDaemon());
  EXPECT_TRUE(flow.Echo("after the stop", absl::Seconds(2)));
  EXPECT_EQ(Tcp(client(), kServer, 80, kNoAnswer), Outcome::kTimedOut);
  const Finished removed = RunIn(gateway(), {EnforcerLab::Program(), "--remove"});
  EXPECT_TRUE(removed.ok()) << removed;
  EXPECT_EQ(Tcp(client(), kServer, 80), Outcome::kConnected);
  EXPECT_THAT(RunIn(gateway(), {"nft", "list", "tables"}).out, Not(HasSubstr("gatewarden")));
}

TEST_F(EnforcerTest, SecondDaemonOnTheSameDatabaseIsRefused) {
  Enforce(kEndpoints);
  const Finished second = RunIn(
      gateway(), {EnforcerLab::Program(), "--policy-db", lab_->policy_path(), "--node", "gw"});
  EXPECT_EQ(second.status, 1);
  EXPECT_THAT(second.err, HasSubstr("another gatewardend"));
}

// ---- interfaces that come, go, are renamed, change address -----------------------------------

TEST_F(EnforcerTest, EndpointsFollowTheirInterfaces) {
  Enforce(kEndpoints + HostEndpointYaml("late", "eth7") + PolicyYaml("nothing", R"(
  selector: zone == 'late'
  applyOnForward: true
  types: [Ingress])"));
  GW_ASSERT_OK_AND_ASSIGN(const auto http, TcpServer::Start(server(), 80));
  const auto reachable = [&] {
    return Tcp(guest(), kServer, 80, kNoAnswer) == Outcome::kConnected;
  };
  EXPECT_TRUE(WaitUntil(reachable, absl::Seconds(5)));
  const auto rename = [&](const char* from, const char* to) {
    RunIn(gateway(), {"ip", "link", "set", from, "down"});
    EXPECT_TRUE(RunIn(gateway(), {"ip", "link", "set", from, "name", to}).ok());
    RunIn(gateway(), {"ip", "link", "set", to, "up"});
  };
  rename("eth2", "eth7");
  EXPECT_TRUE(WaitUntil([&] { return !reachable(); }, absl::Seconds(5)));
  EXPECT_TRUE(Recorded("deny end-of-tier:default/ingress", kServer, 80));
  rename("eth7", "eth2");
  EXPECT_TRUE(WaitUntil(reachable, absl::Seconds(5)));
}

TEST_F(EnforcerTest, EndpointBoundByAddressFollowsTheAddress) {
  Enforce(absl::StrCat(kDocument, "kind: HostEndpoint\nmetadata: {name: by-address}\n",
                       "spec: {node: gw, expectedIPs: [192.168.20.99]}\n"));
  GW_ASSERT_OK_AND_ASSIGN(const auto local, TcpServer::Start(gateway(), 80));
  const auto reachable = [&] {
    return Tcp(guest(), kGatewayGuest, 80, kNoAnswer) == Outcome::kConnected;
  };
  EXPECT_TRUE(WaitUntil(reachable, absl::Seconds(5)));
  ASSERT_TRUE(RunIn(gateway(), {"ip", "addr", "add", "192.168.20.99/32", "dev", "eth2"}).ok());
  EXPECT_TRUE(WaitUntil([&] { return !reachable(); }, absl::Seconds(5)));
  ASSERT_TRUE(RunIn(gateway(), {"ip", "addr", "del", "192.168.20.99/32", "dev", "eth2"}).ok());
  EXPECT_TRUE(WaitUntil(reachable, absl::Seconds(5)));
}

TEST_F(EnforcerTest, InterfaceThatAppearsUnderAnyInterfaceEndpointIsPolicedAtOnce) {
  Enforce(HostEndpointYaml("all", "*", "[allow-all]") + AllowAllProfileYaml());
  for (const auto& command : std::vector<std::vector<std::string>>{
           {"ip", "link", "add", "new0", "type", "veth", "peer", "name", "new1"},
           {"ip", "addr", "add", "198.51.100.1/24", "dev", "new0"},
           {"ip", "link", "set", "new1", "netns", guest().name()},
           {"ip", "link", "set", "new0", "up"}}) {
    ASSERT_TRUE(RunIn(gateway(), command).ok());
  }
  ASSERT_TRUE(RunIn(guest(), {"ip", "addr", "add", "198.51.100.2/24", "dev", "new1"}).ok());
  ASSERT_TRUE(RunIn(guest(), {"ip", "link", "set", "new1", "up"}).ok());
  GW_ASSERT_OK_AND_ASSIGN(const auto local, TcpServer::Start(gateway(), 80));
  EXPECT_TRUE(
      WaitUntil([&] { return Tcp(guest(), "198.51.100.1", 80, kNoAnswer) == Outcome::kConnected; },
                absl::Seconds(5)));
  EXPECT_TRUE(Recorded("allow profile:allow-all/ingress/0", "198.51.100.1", 80));
}

// ---- a database in trouble -------------------------------------------------------------------

TEST_F(EnforcerTest, DatabaseThatVanishesOrBreaksLeavesTheRunningPolicy) {
  Enforce(kEndpoints + kForwardHttp);
  GW_ASSERT_OK_AND_ASSIGN(const auto http, TcpServer::Start(server(), 80));
  const auto works = [&] {
    return Tcp(client(), kServer, 80) == Outcome::kConnected &&
           Tcp(client(), kServer, 9999, kNoAnswer) == Outcome::kTimedOut;
  };
  const std::string aside = lab_->policy_path() + ".aside";
  ASSERT_TRUE(RunIn(gateway(), {"mv", lab_->policy_path(), aside}).ok());
  EXPECT_TRUE(
      WaitUntil([&] { return absl::StrContains(lab_->DaemonLog(), "is gone"); }, absl::Seconds(5)));
  EXPECT_TRUE(works());
  ASSERT_TRUE(
      RunIn(gateway(), {"sh", "-c", "echo this is no database > " + lab_->policy_path()}).ok());
  EXPECT_TRUE(WaitUntil([&] { return absl::StrContains(lab_->DaemonLog(), "not a database"); },
                        absl::Seconds(5)));
  EXPECT_TRUE(works());
  ASSERT_TRUE(RunIn(gateway(), {"mv", aside, lab_->policy_path()}).ok());
  EXPECT_TRUE(WaitUntil([&] { return lab_->State().problem.empty(); }, absl::Seconds(5)));
  EXPECT_TRUE(works());
}

TEST_F(EnforcerTest, LockedDatabaseLeavesTheRunningPolicyAndIsReadWhenItIsFree) {
  Enforce(kEndpoints + kForwardHttp);
  GW_ASSERT_OK_AND_ASSIGN(const auto http, TcpServer::Start(server(), 80));
  GW_ASSERT_OK_AND_ASSIGN(Subprocess holder,
                          Subprocess::Start({"sqlite3", lab_->policy_path(), "BEGIN EXCLUSIVE;",
                                             ".shell sleep 2", "COMMIT;"}));
  absl::SleepFor(absl::Milliseconds(300));
  EXPECT_EQ(Tcp(client(), kServer, 80), Outcome::kConnected);
  EXPECT_TRUE(holder.Wait(absl::Seconds(10)).ok());
  Enforce(kEndpoints);
  EXPECT_EQ(Tcp(client(), kServer, 80), Outcome::kConnected);
}

}  // namespace
}  // namespace gw::testing
