// What our table has, asked of the kernel directly: a start of nft costs a hundred times as much,
// and while gatewardend starts, new flows wait. Control thread only.

#ifndef ENFORCER_RULESET_TABLE_CONTENTS_H_
#define ENFORCER_RULESET_TABLE_CONTENTS_H_

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/policy/mark.h"
#include "enforcer/ruleset/ruleset.h"

namespace gw {

// Which of the optional chains: asked before each fill, since the daemon may have taken the table
// over from another one. None if there is no such table.
absl::StatusOr<OptionalChains> ListOptionalChains();

// False too if there is no such table.
absl::StatusOr<bool> TableHasChain(absl::string_view chain);

// The generation whose marks are valid in the kernel now; nothing if the table is not there or was
// never filled.
absl::StatusOr<std::optional<uint32_t>> ReadValidGeneration(const MarkLayout& marks);

}  // namespace gw

#endif  // ENFORCER_RULESET_TABLE_CONTENTS_H_
