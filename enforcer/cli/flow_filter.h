// The --where text of `gatewarden flows`: `verdict==deny and src==192.0.2.7 and dport==22`. A
// conjunction of comparisons for now, so that it maps onto AuditQuery.

#ifndef ENFORCER_CLI_FLOW_FILTER_H_
#define ENFORCER_CLI_FLOW_FILTER_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/store/audit_store.h"

namespace gw::cli {

struct FlowFilter {
  AuditQuery query;
  // AuditQuery cannot tell the two sides apart.
  std::optional<std::string> in;
  std::optional<std::string> out;

  bool Matches(const AuditRecord& record) const {
    return (!in || record.in == *in) && (!out || record.out == *out);
  }
};

// Fields: verdict (or action), src, dst, proto, dport, in, out, interface, endpoint, rule. Values
// are bare words or quoted. Errors have a column (error_column.h). Blank text is no condition.
absl::StatusOr<FlowFilter> ParseFlowFilter(absl::string_view text);

}  // namespace gw::cli

#endif  // ENFORCER_CLI_FLOW_FILTER_H_
