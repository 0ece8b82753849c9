// A packet queue that one process hands to the next, on real packets and without gatewardend.

#include "enforcer/dataplane/nfqueue.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "absl/time/clock.h"

#include "enforcer/ruleset/nft.h"
#include "enforcer/ruleset/queue_rule.h"
#include "enforcer/ruleset/ruleset.h"
#include "tests/support/lab.h"
#include "tests/support/nft_tool.h"
#include "tests/support/status_matchers.h"
#include "tests/support/traffic.h"

namespace gw::testing {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(10);
constexpr uint16_t kPort = 53;

class NfqueueTest : public ::testing::Test {
 protected:
  void SetUp() override {
    GW_SKIP_WITHOUT_LAB();
    GW_ASSERT_OK_AND_ASSIGN(lab_, Lab::Create());
    const NamespaceScope inside(lab_->gateway());
    NftTool nft;
    Fill fill;
    fill.policed_interfaces = {"eth0", "eth1"};
    fill.native_queue = KernelHasNativeQueue(*nft);
    ASSERT_OK(nft->Apply(FrameText(fill.marks) + FillText(fill, {})));
    if (!fill.native_queue) ASSERT_OK(ReplaceCompatQueueRule(nft.socket(), fill.queue));
    accepted_ = fill.marks.Make(MarkVerdict::kAccept, fill.generation);
    GW_ASSERT_OK_AND_ASSIGN(server_, UdpServer::Start(lab_->server(), kPort));
    for (std::optional<UdpFlow>* flow : {&first_, &second_}) {
      GW_ASSERT_OK_AND_ASSIGN(*flow,
                              UdpFlow::Open(lab_->client(), {.address = kServer, .port = kPort}));
    }
    before_ = Open();
    ASSERT_NE(before_, nullptr);
  }

  // The process before ends; its socket stays.
  FileDescriptor LetGo() {
    FileDescriptor held(dup(before_->fd()));
    before_.reset();
    return held;
  }

  std::unique_ptr<PacketQueue> Open(FileDescriptor held = FileDescriptor()) {
    const NamespaceScope inside(lab_->gateway());
    NfqueueOptions options;
    options.number = kQueueFirst;
    auto queue = OpenNfqueue(options, std::move(held));
    EXPECT_OK(queue);
    return queue.ok() ? *std::move(queue) : nullptr;
  }

  // The gateway's neighbours say things of their own (MLD).
  static bool IsDatagram(const QueuedPacket& packet) {
    constexpr uint8_t kIpv4WithoutOptions = 0x45;
    constexpr size_t kProtocolAt = 9;
    return packet.size > kProtocolAt && packet.bytes[0] == kIpv4WithoutOptions &&
           packet.bytes[kProtocolAt] == IPPROTO_UDP;
  }

  // The numbers of the datagrams that come next, one at least.
  static std::set<uint32_t> Receive(PacketQueue& queue) {
    std::set<uint32_t> ids;
    const absl::Time deadline = absl::Now() + kPatience;
    while (ids.empty() && absl::Now() < deadline) {
      for (const QueuedPacket& packet : queue.Receive(/*timeout_ms=*/100)) {
        if (IsDatagram(packet)) ids.insert(packet.id);
      }
    }
    return ids;
  }

  // Says yes to all that comes until the server has `datagrams`.
  bool AcceptUntil(PacketQueue& queue, uint64_t datagrams, std::set<uint32_t> unanswered) {
    const absl::Time deadline = absl::Now() + kPatience;
    while (server_->datagrams() < datagrams && absl::Now() < deadline) {
      for (const uint32_t id : unanswered) {
        const MarkedPacket answer = {id, accepted_};
        queue.Send({&answer, 1});
      }
      unanswered.clear();
      for (const QueuedPacket& packet : queue.Receive(/*timeout_ms=*/20)) {
        unanswered.insert(packet.id);
      }
    }
    return server_->datagrams() == datagrams;
  }

  std::unique_ptr<Lab> lab_;
  std::unique_ptr<UdpServer> server_;
  uint32_t accepted_ = 0;
  std::optional<UdpFlow> first_;
  std::optional<UdpFlow> second_;
  std::unique_ptr<PacketQueue> before_;  // of the process before
};

TEST_F(NfqueueTest, WakeEndsAWaitAndIsNoError) {
  std::atomic<bool> ended = false;
  std::thread waiting([&] {
    const absl::Time start = absl::Now();
    while (absl::Now() - start < kPatience && !before_->Receive(/*timeout_ms=*/60'000).empty()) {
    }
    ended = true;
  });
  // Again and again: what the gateway's neighbours say may come in one batch with the answer.
  EXPECT_TRUE(WaitUntil(
      [&] {
        before_->Wake();
        return ended.load();
      },
      kPatience));
  waiting.join();
  EXPECT_EQ(before_->counters().send_errors.Get(), 0u);
}

TEST_F(NfqueueTest, WaitsNoLongerThanItIsTold) {
  const absl::Time start = absl::Now();
  for (const int timeout_ms : {0, 50, 0, 50}) {
    while (absl::Now() - start < kPatience && !before_->Receive(timeout_ms).empty()) {
    }
  }
  EXPECT_GE(absl::Now() - start, absl::Milliseconds(100));
  EXPECT_LT(absl::Now() - start, kPatience);
}

// Datagrams: nobody sends them again, so that one that is dropped is missed.
TEST_F(NfqueueTest, WhatWasReadAndNotAnsweredIsAskedAboutAgain) {
  ASSERT_OK(first_->Send("read and forgotten"));
  ASSERT_EQ(Receive(*before_).size(), 1u);
  FileDescriptor held = LetGo();
  ASSERT_OK(second_->Send("waits"));
  const auto after = Open(std::move(held));
  ASSERT_NE(after, nullptr);
  EXPECT_TRUE(AcceptUntil(*after, 2, {})) << server_->datagrams();
}

// Who waits for an answer sends nothing, and nobody else may.
TEST_F(NfqueueTest, WhatWasReadAndNotAnsweredIsAskedAboutAgainAlsoIfNothingFollows) {
  ASSERT_OK(first_->Send("read and forgotten"));
  ASSERT_EQ(Receive(*before_).size(), 1u);
  const auto after = Open(LetGo());
  ASSERT_NE(after, nullptr);
  EXPECT_TRUE(AcceptUntil(*after, 1, {})) << server_->datagrams();
}

TEST_F(NfqueueTest, WhatWasReadAndNotAnsweredIsAskedAboutAgainAlsoBehindAnUnreadWake) {
  ASSERT_OK(first_->Send("read and forgotten"));
  ASSERT_EQ(Receive(*before_).size(), 1u);
  before_->Wake();
  const auto after = Open(LetGo());
  ASSERT_NE(after, nullptr);
  EXPECT_TRUE(AcceptUntil(*after, 1, {})) << server_->datagrams();
}

// What the process before has answered is over.
TEST_F(NfqueueTest, WhatWasAnsweredIsNotAskedAboutAgain) {
  ASSERT_OK(first_->Send("answered"));
  ASSERT_TRUE(AcceptUntil(*before_, 1, {}));
  FileDescriptor held = LetGo();
  ASSERT_OK(second_->Send("waits"));
  const auto after = Open(std::move(held));
  ASSERT_NE(after, nullptr);
  const std::set<uint32_t> asked = Receive(*after);
  EXPECT_EQ(asked.size(), 1u);
  EXPECT_TRUE(AcceptUntil(*after, 2, asked)) << server_->datagrams();
}

}  // namespace
}  // namespace gw::testing
