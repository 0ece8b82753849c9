// The log: lines on stderr, with syslog priorities (sd-daemon(3) "<6>") when systemd captures
// them, with time and level for people otherwise. Thread-safe. Never called on the packet path.

#ifndef COMMON_BASE_LOG_H_
#define COMMON_BASE_LOG_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace gw {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

// Lines below `level` are dropped. Call once, before other threads start. Journal format is chosen
// when $JOURNAL_STREAM names stderr (systemd.exec(5)).
void InitLog(LogLevel level);

// "debug", "info", "warning", "error".
absl::Status ParseLogLevel(absl::string_view text, LogLevel* level);

void WriteLog(LogLevel level, absl::string_view message);

template <typename... Args>
void LogDebug(const Args&... args) {
  WriteLog(LogLevel::kDebug, absl::StrCat(args...));
}
template <typename... Args>
void LogInfo(const Args&... args) {
  WriteLog(LogLevel::kInfo, absl::StrCat(args...));
}
template <typename... Args>
void LogWarning(const Args&... args) {
  WriteLog(LogLevel::kWarning, absl::StrCat(args...));
}
template <typename... Args>
void LogError(const Args&... args) {
  WriteLog(LogLevel::kError, absl::StrCat(args...));
}

}  // namespace gw

#endif  // COMMON_BASE_LOG_H_
