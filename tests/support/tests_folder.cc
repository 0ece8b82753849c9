#include "tests/support/tests_folder.h"

namespace gw::testing {

std::string InTestsFolder(const std::string& path) { return GW_TESTS_DIR "/" + path; }

}  // namespace gw::testing
