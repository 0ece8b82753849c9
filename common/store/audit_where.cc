#include "common/store/audit_where.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

#include "common/base/error_column.h"
#include "common/base/status_macros.h"
#include "common/policy/nearest_name.h"
#include "common/store/audit_where_fields.h"

namespace gw {
namespace {

using where::Context;
using where::Field;

std::vector<std::string> FieldNames() {
  std::vector<std::string> names;
  for (const Field& field : where::Fields()) names.emplace_back(field.name);
  return names;
}

std::string NoSuchField(absl::string_view name) {
  const std::vector<std::string> names = FieldNames();
  const auto nearest = NearestName(name, names);
  if (nearest) return absl::StrCat("`", name, "` is not a field: did you mean ", *nearest, "?");
  return absl::StrCat("`", name, "` is not a field: use one of ", absl::StrJoin(names, ", "));
}

constexpr std::pair<absl::string_view, AuditOperator> kOperators[] = {
    {"==", AuditOperator::kEqual},
    {"!=", AuditOperator::kNotEqual},
    {"<=", AuditOperator::kLessOrEqual},
    {">=", AuditOperator::kGreaterOrEqual},
    {"<", AuditOperator::kLess},
    {">", AuditOperator::kGreater},
    {"in", AuditOperator::kIn},
    {"not in", AuditOperator::kNotIn},
    {"contains", AuditOperator::kContains},
};
constexpr absl::string_view kSigns = "(){}=!<>,&|'\"";

// ---- parser -----------------------------------------------------------------------------------

bool IsBlank(char byte) { return absl::ascii_isspace(static_cast<unsigned char>(byte)); }

class Parser {
 public:
  Parser(absl::string_view text, const Context& context) : text_(text), context_(context) {}

  absl::StatusOr<AuditFilter> Parse(std::vector<AuditTerm>* terms) {
    GW_ASSIGN_OR_RETURN(AuditFilter filter, ParseAny(0, terms));
    if (!AtEnd()) return Error(position_, "expected `and`, `or` or the end");
    return filter;
  }

  bool IsEmpty() {
    SkipBlanks();
    return AtEnd();
  }

  // After Parse, however it ended.
  const AuditCursor& cursor() const { return cursor_; }

 private:
  using Expects = AuditCursor::Expects;

  // `terms` may be null: they are those of the whole.
  absl::StatusOr<AuditFilter> ParseAny(size_t depth, std::vector<AuditTerm>* terms) {
    SkipBlanks();
    const size_t begin = position_;
    std::vector<AuditFilter> parts;
    do {
      GW_ASSIGN_OR_RETURN(AuditFilter part, ParseAll(depth, terms));
      parts.push_back(std::move(part));
    } while (Take("||") || TakeWord("or"));
    if (parts.size() == 1) return std::move(parts.front());
    if (terms != nullptr) {
      const absl::string_view whole = text_.substr(begin, position_ - begin);
      *terms = {
          {false, std::nullopt, absl::StrCat("(", absl::StripTrailingAsciiWhitespace(whole), ")")}};
    }
    return AuditFilter::Any(std::move(parts));
  }

  absl::StatusOr<AuditFilter> ParseAll(size_t depth, std::vector<AuditTerm>* terms) {
    std::vector<AuditFilter> parts;
    do {
      AuditTerm term;
      GW_ASSIGN_OR_RETURN(AuditFilter part, ParseNot(depth, &term));
      parts.push_back(std::move(part));
      if (terms != nullptr) terms->push_back(std::move(term));
      SkipBlanks();
      if (position_ > 0 && IsBlank(text_[position_ - 1])) ReachedByWord(Expects::kJoin, "");
    } while (Take("&&") || TakeWord("and"));
    if (parts.size() == 1) return std::move(parts.front());
    return AuditFilter::All(std::move(parts));
  }

  absl::StatusOr<AuditFilter> ParseNot(size_t depth, AuditTerm* term) {
    SkipBlanks();
    if (depth > kAuditWhereDepthMax) {
      return Error(position_, absl::StrCat("nested deeper than ", kAuditWhereDepthMax));
    }
    ReachedByWord(Expects::kField, "");
    if (Take("!") || TakeWord("not")) {
      term->negated = !term->negated;
      GW_ASSIGN_OR_RETURN(AuditFilter part, ParseNot(depth + 1, term));
      return AuditFilter::Not(std::move(part));
    }
    const size_t begin = position_;
    if (Take("(")) {
      GW_ASSIGN_OR_RETURN(AuditFilter part, ParseAny(depth + 1, nullptr));
      if (!Take(")")) {
        return Error(position_, absl::StrCat("expected `)` for the `(` of column ", begin + 1));
      }
      term->text = std::string(text_.substr(begin, position_ - begin));
      return part;
    }
    return ParseComparison(term);
  }

  absl::StatusOr<AuditFilter> ParseComparison(AuditTerm* term) {
    const size_t begin = position_;
    const std::string name = Word();
    if (name.empty()) {
      return Error(begin, absl::StrCat("expected a field: ", absl::StrJoin(FieldNames(), ", ")));
    }
    const Field* const field = where::FindField(name);
    if (field == nullptr) return Error(begin, NoSuchField(name));
    AuditComparison comparison;
    comparison.field = where::WrittenName(*field, name);
    GW_RETURN_IF_ERROR(ParseOperatorAndValues(&comparison));
    GW_ASSIGN_OR_RETURN(AuditFilter filter, field->make(comparison, context_));
    const bool negated = comparison.Negated();
    term->comparison = std::move(comparison);
    return negated ? AuditFilter::Not(std::move(filter)) : std::move(filter);
  }

  absl::Status ParseOperatorAndValues(AuditComparison* comparison) {
    SkipBlanks();
    ReachedByOperator(comparison->field);
    comparison->op_column = position_ + 1;
    GW_RETURN_IF_ERROR(ParseOperator(comparison));
    if (comparison->op == AuditOperator::kIn || comparison->op == AuditOperator::kNotIn) {
      return ParseValues(comparison);
    }
    return ParseValue(comparison);
  }

  absl::Status ParseOperator(AuditComparison* comparison) {
    for (const auto& [text, op] : kOperators) {
      const bool is_sign = absl::StrContains(kSigns, text.front());
      if (!is_sign || !Take(text)) continue;
      comparison->op = op;
      return absl::OkStatus();
    }
    comparison->op = AuditOperator::kEqual;
    if (Take("=")) return absl::OkStatus();
    if (TakeWord("is")) {
      if (TakeWord("not")) comparison->op = AuditOperator::kNotEqual;
      return absl::OkStatus();
    }
    comparison->op = AuditOperator::kContains;
    if (TakeWord("contains")) return absl::OkStatus();
    comparison->op = TakeWord("not") ? AuditOperator::kNotIn : AuditOperator::kIn;
    if (TakeWord("in")) return absl::OkStatus();
    return Error(position_, "expected ==, !=, <, <=, >, >=, is, in, not in or contains");
  }

  // One value, or several in brackets, of which selectors have the curly ones.
  absl::Status ParseValues(AuditComparison* comparison) {
    const absl::string_view close = Take("(") ? ")" : Take("{") ? "}" : "";
    do {
      GW_RETURN_IF_ERROR(ParseValue(comparison));
    } while (!close.empty() && Take(","));
    if (Take(close)) return absl::OkStatus();
    return Error(position_, absl::StrCat("expected `,` or `", close, "`"));
  }

  absl::Status ParseValue(AuditComparison* comparison) {
    SkipBlanks();
    AuditOperand value;
    value.column = position_ + 1;
    ReachedByValue(comparison->field);
    const bool quoted = AtQuote();
    GW_ASSIGN_OR_RETURN(value.text, ParseText());
    if (!quoted && absl::StartsWith(text_.substr(position_), "(")) {
      if (absl::EqualsIgnoreCase(value.text, "set")) {
        value.kind = AuditOperand::Kind::kSet;
      } else if (absl::EqualsIgnoreCase(value.text, "selector")) {
        value.kind = AuditOperand::Kind::kSelector;
      } else {
        return Error(position_, "only set(NAME) and selector('...') have brackets");
      }
      (void)Take("(");
      GW_ASSIGN_OR_RETURN(value.text, ParseText());
      if (!Take(")")) return Error(position_, "expected `)`");
    }
    comparison->values.push_back(std::move(value));
    return absl::OkStatus();
  }

  absl::StatusOr<std::string> ParseText() {
    SkipBlanks();
    if (AtQuote()) return Quoted();
    std::string word = Word();
    if (word.empty()) return Error(position_, "expected a value");
    return word;
  }

  bool AtQuote() const { return !AtEnd() && (text_[position_] == '\'' || text_[position_] == '"'); }

  absl::StatusOr<std::string> Quoted() {
    const char quote = text_[position_];
    const size_t end = text_.find(quote, position_ + 1);
    if (end == absl::string_view::npos) return Error(position_, "unterminated string");
    std::string value(text_.substr(position_ + 1, end - position_ - 1));
    position_ = end + 1;
    return value;
  }

  // Up to a blank or what means something.
  std::string Word() {
    const size_t begin = position_;
    while (!AtEnd() && !IsBlank(text_[position_]) && !absl::StrContains(kSigns, text_[position_])) {
      ++position_;
    }
    return std::string(text_.substr(begin, position_ - begin));
  }

  bool Take(absl::string_view token) {
    SkipBlanks();
    if (!absl::StartsWith(text_.substr(position_), token)) return false;
    position_ += token.size();
    return true;
  }

  bool TakeWord(absl::string_view wanted) {
    SkipBlanks();
    const size_t begin = position_;
    if (absl::EqualsIgnoreCase(Word(), wanted)) return true;
    position_ = begin;
    return false;
  }

  // What is being written, if the text ends with the word that begins here.
  void ReachedByWord(Expects expects, absl::string_view field) {
    const size_t begin = position_;
    std::string word = Word();
    if (AtEnd()) cursor_ = {expects, begin, std::move(word), std::string(field)};
    position_ = begin;
  }

  // The same for an operator, of which `not in` is of two words.
  void ReachedByOperator(absl::string_view field) {
    if (!IsBlank(text_[position_ - 1])) return;
    const absl::string_view rest = text_.substr(position_);
    const bool begun = std::any_of(
        std::begin(kOperators), std::end(kOperators),
        [rest](const auto& name_and_op) { return absl::StartsWith(name_and_op.first, rest); });
    if (begun) cursor_ = {Expects::kOperator, position_, std::string(rest), std::string(field)};
  }

  // The same for a value, which may have a quote before it and none yet behind.
  void ReachedByValue(absl::string_view field) {
    if (!AtQuote()) return ReachedByWord(Expects::kValue, field);
    const absl::string_view rest = text_.substr(position_ + 1);
    if (absl::StrContains(rest, text_[position_])) return;
    cursor_ = {Expects::kValue, position_, std::string(rest), std::string(field)};
  }

  void SkipBlanks() {
    while (!AtEnd() && IsBlank(text_[position_])) ++position_;
  }
  bool AtEnd() const { return position_ == text_.size(); }
  static absl::Status Error(size_t position, absl::string_view message) {
    return ErrorAtColumn(position + 1, message);
  }

  absl::string_view text_;
  const Context& context_;
  size_t position_ = 0;
  AuditCursor cursor_;
};

// ---- text -------------------------------------------------------------------------------------

std::string QuotedIfNeeded(const std::string& text) {
  const bool plain = !text.empty() && std::none_of(text.begin(), text.end(), [](char byte) {
    return IsBlank(byte) || absl::StrContains(kSigns, byte);
  });
  if (plain) return text;
  const char* const quote = absl::StrContains(text, '\'') ? "\"" : "'";
  return absl::StrCat(quote, text, quote);
}

std::string OperandText(const AuditOperand& operand) {
  switch (operand.kind) {
    case AuditOperand::Kind::kPlain:
      break;
    case AuditOperand::Kind::kSet:
      return absl::StrCat("set(", QuotedIfNeeded(operand.text), ")");
    case AuditOperand::Kind::kSelector:
      return absl::StrCat("selector(", QuotedIfNeeded(operand.text), ")");
  }
  return QuotedIfNeeded(operand.text);
}

AuditFieldHelp HelpOf(const Field& field) {
  AuditFieldHelp help;
  help.name = field.name;
  help.meaning = field.meaning;
  help.choices = absl::StrSplit(field.choices, ' ', absl::SkipEmpty());
  help.summed = !std::holds_alternative<std::monostate>(field.values);
  help.contains = field.takes == where::Takes::kContains;
  help.ordered = field.takes == where::Takes::kOrder;
  return help;
}

}  // namespace

absl::StatusOr<AuditExpression> ParseAuditExpression(absl::string_view text, absl::Time now,
                                                     const AuditNames& names) {
  if (text.size() > kAuditWhereBytesMax) {
    return ErrorAtColumn(kAuditWhereBytesMax + 1,
                         absl::StrCat("longer than ", kAuditWhereBytesMax, " bytes"));
  }
  const Context context = {now, names};
  Parser parser(text, context);
  AuditExpression expression;
  if (parser.IsEmpty()) return expression;
  GW_ASSIGN_OR_RETURN(AuditFilter filter, parser.Parse(&expression.terms));
  expression.filter = std::make_shared<const AuditFilter>(std::move(filter));
  return expression;
}

absl::StatusOr<std::shared_ptr<const AuditFilter>> ParseAuditFilter(absl::string_view text,
                                                                    absl::Time now,
                                                                    const AuditNames& names) {
  GW_ASSIGN_OR_RETURN(AuditExpression expression, ParseAuditExpression(text, now, names));
  return std::move(expression.filter);
}

AuditComparison CompareAudit(std::string field, AuditOperator op, std::string value) {
  AuditComparison comparison;
  comparison.field = std::move(field);
  comparison.op = op;
  comparison.values.push_back({AuditOperand::Kind::kPlain, std::move(value), 0});
  return comparison;
}

absl::string_view AuditOperatorName(AuditOperator op) {
  for (const auto& [name, own] : kOperators) {
    if (own == op) return name;
  }
  return "";
}

std::string OperandText(const AuditComparison& comparison) {
  const bool list = comparison.op == AuditOperator::kIn || comparison.op == AuditOperator::kNotIn;
  const auto add = [](std::string* out, const AuditOperand& operand) {
    absl::StrAppend(out, OperandText(operand));
  };
  const std::string values = absl::StrJoin(comparison.values, ", ", add);
  return list ? absl::StrCat("(", values, ")") : values;
}

std::string ToString(const AuditComparison& comparison) {
  return absl::StrCat(comparison.field, " ", AuditOperatorName(comparison.op), " ",
                      OperandText(comparison));
}

std::string ToString(const AuditTerm& term) {
  return absl::StrCat(term.negated ? "not " : "",
                      term.comparison ? ToString(*term.comparison) : term.text);
}

AuditNames AnyAuditNames() {
  const auto no_networks = [](const std::string&) { return std::vector<Prefix>{Prefix()}; };
  return {no_networks, [](const std::string&) { return std::vector<std::string>(); }, no_networks};
}

std::vector<AuditFieldHelp> AuditFields() {
  std::vector<AuditFieldHelp> fields;
  for (const Field& field : where::Fields()) fields.push_back(HelpOf(field));
  return fields;
}

absl::StatusOr<AuditFieldHelp> FindAuditField(absl::string_view name) {
  const Field* const field = where::FindField(name);
  if (field == nullptr) return absl::InvalidArgumentError(NoSuchField(name));
  return HelpOf(*field);
}

absl::StatusOr<std::string> FindSummedAuditField(absl::string_view name) {
  GW_ASSIGN_OR_RETURN(const AuditFieldHelp field, FindAuditField(name));
  if (field.summed) return WrittenName(*where::FindField(name), name);
  std::vector<absl::string_view> others;
  for (const Field& other : where::Fields()) {
    if (HelpOf(other).summed) others.emplace_back(other.name);
  }
  return absl::InvalidArgumentError(
      absl::StrCat("`", field.name, "` has too many values to be summed up: use one of ",
                   absl::StrJoin(others, ", ")));
}

AuditCursor AuditCursorOf(absl::string_view text) {
  if (text.size() > kAuditWhereBytesMax) return {};
  const AuditNames names = AnyAuditNames();
  const Context context = {absl::UnixEpoch(), names};
  Parser parser(text, context);
  std::vector<AuditTerm> terms;
  (void)parser.Parse(&terms).status();
  return parser.cursor();
}

}  // namespace gw
