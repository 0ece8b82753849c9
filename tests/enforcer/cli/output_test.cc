#include "enforcer/cli/output.h"

#include <gtest/gtest.h>

#include <sstream>

namespace gw::cli {
namespace {

using Json = nlohmann::ordered_json;

TEST(DisplayWidth, CountsColumnsNotBytes) {
  EXPECT_EQ(DisplayWidth("abc"), 3u);
  EXPECT_EQ(DisplayWidth("ünï"), 3u);
  EXPECT_EQ(DisplayWidth("日本"), 4u);       // wide
  EXPECT_EQ(DisplayWidth("e\xcc\x81"), 1u);  // combining accent
  EXPECT_EQ(DisplayWidth("\xff\xfe"), 2u);   // not UTF-8
  EXPECT_EQ(DisplayWidth("a\xe6\x97"), 3u);  // cut off
}

TEST(Printable, ShowsControlCharactersInsteadOfSendingThem) {
  EXPECT_EQ(Printable("a\x1b[31mb\nc"), "a\\x1b[31mb\\x0ac");
  EXPECT_EQ(Printable("\xc2\x9b"), "\\xc2\\x9b");  // CSI as one character
  EXPECT_EQ(Printable("\xff"), "\\xff");
  EXPECT_EQ(Printable("ünï 日本"), "ünï 日本");
}

TEST(Table, AlignsColumnsByWidth) {
  Table table({"NAME", "VALUE"});
  table.Add({"日本", "1"});
  table.Add({"abcdef", "2"});
  std::ostringstream out;
  table.Print(out);
  EXPECT_EQ(out.str(),
            "NAME    VALUE\n"
            "日本    1\n"
            "abcdef  2\n");
}

TEST(Table, GoesOnWithoutHeadingsAndWithTheWidthsItHad) {
  Table table({"A", "B"});
  table.Add({"long", "1"});
  std::ostringstream out;
  table.Print(out);
  table.Add({"x", "2"});
  table.Print(out);
  EXPECT_EQ(out.str(),
            "A     B\n"
            "long  1\n"
            "x     2\n");
}

TEST(CsvLine, QuotesWhatNeedsIt) {
  EXPECT_EQ(CsvLine({"a", "b,c", "say \"hi\"", ""}), "a,\"b,c\",\"say \"\"hi\"\"\",\n");
}

TEST(JsonLine, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(JsonLine(Json("a\xff")), "\"a\xef\xbf\xbd\"");
}

TEST(YamlDocument, WritesBlocks) {
  const Json value = {{"name", "web"},
                      {"list", Json::array({Json{{"a", 1}, {"b", true}}, "two words"})},
                      {"empty", Json::array()},
                      {"inner", {{"deep", nullptr}}}};
  EXPECT_EQ(YamlDocument(value),
            "name: web\n"
            "list:\n"
            "- a: 1\n"
            "  b: true\n"
            "- two words\n"
            "empty: []\n"
            "inner:\n"
            "  deep: null\n");
}

TEST(YamlDocument, QuotesTextsThatWouldBeSomethingElse) {
  for (const char* text : {"true", "No", "null", "12", "1.5", "", "- x", "a: b", "#", "*", " a",
                           "a ", "a\nb", "=", "y"}) {
    EXPECT_EQ(YamlDocument(Json(text)).front(), '"') << text;
  }
}

TEST(Counted, SpeaksPlainly) {
  EXPECT_EQ(Counted(0, "error", "errors"), "no errors");
  EXPECT_EQ(Counted(1, "error", "errors"), "1 error");
  EXPECT_EQ(Counted(2, "error", "errors"), "2 errors");
}

}  // namespace
}  // namespace gw::cli
