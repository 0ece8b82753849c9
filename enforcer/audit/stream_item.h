// StreamItem: what the recorder has written, on its way to a stream. Plain values.

#ifndef ENFORCER_AUDIT_STREAM_ITEM_H_
#define ENFORCER_AUDIT_STREAM_ITEM_H_

#include <cstdint>
#include <variant>

#include "absl/time/time.h"

#include "common/store/audit_record.h"

namespace gw {

struct StreamedDecision {
  AuditRecord record;
  // Of record.in and record.out; 0 if there is none (any more).
  uint32_t in_index = 0;
  uint32_t out_index = 0;
};

// What became known of a decision's flow: its end, or else how it is translated.
struct StreamedFlow {
  AuditFlow flow;
  Tuple tuple;  // as in the record of the decision
  absl::Time known;
};

using StreamItem = std::variant<StreamedDecision, StreamedFlow, AuditEvent>;

}  // namespace gw

#endif  // ENFORCER_AUDIT_STREAM_ITEM_H_
