// EnforcerLock: the file beside the policy database that the running gatewardend holds locked
// (flock(2)) and writes its state into. It keeps a second daemon away from the same database, and
// tells clients whether one runs, also after it was killed: the lock dies with its process.

#ifndef COMMON_SERVICE_ENFORCER_LOCK_H_
#define COMMON_SERVICE_ENFORCER_LOCK_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/base/closer.h"

namespace gw {

// How a stream of the audit log does (settings auditJsonLines, auditIpfixCollector).
struct AuditStreamCounts {
  std::string name;     // "JSON lines", "IPFIX"
  std::string target;   // where to; empty if it is off by now
  std::string problem;  // why nothing goes out now; empty if it does
  int64_t written = 0;  // records
  int64_t dropped = 0;  // records that are missing in it

  friend bool operator==(const AuditStreamCounts&, const AuditStreamCounts&) = default;
};

// What the enforcer has done since it started, as of a moment: at most a second old while it runs.
struct EnforcerCounts {
  absl::Time as_of = absl::InfinitePast();
  int64_t decisions = 0;     // packets that came up and were decided; the kernel decides the others
  int64_t denied = 0;        // of them
  int64_t records_lost = 0;  // decisions that are missing in the audit log
  std::string audit_problem;       // why decisions are not recorded now; empty if they are
  std::string hash_chain_problem;  // why the setting auditHashChain does not hold; empty if it does
  int64_t guard_drops = 0;         // new flows that the upcall guard dropped in the kernel
  int64_t queue_drops = 0;         // packets that found the queue to user space full
  // Packets that the kernel denied by itself, since their source does not matter.
  int64_t learned_denials = 0;
  // Packets that it accepted and denied by doNotTrack policies, and packets of workloads whose
  // source is not theirs.
  int64_t untracked_accepts = 0;
  int64_t untracked_denials = 0;
  int64_t reverse_path_denials = 0;
  std::vector<AuditStreamCounts> streams;  // those that are on, or were
  std::optional<int64_t> live_flows;       // in the kernel's connection tracking now, if it tells

  friend bool operator==(const EnforcerCounts&, const EnforcerCounts&) = default;
};

struct EnforcerState {
  int64_t pid = 0;
  std::string node;
  absl::Time started;
  int64_t revision = 0;     // enforced now
  uint32_t generation = 0;  // its number in marks
  absl::Time since;         // when it came into force
  std::string fail_mode;    // "Closed", "Open"
  std::string queue;        // "native", "compat"
  std::string problem;      // why a newer revision is not in force; empty if it is
  int64_t rules = 0;        // of the revision in force, as compiled for this node
  int64_t classifier_bytes = 0;
  EnforcerCounts counts;

  friend bool operator==(const EnforcerState&, const EnforcerState&) = default;
};

// Thread-compatible. The file stays when the lock is let go; its text then is history.
class EnforcerLock {
 public:
  // AlreadyExists, naming the pid, if another process holds it.
  static absl::StatusOr<EnforcerLock> Acquire(absl::string_view policy_path);

  absl::Status Write(const EnforcerState& state);

 private:
  explicit EnforcerLock(FileDescriptor file) : file_(std::move(file)) {}
  FileDescriptor file_;
};

struct EnforcerPresence {
  bool running = false;
  EnforcerState state;  // the last one written; all empty if there never was one
};

// NotFound if no enforcer has ever run on this database; PermissionDenied if it cannot be read.
absl::StatusOr<EnforcerPresence> ReadEnforcerPresence(absl::string_view policy_path);

}  // namespace gw

#endif  // COMMON_SERVICE_ENFORCER_LOCK_H_
