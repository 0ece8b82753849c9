// The command line as scripts meet it: arguments, exit codes, what stands on which stream.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"

#include "common/service/enforcer_lock.h"
#include "common/store/audit_store.h"
#include "nlohmann/json.hpp"
#include "tests/enforcer/cli/program.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_directory.h"

namespace gw::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;
using Json = nlohmann::ordered_json;

constexpr char kPolicy[] = R"(apiVersion: projectcalico.org/v3
kind: HostEndpoint
metadata:
  name: wan
  labels:
    zone: wan
spec:
  node: gw
  interfaceName: eth0
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata:
  name: web
spec:
  order: 10
  selector: zone == 'wan'
  ingress:
  - action: Allow
    protocol: TCP
    destination:
      ports: [443]
)";

constexpr char kInterfaces[] = R"({"eth0":["203.0.113.2"]})";

class CliTest : public ::testing::Test {
 protected:
  // `arguments` with the test's own database.
  Finished Run(std::vector<std::string> arguments, const std::string& input = "") {
    arguments.insert(arguments.begin(), {"--db", Database()});
    return Gatewarden(arguments, input);
  }

  Finished Simulate(std::vector<std::string> arguments, const std::string& input = "") {
    arguments.insert(arguments.begin(),
                     {"simulate", "-f", directory_.Write("simulated.yaml", kPolicy), "--node", "gw",
                      "--interfaces", directory_.Write("interfaces.json", kInterfaces)});
    return Gatewarden(arguments, input);
  }

  void ApplyPolicy() {
    const Finished applied = Run({"apply", "-f", "-"}, kPolicy);
    ASSERT_EQ(applied.status, 0) << applied;
  }

  std::string Database() const { return directory_.File("policy.db"); }

  TemporaryDirectory directory_;
};

// ---- changing ---------------------------------------------------------------------------------

TEST_F(CliTest, ApplySaysWhatItDid) {
  const Finished first = Run({"apply", "-f", directory_.Write("policy.yaml", kPolicy)});
  EXPECT_EQ(first.status, 0) << first;
  EXPECT_THAT(first.out, HasSubstr("created HostEndpoint `wan`\n"));
  EXPECT_THAT(first.out, HasSubstr("revision 1: 2 created\n"));
  const Finished again = Run({"apply", "-f", directory_.File("policy.yaml")});
  EXPECT_EQ(again.status, 0) << again;
  EXPECT_THAT(again.out, HasSubstr("nothing to change: revision 1"));
}

TEST_F(CliTest, FiveMistakesGiveFiveLocatedErrorsAndChangeNothing) {
  ApplyPolicy();
  const std::string path = directory_.Write("wrong.yaml", R"(apiVersion: projectcalico.org/v3
kind: HostEndpoint
metadata:
  name: lan
spec:
  node: gw
  interfaceName: an-interface-name-that-is-too-long
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata:
  name: broken
spec:
  selector: zone = 'wan'
  colour: red
  ingress:
  - action: Permit
  - action: Allow
    source:
      nets: [10.0.0.1/8]
)");
  const Finished finished = Run({"apply", "-f", path});
  EXPECT_EQ(finished.status, 1) << finished;
  size_t located = 0;
  for (const std::string& line : LinesOf(finished.err)) {
    located += absl::StartsWith(line, absl::StrCat(path, ":"));
  }
  EXPECT_EQ(located, 5u) << finished;
  for (const char* place : {":7:18: ", ":14:18: ", ":15:", ":17:13: ", ":20:14: "}) {
    EXPECT_THAT(finished.err, HasSubstr(absl::StrCat(path, place)));
  }
  EXPECT_THAT(Run({"history"}).out, Not(HasSubstr("\n2 ")));
}

TEST_F(CliTest, DryRunNeedsNoDatabase) {
  const Finished good = Gatewarden({"apply", "--dry-run", "--db", ":memory:", "-f", "-"}, kPolicy);
  EXPECT_EQ(good.status, 0) << good;
  EXPECT_THAT(good.out, HasSubstr("dry run, nothing written: 2 created"));
  const Finished bad =
      Gatewarden({"apply", "--dry-run", "--db", ":memory:", "-f", "-"},
                 "apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: {name: A_B}\n");
  EXPECT_EQ(bad.status, 1) << bad;
  EXPECT_THAT(bad.err, StartsWith("-:3:"));
}

TEST_F(CliTest, AnOldRevisionIsAConflict) {
  ApplyPolicy();
  ASSERT_EQ(Run({"label", "hep", "wan", "a=b"}).status, 0);
  const Finished finished = Run({"apply", "-f", "-", "--if-revision", "1"}, kPolicy);
  EXPECT_EQ(finished.status, 3) << finished;
  EXPECT_THAT(finished.err, HasSubstr("revision 2"));
  EXPECT_EQ(Run({"apply", "-f", "-", "--if-revision", "2"}, kPolicy).status, 0);
}

TEST_F(CliTest, PruneDeletesWhatTheFilesDoNotName) {
  ApplyPolicy();
  const std::string endpoint(kPolicy, std::string(kPolicy).find("---"));
  const Finished finished = Run({"apply", "--prune", "-f", "-"}, endpoint);
  EXPECT_EQ(finished.status, 0) << finished;
  EXPECT_THAT(finished.out, HasSubstr("deleted GlobalNetworkPolicy `web`"));
}

TEST_F(CliTest, PruneRefusesToDeleteEverything) {
  ApplyPolicy();
  EXPECT_EQ(Run({"apply", "--prune", "-f", "-"}, "").status, 1);
  EXPECT_THAT(Run({"get", "hep"}).out, HasSubstr("wan"));
}

TEST_F(CliTest, WhatOnlyKubernetesHasIsRefusedOrSkipped) {
  const std::string text = absl::StrCat(kPolicy, R"(---
apiVersion: projectcalico.org/v3
kind: IPPool
metadata:
  name: pool
spec:
  cidr: 10.0.0.0/16
)");
  const Finished refused = Run({"apply", "-f", "-"}, text);
  EXPECT_EQ(refused.status, 1) << refused;
  EXPECT_THAT(refused.err, HasSubstr("IPPool"));
  const Finished skipped = Run({"apply", "-f", "-", "--skip-unsupported"}, text);
  EXPECT_EQ(skipped.status, 0) << skipped;
  EXPECT_THAT(skipped.err, HasSubstr("warning: "));
}

TEST_F(CliTest, WhatGetPrintsApplyAccepts) {
  ApplyPolicy();
  for (const char* format : {"yaml", "json"}) {
    const Finished written = Run({"get", "all", "-o", format});
    ASSERT_EQ(written.status, 0) << written;
    const Finished again = Run({"apply", "-f", "-"}, written.out);
    EXPECT_EQ(again.status, 0) << again;
    EXPECT_THAT(again.out, HasSubstr("nothing to change")) << written.out;
  }
}

TEST_F(CliTest, LabelsAreSetAndRemoved) {
  ApplyPolicy();
  const Finished finished = Run({"label", "HostEndpoint", "wan", "site=home", "zone-"});
  EXPECT_EQ(finished.status, 0) << finished;
  const Json endpoint = Json::parse(Run({"get", "hep", "wan", "-o", "json"}).out, nullptr, false);
  EXPECT_EQ(endpoint.at("metadata").at("labels"), Json({{"site", "home"}}));
  EXPECT_EQ(Run({"label", "hep", "wan", "=x"}).status, 2);
  EXPECT_EQ(Run({"label", "hep", "wan", "word"}).status, 2);
  EXPECT_EQ(Run({"label", "hep", "nobody", "a=b"}).status, 1);
}

TEST_F(CliTest, AWrongLabelIsRefused) {
  ApplyPolicy();
  const Finished finished = Run({"label", "hep", "wan", "a=not legal!"});
  EXPECT_EQ(finished.status, 1) << finished;
  EXPECT_THAT(finished.err, HasSubstr("HostEndpoint `wan`"));
}

TEST_F(CliTest, DeleteRemovesOneResource) {
  ApplyPolicy();
  const Finished finished = Run({"delete", "gnp", "web"});
  EXPECT_EQ(finished.status, 0) << finished;
  EXPECT_THAT(finished.out, HasSubstr("revision 2: 1 deleted"));
  EXPECT_EQ(Run({"delete", "gnp", "web"}).status, 1);
  EXPECT_EQ(Run({"get", "gnp", "web"}).status, 1);
}

TEST_F(CliTest, DiffShowsWhatApplyWouldChange) {
  ApplyPolicy();
  std::string changed = kPolicy;
  changed.replace(changed.find("443"), 3, "80");
  const Finished finished = Run({"diff", "-f", "-"}, changed);
  EXPECT_EQ(finished.status, 0) << finished;
  EXPECT_THAT(finished.out, AllOf(HasSubstr("+++ GlobalNetworkPolicy/web"), HasSubstr("\n-"),
                                  HasSubstr("\n+"), Not(HasSubstr("HostEndpoint"))));
  EXPECT_THAT(finished.out, Not(HasSubstr("\x1b")));
  EXPECT_THAT(Run({"diff", "-f", "-"}, kPolicy).out, IsEmpty());
}

TEST_F(CliTest, HistoryShowAndRollbackFollowTheRevisions) {
  ApplyPolicy();
  ASSERT_EQ(Run({"delete", "gnp", "web", "--reason", "no longer needed"}).status, 0);
  EXPECT_THAT(Run({"history"}).out,
              AllOf(HasSubstr("no longer needed"), HasSubstr("1 deleted"), HasSubstr("2 created")));
  const Finished shown = Run({"show", "2"});
  EXPECT_THAT(shown.out,
              AllOf(HasSubstr("no longer needed"), HasSubstr("--- GlobalNetworkPolicy/web"),
                    HasSubstr("+++ /dev/null")));
  EXPECT_EQ(Run({"show", "9"}).status, 1);

  const Finished back = Run({"rollback"});
  EXPECT_EQ(back.status, 0) << back;
  EXPECT_THAT(back.out, HasSubstr("revision 3: 1 created"));
  EXPECT_EQ(Run({"rollback", "2"}).status, 0);
  EXPECT_EQ(Run({"get", "gnp", "web"}).status, 1);
  EXPECT_EQ(Run({"rollback", "99"}).status, 1);
}

// ---- usage ------------------------------------------------------------------------------------

TEST_F(CliTest, WrongUsageIsExitCodeTwo) {
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {},
           {"conquer"},
           {"get"},
           {"get", "spaceship"},
           {"get", "hep", "-o", "csv"},
           {"apply"},
           {"apply", "-f", "-", "--unknown"},
           {"apply", "-f", "-", "--if-revision", "first"},
           {"simulate", "-f", "-"},
           {"simulate", "-f", "-", "--flows", "-"},
           {"simulate", "-f", "/dev/null", "--flow", "in=eth0", "--flows", "-"},
           {"simulate", "-f", "/dev/null", "--flow", "colour=red"},
           {"selector"},
           {"selector", "all()", "--jsonl", "-"},
           {"selector", "all()", "--labels", "a=b,a=c"},
           {"selector", "all()", "--labels", "word"},
           {"history", "--limit", "-3"},
           {"flows", "--limit", "-3"},
           {"flows", "--since", "yesterday"},
           {"flows", "--where", "src=host"},
           {"flows", "--where", "colour == red"},
           {"explain", "first"}}) {
    const Finished finished = Run(arguments);
    EXPECT_EQ(finished.status, 2) << absl::StrJoin(arguments, " ") << "\n" << finished;
    EXPECT_THAT(finished.out, IsEmpty());
    EXPECT_THAT(finished.err, Not(IsEmpty()));
  }
}

TEST_F(CliTest, WhatIsNotThereYetSaysSo) {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"confirm"},
                                             {"selftest"},
                                             {"apply", "-f", "-", "--confirm-within", "90s"},
                                             {"--socket", "/run/x", "get", "hep"},
                                             {"--host", "admin@gw", "get", "hep"}}) {
    const Finished finished = Run(arguments, kPolicy);
    EXPECT_NE(finished.status, 0) << finished;
    EXPECT_THAT(finished.err, HasSubstr("not available yet"));
  }
  EXPECT_FALSE(std::filesystem::exists(Database()));
}

TEST_F(CliTest, HelpAndVersionAreNotErrors) {
  for (const char* option : {"--help", "--version"}) {
    const Finished finished = Gatewarden({option});
    EXPECT_EQ(finished.status, 0) << finished;
    EXPECT_THAT(finished.out, HasSubstr("atewarden"));
  }
}

TEST_F(CliTest, AMissingDatabaseIsNamed) {
  const Finished finished = Run({"get", "hep"});
  EXPECT_EQ(finished.status, 1) << finished;
  EXPECT_THAT(finished.err, HasSubstr(Database()));
  EXPECT_FALSE(std::filesystem::exists(Database()));
}

TEST_F(CliTest, GlobalOptionsMayStandBehindTheCommand) {
  ApplyPolicy();
  EXPECT_EQ(Gatewarden({"get", "hep", "--db", Database()}).status, 0);
}

// ---- simulate ---------------------------------------------------------------------------------

TEST_F(CliTest, SimulateAnswersOneFlow) {
  const Finished table =
      Simulate({"--flow", "in=eth0 proto=tcp src=198.51.100.9 dst=203.0.113.2 dport=443"});
  EXPECT_EQ(table.status, 0) << table;
  EXPECT_THAT(table.out, StartsWith("allow  policy:web/ingress/0"));
  const Finished json = Simulate(
      {"--flow", "in=eth0 proto=tcp src=198.51.100.9 dst=203.0.113.2 dport=80", "-o", "json"});
  EXPECT_EQ(json.out,
            "{\"verdict\":\"deny\",\"decidedBy\":\"end-of-tier:default/ingress\","
            "\"trace\":[\"end-of-tier:default/ingress:Deny\"]}\n");
}

TEST_F(CliTest, SimulateTraceSaysWhyNot) {
  const Finished finished = Simulate(
      {"--trace", "--flow", "in=eth0 proto=tcp src=198.51.100.9 dst=203.0.113.2 dport=80"});
  EXPECT_EQ(finished.status, 0) << finished;
  EXPECT_THAT(finished.out, AllOf(HasSubstr("tier `default`"), HasSubstr("policy `web`")));
  EXPECT_GT(LinesOf(finished.out).size(), 3u);
}

TEST_F(CliTest, EachLineOfFlowsGetsOneLineAlsoWhatCannotBeRead) {
  const std::string good =
      R"({"in":"eth0","proto":"TCP","src":"198.51.100.9","dst":"203.0.113.2","dport":443})";
  const std::string input =
      absl::StrCat(good, "\nnot json\n\n", R"({"in":"eth0"})", "\n", "[1]\n", "\xff\xfe\n",
                   std::string(2000, '['), "\n", std::string(1'100'000, 'x'), "\n", good);
  const Finished finished = Simulate({"--flows", "-", "-o", "json"}, input);
  EXPECT_EQ(finished.status, 0) << finished;
  const std::vector<std::string> lines = LinesOf(finished.out);
  ASSERT_THAT(lines, SizeIs(9));
  for (size_t i = 0; i < lines.size(); ++i) {
    const Json line = Json::parse(lines[i], nullptr, false);
    ASSERT_TRUE(line.is_object()) << lines[i];
    const bool is_good = i == 0 || i == 8;
    EXPECT_EQ(line.contains("error"), !is_good) << lines[i];
    EXPECT_EQ(line.contains("decidedBy"), is_good) << lines[i];
  }
}

TEST_F(CliTest, SimulateReadsFlowsFromAFile) {
  const std::string path = directory_.Write(
      "flows.jsonl",
      R"({"in":"eth0","proto":"udp","src":"198.51.100.9","dst":"203.0.113.2","dport":53})");
  const Finished finished = Simulate({"--flows", path, "-o", "json"});
  EXPECT_EQ(finished.status, 0) << finished;
  EXPECT_THAT(LinesOf(finished.out), SizeIs(1));
  EXPECT_EQ(Simulate({"--flows", directory_.File("missing")}).status, 1);
}

TEST_F(CliTest, SimulateRefusesAWrongPolicyWithItsPlaces) {
  std::string wrong = kPolicy;
  wrong.replace(wrong.find("zone == 'wan'"), 13, "zone =  'wan'");
  const std::string path = directory_.Write("wrong.yaml", wrong);
  const Finished finished =
      Gatewarden({"simulate", "-f", path, "--node", "gw", "--flows", "-", "-o", "json"}, "{}\n");
  EXPECT_EQ(finished.status, 1) << finished;
  EXPECT_THAT(finished.out, IsEmpty());
  EXPECT_THAT(finished.err, HasSubstr(absl::StrCat(path, ":17:")));
}

TEST_F(CliTest, AMissingProfileIsAWarningThatDoesNotStopSimulate) {
  std::string text = kPolicy;
  text.replace(text.find("  interfaceName: eth0"), 21,
               "  interfaceName: eth0\n  profiles: [missing]");
  const Finished finished =
      Gatewarden({"simulate", "-f", directory_.Write("policy.yaml", text), "--node", "gw",
                  "--interfaces", directory_.Write("interfaces.json", kInterfaces), "--flow",
                  "out=eth0 proto=tcp src=203.0.113.2 dst=198.51.100.9 dport=80", "-o", "json"});
  EXPECT_EQ(finished.status, 0) << finished;
  EXPECT_THAT(finished.out, HasSubstr("missing-profile:missing"));
  EXPECT_THAT(finished.err, HasSubstr("warning: "));
}

TEST_F(CliTest, SetOverridesSettings) {
  const std::string flow = "in=eth0 proto=tcp src=198.51.100.9 dst=203.0.113.2 dport=8022";
  EXPECT_THAT(Simulate({"--flow", flow, "--set", "FailsafeInboundHostPorts=tcp:8022"}).out,
              HasSubstr("failsafe:tcp:8022"));
  EXPECT_THAT(Simulate({"--flow", flow, "--set", "failsafeInboundHostPorts=none"}).out,
              HasSubstr("end-of-tier:default/ingress"));
  EXPECT_THAT(Simulate({"--flow", flow, "--set", "InterfacePrefix=eth,vnet"}).out,
              HasSubstr("unknown-workload"));
  for (const char* wrong : {"Nonsense=1", "FailsafeInboundHostPorts=tcp:x", "InterfacePrefix"}) {
    const Finished finished = Simulate({"--flow", flow, "--set", wrong});
    EXPECT_EQ(finished.status, 2) << finished;
    EXPECT_THAT(finished.err, HasSubstr("--set"));
  }
}

TEST_F(CliTest, SimulateAsksTheDatabaseWithoutFiles) {
  ApplyPolicy();
  const Finished finished = Run({"simulate", "--node", "gw", "--interfaces",
                                 directory_.Write("interfaces.json", kInterfaces), "--flow",
                                 "in=eth0 proto=tcp src=198.51.100.9 dst=203.0.113.2 dport=443"});
  EXPECT_EQ(finished.status, 0) << finished;
  EXPECT_THAT(finished.out, HasSubstr("policy:web/ingress/0"));
}

TEST_F(CliTest, NodeSaysWhoseEndpointsAreLocal) {
  const Finished finished =
      Gatewarden({"simulate", "-f", directory_.Write("policy.yaml", kPolicy), "--node", "other",
                  "--interfaces", directory_.Write("interfaces.json", kInterfaces), "--flow",
                  "in=eth0 proto=tcp src=198.51.100.9 dst=203.0.113.2 dport=80", "-o", "json"});
  EXPECT_THAT(finished.out, HasSubstr("not-policed")) << finished;
}

// ---- selector ---------------------------------------------------------------------------------

TEST_F(CliTest, SelectorSaysWhetherItMatches) {
  const Finished yes = Gatewarden({"selector", "role=='guest'", "--labels", "role=guest,a=b"});
  EXPECT_EQ(yes.status, 0) << yes;
  EXPECT_THAT(yes.out, AllOf(HasSubstr("role == \"guest\""), HasSubstr("yes")));
  EXPECT_THAT(Gatewarden({"selector", "role == 'guest'"}).out, HasSubstr("no"));
  EXPECT_EQ(Gatewarden({"selector", "", "--labels", "", "-o", "json"}).out,
            "{\"ok\":true,\"match\":true,\"canonical\":\"all()\"}\n");
  const Finished wrong = Gatewarden({"selector", "role = 'guest'"});
  EXPECT_EQ(wrong.status, 1) << wrong;
  EXPECT_THAT(wrong.err, HasSubstr("column 6"));
}

TEST_F(CliTest, SelectorAnswersUnreadableLinesToo) {
  const Finished finished = Gatewarden({"selector", "--jsonl", "-"},
                                       "{\"selector\":\"a == 'b'\",\"labels\":{\"a\":\"b\"}}\n"
                                       "{\"selector\":\"a = 'b'\",\"labels\":{}}\n"
                                       "nonsense\n"
                                       "{\"selector\":5}\n"
                                       "{\"selector\":\"all()\",\"labels\":{\"a\":1}}\n"
                                       "{\"selector\":\"all()\"}\n");
  EXPECT_EQ(finished.status, 0) << finished;
  const std::vector<std::string> lines = LinesOf(finished.out);
  ASSERT_THAT(lines, SizeIs(6));
  EXPECT_EQ(lines[0], "{\"ok\":true,\"match\":true,\"canonical\":\"a == \\\"b\\\"\"}");
  EXPECT_THAT(lines[1], AllOf(StartsWith("{\"ok\":false,\"error\":"), HasSubstr("\"column\":3")));
  for (size_t i = 2; i < 5; ++i) EXPECT_THAT(lines[i], StartsWith("{\"ok\":false,\"error\":"));
  EXPECT_THAT(lines[5], StartsWith("{\"ok\":true"));
}

// ---- the audit log ----------------------------------------------------------------------------

class CliFlowsTest : public CliTest {
 protected:
  void SetUp() override {
    ApplyPolicy();
    GW_ASSERT_OK_AND_ASSIGN(
        const auto store, AuditStore::Open(directory_.File("audit.db"), AuditStore::Mode::kWriter));
    ASSERT_OK(store->Append({Record(443, Verdict::kAllow, "policy:web/ingress/0"),
                             Record(80, Verdict::kDeny, "end-of-tier:default/ingress"),
                             Record(25, Verdict::kDeny, "end-of-tier:default/ingress")}));
  }

  static AuditRecord Record(uint16_t port, Verdict verdict, const std::string& decided_by) {
    AuditRecord record;
    record.time = absl::Now() - absl::Minutes(5);
    record.in = "eth0";
    record.tuple.source = Address::IPv4(0xc6336409);
    record.tuple.destination = Address::IPv4(0xcb007102);
    record.tuple.protocol = kProtocolTcp;
    record.tuple.source_port = 40000;
    record.tuple.destination_port = port;
    record.verdict = verdict;
    record.decided_by = decided_by;
    record.in_endpoint = "wan";
    record.revision = 1;
    record.generation = 1;
    return record;
  }
};

TEST_F(CliFlowsTest, FlowsAreShownOldestFirst) {
  const Finished finished = Run({"flows"});
  EXPECT_EQ(finished.status, 0) << finished;
  const std::vector<std::string> lines = LinesOf(finished.out);
  ASSERT_THAT(lines, SizeIs(4));
  EXPECT_THAT(lines[0], StartsWith("ID"));
  EXPECT_THAT(lines[1], AllOf(HasSubstr("203.0.113.2:443"), HasSubstr("policy:web/ingress/0")));
  EXPECT_THAT(lines[3], HasSubstr("203.0.113.2:25"));
  EXPECT_THAT(LinesOf(Run({"flows", "--limit", "1"}).out), SizeIs(2));
}

TEST_F(CliFlowsTest, ConditionsAndTimesSelectFlows) {
  EXPECT_THAT(LinesOf(Run({"flows", "-o", "json", "--where", "verdict==deny"}).out), SizeIs(2));
  EXPECT_THAT(LinesOf(Run({"flows", "-o", "json", "--where", "verdict==deny and dport==25"}).out),
              SizeIs(1));
  EXPECT_THAT(LinesOf(Run({"flows", "-o", "json", "--where", "out==eth0"}).out), IsEmpty());
  EXPECT_THAT(LinesOf(Run({"flows", "-o", "json", "--where", "rule==policy:web/*"}).out),
              SizeIs(1));
  EXPECT_THAT(LinesOf(Run({"flows", "-o", "json", "--where",
                           "not (dport in (80, 400:500)) or text contains WEB and in == 'eth*'"})
                          .out),
              SizeIs(2));
  EXPECT_THAT(LinesOf(Run({"flows", "-o", "json", "--since", "10m"}).out), SizeIs(3));
  EXPECT_THAT(LinesOf(Run({"flows", "-o", "json", "--since", "1m"}).out), IsEmpty());
  EXPECT_THAT(LinesOf(Run({"flows", "-o", "json", "--until", "1h"}).out), IsEmpty());
}

TEST_F(CliFlowsTest, NamesInConditionsAreThoseOfThePolicy) {
  const auto flows = [this](const std::string& where) {
    return LinesOf(Run({"flows", "-o", "json", "--where", where}).out);
  };
  EXPECT_THAT(flows("endpoint in selector(\"all()\")"), SizeIs(3));
  EXPECT_THAT(flows("endpoint in selector(\"!all()\")"), IsEmpty());
  EXPECT_THAT(Run({"flows", "--where", "src == nobody"}).err,
              HasSubstr("--where: column 8: `nobody` is neither an address nor a network, nor"));
  const Finished no_set = Run({"flows", "--where", "src in set(nobody)"});
  EXPECT_EQ(no_set.status, 2) << no_set;
  EXPECT_THAT(no_set.err, HasSubstr("column 8: there is no network set `nobody`"));
  EXPECT_THAT(Run({"flows", "--where", "endpoint in selector('a = ')"}).err,
              HasSubstr("--where: column 13: "));
}

TEST_F(CliFlowsTest, HelpNamesEveryField) {
  EXPECT_THAT(Run({"flows", "--help"}).out, AllOf(HasSubstr("dport"), HasSubstr("redecided")));
}

TEST_F(CliFlowsTest, CsvHasAHeading) {
  const std::vector<std::string> lines = LinesOf(Run({"flows", "-o", "csv"}).out);
  ASSERT_THAT(lines, SizeIs(4));
  EXPECT_THAT(lines[0], StartsWith("id,time,hook,in,out,proto,src,sport,dst,dport"));
  EXPECT_THAT(lines[1], HasSubstr(",input,eth0,,TCP,198.51.100.9,40000,203.0.113.2,443,"));
}

TEST_F(CliFlowsTest, SumOfPacketsFromAnySourceSaysSo) {
  {
    GW_ASSERT_OK_AND_ASSIGN(
        const auto store, AuditStore::Open(directory_.File("audit.db"), AuditStore::Mode::kWriter));
    AuditRecord sum = Record(23, Verdict::kDeny, "end-of-tier:default/ingress");
    sum.tuple.source = Address::IPv4(0);
    sum.tuple.source_port = 0;
    sum.repeats = 1234;
    ASSERT_OK(store->Append({sum}));
  }
  EXPECT_THAT(Run({"flows", "--where", "dport==23"}).out,
              AllOf(HasSubstr("any, 1234 packets"), Not(HasSubstr("0.0.0.0"))));
  EXPECT_THAT(LinesOf(Run({"flows", "-o", "csv", "--where", "dport==23"}).out).back(),
              AllOf(HasSubstr(",TCP,,,203.0.113.2,23,"), ::testing::HasSubstr(",1,1234,")));
  EXPECT_THAT(Run({"flows", "-o", "json", "--where", "dport==23"}).out,
              HasSubstr("\"repeats\":1234"));
  EXPECT_THAT(Run({"explain", "4"}).out, HasSubstr("1234 packets from whatever source"));
}

TEST_F(CliFlowsTest, FollowShowsWhatIsAdded) {
  GW_ASSERT_OK_AND_ASSIGN(
      Subprocess following,
      Subprocess::Start({GW_GATEWARDEN, "--db", Database(), "flows", "--follow", "-o", "json"}));
  const auto lines_within = [&following](size_t count) {
    for (int i = 0; i < 200 && LinesOf(following.Out()).size() < count; ++i) {
      absl::SleepFor(absl::Milliseconds(50));
    }
    return LinesOf(following.Out());
  };
  ASSERT_THAT(lines_within(3), SizeIs(3));
  {
    GW_ASSERT_OK_AND_ASSIGN(
        const auto store, AuditStore::Open(directory_.File("audit.db"), AuditStore::Mode::kWriter));
    ASSERT_OK(store->Append({Record(993, Verdict::kDeny, "end-of-tier:default/ingress")}));
  }
  const std::vector<std::string> lines = lines_within(4);
  ASSERT_THAT(lines, SizeIs(4));
  EXPECT_THAT(lines[3], HasSubstr("\"dport\":993"));
  following.Stop(absl::Seconds(5));
}

TEST_F(CliFlowsTest, ExplainComparesThenAndNow) {
  ASSERT_EQ(Run({"delete", "gnp", "web"}).status, 0);
  const Finished finished = Run({"explain", "1", "--node", "gw", "-o", "json"});
  EXPECT_EQ(finished.status, 0) << finished;
  const Json json = Json::parse(finished.out, nullptr, false);
  EXPECT_EQ(json.at("record").at("decidedBy"), "policy:web/ingress/0");
  EXPECT_EQ(json.at("then").at("decidedBy"), "policy:web/ingress/0");
  EXPECT_EQ(json.at("now").at("decidedBy"), "no-profile-match");
  const Finished text = Run({"explain", "1", "--node", "gw"});
  EXPECT_THAT(text.out, AllOf(HasSubstr("then, by revision 1: allow"), HasSubstr("now: deny")));
  EXPECT_EQ(Run({"explain", "77"}).status, 1);
}

TEST_F(CliFlowsTest, ExplainSaysWhatStagedPoliciesWouldDo) {
  const Finished applied = Run({"apply", "-f", "-"}, R"(
apiVersion: projectcalico.org/v3
kind: StagedGlobalNetworkPolicy
metadata: {name: closed}
spec:
  order: 1
  types: [Ingress]
  ingress: [{action: Deny}]
)");
  ASSERT_EQ(applied.status, 0) << applied;
  const Finished text = Run({"explain", "1", "--node", "gw"});
  EXPECT_THAT(text.out, HasSubstr("if the staged policies were enforced: deny, "));
  EXPECT_THAT(text.out.substr(0, text.out.find("now: ")), Not(HasSubstr("staged policies were")))
      << "not then";
}

TEST_F(CliFlowsTest, StatsTellARuleFromWhatItWas) {
  AuditRecord record = Record(443, Verdict::kAllow, "policy:web/ingress/0");
  record.rule_version = 4711;
  record.revision = 3;
  {
    GW_ASSERT_OK_AND_ASSIGN(
        const auto store, AuditStore::Open(directory_.File("audit.db"), AuditStore::Mode::kWriter));
    ASSERT_OK(store->Append({record}));
  }
  EXPECT_THAT(Run({"stats"}).out, HasSubstr("as the rule was from revision 3 on"));
  const Json json = Json::parse(Run({"stats", "-o", "json"}).out, nullptr, false);
  ASSERT_EQ(json.size(), 3u);
  const auto old = std::find_if(json.begin(), json.end(),
                                [](const Json& row) { return row.contains("sinceRevision"); });
  ASSERT_NE(old, json.end());
  EXPECT_EQ(old->at("sinceRevision"), 3);
  EXPECT_EQ(old->at("current"), false);
}

TEST_F(CliFlowsTest, VerifySaysWhetherTheLogIsAsItWasWritten) {
  const Finished intact = Run({"audit", "verify"});
  EXPECT_EQ(intact.status, 0) << intact;
  EXPECT_THAT(intact.out, AllOf(HasSubstr("intact"), HasSubstr("yes"), HasSubstr("1 link"),
                                HasSubstr("0 covered, 3 not covered yet")));
  const Json json = Json::parse(Run({"audit", "verify", "-o", "json"}).out, nullptr, false);
  EXPECT_EQ(json.at("intact"), true);
  EXPECT_EQ(json.at("decisions").at("notYet"), 3);
  const std::string head = json.at("head");
  EXPECT_EQ(Run({"audit", "verify", "--head", head}).status, 0);

  const std::string other = "1:" + std::string(64, '0');
  const Finished made_anew = Run({"audit", "verify", "--head", other});
  EXPECT_EQ(made_anew.status, 1) << made_anew;
  EXPECT_THAT(LinesOf(made_anew.out).front(), HasSubstr("the chain was made anew"));
  const Finished found = Run({"audit", "verify", "--head", other, "-o", "json"});
  EXPECT_EQ(found.status, 1);
  const Json findings = Json::parse(found.out, nullptr, false).at("findings");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].at("kind"), "link");
  EXPECT_EQ(findings[0].at("link"), 1);

  const Finished wrong = Run({"audit", "verify", "--head", "1"});
  EXPECT_EQ(wrong.status, 2);
  EXPECT_THAT(wrong.err, HasSubstr("--head: `1` names no link"));
  EXPECT_EQ(Run({"audit"}).status, 2);
}

TEST_F(CliFlowsTest, ExportedLogIsAskedLikeTheLog) {
  const std::string path = directory_.File("some.db");
  const Finished exported = Run({"audit", "export", path, "--where", "action == deny"});
  EXPECT_EQ(exported.status, 0) << exported;
  EXPECT_EQ(exported.out, path + ": 2 decisions, no events\n");
  const std::vector<std::string> lines =
      LinesOf(Run({"--audit-db", path, "flows", "-o", "json"}).out);
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_THAT(lines[0], HasSubstr("\"id\":2"));
  EXPECT_EQ(Run({"--audit-db", path, "audit", "verify"}).status, 0);
  EXPECT_THAT(Run({"--audit-db", path, "explain", "2", "--node", "gw"}).out,
              HasSubstr("then, by revision 1: deny"));
  EXPECT_THAT(Run({"--audit-db", path, "status"}).out, HasSubstr("where action == deny"));

  const Finished again = Run({"audit", "export", path});
  EXPECT_EQ(again.status, 1);
  EXPECT_THAT(again.err, HasSubstr("is there already"));
  const Finished nothing = Run({"audit", "export", path + "2", "--since", "1s"});
  EXPECT_EQ(nothing.status, 1);
  EXPECT_THAT(nothing.err, HasSubstr("no decisions to export"));
  EXPECT_EQ(Run({"audit", "export", path + "2", "--where", "colour == red"}).status, 2);
  EXPECT_FALSE(std::filesystem::exists(path + "2"));
}

TEST_F(CliTest, VerifyNeedsALog) {
  const Finished finished = Run({"audit", "verify"});
  EXPECT_EQ(finished.status, 1) << finished;
  EXPECT_THAT(finished.err, HasSubstr("there is no audit log at"));
}

TEST_F(CliFlowsTest, StatsCountByWhatDecided) {
  const Json json = Json::parse(Run({"stats", "-o", "json"}).out, nullptr, false);
  ASSERT_EQ(json.size(), 2u);
  EXPECT_EQ(json[0].at("decidedBy"), "end-of-tier:default/ingress");
  EXPECT_EQ(json[0].at("flows"), 2);
}

TEST_F(CliFlowsTest, StatsSumUpByAnythingAndOfSomeOnly) {
  const Json sources = Json::parse(Run({"stats", "--by", "src", "-o", "json"}).out, nullptr, false);
  ASSERT_EQ(sources.size(), 1u);
  EXPECT_EQ(sources[0].at("src"), "198.51.100.9");
  EXPECT_EQ(sources[0].at("flows"), 3);
  EXPECT_EQ(sources[0].at("denied"), 2);
  const Json some =
      Json::parse(Run({"stats", "--where", "dport < 100", "-o", "json"}).out, nullptr, false);
  ASSERT_EQ(some.size(), 1u);
  EXPECT_EQ(some[0].at("rule"), "end-of-tier:default/ingress");
  EXPECT_THAT(Run({"stats", "--by", "endpoint"}).out,
              AllOf(HasSubstr("ENDPOINT"), HasSubstr("wan")));
  EXPECT_THAT(Run({"stats", "--by", "Service"}).out,
              AllOf(HasSubstr("SERVICE"), HasSubstr("443/tcp")));
  for (const char* field : {"colour", "time", "polcy"}) {
    const Finished wrong = Run({"stats", "--by", field});
    EXPECT_EQ(wrong.status, 2) << wrong;
    EXPECT_THAT(wrong.err, HasSubstr(absl::StrCat("--by: `", field, "`")));
  }
}

TEST_F(CliFlowsTest, StatsSumUpByALabel) {
  {
    GW_ASSERT_OK_AND_ASSIGN(
        const auto store, AuditStore::Open(directory_.File("audit.db"), AuditStore::Mode::kWriter));
    AuditRecord record = Record(443, Verdict::kAllow, "policy:web/ingress/0");
    record.source_party = {{"phone", {{"Role", "guest"}}}};
    ASSERT_OK(store->Append({record}));
  }
  EXPECT_THAT(Run({"stats", "--by", "SRC.label.Role"}).out,
              AllOf(HasSubstr("SRC.LABEL.ROLE"), HasSubstr("guest")));
  const Json json =
      Json::parse(Run({"stats", "--by", "label.Role", "-o", "json"}).out, nullptr, false);
  ASSERT_EQ(json.size(), 1u);
  EXPECT_EQ(json[0].at("label.Role"), "guest");
  EXPECT_EQ(json[0].at("flows"), 1);
  EXPECT_THAT(Run({"stats", "--by", "dst.label.Role"}).err, HasSubstr("no flows"));
}

// What is written after the log was opened anew is in a block of its own; one is always looked at.
TEST_F(CliFlowsTest, SearchThatTimeEndsSaysHowFarItCame) {
  {
    GW_ASSERT_OK_AND_ASSIGN(
        const auto store, AuditStore::Open(directory_.File("audit.db"), AuditStore::Mode::kWriter));
    ASSERT_OK(store->Append({Record(22, Verdict::kAllow, "policy:web/ingress/0")}));
  }
  const Finished flows = Run({"flows", "-o", "json", "--time-max", "0s"});
  EXPECT_EQ(flows.status, 0) << flows;
  EXPECT_THAT(LinesOf(flows.out), SizeIs(1));
  EXPECT_THAT(flows.err,
              AllOf(StartsWith("time is over: decisions before "), HasSubstr("--until")));
  const Finished stats = Run({"stats", "--by", "dport", "-o", "json", "--time-max", "0s"});
  EXPECT_THAT(Json::parse(stats.out, nullptr, false), SizeIs(1));
  EXPECT_THAT(stats.err, StartsWith("time is over"));
  for (const std::vector<std::string>& more :
       {std::vector<std::string>{"--time-max", "1h"}, {"--time-max", "inf"}, {}}) {
    std::vector<std::string> words = {"flows", "-o", "json"};
    words.insert(words.end(), more.begin(), more.end());
    const Finished all = Run(words);
    EXPECT_THAT(LinesOf(all.out), SizeIs(4));
    EXPECT_EQ(all.err, "");
  }
  // Rules that were hit are not called idle because the time was over.
  const Finished never =
      Run({"stats", "--never", "--where", "dport > 0", "-o", "json", "--time-max", "0s"});
  EXPECT_EQ(
      never.out,
      Run({"stats", "--never", "--where", "dport > 0", "-o", "json", "--time-max", "inf"}).out);
  EXPECT_EQ(never.err, "");
  for (const char* wrong : {"soon", "-1s", "5"}) {
    EXPECT_EQ(Run({"flows", "--time-max", wrong}).status, 2) << wrong;
  }
}

TEST_F(CliFlowsTest, StatsSumUpBytes) {
  {
    GW_ASSERT_OK_AND_ASSIGN(
        const auto store, AuditStore::Open(directory_.File("audit.db"), AuditStore::Mode::kWriter));
    AuditFlow flow;
    flow.id = 1;
    flow.end.emplace();
    flow.end->bytes_sent = 1'000;
    flow.end->bytes_received = 234;
    ASSERT_OK(store->AppendFlows({flow}));
  }
  const std::vector<std::string> args = {"stats", "--by", "dport", "--sum", "bytes"};
  EXPECT_THAT(Run(args).out, AllOf(StartsWith("BYTES"), HasSubstr("1234"), HasSubstr("443")));
  const Json json = Json::parse(Run({"stats", "--by", "dport", "--sum", "bytes", "-o", "json"}).out,
                                nullptr, false);
  ASSERT_EQ(json.size(), 1u) << "flows of which no end is known do not count";
  EXPECT_EQ(json[0].at("dport"), "443");
  EXPECT_EQ(json[0].at("bytes"), 1'234);
  EXPECT_EQ(Run({"stats", "--sum", "hours"}).status, 2);
}

TEST_F(CliFlowsTest, StatsKnowRulesThatNeverDecided) {
  const Finished every = Run({"stats", "--never"});
  EXPECT_EQ(every.status, 0) << every;
  EXPECT_THAT(every.err, HasSubstr("every rule decided a flow"));
  const Finished some = Run({"stats", "--never", "--where", "dport != 443"});
  EXPECT_THAT(some.out, HasSubstr("policy:web/ingress/0"));
  EXPECT_EQ(Run({"stats", "--never", "--by", "src"}).status, 2);
}

TEST_F(CliFlowsTest, StatusTellsRevisionAndResources) {
  const Finished finished = Run({"status"});
  EXPECT_EQ(finished.status, 0) << finished;
  EXPECT_THAT(finished.out, AllOf(HasSubstr("revision   1,"), HasSubstr("1 host endpoint,"),
                                  HasSubstr("stopped")));
  const Json json = Json::parse(Run({"status", "-o", "json"}).out, nullptr, false);
  EXPECT_EQ(json.at("revision"), 1);
  EXPECT_EQ(json.at("policies"), 1);
}

TEST_F(CliFlowsTest, StatusTellsOfTheStreams) {
  EnforcerState state;
  state.counts.as_of = absl::Now();
  state.counts.streams = {{"JSON lines", "/var/log/audit.json", "cannot open it", 7, 2}};
  GW_ASSERT_OK_AND_ASSIGN(EnforcerLock lock, EnforcerLock::Acquire(Database()));
  ASSERT_OK(lock.Write(state));
  EXPECT_THAT(Run({"status"}).out,
              HasSubstr("JSON lines  to /var/log/audit.json, 7 records written, 2 dropped; cannot "
                        "open it\n"));
  const Json json = Json::parse(Run({"status", "-o", "json"}).out, nullptr, false);
  EXPECT_EQ(json.at("streams"), Json::parse(R"([{"name":"JSON lines","target":"/var/log/audit.json",
                             "problem":"cannot open it","recordsWritten":7,"recordsDropped":2}])"));
}

TEST_F(CliTest, WithoutAnAuditLogThereAreNoFlows) {
  ApplyPolicy();
  const Finished finished = Run({"flows"});
  EXPECT_EQ(finished.status, 0) << finished;
  EXPECT_THAT(finished.out, IsEmpty());
  EXPECT_THAT(finished.err, HasSubstr("no flows"));
}

}  // namespace
}  // namespace gw::testing
