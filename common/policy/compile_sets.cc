#include "common/policy/compile_sets.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/base/status_macros.h"

namespace gw {
namespace {

AddressRange RangeOf(const Prefix& prefix) { return {prefix.First(), prefix.Last()}; }

const std::vector<uint32_t>* FindList(
    const absl::flat_hash_map<std::string, std::vector<uint32_t>>& lists, absl::string_view key) {
  static const std::vector<uint32_t>* const kEmpty = new std::vector<uint32_t>();
  const auto found = lists.find(key);
  return found == lists.end() ? kEmpty : &found->second;
}

std::string TextOf(const RulePort& port) {
  if (const auto* name = std::get_if<std::string>(&port)) return absl::StrCat("`", *name, "`");
  const auto& range = std::get<PortRange>(port);
  return range.first == range.last ? absl::StrCat(range.first)
                                   : absl::StrCat(range.first, ":", range.last);
}

// The canonical text of the one selector that `selector` and `not_selector` amount to.
std::string MergedText(const std::string& selector, const std::string& not_selector) {
  if (not_selector[0] == '!')
    return absl::StrCat("(", selector, " && ", not_selector.substr(1), ")");
  return absl::StrCat("(", selector, " && !", not_selector, ")");
}

}  // namespace

Labels EffectiveLabels(const Labels& own, const std::vector<std::string>& profiles,
                       const Model& model) {
  Labels labels = own;
  for (const std::string& name : profiles) {
    const auto profile = model.profiles.find(name);
    if (profile == model.profiles.end()) continue;
    const Labels& inherited = profile->second.labels_to_apply;
    labels.insert(inherited.begin(), inherited.end());
  }
  return labels;
}

Labels EffectiveLabels(const HostEndpoint& host, const Model& model) {
  return EffectiveLabels(host.metadata.labels, host.profiles, model);
}

Labels EffectiveLabels(const WorkloadEndpoint& workload, const Model& model) {
  Labels labels;
  for (const auto& [key, value] : workload.metadata.labels) {
    if (absl::StartsWith(key, "pcns.") || absl::StartsWith(key, "pcsa.")) continue;
    labels.emplace(key, value);
  }
  return EffectiveLabels(labels, workload.profiles, model);
}

std::vector<AddressRange> RangesOf(const std::vector<Prefix>& prefixes) {
  std::vector<AddressRange> ranges;
  ranges.reserve(prefixes.size());
  for (const Prefix& prefix : prefixes) ranges.push_back({prefix.First(), prefix.Last()});
  return ranges;
}

std::vector<AddressRange> AddressesOf(const HostEndpoint& host, const Site& site,
                                      const Settings& settings) {
  std::vector<AddressRange> ranges;
  for (const Address& address : host.expected_ips) ranges.push_back({address, address});
  if (!ranges.empty() || host.node != site.node) return ranges;
  const bool any = host.interface_name == kAnyInterface;
  for (const LiveInterface& live : site.interfaces) {
    if (any ? live.name == kLoopbackInterface : live.name != host.interface_name) continue;
    if (IsWorkloadInterface(settings, live.name)) continue;
    for (const Address& address : live.addresses) ranges.push_back({address, address});
  }
  return ranges;
}

std::vector<AddressRange> MergeRanges(std::vector<AddressRange> ranges) {
  std::sort(ranges.begin(), ranges.end(),
            [](const AddressRange& a, const AddressRange& b) { return a.first < b.first; });
  std::vector<AddressRange> merged;
  for (const AddressRange& range : ranges) {
    if (!merged.empty() && merged.back().last.family == range.first.family) {
      Address& last = merged.back().last;
      // The last address of a family wraps when counted on, and then contains the range anyway.
      if (range.first <= last || range.first == Next(last)) {
        last = std::max(last, range.last);
        continue;
      }
    }
    merged.push_back(range);
  }
  return merged;
}

// ---- LabelIndex -----------------------------------------------------------------------------

uint32_t LabelIndex::ClassOf(const Labels& labels) {
  std::string text;
  for (const auto& [key, value] : labels) {
    absl::StrAppend(&text, key, "=", value.size(), ":", value);
  }
  const auto number = static_cast<uint32_t>(classes_.size());
  const auto [found, is_new] = numbers_.try_emplace(std::move(text), number);
  if (!is_new) return found->second;
  owned_.push_back(std::make_unique<const Labels>(labels));
  classes_.push_back(owned_.back().get());
  for (const auto& [key, value] : labels) {
    with_key_[key].push_back(number);
    with_value_[absl::StrCat(key, "=", value)].push_back(number);
  }
  return number;
}

bool LabelIndex::Candidates(const Selector& selector, size_t node,
                            std::vector<uint32_t>& classes) const {
  const SelectorNode& part = selector.nodes()[node];
  switch (part.op) {
    case SelectorOperator::kEqual:
      classes = *FindList(with_value_, absl::StrCat(part.key, "=", part.values[0]));
      return true;
    case SelectorOperator::kHas:
    case SelectorOperator::kContains:
    case SelectorOperator::kStartsWith:
    case SelectorOperator::kEndsWith:
      classes = *FindList(with_key_, part.key);
      return true;
    case SelectorOperator::kIn:
      classes.clear();
      for (const std::string& value : part.values) {
        const auto* list = FindList(with_value_, absl::StrCat(part.key, "=", value));
        classes.insert(classes.end(), list->begin(), list->end());
      }
      std::sort(classes.begin(), classes.end());
      return true;
    case SelectorOperator::kAnd: {
      // One comparison that every match must satisfy is enough; deeper nesting is not worth it.
      bool found = false;
      for (const uint32_t operand : part.operands) {
        if (selector.nodes()[operand].op == SelectorOperator::kAnd) continue;
        std::vector<uint32_t> fewer;
        if (!Candidates(selector, operand, fewer)) continue;
        if (!found || fewer.size() < classes.size()) classes = std::move(fewer);
        found = true;
      }
      return found;
    }
    case SelectorOperator::kAll:
    case SelectorOperator::kGlobal:
    case SelectorOperator::kNotEqual:
    case SelectorOperator::kNotIn:
    case SelectorOperator::kNot:
    case SelectorOperator::kOr:
      return false;
  }
  return false;
}

std::vector<uint32_t> LabelIndex::Matching(const Selector& selector) const {
  std::vector<uint32_t> matching;
  std::vector<uint32_t> candidates;
  if (Candidates(selector, selector.nodes().size() - 1, candidates)) {
    for (const uint32_t number : candidates) {
      if (selector.Matches(*classes_[number])) matching.push_back(number);
    }
    return matching;
  }
  for (uint32_t number = 0; number < classes_.size(); ++number) {
    if (selector.Matches(*classes_[number])) matching.push_back(number);
  }
  return matching;
}

// ---- SetBuilder -----------------------------------------------------------------------------

SetBuilder::SetBuilder(const LabelIndex& labels, std::vector<LabelledAddresses> objects,
                       CompiledPolicy& compiled)
    : labels_(labels), objects_(std::move(objects)), compiled_(compiled) {
  objects_of_class_.resize(labels.size());
  for (uint32_t number = 0; number < objects_.size(); ++number) {
    const LabelledAddresses& object = objects_[number];
    objects_of_class_[object.label_class].push_back(number);
    if (object.ports == nullptr) continue;
    for (const EndpointPort& port : *object.ports) {
      std::vector<uint32_t>& with_port = objects_with_port_[port.name];
      if (with_port.empty() || with_port.back() != number) with_port.push_back(number);
    }
  }
}

absl::StatusOr<const SetBuilder::Parsed*> SetBuilder::Parse(absl::string_view text) {
  const auto found = parsed_.find(text);
  if (found != parsed_.end()) return found->second.get();
  GW_ASSIGN_OR_RETURN(Selector selector, Selector::Parse(text));
  std::string canonical = selector.Canonical();
  auto parsed = std::make_unique<const Parsed>(Parsed{std::move(selector), std::move(canonical)});
  return parsed_.emplace(std::string(text), std::move(parsed)).first->second.get();
}

const std::vector<uint32_t>& SetBuilder::Matching(const Parsed& parsed) {
  std::unique_ptr<const std::vector<uint32_t>>& matching = matching_[parsed.canonical];
  if (matching == nullptr) {
    matching = std::make_unique<const std::vector<uint32_t>>(labels_.Matching(parsed.selector));
  }
  return *matching;
}

const std::vector<uint32_t>& SetBuilder::Matching(const Parsed& parsed, const Parsed& except,
                                                  const std::string& text) {
  const std::vector<uint32_t>& all = Matching(parsed);
  const std::vector<uint32_t>& excluded = Matching(except);
  std::unique_ptr<const std::vector<uint32_t>>& matching = matching_[text];
  if (matching == nullptr) {
    std::vector<uint32_t> rest;
    std::set_difference(all.begin(), all.end(), excluded.begin(), excluded.end(),
                        std::back_inserter(rest));
    matching = std::make_unique<const std::vector<uint32_t>>(std::move(rest));
  }
  return *matching;
}

absl::StatusOr<std::string> SetBuilder::Canonical(absl::string_view selector) {
  GW_ASSIGN_OR_RETURN(const Parsed* parsed, Parse(selector));
  return parsed->canonical;
}

absl::StatusOr<absl::Span<const uint32_t>> SetBuilder::ClassesOf(absl::string_view selector) {
  GW_ASSIGN_OR_RETURN(const Parsed* parsed, Parse(selector));
  return absl::MakeConstSpan(Matching(*parsed));
}

uint32_t SetBuilder::Intern(std::vector<AddressRange> ranges, const std::string& text) {
  ranges = MergeRanges(std::move(ranges));
  std::vector<AddressRange>& pool = compiled_.address_ranges;
  AddressSet set;
  set.text = text;
  set.ranges.begin = static_cast<uint32_t>(pool.size());
  pool.insert(pool.end(), ranges.begin(), ranges.end());
  set.ranges.end = static_cast<uint32_t>(pool.size());
  const auto number = static_cast<uint32_t>(compiled_.address_sets.size());
  compiled_.address_sets.push_back(std::move(set));
  sets_.emplace(text, number);
  return number;
}

uint32_t SetBuilder::SetOf(const std::vector<Prefix>& nets) {
  if (nets.empty()) return kNothing;
  std::vector<Prefix> sorted = nets;
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  const std::string text = absl::StrJoin(sorted, ", ", [](std::string* out, const Prefix& prefix) {
    absl::StrAppend(out, ToString(prefix));
  });
  const auto found = sets_.find(text);
  if (found != sets_.end()) return found->second;
  std::vector<AddressRange> ranges;
  ranges.reserve(sorted.size());
  for (const Prefix& prefix : sorted) ranges.push_back(RangeOf(prefix));
  return Intern(std::move(ranges), text);
}

uint32_t SetBuilder::AddressesOf(const std::vector<uint32_t>& classes, const std::string& text) {
  const auto found = sets_.find(text);
  if (found != sets_.end()) return found->second;
  std::vector<AddressRange> ranges;
  for (const uint32_t label_class : classes) {
    for (const uint32_t object : objects_of_class_[label_class]) {
      const std::vector<AddressRange>& of_object = objects_[object].ranges;
      ranges.insert(ranges.end(), of_object.begin(), of_object.end());
    }
  }
  return Intern(std::move(ranges), text);
}

uint32_t SetBuilder::PortsOf(const std::vector<RulePort>& ports,
                             const std::vector<uint32_t>* classes, const std::string& scope) {
  if (ports.empty()) return kNothing;
  PortList list;
  list.text = absl::StrJoin(ports, ", ", [](std::string* out, const RulePort& port) {
    absl::StrAppend(out, TextOf(port));
  });
  const auto number = static_cast<uint32_t>(compiled_.port_lists.size());
  const auto [found, is_new] =
      port_lists_.try_emplace(absl::StrCat(list.text, "\n", scope), number);
  if (!is_new) return found->second;

  std::vector<PortRange> numbers;
  std::vector<NamedPort> named;
  for (const RulePort& port : ports) {
    if (const auto* range = std::get_if<PortRange>(&port)) {
      numbers.push_back(*range);
      continue;
    }
    const auto& name = std::get<std::string>(port);
    for (const uint32_t number_of_object : *FindList(objects_with_port_, name)) {
      const LabelledAddresses& object = objects_[number_of_object];
      if (classes != nullptr &&
          !std::binary_search(classes->begin(), classes->end(), object.label_class)) {
        continue;
      }
      for (const EndpointPort& defined : *object.ports) {
        if (defined.name != name) continue;
        for (const AddressRange& range : object.ranges) {
          named.push_back({range.first, defined.protocol, defined.port});
        }
      }
    }
  }
  std::sort(numbers.begin(), numbers.end());
  std::sort(named.begin(), named.end());
  named.erase(std::unique(named.begin(), named.end()), named.end());
  list.numbers.begin = static_cast<uint32_t>(compiled_.port_ranges.size());
  compiled_.port_ranges.insert(compiled_.port_ranges.end(), numbers.begin(), numbers.end());
  list.numbers.end = static_cast<uint32_t>(compiled_.port_ranges.size());
  list.named.begin = static_cast<uint32_t>(compiled_.named_ports.size());
  compiled_.named_ports.insert(compiled_.named_ports.end(), named.begin(), named.end());
  list.named.end = static_cast<uint32_t>(compiled_.named_ports.size());
  compiled_.port_lists.push_back(std::move(list));
  return number;
}

absl::StatusOr<CompiledEntity> SetBuilder::Compile(const EntityRule& entity) {
  CompiledEntity compiled;
  compiled.nets = SetOf(entity.nets);
  compiled.not_nets = SetOf(entity.not_nets);

  // Both selectors together are one, tested per object; notSelector alone is tested per address.
  const std::vector<uint32_t>* classes = nullptr;
  std::string scope;
  if (!entity.selector.empty()) {
    GW_ASSIGN_OR_RETURN(const Parsed* parsed, Parse(entity.selector));
    if (entity.not_selector.empty()) {
      classes = &Matching(*parsed);
      scope = parsed->canonical;
    } else {
      GW_ASSIGN_OR_RETURN(const Parsed* except, Parse(entity.not_selector));
      scope = MergedText(parsed->canonical, except->canonical);
      classes = &Matching(*parsed, *except, scope);
    }
    compiled.selector = AddressesOf(*classes, scope);
  } else if (!entity.not_selector.empty()) {
    GW_ASSIGN_OR_RETURN(const Parsed* parsed, Parse(entity.not_selector));
    compiled.not_selector = AddressesOf(Matching(*parsed), parsed->canonical);
  }
  compiled.ports = PortsOf(entity.ports, classes, scope);
  compiled.not_ports = PortsOf(entity.not_ports, classes, scope);
  return compiled;
}

}  // namespace gw
