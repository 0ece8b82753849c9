// The pages of endpoints and network sets, by clicks and keys, over a real database.

#include <gmock/gmock.h>

#include <QHBoxLayout>
#include <QLineEdit>
#include <QListView>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QSysInfo>
#include <QTableView>
#include <QTest>

#include "admin-gui/views/endpoint_delegate.h"
#include "admin-gui/views/endpoint_pane.h"
#include "admin-gui/views/endpoints_page.h"
#include "admin-gui/views/network_import_pane.h"
#include "admin-gui/views/network_set_pane.h"
#include "admin-gui/views/network_sets_page.h"
#include "admin-gui/views/start_page.h"
#include "admin-gui/widgets/label_chips.h"
#include "admin-gui/widgets/theme.h"
#include "common/store/policy_store.h"
#include "tests/admin-gui/support/patience.h"
#include "tests/support/policy_builder.h"
#include "tests/support/temporary_directory.h"

namespace gw::gui {
namespace {

using gw::testing::Addr;
using gw::testing::Does;
using gw::testing::DoesTcp;
using gw::testing::Forwarding;
using gw::testing::Gnp;
using gw::testing::ModelOf;
using gw::testing::Net;
using gw::testing::Staged;
using ::testing::SizeIs;

constexpr QSize kSize(1232, 760);
constexpr int kPaneWidth = 364;

HostEndpoint Host(const std::string& name, const std::string& interface, const Labels& labels) {
  HostEndpoint host = gw::testing::Hep(name, interface, labels);
  host.node = QSysInfo::machineHostName().toStdString();
  return host;
}

HostInterface Interface(const std::string& name, const std::vector<std::string>& addresses,
                        HostInterface::Kind kind = HostInterface::Kind::kEthernet) {
  HostInterface found;
  found.name = name;
  found.kind = kind;
  found.up = true;
  found.running = true;
  for (const std::string& address : addresses) {
    const Address parsed = Addr(address);
    found.addresses.push_back(
        {parsed, static_cast<uint8_t>(parsed.family == Family::kIPv4 ? 24 : 64)});
  }
  return found;
}

FoundNetwork Office() {
  FoundNetwork found;
  using Kind = HostInterface::Kind;
  found.interfaces = {Interface("eth0", {"203.0.113.2", "2001:db8:10::2"}),
                      Interface("eth1", {"10.10.0.1", "fd42:10::1"}),
                      Interface("eth1.20", {"10.20.0.1"}, Kind::kVlan),
                      Interface("eth1.30", {"10.30.0.1"}, Kind::kVlan),
                      Interface("docker0", {"172.17.0.1"}, Kind::kBridge),
                      Interface("lo", {"127.0.0.1", "::1"}, Kind::kLoopback)};
  found.interfaces[0].default_route_ipv4 = true;
  const auto neighbour = [](const std::string& address, const std::string& interface) {
    return Neighbour{Addr(address), "02:00:5e:00:53:01", interface, Neighbour::State::kReachable};
  };
  found.neighbours = {neighbour("10.10.0.12", "eth1"), neighbour("10.10.0.40", "eth1"),
                      neighbour("10.30.0.12", "eth1.30")};
  AuditTop seen;
  seen.address = Addr("10.20.0.77");
  seen.last = absl::Now() - absl::Minutes(38);
  found.seen = {seen};
  const auto traffic = [](const std::string& name, int64_t count) {
    AuditTop top;
    top.text = name;
    top.count = count;
    return top;
  };
  found.traffic = {traffic("wan", 48'204), traffic("lan", 41'730), traffic("guest", 12'404),
                   traffic("cameras", 812)};
  return found;
}

Model OfficePolicy() {
  Rule deny = Does(RuleAction::kDeny);
  deny.destination.selector = "zone == 'inside'";
  Rule rtsp = DoesTcp(RuleAction::kAllow, 554);
  rtsp.destination.selector = "app == 'nvr'";
  std::vector<Prefix> feed;
  for (uint32_t i = 0; i < 21'304; ++i)
    feed.push_back({Address::IPv4(0x2d940000U + (i << 4U)), 28});
  Rule block = Does(RuleAction::kDeny);
  block.source.selector = "threat == 'feed'";
  Model model = ModelOf(
      {Host("wan", "eth0", {{"role", "wan"}}),
       Host("lan", "eth1", {{"role", "lan"}, {"zone", "inside"}}),
       Host("guest", "eth1.20", {{"role", "guest"}, {"dhcp", "yes"}}),
       Host("cameras", "eth1.30", {{"role", "iot"}, {"site", "hq"}}),
       Forwarding(Gnp("no-lateral", "role in {'guest', 'iot'}", {deny})),
       Staged(Forwarding(Gnp("iot-no-internet", "role == 'iot'", {Does(RuleAction::kDeny)}))),
       Forwarding(Gnp("cameras-to-recorder", "role == 'iot'", {rtsp})),
       Forwarding(Gnp("threats", "has(role)", {block})),
       Gnp("gateway-out", "role in {'wan', 'lan', 'guest'}", {}, {Does(RuleAction::kAllow)}),
       gw::testing::Set("threat-feed", {{"threat", "feed"}}, feed),
       gw::testing::Set("recorder", {{"app", "nvr"}, {"zone", "dmz"}},
                        {Prefix::Of(Addr("10.10.0.12"))}),
       gw::testing::Set("printer-2nd-floor", {{"role", "printer"}, {"zone", "inside"}},
                        {Prefix::Of(Addr("10.10.0.40"))}),
       gw::testing::Set("bank-networks", {{"role", "bank"}}, {Net("185.86.137.0/24")})});
  return model;
}

class PagesTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { Theme::Apply(*qApp); }

  void Open(const Model& model) {
    const std::string path = directory_.File("policy.db");
    auto store = PolicyStore::Open(path, PolicyStore::Mode::kCreate);
    ASSERT_TRUE(store.ok()) << store.status();
    WriteRequest request;
    for (const Resource& resource : AllResources(model)) {
      request.changes.push_back({KeyOf(resource), resource});
    }
    if (!request.changes.empty()) {
      ASSERT_TRUE((*store)->Write(request).ok());
    }
    gateway_ = std::make_unique<Gateway>(
        GatewayFiles{QStringLiteral("gw-office"), QString::fromStdString(path), {}});
    session_ = std::make_unique<PolicySession>(*gateway_);
    QSignalSpy loaded(session_.get(), &PolicySession::loadedChanged);
    session_->Load();
    ASSERT_TRUE(Wait([this] { return session_->loaded(); }));
  }

  // Page and pane side by side, as the window has them.
  template <typename P>
  P* ShowPage() {
    window_ = std::make_unique<QWidget>();
    auto* page = new P(*gateway_, *session_, window_.get());
    auto* row = new QHBoxLayout(window_.get());
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(page, 1);
    if (QWidget* pane = page->detail()) {
      pane->setFixedWidth(kPaneWidth);
      row->addWidget(pane);
      pane->show();
    }
    window_->resize(kSize);
    window_->show();
    QCoreApplication::processEvents();
    return page;
  }

  void Shoot(const QString& name) {
    const QString folder = qEnvironmentVariable("GW_SCREENSHOTS");
    if (folder.isEmpty()) return;
    for (const auto& [scheme, word] : {std::pair(Scheme::kLight, QStringLiteral("light")),
                                       std::pair(Scheme::kDark, QStringLiteral("dark"))}) {
      Theme::Instance().SetScheme(scheme);
      QTest::qWait(50);
      window_->grab().save(QStringLiteral("%1/%2-%3.png").arg(folder, name, word));
    }
    Theme::Instance().SetScheme(Scheme::kLight);
  }

  gw::testing::TemporaryDirectory directory_;
  std::unique_ptr<Gateway> gateway_;
  std::unique_ptr<PolicySession> session_;
  std::unique_ptr<QWidget> window_;
};

class EndpointsPageTest : public PagesTest {
 protected:
  // With a network of ours instead of this machine's.
  EndpointsPage* ShowOffice(const Model& model) {
    Open(model);
    auto* page = ShowPage<EndpointsPage>();
    EXPECT_TRUE(Wait([page] { return !page->model().found().interfaces.empty(); }));
    QTest::qWait(50);
    page->ShowFound(Office());
    return page;
  }

  void Select(EndpointsPage* page, const QString& identity) {
    const int row = page->model().RowOf(identity);
    ASSERT_GE(row, 0);
    QTest::mouseClick(page->table()->viewport(), Qt::LeftButton, {},
                      page->table()->visualRect(page->model().index(row, 0)).center());
  }

  static EndpointPane* PaneOf(EndpointsPage* page) {
    return page->detail()->findChild<EndpointPane*>();
  }
};

TEST_F(EndpointsPageTest, ATypedLabelIsOneStepThatCanBeUndone) {
  EndpointsPage* page = ShowOffice(OfficePolicy());
  EXPECT_EQ(page->subtitle(), u"4 checked, 1 not checked");
  Select(page, QStringLiteral("i/eth1.30"));
  QTest::keyClick(page->table(), Qt::Key_F2);
  QLineEdit* edit = PaneOf(page)->labels()->edit();
  QTest::keyClicks(edit, QStringLiteral("zone=iot"));
  QTest::keyClick(edit, Qt::Key_Return);
  EXPECT_EQ(session_->model().host_endpoints.at("cameras").metadata.labels.at("zone"), "iot");
  EXPECT_EQ(session_->change_count(), 1);
  session_->undo_stack().undo();
  EXPECT_EQ(session_->change_count(), 0);
  QTest::qWait(10);
  EXPECT_THAT(PaneOf(page)->labels()->labels(), SizeIs(2));
  Shoot(QStringLiteral("endpoints"));
}

TEST_F(EndpointsPageTest, AnUncheckedInterfaceGetsItsEndpointWithItsFirstLabel) {
  EndpointsPage* page = ShowOffice(OfficePolicy());
  const int row = page->model().RowOf(QStringLiteral("i/docker0"));
  const QModelIndex cell = page->model().index(row, EndpointTableModel::kTraffic);
  const QRect action = EndpointDelegate::ActionRect(page->table()->visualRect(cell), cell);
  ASSERT_TRUE(action.isValid());
  QTest::mouseClick(page->table()->viewport(), Qt::LeftButton, {}, action.center());
  QTest::qWait(10);
  QLineEdit* edit = PaneOf(page)->labels()->edit();
  QTest::keyClicks(edit, QStringLiteral("role=lab"));
  QTest::keyClick(edit, Qt::Key_Return);
  const HostEndpoint& made = session_->model().host_endpoints.at("docker0");
  EXPECT_EQ(made.interface_name, "docker0");
  EXPECT_EQ(made.node, QSysInfo::machineHostName().toStdString());
  EXPECT_EQ(made.metadata.labels, (Labels{{"role", "lab"}}));
  QTest::qWait(10);
  EXPECT_EQ(page->model().unchecked_count(), 0);
}

TEST_F(EndpointsPageTest, DeletingSaysWhatFollows) {
  EndpointsPage* page = ShowOffice(OfficePolicy());
  QSignalSpy said(page, &Page::announced);
  Select(page, QStringLiteral("i/eth1.20"));
  QTest::keyClick(page->table(), Qt::Key_Delete);
  ASSERT_EQ(said.count(), 1);
  EXPECT_EQ(said[0][0].toString(),
            u"guest deleted. Traffic through eth1.20 will pass without a decision.");
  EXPECT_TRUE(said[0][1].toBool());
  EXPECT_FALSE(session_->model().host_endpoints.contains("guest"));
}

TEST_F(EndpointsPageTest, NamingADeviceMakesASetWithItsAddress) {
  EndpointsPage* page = ShowOffice(OfficePolicy());
  Select(page, QStringLiteral("d/10.20.0.77"));
  QTest::keyClick(page->table(), Qt::Key_Return);
  auto* name = qobject_cast<QLineEdit*>(QApplication::focusWidget());
  ASSERT_NE(name, nullptr);
  QTest::keyClicks(name, QStringLiteral("galaxy-a54"));
  QTest::keyClick(name, Qt::Key_Return);
  ASSERT_TRUE(session_->model().network_sets.contains("galaxy-a54"));
  EXPECT_EQ(session_->model().network_sets.at("galaxy-a54").nets.front(), Net("10.20.0.77/32"));
}

TEST_F(EndpointsPageTest, WhatDecidesLeadsToThePolicy) {
  EndpointsPage* page = ShowOffice(OfficePolicy());
  Select(page, QStringLiteral("i/eth1.30"));
  QListView* steps = PaneOf(page)->steps();
  ASSERT_GE(steps->model()->rowCount(), 3);
  QSignalSpy went(page, &Page::goTo);
  steps->setCurrentIndex(steps->model()->index(0, 0));
  QTest::keyClick(steps, Qt::Key_Return);
  ASSERT_EQ(went.count(), 1);
  const auto destination = went[0][0].value<Destination>();
  EXPECT_EQ(destination.place, Destination::Place::kPolicies);
}

class NetworkSetsPageTest : public PagesTest {};

TEST_F(NetworkSetsPageTest, ANewSetIsNamedAndFilledByKeys) {
  Open(OfficePolicy());
  auto* page = ShowPage<NetworkSetsPage>();
  page->CreateNew();
  auto* name = qobject_cast<QLineEdit*>(QApplication::focusWidget());
  ASSERT_NE(name, nullptr);
  QTest::keyClicks(name, QStringLiteral("partners"));
  QTest::keyClick(name, Qt::Key_Return);
  QTest::qWait(10);
  ASSERT_TRUE(session_->model().network_sets.contains("partners"));
  QLineEdit* add = page->set_pane()->add_field();
  QTest::keyClicks(add, QStringLiteral("192.0.2.0/24"));
  QTest::keyClick(add, Qt::Key_Return);
  EXPECT_THAT(session_->model().network_sets.at("partners").nets,
              ::testing::ElementsAre(Net("192.0.2.0/24")));
  page->Show({{QStringLiteral("name"), QStringLiteral("threat-feed")}});
  EXPECT_EQ(page->set_pane()->list()->model()->rowCount(), 21'304);
  Shoot(QStringLiteral("network-sets"));
}

TEST_F(NetworkSetsPageTest, AnImportSaysWhatItComesToBeforeItIsOneStep) {
  Open(OfficePolicy());
  auto* page = ShowPage<NetworkSetsPage>();
  page->BeginImport("bank-networks");
  NetworkImportPane* pane = page->import_pane();
  pane->SetText(QStringLiteral("10.1.2.3/24\nnonsense\n185.86.137.0/24\n198.51.100.0/24\n"), {});
  ASSERT_TRUE(Wait([pane] { return pane->import().lines == 4; }));
  EXPECT_EQ(pane->import().not_understood, 1U);
  EXPECT_EQ(pane->accept_button()->text(), u"Import 2");
  Shoot(QStringLiteral("network-import"));
  QTest::mouseClick(pane->accept_button(), Qt::LeftButton);
  EXPECT_THAT(session_->model().network_sets.at("bank-networks").nets, SizeIs(3));
  EXPECT_EQ(session_->change_count(), 1);
}

TEST_F(NetworkSetsPageTest, DeletingASetThatRulesUseSaysSo) {
  Open(OfficePolicy());
  auto* page = ShowPage<NetworkSetsPage>();
  QSignalSpy said(page, &Page::announced);
  page->Show({{QStringLiteral("name"), QStringLiteral("recorder")}});
  QTest::keyClick(page->table(), Qt::Key_Delete);
  ASSERT_EQ(said.count(), 1);
  EXPECT_FALSE(session_->model().network_sets.contains("recorder"));
}

TEST_F(PagesTest, TheStartPageSaysHowEachGatewayIs) {
  Open(OfficePolicy());
  window_ = std::make_unique<QWidget>();
  auto* page = new StartPage(window_.get());
  auto* row = new QHBoxLayout(window_.get());
  row->setContentsMargins(0, 0, 0, 0);
  row->addWidget(page);
  page->AddGateway({gateway_->files(), QDateTime::currentDateTime().addSecs(-60)});
  page->AddGateway({{QStringLiteral("notes"),
                     QString::fromStdString(directory_.Write("notes.db", "shopping list")),
                     {}},
                    QDateTime::currentDateTime().addDays(-3)});
  window_->resize(kSize);
  window_->show();
  const auto text = [page](int item) {
    return page->list()->item(item)->data(Qt::AccessibleTextRole).toString();
  };
  const int first = page->list()->count() - 2;
  EXPECT_TRUE(Wait([&] {
    return text(first).contains(u"Revision 1") && text(first + 1).contains(u"Not a Gatewarden");
  })) << text(first).toStdString()
      << "; " << text(first + 1).toStdString();
  Shoot(QStringLiteral("start"));
  QSignalSpy chosen(page, &StartPage::gatewayChosen);
  page->list()->setCurrentRow(first);
  QTest::keyClick(page->list(), Qt::Key_Return);
  ASSERT_EQ(chosen.count(), 1);
  EXPECT_EQ(chosen[0][0].value<GatewayFiles>().policy_path, gateway_->files().policy_path);
}

}  // namespace
}  // namespace gw::gui
