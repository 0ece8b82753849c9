// The sweep over flows that conntrack(8) made in a namespace.

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"

#include "enforcer/control/mark_sweep.h"
#include "tests/support/lab.h"
#include "tests/support/netns.h"
#include "tests/support/status_matchers.h"

namespace gw {
namespace {

using testing::DumpConntrack;
using testing::Finished;
using testing::LabPossible;
using testing::Namespace;
using testing::NamespaceScope;
using testing::RunIn;

constexpr uint32_t kCurrent = 256;
constexpr uint32_t kOld = kCurrent - kSweepEvery;
constexpr uint32_t kOtherBits = 0x000abcde;

class SweepMarksTest : public ::testing::Test {
 protected:
  void SetUp() override {
    GW_SKIP_WITHOUT_LAB();
    GW_ASSERT_OK_AND_ASSIGN(Namespace in, Namespace::Create("sweep"));
    in_.emplace(std::move(in));
  }

  // A UDP flow told by its source port.
  void AddFlow(uint16_t port, uint32_t mark, const std::vector<std::string>& more = {}) {
    std::vector<std::string> argv = {"conntrack", "-I", "-p", "udp", "--sport", Text(port),
                                     "--dport",   "53", "-t", "600", "-m",      Text(mark)};
    if (more.empty()) {
      argv.insert(argv.end(), {"-s", "192.0.2.1", "-d", "192.0.2.2"});
    } else {
      argv.insert(argv.end(), more.begin(), more.end());
    }
    const Finished added = RunIn(*in_, argv);
    ASSERT_TRUE(added.ok()) << added;
  }
  static std::string Text(uint32_t number) { return absl::StrCat(number); }

  // Nothing if there is no such flow.
  std::optional<uint32_t> MarkOf(uint16_t port, const char* family = "ipv4") {
    const std::string flows = DumpConntrack(*in_, family).value_or("");
    for (const absl::string_view line : absl::StrSplit(flows, '\n')) {
      if (!absl::StrContains(line, absl::StrCat("sport=", port, " "))) continue;
      for (const absl::string_view word : absl::StrSplit(line, ' ')) {
        uint32_t mark = 0;
        if (absl::StartsWith(word, "mark=") && absl::SimpleAtoi(word.substr(5), &mark)) return mark;
      }
      return 0;
    }
    return std::nullopt;
  }

  absl::StatusOr<size_t> Sweep(const MarkLayout& marks = MarkLayout()) {
    const NamespaceScope scope(*in_);
    return SweepMarks(marks, kCurrent);
  }

  std::optional<Namespace> in_;
};

uint32_t Mark(MarkVerdict verdict, uint32_t generation) {
  return MarkLayout().Make(verdict, generation) | kOtherBits;
}

TEST_F(SweepMarksTest, OldAcceptMarksGoAndTheBitsOfOthersStay) {
  AddFlow(1001, Mark(MarkVerdict::kAccept, kOld));
  AddFlow(1002, Mark(MarkVerdict::kAccept, 1));
  AddFlow(1003, Mark(MarkVerdict::kAccept, kCurrent + 1));  // from before the last turn
  GW_ASSERT_OK_AND_ASSIGN(const size_t swept, Sweep());
  EXPECT_EQ(swept, 3u);
  for (const uint16_t port : {uint16_t{1001}, uint16_t{1002}, uint16_t{1003}}) {
    EXPECT_EQ(MarkOf(port), kOtherBits) << port;
  }
}

TEST_F(SweepMarksTest, EverythingElseStays) {
  AddFlow(1001, Mark(MarkVerdict::kAccept, kFailsafeGeneration));
  AddFlow(1002, Mark(MarkVerdict::kAccept, kCurrent));
  AddFlow(1003, Mark(MarkVerdict::kAccept, kOld + 1));
  AddFlow(1004, Mark(MarkVerdict::kDrop, kOld));
  AddFlow(1005, Mark(MarkVerdict::kReject, kOld));
  AddFlow(1006, Mark(MarkVerdict::kUndecided, kOld));
  AddFlow(1007, kOtherBits);
  GW_ASSERT_OK_AND_ASSIGN(const size_t swept, Sweep());
  EXPECT_EQ(swept, 0u);
  EXPECT_EQ(MarkOf(1001), Mark(MarkVerdict::kAccept, kFailsafeGeneration));
  EXPECT_EQ(MarkOf(1002), Mark(MarkVerdict::kAccept, kCurrent));
  EXPECT_EQ(MarkOf(1003), Mark(MarkVerdict::kAccept, kOld + 1));
  EXPECT_EQ(MarkOf(1004), Mark(MarkVerdict::kDrop, kOld));
  EXPECT_EQ(MarkOf(1005), Mark(MarkVerdict::kReject, kOld));
  EXPECT_EQ(MarkOf(1006), Mark(MarkVerdict::kUndecided, kOld));
  EXPECT_EQ(MarkOf(1007), kOtherBits);
}

TEST_F(SweepMarksTest, CoversIpv6AndZones) {
  AddFlow(1001, Mark(MarkVerdict::kAccept, kOld), {"-s", "2001:db8::1", "-d", "2001:db8::2"});
  AddFlow(1002, Mark(MarkVerdict::kAccept, kOld),
          {"-s", "192.0.2.1", "-d", "192.0.2.2", "--zone", "5"});
  GW_ASSERT_OK_AND_ASSIGN(const size_t swept, Sweep());
  EXPECT_EQ(swept, 2u);
  EXPECT_EQ(MarkOf(1001, "ipv6"), kOtherBits);
  EXPECT_EQ(MarkOf(1002), kOtherBits);
}

TEST_F(SweepMarksTest, FollowsTheMarkMask) {
  const MarkLayout low = *MarkLayout::FromMask(0x00000fff);
  const uint32_t others = 0xabcde000;
  AddFlow(1001, others | low.Make(MarkVerdict::kAccept, kOld));
  AddFlow(1002, others | low.Make(MarkVerdict::kAccept, kCurrent));
  GW_ASSERT_OK_AND_ASSIGN(const size_t swept, Sweep(low));
  EXPECT_EQ(swept, 1u);
  EXPECT_EQ(MarkOf(1001), others);
  EXPECT_EQ(MarkOf(1002), others | low.Make(MarkVerdict::kAccept, kCurrent));
}

// More flows than one message of a dump holds.
TEST_F(SweepMarksTest, ManyFlows) {
  std::string commands;
  for (int port = 1; port <= 1000; ++port) {
    absl::StrAppend(&commands, "-I -p udp -s 192.0.2.1 -d 192.0.2.2 --sport ", port,
                    " --dport 53 -t 600 -m ", Mark(MarkVerdict::kAccept, kOld), "\n");
  }
  const Finished added = testing::RunProgram({"conntrack", "-R", "-"}, absl::Seconds(30),
                                             {.netns = in_->name(), .input = commands});
  ASSERT_TRUE(added.ok()) << added;
  GW_ASSERT_OK_AND_ASSIGN(const size_t swept, Sweep());
  EXPECT_EQ(swept, 1000u);
  EXPECT_EQ(*Sweep(), 0u);
}

TEST_F(SweepMarksTest, NoFlowsAreNoError) { EXPECT_EQ(*Sweep(), 0u); }

}  // namespace
}  // namespace gw
