#include "enforcer/audit/recorder.h"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "common/base/log.h"
#include "common/base/status_macros.h"
#include "common/net/protocol.h"
#include "common/policy/evaluate.h"
#include "common/policy/rule_version.h"

namespace gw {
namespace {

// How long a decision may wait for the disk: people watch the log, and one transaction for many
// decisions is what makes it cheap. While many come, sooner: what waits is still in the caches of
// the processors then. Not for a few: to come costs the connection that is under way then (p99).
constexpr int kPause_ms = 20;
constexpr int kBusyPause_ms = 4;
constexpr uint64_t kManyPerMs = 10;
// Enough that a commit costs little by the row, few enough that the memory for them is used again.
constexpr size_t kRecordsPerTransaction = 4'096;
// What a loss of power may cost, and how often the size of the file is looked at.
constexpr auto kEachSecond = std::chrono::seconds(1);
// From the answer about a first packet until connection tracking has its flow.
constexpr auto kTrackedAfter = std::chrono::milliseconds(50);
// A decision may be behind the end of its flow: the worker answers before it records, and the
// kernel gathers what it logs. Who is refused at once ends in between.
constexpr auto kDecisionBehind = std::chrono::milliseconds(200);
// How long nothing may fail until it is said that the store works again.
constexpr auto kWorksAgain = std::chrono::seconds(5);
// A clock that is ahead for ten minutes costs ten times 65,536 decisions, not all of them.
constexpr auto kEachMinute = std::chrono::minutes(1);

std::string InterfaceName(const EnforcedPolicy& policy, uint32_t index) {
  if (index == 0) return "";
  const auto found = policy.interfaces.find(index);
  return found == policy.interfaces.end() ? absl::StrCat("#", index) : found->second.name;
}

uint32_t GoverningEndpoint(const EnforcedPolicy& policy, uint32_t index) {
  const auto found = policy.interfaces.find(index);
  if (found == policy.interfaces.end()) return InterfaceRole::kNoEndpoint;
  const InterfaceRole& role = found->second.role;
  for (const uint32_t endpoint : {role.workload, role.named, role.any}) {
    if (endpoint != InterfaceRole::kNoEndpoint) return endpoint;
  }
  return InterfaceRole::kNoEndpoint;
}

std::string EndpointName(const EnforcedPolicy& policy, uint32_t index) {
  const uint32_t endpoint = GoverningEndpoint(policy, index);
  return endpoint == InterfaceRole::kNoEndpoint ? "" : policy.snapshot->EndpointName(endpoint);
}

std::string TierOf(const EnforcedPolicy& policy, const Reason& reason) {
  if (reason.kind == ReasonKind::kPolicyRule) return policy.snapshot->rule(reason.index).tier;
  if (reason.kind != ReasonKind::kEndOfTier) return "";
  // "end-of-tier:TIER/DIRECTION"
  const std::string text = policy.snapshot->DecidedBy(reason);
  const size_t begin = text.find(':') + 1;
  return text.substr(begin, text.rfind('/') - begin);
}

const Labels& EndpointLabels(const EnforcedPolicy& policy, uint32_t index) {
  static const Labels* const kNone = new Labels();
  const uint32_t endpoint = GoverningEndpoint(policy, index);
  return endpoint == InterfaceRole::kNoEndpoint ? *kNone
                                                : policy.snapshot->EndpointLabels(endpoint);
}

void NameInterfaces(const EnforcedPolicy& policy, uint32_t in_index, uint32_t out_index,
                    AuditRuling* ruling) {
  ruling->in = InterfaceName(policy, in_index);
  ruling->out = InterfaceName(policy, out_index);
  ruling->in_endpoint = EndpointName(policy, in_index);
  ruling->out_endpoint = EndpointName(policy, out_index);
  ruling->in_labels = EndpointLabels(policy, in_index);
  ruling->out_labels = EndpointLabels(policy, out_index);
  ruling->revision = policy.snapshot->revision();
  ruling->generation = policy.generation;
}

int64_t RuleVersionOf(const PolicySnapshot& snapshot, const Reason& reason) {
  const bool is_rule =
      reason.kind == ReasonKind::kPolicyRule || reason.kind == ReasonKind::kProfileRule;
  return is_rule ? snapshot.rule(reason.index).version : kNoRuleVersion;
}

std::string LogText(const RuleName& rule) {
  return absl::StrCat(rule.owner, "/", rule.direction == Direction::kIngress ? "ingress" : "egress",
                      "/", rule.index);
}

AuditRuling RulingFor(const AuditEntry& entry, const EnforcedPolicy& policy) {
  AuditRuling ruling;
  ruling.hook = entry.hook;
  ruling.verdict = entry.decision.verdict;
  ruling.rejected = entry.rejected;
  ruling.redecided = entry.redecided;
  NameInterfaces(policy, entry.in_index, entry.out_index, &ruling);
  if (entry.malformed) {
    ruling.decided_by = "malformed-packet";
    ruling.pending_verdict = ruling.verdict;
    ruling.pending_decided_by = ruling.decided_by;
    return ruling;
  }
  const PolicySnapshot& snapshot = *policy.snapshot;
  ruling.decided_by = snapshot.DecidedBy(entry.decision.reason);
  ruling.tier = TierOf(policy, entry.decision.reason);
  ruling.rule_version = RuleVersionOf(snapshot, entry.decision.reason);
  ruling.pending_verdict = entry.decision.pending_verdict;
  ruling.pending_decided_by = snapshot.DecidedBy(entry.decision.pending_reason);
  const size_t logs = std::min<size_t>(entry.decision.log_count, kDecisionLogsMax);
  for (size_t i = 0; i < logs; ++i) {
    ruling.logs.push_back(LogText(snapshot.rule(entry.decision.logs[i])));
  }
  return ruling;
}

// Whether the packet was on its way to this machine, as far as its destination says.
bool IsForThisMachine(const EnforcedPolicy& policy, const Address& destination) {
  static constexpr uint64_t kMulticast6 = 0xff;
  if (policy.local_addresses.contains(destination)) return true;
  return destination.family == Family::kIPv4
             ? destination.lo >> 28 == 0xe || destination.lo == UINT32_MAX
             : destination.hi >> 56 == kMulticast6;
}

// The kernel decided it by what the policy of that generation told it: the same policy, asked again
// about this packet, says by which rule, and what a staged policy would.
AuditEntry EntryFor(const KernelLogEntry& entry, const EnforcedPolicy& policy, absl::Time time) {
  AuditEntry decided;
  decided.time_ns = absl::ToUnixNanos(time);
  decided.policy_number = policy.number;
  decided.in_index = entry.in_index;
  decided.out_index = entry.out_index;
  decided.hook = entry.hook;
  if (entry.prerouting && IsForThisMachine(policy, entry.tuple.destination)) {
    decided.hook = Hook::kInput;
  }
  decided.tuple = entry.tuple;
  Packet packet;
  packet.hook = decided.hook;
  packet.tuple = entry.tuple;
  packet.reverse_path_ok = entry.kind != KernelLogEntry::Kind::kReversePath;
  const auto role = [&policy](uint32_t index) {
    const auto found = policy.interfaces.find(index);
    return found == policy.interfaces.end() ? InterfaceRole() : found->second.role;
  };
  decided.decision =
      Evaluate(*policy.snapshot, role(entry.in_index), role(entry.out_index), packet);
  return decided;
}

// Without its end.
AuditFlow FlowOf(int64_t id, const TrackedFlow& tracked) {
  AuditFlow flow;
  flow.id = id;
  const Tuple& tuple = tracked.tuple;
  if (tracked.answered_by != TransportAddress{tuple.destination, tuple.destination_port}) {
    flow.original_destination = {tuple.destination, tuple.destination_port};
  }
  if (tracked.answered_to != TransportAddress{tuple.source, tuple.source_port}) {
    flow.translated_source = tracked.answered_to;
  }
  return flow;
}

AuditRecord RecordFor(const KernelLogEntry& entry, const EnforcedPolicy& policy, absl::Time time) {
  AuditRecord record;
  record.time = time;
  record.hook = entry.hook;
  record.tuple = entry.tuple;
  record.verdict = Verdict::kAllow;
  record.decided_by = entry.prefix;
  record.pending_verdict = Verdict::kAllow;
  record.pending_decided_by = entry.prefix;
  NameInterfaces(policy, entry.in_index, entry.out_index, &record);
  return record;
}

}  // namespace

Recorder::Recorder(std::unique_ptr<AuditStore> store, std::unique_ptr<KernelLog> kernel_log,
                   std::unique_ptr<ConntrackLog> conntrack_log, std::vector<AuditRing*> rings,
                   StoreOpener open)
    : store_(std::move(store)),
      open_(std::move(open)),
      kernel_log_(std::move(kernel_log)),
      conntrack_log_(std::move(conntrack_log)),
      rings_(std::move(rings)),
      wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Recorder::~Recorder() { Stop(); }

void Recorder::Start() {
  thread_ = std::thread([this] {
    pthread_setname_np(pthread_self(), "gw-recorder");
    Run();
  });
}

void Recorder::Stop() {
  if (!thread_.joinable()) return;
  stopping_.store(true, std::memory_order_relaxed);
  const uint64_t one = 1;
  (void)!write(wake_.get(), &one, sizeof(one));
  thread_.join();
}

void Recorder::AddPolicy(std::shared_ptr<const EnforcedPolicy> policy) {
  streams_.Follow(*policy);
  MutexLock lock(mutex_);
  policies_.push_back({std::move(policy), Clock::now()});
  if (policies_.size() > kPoliciesKept) policies_.pop_front();
}

void Recorder::AddEvent(const std::string& kind, const std::string& text) {
  MutexLock lock(mutex_);
  AuditEvent event;
  event.time = absl::Now();
  event.kind = kind;
  event.text = text;
  events_.push_back(std::move(event));
}

void Recorder::Run() {
  uint64_t seen = 0;
  int pause_ms = kPause_ms;
  while (!stopping_.load(std::memory_order_relaxed)) {
    const uint64_t written = written_.load(std::memory_order_relaxed);
    // What is lost is taken off again.
    const bool many = written >= seen + kManyPerMs * static_cast<uint64_t>(pause_ms);
    seen = written;
    pause_ms = many ? kBusyPause_ms : kPause_ms;
    pollfd wake = {wake_.get(), POLLIN, 0};
    poll(&wake, 1, pause_ms);
    while (RecordOnce()) Maintain(Clock::now());
    ForgetPolicies(Clock::now());
    Maintain(Clock::now());
  }
  while (RecordOnce()) {
  }
  TryEndsAgain(Clock::time_point::max());
  streams_.Stop();
  AddStreamEvents(/*all=*/true);
  WriteEvents();
  next_loss_report_ = Clock::time_point();
  WriteLoss();
  next_sync_ = Clock::time_point();
  SyncIfDue(Clock::now());
}

void Recorder::SyncIfDue(Clock::time_point now) {
  if (!unsynced_ || store_ == nullptr || now < next_sync_) return;
  next_sync_ = now + kEachSecond;
  const absl::Status synced = store_->Sync();
  if (!synced.ok() && !sync_fails_) {
    LogError("audit log: ", synced.message(), "; a loss of power would take the last decisions");
  }
  sync_fails_ = !synced.ok();
  unsynced_ = sync_fails_;
  if (!synced.ok()) return;
  unsynced_batches_.clear();
  unsynced_events_.clear();
}

void Recorder::AddStreamEvents(bool all) {
  for (const AuditEvent& event : streams_.TakeEvents(all)) AddEvent(event.kind, event.text);
}

void Recorder::Maintain(Clock::time_point now) {
  SyncIfDue(now);
  AddStreamEvents(/*all=*/false);
  // On a full disk a little is written now and then.
  if (failure_said_ && now - failed_at_ >= kWorksAgain) {
    LogInfo("audit log: decisions are recorded again; lost since the start: ", lost());
    failure_said_ = false;
  }
  const auto policy = CurrentPolicy();
  if (policy == nullptr || store_ == nullptr) return;
  const Settings& settings = policy->snapshot->settings();
  // What cannot be dropped is tried again; a disk that fails is told of by writing.
  if (now >= next_size_check_) {
    const auto dropped = store_->DropOldestBeyond(static_cast<int64_t>(settings.audit_max_bytes));
    if (!dropped.ok() || *dropped == 0) next_size_check_ = now + kEachSecond;
    KeepHashChain(settings.audit_hash_chain);
  }
  if (now >= next_age_check_) {
    next_age_check_ = now + kEachMinute;
    const absl::Duration age_max = absl::Hours(24) * settings.audit_retention_days;
    const auto dropped = store_->DropOldestBefore(absl::Now() - age_max);
    if (dropped.ok() && *dropped > 0) {
      LogInfo("audit log: ", *dropped, " decisions are older than ", settings.audit_retention_days,
              " days and were dropped");
    }
  }
}

void Recorder::KeepHashChain(bool on) {
  const absl::Status kept = store_->KeepHashChain(on);
  const std::string problem = kept.ok()
                                  ? ""
                                  : absl::StrCat("the hash chain cannot be ",
                                                 on ? "started" : "stopped", ": ", kept.message());
  bool is_new = false;
  {
    MutexLock lock(mutex_);
    is_new = problem.empty() != problems_.hash_chain.empty();
    problems_.hash_chain = problem;
  }
  if (!is_new) return;
  if (problem.empty()) return AddEvent("chain", "the hash chain is as the settings say again");
  LogError("audit log: ", problem, "; tried again each second");
  AddEvent("error", problem);
}

bool Recorder::RecordOnce() {
  batch_.Clear();
  rulings_.clear();
  parties_.clear();
  expected_ends_.clear();
  AuditEntry entry;
  std::shared_ptr<const EnforcedPolicy> policy;  // of the last entry: mostly that of the next too
  for (AuditRing* ring : rings_) {
    while (batch_.size() < kRecordsPerTransaction && ring->Pop(&entry)) {
      if (policy == nullptr || policy->number != entry.policy_number) {
        policy = PolicyNumber(entry.policy_number);
      }
      if (policy != nullptr) {
        if (entry.learned) RememberLearned(entry);
        AddEntry(entry, *policy);
        if (entry.decision.verdict != Verdict::kDeny && !entry.malformed) ExpectEnd();
      } else {
        ++lost_in_store_;
      }
    }
  }
  bool more = batch_.size() >= kRecordsPerTransaction;
  more |= DrainKernelLog();
  DrainRepeats();
  WriteEvents();
  if (!batch_.empty()) {
    const absl::StatusOr<int64_t> appended = AppendBatch();
    NoteStore(appended.status());
    uint64_t decisions = 0;
    for (const AuditBatch::Row& row : batch_.rows()) {
      decisions += static_cast<uint64_t>(DecisionsOf(row.repeats));
    }
    if (appended.ok()) {
      RememberLiveFlows(*appended);
      streams_.AddDecisions(batch_, *appended);
      written_.fetch_add(batch_.size(), std::memory_order_relaxed);
      unsynced_ = true;
      if (unsynced_batches_.size() >= kUnsyncedKept) unsynced_batches_.clear();
      unsynced_batches_.push_back({*appended, batch_.size(), decisions});
    } else {
      lost_in_store_ += decisions;
    }
  }
  // The decision about a flow comes first.
  if (!more) {
    more = DrainConntrackLog();
    LookUpLiveFlows(Clock::now());
  }
  WriteLoss();
  return more;
}

void Recorder::RememberLiveFlows(int64_t first_id) {
  auto translated = batch_.translated().begin();
  for (const size_t row : expected_ends_) {
    const int64_t id = first_id + static_cast<int64_t>(row);
    const AuditBatch::Row& added = batch_.rows()[row];
    Tuple tuple = added.tuple;
    live_flows_.Add(
        tuple,
        {.id = id, .time_ns = added.time_ns, .again = batch_.rulings()[added.ruling].redecided});
    if (conntrack_log_ == nullptr || look_ups_.size() >= look_ups_left_ ||
        !HasPorts(tuple.protocol)) {
      continue;
    }
    while (translated != batch_.translated().end() && translated->row < row) ++translated;
    if (translated != batch_.translated().end() && translated->row == row) {
      tuple.destination = translated->original_destination.address;
      tuple.destination_port = translated->original_destination.port;
    }
    if (look_ups_.empty()) next_look_ups_ = Clock::now() + kTrackedAfter;
    look_ups_.push_back({id, tuple});
  }
}

void Recorder::LookUpLiveFlows(Clock::time_point now) {
  if (now >= next_look_ups_second_) {
    next_look_ups_second_ = now + kEachSecond;
    look_ups_left_ = kLookUpsPerSecond;
  }
  if (look_ups_.empty() || now < next_look_ups_) return;
  for (const LookUp& one : look_ups_) {
    const auto found = conntrack_log_->Find(one.tuple);
    if (!found) continue;
    AuditFlow flow = FlowOf(one.id, *found);
    if (flow.original_destination || flow.translated_source) AddFlow(std::move(flow), *found);
  }
  look_ups_left_ -= std::min(look_ups_left_, look_ups_.size());
  look_ups_.clear();
  AppendFlows();
}

bool Recorder::DrainConntrackLog() {
  if (conntrack_log_ == nullptr) return false;
  const Clock::time_point now = Clock::now();
  TryEndsAgain(now);
  const bool more = conntrack_log_->Drain([this, now](const EndedFlow& ended) {
    if (AddEnd(ended) || early_ends_.size() >= kEarlyEndsKept) return;
    early_ends_.push_back({now, ended});
  });
  AppendFlows();
  return more;
}

void Recorder::TryEndsAgain(Clock::time_point now) {
  while (!early_ends_.empty() && early_ends_.front().came + kDecisionBehind <= now) {
    // Else it is nothing that we decided, or before our time.
    (void)AddEnd(early_ends_.front().flow);
    early_ends_.pop_front();
  }
  AppendFlows();
}

bool Recorder::AddEnd(const EndedFlow& ended) {
  const auto id = live_flows_.Take(ended);
  if (!id) return false;
  AuditFlow flow = FlowOf(*id, ended);
  flow.end = ended.end;
  AddFlow(std::move(flow), ended);
  return true;
}

void Recorder::AddFlow(AuditFlow flow, const TrackedFlow& tracked) {
  flows_.push_back(std::move(flow));
  Tuple& tuple = flow_tuples_.emplace_back(tracked.tuple);
  tuple.destination = tracked.answered_by.address;
  tuple.destination_port = tracked.answered_by.port;
}

void Recorder::AppendFlows() {
  if (flows_.empty()) return;
  absl::Status appended = HaveStore();
  if (appended.ok()) appended = store_->AppendFlows(flows_);
  NoteStore(appended);
  unsynced_ |= appended.ok();
  if (appended.ok()) {
    streams_.AddFlows(flows_, flow_tuples_);
  } else {
    for (const AuditFlow& flow : flows_) ends_lost_in_store_ += flow.end ? 1u : 0u;
  }
  flows_.clear();
  flow_tuples_.clear();
}

void Recorder::AddEntry(const AuditEntry& entry, const EnforcedPolicy& policy, int64_t repeats) {
  const RulingKey key = {entry.policy_number, entry.in_index,  entry.out_index, entry.hook,
                         entry.rejected,      entry.redecided, entry.malformed, entry.decision};
  const auto [ruling, is_new] = rulings_.try_emplace(key, 0);
  if (is_new) ruling->second = batch_.AddRuling(RulingFor(entry, policy));
  AuditBatch::Row row = {entry.time_ns, entry.tuple, ruling->second, repeats};
  // A sum is of no source.
  if (repeats == 0) row.source_party = PartyOf(entry.tuple.source, policy);
  row.destination_party = PartyOf(entry.tuple.destination, policy);
  batch_.Add(row);
  if (entry.has_original) {
    batch_.AddOriginalDestination(
        {{entry.tuple.destination.family, entry.original_hi, entry.original_lo},
         entry.original_port});
  }
}

uint32_t Recorder::PartyOf(const Address& address, const EnforcedPolicy& policy) {
  if (policy.known == nullptr || policy.known->empty()) return AuditBatch::kNobody;
  if (parties_of_ != policy.known) {
    parties_.clear();
    parties_of_ = policy.known;
  }
  const auto [party, is_new] = parties_.try_emplace(address, AuditBatch::kNobody);
  if (is_new) party->second = batch_.AddParty(policy.known->Find(address));
  return party->second;
}

bool Recorder::DrainKernelLog() {
  if (kernel_log_ == nullptr) return false;
  const auto policy = CurrentPolicy();
  if (policy == nullptr) return false;
  const absl::Time now = absl::Now();
  std::shared_ptr<const EnforcedPolicy> decided_by = policy;  // of the last entry
  return kernel_log_->Drain([&](const KernelLogEntry& entry) {
    if (entry.kind == KernelLogEntry::Kind::kReason) {
      AuditRecord record = RecordFor(entry, *policy, now);
      if (policy->known != nullptr) {
        record.source_party = policy->known->Find(record.tuple.source);
        record.destination_party = policy->known->Find(record.tuple.destination);
      }
      batch_.Add(record);
      ExpectEnd();
      return;
    }
    if (decided_by->generation != entry.generation) {
      const auto older = PolicyOfGeneration(entry.generation);
      if (older == nullptr) {
        ++lost_in_store_;
        return;
      }
      decided_by = older;
    }
    AddEntry(EntryFor(entry, *decided_by, now), *decided_by);
    if (entry.kind == KernelLogEntry::Kind::kLearned) ExpectEnd();
  });
}

void Recorder::RememberLearned(const AuditEntry& entry) {
  if (entry.decision.verdict != Verdict::kDeny) return;
  // Only a scan of everything gets there; what is forgotten becomes an event.
  if (learned_.size() >= kLearnedKept) learned_.clear();
  const Tuple& tuple = entry.tuple;
  learned_[{entry.in_index, tuple.protocol, tuple.destination, tuple.destination_port}] = entry;
}

void Recorder::AddRepeats(absl::Span<const RepeatedDenial> repeats) {
  MutexLock lock(mutex_);
  repeats_.insert(repeats_.end(), repeats.begin(), repeats.end());
}

void Recorder::DrainRepeats() {
  std::vector<RepeatedDenial> repeats;
  {
    MutexLock lock(mutex_);
    repeats.swap(repeats_);
  }
  int64_t unknown = 0;
  for (const RepeatedDenial& repeat : repeats) {
    const auto found =
        learned_.find({repeat.in_index, repeat.protocol, repeat.destination, repeat.port});
    const auto policy =
        found == learned_.end() ? nullptr : PolicyNumber(found->second.policy_number);
    if (policy == nullptr) {
      unknown += repeat.packets;
      continue;
    }
    AuditEntry entry = found->second;
    entry.time_ns = absl::GetCurrentTimeNanos();
    entry.tuple.source = Address();
    entry.tuple.source.family = entry.tuple.destination.family;
    entry.tuple.source_port = 0;
    AddEntry(entry, *policy, repeat.packets);
  }
  if (unknown == 0) return;
  AddEvent("denied", absl::StrCat(unknown, " packets denied in the kernel, as some were before"));
}

std::shared_ptr<const EnforcedPolicy> Recorder::PolicyNumber(uint64_t number) {
  MutexLock lock(mutex_);
  // The newest is by far the likeliest.
  for (auto policy = policies_.rbegin(); policy != policies_.rend(); ++policy) {
    if (policy->policy->number == number) return policy->policy;
  }
  return nullptr;
}

std::shared_ptr<const EnforcedPolicy> Recorder::PolicyOfGeneration(uint32_t generation) {
  MutexLock lock(mutex_);
  for (auto policy = policies_.rbegin(); policy != policies_.rend(); ++policy) {
    if (policy->policy->generation == generation) return policy->policy;
  }
  return nullptr;
}

std::shared_ptr<const EnforcedPolicy> Recorder::CurrentPolicy() {
  MutexLock lock(mutex_);
  return policies_.empty() ? nullptr : policies_.back().policy;
}

void Recorder::ForgetPolicies(Clock::time_point now) {
  std::vector<std::pair<uint64_t, uint64_t>> successors;  // that decide the same
  {
    MutexLock lock(mutex_);
    while (policies_.size() > 1 && now - policies_[1].since > kPolicyStays) {
      const EnforcedPolicy& oldest = *policies_[0].policy;
      const EnforcedPolicy& next = *policies_[1].policy;
      if (oldest.generation == next.generation) {
        successors.emplace_back(oldest.number, next.number);
      }
      policies_.pop_front();
    }
  }
  // The kernel goes on with what it learned, in that case alone.
  for (const auto& [number, successor] : successors) {
    for (auto& [service, entry] : learned_) {
      if (entry.policy_number == number) entry.policy_number = successor;
    }
  }
}

absl::Status Recorder::HaveStore() {
  if (store_ != nullptr && (!store_fails_ || open_ == nullptr)) return absl::OkStatus();
  const Clock::time_point now = Clock::now();
  if (now < next_open_) return store_ != nullptr ? absl::OkStatus() : open_error_;
  next_open_ = now + kEachSecond;
  // What fails is let go of only after the next is there: on a full disk nobody could read the log
  // meanwhile. If there is none, it is let go of all the same: a disk with an error cannot be
  // unmounted to be checked as long as anything on it is open.
  auto opened = open_();
  open_error_ = opened.status();
  store_ = opened.ok() ? *std::move(opened) : nullptr;
  if (store_ != nullptr) MakeUpForWhatIsGone();
  return open_error_;
}

// A disk that fails takes with it what was written and not put on it.
void Recorder::MakeUpForWhatIsGone() {
  AuditQuery newest;
  newest.limit = 1;
  const auto records = store_->Query(newest);
  if (!records.ok()) return;
  const int64_t end_id = records->empty() ? 1 : records->front().id + 1;
  while (!unsynced_batches_.empty() && unsynced_batches_.back().first_id >= end_id) {
    const UnsyncedBatch& gone = unsynced_batches_.back();
    lost_in_store_ += gone.decisions;
    written_.fetch_sub(gone.rows, std::memory_order_relaxed);
    unsynced_batches_.pop_back();
  }
  // The next have their ids.
  live_flows_.ForgetFrom(end_id);
  std::erase_if(look_ups_, [end_id](const LookUp& one) { return one.id >= end_id; });
  // Events are few and can be written again. Among them may be what says how much was lost.
  AuditEventQuery as_many;
  as_many.limit = unsynced_events_.size();
  const auto kept = store_->Events(as_many);
  if (!kept.ok()) return;
  for (const AuditEvent& event : unsynced_events_) {
    const bool is_kept = std::any_of(kept->begin(), kept->end(), [&event](const AuditEvent& one) {
      return one.time == event.time && one.kind == event.kind && one.text == event.text;
    });
    // If that fails the store is opened anew, and this is done again.
    if (!is_kept) (void)store_->AppendEvent(event);
  }
}

absl::StatusOr<int64_t> Recorder::AppendBatch() {
  GW_RETURN_IF_ERROR(HaveStore());
  return store_->Append(batch_);
}

absl::Status Recorder::AppendEvent(const AuditEvent& event) {
  GW_RETURN_IF_ERROR(HaveStore());
  GW_RETURN_IF_ERROR(store_->AppendEvent(event));
  unsynced_ = true;
  if (unsynced_events_.size() >= kEventsKept) unsynced_events_.clear();
  unsynced_events_.push_back(event);
  return absl::OkStatus();
}

void Recorder::WriteEvents() {
  std::vector<AuditEvent> events;
  {
    MutexLock lock(mutex_);
    events.swap(events_);
  }
  for (auto event = events.begin(); event != events.end(); ++event) {
    const absl::Status appended = AppendEvent(*event);
    NoteStore(appended);
    if (appended.ok()) {
      streams_.AddEvent(*event);
      continue;
    }
    KeepEvents({event, events.end()});
    return;
  }
}

void Recorder::KeepEvents(std::vector<AuditEvent> unwritten) {
  MutexLock lock(mutex_);
  unwritten.insert(unwritten.end(), events_.begin(), events_.end());
  if (unwritten.size() > kEventsKept) {
    unwritten.erase(unwritten.begin(), unwritten.end() - static_cast<std::ptrdiff_t>(kEventsKept));
  }
  events_ = std::move(unwritten);
}

void Recorder::NoteStore(const absl::Status& result) {
  if (result.ok() && !store_fails_) return;
  {
    MutexLock lock(mutex_);
    problems_.store = std::string(result.message());
  }
  store_fails_ = !result.ok();
  if (result.ok()) return;
  failed_at_ = Clock::now();
  if (!failure_said_) LogError("audit log: ", result.message(), "; decisions are being lost");
  failure_said_ = true;
}

uint64_t Recorder::LossesElsewhere() const {
  uint64_t lost = kernel_log_ == nullptr ? 0 : kernel_log_->lost();
  for (const AuditRing* ring : rings_) lost += ring->refused();
  return lost;
}

void Recorder::WriteLoss() {
  const uint64_t lost = lost_in_store_ + LossesElsewhere();
  lost_.store(lost, std::memory_order_relaxed);
  // Where nothing else is to be written, this finds out that it can be.
  const Clock::time_point now = Clock::now();
  if (store_fails_ && now < next_loss_report_) return;
  next_loss_report_ = now + kEachSecond;
  ReportLoss(lost, "decisions", &lost_reported_);
  const uint64_t in_kernel = conntrack_log_ == nullptr ? 0 : conntrack_log_->lost();
  ReportLoss(ends_lost_in_store_ + in_kernel, "ends of flows", &ends_lost_reported_);
}

void Recorder::ReportLoss(uint64_t lost, const char* of_what, uint64_t* reported) {
  if (lost == *reported) return;
  AuditEvent event;
  event.time = absl::Now();
  event.kind = "lost";
  event.text = absl::StrCat(lost - *reported, " ", of_what, " were not recorded");
  const absl::Status appended = AppendEvent(event);
  NoteStore(appended);
  if (!appended.ok()) return;
  streams_.AddEvent(event);
  *reported = lost;
}

}  // namespace gw
