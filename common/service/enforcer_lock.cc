#include "common/service/enforcer_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "common/base/errno_text.h"
#include "nlohmann/json.hpp"

namespace gw {
namespace {

constexpr mode_t kFileMode = 0640;
constexpr size_t kStateBytesMax = 1 << 16;
constexpr int kReadAttempts = 10;
constexpr int kLockAttempts = 10;
constexpr absl::Duration kLockPause = absl::Milliseconds(20);

std::string LockPath(absl::string_view policy_path) {
  return absl::StrCat(policy_path, ".enforcer");
}

nlohmann::ordered_json ToJson(const EnforcerCounts& counts) {
  nlohmann::ordered_json json = {{"asOf", absl::FormatTime(counts.as_of, absl::UTCTimeZone())},
                                 {"decisions", counts.decisions},
                                 {"denied", counts.denied},
                                 {"recordsLost", counts.records_lost},
                                 {"auditProblem", counts.audit_problem},
                                 {"hashChainProblem", counts.hash_chain_problem},
                                 {"guardDrops", counts.guard_drops},
                                 {"queueDrops", counts.queue_drops},
                                 {"learnedDenials", counts.learned_denials},
                                 {"untrackedAccepts", counts.untracked_accepts},
                                 {"untrackedDenials", counts.untracked_denials},
                                 {"reversePathDenials", counts.reverse_path_denials}};
  if (counts.live_flows) json["liveFlows"] = *counts.live_flows;
  for (const AuditStreamCounts& stream : counts.streams) {
    json["streams"].push_back({{"name", stream.name},
                               {"target", stream.target},
                               {"problem", stream.problem},
                               {"written", stream.written},
                               {"dropped", stream.dropped}});
  }
  return json;
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
                                 {"problem", state.problem},
                                 {"rules", state.rules},
                                 {"classifierBytes", state.classifier_bytes},
                                 {"counts", ToJson(state.counts)}};
  // An errno text in another encoding must not keep the state from being written.
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

absl::Time ReadTime(const nlohmann::json& json, const char* name) {
  absl::Time time = absl::InfinitePast();
  std::string error;
  (void)absl::ParseTime(absl::RFC3339_full, json.value(name, ""), &time, &error);
  return time;
}

EnforcerCounts CountsFromJson(const nlohmann::json& json) {
  EnforcerCounts counts;
  counts.as_of = ReadTime(json, "asOf");
  counts.decisions = json.value("decisions", int64_t{0});
  counts.denied = json.value("denied", int64_t{0});
  counts.records_lost = json.value("recordsLost", int64_t{0});
  counts.audit_problem = json.value("auditProblem", "");
  counts.hash_chain_problem = json.value("hashChainProblem", "");
  counts.guard_drops = json.value("guardDrops", int64_t{0});
  counts.queue_drops = json.value("queueDrops", int64_t{0});
  counts.learned_denials = json.value("learnedDenials", int64_t{0});
  counts.untracked_accepts = json.value("untrackedAccepts", int64_t{0});
  counts.untracked_denials = json.value("untrackedDenials", int64_t{0});
  counts.reverse_path_denials = json.value("reversePathDenials", int64_t{0});
  for (const auto& stream : json.value("streams", nlohmann::json::array())) {
    counts.streams.push_back({stream.value("name", ""), stream.value("target", ""),
                              stream.value("problem", ""), stream.value("written", int64_t{0}),
                              stream.value("dropped", int64_t{0})});
  }
  if (json.contains("liveFlows")) counts.live_flows = json["liveFlows"].get<int64_t>();
  return counts;
}

// All empty if the text is not a state: cut off by a crash, or written by another program.
EnforcerState FromJson(const std::string& text) {
  const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return {};
  EnforcerState state;
  try {
    state.pid = json.value("pid", int64_t{0});
    state.node = json.value("node", "");
    state.started = ReadTime(json, "started");
    state.revision = json.value("revision", int64_t{0});
    state.generation = json.value("generation", uint32_t{0});
    state.since = ReadTime(json, "since");
    state.fail_mode = json.value("failMode", "");
    state.queue = json.value("queue", "");
    state.problem = json.value("problem", "");
    state.rules = json.value("rules", int64_t{0});
    state.classifier_bytes = json.value("classifierBytes", int64_t{0});
    // Absent in the file of an earlier version.
    if (json.contains("counts")) state.counts = CountsFromJson(json["counts"]);
  } catch (const nlohmann::json::exception&) {  // a value of another type
    return {};
  }
  return state;
}

// The state is the file's first line.
std::string ReadLine(int fd) {
  std::string text(kStateBytesMax, '\0');
  const ssize_t size = pread(fd, text.data(), text.size(), 0);
  text.resize(size > 0 ? static_cast<size_t>(size) : 0);
  return text.substr(0, text.find('\n'));
}

// A write may be seen half done: two reads in a row that agree are a whole one.
std::string ReadSteadyLine(int fd) {
  std::string line = ReadLine(fd);
  for (int attempt = 0; attempt < kReadAttempts; ++attempt) {
    const std::string again = ReadLine(fd);
    if (again == line) break;
    line = again;
  }
  return line;
}

// A client that looks whether an enforcer runs holds the lock for a moment.
bool LockWithPatience(int fd) {
  for (int attempt = 0; attempt < kLockAttempts; ++attempt) {
    if (flock(fd, LOCK_EX | LOCK_NB) == 0) return true;
    absl::SleepFor(kLockPause);
  }
  return false;
}

}  // namespace

absl::StatusOr<EnforcerLock> EnforcerLock::Acquire(absl::string_view policy_path) {
  const std::string path = LockPath(policy_path);
  FileDescriptor file(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kFileMode));
  if (!file.valid()) {
    return absl::FailedPreconditionError(absl::StrCat("`", path, "`: ", ErrnoText()));
  }
  if (!LockWithPatience(file.get())) {
    return absl::AlreadyExistsError(absl::StrCat("another gatewardend (pid ",
                                                 FromJson(ReadSteadyLine(file.get())).pid,
                                                 ") enforces `", policy_path, "`: stop it first"));
  }
  return EnforcerLock(std::move(file));
}

absl::Status EnforcerLock::Write(const EnforcerState& state) {
  const std::string text = ToJson(state);
  // Cut to length afterwards: who reads between the two finds a whole first line.
  if (pwrite(file_.get(), text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()) ||
      ftruncate(file_.get(), static_cast<off_t>(text.size())) != 0) {
    return absl::UnavailableError(absl::StrCat("write the enforcer's state: ", ErrnoText()));
  }
  return absl::OkStatus();
}

absl::StatusOr<EnforcerPresence> ReadEnforcerPresence(absl::string_view policy_path) {
  const std::string path = LockPath(policy_path);
  FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) {
    if (errno == ENOENT) return absl::NotFoundError("no enforcer has run on this database yet");
    return absl::PermissionDeniedError(absl::StrCat("`", path, "`: ", ErrnoText()));
  }
  EnforcerPresence presence;
  presence.running = flock(file.get(), LOCK_SH | LOCK_NB) != 0;
  flock(file.get(), LOCK_UN);
  presence.state = FromJson(ReadSteadyLine(file.get()));
  return presence;
}

}  // namespace gw
