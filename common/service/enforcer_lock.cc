#include "common/service/enforcer_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"

#include "nlohmann/json.hpp"

namespace gw {
namespace {

constexpr mode_t kFileMode = 0640;

std::string LockPath(absl::string_view policy_path) {
  return absl::StrCat(policy_path, ".enforcer");
}

std::string ToJson(const EnforcerState& state) {
  nlohmann::ordered_json json = {{"pid", state.pid},
                                 {"node", state.node},
                                 {"started", absl::FormatTime(state.started, absl::UTCTimeZone())},
                                 {"revision", state.revision},
                                 {"generation", state.generation},
                                 {"since", absl::FormatTime(state.since, absl::UTCTimeZone())},
                                 {"failMode", state.fail_mode},
                                 {"queue", state.queue},
                                 {"problem", state.problem}};
  return json.dump() + "\n";
}

absl::Time ReadTime(const nlohmann::json& json, const char* name) {
  absl::Time time = absl::InfinitePast();
  std::string error;
  (void)absl::ParseTime(absl::RFC3339_full, json.value(name, ""), &time, &error);
  return time;
}

EnforcerState FromJson(const std::string& text) {
  EnforcerState state;
  const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return state;  // cut off by a crash while writing
  state.pid = json.value("pid", int64_t{0});
  state.node = json.value("node", "");
  state.started = ReadTime(json, "started");
  state.revision = json.value("revision", int64_t{0});
  state.generation = json.value("generation", uint32_t{0});
  state.since = ReadTime(json, "since");
  state.fail_mode = json.value("failMode", "");
  state.queue = json.value("queue", "");
  state.problem = json.value("problem", "");
  return state;
}

std::string ReadAll(int fd) {
  std::string text(4096, '\0');
  const ssize_t size = pread(fd, text.data(), text.size(), 0);
  text.resize(size > 0 ? static_cast<size_t>(size) : 0);
  return text;
}

}  // namespace

absl::StatusOr<EnforcerLock> EnforcerLock::Acquire(absl::string_view policy_path) {
  const std::string path = LockPath(policy_path);
  FileDescriptor file(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kFileMode));
  if (!file.valid()) {
    return absl::FailedPreconditionError(absl::StrCat("`", path, "`: ", std::strerror(errno)));
  }
  if (flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    return absl::AlreadyExistsError(absl::StrCat("another gatewardend (pid ",
                                                 FromJson(ReadAll(file.get())).pid, ") enforces `",
                                                 policy_path, "`: stop it first"));
  }
  return EnforcerLock(std::move(file));
}

absl::Status EnforcerLock::Write(const EnforcerState& state) {
  const std::string text = ToJson(state);
  if (ftruncate(file_.get(), 0) != 0 ||
      pwrite(file_.get(), text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
    return absl::UnavailableError(
        absl::StrCat("write the enforcer's state: ", std::strerror(errno)));
  }
  return absl::OkStatus();
}

absl::StatusOr<EnforcerPresence> ReadEnforcerPresence(absl::string_view policy_path) {
  const std::string path = LockPath(policy_path);
  FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) {
    if (errno == ENOENT) return absl::NotFoundError("no enforcer has run on this database yet");
    return absl::PermissionDeniedError(absl::StrCat("`", path, "`: ", std::strerror(errno)));
  }
  EnforcerPresence presence;
  presence.running = flock(file.get(), LOCK_SH | LOCK_NB) != 0;
  presence.state = FromJson(ReadAll(file.get()));
  return presence;
}

}  // namespace gw
