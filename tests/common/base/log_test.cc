#include "common/base/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/status_matchers.h"

namespace gw {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ParseLogLevel, KnowsTheFourLevels) {
  LogLevel level = LogLevel::kError;
  ASSERT_OK(ParseLogLevel("debug", &level));
  EXPECT_EQ(level, LogLevel::kDebug);
  ASSERT_OK(ParseLogLevel("info", &level));
  EXPECT_EQ(level, LogLevel::kInfo);
  ASSERT_OK(ParseLogLevel("warning", &level));
  EXPECT_EQ(level, LogLevel::kWarning);
  ASSERT_OK(ParseLogLevel("error", &level));
  EXPECT_EQ(level, LogLevel::kError);
}

TEST(ParseLogLevel, OtherTextIsRefusedAndChangesNothing) {
  for (const char* text : {"", "Info", "warn", "trace", "info "}) {
    LogLevel level = LogLevel::kError;
    const absl::Status status = ParseLogLevel(text, &level);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_THAT(std::string(status.message()), HasSubstr("use debug, info, warning or error"));
    EXPECT_EQ(level, LogLevel::kError);
  }
}

TEST(Log, LinesBelowTheLevelAreDropped) {
  ::testing::internal::CaptureStderr();
  InitLog(LogLevel::kWarning);
  LogInfo("not ", 1);
  LogWarning("line ", 2, " {} %s");
  LogError("line ", 3);
  const std::string written = ::testing::internal::GetCapturedStderr();
  EXPECT_THAT(written, Not(HasSubstr("not 1")));
  EXPECT_THAT(written, HasSubstr("line 2 {} %s\n"));
  EXPECT_THAT(written, HasSubstr("line 3\n"));
}

}  // namespace
}  // namespace gw
