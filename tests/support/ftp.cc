#include "tests/support/ftp.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

#include "common/base/status_macros.h"
#include "tests/support/sockets.h"

namespace gw::testing {
namespace {

constexpr absl::Duration kServerPatience = absl::Seconds(2);
constexpr absl::Duration kStopCheck = absl::Milliseconds(20);

// Lines over a control connection.
class LineStream {
 public:
  explicit LineStream(int fd) : fd_(fd) {}

  absl::StatusOr<std::string> Read(absl::Time deadline) {
    std::array<char, 512> chunk{};
    for (;;) {
      if (const size_t end = read_.find("\r\n"); end != std::string::npos) {
        const std::string line = read_.substr(0, end);
        read_.erase(0, end + 2);
        return line;
      }
      if (!WaitFor(fd_, POLLIN, deadline)) return absl::DeadlineExceededError("no line came");
      const ssize_t count = recv(fd_, chunk.data(), chunk.size(), 0);
      if (count <= 0) return absl::UnavailableError("the control connection ended");
      read_.append(chunk.data(), static_cast<size_t>(count));
    }
  }

  void Write(const std::string& line) {
    const std::string text = line + "\r\n";
    (void)send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
  }

 private:
  int fd_;
  std::string read_;
};

absl::StatusOr<FileDescriptor> ConnectTo(const Namespace& from, const SocketAddress& to,
                                         absl::Duration timeout) {
  GW_ASSIGN_OR_RETURN(FileDescriptor fd, OpenSocket(from, to.family(), SOCK_STREAM));
  if (connect(fd.get(), to.get(), to.size) == 0) return fd;
  const absl::Status failed =
      absl::UnavailableError(absl::StrCat("connect to ", to.text(), " port ", to.port()));
  if (errno != EINPROGRESS || !WaitFor(fd.get(), POLLOUT, absl::Now() + timeout)) return failed;
  int error = 0;
  socklen_t size = sizeof(error);
  getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return failed;
  return fd;
}

absl::StatusOr<FileDescriptor> AcceptFrom(int listener, absl::Duration timeout) {
  if (!WaitFor(listener, POLLIN, absl::Now() + timeout)) {
    return absl::DeadlineExceededError("no data connection came");
  }
  FileDescriptor fd(accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!fd.valid()) return absl::ErrnoToStatus(errno, "accept");
  return fd;
}

bool IsIpv4(const std::string& address) { return absl::StrContains(address, '.'); }

// "192,0,2,1,156,64"
std::string CommaText(const SocketAddress& address) {
  return absl::StrCat(absl::StrReplaceAll(address.text(), {{".", ","}}), ",", address.port() / 256,
                      ",", address.port() % 256);
}

absl::StatusOr<SocketAddress> ParseCommaText(const std::string& text) {
  std::array<unsigned, 6> n{};
  // NOLINTNEXTLINE(cert-err34-c): ranges are checked by inet_pton
  if (std::sscanf(text.c_str(), "%u,%u,%u,%u,%u,%u", &n[0], &n[1], &n[2], &n[3], &n[4], &n[5]) !=
      6) {
    return absl::InvalidArgumentError(absl::StrCat("`", text, "` is not h1,h2,h3,h4,p1,p2"));
  }
  return MakeSocketAddress(absl::StrCat(n[0], ".", n[1], ".", n[2], ".", n[3]),
                           static_cast<uint16_t>(n[4] * 256 + n[5]));
}

// The fields between the bars of "|2|2001:db8::1|40000|" (RFC 2428).
absl::StatusOr<SocketAddress> ParseBarText(const std::string& text, const std::string& peer) {
  const std::vector<std::string> fields = absl::StrSplit(text, '|');
  unsigned port = 0;
  if (fields.size() != 5 || !absl::SimpleAtoi(fields[3], &port) || port > 65535) {
    return absl::InvalidArgumentError(absl::StrCat("`", text, "` is not |family|address|port|"));
  }
  return MakeSocketAddress(fields[2].empty() ? peer : fields[2], static_cast<uint16_t>(port));
}

// A control connection at the server.
class Session {
 public:
  Session(const Namespace& in, int fd, const std::string& content, std::atomic<int>* transfers)
      : in_(in), fd_(fd), lines_(fd), content_(content), transfers_(transfers) {}

  void Run() {
    lines_.Write("220 ready");
    for (;;) {
      const auto line = lines_.Read(absl::Now() + kServerPatience);
      if (!line.ok()) return;
      const std::vector<std::string> words = absl::StrSplit(*line, absl::MaxSplits(' ', 1));
      if (words[0] == "QUIT") return lines_.Write("221 bye");
      Answer(words[0], words.size() > 1 ? words[1] : "");
    }
  }

 private:
  void Answer(const std::string& verb, const std::string& argument) {
    if (verb == "USER") return lines_.Write("331 any password");
    if (verb == "PASS") return lines_.Write("230 in");
    if (verb == "TYPE") return lines_.Write("200 ok");
    if (verb == "PASV" || verb == "EPSV") return OpenPassive(verb == "EPSV");
    if (verb == "PORT") return OpenActive(ParseCommaText(argument));
    if (verb == "EPRT") return OpenActive(ParseBarText(argument, ""));
    if (verb == "RETR") return Retrieve();
    lines_.Write("502 not here");
  }

  void OpenPassive(bool extended) {
    SocketAddress local = LocalAddress(fd_);
    auto listener = OpenServerSocket(in_, SOCK_STREAM, local.text(), 0);
    if (!listener.ok()) return lines_.Write("425 no listener");
    passive_ = *std::move(listener);
    local = LocalAddress(passive_.get());
    if (extended) {
      return lines_.Write(
          absl::StrCat("229 Entering Extended Passive Mode (|||", local.port(), "|)"));
    }
    lines_.Write(absl::StrCat("227 Entering Passive Mode (", CommaText(local), ")."));
  }

  void OpenActive(const absl::StatusOr<SocketAddress>& target) {
    if (!target.ok()) return lines_.Write("501 bad address");
    passive_.Reset(-1);
    active_ = *target;
    lines_.Write("200 ok");
  }

  void Retrieve() {
    lines_.Write("150 here it comes");
    auto connection = passive_.valid() ? AcceptFrom(passive_.get(), kServerPatience)
                                       : ConnectTo(in_, active_, kServerPatience);
    passive_.Reset(-1);
    if (!connection.ok()) return lines_.Write("425 no data connection");
    for (size_t done = 0; done < content_.size();) {
      if (!WaitFor(connection->get(), POLLOUT, absl::Now() + kServerPatience)) break;
      const ssize_t count =
          send(connection->get(), content_.data() + done, content_.size() - done, MSG_NOSIGNAL);
      if (count < 0 && errno != EAGAIN) return lines_.Write("426 broken");
      if (count > 0) done += static_cast<size_t>(count);
    }
    connection->Reset(-1);
    transfers_->fetch_add(1);
    lines_.Write("226 sent");
  }

  const Namespace& in_;
  const int fd_;
  LineStream lines_;
  const std::string& content_;
  std::atomic<int>* const transfers_;
  FileDescriptor passive_;  // where the client will connect to
  SocketAddress active_;    // or where it waits for us
};

// A control connection at the client.
class Fetch {
 public:
  Fetch(const Namespace& from, int fd, std::string address, absl::Duration timeout)
      : from_(from), fd_(fd), lines_(fd), address_(std::move(address)), timeout_(timeout) {}

  absl::StatusOr<std::string> Run(FtpMode mode) {
    GW_RETURN_IF_ERROR(Expect("220").status());
    GW_RETURN_IF_ERROR(Ask("USER anonymous", "331").status());
    GW_RETURN_IF_ERROR(Ask("PASS guest", "230").status());
    GW_RETURN_IF_ERROR(Ask("TYPE I", "200").status());
    GW_ASSIGN_OR_RETURN(const FileDescriptor connection,
                        mode == FtpMode::kPassive ? RequestPassive() : RequestActive());
    GW_ASSIGN_OR_RETURN(std::string content, ReadToEnd(connection.get()));
    GW_RETURN_IF_ERROR(Expect("226").status());
    lines_.Write("QUIT");
    return content;
  }

 private:
  absl::StatusOr<std::string> Expect(const std::string& code) {
    GW_ASSIGN_OR_RETURN(const std::string line, lines_.Read(absl::Now() + timeout_));
    if (absl::StartsWith(line, code)) return line;
    return absl::UnavailableError(absl::StrCat("expected ", code, ", got `", line, "`"));
  }

  absl::StatusOr<std::string> Ask(const std::string& line, const std::string& code) {
    lines_.Write(line);
    auto reply = Expect(code);
    if (!reply.ok()) return Annotate(reply.status(), line);
    return reply;
  }

  absl::StatusOr<FileDescriptor> RequestPassive() {
    const bool ipv4 = IsIpv4(address_);
    GW_ASSIGN_OR_RETURN(const std::string reply, ipv4 ? Ask("PASV", "227") : Ask("EPSV", "229"));
    const size_t open = reply.find('(');
    const size_t close = reply.find(')');
    if (open == std::string::npos || close == std::string::npos || close < open) {
      return absl::UnavailableError(absl::StrCat("no address in `", reply, "`"));
    }
    const std::string where = reply.substr(open + 1, close - open - 1);
    GW_ASSIGN_OR_RETURN(const SocketAddress target,
                        ipv4 ? ParseCommaText(where) : ParseBarText(where, address_));
    lines_.Write("RETR file");
    auto connection = ConnectTo(from_, target, timeout_);
    if (!connection.ok()) return Annotate(connection.status(), "passive data");
    GW_RETURN_IF_ERROR(Expect("150").status());
    return connection;
  }

  absl::StatusOr<FileDescriptor> RequestActive() {
    const SocketAddress local = LocalAddress(fd_);
    GW_ASSIGN_OR_RETURN(const FileDescriptor listener,
                        OpenServerSocket(from_, SOCK_STREAM, local.text(), 0));
    const SocketAddress wait_at = LocalAddress(listener.get());
    const std::string request =
        IsIpv4(address_) ? absl::StrCat("PORT ", CommaText(wait_at))
                         : absl::StrCat("EPRT |2|", wait_at.text(), "|", wait_at.port(), "|");
    GW_RETURN_IF_ERROR(Ask(request, "200").status());
    GW_RETURN_IF_ERROR(Ask("RETR file", "150").status());
    auto connection = AcceptFrom(listener.get(), timeout_);
    if (!connection.ok()) return Annotate(connection.status(), "active data");
    return connection;
  }

  absl::StatusOr<std::string> ReadToEnd(int fd) {
    const absl::Time deadline = absl::Now() + timeout_;
    std::string content;
    std::array<char, 4096> chunk{};
    for (;;) {
      if (!WaitFor(fd, POLLIN, deadline)) return absl::DeadlineExceededError("file incomplete");
      const ssize_t count = recv(fd, chunk.data(), chunk.size(), 0);
      if (count == 0) return content;
      if (count < 0 && errno != EAGAIN) return absl::ErrnoToStatus(errno, "file");
      if (count > 0) content.append(chunk.data(), static_cast<size_t>(count));
    }
  }

  const Namespace& from_;
  const int fd_;
  LineStream lines_;
  const std::string address_;
  const absl::Duration timeout_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<FtpServer>> FtpServer::Start(const Namespace& in,
                                                            std::string content, uint16_t port) {
  GW_ASSIGN_OR_RETURN(FileDescriptor listener, OpenServerSocket(in, SOCK_STREAM, "", port));
  return std::unique_ptr<FtpServer>(new FtpServer(in, std::move(listener), std::move(content)));
}

FtpServer::FtpServer(const Namespace& in, FileDescriptor listener, std::string content)
    : in_(in),
      listener_(std::move(listener)),
      content_(std::move(content)),
      thread_([this] { Serve(); }) {}

FtpServer::~FtpServer() {
  stop_ = true;
  thread_.join();
}

void FtpServer::Serve() {
  while (!stop_) {
    auto control = AcceptFrom(listener_.get(), kStopCheck);
    if (control.ok()) Session(in_, control->get(), content_, &transfers_).Run();
  }
}

absl::StatusOr<std::string> FetchByFtp(const Namespace& from, const std::string& address,
                                       FtpMode mode, absl::Duration timeout, uint16_t port) {
  GW_ASSIGN_OR_RETURN(const SocketAddress target, MakeSocketAddress(address, port));
  auto control = ConnectTo(from, target, timeout);
  if (!control.ok()) return Annotate(control.status(), "control");
  return Fetch(from, control->get(), address, timeout).Run(mode);
}

}  // namespace gw::testing
