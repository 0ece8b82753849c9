// The lab proves itself without Gatewarden: what fails here makes every other system test doubtful.

#include "tests/support/lab.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>

#include "absl/strings/str_cat.h"

#include "tests/support/ftp.h"
#include "tests/support/status_matchers.h"
#include "tests/support/traffic.h"

namespace gw::testing {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kNamespaces[] = "/run/netns";

class LabTest : public ::testing::Test {
 protected:
  void SetUp() override {
    GW_SKIP_WITHOUT_LAB();
    auto lab = Lab::Create();
    ASSERT_OK(lab);
    lab_ = *std::move(lab);
  }

  const Namespace& client() const { return lab_->client(); }
  const Namespace& gateway() const { return lab_->gateway(); }
  const Namespace& server() const { return lab_->server(); }

  std::unique_ptr<Lab> lab_;
};

// Only flows that a rule or conntrack knows pass the gateway; what the FTP helper announces is
// `related`, other new connections are not.
constexpr char kOnlyFtpControl[] = R"(
  table inet guard {
    chain forward {
      type filter hook forward priority filter; policy drop;
      ct state established,related accept
      tcp dport 21 accept
      icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
    }
  })";

TEST_F(LabTest, EveryPeerReachesTheGatewayAndTheServerInBothFamilies) {
  for (const char* address : {kGatewayLan, kGatewayLan6, kServer, kServer6, kGuest, kGuest6}) {
    const Pinged pinged = Ping(client(), address, 2);
    EXPECT_EQ(pinged.received, 2) << address << "\n" << pinged.text;
  }
  EXPECT_EQ(Ping(lab_->guest(), kServer).received, 1);
  EXPECT_EQ(Ping(server(), kClient6).received, 1);
}

TEST_F(LabTest, PingCountsWhatDoesNotComeBack) {
  const Pinged pinged = Ping(client(), "203.0.113.77", 1, absl::Milliseconds(300));
  EXPECT_EQ(pinged.sent, 1) << pinged.text;
  EXPECT_EQ(pinged.received, 0);
}

TEST_F(LabTest, TcpServerCountsAndEchoesThroughTheGateway) {
  for (const char* address : {kServer, kServer6}) {
    GW_ASSERT_OK_AND_ASSIGN(const auto listening, TcpServer::Start(server(), 80));
    GW_ASSERT_OK_AND_ASSIGN(TcpFlow flow,
                            TcpFlow::Open(client(), {.address = address, .port = 80}));
    EXPECT_TRUE(flow.Echo("first", absl::Seconds(2)));
    EXPECT_TRUE(flow.Echo("second", absl::Seconds(2)));
    EXPECT_EQ(listening->connections(), 1u);
    EXPECT_EQ(listening->bytes_received(), 11u);
    EXPECT_EQ(listening->last_peer(), address == kServer ? kClient : kClient6);
  }
}

TEST_F(LabTest, TcpConnectTellsRefusedTimedOutAndUnreachableApart) {
  EXPECT_EQ(TcpConnect(client(), {.address = kServer, .port = 81}).outcome, Outcome::kRefused);
  ASSERT_OK(Nft(gateway(), R"(
    table inet guard {
      chain forward {
        type filter hook forward priority filter; policy accept;
        tcp dport 82 drop
        tcp dport 83 reject with icmpx type admin-prohibited
      }
    })"));
  const Dial silent{.address = kServer, .port = 82, .timeout = absl::Milliseconds(300)};
  const Tried dropped = TcpConnect(client(), silent);
  EXPECT_EQ(dropped.outcome, Outcome::kTimedOut);
  EXPECT_GE(dropped.latency, absl::Milliseconds(290));
  for (const char* address : {kServer, kServer6}) {
    const Tried rejected = TcpConnect(client(), {.address = address, .port = 83});
    EXPECT_EQ(rejected.outcome, Outcome::kUnreachable) << address;
    EXPECT_LT(rejected.latency, absl::Seconds(1));
  }
}

TEST_F(LabTest, UdpExchangesOnceTwiceAtOnceAndNeverWithAClosedPort) {
  GW_ASSERT_OK_AND_ASSIGN(const auto listening, UdpServer::Start(server(), 53));
  for (const char* address : {kServer, kServer6}) {
    const Dial dial{.address = address, .port = 53};
    EXPECT_EQ(UdpExchange(client(), dial, "question").reply, "question") << address;
    EXPECT_EQ(UdpExchangePair(client(), dial, "A?", "AAAA?").replies, 2) << address;
    const UdpTried refused = UdpExchange(client(), {.address = address, .port = 54}, "question");
    EXPECT_EQ(refused.outcome, Outcome::kRefused) << address;
  }
  EXPECT_EQ(listening->datagrams(), 6u);
}

TEST_F(LabTest, DatagramOfFourThousandBytesTravelsInFragmentsBothWays) {
  GW_ASSERT_OK_AND_ASSIGN(const auto listening, UdpServer::Start(server(), 53));
  const std::string payload(4000, 'f');
  for (const char* address : {kServer, kServer6}) {
    const UdpTried tried = UdpExchange(client(), {.address = address, .port = 53}, payload);
    EXPECT_EQ(tried.outcome, Outcome::kConnected) << address;
    EXPECT_EQ(tried.reply.size(), payload.size());
  }
  GW_ASSERT_OK_AND_ASSIGN(const std::string counters, ReadProcNet(server(), "snmp6"));
  EXPECT_THAT(counters, ContainsRegex("Ip6ReasmOKs[ \t]+1\n"));
}

TEST_F(LabTest, BulkTransferComesBackWhole) {
  constexpr uint64_t kBytes = 4 << 20;
  GW_ASSERT_OK_AND_ASSIGN(const auto listening, TcpServer::Start(server(), 80));
  const Dial dial{.address = kServer, .port = 80, .timeout = absl::Seconds(20)};
  const Transfer transfer = TransferBulk(client(), dial, kBytes);
  EXPECT_TRUE(transfer.Whole(kBytes)) << transfer.bytes_sent << " " << transfer.bytes_received;
  EXPECT_EQ(listening->bytes_received(), kBytes);
}

TEST_F(LabTest, MasqueradeHidesTheClientBehindTheGateway) {
  ASSERT_OK(lab_->Masquerade());
  GW_ASSERT_OK_AND_ASSIGN(const auto listening, TcpServer::Start(server(), 80));
  EXPECT_EQ(TcpConnect(client(), {.address = kServer, .port = 80}).outcome, Outcome::kConnected);
  EXPECT_TRUE(WaitUntil([&] { return listening->last_peer() == kGatewayWan; }, absl::Seconds(1)))
      << listening->last_peer();
  EXPECT_EQ(TcpConnect(client(), {.address = kServer6, .port = 80}).outcome, Outcome::kConnected);
  EXPECT_TRUE(WaitUntil([&] { return listening->last_peer() == kGatewayWan6; }, absl::Seconds(1)))
      << listening->last_peer();
}

TEST_F(LabTest, ForwardedPortReachesTheClient) {
  ASSERT_OK(lab_->ForwardPort("tcp", 8080, kClient, 80));
  ASSERT_OK(lab_->ForwardPort("tcp", 8081, kClient6, 80));
  GW_ASSERT_OK_AND_ASSIGN(const auto listening, TcpServer::Start(client(), 80));
  GW_ASSERT_OK_AND_ASSIGN(TcpFlow flow,
                          TcpFlow::Open(server(), {.address = kGatewayWan, .port = 8080}));
  EXPECT_TRUE(flow.Echo("in", absl::Seconds(2)));
  EXPECT_EQ(TcpConnect(server(), {.address = kGatewayWan6, .port = 8081}).outcome,
            Outcome::kConnected);
  GW_ASSERT_OK_AND_ASSIGN(const std::string flows, DumpConntrack(gateway()));
  EXPECT_THAT(flows, ContainsRegex("dst=203.0.113.2 .*dport=8080 src=192.168.10.7 .*sport=80 "));
}

TEST_F(LabTest, FtpDataConnectionsFollowTheHelper) {
  ASSERT_OK(Nft(gateway(), kOnlyFtpControl));
  ASSERT_OK(lab_->Masquerade());
  ASSERT_OK(lab_->AssignFtpHelper());
  GW_ASSERT_OK_AND_ASSIGN(const auto serving, FtpServer::Start(server(), "file content"));
  for (const char* address : {kServer, kServer6}) {
    for (const FtpMode mode : {FtpMode::kPassive, FtpMode::kActive}) {
      const auto content = FetchByFtp(client(), address, mode);
      ASSERT_TRUE(content.ok()) << address
                                << (mode == FtpMode::kActive ? " active: " : " passive: ")
                                << content.status();
      EXPECT_EQ(*content, "file content");
    }
  }
  EXPECT_EQ(serving->transfers(), 4);
}

TEST_F(LabTest, WithoutTheHelperFtpDataConnectionsAreStrangers) {
  ASSERT_OK(Nft(gateway(), kOnlyFtpControl));
  GW_ASSERT_OK_AND_ASSIGN(const auto serving, FtpServer::Start(server(), "file content"));
  const auto content = FetchByFtp(client(), kServer, FtpMode::kPassive, absl::Milliseconds(300));
  ASSERT_FALSE(content.ok());
  EXPECT_THAT(std::string(content.status().message()), HasSubstr("passive data"));
}

TEST_F(LabTest, WorkloadsReachEachOtherAndTheServerOverHostRoutes) {
  GW_ASSERT_OK_AND_ASSIGN(const Namespace* const first,
                          lab_->AddWorkload("cali0a", "10.65.0.2", "fd00:65::2"));
  GW_ASSERT_OK_AND_ASSIGN(const Namespace* const second,
                          lab_->AddWorkload("cali0b", "10.65.0.3", "fd00:65::3"));
  for (const char* address : {"10.65.0.3", "fd00:65::3", kGatewayLan, kGatewayLan6, kClient}) {
    const Pinged pinged = Ping(*first, address);
    EXPECT_EQ(pinged.received, 1) << address << "\n" << pinged.text;
  }
  EXPECT_EQ(Ping(*second, "10.65.0.2").received, 1);
  EXPECT_EQ(Ping(client(), "fd00:65::3").received, 1);
}

TEST_F(LabTest, ProgramSeesTheNamespacesInterfacesInSys) {
  const Finished listed = RunIn(gateway(), {"ls", "/sys/class/net"});
  EXPECT_EQ(listed.out, "eth0\neth1\neth2\nlo\n") << listed;
}

TEST_F(LabTest, SysctlIsTheNamespacesOwn) {
  ASSERT_OK(SetSysctl(client(), "net/ipv4/ip_default_ttl", "33"));
  GW_ASSERT_OK_AND_ASSIGN(const std::string here, GetSysctl(client(), "net/ipv4/ip_default_ttl"));
  GW_ASSERT_OK_AND_ASSIGN(const std::string there, GetSysctl(server(), "net/ipv4/ip_default_ttl"));
  EXPECT_EQ(here, "33");
  EXPECT_NE(there, "33");
}

TEST_F(LabTest, NoQueueIsListedBeforeAProgramListens) {
  EXPECT_THAT(ListQueues(gateway()), IsEmpty());
}

TEST_F(LabTest, NftTextThatDoesNotLoadIsAnErrorWithItsPlace) {
  const absl::Status status = Nft(gateway(), "table inet guard { chain x { bogus } }");
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(std::string(status.message()), HasSubstr("bogus"));
}

TEST_F(LabTest, ProgramThatDoesNotEndIsKilledWithWhatItStarted) {
  GW_ASSERT_OK_AND_ASSIGN(Subprocess shell,
                          StartIn(client(), {"sh", "-c", "sleep 60 & echo $!; wait"}));
  ASSERT_TRUE(WaitUntil([&] { return !shell.Out().empty(); }, absl::Seconds(2)));
  int sleeping = 0;
  ASSERT_TRUE(absl::SimpleAtoi(shell.Out(), &sleeping));
  ASSERT_EQ(kill(sleeping, 0), 0);
  const Finished finished = shell.WaitOrKill(absl::Milliseconds(50));
  EXPECT_TRUE(finished.timed_out);
  EXPECT_EQ(finished.status, 128 + SIGKILL);
  // The grandchild goes to init, which reaps it; a zombie is dead as well.
  const auto gone = [sleeping] {
    const Finished state =
        RunProgram({"ps", "-o", "stat=", "-p", absl::StrCat(sleeping)}, kRunTimeout);
    return state.out.empty() || state.out[0] == 'Z';
  };
  EXPECT_TRUE(WaitUntil(gone, absl::Seconds(2)));
}

TEST_F(LabTest, NamespacesGoWithTheLab) {
  const std::vector<std::string> names = {client().name(), gateway().name(), server().name(),
                                          lab_->guest().name()};
  for (const std::string& name : names) {
    EXPECT_TRUE(std::filesystem::exists(absl::StrCat(kNamespaces, "/", name))) << name;
  }
  try {
    const auto doomed = std::move(lab_);
    throw std::runtime_error("a test that fails");
  } catch (const std::runtime_error&) {
  }
  for (const std::string& name : names) {
    EXPECT_FALSE(std::filesystem::exists(absl::StrCat(kNamespaces, "/", name))) << name;
  }
}

TEST_F(LabTest, NextLabSweepsAwayWhatAKilledTestLeft) {
  const pid_t child = fork();
  if (child == 0) {
    const auto abandoned = Namespace::Create("abandoned");
    _exit(abandoned.ok() ? 0 : 1);  // no destructor runs
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  const std::string mark = absl::StrCat("gwlab-", child, "-");
  const auto left = [&mark] {
    int count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(kNamespaces)) {
      if (entry.path().filename().string().rfind(mark, 0) == 0) ++count;
    }
    return count;
  };
  ASSERT_EQ(left(), 1);
  RemoveAbandonedNamespaces();
  EXPECT_EQ(left(), 0);
}

}  // namespace
}  // namespace gw::testing
