#include "tests/enforcer/cli/program.h"

#include <fstream>
#include <sstream>

#include "absl/strings/str_split.h"

namespace gw::testing {

Finished Gatewarden(const std::vector<std::string>& arguments, const std::string& input) {
  std::vector<std::string> argv = {GW_GATEWARDEN};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  Subprocess::Options options;
  options.input = input;
  return RunProgram(argv, absl::Seconds(60), options);
}

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines = absl::StrSplit(text, '\n');
  if (lines.back().empty()) lines.pop_back();
  return lines;
}

std::string ReadTextFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace gw::testing
