// WorkingSnapshot: decides packets under the policy in force and under the working copy, side by
// side, shortly after the question or the working copy changed; and counts what selectors match.
// GUI thread; decides on a worker.

#ifndef ADMIN_GUI_SESSION_SIMULATION_H_
#define ADMIN_GUI_SESSION_SIMULATION_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include <QObject>

#include "admin-gui/session/policy_session.h"
#include "admin-gui/session/selector_counts.h"
#include "common/policy/site.h"
#include "common/service/service.h"

class QTimer;

namespace gw::gui {

struct SideBySide {
  SimulateResult in_force;
  SimulateResult with_changes;
};

struct SimulationQuestion {
  std::vector<InterfacePacket> packets;
  bool with_trace = true;
  // Another revision on either side; absent: base() and model() of the session.
  std::optional<int64_t> left_revision;
  std::optional<int64_t> right_revision;
  // Absent: this machine now, as the node that the enforcer runs as.
  std::optional<Site> site;
};

struct SimulationAnswer {
  // Why a side has no results: they are empty then. A working copy with errors cannot be run.
  absl::Status in_force;
  absl::Status with_changes;
  std::vector<SideBySide> packets;  // in the order asked
};

class WorkingSnapshot : public QObject {
  Q_OBJECT

 public:
  explicit WorkingSnapshot(PolicySession& session, QObject* parent = nullptr);
  ~WorkingSnapshot() override;

  // In place of the question before; answered, and again with each change of the working copy. No
  // packets: no question.
  void Ask(SimulationQuestion question);
  const SimulationAnswer& answer() const { return answer_; }
  // The answer is of an older question or working copy.
  bool pending() const { return pending_; }

  // Of the working copy as it is now. Errors as Selector::Parse. Milliseconds for 10,000 objects.
  absl::StatusOr<MatchCount> CountMatches(absl::string_view selector);
  const SelectorCounts& counts();

 Q_SIGNALS:
  void pendingChanged();
  void answered();

 private:
  void AskSoon();
  void AskNow();
  void SetPending(bool pending);

  PolicySession& session_;
  QTimer* timer_ = nullptr;
  Call call_;
  SimulationQuestion question_;
  SimulationAnswer answer_;
  bool pending_ = false;
  std::unique_ptr<SelectorCounts> counts_;  // null: the working copy is another one since
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_SESSION_SIMULATION_H_
