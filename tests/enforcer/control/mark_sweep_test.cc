#include "enforcer/control/mark_sweep.h"

#include "gtest/gtest.h"

namespace gw {
namespace {

TEST(GenerationAge, CountsTheChangesSince) {
  EXPECT_EQ(GenerationAge(1, 1), 0u);
  EXPECT_EQ(GenerationAge(1, 2), 1u);
  EXPECT_EQ(GenerationAge(1, kGenerationMax), kGenerationMax - 1);
}

TEST(GenerationAge, GoesRoundWithTheCounter) {
  EXPECT_EQ(GenerationAge(kGenerationMax, 1), 1u);
  EXPECT_EQ(GenerationAge(kGenerationMax, kGenerationMax), 0u);
  EXPECT_EQ(GenerationAge(2, 1), kGenerationMax - 1);
  for (uint32_t generation = 1; generation <= kGenerationMax; ++generation) {
    uint32_t current = generation;
    for (uint32_t age = 0; age < kGenerationMax; ++age) {
      ASSERT_EQ(GenerationAge(generation, current), age) << generation << " at " << current;
      current = NextGeneration(current);
    }
  }
}

// Sweeps at every multiple of kSweepEvery, of marks that old or older, are enough: none is left
// when its number is given again.
TEST(Sweeps, TakeEveryMarkBeforeItsGenerationComesAgain) {
  for (uint32_t generation = 1; generation <= kGenerationMax; ++generation) {
    bool swept = false;
    for (uint32_t current = NextGeneration(generation); current != generation;
         current = NextGeneration(current)) {
      if (current % kSweepEvery != 0) continue;
      if (GenerationAge(generation, current) >= kSweepEvery) swept = true;
    }
    EXPECT_TRUE(swept) << generation;
  }
}

}  // namespace
}  // namespace gw
