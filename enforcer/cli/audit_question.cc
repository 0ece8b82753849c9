#include "enforcer/cli/audit_question.h"

#include <memory>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "CLI/CLI.hpp"
#include "common/base/status_macros.h"
#include "common/service/audit_names.h"
#include "common/store/audit_where.h"

namespace gw::cli {
namespace {

// Far longer than a search of fifty million decisions takes, so that who reaches it has a disk that
// hangs, or asks more than they know.
constexpr char kTimeMax[] = "1m";

// For `--help`.
std::string WhereHelp() {
  std::string help =
      "Which decisions: \"action == deny and src in (10.0.0.0/8, set(guests)) and not dport in "
      "(53, 8000:8080)\". Operators: == != < <= > >= in, not in, contains, and, or, not. Fields:";
  for (const AuditFieldHelp& field : AuditFields()) {
    absl::StrAppend(&help, "\n  ", field.name, ": ", field.meaning);
  }
  return help;
}

// Names in --where mean what they mean in the policy now, which is read only if there are any.
class PolicyNames {
 public:
  explicit PolicyNames(Invocation& invocation) : invocation_(invocation) {}

  AuditNames Names() {
    return {[this](const std::string& set) -> absl::StatusOr<std::vector<Prefix>> {
              GW_RETURN_IF_ERROR(Load());
              return NetworksOfSet(policy_->model, set);
            },
            [this](const std::string& selector) -> absl::StatusOr<std::vector<std::string>> {
              GW_RETURN_IF_ERROR(Load());
              return SelectedEndpoints(policy_->model, selector);
            },
            [this](const std::string& name) -> absl::StatusOr<std::vector<Prefix>> {
              GW_RETURN_IF_ERROR(Load());
              return NetworksOfName(policy_->model, name);
            }};
  }

 private:
  absl::Status Load() {
    if (policy_) return absl::OkStatus();
    GW_ASSIGN_OR_RETURN(const std::unique_ptr<Service> service, invocation_.Open());
    GW_ASSIGN_OR_RETURN(policy_, service->Load(invocation_.context));
    return absl::OkStatus();
  }

  Invocation& invocation_;
  std::optional<LoadedPolicy> policy_;
};

}  // namespace

absl::StatusOr<AuditQuery> QueryOf(const AuditQuestion& question, Invocation& invocation) {
  const absl::Time now = absl::Now();
  AuditQuery query;
  const auto where = ParseAuditFilter(question.where, now, PolicyNames(invocation).Names());
  if (!where.ok()) return Annotate(where.status(), "--where");
  query.where = *where;
  if (!question.since.empty()) {
    const auto since = ParseWhen(question.since, now);
    if (!since.ok()) return Annotate(since.status(), "--since");
    query.since = *since;
  }
  if (!question.until.empty()) {
    const auto until = ParseWhen(question.until, now);
    if (!until.ok()) return Annotate(until.status(), "--until");
    query.until = *until;
  }
  if (!question.time_max.empty()) {
    absl::Duration time_max;
    if (!absl::ParseDuration(question.time_max, &time_max) || time_max < absl::ZeroDuration()) {
      return absl::InvalidArgumentError(absl::StrCat("--time-max: `", question.time_max,
                                                     "` is no duration: write 500ms, 10s, 2m or "
                                                     "inf"));
    }
    if (time_max != absl::InfiniteDuration()) query.time_max = time_max;
  }
  return query;
}

void PrintSearchedTo(const std::optional<absl::Time>& searched_to, Invocation& invocation) {
  if (!searched_to) return;
  invocation.err << "time is over: decisions before " << LocalTimeText(*searched_to)
                 << " were not looked at; --until '" << JsonTimeText(*searched_to)
                 << "' goes on there\n";
}

void AddTimeMaxOption(CLI::App& command, AuditQuestion* question) {
  command
      .add_option("--time-max", question->time_max,
                  "Search for so long (500ms, 10s), newest decisions first, and say how far that "
                  "came; inf: to the end")
      ->type_name("DURATION")
      ->default_val(kTimeMax);
}

void AddQuestionOptions(CLI::App& command, AuditQuestion* question) {
  command.add_option("--since", question->since, "How long ago (10m, 2h, 7d), or RFC 3339")
      ->type_name("TIME");
  command.add_option("--until", question->until, "Likewise")->type_name("TIME");
  command.add_option("--where", question->where, WhereHelp())->type_name("EXPR");
}

}  // namespace gw::cli
