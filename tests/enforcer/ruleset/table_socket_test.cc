// Whose the table is, asked of the kernel: an owned table is changed through its socket only, and
// outlives it. What the kernel cannot do (Linux before 6.9) is skipped and said.

#include "enforcer/ruleset/table_socket.h"

#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "enforcer/ruleset/learned_sets.h"
#include "enforcer/ruleset/nft.h"
#include "enforcer/ruleset/queue_rule.h"
#include "enforcer/ruleset/ruleset.h"
#include "enforcer/ruleset/table_contents.h"
#include "enforcer/ruleset/table_state.h"
#include "tests/enforcer/ruleset/nft_fixture.h"
#include "tests/support/lab.h"
#include "tests/support/netns.h"
#include "tests/support/nft_tool.h"
#include "tests/support/status_matchers.h"
#include "tests/support/subprocess.h"

namespace gw {
namespace {

using testing::Finished;
using ::testing::HasSubstr;
using testing::NftFixture;
using testing::NftTool;
using testing::RunIn;
using testing::RunProgram;

constexpr uint32_t kOwnedForGood = kTableOwned | kTablePersists;

class TableSocketTest : public NftFixture {
 protected:
  bool KernelCan() { return nft_->socket().KernelKeepsOwnedTables().value(); }
  bool Somebody(const std::vector<std::string>& arguments) {
    std::vector<std::string> command = {"nft"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return RunIn(*in_, command).ok();
  }
};

#define GW_SKIP_WITHOUT_OWNERS() \
  if (!KernelCan()) GTEST_SKIP() << "NOT TESTED: tables that persist need Linux 6.9"

TEST_F(TableSocketTest, TheQuestionLeavesNothingBehind) {
  (void)KernelCan();
  EXPECT_EQ(Ruleset(), "");
  EXPECT_FALSE(ReadTableOwner()->exists);
}

TEST_F(TableSocketTest, WithoutAnOwnerEverybodyMayChangeIt) {
  ASSERT_OK((*nft_)->Apply(FrameText(MarkLayout())));
  GW_ASSERT_OK_AND_ASSIGN(const TableOwner owner, ReadTableOwner());
  EXPECT_TRUE(owner.exists);
  EXPECT_EQ(owner.flags, 0u);
  EXPECT_EQ(owner.port, 0u);
  EXPECT_TRUE(Somebody({"flush", "ruleset"}));
  EXPECT_FALSE(ReadTableOwner()->exists);
}

TEST_F(TableSocketTest, NobodyElseMayChangeAnOwnedOne) {
  GW_SKIP_WITHOUT_OWNERS();
  ASSERT_OK((*nft_)->Apply("table inet other { }\n" + FrameText(MarkLayout(), true)));
  GW_ASSERT_OK_AND_ASSIGN(const TableOwner owner, ReadTableOwner());
  EXPECT_EQ(owner.flags, kOwnedForGood);
  EXPECT_EQ(owner.port, nft_->socket().port());
  const std::string before = RunIn(*in_, {"nft", "list", "table", "inet", kTableName}).out;
  EXPECT_TRUE(Somebody({"flush", "ruleset"})) << "others' scripts go on working";
  EXPECT_FALSE(Somebody({"delete", "table", "inet", kTableName}));
  EXPECT_FALSE(Somebody({"insert", "rule", "inet", kTableName, "decide_forward", "accept"}));
  EXPECT_FALSE(Somebody({"add", "table", "inet", kTableName, "{ flags dormant; }"}));
  EXPECT_EQ(Ruleset(), before) << "only the other table is gone";
  NftTool stranger;
  EXPECT_FALSE(stranger->Apply(RemoveText()).ok());
  EXPECT_FALSE(ForgetLearned(stranger.socket()).ok());
}

// Its own fills, which say `table inet gatewarden {` without flags, and both writers without nft.
TEST_F(TableSocketTest, TheOwnerChangesItInEveryWay) {
  GW_SKIP_WITHOUT_OWNERS();
  ASSERT_OK((*nft_)->Apply(RemoveText() + FrameText(MarkLayout(), true)));
  Fill fill;
  fill.policed_interfaces = {"eth0"};
  fill.native_queue = KernelHasNativeQueue(**nft_);
  for (fill.generation = 1; fill.generation <= 3; ++fill.generation) {
    ASSERT_OK((*nft_)->Apply(FillText(fill, {})));
    EXPECT_EQ(*ReadValidGeneration(MarkLayout()), fill.generation);
    if (!fill.native_queue) ASSERT_OK(ReplaceCompatQueueRule(nft_->socket(), fill.queue));
    EXPECT_OK(ForgetLearned(nft_->socket()));
  }
  EXPECT_OK((*nft_)->Apply(EarlyText(true, MarkLayout())));
  // Whole, as for a repair.
  ASSERT_OK((*nft_)->Apply(RemoveText() + FrameText(MarkLayout(), true) + FillText(fill, {})));
  EXPECT_EQ(ReadTableOwner()->flags, kOwnedForGood);
  EXPECT_OK((*nft_)->Apply(RemoveText()));
  EXPECT_EQ(Ruleset(), "");
}

TEST_F(TableSocketTest, ADuplicateIsTheSameOwner) {
  GW_SKIP_WITHOUT_OWNERS();
  ASSERT_OK((*nft_)->Apply(FrameText(MarkLayout(), true)));
  const TableSocket kept(FileDescriptor(dup(nft_->socket().fd())));
  nft_.reset();
  EXPECT_TRUE(Somebody({"flush", "ruleset"}));
  EXPECT_EQ(ReadTableOwner()->port, kept.port()) << "that is still there";
  EXPECT_OK(ForgetLearned(kept));
}

TEST_F(TableSocketTest, ATableWhoseOwnerIsGoneStaysAndIsReplaced) {
  GW_SKIP_WITHOUT_OWNERS();
  ASSERT_OK((*nft_)->Apply(FrameText(MarkLayout(), true)));
  nft_.reset();
  GW_ASSERT_OK_AND_ASSIGN(const TableOwner orphan, ReadTableOwner());
  EXPECT_EQ(orphan.flags, kTablePersists);
  EXPECT_EQ(orphan.port, 0u);
  EXPECT_TRUE(*TableHasChain(FrameChain(MarkLayout())));
  ASSERT_TRUE(Somebody({"add", "chain", "inet", kTableName, "theirs"}));
  nft_.emplace();
  ASSERT_OK((*nft_)->Apply(RemoveText() + FrameText(MarkLayout(), true)));
  EXPECT_EQ(ReadTableOwner()->port, nft_->socket().port());
  EXPECT_FALSE(*TableHasChain("theirs"));
  EXPECT_FALSE(Somebody({"delete", "table", "inet", kTableName}));
}

// What was not owned, or is not to be any more, is replaced in one transaction.
TEST_F(TableSocketTest, FromOneKindToTheOther) {
  GW_SKIP_WITHOUT_OWNERS();
  ASSERT_TRUE(Somebody({"add", "table", "inet", kTableName}));
  for (const bool owned : {true, false, true}) {
    ASSERT_OK((*nft_)->Apply(RemoveText() + FrameText(MarkLayout(), owned)));
    EXPECT_EQ(ReadTableOwner()->flags, owned ? kOwnedForGood : 0u);
  }
}

// The token, which the kernel names by its place in the message, and not the whole command.
TEST_F(TableSocketTest, ErrorsOfTheKernelNameTheToken) {
  const std::string text = "add rule inet nowhere one accept\n";
  const Finished by_nft =
      RunProgram({"nft", "-f", "-"}, absl::Seconds(10), {.netns = in_->name(), .input = text});
  const std::string line = by_nft.err.substr(0, by_nft.err.find('\n'));
  ASSERT_THAT(line, HasSubstr(":1:15-21: "));
  EXPECT_THAT(std::string((*nft_)->Apply(text).message()), HasSubstr(line));
}

// More than the socket's buffer holds, as who was killed leaves them.
TEST_F(TableSocketTest, AnswersThatNobodyReadAreThrownAway) {
  ASSERT_OK((*nft_)->Apply(FrameText(MarkLayout())));
  const int fd = nft_->socket().fd();
  const int small = 4'096;
  ASSERT_EQ(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)), 0);
  for (int i = 0; i < 100; ++i) {
    // Each is answered with an error.
    nlmsghdr unknown{};
    unknown.nlmsg_len = sizeof(unknown);
    unknown.nlmsg_type = NFNL_SUBSYS_NFTABLES << 8 | 0xff;
    unknown.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
    ASSERT_GT(send(fd, &unknown, sizeof(unknown), 0), 0);
  }
  EXPECT_OK(ForgetLearned(nft_->socket()));
  EXPECT_OK((*nft_)->Apply("flush chain inet gatewarden upcall\n"));
}

TEST_F(TableSocketTest, ARefusedTransactionSaysWhyAndTheNextOneIsNotMistakenForIt) {
  EXPECT_THAT(std::string(ForgetLearned(nft_->socket()).message()),
              HasSubstr("No such file or directory"));
  ASSERT_OK((*nft_)->Apply(FrameText(MarkLayout())));
  for (int i = 0; i < 20; ++i) {
    EXPECT_FALSE((*nft_)->Apply("add rule inet gatewarden nowhere accept\n").ok());
    EXPECT_OK(ForgetLearned(nft_->socket()));
  }
}

}  // namespace
}  // namespace gw
