#include "enforcer/ruleset/nft.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>
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
constexpr char kProgramName[] = "gatewarden-nft";
// Where a run finds the table's socket.
constexpr int kSocketInRun = 3;

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

absl::StatusOr<pid_t> Spawn(const std::string& program, const std::vector<std::string>& arguments,
                            int in, int out, int socket) {
  SpawnActions spawn;
  posix_spawn_file_actions_adddup2(&spawn.actions, in, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&spawn.actions, out, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&spawn.actions, out, STDERR_FILENO);
  posix_spawn_file_actions_adddup2(&spawn.actions, socket, kSocketInRun);
  SpawnAttributes with;
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  pid_t pid = 0;
  const int error =
      posix_spawn(&pid, program.c_str(), &spawn.actions, &with.attributes, argv.data(), environ);
  if (error == ENOENT) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the program ", program, " is missing: it belongs to gatewardend; install both again"));
  }
  if (error != 0) {
    return absl::UnavailableError(absl::StrCat("run ", program, ": ", ErrnoText(error)));
  }
  return pid;
}

struct Output {
  int exit_code = 0;
  std::string text;  // stdout and stderr
};

}  // namespace

// One run of nft, from its start to its end.
struct NftProgram::Run {
  pid_t pid = 0;
  FileDescriptor in;
  FileDescriptor out;
  Output output;

  Run() = default;
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;
  // Without a text it ends by itself, having done nothing.
  ~Run() {
    in.Reset(-1);
    if (pid == 0) return;
    if (!SaysNothingMore()) kill(pid, SIGKILL);
    Reap();
  }

  // Somebody may have killed it.
  bool Alive() {
    int status = 0;
    if (waitpid(pid, &status, WNOHANG) == 0) return true;
    pid = 0;
    return false;
  }

  // Gives it its text and reads what it says, until it ends.
  absl::Status Finish(absl::string_view input) {
    const absl::Status ended = Converse(input);
    if (!ended.ok()) kill(pid, SIGKILL);
    const int status = Reap();
    GW_RETURN_IF_ERROR(ended);
    output.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return absl::OkStatus();
  }

 private:
  // Writes and reads at the same time: either may be longer than a pipe holds.
  absl::Status Converse(absl::string_view input) {
    const auto deadline = steady_clock::now() + kTimeout;
    fcntl(in.get(), F_SETFL, O_NONBLOCK);
    size_t written = 0;
    if (input.empty()) in.Reset(-1);
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): read fills it
    std::array<char, 65536> buffer;
    while (true) {
      const auto wait =
          std::chrono::duration_cast<std::chrono::milliseconds>(deadline - steady_clock::now());
      if (wait.count() <= 0) return absl::UnavailableError("nft did not end within 10 s");
      pollfd fds[] = {{out.get(), POLLIN, 0}, {in.get(), POLLOUT, 0}};
      if (poll(fds, in.valid() ? 2 : 1, static_cast<int>(wait.count())) < 0 && errno != EINTR) {
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
        if (count > 0) output.text.append(buffer.data(), static_cast<size_t>(count));
      }
    }
  }

  // False if it takes too long.
  bool SaysNothingMore() {
    const auto deadline = steady_clock::now() + kTimeout;
    char ignored[256];
    while (true) {
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(deadline - steady_clock::now());
      pollfd said = {out.get(), POLLIN, 0};
      const int ready = poll(&said, 1, static_cast<int>(std::max<int64_t>(left.count(), 0)));
      if (ready == 0) return false;
      if (ready > 0 && read(out.get(), ignored, sizeof(ignored)) <= 0) return true;
    }
  }

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
absl::Status ResultOf(const Output& output) {
  if (output.exit_code == 0) return absl::OkStatus();
  const std::vector<std::string> lines = absl::StrSplit(output.text, '\n');
  return absl::UnavailableError(absl::StrCat("nft failed (exit ", output.exit_code,
                                             "): ", lines.empty() ? "" : lines.front()));
}

}  // namespace

std::string NftProgramPath() {
  std::error_code error;
  const auto here = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
  const auto beside = here / kProgramName;
  if (std::filesystem::exists(beside, error)) return beside;
  return (here / GW_HELPERS_DIR / kProgramName).lexically_normal();
}

NftProgram::NftProgram(const TableSocket& socket, std::string program)
    : socket_(socket), program_(std::move(program)) {}
NftProgram::~NftProgram() = default;

absl::StatusOr<std::unique_ptr<NftProgram::Run>> NftProgram::Start(bool check) const {
  GW_ASSIGN_OR_RETURN(Pipe in, MakePipe());
  GW_ASSIGN_OR_RETURN(Pipe out, MakePipe());
  std::vector<std::string> arguments = {kProgramName, absl::StrCat(kSocketInRun),
                                        absl::StrCat(getpid())};
  if (check) arguments.emplace_back("check");
  GW_ASSIGN_OR_RETURN(const pid_t pid,
                      Spawn(program_, arguments, in.read.get(), out.write.get(), socket_.fd()));
  auto run = std::make_unique<Run>();
  run->pid = pid;
  run->in = std::move(in.write);
  run->out = std::move(out.read);
  return run;
}

absl::Status NftProgram::Apply(absl::string_view text) {
  std::unique_ptr<Run> run = std::move(waiting_);
  if (run == nullptr || !run->Alive()) {
    GW_ASSIGN_OR_RETURN(run, Start(false));
  }
  socket_.Drain();
  const absl::Status finished = run->Finish(text);
  // If that fails, so may the next Apply, which says why.
  if (auto next = Start(false); next.ok()) waiting_ = *std::move(next);
  GW_RETURN_IF_ERROR(finished);
  return ResultOf(run->output);
}

absl::Status NftProgram::Check(absl::string_view text) {
  GW_ASSIGN_OR_RETURN(const auto run, Start(true));
  socket_.Drain();
  GW_RETURN_IF_ERROR(run->Finish(text));
  return ResultOf(run->output);
}

absl::StatusOr<bool> NftProgram::HasChain(absl::string_view chain) { return TableHasChain(chain); }

}  // namespace gw
