#include "admin-gui/models/endpoint_table_model.h"

#include <gmock/gmock.h>

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QSysInfo>

#include "admin-gui/models/decision_steps.h"
#include "admin-gui/models/endpoint_words.h"
#include "tests/support/policy_builder.h"

namespace gw::gui {
namespace {

using gw::testing::Addr;
using gw::testing::AllowAll;
using gw::testing::Does;
using gw::testing::Forwarding;
using gw::testing::Gnp;
using gw::testing::Hep;
using gw::testing::kNode;
using gw::testing::ModelOf;
using gw::testing::Staged;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Governed = EndpointRow::Governed;

HostInterface Interface(const std::string& name, absl::string_view address,
                        HostInterface::Kind kind = HostInterface::Kind::kEthernet) {
  HostInterface found;
  found.name = name;
  found.kind = kind;
  found.up = true;
  found.running = true;
  found.addresses = {{Addr(address), 24}};
  return found;
}

std::vector<HostInterface> Found() {
  std::vector<HostInterface> found = {
      Interface("lo", "127.0.0.1", HostInterface::Kind::kLoopback),
      Interface("eth0", "203.0.113.2"), Interface("eth1", "10.10.0.1"),
      Interface("docker0", "172.17.0.1", HostInterface::Kind::kBridge)};
  found[1].default_route_ipv4 = true;
  return found;
}

const GatewayHost kHost{kNode, true};

const EndpointRow& RowOf(const std::vector<EndpointRow>& rows, const std::string& interface) {
  for (const EndpointRow& row : rows) {
    if (row.interface_name == interface) return row;
  }
  ADD_FAILURE() << "no row for " << interface;
  return rows.front();
}

TEST(EndpointRows, ANamedEndpointGovernsAndTheOneForAllInterfacesTakesTheRest) {
  const Model model =
      ModelOf({Hep("lan", "eth1", {}, {"p"}), Hep("any", "*", {}, {"p"}), AllowAll("p")});
  const auto rows = EndpointRows(model, kHost, Found());
  EXPECT_EQ(RowOf(rows, "eth1").governed, Governed::kByName);
  EXPECT_TRUE(RowOf(rows, "eth1").any_shadowed);
  EXPECT_EQ(GovernedWords(RowOf(rows, "eth1")), u"name eth1, so * does not count");
  EXPECT_EQ(RowOf(rows, "docker0").governed, Governed::kByAny);
  EXPECT_EQ(RowOf(rows, "docker0").endpoint->name, "any");
  EXPECT_EQ(RowOf(rows, "lo").governed, Governed::kLoopback);
  EXPECT_THAT(rows, SizeIs(4)) << "`*` has rows of its own and needs no other";
}

TEST(EndpointRows, AnInterfaceThatNothingGovernsIsNotChecked) {
  const auto rows =
      EndpointRows(ModelOf({Hep("lan", "eth1", {}, {"p"}), AllowAll("p")}), kHost, Found());
  const EndpointRow& docker = RowOf(rows, "docker0");
  EXPECT_FALSE(docker.endpoint);
  ASSERT_THAT(docker.warnings, SizeIs(1));
  EXPECT_EQ(WarningText(docker.warnings[0], docker),
            u"docker0 is not checked. Traffic through it passes without a decision.");
  EXPECT_THAT(RowOf(rows, "lo").warnings, IsEmpty());
}

TEST(EndpointRows, TheDefaultRouteComesFirstThenEndpointsByName) {
  const auto rows = EndpointRows(ModelOf({Hep("b", "eth1")}), kHost, Found());
  std::vector<std::string> names;
  for (const EndpointRow& row : rows) names.push_back(row.interface_name);
  EXPECT_THAT(names, ElementsAre("eth0", "eth1", "docker0", "lo"));
}

TEST(EndpointRows, WithoutPolicyOrProfileNothingGetsInOrOutUnlessThatIsMeant) {
  HostEndpoint lan = Hep("lan", "eth1", {{"role", "lan"}});
  const auto only_in = Gnp("in", "role == 'lan'", {Does(RuleAction::kAllow)});
  auto rows = EndpointRows(ModelOf({lan, only_in}), kHost, Found());
  ASSERT_THAT(RowOf(rows, "eth1").warnings, SizeIs(1));
  EXPECT_EQ(RowOf(rows, "eth1").warnings[0].kind, EndpointWarning::Kind::kNoEgress);

  rows = EndpointRows(ModelOf({lan, Staged(only_in)}), kHost, Found());
  EXPECT_THAT(RowOf(rows, "eth1").warnings, SizeIs(2)) << "a staged policy lets nothing in";
  EXPECT_EQ(RowOf(rows, "eth1").policies, 1U);

  lan.metadata.annotations[kMeantAnnotation] = "no-egress,no-ingress";
  rows = EndpointRows(ModelOf({lan}), kHost, Found());
  EXPECT_THAT(RowOf(rows, "eth1").warnings, IsEmpty());
}

TEST(EndpointRows, EndpointsWithoutInterfaceAndOfOtherNodesHaveRowsToo) {
  HostEndpoint other = Hep("far", "eth1");
  other.node = "gw-shop";
  const auto rows = EndpointRows(ModelOf({Hep("gone", "eth7"), other}), kHost, Found());
  EXPECT_EQ(RowOf(rows, "eth7").presence, EndpointRow::Presence::kAbsent);
  EXPECT_EQ(rows.back().presence, EndpointRow::Presence::kElsewhere);
  EXPECT_EQ(StateWords(rows.back()), u"eth1 · on gw-shop");
}

TEST(HostOf, FilesOfAnotherGatewaySayNothingAboutThisMachinesInterfaces) {
  const Model model = ModelOf({Hep("lan", "eth1")});
  EXPECT_EQ(HostOf(std::nullopt, model, "elsewhere"), (GatewayHost{kNode, false}));
  EXPECT_EQ(HostOf(std::nullopt, model, kNode), (GatewayHost{kNode, true}));
  EXPECT_EQ(HostOf(std::nullopt, Model(), "here"), (GatewayHost{"here", true}));
  StatusResult status;
  status.enforcer.state = EnforcerStatus::State::kRunning;
  status.enforcer.last.node = kNode;
  EXPECT_EQ(HostOf(status, model, "elsewhere"), (GatewayHost{kNode, true}))
      << "an enforcer runs here under this name";
}

TEST(DeviceRows, NeighboursAndSourcesOfTheNetworksNamedBySets) {
  const Model model = ModelOf(
      {gw::testing::Set("printer", {{"role", "printer"}}, {Prefix::Of(Addr("10.10.0.40"))})});
  AuditTop local;
  local.address = Addr("10.10.0.77");
  local.last = absl::FromUnixSeconds(1'700'000'000);
  AuditTop distant = local;
  distant.address = Addr("192.0.2.9");
  Neighbour printer;
  printer.address = Addr("10.10.0.40");
  printer.mac = "02:00:00:00:00:01";
  printer.interface_name = "eth1";
  Neighbour self = printer;
  self.address = Addr("10.10.0.1");
  Neighbour nobody = printer;
  nobody.address = Addr("10.10.0.99");
  nobody.mac.clear();
  const auto devices = DeviceRows(model, Found(), {printer, self, nobody}, {local, distant});
  ASSERT_THAT(devices, SizeIs(2)) << "not the gateway itself, nor who never answered";
  EXPECT_EQ(devices[0].network_set, "printer");
  EXPECT_EQ(devices[0].labels.at("role"), "printer");
  EXPECT_EQ(devices[1].address, Addr("10.10.0.77"));
  EXPECT_EQ(devices[1].interface_name, "eth1");
}

class TableTest : public ::testing::Test {
 protected:
  void Show(Model model) {
    model_ = std::move(model);
    StatusResult status;
    status.enforcer.state = EnforcerStatus::State::kRunning;
    status.enforcer.last.node = kNode;
    table_.SetPolicy(model_, status);
  }

  Model model_;
  EndpointTableModel table_;
  QAbstractItemModelTester tester_{&table_, QAbstractItemModelTester::FailureReportingMode::Fatal};
};

TEST_F(TableTest, AnEditKeepsTheRowsAndSaysThatTheyChanged) {
  table_.SetFound({Found(), {}, {}, {}});
  Show(ModelOf({Hep("lan", "eth1")}));
  QSignalSpy reset(&table_, &QAbstractItemModel::modelReset);
  QSignalSpy changed(&table_, &QAbstractItemModel::dataChanged);
  Show(ModelOf({Hep("lan", "eth1", {{"role", "lan"}})}));
  EXPECT_EQ(reset.count(), 0);
  EXPECT_EQ(changed.count(), 1);
  const int row = table_.RowOf(QStringLiteral("i/eth1"));
  EXPECT_EQ(table_.index(row, EndpointTableModel::kLabels)
                .data(EndpointTableModel::kChips)
                .toStringList(),
            QStringList{QStringLiteral("role=lan")});
}

TEST_F(TableTest, FilterAndSortKeepDevicesBelowTheirHeading) {
  Neighbour phone;
  phone.address = Addr("10.10.0.40");
  phone.mac = "02:00:00:00:00:01";
  phone.interface_name = "eth1";
  table_.SetFound({Found(), {phone}, {}, {}});
  Show(ModelOf({Hep("lan", "eth1"), Hep("wan", "eth0")}));
  ASSERT_EQ(table_.rowCount(), 6);
  EXPECT_EQ(table_.kind(4), EndpointTableModel::RowKind::kHeading);
  table_.sort(EndpointTableModel::kName, Qt::DescendingOrder);
  EXPECT_EQ(table_.endpoint(0)->name, "wan");
  EXPECT_EQ(table_.kind(4), EndpointTableModel::RowKind::kHeading);
  table_.SetFilter(QStringLiteral("10.10.0.40"));
  ASSERT_EQ(table_.rowCount(), 2);
  EXPECT_NE(table_.device(1), nullptr);
  table_.SetFilter(QStringLiteral("docker"));
  EXPECT_EQ(table_.rowCount(), 1);
}

TEST_F(TableTest, ARowReadsAsOneSentence) {
  table_.SetFound({Found(), {}, {}, {}});
  Show(ModelOf({Hep("cameras", "eth1", {{"role", "iot"}, {"site", "hq"}}, {"p"})}));
  const int row = table_.RowOf(QStringLiteral("i/eth1"));
  EXPECT_EQ(table_.index(row, 0).data(Qt::AccessibleTextRole).toString(),
            u"cameras, interface eth1, up, 10.10.0.1, labels role iot, site hq, 0 policies, "
            u"1 warning(s)");
}

// ---- what decides, in order ---------------------------------------------------------------------

std::vector<QString> Names(const Model& model, Direction direction, TrafficScope scope) {
  std::vector<QString> names;
  for (const DecisionStep& step :
       DecisionStepsOf(model, {ResourceKind::kHostEndpoint, "lan"}, direction, scope)) {
    names.push_back(step.name);
  }
  return names;
}

TEST(DecisionSteps, RoutedTrafficMeetsOnlyPoliciesForRoutedTraffic) {
  Model model = ModelOf({Hep("lan", "eth1", {{"role", "lan"}}),
                         Gnp("local", "role == 'lan'", {Does(RuleAction::kAllow)}),
                         Forwarding(Gnp("through", "role == 'lan'", {Does(RuleAction::kDeny)})),
                         Gnp("other", "role == 'wan'", {Does(RuleAction::kDeny)})});
  gw::testing::SetParameter(model, "failsafeInboundHostPorts", "tcp:22");
  EXPECT_THAT(Names(model, Direction::kIngress, TrafficScope::kThisGateway),
              ElementsAre(QStringLiteral("Failsafes"), QStringLiteral("local"),
                          QStringLiteral("through"), QStringLiteral("Nothing else may come in")));
  EXPECT_THAT(Names(model, Direction::kIngress, TrafficScope::kRouted),
              ElementsAre(QStringLiteral("through"), QStringLiteral("Nothing else may pass")));
  EXPECT_THAT(Names(model, Direction::kEgress, TrafficScope::kRouted),
              ElementsAre(QStringLiteral("Everything else may pass")));
}

TEST(DecisionSteps, AStagedPolicyClosesNoTierAndAPassingTierGoesOnToProfiles) {
  Tier site;
  site.metadata.name = "site";
  site.order = 10;
  site.default_action = TierAction::kPass;
  Policy passing = Gnp("passing", "", {Does(RuleAction::kLog)});
  passing.tier = "site";
  Model model = ModelOf({Hep("lan", "eth1", {}, {"open"}), AllowAll("open"), site, passing,
                         Staged(Gnp("trial", "", {Does(RuleAction::kDeny)}))});
  gw::testing::SetParameter(model, "failsafeInboundHostPorts", "none");
  const auto steps = DecisionStepsOf(model, {ResourceKind::kHostEndpoint, "lan"},
                                     Direction::kIngress, TrafficScope::kThisGateway);
  ASSERT_THAT(steps, SizeIs(3));
  EXPECT_EQ(steps[0].number, 1);
  EXPECT_EQ(steps[1].outcome, DecisionStep::Outcome::kStaged);
  EXPECT_EQ(steps[2].name, u"Profile open lets the rest in");
}

TEST(DecisionSteps, AMissingProfileDeniesAll) {
  Model model = ModelOf({Hep("lan", "eth1", {}, {"gone"})});
  gw::testing::SetParameter(model, "failsafeInboundHostPorts", "none");
  const auto steps = DecisionStepsOf(model, {ResourceKind::kHostEndpoint, "lan"},
                                     Direction::kIngress, TrafficScope::kThisGateway);
  ASSERT_THAT(steps, SizeIs(1));
  EXPECT_EQ(steps[0].kind, DecisionStep::Kind::kMissingProfile);
}

TEST(DecisionSteps, TheModelTellsRowsAsSentences) {
  DecisionStepModel model;
  QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
  DecisionStep step;
  step.number = 2;
  step.name = QStringLiteral("no-lateral");
  step.reason = QStringLiteral("Deny to zone = 'inside'");
  QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
  model.SetSteps({step});
  model.SetSteps({step});
  EXPECT_EQ(reset.count(), 1) << "the same steps are no change";
  EXPECT_EQ(model.index(0).data(Qt::AccessibleTextRole).toString(),
            u"2, no-lateral, Deny to zone = 'inside'");
}

}  // namespace
}  // namespace gw::gui
