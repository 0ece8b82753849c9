// An exported log in the window: opened from the menu, shown for what it is, left again.

#include <gmock/gmock.h>

#include <QAction>
#include <QFileDialog>
#include <QTableView>

#include "admin-gui/session/recent_gateways.h"
#include "admin-gui/views/flow_log_page.h"
#include "admin-gui/views/paused_band.h"
#include "admin-gui/views/windows.h"
#include "tests/admin-gui/support/page_pictures.h"
#include "tests/admin-gui/views/window_support.h"

namespace gw::gui {
namespace {

constexpr int kExported = 30;
// Longer than the flow log waits before it asks for what is new.
constexpr int kPollsMs = 600;

class ExportedLogWindowTest : public WindowTest {
 protected:
  // The export has the first decisions of the log.
  void SetUp() override {
    WindowTest::SetUp();
    OpenOffice();
    auto store = AuditStore::Open(audit_, AuditStore::Mode::kReadOnly);
    ASSERT_TRUE(store.ok());
    const auto last = (*store)->Find(kExported);
    ASSERT_TRUE(last.ok() && last->has_value());
    gw::testing::ExportTo(export_, audit_, std::nullopt, (*last)->time);
    page_ = dynamic_cast<FlowLogPage*>(&window_->page(Place::kFlowLog));
    ASSERT_NE(page_, nullptr);
  }

  void ChooseFile(const std::string& path) {
    QAction* open = nullptr;
    for (QAction* action : window_->actions()) {
      if (action->text() == QStringLiteral("Open exported log…")) open = action;
    }
    ASSERT_NE(open, nullptr);
    open->trigger();
    EXPECT_EQ(window_->current(), Place::kFlowLog);
    QFileDialog* dialog = nullptr;
    ASSERT_TRUE(Wait([&] {
      dialog = window_->findChild<QFileDialog*>();
      return dialog != nullptr && dialog->isVisible();
    }));
    dialog->setDirectory(Text(folder_.folder().path()));
    dialog->selectFile(Text(path));
    ASSERT_TRUE(QMetaObject::invokeMethod(dialog, "accept"));
    ASSERT_TRUE(Wait([&] { return window_->findChild<QFileDialog*>() == nullptr; }));
  }
  void OpenExport() {
    ChooseFile(export_);
    ASSERT_TRUE(Wait([this] { return window_->gateway().exported_log().has_value(); }));
    ASSERT_TRUE(Wait([this] { return page_->model().complete(); }));
  }
  // The bands of the page that are shown.
  std::vector<StateBand*> Bands() const {
    std::vector<StateBand*> shown;
    for (auto* band : page_->findChildren<StateBand*>()) {
      if (band->isVisible()) shown.push_back(band);
    }
    return shown;
  }
  QPushButton* Link(const QString& text) const {
    for (auto* button : page_->findChildren<QPushButton*>()) {
      if (button->isVisible() && button->text() == text) return button;
    }
    return nullptr;
  }
  bool PauseIsOffered() const {
    for (auto* button : window_->findChildren<QPushButton*>()) {
      if (button->isVisible() && button->text() == QStringLiteral("Pause")) return true;
    }
    return false;
  }

  const std::string audit_ = folder_.folder().File("audit.db");
  const std::string export_ = folder_.folder().File("november.db");
  FlowLogPage* page_ = nullptr;
};

TEST_F(ExportedLogWindowTest, IsShownForWhatItIsUntilTheLiveLogIsWanted) {
  window_->GoTo({Place::kFlowLog, {}});
  ASSERT_TRUE(Wait([this] { return page_->model().flow_count() >= 200; }));
  EXPECT_TRUE(PauseIsOffered());
  OpenExport();
  EXPECT_EQ(page_->model().flow_count(), kExported);
  ASSERT_EQ(Bands().size(), 1U);
  const ExportedLog& log = *window_->gateway().exported_log();
  EXPECT_EQ(Bands()[0]->text(),
            QStringLiteral("You are looking at the exported log november.db: decisions from %1.")
                .arg(TimeRangeOf(log)));
  EXPECT_FALSE(PauseIsOffered());
  const auto* histogram = page_->findChild<TimeHistogram*>();
  EXPECT_TRUE(Wait([&] {
    return histogram->shown().first <= absl::ToUnixMillis(log.oldest) &&
           histogram->shown().second > absl::ToUnixMillis(log.newest);
  })) << "all of its time";
  auto* table = page_->findChild<QTableView*>();
  // The first row says what it is a copy of.
  table->selectRow(2);
  const auto* trace = page_->detail()->findChild<TracePanel*>();
  EXPECT_TRUE(Wait([&] { return !trace->AsText().isEmpty(); }));
  SavePictures(window_.get(), QStringLiteral("exported-log"));
  EXPECT_FALSE(page_->findChild<PausedBand*>()->isVisible()) << "there is nothing to pause";

  gw::testing::AppendTo(audit_, {gw::testing::OfficeFlow(absl::Now(), 1)});
  QTest::qWait(kPollsMs);
  EXPECT_EQ(page_->model().flow_count(), kExported) << "nothing new comes";

  QPushButton* back = Link(QStringLiteral("Back to the live log"));
  ASSERT_NE(back, nullptr);
  back->click();
  ASSERT_TRUE(Wait([this] { return page_->model().complete(); }));
  EXPECT_TRUE(Bands().empty());
  EXPECT_TRUE(PauseIsOffered());
  EXPECT_TRUE(page_->model().live());
  const qint64 before = page_->model().flow_count();
  gw::testing::AppendTo(audit_, {gw::testing::OfficeFlow(absl::Now(), 2)});
  EXPECT_TRUE(Wait([&] { return page_->model().flow_count() == before + 1; })) << "it is followed";
}

TEST_F(ExportedLogWindowTest, AFileThatCannotBeShownLeavesTheLogThatIs) {
  OpenExport();
  ChooseFile(folder_.policy_path());
  ASSERT_TRUE(Wait([this] { return Bands().size() == 2; }));
  EXPECT_TRUE(Bands()[1]->text().startsWith(Text(folder_.policy_path())))
      << Bands()[1]->text().toStdString();
  EXPECT_EQ(page_->model().flow_count(), kExported);
  SavePictures(window_.get(), QStringLiteral("exported-log-refused"));
  QPushButton* close = Link(QStringLiteral("Close"));
  ASSERT_NE(close, nullptr);
  close->click();
  EXPECT_EQ(Bands().size(), 1U);
  EXPECT_TRUE(window_->gateway().exported_log_open());
}

TEST_F(ExportedLogWindowTest, WhatOtherPagesAskAboutIsTheLiveLog) {
  OpenExport();
  window_->GoTo({Place::kOverview, {}});
  window_->GoTo({Place::kFlowLog, {}});
  EXPECT_TRUE(window_->gateway().exported_log_open()) << "to look elsewhere does not close it";
  window_->GoTo({Place::kFlowLog, {{QStringLiteral("query"), QStringLiteral("action == deny")}}});
  EXPECT_FALSE(window_->gateway().exported_log_open());
  ASSERT_TRUE(Wait([this] { return page_->model().complete(); }));
  EXPECT_EQ(page_->model().flow_count(), (300 + 6) / 7);
  EXPECT_TRUE(Bands().empty());
}

TEST_F(ExportedLogWindowTest, NothingMatchesInItOffersAllOfIt) {
  OpenExport();
  auto* filter = page_->findChild<FilterBar*>();
  filter->edit()->setFocus();
  QTest::keyClicks(filter->edit(), QStringLiteral("dport == 1"));
  QTest::keyClick(filter->edit(), Qt::Key_Return);
  const auto* empty = page_->findChild<EmptyState*>();
  EXPECT_TRUE(Wait([&] { return empty->isVisible(); }));
  EXPECT_EQ(page_->model().flow_count(), 0);
}

TEST_F(ExportedLogWindowTest, InThePlaceOfTheAuditLogEveryPageSaysSo) {
  window_.reset();
  GatewayFiles files = folder_.Files();
  files.audit_path = Text(export_);
  Windows windows;
  windows.Open(files);
  MainWindow& window = *windows.gateway_window();
  ASSERT_TRUE(Wait([&] { return window.gateway().problem().kind == Kind::kExportedLog; }));
  EXPECT_TRUE(window.findChild<StateBand*>()->text().contains(QStringLiteral("november.db")));
  window.GoTo({Place::kFlowLog, {}});
  page_ = dynamic_cast<FlowLogPage*>(&window.page(Place::kFlowLog));
  ASSERT_TRUE(Wait([this] { return page_->model().complete(); }));
  EXPECT_EQ(page_->model().flow_count(), kExported);
  EXPECT_TRUE(Bands().empty()) << "said once";
  EXPECT_TRUE(page_->tools().isEmpty()) << "nothing to pause";
  SavePictures(&window, QStringLiteral("exported-log-own"));
  ASSERT_FALSE(RecentGateways::List().empty());
  EXPECT_EQ(RecentGateways::List().front().files.audit_path, QString())
      << "the next time it is the gateway's own again";
}

}  // namespace
}  // namespace gw::gui
