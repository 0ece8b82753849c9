// InputLines reads a stream line by line with a bound on the length of a line, so that no input
// can exhaust the memory of a program that streams. One thread.

#ifndef ENFORCER_CLI_INPUT_LINES_H_
#define ENFORCER_CLI_INPUT_LINES_H_

#include <cstddef>
#include <functional>
#include <istream>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace gw::cli {

inline constexpr size_t kInputLineBytesMax = size_t{1024} * 1024;

class InputLines {
 public:
  explicit InputLines(std::istream& in) : in_(in) {}

  // False at the end of the input.
  bool Next();

  // The line without its end (LF or CR LF).
  const std::string& text() const { return text_; }
  // Longer than kInputLineBytesMax; `text` is empty.
  bool too_long() const { return too_long_; }
  // True if the next line has not arrived yet: time to flush what was answered.
  bool Waiting() const { return in_.rdbuf()->in_avail() <= 0; }

 private:
  std::istream& in_;
  std::string text_;
  bool too_long_ = false;
};

// Calls `visit` for each line of the file at `path`, or of `standard_input` if that is "-".
absl::Status ForEachLine(const std::string& path, std::istream& standard_input,
                         const std::function<void(const InputLines& line)>& visit);

}  // namespace gw::cli

#endif  // ENFORCER_CLI_INPUT_LINES_H_
