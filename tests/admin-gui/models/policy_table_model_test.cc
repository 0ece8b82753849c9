// The policy table as a model: its order, moves in it, what policies reach, and the texts of rules.

#include "admin-gui/models/policy_table_model.h"

#include <gmock/gmock.h>

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

#include "admin-gui/models/policy_edits.h"
#include "admin-gui/models/policy_order.h"
#include "admin-gui/models/rule_flows.h"
#include "admin-gui/models/rule_list_model.h"
#include "admin-gui/models/rule_text.h"
#include "common/policy/evaluation_order.h"
#include "common/policy/limits.h"
#include "common/policy/rule_version.h"
#include "tests/admin-gui/support/flow_log.h"
#include "tests/admin-gui/support/patience.h"
#include "tests/support/policy_builder.h"

namespace gw::gui {
namespace {

using gw::testing::Does;
using gw::testing::DoesTcp;
using gw::testing::Forwarding;
using gw::testing::Gnp;
using gw::testing::Hep;
using gw::testing::ModelOf;
using ::testing::IsEmpty;
using ::testing::SizeIs;

ResourceKey Enforced(const std::string& name) { return {ResourceKind::kGlobalNetworkPolicy, name}; }

Policy At(Policy policy, std::optional<double> order, const std::string& tier = "default") {
  policy.order = order;
  policy.tier = tier;
  return policy;
}

Policy Deny(const std::string& name, double order) {
  return At(Forwarding(Gnp(name, "role == 'guest'", {Does(RuleAction::kDeny)})), order);
}

Tier PassTier(const std::string& name, double order) {
  Tier tier;
  tier.metadata.name = name;
  tier.order = order;
  tier.default_action = TierAction::kPass;
  return tier;
}

Model Three() {
  return ModelOf({Hep("guest", "eth1.20", {{"role", "guest"}}), Hep("lan", "eth1"), Deny("a", 10),
                  Deny("b", 20), Deny("c", 30)});
}

std::vector<std::string> OrderOf(const Model& model) {
  std::vector<std::string> names;
  for (const OrderedTier& tier : EvaluationOrder(model)) {
    for (const OrderedPolicy& ordered : tier.policies) names.push_back(ordered.key.name);
  }
  return names;
}

void ApplyTo(Model* model, const std::vector<ResourceChange>& changes) {
  for (const ResourceChange& change : changes) {
    Remove(*model, change.key);
    if (change.after) Put(*model, *change.after);
  }
}

struct Watched {
  Watched() : tester(&table, QAbstractItemModelTester::FailureReportingMode::Fatal) {}
  PolicyTableModel table;
  QAbstractItemModelTester tester;
};

TEST(PolicyOrder, ANewOrderIsBetweenTheNeighbours) {
  Model model = Three();
  const auto changes = MovePolicy(model, Enforced("c"), {"default", 1});
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_EQ(std::get<Policy>(*changes[0].after).order, 15);
  ApplyTo(&model, changes);
  EXPECT_EQ(OrderOf(model), (std::vector<std::string>{"a", "c", "b"}));
}

TEST(PolicyOrder, WhereNoValueFitsTheTierIsRenumbered) {
  Model model = ModelOf({Deny("a", 10), Deny("b", 10), Deny("c", 30)});
  const auto changes = MovePolicy(model, Enforced("c"), {"default", 1});
  EXPECT_THAT(changes, SizeIs(3));
  ApplyTo(&model, changes);
  EXPECT_EQ(OrderOf(model), (std::vector<std::string>{"a", "c", "b"}));
}

TEST(PolicyOrder, PoliciesWithoutOrderCanBeOrderedToo) {
  Model model =
      ModelOf({At(Gnp("a", "", {}), {}), At(Gnp("b", "", {}), {}), At(Gnp("c", "", {}), {})});
  ApplyTo(&model, MovePolicy(model, Enforced("c"), {"default", 0}));
  EXPECT_EQ(OrderOf(model), (std::vector<std::string>{"c", "a", "b"}));
  ApplyTo(&model, MovePolicy(model, Enforced("c"), {"default", 2}));
  EXPECT_EQ(OrderOf(model), (std::vector<std::string>{"a", "b", "c"}));
}

TEST(PolicyOrder, StepsCrossTheBordersOfTiers) {
  const Model model = ModelOf({PassTier("first", 10), At(Gnp("a", "", {}), 10, "first"),
                               At(Gnp("b", "", {}), 10), At(Gnp("c", "", {}), 20)});
  EXPECT_EQ(PlaceBeside(model, Enforced("b"), -1, false), (PolicyPlace{"first", 1}));
  EXPECT_EQ(PlaceBeside(model, Enforced("c"), -1, true), (PolicyPlace{"first", 1}));
  EXPECT_EQ(PlaceBeside(model, Enforced("b"), 1, false), (PolicyPlace{"default", 1}));
  EXPECT_EQ(PlaceBeside(model, Enforced("c"), 1, false), std::nullopt);
  EXPECT_EQ(PlaceBeside(model, Enforced("a"), -1, false), std::nullopt);
}

TEST(PolicyOrder, EveryPlaceIsReachedFromEveryOther) {
  for (size_t from = 0; from < 3; ++from) {
    for (size_t to = 0; to < 3; ++to) {
      Model model = Three();
      const std::string name = OrderOf(model)[from];
      ApplyTo(&model, MovePolicy(model, Enforced(name), {"default", to}));
      EXPECT_EQ(OrderOf(model)[to], name) << from << " to " << to;
    }
  }
}

TEST(PolicyTableModel, AMoveIsAMoveAndAnEditAChange) {
  Watched watched;
  const Model base = Three();
  Model model = base;
  watched.table.SetPolicy(model, base);
  QSignalSpy moved(&watched.table, &QAbstractItemModel::rowsMoved);
  QSignalSpy inserted(&watched.table, &QAbstractItemModel::rowsInserted);
  QSignalSpy changed(&watched.table, &QAbstractItemModel::dataChanged);
  QSignalSpy reset(&watched.table, &QAbstractItemModel::modelReset);
  ApplyTo(&model, MovePolicy(model, Enforced("c"), {"default", 0}));
  watched.table.SetPolicy(model, base, {Enforced("c")});
  EXPECT_EQ(moved.count(), 1);
  model.policies.at("a").selector = "role == 'lan'";
  changed.clear();
  watched.table.SetPolicy(model, base, {Enforced("a")});
  EXPECT_EQ(inserted.count(), 0);
  EXPECT_EQ(reset.count(), 0);
  // The policy and nothing else: what holds for the rest stays.
  EXPECT_EQ(changed.count(), 1);
  const PolicyRow& row = *watched.table.row(watched.table.RowOf(Enforced("a")));
  EXPECT_EQ(row.change, PolicyChange::kEdited);
  EXPECT_EQ(row.endpoints, 0);
  EXPECT_EQ(row.number, 2);
}

TEST(PolicyTableModel, FoldedTiersAndFiltersHideRowsOnly) {
  Watched watched;
  const Model model = Three();
  watched.table.SetPolicy(model, model);
  const int all = watched.table.rowCount();
  watched.table.SetCollapsed({"default"});
  EXPECT_EQ(watched.table.rowCount(), all - 3);
  watched.table.SetCollapsed({});
  watched.table.SetEndpoint(ResourceKey{ResourceKind::kHostEndpoint, "lan"});
  EXPECT_EQ(watched.table.RowOf(Enforced("a")), -1);
  watched.table.SetEndpoint(ResourceKey{ResourceKind::kHostEndpoint, "guest"});
  watched.table.SetFilter(QStringLiteral("b"));
  EXPECT_EQ(watched.table.row(watched.table.RowOf(Enforced("b")))->number, 2);
  EXPECT_EQ(watched.table.policy_count(), 3);
}

TEST(PolicyTableModel, HitsOfStagedPoliciesAreNotThoseOfTheirNames) {
  Watched watched;
  Model model = Three();
  Put(model, gw::testing::Staged(Deny("a", 40)));
  watched.table.SetPolicy(model, model);
  const ResourceKey staged{ResourceKind::kStagedGlobalNetworkPolicy, "a"};
  EXPECT_FALSE(watched.table.HitsOf(Enforced("b")).observed);
  RuleHitsResult hits;
  hits.rules = {{"policy:a/ingress/0", 0, 7, absl::UnixEpoch(), {3, 4}},
                {"failsafe:tcp:22", 0, 2, absl::UnixEpoch(), {2, 0}}};
  watched.table.SetHits(hits);
  EXPECT_EQ(watched.table.HitsOf(Enforced("a")).count, 7);
  EXPECT_EQ(watched.table.HitsOf(Enforced("a"), Direction::kIngress, 0).series,
            (std::vector<qint64>{3, 4}));
  EXPECT_FALSE(watched.table.HitsOf(staged).observed);
  EXPECT_EQ(watched.table.index(0, 0).data(PolicyTableModel::kCount), 2);
  EXPECT_EQ(watched.table.HitsOf(Enforced("b")).count, 0);
  EXPECT_TRUE(watched.table.HitsOf(Enforced("b")).observed);
}

TEST(PolicyTableModel, RuleThatWasRewrittenBeginsAnew) {
  Watched watched;
  Model model = Three();
  const Policy& a = model.policies.at("a");
  const int64_t version = RuleVersion(a, Direction::kIngress, a.ingress.at(0));
  watched.table.SetPolicy(model, model);
  RuleHitsResult hits;
  hits.rules = {{"policy:a/ingress/0", version, 7, absl::UnixEpoch(), {3, 4}},
                {"policy:a/ingress/0", version + 1, 100, absl::UnixEpoch(), {50, 50}}};
  watched.table.SetHits(hits);
  EXPECT_EQ(watched.table.HitsOf(Enforced("a"), Direction::kIngress, 0).count, 7);
  EXPECT_EQ(watched.table.HitsOf(Enforced("a")).count, 107) << "what the policy decided";
  Model edited = model;
  edited.policies.at("a").ingress.at(0).action = RuleAction::kAllow;
  watched.table.SetPolicy(edited, model);
  EXPECT_EQ(watched.table.HitsOf(Enforced("a"), Direction::kIngress, 0).count, 0);
  EXPECT_TRUE(watched.table.HitsOf(Enforced("a"), Direction::kIngress, 0).observed);
}

TEST(PolicyTableModel, AThousandPoliciesFollowASingleEdit) {
  std::vector<Resource> resources = {Hep("guest", "eth1.20", {{"role", "guest"}})};
  for (int i = 0; i < 1000; ++i) {
    Policy policy = Deny("p" + std::to_string(i), i);
    policy.ingress.assign(10, DoesTcp(RuleAction::kAllow, 443));
    resources.emplace_back(policy);
  }
  const Model base = ModelOf(resources);
  Model model = base;
  PolicyTableModel table;
  table.SetPolicy(model, base);
  EXPECT_EQ(table.rowCount(), 1003);
  QSignalSpy changed(&table, &QAbstractItemModel::dataChanged);
  model.policies.at("p500").ingress[0].action = RuleAction::kDeny;
  table.SetPolicy(model, base, {Enforced("p500")});
  EXPECT_EQ(changed.count(), 1);
  table.SetFilter(QStringLiteral("deny tcp 443"));
  EXPECT_TRUE(table.searching()) << "ten thousand sentences are not made at one key";
  ASSERT_TRUE(Wait([&] { return !table.searching(); }));
  EXPECT_EQ(table.RowOf(Enforced("p499")), -1);
  EXPECT_GE(table.RowOf(Enforced("p500")), 0);
}

TEST(PolicyTableModel, FindSeesAnEditWhileWordsAreMade) {
  std::vector<Resource> resources;
  for (int i = 0; i < 1000; ++i) resources.emplace_back(Deny("p" + std::to_string(i), i));
  resources[998] = At(Gnp("p998", "role == 'guest'", {DoesTcp(RuleAction::kAllow, 8443)}), 998);
  const Model base = ModelOf(resources);
  Model model = base;
  Watched watched;
  watched.table.SetPolicy(model, base);
  watched.table.SetFilter(QStringLiteral("8443"));
  QCoreApplication::processEvents();  // some words are made
  model.policies.at("p0").ingress = {DoesTcp(RuleAction::kAllow, 8443)};
  model.policies.at("p999").ingress = {DoesTcp(RuleAction::kAllow, 8443)};
  model.policies.erase("p998");
  watched.table.SetPolicy(model, base, {Enforced("p0"), Enforced("p998"), Enforced("p999")});
  ASSERT_TRUE(Wait([&] { return !watched.table.searching(); }));
  EXPECT_GE(watched.table.RowOf(Enforced("p0")), 0);
  EXPECT_GE(watched.table.RowOf(Enforced("p999")), 0);
  EXPECT_EQ(watched.table.RowOf(Enforced("p1")), -1);
  EXPECT_GE(watched.table.RowOf(Enforced("p998")), 0) << "deleted, not applied: still shown";
  watched.table.SetFilter(QString());
  EXPECT_EQ(watched.table.rowCount(), 1003);
}

TEST(PolicyReach, TheEndIsSaidWhereEndpointsDiffer) {
  const Model model = Three();
  PolicyReach reach;
  reach.SetModel(model);
  const auto ends = reach.Ends(model, EvaluationOrder(model));
  ASSERT_THAT(ends, SizeIs(2));
  EXPECT_TRUE(ends[0].routed_denied);   // guest
  EXPECT_FALSE(ends[1].routed_denied);  // lan: no policy for routed traffic
  EXPECT_TRUE(ends[1].gateway_denied);
  EXPECT_TRUE(EndsInWords(ends).contains(QStringLiteral("denied on guest, passes on lan")));
}

TEST(PolicyReach, ARuleBehindOneThatDecidesEverythingIsNeverReached) {
  Model model = Three();
  PolicyReach reach;
  reach.SetModel(model);
  const auto shadows = reach.Shadows(EvaluationOrder(model), Enforced("b"));
  ASSERT_THAT(shadows, SizeIs(1));
  EXPECT_EQ(shadows[0].by, Enforced("a"));
  EXPECT_THAT(reach.Shadows(EvaluationOrder(model), Enforced("a")), IsEmpty());
  // Other endpoints, a schedule, or a tier that some traffic passes out of: not for sure.
  model.policies.at("a").selector = "role == 'lan'";
  EXPECT_THAT(reach.Shadows(EvaluationOrder(model), Enforced("b")), IsEmpty());
  model = Three();
  model.policies.at("a").ingress[0].annotations[kScheduleAnnotation] = "Mon-Fri";
  EXPECT_THAT(reach.Shadows(EvaluationOrder(model), Enforced("b")), IsEmpty());
  model = Three();
  Put(model, PassTier("first", 1));
  model.policies.at("a").tier = "first";
  model.policies.at("a").ingress.insert(model.policies.at("a").ingress.begin(),
                                        DoesTcp(RuleAction::kPass, 22));
  EXPECT_THAT(reach.Shadows(EvaluationOrder(model), Enforced("b")), IsEmpty());
}

TEST(PolicyEdits, StagingIsAnotherKindAndANameThatIsTakenRefusesIt) {
  Model model = Three();
  const auto edit = WithState(model, Enforced("a"), true);
  ASSERT_TRUE(edit.has_value());
  ApplyTo(&model, edit->changes);
  EXPECT_EQ(model.policies.count("a"), 0U);
  EXPECT_TRUE(model.staged_policies.at("a").staged);
  Put(model, Deny("a", 10));
  EXPECT_FALSE(WithState(model, Enforced("a"), true).has_value());
}

TEST(PolicyEdits, ACopyStandsRightAfterItsOriginal) {
  Model model = Three();
  ApplyTo(&model, Duplicate(model, Enforced("a"))->changes);
  EXPECT_EQ(OrderOf(model), (std::vector<std::string>{"a", "a-copy", "b", "c"}));
}

TEST(RuleText, PortsSayWhatIsWrong) {
  const Model model;
  const auto message = [&model](const QString& text) {
    const auto read = ReadRulePort(model, text);
    const auto* problem = std::get_if<TextProblem>(&read);
    return problem == nullptr ? QString() : problem->message;
  };
  EXPECT_EQ(message(QStringLiteral("0")), QStringLiteral("Ports go from 1 to 65535."));
  EXPECT_EQ(message(QStringLiteral("70000")), QStringLiteral("Ports go from 1 to 65535."));
  EXPECT_EQ(message(QStringLiteral("90:80")), QStringLiteral("The range starts above its end."));
  EXPECT_EQ(std::get<TextProblem>(ReadRulePort(model, QStringLiteral("90:80"))).remedied,
            QStringLiteral("80–90"));
  EXPECT_EQ(std::get<PortRange>(std::get<RulePort>(ReadRulePort(model, QStringLiteral("https")))),
            (PortRange{443, 443}));
  EXPECT_EQ(std::get<std::string>(std::get<RulePort>(ReadRulePort(model, QStringLiteral("app")))),
            "app");
}

TEST(RuleText, NetworksSayWhatIsWrong) {
  const auto problem = [](const QString& text, bool excepted = false) {
    return std::get<TextProblem>(ReadRuleNet({gw::testing::Net("10.0.0.0/8")}, excepted, text));
  };
  EXPECT_EQ(problem(QStringLiteral("10.0.0.5")).remedied, QStringLiteral("10.0.0.5/32"));
  EXPECT_EQ(problem(QStringLiteral("10.1.2.3/24")).remedied, QStringLiteral("10.1.2.0/24"));
  EXPECT_EQ(problem(QStringLiteral("2001:db8::/32")).message,
            QStringLiteral("One rule holds IPv4 or IPv6 networks, not both."));
  EXPECT_EQ(problem(QStringLiteral("0.0.0.0/0"), true).message,
            QStringLiteral("This excludes everything: the rule would match nothing."));
  EXPECT_FALSE(problem(QStringLiteral("nonsense")).message.isEmpty());
}

TEST(RuleText, IcmpAndProtocol) {
  EXPECT_EQ(std::get<TextProblem>(ReadRuleIcmp(QStringLiteral("/3"))).message,
            QStringLiteral("A code needs a type."));
  const RuleIcmp icmp = *std::get<0>(ReadRuleIcmp(QStringLiteral("3/4")));
  EXPECT_EQ(icmp.type, 3);
  EXPECT_EQ(icmp.code, 4);
  EXPECT_EQ(std::get<0>(ReadRuleProtocol(QStringLiteral("47")))->number, 47);
  EXPECT_FALSE(std::get<0>(ReadRuleProtocol(QString())).has_value());
}

TEST(RuleFlows, OnlyFlowsThatTheRuleCouldDecideAreCounted) {
  const Model model = ModelOf(gw::testing::Office());
  const auto names = std::make_shared<const FlowNames>(model);
  const Policy& lateral = model.policies.at("no-lateral");
  const AuditRecord printing = gw::testing::OfficeFlow(absl::UnixEpoch(), 0);
  const AuditRecord surfing = gw::testing::OfficeFlow(absl::UnixEpoch(), 1);
  const RuleMatcher inside(model, names, lateral, Direction::kIngress, lateral.ingress[0]);
  EXPECT_TRUE(inside.Matches(printing));
  EXPECT_FALSE(inside.Matches(surfing));  // an address that nobody knows
  const RuleMatcher any(model, names, lateral, Direction::kIngress, Does(RuleAction::kDeny));
  EXPECT_TRUE(any.Matches(surfing));
  AuditRecord elsewhere = surfing;
  elsewhere.in_endpoint = "lan";
  EXPECT_FALSE(any.Matches(elsewhere));
  Policy local = lateral;
  local.apply_on_forward = false;
  EXPECT_FALSE(RuleMatcher(model, names, local, Direction::kIngress, Does(RuleAction::kDeny))
                   .Matches(surfing));
}

TEST(RuleListModel, FollowsInsertionsAndChanges) {
  Model model = Three();
  RuleListModel list;
  const QAbstractItemModelTester tester(&list,
                                        QAbstractItemModelTester::FailureReportingMode::Fatal);
  Policy policy = model.policies.at("a");
  list.SetRules(model, policy, Direction::kIngress, {}, nullptr);
  QSignalSpy inserted(&list, &QAbstractItemModel::rowsInserted);
  policy.ingress.insert(policy.ingress.begin(), DoesTcp(RuleAction::kAllow, 443));
  list.SetRules(model, policy, Direction::kIngress, {}, nullptr);
  EXPECT_EQ(inserted.count(), 1);
  EXPECT_EQ(list.index(0).data().toString(),
            QStringLiteral("Allow TCP 443 (https) from any address"));
}

}  // namespace
}  // namespace gw::gui
