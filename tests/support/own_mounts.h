// Mounts that only this process sees, so that tests may have disks of their own.

#ifndef TESTS_SUPPORT_OWN_MOUNTS_H_
#define TESTS_SUPPORT_OWN_MOUNTS_H_

#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <fstream>

namespace gw::testing {

// From now on mounts of this process, and of threads and programs that it starts, stay in it.
// Without root, as root of a user namespace of its own. False where the kernel does not let us.
inline bool OwnMounts() {
  static const bool made = [] {
    if (unshare(CLONE_NEWNS) != 0) {
      const uid_t user = geteuid();
      if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
      std::ofstream("/proc/self/uid_map") << "0 " << user << " 1";
    }
    return mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
  }();
  return made;
}

}  // namespace gw::testing

#endif  // TESTS_SUPPORT_OWN_MOUNTS_H_
