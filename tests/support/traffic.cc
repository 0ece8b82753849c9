#include "tests/support/traffic.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "common/base/status_macros.h"
#include "tests/support/lab.h"
#include "tests/support/sockets.h"

namespace gw::testing {
namespace {

constexpr int kDatagramBuffer = 8 << 20;
constexpr int kStopCheckMs = 20;
constexpr size_t kChunk = 65536;

Outcome OutcomeOfErrno(int error) {
  switch (error) {
    case 0:
      return Outcome::kConnected;
    case ECONNREFUSED:
    case ECONNRESET:
      return Outcome::kRefused;
    case ETIMEDOUT:
      return Outcome::kTimedOut;
    default:
      return Outcome::kUnreachable;
  }
}

int TakeSocketError(int fd) {
  int error = 0;
  socklen_t size = sizeof(error);
  getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

struct Dialed {
  FileDescriptor fd;
  SocketAddress target;
};

absl::StatusOr<Dialed> OpenClientSocket(const Namespace& from, const Dial& dial, int type) {
  Dialed dialed;
  GW_ASSIGN_OR_RETURN(dialed.target, MakeSocketAddress(dial.address, dial.port));
  GW_ASSIGN_OR_RETURN(dialed.fd, OpenSocket(from, dialed.target.family(), type));
  if (dial.source_port == 0) return dialed;
  const char* any = dialed.target.family() == AF_INET ? "0.0.0.0" : "::";
  GW_ASSIGN_OR_RETURN(const SocketAddress local, MakeSocketAddress(any, dial.source_port));
  const int on = 1;
  setsockopt(dialed.fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (bind(dialed.fd.get(), local.get(), local.size) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("bind to source port ", dial.source_port));
  }
  return dialed;
}

// Closing with a reset leaves no TIME_WAIT behind, so that a source port can be used again.
void CloseWithReset(int fd) {
  const linger reset{1, 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
}

Tried ConnectStream(const Dialed& dialed, absl::Duration timeout) {
  const absl::Time start = absl::Now();
  Tried tried;
  int error = 0;
  if (connect(dialed.fd.get(), dialed.target.get(), dialed.target.size) != 0) error = errno;
  if (error == EINPROGRESS) {
    // Between namespaces an ICMP error comes while connect() still owns the socket; the kernel
    // keeps such a one as a soft error, wakes nobody, and tries again after a second.
    error = TakeSocketError(dialed.fd.get());
    if (error == 0) {
      const bool ended = WaitFor(dialed.fd.get(), POLLOUT, start + timeout);
      error = ended ? TakeSocketError(dialed.fd.get()) : ETIMEDOUT;
    }
  }
  tried.outcome = OutcomeOfErrno(error);
  tried.latency = absl::Now() - start;
  return tried;
}

// FNV-1a over what passes; order matters to it.
class Checksum {
 public:
  void Add(const char* bytes, size_t size) {
    for (size_t i = 0; i < size; ++i) {
      value_ = (value_ ^ static_cast<unsigned char>(bytes[i])) * 0x100000001b3u;
    }
  }
  uint64_t value() const { return value_; }

 private:
  uint64_t value_ = 0xcbf29ce484222325u;
};

// A pattern that no shift by whole packets leaves unchanged.
void FillChunk(uint64_t offset, std::vector<char>* chunk) {
  for (size_t i = 0; i < chunk->size(); ++i) {
    const uint64_t position = offset + i;
    (*chunk)[i] = static_cast<char>((position * 0x9e3779b97f4a7c15u) >> 56);
  }
}

// One connection of a TcpServer: what is received and not yet sent back.
struct Echoed {
  FileDescriptor fd;
  std::string pending;
  bool ended = false;  // the peer sends no more

  short events() const {
    // While much is pending nothing more is read: the sender is slowed, memory stays bounded.
    const bool read_more = !ended && pending.size() < kChunk;
    return static_cast<short>((read_more ? POLLIN : 0) | (pending.empty() ? 0 : POLLOUT));
  }
};

// Moves what can be moved. False when the connection is over.
bool EchoOnce(Echoed* echoed, std::atomic<uint64_t>* received) {
  std::vector<char> chunk(kChunk);
  if (!echoed->ended && echoed->pending.size() < kChunk) {
    const ssize_t count = recv(echoed->fd.get(), chunk.data(), chunk.size(), 0);
    if (count > 0) {
      echoed->pending.append(chunk.data(), static_cast<size_t>(count));
      received->fetch_add(static_cast<uint64_t>(count));
    } else if (count == 0) {
      echoed->ended = true;
    } else if (errno != EAGAIN) {
      return false;
    }
  }
  if (!echoed->pending.empty()) {
    const ssize_t count =
        send(echoed->fd.get(), echoed->pending.data(), echoed->pending.size(), MSG_NOSIGNAL);
    if (count < 0 && errno != EAGAIN) return false;
    if (count > 0) echoed->pending.erase(0, static_cast<size_t>(count));
  }
  return !echoed->ended || !echoed->pending.empty();
}

Outcome OutcomeOfStatus(const absl::Status& status) {
  if (status.ok()) return Outcome::kConnected;
  if (absl::IsDeadlineExceeded(status)) return Outcome::kTimedOut;
  return absl::IsAborted(status) ? Outcome::kRefused : Outcome::kUnreachable;
}

}  // namespace

const char* OutcomeName(Outcome outcome) {
  switch (outcome) {
    case Outcome::kConnected:
      return "connected";
    case Outcome::kRefused:
      return "refused";
    case Outcome::kTimedOut:
      return "timed out";
    case Outcome::kUnreachable:
      return "unreachable";
  }
  return "";
}

std::ostream& operator<<(std::ostream& stream, Outcome outcome) {
  return stream << OutcomeName(outcome);
}

absl::StatusOr<std::unique_ptr<TcpServer>> TcpServer::Start(const Namespace& in, uint16_t port,
                                                            const std::string& address) {
  GW_ASSIGN_OR_RETURN(FileDescriptor fd, OpenServerSocket(in, SOCK_STREAM, address, port));
  return std::unique_ptr<TcpServer>(new TcpServer(std::move(fd)));
}

TcpServer::TcpServer(FileDescriptor listener)
    : listener_(std::move(listener)), thread_([this] { Serve(); }) {}

TcpServer::~TcpServer() {
  stop_ = true;
  thread_.join();
}

std::string TcpServer::last_peer() const {
  MutexLock lock(mutex_);
  return last_peer_;
}

void TcpServer::Serve() {
  std::vector<Echoed> open;
  while (!stop_) {
    std::vector<pollfd> polled = {{listener_.get(), POLLIN, 0}};
    for (const Echoed& echoed : open) polled.push_back({echoed.fd.get(), echoed.events(), 0});
    poll(polled.data(), polled.size(), kStopCheckMs);
    for (size_t i = open.size(); i > 0; --i) {
      if (polled[i].revents != 0 && !EchoOnce(&open[i - 1], &bytes_received_)) {
        open.erase(open.begin() + static_cast<std::ptrdiff_t>(i - 1));
      }
    }
    SocketAddress peer;
    FileDescriptor accepted(
        accept4(listener_.get(), peer.get(), &peer.size, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!accepted.valid()) continue;
    open.push_back({std::move(accepted), {}, false});
    MutexLock lock(mutex_);
    last_peer_ = peer.text();
    connections_.fetch_add(1);
  }
}

absl::StatusOr<std::unique_ptr<UdpServer>> UdpServer::Start(const Namespace& in, uint16_t port,
                                                            const std::string& address) {
  GW_ASSIGN_OR_RETURN(FileDescriptor fd, OpenServerSocket(in, SOCK_DGRAM, address, port));
  // Each small datagram takes some 800 bytes of the buffer, so Linux's usual 208 KiB hold 256 of
  // them while this thread waits for a busy processor: what comes then is lost here, and a test
  // that counts would blame the gateway.
  if (setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUFFORCE, &kDatagramBuffer, sizeof kDatagramBuffer) !=
      0) {
    return absl::InternalError(absl::StrCat("SO_RCVBUFFORCE: ", strerror(errno)));
  }
  return std::unique_ptr<UdpServer>(new UdpServer(std::move(fd)));
}

UdpServer::UdpServer(FileDescriptor socket_fd)
    : socket_fd_(std::move(socket_fd)), thread_([this] { Serve(); }) {}

UdpServer::~UdpServer() {
  stop_ = true;
  thread_.join();
}

std::string UdpServer::last_peer() const {
  MutexLock lock(mutex_);
  return last_peer_;
}

void UdpServer::Serve() {
  std::vector<char> datagram(kChunk);
  while (!stop_) {
    pollfd wanted{socket_fd_.get(), POLLIN, 0};
    if (poll(&wanted, 1, kStopCheckMs) <= 0) continue;
    SocketAddress peer;
    const ssize_t count =
        recvfrom(socket_fd_.get(), datagram.data(), datagram.size(), 0, peer.get(), &peer.size);
    if (count < 0) continue;
    {
      MutexLock lock(mutex_);
      last_peer_ = peer.text();
      datagrams_.fetch_add(1);
    }
    sendto(socket_fd_.get(), datagram.data(), static_cast<size_t>(count), 0, peer.get(), peer.size);
  }
}

Tried TcpConnect(const Namespace& from, const Dial& dial) {
  const auto dialed = OpenClientSocket(from, dial, SOCK_STREAM);
  if (!dialed.ok()) return {Outcome::kUnreachable, absl::ZeroDuration()};
  const Tried tried = ConnectStream(*dialed, dial.timeout);
  CloseWithReset(dialed->fd.get());
  return tried;
}

absl::StatusOr<TcpFlow> TcpFlow::Open(const Namespace& from, const Dial& dial) {
  GW_ASSIGN_OR_RETURN(Dialed dialed, OpenClientSocket(from, dial, SOCK_STREAM));
  const Tried tried = ConnectStream(dialed, dial.timeout);
  if (tried.outcome != Outcome::kConnected) {
    return absl::UnavailableError(absl::StrCat("connect to ", dial.address, " port ", dial.port,
                                               ": ", OutcomeName(tried.outcome)));
  }
  const int on = 1;
  setsockopt(dialed.fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  return TcpFlow(std::move(dialed.fd));
}

absl::Status TcpFlow::Send(absl::string_view text) {
  const ssize_t count = send(fd_.get(), text.data(), text.size(), MSG_NOSIGNAL);
  if (count == static_cast<ssize_t>(text.size())) return absl::OkStatus();
  if (count < 0) return absl::UnavailableError(absl::StrCat("send: errno ", errno));
  return absl::ResourceExhaustedError("send: the socket buffer is full");
}

absl::StatusOr<std::string> TcpFlow::Receive(size_t size, absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  std::string text(size, '\0');
  for (size_t done = 0; done < size;) {
    if (!WaitFor(fd_.get(), POLLIN, deadline)) {
      return absl::DeadlineExceededError(absl::StrCat("received ", done, " of ", size, " bytes"));
    }
    const ssize_t count = recv(fd_.get(), text.data() + done, size - done, 0);
    if (count == 0) return absl::UnavailableError("the peer closed");
    if (count < 0 && errno != EAGAIN) {
      return absl::UnavailableError(absl::StrCat("receive: errno ", errno));
    }
    if (count > 0) done += static_cast<size_t>(count);
  }
  return text;
}

bool TcpFlow::Echo(absl::string_view text, absl::Duration timeout) {
  if (!Send(text).ok()) return false;
  const auto reply = Receive(text.size(), timeout);
  return reply.ok() && *reply == text;
}

uint16_t TcpFlow::source_port() const { return LocalAddress(fd_.get()).port(); }

Transfer TransferBulk(const Namespace& from, const Dial& dial, uint64_t bytes) {
  const absl::Time start = absl::Now();
  const absl::Time deadline = start + dial.timeout;
  Transfer transfer;
  auto dialed = OpenClientSocket(from, dial, SOCK_STREAM);
  if (!dialed.ok() || ConnectStream(*dialed, dial.timeout).outcome != Outcome::kConnected) {
    return transfer;
  }
  const int fd = dialed->fd.get();
  Checksum sent;
  Checksum received;
  std::vector<char> out;
  std::vector<char> in(kChunk);
  size_t out_done = 0;
  while (transfer.bytes_received < bytes && absl::Now() < deadline) {
    const bool more = transfer.bytes_sent < bytes;
    if (!WaitFor(fd, static_cast<short>(POLLIN | (more ? POLLOUT : 0)), deadline)) break;
    if (more && out_done == out.size()) {
      out.resize(std::min<uint64_t>(kChunk, bytes - transfer.bytes_sent));
      FillChunk(transfer.bytes_sent, &out);
      out_done = 0;
    }
    const ssize_t written =
        more ? send(fd, out.data() + out_done, out.size() - out_done, MSG_NOSIGNAL) : 0;
    if (written > 0) {
      sent.Add(out.data() + out_done, static_cast<size_t>(written));
      out_done += static_cast<size_t>(written);
      transfer.bytes_sent += static_cast<uint64_t>(written);
    }
    const ssize_t read = recv(fd, in.data(), in.size(), 0);
    if (read == 0 || (read < 0 && errno != EAGAIN)) break;
    if (read > 0) {
      received.Add(in.data(), static_cast<size_t>(read));
      transfer.bytes_received += static_cast<uint64_t>(read);
    }
  }
  transfer.checksum_sent = sent.value();
  transfer.checksum_received = received.value();
  transfer.duration = absl::Now() - start;
  return transfer;
}

absl::StatusOr<UdpFlow> UdpFlow::Open(const Namespace& from, const Dial& dial) {
  GW_ASSIGN_OR_RETURN(Dialed dialed, OpenClientSocket(from, dial, SOCK_DGRAM));
  // Connected, so that ICMP errors come back as errno; with RECVERR all of them do.
  const int on = 1;
  if (dialed.target.family() == AF_INET) {
    setsockopt(dialed.fd.get(), IPPROTO_IP, IP_RECVERR, &on, sizeof(on));
  } else {
    setsockopt(dialed.fd.get(), IPPROTO_IPV6, IPV6_RECVERR, &on, sizeof(on));
  }
  if (connect(dialed.fd.get(), dialed.target.get(), dialed.target.size) != 0) {
    return absl::ErrnoToStatus(errno, "connect");
  }
  return UdpFlow(std::move(dialed.fd));
}

absl::Status UdpFlow::Send(absl::string_view payload) {
  if (send(fd_.get(), payload.data(), payload.size(), 0) >= 0) return absl::OkStatus();
  if (errno == ECONNREFUSED) return absl::AbortedError("send: refused");
  return absl::UnavailableError(absl::StrCat("send: errno ", errno));
}

absl::StatusOr<std::string> UdpFlow::Receive(absl::Duration timeout) {
  if (!WaitFor(fd_.get(), POLLIN, absl::Now() + timeout)) {
    return absl::DeadlineExceededError("no datagram came");
  }
  std::string payload(kChunk, '\0');
  const ssize_t count = recv(fd_.get(), payload.data(), payload.size(), 0);
  if (count < 0 && errno == ECONNREFUSED) return absl::AbortedError("receive: refused");
  if (count < 0) return absl::UnavailableError(absl::StrCat("receive: errno ", errno));
  payload.resize(static_cast<size_t>(count));
  return payload;
}

bool UdpFlow::Echo(absl::string_view payload, absl::Duration timeout) {
  if (!Send(payload).ok()) return false;
  const auto reply = Receive(timeout);
  return reply.ok() && *reply == payload;
}

UdpTried UdpExchange(const Namespace& from, const Dial& dial, absl::string_view payload) {
  const absl::Time start = absl::Now();
  UdpTried tried;
  auto flow = UdpFlow::Open(from, dial);
  absl::Status status = flow.ok() ? flow->Send(payload) : flow.status();
  if (status.ok()) {
    auto reply = flow->Receive(dial.timeout);
    status = reply.status();
    if (reply.ok()) tried.reply = *std::move(reply);
  }
  tried.outcome = OutcomeOfStatus(status);
  tried.latency = absl::Now() - start;
  return tried;
}

UdpPairTried UdpExchangePair(const Namespace& from, const Dial& dial, absl::string_view first,
                             absl::string_view second) {
  const absl::Time start = absl::Now();
  UdpPairTried tried;
  auto flow = UdpFlow::Open(from, dial);
  if (flow.ok() && flow->Send(first).ok() && flow->Send(second).ok()) {
    while (tried.replies < 2) {
      const auto reply = flow->Receive(start + dial.timeout - absl::Now());
      if (!reply.ok()) break;
      if (*reply == first || *reply == second) ++tried.replies;
    }
  }
  tried.latency = absl::Now() - start;
  return tried;
}

Pinged Ping(const Namespace& from, const std::string& address, int count, absl::Duration timeout) {
  const Finished run = RunIn(from,
                             {"ping", "-n", "-i", "0.2", "-c", absl::StrCat(count), "-W",
                              absl::StrCat(absl::ToDoubleSeconds(timeout)), address},
                             timeout + absl::Milliseconds(200) * count + absl::Seconds(2));
  Pinged pinged;
  pinged.text = absl::StrCat(run.out, run.err);
  const size_t summary = run.out.find("ping statistics ---\n");
  if (summary == std::string::npos) return pinged;
  // NOLINTNEXTLINE(cert-err34-c): ping writes numbers
  (void)std::sscanf(run.out.c_str() + summary,
                    "ping statistics ---\n%d packets transmitted, %d received", &pinged.sent,
                    &pinged.received);
  return pinged;
}

}  // namespace gw::testing
