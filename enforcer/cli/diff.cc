// gatewarden diff

#include "CLI/CLI.hpp"
#include "enforcer/cli/command.h"
#include "enforcer/cli/difference_text.h"
#include "enforcer/cli/resource_files.h"
#include "enforcer/cli/results.h"

namespace gw::cli {
namespace {

struct DiffOptions {
  std::vector<std::string> paths;
  bool prune = false;
  bool skip_unsupported = false;
  Format format = Format::kTable;
};

int RunDiff(const DiffOptions& options, Invocation& invocation) {
  const auto service = invocation.Open();
  if (!service.ok()) return invocation.Fail(service.status());
  const ResourceFiles files = ReadFiles(options.paths, options.skip_unsupported);
  if (files.HasErrors()) return RefuseFiles(files, options.prune, **service, invocation);
  ApplyRequest request;
  request.put = files.Resources();
  request.prune = options.prune;
  request.dry_run = true;
  const auto result = (*service)->Apply(invocation.context, request);
  if (!result.ok()) return invocation.Fail(result.status());
  const auto problems = ProblemsOf(files, result->problems);
  if (PrintProblems(files, problems, invocation) > 0) return kExitFailed;

  if (options.format != Format::kTable) {
    PrintDocument(ToJson(result->differences), options.format, invocation.out);
  } else {
    PrintDifferences(result->differences, invocation.colour, invocation.out);
  }
  return kExitOk;
}

}  // namespace

void AddDiff(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<DiffOptions>();
  CLI::App& command = *app.add_subcommand("diff", "Show what `apply` would change");
  AddFilesOption(command, &options->paths)->required();
  command.add_flag("--prune", options->prune, "As with `apply --prune`");
  command.add_flag("--skip-unsupported", options->skip_unsupported,
                   "Leave out what only means something in Kubernetes");
  AddFormatOption(command, {Format::kTable, Format::kYaml, Format::kJson}, &options->format);
  command.callback(
      [options, &invocation] { invocation.exit_code = RunDiff(*options, invocation); });
}

}  // namespace gw::cli
