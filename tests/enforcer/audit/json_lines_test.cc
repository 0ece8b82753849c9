// The streams of JSON lines, to real files and to a socket in the place of the journal's.

#include "enforcer/audit/json_lines.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/base/closer.h"
#include "common/store/audit_json.h"
#include "tests/support/policy_builder.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_directory.h"

namespace gw {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Tcp;
using testing::TemporaryDirectory;

StreamItem EventItem(const std::string& text) {
  AuditEvent event;
  event.time = absl::FromUnixSeconds(1'700'000'000);
  event.kind = "policy";
  event.text = text;
  return event;
}

std::string Line(const std::string& text) { return JsonLineOf(EventItem(text)) + "\n"; }

std::string Contents(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

absl::Status WriteTexts(AuditSink& sink, const std::vector<std::string>& texts) {
  std::vector<StreamItem> items;
  for (const std::string& text : texts) items.push_back(EventItem(text));
  AuditSink::Progress progress;
  absl::Status status = sink.Write(items, &progress);
  EXPECT_EQ(progress.handled, status.ok() ? items.size() : 0);
  EXPECT_EQ(progress.written, progress.handled);
  return status;
}

// ---- the file -------------------------------------------------------------------------------

class JsonFileTest : public ::testing::Test {
 protected:
  const TemporaryDirectory folder_;
  const std::string path_ = folder_.File("audit.json");
  const std::unique_ptr<AuditSink> file_ = MakeJsonFile(path_);
};

TEST_F(JsonFileTest, AppendsAndKeepsWhatIsThere) {
  folder_.Write("audit.json", "before\n");
  EXPECT_OK(WriteTexts(*file_, {"a", "b"}));
  EXPECT_OK(WriteTexts(*file_, {"c"}));
  EXPECT_EQ(Contents(path_), absl::StrCat("before\n", Line("a"), Line("b"), Line("c")));
  EXPECT_EQ(file_->target(), path_);
}

TEST_F(JsonFileTest, NewFileIsForItsOwnerAndGroup) {
  EXPECT_OK(WriteTexts(*file_, {"a"}));
  struct stat made {};
  ASSERT_EQ(stat(path_.c_str(), &made), 0);
  EXPECT_EQ(made.st_mode & 0777u, 0640u);
}

TEST_F(JsonFileTest, BrokenLineOfALossOfPowerIsEnded) {
  folder_.Write("audit.json", "{\"id\":");
  EXPECT_OK(WriteTexts(*file_, {"a"}));
  EXPECT_EQ(Contents(path_), absl::StrCat("{\"id\":\n", Line("a")));
}

TEST_F(JsonFileTest, MovedFileIsFollowedByANewOne) {
  EXPECT_OK(WriteTexts(*file_, {"a"}));
  std::filesystem::rename(path_, path_ + ".1");
  absl::SleepFor(absl::Milliseconds(1100));
  EXPECT_OK(WriteTexts(*file_, {"b"}));
  EXPECT_EQ(Contents(path_ + ".1"), Line("a"));
  EXPECT_EQ(Contents(path_), Line("b"));
  // As logrotate's `create` does it.
  std::filesystem::rename(path_, path_ + ".1");
  folder_.Write("audit.json", "");
  absl::SleepFor(absl::Milliseconds(1100));
  EXPECT_OK(WriteTexts(*file_, {"c"}));
  EXPECT_EQ(Contents(path_), Line("c"));
}

TEST_F(JsonFileTest, MissingFolderIsAnErrorUntilSomebodyMakesIt) {
  const std::string folder = folder_.File("log");
  const auto file = MakeJsonFile(folder + "/audit.json");
  const absl::Status status = WriteTexts(*file, {"a"});
  EXPECT_THAT(std::string(status.message()),
              HasSubstr(absl::StrCat("cannot open `", folder,
                                     "/audit.json`: No such file or "
                                     "directory: make the folder, or set `auditJsonLines`")));
  std::filesystem::create_directory(folder);
  EXPECT_OK(WriteTexts(*file, {"a"}));
  EXPECT_EQ(Contents(folder + "/audit.json"), Line("a"));
}

TEST_F(JsonFileTest, WhatIsNoRegularFileIsRefused) {
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  EXPECT_THAT(std::string(WriteTexts(*file_, {"a"}).message()), HasSubstr("is no regular file"));
}

// A limit on the size of files is the full disk that a test can have for itself. 0 if all is well.
int WriteToAFullDisk(AuditSink& file, const std::string& path) {
  std::signal(SIGXFSZ, SIG_IGN);
  const rlim_t bytes = Line("1").size() * 2 + 10;
  const rlimit limit = {bytes, bytes + 10'000};
  setrlimit(RLIMIT_FSIZE, &limit);
  AuditSink::Progress progress;
  const absl::Status full = file.Write({EventItem("1"), EventItem("2"), EventItem("3")}, &progress);
  if (full.ok() || progress.handled != 2) return 1;
  if (Contents(path) != Line("1") + Line("2")) return 2;
  const rlimit more = {limit.rlim_max, limit.rlim_max};
  setrlimit(RLIMIT_FSIZE, &more);
  progress = {};
  if (!file.Write({EventItem("3")}, &progress).ok()) return 3;
  return Contents(path) == Line("1") + Line("2") + Line("3") ? 0 : 4;
}

TEST_F(JsonFileTest, FullDiskLeavesWholeLines) {
  EXPECT_EXIT(_exit(WriteToAFullDisk(*file_, path_)), ::testing::ExitedWithCode(0), "");
}

// ---- the journal ----------------------------------------------------------------------------

class JournalTest : public ::testing::Test {
 protected:
  void Listen() {
    listener_ = FileDescriptor(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path_.data(), path_.size());
    ASSERT_EQ(bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)),
              0);
  }
  std::vector<std::string> ReceiveFields() {
    std::string entry(65'536, '\0');
    const ssize_t size = recv(listener_.get(), entry.data(), entry.size(), 0);
    entry.resize(size > 0 ? static_cast<size_t>(size) : 0);
    return absl::StrSplit(entry, '\n');
  }

  const TemporaryDirectory folder_;
  const std::string path_ = folder_.File("socket");
  const std::unique_ptr<AuditSink> journal_ = MakeJournal(path_);
  FileDescriptor listener_;
};

TEST_F(JournalTest, EntryIsTheLineAndFieldsToLookFor) {
  Listen();
  StreamedDecision decision;
  decision.record.id = 7;
  decision.record.in = "eth0";
  decision.record.verdict = Verdict::kDeny;
  decision.record.decided_by = "end-of-tier:default/ingress";
  decision.record.tuple = Tcp("192.0.2.1", "198.51.100.2", 22);
  decision.record.tuple.source_port = 40'000;
  AuditSink::Progress progress;
  EXPECT_OK(journal_->Write({decision}, &progress));
  EXPECT_EQ(progress.written, 1u);
  EXPECT_THAT(
      ReceiveFields(),
      ElementsAre("MESSAGE=" + AuditLine(decision.record), "SYSLOG_IDENTIFIER=gatewarden",
                  "PRIORITY=5", "GATEWARDEN_EVENT=decision", "GATEWARDEN_ID=7",
                  "GATEWARDEN_ACTION=deny", "GATEWARDEN_DECIDED_BY=end-of-tier:default/ingress",
                  "GATEWARDEN_IN=eth0", "GATEWARDEN_PROTOCOL=TCP", "GATEWARDEN_SOURCE=192.0.2.1",
                  "GATEWARDEN_DESTINATION=198.51.100.2", "GATEWARDEN_SOURCE_PORT=40000",
                  "GATEWARDEN_DESTINATION_PORT=22", ""));
}

TEST(Journal, EndsAndEventsSayWhatTheyAre) {
  StreamedFlow flow;
  flow.flow.id = 8;
  EXPECT_THAT(JournalEntryOf(flow), HasSubstr("\nGATEWARDEN_EVENT=translated\nGATEWARDEN_ID=8\n"));
  flow.flow.end = FlowEnd();
  EXPECT_THAT(JournalEntryOf(flow), HasSubstr("\nGATEWARDEN_EVENT=end\n"));
  EXPECT_THAT(JournalEntryOf(EventItem("")), HasSubstr("\nPRIORITY=6\nGATEWARDEN_EVENT=policy\n"));
}

TEST(Journal, NothingThatSomebodyNamedBeginsAFieldOfItsOwn) {
  StreamedDecision decision;
  decision.record.decided_by = "policy:a\nPRIORITY=0";
  EXPECT_THAT(JournalEntryOf(decision), HasSubstr("\nGATEWARDEN_DECIDED_BY=policy:a PRIORITY=0\n"));
}

TEST_F(JournalTest, NoJournalIsAnErrorUntilThereIsOne) {
  EXPECT_THAT(std::string(WriteTexts(*journal_, {"a"}).message()),
              HasSubstr(absl::StrCat("no journal at `", path_,
                                     "`: No such file or directory: start "
                                     "systemd-journald, or set `auditJsonLines`")));
  Listen();
  EXPECT_OK(WriteTexts(*journal_, {"a"}));
}

TEST_F(JournalTest, JournalThatHangsIsAnErrorAndNothingIsLost) {
  Listen();
  const std::vector<StreamItem> items(10'000, EventItem("a"));
  AuditSink::Progress first;
  EXPECT_THAT(std::string(journal_->Write(items, &first).message()), HasSubstr("takes nothing"));
  EXPECT_LT(first.handled, items.size());
  EXPECT_GT(first.handled, 0u);
  for (size_t i = 0; i < first.handled; ++i) EXPECT_GT(ReceiveFields().size(), 1u);
  EXPECT_OK(WriteTexts(*journal_, {"b"}));
  EXPECT_EQ(ReceiveFields().front() + "\n", "MESSAGE=" + Line("b"));
}

}  // namespace
}  // namespace gw
