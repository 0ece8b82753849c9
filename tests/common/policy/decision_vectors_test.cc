// Every decision vector on both evaluators: the specification as tests.

#include <gtest/gtest.h>

#include <iostream>
#include <string>
#include <vector>

#include "common/policy/compile.h"
#include "common/policy/evaluate.h"
#include "common/policy/reference.h"
#include "tests/support/status_matchers.h"
#include "tests/support/tests_folder.h"
#include "tests/support/vector_file.h"

namespace gw {
namespace {

using testing::DecisionVector;

constexpr size_t kVectorCount = 155;

std::vector<DecisionVector> Vectors() {
  const auto vectors =
      testing::ReadDecisionVectors(testing::InTestsFolder("vectors/decision-vectors.json"));
  EXPECT_OK(vectors);
  return vectors.ok() ? *vectors : std::vector<DecisionVector>();
}

void ExpectAsWritten(const DecisionVector::Expectation& expected, const Explanation& found) {
  EXPECT_STREQ(VerdictName(found.verdict), VerdictName(expected.verdict));
  EXPECT_EQ(found.decided_by, expected.decided_by);
  if (expected.trace) {
    EXPECT_EQ(found.trace, *expected.trace);
  }
  if (expected.logs) {
    EXPECT_EQ(found.logs, *expected.logs);
  }
  if (expected.untracked) {
    EXPECT_EQ(found.untracked, *expected.untracked);
  }
}

// The words of a trace's end are those of the decision.
void ExpectTraceEndsWithDecision(const Explanation& found) {
  ASSERT_FALSE(found.trace.empty());
  const char* action = found.verdict == Verdict::kAllow  ? ":Allow"
                       : found.verdict == Verdict::kDeny ? ":Deny"
                                                         : ":None";
  EXPECT_EQ(found.trace.back(), found.decided_by + action);
}

TEST(DecisionVectors, ReferenceEvaluatorDecidesEachAsWritten) {
  size_t count = 0;
  for (const DecisionVector& vector : Vectors()) {
    SCOPED_TRACE(vector.id + ": " + vector.title);
    const Explanation found = ReferenceEvaluate(vector.model, vector.site, vector.packet);
    ExpectAsWritten(vector.expected, found);
    ExpectTraceEndsWithDecision(found);
    ++count;
  }
  std::cout << count << " decision vectors on the reference evaluator\n";
  EXPECT_EQ(count, kVectorCount);
}

TEST(DecisionVectors, EngineDecidesEachAsWritten) {
  size_t count = 0;
  for (const DecisionVector& vector : Vectors()) {
    SCOPED_TRACE(vector.id + ": " + vector.title);
    const auto snapshot = Compile(vector.model, vector.site, 1);
    ASSERT_OK(snapshot);
    const Explanation found = Explain(**snapshot, vector.packet);
    ExpectAsWritten(vector.expected, found);
    ExpectTraceEndsWithDecision(found);

    const Decision decision =
        Evaluate(**snapshot, (*snapshot)->RoleOf(vector.packet.in),
                 (*snapshot)->RoleOf(vector.packet.out), vector.packet.packet);
    EXPECT_STREQ(VerdictName(decision.verdict), VerdictName(vector.expected.verdict));
    EXPECT_EQ((*snapshot)->DecidedBy(decision.reason), vector.expected.decided_by);
    EXPECT_EQ(decision.untracked, found.untracked);
    ++count;
  }
  std::cout << count << " decision vectors on the engine\n";
  EXPECT_EQ(count, kVectorCount);
}

TEST(DecisionVectors, FieldThatNobodyReadsIsAnError) {
  const std::string vector =
      R"({"format":"decision-vectors/1","schema":{},"vectors":[{"id":"X","title":"x","config":{},
         "interfaces":{},"resources":{},"packet":{"hook":"input","in":"eth0","src":"10.0.0.1",
         "dst":"10.0.0.2","proto":"TCP"},"expect":{"verdict":"none","decidedBy":"not-policed"}}]})";
  EXPECT_OK(testing::ParseDecisionVectors(vector));
  std::string with_typo = vector;
  with_typo.replace(with_typo.find("\"in\""), 4, "\"inn\"");
  const auto refused = testing::ParseDecisionVectors(with_typo);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.status().message(), "file.vectors[0].packet.inn: unknown field");
}

}  // namespace
}  // namespace gw
