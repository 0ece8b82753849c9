// What gatewardend costs on real packets, side by side with the kernel alone and with loops that
// accept everything (design figures "new flows/s", "connect() latency", "established throughput",
// "SYN flood", "policy change", "memory", "restart"). Prints, never fails.
//
//   lab_bench [PART...] [MODE...]
//
// Parts (all, if none is named): new connect established flood change workload memory faults curve.
// Modes of the parts `new` and `connect` (all, if none is named; one alone is for a profiler):
//   nothing  routing alone: no table, no connection tracking
//   kernel   conntrack and a mark, nobody asked
//   bare     a batched loop that accepts everything
//   plain    a loop of libnetfilter_queue, one at a time
//   ask      gatewardend, each flow comes up
//   learned  gatewardend, flows of pairs that it knows
// Modes take turns, and the median of the turns is printed: the machine is shared and noisy.
//
// In namespaces of its own; needs root.

#include <sched.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"

#include "common/base/check.h"
#include "common/base/log.h"
#include "common/net/protocol.h"
#include "common/store/database.h"
#include "common/store/policy_store.h"
#include "enforcer/ruleset/nft.h"
#include "enforcer/ruleset/queue_rule.h"
#include "enforcer/ruleset/ruleset.h"
#include "tests/bench/flow_source.h"
#include "tests/support/enforcer_lab.h"
#include "tests/support/ext4_disk.h"
#include "tests/support/nft_tool.h"
#include "tests/support/subprocess.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/traffic.h"
#include "tests/system/policies.h"

namespace gw::testing {
namespace {

constexpr uint16_t kDiscard = 9;  // UDP: the server throws it away
constexpr uint16_t kWeb = 80;
constexpr uint16_t kClosed = 4444;
constexpr uint64_t kNewFlows = 100'000;
constexpr uint64_t kWindow = 8'192;
constexpr uint32_t kSources = 16;
constexpr int kTurns = 5;

enum class Mode : uint8_t { kNothing, kKernel, kBare, kPlain, kAsk, kLearned };
constexpr const char* kModeNames[] = {"nothing", "kernel", "bare", "plain", "ask", "learned"};
const char* NameOf(Mode mode) { return kModeNames[static_cast<size_t>(mode)]; }
constexpr Mode kModes[] = {Mode::kNothing, Mode::kKernel, Mode::kBare,
                           Mode::kPlain,   Mode::kAsk,    Mode::kLearned};

// Those named on the command line; all, if none is.
std::set<Mode> g_modes;
std::vector<Mode> Wanted(std::initializer_list<Mode> modes) {
  std::vector<Mode> wanted;
  for (const Mode mode : modes) {
    if (g_modes.empty() || g_modes.contains(mode)) wanted.push_back(mode);
  }
  return wanted;
}

bool HasDaemon(Mode mode) { return mode == Mode::kAsk || mode == Mode::kLearned; }

void Must(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "lab_bench: %s\n", std::string(status.message()).c_str());
  std::exit(1);
}
template <typename T>
T Must(absl::StatusOr<T> value) {
  Must(value.status());
  return *std::move(value);
}

double Percentile(std::vector<double> values, double part) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[static_cast<size_t>(part * static_cast<double>(values.size() - 1))];
}
double Median(std::vector<double> values) { return Percentile(std::move(values), 0.5); }

// ---- policy -------------------------------------------------------------------------------------

// `rules` rules that match nothing here, ten a policy, before the one that allows; `networks`
// networks in a set that one of them asks for.
std::string PolicyOf(int rules, int networks, const std::string& settings,
                     bool half_denied = false) {
  std::string yaml = absl::StrCat(HostEndpointYaml("wan", "eth0"), HostEndpointYaml("lan", "eth1"),
                                  HostEndpointYaml("guest", "eth2"),
                                  SettingsYaml(absl::StrCat("queues: 1, ", settings)));
  for (int first = 0; first < rules; first += 10) {
    std::string body =
        "  order: 1\n  selector: zone in {'lan', 'guest'}\n  applyOnForward: true\n"
        "  types: [Ingress]\n  ingress:\n";
    for (int i = first; i < std::min(first + 10, rules); ++i) {
      absl::StrAppendFormat(&body,
                            "  - {action: Deny, protocol: TCP, source: {nets: [10.%d.%d.0/24]}, "
                            "destination: {ports: [%d]}}\n",
                            i / 250 % 250, i % 250, 20'000 + i % 20'000);
    }
    absl::StrAppend(&yaml, PolicyYaml(absl::StrCat("filler-", first), body));
  }
  if (networks > 0) {
    absl::StrAppend(&yaml, kDocument,
                    "kind: GlobalNetworkSet\nmetadata: {name: many, labels: {list: many}}\n"
                    "spec:\n  nets:\n");
    for (int i = 0; i < networks; ++i) {
      absl::StrAppendFormat(&yaml, "  - 10.%d.%d.%d/28\n", i / 4096 % 256, i / 16 % 256,
                            i % 16 * 16);
    }
    absl::StrAppend(&yaml, PolicyYaml("block-list",
                                      "  order: 2\n  selector: zone in {'lan', 'guest'}\n"
                                      "  applyOnForward: true\n  types: [Ingress]\n  ingress:\n"
                                      "  - {action: Deny, source: {selector: list == 'many'}}"));
  }
  const std::string denied =
      half_denied ? "  - {action: Deny, protocol: UDP, source: {nets: [192.168.10.108/30, "
                    "192.168.10.112/30]}}\n"
                  : "";
  absl::StrAppend(
      &yaml,
      PolicyYaml("traffic",
                 absl::StrCat("  order: 1000\n  selector: zone in {'lan', 'guest'}\n"
                              "  applyOnForward: true\n  types: [Ingress]\n  ingress:\n",
                              denied, "  - {action: Allow, protocol: UDP, destination: {ports: [",
                              kDiscard,
                              "]}}\n  - {action: Allow, protocol: TCP, destination: "
                              "{ports: [",
                              kWeb, "]}}\n")));
  return yaml;
}

const char kAsking[] = "learnedAccepts: \"Off\"";
const char kLearning[] = "learnedAccepts: Pair";

// ---- CPU time -----------------------------------------------------------------------------------

// What the threads of a process have used, in nanoseconds, by name (proc(5), schedstat).
std::map<std::string, double> ThreadTimes(int64_t pid) {
  std::map<std::string, double> times;
  std::error_code ignored;
  for (const auto& task :
       std::filesystem::directory_iterator(absl::StrCat("/proc/", pid, "/task"), ignored)) {
    std::string name;
    double used = 0;
    std::getline(std::ifstream(task.path() / "comm"), name);
    std::ifstream(task.path() / "schedstat") >> used;
    times[name] += used;
  }
  return times;
}

// ---- a gateway in one of the modes --------------------------------------------------------------

// The server drops what it gets before its own stack.
constexpr char kSink[] =
    "table ip sink {\n  chain early {\n    type filter hook prerouting priority raw;\n"
    "    udp dport 9 drop\n  }\n}\n";
constexpr char kKernelTable[] =
    "table inet alone {\n  chain forward {\n    type filter hook forward priority filter + 10;\n"
    "    ct mark 0x40100000 ct state new,established accept\n"
    "    ct mark set 0x40100000 accept\n  }\n}\n";

class Gateway {
 public:
  explicit Gateway(Mode mode, const std::string& policy = "",
                   const EnforcerLab::Options& options = {})
      : enforcer_(Must(EnforcerLab::Create(options))) {
    Must(Nft(lab().server(), kSink));
    switch (mode) {
      case Mode::kNothing:
        break;
      case Mode::kKernel:
        Must(Nft(lab().gateway(), kKernelTable));
        break;
      case Mode::kBare:
      case Mode::kPlain:
        StartLoop(NameOf(mode));
        break;
      case Mode::kAsk:
      case Mode::kLearned:
        Must(enforcer_->SetPolicy(
            policy.empty() ? PolicyOf(10, 0, mode == Mode::kAsk ? kAsking : kLearning) : policy));
        Must(enforcer_->StartDaemon());
        break;
    }
    source_ = std::make_unique<FlowSource>(Must(FlowSource::Open(lab(), lab().client(), "eth1")));
    counter_ = std::make_unique<ReceiveCounter>(Must(ReceiveCounter::Open(lab().server(), "eth0")));
    // The gateway has to know the server's hardware address.
    (void)RunIn(lab().gateway(), {"ping", "-c", "1", "-W", "1", kServer});
    absl::SleepFor(absl::Milliseconds(50));
  }

  Lab& lab() { return enforcer_->lab(); }
  const Lab& lab() const { return enforcer_->lab(); }
  EnforcerLab& enforcer() { return *enforcer_; }
  FlowSource& source() { return *source_; }
  const ReceiveCounter& counter() const { return *counter_; }

  // Flow `i` of 16 sources, each with ports of its own.
  static Flow FlowNumber(uint64_t i) {
    Flow flow;
    flow.source = 0xc0a80a64U + static_cast<uint32_t>(i % kSources);  // 192.168.10.100 and up
    flow.destination = 0xcb007109U;                                   // 203.0.113.9
    flow.source_port = static_cast<uint16_t>(1'024 + i / kSources);
    flow.destination_port = kDiscard;
    return flow;
  }
  Delivered SendFlows(uint64_t first, uint64_t count) {
    return source_->Send(count, kWindow, *counter_,
                         [first](uint64_t i) { return FlowNumber(first + i); });
  }
  // The first flow of each pair, so that the kernel may learn it.
  void Introduce() {
    (void)SendFlows(0, kSources);
    absl::SleepFor(absl::Milliseconds(100));
  }
  // Of the program that answers at the queue; 0: there is none.
  int64_t AnsweringPid() {
    if (loop_) return loop_->pid();
    return enforcer_->State().pid;
  }
  // Records of the audit log, once there are `expected` or no more are written for two seconds.
  int64_t Recorded(int64_t expected) {
    int64_t last = -1;
    int quiet = 0;
    while (true) {
      const auto store =
          Must(AuditStore::Open(enforcer_->audit_path(), AuditStore::Mode::kReadOnly));
      const int64_t now = Must(store->CountSince(absl::UnixEpoch()));
      quiet = now == last ? quiet + 1 : 0;
      if (now >= expected || quiet == 10) return now;
      last = now;
      absl::SleepFor(absl::Milliseconds(200));
    }
  }

 private:
  void StartLoop(const std::string& kind) {
    const MarkLayout marks;
    Fill fill;
    fill.policed_interfaces = {"eth0", "eth1", "eth2"};
    {
      const NamespaceScope inside(lab().gateway());
      NftTool nft;
      fill.native_queue = KernelHasNativeQueue(*nft);
      Must(nft->Apply(FrameText(marks) + FillText(fill, {})));
      if (!fill.native_queue) Must(ReplaceCompatQueueRule(nft.socket(), fill.queue));
    }
    const uint32_t accept = marks.Make(MarkVerdict::kAccept, fill.generation);
    loop_ = Must(StartIn(lab().gateway(),
                         {GW_QUEUE_LOOP, kind, absl::StrCat(kQueueFirst), absl::StrCat(accept)}));
    if (!WaitUntil([&] { return !ListQueues(lab().gateway()).empty(); }, absl::Seconds(10))) {
      Must(absl::UnavailableError(absl::StrCat("queue_loop: ", loop_->Err())));
    }
  }

  std::unique_ptr<EnforcerLab> enforcer_;
  std::optional<Subprocess> loop_;
  std::unique_ptr<FlowSource> source_;
  std::unique_ptr<ReceiveCounter> counter_;
};

// ---- figures ------------------------------------------------------------------------------------

using Figures = std::map<Mode, std::vector<double>>;

void Row(const std::string& what, double value, const std::string& unit, const std::string& more) {
  std::printf("  %-34s %12.1f %-8s %s\n", what.c_str(), value, unit.c_str(), more.c_str());
  std::fflush(stdout);
}

std::string Ratio(double value, double to, const char* name) {
  return absl::StrFormat("%.2f x %s", to == 0 ? 0 : value / to, name);
}

void NewFlows() {
  std::printf("new flows, %d turns of %d, 16 sources, 64-byte frames, at most %d under way\n",
              kTurns, static_cast<int>(kNewFlows), static_cast<int>(kWindow));
  Figures figures;
  std::map<Mode, uint64_t> lost;
  std::map<Mode, int64_t> unrecorded;
  std::map<Mode, std::map<std::string, std::vector<double>>> cpu;  // microseconds a flow
  for (int turn = 0; turn < kTurns; ++turn) {
    for (const Mode mode : Wanted({Mode::kNothing, Mode::kKernel, Mode::kBare, Mode::kPlain,
                                   Mode::kAsk, Mode::kLearned})) {
      Gateway gateway(mode);
      if (mode == Mode::kLearned) gateway.Introduce();
      const int64_t pid = gateway.AnsweringPid();
      const std::map<std::string, double> before = ThreadTimes(pid);
      const Delivered delivered = gateway.SendFlows(kSources, kNewFlows);
      figures[mode].push_back(delivered.PerSecond());
      lost[mode] += delivered.lost();
      const auto use = [&](const std::string& thread, const std::map<std::string, double>& after) {
        const auto now = after.find(thread);
        const auto then = before.find(thread);
        if (now == after.end() || then == before.end()) return;
        cpu[mode][thread].push_back((now->second - then->second) / kNewFlows / 1000);
      };
      for (const char* thread : {"queue_loop", "gw-queue-0"}) use(thread, ThreadTimes(pid));
      if (!HasDaemon(mode)) continue;
      const int64_t expected =
          static_cast<int64_t>(kNewFlows) + (mode == Mode::kLearned ? kSources : 0);
      // The ping is in the log too.
      unrecorded[mode] += std::max<int64_t>(0, expected - gateway.Recorded(expected));
      use("gw-recorder", ThreadTimes(pid));  // it may be done later than the flows
    }
  }
  const double kernel = Median(figures[Mode::kKernel]);
  const double bare = Median(figures[Mode::kBare]);
  const double plain = Median(figures[Mode::kPlain]);
  for (const auto& [mode, values] : figures) {
    std::string more = absl::StrCat(Ratio(Median(values), kernel, "kernel"), ", ",
                                    Ratio(Median(values), bare, "bare"), ", ",
                                    Ratio(Median(values), plain, "plain"), ", lost ", lost[mode]);
    if (HasDaemon(mode)) absl::StrAppend(&more, ", not in the log ", unrecorded[mode]);
    for (const auto& [thread, times] : cpu[mode]) {
      absl::StrAppendFormat(&more, ", %s %.2f us a flow", thread, Median(times));
    }
    Row(NameOf(mode), Median(values) / 1000, "k/s", more);
  }
}

std::vector<double> ConnectTimes(const Namespace& from, int count, int* failed) {
  std::vector<double> times;
  for (int i = 0; i < count; ++i) {
    const Tried tried = TcpConnect(from, {.address = kServer, .port = kWeb});
    absl::SleepFor(absl::Microseconds(200));  // or the server's backlog runs over
    if (tried.outcome == Outcome::kConnected) {
      times.push_back(absl::ToDoubleMicroseconds(tried.latency));
    } else {
      ++*failed;
    }
  }
  return times;
}

// OpenSnitch's daemon, where the Debian package is installed or GW_OPENSNITCHD names the program.
// It looks at what its own machine opens: it runs in the client, with a rule that allows
// everything.
std::string OpenSnitchProgram() {
  const char* named = std::getenv("GW_OPENSNITCHD");  // NOLINT(concurrency-mt-unsafe): one thread
  const std::string program = named == nullptr ? "/usr/bin/opensnitchd" : named;
  return access(program.c_str(), X_OK) == 0 ? program : "";
}

constexpr char kOpenSnitchRule[] =
    R"({"created":"2026-01-01T00:00:00Z","updated":"2026-01-01T00:00:00Z","name":"allow-all",)"
    R"("enabled":true,"precedence":false,"action":"allow","duration":"always","operator":)"
    R"({"type":"simple","operand":"true","sensitive":false,"data":"","list":[]}})";

struct Latencies {
  std::vector<double> middle;
  std::vector<double> tail;

  void Add(const std::vector<double>& times) {
    middle.push_back(Percentile(times, 0.5));
    tail.push_back(Percentile(times, 0.99));
  }
};

void MeasureConnects(const std::string& name, Gateway& gateway, int connects,
                     Latencies* latencies) {
  const auto web = Must(TcpServer::Start(gateway.lab().server(), kWeb));
  int failed = 0;
  // For a second after its start gatewardend looks each 2 ms whether the policy changes.
  absl::SleepFor(absl::Milliseconds(1500));
  (void)ConnectTimes(gateway.lab().client(), 50, &failed);
  latencies->Add(ConnectTimes(gateway.lab().client(), connects, &failed));
  if (failed > 0) std::printf("  %s: %d failed\n", name.c_str(), failed);
}

void MeasureOpenSnitch(const std::string& program, Latencies* latencies) {
  constexpr int kFewer = 300;  // it takes a millisecond for each
  Gateway gateway(Mode::kKernel);
  const TemporaryDirectory folder;
  std::ofstream(folder.File("allow-all.json")) << kOpenSnitchRule;
  const Subprocess daemon =
      Must(StartIn(gateway.lab().client(),
                   {program, "-rules-path", folder.path(), "-process-monitor-method", "proc",
                    "-queue-num", "0", "-ui-socket", "unix://" + folder.File("no-ui.sock")}));
  const bool listens =
      WaitUntil([&] { return !ListQueues(gateway.lab().client()).empty(); }, absl::Seconds(10));
  if (!listens) return (void)std::printf("  OpenSnitch does not listen: left out\n");
  absl::SleepFor(absl::Seconds(1));
  MeasureConnects("OpenSnitch", gateway, kFewer, latencies);
  const std::vector<KernelQueue> queues = ListQueues(gateway.lab().client());
  if (queues.empty() || queues.front().last_packet < kFewer) {
    std::printf("  OpenSnitch was asked about few of them: its figure means nothing\n");
  }
}

void ConnectLatency() {
  constexpr int kConnects = 2'000;
  std::printf("connect(), %d turns of %d, one after the other\n", kTurns, kConnects);
  std::map<std::string, Latencies> latencies;
  const std::string open_snitch = OpenSnitchProgram();
  for (int turn = 0; turn < kTurns; ++turn) {
    for (const Mode mode :
         Wanted({Mode::kNothing, Mode::kKernel, Mode::kPlain, Mode::kAsk, Mode::kLearned})) {
      Gateway gateway(mode);
      MeasureConnects(NameOf(mode), gateway, kConnects, &latencies[NameOf(mode)]);
    }
    if (!open_snitch.empty()) MeasureOpenSnitch(open_snitch, &latencies["OpenSnitch"]);
  }
  if (open_snitch.empty()) std::printf("  OpenSnitch is not installed: left out\n");
  const Latencies& kernel = latencies["kernel"];
  const Latencies& plain = latencies["plain"];
  for (const auto& [name, of] : latencies) {
    const double p50 = Median(of.middle);
    const double p99 = Median(of.tail);
    Row(name, p50, "us p50",
        absl::StrCat(absl::StrFormat("%.1f us p99; ", p99),
                     Ratio(p50, Median(plain.middle), "plain"), ", p99 ",
                     Ratio(p99, Median(plain.tail), "plain"), "; ",
                     Ratio(p50, Median(kernel.middle), "kernel"), ", p99 ",
                     Ratio(p99, Median(kernel.tail), "kernel")));
  }
}

// ---- one flow, many packets ---------------------------------------------------------------------

constexpr char kEstablishedTable[] =
    "table inet alone {\n  chain forward {\n    type filter hook forward priority filter;\n"
    "    ct state established accept\n    ct state new accept\n  }\n}\n";

// What any table needs that asks user space and remembers the answer: the flow's mark is compared
// as well, and a second base chain takes what comes back (ruleset.h).
constexpr char kMarkedTable[] =
    "table inet alone {\n  chain forward {\n    type filter hook forward priority filter;\n"
    "    ct mark and 0xfff00000 == 0x40100000 ct state new,established accept\n"
    "    ct mark set 0x40100000 accept\n  }\n"
    "  chain apply {\n    type filter hook forward priority filter + 1;\n"
    "    meta mark and 0xfff00000 == 0 accept\n  }\n}\n";

bool GatewayHasFlowtables() {
  const Gateway gateway(Mode::kKernel);
  const NamespaceScope inside(gateway.lab().gateway());
  NftTool nft;
  return KernelHasFlowtables(*nft);
}

void Established() {
  struct Variant {
    const char* name;
    const char* table;     // nullptr: gatewardend
    const char* settings;  // its
    bool counts = false;   // conntrack counts each flow's packets, as gatewardend has it do
  };
  std::vector<Variant> variants = {{"ct state established", kEstablishedTable, ""},
                                   {"two chains and a mark", kMarkedTable, ""},
                                   {"the same, flows counted", kMarkedTable, "", true},
                                   {"gatewarden", nullptr, "flowOffload: \"Off\""}};
  if (GatewayHasFlowtables()) variants.push_back({"gatewarden, flowtable", nullptr, ""});
  const uint64_t packets = IsEmulated() ? 40'000 : 400'000;
  std::printf("one established flow of 64-byte frames, %d turns of %d\n", 2 * kTurns + 1,
              static_cast<int>(packets));
  std::map<std::string, std::vector<double>> figures;
  for (int turn = 0; turn < 2 * kTurns + 1; ++turn) {
    for (size_t i = 0; i < variants.size(); ++i) {
      // They take turns in being the first.
      const Variant& variant = variants[(i + static_cast<size_t>(turn)) % variants.size()];
      auto lab = std::make_unique<Gateway>(
          variant.table == nullptr ? Mode::kAsk : Mode::kKernel,
          PolicyOf(10, 0,
                   absl::StrCat(kAsking, *variant.settings == '\0' ? "" : ", ", variant.settings)));
      Gateway& gateway = *lab;
      if (variant.table != nullptr) {
        Must(Nft(gateway.lab().gateway(), "delete table inet alone\n"));
        Must(Nft(gateway.lab().gateway(), variant.table));
      }
      if (variant.counts) {
        const NamespaceScope inside(gateway.lab().gateway());
        std::ofstream("/proc/sys/net/netfilter/nf_conntrack_acct") << 1;
      }
      const Flow flow = Gateway::FlowNumber(0);
      const auto send = [&](uint64_t count) {
        return gateway.source().Send(count, 512, gateway.counter(),
                                     [&flow](uint64_t) { return flow; });
      };
      (void)send(1);
      // An answer makes it established.
      FlowSource back = Must(FlowSource::Open(gateway.lab(), gateway.lab().server(), "eth0"));
      back.Put({flow.destination, flow.source, flow.destination_port, flow.source_port, 17});
      back.Flush();
      absl::SleepFor(absl::Milliseconds(20));
      (void)send(packets / 20);
      figures[variant.name].push_back(send(packets).PerSecond());
    }
  }
  const double plain = Median(figures["ct state established"]);
  for (const auto& [name, values] : figures) {
    Row(name, Median(values) / 1000, "kpps", Ratio(Median(values), plain, "ct state established"));
  }
}

// ---- a flood of SYNs ----------------------------------------------------------------------------

constexpr char kDropTable[] =
    "table inet flooded {\n  chain early {\n    type filter hook prerouting priority raw;\n"
    "    tcp dport 4444 drop\n  }\n}\n";

class Flood {
 public:
  explicit Flood(Gateway& gateway) : thread_([this, &gateway] { Run(gateway); }) {}
  ~Flood() { Stop(); }
  uint64_t Stop() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
    return sent_;
  }

 private:
  void Run(Gateway& gateway) {
    uint32_t random = 12'345;
    while (!stop_) {
      for (int i = 0; i < 64; ++i) {
        random = random * 1'664'525U + 1'013'904'223U;
        gateway.source().Put({0x0a000000U | (random >> 8U), 0xcb007109U,
                              static_cast<uint16_t>(random >> 7U), kClosed, 6});
        ++sent_;
      }
      gateway.source().Flush();
    }
  }

  std::atomic<bool> stop_{false};
  std::atomic<uint64_t> sent_{0};
  std::thread thread_;
};

void SynFlood() {
  constexpr int kConnects = 1'000;
  std::printf(
      "SYN flood on a denied port from random sources, as fast as one CPU sends; %d good "
      "connects of another client\n",
      kConnects);
  for (const bool ours : {false, true}) {
    Gateway gateway(ours ? Mode::kLearned : Mode::kKernel);
    if (!ours) Must(Nft(gateway.lab().gateway(), kDropTable));
    const auto web = Must(TcpServer::Start(gateway.lab().server(), kWeb));
    int failed = 0;
    const std::vector<double> quiet = ConnectTimes(gateway.lab().guest(), kConnects, &failed);
    const uint64_t upcalls = gateway.enforcer().Upcalls();
    const absl::Time begin = absl::Now();
    Flood flood(gateway);
    absl::SleepFor(absl::Seconds(3));
    int failed_in_flood = 0;
    const std::vector<double> times =
        ConnectTimes(gateway.lab().guest(), kConnects, &failed_in_flood);
    const uint64_t sent = flood.Stop();
    const absl::Duration time = absl::Now() - begin;
    std::string more = absl::StrFormat(
        "%d of %d failed, p50 %.1f us (%.2f x quiet), p99 %.1f us (%.2f x quiet)", failed_in_flood,
        kConnects, Percentile(times, 0.5), Percentile(times, 0.5) / Percentile(quiet, 0.5),
        Percentile(times, 0.99), Percentile(times, 0.99) / Percentile(quiet, 0.99));
    if (ours) {
      absl::SleepFor(absl::Seconds(2));
      const EnforcerCounts counts = gateway.enforcer().State().counts;
      absl::StrAppendFormat(&more, "; %.5f %% came up, %d of %d in the counters",
                            100 * static_cast<double>(gateway.enforcer().Upcalls() - upcalls) /
                                static_cast<double>(sent),
                            counts.learned_denials + counts.denied, static_cast<int64_t>(sent));
    }
    Row(ours ? "gatewarden" : "nft drop in raw",
        static_cast<double>(sent) / absl::ToDoubleSeconds(time) / 1000, "kSYN/s", more);
  }
}

// ---- a change, with live flows ------------------------------------------------------------------

// Writes a policy and waits until somebody else can read it: that is its commit. (The call that
// writes it returns later, and the time of the revision is that of the first statement.)
class Commit {
 public:
  Commit(EnforcerLab& lab, const std::string& policy) {
    const auto reader = Must(PolicyStore::Open(lab.policy_path(), PolicyStore::Mode::kReadOnly));
    const int64_t before = Must(reader->CurrentRevision());
    writer_ = std::thread([&lab, policy] { (void)Must(lab.WritePolicy(policy)); });
    while ((revision_ = Must(reader->CurrentRevision())) == before) {
      absl::SleepFor(absl::Microseconds(100));
    }
    time_ = absl::Now();
  }
  ~Commit() { writer_.join(); }
  Commit(const Commit&) = delete;
  Commit& operator=(const Commit&) = delete;

  int64_t revision() const { return revision_; }
  absl::Time time() const { return time_; }

 private:
  std::thread writer_;
  int64_t revision_ = 0;
  absl::Time time_;
};

void PolicyChange() {
  constexpr uint64_t kLive = 50'000;
  std::printf("policy change with %d live flows: half of them are denied by the new policy\n",
              static_cast<int>(kLive));
  for (const int rules : {100, 10'000}) {
    std::vector<double> times;
    uint64_t wrong = 0;
    for (int turn = 0; turn < 3; ++turn) {
      Gateway gateway(Mode::kLearned, PolicyOf(rules, 0, kLearning));
      const Delivered made = gateway.SendFlows(0, kLive);
      {
        const Commit commit(gateway.enforcer(), PolicyOf(rules, 0, kLearning, true));
        while (gateway.enforcer().State().revision != commit.revision()) {
          absl::SleepFor(absl::Microseconds(200));
        }
        times.push_back(absl::ToDoubleMilliseconds(absl::Now() - commit.time()));
      }
      // All at once, since half of them never arrive; the queue has room for them.
      const Delivered after = gateway.source().Send(
          kLive, kLive, gateway.counter(), [](uint64_t i) { return Gateway::FlowNumber(i); });
      wrong += made.lost();
      wrong += after.arrived > kLive / 2 ? after.arrived - kLive / 2 : kLive / 2 - after.arrived;
    }
    Row(absl::StrCat(rules, " rules"), Median(times), "ms",
        absl::StrFormat("from commit to force (%.1f to %.1f); flows that went wrong: %d",
                        times.front(), times.back(), static_cast<int64_t>(wrong)));
  }
}

// ---- a workload endpoint becomes known ----------------------------------------------------------

// From the commit of an endpoint, whose interface is there and closed, to the first connection to
// it. A connection that is not answered at once is given up and another one tried.
void WorkloadKnown() {
  constexpr char kWorkload[] = "10.65.0.2";
  constexpr int kTimes = 20;
  std::printf("a workload endpoint becomes known, %d times\n", kTimes);
  Gateway gateway(Mode::kAsk);
  const Namespace& workload =
      *Must(gateway.lab().AddWorkload("cali1", kWorkload, "2001:db8:65::2"));
  const auto web = Must(TcpServer::Start(workload, kWeb));
  const auto connects = [&] {
    return TcpConnect(gateway.lab().client(),
                      {.address = kWorkload, .port = kWeb, .timeout = absl::Milliseconds(5)})
               .outcome == Outcome::kConnected;
  };
  const std::string closed = PolicyOf(100, 0, kAsking) + AllowAllProfileYaml();
  const std::string open = closed + WorkloadYaml("one", "cali1", kWorkload, "2001:db8:65::2");
  std::vector<double> times;
  int open_before = 0;
  for (int i = 0; i < kTimes; ++i) {
    Must(gateway.enforcer().SetPolicy(closed));
    if (connects()) ++open_before;
    const Commit commit(gateway.enforcer(), open);
    while (!connects() && absl::Now() - commit.time() < absl::Seconds(10)) {
    }
    times.push_back(absl::ToDoubleMilliseconds(absl::Now() - commit.time()));
  }
  Row("from commit to open", Median(times), "ms",
      absl::StrFormat("p90 %.1f ms, longest %.1f ms; open before it was known: %d",
                      Percentile(times, 0.9), Percentile(times, 1), open_before));
}

// ---- memory, restart ----------------------------------------------------------------------------

double ResidentMiB(int64_t pid) {
  std::ifstream status(absl::StrCat("/proc/", pid, "/status"));
  for (std::string line; std::getline(status, line);) {
    const std::vector<std::string> words =
        absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
    int64_t kib = 0;
    if (words.size() > 1 && words[0] == "VmRSS:" && absl::SimpleAtoi(words[1], &kib)) {
      return static_cast<double>(kib) / 1024;
    }
  }
  return 0;
}

// Those who block by country or by reputation have such sets.
void LargeNetworkSet() {
  constexpr int kNetworks = 100'000;
  Gateway gateway(Mode::kAsk);
  const int64_t pid = gateway.enforcer().State().pid;
  const double before = ResidentMiB(pid);
  const Commit commit(gateway.enforcer(), PolicyOf(10, kNetworks, kAsking));
  while (gateway.enforcer().State().revision != commit.revision()) {
    absl::SleepFor(absl::Milliseconds(1));
  }
  const double seconds = absl::ToDoubleSeconds(absl::Now() - commit.time());
  Row("a set of 100,000 networks", seconds, "s",
      absl::StrFormat("from commit to force; resident %.1f MiB, before %.1f", ResidentMiB(pid),
                      before));
}

void Memory() {
  std::printf("memory, 50 policies of 10 rules, 1,000 live flows; restart after kill -9\n");
  Gateway gateway(Mode::kLearned, PolicyOf(500, 0, kLearning));
  (void)gateway.SendFlows(0, 1'000);
  absl::SleepFor(absl::Seconds(1));
  Row("resident", ResidentMiB(gateway.enforcer().State().pid), "MiB", "");
  LargeNetworkSet();
  std::vector<double> times;
  for (int turn = 0; turn < kTurns; ++turn) {
    gateway.enforcer().KillDaemon();
    const absl::Time begin = absl::Now();
    Must(gateway.enforcer().StartDaemon());
    times.push_back(absl::ToDoubleMilliseconds(absl::Now() - begin));
  }
  Row("enforcing again", Median(times), "ms", "from the start of the next");
}

// ---- faults -------------------------------------------------------------------------------------

// Does something again and again, from a thread of its own, until it goes.
class Meanwhile {
 public:
  explicit Meanwhile(std::function<void()> work)
      : thread_([this, work = std::move(work)] {
          while (!stop_) work();
        }) {}
  ~Meanwhile() {
    stop_ = true;
    thread_.join();
  }
  Meanwhile(const Meanwhile&) = delete;
  Meanwhile& operator=(const Meanwhile&) = delete;

 private:
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

void FillDisk(const std::string& path) {
  std::ofstream file(path);
  const std::string chunk(4'096, 'x');
  while (file.write(chunk.data(), static_cast<std::streamsize>(chunk.size())).flush()) {
  }
}

constexpr int kFaultConnects = 2'000;

// connect() with something wrong, each beside what it takes with nothing wrong in the same turns.
class FaultTable {
 public:
  void Measure(const std::string& name, const std::string& nothing_wrong, Gateway& gateway) {
    const auto [known, is_new] = faults_.try_emplace(name);
    if (is_new) names_.push_back(name);
    known->second.nothing_wrong = nothing_wrong;
    MeasureConnects(name, gateway, kFaultConnects, &known->second.latencies);
    if (!gateway.enforcer().DaemonRuns()) std::printf("  %s: gatewardend died\n", name.c_str());
  }

  void Print() const {
    for (const std::string& name : names_) {
      const Fault& fault = faults_.at(name);
      const Latencies& of = fault.latencies;
      const Latencies& to = faults_.at(fault.nothing_wrong).latencies;
      const double p99 = Median(of.tail);
      Row(name, Median(of.middle), "us p50",
          absl::StrCat(absl::StrFormat("%.1f us p99; ", p99),
                       Ratio(Median(of.middle), Median(to.middle), fault.nothing_wrong.c_str()),
                       ", p99 ", Ratio(p99, Median(to.tail), fault.nothing_wrong.c_str())));
    }
  }

 private:
  struct Fault {
    Latencies latencies;
    std::string nothing_wrong;
  };
  std::map<std::string, Fault> faults_;
  std::vector<std::string> names_;  // in the order of the first turn
};

// On a full disk, what the log has of it already lasts for a while.
void ConnectUntilLost(Gateway& gateway) {
  const auto web = Must(TcpServer::Start(gateway.lab().server(), kWeb));
  const auto lost = [&gateway] { return gateway.enforcer().State().counts.records_lost; };
  const int64_t before = lost();
  const absl::Time deadline = absl::Now() + absl::Seconds(20);
  int ignored = 0;
  while (lost() == before && absl::Now() < deadline) {
    (void)ConnectTimes(gateway.lab().client(), 50, &ignored);
  }
}

// The clock, readers and the disk.
void FaultsAround(FaultTable* table) {
  constexpr char kQuiet[] = "quiet";
  const auto made = Ext4Disk::Create(64 << 20);
  if (!made.ok()) {
    return (void)std::printf("  no disk to fail: left out: %s\n",
                             std::string(made.status().message()).c_str());
  }
  Ext4Disk& disk = **made;
  const TemporaryDirectory clock;
  const auto shift = [&clock](int64_t hours) {
    const int64_t nanoseconds = absl::ToInt64Nanoseconds(absl::Hours(hours));
    std::fstream file(clock.File("shift"), std::ios::binary | std::ios::in | std::ios::out);
    file.write(reinterpret_cast<const char*>(&nanoseconds), sizeof(nanoseconds));
  };
  (void)clock.Write("shift", std::string(sizeof(int64_t), '\0'));
  Gateway gateway(Mode::kAsk, "",
                  {.audit_folder = disk.path(),
                   .environment = {absl::StrCat("LD_PRELOAD=", GW_CLOCK_SHIFT_LIBRARY),
                                   absl::StrCat("GW_CLOCK_SHIFT=", clock.File("shift"))}});
  const auto lost = [&gateway] { return gateway.enforcer().State().counts.records_lost; };
  for (int turn = 0; turn < kTurns; ++turn) {
    table->Measure(kQuiet, kQuiet, gateway);
    {
      int64_t hours = 0;
      const Meanwhile jumps([&] {
        shift(hours = hours == 0 ? 30 : -hours);
        absl::SleepFor(absl::Milliseconds(50));
      });
      table->Measure("clock jumps", kQuiet, gateway);
    }
    shift(0);
    {
      const Meanwhile reads([&] {
        const auto reader = StartIn(
            gateway.lab().gateway(),
            {"sqlite3", gateway.enforcer().audit_path(), "SELECT sum(length(columns)) FROM block"});
        absl::SleepFor(absl::Milliseconds(5));
      });
      table->Measure("readers killed", kQuiet, gateway);
    }
    FillDisk(disk.File("ballast"));
    ConnectUntilLost(gateway);
    table->Measure("disk full", kQuiet, gateway);
    unlink(disk.File("ballast").c_str());
    Must(disk.Sync());                 // or it is full again after the repair
    absl::SleepFor(absl::Seconds(2));  // it writes again, its state too
    const int64_t lost_full = lost();
    Must(disk.Fail());
    table->Measure("disk read-only", kQuiet, gateway);
    absl::SleepFor(absl::Seconds(2));
    if (turn == 0) {
      std::printf("  not recorded: disk full %d, disk read-only %d\n", static_cast<int>(lost_full),
                  static_cast<int>(lost() - lost_full));
    }
    Must(disk.Repair());
    absl::SleepFor(absl::Seconds(2));
  }
}

// A log of `sealed` full blocks and `open` decisions behind them, of now.
void WriteLog(const std::string& path, int64_t sealed, int64_t open) {
  constexpr int64_t kBatch = 4'096;
  constexpr int64_t kBlock = 1 << 16;
  const auto store = Must(AuditStore::Open(path, AuditStore::Mode::kWriter));
  AuditRuling ruling;
  ruling.hook = Hook::kForward;
  ruling.in = "eth1";
  ruling.out = "eth0";
  ruling.verdict = Verdict::kAllow;
  ruling.decided_by = "policy:traffic/ingress/0";
  AuditBatch batch;
  for (int64_t left = sealed * kBlock + open; left > 0; left -= kBatch) {
    batch.Clear();
    (void)batch.AddRuling(ruling);
    for (int64_t i = 0; i < std::min(left, kBatch); ++i) {
      const Flow flow = Gateway::FlowNumber(static_cast<uint64_t>(left - i));
      AuditBatch::Row row;
      row.time_ns = absl::GetCurrentTimeNanos();
      row.tuple.source = Address::IPv4(flow.source);
      row.tuple.destination = Address::IPv4(flow.destination);
      row.tuple.protocol = kProtocolUdp;
      row.tuple.source_port = flow.source_port;
      row.tuple.destination_port = flow.destination_port;
      batch.Add(row);
    }
    Must(store->Append(batch).status());
  }
}

int64_t SealedBlocks(Gateway& gateway) {
  Database database =
      Must(Database::Open(gateway.enforcer().audit_path(), Database::Access::kReadOnly));
  return Must(database.ReadInt("SELECT count(*) FROM block WHERE columns IS NULL"));
}

// What the log itself does now and then: the oldest blocks go, one a step; a full one is sealed.
void FaultsInside(FaultTable* table) {
  constexpr char kLarge[] = "large log";
  constexpr char kFlows[] = "flows";
  constexpr int64_t kManyBlocks = 200;  // more than go meanwhile
  constexpr int64_t kNearlyFull = 60'000;
  constexpr uint64_t kFlowsPerSecond = 10'000;
  const TemporaryDirectory made;
  WriteLog(made.File("large.db"), kManyBlocks, 0);
  WriteLog(made.File("nearly.db"), 1, kNearlyFull);
  WriteLog(made.File("empty.db"), 1, 0);
  const std::string small = PolicyOf(10, 0, absl::StrCat(kAsking, ", auditMaxSize: 1Mi"));
  std::map<std::string, std::vector<double>> blocks;
  for (int turn = 0; turn < kTurns; ++turn) {
    for (const std::string name : {kLarge, "retention", kFlows, "flows, sealing"}) {
      const bool retention = name == "retention";
      const bool flows = name == kFlows || name == "flows, sealing";
      const std::string log = !flows ? "large.db" : name == kFlows ? "empty.db" : "nearly.db";
      const TemporaryDirectory folder;
      std::filesystem::copy_file(made.File(log), folder.File("audit.db"));
      Gateway gateway(Mode::kAsk, "", {.audit_folder = folder.path()});
      const int64_t before = SealedBlocks(gateway);
      std::thread shrinks;
      if (retention) shrinks = std::thread([&] { Must(gateway.enforcer().SetPolicy(small)); });
      {
        uint64_t sent = 0;
        const absl::Time begin = absl::Now();
        std::unique_ptr<Meanwhile> sends;
        if (flows) {
          sends = std::make_unique<Meanwhile>([&] {
            const auto due = static_cast<uint64_t>(absl::ToDoubleSeconds(absl::Now() - begin) *
                                                   static_cast<double>(kFlowsPerSecond));
            while (sent < due) gateway.source().Put(Gateway::FlowNumber(sent++));
            gateway.source().Flush();
            absl::SleepFor(absl::Milliseconds(2));
          });
        }
        table->Measure(name, flows ? kFlows : kLarge, gateway);
      }
      const int64_t changed = SealedBlocks(gateway) - before;
      if (shrinks.joinable()) shrinks.join();
      blocks[name].push_back(static_cast<double>(retention ? -changed : changed));
    }
  }
  std::printf(
      "  %d flows a second beside: sealed meanwhile %.0f, with a nearly full block %.0f; "
      "retention: dropped meanwhile %.0f blocks\n",
      static_cast<int>(kFlowsPerSecond), Median(blocks[kFlows]), Median(blocks["flows, sealing"]),
      Median(blocks["retention"]));
}

// gatewardend is killed again and again while it decides and records: new connections wait for the
// next one.
void FaultsOfTheDaemon() {
  constexpr int kKills = 200;
  Gateway gateway(Mode::kAsk);
  const Namespace& client = gateway.lab().client();
  const auto web = Must(TcpServer::Start(gateway.lab().server(), kWeb));
  int failed = 0;
  const std::vector<double> quiet = ConnectTimes(client, kFaultConnects, &failed);
  std::atomic<bool> done{false};
  std::vector<double> times;
  // Not the one who kills: what it starts would end with it (subprocess.h).
  std::thread connecting([&] {
    while (!done) {
      const std::vector<double> some = ConnectTimes(client, 50, &failed);
      times.insert(times.end(), some.begin(), some.end());
    }
  });
  for (int i = 0; i < kKills; ++i) {
    gateway.enforcer().KillDaemon();
    Must(gateway.enforcer().StartDaemon());
    absl::SleepFor(absl::Milliseconds(100));
  }
  done = true;
  connecting.join();
  const double p99 = Percentile(times, 0.99);
  Row("gatewardend killed", Percentile(times, 0.5), "us p50",
      absl::StrFormat("%.1f us p99, longest %.1f ms; %s, p99 %s; killed %d times, %d connects, %d "
                      "failed",
                      p99, Percentile(times, 1) / 1000,
                      Ratio(Percentile(times, 0.5), Percentile(quiet, 0.5), "quiet"),
                      Ratio(p99, Percentile(quiet, 0.99), "quiet"), kKills,
                      static_cast<int>(times.size()), failed));
}

void Faults() {
  std::printf(
      "connect() of which each is asked about, %d turns of %d, while the audit log has it "
      "hard\n",
      kTurns, kFaultConnects);
  FaultTable table;
  FaultsAround(&table);
  FaultsInside(&table);
  table.Print();
}

// ---- curves -------------------------------------------------------------------------------------

void Point(const char* of, int at, Gateway& gateway, uint64_t first) {
  // Three turns on top of the most live flows fit into a connection tracking table of 262,144.
  constexpr uint64_t kFlows = 20'000;
  std::vector<double> rates;
  for (uint64_t turn = 0; turn < 3; ++turn) {
    rates.push_back(gateway.SendFlows(first + turn * kFlows, kFlows).PerSecond());
  }
  std::printf("  curve,%s,%d,%.0f\n", of, at, Median(rates));
  std::fflush(stdout);
}

void Curves() {
  std::printf("new flows a second (median of three) against the size of things\n");
  for (const int rules : {10, 100, 1'000, 10'000}) {
    Gateway gateway(Mode::kAsk, PolicyOf(rules, 0, kAsking));
    Point("rules", rules, gateway, 0);
  }
  for (const int networks : {10, 100, 1'000, 10'000, 100'000}) {
    Gateway gateway(Mode::kAsk, PolicyOf(10, networks, kAsking));
    Point("networks", networks, gateway, 0);
  }
  // The last point fills the connection tracking table.
  const std::pair<const char*, Mode> modes[] = {
      {"live", Mode::kAsk}, {"live-bare", Mode::kBare}, {"live-kernel", Mode::kKernel}};
  for (const int live : {1, 1'000, 10'000, 100'000, 200'000}) {
    for (const auto& [name, mode] : modes) {
      Gateway gateway(mode);
      (void)gateway.SendFlows(0, static_cast<uint64_t>(live));
      Point(name, live, gateway, static_cast<uint64_t>(live));
    }
  }
}

void PrintMachine() {
  utsname name{};
  uname(&name);
  std::printf("lab_bench: kernel %s, %ld CPUs\n", name.release, sysconf(_SC_NPROCESSORS_ONLN));
}

int Run(int argc, char** argv) {
  if (const absl::Status possible = LabPossible(); !possible.ok()) {
    std::fprintf(stderr, "lab_bench: %s\n", std::string(possible.message()).c_str());
    return 1;
  }
  const std::pair<const char*, void (*)()> parts[] = {
      {"new", &NewFlows},   {"connect", &ConnectLatency}, {"established", &Established},
      {"flood", &SynFlood}, {"change", &PolicyChange},    {"workload", &WorkloadKnown},
      {"memory", &Memory},  {"faults", &Faults},          {"kills", &FaultsOfTheDaemon},
      {"curve", &Curves},
  };
  std::set<std::string> words(argv + 1, argv + argc);
  for (const Mode mode : kModes) {
    if (words.erase(NameOf(mode)) > 0) g_modes.insert(mode);
  }
  std::vector<void (*)()> wanted;
  for (const auto& [name, part] : parts) {
    if (words.erase(name) > 0) wanted.push_back(part);
  }
  if (!words.empty()) {
    std::fprintf(stderr, "lab_bench: there is no part and no mode `%s`\n", words.begin()->c_str());
    return 2;
  }
  InitLog(LogLevel::kWarning);  // logs that are made here would tell of each link
  PrintMachine();
  for (const auto& [name, part] : parts) {
    if (wanted.empty() || std::find(wanted.begin(), wanted.end(), part) != wanted.end()) part();
  }
  return 0;
}

}  // namespace
}  // namespace gw::testing

int main(int argc, char** argv) { return gw::testing::Run(argc, argv); }
