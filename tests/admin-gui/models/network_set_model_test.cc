#include "admin-gui/models/network_set_model.h"

#include <gmock/gmock.h>

#include <QAbstractItemModelTester>
#include <QSignalSpy>

#include "admin-gui/models/network_import.h"
#include "admin-gui/models/network_list_model.h"
#include "tests/support/policy_builder.h"

namespace gw::gui {
namespace {

using gw::testing::Addr;
using gw::testing::Does;
using gw::testing::Gnp;
using gw::testing::ModelOf;
using gw::testing::Net;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Kind = NetworkImport::Note::Kind;
constexpr auto kFatal = QAbstractItemModelTester::FailureReportingMode::Fatal;

Model WithSets() {
  Rule deny = Does(RuleAction::kDeny);
  deny.source.selector = "threat == 'feed'";
  return ModelOf({gw::testing::Set("feed", {{"threat", "feed"}},
                                   {Net("45.148.10.0/24"), Net("45.148.12.0/24")}),
                  gw::testing::Set("bank", {{"role", "bank"}}, {Net("185.86.137.0/24")}),
                  Gnp("drop-feed", "", {deny})});
}

TEST(NetworkSetRows, ASetIsUsedByPoliciesWithARuleThatSelectsIt) {
  const auto rows = NetworkSetRows(WithSets(), {{"feed", absl::UnixEpoch()}});
  ASSERT_THAT(rows, SizeIs(2));
  EXPECT_EQ(rows[0].name, "bank");
  EXPECT_THAT(rows[0].used_by, IsEmpty());
  EXPECT_FALSE(rows[0].changed);
  EXPECT_THAT(rows[1].used_by,
              ElementsAre(ResourceKey{ResourceKind::kGlobalNetworkPolicy, "drop-feed"}));
  EXPECT_EQ(rows[1].networks, 2U);
  EXPECT_EQ(rows[1].changed, absl::UnixEpoch());
}

TEST(LastChanges, TheNewestRevisionThatTouchedASetCounts) {
  RevisionInfo newest;
  newest.time = absl::FromUnixSeconds(20);
  newest.changes = {{{ResourceKind::kGlobalNetworkSet, "feed"}}, {{ResourceKind::kTier, "bank"}}};
  RevisionInfo older = newest;
  older.time = absl::FromUnixSeconds(10);
  older.changes.push_back({{ResourceKind::kGlobalNetworkSet, "bank"}});
  const auto changed = LastChanges({newest, older});
  EXPECT_EQ(changed.at("feed"), newest.time);
  EXPECT_EQ(changed.at("bank"), older.time);
}

TEST(NetworkSetModel, SortsByTheNumberOfNetworksAndFindsByLabel) {
  NetworkSetModel model;
  QAbstractItemModelTester tester(&model, kFatal);
  model.SetRows(NetworkSetRows(WithSets(), {}));
  model.sort(NetworkSetModel::kNetworks, Qt::DescendingOrder);
  EXPECT_EQ(model.row(0).name, "feed");
  model.SetFilter(QStringLiteral("role=b"));
  ASSERT_EQ(model.rowCount(), 1);
  EXPECT_EQ(model.row(0).name, "bank");
  EXPECT_EQ(model.index(0, NetworkSetModel::kUsedBy).data().toString(), u"No rule uses it");
}

TEST(NetworkSetModel, AnEditKeepsTheRows) {
  NetworkSetModel model;
  QAbstractItemModelTester tester(&model, kFatal);
  Model policy = WithSets();
  model.SetRows(NetworkSetRows(policy, {}));
  QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
  policy.network_sets["bank"].metadata.labels["site"] = "hq";
  model.SetRows(NetworkSetRows(policy, {}));
  EXPECT_EQ(reset.count(), 0);
}

TEST(NetworkListModel, HoldsManyAndFindsByTextOrByAddress) {
  NetworkListModel model;
  QAbstractItemModelTester tester(&model, kFatal);
  std::vector<Prefix> nets;
  for (uint32_t i = 0; i < 100'000; ++i) {
    nets.push_back({Address::IPv4((10U << 24U) + (i << 4U)), 28});
  }
  QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
  model.SetNetworks(nets);
  model.SetNetworks(nets);
  EXPECT_EQ(reset.count(), 1) << "the same networks are no change";
  EXPECT_EQ(model.rowCount(), 100'000);
  EXPECT_EQ(model.index(99'999).data().toString(), u"10.24.105.240/28");
  model.SetFilter(QStringLiteral("10.24.105.251"));
  ASSERT_EQ(model.rowCount(), 1) << "the network that holds the address";
  EXPECT_EQ(model.network(0), nets.back());
  model.SetFilter(QStringLiteral("10.24.105.24"));
  ASSERT_EQ(model.rowCount(), 2) << "one holds it as an address, one begins with its digits";
  EXPECT_EQ(model.index(0).data().toString(), u"10.24.105.16/28");
  EXPECT_EQ(model.network(1), nets.back());
  model.SetFilter({});
  EXPECT_EQ(model.rowCount(), 100'000);
}

TEST(ReadNetworks, SaysWhatWasNotUnderstoodAndWhatWasCorrected) {
  CallContext context;
  const NetworkImport import = ReadNetworks(
      "# feed\n45.148.10.0/24\n\n10.1.2.3/24 ; office\n45.148.10.0/24\nnonsense\n"
      "2001:db8::1, 192.0.2.1\r\n185.86.137.0/24\n",
      {Net("185.86.137.0/24")}, context);
  EXPECT_EQ(import.lines, 6U);
  EXPECT_THAT(import.nets, ElementsAre(Net("10.1.2.0/24"), Net("45.148.10.0/24"),
                                       Net("192.0.2.1/32"), Net("2001:db8::1/128")));
  EXPECT_EQ(import.duplicates, 2U) << "in the text, and of what the set has";
  EXPECT_EQ(import.not_understood, 1U);
  EXPECT_EQ(import.host_bits, 1U);
  ASSERT_THAT(import.notes, SizeIs(4));
  EXPECT_EQ(import.notes[0].kind, Kind::kHostBits);
  EXPECT_EQ(import.notes[0].written, Net("10.1.2.0/24"));
  EXPECT_EQ(import.notes[2].kind, Kind::kNotUnderstood);
  EXPECT_EQ(import.notes[2].line, 6U);
  EXPECT_FALSE(import.notes[2].message.empty());
}

TEST(ReadNetworks, AHostAddressWithItsWholeLengthIsNothingToCorrect) {
  CallContext context;
  EXPECT_EQ(ReadNetworks("192.0.2.1/32\n192.0.2.2", {}, context).host_bits, 0U);
}

TEST(ReadNetworks, StopsWhenCancelled) {
  CallContext context;
  context.Cancel();
  std::string text;
  for (int i = 0; i < 10'000; ++i) text += "192.0.2.1\n";
  EXPECT_LT(ReadNetworks(text, {}, context).lines, 10'000U);
}

}  // namespace
}  // namespace gw::gui
