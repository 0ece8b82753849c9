#include "admin-gui/models/like_this.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include <QCoreApplication>

#include "admin-gui/models/flow_words.h"
#include "admin-gui/models/like_this_place.h"
#include "admin-gui/session/language.h"
#include "common/base/status_macros.h"
#include "common/policy/rule_words.h"
#include "common/store/audit_filter.h"

namespace gw::gui {
namespace {

class LikeText {
  Q_DECLARE_TR_FUNCTIONS(LikeThis)
};

constexpr absl::Duration kLookedBack = absl::Hours(24 * 7);

// The label that says best what an address is: by these keys first, then by name.
std::optional<std::pair<std::string, std::string>> TellingLabel(const Labels& labels) {
  for (const char* key : {"role", "app", "zone"}) {
    if (const auto label = labels.find(key); label != labels.end()) return *label;
  }
  if (labels.empty()) return std::nullopt;
  return *labels.begin();
}

std::string LabelSelector(const std::pair<std::string, std::string>& label) {
  const char* quote = absl::StrContains(label.second, '\'') ? "\"" : "'";
  return absl::StrCat(label.first, " == ", quote, label.second, quote);
}

QString LabelWords(const std::pair<std::string, std::string>& label) {
  return QStringLiteral("%1 = '%2'")
      .arg(QString::fromStdString(label.first), QString::fromStdString(label.second));
}

QString ServiceInRules(const Tuple& tuple) {
  const QString protocol = QString::fromStdString(ProtocolName(tuple.protocol));
  if (IsIcmp(tuple.protocol)) {
    return QStringLiteral("%1 %2").arg(protocol).arg(tuple.icmp_type);
  }
  if (!HasPorts(tuple.protocol)) return LikeText::tr("protocol %1").arg(protocol);
  return QStringLiteral("%1 %2").arg(protocol).arg(tuple.destination_port);
}

// A rule about the service of `tuple`, without addresses.
Rule ServiceRule(const Tuple& tuple, RuleAction action) {
  Rule rule;
  rule.action = action;
  // By number an ICMP protocol does not imply the IP version; the addresses or it must.
  rule.protocol = RuleProtocol{tuple.protocol, tuple.protocol != kProtocolIpip &&
                                                   ProtocolByName(ProtocolName(tuple.protocol))};
  if (HasPorts(tuple.protocol)) {
    rule.destination.ports = {PortRange{tuple.destination_port, tuple.destination_port}};
  }
  if (IsIcmp(tuple.protocol)) rule.icmp = RuleIcmp{tuple.icmp_type, std::nullopt};
  return rule;
}

AuditQuery ServiceQuery(const Tuple& tuple) {
  AuditQuery query;
  query.conditions.push_back(AuditCondition::Protocol(tuple.protocol));
  if (HasPorts(tuple.protocol)) {
    query.conditions.push_back(AuditCondition::DestinationPort(tuple.destination_port));
  }
  if (IsIcmp(tuple.protocol)) {
    const auto holds = [type = tuple.icmp_type](const AuditService& service) {
      return service.icmp_type == type;
    };
    query.where = std::make_shared<const AuditFilter>(AuditFilter::Of(AuditTest::Service{holds}));
  }
  return query;
}

bool HasLabel(const FlowNames& names, const Address& address,
              const std::pair<std::string, std::string>& label) {
  const Labels labels = names.LabelsOf(address);
  const auto found = labels.find(label.first);
  return found != labels.end() && found->second == label.second;
}

LikeThis Exactly(const FlowNames& names, const Tuple& tuple, RuleAction action) {
  LikeThis like;
  like.breadth = LikeThis::Breadth::kExactly;
  like.title = LikeText::tr("Exactly this");
  like.flows = LikeText::tr("%1 → %2, %3")
                   .arg(NameOrAddress(names, tuple.source), NameOrAddress(names, tuple.destination),
                        ServiceInRules(tuple));
  like.rule = ServiceRule(tuple, action);
  like.rule.source.nets = {Prefix::Of(tuple.source)};
  like.rule.destination.nets = {Prefix::Of(tuple.destination)};
  like.matched = ServiceQuery(tuple);
  like.matched.conditions.push_back(AuditCondition::Source(Prefix::Of(tuple.source)));
  like.matched.conditions.push_back(AuditCondition::Destination(Prefix::Of(tuple.destination)));
  return like;
}

LikeThis AnySource(const FlowNames& names, const Tuple& tuple, RuleAction action) {
  LikeThis like;
  like.breadth = LikeThis::Breadth::kService;
  like.title = LikeText::tr("This service");
  like.flows = LikeText::tr("any source → %1, %2")
                   .arg(NameOrAddress(names, tuple.destination), ServiceInRules(tuple));
  like.rule = ServiceRule(tuple, action);
  like.rule.destination.nets = {Prefix::Of(tuple.destination)};
  like.matched = ServiceQuery(tuple);
  like.matched.conditions.push_back(AuditCondition::Destination(Prefix::Of(tuple.destination)));
  return like;
}

// Empty if neither side has a label.
std::optional<LikeThis> ByLabels(const std::shared_ptr<const FlowNames>& held, const Tuple& tuple,
                                 RuleAction action) {
  const FlowNames& names = *held;
  const auto source = TellingLabel(names.LabelsOf(tuple.source));
  const auto destination = TellingLabel(names.LabelsOf(tuple.destination));
  if (!source && !destination) return std::nullopt;
  LikeThis like;
  like.breadth = LikeThis::Breadth::kLabels;
  like.title =
      source && destination ? LikeText::tr("This pair of labels") : LikeText::tr("This label");
  like.flows =
      LikeText::tr("%1 → %2, %3")
          .arg(source ? LabelWords(*source) : NameOrAddress(names, tuple.source),
               destination ? LabelWords(*destination) : NameOrAddress(names, tuple.destination),
               ServiceInRules(tuple));
  like.rule = ServiceRule(tuple, action);
  like.matched = ServiceQuery(tuple);
  if (source) {
    like.rule.source.selector = LabelSelector(*source);
  } else {
    like.rule.source.nets = {Prefix::Of(tuple.source)};
    like.matched.conditions.push_back(AuditCondition::Source(Prefix::Of(tuple.source)));
  }
  if (destination) {
    like.rule.destination.selector = LabelSelector(*destination);
  } else {
    like.rule.destination.nets = {Prefix::Of(tuple.destination)};
    like.matched.conditions.push_back(AuditCondition::Destination(Prefix::Of(tuple.destination)));
  }
  std::vector<AuditFilter> filters;
  if (like.matched.where != nullptr) filters.push_back(*like.matched.where);
  const auto has = [&held](const std::pair<std::string, std::string>& label) {
    return [held, label](const Address& address) { return HasLabel(*held, address, label); };
  };
  if (source) filters.push_back(AuditFilter::Of(AuditTest::Source{has(*source)}));
  if (destination) filters.push_back(AuditFilter::Of(AuditTest::Destination{has(*destination)}));
  like.matched.where = std::make_shared<const AuditFilter>(AuditFilter::All(std::move(filters)));
  return like;
}

std::vector<Rule>& RulesOf(Resource& resource, Direction direction) {
  if (auto* profile = std::get_if<Profile>(&resource)) {
    return direction == Direction::kIngress ? profile->ingress : profile->egress;
  }
  auto& policy = std::get<Policy>(resource);
  return direction == Direction::kIngress ? policy.ingress : policy.egress;
}

std::string WordsOf(const Model& model, const Resource& resource, const LikeThis& like) {
  RuleWordsContext context;
  context.direction = like.direction;
  if (const auto* policy = std::get_if<Policy>(&resource)) {
    context = RuleWordsContextOf(model, *policy, like.direction);
  }
  return RuleSentence(like.rule, context).toStdString();
}

void PutInPlace(const Model& model, const RulePlace& place, LikeThis* like) {
  like->direction = place.direction;
  like->index = place.index;
  like->policy = KeyOf(place.resource);
  like->place = place.words;
  like->sentence = QString::fromStdString(WordsOf(model, place.resource, *like));
  for (const Resource& resource : place.new_before) {
    like->changes.push_back({KeyOf(resource), resource});
  }
  Resource changed = place.resource;
  std::vector<Rule>& rules = RulesOf(changed, place.direction);
  rules.insert(rules.begin() + static_cast<std::ptrdiff_t>(place.index), like->rule);
  like->changes.push_back({like->policy, std::move(changed)});
  const QString name = QString::fromStdString(like->policy.name);
  like->step = place.is_new ? LikeText::tr("Add policy %1").arg(name)
                            : LikeText::tr("Add rule %1 to %2").arg(place.index + 1).arg(name);
}

}  // namespace

absl::StatusOr<std::vector<LikeThis>> MakeLikeThis(const Model& model,
                                                   const std::shared_ptr<const FlowNames>& names,
                                                   const AuditRecord& record, RuleAction action) {
  const bool denied = record.verdict == Verdict::kDeny;
  if (denied == (action == RuleAction::kDeny)) {
    return absl::FailedPreconditionError((denied ? LikeText::tr("This is denied already.")
                                                 : LikeText::tr("This is allowed already."))
                                             .toStdString());
  }
  GW_ASSIGN_OR_RETURN(const RulePlace place, PlaceForRule(model, record));
  std::vector<LikeThis> choices;
  choices.push_back(AnySource(*names, record.tuple, action));
  if (record.repeats > 0) {  // a sum has no source
    PutInPlace(model, place, &choices.front());
    return choices;
  }
  choices.insert(choices.begin(), Exactly(*names, record.tuple, action));
  if (auto labels = ByLabels(names, record.tuple, action)) choices.push_back(*std::move(labels));
  for (LikeThis& like : choices) PutInPlace(model, place, &like);
  return choices;
}

absl::StatusOr<int64_t> CountLikeThis(Service& service, const CallContext& context,
                                      const AuditQuery& matched, absl::Time now) {
  GW_ASSIGN_OR_RETURN(const AuditHistogram sums,
                      service.Histogram(context, matched, now - kLookedBack, now, 1));
  return sums.buckets.front().allowed + sums.buckets.front().denied;
}

}  // namespace gw::gui
