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

// Of a table's flags (linux/netfilter/nf_tables.h; the second since Linux 6.9).
inline constexpr uint32_t kTableOwned = 0x2;
inline constexpr uint32_t kTablePersists = 0x4;

struct TableOwner {
  bool exists = false;  // the table
  uint32_t flags = 0;   // kTableOwned, kTablePersists
  uint32_t port = 0;    // of the owner's socket; 0: none
};
absl::StatusOr<TableOwner> ReadTableOwner();

}  // namespace gw

#endif  // ENFORCER_RULESET_TABLE_STATE_H_
