// gatewarden audit verify|export

#include "absl/strings/str_cat.h"

#include "CLI/CLI.hpp"
#include "enforcer/cli/audit_question.h"
#include "enforcer/cli/command.h"

namespace gw::cli {
namespace {

struct VerifyOptions {
  std::string head;
  Format format = Format::kTable;
};

using Coverage = AuditVerification::Coverage;

nlohmann::ordered_json ToJson(const AuditFinding& finding) {
  const auto known = [](int64_t number) {
    return number > 0 ? nlohmann::ordered_json(number) : nlohmann::ordered_json();
  };
  return {{"kind", std::string(AuditFindingKindName(finding.kind))},
          {"link", known(finding.link)},
          {"firstId", known(finding.first_id)},
          {"lastId", known(finding.last_id)},
          {"text", finding.text}};
}

nlohmann::ordered_json ToJson(const Coverage& coverage) {
  return {
      {"covered", coverage.covered}, {"notYet", coverage.not_yet}, {"outside", coverage.outside}};
}

nlohmann::ordered_json ToJson(const AuditVerification& verification) {
  nlohmann::ordered_json findings = nlohmann::ordered_json::array();
  for (const AuditFinding& finding : verification.findings) findings.push_back(ToJson(finding));
  nlohmann::ordered_json json = {{"intact", verification.intact()},
                                 {"links", verification.links},
                                 {"head", nullptr},
                                 {"stopped", verification.stopped},
                                 {"decisions", ToJson(verification.decisions)},
                                 {"events", ToJson(verification.events)},
                                 {"flowParts", ToJson(verification.flows)},
                                 {"firstKeptId", verification.first_kept_id},
                                 {"firstKeptEvent", verification.first_kept_event},
                                 {"findings", std::move(findings)},
                                 {"findingsOmitted", verification.findings_omitted}};
  if (verification.head) json["head"] = ToString(*verification.head);
  return json;
}

std::string CoverageText(const Coverage& coverage) {
  std::string text = absl::StrCat(coverage.covered, " covered");
  if (coverage.not_yet > 0) absl::StrAppend(&text, ", ", coverage.not_yet, " not covered yet");
  if (coverage.outside > 0) {
    absl::StrAppend(&text, ", ", coverage.outside,
                    " outside (older than the chain, or written while it was stopped)");
  }
  return text;
}

std::string ChainText(const AuditVerification& verification) {
  if (!verification.head) return "none";
  return absl::StrCat(Counted(static_cast<size_t>(verification.links), "link", "links"),
                      ", the newest is ", ToString(*verification.head),
                      verification.stopped ? ", stopped by `auditHashChain: Disabled`" : "");
}

std::string DroppedText(const AuditVerification& verification) {
  std::string text;
  if (verification.first_kept_id > 1) {
    absl::StrAppend(&text, "decisions before ", verification.first_kept_id);
  }
  if (verification.first_kept_event > 1) {
    absl::StrAppend(&text, text.empty() ? "" : ", ", "events before ",
                    verification.first_kept_event);
  }
  return text.empty() ? "nothing" : text;
}

void PrintVerification(const AuditVerification& verification, std::ostream& out) {
  for (const AuditFinding& finding : verification.findings) out << Printable(finding.text) << "\n";
  if (verification.findings_omitted > 0) {
    out << "and " << verification.findings_omitted << " more\n";
  }
  if (!verification.intact()) out << "\n";
  PrintPairs({{"intact", verification.intact() ? "yes" : "no"},
              {"chain", ChainText(verification)},
              {"decisions", CoverageText(verification.decisions)},
              {"events", CoverageText(verification.events)},
              {"ends and addresses of flows", CoverageText(verification.flows)},
              {"dropped by retention", DroppedText(verification)}},
             out);
}

int RunVerify(const VerifyOptions& options, Invocation& invocation) {
  std::optional<AuditHead> head;
  if (!options.head.empty()) {
    const auto parsed = ParseAuditHead(options.head);
    if (!parsed.ok())
      return invocation.WrongUsage(absl::StrCat("--head: ", parsed.status().message()));
    head = *parsed;
  }
  const auto service = invocation.Open();
  if (!service.ok()) return invocation.Fail(service.status());
  const auto verification = (*service)->VerifyAudit(invocation.context, head);
  if (!verification.ok()) return invocation.Fail(verification.status());
  if (options.format == Format::kJson) {
    PrintDocument(ToJson(*verification), options.format, invocation.out);
  } else {
    PrintVerification(*verification, invocation.out);
  }
  return verification->intact() ? kExitOk : kExitFailed;
}

void AddVerify(CLI::App& group, Invocation& invocation) {
  auto options = std::make_shared<VerifyOptions>();
  CLI::App& command = *group.add_subcommand(
      "verify", "Tell whether the audit log was altered: exit code 1, and a line for each place");
  command
      .add_option(
          "--head", options->head,
          "A link that the log must still have, as gatewardend logged it: who can write the "
          "file can make all links anew, but not the copies of that line")
      ->type_name("NUMBER:DIGEST");
  AddFormatOption(command, {Format::kTable, Format::kJson}, &options->format);
  command.callback(
      [options, &invocation] { invocation.exit_code = RunVerify(*options, invocation); });
}

struct ExportOptions {
  std::string path;
  AuditQuestion question;
};

int RunExport(const ExportOptions& options, Invocation& invocation) {
  AuditExportRequest request;
  const auto query = QueryOf(options.question, invocation);
  if (!query.ok()) {
    return absl::IsInvalidArgument(query.status()) ? invocation.WrongUsage(query.status().message())
                                                   : invocation.Fail(query.status());
  }
  request.path = options.path;
  request.query = *query;
  request.where = options.question.where;
  const auto service = invocation.Open();
  if (!service.ok()) return invocation.Fail(service.status());
  const auto exported = (*service)->ExportAudit(invocation.context, request);
  if (!exported.ok()) return invocation.Fail(exported.status());
  invocation.out << Printable(options.path) << ": "
                 << Counted(static_cast<size_t>(exported->decisions), "decision", "decisions")
                 << ", " << Counted(static_cast<size_t>(exported->events), "event", "events")
                 << "\n";
  return kExitOk;
}

void AddExport(CLI::App& group, Invocation& invocation) {
  auto options = std::make_shared<ExportOptions>();
  CLI::App& command = *group.add_subcommand(
      "export",
      "Copy decisions, with their ids, events and how flows ended, into a new audit database: "
      "`gatewarden --audit-db FILE flows`, and \"Open exported log\" in the window. `explain` "
      "needs "
      "the policy database, or a copy of it (--db)");
  command.add_option("FILE", options->path, "The new file")->required();
  AddQuestionOptions(command, &options->question);
  command.callback(
      [options, &invocation] { invocation.exit_code = RunExport(*options, invocation); });
}

}  // namespace

void AddAudit(CLI::App& app, Invocation& invocation) {
  CLI::App& group = *app.add_subcommand("audit", "Check and copy the audit log");
  group.require_subcommand(1);
  AddVerify(group, invocation);
  AddExport(group, invocation);
}

}  // namespace gw::cli
