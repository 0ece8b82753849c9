#include "admin-gui/session/impact_run.h"

#include <memory>
#include <utility>

#include <QMetaObject>
#include <QPointer>

#include "common/service/local_service.h"

namespace gw::gui {
namespace {

PolicySource Given(const Model& model) {
  PolicySource source;
  source.from = PolicySource::From::kGiven;
  source.model = model;
  return source;
}

}  // namespace

ImpactRun::ImpactRun(PolicySession& session, QObject* parent) : QObject(parent), session_(session) {
  connect(&session_, &PolicySession::modelChanged, this, [this] {
    if (outdated_ || state_ == State::kIdle) return;
    outdated_ = true;
    Q_EMIT becameOutdated();
  });
}

ImpactRun::~ImpactRun() { call_.Cancel(); }

void ImpactRun::SetState(State state) {
  state_ = state;
  Q_EMIT stateChanged();
}

void ImpactRun::Start(absl::Time since) {
  call_.Cancel();
  ++run_;
  result_ = {};
  message_.clear();
  outdated_ = false;
  auto request = std::make_shared<ImpactRequest>();
  request->before = Given(session_.base());
  request->after = Given(session_.model());
  request->since = since;
  // Progress comes in the worker thread, where only the gateway is sure to live: it waits for
  // its workers. The pointer is looked at in the GUI thread.
  Gateway* const gateway = &session_.gateway();
  const auto progress = [gateway, self = QPointer<ImpactRun>(this),
                         run = run_](const ImpactResult& result) {
    QMetaObject::invokeMethod(
        gateway,
        [self, run, result] {
          if (self != nullptr) self->TakeProgress(run, result);
        },
        Qt::QueuedConnection);
  };
  call_ = gateway->Ask<ImpactResult>(
      this, Gateway::Lane::kLong,
      [request, progress](Service& service, const CallContext& context) {
        // What it runs on is known on the machine alone.
        request->site = LiveSite();
        request->site.node.clear();
        return service.Impact(context, *request, progress);
      },
      [this](absl::StatusOr<ImpactResult> result) {
        if (!result.ok()) {
          message_ = QString::fromStdString(std::string(result.status().message()));
          return SetState(State::kFailed);
        }
        result_ = *std::move(result);
        Q_EMIT progressed();
        SetState(State::kFinished);
      });
  SetState(State::kRunning);
}

void ImpactRun::TakeProgress(int run, ImpactResult result) {
  const bool wanted = state_ == State::kRunning || state_ == State::kStopped;
  if (run != run_ || !wanted) return;
  result_ = std::move(result);
  Q_EMIT progressed();
}

void ImpactRun::Stop() {
  if (state_ != State::kRunning) return;
  call_.Cancel();
  SetState(State::kStopped);
}

}  // namespace gw::gui
