// ProblemList collects what Validate finds about one resource after the other. Private to the
// validate*.cc files.

#ifndef COMMON_POLICY_PROBLEM_LIST_H_
#define COMMON_POLICY_PROBLEM_LIST_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "common/base/error_column.h"
#include "common/policy/validate.h"

namespace gw {

// "spec.ports[3]"
inline std::string At(absl::string_view field, size_t index) {
  return absl::StrCat(field, "[", index, "]");
}

class ProblemList {
 public:
  // What follows is about this resource.
  void Enter(ResourceKind kind, const std::string& name) { resource_ = {kind, name}; }

  void Error(absl::string_view field, absl::string_view message) {
    Add(Severity::kError, field, message, 0);
  }
  void Warning(absl::string_view field, absl::string_view message) {
    Add(Severity::kWarning, field, message, 0);
  }
  // An error of a one-line text, with its column if it has one.
  void Error(absl::string_view field, const absl::Status& status) {
    const size_t column = ErrorColumn(status);
    const std::string place = absl::StrCat("column ", column, ": ");
    absl::string_view message = status.message();
    if (column > 0 && message.substr(0, place.size()) == place) message.remove_prefix(place.size());
    Add(Severity::kError, field, message, column);
  }
  // `message` may be empty: then there is nothing to say.
  void ErrorIfAny(absl::string_view field, absl::string_view message) {
    if (!message.empty()) Error(field, message);
  }

  std::vector<Problem> Take() { return std::move(problems_); }

 private:
  void Add(Severity severity, absl::string_view field, absl::string_view message, size_t column) {
    problems_.push_back({severity, resource_, std::string(field), std::string(message), column});
  }

  ResourceKey resource_;
  std::vector<Problem> problems_;
};

}  // namespace gw

#endif  // COMMON_POLICY_PROBLEM_LIST_H_
