// What `gatewarden audit verify` finds out about audit.db. Plain values.

#ifndef COMMON_STORE_AUDIT_VERIFICATION_H_
#define COMMON_STORE_AUDIT_VERIFICATION_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace gw {

// A link of the chain, as it is named in the daemon's log: "42:9f86d081...".
struct AuditHead {
  int64_t number = 0;
  std::string digest;  // 64 hexadecimal digits, lower case

  friend bool operator==(const AuditHead&, const AuditHead&) = default;
};
std::string ToString(const AuditHead& head);
// InvalidArgument says how it is written.
absl::StatusOr<AuditHead> ParseAuditHead(absl::string_view text);

// Something that is not as it was written.
struct AuditFinding {
  enum class Kind : uint8_t { kLink, kDecisions, kEvents, kFlows };
  Kind kind = Kind::kLink;
  int64_t link = 0;      // that tells; 0: none
  int64_t first_id = 0;  // of the decisions or events that it is about; 0: none
  int64_t last_id = 0;
  std::string text;  // one line that names all of it, with times
};
// "link", "decisions", "events", "flows"
absl::string_view AuditFindingKindName(AuditFinding::Kind kind);

struct AuditVerification {
  // How many are vouched for by the chain, will be by its next link, and are outside of it: older
  // than the chain, or written while it was stopped.
  struct Coverage {
    int64_t covered = 0;
    int64_t not_yet = 0;
    int64_t outside = 0;

    friend bool operator==(const Coverage&, const Coverage&) = default;
  };
  static constexpr size_t kFindingsMax = 1'000;

  std::vector<AuditFinding> findings;  // the first kFindingsMax
  size_t findings_omitted = 0;
  int64_t links = 0;
  std::optional<AuditHead> head;  // the newest link
  bool stopped = false;           // on purpose, by `auditHashChain: Disabled`
  Coverage decisions;             // rows of the log: a sum of packets is one
  Coverage events;
  Coverage flows;  // parts of what is known of flows: how one ended is a part
  // What went because of its age or the size of the log: everything before these ids.
  int64_t first_kept_id = 1;
  int64_t first_kept_event = 1;

  bool intact() const { return findings.empty(); }
};

}  // namespace gw

#endif  // COMMON_STORE_AUDIT_VERIFICATION_H_
