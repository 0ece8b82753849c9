// The session's question objects: simulation, selector counts, impact, recent gateways.

#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include <QSettings>

#include "admin-gui/session/impact_run.h"
#include "admin-gui/session/recent_gateways.h"
#include "admin-gui/session/simulation.h"
#include "common/service/local_service.h"
#include "common/store/audit_store.h"
#include "tests/admin-gui/session/session_support.h"

namespace gw::gui {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

Policy Routed(const std::string& name, RuleAction action) {
  return testing::Forwarding(testing::Gnp(name, "all()", {testing::Does(action)}));
}

const InterfacePacket kPacket =
    testing::Forward("eth1", "eth0", testing::Tcp("192.168.10.9", "192.0.2.1", 443));

class QuestionsTest : public ::testing::Test {
 protected:
  QuestionsTest() {
    folder_.Write(
        {testing::Hep("lan", "eth1", {{"role", "lan"}}), Routed("routed", RuleAction::kAllow)});
  }

  SimulationQuestion Question() const {
    SimulationQuestion question;
    question.packets = {kPacket};
    question.site = testing::GatewaySite();
    return question;
  }

  void Record(int count) {
    auto store = AuditStore::Open(folder_.folder().File("audit.db"), AuditStore::Mode::kWriter);
    GW_CHECK(store.ok());
    std::vector<AuditRecord> records;
    for (int i = 0; i < count; ++i) {
      AuditRecord record;
      record.time = absl::Now();
      record.hook = Hook::kForward;
      record.in = "eth1";
      record.out = "eth0";
      record.tuple = kPacket.packet.tuple;
      record.verdict = Verdict::kAllow;
      record.decided_by = "policy:routed/ingress/0";
      records.push_back(record);
    }
    GW_CHECK((*store)->Append(records).ok());
  }

  SessionFolder folder_;
};

TEST_F(QuestionsTest, SimulationShowsBothSides) {
  OpenSession open(folder_);
  WorkingSnapshot snapshot(open.session);
  QSignalSpy answered(&snapshot, &WorkingSnapshot::answered);
  snapshot.Ask(Question());
  EXPECT_TRUE(snapshot.pending());
  ASSERT_TRUE(Wait([&] { return answered.size() == 1; }));
  ASSERT_THAT(snapshot.answer().packets, SizeIs(1));
  EXPECT_EQ(snapshot.answer().packets[0].in_force.explanation.verdict, Verdict::kAllow);
  EXPECT_EQ(snapshot.answer().packets[0].with_changes.explanation.verdict, Verdict::kAllow);
  EXPECT_FALSE(snapshot.answer().packets[0].in_force.trace.empty());

  // A change asks again by itself.
  open.session.Put(QStringLiteral("Deny"), Routed("routed", RuleAction::kDeny));
  ASSERT_TRUE(Wait([&] { return answered.size() == 2; }));
  EXPECT_EQ(snapshot.answer().packets[0].in_force.explanation.verdict, Verdict::kAllow);
  EXPECT_EQ(snapshot.answer().packets[0].with_changes.explanation.verdict, Verdict::kDeny);
  EXPECT_FALSE(snapshot.pending());
}

TEST_F(QuestionsTest, SimulationOfAWorkingCopyWithErrorsStillShowsWhatIsInForce) {
  OpenSession open(folder_);
  open.session.Put(QStringLiteral("Break"), testing::Gnp("broken", "role ==", {}));
  WorkingSnapshot snapshot(open.session);
  QSignalSpy answered(&snapshot, &WorkingSnapshot::answered);
  snapshot.Ask(Question());
  ASSERT_TRUE(Wait([&] { return !answered.isEmpty(); }));
  EXPECT_TRUE(snapshot.answer().in_force.ok());
  EXPECT_FALSE(snapshot.answer().with_changes.ok());
  EXPECT_EQ(snapshot.answer().packets[0].in_force.explanation.verdict, Verdict::kAllow);
}

TEST_F(QuestionsTest, SimulationOfAnotherRevision) {
  folder_.Write({Routed("routed", RuleAction::kDeny)});
  OpenSession open(folder_);
  WorkingSnapshot snapshot(open.session);
  QSignalSpy answered(&snapshot, &WorkingSnapshot::answered);
  SimulationQuestion question = Question();
  question.left_revision = 1;
  snapshot.Ask(question);
  ASSERT_TRUE(Wait([&] { return !answered.isEmpty(); }));
  EXPECT_EQ(snapshot.answer().packets[0].in_force.explanation.verdict, Verdict::kAllow);
  EXPECT_EQ(snapshot.answer().packets[0].with_changes.explanation.verdict, Verdict::kDeny);
}

TEST_F(QuestionsTest, CountsFollowTheWorkingCopy) {
  OpenSession open(folder_);
  WorkingSnapshot snapshot(open.session);
  EXPECT_EQ(*snapshot.CountMatches("role == 'lan'"), (MatchCount{1, 0}));
  open.session.Put(QStringLiteral("Add"), SetOf("s", "lan"));
  EXPECT_EQ(*snapshot.CountMatches("role == 'lan'"), (MatchCount{1, 1}));
  EXPECT_FALSE(snapshot.CountMatches("role ==").ok());
}

TEST(SelectorCounts, CountsPartsAndNamesMembers) {
  Profile profile;
  profile.metadata.name = "p";
  profile.labels_to_apply = {{"site", "hq"}};
  const SelectorCounts counts(testing::ModelOf(
      {testing::Hep("a", "eth0", {{"role", "lan"}}, {"p"}),
       testing::Hep("b", "eth1", {{"role", "lan"}}),
       testing::Wep("w", "cali1", "10.0.0.1", {{"role", "app"}}), SetOf("s", "lan"), profile}));
  const auto selector = Selector::Parse("role == 'lan' && site == 'hq'");
  ASSERT_TRUE(selector.ok());
  EXPECT_THAT(counts.CountNodes(*selector),
              ElementsAre(MatchCount{2, 1}, MatchCount{1, 0}, MatchCount{1, 0}));
  EXPECT_EQ(counts.Count(*selector), (MatchCount{1, 0}));
  EXPECT_THAT(counts.Matching(*selector, 0, 2),
              ElementsAre(ResourceKey{ResourceKind::kHostEndpoint, "a"},
                          ResourceKey{ResourceKind::kHostEndpoint, "b"}));
}

// ---- impact -------------------------------------------------------------------------------------

TEST_F(QuestionsTest, ImpactCountsWhatWouldBeDenied) {
  // Of whatever machine the test runs on.
  HostEndpoint any = testing::Hep("lan", "*", {{"role", "lan"}});
  any.node = LiveSite().node;
  folder_.Write({any});
  Record(7);
  OpenSession open(folder_);
  open.session.Put(QStringLiteral("Deny"), Routed("routed", RuleAction::kDeny));

  ImpactRun run(open.session);
  run.Start(absl::InfinitePast());
  EXPECT_EQ(run.state(), ImpactRun::State::kRunning);
  ASSERT_TRUE(Wait([&] { return run.state() != ImpactRun::State::kRunning; }));
  EXPECT_EQ(run.state(), ImpactRun::State::kFinished) << run.message().toStdString();
  EXPECT_EQ(run.result().newly_denied, 7);
  EXPECT_TRUE(run.result().complete);
  EXPECT_FALSE(run.outdated());
  open.session.undo_stack().undo();
  EXPECT_TRUE(run.outdated());
}

TEST_F(QuestionsTest, ImpactOfErrorsFailsInWords) {
  OpenSession open(folder_);
  open.session.Put(QStringLiteral("Break"), testing::Gnp("broken", "role ==", {}));
  ImpactRun run(open.session);
  run.Start(absl::InfinitePast());
  ASSERT_TRUE(Wait([&] { return run.state() == ImpactRun::State::kFailed; }));
  EXPECT_FALSE(run.message().isEmpty());
}

TEST_F(QuestionsTest, StoppedImpactKeepsWhatIsKnownAndMayDie) {
  Record(1000);
  OpenSession open(folder_);
  auto run = std::make_unique<ImpactRun>(open.session);
  run->Start(absl::InfinitePast());
  run->Stop();
  EXPECT_EQ(run->state(), ImpactRun::State::kStopped);
  EXPECT_FALSE(run->result().complete);
  run->Start(absl::InfinitePast());
  run.reset();
  bool answered = false;
  open.gateway.Ask<int>(
      &open.gateway, Gateway::Lane::kLong,
      [](Service&, const CallContext&) -> absl::StatusOr<int> { return 1; },
      [&](const absl::StatusOr<int>&) { answered = true; });
  EXPECT_TRUE(Wait([&] { return answered; }));
}

// ---- recent gateways ----------------------------------------------------------------------------

TEST(RecentGateways, NewestFirstEachOnce) {
  QCoreApplication::setApplicationName(QStringLiteral("recent-gateways-test"));
  QSettings().clear();
  const QDateTime now = QDateTime::fromMSecsSinceEpoch(1'700'000'000'000);
  const auto path = [](int i) { return QStringLiteral("/srv/%1/policy.db").arg(i); };
  for (int i = 0; i < 12; ++i) {
    RecentGateways::Add({QStringLiteral("gw%1").arg(i), path(i), {}}, now.addSecs(i));
  }
  EXPECT_EQ(RecentGateways::List().size(), RecentGateways::kMax);
  RecentGateways::Add({QStringLiteral("again"), path(5), {}}, now.addSecs(60));
  const auto list = RecentGateways::List();
  EXPECT_EQ(list.size(), RecentGateways::kMax);
  EXPECT_EQ(list[0].files, (GatewayFiles{QStringLiteral("again"), path(5), {}}));
  EXPECT_EQ(list[0].opened, now.addSecs(60));
  EXPECT_EQ(list[1].files.name, QStringLiteral("gw11"));
  RecentGateways::Remove(path(5));
  EXPECT_EQ(RecentGateways::List().front().files.name, QStringLiteral("gw11"));
}

}  // namespace
}  // namespace gw::gui
