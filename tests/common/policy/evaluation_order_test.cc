#include "common/policy/evaluation_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"

namespace gw {
namespace {

using ::testing::ElementsAre;

void AddTier(Model& model, const char* name, std::optional<double> order) {
  Tier tier;
  tier.metadata.name = name;
  tier.order = order;
  tier.default_action = TierAction::kPass;
  Put(model, tier);
}

void AddPolicy(Model& model, const char* name, const char* tier, std::optional<double> order,
               bool staged = false) {
  Policy policy;
  policy.metadata.name = name;
  policy.tier = tier;
  policy.order = order;
  policy.staged = staged;
  Put(model, policy);
}

std::vector<std::string> Listed(const Model& model) {
  std::vector<std::string> lines;
  for (const OrderedTier& tier : EvaluationOrder(model)) {
    lines.push_back(absl::StrCat(tier.name, tier.defined ? "" : "?",
                                 tier.end == TierAction::kPass ? " passes" : ""));
    for (const OrderedPolicy& ordered : tier.policies) {
      lines.push_back(absl::StrCat(ordered.number, " ", ordered.key.name,
                                   ordered.policy->staged ? " staged" : ""));
    }
  }
  return lines;
}

TEST(EvaluationOrder, DefaultIsAlwaysThere) {
  EXPECT_THAT(Listed(Model()), ElementsAre("default"));
}

TEST(EvaluationOrder, TiersByOrderThenNameAndUnknownOnesLast) {
  Model model;
  AddTier(model, "late", 2'000'000);
  AddTier(model, "none", std::nullopt);
  AddTier(model, "b", 5);
  AddTier(model, "a", 5);
  AddPolicy(model, "p", "missing", 1);
  EXPECT_THAT(Listed(model), ElementsAre("a passes", "b passes", "default", "late passes",
                                         "none passes", "missing?", "1 p"));
}

TEST(EvaluationOrder, PoliciesByOrderThenNameAndStagedBehindItsName) {
  Model model;
  AddTier(model, "first", 1);
  AddPolicy(model, "z", "default", 1);
  AddPolicy(model, "last", "default", std::nullopt);
  AddPolicy(model, "b", "default", 2);
  AddPolicy(model, "a", "default", 2);
  AddPolicy(model, "a", "default", 2, true);
  AddPolicy(model, "x", "first", 9);
  EXPECT_THAT(Listed(model), ElementsAre("first passes", "1 x", "default", "2 z", "3 a",
                                         "4 a staged", "5 b", "6 last"));
}

TEST(EvaluationOrder, AnOrderThatIsNoNumberSortsLast) {
  Model model;
  AddPolicy(model, "nan", "default", std::numeric_limits<double>::quiet_NaN());
  AddPolicy(model, "one", "default", 1);
  EXPECT_THAT(Listed(model), ElementsAre("default", "1 one", "2 nan"));
}

TEST(EvaluationOrder, DefaultCannotBeMadeToPass) {
  Model model;
  AddTier(model, "default", 3);
  AddTier(model, "a", 4);
  EXPECT_THAT(Listed(model), ElementsAre("a passes", "default"));
}

}  // namespace
}  // namespace gw
