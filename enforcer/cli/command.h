// What the commands of `gatewarden` share: the invocation (global options, streams, exit code) and
// the ways to report what went wrong. One file a command; each adds its sub-command to the CLI11
// parser and runs when the parser has understood everything. One thread.

#ifndef ENFORCER_CLI_COMMAND_H_
#define ENFORCER_CLI_COMMAND_H_

#include <istream>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/service/service.h"
#include "enforcer/cli/output.h"

// Not included here: it is large, and its macros stay out of headers.
namespace CLI {  // NOLINT(readability-identifier-naming): the name is not ours
class App;
class Option;
}  // namespace CLI

namespace gw::cli {

// Scripts depend on these.
enum ExitCode : int {
  kExitOk = 0,
  kExitFailed = 1,
  kExitUsage = 2,
  kExitConflict = 3,
};

inline constexpr char kDefaultPolicyPath[] = "/var/lib/gatewarden/policy.db";

// One run of the program.
class Invocation {
 public:
  Invocation(std::istream& in_stream, std::ostream& out_stream, std::ostream& err_stream)
      : in(in_stream), out(out_stream), err(err_stream) {}

  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  bool colour = false;  // `out` is a terminal that wants colours
  CallContext context;
  int exit_code = kExitOk;

  // Global options.
  std::string policy_path = kDefaultPolicyPath;
  std::string audit_path;  // empty: beside the policy database
  std::string socket;
  std::string host;

  // The service that the global options name. Unimplemented for --socket and --host.
  absl::StatusOr<std::unique_ptr<Service>> Open();

  // These print one line to `err` and return the exit code that goes with it.
  int Fail(const absl::Status& status);
  int WrongUsage(absl::string_view message);
  int NotAvailableYet(absl::string_view what);
};

// Who a revision is written by: the user behind sudo, else the user.
std::string AuthorName();

// "-o table|yaml|json": the names of `formats`, the first is the default.
void AddFormatOption(CLI::App& command, const std::vector<Format>& formats, Format* format);

// "-f FILE", repeatable.
CLI::Option* AddFilesOption(CLI::App& command, std::vector<std::string>* paths);

// A time of --since and --until: RFC 3339, or how long ago ("10m", "2h", "7d").
absl::StatusOr<absl::Time> ParseWhen(absl::string_view text, absl::Time now);

void AddApply(CLI::App& app, Invocation& invocation);
void AddAudit(CLI::App& app, Invocation& invocation);
void AddConfirm(CLI::App& app, Invocation& invocation);
void AddDelete(CLI::App& app, Invocation& invocation);
void AddDiff(CLI::App& app, Invocation& invocation);
void AddExplain(CLI::App& app, Invocation& invocation);
void AddFlows(CLI::App& app, Invocation& invocation);
void AddGet(CLI::App& app, Invocation& invocation);
void AddHistory(CLI::App& app, Invocation& invocation);
void AddLabel(CLI::App& app, Invocation& invocation);
void AddRollback(CLI::App& app, Invocation& invocation);
void AddSelector(CLI::App& app, Invocation& invocation);
void AddSelftest(CLI::App& app, Invocation& invocation);
void AddShow(CLI::App& app, Invocation& invocation);
void AddSimulate(CLI::App& app, Invocation& invocation);
void AddStats(CLI::App& app, Invocation& invocation);
void AddStatus(CLI::App& app, Invocation& invocation);

}  // namespace gw::cli

#endif  // ENFORCER_CLI_COMMAND_H_
