// PolicyLivePanel: what the rule at the cursor means, beside the form (gui.md §4.5): its sentence,
// the selector part by part, the endpoints it applies to, and the recorded flows it matches with
// who decides them today. It follows while one types. GUI thread; flows are looked for off it.

#ifndef ADMIN_GUI_VIEWS_POLICY_LIVE_PANEL_H_
#define ADMIN_GUI_VIEWS_POLICY_LIVE_PANEL_H_

#include <memory>
#include <optional>

#include <QScrollArea>
#include <QTimer>

#include "admin-gui/models/flow_names.h"
#include "admin-gui/models/policy_reach.h"
#include "admin-gui/models/rule_flows.h"
#include "admin-gui/session/policy_session.h"
#include "admin-gui/widgets/selector_tree.h"

class QPushButton;
class QVBoxLayout;

namespace gw::gui {

class Card;
class TextLabel;

// What a selector of the model selects, by name.
class SelectorMembers {
 public:
  SelectorMembers() = default;
  // With `endpoints_only`: what policies apply to; else what rules can name too (network sets).
  SelectorMembers(const Model& model, bool endpoints_only);

  SelectorTree::Part PartOf(const Selector& selector, size_t node) const;
  qint64 CountOf(const Selector& selector) const;
  // "3 addresses", "1 endpoint now".
  QString CountWords(const Selector& selector) const;

 private:
  struct Member {
    QString name;
    Labels labels;
  };
  QStringList NearMisses(const SelectorNode& node) const;

  std::vector<Member> members_;
  bool endpoints_only_ = false;
};

class PolicyLivePanel : public QScrollArea {
  Q_OBJECT

 public:
  PolicyLivePanel(Gateway& gateway, PolicySession& session, QWidget* parent);

  struct Place {
    ResourceKey policy;
    Direction direction = Direction::kIngress;
    std::optional<size_t> rule;  // none: the policy as a whole

    friend bool operator==(const Place&, const Place&) = default;
  };
  // Reads the session's model again. Flows are asked for when nothing changed for a moment.
  void Show(const Place& place, const PolicyReach& reach);
  // The selector that is being written, as last understood.
  void ShowSelector(const Selector& selector, const QString& title, bool endpoints);
  QString sentence() const;
  const std::optional<RuleFlows>& flows() const { return flows_; }

 Q_SIGNALS:
  void policyWanted(const gw::ResourceKey& policy);
  void flowWanted(qint64 id);

 private:
  void MakeContent();
  TextLabel* MakeHeading(const QString& text, TextLabel** fact);
  void ShowSentence();
  void ShowOwnSelector(bool always);
  void ShowEndpoints(const PolicyReach& reach);
  void AskFlows();
  void TakeFlows(RuleFlows flows);
  void ShowFlows();
  void ShowConsequence();
  const Policy* policy() const;
  const Rule* rule() const;

  Gateway& gateway_;
  PolicySession& session_;
  Place place_;
  Rule asked_rule_;
  std::string own_selector_;  // of the rule or policy, when the tree was last chosen by place
  std::shared_ptr<const FlowNames> names_;
  QTimer quiet_;
  Call call_;
  std::optional<RuleFlows> flows_;
  ResourceKey first_;  // who decides before the rule, in the consequence
  QVBoxLayout* column_ = nullptr;
  TextLabel* sentence_title_ = nullptr;
  TextLabel* sentence_ = nullptr;
  TextLabel* selector_title_ = nullptr;
  SelectorTree* tree_ = nullptr;
  TextLabel* endpoints_fact_ = nullptr;
  QVBoxLayout* endpoints_ = nullptr;
  QWidget* flows_part_ = nullptr;
  TextLabel* flows_title_ = nullptr;
  TextLabel* flows_count_ = nullptr;
  TextLabel* flows_words_ = nullptr;
  QVBoxLayout* flow_rows_ = nullptr;
  Card* consequence_ = nullptr;
  TextLabel* consequence_words_ = nullptr;
  QPushButton* consequence_link_ = nullptr;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_POLICY_LIVE_PANEL_H_
