// Stateless: the parts of a policy that the kernel itself decides, packet by packet, since no
// connection tracking remembers their answers: doNotTrack policies at the hooks prerouting and
// output, what else an untracked packet meets on its way through (workloads' policies, the forward
// policies of the interface it leaves by), and the reverse path check of workloads. They are
// compiled to rules of nftables; packets_test compares them with the reference evaluator.
//
// Chains are named stateless_0, stateless_1 and so on. Each ends with a verdict, or returns when it
// has no opinion. A criterion that may hold in several ways (ports by number or by name, either
// family) makes several rules, of which at most one matches. Pure; control thread.

#ifndef ENFORCER_RULESET_STATELESS_H_
#define ENFORCER_RULESET_STATELESS_H_

#include <string>
#include <vector>

#include "common/policy/snapshot.h"

namespace gw {

inline constexpr char kStatelessChainPrefix[] = "stateless_";

// Rules as text, one a line. Empty where nothing is to be done.
struct Stateless {
  std::vector<std::string> chains;
  std::string untracked_in;       // which chain judges what comes in by an interface
  std::string untracked_out;      // and what the gateway itself sends
  std::string untracked_forward;  // what an untracked packet meets when it is forwarded
  std::string reverse_path;       // returns what comes from where its source is
};

// `interfaces` are the names of those that exist.
Stateless CompileStateless(const PolicySnapshot& snapshot,
                           const std::vector<std::string>& interfaces);

}  // namespace gw

#endif  // ENFORCER_RULESET_STATELESS_H_
