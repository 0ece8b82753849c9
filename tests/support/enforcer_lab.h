// EnforcerLab: a Lab with a real gatewardend in its gateway, a policy written as the administrator
// would write it, and the audit log read back. For system tests.

#ifndef TESTS_SUPPORT_ENFORCER_LAB_H_
#define TESTS_SUPPORT_ENFORCER_LAB_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/service/enforcer_lock.h"
#include "common/store/audit_store.h"
#include "tests/support/lab.h"
#include "tests/support/service_manager.h"
#include "tests/support/subprocess.h"

namespace gw::testing {

// Thread-compatible.
class EnforcerLab {
 public:
  struct Options {
    // Where the audit log is; empty: beside the policy. Has to outlive the lab.
    std::string audit_folder = {};
    std::vector<std::string> environment = {};  // of the daemon, on top of the test's
  };
  static absl::StatusOr<std::unique_ptr<EnforcerLab>> Create(const Options& options);
  static absl::StatusOr<std::unique_ptr<EnforcerLab>> Create() { return Create(Options()); }
  // The program gatewardend.
  static std::string Program();
  ~EnforcerLab();
  EnforcerLab(const EnforcerLab&) = delete;
  EnforcerLab& operator=(const EnforcerLab&) = delete;

  Lab& lab() { return *lab_; }
  const std::string& folder() const { return folder_; }
  const std::string& policy_path() const { return policy_path_; }
  const std::string& audit_path() const { return audit_path_; }

  // Makes `yaml` the whole policy: resources that it does not name go. Endpoints get the node of
  // this lab. Waits until the daemon, if it runs, has it in force.
  absl::Status SetPolicy(const std::string& yaml);
  // The same without waiting; returns the revision.
  absl::StatusOr<int64_t> WritePolicy(const std::string& yaml);
  // False if that does not happen within ten seconds.
  bool WaitForRevision(int64_t revision);

  // Starts the daemon, under `manager` if there is one, and waits until it enforces the current
  // revision.
  absl::Status StartDaemon(const ServiceManager* manager = nullptr);
  // SIGTERM and wait; its log if it did not end well.
  absl::Status StopDaemon();
  // SIGKILL.
  void KillDaemon();
  // SIGKILL to the process of that name that the daemon has made. False if there is none.
  bool KillChild(const std::string& name);
  bool DaemonRuns() { return daemon_ != nullptr && daemon_->Running(); }
  // What the daemon has written to stderr.
  std::string DaemonLog() const { return daemon_ == nullptr ? "" : daemon_->Err(); }
  EnforcerState State() const;

  // Waits up to three seconds for a record that `wanted` accepts, newest first; an empty vector
  // does not come before that.
  std::vector<AuditRecord> WaitForRecords(const std::function<bool(const AuditRecord&)>& wanted,
                                          size_t count = 1);
  std::vector<AuditRecord> Records();

  // Packets that have come up to user space so far, over all queues.
  uint64_t Upcalls();
  // What `nft list` says of one chain or set of our table.
  std::string NftList(const std::vector<std::string>& what);

 private:
  EnforcerLab(std::unique_ptr<Lab> lab, std::string folder, const Options& options);

  std::unique_ptr<Lab> lab_;
  const std::string folder_;
  const std::string policy_path_;
  const std::string audit_path_;
  const std::vector<std::string> environment_;
  std::unique_ptr<Subprocess> daemon_;
};

// "verdict decided_by" of a record, for matching and messages.
std::string Words(const AuditRecord& record);

}  // namespace gw::testing

#endif  // TESTS_SUPPORT_ENFORCER_LAB_H_
