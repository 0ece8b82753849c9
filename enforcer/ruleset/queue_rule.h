// The rule that sends packets to user space, for kernels without nft's `queue` statement
// (CONFIG_NFT_QUEUE): the xtables target NFQUEUE, revision 3, through nft_compat. nft(8) cannot
// write such a rule, so it goes over netlink. Control thread only.

#ifndef ENFORCER_RULESET_QUEUE_RULE_H_
#define ENFORCER_RULESET_QUEUE_RULE_H_

#include "absl/status/status.h"

#include "enforcer/ruleset/nft.h"
#include "enforcer/ruleset/ruleset.h"
#include "enforcer/ruleset/table_socket.h"

namespace gw {

// True if the kernel takes `queue` in a rule. Asks it with a table that is never made (nft -c).
bool KernelHasNativeQueue(Nft& nft);
// Likewise `flow add` (CONFIG_NF_FLOW_TABLE_INET, CONFIG_NFT_FLOW_OFFLOAD).
bool KernelHasFlowtables(Nft& nft);

// Replaces what the upcall chain holds by one NFQUEUE rule, in one transaction.
// FailedPrecondition if the kernel has neither the statement nor the target.
absl::Status ReplaceCompatQueueRule(const TableSocket& socket, const QueueRule& queue);

}  // namespace gw

#endif  // ENFORCER_RULESET_QUEUE_RULE_H_
