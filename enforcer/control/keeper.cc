#include "enforcer/control/keeper.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "common/base/errno_text.h"
#include "common/base/log.h"
#include "common/base/steady_time.h"
#include "enforcer/ruleset/learned_sets.h"

namespace gw {
namespace {

// In the abstract namespace (unix(7)), which belongs to the network namespace as queues do.
constexpr absl::string_view kName("\0gatewarden-keeper", 18);
constexpr absl::Duration kBindAgain = absl::Milliseconds(50);
constexpr timeval kAnswerTimeout = {2, 0};

// What goes over both sockets, with the descriptors beside it (SCM_RIGHTS): the table's, then those
// of the queues.
struct Message {
  uint16_t queues = 0;
  uint16_t first = 0;
  int32_t hold_ms = 0;
};
constexpr size_t kSocketsMax = 1 + kKeptQueuesMax;

struct Received {
  Message message;
  std::vector<FileDescriptor> sockets;
};

bool SendSockets(int to, const Message& message, const std::vector<int>& sockets) {
  Message copy = message;
  iovec part = {&copy, sizeof(copy)};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * kSocketsMax)> control{};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  const size_t bytes = sizeof(int) * sockets.size();
  header.msg_control = control.data();
  header.msg_controllen = CMSG_SPACE(bytes);
  cmsghdr* rights = CMSG_FIRSTHDR(&header);
  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN(bytes);
  std::memcpy(CMSG_DATA(rights), sockets.data(), bytes);
  return sendmsg(to, &header, MSG_NOSIGNAL) == static_cast<ssize_t>(sizeof(copy));
}

// False at the end, or if what came is no such message.
bool ReceiveSockets(int from, Received* received) {
  iovec part = {&received->message, sizeof(Message)};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * kSocketsMax)> control{};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control.data();
  header.msg_controllen = control.size();
  ssize_t count = 0;
  do {
    count = recvmsg(from, &header, MSG_CMSG_CLOEXEC);
  } while (count < 0 && errno == EINTR);
  received->sockets.clear();
  for (cmsghdr* one = CMSG_FIRSTHDR(&header); one != nullptr; one = CMSG_NXTHDR(&header, one)) {
    if (one->cmsg_level != SOL_SOCKET || one->cmsg_type != SCM_RIGHTS) continue;
    const size_t sockets = (one->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < sockets; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(one) + i * sizeof(int), sizeof(int));
      received->sockets.emplace_back(fd);
    }
  }
  return count == static_cast<ssize_t>(sizeof(Message)) &&
         received->sockets.size() == size_t{1} + received->message.queues;
}

socklen_t FillName(sockaddr_un* address) {
  *address = {};
  address->sun_family = AF_UNIX;
  kName.copy(address->sun_path, kName.size());
  return static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + kName.size());
}

FileDescriptor OpenUnixSocket() {
  return FileDescriptor(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
}

// Not valid while another one has the name.
FileDescriptor Listen() {
  FileDescriptor listening = OpenUnixSocket();
  sockaddr_un address{};
  const socklen_t size = FillName(&address);
  if (!listening.valid() ||
      bind(listening.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      listen(listening.get(), 4) != 0) {
    return FileDescriptor();
  }
  return listening;
}

// Root, or who runs this. The other end's, from when it connected or listened.
bool MayHaveThem(int connection) {
  ucred peer{};
  socklen_t size = sizeof(peer);
  return getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
         (peer.uid == 0 || peer.uid == geteuid());
}

// ---- the child --------------------------------------------------------------------------------

class Child {
 public:
  explicit Child(int maker) : maker_(maker) {}

  void Run() {
    while (true) {
      // Its name is free when the keeper before has handed over and ended.
      if (!kept_.sockets.empty() && !listening_.valid()) listening_ = Listen();
      // Its maker first: who asks in the moment of its end is to get them.
      pollfd fds[] = {{maker_, POLLIN, 0},
                      {listening_.get(), POLLIN, 0}};  // poll(2) passes over -1
      const bool waits_for_name = !kept_.sockets.empty() && !listening_.valid();
      const int wait_ms =
          waits_for_name ? static_cast<int>(absl::ToInt64Milliseconds(kBindAgain)) : -1;
      if (poll(fds, 2, wait_ms) <= 0) continue;
      if (fds[0].revents == 0) {
        // Nothing for whoever asks while it lives.
        const FileDescriptor refused(accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC));
        continue;
      }
      Received news;
      if (!ReceiveSockets(maker_, &news)) break;
      kept_ = std::move(news);
    }
    if (kept_.sockets.empty()) return;
    Forget();
    // Whoever waits for the end of what gatewardend prints shall not wait for the rest.
    const FileDescriptor null(open("/dev/null", O_RDWR | O_CLOEXEC));
    for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
      dup2(null.get(), standard);
    }
    HandOver();
  }

 private:
  // Before the next gatewardend has the same socket.
  void Forget() {
    TableSocket table(std::move(kept_.sockets.front()));
    // Again if a gatewarden-nft that died with gatewardend read the answer.
    absl::Status forgotten = ForgetLearned(table);
    if (!forgotten.ok()) forgotten = ForgetLearned(table);
    if (!forgotten.ok()) LogError("after gatewardend: ", forgotten.message());
    kept_.sockets.front() = std::move(table).Release();
  }

  void HandOver() {
    const absl::Time deadline = SteadyNow() + absl::Milliseconds(kept_.message.hold_ms);
    while (SteadyNow() < deadline) {
      if (!listening_.valid()) listening_ = Listen();
      const absl::Duration left = listening_.valid() ? deadline - SteadyNow() : kBindAgain;
      pollfd asked = {listening_.get(), POLLIN, 0};  // poll(2) passes over -1
      if (poll(&asked, 1, static_cast<int>(absl::ToInt64Milliseconds(left)) + 1) <= 0) continue;
      const FileDescriptor connection(accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!connection.valid() || !MayHaveThem(connection.get())) continue;
      std::vector<int> sockets;
      for (const FileDescriptor& socket_fd : kept_.sockets) sockets.push_back(socket_fd.get());
      if (SendSockets(connection.get(), kept_.message, sockets)) _exit(0);
    }
  }

  const int maker_;
  FileDescriptor listening_;
  Received kept_;
};

// Who stops a service tells all its processes to end: this one ends after the other only. Its
// session is its own, so that who kills a process group does not take it along, and so is its
// working directory, so that no file system stays busy for it. Of its maker's it has nothing but
// what it is sent.
[[noreturn]] void RunChild(int maker) {
  for (const int stop : {SIGTERM, SIGINT, SIGHUP}) std::signal(stop, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
  setsid();
  prctl(PR_SET_NAME, "gw-keeper");
  (void)!chdir("/");
  constexpr int kMaker = 3;
  dup2(maker, kMaker);
  close_range(kMaker + 1, ~0U, 0);
  Child(kMaker).Run();
  _exit(0);
}

}  // namespace

HeldSockets TakeHeldSockets() {
  HeldSockets held;
  const FileDescriptor connection = OpenUnixSocket();
  sockaddr_un address{};
  const socklen_t size = FillName(&address);
  // The second is for connect(2) as well.
  for (const int limit : {SO_RCVTIMEO, SO_SNDTIMEO}) {
    setsockopt(connection.get(), SOL_SOCKET, limit, &kAnswerTimeout, sizeof(kAnswerTimeout));
  }
  if (!connection.valid() ||
      connect(connection.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0) {
    return held;
  }
  if (!MayHaveThem(connection.get())) {
    LogWarning("somebody else listens where the sockets of a gatewardend are kept");
    return held;
  }
  Received received;
  errno = 0;  // as it stays where the gatewardend of that keeper lives
  if (!ReceiveSockets(connection.get(), &received)) {
    if (errno == 0) return held;
    LogWarning("the sockets of the gatewardend before are kept and were not handed over: ",
               ErrnoText());
    return held;
  }
  // Until it has ended: its name is free then.
  char nothing = 0;
  (void)!recv(connection.get(), &nothing, 1, 0);
  held.tables.push_back(std::move(received.sockets.front()));
  for (size_t i = 1; i < received.sockets.size(); ++i) {
    const auto number = static_cast<uint16_t>(received.message.first + i - 1);
    held.queues.push_back({number, std::move(received.sockets[i])});
  }
  return held;
}

absl::StatusOr<Keeper> Keeper::Start() {
  int fds[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) != 0) {
    return absl::UnavailableError(absl::StrCat("socketpair: ", ErrnoText()));
  }
  FileDescriptor ours(fds[0]);
  FileDescriptor theirs(fds[1]);
  const pid_t child = fork();
  if (child < 0) return absl::UnavailableError(absl::StrCat("fork: ", ErrnoText()));
  if (child == 0) RunChild(theirs.get());
  return Keeper(std::move(ours), child);
}

Keeper::Keeper(Keeper&& other) noexcept
    : socket_(std::move(other.socket_)), child_(std::exchange(other.child_, 0)) {}

absl::Status Keeper::Keep(const TableSocket& table, uint16_t first, const std::vector<int>& queues,
                          absl::Duration hold) {
  Message message;
  message.queues = static_cast<uint16_t>(queues.size());
  message.first = first;
  message.hold_ms = static_cast<int32_t>(absl::ToInt64Milliseconds(hold));
  std::vector<int> sockets = {table.fd()};
  sockets.insert(sockets.end(), queues.begin(), queues.end());
  if (SendSockets(socket_.get(), message, sockets)) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("the process gw-keeper: ", ErrnoText()));
}

bool Keeper::Alive() {
  if (child_ > 0 && waitpid(child_, nullptr, WNOHANG) != 0) child_ = 0;
  return child_ > 0;
}

}  // namespace gw
