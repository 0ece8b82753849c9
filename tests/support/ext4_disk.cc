#include "tests/support/ext4_disk.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/base/closer.h"
#include "common/base/status_macros.h"
#include "tests/support/lab.h"
#include "tests/support/own_mounts.h"
#include "tests/support/subprocess.h"

namespace gw::testing {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(5);

absl::Status Failed(absl::string_view what) { return absl::ErrnoToStatus(errno, what); }

// Ok if it ends with a status up to `good`.
absl::Status Run(const std::vector<std::string>& argv, int good = 0) {
  GW_ASSIGN_OR_RETURN(Subprocess program, Subprocess::Start(argv));
  const Finished finished = program.WaitOrKill(kRunTimeout);
  if (!finished.timed_out && finished.status >= 0 && finished.status <= good) {
    return absl::OkStatus();
  }
  return absl::UnavailableError(absl::StrCat(absl::StrJoin(argv, " "), ": ", finished.err));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Ext4Disk>> Ext4Disk::Create(int64_t bytes) {
  if (!OwnMounts()) return absl::UnavailableError("nothing can be mounted here");
  std::unique_ptr<Ext4Disk> disk(new Ext4Disk());
  GW_RETURN_IF_ERROR(disk->Make(bytes));
  return disk;
}

absl::Status Ext4Disk::Make(int64_t bytes) {
  // Programs of the lab have mount namespaces of their own, which follow those of shared mounts.
  if (mount("tmpfs", parent_.path().c_str(), "tmpfs", 0, nullptr) != 0) return Failed("tmpfs");
  if (mount(nullptr, parent_.path().c_str(), nullptr, MS_SHARED, nullptr) != 0) {
    return Failed("a shared mount");
  }
  path_ = parent_.File("disk");
  if (mkdir(path_.c_str(), 0700) != 0) return Failed(path_);
  image_ = image_folder_.Write("image", "");
  if (truncate(image_.c_str(), bytes) != 0) return Failed(image_);
  GW_RETURN_IF_ERROR(Run({"mkfs.ext4", "-q", "-F", image_}));
  return Mount();
}

Ext4Disk::~Ext4Disk() {
  if (!path_.empty()) umount2(path_.c_str(), MNT_DETACH);
  umount2(parent_.path().c_str(), MNT_DETACH);
}

// The loop device goes when it is unmounted, or when this process ends however it does.
absl::Status Ext4Disk::Mount() { return Run({"mount", "-o", "loop", image_, path_}); }

absl::Status Ext4Disk::Fail() {
  if (mount(nullptr, path_.c_str(), nullptr, MS_REMOUNT, "abort") != 0) return Failed("abort");
  // What cannot be written is not read-only on every kernel as statvfs(3) has it.
  if (std::ofstream(File("probe")).put('x').flush()) {
    return absl::InternalError("it can still be written");
  }
  return absl::OkStatus();
}

absl::Status Ext4Disk::Sync() {
  const FileDescriptor folder(open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return folder.valid() && syncfs(folder.get()) == 0 ? absl::OkStatus() : Failed("syncfs");
}

absl::Status Ext4Disk::Unmount() {
  const bool done = WaitUntil([this] { return umount2(path_.c_str(), 0) == 0; }, kPatience);
  return done ? absl::OkStatus() : Failed("umount");
}

absl::Status Ext4Disk::CheckAndMount() {
  constexpr int kCorrected = 1;
  GW_RETURN_IF_ERROR(Run({"e2fsck", "-p", image_}, kCorrected));
  return Mount();
}

absl::Status Ext4Disk::Repair() {
  GW_RETURN_IF_ERROR(Unmount());
  return CheckAndMount();
}

absl::Status Ext4Disk::Remount(unsigned long flags) {
  const bool done = WaitUntil(
      [this, flags] {
        return mount(nullptr, path_.c_str(), nullptr, MS_REMOUNT | flags, nullptr) == 0;
      },
      kPatience);
  return done ? absl::OkStatus() : Failed("remount");
}

absl::Status Ext4Disk::MakeReadOnly() {
  GW_RETURN_IF_ERROR(Remount(MS_RDONLY));
  return Remount(MS_BIND);
}
absl::Status Ext4Disk::MakeWritable() { return Remount(0); }

}  // namespace gw::testing
