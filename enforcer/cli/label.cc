// gatewarden label

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "CLI/CLI.hpp"
#include "common/base/status_macros.h"
#include "enforcer/cli/command.h"
#include "enforcer/cli/resource_argument.h"
#include "enforcer/cli/results.h"

namespace gw::cli {
namespace {

struct LabelOptions {
  std::string kind;
  std::string name;
  std::vector<std::string> edits;  // "k=v" sets, "k-" removes
  std::string reason;
  Format format = Format::kTable;
};

absl::Status Edit(const std::vector<std::string>& edits, Labels* labels) {
  for (const std::string& edit : edits) {
    const size_t equals = edit.find('=');
    if (equals != std::string::npos && equals > 0) {
      (*labels)[edit.substr(0, equals)] = edit.substr(equals + 1);
    } else if (equals == std::string::npos && edit.size() > 1 && edit.back() == '-') {
      labels->erase(edit.substr(0, edit.size() - 1));
    } else {
      return absl::InvalidArgumentError(absl::StrCat(
          "`", edit, "` is no label: write `key=value` to set one, `key-` to remove one"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<ApplyRequest> RequestFor(const LoadedPolicy& policy, const ResourceKey& key,
                                        const LabelOptions& options) {
  GW_ASSIGN_OR_RETURN(Resource resource, FindResource(policy.model, key));
  GW_RETURN_IF_ERROR(Edit(options.edits, &MetadataOf(resource).labels));
  ApplyRequest request;
  request.put = {std::move(resource)};
  // The other fields were read: nobody may have changed them in between.
  request.expected_revision = policy.revision;
  request.author = AuthorName();
  request.reason = options.reason.empty()
                       ? absl::StrCat("label ", KindName(key.kind), " ", key.name, " ",
                                      absl::StrJoin(options.edits, " "))
                       : options.reason;
  return request;
}

int RunLabel(const LabelOptions& options, Invocation& invocation) {
  const auto kind = ParseKind(options.kind);
  if (!kind.ok()) return invocation.WrongUsage(kind.status().message());
  Labels unused;
  if (const absl::Status status = Edit(options.edits, &unused); !status.ok()) {
    return invocation.WrongUsage(status.message());
  }
  const auto service = invocation.Open();
  if (!service.ok()) return invocation.Fail(service.status());
  const auto policy = (*service)->Load(invocation.context);
  if (!policy.ok()) return invocation.Fail(policy.status());
  const auto request = RequestFor(*policy, {*kind, options.name}, options);
  if (!request.ok()) return invocation.Fail(request.status());
  return ReportChange((*service)->Apply(invocation.context, *request), {}, false, options.format,
                      invocation);
}

}  // namespace

void AddLabel(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<LabelOptions>();
  CLI::App& command = *app.add_subcommand("label", "Set and remove labels of a resource");
  command.add_option("KIND", options->kind, "HostEndpoint, GlobalNetworkSet, ...")->required();
  command.add_option("NAME", options->name, "Which one")->required();
  command.add_option("LABELS", options->edits, "key=value sets a label, key- removes it")
      ->required();
  command.add_option("--reason", options->reason, "Why, for the history")->type_name("TEXT");
  AddFormatOption(command, {Format::kTable, Format::kYaml, Format::kJson}, &options->format);
  command.callback(
      [options, &invocation] { invocation.exit_code = RunLabel(*options, invocation); });
}

}  // namespace gw::cli
