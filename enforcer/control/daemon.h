// Daemon: the enforcer put together. It owns every part and runs the control thread's loop: a
// change of policy or interfaces in, a new enforced policy out. Control thread only.

#ifndef ENFORCER_CONTROL_DAEMON_H_
#define ENFORCER_CONTROL_DAEMON_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/base/closer.h"
#include "common/policy/model.h"
#include "common/service/enforcer_lock.h"
#include "enforcer/audit/recorder.h"
#include "enforcer/control/early_denials.h"
#include "enforcer/control/fd_store.h"
#include "enforcer/control/guarded_nft.h"
#include "enforcer/control/interfaces.h"
#include "enforcer/control/keeper.h"
#include "enforcer/control/kernel_watch.h"
#include "enforcer/control/policy_watcher.h"
#include "enforcer/dataplane/enforced_policy.h"
#include "enforcer/dataplane/worker.h"
#include "enforcer/ruleset/ruleset.h"
#include "enforcer/ruleset/table_socket.h"

namespace gw {

struct DaemonOptions {
  std::string policy_path;
  std::string audit_path;
  std::string node;
};

class Daemon {
 public:
  // Loads the policy, takes over the table (or makes it), opens the queues, enforces. On an error
  // the table is left as it was found; what waited in queues that were taken over may be lost.
  static absl::StatusOr<std::unique_ptr<Daemon>> Start(const DaemonOptions& options);
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  // Until SIGTERM or SIGINT. The table stays: decided flows go on, new ones follow the fail mode.
  absl::Status Run();

 private:
  Daemon(DaemonOptions options, EnforcerLock lock, std::unique_ptr<PolicyWatcher> watcher,
         std::unique_ptr<Interfaces> interfaces);

  // ---- start
  absl::Status ReadFirstPolicy();
  // Decides who may change the table, and whether the one that is there can be kept; if not, the
  // first fill replaces it. The sockets are what the keeper and the service manager had.
  absl::Status TakeOverTable(std::vector<FileDescriptor> held, std::vector<FileDescriptor> stored,
                             const Settings& settings);
  absl::Status StartWorkers(const std::shared_ptr<const EnforcedPolicy>& first,
                            std::vector<HeldQueue> held, std::vector<HeldQueue> stored);

  // ---- a change, in this order (ARCHITECTURE.md draws it)
  absl::Status Reload();            // the database moved
  absl::Status FollowInterfaces();  // the interfaces moved
  // Somebody else changed or removed our table: makes it anew, with the same policy under a new
  // generation, so that what passed meanwhile is decided again.
  absl::Status Repair(const Disturbance& disturbance);
  // Compiles model_ for the site as it is now and puts it in force. `why` is for the log. What
  // fails is tried again by Run.
  absl::Status Enforce(absl::string_view why);
  absl::Status CompileAndPutInForce(absl::string_view why);
  Site SiteNow() const;
  absl::StatusOr<std::shared_ptr<const PolicySnapshot>> CompileNow() const;
  std::shared_ptr<const EnforcedPolicy> Assemble(std::shared_ptr<const PolicySnapshot> snapshot,
                                                 uint32_t generation);
  absl::Status PutInForce(std::shared_ptr<const EnforcedPolicy> next);
  absl::Status ApplyFill(const Fill& fill);
  Fill FillFor(const EnforcedPolicy& policy) const;
  void SweepIfDue(uint32_t generation);
  bool WantsToOwnTable(const Settings& settings) const;
  // From the next table that is made on.
  void OwnTable(bool own);
  // For the next gatewardend.
  void KeepSockets(FailMode fail_mode);
  void LoseKeeper(absl::string_view why);
  void PlaceWorkers(bool by_cpu);

  // Writes the state file if what is in force or the problem changed, and once a second if only
  // the counts did. `turn` is how the last turn of the loop went; a refused revision is a problem
  // whatever it says.
  void Report(const absl::Status& turn);
  EnforcerCounts Counts() const;
  // The counts of the kernel, and what follows from them.
  void WatchKernel();
  std::string ProblemText(const absl::Status& turn) const;
  void LogCounters() const;

  const DaemonOptions options_;
  FileDescriptor signals_;  // signalfd of SIGTERM and SIGINT
  EnforcerLock lock_;
  std::unique_ptr<PolicyWatcher> watcher_;
  std::unique_ptr<Interfaces> interfaces_;
  // Goes after nft_, since it uses the table's socket when we are gone. Both it and fd_store_ keep
  // the sockets: the keeper where no service manager does. Without a keeper (any more) no
  // accept is learned; without either, new flows that come while nobody is there are lost.
  std::optional<Keeper> keeper_;
  std::optional<TableSocket> table_socket_;
  std::unique_ptr<GuardedNft> nft_;  // uses it
  bool kernel_keeps_owned_tables_ = false;
  bool owns_table_ = false;
  bool native_queue_ = false;
  bool flowtables_ = false;
  bool has_kernel_log_ = false;  // without it, learned accepts would be missing in the audit log

  std::shared_ptr<const Model> model_;
  int64_t revision_ = 0;  // of model_
  bool behind_ = false;   // model_ could not be enforced as yet
  // The newest revision, if it has errors. Nothing once a good one is loaded.
  std::optional<int64_t> refused_;
  MarkLayout marks_;
  uint16_t queues_ = 1;
  uint64_t policies_made_ = 0;
  absl::Time started_;
  absl::Time in_force_since_;
  bool frame_damaged_ = false;           // the next fill makes the frame anew, too
  std::optional<Fill> filled_;           // what the kernel has; nothing if that is not known
  std::optional<QueueRule> queue_rule_;  // what the upcall chain has
  std::string problem_;                  // as in the state file
  uint64_t reported_number_ = 0;         // of the policy in the state file
  bool state_written_ = true;            // the last try
  EnforcerCounts reported_counts_;       // in the state file
  absl::Time reported_at_ = absl::InfinitePast();  // of SteadyNow

  std::unique_ptr<PublishedPolicy> published_;
  OriginalDestinations originals_;
  std::shared_ptr<const EnforcedPolicy> in_force_;
  std::unique_ptr<Recorder> recorder_;  // goes before the workers whose rings it reads
  std::vector<std::unique_ptr<Worker>> workers_;
  std::unique_ptr<KernelWatch> kernel_watch_;  // goes before the recorder that it tells
  std::unique_ptr<EarlyDenials> early_denials_;
  FdStore fd_store_;
  std::optional<FailMode> kept_for_;  // the fail mode that they know
  bool placed_by_cpu_ = false;
};

}  // namespace gw

#endif  // ENFORCER_CONTROL_DAEMON_H_
