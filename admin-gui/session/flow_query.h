// FlowQuery: what the flow log is asked for, as people write it: `action == deny and dport in {80,
// 443}`. FlowLanguage is the seam: pages know only Read, Write and Complete, so that a richer
// language can take the place of SimpleFlowLanguage. Any thread.

#ifndef ADMIN_GUI_SESSION_FLOW_QUERY_H_
#define ADMIN_GUI_SESSION_FLOW_QUERY_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/store/audit_query.h"
#include "common/store/audit_store.h"

namespace gw::gui {

enum class FlowField : uint8_t {
  kAction,
  kSource,
  kDestination,
  kSourcePort,
  kDestinationPort,
  kProtocol,
  kIn,
  kOut,
  kInterface,  // in or out
  kEndpoint,   // in or out
  kPolicy,     // the name in the deciding rule
  kRule,       // decided_by as the log has it
  kPending,    // what staged policies would have done
};
enum class FlowOperator : uint8_t { kIs, kIsNot, kIn, kNotIn, kContains };

// One comparison. `values` are valid for the field; one unless the operator is kIn or kNotIn.
struct FlowTerm {
  FlowField field = FlowField::kAction;
  FlowOperator op = FlowOperator::kIs;
  std::vector<std::string> values;

  friend bool operator==(const FlowTerm&, const FlowTerm&) = default;
};

// What a text means. All terms must hold.
struct FlowQuery {
  std::vector<FlowTerm> terms;
  // The terms that the store can look up; the others are left to `also`.
  std::vector<AuditCondition> conditions;
  // True for records that fulfil the terms which are not among the conditions. Empty: all are.
  std::function<bool(const AuditRecord&)> also;

  bool empty() const { return terms.empty(); }
};

// The addresses that a name of the model stands for; empty for an unknown name.
using NetworksOfName = std::function<std::vector<Prefix>(const std::string& name)>;

struct FlowCompletion {
  std::string text;    // shown and put in
  std::string detail;  // what it is
};

class FlowLanguage {
 public:
  virtual ~FlowLanguage() = default;

  // Blank text means everything. Errors are ErrorAtColumn: "“sprt” is not a field. Did you mean
  // sport?"
  virtual absl::StatusOr<FlowQuery> Read(absl::string_view text,
                                         const NetworksOfName& names) const = 0;
  // Text that Read makes the same term of.
  virtual std::string Write(const FlowTerm& term) const = 0;
  // What can stand at the end of `text`.
  virtual std::vector<FlowCompletion> Complete(absl::string_view text) const = 0;
};

// `field op value and ...`: == != in {a, b} not in {a, b} contains; `is` and `is not` too. Values
// with blanks stand in quotes.
class SimpleFlowLanguage : public FlowLanguage {
 public:
  absl::StatusOr<FlowQuery> Read(absl::string_view text,
                                 const NetworksOfName& names) const override;
  std::string Write(const FlowTerm& term) const override;
  std::vector<FlowCompletion> Complete(absl::string_view text) const override;
};

// "src", "dport", ...
absl::string_view FlowFieldName(FlowField field);
// The name of the policy in "policy:web/ingress/0"; empty for other deciders.
absl::string_view PolicyOfDecider(absl::string_view decided_by);

}  // namespace gw::gui

#endif  // ADMIN_GUI_SESSION_FLOW_QUERY_H_
