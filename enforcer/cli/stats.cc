// gatewarden stats

#include "absl/strings/str_cat.h"

#include "CLI/CLI.hpp"
#include "enforcer/cli/command.h"

namespace gw::cli {
namespace {

struct StatsOptions {
  size_t limit = 50;
  Format format = Format::kTable;
};

void PrintCounts(const std::vector<AuditStore::HitCount>& counts, Invocation& invocation) {
  if (counts.empty()) {
    invocation.err << "no flows\n";
    return;
  }
  Table table({"FLOWS", "LAST", "VERDICT", "DECIDED BY"});
  for (const AuditStore::HitCount& count : counts) {
    table.Add({absl::StrCat(count.count), LocalTimeText(count.last), VerdictName(count.verdict),
               count.decided_by});
  }
  table.Print(invocation.out);
}

int RunStats(const StatsOptions& options, Invocation& invocation) {
  const auto service = invocation.Open();
  if (!service.ok()) return invocation.Fail(service.status());
  const auto counts = (*service)->HitCounts(invocation.context, options.limit);
  if (!counts.ok()) return invocation.Fail(counts.status());
  if (options.format == Format::kTable) {
    PrintCounts(*counts, invocation);
    return kExitOk;
  }
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const AuditStore::HitCount& count : *counts) {
    all.push_back({{"decidedBy", count.decided_by},
                   {"verdict", VerdictName(count.verdict)},
                   {"flows", count.count},
                   {"last", JsonTimeText(count.last)}});
  }
  PrintDocument(all, options.format, invocation.out);
  return kExitOk;
}

}  // namespace

void AddStats(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<StatsOptions>();
  CLI::App& command = *app.add_subcommand("stats", "Count flows by what decided them");
  command.add_option("--limit", options->limit, "How many lines")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  AddFormatOption(command, {Format::kTable, Format::kYaml, Format::kJson}, &options->format);
  command.callback(
      [options, &invocation] { invocation.exit_code = RunStats(*options, invocation); });
}

}  // namespace gw::cli
