// An EnforcedPolicy for tests of the packet path: a model compiled for GatewaySite, whose
// interfaces have the indexes below. A model that does not compile aborts the test program.

#ifndef TESTS_SUPPORT_ENFORCED_POLICY_H_
#define TESTS_SUPPORT_ENFORCED_POLICY_H_

#include <memory>
#include <string>

#include "common/base/check.h"
#include "common/policy/compile.h"
#include "enforcer/dataplane/enforced_policy.h"
#include "tests/support/policy_builder.h"

namespace gw::testing {

inline constexpr uint32_t kLoopback = 1;
inline constexpr uint32_t kEth0 = 2;
inline constexpr uint32_t kEth1 = 3;
inline constexpr uint32_t kCali1 = 4;       // a workload interface
inline constexpr uint32_t kNotListed = 99;  // appeared after the policy was made

struct PolicyNumbers {
  uint64_t number = 1;
  int64_t revision = 1;
  uint32_t generation = 7;
  MarkLayout marks = {};
};

inline std::shared_ptr<const EnforcedPolicy> EnforcedPolicyOf(const Model& model,
                                                              const PolicyNumbers& numbers = {}) {
  auto policy = std::make_shared<EnforcedPolicy>();
  auto snapshot = Compile(model, GatewaySite(), numbers.revision);
  GW_CHECK(snapshot.ok());
  policy->number = numbers.number;
  policy->snapshot = *std::move(snapshot);
  policy->generation = numbers.generation;
  policy->marks = numbers.marks;
  const struct {
    uint32_t index;
    const char* name;
  } interfaces[] = {{kLoopback, "lo"}, {kEth0, "eth0"}, {kEth1, "eth1"}, {kCali1, "cali1"}};
  for (const auto& interface : interfaces) {
    policy->interfaces[interface.index] = {interface.name,
                                           policy->snapshot->RoleOf(interface.name)};
  }
  return policy;
}

}  // namespace gw::testing

#endif  // TESTS_SUPPORT_ENFORCED_POLICY_H_
