// What `flows` and `stats` are asked about: --since, --until and --where, and how long that may
// take.

#ifndef ENFORCER_CLI_AUDIT_QUESTION_H_
#define ENFORCER_CLI_AUDIT_QUESTION_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/store/audit_query.h"
#include "enforcer/cli/command.h"

namespace gw::cli {

struct AuditQuestion {
  std::string since;
  std::string until;
  std::string where;
  std::string time_max;  // does not change what is asked about

  bool empty() const { return since.empty() && until.empty() && where.empty(); }
};

void AddQuestionOptions(CLI::App& command, AuditQuestion* question);
void AddTimeMaxOption(CLI::App& command, AuditQuestion* question);
// Says that the search was ended by its time, if it was, and how far it came.
void PrintSearchedTo(const std::optional<absl::Time>& searched_to, Invocation& invocation);

// Errors name the option; InvalidArgument is the user's. Reads the policy if --where has names.
absl::StatusOr<AuditQuery> QueryOf(const AuditQuestion& question, Invocation& invocation);

}  // namespace gw::cli

#endif  // ENFORCER_CLI_AUDIT_QUESTION_H_
