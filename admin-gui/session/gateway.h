// Gateway: one gateway as the window sees it: its files, workers that ask its Service, and what is
// known of its state; and the audit log that is looked at, which may be an exported one. Without
// Widgets. Lives in the GUI thread; every answer arrives there.

#ifndef ADMIN_GUI_SESSION_GATEWAY_H_
#define ADMIN_GUI_SESSION_GATEWAY_H_

#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "absl/status/statusor.h"
#include <QObject>
#include <QPointer>
#include <QString>

#include "admin-gui/session/decision_rate.h"
#include "admin-gui/session/exported_log.h"
#include "common/service/service.h"

class QTimer;

namespace gw::gui {

struct GatewayFiles {
  QString name;         // shown; by default the folder's or this machine's name
  QString policy_path;  // policy.db
  QString audit_path;   // empty: audit.db beside it

  friend bool operator==(const GatewayFiles&, const GatewayFiles&) = default;
};

// Under which the user's settings keep what belongs to this gateway.
QString StateKeyOf(const GatewayFiles& files);

// A question that is being answered. Copies are the same question. The answer still comes when all
// of them are gone: let `context` die, or Cancel, not to hear it.
class Call {
 public:
  Call() = default;
  explicit Call(std::shared_ptr<CallContext> context) : context_(std::move(context)) {}
  // The worker stops soon; the answer is not delivered.
  void Cancel() {
    if (context_ != nullptr) context_->Cancel();
  }

 private:
  std::shared_ptr<CallContext> context_;
};

// What stands in the band under the header (what is wrong, in words, and what to do).
struct GatewayProblem {
  enum class Kind : uint8_t {
    kNone,
    kEnforcerAbsent,
    kRevisionRefused,  // the enforcer says why the newest revision is not in force
    kBusy,             // locked by another program
    kReadOnly,
    kDamaged,
    kNewer,
    kOlder,
    kNotOurs,
    kMissing,
    kNoAuditLog,
    kLargeAuditLog,
    kExportedLog,  // in the place of the audit log
    kDiskFull,
    kOther,
  };
  Kind kind = Kind::kNone;
  QString text;  // the service's own words

  friend bool operator==(const GatewayProblem&, const GatewayProblem&) = default;
};

// Which problem an error of the service is. Error codes as policy_store.h has them.
GatewayProblem ProblemOf(const absl::Status& status);

class Gateway : public QObject {
  Q_OBJECT

 public:
  // Quick questions wait only for quick ones; long ones (impact, searches) have a thread of
  // their own.
  enum class Lane : uint8_t { kQuick, kLong };

  explicit Gateway(GatewayFiles files, QObject* parent = nullptr);
  ~Gateway() override;  // cancels what runs and waits for it

  // With a name, also where none was given.
  const GatewayFiles& files() const { return files_; }

  // Runs `question` on a worker thread and `answer` in the GUI thread, in the order asked within a
  // lane. `answer` is dropped once `context` is destroyed or the call cancelled.
  template <typename T>
  Call Ask(QObject* context, Lane lane,
           std::function<absl::StatusOr<T>(Service&, const CallContext&)> question,
           std::function<void(absl::StatusOr<T>)> answer) {
    auto call = std::make_shared<CallContext>();
    Post(*own_, lane, call, JobOf<T>(call, context, std::move(question), std::move(answer)));
    return Call(std::move(call));
  }
  // The same of the log that is looked at: while an exported one is open, its audit log is that.
  // What is asked of it when it is closed is not answered.
  template <typename T>
  Call AskLog(QObject* context, Lane lane,
              std::function<absl::StatusOr<T>(Service&, const CallContext&)> question,
              std::function<void(absl::StatusOr<T>)> answer) {
    auto call = std::make_shared<CallContext>();
    Post(opened_lanes_ ? *opened_lanes_ : *own_, lane, call,
         JobOf<T>(call, context, std::move(question), std::move(answer)));
    return Call(std::move(call));
  }

  // Opens an exported log to look at, for reading; logChanged, or exportRefused, and then the log
  // that was looked at stays. The gateway's own file closes the one that is open.
  void OpenExportedLog(const QString& path);
  void CloseExportedLog();
  bool exported_log_open() const { return opened_.has_value(); }
  // The log that is looked at, if it does not grow: one that was opened, or the gateway's own.
  const std::optional<ExportedLog>& exported_log() const { return opened_ ? opened_ : own_export_; }

  // The last answer to "how is it", asked each second while the window is shown; and the problem
  // that it showed.
  const std::optional<StatusResult>& status() const { return status_; }
  const GatewayProblem& problem() const { return problem_; }
  // Of the enforcer, while it runs; nothing until it is known.
  std::optional<double> decisions_per_second() const;

  // Starts and stops asking. Stopped at first.
  void SetWatching(bool watching);
  // Asks now.
  void Refresh();

 Q_SIGNALS:
  void statusChanged();
  void problemChanged();
  // The stored revision is another than before (somebody applied, or we did).
  void revisionChanged(qint64 revision);
  void logChanged();  // exported_log, and what AskLog asks
  void exportRefused(const QString& why);

 private:
  class Worker;
  struct Lanes;
  struct Answered;

  using Job = std::function<std::function<void()>(Service&)>;
  template <typename T>
  static Job JobOf(std::shared_ptr<CallContext> call, QObject* context,
                   std::function<absl::StatusOr<T>(Service&, const CallContext&)> question,
                   std::function<void(absl::StatusOr<T>)> answer);
  // Runs `job` in the lane; what it returns runs in the GUI thread.
  static void Post(Lanes& lanes, Lane lane, std::shared_ptr<CallContext> call, Job job);
  QString OwnLogPath() const;
  void TakeOpened(const QString& path, absl::StatusOr<ExportedLog> log);
  void Take(absl::StatusOr<Answered> answered);
  void SetProblem(GatewayProblem problem);

  GatewayFiles files_;
  std::unique_ptr<Lanes> own_;
  std::unique_ptr<Lanes> opened_lanes_;   // of the exported log that is open
  std::unique_ptr<Lanes> opening_lanes_;  // of one that is being opened
  Call opening_;
  std::optional<ExportedLog> opened_;
  std::optional<ExportedLog> own_export_;
  std::optional<StatusResult> status_;
  DecisionRate rate_;
  GatewayProblem problem_;
  QTimer* timer_ = nullptr;
  bool watching_ = false;
  bool asking_ = false;
  bool again_ = false;  // Refresh was called while asking
};

template <typename T>
Gateway::Job Gateway::JobOf(std::shared_ptr<CallContext> call, QObject* context,
                            std::function<absl::StatusOr<T>(Service&, const CallContext&)> question,
                            std::function<void(absl::StatusOr<T>)> answer) {
  return
      [call = std::move(call), guard = QPointer<QObject>(context), question = std::move(question),
       answer = std::move(answer)](Service& service) -> std::function<void()> {
        auto result = std::make_shared<absl::StatusOr<T>>(question(service, *call));
        return [call, guard, answer, result] {
          if (!call->cancelled() && !guard.isNull()) answer(std::move(*result));
        };
      };
}

}  // namespace gw::gui

#endif  // ADMIN_GUI_SESSION_GATEWAY_H_
