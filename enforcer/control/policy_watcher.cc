#include "enforcer/control/policy_watcher.h"

#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/base/status_macros.h"

namespace gw {
namespace {

ino_t InodeOf(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 ? status.st_ino : 0;
}

}  // namespace

PolicyWatcher::PolicyWatcher(std::string path, FileDescriptor inotify,
                             std::unique_ptr<PolicyStore> store)
    : path_(std::move(path)),
      inotify_(std::move(inotify)),
      store_(std::move(store)),
      inode_(InodeOf(path_)) {}

absl::StatusOr<std::unique_ptr<PolicyWatcher>> PolicyWatcher::Open(const std::string& path) {
  GW_ASSIGN_OR_RETURN(auto store, PolicyStore::Open(path, PolicyStore::Mode::kCreate));
  FileDescriptor inotify(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  // The directory, since -wal comes and goes and the database may be replaced by another file.
  const std::string folder = std::filesystem::absolute(path).parent_path();
  if (!inotify.valid() ||
      inotify_add_watch(inotify.get(), folder.c_str(), IN_MODIFY | IN_CREATE | IN_MOVED_TO) < 0) {
    return absl::UnavailableError(absl::StrCat("watch `", folder, "`: ", std::strerror(errno)));
  }
  return std::unique_ptr<PolicyWatcher>(
      new PolicyWatcher(path, std::move(inotify), std::move(store)));
}

absl::StatusOr<std::optional<LoadedPolicy>> PolicyWatcher::Poll() {
  std::array<char, 8192> ignored;
  while (read(inotify_.get(), ignored.data(), ignored.size()) > 0) {
  }
  GW_RETURN_IF_ERROR(ReopenIfReplaced());
  GW_ASSIGN_OR_RETURN(const int64_t data_version, store_->DataVersion());
  if (data_version == data_version_) {
    EmptyLog();
    return std::nullopt;
  }
  GW_ASSIGN_OR_RETURN(LoadedPolicy loaded, store_->Load());
  // Only now: a load that failed is tried again.
  data_version_ = data_version;
  log_used_ = true;
  return loaded;
}

absl::Status PolicyWatcher::ReopenIfReplaced() {
  const ino_t inode = InodeOf(path_);
  if (inode == inode_) return absl::OkStatus();
  if (inode == 0) {
    return absl::NotFoundError(
        absl::StrCat("`", path_, "` is gone: put it back; the last policy stays in force"));
  }
  GW_ASSIGN_OR_RETURN(store_, PolicyStore::Open(path_, PolicyStore::Mode::kReadWrite));
  inode_ = inode;
  data_version_.reset();
  return absl::OkStatus();
}

void PolicyWatcher::EmptyLog() {
  if (log_used_) log_used_ = !store_->Checkpoint().ok();
}

}  // namespace gw
