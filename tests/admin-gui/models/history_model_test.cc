#include "admin-gui/models/history_model.h"

#include <gmock/gmock.h>

#include "absl/strings/str_cat.h"
#include <QAbstractItemModelTester>
#include <QSignalSpy>

#include "tests/admin-gui/session/session_support.h"

namespace gw::gui {
namespace {

constexpr int kPage = 100;

class HistoryModelTest : public ::testing::Test {
 protected:
  void Write(int revisions) {
    for (int i = 0; i < revisions; ++i) {
      folder_.Write({SetOf(i % 2 == 0 ? "even" : "odd", absl::StrCat("role", written_ + i))});
    }
    written_ += revisions;
  }

  void Reload() {
    QSignalSpy loaded(&model_, &HistoryModel::loaded);
    model_.Reload();
    ASSERT_TRUE(Wait([&] { return loaded.count() > 0; }));
  }

  void FetchMore() {
    QSignalSpy loaded(&model_, &HistoryModel::loaded);
    model_.fetchMore({});
    ASSERT_TRUE(Wait([&] { return loaded.count() > 0; }));
  }

  SessionFolder folder_;
  int written_ = 0;
  Gateway gateway_{folder_.Files()};
  HistoryModel model_{gateway_};
  QAbstractItemModelTester tester_{&model_, QAbstractItemModelTester::FailureReportingMode::Fatal};
};

TEST_F(HistoryModelTest, OlderRevisionsComeAtTheEndEachOnce) {
  tester_.setUseFetchMore(false);
  Write(kPage + 5);
  Reload();
  const int64_t newest = model_.revision(0).number;
  EXPECT_EQ(model_.rowCount(), kPage);
  ASSERT_TRUE(model_.canFetchMore({}));
  QSignalSpy inserted(&model_, &QAbstractItemModel::rowsInserted);
  FetchMore();
  ASSERT_EQ(inserted.count(), 1);
  EXPECT_EQ(inserted[0][1].toInt(), kPage);
  EXPECT_FALSE(model_.canFetchMore({}));
  ASSERT_EQ(model_.rowCount(), newest);
  for (int row = 0; row < model_.rowCount(); ++row) {
    EXPECT_EQ(model_.revision(row).number, newest - row);
    EXPECT_EQ(model_.RowOf(newest - row), row);
  }
  EXPECT_EQ(model_.RowOf(newest + 1), -1);
}

TEST_F(HistoryModelTest, AViewThatAsksWithinEverySignalSeesEachOnce) {
  Write(2 * kPage + 5);
  Reload();
  ASSERT_TRUE(Wait([this] { return !model_.loading() && !model_.canFetchMore({}); }));
  const int64_t newest = model_.revision(0).number;
  ASSERT_EQ(model_.rowCount(), newest);
  for (int row = 0; row < model_.rowCount(); ++row) {
    EXPECT_EQ(model_.revision(row).number, newest - row);
  }
}

TEST_F(HistoryModelTest, WhatWasWrittenSinceComesAtTheTop) {
  Write(3);
  Reload();
  QSignalSpy inserted(&model_, &QAbstractItemModel::rowsInserted);
  QSignalSpy reset(&model_, &QAbstractItemModel::modelReset);
  Reload();
  EXPECT_EQ(inserted.count(), 0);
  Write(2);
  Reload();
  EXPECT_EQ(reset.count(), 0);
  ASSERT_EQ(inserted.count(), 1);
  EXPECT_EQ(inserted[0][1].toInt(), 0);
  EXPECT_EQ(inserted[0][2].toInt(), 1);
  EXPECT_EQ(model_.revision(0).number, model_.revision(1).number + 1);
}

TEST_F(HistoryModelTest, OfOneResourceOnly) {
  Write(6);
  Reload();
  const int all = model_.rowCount();
  QSignalSpy reset(&model_, &QAbstractItemModel::modelReset);
  model_.SetObject(SetKey("odd"));
  EXPECT_EQ(reset.count(), 1);
  EXPECT_EQ(model_.rowCount(), 3);
  const QModelIndex changes = model_.index(0, HistoryModel::kChanges);
  EXPECT_EQ(changes.data().toString(), QStringLiteral("odd"));
  EXPECT_EQ(changes.data(Qt::AccessibleTextRole).toString(),
            QStringLiteral("Revision %1 by maria: Printer fix").arg(model_.revision(0).number));
  model_.SetObject({});
  EXPECT_EQ(model_.rowCount(), all);
}

}  // namespace
}  // namespace gw::gui
