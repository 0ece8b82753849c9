// AuditRecord: one decision about one flow, and AuditEvent: what happened to the daemon. Plain
// values.

#ifndef COMMON_STORE_AUDIT_RECORD_H_
#define COMMON_STORE_AUDIT_RECORD_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/net/address.h"
#include "common/policy/explanation.h"
#include "common/policy/known_addresses.h"
#include "common/policy/model.h"
#include "common/policy/packet.h"

namespace gw {

// What many decisions have in common: by which rule, between which interfaces and endpoints.
// Names are as of the revision, so no later edit changes what it says.
struct AuditRuling {
  Hook hook = Hook::kInput;
  std::string in;
  std::string out;
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
  // RuleVersion (common/policy/rule_version.h) of the rule in `decided_by`; kNoRuleVersion: it is
  // none, or an earlier version of this program wrote the record.
  int64_t rule_version = 0;
  Labels in_labels;  // of the governing endpoints, with those of their profiles
  Labels out_labels;

  friend bool operator==(const AuditRuling&, const AuditRuling&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const AuditRuling& r) {
    return H::combine(std::move(h), r.hook, r.in, r.out, r.verdict, r.rejected, r.decided_by,
                      r.tier, r.in_endpoint, r.out_endpoint, r.revision, r.generation, r.redecided,
                      r.pending_verdict, r.pending_decided_by, r.logs, r.rule_version, r.in_labels,
                      r.out_labels);
  }
};

// The endpoints and network sets that an address belonged to, the narrowest first, as of the
// revision: what selectors of rules could see of it.
using AuditParty = std::vector<KnownObject>;

struct TransportAddress {
  Address address;
  uint16_t port = 0;  // 0 where the protocol has none
  friend bool operator==(const TransportAddress&, const TransportAddress&) = default;
};

// How an accepted flow ended, as connection tracking counted it (nf_conntrack_acct and
// nf_conntrack_timestamp, kernel documentation networking/nf_conntrack-sysctl).
struct FlowEnd {
  enum class Reason : uint8_t {
    kTimeout,  // nothing came any more
    kClosed,   // TCP: both sides said so
    kReset,    // TCP: one side did
    kRemoved,  // somebody took it out of connection tracking
  };
  absl::Time time;          // of its last packet
  absl::Duration duration;  // from its first packet to its last
  // Sent by the source of the flow, and received by it. Bytes are those of IP packets.
  int64_t packets_sent = 0;
  int64_t bytes_sent = 0;
  int64_t packets_received = 0;
  int64_t bytes_received = 0;
  Reason reason = Reason::kTimeout;

  friend bool operator==(const FlowEnd&, const FlowEnd&) = default;
};
// "timeout", "closed", "reset", "removed"
absl::string_view FlowEndReasonName(FlowEnd::Reason reason);

// What becomes known of a decision's flow besides the decision itself, some of it much later.
struct AuditFlow {
  int64_t id = 0;  // AuditRecord::id; of a flow that was decided again, of the last decision
  // Where an address was translated: what the tuple of the record does not say. That has the
  // destination behind DNAT, and the source before SNAT or masquerade.
  std::optional<TransportAddress> original_destination;
  std::optional<TransportAddress> translated_source;
  std::optional<FlowEnd> end;

  friend bool operator==(const AuditFlow&, const AuditFlow&) = default;
};

struct AuditRecord : AuditRuling {
  int64_t id = 0;  // given by the store; grows by one with each decision
  absl::Time time;
  Tuple tuple;
  // 0: one decision. Else a sum: so many more packets that the kernel denied by itself, from
  // whatever source, as the decision above said; the source is the unspecified address, port 0.
  int64_t repeats = 0;
  AuditParty source_party;
  AuditParty destination_party;
  // As in AuditFlow; filled by what reads the store.
  std::optional<TransportAddress> original_destination;
  std::optional<TransportAddress> translated_source;
  std::optional<FlowEnd> end;
};

// How many decisions a record stands for.
inline int64_t DecisionsOf(int64_t repeats) { return repeats > 0 ? repeats : 1; }
inline int64_t DecisionsOf(const AuditRecord& record) { return DecisionsOf(record.repeats); }

// Daemon life and lost records stand in the same timeline.
struct AuditEvent {
  int64_t id = 0;
  absl::Time time;
  std::string kind;  // "start", "stop", "policy", "lost", "error", "stream"
  std::string text;
};

}  // namespace gw

#endif  // COMMON_STORE_AUDIT_RECORD_H_
