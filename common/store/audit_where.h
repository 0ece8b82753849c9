// The language in which people ask for decisions:
//
//   action == deny and src in (10.0.0.0/8, 2001:db8::/32) and not dport in (53, 8000:8080)
//   policy == web or text contains 'guest' or time > -2h
//
//   expression  comparison, (expression), not, and, or; `and` binds closer than `or`
//   comparison  field == value, !=, <, <=, >, >=, is, is not, in (value, ...), not in, contains
//   value       a bare word, or quoted with ' or "; ranges of numbers as 8000:8080
//               texts may end in * for whatever follows
//               set(NAME) and selector('...') where the caller knows them
//
// && || ! are and, or, not; {} does for () after in. Names of fields and words are of any case.

#ifndef COMMON_STORE_AUDIT_WHERE_H_
#define COMMON_STORE_AUDIT_WHERE_H_

#include <cstddef>
#include <functional>
#include <memory>
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

// What names in the text mean now. Either may be empty: then such names are an error.
struct AuditNames {
  // Of a network set; NotFound if there is none.
  std::function<absl::StatusOr<std::vector<Prefix>>(const std::string& set)> networks;
  // The names of the endpoints that a selector selects; its error has a column.
  std::function<absl::StatusOr<std::vector<std::string>>(const std::string& selector)> endpoints;
};

// Null for blank text. Errors have a column (error_column.h). `now` is what relative times are
// relative to.
absl::StatusOr<std::shared_ptr<const AuditFilter>> ParseAuditFilter(absl::string_view text,
                                                                    absl::Time now,
                                                                    const AuditNames& names = {});

// For help and completion: each field with one line of meaning.
struct AuditFieldHelp {
  const char* name;
  const char* meaning;
};
std::vector<AuditFieldHelp> AuditFields();

}  // namespace gw

#endif  // COMMON_STORE_AUDIT_WHERE_H_
