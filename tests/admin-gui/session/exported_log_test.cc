// An exported log is looked at in place of the gateway's own, and that one comes back.

#include "admin-gui/session/exported_log.h"

#include <sys/stat.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include <QDateTime>
#include <QLocale>

#include "common/store/audit_store.h"
#include "common/store/database.h"
#include "tests/admin-gui/session/session_support.h"
#include "tests/admin-gui/support/flow_log.h"

namespace gw::gui {
namespace {

using Kind = GatewayProblem::Kind;
using testing::AppendTo;
using testing::ExportTo;
using testing::FillLog;

constexpr int kLogged = 300;

class ExportedLogTest : public ::testing::Test {
 protected:
  // A decision each second up to now; the export has the first minute.
  ExportedLogTest() {
    folder_.Write(testing::Office());
    FillLog(audit_, kLogged, begin_ + absl::Seconds(kLogged - 1), absl::Seconds(1));
    ExportTo(export_, audit_, std::nullopt, begin_ + absl::Seconds(59));
  }

  void Open(Gateway& gateway, const std::string& path) {
    QSignalSpy changed(&gateway, &Gateway::logChanged);
    gateway.OpenExportedLog(Text(path));
    ASSERT_TRUE(Wait([&] { return !changed.isEmpty(); }));
  }
  // Why `path` is not opened.
  QString Refused(Gateway& gateway, const std::string& path) {
    QSignalSpy changed(&gateway, &Gateway::logChanged);
    QSignalSpy refused(&gateway, &Gateway::exportRefused);
    gateway.OpenExportedLog(Text(path));
    if (!Wait([&] { return !refused.isEmpty(); })) return {};
    EXPECT_TRUE(changed.isEmpty()) << path;
    return refused.front().front().toString();
  }
  void ExpectRefused(const std::string& path, const char* words) {
    Gateway gateway(folder_.Files());
    const QString why = Refused(gateway, path);
    EXPECT_TRUE(why.contains(Text(path))) << why.toStdString();
    EXPECT_TRUE(why.contains(QLatin1String(words))) << why.toStdString();
    EXPECT_FALSE(gateway.exported_log().has_value());
    EXPECT_EQ(CountIn(gateway), kLogged);
  }
  // How many decisions are in the log that is looked at.
  static int CountIn(Gateway& gateway) {
    std::optional<int> count;
    gateway.AskLog<std::vector<AuditRecord>>(
        &gateway, Gateway::Lane::kLong,
        [](Service& service, const CallContext& context) {
          AuditQuery all;
          all.limit = 10'000;
          return service.Flows(context, all);
        },
        [&](const absl::StatusOr<std::vector<AuditRecord>>& records) {
          count = records.ok() ? static_cast<int>(records->size()) : -1;
        });
    GW_CHECK(Wait([&] { return count.has_value(); }));
    return *count;
  }
  static void Sql(const std::string& path, const std::string& sql) {
    auto database = Database::Open(path, Database::Access::kReadWrite);
    GW_CHECK(database.ok());
    GW_CHECK(database->Execute(sql).ok());
  }

  SessionFolder folder_;
  const std::string audit_ = folder_.folder().File("audit.db");
  const std::string export_ = folder_.folder().File("november.db");
  const absl::Time begin_ = absl::FromUnixSeconds(absl::ToUnixSeconds(absl::Now()) - kLogged);
};

TEST_F(ExportedLogTest, IsAskedUntilItIsClosed) {
  Gateway gateway(folder_.Files());
  EXPECT_EQ(CountIn(gateway), kLogged);
  Open(gateway, export_);
  EXPECT_TRUE(gateway.exported_log_open());
  ASSERT_TRUE(gateway.exported_log().has_value());
  EXPECT_EQ(*gateway.exported_log(),
            (ExportedLog{Text(export_), begin_, begin_ + absl::Seconds(59)}));
  EXPECT_EQ(CountIn(gateway), 60);
  // Its policy is the gateway's, and what is asked of the gateway is not about it.
  bool answered = false;
  gateway.Ask<StatusResult>(
      &gateway, Gateway::Lane::kQuick,
      [](Service& service, const CallContext& context) { return service.Status(context); },
      [&](const absl::StatusOr<StatusResult>& status) {
        EXPECT_EQ(status->audit_database, audit_);
        answered = true;
      });
  ASSERT_TRUE(Wait([&] { return answered; }));
  QSignalSpy changed(&gateway, &Gateway::logChanged);
  gateway.CloseExportedLog();
  EXPECT_EQ(changed.size(), 1);
  EXPECT_FALSE(gateway.exported_log().has_value());
  EXPECT_EQ(CountIn(gateway), kLogged);
}

TEST_F(ExportedLogTest, AnotherOneTakesItsPlace) {
  const std::string other = folder_.folder().File("other.db");
  ExportTo(other, audit_, begin_ + absl::Seconds(100), begin_ + absl::Seconds(109));
  Gateway gateway(folder_.Files());
  Open(gateway, export_);
  // Of two that are asked for at once, the later.
  gateway.OpenExportedLog(Text(export_));
  Open(gateway, other);
  EXPECT_EQ(gateway.exported_log()->path, Text(other));
  EXPECT_EQ(CountIn(gateway), 10);
}

TEST_F(ExportedLogTest, IsOnlyRead) {
  ASSERT_EQ(chmod(export_.c_str(), 0444), 0);
  std::ifstream before(export_, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(before), {}};
  {
    Gateway gateway(folder_.Files());
    Open(gateway, export_);
    EXPECT_EQ(CountIn(gateway), 60);
  }
  std::ifstream after(export_, std::ios::binary);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(after), {}), bytes);
}

TEST_F(ExportedLogTest, TheGatewaysOwnFileIsTheLiveLog) {
  Gateway gateway(folder_.Files());
  Open(gateway, export_);
  Open(gateway, audit_);
  EXPECT_FALSE(gateway.exported_log().has_value());
  EXPECT_EQ(CountIn(gateway), kLogged);
}

TEST_F(ExportedLogTest, ARefusedFileLeavesTheOneThatIsOpen) {
  Gateway gateway(folder_.Files());
  Open(gateway, export_);
  EXPECT_FALSE(Refused(gateway, folder_.folder().File("nowhere.db")).isEmpty());
  EXPECT_EQ(gateway.exported_log()->path, Text(export_));
  EXPECT_EQ(CountIn(gateway), 60);
}

TEST_F(ExportedLogTest, WhatIsNoLogIsRefusedWithWhatToDo) {
  ExpectRefused(folder_.folder().File("nowhere.db"), "Choose another file");
  ExpectRefused(folder_.folder().path(), "not an audit log. Choose a file that");
  ExpectRefused(folder_.folder().Write("letter.db", "Dear diary, " + std::string(4000, 'x')),
                "not an audit log. Choose a file that");
  ExpectRefused(folder_.policy_path(), "not an audit log. Choose a file that");
  ExpectRefused(folder_.folder().Write("nothing.db", ""), "damaged. Take another copy");
}

TEST_F(ExportedLogTest, OneOfAnotherVersionIsRefusedWithWhatToDo) {
  Sql(export_, "PRAGMA user_version = 9000");
  ExpectRefused(export_, "newer version of Gatewarden. Upgrade");
  // Exported ones of an older version open; a copy of a log that was written to does not.
  Sql(export_, "PRAGMA journal_mode = WAL");
  Sql(export_, "PRAGMA user_version = 3");
  ExpectRefused(export_, "older version of Gatewarden. Export that time again");
}

TEST_F(ExportedLogTest, ADamagedOneIsRefused) {
  Spoil(export_);
  ExpectRefused(export_, "damaged");
}

TEST_F(ExportedLogTest, OneWithoutDecisionsIsRefused) {
  const std::string empty = folder_.folder().File("empty.db");
  ASSERT_TRUE(AuditStore::Open(empty, AuditStore::Mode::kWriter).ok());
  ExpectRefused(empty, "no decisions");
}

TEST_F(ExportedLogTest, OneThatMayNotBeReadIsRefused) {
  ASSERT_EQ(chmod(export_.c_str(), 0), 0);
  // Permissions do not bind root. The gateway's own files stay readable.
  ASSERT_EQ(chmod(folder_.folder().path().c_str(), 0777), 0);
  for (const std::string& file : {audit_, folder_.policy_path()}) {
    ASSERT_EQ(chmod(file.c_str(), 0666), 0);
  }
  const bool root = geteuid() == 0;
  if (root) {
    ASSERT_EQ(seteuid(65534), 0);
  }
  ExpectRefused(export_, "Ask for a copy");
  if (root) {
    ASSERT_EQ(seteuid(0), 0);
  }
}

TEST_F(ExportedLogTest, TheGatewaysOwnLogMayBeOne) {
  GatewayFiles files = folder_.Files();
  files.audit_path = Text(export_);
  Gateway gateway(files);
  QSignalSpy changed(&gateway, &Gateway::logChanged);
  gateway.Refresh();
  ASSERT_TRUE(Wait([&] { return gateway.status().has_value(); }));
  EXPECT_EQ(changed.size(), 1);
  EXPECT_FALSE(gateway.exported_log_open());
  ASSERT_TRUE(gateway.exported_log().has_value());
  EXPECT_EQ(gateway.exported_log()->newest, begin_ + absl::Seconds(59));
  EXPECT_EQ(gateway.problem().kind, Kind::kExportedLog);
  EXPECT_TRUE(gateway.problem().text.contains(QStringLiteral("november.db")))
      << gateway.problem().text.toStdString();
  gateway.Refresh();
  QTest::qWait(50);
  EXPECT_EQ(changed.size(), 1) << "it is said once";
}

TEST(TimeRangeOf, SaysADayOnce) {
  const auto at = [](int day, int hour) {
    return absl::FromUnixMillis(
        QDateTime(QDate(2026, 11, day), QTime(hour, 30)).toMSecsSinceEpoch());
  };
  QLocale::setDefault(QLocale(QLocale::German));
  EXPECT_EQ(TimeRangeOf({{}, at(20, 9), at(22, 10)}),
            QStringLiteral("20.11.26 09:30 to 22.11.26 10:30"));
  EXPECT_EQ(TimeRangeOf({{}, at(20, 9), at(20, 10)}), QStringLiteral("20.11.26 09:30 to 10:30"));
  QLocale::setDefault(QLocale::c());
}

TEST_F(ExportedLogTest, CanBeDestroyedWhileOneIsOpenAndAnotherBeingOpened) {
  auto gateway = std::make_unique<Gateway>(folder_.Files());
  Open(*gateway, export_);
  gateway->OpenExportedLog(Text(export_));
  gateway.reset();
  QCoreApplication::processEvents();
}

}  // namespace
}  // namespace gw::gui
