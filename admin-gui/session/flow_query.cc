#include "admin-gui/session/flow_query.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"

#include "admin-gui/session/flow_query_reader.h"
#include "common/base/error_column.h"
#include "common/base/status_macros.h"
#include "common/policy/nearest_name.h"

namespace gw::gui {
namespace {

struct FieldWords {
  FlowField field;
  absl::string_view name;
  absl::string_view meaning;
};
constexpr std::array kFields = {
    FieldWords{FlowField::kAction, "action", "allow, deny or none"},
    FieldWords{FlowField::kSource, "src", "source address, network or name"},
    FieldWords{FlowField::kDestination, "dst", "destination address, network or name"},
    FieldWords{FlowField::kSourcePort, "sport", "source port"},
    FieldWords{FlowField::kDestinationPort, "dport", "destination port"},
    FieldWords{FlowField::kProtocol, "proto", "tcp, udp, icmp or a number"},
    FieldWords{FlowField::kIn, "in", "interface it arrives by"},
    FieldWords{FlowField::kOut, "out", "interface it leaves by"},
    FieldWords{FlowField::kInterface, "interface", "either interface"},
    FieldWords{FlowField::kEndpoint, "endpoint", "either endpoint"},
    FieldWords{FlowField::kPolicy, "policy", "the policy that decided"},
    FieldWords{FlowField::kRule, "rule", "the rule that decided"},
    FieldWords{FlowField::kPending, "pending", "what staged policies would do"},
};

std::vector<std::string> FieldNames() {
  std::vector<std::string> names;
  for (const FieldWords& field : kFields) names.emplace_back(field.name);
  return names;
}

std::optional<FlowField> FieldByName(absl::string_view name) {
  if (name == "verdict") return FlowField::kAction;  // as the command line calls it too
  const auto* found = std::find_if(kFields.begin(), kFields.end(), [name](const FieldWords& one) {
    return absl::EqualsIgnoreCase(one.name, name);
  });
  if (found == kFields.end()) return std::nullopt;
  return found->field;
}

bool IsAddressField(FlowField field) {
  return field == FlowField::kSource || field == FlowField::kDestination;
}
bool IsPortField(FlowField field) {
  return field == FlowField::kSourcePort || field == FlowField::kDestinationPort;
}
bool IsVerdictField(FlowField field) {
  return field == FlowField::kAction || field == FlowField::kPending;
}
bool IsTextField(FlowField field) {
  return !IsAddressField(field) && !IsPortField(field) && !IsVerdictField(field) &&
         field != FlowField::kProtocol;
}

std::optional<Verdict> VerdictByName(absl::string_view name) {
  for (const Verdict verdict : {Verdict::kAllow, Verdict::kDeny, Verdict::kNone}) {
    if (absl::EqualsIgnoreCase(name, VerdictName(verdict))) return verdict;
  }
  return std::nullopt;
}

// A value of a term, read once: which of the members counts follows from the field.
struct Value {
  std::vector<Prefix> networks;
  uint16_t number = 0;
  Verdict verdict = Verdict::kNone;
  std::string text;
};

absl::StatusOr<Value> ReadNetworks(const std::string& text, const NetworksOfName& names) {
  Value value;
  if (auto network = ParseNetwork(text); network.ok()) {
    value.networks.push_back(*network);
    return value;
  }
  if (names) value.networks = names(text);
  if (value.networks.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("“", text, "” is neither an address nor a name that is known."));
  }
  return value;
}

absl::StatusOr<Value> ReadNumber(FlowField field, const std::string& text) {
  Value value;
  uint32_t number = 0;
  const bool port = IsPortField(field);
  if (const auto named = port ? std::nullopt : ProtocolByName(text)) {
    value.number = *named;
  } else if (absl::SimpleAtoi(text, &number) && number <= (port ? 65535U : 255U)) {
    value.number = static_cast<uint16_t>(number);
  } else {
    return absl::InvalidArgumentError(
        port ? absl::StrCat("“", text, "” is no port: ports are numbers up to 65535.")
             : absl::StrCat("“", text, "” is no protocol: use a name like tcp, or a number."));
  }
  return value;
}

absl::StatusOr<Value> ReadValue(FlowField field, const std::string& text,
                                const NetworksOfName& names) {
  if (IsAddressField(field)) return ReadNetworks(text, names);
  if (IsPortField(field) || field == FlowField::kProtocol) return ReadNumber(field, text);
  Value value;
  value.text = text;
  if (!IsVerdictField(field)) return value;
  const auto verdict = VerdictByName(text);
  if (!verdict) {
    return absl::InvalidArgumentError(
        absl::StrCat("“", text, "” is no action: use allow, deny or none."));
  }
  value.verdict = *verdict;
  return value;
}

bool Holds(const std::vector<Prefix>& networks, const Address& address) {
  return std::any_of(networks.begin(), networks.end(), [&](const Prefix& network) {
    return network.address.family == address.family && network.Contains(address);
  });
}

bool IsText(const std::string& recorded, const Value& value, bool contains) {
  if (!contains) return recorded == value.text;
  return absl::StrContains(absl::AsciiStrToLower(recorded), absl::AsciiStrToLower(value.text));
}

bool IsDecider(const std::string& recorded, const Value& value, bool contains) {
  absl::string_view prefix = value.text;
  if (!contains && absl::ConsumeSuffix(&prefix, "*")) return absl::StartsWith(recorded, prefix);
  return IsText(recorded, value, contains);
}

bool Fits(FlowField field, const AuditRecord& record, const Value& value, bool contains) {
  switch (field) {
    case FlowField::kAction:
      return record.verdict == value.verdict;
    case FlowField::kPending:
      return record.pending_verdict == value.verdict;
    case FlowField::kSource:
      return record.repeats == 0 && Holds(value.networks, record.tuple.source);
    case FlowField::kDestination:
      return Holds(value.networks, record.tuple.destination);
    case FlowField::kSourcePort:
      return record.tuple.source_port == value.number;
    case FlowField::kDestinationPort:
      return record.tuple.destination_port == value.number;
    case FlowField::kProtocol:
      return record.tuple.protocol == value.number;
    case FlowField::kIn:
      return IsText(record.in, value, contains);
    case FlowField::kOut:
      return IsText(record.out, value, contains);
    case FlowField::kInterface:
      return IsText(record.in, value, contains) || IsText(record.out, value, contains);
    case FlowField::kEndpoint:
      return IsText(record.in_endpoint, value, contains) ||
             IsText(record.out_endpoint, value, contains);
    case FlowField::kPolicy:
      return IsText(std::string(PolicyOfDecider(record.decided_by)), value, contains);
    case FlowField::kRule:
      return IsDecider(record.decided_by, value, contains);
  }
  return false;
}

// What the store can look up of a single value; nothing if it must be compared here.
std::optional<AuditCondition> ConditionFor(FlowField field, const Value& value) {
  switch (field) {
    case FlowField::kAction:
      return AuditCondition::HasVerdict(value.verdict);
    case FlowField::kSource:
      if (value.networks.size() != 1) return std::nullopt;
      return AuditCondition::Source(value.networks.front());
    case FlowField::kDestination:
      if (value.networks.size() != 1) return std::nullopt;
      return AuditCondition::Destination(value.networks.front());
    case FlowField::kDestinationPort:
      return AuditCondition::DestinationPort(value.number);
    case FlowField::kProtocol:
      return AuditCondition::Protocol(static_cast<uint8_t>(value.number));
    case FlowField::kIn:
    case FlowField::kOut:
    case FlowField::kSourcePort:
    case FlowField::kPending:
      return std::nullopt;
    case FlowField::kInterface:
      return AuditCondition::Interface(value.text);
    case FlowField::kEndpoint:
      return AuditCondition::Endpoint(value.text);
    case FlowField::kPolicy:
      return AuditCondition::DecidedBy(absl::StrCat("policy:", value.text, "/*"));
    case FlowField::kRule:
      return AuditCondition::DecidedBy(value.text);
  }
  return std::nullopt;
}

using Predicate = std::function<bool(const AuditRecord&)>;

Predicate PredicateFor(const FlowTerm& term, std::vector<Value> values) {
  const bool negated = term.op == FlowOperator::kIsNot || term.op == FlowOperator::kNotIn;
  const bool contains = term.op == FlowOperator::kContains;
  return [field = term.field, negated, contains,
          values = std::move(values)](const AuditRecord& record) {
    const bool fits = std::any_of(values.begin(), values.end(), [&](const Value& value) {
      return Fits(field, record, value, contains);
    });
    return fits != negated;
  };
}

// Adds what `term` means to conditions, if the store can do all of it, else to `predicates`.
void AddMeaning(const FlowTerm& term, std::vector<Value> values, FlowQuery* query,
                std::vector<Predicate>* predicates) {
  const bool negated = term.op == FlowOperator::kIsNot || term.op == FlowOperator::kNotIn;
  // Conditions of a query are AND-ed: several values can be excluded, but not offered.
  std::vector<AuditCondition> conditions;
  bool all = term.op != FlowOperator::kContains && (negated || values.size() == 1);
  for (const Value& value : values) {
    const auto condition = all ? ConditionFor(term.field, value) : std::nullopt;
    if (!condition) {
      all = false;
      break;
    }
    conditions.push_back(negated ? AuditCondition::Not(*condition) : *condition);
  }
  if (all) {
    std::move(conditions.begin(), conditions.end(), std::back_inserter(query->conditions));
    return;
  }
  // The interface narrows the search, and the comparison says which of the two it is.
  if ((term.field == FlowField::kIn || term.field == FlowField::kOut) &&
      term.op == FlowOperator::kIs) {
    query->conditions.push_back(AuditCondition::Interface(values.front().text));
  }
  predicates->push_back(PredicateFor(term, std::move(values)));
}

absl::StatusOr<FlowTerm> TermOf(const WrittenTerm& written) {
  const auto field = FieldByName(written.field);
  if (!field) {
    const auto nearest = NearestName(written.field, FieldNames());
    return ErrorAtColumn(
        written.field_column,
        absl::StrCat("“", written.field, "” is not a field.",
                     nearest ? absl::StrCat(" Did you mean ", *nearest, "?")
                             : absl::StrCat(" Use ", absl::StrJoin(FieldNames(), ", "), ".")));
  }
  FlowTerm term;
  term.field = *field;
  term.op = written.op;
  if (term.op == FlowOperator::kContains && !IsTextField(term.field)) {
    return ErrorAtColumn(
        written.operator_column,
        absl::StrCat("contains is for names; use == or in with ", FlowFieldName(term.field), "."));
  }
  for (const auto& [text, column] : written.values) term.values.push_back(text);
  return term;
}

}  // namespace

absl::string_view FlowFieldName(FlowField field) {
  return kFields[static_cast<size_t>(field)].name;
}

absl::string_view PolicyOfDecider(absl::string_view decided_by) {
  if (!absl::ConsumePrefix(&decided_by, "policy:")) return {};
  // The name may hold slashes; direction and number may not.
  size_t slash = decided_by.rfind('/');
  if (slash == absl::string_view::npos || slash == 0) return decided_by;
  slash = decided_by.rfind('/', slash - 1);
  return slash == absl::string_view::npos ? decided_by : decided_by.substr(0, slash);
}

absl::StatusOr<FlowQuery> SimpleFlowLanguage::Read(absl::string_view text,
                                                   const NetworksOfName& names) const {
  GW_ASSIGN_OR_RETURN(const std::vector<WrittenTerm> written, ReadTerms(text));
  FlowQuery query;
  auto predicates = std::make_shared<std::vector<Predicate>>();
  for (const WrittenTerm& one : written) {
    GW_ASSIGN_OR_RETURN(FlowTerm term, TermOf(one));
    std::vector<Value> values;
    for (const auto& [value_text, column] : one.values) {
      auto value = ReadValue(term.field, value_text, names);
      if (term.op == FlowOperator::kContains) value = Value{{}, 0, Verdict::kNone, value_text};
      if (!value.ok()) return ErrorAtColumn(column, value.status().message());
      values.push_back(*std::move(value));
    }
    AddMeaning(term, std::move(values), &query, predicates.get());
    query.terms.push_back(std::move(term));
  }
  if (!predicates->empty()) {
    query.also = [predicates](const AuditRecord& record) {
      return std::all_of(predicates->begin(), predicates->end(),
                         [&](const Predicate& one) { return one(record); });
    };
  }
  return query;
}

std::string SimpleFlowLanguage::Write(const FlowTerm& term) const {
  std::vector<std::string> values;
  for (const std::string& value : term.values) values.push_back(QuotedIfNeeded(value));
  const absl::string_view field = FlowFieldName(term.field);
  switch (term.op) {
    case FlowOperator::kIs:
      return absl::StrCat(field, " == ", values.front());
    case FlowOperator::kIsNot:
      return absl::StrCat(field, " != ", values.front());
    case FlowOperator::kIn:
      return absl::StrCat(field, " in {", absl::StrJoin(values, ", "), "}");
    case FlowOperator::kNotIn:
      return absl::StrCat(field, " not in {", absl::StrJoin(values, ", "), "}");
    case FlowOperator::kContains:
      return absl::StrCat(field, " contains ", values.front());
  }
  return {};
}

std::vector<FlowCompletion> SimpleFlowLanguage::Complete(absl::string_view text) const {
  std::vector<FlowCompletion> found;
  // After a complete term comes `and`, and after that a field again.
  const size_t joined = text.rfind(" and ");
  const absl::string_view before =
      joined == absl::string_view::npos ? "" : text.substr(0, joined + 5);
  const absl::string_view term = absl::StripLeadingAsciiWhitespace(text.substr(before.size()));
  const size_t blank = term.find(' ');
  if (blank == absl::string_view::npos) {
    for (const FieldWords& field : kFields) {
      if (!absl::StartsWithIgnoreCase(field.name, term)) continue;
      found.push_back({absl::StrCat(before, field.name, " "), std::string(field.meaning)});
    }
    return found;
  }
  const auto field = FieldByName(term.substr(0, blank));
  if (!field) return found;
  const absl::string_view rest = absl::StripLeadingAsciiWhitespace(term.substr(blank));
  const std::string start = absl::StrCat(before, term.substr(0, blank), " ");
  if (rest.empty()) {
    for (const char* op : {"==", "!=", "in {", "not in {"}) {
      found.push_back({absl::StrCat(start, op, " "), ""});
    }
    if (IsTextField(*field)) found.push_back({absl::StrCat(start, "contains "), ""});
  } else if (IsVerdictField(*field) && (rest == "==" || rest == "!=")) {
    for (const char* verdict : {"allow", "deny", "none"}) {
      found.push_back({absl::StrCat(start, rest, " ", verdict), ""});
    }
  } else if (*field == FlowField::kProtocol && (rest == "==" || rest == "!=")) {
    for (const char* protocol : {"tcp", "udp", "icmp"}) {
      found.push_back({absl::StrCat(start, rest, " ", protocol), ""});
    }
  }
  return found;
}

}  // namespace gw::gui
