#include "admin-gui/session/flow_query_reader.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/base/error_column.h"
#include "common/base/status_macros.h"

namespace gw::gui {
namespace {

constexpr absl::string_view kSigns = "=!{},'\"&";

bool IsBlank(char byte) { return absl::ascii_isspace(static_cast<unsigned char>(byte)); }

class Reader {
 public:
  explicit Reader(absl::string_view text) : text_(text) {}

  absl::StatusOr<std::vector<WrittenTerm>> Read() {
    std::vector<WrittenTerm> terms;
    SkipBlanks();
    while (!AtEnd()) {
      GW_ASSIGN_OR_RETURN(WrittenTerm term, ReadTerm());
      terms.push_back(std::move(term));
      SkipBlanks();
      if (AtEnd()) break;
      if (!Take("&&") && !TakeWord("and")) return Error(position_, "“and” is missing here.");
      SkipBlanks();
      if (AtEnd()) return Error(position_, "a term is missing after “and”.");
    }
    return terms;
  }

 private:
  absl::StatusOr<WrittenTerm> ReadTerm() {
    WrittenTerm term;
    term.field_column = position_ + 1;
    term.field = Word();
    if (term.field.empty()) return Error(position_, "a field is missing, such as src or dport.");
    SkipBlanks();
    term.operator_column = position_ + 1;
    GW_ASSIGN_OR_RETURN(term.op, Operator());
    SkipBlanks();
    if (term.op == FlowOperator::kIn || term.op == FlowOperator::kNotIn) {
      GW_RETURN_IF_ERROR(ReadList(&term));
    } else {
      GW_RETURN_IF_ERROR(ReadOne(&term));
    }
    return term;
  }

  absl::StatusOr<FlowOperator> Operator() {
    if (Take("==") || Take("=")) return FlowOperator::kIs;
    if (Take("!=")) return FlowOperator::kIsNot;
    if (TakeWord("contains")) return FlowOperator::kContains;
    if (TakeWord("in")) return FlowOperator::kIn;
    if (TakeWord("is")) {
      SkipBlanks();
      return TakeWord("not") ? FlowOperator::kIsNot : FlowOperator::kIs;
    }
    if (TakeWord("not")) {
      SkipBlanks();
      if (TakeWord("in")) return FlowOperator::kNotIn;
      return Error(position_, "“in” is missing after “not”.");
    }
    return Error(position_, "an operator is missing, such as == or in.");
  }

  absl::Status ReadOne(WrittenTerm* term) {
    const size_t begin = position_;
    GW_ASSIGN_OR_RETURN(std::string value, Value());
    term->values.emplace_back(std::move(value), begin + 1);
    return absl::OkStatus();
  }

  absl::Status ReadList(WrittenTerm* term) {
    if (!Take("{")) return Error(position_, "a list starts with “{”.");
    do {
      SkipBlanks();
      GW_RETURN_IF_ERROR(ReadOne(term));
      SkipBlanks();
    } while (Take(","));
    return Take("}") ? absl::OkStatus() : Error(position_, "the list has no closing “}”.");
  }

  absl::StatusOr<std::string> Value() {
    if (AtEnd()) return Error(position_, "a value is missing.");
    const char quote = text_[position_];
    if (quote != '\'' && quote != '"') {
      std::string word = Word();
      if (word.empty()) return Error(position_, "a value is missing.");
      return word;
    }
    const size_t end = text_.find(quote, position_ + 1);
    if (end == absl::string_view::npos) {
      return Error(position_, "the text that starts here has no closing quote.");
    }
    std::string value(text_.substr(position_ + 1, end - position_ - 1));
    position_ = end + 1;
    return value;
  }

  std::string Word() {
    const size_t begin = position_;
    while (!AtEnd() && !IsBlank(text_[position_]) && !absl::StrContains(kSigns, text_[position_])) {
      ++position_;
    }
    return std::string(text_.substr(begin, position_ - begin));
  }

  bool Take(absl::string_view sign) {
    if (!absl::StartsWith(text_.substr(position_), sign)) return false;
    position_ += sign.size();
    return true;
  }

  bool TakeWord(absl::string_view word) {
    const size_t begin = position_;
    if (absl::EqualsIgnoreCase(Word(), word)) return true;
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
  size_t position_ = 0;
};

}  // namespace

absl::StatusOr<std::vector<WrittenTerm>> ReadTerms(absl::string_view text) {
  return Reader(text).Read();
}

std::string QuotedIfNeeded(const std::string& value) {
  bool plain = !value.empty();
  for (const char byte : value) {
    plain = plain && !IsBlank(byte) && !absl::StrContains(kSigns, byte);
  }
  if (plain) return value;
  const char quote = absl::StrContains(value, '\'') ? '"' : '\'';
  return absl::StrCat(std::string(1, quote), value, std::string(1, quote));
}

}  // namespace gw::gui
