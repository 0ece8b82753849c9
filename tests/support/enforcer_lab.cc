#include "tests/support/enforcer_lab.h"

#include <signal.h>
#include <stdlib.h>

#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/base/status_macros.h"
#include "common/resources/reader.h"
#include "common/service/local_service.h"

namespace gw::testing {
namespace {

constexpr char kNode[] = "gw";
// The gateway's own multicast reports (MLD) would come up between the packets that a test counts.
constexpr char kQuiet[] = R"(
table inet gwlab_quiet {
  chain output {
    type filter hook output priority filter;
    icmpv6 type { mld-listener-report, mld2-listener-report } drop
  }
}
)";
constexpr absl::Duration kInForce = absl::Seconds(10);
constexpr absl::Duration kRecorded = absl::Seconds(3);

absl::StatusOr<std::vector<Resource>> ReadYaml(const std::string& yaml) {
  ReadResult read;
  ReadResources(yaml, "policy.yaml", ReadOptions(), &read);
  for (const PlacedProblem& problem : read.problems) {
    if (problem.severity == Severity::kError) {
      return absl::InvalidArgumentError(ToString(problem));
    }
  }
  std::vector<Resource> resources;
  for (ReadResource& one : read.resources) resources.push_back(std::move(one.resource));
  return resources;
}

}  // namespace

EnforcerLab::EnforcerLab(std::unique_ptr<Lab> lab, std::string folder, const Options& options)
    : lab_(std::move(lab)),
      folder_(std::move(folder)),
      policy_path_(absl::StrCat(folder_, "/policy.db")),
      audit_path_(
          absl::StrCat(options.audit_folder.empty() ? folder_ : options.audit_folder, "/audit.db")),
      environment_(options.environment) {}

absl::StatusOr<std::unique_ptr<EnforcerLab>> EnforcerLab::Create(const Options& options) {
  GW_ASSIGN_OR_RETURN(auto lab, Lab::Create());
  GW_RETURN_IF_ERROR(Nft(lab->gateway(), kQuiet));
  std::string folder = std::filesystem::temp_directory_path() / "gwlab-XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) return absl::UnavailableError("mkdtemp");
  return std::unique_ptr<EnforcerLab>(new EnforcerLab(std::move(lab), std::move(folder), options));
}

std::string EnforcerLab::Program() { return GW_DAEMON; }

EnforcerLab::~EnforcerLab() {
  if (daemon_ != nullptr) {
    daemon_->Stop(absl::Seconds(5));
    // Ends what waits for the next one, too.
    RunIn(lab_->gateway(), {Program(), "--remove"});
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

absl::StatusOr<int64_t> EnforcerLab::WritePolicy(const std::string& yaml) {
  LocalServiceOptions options;
  options.policy_path = policy_path_;
  options.audit_path = audit_path_;
  GW_ASSIGN_OR_RETURN(auto service, OpenLocalService(options));
  ApplyRequest request;
  GW_ASSIGN_OR_RETURN(request.put, ReadYaml(yaml));
  request.prune = true;
  request.author = "test";
  GW_ASSIGN_OR_RETURN(const ApplyResult result, service->Apply(CallContext(), request));
  for (const Problem& problem : result.problems) {
    if (problem.severity == Severity::kError) {
      return absl::InvalidArgumentError(ToString(problem));
    }
  }
  return result.revision;
}

absl::Status EnforcerLab::SetPolicy(const std::string& yaml) {
  GW_ASSIGN_OR_RETURN(const int64_t revision, WritePolicy(yaml));
  if (!DaemonRuns() || WaitForRevision(revision)) return absl::OkStatus();
  return absl::DeadlineExceededError(
      absl::StrCat("revision ", revision, " is not in force:\n", DaemonLog()));
}

bool EnforcerLab::WaitForRevision(int64_t revision) {
  return WaitUntil(
      [&] {
        const auto presence = ReadEnforcerPresence(policy_path_);
        return presence.ok() && presence->running && presence->state.revision == revision &&
               presence->state.problem.empty();
      },
      kInForce);
}

absl::Status EnforcerLab::StartDaemon(const ServiceManager* manager) {
  std::vector<std::string> command = {Program(),   "--policy-db", policy_path_, "--audit-db",
                                      audit_path_, "--node",      kNode};
  Subprocess::Options options = {.netns = lab_->gateway().name(), .environment = environment_};
  if (manager != nullptr) {
    command = manager->Command(command);
    options.descriptors = manager->descriptors();
  }
  GW_ASSIGN_OR_RETURN(Subprocess daemon, Subprocess::Start(command, options));
  const pid_t pid = daemon.pid();
  daemon_ = std::make_unique<Subprocess>(std::move(daemon));
  const bool enforces = WaitUntil(
      [&] {
        const auto presence = ReadEnforcerPresence(policy_path_);
        return !daemon_->Running() ||
               (presence.ok() && presence->running && presence->state.pid == pid);
      },
      kInForce);
  if (enforces && daemon_->Running()) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("gatewardend does not enforce:\n", DaemonLog()));
}

absl::Status EnforcerLab::StopDaemon() {
  const Finished finished = daemon_->Stop(absl::Seconds(5));
  daemon_.reset();
  if (finished.ok()) return absl::OkStatus();
  return absl::InternalError(
      absl::StrCat("gatewardend ended with ", finished.status, ":\n", finished.err));
}

void EnforcerLab::KillDaemon() {
  daemon_->Signal(SIGKILL);
  daemon_->Wait(absl::Seconds(5));
}

bool EnforcerLab::KillChild(const std::string& name) {
  const Finished finished =
      RunIn(lab_->gateway(), {"pkill", "-KILL", "-x", "-P", absl::StrCat(daemon_->pid()), name});
  return finished.ok();
}

EnforcerState EnforcerLab::State() const {
  const auto presence = ReadEnforcerPresence(policy_path_);
  return presence.ok() ? presence->state : EnforcerState();
}

std::vector<AuditRecord> EnforcerLab::Records() {
  const auto store = AuditStore::Open(audit_path_, AuditStore::Mode::kReadOnly);
  if (!store.ok()) return {};
  AuditQuery query;
  query.limit = 10'000;
  const auto records = (*store)->Query(query);
  return records.ok() ? *records : std::vector<AuditRecord>();
}

std::vector<AuditRecord> EnforcerLab::WaitForRecords(
    const std::function<bool(const AuditRecord&)>& wanted, size_t count) {
  std::vector<AuditRecord> found;
  WaitUntil(
      [&] {
        found.clear();
        for (AuditRecord& record : Records()) {
          if (wanted(record)) found.push_back(std::move(record));
        }
        return found.size() >= count;
      },
      kRecorded);
  return found;
}

uint64_t EnforcerLab::Upcalls() {
  uint64_t seen = 0;
  for (const KernelQueue& queue : ListQueues(lab_->gateway())) seen += queue.last_packet;
  return seen;
}

std::string EnforcerLab::NftList(const std::vector<std::string>& what) {
  std::vector<std::string> command = {"nft", "list"};
  command.insert(command.end(), what.begin(), what.end());
  const Finished finished = RunIn(lab_->gateway(), command);
  return absl::StrCat(finished.out, finished.err);
}

std::string Words(const AuditRecord& record) {
  return absl::StrCat(VerdictName(record.verdict), " ", record.decided_by);
}

}  // namespace gw::testing
