#include "admin-gui/session/simulation.h"

#include <string>
#include <utility>

#include <QTimer>

#include "common/policy/selector.h"
#include "common/service/local_service.h"

namespace gw::gui {
namespace {

constexpr int kDelayMs = 150;

PolicySource SourceOf(const std::optional<int64_t>& revision, const Model& model) {
  PolicySource source;
  if (revision) {
    source.from = PolicySource::From::kRevision;
    source.revision = *revision;
  } else {
    source.from = PolicySource::From::kGiven;
    source.model = model;
  }
  return source;
}

struct Sides {
  SimulateRequest in_force;
  std::optional<SimulateRequest> with_changes;  // absent: as in force
};

SimulationAnswer Simulate(Service& service, const CallContext& context, const Sides& sides) {
  SimulationAnswer answer;
  const auto left = service.Simulate(context, sides.in_force);
  const auto right = sides.with_changes ? service.Simulate(context, *sides.with_changes) : left;
  answer.in_force = left.status();
  answer.with_changes = right.status();
  answer.packets.resize(sides.in_force.packets.size());
  for (size_t i = 0; i < answer.packets.size(); ++i) {
    if (left.ok()) answer.packets[i].in_force = (*left)[i];
    if (right.ok()) answer.packets[i].with_changes = (*right)[i];
  }
  return answer;
}

}  // namespace

WorkingSnapshot::WorkingSnapshot(PolicySession& session, QObject* parent)
    : QObject(parent), session_(session), timer_(new QTimer(this)) {
  timer_->setSingleShot(true);
  timer_->setInterval(kDelayMs);
  connect(timer_, &QTimer::timeout, this, &WorkingSnapshot::AskNow);
  connect(&session_, &PolicySession::modelChanged, this, [this] {
    counts_.reset();
    AskSoon();
  });
}

WorkingSnapshot::~WorkingSnapshot() { call_.Cancel(); }

void WorkingSnapshot::Ask(SimulationQuestion question) {
  question_ = std::move(question);
  AskSoon();
}

void WorkingSnapshot::AskSoon() {
  call_.Cancel();
  if (question_.packets.empty()) {
    timer_->stop();
    answer_ = {};
    return SetPending(false);
  }
  timer_->start();
  SetPending(true);
}

void WorkingSnapshot::AskNow() {
  const auto sides = std::make_shared<Sides>();
  SimulateRequest& left = sides->in_force;
  left.packets = question_.packets;
  left.with_trace = question_.with_trace;
  if (question_.site) left.site = *question_.site;
  const bool same = question_.left_revision == question_.right_revision &&
                    (question_.left_revision || session_.change_count() == 0);
  if (!same) {
    sides->with_changes = left;
    sides->with_changes->policy = SourceOf(question_.right_revision, session_.model());
  }
  left.policy = SourceOf(question_.left_revision, session_.base());

  const std::optional<StatusResult>& status = session_.gateway().status();
  const std::string node = status ? status->enforcer.last.node : std::string();
  call_ = session_.gateway().Ask<SimulationAnswer>(
      this, Gateway::Lane::kQuick,
      [sides, node, live = !question_.site.has_value()](
          Service& service, const CallContext& context) -> absl::StatusOr<SimulationAnswer> {
        if (live) {
          Site site = LiveSite();
          if (!node.empty()) site.node = node;
          sides->in_force.site = site;
          if (sides->with_changes) sides->with_changes->site = site;
        }
        return Simulate(service, context, *sides);
      },
      [this](absl::StatusOr<SimulationAnswer> answer) {
        // Each side has its own status; the whole always comes.
        if (answer.ok()) answer_ = *std::move(answer);
        SetPending(false);
        Q_EMIT answered();
      });
}

void WorkingSnapshot::SetPending(bool pending) {
  if (pending == pending_) return;
  pending_ = pending;
  Q_EMIT pendingChanged();
}

const SelectorCounts& WorkingSnapshot::counts() {
  if (counts_ == nullptr) counts_ = std::make_unique<SelectorCounts>(session_.model());
  return *counts_;
}

absl::StatusOr<MatchCount> WorkingSnapshot::CountMatches(absl::string_view selector) {
  const auto parsed = Selector::Parse(selector);
  if (!parsed.ok()) return parsed.status();
  return counts().Count(*parsed);
}

}  // namespace gw::gui
