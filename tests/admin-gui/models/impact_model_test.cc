#include "admin-gui/models/impact_model.h"

#include <gmock/gmock.h>

#include <memory>

#include <QAbstractItemModelTester>
#include <QSignalSpy>

#include "common/service/local_service.h"
#include "tests/admin-gui/session/session_support.h"
#include "tests/admin-gui/support/flow_log.h"

namespace gw::gui {
namespace {

using gw::testing::FlowAt;
using gw::testing::Tcp;

Policy Routed(RuleAction action) {
  return testing::Forwarding(testing::Gnp("routed", "all()", {testing::Does(action)}));
}

// Two services that `routed` allows: to become newly denied.
class ImpactModelTest : public ::testing::Test {
 protected:
  ImpactModelTest() {
    HostEndpoint any = testing::Hep("all", "*", {{"role", "lan"}});
    any.node = LiveSite().node;  // of whatever machine the test runs on
    folder_.Write({any, Routed(RuleAction::kAllow)});
    for (const uint16_t port : {uint16_t{443}, uint16_t{80}, uint16_t{443}}) {
      testing::AppendTo(folder_.folder().File("audit.db"),
                        {FlowAt(absl::Now(), Tcp("10.20.0.9", "140.82.121.4", port),
                                Verdict::kAllow, "policy:routed/ingress/0")});
    }
  }

  void Finish(ImpactModel& model) {
    model.Run(absl::InfinitePast());
    EXPECT_EQ(model.state(), ImpactModel::State::kRunning);
    ASSERT_TRUE(Wait([&] { return model.state() != ImpactModel::State::kRunning; }));
  }

  SessionFolder folder_;
};

TEST_F(ImpactModelTest, GroupsBecomeRowsAndGoWithAnotherRun) {
  OpenSession open(folder_);
  ImpactModel model(open.session);
  const QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::Fatal);
  QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
  QSignalSpy removed(&model, &QAbstractItemModel::rowsRemoved);
  open.session.Put(QStringLiteral("Deny"), Routed(RuleAction::kDeny));
  Finish(model);
  ASSERT_EQ(model.state(), ImpactModel::State::kFinished) << model.error().toStdString();
  EXPECT_EQ(model.result().newly_denied, 3);
  EXPECT_GE(inserted.count(), 1);
  ASSERT_GE(model.rowCount(), 1);
  ASSERT_EQ(static_cast<size_t>(model.rowCount()), model.result().groups.size());
  qint64 flows = 0;
  for (int row = 0; row < model.rowCount(); ++row) {
    EXPECT_TRUE(model.index(row, 0).data(ImpactModel::kNewlyDenied).toBool());
    EXPECT_TRUE(model.index(row, 0)
                    .data(Qt::AccessibleTextRole)
                    .toString()
                    .startsWith(QStringLiteral("Newly denied: 10.20.0.9 to 140.82.121.4, ")));
    flows += model.index(row, ImpactModel::kFlows).data().toLongLong();
  }
  EXPECT_EQ(flows, 3);

  open.session.undo_stack().undo();
  Finish(model);
  EXPECT_EQ(model.rowCount(), 0);
  EXPECT_GE(removed.count(), 1);
}

TEST_F(ImpactModelTest, AWorkingCopyWithErrorsFailsInWords) {
  OpenSession open(folder_);
  open.session.Put(QStringLiteral("Break"), testing::Gnp("broken", "role ==", {}));
  ImpactModel model(open.session);
  QSignalSpy progressed(&model, &ImpactModel::progressed);
  Finish(model);
  EXPECT_EQ(model.state(), ImpactModel::State::kFailed);
  EXPECT_FALSE(model.error().isEmpty());
  EXPECT_GE(progressed.count(), 2) << "whoever shows it hears of the end";
}

TEST_F(ImpactModelTest, StoppedKeepsWhatIsKnownAndMayDie) {
  OpenSession open(folder_);
  open.session.Put(QStringLiteral("Deny"), Routed(RuleAction::kDeny));
  auto model = std::make_unique<ImpactModel>(open.session);
  model->Run(absl::InfinitePast());
  model->Stop();
  EXPECT_EQ(model->state(), ImpactModel::State::kStopped);
  EXPECT_FALSE(model->result().complete);
  model->Run(absl::InfinitePast());
  model.reset();
  bool answered = false;
  open.gateway.Ask<int>(
      &open.gateway, Gateway::Lane::kLong,
      [](Service&, const CallContext&) -> absl::StatusOr<int> { return 1; },
      [&](const absl::StatusOr<int>&) { answered = true; });
  EXPECT_TRUE(Wait([&] { return answered; }));
}

}  // namespace
}  // namespace gw::gui
