#include "common/policy/rule_words.h"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <utility>
#include <variant>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

#include "common/net/service_names.h"
#include "common/policy/compile_sets.h"
#include "common/policy/evaluation_order.h"
#include "common/policy/rule_words_patterns.h"
#include "common/policy/schedule.h"
#include "common/policy/selector.h"

namespace gw {
namespace {

using rule_words::Sides;
using rule_words::Verb;

constexpr char kEnDash[] = "\u2013";
constexpr size_t kLabelTermsMax = 3;
constexpr size_t kListedMax = 3;
// So many of a longer list are named before "and 4 more".
constexpr size_t kListedBeforeMore = 2;

struct Placeholder {
  absl::string_view name;  // "%what"
  absl::string_view text;
};

// Puts texts in place of placeholders, once: what stands in a text is not looked at.
std::string Fill(absl::string_view pattern, std::initializer_list<Placeholder> placeholders) {
  std::string filled;
  while (!pattern.empty()) {
    size_t length = 1;
    if (pattern.front() == '%') {
      while (length < pattern.size() &&
             absl::ascii_islower(static_cast<unsigned char>(pattern[length]))) {
        ++length;
      }
    }
    const absl::string_view part = pattern.substr(0, length);
    const auto* const found =
        std::find_if(placeholders.begin(), placeholders.end(),
                     [part](const Placeholder& placeholder) { return placeholder.name == part; });
    absl::StrAppend(&filled, found == placeholders.end() ? part : found->text);
    pattern.remove_prefix(length);
  }
  return filled;
}

bool HasWhat(const Rule& rule) {
  return rule.protocol || rule.not_protocol || rule.icmp || rule.not_icmp ||
         !rule.destination.ports.empty() || !rule.destination.not_ports.empty();
}

bool HasAddresses(const EntityRule& side) {
  return !side.nets.empty() || !side.not_nets.empty() || !side.selector.empty() ||
         !side.not_selector.empty();
}

bool RestrictsPorts(const EntityRule& side) {
  return !side.ports.empty() || !side.not_ports.empty();
}

// Says one rule.
class Wording {
 public:
  Wording(const Rule& rule, const RuleWordsContext& context, const RuleWordsCatalogue& catalogue)
      : rule_(rule), context_(context), catalogue_(catalogue) {}

  std::string Sentence() const {
    const std::string when = When();
    std::string sentence = Body();
    if (context_.short_form) {
      return when.empty() ? sentence
                          : Say(rule_words::kShortWhen, {{"%sentence", sentence}, {"%when", when}});
    }
    return when.empty() ? Say(rule_words::kFull, {{"%sentence", sentence}})
                        : Say(rule_words::kFullWhen, {{"%sentence", sentence}, {"%when", when}});
  }

 private:
  std::string Say(absl::string_view pattern,
                  std::initializer_list<Placeholder> placeholders = {}) const {
    return Fill(catalogue_.Text(pattern), placeholders);
  }

  // ---- the sentence ----

  Verb VerbOf() const {
    switch (rule_.action) {
      case RuleAction::kAllow:
        return context_.staged ? Verb::kWouldAllow : Verb::kAllow;
      case RuleAction::kDeny:
        return context_.staged ? Verb::kWouldDeny : Verb::kDeny;
      case RuleAction::kPass:
        return context_.next_tier.empty() ? Verb::kPassLast : Verb::kPass;
      case RuleAction::kLog:
        break;
    }
    return Verb::kLog;
  }

  std::string Body() const {
    const Verb verb = VerbOf();
    const bool passes = verb == Verb::kPass || verb == Verb::kPassLast;
    const bool says_what = HasWhat(rule_) || !(context_.short_form || passes);
    std::string source = SourceWords();
    std::string destination = DestinationWords();
    if (source.empty() && destination.empty() && NeedsSide()) {
      std::string& open = context_.direction == Direction::kIngress ? source : destination;
      open = Say(rule_words::kAnyAddress);
    }
    const Sides sides = source.empty() ? (destination.empty() ? Sides::kNone : Sides::kDestination)
                                       : (destination.empty() ? Sides::kSource : Sides::kBoth);
    const char* const pattern = rule_words::kSentences[static_cast<size_t>(verb)][says_what ? 0 : 1]
                                                      [static_cast<size_t>(sides)];
    return Say(pattern, {{"%what", says_what ? What() : ""},
                         {"%src", source},
                         {"%dst", destination},
                         {"%tier", context_.next_tier}});
  }

  // Whether "any address" is said of the far side where the rule names none.
  bool NeedsSide() const {
    if (context_.short_form || IsIcmpRule()) return false;
    const bool would = context_.staged &&
                       (rule_.action == RuleAction::kAllow || rule_.action == RuleAction::kDeny);
    return HasWhat(rule_) || would;
  }

  // ---- what ----

  bool IsIcmpRule() const {
    return rule_.icmp || rule_.not_icmp || (rule_.protocol && IsIcmp(rule_.protocol->number));
  }

  std::string ProtocolWords(uint8_t number) const {
    std::string name = ProtocolName(number);
    const bool has_name = !absl::ascii_isdigit(static_cast<unsigned char>(name.front()));
    return has_name ? name : Say(rule_words::kProtocolNumber, {{"%number", name}});
  }

  std::string What() const {
    if (IsIcmpRule()) return IcmpWords();
    if (rule_.not_protocol) {
      return Say(rule_words::kEverythingExcept,
                 {{"%what", ProtocolWords(rule_.not_protocol->number)}});
    }
    const std::string ports = PortList(rule_.destination.ports);
    const std::string excluded = PortList(rule_.destination.not_ports);
    if (!rule_.protocol) {
      if (ports.empty() && excluded.empty()) return Say(rule_words::kAllTraffic);
      return Say(excluded.empty() ? rule_words::kPorts
                 : ports.empty()  ? rule_words::kExceptPorts
                                  : rule_words::kPortsExcept,
                 {{"%ports", ports}, {"%excluded", excluded}});
    }
    std::string protocol = ProtocolWords(rule_.protocol->number);
    if (ports.empty() && excluded.empty()) return protocol;
    return Say(excluded.empty() ? rule_words::kProtocolPorts
               : ports.empty()  ? rule_words::kProtocolExceptPorts
                                : rule_words::kProtocolPortsExcept,
               {{"%protocol", protocol}, {"%ports", ports}, {"%excluded", excluded}});
  }

  uint8_t IcmpProtocol() const {
    if (rule_.protocol) return rule_.protocol->number;
    return rule_.ip_version == 6 ? kProtocolIcmpv6 : kProtocolIcmp;
  }

  std::string IcmpKindWords(const RuleIcmp& icmp) const {
    const uint8_t protocol = IcmpProtocol();
    if (!icmp.code) {
      for (const rule_words::IcmpKind& kind : rule_words::kIcmpKinds) {
        if (kind.protocol == protocol && kind.type == icmp.type) return Say(kind.pattern);
      }
    }
    const std::string type = absl::StrCat(static_cast<int>(icmp.type));
    const std::string code = icmp.code ? absl::StrCat(static_cast<int>(*icmp.code)) : "";
    return Say(icmp.code ? rule_words::kIcmpTypeCode : rule_words::kIcmpType,
               {{"%protocol", ProtocolName(protocol)}, {"%type", type}, {"%code", code}});
  }

  std::string IcmpWords() const {
    std::string what = rule_.icmp ? IcmpKindWords(*rule_.icmp) : ProtocolName(IcmpProtocol());
    if (!rule_.not_icmp) return what;
    return Say(rule_words::kIcmpExcept,
               {{"%what", what}, {"%excluded", IcmpKindWords(*rule_.not_icmp)}});
  }

  std::string OnePort(const RulePort& port) const {
    if (const auto* name = std::get_if<std::string>(&port)) {
      return Say(rule_words::kNamedPort, {{"%name", *name}});
    }
    const auto& range = std::get<PortRange>(port);
    const absl::string_view service =
        rule_.protocol ? ServiceName(rule_.protocol->number, range) : "";
    if (service.empty()) return PortWords(range);
    return Say(rule_words::kPortService, {{"%port", PortWords(range)}, {"%service", service}});
  }

  std::string PortList(const std::vector<RulePort>& ports) const {
    std::vector<std::string> words;
    words.reserve(ports.size());
    for (const RulePort& port : ports) words.push_back(OnePort(port));
    return ListOfSome(words, rule_words::kMorePorts);
  }

  // ---- sides ----

  std::string SourceWords() const {
    const bool policed = context_.direction == Direction::kEgress;
    const EntityRule& side = rule_.source;
    std::string words = AddressWords(side, policed, context_.source_is_gateway);
    if (!RestrictsPorts(side)) return words;
    if (words.empty()) words = Say(rule_words::kAnyAddress);
    if (!side.ports.empty()) {
      words = Say(rule_words::kSidePorts, {{"%side", words}, {"%ports", PortList(side.ports)}});
    }
    if (side.not_ports.empty()) return words;
    return Say(rule_words::kSideExceptPorts,
               {{"%side", words}, {"%ports", PortList(side.not_ports)}});
  }

  // Its ports are a part of what.
  std::string DestinationWords() const {
    const bool policed = context_.direction == Direction::kIngress;
    return AddressWords(rule_.destination, policed, context_.destination_is_gateway);
  }

  // Empty if the side is open.
  std::string AddressWords(const EntityRule& side, bool policed, bool is_gateway) const {
    const bool open = !HasAddresses(side);
    if (open && !is_gateway && !(policed && context_.gateway_only)) return "";
    std::string words = open || is_gateway ? Say(rule_words::kThisGateway) : Included(side);
    const std::string excluded = Excluded(side);
    if (excluded.empty()) return words;
    return Say(rule_words::kSideExcept, {{"%side", words}, {"%excluded", excluded}});
  }

  std::string Included(const EntityRule& side) const {
    const std::string nets = NetworkList(side.nets);
    if (side.selector.empty()) return nets.empty() ? Say(rule_words::kAnyAddress) : nets;
    const std::string known = SelectedWords(side.selector);
    return nets.empty() ? known : Say(rule_words::kSideWithin, {{"%side", known}, {"%nets", nets}});
  }

  std::string Excluded(const EntityRule& side) const {
    std::vector<std::string> parts;
    if (!side.not_nets.empty()) parts.push_back(NetworkList(side.not_nets));
    if (!side.not_selector.empty()) parts.push_back(SelectedWords(side.not_selector));
    return List(parts, rule_words::kListAnd);
  }

  std::string NetworkList(const std::vector<Prefix>& nets) const {
    std::vector<std::string> words;
    words.reserve(nets.size());
    for (const Prefix& net : nets) words.push_back(ToString(net));
    return ListOfSome(words, rule_words::kMoreNetworks);
  }

  // ---- labels ----

  std::string SelectedWords(const std::string& text) const {
    const auto selector = Selector::Parse(text);
    if (!selector.ok()) return Labelled(rule_words::kLabelled, text);
    const SelectorNode& whole = selector->nodes().back();
    if (whole.op == SelectorOperator::kAll) return Say(rule_words::kAnyKnownEndpoint);
    const auto words = LabelWords(*selector);
    if (!words) return Labelled(rule_words::kLabelled, text);
    const bool begins_with_word =
        whole.op == SelectorOperator::kHas || whole.op == SelectorOperator::kNot ||
        whole.op == SelectorOperator::kNotEqual || whole.op == SelectorOperator::kNotIn;
    return Labelled(begins_with_word ? rule_words::kWithLabels : rule_words::kLabelled, *words);
  }

  std::string Labelled(absl::string_view pattern, const std::string& labels) const {
    return context_.short_form ? labels : Say(pattern, {{"%labels", labels}});
  }

  // Nothing for selectors that have too many terms, or that words would not make clearer.
  std::optional<std::string> LabelWords(const Selector& selector) const {
    std::vector<std::string> words;  // of each node; operands come first
    size_t terms = 0;
    for (const SelectorNode& node : selector.nodes()) {
      if (node.operands.empty() && ++terms > kLabelTermsMax) return std::nullopt;
      auto text = NodeWords(selector, node, words);
      if (!text) return std::nullopt;
      words.push_back(*std::move(text));
    }
    return words.back();
  }

  std::optional<std::string> NodeWords(const Selector& selector, const SelectorNode& node,
                                       const std::vector<std::string>& words) const {
    switch (node.op) {
      case SelectorOperator::kHas:
        return Say(rule_words::kHasLabel, {{"%key", node.key}});
      case SelectorOperator::kEqual:
        return Term(rule_words::kEqualTo, node);
      case SelectorOperator::kNotEqual:
        return Term(rule_words::kNotEqualTo, node);
      case SelectorOperator::kStartsWith:
        return Term(rule_words::kStartingWith, node);
      case SelectorOperator::kEndsWith:
        return Term(rule_words::kEndingWith, node);
      case SelectorOperator::kContains:
        return Term(rule_words::kContaining, node);
      case SelectorOperator::kIn:
        return Values(rule_words::kOneOf, node);
      case SelectorOperator::kNotIn:
        return Values(rule_words::kNoneOf, node);
      case SelectorOperator::kNot:
        return Negated(selector.nodes()[node.operands.front()]);
      case SelectorOperator::kAnd:
        return Joined(selector, node, words, rule_words::kListAnd);
      case SelectorOperator::kOr:
        return Joined(selector, node, words, rule_words::kListOr);
      case SelectorOperator::kAll:
      case SelectorOperator::kGlobal:
        break;
    }
    return std::nullopt;
  }

  std::string Term(absl::string_view pattern, const SelectorNode& node) const {
    return Say(pattern, {{"%key", node.key}, {"%value", node.values.front()}});
  }

  std::optional<std::string> Values(absl::string_view pattern, const SelectorNode& node) const {
    if (node.values.empty()) return std::nullopt;
    std::vector<std::string> quoted;
    quoted.reserve(node.values.size());
    for (const std::string& value : node.values) quoted.push_back(absl::StrCat("'", value, "'"));
    return Say(pattern, {{"%key", node.key}, {"%values", List(quoted, rule_words::kListOr)}});
  }

  std::optional<std::string> Negated(const SelectorNode& operand) const {
    switch (operand.op) {
      case SelectorOperator::kHas:
        return Say(rule_words::kHasNoLabel, {{"%key", operand.key}});
      case SelectorOperator::kEqual:
        return Term(rule_words::kNotEqualTo, operand);
      case SelectorOperator::kIn:
        return Values(rule_words::kNoneOf, operand);
      default:
        return std::nullopt;
    }
  }

  // In parentheses what is itself joined, by the other word: the same word would be one list.
  std::string Joined(const Selector& selector, const SelectorNode& node,
                     const std::vector<std::string>& words, absl::string_view pattern) const {
    std::vector<std::string> parts;
    for (const uint32_t operand : node.operands) {
      const bool joined = !selector.nodes()[operand].operands.empty() &&
                          selector.nodes()[operand].op != SelectorOperator::kNot;
      parts.push_back(joined ? Say(rule_words::kParentheses, {{"%labels", words[operand]}})
                             : words[operand]);
    }
    return List(parts, pattern);
  }

  // ---- lists ----

  // "a, b and c", with the pattern of the last two.
  std::string List(const std::vector<std::string>& parts, absl::string_view last_pattern) const {
    if (parts.empty()) return "";
    std::string list = parts.front();
    for (size_t i = 1; i < parts.size(); ++i) {
      list = i + 1 == parts.size()
                 ? Say(last_pattern, {{"%first", list}, {"%last", parts[i]}})
                 : Say(rule_words::kListMore, {{"%first", list}, {"%next", parts[i]}});
    }
    return list;
  }

  std::string ListOfSome(const std::vector<std::string>& parts,
                         absl::string_view more_pattern) const {
    if (parts.size() <= kListedMax) return List(parts, rule_words::kListAnd);
    const std::vector<std::string> some(parts.begin(), parts.begin() + kListedBeforeMore);
    return Say(more_pattern, {{"%list", List(some, rule_words::kListMoreAsLast)},
                              {"%count", absl::StrCat(parts.size() - some.size())}});
  }

  // ---- when ----

  std::string When() const {
    std::vector<std::string> parts;
    const bool implied = rule_.protocol && rule_.protocol->by_name && IsIcmpRule();
    if (rule_.ip_version && !implied) {
      parts.push_back(Say(*rule_.ip_version == 6 ? rule_words::kIPv6Only : rule_words::kIPv4Only));
    }
    const auto schedule = rule_.annotations.find(kScheduleAnnotation);
    if (schedule != rule_.annotations.end()) parts.push_back(ScheduleWords(schedule->second));
    const auto expires = rule_.annotations.find(kExpiresAnnotation);
    if (expires != rule_.annotations.end()) parts.push_back(ExpiryWords(expires->second));
    return List(parts, rule_words::kListMoreAsLast);
  }

  // As it was written, but for dashes and the language of the days.
  std::string ScheduleWords(const std::string& text) const {
    if (!ParseSchedule(text).ok()) return text;
    std::string words;
    for (size_t i = 0; i < text.size();) {
      const auto* const day = std::find_if(
          std::begin(rule_words::kDays), std::end(rule_words::kDays), [&](const char* name) {
            return absl::EqualsIgnoreCase(absl::string_view(text).substr(i, 3), name);
          });
      if (day != std::end(rule_words::kDays)) {
        absl::StrAppend(&words, Say(*day));
        i += 3;
        continue;
      }
      absl::StrAppend(&words, text[i] == '-' ? kEnDash : text.substr(i, 1));
      ++i;
    }
    return words;
  }

  // To the minute, by the clock of the zone that it was written in.
  std::string ExpiryWords(const std::string& text) const {
    constexpr size_t kToTheMinute = 16;
    const std::string date = ParseExpiry(text).ok()
                                 ? absl::StrReplaceAll(text.substr(0, kToTheMinute), {{"T", " "}})
                                 : text;
    return Say(rule_words::kUntil, {{"%date", date}});
  }

  const Rule& rule_;
  const RuleWordsContext& context_;
  const RuleWordsCatalogue& catalogue_;
};

bool SelectsWorkload(const Model& model, const std::string& text) {
  const auto selector = Selector::Parse(text);
  // Not known; "this gateway" must not be said of what could be another's traffic.
  if (!selector.ok()) return true;
  return std::any_of(model.workload_endpoints.begin(), model.workload_endpoints.end(),
                     [&](const auto& entry) {
                       const WorkloadEndpoint& workload = entry.second;
                       return selector->Matches(
                           EffectiveLabels(workload.metadata.labels, workload.profiles, model));
                     });
}

std::string TierAfter(const Model& model, const std::string& name) {
  bool found = false;
  for (const OrderedTier& tier : EvaluationOrder(model)) {
    // A tier without policies is not asked.
    if (found && !tier.policies.empty()) return tier.name;
    found = found || tier.name == name;
  }
  return "";
}

}  // namespace

const std::vector<absl::string_view>& RuleWordsPatterns() {
  static const auto* const kPatterns = [] {
    using namespace rule_words;  // NOLINT(google-build-using-namespace): every name of it
    auto* all = new std::vector<absl::string_view>{kFull,
                                                   kFullWhen,
                                                   kShortWhen,
                                                   kAllTraffic,
                                                   kEverythingExcept,
                                                   kProtocolNumber,
                                                   kProtocolPorts,
                                                   kProtocolExceptPorts,
                                                   kProtocolPortsExcept,
                                                   kPorts,
                                                   kExceptPorts,
                                                   kPortsExcept,
                                                   kPortService,
                                                   kNamedPort,
                                                   kMorePorts,
                                                   kIcmpExcept,
                                                   kIcmpType,
                                                   kIcmpTypeCode,
                                                   kAnyAddress,
                                                   kAnyKnownEndpoint,
                                                   kThisGateway,
                                                   kLabelled,
                                                   kWithLabels,
                                                   kSideWithin,
                                                   kSideExcept,
                                                   kSidePorts,
                                                   kSideExceptPorts,
                                                   kMoreNetworks,
                                                   kEqualTo,
                                                   kOneOf,
                                                   kNotEqualTo,
                                                   kNoneOf,
                                                   kHasLabel,
                                                   kHasNoLabel,
                                                   kStartingWith,
                                                   kEndingWith,
                                                   kContaining,
                                                   kParentheses,
                                                   kListAnd,
                                                   kListOr,
                                                   kListMore,
                                                   kListMoreAsLast,
                                                   kIPv4Only,
                                                   kIPv6Only,
                                                   kUntil};
    all->insert(all->end(), std::begin(kDays), std::end(kDays));
    for (const IcmpKind& kind : kIcmpKinds) all->push_back(kind.pattern);
    for (const auto& verb : kSentences) {
      for (const auto& with_what : verb) {
        all->insert(all->end(), std::begin(with_what), std::end(with_what));
      }
    }
    return all;
  }();
  return *kPatterns;
}

RuleWordsContext RuleWordsContextOf(const Model& model, const Policy& policy, Direction direction) {
  RuleWordsContext context;
  context.direction = direction;
  context.staged = policy.staged;
  context.next_tier = TierAfter(model, policy.tier);
  const bool local = !policy.apply_on_forward && !policy.pre_dnat && !policy.do_not_track;
  context.gateway_only = local && !SelectsWorkload(model, policy.selector);
  return context;
}

std::string RuleWords(const Rule& rule, const RuleWordsContext& context,
                      const RuleWordsCatalogue& catalogue) {
  return Wording(rule, context, catalogue).Sentence();
}

std::string PortWords(const PortRange& ports) {
  if (ports.first == ports.last) return absl::StrCat(ports.first);
  return absl::StrCat(ports.first, kEnDash, ports.last);
}

}  // namespace gw
