// The policies page by clicks and keys, over a real database.

#include "admin-gui/views/policies_page.h"

#include <gmock/gmock.h>

#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>

#include "admin-gui/views/policy_editor.h"
#include "admin-gui/views/policy_pane.h"
#include "admin-gui/views/policy_table.h"
#include "admin-gui/views/rule_card.h"
#include "admin-gui/views/text_chips.h"
#include "admin-gui/views/value_chips.h"
#include "admin-gui/widgets/segmented.h"
#include "admin-gui/widgets/theme.h"
#include "common/store/policy_store.h"
#include "tests/admin-gui/support/flow_log.h"
#include "tests/admin-gui/support/patience.h"
#include "tests/support/policy_builder.h"
#include "tests/support/temporary_directory.h"

namespace gw::gui {
namespace {

using gw::testing::Does;
using gw::testing::DoesTcp;
using gw::testing::Forwarding;
using gw::testing::Gnp;
using gw::testing::Hep;
using gw::testing::ModelOf;
using gw::testing::Staged;
using ::testing::SizeIs;

constexpr QSize kSize(1232, 760);
constexpr int kPaneWidth = 364;

ResourceKey Enforced(const std::string& name) { return {ResourceKind::kGlobalNetworkPolicy, name}; }

Rule To(Rule rule, const std::string& selector) {
  rule.destination.selector = selector;
  return rule;
}

Rule From(Rule rule, const std::string& selector) {
  rule.source.selector = selector;
  return rule;
}

Rule Udp(uint16_t port) {
  Rule rule = Does(RuleAction::kAllow);
  rule.protocol = RuleProtocol{kProtocolUdp, true};
  rule.destination.ports = {PortRange{port, port}};
  return rule;
}

Policy At(Policy policy, const std::string& tier, double order) {
  policy.tier = tier;
  policy.order = order;
  return policy;
}

Tier TierAt(const std::string& name, double order) {
  Tier tier;
  tier.metadata.name = name;
  tier.order = order;
  tier.default_action = TierAction::kPass;
  return tier;
}

std::vector<Resource> Office() {
  const Rule deny = Does(RuleAction::kDeny);
  const Rule allow = Does(RuleAction::kAllow);
  Rule web = DoesTcp(RuleAction::kAllow, 80);
  web.destination.ports = {PortRange{80, 80}, PortRange{443, 443}, PortRange{8443, 8443}};
  Rule printing = To(DoesTcp(RuleAction::kAllow, 631), "role == 'printer'");
  printing.destination.ports.emplace_back(PortRange{9100, 9100});
  return {
      TierAt("security", 100),
      TierAt("site", 200),
      Hep("wan", "eth0", {{"role", "wan"}}),
      Hep("lan", "eth1", {{"role", "lan"}, {"zone", "inside"}}),
      Hep("guest", "eth1.20", {{"role", "guest"}, {"dhcp", "yes"}}),
      Hep("cameras", "eth1.30", {{"role", "iot"}, {"dhcp", "yes"}}),
      gw::testing::Set("galaxy-a54", {{"role", "phone"}}, {gw::testing::Net("10.20.0.77/32")}),
      gw::testing::Set("printer-2nd-floor", {{"role", "printer"}, {"zone", "inside"}},
                       {gw::testing::Net("10.10.0.40/32")}),
      gw::testing::Set("label-printer", {{"role", "Printer"}}, {gw::testing::Net("10.10.0.44/32")}),
      At(Forwarding(Gnp("block-known-bad", "role == 'wan'", {From(deny, "threat == 'feed'")},
                        {To(deny, "threat == 'feed'")})),
         "security", 10),
      At(Forwarding(Gnp("no-lateral", "role in {'guest', 'iot'}",
                        {To(deny, "zone == 'inside'"), To(deny, "zone == 'dmz'")})),
         "security", 20),
      At(Staged(Forwarding(Gnp("iot-no-internet", "role == 'iot'", {deny}))), "security", 30),
      At(Forwarding(Gnp("lan-internet", "role == 'lan'", {web, Udp(53), allow})), "site", 10),
      At(Forwarding(Gnp("guest-internet", "role == 'guest'",
                        {Udp(53), web, printing, Does(RuleAction::kPass)})),
         "site", 20),
      At(Forwarding(Gnp("old-fax", "role == 'fax'", {printing})), "site", 30),
      At(Gnp("gateway-management", "role in {'lan', 'vpn'}",
             {DoesTcp(RuleAction::kAllow, 22), DoesTcp(RuleAction::kAllow, 443)}),
         "default", 10),
      At(Gnp("gateway-egress", "role == 'wan'", {}, {Udp(123), web}), "default", 20)};
}

class PoliciesPageTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Theme::Apply(*qApp);
    auto store = PolicyStore::Open(folder_.File("policy.db"), PolicyStore::Mode::kCreate);
    ASSERT_TRUE(store.ok());
    WriteRequest request;
    for (const Resource& resource : Office())
      request.changes.push_back({KeyOf(resource), resource});
    request.author = "maria";
    ASSERT_TRUE((*store)->Write(request).ok());
    gw::testing::FillLog(folder_.File("audit.db"), 3000, absl::Now(), absl::Seconds(20));
    gateway_ = std::make_unique<Gateway>(GatewayFiles{
        QStringLiteral("gw-office"), QString::fromStdString(folder_.File("policy.db")), {}});
    session_ = std::make_unique<PolicySession>(*gateway_);
    QSignalSpy loaded(session_.get(), &PolicySession::loadedChanged);
    session_->Load();
    ASSERT_TRUE(loaded.wait(kPatienceMs));
    window_.resize(kSize.width() + kPaneWidth, kSize.height());
    page_ = new PoliciesPage(*gateway_, *session_, &window_);
    page_->setGeometry(0, 0, kSize.width() - kPaneWidth, kSize.height());
    window_.show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(&window_));
  }

  void TearDown() override {
    const QString draft = session_->draft_path();
    delete page_;
    session_.reset();
    gateway_.reset();
    QFile::remove(draft);
  }

  PolicyTable* table() { return page_->table(); }
  PolicyEditor* editor() { return page_->editor(); }
  void Select(const ResourceKey& key) {
    table()->SelectPolicy(key);
    table()->setFocus();
  }
  const Policy& policy(const std::string& name) { return session_->model().policies.at(name); }
  QString TextAt(int row, PolicyTableModel::Column column) {
    return page_->model().index(row, column).data().toString();
  }
  std::vector<QString> Names() {
    std::vector<QString> names;
    for (int i = 0; i < page_->model().rowCount(); ++i) {
      if (page_->model().row(i)->kind == PolicyRow::Kind::kPolicy) {
        names.push_back(page_->model().row(i)->text);
      }
    }
    return names;
  }
  // Page and pane side by side, in both schemes.
  void Shoot(const QString& name) {
    const QString folder = qEnvironmentVariable("GW_SCREENSHOTS");
    if (folder.isEmpty()) return;
    QWidget* detail = page_->detail();
    const int pane = detail == nullptr ? 0 : kPaneWidth;
    page_->setGeometry(0, 0, kSize.width() - pane, kSize.height());
    if (detail != nullptr) {
      detail->setParent(&window_);
      detail->setGeometry(kSize.width() - pane, 0, pane, kSize.height());
      detail->show();
    }
    for (const Scheme scheme : {Scheme::kLight, Scheme::kDark}) {
      Theme::Instance().SetScheme(scheme);
      QTest::qWait(50);
      const QString file =
          QStringLiteral("%1/%2-%3.png")
              .arg(folder, name,
                   scheme == Scheme::kLight ? QStringLiteral("light") : QStringLiteral("dark"));
      EXPECT_TRUE(window_.grab(QRect(QPoint(0, 0), kSize)).save(file));
    }
    Theme::Instance().SetScheme(Scheme::kLight);
  }

  gw::testing::TemporaryDirectory folder_;
  std::unique_ptr<Gateway> gateway_;
  std::unique_ptr<PolicySession> session_;
  QWidget window_;
  PoliciesPage* page_ = nullptr;
};

TEST_F(PoliciesPageTest, ShowsPoliciesInTheOrderInWhichTheyAreAsked) {
  EXPECT_EQ(Names(), (std::vector<QString>{
                         QStringLiteral("block-known-bad"), QStringLiteral("no-lateral"),
                         QStringLiteral("iot-no-internet"), QStringLiteral("lan-internet"),
                         QStringLiteral("guest-internet"), QStringLiteral("old-fax"),
                         QStringLiteral("gateway-management"), QStringLiteral("gateway-egress")}));
  EXPECT_EQ(page_->model().row(0)->kind, PolicyRow::Kind::kFailsafes);
  EXPECT_EQ(TextAt(page_->model().RowOf(Enforced("guest-internet")), PolicyTableModel::kNumber),
            QStringLiteral("5"));
  Select(Enforced("guest-internet"));
  EXPECT_TRUE(page_->pane()->text().contains(QStringLiteral("Allow UDP 53 (dns)")));
  ASSERT_TRUE(Wait([this] { return page_->model().HitsOf(Enforced("no-lateral")).count > 0; }));
  Shoot(QStringLiteral("policies"));
  const int hits = PolicyTableModel::kHits;
  EXPECT_TRUE(table()->isColumnHidden(hits));  // they give way to what a policy does
  page_->resize(kSize);
  EXPECT_FALSE(table()->isColumnHidden(hits));
  if (qEnvironmentVariableIsSet("GW_SCREENSHOTS")) {
    QTest::qWait(50);
    EXPECT_TRUE(page_->grab().save(qEnvironmentVariable("GW_SCREENSHOTS") +
                                   QStringLiteral("/policies-wide-light.png")));
  }
}

TEST_F(PoliciesPageTest, AltArrowsMoveWithinATierAndOverItsBorder) {
  Select(Enforced("guest-internet"));
  QTest::keyClick(table(), Qt::Key_Up, Qt::AltModifier);
  EXPECT_LT(*policy("guest-internet").order, *policy("lan-internet").order);
  EXPECT_EQ(session_->undo_stack().count(), 1);
  EXPECT_EQ(table()->current_row()->key, Enforced("guest-internet"));
  QTest::keyClick(table(), Qt::Key_Up, Qt::AltModifier | Qt::ShiftModifier);
  EXPECT_EQ(policy("guest-internet").tier, "security");
  session_->undo_stack().undo();
  session_->undo_stack().undo();
  EXPECT_EQ(session_->change_count(), 0);
}

TEST_F(PoliciesPageTest, TheGripDragsAPolicyToAnotherPlace) {
  const int from = page_->model().RowOf(Enforced("gateway-egress"));
  const int to = page_->model().RowOf(Enforced("lan-internet"));
  const QPoint grip =
      table()->visualRect(page_->model().index(from, PolicyTableModel::kNumber)).center();
  const QRect target = table()->visualRect(page_->model().index(to, PolicyTableModel::kNumber));
  QTest::mousePress(table()->viewport(), Qt::LeftButton, {}, grip);
  QTest::mouseMove(table()->viewport(), grip - QPoint(0, 40));
  QTest::mouseMove(table()->viewport(), QPoint(grip.x(), target.y() + 4));
  Shoot(QStringLiteral("policies-drag"));
  QTest::mouseRelease(table()->viewport(), Qt::LeftButton, {}, QPoint(grip.x(), target.y() + 4));
  EXPECT_EQ(policy("gateway-egress").tier, "site");
  EXPECT_LT(*policy("gateway-egress").order, *policy("lan-internet").order);
}

TEST_F(PoliciesPageTest, DeletedStaysStruckThroughUntilApplied) {
  Select(Enforced("old-fax"));
  QTest::keyClick(table(), Qt::Key_Delete);
  EXPECT_EQ(session_->model().policies.count("old-fax"), 0U);
  const PolicyRow* row = page_->model().row(page_->model().RowOf(Enforced("old-fax")));
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(row->change, PolicyChange::kDeleted);
  EXPECT_EQ(row->number, 0);
}

TEST_F(PoliciesPageTest, FilteredPoliciesKeepTheirNumbers) {
  QWidget* find = page_->tools().front();  // in the window's header otherwise
  find->show();
  ASSERT_TRUE(page_->Find());
  EXPECT_TRUE(find->hasFocus());
  QTest::keyClicks(find, QStringLiteral("9100"));
  EXPECT_EQ(Names(),
            (std::vector<QString>{QStringLiteral("guest-internet"), QStringLiteral("old-fax")}));
  EXPECT_EQ(page_->model().row(page_->model().RowOf(Enforced("old-fax")))->number, 6);
}

TEST_F(PoliciesPageTest, ReturnOpensTheEditorAndEscapeLeavesIt) {
  Select(Enforced("guest-internet"));
  QTest::keyClick(table(), Qt::Key_Return);
  ASSERT_TRUE(page_->editing());
  EXPECT_EQ(page_->breadcrumb(), QStringList{QStringLiteral("guest-internet")});
  editor()->OpenRule(Direction::kIngress, 2);
  EXPECT_EQ(editor()->panel()->sentence(),
            QStringLiteral("Allow TCP 631 (ipp) and 9100 from any address to known addresses "
                           "labelled role = 'printer'.")
                .replace(QStringLiteral(" from any address"), QString()));
  ASSERT_TRUE(Wait([this] { return editor()->panel()->flows().has_value(); }));
  EXPECT_GT(editor()->panel()->flows()->flows, 0);
  Shoot(QStringLiteral("policy-editor"));
  EXPECT_TRUE(page_->Escape());
  EXPECT_TRUE(page_->editing());  // the rule closes first
  EXPECT_TRUE(page_->Escape());
  EXPECT_FALSE(page_->editing());
}

TEST_F(PoliciesPageTest, AnInvalidSelectorStaysInItsFieldAndChangesNothing) {
  page_->OpenPolicy(Enforced("guest-internet"));
  editor()->OpenRule(Direction::kIngress, 2);
  EntityEditor* to = editor()->section(Direction::kIngress)->card()->to();
  ASSERT_EQ(to->choice(), EntityEditor::Choice::kLabel);
  QPlainTextEdit* field = to->selector()->editor();
  field->setFocus();
  field->moveCursor(QTextCursor::End);
  QTest::keyClick(field, Qt::Key_Backspace);
  EXPECT_EQ(session_->change_count(), 0);
  ASSERT_THAT(session_->field_drafts(), SizeIs(1));
  EXPECT_EQ(session_->field_drafts()[0].field,
            QStringLiteral("spec.ingress[2].destination.selector"));
  to->selector()->ShowProblem();
  Shoot(QStringLiteral("policy-editor-invalid"));
  editor()->Open(Enforced("no-lateral"));
  editor()->Open(Enforced("guest-internet"));
  editor()->OpenRule(Direction::kIngress, 2);
  EXPECT_EQ(to->selector()->text(), QStringLiteral("role == 'printer"));
  to->selector()->ApplyRemedy();
  EXPECT_THAT(session_->field_drafts(), SizeIs(0));
}

TEST_F(PoliciesPageTest, PortsAreReadAsTheyAreTyped) {
  page_->OpenPolicy(Enforced("guest-internet"));
  editor()->OpenRule(Direction::kIngress, 2);
  RuleCard* card = editor()->section(Direction::kIngress)->card();
  QLineEdit* edit = card->ports()->chips()->edit();
  edit->setFocus();
  QTest::keyClicks(edit, QStringLiteral("70000"));
  ASSERT_THAT(session_->field_drafts(), SizeIs(1));
  EXPECT_EQ(session_->field_drafts()[0].message, QStringLiteral("Ports go from 1 to 65535."));
  edit->selectAll();
  QTest::keyClicks(edit, QStringLiteral("137-139"));
  QTest::keyClick(edit, Qt::Key_Return);
  EXPECT_THAT(session_->field_drafts(), SizeIs(0));
  const Rule& rule = policy("guest-internet").ingress[2];
  ASSERT_THAT(rule.destination.ports, SizeIs(3));
  EXPECT_EQ(std::get<PortRange>(rule.destination.ports[2]), (PortRange{137, 139}));
  EXPECT_EQ(session_->last_change(), QStringLiteral("Change ports of guest-internet rule 3"));
}

TEST_F(PoliciesPageTest, AnyAddressAndAnyKnownEndpointAreDifferentChoices) {
  page_->OpenPolicy(Enforced("guest-internet"));
  editor()->OpenRule(Direction::kIngress, 1);
  EntityEditor* to = editor()->section(Direction::kIngress)->card()->to();
  EXPECT_EQ(to->choice(), EntityEditor::Choice::kAny);
  to->choices()->setFocus();
  QTest::keyClick(to->choices(), Qt::Key_Down);
  EXPECT_EQ(policy("guest-internet").ingress[1].destination.selector, "all()");
  EXPECT_EQ(to->choice(), EntityEditor::Choice::kKnown);
  QTest::keyClick(to->choices(), Qt::Key_Up);
  EXPECT_EQ(policy("guest-internet").ingress[1].destination.selector, "");
}

TEST_F(PoliciesPageTest, ScopeIsChosenInWords) {
  page_->OpenPolicy(Enforced("guest-internet"));
  editor()->form()->scopes()[static_cast<size_t>(PolicyScope::kGatewayOnly)]->click();
  EXPECT_FALSE(policy("guest-internet").apply_on_forward);
  editor()->form()->scopes()[static_cast<size_t>(PolicyScope::kBeforeNat)]->click();
  EXPECT_TRUE(policy("guest-internet").pre_dnat);
  EXPECT_TRUE(policy("guest-internet").apply_on_forward);
}

TEST_F(PoliciesPageTest, StagingKeepsTheEditorOnThePolicy) {
  page_->OpenPolicy(Enforced("guest-internet"));
  Q_EMIT editor()->form()->state()->currentChanged(1);
  EXPECT_EQ(session_->model().policies.count("guest-internet"), 0U);
  EXPECT_EQ(session_->model().staged_policies.count("guest-internet"), 1U);
  EXPECT_TRUE(page_->editing());
  EXPECT_EQ(editor()->key().kind, ResourceKind::kStagedGlobalNetworkPolicy);
}

TEST_F(PoliciesPageTest, YamlRoundTripsAndMarksTheWrongLine) {
  page_->OpenPolicy(Enforced("guest-internet"));
  editor()->SetYaml(true);
  QPlainTextEdit* yaml = editor()->yaml_tab()->editor();
  const QString text = yaml->toPlainText();
  EXPECT_TRUE(text.contains(QStringLiteral("selector: role == 'guest'")));
  yaml->setPlainText(QString(text).replace(QStringLiteral("'guest'"), QStringLiteral("'visitor'")));
  editor()->yaml_tab()->Take();
  EXPECT_EQ(policy("guest-internet").selector, "role == 'visitor'");
  yaml->setPlainText(QString(text).replace(QStringLiteral("tier:"), QStringLiteral("teir:")));
  editor()->yaml_tab()->Take();
  ASSERT_THAT(session_->field_drafts(), SizeIs(1));
  EXPECT_EQ(session_->field_drafts()[0].field, QStringLiteral("yaml"));
  Shoot(QStringLiteral("policy-yaml"));
  yaml->setPlainText(text);
  editor()->yaml_tab()->Take();
  EXPECT_EQ(session_->change_count(), 0);
  EXPECT_THAT(session_->field_drafts(), SizeIs(0));
}

TEST_F(PoliciesPageTest, RulesMoveDuplicateAndDeleteByKeys) {
  page_->OpenPolicy(Enforced("guest-internet"));
  RuleList* list = editor()->section(Direction::kIngress)->list();
  list->setFocus();
  list->setCurrentIndex(list->model()->index(1, 0));
  const Rule web = policy("guest-internet").ingress[1];
  QTest::keyClick(list, Qt::Key_Up, Qt::AltModifier);
  EXPECT_EQ(policy("guest-internet").ingress[0], web);
  QTest::keyClick(list, Qt::Key_D, Qt::ControlModifier);
  EXPECT_THAT(policy("guest-internet").ingress, SizeIs(5));
  EXPECT_TRUE(page_->Escape());
  list->setCurrentIndex(list->model()->index(0, 0));
  QTest::keyClick(list, Qt::Key_Delete);
  EXPECT_THAT(policy("guest-internet").ingress, SizeIs(4));
  session_->undo_stack().undo();
  EXPECT_THAT(policy("guest-internet").ingress, SizeIs(5));
}

TEST_F(PoliciesPageTest, ANewPolicyIsStagedAndOpensForItsName) {
  Select(Enforced("lan-internet"));
  ASSERT_TRUE(page_->CreateNew());
  EXPECT_TRUE(page_->editing());
  const Policy& added = session_->model().staged_policies.at("new-policy");
  EXPECT_EQ(added.tier, "site");
  EXPECT_GT(*added.order, 10);
  EXPECT_LT(*added.order, 20);
  QLineEdit* name = editor()->form()->name();
  name->setFocus();
  name->selectAll();
  QTest::keyClicks(name, QStringLiteral("printers"));
  QTest::keyClick(name, Qt::Key_Return);
  EXPECT_EQ(session_->model().staged_policies.count("printers"), 1U);
  EXPECT_EQ(page_->breadcrumb(), QStringList{QStringLiteral("printers")});
}

}  // namespace
}  // namespace gw::gui
