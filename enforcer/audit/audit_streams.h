// AuditStreams: what the recorder has written, once more, to where the settings say: JSON lines to
// a file or the journal, IPFIX to a collector. Each has a queue and a thread of its own.

#ifndef ENFORCER_AUDIT_AUDIT_STREAMS_H_
#define ENFORCER_AUDIT_AUDIT_STREAMS_H_

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"

#include "common/base/mutex.h"
#include "common/policy/settings.h"
#include "common/store/audit_batch.h"
#include "common/store/audit_record.h"
#include "enforcer/audit/audit_stream.h"
#include "enforcer/dataplane/enforced_policy.h"

namespace gw {

class AuditStreams {
 public:
  AuditStreams();

  // Control thread, not after Stop: its settings say where to, its interfaces are those of the
  // decisions to come.
  void Follow(const EnforcedPolicy& policy);

  // Recorder thread: after it was written, in the order in which it was. None of these waits.
  void AddDecisions(const AuditBatch& batch, int64_t first_id);
  // The flow and the tuple of its decision stand at the same place.
  void AddFlows(absl::Span<const AuditFlow> flows, absl::Span<const Tuple> tuples);
  void AddEvent(const AuditEvent& event);
  // What the audit log should say of the streams since the last call: problems as they come
  // ("error") and go, and records that are missing in one, at most each ten seconds unless `all`
  // ("stream": the audit log itself has them, so this is not its "lost").
  std::vector<AuditEvent> TakeEvents(bool all);
  // Two seconds a stream at most, unless a disk hangs.
  void Stop();

  // Any thread: those that are on, or were.
  std::vector<StreamState> States() const;

 private:
  using Clock = std::chrono::steady_clock;

  bool any_on() const { return json_lines_.on() || ipfix_.on(); }
  void Offer(const std::shared_ptr<const StreamBatch>& batch, bool events);

  AuditStream json_lines_;
  AuditStream ipfix_;

  // Control thread: where the streams go.
  JsonLinesTarget json_lines_target_;
  std::optional<IpfixCollector> collector_;

  // Recorder thread.
  struct Reported {
    int64_t dropped = 0;
    std::string target;
    std::string problem;
  };
  std::vector<Reported> reported_;
  Clock::time_point next_report_;

  Mutex mutex_;
  std::shared_ptr<const InterfaceIndexes> interfaces_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace gw

#endif  // ENFORCER_AUDIT_AUDIT_STREAMS_H_
