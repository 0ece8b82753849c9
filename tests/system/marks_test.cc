// Other programs' marks beside ours: the masks that Tailscale and Docker (and Kubernetes' proxies)
// use, each in packet and conntrack mark. They find their own bits as they set them, also where
// they compare the whole mark, and none of ours.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "tests/system/enforcer_fixture.h"

namespace gw::testing {
namespace {

// Tailscale marks what it routes for others 0x40000 in 0xff0000; Docker's and Kubernetes' proxies
// ask for masquerade with 0x8000 and 0x4000.
constexpr char kOthers[] = R"(
  table inet others {
    counter every { }
    counter tailscale { }
    counter exact { }
    counter docker { }
    counter ours { }
    chain before {
      type filter hook prerouting priority mangle - 20; policy accept;
      iifname "eth1" ct state new ct mark set ct mark or 0x0000c000
      iifname "eth1" meta mark set meta mark or 0x00040000
    }
    chain after {
      type filter hook postrouting priority srcnat + 10; policy accept;
      iifname "eth1" oifname "eth0" jump look
    }
    chain look {
      counter name every
      meta mark and 0x00ff0000 == 0x00040000 counter name tailscale
      meta mark == 0x00040000 counter name exact
      ct mark and 0x000fffff == 0x0000c000 counter name docker
      meta mark and 0xfff00000 != 0 counter name ours
    }
  }
)";

std::string Policy(const std::string& settings, const std::string& more = "") {
  return HostEndpointYaml("lan", "eth1") + HostEndpointYaml("wan", "eth0", "[allow-all]") +
         AllowAllProfileYaml() + SettingsYaml(settings) + PolicyYaml("lan-out", R"(
  selector: zone == 'lan'
  applyOnForward: true
  types: [Ingress]
  ingress:
  - {action: Allow, protocol: TCP, destination: {ports: [80]}}
)" + more);
}

class MarksTest : public EnforcerFixture {
 protected:
  int64_t Packets(const std::string& counter) {
    const Finished listed = RunIn(gateway(), {"nft", "list", "counter", "inet", "others", counter});
    for (absl::string_view rest = listed.out; !rest.empty(); rest.remove_prefix(1)) {
      int64_t packets = 0;
      const std::vector<std::string> words = absl::StrSplit(rest, absl::MaxSplits(' ', 2));
      if (words.size() > 1 && words[0] == "packets" && absl::SimpleAtoi(words[1], &packets)) {
        return packets;
      }
    }
    ADD_FAILURE() << listed;
    return -1;
  }

  void ExpectMarksOfOthers(int64_t at_least) {
    const int64_t all = Packets("every");
    EXPECT_GE(all, at_least);
    EXPECT_EQ(Packets("tailscale"), all);
    EXPECT_EQ(Packets("exact"), all);
    EXPECT_EQ(Packets("docker"), all);
    EXPECT_EQ(Packets("ours"), 0);
  }
};

TEST_F(MarksTest, OfOthersAreTheirsWhateverWeDecide) {
  ASSERT_OK(Nft(gateway(), kOthers));
  GW_ASSERT_OK_AND_ASSIGN(const auto web4, TcpServer::Start(server(), 80));
  for (const char* learned : {"learnedAccepts: \"Off\"", "learnedAccepts: Pair"}) {
    Enforce(Policy(learned));
    for (const char* address : {kServer, kServer6}) {
      EXPECT_EQ(Tcp(client(), address, 80), Outcome::kConnected) << address << learned;
      EXPECT_EQ(Tcp(client(), address, 80), Outcome::kConnected) << address << learned;
      EXPECT_EQ(Tcp(client(), address, 81, kNoAnswer), Outcome::kTimedOut) << address << learned;
    }
  }
  ExpectMarksOfOthers(8 * 3);

  // A live flow is decided anew, twice, and ends with the last policy.
  auto flow = TcpFlow::Open(client(), {.address = kServer, .port = 80});
  ASSERT_OK(flow);
  Enforce(Policy("learnedAccepts: Pair", "  - {action: Allow, protocol: TCP}\n"));
  EXPECT_TRUE(flow->Echo("second policy", kAnswer));
  ExpectMarksOfOthers(8 * 3 + 3);
}

// A policy that is asked before DNAT keeps its answer in the conntrack mark.
TEST_F(MarksTest, OfOthersAreTheirsBesidePreDnatPolicies) {
  ASSERT_OK(Nft(gateway(), kOthers));
  GW_ASSERT_OK_AND_ASSIGN(const auto web, TcpServer::Start(server(), 80));
  Enforce(Policy("learnedAccepts: Pair") + PolicyYaml("early", R"(
  order: 1
  selector: zone == 'lan'
  preDNAT: true
  applyOnForward: true
  types: [Ingress]
  ingress:
  - {action: Deny, protocol: TCP, destination: {ports: [82]}})"));
  for (const char* address : {kServer, kServer6}) {
    EXPECT_EQ(Tcp(client(), address, 80), Outcome::kConnected) << address;
    EXPECT_EQ(Tcp(client(), address, 82, kNoAnswer), Outcome::kTimedOut) << address;
  }
  ExpectMarksOfOthers(2 * 3);
}

}  // namespace
}  // namespace gw::testing
