// Short ways to write down what an audit log has: decisions second by second, and what became known
// of their flows.

#ifndef TESTS_SUPPORT_AUDIT_BUILDER_H_
#define TESTS_SUPPORT_AUDIT_BUILDER_H_

#include <cstdint>

#include "absl/time/time.h"

#include "common/net/protocol.h"
#include "common/store/audit_batch.h"
#include "common/store/audit_record.h"

namespace gw::testing {

inline absl::Time At(int64_t second) { return absl::FromUnixSeconds(1'700'000'000 + second); }

// Decisions `first`, `first` + 1 ... of as many seconds: of 50 sources, every seventh denied. In a
// log that begins with 1 the numbers are their ids.
inline AuditBatch Batch(int64_t first, int64_t count) {
  AuditBatch batch;
  AuditRuling ruling;
  ruling.hook = Hook::kForward;
  ruling.in = "lan0";
  for (const Verdict verdict : {Verdict::kAllow, Verdict::kDeny}) {
    ruling.verdict = ruling.pending_verdict = verdict;
    ruling.decided_by = verdict == Verdict::kAllow ? "policy:web/ingress/0" : "no-profile-match";
    ruling.pending_decided_by = ruling.decided_by;
    batch.AddRuling(ruling);
  }
  for (int64_t number = first; number < first + count; ++number) {
    AuditBatch::Row row;
    row.time_ns = absl::ToUnixNanos(At(number));
    row.tuple.protocol = kProtocolTcp;
    row.tuple.source = Address::IPv4(0x0a000002 + static_cast<uint32_t>(number % 50));
    row.tuple.destination = Address::IPv4(0xc6336402);
    row.tuple.source_port = static_cast<uint16_t>(20'000 + number % 40'000);
    row.tuple.destination_port = 443;
    row.ruling = number % 7 == 0 ? 1 : 0;
    batch.Add(row);
  }
  return batch;
}

// How a flow ended that was decided at second `id`.
inline AuditFlow Ended(int64_t id) {
  AuditFlow flow;
  flow.id = id;
  flow.end = FlowEnd{.time = At(id + 5),
                     .duration = absl::Seconds(5),
                     .packets_sent = id,
                     .bytes_sent = 500,
                     .packets_received = 4,
                     .bytes_received = 400,
                     .reason = FlowEnd::Reason::kReset};
  return flow;
}

// Where its addresses were translated.
inline AuditFlow Translated(int64_t id) {
  AuditFlow flow;
  flow.id = id;
  flow.original_destination = TransportAddress{Address::IPv4(0xcb007102), 8443};
  flow.translated_source = TransportAddress{{Family::kIPv6, 0x20010db800000000, 2}, 50'001};
  return flow;
}

}  // namespace gw::testing

#endif  // TESTS_SUPPORT_AUDIT_BUILDER_H_
