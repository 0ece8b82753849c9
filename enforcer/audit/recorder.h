// Recorder: takes audit entries from the workers' rings and the kernel's log and writes them to
// the audit store, on a thread of its own. It alone may wait for the disk; what it cannot write is
// counted exactly and, when writing works again, recorded as an event itself. What it has written
// goes on to the streams that the settings ask for.

#ifndef ENFORCER_AUDIT_RECORDER_H_
#define ENFORCER_AUDIT_RECORDER_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"

#include "common/base/closer.h"
#include "common/base/mutex.h"
#include "common/net/address.h"
#include "common/policy/decision.h"
#include "common/policy/packet.h"
#include "common/store/audit_batch.h"
#include "common/store/audit_store.h"
#include "enforcer/audit/audit_streams.h"
#include "enforcer/audit/conntrack_log.h"
#include "enforcer/audit/kernel_log.h"
#include "enforcer/audit/live_flows.h"
#include "enforcer/dataplane/audit_entry.h"
#include "enforcer/dataplane/enforced_policy.h"

namespace gw {

// What the kernel denied by itself since it was last asked, of a service that it learned to deny
// whatever the source.
struct RepeatedDenial {
  uint32_t in_index = 0;
  uint8_t protocol = 0;
  Address destination;
  uint16_t port = 0;
  int64_t packets = 0;
};

// Why something is not as it should be now; empty if it is.
struct RecorderProblems {
  std::string store;  // decisions are being lost
  std::string hash_chain;
};

class Recorder {
 public:
  using StoreOpener = std::function<absl::StatusOr<std::unique_ptr<AuditStore>>()>;

  // `rings` belong to workers that outlive the recorder. The logs may be null. So may the store, if
  // there is an `open`: it is asked for one each second, and all is counted as lost until then. It
  // is asked for another, too, while a store fails.
  Recorder(std::unique_ptr<AuditStore> store, std::unique_ptr<KernelLog> kernel_log,
           std::unique_ptr<ConntrackLog> conntrack_log, std::vector<AuditRing*> rings,
           StoreOpener open = nullptr);
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  // Control thread. Start once; Stop writes what is left.
  void Start();
  void Stop();

  // Control thread, before the policy is published: entries refer to it by number. It stays known
  // for kPolicyStays after the next one, longer while the recorder is behind; of more than
  // kPoliciesKept the oldest are forgotten. Its settings say how long decisions are kept and in how
  // much space.
  void AddPolicy(std::shared_ptr<const EnforcedPolicy> policy);

  // Any thread. Written to the store in order with the decisions around it; while the store fails,
  // the newest kEventsKept wait for it.
  void AddEvent(const std::string& kind, const std::string& text);

  // Any thread. Each becomes a record that repeats the decision from which the kernel learned.
  // Those of which that decision is no longer known become an event.
  void AddRepeats(absl::Span<const RepeatedDenial> repeats);

  // Any thread: decisions written, and decisions that could not be.
  uint64_t written() const { return written_.load(std::memory_order_relaxed); }
  uint64_t lost() const { return lost_.load(std::memory_order_relaxed); }
  std::vector<StreamState> streams() const { return streams_.States(); }
  RecorderProblems problems() const {
    MutexLock lock(mutex_);
    return problems_;
  }

 private:
  static constexpr size_t kPoliciesKept = 64;
  // Far longer than a worker or the kernel's log takes to speak of it. A large one takes megabytes.
  static constexpr auto kPolicyStays = std::chrono::seconds(10);
  static constexpr size_t kEventsKept = 1000;
  // More than the kernel's four sets hold; a scan that fills them costs some 20 MB.
  static constexpr size_t kLearnedKept = 80'000;
  // Live flows that connection tracking is asked about in a second: a hundredth of a CPU. What is
  // more is known when it ends.
  static constexpr size_t kLookUpsPerSecond = 1'000;
  // Ends of flows that wait for a decision: of those that nobody decided, too.
  static constexpr size_t kEarlyEndsKept = 50'000;
  // Of a second, that is; far more only if writing goes on while the disk refuses to be waited for.
  static constexpr size_t kUnsyncedKept = 10'000;

  // Interface, protocol, destination, port.
  using Service = std::tuple<uint32_t, uint8_t, Address, uint16_t>;

  using Clock = std::chrono::steady_clock;  // for pauses: people set the other one

  void Run();
  // What is to be done each second or minute, in small steps.
  void Maintain(Clock::time_point now);
  void SyncIfDue(Clock::time_point now);
  // Everything that is there now, at most one transaction's worth; true if there may be more.
  bool RecordOnce();
  // True if there may be more.
  bool DrainKernelLog();
  bool DrainConntrackLog();
  // Ends that came before their decisions, tried once more when they have waited.
  void TryEndsAgain(Clock::time_point now);
  // False if no decision about the flow is known.
  bool AddEnd(const EndedFlow& ended);
  // Of the batch that was written, whose first row has `first_id`.
  void RememberLiveFlows(int64_t first_id);
  // How flows of a moment ago are translated.
  void LookUpLiveFlows(Clock::time_point now);
  // Into flows_.
  void AddFlow(AuditFlow flow, const TrackedFlow& tracked);
  void AppendFlows();
  void DrainRepeats();
  // Into the batch. `policy` is that of the entry.
  void AddEntry(const AuditEntry& entry, const EnforcedPolicy& policy, int64_t repeats = 0);
  // The row that was added last is about a flow that connection tracking will tell the end of.
  void ExpectEnd() { expected_ends_.push_back(batch_.size() - 1); }
  // What the policy knows of `address`, as a number in the batch.
  uint32_t PartyOf(const Address& address, const EnforcedPolicy& policy);
  void RememberLearned(const AuditEntry& entry);
  std::shared_ptr<const EnforcedPolicy> PolicyNumber(uint64_t number);
  std::shared_ptr<const EnforcedPolicy> CurrentPolicy();
  // The newest of a generation.
  std::shared_ptr<const EnforcedPolicy> PolicyOfGeneration(uint32_t generation);
  // Everything that was there was recorded: policies that are no longer spoken of may go.
  void ForgetPolicies(Clock::time_point now);
  // Ok if there is a store.
  absl::Status HaveStore();
  // Of what was written before a store was opened anew: decisions that it does not have are lost,
  // events are written again.
  void MakeUpForWhatIsGone();
  void KeepHashChain(bool on);
  absl::StatusOr<int64_t> AppendBatch();
  absl::Status AppendEvent(const AuditEvent& event);
  void WriteEvents();
  void AddStreamEvents(bool all);
  void KeepEvents(std::vector<AuditEvent> unwritten);
  // Says once, not for every batch, that the store fails.
  void NoteStore(const absl::Status& result);
  void WriteLoss();
  // What is more than `reported` becomes an event "lost".
  void ReportLoss(uint64_t lost, const char* of_what, uint64_t* reported);
  uint64_t LossesElsewhere() const;

  std::unique_ptr<AuditStore> store_;
  const StoreOpener open_;
  absl::Status open_error_;
  Clock::time_point next_open_;
  std::unique_ptr<KernelLog> kernel_log_;
  std::unique_ptr<ConntrackLog> conntrack_log_;
  std::vector<AuditRing*> rings_;
  FileDescriptor wake_;
  std::thread thread_;
  std::atomic<bool> stopping_{false};
  std::atomic<uint64_t> written_{0};
  std::atomic<uint64_t> lost_{0};

  // What makes a ruling of a batch.
  struct RulingKey {
    uint64_t policy_number = 0;
    uint32_t in_index = 0;
    uint32_t out_index = 0;
    Hook hook = Hook::kInput;
    bool rejected = false;
    bool redecided = false;
    bool malformed = false;
    Decision decision;

    friend bool operator==(const RulingKey&, const RulingKey&) = default;
    template <typename H>
    friend H AbslHashValue(H h, const RulingKey& k) {
      return H::combine(std::move(h), k.policy_number, k.in_index, k.out_index, k.hook,
                        k.decision.verdict, k.decision.reason.kind, k.decision.reason.index);
    }
  };

  // Recorder thread.
  AuditBatch batch_;                                  // kept for its memory
  absl::flat_hash_map<RulingKey, uint32_t> rulings_;  // those of batch_
  absl::flat_hash_map<Address, uint32_t> parties_;    // likewise, of one policy
  std::shared_ptr<const KnownAddresses> parties_of_;  // that one
  std::vector<size_t> expected_ends_;                 // rows of batch_
  LiveFlows live_flows_;
  std::vector<AuditFlow> flows_;    // kept for its memory
  std::vector<Tuple> flow_tuples_;  // of flows_
  struct EarlyEnd {
    Clock::time_point came;
    EndedFlow flow;
  };
  std::deque<EarlyEnd> early_ends_;
  struct LookUp {
    int64_t id = 0;
    Tuple tuple;
  };
  std::vector<LookUp> look_ups_;
  Clock::time_point next_look_ups_;  // a flow is tracked when its first packet has left
  size_t look_ups_left_ = kLookUpsPerSecond;
  Clock::time_point next_look_ups_second_;
  uint64_t ends_lost_in_store_ = 0;
  uint64_t ends_lost_reported_ = 0;
  absl::flat_hash_map<Service, AuditEntry> learned_;  // the denials from which the kernel learned
  uint64_t lost_in_store_ = 0;
  uint64_t lost_reported_ = 0;
  bool store_fails_ = false;
  Clock::time_point failed_at_;         // the last time
  bool failure_said_ = false;           // in the log, and not yet that it works again
  Clock::time_point next_loss_report_;  // while it fails
  bool unsynced_ = false;
  struct UnsyncedBatch {
    int64_t first_id = 0;
    size_t rows = 0;
    uint64_t decisions = 0;
  };
  std::vector<UnsyncedBatch> unsynced_batches_;  // the newest
  std::vector<AuditEvent> unsynced_events_;      // likewise
  bool sync_fails_ = false;
  Clock::time_point next_sync_;
  Clock::time_point next_size_check_;
  Clock::time_point next_age_check_;

  AuditStreams streams_;

  mutable Mutex mutex_;
  RecorderProblems problems_ ABSL_GUARDED_BY(mutex_);
  struct KeptPolicy {
    std::shared_ptr<const EnforcedPolicy> policy;
    Clock::time_point since;
  };
  std::deque<KeptPolicy> policies_ ABSL_GUARDED_BY(mutex_);
  std::vector<AuditEvent> events_ ABSL_GUARDED_BY(mutex_);
  std::vector<RepeatedDenial> repeats_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace gw

#endif  // ENFORCER_AUDIT_RECORDER_H_
