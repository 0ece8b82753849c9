#include "common/policy/settings.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/policy/limits.h"
#include "tests/support/status_matchers.h"

namespace gw {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

FelixConfiguration Written(const std::map<std::string, std::string>& values) {
  FelixConfiguration configuration;
  configuration.metadata.name = "default";
  configuration.values.insert(values.begin(), values.end());
  return configuration;
}

// What was read; fails the test on a problem.
Settings Read(const std::map<std::string, std::string>& values) {
  std::vector<SettingProblem> problems;
  const Settings settings = ReadSettings(Written(values), &problems);
  for (const SettingProblem& problem : problems) {
    ADD_FAILURE() << problem.parameter << ": " << problem.message;
  }
  return settings;
}

// The one problem of one value, as "parameter: message".
std::string ProblemOf(const std::string& parameter, const std::string& value) {
  std::vector<SettingProblem> problems;
  const Settings settings = ReadSettings(Written({{parameter, value}}), &problems);
  EXPECT_EQ(settings, DefaultSettings()) << "a wrong value must keep the default";
  if (problems.size() != 1) return absl::StrCat(problems.size(), " problems");
  return absl::StrCat(problems[0].parameter, ": ", problems[0].message);
}

std::string TextOf(const std::vector<Failsafe>& failsafes) {
  return absl::StrJoin(failsafes, " ", [](std::string* out, const Failsafe& failsafe) {
    absl::StrAppend(out, ToString(failsafe));
  });
}

// ---- defaults -------------------------------------------------------------------------------

TEST(Settings, DefaultsAreThoseOfTheSpecification) {
  const Settings settings = DefaultSettings();
  EXPECT_EQ(TextOf(settings.failsafe_inbound), "tcp:22 udp:68 udp:546");
  EXPECT_EQ(TextOf(settings.failsafe_outbound), "udp:53 tcp:53 udp:67 udp:123 udp:547");
  EXPECT_THAT(settings.interface_prefixes, ElementsAre("cali"));
  EXPECT_EQ(settings.endpoint_to_host, EndpointToHostAction::kDrop);
  EXPECT_TRUE(settings.drop_invalid);
  EXPECT_EQ(settings.fail_mode, FailMode::kClosed);
  EXPECT_EQ(settings.mark_mask, 0xfff00000u);
  EXPECT_EQ(Read({}), settings);
}

// The table's own texts, read back, must say the same: reading and printing agree.
TEST(Settings, EveryDefaultTextReadsBackAsTheDefault) {
  std::map<std::string, std::string> values;
  for (const ParameterDescription& parameter : AllParameters()) {
    EXPECT_FALSE(parameter.meaning.empty()) << parameter.name;
    EXPECT_FALSE(parameter.default_text.empty()) << parameter.name;
    EXPECT_EQ(ParameterName(parameter.name), parameter.name);
    values[parameter.name] = parameter.default_text;
  }
  EXPECT_EQ(values.size(), 28u);
  EXPECT_EQ(Read(values), DefaultSettings());
}

TEST(Settings, DefaultTextsAreWhatAnAdministratorWouldWrite) {
  std::map<std::string, std::string> texts;
  for (const ParameterDescription& p : AllParameters()) texts[p.name] = p.default_text;
  EXPECT_EQ(texts["auditMaxSize"], "4Gi");
  EXPECT_EQ(texts["auditHashChain"], "Enabled");
  EXPECT_EQ(texts["applyConfirmTimeout"], "90s");
  EXPECT_EQ(texts["markMask"], "0xfff00000");
  EXPECT_EQ(texts["failsafeInboundHostPorts"], "tcp:22,udp:68,udp:546");
  EXPECT_EQ(texts["disableConntrackInvalidCheck"], "false");
  EXPECT_EQ(texts["workloadSourceSpoofing"], "Disabled");
}

TEST(Settings, OnlyTheConfigurationNamedDefaultCounts) {
  Model model;
  FelixConfiguration other = Written({{"failMode", "Open"}});
  other.metadata.name = "node.gw1";
  Put(model, other);
  EXPECT_EQ(SettingsOf(model), DefaultSettings());
  Put(model, Written({{"failMode", "Open"}}));
  EXPECT_EQ(SettingsOf(model).fail_mode, FailMode::kOpen);
}

// ---- values ---------------------------------------------------------------------------------

TEST(Settings, EveryParameterIsRead) {
  const Settings settings = Read({{"interfacePrefix", "tap,veth"},
                                  {"interfaceExclude", "docker0, /^br-/"},
                                  {"failsafeInboundHostPorts", "tcp:192.168.10.0/24:22"},
                                  {"failsafeOutboundHostPorts", "none"},
                                  {"defaultEndpointToHostAction", "Accept"},
                                  {"iptablesFilterDenyAction", "Reject"},
                                  {"disableConntrackInvalidCheck", "true"},
                                  {"logPrefix", "gw %t"},
                                  {"workloadSourceSpoofing", "Any"},
                                  {"allowVXLANPacketsFromWorkloads", "true"},
                                  {"allowIPIPPacketsFromWorkloads", "true"},
                                  {"vxlanPort", "8472"},
                                  {"failMode", "Open"},
                                  {"establishedFlows", "Keep"},
                                  {"markMask", "0x00000fff"},
                                  {"queues", "4"},
                                  {"queueFanout", "CPU"},
                                  {"upcallRatePerSource", "100"},
                                  {"upcallBurstPerSource", "200"},
                                  {"learnedAccepts", "Off"},
                                  {"flowOffload", "Off"},
                                  {"tableOwner", "Off"},
                                  {"auditRetentionDays", "30"},
                                  {"auditMaxSize", "500Mi"},
                                  {"auditJsonLines", "/var/log/gatewarden/audit.json"},
                                  {"auditIpfixCollector", "192.0.2.1:9995"},
                                  {"auditHashChain", "Disabled"},
                                  {"applyConfirmTimeout", "5m"}});
  EXPECT_THAT(settings.interface_prefixes, ElementsAre("tap", "veth"));
  EXPECT_THAT(settings.interface_exclude, ElementsAre("docker0", "/^br-/"));
  EXPECT_EQ(TextOf(settings.failsafe_inbound), "tcp:192.168.10.0/24:22");
  EXPECT_THAT(settings.failsafe_outbound, IsEmpty());
  EXPECT_EQ(settings.endpoint_to_host, EndpointToHostAction::kAccept);
  EXPECT_EQ(settings.deny_action, DenyAction::kReject);
  EXPECT_FALSE(settings.drop_invalid);
  EXPECT_EQ(settings.log_prefix, "gw %t");
  EXPECT_TRUE(settings.workload_source_spoofing);
  EXPECT_TRUE(settings.allow_vxlan_from_workloads);
  EXPECT_TRUE(settings.allow_ipip_from_workloads);
  EXPECT_EQ(settings.vxlan_port, 8472);
  EXPECT_EQ(settings.fail_mode, FailMode::kOpen);
  EXPECT_EQ(settings.established_flows, EstablishedFlows::kKeep);
  EXPECT_EQ(settings.mark_mask, 0xfffu);
  EXPECT_EQ(settings.queues, 4u);
  EXPECT_EQ(settings.queue_fanout, QueueFanout::kCpu);
  EXPECT_EQ(settings.upcall_rate_per_source, 100u);
  EXPECT_EQ(settings.upcall_burst_per_source, 200u);
  EXPECT_EQ(settings.learned_accepts, LearnedAccepts::kOff);
  EXPECT_EQ(settings.flow_offload, FlowOffload::kOff);
  EXPECT_EQ(settings.table_owner, TableOwnership::kOff);
  EXPECT_EQ(settings.audit_retention_days, 30u);
  EXPECT_EQ(settings.audit_max_bytes, uint64_t{500} << 20);
  EXPECT_EQ(settings.audit_json_lines.kind, JsonLinesTarget::Kind::kFile);
  EXPECT_EQ(settings.audit_json_lines.path, "/var/log/gatewarden/audit.json");
  EXPECT_EQ(ToString(settings.audit_ipfix_collector.value()), "192.0.2.1:9995");
  EXPECT_FALSE(settings.audit_hash_chain);
  EXPECT_EQ(settings.apply_confirm_timeout.count(), 300);
}

TEST(Settings, NamesAndWordsMayBeOfAnyCase) {
  const Settings settings = Read({{"InterfacePrefix", "tap"},
                                  {"DefaultEndpointToHostAction", "ACCEPT"},
                                  {"ALLOWVXLANPACKETSFROMWORKLOADS", "True"},
                                  {"establishedflows", "keep"}});
  EXPECT_THAT(settings.interface_prefixes, ElementsAre("tap"));
  EXPECT_EQ(settings.endpoint_to_host, EndpointToHostAction::kAccept);
  EXPECT_TRUE(settings.allow_vxlan_from_workloads);
  EXPECT_EQ(settings.established_flows, EstablishedFlows::kKeep);
  EXPECT_EQ(ParameterName("FailsafeInboundHostPorts"), "failsafeInboundHostPorts");
  EXPECT_EQ(ParameterName("nosuch"), std::nullopt);
}

TEST(Settings, SizesHaveBinaryAndDecimalUnits) {
  EXPECT_EQ(Read({{"auditMaxSize", "2048Ki"}}).audit_max_bytes, uint64_t{2} << 20);
  EXPECT_EQ(Read({{"auditMaxSize", "1Ti"}}).audit_max_bytes, uint64_t{1} << 40);
  EXPECT_EQ(Read({{"auditMaxSize", "5G"}}).audit_max_bytes, 5'000'000'000u);
  EXPECT_EQ(Read({{"auditMaxSize", "2000000"}}).audit_max_bytes, 2'000'000u);
}

TEST(Settings, JsonLinesGoNowhereToTheJournalOrToAFile) {
  EXPECT_EQ(Read({{"auditJsonLines", "journal"}}).audit_json_lines.kind,
            JsonLinesTarget::Kind::kJournal);
  EXPECT_EQ(Read({{"auditJsonLines", "off"}}).audit_json_lines, JsonLinesTarget());
  EXPECT_EQ(Read({{"auditJsonLines", "none"}}).audit_json_lines, JsonLinesTarget());
}

TEST(Settings, CollectorHasAnAddressAndPerhapsAPort) {
  const std::map<std::string, std::string> forms = {
      {"192.0.2.1", "192.0.2.1:4739"},
      {"192.0.2.1:2055", "192.0.2.1:2055"},
      {"[2001:db8::1]", "[2001:db8::1]:4739"},
      {"[2001:DB8::1]:65535", "[2001:db8::1]:65535"},
  };
  for (const auto& [text, printed] : forms) {
    EXPECT_EQ(ToString(Read({{"auditIpfixCollector", text}}).audit_ipfix_collector.value()),
              printed);
  }
  EXPECT_EQ(Read({{"auditIpfixCollector", "none"}}).audit_ipfix_collector, std::nullopt);
}

TEST(Settings, DurationsHaveUnitsAndBareNumbersAreSeconds) {
  EXPECT_EQ(Read({{"applyConfirmTimeout", "1h30m"}}).apply_confirm_timeout.count(), 5400);
  EXPECT_EQ(Read({{"applyConfirmTimeout", "120"}}).apply_confirm_timeout.count(), 120);
}

TEST(Settings, AnEmptyTextKeepsTheDefaultAndNoneEmpties) {
  EXPECT_EQ(Read({{"interfacePrefix", ""}, {"failMode", " "}}), DefaultSettings());
  EXPECT_THAT(Read({{"interfacePrefix", "none"}}).interface_prefixes, IsEmpty());
  EXPECT_THAT(Read({{"interfaceExclude", "None"}}).interface_exclude, IsEmpty());
  EXPECT_EQ(Read({{"logPrefix", "none"}}).log_prefix, "");
  // An empty list of failsafes in YAML is an empty text here and does mean: no failsafes.
  EXPECT_THAT(Read({{"failsafeInboundHostPorts", ""}}).failsafe_inbound, IsEmpty());
}

struct BadValue {
  const char* parameter;
  const char* value;
  const char* message;
};

TEST(Settings, AWrongValueSaysWhatToWriteAndKeepsTheDefault) {
  const BadValue kCases[] = {
      {"interfacePrefix", "tap,", "``: a prefix of interface names has 1 to 15"},
      {"interfacePrefix", "sixteen-bytes-xx", "`sixteen-bytes-xx`: a prefix of interface names"},
      {"interfaceExclude", "/(/", "`/(/`: is not a regular expression"},
      {"interfaceExclude", "a b", "`a b`: write interface names or /regular expressions/"},
      {"failsafeInboundHostPorts", "gre:22", "unknown protocol: gre"},
      {"defaultEndpointToHostAction", "REJECT", "`REJECT`: write Drop or Return or Accept"},
      {"iptablesFilterDenyAction", "Deny", "`Deny`: write Drop or Reject"},
      {"disableConntrackInvalidCheck", "perhaps", "`perhaps`: write true or false"},
      {"logPrefix", "a\"b", "use letters, digits, blanks"},
      {"workloadSourceSpoofing", "true", "`true`: write Disabled or Any"},
      {"vxlanPort", "0", "`0`: write a whole number from 1 to 65535"},
      {"vxlanPort", "65536", "from 1 to 65535"},
      {"failMode", "Half", "`Half`: write Closed or Open"},
      {"markMask", "0xff", "must have exactly 12 bits"},
      {"markMask", "blue", "`blue`: write a 32-bit mask"},
      {"queues", "-1", "`-1`: write a whole number from 0 to 256"},
      {"queues", "257", "from 0 to 256"},
      {"auditRetentionDays", "0", "from 1 to 36500"},
      {"auditMaxSize", "4GB", "`4GB`: write a size such as 500Mi or 4Gi"},
      {"auditMaxSize", "1023Ki", "write a size from 1Mi to 1024Ti"},
      {"auditMaxSize", "18446744073709551615Ti", "write a size from 1Mi to 1024Ti"},
      {"auditJsonLines", "audit.json", "`audit.json`: write Off, Journal, or the path of a file"},
      {"auditJsonLines", "/var/log/", "that is a folder: name a file in it"},
      {"auditJsonLines", "/var/log/a\nb", "without control characters"},
      {"auditIpfixCollector", "collector:4739", "`collector:4739`: write ADDRESS:PORT with a num"},
      {"auditIpfixCollector", "192.0.2.1:0", "the port is a whole number from 1 to 65535"},
      {"auditIpfixCollector", "192.0.2.1:65536", "the port is a whole number from 1 to 65535"},
      {"auditIpfixCollector", "192.0.2.1:", "the port is a whole number from 1 to 65535"},
      {"auditIpfixCollector", ":4739", "write ADDRESS:PORT with a numeric address"},
      {"auditIpfixCollector", "2001:db8::1", "in brackets: [2001:db8::1]:4739"},
      {"auditIpfixCollector", "[2001:db8::1", "`[` without `]`"},
      {"auditIpfixCollector", "[192.0.2.1]:4739", "write ADDRESS:PORT with a numeric address"},
      {"auditIpfixCollector", "0.0.0.0", "leads nowhere"},
      {"applyConfirmTimeout", "soon", "`soon`: write a duration such as 90s or 5m"},
      {"applyConfirmTimeout", "0s", "from 1s to 24h"},
      {"applyConfirmTimeout", "25h", "from 1s to 24h"},
      {"applyConfirmTimeout", "1500ms", "whole seconds"},
      {"applyConfirmTimeout", "inf", "from 1s to 24h"},
  };
  for (const BadValue& c : kCases) {
    SCOPED_TRACE(absl::StrCat(c.parameter, "=", c.value));
    const std::string problem = ProblemOf(c.parameter, c.value);
    EXPECT_THAT(problem, HasSubstr(absl::StrCat(c.parameter, ": ")));
    EXPECT_THAT(problem, HasSubstr(c.message));
  }
}

TEST(Settings, LengthsAreLimited) {
  const std::string longest(kLogPrefixLengthMax, 'x');
  EXPECT_EQ(Read({{"logPrefix", longest}}).log_prefix, longest);
  EXPECT_THAT(ProblemOf("logPrefix", longest + "x"), HasSubstr("longer than 127 characters"));
  const std::string pattern = "/" + std::string(kInterfacePatternLengthMax - 2, 'x') + "/";
  Read({{"interfaceExclude", pattern}});
  EXPECT_THAT(ProblemOf("interfaceExclude", "/x" + pattern.substr(1)),
              HasSubstr("at most 256 characters"));
  std::string failsafes = "1";
  for (size_t i = 1; i < kFailsafesMax; ++i) failsafes += ",1";
  EXPECT_EQ(Read({{"failsafeInboundHostPorts", failsafes}}).failsafe_inbound.size(), kFailsafesMax);
  EXPECT_THAT(ProblemOf("failsafeInboundHostPorts", failsafes + ",1"),
              HasSubstr("1001 failsafes: at most 1000 are possible"));
}

TEST(Settings, AnUnknownParameterSuggestsTheNearest) {
  EXPECT_EQ(ProblemOf("failmod", "Open"),
            "failmod: `failmod` is no parameter: did you mean `failMode`?");
  EXPECT_THAT(ProblemOf("somethingElseAltogether", "1"),
              HasSubstr("`somethingElseAltogether` is no parameter: remove it"));
}

TEST(Settings, AParameterThatMeansNothingHereHasAReason) {
  for (const char* name : {"bpfLogLevel",
                           "BPFEnabled",
                           "wireguardEnabled",
                           "vxlanMTU",
                           "ipipMTU",
                           "routeTableRange",
                           "prometheusMetricsEnabled",
                           "healthPort",
                           "kubeNodePortRanges",
                           "openstackRegion",
                           "iptablesRefreshInterval",
                           "IptablesFilterAllowAction",
                           "nftablesMode",
                           "chainInsertMode",
                           "maxIpsetSize",
                           "flowLogsFlushInterval",
                           "logSeverityScreen",
                           "logActionRateLimit",
                           "ipv6Support",
                           "ipForwarding",
                           "policySyncPathPrefix",
                           "endpointReportingEnabled",
                           "serviceLoopPrevention",
                           "usageReportingEnabled",
                           "awsSrcDstCheck",
                           "xdpEnabled",
                           "genericXDPEnabled",
                           "natPortRange",
                           "reportingInterval",
                           "interfaceRefreshInterval",
                           "featureDetectOverride",
                           "mtuIfacePattern",
                           "metadataAddr",
                           "typhaAddr",
                           "goGCThreshold"}) {
    EXPECT_THAT(ProblemOf(name, "1"),
                HasSubstr(absl::StrCat(name, ": `", name, "` has no meaning here: ")));
    EXPECT_TRUE(WhyUnsupported(name).has_value()) << name;
  }
  EXPECT_THAT(*WhyUnsupported("IptablesMarkMask"), HasSubstr("`markMask`"));
  for (const ParameterDescription& parameter : AllParameters()) {
    EXPECT_EQ(WhyUnsupported(parameter.name), std::nullopt) << parameter.name;
  }
  EXPECT_EQ(WhyUnsupported("failmod"), std::nullopt);
}

TEST(Settings, AParameterGivenTwiceIsAProblem) {
  std::vector<SettingProblem> problems;
  ReadSettings(Written({{"FailMode", "Open"}, {"failMode", "Closed"}}), &problems);
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].parameter, "failMode");
  EXPECT_THAT(problems[0].message, HasSubstr("is given twice"));
}

// ---- failsafes ------------------------------------------------------------------------------

TEST(Failsafe, EveryFormReadsAndPrints) {
  const std::map<std::string, std::string> forms = {
      {"22", "tcp:22"},
      {"tcp:22", "tcp:22"},
      {"UDP:53", "udp:53"},
      {"sctp:0", "sctp:0"},
      {"udp:10.0.0.0/8:53", "udp:10.0.0.0/8:53"},
      {"tcp:10.1.2.3:22", "tcp:10.1.2.3/32:22"},
      {"tcp:10.1.2.3/8:22", "tcp:10.0.0.0/8:22"},
      {"tcp:[2001:db8::/32]:22", "tcp:[2001:db8::/32]:22"},
      {"tcp:[2001:db8::1]:65535", "tcp:[2001:db8::1/128]:65535"},
  };
  for (const auto& [text, printed] : forms) {
    GW_ASSERT_OK_AND_ASSIGN(const Failsafe failsafe, ParseFailsafe(text));
    EXPECT_EQ(ToString(failsafe), printed);
    GW_ASSERT_OK_AND_ASSIGN(const Failsafe again, ParseFailsafe(printed));
    EXPECT_EQ(again, failsafe);
  }
}

TEST(Failsafe, ErrorsHaveCalicosWords) {
  const std::map<std::string, std::string> errors = {
      {"icmp:1", "`icmp:1`: unknown protocol: icmp"},
      {":22", "unknown protocol: "},
      {"ssh", "`ssh`: ports should be integers"},
      {"tcp:", "ports should be integers"},
      {"tcp:ssh", "ports should be integers"},
      {"tcp:65536", "ports must be in range 0-65535"},
      {"tcp:-1", "ports must be in range 0-65535"},
      {"tcp:10.0.0.0/33:22", "invalid CIDR or IP 10.0.0.0/33"},
      {"tcp::22", "invalid CIDR or IP "},
      {"tcp:2001:db8::/32:22", "write IPv6 in brackets: [2001:db8::/32]"},
      {"tcp:[2001:db8::/32:22", "invalid CIDR or IP "},
      {"[]", "ports should be integers"},
      {"", "ports should be integers"},
  };
  for (const auto& [text, message] : errors) {
    EXPECT_THAT(std::string(ParseFailsafe(text).status().message()), HasSubstr(message)) << text;
  }
}

TEST(Failsafe, ListsAreSeparatedByCommasAndMayBeNone) {
  GW_ASSERT_OK_AND_ASSIGN(const auto list, ParseFailsafes(" tcp:22 ,udp:[::1]:53, 80 "));
  EXPECT_EQ(TextOf(list), "tcp:22 udp:[::1/128]:53 tcp:80");
  for (const char* text : {"", "  ", "none", "NONE"}) {
    GW_ASSERT_OK_AND_ASSIGN(const auto none, ParseFailsafes(text));
    EXPECT_THAT(none, IsEmpty());
  }
  EXPECT_FALSE(ParseFailsafes("tcp:22,,udp:53").ok());
}

TEST(InterfaceExclude, MatchesWholeNamesOrPartsByPattern) {
  const Settings settings = Read({{"interfaceExclude", "docker0,/^br-/,/kube/"}});
  EXPECT_TRUE(IsExcludedInterface(settings, "docker0"));
  EXPECT_TRUE(IsExcludedInterface(settings, "br-lan"));
  EXPECT_TRUE(IsExcludedInterface(settings, "my-kube1"));
  EXPECT_FALSE(IsExcludedInterface(settings, "docker01"));
  EXPECT_FALSE(IsExcludedInterface(settings, "abr-lan"));
}

}  // namespace
}  // namespace gw
