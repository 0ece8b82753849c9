// The service's answers in the forms that the commands print.

#ifndef ENFORCER_CLI_RESULTS_H_
#define ENFORCER_CLI_RESULTS_H_

#include <string>
#include <vector>

#include "common/service/service.h"
#include "enforcer/cli/command.h"
#include "enforcer/cli/resource_files.h"
#include "nlohmann/json.hpp"

namespace gw::cli {

// "created", "changed", "deleted".
const char* ActionName(const ResourceDifference& difference);
const char* ActionName(RevisionInfo::Change::Action action);

// "2 created, 1 changed".
std::string CountChanges(const std::vector<ResourceDifference>& differences);
std::string CountChanges(const std::vector<RevisionInfo::Change>& changes);

// [{"action":…,"kind":…,"name":…,"before":…,"after":…}]
nlohmann::ordered_json ToJson(const std::vector<ResourceDifference>& differences);
nlohmann::ordered_json ToJson(const RevisionInfo& info);
nlohmann::ordered_json ToJson(const SimulateResult& result);

// How a command that changes resources ends: problems, then what happened, in words or as a
// document; the exit code. `files` places the problems (none were read: empty).
int ReportChange(const absl::StatusOr<ApplyResult>& result, const ResourceFiles& files,
                 bool dry_run, Format format, Invocation& invocation);

// Shows everything that is wrong with `files`, which have errors, and with what they would make of
// the stored resources (of none, if `prune`). Returns the exit code.
int RefuseFiles(const ResourceFiles& files, bool prune, Service& service, Invocation& invocation);

// One line: "deny   end-of-tier:default/ingress  TCP 192.0.2.1:1 > 198.51.100.2:22 in=eth0"; below
// it what else there is to say, the full trace indented.
void PrintAnswer(const InterfacePacket& packet, const SimulateResult& result, std::ostream& out);
// The lines below alone, indented by `indent`.
void PrintTrace(const std::vector<TraceStep>& trace, size_t indent, std::ostream& out);

// "TCP 192.0.2.1:1 > 198.51.100.2:22 in=eth0 out=eth1"
std::string FlowText(const InterfacePacket& packet);

}  // namespace gw::cli

#endif  // ENFORCER_CLI_RESULTS_H_
