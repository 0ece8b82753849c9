// --since and --until.

#include <gtest/gtest.h>

#include "enforcer/cli/command.h"
#include "tests/support/status_matchers.h"

namespace gw::cli {
namespace {

TEST(ParseWhen, ReadsAgesAndDates) {
  const absl::Time now = absl::FromUnixSeconds(1'000'000);
  const auto when = [now](const char* text) { return *ParseWhen(text, now); };
  EXPECT_EQ(when("90s"), now - absl::Seconds(90));
  EXPECT_EQ(when("10m"), now - absl::Minutes(10));
  EXPECT_EQ(when("2h"), now - absl::Hours(2));
  EXPECT_EQ(when("7d"), now - absl::Hours(7 * 24));
  EXPECT_EQ(when("1970-01-01T00:00:05Z"), absl::FromUnixSeconds(5));
  EXPECT_EQ(when("1970-01-01T01:00:05+01:00"), absl::FromUnixSeconds(5));
}

TEST(ParseWhen, RefusesTheRest) {
  for (const char* text : {"", "m", "10", "-5m", "yesterday", "10y", "1.5h", "2026-01-01"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ParseWhen(text, absl::UnixEpoch()).status())) << text;
  }
}

}  // namespace
}  // namespace gw::cli
