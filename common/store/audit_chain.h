// The hash chain of audit.db: whoever alters, removes or adds something afterwards breaks it, and
// whoever makes it anew has another newest link than the daemon's log says. For audit_*.cc only.
//
//   link 7 ── digest of ──> link 6's digest, its own row, which has digests of:
//               decisions    the blocks from first_id up to end_id, rows and columns
//               events       those since link 6
//               flow parts   those written since link 6, block by block
//
// Each sealed block gets a link in the transaction that seals it, so there is nothing to be
// repaired after a crash. The parts of digests are kept beside each other, so that retention may
// take the oldest blocks and events: the links stay, and can be followed from the first one for
// ever.
//
// What is known of a flow comes in parts (where it was translated, how it ended), at any time. Each
// part, once written, stays as it is, and is stamped with the number of the link that will cover
// it, which is known beforehand. `flow_to_link` has the ids of these flows until then, so that a
// link need not look for them.
//
// A chain that is stopped says so with a link of its own, and when it starts again with another:
// what was written in between is outside. Sealed decisions that no link covers are never right
// otherwise.

#ifndef COMMON_STORE_AUDIT_CHAIN_H_
#define COMMON_STORE_AUDIT_CHAIN_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/store/audit_block.h"
#include "common/store/audit_verification.h"
#include "common/store/database.h"
#include "common/store/sha256.h"

namespace gw {

// As in the file, where it may be any number.
enum class AuditLinkKind : int64_t { kStart = 0, kDecisions = 1, kStop = 2 };

// A row of the table `link`.
struct AuditLink {
  int64_t number = 0;
  int64_t time_ns = 0;
  AuditLinkKind kind = AuditLinkKind::kStart;
  int64_t first_id = 0;  // 0: no decisions
  int64_t end_id = 0;
  std::string decisions;
  int64_t last_event = 0;
  int64_t event_count = 0;
  std::string events;
  std::string flows;
  int64_t kept_id = 0;
  int64_t kept_event = 0;
  std::string digest;
  std::optional<std::string> flow_parts;
};
// SELECT kLinkColumns FROM link.
extern const char kLinkColumns[];
AuditLink ReadLink(const Statement& row);
// Of everything in `link` but its digest and flow_parts.
std::string DigestOf(const AuditLink& link, absl::string_view digest_before);
AuditHead HeadOf(const AuditLink& link);

// How many, and their digest.
struct CountedDigest {
  int64_t count = 0;
  std::string digest;
};

// ---- what digests are of ------------------------------------------------------------------------

// Begins a block; its sealed columns follow in order. `packed` are those of an open one.
void HashBlock(const AuditBlockInfo& info, const std::string* packed, Sha256* hash);
void HashColumn(int64_t column_id, absl::string_view data, Sha256* hash);
// Blocks that begin within [begin, end), as the file has them.
absl::StatusOr<CountedDigest> HashBlocks(Database& database, int64_t begin, int64_t end);
// Events with ids in (after, last].
absl::StatusOr<CountedDigest> HashEvents(Database& database, int64_t after, int64_t last);

// SELECT kFlowColumns FROM flow.
extern const char kFlowColumns[];
enum class FlowPart : uint8_t { kOriginal = 0, kTranslated = 1, kEnd = 2 };
inline constexpr FlowPart kFlowParts[] = {FlowPart::kOriginal, FlowPart::kTranslated,
                                          FlowPart::kEnd};
// Whether the row has it, and which link covers it.
bool HasPart(const Statement& row, FlowPart part);
std::optional<int64_t> LinkOf(const Statement& row, FlowPart part);
void HashPart(const Statement& row, FlowPart part, Sha256* hash);

// An entry of AuditLink::flow_parts: parts of flows of one block.
struct LinkedFlowParts {
  int64_t first_id = 0;  // of the block
  int64_t count = 0;
  std::string digest;
};
void AppendTo(const LinkedFlowParts& parts, std::string* flow_parts);
// Takes the first off; false if there is none, or what is there is none.
bool TakeFrom(absl::string_view* flow_parts, LinkedFlowParts* parts);

// ---- the writer's -------------------------------------------------------------------------------

class AuditChain {
 public:
  // `database` outlives the chain.
  enum class Log : uint8_t { kEachLink, kNothing };
  explicit AuditChain(Database* database, Log log = Log::kEachLink)
      : database_(database), log_(log) {}

  // Goes on with the chain of the file; starts one in a file that never had any.
  absl::Status Begin();
  // Starts or stops it; in a transaction of its own.
  absl::Status Keep(bool on);
  const AuditLink& last() const { return last_; }

  bool on() const { return on_; }
  // The link that will cover what is written now; nothing while the chain is stopped.
  std::optional<int64_t> next() const {
    return on_ ? std::optional(last_.number + 1) : std::nullopt;
  }

  // A link for blocks that were sealed: those that begin within [first_id, end_id), whose digest is
  // `decisions`. Within the caller's transaction; how that ended is to be said.
  absl::Status Add(int64_t first_id, int64_t end_id, std::string decisions);
  void Committed();
  void RolledBack() { added_.reset(); }

 private:
  absl::Status Write(AuditLink link);
  absl::Status StartOrStop(AuditLinkKind kind);
  // Of flows with ids below `end_id`; the others are left to the link after.
  absl::StatusOr<std::string> TakeFlowParts(int64_t number, int64_t end_id);
  // Flows that are still to be linked get another link, or none.
  absl::Status Restamp(int64_t number, std::optional<int64_t> link);

  Database* database_;
  Log log_;
  bool on_ = false;
  AuditLink last_;                  // number 0: none
  std::optional<AuditLink> added_;  // in the caller's transaction
};

}  // namespace gw

#endif  // COMMON_STORE_AUDIT_CHAIN_H_
