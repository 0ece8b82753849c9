// Builds the Classifier of a compiled policy.

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"

#include "common/policy/classifier.h"
#include "common/policy/compiled_policy.h"

namespace gw {
namespace {

constexpr uint8_t kBothFamilies = kFamilyBit4 | kFamilyBit6;

// Rules that ask the same of one dimension: to be in all of `in` and in none of `out`, numbers of
// sets of that dimension.
struct Requirement {
  std::vector<uint32_t> in;
  std::vector<uint32_t> out;

  friend bool operator==(const Requirement&, const Requirement&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const Requirement& r) {
    return H::combine(std::move(h), r.in, r.out);
  }
};

// What all rules require of one dimension.
class Requirements {
 public:
  // `entries` come in ascending order.
  void Add(Requirement requirement, uint32_t entry) {
    const auto number = static_cast<uint32_t>(entries_.size());
    const auto [found, is_new] = numbers_.try_emplace(std::move(requirement), number);
    if (is_new) {
      const Requirement& asked = found->first;
      entries_.emplace_back();
      asked_.push_back(asked);
      if (!asked.in.empty()) {
        by_set_[asked.in.front()].push_back(number);
      } else if (!asked.out.empty()) {
        only_out_.push_back(number);
      } else {
        nothing_ = number;
      }
    }
    entries_[found->second].push_back(entry);
  }

  // Those that hold where just `sets` (ascending) hold, ascending; without the one that asks
  // nothing.
  std::vector<uint32_t> Holding(const std::vector<uint32_t>& sets) const {
    std::vector<uint32_t> holding;
    const auto has = [&sets](uint32_t set) {
      return std::binary_search(sets.begin(), sets.end(), set);
    };
    const auto add = [&](uint32_t number) {
      const Requirement& asked = asked_[number];
      if (std::all_of(asked.in.begin(), asked.in.end(), has) &&
          std::none_of(asked.out.begin(), asked.out.end(), has)) {
        holding.push_back(number);
      }
    };
    for (const uint32_t set : sets) {
      const auto asking = by_set_.find(set);
      if (asking == by_set_.end()) continue;
      for (const uint32_t number : asking->second) add(number);
    }
    for (const uint32_t number : only_out_) add(number);
    std::sort(holding.begin(), holding.end());
    return holding;
  }

  // Of those that ask nothing.
  absl::Span<const uint32_t> Free() const {
    return nothing_ == kNothing ? absl::Span<const uint32_t>() : entries_[nothing_];
  }
  absl::Span<const uint32_t> EntriesOf(uint32_t number) const { return entries_[number]; }

  // The sets that somebody asks for, ascending.
  std::vector<uint32_t> Sets() const {
    std::vector<uint32_t> sets;
    for (const Requirement& asked : asked_) {
      sets.insert(sets.end(), asked.in.begin(), asked.in.end());
      sets.insert(sets.end(), asked.out.begin(), asked.out.end());
    }
    std::sort(sets.begin(), sets.end());
    sets.erase(std::unique(sets.begin(), sets.end()), sets.end());
    return sets;
  }

 private:
  absl::flat_hash_map<Requirement, uint32_t> numbers_;
  std::vector<Requirement> asked_;
  std::vector<std::vector<uint32_t>> entries_;
  absl::flat_hash_map<uint32_t, std::vector<uint32_t>> by_set_;  // by the first of `in`
  std::vector<uint32_t> only_out_;
  uint32_t nothing_ = kNothing;
};

// Where a set begins, or where it is over.
template <typename Key>
struct Edge {
  Key at{};
  uint32_t set = 0;
  bool begins = false;
};

// Calls `visit(first, sets)` for each stretch of keys, ascending from Key{}, with the sets that
// hold all over it.
template <typename Key, typename Visit>
void Sweep(std::vector<Edge<Key>> edges, Visit visit) {
  std::sort(edges.begin(), edges.end(),
            [](const Edge<Key>& a, const Edge<Key>& b) { return a.at < b.at; });
  std::vector<uint32_t> sets;
  Key at{};
  size_t next = 0;
  while (true) {
    for (; next < edges.size() && edges[next].at == at; ++next) {
      const auto place = std::lower_bound(sets.begin(), sets.end(), edges[next].set);
      // Ranges of one set are disjoint and not adjacent, so that a set never begins twice.
      if (edges[next].begins) {
        sets.insert(place, edges[next].set);
      } else {
        sets.erase(place);
      }
    }
    visit(at, sets);
    if (next == edges.size()) return;
    at = edges[next].at;
  }
}

template <typename Key>
void AddEdges(Key first, Key last, Key greatest, uint32_t set, std::vector<Edge<Key>>* edges,
              Key after_last) {
  edges->push_back({first, set, true});
  if (last != greatest) edges->push_back({after_last, set, false});
}

}  // namespace

class ClassifierBuilder {
 public:
  explicit ClassifierBuilder(CompiledPolicy& policy) : policy_(policy), out_(policy.classifier) {}

  void Run() {
    NumberEntries();
    const auto entries = static_cast<uint32_t>(out_.entries_.size());
    // One at least, also of a policy without rules.
    out_.blocks_per_vector_ =
        std::max(1U, (entries + Classifier::kBlockBits - 1) / Classifier::kBlockBits);
    Classifier::Block zeros{};
    Classifier::Block ones{};
    ones.fill(~uint64_t{0});
    Intern(zeros);
    Intern(ones);
    // Vector 0 is that of nothing, vector 1 (kEveryEntry) that of everything.
    out_.block_numbers_.assign(out_.blocks_per_vector_, Classifier::kZeros);
    out_.block_numbers_.insert(out_.block_numbers_.end(), out_.blocks_per_vector_,
                               Classifier::kOnes);
    scratch_.resize(out_.blocks_per_vector_);
    is_touched_.resize(out_.blocks_per_vector_, false);
    CollectRequirements();
    MakeAddresses();
    MakeProtocols();
    MakePorts(source_ports_, &out_.source_ports_);
    MakePorts(destination_ports_, &out_.destination_ports_);
    MakeMembers();
  }

 private:
  // ---- entries ----

  // Rules of policies by tier, each tier with its end behind it; then the rules of profiles.
  void NumberEntries() {
    out_.entry_of_rule_.resize(policy_.rules.size());
    end_of_tier_.resize(policy_.tiers.size());
    size_t policy = 0;
    for (uint32_t tier = 0; tier < policy_.tiers.size(); ++tier) {
      const size_t first = out_.entries_.size();
      for (; policy < policy_.policies.size() && policy_.policies[policy].tier == tier; ++policy) {
        for (const IndexRange& rules : policy_.policies[policy].rules) AddRules(rules);
      }
      end_of_tier_[tier] = static_cast<uint32_t>(out_.entries_.size());
      out_.entries_.push_back({tier, true, true, 0});
      const auto after = static_cast<uint32_t>(out_.entries_.size());
      for (size_t i = first; i < after; ++i) out_.entries_[i].after_tier = after;
    }
    for (const CompiledProfile& profile : policy_.profiles) {
      for (const IndexRange& rules : profile.rules) AddRules(rules);
    }
  }

  void AddRules(IndexRange rules) {
    for (uint32_t rule = rules.begin; rule < rules.end; ++rule) {
      out_.entry_of_rule_[rule] = static_cast<uint32_t>(out_.entries_.size());
      out_.entries_.push_back({rule, false, IsExact(policy_.rules[rule]), 0});
    }
  }

  bool HasNames(uint32_t ports) const {
    return ports != kNothing && !policy_.port_lists[ports].named.empty();
  }

  bool IsExact(const CompiledRule& rule) const {
    return rule.icmp_type < 0 && rule.not_icmp_type < 0 && !HasNames(rule.source.ports) &&
           !HasNames(rule.source.not_ports) && !HasNames(rule.destination.ports) &&
           !HasNames(rule.destination.not_ports);
  }

  // ---- what rules require ----

  void CollectRequirements() {
    families_.reserve(out_.entries_.size());
    for (uint32_t number = 0; number < out_.entries_.size(); ++number) {
      const Classifier::Entry& entry = out_.entries_[number];
      if (entry.is_end_of_tier) {
        families_.push_back(kBothFamilies);
        for (Requirements* asked :
             {&sources_, &destinations_, &protocols_, &source_ports_, &destination_ports_}) {
          asked->Add({}, number);
        }
        continue;
      }
      const CompiledRule& rule = policy_.rules[entry.number];
      families_.push_back(rule.families);
      sources_.Add(AddressesOf(rule.source), number);
      destinations_.Add(AddressesOf(rule.destination), number);
      Requirement protocol;
      if (rule.protocol >= 0) protocol.in.push_back(static_cast<uint32_t>(rule.protocol));
      if (rule.not_protocol >= 0) {
        protocol.out.push_back(static_cast<uint32_t>(rule.not_protocol));
      }
      protocols_.Add(std::move(protocol), number);
      source_ports_.Add(PortsOf(rule.source), number);
      destination_ports_.Add(PortsOf(rule.destination), number);
    }
  }

  static Requirement AddressesOf(const CompiledEntity& entity) {
    Requirement asked;
    for (const uint32_t set : {entity.nets, entity.selector}) {
      if (set != kNothing) asked.in.push_back(set);
    }
    for (const uint32_t set : {entity.not_nets, entity.not_selector}) {
      if (set != kNothing) asked.out.push_back(set);
    }
    return asked;
  }

  // Lists with names ask nothing here: the rule itself is asked.
  Requirement PortsOf(const CompiledEntity& entity) const {
    Requirement asked;
    if (entity.ports != kNothing && !HasNames(entity.ports)) asked.in.push_back(entity.ports);
    if (entity.not_ports != kNothing && !HasNames(entity.not_ports)) {
      asked.out.push_back(entity.not_ports);
    }
    return asked;
  }

  // ---- vectors ----

  uint32_t Intern(const Classifier::Block& block) {
    const auto number = static_cast<uint32_t>(out_.blocks_.size());
    const auto [found, is_new] = numbers_of_blocks_.try_emplace(block, number);
    if (is_new) out_.blocks_.push_back(block);
    return found->second;
  }

  // A vector that has the bits of vector `base`; then SetBits, then FinishVector.
  void BeginVector(uint32_t base) { base_ = base; }

  void SetBit(uint32_t entry) {
    const uint32_t block = entry / Classifier::kBlockBits;
    if (!is_touched_[block]) {
      is_touched_[block] = true;
      touched_.push_back(block);
      scratch_[block] = out_.blocks_[out_.BlocksOf(base_)[block]];
    }
    const uint32_t bit = entry % Classifier::kBlockBits;
    scratch_[block][bit / 64] |= uint64_t{1} << (bit % 64);
  }

  void SetBits(absl::Span<const uint32_t> entries, uint8_t families) {
    for (const uint32_t entry : entries) {
      if ((families_[entry] & families) != 0) SetBit(entry);
    }
  }

  uint32_t FinishVector() {
    const uint32_t count = out_.blocks_per_vector_;
    std::vector<uint32_t> numbers(out_.BlocksOf(base_), out_.BlocksOf(base_) + count);
    for (const uint32_t block : touched_) {
      numbers[block] = Intern(scratch_[block]);
      is_touched_[block] = false;
    }
    touched_.clear();
    const auto vector = static_cast<uint32_t>(out_.block_numbers_.size() / count);
    const auto [found, is_new] = numbers_of_vectors_.try_emplace(numbers, vector);
    if (is_new) {
      out_.block_numbers_.insert(out_.block_numbers_.end(), numbers.begin(), numbers.end());
    }
    return found->second;
  }

  // Vectors of one dimension and family, by the sets that hold.
  class Dimension {
   public:
    Dimension(ClassifierBuilder& builder, const Requirements& requirements, uint8_t families)
        : builder_(builder), requirements_(requirements), families_(families) {
      builder_.BeginVector(0);
      builder_.SetBits(requirements_.Free(), families_);
      free_ = builder_.FinishVector();
    }

    uint32_t VectorOf(const std::vector<uint32_t>& sets) {
      std::vector<uint32_t> holding = requirements_.Holding(sets);
      if (holding.empty()) return free_;
      const auto [vector, is_new] = vectors_.try_emplace(std::move(holding), 0);
      if (is_new) {
        builder_.BeginVector(free_);
        for (const uint32_t number : vector->first) {
          builder_.SetBits(requirements_.EntriesOf(number), families_);
        }
        vector->second = builder_.FinishVector();
      }
      return vector->second;
    }

   private:
    ClassifierBuilder& builder_;
    const Requirements& requirements_;
    const uint8_t families_;
    uint32_t free_ = 0;
    absl::flat_hash_map<std::vector<uint32_t>, uint32_t> vectors_;
  };

  // ---- addresses ----

  void MakeAddresses() {
    std::vector<uint32_t> sets = sources_.Sets();
    const std::vector<uint32_t> others = destinations_.Sets();
    sets.insert(sets.end(), others.begin(), others.end());
    std::sort(sets.begin(), sets.end());
    sets.erase(std::unique(sets.begin(), sets.end()), sets.end());
    std::vector<Edge<uint32_t>> edges4;
    std::vector<Edge<Classifier::Wide>> edges6;
    for (const uint32_t set : sets) {
      const IndexRange ranges = policy_.address_sets[set].ranges;
      for (uint32_t i = ranges.begin; i < ranges.end; ++i) {
        const AddressRange& range = policy_.address_ranges[i];
        if (range.first.family == Family::kIPv4) {
          const auto last = static_cast<uint32_t>(range.last.lo);
          AddEdges(static_cast<uint32_t>(range.first.lo), last,
                   std::numeric_limits<uint32_t>::max(), set, &edges4, last + 1);
        } else {
          constexpr Classifier::Wide kGreatest{~uint64_t{0}, ~uint64_t{0}};
          const Address after = Next(range.last);
          AddEdges({range.first.hi, range.first.lo}, {range.last.hi, range.last.lo}, kGreatest, set,
                   &edges6, {after.hi, after.lo});
        }
      }
    }
    MakeAddresses(std::move(edges4), kFamilyBit4, &out_.starts4_, &out_.classes4_);
    MakeAddresses(std::move(edges6), kFamilyBit6, &out_.starts6_, &out_.classes6_);
    MakeRoot();
  }

  template <typename Key>
  void MakeAddresses(std::vector<Edge<Key>> edges, uint8_t family, std::vector<Key>* starts,
                     std::vector<Classifier::AddressClass>* classes) {
    Dimension sources(*this, sources_, family);
    Dimension destinations(*this, destinations_, family);
    absl::flat_hash_map<std::vector<uint32_t>, Classifier::AddressClass> known;
    Sweep(std::move(edges), [&](const Key& first, const std::vector<uint32_t>& sets) {
      const auto [found, is_new] = known.try_emplace(sets);
      if (is_new) found->second = {sources.VectorOf(sets), destinations.VectorOf(sets)};
      const Classifier::AddressClass& now = found->second;
      if (!classes->empty() && classes->back().source == now.source &&
          classes->back().destination == now.destination) {
        return;
      }
      starts->push_back(first);
      classes->push_back(now);
    });
  }

  // root4_[i] is the class of the address i << 16.
  void MakeRoot() {
    constexpr uint32_t kRoots = 1U << 16U;
    constexpr size_t kShort = 256;
    if (out_.starts4_.size() <= kShort) return;
    out_.root4_.resize(kRoots + 1);
    uint32_t at = 0;
    for (uint32_t i = 0; i < kRoots; ++i) {
      while (at + 1 < out_.starts4_.size() && out_.starts4_[at + 1] <= i << 16U) ++at;
      out_.root4_[i] = at;
    }
    out_.root4_[kRoots] = static_cast<uint32_t>(out_.starts4_.size() - 1);
  }

  // ---- protocols and ports ----

  void MakeProtocols() {
    std::vector<Edge<uint32_t>> edges;
    for (const uint32_t protocol : protocols_.Sets()) {
      AddEdges(protocol, protocol, std::numeric_limits<uint32_t>::max(), protocol, &edges,
               protocol + 1);
    }
    Dimension dimension(*this, protocols_, kBothFamilies);
    Sweep(std::move(edges), [&](uint32_t first, const std::vector<uint32_t>& sets) {
      const uint32_t vector = dimension.VectorOf(sets);
      for (size_t i = first; i < out_.protocols_.size(); ++i) out_.protocols_[i] = vector;
    });
  }

  void MakePorts(const Requirements& requirements, Classifier::PortClasses* classes) {
    constexpr uint32_t kPortMax = 65'535;
    std::vector<Edge<uint32_t>> edges;
    for (const uint32_t list : requirements.Sets()) {
      for (const auto& [first, last] : DisjointPorts(policy_.port_lists[list])) {
        AddEdges(first, last, kPortMax, list, &edges, last + 1);
      }
    }
    Dimension dimension(*this, requirements, kBothFamilies);
    classes->without_ports = dimension.VectorOf({});
    Sweep(std::move(edges), [&](uint32_t first, const std::vector<uint32_t>& sets) {
      classes->starts.push_back(static_cast<uint16_t>(first));
      classes->vectors.push_back(dimension.VectorOf(sets));
    });
  }

  // Ranges of a list may overlap as they were written.
  std::vector<std::pair<uint32_t, uint32_t>> DisjointPorts(const PortList& list) const {
    std::vector<std::pair<uint32_t, uint32_t>> ranges;
    for (uint32_t i = list.numbers.begin; i < list.numbers.end; ++i) {
      const PortRange& range = policy_.port_ranges[i];
      if (!ranges.empty() && range.first <= ranges.back().second + 1) {
        ranges.back().second = std::max<uint32_t>(ranges.back().second, range.last);
      } else {
        ranges.emplace_back(range.first, range.last);
      }
    }
    return ranges;
  }

  // ---- members ----

  void MakeMembers() {
    BeginVector(0);
    for (uint32_t rule = 0; rule < policy_.rules.size(); ++rule) {
      if (policy_.rules[rule].in_force) SetBit(out_.entry_of_rule_[rule]);
    }
    out_.in_force_ = FinishVector();
    for (Chain& chain : policy_.chains) {
      for (size_t stage = 0; stage < kStages; ++stage) {
        for (size_t direction = 0; direction < kDirections; ++direction) {
          const IndexRange runs = chain.tier_runs[stage][direction];
          for (const bool with_staged : {false, true}) {
            chain.members[stage][direction][with_staged ? 1 : 0] =
                MembersOf(runs, static_cast<Stage>(stage), direction, with_staged);
          }
        }
      }
    }
  }

  uint32_t MembersOf(IndexRange runs, Stage stage, size_t direction, bool with_staged) {
    const bool is_early = stage == Stage::kUntracked || stage == Stage::kPreDnat;
    BeginVector(0);
    for (uint32_t i = runs.begin; i < runs.end; ++i) {
      const TierRun& run = policy_.tier_runs[i];
      if (run.all_staged && !with_staged) continue;
      for (uint32_t j = run.policies.begin; j < run.policies.end; ++j) {
        const CompiledPolicyEntry& policy = policy_.policies[policy_.policy_refs[j]];
        if (policy.staged && !with_staged) continue;
        const IndexRange rules = policy.rules[direction];
        for (uint32_t rule = rules.begin; rule < rules.end; ++rule) {
          if (policy_.rules[rule].in_force) SetBit(out_.entry_of_rule_[rule]);
        }
      }
      // Untracked and preDNAT tiers always pass.
      if (!is_early && !policy_.tiers[run.tier].passes_at_end) SetBit(end_of_tier_[run.tier]);
    }
    return FinishVector();
  }

  CompiledPolicy& policy_;
  Classifier& out_;
  std::vector<uint32_t> end_of_tier_;  // entries
  std::vector<uint8_t> families_;      // of entries
  Requirements sources_;
  Requirements destinations_;
  Requirements protocols_;
  Requirements source_ports_;
  Requirements destination_ports_;

  absl::flat_hash_map<Classifier::Block, uint32_t> numbers_of_blocks_;
  absl::flat_hash_map<std::vector<uint32_t>, uint32_t> numbers_of_vectors_;
  uint32_t base_ = 0;
  std::vector<Classifier::Block> scratch_;
  std::vector<bool> is_touched_;
  std::vector<uint32_t> touched_;
};

void Classifier::Build(CompiledPolicy& policy) { ClassifierBuilder(policy).Run(); }

}  // namespace gw
