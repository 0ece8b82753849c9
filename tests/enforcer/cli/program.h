// The built `gatewarden`, run with arguments and standard input.

#ifndef TESTS_ENFORCER_CLI_PROGRAM_H_
#define TESTS_ENFORCER_CLI_PROGRAM_H_

#include <string>
#include <vector>

#include "tests/support/subprocess.h"

namespace gw::testing {

Finished Gatewarden(const std::vector<std::string>& arguments, const std::string& input = "");

// The lines of an output, without their ends.
std::vector<std::string> LinesOf(const std::string& text);

std::string ReadTextFile(const std::string& path);

}  // namespace gw::testing

#endif  // TESTS_ENFORCER_CLI_PROGRAM_H_
