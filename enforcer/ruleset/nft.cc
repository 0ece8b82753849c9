#include "enforcer/ruleset/nft.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "common/base/closer.h"
#include "common/base/errno_text.h"
#include "common/base/status_macros.h"
#include "enforcer/ruleset/table_contents.h"

extern char** environ;  // POSIX

namespace gw {
namespace {

using std::chrono::steady_clock;
constexpr std::chrono::seconds kTimeout{10};
constexpr const char* kFallbackPaths[] = {"/usr/sbin/nft", "/sbin/nft"};

struct Pipe {
  FileDescriptor read;
  FileDescriptor write;
};

absl::StatusOr<Pipe> MakePipe() {
  int fds[2];
  if (pipe2(fds, O_CLOEXEC) != 0) {
    return absl::UnavailableError(absl::StrCat("pipe: ", ErrnoText()));
  }
  return Pipe{FileDescriptor(fds[0]), FileDescriptor(fds[1])};
}

struct SpawnActions {
  posix_spawn_file_actions_t actions{};
  SpawnActions() { posix_spawn_file_actions_init(&actions); }
  ~SpawnActions() { posix_spawn_file_actions_destroy(&actions); }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;
};

// Signals that the daemon blocks for its signalfd must not stay blocked in the child.
struct SpawnAttributes {
  posix_spawnattr_t attributes{};
  SpawnAttributes() {
    posix_spawnattr_init(&attributes);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  }
  ~SpawnAttributes() { posix_spawnattr_destroy(&attributes); }
  SpawnAttributes(const SpawnAttributes&) = delete;
  SpawnAttributes& operator=(const SpawnAttributes&) = delete;
};

absl::StatusOr<pid_t> Spawn(const std::vector<std::string>& arguments, int in, int out) {
  SpawnActions spawn;
  posix_spawn_file_actions_adddup2(&spawn.actions, in, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&spawn.actions, out, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&spawn.actions, out, STDERR_FILENO);
  SpawnAttributes with;
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  pid_t pid = 0;
  int error = posix_spawnp(&pid, "nft", &spawn.actions, &with.attributes, argv.data(), environ);
  for (const char* path : kFallbackPaths) {
    if (error != ENOENT) break;
    error = posix_spawn(&pid, path, &spawn.actions, &with.attributes, argv.data(), environ);
  }
  if (error == ENOENT) {
    return absl::FailedPreconditionError("the program `nft` is missing: install nftables");
  }
  if (error != 0) return absl::UnavailableError(absl::StrCat("run nft: ", ErrnoText(error)));
  return pid;
}

struct Output {
  int exit_code = 0;
  std::string text;  // stdout and stderr
};

// Writes `input` and reads the output at the same time: either may be longer than a pipe holds.
absl::Status Converse(absl::string_view input, FileDescriptor in, FileDescriptor out,
                      std::string* output) {
  const auto deadline = steady_clock::now() + kTimeout;
  fcntl(in.get(), F_SETFL, O_NONBLOCK);
  size_t written = 0;
  if (input.empty()) in.Reset(-1);
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): read fills it
  std::array<char, 65536> buffer;
  while (true) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - steady_clock::now());
    if (left.count() <= 0) return absl::UnavailableError("nft did not end within 10 s");
    pollfd fds[] = {{out.get(), POLLIN, 0}, {in.get(), POLLOUT, 0}};
    if (poll(fds, in.valid() ? 2 : 1, static_cast<int>(left.count())) < 0 && errno != EINTR) {
      return absl::UnavailableError(absl::StrCat("poll: ", ErrnoText()));
    }
    if (in.valid() && fds[1].revents != 0) {
      const ssize_t count = write(in.get(), input.data() + written, input.size() - written);
      if (count > 0) written += static_cast<size_t>(count);
      if (written == input.size() || (count < 0 && errno != EAGAIN && errno != EINTR)) {
        in.Reset(-1);
      }
    }
    if (fds[0].revents != 0) {
      const ssize_t count = read(out.get(), buffer.data(), buffer.size());
      if (count == 0) return absl::OkStatus();
      if (count > 0) output->append(buffer.data(), static_cast<size_t>(count));
    }
  }
}

}  // namespace

// A run of nft that has not been told yet what to do.
struct NftProgram::Waiting {
  pid_t pid = 0;
  FileDescriptor in;
  FileDescriptor out;

  static absl::StatusOr<std::unique_ptr<Waiting>> Start(const std::vector<std::string>& arguments) {
    GW_ASSIGN_OR_RETURN(Pipe in, MakePipe());
    GW_ASSIGN_OR_RETURN(Pipe out, MakePipe());
    GW_ASSIGN_OR_RETURN(const pid_t pid, Spawn(arguments, in.read.get(), out.write.get()));
    auto waiting = std::make_unique<Waiting>();
    waiting->pid = pid;
    waiting->in = std::move(in.write);
    waiting->out = std::move(out.read);
    return waiting;
  }

  Waiting() = default;
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;
  // Without a text it ends by itself, having done nothing.
  ~Waiting() {
    in.Reset(-1);
    if (pid != 0) Reap();
  }

  // Somebody may have killed it.
  bool Alive() {
    int status = 0;
    if (waitpid(pid, &status, WNOHANG) == 0) return true;
    pid = 0;
    return false;
  }

  absl::StatusOr<Output> Finish(absl::string_view input) {
    Output output;
    const absl::Status conversed = Converse(input, std::move(in), std::move(out), &output.text);
    if (!conversed.ok()) kill(pid, SIGKILL);
    const int status = Reap();
    GW_RETURN_IF_ERROR(conversed);
    output.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return output;
  }

 private:
  int Reap() {
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    pid = 0;
    return status;
  }
};

namespace {

// SIGPIPE is ignored by the daemon; nft that dies early shows in its exit code.
absl::Status ResultOf(const absl::StatusOr<Output>& run) {
  GW_RETURN_IF_ERROR(run.status());
  const Output& output = *run;
  if (output.exit_code == 0) return absl::OkStatus();
  const std::vector<std::string> lines = absl::StrSplit(output.text, '\n');
  return absl::UnavailableError(absl::StrCat("nft failed (exit ", output.exit_code,
                                             "): ", lines.empty() ? "" : lines.front()));
}

}  // namespace

NftProgram::NftProgram() = default;
NftProgram::~NftProgram() = default;

absl::Status NftProgram::Apply(absl::string_view text) {
  const std::vector<std::string> arguments = {"nft", "-f", "-"};
  std::unique_ptr<Waiting> run = std::move(waiting_);
  if (run == nullptr || !run->Alive()) {
    GW_ASSIGN_OR_RETURN(run, Waiting::Start(arguments));
  }
  const absl::Status applied = ResultOf(run->Finish(text));
  // If that fails, so may the next Apply, which says why.
  if (auto next = Waiting::Start(arguments); next.ok()) waiting_ = *std::move(next);
  return applied;
}

absl::Status NftProgram::Check(absl::string_view text) {
  GW_ASSIGN_OR_RETURN(const auto run, Waiting::Start({"nft", "-c", "-f", "-"}));
  return ResultOf(run->Finish(text));
}

absl::StatusOr<bool> NftProgram::HasChain(absl::string_view chain) { return TableHasChain(chain); }

absl::StatusOr<std::optional<uint32_t>> NftProgram::Generation(const MarkLayout& marks) {
  return ReadValidGeneration(marks);
}

}  // namespace gw
