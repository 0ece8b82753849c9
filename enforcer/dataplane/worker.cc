#include "enforcer/dataplane/worker.h"

#include <pthread.h>
#include <sched.h>
#include <time.h>

#include <array>
#include <utility>

#include "enforcer/dataplane/judge.h"

namespace gw {
namespace {

// Long: Wake ends the wait when there is something to do.
constexpr int kReceiveTimeout_ms = 1000;

int64_t Now_ns() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

void Count(const Judgement& judgement, WorkerCounters& counters) {
  if (judgement.before_dnat && judgement.decision.verdict != Verdict::kDeny) return;
  counters.packets.Add();
  switch (judgement.outcome) {
    case Judgement::Outcome::kUnknownInterface:
      counters.unknown_interface.Add();
      return;
    case Judgement::Outcome::kMalformed:
      counters.malformed.Add();
      return;
    case Judgement::Outcome::kDecided:
      break;
  }
  if (judgement.decision.verdict == Verdict::kDeny) {
    counters.denied.Add();
  } else {
    counters.accepted.Add();
  }
}

// What before DNAT was not denied comes up again after it.
bool IsRecorded(const Judgement& judgement) {
  return judgement.outcome != Judgement::Outcome::kUnknownInterface &&
         (!judgement.before_dnat || judgement.decision.verdict == Verdict::kDeny);
}

AuditEntry EntryFor(const Judgement& judgement, uint64_t policy_number, int64_t time_ns) {
  AuditEntry entry = {.time_ns = time_ns,
                      .policy_number = policy_number,
                      .in_index = judgement.in_index,
                      .out_index = judgement.out_index,
                      .hook = judgement.hook,
                      .rejected = judgement.rejected,
                      .redecided = judgement.redecided,
                      .malformed = judgement.outcome == Judgement::Outcome::kMalformed,
                      .learned = judgement.learns,
                      .tuple = judgement.tuple,
                      .decision = judgement.decision};
  if (judgement.original) {
    entry.has_original = true;
    entry.original_port = judgement.original->port;
    entry.original_hi = judgement.original->address.hi;
    entry.original_lo = judgement.original->address.lo;
  }
  return entry;
}

}  // namespace

Worker::Worker(std::unique_ptr<PacketQueue> queue, const PublishedPolicy& policies,
               OriginalDestinations& originals)
    : queue_(std::move(queue)),
      policies_(policies),
      policy_(policies.Take()),
      originals_(originals) {}

Worker::~Worker() { Stop(); }

void Worker::Start(const std::string& thread_name) {
  thread_ = std::thread([this, thread_name] {
    pthread_setname_np(pthread_self(), thread_name.substr(0, 15).c_str());
    while (!stopping_.load(std::memory_order_relaxed)) RunOnce(kReceiveTimeout_ms);
  });
}

void Worker::Stop() {
  stopping_.store(true, std::memory_order_relaxed);
  if (!thread_.joinable()) return;
  queue_->Wake();
  thread_.join();
}

void Worker::RunOn(const std::vector<size_t>& cpus) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const size_t cpu : cpus) CPU_SET(cpu, &set);
  if (cpus.empty()) {
    for (size_t cpu = 0; cpu < size_t{CPU_SETSIZE}; ++cpu) CPU_SET(cpu, &set);
  }
  pthread_setaffinity_np(thread_.native_handle(), sizeof(set), &set);
}

void Worker::RunOnce(int timeout_ms) {
  const absl::Span<const QueuedPacket> batch = queue_->Receive(timeout_ms);
  if (batch.empty()) return;
  if (policies_.ChangedSince(policy_.generation)) policy_ = policies_.Take();
  const EnforcedPolicy& policy = *policy_.value;
  const int64_t time_ns = Now_ns();

  std::array<MarkedPacket, kBatchMax> answers;
  std::array<AuditEntry, kBatchMax> entries;
  size_t entry_count = 0;
  for (size_t i = 0; i < batch.size(); ++i) {
    const Judgement judgement = Judge(policy, batch[i], originals_);
    answers[i] = {batch[i].id, judgement.mark};
    Count(judgement, counters_);
    if (IsRecorded(judgement)) {
      entries[entry_count++] = EntryFor(judgement, policy.number, time_ns);
    }
  }
  queue_->Send({answers.data(), batch.size()});
  for (size_t i = 0; i < entry_count; ++i) audit_.Push(entries[i]);  // a full ring counts
}

}  // namespace gw
