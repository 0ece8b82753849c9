// The journal of MakeJournal.

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

#include "common/base/closer.h"
#include "common/base/errno_text.h"
#include "common/base/status_macros.h"
#include "common/policy/explanation.h"
#include "enforcer/audit/json_lines.h"

namespace gw {
namespace {

// How long the journal may be busy before that is an error.
constexpr int kPatience_ms = 1000;
// An entry has to fit, whatever net.core.wmem_default says (as libsystemd has it).
constexpr int kSendBufferBytes = 8 << 20;

// Values of ours are one line each; a line end in one would begin a field of somebody's choice.
void AddField(absl::string_view name, absl::string_view value, std::string* entry) {
  if (value.empty()) return;
  absl::StrAppend(entry, name, "=", absl::StrReplaceAll(value, {{"\n", " "}}), "\n");
}

void AddTuple(const Tuple& tuple, std::string* entry) {
  AddField("GATEWARDEN_PROTOCOL", ProtocolName(tuple.protocol), entry);
  AddField("GATEWARDEN_SOURCE", ToString(tuple.source), entry);
  AddField("GATEWARDEN_DESTINATION", ToString(tuple.destination), entry);
  if (!HasPorts(tuple.protocol)) return;
  AddField("GATEWARDEN_SOURCE_PORT", absl::StrCat(tuple.source_port), entry);
  AddField("GATEWARDEN_DESTINATION_PORT", absl::StrCat(tuple.destination_port), entry);
}

struct FieldsOf {
  std::string* entry;

  void operator()(const StreamedDecision& decision) const {
    const AuditRecord& record = decision.record;
    AddField("PRIORITY", record.verdict == Verdict::kDeny ? "5" : "6", entry);
    AddField("GATEWARDEN_EVENT", "decision", entry);
    AddField("GATEWARDEN_ID", absl::StrCat(record.id), entry);
    AddField("GATEWARDEN_ACTION", VerdictName(record.verdict), entry);
    AddField("GATEWARDEN_DECIDED_BY", record.decided_by, entry);
    AddField("GATEWARDEN_IN", record.in, entry);
    AddField("GATEWARDEN_OUT", record.out, entry);
    AddTuple(record.tuple, entry);
  }
  void operator()(const StreamedFlow& flow) const {
    AddField("PRIORITY", "6", entry);
    AddField("GATEWARDEN_EVENT", flow.flow.end ? "end" : "translated", entry);
    AddField("GATEWARDEN_ID", absl::StrCat(flow.flow.id), entry);
    AddTuple(flow.tuple, entry);
  }
  void operator()(const AuditEvent& event) const {
    const bool bad = event.kind == "error" || event.kind == "lost" || event.kind == "stream";
    AddField("PRIORITY", bad ? "4" : "6", entry);
    AddField("GATEWARDEN_EVENT", event.kind, entry);
  }
};

class Journal final : public AuditSink {
 public:
  explicit Journal(std::string socket_path) : path_(std::move(socket_path)) {}

  std::string target() const override { return "the journal"; }

  absl::Status Write(absl::Span<const StreamItem> items, Progress* progress) override {
    if (!socket_.valid()) GW_RETURN_IF_ERROR(Connect());
    for (const StreamItem& item : items.subspan(progress->handled)) {
      const int error = Send(JournalEntryOf(item));
      // A policy or a message of kilobytes.
      if (error == EMSGSIZE) {
        ++progress->handled;
        ++progress->lost;
        continue;
      }
      if (error != 0) {
        if (error != EAGAIN) socket_.Reset(-1);
        return Failed(error);
      }
      ++progress->handled;
      ++progress->written;
    }
    return absl::OkStatus();
  }

 private:
  absl::Status Failed(int error) const {
    if (error == EAGAIN) {
      return absl::UnavailableError(absl::StrCat("the journal at `", path_,
                                                 "` takes nothing: see `systemctl status "
                                                 "systemd-journald`"));
    }
    return absl::UnavailableError(
        absl::StrCat("no journal at `", path_, "`: ", ErrnoText(error),
                     ": start systemd-journald, or set `auditJsonLines` to the path of a file"));
  }

  absl::Status Connect() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path_.size() >= sizeof(address.sun_path)) return Failed(ENAMETOOLONG);
    std::memcpy(address.sun_path, path_.data(), path_.size());
    FileDescriptor made(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!made.valid()) return Failed(errno);
    // Without the capability for more, as much as the system allows.
    (void)setsockopt(made.get(), SOL_SOCKET, SO_SNDBUF, &kSendBufferBytes,
                     sizeof(kSendBufferBytes));
    (void)setsockopt(made.get(), SOL_SOCKET, SO_SNDBUFFORCE, &kSendBufferBytes,
                     sizeof(kSendBufferBytes));
    const auto* to = reinterpret_cast<const sockaddr*>(&address);
    if (connect(made.get(), to, sizeof(address)) != 0) return Failed(errno);
    socket_ = std::move(made);
    return absl::OkStatus();
  }

  // 0, or the error.
  int Send(const std::string& entry) {
    bool waited = false;
    while (send(socket_.get(), entry.data(), entry.size(), MSG_NOSIGNAL) < 0) {
      if (errno == EINTR) continue;
      if (errno != EAGAIN || waited) return errno;
      waited = true;
      pollfd room = {socket_.get(), POLLOUT, 0};
      poll(&room, 1, kPatience_ms);
    }
    return 0;
  }

  const std::string path_;
  FileDescriptor socket_;
};

}  // namespace

std::string JournalEntryOf(const StreamItem& item) {
  std::string entry;
  AddField("MESSAGE", JsonLineOf(item), &entry);
  AddField("SYSLOG_IDENTIFIER", "gatewarden", &entry);
  std::visit(FieldsOf{&entry}, item);
  return entry;
}

std::unique_ptr<AuditSink> MakeJournal(std::string socket_path) {
  return std::make_unique<Journal>(std::move(socket_path));
}

}  // namespace gw
