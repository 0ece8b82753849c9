// The words that the texts of the table share. Private to this room.

#ifndef ENFORCER_RULESET_TABLE_TEXT_H_
#define ENFORCER_RULESET_TABLE_TEXT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

#include "common/policy/mark.h"

namespace gw {

// The hooks behind routing; each has chains decide_HOOK, policed_HOOK and apply_HOOK.
inline constexpr const char* kHooks[] = {"input", "forward", "output"};

// Texts are written with $NAMES for what depends on the mark mask and the generation.
std::string Expand(absl::string_view text, const MarkLayout& marks, uint32_t generation);

// Interface names, as elements of a set.
std::string Quoted(const std::vector<std::string>& names);
// Likewise, patterns of all names that begin so.
std::string QuotedPrefixes(const std::vector<std::string>& prefixes);

}  // namespace gw

#endif  // ENFORCER_RULESET_TABLE_TEXT_H_
