// gatewarden selftest: not there yet, but its name is taken.

#include "CLI/CLI.hpp"
#include "enforcer/cli/command.h"

namespace gw::cli {

void AddSelftest(CLI::App& app, Invocation& invocation) {
  app.add_subcommand("selftest", "Check that this machine can enforce (not available yet)")
      ->callback([&invocation] { invocation.exit_code = invocation.NotAvailableYet("selftest"); });
}

}  // namespace gw::cli
