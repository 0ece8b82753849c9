#include "enforcer/control/policy_watcher.h"

#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/base/errno_text.h"
#include "common/base/status_macros.h"
#include "common/base/steady_time.h"

namespace gw {
namespace {

// How long after a write to look for its commit, and how often.
constexpr absl::Duration kLookAfterWrite = absl::Seconds(1);
constexpr absl::Duration kLookEvery = absl::Milliseconds(2);

ino_t InodeOf(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 ? status.st_ino : 0;
}

// Reads all events. True if one is about the database. Those without a name are: of a file that is
// watched itself.
bool TakeEvents(int inotify, const std::string& database) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): read fills it
  alignas(inotify_event) std::array<char, 8192> events;
  bool written = false;
  ssize_t size = 0;
  while ((size = read(inotify, events.data(), events.size())) > 0) {
    for (ssize_t at = 0; at < size;) {
      inotify_event event{};
      std::memcpy(&event, events.data() + at, sizeof(event));
      const std::string name(event.len == 0 ? "" : events.data() + at + sizeof(event));
      written |= event.len == 0 || name == database || name == database + "-wal" ||
                 name == database + "-journal";
      at += static_cast<ssize_t>(sizeof(event) + event.len);
    }
  }
  return written;
}

}  // namespace

PolicyWatcher::PolicyWatcher(std::string path, std::unique_ptr<PolicyStore> store)
    : path_(std::move(path)),
      look_until_(absl::InfinitePast()),
      store_(std::move(store)),
      inode_(InodeOf(path_)) {}

absl::StatusOr<std::unique_ptr<PolicyWatcher>> PolicyWatcher::Open(const std::string& path) {
  GW_ASSIGN_OR_RETURN(auto store, PolicyStore::Open(path, PolicyStore::Mode::kCreate));
  std::unique_ptr<PolicyWatcher> watcher(new PolicyWatcher(path, std::move(store)));
  GW_RETURN_IF_ERROR(watcher->WatchFolder());
  watcher->WatchFiles();
  return watcher;
}

// Writes are told of our own files only: beside them, the audit log is written thousands of times a
// second under load, and each would wake the control thread.
void PolicyWatcher::WatchFiles() {
  for (const char* suffix : {"", "-wal", "-journal"}) {
    (void)inotify_add_watch(inotify_.get(), (path_ + suffix).c_str(), IN_MODIFY | IN_CLOSE_WRITE);
  }
}

absl::Status PolicyWatcher::WatchFolder() {
  inotify_ = FileDescriptor(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  timer_ = FileDescriptor(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
  wake_ = FileDescriptor(epoll_create1(EPOLL_CLOEXEC));
  // The directory, since -wal comes and goes and the database may be replaced by another file.
  const std::string folder = std::filesystem::absolute(path_).parent_path();
  epoll_event event{};
  event.events = EPOLLIN;
  const bool watching =
      inotify_.valid() && timer_.valid() && wake_.valid() &&
      inotify_add_watch(inotify_.get(), folder.c_str(), IN_CREATE | IN_MOVED_TO) >= 0 &&
      epoll_ctl(wake_.get(), EPOLL_CTL_ADD, inotify_.get(), &event) == 0 &&
      epoll_ctl(wake_.get(), EPOLL_CTL_ADD, timer_.get(), &event) == 0;
  if (watching) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("watch `", folder, "`: ", ErrnoText()));
}

// A commit in WAL mode writes its frames, syncs them, and only then makes them visible, in shared
// memory, of which inotify tells nothing: who looks at the event looks too early.
void PolicyWatcher::Drain() {
  const bool written = TakeEvents(inotify_.get(), std::filesystem::path(path_).filename());
  const bool looking = look_until_ != absl::InfinitePast();
  uint64_t expirations = 0;
  if (looking && read(timer_.get(), &expirations, sizeof(expirations)) < 0) expirations = 0;
  if (written) {
    WatchFiles();  // one of them may be new
    look_until_ = SteadyNow() + kLookAfterWrite;
    if (!looking) SetTimer(kLookEvery);
  } else if (looking && SteadyNow() >= look_until_) {
    look_until_ = absl::InfinitePast();
    SetTimer(absl::ZeroDuration());
  }
}

void PolicyWatcher::SetTimer(absl::Duration interval) {
  itimerspec spec{};
  spec.it_interval = absl::ToTimespec(interval);
  spec.it_value = spec.it_interval;
  timerfd_settime(timer_.get(), 0, &spec, nullptr);
}

absl::StatusOr<std::optional<LoadedPolicy>> PolicyWatcher::Poll() {
  Drain();
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
