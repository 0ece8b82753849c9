// gatewarden apply, and confirm, which goes with it.

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "CLI/CLI.hpp"
#include "enforcer/cli/command.h"
#include "enforcer/cli/resource_files.h"
#include "enforcer/cli/results.h"

namespace gw::cli {
namespace {

struct ApplyOptions {
  std::vector<std::string> paths;
  bool dry_run = false;
  bool prune = false;
  bool skip_unsupported = false;
  std::optional<int64_t> expected_revision;
  std::string confirm_within;
  std::string reason;
  Format format = Format::kTable;
};

ApplyRequest RequestOf(const ApplyOptions& options, const ResourceFiles& files) {
  ApplyRequest request;
  request.put = files.Resources();
  request.prune = options.prune;
  request.expected_revision = options.expected_revision;
  request.dry_run = options.dry_run;
  request.author = AuthorName();
  request.reason = options.reason.empty()
                       ? absl::StrCat("apply ", absl::StrJoin(options.paths, " "))
                       : options.reason;
  return request;
}

int RunApply(const ApplyOptions& options, Invocation& invocation) {
  if (!options.confirm_within.empty()) return invocation.NotAvailableYet("--confirm-within");
  const auto service = invocation.Open();
  if (!service.ok()) return invocation.Fail(service.status());
  const ResourceFiles files = ReadFiles(options.paths, options.skip_unsupported);
  if (files.HasErrors()) return RefuseFiles(files, options.prune, **service, invocation);
  if (files.read.resources.empty()) {
    PrintProblems(files, files.read.problems, invocation);
    return invocation.Fail(absl::InvalidArgumentError(
        absl::StrCat("there are no resources in ", absl::StrJoin(options.paths, " "),
                     options.prune ? "; --prune would delete everything" : "")));
  }
  return ReportChange((*service)->Apply(invocation.context, RequestOf(options, files)), files,
                      options.dry_run, options.format, invocation);
}

}  // namespace

void AddApply(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<ApplyOptions>();
  CLI::App& command =
      *app.add_subcommand("apply", "Create and change resources, all of them or none");
  AddFilesOption(command, &options->paths)->required();
  command.add_flag("--dry-run", options->dry_run, "Check everything, write nothing");
  command.add_flag("--prune", options->prune, "Delete resources that the files do not name");
  command
      .add_option("--if-revision", options->expected_revision,
                  "Refuse (exit code 3) unless this revision is current")
      ->type_name("N");
  command.add_flag("--skip-unsupported", options->skip_unsupported,
                   "Leave out what only means something in Kubernetes");
  command.add_option("--reason", options->reason, "Why, for the history")->type_name("TEXT");
  command
      .add_option("--confirm-within", options->confirm_within,
                  "Go back unless confirmed in time (not available yet)")
      ->type_name("DURATION");
  AddFormatOption(command, {Format::kTable, Format::kYaml, Format::kJson}, &options->format);
  command.callback(
      [options, &invocation] { invocation.exit_code = RunApply(*options, invocation); });
}

void AddConfirm(CLI::App& app, Invocation& invocation) {
  app.add_subcommand("confirm", "Keep a change made with --confirm-within (not available yet)")
      ->callback([&invocation] { invocation.exit_code = invocation.NotAvailableYet("confirm"); });
}

}  // namespace gw::cli
