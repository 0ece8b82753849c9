// EXPECT_OK, ASSERT_OK and GW_ASSERT_OK_AND_ASSIGN: Abseil 20220623 has no status matchers.

#ifndef TESTS_SUPPORT_STATUS_MATCHERS_H_
#define TESTS_SUPPORT_STATUS_MATCHERS_H_

#include <gtest/gtest.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/base/status_macros.h"

namespace gw::testing {

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }
template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

}  // namespace gw::testing

#define GW_STATUS_TEST_(macro, expr)                                                               \
  do {                                                                                             \
    const auto& gw_result_ = (expr);                                                               \
    macro(gw::testing::StatusOf(gw_result_).ok()) << gw::testing::StatusOf(gw_result_).ToString(); \
  } while (false)
#define EXPECT_OK(expr) GW_STATUS_TEST_(EXPECT_TRUE, expr)
#define ASSERT_OK(expr) GW_STATUS_TEST_(ASSERT_TRUE, expr)

// NOLINTBEGIN(bugprone-macro-parentheses): what is declared cannot stand in parentheses
#define GW_ASSERT_OK_AND_ASSIGN_IMPL_(result, lhs, expr) \
  auto result = (expr);                                  \
  ASSERT_TRUE(result.ok()) << result.status();           \
  lhs = *std::move(result)
// NOLINTEND(bugprone-macro-parentheses)
#define GW_ASSERT_OK_AND_ASSIGN(lhs, expr) \
  GW_ASSERT_OK_AND_ASSIGN_IMPL_(GW_STATUS_CONCAT_(gw_statusor_, __LINE__), lhs, expr)

#endif  // TESTS_SUPPORT_STATUS_MATCHERS_H_
