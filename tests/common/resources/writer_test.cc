#include "common/resources/writer.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

#include "common/resources/reader.h"
#include "tests/support/random_policy.h"

namespace gw {
namespace {

// What `text` holds; a failure if it has problems.
std::vector<Resource> ReadBack(const std::string& text) {
  ReadResult result;
  ReadResources(text, "f", {}, &result);
  for (const PlacedProblem& problem : result.problems) {
    ADD_FAILURE() << ToString(problem) << "\n" << text;
  }
  std::vector<Resource> resources;
  for (ReadResource& read : result.resources) resources.push_back(std::move(read.resource));
  return resources;
}

void ExpectRoundTrip(const Resource& resource) {
  const std::string yaml = ToYaml(resource);
  EXPECT_TRUE(ReadBack(yaml) == std::vector<Resource>{resource}) << yaml;
  const std::string json = ToJson(resource).dump();
  EXPECT_TRUE(ReadBack(json) == std::vector<Resource>{resource}) << json;
}

Prefix Net(absl::string_view text) { return ParseNetwork(text).value(); }
Address Ip(absl::string_view text) { return ParseAddress(text).value(); }

Rule EveryFieldOfARule() {
  Rule rule;
  rule.action = RuleAction::kPass;
  rule.ip_version = 6;
  rule.protocol = RuleProtocol{kProtocolIcmpv6, true};
  rule.not_protocol = RuleProtocol{200, false};
  rule.icmp = RuleIcmp{128, 0};
  rule.not_icmp = RuleIcmp{1, std::nullopt};
  rule.source.nets = {Net("2001:db8::/32"), Net("::/0")};
  rule.source.not_nets = {Net("2001:db8:1::/48")};
  rule.source.ports = {PortRange{80, 80}, PortRange{8000, 8080}, std::string("http")};
  rule.source.not_ports = {PortRange{1, 65535}};
  rule.source.selector = "!has(x) && name == \"it's: #1\"";
  rule.source.not_selector = "a == 'b'";
  rule.destination.selector = "all()";
  rule.annotations = {{"gatewarden/schedule", "Mon-Fri 07:00-21:00"}, {"n", "no"}};
  return rule;
}

Policy EveryFieldOfAPolicy() {
  Policy policy;
  policy.metadata = {"web", {{"a/b", "true"}, {"c", ""}}, {{"note", "line\nbreak\ttab \"q\" \\"}}};
  policy.tier = "security";
  policy.order = -0.1;
  policy.selector = "role in {'a', \"b\"} || !has(x)";
  policy.applies_to_egress = true;
  policy.ingress = {EveryFieldOfARule(), Rule()};
  policy.egress = {Rule(), EveryFieldOfARule()};
  policy.apply_on_forward = true;
  policy.pre_dnat = true;
  policy.do_not_track = true;
  return policy;
}

TEST(Writer, EveryFieldOfEveryKindReadsBack) {
  HostEndpoint host;
  host.metadata = {"wan", {{"zone", "wan"}}, {}};
  host.node = "gw";
  host.interface_name = kAnyInterface;
  host.expected_ips = {Ip("203.0.113.2"), Ip("::1"), Ip("fe80::")};
  host.profiles = {"p", "123", "true"};
  host.ports = {{"admin", kProtocolTcp, 8443}, {"dns", kProtocolUdp, 53}};
  ExpectRoundTrip(host);

  WorkloadEndpoint workload;
  workload.metadata.name = "w1";
  workload.node = "gw";
  workload.interface_name = "cali0";
  workload.ip_networks = {Net("10.65.0.2"), Net("2001:db8::2")};
  workload.profiles = {"p"};
  workload.ports = {{"http", kProtocolTcp, 80}};
  workload.mac = "11:22:33:44:55:10";
  workload.allow_spoofed_source_prefixes = {Net("10.0.0.0/8")};
  ExpectRoundTrip(workload);

  ExpectRoundTrip(EveryFieldOfAPolicy());
  for (const StagedAction action :
       {StagedAction::kSet, StagedAction::kDelete, StagedAction::kLearn, StagedAction::kIgnore}) {
    Policy staged = EveryFieldOfAPolicy();
    staged.staged = true;
    staged.staged_action = action;
    ExpectRoundTrip(staged);
  }

  NetworkSet set;
  set.metadata.name = "n";
  set.nets = {Net("0.0.0.0/0"), Net("198.51.100.7"), Net("2001:db8::/32")};
  ExpectRoundTrip(set);

  Profile profile;
  profile.metadata.name = "kns.default";
  profile.labels_to_apply = {{"a", "1"}, {"b", "0x1f"}};
  profile.ingress = {EveryFieldOfARule()};
  profile.egress = {Rule()};
  ExpectRoundTrip(profile);

  Tier tier;
  tier.metadata.name = "t";
  tier.order = 1e300;
  tier.default_action = TierAction::kPass;
  ExpectRoundTrip(tier);

  FelixConfiguration configuration;
  configuration.metadata.name = "default";
  configuration.values = {{"failMode", "Open"},
                          {"queues", "4"},
                          {"vxlanPort", "04789"},
                          {"disableConntrackInvalidCheck", "true"},
                          {"failsafeInboundHostPorts", "tcp:[2001:db8::/32]:22, udp:68"},
                          {"logPrefix", ""},
                          {"markMask", "0xfff00000"},
                          {"auditMaxSize", "yes"}};
  ExpectRoundTrip(configuration);
}

TEST(Writer, ResourcesWithOnlyDefaultsReadBack) {
  Policy staged;
  staged.staged = true;
  for (Resource resource :
       {Resource(HostEndpoint()), Resource(WorkloadEndpoint()), Resource(Policy()),
        Resource(staged), Resource(NetworkSet()), Resource(Profile()), Resource(Tier()),
        Resource(FelixConfiguration())}) {
    MetadataOf(resource).name = "n";
    ExpectRoundTrip(resource);
  }
}

TEST(Writer, YamlIsInBlockStyleInTheOrderInWhichPeopleWriteIt) {
  Policy policy;
  policy.metadata = {"web", {{"app", "shop"}, {"on", "yes"}}, {}};
  policy.order = 100;
  policy.selector = "zone == 'wan'";
  policy.apply_on_forward = true;
  Rule rule;
  rule.protocol = RuleProtocol{kProtocolTcp, true};
  rule.source.nets = {Net("10.0.0.0/8"), Net("192.0.2.1/32")};
  rule.source.not_selector = "!has(x)";
  rule.destination.ports = {PortRange{443, 443}, PortRange{8000, 8080}, std::string("http")};
  policy.ingress = {rule};
  EXPECT_EQ(ToYaml(Resource(policy)), R"y(apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata:
  name: web
  labels:
    app: shop
    "on": "yes"
spec:
  order: 100
  selector: zone == 'wan'
  types:
    - Ingress
  applyOnForward: true
  ingress:
    - action: Allow
      protocol: TCP
      source:
        nets:
          - 10.0.0.0/8
          - 192.0.2.1/32
        notSelector: "!has(x)"
      destination:
        ports:
          - 443
          - "8000:8080"
          - http
)y");
}

TEST(Writer, SeveralResourcesAreSeparatedDocuments) {
  Tier a;
  a.metadata.name = "a";
  Tier b;
  b.metadata.name = "b";
  const std::vector<Resource> both{a, b};
  EXPECT_EQ(ToYaml(both),
            "apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata:\n  name: a\nspec: {}\n"
            "---\n"
            "apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata:\n  name: b\nspec: {}\n");
  EXPECT_TRUE(ReadBack(ToYaml(both)) == both);
  EXPECT_EQ(ToYaml(std::vector<Resource>()), "");
}

TEST(Writer, TextsThatYamlWouldTakeForSomethingElseAreQuoted) {
  for (const char* text : {"true",
                           "yes",
                           "NO",
                           "on",
                           "y",
                           "n",
                           "null",
                           "~",
                           "",
                           "1",
                           "-1",
                           "1.5",
                           "1e3",
                           "0x1f",
                           "010",
                           "1_000",
                           "22:30",
                           "2026-01-01",
                           "2026-01-01T00:00:00Z",
                           ".inf",
                           ".5",
                           "+1",
                           "!has(x)",
                           "*",
                           "&a",
                           "- a",
                           "-",
                           "?",
                           ": a",
                           "a: b",
                           "a #b",
                           "#a",
                           "a:",
                           " a",
                           "a ",
                           "[a]",
                           "{a}",
                           "'a'",
                           "\"a\"",
                           "@a",
                           "`a`",
                           "%a",
                           "|",
                           ">",
                           "a\nb",
                           "a\tb",
                           "---",
                           "...",
                           "<<",
                           "=",
                           "\x01",
                           "\xc3\xbc",
                           "\xe2\x80\xa8",
                           "\x7f",
                           "\xef\xbb\xbf",
                           "has(x) && a == 'b'",
                           "10.0.0.0/8",
                           "::1",
                           "a,b",
                           "tcp:22,udp:68",
                           "fe80::",
                           "a\\b",
                           "\r\n",
                           "\xc2\x85"}) {
    Tier tier;
    tier.metadata.name = "t";
    tier.metadata.labels = {{"value", text}};
    ExpectRoundTrip(tier);
    if (*text == '\0') continue;
    tier.metadata.labels = {{text, "key"}};
    ExpectRoundTrip(tier);
  }
  Tier tier;
  tier.metadata = {"t", {{std::string(3000, 'k'), std::string(3000, 'v')}}, {}};
  ExpectRoundTrip(tier);
}

TEST(Writer, RandomModelsReadBack) {
  constexpr uint64_t kSeed = 20261122;
  for (uint64_t seed = kSeed; seed < kSeed + 60; ++seed) {
    testing::Random random(seed);
    const std::vector<Resource> resources = AllResources(testing::RandomModel(random));
    EXPECT_TRUE(ReadBack(ToYaml(resources)) == resources) << "seed " << seed;
    for (const Resource& resource : resources) ExpectRoundTrip(resource);
    if (::testing::Test::HasFailure()) break;
  }
}

}  // namespace
}  // namespace gw
