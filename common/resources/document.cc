// JSON is read by nlohmann-json's SAX parser, for yaml-cpp knows neither surrogate pairs nor keys
// of any length; everything else by yaml-cpp's event parser, whose own node builder would neither
// limit depth nor keep repeated keys. Both feed one TreeBuilder.
//
// The text is cut at its `---` lines first and each document parsed alone. yaml-cpp cannot go on
// after an error; this way an error costs one document, not the rest of the file.

#include "common/resources/document.h"

#include <algorithm>
#include <exception>
#include <iterator>
#include <map>
#include <optional>
#include <sstream>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "nlohmann/json.hpp"
#include "yaml-cpp/eventhandler.h"
#include "yaml-cpp/exceptions.h"
#include "yaml-cpp/mark.h"
#include "yaml-cpp/parser.h"

namespace gw {
namespace {

// Thrown through the parsers, which have no other way to be stopped, and caught in this file.
class TreeRefused : public std::exception {
 public:
  TreeRefused(int line, int column, std::string message)
      : problem_{line, column, std::move(message)} {}
  const SyntaxProblem& problem() const { return problem_; }
  const char* what() const noexcept override { return problem_.message.c_str(); }

 private:
  SyntaxProblem problem_;
};

struct Size {
  size_t values = 0;
  size_t depth = 0;
};

void Measure(const Node& node, size_t depth, Size* size) {
  ++size->values;
  size->depth = std::max(size->depth, depth);
  for (const Node& child : node.children) Measure(child, depth + 1, size);
}

// Puts nodes together in the order in which a parser meets them.
class TreeBuilder {
 public:
  // `values` counts those of the whole file.
  explicit TreeBuilder(size_t* values) : values_(values) {}

  void Open(Node node) {
    if (open_.size() >= kDocumentDepthMax) {
      Refuse(node, absl::StrCat("nested deeper than ", kDocumentDepthMax,
                                " levels: no resource needs that"));
    }
    Count(node, 1);
    open_.push_back(std::move(node));
  }

  // Returns the finished node, in its place.
  const Node& Close() {
    Node node = std::move(open_.back());
    open_.pop_back();
    if (node.kind == Node::Kind::kMap) Merge(&node);
    return Place(std::move(node));
  }

  const Node& Add(Node node) {
    Count(node, 1);
    return Place(std::move(node));
  }

  // A copy of a node that stands elsewhere.
  const Node& AddCopy(Node node, const Size& size) {
    if (open_.size() + size.depth > kDocumentDepthMax) {
      Refuse(node, absl::StrCat("the alias nests deeper than ", kDocumentDepthMax,
                                " levels: write its text out"));
    }
    aliased_ += size.values;
    if (aliased_ > kAliasedValuesMax) {
      Refuse(node, absl::StrCat("aliases stand for more than ", kAliasedValuesMax,
                                " values: write some of them out"));
    }
    Count(node, size.values);
    return Place(std::move(node));
  }

  Node TakeRoot() { return std::exchange(root_, Node()); }

 private:
  [[noreturn]] static void Refuse(const Node& at, std::string message) {
    throw TreeRefused(at.line, at.column, std::move(message));
  }

  void Count(const Node& at, size_t values) {
    *values_ += values;
    if (*values_ <= kDocumentValuesMax) return;
    Refuse(at,
           absl::StrCat("more than ", kDocumentValuesMax, " values in one file: split the file"));
  }

  const Node& Place(Node node) {
    if (!open_.empty()) {
      std::vector<Node>& children = open_.back().children;
      children.push_back(std::move(node));
      return children.back();
    }
    root_ = std::move(node);
    return root_;
  }

  // `<<: *defaults`: keys of the merged maps that the map does not have itself.
  void Merge(Node* map) {
    for (size_t i = 0; i < map->entry_count();) {
      if (map->key(i).text != "<<" || map->key(i).quoted) {
        ++i;
        continue;
      }
      const Node merged = std::move(map->children[2 * i + 1]);
      const auto entry = map->children.begin() + static_cast<std::ptrdiff_t>(2 * i);
      map->children.erase(entry, entry + 2);
      if (merged.kind == Node::Kind::kMap) {
        MergeMap(merged, map);
      } else if (merged.kind == Node::Kind::kSequence) {
        for (const Node& one : merged.children) MergeMap(one, map);
      } else {
        Refuse(merged, "`<<` merges a map: write an alias such as `<<: *defaults`");
      }
    }
  }

  static void MergeMap(const Node& from, Node* to) {
    constexpr size_t kMergedEntriesMax = 1000;  // each is looked up in the other map
    if (from.entry_count() + to->entry_count() > kMergedEntriesMax) {
      Refuse(from, absl::StrCat("`<<` merges maps of at most ", kMergedEntriesMax,
                                " entries together: write them out"));
    }
    if (from.kind != Node::Kind::kMap) {
      Refuse(from, "`<<` merges maps only: write aliases such as `<<: [*a, *b]`");
    }
    for (size_t i = 0; i < from.entry_count(); ++i) {
      if (to->Find(from.key(i).text) != nullptr) continue;
      to->children.push_back(from.key(i));
      to->children.push_back(from.value(i));
    }
  }

  size_t* values_;
  size_t aliased_ = 0;
  std::vector<Node> open_;
  Node root_;
};

// ---- places ---------------------------------------------------------------------------------

class Lines {
 public:
  explicit Lines(absl::string_view text) : text_(text) {
    starts_.push_back(0);
    for (size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\n') starts_.push_back(i + 1);
    }
  }

  // Without its end. `line` from 1; an empty text where there is no such line.
  absl::string_view Line(int line) const {
    if (line < 1 || static_cast<size_t>(line) > starts_.size()) return {};
    const size_t start = starts_[static_cast<size_t>(line) - 1];
    const size_t end = text_.find('\n', start);
    return text_.substr(start, end == absl::string_view::npos ? end : end - start);
  }

  void SetPlace(size_t offset, int32_t* line, int32_t* column) const {
    const auto next = std::upper_bound(starts_.begin(), starts_.end(), offset);
    *line = static_cast<int32_t>(next - starts_.begin());
    *column = static_cast<int32_t>(offset - *std::prev(next) + 1);
  }

  // What is written from the place of a scalar to the end of its line.
  std::string WrittenFrom(const Node& scalar) const {
    absl::string_view text = Line(scalar.line);
    text.remove_prefix(std::min(text.size(), static_cast<size_t>(scalar.column) - 1));
    return std::string(absl::StripAsciiWhitespace(text));
  }

  // Whether `!` stands before the scalar, behind its anchor if it has one.
  bool StartsWithTag(const Node& scalar) const {
    absl::string_view text = Line(scalar.line);
    text.remove_prefix(std::min(text.size(), static_cast<size_t>(scalar.column) - 1));
    if (absl::StartsWith(text, "&")) text.remove_prefix(std::min(text.size(), text.find(' ')));
    return absl::StartsWith(absl::StripLeadingAsciiWhitespace(text), "!");
  }

  // Whether the scalar stands in the text as it is, behind its quote if it has one.
  bool IsLiteral(const Node& scalar) const {
    const absl::string_view line = Line(scalar.line);
    const size_t begin = static_cast<size_t>(scalar.column) - 1 + (scalar.quoted ? 1 : 0);
    return begin <= line.size() && absl::StartsWith(line.substr(begin), scalar.text);
  }

 private:
  absl::string_view text_;
  std::vector<size_t> starts_;
};

// ---- YAML -----------------------------------------------------------------------------------

constexpr absl::string_view kYamlTagPrefix = "tag:yaml.org,2002:";

class YamlTreeBuilder : public YAML::EventHandler {
 public:
  YamlTreeBuilder(const Lines& lines, size_t* values) : lines_(lines), builder_(values) {}

  Node TakeRoot() { return builder_.TakeRoot(); }

  // yaml-cpp never passes a token that can begin no document, such as a comma: it would report
  // empty documents there for ever.
  void OnDocumentStart(const YAML::Mark& mark) override {
    if (mark.pos <= document_start_) {
      throw TreeRefused(mark.line + 1, mark.column + 1,
                        "not valid YAML: nothing can begin like this: put the text into quotes");
    }
    document_start_ = mark.pos;
    anchors_.clear();
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Remember(anchor, builder_.Add(At(mark, Node::Kind::kNull)));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Node node = At(mark, Node::Kind::kScalar);
    node.text = value;
    const bool plain = tag == "?" || tag.empty();
    const bool of_yaml = absl::StartsWith(tag, kYamlTagPrefix);
    // yaml-cpp gives the tag `!` to quoted texts, but also to `! text`.
    const bool bare_tag = tag == "!" && lines_.StartsWithTag(node);
    node.quoted = (tag == "!" && !bare_tag) || tag == absl::StrCat(kYamlTagPrefix, "str");
    node.tagged = !plain && !of_yaml && !node.quoted;
    if (node.tagged) node.text = lines_.WrittenFrom(node);
    node.literal = !node.tagged && lines_.IsLiteral(node);
    Remember(anchor, builder_.Add(std::move(node)));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(At(mark, Node::Kind::kSequence), anchor);
  }
  void OnSequenceEnd() override { Close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Open(At(mark, Node::Kind::kMap), anchor);
  }
  void OnMapEnd() override { Close(); }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) {
      throw TreeRefused(mark.line + 1, mark.column + 1,
                        "the alias is inside what it stands for: write the text out");
    }
    Node copy = found->second.node;
    copy.line = mark.line + 1;
    copy.column = mark.column + 1;
    copy.literal = false;
    builder_.AddCopy(std::move(copy), found->second.size);
  }

 private:
  struct Anchored {
    Node node;
    Size size;
  };

  static Node At(const YAML::Mark& mark, Node::Kind kind) {
    Node node;
    node.kind = kind;
    node.line = mark.line + 1;
    node.column = mark.column + 1;
    return node;
  }

  void Open(Node node, YAML::anchor_t anchor) {
    builder_.Open(std::move(node));
    open_anchors_.push_back(anchor);
  }

  void Close() {
    const YAML::anchor_t anchor = open_anchors_.back();
    open_anchors_.pop_back();
    Remember(anchor, builder_.Close());
  }

  void Remember(YAML::anchor_t anchor, const Node& node) {
    if (anchor == YAML::NullAnchor) return;
    Anchored& anchored = anchors_[anchor];
    anchored = {node, {}};
    Measure(node, 0, &anchored.size);
  }

  const Lines& lines_;
  TreeBuilder builder_;
  int document_start_ = -1;  // byte offset
  std::vector<YAML::anchor_t> open_anchors_;
  std::map<YAML::anchor_t, Anchored> anchors_;
};

// Where a line `key: *rest` or `- *rest` has a value that begins with a character that YAML takes
// for itself, in bytes from 0; npos if it has none.
size_t ReservedValueStart(absl::string_view line) {
  size_t at = 0;
  while (at < line.size() && (line[at] == ' ' || line[at] == '-')) ++at;
  const size_t key_end = line.find(": ", at);
  if (key_end != absl::string_view::npos &&
      line.substr(at, key_end - at).find_first_of(" \"'{[#") == absl::string_view::npos) {
    at = key_end + 1;
    while (at < line.size() && line[at] == ' ') ++at;
  }
  if (at >= line.size() || absl::string_view("!*&@%`").find(line[at]) == absl::string_view::npos) {
    return absl::string_view::npos;
  }
  return at;
}

std::string QuoteAdvice(absl::string_view value) {
  const absl::string_view shown = absl::StripTrailingAsciiWhitespace(value);
  const char* const quote = absl::StrContains(shown, '"') ? "'" : "\"";
  return absl::StrCat("`", value.substr(0, 1),
                      "` at the start of a value has a meaning of its own in YAML: put the value "
                      "into quotes, ",
                      quote, shown, quote);
}

// Blanks out the value that most probably broke the parse at `line` and says what is wrong with
// it. Nothing if no value there looks guilty.
std::optional<SyntaxProblem> BlankReservedValue(int line, std::string* text) {
  for (int candidate = line; candidate >= 1 && candidate >= line - 1; --candidate) {
    const Lines lines(*text);
    const absl::string_view content = lines.Line(candidate);
    const size_t start = ReservedValueStart(content);
    if (start == absl::string_view::npos) continue;
    // Only a tag can break the line behind it; an anchor there is probably meant as one.
    if (candidate != line && content[start] != '!') continue;
    SyntaxProblem problem{candidate, static_cast<int>(start) + 1,
                          QuoteAdvice(content.substr(start))};
    const size_t offset = static_cast<size_t>(content.data() - text->data()) + start;
    text->replace(offset, content.size() - start, content.size() - start, ' ');
    return problem;
  }
  return std::nullopt;
}

SyntaxProblem YamlProblem(const YAML::ParserException& error, const Lines& lines) {
  const int line = error.mark.is_null() ? 1 : error.mark.line + 1;
  const int column = error.mark.is_null() ? 1 : error.mark.column + 1;
  for (int candidate = line; candidate >= 1 && candidate >= line - 1; --candidate) {
    const absl::string_view content = lines.Line(candidate);
    const size_t text_start = content.find_first_not_of(" \t");
    const size_t tab = content.find('\t');
    if (text_start == absl::string_view::npos || tab >= text_start) continue;
    return {candidate, static_cast<int>(tab) + 1,
            "a tab indents this line: YAML wants blanks, replace it"};
  }
  if (error.msg == "illegal map value") {
    return {line, column,
            "not valid YAML: a second `: ` on this line, or a line indented too deep: put a text "
            "that holds `: ` into quotes, or check the indentation"};
  }
  return {line, column,
          absl::StrCat("not valid YAML: ", error.msg,
                       ": check the indentation and that quotes and brackets are closed")};
}

// One document of a file; its first line is `first_line` of the file.
void ParseYamlDocument(absl::string_view source, int first_line, size_t* values,
                       ParsedText* parsed) {
  constexpr int kRepairsMax = 32;
  const int shift = first_line - 1;
  std::string text(source);
  bool damaged = false;
  for (int repairs = 0;; ++repairs) {
    const Lines lines(text);
    std::vector<Node> roots;
    const size_t values_before = *values;
    try {
      std::istringstream stream(text);
      YAML::Parser parser(stream);
      YamlTreeBuilder builder(lines, values);
      while (parser.HandleNextDocument(builder)) roots.push_back(builder.TakeRoot());
    } catch (const YAML::ParserException& error) {
      *values = values_before;
      SyntaxProblem problem = YamlProblem(error, lines);
      if (repairs < kRepairsMax) {
        if (auto repaired = BlankReservedValue(problem.line, &text)) {
          repaired->line += shift;
          parsed->problems.push_back(*std::move(repaired));
          damaged = true;
          continue;
        }
      }
      problem.line += shift;
      parsed->problems.push_back(std::move(problem));
      return;
    } catch (const TreeRefused& refused) {
      SyntaxProblem problem = refused.problem();
      problem.line += shift;
      parsed->problems.push_back(std::move(problem));
      return;
    } catch (const std::exception& error) {
      parsed->problems.push_back({first_line, 1, absl::StrCat("not valid YAML: ", error.what())});
      return;
    }
    for (Node& root : roots) {
      if (root.kind != Node::Kind::kNull) parsed->documents.push_back({std::move(root), damaged});
    }
    return;
  }
}

void Shift(Node* node, int lines) {
  node->line += lines;
  for (Node& child : node->children) Shift(&child, lines);
}

bool StartsDocument(absl::string_view line) {
  return absl::StartsWith(line, "---") &&
         (line.size() == 3 || line[3] == ' ' || line[3] == '\t' || line[3] == '\r');
}

ParsedText ParseYaml(absl::string_view text) {
  ParsedText parsed;
  size_t values = 0;
  size_t begin = 0;    // of the document
  int first_line = 1;  // likewise
  int line = 1;
  const auto finish = [&](size_t end) {
    const size_t documents_before = parsed.documents.size();
    ParseYamlDocument(text.substr(begin, end - begin), first_line, &values, &parsed);
    for (size_t i = documents_before; i < parsed.documents.size(); ++i) {
      Shift(&parsed.documents[i].root, first_line - 1);
    }
  };
  for (size_t at = 0; at < text.size(); ++line) {
    const size_t end = std::min(text.find('\n', at), text.size());
    if (StartsDocument(text.substr(at, end - at)) && at > begin) {
      finish(at);
      begin = at;
      first_line = line;
    }
    at = end + 1;
  }
  finish(text.size());
  return parsed;
}

// ---- JSON -----------------------------------------------------------------------------------

// Counts what the parser takes, since its events have no positions.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, const char** taken) : at_(at), taken_(taken) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    *taken_ = ++at_;
    return *this;
  }
  CountingIterator operator++(int) {
    CountingIterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const CountingIterator& a, const CountingIterator& b) {
    return a.at_ == b.at_;
  }
  friend bool operator!=(const CountingIterator& a, const CountingIterator& b) { return !(a == b); }

 private:
  const char* at_;
  const char** taken_;
};

class JsonTreeBuilder : public nlohmann::json_sax<nlohmann::json> {
 public:
  JsonTreeBuilder(absl::string_view text, const Lines& lines, const char* const* taken,
                  size_t* values)
      : text_(text), lines_(lines), taken_(taken), builder_(values) {}

  // `offset` of the text is where the next document begins.
  void Restart(size_t offset) { token_end_ = offset; }
  Node TakeRoot() { return builder_.TakeRoot(); }
  SyntaxProblem problem;

  bool null() override {
    builder_.Add(Token(Node::Kind::kNull));
    return true;
  }
  bool boolean(bool value) override { return Scalar(value ? "true" : "false", false); }
  bool number_integer(number_integer_t value) override {
    return Scalar(absl::StrCat(value), false);
  }
  bool number_unsigned(number_unsigned_t value) override {
    return Scalar(absl::StrCat(value), false);
  }
  bool number_float(number_float_t, const string_t& text) override { return Scalar(text, false); }
  bool string(string_t& value) override { return Scalar(value, true); }
  bool key(string_t& value) override { return Scalar(value, true); }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override {
    builder_.Open(Token(Node::Kind::kMap));
    return true;
  }
  bool start_array(std::size_t) override {
    builder_.Open(Token(Node::Kind::kSequence));
    return true;
  }
  bool end_object() override { return End(); }
  bool end_array() override { return End(); }

  bool parse_error(std::size_t, const std::string&,
                   const nlohmann::detail::exception& error) override {
    int32_t line = 0;
    int32_t column = 0;
    const size_t taken = Taken();
    lines_.SetPlace(taken == 0 ? 0 : taken - 1, &line, &column);
    std::string what = error.what();
    const size_t detail = what.find(": ");
    if (detail != std::string::npos) what.erase(0, detail + 2);
    problem = {line, column,
               absl::StrCat("not valid JSON: ", what, ": check quotes, commas and brackets")};
    return false;
  }

 private:
  size_t Taken() const { return static_cast<size_t>(*taken_ - text_.data()); }

  // A node at the token that the parser has just read. It begins behind the token before it and
  // the blanks, commas and colons between. (A number is known to end only by the character after
  // it, so the end of the token may be one too far, but never in the next one.)
  Node Token(Node::Kind kind) {
    size_t begin = token_end_;
    while (begin < text_.size() &&
           absl::string_view(" \t\r\n,:").find(text_[begin]) != absl::string_view::npos) {
      ++begin;
    }
    token_end_ = Taken();
    Node node;
    node.kind = kind;
    lines_.SetPlace(begin, &node.line, &node.column);
    return node;
  }

  bool Scalar(std::string text, bool quoted) {
    Node node = Token(Node::Kind::kScalar);
    node.text = std::move(text);
    node.quoted = quoted;
    node.literal = lines_.IsLiteral(node);
    builder_.Add(std::move(node));
    return true;
  }

  bool End() {
    token_end_ = Taken();
    builder_.Close();
    return true;
  }

  absl::string_view text_;
  const Lines& lines_;
  const char* const* taken_;
  size_t token_end_ = 0;
  TreeBuilder builder_;
};

// One JSON value after the other.
ParsedText ParseJsonValues(absl::string_view text) {
  ParsedText parsed;
  const Lines lines(text);
  const char* taken = text.data();
  const char* const end = text.data() + text.size();
  size_t values = 0;
  JsonTreeBuilder builder(text, lines, &taken, &values);
  while (true) {
    while (taken != end && absl::ascii_isspace(static_cast<unsigned char>(*taken))) ++taken;
    if (taken == end) return parsed;
    builder.Restart(static_cast<size_t>(taken - text.data()));
    try {
      if (!nlohmann::json::sax_parse(CountingIterator(taken, &taken), CountingIterator(end, &taken),
                                     &builder, nlohmann::json::input_format_t::json,
                                     /*strict=*/false)) {
        parsed.problems.push_back(builder.problem);
        return parsed;
      }
    } catch (const TreeRefused& refused) {
      parsed.problems.push_back(refused.problem());
      return parsed;
    }
    Node root = builder.TakeRoot();
    if (root.kind != Node::Kind::kNull) parsed.documents.push_back({std::move(root), false});
  }
}

// ---- any ------------------------------------------------------------------------------------

// The length of the UTF-8 sequence at the start of `text`, 0 if there is none (RFC 3629).
size_t SequenceLength(absl::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  const size_t length = lead >= 0xc2 && lead < 0xe0   ? 2
                        : (lead & 0xf0) == 0xe0       ? 3
                        : lead >= 0xf0 && lead < 0xf5 ? 4
                                                      : 0;
  if (length == 0 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  if (lead == 0xe0 && byte(1) < 0xa0) return 0;
  if (lead == 0xed && byte(1) >= 0xa0) return 0;  // surrogates
  if (lead == 0xf0 && byte(1) < 0x90) return 0;
  if (lead == 0xf4 && byte(1) >= 0x90) return 0;
  return length;
}

// The offset of the first byte that neither YAML nor JSON can hold; npos if there is none.
size_t FirstForbiddenByte(absl::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const unsigned char c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 && c != '\t' && c != '\n' && c != '\r') return i;
    const size_t length = SequenceLength(text.substr(i));
    if (length == 0) return i;
    i += length;
  }
  return absl::string_view::npos;
}

bool LooksLikeJson(absl::string_view text) {
  const absl::string_view content = absl::StripLeadingAsciiWhitespace(text);
  if (content.empty() || (content[0] != '{' && content[0] != '[')) return false;
  const absl::string_view inner = absl::StripLeadingAsciiWhitespace(content.substr(1));
  return inner.empty() || absl::string_view("\"{}[]").find(inner[0]) != absl::string_view::npos;
}

}  // namespace

const Node* Node::Find(absl::string_view wanted) const {
  if (kind != Kind::kMap) return nullptr;
  for (size_t i = 0; i < entry_count(); ++i) {
    if (key(i).kind == Kind::kScalar && key(i).text == wanted) return &value(i);
  }
  return nullptr;
}

ParsedText ParseDocuments(absl::string_view text) {
  if (absl::StartsWith(text, "\xef\xbb\xbf")) text.remove_prefix(3);
  const size_t forbidden = FirstForbiddenByte(text);
  if (forbidden != absl::string_view::npos) {
    ParsedText parsed;
    int32_t line = 0;
    int32_t column = 0;
    Lines(text).SetPlace(forbidden, &line, &column);
    parsed.problems.push_back(
        {line, column, "the byte here belongs to no text: save the file as UTF-8"});
    return parsed;
  }
  if (!LooksLikeJson(text)) return ParseYaml(text);
  ParsedText json = ParseJsonValues(text);
  if (json.problems.empty()) return json;
  // YAML's flow style looks the same but allows more.
  ParsedText yaml = ParseYaml(text);
  return yaml.problems.empty() ? yaml : json;
}

}  // namespace gw
