#include "enforcer/netlink/kernel_queues.h"

#include "gtest/gtest.h"

namespace gw {
namespace {

// As the kernel prints it.
constexpr char kText[] =
    "    0  12345     0 2    64     7     8        9  1\n"
    " 7101 -78462     5 2   128     3    40     5000  1\n";

TEST(KernelQueues, AreReadAsTheKernelPrintsThem) {
  const std::vector<KernelQueue> queues = ParseKernelQueues(kText);
  ASSERT_EQ(queues.size(), 2u);
  EXPECT_EQ(queues[0].number, 0);
  EXPECT_EQ(queues[0].port, 12345);
  EXPECT_EQ(queues[0].waiting, 0u);
  EXPECT_EQ(queues[1].number, 7101);
  EXPECT_EQ(queues[1].port, -78462);
  EXPECT_EQ(queues[1].waiting, 5u);
  EXPECT_EQ(queues[1].dropped, 3u);
  EXPECT_EQ(queues[1].user_dropped, 40u);
  EXPECT_EQ(queues[1].last_packet, 5000u);
}

TEST(KernelQueues, TextThatIsNoneIsLeftOut) {
  EXPECT_TRUE(ParseKernelQueues("").empty());
  EXPECT_TRUE(ParseKernelQueues(" 7100 1 2\n 7100 a b c d e f g h\n\n").empty());
}

}  // namespace
}  // namespace gw
