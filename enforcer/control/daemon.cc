#include "enforcer/control/daemon.h"

#include <poll.h>
#include <sched.h>
#include <sys/signalfd.h>
#include <sys/sysinfo.h>
#include <systemd/sd-daemon.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <fstream>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"

#include "common/base/errno_text.h"
#include "common/base/log.h"
#include "common/base/status_macros.h"
#include "common/base/steady_time.h"
#include "common/policy/compile.h"
#include "common/policy/validate.h"
#include "enforcer/audit/audit_log_opener.h"
#include "enforcer/control/mark_sweep.h"
#include "enforcer/dataplane/nfqueue.h"
#include "enforcer/ruleset/learned_sets.h"
#include "enforcer/ruleset/queue_rule.h"
#include "enforcer/ruleset/table_contents.h"
#include "enforcer/ruleset/table_state.h"

namespace gw {
namespace {

// Between looks at the database beside inotify, at our table, and between tries after an error.
constexpr absl::Duration kPollEvery = absl::Milliseconds(250);
// Of the counts in the state file; a little less than a turn of the idle loop.
constexpr absl::Duration kReportEvery = absl::Milliseconds(900);

// How long an owner of the table that is not ours may take to end.
constexpr absl::Duration kOwnerMayEnd = absl::Seconds(2);

// How long new flows wait for the next gatewardend.
constexpr absl::Duration kHold = absl::Seconds(30);

uint16_t QueueCount(const Settings& settings) {
  const uint32_t wanted =
      settings.queues != 0 ? settings.queues : std::thread::hardware_concurrency();
  return static_cast<uint16_t>(std::clamp<size_t>(wanted, 1, kQueuesMax));
}

// Flows that are remembered under one of these are all decided alike by both policies.
bool SameDecisions(const EnforcedPolicy& a, const PolicySnapshot& b) {
  return a.snapshot->fingerprint() == b.fingerprint();
}

bool SameFill(const Fill& a, const Fill& b) {
  return a.generation == b.generation && FillText(a, {}) == FillText(b, {}) && a.queue == b.queue;
}

void LogProblems(const std::vector<Problem>& problems) {
  for (const Problem& problem : problems) {
    if (problem.severity == Severity::kError) LogError("policy: ", ToString(problem));
  }
}

std::vector<std::string> InterfaceNames(const EnforcedPolicy& policy) {
  std::vector<std::string> names;
  for (const auto& [index, interface] : policy.interfaces) names.push_back(interface.name);
  std::sort(names.begin(), names.end());
  return names;
}

// Those whose flows come up at all.
std::vector<std::string> Offloadable(const EnforcedPolicy& policy) {
  std::vector<std::string> names;
  for (const std::string& name : InterfaceNames(policy)) {
    if (name != kLoopbackInterface) names.push_back(name);
  }
  return names;
}

// A `*` host endpoint speaks for interfaces to come, too.
InterfaceMatch JudgedBeforeDnat(const EnforcedPolicy& policy) {
  InterfaceMatch match;
  std::vector<std::string> others;
  for (const std::string& name : InterfaceNames(policy)) {
    const InterfaceRole role = policy.snapshot->RoleOf(name);
    (role.judges_before_dnat ? match.names : others).push_back(name);
    match.all_but |= role.judges_before_dnat && role.any != InterfaceRole::kNoEndpoint;
  }
  if (match.all_but) match.names = std::move(others);
  return match;
}

// Entries of connection tracking in this network namespace (Documentation/networking/
// nf_conntrack-sysctl.rst).
std::optional<int64_t> CountLiveFlows() {
  int64_t count = 0;
  if (std::ifstream("/proc/sys/net/netfilter/nf_conntrack_count") >> count) return count;
  return std::nullopt;
}

// The file is read by whoever watches, once a second: writing it more often helps nobody. An idle
// gateway writes nothing.
bool WorthReporting(const EnforcerCounts& last, EnforcerCounts now) {
  now.as_of = last.as_of;
  return now != last;
}

// Blocked in every thread, since this comes before the first one starts; read by the loop.
FileDescriptor CatchStopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return FileDescriptor(signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
}

}  // namespace

Daemon::Daemon(DaemonOptions options, EnforcerLock lock, std::unique_ptr<PolicyWatcher> watcher,
               std::unique_ptr<Interfaces> interfaces)
    : options_(std::move(options)),
      lock_(std::move(lock)),
      watcher_(std::move(watcher)),
      interfaces_(std::move(interfaces)),
      started_(absl::Now()),
      in_force_since_(started_) {}

absl::StatusOr<std::unique_ptr<Daemon>> Daemon::Start(const DaemonOptions& options) {
  // Before there are other processes.
  FdStore fd_store;
  HeldSockets stored = fd_store.Take();
  // Before there are threads, locks and sockets.
  auto keeper = Keeper::Start();
  FileDescriptor signals = CatchStopSignals();
  if (!signals.valid()) {
    return absl::UnavailableError(absl::StrCat("signalfd: ", ErrnoText()));
  }
  GW_ASSIGN_OR_RETURN(EnforcerLock lock, EnforcerLock::Acquire(options.policy_path));
  GW_ASSIGN_OR_RETURN(auto watcher, PolicyWatcher::Open(options.policy_path));
  GW_ASSIGN_OR_RETURN(auto interfaces, OpenInterfaces());
  std::unique_ptr<Daemon> daemon(
      new Daemon(options, std::move(lock), std::move(watcher), std::move(interfaces)));
  daemon->signals_ = std::move(signals);
  if (keeper.ok()) {
    daemon->keeper_.emplace(*std::move(keeper));
  } else {
    LogWarning("accepts are not learned, and new flows during a restart will be lost: ",
               keeper.status().message());
  }
  daemon->fd_store_ = std::move(fd_store);
  GW_RETURN_IF_ERROR(daemon->ReadFirstPolicy());
  GW_ASSIGN_OR_RETURN(auto snapshot, daemon->CompileNow());
  GW_ASSIGN_OR_RETURN(daemon->marks_, MarkLayout::FromMask(snapshot->settings().mark_mask));
  daemon->queues_ = QueueCount(snapshot->settings());
  GW_ASSIGN_OR_RETURN(const auto running, ReadValidGeneration(daemon->marks_));
  // Always a new generation: what was remembered under the old one may be of another policy.
  const uint32_t generation = NextGeneration(running.value_or(kGenerationMax));
  // Not earlier: what they hold is lost if we give up from here on.
  HeldSockets held = TakeHeldSockets();
  GW_RETURN_IF_ERROR(daemon->TakeOverTable(std::move(held.tables), std::move(stored.tables),
                                           snapshot->settings()));
  auto first = daemon->Assemble(std::move(snapshot), generation);
  // From here on what waits is answered: all that takes long comes after it. Until the fill names
  // the new generation, an answer is obeyed once and not remembered.
  GW_RETURN_IF_ERROR(daemon->StartWorkers(first, std::move(held.queues), std::move(stored.queues)));
  daemon->native_queue_ = KernelHasNativeQueue(*daemon->nft_);
  // Not asked of kernels without the statement, which are small: one start of nft less.
  daemon->flowtables_ = daemon->native_queue_ && KernelHasFlowtables(*daemon->nft_);
  daemon->kernel_watch_ =
      std::make_unique<KernelWatch>(*daemon->recorder_, kQueueFirst, daemon->queues_);
  daemon->early_denials_ = std::make_unique<EarlyDenials>(*daemon->nft_, daemon->marks_);
  if (!daemon->frame_damaged_) daemon->early_denials_->TakeOver();
  GW_RETURN_IF_ERROR(daemon->PutInForce(std::move(first)));
  return daemon;
}

Daemon::~Daemon() {
  for (auto& worker : workers_) worker->Stop();
  // While it is still recorded. The keeper does it again when we are gone.
  if (in_force_ != nullptr) {
    const absl::Status forgotten = ForgetLearned(*table_socket_);
    if (!forgotten.ok()) LogWarning(forgotten.message());
  }
  kernel_watch_.reset();
  if (recorder_ != nullptr) recorder_->AddEvent("stop", "gatewardend stopped");
  recorder_.reset();
}

absl::Status Daemon::ReadFirstPolicy() {
  GW_ASSIGN_OR_RETURN(auto loaded, watcher_->Poll());
  if (!loaded) return absl::InternalError("the policy database gave no policy");
  const std::vector<Problem> problems = Validate(loaded->model);
  if (HasErrors(problems)) {
    LogProblems(problems);
    return absl::FailedPreconditionError(
        absl::StrCat("revision ", loaded->revision,
                     " of the policy has errors (above): mend it with gatewarden "
                     "apply, or go back with gatewarden rollback; the kernel keeps what it has"));
  }
  model_ = std::make_shared<const Model>(std::move(loaded->model));
  revision_ = loaded->revision;
  return absl::OkStatus();
}

bool Daemon::WantsToOwnTable(const Settings& settings) const {
  return kernel_keeps_owned_tables_ && settings.table_owner == TableOwnership::kAuto;
}

void Daemon::OwnTable(bool own) {
  owns_table_ = own;
  nft_->SetOwned(own);
  LogInfo(own ? "nobody else can change the table `inet gatewarden`"
              : "others may change the table `inet gatewarden`; it is made anew then");
}

absl::Status Daemon::TakeOverTable(std::vector<FileDescriptor> held,
                                   std::vector<FileDescriptor> stored, const Settings& settings) {
  GW_ASSIGN_OR_RETURN(TableOwner owner, ReadTableOwner());
  for (auto* kept : {&held, &stored}) {
    for (FileDescriptor& one : *kept) {
      TableSocket socket(std::move(one));
      if (!table_socket_ || socket.port() == owner.port) table_socket_.emplace(std::move(socket));
    }
  }
  if (!table_socket_) {
    GW_ASSIGN_OR_RETURN(table_socket_, TableSocket::Open());
  }
  const auto is_strange = [&] { return owner.port != 0 && owner.port != table_socket_->port(); };
  // It may be ending just now.
  for (const absl::Time deadline = SteadyNow() + kOwnerMayEnd;
       is_strange() && SteadyNow() < deadline;) {
    absl::SleepFor(absl::Milliseconds(20));
    GW_ASSIGN_OR_RETURN(owner, ReadTableOwner());
  }
  if (is_strange()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the table `inet gatewarden` is owned by another program (netlink port ", owner.port,
        "): another gatewardend, the gw-keeper of one, or the service manager that is about to "
        "start one; end it first"));
  }
  GW_ASSIGN_OR_RETURN(kernel_keeps_owned_tables_, table_socket_->KernelKeepsOwnedTables());
  nft_ = std::make_unique<GuardedNft>(*table_socket_);
  OwnTable(WantsToOwnTable(settings));
  GW_ASSIGN_OR_RETURN(const bool has_frame, TableHasChain(FrameChain(marks_)));
  // One without its owner may have been changed by anybody.
  if (has_frame && (owns_table_ ? owner.port != 0 : owner.flags == 0)) {
    LogInfo("taking over the table `inet gatewarden` as it is");
  } else {
    frame_damaged_ = true;
  }
  return absl::OkStatus();
}

absl::Status Daemon::StartWorkers(const std::shared_ptr<const EnforcedPolicy>& first,
                                  std::vector<HeldQueue> held, std::vector<HeldQueue> stored) {
  const FailMode fail_mode = first->snapshot->settings().fail_mode;
  published_ = std::make_unique<PublishedPolicy>(first);
  std::vector<AuditRing*> rings;
  const bool from_store = held.empty();
  // The same queues, if a service manager has them, too.
  if (from_store) held = std::move(stored);
  if (!held.empty()) {
    LogInfo("taking over ", held.size(), " packet queues with what waits in them",
            from_store ? " from the service manager" : "");
  }
  for (uint16_t i = 0; i < queues_; ++i) {
    NfqueueOptions options;
    options.number = static_cast<uint16_t>(kQueueFirst + i);
    options.fail_open = fail_mode == FailMode::kOpen;
    const auto kept = std::find_if(held.begin(), held.end(), [&options](const HeldQueue& one) {
      return one.number == options.number;
    });
    GW_ASSIGN_OR_RETURN(
        auto queue,
        OpenNfqueue(options, kept == held.end() ? FileDescriptor() : std::move(kept->socket)));
    workers_.push_back(std::make_unique<Worker>(std::move(queue), *published_, originals_));
    rings.push_back(&workers_.back()->audit());
  }
  // Whatever fails from here on, what waits goes on waiting.
  KeepSockets(fail_mode);
  for (size_t i = 0; i < workers_.size(); ++i) workers_[i]->Start(absl::StrCat("gw-queue-", i));
  // What is decided matters more than that it is recorded: a full disk must not keep the gateway
  // from enforcing.
  AuditLogOpener open(options_.audit_path);
  auto store = open();
  if (!store.ok()) {
    LogError("audit log: ", store.status().message(),
             "; decisions are lost until it can be opened");
  }
  auto kernel_log = OpenKernelLog(kAcceptedLogGroup,
                                  {kLogPrefixLearned, kLogPrefixUntracked, kLogPrefixReversePath});
  if (!kernel_log.ok()) {
    LogWarning(kernel_log.status().message(),
               ": flows of failsafe ports will be missing from the audit log, and accepts are not "
               "learned");
  }
  has_kernel_log_ = kernel_log.ok();
  auto conntrack_log = OpenConntrackLog();
  if (!conntrack_log.ok()) {
    LogWarning(conntrack_log.status().message(),
               ": the audit log will not say how flows ended, nor how many bytes they had");
  }
  recorder_ = std::make_unique<Recorder>(
      store.ok() ? *std::move(store) : nullptr, kernel_log.ok() ? *std::move(kernel_log) : nullptr,
      conntrack_log.ok() ? *std::move(conntrack_log) : nullptr, rings, open);
  recorder_->AddEvent("start", absl::StrCat("gatewardend started on `", options_.node, "`"));
  recorder_->AddPolicy(first);
  recorder_->Start();
  return absl::OkStatus();
}

// The kernel puts what CPU n sees into queue n modulo their number (NFQ_FLAG_CPU_FANOUT).
void Daemon::PlaceWorkers(bool by_cpu) {
  if (by_cpu == placed_by_cpu_) return;
  placed_by_cpu_ = by_cpu;
  const auto cpu_count = std::min(static_cast<size_t>(get_nprocs_conf()), size_t{CPU_SETSIZE});
  for (size_t i = 0; i < workers_.size(); ++i) {
    std::vector<size_t> cpus;
    for (size_t cpu = i; by_cpu && cpu < cpu_count; cpu += workers_.size()) cpus.push_back(cpu);
    workers_[i]->RunOn(cpus);
  }
}

void Daemon::KeepSockets(FailMode fail_mode) {
  if (kept_for_ == fail_mode) return;
  kept_for_ = fail_mode;
  std::vector<int> queues;
  // Where the kernel accepts what nobody decides, it need not wait.
  if (fail_mode == FailMode::kClosed) {
    for (const auto& worker : workers_) queues.push_back(worker->queue_fd());
  }
  fd_store_.Keep(*table_socket_, kQueueFirst, queues);
  if (!keeper_) return;
  if (queues.size() > kKeptQueuesMax) {
    LogWarning("of ", queues.size(), " queues the first ", kKeptQueuesMax,
               " are kept over a restart without a service manager: set queues to no more");
    queues.resize(kKeptQueuesMax);
  }
  const absl::Status kept = keeper_->Keep(*table_socket_, kQueueFirst, queues, kHold);
  if (!kept.ok()) LoseKeeper(kept.message());
}

void Daemon::LoseKeeper(absl::string_view why) {
  LogError("the process gw-keeper ", why,
           ": until gatewardend starts again no accept is learned, and without a service manager "
           "new flows during the next restart are lost");
  keeper_.reset();
  behind_ = true;  // the next turn of the loop puts the fill without it in force
}

absl::Status Daemon::Run() {
  sd_notify(0, "READY=1");
  bool interfaces_moved = false;
  while (true) {
    pollfd fds[] = {
        {signals_.get(), POLLIN, 0}, {watcher_->fd(), POLLIN, 0}, {interfaces_->fd(), POLLIN, 0}};
    const absl::Duration until_change = in_force_->snapshot->next_change() - absl::Now();
    const absl::Duration wait = std::clamp(until_change, absl::ZeroDuration(), kPollEvery);
    poll(fds, 3,
         static_cast<int>(absl::ToInt64Milliseconds(absl::Ceil(wait, absl::Milliseconds(1)))));
    if (fds[0].revents != 0) break;
    absl::Status status = absl::OkStatus();
    // A list of them that failed is asked for again: the kernel tells of a change once.
    interfaces_moved |= fds[2].revents != 0;
    if (interfaces_moved) status = FollowInterfaces();
    interfaces_moved &= !status.ok();
    if (const auto disturbance = nft_->Look(SteadyNow())) status.Update(Repair(*disturbance));
    status.Update(Reload());
    if (in_force_->snapshot->next_change() <= absl::Now()) status.Update(Enforce("schedule"));
    if (status.ok() && behind_) status = Enforce("trying again");
    WatchKernel();
    Report(status);
  }
  sd_notify(0, "STOPPING=1");
  LogInfo("stopping: decided flows go on, new flows are ",
          in_force_->snapshot->settings().fail_mode == FailMode::kOpen ? "accepted" : "dropped",
          " until gatewardend runs again");
  kernel_watch_->Finish(in_force_->snapshot->settings().upcall_rate_per_source, SteadyNow());
  LogCounters();
  return absl::OkStatus();
}

absl::Status Daemon::Reload() {
  GW_ASSIGN_OR_RETURN(auto loaded, watcher_->Poll());
  if (!loaded) return absl::OkStatus();
  const std::vector<Problem> problems = Validate(loaded->model);
  if (HasErrors(problems)) {
    LogProblems(problems);
    refused_ = loaded->revision;
    return absl::OkStatus();
  }
  refused_.reset();
  model_ = std::make_shared<const Model>(std::move(loaded->model));
  revision_ = loaded->revision;
  return Enforce(absl::StrCat("revision ", revision_));
}

absl::Status Daemon::Repair(const Disturbance& disturbance) {
  const std::string what =
      absl::StrCat("the table `inet gatewarden` was ", disturbance.gone ? "deleted" : "changed",
                   " by somebody else");
  LogError(what, "; making it anew");
  frame_damaged_ = true;
  filled_.reset();
  const absl::Status repaired =
      PutInForce(Assemble(in_force_->snapshot, NextGeneration(in_force_->generation)));
  // What is not repaired is tried again.
  behind_ |= !repaired.ok();
  if (!repaired.ok()) return Annotate(repaired, what);
  const std::string text = absl::StrCat(
      what, "; made again, after at most ",
      absl::FormatDuration(absl::Ceil(SteadyNow() - disturbance.since, absl::Milliseconds(1))),
      disturbance.gone ? " without it" : "", "; live flows are decided again");
  LogInfo(text);
  recorder_->AddEvent("table", text);
  return absl::OkStatus();
}

absl::Status Daemon::FollowInterfaces() {
  GW_ASSIGN_OR_RETURN(const bool changed, interfaces_->Refresh());
  // What was learned is about interfaces by their index and addresses by where they lead.
  if (changed) filled_.reset();
  return changed ? Enforce("interfaces changed") : absl::OkStatus();
}

Site Daemon::SiteNow() const {
  Site site;
  site.node = options_.node;
  for (const auto& [index, interface] : interfaces_->table()) site.interfaces.push_back(interface);
  site.now = absl::Now();
  site.zone = absl::LocalTimeZone();
  return site;
}

absl::StatusOr<std::shared_ptr<const PolicySnapshot>> Daemon::CompileNow() const {
  return Compile(*model_, SiteNow(), revision_);
}

std::shared_ptr<const EnforcedPolicy> Daemon::Assemble(
    std::shared_ptr<const PolicySnapshot> snapshot, uint32_t generation) {
  auto policy = std::make_shared<EnforcedPolicy>();
  policy->number = ++policies_made_;
  policy->generation = generation;
  policy->marks = marks_;
  for (const auto& [index, interface] : interfaces_->table()) {
    policy->interfaces[index] = {interface.name, snapshot->RoleOf(interface.name)};
    policy->local_addresses.insert(interface.addresses.begin(), interface.addresses.end());
  }
  policy->snapshot = std::move(snapshot);
  policy->known = std::make_shared<const KnownAddresses>(model_, SiteNow());
  return policy;
}

absl::Status Daemon::Enforce(absl::string_view why) {
  absl::Status status = CompileAndPutInForce(why);
  behind_ = !status.ok();
  return status;
}

absl::Status Daemon::CompileAndPutInForce(absl::string_view why) {
  const absl::Time begin = absl::Now();
  GW_ASSIGN_OR_RETURN(auto snapshot, CompileNow());
  if (snapshot->settings().mark_mask != marks_.mask()) {
    LogWarning("markMask takes effect when gatewardend starts again");
  }
  if (QueueCount(snapshot->settings()) != queues_) {
    LogWarning("queues takes effect when gatewardend starts again");
  }
  if (owns_table_ != WantsToOwnTable(snapshot->settings())) {
    OwnTable(!owns_table_);
    frame_damaged_ = true;
    filled_.reset();
  }
  // An interface that comes or goes, or a label that nothing looks at, disturbs no flow.
  const bool same = SameDecisions(*in_force_, *snapshot);
  const uint32_t generation = same ? in_force_->generation : NextGeneration(in_force_->generation);
  if (!same) SweepIfDue(generation);
  GW_RETURN_IF_ERROR(PutInForce(Assemble(std::move(snapshot), generation)));
  const std::string text = absl::StrCat(
      "revision ", revision_, " in force as generation ", generation, " (", why, ", ",
      absl::FormatDuration(absl::Trunc(absl::Now() - begin, absl::Microseconds(100))), ")");
  LogInfo(text);
  recorder_->AddEvent("policy", text);
  return absl::OkStatus();
}

// New answers first, then the kernel believes them: an answer of the new generation that comes
// before the kernel knows it is obeyed once and not remembered.
absl::Status Daemon::PutInForce(std::shared_ptr<const EnforcedPolicy> next) {
  recorder_->AddPolicy(next);
  published_->Publish(next);
  const Fill fill = FillFor(*next);
  if (!filled_ || !SameFill(*filled_, fill)) {
    // A fill empties what counts them.
    if (kernel_watch_ != nullptr) kernel_watch_->LookAtDenials();
    if (fill.deny_action == DenyAction::kReject) early_denials_->Stop();
    const absl::Status applied = ApplyFill(fill);
    if (!applied.ok()) {
      if (in_force_ != nullptr) published_->Publish(in_force_);
      return Annotate(applied, "the policy in force stays");
    }
    if (kernel_watch_ != nullptr) kernel_watch_->ForgetDenials();
    filled_ = fill;
  }
  const bool open = fill.fail_mode == FailMode::kOpen;
  for (auto& worker : workers_) worker->SetFailOpen(open);
  PlaceWorkers(fill.queue.by_cpu);
  in_force_ = std::move(next);
  in_force_since_ = absl::Now();
  KeepSockets(fill.fail_mode);
  Report(absl::OkStatus());
  return absl::OkStatus();
}

absl::Status Daemon::ApplyFill(const Fill& fill) {
  if (frame_damaged_) {
    // All at once: what is queued is lost, and nothing passes that should not.
    GW_RETURN_IF_ERROR(nft_->Apply(
        absl::StrCat(RemoveText(), FrameText(marks_, owns_table_), FillText(fill, {}))));
    frame_damaged_ = false;
    queue_rule_.reset();
    early_denials_->TakeOver();
  } else {
    GW_ASSIGN_OR_RETURN(const OptionalChains there, ListOptionalChains());
    GW_RETURN_IF_ERROR(nft_->Apply(FillText(fill, there)));
  }
  if (native_queue_ || queue_rule_ == fill.queue) return absl::OkStatus();
  GW_RETURN_IF_ERROR(
      nft_->Around([&] { return ReplaceCompatQueueRule(*table_socket_, fill.queue); }));
  queue_rule_ = fill.queue;
  return absl::OkStatus();
}

Fill Daemon::FillFor(const EnforcedPolicy& policy) const {
  const PolicySnapshot& snapshot = *policy.snapshot;
  const Settings& settings = snapshot.settings();
  Fill fill;
  fill.marks = marks_;
  fill.generation = policy.generation;
  fill.policed_interfaces = snapshot.policed_interfaces();
  fill.polices_any_interface = snapshot.polices_any_interface();
  fill.workload_prefixes = settings.interface_prefixes;
  fill.before_dnat = JudgedBeforeDnat(policy);
  fill.stateless = CompileStateless(snapshot, InterfaceNames(policy));
  fill.failsafe_inbound = settings.failsafe_inbound;
  fill.failsafe_outbound = settings.failsafe_outbound;
  fill.drop_invalid = settings.drop_invalid;
  fill.deny_action = settings.deny_action;
  fill.fail_mode = settings.fail_mode;
  fill.established_flows = settings.established_flows;
  fill.upcall_rate_per_source = settings.upcall_rate_per_source;
  fill.upcall_burst_per_source = settings.upcall_burst_per_source;
  fill.learns_accepts =
      settings.learned_accepts == LearnedAccepts::kPair && has_kernel_log_ && keeper_.has_value();
  if (flowtables_ && settings.flow_offload == FlowOffload::kAuto &&
      settings.established_flows == EstablishedFlows::kRedecide) {
    fill.offload_interfaces = Offloadable(policy);
  }
  fill.native_queue = native_queue_;
  fill.queue.count = queues_;
  fill.queue.bypass = settings.fail_mode == FailMode::kOpen;
  fill.queue.by_cpu = settings.queue_fanout == QueueFanout::kCpu;
  return fill;
}

void Daemon::SweepIfDue(uint32_t generation) {
  if (generation % kSweepEvery != 0) return;
  const auto swept = SweepMarks(marks_, generation);
  if (swept.ok()) {
    LogInfo("took the marks of long gone policies off ", *swept, " flows");
  } else {
    LogError("sweep of old marks: ", swept.status().message());
  }
}

std::string Daemon::ProblemText(const absl::Status& turn) const {
  std::vector<std::string> problems;
  if (refused_) {
    problems.push_back(absl::StrCat("revision ", *refused_,
                                    " has errors and is not enforced; revision ",
                                    in_force_->snapshot->revision(), " stays in force"));
  }
  if (!turn.ok()) problems.emplace_back(turn.message());
  return absl::StrJoin(problems, "; ");
}

void Daemon::Report(const absl::Status& turn) {
  EnforcerState state;
  state.pid = getpid();
  state.node = options_.node;
  state.started = started_;
  state.revision = in_force_->snapshot->revision();
  state.generation = in_force_->generation;
  state.since = in_force_since_;
  state.fail_mode =
      in_force_->snapshot->settings().fail_mode == FailMode::kOpen ? "Open" : "Closed";
  state.queue = native_queue_ ? "native" : "compat";
  state.problem = ProblemText(turn);
  state.rules = static_cast<int64_t>(in_force_->snapshot->rule_count());
  state.classifier_bytes = static_cast<int64_t>(in_force_->snapshot->classifier_bytes());
  const bool new_problem = state.problem != problem_;
  const bool only_counts = !new_problem && in_force_->number == reported_number_;
  const absl::Time now = SteadyNow();
  if (only_counts && now - reported_at_ < kReportEvery) return;
  state.counts = Counts();
  if (only_counts && !WorthReporting(reported_counts_, state.counts)) return;
  if (new_problem && !state.problem.empty()) {
    LogError(state.problem);
    recorder_->AddEvent("error", state.problem);
  }
  problem_ = state.problem;
  reported_number_ = in_force_->number;
  reported_counts_ = state.counts;
  reported_at_ = now;
  const absl::Status written = lock_.Write(state);
  if (!written.ok() && state_written_) LogWarning(written.message());  // once, not each second
  state_written_ = written.ok();
}

EnforcerCounts Daemon::Counts() const {
  EnforcerCounts counts;
  counts.as_of = absl::Now();
  for (const auto& worker : workers_) {
    counts.decisions += static_cast<int64_t>(worker->counters().packets.Get());
    counts.denied += static_cast<int64_t>(worker->counters().denied.Get());
  }
  counts.records_lost = static_cast<int64_t>(recorder_->lost());
  RecorderProblems problems = recorder_->problems();
  counts.audit_problem = std::move(problems.store);
  counts.hash_chain_problem = std::move(problems.hash_chain);
  for (StreamState& stream : recorder_->streams()) {
    counts.streams.push_back({std::move(stream.name), std::move(stream.target),
                              std::move(stream.problem), stream.written, stream.dropped});
  }
  counts.live_flows = CountLiveFlows();
  if (kernel_watch_ != nullptr) kernel_watch_->AddTo(counts);
  return counts;
}

void Daemon::WatchKernel() {
  const Settings& settings = in_force_->snapshot->settings();
  const absl::Time now = SteadyNow();
  kernel_watch_->Look(settings.upcall_rate_per_source, now);
  early_denials_->Follow(kernel_watch_->denials_per_second(),
                         settings.deny_action == DenyAction::kDrop, now);
  if (keeper_ && !keeper_->Alive()) LoseKeeper("is gone (killed?)");
}

void Daemon::LogCounters() const {
  uint64_t packets = 0;
  uint64_t denied = 0;
  uint64_t errors = 0;
  for (const auto& worker : workers_) {
    packets += worker->counters().packets.Get();
    denied += worker->counters().denied.Get();
    errors +=
        worker->queue_counters().receive_errors.Get() + worker->queue_counters().send_errors.Get();
  }
  LogInfo("decided ", packets, " packets, denied ", denied, ", socket errors ", errors,
          ", records written ", recorder_->written(), ", lost ", recorder_->lost());
}

}  // namespace gw
