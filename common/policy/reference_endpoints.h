// Endpoints as the reference evaluator finds them in the written model: their labels and addresses,
// and which of them governs an interface (policy-semantics.md §3.1, §3.3, §4.1, §4.2).

#ifndef COMMON_POLICY_REFERENCE_ENDPOINTS_H_
#define COMMON_POLICY_REFERENCE_ENDPOINTS_H_

#include <string>
#include <vector>

#include "common/policy/model.h"
#include "common/policy/reference_rules.h"
#include "common/policy/settings.h"
#include "common/policy/site.h"

namespace gw::reference {

// What a chain needs to know about its endpoint. `host` or `workload` is set.
struct Endpoint {
  const HostEndpoint* host = nullptr;
  const WorkloadEndpoint* workload = nullptr;
  Labels labels;  // effective
  std::vector<std::string> profiles;
};

Endpoint HostEndpointOf(const Model& model, const HostEndpoint& host);
Endpoint WorkloadEndpointOf(const Model& model, const WorkloadEndpoint& workload);

bool IsWorkloadInterface(const Settings& settings, const std::string& name);

// The host endpoint other than `*` that governs an interface, or null.
const HostEndpoint* NamedHostEndpoint(const Model& model, const Site& site,
                                      const Settings& settings, const std::string& interface);
// The named one, else `*`, else null. Workload interfaces can only have `*`.
const HostEndpoint* GoverningHostEndpoint(const Model& model, const Site& site,
                                          const Settings& settings, const std::string& interface);
const WorkloadEndpoint* ActiveWorkloadEndpoint(const Model& model, const Site& site,
                                               const std::string& interface);

// Everything that rule selectors can name, of every node.
std::vector<LabelledObject> AllObjects(const Model& model, const Site& site,
                                       const Settings& settings);

}  // namespace gw::reference

#endif  // COMMON_POLICY_REFERENCE_ENDPOINTS_H_
