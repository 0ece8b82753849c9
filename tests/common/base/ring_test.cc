#include "common/base/ring.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
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
  for (const int capacity : {1, 4, 1000, 1024, 5000}) {
    Ring<int> ring(static_cast<size_t>(capacity));
    int taken = 0;
    while (ring.Push(taken)) ++taken;
    EXPECT_EQ(taken, capacity);
    EXPECT_FALSE(ring.Push(-1));
    EXPECT_EQ(ring.refused(), 2u);
    int value = -1;
    for (int i = 0; i < taken; ++i) {
      ASSERT_TRUE(ring.Pop(&value));
      ASSERT_EQ(value, i);
    }
    EXPECT_FALSE(ring.Pop(&value));
    for (int i = 0; i < capacity; ++i) ASSERT_TRUE(ring.Push(i)) << "all of it is free again";
  }
}

// Where a value is kept can be seen by its copy.
struct Traced {
  int value = 0;
  std::set<const void*>* places = nullptr;
  Traced& operator=(const Traced& other) {
    value = other.value;
    places = other.places;
    if (places != nullptr) places->insert(this);
    return *this;
  }
  Traced() = default;
  Traced(const Traced&) = default;
};

TEST(Ring, NearlyEmptyRingUsesTheSameMemoryAgain) {
  std::set<const void*> places;
  Ring<Traced> ring(65'536);
  Traced value;
  value.places = &places;
  for (int i = 0; i < 500'000; ++i) {
    value.value = i;
    ASSERT_TRUE(ring.Push(value));
    Traced out;
    ASSERT_TRUE(ring.Pop(&out));
    ASSERT_EQ(out.value, i);
    places.erase(&out);
  }
  EXPECT_LE(places.size(), 2 * 1024u);
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

TEST(RingDeathTest, TakesSomething) { EXPECT_DEATH(Ring<int>(0), "check failed"); }

}  // namespace
}  // namespace gw
