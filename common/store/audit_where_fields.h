// The fields of the flow query language and what a comparison with each means. For audit_where*.cc
// only.

#ifndef COMMON_STORE_AUDIT_WHERE_FIELDS_H_
#define COMMON_STORE_AUDIT_WHERE_FIELDS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

#include "common/store/audit_filter.h"
#include "common/store/audit_where.h"

namespace gw::where {

enum class Operator : uint8_t {
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

struct Value {
  enum class Kind : uint8_t { kPlain, kSet, kSelector };
  Kind kind = Kind::kPlain;
  std::string text;
  size_t column = 0;  // from 1
};

struct Comparison {
  Operator op = Operator::kEqual;
  size_t op_column = 0;
  std::vector<Value> values;  // never empty; more than one with in and not in

  bool Negated() const { return op == Operator::kNotEqual || op == Operator::kNotIn; }
  bool IsOrder() const {
    return op == Operator::kLess || op == Operator::kLessOrEqual || op == Operator::kGreater ||
           op == Operator::kGreaterOrEqual;
  }
};

struct Context {
  absl::Time now;
  const AuditNames& names;
};

struct Field {
  const char* name;
  // What negates the comparison is not the field's business. Errors have a column.
  absl::StatusOr<AuditFilter> (*make)(const Comparison& comparison, const Context& context);
  const char* meaning;
};
absl::Span<const Field> Fields();

}  // namespace gw::where

#endif  // COMMON_STORE_AUDIT_WHERE_FIELDS_H_
