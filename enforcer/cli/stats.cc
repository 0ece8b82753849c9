// gatewarden stats: the audit log summed up, and the rules that never decided anything.

#include <algorithm>
#include <optional>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "CLI/CLI.hpp"
#include "common/base/status_macros.h"
#include "common/policy/rule_version.h"
#include "common/store/audit_where.h"
#include "enforcer/cli/audit_question.h"
#include "enforcer/cli/command.h"

namespace gw::cli {
namespace {

using Json = nlohmann::ordered_json;

struct StatsOptions {
  AuditQuestion question;
  std::string by;   // a field; empty: the counts that outlive the decisions
  std::string sum;  // "bytes", or empty: flows
  bool never = false;
  size_t limit = 50;
  Format format = Format::kTable;
};

// Without headings, nothing was found.
void Print(const Json& rows, Table table, const StatsOptions& options, Invocation& invocation) {
  if (options.format != Format::kTable) {
    PrintDocument(rows, options.format, invocation.out);
  } else if (rows.empty()) {
    invocation.err << (options.never ? "every rule decided a flow\n" : "no flows\n");
  } else {
    table.Print(invocation.out);
  }
}

struct NamedRule {
  std::string name;  // as `decided by` has it
  int64_t version = kNoRuleVersion;
};

// Of enforced policies and profiles.
std::vector<NamedRule> RulesOf(const Model& model) {
  std::vector<NamedRule> rules;
  const auto add = [&rules](absl::string_view kind, const auto& owners) {
    for (const auto& [name, owner] : owners) {
      for (const Direction direction : {Direction::kIngress, Direction::kEgress}) {
        const std::vector<Rule>& list = owner.rules(direction);
        for (size_t i = 0; i < list.size(); ++i) {
          // Log and Pass end nothing, so they decide nothing.
          const RuleAction action = list[i].action;
          if (action != RuleAction::kAllow && action != RuleAction::kDeny) continue;
          const char* const way = direction == Direction::kIngress ? "ingress" : "egress";
          rules.push_back(
              {absl::StrCat(kind, name, "/", way, "/", i), RuleVersion(owner, direction, list[i])});
        }
      }
    }
  };
  add("policy:", model.policies);
  add("profile:", model.profiles);
  return rules;
}

// Of the rules as they are; nothing without a policy that can be read.
std::optional<std::set<int64_t>> VersionsNow(Service& service, Invocation& invocation) {
  const auto policy = service.Load(invocation.context);
  if (!policy.ok()) return std::nullopt;
  std::set<int64_t> versions;
  for (const NamedRule& rule : RulesOf(policy->model)) versions.insert(rule.version);
  return versions;
}

absl::Status PrintCounts(const StatsOptions& options, Service& service, Invocation& invocation) {
  GW_ASSIGN_OR_RETURN(const auto counts, service.HitCounts(invocation.context, options.limit));
  const auto now = VersionsNow(service, invocation);
  Table table({"FLOWS", "LAST", "VERDICT", "DECIDED BY", "NOTE"});
  Json rows = Json::array();
  for (const AuditStore::HitCount& count : counts) {
    const bool is_rule = now && count.version != kNoRuleVersion;
    const bool current = is_rule && now->contains(count.version);
    table.Add({absl::StrCat(count.count), LocalTimeText(count.last), VerdictName(count.verdict),
               count.decided_by,
               !is_rule || current
                   ? ""
                   : absl::StrCat("as the rule was from revision ", count.first_revision, " on")});
    rows.push_back({{"decidedBy", count.decided_by},
                    {"verdict", VerdictName(count.verdict)},
                    {"flows", count.count},
                    {"last", JsonTimeText(count.last)}});
    if (!is_rule) continue;
    rows.back()["sinceRevision"] = count.first_revision;
    rows.back()["current"] = current;
  }
  Print(rows, std::move(table), options, invocation);
  return absl::OkStatus();
}

absl::Status PrintTop(const StatsOptions& options, const AuditQuery& query, Service& service,
                      Invocation& invocation) {
  AuditTopBy by = {options.by.empty() ? "rule" : options.by};
  const bool bytes = !options.sum.empty();
  if (bytes) by.measure = AuditTopBy::Measure::kBytes;
  GW_ASSIGN_OR_RETURN(const AuditTops tops,
                      service.Top(invocation.context, query, by, options.limit));
  PrintSearchedTo(tops.searched_to, invocation);
  const std::string heading = absl::AsciiStrToUpper(by.field);
  Table table(bytes ? std::vector<std::string>{"BYTES", "FLOWS", "LAST", heading}
                    : std::vector<std::string>{"FLOWS", "DENIED", "LAST", heading});
  Json rows = Json::array();
  for (const AuditTop& top : tops.tops) {
    Json row = {{by.field, top.text}};
    if (bytes) {
      table.Add(
          {absl::StrCat(top.bytes), absl::StrCat(top.count), LocalTimeText(top.last), top.text});
      row["bytes"] = top.bytes;
    } else {
      table.Add(
          {absl::StrCat(top.count), absl::StrCat(top.denied), LocalTimeText(top.last), top.text});
    }
    row["flows"] = top.count;
    row["denied"] = top.denied;
    row["last"] = JsonTimeText(top.last);
    rows.push_back(std::move(row));
  }
  Print(rows, std::move(table), options, invocation);
  return absl::OkStatus();
}

absl::Status PrintNever(const StatsOptions& options, const AuditQuery& query, Service& service,
                        Invocation& invocation) {
  GW_ASSIGN_OR_RETURN(const LoadedPolicy policy, service.Load(invocation.context));
  std::set<std::string> hit;
  std::set<int64_t> versions;
  if (options.question.empty()) {
    GW_ASSIGN_OR_RETURN(const auto counts, service.HitCounts(invocation.context, SIZE_MAX));
    for (const AuditStore::HitCount& count : counts) {
      // What a rule decided before it was rewritten is not its own.
      if (count.version == kNoRuleVersion) hit.insert(count.decided_by);
      versions.insert(count.version);
    }
  } else {
    // To the end: a search that is cut off would name rules that were hit.
    AuditQuery all = query;
    all.time_max.reset();
    GW_ASSIGN_OR_RETURN(const AuditTops tops,
                        service.Top(invocation.context, all, {"rule"}, SIZE_MAX));
    for (const AuditTop& top : tops.tops) hit.insert(top.text);
  }
  Table table({"RULE"});
  Json rows = Json::array();
  for (const auto& [rule, version] : RulesOf(policy.model)) {
    if (hit.contains(rule) || versions.contains(version) || rows.size() >= options.limit) continue;
    table.Add({rule});
    rows.push_back({{"rule", rule}});
  }
  Print(rows, std::move(table), options, invocation);
  return absl::OkStatus();
}

std::string ByHelp() {
  std::string help = "Sum up by a field:";
  for (const AuditFieldHelp& field : AuditFields()) {
    if (field.summed) absl::StrAppend(&help, help.back() == ':' ? " " : ", ", field.name);
  }
  return help;
}

int RunStats(StatsOptions options, Invocation& invocation) {
  if (!options.by.empty()) {
    const auto field = FindSummedAuditField(options.by);
    if (!field.ok()) {
      return invocation.WrongUsage(absl::StrCat("--by: ", field.status().message()));
    }
    options.by = *field;
  }
  const auto query = QueryOf(options.question, invocation);
  if (!query.ok()) {
    return absl::IsInvalidArgument(query.status()) ? invocation.WrongUsage(query.status().message())
                                                   : invocation.Fail(query.status());
  }
  const auto service = invocation.Open();
  if (!service.ok()) return invocation.Fail(service.status());
  const absl::Status printed = [&] {
    if (options.never) return PrintNever(options, *query, **service, invocation);
    if (options.by.empty() && options.sum.empty() && options.question.empty()) {
      return PrintCounts(options, **service, invocation);
    }
    return PrintTop(options, *query, **service, invocation);
  }();
  return printed.ok() ? kExitOk : invocation.Fail(printed);
}

}  // namespace

void AddStats(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<StatsOptions>();
  CLI::App& command = *app.add_subcommand(
      "stats", "Count flows by what decided them; by something else, or of some only");
  AddQuestionOptions(command, &options->question);
  AddTimeMaxOption(command, &options->question);
  CLI::Option* const by = command.add_option("--by", options->by, ByHelp())->type_name("FIELD");
  CLI::Option* const sum =
      command.add_option("--sum", options->sum, "Bytes of flows that ended, instead of flows")
          ->check(CLI::IsMember({"bytes"}));
  command
      .add_flag("--never", options->never,
                "Rules of the policy that decided no flow (since the log began, or of those asked "
                "about)")
      ->excludes(by)
      ->excludes(sum);
  command.add_option("--limit", options->limit, "How many lines")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  AddFormatOption(command, {Format::kTable, Format::kYaml, Format::kJson}, &options->format);
  command.callback(
      [options, &invocation] { invocation.exit_code = RunStats(*options, invocation); });
}

}  // namespace gw::cli
