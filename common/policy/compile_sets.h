// The part of Compile that turns selectors, CIDRs and ports of rules into sets of addresses and
// ports. Private to compile.cc. Objects with equal labels are one label class: a selector is tested
// once per class, and only against classes that an index by label says it could match.

#ifndef COMMON_POLICY_COMPILE_SETS_H_
#define COMMON_POLICY_COMPILE_SETS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "common/policy/compiled_policy.h"
#include "common/policy/model.h"
#include "common/policy/selector.h"
#include "common/policy/site.h"

namespace gw {

// §3.1: own labels, else those of the first profile in the list that has the key.
Labels EffectiveLabels(const Labels& own, const std::vector<std::string>& profiles,
                       const Model& model);
Labels EffectiveLabels(const HostEndpoint& host, const Model& model);
// Labels that Kubernetes reserves do not count on workloads (§1.2).
Labels EffectiveLabels(const WorkloadEndpoint& workload, const Model& model);

// Where a host endpoint is found: as written, else the live addresses of its interface, for `*` of
// all host interfaces but `lo`.
std::vector<AddressRange> AddressesOf(const HostEndpoint& host, const Site& site,
                                      const Settings& settings);
std::vector<AddressRange> RangesOf(const std::vector<Prefix>& prefixes);

// Sorted, disjoint, not adjacent.
std::vector<AddressRange> MergeRanges(std::vector<AddressRange> ranges);

// Thread-compatible.
class LabelIndex {
 public:
  // The number of the class of these labels, from 0.
  uint32_t ClassOf(const Labels& labels);
  size_t size() const { return classes_.size(); }
  // Ascending.
  std::vector<uint32_t> Matching(const Selector& selector) const;

 private:
  // Classes that may match, ascending; false if that cannot be told, so that all may.
  bool Candidates(const Selector& selector, size_t node, std::vector<uint32_t>& classes) const;

  std::vector<const Labels*> classes_;
  absl::flat_hash_map<std::string, uint32_t> numbers_;  // by the labels in one text
  absl::flat_hash_map<std::string, std::vector<uint32_t>> with_key_;
  absl::flat_hash_map<std::string, std::vector<uint32_t>> with_value_;  // "key=value"
  std::vector<std::unique_ptr<const Labels>> owned_;
};

// Something with labels and addresses that rule selectors can name, on whatever node.
struct LabelledAddresses {
  uint32_t label_class = 0;
  std::vector<AddressRange> ranges;
  const std::vector<EndpointPort>* ports = nullptr;  // their addresses are single ones
};

// Adds sets to `compiled`; equal ones only once. Thread-compatible.
class SetBuilder {
 public:
  SetBuilder(const LabelIndex& labels, std::vector<LabelledAddresses> objects,
             CompiledPolicy& compiled);

  // Number of an address set; kNothing where nothing is asked for. Refuses selectors that do not
  // parse.
  absl::StatusOr<CompiledEntity> Compile(const EntityRule& entity);
  uint32_t SetOf(const std::vector<Prefix>& nets);

  absl::StatusOr<std::string> Canonical(absl::string_view selector);
  absl::StatusOr<absl::Span<const uint32_t>> ClassesOf(absl::string_view selector);

 private:
  struct Parsed {
    Selector selector;
    std::string canonical;
  };
  absl::StatusOr<const Parsed*> Parse(absl::string_view text);
  // The classes that match, by canonical text.
  const std::vector<uint32_t>& Matching(const Parsed& parsed);
  // As Matching, for the first and not the second.
  const std::vector<uint32_t>& Matching(const Parsed& parsed, const Parsed& except,
                                        const std::string& text);
  uint32_t AddressesOf(const std::vector<uint32_t>& classes, const std::string& text);
  uint32_t Intern(std::vector<AddressRange> ranges, const std::string& text);
  // `classes`: those whose named ports count; null: all. `scope`: what stands for them in a key.
  uint32_t PortsOf(const std::vector<RulePort>& ports, const std::vector<uint32_t>* classes,
                   const std::string& scope);

  const LabelIndex& labels_;
  const std::vector<LabelledAddresses> objects_;
  CompiledPolicy& compiled_;
  std::vector<std::vector<uint32_t>> objects_of_class_;
  absl::flat_hash_map<std::string, std::vector<uint32_t>> objects_with_port_;  // by port name
  absl::flat_hash_map<std::string, std::unique_ptr<const Parsed>> parsed_;     // by written text
  absl::flat_hash_map<std::string, std::unique_ptr<const std::vector<uint32_t>>> matching_;
  absl::flat_hash_map<std::string, uint32_t> sets_;        // by text
  absl::flat_hash_map<std::string, uint32_t> port_lists_;  // by text and scope
};

}  // namespace gw

#endif  // COMMON_POLICY_COMPILE_SETS_H_
