// The parser reads tokens from left to right and keeps its open parentheses on a stack of its own.
// Nodes are appended when they are complete, so every operand stands before the node that uses it
// and the nodes of one part are a contiguous run that ends with it: evaluating and printing are
// loops over that run.

#include "common/policy/selector.h"

#include <algorithm>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "common/base/error_column.h"
#include "common/base/status_macros.h"
#include "common/policy/limits.h"

namespace gw {
namespace {

// ---- tokens ---------------------------------------------------------------------------------

enum class TokenKind : uint8_t {
  kEnd,
  kOpen,      // (
  kClose,     // )
  kOpenSet,   // {
  kCloseSet,  // }
  kComma,
  kNot,  // !
  kAnd,
  kOr,
  kComparison,  // `op` says which
  kIdentifier,
  kLiteral,  // text without its quotes
  kHas,      // text is the key
  kAll,
  kGlobal,
  kInvalid,  // a byte that begins no token
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  SelectorOperator op = SelectorOperator::kAll;
  absl::string_view text;
  size_t begin = 0;
  size_t end = 0;
};

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

bool IsIdentifierByte(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' || c == '/' ||
         c == '-';
}

// The end of the run of bytes from `at` on for which `is` holds.
template <typename Is>
size_t RunEnd(absl::string_view text, size_t at, Is is) {
  while (at < text.size() && is(text[at])) ++at;
  return at;
}

absl::StatusOr<absl::string_view> CheckedKey(absl::string_view key, size_t begin) {
  if (key.size() <= kSelectorKeyLengthMax) return key;
  return ErrorAtColumn(begin + 1, absl::StrCat("label too long: ", key.size(), " bytes, at most ",
                                               kSelectorKeyLengthMax));
}

struct WordOperator {
  const char* first;
  const char* second;  // empty: one word
  SelectorOperator op;
};
constexpr WordOperator kWordOperators[] = {
    {"contains", "", SelectorOperator::kContains},
    {"starts", "with", SelectorOperator::kStartsWith},
    {"ends", "with", SelectorOperator::kEndsWith},
    {"not", "in", SelectorOperator::kNotIn},
    {"in", "", SelectorOperator::kIn},
};

// Splits a selector into tokens.
class Tokens {
 public:
  explicit Tokens(absl::string_view text) : text_(text) {}

  absl::StatusOr<Token> Next() {
    at_ = RunEnd(text_, at_, IsBlank);
    auto token = Read();
    if (token.ok()) {
      at_ = token->end;
      after_identifier_ = token->kind == TokenKind::kIdentifier;
    }
    return token;
  }

 private:
  absl::StatusOr<Token> Read() const {
    if (at_ == text_.size()) return Make(TokenKind::kEnd, 0);
    switch (text_[at_]) {
      case '(':
        return Make(TokenKind::kOpen, 1);
      case ')':
        return Make(TokenKind::kClose, 1);
      case '{':
        return Make(TokenKind::kOpenSet, 1);
      case '}':
        return Make(TokenKind::kCloseSet, 1);
      case ',':
        return Make(TokenKind::kComma, 1);
      case '"':
      case '\'':
        return ReadLiteral();
      case '=':
        if (StartsHere("==")) return Comparison(SelectorOperator::kEqual, at_ + 2);
        return ErrorAtColumn(at_ + 1, "expected ==: a comparison is written `key == 'value'`");
      case '!':
        if (StartsHere("!=")) return Comparison(SelectorOperator::kNotEqual, at_ + 2);
        return Make(TokenKind::kNot, 1);
      case '&':
        if (StartsHere("&&")) return Make(TokenKind::kAnd, 2);
        return ErrorAtColumn(at_ + 1, "expected &&: write `&&` for and");
      case '|':
        if (StartsHere("||")) return Make(TokenKind::kOr, 2);
        return ErrorAtColumn(at_ + 1, "expected ||: write `||` for or");
      default:
        return ReadWord();
    }
  }

  absl::StatusOr<Token> ReadLiteral() const {
    const char quote = text_[at_];
    const size_t close = text_.find(quote, at_ + 1);
    if (close == absl::string_view::npos) {
      return ErrorAtColumn(at_ + 1, absl::StrCat("unterminated string: close it with ",
                                                 absl::string_view(&quote, 1)));
    }
    Token token = Make(TokenKind::kLiteral, close + 1 - at_);
    token.text = text_.substr(at_ + 1, close - at_ - 1);
    return token;
  }

  absl::StatusOr<Token> ReadWord() const {
    if (after_identifier_) {
      for (const WordOperator& word : kWordOperators) {
        if (const size_t end = WordOperatorEnd(word); end > 0) return Comparison(word.op, end);
      }
    }
    if (StartsHere("has(")) return ReadHas();
    if (StartsHere("all(")) return ReadCall(TokenKind::kAll, "all(");
    if (StartsHere("global(")) return ReadCall(TokenKind::kGlobal, "global(");
    const size_t end = RunEnd(text_, at_, IsIdentifierByte);
    if (end == at_) return Make(TokenKind::kInvalid, 1);
    GW_RETURN_IF_ERROR(CheckedKey(text_.substr(at_, end - at_), at_).status());
    return Make(TokenKind::kIdentifier, end - at_);
  }

  absl::StatusOr<Token> ReadHas() const {
    const size_t begin = RunEnd(text_, at_ + 4, IsBlank);
    const size_t end = RunEnd(text_, begin, IsIdentifierByte);
    if (end == begin) {
      return ErrorAtColumn(begin + 1,
                           "expected identifier: write a label key without quotes, as in "
                           "`has(role)`");
    }
    GW_ASSIGN_OR_RETURN(const absl::string_view key,
                        CheckedKey(text_.substr(begin, end - begin), begin));
    const size_t close = RunEnd(text_, end, IsBlank);
    if (close == text_.size() || text_[close] != ')') {
      return ErrorAtColumn(close + 1, "expected ) after the label key of has(");
    }
    Token token = Make(TokenKind::kHas, close + 1 - at_);
    token.text = key;
    return token;
  }

  absl::StatusOr<Token> ReadCall(TokenKind kind, absl::string_view head) const {
    const size_t close = RunEnd(text_, at_ + head.size(), IsBlank);
    if (close == text_.size() || text_[close] != ')') {
      return ErrorAtColumn(close + 1, absl::StrCat("expected ): write `", head, ")`"));
    }
    return Make(kind, close + 1 - at_);
  }

  // Where the operator that begins here ends; 0 if another thing begins here.
  size_t WordOperatorEnd(const WordOperator& word) const {
    if (!StartsHere(word.first)) return 0;
    size_t end = at_ + absl::string_view(word.first).size();
    if (const absl::string_view second = word.second; !second.empty()) {
      end = RunEnd(text_, end, IsBlank);
      if (!absl::StartsWith(text_.substr(end), second)) return 0;
      end += second.size();
    }
    if (end < text_.size() && IsIdentifierByte(text_[end])) return 0;
    return end;
  }

  bool StartsHere(absl::string_view word) const {
    return absl::StartsWith(text_.substr(at_), word);
  }
  Token Make(TokenKind kind, size_t size) const {
    return {kind, SelectorOperator::kAll, text_.substr(at_, size), at_, at_ + size};
  }
  Token Comparison(SelectorOperator op, size_t end) const {
    Token token = Make(TokenKind::kComparison, end - at_);
    token.op = op;
    return token;
  }

  absl::string_view text_;
  size_t at_ = 0;
  bool after_identifier_ = false;
};

std::string Describe(const Token& token) {
  switch (token.kind) {
    case TokenKind::kEnd:
      return "the end";
    case TokenKind::kLiteral:
      return absl::StrCat("the string `", token.text, "`");
    case TokenKind::kInvalid:
      break;
    default:
      return absl::StrCat("`", token.text, "`");
  }
  const auto byte = static_cast<unsigned char>(token.text[0]);
  if (byte == '\n' || byte == '\r') return "a line break (a selector is one line)";
  if (absl::ascii_isprint(byte)) return absl::StrCat("`", token.text, "`");
  return absl::StrFormat("the byte 0x%02x", byte);
}

// "expected WHAT, found TOKEN".
absl::Status Expected(absl::string_view what, const Token& token, absl::string_view remedy = "") {
  return ErrorAtColumn(token.begin + 1, absl::StrCat("expected ", what, ", found ", Describe(token),
                                                     remedy.empty() ? "" : ": ", remedy));
}

absl::Status ExpectedOperator(const Token& key, const Token& found) {
  const bool is_call = key.text == "has" || key.text == "all" || key.text == "global";
  if (is_call && found.kind == TokenKind::kOpen) {
    return ErrorAtColumn(found.begin + 1, absl::StrCat("expected an operator: to call `", key.text,
                                                       "(`, write it without the blank"));
  }
  const std::string lower = absl::AsciiStrToLower(found.text);
  for (const WordOperator& word : kWordOperators) {
    if (found.kind == TokenKind::kIdentifier && lower != found.text && lower == word.first) {
      return Expected("an operator", found, absl::StrCat("operators are lower case"));
    }
  }
  return Expected(absl::StrCat("an operator after `", key.text, "`"), found,
                  "write ==, !=, in, not in, contains, starts with or ends with; `has(key)` asks "
                  "whether the label is there");
}

absl::Status ExpectedConnective(const Token& found) {
  absl::string_view remedy;
  if (absl::EqualsIgnoreCase(found.text, "and")) remedy = "write `&&` for and";
  if (absl::EqualsIgnoreCase(found.text, "or")) remedy = "write `||` for or";
  return Expected("&& or ||", found, remedy);
}

// ---- parser ---------------------------------------------------------------------------------

class SelectorParser {
 public:
  explicit SelectorParser(absl::string_view text) : tokens_(text) {}

  absl::StatusOr<std::vector<SelectorNode>> Parse() {
    GW_RETURN_IF_ERROR(Advance());
    if (token_.kind == TokenKind::kEnd) return std::vector<SelectorNode>(1);
    groups_.emplace_back();
    while (true) {
      GW_RETURN_IF_ERROR(ParseOperand());
      GW_RETURN_IF_ERROR(CloseGroups());
      if (token_.kind == TokenKind::kEnd) break;
      GW_RETURN_IF_ERROR(ParseConnective());
    }
    if (groups_.size() > 1) {
      return Expected(")", token_,
                      absl::StrCat("the ( at column ", groups_.back().open + 1, " is not closed"));
    }
    GW_RETURN_IF_ERROR(FinishGroup().status());
    return std::move(nodes_);
  }

 private:
  // What stands between a ( and its ), or the whole.
  struct Group {
    std::vector<uint32_t> and_operands;  // since the last ||
    std::vector<uint32_t> or_operands;
    bool negated = false;  // an odd number of ! stands before the (
    size_t begin = 0;      // of the first such !, or of the (
    size_t open = 0;       // of the (
  };

  absl::Status Advance() {
    GW_ASSIGN_OR_RETURN(token_, tokens_.Next());
    return absl::OkStatus();
  }

  // Reads up to the end of one comparison or call, opening groups on the way.
  absl::Status ParseOperand() {
    while (true) {
      const size_t begin = token_.begin;
      bool negated = false;
      while (token_.kind == TokenKind::kNot) {
        negated = !negated;
        GW_RETURN_IF_ERROR(Advance());
      }
      if (token_.kind != TokenKind::kOpen) return ParsePrimary(begin, negated);
      if (groups_.size() > kSelectorDepthMax) return TooDeep(token_.begin);
      Group& group = groups_.emplace_back();
      group.negated = negated;
      group.begin = begin;
      group.open = token_.begin;
      GW_RETURN_IF_ERROR(Advance());
    }
  }

  absl::Status ParsePrimary(size_t begin, bool negated) {
    SelectorNode node;
    node.begin = static_cast<uint32_t>(token_.begin);
    switch (token_.kind) {
      case TokenKind::kHas:
        node.op = SelectorOperator::kHas;
        node.key = std::string(token_.text);
        break;
      case TokenKind::kAll:
        node.op = SelectorOperator::kAll;
        break;
      case TokenKind::kGlobal:
        node.op = SelectorOperator::kGlobal;
        break;
      case TokenKind::kIdentifier:
        GW_RETURN_IF_ERROR(ParseComparison(node));
        break;
      case TokenKind::kLiteral:
        return Expected("identifier", token_, "the label key comes first and has no quotes");
      case TokenKind::kInvalid:
        return Expected("identifier", token_, "label keys have letters, digits and _ . / - only");
      default:
        return Expected("identifier", token_, "a comparison is written `key == 'value'`");
    }
    node.end = static_cast<uint32_t>(token_.end);
    GW_RETURN_IF_ERROR(Advance());
    AddOperand(Append(std::move(node)), begin, negated);
    return absl::OkStatus();
  }

  // From the key to the last token of the comparison.
  absl::Status ParseComparison(SelectorNode& node) {
    const Token key = token_;
    node.key = std::string(key.text);
    GW_RETURN_IF_ERROR(Advance());
    if (token_.kind != TokenKind::kComparison) return ExpectedOperator(key, token_);
    node.op = token_.op;
    GW_RETURN_IF_ERROR(Advance());
    if (node.op == SelectorOperator::kIn || node.op == SelectorOperator::kNotIn) {
      return ParseSet(node);
    }
    if (token_.kind != TokenKind::kLiteral) return ExpectedString();
    node.values.emplace_back(token_.text);
    return absl::OkStatus();
  }

  // From { to }.
  absl::Status ParseSet(SelectorNode& node) {
    if (token_.kind != TokenKind::kOpenSet) {
      return Expected("{", token_, "a set is written `{'a', 'b'}`");
    }
    GW_RETURN_IF_ERROR(Advance());
    while (token_.kind != TokenKind::kCloseSet) {
      if (token_.kind != TokenKind::kLiteral) return ExpectedString();
      node.values.emplace_back(token_.text);
      GW_RETURN_IF_ERROR(Advance());
      if (token_.kind == TokenKind::kCloseSet) break;
      if (token_.kind != TokenKind::kComma) return Expected(", or }", token_);
      GW_RETURN_IF_ERROR(Advance());
    }
    std::sort(node.values.begin(), node.values.end());
    node.values.erase(std::unique(node.values.begin(), node.values.end()), node.values.end());
    return absl::OkStatus();
  }

  absl::Status ExpectedString() const {
    if (token_.kind != TokenKind::kIdentifier) return Expected("a string in quotes", token_);
    return Expected("a string", token_, absl::StrCat("write it in quotes: '", token_.text, "'"));
  }

  // Reads every ) that stands here.
  absl::Status CloseGroups() {
    while (token_.kind == TokenKind::kClose) {
      if (groups_.size() == 1) {
        return ErrorAtColumn(token_.begin + 1, "unexpected ): there is no ( that it closes");
      }
      GW_ASSIGN_OR_RETURN(const uint32_t node, FinishGroup());
      nodes_[node].begin = static_cast<uint32_t>(groups_.back().open);
      nodes_[node].end = static_cast<uint32_t>(token_.end);
      const size_t begin = groups_.back().begin;
      const bool negated = groups_.back().negated;
      groups_.pop_back();
      AddOperand(node, begin, negated);
      GW_RETURN_IF_ERROR(Advance());
    }
    return absl::OkStatus();
  }

  absl::Status ParseConnective() {
    if (token_.kind == TokenKind::kOr) {
      GW_RETURN_IF_ERROR(FinishAnd());
    } else if (token_.kind != TokenKind::kAnd) {
      return ExpectedConnective(token_);
    }
    return Advance();
  }

  absl::Status FinishAnd() {
    Group& group = groups_.back();
    GW_ASSIGN_OR_RETURN(const uint32_t node,
                        Combine(SelectorOperator::kAnd, std::move(group.and_operands)));
    group.and_operands.clear();
    group.or_operands.push_back(node);
    return absl::OkStatus();
  }

  // The node of the innermost group.
  absl::StatusOr<uint32_t> FinishGroup() {
    GW_RETURN_IF_ERROR(FinishAnd());
    return Combine(SelectorOperator::kOr, std::move(groups_.back().or_operands));
  }

  // One operand stands for itself. The canonical text has parentheses around every && and ||, so
  // these count as levels even where the written text has none.
  absl::StatusOr<uint32_t> Combine(SelectorOperator op, std::vector<uint32_t> operands) {
    if (operands.size() == 1) return operands[0];
    SelectorNode node;
    node.op = op;
    node.begin = nodes_[operands.front()].begin;
    node.end = nodes_[operands.back()].end;
    uint32_t level = 0;
    for (const uint32_t operand : operands) level = std::max(level, levels_[operand]);
    if (level == kSelectorDepthMax) return TooDeep(node.begin);
    node.operands = std::move(operands);
    return Append(std::move(node), level + 1);
  }

  void AddOperand(uint32_t operand, size_t begin, bool negated) {
    groups_.back().and_operands.push_back(negated ? Negate(operand, begin) : operand);
  }

  // REQUIRES: `operand` is the last node. The opposite of `!x` is `x`.
  uint32_t Negate(uint32_t operand, size_t begin) {
    const uint32_t end = nodes_[operand].end;
    if (nodes_[operand].op == SelectorOperator::kNot) {
      nodes_.pop_back();
      levels_.pop_back();
      nodes_.back().begin = static_cast<uint32_t>(begin);
      nodes_.back().end = end;
      return operand - 1;
    }
    SelectorNode node;
    node.op = SelectorOperator::kNot;
    node.begin = static_cast<uint32_t>(begin);
    node.end = end;
    node.operands = {operand};
    return Append(std::move(node), levels_[operand]);
  }

  uint32_t Append(SelectorNode node, uint32_t level = 0) {
    nodes_.push_back(std::move(node));
    levels_.push_back(level);
    return static_cast<uint32_t>(nodes_.size() - 1);
  }

  static absl::Status TooDeep(size_t begin) {
    return ErrorAtColumn(begin + 1, absl::StrCat("more than ", kSelectorDepthMax,
                                                 " levels of parentheses: write it flatter"));
  }

  Tokens tokens_;
  Token token_;
  std::vector<Group> groups_;
  std::vector<SelectorNode> nodes_;
  std::vector<uint32_t> levels_;  // of && and || within each node
};

// ---- printing and matching ------------------------------------------------------------------

std::string Quoted(const std::string& value) {
  const char* quote = value.find('"') == std::string::npos ? "\"" : "'";
  return absl::StrCat(quote, value, quote);
}

std::string QuotedSet(const std::vector<std::string>& values) {
  return absl::StrCat("{",
                      absl::StrJoin(values, ", ",
                                    [](std::string* out, const std::string& value) {
                                      absl::StrAppend(out, Quoted(value));
                                    }),
                      "}");
}

const std::string& ValueOf(const SelectorNode& node) { return node.values[0]; }

std::string LeafText(const SelectorNode& node) {
  switch (node.op) {
    case SelectorOperator::kGlobal:
      return "global()";
    case SelectorOperator::kHas:
      return absl::StrCat("has(", node.key, ")");
    case SelectorOperator::kEqual:
      return absl::StrCat(node.key, " == ", Quoted(ValueOf(node)));
    case SelectorOperator::kNotEqual:
      return absl::StrCat(node.key, " != ", Quoted(ValueOf(node)));
    case SelectorOperator::kIn:
      return absl::StrCat(node.key, " in ", QuotedSet(node.values));
    case SelectorOperator::kNotIn:
      return absl::StrCat(node.key, " not in ", QuotedSet(node.values));
    case SelectorOperator::kContains:
      return absl::StrCat(node.key, " contains ", Quoted(ValueOf(node)));
    case SelectorOperator::kStartsWith:
      return absl::StrCat(node.key, " starts with ", Quoted(ValueOf(node)));
    case SelectorOperator::kEndsWith:
      return absl::StrCat(node.key, " ends with ", Quoted(ValueOf(node)));
    default:
      return "all()";
  }
}

// A label that is absent matches exactly the negative comparisons.
bool AbsentMatches(SelectorOperator op) {
  return op == SelectorOperator::kNotEqual || op == SelectorOperator::kNotIn;
}

bool ValueMatches(const SelectorNode& node, const std::string& value) {
  switch (node.op) {
    case SelectorOperator::kEqual:
      return value == ValueOf(node);
    case SelectorOperator::kNotEqual:
      return value != ValueOf(node);
    case SelectorOperator::kIn:
      return std::binary_search(node.values.begin(), node.values.end(), value);
    case SelectorOperator::kNotIn:
      return !std::binary_search(node.values.begin(), node.values.end(), value);
    case SelectorOperator::kContains:
      return absl::StrContains(value, ValueOf(node));
    case SelectorOperator::kStartsWith:
      return absl::StartsWith(value, ValueOf(node));
    case SelectorOperator::kEndsWith:
      return absl::EndsWith(value, ValueOf(node));
    default:
      return true;  // has(key)
  }
}

bool LeafMatches(const SelectorNode& node, const Labels& labels) {
  if (node.op == SelectorOperator::kAll || node.op == SelectorOperator::kGlobal) return true;
  const auto label = labels.find(node.key);
  return label == labels.end() ? AbsentMatches(node.op) : ValueMatches(node, label->second);
}

// The first node of the run that `node` ends.
size_t FirstOf(const std::vector<SelectorNode>& nodes, size_t node) {
  while (!nodes[node].operands.empty()) node = nodes[node].operands.front();
  return node;
}

// all(), shared by every selector that is that.
const std::shared_ptr<const std::vector<SelectorNode>>& AllNode() {
  static const auto* const kAllNode = new std::shared_ptr<const std::vector<SelectorNode>>(
      std::make_shared<const std::vector<SelectorNode>>(1));
  return *kAllNode;
}

}  // namespace

Selector::Selector() : nodes_(AllNode()) {}

Selector::Selector(std::vector<SelectorNode> nodes)
    : nodes_(std::make_shared<const std::vector<SelectorNode>>(std::move(nodes))) {}

absl::StatusOr<Selector> Selector::Parse(absl::string_view text) {
  if (text.size() > kInputFileBytesMax) {
    return ErrorAtColumn(kInputFileBytesMax + 1,
                         absl::StrCat("more than ", kInputFileBytesMax, " bytes of selector"));
  }
  GW_ASSIGN_OR_RETURN(std::vector<SelectorNode> nodes, SelectorParser(text).Parse());
  return Selector(std::move(nodes));
}

bool Selector::Matches(const Labels& labels) const {
  return NodeMatches(nodes_->size() - 1, labels);
}

std::string Selector::Canonical() const { return NodeCanonical(nodes_->size() - 1); }

bool Selector::MentionsGlobal() const {
  return std::any_of(nodes_->begin(), nodes_->end(),
                     [](const SelectorNode& node) { return node.op == SelectorOperator::kGlobal; });
}

bool Selector::NodeMatches(size_t node, const Labels& labels) const {
  const size_t first = FirstOf(*nodes_, node);
  absl::InlinedVector<bool, 64> matches(node + 1 - first);
  const auto operand_matches = [&matches, first](uint32_t operand) {
    return matches[operand - first];
  };
  for (size_t i = first; i <= node; ++i) {
    const SelectorNode& part = (*nodes_)[i];
    const std::vector<uint32_t>& operands = part.operands;
    switch (part.op) {
      case SelectorOperator::kNot:
        matches[i - first] = !operand_matches(operands[0]);
        break;
      case SelectorOperator::kAnd:
        matches[i - first] = std::all_of(operands.begin(), operands.end(), operand_matches);
        break;
      case SelectorOperator::kOr:
        matches[i - first] = std::any_of(operands.begin(), operands.end(), operand_matches);
        break;
      default:
        matches[i - first] = LeafMatches(part, labels);
    }
  }
  return matches.back();
}

std::string Selector::NodeCanonical(size_t node) const {
  const size_t first = FirstOf(*nodes_, node);
  std::vector<std::string> texts(node + 1 - first);
  for (size_t i = first; i <= node; ++i) {
    const SelectorNode& part = (*nodes_)[i];
    std::string& text = texts[i - first];
    switch (part.op) {
      case SelectorOperator::kNot:
        text = absl::StrCat("!", texts[part.operands[0] - first]);
        break;
      case SelectorOperator::kAnd:
      case SelectorOperator::kOr: {
        const char* separator = part.op == SelectorOperator::kAnd ? " && " : " || ";
        text = absl::StrCat("(",
                            absl::StrJoin(part.operands, separator,
                                          [&texts, first](std::string* out, uint32_t operand) {
                                            out->append(texts[operand - first]);
                                          }),
                            ")");
        break;
      }
      default:
        text = LeafText(part);
    }
    // A text is part of the texts around it from here on; keep one copy of each byte only.
    for (const uint32_t operand : part.operands) std::string().swap(texts[operand - first]);
  }
  return std::move(texts.back());
}

}  // namespace gw
