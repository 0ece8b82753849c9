#include "common/base/ring.h"

#include <gtest/gtest.h>

#include <thread>

namespace gw {
namespace {

TEST(Ring, GivesBackInOrderWhatWasPushed) {
  Ring<int> ring(4);
  for (int round = 0; round < 10; ++round) {  // more than once around
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(ring.Push(round * 3 + i));
    for (int i = 0; i < 3; ++i) {
      int value = -1;
      ASSERT_TRUE(ring.Pop(&value));
      EXPECT_EQ(value, round * 3 + i);
    }
  }
  EXPECT_EQ(ring.refused(), 0u);
}

TEST(Ring, EmptyRingGivesNothingAndLeavesTheValueAlone) {
  Ring<int> ring(2);
  int value = 7;
  EXPECT_FALSE(ring.Pop(&value));
  EXPECT_EQ(value, 7);
}

TEST(Ring, FullRingRefusesAndCountsAndKeepsWhatItHas) {
  Ring<int> ring(4);
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(ring.Push(i));
  EXPECT_FALSE(ring.Push(4));
  EXPECT_FALSE(ring.Push(5));
  EXPECT_EQ(ring.refused(), 2u);
  int value = -1;
  ASSERT_TRUE(ring.Pop(&value));
  EXPECT_EQ(value, 0);
  EXPECT_TRUE(ring.Push(6));
  EXPECT_FALSE(ring.Push(7));
}

TEST(Ring, ConsumerSeesEveryValueOnceAndInOrderWhileTheProducerRuns) {
  constexpr uint64_t kValues = 200000;
  Ring<uint64_t> ring(64);
  std::thread producer([&ring] {
    for (uint64_t n = 0; n < kValues;) {
      if (ring.Push(n)) {
        ++n;
      } else {
        std::this_thread::yield();
      }
    }
  });
  uint64_t expected = 0;
  uint64_t wrong = 0;
  while (expected < kValues) {
    uint64_t value = 0;
    if (!ring.Pop(&value)) {
      std::this_thread::yield();
      continue;
    }
    if (value != expected) ++wrong;
    ++expected;
  }
  producer.join();
  EXPECT_EQ(wrong, 0u);
  uint64_t value = 0;
  EXPECT_FALSE(ring.Pop(&value));
}

TEST(RingDeathTest, CapacityMustBeAPowerOfTwo) {
  EXPECT_DEATH(Ring<int>(3), "check failed");
  EXPECT_DEATH(Ring<int>(0), "check failed");
}

}  // namespace
}  // namespace gw
