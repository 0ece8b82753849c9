// Differences of texts and of resources as people read them: unified diff (diff(1) -u).

#ifndef ENFORCER_CLI_DIFFERENCE_TEXT_H_
#define ENFORCER_CLI_DIFFERENCE_TEXT_H_

#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

#include "common/service/service.h"

namespace gw::cli {

// Hunks with three lines of context; empty if the texts are equal. Texts that differ in more than
// some thousand lines come as one hunk that is not the shortest.
std::string UnifiedHunks(absl::string_view before, absl::string_view after);

// The YAML of each resource before and after, with `---` and `+++` lines that name it.
void PrintDifferences(const std::vector<ResourceDifference>& differences, bool colour,
                      std::ostream& out);

}  // namespace gw::cli

#endif  // ENFORCER_CLI_DIFFERENCE_TEXT_H_
