// The fields of the flow query language: what a comparison with each means, and what its values
// are. For audit_*.cc only.

#ifndef COMMON_STORE_AUDIT_WHERE_FIELDS_H_
#define COMMON_STORE_AUDIT_WHERE_FIELDS_H_

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

#include "common/store/audit_filter.h"
#include "common/store/audit_where.h"

namespace gw::where {

struct Context {
  absl::Time now;
  const AuditNames& names;
};

// What a decision has as values of a field, for sums: texts that a comparison with the field reads.
// Each kind names the dictionary that it is taken from; none may be empty, or twice in one
// decision.
using Texts = std::vector<std::string>;
struct OfRuling {
  void (*add)(const AuditRuling& ruling, Texts* texts);
};
struct OfAddresses {
  bool source = false;
  bool destination = false;
};
struct OfService {
  void (*add)(const AuditService& service, Texts* texts);
};
struct OfSourcePort {};
struct OfFlow {
  void (*add)(const AuditFlow& flow, Texts* texts);
};
// Of the label that the field's name has for KEY.
struct OfLabels {
  bool endpoints = false;  // of the ruling
  bool source = false;     // of what the address is in
  bool destination = false;
};
using Values =
    std::variant<std::monostate, OfRuling, OfAddresses, OfService, OfSourcePort, OfFlow, OfLabels>;

enum class Takes : uint8_t {
  kEqual,     // ==, != and in, as every field
  kContains,  // and contains
  kOrder,     // and <, <=, >, >=
};

struct Field {
  const char* name;
  // What negates the comparison is not the field's business. Errors have a column.
  absl::StatusOr<AuditFilter> (*make)(const AuditComparison& comparison, const Context& context);
  Takes takes;
  Values values;  // monostate: too many to be summed up
  const char* meaning;
  const char* choices = "";  // all that it can be, with blanks between; empty: anything
};
absl::Span<const Field> Fields();
// Of any case; null if there is none. KEY stands for the key of a label: "label.role" is the field
// "label.KEY".
const Field* FindField(absl::string_view name);
// "role" of "src.label.role". Keys of labels are of one case.
absl::string_view LabelKeyOf(absl::string_view name);
// `name`, by which the field was found, in the case that people read.
std::string WrittenName(const Field& field, absl::string_view name);

}  // namespace gw::where

#endif  // COMMON_STORE_AUDIT_WHERE_FIELDS_H_
