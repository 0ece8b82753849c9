#include "common/policy/compile.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/base/status_macros.h"
#include "common/policy/compile_sets.h"
#include "common/policy/compiled_policy.h"
#include "common/policy/evaluation_order.h"
#include "common/policy/limits.h"
#include "common/policy/rule_version.h"
#include "common/policy/schedule.h"
#include "common/policy/settings.h"
#include "common/policy/site.h"

namespace gw {
namespace {

constexpr Direction kBothDirections[] = {Direction::kIngress, Direction::kEgress};

Stage EarliestStageOf(const CompiledPolicyEntry& policy) {
  if (policy.do_not_track) return Stage::kUntracked;
  return policy.pre_dnat ? Stage::kPreDnat : Stage::kNormal;
}

bool IsInStage(const CompiledPolicyEntry& policy, Stage stage) {
  const Stage own = EarliestStageOf(policy);
  return own == stage ||
         (stage == Stage::kForward && own == Stage::kNormal && policy.apply_on_forward);
}

// One compile. The steps run in the order of Run(), and each fills a part of `out_`.
class Compiler {
 public:
  Compiler(const Model& model, const Site& site, int64_t revision)
      : model_(model), site_(site), out_(std::make_unique<CompiledPolicy>()) {
    out_->revision = revision;
    out_->settings = SettingsOf(model);
  }

  absl::StatusOr<std::unique_ptr<const CompiledPolicy>> Run() {
    GW_RETURN_IF_ERROR(CheckLimits());
    CollectEndpoints();
    CollectNetworkSets();
    BindInterfaces();
    sets_ = std::make_unique<SetBuilder>(labels_, std::move(objects_), *out_);
    SetSpoofableSources();
    GW_RETURN_IF_ERROR(OrderPolicies());
    GW_RETURN_IF_ERROR(CompilePolicies());
    GW_RETURN_IF_ERROR(CompileProfiles());
    GW_RETURN_IF_ERROR(MakeChains());
    ListPolicedInterfaces();
    out_->fingerprint = FingerprintOf(*out_);
    Classifier::Build(*out_);
    return std::unique_ptr<const CompiledPolicy>(std::move(out_));
  }

 private:
  // An endpoint of this node, beside its CompiledEndpoint of the same number.
  struct Governed {
    const Metadata* metadata = nullptr;
    const std::vector<std::string>* profiles = nullptr;
    const WorkloadEndpoint* workload = nullptr;  // null for host endpoints
    uint32_t label_class = 0;
  };

  absl::Status CheckLimits() const {
    size_t rules = 0;
    const auto count = [&rules](const auto& owners) {
      for (const auto& [name, owner] : owners) rules += owner.ingress.size() + owner.egress.size();
    };
    count(model_.policies);
    count(model_.staged_policies);
    count(model_.profiles);
    if (rules <= kRulesMax) return absl::OkStatus();
    return absl::ResourceExhaustedError(absl::StrCat("the policies and profiles have ", rules,
                                                     " rules, the limit is ", kRulesMax,
                                                     ": remove or join some"));
  }

  // ---- endpoints and what rule selectors can name ----

  // Host endpoints come first and both kinds by name, so the smaller number is the smaller name.
  void CollectEndpoints() {
    for (const auto& [name, host] : model_.host_endpoints) {
      Labels labels = EffectiveLabels(host, model_);
      const uint32_t label_class = labels_.ClassOf(labels);
      objects_.push_back({label_class, AddressesOf(host, site_, out_->settings), &host.ports});
      if (host.node != site_.node) continue;
      const uint32_t number =
          AddEndpoint({&host.metadata, &host.profiles, nullptr, label_class}, std::move(labels));
      if (host.interface_name.empty()) {
        for (const Address& address : host.expected_ips) by_address_.try_emplace(address, number);
      } else if (host.interface_name != kAnyInterface) {
        out_->binding.by_name.try_emplace(host.interface_name, number);
      } else if (out_->binding.any == kNothing) {
        out_->binding.any = number;
      }
    }
    for (const auto& [name, workload] : model_.workload_endpoints) {
      if (workload.ip_networks.empty()) continue;  // as if it did not exist, §1.2
      Labels labels = EffectiveLabels(workload, model_);
      const uint32_t label_class = labels_.ClassOf(labels);
      objects_.push_back({label_class, RangesOf(workload.ip_networks), &workload.ports});
      if (workload.node != site_.node) continue;
      const auto number = static_cast<uint32_t>(out_->endpoints.size());
      const auto [active, is_first] =
          out_->binding.workloads.try_emplace(workload.interface_name, number);
      if (!is_first) continue;  // shadowed by the smaller name
      AddEndpoint({&workload.metadata, &workload.profiles, &workload, label_class},
                  std::move(labels));
    }
  }

  uint32_t AddEndpoint(Governed governed, Labels labels) {
    CompiledEndpoint endpoint;
    endpoint.name = governed.metadata->name;
    endpoint.labels = std::move(labels);
    endpoint.is_host = governed.workload == nullptr;
    out_->endpoints.push_back(std::move(endpoint));
    governed_.push_back(governed);
    return static_cast<uint32_t>(governed_.size() - 1);
  }

  void CollectNetworkSets() {
    for (const auto& [name, set] : model_.network_sets) {
      objects_.push_back({labels_.ClassOf(set.metadata.labels), RangesOf(set.nets), nullptr});
    }
  }

  // ---- interfaces ----

  // §4.2: of the endpoints that fit an interface by name or by address, the smallest name governs.
  void BindInterfaces() {
    InterfaceBinding& binding = out_->binding;
    for (const LiveInterface& live : site_.interfaces) {
      if (IsWorkloadInterface(out_->settings, live.name)) continue;
      if (IsExcludedInterface(out_->settings, live.name)) continue;
      uint32_t governing = kNothing;
      const auto named = binding.by_name.find(live.name);
      if (named != binding.by_name.end()) governing = named->second;
      for (const Address& address : live.addresses) {
        // An address is no name: `lo` is exempt unless an endpoint names it.
        if (live.name == kLoopbackInterface) break;
        const auto bound = by_address_.find(address);
        if (bound != by_address_.end()) governing = std::min(governing, bound->second);
      }
      if (governing != kNothing) binding.present.insert_or_assign(live.name, governing);
    }
  }

  void SetSpoofableSources() {
    for (size_t i = 0; i < governed_.size(); ++i) {
      if (governed_[i].workload == nullptr) continue;
      out_->endpoints[i].spoofable_sources =
          sets_->SetOf(governed_[i].workload->allow_spoofed_source_prefixes);
    }
  }

  void ListPolicedInterfaces() {
    for (const LiveInterface& live : site_.interfaces) {
      const InterfaceRole role = RoleOf(*out_, live.name);
      if (role.kind == InterfaceRole::Kind::kWorkload || role.named != kNothing ||
          role.any != kNothing) {
        out_->policed_interfaces.push_back(live.name);
      }
    }
    std::sort(out_->policed_interfaces.begin(), out_->policed_interfaces.end());
  }

  // ---- tiers and policies ----

  // §4.3.
  absl::Status OrderPolicies() {
    for (const auto& [name, tier] : model_.tiers) {
      if (tier.order && std::isnan(*tier.order)) return NotANumber({ResourceKind::kTier, name});
    }
    order_ = EvaluationOrder(model_);
    for (const OrderedTier& tier : order_) {
      out_->tiers.push_back({tier.name, tier.end == TierAction::kPass});
      for (const OrderedPolicy& ordered : tier.policies) {
        const auto& order = ordered.policy->order;
        if (order && std::isnan(*order)) return NotANumber(ordered.key);
      }
    }
    return absl::OkStatus();
  }

  static absl::Status NotANumber(const ResourceKey& key) {
    return absl::InvalidArgumentError(
        absl::StrCat(ToString(key), ": spec.order: is not a number: write one, or leave it out"));
  }

  absl::Status CompilePolicies() {
    for (size_t tier = 0; tier < order_.size(); ++tier) {
      for (const OrderedPolicy& ordered : order_[tier].policies) {
        // §1.8: the removal of a policy is not simulated.
        const Policy& policy = *ordered.policy;
        if (policy.staged && policy.staged_action == StagedAction::kDelete) continue;
        GW_RETURN_IF_ERROR(
            CompilePolicy(policy, static_cast<uint32_t>(tier), ToString(ordered.key)));
        written_.push_back(&policy);
      }
    }
    return absl::OkStatus();
  }

  absl::Status CompilePolicy(const Policy& policy, uint32_t tier, const std::string& place) {
    CompiledPolicyEntry entry;
    entry.name = policy.metadata.name;
    entry.tier = tier;
    entry.staged = policy.staged;
    entry.apply_on_forward = policy.apply_on_forward;
    entry.pre_dnat = policy.pre_dnat;
    entry.do_not_track = policy.do_not_track;
    auto selector = sets_->Canonical(policy.selector);
    if (!selector.ok()) return Annotate(selector.status(), absl::StrCat(place, ": spec.selector"));
    entry.selector = *std::move(selector);
    RuleName name;
    name.owner = entry.name;
    name.is_staged = policy.staged;
    name.tier = policy.tier;
    for (const Direction direction : kBothDirections) {
      entry.applies_to[At(direction)] = policy.applies_to(direction);
      name.direction = direction;
      GW_ASSIGN_OR_RETURN(entry.rules[At(direction)], CompileRules(policy, name, place));
    }
    out_->policies.push_back(std::move(entry));
    return absl::OkStatus();
  }

  absl::Status CompileProfiles() {
    for (const auto& [profile_name, profile] : model_.profiles) {
      CompiledProfile compiled;
      compiled.name = profile_name;
      RuleName name;
      name.owner = profile_name;
      name.is_profile = true;
      for (const Direction direction : kBothDirections) {
        name.direction = direction;
        GW_ASSIGN_OR_RETURN(
            compiled.rules[At(direction)],
            CompileRules(profile, name,
                         ToString(ResourceKey{ResourceKind::kProfile, profile_name})));
      }
      profile_numbers_.emplace(profile_name, static_cast<uint32_t>(out_->profiles.size()));
      out_->profiles.push_back(std::move(compiled));
    }
    for (const Governed& governed : governed_) {
      for (const std::string& name : *governed.profiles) {
        const auto number = static_cast<uint32_t>(out_->profiles.size());
        if (!profile_numbers_.try_emplace(name, number).second) continue;
        CompiledProfile missing;
        missing.name = name;
        missing.missing = true;
        out_->profiles.push_back(std::move(missing));
      }
    }
    return absl::OkStatus();
  }

  // ---- rules ----

  template <typename Owner>
  absl::StatusOr<IndexRange> CompileRules(const Owner& owner, RuleName name,
                                          const std::string& place) {
    IndexRange range;
    range.begin = static_cast<uint32_t>(out_->rules.size());
    for (const Rule& rule : owner.rules(name.direction)) {
      name.version = RuleVersion(owner, name.direction, rule);
      auto compiled = CompileRule(rule);
      if (!compiled.ok()) {
        return Annotate(
            compiled.status(),
            absl::StrCat(place, ": spec.", DirectionName(name.direction), "[", name.index, "]"));
      }
      out_->rules.push_back(*std::move(compiled));
      out_->rule_names.push_back(name);
      ++name.index;
    }
    range.end = static_cast<uint32_t>(out_->rules.size());
    return range;
  }

  absl::StatusOr<CompiledRule> CompileRule(const Rule& rule) {
    CompiledRule compiled;
    compiled.action = rule.action;
    compiled.families = FamiliesOf(rule);
    if (rule.protocol) compiled.protocol = rule.protocol->number;
    if (rule.not_protocol) compiled.not_protocol = rule.not_protocol->number;
    if (rule.icmp) {
      compiled.icmp_type = rule.icmp->type;
      if (rule.icmp->code) compiled.icmp_code = *rule.icmp->code;
    }
    if (rule.not_icmp) {
      compiled.not_icmp_type = rule.not_icmp->type;
      if (rule.not_icmp->code) compiled.not_icmp_code = *rule.not_icmp->code;
    }
    auto source = sets_->Compile(rule.source);
    if (!source.ok()) return Annotate(source.status(), "source");
    compiled.source = *source;
    auto destination = sets_->Compile(rule.destination);
    if (!destination.ok()) return Annotate(destination.status(), "destination");
    compiled.destination = *destination;
    GW_ASSIGN_OR_RETURN(const RuleTiming timing,
                        TimingOfRule(rule.annotations, site_.now, site_.zone));
    compiled.in_force = timing.exists;
    out_->next_change = std::min(out_->next_change, timing.next_change);
    return compiled;
  }

  // §1.9: by ipVersion, by the protocol's name, and by the CIDRs: a list that has none of a family
  // takes the rule away for that family, and so does excluding all of it.
  static uint8_t FamiliesOf(const Rule& rule) {
    uint8_t families = kFamilyBit4 | kFamilyBit6;
    if (rule.ip_version) {
      families = *rule.ip_version == 4 ? kFamilyBit4 : kFamilyBit6;
    } else if (rule.protocol && rule.protocol->by_name) {
      if (rule.protocol->number == kProtocolIcmp) families = kFamilyBit4;
      if (rule.protocol->number == kProtocolIcmpv6) families = kFamilyBit6;
    }
    for (const EntityRule* side : {&rule.source, &rule.destination}) {
      families &= FamiliesOf(side->nets);
      families &= FamiliesOf(side->not_nets);
      for (const Prefix& net : side->not_nets) {
        if (net.length == 0) families &= static_cast<uint8_t>(~FamilyBit(net.address.family));
      }
    }
    return families;
  }

  static uint8_t FamiliesOf(const std::vector<Prefix>& nets) {
    if (nets.empty()) return kFamilyBit4 | kFamilyBit6;
    uint8_t families = 0;
    for (const Prefix& net : nets) families |= FamilyBit(net.address.family);
    return families;
  }

  // ---- chains ----

  // Endpoints of equal labels meet the same policies, and those of equal policies and profiles
  // share a chain.
  absl::Status MakeChains() {
    std::vector<bool> is_local(labels_.size(), false);
    for (const Governed& governed : governed_) is_local[governed.label_class] = true;
    std::vector<std::vector<uint32_t>> policies_of_class(labels_.size());
    for (uint32_t number = 0; number < out_->policies.size(); ++number) {
      GW_ASSIGN_OR_RETURN(const auto classes, sets_->ClassesOf(written_[number]->selector));
      for (const uint32_t label_class : classes) {
        if (is_local[label_class]) policies_of_class[label_class].push_back(number);
      }
    }
    // Classes of equal policies are known by the first of them.
    absl::flat_hash_map<std::vector<uint32_t>, uint32_t> first_class;
    std::vector<uint32_t> representative(labels_.size(), kNothing);
    for (uint32_t label_class = 0; label_class < labels_.size(); ++label_class) {
      if (!is_local[label_class]) continue;
      representative[label_class] =
          first_class.try_emplace(policies_of_class[label_class], label_class).first->second;
    }
    absl::flat_hash_map<std::vector<uint32_t>, uint32_t> chains;
    for (size_t i = 0; i < governed_.size(); ++i) {
      std::vector<uint32_t> key = {representative[governed_[i].label_class]};
      for (const std::string& name : *governed_[i].profiles) {
        key.push_back(profile_numbers_.at(name));
      }
      const auto number = static_cast<uint32_t>(out_->chains.size());
      const auto [chain, is_new] = chains.try_emplace(key, number);
      out_->endpoints[i].chain = chain->second;
      if (is_new) AddChain(policies_of_class[key.front()], {key.begin() + 1, key.end()});
    }
    return absl::OkStatus();
  }

  void AddChain(const std::vector<uint32_t>& policies, const std::vector<uint32_t>& profiles) {
    Chain chain;
    for (const uint32_t policy : policies) chain.has_staged |= out_->policies[policy].staged;
    out_->has_staged |= chain.has_staged;
    for (size_t i = 0; i < kStages; ++i) {
      const auto stage = static_cast<Stage>(i);
      std::vector<uint32_t> in_stage;
      for (const uint32_t policy : policies) {
        if (IsInStage(out_->policies[policy], stage)) in_stage.push_back(policy);
      }
      chain.has_tiers[i] = !in_stage.empty();
      for (const Direction direction : kBothDirections) {
        chain.tier_runs[i][At(direction)] = AddTierRuns(in_stage, direction);
      }
    }
    chain.profiles.begin = static_cast<uint32_t>(out_->profile_refs.size());
    out_->profile_refs.insert(out_->profile_refs.end(), profiles.begin(), profiles.end());
    chain.profiles.end = static_cast<uint32_t>(out_->profile_refs.size());
    out_->chains.push_back(chain);
  }

  // `policies` are in evaluation order.
  IndexRange AddTierRuns(const std::vector<uint32_t>& policies, Direction direction) {
    IndexRange runs;
    runs.begin = static_cast<uint32_t>(out_->tier_runs.size());
    for (const uint32_t number : policies) {
      const CompiledPolicyEntry& policy = out_->policies[number];
      if (!policy.applies_to[At(direction)]) continue;
      const auto ref = static_cast<uint32_t>(out_->policy_refs.size());
      if (out_->tier_runs.size() == runs.begin || out_->tier_runs.back().tier != policy.tier) {
        out_->tier_runs.push_back({policy.tier, true, {ref, ref}});
      }
      TierRun& run = out_->tier_runs.back();
      run.all_staged &= policy.staged;
      out_->policy_refs.push_back(number);
      ++run.policies.end;
    }
    runs.end = static_cast<uint32_t>(out_->tier_runs.size());
    return runs;
  }

  const Model& model_;
  const Site& site_;
  std::unique_ptr<CompiledPolicy> out_;
  LabelIndex labels_;
  std::vector<LabelledAddresses> objects_;
  std::unique_ptr<SetBuilder> sets_;
  std::vector<Governed> governed_;
  absl::flat_hash_map<Address, uint32_t> by_address_;  // of host endpoints without interfaceName
  std::vector<OrderedTier> order_;                     // of the same numbers as out_->tiers
  std::vector<const Policy*> written_;                 // of the same numbers as out_->policies
  absl::flat_hash_map<std::string, uint32_t> profile_numbers_;
};

}  // namespace

absl::StatusOr<std::shared_ptr<const PolicySnapshot>> Compile(const Model& model, const Site& site,
                                                              int64_t revision) {
  GW_ASSIGN_OR_RETURN(std::unique_ptr<const CompiledPolicy> compiled,
                      Compiler(model, site, revision).Run());
  return std::make_shared<const PolicySnapshot>(std::move(compiled));
}

}  // namespace gw
