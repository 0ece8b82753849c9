// The upcall guard on real packets: who brings up new flows faster than allowed is held back in the
// kernel and counted; nobody else notices.

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "common/base/closer.h"
#include "tests/support/enforcer_lab.h"
#include "tests/support/status_matchers.h"
#include "tests/support/traffic.h"
#include "tests/system/enforcer_fixture.h"

namespace gw::testing {
namespace {

using ::testing::AllOf;
using ::testing::Ge;
using ::testing::Le;

constexpr uint16_t kPort = 9000;
constexpr int kFlood = 300;
constexpr int kRate = 20;
constexpr int kBurst = 10;

class UpcallGuardTest : public EnforcerFixture {
 protected:
  void SetUp() override {
    EnforcerFixture::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    ASSERT_OK(lab_->SetPolicy(PolicyWithRate(kRate)));
    ASSERT_OK(lab_->StartDaemon());
  }
  static std::string PolicyWithRate(int rate) {
    return absl::StrCat(
        HostEndpointYaml("wan", "eth0"), HostEndpointYaml("lan", "eth1"),
        HostEndpointYaml("guest", "eth2"),
        SettingsYaml(absl::StrCat("upcallRatePerSource: ", rate, ", upcallBurstPerSource: ", kBurst,
                                  ", learnedAccepts: \"Off\"")));
  }

  // So many datagrams to the server, each from a port of its own: as many new flows. (Ports that
  // the kernel chooses repeat, and the second datagram from one belongs to a flow that is decided.)
  // Returns how long that took. Without a `source` the kernel chooses the address.
  static absl::Duration Flood(const Namespace& from, int family, const char* to, int count,
                              const char* source = nullptr) {
    const NamespaceScope inside(from);
    const absl::Time begin = absl::Now();
    for (int i = 0; i < count; ++i) {
      const FileDescriptor out(socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
      {
        sockaddr_storage own{};
        const char* const any = family == AF_INET ? "0.0.0.0" : "::";
        const auto port = static_cast<uint16_t>(20'000 + i);
        const socklen_t size = Fill(family, source != nullptr ? source : any, port, &own);
        EXPECT_EQ(bind(out.get(), reinterpret_cast<sockaddr*>(&own), size), 0) << strerror(errno);
      }
      sockaddr_storage peer{};
      const socklen_t size = Fill(family, to, kPort, &peer);
      EXPECT_EQ(sendto(out.get(), "x", 1, 0, reinterpret_cast<sockaddr*>(&peer), size), 1)
          << strerror(errno);
    }
    return absl::Now() - begin;
  }

  static socklen_t Fill(int family, const char* address, uint16_t port, sockaddr_storage* out) {
    if (family == AF_INET) {
      auto* in = reinterpret_cast<sockaddr_in*>(out);
      in->sin_family = AF_INET;
      in->sin_port = htons(port);
      inet_pton(AF_INET, address, &in->sin_addr);
      return sizeof(sockaddr_in);
    }
    auto* in6 = reinterpret_cast<sockaddr_in6*>(out);
    in6->sin6_family = AF_INET6;
    in6->sin6_port = htons(port);
    inet_pton(AF_INET6, address, &in6->sin6_addr);
    return sizeof(sockaddr_in6);
  }

  // What a source may bring up in `time`: its bucket, what runs into it meanwhile, and the
  // rounding of the kernel's clock.
  static int Allowed(absl::Duration time) {
    return kRate + kBurst + static_cast<int>(absl::ToDoubleSeconds(time) * kRate) + 2;
  }
};

TEST_F(UpcallGuardTest, HoldsBackOneSourceAndNobodyElse) {
  GW_ASSERT_OK_AND_ASSIGN(const auto sink, UdpServer::Start(server(), kPort));
  GW_ASSERT_OK_AND_ASSIGN(const auto http, TcpServer::Start(server(), 80));
  GW_ASSERT_OK_AND_ASSIGN(const auto ssh, TcpServer::Start(lab_->lab().gateway(), 22));
  GW_ASSERT_OK_AND_ASSIGN(TcpFlow before,
                          TcpFlow::Open(client(), {.address = kServer, .port = 80}));

  const absl::Duration took = Flood(client(), AF_INET, kServer, kFlood);
  // At once, while the source is over its rate.
  EXPECT_EQ(TcpConnect(guest(), {.address = kServer, .port = 80}).outcome, Outcome::kConnected);
  EXPECT_EQ(TcpConnect(client(), {.address = kGatewayLan, .port = 22}).outcome, Outcome::kConnected)
      << "failsafes are not held back";
  EXPECT_TRUE(before.Echo("still here", kAnswer)) << "nor are flows that are decided";

  ASSERT_TRUE(WaitUntil([&] { return lab_->State().counts.guard_drops > 0; }, kAnswer));
  ASSERT_TRUE(WaitUntil(
      [&] {
        return lab_->State().counts.guard_drops + static_cast<int64_t>(sink->datagrams()) == kFlood;
      },
      kAnswer))
      << lab_->State().counts.guard_drops << " dropped and " << sink->datagrams() << " arrived of "
      << kFlood;
  EXPECT_THAT(static_cast<int>(sink->datagrams()), AllOf(Ge(kRate), Le(Allowed(took))));
  const auto came_up = [](const AuditRecord& record) {
    return record.tuple.destination_port == kPort;
  };
  EXPECT_EQ(lab_->WaitForRecords(came_up, sink->datagrams()).size(), sink->datagrams())
      << "each that came up is in the log";
  EXPECT_NE(lab_->DaemonLog().find("upcall guard"), std::string::npos);

  // Quiet for a while, it is one like the others again.
  absl::SleepFor(absl::Seconds(1));
  EXPECT_EQ(TcpConnect(client(), {.address = kServer, .port = 80}).outcome, Outcome::kConnected);
}

TEST_F(UpcallGuardTest, Ipv6SourcesOfOneNetworkShareTheirRate) {
  ASSERT_TRUE(
      RunIn(client(), {"ip", "addr", "add", "2001:db8:10::99/64", "dev", "eth0", "nodad"}).ok());
  GW_ASSERT_OK_AND_ASSIGN(const auto sink, UdpServer::Start(server(), kPort));
  constexpr int kEach = 100;
  const absl::Duration took = Flood(client(), AF_INET6, kServer6, kEach, kClient6) +
                              Flood(client(), AF_INET6, kServer6, kEach, "2001:db8:10::99");
  ASSERT_TRUE(WaitUntil(
      [&] {
        return lab_->State().counts.guard_drops + static_cast<int64_t>(sink->datagrams()) ==
               2 * kEach;
      },
      kAnswer))
      << lab_->State().counts.guard_drops << " dropped, " << sink->datagrams() << " arrived";
  EXPECT_THAT(static_cast<int>(sink->datagrams()), AllOf(Ge(kRate), Le(Allowed(took))));
}

TEST_F(UpcallGuardTest, WithoutARateNobodyIsHeldBack) {
  ASSERT_OK(lab_->SetPolicy(PolicyWithRate(0)));
  GW_ASSERT_OK_AND_ASSIGN(const auto sink, UdpServer::Start(server(), kPort));
  Flood(client(), AF_INET, kServer, kFlood);
  EXPECT_TRUE(WaitUntil([&] { return sink->datagrams() == kFlood; }, kAnswer)) << sink->datagrams();
  EXPECT_EQ(lab_->State().counts.guard_drops, 0);
}

}  // namespace
}  // namespace gw::testing
