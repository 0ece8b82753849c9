// The policy model as the administrator wrote it: Calico's host-endpoint resources as plain
// values (policy-semantics.md §1). Nothing here is resolved or sorted; Validate says what is wrong
// with it, Compile turns it into the PolicySnapshot that runs. Thread-compatible values.

#ifndef COMMON_POLICY_MODEL_H_
#define COMMON_POLICY_MODEL_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"

#include "common/net/address.h"
#include "common/net/prefix.h"
#include "common/net/tuple.h"

namespace gw {

using Labels = std::map<std::string, std::string, std::less<>>;

struct Metadata {
  std::string name;
  Labels labels;
  Labels annotations;
  friend bool operator==(const Metadata&, const Metadata&) = default;
};

// ---- endpoints ------------------------------------------------------------------------------

struct EndpointPort {
  std::string name;
  uint8_t protocol = 0;  // TCP, UDP or SCTP
  uint16_t port = 0;
  friend bool operator==(const EndpointPort&, const EndpointPort&) = default;
};

inline constexpr char kAnyInterface[] = "*";

// §1.1. Governs an interface of the host network namespace: by name, by address, or (`*`) every
// interface that no other governs.
struct HostEndpoint {
  Metadata metadata;
  std::string node;
  std::string interface_name;  // empty: bind by address
  std::vector<Address> expected_ips;
  std::vector<std::string> profiles;
  std::vector<EndpointPort> ports;
  friend bool operator==(const HostEndpoint&, const HostEndpoint&) = default;
};

// §1.2. The other end of an interface that leads to a container, a virtual machine, a tap.
struct WorkloadEndpoint {
  Metadata metadata;
  std::string node;
  std::string interface_name;
  std::vector<Prefix> ip_networks;  // each one address
  std::vector<std::string> profiles;
  std::vector<EndpointPort> ports;
  std::string mac;
  std::vector<Prefix> allow_spoofed_source_prefixes;
  friend bool operator==(const WorkloadEndpoint&, const WorkloadEndpoint&) = default;
};

// ---- rules ----------------------------------------------------------------------------------

enum class RuleAction : uint8_t { kAllow, kDeny, kLog, kPass };
enum class Direction : uint8_t { kIngress, kEgress };

struct RuleProtocol {
  uint8_t number = 0;
  // Written as a name. `ICMP` and `ICMPv6` by name imply the IP version, by number they do not.
  bool by_name = false;
  friend bool operator==(const RuleProtocol&, const RuleProtocol&) = default;
};

struct RuleIcmp {
  uint8_t type = 0;
  std::optional<uint8_t> code;
  friend bool operator==(const RuleIcmp&, const RuleIcmp&) = default;
};

// A range of port numbers, or the name of an endpoint's port.
using RulePort = std::variant<PortRange, std::string>;

// One side of a rule. Every list that is not empty must match (§1.9); an empty selector text means
// "no selector", which is any address, known or not.
struct EntityRule {
  std::vector<Prefix> nets;
  std::vector<Prefix> not_nets;
  std::vector<RulePort> ports;
  std::vector<RulePort> not_ports;
  std::string selector;
  std::string not_selector;
  friend bool operator==(const EntityRule&, const EntityRule&) = default;
};

struct Rule {
  RuleAction action = RuleAction::kAllow;
  std::optional<uint8_t> ip_version;  // 4 or 6
  std::optional<RuleProtocol> protocol;
  std::optional<RuleProtocol> not_protocol;
  std::optional<RuleIcmp> icmp;
  std::optional<RuleIcmp> not_icmp;
  EntityRule source;
  EntityRule destination;
  Labels annotations;  // `gatewarden/schedule`, `gatewarden/expires` limit when the rule exists
  friend bool operator==(const Rule&, const Rule&) = default;
};

inline constexpr char kScheduleAnnotation[] = "gatewarden/schedule";
inline constexpr char kExpiresAnnotation[] = "gatewarden/expires";

// ---- policies, tiers, profiles, sets --------------------------------------------------------

enum class StagedAction : uint8_t { kSet, kDelete, kLearn, kIgnore };

// GlobalNetworkPolicy, and with `staged` StagedGlobalNetworkPolicy (§1.3, §1.8).
struct Policy {
  Metadata metadata;
  bool staged = false;
  StagedAction staged_action = StagedAction::kSet;  // staged only
  std::string tier = "default";
  std::optional<double> order;  // absent sorts last
  std::string selector;         // empty selects every endpoint
  // Always explicit here: readers apply DefaultTypes when the text has none.
  bool applies_to_ingress = true;
  bool applies_to_egress = false;
  std::vector<Rule> ingress;
  std::vector<Rule> egress;
  bool apply_on_forward = false;
  bool pre_dnat = false;
  bool do_not_track = false;
  friend bool operator==(const Policy&, const Policy&) = default;

  const std::vector<Rule>& rules(Direction direction) const {
    return direction == Direction::kIngress ? ingress : egress;
  }
  bool applies_to(Direction direction) const {
    return direction == Direction::kIngress ? applies_to_ingress : applies_to_egress;
  }
};

// §1.3 "Types defaulting": what a policy written without `types` applies to.
void SetDefaultTypes(Policy& policy);

enum class TierAction : uint8_t { kDeny, kPass };

inline constexpr char kDefaultTier[] = "default";
inline constexpr double kDefaultTierOrder = 1'000'000;

// §1.5. The tier `default` exists always and cannot be changed.
struct Tier {
  Metadata metadata;
  std::optional<double> order;  // absent sorts last
  TierAction default_action = TierAction::kDeny;
  friend bool operator==(const Tier&, const Tier&) = default;
};

// §1.6. Rules for local traffic that no policy decided, and labels for the endpoints that name it.
struct Profile {
  Metadata metadata;
  std::vector<Rule> ingress;
  std::vector<Rule> egress;
  Labels labels_to_apply;
  friend bool operator==(const Profile&, const Profile&) = default;

  const std::vector<Rule>& rules(Direction direction) const {
    return direction == Direction::kIngress ? ingress : egress;
  }
};

// §1.7. Labelled addresses that rule selectors can name; never an endpoint.
struct NetworkSet {
  Metadata metadata;
  std::vector<Prefix> nets;
  friend bool operator==(const NetworkSet&, const NetworkSet&) = default;
};

// FelixConfiguration `default` as written: parameter name (camelCase, as in Calico's API) to value
// text. settings.h has the table of parameters, their syntax and their defaults.
struct FelixConfiguration {
  Metadata metadata;
  std::map<std::string, std::string, std::less<>> values;
  friend bool operator==(const FelixConfiguration&, const FelixConfiguration&) = default;
};

// ---- all of it ------------------------------------------------------------------------------

enum class ResourceKind : uint8_t {
  kHostEndpoint,
  kWorkloadEndpoint,
  kGlobalNetworkPolicy,
  kStagedGlobalNetworkPolicy,
  kGlobalNetworkSet,
  kProfile,
  kTier,
  kFelixConfiguration,
};
inline constexpr ResourceKind kAllResourceKinds[] = {
    ResourceKind::kTier,
    ResourceKind::kProfile,
    ResourceKind::kHostEndpoint,
    ResourceKind::kWorkloadEndpoint,
    ResourceKind::kGlobalNetworkSet,
    ResourceKind::kGlobalNetworkPolicy,
    ResourceKind::kStagedGlobalNetworkPolicy,
    ResourceKind::kFelixConfiguration,
};

// Calico's kind name: "HostEndpoint", ...
absl::string_view KindName(ResourceKind kind);
// Accepts the kind name in any case, its plural, and short forms (hep, wep, gnp, sgnp, gns).
std::optional<ResourceKind> KindByName(absl::string_view name);

struct ResourceKey {
  ResourceKind kind = ResourceKind::kHostEndpoint;
  std::string name;
  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the 0 behind < for a pointer
  friend auto operator<=>(const ResourceKey&, const ResourceKey&) = default;
};
// "HostEndpoint `wan`", as messages name a resource.
std::string ToString(const ResourceKey& key);

using Resource = std::variant<HostEndpoint, WorkloadEndpoint, Policy, NetworkSet, Profile, Tier,
                              FelixConfiguration>;

ResourceKey KeyOf(const Resource& resource);
const Metadata& MetadataOf(const Resource& resource);
Metadata& MetadataOf(Resource& resource);

// Everything that the administrator wrote, by kind and name. The key of each map equals the
// metadata.name of its value.
struct Model {
  std::map<std::string, HostEndpoint> host_endpoints;
  std::map<std::string, WorkloadEndpoint> workload_endpoints;
  std::map<std::string, Policy> policies;         // staged == false
  std::map<std::string, Policy> staged_policies;  // staged == true
  std::map<std::string, NetworkSet> network_sets;
  std::map<std::string, Profile> profiles;
  std::map<std::string, Tier> tiers;  // without `default` unless the administrator wrote it
  std::map<std::string, FelixConfiguration> configurations;  // only `default` has meaning
  friend bool operator==(const Model&, const Model&) = default;
};

// Adds `resource`, or replaces the one of the same kind and name.
void Put(Model& model, Resource resource);
// True if there was one.
bool Remove(Model& model, const ResourceKey& key);
std::optional<Resource> Find(const Model& model, const ResourceKey& key);
// In the order of kAllResourceKinds, then by name.
std::vector<Resource> AllResources(const Model& model);

}  // namespace gw

#endif  // COMMON_POLICY_MODEL_H_
