// gatewarden rollback

#include "CLI/CLI.hpp"
#include "common/base/status_macros.h"
#include "enforcer/cli/command.h"
#include "enforcer/cli/results.h"

namespace gw::cli {
namespace {

struct RollbackOptions {
  std::optional<int64_t> revision;
  Format format = Format::kTable;
};

absl::StatusOr<int64_t> BeforeCurrent(Service& service, const CallContext& context) {
  GW_ASSIGN_OR_RETURN(const LoadedPolicy policy, service.Load(context));
  if (policy.revision == 0) {
    return absl::FailedPreconditionError("there is no revision to go back to");
  }
  return policy.revision - 1;
}

int RunRollback(const RollbackOptions& options, Invocation& invocation) {
  const auto service = invocation.Open();
  if (!service.ok()) return invocation.Fail(service.status());
  absl::StatusOr<int64_t> revision = options.revision.value_or(0);
  if (!options.revision) revision = BeforeCurrent(**service, invocation.context);
  if (!revision.ok()) return invocation.Fail(revision.status());
  return ReportChange((*service)->Rollback(invocation.context, *revision, AuthorName()), {}, false,
                      options.format, invocation);
}

}  // namespace

void AddRollback(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<RollbackOptions>();
  CLI::App& command = *app.add_subcommand(
      "rollback", "Make everything as it was at an earlier revision, as a new revision");
  command.add_option("REVISION", options->revision, "Default: the one before the current");
  AddFormatOption(command, {Format::kTable, Format::kYaml, Format::kJson}, &options->format);
  command.callback(
      [options, &invocation] { invocation.exit_code = RunRollback(*options, invocation); });
}

}  // namespace gw::cli
