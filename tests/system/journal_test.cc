// The journal's entries as a real systemd-journald understands them. It runs in a mount namespace
// that has a /run of its own, so that neither it nor the journal of this machine knows of the
// other.

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/store/audit_json.h"
#include "enforcer/audit/json_lines.h"
#include "nlohmann/json.hpp"
#include "tests/support/policy_builder.h"
#include "tests/support/subprocess.h"

namespace gw::testing {
namespace {

constexpr char kJournald[] = "/lib/systemd/systemd-journald";

StreamedDecision Denied() {
  StreamedDecision decision;
  decision.record.id = 7;
  decision.record.in = "eth0";
  decision.record.verdict = Verdict::kDeny;
  decision.record.decided_by = "end-of-tier:default/ingress \"x\"";
  decision.record.tuple = Tcp("192.0.2.1", "198.51.100.2", 22);
  return decision;
}

bool HideRun() {
  return unshare(CLONE_NEWNS) == 0 &&
         mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         mount("none", "/run", "tmpfs", 0, nullptr) == 0 &&
         mount("/dev/null", "/dev/kmsg", nullptr, MS_BIND, nullptr) == 0 &&
         std::filesystem::create_directories("/run/systemd/journal") &&
         std::filesystem::create_directories("/run/log/journal");
}

// What the journal says of the entry, in the child that has the namespace. Empty: it says nothing.
std::string WriteAndAskTheJournal() {
  auto journald = Subprocess::Start({kJournald});
  if (!journald.ok()) return "";
  const auto journal = MakeJournal();
  const std::vector<StreamItem> items = {Denied()};
  for (int attempt = 0; attempt < 100; ++attempt) {
    AuditSink::Progress progress;
    if (journal->Write(items, &progress).ok()) break;
    absl::SleepFor(absl::Milliseconds(50));
  }
  for (int attempt = 0; attempt < 50; ++attempt) {
    const Finished asked = RunProgram({"journalctl", "-D", "/run/log/journal", "-o", "json", "-t",
                                       "gatewarden", "GATEWARDEN_ACTION=deny"},
                                      absl::Seconds(10));
    if (asked.ok() && !asked.out.empty()) return asked.out;
    absl::SleepFor(absl::Milliseconds(100));
  }
  return "";
}

TEST(JournalLab, EntryIsFoundByItsFields) {
  if (geteuid() != 0) GTEST_SKIP() << "NOT TESTED: needs root";
  if (access(kJournald, X_OK) != 0) GTEST_SKIP() << "NOT TESTED: no systemd-journald";
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    if (!HideRun()) _exit(2);
    const std::string said = WriteAndAskTheJournal();
    _exit(write(ends[1], said.data(), said.size()) == static_cast<ssize_t>(said.size()) ? 0 : 3);
  }
  close(ends[1]);
  std::string said(65'536, '\0');
  const ssize_t size = read(ends[0], said.data(), said.size());
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 2) {
    GTEST_SKIP() << "NOT TESTED: no mount namespace";
  }
  said.resize(size > 0 ? static_cast<size_t>(size) : 0);
  const auto entry = nlohmann::json::parse(said, nullptr, /*allow_exceptions=*/false);
  ASSERT_TRUE(entry.is_object()) << "one entry was to be found: `" << said << "`";
  EXPECT_EQ(entry.value("MESSAGE", ""), AuditLine(Denied().record));
  EXPECT_EQ(entry.value("PRIORITY", ""), "5");
  EXPECT_EQ(entry.value("GATEWARDEN_ID", ""), "7");
  EXPECT_EQ(entry.value("GATEWARDEN_DECIDED_BY", ""), Denied().record.decided_by);
  EXPECT_EQ(entry.value("GATEWARDEN_DESTINATION_PORT", ""), "22");
}

}  // namespace
}  // namespace gw::testing
