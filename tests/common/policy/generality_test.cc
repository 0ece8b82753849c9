// What the kernel may remember beyond a flow: HoldsForAnySourcePort and HoldsForAnySource on
// policies written for each thing that may stand in the way, and against the reference evaluator on
// random ones, with random fields in place of the open ones.

#include <iostream>
#include <string>

#include "gtest/gtest.h"

#include "common/policy/compile.h"
#include "common/policy/evaluate.h"
#include "common/policy/reference.h"
#include "tests/support/policy_builder.h"
#include "tests/support/random_policy.h"
#include "tests/support/status_matchers.h"

namespace gw {
namespace {

using testing::Addr;
using testing::Does;
using testing::DoesTcp;
using testing::Forward;
using testing::Forwarding;
using testing::GatewaySite;
using testing::Gnp;
using testing::Hep;
using testing::Input;
using testing::ModelOf;
using testing::Net;
using testing::Output;
using testing::Random;
using testing::SetParameter;
using testing::Staged;
using testing::Tcp;
using testing::Wep;

constexpr char kClient[] = "198.51.100.9";
constexpr char kGateway[] = "203.0.113.2";
constexpr char kLan[] = "192.168.10.7";

bool Holds(const PolicySnapshot& snapshot, const InterfacePacket& packet, bool any_source) {
  const InterfaceRole in = snapshot.RoleOf(packet.in);
  const InterfaceRole out = snapshot.RoleOf(packet.out);
  return any_source ? HoldsForAnySource(snapshot, in, out, packet.packet)
                    : HoldsForAnySourcePort(snapshot, in, out, packet.packet);
}

struct Said {
  bool any_port = false;
  bool any_source = false;
  friend bool operator==(const Said&, const Said&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Said& said) {
    return out << (said.any_port ? "any port" : "this port") << ", "
               << (said.any_source ? "any source" : "this source");
  }
};
constexpr Said kAll = {true, true};
constexpr Said kPort = {true, false};
constexpr Said kNeither = {false, false};

Said About(const Model& model, const InterfacePacket& packet) {
  const auto snapshot = Compile(model, GatewaySite(), 1);
  EXPECT_OK(snapshot);
  return {Holds(**snapshot, packet, false), Holds(**snapshot, packet, true)};
}

Rule FromNet(Rule rule, absl::string_view net) {
  rule.source.nets = {Net(net)};
  return rule;
}
Rule FromPort(Rule rule, uint16_t port) {
  rule.source.ports = {PortRange{port, port}};
  return rule;
}

Model Wan(std::vector<Rule> ingress) {
  return ModelOf({Hep("wan", "eth0"), Gnp("p", "", std::move(ingress))});
}

const InterfacePacket kToWeb = Input("eth0", Tcp(kClient, kGateway, 443));

TEST(Generality, RuleThatLooksAtNoSourceHoldsForAny) {
  EXPECT_EQ(About(Wan({DoesTcp(RuleAction::kAllow, 443)}), kToWeb), kAll);
  EXPECT_EQ(About(Wan({DoesTcp(RuleAction::kAllow, 80)}), kToWeb), kAll) << "end of tier";
}

TEST(Generality, RuleThatLooksAtTheSourceHoldsForItsPortsOnly) {
  const Rule near = FromNet(DoesTcp(RuleAction::kAllow, 443), "198.51.100.0/24");
  const Rule far = FromNet(DoesTcp(RuleAction::kAllow, 443), "192.0.2.0/24");
  EXPECT_EQ(About(Wan({near}), kToWeb), kPort);
  EXPECT_EQ(About(Wan({far}), kToWeb), kPort) << "denied, and others would be allowed";
  Rule other = near;
  other.destination.ports = {PortRange{80, 80}};
  EXPECT_EQ(About(Wan({other}), kToWeb), kAll) << "matches nobody of this service";
  Rule negated = DoesTcp(RuleAction::kDeny, 443);
  negated.source.not_nets = {Net("10.0.0.0/8")};
  EXPECT_EQ(About(Wan({negated}), kToWeb), kPort);
  Rule selected = DoesTcp(RuleAction::kAllow, 443);
  selected.source.selector = "zone == 'lan'";
  EXPECT_EQ(About(Wan({selected}), kToWeb), kPort);
}

TEST(Generality, RuleBehindTheOneThatDecidesIsNotLookedAt) {
  EXPECT_EQ(About(Wan({DoesTcp(RuleAction::kDeny, 443),
                       FromNet(Does(RuleAction::kAllow), "198.51.100.0/24")}),
                  kToWeb),
            kAll);
}

TEST(Generality, RuleThatLooksAtTheSourcePortHoldsForNothing) {
  EXPECT_EQ(About(Wan({FromPort(DoesTcp(RuleAction::kAllow, 443), 40'000)}), kToWeb), kNeither);
  EXPECT_EQ(About(Wan({FromPort(DoesTcp(RuleAction::kAllow, 443), 20)}), kToWeb), kNeither);
  Rule negated = DoesTcp(RuleAction::kAllow, 443);
  negated.source.not_ports = {PortRange{0, 1023}};
  EXPECT_EQ(About(Wan({negated}), kToWeb), kNeither);
}

TEST(Generality, LogRuleWantsToSeeEachFlow) {
  EXPECT_EQ(About(Wan({Does(RuleAction::kLog), DoesTcp(RuleAction::kAllow, 443)}), kToWeb),
            kNeither);
}

TEST(Generality, FailsafeOfSomePeersDependsOnThePeer) {
  Model model = Wan({DoesTcp(RuleAction::kAllow, 80)});
  SetParameter(model, "failsafeInboundHostPorts", "tcp:192.0.2.0/24:443");
  EXPECT_EQ(About(model, kToWeb), kPort);
  SetParameter(model, "failsafeInboundHostPorts", "tcp:192.0.2.0/24:444,udp:192.0.2.0/24:443");
  EXPECT_EQ(About(model, kToWeb), kAll);
}

TEST(Generality, StagedPolicyThatLooksAtTheSourceKeepsThePendingVerdictApart) {
  Model model = Wan({DoesTcp(RuleAction::kAllow, 443)});
  Policy staged = Staged(Gnp("s", "", {FromNet(Does(RuleAction::kDeny), "192.0.2.0/24")}));
  staged.order = 0;
  Put(model, staged);
  EXPECT_EQ(About(model, kToWeb), kPort);
}

TEST(Generality, WorkloadsAddressIsCheckedAgainstItsInterface) {
  const Model model =
      ModelOf({Wep("pod", "cali1", "10.65.0.2", {}, {"p"}), testing::AllowAll("p")});
  EXPECT_EQ(About(model, Forward("cali1", "eth0", Tcp("10.65.0.2", kClient, 80))), kPort);
}

TEST(Generality, ForwardedPacketIsAskedAboutAtBothEnds) {
  const Model model =
      ModelOf({Hep("wan", "eth0", {{"zone", "wan"}}), Hep("lan", "eth1", {{"zone", "lan"}}),
               Forwarding(Gnp("in", "zone == 'lan'", {DoesTcp(RuleAction::kAllow, 443)})),
               Forwarding(Gnp("out", "zone == 'wan'", {},
                              {FromNet(Does(RuleAction::kAllow), "192.168.10.7/32")}))});
  EXPECT_EQ(About(model, Forward("eth1", "eth0", Tcp(kLan, kClient, 443))), kPort);
  EXPECT_EQ(About(model, Forward("eth1", "eth0", Tcp(kLan, kClient, 80))), kAll);
}

// The packet with other values in its open fields.
InterfacePacket Varied(Random& random, const InterfacePacket& packet, bool any_source) {
  InterfacePacket varied = packet;
  Tuple& tuple = varied.packet.tuple;
  for (int i = 0; any_source && i < 64; ++i) {
    const InterfacePacket other = testing::RandomPacket(random);
    if (other.packet.tuple.family() != tuple.family()) continue;
    tuple.source = other.packet.tuple.source;
    break;
  }
  if (HasPorts(tuple.protocol)) {
    tuple.source_port = random.OneIn(2) ? static_cast<uint16_t>(random.Next())
                                        : testing::RandomPacket(random).packet.tuple.source_port;
  }
  return varied;
}

TEST(Generality, WhatHoldsIsWhatTheReferenceSaysAboutEveryOther) {
  constexpr uint64_t kModels = 100;
  constexpr int kPacketsEach = 40;
  constexpr int kOthers = 6;
  int held[2] = {0, 0};
  int not_held[2] = {0, 0};
  for (uint64_t seed = 1; seed <= kModels; ++seed) {
    Random random(seed);
    const Site site = testing::RandomSite(random);
    const Model model = testing::RandomModel(random);
    const auto snapshot = Compile(model, site, 1);
    ASSERT_OK(snapshot);
    for (int i = 0; i < kPacketsEach; ++i) {
      const InterfacePacket packet = testing::RandomPacket(random);
      for (const bool any_source : {false, true}) {
        const bool holds = Holds(**snapshot, packet, any_source);
        ++(holds ? held : not_held)[any_source ? 1 : 0];
        if (!holds) continue;
        const Explanation said = ReferenceEvaluate(model, site, packet);
        ASSERT_TRUE(said.logs.empty());
        for (int other = 0; other < kOthers; ++other) {
          const InterfacePacket varied = Varied(random, packet, any_source);
          const Explanation about = ReferenceEvaluate(model, site, varied);
          ASSERT_EQ(about.verdict, said.verdict)
              << "seed " << seed << "\n"
              << testing::ToText(model) << testing::ToText(packet) << "\n"
              << testing::ToText(varied);
          ASSERT_EQ(about.decided_by, said.decided_by) << "seed " << seed;
          ASSERT_TRUE(about.logs.empty()) << "seed " << seed;
          if (any_source) {
            ASSERT_EQ(about.pending_decided_by, said.pending_decided_by) << "seed " << seed;
          }
        }
      }
    }
  }
  std::cout << "any source port: " << held[0] << " hold, " << not_held[0]
            << " do not; any source: " << held[1] << " hold, " << not_held[1] << " do not\n";
  for (const int side : {0, 1}) {
    EXPECT_GT(held[side], 1'000);
    EXPECT_GT(not_held[side], 200);
  }
}

}  // namespace
}  // namespace gw
