#include "enforcer/audit/live_flows.h"

#include <gtest/gtest.h>
#include <linux/netfilter/nf_conntrack_tcp.h>

#include "common/net/protocol.h"

namespace gw {
namespace {

Tuple FlowTo(uint32_t destination, uint16_t port = 443) {
  Tuple tuple;
  tuple.source = Address::IPv4(0x0a000001);
  tuple.destination = Address::IPv4(destination);
  tuple.protocol = kProtocolTcp;
  tuple.source_port = 40'000;
  tuple.destination_port = port;
  return tuple;
}

EndedFlow EndOf(const Tuple& tuple) {
  EndedFlow flow;
  flow.tuple = tuple;
  flow.answered_by = {tuple.destination, tuple.destination_port};
  flow.answered_to = {tuple.source, tuple.source_port};
  return flow;
}

TEST(LiveFlows, EndBelongsToTheLastDecisionOnce) {
  LiveFlows flows;
  flows.Add(FlowTo(1), {.id = 7});
  flows.Add(FlowTo(2), {.id = 8});
  flows.Add(FlowTo(1), {.id = 9, .again = true});
  EXPECT_EQ(flows.size(), 2u);
  EXPECT_EQ(flows.Take(EndOf(FlowTo(1))), 9);
  EXPECT_EQ(flows.Take(EndOf(FlowTo(1))), std::nullopt);
  EXPECT_EQ(flows.Take(EndOf(FlowTo(3))), std::nullopt);
  EXPECT_EQ(flows.size(), 1u);
}

TEST(LiveFlows, DecisionsThatAreGoneHaveNoEnd) {
  LiveFlows flows;
  flows.Add(FlowTo(1), {.id = 7});
  flows.Add(FlowTo(2), {.id = 8});
  flows.Add(FlowTo(3), {.id = 9});
  flows.ForgetFrom(8);
  EXPECT_EQ(flows.Take(EndOf(FlowTo(1))), 7);
  EXPECT_EQ(flows.Take(EndOf(FlowTo(2))), std::nullopt);
  EXPECT_EQ(flows.Take(EndOf(FlowTo(3))), std::nullopt);
}

EndedFlow Spanning(int64_t begin_s, int64_t end_s) {
  EndedFlow flow = EndOf(FlowTo(1));
  flow.end.time = absl::FromUnixSeconds(end_s);
  flow.end.duration = absl::Seconds(end_s - begin_s);
  return flow;
}

// The end of the first is told of when the second is decided already.
TEST(LiveFlows, PortsThatAreUsedAgainAreTwoFlows) {
  constexpr int64_t kSecond = 1'000'000'000;
  LiveFlows flows;
  flows.Add(FlowTo(1), {.id = 7, .time_ns = 100 * kSecond});
  flows.Add(FlowTo(1), {.id = 8, .time_ns = 130 * kSecond, .again = true});
  flows.Add(FlowTo(1), {.id = 9, .time_ns = 160 * kSecond});
  EXPECT_EQ(flows.Take(Spanning(100, 150)), 8);
  flows.Add(FlowTo(1), {.id = 10, .time_ns = 180 * kSecond, .again = true});
  EXPECT_EQ(flows.Take(Spanning(160, 190)), 10);
  EXPECT_EQ(flows.size(), 0u);
  EXPECT_EQ(flows.Take(Spanning(160, 190)), std::nullopt);
}

TEST(LiveFlows, EndThatWasNeverToldConfusesNothing) {
  constexpr int64_t kSecond = 1'000'000'000;
  LiveFlows flows;
  flows.Add(FlowTo(1), {.id = 7, .time_ns = 100 * kSecond});
  flows.Add(FlowTo(1), {.id = 9, .time_ns = 160 * kSecond});
  EXPECT_EQ(flows.Take(Spanning(160, 190)), 9);
  EXPECT_EQ(flows.size(), 0u);
}

// A preDNAT policy decides by where a packet was sent, others by where it goes.
TEST(LiveFlows, TranslatedFlowIsFoundByEitherDestination) {
  for (const uint32_t decided : {1u, 2u}) {
    LiveFlows flows;
    flows.Add(FlowTo(decided), {.id = 7});
    EndedFlow ended = EndOf(FlowTo(1));
    ended.answered_by.address = Address::IPv4(2);
    EXPECT_EQ(flows.Take(ended), 7);
    EXPECT_EQ(flows.size(), 0u);
  }
}

TEST(LiveFlows, WhatNeverEndsIsForgotten) {
  LiveFlows flows;
  const auto count = static_cast<int64_t>(LiveFlows::kMax) + 10;
  for (int64_t id = 1; id <= count; ++id) flows.Add(FlowTo(static_cast<uint32_t>(id)), {.id = id});
  EXPECT_LE(flows.size(), LiveFlows::kMax / 2 + 11);
  EXPECT_EQ(flows.Take(EndOf(FlowTo(1))), std::nullopt);
  EXPECT_EQ(flows.Take(EndOf(FlowTo(static_cast<uint32_t>(count)))), count);
}

TEST(EndReason, ComesFromWhatWasLeft) {
  using Reason = FlowEnd::Reason;
  const auto tcp = [](uint8_t state, int64_t timeout_s) {
    return EndReason({.protocol = kProtocolTcp, .tcp_state = state, .timeout_s = timeout_s});
  };
  EXPECT_EQ(tcp(TCP_CONNTRACK_TIME_WAIT, 0), Reason::kClosed);
  EXPECT_EQ(tcp(TCP_CONNTRACK_TIME_WAIT, 60), Reason::kClosed);
  EXPECT_EQ(tcp(TCP_CONNTRACK_LAST_ACK, 0), Reason::kClosed);
  EXPECT_EQ(tcp(TCP_CONNTRACK_CLOSE, 0), Reason::kReset);
  EXPECT_EQ(tcp(TCP_CONNTRACK_ESTABLISHED, 0), Reason::kTimeout);
  EXPECT_EQ(tcp(TCP_CONNTRACK_ESTABLISHED, 400'000), Reason::kRemoved);
  EXPECT_EQ(tcp(TCP_CONNTRACK_SYN_SENT, 0), Reason::kTimeout);
  EXPECT_EQ(EndReason({.protocol = kProtocolUdp, .tcp_state = {}, .timeout_s = 0}),
            Reason::kTimeout);
  EXPECT_EQ(EndReason({.protocol = kProtocolUdp, .tcp_state = {}, .timeout_s = 20}),
            Reason::kRemoved);
}

}  // namespace
}  // namespace gw
