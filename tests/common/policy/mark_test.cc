#include "common/policy/mark.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/support/status_matchers.h"

namespace gw {
namespace {

TEST(MarkLayout, VerdictAndGenerationComeBackFromTheMark) {
  for (const uint32_t mask : {0xfff00000u, 0x00000fffu, 0x000fff00u}) {
    GW_ASSERT_OK_AND_ASSIGN(const MarkLayout layout, MarkLayout::FromMask(mask));
    EXPECT_EQ(layout.mask(), mask);
    for (const uint32_t generation : {0u, 1u, 256u, kGenerationMax}) {
      for (const MarkVerdict verdict : {MarkVerdict::kUndecided, MarkVerdict::kAccept,
                                        MarkVerdict::kDrop, MarkVerdict::kReject}) {
        const uint32_t mark = layout.Make(verdict, generation);
        EXPECT_EQ(mark & ~mask, 0u);
        EXPECT_EQ(layout.VerdictOf(mark), verdict);
        EXPECT_EQ(layout.GenerationOf(mark), generation);
      }
    }
  }
}

TEST(MarkLayout, BitsOfOtherProgramsAreKept) {
  GW_ASSERT_OK_AND_ASSIGN(const MarkLayout layout, MarkLayout::FromMask(0x000fff00));
  const uint32_t mark = layout.With(0xffffffff, MarkVerdict::kDrop, 5);
  EXPECT_EQ(mark & ~layout.mask(), ~layout.mask());
  EXPECT_EQ(layout.VerdictOf(mark), MarkVerdict::kDrop);
  EXPECT_EQ(layout.GenerationOf(mark), 5u);
  EXPECT_EQ(layout.With(mark, MarkVerdict::kUndecided, 0), 0xffffffff & ~layout.mask());
}

TEST(MarkLayout, TheDefaultIsTheTopTwelveBits) {
  EXPECT_EQ(MarkLayout().mask(), 0xfff00000u);
  EXPECT_EQ(MarkLayout().Make(MarkVerdict::kReject, 1), 0xc0100000u);
  EXPECT_EQ(MarkLayout().verdict_mask(), 0xc0000000u);
}

TEST(MarkLayout, LearningIsPartOfNeitherVerdictNorGeneration) {
  for (const uint32_t mask : {0xfff00000u, 0x00000fffu, 0x000fff00u}) {
    GW_ASSERT_OK_AND_ASSIGN(const MarkLayout layout, MarkLayout::FromMask(mask));
    const uint32_t plain = layout.Make(MarkVerdict::kDrop, kGenerationMax);
    EXPECT_EQ(plain & layout.learn_bit(), 0u);
    EXPECT_EQ(layout.learn_bit() & ~mask, 0u);
    EXPECT_EQ(layout.VerdictOf(plain | layout.learn_bit()), MarkVerdict::kDrop);
    EXPECT_EQ(layout.GenerationOf(plain | layout.learn_bit()), kGenerationMax);
  }
}

TEST(MarkLayout, HintsAreNoVerdict) {
  const MarkLayout layout;
  const uint32_t mark = layout.MakeHint(kHintReply | kHintKnownFlow);
  EXPECT_EQ(layout.VerdictOf(mark), MarkVerdict::kUndecided);
  EXPECT_EQ(layout.Hints(mark), kHintReply | kHintKnownFlow);
}

TEST(MarkLayout, RefusesMasksThatAreNotTwelveBitsInOneRun) {
  for (const uint32_t mask :
       {0u, 0xffffffffu, 0xffe00000u, 0xfff80000u, 0xff700000u, 0x7ffu, 0xfff00001u, 0x1000u}) {
    const auto layout = MarkLayout::FromMask(mask);
    ASSERT_FALSE(layout.ok()) << std::hex << mask;
    EXPECT_THAT(std::string(layout.status().message()),
                ::testing::HasSubstr("must have exactly 12 bits, all side by side, such as "
                                     "0xfff00000"));
  }
}

TEST(NextGeneration, CountsFromOneAgainAfterTheLast) {
  EXPECT_EQ(NextGeneration(0), 1u);
  EXPECT_EQ(NextGeneration(1), 2u);
  EXPECT_EQ(NextGeneration(kGenerationMax - 1), kGenerationMax);
  EXPECT_EQ(NextGeneration(kGenerationMax), 1u);
}

}  // namespace
}  // namespace gw
