// ImpactRun: what the changes of a session would have done to the recorded traffic, counted up
// while it is asked. GUI thread.

#ifndef ADMIN_GUI_SESSION_IMPACT_RUN_H_
#define ADMIN_GUI_SESSION_IMPACT_RUN_H_

#include <cstdint>

#include "absl/time/time.h"
#include <QObject>
#include <QString>

#include "admin-gui/session/policy_session.h"
#include "common/service/service.h"

namespace gw::gui {

class ImpactRun : public QObject {
  Q_OBJECT

 public:
  enum class State : uint8_t {
    kIdle,
    kRunning,
    kStopped,   // result() is of what was looked at
    kFinished,  // result() is complete
    kFailed,    // message() says why
  };

  explicit ImpactRun(PolicySession& session, QObject* parent = nullptr);
  ~ImpactRun() override;

  // base() against model(), as they are now, over the decisions since `since`. Ends a run before.
  void Start(absl::Time since);
  // Keeps what is known; a last progress may still come.
  void Stop();

  State state() const { return state_; }
  const ImpactResult& result() const { return result_; }
  const QString& message() const { return message_; }
  // The working copy is another one since Start: result() is about what was.
  bool outdated() const { return outdated_; }

 Q_SIGNALS:
  void stateChanged();
  void progressed();
  void becameOutdated();

 private:
  void SetState(State state);
  void TakeProgress(int run, ImpactResult result);

  PolicySession& session_;
  Call call_;
  State state_ = State::kIdle;
  ImpactResult result_;
  QString message_;
  bool outdated_ = false;
  int run_ = 0;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_SESSION_IMPACT_RUN_H_
