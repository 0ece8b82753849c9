// gatewarden show

#include "absl/strings/str_cat.h"

#include "CLI/CLI.hpp"
#include "enforcer/cli/command.h"
#include "enforcer/cli/difference_text.h"
#include "enforcer/cli/results.h"

namespace gw::cli {
namespace {

struct ShowOptions {
  int64_t revision = 0;
  Format format = Format::kTable;
};

int RunShow(const ShowOptions& options, Invocation& invocation) {
  const auto service = invocation.Open();
  if (!service.ok()) return invocation.Fail(service.status());
  const auto info = (*service)->Revision(invocation.context, options.revision);
  if (!info.ok()) return invocation.Fail(info.status());
  const auto differences = (*service)->RevisionDifferences(invocation.context, options.revision);
  if (!differences.ok()) return invocation.Fail(differences.status());

  if (options.format != Format::kTable) {
    nlohmann::ordered_json json = ToJson(*info);
    json["changes"] = ToJson(*differences);
    PrintDocument(json, options.format, invocation.out);
    return kExitOk;
  }
  PrintPairs({{"revision", absl::StrCat(info->number)},
              {"time", LocalTimeText(info->time)},
              {"author", info->author},
              {"reason", info->reason},
              {"changes", CountChanges(*differences)}},
             invocation.out);
  if (!differences->empty()) invocation.out << "\n";
  PrintDifferences(*differences, invocation.colour, invocation.out);
  return kExitOk;
}

}  // namespace

void AddShow(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<ShowOptions>();
  CLI::App& command = *app.add_subcommand("show", "Show what a revision changed");
  command.add_option("REVISION", options->revision, "Its number")->required();
  AddFormatOption(command, {Format::kTable, Format::kYaml, Format::kJson}, &options->format);
  command.callback(
      [options, &invocation] { invocation.exit_code = RunShow(*options, invocation); });
}

}  // namespace gw::cli
