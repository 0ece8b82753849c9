// The file of MakeJsonFile. Between two calls it ends with a whole line: what a full disk took of a
// line is taken back, so that the line can be written again.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/base/closer.h"
#include "common/base/errno_text.h"
#include "common/base/status_macros.h"
#include "enforcer/audit/json_lines.h"

namespace gw {
namespace {

constexpr mode_t kFileMode = 0640;
constexpr size_t kBytesPerWrite = size_t{256} * 1024;
constexpr auto kLookEvery = std::chrono::seconds(1);

absl::string_view RemedyFor(int error) {
  switch (error) {
    case ENOENT:
      return "make the folder, or set `auditJsonLines` to another path";
    case EACCES:
    case EPERM:
      return "let gatewardend write there, or set `auditJsonLines` to another path";
    case EROFS:
      return "gatewardend.service writes below /var/log/gatewarden: set `auditJsonLines` to a path "
             "there, or add ReadWritePaths= to the unit";
    case ENOSPC:
    case EDQUOT:
      return "make room on the disk";
    default:
      return "set `auditJsonLines` to another path";
  }
}

class JsonFile final : public AuditSink {
 public:
  explicit JsonFile(std::string path) : path_(std::move(path)) {}

  std::string target() const override { return path_; }

  absl::Status Write(absl::Span<const StreamItem> items, Progress* progress) override {
    GW_RETURN_IF_ERROR(FollowRotation());
    while (progress->handled < items.size()) {
      lines_.clear();
      ends_.clear();
      for (size_t i = progress->handled; i < items.size() && lines_.size() < kBytesPerWrite; ++i) {
        absl::StrAppend(&lines_, JsonLineOf(items[i]), "\n");
        ends_.push_back(lines_.size());
      }
      GW_RETURN_IF_ERROR(WriteLines(progress));
    }
    return absl::OkStatus();
  }

 private:
  using Clock = std::chrono::steady_clock;

  absl::Status Failed(absl::string_view what, int error) const {
    return absl::UnavailableError(
        absl::StrCat(what, " `", path_, "`: ", ErrnoText(error), ": ", RemedyFor(error)));
  }

  // Opens the file, also where another one has its name now.
  absl::Status FollowRotation() {
    const auto now = Clock::now();
    if (file_.valid() && now < next_look_) return absl::OkStatus();
    next_look_ = now + kLookEvery;
    struct stat there {};
    if (file_.valid() && stat(path_.c_str(), &there) == 0 && there.st_dev == opened_.st_dev &&
        there.st_ino == opened_.st_ino) {
      return absl::OkStatus();
    }
    return Open();
  }

  absl::Status Open() {
    // Not blocking: the name may be that of a pipe.
    FileDescriptor file(open(
        path_.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, kFileMode));
    if (!file.valid()) return Failed("cannot open", errno);
    if (fstat(file.get(), &opened_) != 0) return Failed("cannot open", errno);
    if (!S_ISREG(opened_.st_mode)) {
      return absl::FailedPreconditionError(
          absl::StrCat("`", path_, "` is no regular file: set `auditJsonLines` to another path"));
    }
    // What a loss of power left of a line stays a line of its own.
    char last = '\n';
    if (opened_.st_size > 0) (void)!pread(file.get(), &last, 1, opened_.st_size - 1);
    if (last != '\n' && write(file.get(), "\n", 1) != 1) return Failed("cannot write", errno);
    file_ = std::move(file);
    return absl::OkStatus();
  }

  absl::Status WriteLines(Progress* progress) {
    struct stat before {};
    if (fstat(file_.get(), &before) != 0) return Failed("cannot write", errno);
    size_t done = 0;
    int error = 0;
    while (done < lines_.size()) {
      const ssize_t wrote = write(file_.get(), lines_.data() + done, lines_.size() - done);
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote <= 0) {
        error = wrote < 0 ? errno : EIO;
        break;
      }
      done += static_cast<size_t>(wrote);
    }
    size_t whole = 0;  // bytes of whole lines
    size_t lines = 0;
    for (; lines < ends_.size() && ends_[lines] <= done; ++lines) whole = ends_[lines];
    progress->handled += lines;
    progress->written += lines;
    if (error == 0) return absl::OkStatus();
    if (whole < done) {
      // If even that fails, the file is opened anew next time, which ends the broken line.
      (void)!ftruncate(file_.get(), before.st_size + static_cast<off_t>(whole));
    }
    file_.Reset(-1);
    return Failed("cannot write", error);
  }

  const std::string path_;
  FileDescriptor file_;
  struct stat opened_ {};  // of file_
  Clock::time_point next_look_;
  std::string lines_;         // kept for its memory
  std::vector<size_t> ends_;  // likewise: where each of lines_ ends
};

}  // namespace

std::unique_ptr<AuditSink> MakeJsonFile(std::string path) {
  return std::make_unique<JsonFile>(std::move(path));
}

}  // namespace gw
