// Accepted forwarded flows in the kernel's flowtable, where the kernel has one: Debian's has
// (packaging/run-in-vm), some small ones do not.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "tests/system/enforcer_fixture.h"

namespace gw::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr uint64_t kBytes = 20 << 20;
constexpr absl::Duration kTransfer = absl::Seconds(60);

const std::string kEndpoints = HostEndpointYaml("wan", "eth0") + HostEndpointYaml("lan", "eth1");

std::string LanMay(const std::string& rules) {
  return PolicyYaml("lan-out", absl::StrCat(R"(
  selector: zone == 'lan'
  applyOnForward: true
  types: [Ingress]
  ingress: )",
                                            rules));
}

class FlowtableTest : public EnforcerFixture {
 protected:
  void SetUp() override {
    EnforcerFixture::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    Enforce(kEndpoints + LanMay("[{action: Allow}]"));
    if (!absl::StrContains(lab_->NftList({"flowtables"}), "accepted_flows")) {
      const char* expected = std::getenv("GW_EXPECT_QUEUE");
      ASSERT_FALSE(expected != nullptr && absl::string_view(expected) == "native")
          << "this kernel should have flowtables\n"
          << lab_->DaemonLog();
      GTEST_SKIP() << "NOT TESTED: the kernel has no flowtables";
    }
    ASSERT_OK(Nft(gateway(), R"(
      table inet gwprobe {
        counter seen { }
        chain forward {
          type filter hook forward priority filter + 20; policy accept;
          counter name seen
        }
      })"));
    auto web = TcpServer::Start(server(), 80);
    ASSERT_OK(web);
    web_ = *std::move(web);
  }

  // Packets that the forward hook has seen.
  uint64_t Seen() {
    const std::string text = lab_->NftList({"counter", "inet", "gwprobe", "seen"});
    const size_t at = text.find("packets ");
    uint64_t packets = 0;
    EXPECT_TRUE(at != std::string::npos &&
                absl::SimpleAtoi(text.substr(at + 8, text.find(' ', at + 8) - at - 8), &packets))
        << text;
    return packets;
  }

  Transfer Carry(const char* to) {
    return TransferBulk(client(), {.address = to, .port = 80, .timeout = kTransfer}, kBytes);
  }

  std::unique_ptr<TcpServer> web_;
};

TEST_F(FlowtableTest, LargeTransferBypassesTheForwardHook) {
  for (const char* to : {kServer, kServer6}) {
    const uint64_t before = Seen();
    const Transfer offloaded = Carry(to);
    const uint64_t between = Seen();
    ASSERT_TRUE(offloaded.Whole(kBytes)) << offloaded.bytes_received;
    Enforce(kEndpoints + LanMay("[{action: Allow}]") + SettingsYaml("flowOffload: \"Off\""));
    EXPECT_THAT(lab_->NftList({"flowtables"}), Not(HasSubstr("accepted_flows")));
    const uint64_t again = Seen();
    const Transfer plain = Carry(to);
    const uint64_t end = Seen();
    ASSERT_TRUE(plain.Whole(kBytes));
    std::cout << "  " << to << ": forward hook saw " << between - before << " packets with and "
              << end - again << " without the flowtable; throughput "
              << absl::FDivDuration(plain.duration, offloaded.duration) << " x\n";
    EXPECT_LT((between - before) * 10, end - again);
    Enforce(kEndpoints + LanMay("[{action: Allow}]"));
  }
}

TEST_F(FlowtableTest, TranslatedFlowsTakeItToo) {
  ASSERT_OK(lab_->lab().Masquerade());
  const uint64_t before = Seen();
  ASSERT_TRUE(Carry(kServer).Whole(kBytes));
  EXPECT_LT(Seen() - before, 1000u);
  EXPECT_EQ(web_->last_peer(), kGatewayWan);
}

TEST_F(FlowtableTest, ChangeThatForbidsTheFlowStopsItAtOnce) {
  for (const char* to : {kServer, kServer6}) {
    Enforce(kEndpoints + LanMay("[{action: Allow}]"));
    GW_ASSERT_OK_AND_ASSIGN(TcpFlow flow, TcpFlow::Open(client(), {.address = to, .port = 80}));
    GW_ASSERT_OK_AND_ASSIGN(TcpFlow quiet, TcpFlow::Open(client(), {.address = to, .port = 80}));
    for (int i = 0; i < 10; ++i) {
      ASSERT_TRUE(flow.Echo("warm", kAnswer));
      ASSERT_TRUE(quiet.Echo("warm", kAnswer));
    }
    EXPECT_THAT(DumpConntrack(gateway(), to == kServer ? "ipv4" : "ipv6").value_or(""),
                HasSubstr("[OFFLOAD]"));
    Enforce(kEndpoints + LanMay("[{action: Deny}]"));
    EXPECT_FALSE(flow.Echo("forbidden", kNoAnswer));
    EXPECT_FALSE(quiet.Echo("forbidden", kNoAnswer));
    EXPECT_TRUE(Recorded("deny policy:lan-out/ingress/0", to, 80));
  }
}

TEST_F(FlowtableTest, ChangeThatAllowsItLosesNothing) {
  std::thread changes([this] {
    for (int i = 0; i < 8; ++i) {
      EXPECT_OK(
          lab_->WritePolicy(kEndpoints + LanMay(i % 2 == 0 ? "[{action: Allow, protocol: TCP}]"
                                                           : "[{action: Allow}]")));
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
  });
  const Transfer transfer = Carry(kServer);
  changes.join();
  EXPECT_TRUE(transfer.Whole(kBytes)) << transfer.bytes_received;
}

}  // namespace
}  // namespace gw::testing
