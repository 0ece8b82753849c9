// PolicySnapshot: a policy as it runs, compiled for one site. Immutable after Compile; any number
// of threads read it without locks. Published to the workers whole (common/base/published.h).

#ifndef COMMON_POLICY_SNAPSHOT_H_
#define COMMON_POLICY_SNAPSHOT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/policy/decision.h"
#include "common/policy/model.h"
#include "common/policy/settings.h"
#include "common/policy/site.h"

namespace gw {

// What an interface is to the policy (policy-semantics.md §4.1, §4.2). A small value: the packet
// path keeps one per interface index.
struct InterfaceRole {
  enum class Kind : uint8_t { kNone, kHost, kWorkload };
  static constexpr uint32_t kNoEndpoint = 0xffffffff;

  Kind kind = Kind::kNone;          // kNone: the hook has no such interface
  bool is_loopback = false;         // `lo`
  uint32_t named = kNoEndpoint;     // host interface: its governing named host endpoint
  uint32_t any = kNoEndpoint;       // the `*` host endpoint, where it stands in for a named one
  uint32_t workload = kNoEndpoint;  // workload interface: its endpoint
  // Its host endpoint has preDNAT policies: what comes in is judged by its original destination.
  bool judges_before_dnat = false;

  friend bool operator==(const InterfaceRole&, const InterfaceRole&) = default;
};

// One rule of the site as the audit log refers to it.
struct RuleName {
  std::string owner;  // policy or profile name
  bool is_profile = false;
  bool is_staged = false;
  std::string tier;  // empty for profiles
  Direction direction = Direction::kIngress;
  uint32_t index = 0;   // 0-based within the owner and direction
  int64_t version = 0;  // RuleVersion: of the rule as it is written
};

struct CompiledPolicy;  // compile.cc, evaluate.cc: the running form

class PolicySnapshot {
 public:
  explicit PolicySnapshot(std::unique_ptr<const CompiledPolicy> compiled);
  ~PolicySnapshot();
  PolicySnapshot(const PolicySnapshot&) = delete;
  PolicySnapshot& operator=(const PolicySnapshot&) = delete;

  // The role of an interface, whether or not it existed when the snapshot was compiled (an
  // interface that appears later cannot be bound by address until the next compile). Allocates;
  // the packet path caches it per interface index.
  InterfaceRole RoleOf(absl::string_view interface_name) const;

  // The name of a host or workload endpoint in an InterfaceRole.
  const std::string& EndpointName(uint32_t endpoint) const;
  // Its labels, with those of its profiles.
  const Labels& EndpointLabels(uint32_t endpoint) const;

  // "policy:web/ingress/0" and so on.
  std::string DecidedBy(const Reason& reason) const;
  // The rule of a kPolicyRule or kProfileRule reason, or of a Decision's log entry.
  const RuleName& rule(uint32_t number) const;
  size_t rule_count() const;

  const Settings& settings() const;
  int64_t revision() const;
  // True if some staged policy selects an endpoint here, so that pending verdicts can differ.
  bool has_staged() const;
  // When a schedule or expiry of a rule next changes what this snapshot should be; InfiniteFuture
  // if never. The owner compiles anew then.
  absl::Time next_change() const;

  // Names of the interfaces among the site's that are policed: governed by a host endpoint or
  // workload interfaces. `lo` only if an endpoint names it.
  const std::vector<std::string>& policed_interfaces() const;
  // True if a `*` host endpoint polices every interface but `lo`, present or future.
  bool polices_any_interface() const;

  // A digest of everything that can influence a verdict or its words. Equal fingerprints mean
  // that flows need not be decided again.
  uint64_t fingerprint() const;

  // Memory of what finds the rules that match, which grows with the policy.
  size_t classifier_bytes() const;

  // For Evaluate and Explain.
  const CompiledPolicy& compiled() const { return *compiled_; }

 private:
  std::unique_ptr<const CompiledPolicy> compiled_;
};

}  // namespace gw

#endif  // COMMON_POLICY_SNAPSHOT_H_
