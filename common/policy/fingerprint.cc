// The fingerprint of a compiled policy. It is compared between processes (before and after a
// restart), so it does not use absl::Hash, whose results differ from process to process.

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

#include "common/policy/compiled_policy.h"
#include "common/policy/digest.h"

namespace gw {
namespace {

class PolicyDigest : public Digest {
 public:
  using Digest::Add;
  void Add(IndexRange range) {
    Add(range.begin);
    Add(range.end);
  }
  void Add(const CompiledEntity& entity) {
    for (const uint32_t number : {entity.nets, entity.not_nets, entity.selector,
                                  entity.not_selector, entity.ports, entity.not_ports}) {
      Add(number);
    }
  }
  // Numbers below zero stand for "not tested".
  void AddSigned(int16_t number) { Add(static_cast<uint64_t>(static_cast<uint16_t>(number))); }
};

void AddFailsafes(PolicyDigest& digest, const std::vector<Failsafe>& failsafes) {
  digest.Add(failsafes.size());
  for (const Failsafe& failsafe : failsafes) digest.Add(ToString(failsafe));
}

void AddSettings(PolicyDigest& digest, const Settings& settings) {
  for (const auto* list : {&settings.interface_prefixes, &settings.interface_exclude}) {
    digest.Add(list->size());
    for (const std::string& item : *list) digest.Add(item);
  }
  AddFailsafes(digest, settings.failsafe_inbound);
  AddFailsafes(digest, settings.failsafe_outbound);
  digest.Add(static_cast<uint64_t>(settings.endpoint_to_host));
  digest.Add(static_cast<uint64_t>(settings.deny_action));
  digest.Add(settings.drop_invalid ? 1 : 0);
  digest.Add(settings.allow_vxlan_from_workloads ? 1 : 0);
  digest.Add(settings.allow_ipip_from_workloads ? 1 : 0);
  digest.Add(settings.vxlan_port);
}

// By its words, not its number: a tier without policies takes a number and changes nothing.
void AddTier(PolicyDigest& digest, const CompiledTier& tier) {
  digest.Add(tier.name);
  digest.Add(tier.passes_at_end ? 1 : 0);
}

void AddOwners(PolicyDigest& digest, const CompiledPolicy& compiled) {
  digest.Add(compiled.policies.size());
  for (const CompiledPolicyEntry& policy : compiled.policies) {
    digest.Add(policy.name);
    digest.Add(policy.selector);
    AddTier(digest, compiled.tiers[policy.tier]);
    for (const bool flag : {policy.staged, policy.apply_on_forward, policy.pre_dnat,
                            policy.do_not_track, policy.applies_to[0], policy.applies_to[1]}) {
      digest.Add(flag ? 1 : 0);
    }
    for (const IndexRange rules : policy.rules) digest.Add(rules);
  }
  digest.Add(compiled.profiles.size());
  for (const CompiledProfile& profile : compiled.profiles) {
    digest.Add(profile.name);
    digest.Add(profile.missing ? 1 : 0);
    for (const IndexRange rules : profile.rules) digest.Add(rules);
  }
}

void AddRules(PolicyDigest& digest, const CompiledPolicy& compiled) {
  digest.Add(compiled.rules.size());
  for (const CompiledRule& rule : compiled.rules) {
    digest.Add(static_cast<uint64_t>(rule.action));
    digest.Add(rule.in_force ? 1 : 0);
    digest.Add(rule.families);
    for (const int16_t number : {rule.protocol, rule.not_protocol, rule.icmp_type, rule.icmp_code,
                                 rule.not_icmp_type, rule.not_icmp_code}) {
      digest.AddSigned(number);
    }
    digest.Add(rule.source);
    digest.Add(rule.destination);
  }
}

void AddSets(PolicyDigest& digest, const CompiledPolicy& compiled) {
  digest.Add(compiled.address_sets.size());
  for (const AddressSet& set : compiled.address_sets) {
    digest.Add(set.ranges);
    digest.Add(set.text);
  }
  for (const AddressRange& range : compiled.address_ranges) {
    digest.Add(range.first);
    digest.Add(range.last);
  }
  digest.Add(compiled.port_lists.size());
  for (const PortList& list : compiled.port_lists) {
    digest.Add(list.numbers);
    digest.Add(list.named);
    digest.Add(list.text);
  }
  for (const PortRange& range : compiled.port_ranges) {
    digest.Add(range.first);
    digest.Add(range.last);
  }
  for (const NamedPort& port : compiled.named_ports) {
    digest.Add(port.address);
    digest.Add(port.protocol);
    digest.Add(port.port);
  }
}

void AddChains(PolicyDigest& digest, const CompiledPolicy& compiled) {
  digest.Add(compiled.chains.size());
  for (const Chain& chain : compiled.chains) {
    for (size_t stage = 0; stage < kStages; ++stage) {
      for (const IndexRange runs : chain.tier_runs[stage]) digest.Add(runs);
      digest.Add(chain.has_tiers[stage] ? 1 : 0);
    }
    digest.Add(chain.profiles);
  }
  for (const TierRun& run : compiled.tier_runs) {
    AddTier(digest, compiled.tiers[run.tier]);
    digest.Add(run.policies);
  }
  for (const uint32_t policy : compiled.policy_refs) digest.Add(policy);
  for (const uint32_t profile : compiled.profile_refs) digest.Add(profile);
  digest.Add(compiled.endpoints.size());
  for (const CompiledEndpoint& endpoint : compiled.endpoints) {
    digest.Add(endpoint.name);
    digest.Add(endpoint.is_host ? 1 : 0);
    digest.Add(endpoint.chain);
    digest.Add(endpoint.spoofable_sources);
  }
}

void AddBinding(PolicyDigest& digest, const InterfaceBinding& binding) {
  for (const auto* map : {&binding.present, &binding.by_name, &binding.workloads}) {
    std::vector<std::pair<std::string, uint32_t>> sorted(map->begin(), map->end());
    std::sort(sorted.begin(), sorted.end());
    for (const auto& [name, endpoint] : sorted) {
      // An interface that nothing governs may come and go.
      if (endpoint == kNothing) continue;
      digest.Add(name);
      digest.Add(endpoint);
    }
    digest.Add(kNothing);  // the end of this map
  }
  digest.Add(binding.any);
}

}  // namespace

uint64_t FingerprintOf(const CompiledPolicy& compiled) {
  PolicyDigest digest;
  AddSettings(digest, compiled.settings);
  AddOwners(digest, compiled);
  AddRules(digest, compiled);
  AddSets(digest, compiled);
  AddChains(digest, compiled);
  AddBinding(digest, compiled.binding);
  return digest.value();
}

}  // namespace gw
