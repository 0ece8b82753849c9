#include "common/store/audit_conditions.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"

#include "common/store/audit_rows.h"

namespace gw {

void Conditions::AddTerm(absl::string_view term, bool exclude) {
  terms_.push_back(exclude ? absl::StrCat("NOT (", term, ")") : std::string(term));
}

void Conditions::AddText(absl::string_view value) {
  values_.push_back({Value::Kind::kText, 0, std::string(value)});
}

void Conditions::AddBlob(std::string bytes) {
  values_.push_back({Value::Kind::kBlob, 0, std::move(bytes)});
}

void Conditions::AddInt(absl::string_view term, int64_t value) {
  AddTerm(term, false);
  values_.push_back({Value::Kind::kInt, value, ""});
}

void Conditions::AddNumber(absl::string_view column, int64_t number, bool exclude) {
  AddInt(absl::StrCat(column, exclude ? " <> ?" : " = ?"), number);
}

void Conditions::AddTextTwice(absl::string_view term, absl::string_view value, bool exclude) {
  AddTerm(term, exclude);
  AddText(value);
  AddText(value);
}

void Conditions::AddNetwork(absl::string_view column, const AuditCondition& condition) {
  const Prefix& network = condition.network;
  if (network.IsSingleAddress()) {
    AddTerm(absl::StrCat(column, " = ?"), condition.exclude);
    AddBlob(AddressBytes(network.address));
    return;
  }
  // Blobs compare like bytes: without the length, an IPv6 address could stand between two of IPv4.
  AddTerm(absl::StrCat("length(", column, ") = ", AddressBits(network.address.family) / 8, " AND ",
                       column, " BETWEEN ? AND ?"),
          condition.exclude);
  AddBlob(AddressBytes(network.First()));
  AddBlob(AddressBytes(network.Last()));
}

void Conditions::AddDecider(const AuditCondition& condition) {
  absl::string_view text = condition.text;
  if (absl::ConsumeSuffix(&text, "*")) {
    // Not LIKE or GLOB: names hold characters that mean something there.
    AddTextTwice("substr(decided_by, 1, length(?)) = ?", text, condition.exclude);
  } else {
    AddTerm("decided_by = ?", condition.exclude);
    AddText(text);
  }
}

void Conditions::Add(const AuditCondition& condition) {
  switch (condition.field) {
    case AuditField::kSource:
      return AddNetwork("source", condition);
    case AuditField::kDestination:
      return AddNetwork("destination", condition);
    case AuditField::kProtocol:
      return AddNumber("protocol", condition.number, condition.exclude);
    case AuditField::kDestinationPort:
      return AddNumber("destination_port", condition.number, condition.exclude);
    case AuditField::kInterface:
      return AddTextTwice("(in_interface = ? OR out_interface = ?)", condition.text,
                          condition.exclude);
    case AuditField::kEndpoint:
      return AddTextTwice("(in_endpoint = ? OR out_endpoint = ?)", condition.text,
                          condition.exclude);
    case AuditField::kDecidedBy:
      return AddDecider(condition);
    case AuditField::kVerdict:
      return AddNumber("verdict", static_cast<int64_t>(condition.verdict), condition.exclude);
  }
}

void Conditions::Add(absl::Span<const AuditCondition> conditions) {
  for (const AuditCondition& condition : conditions) Add(condition);
}

std::string Conditions::Sql() const {
  return terms_.empty() ? "" : absl::StrCat(" WHERE ", absl::StrJoin(terms_, " AND "));
}

void Conditions::Bind(Statement& statement) const {
  for (const Value& value : values_) {
    switch (value.kind) {
      case Value::Kind::kInt:
        statement.BindInt(value.number);
        break;
      case Value::Kind::kText:
        statement.BindText(value.text);
        break;
      case Value::Kind::kBlob:
        statement.BindBlob(value.text);
        break;
    }
  }
}

}  // namespace gw
