// A gatewardend that is killed, stopped and started again while clients connect all the time: no
// connection fails, since the queues outlive it (keeper.h).

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/netlink.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <iostream>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "enforcer/netlink/netlink.h"
#include "tests/system/enforcer_fixture.h"

namespace gw::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// How long a connection may wait. An emulated machine (packaging/run-in-vm) is some twenty times
// slower and shows no more than that none is lost.
constexpr absl::Duration kLongest = absl::Milliseconds(1500);
constexpr absl::Duration kLongestEmulated = absl::Seconds(8);

// Each connection is asked about.
std::string Policy(const std::string& more = "") {
  return HostEndpointYaml("lan", "eth1") + PolicyYaml("lan-out", R"(
  selector: zone == 'lan'
  applyOnForward: true
  types: [Ingress]
  ingress: [{action: Allow, protocol: TCP, destination: {ports: [80]}}])") +
         SettingsYaml(absl::StrCat("learnedAccepts: \"Off\"", more));
}

// 200 connections a second, from so many threads that a short wait of each does not make them
// fewer, until it goes.
class Clients {
 public:
  Clients(const Namespace& from, const std::string& address) {
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < kThreads; ++i) {
      threads_.emplace_back([this, &from, address, first = begin + i * kPause / kThreads] {
        for (auto next = first; !stop_.load(); next += kPause) {
          std::this_thread::sleep_until(next);
          const Tried tried =
              TcpConnect(from, {.address = address, .port = 80, .timeout = absl::Seconds(10)});
          {
            const std::lock_guard<std::mutex> lock(mutex_);
            ++count_;
            if (tried.outcome != Outcome::kConnected) ++failed_;
            longest_ = std::max(longest_, tried.latency);
          }
        }
      });
    }
  }
  ~Clients() { Stop(); }

  void Stop() {
    stop_.store(true);
    for (std::thread& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }

  // After Stop.
  uint64_t count() const { return count_; }
  uint64_t failed() const { return failed_; }
  absl::Duration longest() const { return longest_; }

 private:
  static constexpr int kThreads = 40;
  static constexpr int kPerSecond = 200;
  static constexpr std::chrono::milliseconds kPause{1000 * kThreads / kPerSecond};

  std::atomic<bool> stop_{false};
  std::mutex mutex_;
  uint64_t count_ = 0;
  uint64_t failed_ = 0;
  absl::Duration longest_;
  std::vector<std::thread> threads_;
};

class RestartTest : public EnforcerFixture {
 protected:
  void SetUp() override {
    EnforcerFixture::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    Enforce(Policy());
    auto web = TcpServer::Start(server(), 80);
    ASSERT_OK(web);
    web_ = *std::move(web);
  }

  void ExpectNoneLost(Clients& clients, const char* what) {
    clients.Stop();
    std::cout << "  " << what << ": " << clients.count() << " connections, longest "
              << clients.longest() << "\n";
    EXPECT_GT(clients.count(), 100u);
    EXPECT_EQ(clients.failed(), 0u);
    EXPECT_LT(clients.longest(), IsEmulated() ? kLongestEmulated : kLongest);
  }

  std::unique_ptr<TcpServer> web_;
};

TEST_F(RestartTest, KilledTwentyTimesUnderLoadLosesNoConnection) {
  for (const char* address : {kServer, kServer6}) {
    Clients clients(client(), address);
    for (int i = 0; i < 10; ++i) {
      lab_->KillDaemon();
      ASSERT_OK(lab_->StartDaemon());
      EXPECT_THAT(lab_->DaemonLog(), HasSubstr("packet queues with what waits in them"));
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    ExpectNoneLost(clients, address);
  }
}

TEST_F(RestartTest, StoppedAndStartedLosesNoConnection) {
  Clients clients(client(), kServer);
  for (int i = 0; i < 10; ++i) {
    ASSERT_OK(lab_->StopDaemon());
    ASSERT_OK(lab_->StartDaemon());
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  ExpectNoneLost(clients, "stopped and started");
}

TEST_F(RestartTest, WhatComesWhileNobodyIsThereIsDecidedByTheNextOne) {
  lab_->KillDaemon();
  std::thread denied(
      [this] { EXPECT_EQ(Tcp(client(), kServer, 8080, absl::Seconds(2)), Outcome::kTimedOut); });
  std::thread allowed([this] {
    const Tried tried =
        TcpConnect(client(), {.address = kServer, .port = 80, .timeout = absl::Seconds(10)});
    EXPECT_EQ(tried.outcome, Outcome::kConnected);
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  ASSERT_OK(lab_->StartDaemon());
  denied.join();
  allowed.join();
  EXPECT_TRUE(Recorded("deny end-of-tier:default/ingress", kServer, 8080));
  EXPECT_TRUE(Recorded("allow policy:lan-out/ingress/0", kServer, 80));
}

TEST_F(RestartTest, OtherNumberOfQueuesIsTakenUp) {
  Enforce(Policy(", queues: 1"));
  ASSERT_OK(lab_->StopDaemon());
  ASSERT_OK(lab_->StartDaemon());
  EXPECT_EQ(ListQueues(gateway()).size(), 1u);
  EXPECT_EQ(Tcp(client(), kServer, 80), Outcome::kConnected);
  Enforce(Policy(", queues: 3"));
  ASSERT_OK(lab_->StopDaemon());
  ASSERT_OK(lab_->StartDaemon());
  EXPECT_EQ(ListQueues(gateway()).size(), 3u);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Tcp(client(), kServer, 80), Outcome::kConnected);
}

TEST_F(RestartTest, FailModeOpenAcceptsAtOnceInstead) {
  Enforce(Policy(", failMode: Open"));
  lab_->KillDaemon();
  const absl::Time begin = absl::Now();
  // Nobody listens at port 8080: the answer comes from the server.
  EXPECT_EQ(Tcp(client(), kServer, 8080), Outcome::kRefused);
  EXPECT_LT(absl::Now() - begin, absl::Seconds(3));
}

TEST_F(RestartTest, RemoveLetsTheQueuesGo) {
  ASSERT_OK(lab_->StopDaemon());
  EXPECT_FALSE(ListQueues(gateway()).empty());
  EXPECT_TRUE(RunIn(gateway(), {EnforcerLab::Program(), "--remove"}).ok());
  EXPECT_TRUE(WaitUntil([&] { return ListQueues(gateway()).empty(); }, kAnswer));
  ASSERT_OK(lab_->StartDaemon());
  EXPECT_EQ(Tcp(client(), kServer, 80), Outcome::kConnected);
}

// ---- under a service manager -----------------------------------------------------------------

class StoredQueuesTest : public RestartTest {
 protected:
  void SetUp() override {
    RestartTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    auto manager = ServiceManager::Create(lab_->folder());
    ASSERT_OK(manager);
    manager_.emplace(*std::move(manager));
    ASSERT_OK(lab_->StopDaemon());
    ASSERT_OK(lab_->StartDaemon(&*manager_));
    manager_->Look();
  }

  // Nothing but the manager has the queues then.
  void KillDaemonAndKeeper() {
    EXPECT_TRUE(lab_->KillChild("gw-keeper"));
    lab_->KillDaemon();
    EXPECT_FALSE(ListQueues(gateway()).empty());
  }

  size_t QueuesKept() {
    const std::vector<std::string> names = manager_->names();
    return static_cast<size_t>(std::count_if(names.begin(), names.end(), [](const auto& name) {
      return absl::StartsWith(name, "queue-");
    }));
  }

  std::optional<ServiceManager> manager_;
};

TEST_F(StoredQueuesTest, EveryQueueIsGivenToTheManagerOnce) {
  EXPECT_EQ(QueuesKept(), ListQueues(gateway()).size());
  EXPECT_EQ(manager_->names().size(), QueuesKept() + 1) << "and the table's socket";
  EXPECT_THAT(manager_->told(), HasSubstr("READY=1"));
  EXPECT_THAT(manager_->told(), HasSubstr("FDPOLL=0"));
  const std::vector<std::string> first = manager_->names();
  ASSERT_OK(lab_->StopDaemon());
  ASSERT_OK(lab_->StartDaemon(&*manager_));
  manager_->Look();
  EXPECT_EQ(manager_->names(), first);
}

TEST_F(StoredQueuesTest, KilledWithItsKeeperLosesNoConnection) {
  Clients clients(client(), kServer);
  for (int i = 0; i < 5; ++i) {
    KillDaemonAndKeeper();
    ASSERT_OK(lab_->StartDaemon(&*manager_));
    EXPECT_THAT(lab_->DaemonLog(), HasSubstr("from the service manager"));
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    manager_->Look();
  }
  ExpectNoneLost(clients, "kept by the service manager");
}

TEST_F(StoredQueuesTest, QueuesOfNoUseAreTakenBack) {
  const size_t before = QueuesKept();
  Enforce(Policy(", queues: 1"));
  ASSERT_OK(lab_->StopDaemon());
  ASSERT_OK(lab_->StartDaemon(&*manager_));
  manager_->Look();
  EXPECT_GT(before, 1u);
  EXPECT_EQ(QueuesKept(), 1u);
  EXPECT_EQ(ListQueues(gateway()).size(), 1u);
  EXPECT_EQ(Tcp(client(), kServer, 80), Outcome::kConnected);
}

TEST_F(StoredQueuesTest, FailModeOpenTakesAllBack) {
  Enforce(Policy(", failMode: Open"));
  EXPECT_TRUE(WaitUntil(
      [this] {
        manager_->Look();
        return QueuesKept() == 0;
      },
      kAnswer));
  lab_->KillDaemon();
  // Nobody listens at port 8080: the answer comes from the server.
  EXPECT_EQ(Tcp(client(), kServer, 8080), Outcome::kRefused);
}

// Of a table that is no more, or of a gatewardend that was run by hand.
TEST_F(StoredQueuesTest, AnotherSocketOfATableIsTakenBack) {
  ASSERT_OK(lab_->StopDaemon());
  {
    const NamespaceScope inside(gateway());
    GW_ASSERT_OK_AND_ASSIGN(const MnlSocket other, OpenNetlink(NETLINK_NETFILTER));
    manager_->Add("table", mnl_socket_get_fd(other.get()));
  }
  const auto tables = [this] {
    const std::vector<std::string> names = manager_->names();
    return std::count(names.begin(), names.end(), "table");
  };
  ASSERT_EQ(tables(), 2);
  for (int i = 0; i < 2; ++i) {
    ASSERT_OK(lab_->StartDaemon(&*manager_));
    manager_->Look();
    EXPECT_EQ(tables(), 1);
    EXPECT_EQ(Tcp(client(), kServer, 80), Outcome::kConnected);
    KillDaemonAndKeeper();
  }
}

TEST_F(StoredQueuesTest, WhatIsNoQueueIsClosedAndNamed) {
  ASSERT_OK(lab_->StopDaemon());
  const FileDescriptor other(open("/dev/null", O_RDONLY | O_CLOEXEC));
  manager_->Add("queue-7", other.get());
  ASSERT_OK(lab_->StartDaemon(&*manager_));
  EXPECT_THAT(lab_->DaemonLog(), HasSubstr("`queue-7`, which is no packet queue"));
  EXPECT_EQ(Tcp(client(), kServer, 80), Outcome::kConnected);
}

}  // namespace
}  // namespace gw::testing
