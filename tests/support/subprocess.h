// A program that a test starts: its output kept in memory, its end bounded by a timeout, and no
// process of it left when the object goes.

#ifndef TESTS_SUPPORT_SUBPROCESS_H_
#define TESTS_SUPPORT_SUBPROCESS_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/base/closer.h"

namespace gw::testing {

// How a program ended, and all that it wrote.
struct Finished {
  int status = -1;  // exit status; 128 + signal if one ended it; -1 if it was still running
  bool timed_out = false;
  std::string out;
  std::string err;

  bool ok() const { return status == 0; }
};

// For a failed test's message: status and both outputs.
std::ostream& operator<<(std::ostream& stream, const Finished& finished);

// Thread-compatible. The kernel kills the program when the thread that called Start ends (prctl(2)
// PR_SET_PDEATHSIG), so that a test that dies leaves nothing running.
class Subprocess {
 public:
  struct Options {
    std::string netns = {};                     // name below /run/netns; empty: where the caller is
    std::string input = {};                     // what the program reads on its standard input
    std::vector<std::string> environment = {};  // "NAME=value", on top of the caller's
    std::vector<int> descriptors = {};          // it gets duplicates, as 3, 4 and so on
  };

  // Starts argv[0], searched in PATH, in a process group of its own. In a network namespace it sees
  // that namespace's /sys, as under `ip netns exec`. NotFound and the like if it cannot be run.
  static absl::StatusOr<Subprocess> Start(const std::vector<std::string>& argv,
                                          const Options& options);
  static absl::StatusOr<Subprocess> Start(const std::vector<std::string>& argv) {
    return Start(argv, Options());
  }

  Subprocess(Subprocess&& other) noexcept;
  Subprocess& operator=(Subprocess&& other) noexcept;
  Subprocess(const Subprocess&) = delete;
  Subprocess& operator=(const Subprocess&) = delete;
  ~Subprocess();

  pid_t pid() const { return pid_; }
  bool Running();

  // To the program alone. Nothing happens after its end.
  void Signal(int signal);

  // Waits up to `timeout`; what is then still running keeps running and is reported as timed out.
  Finished Wait(absl::Duration timeout);

  // Waits up to `timeout`, then kills the whole process group.
  Finished WaitOrKill(absl::Duration timeout);

  // SIGTERM, up to `grace` for an orderly end, then SIGKILL to the whole process group.
  Finished Stop(absl::Duration grace);

  // Written so far.
  std::string Out() const;
  std::string Err() const;

 private:
  Subprocess() = default;

  bool Ended(absl::Duration timeout);
  void KillGroupAndReap();

  pid_t pid_ = -1;
  bool reaped_ = true;
  int status_ = -1;
  FileDescriptor pid_fd_;
  FileDescriptor out_;
  FileDescriptor err_;
};

// A processor that qemu emulates, as in `packaging/dev vm`: several times slower than this one.
bool IsEmulated();
// How long to wait for what takes `duration` at the most on a real one.
absl::Duration Patience(absl::Duration duration);

// Starts, waits, kills what is not done after `timeout`. A program that cannot be started shows as
// status 127 with the reason in `err`.
Finished RunProgram(const std::vector<std::string>& argv, absl::Duration timeout,
                    const Subprocess::Options& options);
Finished RunProgram(const std::vector<std::string>& argv, absl::Duration timeout);

}  // namespace gw::testing

#endif  // TESTS_SUPPORT_SUBPROCESS_H_
