// NftProgram and the queue rules against the kernel, in a network namespace of each test.

#include "enforcer/ruleset/nft.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "enforcer/ruleset/queue_rule.h"
#include "enforcer/ruleset/ruleset.h"
#include "enforcer/ruleset/table_contents.h"
#include "tests/enforcer/ruleset/nft_fixture.h"
#include "tests/support/lab.h"
#include "tests/support/netns.h"
#include "tests/support/nft_tool.h"
#include "tests/support/status_matchers.h"
#include "tests/support/subprocess.h"

namespace gw {
namespace {

using ::testing::HasSubstr;
using testing::LabPossible;
using testing::Namespace;
using testing::NftFixture;
using testing::NftTool;
using ::testing::Not;
using testing::RunIn;

class NftTest : public NftFixture {
 protected:
  std::string Chain(const std::string& chain) {
    return RunIn(*in_, {"nft", "list", "chain", "inet", kTableName, chain}).out;
  }

  // A fill that this kernel takes.
  Fill MakeFill(uint32_t generation) {
    Fill fill;
    fill.generation = generation;
    fill.policed_interfaces = {"eth0"};
    fill.native_queue = KernelHasNativeQueue(**nft_);
    return fill;
  }
};

// ---- transactions ---------------------------------------------------------------------------

// The runs of gatewarden-nft that this process has started and that have not ended.
std::vector<pid_t> Runs() {
  std::vector<pid_t> pids;
  const std::string out =
      testing::RunProgram({"pgrep", "-x", "-P", absl::StrCat(getpid()), "gatewarden-nft"},
                          absl::Seconds(10))
          .out;
  for (const absl::string_view line : absl::StrSplit(out, '\n', absl::SkipEmpty())) {
    pid_t pid = 0;
    if (absl::SimpleAtoi(line, &pid)) pids.push_back(pid);
  }
  return pids;
}

TEST_F(NftTest, TheNextRunWaitsForItsTextAndOneThatWasKilledIsMissedByNobody) {
  {
    NftTool nft;
    EXPECT_TRUE(Runs().empty());
    ASSERT_OK(nft->Apply("table inet one { }\n"));
    ASSERT_EQ(Runs().size(), 1u);
    const pid_t waiting = Runs().front();
    ASSERT_OK(nft->Apply("table inet two { }\n"));
    ASSERT_EQ(Runs().size(), 1u);
    EXPECT_NE(Runs().front(), waiting) << "that one has done its work";
    EXPECT_FALSE(nft->Apply("table inet wrong {\n").ok());
    ASSERT_EQ(Runs().size(), 1u);
    const pid_t killed = Runs().front();
    ASSERT_EQ(kill(killed, SIGKILL), 0);
    siginfo_t ended{};
    ASSERT_EQ(waitid(P_PID, static_cast<id_t>(killed), &ended, WEXITED | WNOWAIT), 0);
    ASSERT_OK(nft->Apply("table inet three { }\n"));
  }
  EXPECT_TRUE(Runs().empty()) << "and does nothing without one";
  const std::string rules = Ruleset();
  for (const char* name : {"one", "two", "three"}) {
    EXPECT_THAT(rules, HasSubstr(absl::StrCat("table inet ", name)));
  }
  EXPECT_THAT(rules, Not(HasSubstr("wrong")));
}

TEST_F(NftTest, WrongStatementLeavesEverythingAsItWas) {
  ASSERT_OK((*nft_)->Apply(FrameText(MarkLayout())));
  const std::string before = Ruleset();
  // Good grammar, so that only the kernel can refuse the second one.
  const absl::Status applied =
      (*nft_)->Apply("add chain inet gatewarden first\nadd rule inet gatewarden nowhere accept\n");
  EXPECT_EQ(applied.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(Ruleset(), before);
  EXPECT_THAT(before, Not(HasSubstr("first")));
}

TEST_F(NftTest, ErrorNamesTheLineAndTheReason) {
  EXPECT_THAT(std::string((*nft_)->Apply("table inet one {\n}\nadd nonsense\n").message()),
              ::testing::AllOf(HasSubstr("nft failed (exit 1): "), HasSubstr(":3:"),
                               HasSubstr("syntax error")));
  EXPECT_THAT(std::string((*nft_)->Apply("\nadd rule inet gatewarden nowhere accept\n").message()),
              ::testing::AllOf(HasSubstr(":2:"), HasSubstr("No such file or directory")));
}

TEST_F(NftTest, CheckSaysWhatApplyWouldAndChangesNothing) {
  EXPECT_OK((*nft_)->Check(FrameText(MarkLayout())));
  EXPECT_EQ(Ruleset(), "");
  EXPECT_FALSE((*nft_)->Check("add rule inet gatewarden nowhere accept\n").ok());
}

// More than a pipe holds, in and out.
TEST_F(NftTest, TextOfAnySizeGoesThrough) {
  std::string text = "table inet one {\n  set many { type ipv4_addr; elements = {";
  for (int i = 0; i < 20'000; ++i) {
    absl::StrAppend(&text, " 10.", i / 65'536, ".", i / 256 % 256, ".", i % 256, ",");
  }
  absl::StrAppend(&text, " 192.0.2.1 }; }\n}\n");
  ASSERT_GT(text.size(), 200'000u);
  EXPECT_OK((*nft_)->Apply(text));
  EXPECT_THAT(Ruleset(), HasSubstr("10.0.78.31"));
  EXPECT_FALSE((*nft_)->Apply(std::string(200'000, '}')).ok());
}

// libnftables looks again when somebody else commits between its look and its own commit.
TEST_F(NftTest, OthersMayCommitAllTheTime) {
  ASSERT_OK((*nft_)->Apply(FrameText(MarkLayout())));
  std::atomic<bool> stop{false};
  std::thread others([&] {
    while (!stop) RunIn(*in_, {"nft", "add table inet other; delete table inet other"});
  });
  for (uint32_t generation = 1; generation <= 30; ++generation) {
    EXPECT_OK((*nft_)->Apply(FillText(MakeFill(generation), {})));
  }
  stop = true;
  others.join();
  EXPECT_EQ(*ReadValidGeneration(MarkLayout()), 30u);
}

TEST_F(NftTest, NothingIsATransactionToo) { EXPECT_OK((*nft_)->Apply("")); }

// ---- what is there --------------------------------------------------------------------------

TEST_F(NftTest, HasChainOnlyOfOurTable) {
  EXPECT_FALSE(*(*nft_)->HasChain(kUpcallChain));
  ASSERT_OK((*nft_)->Apply("table inet other {\n  chain upcall {\n  }\n}\n"));
  EXPECT_FALSE(*(*nft_)->HasChain(kUpcallChain));
  ASSERT_OK((*nft_)->Apply(FrameText(MarkLayout())));
  EXPECT_TRUE(*(*nft_)->HasChain(kUpcallChain));
  EXPECT_TRUE(*(*nft_)->HasChain(FrameChain(MarkLayout())));
  EXPECT_FALSE(*(*nft_)->HasChain(FrameChain(*MarkLayout::FromMask(0x00000fff))));
}

TEST_F(NftTest, GenerationIsTheOneOfTheLastFill) {
  EXPECT_EQ(*ReadValidGeneration(MarkLayout()), std::nullopt);
  ASSERT_OK((*nft_)->Apply(FrameText(MarkLayout())));
  EXPECT_EQ(*ReadValidGeneration(MarkLayout()), std::nullopt);
  for (const uint32_t generation : {1u, kGenerationMax, 7u}) {
    ASSERT_OK((*nft_)->Apply(FillText(MakeFill(generation), {})));
    EXPECT_EQ(*ReadValidGeneration(MarkLayout()), generation);
  }
  ASSERT_OK((*nft_)->Apply("delete table inet gatewarden\n"));
  EXPECT_EQ(*ReadValidGeneration(MarkLayout()), std::nullopt);
}

TEST_F(NftTest, RemoveTakesTheTableAwayAndNoOther) {
  ASSERT_OK((*nft_)->Apply("table inet other {\n}\n"));
  ASSERT_OK((*nft_)->Apply(FrameText(MarkLayout())));
  EXPECT_OK((*nft_)->Apply(RemoveText()));
  EXPECT_EQ(Ruleset(), "table inet other {\n}\n");
  EXPECT_OK((*nft_)->Apply(RemoveText()));  // a table that is gone already
}

TEST_F(NftTest, FillForgetsDenials) {
  ASSERT_OK((*nft_)->Apply(FrameText(MarkLayout())));
  ASSERT_OK(
      (*nft_)->Apply("add element inet gatewarden denied_other4 "
                     "{ 1 . 192.0.2.1 . 192.0.2.2 . 47 }\n"));
  ASSERT_THAT(Ruleset(), HasSubstr("192.0.2.1"));
  ASSERT_OK((*nft_)->Apply(FillText(MakeFill(1), {})));
  EXPECT_THAT(Ruleset(), Not(HasSubstr("192.0.2.1")));
}

// ---- the queue rule -------------------------------------------------------------------------

// Remembers what was checked.
class SeenNft final : public Nft {
 public:
  absl::Status Apply(absl::string_view) override { return absl::OkStatus(); }
  absl::Status Check(absl::string_view text) override {
    checked = std::string(text);
    return answer;
  }
  absl::StatusOr<bool> HasChain(absl::string_view) override { return true; }

  absl::Status answer;
  std::string checked;
};

// Otherwise a slip in the probe's text would look like a kernel without the statement.
TEST_F(NftTest, ProbeForTheQueueStatementAsksForNothingElse) {
  SeenNft seen;
  EXPECT_TRUE(KernelHasNativeQueue(seen));
  const std::string without = absl::StrReplaceAll(seen.checked, {{"queue to 7100", "accept"}});
  ASSERT_NE(without, seen.checked);
  EXPECT_OK((*nft_)->Check(without));
  seen.answer = absl::UnavailableError("no");
  EXPECT_FALSE(KernelHasNativeQueue(seen));
}

TEST_F(NftTest, OneOfTheTwoQueueRulesWorks) {
  ASSERT_OK((*nft_)->Apply(FrameText(MarkLayout())));
  const bool native = KernelHasNativeQueue(**nft_);
  const absl::Status compat = ReplaceCompatQueueRule(nft_->socket(), QueueRule());
  EXPECT_TRUE(compat.ok() || absl::IsFailedPrecondition(compat)) << compat;
  EXPECT_TRUE(native || compat.ok()) << compat;
  EXPECT_THAT(Ruleset(), Not(HasSubstr("gatewarden_probe")));
}

TEST_F(NftTest, CompatRuleReplacesTheOneBefore) {
  ASSERT_OK((*nft_)->Apply(FrameText(MarkLayout())));
  const absl::Status first = ReplaceCompatQueueRule(nft_->socket(), QueueRule());
  if (absl::IsFailedPrecondition(first)) GTEST_SKIP() << "NOT TESTED: " << first.message();
  ASSERT_OK(first);
  const std::string one = Chain(kUpcallChain);
  EXPECT_THAT(one, HasSubstr("7100"));
  ASSERT_OK(ReplaceCompatQueueRule(nft_->socket(), {kQueueFirst, 4, true}));
  const std::string other = Chain(kUpcallChain);
  EXPECT_NE(one, other) << "the kernel has the new numbers";
  ASSERT_OK(ReplaceCompatQueueRule(nft_->socket(), QueueRule()));
  EXPECT_EQ(Chain(kUpcallChain), one) << "one rule, not three";
}

TEST_F(NftTest, CompatRuleStaysThroughAFillForIt) {
  ASSERT_OK((*nft_)->Apply(FrameText(MarkLayout())));
  const absl::Status made = ReplaceCompatQueueRule(nft_->socket(), QueueRule());
  if (absl::IsFailedPrecondition(made)) GTEST_SKIP() << "NOT TESTED: " << made.message();
  ASSERT_OK(made);
  const std::string before = Chain(kUpcallChain);
  Fill fill = MakeFill(3);
  fill.native_queue = false;
  ASSERT_OK((*nft_)->Apply(FillText(fill, {})));
  EXPECT_EQ(Chain(kUpcallChain), before);
}

TEST_F(NftTest, CompatRuleWithoutATableIsAnError) {
  EXPECT_FALSE(ReplaceCompatQueueRule(nft_->socket(), QueueRule()).ok());
}

}  // namespace
}  // namespace gw
