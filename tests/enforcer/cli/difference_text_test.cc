#include "enforcer/cli/difference_text.h"

#include <gtest/gtest.h>

#include <random>
#include <sstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace gw::cli {
namespace {

std::vector<std::string> SplitLines(const std::string& text) {
  std::vector<std::string> lines = absl::StrSplit(text, '\n');
  if (lines.back().empty()) lines.pop_back();
  return lines;
}

// patch(1), for texts whose every line ends with a line feed.
std::string Patch(const std::string& before, const std::string& hunks) {
  const std::vector<std::string> source = SplitLines(before);
  std::vector<std::string> result;
  size_t next = 0;
  for (const std::string& line : SplitLines(hunks)) {
    if (line[0] == '@') {
      const std::vector<std::string> words = absl::StrSplit(line, ' ');
      const std::vector<std::string> range = absl::StrSplit(words[1].substr(1), ',');
      size_t first = 0;
      size_t count = 0;
      EXPECT_TRUE(absl::SimpleAtoi(range[0], &first) && absl::SimpleAtoi(range[1], &count));
      const size_t begin = count == 0 ? first : first - 1;
      while (next < begin) result.push_back(source[next++]);
      continue;
    }
    if (line[0] != '+') {
      EXPECT_EQ(source.at(next), line.substr(1));
      ++next;
    }
    if (line[0] != '-') result.push_back(line.substr(1));
  }
  while (next < source.size()) result.push_back(source[next++]);
  std::string text;
  for (const std::string& line : result) absl::StrAppend(&text, line, "\n");
  return text;
}

TEST(UnifiedHunks, EqualTextsHaveNone) {
  EXPECT_EQ(UnifiedHunks("a\nb\n", "a\nb\n"), "");
  EXPECT_EQ(UnifiedHunks("", ""), "");
}

TEST(UnifiedHunks, LookLikeThoseOfDiff) {
  EXPECT_EQ(UnifiedHunks("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n"),
            "@@ -2,7 +2,7 @@\n"
            " 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
  EXPECT_EQ(UnifiedHunks("", "a\nb\n"), "@@ -0,0 +1,2 @@\n+a\n+b\n");
  EXPECT_EQ(UnifiedHunks("a\nb\n", ""), "@@ -1,2 +0,0 @@\n-a\n-b\n");
}

TEST(UnifiedHunks, AreTheShortest) {
  const std::string hunks = UnifiedHunks("a\nb\nc\na\nb\nb\na\n", "c\nb\na\nb\na\nc\n");
  size_t edits = 0;
  for (const std::string& line : SplitLines(hunks)) edits += line[0] == '+' || line[0] == '-';
  EXPECT_EQ(edits, 5u) << hunks;  // the example of Myers' paper
}

TEST(UnifiedHunks, PatchTheOneTextIntoTheOther) {
  std::mt19937 random(20261122);
  std::uniform_int_distribution<int> length(0, 60);
  std::uniform_int_distribution<int> letter(0, 3);
  auto text = [&] {
    std::string lines;
    for (int i = length(random); i > 0; --i) absl::StrAppend(&lines, letter(random), "\n");
    return lines;
  };
  for (int round = 0; round < 500; ++round) {
    const std::string before = text();
    const std::string after = text();
    ASSERT_EQ(Patch(before, UnifiedHunks(before, after)), after) << "round " << round;
  }
}

TEST(UnifiedHunks, TextsWithThousandsOfDifferencesStillPatch) {
  std::string before;
  std::string after;
  for (int i = 0; i < 4000; ++i) {
    absl::StrAppend(&before, "b", i, "\n");
    absl::StrAppend(&after, "a", i, "\n");
  }
  EXPECT_EQ(Patch(before, UnifiedHunks(before, after)), after);
}

TEST(PrintDifferences, NamesTheResourceAndColoursOnlyWhenAsked) {
  Tier tier;
  tier.metadata.name = "first";
  tier.order = 7;
  const ResourceDifference created{KeyOf(Resource(tier)), std::nullopt, Resource(tier)};
  std::ostringstream plain;
  PrintDifferences({created}, false, plain);
  EXPECT_NE(plain.str().find("--- /dev/null\n+++ Tier/first\n@@"), std::string::npos)
      << plain.str();
  EXPECT_EQ(plain.str().find('\x1b'), std::string::npos);
  std::ostringstream coloured;
  PrintDifferences({created}, true, coloured);
  EXPECT_NE(coloured.str().find("\x1b[32m"), std::string::npos);
}

}  // namespace
}  // namespace gw::cli
