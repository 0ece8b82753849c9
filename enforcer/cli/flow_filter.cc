#include "enforcer/cli/flow_filter.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/base/error_column.h"
#include "common/base/status_macros.h"

namespace gw::cli {
namespace {

using Assign = absl::Status (*)(const std::string& value, FlowFilter* filter);

absl::Status SetVerdict(const std::string& value, FlowFilter* filter) {
  for (const Verdict verdict : {Verdict::kAllow, Verdict::kDeny, Verdict::kNone}) {
    if (absl::EqualsIgnoreCase(value, VerdictName(verdict))) {
      filter->query.conditions.push_back(AuditCondition::HasVerdict(verdict));
      return absl::OkStatus();
    }
  }
  return absl::InvalidArgumentError(
      absl::StrCat("`", value, "` is no verdict: use allow, deny or none"));
}

absl::Status SetSource(const std::string& value, FlowFilter* filter) {
  GW_ASSIGN_OR_RETURN(const Address address, ParseAddress(value));
  filter->query.conditions.push_back(AuditCondition::Source(Prefix::Of(address)));
  return absl::OkStatus();
}

absl::Status SetDestination(const std::string& value, FlowFilter* filter) {
  GW_ASSIGN_OR_RETURN(const Address address, ParseAddress(value));
  filter->query.conditions.push_back(AuditCondition::Destination(Prefix::Of(address)));
  return absl::OkStatus();
}

absl::Status SetProtocol(const std::string& value, FlowFilter* filter) {
  uint32_t number = 0;
  if (const auto named = ProtocolByName(value)) {
    filter->query.conditions.push_back(AuditCondition::Protocol(*named));
  } else if (absl::SimpleAtoi(value, &number) && number <= 255) {
    filter->query.conditions.push_back(AuditCondition::Protocol(static_cast<uint8_t>(number)));
  } else {
    return absl::InvalidArgumentError(
        absl::StrCat("`", value, "` is no protocol: use a name like tcp, or a number up to 255"));
  }
  return absl::OkStatus();
}

absl::Status SetDestinationPort(const std::string& value, FlowFilter* filter) {
  uint32_t number = 0;
  if (!absl::SimpleAtoi(value, &number) || number > 65535) {
    return absl::InvalidArgumentError(
        absl::StrCat("`", value, "` is no port: use a number up to 65535"));
  }
  filter->query.conditions.push_back(
      AuditCondition::DestinationPort(static_cast<uint16_t>(number)));
  return absl::OkStatus();
}

absl::Status SetIn(const std::string& value, FlowFilter* filter) {
  filter->in = value;
  filter->query.conditions.push_back(AuditCondition::Interface(value));
  return absl::OkStatus();
}

absl::Status SetOut(const std::string& value, FlowFilter* filter) {
  filter->out = value;
  filter->query.conditions.push_back(AuditCondition::Interface(value));
  return absl::OkStatus();
}

absl::Status SetInterface(const std::string& value, FlowFilter* filter) {
  filter->query.conditions.push_back(AuditCondition::Interface(value));
  return absl::OkStatus();
}

absl::Status SetEndpoint(const std::string& value, FlowFilter* filter) {
  filter->query.conditions.push_back(AuditCondition::Endpoint(value));
  return absl::OkStatus();
}

absl::Status SetRule(const std::string& value, FlowFilter* filter) {
  filter->query.conditions.push_back(AuditCondition::DecidedBy(value));
  return absl::OkStatus();
}

struct Field {
  const char* name;
  Assign assign;
};
constexpr Field kFields[] = {
    {"verdict", SetVerdict},
    {"action", SetVerdict},
    {"src", SetSource},
    {"dst", SetDestination},
    {"proto", SetProtocol},
    {"dport", SetDestinationPort},
    {"in", SetIn},
    {"out", SetOut},
    {"interface", SetInterface},
    {"endpoint", SetEndpoint},
    {"rule", SetRule},
};

std::string FieldNames() {
  std::string names;
  for (const Field& field : kFields) {
    absl::StrAppend(&names, names.empty() ? "" : ", ", field.name);
  }
  return names;
}

bool IsBlank(char byte) { return absl::ascii_isspace(static_cast<unsigned char>(byte)); }

class Parser {
 public:
  explicit Parser(absl::string_view text) : text_(text) {}

  absl::StatusOr<FlowFilter> Parse() {
    FlowFilter filter;
    SkipBlanks();
    if (AtEnd()) return filter;
    for (;;) {
      GW_RETURN_IF_ERROR(ParseComparison(&filter));
      SkipBlanks();
      if (AtEnd()) return filter;
      GW_RETURN_IF_ERROR(ParseAnd());
    }
  }

 private:
  absl::Status ParseComparison(FlowFilter* filter) {
    SkipBlanks();
    const size_t begin = position_;
    const std::string name = Word();
    if (name.empty()) return Error(begin, absl::StrCat("expected a field: ", FieldNames()));
    const auto* field = std::find_if(std::begin(kFields), std::end(kFields),
                                     [&name](const Field& one) { return name == one.name; });
    if (field == std::end(kFields)) {
      return Error(begin, absl::StrCat("unknown field `", name, "`: use one of ", FieldNames()));
    }
    if (!seen_.insert(field->assign).second) {
      return Error(begin, absl::StrCat("`", name, "` is compared twice"));
    }
    SkipBlanks();
    if (!absl::StartsWith(Rest(), "==")) return Error(position_, "expected `==`");
    position_ += 2;
    SkipBlanks();
    const size_t value_begin = position_;
    GW_ASSIGN_OR_RETURN(const std::string value, Value());
    const absl::Status status = field->assign(value, filter);
    return status.ok() ? status : Error(value_begin, status.message());
  }

  absl::Status ParseAnd() {
    const size_t begin = position_;
    if (absl::StartsWith(Rest(), "&&")) {
      position_ += 2;
      return absl::OkStatus();
    }
    if (absl::EqualsIgnoreCase(Word(), "and")) return absl::OkStatus();
    return Error(begin, "expected `and`");
  }

  absl::StatusOr<std::string> Value() {
    if (AtEnd()) return Error(position_, "expected a value");
    const char quote = text_[position_];
    if (quote != '\'' && quote != '"') {
      std::string value = Word();
      if (value.empty()) return Error(position_, "expected a value");
      return value;
    }
    const size_t end = text_.find(quote, position_ + 1);
    if (end == absl::string_view::npos) return Error(position_, "unterminated string");
    std::string value(text_.substr(position_ + 1, end - position_ - 1));
    position_ = end + 1;
    return value;
  }

  // Up to a blank or an operator.
  std::string Word() {
    const size_t begin = position_;
    while (!AtEnd() && !IsBlank(text_[position_]) &&
           absl::string_view("=&'\"").find(text_[position_]) == absl::string_view::npos) {
      ++position_;
    }
    return std::string(text_.substr(begin, position_ - begin));
  }

  void SkipBlanks() {
    while (!AtEnd() && IsBlank(text_[position_])) ++position_;
  }
  bool AtEnd() const { return position_ == text_.size(); }
  absl::string_view Rest() const { return text_.substr(position_); }
  static absl::Status Error(size_t position, absl::string_view message) {
    return ErrorAtColumn(position + 1, message);
  }

  absl::string_view text_;
  size_t position_ = 0;
  std::set<Assign> seen_;
};

}  // namespace

absl::StatusOr<FlowFilter> ParseFlowFilter(absl::string_view text) { return Parser(text).Parse(); }

}  // namespace gw::cli
