// gatewarden explain: one recorded flow, judged by the policy then in force and by the current one.

#include "absl/strings/str_cat.h"

#include "CLI/CLI.hpp"
#include "common/service/local_service.h"
#include "common/store/audit_json.h"
#include "enforcer/cli/command.h"
#include "enforcer/cli/resource_table.h"
#include "enforcer/cli/results.h"

namespace gw::cli {
namespace {

struct ExplainOptions {
  int64_t id = 0;
  std::string node;
  Format format = Format::kTable;
};

nlohmann::ordered_json DocumentOf(const ExplainResult& result) {
  nlohmann::ordered_json json = {{"record", ToJson(result.record)}};
  if (result.then) {
    json["then"] = ToJson(*result.then);
  } else {
    json["then"] = {{"missing", result.then_missing}};
  }
  json["now"] = ToJson(result.now);
  return json;
}

std::string AddressText(const TransportAddress& at) {
  const std::string text = ToString(at.address);
  if (at.port == 0) return text;
  return at.address.family == Family::kIPv6 ? absl::StrCat("[", text, "]:", at.port)
                                            : absl::StrCat(text, ":", at.port);
}

void AddEnd(const FlowEnd& end, std::vector<std::pair<std::string, std::string>>* pairs) {
  const auto counted = [](int64_t packets, int64_t bytes) {
    return absl::StrCat(Counted(static_cast<size_t>(packets), "packet", "packets"), ", ",
                        Counted(static_cast<size_t>(bytes), "byte", "bytes"));
  };
  pairs->emplace_back("sent", counted(end.packets_sent, end.bytes_sent));
  pairs->emplace_back("received", counted(end.packets_received, end.bytes_received));
  pairs->emplace_back(
      "ended", absl::StrCat(LocalTimeText(end.time), " after ",
                            absl::FormatDuration(absl::Trunc(end.duration, absl::Milliseconds(1))),
                            ": ", FlowEndReasonName(end.reason)));
}

void PrintRecord(const AuditRecord& record, std::ostream& out) {
  InterfacePacket packet{record.in, record.out, {}};
  packet.packet.tuple = record.tuple;
  std::vector<std::pair<std::string, std::string>> pairs = {
      {"flow", absl::StrCat(record.id)},
      {"time", LocalTimeText(record.time)},
      {"packet", absl::StrCat(HookName(record.hook), " ", FlowText(packet))},
      {"verdict", record.rejected ? "deny, with an answer" : VerdictName(record.verdict)},
      {"decided by", record.decided_by},
      {"policy", absl::StrCat("revision ", record.revision, ", generation ", record.generation,
                              record.redecided ? ", a live flow decided again" : "")}};
  if (!record.tier.empty()) pairs.emplace_back("tier", record.tier);
  const auto add_known = [&pairs](const char* title, const std::string& name,
                                  const Labels& labels) {
    if (name.empty()) return;
    pairs.emplace_back(title,
                       labels.empty() ? name : absl::StrCat(name, " (", LabelsText(labels), ")"));
  };
  add_known("in endpoint", record.in_endpoint, record.in_labels);
  add_known("out endpoint", record.out_endpoint, record.out_labels);
  for (const KnownObject& object : record.source_party) {
    add_known("source is in", object.name, object.labels);
  }
  for (const KnownObject& object : record.destination_party) {
    add_known("destination is in", object.name, object.labels);
  }
  for (const std::string& log : record.logs) pairs.emplace_back("logged by", log);
  if (record.repeats > 0) {
    pairs.emplace_back("sum of",
                       absl::StrCat(record.repeats,
                                    " packets from whatever source, denied in the kernel: the "
                                    "policy does not look at the source"));
  }
  if (record.original_destination) {
    pairs.emplace_back("sent to", absl::StrCat(AddressText(*record.original_destination),
                                               ", translated to the destination above"));
  }
  if (record.translated_source) {
    pairs.emplace_back("goes on as", AddressText(*record.translated_source));
  }
  if (record.end) AddEnd(*record.end, &pairs);
  PrintPairs(pairs, out);
}

void PrintJudgement(absl::string_view title, const SimulateResult& result, std::ostream& out) {
  out << "\n"
      << title << ": " << VerdictName(result.explanation.verdict) << ", "
      << Printable(result.explanation.decided_by) << "\n";
  PrintTrace(result.trace, 2, out);
  const Explanation& answer = result.explanation;
  if (answer.pending_verdict == answer.verdict && answer.pending_decided_by == answer.decided_by) {
    return;
  }
  out << "  if the staged policies were enforced: " << VerdictName(answer.pending_verdict) << ", "
      << Printable(answer.pending_decided_by) << "\n";
}

int RunExplain(const ExplainOptions& options, Invocation& invocation) {
  const auto service = invocation.Open();
  if (!service.ok()) return invocation.Fail(service.status());
  Site site = LiveSite();
  site.node = options.node;
  const auto result = (*service)->ExplainFlow(invocation.context, options.id, site);
  if (!result.ok()) return invocation.Fail(result.status());
  if (options.format != Format::kTable) {
    PrintDocument(DocumentOf(*result), options.format, invocation.out);
    return kExitOk;
  }
  PrintRecord(result->record, invocation.out);
  if (result->then) {
    PrintJudgement(absl::StrCat("then, by revision ", result->record.revision), *result->then,
                   invocation.out);
  } else {
    invocation.out << "\nthen: cannot be rebuilt: " << Printable(result->then_missing) << "\n";
  }
  PrintJudgement("now", result->now, invocation.out);
  return kExitOk;
}

}  // namespace

void AddExplain(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<ExplainOptions>();
  CLI::App& command = *app.add_subcommand("explain", "Say why a recorded flow was decided so");
  command.add_option("FLOW", options->id, "Its id, as `flows` shows it")->required();
  command
      .add_option("--node", options->node,
                  "Whose endpoints are local (default: those of the enforcer)")
      ->type_name("NAME");
  AddFormatOption(command, {Format::kTable, Format::kYaml, Format::kJson}, &options->format);
  command.callback(
      [options, &invocation] { invocation.exit_code = RunExplain(*options, invocation); });
}

}  // namespace gw::cli
