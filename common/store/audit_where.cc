#include "common/store/audit_where.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/base/error_column.h"
#include "common/base/status_macros.h"
#include "common/store/audit_where_fields.h"

namespace gw {
namespace {

using where::Comparison;
using where::Context;
using where::Field;
using where::Operator;
using where::Value;

std::string FieldNames() {
  std::string names;
  for (const Field& field : where::Fields())
    absl::StrAppend(&names, names.empty() ? "" : ", ", field.name);
  return names;
}

// ---- parser -----------------------------------------------------------------------------------

bool IsBlank(char byte) { return absl::ascii_isspace(static_cast<unsigned char>(byte)); }

class Parser {
 public:
  Parser(absl::string_view text, const Context& context) : text_(text), context_(context) {}

  absl::StatusOr<AuditFilter> Parse() {
    GW_ASSIGN_OR_RETURN(AuditFilter filter, ParseAny(0));
    if (!AtEnd()) return Error(position_, "expected `and`, `or` or the end");
    return filter;
  }

  bool IsEmpty() {
    SkipBlanks();
    return AtEnd();
  }

 private:
  absl::StatusOr<AuditFilter> ParseAny(size_t depth) {
    std::vector<AuditFilter> parts;
    do {
      GW_ASSIGN_OR_RETURN(AuditFilter part, ParseAll(depth));
      parts.push_back(std::move(part));
    } while (Take("||") || TakeWord("or"));
    if (parts.size() == 1) return std::move(parts.front());
    return AuditFilter::Any(std::move(parts));
  }

  absl::StatusOr<AuditFilter> ParseAll(size_t depth) {
    std::vector<AuditFilter> parts;
    do {
      GW_ASSIGN_OR_RETURN(AuditFilter part, ParseNot(depth));
      parts.push_back(std::move(part));
    } while (Take("&&") || TakeWord("and"));
    if (parts.size() == 1) return std::move(parts.front());
    return AuditFilter::All(std::move(parts));
  }

  absl::StatusOr<AuditFilter> ParseNot(size_t depth) {
    SkipBlanks();
    if (depth > kAuditWhereDepthMax) {
      return Error(position_, absl::StrCat("nested deeper than ", kAuditWhereDepthMax));
    }
    if (Take("!") || TakeWord("not")) {
      GW_ASSIGN_OR_RETURN(AuditFilter part, ParseNot(depth + 1));
      return AuditFilter::Not(std::move(part));
    }
    const size_t begin = position_;
    if (Take("(")) {
      GW_ASSIGN_OR_RETURN(AuditFilter part, ParseAny(depth + 1));
      if (!Take(")")) {
        return Error(position_, absl::StrCat("expected `)` for the `(` of column ", begin + 1));
      }
      return part;
    }
    return ParseComparison();
  }

  absl::StatusOr<AuditFilter> ParseComparison() {
    const size_t begin = position_;
    const std::string name = Word();
    const absl::Span<const Field> fields = where::Fields();
    const auto field = std::find_if(fields.begin(), fields.end(), [&](const Field& one) {
      return absl::EqualsIgnoreCase(name, one.name);
    });
    if (name.empty()) return Error(begin, absl::StrCat("expected a field: ", FieldNames()));
    if (field == fields.end()) {
      return Error(begin, absl::StrCat("unknown field `", name, "`: use one of ", FieldNames()));
    }
    GW_ASSIGN_OR_RETURN(const Comparison comparison, ParseOperatorAndValues());
    GW_ASSIGN_OR_RETURN(AuditFilter filter, field->make(comparison, context_));
    return comparison.Negated() ? AuditFilter::Not(std::move(filter)) : std::move(filter);
  }

  absl::StatusOr<Comparison> ParseOperatorAndValues() {
    Comparison comparison;
    SkipBlanks();
    comparison.op_column = position_ + 1;
    static constexpr std::pair<absl::string_view, Operator> kOperators[] = {
        {"==", Operator::kEqual},       {"!=", Operator::kNotEqual},
        {"<=", Operator::kLessOrEqual}, {">=", Operator::kGreaterOrEqual},
        {"<", Operator::kLess},         {">", Operator::kGreater},
        {"=", Operator::kEqual},
    };
    for (const auto& [text, op] : kOperators) {
      if (!Take(text)) continue;
      comparison.op = op;
      GW_ASSIGN_OR_RETURN(Value value, ParseValue());
      comparison.values.push_back(std::move(value));
      return comparison;
    }
    if (TakeWord("is")) {
      comparison.op = TakeWord("not") ? Operator::kNotEqual : Operator::kEqual;
      GW_ASSIGN_OR_RETURN(Value value, ParseValue());
      comparison.values.push_back(std::move(value));
      return comparison;
    }
    if (TakeWord("contains")) {
      comparison.op = Operator::kContains;
      GW_ASSIGN_OR_RETURN(Value value, ParseValue());
      comparison.values.push_back(std::move(value));
      return comparison;
    }
    const bool negated = TakeWord("not");
    if (!TakeWord("in")) {
      return Error(position_, "expected ==, !=, <, <=, >, >=, is, in, not in or contains");
    }
    comparison.op = negated ? Operator::kNotIn : Operator::kIn;
    GW_RETURN_IF_ERROR(ParseValues(&comparison.values));
    return comparison;
  }

  // One value, or several in brackets, of which selectors have the curly ones.
  absl::Status ParseValues(std::vector<Value>* values) {
    const absl::string_view close = Take("(") ? ")" : Take("{") ? "}" : "";
    do {
      GW_ASSIGN_OR_RETURN(Value value, ParseValue());
      values->push_back(std::move(value));
    } while (!close.empty() && Take(","));
    if (Take(close)) return absl::OkStatus();
    return Error(position_, absl::StrCat("expected `,` or `", close, "`"));
  }

  absl::StatusOr<Value> ParseValue() {
    SkipBlanks();
    Value value;
    value.column = position_ + 1;
    const bool quoted = AtQuote();
    GW_ASSIGN_OR_RETURN(value.text, ParseText());
    if (quoted || !absl::StartsWith(text_.substr(position_), "(")) return value;
    if (absl::EqualsIgnoreCase(value.text, "set")) {
      value.kind = Value::Kind::kSet;
    } else if (absl::EqualsIgnoreCase(value.text, "selector")) {
      value.kind = Value::Kind::kSelector;
    } else {
      return Error(position_, "only set(NAME) and selector('...') have brackets");
    }
    (void)Take("(");
    GW_ASSIGN_OR_RETURN(value.text, ParseText());
    if (!Take(")")) return Error(position_, "expected `)`");
    return value;
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
    while (!AtEnd() && !IsBlank(text_[position_]) &&
           absl::string_view("(){}=!<>,&|'\"").find(text_[position_]) == absl::string_view::npos) {
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
};

}  // namespace

absl::StatusOr<std::shared_ptr<const AuditFilter>> ParseAuditFilter(absl::string_view text,
                                                                    absl::Time now,
                                                                    const AuditNames& names) {
  if (text.size() > kAuditWhereBytesMax) {
    return ErrorAtColumn(kAuditWhereBytesMax + 1,
                         absl::StrCat("longer than ", kAuditWhereBytesMax, " bytes"));
  }
  const Context context = {now, names};
  Parser parser(text, context);
  if (parser.IsEmpty()) return std::shared_ptr<const AuditFilter>();
  GW_ASSIGN_OR_RETURN(AuditFilter filter, parser.Parse());
  return std::make_shared<const AuditFilter>(std::move(filter));
}

std::vector<AuditFieldHelp> AuditFields() {
  std::vector<AuditFieldHelp> fields;
  for (const Field& field : where::Fields()) fields.push_back({field.name, field.meaning});
  return fields;
}

}  // namespace gw
