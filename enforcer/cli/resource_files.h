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

// Everything that is wrong with the files, were they put into `model`; for files with errors too.
std::vector<PlacedProblem> ProblemsOf(const ResourceFiles& files, const Model& model);
// The problems of reading and `found`, which Validate found in the model that results.
std::vector<PlacedProblem> ProblemsOf(const ResourceFiles& files,
                                      const std::vector<Problem>& found);

// Prints to `err`, one line each, which files could not be read and `problems`: errors as
// `file:line:column: what is wrong`, warnings with `warning: ` after the place. While there are
// errors, warnings are left out: they may only be about what the errors keep out. Returns how many
// are errors.
size_t PrintProblems(const ResourceFiles& files, const std::vector<PlacedProblem>& problems,
                     Invocation& invocation);

}  // namespace gw::cli

#endif  // ENFORCER_CLI_RESOURCE_FILES_H_
