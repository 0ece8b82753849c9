// What the decision vectors leave open: pending verdicts, logs, built-in exceptions at their edges,
// and what the packet path may not do.

#include "common/policy/evaluate.h"

#include <atomic>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/policy/compile.h"
#include "common/policy/compiled_policy.h"
#include "tests/support/policy_builder.h"
#include "tests/support/status_matchers.h"

#if defined(__has_feature)
#define GW_THREAD_SANITIZER __has_feature(thread_sanitizer)
#endif

namespace {
std::atomic<size_t> allocations{0};
}  // namespace

// Counts what the test program allocates, so that a test can show that Evaluate does not.
#if GW_THREAD_SANITIZER
// operator new is the sanitizer's own, which calls this.
extern "C" __attribute__((no_sanitize("thread"))) void __sanitizer_malloc_hook(const volatile void*,
                                                                               size_t) {
  ++allocations;
}
#else
void* operator new(size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
#endif

namespace gw {
namespace {

using testing::Addr;
using testing::AllowAll;
using testing::Does;
using testing::DoesTcp;
using ::testing::ElementsAre;
using testing::Forward;
using testing::Forwarding;
using testing::GatewaySite;
using testing::Gnp;
using testing::Hep;
using testing::Icmpv6;
using testing::Input;
using ::testing::IsEmpty;
using testing::ModelOf;
using testing::Net;
using testing::Output;
using testing::Set;
using testing::SetParameter;
using testing::Staged;
using testing::Tcp;
using testing::Wep;

constexpr char kClient[] = "198.51.100.9";
constexpr char kGateway[] = "203.0.113.2";
constexpr char kServer[] = "192.168.10.7";

Explanation Explained(const Model& model, const InterfacePacket& packet) {
  const auto snapshot = Compile(model, GatewaySite(), 1);
  EXPECT_OK(snapshot);
  return Explain(**snapshot, packet);
}

std::string DecidedBy(const Model& model, const InterfacePacket& packet) {
  return Explained(model, packet).decided_by;
}

Decision Decided(const PolicySnapshot& snapshot, const InterfacePacket& packet) {
  return Evaluate(snapshot, snapshot.RoleOf(packet.in), snapshot.RoleOf(packet.out), packet.packet);
}

Policy Untracked(Policy policy) {
  policy.do_not_track = true;
  policy.apply_on_forward = true;
  return policy;
}

Policy PreDnat(Policy policy) {
  policy.pre_dnat = true;
  policy.apply_on_forward = true;
  return policy;
}

// ---- pending verdict ------------------------------------------------------------------------

TEST(Pending, IsWhatEnforcingTheStagedPoliciesWouldGive) {
  Policy deny = Staged(Gnp("s", "", {DoesTcp(RuleAction::kDeny, 80)}));
  deny.order = 1;
  const Model model = ModelOf({Hep("wan", "eth0"), deny, Gnp("p", "", {Does(RuleAction::kAllow)})});
  const Explanation denied = Explained(model, Input("eth0", Tcp(kClient, kGateway, 80)));
  EXPECT_EQ(denied.decided_by, "policy:p/ingress/0");
  EXPECT_EQ(denied.pending_verdict, Verdict::kDeny);
  EXPECT_EQ(denied.pending_decided_by, "policy:s/ingress/0");
  EXPECT_THAT(denied.trace, ElementsAre("policy:p/ingress/0:Allow"));
  const Explanation same = Explained(model, Input("eth0", Tcp(kClient, kGateway, 81)));
  EXPECT_EQ(same.pending_verdict, Verdict::kAllow);
  EXPECT_EQ(same.pending_decided_by, "policy:p/ingress/0");
}

TEST(Pending, TierOfStagedPoliciesOnlyEndsAsIfEnforced) {
  const Model model = ModelOf({AllowAll("open"), Hep("wan", "eth0", {}, {"open"}),
                               Staged(Gnp("s", "", {DoesTcp(RuleAction::kAllow, 80)}))});
  const Explanation explanation = Explained(model, Input("eth0", Tcp(kClient, kGateway, 81)));
  EXPECT_EQ(explanation.decided_by, "profile:open/ingress/0");
  EXPECT_EQ(explanation.pending_decided_by, "end-of-tier:default/ingress");
}

TEST(Pending, LogRulesOfStagedPoliciesAreNotRecorded) {
  const Model model = ModelOf({Hep("wan", "eth0"), Staged(Gnp("s", "", {Does(RuleAction::kLog)})),
                               Gnp("t", "", {Does(RuleAction::kAllow)})});
  EXPECT_THAT(Explained(model, Input("eth0", Tcp(kClient, kGateway, 80))).logs, IsEmpty());
}

TEST(Pending, EqualsTheVerdictWhereNoStagedPolicySelectsTheInterfaces) {
  const Model model =
      ModelOf({Hep("wan", "eth0", {{"zone", "wan"}}), Hep("lan", "eth1", {{"zone", "lan"}}),
               Staged(Gnp("s", "zone == 'lan'", {Does(RuleAction::kAllow)}))});
  const auto snapshot = Compile(model, GatewaySite(), 1);
  ASSERT_OK(snapshot);
  const Decision wan = Decided(**snapshot, Input("eth0", Tcp(kClient, kGateway, 80)));
  EXPECT_EQ(wan.pending_verdict, Verdict::kDeny);
  EXPECT_EQ(wan.pending_reason, wan.reason);
  const Decision lan = Decided(**snapshot, Input("eth1", Tcp(kServer, "192.168.10.1", 80)));
  EXPECT_EQ(lan.pending_verdict, Verdict::kAllow);
}

// ---- logs -----------------------------------------------------------------------------------

TEST(Logs, BeyondTheMostThatADecisionHoldsOnlyTheFirstAreKept) {
  std::vector<Rule> rules(kDecisionLogsMax + 2, Does(RuleAction::kLog));
  rules.push_back(Does(RuleAction::kAllow));
  const auto snapshot =
      Compile(ModelOf({Hep("wan", "eth0"), Gnp("p", "", rules)}), GatewaySite(), 1);
  ASSERT_OK(snapshot);
  const InterfacePacket packet = Input("eth0", Tcp(kClient, kGateway, 80));
  const Decision decision = Decided(**snapshot, packet);
  EXPECT_EQ(decision.log_count, kDecisionLogsMax + 2);
  EXPECT_THAT(decision.logs, ElementsAre(0u, 1u, 2u, 3u));
  EXPECT_EQ(Explain(**snapshot, packet).logs.size(), kDecisionLogsMax + 2);
}

// ---- neighbour discovery --------------------------------------------------------------------

TEST(NeighbourDiscovery, IsExemptOnHostEndpointsInBothDirectionsWithHopLimit255) {
  const Model model = ModelOf({Hep("wan", "eth0")});
  for (int type = 130; type <= 138; ++type) {
    const bool exempt = type >= 133 && type <= 136;
    const std::string expected = exempt ? "icmpv6-nd" : "no-profile-match";
    const Tuple tuple = Icmpv6("fe80::1", "ff02::1", static_cast<uint8_t>(type));
    EXPECT_EQ(DecidedBy(model, Input("eth0", tuple)), expected) << type;
    EXPECT_EQ(DecidedBy(model, Output("eth0", tuple)), expected) << type;
    InterfacePacket routed = Input("eth0", tuple);
    routed.packet.hop_limit = 254;
    EXPECT_EQ(DecidedBy(model, routed), "no-profile-match") << type;
  }
}

TEST(NeighbourDiscovery, SurvivesUntrackedAndPreDnatDenials) {
  const Model model =
      ModelOf({Hep("wan", "eth0"), Untracked(Gnp("u", "", {Does(RuleAction::kDeny)})),
               PreDnat(Gnp("d", "", {Does(RuleAction::kDeny)}))});
  const Explanation explanation =
      Explained(model, Input("eth0", Icmpv6("fe80::1", "ff02::1", 135)));
  EXPECT_EQ(explanation.decided_by, "icmpv6-nd");
  EXPECT_THAT(explanation.trace, ElementsAre("icmpv6-nd:Allow"));
}

TEST(NeighbourDiscovery, IsNotProtocol58OverIPv4) {
  Tuple tuple = Icmpv6("fe80::1", "ff02::1", 135);
  tuple.source = Addr(kClient);
  tuple.destination = Addr(kGateway);
  EXPECT_EQ(DecidedBy(ModelOf({Hep("wan", "eth0")}), Input("eth0", tuple)), "no-profile-match");
}

TEST(NeighbourDiscovery, WorkloadsMayAlsoReportMulticastListenersButNotAdvertiseRouters) {
  const Model model = ModelOf({Wep("w", "cali1", "10.65.0.2")});
  for (int type = 130; type <= 136; ++type) {
    InterfacePacket packet =
        Input("cali1", Icmpv6("fe80::1", "ff02::1", static_cast<uint8_t>(type)));
    packet.packet.hop_limit = 1;
    EXPECT_EQ(DecidedBy(model, packet), type == 134 ? "no-profile-match" : "icmpv6-nd") << type;
  }
}

// ---- failsafes ------------------------------------------------------------------------------

TEST(Failsafe, ReplyShapeLimitsThePeerToItsNetwork) {
  Model model = ModelOf({Hep("wan", "eth0"), Untracked(Gnp("u", "", {Does(RuleAction::kDeny)}))});
  SetParameter(model, "failsafeOutboundHostPorts", "udp:192.0.2.0/24:53");
  SetParameter(model, "failsafeInboundHostPorts", "none");
  Tuple reply = Tcp("192.0.2.53", kGateway, 40'001);
  reply.protocol = kProtocolUdp;
  reply.source_port = 53;
  InterfacePacket packet = Input("eth0", reply);
  packet.packet.state = ConntrackState::kEstablished;
  EXPECT_EQ(DecidedBy(model, packet), "conntrack:established");
  packet.packet.tuple.source = Addr(kClient);
  EXPECT_EQ(DecidedBy(model, packet), "policy:u/ingress/0");
}

TEST(Failsafe, IsNumberedAcrossBothDirections) {
  Model model = ModelOf({Hep("wan", "eth0")});
  SetParameter(model, "failsafeInboundHostPorts", "tcp:22,tcp:23");
  SetParameter(model, "failsafeOutboundHostPorts", "tcp:443");
  EXPECT_EQ(DecidedBy(model, Input("eth0", Tcp(kClient, kGateway, 23))), "failsafe:tcp:23");
  EXPECT_EQ(DecidedBy(model, Output("eth0", Tcp(kGateway, kClient, 443))), "failsafe:tcp:443");
}

// ---- stages ---------------------------------------------------------------------------------

TEST(Stages, UntrackedPolicySeesTheDestinationBeforeDnat) {
  const Model model =
      ModelOf({Hep("wan", "eth0"), Untracked(Gnp("u", "", {DoesTcp(RuleAction::kDeny, 32'010)}))});
  InterfacePacket packet = Forward("eth0", "eth1", Tcp(kClient, kServer, 80));
  EXPECT_EQ(DecidedBy(model, packet), "forward-default-allow");
  packet.packet.translated = true;
  packet.packet.original_destination = Addr(kGateway);
  packet.packet.original_destination_port = 32'010;
  EXPECT_EQ(DecidedBy(model, packet), "policy:u/ingress/0");
}

TEST(Stages, ConntrackAcceptIsFinalForTheForwardHook) {
  InterfacePacket packet = Forward("eth0", "cali9", Tcp(kClient, "10.65.0.9", 80));
  packet.packet.state = ConntrackState::kEstablished;
  EXPECT_EQ(DecidedBy(ModelOf({Hep("wan", "eth0")}), packet), "conntrack:established");
  EXPECT_EQ(DecidedBy(ModelOf({}), packet), "unknown-workload");
}

TEST(Stages, LastForwardChainSaysWhetherThePacketWasAccepted) {
  const Model model =
      ModelOf({Hep("wan", "eth0", {{"zone", "wan"}}), Hep("lan", "eth1", {{"zone", "lan"}}),
               Forwarding(Gnp("w", "zone == 'wan'", {Does(RuleAction::kAllow)})),
               Forwarding(Gnp("l", "zone == 'lan'", {Does(RuleAction::kAllow)}))});
  const Explanation explanation =
      Explained(model, Forward("eth0", "eth1", Tcp(kClient, kServer, 80)));
  EXPECT_EQ(explanation.verdict, Verdict::kNone);
  EXPECT_EQ(explanation.decided_by, "forward-no-verdict");
  EXPECT_THAT(explanation.trace,
              ElementsAre("policy:w/ingress/0:Allow", "forward-no-verdict:None"));
}

TEST(Stages, SpoofedSourceOfAWorkloadIsExemptWithinItsPrefixes) {
  WorkloadEndpoint workload = Wep("w", "cali1", "10.65.0.2", {}, {"open"});
  workload.allow_spoofed_source_prefixes = {Net("192.0.2.0/24")};
  const Model model = ModelOf({AllowAll("open"), workload});
  InterfacePacket packet = Forward("cali1", "eth0", Tcp("192.0.2.7", kClient, 80));
  packet.packet.reverse_path_ok = false;
  EXPECT_EQ(DecidedBy(model, packet), "profile:open/egress/0");
  packet.packet.tuple.source = Addr("8.8.8.8");
  EXPECT_EQ(DecidedBy(model, packet), "rpf");
}

// ---- rules ----------------------------------------------------------------------------------

TEST(Rules, NamedPortCountsOnlyOnEndpointsThatTheSideSelects) {
  HostEndpoint wan = Hep("wan", "eth0", {{"role", "web"}});
  wan.ports = {{"http", kProtocolTcp, 8080}};
  Rule rule = Does(RuleAction::kAllow);
  rule.destination.ports = {std::string("http")};
  rule.destination.selector = "role == 'web'";
  Model model = ModelOf({wan, Gnp("p", "", {rule})});
  const InterfacePacket packet = Input("eth0", Tcp(kClient, kGateway, 8080));
  EXPECT_EQ(DecidedBy(model, packet), "policy:p/ingress/0");
  // The address matches the selector through the network set, but the port is defined elsewhere.
  model.host_endpoints["wan"].metadata.labels["role"] = "mail";
  Put(model, Set("copy", {{"role", "web"}}, {Net("203.0.113.2/32")}));
  EXPECT_EQ(DecidedBy(model, packet), "end-of-tier:default/ingress");
}

TEST(Rules, NameOfIcmpImpliesTheFamilyAndItsNumberDoesNot) {
  Rule by_name = Does(RuleAction::kAllow);
  by_name.protocol = RuleProtocol{kProtocolIcmp, true};
  Rule by_number = by_name;
  by_number.protocol->by_name = false;
  Tuple odd = Icmpv6("2001:db8::77", "2001:db8::2", 8);
  odd.protocol = kProtocolIcmp;
  EXPECT_EQ(DecidedBy(ModelOf({Hep("wan", "eth0"), Gnp("p", "", {by_name})}), Input("eth0", odd)),
            "end-of-tier:default/ingress");
  EXPECT_EQ(DecidedBy(ModelOf({Hep("wan", "eth0"), Gnp("p", "", {by_number})}), Input("eth0", odd)),
            "policy:p/ingress/0");
}

TEST(Rules, IcmpTypeZeroDoesNotMatchOtherProtocols) {
  Rule rule = Does(RuleAction::kAllow);
  rule.not_icmp = RuleIcmp{0, std::nullopt};
  EXPECT_EQ(DecidedBy(ModelOf({Hep("wan", "eth0"), Gnp("p", "", {rule})}),
                      Input("eth0", Tcp(kClient, kGateway, 80))),
            "policy:p/ingress/0");
}

TEST(Rules, NegatedCatchAllTakesTheRuleAwayForItsFamilyOnly) {
  Rule rule = Does(RuleAction::kAllow);
  rule.source.not_nets = {Net("0.0.0.0/0"), Net("2001:db8:bad::/48")};
  const Model model = ModelOf({Hep("wan", "eth0"), Gnp("p", "", {rule})});
  EXPECT_EQ(DecidedBy(model, Input("eth0", Tcp(kClient, kGateway, 80))),
            "end-of-tier:default/ingress");
  EXPECT_EQ(DecidedBy(model, Input("eth0", Tcp("2001:db8::77", "2001:db8::2", 80))),
            "policy:p/ingress/0");
}

// ---- the packet path ------------------------------------------------------------------------

TEST(Evaluate, DoesNotAllocate) {
  Rule named = Does(RuleAction::kAllow);
  named.destination.ports = {std::string("http"), PortRange{1, 9}};
  named.source.selector = "trust == 'yes'";
  const Model model = ModelOf(
      {AllowAll("open"), Hep("wan", "eth0"), Hep("lan", "eth1"),
       Wep("w", "cali1", "10.65.0.2", {}, {"open"}),
       Set("office", {{"trust", "yes"}}, {Net("192.0.2.0/24")}),
       PreDnat(Gnp("d", "", {DoesTcp(RuleAction::kAllow, 1)})),
       Untracked(Gnp("u", "", {DoesTcp(RuleAction::kAllow, 2)})),
       Forwarding(Gnp("p", "", {Does(RuleAction::kLog), named, DoesTcp(RuleAction::kDeny, 80)},
                      {Does(RuleAction::kPass)})),
       Staged(Gnp("s", "", {Does(RuleAction::kAllow)}))});
  const auto snapshot = Compile(model, GatewaySite(), 1);
  ASSERT_OK(snapshot);
  const std::vector<InterfacePacket> packets = {
      Input("eth0", Tcp(kClient, kGateway, 80)),
      Input("eth0", Tcp("192.0.2.9", kGateway, 9)),
      Output("eth0", Tcp(kGateway, kClient, 53)),
      Forward("eth0", "eth1", Tcp(kClient, kServer, 80)),
      Forward("eth0", "cali1", Tcp("192.0.2.9", "10.65.0.2", 5)),
      Input("cali1", Tcp("10.65.0.2", kGateway, 80))};
  for (const InterfacePacket& packet : packets) {
    const InterfaceRole in = (*snapshot)->RoleOf(packet.in);
    const InterfaceRole out = (*snapshot)->RoleOf(packet.out);
    const size_t before = allocations;
    ASSERT_GT(before, 0u);
    const Decision decision = Evaluate(**snapshot, in, out, packet.packet);
    EXPECT_EQ(allocations - before, 0u) << (*snapshot)->DecidedBy(decision.reason);
  }
}

}  // namespace
}  // namespace gw
