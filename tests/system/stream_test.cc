// The streams of the audit log, with a real gatewardend: IPFIX as Debian's nfdump reads it, JSON
// lines as `gatewarden flows -o json` has them, and what happens to them when nobody listens.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/store/audit_json.h"
#include "nlohmann/json.hpp"
#include "tests/support/temporary_directory.h"
#include "tests/system/enforcer_fixture.h"

namespace gw::testing {
namespace {

using Json = nlohmann::ordered_json;
using ::testing::HasSubstr;

constexpr char kCollectorPort[] = "4739";

class StreamTest : public EnforcerFixture {
 protected:
  void SetUp() override {
    EnforcerFixture::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    // So that an end comes soon. gatewardend reads them when it starts.
    for (const char* name : {"tcp_timeout_time_wait", "tcp_timeout_close", "udp_timeout",
                             "udp_timeout_stream", "icmp_timeout", "icmpv6_timeout"}) {
      ASSERT_OK(SetSysctl(gateway(), absl::StrCat("net/netfilter/nf_conntrack_", name), "1"));
    }
    auto web = TcpServer::Start(server(), 80);
    ASSERT_OK(web);
    web_ = *std::move(web);
  }

  // The client may go to port 80 and ping, and nowhere else.
  void EnforceWith(const std::string& settings, const std::string& wan_profiles = "[allow-all]") {
    Enforce(HostEndpointYaml("lan", "eth1") + HostEndpointYaml("wan", "eth0", wan_profiles) +
            AllowAllProfileYaml() + PolicyYaml("lan-out", R"(
  selector: zone == 'lan'
  applyOnForward: true
  types: [Ingress]
  ingress: [{action: Allow, protocol: TCP, destination: {ports: [80]}},
            {action: Allow, protocol: ICMP}])") +
            SettingsYaml(absl::StrCat("learnedAccepts: \"Off\"", settings)));
  }

  std::string CollectorSetting() {
    return absl::StrCat(", auditIpfixCollector: \"", kServer, ":", kCollectorPort, "\"");
  }
  void StartCollector() {
    auto collector = StartIn(server(), {"nfcapd", "-w", flows_.path(), "-b", kServer, "-p",
                                        kCollectorPort, "-t", "3600"});
    ASSERT_OK(collector);
    collector_.emplace(*std::move(collector));
    // It has its socket when the kernel lists it.
    ASSERT_TRUE(WaitUntil(
        [&] {
          const auto sockets = ReadProcNet(server(), "udp");
          return sockets.ok() && absl::StrContains(*sockets, ":1283 ");
        },
        absl::Seconds(10)));
  }
  // What it has received, as nfdump says it.
  Json StopCollector() {
    collector_->Signal(SIGTERM);
    WaitUntil([&] { return !collector_->Running(); }, absl::Seconds(10));
    const Finished dumped = RunIn(server(), {"nfdump", "-R", flows_.path(), "-o", "json"});
    EXPECT_TRUE(dumped.ok()) << dumped << collector_->Err();
    return Json::parse(dumped.out, nullptr, /*allow_exceptions=*/false);
  }

  // The records, when the ends of `count` of those to and from other machines are known.
  std::vector<AuditRecord> Ended(size_t count) {
    std::vector<AuditRecord> ended;
    EXPECT_TRUE(WaitUntil(
        [&] {
          // A list makes connection tracking look at what is over.
          RunIn(gateway(), {"conntrack", "-L"});
          RunIn(gateway(), {"conntrack", "-L", "-f", "ipv6"});
          ended.clear();
          for (const AuditRecord& record : lab_->Records()) {
            if (record.hook == Hook::kForward && record.end) ended.push_back(record);
          }
          return ended.size() >= count;
        },
        absl::Seconds(20)))
        << ended.size() << " have ended";
    return ended;
  }

  AuditStreamCounts Stream(const std::string& name) {
    for (const AuditStreamCounts& stream : lab_->State().counts.streams) {
      if (stream.name == name) return stream;
    }
    return {};
  }
  ::testing::AssertionResult WaitForStream(
      const std::string& name, const std::function<bool(const AuditStreamCounts&)>& wanted) {
    if (WaitUntil([&] { return wanted(Stream(name)); }, absl::Seconds(15))) {
      return ::testing::AssertionSuccess();
    }
    const AuditStreamCounts stream = Stream(name);
    return ::testing::AssertionFailure()
           << name << " to `" << stream.target << "`, written " << stream.written << ", dropped "
           << stream.dropped << ", problem `" << stream.problem << "`";
  }

  // A connection with some bytes; closed.
  void Talk(const Namespace& from, const std::string& address, uint16_t port = 80) {
    auto flow = TcpFlow::Open(from, {.address = address, .port = port});
    ASSERT_OK(flow);
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(flow->Echo(std::string(900, 'x'), kAnswer));
  }

  const TemporaryDirectory flows_;
  std::unique_ptr<TcpServer> web_;
  std::optional<Subprocess> collector_;
};

// nfdump's words for one flow, as they should be: addresses, bytes and packets each way.
struct Dumped {
  std::string source, destination;
  int64_t source_port, destination_port, in_packets, in_bytes, out_packets, out_bytes;
  std::string post_source = {};
  int64_t post_source_port = 0;
  std::string post_destination = {};
  int64_t post_destination_port = 0;

  friend bool operator==(const Dumped&, const Dumped&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Dumped& d) {
    return out << d.source << ":" << d.source_port << " > " << d.destination << ":"
               << d.destination_port << " " << d.in_packets << "/" << d.in_bytes << " "
               << d.out_packets << "/" << d.out_bytes << " as " << d.post_source << ":"
               << d.post_source_port << " > " << d.post_destination << ":"
               << d.post_destination_port;
  }
};

std::string Text(const Json& flow, const char* name) { return flow.value(name, ""); }
// nfdump writes translated ports as texts.
int64_t Number(const Json& flow, const char* name) {
  const Json value = flow.value(name, Json(0));
  return value.is_string() ? std::stoll(value.get<std::string>()) : value.get<int64_t>();
}

Dumped DumpedOf(const Json& flow) {
  const bool is_ipv4 = flow.contains("src4_addr");
  Dumped d = {Text(flow, is_ipv4 ? "src4_addr" : "src6_addr"),
              Text(flow, is_ipv4 ? "dst4_addr" : "dst6_addr"),
              Number(flow, "src_port"),
              Number(flow, "dst_port"),
              Number(flow, "in_packets"),
              Number(flow, "in_bytes"),
              Number(flow, "out_packets"),
              Number(flow, "out_bytes")};
  d.post_source = Text(flow, "src4_xlt_ip");
  d.post_destination = Text(flow, "dst4_xlt_ip");
  d.post_source_port = Number(flow, "src_xlt_port");
  d.post_destination_port = Number(flow, "dst_xlt_port");
  return d;
}

// From the audit log. nfdump 1.7.1 passes over translated addresses of IPv6.
Dumped DumpedOf(const AuditRecord& record) {
  const Tuple& tuple = record.tuple;
  const TransportAddress behind = {tuple.destination, tuple.destination_port};
  const TransportAddress sent_to = record.original_destination.value_or(behind);
  Dumped d = {ToString(tuple.source),
              ToString(sent_to.address),
              tuple.source_port,
              sent_to.port,
              record.end->packets_sent,
              record.end->bytes_sent,
              record.end->packets_received,
              record.end->bytes_received};
  if (!record.original_destination && !record.translated_source) return d;
  const TransportAddress source =
      record.translated_source.value_or(TransportAddress{tuple.source, tuple.source_port});
  d.post_source_port = source.port;
  d.post_destination_port = behind.port;
  if (tuple.family() == Family::kIPv6) return d;
  d.post_source = ToString(source.address);
  d.post_destination = ToString(behind.address);
  return d;
}

// ---- IPFIX ----------------------------------------------------------------------------------

TEST_F(StreamTest, NfdumpSaysWhatTheAuditLogSays) {
  if (!RunIn(server(), {"nfdump", "-V"}).ok()) GTEST_SKIP() << "NOT TESTED: no nfdump";
  StartCollector();
  ASSERT_OK(lab_->lab().ForwardPort("tcp", 32010, kClient, 8080));
  auto inner = TcpServer::Start(client(), 8080);
  ASSERT_OK(inner);
  EnforceWith(CollectorSetting());
  Talk(client(), kServer);
  Talk(client(), kServer6);
  EXPECT_EQ(Tcp(client(), kServer, 82, kNoAnswer), Outcome::kTimedOut);
  Talk(server(), kGatewayWan, 32010);
  EXPECT_TRUE(RunIn(client(), {"ping", "-c", "2", "-i", "0.2", "-W", "5", kServer}).ok());
  Ended(4);
  ASSERT_OK(lab_->lab().Masquerade());
  Talk(client(), kServer);
  Talk(client(), kServer6);
  const std::vector<AuditRecord> ended = Ended(6);
  ASSERT_TRUE(WaitForStream("IPFIX", [](const auto& s) { return s.written >= 15; }));
  EXPECT_OK(lab_->StopDaemon());
  const Json dumped = StopCollector();
  ASSERT_TRUE(dumped.is_array()) << dumped;
  EXPECT_THAT(collector_->Err() + collector_->Out(), Not(HasSubstr("error:")));

  std::vector<Dumped> seen;
  bool denied = false;
  for (const Json& flow : dumped) {
    const Dumped one = DumpedOf(flow);
    denied |= one.destination == kServer && one.destination_port == 82;
    if (one.in_packets > 0 && flow.value("proto", 0) != 1) seen.push_back(one);
  }
  EXPECT_TRUE(denied) << dumped;
  std::vector<Dumped> expected;
  for (const AuditRecord& record : ended) {
    if (HasPorts(record.tuple.protocol)) expected.push_back(DumpedOf(record));
  }
  EXPECT_THAT(seen, ::testing::UnorderedElementsAreArray(expected));
  EXPECT_GT(expected.at(0).in_bytes, 4'500);
  EXPECT_EQ(Stream("IPFIX").dropped, 0);
}

TEST_F(StreamTest, CollectorThatComesLaterGetsWhatWaited) {
  EnforceWith(CollectorSetting());
  Talk(client(), kServer);
  EXPECT_TRUE(WaitForStream("IPFIX", [](const AuditStreamCounts& s) {
    return absl::StrContains(s.problem, "Connection refused: start the collector there");
  }));
  Talk(client(), kServer);
  StartCollector();
  EXPECT_TRUE(WaitForStream("IPFIX", [](const AuditStreamCounts& s) {
    return s.problem.empty() && s.written >= 2 && s.dropped == 0;
  }));
  EXPECT_OK(lab_->StopDaemon());
  size_t to_web = 0;
  for (const Json& flow : StopCollector()) to_web += Number(flow, "dst_port") == 80 ? 1u : 0u;
  EXPECT_GE(to_web, 2u);
}

TEST_F(StreamTest, DeniedCollectorIsTriedNowAndThenAndRecordedOnce) {
  EnforceWith(CollectorSetting(), "[]");
  Talk(client(), kServer);
  EXPECT_TRUE(WaitForStream("IPFIX", [](const AuditStreamCounts& s) {
    return absl::StrContains(s.problem, "a rule of this gateway drops what it sends");
  }));
  std::this_thread::sleep_for(std::chrono::seconds(6));
  size_t own = 0;
  for (const AuditRecord& record : lab_->Records()) {
    own += record.tuple.destination_port == 4739 ? 1u : 0u;
  }
  EXPECT_GE(own, 1u);
  EXPECT_LE(own, 2u) << RowsText();
}

// ---- JSON lines -----------------------------------------------------------------------------

TEST_F(StreamTest, LinesAreThoseOfTheAuditLog) {
  const std::string path = lab_->folder() + "/audit.json";
  ASSERT_OK(lab_->lab().Masquerade());
  EnforceWith(absl::StrCat(", auditJsonLines: \"", path, "\""));
  Talk(client(), kServer);
  EXPECT_EQ(Tcp(client(), kServer, 82, kNoAnswer), Outcome::kTimedOut);
  Ended(1);
  ASSERT_TRUE(WaitForStream("JSON lines", [](const auto& s) { return s.written >= 4; }));
  EXPECT_OK(lab_->StopDaemon());

  std::map<int64_t, Json> decisions;
  std::map<int64_t, Json> ends;
  bool translated = false;
  bool stopped = false;
  std::ifstream file(path);
  for (std::string text; std::getline(file, text);) {
    const Json line = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    ASSERT_TRUE(line.is_object()) << text;
    const std::string event = line.value("event", "");
    if (event.empty()) decisions[line["id"]] = line;
    if (event == "end") ends[line["id"]] = line["end"];
    translated |= event == "translated";
    stopped |= event == "stop";
  }
  const std::vector<AuditRecord> records = lab_->Records();
  EXPECT_EQ(decisions.size(), records.size());
  for (AuditRecord record : records) {
    EXPECT_EQ(ends.contains(record.id), record.end.has_value());
    if (record.end) {
      EXPECT_EQ(ends[record.id], ToJson(record)["end"]);
    }
    // Known later.
    record.end.reset();
    record.translated_source.reset();
    EXPECT_EQ(decisions[record.id], ToJson(record));
  }
  EXPECT_TRUE(translated);
  EXPECT_TRUE(stopped);
}

TEST_F(StreamTest, SettingsChangeWithoutARestart) {
  const std::string folder = lab_->folder() + "/log";
  const std::string setting = absl::StrCat(", auditJsonLines: \"", folder, "/audit.json\"");
  EnforceWith("");
  Talk(client(), kServer);
  EXPECT_EQ(Stream("JSON lines").name, "");
  EnforceWith(setting);
  EXPECT_TRUE(WaitForStream("JSON lines", [](const AuditStreamCounts& s) {
    return absl::StrContains(s.problem, "No such file or directory: make the folder");
  }));
  EXPECT_THAT(lab_->DaemonLog(), HasSubstr("audit stream of JSON lines: cannot open"));
  // Enforcement goes on, and what waits is written as soon as it can be.
  Talk(client(), kServer);
  std::filesystem::create_directory(folder);
  EXPECT_TRUE(WaitForStream(
      "JSON lines", [](const AuditStreamCounts& s) { return s.problem.empty() && s.written > 0; }));
  EnforceWith("");
  EXPECT_TRUE(WaitForStream("JSON lines", [](const auto& s) { return s.target.empty(); }));
  const int64_t written = Stream("JSON lines").written;
  Talk(client(), kServer);
  std::this_thread::sleep_for(std::chrono::milliseconds(1200));
  EXPECT_EQ(Stream("JSON lines").written, written);
  EXPECT_EQ(Stream("JSON lines").dropped, 0);
}

}  // namespace
}  // namespace gw::testing
