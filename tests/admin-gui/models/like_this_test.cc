#include "admin-gui/models/like_this.h"

#include <gmock/gmock.h>

#include "common/policy/compile.h"
#include "common/policy/evaluate.h"
#include "common/policy/validate.h"
#include "tests/admin-gui/support/flow_log.h"

namespace gw::gui {
namespace {

using gw::testing::Forward;
using gw::testing::ModelOf;
using gw::testing::Office;
using gw::testing::OfficeFlow;
using gw::testing::Tcp;
using ::testing::SizeIs;

Site OfficeSite() {
  Site site;
  site.node = gw::testing::kNode;
  return site;
}

Explanation Decide(const Model& model, const Tuple& tuple) {
  const auto snapshot = Compile(model, OfficeSite(), 1);
  GW_CHECK(snapshot.ok());
  return Explain(**snapshot, Forward("eth1.20", "eth1", tuple));
}

AuditRecord RecordOf(const Model& model, const Tuple& tuple) {
  AuditRecord record = OfficeFlow(absl::Now(), 0);
  const Explanation now = Decide(model, tuple);
  record.tuple = tuple;
  record.verdict = now.verdict;
  record.decided_by = now.decided_by;
  return record;
}

std::shared_ptr<const FlowNames> NamesOf(const Model& model) {
  return std::make_shared<const FlowNames>(model);
}

Model With(Model model, const LikeThis& like) {
  for (const ResourceChange& change : like.changes) Put(model, *change.after);
  return model;
}

const Tuple kPrint = Tcp("10.20.0.77", "10.10.0.40", 631);

TEST(LikeThis, ThreeBreadthsBeforeTheRuleThatDenied) {
  const Model model = ModelOf(Office());
  const AuditRecord record = RecordOf(model, kPrint);
  ASSERT_EQ(record.decided_by, "policy:no-lateral/ingress/0");
  const auto likes = MakeLikeThis(model, NamesOf(model), record, RuleAction::kAllow);
  ASSERT_TRUE(likes.ok()) << likes.status();
  ASSERT_THAT(*likes, SizeIs(3));
  EXPECT_EQ((*likes)[0].flows.toStdString(), "galaxy-a54 → printer-2nd-floor, TCP 631");
  EXPECT_EQ((*likes)[2].flows.toStdString(), "role = 'guest' → role = 'printer', TCP 631");
  EXPECT_EQ((*likes)[0].place.toStdString(), "in no-lateral, before rule 1");
  EXPECT_FALSE((*likes)[0].sentence.isEmpty());
}

TEST(LikeThis, SumOfPacketsHasNoSourceToGoBy) {
  const Model model = ModelOf(Office());
  AuditRecord record = RecordOf(model, kPrint);
  record.tuple.source = Address::IPv4(0);
  record.repeats = 7;
  const auto likes = MakeLikeThis(model, NamesOf(model), record, RuleAction::kAllow);
  ASSERT_TRUE(likes.ok()) << likes.status();
  ASSERT_THAT(*likes, SizeIs(1));
  EXPECT_EQ((*likes)[0].flows.toStdString(), "any source → printer-2nd-floor, TCP 631");
  EXPECT_FALSE((*likes)[0].changes.empty());
}

// What each breadth lets through, and that it leaves alone what it does not name.
TEST(LikeThis, EachBreadthAllowsItsFlowsAndNoOthers) {
  const Model model = ModelOf(Office());
  const auto likes =
      MakeLikeThis(model, NamesOf(model), RecordOf(model, kPrint), RuleAction::kAllow);
  ASSERT_TRUE(likes.ok());
  const Tuple other_source = Tcp("10.20.0.99", "10.10.0.40", 631);
  const Tuple other_port = Tcp("10.20.0.77", "10.10.0.40", 9100);
  const bool kOtherSourcePasses[] = {false, true, false};
  for (size_t i = 0; i < likes->size(); ++i) {
    const Model after = With(model, (*likes)[i]);
    EXPECT_THAT(Validate(after), SizeIs(Validate(model).size()));
    EXPECT_EQ(Decide(after, kPrint).verdict, Verdict::kAllow) << i;
    EXPECT_EQ(Decide(after, other_source).verdict == Verdict::kAllow, kOtherSourcePasses[i]) << i;
    EXPECT_EQ(Decide(after, other_port).verdict, Verdict::kDeny) << i;
  }
}

TEST(LikeThis, DenyGoesBeforeTheRuleThatAllowed) {
  const Model model = ModelOf(Office());
  const Tuple web = Tcp("10.20.0.77", "140.82.121.4", 443);
  const AuditRecord record = RecordOf(model, web);
  ASSERT_EQ(record.verdict, Verdict::kAllow);
  const auto likes = MakeLikeThis(model, NamesOf(model), record, RuleAction::kDeny);
  ASSERT_TRUE(likes.ok()) << likes.status();
  EXPECT_EQ(Decide(With(model, likes->front()), web).verdict, Verdict::kDeny);
}

TEST(LikeThis, AtTheEndOfATierTheLastPolicyThatAppliesTakesTheRule) {
  std::vector<Resource> resources = Office();
  for (Resource& resource : resources) {
    auto* policy = std::get_if<Policy>(&resource);
    if (policy != nullptr && policy->metadata.name == "guest-internet") policy->ingress.pop_back();
  }
  const Model model = ModelOf(std::move(resources));
  const Tuple web = Tcp("10.20.0.77", "140.82.121.4", 443);
  const AuditRecord record = RecordOf(model, web);
  ASSERT_EQ(record.decided_by, "end-of-tier:default/ingress");
  const auto likes = MakeLikeThis(model, NamesOf(model), record, RuleAction::kAllow);
  ASSERT_TRUE(likes.ok()) << likes.status();
  EXPECT_EQ(likes->front().policy.name, "guest-internet");
  EXPECT_EQ(likes->front().place.toStdString(), "in guest-internet, as its last rule");
  EXPECT_EQ(Decide(With(model, likes->front()), web).verdict, Verdict::kAllow);
}

TEST(LikeThis, WhereNoPolicyDecidesATierInFrontPassesOnAllElse) {
  const Model model = ModelOf({gw::testing::Hep("guest", "eth1.20", {{"role", "guest"}}),
                               gw::testing::Hep("lan", "eth1", {{"role", "lan"}})});
  const Tuple web = Tcp("10.20.0.77", "140.82.121.4", 443);
  const Tuple other = Tcp("10.20.0.77", "140.82.121.4", 80);
  const auto likes = MakeLikeThis(model, NamesOf(model), RecordOf(model, web), RuleAction::kDeny);
  ASSERT_TRUE(likes.ok()) << likes.status();
  const Model after = With(model, likes->front());
  EXPECT_EQ(Decide(after, web).verdict, Verdict::kDeny);
  EXPECT_NE(Decide(after, other).verdict, Verdict::kDeny);
}

TEST(LikeThis, SaysWhyNoRuleHelps) {
  const Model model = ModelOf(Office());
  AuditRecord record = OfficeFlow(absl::Now(), 0);
  record.decided_by = "rpf";
  EXPECT_FALSE(MakeLikeThis(model, NamesOf(model), record, RuleAction::kAllow).ok());
  record = OfficeFlow(absl::Now(), 1);
  record.decided_by = "failsafe:tcp:22";
  EXPECT_FALSE(MakeLikeThis(model, NamesOf(model), record, RuleAction::kDeny).ok());
  EXPECT_FALSE(MakeLikeThis(model, NamesOf(model), record, RuleAction::kAllow).ok());
}

}  // namespace
}  // namespace gw::gui
