// The audit log at scale: how fast decisions are written, what one costs on the disk, and how long
// the first page of a filter takes.
//
//   audit_bench [--rows N] [--seconds N] [--file PATH]
//
// Writes N decisions (10 million if not said) of a made-up site into a file, which it removes:
// 250 devices behind a gateway, 4,000 servers on the internet of which some are asked for far more
// often, a fifth of it IPv6, one in twelve denied, by 60 rules. Of one in ten the end is known,
// too. Then more come at 50,000 a second, for some seconds (10) each: what somebody waits who
// follows the log, also while the oldest are dropped. Each 65,536 decisions are sealed meanwhile.

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"

#include "common/net/protocol.h"
#include "common/store/audit_store.h"
#include "common/store/audit_where.h"

namespace gw {
namespace {

constexpr size_t kBatch = 4'096;  // what the recorder writes at once under load
constexpr int kTurns = 5;         // of each question; the median counts
constexpr int64_t kEndsEvery = 10;
constexpr int64_t kLivePerSecond = 50'000;
constexpr int64_t kLiveBatch = kLivePerSecond / 50;  // each 20 ms, as the recorder
constexpr int64_t kRing = 1 << 16;                   // what may wait before some are lost
constexpr int64_t kStart_s = 1'700'000'000;

class Site {
 public:
  AuditBatch& NextBatch(size_t rows) {
    batch_.Clear();
    AddWords();
    for (size_t i = 0; i < rows; ++i) batch_.Add(NextRow());
    return batch_;
  }
  // Decided now.
  AuditBatch& LiveBatch(size_t rows) {
    batch_.Clear();
    AddWords();
    for (size_t i = 0; i < rows; ++i) {
      AuditBatch::Row row = NextRow();
      row.time_ns = absl::GetCurrentTimeNanos();
      batch_.Add(row);
    }
    return batch_;
  }
  // How some of the batch that begins with `first_id` ended.
  std::vector<AuditFlow> EndsOf(int64_t first_id) {
    std::vector<AuditFlow> flows;
    for (size_t row = 0; row < batch_.size(); row += kEndsEvery) {
      AuditFlow flow;
      flow.id = first_id + static_cast<int64_t>(row);
      flow.end.emplace();
      flow.end->time = absl::FromUnixNanos(batch_.rows()[row].time_ns) + absl::Seconds(3);
      flow.end->duration = absl::Seconds(1 + Random(60));
      flow.end->packets_sent = 5 + Random(1'000);
      flow.end->bytes_sent = flow.end->packets_sent * 300;
      flow.end->packets_received = 5 + Random(10'000);
      flow.end->bytes_received = flow.end->packets_received * 1'400;
      flow.end->reason = FlowEnd::Reason::kClosed;
      flows.push_back(flow);
    }
    return flows;
  }

 private:
  // Devices are known one by one, and one server in ten by a set of networks.
  void AddWords() {
    for (int rule = 0; rule < 60; ++rule) batch_.AddRuling(Ruling(rule));
    for (uint32_t device = 0; device < kDevices; ++device) {
      device_parties_[device] = batch_.AddParty({{absl::StrCat("device-", device),
                                                  {{"role", device % 50 == 7 ? "printer" : "desk"},
                                                   {"floor", absl::StrCat(device % 4)}}}});
    }
    suppliers_party_ = batch_.AddParty({{"suppliers", {{"trust", "partner"}}}});
  }

  static AuditRuling Ruling(int rule) {
    AuditRuling ruling;
    ruling.hook = Hook::kForward;
    ruling.in = rule % 3 == 0 ? "lan0" : "wifi0";
    ruling.out = "wan0";
    ruling.verdict = rule % 12 == 0 ? Verdict::kDeny : Verdict::kAllow;
    ruling.decided_by = absl::StrCat("policy:office-", rule / 4, "/egress/", rule % 4);
    ruling.tier = "default";
    ruling.in_endpoint = rule % 3 == 0 ? "desktops" : "wireless";
    ruling.in_labels = {{"zone", rule % 3 == 0 ? "lan" : "wifi"}};
    ruling.out_endpoint = "internet";
    ruling.out_labels = {{"zone", "wan"}};
    ruling.revision = 12;
    ruling.generation = 7;
    ruling.pending_verdict = ruling.verdict;
    ruling.pending_decided_by = ruling.decided_by;
    return ruling;
  }

  uint32_t Random(uint32_t end) { return static_cast<uint32_t>(random_() % end); }

  // Small numbers more often than large ones.
  uint32_t Popular(uint32_t end) { return std::min(Random(end), Random(end)) * Random(end) / end; }

  AuditBatch::Row NextRow() {
    AuditBatch::Row row;
    time_ns_ += 1'000'000 + Random(20'000'000);
    row.time_ns = time_ns_;
    const uint32_t device = Random(kDevices);
    const uint32_t server = Popular(4'000);
    Tuple& tuple = row.tuple;
    if (server % 5 == 0) {
      tuple.source = {Family::kIPv6, 0x20010db800010000, device + 2};
      tuple.destination = {Family::kIPv6, uint64_t{0x20010db8ff000000} + server, 1};
    } else {
      tuple.source = Address::IPv4(0x0a000002 + device);
      tuple.destination = Address::IPv4(0xc6330000 + server * 7);
    }
    tuple.protocol = server % 4 == 1 ? kProtocolUdp : kProtocolTcp;
    tuple.source_port = static_cast<uint16_t>(32'768 + Random(28'000));
    static constexpr uint16_t kPorts[] = {443, 53, 443, 80, 443, 123, 993, 22};
    tuple.destination_port = kPorts[server % 8];
    row.ruling = server % 60;
    row.source_party = device_parties_[device];
    if (server % 10 == 3) row.destination_party = suppliers_party_;
    return row;
  }

  static constexpr uint32_t kDevices = 250;

  std::mt19937_64 random_{1};
  std::array<uint32_t, kDevices> device_parties_{};
  uint32_t suppliers_party_ = 0;
  int64_t time_ns_ = kStart_s * 1'000'000'000;
  AuditBatch batch_;
};

int64_t SizeOf(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 ? status.st_size : 0;
}

void RemoveFile(const std::string& path) {
  for (const char* suffix : {"", "-wal", "-shm"}) (void)unlink((path + suffix).c_str());
}

int Fail(const absl::Status& status) {
  std::fprintf(stderr, "audit_bench: %s\n", std::string(status.message()).c_str());
  return 1;
}

absl::Status Write(const std::string& path, int64_t rows) {
  auto opened = AuditStore::Open(path, AuditStore::Mode::kWriter);
  if (!opened.ok()) return opened.status();
  AuditStore& store = **opened;
  Site site;
  absl::Duration writing;
  absl::Duration worst;
  absl::Duration writing_ends;
  int64_t ends = 0;
  for (int64_t written = 0; written < rows;) {
    const AuditBatch& batch = site.NextBatch(kBatch);
    const absl::Time before = absl::Now();
    const absl::StatusOr<int64_t> appended = store.Append(batch);
    if (!appended.ok()) return appended.status();
    const absl::Duration took = absl::Now() - before;
    writing += took;
    worst = std::max(worst, took);
    written += static_cast<int64_t>(batch.size());
    const std::vector<AuditFlow> flows = site.EndsOf(*appended);
    const absl::Time before_ends = absl::Now();
    const absl::Status ended = store.AppendFlows(flows);
    if (!ended.ok()) return ended;
    writing_ends += absl::Now() - before_ends;
    ends += static_cast<int64_t>(flows.size());
  }
  const double seconds = absl::ToDoubleSeconds(writing);
  absl::PrintF("written            %12d rows\n", rows);
  absl::PrintF("sustained          %12.0f rows/s, %.2f us each; worst batch of %d: %.1f ms\n",
               static_cast<double>(rows) / seconds, seconds * 1e6 / static_cast<double>(rows),
               kBatch, absl::ToDoubleMilliseconds(worst));
  absl::PrintF("ends of flows      %12.0f /s, %.2f us each\n",
               static_cast<double>(ends) / absl::ToDoubleSeconds(writing_ends),
               absl::ToDoubleMicroseconds(writing_ends) / static_cast<double>(ends));
  return absl::OkStatus();
}

// The median of some turns, each with a connection of its own, as somebody who asks once has it.
absl::Status Ask(const std::string& path, const std::string& what,
                 const std::function<absl::StatusOr<size_t>(AuditStore&)>& ask) {
  std::vector<double> times_ms;
  size_t found = 0;
  for (int turn = 0; turn < kTurns; ++turn) {
    const absl::Time before = absl::Now();
    auto opened = AuditStore::Open(path, AuditStore::Mode::kReadOnly);
    if (!opened.ok()) return opened.status();
    const absl::StatusOr<size_t> answer = ask(**opened);
    if (!answer.ok()) return answer.status();
    times_ms.push_back(absl::ToDoubleMilliseconds(absl::Now() - before));
    found = *answer;
  }
  std::sort(times_ms.begin(), times_ms.end());
  absl::PrintF("%-66s %7.2f ms  (%d found)\n", what, times_ms[kTurns / 2], found);
  return absl::OkStatus();
}

absl::Status AskAll(const std::string& path) {
  using Condition = AuditCondition;
  const auto source = Condition::Source(*ParsePrefix("10.0.0.17/32"));
  const auto port = Condition::DestinationPort(22);
  const std::vector<std::pair<std::string, std::vector<AuditCondition>>> filters = {
      {"no condition", {}},
      {"source address", {source}},
      {"destination network", {Condition::Destination(*ParsePrefix("198.51.100.0/24"))}},
      {"destination port", {port}},
      {"verdict", {Condition::HasVerdict(Verdict::kDeny)}},
      {"policy", {Condition::DecidedBy("policy:office-3/*")}},
      {"endpoint", {Condition::Endpoint("desktops")}},
      {"source that was never there", {Condition::Source(*ParsePrefix("10.9.9.9/32"))}},
      {"policy that never decided", {Condition::DecidedBy("policy:none/*")}},
      {"each is there, together never",
       {Condition::Destination(*ParsePrefix("198.51.0.7/32")), port}},
      {"not one device, not one port, denied",
       {Condition::Not(source), Condition::Not(port), Condition::HasVerdict(Verdict::kDeny)}},
  };
  for (const auto& [what, conditions] : filters) {
    AuditQuery query;
    query.conditions = conditions;
    const absl::Status asked = Ask(path, absl::StrCat("first page: ", what),
                                   [&](AuditStore& store) -> absl::StatusOr<size_t> {
                                     const auto records = store.Query(query);
                                     if (!records.ok()) return records.status();
                                     return records->size();
                                   });
    if (!asked.ok()) return asked;
  }
  for (const char* text :
       {"label.role == printer", "src.label.floor == 3 and dst.label.trust == partner",
        "label.role == nobody", "text contains 'office-7'", "bytes > 10000000",
        "src not in 10.0.0.0/8 and dport != 443",
        "src in 10.0.0.0/28 and (dport < 100 or proto == udp)",
        "text contains 'nothing says this'"}) {
    AuditQuery query;
    const auto where = ParseAuditFilter(text, absl::Now());
    if (!where.ok()) return where.status();
    query.where = *where;
    const absl::Status asked = Ask(path, absl::StrCat("first page: ", text),
                                   [&](AuditStore& store) -> absl::StatusOr<size_t> {
                                     const auto records = store.Query(query);
                                     if (!records.ok()) return records.status();
                                     return records->size();
                                   });
    if (!asked.ok()) return asked;
  }
  AuditQuery tcp;
  tcp.conditions = {Condition::Protocol(kProtocolTcp)};
  absl::Status asked =
      Ask(path, "top 10 sources of all TCP", [&](AuditStore& store) -> absl::StatusOr<size_t> {
        const auto top = store.Top(tcp, {"src"}, 10);
        if (!top.ok()) return top.status();
        return top->tops.size();
      });
  if (!asked.ok()) return asked;
  return Ask(path, "histogram of all TCP, 200 parts",
             [&](AuditStore& store) -> absl::StatusOr<size_t> {
               const absl::Time since = absl::FromUnixSeconds(kStart_s);
               const auto sums = store.Histogram(tcp, since, since + absl::Hours(24 * 7), 200);
               if (!sums.ok()) return sums.status();
               return sums->buckets.size();
             });
}

// ---- while it is written ------------------------------------------------------------------------

double Percentile(std::vector<double> values, double part) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[static_cast<size_t>(part * static_cast<double>(values.size() - 1))];
}

// Somebody who follows the log, as `flows --follow` does; how long each row took from its decision
// until it was read.
class Follower {
 public:
  Follower(const std::string& path, int64_t after) : after_(after) {
    thread_ = std::thread([this, path] { status_ = Run(path); });
  }
  ~Follower() { (void)Stop(); }
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

  absl::Status Stop() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
    return status_;
  }
  // After Stop.
  const std::vector<double>& waits_ms() const { return waits_ms_; }

 private:
  absl::Status Run(const std::string& path) {
    auto store = AuditStore::Open(path, AuditStore::Mode::kReadOnly);
    if (!store.ok()) return store.status();
    while (!stop_) {
      absl::SleepFor(absl::Milliseconds(10));
      AuditQuery next;
      next.after_id = after_;
      next.limit = 100'000;
      const auto records = (*store)->Query(next);
      if (!records.ok()) return records.status();
      const absl::Time now = absl::Now();
      for (const AuditRecord& record : *records) {
        waits_ms_.push_back(absl::ToDoubleMilliseconds(now - record.time));
        after_ = record.id;
      }
    }
    return absl::OkStatus();
  }

  int64_t after_;
  std::atomic<bool> stop_{false};
  std::vector<double> waits_ms_;
  absl::Status status_;
  std::thread thread_;
};

// kLivePerSecond decisions a second into what is there already, on the disk once a second as the
// recorder has it; with `bytes_max`, the oldest are dropped beyond it.
absl::Status WriteLive(const std::string& path, const std::string& what, int64_t seconds,
                       bool followed, std::optional<int64_t> bytes_max) {
  auto opened = AuditStore::Open(path, AuditStore::Mode::kWriter);
  if (!opened.ok()) return opened.status();
  AuditStore& store = **opened;
  const auto newest = store.Query({});
  if (!newest.ok()) return newest.status();
  std::unique_ptr<Follower> follower;
  if (followed) {
    follower = std::make_unique<Follower>(path, newest->empty() ? 0 : newest->front().id);
  }
  Site site;
  std::vector<double> batches_ms;
  int64_t dropped = 0;
  int64_t waiting_max = 0;
  int64_t lost = 0;
  const absl::Time begin = absl::Now();
  absl::Time next_sync = begin + absl::Seconds(1);
  const int64_t rows = seconds * kLivePerSecond;
  for (int64_t written = 0; written < rows;) {
    const absl::Time due =
        begin + absl::Microseconds(1'000'000 / kLivePerSecond) * (written + kLiveBatch);
    absl::SleepFor(due - absl::Now());
    const int64_t waiting =
        absl::ToInt64Microseconds(absl::Now() - due) * kLivePerSecond / 1'000'000;
    waiting_max = std::max(waiting_max, waiting + kLiveBatch);
    lost = std::max(lost, waiting + kLiveBatch - kRing);
    const AuditBatch& batch = site.LiveBatch(static_cast<size_t>(kLiveBatch));
    const absl::Time before = absl::Now();
    const absl::Status appended = store.Append(batch).status();
    if (!appended.ok()) return appended;
    if (bytes_max) {
      const auto gone = store.DropOldestBeyond(*bytes_max);
      if (!gone.ok()) return gone.status();
      dropped += *gone;
    }
    // Of the same thread, and what it waits for is the disk.
    if (absl::Now() >= next_sync) {
      next_sync = absl::Now() + absl::Seconds(1);
      const absl::Status synced = store.Sync();
      if (!synced.ok()) return synced;
    }
    batches_ms.push_back(absl::ToDoubleMilliseconds(absl::Now() - before));
    written += kLiveBatch;
  }
  absl::SleepFor(absl::Milliseconds(100));
  std::string more;
  if (follower != nullptr) {
    const absl::Status read = follower->Stop();
    if (!read.ok()) return read;
    const std::vector<double>& waits = follower->waits_ms();
    more = absl::StrFormat("; read after %.1f ms p50, %.1f ms p99, %.1f ms worst (%d of %d)",
                           Percentile(waits, 0.5), Percentile(waits, 0.99), Percentile(waits, 1),
                           waits.size(), rows);
  }
  if (bytes_max) absl::StrAppend(&more, "; dropped ", dropped);
  absl::PrintF(
      "%-34s batch of %d: %.2f ms p50, %.1f ms p99, %.1f ms worst; waiting %d at most of "
      "%d, lost %d%s\n",
      what, kLiveBatch, Percentile(batches_ms, 0.5), Percentile(batches_ms, 0.99),
      Percentile(batches_ms, 1), waiting_max, kRing, std::max<int64_t>(0, lost), more);
  return absl::OkStatus();
}

// "VmRSS", "VmHWM"
double MemoryMiB(const std::string& name) {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    double kib = 0;
    if (word == name + ":" && status >> kib) return kib / 1024;
  }
  return 0;
}

absl::Status WriteLiveInTurns(const std::string& path, int64_t seconds) {
  absl::PrintF("at %d decisions a second, %d s each; each 65,536 are sealed\n", kLivePerSecond,
               seconds);
  absl::Status status = WriteLive(path, "  nobody reads", seconds, false, std::nullopt);
  status.Update(WriteLive(path, "  followed", seconds, true, std::nullopt));
  // What comes makes as much go.
  status.Update(WriteLive(path, "  followed, the oldest are dropped", seconds, true, SizeOf(path)));
  return status;
}

int Main(int argc, char** argv) {
  int64_t rows = 10'000'000;
  int64_t seconds = 10;
  std::string path = "/tmp/gatewarden-audit-bench.db";
  for (int i = 1; i < argc; ++i) {
    const std::string option = argv[i];
    const bool has_value = i + 1 < argc;
    if (option == "--rows" && has_value && absl::SimpleAtoi(argv[i + 1], &rows) && rows > 0) {
      ++i;
    } else if (option == "--seconds" && has_value && absl::SimpleAtoi(argv[i + 1], &seconds) &&
               seconds > 0) {
      ++i;
    } else if (option == "--file" && has_value) {
      path = argv[++i];
    } else {
      std::fprintf(stderr, "usage: audit_bench [--rows N] [--seconds N] [--file PATH]\n");
      return 2;
    }
  }
  RemoveFile(path);
  if (const absl::Status written = Write(path, rows); !written.ok()) return Fail(written);
  absl::PrintF("on disk            %12.1f bytes a row\n",
               static_cast<double>(SizeOf(path)) / static_cast<double>(rows));
  absl::PrintF("memory             %12.1f MiB while writing\n", MemoryMiB("VmRSS"));
  absl::Status done = AskAll(path);
  done.Update(WriteLiveInTurns(path, seconds));
  absl::PrintF("memory             %12.1f MiB at most\n", MemoryMiB("VmHWM"));
  RemoveFile(path);
  return done.ok() ? 0 : Fail(done);
}

}  // namespace
}  // namespace gw

int main(int argc, char** argv) { return gw::Main(argc, argv); }
