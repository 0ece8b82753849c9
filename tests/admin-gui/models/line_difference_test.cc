#include "admin-gui/models/line_difference.h"

#include <gmock/gmock.h>

namespace gw::gui {
namespace {

using Sign = DifferenceLine::Sign;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

QStringList Lines(const char* text) {
  return QString::fromUtf8(text).split(QLatin1Char('|'), Qt::SkipEmptyParts);
}

TEST(LineDifference, NothingChanged) {
  EXPECT_THAT(
      CompareLines(Lines("a|b"), Lines("a|b")),
      ElementsAre(DifferenceLine{Sign::kSame, 1, 1, QStringLiteral("a")},
                  DifferenceLine{Sign::kSame, 2, 2, QStringLiteral("b")}));
  EXPECT_THAT(CompareLines({}, {}), IsEmpty());
}

TEST(LineDifference, ALineBeforeTheOthersMovesThem) {
  EXPECT_THAT(CompareLines(Lines("a|b"), Lines("n|a|b")),
              ElementsAre(DifferenceLine{Sign::kAdded, 1, 0, QStringLiteral("n")},
                          DifferenceLine{Sign::kSame, 2, 1, QStringLiteral("a")},
                          DifferenceLine{Sign::kSame, 3, 2, QStringLiteral("b")}));
}

TEST(LineDifference, AnEditedLineIsRemovedThenAdded) {
  EXPECT_THAT(CompareLines(Lines("a|b|c"), Lines("a|x|c")),
              ElementsAre(DifferenceLine{Sign::kSame, 1, 1, QStringLiteral("a")},
                          DifferenceLine{Sign::kRemoved, 2, 0, QStringLiteral("b")},
                          DifferenceLine{Sign::kAdded, 2, 0, QStringLiteral("x")},
                          DifferenceLine{Sign::kSame, 3, 3, QStringLiteral("c")}));
}

TEST(LineDifference, AllGone) {
  EXPECT_THAT(CompareLines(Lines("a"), {}),
              ElementsAre(DifferenceLine{Sign::kRemoved, 1, 0, QStringLiteral("a")}));
}

}  // namespace
}  // namespace gw::gui
