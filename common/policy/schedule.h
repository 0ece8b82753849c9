// When a rule exists: the annotations `gatewarden/schedule` (a week in the site's time zone) and
// `gatewarden/expires` (a moment). Pure; any thread.

#ifndef COMMON_POLICY_SCHEDULE_H_
#define COMMON_POLICY_SCHEDULE_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/policy/model.h"

namespace gw {

// A set of minutes of the week, by the clock on the wall.
struct Schedule {
  // [begin, end) in minutes since Monday 00:00. Sorted, disjoint, never adjacent.
  struct Window {
    uint16_t begin = 0;
    uint16_t end = 0;
    friend bool operator==(const Window&, const Window&) = default;
  };
  std::vector<Window> windows;
  friend bool operator==(const Schedule&, const Schedule&) = default;
};

// Comma-separated windows: "Mon-Fri 07:00-21:00, Sat 08:00-12:00". A window is days, hours or
// both: "Sat-Sun" is the whole of these days, "07:00-21:00" is every day. Days are English, three
// letters, in any case, and a range may pass Sunday (Fri-Mon). Hours that end before they begin
// (22:00-06:00) end on the next day; 24:00 is the end of the day. Errors are ErrorAtColumn.
absl::StatusOr<Schedule> ParseSchedule(absl::string_view text);

bool ScheduleIncludes(const Schedule& schedule, absl::Time time, absl::TimeZone zone);

// The first moment after `time` at which ScheduleIncludes changes; InfiniteFuture if it never does.
absl::Time NextScheduleChange(const Schedule& schedule, absl::Time time, absl::TimeZone zone);

// RFC 3339 with a zone: "2026-12-31T18:00:00+01:00", "2026-12-31T17:00:00Z".
absl::StatusOr<absl::Time> ParseExpiry(absl::string_view text);

// Whether a rule with these annotations exists at `now`, and when that next changes
// (InfiniteFuture if never). A rule exists until its expiry, excluding that moment, and while its
// schedule includes the time. Errors name the annotation.
struct RuleTiming {
  bool exists = true;
  absl::Time next_change = absl::InfiniteFuture();
};
absl::StatusOr<RuleTiming> TimingOfRule(const Labels& annotations, absl::Time now,
                                        absl::TimeZone zone);

}  // namespace gw

#endif  // COMMON_POLICY_SCHEDULE_H_
