// kill -9 while the recorder writes, 200 times: the file opens each time, what was said to be
// written is there, ids have no gap, and the next recorder goes on behind it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/clock.h"

#include "common/base/closer.h"
#include "common/policy/evaluate.h"
#include "enforcer/audit/recorder.h"
#include "tests/support/enforced_policy.h"
#include "tests/support/policy_builder.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_directory.h"

namespace gw {
namespace {

using testing::DoesTcp;
using testing::EnforcedPolicyOf;
using testing::Gnp;
using testing::Hep;
using testing::kEth0;
using testing::ModelOf;
using testing::Tcp;
using testing::TemporaryDirectory;

#ifdef GW_KILLS
constexpr int kKills = GW_KILLS;
#else
constexpr int kKills = 200;
#endif
constexpr uint64_t kSeed = 20'261'128;

// Its number stands in its source address.
AuditEntry Numbered(const EnforcedPolicy& policy, uint32_t number) {
  AuditEntry entry;
  entry.time_ns = absl::GetCurrentTimeNanos();
  entry.policy_number = policy.number;
  entry.in_index = kEth0;
  entry.tuple = Tcp("198.51.100.9", "203.0.113.2", 443);
  entry.tuple.source = Address::IPv4(number);
  Packet packet;
  packet.tuple = entry.tuple;
  entry.decision = Evaluate(*policy.snapshot, policy.interfaces.at(kEth0).role, {}, packet);
  return entry;
}

// Records entries of numbers from `first` on until it is killed, and says into `said` up to which
// one they are written.
[[noreturn]] void RecordForever(const std::string& path, uint32_t first, int said) {
  auto store = AuditStore::Open(path, AuditStore::Mode::kWriter);
  if (!store.ok()) {
    std::cerr << store.status() << std::endl;
    _exit(1);
  }
  const auto policy = EnforcedPolicyOf(
      ModelOf({Hep("wan", "eth0"), Gnp("web", "", {DoesTcp(RuleAction::kAllow, 443)})}),
      {.number = 1, .revision = 1, .generation = 1});
  AuditRing ring(kAuditRingEntries);
  Recorder recorder(*std::move(store), nullptr, nullptr, {&ring});
  recorder.AddPolicy(policy);
  recorder.Start();
  uint64_t pushed = 0;
  uint64_t written = 0;
  while (true) {
    // Never more than the ring holds.
    for (int i = 0; i < 60 && pushed < written + kAuditRingEntries / 2; ++i, ++pushed) {
      ring.Push(Numbered(*policy, first + static_cast<uint32_t>(pushed)));
    }
    absl::SleepFor(absl::Milliseconds(1));
    if (recorder.lost() > 0) _exit(2);
    if (recorder.written() == written) continue;
    written = recorder.written();
    const int64_t last = first + static_cast<int64_t>(written) - 1;
    if (write(said, &last, sizeof(last)) != sizeof(last)) _exit(3);
  }
}

// Oldest first, after `id`.
std::vector<AuditRecord> RecordsAfter(const std::string& path, int64_t id) {
  const auto store = AuditStore::Open(path, AuditStore::Mode::kReadOnly);
  EXPECT_OK(store);
  if (!store.ok()) return {};
  AuditQuery query;
  query.after_id = id;
  query.limit = 100'000'000;
  const auto records = (*store)->Query(query);
  EXPECT_OK(records);
  return records.value_or(std::vector<AuditRecord>());
}

// The number of a record is its id, from `id` + 1 on without a gap. The last id.
int64_t CheckNumbers(const std::string& path, int64_t id) {
  for (const AuditRecord& record : RecordsAfter(path, id)) {
    EXPECT_EQ(record.id, ++id);
    EXPECT_EQ(record.tuple.source, Address::IPv4(static_cast<uint32_t>(id)));
    EXPECT_EQ(record.decided_by, "policy:web/ingress/0");
    if (::testing::Test::HasFailure()) break;
  }
  return id;
}

TEST(RecorderKilled, TwoHundredTimes) {
  const TemporaryDirectory folder;
  const std::string path = folder.File("audit.db");
  std::cout << "seed " << kSeed << std::endl;
  std::mt19937_64 random(kSeed);
  int64_t there = 0;
  int64_t said = 0;
  for (int turn = 0; turn < kKills; ++turn) {
    SCOPED_TRACE(turn);
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) RecordForever(path, static_cast<uint32_t>(there) + 1, ends[1]);
    close(ends[1]);
    const FileDescriptor from_child(ends[0]);
    int64_t number = 0;
    for (uint64_t i = 0; i < 1 + random() % 4; ++i) {
      ASSERT_EQ(read(from_child.get(), &number, sizeof(number)),
                static_cast<ssize_t>(sizeof(number)))
          << "it ended by itself";
      said = number;
    }
    absl::SleepFor(absl::Microseconds(random() % 20'000));
    kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "it ended by itself: " << status;
    while (read(from_child.get(), &number, sizeof(number)) == sizeof(number)) said = number;
    there = CheckNumbers(path, there);
    ASSERT_GE(there, said) << "what was said to be written is gone";
    ASSERT_FALSE(HasFailure());
  }
  EXPECT_EQ(CheckNumbers(path, 0), there);
  std::cout << there << " records\n";
}

}  // namespace
}  // namespace gw
