#include "common/policy/selector.h"

#include <fstream>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/base/error_column.h"
#include "common/policy/limits.h"
#include "tests/support/status_matchers.h"
#include "tests/support/tests_folder.h"
#include <nlohmann/json.hpp>

namespace gw {
namespace {

using ::testing::HasSubstr;

// ---- the vectors ----------------------------------------------------------------------------

std::vector<nlohmann::json> ReadVectors() {
  std::ifstream file(testing::InTestsFolder("vectors/selector-vectors.json"));
  const auto document = nlohmann::json::parse(file);
  return document.at("vectors").get<std::vector<nlohmann::json>>();
}

void CheckFields(const nlohmann::json& vector) {
  const std::set<std::string> known = {"id",    "selector",   "labels", "valid",
                                       "match", "normalised", "note"};
  for (const auto& [field, value] : vector.items()) {
    EXPECT_TRUE(known.count(field) > 0) << "unknown field " << field;
  }
}

void CheckVector(const nlohmann::json& vector) {
  const auto selector = Selector::Parse(vector.at("selector").get<std::string>());
  ASSERT_EQ(selector.ok(), vector.at("valid").get<bool>()) << selector.status();
  if (!selector.ok()) {
    EXPECT_GT(ErrorColumn(selector.status()), 0u);
    EXPECT_FALSE(vector.contains("match") || vector.contains("normalised"));
    return;
  }
  const auto labels = vector.at("labels").get<std::map<std::string, std::string>>();
  EXPECT_EQ(selector->Matches(Labels(labels.begin(), labels.end())),
            vector.at("match").get<bool>());
  const std::string canonical = vector.at("normalised").get<std::string>();
  EXPECT_EQ(selector->Canonical(), canonical);
  GW_ASSERT_OK_AND_ASSIGN(const Selector again, Selector::Parse(canonical));
  EXPECT_EQ(again.Canonical(), canonical);
}

TEST(Selector, EveryVectorHolds) {
  const std::vector<nlohmann::json> vectors = ReadVectors();
  EXPECT_EQ(vectors.size(), 134u);
  for (const nlohmann::json& vector : vectors) {
    SCOPED_TRACE(vector.at("id").get<std::string>());
    CheckFields(vector);
    CheckVector(vector);
  }
}

// ---- errors ---------------------------------------------------------------------------------

struct ErrorCase {
  const char* selector;
  size_t column;
  const char* message;
};

TEST(Selector, AnErrorSaysWhereAndWhatToWriteInstead) {
  const ErrorCase kCases[] = {
      {"role = 'web'", 6, "expected ==: a comparison is written `key == 'value'`"},
      {"a == 'b' & c == 'd'", 10, "expected &&: write `&&` for and"},
      {"a == 'b' | c == 'd'", 10, "expected ||: write `||` for or"},
      {"a == 'b", 6, "unterminated string: close it with '"},
      {"a == \"b", 6, "unterminated string: close it with \""},
      {"a == b", 6, "expected a string, found `b`: write it in quotes: 'b'"},
      {"a == ", 6, "expected a string in quotes, found the end"},
      {"a", 2, "expected an operator after `a`, found the end"},
      {"a > '1'", 3, "expected an operator after `a`, found `>`: write ==,"},
      {"a exists", 3, "expected an operator after `a`, found `exists`"},
      {"a IN {'b'}", 3, "found `IN`: operators are lower case"},
      {"has (a)", 5, "expected an operator: to call `has(`, write it without the blank"},
      {"all ()", 5, "to call `all(`, write it without the blank"},
      {"has('a')", 5, "expected identifier: write a label key without quotes"},
      {"has(a", 6, "expected ) after the label key of has("},
      {"all(x)", 5, "expected ): write `all()`"},
      {"'a' == a", 1, "expected identifier, found the string `a`: the label key comes first"},
      {"k$ == 'y'", 2, "expected an operator after `k`, found `$`"},
      {"$k == 'y'", 1, "expected identifier, found `$`: label keys have letters"},
      {"\xc3\xa9 == 'y'", 1, "expected identifier, found the byte 0xc3"},
      {"a ==\n'b'", 5, "found a line break (a selector is one line)"},
      {"a == 'b'\n", 9, "expected && or ||, found a line break"},
      {"a == 'b' and c == 'd'", 10, "expected && or ||, found `and`: write `&&` for and"},
      {"a == 'b' OR c == 'd'", 10, "write `||` for or"},
      {"a in ('b')", 6, "expected {, found `(`: a set is written `{'a', 'b'}`"},
      {"a in {'b' 'c'}", 11, "expected , or }, found the string `c`"},
      {"a in {'b'", 10, "expected , or }, found the end"},
      {"a in {,}", 7, "expected a string in quotes, found `,`"},
      {"a == 'b')", 9, "unexpected ): there is no ( that it closes"},
      {"!(a == 'b'", 11, "expected ), found the end: the ( at column 2 is not closed"},
      {"()", 2, "expected identifier, found `)`"},
      {"!", 2, "expected identifier, found the end"},
      {"a == 'b' &&", 12, "expected identifier, found the end"},
  };
  for (const ErrorCase& c : kCases) {
    SCOPED_TRACE(c.selector);
    const absl::Status status = Selector::Parse(c.selector).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(ErrorColumn(status), c.column) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(c.message));
  }
}

// ---- limits ---------------------------------------------------------------------------------

std::string Repeat(absl::string_view text, size_t times) {
  std::string repeated;
  for (size_t i = 0; i < times; ++i) absl::StrAppend(&repeated, text);
  return repeated;
}

TEST(Selector, ParenthesesMayNestToTheLimit) {
  const std::string open = Repeat("(", kSelectorDepthMax);
  const std::string close = Repeat(")", kSelectorDepthMax);
  EXPECT_OK(Selector::Parse(open + "has(a)" + close));
  const absl::Status status = Selector::Parse("(" + open + "has(a)" + close + ")").status();
  EXPECT_EQ(ErrorColumn(status), kSelectorDepthMax + 1);
  EXPECT_THAT(std::string(status.message()), HasSubstr("more than 100 levels of parentheses"));
}

// `a && (a && (... ))`, `levels` times &&.
std::string NestedAnd(size_t levels) {
  return Repeat("has(a) && (", levels - 1) + "has(a) && has(b)" + Repeat(")", levels - 1);
}

TEST(Selector, ConnectivesMayNestToTheLimitSoThatCanonicalTextAlwaysParses) {
  GW_ASSERT_OK_AND_ASSIGN(const Selector deepest, Selector::Parse(NestedAnd(kSelectorDepthMax)));
  EXPECT_OK(Selector::Parse(deepest.Canonical()));
  EXPECT_FALSE(Selector::Parse(NestedAnd(kSelectorDepthMax + 1)).ok());
  // Two connectives in each written pair of parentheses are two levels.
  const auto both = [](size_t groups) {
    return Repeat("(has(a) || has(b) && ", groups) + "has(c)" + Repeat(")", groups);
  };
  GW_ASSERT_OK_AND_ASSIGN(const Selector mixed, Selector::Parse(both(kSelectorDepthMax / 2)));
  EXPECT_OK(Selector::Parse(mixed.Canonical()));
  EXPECT_FALSE(Selector::Parse(both(kSelectorDepthMax / 2 + 1)).ok());
}

TEST(Selector, KeysAreLimitedInComparisonsAndInHas) {
  const std::string longest(kSelectorKeyLengthMax, 'k');
  EXPECT_OK(Selector::Parse(longest + " == 'v'"));
  EXPECT_OK(Selector::Parse("has(" + longest + ")"));
  const absl::Status compared = Selector::Parse("!" + longest + "k == 'v'").status();
  EXPECT_EQ(ErrorColumn(compared), 2u);
  EXPECT_THAT(std::string(compared.message()), HasSubstr("label too long: 513 bytes, at most 512"));
  EXPECT_EQ(ErrorColumn(Selector::Parse("has(" + longest + "k)").status()), 5u);
}

TEST(Selector, AMegabyteOfAnyTokenDoesNotCrash) {
  for (const char* token : {"(", ")", "!", "!(", "{", "'", "\"", "a", "has(a)||", "has(a)&&",
                            "a in {", "a==''||(", "!!(", "all()", " ", "\n", "=", "'',"}) {
    SCOPED_TRACE(token);
    const size_t times = (size_t{1} << 20) / absl::string_view(token).size();
    const auto selector = Selector::Parse(Repeat(token, times));
    if (selector.ok()) EXPECT_OK(Selector::Parse(selector->Canonical()));
  }
}

TEST(Selector, LongChainsAndManyNegationsAreFine) {
  const size_t count = 50'000;
  GW_ASSERT_OK_AND_ASSIGN(const Selector chain,
                          Selector::Parse(Repeat("has(a)||", count) + "has(b)"));
  EXPECT_TRUE(chain.Matches({{"b", ""}}));
  EXPECT_FALSE(chain.Matches({{"c", ""}}));
  GW_ASSERT_OK_AND_ASSIGN(const Selector odd, Selector::Parse(Repeat("!", 99'999) + "has(b)"));
  EXPECT_EQ(odd.Canonical(), "!has(b)");
}

// ---- canonical form and parts ---------------------------------------------------------------

TEST(Selector, NegationOfANegationIsDropped) {
  for (const char* text : {"!(!has(a))", "!((!(has(a))))", "!!(!!has(a))"}) {
    GW_ASSERT_OK_AND_ASSIGN(const Selector selector, Selector::Parse(text));
    EXPECT_EQ(selector.Canonical(), "has(a)") << text;
  }
  GW_ASSERT_OK_AND_ASSIGN(const Selector group, Selector::Parse("!(!(has(a) && has(b)))"));
  EXPECT_EQ(group.Canonical(), "(has(a) && has(b))");
}

TEST(Selector, TheDefaultSelectsEverything) {
  EXPECT_EQ(Selector().Canonical(), "all()");
  EXPECT_TRUE(Selector().Matches({}));
}

TEST(Selector, GlobalIsFoundWhereverItStands) {
  GW_ASSERT_OK_AND_ASSIGN(const Selector inner, Selector::Parse("!(has(a) && !global())"));
  EXPECT_TRUE(inner.MentionsGlobal());
  GW_ASSERT_OK_AND_ASSIGN(const Selector text, Selector::Parse("a == 'global()'"));
  EXPECT_FALSE(text.MentionsGlobal());
}

TEST(Selector, PartsKnowTheirPlaceTextAndVerdict) {
  const std::string text = "role == 'guest' && !(has(old) || vip in {'b','a'})";
  GW_ASSERT_OK_AND_ASSIGN(const Selector selector, Selector::Parse(text));
  std::vector<std::string> parts;
  for (size_t i = 0; i < selector.nodes().size(); ++i) {
    const SelectorNode& node = selector.nodes()[i];
    parts.push_back(absl::StrCat(text.substr(node.begin, node.end - node.begin), " -> ",
                                 selector.NodeCanonical(i), " -> ",
                                 selector.NodeMatches(i, {{"role", "guest"}, {"vip", "a"}})));
  }
  EXPECT_THAT(parts,
              ::testing::ElementsAre(
                  "role == 'guest' -> role == \"guest\" -> 1", "has(old) -> has(old) -> 0",
                  "vip in {'b','a'} -> vip in {\"a\", \"b\"} -> 1",
                  "(has(old) || vip in {'b','a'}) -> (has(old) || vip in {\"a\", \"b\"}) -> 1",
                  "!(has(old) || vip in {'b','a'}) -> !(has(old) || vip in {\"a\", \"b\"}) -> 0",
                  text + " -> (role == \"guest\" && !(has(old) || vip in {\"a\", \"b\"})) -> 0"));
}

// ---- random selectors -----------------------------------------------------------------------

class RandomSelectors {
 public:
  explicit RandomSelectors(uint32_t seed) : random_(seed) {}

  std::string Text(int levels) {
    switch (levels == 0 ? 0 : Pick(5)) {
      case 1:
        return "(" + Text(levels - 1) + ")";
      case 2:
        return "!" + Text(levels - 1);
      case 3:
        return Text(levels - 1) + Blanks() + "&&" + Blanks() + Text(levels - 1);
      case 4:
        return Text(levels - 1) + Blanks() + "||" + Blanks() + Text(levels - 1);
      default:
        return Leaf();
    }
  }

  Labels SomeLabels() {
    Labels labels;
    for (int i = Pick(3); i > 0; --i) labels[Key()] = Value();
    return labels;
  }

 private:
  int Pick(int count) { return std::uniform_int_distribution<int>(0, count - 1)(random_); }
  std::string Blanks() { return std::string(static_cast<size_t>(Pick(3)), ' '); }
  std::string Key() { return std::string(1, static_cast<char>('a' + Pick(3))); }
  std::string Value() {
    const char* const kValues[] = {"", "a", "ab", "b", "it's", "say \"\""};
    return kValues[Pick(6)];
  }
  std::string Literal() {
    const std::string value = Value();
    const char* quote = value.find('\'') == std::string::npos ? "'" : "\"";
    return quote + value + quote;
  }
  std::string Leaf() {
    const char* const kOperators[] = {"==", "!=", " contains ", " starts with ", " endswith "};
    const int pick = Pick(9);
    if (pick < 5) return Key() + kOperators[pick] + Literal();
    if (pick == 5) return "has(" + Key() + ")";
    if (pick == 6) return "all()";
    return Key() + (pick == 7 ? " in {" : " not in {") + Literal() + "," + Literal() + "}";
  }

  std::mt19937 random_;
};

TEST(Selector, CanonicalTextOfRandomSelectorsKeepsMeaningAndText) {
  const uint32_t seed = std::random_device()();
  RandomSelectors random(seed);
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = random.Text(5);
    SCOPED_TRACE(absl::StrCat("seed ", seed, ": ", text));
    GW_ASSERT_OK_AND_ASSIGN(const Selector selector, Selector::Parse(text));
    GW_ASSERT_OK_AND_ASSIGN(const Selector again, Selector::Parse(selector.Canonical()));
    ASSERT_EQ(again.Canonical(), selector.Canonical());
    ASSERT_EQ(again.nodes().size(), selector.nodes().size());
    for (int j = 0; j < 4; ++j) {
      const Labels labels = random.SomeLabels();
      ASSERT_EQ(again.Matches(labels), selector.Matches(labels));
    }
  }
}

}  // namespace
}  // namespace gw
