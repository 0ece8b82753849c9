#include "enforcer/cli/input_lines.h"

#include <cerrno>
#include <fstream>

#include "absl/strings/str_cat.h"

namespace gw::cli {
namespace {

absl::Status CannotRead(const std::string& path) {
  return absl::ErrnoToStatus(errno, absl::StrCat("cannot read `", path, "`"));
}

}  // namespace

bool InputLines::Next() {
  text_.clear();
  too_long_ = false;
  std::streambuf& buffer = *in_.rdbuf();
  bool any = false;
  for (int byte = buffer.sbumpc(); byte != std::char_traits<char>::eof(); byte = buffer.sbumpc()) {
    any = true;
    if (byte == '\n') break;
    if (text_.size() == kInputLineBytesMax) too_long_ = true;
    if (!too_long_) text_.push_back(static_cast<char>(byte));
  }
  if (too_long_) text_.clear();
  if (!text_.empty() && text_.back() == '\r') text_.pop_back();
  return any;
}

absl::Status ForEachLine(const std::string& path, std::istream& standard_input,
                         const std::function<void(const InputLines& line)>& visit) {
  std::ifstream file;
  if (path != "-") {
    errno = 0;
    file.open(path, std::ios::binary);
    if (!file) return CannotRead(path);
    // A directory can be opened, but not read.
    errno = 0;
    if (file.peek() == std::char_traits<char>::eof() && errno != 0) return CannotRead(path);
  }
  InputLines lines(path == "-" ? standard_input : file);
  while (lines.Next()) visit(lines);
  return absl::OkStatus();
}

}  // namespace gw::cli
