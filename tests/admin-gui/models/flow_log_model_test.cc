#include "admin-gui/models/flow_log_model.h"

#include <gmock/gmock.h>

#include <algorithm>

#include <QAbstractItemModelTester>
#include <QSignalSpy>

#include "common/store/audit_where.h"
#include "tests/admin-gui/session/session_support.h"
#include "tests/admin-gui/support/flow_log.h"

namespace gw::gui {
namespace {

using gw::testing::AppendTo;
using gw::testing::FillLog;
using gw::testing::OfficeFlow;
using Kind = FlowLogModel::RowKind;

class FlowLogModelTest : public ::testing::Test {
 protected:
  void Open(int64_t count, absl::Duration step = absl::Milliseconds(10)) {
    FillLog(audit(), count, absl::Now() - absl::Seconds(1), step);
    folder_.Write(gw::testing::Office());
    gateway_ = std::make_unique<Gateway>(folder_.Files());
    model_ = std::make_unique<FlowLogModel>(*gateway_);
    tester_ = std::make_unique<QAbstractItemModelTester>(
        model_.get(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    tester_->setUseFetchMore(false);  // as far as the view has scrolled
    Ask("");
  }
  ~FlowLogModelTest() override {
    tester_.reset();
    model_.reset();
  }

  std::string audit() const { return folder_.folder().File("audit.db"); }

  void Ask(absl::string_view text, absl::Duration time_max = kFlowPageTimeMax) {
    FlowLogQuestion question;
    question.time_max = time_max;
    auto where = ParseAuditFilter(text, absl::Now());
    ASSERT_TRUE(where.ok()) << where.status();
    question.where = *std::move(where);
    QSignalSpy restarted(model_.get(), &FlowLogModel::restarted);
    model_->Ask(std::move(question));
    ASSERT_TRUE(Wait([&] { return restarted.count() > 0; }));
  }

  void ReadAll() {
    ASSERT_TRUE(Wait([this] {
      model_->SetVisible(model_->rowCount() - 1, model_->rowCount() - 1);
      return model_->complete();
    }));
  }

  Kind KindOf(int row) const {
    return static_cast<Kind>(model_->index(row, 0).data(FlowLogModel::kKind).toInt());
  }
  std::vector<int64_t> Ids() const {
    std::vector<int64_t> ids;
    for (int row = 0; row < model_->rowCount(); ++row) {
      if (const AuditRecord* record = model_->record(row)) ids.push_back(record->id);
    }
    return ids;
  }

  SessionFolder folder_;
  std::unique_ptr<Gateway> gateway_;
  std::unique_ptr<FlowLogModel> model_;
  std::unique_ptr<QAbstractItemModelTester> tester_;
};

// With no time at all, each step looks at one block of 20,000.
TEST_F(FlowLogModelTest, ASearchThatTimeEndsGoesOnWhenAsked) {
  Open(60'000);
  Ask("dport == 1", absl::ZeroDuration());
  EXPECT_EQ(model_->rowCount(), 0);
  EXPECT_FALSE(model_->complete());
  ASSERT_TRUE(model_->searched_to().has_value());
  const absl::Time first = *model_->searched_to();
  model_->SetVisible(0, 0);
  EXPECT_FALSE(model_->loading()) << "nothing below which it could go on by itself";
  model_->SearchOn();
  ASSERT_TRUE(Wait([this] { return !model_->loading(); }));
  ASSERT_TRUE(model_->searched_to().has_value());
  EXPECT_LT(*model_->searched_to(), first);
  model_->SearchOn();
  ASSERT_TRUE(Wait([this] { return model_->complete(); }));
  EXPECT_FALSE(model_->searched_to().has_value());

  // Below rows that are looked at it goes on by itself, and every row comes once.
  Ask("src == 10.20.0.30", absl::ZeroDuration());
  EXPECT_GT(model_->rowCount(), 0);
  ReadAll();
  const std::vector<int64_t> ids = Ids();
  EXPECT_TRUE(std::is_sorted(ids.rbegin(), ids.rend()));
  Ask("src == 10.20.0.30");
  ReadAll();
  EXPECT_EQ(Ids(), ids);
}

TEST_F(FlowLogModelTest, NewestFirstAndEveryDecisionOnce) {
  Open(1'000);
  EXPECT_LE(model_->rowCount(), 210);  // one page, and perhaps a day's line
  // One that asks for more within every signal, even while rows are being put in.
  tester_->setUseFetchMore(true);
  ReadAll();
  EXPECT_EQ(model_->flow_count(), 1'000);
  const std::vector<int64_t> ids = Ids();
  ASSERT_EQ(ids.size(), 1'000U);
  for (size_t i = 0; i < ids.size(); ++i) EXPECT_EQ(ids[i], 1'000 - static_cast<int64_t>(i));
}

TEST_F(FlowLogModelTest, FarPagesAreForgottenAndReadAgain) {
  Open(6'000);
  ReadAll();
  EXPECT_LT(model_->pages_held(), 12U);
  EXPECT_EQ(KindOf(10), Kind::kUnread);
  model_->SetVisible(0, 30);
  ASSERT_TRUE(Wait([this] { return model_->record(10) != nullptr; }));
  EXPECT_EQ(model_->record(10)->id, 5'990);
  EXPECT_EQ(model_->RowOf(5'990), 10);
}

TEST_F(FlowLogModelTest, AQuestionOfTheStoreAndOneThatIsComparedHere) {
  Open(700);
  Ask("action == deny");
  ReadAll();
  EXPECT_EQ(model_->flow_count(), 100);
  Ask("action == deny and sport == 40000 and policy contains lateral");
  ReadAll();
  EXPECT_EQ(model_->flow_count(), 100);
  Ask("sport == 1");
  EXPECT_TRUE(model_->complete());
  EXPECT_EQ(model_->flow_count(), 0);
}

TEST_F(FlowLogModelTest, LiveRowsArriveAtTheTop) {
  Open(300);
  model_->SetWatching(true);
  QSignalSpy inserted(model_.get(), &FlowLogModel::rowsInserted);
  AppendTo(audit(), {OfficeFlow(absl::Now(), 0), OfficeFlow(absl::Now(), 1)});
  ASSERT_TRUE(Wait([&] { return model_->RowOf(302) >= 0; }));
  EXPECT_EQ(inserted.front().at(1).toInt(), 0);
  EXPECT_EQ(model_->RowOf(302), 0);
  EXPECT_EQ(model_->RowOf(301), 1);
  EXPECT_EQ(model_->RowOf(300), 2);
}

TEST_F(FlowLogModelTest, OnlyLiveRowsThatFitArrive) {
  Open(300);
  Ask("action == deny");
  const int before = model_->rowCount();
  model_->SetWatching(true);
  AppendTo(audit(), {OfficeFlow(absl::Now(), 1), OfficeFlow(absl::Now(), 0)});
  ASSERT_TRUE(Wait([&] { return model_->rowCount() == before + 1; }));
  EXPECT_EQ(model_->record(0)->id, 302);
}

TEST_F(FlowLogModelTest, PausedRowsAreCountedAndShownOnRequest) {
  Open(300);
  model_->SetLive(false);
  model_->SetWatching(true);
  const int before = model_->rowCount();
  AppendTo(audit(), {OfficeFlow(absl::Now(), 0), OfficeFlow(absl::Now(), 1)});
  ASSERT_TRUE(Wait([&] { return model_->newer_count() == 2; }));
  EXPECT_EQ(model_->rowCount(), before);
  model_->SetLive(true);
  ASSERT_TRUE(Wait([&] { return model_->RowOf(302) == 0; }));
  EXPECT_EQ(model_->newer_count(), 0);
}

TEST_F(FlowLogModelTest, AFastLogIsSampled) {
  Open(10);
  model_->SetWatching(true);
  std::vector<AuditRecord> burst;
  for (int i = 0; i < 400; ++i) burst.push_back(OfficeFlow(absl::Now(), i));
  AppendTo(audit(), burst);
  ASSERT_TRUE(Wait([&] { return model_->rowCount() > 10; }));
  EXPECT_TRUE(model_->sampling());
  EXPECT_EQ(model_->flow_count(), 10 + 400 / static_cast<int>(kFlowSampling));
}

TEST_F(FlowLogModelTest, DaysAndLostRecordsStandBetween) {
  Open(10, absl::Hours(12));
  auto store = AuditStore::Open(audit(), AuditStore::Mode::kWriter);
  ASSERT_TRUE(store.ok());
  ASSERT_TRUE((*store)->AppendEvent({0, absl::Now() - absl::Hours(30), "lost", "312 lost"}).ok());
  ASSERT_TRUE((*store)->AppendEvent({0, absl::Now() - absl::Hours(31), "policy", "rev 2"}).ok());
  Ask("");
  int days = 0;
  std::vector<qint64> times;
  std::vector<Kind> kinds;
  for (int row = 0; row < model_->rowCount(); ++row) {
    const Kind kind = KindOf(row);
    days += kind == Kind::kDay ? 1 : 0;
    kinds.push_back(kind);
    times.push_back(model_->index(row, 0).data(FlowLogModel::kMilliseconds).toLongLong());
  }
  EXPECT_GE(days, 4);
  EXPECT_EQ(std::count(kinds.begin(), kinds.end(), Kind::kGap), 1);
  EXPECT_EQ(std::count(kinds.begin(), kinds.end(), Kind::kEvent), 1);
  EXPECT_TRUE(std::is_sorted(times.rbegin(), times.rend()));
  // A filter leaves what was lost, for it may have been about anything.
  Ask("action == deny");
  kinds.clear();
  for (int row = 0; row < model_->rowCount(); ++row) kinds.push_back(KindOf(row));
  EXPECT_EQ(std::count(kinds.begin(), kinds.end(), Kind::kGap), 1);
  EXPECT_EQ(std::count(kinds.begin(), kinds.end(), Kind::kEvent), 0);
}

TEST_F(FlowLogModelTest, RowsReadAsSentences) {
  Open(1);  // record 0: denied
  model_->SetNames(std::make_shared<const FlowNames>(folder_.Stored().model));
  const QString text = model_->index(0, 0).data(Qt::AccessibleTextRole).toString();
  EXPECT_TRUE(text.startsWith(QStringLiteral("Denied, "))) << text.toStdString();
  EXPECT_TRUE(text.endsWith(
      QStringLiteral("galaxy-a54 to printer-2nd-floor, ipp 631 tcp, by no-lateral rule 1")))
      << text.toStdString();
}

}  // namespace
}  // namespace gw::gui
