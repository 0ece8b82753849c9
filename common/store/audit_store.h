// AuditStore: audit.db, the decisions. One writer (the enforcer's recorder thread), any number of
// readers, each with a store of its own. Thread-compatible.

#ifndef COMMON_STORE_AUDIT_STORE_H_
#define COMMON_STORE_AUDIT_STORE_H_

#include <cstdint>
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
};

// Daemon life and lost records stand in the same timeline.
struct AuditEvent {
  int64_t id = 0;
  absl::Time time;
  std::string kind;  // "start", "stop", "policy", "lost", "error"
  std::string text;
};

// All given conditions must hold. A simple form of the query language of later versions.
struct AuditQuery {
  std::optional<absl::Time> since;
  std::optional<absl::Time> until;
  std::optional<Verdict> verdict;
  std::optional<Address> source;
  std::optional<Address> destination;
  std::optional<uint8_t> protocol;
  std::optional<uint16_t> destination_port;
  std::optional<std::string> interface;   // in or out
  std::optional<std::string> endpoint;    // in or out
  std::optional<std::string> decided_by;  // exact, or a prefix ending in '*'
  std::optional<int64_t> before_id;       // keyset paging, newest first
  std::optional<int64_t> after_id;        // for following: oldest first
  size_t limit = 100;
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
  virtual absl::StatusOr<std::vector<AuditEvent>> Events(size_t limit) = 0;

  // Decisions and last time by decided_by, most first.
  struct HitCount {
    std::string decided_by;
    Verdict verdict = Verdict::kNone;
    int64_t count = 0;
    absl::Time last;
  };
  virtual absl::StatusOr<std::vector<HitCount>> HitCounts(size_t limit) = 0;
};

}  // namespace gw

#endif  // COMMON_STORE_AUDIT_STORE_H_
