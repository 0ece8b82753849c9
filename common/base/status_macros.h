// GW_RETURN_IF_ERROR and GW_ASSIGN_OR_RETURN: the two ways a Status travels up.

#ifndef COMMON_BASE_STATUS_MACROS_H_
#define COMMON_BASE_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#define GW_RETURN_IF_ERROR(expr)             \
  do {                                       \
    absl::Status gw_status_ = (expr);        \
    if (!gw_status_.ok()) return gw_status_; \
  } while (false)

#define GW_STATUS_CONCAT_INNER_(a, b) a##b
#define GW_STATUS_CONCAT_(a, b) GW_STATUS_CONCAT_INNER_(a, b)
// NOLINTBEGIN(bugprone-macro-parentheses): what is declared cannot stand in parentheses
#define GW_ASSIGN_OR_RETURN_IMPL_(result, lhs, expr)   \
  auto result = (expr);                                \
  if (!result.ok()) return std::move(result).status(); \
  lhs = *std::move(result)
// NOLINTEND(bugprone-macro-parentheses)
#define GW_ASSIGN_OR_RETURN(lhs, expr) \
  GW_ASSIGN_OR_RETURN_IMPL_(GW_STATUS_CONCAT_(gw_statusor_, __LINE__), lhs, expr)

namespace gw {

// The same code, with `place: ` in front of the message: errors are read from outside in.
inline absl::Status Annotate(const absl::Status& status, absl::string_view place) {
  if (status.ok()) return status;
  absl::Status annotated(status.code(), absl::StrCat(place, ": ", status.message()));
  status.ForEachPayload([&annotated](absl::string_view url, const absl::Cord& payload) {
    annotated.SetPayload(url, payload);
  });
  return annotated;
}

}  // namespace gw

#endif  // COMMON_BASE_STATUS_MACROS_H_
