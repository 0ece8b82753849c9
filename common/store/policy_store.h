// PolicyStore: policy.db, the one place where labels and policies live. Every write is one SQLite
// transaction and one revision; a writer names the revision that it started from and gets a
// conflict if it moved. Readers see whole revisions only.
//
// Thread-compatible: one PolicyStore per thread, each with its own connection. WAL,
// synchronous=FULL, foreign keys on.

#ifndef COMMON_STORE_POLICY_STORE_H_
#define COMMON_STORE_POLICY_STORE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/policy/model.h"
#include "common/store/database.h"

namespace gw {

// The resource as it should be, or nothing to delete it.
struct ResourceChange {
  ResourceKey key;
  std::optional<Resource> after;
};

struct WriteRequest {
  std::vector<ResourceChange> changes;
  // The revision that the changes were made against; absent: whatever is current.
  std::optional<int64_t> expected_revision;
  std::string author;  // "root", "alice@gui"
  std::string reason;  // one line; may be empty
};

struct RevisionInfo {
  int64_t number = 0;  // 0 is the empty database
  absl::Time time;
  std::string author;
  std::string reason;
  // What the revision did to each resource.
  struct Change {
    ResourceKey key;
    enum class Action : uint8_t { kCreated, kChanged, kDeleted } action = Action::kChanged;
  };
  std::vector<Change> changes;
};

struct LoadedPolicy {
  Model model;
  int64_t revision = 0;
};

class PolicyStore {
 public:
  enum class Mode : uint8_t {
    kReadOnly,   // NotFound if the file does not exist; never changes or migrates it
    kReadWrite,  // NotFound if the file does not exist; migrates older schemas
    kCreate,     // as kReadWrite, but makes the file (mode 0640) if there is none
  };

  // `path` ":memory:" is an empty database that vanishes with the store. Errors: NotFound,
  // FailedPrecondition (newer schema, no permission, not a database of ours), DataLoss (corrupt),
  // Unavailable (locked, disk full, read-only file system).
  static absl::StatusOr<std::unique_ptr<PolicyStore>> Open(
      absl::string_view path, Mode mode, absl::Duration busy_timeout = kDatabaseBusyTimeout);
  virtual ~PolicyStore() = default;

  // The current state, from one read transaction.
  virtual absl::StatusOr<LoadedPolicy> Load() = 0;
  // The state as it was at `revision` (0 to the current one). NotFound otherwise.
  virtual absl::StatusOr<Model> LoadRevision(int64_t revision) = 0;
  virtual absl::StatusOr<int64_t> CurrentRevision() = 0;

  // All or nothing. Returns the new revision; the current one, without writing, if nothing would
  // change. Aborted: expected_revision is not current (the message names who wrote since, and
  // when). NotFound: deletes what is not there. Does not Validate: callers do (service).
  virtual absl::StatusOr<int64_t> Write(const WriteRequest& request) = 0;

  // Newest first, at most `limit`, only revisions below `before` if given.
  virtual absl::StatusOr<std::vector<RevisionInfo>> History(
      size_t limit, std::optional<int64_t> before = std::nullopt) = 0;
  virtual absl::StatusOr<RevisionInfo> Revision(int64_t revision) = 0;

  // The stable id of a rule as of the current revision: an edit that changes the rule gives it a
  // new one, no id is ever used again. NotFound if there is no such rule.
  virtual absl::StatusOr<int64_t> RuleId(const ResourceKey& owner, Direction direction,
                                         uint32_t index) = 0;

  // Changes whenever another connection has committed (PRAGMA data_version); cheap to poll.
  virtual absl::StatusOr<int64_t> DataVersion() = 0;

  // Moves what `-wal` holds into the database file and empties it, so that the file alone is the
  // whole state. Does not wait: Unavailable if another connection is in the way. No change to this
  // connection's DataVersion.
  virtual absl::Status Checkpoint() = 0;
};

}  // namespace gw

#endif  // COMMON_STORE_POLICY_STORE_H_
