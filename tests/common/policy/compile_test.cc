#include "common/policy/compile.h"

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/policy/compile_sets.h"
#include "common/policy/compiled_policy.h"
#include "common/policy/evaluate.h"
#include "common/policy/limits.h"
#include "tests/support/policy_builder.h"
#include "tests/support/status_matchers.h"

namespace gw {
namespace {

using testing::Addr;
using testing::AllowAll;
using testing::Does;
using testing::DoesTcp;
using ::testing::ElementsAre;
using testing::Forwarding;
using testing::GatewaySite;
using testing::Gnp;
using ::testing::HasSubstr;
using testing::Hep;
using testing::Input;
using testing::ModelOf;
using testing::Net;
using testing::Set;
using testing::SetParameter;
using testing::Staged;
using testing::Tcp;
using testing::Wep;

constexpr uint32_t kNoEndpoint = InterfaceRole::kNoEndpoint;

std::shared_ptr<const PolicySnapshot> Compiled(const Model& model, const Site& site) {
  const auto snapshot = Compile(model, site, 1);
  EXPECT_OK(snapshot);
  return *snapshot;
}

std::string NamedBy(const PolicySnapshot& snapshot, const std::string& interface_name) {
  const InterfaceRole role = snapshot.RoleOf(interface_name);
  return role.named == kNoEndpoint ? "" : snapshot.EndpointName(role.named);
}

std::string AnyOf(const PolicySnapshot& snapshot, const std::string& interface_name) {
  const InterfaceRole role = snapshot.RoleOf(interface_name);
  return role.any == kNoEndpoint ? "" : snapshot.EndpointName(role.any);
}

HostEndpoint ByAddress(const std::string& name, absl::string_view address) {
  HostEndpoint host = Hep(name, "");
  host.expected_ips = {Addr(address)};
  return host;
}

// ---- binding --------------------------------------------------------------------------------

TEST(Binding, InterfaceThatAppearsLaterIsBoundByItsName) {
  const auto snapshot = Compiled(ModelOf({Hep("vpn", "tun0")}), GatewaySite());
  EXPECT_EQ(NamedBy(*snapshot, "tun0"), "vpn");
  EXPECT_EQ(NamedBy(*snapshot, "tun1"), "");
}

TEST(Binding, InterfaceThatAppearsLaterIsNotBoundByAddressUntilTheNextCompile) {
  const Model model = ModelOf({ByAddress("dmz", "192.168.30.1")});
  Site site = GatewaySite();
  EXPECT_EQ(NamedBy(*Compiled(model, site), "eth2"), "");
  site.interfaces.push_back({"eth2", {Addr("192.168.30.1")}});
  EXPECT_EQ(NamedBy(*Compiled(model, site), "eth2"), "dmz");
}

TEST(Binding, RenamedInterfaceLosesItsNameButKeepsItsAddress) {
  const Model model = ModelOf({ByAddress("by-address", "203.0.113.2"), Hep("by-name", "eth1")});
  Site site = GatewaySite();
  site.interfaces[1].name = "wan0";
  site.interfaces[2].name = "lan0";
  const auto snapshot = Compiled(model, site);
  EXPECT_EQ(NamedBy(*snapshot, "wan0"), "by-address");
  EXPECT_EQ(NamedBy(*snapshot, "eth0"), "");
  EXPECT_EQ(NamedBy(*snapshot, "lan0"), "");
}

TEST(Binding, NameOfAnAbsentInterfaceIsNotOverruledByAnAddress) {
  // `a` governs eth0 by address while eth0 is there; without it, only the name can bind.
  const Model model = ModelOf({ByAddress("a", "203.0.113.2"), Hep("z", "eth0")});
  EXPECT_EQ(NamedBy(*Compiled(model, GatewaySite()), "eth0"), "a");
  Site site = GatewaySite();
  site.interfaces.erase(site.interfaces.begin() + 1);
  EXPECT_EQ(NamedBy(*Compiled(model, site), "eth0"), "z");
}

TEST(Binding, EndpointOfAnotherNodeGovernsNothing) {
  HostEndpoint elsewhere = Hep("elsewhere", "eth0");
  elsewhere.node = "other";
  const auto snapshot = Compiled(ModelOf({elsewhere}), GatewaySite());
  EXPECT_EQ(NamedBy(*snapshot, "eth0"), "");
  EXPECT_THAT(snapshot->policed_interfaces(), ElementsAre());
}

TEST(Binding, AnyEndpointStandsInWhereNoneIsNamed) {
  const auto snapshot = Compiled(ModelOf({Hep("star", "*"), Hep("wan", "eth0")}), GatewaySite());
  EXPECT_EQ(AnyOf(*snapshot, "eth0"), "");
  EXPECT_EQ(AnyOf(*snapshot, "eth1"), "star");
  EXPECT_EQ(AnyOf(*snapshot, "cali1"), "star");
  EXPECT_EQ(AnyOf(*snapshot, "lo"), "");
  EXPECT_EQ(AnyOf(*snapshot, ""), "");
  EXPECT_TRUE(snapshot->polices_any_interface());
  EXPECT_THAT(snapshot->policed_interfaces(), ElementsAre("eth0", "eth1"));
}

TEST(Binding, LoopbackIsPolicedOnlyByAnEndpointThatNamesIt) {
  const auto by_address = Compiled(ModelOf({ByAddress("a", "127.0.0.1")}), GatewaySite());
  EXPECT_EQ(NamedBy(*by_address, "lo"), "");
  const auto by_name = Compiled(ModelOf({Hep("a", "lo")}), GatewaySite());
  EXPECT_EQ(NamedBy(*by_name, "lo"), "a");
  EXPECT_THAT(by_name->policed_interfaces(), ElementsAre("lo"));
}

TEST(Binding, ExcludedInterfaceIsNotBound) {
  Model model = ModelOf({Hep("wan", "eth0"), Hep("lan", "eth1"), ByAddress("a", "203.0.113.2")});
  SetParameter(model, "interfaceExclude", "eth0, /^tun/");
  const auto snapshot = Compiled(model, GatewaySite());
  EXPECT_EQ(NamedBy(*snapshot, "eth0"), "");
  EXPECT_EQ(NamedBy(*snapshot, "eth1"), "lan");
}

TEST(Binding, SmallestNameIsTheActiveWorkload) {
  const auto snapshot = Compiled(
      ModelOf({Wep("w2", "cali1", "10.65.0.2"), Wep("w1", "cali1", "10.65.0.3")}), GatewaySite());
  const InterfaceRole role = snapshot->RoleOf("cali1");
  ASSERT_NE(role.workload, kNoEndpoint);
  EXPECT_EQ(snapshot->EndpointName(role.workload), "w1");
  EXPECT_EQ(role.kind, InterfaceRole::Kind::kWorkload);
  EXPECT_EQ(snapshot->RoleOf("cali9").workload, kNoEndpoint);
}

// ---- sets -----------------------------------------------------------------------------------

TEST(MergeRanges, JoinsWhatOverlapsOrTouchesWithinAFamily) {
  const auto range = [](const char* first, const char* last) {
    return AddressRange{Addr(first), Addr(last)};
  };
  EXPECT_THAT(MergeRanges({range("10.0.0.8", "10.0.0.9"), range("10.0.0.1", "10.0.0.4"),
                           range("10.0.0.3", "10.0.0.7")}),
              ElementsAre(range("10.0.0.1", "10.0.0.9")));
  EXPECT_THAT(MergeRanges({range("10.0.0.1", "10.0.0.4"), range("10.0.0.6", "10.0.0.7")}),
              ElementsAre(range("10.0.0.1", "10.0.0.4"), range("10.0.0.6", "10.0.0.7")));
  EXPECT_THAT(MergeRanges({range("::", "::5"), range("255.255.255.255", "255.255.255.255"),
                           range("0.0.0.0", "255.255.255.255")}),
              ElementsAre(range("0.0.0.0", "255.255.255.255"), range("::", "::5")));
  EXPECT_THAT(MergeRanges({}), ElementsAre());
}

Rule AllowFrom(const std::string& selector, const std::string& not_selector = "") {
  Rule rule = Does(RuleAction::kAllow);
  rule.source.selector = selector;
  rule.source.not_selector = not_selector;
  return rule;
}

TEST(AddressSets, EqualSelectorsShareOne) {
  const auto snapshot =
      Compiled(ModelOf({Gnp("p", "",
                            {AllowFrom("a == 'x'"), AllowFrom("a==\"x\""), AllowFrom("(a == 'x')"),
                             AllowFrom("a == 'x'", "has(b)"), AllowFrom("a == 'x' && !has(b)")})}),
               GatewaySite());
  const CompiledPolicy& compiled = snapshot->compiled();
  ASSERT_EQ(compiled.address_sets.size(), 2u);
  EXPECT_EQ(compiled.address_sets[0].text, "a == \"x\"");
  EXPECT_EQ(compiled.address_sets[1].text, "(a == \"x\" && !has(b))");
  EXPECT_EQ(compiled.rules[0].source.selector, compiled.rules[2].source.selector);
  EXPECT_EQ(compiled.rules[3].source.selector, compiled.rules[4].source.selector);
}

std::vector<AddressRange> AddressesOf(const PolicySnapshot& snapshot, uint32_t set) {
  const IndexRange ranges = snapshot.compiled().address_sets[set].ranges;
  const auto begin = snapshot.compiled().address_ranges.begin();
  return {begin + ranges.begin, begin + ranges.end};
}

AddressRange Only(absl::string_view address) { return {Addr(address), Addr(address)}; }

TEST(AddressSets, HaveTheObjectsOfEveryNodeButLiveAddressesOfThisOne) {
  HostEndpoint elsewhere = Hep("elsewhere", "eth0", {{"k", "v"}});
  elsewhere.node = "other";
  HostEndpoint written = Hep("written", "eth0", {{"k", "v"}});
  written.node = "other";
  written.expected_ips = {Addr("198.51.100.1")};
  const auto snapshot = Compiled(
      ModelOf({elsewhere, written, Hep("here", "eth1", {{"k", "v"}}),
               Set("set", {{"k", "v"}}, {Net("10.0.0.0/24"), Net("10.0.1.0/24")}),
               Set("unlabelled", {}, {Net("172.16.0.0/12")}), Gnp("p", "", {AllowFrom("has(k)")})}),
      GatewaySite());
  EXPECT_THAT(AddressesOf(*snapshot, 0),
              ElementsAre(AddressRange{Addr("10.0.0.0"), Addr("10.0.1.255")}, Only("192.168.10.1"),
                          Only("198.51.100.1")));
}

TEST(AddressSets, AnyEndpointStandsForAllHostInterfacesButLoopback) {
  Site site = GatewaySite();
  site.interfaces.push_back({"cali1", {Addr("169.254.1.1")}});
  const auto snapshot = Compiled(
      ModelOf({Hep("star", "*", {{"k", "v"}}), Gnp("p", "", {AllowFrom("has(k)")})}), site);
  EXPECT_THAT(AddressesOf(*snapshot, 0),
              ElementsAre(Only("192.168.10.1"), Only("203.0.113.2"), Only("2001:db8::2")));
}

TEST(AddressSets, FollowTheAddressesOfTheInterface) {
  const Model model =
      ModelOf({Hep("wan", "eth0", {{"k", "v"}}), Gnp("p", "", {AllowFrom("has(k)")})});
  Site site = GatewaySite();
  site.interfaces[1].addresses = {Addr("203.0.113.77")};
  EXPECT_THAT(AddressesOf(*Compiled(model, site), 0), ElementsAre(Only("203.0.113.77")));
}

// ---- chains ---------------------------------------------------------------------------------

TEST(Chains, EndpointsOfEqualPoliciesAndProfilesShareOne) {
  const Model model =
      ModelOf({AllowAll("open"), Hep("a", "eth0", {{"zone", "wan"}, {"n", "1"}}),
               Hep("b", "eth1", {{"zone", "wan"}, {"n", "2"}}),
               Hep("c", "eth2", {{"zone", "wan"}}, {"open"}), Hep("d", "eth3", {{"zone", "lan"}}),
               Gnp("p", "zone == 'wan'", {Does(RuleAction::kAllow)})});
  const auto snapshot = Compiled(model, GatewaySite());
  const CompiledPolicy& compiled = snapshot->compiled();
  ASSERT_EQ(compiled.endpoints.size(), 4u);
  EXPECT_EQ(compiled.endpoints[0].chain, compiled.endpoints[1].chain);
  EXPECT_NE(compiled.endpoints[0].chain, compiled.endpoints[2].chain);
  EXPECT_NE(compiled.endpoints[0].chain, compiled.endpoints[3].chain);
  EXPECT_EQ(compiled.chains.size(), 3u);
}

TEST(Chains, TenThousandEndpointsAndPoliciesDoNotMultiply) {
  constexpr int kEndpoints = 10'000;
  constexpr int kPolicies = 1'000;
  Model model;
  for (int i = 0; i < kEndpoints; ++i) {
    Put(model, Hep(absl::StrCat("h", i), absl::StrCat("e", i),
                   {{"id", absl::StrCat(i)}, {"group", absl::StrCat("g", i % 10)}}));
  }
  for (int i = 0; i < kPolicies; ++i) {
    std::vector<Rule> rules;
    for (int j = 0; j < 10; ++j) {
      Rule rule = DoesTcp(RuleAction::kAllow, static_cast<uint16_t>(1000 + j));
      rule.source.selector = absl::StrCat("id == '", i * 10 + j, "'");
      rules.push_back(rule);
    }
    Put(model, Gnp(absl::StrCat("p", i), absl::StrCat("group == 'g", i % 10, "'"), rules));
  }
  const absl::Time start = absl::Now();
  const auto snapshot = Compiled(model, GatewaySite());
  const absl::Duration took = absl::Now() - start;
  RecordProperty("compile_ms", static_cast<int>(absl::ToInt64Milliseconds(took)));
  const CompiledPolicy& compiled = snapshot->compiled();
  EXPECT_EQ(compiled.endpoints.size(), size_t{kEndpoints});
  EXPECT_EQ(compiled.chains.size(), 10u);
  EXPECT_EQ(compiled.policy_refs.size(), size_t{kPolicies});
  EXPECT_EQ(compiled.address_sets.size(), size_t{kPolicies} * 10);
  EXPECT_EQ(snapshot->rule_count(), size_t{kPolicies} * 10);
  // Far above what a slow machine takes; testing each selector on each endpoint would take more.
  EXPECT_LT(took, absl::Seconds(20));
}

TEST(Rules, AreNumberedInEvaluationOrderWithProfilesLast) {
  Policy second = Gnp("second", "", {DoesTcp(RuleAction::kAllow, 1), Does(RuleAction::kDeny)});
  second.order = 20;
  Policy first = Gnp("first", "", {Does(RuleAction::kPass)}, {Does(RuleAction::kAllow)});
  first.order = 10;
  Policy early = Gnp("early", "", {Does(RuleAction::kPass)});
  early.tier = "security";
  Tier security;
  security.metadata.name = "security";
  security.order = 1;
  const auto snapshot =
      Compiled(ModelOf({AllowAll("a"), second, first, security, early}), GatewaySite());
  std::vector<std::string> names;
  for (uint32_t i = 0; i < snapshot->rule_count(); ++i) {
    const RuleName& rule = snapshot->rule(i);
    names.push_back(absl::StrCat(rule.tier, ":", RuleText(rule)));
  }
  EXPECT_THAT(names, ElementsAre("security:early/ingress/0", "default:first/ingress/0",
                                 "default:first/egress/0", "default:second/ingress/0",
                                 "default:second/ingress/1", ":a/ingress/0", ":a/egress/0"));
}

TEST(Staged, OnlyThoseThatSelectAnEndpointCount) {
  const Policy other = Staged(Gnp("s", "zone == 'lan'", {Does(RuleAction::kDeny)}));
  EXPECT_FALSE(Compiled(ModelOf({Hep("a", "eth0"), other}), GatewaySite())->has_staged());
  const Policy own = Staged(Gnp("s", "zone == 'wan'", {Does(RuleAction::kDeny)}));
  const Model model = ModelOf({Hep("a", "eth0", {{"zone", "wan"}}), own});
  EXPECT_TRUE(Compiled(model, GatewaySite())->has_staged());
}

TEST(Staged, RemovalIsNotSimulated) {
  Policy removal = Staged(Gnp("s", "", {}));
  removal.staged_action = StagedAction::kDelete;
  EXPECT_FALSE(Compiled(ModelOf({Hep("a", "eth0"), removal}), GatewaySite())->has_staged());
}

// ---- time -----------------------------------------------------------------------------------

absl::Time At(const std::string& text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &time, &error)) << error;
  return time;
}

std::string DecidedAt(const Model& model, const std::string& time) {
  Site site = GatewaySite();
  site.now = At(time);
  return Explain(*Compiled(model, site), Input("eth0", Tcp("192.0.2.1", "203.0.113.2", 443)))
      .decided_by;
}

TEST(Schedule, RuleExistsOnlyWhileItIncludesTheTimeAndNumbersStay) {
  Rule by_day = Does(RuleAction::kAllow);
  by_day.annotations[kScheduleAnnotation] = "Mon-Fri 07:00-21:00";
  const Model model =
      ModelOf({Hep("wan", "eth0"), Gnp("p", "", {by_day, Does(RuleAction::kDeny)})});
  EXPECT_EQ(DecidedAt(model, "2026-11-23T12:00:00Z"), "policy:p/ingress/0");  // a Monday
  EXPECT_EQ(DecidedAt(model, "2026-11-23T21:00:00Z"), "policy:p/ingress/1");
  EXPECT_EQ(DecidedAt(model, "2026-11-22T12:00:00Z"), "policy:p/ingress/1");
}

TEST(Schedule, NextChangeIsTheEarliestOfAllRules) {
  Rule scheduled = Does(RuleAction::kAllow);
  scheduled.annotations[kScheduleAnnotation] = "Mon-Fri 07:00-21:00";
  Rule expiring = Does(RuleAction::kAllow);
  expiring.annotations[kExpiresAnnotation] = "2026-11-23T18:00:00Z";
  const Model model = ModelOf({Hep("wan", "eth0"), Gnp("p", "", {scheduled, expiring})});
  Site site = GatewaySite();
  site.now = At("2026-11-23T12:00:00Z");
  EXPECT_EQ(Compiled(model, site)->next_change(), At("2026-11-23T18:00:00Z"));
  site.now = At("2026-11-23T18:00:00Z");
  EXPECT_EQ(Compiled(model, site)->next_change(), At("2026-11-23T21:00:00Z"));
  EXPECT_EQ(Compiled(ModelOf({Hep("wan", "eth0")}), site)->next_change(), absl::InfiniteFuture());
}

TEST(Schedule, FollowsTheTimeZoneOfTheSite) {
  Rule by_day = Does(RuleAction::kAllow);
  by_day.annotations[kScheduleAnnotation] = "07:00-21:00";
  const Model model = ModelOf({Hep("wan", "eth0"), Gnp("p", "", {by_day})});
  Site site = GatewaySite();
  site.now = At("2026-11-23T20:30:00Z");
  site.zone = absl::FixedTimeZone(3600);
  EXPECT_EQ(Explain(*Compiled(model, site), Input("eth0", Tcp("192.0.2.1", "203.0.113.2", 443)))
                .decided_by,
            "end-of-tier:default/ingress");
}

// ---- fingerprint ----------------------------------------------------------------------------

Model Sample() {
  Policy forward = Forwarding(Gnp("f", "zone == 'wan'", {AllowFrom("trust == 'yes'")}));
  HostEndpoint lan = Hep("lan", "eth1", {{"zone", "lan"}});
  lan.ports = {{"admin", kProtocolTcp, 8443}};
  Rule admin = Does(RuleAction::kAllow);
  admin.destination.ports = {std::string("admin")};
  return ModelOf({AllowAll("open"), Hep("wan", "eth0", {{"zone", "wan"}}, {"open"}), lan,
                  Wep("w", "cali1", "10.65.0.2", {{"app", "web"}}), forward,
                  Set("office", {{"trust", "yes"}}, {Net("192.0.2.0/24")}),
                  Gnp("p", "", {DoesTcp(RuleAction::kAllow, 443), admin})});
}

TEST(Fingerprint, DoesNotDependOnOrderTimeOrRevision) {
  const auto snapshot = Compile(Sample(), GatewaySite(), 1);
  ASSERT_OK(snapshot);
  std::vector<Resource> shuffled = AllResources(Sample());
  std::reverse(shuffled.begin(), shuffled.end());
  Site site = GatewaySite();
  std::reverse(site.interfaces.begin(), site.interfaces.end());
  site.now = absl::FromUnixSeconds(1'800'000'000);
  const auto other = Compile(ModelOf(shuffled), site, 2);
  ASSERT_OK(other);
  EXPECT_EQ((*snapshot)->fingerprint(), (*other)->fingerprint());
  EXPECT_EQ((*other)->revision(), 2);
}

TEST(Fingerprint, DoesNotChangeWithWhatNoDecisionSees) {
  Model model = Sample();
  model.policies["p"].metadata.annotations["note"] = "for the accountants";
  model.host_endpoints["wan"].metadata.labels["colour"] = "blue";
  SetParameter(model, "auditRetentionDays", "7");
  EXPECT_EQ(Compiled(model, GatewaySite())->fingerprint(),
            Compiled(Sample(), GatewaySite())->fingerprint());
}

TEST(Fingerprint, ChangesWithEverythingThatADecisionSees) {
  const uint64_t before = Compiled(Sample(), GatewaySite())->fingerprint();
  const auto changed = [&](const std::string& what, auto change) {
    Model model = Sample();
    Site site = GatewaySite();
    change(model, site);
    EXPECT_NE(Compiled(model, site)->fingerprint(), before) << what;
  };
  changed("port", [](Model& model, Site&) {
    model.policies["p"].ingress[0].destination.ports = {PortRange{80, 80}};
  });
  changed("action",
          [](Model& model, Site&) { model.policies["p"].ingress[1].action = RuleAction::kDeny; });
  changed("label",
          [](Model& model, Site&) { model.host_endpoints["lan"].metadata.labels["zone"] = "wan"; });
  changed("network set",
          [](Model& model, Site&) { model.network_sets["office"].nets = {Net("192.0.2.0/25")}; });
  changed("named port",
          [](Model& model, Site&) { model.host_endpoints["lan"].ports[0].port = 8444; });
  changed("interface",
          [](Model& model, Site&) { model.host_endpoints["lan"].interface_name = "eth2"; });
  changed("profile", [](Model& model, Site&) { model.host_endpoints["wan"].profiles.clear(); });
  changed("staging", [](Model& model, Site&) {
    Remove(model, {ResourceKind::kGlobalNetworkPolicy, "f"});
    Put(model, Staged(Sample().policies["f"]));
  });
  changed("failsafe",
          [](Model& model, Site&) { SetParameter(model, "failsafeInboundHostPorts", "none"); });
  changed("endpoint to host", [](Model& model, Site&) {
    SetParameter(model, "defaultEndpointToHostAction", "Accept");
  });
  changed("name", [](Model& model, Site&) {
    Policy renamed = model.policies["p"];
    renamed.metadata.name = "q";
    Remove(model, {ResourceKind::kGlobalNetworkPolicy, "p"});
    Put(model, renamed);
  });
  changed("expiry", [](Model& model, Site& site) {
    model.policies["p"].ingress[0].annotations[kExpiresAnnotation] = "2026-01-01T00:00:00Z";
    site.now = At("2026-11-22T12:00:00Z");
  });
}

// ---- refusals -------------------------------------------------------------------------------

TEST(Compile, RefusesASelectorThatDoesNotParse) {
  const auto policy = Compile(ModelOf({Gnp("p", "role = 'x'", {})}), GatewaySite(), 1);
  ASSERT_FALSE(policy.ok());
  EXPECT_THAT(std::string(policy.status().message()),
              HasSubstr("GlobalNetworkPolicy `p`: spec.selector: "));
  const auto rule =
      Compile(ModelOf({Gnp("p", "", {Does(RuleAction::kAllow), AllowFrom("all()", "a ==")})}),
              GatewaySite(), 1);
  ASSERT_FALSE(rule.ok());
  EXPECT_THAT(std::string(rule.status().message()),
              HasSubstr("GlobalNetworkPolicy `p`: spec.ingress[1]: source: "));
}

TEST(Compile, RefusesAnOrderThatIsNotANumber) {
  Policy policy = Gnp("p", "", {});
  policy.order = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(Compile(ModelOf({policy}), GatewaySite(), 1).ok());
  Tier tier;
  tier.metadata.name = "t";
  tier.order = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(Compile(ModelOf({tier}), GatewaySite(), 1).ok());
}

TEST(Compile, RefusesAScheduleThatDoesNotParse) {
  Rule rule = Does(RuleAction::kAllow);
  rule.annotations[kScheduleAnnotation] = "sometimes";
  EXPECT_FALSE(Compile(ModelOf({Gnp("p", "", {rule})}), GatewaySite(), 1).ok());
}

TEST(Compile, TakesAsManyRulesAsTheLimitAndNoMore) {
  Policy policy = Gnp("p", "", std::vector<Rule>(kRulesMax, Does(RuleAction::kDeny)));
  EXPECT_OK(Compile(ModelOf({policy}), GatewaySite(), 1));
  policy.ingress.push_back(Does(RuleAction::kDeny));
  const auto refused = Compile(ModelOf({policy}), GatewaySite(), 1);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kResourceExhausted);
}

// ---- sizes that the limits promise -----------------------------------------------------------

// 100,000 networks in one set, 100,000 endpoints and sets, 10,000 rules, 1,000 tiers: all at once.
TEST(Sizes, PromisedOnesCompileAndDecide) {
  constexpr uint32_t kMany = 100'000;
  constexpr int kTiers = 1'000;
  constexpr int kRulesEach = 10;
  Model model = ModelOf({Hep("wan", "eth0", {{"zone", "wan"}})});
  NetworkSet many = Set("many", {{"list", "many"}}, {});
  for (uint32_t i = 0; i < kMany; ++i) {
    many.nets.push_back({Address::IPv4(0x0a000000U + (i << 4U)), 28});
    NetworkSet one = Set(absl::StrCat("one-", i), {{"role", absl::StrCat("role-", i % 100)}},
                         {{Address::IPv4(0x64000000U + i), 32}});
    Put(model, std::move(one));
  }
  Put(model, std::move(many));
  for (int tier = 0; tier < kTiers; ++tier) {
    Tier written;
    written.metadata.name = absl::StrCat("tier-", tier);
    written.order = tier;
    written.default_action = TierAction::kPass;
    Put(model, written);
    std::vector<Rule> rules(kRulesEach, DoesTcp(RuleAction::kDeny, static_cast<uint16_t>(tier)));
    for (Rule& rule : rules) rule.source.selector = absl::StrCat("role == 'role-", tier % 100, "'");
    Policy policy = Gnp(absl::StrCat(written.metadata.name, ".p"), "zone == 'wan'", rules);
    policy.tier = written.metadata.name;
    Put(model, policy);
  }
  Rule listed = Does(RuleAction::kAllow);
  listed.source.selector = "list == 'many'";
  Put(model, Gnp("last", "zone == 'wan'", {listed}));

  const auto snapshot = Compiled(model, GatewaySite());
  EXPECT_GE(snapshot->rule_count(), static_cast<size_t>(kTiers * kRulesEach));
  EXPECT_LT(snapshot->classifier_bytes(), size_t{100} << 20U);
  const auto decided_by = [&](absl::string_view source, uint16_t port) {
    return Explain(*snapshot, Input("eth0", Tcp(source, "203.0.113.2", port))).decided_by;
  };
  EXPECT_EQ(decided_by("10.0.0.1", 999), "policy:last/ingress/0");
  EXPECT_EQ(decided_by("10.24.105.255", 999), "policy:last/ingress/0") << "the last network";
  EXPECT_EQ(decided_by("10.24.106.0", 999), "end-of-tier:default/ingress") << "behind it";
  EXPECT_EQ(decided_by("100.0.0.99", 999), "policy:tier-999.p/ingress/0");
  EXPECT_EQ(decided_by("100.0.0.98", 999), "end-of-tier:default/ingress");
}

}  // namespace
}  // namespace gw
