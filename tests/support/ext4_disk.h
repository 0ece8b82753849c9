// Ext4Disk: a disk that becomes read-only, for tests of what is written to it. ext4 in an image on
// a loop device, mounted in a mount namespace of this process.

#ifndef TESTS_SUPPORT_EXT4_DISK_H_
#define TESTS_SUPPORT_EXT4_DISK_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "tests/support/temporary_directory.h"

namespace gw::testing {

// Thread-compatible.
class Ext4Disk {
 public:
  // An error is a reason for a test to be skipped with: no root, no mkfs.ext4, no loop device.
  static absl::StatusOr<std::unique_ptr<Ext4Disk>> Create(int64_t bytes);
  ~Ext4Disk();
  Ext4Disk(const Ext4Disk&) = delete;
  Ext4Disk& operator=(const Ext4Disk&) = delete;

  // A folder. What is mounted there is seen by programs that are already started, too.
  const std::string& path() const { return path_; }
  std::string File(const std::string& name) const { return path_ + "/" + name; }

  // As after an error of the device (`errors=remount-ro`): nothing can be written at once, also to
  // files that are open, and what was not put on the disk yet never gets there. (An ordinary
  // remount is refused while a file is open for writing.)
  absl::Status Fail();
  // Puts on the disk what was written, or removed.
  absl::Status Sync();
  // What an administrator does then: unmount, check, mount. Waits a little for who has files open;
  // an error if they keep them.
  absl::Status Unmount();
  absl::Status CheckAndMount();
  absl::Status Repair();

  // Ordinary remounts, likewise. Of the file system, not of its mount: what a mount says is not
  // seen in the mount namespaces of programs that are already started.
  absl::Status MakeReadOnly();
  absl::Status MakeWritable();

 private:
  Ext4Disk() = default;
  absl::Status Make(int64_t bytes);
  absl::Status Mount();
  absl::Status Remount(unsigned long flags);

  const TemporaryDirectory image_folder_;
  const TemporaryDirectory parent_;
  std::string image_;
  std::string path_;
};

}  // namespace gw::testing

#endif  // TESTS_SUPPORT_EXT4_DISK_H_
