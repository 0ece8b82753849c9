// FlowPage: a stretch of the flow log as it is read from the store: decisions, newest first, with
// the events of their time. Read on a worker by keyset, so that no page costs more than another.

#ifndef ADMIN_GUI_MODELS_FLOW_PAGES_H_
#define ADMIN_GUI_MODELS_FLOW_PAGES_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/service/service.h"

namespace gw::gui {

inline constexpr size_t kFlowPageRows = 200;
// Of these, a batch of live rows shows each kFlowSampling-th.
inline constexpr size_t kFlowSampling = 20;
inline constexpr absl::Duration kFlowPageTimeMax = absl::Seconds(2);

// What the log is asked for: a query and a span of time.
struct FlowLogQuestion {
  std::shared_ptr<const AuditFilter> where;  // null: every decision
  std::optional<absl::Time> since;
  std::optional<absl::Time> until;
  // A page that is not full by then says how far it was searched.
  absl::Duration time_max = kFlowPageTimeMax;
};

struct FlowPage {
  std::vector<AuditRecord> records;  // newest first
  std::vector<AuditEvent> events;    // newest first, between its records or at their ends
  bool last = false;                 // nothing older fits the question
  // Set if the time was over before the page was full: older decisions were not looked at.
  std::optional<AuditSearched> searched;
  // Of the whole log before the page was read, 0 if it was empty; of first pages only.
  int64_t newest_id = 0;
  int64_t newest_event = 0;
};

// Up to `limit` records older than `before_id`; events not newer than `events_until`.
absl::StatusOr<FlowPage> ReadFlowPage(Service& service, const CallContext& context,
                                      const FlowLogQuestion& question,
                                      std::optional<int64_t> before_id,
                                      std::optional<absl::Time> events_until, size_t limit);

struct FlowBatch {
  std::vector<AuditRecord> records;  // newest first; a sample of them if `sampled`
  std::vector<AuditEvent> events;    // newest first
  int64_t newest_id = 0;             // where the next batch begins
  int64_t newest_event = 0;
  size_t count = 0;  // that arrived and fit
  bool sampled = false;
};

// What came after the decision `after_id` and the event `after_event`; at most `limit` records are
// read. With more than `sample_above` of them, one in kFlowSampling is handed back; and of
// more than `limit`, where every decision fits, what is beyond it is only counted.
absl::StatusOr<FlowBatch> ReadFlowBatch(Service& service, const CallContext& context,
                                        const FlowLogQuestion& question, int64_t after_id,
                                        int64_t after_event, size_t limit, size_t sample_above);

}  // namespace gw::gui

#endif  // ADMIN_GUI_MODELS_FLOW_PAGES_H_
