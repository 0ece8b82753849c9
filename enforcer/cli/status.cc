// gatewarden status

#include "absl/strings/str_cat.h"

#include "CLI/CLI.hpp"
#include "enforcer/cli/command.h"

namespace gw::cli {
namespace {

struct StatusOptions {
  Format format = Format::kTable;
};

const char* StateName(EnforcerStatus::State state) {
  switch (state) {
    case EnforcerStatus::State::kRunning:
      return "running";
    case EnforcerStatus::State::kStopped:
      return "stopped";
    case EnforcerStatus::State::kUnknown:
      break;
  }
  return "unknown";
}

// What the policy in force came to; null if the enforcer never told.
nlohmann::ordered_json CompiledJson(const EnforcerState& state) {
  if (state.classifier_bytes == 0) return nullptr;
  return {{"rules", state.rules}, {"classifierBytes", state.classifier_bytes}};
}

std::string CompiledText(const EnforcerState& state) {
  if (state.classifier_bytes == 0) return "none yet";
  return absl::StrCat(Counted(static_cast<size_t>(state.rules), "rule", "rules"), ", ",
                      (state.classifier_bytes + 1023) / 1024, " KiB to find them");
}

// Null if the enforcer never told.
nlohmann::ordered_json CountsJson(const EnforcerCounts& counts) {
  if (counts.as_of == absl::InfinitePast()) return nullptr;
  nlohmann::ordered_json json = {{"asOf", JsonTimeText(counts.as_of)},
                                 {"decisions", counts.decisions},
                                 {"denied", counts.denied},
                                 {"recordsLost", counts.records_lost},
                                 {"auditProblem", counts.audit_problem},
                                 {"hashChainProblem", counts.hash_chain_problem},
                                 {"guardDrops", counts.guard_drops},
                                 {"queueDrops", counts.queue_drops},
                                 {"learnedDenials", counts.learned_denials},
                                 {"untrackedAccepts", counts.untracked_accepts},
                                 {"untrackedDenials", counts.untracked_denials},
                                 {"reversePathDenials", counts.reverse_path_denials},
                                 {"liveFlows", nullptr}};
  if (counts.live_flows) json["liveFlows"] = *counts.live_flows;
  return json;
}

nlohmann::ordered_json StreamsJson(const EnforcerCounts& counts) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const AuditStreamCounts& stream : counts.streams) {
    json.push_back({{"name", stream.name},
                    {"target", stream.target},
                    {"problem", stream.problem},
                    {"recordsWritten", stream.written},
                    {"recordsDropped", stream.dropped}});
  }
  return json;
}

std::string StreamText(const AuditStreamCounts& stream) {
  const std::string text =
      absl::StrCat(stream.target.empty() ? "off" : absl::StrCat("to ", stream.target), ", ",
                   stream.written, " records written, ", stream.dropped, " dropped");
  return stream.problem.empty() ? text : absl::StrCat(text, "; ", stream.problem);
}

std::string CountsText(const EnforcerCounts& counts) {
  if (counts.as_of == absl::InfinitePast()) return "none yet";
  std::string text = absl::StrCat(counts.decisions, " packets, ", counts.denied, " denied, ",
                                  counts.records_lost, " records lost");
  if (counts.live_flows) absl::StrAppend(&text, ", ", *counts.live_flows, " live flows");
  if (counts.guard_drops > 0) {
    absl::StrAppend(&text, ", ", counts.guard_drops, " new flows dropped by the upcall guard");
  }
  if (counts.queue_drops > 0) {
    absl::StrAppend(&text, ", ", counts.queue_drops, " packets lost at a full queue");
  }
  if (counts.learned_denials > 0) {
    absl::StrAppend(&text, ", ", counts.learned_denials, " more denied in the kernel");
  }
  if (counts.untracked_accepts + counts.untracked_denials > 0) {
    absl::StrAppend(&text, ", untracked packets: ", counts.untracked_accepts, " accepted, ",
                    counts.untracked_denials, " denied");
  }
  if (counts.reverse_path_denials > 0) {
    absl::StrAppend(&text, ", ", counts.reverse_path_denials,
                    " packets of workloads denied for their source");
  }
  return text;
}

std::string AuditText(const StatusResult& status) {
  const EnforcerCounts& counts = status.enforcer.last.counts;
  std::string text = status.audit_database;
  if (status.enforcer.state != EnforcerStatus::State::kRunning) return text;
  if (!counts.audit_problem.empty()) {
    absl::StrAppend(&text, "; decisions are being lost: ", counts.audit_problem);
  }
  if (!counts.hash_chain_problem.empty()) {
    absl::StrAppend(&text, "; ", counts.hash_chain_problem);
  }
  return text;
}

nlohmann::ordered_json ToJson(const StatusResult& status) {
  nlohmann::ordered_json events = nlohmann::ordered_json::array();
  for (const AuditEvent& event : status.recent_events) {
    events.push_back(
        {{"time", JsonTimeText(event.time)}, {"kind", event.kind}, {"text", event.text}});
  }
  nlohmann::ordered_json json = {
      {"policyDatabase", status.policy_database},
      {"auditDatabase", status.audit_database},
      {"revision", status.revision},
      {"lastAuthor", status.last_author},
      {"lastChange", nullptr},
      {"hostEndpoints", status.host_endpoints},
      {"workloadEndpoints", status.workload_endpoints},
      {"policies", status.policies},
      {"stagedPolicies", status.staged_policies},
      {"tiers", status.tiers},
      {"networkSets", status.network_sets},
      {"profiles", status.profiles},
      {"warnings", status.warnings},
      {"enforcer",
       {{"state", StateName(status.enforcer.state)}, {"detail", status.enforcer.detail}}},
      {"counts", CountsJson(status.enforcer.last.counts)},
      {"streams", StreamsJson(status.enforcer.last.counts)},
      {"compiled", CompiledJson(status.enforcer.last)},
      {"recentEvents", std::move(events)}};
  if (status.revision > 0) json["lastChange"] = JsonTimeText(status.last_change);
  return json;
}

std::string ResourcesText(const StatusResult& status) {
  return absl::StrCat(Counted(status.host_endpoints, "host endpoint", "host endpoints"), ", ",
                      Counted(status.workload_endpoints, "workload endpoint", "workload endpoints"),
                      ", ", Counted(status.policies, "policy", "policies"), ", ",
                      Counted(status.staged_policies, "staged policy", "staged policies"), ", ",
                      Counted(status.tiers, "tier", "tiers"), ", ",
                      Counted(status.network_sets, "network set", "network sets"), ", ",
                      Counted(status.profiles, "profile", "profiles"));
}

std::string RevisionText(const StatusResult& status) {
  if (status.revision == 0) return "none yet";
  return absl::StrCat(status.revision, ", ", LocalTimeText(status.last_change), " by ",
                      status.last_author);
}

void PrintStatus(const StatusResult& status, std::ostream& out) {
  std::vector<std::pair<std::string, std::string>> pairs = {
      {"enforcer", absl::StrCat(StateName(status.enforcer.state), ", ", status.enforcer.detail)},
      {"decisions", CountsText(status.enforcer.last.counts)},
      {"compiled", CompiledText(status.enforcer.last)},
      {"policy", status.policy_database},
      {"audit log", Printable(AuditText(status))}};
  for (const AuditStreamCounts& stream : status.enforcer.last.counts.streams) {
    pairs.emplace_back(stream.name, Printable(StreamText(stream)));
  }
  pairs.insert(pairs.end(),
               {{"revision", RevisionText(status)},
                {"resources", ResourcesText(status)},
                {"warnings", status.warnings == 0
                                 ? std::string("none")
                                 : absl::StrCat(status.warnings,
                                                ": `gatewarden get all -o yaml | gatewarden apply "
                                                "--dry-run -f -` shows them")}});
  PrintPairs(pairs, out);
  if (status.recent_events.empty()) return;
  out << "\n";
  Table table({"TIME", "EVENT", "TEXT"});
  for (const AuditEvent& event : status.recent_events) {
    table.Add({LocalTimeText(event.time), event.kind, event.text});
  }
  table.Print(out);
}

int RunStatus(const StatusOptions& options, Invocation& invocation) {
  const auto service = invocation.Open();
  if (!service.ok()) return invocation.Fail(service.status());
  const auto status = (*service)->Status(invocation.context);
  if (!status.ok()) return invocation.Fail(status.status());
  if (options.format == Format::kTable) {
    PrintStatus(*status, invocation.out);
  } else {
    PrintDocument(ToJson(*status), options.format, invocation.out);
  }
  return kExitOk;
}

}  // namespace

void AddStatus(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<StatusOptions>();
  CLI::App& command = *app.add_subcommand("status", "Show what is enforced");
  AddFormatOption(command, {Format::kTable, Format::kYaml, Format::kJson}, &options->format);
  command.callback(
      [options, &invocation] { invocation.exit_code = RunStatus(*options, invocation); });
}

}  // namespace gw::cli
