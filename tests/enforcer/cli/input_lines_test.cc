#include "enforcer/cli/input_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <vector>

#include "tests/support/status_matchers.h"
#include "tests/support/temporary_directory.h"

namespace gw::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> LinesOf(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  InputLines reader(in);
  while (reader.Next()) lines.push_back(reader.too_long() ? "TOO LONG" : reader.text());
  return lines;
}

TEST(InputLines, EndsOfLinesAreNotPartOfThem) {
  EXPECT_THAT(LinesOf("a\nb\r\n\nc\n"), ElementsAre("a", "b", "", "c"));
}

TEST(InputLines, TheLastLineNeedsNoEnd) {
  EXPECT_THAT(LinesOf("a\nb"), ElementsAre("a", "b"));
  EXPECT_THAT(LinesOf(""), IsEmpty());
}

TEST(InputLines, BytesOfAnyValuePass) {
  EXPECT_THAT(LinesOf(std::string("a\0b\xff\n", 5)), ElementsAre(std::string("a\0b\xff", 4)));
}

TEST(InputLines, ALineBeyondTheMaximumIsReportedAndPassed) {
  const std::string longest(kInputLineBytesMax, 'x');
  EXPECT_THAT(LinesOf(longest + "\n" + longest + "y\nshort\n"),
              ElementsAre(longest, "TOO LONG", "short"));
}

TEST(ForEachLine, AFileThatCannotBeReadIsAnError) {
  const testing::TemporaryDirectory directory;
  std::istringstream unused;
  const auto ignore = [](const InputLines&) {};
  EXPECT_FALSE(ForEachLine(directory.File("missing"), unused, ignore).ok());
  EXPECT_FALSE(ForEachLine(directory.path(), unused, ignore).ok());
  EXPECT_OK(ForEachLine(directory.Write("empty", ""), unused, ignore));
}

TEST(ForEachLine, ADashIsStandardInput) {
  std::istringstream in("one\ntwo\n");
  std::vector<std::string> lines;
  ASSERT_OK(
      ForEachLine("-", in, [&lines](const InputLines& line) { lines.push_back(line.text()); }));
  EXPECT_THAT(lines, ElementsAre("one", "two"));
}

}  // namespace
}  // namespace gw::cli
