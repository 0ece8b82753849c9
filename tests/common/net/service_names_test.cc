#include "common/net/service_names.h"

#include <gtest/gtest.h>

namespace gw {
namespace {

TEST(ServiceName, DependsOnTheProtocol) {
  EXPECT_EQ(ServiceName(kProtocolTcp, 443), "https");
  EXPECT_EQ(ServiceName(kProtocolUdp, 443), "quic");
  EXPECT_EQ(ServiceName(kProtocolUdp, 53), "dns");
  EXPECT_EQ(ServiceName(kProtocolUdp, 22), "");
  EXPECT_EQ(ServiceName(kProtocolIcmp, 22), "");
}

TEST(ServiceName, OfARangeThatHasOneName) {
  EXPECT_EQ(ServiceName(kProtocolUdp, PortRange{137, 139}), "netbios");
  EXPECT_EQ(ServiceName(kProtocolUdp, PortRange{138, 138}), "netbios");
  EXPECT_EQ(ServiceName(kProtocolUdp, PortRange{137, 140}), "");
  EXPECT_EQ(ServiceName(kProtocolTcp, PortRange{22, 23}), "");
}

TEST(ServiceByName, FindsWhatServiceNameSays) {
  const auto ssh = ServiceByName("SSH");
  ASSERT_TRUE(ssh.has_value());
  EXPECT_EQ(ssh->port, 22);
  EXPECT_EQ(ssh->protocol, kProtocolTcp);
  EXPECT_EQ(ServiceByName("ntp")->protocol, kProtocolUdp);
  EXPECT_FALSE(ServiceByName("sssh").has_value());
}

}  // namespace
}  // namespace gw
