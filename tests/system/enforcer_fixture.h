// EnforcerFixture: what the system tests with a real gatewardend have in common: short ways to
// enforce a policy, to send, and to ask the audit log. What gatewardend said is shown on a failure.

#ifndef TESTS_SYSTEM_ENFORCER_FIXTURE_H_
#define TESTS_SYSTEM_ENFORCER_FIXTURE_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"

#include "tests/support/enforcer_lab.h"
#include "tests/support/status_matchers.h"
#include "tests/support/traffic.h"
#include "tests/system/policies.h"

namespace gw::testing {

// Short, for packets that are dropped and never answer; long, for what has to come on a busy
// machine.
inline constexpr absl::Duration kNoAnswer = absl::Milliseconds(400);
inline constexpr absl::Duration kAnswer = absl::Seconds(5);

class EnforcerFixture : public ::testing::Test {
 protected:
  void SetUp() override {
    GW_SKIP_WITHOUT_LAB();
    auto lab = EnforcerLab::Create();
    ASSERT_OK(lab);
    lab_ = *std::move(lab);
  }

  void TearDown() override {
    if (HasFailure() && lab_ != nullptr) {
      ADD_FAILURE() << "gatewardend said:\n" << lab_->DaemonLog() << RowsText();
    }
  }

  void Enforce(const std::string& yaml) {
    ASSERT_OK(lab_->SetPolicy(yaml));
    if (!lab_->DaemonRuns()) ASSERT_OK(lab_->StartDaemon());
  }

  const Namespace& client() { return lab_->lab().client(); }
  const Namespace& server() { return lab_->lab().server(); }
  const Namespace& guest() { return lab_->lab().guest(); }
  const Namespace& gateway() { return lab_->lab().gateway(); }

  Outcome Tcp(const Namespace& from, const std::string& address, uint16_t port,
              absl::Duration timeout = kAnswer) {
    return TcpConnect(from, {.address = address, .port = port, .timeout = timeout}).outcome;
  }
  Outcome Udp(const Namespace& from, const std::string& address, uint16_t port,
              absl::Duration timeout = kAnswer) {
    return UdpExchange(from, {.address = address, .port = port, .timeout = timeout}, "question")
        .outcome;
  }

  // Whether a row with these words exists for a flow to `destination` and `port`.
  ::testing::AssertionResult Recorded(const std::string& words, const std::string& destination,
                                      uint16_t port) {
    const auto found = lab_->WaitForRecords([&](const AuditRecord& record) {
      return Words(record) == words && ToString(record.tuple.destination) == destination &&
             record.tuple.destination_port == port;
    });
    if (!found.empty()) return ::testing::AssertionSuccess();
    return ::testing::AssertionFailure()
           << "no row `" << words << "` to " << destination << " port " << port;
  }

  std::string RowsText() {
    std::string text = "audit rows:\n";
    for (const AuditRecord& record : lab_->Records()) {
      absl::StrAppend(&text, "  ", HookName(record.hook), " ", record.in, ">", record.out, " ",
                      ToString(record.tuple), " ", Words(record),
                      record.redecided ? " (again)" : "", " gen ", record.generation, "\n");
    }
    return text;
  }

  std::unique_ptr<EnforcerLab> lab_;
};

}  // namespace gw::testing

#endif  // TESTS_SYSTEM_ENFORCER_FIXTURE_H_
