// The text of what the kernel decides by itself. packets_test and untracked_test show that the
// kernel takes it and does with it what the policy says.

#include "enforcer/ruleset/stateless.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

#include "common/policy/compile.h"
#include "tests/support/policy_builder.h"
#include "tests/support/status_matchers.h"

namespace gw {
namespace {

using testing::Does;
using testing::DoesTcp;
using ::testing::ElementsAre;
using testing::Gnp;
using ::testing::HasSubstr;
using testing::Hep;
using ::testing::IsEmpty;
using testing::ModelOf;
using testing::Net;
using ::testing::Not;
using testing::Staged;
using testing::Wep;

Policy Untracked(Policy policy) {
  policy.do_not_track = true;
  policy.apply_on_forward = true;
  return policy;
}

Stateless Compiled(const Model& model,
                   const std::vector<std::string>& interfaces = {"cali1", "eth0", "eth1", "lo"}) {
  const auto snapshot = Compile(model, testing::GatewaySite(), 1);
  EXPECT_OK(snapshot);
  return CompileStateless(**snapshot, interfaces);
}

// Rules of the first chain that come from policies: those that count.
std::vector<std::string> PolicyRules(const Stateless& stateless, size_t chain = 0) {
  std::vector<std::string> rules;
  for (const absl::string_view line :
       absl::StrSplit(stateless.chains.at(chain), '\n', absl::SkipEmpty())) {
    if (absl::StrContains(line, " comment ")) {
      rules.emplace_back(line.substr(0, line.find(" comment ")));
    }
  }
  return rules;
}

std::vector<std::string> RulesOf(const Rule& rule) {
  return PolicyRules(Compiled(ModelOf({Hep("wan", "eth0"), Untracked(Gnp("u", "", {rule}))})));
}

constexpr char kDeny[] = "counter goto untracked_denied";

TEST(StatelessTest, NothingWithoutUntrackedPoliciesAndWorkloads) {
  const Stateless none =
      Compiled(ModelOf({Hep("wan", "eth0"), Gnp("p", "", {})}), {"eth0", "eth1", "lo"});
  EXPECT_THAT(none.chains, IsEmpty());
  EXPECT_EQ(none.untracked_in + none.untracked_out + none.untracked_forward + none.reverse_path,
            "");
}

TEST(StatelessTest, EndpointsWithSuchPolicyAreDispatchedByInterface) {
  const Stateless stateless =
      Compiled(ModelOf({Hep("wan", "eth0", {{"zone", "wan"}}), Hep("lan", "eth1"), Hep("any", "*"),
                        Untracked(Gnp("u", "zone == 'wan'", {DoesTcp(RuleAction::kAllow, 80)}))}));
  EXPECT_EQ(stateless.untracked_in, "iifname vmap { \"eth0\" : jump stateless_0 } \n");
  EXPECT_THAT(stateless.untracked_out, HasSubstr("\"eth0\" : jump "));
  EXPECT_THAT(PolicyRules(stateless),
              ElementsAre("meta l4proto 6 th dport { 80 } counter goto untracked_allowed"));
}

TEST(StatelessTest, FailsafesAndDiscoveryAreLeftToLaterAndOnlyForThisMachine) {
  Model model = ModelOf({Hep("wan", "eth0"), Untracked(Gnp("u", "", {Does(RuleAction::kDeny)}))});
  testing::SetParameter(model, "failsafeInboundHostPorts", "tcp:10.0.0.0/8:22");
  testing::SetParameter(model, "failsafeOutboundHostPorts", "udp:53");
  const std::string chain = Compiled(model).chains.at(0);
  EXPECT_THAT(chain, HasSubstr("fib daddr type { local, broadcast, multicast } ip saddr 10.0.0.0/8 "
                               "meta l4proto 6 th dport 22 return\n"));
  EXPECT_THAT(chain, HasSubstr("meta l4proto 17 th sport 53 return\n"));
  EXPECT_THAT(chain, HasSubstr("ip6 hoplimit 255 return\n"));
}

TEST(StatelessTest, AddressesAreWrittenForTheirFamilyAlone) {
  Rule rule = Does(RuleAction::kDeny);
  rule.source.nets = {Net("192.0.2.0/25"), Net("192.0.2.200/32")};
  EXPECT_THAT(RulesOf(rule),
              ElementsAre(std::string("meta nfproto ipv4 ip saddr { 192.0.2.0-192.0.2.127, "
                                      "192.0.2.200 } ") +
                          kDeny));
  // All addresses are no condition; none of them is no rule.
  rule.source.nets = {Net("::/0")};
  EXPECT_THAT(RulesOf(rule), ElementsAre(std::string("meta nfproto ipv6 ") + kDeny));
  rule.source.nets = {};
  rule.source.selector = "nobody == 'here'";
  EXPECT_THAT(RulesOf(rule), IsEmpty());
  rule.source.selector.clear();
  rule.source.not_selector = "nobody == 'here'";
  EXPECT_THAT(RulesOf(rule), ElementsAre(std::string("meta nfproto ipv4 ") + kDeny,
                                         std::string("meta nfproto ipv6 ") + kDeny));
}

TEST(StatelessTest, NegatedIcmpTypeAndCodeMatchWhatDiffersInEither) {
  Rule rule = Does(RuleAction::kDeny);
  rule.protocol = RuleProtocol{kProtocolIcmp, true};
  rule.not_icmp = RuleIcmp{3, 4};
  const std::vector<std::string> rules = RulesOf(rule);
  ASSERT_EQ(rules.size(), 3u);
  EXPECT_THAT(rules[0], HasSubstr("meta l4proto != { 1, 58 }"));
  EXPECT_THAT(rules[1], HasSubstr("@th,0,8 != 3"));
  EXPECT_THAT(rules[2], HasSubstr("@th,0,8 3 @th,8,8 != 4"));
}

TEST(StatelessTest, PassLeavesTheTierAndItsEndIsNoDenial) {
  Tier first;
  first.metadata.name = "first";
  first.order = 1;
  Policy early = Untracked(Gnp("first.p", "", {DoesTcp(RuleAction::kPass, 80)}));
  early.tier = "first";
  const Stateless stateless = Compiled(ModelOf(
      {Hep("wan", "eth0"), first, early, Untracked(Gnp("u", "", {Does(RuleAction::kDeny)}))}));
  EXPECT_THAT(PolicyRules(stateless, 0),
              ElementsAre("meta l4proto 6 th dport { 80 } counter goto stateless_1"));
  EXPECT_TRUE(absl::EndsWith(stateless.chains[0], "goto stateless_1\n"));
  EXPECT_THAT(PolicyRules(stateless, 1), ElementsAre(kDeny));
  EXPECT_TRUE(absl::EndsWith(stateless.chains[1], "goto stateless_2\n"));
  EXPECT_EQ(stateless.chains[2], "");
}

TEST(StatelessTest, StagedPoliciesAndLogRulesDoNothing) {
  const Stateless stateless = Compiled(
      ModelOf({Hep("wan", "eth0"), Staged(Untracked(Gnp("s", "", {Does(RuleAction::kDeny)}))),
               Untracked(Gnp("u", "", {Does(RuleAction::kLog), DoesTcp(RuleAction::kDeny, 1)}))}));
  EXPECT_EQ(PolicyRules(stateless).size(), 1u);
}

TEST(StatelessTest, ForwardedUntrackedPacketMeetsWorkloadsAndForwardPolicies) {
  const Stateless stateless = Compiled(ModelOf(
      {Hep("wan", "eth0", {{"zone", "wan"}}), Hep("lan", "eth1", {{"zone", "lan"}}),
       Wep("web", "cali1", "10.65.0.2", {{"app", "web"}}, {"missing"}),
       Untracked(Gnp("u", "zone == 'wan'", {Does(RuleAction::kAllow)})),
       testing::Forwarding(Gnp("f", "zone == 'lan'", {}, {DoesTcp(RuleAction::kAllow, 80)}))}));
  const std::string& forward = stateless.untracked_forward;
  EXPECT_THAT(forward, HasSubstr("iifname vmap { \"cali1\" : jump stateless_"));
  EXPECT_THAT(forward, HasSubstr("oifname vmap { \"eth1\" : jump stateless_"));
  EXPECT_THAT(forward, HasSubstr("iifname \"cali*\" iifname != { \"cali1\" } goto "
                                 "untracked_denied"));
  EXPECT_THAT(absl::StrJoin(stateless.chains, ""),
              HasSubstr("meta l4proto 6 th dport { 80 } counter return"));
}

TEST(StatelessTest, WorkloadsAreCheckedForTheirSource) {
  // Also where no endpoint is known for the interface.
  EXPECT_NE(Compiled(Model()).reverse_path, "");
  Model model = ModelOf({Wep("web", "cali1", "10.65.0.2")});
  EXPECT_EQ(Compiled(model).reverse_path, "fib saddr . iif oif exists return\n");
  model.workload_endpoints["web"].allow_spoofed_source_prefixes = {Net("198.51.100.0/24")};
  testing::SetParameter(model, "workloadSourceSpoofing", "Any");
  EXPECT_EQ(Compiled(model).reverse_path,
            "iifname \"cali1\" meta nfproto ipv4 ip saddr { 198.51.100.0-198.51.100.255 } return\n"
            "fib saddr . iif oif exists return\n");
}

}  // namespace
}  // namespace gw
