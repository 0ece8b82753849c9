// The language in which people ask for decisions:
//
//   action == deny and src in (10.0.0.0/8, 2001:db8::/32) and not dport in (53, 8000:8080)
//   policy == web or text contains 'guest' or time > -2h
//
//   expression  comparison, (expression), not, and, or; `and` binds closer than `or`
//   comparison  field == value, !=, <, <=, >, >=, is, is not, in (value, ...), not in, contains
//   value       a bare word, or quoted with ' or "; ranges of numbers as 8000:8080
//               texts may end in * for whatever follows
//               set(NAME) and selector('...') where the caller knows them; the name of an endpoint
//               or a set instead of an address
//
// && || ! are and, or, not; {} does for () after in. Names of fields and words are of any case.
//
// This is the only reader of the language: who shows an expression in parts (chips) or completes
// one that is being written asks here for its structure.

#ifndef COMMON_STORE_AUDIT_WHERE_H_
#define COMMON_STORE_AUDIT_WHERE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/net/prefix.h"
#include "common/store/audit_filter.h"

namespace gw {

inline constexpr size_t kAuditWhereBytesMax = 16'384;
inline constexpr size_t kAuditWhereDepthMax = 64;

// What names in the text mean now. Each may be empty: then such names are an error.
struct AuditNames {
  // Of a network set; NotFound if there is none.
  std::function<absl::StatusOr<std::vector<Prefix>>(const std::string& set)> networks;
  // The names of the endpoints that a selector selects; its error has a column.
  std::function<absl::StatusOr<std::vector<std::string>>(const std::string& selector)> endpoints;
  // Of an endpoint or a network set; empty if there is none.
  std::function<absl::StatusOr<std::vector<Prefix>>(const std::string& name)> addresses;
};

// Null for blank text. Errors have a column (error_column.h). `now` is what relative times are
// relative to.
absl::StatusOr<std::shared_ptr<const AuditFilter>> ParseAuditFilter(absl::string_view text,
                                                                    absl::Time now,
                                                                    const AuditNames& names = {});

// ---- structure --------------------------------------------------------------------------------

enum class AuditOperator : uint8_t {
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kIn,
  kNotIn,
  kContains,
};

struct AuditOperand {
  enum class Kind : uint8_t { kPlain, kSet, kSelector };
  Kind kind = Kind::kPlain;
  std::string text;
  size_t column = 0;  // from 1; 0 if it was not read
};

struct AuditComparison {
  std::string field;  // as AuditFields() names it
  AuditOperator op = AuditOperator::kEqual;
  size_t op_column = 0;
  std::vector<AuditOperand> values;  // never empty; more than one with in and not in

  bool Negated() const { return op == AuditOperator::kNotEqual || op == AuditOperator::kNotIn; }
  bool IsOrder() const {
    return op == AuditOperator::kLess || op == AuditOperator::kLessOrEqual ||
           op == AuditOperator::kGreater || op == AuditOperator::kGreaterOrEqual;
  }
};
AuditComparison CompareAudit(std::string field, AuditOperator op, std::string value);
// "==", "not in", ...
absl::string_view AuditOperatorName(AuditOperator op);
// The values as they stand behind the operator, in quotes where they need them:
// `(80, 'guest room')`.
std::string OperandText(const AuditComparison& comparison);
// Text that is read as the same.
std::string ToString(const AuditComparison& comparison);

// One of the parts that `and` joins.
struct AuditTerm {
  bool negated = false;                       // by a `not` before it
  std::optional<AuditComparison> comparison;  // absent: more than one
  std::string text;                           // then: in brackets
};
// Text that can be joined to others by ` and `.
std::string ToString(const AuditTerm& term);

struct AuditExpression {
  std::vector<AuditTerm> terms;               // none for blank text
  std::shared_ptr<const AuditFilter> filter;  // null for blank text
};
absl::StatusOr<AuditExpression> ParseAuditExpression(absl::string_view text, absl::Time now,
                                                     const AuditNames& names = {});

// Where names are not to be looked up: each stands for nothing.
AuditNames AnyAuditNames();

// ---- help and completion ----------------------------------------------------------------------

struct AuditFieldHelp {
  const char* name;
  const char* meaning;
  std::vector<std::string> choices;  // all that it can be; empty: anything
  bool summed = false;               // AuditStore::Top has its values
  bool contains = false;             // takes the operator
  bool ordered = false;              // takes <, <=, >, >=
};
std::vector<AuditFieldHelp> AuditFields();
// Of any case. InvalidArgument, with the nearest name if there is one like it.
absl::StatusOr<AuditFieldHelp> FindAuditField(absl::string_view name);
// How people read the name of a field that is `summed`: "src.label.role". InvalidArgument too if it
// is not.
absl::StatusOr<std::string> FindSummedAuditField(absl::string_view name);

// What can come where a text ends that is being written.
struct AuditCursor {
  enum class Expects : uint8_t {
    kNothing,  // there is an error before
    kField,
    kOperator,
    kValue,
    kJoin,  // and, or
  };
  Expects expects = Expects::kNothing;
  size_t begin = 0;    // of what is being written, in bytes
  std::string prefix;  // of it; without the quote
  std::string field;   // kOperator, kValue
};
AuditCursor AuditCursorOf(absl::string_view text);

}  // namespace gw

#endif  // COMMON_STORE_AUDIT_WHERE_H_
