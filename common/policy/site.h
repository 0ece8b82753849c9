// Site: what a policy meets on one machine, beside what the administrator wrote: its name, its
// interfaces, the time. Compile and the reference evaluator take it.

#ifndef COMMON_POLICY_SITE_H_
#define COMMON_POLICY_SITE_H_

#include <string>
#include <vector>

#include "absl/time/time.h"

#include "common/net/address.h"

namespace gw {

// The name that Linux gives to the loopback interface.
inline constexpr char kLoopbackInterface[] = "lo";

struct LiveInterface {
  std::string name;
  std::vector<Address> addresses;
  friend bool operator==(const LiveInterface&, const LiveInterface&) = default;
};

struct Site {
  std::string node;  // endpoints of other nodes only lend their addresses to selectors
  std::vector<LiveInterface> interfaces;
  absl::Time now = absl::UnixEpoch();         // for schedules and expiries of rules
  absl::TimeZone zone = absl::UTCTimeZone();  // likewise
};

}  // namespace gw

#endif  // COMMON_POLICY_SITE_H_
