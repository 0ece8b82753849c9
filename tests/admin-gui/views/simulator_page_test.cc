#include "admin-gui/views/simulator_page.h"

#include <gmock/gmock.h>

#include <QTest>

#include "tests/admin-gui/session/session_support.h"
#include "tests/admin-gui/support/flow_log.h"
#include "tests/admin-gui/support/page_pictures.h"

namespace gw::gui {
namespace {

using Kind = TrafficProblem::Kind;
using gw::testing::Addr;

HostInterface Has(const std::string& name, absl::string_view address, bool is_default = false) {
  HostInterface found;
  found.name = name;
  found.addresses = {{Addr(address), 24}};
  found.default_route_ipv4 = is_default;
  return found;
}

std::vector<HostInterface> OfficeInterfaces() {
  return {Has("eth0", "203.0.113.2", true), Has("eth1", "10.10.0.1"), Has("eth1.20", "10.20.0.1")};
}

TrafficQuestion From(absl::string_view source, absl::string_view destination) {
  TrafficQuestion question;
  question.source = Addr(source);
  question.destination = Addr(destination);
  question.service = {kProtocolTcp, 631, 8};
  return question;
}

TEST(TrafficQuestion, RoutesAsTheGatewayWould) {
  const auto inside = PacketFor(From("10.20.0.77", "10.10.0.40"), OfficeInterfaces());
  EXPECT_EQ(inside.problem.kind, Kind::kNone);
  EXPECT_EQ(inside.packet.in, "eth1.20");
  EXPECT_EQ(inside.packet.out, "eth1");
  EXPECT_EQ(inside.packet.packet.hook, Hook::kForward);
  EXPECT_EQ(PacketFor(From("10.20.0.77", "8.8.8.8"), OfficeInterfaces()).packet.out, "eth0");
  const auto to = PacketFor(From("10.20.0.77", "10.10.0.1"), OfficeInterfaces());
  EXPECT_EQ(to.packet.packet.hook, Hook::kInput);
  EXPECT_EQ(to.packet.out, "");
  const auto own = PacketFor(From("203.0.113.2", "8.8.8.8"), OfficeInterfaces());
  EXPECT_EQ(own.packet.packet.hook, Hook::kOutput);
}

TEST(TrafficQuestion, SaysWhatIsMissingOrImpossible) {
  EXPECT_EQ(PacketFor(From("10.10.0.2", "10.10.0.40"), OfficeInterfaces()).problem.words,
            QStringLiteral("This traffic does not pass the gateway: both addresses are on eth1."));
  const auto unknown = PacketFor(From("8.8.8.8", "10.10.0.40"), {Has("eth1", "10.10.0.1")});
  EXPECT_EQ(unknown.problem.kind, Kind::kArrivesBy);
  EXPECT_EQ(unknown.problem.words, QStringLiteral("Which interface does 8.8.8.8 arrive by?"));
  EXPECT_THAT(unknown.problem.choices, ::testing::ElementsAre("eth1"));
  EXPECT_EQ(PacketFor(From("2001:db8::1", "10.10.0.40"), OfficeInterfaces()).problem.kind,
            Kind::kImpossible);
}

TEST(TrafficQuestion, ServicesAsTheyAreWritten) {
  EXPECT_EQ(*ReadTrafficService("443/tcp"), (TrafficService{kProtocolTcp, 443, 8}));
  EXPECT_EQ(*ReadTrafficService("https 443/tcp"), (TrafficService{kProtocolTcp, 443, 8}));
  EXPECT_EQ(*ReadTrafficService("https"), (TrafficService{kProtocolTcp, 443, 8}));
  EXPECT_EQ(*ReadTrafficService("icmp"), (TrafficService{kProtocolIcmp, 0, 8}));
  for (const char* wrong : {"", "99999/tcp", "80/icmp", "tcp", "no-such"}) {
    EXPECT_FALSE(ReadTrafficService(wrong).ok()) << wrong;
  }
}

class SimulatorPageTest : public ::testing::Test {
 protected:
  SimulatorPageTest() {
    Theme::Apply(*qApp);
    folder_.Write(gw::testing::Office());
    gw::testing::FillLog(folder_.folder().File("audit.db"), 70, absl::Now(), absl::Seconds(1));
    open_ = std::make_unique<OpenSession>(folder_);
    page_ = new SimulatorPage(open_->gateway, open_->session, nullptr);
    frame_ = std::make_unique<PageFrame>(page_);
    frame_->show();
    sides_ = page_->findChildren<SimulatedSide*>();
  }

  void AskAboutThePrinter() {
    page_->Show({{QStringLiteral("source"), QStringLiteral("10.20.0.77")},
                 {QStringLiteral("destination"), QStringLiteral("10.10.0.40")},
                 {QStringLiteral("service"), QStringLiteral("631/tcp")},
                 {QStringLiteral("in"), QStringLiteral("eth1.20")},
                 {QStringLiteral("out"), QStringLiteral("eth1")}});
  }

  SessionFolder folder_;
  std::unique_ptr<OpenSession> open_;
  SimulatorPage* page_ = nullptr;
  std::unique_ptr<PageFrame> frame_;
  QList<SimulatedSide*> sides_;
};

TEST_F(SimulatorPageTest, ComparesTheStoredPolicyWithTheChanges) {
  Policy policy = open_->session.model().policies.at("no-lateral");
  policy.ingress.insert(policy.ingress.begin(), gw::testing::DoesTcp(RuleAction::kAllow, 631));
  open_->session.Put(QStringLiteral("Add rule 1 to no-lateral"), policy);
  AskAboutThePrinter();
  ASSERT_EQ(sides_.size(), 2);
  ASSERT_TRUE(Wait([this] { return !sides_[1]->words().isEmpty(); }));
  EXPECT_EQ(sides_[0]->words(), QStringLiteral("Denied"));
  EXPECT_EQ(sides_[1]->words(), QStringLiteral("Allowed"));
  EXPECT_TRUE(FirstDifference(sides_[0]->steps(), sides_[1]->steps()).has_value());
  QTest::qWait(200);
  SavePictures(frame_.get(), QStringLiteral("simulator"));
}

TEST_F(SimulatorPageTest, TheAnswerFollowsAnEdit) {
  AskAboutThePrinter();
  ASSERT_TRUE(Wait([this] { return sides_[1]->words() == QStringLiteral("Denied"); }));
  open_->session.Remove(QStringLiteral("Delete no-lateral"),
                        {ResourceKind::kGlobalNetworkPolicy, "no-lateral"});
  EXPECT_TRUE(Wait([this] { return sides_[1]->words() == QStringLiteral("Allowed"); }));
  EXPECT_EQ(sides_[0]->words(), QStringLiteral("Denied"));
}

TEST_F(SimulatorPageTest, EmptyAsksForBothEnds) {
  const auto* empty = page_->findChild<EmptyState*>();
  EXPECT_TRUE(empty->isVisible());
  SavePictures(frame_.get(), QStringLiteral("simulator-empty"));
}

}  // namespace
}  // namespace gw::gui
