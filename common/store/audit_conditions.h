// The conditions of an AuditQuery as SQL over the table `decision`. For audit_*.cc only.

#ifndef COMMON_STORE_AUDIT_CONDITIONS_H_
#define COMMON_STORE_AUDIT_CONDITIONS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "common/store/audit_query.h"
#include "common/store/database.h"

namespace gw {

// Terms that must all hold, and the values of their parameters in the same order.
class Conditions {
 public:
  // One term with one parameter.
  void AddInt(absl::string_view term, int64_t value);
  void Add(const AuditCondition& condition);
  void Add(absl::Span<const AuditCondition> conditions);

  // "" or " WHERE ...".
  std::string Sql() const;
  void Bind(Statement& statement) const;

 private:
  struct Value {
    enum class Kind : uint8_t { kInt, kText, kBlob } kind;
    int64_t number = 0;
    std::string text;
  };

  void AddNumber(absl::string_view column, int64_t number, bool exclude);
  void AddNetwork(absl::string_view column, const AuditCondition& condition);
  void AddDecider(const AuditCondition& condition);
  // `term` has the parameter twice.
  void AddTextTwice(absl::string_view term, absl::string_view value, bool exclude);
  void AddTerm(absl::string_view term, bool exclude);
  void AddText(absl::string_view value);
  void AddBlob(std::string bytes);

  std::vector<std::string> terms_;
  std::vector<Value> values_;
};

}  // namespace gw

#endif  // COMMON_STORE_AUDIT_CONDITIONS_H_
