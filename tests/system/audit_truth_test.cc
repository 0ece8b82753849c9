// The audit log against the truth: flows of many kinds at once, and afterwards a row for each, and
// none besides, that says what the kernels at both of its ends counted. Those are asked by sets of
// nftables that the test puts into the namespaces around the gateway; nothing of gatewardend's own
// says what is true. GW_SEED overrides the seed; it is printed.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"

#include "common/net/protocol.h"
#include "tests/support/ftp.h"
#include "tests/system/enforcer_fixture.h"

namespace gw::testing {
namespace {

using Reason = FlowEnd::Reason;

constexpr uint64_t kSeed = 20'261'128;
constexpr int kAtOnce = 4;
// What is sent at once fits a packet: of more, the output hook would see one that is cut behind it.
constexpr uint32_t kSegment = 1'400;
constexpr uint16_t kForwardedPort = 32'010;
// One SYN: the next would be sent after a second.
constexpr absl::Duration kOneSyn = absl::Milliseconds(1);
constexpr absl::Duration kPatience = absl::Seconds(15);
constexpr absl::Duration kAllEnded = absl::Seconds(60);

uint64_t Seed() {
  const char* text = std::getenv("GW_SEED");  // NOLINT(concurrency-mt-unsafe): one thread
  uint64_t seed = 0;
  return text != nullptr && absl::SimpleAtoi(text, &seed) ? seed : kSeed;
}

// Rules that test source ports are asked about for each flow; of the others the kernel learns.
// Which rule decides is known by its number.
constexpr char kAnyPort[] = "source: {ports: [\"1024:65535\"]}";

std::string Rule(const std::string& action, const std::string& protocol, uint16_t port,
                 bool each_asked = true) {
  return absl::StrCat("  - {action: ", action, ", protocol: ", protocol, ", destination: {ports: [",
                      port, "]}", each_asked ? absl::StrCat(", ", kAnyPort) : "", "}\n");
}

std::string Policies() {
  return absl::StrCat(
      HostEndpointYaml("wan", "eth0"), HostEndpointYaml("lan", "eth1"),
      HostEndpointYaml("guest", "eth2"),
      PolicyYaml(
          "inside",
          absl::StrCat("  selector: zone in {'lan', 'guest'}\n  applyOnForward: true\n"
                       "  types: [Ingress]\n  ingress:\n",
                       Rule("Allow", "TCP", 80), Rule("Allow", "UDP", 53), Rule("Deny", "TCP", 81),
                       Rule("Deny", "UDP", 82), Rule("Allow", "TCP", 83),
                       Rule("Allow", "TCP", 8080), Rule("Allow", "TCP", 8000, false),
                       Rule("Allow", "TCP", 8002, false), Rule("Deny", "TCP", 8001, false),
                       Rule("Deny", "UDP", 8001, false), Rule("Allow", "TCP", 21),
                       "  - {action: Allow, protocol: ICMP}\n"
                       "  - {action: Allow, protocol: ICMPv6}\n")),
      PolicyYaml("outside",
                 absl::StrCat("  selector: zone == 'wan'\n  applyOnForward: true\n"
                              "  types: [Ingress, Egress]\n  ingress:\n",
                              Rule("Allow", "TCP", 80), "  egress:\n", Rule("Allow", "TCP", 80),
                              Rule("Allow", "UDP", 53), Rule("Allow", "TCP", 83),
                              Rule("Allow", "TCP", 8000, false), Rule("Allow", "TCP", 8002, false),
                              Rule("Allow", "TCP", 21),
                              "  - {action: Allow, protocol: ICMP}\n"
                              "  - {action: Allow, protocol: ICMPv6}\n")),
      PolicyYaml("to-lan", absl::StrCat("  selector: zone == 'lan'\n  applyOnForward: true\n"
                                        "  types: [Egress]\n  egress:\n",
                                        Rule("Allow", "TCP", 80))));
}

// ---- what the kernels around the gateway saw ----------------------------------------------------

struct FlowName {
  uint8_t protocol = 0;
  std::string source;
  uint16_t source_port = 0;
  std::string destination;
  uint16_t destination_port = 0;

  auto Fields() const {
    return std::tie(protocol, source, source_port, destination, destination_port);
  }
  friend bool operator<(const FlowName& a, const FlowName& b) { return a.Fields() < b.Fields(); }
  friend bool operator==(const FlowName& a, const FlowName& b) { return a.Fields() == b.Fields(); }
};

std::string ToText(const FlowName& flow) {
  return absl::StrCat("protocol ", static_cast<int>(flow.protocol), " ", flow.source, " port ",
                      flow.source_port, " > ", flow.destination, " port ", flow.destination_port);
}

struct Counted {
  int64_t packets = 0;
  int64_t bytes = 0;
};
using Seen = std::map<FlowName, Counted>;

// Sets "sent" and "received" (the answers) of flows that began here, "reset" of those among them in
// which either side sent a reset, and "arrived" of flows that began elsewhere; with counters of IP
// packets and bytes.
std::string ObserverText() {
  std::string sets;
  std::string rules[3];
  for (const bool ipv4 : {true, false}) {
    const char* ip = ipv4 ? "ip" : "ip6";
    const char* address = ipv4 ? "ipv4_addr" : "ipv6_addr";
    const char* number = ipv4 ? "4" : "6";
    for (const char* name : {"sent", "received", "reset", "arrived"}) {
      for (const char* protocol : {"tcp", "udp"}) {
        absl::StrAppend(&sets, "set ", name, "_", protocol, number, " { type ", address,
                        " . inet_service . ", address, " . inet_service; flags dynamic; ",
                        "size 8192; }\n");
      }
      absl::StrAppend(&sets, "set ", name, "_icmp", number, " { type ", address, " . ", address,
                      "; flags dynamic; size 8192; }\n");
    }
    for (const char* protocol : {"tcp", "udp"}) {
      const std::string forth = absl::StrCat(" { ", ip, " saddr . ", protocol, " sport . ", ip,
                                             " daddr . ", protocol, " dport counter }\n");
      const std::string back = absl::StrCat(" { ", ip, " daddr . ", protocol, " dport . ", ip,
                                            " saddr . ", protocol, " sport counter }\n");
      const std::string suffix = absl::StrCat("_", protocol, number);
      if (suffix[1] == 't') {
        const std::string reset = "tcp flags & rst == rst ct direction ";
        absl::StrAppend(&rules[0], reset, "original update @reset", suffix, forth);
        absl::StrAppend(&rules[1], reset, "reply update @reset", suffix, back);
      }
      absl::StrAppend(&rules[0], "ct direction original update @sent", suffix, forth);
      absl::StrAppend(&rules[1], "ct direction reply update @received", suffix, back);
      absl::StrAppend(&rules[2], "ct direction original update @arrived", suffix, forth);
    }
    const char* icmp = ipv4 ? "icmp" : "icmpv6";
    const std::string forth = absl::StrCat(" { ", ip, " saddr . ", ip, " daddr counter }\n");
    const std::string back = absl::StrCat(" { ", ip, " daddr . ", ip, " saddr counter }\n");
    absl::StrAppend(&rules[0], icmp, " type echo-request update @sent_icmp", number, forth);
    absl::StrAppend(&rules[1], icmp, " type echo-reply update @received_icmp", number, back);
    absl::StrAppend(&rules[2], icmp, " type echo-request update @arrived_icmp", number, forth);
  }
  // Behind gatewardend's own table, where there is one: what it drops did not arrive.
  return absl::StrCat("table inet truth {\n", sets,
                      "chain out { type filter hook output priority filter + 20;\n", rules[0],
                      "}\nchain in { type filter hook input priority filter + 20;\n", rules[1],
                      rules[2], "}\n}\n");
}

// "elements = { 10.0.0.1 . 4000 . 10.0.0.2 . 80 counter packets 5 bytes 300, ... }"
void ReadElements(const std::string& listed, uint8_t protocol, Seen* seen) {
  const size_t begin = listed.find("elements = {");
  if (begin == std::string::npos) return;
  const size_t first = listed.find('{', begin) + 1;
  const std::string elements = listed.substr(first, listed.find('}', begin) - first);
  for (const absl::string_view element : absl::StrSplit(elements, ',')) {
    std::vector<std::string> words =
        absl::StrSplit(element, absl::ByAnyChar(" \t\n"), absl::SkipEmpty());
    words.erase(std::remove(words.begin(), words.end(), "."), words.end());
    const bool has_ports = protocol == kProtocolTcp || protocol == kProtocolUdp;
    ASSERT_EQ(words.size(), has_ports ? 9u : 7u) << element;
    FlowName name;
    name.protocol = protocol;
    name.source = words[0];
    name.destination = words[has_ports ? 2 : 1];
    int source_port = 0;
    int destination_port = 0;
    if (has_ports) {
      ASSERT_TRUE(absl::SimpleAtoi(words[1], &source_port) &&
                  absl::SimpleAtoi(words[3], &destination_port))
          << element;
    }
    name.source_port = static_cast<uint16_t>(source_port);
    name.destination_port = static_cast<uint16_t>(destination_port);
    Counted counted;
    ASSERT_TRUE(absl::SimpleAtoi(words[words.size() - 3], &counted.packets) &&
                absl::SimpleAtoi(words[words.size() - 1], &counted.bytes))
        << element;
    (*seen)[name] = counted;
  }
}

Seen ReadSets(const Namespace& in, const std::string& name) {
  const std::tuple<const char*, uint8_t> kinds[] = {
      {"_tcp4", kProtocolTcp}, {"_tcp6", kProtocolTcp},   {"_udp4", kProtocolUdp},
      {"_udp6", kProtocolUdp}, {"_icmp4", kProtocolIcmp}, {"_icmp6", kProtocolIcmpv6},
  };
  Seen seen;
  for (const auto& [suffix, protocol] : kinds) {
    const Finished listed = RunIn(in, {"nft", "list", "set", "inet", "truth", name + suffix});
    EXPECT_TRUE(listed.ok()) << listed;
    ReadElements(listed.out, protocol, &seen);
  }
  return seen;
}

// ---- kinds of flows -----------------------------------------------------------------------------

enum class How {
  kTalk,   // TCP: some bytes there and back, closed
  kReset,  // TCP: connected and reset
  kSyn,    // TCP: one SYN, whatever comes
  kAsk,    // UDP: a question and its answer
  kSend,   // UDP: one datagram, nothing comes
  kEcho,   // two echo requests and their answers
  kFetch,  // TCP: the control flow of an FTP session, in which a file is transferred
};

// What a row has to say besides what was counted.
struct Says {
  std::string words;  // Words()
  std::string tier = "default";
  Hook hook = Hook::kForward;
  std::string in = "eth1";
  std::string out = "eth0";
  std::optional<Reason> end = {};  // none: denied
  bool rejected = false;
};

struct Kind {
  const char* name;
  int flows;
  const Namespace* from;
  std::string to;
  uint8_t protocol;
  uint16_t port;
  How how;
  Says says;
  bool summed = false;  // several flows may share a row, from any source
};

std::string EndpointOf(const std::string& interface) {
  if (interface == "eth0") return "wan";
  if (interface == "eth1") return "lan";
  return interface == "eth2" ? "guest" : "";
}

class AuditTruthTest : public EnforcerFixture {
 protected:
  void SetUp() override {
    EnforcerFixture::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    std::cout << "seed " << seed_ << std::endl;
    // So that an end comes soon; long enough that no answer of a busy machine comes behind it.
    for (const char* name : {"tcp_timeout_time_wait", "tcp_timeout_close", "udp_timeout",
                             "udp_timeout_stream", "icmp_timeout", "icmpv6_timeout"}) {
      ASSERT_OK(SetSysctl(gateway(), absl::StrCat("net/netfilter/nf_conntrack_", name), "3"));
    }
    for (const char* name : {"tcp", "udp"}) {
      (void)SetSysctl(gateway(), absl::StrCat("net/netfilter/nf_flowtable_", name, "_timeout"),
                      "3");
    }
    ASSERT_OK(lab_->lab().AssignFtpHelper());
    ASSERT_OK(lab_->lab().ForwardPort("tcp", kForwardedPort, kClient, 80));
    ASSERT_OK(Nft(gateway(), R"(table inet nat_out {
      chain out { type nat hook postrouting priority srcnat;
                  iifname eth2 oifname eth0 masquerade; }
    })"));
    StartServers();
  }

  void StartServers() {
    const std::pair<const Namespace*, uint16_t> listening[] = {
        {&server(), 80}, {&server(), 8000}, {&client(), 80}, {&gateway(), 22}, {&gateway(), 8080}};
    for (const auto& [in, port] : listening) {
      auto started = TcpServer::Start(*in, port);
      ASSERT_OK(started);
      tcp_.push_back(*std::move(started));
    }
    auto names = UdpServer::Start(server(), 53);
    ASSERT_OK(names);
    names_ = *std::move(names);
    auto ftp = FtpServer::Start(server(), std::string(kSegment, 'f'));
    ASSERT_OK(ftp);
    ftp_ = *std::move(ftp);
    // Each echo flow goes to an address of its own: by the tuple, two at once are one.
    std::string text;
    for (int i = 0; i < kEchoes; ++i) {
      absl::StrAppend(&text, "address add ", EchoTarget(i, true), "/24 dev eth0\naddress add ",
                      EchoTarget(i, false), "/64 dev eth0 nodad preferred_lft 0\n");
    }
    const Finished added =
        RunProgram({"ip", "-batch", "-"}, kRunTimeout, {.netns = server().name(), .input = text});
    ASSERT_TRUE(added.ok()) << added;
  }

  // Watching begins anew.
  void Observe() {
    for (const Namespace* each : {&client(), &guest(), &server(), &gateway()}) {
      RunIn(*each, {"nft", "delete", "table", "inet", "truth"});
      ASSERT_OK(Nft(*each, ObserverText()));
    }
    first_id_ = lab_->Records().empty() ? 0 : lab_->Records().front().id;
    begin_ = absl::Now();
  }

  static std::string EchoTarget(int number, bool ipv4) {
    return ipv4 ? absl::StrCat("203.0.113.", 100 + number) : absl::StrCat("2001:db8:1::1:", number);
  }

  uint16_t NextPort() { return next_port_++; }

  void Do(const Kind& kind, int number, uint16_t source_port, uint32_t random) const {
    Dial dial = {
        .address = kind.to, .port = kind.port, .timeout = kPatience, .source_port = source_port};
    const std::string text(1 + random % kSegment, 'x');
    switch (kind.how) {
      case How::kTalk: {
        auto flow = TcpFlow::Open(*kind.from, dial);
        if (!flow.ok()) {
          ADD_FAILURE() << kind.name << ": " << flow.status();
          return;
        }
        for (uint32_t i = 0; i < 1 + random % 7; ++i) {
          EXPECT_TRUE(flow->Echo(text, kPatience)) << kind.name;
        }
        break;
      }
      case How::kReset:
        EXPECT_EQ(TcpConnect(*kind.from, dial).outcome, Outcome::kConnected) << kind.name;
        break;
      case How::kSyn:
        dial.timeout = kind.says.end || kind.says.rejected ? kPatience : kOneSyn;
        EXPECT_EQ(TcpConnect(*kind.from, dial).outcome,
                  dial.timeout == kOneSyn ? Outcome::kTimedOut : Outcome::kRefused)
            << kind.name;
        break;
      case How::kAsk:
        EXPECT_EQ(UdpExchange(*kind.from, dial, text).outcome, Outcome::kConnected) << kind.name;
        break;
      case How::kSend: {
        auto flow = UdpFlow::Open(*kind.from, dial);
        EXPECT_OK(flow);
        if (flow.ok()) EXPECT_OK(flow->Send(text));
        break;
      }
      case How::kEcho: {
        const bool ipv4 = kind.protocol == kProtocolIcmp;
        const Finished pinged =
            RunIn(*kind.from, {"ping", "-n", "-c", "2", "-i", "0.2", "-W", "10", "-s",
                               absl::StrCat(random % 1'000), EchoTarget(number, ipv4)});
        EXPECT_TRUE(pinged.ok()) << pinged;
        break;
      }
      case How::kFetch:
        EXPECT_OK(FetchByFtp(*kind.from, kind.to,
                             number % 2 == 0 ? FtpMode::kPassive : FtpMode::kActive, kPatience));
        break;
    }
  }

  // All flows of all kinds, in an order by chance, some at once.
  void Generate(const std::vector<Kind>& kinds) {
    struct Planned {
      const Kind* kind = nullptr;
      int number = 0;
      uint16_t source_port = 0;
      uint32_t random = 0;
    };
    std::vector<Planned> plan;
    for (const Kind& kind : kinds) {
      for (int i = 0; i < kind.flows; ++i) {
        plan.push_back({&kind, i, NextPort(), static_cast<uint32_t>(random_())});
      }
    }
    std::shuffle(plan.begin(), plan.end(), random_);
    std::atomic<size_t> next{0};
    const auto work = [&] {
      for (size_t i = next++; i < plan.size(); i = next++) {
        Do(*plan[i].kind, plan[i].number, plan[i].source_port, plan[i].random);
      }
    };
    std::vector<std::thread> threads;
    for (int i = 0; i < kAtOnce; ++i) threads.emplace_back(work);
    for (std::thread& thread : threads) thread.join();
  }

  std::vector<AuditRecord> NewRecords() {
    std::vector<AuditRecord> records = lab_->Records();
    const auto is_old = [this](const AuditRecord& record) { return record.id <= first_id_; };
    records.erase(std::remove_if(records.begin(), records.end(), is_old), records.end());
    return records;
  }

  // Until as many rows have an end and the log has stopped to grow.
  void WaitForEnds(int64_t ends) {
    EXPECT_TRUE(WaitUntil(
        [&] {
          // A list makes connection tracking look at what is over.
          RunIn(gateway(), {"conntrack", "-L"});
          RunIn(gateway(), {"conntrack", "-L", "-f", "ipv6"});
          const std::vector<AuditRecord> records = NewRecords();
          return std::count_if(records.begin(), records.end(), [](const AuditRecord& record) {
                   return record.end.has_value();
                 }) >= ends;
        },
        kAllEnded));
  }

  // What the kernels saw, and of which kind each flow is (null: FTP data).
  struct Truth {
    FlowName sent;
    Counted sent_counted;
    Counted received;
    bool reset = false;
    std::optional<FlowName> arrived;  // as the other end saw it; none: dropped on the way
    const Kind* kind = nullptr;
  };

  std::vector<Truth> ReadTruth(const std::vector<Kind>& kinds) {
    Seen arrived;
    for (const Namespace* each : {&client(), &guest(), &server(), &gateway()}) {
      arrived.merge(ReadSets(*each, "arrived"));
    }
    std::vector<Truth> truths;
    for (const Namespace* each : {&client(), &guest(), &server()}) {
      const Seen received = ReadSets(*each, "received");
      const Seen reset = ReadSets(*each, "reset");
      for (const auto& [name, counted] : ReadSets(*each, "sent")) {
        Truth truth;
        truth.sent = name;
        truth.sent_counted = counted;
        if (const auto answers = received.find(name); answers != received.end()) {
          truth.received = answers->second;
        }
        truth.reset = reset.count(name) > 0;
        truth.arrived = Arrived(name, arrived);
        for (const Kind& kind : kinds) {
          const bool to = kind.how == How::kEcho || kind.to == name.destination;
          if (kind.from == each && kind.protocol == name.protocol && to &&
              kind.port == name.destination_port) {
            truth.kind = &kind;
          }
        }
        truths.push_back(truth);
      }
    }
    return truths;
  }

  // Translated, a flow is known by its source port, of which each of ours has its own.
  std::optional<FlowName> Arrived(const FlowName& sent, const Seen& arrived) {
    if (arrived.count(sent) > 0) return sent;
    if (sent.source_port == 0) return std::nullopt;
    for (const auto& [name, counted] : arrived) {
      if (name.protocol == sent.protocol && name.source_port == sent.source_port &&
          sent.source_port < next_port_) {
        return name;
      }
    }
    return std::nullopt;
  }

  static FlowName NameOf(const AuditRecord& record) {
    return {record.tuple.protocol, ToString(record.tuple.source), record.tuple.source_port,
            ToString(record.tuple.destination), record.tuple.destination_port};
  }

  static std::string Text(const std::optional<TransportAddress>& address) {
    return address ? absl::StrCat(ToString(address->address), " port ", address->port) : "as sent";
  }
  static std::string Text(const std::string& address, uint16_t port) {
    return absl::StrCat(address, " port ", port);
  }

  void ExpectRow(const Truth& truth, const Says& says, const AuditRecord& record) {
    EXPECT_EQ(Words(record), says.words);
    EXPECT_EQ(record.tier, says.tier);
    EXPECT_EQ(record.hook, says.hook);
    EXPECT_EQ(record.in, says.in);
    EXPECT_EQ(record.out, says.out);
    EXPECT_EQ(record.in_endpoint, EndpointOf(says.in));
    EXPECT_EQ(record.out_endpoint, EndpointOf(says.out));
    EXPECT_EQ(record.rejected, says.rejected);
    EXPECT_EQ(record.revision, revision_);
    EXPECT_FALSE(record.redecided);
    EXPECT_EQ(record.repeats, 0);
    EXPECT_GE(record.time, begin_ - absl::Milliseconds(1));
    EXPECT_LE(record.time, absl::Now());
    EXPECT_EQ(truth.arrived.has_value(), says.end.has_value()) << "whether it arrived";
    ASSERT_EQ(record.end.has_value(), says.end.has_value());
    std::string original = "as sent";
    std::string translated = "as sent";
    if (truth.arrived && truth.arrived->destination != truth.sent.destination) {
      original = Text(truth.sent.destination, truth.sent.destination_port);
    }
    if (truth.arrived && truth.arrived->source != truth.sent.source) {
      translated = Text(truth.arrived->source, truth.arrived->source_port);
    }
    EXPECT_EQ(Text(record.original_destination), original);
    EXPECT_EQ(Text(record.translated_source), translated);
    if (!record.end) return;
    Reason reason = *says.end;
    if (truth.kind != nullptr && truth.kind->how == How::kFetch) {
      // Who has left when the last answer comes says so by a reset.
      reason = truth.reset ? Reason::kReset : Reason::kClosed;
    }
    EXPECT_EQ(record.end->reason, reason) << FlowEndReasonName(record.end->reason);
    EXPECT_EQ(truth.reset, reason == Reason::kReset);
    EXPECT_EQ(record.end->packets_sent, truth.sent_counted.packets);
    EXPECT_EQ(record.end->bytes_sent, truth.sent_counted.bytes);
    EXPECT_EQ(record.end->packets_received, truth.received.packets);
    EXPECT_EQ(record.end->bytes_received, truth.received.bytes);
    EXPECT_GE(record.end->duration, absl::ZeroDuration());
    EXPECT_LE(record.end->time, absl::Now());
  }

  // Every flow has its row, every row its flow.
  void Compare(const std::vector<Kind>& kinds) {
    const std::vector<Truth> truths = ReadTruth(kinds);
    std::map<const Kind*, int> flows;
    std::multimap<FlowName, AuditRecord> rows;
    std::map<std::pair<uint8_t, std::string>, int64_t> summed_packets;  // by protocol, destination
    for (const Truth& truth : truths) ++flows[truth.kind];
    for (const Kind& kind : kinds) EXPECT_EQ(flows[&kind], kind.flows) << kind.name;
    EXPECT_EQ(flows[nullptr], Fetches(kinds)) << "FTP data";
    for (const AuditRecord& record : NewRecords()) rows.emplace(NameOf(record), record);

    for (const Truth& truth : truths) {
      SCOPED_TRACE(absl::StrCat(truth.kind == nullptr ? "FTP data" : truth.kind->name, ": ",
                                ToText(truth.sent)));
      if (truth.kind != nullptr && truth.kind->summed) {
        EXPECT_FALSE(truth.arrived);
        summed_packets[{truth.sent.protocol, truth.sent.destination}] += truth.sent_counted.packets;
        continue;
      }
      FlowName name = truth.sent;
      if (truth.arrived) {
        name.destination = truth.arrived->destination;
        name.destination_port = truth.arrived->destination_port;
      }
      const auto [first, last] = rows.equal_range(name);
      EXPECT_EQ(std::distance(first, last), 1) << "rows of " << ToText(name);
      if (first == last) continue;
      const bool from_wan = truth.sent.source == kServer || truth.sent.source == kServer6;
      const Says ftp_data = {.words = "allow conntrack:related",
                             .tier = "",
                             .in = from_wan ? "eth0" : "eth1",
                             .out = from_wan ? "eth1" : "eth0",
                             .end = Reason::kClosed};
      ExpectRow(truth, truth.kind == nullptr ? ftp_data : truth.kind->says, first->second);
      rows.erase(first, last);
    }
    for (const Kind& kind : kinds) {
      if (!kind.summed) continue;
      SCOPED_TRACE(kind.name);
      int64_t packets = 0;
      for (auto row = rows.begin(); row != rows.end();) {
        const AuditRecord& record = row->second;
        if (record.tuple.protocol != kind.protocol ||
            ToString(record.tuple.destination) != kind.to ||
            record.tuple.destination_port != kind.port) {
          ++row;
          continue;
        }
        EXPECT_EQ(Words(record), kind.says.words);
        EXPECT_EQ(record.in, kind.says.in);
        EXPECT_EQ(record.end, std::nullopt);
        if (record.repeats > 0) {
          EXPECT_EQ(record.tuple.source_port, 0);
        }
        packets += DecisionsOf(record);
        row = rows.erase(row);
      }
      EXPECT_EQ(packets, (summed_packets[{kind.protocol, kind.to}]));
    }
    for (const auto& [name, record] : rows) {
      ADD_FAILURE() << "a row that is not the truth: " << ToText(name) << " " << Words(record)
                    << " repeats " << record.repeats;
    }
  }

  int64_t SummedDecisions(const std::vector<Kind>& kinds) {
    int64_t decisions = 0;
    for (const AuditRecord& record : NewRecords()) {
      for (const Kind& kind : kinds) {
        if (kind.summed && record.tuple.destination_port == kind.port &&
            record.tuple.protocol == kind.protocol) {
          decisions += DecisionsOf(record);
        }
      }
    }
    return decisions;
  }

  static int Fetches(const std::vector<Kind>& kinds) {
    int fetches = 0;
    for (const Kind& kind : kinds) fetches += kind.how == How::kFetch ? kind.flows : 0;
    return fetches;
  }

  // Generates, waits until all is in the log, compares.
  void Check(const std::vector<Kind>& kinds) {
    revision_ = lab_->State().revision;
    Observe();
    Generate(kinds);
    int64_t ends = Fetches(kinds);  // of FTP data
    int64_t summed = 0;
    for (const Kind& kind : kinds) {
      if (kind.says.end) ends += kind.flows;
      if (kind.summed) summed += kind.flows;
    }
    WaitForEnds(ends);
    EXPECT_TRUE(WaitUntil([&] { return SummedDecisions(kinds) >= summed; }, kPatience));
    Compare(kinds);
    const auto store = AuditStore::Open(lab_->audit_path(), AuditStore::Mode::kReadOnly);
    ASSERT_OK(store);
    AuditEventQuery all;
    all.limit = 10'000;
    const auto events = (*store)->Events(all);
    ASSERT_OK(events);
    for (const AuditEvent& event : *events) EXPECT_NE(event.kind, "lost") << event.text;
  }

  static constexpr int kEchoes = 8;

  const uint64_t seed_ = Seed();
  std::mt19937_64 random_{seed_};
  uint16_t next_port_ = 10'000;  // below those that the kernel chooses
  int64_t first_id_ = 0;         // the last row before the test
  int64_t revision_ = 0;
  absl::Time begin_;
  std::vector<std::unique_ptr<TcpServer>> tcp_;
  std::unique_ptr<UdpServer> names_;
  std::unique_ptr<FtpServer> ftp_;
};

TEST_F(AuditTruthTest, EveryFlowHasItsRowAndEveryRowItsFlow) {
  Enforce(Policies() + SettingsYaml("learnedAccepts: Pair"));
  const Namespace* const client = &this->client();
  const Says web = {.words = "allow policy:outside/egress/0", .end = Reason::kClosed};
  const auto from_guest = [&web] {
    Says says = web;
    says.in = "eth2";
    return says;
  };
  const std::vector<Kind> kinds = {
      {"closed", 40, client, kServer, kProtocolTcp, 80, How::kTalk, web},
      {"closed, IPv6", 40, client, kServer6, kProtocolTcp, 80, How::kTalk, web},
      {"masqueraded", 30, &guest(), kServer, kProtocolTcp, 80, How::kTalk, from_guest()},
      {"masqueraded, IPv6", 20, &guest(), kServer6, kProtocolTcp, 80, How::kTalk, from_guest()},
      {"forwarded port", 30, &server(), kGatewayWan, kProtocolTcp, kForwardedPort, How::kTalk,
       Says{.words = "allow policy:to-lan/egress/0",
            .in = "eth0",
            .out = "eth1",
            .end = Reason::kClosed}},
      {"reset by the client", 30, client, kServer, kProtocolTcp, 8000, How::kReset,
       Says{.words = "allow policy:outside/egress/3", .end = Reason::kReset}},
      {"learned pair", 40, client, kServer6, kProtocolTcp, 8000, How::kTalk,
       Says{.words = "allow policy:outside/egress/3", .end = Reason::kClosed}},
      {"refused by the server", 30, client, kServer6, kProtocolTcp, 83, How::kSyn,
       Says{.words = "allow policy:outside/egress/2", .end = Reason::kReset}},
      // The kernel logs what it learned in bundles, and the refusal is there before.
      {"learned pair, refused by the server", 40, client, kServer, kProtocolTcp, 8002, How::kSyn,
       Says{.words = "allow policy:outside/egress/4", .end = Reason::kReset}},
      {"denied", 40, client, kServer, kProtocolTcp, 81, How::kSyn,
       Says{.words = "deny policy:inside/ingress/2"}},
      {"answered UDP", 40, client, kServer6, kProtocolUdp, 53, How::kAsk,
       Says{.words = "allow policy:outside/egress/1", .end = Reason::kTimeout}},
      {"denied UDP", 40, client, kServer6, kProtocolUdp, 82, How::kSend,
       Says{.words = "deny policy:inside/ingress/3"}},
      {"echo", kEchoes, client, "", kProtocolIcmp, 0, How::kEcho,
       Says{.words = "allow policy:outside/egress/6", .end = Reason::kTimeout}},
      {"echo, IPv6", kEchoes, client, "", kProtocolIcmpv6, 0, How::kEcho,
       Says{.words = "allow policy:outside/egress/7", .end = Reason::kTimeout}},
      {"failsafe", 20, client, kGatewayLan, kProtocolTcp, 22, How::kTalk,
       Says{.words = "allow failsafe:tcp:22",
            .tier = "",
            .hook = Hook::kInput,
            .out = "",
            .end = Reason::kClosed}},
      {"ends on the gateway", 20, client, kGatewayLan6, kProtocolTcp, 8080, How::kTalk,
       Says{.words = "allow policy:inside/ingress/5",
            .hook = Hook::kInput,
            .out = "",
            .end = Reason::kClosed}},
      {"learned denial", 100, client, kServer, kProtocolTcp, 8001, How::kSyn,
       Says{.words = "deny policy:inside/ingress/8"}, true},
      {"learned denial, UDP", 100, client, kServer6, kProtocolUdp, 8001, How::kSend,
       Says{.words = "deny policy:inside/ingress/9"}, true},
      {"FTP control", 4, client, kServer, kProtocolTcp, 21, How::kFetch,
       Says{.words = "allow policy:outside/egress/5", .end = Reason::kClosed}},
      {"FTP control, IPv6", 4, client, kServer6, kProtocolTcp, 21, How::kFetch,
       Says{.words = "allow policy:outside/egress/5", .end = Reason::kClosed}},
  };
  Check(kinds);
}

TEST_F(AuditTruthTest, RejectedFlowsToo) {
  Enforce(Policies() + SettingsYaml("learnedAccepts: \"Off\", iptablesFilterDenyAction: Reject"));
  const Namespace* const client = &this->client();
  Check({
      {"rejected", 40, client, kServer, kProtocolTcp, 81, How::kSyn,
       Says{.words = "deny policy:inside/ingress/2", .rejected = true}},
      {"rejected, IPv6", 40, client, kServer6, kProtocolTcp, 81, How::kSyn,
       Says{.words = "deny policy:inside/ingress/2", .rejected = true}},
      {"rejected UDP", 40, client, kServer6, kProtocolUdp, 82, How::kSend,
       Says{.words = "deny policy:inside/ingress/3", .rejected = true}},
      {"closed", 40, client, kServer, kProtocolTcp, 80, How::kTalk,
       Says{.words = "allow policy:outside/egress/0", .end = Reason::kClosed}},
  });
}

}  // namespace
}  // namespace gw::testing
