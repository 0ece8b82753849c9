// What gatewardend says of itself in its state file, which `gatewarden status` shows: held against
// what the kernel has and what happens to real packets.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"

#include "enforcer/ruleset/ruleset.h"
#include "tests/support/enforcer_lab.h"
#include "tests/support/status_matchers.h"
#include "tests/support/traffic.h"
#include "tests/system/enforcer_fixture.h"

namespace gw::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Over two turns of the daemon's loop, which looks and tries again each second.
constexpr absl::Duration kSomeTurns = absl::Milliseconds(2600);

const std::string kEndpoints = HostEndpointYaml("wan", "eth0") + HostEndpointYaml("lan", "eth1");

const std::string kOnlyHttp = PolicyYaml("lan-out", R"(
  selector: zone == 'lan'
  applyOnForward: true
  types: [Ingress]
  ingress:
  - {action: Allow, protocol: TCP, destination: {ports: [80]}}
  - {action: Deny, protocol: TCP, source: {selector: zone != 'x'}, destination: {ports: [8080]}})");

// A revision that only another program can write: the schema takes it, Validate does not. Were it
// enforced, port 8080 would open.
constexpr char kBadRevision[] = R"(
BEGIN IMMEDIATE;
INSERT INTO revision (number, time, author, reason)
  SELECT max(number) + 1, '2026-01-01T00:00:00.000000Z', 'test', 'by hand' FROM revision;
UPDATE rule SET action = 'Allow', source_selector = '' WHERE action = 'Deny';
UPDATE rule SET source_selector = 'zone ==' WHERE position = 0;
COMMIT;
)";

class EnforcerStateTest : public EnforcerFixture {
 protected:
  void SetUp() override {
    EnforcerFixture::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    ASSERT_OK(lab_->SetPolicy(kEndpoints + kOnlyHttp));
    ASSERT_OK(lab_->StartDaemon());
  }

  // How many packets came to each queue, by its number.
  std::map<unsigned, unsigned> SeenByQueues() {
    std::map<unsigned, unsigned> seen;
    for (const KernelQueue& queue : ListQueues(gateway())) seen[queue.number] = queue.last_packet;
    return seen;
  }

  Outcome Tcp(uint16_t port, absl::Duration timeout) {
    return TcpConnect(client(), {.address = kServer, .port = port, .timeout = timeout}).outcome;
  }

  // How often the daemon has said `words`.
  size_t Said(const std::string& words) {
    return std::vector<std::string>(absl::StrSplit(lab_->DaemonLog(), words)).size() - 1;
  }

  void WriteBadRevision() {
    const Finished written = RunProgram({"sqlite3", lab_->policy_path(), kBadRevision}, kAnswer);
    ASSERT_TRUE(written.ok()) << written;
  }
};

TEST_F(EnforcerStateTest, RefusedRevisionIsTheProblemUntilAGoodOneIsLoaded) {
  GW_ASSERT_OK_AND_ASSIGN(const auto http, TcpServer::Start(server(), 80));
  GW_ASSERT_OK_AND_ASSIGN(const auto proxy, TcpServer::Start(server(), 8080));
  const EnforcerState before = lab_->State();
  const std::string refusal = absl::StrCat("revision ", before.revision + 1, " has errors");
  const size_t enforced = Said("in force as generation");

  WriteBadRevision();
  ASSERT_TRUE(
      WaitUntil([&] { return absl::StrContains(lab_->State().problem, refusal); }, kAnswer));
  absl::SleepFor(kSomeTurns);
  EXPECT_THAT(lab_->State().problem, HasSubstr(refusal));
  EXPECT_EQ(lab_->State().revision, before.revision);
  EXPECT_EQ(lab_->State().generation, before.generation);
  EXPECT_EQ(Said("in force as generation"), enforced) << "enforced again, for nothing";
  EXPECT_EQ(Said(refusal), 1u) << "said more than once";
  EXPECT_EQ(Tcp(80, kAnswer), Outcome::kConnected);
  EXPECT_EQ(Tcp(8080, kNoAnswer), Outcome::kTimedOut);

  ASSERT_OK(lab_->SetPolicy(kEndpoints + kOnlyHttp));
  EXPECT_EQ(lab_->State().revision, before.revision + 2);
  EXPECT_THAT(lab_->State().problem, IsEmpty());
}

TEST_F(EnforcerStateTest, RefusedRevisionStaysTheProblemWhenTheOldOneIsEnforcedForNewInterfaces) {
  const EnforcerState before = lab_->State();
  const std::string refusal = absl::StrCat("revision ", before.revision + 1, " has errors");
  WriteBadRevision();
  ASSERT_TRUE(
      WaitUntil([&] { return absl::StrContains(lab_->State().problem, refusal); }, kAnswer));
  ASSERT_TRUE(
      RunIn(gateway(), {"ip", "link", "add", "new0", "type", "veth", "peer", "name", "new1"}).ok());
  ASSERT_TRUE(WaitUntil([&] { return Said("interfaces changed") > 0; }, kAnswer));
  absl::SleepFor(kSomeTurns);
  EXPECT_THAT(lab_->State().problem, HasSubstr(refusal));
  EXPECT_EQ(lab_->State().revision, before.revision);
  EXPECT_EQ(Said(refusal), 1u) << "said more than once";
}

TEST_F(EnforcerStateTest, CountsWhatComesUp) {
  GW_ASSERT_OK_AND_ASSIGN(const auto http, TcpServer::Start(server(), 80));
  const EnforcerCounts before = lab_->State().counts;
  EXPECT_EQ(Tcp(80, kAnswer), Outcome::kConnected);
  EXPECT_EQ(Tcp(8080, kNoAnswer), Outcome::kTimedOut);
  ASSERT_TRUE(WaitUntil(
      [&] {
        const EnforcerCounts counts = lab_->State().counts;
        return counts.decisions >= before.decisions + 2 && counts.denied > before.denied;
      },
      kAnswer));
  const EnforcerCounts counts = lab_->State().counts;
  EXPECT_GT(counts.as_of, before.as_of);
  EXPECT_GE(counts.live_flows.value_or(-1), 1) << "the connection that was just made";
  EXPECT_EQ(counts.records_lost, 0);
}

TEST_F(EnforcerStateTest, QueueIsNativeExactlyIfTheKernelTakesTheStatement) {
  // First without it, so that nothing but the statement can be what the kernel refuses.
  ASSERT_OK(Nft(gateway(), "add table inet probe; add chain inet probe up"));
  ASSERT_OK(Nft(gateway(), "add rule inet probe up accept"));
  const bool has_statement = Nft(gateway(), "add rule inet probe up queue num 1").ok();
  EXPECT_EQ(lab_->State().queue, has_statement ? "native" : "compat");
  // What the machine is known to have, so that a lost module is not taken for an old kernel.
  const char* expected = std::getenv("GW_EXPECT_QUEUE");
  if (expected != nullptr) {
    EXPECT_EQ(lab_->State().queue, expected);
  }
}

// "0", "0-1": proc(5), the CPUs that threads of this name may run on.
std::set<std::string> CpusOf(int64_t pid, const std::string& thread) {
  std::set<std::string> cpus;
  for (const auto& task :
       std::filesystem::directory_iterator(absl::StrCat("/proc/", pid, "/task"))) {
    std::string name;
    std::getline(std::ifstream(task.path() / "comm"), name);
    if (name != thread) continue;
    std::ifstream status(task.path() / "status");
    for (std::string line; std::getline(status, line);) {
      absl::string_view value = line;
      if (absl::ConsumePrefix(&value, "Cpus_allowed_list:\t")) cpus.emplace(value);
    }
  }
  return cpus;
}

TEST_F(EnforcerStateTest, QueueAndWorkerOfTheCpuThatAPacketArrivedOn) {
  if (std::thread::hardware_concurrency() != 2) GTEST_SKIP() << "NOT TESTED: needs two CPUs";
  GW_ASSERT_OK_AND_ASSIGN(const auto web, TcpServer::Start(server(), 80));
  const auto policy = [](const char* fanout) {
    return kEndpoints + kOnlyHttp +
           SettingsYaml(absl::StrCat("queueFanout: ", fanout, ", learnedAccepts: \"Off\""));
  };
  const int64_t pid = lab_->State().pid;
  EXPECT_THAT(CpusOf(pid, "gw-queue-0"), ElementsAre("0-1"));
  ASSERT_OK(lab_->SetPolicy(policy("CPU")));
  EXPECT_THAT(CpusOf(pid, "gw-queue-0"), ElementsAre("0"));
  EXPECT_THAT(CpusOf(pid, "gw-queue-1"), ElementsAre("1"));
  for (const unsigned cpu : {0U, 1U}) {
    const std::map<unsigned, unsigned> before = SeenByQueues();
    std::thread sender([&] {
      cpu_set_t one;
      CPU_ZERO(&one);
      CPU_SET(cpu, &one);
      ASSERT_EQ(sched_setaffinity(0, sizeof(one), &one), 0);
      for (int i = 0; i < 20; ++i) EXPECT_EQ(Tcp(80, kAnswer), Outcome::kConnected);
    });
    sender.join();
    const std::map<unsigned, unsigned> after = SeenByQueues();
    EXPECT_GE(after.at(kQueueFirst + cpu) - before.at(kQueueFirst + cpu), 20u);
    EXPECT_EQ(after.at(kQueueFirst + 1 - cpu), before.at(kQueueFirst + 1 - cpu));
  }
  ASSERT_OK(lab_->SetPolicy(policy("Flow")));
  EXPECT_THAT(CpusOf(pid, "gw-queue-1"), ElementsAre("0-1"));
}

}  // namespace
}  // namespace gw::testing
