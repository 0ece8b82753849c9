#include "enforcer/audit/audit_log_opener.h"

#include <sys/stat.h>
#include <sys/statvfs.h>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace gw {
namespace {

std::string FolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// Device and inode.
std::optional<std::pair<dev_t, ino_t>> IdentityOf(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return std::nullopt;
  return std::pair(status.st_dev, status.st_ino);
}

bool IsReadOnly(const std::string& path) {
  struct statvfs status {};
  return statvfs(path.c_str(), &status) == 0 && (status.f_flag & ST_RDONLY) != 0;
}

}  // namespace

absl::StatusOr<std::unique_ptr<AuditStore>> AuditLogOpener::operator()() {
  const std::string folder_path = FolderOf(path_);
  const auto folder = IdentityOf(folder_path);
  const bool is_there = IdentityOf(path_).has_value();
  if (!is_there && folder_ && folder != folder_) {
    return absl::NotFoundError(absl::StrCat("`", path_, "`: it was there before, and `",
                                            folder_path,
                                            "` is another folder now: mount its disk"));
  }
  if (is_there) folder_ = folder;
  auto store = AuditStore::Open(path_, AuditStore::Mode::kWriter);
  if (store.ok()) folder_ = folder;
  if (!store.ok() && IsReadOnly(folder_path)) {
    return absl::Status(store.status().code(),
                        absl::StrCat(store.status().message(),
                                     "; under systemd restart gatewardend then, which sees mounts "
                                     "as they were when it started"));
  }
  return store;
}

}  // namespace gw
