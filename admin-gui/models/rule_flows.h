// Which recorded flows a rule would match, and who decides them today: evidence beside the rule
// (gui.md §4.5, live panel). RuleMatcher is built once and then only read: any thread.

#ifndef ADMIN_GUI_MODELS_RULE_FLOWS_H_
#define ADMIN_GUI_MODELS_RULE_FLOWS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "admin-gui/models/flow_names.h"
#include "common/policy/model.h"
#include "common/service/service.h"

namespace gw::gui {

class RuleMatcher {
 public:
  // Selectors that cannot be read match nothing. Named ports are those of the model's endpoints.
  RuleMatcher(const Model& model, std::shared_ptr<const FlowNames> names, const Policy& policy,
              Direction direction, const Rule& rule);

  // Whether the rule could decide about the flow if it were asked first.
  bool Matches(const AuditRecord& record) const;
  // What a store can look up by itself; the rest is Matches.
  std::vector<AuditCondition> Conditions() const;

 private:
  struct Side {
    EntityRule rule;
    std::optional<std::set<ResourceKey>> selected;  // absent: no selector
    std::optional<std::set<ResourceKey>> not_selected;
    std::vector<PortRange> ports;
    std::vector<PortRange> not_ports;
  };

  Side MakeSide(const Model& model, const EntityRule& rule) const;
  bool SideMatches(const Side& side, const Address& address, uint16_t port) const;
  bool PassesHere(const AuditRecord& record) const;

  std::shared_ptr<const FlowNames> names_;
  Rule rule_;
  Direction direction_;
  bool routed_;
  std::set<std::string> endpoints_;  // that the policy selects
  Side source_;
  Side destination_;
};

struct RuleFlows {
  int64_t flows = 0;
  int64_t looked_at = 0;
  bool complete = true;  // false: there are older ones that were not looked at
  size_t sources = 0;
  std::vector<AuditRecord> newest;  // at most 3
  // Deciders of the flows with how many they decide, most first.
  std::vector<std::pair<std::string, int64_t>> deciders;
};

// The flows since `since` that the rule matches, newest first, among at most `limit` decisions.
absl::StatusOr<RuleFlows> FindRuleFlows(Service& service, const CallContext& context,
                                        const RuleMatcher& matcher, absl::Time since, size_t limit);

}  // namespace gw::gui

#endif  // ADMIN_GUI_MODELS_RULE_FLOWS_H_
