#include "common/store/audit_json.h"

#include "absl/time/civil_time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/net/protocol.h"
#include "tests/support/policy_builder.h"

namespace gw {
namespace {

using testing::Addr;
using testing::Tcp;

AuditRecord Decision() {
  AuditRecord record;
  record.id = 7;
  record.time = absl::FromUnixMicros(1'700'000'000'123'456);
  record.hook = Hook::kForward;
  record.in = "eth1";
  record.out = "eth0";
  record.tuple = Tcp("192.0.2.1", "198.51.100.2", 443);
  record.tuple.source_port = 40'000;
  record.verdict = Verdict::kAllow;
  record.decided_by = "policy:web/ingress/0";
  record.tier = "default";
  record.in_endpoint = "lan";
  record.revision = 3;
  record.generation = 4;
  return record;
}

FlowEnd Closed() {
  FlowEnd end;
  end.time = absl::FromUnixMicros(1'700'000'009'000'000);
  end.duration = absl::Milliseconds(1500);
  end.packets_sent = 5;
  end.bytes_sent = 600;
  end.packets_received = 4;
  end.bytes_received = 7'000;
  end.reason = FlowEnd::Reason::kClosed;
  return end;
}

TEST(AuditJson, DecisionIsOneLine) {
  EXPECT_EQ(AuditLine(Decision()),
            R"({"id":7,"time":"2023-11-14T22:13:20.123456Z","hook":"forward","in":"eth1",)"
            R"("out":"eth0","src":"192.0.2.1","dst":"198.51.100.2","sport":40000,"dport":443,)"
            R"("proto":"TCP","verdict":"allow","rejected":false,)"
            R"("decidedBy":"policy:web/ingress/0","tier":"default","inEndpoint":"lan",)"
            R"("outEndpoint":"","revision":3,"generation":4,"redecided":false})");
}

TEST(AuditJson, EndHasTheIdOfTheDecisionAndTheWordsOfItsRecord) {
  AuditRecord record = Decision();
  AuditFlow flow;
  flow.id = record.id;
  flow.original_destination = TransportAddress{Addr("203.0.113.2"), 8443};
  flow.translated_source = TransportAddress{Addr("203.0.113.2"), 1024};
  flow.end = Closed();
  const std::string line = AuditLine(flow, record.tuple, absl::Now());
  EXPECT_EQ(line, R"({"event":"end","id":7,"time":"2023-11-14T22:13:29.000000Z","src":"192.0.2.1",)"
                  R"("dst":"198.51.100.2","sport":40000,"dport":443,"proto":"TCP",)"
                  R"("originalDestination":{"address":"203.0.113.2","port":8443},)"
                  R"("translatedSource":{"address":"203.0.113.2","port":1024},)"
                  R"("end":{"time":"2023-11-14T22:13:29.000000Z","reason":"closed","seconds":1.5,)"
                  R"("packetsSent":5,"bytesSent":600,"packetsReceived":4,"bytesReceived":7000}})");
  record.original_destination = flow.original_destination;
  record.translated_source = flow.translated_source;
  record.end = flow.end;
  const auto of_line = nlohmann::ordered_json::parse(line);
  auto of_record = ToJson(record);
  for (const auto& [name, value] : of_line.items()) {
    if (name == "event" || name == "time") continue;
    ASSERT_TRUE(of_record.contains(name)) << name;
    EXPECT_EQ(value, of_record[name]);
  }
}

TEST(AuditJson, TranslationSaysWhenItWasSeen) {
  AuditFlow flow;
  flow.id = 9;
  flow.translated_source = TransportAddress{Addr("2001:db8::1"), 0};
  Tuple ping;
  ping.source = Addr("2001:db8::2");
  ping.destination = Addr("2001:db8::3");
  ping.protocol = kProtocolIcmpv6;
  ping.icmp_type = 128;
  EXPECT_EQ(AuditLine(flow, ping, absl::FromUnixSeconds(1'700'000'000)),
            R"({"event":"translated","id":9,"time":"2023-11-14T22:13:20.000000Z",)"
            R"("src":"2001:db8::2","dst":"2001:db8::3","proto":"ICMPv6","icmpType":128,)"
            R"("icmpCode":0,"translatedSource":{"address":"2001:db8::1"}})");
}

TEST(AuditJson, TextIsEscapedAndOneLineOfUtf8) {
  AuditEvent event;
  event.time = absl::FromUnixSeconds(1'700'000'000);
  event.kind = "error";
  event.text = "a \"b\"\nc\x01 \xff";
  EXPECT_EQ(AuditLine(event),
            "{\"event\":\"error\",\"time\":\"2023-11-14T22:13:20.000000Z\","
            "\"text\":\"a \\\"b\\\"\\nc\\u0001 \xef\xbf\xbd\"}");
}

}  // namespace
}  // namespace gw
