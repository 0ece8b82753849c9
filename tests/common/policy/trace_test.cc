#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
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
using testing::AllowAll;
using ::testing::Contains;
using testing::Does;
using testing::DoesTcp;
using ::testing::ElementsAre;
using testing::Forward;
using testing::Forwarding;
using testing::GatewaySite;
using testing::Gnp;
using ::testing::HasSubstr;
using testing::Hep;
using testing::Input;
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

// One step a line, indented by its depth, `*` before those that decided.
std::vector<std::string> Lines(const Model& model, const InterfacePacket& packet) {
  const auto snapshot = Compile(model, GatewaySite(), 1);
  EXPECT_OK(snapshot);
  std::vector<std::string> lines;
  for (const TraceStep& step : Trace(**snapshot, packet)) {
    lines.push_back(absl::StrCat(std::string(static_cast<size_t>(step.depth), ' '),
                                 step.decided ? "*" : "", step.subject, ": ", step.outcome));
  }
  return lines;
}

Model WithoutFailsafes(std::vector<Resource> resources) {
  Model model = ModelOf(std::move(resources));
  SetParameter(model, "failsafeInboundHostPorts", "none");
  SetParameter(model, "failsafeOutboundHostPorts", "none");
  return model;
}

TEST(Trace, TellsEveryTierPolicyAndRuleUpToTheOneThatDecided) {
  Tier security;
  security.metadata.name = "security";
  security.order = 1;
  Policy block =
      Gnp("block", "", {DoesTcp(RuleAction::kDeny, 23), DoesTcp(RuleAction::kPass, 443)});
  block.tier = "security";
  Policy staged = Staged(Gnp("next-year", "", {Does(RuleAction::kDeny)}));
  staged.order = 1;
  Policy lan = Gnp("lan-only", "zone == 'lan'", {Does(RuleAction::kDeny)});
  lan.order = 2;
  Policy out = Gnp("out", "", {}, {Does(RuleAction::kDeny)});
  out.order = 3;
  const Model model =
      WithoutFailsafes({Hep("wan", "eth0", {{"zone", "wan"}}), security, block, staged, lan, out,
                        Gnp("web", "", {Does(RuleAction::kLog), DoesTcp(RuleAction::kAllow, 443)}),
                        Gnp("zzz", "", {Does(RuleAction::kDeny)})});
  EXPECT_THAT(
      Lines(model, Input("eth0", Tcp(kClient, kGateway, 443))),
      ElementsAre("local ingress of `eth0`: host endpoint `wan` governs it",
                  " connection tracking: state is new",
                  " tier `security`: applies to this endpoint", "  policy `block`: applies",
                  "   ingress rule 0: no match: destination port 443 is not in 23",
                  "   ingress rule 1: matched: Pass, leaves the tier",
                  " tier `default`: applies to this endpoint",
                  "  staged policy `next-year`: staged, not enforced",
                  "  policy `lan-only`: skipped: its selector `zone == \"lan\"` does not match "
                  "endpoint `wan`",
                  "  policy `out`: skipped: its types do not include ingress",
                  "  policy `web`: applies",
                  "   ingress rule 0: matched: Log, goes on with the next rule",
                  "   *ingress rule 1: matched: Allow"));
}

TEST(Trace, TellsTheEndOfATierAndWhyForwardedTrafficSkipsPolicies) {
  const Model model =
      WithoutFailsafes({Hep("wan", "eth0"), Gnp("local", "", {Does(RuleAction::kAllow)}),
                        Forwarding(Gnp("routed", "", {DoesTcp(RuleAction::kAllow, 80)}))});
  EXPECT_THAT(
      Lines(model, Forward("eth0", "eth1", Tcp(kClient, "192.168.10.7", 81))),
      ElementsAre("forward ingress of `eth0`: host endpoint `wan` governs it",
                  " connection tracking: state is new", " tier `default`: applies to this endpoint",
                  "  policy `local`: skipped: it does not apply to forwarded traffic "
                  "(applyOnForward)",
                  "  policy `routed`: applies",
                  "   ingress rule 0: no match: destination port 81 is not in 80",
                  "  *end of tier `default`: no rule matched: Deny"));
}

TEST(Trace, TellsFailsafesThatDoNotMatchAndTheOneThatDoes) {
  Model model = ModelOf({Hep("wan", "eth0")});
  SetParameter(model, "failsafeInboundHostPorts", "udp:68,tcp:23,tcp:10.0.0.0/8:22,tcp:22");
  EXPECT_THAT(Lines(model, Input("eth0", Tcp(kClient, kGateway, 22))),
              ElementsAre("local ingress of `eth0`: host endpoint `wan` governs it",
                          " connection tracking: state is new",
                          " failsafe `udp:68`: no match: protocol is TCP, not UDP",
                          " failsafe `tcp:23`: no match: destination port 22 is not 23",
                          " failsafe `tcp:10.0.0.0/8:22`: no match: source 198.51.100.9 is not in "
                          "10.0.0.0/8",
                          " *failsafes: matched `tcp:22`: Allow"));
}

TEST(Trace, TellsTiersSkippedBecauseAllIsStagedAndTheProfilesAfterThem) {
  const Model model = WithoutFailsafes({AllowAll("open"), Hep("wan", "eth0", {}, {"open"}),
                                        Staged(Gnp("s", "", {Does(RuleAction::kDeny)})),
                                        Gnp("lan", "zone == 'lan'", {Does(RuleAction::kDeny)})});
  EXPECT_THAT(
      Lines(model, Output("eth0", Tcp(kGateway, kClient, 443))),
      ElementsAre("local egress of `eth0`: host endpoint `wan` governs it",
                  " connection tracking: state is new",
                  " tier `default`: skipped: none of its policies applies here",
                  "  policy `lan`: skipped: its selector `zone == \"lan\"` does not match "
                  "endpoint `wan`",
                  "  staged policy `s`: skipped: its types do not include egress",
                  "  profile `open`: no policy decided", "   *egress rule 0: matched: Allow"));
  EXPECT_THAT(Lines(model, Input("eth0", Tcp(kClient, kGateway, 443))),
              Contains(" tier `default`: skipped: all of its policies for this endpoint are "
                       "staged"));
}

TEST(Trace, GoesThroughTheStagesOfAForwardedPacket) {
  Policy open = Gnp("open-port", "has(zone)", {DoesTcp(RuleAction::kAllow, 32'010)});
  open.pre_dnat = true;
  open.apply_on_forward = true;
  const Model model = WithoutFailsafes({AllowAll("open"), Hep("wan", "eth0", {{"zone", "wan"}}),
                                        Wep("w", "cali1", "10.65.0.2", {}, {"open"}), open});
  InterfacePacket packet = Forward("eth0", "cali1", Tcp(kClient, "10.65.0.2", 8055));
  packet.packet.translated = true;
  packet.packet.original_destination = Addr(kGateway);
  packet.packet.original_destination_port = 32'010;
  EXPECT_THAT(
      Lines(model, packet),
      ElementsAre("preDNAT ingress of `eth0`: host endpoint `wan` governs it; the packet "
                  "as it was before DNAT",
                  " connection tracking: state is new", " tier `default`: applies to this endpoint",
                  "  policy `open-port`: applies", "   *ingress rule 0: matched: Allow",
                  "local ingress of `cali1`: workload endpoint `w` governs it",
                  " connection tracking: state is new", "  profile `open`: no policy decided",
                  "   *ingress rule 0: matched: Allow"));
}

TEST(Trace, TellsWhatDecidesWithoutAnyChain) {
  EXPECT_THAT(Lines(ModelOf({}), Input("eth0", Tcp(kClient, kGateway, 80))),
              ElementsAre("*interfaces: no endpoint governs them: not policed"));
  EXPECT_THAT(Lines(ModelOf({}), Forward("eth0", "cali9", Tcp(kClient, "10.65.0.9", 80))),
              ElementsAre("*workload endpoints: no workload endpoint is known for `cali9`: Deny"));
}

// ---- why a rule does not match --------------------------------------------------------------

std::string WhyNot(const Rule& rule, const Tuple& tuple) {
  const Model model = WithoutFailsafes(
      {Hep("wan", "eth0"), Gnp("p", "", {rule}),
       Set("office", {{"trust", "yes"}}, {Net("192.0.2.0/24"), Net("2001:db8:1::/48")})});
  for (const std::string& line : Lines(model, Input("eth0", tuple))) {
    const size_t found = line.find("ingress rule 0: no match: ");
    if (found != std::string::npos) return line.substr(found + 26);
  }
  return "matches";
}

TEST(WhyNot, NamesTheFirstCriterionThatDoesNotHold) {
  const Tuple tcp = Tcp(kClient, kGateway, 80);
  const auto why = [&](auto change) {
    Rule rule = Does(RuleAction::kAllow);
    change(rule);
    return WhyNot(rule, tcp);
  };
  EXPECT_EQ(why([](Rule&) {}), "matches");
  EXPECT_EQ(why([](Rule& rule) { rule.ip_version = 6; }),
            "the packet is IPv4, the rule is for IPv6 only");
  EXPECT_EQ(why([](Rule& rule) { rule.source.nets = {Net("2001:db8::/32")}; }),
            "the packet is IPv4, the rule is for IPv6 only");
  EXPECT_EQ(why([](Rule& rule) {
              rule.protocol = RuleProtocol{kProtocolUdp, true};
            }),
            "protocol is TCP, not UDP");
  EXPECT_EQ(why([](Rule& rule) {
              rule.not_protocol = RuleProtocol{kProtocolTcp, true};
            }),
            "protocol is TCP, which the rule excludes");
  EXPECT_EQ(why([](Rule& rule) {
              rule.icmp = RuleIcmp{8, std::nullopt};
            }),
            "protocol is TCP without ICMP type, not type 8");
  EXPECT_EQ(why([](Rule& rule) {
              rule.source.nets = {Net("192.0.2.0/24"), Net("10.0.0.0/8")};
            }),
            "source 198.51.100.9 is not in 10.0.0.0/8, 192.0.2.0/24");
  EXPECT_EQ(why([](Rule& rule) { rule.destination.not_nets = {Net("203.0.113.0/24")}; }),
            "destination 203.0.113.2 is in the excluded 203.0.113.0/24");
  EXPECT_EQ(why([](Rule& rule) { rule.source.selector = "trust == 'no'"; }),
            "source 198.51.100.9 is not in `trust == \"no\"` (0 addresses)");
  EXPECT_EQ(why([](Rule& rule) { rule.source.selector = "trust == 'yes'"; }),
            "source 198.51.100.9 is not in `trust == \"yes\"` (more than 4 billion addresses)");
  EXPECT_EQ(why([](Rule& rule) { rule.destination.not_selector = "!has(trust)"; }),
            "destination 203.0.113.2 is in the excluded `!has(trust)` (2 addresses)");
  EXPECT_EQ(
      why([](Rule& rule) {
        rule.destination.ports = {PortRange{443, 443}, PortRange{8000, 8080}, std::string("admin")};
      }),
      "destination port 80 is not in 443, 8000:8080, `admin`");
  EXPECT_EQ(why([](Rule& rule) {
              rule.source.not_ports = {PortRange{40'000, 40'000}};
            }),
            "source port 40000 is in the excluded 40000");
  EXPECT_EQ(why([](Rule& rule) { rule.annotations[kExpiresAnnotation] = "1969-12-31T00:00:00Z"; }),
            "is not in force now: its schedule or expiry excludes this moment");
}

TEST(WhyNot, NamesIcmpTypeAndCode) {
  Tuple icmp = Tcp(kClient, kGateway, 0);
  icmp.protocol = kProtocolIcmp;
  icmp.source_port = 0;
  icmp.icmp_type = 3;
  icmp.icmp_code = 1;
  Rule rule = Does(RuleAction::kAllow);
  rule.protocol = RuleProtocol{kProtocolIcmp, true};
  rule.icmp = RuleIcmp{3, uint8_t{4}};
  EXPECT_EQ(WhyNot(rule, icmp), "ICMP is type 3 code 1, not type 3 code 4");
  rule.icmp.reset();
  rule.not_icmp = RuleIcmp{3, std::nullopt};
  EXPECT_EQ(WhyNot(rule, icmp), "ICMP is type 3 code 1, which the rule excludes");
}

// ---- agreement with the decision ------------------------------------------------------------

// On random policies: the last step that decided is the decision.
TEST(Trace, LastStepThatDecidedIsTheDecision) {
  testing::Random random(20'261'122);
  for (int i = 0; i < 300; ++i) {
    const Model model = testing::RandomModel(random);
    const Site site = testing::RandomSite(random);
    const auto snapshot = Compile(model, site, 1);
    ASSERT_OK(snapshot);
    for (int j = 0; j < 10; ++j) {
      const InterfacePacket packet = testing::RandomPacket(random);
      const Explanation explanation = Explain(**snapshot, packet);
      const std::vector<TraceStep> steps = Trace(**snapshot, packet);
      SCOPED_TRACE(absl::StrCat(testing::ToText(model), testing::ToText(packet), "\n",
                                explanation.decided_by));
      const auto decided = std::find_if(steps.rbegin(), steps.rend(),
                                        [](const TraceStep& step) { return step.decided; });
      ASSERT_NE(decided, steps.rend());
      EXPECT_EQ(decided, steps.rbegin());
      switch (explanation.verdict) {
        case Verdict::kAllow:
          EXPECT_TRUE(absl::EndsWith(decided->outcome, ": Allow")) << decided->outcome;
          break;
        case Verdict::kDeny:
          EXPECT_TRUE(absl::EndsWith(decided->outcome, ": Deny")) << decided->outcome;
          break;
        case Verdict::kNone:
          EXPECT_EQ(decided->kind, TraceStep::Kind::kBuiltIn);
          break;
      }
      const bool by_rule = absl::StartsWith(explanation.decided_by, "policy:") ||
                           absl::StartsWith(explanation.decided_by, "profile:");
      EXPECT_EQ(decided->kind == TraceStep::Kind::kRule, by_rule);
    }
  }
}

}  // namespace
}  // namespace gw
