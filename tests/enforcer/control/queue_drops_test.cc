#include "enforcer/control/queue_drops.h"

#include "gtest/gtest.h"

namespace gw {
namespace {

// As the kernel prints it.
constexpr char kText[] =
    "    0  12345     0 2    64     7     8        9  1\n"
    " 7100  31331     0 2   128     3    40     5000  1\n"
    " 7101 -78462     5 2   128     0     2        4  1\n"
    " 7102  31331     0 2   128   100   100       10  1\n";

TEST(QueueDrops, AreThoseOfOurQueuesForBothReasons) {
  EXPECT_EQ(QueueDropsIn(kText, 7100, 2), 45);
  EXPECT_EQ(QueueDropsIn(kText, 7100, 1), 43);
  EXPECT_EQ(QueueDropsIn(kText, 7200, 4), 0);
}

TEST(QueueDrops, OfTextThatIsNoneAreNone) {
  EXPECT_EQ(QueueDropsIn("", 7100, 2), 0);
  EXPECT_EQ(QueueDropsIn(" 7100 1 2\n 7100 a b c d e f\n\n", 7100, 2), 0);
}

}  // namespace
}  // namespace gw
