// What `flows` and `stats` are asked about: --since, --until and --where.

#ifndef ENFORCER_CLI_AUDIT_QUESTION_H_
#define ENFORCER_CLI_AUDIT_QUESTION_H_

#include <string>

#include "absl/status/statusor.h"

#include "common/store/audit_query.h"
#include "enforcer/cli/command.h"

namespace gw::cli {

struct AuditQuestion {
  std::string since;
  std::string until;
  std::string where;

  bool empty() const { return since.empty() && until.empty() && where.empty(); }
};

void AddQuestionOptions(CLI::App& command, AuditQuestion* question);

// Errors name the option; InvalidArgument is the user's. Reads the policy if --where has names.
absl::StatusOr<AuditQuery> QueryOf(const AuditQuestion& question, Invocation& invocation);

}  // namespace gw::cli

#endif  // ENFORCER_CLI_AUDIT_QUESTION_H_
