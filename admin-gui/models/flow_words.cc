#include "admin-gui/models/flow_words.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"
#include <QCoreApplication>
#include <QLocale>

#include "admin-gui/session/language.h"
#include "common/net/service_names.h"
#include "common/policy/rule_words.h"

namespace gw::gui {
namespace {

class FlowText {
  Q_DECLARE_TR_FUNCTIONS(FlowWords)
};

QString Text(absl::string_view text) {
  return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QString IcmpName(uint8_t protocol, uint8_t type) {
  const bool v6 = protocol == kProtocolIcmpv6;
  if (type == (v6 ? 128 : 8)) return FlowText::tr("echo request");
  if (type == (v6 ? 129 : 0)) return FlowText::tr("echo reply");
  if (type == (v6 ? 1 : 3)) return FlowText::tr("unreachable");
  if (type == (v6 ? 3 : 11)) return FlowText::tr("time exceeded");
  return FlowText::tr("type %1").arg(type);
}

// Deciders without a name of the administrator's in them.
QString FixedDecider(absl::string_view decided_by) {
  static constexpr std::array<std::pair<absl::string_view, const char*>, 10> kWords = {{
      {"no-profile-match", QT_TRANSLATE_NOOP("FlowWords", "No profile allows it")},
      {"forward-default-allow", QT_TRANSLATE_NOOP("FlowWords", "No policy decides")},
      {"forward-no-verdict", QT_TRANSLATE_NOOP("FlowWords", "No policy decides")},
      {"not-policed", QT_TRANSLATE_NOOP("FlowWords", "Interface not checked")},
      {"host-to-local-workload", QT_TRANSLATE_NOOP("FlowWords", "Gateway to workload")},
      {"unknown-workload", QT_TRANSLATE_NOOP("FlowWords", "Unknown workload")},
      {"icmpv6-nd", QT_TRANSLATE_NOOP("FlowWords", "Neighbour discovery")},
      {"rpf", QT_TRANSLATE_NOOP("FlowWords", "Spoofed source")},
      {"vxlan-from-workload", QT_TRANSLATE_NOOP("FlowWords", "VXLAN from a workload")},
      {"ipip-from-workload", QT_TRANSLATE_NOOP("FlowWords", "IPIP from a workload")},
  }};
  const auto* found = std::find_if(kWords.begin(), kWords.end(),
                                   [&](const auto& one) { return one.first == decided_by; });
  return found == kWords.end() ? QString() : FlowText::tr(found->second);
}

FlowLook LookOf(Verdict verdict, Verdict pending, bool rejected, absl::string_view decided_by) {
  const bool denied = verdict == Verdict::kDeny;
  const bool would_deny = pending == Verdict::kDeny;
  if (denied != would_deny) return denied ? FlowLook::kWouldAllow : FlowLook::kWouldDeny;
  if (denied) return rejected ? FlowLook::kRejected : FlowLook::kDenied;
  if (absl::StartsWith(decided_by, "failsafe:")) return FlowLook::kFailsafe;
  return verdict == Verdict::kNone ? FlowLook::kNoOpinion : FlowLook::kAllowed;
}

}  // namespace

FlowLook LookOfFlow(const AuditRecord& record) {
  return LookOf(record.verdict, record.pending_verdict, record.rejected, record.decided_by);
}

FlowLook LookOfExplanation(const Explanation& explanation) {
  return LookOf(explanation.verdict, explanation.pending_verdict, false, explanation.decided_by);
}

QString VerdictWord(FlowLook look) {
  switch (look) {
    case FlowLook::kDenied:
    case FlowLook::kWouldAllow:
      return FlowText::tr("Denied");
    case FlowLook::kRejected:
      return FlowText::tr("Rejected");
    case FlowLook::kAllowed:
    case FlowLook::kFailsafe:
    case FlowLook::kNoOpinion:
    case FlowLook::kWouldDeny:
      break;
  }
  return FlowText::tr("Allowed");
}

std::optional<DecidingRule> RuleOfDecider(absl::string_view decided_by) {
  DecidingRule rule;
  if (absl::ConsumePrefix(&decided_by, "profile:")) {
    rule.is_profile = true;
  } else if (!absl::ConsumePrefix(&decided_by, "policy:")) {
    return std::nullopt;
  }
  const size_t last = decided_by.rfind('/');
  if (last == absl::string_view::npos || last == 0) return std::nullopt;
  const size_t middle = decided_by.rfind('/', last - 1);
  if (middle == absl::string_view::npos) return std::nullopt;
  uint64_t index = 0;
  if (!absl::SimpleAtoi(decided_by.substr(last + 1), &index)) return std::nullopt;
  rule.index = index;
  rule.owner = std::string(decided_by.substr(0, middle));
  rule.direction = decided_by.substr(middle + 1, last - middle - 1) == "egress"
                       ? Direction::kEgress
                       : Direction::kIngress;
  return rule;
}

const Rule* FindDecidingRule(const Model& model, const DecidingRule& rule) {
  const std::vector<Rule>* rules = nullptr;
  if (rule.is_profile) {
    const auto profile = model.profiles.find(rule.owner);
    if (profile != model.profiles.end()) rules = &profile->second.rules(rule.direction);
  } else {
    const auto policy = model.policies.find(rule.owner);
    if (policy != model.policies.end()) rules = &policy->second.rules(rule.direction);
  }
  return rules != nullptr && rule.index < rules->size() ? &(*rules)[rule.index] : nullptr;
}

QString DeciderWords(absl::string_view decided_by) {
  if (const auto rule = RuleOfDecider(decided_by)) {
    return QStringLiteral("%1, %2").arg(QString::fromStdString(rule->owner)).arg(rule->index + 1);
  }
  absl::string_view rest = decided_by;
  if (absl::ConsumePrefix(&rest, "end-of-tier:")) {
    return FlowText::tr("End of %1").arg(Text(rest.substr(0, rest.rfind('/'))));
  }
  if (absl::ConsumePrefix(&rest, "failsafe:")) return FlowText::tr("Failsafe %1").arg(Text(rest));
  if (absl::ConsumePrefix(&rest, "conntrack:")) {
    return FlowText::tr("Connection state %1").arg(Text(rest));
  }
  if (absl::ConsumePrefix(&rest, "missing-profile:")) {
    return FlowText::tr("Profile %1 is missing").arg(Text(rest));
  }
  if (absl::ConsumePrefix(&rest, "endpoint-to-host:")) {
    return FlowText::tr("Workload to gateway: %1").arg(Text(rest));
  }
  const QString fixed = FixedDecider(decided_by);
  return fixed.isEmpty() ? Text(decided_by) : fixed;
}

QString DeciderInSentence(absl::string_view decided_by) {
  if (const auto rule = RuleOfDecider(decided_by)) {
    return FlowText::tr("by %1 rule %2")
        .arg(QString::fromStdString(rule->owner))
        .arg(rule->index + 1);
  }
  return DeciderWords(decided_by);
}

QString ReasonSentence(const Model& model, absl::string_view decided_by) {
  const auto rule = RuleOfDecider(decided_by);
  if (!rule) {
    absl::string_view rest = decided_by;
    if (absl::ConsumePrefix(&rest, "end-of-tier:")) {
      return FlowText::tr("No rule of tier %1 decides, and the tier ends with Deny.")
          .arg(Text(rest.substr(0, rest.rfind('/'))));
    }
    if (absl::ConsumePrefix(&rest, "failsafe:")) {
      return FlowText::tr("Failsafe %1 stands above every policy.").arg(Text(rest));
    }
    return FlowText::tr("%1.").arg(DeciderWords(decided_by));
  }
  const QString place =
      FlowText::tr("Rule %1 of %2").arg(rule->index + 1).arg(QString::fromStdString(rule->owner));
  const Rule* written = FindDecidingRule(model, *rule);
  if (written == nullptr) return FlowText::tr("%1, which is no longer there.").arg(place);
  RuleWordsContext context;
  context.direction = rule->direction;
  if (!rule->is_profile) {
    context = RuleWordsContextOf(model, model.policies.at(rule->owner), rule->direction);
  }
  return FlowText::tr("%1: %2").arg(place, RuleSentence(*written, context));
}

ServiceWords ServiceOf(const Tuple& tuple) {
  const QString protocol = QString::fromStdString(ProtocolName(tuple.protocol)).toLower();
  if (IsIcmp(tuple.protocol)) return {IcmpName(tuple.protocol, tuple.icmp_type), protocol};
  if (!HasPorts(tuple.protocol)) {
    bool number = false;
    (void)protocol.toInt(&number);
    return {{}, number ? FlowText::tr("protocol %1").arg(protocol) : protocol};
  }
  return {Text(ServiceName(tuple.protocol, tuple.destination_port)),
          QStringLiteral("%1/%2").arg(tuple.destination_port).arg(protocol)};
}

QString NameOrAddress(const FlowNames& names, const Address& address) {
  const std::string& name = names.NameOf(address);
  return QString::fromStdString(name.empty() ? ToString(address) : name);
}

QString SourceWords(const FlowNames& names, const AuditRecord& record) {
  return record.repeats > 0 ? FlowText::tr("Any source")
                            : NameOrAddress(names, record.tuple.source);
}

QString RepeatWords(const AuditRecord& record) {
  if (record.repeats == 0) return {};
  return record.repeats == 1 ? FlowText::tr("1 packet")
                             : FlowText::tr("%1 packets")
                                   .arg(QLocale().toString(static_cast<qlonglong>(record.repeats)));
}

QString FlowSentence(const FlowNames& names, const AuditRecord& record) {
  const QString source = SourceWords(names, record);
  const QString destination = NameOrAddress(names, record.tuple.destination);
  return record.verdict == Verdict::kDeny
             ? FlowText::tr("%1 may not reach %2").arg(source, destination)
             : FlowText::tr("%1 may reach %2").arg(source, destination);
}

}  // namespace gw::gui
