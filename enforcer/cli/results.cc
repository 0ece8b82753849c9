#include "enforcer/cli/results.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "common/resources/flow_text.h"
#include "common/resources/writer.h"

namespace gw::cli {
namespace {

using Json = nlohmann::ordered_json;
using Action = RevisionInfo::Change::Action;

Action ActionOf(const ResourceDifference& difference) {
  if (!difference.before) return Action::kCreated;
  return difference.after ? Action::kChanged : Action::kDeleted;
}

class ChangeCounts {
 public:
  void Add(Action action) { ++counts_[static_cast<size_t>(action)]; }

  std::string ToText() const {
    std::vector<std::string> parts;
    for (const Action action : {Action::kCreated, Action::kChanged, Action::kDeleted}) {
      const size_t count = counts_[static_cast<size_t>(action)];
      if (count > 0) parts.push_back(absl::StrCat(count, " ", ActionName(action)));
    }
    return parts.empty() ? "nothing changed" : absl::StrJoin(parts, ", ");
  }

 private:
  std::array<size_t, 3> counts_{};
};

Json ResourceJson(const std::optional<Resource>& resource) {
  return resource ? gw::ToJson(*resource) : Json();
}

const char* StepKindName(TraceStep::Kind kind) {
  switch (kind) {
    case TraceStep::Kind::kStage:
      return "stage";
    case TraceStep::Kind::kTier:
      return "tier";
    case TraceStep::Kind::kPolicy:
      return "policy";
    case TraceStep::Kind::kRule:
      return "rule";
    case TraceStep::Kind::kBuiltIn:
      break;
  }
  return "built-in";
}

Json StepJson(const TraceStep& step) {
  return {{"kind", StepKindName(step.kind)},
          {"depth", step.depth},
          {"subject", step.subject},
          {"outcome", step.outcome},
          {"decided", step.decided}};
}

void PrintChanges(const ApplyResult& result, bool dry_run, std::ostream& out) {
  if (result.differences.empty()) {
    out << "nothing to change: revision " << result.revision << " says so already\n";
    return;
  }
  for (const ResourceDifference& difference : result.differences) {
    out << ActionName(difference) << " " << Printable(ToString(difference.key)) << "\n";
  }
  if (dry_run) {
    out << "dry run, nothing written: " << CountChanges(result.differences) << "\n";
  } else {
    out << "revision " << result.revision << ": " << CountChanges(result.differences) << "\n";
  }
}

int FailFor(size_t errors, Invocation& invocation) {
  invocation.err << "gatewarden: " << Counted(errors, "error", "errors")
                 << ", nothing was changed\n";
  return kExitFailed;
}

Json ChangeDocument(const ApplyResult& result) {
  Json changes = Json::array();
  for (const ResourceDifference& difference : result.differences) {
    changes.push_back({{"action", ActionName(difference)},
                       {"kind", std::string(KindName(difference.key.kind))},
                       {"name", difference.key.name}});
  }
  return {{"revision", result.revision}, {"applied", result.applied}, {"changes", changes}};
}

}  // namespace

const char* ActionName(Action action) {
  switch (action) {
    case Action::kCreated:
      return "created";
    case Action::kChanged:
      return "changed";
    case Action::kDeleted:
      break;
  }
  return "deleted";
}

const char* ActionName(const ResourceDifference& difference) {
  return ActionName(ActionOf(difference));
}

std::string CountChanges(const std::vector<ResourceDifference>& differences) {
  ChangeCounts counts;
  for (const ResourceDifference& difference : differences) counts.Add(ActionOf(difference));
  return counts.ToText();
}

std::string CountChanges(const std::vector<RevisionInfo::Change>& changes) {
  ChangeCounts counts;
  for (const RevisionInfo::Change& change : changes) counts.Add(change.action);
  return counts.ToText();
}

Json ToJson(const std::vector<ResourceDifference>& differences) {
  Json all = Json::array();
  for (const ResourceDifference& difference : differences) {
    all.push_back({{"action", ActionName(difference)},
                   {"kind", std::string(KindName(difference.key.kind))},
                   {"name", difference.key.name},
                   {"before", ResourceJson(difference.before)},
                   {"after", ResourceJson(difference.after)}});
  }
  return all;
}

Json ToJson(const RevisionInfo& info) {
  Json changes = Json::array();
  for (const RevisionInfo::Change& change : info.changes) {
    changes.push_back({{"action", ActionName(change.action)},
                       {"kind", std::string(KindName(change.key.kind))},
                       {"name", change.key.name}});
  }
  return {{"revision", info.number},
          {"time", JsonTimeText(info.time)},
          {"author", info.author},
          {"reason", info.reason},
          {"changes", changes}};
}

Json ToJson(const SimulateResult& result) {
  Json json = gw::ToJson(result.explanation);
  if (result.trace.empty()) return json;
  Json steps = Json::array();
  for (const TraceStep& step : result.trace) steps.push_back(StepJson(step));
  json["steps"] = std::move(steps);
  return json;
}

int ReportChange(const absl::StatusOr<ApplyResult>& result, const ResourceFiles& files,
                 bool dry_run, Format format, Invocation& invocation) {
  if (!result.ok()) {
    PrintProblems(files, files.read.problems, invocation);
    return invocation.Fail(result.status());
  }
  const size_t errors = PrintProblems(files, ProblemsOf(files, result->problems), invocation);
  if (errors > 0) return FailFor(errors, invocation);
  if (format == Format::kTable) {
    PrintChanges(*result, dry_run, invocation.out);
  } else {
    PrintDocument(ChangeDocument(*result), format, invocation.out);
  }
  return kExitOk;
}

int RefuseFiles(const ResourceFiles& files, bool prune, Service& service, Invocation& invocation) {
  Model model;
  if (!prune) {
    // Without a database that can be read, the files are judged alone: they are wrong already.
    auto stored = service.Load(invocation.context);
    if (stored.ok()) model = std::move(stored->model);
  }
  return FailFor(PrintProblems(files, ProblemsOf(files, model), invocation), invocation);
}

void PrintTrace(const std::vector<TraceStep>& trace, size_t indent, std::ostream& out) {
  for (const TraceStep& step : trace) {
    const size_t depth = indent + 2 * static_cast<size_t>(std::max(step.depth, 0));
    out << (step.decided ? "> " : "  ") << std::string(depth, ' ') << Printable(step.subject);
    if (!step.outcome.empty()) out << ": " << Printable(step.outcome);
    out << "\n";
  }
}

void PrintAnswer(const InterfacePacket& packet, const SimulateResult& result, std::ostream& out) {
  const Explanation& answer = result.explanation;
  out << absl::StrFormat("%-5s  %-36s  %s\n", VerdictName(answer.verdict),
                         Printable(answer.decided_by), Printable(FlowText(packet)));
  if (answer.untracked) out << "       untracked\n";
  for (const std::string& log : answer.logs) out << "       logged by " << Printable(log) << "\n";
  if (answer.pending_verdict != answer.verdict || answer.pending_decided_by != answer.decided_by) {
    out << "       with staged policies: " << VerdictName(answer.pending_verdict) << " "
        << Printable(answer.pending_decided_by) << "\n";
  }
  PrintTrace(result.trace, 2, out);
}

std::string FlowText(const InterfacePacket& packet) {
  std::string text = ToString(packet.packet.tuple);
  if (!packet.in.empty()) absl::StrAppend(&text, " in=", packet.in);
  if (!packet.out.empty()) absl::StrAppend(&text, " out=", packet.out);
  return text;
}

}  // namespace gw::cli
