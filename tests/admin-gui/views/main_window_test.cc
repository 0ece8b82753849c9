// The window as a whole: what is kept over runs, and what somebody else does meanwhile.

#include <gmock/gmock.h>

#include <QRadioButton>

#include "tests/admin-gui/views/window_support.h"

namespace gw::gui {
namespace {

using MainWindowTest = WindowTest;

TEST_F(MainWindowTest, ChangesSurviveTheWindow) {
  OpenOffice();
  window_->session().Remove(QStringLiteral("Delete galaxy-a54"), SetKey("galaxy-a54"));
  ASSERT_EQ(window_->session().change_count(), 1);
  window_.reset();
  Open();
  ASSERT_TRUE(Wait([this] { return window_->session().change_count() == 1; }));
  EXPECT_EQ(window_->session().last_change(), QStringLiteral("Delete galaxy-a54"));
  QTest::keyClick(window_.get(), Qt::Key_Z, Qt::ControlModifier);
  EXPECT_EQ(window_->session().change_count(), 0);
}

TEST_F(MainWindowTest, PageAndSizeAreKept) {
  OpenOffice();
  window_->GoTo({Place::kPolicies, {}});
  window_.reset();
  Open();
  EXPECT_EQ(window_->current(), Place::kPolicies);
}

TEST_F(MainWindowTest, NothingToApplySaysSo) {
  OpenOffice();
  QTest::keyClick(window_.get(), Qt::Key_S, Qt::ControlModifier);
  EXPECT_NE(window_->current(), Place::kApply);
}

TEST_F(MainWindowTest, SomebodyElseAppliedInBetween) {
  OpenOffice();
  PolicySession& session = window_->session();
  // Ours: another label of the phone, and a set of our own. Theirs: also the phone.
  session.Put(QStringLiteral("Label galaxy-a54"), SetOf("galaxy-a54", "ours"));
  session.Put(QStringLiteral("Add set mine"), SetOf("mine", "printer"));
  ASSERT_EQ(folder_.Write({SetOf("galaxy-a54", "theirs")}), 2);
  QTest::keyClick(window_.get(), Qt::Key_Return, Qt::ControlModifier);
  ASSERT_EQ(window_->current(), Place::kApply);
  QPushButton* apply = nullptr;
  QPushButton* go_on = nullptr;
  const auto find = [&] {
    for (auto* button : window_->page(Place::kApply).findChildren<QPushButton*>()) {
      if (!button->isVisible()) continue;
      if (button->text().startsWith(QStringLiteral("Apply"))) apply = button;
      if (button->text() == QStringLiteral("Continue with 2")) go_on = button;
    }
    return go_on != nullptr;
  };
  find();
  ASSERT_NE(apply, nullptr);
  QTest::mouseClick(apply, Qt::LeftButton);
  ASSERT_TRUE(Wait(find));
  EXPECT_EQ(folder_.Stored().revision, 2) << "nothing was overwritten";
  EXPECT_EQ(session.change_count(), 2) << "and nothing was lost";
  for (auto* choice : window_->page(Place::kApply).findChildren<QRadioButton*>()) {
    if (choice->text().startsWith(QStringLiteral("Yours"))) choice->click();
  }
  QTest::mouseClick(go_on, Qt::LeftButton);
  ASSERT_TRUE(Wait([&] { return session.base_revision() == 2 && !session.conflict(); }));
  QTest::mouseClick(apply, Qt::LeftButton);
  ASSERT_TRUE(Wait([&] { return session.base_revision() == 3; }));
  const LoadedPolicy stored = folder_.Stored();
  EXPECT_EQ(RoleIn(stored.model, "galaxy-a54"), "ours");
  EXPECT_EQ(RoleIn(stored.model, "mine"), "printer");
}

}  // namespace
}  // namespace gw::gui
