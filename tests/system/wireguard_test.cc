// Another program that routes by mark, exactly: WireGuard's own packets leave by a route of their
// own because they carry its mark and no other bit. A mark of ours on them would send them back
// into the tunnel.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "tests/system/enforcer_fixture.h"

namespace gw::testing {
namespace {

using ::testing::HasSubstr;

class WireguardTest : public EnforcerFixture {
 protected:
  void SetUp() override {
    EnforcerFixture::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    if (!RunIn(gateway(), {"ip", "link", "add", "wg0", "type", "wireguard"}).ok()) {
      GTEST_SKIP() << "this kernel has no WireGuard";
    }
    Must(server(), {"ip", "link", "add", "wg0", "type", "wireguard"});
    const std::string ours = MakeKey(gateway());
    const std::string theirs = MakeKey(server());
    Must(gateway(), {"wg", "set", "wg0", "listen-port", "51820", "fwmark", "0xca6c", "peer", theirs,
                     "endpoint", absl::StrCat(kServer, ":51820"), "allowed-ips", "0.0.0.0/0"});
    Must(server(),
         {"wg", "set", "wg0", "listen-port", "51820", "peer", ours, "allowed-ips", "0.0.0.0/0"});
    Must(gateway(), {"ip", "link", "set", "wg0", "up"});
    Must(server(), {"ip", "link", "set", "wg0", "up"});
    // As wg-quick(8) routes everything: whatever has not exactly this mark goes into the tunnel.
    Must(gateway(), {"ip", "route", "add", kServer, "dev", "wg0", "table", "51820"});
    Must(gateway(),
         {"ip", "rule", "add", "pref", "40", "not", "fwmark", "0xca6c", "lookup", "51820"});
    Must(server(), {"ip", "route", "add", absl::StrCat(kClient, "/32"), "dev", "wg0"});
    for (const Namespace* one : {&gateway(), &server()}) {
      for (const char* name : {"all", "wg0", "eth0"}) {
        (void)SetSysctl(*one, absl::StrCat("net/ipv4/conf/", name, "/rp_filter"), "0");
      }
    }
    auto web = TcpServer::Start(server(), 80);
    ASSERT_OK(web);
    web_ = *std::move(web);
    ASSERT_EQ(Tcp(client(), kServer, 80), Outcome::kConnected) << "without gatewardend" << Tunnel();
  }

  // For a failed test's message.
  std::string Tunnel() {
    std::string text = "\n";
    for (const Namespace* one : {&gateway(), &server()}) {
      absl::StrAppend(&text, RunIn(*one, {"wg", "show"}).out,
                      RunIn(*one, {"ip", "-s", "link", "show", "wg0"}).out);
    }
    return text;
  }

  static void Must(const Namespace& in, const std::vector<std::string>& command) {
    const Finished finished = RunIn(in, command);
    ASSERT_TRUE(finished.ok()) << command[0] << " " << command[1] << ": " << finished;
  }

  // Gives wg0 a key and returns the public one.
  static std::string MakeKey(const Namespace& in) {
    Must(in,
         {"sh", "-c", "umask 077; k=$(mktemp); wg genkey >$k; wg set wg0 private-key $k; rm $k"});
    const Finished shown = RunIn(in, {"wg", "show", "wg0", "public-key"});
    return std::string(absl::StripAsciiWhitespace(shown.out));
  }

  std::unique_ptr<TcpServer> web_;
};

TEST_F(WireguardTest, TunnelOfTheGatewayWorksUnderPolicy) {
  Enforce(HostEndpointYaml("lan", "eth1") + HostEndpointYaml("wan", "eth0") +
          HostEndpointYaml("tunnel", "wg0") + PolicyYaml("lan-out", R"(
  selector: zone == 'lan'
  applyOnForward: true
  types: [Ingress]
  ingress: [{action: Allow, protocol: TCP, destination: {ports: [80]}}])") +
          PolicyYaml("into-tunnel", R"(
  selector: zone == 'tunnel'
  applyOnForward: true
  types: [Egress]
  egress: [{action: Allow, protocol: TCP, destination: {ports: [80]}}])") +
          PolicyYaml("tunnel-packets", R"(
  selector: zone == 'wan'
  types: [Egress]
  egress: [{action: Allow, protocol: UDP, destination: {ports: [51820]}}])"));
  EXPECT_EQ(Tcp(client(), kServer, 80), Outcome::kConnected) << Tunnel();
  EXPECT_EQ(Tcp(client(), kServer, 8080, kNoAnswer), Outcome::kTimedOut);
  EXPECT_TRUE(Recorded("allow policy:tunnel-packets/egress/0", kServer, 51820));
  EXPECT_TRUE(Recorded("deny end-of-tier:default/ingress", kServer, 8080));
  const auto through = lab_->WaitForRecords([](const AuditRecord& record) {
    return record.hook == Hook::kForward && record.in == "eth1" && record.out == "wg0" &&
           record.tuple.destination_port == 80;
  });
  EXPECT_FALSE(through.empty());
  // Nothing but the tunnel's own packets went by the other interface.
  EXPECT_THAT(RunIn(gateway(), {"wg", "show", "wg0", "latest-handshakes"}).out,
              ::testing::Not(HasSubstr("\t0\n")));
  EXPECT_EQ(web_->last_peer(), kClient);

  // A change of the policy decides the tunnel's flow anew, and it goes on.
  auto flow = TcpFlow::Open(client(), {.address = kServer, .port = 80});
  ASSERT_OK(flow);
  Enforce(HostEndpointYaml("lan", "eth1") + HostEndpointYaml("wan", "eth0") +
          PolicyYaml("lan-out", R"(
  selector: zone == 'lan'
  applyOnForward: true
  types: [Ingress]
  ingress: [{action: Allow, protocol: TCP}])") +
          PolicyYaml("tunnel-packets", R"(
  selector: zone == 'wan'
  types: [Egress]
  egress: [{action: Allow, protocol: UDP, destination: {ports: [51820]}}])"));
  EXPECT_TRUE(flow->Echo("still here", kAnswer));
}

}  // namespace
}  // namespace gw::testing
