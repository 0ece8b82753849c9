// AuditSink: where a stream of the audit log goes. A sink is made on one thread and then belongs to
// the thread of its stream.

#ifndef ENFORCER_AUDIT_AUDIT_SINK_H_
#define ENFORCER_AUDIT_AUDIT_SINK_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/types/span.h"

#include "enforcer/audit/stream_item.h"

namespace gw {

class AuditSink {
 public:
  // Of the items at the front: `handled` are over and done with, of which `written` have gone out
  // and `lost` never can. The others are not for this sink.
  struct Progress {
    size_t handled = 0;
    size_t written = 0;
    size_t lost = 0;
    bool wait = false;  // nothing is wrong, but the rest shall come after a pause
  };

  virtual ~AuditSink() = default;
  // Where it leads, in words: "/var/log/gatewarden/audit.json".
  virtual std::string target() const = 0;
  // Opens what has to be opened, and writes in order. On an error, whose message names the place
  // and the remedy, what is not handled comes again after a pause.
  virtual absl::Status Write(absl::Span<const StreamItem> items, Progress* progress) = 0;
};

}  // namespace gw

#endif  // ENFORCER_AUDIT_AUDIT_SINK_H_
