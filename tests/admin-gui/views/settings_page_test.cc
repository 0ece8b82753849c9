// The page of settings by clicks and keys.

#include "admin-gui/views/settings_page.h"

#include <gmock/gmock.h>

#include <tuple>

#include <QAbstractButton>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QTest>
#include <QToolButton>

#include "admin-gui/session/program_settings.h"
#include "admin-gui/views/failsafe_table.h"
#include "admin-gui/widgets/segmented.h"
#include "admin-gui/widgets/text_label.h"
#include "admin-gui/widgets/theme.h"
#include "tests/admin-gui/session/session_support.h"
#include "tests/admin-gui/support/flow_log.h"

namespace gw::gui {
namespace {

using ::testing::SizeIs;

class SettingsPageTest : public ::testing::Test {
 protected:
  SettingsPageTest() {
    QSettings().clear();
    qputenv("SSH_CONNECTION", "192.0.2.7 50123 192.0.2.1 22");
    folder_.Write(gw::testing::Office());
    open_ = std::make_unique<OpenSession>(folder_);
    Theme::Apply(*qApp);
    page_ = std::make_unique<SettingsPage>(open_->gateway, open_->session, nullptr);
    page_->resize(1072, 760);
    page_->show();
    GW_CHECK(QTest::qWaitForWindowExposed(page_.get()));
  }
  ~SettingsPageTest() override { qunsetenv("SSH_CONNECTION"); }

  PolicySession& session() { return open_->session; }
  Settings Now() { return SettingsOf(session().model()); }
  static void Choose(Segmented* control, int index) {
    QTest::mouseClick(control->findChildren<QAbstractButton*>().at(index), Qt::LeftButton);
  }
  void Type(QWidget* field, const QString& text) {
    field->setFocus();
    QTest::keyClicks(field, text);
    QTest::keyClick(field, Qt::Key_Return);
  }

  SessionFolder folder_;
  std::unique_ptr<OpenSession> open_;
  std::unique_ptr<SettingsPage> page_;
};

TEST_F(SettingsPageTest, TheFirstChangeMakesTheConfiguration) {
  ASSERT_TRUE(session().model().configurations.empty());
  EXPECT_EQ(page_->choice(QStringLiteral("failMode"))->current(), 0);
  Choose(page_->choice(QStringLiteral("failMode")), 1);
  EXPECT_EQ(Now().fail_mode, FailMode::kOpen);
  EXPECT_EQ(session().change_count(), 1);
  session().undo_stack().undo();
  EXPECT_TRUE(session().model().configurations.empty());
  EXPECT_EQ(page_->choice(QStringLiteral("failMode"))->current(), 0);
}

TEST_F(SettingsPageTest, FailsafesAreAddedAndTakenAway) {
  FailsafeTable* inbound = page_->failsafes(QStringLiteral("failsafeInboundHostPorts"));
  const size_t before = Now().failsafe_inbound.size();
  ASSERT_EQ(inbound->row_count(), static_cast<int>(before));
  QTest::mouseClick(inbound->add(), Qt::LeftButton);
  const int added = inbound->row_count() - 1;
  EXPECT_EQ(QApplication::focusWidget(), inbound->port(added));
  Type(inbound->port(added), QStringLiteral("8443"));
  EXPECT_THAT(Now().failsafe_inbound, SizeIs(before + 1));
  Type(inbound->peer(added), QStringLiteral("2001:db8::/32"));
  EXPECT_EQ(ToString(Now().failsafe_inbound.back()), "tcp:[2001:db8::/32]:8443");
  EXPECT_EQ(inbound->row_count(), added + 1);
  for (int left = inbound->row_count(); left > 0; --left) {
    auto* remove = inbound->port(0)->parentWidget()->findChild<QToolButton*>();
    QTest::mouseClick(remove, Qt::LeftButton);
  }
  EXPECT_THAT(Now().failsafe_inbound, SizeIs(0));
  session().undo_stack().undo();
  EXPECT_THAT(Now().failsafe_inbound, SizeIs(1));
  EXPECT_EQ(inbound->row_count(), 1);
}

TEST_F(SettingsPageTest, AWrongFailsafeKeepsItsTextAndIsInTheWayOfApply) {
  const QString field = QStringLiteral("failsafeInboundHostPorts");
  FailsafeTable* inbound = page_->failsafes(field);
  QTest::mouseClick(inbound->add(), Qt::LeftButton);
  const int added = inbound->row_count() - 1;
  Type(inbound->port(added), QStringLiteral("70000"));
  EXPECT_EQ(inbound->port(added)->text(), QStringLiteral("70000"));
  EXPECT_FALSE(inbound->problem().isEmpty());
  EXPECT_EQ(session().change_count(), 0);
  ASSERT_THAT(session().field_drafts(), SizeIs(1));
  EXPECT_EQ(session().field_drafts()[0].field, QStringLiteral("spec.") + field);
  // Another window of the same working copy, or the program started again, shows it too.
  SettingsPage again(open_->gateway, session(), nullptr);
  EXPECT_EQ(again.failsafes(field)->port(added)->text(), QStringLiteral("70000"));
  EXPECT_FALSE(again.failsafes(field)->problem().isEmpty());
  inbound->port(added)->selectAll();
  Type(inbound->port(added), QStringLiteral("7000"));
  EXPECT_THAT(session().field_drafts(), SizeIs(0));
  EXPECT_EQ(Now().failsafe_inbound.back().port, 7000);
}

TEST_F(SettingsPageTest, TheOpenSshFailsafeIsNarrowedToWhereTheUserIs) {
  ASSERT_TRUE(page_->narrow()->isVisible());
  EXPECT_EQ(page_->narrow()->text(), QStringLiteral("Narrow to 192.0.2.7"));
  QTest::mouseClick(page_->narrow(), Qt::LeftButton);
  EXPECT_EQ(ToString(Now().failsafe_inbound.front()), "tcp:192.0.2.7/32:22");
  EXPECT_FALSE(page_->narrow()->isVisible());
  session().undo_stack().undo();
  EXPECT_TRUE(page_->narrow()->isVisible());
}

TEST_F(SettingsPageTest, AWrongNumberIsKeptAndInTheWayOfApply) {
  QLineEdit* queues = page_->text(QStringLiteral("queues"));
  queues->selectAll();
  Type(queues, QStringLiteral("many"));
  ASSERT_THAT(session().field_drafts(), SizeIs(1));
  EXPECT_EQ(session().field_drafts()[0].field, QStringLiteral("spec.queues"));
  EXPECT_EQ(queues->text(), QStringLiteral("many"));
  queues->selectAll();
  Type(queues, QStringLiteral("4"));
  EXPECT_THAT(session().field_drafts(), SizeIs(0));
  EXPECT_EQ(Now().queues, 4U);
}

TEST_F(SettingsPageTest, WhereTheAuditLogGoesAndWhetherItIsChained) {
  const QString lines = QStringLiteral("auditJsonLines");
  const QString collector = QStringLiteral("auditIpfixCollector");
  const auto type = [this](const QString& parameter, const QString& text) {
    page_->text(parameter)->setFocus();
    page_->text(parameter)->selectAll();
    Type(page_->text(parameter), text);
  };
  EXPECT_EQ(page_->text(lines)->text(), QStringLiteral("Off"));
  EXPECT_EQ(page_->text(collector)->text(), QStringLiteral("none"));
  EXPECT_EQ(page_->text(QStringLiteral("auditMaxSize"))->text(), QStringLiteral("4Gi"));
  type(lines, QStringLiteral("/var/log/gatewarden/audit.json"));
  EXPECT_EQ(Now().audit_json_lines,
            (JsonLinesTarget{JsonLinesTarget::Kind::kFile, "/var/log/gatewarden/audit.json"}));
  type(collector, QStringLiteral("[2001:db8::1]:9995"));
  ASSERT_TRUE(Now().audit_ipfix_collector.has_value());
  EXPECT_EQ(ToString(*Now().audit_ipfix_collector), "[2001:db8::1]:9995");
  type(QStringLiteral("auditRetentionDays"), QStringLiteral("30"));
  EXPECT_EQ(Now().audit_retention_days, 30U);
  type(QStringLiteral("auditMaxSize"), QStringLiteral("500Mi"));
  EXPECT_EQ(Now().audit_max_bytes, uint64_t{500} << 20);
  EXPECT_EQ(page_->choice(QStringLiteral("auditHashChain"))->current(), 0);
  Choose(page_->choice(QStringLiteral("auditHashChain")), 1);
  EXPECT_FALSE(Now().audit_hash_chain);
  EXPECT_THAT(session().field_drafts(), SizeIs(0));
}

TEST_F(SettingsPageTest, WhereTheAuditLogCannotGoIsSaidAtTheField) {
  const QString lines = QStringLiteral("auditJsonLines");
  const QString collector = QStringLiteral("auditIpfixCollector");
  const auto said = [this](const QString& parameter) {
    QString text;
    for (auto* label : page_->text(parameter)->parentWidget()->findChildren<TextLabel*>()) {
      if (label->isVisible()) text += label->text() + QLatin1Char('\n');
    }
    return text;
  };
  for (const auto& [parameter, wrong, words] :
       {std::tuple{lines, "audit.json", "the path of a file from / on"},
        std::tuple{collector, "192.0.2.1:99999", "from 1 to 65535"}}) {
    QLineEdit* edit = page_->text(parameter);
    edit->setFocus();
    edit->selectAll();
    Type(edit, QString::fromLatin1(wrong));
    EXPECT_EQ(edit->text(), QLatin1String(wrong));
    EXPECT_TRUE(said(parameter).contains(QLatin1String(words))) << said(parameter).toStdString();
  }
  EXPECT_THAT(session().field_drafts(), SizeIs(2));
  EXPECT_EQ(session().change_count(), 0);
}

TEST_F(SettingsPageTest, WhatIsOfTheProgramHoldsAtOnce) {
  Choose(page_->scheme(), 2);
  EXPECT_TRUE(Theme::Instance().dark());
  EXPECT_EQ(ProgramSettings::Scheme(), ProgramSettings::SchemeChoice::kDark);
  Choose(page_->scheme(), 1);
  EXPECT_FALSE(Theme::Instance().dark());
  Choose(page_->language(), 2);
  EXPECT_EQ(ProgramSettings::Locale().language(), QLocale::German);
  EXPECT_EQ(session().change_count(), 0);
}

TEST_F(SettingsPageTest, GoesToTheFieldThatIsAskedFor) {
  page_->Show({{QStringLiteral("field"), QStringLiteral("spec.failsafeInboundHostPorts")}});
  EXPECT_TRUE(page_->failsafes(QStringLiteral("failsafeInboundHostPorts"))
                  ->isAncestorOf(QApplication::focusWidget()));
}

}  // namespace
}  // namespace gw::gui
