// The words of the flow log about a record: what decided, which service, the sentence of the pane.
// Pure functions; GUI thread (translations).

#ifndef ADMIN_GUI_MODELS_FLOW_WORDS_H_
#define ADMIN_GUI_MODELS_FLOW_WORDS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include <QString>

#include "admin-gui/models/flow_names.h"
#include "common/policy/model.h"
#include "common/store/audit_store.h"

namespace gw::gui {

// How a record looks, beyond its verdict (gui.md §3.3).
enum class FlowLook : uint8_t {
  kAllowed,
  kDenied,
  kRejected,
  kFailsafe,
  kNoOpinion,
  kWouldAllow,
  kWouldDeny,
};
FlowLook LookOfFlow(const AuditRecord& record);
FlowLook LookOfExplanation(const Explanation& explanation);
// "Allowed", "Denied", "Rejected": what is in force.
QString VerdictWord(FlowLook look);

// A rule that a decider names: "policy:web/ingress/0".
struct DecidingRule {
  std::string owner;  // policy or profile
  bool is_profile = false;
  Direction direction = Direction::kIngress;
  size_t index = 0;
};
std::optional<DecidingRule> RuleOfDecider(absl::string_view decided_by);
// The rule as the model has it now; null if it has none there.
const Rule* FindDecidingRule(const Model& model, const DecidingRule& rule);

// "no-lateral, 1", "End of default", "Failsafe tcp:22".
QString DeciderWords(absl::string_view decided_by);
// "by no-lateral rule 1", for a sentence.
QString DeciderInSentence(absl::string_view decided_by);
// Why, as a sentence: "Rule 1 of no-lateral: Deny all traffic to ..." as far as the model tells.
QString ReasonSentence(const Model& model, absl::string_view decided_by);

// "https" and "443/tcp"; "echo request" and "icmp"; "" and "8800/udp".
struct ServiceWords {
  QString name;
  QString number;
};
ServiceWords ServiceOf(const Tuple& tuple);

// The name, or else the address.
QString NameOrAddress(const FlowNames& names, const Address& address);
// Whom a record is about: its source, or "Any source" where it is a sum (AuditRecord::repeats).
QString SourceWords(const FlowNames& names, const AuditRecord& record);
// "1,234 packets" of a sum, else empty.
QString RepeatWords(const AuditRecord& record);
// "Galaxy-A54 may not reach printer-2nd-floor".
QString FlowSentence(const FlowNames& names, const AuditRecord& record);

}  // namespace gw::gui

#endif  // ADMIN_GUI_MODELS_FLOW_WORDS_H_
