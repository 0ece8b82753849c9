// TableState: whether our table is as we made it. What the kernel keeps count of, and what packets
// add to sets, is left out: rules, chains and flags of the table do not change by themselves.
// Control thread only.

#ifndef ENFORCER_RULESET_TABLE_STATE_H_
#define ENFORCER_RULESET_TABLE_STATE_H_

#include <cstdint>

#include "absl/status/statusor.h"

namespace gw {

// The number of the last transaction of nftables in this network namespace (linux/netfilter/
// nf_tables.h, NFT_MSG_GETGEN; the process that the answer names is the one that asks). One small
// request.
absl::StatusOr<uint32_t> ReadRulesetGeneration();

struct TableState {
  bool exists = false;
  uint64_t digest = 0;
  friend bool operator==(const TableState&, const TableState&) = default;
};
// Reads all rules of the table: a millisecond for some hundred.
absl::StatusOr<TableState> ReadTableState();

}  // namespace gw

#endif  // ENFORCER_RULESET_TABLE_STATE_H_
