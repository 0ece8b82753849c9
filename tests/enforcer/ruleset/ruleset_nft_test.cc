// Every text of the ruleset as nft and the kernel see it, inside a network namespace. The kernel
// may lack the queue statement; what is asked there is everything else.

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"

#include "enforcer/ruleset/nft.h"
#include "enforcer/ruleset/queue_rule.h"
#include "enforcer/ruleset/ruleset.h"
#include "enforcer/ruleset/table_contents.h"
#include "tests/enforcer/ruleset/fills.h"
#include "tests/support/lab.h"
#include "tests/support/netns.h"
#include "tests/support/nft_tool.h"
#include "tests/support/status_matchers.h"

namespace gw {
namespace {

using testing::AllFills;
using testing::NamedFill;
using testing::Namespace;
using testing::NamespaceScope;
using testing::NftTool;

class RulesetNft : public ::testing::TestWithParam<NamedFill> {};

TEST_P(RulesetNft, TakesFrameAndFill) {
  GW_SKIP_WITHOUT_LAB();
  GW_ASSERT_OK_AND_ASSIGN(const Namespace in, Namespace::Create("nft"));
  const NamespaceScope scope(in);
  NftTool nft;
  Fill fill = GetParam().fill;
  fill.native_queue = fill.native_queue && KernelHasNativeQueue(*nft);
  EXPECT_OK(nft->Check(FrameText(fill.marks) + FillText(fill, {})));
  ASSERT_OK(nft->Apply(FrameText(fill.marks)));
  ASSERT_OK(nft->Check(FillText(fill, {})));
  EXPECT_OK(nft->Apply(FillText(fill, {})));
  // The same again: a fill replaces, it does not add.
  GW_ASSERT_OK_AND_ASSIGN(const OptionalChains there, ListOptionalChains());
  EXPECT_OK(nft->Apply(FillText(fill, there)));
  EXPECT_EQ(*ReadValidGeneration(fill.marks), fill.generation);
  // And without anything that is optional.
  Fill plain;
  plain.marks = fill.marks;
  plain.native_queue = fill.native_queue;
  EXPECT_OK(nft->Apply(FillText(plain, there)));
  GW_ASSERT_OK_AND_ASSIGN(const OptionalChains left, ListOptionalChains());
  EXPECT_EQ(left.stateless, 0u);
  EXPECT_EQ(left.before_dnat, there.before_dnat) << "a base chain was deleted";
  EXPECT_EQ(left.before_tracking, there.before_tracking) << "a base chain was deleted";
}

// Twice each: who takes the table over does not know what it has.
TEST(EarlyText, IsTakenAndTakenBack) {
  GW_SKIP_WITHOUT_LAB();
  GW_ASSERT_OK_AND_ASSIGN(const Namespace in, Namespace::Create("nft"));
  const NamespaceScope scope(in);
  NftTool nft;
  const MarkLayout marks;
  ASSERT_OK(nft->Apply(FrameText(marks)));
  EXPECT_FALSE(*nft->HasChain(kEarlyChain));
  for (const bool denies : {true, true, false, false, true}) {
    EXPECT_OK(nft->Apply(EarlyText(denies, marks)));
    EXPECT_TRUE(*nft->HasChain(kEarlyChain));
  }
}

INSTANTIATE_TEST_SUITE_P(Ruleset, RulesetNft, ::testing::ValuesIn(AllFills()),
                         [](const auto& named) { return named.param.name; });

// nft reads the statement also where the kernel does not have it, so that its grammar can be
// tested.
TEST(QueueStatement, IsGoodGrammar) {
  GW_SKIP_WITHOUT_LAB();
  GW_ASSERT_OK_AND_ASSIGN(const Namespace in, Namespace::Create("nft"));
  const NamespaceScope scope(in);
  NftTool nft;
  for (const bool bypass : {false, true}) {
    for (const uint16_t count : {uint16_t{1}, uint16_t{4}}) {
      for (const bool by_cpu : {false, true}) {
        Fill fill;
        fill.queue = {kQueueFirst, count, bypass, by_cpu};
        const absl::Status checked = nft->Check(FrameText(fill.marks) + FillText(fill, {}));
        if (KernelHasNativeQueue(*nft)) {
          EXPECT_OK(checked);
        } else {
          EXPECT_NE(std::string(checked.message()).find("Could not process rule"),
                    std::string::npos)
              << checked;
        }
      }
    }
  }
}

}  // namespace
}  // namespace gw
