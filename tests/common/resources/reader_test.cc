#include "common/resources/reader.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/policy/limits.h"
#include "tests/support/status_matchers.h"
#include "tests/support/tests_folder.h"

namespace gw {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

ReadResult Read(absl::string_view text, const ReadOptions& options = {}) {
  ReadResult result;
  ReadResources(text, "f", options, &result);
  return result;
}

std::vector<std::string> Messages(const std::vector<PlacedProblem>& problems) {
  std::vector<std::string> messages;
  for (const PlacedProblem& problem : problems) messages.push_back(ToString(problem));
  return messages;
}

std::vector<std::string> Problems(absl::string_view text, const ReadOptions& options = {}) {
  return Messages(Read(text, options).problems);
}

// The one resource of `text`, which has no problems.
template <typename T>
T ReadOnly(absl::string_view text) {
  const ReadResult result = Read(text);
  EXPECT_THAT(Messages(result.problems), IsEmpty()) << text;
  if (result.resources.size() != 1) {
    ADD_FAILURE() << result.resources.size() << " resources in " << text;
    return T();
  }
  return std::get<T>(result.resources[0].resource);
}

// A policy whose ingress rule has these lines, which begin on line 6 at column 7.
std::string PolicyWithRule(absl::string_view lines) {
  return absl::StrCat(
      "apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: p}\nspec:\n"
      "  ingress:\n    - ",
      absl::StrReplaceAll(lines, {{"\n", "\n      "}}), "\n");
}

// A policy whose spec has these lines, the first of which is line 5 at column 3.
std::string PolicyWithSpec(absl::string_view lines) {
  return absl::StrCat(
      "apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: p}\nspec:\n  ",
      absl::StrReplaceAll(lines, {{"\n", "\n  "}}), "\n");
}

Prefix Net(absl::string_view text) { return ParseNetwork(text).value(); }

// ---- every kind -----------------------------------------------------------------------------

TEST(Reader, HostEndpoint) {
  const auto endpoint = ReadOnly<HostEndpoint>(R"(
apiVersion: projectcalico.org/v3
kind: HostEndpoint
metadata:
  name: some.name
  labels:
    type: production
    vlan: 10
  annotations: {note: "who: me"}
spec:
  interfaceName: eth0
  node: myhost
  expectedIPs:
    - 192.168.0.1
    - 2001:db8::1
  profiles:
    - profile1
    - profile2
  ports:
    - name: some-port
      port: 1234
      protocol: TCP
    - {name: another-port, port: 5432, protocol: UDP}
)");
  EXPECT_EQ(endpoint.metadata.name, "some.name");
  EXPECT_EQ(endpoint.metadata.labels, (Labels{{"type", "production"}, {"vlan", "10"}}));
  EXPECT_EQ(endpoint.metadata.annotations, (Labels{{"note", "who: me"}}));
  EXPECT_EQ(endpoint.node, "myhost");
  EXPECT_EQ(endpoint.interface_name, "eth0");
  EXPECT_THAT(endpoint.expected_ips, ElementsAre(ParseAddress("192.168.0.1").value(),
                                                 ParseAddress("2001:db8::1").value()));
  EXPECT_THAT(endpoint.profiles, ElementsAre("profile1", "profile2"));
  EXPECT_THAT(endpoint.ports, ElementsAre(EndpointPort{"some-port", kProtocolTcp, 1234},
                                          EndpointPort{"another-port", kProtocolUdp, 5432}));
}

TEST(Reader, WorkloadEndpoint) {
  const auto endpoint = ReadOnly<WorkloadEndpoint>(R"(
apiVersion: projectcalico.org/v3
kind: WorkloadEndpoint
metadata: {name: w1, labels: {app: web}}
spec:
  node: gw
  interfaceName: cali0ef24ba
  mac: ca:fe:1d:52:bb:e9
  ipNetworks: [192.168.0.1/32, "2001:db8::1"]
  profiles: [p]
  ports: [{name: http, port: 80, protocol: TCP}]
  allowSpoofedSourcePrefixes: [10.0.0.0/8]
)");
  EXPECT_EQ(endpoint.mac, "ca:fe:1d:52:bb:e9");
  EXPECT_THAT(endpoint.ip_networks, ElementsAre(Net("192.168.0.1/32"), Net("2001:db8::1/128")));
  EXPECT_THAT(endpoint.allow_spoofed_source_prefixes, ElementsAre(Net("10.0.0.0/8")));
  EXPECT_THAT(endpoint.ports, SizeIs(1));
}

TEST(Reader, GlobalNetworkPolicyWithEveryField) {
  const auto policy = ReadOnly<Policy>(R"y(
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata:
  name: security.allow-tcp-6379
spec:
  tier: security
  order: -1.5
  selector: role == 'database' && zone in {"a", "b"}
  types:
    - Ingress
    - Egress
  applyOnForward: true
  preDNAT: false
  doNotTrack: true
  ingress:
    - action: Allow
      metadata:
        annotations:
          gatewarden/schedule: Mon-Fri 07:00-21:00
          gatewarden/expires: 2027-01-01T00:00:00Z
      ipVersion: 4
      protocol: TCP
      notProtocol: 17
      source:
        nets: [10.0.0.0/8]
        notNets: [10.1.0.0/16]
        selector: role == 'frontend'
        notSelector: "!has(trusted)"
      destination:
        ports: [6379, "80", 8000:8080, "1:2", http]
        notPorts: [22]
  egress:
    - action: Deny
      protocol: ICMP
      icmp: {type: 8, code: 0}
      notICMP: {type: 3}
    - action: Log
    - action: Pass
)y");
  EXPECT_FALSE(policy.staged);
  EXPECT_EQ(policy.tier, "security");
  EXPECT_EQ(policy.order, -1.5);
  EXPECT_EQ(policy.selector, "role == 'database' && zone in {\"a\", \"b\"}");
  EXPECT_TRUE(policy.applies_to_ingress && policy.applies_to_egress);
  EXPECT_TRUE(policy.apply_on_forward && policy.do_not_track && !policy.pre_dnat);
  ASSERT_THAT(policy.ingress, SizeIs(1));
  const Rule& rule = policy.ingress[0];
  EXPECT_EQ(rule.annotations, (Labels{{"gatewarden/expires", "2027-01-01T00:00:00Z"},
                                      {"gatewarden/schedule", "Mon-Fri 07:00-21:00"}}));
  EXPECT_EQ(rule.ip_version, 4);
  EXPECT_EQ(rule.protocol, (RuleProtocol{kProtocolTcp, true}));
  EXPECT_EQ(rule.not_protocol, (RuleProtocol{kProtocolUdp, false}));
  EXPECT_THAT(rule.source.nets, ElementsAre(Net("10.0.0.0/8")));
  EXPECT_THAT(rule.source.not_nets, ElementsAre(Net("10.1.0.0/16")));
  EXPECT_EQ(rule.source.selector, "role == 'frontend'");
  EXPECT_EQ(rule.source.not_selector, "!has(trusted)");
  EXPECT_THAT(rule.destination.ports,
              ElementsAre(RulePort(PortRange{6379, 6379}), RulePort(PortRange{80, 80}),
                          RulePort(PortRange{8000, 8080}), RulePort(PortRange{1, 2}),
                          RulePort(std::string("http"))));
  EXPECT_THAT(rule.destination.not_ports, ElementsAre(RulePort(PortRange{22, 22})));
  ASSERT_THAT(policy.egress, SizeIs(3));
  EXPECT_EQ(policy.egress[0].icmp, (RuleIcmp{8, 0}));
  EXPECT_EQ(policy.egress[0].not_icmp, (RuleIcmp{3, std::nullopt}));
  EXPECT_EQ(policy.egress[1].action, RuleAction::kLog);
  EXPECT_EQ(policy.egress[2].action, RuleAction::kPass);
}

TEST(Reader, StagedPolicyTierProfileAndNetworkSet) {
  const ReadResult result = Read(R"(
apiVersion: projectcalico.org/v3
kind: StagedGlobalNetworkPolicy
metadata: {name: s}
spec: {stagedAction: Delete, tier: t}
---
apiVersion: projectcalico.org/v3
kind: Tier
metadata: {name: t}
spec: {order: 100, defaultAction: Pass}
---
apiVersion: projectcalico.org/v3
kind: Profile
metadata: {name: p}
spec:
  labelsToApply: {a: b}
  ingress: [{action: Allow}]
  egress: [{action: Deny}]
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata: {name: n, labels: {x: "true"}}
spec:
  nets: [198.51.100.28, 203.0.113.7/24, "2001:db8::/32", "::/0"]
)");
  EXPECT_THAT(Messages(result.problems), IsEmpty());
  ASSERT_THAT(result.resources, SizeIs(4));
  const auto& staged = std::get<Policy>(result.resources[0].resource);
  EXPECT_TRUE(staged.staged);
  EXPECT_EQ(staged.staged_action, StagedAction::kDelete);
  const auto& tier = std::get<Tier>(result.resources[1].resource);
  EXPECT_EQ(tier.order, 100);
  EXPECT_EQ(tier.default_action, TierAction::kPass);
  const auto& profile = std::get<Profile>(result.resources[2].resource);
  EXPECT_EQ(profile.labels_to_apply, (Labels{{"a", "b"}}));
  EXPECT_THAT(profile.ingress, SizeIs(1));
  EXPECT_THAT(profile.egress, SizeIs(1));
  const auto& set = std::get<NetworkSet>(result.resources[3].resource);
  EXPECT_THAT(set.nets, ElementsAre(Net("198.51.100.28/32"), Net("203.0.113.0/24"),
                                    Net("2001:db8::/32"), Net("::/0")));
}

TEST(Reader, FelixConfigurationKeepsTexts) {
  const auto configuration = ReadOnly<FelixConfiguration>(R"(
apiVersion: projectcalico.org/v3
kind: FelixConfiguration
metadata: {name: default}
spec:
  interfacePrefix: cali,tap
  InterfaceExclude: [kube-ipvs0, "/^veth/"]
  disableConntrackInvalidCheck: true
  auditRetentionDays: 30
  failsafeInboundHostPorts:
    - protocol: tcp
      port: 22
      net: 10.0.0.0/8
    - {protocol: UDP, port: 68}
    - {protocol: TCP, port: 22, net: "2001:db8::/32"}
  failsafeOutboundHostPorts: []
  markMask: 0xfff00000
)");
  EXPECT_THAT(
      configuration.values,
      ElementsAre(
          std::pair("auditRetentionDays", "30"), std::pair("disableConntrackInvalidCheck", "true"),
          std::pair("failsafeInboundHostPorts", "tcp:10.0.0.0/8:22,udp:68,tcp:[2001:db8::/32]:22"),
          std::pair("failsafeOutboundHostPorts", "none"),
          std::pair("interfaceExclude", "kube-ipvs0,/^veth/"),
          std::pair("interfacePrefix", "cali,tap"), std::pair("markMask", "0xfff00000")));
}

TEST(Reader, TypesFollowTheRulesWhereTheyAreNotWritten) {
  const auto types = [](absl::string_view spec) {
    const Policy policy = ReadOnly<Policy>(PolicyWithSpec(spec));
    return std::pair(policy.applies_to_ingress, policy.applies_to_egress);
  };
  EXPECT_EQ(types("selector: all()"), std::pair(true, false));
  EXPECT_EQ(types("egress: [{action: Deny}]"), std::pair(false, true));
  EXPECT_EQ(types("ingress: [{action: Deny}]\negress: [{action: Deny}]"), std::pair(true, true));
  EXPECT_EQ(types("types: []\negress: [{action: Deny}]"), std::pair(false, true));
  EXPECT_EQ(types("types: [Ingress]\negress: [{action: Deny}]"), std::pair(true, false));
}

// ---- forms of input -------------------------------------------------------------------------

TEST(Reader, JsonWithTabsEscapesAndSurrogatePairs) {
  const auto endpoint = ReadOnly<HostEndpoint>(
      "{\n\t\"apiVersion\":\"projectcalico.org\\/v3\",\n\t\"kind\": \"HostEndpoint\",\n"
      "\t\"metadata\":\t{\"name\": \"wan\", \"annotations\": {\"note\": \"\\uD83D\\uDE00\\t\"}},\n"
      "\t\"spec\": {\"node\": \"gw\", \"interfaceName\": \"*\", \"ports\":"
      "[{\"name\":\"a\",\"protocol\":6,\"port\":1}]}}\n");
  EXPECT_EQ(endpoint.interface_name, "*");
  EXPECT_EQ(endpoint.metadata.annotations.at("note"), "\xf0\x9f\x98\x80\t");
  EXPECT_THAT(endpoint.ports, ElementsAre(EndpointPort{"a", kProtocolTcp, 1}));
}

TEST(Reader, JsonProblemsHaveLineAndColumn) {
  EXPECT_THAT(Problems("{\"apiVersion\":\"projectcalico.org/v3\",\"kind\":\"Tier\",\n"
                       " \"metadata\":{\"name\":\"a\"},\n"
                       "\t\"spec\":{\"order\":\"5\", \"ordr\":5,\n"
                       "\t\t\"defaultAction\":\"Allow\"}}"),
              ElementsAre(StartsWith("f:3:18: the text `5` is not a finite number"),
                          StartsWith("f:3:23: unknown field `ordr` in the spec of a Tier: did you "
                                     "mean `order`?"),
                          StartsWith("f:4:19: the text `Allow` is not one of Deny, Pass")));
  EXPECT_THAT(Problems("{\"kind\": \"Tier\",\n \"spec\": {]}"),
              ElementsAre(StartsWith("f:2:11: not valid JSON: ")));
}

TEST(Reader, SeveralJsonValuesInOneFile) {
  const ReadResult result = Read(
      R"({"apiVersion":"projectcalico.org/v3","kind":"Tier","metadata":{"name":"a"}}
         {"apiVersion":"projectcalico.org/v3","kind":"Tier","metadata":{"name":"b"}})");
  EXPECT_THAT(Messages(result.problems), IsEmpty());
  EXPECT_THAT(result.resources, SizeIs(2));
}

TEST(Reader, ListsAndEmptyDocuments) {
  const ReadResult result = Read(R"(---
# only a comment
---
apiVersion: v1
kind: List
items:
  - apiVersion: projectcalico.org/v3
    kind: Tier
    metadata: {name: a, uid: 1-2, resourceVersion: "5", creationTimestamp: 2026-01-01T00:00:00Z,
               generation: 3, managedFields: [{manager: kubectl}]}
    status: {anything: goes}
  - apiVersion: projectcalico.org/v3
    kind: Tier
    metadata: {name: b}
---
kind: TierList
apiVersion: projectcalico.org/v3
metadata: {resourceVersion: "12"}
items:
  - {apiVersion: projectcalico.org/v3, kind: Tier, metadata: {name: c}}
---
...
)");
  EXPECT_THAT(Messages(result.problems), IsEmpty());
  EXPECT_THAT(result.resources, SizeIs(3));
}

TEST(Reader, AnchorsAliasesAndMergeKeys) {
  const ReadResult result = Read(R"(
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: p}
spec:
  ingress:
    - &allow {action: Allow, protocol: TCP, destination: {ports: &ports [80, 443]}}
    - <<: *allow
      protocol: UDP
    - {action: Deny, protocol: TCP, destination: {notPorts: *ports}}
)");
  EXPECT_THAT(Messages(result.problems), IsEmpty());
  ASSERT_THAT(result.resources, SizeIs(1));
  const auto& policy = std::get<Policy>(result.resources[0].resource);
  ASSERT_THAT(policy.ingress, SizeIs(3));
  EXPECT_EQ(policy.ingress[1].protocol, (RuleProtocol{kProtocolUdp, true}));
  EXPECT_EQ(policy.ingress[1].destination, policy.ingress[0].destination);
  EXPECT_EQ(policy.ingress[2].destination.not_ports, policy.ingress[0].destination.ports);
}

TEST(Reader, ByteOrderMarkAndCarriageReturns) {
  EXPECT_EQ(ReadOnly<Tier>("\xef\xbb\xbf"
                           "apiVersion: projectcalico.org/v3\r\nkind: Tier\r\n"
                           "metadata:\r\n  name: a\r\nspec:\r\n  order: 5\r\n")
                .order,
            5);
}

// ---- mistakes -------------------------------------------------------------------------------

TEST(Reader, FiveMistakesInOneFileGiveFiveLocatedProblems) {
  const std::string path = testing::InTestsFolder("common/resources/five_mistakes.yaml");
  ReadResult result;
  ASSERT_OK(ReadResourceFiles(path, {}, &result));
  EXPECT_THAT(
      Messages(result.problems),
      ElementsAre(AllOf(StartsWith(path + ":9:5: unknown field `expectedIps`"),
                        HasSubstr("did you mean `expectedIPs`?")),
                  StartsWith(path + ":19:15: `allow` is not one of Allow, Deny, Log, Pass: did you "
                                    "mean `Allow`?"),
                  StartsWith(path + ":22:17: `10.0.0.1/8` has host bits set: write `10.0.0.0/8`"),
                  StartsWith(path + ":24:26: `99999`: port range invalid"),
                  StartsWith(path + ":26:19: `yes` is neither true nor false: write true")));
  EXPECT_THAT(result.resources, SizeIs(1)) << "only the tier is without mistakes";
}

TEST(Reader, OneRunShowsMistakesOfTextAndOfMeaningTogether) {
  const ReadResult read = Read(PolicyWithRule("action: Alow\n"
                                              "protocol: TCP\n"
                                              "source: {selector: \"role = 'x'\"}") +
                               "    - action: Allow\n"
                               "      protocol: UDP\n"
                               "      icmp: {type: 8}\n"
                               "  tier: missing\n"
                               "---\n"
                               "apiVersion: projectcalico.org/v3\n"
                               "kind: Tier\n"
                               "metadata: {name: missing}\n"
                               "spec: {order: x}\n");
  EXPECT_THAT(Messages(AllProblems(Model(), read)),
              ElementsAre(StartsWith("f:6:15: `Alow` is not one of"),
                          AllOf(StartsWith("f:8:32: "), HasSubstr("expected ==")),
                          AllOf(StartsWith("f:11:"), HasSubstr("ICMP")),
                          StartsWith("f:17:15: `x` is not a finite number")));
}

TEST(Reader, ASyntaxErrorCostsOneDocumentOnly) {
  const ReadResult result = Read(
      "apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: {name: a\n"
      "---\n"
      "apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: {name: b}\nspec: {order: z}\n"
      "---\n"
      "apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: {name: c}\n");
  EXPECT_THAT(Messages(result.problems),
              ElementsAre(HasSubstr("not valid YAML"), StartsWith("f:8:15: `z` is not a finite")));
  EXPECT_THAT(result.resources, SizeIs(1));
}

TEST(Reader, WhatCanBeginNoDocumentEndsTheReading) {
  EXPECT_THAT(Problems("---\n, and a\n"), ElementsAre(StartsWith("f:2:1: not valid YAML")));
  EXPECT_THAT(Problems("]"), ElementsAre(StartsWith("f:1:1: not valid YAML")));
}

TEST(Reader, TabsInYamlAreNamed) {
  EXPECT_THAT(Problems("apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata:\n\tname: a\n"),
              ElementsAre(StartsWith("f:4:1: a tab indents this line")));
}

TEST(Reader, AnExclamationMarkWithoutQuotesIsExplainedAndReadingGoesOn) {
  for (const char* selector : {"!has(x)", "!has(x) && a == 'b'", "!(a == 'b')", "! has(x)"}) {
    const auto problems = Problems(PolicyWithSpec(
        absl::StrCat("selector: ", selector, "\norder: NaN\ningress: [{action: Nope}]")));
    EXPECT_THAT(problems, ElementsAre(AllOf(StartsWith("f:5:13: `!` at the start of a value"),
                                            HasSubstr(absl::StrCat("quotes, \"", selector, "\""))),
                                      StartsWith("f:6:10: "), StartsWith("f:7:22: ")))
        << selector;
  }
  EXPECT_THAT(Problems("apiVersion: projectcalico.org/v3\nkind: HostEndpoint\n"
                       "metadata: {name: a}\nspec:\n  interfaceName: *\n  node: x\n"),
              ElementsAre(StartsWith("f:5:18: `*` at the start of a value has a meaning of its own "
                                     "in YAML: put the value into quotes, \"*\"")));
}

TEST(Reader, RepeatedFieldsAreErrors) {
  EXPECT_THAT(Problems(PolicyWithSpec("order: 1\norder: 2")),
              ElementsAre("f:6:3: field `order` appears twice, first on line 5: keep one"));
  EXPECT_THAT(Problems("{\"apiVersion\":\"projectcalico.org/v3\",\"kind\":\"Tier\",\n"
                       "\"metadata\":{\"name\":\"a\",\"labels\":{\"x\":\"1\",\"x\":\"2\"}}}"),
              ElementsAre("f:2:42: field `x` appears twice, first on line 2: keep one"));
}

TEST(Reader, RepeatedResourcesAreErrorsAtTheSecondPlace) {
  const char* tier = "apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: {name: a}\n";
  ReadResult result;
  ReadResources(tier, "one.yaml", {}, &result);
  ReadResources(tier, "two.yaml", {}, &result);
  EXPECT_THAT(
      Messages(result.problems),
      ElementsAre("two.yaml:3:18: Tier `a` appears twice, first at one.yaml:3:18: keep one"));
  EXPECT_THAT(result.resources, SizeIs(1));
}

struct Mistake {
  const char* rule;     // lines of a rule
  const char* problem;  // beginning of the only problem
};

TEST(Reader, MistakesInRules) {
  const Mistake mistakes[] = {
      {"protocol: TCP", "f:6:7: field `action` is missing"},
      {"action: Allow\nprotocol: TPC", "f:7:17: `TPC` is no protocol"},
      {"action: Allow\nprotocol: 256", "f:7:17: `256` is no protocol"},
      {"action: Allow\nprotocol: 0", "f:7:17: `0` is no protocol"},
      {"action: Allow\nipVersion: 5", "f:7:18: `5` is no IP version"},
      {"action: Allow\nipVersion: 7", "f:7:18: `7` is not a whole number from 4 to 6"},
      {"action: Allow\nipVersion: \"4\"",
       "f:7:18: the text `4` is not a whole number from 4 to 6: "
       "write it without quotes"},
      {"action: Allow\nicmp: {code: 1}", "f:7:13: ICMP code specified without an ICMP type"},
      {"action: Allow\nicmp: {type: 255}", "f:7:20: `255` is not a whole number from 0 to 254"},
      {"action: Allow\nicmp: 8", "f:7:13: an ICMP match is a map of fields, but `8` is here"},
      {"action: Allow\nsource: {nets: 10.0.0.0/8}", "f:7:22: a list is needed here"},
      {"action: Allow\nsource: {nets: [10.0.0.0]}", "f:7:23: `10.0.0.0` has no length"},
      {"action: Allow\nsource: {nets: [\"::1/129\"]}", "f:7:23: `::1/129` has a bad length"},
      {"action: Allow\nsource: {ports: [0]}", "f:7:24: `0`: port range invalid"},
      {"action: Allow\nsource: {ports: [9:8]}", "f:7:24: `9:8`: the range is empty: write `8:9`"},
      {"action: Allow\nsource: {ports: [-1]}", "f:7:24: `-1` is no port"},
      {"action: Allow\nsource: {ports: [a b]}", "f:7:24: `a b` is no port"},
      {"action: Allow\nsource: {ports: [[1]]}", "f:7:24: a list is no port"},
      {"action: Allow\nsource: {ports: [1, null]}", "f:7:27: the item is empty"},
      {"action: Allow\nsource: {selector: 1.5}", "f:7:26: `1.5` is a number or truth value"},
      {"action: Allow\nsource: {selector: [a]}", "f:7:16: unexpected"},
      {"action: Allow\nsource: {net: []}",
       "f:7:16: unknown field `net` in one side of a rule: did "
       "you mean `nets`?"},
      {"action: Allow\nSource: {}",
       "f:7:7: unknown field `Source` in a rule: did you mean "
       "`source`?"},
  };
  for (const Mistake& mistake : mistakes) {
    if (absl::EndsWith(mistake.problem, "unexpected")) {
      EXPECT_THAT(Problems(PolicyWithRule(mistake.rule)),
                  ElementsAre(HasSubstr("a text is needed here, but a list is here")));
      continue;
    }
    EXPECT_THAT(Problems(PolicyWithRule(mistake.rule)), ElementsAre(StartsWith(mistake.problem)))
        << mistake.rule;
  }
}

TEST(Reader, MistakesInSpecs) {
  const Mistake mistakes[] = {
      {"order: .nan", "f:5:10: `.nan` is not a finite number"},
      {"order: NaN", "f:5:10: `NaN` is not a finite number"},
      {"order: .inf", "f:5:10: `.inf` is not a finite number"},
      {"order: 1e999", "f:5:10: `1e999` is not a finite number"},
      {"order: \"1\"",
       "f:5:10: the text `1` is not a finite number: write one such as 100 or "
       "-2.5, without quotes"},
      {"types: [ingress]",
       "f:5:11: `ingress` is not one of Ingress, Egress: did you mean "
       "`Ingress`?"},
      {"types: [Ingress, Ingress]", "f:5:20: 'Ingress' type specified more than once"},
      {"doNotTrack: \"true\"",
       "f:5:15: the text `true` is neither true nor false: write true, "
       "without quotes"},
      {"preDNAT: on", "f:5:12: `on` is neither true nor false: write true, without quotes"},
      {"preDNAT: 1", "f:5:12: `1` is neither true nor false: write true or false"},
      {"stagedAction: Set", "f:5:17: only a StagedGlobalNetworkPolicy"},
      {"tier: no",
       "f:5:9: `no` is a number or truth value in YAML, but a text is needed: put it "
       "into quotes, \"no\""},
      {"order: 1\nordr: 2",
       "f:6:3: unknown field `ordr` in the spec of a GlobalNetworkPolicy: "
       "did you mean `order`?"},
      {"? [a, b]\n: c", "f:5:5: a name is needed before `:`"},
  };
  for (const Mistake& mistake : mistakes) {
    EXPECT_THAT(Problems(PolicyWithSpec(mistake.rule)), ElementsAre(StartsWith(mistake.problem)))
        << mistake.rule;
  }
}

TEST(Reader, MistakesAroundTheSpec) {
  const auto problems = [](absl::string_view text) { return Problems(text); };
  EXPECT_THAT(problems("kind: Tier\nmetadata: {name: a}\n"),
              ElementsAre(StartsWith("f:1:1: field `apiVersion` is missing")));
  EXPECT_THAT(problems("apiVersion: crd.projectcalico.org/v1\nkind: Tier\nmetadata: {name: a}\n"),
              ElementsAre(StartsWith("f:1:13: `crd.projectcalico.org/v1` is no version")));
  EXPECT_THAT(problems("apiVersion: projectcalico.org/v3\nmetadata: {name: a}\n"),
              ElementsAre(StartsWith("f:1:1: field `kind` is missing")));
  EXPECT_THAT(problems("apiVersion: projectcalico.org/v3\nkind: HostEndpont\n"),
              ElementsAre("f:2:7: unknown kind `HostEndpont`: did you mean `HostEndpoint`?"));
  EXPECT_THAT(problems("apiVersion: projectcalico.org/v3\nkind: Tier\nspec: {}\n"),
              ElementsAre(StartsWith("f:1:1: field `metadata.name` is missing")));
  EXPECT_THAT(problems("apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: [a]\n"), SizeIs(2));
  EXPECT_THAT(problems("- a\n"), ElementsAre(StartsWith("f:1:1: a resource is a map")));
  EXPECT_THAT(problems("hello"), ElementsAre(StartsWith("f:1:1: a resource is a map")));
  EXPECT_THAT(problems("kind: List\nitems: 5\n"), ElementsAre(StartsWith("f:2:8: `items` is")));
}

TEST(Reader, SettingsThatDoNotExistOrMeanNothing) {
  const char* head =
      "apiVersion: projectcalico.org/v3\nkind: FelixConfiguration\nmetadata: {name: default}\n"
      "spec:\n  ";
  EXPECT_THAT(Problems(absl::StrCat(head, "failMod: Open\n")),
              ElementsAre("f:5:3: unknown parameter `failMod`: did you mean `failMode`?"));
  EXPECT_THAT(Problems(absl::StrCat(head, "bpfEnabled: true\n")),
              ElementsAre(StartsWith("f:5:3: `bpfEnabled` has no meaning here: ")));
  EXPECT_THAT(Problems(absl::StrCat(head, "bpfEnabled: true\n"), {.skip_unsupported = true}),
              ElementsAre(StartsWith("f:5:3: warning: `bpfEnabled` is left out")));
  EXPECT_THAT(Problems(absl::StrCat(head, "failsafeInboundHostPorts: [{protocol: tcp}]\n")),
              ElementsAre(StartsWith("f:5:30: field `port` is missing")));
  EXPECT_THAT(
      Problems(absl::StrCat(head, "failsafeInboundHostPorts: [{protocol: tcp, port: 70000}]\n")),
      ElementsAre(StartsWith("f:5:52: `70000` is not a whole number from 0 to 65535")));
  EXPECT_THAT(Problems(absl::StrCat(head, "queues: {a: b}\n")),
              ElementsAre(StartsWith("f:5:11: a value or a list is needed here")));
}

// ---- Kubernetes -----------------------------------------------------------------------------

TEST(Reader, KubernetesKindsAreRefusedByNameOrLeftOut) {
  for (const char* kind :
       {"NetworkPolicy", "NetworkSet", "IPPool", "BGPPeer", "BGPConfiguration",
        "StagedNetworkPolicy", "StagedKubernetesNetworkPolicy", "KubeControllersConfiguration",
        "KubernetesControllersConfiguration", "ClusterInformation"}) {
    const std::string text =
        absl::StrCat("apiVersion: projectcalico.org/v3\nkind: ", kind,
                     "\nmetadata: {name: x, namespace: y}\nspec: {whatever: 1}\n");
    EXPECT_THAT(
        Problems(text),
        ElementsAre(AllOf(StartsWith(absl::StrCat("f:2:7: kind `", kind, "` is not supported: ")),
                          HasSubstr("--skip-unsupported"))));
    const ReadResult skipped = Read(text, {.skip_unsupported = true});
    EXPECT_THAT(Messages(skipped.problems), ElementsAre(StartsWith("f:2:7: warning: kind `")));
    EXPECT_THAT(skipped.resources, IsEmpty());
  }
}

TEST(Reader, KubernetesFieldsAreRefusedByName) {
  EXPECT_THAT(
      Problems("apiVersion: projectcalico.org/v3\nkind: WorkloadEndpoint\n"
               "metadata: {name: x, namespace: y}\nspec:\n  orchestrator: k8s\n"
               "  workload: w\n  pod: p\n  endpoint: e\n  containerID: c\n"
               "  serviceAccountName: s\n  ipNATs: []\n  ipv4Gateway: 1.1.1.1\n"
               "  ipv6Gateway: ::1\n  qosControls: {}\n"),
      ElementsAre(StartsWith("f:3:21: `namespace` is not supported: "),
                  StartsWith("f:5:3: `orchestrator` is not supported: "),
                  StartsWith("f:6:3: `workload`"), StartsWith("f:7:3: `pod`"),
                  StartsWith("f:8:3: `endpoint`"), StartsWith("f:9:3: `containerID`"),
                  StartsWith("f:10:3: `serviceAccountName`"), StartsWith("f:11:3: `ipNATs`"),
                  StartsWith("f:12:3: `ipv4Gateway`"), StartsWith("f:13:3: `ipv6Gateway`"),
                  StartsWith("f:14:3: `qosControls`")));
  EXPECT_THAT(Problems(PolicyWithSpec("namespaceSelector: all()\nserviceAccountSelector: all()\n"
                                      "performanceHints: [AssumeNeededOnEveryNode]")),
              ElementsAre(StartsWith("f:5:3: `namespaceSelector`"),
                          StartsWith("f:6:3: `serviceAccountSelector`"),
                          StartsWith("f:7:3: `performanceHints`")));
  EXPECT_THAT(
      Problems(PolicyWithRule("action: Allow\nhttp: {methods: [GET]}\nsource:\n"
                              "  namespaceSelector: x == 'y'\n"
                              "  serviceAccounts: {names: [a]}\n"
                              "  services: {name: s}")),
      ElementsAre(StartsWith("f:7:7: `http`"), StartsWith("f:9:9: `namespaceSelector`"),
                  StartsWith("f:10:9: `serviceAccounts`"), StartsWith("f:11:9: `services`")));
}

TEST(Reader, DomainsAreRefusedEvenWhereTheRestIsLoaded) {
  EXPECT_THAT(
      Problems(PolicyWithRule("action: Allow\ndestination: {domains: [example.org]}"),
               {.skip_unsupported = true}),
      ElementsAre(AllOf(StartsWith("f:7:21: `domains` is not supported: "), HasSubstr("DNS"))));
}

// Leaving out only the field would let the rule or policy apply to more than was written.
TEST(Reader, LeavingOutAFieldNeverWidensARuleOrAPolicy) {
  const ReadOptions skip{.skip_unsupported = true};
  const ReadResult rules = Read(
      PolicyWithRule("action: Allow\nsource: {namespaceSelector: x == 'y'}") +
          "    - action: Deny\n      source: {namespaceSelector: global(), nets: [10.0.0.0/8]}\n"
          "  performanceHints: [AssumeNeededOnEveryNode]\n",
      skip);
  EXPECT_THAT(Messages(rules.problems),
              ElementsAre(AllOf(StartsWith("f:7:16: warning: "), HasSubstr("the whole rule")),
                          StartsWith("f:9:35: warning: `namespaceSelector: global()`"),
                          StartsWith("f:10:3: warning: `performanceHints`")));
  ASSERT_THAT(rules.resources, SizeIs(1));
  const auto& policy = std::get<Policy>(rules.resources[0].resource);
  ASSERT_THAT(policy.ingress, SizeIs(1));
  EXPECT_EQ(policy.ingress[0].action, RuleAction::kDeny);
  EXPECT_EQ(rules.resources[0].places.at("spec.ingress[0].action").line, 8);

  const ReadResult policies = Read(PolicyWithSpec("namespaceSelector: all()"), skip);
  EXPECT_THAT(Messages(policies.problems),
              ElementsAre(AllOf(StartsWith("f:5:3: warning: "), HasSubstr("the whole resource"))));
  EXPECT_THAT(policies.resources, IsEmpty());
}

TEST(Reader, TypesCountRulesThatAreLeftOut) {
  const ReadResult result =
      Read(PolicyWithSpec("egress: [{action: Allow, destination: {services: {name: s}}}]"),
           {.skip_unsupported = true});
  ASSERT_THAT(result.resources, SizeIs(1));
  const auto& policy = std::get<Policy>(result.resources[0].resource);
  EXPECT_THAT(policy.egress, IsEmpty());
  EXPECT_TRUE(policy.applies_to_egress);
  EXPECT_FALSE(policy.applies_to_ingress);
}

// ---- places ---------------------------------------------------------------------------------

TEST(Reader, ProblemsOfValidateArePlacedAtTheirField) {
  const ReadResult read =
      Read(PolicyWithRule("action: Allow\n"
                          "source:\n"
                          "  selector: \"a == 'b' & c\"\n"
                          "  notSelector: a = 'b'\n"
                          "  nets:\n"
                          "    - 10.0.0.0/8\n"
                          "    - 10.1.0.0/16"));
  ASSERT_THAT(Messages(read.problems), IsEmpty());
  const ResourceKey key{ResourceKind::kGlobalNetworkPolicy, "p"};
  const auto place = [&](const char* field, size_t column) {
    return ToString(PlaceProblem({Severity::kError, key, field, "wrong", column}, read));
  };
  EXPECT_EQ(place("spec.ingress[0].source.nets[1]", 0), "f:12:13: wrong");
  EXPECT_EQ(place("spec.ingress[0].source.selector", 10), "f:8:29: wrong");
  EXPECT_EQ(place("spec.ingress[0].source.notSelector", 3), "f:9:24: wrong");
  EXPECT_EQ(place("spec.ingress[0]", 0), "f:6:7: wrong");
  EXPECT_EQ(place("spec.ingress[0].source", 0), "f:7:7: wrong");
  EXPECT_EQ(place("spec.ingress[0].protocol", 0), "f:6:7: spec.ingress[0].protocol: wrong");
  EXPECT_EQ(place("metadata.labels", 0), "f:3:1: metadata.labels: wrong");
  EXPECT_EQ(place("", 0), "f:1:1: wrong");
  const Problem elsewhere{Severity::kError, {ResourceKind::kTier, "t"}, "spec.order", "wrong", 0};
  EXPECT_EQ(ToString(PlaceProblem(elsewhere, read)), ToString(elsewhere));
}

TEST(Reader, SelectorErrorsPointAtTheirColumn) {
  const ReadResult read = Read(PolicyWithSpec("selector: role = 'x'"));
  const auto problems = AllProblems(Model(), read);
  EXPECT_THAT(Messages(problems),
              ElementsAre(AllOf(StartsWith("f:5:18: "), HasSubstr("expected =="))));
}

// ---- hostile input --------------------------------------------------------------------------

TEST(Reader, DepthIsLimited) {
  const auto nested = [](size_t depth) {
    return absl::StrCat("a: ", std::string(depth, '['), std::string(depth, ']'));
  };
  EXPECT_THAT(Problems(nested(63)), ElementsAre(HasSubstr("`kind` is missing")));
  EXPECT_THAT(Problems(nested(64)), ElementsAre(HasSubstr("nested deeper than 64 levels")));
  EXPECT_THAT(Problems(nested(100'000)), SizeIs(1));
  EXPECT_THAT(Problems(std::string(100'000, '[')), SizeIs(1));
  EXPECT_THAT(Problems(std::string(100'000, '{')), SizeIs(1));
  std::string json;
  for (int i = 0; i < 100'000; ++i) json += "{\"a\":";
  EXPECT_THAT(Problems(json), ElementsAre(HasSubstr("nested deeper than 64 levels")));
  std::string blocks;
  for (int i = 0; i < 3'000; ++i) blocks += "- ";
  EXPECT_THAT(Problems(blocks), SizeIs(1));
}

TEST(Reader, AliasesThatMultiplyAreRefused) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i) {
    absl::StrAppend(&bomb, "a", i, ": &a", i, " [");
    for (int j = 0; j < 10; ++j) absl::StrAppend(&bomb, j == 0 ? "" : ", ", "*a", i - 1);
    absl::StrAppend(&bomb, "]\n");
  }
  EXPECT_THAT(Problems(bomb), ElementsAre(HasSubstr("aliases stand for more than 250000 values")));
  EXPECT_THAT(Problems("a: &a [*a]\n"), ElementsAre(HasSubstr("alias")));
}

TEST(Reader, BytesThatAreNoTextAreRefusedWithTheirPlace) {
  EXPECT_THAT(Problems("kind: Tier\nname: \xff\n"), ElementsAre(StartsWith("f:2:7: ")));
  EXPECT_THAT(Problems(absl::string_view("kind\0", 5)), ElementsAre(StartsWith("f:1:5: ")));
  EXPECT_THAT(Problems("\xff\xfe{\0"), ElementsAre(StartsWith("f:1:1: ")));
}

TEST(Reader, OversizedInputIsRefused) {
  EXPECT_THAT(Problems(std::string(kInputFileBytesMax + 1, ' ')),
              ElementsAre("f: more than 64 MiB: split the file"));
}

// ---- files ----------------------------------------------------------------------------------

class ReaderFiles : public ::testing::Test {
 protected:
  ReaderFiles() {
    std::string name = (std::filesystem::temp_directory_path() / "gw_reader_XXXXXX").string();
    directory_ = mkdtemp(name.data());
  }
  ~ReaderFiles() override { std::filesystem::remove_all(directory_); }

  void Write(const std::string& name, absl::string_view kind_and_name) {
    std::ofstream(directory_ / name) << "apiVersion: projectcalico.org/v3\n" << kind_and_name;
  }

  std::filesystem::path directory_;
};

TEST_F(ReaderFiles, DirectoriesAreReadByNameAndNotBelow) {
  Write("b.yaml", "kind: Tier\nmetadata: {name: b}\n");
  Write("a.yml", "kind: Tier\nmetadata: {name: a}\n");
  Write("c.json", "kind: Tier\nmetadata: {name: c}\n");
  Write("notes.txt", "kind: Nonsense\n");
  std::filesystem::create_directory(directory_ / "below");
  Write("below/d.yaml", "kind: Tier\nmetadata: {name: d}\n");
  ReadResult result;
  ASSERT_OK(ReadResourceFiles(directory_.string(), {}, &result));
  EXPECT_THAT(Messages(result.problems), IsEmpty());
  std::vector<std::string> names;
  for (const ReadResource& read : result.resources) {
    names.push_back(MetadataOf(read.resource).name);
  }
  EXPECT_THAT(names, ElementsAre("a", "b", "c"));
}

TEST_F(ReaderFiles, WhatCannotBeReadIsAnError) {
  ReadResult result;
  EXPECT_THAT(std::string(ReadResourceFiles((directory_ / "none").string(), {}, &result).message()),
              HasSubstr("none`: cannot be opened: No such file or directory"));
  EXPECT_THAT(std::string(ReadResourceFiles(directory_.string(), {}, &result).message()),
              HasSubstr("no .yaml, .yml or .json file"));
}

}  // namespace
}  // namespace gw
