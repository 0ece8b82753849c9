// A stream between a recorder that never waits and a sink that does what the test says.

#include "enforcer/audit/audit_stream.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/support/policy_builder.h"

namespace gw {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// What a test decides about a sink that is in the stream's hands, and what that has written.
struct SinkControl {
  Mutex mutex;
  bool hangs ABSL_GUARDED_BY(mutex) = false;
  bool waits_once ABSL_GUARDED_BY(mutex) = false;
  std::string error ABSL_GUARDED_BY(mutex);
  std::vector<std::string> written ABSL_GUARDED_BY(mutex);
  int writes ABSL_GUARDED_BY(mutex) = 0;

  void Hang(bool hang) {
    const MutexLock lock(mutex);
    hangs = hang;
  }
  void Fail(const std::string& text) {
    const MutexLock lock(mutex);
    error = text;
  }
  std::vector<std::string> Written() {
    const MutexLock lock(mutex);
    return written;
  }
  int Writes() {
    const MutexLock lock(mutex);
    return writes;
  }
  bool Hangs() {
    const MutexLock lock(mutex);
    return hangs;
  }
};

class ControlledSink final : public AuditSink {
 public:
  explicit ControlledSink(std::shared_ptr<SinkControl> control) : control_(std::move(control)) {}

  std::string target() const override { return "the test"; }
  absl::Status Write(absl::Span<const StreamItem> items, Progress* progress) override {
    {
      const MutexLock lock(control_->mutex);
      ++control_->writes;
    }
    while (control_->Hangs()) absl::SleepFor(absl::Milliseconds(1));
    const MutexLock lock(control_->mutex);
    if (!control_->error.empty()) return absl::UnavailableError(control_->error);
    if (control_->waits_once && !std::exchange(waited_, true)) {
      progress->wait = true;
      return absl::OkStatus();
    }
    for (const StreamItem& item : items) {
      if (const auto* decision = std::get_if<StreamedDecision>(&item)) {
        control_->written.push_back(absl::StrCat(
            decision->record.id, " ", decision->record.decided_by, " ", decision->in_index));
      } else if (const auto* event = std::get_if<AuditEvent>(&item)) {
        control_->written.push_back(event->text);
      } else {
        control_->written.push_back(absl::StrCat("end ", std::get<StreamedFlow>(item).flow.id));
      }
    }
    progress->handled = progress->written = items.size();
    return absl::OkStatus();
  }

 private:
  const std::shared_ptr<SinkControl> control_;
  bool waited_ = false;
};

template <typename Condition>
bool Until(Condition condition) {
  for (int i = 0; i < 2000 && !condition(); ++i) absl::SleepFor(absl::Milliseconds(5));
  return condition();
}

// `count` decisions from `first_id` on, all by the same ruling.
std::shared_ptr<const StreamBatch> Decisions(int64_t first_id, size_t count) {
  auto batch = std::make_shared<StreamBatch>();
  batch->first_id = first_id;
  batch->rows.resize(count);
  AuditRuling ruling;
  ruling.in = "eth0";
  ruling.decided_by = "policy:web";
  batch->rulings = {ruling};
  auto interfaces = std::make_shared<InterfaceIndexes>();
  (*interfaces)["eth0"] = 5;
  batch->interfaces = interfaces;
  return batch;
}

std::shared_ptr<const StreamBatch> Event(const std::string& text) {
  auto batch = std::make_shared<StreamBatch>();
  batch->events.emplace_back().text = text;
  return batch;
}

constexpr size_t kRoom = 100;

class AuditStreamTest : public ::testing::Test {
 protected:
  std::unique_ptr<AuditSink> Sink() { return std::make_unique<ControlledSink>(control_); }
  // The sink hangs with one decision in its hands, so that what fits is known exactly.
  void HangWithOne() {
    control_->Hang(true);
    stream_.GoTo(Sink());
    stream_.Offer(Decisions(1, 1));
    ASSERT_TRUE(Until([&] { return control_->Writes() == 1; }));
  }

  const std::shared_ptr<SinkControl> control_ = std::make_shared<SinkControl>();
  AuditStream stream_{"test", "gw-test", kRoom};
};

TEST_F(AuditStreamTest, WhatIsOfferedIsWrittenInOrder) {
  stream_.GoTo(Sink());
  stream_.Offer(Decisions(7, 2));
  auto flows = std::make_shared<StreamBatch>();
  flows->flows.emplace_back().flow.id = 7;
  stream_.Offer(flows);
  stream_.Offer(Event("stop"));
  stream_.Stop(absl::Seconds(10));
  EXPECT_THAT(control_->Written(),
              ElementsAre("7 policy:web 5", "8 policy:web 5", "end 7", "stop"));
  const StreamState state = stream_.State();
  EXPECT_EQ(state.target, "the test");
  EXPECT_EQ(state.problem, "");
  EXPECT_EQ(state.written, 4);
  EXPECT_EQ(state.dropped, 0);
}

TEST_F(AuditStreamTest, RecordsHaveWhatTheirRowsHad) {
  StreamBatch batch;
  batch.first_id = 3;
  batch.rows.resize(3);
  batch.rows[1].time_ns = 1'700'000'000'000'000'001;
  batch.rows[1].tuple = testing::Tcp("192.0.2.1", "198.51.100.2", 443);
  batch.rows[1].ruling = 1;
  batch.rows[2].repeats = 9;
  batch.rulings.resize(2);
  batch.rulings[1].tier = "default";
  batch.translated = {{1, {testing::Addr("203.0.113.2"), 8443}}};
  const std::vector<StreamItem> items = batch.Items(batch.size());
  ASSERT_THAT(items, SizeIs(3));
  const AuditRecord& second = std::get<StreamedDecision>(items[1]).record;
  EXPECT_EQ(second.id, 4);
  EXPECT_EQ(absl::ToUnixNanos(second.time), batch.rows[1].time_ns);
  EXPECT_EQ(second.tuple, batch.rows[1].tuple);
  EXPECT_EQ(second.tier, "default");
  EXPECT_EQ(second.original_destination, batch.translated[0].original_destination);
  const AuditRecord& third = std::get<StreamedDecision>(items[2]).record;
  EXPECT_EQ(third.repeats, 9);
  EXPECT_EQ(third.original_destination, std::nullopt);
}

TEST_F(AuditStreamTest, WhatDoesNotFitIsDroppedAndCountedExactly) {
  HangWithOne();
  const absl::Time begin = absl::Now();
  stream_.Offer(Decisions(2, 60));
  stream_.Offer(Decisions(62, 60));  // 39 of these
  stream_.Offer(Event("late"));
  // Nobody waited for the sink.
  EXPECT_LT(absl::Now() - begin, absl::Seconds(5));
  EXPECT_EQ(stream_.State().dropped, 22);
  EXPECT_EQ(stream_.State().written, 0);
  control_->Hang(false);
  ASSERT_TRUE(Until([&] { return stream_.State().written == 100; }));
  EXPECT_EQ(control_->Written().back(), "100 policy:web 5");
  // There is room again.
  stream_.Offer(Event("now"));
  ASSERT_TRUE(Until([&] { return stream_.State().written == 101; }));
  EXPECT_EQ(stream_.State().dropped, 22);
}

TEST_F(AuditStreamTest, ErrorIsToldAndWhatWaitsIsTriedAgain) {
  control_->Fail("no room");
  stream_.GoTo(Sink());
  stream_.Offer(Event("a"));
  ASSERT_TRUE(Until([&] { return stream_.State().problem == "no room"; }));
  stream_.Offer(Event("b"));
  control_->Fail("");
  ASSERT_TRUE(Until([&] { return stream_.State().written == 2; }));
  EXPECT_THAT(control_->Written(), ElementsAre("a", "b"));
  EXPECT_EQ(stream_.State().problem, "");
  EXPECT_EQ(stream_.State().dropped, 0);
}

TEST_F(AuditStreamTest, ErrorIsNotTriedAgainWithEachRecord) {
  control_->Fail("no room");
  stream_.GoTo(Sink());
  for (int i = 0; i < 50; ++i) {
    stream_.Offer(Event("a"));
    absl::SleepFor(absl::Milliseconds(2));
  }
  EXPECT_LE(control_->Writes(), 2);
}

TEST_F(AuditStreamTest, SinkThatWantsToWaitIsAskedAgainAlsoAtTheEnd) {
  {
    const MutexLock lock(control_->mutex);
    control_->waits_once = true;
  }
  stream_.GoTo(Sink());
  stream_.Offer(Event("a"));
  ASSERT_TRUE(Until([&] { return stream_.State().written == 1; }));
  stream_.GoTo(Sink());
  stream_.Offer(Event("b"));
  stream_.Stop(absl::Seconds(10));
  EXPECT_EQ(stream_.State().written, 2);
  EXPECT_EQ(stream_.State().problem, "");
}

TEST_F(AuditStreamTest, WhatWaitsGoesToTheNewSink) {
  control_->Fail("no room");
  stream_.GoTo(Sink());
  stream_.Offer(Event("a"));
  ASSERT_TRUE(Until([&] { return !stream_.State().problem.empty(); }));
  const auto other = std::make_shared<SinkControl>();
  stream_.GoTo(std::make_unique<ControlledSink>(other));
  EXPECT_EQ(stream_.State().problem, "");
  ASSERT_TRUE(Until([&] { return stream_.State().written == 1; }));
  EXPECT_THAT(other->Written(), ElementsAre("a"));
}

TEST_F(AuditStreamTest, OffWantsNothingAndCountsNothing) {
  stream_.Offer(Event("before"));
  control_->Fail("no room");
  stream_.GoTo(Sink());
  stream_.Offer(Event("a"));
  ASSERT_TRUE(Until([&] { return control_->Writes() > 0; }));
  stream_.GoTo(nullptr);
  EXPECT_FALSE(stream_.on());
  stream_.Offer(Event("b"));
  stream_.Stop(absl::Seconds(10));
  EXPECT_EQ(stream_.State().target, "");
  EXPECT_EQ(stream_.State().written, 0);
  EXPECT_EQ(stream_.State().dropped, 0);
}

TEST_F(AuditStreamTest, WhatIsLeftAtTheEndIsCounted) {
  control_->Fail("no room");
  stream_.GoTo(Sink());
  stream_.Offer(Decisions(1, 3));
  stream_.Stop(absl::Seconds(10));
  EXPECT_EQ(stream_.State().dropped, 3);
  EXPECT_THAT(control_->Written(), IsEmpty());
}

}  // namespace
}  // namespace gw
