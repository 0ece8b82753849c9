#include "enforcer/audit/audit_streams.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "enforcer/audit/ipfix_socket.h"
#include "enforcer/audit/json_lines.h"

namespace gw {
namespace {

constexpr auto kReportEvery = std::chrono::seconds(10);
constexpr absl::Duration kStopPatience = absl::Seconds(2);

std::unique_ptr<AuditSink> SinkFor(const JsonLinesTarget& target) {
  switch (target.kind) {
    case JsonLinesTarget::Kind::kOff:
      break;
    case JsonLinesTarget::Kind::kJournal:
      return MakeJournal();
    case JsonLinesTarget::Kind::kFile:
      return MakeJsonFile(target.path);
  }
  return nullptr;
}

AuditEvent EventNow(std::string kind, std::string text) {
  AuditEvent event;
  event.time = absl::Now();
  event.kind = std::move(kind);
  event.text = std::move(text);
  return event;
}

}  // namespace

AuditStreams::AuditStreams() : json_lines_("JSON lines", "gw-json"), ipfix_("IPFIX", "gw-ipfix") {}

void AuditStreams::Follow(const EnforcedPolicy& policy) {
  auto interfaces = std::make_shared<InterfaceIndexes>();
  for (const auto& [index, interface] : policy.interfaces) (*interfaces)[interface.name] = index;
  {
    const MutexLock lock(mutex_);
    interfaces_ = std::move(interfaces);
  }
  const Settings& settings = policy.snapshot->settings();
  if (settings.audit_json_lines != json_lines_target_) {
    json_lines_target_ = settings.audit_json_lines;
    json_lines_.GoTo(SinkFor(json_lines_target_));
  }
  if (settings.audit_ipfix_collector != collector_) {
    collector_ = settings.audit_ipfix_collector;
    ipfix_.GoTo(collector_ ? MakeIpfixSocket(*collector_) : nullptr);
  }
}

void AuditStreams::AddDecisions(const AuditBatch& batch, int64_t first_id) {
  if (!any_on()) return;
  auto copy = std::make_shared<StreamBatch>();
  copy->first_id = first_id;
  copy->rows.assign(batch.rows().begin(), batch.rows().end());
  copy->rulings.assign(batch.rulings().begin(), batch.rulings().end());
  copy->parties.assign(batch.parties().begin(), batch.parties().end());
  copy->translated.assign(batch.translated().begin(), batch.translated().end());
  {
    const MutexLock lock(mutex_);
    copy->interfaces = interfaces_;
  }
  Offer(copy, /*events=*/false);
}

void AuditStreams::AddFlows(absl::Span<const AuditFlow> flows, absl::Span<const Tuple> tuples) {
  if (!any_on()) return;
  auto copy = std::make_shared<StreamBatch>();
  const absl::Time now = absl::Now();
  for (size_t i = 0; i < flows.size(); ++i) copy->flows.push_back({flows[i], tuples[i], now});
  Offer(copy, /*events=*/false);
}

void AuditStreams::AddEvent(const AuditEvent& event) {
  if (!json_lines_.on()) return;
  auto copy = std::make_shared<StreamBatch>();
  copy->events.push_back(event);
  Offer(copy, /*events=*/true);
}

void AuditStreams::Offer(const std::shared_ptr<const StreamBatch>& batch, bool events) {
  json_lines_.Offer(batch);
  if (!events) ipfix_.Offer(batch);
}

std::vector<AuditEvent> AuditStreams::TakeEvents(bool all) {
  std::vector<AuditEvent> events;
  const std::vector<StreamState> states = {json_lines_.State(), ipfix_.State()};
  reported_.resize(states.size());
  const auto now = Clock::now();
  const bool due = all || now >= next_report_;
  for (size_t i = 0; i < states.size(); ++i) {
    const StreamState& state = states[i];
    Reported& reported = reported_[i];
    if (state.problem != reported.problem) {
      // What is turned off or goes elsewhere does not work again.
      const bool same = state.target == reported.target;
      if (!state.problem.empty()) {
        events.push_back(
            EventNow("error", absl::StrCat("the stream of ", state.name, ": ", state.problem)));
      } else if (same) {
        events.push_back(
            EventNow("stream", absl::StrCat("the stream of ", state.name, " works again")));
      }
      reported.problem = state.problem;
    }
    reported.target = state.target;
    if (!due || state.dropped == reported.dropped) continue;
    events.push_back(
        EventNow("stream", absl::StrCat(state.dropped - reported.dropped,
                                        " records are missing in the stream of ", state.name)));
    reported.dropped = state.dropped;
    next_report_ = now + kReportEvery;
  }
  return events;
}

void AuditStreams::Stop() {
  json_lines_.Stop(kStopPatience);
  ipfix_.Stop(kStopPatience);
}

std::vector<StreamState> AuditStreams::States() const {
  std::vector<StreamState> states;
  for (StreamState state : {json_lines_.State(), ipfix_.State()}) {
    if (!state.target.empty() || state.written + state.dropped > 0) {
      states.push_back(std::move(state));
    }
  }
  return states;
}

}  // namespace gw
