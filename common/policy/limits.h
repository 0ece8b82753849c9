// Every maximum of the policy model in one place. Beyond one, Validate (or the parser) says which
// and what to do; nothing is cut off silently. Numbers with a section come from
// policy-semantics.md, the others are ours.

#ifndef COMMON_POLICY_LIMITS_H_
#define COMMON_POLICY_LIMITS_H_

#include <cstddef>

namespace gw {

inline constexpr size_t kNameLengthMax = 253;                      // §1
inline constexpr size_t kTierNameLengthMax = 63;                   // §1.5
inline constexpr size_t kInterfaceNameLengthMax = 15;              // §1.1, IFNAMSIZ - 1
inline constexpr size_t kPortNameLengthMax = 15;                   // §1.1
inline constexpr size_t kLabelPrefixLengthMax = 253;               // §1
inline constexpr size_t kLabelNameLengthMax = 63;                  // §1
inline constexpr size_t kLabelValueLengthMax = 63;                 // §1
inline constexpr size_t kAnnotationBytesMax = size_t{256} * 1024;  // §1
inline constexpr size_t kSelectorLengthMax = 1024;                 // §1.3
inline constexpr size_t kSelectorDepthMax = 100;                   // §2.2
inline constexpr size_t kSelectorKeyLengthMax = 512;               // §2.1
inline constexpr size_t kRulesPerDirectionMax = 1024;              // §1.3
inline constexpr size_t kNetsPerRuleMax = 256;                     // §1.9
inline constexpr size_t kPortsPerRuleMax = 50;                     // §1.9
inline constexpr size_t kTiersMax = 1000;
inline constexpr size_t kPoliciesMax = 20'000;
inline constexpr size_t kRulesMax = 100'000;                // of the whole site
inline constexpr size_t kEndpointsMax = 200'000;            // host, workload endpoints and sets
inline constexpr size_t kNetworkSetEntriesMax = 1'000'000;  // of the whole site
inline constexpr size_t kInputFileBytesMax = size_t{64} * 1024 * 1024;
inline constexpr size_t kInterfacePatternLengthMax = 256;  // a /regex/ of interfaceExclude
inline constexpr size_t kLogPrefixLengthMax = 127;         // §4.11, as nft has it
inline constexpr size_t kQueuesMax = 256;
inline constexpr size_t kFailsafesMax = 1000;  // of one direction
inline constexpr size_t kDecisionLogsMax = 4;  // Log rules remembered per decision

}  // namespace gw

#endif  // COMMON_POLICY_LIMITS_H_
