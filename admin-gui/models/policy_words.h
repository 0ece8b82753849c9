// What people read about policies, tiers and what holds for the rest, in the language of the
// program (gui.md §4.5). GUI thread.

#ifndef ADMIN_GUI_MODELS_POLICY_WORDS_H_
#define ADMIN_GUI_MODELS_POLICY_WORDS_H_

#include <map>
#include <string>
#include <vector>

#include <QString>
#include <QStringList>

#include "common/policy/evaluation_order.h"
#include "common/policy/model.h"

namespace gw::gui {

// The four choices of the field "Traffic" (applyOnForward, preDNAT, doNotTrack).
enum class PolicyScope : int { kRouted, kGatewayOnly, kBeforeNat, kUntracked };
PolicyScope ScopeOf(const Policy& policy);
void SetScope(Policy& policy, PolicyScope scope);

QString ScopeName(PolicyScope scope);    // "Routed traffic"
QString ScopeShort(PolicyScope scope);   // "Routed"
QString ScopeHint(PolicyScope scope);    // "and traffic to and from this gateway"
QString ScopeField(PolicyScope scope);   // Calico's name and value, for the tooltip
QString DirectionsShort(const Policy&);  // "arriving", "leaving", "both ways"

// "What no rule decides goes on to tier site", "What no rule decides is denied".
QString TierEndWords(const std::vector<OrderedTier>& order, size_t tier);
// "Failsafes come first: SSH 22/tcp and DHCP 68/udp to this gateway are always let in".
QString FailsafeWords(const Model& model);
// "a, b and c".
QString JoinWords(const QStringList& words);

// Where Pass goes on from each tier. Found once for many sentences: it takes the whole order.
using NextTiers = std::map<std::string, std::string>;
NextTiers NextTiersOf(const std::vector<OrderedTier>& order);

// The short sentence of the first rule and how many more there are.
struct PolicySummary {
  QString sentence;
  int more = 0;
  RuleAction action = RuleAction::kDeny;
  bool empty = false;  // no rules: the sentence says so

  friend bool operator==(const PolicySummary&, const PolicySummary&) = default;
};
PolicySummary SummaryOf(const Model& model, const Policy& policy, const NextTiers& next);
// One rule of a policy, as the model stands.
QString RuleSentence(const Model& model, const NextTiers& next, const Policy& policy,
                     Direction direction, const Rule& rule, bool short_form);

// "Rule 3", and the direction too where the policy has both.
QString RuleTitle(const Policy& policy, Direction direction, size_t index);

}  // namespace gw::gui

#endif  // ADMIN_GUI_MODELS_POLICY_WORDS_H_
