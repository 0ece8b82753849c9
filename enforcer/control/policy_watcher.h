// PolicyWatcher: notices that somebody committed a change to the policy database. inotify(7) wakes
// it at once; SQLite's data_version tells whether anything was really committed. Control thread
// only.

#ifndef ENFORCER_CONTROL_POLICY_WATCHER_H_
#define ENFORCER_CONTROL_POLICY_WATCHER_H_

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/base/closer.h"
#include "common/store/policy_store.h"

namespace gw {

class PolicyWatcher {
 public:
  // Opens the database, making it if there is none.
  static absl::StatusOr<std::unique_ptr<PolicyWatcher>> Open(const std::string& path);

  // For poll(2): readable when a file of the database changed, and some times more in the second
  // after, since a commit becomes visible later than the last write that inotify tells of. Poll
  // once a second besides: a file system need not support inotify.
  int fd() const { return wake_.get(); }

  // The policy, if it changed since the last call (the first call always has it). An error leaves
  // the last policy in force; the next call tries again.
  absl::StatusOr<std::optional<LoadedPolicy>> Poll();

 private:
  PolicyWatcher(std::string path, std::unique_ptr<PolicyStore> store);
  absl::Status WatchFolder();
  void WatchFiles();
  // Takes what inotify and the timer have; starts or stops the timer.
  void Drain();
  void SetTimer(absl::Duration interval);
  // The file may have been replaced by another (a restored copy): then the connection looks at
  // the old one, which nobody writes any more.
  absl::Status ReopenIfReplaced();
  // Empties `-wal`, which stays as long as our connection does: SQLite would read a restored copy
  // of the database through the log of the old one. Tried again until no reader is in the way.
  void EmptyLog();

  const std::string path_;
  FileDescriptor inotify_;
  FileDescriptor timer_;
  FileDescriptor wake_;    // epoll(7) over both
  absl::Time look_until_;  // the timer runs until then
  std::unique_ptr<PolicyStore> store_;
  ino_t inode_ = 0;
  std::optional<int64_t> data_version_;
  bool log_used_ = false;  // since it was last emptied
};

}  // namespace gw

#endif  // ENFORCER_CONTROL_POLICY_WATCHER_H_
