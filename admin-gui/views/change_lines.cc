#include "admin-gui/views/change_lines.h"

#include <algorithm>
#include <type_traits>
#include <variant>

#include <QCoreApplication>

#include "admin-gui/session/language.h"
#include "common/policy/rule_words.h"
#include "common/resources/writer.h"

namespace gw::gui {
namespace {

// Beyond it the networks of a set are counted, not listed.
constexpr size_t kListedNetworksMax = 200;

QString Tr(const char* text, int n = -1) {
  return QCoreApplication::translate("ChangeLines", text, nullptr, n);
}

QString Text(absl::string_view text) {
  return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QString LabelsText(const Labels& labels) {
  QStringList parts;
  for (const auto& [key, value] : labels) parts << Text(key) + QStringLiteral(" = ") + Text(value);
  return parts.isEmpty() ? Tr(QT_TRANSLATE_NOOP("ChangeLines", "no labels"))
                         : parts.join(QStringLiteral(", "));
}

QStringList RuleLines(const std::vector<Rule>& rules, const RuleWordsContext& context) {
  QStringList lines;
  for (const Rule& rule : rules) lines << RuleSentence(rule, context);
  return lines;
}

QString ScopeText(const Policy& policy) {
  if (policy.do_not_track) return Tr(QT_TRANSLATE_NOOP("ChangeLines", "untracked traffic"));
  if (policy.pre_dnat) return Tr(QT_TRANSLATE_NOOP("ChangeLines", "traffic before NAT"));
  if (policy.apply_on_forward) {
    return Tr(QT_TRANSLATE_NOOP("ChangeLines", "routed traffic, and to and from this gateway"));
  }
  return Tr(QT_TRANSLATE_NOOP("ChangeLines", "traffic to and from this gateway only"));
}

QString PlaceText(const Policy& policy) {
  const QString tier = Text(policy.tier);
  if (!policy.order) return Tr(QT_TRANSLATE_NOOP("ChangeLines", "In tier %1, last")).arg(tier);
  return Tr(QT_TRANSLATE_NOOP("ChangeLines", "In tier %1, order %2")).arg(tier).arg(*policy.order);
}

ResourceWords Words(const Model& model, const Policy& policy) {
  ResourceWords words;
  words.facts << PlaceText(policy);
  const QString selector =
      policy.selector.empty() ? QStringLiteral("all()") : Text(policy.selector);
  words.facts
      << Tr(QT_TRANSLATE_NOOP("ChangeLines", "Applies to %1: %2")).arg(selector, ScopeText(policy));
  if (policy.staged) {
    words.facts << Tr(QT_TRANSLATE_NOOP("ChangeLines", "Staged: recorded, not enforced"));
  }
  if (policy.applies_to_ingress) {
    words.ingress =
        RuleLines(policy.ingress, RuleWordsContextOf(model, policy, Direction::kIngress));
  }
  if (policy.applies_to_egress) {
    words.egress = RuleLines(policy.egress, RuleWordsContextOf(model, policy, Direction::kEgress));
  }
  return words;
}

QStringList ProfileNames(const std::vector<std::string>& profiles) {
  QStringList names;
  for (const std::string& profile : profiles) names << Text(profile);
  return names;
}

QStringList PortLines(const std::vector<EndpointPort>& ports) {
  QStringList lines;
  for (const EndpointPort& port : ports) {
    lines << Tr(QT_TRANSLATE_NOOP("ChangeLines", "Port %1 is %2"))
                 .arg(Text(port.name))
                 .arg(port.port);
  }
  return lines;
}

template <typename Endpoint>
ResourceWords EndpointWords(const Endpoint& endpoint) {
  ResourceWords words;
  words.facts << Tr(QT_TRANSLATE_NOOP("ChangeLines", "Interface %1 of %2"))
                     .arg(Text(endpoint.interface_name), Text(endpoint.node));
  words.facts << Tr(QT_TRANSLATE_NOOP("ChangeLines", "Labels: %1"))
                     .arg(LabelsText(endpoint.metadata.labels));
  if (!endpoint.profiles.empty()) {
    words.facts << Tr(QT_TRANSLATE_NOOP("ChangeLines", "Profiles: %1"))
                       .arg(ProfileNames(endpoint.profiles).join(QStringLiteral(", ")));
  }
  words.facts << PortLines(endpoint.ports);
  return words;
}

ResourceWords Words(const Model&, const HostEndpoint& endpoint) { return EndpointWords(endpoint); }
ResourceWords Words(const Model&, const WorkloadEndpoint& endpoint) {
  return EndpointWords(endpoint);
}

ResourceWords Words(const Model&, const NetworkSet& set) {
  ResourceWords words;
  words.facts
      << Tr(QT_TRANSLATE_NOOP("ChangeLines", "Labels: %1")).arg(LabelsText(set.metadata.labels));
  if (set.nets.size() > kListedNetworksMax) {
    words.facts << Tr(QT_TRANSLATE_N_NOOP("ChangeLines", "%n network(s)"),
                      static_cast<int>(set.nets.size()));
    return words;
  }
  for (const Prefix& net : set.nets) words.facts << Text(ToString(net));
  return words;
}

ResourceWords Words(const Model&, const Profile& profile) {
  ResourceWords words;
  words.facts << Tr(QT_TRANSLATE_NOOP("ChangeLines", "Gives the labels: %1"))
                     .arg(LabelsText(profile.labels_to_apply));
  RuleWordsContext context;
  words.ingress = RuleLines(profile.ingress, context);
  context.direction = Direction::kEgress;
  words.egress = RuleLines(profile.egress, context);
  return words;
}

ResourceWords Words(const Model&, const Tier& tier) {
  ResourceWords words;
  words.facts << (tier.order ? Tr(QT_TRANSLATE_NOOP("ChangeLines", "Order %1")).arg(*tier.order)
                             : Tr(QT_TRANSLATE_NOOP("ChangeLines", "Last in order")));
  words.facts << (tier.default_action == TierAction::kPass
                      ? Tr(QT_TRANSLATE_NOOP("ChangeLines", "What no rule decides goes on"))
                      : Tr(QT_TRANSLATE_NOOP("ChangeLines", "What no rule decides is denied")));
  return words;
}

ResourceWords Words(const Model&, const FelixConfiguration& configuration) {
  ResourceWords words;
  for (const auto& [name, value] : configuration.values) {
    words.facts << Text(name) + QStringLiteral(": ") + Text(value);
  }
  return words;
}

// Numbers the rules of a compared list: as they are now, with the number that they had if another.
void Number(std::vector<DiffLine>& lines) {
  int before = 0;
  int after = 0;
  for (DiffLine& line : lines) {
    if (line.sign != DiffLine::Sign::kAdded) ++before;
    if (line.sign != DiffLine::Sign::kRemoved) ++after;
    line.number = QString::number(line.sign == DiffLine::Sign::kRemoved ? before : after);
    if (line.sign == DiffLine::Sign::kSame && before != after) line.was = QString::number(before);
  }
}

void AddRules(std::vector<DiffLine>& lines, const QString& heading, const QStringList& before,
              const QStringList& after) {
  if (before.isEmpty() && after.isEmpty()) return;
  lines.push_back({DiffLine::Sign::kNote, {}, heading, {}});
  std::vector<DiffLine> rules =
      DiffOfTexts(before.join(QLatin1Char('\n')), after.join(QLatin1Char('\n')));
  Number(rules);
  lines.insert(lines.end(), rules.begin(), rules.end());
}

const std::vector<Rule>* RulesOf(const Resource& resource, Direction direction) {
  if (const auto* policy = std::get_if<Policy>(&resource)) return &policy->rules(direction);
  if (const auto* profile = std::get_if<Profile>(&resource)) return &profile->rules(direction);
  return nullptr;
}

int RuleCount(const Resource& resource) {
  size_t count = 0;
  for (const Direction direction : {Direction::kIngress, Direction::kEgress}) {
    const auto* rules = RulesOf(resource, direction);
    if (rules != nullptr) count += rules->size();
  }
  return static_cast<int>(count);
}

// How many rules of the one are not in the other.
int RulesOnlyIn(const Resource& one, const Resource& other) {
  int only = 0;
  for (const Direction direction : {Direction::kIngress, Direction::kEgress}) {
    const auto* mine = RulesOf(one, direction);
    const auto* theirs = RulesOf(other, direction);
    if (mine == nullptr || theirs == nullptr) continue;
    only += static_cast<int>(std::count_if(mine->begin(), mine->end(), [&](const Rule& rule) {
      return std::find(theirs->begin(), theirs->end(), rule) == theirs->end();
    }));
  }
  return only;
}

}  // namespace

QString KindWord(ResourceKind kind) {
  switch (kind) {
    case ResourceKind::kHostEndpoint:
      return Tr(QT_TRANSLATE_NOOP("ChangeLines", "Endpoint"));
    case ResourceKind::kWorkloadEndpoint:
      return Tr(QT_TRANSLATE_NOOP("ChangeLines", "Workload"));
    case ResourceKind::kGlobalNetworkPolicy:
      return Tr(QT_TRANSLATE_NOOP("ChangeLines", "Policy"));
    case ResourceKind::kStagedGlobalNetworkPolicy:
      return Tr(QT_TRANSLATE_NOOP("ChangeLines", "Staged policy"));
    case ResourceKind::kGlobalNetworkSet:
      return Tr(QT_TRANSLATE_NOOP("ChangeLines", "Network set"));
    case ResourceKind::kProfile:
      return Tr(QT_TRANSLATE_NOOP("ChangeLines", "Profile"));
    case ResourceKind::kTier:
      return Tr(QT_TRANSLATE_NOOP("ChangeLines", "Tier"));
    case ResourceKind::kFelixConfiguration:
      return Tr(QT_TRANSLATE_NOOP("ChangeLines", "Settings"));
  }
  return {};
}

QString ChangeTitle(const ResourceKey& key) {
  if (key.kind == ResourceKind::kFelixConfiguration) return KindWord(key.kind);
  return KindWord(key.kind) + QLatin1Char(' ') + Text(key.name);
}

ChangeKind KindOfChange(const ResourceDifference& difference) {
  if (!difference.before) return ChangeKind::kNew;
  return difference.after ? ChangeKind::kEdited : ChangeKind::kDeleted;
}

QString ChangeSummary(const ResourceDifference& difference) {
  const auto& after = difference.after;
  const auto& before = difference.before;
  if (!after) return Tr(QT_TRANSLATE_NOOP("ChangeLines", "Deleted"));
  if (!before) {
    const int rules = RuleCount(*after);
    return rules > 0 ? Tr(QT_TRANSLATE_N_NOOP("ChangeLines", "%n rule(s)"), rules)
                     : LabelsText(MetadataOf(*after).labels);
  }
  const int gone = RulesOnlyIn(*before, *after);
  const int come = RulesOnlyIn(*after, *before);
  const int edited = std::min(gone, come);
  QStringList parts;
  if (edited > 0) parts << Tr(QT_TRANSLATE_N_NOOP("ChangeLines", "%n rule(s) edited"), edited);
  if (come > edited) {
    parts << Tr(QT_TRANSLATE_N_NOOP("ChangeLines", "%n rule(s) added"), come - edited);
  }
  if (gone > edited) {
    parts << Tr(QT_TRANSLATE_N_NOOP("ChangeLines", "%n rule(s) removed"), gone - edited);
  }
  if (MetadataOf(*before).labels != MetadataOf(*after).labels) {
    parts << Tr(QT_TRANSLATE_NOOP("ChangeLines", "labels changed"));
  }
  return parts.isEmpty() ? Tr(QT_TRANSLATE_NOOP("ChangeLines", "Edited"))
                         : parts.join(QStringLiteral(", "));
}

ResourceWords WordsOf(const Model& model, const Resource& resource) {
  return std::visit([&](const auto& value) { return Words(model, value); }, resource);
}

std::vector<DiffLine> LinesInWords(const Model& before, const Model& after,
                                   const ResourceDifference& difference) {
  const ResourceWords was =
      difference.before ? WordsOf(before, *difference.before) : ResourceWords{};
  const ResourceWords now = difference.after ? WordsOf(after, *difference.after) : ResourceWords{};
  std::vector<DiffLine> lines = {{DiffLine::Sign::kHeading, {}, ChangeTitle(difference.key), {}}};
  const std::vector<DiffLine> facts =
      DiffOfTexts(was.facts.join(QLatin1Char('\n')), now.facts.join(QLatin1Char('\n')));
  lines.insert(lines.end(), facts.begin(), facts.end());
  AddRules(lines, Tr(QT_TRANSLATE_NOOP("ChangeLines", "Arriving")), was.ingress, now.ingress);
  AddRules(lines, Tr(QT_TRANSLATE_NOOP("ChangeLines", "Leaving")), was.egress, now.egress);
  return lines;
}

std::vector<DiffLine> LinesInYaml(const ResourceDifference& difference) {
  const std::string before = difference.before ? ToYaml(*difference.before) : std::string();
  const std::string after = difference.after ? ToYaml(*difference.after) : std::string();
  std::vector<DiffLine> lines = {{DiffLine::Sign::kHeading, {}, ChangeTitle(difference.key), {}}};
  const std::vector<DiffLine> text = DiffOfTexts(QString::fromStdString(before).trimmed(),
                                                 QString::fromStdString(after).trimmed());
  lines.insert(lines.end(), text.begin(), text.end());
  return lines;
}

}  // namespace gw::gui
