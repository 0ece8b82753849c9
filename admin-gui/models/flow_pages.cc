#include "admin-gui/models/flow_pages.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "common/base/status_macros.h"

namespace gw::gui {
namespace {

constexpr size_t kEventsOfPage = 100;

absl::StatusOr<int64_t> NewestEvent(Service& service, const CallContext& context) {
  AuditEventQuery newest;
  newest.limit = 1;
  GW_ASSIGN_OR_RETURN(const auto events, service.Events(context, newest));
  return events.empty() ? 0 : events.front().id;
}

absl::StatusOr<int64_t> NewestId(Service& service, const CallContext& context) {
  AuditQuery newest;
  newest.limit = 1;
  GW_ASSIGN_OR_RETURN(const auto records, service.Flows(context, newest));
  return records.empty() ? 0 : records.front().id;
}

AuditQuery StoreQuery(const FlowLogQuestion& question) {
  AuditQuery query;
  query.since = question.since;
  query.until = question.until;
  query.where = question.where;
  return query;
}

// Of a question with conditions only what was lost stays: it may have been about any flow.
void KeepEventsOf(const FlowLogQuestion& question, std::vector<AuditEvent>* events) {
  if (question.where == nullptr) return;
  std::erase_if(*events, [](const AuditEvent& event) { return event.kind != "lost"; });
}

std::vector<AuditRecord> Sample(std::vector<AuditRecord> records) {
  std::vector<AuditRecord> sample;
  for (size_t i = 0; i < records.size(); i += kFlowSampling) {
    sample.push_back(std::move(records[i]));
  }
  return sample;
}

}  // namespace

absl::StatusOr<FlowPage> ReadFlowPage(Service& service, const CallContext& context,
                                      const FlowLogQuestion& question,
                                      std::optional<int64_t> before_id,
                                      std::optional<absl::Time> events_until, size_t limit) {
  FlowPage page;
  if (!before_id) {
    GW_ASSIGN_OR_RETURN(page.newest_id, NewestId(service, context));
    GW_ASSIGN_OR_RETURN(page.newest_event, NewestEvent(service, context));
  }
  AuditQuery query = StoreQuery(question);
  query.before_id = before_id;
  query.limit = limit;
  query.time_max = question.time_max;
  GW_ASSIGN_OR_RETURN(AuditStore::Page found, service.Search(context, query));
  page.records = std::move(found.records);
  page.searched = found.searched;
  page.last = !page.searched && page.records.size() < limit;
  AuditEventQuery events;
  events.until = events_until ? events_until : question.until;
  events.since = question.since;
  if (page.searched) {
    events.since = page.searched->to;
  } else if (!page.last) {
    events.since = page.records.back().time;
  }
  events.limit = kEventsOfPage;
  GW_ASSIGN_OR_RETURN(page.events, service.Events(context, events));
  KeepEventsOf(question, &page.events);
  return page;
}

absl::StatusOr<FlowBatch> ReadFlowBatch(Service& service, const CallContext& context,
                                        const FlowLogQuestion& question, int64_t after_id,
                                        int64_t after_event, size_t limit, size_t sample_above) {
  FlowBatch batch;
  batch.newest_id = after_id;
  GW_ASSIGN_OR_RETURN(const int64_t newest, NewestId(service, context));
  size_t skipped = 0;
  if (newest > after_id) {
    AuditQuery query = StoreQuery(question);
    query.after_id = after_id;
    query.limit = limit;
    GW_ASSIGN_OR_RETURN(batch.records, service.Flows(context, query));
    batch.newest_id = newest;
    if (!batch.records.empty()) {
      const int64_t last = batch.records.back().id;
      const bool full = batch.records.size() == limit;
      // Identifiers have no gaps, so that those of everything can be counted without reading.
      if (full && question.where == nullptr && newest > last) {
        skipped = static_cast<size_t>(newest - last);
      } else if (full || last > newest) {
        batch.newest_id = last;
      }
    }
  }
  batch.count = batch.records.size() + skipped;
  std::reverse(batch.records.begin(), batch.records.end());
  batch.sampled = batch.records.size() > sample_above;
  if (batch.sampled) batch.records = Sample(std::move(batch.records));

  AuditEventQuery events;
  events.after_id = after_event;
  GW_ASSIGN_OR_RETURN(batch.events, service.Events(context, events));
  batch.newest_event = batch.events.empty() ? after_event : batch.events.back().id;
  std::reverse(batch.events.begin(), batch.events.end());
  KeepEventsOf(question, &batch.events);
  return batch;
}

}  // namespace gw::gui
