#include "tests/support/netns.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <random>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"

#include "common/base/check.h"
#include "tests/support/subprocess.h"

namespace gw::testing {
namespace {

constexpr char kDirectory[] = "/run/netns";
constexpr char kPrefix[] = "gwlab";
constexpr absl::Duration kIpTimeout = absl::Seconds(10);

// The pid in gwlab-PID-RANDOM-ROLE, 0 for any other name.
pid_t MakerOf(const std::string& name) {
  const std::vector<std::string> parts = absl::StrSplit(name, '-');
  int pid = 0;
  if (parts.size() != 4 || parts[0] != kPrefix || !absl::SimpleAtoi(parts[1], &pid)) return 0;
  return pid;
}

std::string FreshName(absl::string_view role) {
  std::random_device random;
  return absl::StrCat(kPrefix, "-", getpid(), "-", absl::Hex(random(), absl::kZeroPad8), "-", role);
}

void Delete(const std::string& name) { RunProgram({"ip", "netns", "delete", name}, kIpTimeout); }

}  // namespace

absl::StatusOr<Namespace> Namespace::Create(absl::string_view role) {
  const std::string name = FreshName(role);
  const Finished added = RunProgram({"ip", "netns", "add", name}, kIpTimeout);
  if (!added.ok()) {
    return absl::FailedPreconditionError(
        absl::StrCat("cannot make a network namespace: ", added.err));
  }
  FileDescriptor fd(open(absl::StrCat(kDirectory, "/", name).c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) {
    const absl::Status failed = absl::ErrnoToStatus(errno, absl::StrCat("open `", name, "`"));
    Delete(name);
    return failed;
  }
  return Namespace(name, std::move(fd));
}

Namespace::Namespace(std::string name, FileDescriptor fd)
    : name_(std::move(name)), fd_(std::move(fd)) {}

Namespace::Namespace(Namespace&& other) noexcept
    : name_(std::exchange(other.name_, {})), fd_(std::move(other.fd_)) {}

Namespace& Namespace::operator=(Namespace&& other) noexcept {
  if (this == &other) return *this;
  Remove();
  name_ = std::exchange(other.name_, {});
  fd_ = std::move(other.fd_);
  return *this;
}

Namespace::~Namespace() { Remove(); }

void Namespace::Remove() {
  fd_.Reset(-1);
  if (!name_.empty()) Delete(std::exchange(name_, {}));
}

void RemoveAbandonedNamespaces() {
  std::error_code error;
  std::vector<std::string> abandoned;
  for (const auto& entry : std::filesystem::directory_iterator(kDirectory, error)) {
    const std::string name = entry.path().filename().string();
    const pid_t maker = MakerOf(name);
    if (maker > 0 && kill(maker, 0) != 0 && errno == ESRCH) abandoned.push_back(name);
  }
  for (const std::string& name : abandoned) Delete(name);
}

NamespaceScope::NamespaceScope(const Namespace& enter)
    : before_(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)) {
  GW_CHECK(before_.valid() && setns(enter.fd(), CLONE_NEWNET) == 0);
}

NamespaceScope::~NamespaceScope() { GW_CHECK(setns(before_.get(), CLONE_NEWNET) == 0); }

}  // namespace gw::testing
