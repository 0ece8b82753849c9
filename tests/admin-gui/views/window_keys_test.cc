// The keys of the window: every page, anything by name, panes in turn, help.

#include <gmock/gmock.h>

#include <QApplication>
#include <QLineEdit>

#include "admin-gui/views/go_to_box.h"
#include "admin-gui/views/header_bar.h"
#include "admin-gui/views/help_page.h"
#include "admin-gui/views/navigation.h"
#include "admin-gui/views/policies_page.h"
#include "tests/admin-gui/views/window_support.h"

namespace gw::gui {
namespace {

using ::testing::ElementsAre;

class WindowKeysTest : public WindowTest {
 protected:
  void Activate() {
    QApplication::setActiveWindow(window_.get());
    QTest::qWait(10);
  }
  // Types into what Ctrl+K opens, and takes the first answer.
  void GoToByName(const QString& typed) {
    Activate();
    QTest::keyClick(window_.get(), Qt::Key_K, Qt::ControlModifier);
    auto* box = window_->findChild<GoToBox*>();
    ASSERT_TRUE(box->isVisible());
    auto* field = box->findChild<QLineEdit*>();
    QTest::keyClicks(field, typed);
    QTest::keyClick(field, Qt::Key_Return);
    EXPECT_FALSE(box->isVisible());
  }
};

TEST_F(WindowKeysTest, EveryPageByItsKey) {
  OpenOffice();
  const std::pair<Qt::Key, Place> keys[] = {
      {Qt::Key_2, Place::kEndpoints},    {Qt::Key_3, Place::kNetworkSets},
      {Qt::Key_4, Place::kPolicies},     {Qt::Key_5, Place::kFlowLog},
      {Qt::Key_6, Place::kSimulator},    {Qt::Key_7, Place::kHistory},
      {Qt::Key_Comma, Place::kSettings}, {Qt::Key_1, Place::kOverview}};
  for (const auto& [key, place] : keys) {
    QTest::keyClick(window_.get(), key, Qt::ControlModifier);
    EXPECT_EQ(window_->current(), place);
  }
  QTest::keyClick(window_.get(), Qt::Key_Left, Qt::AltModifier);
  EXPECT_EQ(window_->current(), Place::kSettings) << "back to where it was";
  QTest::keyClick(window_.get(), Qt::Key_Right, Qt::AltModifier);
  EXPECT_EQ(window_->current(), Place::kOverview) << "and forward again";
}

TEST_F(WindowKeysTest, AnythingByItsName) {
  OpenOffice();
  GoToByName(QStringLiteral("flow log"));
  EXPECT_EQ(window_->current(), Place::kFlowLog);
  const Model& model = window_->session().model();
  ASSERT_FALSE(model.policies.empty());
  const std::string policy = model.policies.rbegin()->second.metadata.name;
  GoToByName(Text(policy));
  EXPECT_EQ(window_->current(), Place::kPolicies);
  ASSERT_FALSE(model.network_sets.empty());
  GoToByName(Text(model.network_sets.begin()->first));
  EXPECT_EQ(window_->current(), Place::kNetworkSets);
}

TEST_F(WindowKeysTest, EscapeLeavesEverythingAsItWas) {
  OpenOffice();
  Activate();
  window_->GoTo({Place::kHistory, {}});
  QTest::keyClick(window_.get(), Qt::Key_K, Qt::ControlModifier);
  auto* box = window_->findChild<GoToBox*>();
  QTest::keyClicks(box->findChild<QLineEdit*>(), QStringLiteral("simulator"));
  QTest::keyClick(box->findChild<QLineEdit*>(), Qt::Key_Escape);
  EXPECT_FALSE(box->isVisible());
  EXPECT_EQ(window_->current(), Place::kHistory);
}

TEST_F(WindowKeysTest, HelpForThePageAndBack) {
  OpenOffice();
  window_->GoTo({Place::kPolicies, {}});
  QTest::keyClick(window_.get(), Qt::Key_F1);
  ASSERT_EQ(window_->current(), Place::kHelp);
  auto& help = static_cast<HelpPage&>(window_->page(Place::kHelp));
  EXPECT_EQ(help.breadcrumb(), QStringList{window_->page(Place::kPolicies).title()});
  bool has_words = false;
  bool has_key = false;
  for (const auto* label : help.findChildren<QLabel*>()) {
    has_words |= label->text().contains(QStringLiteral("tier by tier"));
    has_key |= label->text() == QStringLiteral("Ctrl+K");
  }
  EXPECT_TRUE(has_words);
  EXPECT_TRUE(has_key);
  QTest::keyClick(window_.get(), Qt::Key_Left, Qt::AltModifier);
  EXPECT_EQ(window_->current(), Place::kPolicies);
}

TEST_F(WindowKeysTest, F6GoesThroughThePanes) {
  OpenOffice();
  Activate();
  window_->GoTo({Place::kPolicies, {}});
  window_->session().Put(QStringLiteral("Add set mine"), SetOf("mine", "printer"));
  auto* navigation = window_->findChild<Navigation*>();
  auto* status = window_->findChild<StatusLine*>();
  bool in_navigation = false;
  bool in_page = false;
  bool in_status = false;
  for (int i = 0; i < 6; ++i) {
    QTest::keyClick(window_.get(), Qt::Key_F6);
    const QWidget* focus = QApplication::focusWidget();
    ASSERT_NE(focus, nullptr);
    in_navigation |= navigation->isAncestorOf(focus);
    in_page |= window_->page(Place::kPolicies).isAncestorOf(focus);
    in_status |= status->isAncestorOf(focus);
  }
  EXPECT_TRUE(in_navigation && in_page && in_status);
  const QWidget* before = QApplication::focusWidget();
  QTest::keyClick(window_.get(), Qt::Key_F6);
  QTest::keyClick(window_.get(), Qt::Key_F6, Qt::ShiftModifier);
  EXPECT_EQ(QApplication::focusWidget(), before) << "Shift+F6 is the way back";
}

TEST(FindEntriesTest, EveryWordAndTheBeginningFirst) {
  const auto entry = [](const char* text, const char* detail, const char* group) {
    Completion shown;
    shown.text = QLatin1String(text);
    shown.detail = QLatin1String(detail);
    shown.group = QLatin1String(group);
    return GoToEntry{shown, [] {}};
  };
  const std::vector<GoToEntry> entries = {
      entry("Overview", "Ctrl+1", "Go"), entry("allow-guests", "", "Policies"),
      entry("guest-internet", "", "Policies"), entry("guest", "eth1.20", "Endpoints")};
  EXPECT_THAT(FindEntries(entries, QStringLiteral("GUEST"), 10), ElementsAre(2, 1, 3));
  EXPECT_THAT(FindEntries(entries, QStringLiteral("inter guest"), 10), ElementsAre(2));
  EXPECT_THAT(FindEntries(entries, QStringLiteral("eth1"), 10), ElementsAre(3));
  EXPECT_THAT(FindEntries(entries, QString(), 2), ElementsAre(0, 1));
  EXPECT_THAT(FindEntries(entries, QStringLiteral("nothing"), 10), ElementsAre());
}

}  // namespace
}  // namespace gw::gui
