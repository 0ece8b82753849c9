#include "enforcer/dataplane/worker.h"

#include <atomic>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/support/enforced_policy.h"
#include "tests/support/fake_packet_queue.h"
#include "tests/support/packet_builder.h"
#include "tests/support/policy_builder.h"

namespace gw {
namespace {

using testing::DoesTcp;
using testing::EnforcedPolicyOf;
using testing::FakePacket;
using testing::FakePacketQueue;
using testing::Gnp;
using testing::Hep;
using testing::kEth0;
using testing::kNotListed;
using testing::ModelOf;
using testing::PacketBuilder;
using testing::PolicyNumbers;
using ::testing::SizeIs;

constexpr uint16_t kOpenPort = 443;
constexpr uint16_t kClosedPort = 8080;

// Of policy number N, generation N; it allows one port.
std::shared_ptr<const EnforcedPolicy> PolicyNumber(uint32_t number, uint16_t port = kOpenPort) {
  return EnforcedPolicyOf(
      ModelOf({Hep("wan", "eth0"), Gnp("p", "", {DoesTcp(RuleAction::kAllow, port)})}),
      {.number = number, .generation = number});
}

FakePacket Packet(uint32_t id, uint16_t port = kOpenPort, uint32_t in = kEth0) {
  FakePacket packet;
  packet.packet.id = id;
  packet.packet.in_index = in;
  packet.packet.mark = MarkLayout().MakeHint(kHintQueued);
  packet.bytes = PacketBuilder::IPv4("198.51.100.9", "203.0.113.2").Tcp(40'000, port).Build();
  return packet;
}

std::vector<uint32_t> Ids(const std::vector<MarkedPacket>& answers) {
  std::vector<uint32_t> ids;
  for (const MarkedPacket& answer : answers) ids.push_back(answer.id);
  return ids;
}

class WorkerTest : public ::testing::Test {
 protected:
  WorkerTest() {
    auto queue = std::make_unique<FakePacketQueue>();
    queue_ = queue.get();
    worker_ = std::make_unique<Worker>(std::move(queue), published_, originals_);
  }

  std::vector<AuditEntry> Entries() {
    std::vector<AuditEntry> entries;
    AuditEntry entry;
    while (worker_->audit().Pop(&entry)) entries.push_back(entry);
    return entries;
  }

  PublishedPolicy published_{PolicyNumber(1)};
  FakePacketQueue* queue_ = nullptr;
  OriginalDestinations originals_;
  std::unique_ptr<Worker> worker_;
};

// ---- one batch ------------------------------------------------------------------------------

TEST_F(WorkerTest, AnswersABatchInOrderInOneSend) {
  std::vector<uint32_t> ids;
  for (uint32_t id = 1000; id < 1000 + kBatchMax; ++id) {
    queue_->Put(Packet(id, id % 2 == 0 ? kOpenPort : kClosedPort));
    ids.push_back(id);
  }
  worker_->RunOnce(0);
  const auto sent = queue_->Sent();
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(Ids(sent[0]), ids);
  for (const MarkedPacket& answer : sent[0]) {
    EXPECT_EQ(MarkLayout().VerdictOf(answer.mark),
              answer.id % 2 == 0 ? MarkVerdict::kAccept : MarkVerdict::kDrop);
  }
}

TEST_F(WorkerTest, WhatDoesNotFitWaitsForTheNextBatch) {
  for (uint32_t id = 0; id < kBatchMax + 1; ++id) queue_->Put(Packet(id));
  worker_->RunOnce(0);
  worker_->RunOnce(0);
  ASSERT_THAT(queue_->Sent(), SizeIs(2));
  EXPECT_THAT(queue_->Sent()[0], SizeIs(kBatchMax));
  EXPECT_THAT(Ids(queue_->Sent()[1]), ::testing::ElementsAre(kBatchMax));
}

TEST_F(WorkerTest, NothingReceivedIsNothingSent) {
  worker_->RunOnce(0);
  EXPECT_THAT(queue_->Sent(), SizeIs(0));
  EXPECT_EQ(worker_->counters().packets.Get(), 0u);
}

TEST_F(WorkerTest, CountsEachOutcome) {
  queue_->Put(Packet(1, kOpenPort));
  queue_->Put(Packet(2, kClosedPort));
  queue_->Put(Packet(3, kClosedPort));
  queue_->Put(Packet(4, kOpenPort, kNotListed));
  FakePacket malformed = Packet(5);
  malformed.bytes.resize(21);
  queue_->Put(malformed);
  worker_->RunOnce(0);
  const WorkerCounters& counters = worker_->counters();
  EXPECT_EQ(counters.packets.Get(), 5u);
  EXPECT_EQ(counters.accepted.Get(), 1u);
  EXPECT_EQ(counters.denied.Get(), 2u);
  EXPECT_EQ(counters.unknown_interface.Get(), 1u);
  EXPECT_EQ(counters.malformed.Get(), 1u);
  EXPECT_THAT(queue_->Sent()[0], SizeIs(5)) << "each has its answer";
}

// ---- the policy -----------------------------------------------------------------------------

TEST_F(WorkerTest, NewPolicyDecidesFromTheNextBatchOn) {
  queue_->Put(Packet(1, kOpenPort));
  worker_->RunOnce(0);
  published_.Publish(PolicyNumber(2, kClosedPort));
  queue_->Put(Packet(2, kOpenPort));
  queue_->Put(Packet(3, kClosedPort));
  worker_->RunOnce(0);
  const MarkLayout marks;
  EXPECT_EQ(queue_->Sent()[0][0].mark & ~marks.learn_bit(), marks.Make(MarkVerdict::kAccept, 1));
  EXPECT_EQ(queue_->Sent()[1][0].mark & ~marks.learn_bit(), marks.Make(MarkVerdict::kDrop, 2));
  EXPECT_EQ(queue_->Sent()[1][1].mark & ~marks.learn_bit(), marks.Make(MarkVerdict::kAccept, 2));
}

// The wait may be long: a policy that came meanwhile must count.
TEST_F(WorkerTest, PolicyPublishedDuringTheWaitDecidesWhatItEndsWith) {
  worker_->Start("gw-test");
  absl::SleepFor(absl::Milliseconds(20));
  published_.Publish(PolicyNumber(2));
  queue_->Put(Packet(1));
  ASSERT_TRUE(queue_->WaitForAnswers(1));
  EXPECT_EQ(MarkLayout().GenerationOf(queue_->Sent()[0][0].mark), 2u);
}

TEST_F(WorkerTest, OldPolicyIsLetGo) {
  std::weak_ptr<const EnforcedPolicy> first = published_.Take().value;
  published_.Publish(PolicyNumber(2));
  EXPECT_FALSE(first.expired());
  queue_->Put(Packet(1));
  worker_->RunOnce(0);
  EXPECT_TRUE(first.expired());
}

// ---- audit ----------------------------------------------------------------------------------

TEST_F(WorkerTest, EveryDecisionIsAnEntry) {
  FakePacket known = Packet(1, kClosedPort);
  known.packet.mark |= MarkLayout().MakeHint(kHintKnownFlow);
  queue_->Put(known);
  FakePacket malformed = Packet(2);
  malformed.bytes.resize(21);
  queue_->Put(malformed);
  const int64_t before = absl::GetCurrentTimeNanos();
  worker_->RunOnce(0);
  const std::vector<AuditEntry> entries = Entries();
  ASSERT_THAT(entries, SizeIs(2));
  EXPECT_GE(entries[0].time_ns, before);
  EXPECT_LE(entries[0].time_ns, absl::GetCurrentTimeNanos());
  EXPECT_EQ(entries[0].policy_number, 1u);
  EXPECT_EQ(entries[0].hook, Hook::kInput);
  EXPECT_EQ(entries[0].in_index, kEth0);
  EXPECT_EQ(entries[0].tuple.destination_port, kClosedPort);
  EXPECT_EQ(entries[0].decision.verdict, Verdict::kDeny);
  EXPECT_TRUE(entries[0].redecided);
  EXPECT_FALSE(entries[0].malformed);
  EXPECT_TRUE(entries[1].malformed);
}

// The client sends again, and that packet is the one to record.
TEST_F(WorkerTest, PacketOfAnUnknownInterfaceIsNoEntry) {
  queue_->Put(Packet(1, kOpenPort, kNotListed));
  queue_->Put(Packet(2));
  worker_->RunOnce(0);
  const std::vector<AuditEntry> entries = Entries();
  ASSERT_THAT(entries, SizeIs(1));
  EXPECT_EQ(entries[0].in_index, kEth0);
}

TEST_F(WorkerTest, FullRingCountsAndPacketsAreAnsweredAllTheSame) {
  const size_t over = 10;
  const size_t total = kAuditRingEntries + over;
  for (size_t i = 0; i < total; ++i) queue_->Put(Packet(static_cast<uint32_t>(i)));
  while (queue_->AnswerCount() < total) worker_->RunOnce(0);
  EXPECT_EQ(worker_->audit().refused(), over);
  EXPECT_THAT(Entries(), SizeIs(kAuditRingEntries));
}

// ---- the thread -----------------------------------------------------------------------------

TEST_F(WorkerTest, StopEndsALongWait) {
  worker_->Start("gw-test");
  absl::SleepFor(absl::Milliseconds(20));
  const absl::Time begin = absl::Now();
  worker_->Stop();
  EXPECT_LT(absl::Now() - begin, absl::Milliseconds(900)) << "a receive lasts up to a second";
  queue_->Put(Packet(1));
  absl::SleepFor(absl::Milliseconds(20));
  EXPECT_EQ(queue_->AnswerCount(), 0u);
}

TEST_F(WorkerTest, StopTwiceOrWithoutStartDoesNothing) {
  worker_->Stop();
  worker_->Stop();
}

TEST_F(WorkerTest, FailOpenReachesTheQueue) {
  worker_->SetFailOpen(true);
  EXPECT_TRUE(queue_->fail_open());
  worker_->SetFailOpen(false);
  EXPECT_FALSE(queue_->fail_open());
}

// For ThreadSanitizer: publisher, worker and recorder at once. Every packet is answered once, by
// one policy whole: the mark's generation and the entry's policy number are the same here.
TEST_F(WorkerTest, PoliciesMayChangeWhilePacketsFlow) {
  constexpr uint32_t kPackets = 5000;
  std::atomic<bool> stop{false};
  std::vector<AuditEntry> entries;
  worker_->Start("gw-test");
  std::thread publisher([&] {
    for (uint32_t number = 2; !stop; number = number % kGenerationMax + 1) {
      published_.Publish(PolicyNumber(number));
    }
  });
  std::thread recorder([&] {
    AuditEntry entry;
    while (entries.size() < kPackets && !stop) {
      while (worker_->audit().Pop(&entry)) entries.push_back(entry);
      std::this_thread::yield();
    }
  });
  for (uint32_t id = 0; id < kPackets; ++id) {
    queue_->Put(Packet(id));
    if (id % 100 == 0) std::this_thread::yield();
  }
  EXPECT_TRUE(queue_->WaitForAnswers(kPackets));
  worker_->Stop();
  stop = true;
  publisher.join();
  recorder.join();
  for (const AuditEntry& entry : Entries()) entries.push_back(entry);
  EXPECT_EQ(worker_->counters().accepted.Get(), kPackets);
  ASSERT_THAT(entries, SizeIs(kPackets));
  std::vector<MarkedPacket> answers;
  const auto sent = queue_->Sent();
  for (const auto& batch : sent) {
    answers.insert(answers.end(), batch.begin(), batch.end());
  }
  ASSERT_THAT(answers, SizeIs(kPackets));
  for (uint32_t i = 0; i < kPackets; ++i) {
    ASSERT_EQ(answers[i].id, i);
    ASSERT_EQ(MarkLayout().GenerationOf(answers[i].mark), entries[i].policy_number);
  }
}

}  // namespace
}  // namespace gw
