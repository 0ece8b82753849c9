// gatewarden, the command line: everything that can be asked of Gatewarden, as text.

#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <iostream>

#include "CLI/CLI.hpp"
#include "enforcer/cli/command.h"

namespace gw::cli {
namespace {

// https://no-color.org, and terminals that cannot.
bool WantsColour() {
  // Nothing changes the environment of this program, which has one thread.
  const char* refused = std::getenv("NO_COLOR");  // NOLINT(concurrency-mt-unsafe)
  if (refused != nullptr && *refused != '\0') return false;
  const char* terminal = std::getenv("TERM");  // NOLINT(concurrency-mt-unsafe)
  if (terminal == nullptr || absl::string_view(terminal) == "dumb") return false;
  return isatty(STDOUT_FILENO) == 1;
}

void AddGlobalOptions(CLI::App& app, Invocation& invocation) {
  app.add_option("--db", invocation.policy_path, "Policy database")
      ->type_name("FILE")
      ->capture_default_str();
  app.add_option("--audit-db", invocation.audit_path,
                 "Audit database (default: audit.db beside the policy database)")
      ->type_name("FILE");
  app.add_option("--socket", invocation.socket, "Ask a running gatewardend (not available yet)")
      ->type_name("FILE");
  app.add_option("--host", invocation.host, "Ask another machine (not available yet)")
      ->type_name("TARGET");
  app.set_version_flag("--version", "gatewarden " GW_VERSION);
  app.require_subcommand(1);
  // Global options may stand behind the command too.
  app.fallthrough();
}

void AddCommands(CLI::App& app, Invocation& invocation) {
  AddApply(app, invocation);
  AddConfirm(app, invocation);
  AddRollback(app, invocation);
  AddGet(app, invocation);
  AddDelete(app, invocation);
  AddLabel(app, invocation);
  AddDiff(app, invocation);
  AddHistory(app, invocation);
  AddShow(app, invocation);
  AddSimulate(app, invocation);
  AddSelector(app, invocation);
  AddFlows(app, invocation);
  AddExplain(app, invocation);
  AddStatus(app, invocation);
  AddStats(app, invocation);
  AddAudit(app, invocation);
  AddSelftest(app, invocation);
}

int Run(int argc, char** argv, Invocation& invocation) {
  CLI::App app("Gatewarden polices what passes this gateway.", "gatewarden");
  AddGlobalOptions(app, invocation);
  AddCommands(app, invocation);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error, invocation.out, invocation.err);
    invocation.err << "gatewarden: " << Printable(error.what())
                   << "\nSee `gatewarden --help`, `gatewarden COMMAND --help`.\n";
    return kExitUsage;
  }
  invocation.out.flush();
  if (!invocation.out) {
    return invocation.Fail(absl::UnavailableError("cannot write the output: is the disk full?"));
  }
  return invocation.exit_code;
}

}  // namespace
}  // namespace gw::cli

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  // Questions read from standard input are answered in batches where they come in batches.
  std::cin.tie(nullptr);
  gw::cli::Invocation invocation(std::cin, std::cout, std::cerr);
  invocation.colour = gw::cli::WantsColour();
  try {
    return gw::cli::Run(argc, argv, invocation);
  } catch (const std::exception& error) {
    // Out of memory, or a defect of a library: nothing of ours throws.
    std::cerr << "gatewarden: " << error.what() << "\n";
    return gw::cli::kExitFailed;
  }
}
