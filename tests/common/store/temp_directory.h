// TempDirectory: a directory of the test's own, removed with what is in it. Tmpfs: a small file
// system mounted there, in a mount namespace of the test's own, for full disks and read-only ones.

#ifndef TESTS_COMMON_STORE_TEMP_DIRECTORY_H_
#define TESTS_COMMON_STORE_TEMP_DIRECTORY_H_

#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

#include "tests/support/own_mounts.h"

namespace gw::testing {

class TempDirectory {
 public:
  TempDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "gw_store_XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
  }
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;
  ~TempDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::string& path() const { return path_; }
  std::string File(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

class Tmpfs {
 public:
  // `options` as of mount(8): "size=1m".
  Tmpfs(const std::string& path, const std::string& options) : path_(path) {
    mounted_ = OwnMounts() && mount("tmpfs", path.c_str(), "tmpfs", 0, options.c_str()) == 0;
  }
  Tmpfs(const Tmpfs&) = delete;
  Tmpfs& operator=(const Tmpfs&) = delete;
  ~Tmpfs() {
    if (mounted_) umount2(path_.c_str(), MNT_DETACH);
  }

  // False where the kernel does not let us: the test is skipped.
  bool mounted() const { return mounted_; }
  bool MakeReadOnly() {
    return mount("tmpfs", path_.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, nullptr) == 0;
  }

 private:
  std::string path_;
  bool mounted_ = false;
};

inline std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline void WriteFile(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

}  // namespace gw::testing

#endif  // TESTS_COMMON_STORE_TEMP_DIRECTORY_H_
