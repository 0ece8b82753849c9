// EnforcedPolicy: everything a worker needs to answer packets, as one immutable value that the
// control thread builds and publishes whole.

#ifndef ENFORCER_DATAPLANE_ENFORCED_POLICY_H_
#define ENFORCER_DATAPLANE_ENFORCED_POLICY_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"

#include "common/base/published.h"
#include "common/policy/known_addresses.h"
#include "common/policy/mark.h"
#include "common/policy/snapshot.h"

namespace gw {

struct KnownInterface {
  std::string name;
  InterfaceRole role;
};

struct EnforcedPolicy {
  uint64_t number = 0;  // grows by one with each published value; audit entries refer to it
  std::shared_ptr<const PolicySnapshot> snapshot;
  uint32_t generation = 1;
  MarkLayout marks;
  // By interface index.
  absl::flat_hash_map<uint32_t, KnownInterface> interfaces;
  absl::flat_hash_set<Address> local_addresses;  // of this machine
  std::shared_ptr<const KnownAddresses> known;   // for the audit log; may be null
};

using PublishedPolicy = Published<EnforcedPolicy>;

}  // namespace gw

#endif  // ENFORCER_DATAPLANE_ENFORCED_POLICY_H_
