#include "common/policy/schedule.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"

#include "common/base/error_column.h"
#include "common/base/status_macros.h"

namespace gw {
namespace {

constexpr int kMinutesPerDay = 24 * 60;
constexpr int kMinutesPerWeek = 7 * kMinutesPerDay;
constexpr const char* kDayNames[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

struct MinuteRange {
  int begin;
  int end;
};

// Reads the windows of one schedule from left to right.
class ScheduleReader {
 public:
  explicit ScheduleReader(absl::string_view text) : text_(text) {}

  absl::StatusOr<std::vector<MinuteRange>> Read() {
    SkipBlanks();
    while (true) {
      GW_RETURN_IF_ERROR(ReadWindow());
      if (at_ == text_.size()) return std::move(ranges_);
      if (text_[at_] != ',') return Expected("a comma before the next window");
      ++at_;
      SkipBlanks();
    }
  }

 private:
  struct DayRange {
    int first = 0;
    int last = 6;  // may be before `first`: the range passes Sunday
  };

  absl::Status ReadWindow() {
    DayRange days;
    MinuteRange hours{0, kMinutesPerDay};
    const bool has_days = at_ < text_.size() && absl::ascii_isalpha(Byte(at_));
    if (has_days) {
      GW_ASSIGN_OR_RETURN(days, ReadDays());
      SkipBlanks();
    }
    const bool has_hours = at_ < text_.size() && absl::ascii_isdigit(Byte(at_));
    if (has_hours) {
      GW_ASSIGN_OR_RETURN(hours, ReadHours());
      SkipBlanks();
    }
    if (!has_days && !has_hours) return Expected("days or hours, such as `Mon-Fri 07:00-21:00`");
    AddWindow(days, hours);
    return absl::OkStatus();
  }

  absl::StatusOr<DayRange> ReadDays() {
    DayRange days;
    GW_ASSIGN_OR_RETURN(days.first, ReadDay());
    days.last = days.first;
    if (!Skip('-')) return days;
    GW_ASSIGN_OR_RETURN(days.last, ReadDay());
    return days;
  }

  absl::StatusOr<int> ReadDay() {
    size_t end = at_;
    while (end < text_.size() && absl::ascii_isalpha(Byte(end))) ++end;
    const absl::string_view word = text_.substr(at_, end - at_);
    for (int day = 0; day < 7; ++day) {
      if (absl::EqualsIgnoreCase(word, kDayNames[day])) {
        at_ = end;
        return day;
      }
    }
    if (word.empty()) return Expected("a day: Mon, Tue, Wed, Thu, Fri, Sat or Sun");
    return ErrorAtColumn(
        at_ + 1, absl::StrCat("`", word, "` is no day: write Mon, Tue, Wed, Thu, Fri, Sat or Sun"));
  }

  absl::StatusOr<MinuteRange> ReadHours() {
    const size_t begin_at = at_;
    MinuteRange hours{};
    GW_ASSIGN_OR_RETURN(hours.begin, ReadClock());
    if (!Skip('-')) return Expected("`-` and the time the window ends, such as `07:00-21:00`");
    GW_ASSIGN_OR_RETURN(hours.end, ReadClock());
    if (hours.begin == hours.end || hours.begin == kMinutesPerDay) {
      return ErrorAtColumn(begin_at + 1,
                           "the window is empty: for the whole day write `00:00-24:00`");
    }
    if (hours.end < hours.begin) hours.end += kMinutesPerDay;
    return hours;
  }

  // Minutes since midnight; "24:00" is the midnight that ends the day.
  absl::StatusOr<int> ReadClock() {
    const absl::string_view clock = text_.substr(at_, 5);
    const auto is_digit = [&clock](size_t i) {
      return absl::ascii_isdigit(static_cast<unsigned char>(clock[i]));
    };
    if (clock.size() < 5 || clock[2] != ':' || !is_digit(0) || !is_digit(1) || !is_digit(3) ||
        !is_digit(4)) {
      return Expected("a time of day such as `07:00`");
    }
    const int hour = (clock[0] - '0') * 10 + (clock[1] - '0');
    const int minute = (clock[3] - '0') * 10 + (clock[4] - '0');
    if (minute > 59 || hour * 60 + minute > kMinutesPerDay) {
      return ErrorAtColumn(at_ + 1, absl::StrCat("`", clock,
                                                 "` is no time of day: write 00:00 to "
                                                 "24:00"));
    }
    at_ += 5;
    return hour * 60 + minute;
  }

  void AddWindow(const DayRange& days, const MinuteRange& hours) {
    const int count = (days.last - days.first + 7) % 7 + 1;
    for (int i = 0; i < count; ++i) {
      const int midnight = (days.first + i) % 7 * kMinutesPerDay;
      const MinuteRange range{midnight + hours.begin, midnight + hours.end};
      ranges_.push_back({range.begin, std::min(range.end, kMinutesPerWeek)});
      if (range.end > kMinutesPerWeek) ranges_.push_back({0, range.end - kMinutesPerWeek});
    }
  }

  absl::Status Expected(absl::string_view what) const {
    return ErrorAtColumn(at_ + 1, absl::StrCat("expected ", what));
  }
  unsigned char Byte(size_t at) const { return static_cast<unsigned char>(text_[at]); }
  bool Skip(char byte) {
    if (at_ == text_.size() || text_[at_] != byte) return false;
    ++at_;
    return true;
  }
  void SkipBlanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }

  absl::string_view text_;
  size_t at_ = 0;
  std::vector<MinuteRange> ranges_;
};

Schedule Merged(std::vector<MinuteRange> ranges) {
  std::sort(ranges.begin(), ranges.end(),
            [](const MinuteRange& a, const MinuteRange& b) { return a.begin < b.begin; });
  Schedule schedule;
  for (const MinuteRange& range : ranges) {
    const auto begin = static_cast<uint16_t>(range.begin);
    const auto end = static_cast<uint16_t>(range.end);
    if (!schedule.windows.empty() && begin <= schedule.windows.back().end) {
      schedule.windows.back().end = std::max(schedule.windows.back().end, end);
    } else {
      schedule.windows.push_back({begin, end});
    }
  }
  return schedule;
}

// Days since Monday.
int DayOfWeek(absl::CivilDay day) { return static_cast<int>(absl::GetWeekday(day)); }

// Every moment within about a week after `time` at which the clock on the wall may enter or leave
// a window, sorted: the edges of the windows, and the jumps of the clock itself.
std::vector<absl::Time> PossibleChanges(const Schedule& schedule, absl::Time time,
                                        absl::TimeZone zone) {
  std::vector<absl::Time> changes;
  const auto add = [&changes, time](absl::Time change) {
    if (change > time) changes.push_back(change);
  };
  const absl::CivilDay today = absl::ToCivilDay(time, zone);
  const absl::CivilDay monday = today - DayOfWeek(today);
  for (int week = 0; week < 3; ++week) {
    const absl::CivilMinute start = absl::CivilMinute(monday + int64_t{7} * week);
    for (const Schedule::Window& window : schedule.windows) {
      for (const int edge : {int{window.begin}, int{window.end}}) {
        // An edge that the clock skips or repeats happens at `trans`, or twice.
        const absl::TimeZone::TimeInfo at = zone.At(absl::CivilSecond(start + edge));
        add(at.pre);
        add(at.trans);
        add(at.post);
      }
    }
  }
  absl::TimeZone::CivilTransition transition;
  if (zone.NextTransition(time, &transition)) {
    const absl::TimeZone::TimeInfo at = zone.At(transition.to);
    add(at.trans);
  }
  std::sort(changes.begin(), changes.end());
  return changes;
}

}  // namespace

absl::StatusOr<Schedule> ParseSchedule(absl::string_view text) {
  auto ranges = ScheduleReader(text).Read();
  if (!ranges.ok()) return ranges.status();
  return Merged(*std::move(ranges));
}

bool ScheduleIncludes(const Schedule& schedule, absl::Time time, absl::TimeZone zone) {
  const absl::CivilMinute now = absl::ToCivilMinute(time, zone);
  const int minute =
      DayOfWeek(absl::CivilDay(now)) * kMinutesPerDay + now.hour() * 60 + now.minute();
  return std::any_of(
      schedule.windows.begin(), schedule.windows.end(),
      [minute](const Schedule::Window& w) { return w.begin <= minute && minute < w.end; });
}

absl::Time NextScheduleChange(const Schedule& schedule, absl::Time time, absl::TimeZone zone) {
  const bool included = ScheduleIncludes(schedule, time, zone);
  for (const absl::Time change : PossibleChanges(schedule, time, zone)) {
    if (ScheduleIncludes(schedule, change, zone) != included) return change;
  }
  return absl::InfiniteFuture();
}

absl::StatusOr<absl::Time> ParseExpiry(absl::string_view text) {
  absl::Time time;
  std::string error;
  if (absl::ParseTime(absl::RFC3339_full, text, &time, &error) && time != absl::InfiniteFuture() &&
      time != absl::InfinitePast()) {
    return time;
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "`", text, "` is not an RFC 3339 time: write it like 2026-12-31T18:00:00+01:00"));
}

absl::StatusOr<RuleTiming> TimingOfRule(const Labels& annotations, absl::Time now,
                                        absl::TimeZone zone) {
  RuleTiming timing;
  if (const auto found = annotations.find(kScheduleAnnotation); found != annotations.end()) {
    const auto schedule = ParseSchedule(found->second);
    if (!schedule.ok()) return Annotate(schedule.status(), kScheduleAnnotation);
    timing.exists = ScheduleIncludes(*schedule, now, zone);
    timing.next_change = NextScheduleChange(*schedule, now, zone);
  }
  if (const auto found = annotations.find(kExpiresAnnotation); found != annotations.end()) {
    const auto expiry = ParseExpiry(found->second);
    if (!expiry.ok()) return Annotate(expiry.status(), kExpiresAnnotation);
    if (now >= *expiry) return RuleTiming{false, absl::InfiniteFuture()};
    timing.next_change = std::min(timing.next_change, *expiry);
  }
  return timing;
}

}  // namespace gw
