// The fills that the texts under tests/vectors/ruleset are made of: one for each thing that a
// policy or a setting changes in the table. Used by the test that compares the texts and by the one
// that shows them to the kernel.

#ifndef TESTS_ENFORCER_RULESET_FILLS_H_
#define TESTS_ENFORCER_RULESET_FILLS_H_

#include <string>
#include <vector>

#include "enforcer/ruleset/ruleset.h"

namespace gw::testing {

struct NamedFill {
  std::string name;  // of the file
  Fill fill;
};

// Order and names fixed.
std::vector<NamedFill> AllFills();

// The fill in words, as the comment on top of its file.
std::string Describe(const Fill& fill);

// A mask away from the default, at the low end of the word.
MarkLayout LowMarks();

}  // namespace gw::testing

#endif  // TESTS_ENFORCER_RULESET_FILLS_H_
