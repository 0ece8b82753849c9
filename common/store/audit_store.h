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
#include "common/store/audit_batch.h"
#include "common/store/audit_export.h"
#include "common/store/audit_query.h"
#include "common/store/audit_record.h"
#include "common/store/audit_summary.h"
#include "common/store/audit_verification.h"
#include "common/store/database.h"

namespace gw {

class AuditStore {
 public:
  enum class Mode : uint8_t { kReadOnly, kWriter };

  // kWriter creates or migrates the file. kReadOnly refuses one of an older version, but not an
  // exported one: of that it reads a migrated copy. Errors as PolicyStore::Open.
  static absl::StatusOr<std::unique_ptr<AuditStore>> Open(
      absl::string_view path, Mode mode, absl::Duration busy_timeout = kDatabaseBusyTimeout);
  virtual ~AuditStore() = default;

  // One transaction. The id of the first row; the others follow. Unavailable if the disk is full
  // or the file locked: nothing was written.
  virtual absl::StatusOr<int64_t> Append(const AuditBatch& batch) = 0;
  absl::Status Append(absl::Span<const AuditRecord> records);
  virtual absl::Status AppendEvent(const AuditEvent& event) = 0;
  // One transaction. What was known of a decision before stays; decisions that are not there (any
  // more) are passed over.
  virtual absl::Status AppendFlows(absl::Span<const AuditFlow> flows) = 0;
  // Waits for the disk: what was appended survives a loss of power from now on. (The file survives
  // it always.)
  virtual absl::Status Sync() = 0;

  // Retention, for the writer: the oldest decisions go, at most some 70,000 a call, never the last
  // ones, if all of these are older than `time`, or if the file holds more than `bytes_max`. How
  // many went. A clock that jumps ahead should not take years at once: call the first now and then.
  virtual absl::StatusOr<int64_t> DropOldestBefore(absl::Time time) = 0;
  virtual absl::StatusOr<int64_t> DropOldestBeyond(int64_t bytes_max) = 0;

  // For the writer: whether what is written can be vouched for later (audit_chain.h). A new file
  // begins with it on, any other as it was.
  virtual absl::Status KeepHashChain(bool on) = 0;
  // Goes through the whole file: whether anything in it is not as it was written, and whether its
  // chain has the link `head`. An error if it cannot be told.
  virtual absl::StatusOr<AuditVerification> Verify(const std::optional<AuditHead>& head) = 0;
  // Copies what a query finds into a log of its own (audit_export.h).
  virtual absl::StatusOr<AuditExported> Export(const AuditExportRequest& request) = 0;

  // Newest first; oldest first if after_id is given.
  struct Page {
    std::vector<AuditRecord> records;
    std::optional<AuditSearched> searched;  // set if time_max ended the search
  };
  virtual absl::StatusOr<Page> Search(const AuditQuery& query) = 0;
  // The records of a search that takes what it takes.
  absl::StatusOr<std::vector<AuditRecord>> Query(const AuditQuery& query);
  virtual absl::StatusOr<std::optional<AuditRecord>> Find(int64_t id) = 0;
  // Newest first; oldest first if after_id is given.
  virtual absl::StatusOr<std::vector<AuditEvent>> Events(const AuditEventQuery& query) = 0;

  // Decisions and last time by decided_by and version of the rule, most first.
  struct HitCount {
    std::string decided_by;
    int64_t version = 0;         // AuditRuling::rule_version
    int64_t first_revision = 0;  // the first under which it decided; 0: not known
    Verdict verdict = Verdict::kNone;
    int64_t count = 0;
    absl::Time last;
  };
  virtual absl::StatusOr<std::vector<HitCount>> HitCounts(size_t limit) = 0;

  // Sums, as Service asks for them (service.h says what each costs). Time and paging of `query` do
  // not count where a span is given: [since, until); its time_max does.
  virtual absl::StatusOr<AuditHistogram> Histogram(const AuditQuery& query, absl::Time since,
                                                   absl::Time until, size_t buckets) = 0;
  virtual absl::StatusOr<AuditTops> Top(const AuditQuery& query, const AuditTopBy& by,
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
