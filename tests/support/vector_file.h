// The decision vectors (tests/vectors/decision-vectors.json; its schema is in the file and in
// policy-semantics.md) as values that the evaluators take. Strict: a field that this reader does
// not know is an error, so no vector can say something that is not tested.

#ifndef TESTS_SUPPORT_VECTOR_FILE_H_
#define TESTS_SUPPORT_VECTOR_FILE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/policy/explanation.h"
#include "common/policy/model.h"
#include "common/policy/packet.h"
#include "common/policy/site.h"

namespace gw::testing {

struct DecisionVector {
  std::string id;
  std::string title;
  Model model;
  Site site;
  InterfacePacket packet;

  struct Expectation {
    Verdict verdict = Verdict::kNone;
    std::string decided_by;
    std::optional<std::vector<std::string>> trace;
    std::optional<std::vector<std::string>> logs;
    std::optional<bool> untracked;
  };
  Expectation expected;
};

// Vectors name no node: their endpoints and the site are all of this one.
inline constexpr char kVectorNode[] = "gateway";

// All vectors of a file's text, or the first thing in it that is wrong, with its place.
absl::StatusOr<std::vector<DecisionVector>> ParseDecisionVectors(const std::string& text);
absl::StatusOr<std::vector<DecisionVector>> ReadDecisionVectors(const std::string& path);

}  // namespace gw::testing

#endif  // TESTS_SUPPORT_VECTOR_FILE_H_
