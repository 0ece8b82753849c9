#include "common/policy/schedule.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/base/error_column.h"
#include "tests/support/status_matchers.h"

namespace gw {
namespace {

using ::testing::HasSubstr;

constexpr uint16_t kDay = 24 * 60;

uint16_t Minute(int day, int hour, int minute = 0) {
  return static_cast<uint16_t>(day * kDay + hour * 60 + minute);
}

std::vector<Schedule::Window> WindowsOf(absl::string_view text) {
  const auto schedule = ParseSchedule(text);
  EXPECT_TRUE(schedule.ok()) << schedule.status();
  return schedule.ok() ? schedule->windows : std::vector<Schedule::Window>();
}

using Windows = std::vector<Schedule::Window>;

TEST(ParseSchedule, DaysAndHoursOrEitherOfThem) {
  EXPECT_EQ(WindowsOf("Tue 07:00-21:30"), (Windows{{Minute(1, 7), Minute(1, 21, 30)}}));
  EXPECT_EQ(WindowsOf("Mon-Tue 07:00-21:00"),
            (Windows{{Minute(0, 7), Minute(0, 21)}, {Minute(1, 7), Minute(1, 21)}}));
  EXPECT_EQ(WindowsOf("Sat-Sun"), (Windows{{Minute(5, 0), Minute(7, 0)}}));
  EXPECT_EQ(WindowsOf("00:00-24:00"), (Windows{{0, Minute(7, 0)}}));
  EXPECT_EQ(WindowsOf("06:00-07:00").size(), 7u);
  EXPECT_EQ(WindowsOf("  mon-TUE\t07:00-21:00 ,  wed 08:00-12:00 ").size(), 3u);
}

TEST(ParseSchedule, HoursMayPassMidnightAndDaysMayPassSunday) {
  EXPECT_EQ(WindowsOf("Mon 22:00-06:00"), (Windows{{Minute(0, 22), Minute(1, 6)}}));
  EXPECT_EQ(WindowsOf("Sun 22:00-06:00"),
            (Windows{{0, Minute(0, 6)}, {Minute(6, 22), Minute(7, 0)}}));
  EXPECT_EQ(WindowsOf("Sun-Mon 10:00-11:00"),
            (Windows{{Minute(0, 10), Minute(0, 11)}, {Minute(6, 10), Minute(6, 11)}}));
}

TEST(ParseSchedule, WindowsThatTouchBecomeOne) {
  EXPECT_EQ(WindowsOf("Mon 09:00-12:00, Mon 07:00-10:00, Mon 12:00-13:00"),
            (Windows{{Minute(0, 7), Minute(0, 13)}}));
}

TEST(ParseSchedule, ErrorsSayWhereAndWhatToWrite) {
  const struct {
    const char* text;
    size_t column;
    const char* message;
  } kCases[] = {
      {"", 1, "expected days or hours, such as `Mon-Fri 07:00-21:00`"},
      {"Mon-", 5, "expected a day"},
      {"Mon-Freitag", 5, "`Freitag` is no day: write Mon,"},
      {"Monday", 1, "`Monday` is no day"},
      {"Mon 7:00-21:00", 5, "expected a time of day such as `07:00`"},
      {"Mon 07:00", 10, "expected `-` and the time the window ends"},
      {"Mon 07:00-2", 11, "expected a time of day"},
      {"Mon 07:60-08:00", 5, "`07:60` is no time of day"},
      {"Mon 07:00-24:01", 11, "`24:01` is no time of day"},
      {"Mon 07:00-07:00", 5, "the window is empty: for the whole day write `00:00-24:00`"},
      {"Mon 24:00-06:00", 5, "the window is empty"},
      {"Mon 07:00-08:00 Tue 07:00-08:00", 17, "expected a comma"},
      {"Mon,", 5, "expected days or hours"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    const absl::Status status = ParseSchedule(c.text).status();
    EXPECT_EQ(ErrorColumn(status), c.column) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(c.message));
  }
}

// ---- time -----------------------------------------------------------------------------------

absl::Time At(const std::string& rfc3339) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, rfc3339, &time, &error)) << error;
  return time;
}

absl::TimeZone Berlin() {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone("Europe/Berlin", &zone));
  return zone;
}

TEST(ScheduleIncludes, IsByTheClockOfTheZone) {
  GW_ASSERT_OK_AND_ASSIGN(const Schedule schedule, ParseSchedule("Mon-Fri 07:00-21:00"));
  // 2026-11-23 is a Monday.
  EXPECT_TRUE(ScheduleIncludes(schedule, At("2026-11-23T07:00:00+01:00"), Berlin()));
  EXPECT_FALSE(ScheduleIncludes(schedule, At("2026-11-23T06:59:59+01:00"), Berlin()));
  EXPECT_FALSE(ScheduleIncludes(schedule, At("2026-11-23T21:00:00+01:00"), Berlin()));
  EXPECT_FALSE(ScheduleIncludes(schedule, At("2026-11-22T12:00:00+01:00"), Berlin()));
  EXPECT_FALSE(ScheduleIncludes(schedule, At("2026-11-23T07:00:00+01:00"), absl::UTCTimeZone()));
}

TEST(NextScheduleChange, IsTheNextEdge) {
  GW_ASSERT_OK_AND_ASSIGN(const Schedule schedule, ParseSchedule("Mon-Fri 07:00-21:00"));
  const auto next = [&schedule](const std::string& from) {
    return NextScheduleChange(schedule, At(from), Berlin());
  };
  EXPECT_EQ(next("2026-11-23T08:00:00+01:00"), At("2026-11-23T21:00:00+01:00"));
  EXPECT_EQ(next("2026-11-23T07:00:00+01:00"), At("2026-11-23T21:00:00+01:00"));
  EXPECT_EQ(next("2026-11-23T06:59:59+01:00"), At("2026-11-23T07:00:00+01:00"));
  EXPECT_EQ(next("2026-11-20T21:00:00+01:00"), At("2026-11-23T07:00:00+01:00"));  // a weekend
}

TEST(NextScheduleChange, IsNeverIfTheWeekIsWhole) {
  GW_ASSERT_OK_AND_ASSIGN(const Schedule whole, ParseSchedule("Mon-Sun"));
  EXPECT_EQ(NextScheduleChange(whole, At("2026-11-23T08:00:00Z"), Berlin()),
            absl::InfiniteFuture());
}

TEST(NextScheduleChange, PassesTheEndOfTheWeekWithinOneWindow) {
  GW_ASSERT_OK_AND_ASSIGN(const Schedule schedule, ParseSchedule("Sun 22:00-06:00"));
  EXPECT_EQ(NextScheduleChange(schedule, At("2026-11-22T23:00:00Z"), absl::UTCTimeZone()),
            At("2026-11-23T06:00:00Z"));
}

TEST(NextScheduleChange, FollowsTheClockWhereItSkipsAnHour) {
  // 2026-03-29: 02:00 becomes 03:00 in Berlin, so this window begins at the jump.
  GW_ASSERT_OK_AND_ASSIGN(const Schedule schedule, ParseSchedule("Sun 02:30-05:00"));
  EXPECT_EQ(NextScheduleChange(schedule, At("2026-03-29T01:00:00+01:00"), Berlin()),
            At("2026-03-29T03:00:00+02:00"));
  EXPECT_EQ(NextScheduleChange(schedule, At("2026-03-29T03:00:00+02:00"), Berlin()),
            At("2026-03-29T05:00:00+02:00"));
}

TEST(NextScheduleChange, FollowsTheClockWhereItRepeatsAnHour) {
  // 2026-10-25: 03:00 becomes 02:00 in Berlin, so this window is there twice.
  GW_ASSERT_OK_AND_ASSIGN(const Schedule schedule, ParseSchedule("Sun 02:15-02:45"));
  std::vector<std::string> changes;
  absl::Time time = At("2026-10-25T01:00:00+02:00");
  for (int i = 0; i < 4; ++i) {
    time = NextScheduleChange(schedule, time, Berlin());
    changes.push_back(absl::FormatTime("%H:%M%Ez", time, Berlin()));
  }
  EXPECT_THAT(changes,
              ::testing::ElementsAre("02:15+02:00", "02:45+02:00", "02:15+01:00", "02:45+01:00"));
}

TEST(NextScheduleChange, AgreesWithLookingAtEveryMinute) {
  const absl::Time start = At("2026-10-23T00:00:00+02:00");  // a change of the clock is within
  for (const char* text : {"Mon-Fri 07:00-21:00", "22:00-06:00", "Sat-Sun", "Sun 02:59-03:01",
                           "Sun 00:00-02:00, Mon 23:59-24:00"}) {
    SCOPED_TRACE(text);
    GW_ASSERT_OK_AND_ASSIGN(const Schedule schedule, ParseSchedule(text));
    bool included = ScheduleIncludes(schedule, start, Berlin());
    absl::Time expected = NextScheduleChange(schedule, start, Berlin());
    for (int minute = 1; minute < 10 * kDay; ++minute) {
      const absl::Time now = start + absl::Minutes(minute);
      if (ScheduleIncludes(schedule, now, Berlin()) == included) continue;
      included = !included;
      ASSERT_EQ(now, expected);
      expected = NextScheduleChange(schedule, now, Berlin());
    }
  }
}

TEST(ParseExpiry, TakesRfc3339WithAZoneOnly) {
  GW_ASSERT_OK_AND_ASSIGN(const absl::Time time, ParseExpiry("2026-12-31T18:00:00+01:00"));
  EXPECT_EQ(time, At("2026-12-31T17:00:00Z"));
  for (const char* text : {"", "2026-12-31", "2026-12-31T18:00:00", "2026-12-31 18:00:00Z",
                           "tomorrow", "infinite-future", "2026-13-01T00:00:00Z"}) {
    const absl::Status status = ParseExpiry(text).status();
    EXPECT_THAT(std::string(status.message()), HasSubstr("is not an RFC 3339 time")) << text;
  }
}

// ---- rules ----------------------------------------------------------------------------------

TEST(TimingOfRule, ARuleWithoutAnnotationsExistsAlways) {
  GW_ASSERT_OK_AND_ASSIGN(const RuleTiming timing,
                          TimingOfRule({{"other", "x"}}, At("2026-11-23T08:00:00Z"), Berlin()));
  EXPECT_TRUE(timing.exists);
  EXPECT_EQ(timing.next_change, absl::InfiniteFuture());
}

TEST(TimingOfRule, ScheduleAndExpiryMustBothHold) {
  const Labels annotations = {{kScheduleAnnotation, "Mon-Fri 07:00-21:00"},
                              {kExpiresAnnotation, "2026-11-24T12:00:00Z"}};
  const auto timing = [&annotations](const std::string& now) {
    return TimingOfRule(annotations, At(now), absl::UTCTimeZone()).value();
  };
  EXPECT_TRUE(timing("2026-11-23T08:00:00Z").exists);
  EXPECT_EQ(timing("2026-11-23T08:00:00Z").next_change, At("2026-11-23T21:00:00Z"));
  EXPECT_FALSE(timing("2026-11-23T22:00:00Z").exists);
  EXPECT_EQ(timing("2026-11-23T22:00:00Z").next_change, At("2026-11-24T07:00:00Z"));
  EXPECT_TRUE(timing("2026-11-24T11:59:59Z").exists);
  EXPECT_EQ(timing("2026-11-24T11:59:59Z").next_change, At("2026-11-24T12:00:00Z"));
  EXPECT_FALSE(timing("2026-11-24T12:00:00Z").exists);
  EXPECT_EQ(timing("2026-11-24T12:00:00Z").next_change, absl::InfiniteFuture());
}

TEST(TimingOfRule, ErrorsNameTheAnnotation) {
  const absl::Time now = At("2026-11-23T08:00:00Z");
  const auto schedule = TimingOfRule({{kScheduleAnnotation, "x"}}, now, Berlin());
  EXPECT_THAT(std::string(schedule.status().message()),
              HasSubstr("gatewarden/schedule: column 1: "));
  const auto expiry = TimingOfRule({{kExpiresAnnotation, "x"}}, now, Berlin());
  EXPECT_THAT(std::string(expiry.status().message()), HasSubstr("gatewarden/expires: `x` is not"));
}

}  // namespace
}  // namespace gw
