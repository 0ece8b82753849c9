#include "enforcer/audit/json_lines.h"

#include "common/store/audit_json.h"

namespace gw {
namespace {

struct LineOf {
  std::string operator()(const StreamedDecision& decision) const {
    return AuditLine(decision.record);
  }
  std::string operator()(const StreamedFlow& flow) const {
    return AuditLine(flow.flow, flow.tuple, flow.known);
  }
  std::string operator()(const AuditEvent& event) const { return AuditLine(event); }
};

}  // namespace

std::string JsonLineOf(const StreamItem& item) { return std::visit(LineOf(), item); }

}  // namespace gw
