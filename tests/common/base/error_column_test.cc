#include "common/base/error_column.h"

#include <gtest/gtest.h>

#include "common/base/status_macros.h"

namespace gw {
namespace {

TEST(ErrorColumn, TravelsWithTheStatusAndStandsInItsText) {
  const absl::Status status = ErrorAtColumn(6, "expected `==`");
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "column 6: expected `==`");
  EXPECT_EQ(ErrorColumn(status), 6u);
}

TEST(ErrorColumn, SurvivesAnnotation) {
  const absl::Status status = Annotate(ErrorAtColumn(12, "unknown key"), "tier `base` rule 3");
  EXPECT_EQ(status.message(), "tier `base` rule 3: column 12: unknown key");
  EXPECT_EQ(ErrorColumn(status), 12u);
}

TEST(ErrorColumn, OtherErrorsHaveNone) {
  EXPECT_EQ(ErrorColumn(absl::OkStatus()), 0u);
  EXPECT_EQ(ErrorColumn(absl::InvalidArgumentError("column 6: not ours")), 0u);
}

}  // namespace
}  // namespace gw
