// How flows ended, and where they were translated, against what the client's own counters say.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "tests/system/enforcer_fixture.h"

namespace gw::testing {
namespace {

using Reason = FlowEnd::Reason;

struct Counted {
  int64_t packets = 0;
  int64_t bytes = 0;
};

class FlowEndTest : public EnforcerFixture {
 protected:
  void SetUp() override {
    EnforcerFixture::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    // So that an end comes soon. gatewardend reads them when it starts.
    for (const char* name : {"tcp_timeout_time_wait", "tcp_timeout_close", "udp_timeout",
                             "udp_timeout_stream", "icmp_timeout", "icmpv6_timeout"}) {
      ASSERT_OK(SetSysctl(gateway(), absl::StrCat("net/netfilter/nf_conntrack_", name), "1"));
    }
    // Where the kernel has flowtables, a flow is in them as long.
    for (const char* name : {"tcp", "udp"}) {
      (void)SetSysctl(gateway(), absl::StrCat("net/netfilter/nf_flowtable_", name, "_timeout"),
                      "1");
    }
    Enforce(HostEndpointYaml("lan", "eth1") + HostEndpointYaml("wan", "eth0", "[allow-all]") +
            AllowAllProfileYaml() + PolicyYaml("lan-out", R"(
  selector: zone == 'lan'
  applyOnForward: true
  types: [Ingress]
  ingress: [{action: Allow, protocol: TCP, destination: {ports: [80, 81]}},
            {action: Allow, protocol: UDP, destination: {ports: [53]}},
            {action: Allow, protocol: ICMP},
            {action: Allow, protocol: ICMPv6}])") +
            SettingsYaml("learnedAccepts: \"Off\""));
    ASSERT_OK(Nft(client(), R"(
table inet count {
  counter sent { }
  counter received { }
  chain out {
    type filter hook output priority filter;
    ip protocol { tcp, udp, icmp } counter name sent
    ip6 nexthdr { tcp, udp } counter name sent
  }
  chain in {
    type filter hook input priority filter;
    ip protocol { tcp, udp, icmp } counter name received
    ip6 nexthdr { tcp, udp } counter name received
  }
}
)"));
    auto web = TcpServer::Start(server(), 80);
    ASSERT_OK(web);
    web_ = *std::move(web);
    auto names = UdpServer::Start(server(), 53);
    ASSERT_OK(names);
    names_ = *std::move(names);
  }

  // As the client's kernel counted since the start of the test.
  Counted CountedByClient(const std::string& name) {
    const Finished listed = RunIn(client(), {"nft", "list", "counter", "inet", "count", name});
    // "packets 5 bytes 260"
    std::vector<std::string> words = absl::StrSplit(listed.out, absl::ByAnyChar(" \n\t"));
    Counted counted;
    for (size_t i = 0; i + 1 < words.size(); ++i) {
      if (words[i] == "packets") (void)absl::SimpleAtoi(words[i + 1], &counted.packets);
      if (words[i] == "bytes") (void)absl::SimpleAtoi(words[i + 1], &counted.bytes);
    }
    return counted;
  }

  // The record about a flow to `destination` and `port`, when its end is known.
  std::optional<AuditRecord> Ended(const std::string& destination, uint16_t port) {
    std::optional<AuditRecord> ended;
    WaitUntil(
        [&] {
          // A list makes connection tracking look at what is over.
          RunIn(gateway(), {"conntrack", "-L"});
          RunIn(gateway(), {"conntrack", "-L", "-f", "ipv6"});
          for (const AuditRecord& record : lab_->Records()) {
            if (record.end && ToString(record.tuple.destination) == destination &&
                record.tuple.destination_port == port) {
              ended = record;
            }
          }
          return ended.has_value();
        },
        absl::Seconds(20));
    EXPECT_TRUE(ended.has_value()) << "no end of a flow to " << destination << " port " << port;
    return ended;
  }

  void ExpectAsCounted(const FlowEnd& end) {
    const Counted sent = CountedByClient("sent");
    const Counted received = CountedByClient("received");
    EXPECT_GT(sent.packets, 0);
    EXPECT_EQ(end.packets_sent, sent.packets);
    EXPECT_EQ(end.bytes_sent, sent.bytes);
    EXPECT_EQ(end.packets_received, received.packets);
    EXPECT_EQ(end.bytes_received, received.bytes);
  }

  std::unique_ptr<TcpServer> web_;
  std::unique_ptr<UdpServer> names_;
};

TEST_F(FlowEndTest, ClosedTcpFlowWithItsBytes) {
  const absl::Time begin = absl::Now();
  {
    auto flow = TcpFlow::Open(client(), {.address = kServer, .port = 80});
    ASSERT_OK(flow);
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(flow->Echo(std::string(900, 'x'), kAnswer));
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
  }
  const absl::Duration took = absl::Now() - begin;
  const auto record = Ended(kServer, 80);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->end->reason, Reason::kClosed);
  // Its clock ticks, and so do timeouts: some milliseconds are not known.
  EXPECT_GE(record->end->duration, absl::Milliseconds(250));
  // Connection tracking counts in seconds how long it waits after the last packet.
  EXPECT_LE(record->end->duration, took + absl::Seconds(1));
  ExpectAsCounted(*record->end);
  EXPECT_GT(record->end->bytes_received, 4'500);
  EXPECT_EQ(record->original_destination, std::nullopt);
  EXPECT_EQ(record->translated_source, std::nullopt);
}

TEST_F(FlowEndTest, ClosedTcpFlowOfIPv6) {
  {
    auto flow = TcpFlow::Open(client(), {.address = kServer6, .port = 80});
    ASSERT_OK(flow);
    ASSERT_TRUE(flow->Echo("hello", kAnswer));
  }
  const auto record = Ended(kServer6, 80);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->end->reason, Reason::kClosed);
  ExpectAsCounted(*record->end);
}

TEST_F(FlowEndTest, RefusedTcpFlowIsReset) {
  EXPECT_EQ(Tcp(client(), kServer, 81), Outcome::kRefused);
  const auto record = Ended(kServer, 81);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->end->reason, Reason::kReset);
  EXPECT_EQ(record->end->packets_sent, 1);
  EXPECT_EQ(record->end->packets_received, 1);
  ExpectAsCounted(*record->end);
}

TEST_F(FlowEndTest, QuestionByUdpTimesOut) {
  EXPECT_EQ(Udp(client(), kServer, 53), Outcome::kConnected);
  const auto record = Ended(kServer, 53);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->end->reason, Reason::kTimeout);
  ExpectAsCounted(*record->end);
}

TEST_F(FlowEndTest, EchoRequestTimesOut) {
  ASSERT_TRUE(RunIn(client(), {"ping", "-c", "2", "-i", "0.2", "-W", "5", kServer}).ok());
  const auto record = Ended(kServer, 0);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->end->reason, Reason::kTimeout);
  EXPECT_EQ(record->end->packets_sent, 2);
  ExpectAsCounted(*record->end);
}

TEST_F(FlowEndTest, RemovedFlow) {
  auto flow = TcpFlow::Open(client(), {.address = kServer, .port = 80});
  ASSERT_OK(flow);
  EXPECT_TRUE(RunIn(gateway(), {"conntrack", "-D", "-d", kServer}).ok());
  const auto record = Ended(kServer, 80);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->end->reason, Reason::kRemoved);
}

TEST_F(FlowEndTest, MasqueradedFlowSaysAsWhomItWentOn) {
  ASSERT_OK(lab_->lab().Masquerade());
  for (const char* address : {kServer, kServer6}) {
    {
      // Who connects and resets at once may not be seen by the server: from another processor, the
      // reset overtakes the acknowledgement.
      auto flow = TcpFlow::Open(client(), {.address = address, .port = 80});
      ASSERT_OK(flow);
      ASSERT_TRUE(flow->Echo("who am I", kAnswer));
    }
    const auto record = Ended(address, 80);
    ASSERT_TRUE(record);
    ASSERT_TRUE(record->translated_source);
    EXPECT_EQ(ToString(record->translated_source->address), web_->last_peer());
    EXPECT_NE(record->translated_source->port, 0);
    EXPECT_EQ(record->original_destination, std::nullopt);
  }
}

TEST_F(FlowEndTest, LiveFlowSaysAsWhomItGoesOn) {
  ASSERT_OK(lab_->lab().Masquerade());
  auto flow = TcpFlow::Open(client(), {.address = kServer, .port = 80});
  ASSERT_OK(flow);
  const auto found = lab_->WaitForRecords(
      [](const AuditRecord& record) { return record.translated_source.has_value(); });
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(ToString(found[0].translated_source->address), kGatewayWan);
  EXPECT_EQ(found[0].end, std::nullopt);
}

TEST_F(FlowEndTest, ForwardedPortSaysWhereItWasSentTo) {
  auto inner = TcpServer::Start(client(), 80);
  ASSERT_OK(inner);
  for (const char* address : {kClient, kClient6}) {
    ASSERT_OK(lab_->lab().ForwardPort("tcp", 32010, address, 80));
  }
  const char* const ways[][2] = {{kGatewayWan, kClient}, {kGatewayWan6, kClient6}};
  for (const auto& [sent_to, arrived_at] : ways) {
    EXPECT_EQ(Tcp(server(), sent_to, 32010), Outcome::kConnected);
    const auto record = Ended(arrived_at, 80);
    ASSERT_TRUE(record);
    ASSERT_TRUE(record->original_destination);
    EXPECT_EQ(ToString(record->original_destination->address), sent_to);
    EXPECT_EQ(record->original_destination->port, 32010);
    EXPECT_EQ(record->translated_source, std::nullopt);
  }
}

TEST_F(FlowEndTest, TranslatedBothWaysSaysBoth) {
  auto inner = TcpServer::Start(client(), 80);
  ASSERT_OK(inner);
  ASSERT_OK(lab_->lab().ForwardPort("tcp", 32010, kClient, 80));
  ASSERT_OK(Nft(gateway(), R"(table inet nat_out {
    chain out { type nat hook postrouting priority srcnat; oifname eth1 masquerade; }
  })"));
  EXPECT_EQ(Tcp(server(), kGatewayWan, 32010), Outcome::kConnected);
  const auto record = Ended(kClient, 80);
  ASSERT_TRUE(record);
  ASSERT_TRUE(record->original_destination);
  EXPECT_EQ(ToString(record->original_destination->address), kGatewayWan);
  EXPECT_EQ(record->original_destination->port, 32010);
  ASSERT_TRUE(record->translated_source);
  EXPECT_EQ(ToString(record->translated_source->address), kGatewayLan);
}

}  // namespace
}  // namespace gw::testing
