#include "admin-gui/session/decision_rate.h"

#include "gtest/gtest.h"

namespace gw::gui {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1'700'000'000);

EnforcerState StateAt(absl::Duration since_start, int64_t decisions) {
  EnforcerState state;
  state.pid = 4711;
  state.started = kStart;
  state.counts.as_of = kStart + since_start;
  state.counts.decisions = decisions;
  return state;
}

TEST(DecisionRateTest, IsTheDifferenceOfTwoCounts) {
  DecisionRate rate;
  rate.Take(StateAt(absl::Seconds(10), 100), kStart + absl::Seconds(10));
  EXPECT_FALSE(rate.per_second()) << "one count says nothing";
  rate.Take(StateAt(absl::Seconds(12), 172), kStart + absl::Seconds(12));
  EXPECT_DOUBLE_EQ(rate.per_second().value_or(-1), 36);
}

TEST(DecisionRateTest, StaysBetweenTwoWritesAndEndsWithThem) {
  DecisionRate rate;
  rate.Take(StateAt(absl::Seconds(10), 100), kStart + absl::Seconds(10));
  const EnforcerState last = StateAt(absl::Seconds(11), 136);
  rate.Take(last, kStart + absl::Seconds(11));
  rate.Take(last, kStart + absl::Seconds(12));
  EXPECT_DOUBLE_EQ(rate.per_second().value_or(-1), 36) << "read twice between two writes";
  rate.Take(last, kStart + absl::Seconds(30));
  EXPECT_DOUBLE_EQ(rate.per_second().value_or(-1), 0) << "an idle enforcer writes nothing";
}

TEST(DecisionRateTest, AnotherEnforcerBeginsAnew) {
  DecisionRate rate;
  rate.Take(StateAt(absl::Seconds(10), 100), kStart + absl::Seconds(10));
  EnforcerState other = StateAt(absl::Seconds(11), 3);
  other.pid = 4712;
  rate.Take(other, kStart + absl::Seconds(11));
  EXPECT_FALSE(rate.per_second()) << "counts of two processes have no difference";
}

TEST(DecisionRateTest, OfAnEarlierVersionIsUnknown) {
  DecisionRate rate;
  EnforcerState state;
  state.pid = 4711;
  rate.Take(state, kStart);
  rate.Take(state, kStart + absl::Seconds(60));
  EXPECT_FALSE(rate.per_second());
}

}  // namespace
}  // namespace gw::gui
