// SteadyNow: the time as it passes, for pauses, rates and deadlines. Nobody can set it, neither an
// administrator nor NTP; only differences mean something. What people read is absl::Now().

#ifndef COMMON_BASE_STEADY_TIME_H_
#define COMMON_BASE_STEADY_TIME_H_

#include <chrono>

#include "absl/time/time.h"

namespace gw {

inline absl::Time SteadyNow() {
  return absl::UnixEpoch() + absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace gw

#endif  // COMMON_BASE_STEADY_TIME_H_
