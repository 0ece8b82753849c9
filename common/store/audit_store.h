// AuditStore: audit.db, the decisions. One writer (the enforcer's recorder thread), any number of
// readers, each with a store of its own. Thread-compatible.

#ifndef COMMON_STORE_AUDIT_STORE_H_
#define COMMON_STORE_AUDIT_STORE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

#include "common/policy/explanation.h"
#include "common/policy/packet.h"
#include "common/store/audit_query.h"
#include "common/store/audit_summary.h"
#include "common/store/database.h"

namespace gw {

// One decision about one flow, self-contained: names are as of the revision, so no later edit
// changes what a row says.
struct AuditRecord {
  int64_t id = 0;  // rowid, given by the store; grows with time
  absl::Time time;
  Hook hook = Hook::kInput;
  std::string in;
  std::string out;
  Tuple tuple;
  Verdict verdict = Verdict::kNone;  // what the engine said; kNone was accepted
  bool rejected = false;             // denied with an answer (TCP reset, ICMP) instead of silence
  std::string decided_by;            // "policy:web/ingress/0"
  std::string tier;                  // of the deciding rule or end of tier, else empty
  std::string in_endpoint;           // governing host or workload endpoint, empty if none
  std::string out_endpoint;
  int64_t revision = 0;
  uint32_t generation = 0;
  bool redecided = false;  // a live flow that came back after a policy change
  Verdict pending_verdict = Verdict::kNone;
  std::string pending_decided_by;
  std::vector<std::string> logs;  // Log rules reached
  // 0: one decision. Else a sum: so many more packets that the kernel denied by itself, from
  // whatever source, as the decision above said; the source is the unspecified address, port 0.
  int64_t repeats = 0;
};

// How many decisions a record stands for.
inline int64_t DecisionsOf(const AuditRecord& record) {
  return record.repeats > 0 ? record.repeats : 1;
}

// Daemon life and lost records stand in the same timeline.
struct AuditEvent {
  int64_t id = 0;
  absl::Time time;
  std::string kind;  // "start", "stop", "policy", "lost", "error"
  std::string text;
};

class AuditStore {
 public:
  enum class Mode : uint8_t { kReadOnly, kWriter };

  // kWriter creates or migrates the file. Errors as PolicyStore::Open.
  static absl::StatusOr<std::unique_ptr<AuditStore>> Open(
      absl::string_view path, Mode mode, absl::Duration busy_timeout = kDatabaseBusyTimeout);
  virtual ~AuditStore() = default;

  // One transaction. Unavailable if the disk is full or the file locked: nothing was written.
  virtual absl::Status Append(absl::Span<const AuditRecord> records) = 0;
  virtual absl::Status AppendEvent(const AuditEvent& event) = 0;

  // Newest first; oldest first if after_id is given.
  virtual absl::StatusOr<std::vector<AuditRecord>> Query(const AuditQuery& query) = 0;
  virtual absl::StatusOr<std::optional<AuditRecord>> Find(int64_t id) = 0;
  // Newest first; oldest first if after_id is given.
  virtual absl::StatusOr<std::vector<AuditEvent>> Events(const AuditEventQuery& query) = 0;

  // Decisions and last time by decided_by, most first.
  struct HitCount {
    std::string decided_by;
    Verdict verdict = Verdict::kNone;
    int64_t count = 0;
    absl::Time last;
  };
  virtual absl::StatusOr<std::vector<HitCount>> HitCounts(size_t limit) = 0;

  // Sums, as Service asks for them (service.h says what each costs). Time and paging of `query` do
  // not count where a span is given: [since, until).
  virtual absl::StatusOr<AuditHistogram> Histogram(const AuditQuery& query, absl::Time since,
                                                   absl::Time until, size_t buckets) = 0;
  virtual absl::StatusOr<std::vector<AuditTop>> Top(const AuditQuery& query, AuditTopField field,
                                                    size_t limit) = 0;
  virtual absl::StatusOr<std::vector<AuditRecord>> NewPairs(absl::Time since, size_t limit) = 0;
  virtual absl::StatusOr<RuleHitsResult> RuleHits(absl::Time since, absl::Time until,
                                                  size_t buckets) = 0;
  // How many decisions are not older than `since`.
  virtual absl::StatusOr<int64_t> CountSince(absl::Time since) = 0;

  // Asked every few thousand steps of a query, in its thread: true ends it with Cancelled. Empty:
  // queries run to their end.
  virtual void InterruptWhen(std::function<bool()> interrupted) = 0;
};

}  // namespace gw

#endif  // COMMON_STORE_AUDIT_STORE_H_
