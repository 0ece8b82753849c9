#include "common/service/local_service.h"

#include <ifaddrs.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "common/base/closer.h"
#include "common/base/status_macros.h"
#include "common/policy/compile.h"
#include "common/service/enforcer_lock.h"
#include "common/service/impact.h"
#include "common/service/model_change.h"

namespace gw {
namespace {

constexpr char kMemoryPath[] = ":memory:";
// A write without expected_revision starts anew when somebody else was faster, so often.
constexpr int kWriteAttemptsMax = 5;
constexpr size_t kRecentEventsMax = 5;

WriteRequest ToWrite(const ApplyRequest& request, int64_t revision,
                     const std::vector<ResourceDifference>& differences) {
  WriteRequest write;
  write.expected_revision = revision;
  write.author = request.author;
  write.reason = request.reason;
  for (const ResourceDifference& difference : differences) {
    write.changes.push_back({difference.key, difference.after});
  }
  return write;
}

absl::Status CheckUsable(const Model& model) {
  std::string first;
  size_t count = 0;
  for (const Problem& problem : Validate(model)) {
    if (problem.severity != Severity::kError) continue;
    if (count++ == 0) first = ToString(problem);
  }
  if (count == 0) return absl::OkStatus();
  if (count > 1) absl::StrAppend(&first, " (and ", count - 1, " more problems)");
  return absl::InvalidArgumentError(first);
}

SimulateResult Answer(const PolicySnapshot& snapshot, const InterfacePacket& packet,
                      bool with_trace) {
  SimulateResult result{Explain(snapshot, packet), {}};
  if (with_trace) result.trace = Trace(snapshot, packet);
  return result;
}

std::string TimeText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S", time, absl::LocalTimeZone());
}

EnforcerStatus EnforcerOf(const std::string& policy_path) {
  using State = EnforcerStatus::State;
  const auto presence = ReadEnforcerPresence(policy_path);
  if (absl::IsNotFound(presence.status())) {
    return {State::kStopped, "it has never run on this database", {}};
  }
  if (!presence.ok()) return {State::kUnknown, std::string(presence.status().message()), {}};
  const EnforcerState& state = presence->state;
  if (!presence->running) {
    return {
        State::kStopped,
        absl::StrCat("it last enforced revision ", state.revision, " from ", TimeText(state.since)),
        state};
  }
  std::string detail =
      absl::StrCat("revision ", state.revision, " as generation ", state.generation, " since ",
                   TimeText(state.since), ", process ", state.pid, ", fail mode ", state.fail_mode);
  if (!state.problem.empty()) absl::StrAppend(&detail, "; ", state.problem);
  return {State::kRunning, std::move(detail), state};
}

std::string HostName() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return "localhost";
  return name.data();
}

std::string NodeOfEnforcer(const std::string& policy_path) {
  const auto presence = ReadEnforcerPresence(policy_path);
  if (presence.ok() && !presence->state.node.empty()) return presence->state.node;
  return HostName();
}

std::string PathBeside(const std::string& path, absl::string_view name) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return std::string(name);
  return absl::StrCat(path.substr(0, slash + 1), name);
}

// With its write-ahead log.
std::optional<int64_t> BytesOf(const std::string& database) {
  std::error_code error;
  const auto file = std::filesystem::file_size(database, error);
  if (error) return std::nullopt;
  const auto log = std::filesystem::file_size(database + "-wal", error);
  return static_cast<int64_t>(file + (error ? 0 : log));
}

class LocalService : public Service {
 public:
  explicit LocalService(LocalServiceOptions options) : options_(std::move(options)) {
    if (options_.audit_path.empty() && !InMemory()) {
      options_.audit_path = PathBeside(options_.policy_path, "audit.db");
    }
  }

  absl::StatusOr<LoadedPolicy> Load(const CallContext& context) override;
  absl::StatusOr<Model> LoadRevision(const CallContext& context, int64_t revision) override;
  absl::StatusOr<std::vector<RevisionInfo>> History(const CallContext& context, size_t limit,
                                                    std::optional<int64_t> before) override;
  absl::StatusOr<RevisionInfo> Revision(const CallContext& context, int64_t revision) override;
  absl::StatusOr<std::vector<ResourceDifference>> RevisionDifferences(const CallContext& context,
                                                                      int64_t revision) override;
  absl::StatusOr<ApplyResult> Apply(const CallContext& context,
                                    const ApplyRequest& request) override;
  absl::StatusOr<ApplyResult> Rollback(const CallContext& context, int64_t revision,
                                       absl::string_view author) override;
  absl::StatusOr<std::vector<SimulateResult>> Simulate(const CallContext& context,
                                                       const SimulateRequest& request) override;
  absl::StatusOr<AuditStore::Page> Search(const CallContext& context,
                                          const AuditQuery& query) override;
  absl::StatusOr<ExplainResult> ExplainFlow(const CallContext& context, int64_t id,
                                            const Site& site) override;
  absl::StatusOr<std::vector<AuditStore::HitCount>> HitCounts(const CallContext& context,
                                                              size_t limit) override;
  absl::StatusOr<std::vector<AuditEvent>> Events(const CallContext& context,
                                                 const AuditEventQuery& query) override;
  absl::StatusOr<ImpactResult> Impact(const CallContext& context, const ImpactRequest& request,
                                      const ImpactProgress& progress) override;
  absl::StatusOr<AuditHistogram> Histogram(const CallContext& context, const AuditQuery& query,
                                           absl::Time since, absl::Time until,
                                           size_t buckets) override;
  absl::StatusOr<AuditTops> Top(const CallContext& context, const AuditQuery& query,
                                const AuditTopBy& by, size_t limit) override;
  absl::StatusOr<std::vector<AuditRecord>> NewPairs(const CallContext& context, absl::Time since,
                                                    size_t limit) override;
  absl::StatusOr<RuleHitsResult> RuleHits(const CallContext& context, absl::Time since,
                                          size_t buckets) override;
  absl::StatusOr<AuditVerification> VerifyAudit(const CallContext& context,
                                                const std::optional<AuditHead>& head) override;
  absl::StatusOr<AuditExported> ExportAudit(const CallContext& context,
                                            const AuditExportRequest& request) override;
  absl::StatusOr<std::vector<HostInterface>> Interfaces(const CallContext& context) override;
  absl::StatusOr<std::vector<Neighbour>> Neighbours(const CallContext& context) override;
  absl::StatusOr<StatusResult> Status(const CallContext& context) override;

 private:
  bool InMemory() const { return options_.policy_path == kMemoryPath; }

  // The store, good until the next call of either.
  absl::StatusOr<PolicyStore*> Reader();
  absl::StatusOr<PolicyStore*> Writer();
  // The audit log; null if there is none yet. What is asked of it ends when `context` is
  // cancelled.
  absl::StatusOr<AuditStore*> AuditReader(const CallContext& context);
  // The same; NotFound if there is none.
  absl::StatusOr<AuditStore*> ExistingAudit(const CallContext& context);
  // The same, or else an empty log that answers likewise.
  absl::StatusOr<AuditStore*> AuditReaderOrEmpty(const CallContext& context);
  absl::StatusOr<std::shared_ptr<const PolicySnapshot>> CompiledOf(const CallContext& context,
                                                                   const PolicySource& source,
                                                                   const Site& site);

  // The current state; an empty one if the database is still to be made.
  absl::StatusOr<LoadedPolicy> LoadToChange();
  absl::Status Conflict(int64_t expected, int64_t current);
  // Writes the differences found against `revision`, unless there is nothing to write.
  absl::Status Finish(const CallContext& context, const ApplyRequest& request, int64_t revision,
                      const Model& after, ApplyResult* result);
  absl::StatusOr<ApplyResult> ApplyOnce(const CallContext& context, const ApplyRequest& request);
  absl::StatusOr<LoadedPolicy> PolicyOf(const CallContext& context, const PolicySource& source);
  absl::StatusOr<SimulateResult> ExplainAt(const CallContext& context, const PolicySource& source,
                                           const Site& site, const InterfacePacket& packet);
  // A log that cannot be read spoils only this part of the answer.
  void FillEvents(const CallContext& context, StatusResult* status);

  LocalServiceOptions options_;
  std::unique_ptr<PolicyStore> policy_;
  std::unique_ptr<AuditStore> audit_;
  std::unique_ptr<AuditStore> empty_audit_;
};

absl::Status CheckNotCancelled(const CallContext& context) {
  return context.cancelled() ? absl::CancelledError("cancelled") : absl::OkStatus();
}

absl::StatusOr<PolicyStore*> LocalService::Reader() {
  if (InMemory()) return Writer();
  GW_ASSIGN_OR_RETURN(policy_,
                      PolicyStore::Open(options_.policy_path, PolicyStore::Mode::kReadOnly));
  return policy_.get();
}

absl::StatusOr<PolicyStore*> LocalService::Writer() {
  // An empty database in memory that is opened again would have forgotten everything.
  if (InMemory() && policy_ != nullptr) return policy_.get();
  const PolicyStore::Mode mode =
      options_.create || InMemory() ? PolicyStore::Mode::kCreate : PolicyStore::Mode::kReadWrite;
  GW_ASSIGN_OR_RETURN(policy_, PolicyStore::Open(options_.policy_path, mode));
  return policy_.get();
}

absl::StatusOr<AuditStore*> LocalService::AuditReader(const CallContext& context) {
  GW_RETURN_IF_ERROR(CheckNotCancelled(context));
  // Kept open: following the log asks several times a second.
  if (audit_ == nullptr && !options_.audit_path.empty()) {
    auto opened = AuditStore::Open(options_.audit_path, AuditStore::Mode::kReadOnly);
    if (absl::IsNotFound(opened.status())) return nullptr;
    if (!opened.ok()) return opened.status();
    audit_ = *std::move(opened);
  }
  // The store asks only during the questions of this call; the next call sets its own.
  if (audit_ != nullptr) audit_->InterruptWhen([&context] { return context.cancelled(); });
  return audit_.get();
}

absl::StatusOr<AuditStore*> LocalService::ExistingAudit(const CallContext& context) {
  GW_ASSIGN_OR_RETURN(AuditStore* const store, AuditReader(context));
  if (store != nullptr) return store;
  return absl::NotFoundError(
      absl::StrCat("there is no audit log at `", options_.audit_path, "`: check the path"));
}

absl::StatusOr<AuditStore*> LocalService::AuditReaderOrEmpty(const CallContext& context) {
  GW_ASSIGN_OR_RETURN(AuditStore* const store, AuditReader(context));
  if (store != nullptr) return store;
  if (empty_audit_ == nullptr) {
    GW_ASSIGN_OR_RETURN(empty_audit_, AuditStore::Open(kMemoryPath, AuditStore::Mode::kWriter));
  }
  return empty_audit_.get();
}

absl::StatusOr<LoadedPolicy> LocalService::Load(const CallContext& context) {
  GW_RETURN_IF_ERROR(CheckNotCancelled(context));
  GW_ASSIGN_OR_RETURN(PolicyStore* const store, Reader());
  return store->Load();
}

absl::StatusOr<Model> LocalService::LoadRevision(const CallContext& context, int64_t revision) {
  GW_RETURN_IF_ERROR(CheckNotCancelled(context));
  GW_ASSIGN_OR_RETURN(PolicyStore* const store, Reader());
  return store->LoadRevision(revision);
}

absl::StatusOr<std::vector<RevisionInfo>> LocalService::History(const CallContext& context,
                                                                size_t limit,
                                                                std::optional<int64_t> before) {
  GW_RETURN_IF_ERROR(CheckNotCancelled(context));
  GW_ASSIGN_OR_RETURN(PolicyStore* const store, Reader());
  return store->History(limit, before);
}

absl::StatusOr<RevisionInfo> LocalService::Revision(const CallContext& context, int64_t revision) {
  GW_RETURN_IF_ERROR(CheckNotCancelled(context));
  GW_ASSIGN_OR_RETURN(PolicyStore* const store, Reader());
  return store->Revision(revision);
}

absl::StatusOr<std::vector<ResourceDifference>> LocalService::RevisionDifferences(
    const CallContext& context, int64_t revision) {
  GW_RETURN_IF_ERROR(CheckNotCancelled(context));
  if (revision == 0) return std::vector<ResourceDifference>();
  GW_ASSIGN_OR_RETURN(PolicyStore* const store, Reader());
  GW_ASSIGN_OR_RETURN(const Model after, store->LoadRevision(revision));
  GW_ASSIGN_OR_RETURN(const Model before, store->LoadRevision(revision - 1));
  return DifferencesOf(AllKeys(before, after), before, after);
}

absl::StatusOr<LoadedPolicy> LocalService::LoadToChange() {
  auto store = Reader();
  if (absl::IsNotFound(store.status()) && options_.create) return LoadedPolicy();
  if (!store.ok()) return store.status();
  return (*store)->Load();
}

absl::Status LocalService::Conflict(int64_t expected, int64_t current) {
  std::string text =
      absl::StrCat("revision ", expected, " is not current: revision ", current, " is");
  if (const auto store = Reader(); store.ok()) {
    if (const auto info = (*store)->Revision(current); info.ok() && !info->author.empty()) {
      absl::StrAppend(&text, ", written by `", info->author, "` at ", TimeText(info->time));
    }
  }
  return absl::AbortedError(
      absl::StrCat(text, "; look at what it changed, then start from revision ", current));
}

absl::Status LocalService::Finish(const CallContext& context, const ApplyRequest& request,
                                  int64_t revision, const Model& after, ApplyResult* result) {
  result->revision = revision;
  result->problems = Validate(after);
  GW_RETURN_IF_ERROR(RefuseRemovalOfUsed(result->differences, after));
  if (HasErrors(result->problems) || request.dry_run) return absl::OkStatus();
  // The last moment at which nothing has been changed.
  GW_RETURN_IF_ERROR(CheckNotCancelled(context));
  if (!result->differences.empty()) {
    GW_ASSIGN_OR_RETURN(PolicyStore* const store, Writer());
    GW_ASSIGN_OR_RETURN(result->revision,
                        store->Write(ToWrite(request, revision, result->differences)));
  }
  result->applied = true;
  return absl::OkStatus();
}

absl::StatusOr<ApplyResult> LocalService::ApplyOnce(const CallContext& context,
                                                    const ApplyRequest& request) {
  GW_RETURN_IF_ERROR(CheckNotCancelled(context));
  GW_ASSIGN_OR_RETURN(const LoadedPolicy current, LoadToChange());
  if (request.expected_revision && *request.expected_revision != current.revision) {
    return Conflict(*request.expected_revision, current.revision);
  }
  GW_ASSIGN_OR_RETURN(const Changed changed, Change(current.model, request));
  ApplyResult result;
  result.differences = DifferencesOf(changed.touched, current.model, changed.after);
  GW_RETURN_IF_ERROR(Finish(context, request, current.revision, changed.after, &result));
  return result;
}

absl::StatusOr<ApplyResult> LocalService::Apply(const CallContext& context,
                                                const ApplyRequest& request) {
  for (int attempt = 1;; ++attempt) {
    auto result = ApplyOnce(context, request);
    const bool overtaken = absl::IsAborted(result.status()) && !request.expected_revision;
    if (!overtaken || attempt == kWriteAttemptsMax) return result;
  }
}

absl::StatusOr<ApplyResult> LocalService::Rollback(const CallContext& context, int64_t revision,
                                                   absl::string_view author) {
  GW_RETURN_IF_ERROR(CheckNotCancelled(context));
  GW_ASSIGN_OR_RETURN(PolicyStore* const store, Reader());
  GW_ASSIGN_OR_RETURN(const LoadedPolicy current, store->Load());
  GW_ASSIGN_OR_RETURN(const Model after, store->LoadRevision(revision));
  ApplyRequest request;
  request.author = std::string(author);
  request.reason = absl::StrCat("rollback to revision ", revision);
  ApplyResult result;
  result.differences = DifferencesOf(AllKeys(current.model, after), current.model, after);
  GW_RETURN_IF_ERROR(Finish(context, request, current.revision, after, &result));
  return result;
}

absl::StatusOr<LoadedPolicy> LocalService::PolicyOf(const CallContext& context,
                                                    const PolicySource& source) {
  switch (source.from) {
    case PolicySource::From::kStored:
      return Load(context);
    case PolicySource::From::kRevision: {
      GW_ASSIGN_OR_RETURN(Model model, LoadRevision(context, source.revision));
      return LoadedPolicy{std::move(model), source.revision};
    }
    case PolicySource::From::kGiven:
      break;
  }
  return LoadedPolicy{source.model, 0};
}

absl::StatusOr<std::shared_ptr<const PolicySnapshot>> LocalService::CompiledOf(
    const CallContext& context, const PolicySource& source, const Site& site) {
  GW_ASSIGN_OR_RETURN(const LoadedPolicy policy, PolicyOf(context, source));
  GW_RETURN_IF_ERROR(CheckUsable(policy.model));
  return Compile(policy.model, site, policy.revision);
}

absl::StatusOr<std::vector<SimulateResult>> LocalService::Simulate(const CallContext& context,
                                                                   const SimulateRequest& request) {
  GW_ASSIGN_OR_RETURN(const auto snapshot, CompiledOf(context, request.policy, request.site));
  std::vector<SimulateResult> results;
  results.reserve(request.packets.size());
  for (const InterfacePacket& packet : request.packets) {
    GW_RETURN_IF_ERROR(CheckNotCancelled(context));
    results.push_back(Answer(*snapshot, packet, request.with_trace));
  }
  return results;
}

absl::StatusOr<AuditStore::Page> LocalService::Search(const CallContext& context,
                                                      const AuditQuery& query) {
  GW_ASSIGN_OR_RETURN(AuditStore* const store, AuditReader(context));
  if (store == nullptr) return AuditStore::Page();
  return store->Search(query);
}

absl::StatusOr<SimulateResult> LocalService::ExplainAt(const CallContext& context,
                                                       const PolicySource& source, const Site& site,
                                                       const InterfacePacket& packet) {
  SimulateRequest request{source, site, {packet}, true};
  GW_ASSIGN_OR_RETURN(std::vector<SimulateResult> results, Simulate(context, request));
  return std::move(results.front());
}

absl::StatusOr<ExplainResult> LocalService::ExplainFlow(const CallContext& context, int64_t id,
                                                        const Site& asked_site) {
  GW_ASSIGN_OR_RETURN(AuditStore* const store, AuditReader(context));
  if (store == nullptr) {
    return absl::NotFoundError(
        absl::StrCat("there is no audit log at `", options_.audit_path, "` to look for flow ", id));
  }
  GW_ASSIGN_OR_RETURN(std::optional<AuditRecord> record, store->Find(id));
  if (!record) {
    return absl::NotFoundError(absl::StrCat("flow ", id, " is not in the audit log"));
  }
  ExplainResult result;
  result.record = *std::move(record);
  const InterfacePacket packet = PacketOf(result.record);
  Site site = asked_site;
  if (site.node.empty()) site.node = NodeOfEnforcer(options_.policy_path);

  PolicySource source;
  GW_ASSIGN_OR_RETURN(result.now, ExplainAt(context, source, site, packet));
  source.from = PolicySource::From::kRevision;
  source.revision = result.record.revision;
  Site site_then = site;
  site_then.now = result.record.time;
  auto then = ExplainAt(context, source, site_then, packet);
  if (then.ok()) {
    result.then = *std::move(then);
  } else {
    result.then_missing = std::string(then.status().message());
  }
  return result;
}

absl::StatusOr<std::vector<AuditStore::HitCount>> LocalService::HitCounts(
    const CallContext& context, size_t limit) {
  GW_ASSIGN_OR_RETURN(AuditStore* const store, AuditReader(context));
  if (store == nullptr) return std::vector<AuditStore::HitCount>();
  return store->HitCounts(limit);
}

absl::StatusOr<std::vector<AuditEvent>> LocalService::Events(const CallContext& context,
                                                             const AuditEventQuery& query) {
  GW_ASSIGN_OR_RETURN(AuditStore* const store, AuditReaderOrEmpty(context));
  return store->Events(query);
}

absl::StatusOr<ImpactResult> LocalService::Impact(const CallContext& context,
                                                  const ImpactRequest& request,
                                                  const ImpactProgress& progress) {
  Site site = request.site;
  if (site.node.empty()) site.node = NodeOfEnforcer(options_.policy_path);
  GW_ASSIGN_OR_RETURN(const auto before, CompiledOf(context, request.before, site));
  GW_ASSIGN_OR_RETURN(const auto after, CompiledOf(context, request.after, site));
  GW_ASSIGN_OR_RETURN(AuditStore* const store, AuditReaderOrEmpty(context));
  return ComputeImpact(context, *store, *before, *after, request, progress);
}

absl::StatusOr<AuditHistogram> LocalService::Histogram(const CallContext& context,
                                                       const AuditQuery& query, absl::Time since,
                                                       absl::Time until, size_t buckets) {
  GW_ASSIGN_OR_RETURN(AuditStore* const store, AuditReaderOrEmpty(context));
  return store->Histogram(query, since, until, buckets);
}

absl::StatusOr<AuditTops> LocalService::Top(const CallContext& context, const AuditQuery& query,
                                            const AuditTopBy& by, size_t limit) {
  GW_ASSIGN_OR_RETURN(AuditStore* const store, AuditReaderOrEmpty(context));
  return store->Top(query, by, limit);
}

absl::StatusOr<std::vector<AuditRecord>> LocalService::NewPairs(const CallContext& context,
                                                                absl::Time since, size_t limit) {
  GW_ASSIGN_OR_RETURN(AuditStore* const store, AuditReaderOrEmpty(context));
  return store->NewPairs(since, limit);
}

absl::StatusOr<RuleHitsResult> LocalService::RuleHits(const CallContext& context, absl::Time since,
                                                      size_t buckets) {
  GW_ASSIGN_OR_RETURN(AuditStore* const store, AuditReaderOrEmpty(context));
  return store->RuleHits(since, absl::Now(), buckets);
}

absl::StatusOr<AuditVerification> LocalService::VerifyAudit(const CallContext& context,
                                                            const std::optional<AuditHead>& head) {
  GW_ASSIGN_OR_RETURN(AuditStore* const store, ExistingAudit(context));
  return store->Verify(head);
}

absl::StatusOr<AuditExported> LocalService::ExportAudit(const CallContext& context,
                                                        const AuditExportRequest& request) {
  GW_ASSIGN_OR_RETURN(AuditStore* const store, ExistingAudit(context));
  return store->Export(request);
}

absl::StatusOr<std::vector<HostInterface>> LocalService::Interfaces(const CallContext& context) {
  GW_RETURN_IF_ERROR(CheckNotCancelled(context));
  return ReadInterfaces();
}

absl::StatusOr<std::vector<Neighbour>> LocalService::Neighbours(const CallContext& context) {
  GW_RETURN_IF_ERROR(CheckNotCancelled(context));
  return ReadNeighbours();
}

void LocalService::FillEvents(const CallContext& context, StatusResult* status) {
  const auto store = AuditReaderOrEmpty(context);
  if (!store.ok()) return;
  AuditEventQuery newest;
  newest.limit = kRecentEventsMax;
  auto events = (*store)->Events(newest);
  if (events.ok()) status->recent_events = *std::move(events);
}

absl::StatusOr<StatusResult> LocalService::Status(const CallContext& context) {
  GW_ASSIGN_OR_RETURN(const LoadedPolicy policy, Load(context));
  StatusResult status;
  status.policy_database = options_.policy_path;
  status.audit_database = options_.audit_path;
  status.audit_bytes = BytesOf(options_.audit_path);
  status.revision = policy.revision;
  if (policy.revision > 0) {
    GW_ASSIGN_OR_RETURN(const RevisionInfo info, Revision(context, policy.revision));
    status.last_author = info.author;
    status.last_change = info.time;
  }
  status.host_endpoints = policy.model.host_endpoints.size();
  status.workload_endpoints = policy.model.workload_endpoints.size();
  status.policies = policy.model.policies.size();
  status.staged_policies = policy.model.staged_policies.size();
  status.tiers = policy.model.tiers.size();
  status.network_sets = policy.model.network_sets.size();
  status.profiles = policy.model.profiles.size();
  for (const Problem& problem : Validate(policy.model)) {
    if (problem.severity == Severity::kWarning) ++status.warnings;
  }
  status.enforcer = EnforcerOf(options_.policy_path);
  FillEvents(context, &status);
  return status;
}

std::optional<Address> AddressOf(const sockaddr* address) {
  if (address == nullptr) return std::nullopt;
  // sockaddr is the C way of a variant: sa_family tells which structure it really is.
  if (address->sa_family == AF_INET) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(address);
    return Address::FromBytes(Family::kIPv4, reinterpret_cast<const uint8_t*>(&v4->sin_addr));
  }
  if (address->sa_family == AF_INET6) {
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(address);
    return Address::FromBytes(Family::kIPv6, v6->sin6_addr.s6_addr);
  }
  return std::nullopt;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Service>> OpenLocalService(const LocalServiceOptions& options) {
  if (options.policy_path.empty()) {
    return absl::InvalidArgumentError("the path of the policy database is empty");
  }
  return std::make_unique<LocalService>(options);
}

Site LiveSite() {
  Site site;
  site.node = HostName();
  site.now = absl::Now();
  site.zone = absl::LocalTimeZone();
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return site;
  const std::unique_ptr<ifaddrs, Closer<&freeifaddrs>> owner(list);
  std::map<std::string, std::vector<Address>> interfaces;
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    // IPv4 addresses come with their label, "eth0:1", instead of the interface's name.
    const absl::string_view label = entry->ifa_name;
    std::vector<Address>& addresses = interfaces[std::string(label.substr(0, label.find(':')))];
    if (const auto address = AddressOf(entry->ifa_addr)) addresses.push_back(*address);
  }
  for (auto& [name, addresses] : interfaces) {
    std::sort(addresses.begin(), addresses.end());
    site.interfaces.push_back({name, std::move(addresses)});
  }
  return site;
}

}  // namespace gw
