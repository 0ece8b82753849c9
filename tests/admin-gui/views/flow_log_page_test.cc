#include "admin-gui/views/flow_log_page.h"

#include <gmock/gmock.h>

#include <QApplication>
#include <QClipboard>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>

#include "admin-gui/views/chip_row.h"
#include "admin-gui/views/known_rows.h"
#include "tests/admin-gui/session/session_support.h"
#include "tests/admin-gui/support/flow_log.h"
#include "tests/admin-gui/support/page_pictures.h"

namespace gw::gui {
namespace {

class FlowLogPageTest : public ::testing::Test {
 protected:
  FlowLogPageTest() {
    Theme::Apply(*qApp);
    folder_.Write(gw::testing::Office());
    audit_ = folder_.folder().File("audit.db");
    gw::testing::FillLog(audit_, 400, absl::Now() - absl::Seconds(5), absl::Seconds(3));
    open_ = std::make_unique<OpenSession>(folder_);
    page_ = new FlowLogPage(open_->gateway, open_->session, nullptr);
    frame_ = std::make_unique<PageFrame>(page_);
    frame_->show();
    table_ = page_->findChild<QTableView*>();
    filter_ = page_->findChild<FilterBar*>();
    pane_ = frame_->findChild<FlowPane*>();
    GW_CHECK(Wait([this] { return page_->model().rowCount() > 100; }));
    GW_CHECK(Wait([this] {
      return !page_->model().names()->NameOf(gw::testing::Addr("10.20.0.77")).empty();
    }));
  }

  int FirstDenied() const {
    for (int row = 0; row < page_->model().rowCount(); ++row) {
      const AuditRecord* record = page_->model().record(row);
      if (record != nullptr && record->verdict == Verdict::kDeny) return row;
    }
    return -1;
  }
  static QAction* Find(const QMenu& menu, const QString& text) {
    for (QAction* action : menu.actions()) {
      if (action->text() == text) return action;
    }
    ADD_FAILURE() << "no action " << text.toStdString();
    return nullptr;
  }

  SessionFolder folder_;
  std::string audit_;
  std::unique_ptr<OpenSession> open_;
  FlowLogPage* page_ = nullptr;
  std::unique_ptr<PageFrame> frame_;
  QTableView* table_ = nullptr;
  FilterBar* filter_ = nullptr;
  FlowPane* pane_ = nullptr;
};

TEST_F(FlowLogPageTest, SelectingPausesAndExplains) {
  const int row = FirstDenied();
  ASSERT_GE(row, 0);
  QTest::mouseClick(table_->viewport(), Qt::LeftButton, {},
                    table_->visualRect(page_->model().index(row, 2)).center());
  EXPECT_FALSE(page_->model().live());
  ASSERT_TRUE(pane_->record().has_value());
  const auto* trace = pane_->findChild<TracePanel*>();
  ASSERT_TRUE(Wait([&] { return trace->AsText().contains(QStringLiteral("no-lateral")); }))
      << trace->AsText().toStdString();
  SavePictures(frame_.get(), QStringLiteral("flow-log"));
}

TEST_F(FlowLogPageTest, ThePaneTellsWhatWasKnownOfBothEndsThen) {
  AuditRecord record = gw::testing::OfficeFlow(absl::Now(), 0);
  record.in_labels = {{"role", "guest"}};
  record.source_party = {{"phone-of-then", {{"owner", "visitor"}, {"role", "guest"}}},
                         {"guest-network", {{"zone", "outside"}}}};
  record.destination_party = {{"printer-of-then", {}}};
  gw::testing::AppendTo(audit_, {record});
  ASSERT_TRUE(Wait([this] {
    const AuditRecord* newest = page_->model().record(0);
    return newest != nullptr && !newest->source_party.empty();
  }));
  table_->selectRow(0);
  const auto rows = [this](const char* name) {
    QStringList texts;
    for (auto* known : pane_->findChildren<KnownRows*>()) {
      if (known->accessibleName() != QLatin1String(name) || !known->isVisible()) continue;
      for (auto* label : known->findChildren<TextLabel*>()) {
        if (label->isVisible()) texts << label->text();
      }
      for (auto* chips : known->findChildren<ChipRow*>()) {
        if (chips->isVisible()) texts << chips->accessibleName();
      }
    }
    return texts;
  };
  ASSERT_TRUE(Wait([&] { return rows("Source").size() == 4; }));
  EXPECT_EQ(rows("Source"),
            QStringList({QStringLiteral("phone-of-then"), QStringLiteral("guest-network"),
                         QStringLiteral("phone-of-then: owner = visitor, role = guest"),
                         QStringLiteral("guest-network: zone = outside")}));
  EXPECT_EQ(rows("Destination"), QStringList(QStringLiteral("printer-of-then")));
  EXPECT_EQ(rows("Endpoints"),
            QStringList({QStringLiteral("guest"), QStringLiteral("guest: role = guest")}));
  SavePictures(frame_.get(), QStringLiteral("flow-log-known"));
  // Of one about whom nothing was known there is nothing to say.
  table_->selectRow(1);
  EXPECT_EQ(rows("Source"), QStringList());
  EXPECT_EQ(rows("Endpoints"), QStringList());
}

TEST_F(FlowLogPageTest, ALabelInThePaneFilters) {
  AuditRecord record = gw::testing::OfficeFlow(absl::Now(), 0);
  record.source_party = {{"phone", {{"owner", "visitor"}, {"role", "guest"}}}};
  gw::testing::AppendTo(audit_, {record});
  const auto arrived = [this] {
    const AuditRecord* newest = page_->model().record(0);
    return newest != nullptr && !newest->source_party.empty();
  };
  ASSERT_TRUE(Wait(arrived));
  table_->selectRow(0);
  auto* chips = pane_->findChild<ChipRow*>();
  ASSERT_NE(chips, nullptr);
  ASSERT_TRUE(Wait([&] { return chips->isVisible() && chips->height() > 0; }));
  QTest::mouseClick(chips, Qt::LeftButton, {}, QPoint(8, 8));
  EXPECT_EQ(filter_->Query(), QStringLiteral("src.label.owner == visitor"));
  ASSERT_TRUE(Wait([this] { return page_->model().flow_count() == 1; }));
  EXPECT_FALSE(pane_->record().has_value());
  table_->selectRow(0);
  ASSERT_TRUE(Wait([&] {
    chips = nullptr;
    for (auto* row : pane_->findChildren<ChipRow*>()) {
      if (row->isVisible()) chips = row;
    }
    return chips != nullptr;
  }));
  chips->setFocus();
  QTest::keyClick(chips, Qt::Key_Right);
  EXPECT_TRUE(chips->accessibleDescription().contains(QStringLiteral("role = guest")));
  QTest::keyClick(chips, Qt::Key_Return);
  EXPECT_EQ(filter_->Query(),
            QStringLiteral("src.label.owner == visitor and src.label.role == guest"));
}

TEST_F(FlowLogPageTest, AWrongQueryLeavesTheResults) {
  const int before = page_->model().rowCount();
  filter_->edit()->setFocus();
  QTest::keyClicks(filter_->edit(), QStringLiteral("sprt == 1"));
  QTest::keyClick(filter_->edit(), Qt::Key_Return);
  EXPECT_EQ(filter_->error(),
            QStringLiteral("Column 1: “sprt” is not a field. Did you mean sport?"));
  EXPECT_EQ(page_->model().rowCount(), before);
}

TEST_F(FlowLogPageTest, ATypedTermFilters) {
  filter_->edit()->setFocus();
  QTest::keyClicks(filter_->edit(), QStringLiteral("action == deny"));
  QTest::keyClick(filter_->edit(), Qt::Key_Return);
  ASSERT_TRUE(Wait([this] {
    return page_->model().complete() && page_->model().flow_count() == (400 + 6) / 7;
  }));
  EXPECT_EQ(page_->subtitle(), QStringLiteral("All 58 that match"));
}

TEST_F(FlowLogPageTest, TheMenuFiltersByTheValueUnderThePointer) {
  const int row = FirstDenied();
  const std::unique_ptr<QMenu> menu(
      page_->MenuFor(page_->model().index(row, FlowLogModel::kDestination)));
  Find(*menu, QStringLiteral("Exclude"))->trigger();
  EXPECT_EQ(filter_->Query(), QStringLiteral("dst != 10.10.0.40"));
  ASSERT_TRUE(Wait([this] { return page_->model().flow_count() == 200; }));
  EXPECT_EQ(FirstDenied(), -1);
}

TEST_F(FlowLogPageTest, AllowLikeThisAddsARuleThatCanBeUndone) {
  const int row = FirstDenied();
  auto* popover = page_->findChild<LikeThisPopover*>();
  QSignalSpy announced(page_, &Page::announced);
  const std::unique_ptr<QMenu> menu(
      page_->MenuFor(page_->model().index(row, FlowLogModel::kDestination)));
  Find(*menu, QStringLiteral("Allow like this…"))->trigger();
  ASSERT_TRUE(popover->isVisible());
  SavePictures(popover, QStringLiteral("like-this"));
  QTest::keyClick(popover, Qt::Key_Return);
  EXPECT_FALSE(popover->isVisible());
  ASSERT_EQ(announced.count(), 1);
  EXPECT_EQ(open_->session.change_count(), 1);
  const Policy& policy = open_->session.model().policies.at("no-lateral");
  ASSERT_EQ(policy.ingress.size(), 2U);
  EXPECT_EQ(policy.ingress.front().action, RuleAction::kAllow);
  open_->session.undo_stack().undo();
  EXPECT_EQ(open_->session.change_count(), 0);
}

TEST_F(FlowLogPageTest, CopiesRowsAndQueries) {
  table_->selectRow(FirstDenied());
  QTest::keyClick(table_, Qt::Key_C, Qt::ControlModifier);
  EXPECT_TRUE(QApplication::clipboard()->text().contains(QStringLiteral("\t10.10.0.40\t")));
  const std::unique_ptr<QMenu> menu(page_->MenuFor(page_->model().index(FirstDenied(), 2)));
  Find(*menu, QStringLiteral("Copy as query"))->trigger();
  EXPECT_EQ(QApplication::clipboard()->text(),
            QStringLiteral("src == 10.20.0.77 and dst == 10.10.0.40 and proto == tcp and "
                           "dport == 631"));
}

TEST_F(FlowLogPageTest, NothingMatches) {
  page_->Show({{QStringLiteral("query"), QStringLiteral("dport == 1")}});
  const auto* empty = page_->findChild<EmptyState*>();
  ASSERT_TRUE(Wait([&] { return empty->isVisible(); }));
  SavePictures(frame_.get(), QStringLiteral("flow-log-empty"));
}

TEST_F(FlowLogPageTest, ASearchThatIsNotOverSaysHowFarItCame) {
  // A block of its own, behind which the search ends.
  gw::testing::AppendTo(audit_, {gw::testing::OfficeFlow(absl::Now(), 1)});
  FlowLogQuestion question;
  question.where = *ParseAuditFilter("dport == 1", absl::Now());
  question.time_max = absl::ZeroDuration();
  page_->model().Ask(question);
  const auto* empty = page_->findChild<EmptyState*>();
  ASSERT_TRUE(Wait([&] { return empty->isVisible(); }));
  EXPECT_TRUE(page_->subtitle().startsWith(QStringLiteral("Searched back to ")))
      << page_->subtitle().toStdString();
  SavePictures(frame_.get(), QStringLiteral("flow-log-searched"));
  auto* on = empty->findChild<QPushButton*>();
  ASSERT_NE(on, nullptr);
  EXPECT_EQ(on->text(), QStringLiteral("Search on"));
  on->click();
  ASSERT_TRUE(Wait([this] { return page_->model().complete(); }));
  EXPECT_EQ(page_->model().flow_count(), 0);
}

TEST_F(FlowLogPageTest, OffersTheValuesThatTheLogHas) {
  filter_->edit()->setFocus();
  QTest::keyClicks(filter_->edit(), QStringLiteral("action == deny "));
  QTest::keyClicks(filter_->edit(), QStringLiteral("d"));
  SavePictures(filter_->popup(), QStringLiteral("flow-log-fields-popup"));
  QTest::keyClicks(filter_->edit(), QStringLiteral("st "));
  SavePictures(filter_->popup(), QStringLiteral("flow-log-signs-popup"));
  EXPECT_EQ(filter_->popup()->verticalScrollBar()->maximum(), 0) << "all of a few is shown";
  QTest::keyClicks(filter_->edit(), QStringLiteral("== "));
  const auto offered = [this] {
    const Completion* current = filter_->popup()->current();
    return filter_->popup()->isVisible() && current != nullptr ? current->text : QString();
  };
  // Of what the chip leaves: the other destination was never denied.
  ASSERT_TRUE(Wait([&] { return offered() == u"10.10.0.40"; }));
  EXPECT_EQ(filter_->popup()->count(), 1);
  EXPECT_EQ(filter_->popup()->current()->detail, QStringLiteral("58"));
  SavePictures(frame_.get(), QStringLiteral("flow-log-values"));
  SavePictures(filter_->popup(), QStringLiteral("flow-log-values-popup"));
  QTest::keyClick(filter_->edit(), Qt::Key_Return);
  EXPECT_EQ(filter_->Query(), QStringLiteral("action == deny and dst == 10.10.0.40"));
}

TEST_F(FlowLogPageTest, TheWholeLanguageFilters) {
  page_->Show({{QStringLiteral("query"),
                QStringLiteral("(dst == printer-2nd-floor or src in set(galaxy-a54)) and "
                               "inEndpoint in selector(\"role == 'guest'\") and time > -1h")}});
  EXPECT_EQ(filter_->error(), QString());
  EXPECT_EQ(filter_->terms().size(), 3U);
  // One in seven, and the phone's flows 57 and 257 to elsewhere.
  ASSERT_TRUE(Wait([this] {
    return page_->model().complete() && page_->model().flow_count() == (400 + 6) / 7 + 2;
  })) << page_->model().flow_count();
  // A state that cannot be read is shown as it was left.
  page_->RestoreState({{QStringLiteral("query"), QStringLiteral("dport ==")}});
  EXPECT_EQ(filter_->Query(), QStringLiteral("dport =="));
  EXPECT_EQ(filter_->error(), QStringLiteral("Column 9: Expected a value."));
}

TEST_F(FlowLogPageTest, ReturnOpensTheRule) {
  table_->selectRow(FirstDenied());
  QSignalSpy gone(page_, &Page::goTo);
  QTest::keyClick(table_, Qt::Key_Return);
  ASSERT_EQ(gone.count(), 1);
  const auto to = gone.front().front().value<Destination>();
  EXPECT_EQ(to.place, Destination::Place::kPolicies);
  EXPECT_EQ(to.arguments.value(QStringLiteral("policy")).toString(), QStringLiteral("no-lateral"));
  EXPECT_EQ(to.arguments.value(QStringLiteral("rule")).toString(), QStringLiteral("ingress/0"));
}

}  // namespace
}  // namespace gw::gui
