// gatewarden delete

#include "absl/strings/str_cat.h"

#include "CLI/CLI.hpp"
#include "enforcer/cli/command.h"
#include "enforcer/cli/resource_argument.h"
#include "enforcer/cli/results.h"

namespace gw::cli {
namespace {

struct DeleteOptions {
  std::string kind;
  std::string name;
  std::optional<int64_t> expected_revision;
  std::string reason;
  Format format = Format::kTable;
};

int RunDelete(const DeleteOptions& options, Invocation& invocation) {
  const auto kind = ParseKind(options.kind);
  if (!kind.ok()) return invocation.WrongUsage(kind.status().message());
  const auto service = invocation.Open();
  if (!service.ok()) return invocation.Fail(service.status());
  const ResourceKey key{*kind, options.name};
  ApplyRequest request;
  request.remove = {key};
  request.expected_revision = options.expected_revision;
  request.author = AuthorName();
  request.reason = options.reason.empty() ? absl::StrCat("delete ", KindName(*kind), " ", key.name)
                                          : options.reason;
  return ReportChange((*service)->Apply(invocation.context, request), {}, false, options.format,
                      invocation);
}

}  // namespace

void AddDelete(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<DeleteOptions>();
  CLI::App& command = *app.add_subcommand("delete", "Delete a resource");
  command.add_option("KIND", options->kind, "HostEndpoint, GlobalNetworkPolicy, ...")->required();
  command.add_option("NAME", options->name, "Which one")->required();
  command
      .add_option("--if-revision", options->expected_revision,
                  "Refuse (exit code 3) unless this revision is current")
      ->type_name("N");
  command.add_option("--reason", options->reason, "Why, for the history")->type_name("TEXT");
  AddFormatOption(command, {Format::kTable, Format::kYaml, Format::kJson}, &options->format);
  command.callback(
      [options, &invocation] { invocation.exit_code = RunDelete(*options, invocation); });
}

}  // namespace gw::cli
