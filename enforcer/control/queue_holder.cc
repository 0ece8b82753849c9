#include "enforcer/control/queue_holder.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
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
#include "common/policy/limits.h"

namespace gw {
namespace {

// In the abstract namespace (unix(7)), which belongs to the network namespace as queues do.
constexpr absl::string_view kName("\0gatewarden-queues", 18);
constexpr absl::Duration kBindAgain = absl::Milliseconds(50);
constexpr timeval kAnswerTimeout = {2, 0};

// What goes over both sockets, with the descriptors beside it (SCM_RIGHTS).
struct Message {
  uint16_t count = 0;
  uint16_t first = 0;
  int32_t hold_ms = 0;
};

struct Received {
  Message message;
  std::vector<FileDescriptor> sockets;
};

bool SendSockets(int to, const Message& message, const std::vector<int>& sockets) {
  Message copy = message;
  iovec part = {&copy, sizeof(copy)};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * kQueuesMax)> control{};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  const size_t bytes = sizeof(int) * sockets.size();
  if (!sockets.empty()) {
    header.msg_control = control.data();
    header.msg_controllen = CMSG_SPACE(bytes);
    cmsghdr* rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(bytes);
    std::memcpy(CMSG_DATA(rights), sockets.data(), bytes);
  }
  return sendmsg(to, &header, MSG_NOSIGNAL) == static_cast<ssize_t>(sizeof(copy));
}

// False at the end, or if what came is no such message.
bool ReceiveSockets(int from, Received* received) {
  iovec part = {&received->message, sizeof(Message)};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * kQueuesMax)> control{};
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
         received->sockets.size() == received->message.count;
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

class Holder {
 public:
  explicit Holder(int maker) : maker_(maker) {}

  void Run() {
    while (true) {
      // Its name is free when the holder before has handed over and ended.
      if (!queues_.sockets.empty() && !listening_.valid()) listening_ = Listen();
      pollfd from_maker = {maker_, POLLIN, 0};
      const bool waits_for_name = !queues_.sockets.empty() && !listening_.valid();
      const int wait_ms =
          waits_for_name ? static_cast<int>(absl::ToInt64Milliseconds(kBindAgain)) : -1;
      if (poll(&from_maker, 1, wait_ms) <= 0) continue;
      Received news;
      if (!ReceiveSockets(maker_, &news)) break;
      queues_ = std::move(news);
      if (queues_.sockets.empty()) listening_.Reset(-1);
    }
    if (!queues_.sockets.empty()) HandOver();
  }

 private:
  void HandOver() {
    const absl::Time deadline = SteadyNow() + absl::Milliseconds(queues_.message.hold_ms);
    while (SteadyNow() < deadline) {
      if (!listening_.valid()) listening_ = Listen();
      const absl::Duration left = listening_.valid() ? deadline - SteadyNow() : kBindAgain;
      pollfd asked = {listening_.get(), POLLIN, 0};  // poll(2) passes over -1
      if (poll(&asked, 1, static_cast<int>(absl::ToInt64Milliseconds(left)) + 1) <= 0) continue;
      const FileDescriptor connection(accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!connection.valid() || !MayHaveThem(connection.get())) continue;
      std::vector<int> sockets;
      for (const FileDescriptor& socket_fd : queues_.sockets) sockets.push_back(socket_fd.get());
      if (SendSockets(connection.get(), queues_.message, sockets)) _exit(0);
    }
  }

  const int maker_;
  FileDescriptor listening_;
  Received queues_;
};

// As that of death_watch.cc: it outlives its maker, and nothing of its maker's lives on by it but
// the queues.
[[noreturn]] void RunHolder(int maker) {
  for (const int stop : {SIGTERM, SIGINT, SIGHUP}) std::signal(stop, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
  setsid();
  prctl(PR_SET_NAME, "gw-holder");
  (void)!chdir("/");
  constexpr int kMaker = 3;
  dup2(maker, kMaker);
  close_range(kMaker + 1, ~0U, 0);
  // Whoever waits for the end of what gatewardend prints shall not wait for this.
  const int null = open("/dev/null", O_RDWR);
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(null, standard);
  Holder(kMaker).Run();
  _exit(0);
}

}  // namespace

std::vector<HeldQueue> TakeHeldQueues() {
  std::vector<HeldQueue> queues;
  const FileDescriptor connection = OpenUnixSocket();
  sockaddr_un address{};
  const socklen_t size = FillName(&address);
  if (!connection.valid() ||
      connect(connection.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0) {
    return queues;
  }
  if (!MayHaveThem(connection.get())) {
    LogWarning("somebody else listens where the packet queues of a gatewardend are kept");
    return queues;
  }
  setsockopt(connection.get(), SOL_SOCKET, SO_RCVTIMEO, &kAnswerTimeout, sizeof(kAnswerTimeout));
  Received received;
  if (!ReceiveSockets(connection.get(), &received)) {
    LogWarning("the packet queues of the gatewardend before are kept and were not handed over: ",
               ErrnoText());
    return queues;
  }
  // Until it has ended: its name is free then.
  char nothing = 0;
  (void)!recv(connection.get(), &nothing, 1, 0);
  uint16_t number = received.message.first;
  for (FileDescriptor& socket_fd : received.sockets) {
    queues.push_back({number++, std::move(socket_fd)});
  }
  return queues;
}

absl::StatusOr<QueueHolder> QueueHolder::Start() {
  int fds[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) != 0) {
    return absl::UnavailableError(absl::StrCat("socketpair: ", ErrnoText()));
  }
  FileDescriptor ours(fds[0]);
  FileDescriptor theirs(fds[1]);
  const pid_t child = fork();
  if (child < 0) return absl::UnavailableError(absl::StrCat("fork: ", ErrnoText()));
  if (child == 0) RunHolder(theirs.get());
  return QueueHolder(std::move(ours));
}

absl::Status QueueHolder::Keep(uint16_t first, const std::vector<int>& sockets,
                               absl::Duration hold) {
  Message message;
  message.count = static_cast<uint16_t>(sockets.size());
  message.first = first;
  message.hold_ms = static_cast<int32_t>(absl::ToInt64Milliseconds(hold));
  if (SendSockets(socket_.get(), message, sockets)) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("the process gw-holder: ", ErrnoText()));
}

}  // namespace gw
