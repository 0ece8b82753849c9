// When a rule matches a packet, for the reference evaluator (policy-semantics.md §1.9, §3.3).

#ifndef COMMON_POLICY_REFERENCE_RULES_H_
#define COMMON_POLICY_REFERENCE_RULES_H_

#include <string>
#include <vector>

#include "common/net/prefix.h"
#include "common/net/tuple.h"
#include "common/policy/model.h"
#include "common/policy/selector.h"

namespace gw::reference {

// §3.3: a labelled object that rule selectors can name, with its addresses.
struct LabelledObject {
  Labels labels;
  std::vector<Prefix> addresses;
  std::vector<EndpointPort> ports;
};

// REQUIRES: `text` is a selector, as Validate makes sure.
Selector ParsedSelector(const std::string& text);

bool ContainsAddress(const std::vector<Prefix>& prefixes, const Address& address);

// Whether all criteria match, whatever the rule's action, schedule and expiry. `objects`: all that
// selectors can name.
bool RuleMatches(const Rule& rule, const Tuple& tuple, const std::vector<LabelledObject>& objects);

}  // namespace gw::reference

#endif  // COMMON_POLICY_REFERENCE_RULES_H_
