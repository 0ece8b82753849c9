// A table that nobody but gatewardend may change (table_socket.h): flushes pass it by while traffic
// runs, and it is ours, closed, or waits for us, whatever dies.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "enforcer/ruleset/ruleset.h"
#include "enforcer/ruleset/table_state.h"
#include "tests/support/nft_tool.h"
#include "tests/system/enforcer_fixture.h"

namespace gw::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr uint32_t kOwnedForGood = kTableOwned | kTablePersists;

std::string Policy(const std::string& settings = "") {
  return HostEndpointYaml("lan", "eth1") + PolicyYaml("lan-out", R"(
  selector: zone == 'lan'
  applyOnForward: true
  types: [Ingress]
  ingress: [{action: Allow, protocol: TCP, destination: {ports: [80]}}])") +
         SettingsYaml(settings.empty() ? "tableOwner: Auto" : settings);
}

class OwnerTest : public EnforcerFixture {
 protected:
  void SetUp() override {
    EnforcerFixture::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    {
      const NamespaceScope inside(gateway());
      if (!NftTool().socket().KernelKeepsOwnedTables().value()) {
        GTEST_SKIP() << "NOT TESTED: tables that persist need Linux 6.9";
      }
    }
    Enforce(Policy());
    for (const uint16_t port : {uint16_t{80}, uint16_t{8080}}) {
      auto web = TcpServer::Start(server(), port);
      ASSERT_OK(web);
      webs_.push_back(*std::move(web));
    }
  }

  TableOwner Owner() {
    const NamespaceScope inside(gateway());
    return ReadTableOwner().value();
  }
  bool Somebody(const std::string& command) { return Nft(gateway(), command + "\n").ok(); }
  void ExpectEnforced(const std::string& when) {
    EXPECT_EQ(Tcp(client(), kServer, 80), Outcome::kConnected) << when;
    EXPECT_EQ(Tcp(client(), kServer, 8080, kNoAnswer), Outcome::kTimedOut) << when;
  }
  size_t TableEvents() {
    const auto store = AuditStore::Open(lab_->audit_path(), AuditStore::Mode::kReadOnly);
    if (!store.ok()) return 1'000;
    AuditEventQuery query;
    query.limit = 1'000;
    size_t events = 0;
    for (const AuditEvent& event : (*store)->Events(query).value()) events += event.kind == "table";
    return events;
  }

  std::vector<std::unique_ptr<TcpServer>> webs_;
};

TEST_F(OwnerTest, FlushesPassItByWhileTrafficRuns) {
  EXPECT_EQ(Owner().flags, kOwnedForGood);
  GW_ASSERT_OK_AND_ASSIGN(TcpFlow known, TcpFlow::Open(client(), {.address = kServer, .port = 80}));
  ASSERT_TRUE(known.Echo("before", kAnswer));
  const std::string before = lab_->NftList({"chain", "inet", kTableName, "decide_forward"});
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(Somebody("table inet other { }\nflush ruleset"));
    EXPECT_EQ(Tcp(client(), kServer, 8080, absl::Milliseconds(50)), Outcome::kTimedOut);
    EXPECT_EQ(Tcp(client(), kServer, 80), Outcome::kConnected);
  }
  for (const char* command : {
           "delete table inet gatewarden",
           "flush chain inet gatewarden decide_forward",
           "insert rule inet gatewarden decide_forward accept",
           "add table inet gatewarden { flags dormant; }",
           "chain inet gatewarden apply_forward { policy drop; }",
       }) {
    EXPECT_FALSE(Somebody(command)) << command;
  }
  EXPECT_EQ(lab_->NftList({"chain", "inet", kTableName, "decide_forward"}), before);
  EXPECT_TRUE(known.Echo("after", kAnswer));
  ExpectEnforced("after all of that");
  EXPECT_EQ(TableEvents(), 0u) << "there was nothing to repair";
  EXPECT_THAT(lab_->DaemonLog(), Not(HasSubstr("somebody else")));
}

// Changes of every kind go through the same socket, whatever others do in the same moment.
TEST_F(OwnerTest, OurOwnChangesGoOn) {
  const uint32_t port = Owner().port;
  std::atomic<bool> stop{false};
  std::thread others([&] {
    while (!stop) EXPECT_TRUE(Somebody("add table inet other; delete table inet other"));
  });
  for (int i = 0; i < 5; ++i) {
    Enforce(Policy(absl::StrCat("failMode: ", i % 2 == 0 ? "Open" : "Closed")));
    ExpectEnforced(absl::StrCat("change ", i));
  }
  stop = true;
  others.join();
  EXPECT_EQ(Owner().flags, kOwnedForGood);
  EXPECT_EQ(Owner().port, port);
  EXPECT_EQ(TableEvents(), 0u) << "what others do is none of our table";
}

TEST_F(OwnerTest, StaysOursWhileNobodyIsThere) {
  const uint32_t port = Owner().port;
  for (const bool kill : {true, false}) {
    GW_ASSERT_OK_AND_ASSIGN(TcpFlow known,
                            TcpFlow::Open(client(), {.address = kServer, .port = 80}));
    ASSERT_TRUE(known.Echo("before", kAnswer));
    if (kill) lab_->KillDaemon();
    if (!kill) ASSERT_OK(lab_->StopDaemon());
    EXPECT_TRUE(Somebody("flush ruleset"));
    EXPECT_FALSE(Somebody("delete table inet gatewarden"));
    EXPECT_EQ(Tcp(client(), kServer, 8080, kNoAnswer), Outcome::kTimedOut);
    EXPECT_TRUE(known.Echo("meanwhile", kAnswer));
    EXPECT_EQ(Owner().port, port);
    ASSERT_OK(lab_->StartDaemon());
    EXPECT_THAT(lab_->DaemonLog(), HasSubstr("taking over the table"));
    EXPECT_EQ(Owner().port, port) << "the socket is handed on";
    ExpectEnforced(kill ? "killed" : "stopped");
  }
}

TEST_F(OwnerTest, WithoutItsKeeperItWaitsForTheNext) {
  GW_ASSERT_OK_AND_ASSIGN(TcpFlow known, TcpFlow::Open(client(), {.address = kServer, .port = 80}));
  ASSERT_TRUE(known.Echo("before", kAnswer));
  const uint32_t port = Owner().port;
  ASSERT_TRUE(lab_->KillChild("gw-keeper"));
  lab_->KillDaemon();
  EXPECT_TRUE(WaitUntil([&] { return Owner().port == 0; }, kAnswer));
  EXPECT_EQ(Owner().flags, kTablePersists);
  EXPECT_EQ(Tcp(client(), kServer, 8080, kNoAnswer), Outcome::kTimedOut);
  EXPECT_TRUE(known.Echo("meanwhile", kAnswer));
  // Anybody may change it now, and what they did must not become ours.
  ASSERT_TRUE(Somebody("insert rule inet gatewarden apply_forward accept"));
  ASSERT_OK(lab_->StartDaemon());
  EXPECT_EQ(Owner().flags, kOwnedForGood);
  EXPECT_NE(Owner().port, port);
  EXPECT_TRUE(known.Echo("after", kAnswer));
  ExpectEnforced("taken over");
}

// Whoever it finds in the middle of a change: the transaction is done or not, what it left in the
// socket harms nobody, and the next one is the owner.
TEST_F(OwnerTest, KilledWhileItChangesTheTable) {
  const uint32_t port = Owner().port;
  for (int i = 0; i < 15; ++i) {
    ASSERT_OK(lab_->WritePolicy(
        Policy(absl::StrCat("failMode: Closed, upcallRatePerSource: ", 1000 + i))));
    absl::SleepFor(absl::Milliseconds(2 * i));
    lab_->KillDaemon();
    ASSERT_OK(lab_->StartDaemon());
    EXPECT_EQ(Owner().port, port);
    EXPECT_EQ(Tcp(client(), kServer, 80), Outcome::kConnected) << i;
  }
  ExpectEnforced("in the end");
}

TEST_F(OwnerTest, RemoveIsForWhenItHasStopped) {
  const auto remove = [this] { return RunIn(gateway(), {EnforcerLab::Program(), "--remove"}); };
  const absl::Time begin = absl::Now();
  for (int i = 0; i < 8; ++i) {
    const Finished refused = remove();
    EXPECT_FALSE(refused.ok());
    EXPECT_THAT(refused.err, HasSubstr("stop it first"));
    EXPECT_THAT(refused.err, Not(HasSubstr("handed over")));
  }
  EXPECT_LT(absl::Now() - begin, Patience(absl::Seconds(4))) << "it waits for nobody";
  ExpectEnforced("remove refused");
  ASSERT_OK(lab_->StopDaemon());
  EXPECT_TRUE(remove().ok());
  EXPECT_FALSE(Owner().exists);
  ASSERT_OK(lab_->StartDaemon());
  EXPECT_EQ(Owner().flags, kOwnedForGood);
  ExpectEnforced("made anew");
}

TEST_F(OwnerTest, TheSettingIsFollowedAtOnceAndAtTheNextStart) {
  GW_ASSERT_OK_AND_ASSIGN(TcpFlow known, TcpFlow::Open(client(), {.address = kServer, .port = 80}));
  ASSERT_TRUE(known.Echo("before", kAnswer));
  for (const bool owned : {false, true, false}) {
    Enforce(Policy(owned ? "tableOwner: Auto" : "tableOwner: \"Off\""));
    EXPECT_EQ(Owner().flags, owned ? kOwnedForGood : 0u);
    EXPECT_TRUE(known.Echo("after", kAnswer));
    ExpectEnforced(absl::StrCat("owned: ", owned));
  }
  // What the one before has left is of the other kind.
  for (const bool owned : {true, false}) {
    ASSERT_OK(lab_->StopDaemon());
    ASSERT_OK(lab_->SetPolicy(Policy(owned ? "tableOwner: Auto" : "tableOwner: \"Off\"")));
    ASSERT_OK(lab_->StartDaemon());
    EXPECT_EQ(Owner().flags, owned ? kOwnedForGood : 0u);
    EXPECT_TRUE(known.Echo("after a start", kAnswer));
    ExpectEnforced(absl::StrCat("started, owned: ", owned));
  }
}

TEST_F(OwnerTest, SomebodyElsesTableIsNamedAndNothingIsTouched) {
  ASSERT_OK(lab_->StopDaemon());
  ASSERT_TRUE(RunIn(gateway(), {EnforcerLab::Program(), "--remove"}).ok());
  const NamespaceScope inside(gateway());
  NftTool other;
  ASSERT_OK(other->Apply("table inet gatewarden {\n  flags owner;\n}\n"));
  const auto daemon =
      RunIn(gateway(), {EnforcerLab::Program(), "--policy-db", lab_->policy_path()});
  EXPECT_FALSE(daemon.ok());
  EXPECT_THAT(daemon.err, HasSubstr(absl::StrCat("owned by another program (netlink port ",
                                                 other.socket().port(), ")")));
  EXPECT_EQ(Owner().port, other.socket().port());
}

}  // namespace
}  // namespace gw::testing
