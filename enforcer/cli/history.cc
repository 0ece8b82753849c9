// gatewarden history

#include "absl/strings/str_cat.h"

#include "CLI/CLI.hpp"
#include "enforcer/cli/command.h"
#include "enforcer/cli/results.h"

namespace gw::cli {
namespace {

struct HistoryOptions {
  size_t limit = 20;
  Format format = Format::kTable;
};

int RunHistory(const HistoryOptions& options, Invocation& invocation) {
  const auto service = invocation.Open();
  if (!service.ok()) return invocation.Fail(service.status());
  const auto revisions = (*service)->History(invocation.context, options.limit, std::nullopt);
  if (!revisions.ok()) return invocation.Fail(revisions.status());
  if (options.format != Format::kTable) {
    nlohmann::ordered_json all = nlohmann::ordered_json::array();
    for (const RevisionInfo& info : *revisions) all.push_back(ToJson(info));
    PrintDocument(all, options.format, invocation.out);
    return kExitOk;
  }
  Table table({"REVISION", "TIME", "AUTHOR", "CHANGES", "REASON"});
  for (const RevisionInfo& info : *revisions) {
    if (info.number == 0) continue;  // the empty database, which nobody wrote
    table.Add({absl::StrCat(info.number), LocalTimeText(info.time), info.author,
               CountChanges(info.changes), info.reason});
  }
  table.Print(invocation.out);
  return kExitOk;
}

}  // namespace

void AddHistory(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<HistoryOptions>();
  CLI::App& command = *app.add_subcommand("history", "List revisions, the newest first");
  command.add_option("--limit", options->limit, "How many")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  AddFormatOption(command, {Format::kTable, Format::kYaml, Format::kJson}, &options->format);
  command.callback(
      [options, &invocation] { invocation.exit_code = RunHistory(*options, invocation); });
}

}  // namespace gw::cli
