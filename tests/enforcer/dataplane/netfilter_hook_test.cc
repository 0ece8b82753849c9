#include "enforcer/dataplane/netfilter_hook.h"

#include <gtest/gtest.h>
#include <linux/netfilter.h>

namespace gw {
namespace {

TEST(NetfilterHook, HooksWhereAPolicyIsDecidedHaveTheirNames) {
  EXPECT_EQ(HookOf(NF_INET_LOCAL_IN), Hook::kInput);
  EXPECT_EQ(HookOf(NF_INET_FORWARD), Hook::kForward);
  EXPECT_EQ(HookOf(NF_INET_LOCAL_OUT), Hook::kOutput);
}

TEST(NetfilterHook, OtherNumbersAreNoHookOfOurs) {
  EXPECT_EQ(HookOf(NF_INET_PRE_ROUTING), std::nullopt);
  EXPECT_EQ(HookOf(NF_INET_POST_ROUTING), std::nullopt);
  EXPECT_EQ(HookOf(NF_INET_INGRESS), std::nullopt);
  EXPECT_EQ(HookOf(255), std::nullopt);
  EXPECT_TRUE(IsPrerouting(NF_INET_PRE_ROUTING));
  EXPECT_FALSE(IsPrerouting(NF_INET_LOCAL_IN));
}

}  // namespace
}  // namespace gw
