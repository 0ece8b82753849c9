#include "enforcer/control/death_watch.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/base/errno_text.h"
#include "common/base/log.h"
#include "enforcer/ruleset/learned_sets.h"

namespace gw {
namespace {

// Returns when the writing end is closed; whether Arm was called before.
bool WaitForEnd(int pipe) {
  bool armed = false;
  while (true) {
    char byte = 0;
    const ssize_t count = read(pipe, &byte, 1);
    if (count > 0) armed = true;
    if (count == 0 || (count < 0 && errno != EINTR)) return armed;
  }
}

// The child. Who stops a service tells all its processes to end: this one ends after the other
// only. Its session is its own, so that who kills a process group does not take it along, and so is
// its working directory, so that no file system stays busy for it.
[[noreturn]] void Watch(int pipe) {
  for (const int stop : {SIGTERM, SIGINT, SIGHUP}) std::signal(stop, SIG_IGN);
  setsid();
  prctl(PR_SET_NAME, "gw-deathwatch");
  (void)!chdir("/");
  constexpr int kPipe = 3;
  dup2(pipe, kPipe);
  close_range(kPipe + 1, ~0U, 0);
  if (WaitForEnd(kPipe)) {
    if (const absl::Status forgotten = ForgetLearned(); !forgotten.ok()) {
      LogError("after gatewardend: ", forgotten.message());
    }
  }
  _exit(0);
}

}  // namespace

absl::StatusOr<DeathWatch> DeathWatch::Start() {
  int fds[2];
  if (pipe2(fds, O_CLOEXEC) != 0) {
    return absl::UnavailableError(absl::StrCat("pipe: ", ErrnoText()));
  }
  FileDescriptor reading(fds[0]);
  FileDescriptor writing(fds[1]);
  const pid_t child = fork();
  if (child < 0) return absl::UnavailableError(absl::StrCat("fork: ", ErrnoText()));
  if (child == 0) Watch(reading.get());
  return DeathWatch(std::move(writing), child);
}

DeathWatch::DeathWatch(DeathWatch&& other) noexcept
    : pipe_(std::move(other.pipe_)), child_(std::exchange(other.child_, 0)) {}

DeathWatch::~DeathWatch() {
  pipe_.Reset(-1);
  while (child_ > 0 && waitpid(child_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void DeathWatch::Arm() {
  const char armed = 1;
  (void)!write(pipe_.get(), &armed, 1);
}

bool DeathWatch::Alive() {
  if (child_ > 0 && waitpid(child_, nullptr, WNOHANG) != 0) child_ = 0;
  return child_ > 0;
}

}  // namespace gw
