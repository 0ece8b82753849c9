// What may happen to the audit log: a full disk, one that becomes read-only, a clock that jumps,
// kill -9. All the while what is allowed passes and what is denied does not; the log opens, keeps
// what it had, and what it could not take is counted exactly and is a record itself.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"

#include "common/base/mutex.h"
#include "common/net/protocol.h"
#include "tests/common/store/temp_directory.h"
#include "tests/support/ext4_disk.h"
#include "tests/system/enforcer_fixture.h"

namespace gw::testing {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr uint16_t kAllowed = 80;    // TCP
constexpr uint16_t kDenied = 82;     // UDP
constexpr uint16_t kLearned = 8001;  // UDP, denied whatever the source
constexpr absl::Duration kPatience = absl::Seconds(30);

// Each flow is asked about, since the rules test its source port.
std::string Policy(int number = 0) {
  return absl::StrCat(HostEndpointYaml("lan", "eth1"),
                      PolicyYaml(absl::StrCat("inside-", number), R"(
  selector: zone == 'lan'
  applyOnForward: true
  types: [Ingress]
  ingress:
  - {action: Allow, protocol: TCP, source: {ports: ["1024:65535"]}, destination: {ports: [80]}}
  - {action: Deny, protocol: UDP, source: {ports: ["1024:65535"]}, destination: {ports: [82]}}
  - {action: Deny, protocol: UDP, destination: {ports: [8001]}})"),
                      SettingsYaml("learnedAccepts: \"Off\""));
}

// One flow: its protocol and its source port, of which each has its own.
using Name = std::pair<uint8_t, uint16_t>;

// Connections that are allowed and datagrams that are not, some hundred a second, until it stops.
class Traffic {
 public:
  explicit Traffic(const Namespace& from) : from_(from) {
    for (int i = 0; i < kThreads; ++i) threads_.emplace_back([this] { Connect(); });
    threads_.emplace_back([this] { Knock(); });
  }
  ~Traffic() { Stop(); }
  Traffic(const Traffic&) = delete;
  Traffic& operator=(const Traffic&) = delete;

  void Stop() {
    stop_ = true;
    for (std::thread& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }

  int failed() const { return failed_; }
  // Of all connections so far.
  absl::Duration slowest() const {
    MutexLock lock(mutex_);
    return slowest_;
  }
  // All so far, and when each began.
  std::map<Name, absl::Time> flows() const {
    MutexLock lock(mutex_);
    return flows_;
  }

 private:
  static constexpr int kThreads = 2;
  static constexpr absl::Duration kPause = absl::Milliseconds(5);
  static constexpr uint16_t kPortsEnd = 60'000;

  void Add(uint8_t protocol, uint16_t port) {
    MutexLock lock(mutex_);
    flows_[{protocol, port}] = absl::Now();
  }

  void Connect() {
    for (uint16_t port = next_tcp_++; !stop_ && port < kPortsEnd; port = next_tcp_++) {
      Add(kProtocolTcp, port);
      const Tried tried = TcpConnect(from_, {.address = kServer,
                                             .port = kAllowed,
                                             .timeout = absl::Seconds(20),
                                             .source_port = port});
      if (tried.outcome != Outcome::kConnected) ++failed_;
      {
        MutexLock lock(mutex_);
        slowest_ = std::max(slowest_, tried.latency);
      }
      absl::SleepFor(kPause);
    }
  }

  void Knock() {
    for (uint16_t port = 10'000; !stop_ && port < kPortsEnd; ++port) {
      Add(kProtocolUdp, port);
      auto flow = UdpFlow::Open(from_, {.address = kServer, .port = kDenied, .source_port = port});
      if (!flow.ok() || !flow->Send("knock").ok()) ++failed_;
      absl::SleepFor(kPause);
    }
  }

  const Namespace& from_;
  std::atomic<bool> stop_{false};
  std::atomic<uint16_t> next_tcp_{10'000};
  std::atomic<int> failed_{0};
  mutable Mutex mutex_;
  std::map<Name, absl::Time> flows_ ABSL_GUARDED_BY(mutex_);
  absl::Duration slowest_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_;
};

// Somebody who follows the log, and opens it anew each time.
class Follower {
 public:
  explicit Follower(std::string path) : path_(std::move(path)), thread_([this] { Run(); }) {}
  ~Follower() { Stop(); }
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

  void Stop() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }

  // After Stop: what was there to be read, by its id; and what went wrong.
  const std::map<int64_t, Name>& seen() const { return seen_; }
  const std::set<std::string>& errors() const { return errors_; }

 private:
  void Run() {
    while (!stop_) {
      Look();
      absl::SleepFor(absl::Milliseconds(20));
    }
  }

  void Look() {
    const auto store = AuditStore::Open(path_, AuditStore::Mode::kReadOnly);
    if (!store.ok()) {
      errors_.insert(std::string(store.status().message()));
      return;
    }
    AuditQuery next;
    next.after_id = seen_.empty() ? 0 : seen_.rbegin()->first;
    next.limit = 10'000;
    const auto records = (*store)->Query(next);
    if (!records.ok()) {
      errors_.insert(std::string(records.status().message()));
      return;
    }
    for (const AuditRecord& record : *records) {
      seen_[record.id] = {record.tuple.protocol, record.tuple.source_port};
    }
  }

  const std::string path_;
  std::atomic<bool> stop_{false};
  std::map<int64_t, Name> seen_;
  std::set<std::string> errors_;
  std::thread thread_;
};

// A file that takes the rest of a disk.
class Ballast {
 public:
  explicit Ballast(const std::string& path) : path_(path) {
    const FileDescriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    for (size_t size = 1 << 16; size > 0; size /= 2) {
      const std::string chunk(size, 'x');
      while (write(file.get(), chunk.data(), chunk.size()) > 0) {
      }
    }
  }
  ~Ballast() { Remove(); }
  Ballast(const Ballast&) = delete;
  Ballast& operator=(const Ballast&) = delete;
  void Remove() { unlink(path_.c_str()); }

 private:
  const std::string path_;
};

class AuditFaultTest : public EnforcerFixture {
 protected:
  void SetUp() override { GW_SKIP_WITHOUT_LAB(); }

  void TearDown() override {
    if (!HasFailure() || lab_ == nullptr) return;
    ADD_FAILURE() << "gatewardend said:\n" << lab_->DaemonLog();
    for (const AuditEvent& event : Events()) ADD_FAILURE() << event.kind << ": " << event.text;
  }

  std::vector<AuditEvent> Events() {
    const auto store = OpenLog();
    if (store == nullptr) return {};
    AuditEventQuery all;
    all.limit = 10'000;
    const auto events = store->Events(all);
    EXPECT_OK(events);
    return events.value_or(std::vector<AuditEvent>());
  }

  void StartLab(const EnforcerLab::Options& options) {
    auto lab = EnforcerLab::Create(options);
    ASSERT_OK(lab);
    lab_ = *std::move(lab);
    for (const char* name : {"tcp_timeout_close", "tcp_timeout_time_wait"}) {
      ASSERT_OK(SetSysctl(gateway(), absl::StrCat("net/netfilter/nf_conntrack_", name), "1"));
    }
    GW_ASSERT_OK_AND_ASSIGN(web_, TcpServer::Start(server(), kAllowed));
    GW_ASSERT_OK_AND_ASSIGN(closed_, UdpServer::Start(server(), kDenied));
    Enforce(Policy());
  }

  std::unique_ptr<AuditStore> OpenLog() {
    auto store = AuditStore::Open(lab_->audit_path(), AuditStore::Mode::kReadOnly);
    EXPECT_OK(store);
    return store.ok() ? *std::move(store) : nullptr;
  }

  std::vector<AuditRecord> Rows() {
    const auto store = OpenLog();
    if (store == nullptr) return {};
    AuditQuery all;
    all.limit = 1'000'000;
    const auto records = store->Query(all);
    EXPECT_OK(records);
    return records.value_or(std::vector<AuditRecord>());
  }

  bool WaitForRows(size_t count) {
    return WaitUntil([&] { return Rows().size() >= count; }, kPatience);
  }
  bool WaitForLost(int64_t count) {
    return WaitUntil([&] { return lab_->State().counts.records_lost >= count; }, kPatience);
  }

  // The sum of what events of kind "lost" say of `what`.
  int64_t Lost(absl::string_view what = " decisions were not recorded") {
    int64_t lost = 0;
    for (const AuditEvent& event : Events()) {
      const size_t space = event.text.find(' ');
      int64_t number = 0;
      if (event.kind == "lost" && absl::EndsWith(event.text, what) &&
          absl::SimpleAtoi(event.text.substr(0, space), &number)) {
        lost += number;
      }
    }
    return lost;
  }

  void ExpectEnforcement(const Traffic& traffic) {
    EXPECT_EQ(traffic.failed(), 0) << "connections that are allowed";
    EXPECT_EQ(closed_->datagrams(), 0u) << "datagrams that are denied";
    EXPECT_TRUE(lab_->DaemonRuns());
  }

  static void ExpectVerdict(const AuditRecord& row) {
    EXPECT_EQ(row.verdict, row.tuple.protocol == kProtocolTcp ? Verdict::kAllow : Verdict::kDeny);
  }

  // What was lost is an event, too.
  bool WaitForLossEvents() {
    return WaitUntil([&] { return lab_->State().counts.records_lost == Lost(); }, kPatience);
  }

  // Each flow has one row or is counted as lost.
  void ExpectEachOnceOrLost(const Traffic& traffic) {
    const std::map<Name, absl::Time> flows = traffic.flows();
    EXPECT_TRUE(WaitUntil(
        [&] { return static_cast<int64_t>(Rows().size()) + Lost() >= int64_t(flows.size()); },
        kPatience));
    EXPECT_TRUE(WaitForLossEvents());
    std::set<Name> named;
    const std::vector<AuditRecord> rows = Rows();
    for (const AuditRecord& row : rows) {
      const Name name = {row.tuple.protocol, row.tuple.source_port};
      EXPECT_EQ(flows.count(name), 1u) << ToString(row.tuple);
      EXPECT_TRUE(named.insert(name).second) << "twice: " << ToString(row.tuple);
      ExpectVerdict(row);
    }
    EXPECT_EQ(static_cast<int64_t>(named.size()) + Lost(), static_cast<int64_t>(flows.size()));
    EXPECT_EQ(lab_->State().counts.records_lost, Lost());
    std::cout << "  " << flows.size() << " flows, " << rows.size() << " rows, " << Lost()
              << " lost\n";
  }

  // What somebody has read once stays.
  void ExpectKept(Follower& follower) {
    follower.Stop();
    EXPECT_THAT(follower.errors(), ::testing::IsEmpty());
    EXPECT_GT(follower.seen().size(), 100u);
    std::map<int64_t, Name> rows;
    for (const AuditRecord& row : Rows()) {
      rows[row.id] = {row.tuple.protocol, row.tuple.source_port};
    }
    for (const auto& [id, name] : follower.seen()) {
      const auto row = rows.find(id);
      ASSERT_TRUE(row != rows.end()) << "row " << id << " is gone";
      EXPECT_EQ(row->second, name) << "row " << id;
    }
    ASSERT_FALSE(rows.empty());
    EXPECT_EQ(rows.rbegin()->first - rows.begin()->first + 1, static_cast<int64_t>(rows.size()))
        << "ids have no gap";
  }

  // The audit log on a disk that the test can break.
  void StartLabOnADisk() {
    auto disk = Ext4Disk::Create(64 << 20);
    if (!disk.ok()) GTEST_SKIP() << "NOT TESTED: " << disk.status().message();
    disk_ = *std::move(disk);
    StartLab({.audit_folder = disk_->path()});
  }

  // What the command line says.
  std::string Gatewarden(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {GW_GATEWARDEN, "--db", lab_->policy_path(), "--audit-db",
                                         lab_->audit_path()});
    const Finished finished = RunIn(gateway(), arguments);
    EXPECT_TRUE(finished.ok()) << finished;
    return finished.out;
  }

  // The daemon says what is wrong, what to do, and when it is over.
  void ExpectSaid() {
    EXPECT_TRUE(WaitUntil(
        [&] { return absl::StrContains(lab_->DaemonLog(), "decisions are recorded again"); },
        kPatience));
    EXPECT_THAT(lab_->DaemonLog(), HasSubstr("the file system is read-only: remount it writable"));
  }

  std::unique_ptr<Ext4Disk> disk_;
  std::unique_ptr<TcpServer> web_;
  std::unique_ptr<UdpServer> closed_;
};

// ---- disks ------------------------------------------------------------------------------------

TEST_F(AuditFaultTest, FullDisk) {
  const TempDirectory folder;
  Tmpfs disk(folder.path(), "size=8m");
  if (!disk.mounted()) GTEST_SKIP() << "NOT TESTED: nothing can be mounted here";
  StartLab({.audit_folder = folder.path()});
  if (HasFatalFailure()) return;
  Traffic traffic(client());
  Follower follower(lab_->audit_path());
  ASSERT_TRUE(WaitForRows(300));
  for (int round = 1; round <= 2; ++round) {
    Ballast ballast(folder.File("ballast"));
    ASSERT_TRUE(WaitForLost(round * 300));
    ASSERT_FALSE(Rows().empty()) << "it can be read while the disk is full";
    const size_t rows = Rows().size();
    ballast.Remove();
    ASSERT_TRUE(WaitForRows(rows + 200));
  }
  traffic.Stop();
  ExpectEnforcement(traffic);
  ExpectEachOnceOrLost(traffic);
  ExpectKept(follower);
}

TEST_F(AuditFaultTest, StartOnAFullDisk) {
  const TempDirectory folder;
  Tmpfs disk(folder.path(), "size=8m");
  if (!disk.mounted()) GTEST_SKIP() << "NOT TESTED: nothing can be mounted here";
  StartLab({.audit_folder = folder.path()});
  if (HasFatalFailure()) return;
  Traffic traffic(client());
  ASSERT_TRUE(WaitForRows(100));
  lab_->KillDaemon();
  const size_t rows = Rows().size();
  Ballast ballast(folder.File("ballast"));
  ASSERT_OK(lab_->StartDaemon());
  ASSERT_TRUE(WaitForLost(100));
  ballast.Remove();
  ASSERT_TRUE(WaitForRows(rows + 200));
  traffic.Stop();
  ExpectEnforcement(traffic);
  EXPECT_TRUE(WaitForLossEvents());
  EXPECT_GE(Lost(), 100);
}

// As ext4 becomes it after an error: while files are open, and until it was unmounted and checked.
TEST_F(AuditFaultTest, DiskThatBecomesReadOnly) {
  ASSERT_NO_FATAL_FAILURE(StartLabOnADisk());
  if (IsSkipped()) return;
  Traffic traffic(client());
  ASSERT_TRUE(WaitForRows(300));
  {
    // The log is opened anew once already.
    const Ballast ballast(disk_->File("ballast"));
    ASSERT_TRUE(WaitForLost(1));
  }
  ASSERT_OK(disk_->Sync());  // or it is full again after the repair
  for (int round = 1; round <= 2; ++round) {
    const int64_t lost = lab_->State().counts.records_lost;
    ASSERT_OK(disk_->Fail());
    ASSERT_TRUE(WaitForLost(lost + 300));
    EXPECT_FALSE(Rows().empty()) << "it can be read all the same";
    EXPECT_THAT(Gatewarden({"status"}), HasSubstr("decisions are being lost: "));
    EXPECT_THAT(Gatewarden({"status"}), HasSubstr("read-only"));
    ASSERT_OK(disk_->Unmount());
    ASSERT_TRUE(WaitForLost(lost + 600));
    EXPECT_FALSE(std::filesystem::exists(lab_->audit_path()))
        << "what is written below the mount point is hidden by the disk";
    ASSERT_OK(disk_->CheckAndMount());
    const size_t rows = Rows().size();
    ASSERT_TRUE(WaitForRows(rows + 200));
    EXPECT_TRUE(WaitUntil([&] { return lab_->State().counts.audit_problem.empty(); }, kPatience));
    EXPECT_THAT(Gatewarden({"status"}), Not(HasSubstr("decisions are being lost")));
  }
  traffic.Stop();
  ExpectEnforcement(traffic);
  EXPECT_LT(traffic.slowest(), absl::Seconds(1)) << "a first packet was lost, or had to wait";
  ExpectEachOnceOrLost(traffic);
  EXPECT_THAT(Gatewarden({"audit", "verify"}), ContainsRegex("intact +yes"));
  ExpectSaid();
}

TEST_F(AuditFaultTest, StartOnAReadOnlyDisk) {
  ASSERT_NO_FATAL_FAILURE(StartLabOnADisk());
  if (IsSkipped()) return;
  Traffic traffic(client());
  ASSERT_TRUE(WaitForRows(100));
  lab_->KillDaemon();
  const size_t rows = Rows().size();
  ASSERT_OK(disk_->MakeReadOnly());
  ASSERT_OK(lab_->StartDaemon());
  ASSERT_TRUE(WaitForLost(100));
  EXPECT_THAT(Gatewarden({"status"}), HasSubstr("decisions are being lost: "));
  ASSERT_OK(disk_->MakeWritable());
  ASSERT_TRUE(WaitForRows(rows + 200));
  traffic.Stop();
  ExpectEnforcement(traffic);
  EXPECT_TRUE(WaitForLossEvents());
  EXPECT_GE(Lost(), 100);
  EXPECT_THAT(Gatewarden({"audit", "verify"}), ContainsRegex("intact +yes"));
  ExpectSaid();
}

// ---- the clock --------------------------------------------------------------------------------

class AuditClockTest : public AuditFaultTest {
 protected:
  void SetUp() override {
    AuditFaultTest::SetUp();
    if (IsSkipped()) return;
    Shift(absl::ZeroDuration());
    StartLab({.environment = {absl::StrCat("LD_PRELOAD=", GW_CLOCK_SHIFT_LIBRARY),
                              absl::StrCat("GW_CLOCK_SHIFT=", folder_.File("shift"))}});
  }

  // From now on gatewardend's clock is ahead by so much.
  void Shift(absl::Duration shift) {
    const int64_t nanoseconds = absl::ToInt64Nanoseconds(shift);
    const FileDescriptor file(
        open(folder_.File("shift").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    ASSERT_EQ(pwrite(file.get(), &nanoseconds, sizeof(nanoseconds), 0),
              static_cast<ssize_t>(sizeof(nanoseconds)));
  }

  size_t RowsAt(absl::Time about) {
    const auto store = OpenLog();
    if (store == nullptr) return 0;
    AuditQuery query;
    query.since = about - absl::Minutes(5);
    query.until = about + absl::Minutes(5);
    query.limit = 1'000'000;
    const auto records = store->Query(query);
    EXPECT_OK(records);
    return records.ok() ? records->size() : 0;
  }

  int64_t DeniedAt(uint16_t port) {
    int64_t decisions = 0;
    for (const AuditRecord& row : Rows()) {
      if (row.tuple.destination_port == port) decisions += DecisionsOf(row);
    }
    return decisions;
  }

  const TempDirectory folder_;
};

TEST_F(AuditClockTest, JumpsForthAndBack) {
  Traffic traffic(client());
  Follower follower(lab_->audit_path());
  int64_t knocks = 0;
  int number = 0;
  for (const absl::Duration shift :
       {absl::ZeroDuration(), absl::Hours(30), -absl::Hours(30), absl::Hours(1), -absl::Hours(1)}) {
    SCOPED_TRACE(shift);
    Shift(shift);
    EXPECT_TRUE(WaitUntil([&] { return RowsAt(absl::Now() + shift) >= 150; }, kPatience));
    // Nothing waits for a time that is far away: counts are told, what the kernel denies by itself
    // is summed, a policy comes into force.
    const int64_t decisions = lab_->State().counts.decisions;
    EXPECT_TRUE(WaitUntil([&] { return lab_->State().counts.decisions > decisions; }, kPatience));
    for (int i = 0; i < 20; ++i, ++knocks) {
      UdpExchange(client(),
                  {.address = kServer, .port = kLearned, .timeout = absl::Milliseconds(1)},
                  "knock");
    }
    EXPECT_TRUE(WaitUntil([&] { return DeniedAt(kLearned) >= knocks; }, kPatience))
        << DeniedAt(kLearned) << " of " << knocks;
    EXPECT_EQ(DeniedAt(kLearned), knocks);
    ASSERT_OK(lab_->SetPolicy(Policy(++number)));
  }
  traffic.Stop();
  ExpectEnforcement(traffic);
  ASSERT_TRUE(WaitUntil(
      [&] {
        std::set<Name> named;
        for (const AuditRecord& row : Rows()) {
          if (row.tuple.destination_port != kLearned) {
            named.insert({row.tuple.protocol, row.tuple.source_port});
          }
        }
        return named.size() == traffic.flows().size();
      },
      kPatience));
  EXPECT_EQ(Lost(), 0);
  ExpectKept(follower);
}

// ---- kill -9 ----------------------------------------------------------------------------------

TEST_F(AuditFaultTest, KilledAgainAndAgain) {
  constexpr int kKills = 20;
  StartLab({});
  if (HasFatalFailure()) return;
  Traffic traffic(client());
  Follower follower(lab_->audit_path());
  std::vector<absl::Time> kills;
  for (int i = 0; i < kKills; ++i) {
    const size_t rows = Rows().size();
    ASSERT_TRUE(WaitForRows(rows + 20));
    lab_->KillDaemon();
    kills.push_back(absl::Now());
    ASSERT_OK(lab_->StartDaemon());
  }
  traffic.Stop();
  ExpectEnforcement(traffic);
  // What waited in memory when it was killed is not in the log; that is less than a second.
  const auto missing = [&] {
    std::map<Name, absl::Time> flows = traffic.flows();
    for (const AuditRecord& row : Rows()) {
      flows.erase({row.tuple.protocol, row.tuple.source_port});
    }
    for (const absl::Time kill : kills) {
      for (auto flow = flows.begin(); flow != flows.end();) {
        const bool excused = flow->second > kill - absl::Seconds(1) && flow->second <= kill;
        flow = excused ? flows.erase(flow) : std::next(flow);
      }
    }
    return flows.size();
  };
  EXPECT_TRUE(WaitUntil([&] { return missing() == 0; }, kPatience)) << missing();
  for (const AuditRecord& row : Rows()) ExpectVerdict(row);
  ExpectKept(follower);
}

}  // namespace
}  // namespace gw::testing
