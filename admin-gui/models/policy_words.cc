#include "admin-gui/models/policy_words.h"

#include <QCoreApplication>

#include "admin-gui/session/language.h"
#include "common/net/protocol.h"
#include "common/net/service_names.h"
#include "common/policy/rule_words.h"
#include "common/policy/settings.h"

namespace gw::gui {
namespace {

class PolicyText {
  Q_DECLARE_TR_FUNCTIONS(gw::gui::PolicyText)
};

constexpr int kFailsafesShown = 3;

QString Q(absl::string_view text) {
  return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QString FailsafeName(const Failsafe& failsafe) {
  const QString service = Q(ServiceName(failsafe.protocol, failsafe.port))
                              .toUpper()
                              .replace(QLatin1String("V6"), QLatin1String("v6"));
  const QString port =
      QStringLiteral("%1/%2").arg(failsafe.port).arg(Q(ProtocolName(failsafe.protocol)).toLower());
  QString words = service.isEmpty() ? port : service + QLatin1Char(' ') + port;
  if (failsafe.net && failsafe.net->length > 0) {
    words = PolicyText::tr("%1 from %2").arg(words, Q(ToString(*failsafe.net)));
  }
  return words;
}

}  // namespace

PolicyScope ScopeOf(const Policy& policy) {
  if (policy.do_not_track) return PolicyScope::kUntracked;
  if (policy.pre_dnat) return PolicyScope::kBeforeNat;
  return policy.apply_on_forward ? PolicyScope::kRouted : PolicyScope::kGatewayOnly;
}

void SetScope(Policy& policy, PolicyScope scope) {
  policy.apply_on_forward = scope != PolicyScope::kGatewayOnly;
  policy.pre_dnat = scope == PolicyScope::kBeforeNat;
  policy.do_not_track = scope == PolicyScope::kUntracked;
}

QString ScopeName(PolicyScope scope) {
  switch (scope) {
    case PolicyScope::kRouted:
      return PolicyText::tr("Routed traffic");
    case PolicyScope::kGatewayOnly:
      return PolicyText::tr("This gateway only");
    case PolicyScope::kBeforeNat:
      return PolicyText::tr("Before NAT");
    case PolicyScope::kUntracked:
      return PolicyText::tr("Untracked");
  }
  return {};
}

QString ScopeShort(PolicyScope scope) {
  if (scope == PolicyScope::kRouted) return PolicyText::tr("Routed");
  if (scope == PolicyScope::kGatewayOnly) return PolicyText::tr("Gateway only");
  return ScopeName(scope);
}

QString ScopeHint(PolicyScope scope) {
  switch (scope) {
    case PolicyScope::kRouted:
      return PolicyText::tr("and traffic to and from this gateway");
    case PolicyScope::kGatewayOnly:
      return PolicyText::tr("nothing that is routed through it");
    case PolicyScope::kBeforeNat:
      return PolicyText::tr(
          "sees the addresses and ports the sender used; arriving only; decides before everything "
          "else");
    case PolicyScope::kUntracked:
      return PolicyText::tr(
          "every packet by itself, replies need their own rule; not for endpoints named *");
  }
  return {};
}

QString ScopeField(PolicyScope scope) {
  switch (scope) {
    case PolicyScope::kRouted:
      return QStringLiteral("applyOnForward: true");
    case PolicyScope::kGatewayOnly:
      return QStringLiteral("applyOnForward: false");
    case PolicyScope::kBeforeNat:
      return QStringLiteral("preDNAT: true");
    case PolicyScope::kUntracked:
      return QStringLiteral("doNotTrack: true");
  }
  return {};
}

QString DirectionsShort(const Policy& policy) {
  if (policy.applies_to_ingress && policy.applies_to_egress) return PolicyText::tr("both ways");
  if (policy.applies_to_egress) return PolicyText::tr("leaving");
  return policy.applies_to_ingress ? PolicyText::tr("arriving") : QString();
}

QString TierEndWords(const std::vector<OrderedTier>& order, size_t tier) {
  if (!order[tier].defined) return PolicyText::tr("This tier does not exist: create it");
  if (order[tier].end == TierAction::kDeny) return PolicyText::tr("What no rule decides is denied");
  for (size_t next = tier + 1; next < order.size(); ++next) {
    if (order[next].policies.empty()) continue;
    return PolicyText::tr("What no rule decides goes on to tier %1").arg(Q(order[next].name));
  }
  return PolicyText::tr("What no rule decides goes on to the profiles");
}

QString JoinWords(const QStringList& words) {
  if (words.isEmpty()) return {};
  if (words.size() == 1) return words.front();
  return PolicyText::tr("%1 and %2")
      .arg(words.mid(0, words.size() - 1).join(QStringLiteral(", ")), words.back());
}

QString FailsafeWords(const Model& model) {
  const Settings settings = SettingsOf(model);
  const int count = static_cast<int>(settings.failsafe_inbound.size());
  if (count == 0) {
    return PolicyText::tr("No failsafes: every way to this gateway is up to the policies");
  }
  QStringList names;
  const int shown = count == kFailsafesShown + 1 ? count : std::min(count, kFailsafesShown);
  for (int i = 0; i < shown; ++i) {
    names << FailsafeName(settings.failsafe_inbound[static_cast<size_t>(i)]);
  }
  if (shown < count) names << PolicyText::tr("%n more", nullptr, count - shown);
  return count == 1 ? PolicyText::tr("Failsafes come first: %1 to this gateway is always let in")
                          .arg(JoinWords(names))
                    : PolicyText::tr("Failsafes come first: %1 to this gateway are always let in")
                          .arg(JoinWords(names));
}

NextTiers NextTiersOf(const std::vector<OrderedTier>& order) {
  NextTiers next;
  std::string after;  // a tier without policies is not asked
  for (auto tier = order.rbegin(); tier != order.rend(); ++tier) {
    next[tier->name] = after;
    if (!tier->policies.empty()) after = tier->name;
  }
  return next;
}

QString RuleSentence(const Model& model, const NextTiers& next, const Policy& policy,
                     Direction direction, const Rule& rule, bool short_form) {
  static const Model kNothing;
  // Apart from the next tier, which is known, only local policies look at the model: whether they
  // are for workloads too.
  const bool looks = ScopeOf(policy) == PolicyScope::kGatewayOnly;
  const Model& asked = looks && !model.workload_endpoints.empty() ? model : kNothing;
  RuleWordsContext context = RuleWordsContextOf(asked, policy, direction);
  const auto found = next.find(policy.tier);
  context.next_tier = found == next.end() ? std::string() : found->second;
  context.short_form = short_form;
  return RuleSentence(rule, context);
}

PolicySummary SummaryOf(const Model& model, const Policy& policy, const NextTiers& next) {
  PolicySummary summary;
  const size_t ingress = policy.applies_to_ingress ? policy.ingress.size() : 0;
  const size_t egress = policy.applies_to_egress ? policy.egress.size() : 0;
  summary.empty = ingress + egress == 0;
  if (policy.staged && policy.staged_action == StagedAction::kDelete) {
    summary.sentence = PolicyText::tr("Would remove the enforced policy of this name");
    summary.empty = true;
    return summary;
  }
  if (summary.empty) {
    summary.sentence = PolicyText::tr("No rules");
    return summary;
  }
  const Direction direction = ingress > 0 ? Direction::kIngress : Direction::kEgress;
  const Rule& first = policy.rules(direction).front();
  summary.sentence = RuleSentence(model, next, policy, direction, first, true);
  summary.more = static_cast<int>(ingress + egress) - 1;
  summary.action = first.action;
  return summary;
}

QString RuleTitle(const Policy& policy, Direction direction, size_t index) {
  const int number = static_cast<int>(index) + 1;
  if (!policy.applies_to_ingress || !policy.applies_to_egress) {
    return PolicyText::tr("Rule %1").arg(number);
  }
  return direction == Direction::kIngress ? PolicyText::tr("Arriving rule %1").arg(number)
                                          : PolicyText::tr("Leaving rule %1").arg(number);
}

}  // namespace gw::gui
