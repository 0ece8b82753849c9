#include "admin-gui/models/decision_steps.h"

#include <algorithm>
#include <utility>

#include <QStringList>

#include "admin-gui/models/endpoint_rows.h"
#include "admin-gui/session/language.h"
#include "common/policy/evaluation_order.h"
#include "common/policy/rule_words.h"
#include "common/policy/selector.h"
#include "common/policy/settings.h"

namespace gw::gui {
namespace {

using Kind = DecisionStep::Kind;
using Outcome = DecisionStep::Outcome;

enum class Stage : uint8_t { kUntracked, kPreDnat, kTiers };

QString Q(const std::string& text) { return QString::fromStdString(text); }

Outcome OutcomeOf(RuleAction action) {
  switch (action) {
    case RuleAction::kAllow:
      return Outcome::kAllow;
    case RuleAction::kDeny:
      return Outcome::kDeny;
    case RuleAction::kPass:
      return Outcome::kPass;
    case RuleAction::kLog:
      return Outcome::kLog;
  }
  return Outcome::kNothing;
}

Stage StageOf(const Policy& policy) {
  if (policy.do_not_track) return Stage::kUntracked;
  return policy.pre_dnat ? Stage::kPreDnat : Stage::kTiers;
}

// Decides about everything that comes to it.
bool DecidesAll(const Rule& rule) {
  Rule plain;
  plain.action = rule.action;
  plain.annotations = rule.annotations;
  return rule == plain && rule.annotations.empty() && rule.action != RuleAction::kLog;
}

QString FirstSentence(const std::vector<Rule>& rules, const RuleWordsContext& context) {
  if (rules.empty()) return DecisionStepModel::tr("No rules");
  QString words = RuleSentence(rules.front(), context);
  const int more = static_cast<int>(rules.size()) - 1;
  if (more > 0) words += DecisionStepModel::tr("  +%n rule(s)", nullptr, more);
  return words;
}

class StepMaker {
 public:
  StepMaker(const Model& model, const ResourceKey& endpoint, Direction direction,
            TrafficScope scope)
      : model_(model),
        endpoint_(endpoint),
        direction_(direction),
        is_host_(endpoint.kind == ResourceKind::kHostEndpoint),
        routed_(is_host_ && scope == TrafficScope::kRouted),
        labels_(EffectiveLabels(model, endpoint)),
        order_(EvaluationOrder(model)) {}

  std::vector<DecisionStep> Make() {
    if (is_host_) {
      // What is routed out of an interface was untracked where it came in (§4.5).
      if (!routed_ || direction_ == Direction::kIngress) {
        if (!routed_) AddFailsafes();
        AddEarly(Stage::kUntracked);
      }
      if (direction_ == Direction::kIngress) AddEarly(Stage::kPreDnat);
    }
    if (!AddTiers()) AddEnd();
    return std::move(steps_);
  }

 private:
  bool Selects(const Policy& policy) const {
    if (policy.staged && policy.staged_action == StagedAction::kDelete) return false;
    const auto selector = Selector::Parse(policy.selector);
    return selector.ok() && selector->Matches(labels_);
  }

  bool IsAsked(const Policy& policy, Stage stage) const {
    if (StageOf(policy) != stage || !policy.applies_to(direction_)) return false;
    if (stage == Stage::kTiers && routed_ && !policy.apply_on_forward) return false;
    return Selects(policy);
  }

  void AddFailsafes() {
    const Settings settings = SettingsOf(model_);
    const auto& failsafes =
        direction_ == Direction::kIngress ? settings.failsafe_inbound : settings.failsafe_outbound;
    if (failsafes.empty()) return;
    QStringList entries;
    for (const Failsafe& failsafe : failsafes) entries << Q(ToString(failsafe));
    const auto shown = entries.mid(0, 4);
    QString list = shown.join(QStringLiteral(", "));
    if (entries.size() > shown.size()) {
      list = DecisionStepModel::tr("%1 and %n more", nullptr,
                                   static_cast<int>(entries.size() - shown.size()))
                 .arg(list);
    }
    const QString reason = direction_ == Direction::kIngress
                               ? DecisionStepModel::tr("%1 to this gateway may come in")
                               : DecisionStepModel::tr("%1 from this gateway may go out");
    steps_.push_back({Kind::kFailsafes,
                      Outcome::kAllow,
                      0,
                      {},
                      DecisionStepModel::tr("Failsafes"),
                      reason.arg(list)});
  }

  void AddPolicy(const OrderedPolicy& ordered) {
    const Policy& policy = *ordered.policy;
    const std::vector<Rule>& rules = policy.rules(direction_);
    RuleWordsContext context = RuleWordsContextOf(model_, policy, direction_);
    context.short_form = true;
    DecisionStep step;
    step.kind = Kind::kPolicy;
    step.number = ordered.number;
    step.resource = ordered.key;
    step.name = Q(policy.metadata.name);
    step.reason = FirstSentence(rules, context);
    step.outcome = policy.staged   ? Outcome::kStaged
                   : rules.empty() ? Outcome::kNothing
                                   : OutcomeOf(rules.front().action);
    steps_.push_back(std::move(step));
  }

  void AddEarly(Stage stage) {
    for (const OrderedTier& tier : order_) {
      for (const OrderedPolicy& ordered : tier.policies) {
        if (IsAsked(*ordered.policy, stage)) AddPolicy(ordered);
      }
    }
  }

  // True if a tier denies the rest, so that nothing after it is asked.
  bool AddTiers() {
    for (const OrderedTier& tier : order_) {
      bool enforced = false;
      for (const OrderedPolicy& ordered : tier.policies) {
        if (!IsAsked(*ordered.policy, Stage::kTiers)) continue;
        AddPolicy(ordered);
        enforced = enforced || !ordered.policy->staged;
      }
      if (!enforced || tier.end == TierAction::kPass) continue;
      AddRest(Outcome::kDeny, NothingElse(),
              DecisionStepModel::tr("End of tier %1").arg(Q(tier.name)));
      return true;
    }
    return false;
  }

  void AddEnd() {
    if (!routed_) return AddProfiles();
    AddRest(Outcome::kNothing, DecisionStepModel::tr("Everything else may pass"),
            HasRoutedPolicy() ? DecisionStepModel::tr("No policy decides it in this direction")
                              : DecisionStepModel::tr("No policy for routed traffic applies here"));
  }

  bool HasRoutedPolicy() const {
    const auto routes = [this](const OrderedPolicy& ordered) {
      const Policy& policy = *ordered.policy;
      return policy.apply_on_forward && StageOf(policy) == Stage::kTiers && Selects(policy);
    };
    return std::any_of(order_.begin(), order_.end(), [&](const OrderedTier& tier) {
      return std::any_of(tier.policies.begin(), tier.policies.end(), routes);
    });
  }

  void AddProfiles() {
    const std::vector<std::string>& names = ProfilesOf(model_, endpoint_);
    for (const std::string& name : names) {
      const auto found = model_.profiles.find(name);
      if (found == model_.profiles.end()) {
        steps_.push_back(
            {Kind::kMissingProfile,
             Outcome::kDeny,
             0,
             {ResourceKind::kProfile, name},
             DecisionStepModel::tr("Profile %1").arg(Q(name)),
             DecisionStepModel::tr("It does not exist: everything that reaches it is denied")});
        return;
      }
      if (AddProfile(found->second)) return;
    }
    AddRest(Outcome::kDeny, NothingElse(),
            names.empty() ? DecisionStepModel::tr("No profile lets the rest through")
                          : DecisionStepModel::tr("End of the profiles"));
  }

  // True if it decides everything.
  bool AddProfile(const Profile& profile) {
    const std::vector<Rule>& rules = profile.rules(direction_);
    const QString name = Q(profile.metadata.name);
    const ResourceKey key{ResourceKind::kProfile, profile.metadata.name};
    const auto last = std::find_if(rules.begin(), rules.end(), DecidesAll);
    if (last == rules.begin() && last != rules.end() && last->action == RuleAction::kAllow) {
      const QString lets = direction_ == Direction::kIngress
                               ? DecisionStepModel::tr("Profile %1 lets the rest in")
                               : DecisionStepModel::tr("Profile %1 lets the rest out");
      steps_.push_back({Kind::kProfile, Outcome::kAllow, 0, key, lets.arg(name),
                        DecisionStepModel::tr("No policy decides it")});
      return true;
    }
    RuleWordsContext context;
    context.direction = direction_;
    context.short_form = true;
    steps_.push_back(
        {Kind::kProfile, rules.empty() ? Outcome::kNothing : OutcomeOf(rules.front().action), 0,
         key, DecisionStepModel::tr("Profile %1").arg(name), FirstSentence(rules, context)});
    return last != rules.end();
  }

  QString NothingElse() const {
    if (routed_) return DecisionStepModel::tr("Nothing else may pass");
    return direction_ == Direction::kIngress ? DecisionStepModel::tr("Nothing else may come in")
                                             : DecisionStepModel::tr("Nothing else may go out");
  }

  void AddRest(Outcome outcome, const QString& name, const QString& reason) {
    steps_.push_back({Kind::kRest, outcome, 0, {}, name, reason});
  }

  const Model& model_;
  const ResourceKey& endpoint_;
  const Direction direction_;
  const bool is_host_;
  const bool routed_;
  const Labels labels_;
  const std::vector<OrderedTier> order_;
  std::vector<DecisionStep> steps_;
};

}  // namespace

std::vector<DecisionStep> DecisionStepsOf(const Model& model, const ResourceKey& endpoint,
                                          Direction direction, TrafficScope scope) {
  return StepMaker(model, endpoint, direction, scope).Make();
}

DecisionStepModel::DecisionStepModel(QObject* parent) : QAbstractListModel(parent) {}

void DecisionStepModel::SetSteps(std::vector<DecisionStep> steps) {
  if (steps == steps_) return;
  beginResetModel();
  steps_ = std::move(steps);
  endResetModel();
}

int DecisionStepModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(steps_.size());
}

QVariant DecisionStepModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount()) return {};
  const DecisionStep& step = steps_[static_cast<size_t>(index.row())];
  switch (role) {
    case Qt::DisplayRole:
      return step.name;
    case kNumber:
      return step.number;
    case kOutcome:
      return static_cast<int>(step.outcome);
    case kIsFailsafe:
      return step.kind == Kind::kFailsafes;
    case kReason:
    case Qt::ToolTipRole:
      return step.reason;
    case Qt::AccessibleTextRole:
      return step.number == 0
                 ? QStringLiteral("%1, %2").arg(step.name, step.reason)
                 : QStringLiteral("%1, %2, %3").arg(step.number).arg(step.name, step.reason);
    default:
      return {};
  }
}

}  // namespace gw::gui
