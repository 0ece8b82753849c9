// Where the test data lies. In a library of its own, so that no other object depends on the folder
// of the checkout, and ccache serves a fresh clone.

#ifndef TESTS_SUPPORT_TESTS_FOLDER_H_
#define TESTS_SUPPORT_TESTS_FOLDER_H_

#include <string>

namespace gw::testing {

// Absolute: `path` below the folder tests.
std::string InTestsFolder(const std::string& path);

}  // namespace gw::testing

#endif  // TESTS_SUPPORT_TESTS_FOLDER_H_
