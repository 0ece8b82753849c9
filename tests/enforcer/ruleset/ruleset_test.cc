// The text of the table against tests/vectors/ruleset, literally. After a change that is meant, run
// with GW_WRITE_VECTORS=1 and read what git shows. ruleset_nft_test shows the texts to nft.

#include "enforcer/ruleset/ruleset.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/enforcer/ruleset/fills.h"
#include "tests/support/tests_folder.h"

namespace gw {
namespace {

using testing::AllFills;
using testing::Describe;
using ::testing::HasSubstr;
using testing::LowMarks;
using testing::NamedFill;
using ::testing::Not;

std::string Folder() { return testing::InTestsFolder("vectors/ruleset"); }

std::string ReadFile(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

void ExpectEqualsFile(const std::string& name, const std::string& text) {
  const std::string path = absl::StrCat(Folder(), "/", name, ".nft");
  if (std::getenv("GW_WRITE_VECTORS") != nullptr) std::ofstream(path) << text;
  EXPECT_EQ(text, ReadFile(path)) << path;
}

// The lines of one chain of a fill: what stands between its braces.
std::vector<std::string> RulesOf(const std::string& text, const std::string& chain) {
  std::vector<std::string> rules;
  bool inside = false;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    if (inside && line == "  }") break;
    if (inside) rules.emplace_back(line);
    if (line == absl::StrCat("  chain ", chain, " {")) inside = true;
  }
  return rules;
}

class FillVectors : public ::testing::TestWithParam<NamedFill> {};

TEST_P(FillVectors, IsWhatTheFileSays) {
  const Fill& fill = GetParam().fill;
  ExpectEqualsFile(GetParam().name, Describe(fill) + FillText(fill, {}));
}

INSTANTIATE_TEST_SUITE_P(Ruleset, FillVectors, ::testing::ValuesIn(AllFills()),
                         [](const auto& named) { return named.param.name; });

TEST(FrameText, IsWhatTheFileSays) {
  ExpectEqualsFile("frame", FrameText(MarkLayout()));
  ExpectEqualsFile("frame_other_mark_mask", FrameText(LowMarks()));
}

TEST(EarlyText, IsWhatTheFileSays) {
  ExpectEqualsFile("early", EarlyText(true, MarkLayout()));
  ExpectEqualsFile("early_no_longer", EarlyText(false, MarkLayout()));
}

TEST(Vectors, AreAllOfSomeFill) {
  std::set<std::string> expected = {"frame.nft", "frame_other_mark_mask.nft", "early.nft",
                                    "early_no_longer.nft"};
  for (const NamedFill& named : AllFills()) expected.insert(named.name + ".nft");
  std::set<std::string> found;
  for (const auto& file : std::filesystem::directory_iterator(Folder())) {
    found.insert(file.path().filename().string());
  }
  EXPECT_EQ(found, expected);
}

TEST(FrameChain, TellsTheMarkMaskApart) {
  EXPECT_NE(FrameChain(MarkLayout()), FrameChain(LowMarks()));
  for (const MarkLayout& marks : {MarkLayout(), LowMarks()}) {
    EXPECT_THAT(FrameText(marks), HasSubstr(absl::StrCat("chain ", FrameChain(marks), " {")));
  }
}

TEST(Frame, PolicesNothingByItself) {
  for (const char* hook : {"input", "forward", "output"}) {
    EXPECT_THAT(FrameText(MarkLayout()),
                HasSubstr(absl::StrCat("chain policed_", hook, " { accept; }")));
  }
}

TEST(Texts, LeaveNoPlaceholder) {
  EXPECT_THAT(FrameText(MarkLayout()), Not(HasSubstr("$")));
  for (const NamedFill& named : AllFills()) {
    EXPECT_THAT(FillText(named.fill, {}), Not(HasSubstr("$"))) << named.name;
  }
}

TEST(Fill, AcceptsAtOnceWhatNoEndpointPolices) {
  const std::string text = FillText(Fill(), {});
  for (const char* hook : {"input", "forward", "output"}) {
    EXPECT_EQ(RulesOf(text, absl::StrCat("policed_", hook)).front(), "accept") << hook;
  }
}

TEST(Fill, LeavesLoopbackAloneUnlessAnEndpointNamesIt) {
  Fill fill;
  fill.polices_any_interface = true;
  EXPECT_EQ(RulesOf(FillText(fill, {}), "policed_input").front(), "iifname \"lo\" accept");
  EXPECT_EQ(RulesOf(FillText(fill, {}), "policed_output").front(), "oifname \"lo\" accept");
  fill.policed_interfaces = {"lo"};
  for (const char* hook : {"input", "forward", "output"}) {
    EXPECT_EQ(RulesOf(FillText(fill, {}), absl::StrCat("policed_", hook)).front(),
              "ct state invalid drop");
  }
}

TEST(Fill, ForwardedPacketIsLeftAloneOnlyIfNeitherInterfaceIsPoliced) {
  Fill fill;
  fill.policed_interfaces = {"eth0"};
  EXPECT_EQ(RulesOf(FillText(fill, {}), "policed_forward").front(),
            "iifname != { \"eth0\" } oifname != { \"eth0\" } accept");
}

// A failsafe that workloads could use would let them past their policy to the host's ports.
TEST(Fill, FailsafesAreNotForWorkloadsAndNotForForwardedPackets) {
  Fill fill;
  fill.workload_prefixes = {"cali"};
  const std::string text = FillText(fill, {});
  EXPECT_THAT(
      RulesOf(text, "policed_input"),
      ::testing::Contains("iifname != { \"cali*\" } ct direction original jump failsafe_input"));
  for (const std::string& rule : RulesOf(text, "policed_forward")) {
    EXPECT_FALSE(absl::StrContains(rule, "failsafe")) << rule;
  }
}

TEST(Fill, QueueNumbersAreARangeFromTheFirst) {
  Fill fill;
  fill.queue.count = 4;
  EXPECT_THAT(RulesOf(FillText(fill, {}), "upcall"), ::testing::ElementsAre("queue to 7100-7103"));
  fill.queue.by_cpu = true;
  EXPECT_THAT(RulesOf(FillText(fill, {}), "upcall"),
              ::testing::ElementsAre("queue flags fanout to 7100-7103"));
  fill.queue.bypass = true;
  EXPECT_THAT(RulesOf(FillText(fill, {}), "upcall"),
              ::testing::ElementsAre("queue flags bypass,fanout to 7100-7103"));
  fill.native_queue = false;
  EXPECT_THAT(FillText(fill, {}), Not(HasSubstr("chain inet gatewarden upcall")));
}

}  // namespace
}  // namespace gw
