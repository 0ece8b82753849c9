// CompiledPolicy: the running form of a policy, private to compile.cc, snapshot.cc, evaluate.cc and
// trace.cc. Flat: everything is a vector, and everything refers to another thing by its index, so
// that a packet's way through it touches few cache lines and a classifier can be laid beside it.
//
//   endpoint -> chain -> bucket (stage x direction) -> tier runs -> policies -> rules -> sets
//
// Endpoints that the same policies and profiles govern share one chain; equal selectors share one
// address set. Immutable after Compile.

#ifndef COMMON_POLICY_COMPILED_POLICY_H_
#define COMMON_POLICY_COMPILED_POLICY_H_

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"

#include "common/net/address.h"
#include "common/net/tuple.h"
#include "common/policy/classifier.h"
#include "common/policy/decision.h"
#include "common/policy/model.h"
#include "common/policy/settings.h"
#include "common/policy/snapshot.h"

namespace gw {

inline constexpr uint32_t kNothing = 0xffffffff;  // "no such index"

struct IndexRange {
  uint32_t begin = 0;
  uint32_t end = 0;
  bool empty() const { return begin == end; }
};

// ---- what rules test ------------------------------------------------------------------------

struct AddressRange {
  Address first;
  Address last;
  friend bool operator==(const AddressRange&, const AddressRange&) = default;
};

// A set of addresses: disjoint, sorted, not adjacent ranges of one pool; IPv4 before IPv6.
struct AddressSet {
  IndexRange ranges;
  std::string text;  // what people know it by: a canonical selector, or CIDRs
};

// One (address, protocol, port) that bears the name of an endpoint's port.
struct NamedPort {
  Address address;
  uint8_t protocol = 0;
  uint16_t port = 0;
  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the 0 behind < for a pointer
  friend auto operator<=>(const NamedPort&, const NamedPort&) = default;
};

// The ports of one side of a rule: numbers or names, any of which may match.
struct PortList {
  IndexRange numbers;  // of port_ranges, sorted, disjoint
  IndexRange named;    // of named_ports, sorted
  std::string text;
};

// ---- rules ----------------------------------------------------------------------------------

struct CompiledEntity {
  uint32_t nets = kNothing;  // address sets
  uint32_t not_nets = kNothing;
  uint32_t selector = kNothing;
  uint32_t not_selector = kNothing;
  uint32_t ports = kNothing;  // port lists
  uint32_t not_ports = kNothing;
  friend bool operator==(const CompiledEntity&, const CompiledEntity&) = default;
};

inline constexpr uint8_t kFamilyBit4 = 1;
inline constexpr uint8_t kFamilyBit6 = 2;
inline constexpr uint8_t FamilyBit(Family family) {
  return family == Family::kIPv4 ? kFamilyBit4 : kFamilyBit6;
}

struct CompiledRule {
  RuleAction action = RuleAction::kAllow;
  bool in_force = true;                          // not limited away by its schedule or expiry
  uint8_t families = kFamilyBit4 | kFamilyBit6;  // §1.9: those for which the rule exists
  int16_t protocol = -1;                         // -1: not tested
  int16_t not_protocol = -1;
  int16_t icmp_type = -1;
  int16_t icmp_code = -1;
  int16_t not_icmp_type = -1;
  int16_t not_icmp_code = -1;
  CompiledEntity source;
  CompiledEntity destination;
};

// ---- tiers, policies, profiles --------------------------------------------------------------

inline constexpr size_t kDirections = 2;
inline constexpr size_t At(Direction direction) { return static_cast<size_t>(direction); }

struct CompiledTier {
  std::string name;
  bool passes_at_end = false;
};

// Numbered in evaluation order: by tier, then as §4.3 sorts them.
struct CompiledPolicyEntry {
  std::string name;
  uint32_t tier = 0;
  bool staged = false;
  bool apply_on_forward = false;
  bool pre_dnat = false;
  bool do_not_track = false;
  std::array<bool, kDirections> applies_to{};
  std::array<IndexRange, kDirections> rules{};  // numbers of rules
  std::string selector;                         // canonical
};

struct CompiledProfile {
  std::string name;
  bool missing = false;  // named by an endpoint, defined by nobody: denies all (§1.6)
  std::array<IndexRange, kDirections> rules{};
};

// ---- chains ---------------------------------------------------------------------------------

enum class Stage : uint8_t { kUntracked, kPreDnat, kNormal, kForward };
inline constexpr size_t kStages = 4;
inline constexpr size_t At(Stage stage) { return static_cast<size_t>(stage); }

// The policies of one tier that one chain meets in one stage and direction.
struct TierRun {
  uint32_t tier = 0;
  bool all_staged = false;
  IndexRange policies;  // of policy_refs
};

struct Chain {
  std::array<std::array<IndexRange, kDirections>, kStages> tier_runs{};
  std::array<bool, kStages> has_tiers{};  // in either direction
  // The entries of the classifier that are asked: without staged policies, and with them.
  std::array<std::array<std::array<uint32_t, 2>, kDirections>, kStages> members{};
  bool has_staged = false;
  IndexRange profiles;  // of profile_refs
};

struct CompiledEndpoint {
  std::string name;
  Labels labels;  // with those of its profiles
  bool is_host = true;
  uint32_t chain = 0;
  uint32_t spoofable_sources = kNothing;  // address set: exempt from the reverse path check
};

// ---- interfaces -----------------------------------------------------------------------------

// What decides the role of an interface (§4.1, §4.2).
struct InterfaceBinding {
  absl::flat_hash_map<std::string, uint32_t> present;    // host interface of the site -> named HEP
  absl::flat_hash_map<std::string, uint32_t> by_name;    // interfaceName -> HEP, for those to come
  absl::flat_hash_map<std::string, uint32_t> workloads;  // interface -> WEP
  uint32_t any = kNothing;                               // the `*` host endpoint
};

// ---- all of it ------------------------------------------------------------------------------

struct CompiledPolicy {
  int64_t revision = 0;
  Settings settings;
  absl::Time next_change = absl::InfiniteFuture();
  uint64_t fingerprint = 0;
  bool has_staged = false;

  std::vector<CompiledTier> tiers;  // in evaluation order
  std::vector<CompiledPolicyEntry> policies;
  std::vector<CompiledProfile> profiles;  // by name, the missing ones last
  std::vector<CompiledRule> rules;        // of policies in evaluation order, then of profiles
  std::vector<RuleName> rule_names;       // of the same numbers

  std::vector<AddressRange> address_ranges;
  std::vector<AddressSet> address_sets;
  std::vector<PortRange> port_ranges;
  std::vector<NamedPort> named_ports;
  std::vector<PortList> port_lists;

  std::vector<uint32_t> policy_refs;
  std::vector<uint32_t> profile_refs;
  std::vector<TierRun> tier_runs;
  std::vector<Chain> chains;
  std::vector<CompiledEndpoint> endpoints;  // of this node

  InterfaceBinding binding;
  std::vector<std::string> policed_interfaces;

  Classifier classifier;

  // Failsafes are numbered inbound first.
  const Failsafe& failsafe(uint32_t number) const {
    const size_t inbound = settings.failsafe_inbound.size();
    return number < inbound ? settings.failsafe_inbound[number]
                            : settings.failsafe_outbound[number - inbound];
  }
};

bool IsWorkloadInterface(const Settings& settings, absl::string_view interface_name);
InterfaceRole RoleOf(const CompiledPolicy& compiled, absl::string_view interface_name);

// A digest of all of `compiled` that can influence a verdict or its words.
uint64_t FingerprintOf(const CompiledPolicy& compiled);

// "policy:web/ingress/0" and so on.
std::string ReasonText(const CompiledPolicy& compiled, const Reason& reason);
// "NAME/ingress/0", as Explanation::logs names a rule.
std::string RuleText(const RuleName& rule);
// "ingress", "egress"
const char* DirectionName(Direction direction);
// "Allow", "Deny", "Log", "Pass"
const char* ActionName(RuleAction action);

}  // namespace gw

#endif  // COMMON_POLICY_COMPILED_POLICY_H_
