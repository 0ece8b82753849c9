// Errors in one-line texts (selectors, queries, flow descriptions) say where: the column travels
// with the Status, so that a caller can place a caret or add it to a file position.

#ifndef COMMON_BASE_ERROR_COLUMN_H_
#define COMMON_BASE_ERROR_COLUMN_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace gw {

inline constexpr char kErrorColumnPayload[] = "gatewarden/column";

// InvalidArgument "column N: MESSAGE". `column` counts bytes from 1.
inline absl::Status ErrorAtColumn(size_t column, absl::string_view message) {
  absl::Status status = absl::InvalidArgumentError(absl::StrCat("column ", column, ": ", message));
  status.SetPayload(kErrorColumnPayload, absl::Cord(absl::StrCat(column)));
  return status;
}

// The column (from 1) of an error made by ErrorAtColumn, 0 if there is none.
inline size_t ErrorColumn(const absl::Status& status) {
  const auto payload = status.GetPayload(kErrorColumnPayload);
  size_t column = 0;
  if (payload) (void)absl::SimpleAtoi(std::string(*payload), &column);
  return column;
}

}  // namespace gw

#endif  // COMMON_BASE_ERROR_COLUMN_H_
