// Somebody else changes or flushes our table while gatewardend runs: it is made again within a
// second, other tables are left alone, and the audit log says what was.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <iostream>
#include <string>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "tests/system/enforcer_fixture.h"

namespace gw::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string kPolicy = HostEndpointYaml("wan", "eth0") + HostEndpointYaml("lan", "eth1") +
                            PolicyYaml("lan-out", R"(
  selector: zone == 'lan'
  applyOnForward: true
  types: [Ingress]
  ingress: [{action: Allow, protocol: TCP, destination: {ports: [80]}}])") +
                            PolicyYaml("wan-in", R"(
  selector: zone == 'wan'
  applyOnForward: true
  types: [Ingress]
  ingress: [{action: Deny}])") +
                            SettingsYaml("tableOwner: \"Off\"");

class RepairTest : public EnforcerFixture {
 protected:
  void SetUp() override {
    EnforcerFixture::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    Enforce(kPolicy);
    auto allowed = TcpServer::Start(server(), 80);
    ASSERT_OK(allowed);
    allowed_ = *std::move(allowed);
    auto denied = TcpServer::Start(server(), 8080);
    ASSERT_OK(denied);
    denied_ = *std::move(denied);
  }

  void NftCommand(const std::string& command) { ASSERT_OK(Nft(gateway(), command + "\n")); }

  size_t Repairs() {
    const auto store = AuditStore::Open(lab_->audit_path(), AuditStore::Mode::kReadOnly);
    if (!store.ok()) return 0;
    AuditEventQuery query;
    query.limit = 1'000;
    const auto events = (*store)->Events(query);
    if (!events.ok()) return 0;
    size_t repairs = 0;
    for (const AuditEvent& event : *events) {
      if (event.kind != "table") continue;
      ++repairs;
      last_event_ = event.text;
    }
    return repairs;
  }
  bool WaitForRepairs(size_t count) {
    return WaitUntil([&] { return Repairs() >= count; }, kAnswer);
  }

  std::unique_ptr<TcpServer> allowed_;
  std::unique_ptr<TcpServer> denied_;
  std::string last_event_;
};

TEST_F(RepairTest, FlushOfEverythingIsRepairedWithinASecondWhileTrafficRuns) {
  GW_ASSERT_OK_AND_ASSIGN(TcpFlow known, TcpFlow::Open(client(), {.address = kServer, .port = 80}));
  ASSERT_TRUE(known.Echo("before", kAnswer));
  ASSERT_EQ(Tcp(client(), kServer, 8080, kNoAnswer), Outcome::kTimedOut);
  const absl::Time flushed = absl::Now();
  NftCommand("flush ruleset");
  // What the policy denies gets through while there is no table.
  auto slipped = TcpFlow::Open(client(), {.address = kServer, .port = 8080});
  absl::Time last_through = flushed;
  while (Repairs() == 0 && absl::Now() - flushed < absl::Seconds(5)) {
    if (Tcp(client(), kServer, 8080, absl::Milliseconds(20)) == Outcome::kConnected) {
      last_through = absl::Now();
    }
  }
  EXPECT_EQ(Tcp(client(), kServer, 8080, kNoAnswer), Outcome::kTimedOut);
  std::cout << "  without enforcement for " << last_through - flushed << "\n";
  EXPECT_LT(last_through - flushed, Patience(absl::Seconds(1)));
  EXPECT_TRUE(known.Echo("after", kAnswer));
  EXPECT_EQ(Tcp(client(), kServer, 80), Outcome::kConnected);
  if (slipped.ok()) {
    EXPECT_FALSE(slipped->Echo("decided again", kNoAnswer));
  }
  ASSERT_TRUE(WaitForRepairs(1));
  EXPECT_THAT(last_event_, HasSubstr("was deleted by somebody else; made again, after at most"));
  EXPECT_THAT(lab_->DaemonLog(), HasSubstr("made again, after at most"));
  EXPECT_EQ(lab_->State().problem, "");
}

TEST_F(RepairTest, OneRuleOrChainOrFlagIsNoticedAndOtherTablesAreLeftAlone) {
  NftCommand(
      "table inet other { chain c { type filter hook forward priority 50; policy accept; }; }");
  size_t repairs = 0;
  for (const char* command : {
           "flush chain inet gatewarden decide_forward",
           "insert rule inet gatewarden decide_forward accept",
           "flush chain inet gatewarden undecided",
           "add table inet gatewarden { flags dormant; }",
           "chain inet gatewarden apply_forward { policy drop; }",
           "delete table inet gatewarden",
       }) {
    NftCommand(command);
    EXPECT_TRUE(WaitForRepairs(++repairs)) << command;
    EXPECT_EQ(Tcp(client(), kServer, 80), Outcome::kConnected) << command;
    EXPECT_EQ(Tcp(client(), kServer, 8080, kNoAnswer), Outcome::kTimedOut) << command;
  }
  EXPECT_EQ(Repairs(), repairs);
  EXPECT_THAT(lab_->NftList({"table", "inet", "other"}), HasSubstr("chain c"));
}

TEST_F(RepairTest, TenFlushesInARow) {
  for (int i = 0; i < 10; ++i) {
    NftCommand("flush ruleset");
    std::this_thread::sleep_for(std::chrono::milliseconds(30 * i));
  }
  EXPECT_TRUE(WaitUntil(
      [&] { return Tcp(client(), kServer, 8080, absl::Milliseconds(50)) == Outcome::kTimedOut; },
      kAnswer));
  EXPECT_EQ(Tcp(client(), kServer, 80), Outcome::kConnected);
  EXPECT_EQ(Tcp(client(), kServer, 8080, kNoAnswer), Outcome::kTimedOut);
  EXPECT_GE(Repairs(), 1u);
}

TEST_F(RepairTest, ChangesOfOurOwnAndOfOthersAreNoReason) {
  for (int i = 0; i < 10; ++i) {
    Enforce(kPolicy + PolicyYaml("more", absl::StrCat("  selector: zone == 'wan'\n  order: ", i,
                                                      "\n  ingress: [{action: Allow}]")));
    NftCommand(absl::StrCat("add table inet other", i));
    Tcp(client(), kServer, 8080, absl::Milliseconds(20));
    Tcp(client(), kServer, 80);
  }
  ASSERT_OK(lab_->StopDaemon());
  ASSERT_OK(lab_->StartDaemon());
  // Longer than it would take to notice.
  std::this_thread::sleep_for(std::chrono::milliseconds(600));
  EXPECT_EQ(Repairs(), 0u) << last_event_;
}

}  // namespace
}  // namespace gw::testing
