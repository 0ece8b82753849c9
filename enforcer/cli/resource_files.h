// The -f arguments: reading them, and showing every problem where it stands.

#ifndef ENFORCER_CLI_RESOURCE_FILES_H_
#define ENFORCER_CLI_RESOURCE_FILES_H_

#include <string>
#include <vector>

#include "common/policy/validate.h"
#include "common/resources/reader.h"
#include "enforcer/cli/command.h"

namespace gw::cli {

struct ResourceFiles {
  ReadResult read;
  std::vector<absl::Status> unreadable;  // files that could not be read at all

  bool HasErrors() const;
  std::vector<Resource> Resources() const;
};

ResourceFiles ReadFiles(const std::vector<std::string>& paths, bool skip_unsupported);

// Prints to `err`, one line each: what could not be read, the problems of reading, and `found` (of
// Validate) at their places; errors as `file:line:column: what is wrong`, warnings with `warning: `
// after the place. Returns how many are errors.
//
// While reading has errors, what those files meant is known in part only: of `found`, warnings and
// missing tiers are then left out, since they may be about what was not read.
size_t PrintProblems(const ResourceFiles& files, const std::vector<Problem>& found,
                     Invocation& invocation);

}  // namespace gw::cli

#endif  // ENFORCER_CLI_RESOURCE_FILES_H_
