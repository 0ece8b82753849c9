#include "tests/support/subprocess.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <ostream>
#include <sstream>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/base/status_macros.h"

namespace gw::testing {
namespace {

absl::Status Failed(absl::string_view what) { return absl::ErrnoToStatus(errno, what); }

// A memory file never blocks its writer, as a full pipe would, and can be read at any time.
absl::StatusOr<FileDescriptor> MemoryFile(const char* name, const std::string& content) {
  FileDescriptor file(memfd_create(name, MFD_CLOEXEC));
  if (!file.valid()) return Failed("memfd_create");
  for (size_t done = 0; done < content.size();) {
    const ssize_t written = write(file.get(), content.data() + done, content.size() - done);
    if (written < 0) return Failed("write to a memory file");
    done += static_cast<size_t>(written);
  }
  lseek(file.get(), 0, SEEK_SET);
  return file;
}

std::string ReadWhole(int fd) {
  std::string text;
  std::array<char, 4096> chunk{};
  for (;;) {
    const ssize_t count = pread(fd, chunk.data(), chunk.size(), static_cast<off_t>(text.size()));
    if (count <= 0) return text;
    text.append(chunk.data(), static_cast<size_t>(count));
  }
}

std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

bool Overridden(absl::string_view variable, const std::vector<std::string>& by) {
  const absl::string_view name = variable.substr(0, variable.find('='));
  for (const std::string& other : by) {
    if (absl::StartsWith(other, absl::StrCat(name, "="))) return true;
  }
  return false;
}

std::vector<std::string> Environment(const std::vector<std::string>& added) {
  std::vector<std::string> environment = added;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (!Overridden(*variable, added)) environment.emplace_back(*variable);
  }
  return environment;
}

// All that the child needs, made before fork(): between fork() and exec() in a program with
// threads only async-signal-safe calls are allowed.
struct ChildPlan {
  std::vector<char*> argv;
  std::vector<char*> environment;
  int netns = -1;
  int in = -1;
  int out = -1;
  int err = -1;
  int failure = -1;  // a pipe that exec closes; what is written there is errno
  pid_t parent = -1;
  std::vector<int> descriptors;  // all above those that it gets
};

constexpr int kFirstDescriptor = 3;
constexpr int kAboveDescriptors = 512;

absl::StatusOr<FileDescriptor> MoveUp(int fd) {
  FileDescriptor moved(fcntl(fd, F_DUPFD_CLOEXEC, kAboveDescriptors));
  if (!moved.valid()) return Failed("fcntl");
  return moved;
}

// Moves the child into the namespace with a /sys of its own, as ip-netns(8) does.
bool EnterNamespace(int netns) {
  if (setns(netns, CLONE_NEWNET) != 0 || unshare(CLONE_NEWNS) != 0) return false;
  if (mount("", "/", "none", MS_SLAVE | MS_REC, nullptr) != 0) return false;
  umount2("/sys", MNT_DETACH);
  return mount("sysfs", "/sys", "sysfs", 0, nullptr) == 0;
}

bool PrepareChild(const ChildPlan& plan) {
  if (setpgid(0, 0) != 0) return false;
  if (plan.netns >= 0 && !EnterNamespace(plan.netns)) return false;
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return false;
  if (getppid() != plan.parent) _exit(127);  // it died before prctl()
  sigset_t none;
  sigemptyset(&none);
  pthread_sigmask(SIG_SETMASK, &none, nullptr);
  signal(SIGPIPE, SIG_DFL);
  if (dup2(plan.in, STDIN_FILENO) < 0 || dup2(plan.out, STDOUT_FILENO) < 0 ||
      dup2(plan.err, STDERR_FILENO) < 0) {
    return false;
  }
  for (size_t i = 0; i < plan.descriptors.size(); ++i) {
    if (dup2(plan.descriptors[i], kFirstDescriptor + static_cast<int>(i)) < 0) return false;
  }
  return true;
}

[[noreturn]] void RunChild(const ChildPlan& plan) {
  if (PrepareChild(plan)) execvpe(plan.argv[0], plan.argv.data(), plan.environment.data());
  const int error = errno;
  (void)!write(plan.failure, &error, sizeof(error));
  _exit(127);
}

int ExitStatus(const siginfo_t& ended) {
  return ended.si_code == CLD_EXITED ? ended.si_status : 128 + ended.si_status;
}

}  // namespace

std::ostream& operator<<(std::ostream& stream, const Finished& finished) {
  return stream << "status " << finished.status << (finished.timed_out ? " (timed out)" : "")
                << "\nout: " << finished.out << "\nerr: " << finished.err;
}

absl::StatusOr<Subprocess> Subprocess::Start(const std::vector<std::string>& argv,
                                             const Options& options) {
  if (argv.empty()) return absl::InvalidArgumentError("nothing to start");
  Subprocess started;
  GW_ASSIGN_OR_RETURN(const FileDescriptor in, MemoryFile("stdin", options.input));
  GW_ASSIGN_OR_RETURN(started.out_, MemoryFile("stdout", ""));
  GW_ASSIGN_OR_RETURN(started.err_, MemoryFile("stderr", ""));
  FileDescriptor netns;
  if (!options.netns.empty()) {
    netns.Reset(open(absl::StrCat("/run/netns/", options.netns).c_str(), O_RDONLY | O_CLOEXEC));
    if (!netns.valid()) return Failed(absl::StrCat("network namespace `", options.netns, "`"));
  }
  int failure[2];
  if (pipe2(failure, O_CLOEXEC) != 0) return Failed("pipe2");
  const FileDescriptor failure_read(failure[0]);
  FileDescriptor failure_write(failure[1]);
  GW_ASSIGN_OR_RETURN(failure_write, MoveUp(failure_write.get()));
  std::vector<FileDescriptor> passed;
  std::vector<int> descriptors;
  for (const int descriptor : options.descriptors) {
    GW_ASSIGN_OR_RETURN(FileDescriptor moved, MoveUp(descriptor));
    descriptors.push_back(moved.get());
    passed.push_back(std::move(moved));
  }

  const std::vector<std::string> environment = Environment(options.environment);
  const ChildPlan plan{Pointers(argv),     Pointers(environment), netns.get(),         in.get(),
                       started.out_.get(), started.err_.get(),    failure_write.get(), getpid(),
                       descriptors};
  const pid_t pid = fork();
  if (pid < 0) return Failed("fork");
  if (pid == 0) RunChild(plan);
  setpgid(pid, pid);  // The child does it too; whoever is first.
  started.pid_ = pid;
  started.reaped_ = false;
  failure_write.Reset(-1);
  int error = 0;
  if (read(failure_read.get(), &error, sizeof(error)) == sizeof(error)) {
    return absl::ErrnoToStatus(error, absl::StrCat("cannot run `", argv[0], "`"));
  }
  // glibc 2.36 declares pidfd_open() without extern "C".
  started.pid_fd_.Reset(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (!started.pid_fd_.valid()) return Failed("pidfd_open");
  return started;
}

Subprocess::Subprocess(Subprocess&& other) noexcept { *this = std::move(other); }

Subprocess& Subprocess::operator=(Subprocess&& other) noexcept {
  if (this == &other) return *this;
  KillGroupAndReap();
  pid_ = other.pid_;
  status_ = other.status_;
  reaped_ = std::exchange(other.reaped_, true);
  pid_fd_ = std::move(other.pid_fd_);
  out_ = std::move(other.out_);
  err_ = std::move(other.err_);
  return *this;
}

Subprocess::~Subprocess() { KillGroupAndReap(); }

bool Subprocess::Running() { return !Ended(absl::ZeroDuration()); }

void Subprocess::Signal(int signal) {
  if (!reaped_) kill(pid_, signal);
}

Finished Subprocess::Wait(absl::Duration timeout) {
  const bool ended = Ended(timeout);
  return {status_, !ended, Out(), Err()};
}

Finished Subprocess::WaitOrKill(absl::Duration timeout) {
  const bool ended = Ended(timeout);
  KillGroupAndReap();
  return {status_, !ended, Out(), Err()};
}

Finished Subprocess::Stop(absl::Duration grace) {
  Signal(SIGTERM);
  return WaitOrKill(grace);
}

std::string Subprocess::Out() const { return ReadWhole(out_.get()); }
std::string Subprocess::Err() const { return ReadWhole(err_.get()); }

bool IsEmulated() {
  static const bool emulated = [] {
    std::ifstream file("/proc/cpuinfo");
    std::stringstream text;
    text << file.rdbuf();
    return absl::StrContains(text.str(), "QEMU");
  }();
  return emulated;
}

absl::Duration Patience(absl::Duration duration) { return IsEmulated() ? 10 * duration : duration; }

bool Subprocess::Ended(absl::Duration timeout) {
  if (reaped_) return true;
  const absl::Time deadline = absl::Now() + Patience(timeout);
  pollfd ended{pid_fd_.get(), POLLIN, 0};
  for (;;) {
    const auto left_ms = absl::ToInt64Milliseconds(deadline - absl::Now());
    const int ready = poll(&ended, 1, left_ms > 0 ? static_cast<int>(left_ms) : 0);
    if (ready > 0) break;
    if (ready == 0) return false;
  }
  KillGroupAndReap();  // what the program left behind ends with it
  return true;
}

// INVARIANT: the group is killed before its leader is reaped; until then the kernel gives the
// number to nobody else.
void Subprocess::KillGroupAndReap() {
  if (reaped_) return;
  siginfo_t ended{};
  // A zombie keeps its exit status, whatever signal comes after.
  kill(-pid_, SIGKILL);
  while (waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED) != 0 && errno == EINTR) {
  }
  reaped_ = true;
  status_ = ExitStatus(ended);
}

Finished RunProgram(const std::vector<std::string>& argv, absl::Duration timeout,
                    const Subprocess::Options& options) {
  auto started = Subprocess::Start(argv, options);
  if (!started.ok()) return {127, false, "", std::string(started.status().message())};
  return started->WaitOrKill(timeout);
}

Finished RunProgram(const std::vector<std::string>& argv, absl::Duration timeout) {
  return RunProgram(argv, timeout, Subprocess::Options());
}

}  // namespace gw::testing
