// Service: everything that a client can ask of Gatewarden: read and change resources at a
// revision, validate, compare, simulate, explain, query flows, status. The command line, the
// window and (later) the daemon's control socket share this one interface, so there is one code
// path whatever carries the call. Requests and answers are plain values; errors are Status.
//
// An implementation is thread-compatible: one caller at a time. A client that must not wait (the
// window) calls from a worker thread and passes a CallContext that it can cancel.

#ifndef COMMON_SERVICE_SERVICE_H_
#define COMMON_SERVICE_SERVICE_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/policy/evaluate.h"
#include "common/policy/model.h"
#include "common/policy/site.h"
#include "common/policy/validate.h"
#include "common/service/enforcer_lock.h"
#include "common/service/host_network.h"
#include "common/store/audit_store.h"
#include "common/store/policy_store.h"

namespace gw {

// Travels with a call. Cancel from any thread: the call returns Cancelled soon after, having
// changed nothing, or everything.
class CallContext {
 public:
  void Cancel() { cancelled_.store(true, std::memory_order_relaxed); }
  bool cancelled() const { return cancelled_.load(std::memory_order_relaxed); }

 private:
  std::atomic<bool> cancelled_{false};
};

// ---- changing ---------------------------------------------------------------------------------

struct ApplyRequest {
  std::vector<Resource> put;
  std::vector<ResourceKey> remove;
  // Also remove every stored resource that `put` does not name.
  bool prune = false;
  std::optional<int64_t> expected_revision;
  bool dry_run = false;  // everything but the write
  std::string author;
  std::string reason;
};

// One resource before and after. Neither equals the other; one may be absent.
struct ResourceDifference {
  ResourceKey key;
  std::optional<Resource> before;
  std::optional<Resource> after;
};

struct ApplyResult {
  // Problems of the model as it would be after the change. With an error among them nothing was
  // written (`applied` is false); warnings do not prevent it.
  std::vector<Problem> problems;
  std::vector<ResourceDifference> differences;
  bool applied = false;
  int64_t revision = 0;  // in force after the call
};

// ---- asking -----------------------------------------------------------------------------------

// The policy that a question is put to.
struct PolicySource {
  enum class From : uint8_t {
    kStored,    // the current revision
    kRevision,  // an earlier one
    kGiven,     // `model`
  };
  From from = From::kStored;
  int64_t revision = 0;
  Model model;
};

struct SimulateRequest {
  PolicySource policy;
  Site site;
  std::vector<InterfacePacket> packets;
  bool with_trace = false;
};

struct SimulateResult {
  Explanation explanation;
  std::vector<TraceStep> trace;  // empty unless asked for
};

struct ExplainResult {
  AuditRecord record;
  // As of the revision then in force. Absent, with the reason, if it cannot be rebuilt.
  std::optional<SimulateResult> then;
  std::string then_missing;
  SimulateResult now;  // the current revision
};

struct EnforcerStatus {
  enum class State : uint8_t { kRunning, kStopped, kUnknown } state = State::kUnknown;
  std::string detail;  // "enforcing revision 7 as generation 12 since ...", or why not
  EnforcerState last;  // as it last said; all empty if it never ran
};

struct StatusResult {
  std::string policy_database;
  std::string audit_database;
  int64_t revision = 0;
  std::string last_author;
  absl::Time last_change;
  size_t host_endpoints = 0;
  size_t workload_endpoints = 0;
  size_t policies = 0;
  size_t staged_policies = 0;
  size_t tiers = 0;
  size_t network_sets = 0;
  size_t profiles = 0;
  size_t warnings = 0;
  std::optional<int64_t> audit_bytes;  // of the audit log on disk; nothing if there is none
  EnforcerStatus enforcer;
  std::vector<AuditEvent> recent_events;
};

// ---- what a change would have done --------------------------------------------------------------

// Recorded decisions are decided again under both policies. Each counts, also one about a flow
// that came back after a policy change.
struct ImpactRequest {
  PolicySource before;
  PolicySource after;
  // An empty site.node means the node that the enforcer runs as, or else this host.
  Site site;
  absl::Time since = absl::InfinitePast();
  size_t limit_flows = 1'000'000;  // the newest so many
  size_t limit_groups = 1'000;
};

// Decisions that differ in the same way: of one source, destination and service, decided by the
// same before, and by the same after.
struct ImpactGroup {
  AuditRecord newest;  // the last of them; its time is "last seen", its tuple and names the group's
  Verdict before = Verdict::kNone;
  std::string before_decided_by;
  Verdict after = Verdict::kNone;
  std::string after_decided_by;
  int64_t flows = 0;

  bool newly_denied() const { return after == Verdict::kDeny; }
};

// What does not pass is denied; allow and none are both let pass, so they do not differ.
struct ImpactResult {
  int64_t newly_denied = 0;
  int64_t newly_allowed = 0;
  int64_t unchanged = 0;
  int64_t looked_at = 0;  // the sum of the three
  int64_t total = 0;      // that the question is about; at most limit_flows
  bool complete = false;  // all of them were looked at
  // In the order of their newest decision, newest first; beyond limit_groups only counted.
  std::vector<ImpactGroup> groups;
  int64_t groups_omitted_flows = 0;
};

// So long a list of values is put together for.
inline constexpr absl::Duration kAuditValuesTimeMax = absl::Milliseconds(150);

// Called in the thread of the call, at most every 100 ms, with what is known so far.
using ImpactProgress = std::function<void(const ImpactResult&)>;

class Service {
 public:
  virtual ~Service() = default;

  // The current model and its revision.
  virtual absl::StatusOr<LoadedPolicy> Load(const CallContext& context) = 0;
  virtual absl::StatusOr<Model> LoadRevision(const CallContext& context, int64_t revision) = 0;
  virtual absl::StatusOr<std::vector<RevisionInfo>> History(const CallContext& context,
                                                            size_t limit,
                                                            std::optional<int64_t> before) = 0;
  virtual absl::StatusOr<RevisionInfo> Revision(const CallContext& context, int64_t revision) = 0;
  // What `revision` changed against the one before it.
  virtual absl::StatusOr<std::vector<ResourceDifference>> RevisionDifferences(
      const CallContext& context, int64_t revision) = 0;

  // Validates the model that would result and writes it as one revision, or nothing at all.
  // Aborted: somebody else wrote since expected_revision. Deleting a profile that an endpoint
  // names, or a tier that has policies, is refused (FailedPrecondition, naming who uses it).
  virtual absl::StatusOr<ApplyResult> Apply(const CallContext& context,
                                            const ApplyRequest& request) = 0;
  // Writes the state of an earlier revision as a new one.
  virtual absl::StatusOr<ApplyResult> Rollback(const CallContext& context, int64_t revision,
                                               absl::string_view author) = 0;

  // One result per packet, in order.
  virtual absl::StatusOr<std::vector<SimulateResult>> Simulate(const CallContext& context,
                                                               const SimulateRequest& request) = 0;

  // Newest first; oldest first, for following, with after_id. With time_max the page may be what
  // was found until then: it says how far that is, and where to go on.
  virtual absl::StatusOr<AuditStore::Page> Search(const CallContext& context,
                                                  const AuditQuery& query) = 0;
  // The records of a search that takes what it takes.
  absl::StatusOr<std::vector<AuditRecord>> Flows(const CallContext& context,
                                                 const AuditQuery& query) {
    AuditQuery all = query;
    all.time_max.reset();
    absl::StatusOr<AuditStore::Page> page = Search(context, all);
    if (!page.ok()) return page.status();
    return std::move(page->records);
  }
  // An empty site.node means the node that the enforcer runs as, or else this host.
  virtual absl::StatusOr<ExplainResult> ExplainFlow(const CallContext& context, int64_t id,
                                                    const Site& site) = 0;
  virtual absl::StatusOr<std::vector<AuditStore::HitCount>> HitCounts(const CallContext& context,
                                                                      size_t limit) = 0;
  // Events, newest first; oldest first, for following, with after_id.
  virtual absl::StatusOr<std::vector<AuditEvent>> Events(const CallContext& context,
                                                         const AuditEventQuery& query) = 0;

  // Newest decisions first. Cancelled ends it with a last progress of what
  // is known. InvalidArgument if one of the policies has errors. Without an audit log the answer
  // is complete and all zero. `progress` may be empty.
  virtual absl::StatusOr<ImpactResult> Impact(const CallContext& context,
                                              const ImpactRequest& request,
                                              const ImpactProgress& progress) = 0;

  // Decisions over [since, until) in `buckets` equal parts (1 to 10,000, else InvalidArgument).
  // Time and paging of `query` do not count, its time_max does. Milliseconds if `query` has no
  // conditions but kDecidedBy or kVerdict, and since and the width of a bucket are whole
  // kAuditSlots; else some 15 ms for a million decisions within the span (tests/bench/audit_bench).
  virtual absl::StatusOr<AuditHistogram> Histogram(const CallContext& context,
                                                   const AuditQuery& query, absl::Time since,
                                                   absl::Time until, size_t buckets) = 0;
  // The most frequent values of a field among the decisions of `query` (its time, conditions and
  // time_max count, its paging does not), most first; InvalidArgument if it has none. Some 16 ms
  // for a million decisions within the span.
  virtual absl::StatusOr<AuditTops> Top(const CallContext& context, const AuditQuery& query,
                                        const AuditTopBy& by, size_t limit) = 0;
  // What can stand behind a field that is being written, most frequent first: of the newest
  // decisions of `query`, for kAuditValuesTimeMax. Blocks whose dictionaries have nothing that
  // begins with `prefix` are not read.
  absl::StatusOr<AuditTops> Values(const CallContext& context, const AuditQuery& query,
                                   absl::string_view field, absl::string_view prefix,
                                   size_t limit) {
    AuditQuery newest = query;
    newest.time_max = kAuditValuesTimeMax;
    return Top(context, newest,
               {std::string(field), AuditTopBy::Measure::kDecisions, std::string(prefix)}, limit);
  }
  // The first decision about each source, destination and service (protocol and destination port)
  // that no decision before `since` was about; newest first. 0.1 s.
  virtual absl::StatusOr<std::vector<AuditRecord>> NewPairs(const CallContext& context,
                                                            absl::Time since, size_t limit) = 0;
  // Hits of each decider from about `since` to now: `buckets` (1 to 10,000) parts of whole
  // kAuditSlots, of which the last ends with the slot of now. With since 24 hours ago and 24
  // buckets: hours. From kept sums: milliseconds.
  virtual absl::StatusOr<RuleHitsResult> RuleHits(const CallContext& context, absl::Time since,
                                                  size_t buckets) = 0;

  // Whether anything in the audit log was altered, removed or added, and whether its hash chain has
  // the link `head`. NotFound if there is no log. Reads all of it: some seconds for 4 GiB.
  virtual absl::StatusOr<AuditVerification> VerifyAudit(const CallContext& context,
                                                        const std::optional<AuditHead>& head) = 0;
  // Copies a part of the audit log into a file that can be asked like it (audit_export.h).
  virtual absl::StatusOr<AuditExported> ExportAudit(const CallContext& context,
                                                    const AuditExportRequest& request) = 0;

  // What the gateway has in its network namespace. A service over files answers for this machine.
  virtual absl::StatusOr<std::vector<HostInterface>> Interfaces(const CallContext& context) = 0;
  virtual absl::StatusOr<std::vector<Neighbour>> Neighbours(const CallContext& context) = 0;

  virtual absl::StatusOr<StatusResult> Status(const CallContext& context) = 0;
};

}  // namespace gw

#endif  // COMMON_SERVICE_SERVICE_H_
