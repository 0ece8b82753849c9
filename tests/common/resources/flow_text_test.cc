#include "common/resources/flow_text.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/base/error_column.h"
#include "tests/support/random_policy.h"
#include "tests/support/status_matchers.h"

namespace gw {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Address Ip(absl::string_view text) { return ParseAddress(text).value(); }

TEST(FlowText, FieldsAsPeopleWriteThem) {
  GW_ASSERT_OK_AND_ASSIGN(
      const InterfacePacket flow,
      ParseFlow("in=eth0 proto=tcp src=198.51.100.9 dst=203.0.113.2 sport=40000 dport=22"));
  EXPECT_EQ(flow.in, "eth0");
  EXPECT_EQ(flow.out, "");
  EXPECT_EQ(flow.packet.hook, Hook::kInput);
  const Tuple expected{Ip("198.51.100.9"), Ip("203.0.113.2"), kProtocolTcp, 40000, 22, 0, 0};
  EXPECT_EQ(flow.packet.tuple, expected);
  EXPECT_EQ(flow.packet.state, ConntrackState::kNew);
  EXPECT_TRUE(flow.packet.reverse_path_ok);
  EXPECT_FALSE(flow.packet.translated);
}

TEST(FlowText, HookFollowsFromInterfaces) {
  const auto hook = [](absl::string_view where) {
    return ParseFlow(absl::StrCat(where, " proto=6 src=::1 dst=::2"))->packet.hook;
  };
  EXPECT_EQ(hook("in=a"), Hook::kInput);
  EXPECT_EQ(hook("out=a"), Hook::kOutput);
  EXPECT_EQ(hook("in=a out=b"), Hook::kForward);
  EXPECT_EQ(hook("hook=Output out=b"), Hook::kOutput);
}

TEST(FlowText, EveryField) {
  GW_ASSERT_OK_AND_ASSIGN(
      const InterfacePacket flow,
      ParseFlow("hook=forward in=eth0 out=eth1 src=198.51.100.9 dst=192.168.10.7 sport=1 dport=80 "
                "proto=UDPlite ctState=related rpfOk=false hopLimit=3 preNat.dst=203.0.113.2 "
                "preNat.dport=8080"));
  EXPECT_EQ(flow.packet.tuple.protocol, kProtocolUdpLite);
  EXPECT_EQ(flow.packet.state, ConntrackState::kRelated);
  EXPECT_FALSE(flow.packet.reverse_path_ok);
  EXPECT_EQ(flow.packet.hop_limit, 3);
  EXPECT_TRUE(flow.packet.translated);
  EXPECT_EQ(flow.packet.original_destination, Ip("203.0.113.2"));
  EXPECT_EQ(flow.packet.original_destination_port, 8080);
}

TEST(FlowText, HalfOfATranslationLeavesTheOtherHalfAsItIs) {
  const absl::string_view flow = "in=a proto=tcp src=1.1.1.1 dst=2.2.2.2 dport=80 ";
  GW_ASSERT_OK_AND_ASSIGN(const auto port, ParseFlow(absl::StrCat(flow, "preNat.dport=8080")));
  EXPECT_EQ(port.packet.original_destination, Ip("2.2.2.2"));
  EXPECT_EQ(port.packet.original_destination_port, 8080);
  GW_ASSERT_OK_AND_ASSIGN(const auto same, ParseFlow(absl::StrCat(flow, "preNat.dst=2.2.2.2")));
  EXPECT_FALSE(same.packet.translated);
}

TEST(FlowText, IcmpIsAnEchoRequestUnlessItSaysOtherwise) {
  GW_ASSERT_OK_AND_ASSIGN(const auto ping, ParseFlow("in=a proto=icmp src=1.1.1.1 dst=2.2.2.2"));
  EXPECT_EQ(ping.packet.tuple.icmp_type, 8);
  GW_ASSERT_OK_AND_ASSIGN(const auto ping6, ParseFlow("in=a proto=ICMPv6 src=::1 dst=::2"));
  EXPECT_EQ(ping6.packet.tuple.icmp_type, 128);
  GW_ASSERT_OK_AND_ASSIGN(
      const auto error,
      ParseFlow("in=a proto=1 src=1.1.1.1 dst=2.2.2.2 icmpType=3 icmpCode=1 sport=40000"));
  EXPECT_EQ(error.packet.tuple.icmp_type, 3);
  EXPECT_EQ(error.packet.tuple.icmp_code, 1);
  EXPECT_EQ(error.packet.tuple.source_port, 0);
}

struct Mistake {
  const char* text;
  size_t column;  // 0: the error is about the flow as a whole
  const char* message;
};

TEST(FlowText, MistakesHaveTheirColumn) {
  const Mistake mistakes[] = {
      {"", 0, "field `src` is missing: add src="},
      {"in=a src=1.1.1.1 dst=2.2.2.2", 0, "field `proto` is missing"},
      {"src=1.1.1.1 dst=2.2.2.2 proto=tcp", 0, "add in=INTERFACE, out=INTERFACE or both"},
      {"in=a src=1.1.1.1 dst=2.2.2 proto=tcp", 22, "dst: `2.2.2` is not an IPv4 or IPv6 address"},
      {"in=a src=1.1.1.1 dst=::2 proto=tcp", 22, "must both be IPv4 or both be IPv6"},
      {"in=a dest=1.1.1.1", 6, "unknown field `dest`: did you mean `dst`?"},
      {"in=a zzzzzzzz=1", 6, "the fields are hook, in, out"},
      {"in=a in=b", 6, "field `in` appears twice"},
      {"in=a proto", 6, "`proto` is not of the form name=value"},
      {"in=a =x", 6, "`=x` is not of the form name=value"},
      {"in=a proto= src=::1", 12, "proto: the value is missing after `=`"},
      {"in=a src=::1 dst=::2 proto=xyz", 28, "proto: `xyz` is neither tcp"},
      {"in=a src=::1 dst=::2 proto=256", 28, "proto: `256` is neither tcp"},
      {"in=a src=::1 dst=::2 proto=tcp dport=65536", 38, "`65536` is not a number from 0 to 65535"},
      {"in=a src=::1 dst=::2 proto=tcp dport=-1", 38, "`-1` is not a number from 0 to 65535"},
      {"in=a src=::1 dst=::2 proto=47 dport=1", 37, "dport: protocol 47 has no ports"},
      {"in=a src=::1 dst=::2 proto=tcp icmpType=8", 41, "icmpType: protocol is TCP, not ICMP"},
      {"in=a src=::1 dst=::2 proto=tcp rpfOk=yes", 38, "rpfOk: `yes` is neither true nor false"},
      {"in=a src=::1 dst=::2 proto=tcp ctState=old", 40, "ctState: `old` is not one of new"},
      {"in=a src=::1 dst=::2 proto=tcp preNat.dst=1.1.1.1", 43, "must both be IPv4 or both"},
      {"in=a src=::1 dst=::2 proto=icmpv6 preNat.dport=1", 48, "protocol ICMPv6 has no ports"},
      {"in=abcdefghijklmnop src=::1 dst=::2 proto=6", 4, "in: no interface has such a name"},
      {"out=\xff src=::1 dst=::2 proto=6", 5, "out: no interface has such a name"},
      {"in=a hook=forward src=::1 dst=::2 proto=tcp", 11, "`forward` needs the field `out`"},
      {"out=a hook=input src=::1 dst=::2 proto=tcp", 12, "`input` needs the field `in`"},
      {"in=a out=b hook=input src=::1 dst=::2 proto=tcp", 17, "`input` has no `out` interface"},
      {"in=a hook=postrouting src=::1 dst=::2 proto=tcp", 11, "is not one of input, forward"},
  };
  for (const Mistake& mistake : mistakes) {
    const auto flow = ParseFlow(mistake.text);
    ASSERT_FALSE(flow.ok()) << mistake.text;
    EXPECT_EQ(flow.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(ErrorColumn(flow.status()), mistake.column) << mistake.text;
    EXPECT_THAT(std::string(flow.status().message()), HasSubstr(mistake.message)) << mistake.text;
  }
}

TEST(FlowJson, FieldsOfTheVectors) {
  GW_ASSERT_OK_AND_ASSIGN(
      const InterfacePacket flow,
      ParseFlowJson(R"({"hook":"forward","in":"eth0","out":"cali001","src":"198.51.100.9",
          "dst":"10.65.0.2","sport":40000,"dport":8055,"proto":"TCP","ctState":"established",
          "rpfOk":true,"icmpType":null,"preNat":{"dst":"203.0.113.2","dport":32010}})"));
  EXPECT_EQ(flow.packet.hook, Hook::kForward);
  EXPECT_EQ(flow.packet.original_destination_port, 32010);
  GW_ASSERT_OK_AND_ASSIGN(const InterfacePacket other,
                          ParseFlowJson(R"({"in":"a","out":"","src":"1.1.1.1","dst":"2.2.2.2",
                              "sport":40000,"dport":null,"proto":253,"preNat":null})"));
  EXPECT_EQ(other.packet.hook, Hook::kInput);
  EXPECT_EQ(other.packet.tuple.protocol, 253);
  EXPECT_EQ(other.packet.tuple.source_port, 0);
}

TEST(FlowJson, Mistakes) {
  const Mistake mistakes[] = {
      {"[]", 0, "a flow is an object"},
      {"5", 0, "a flow is an object"},
      {"{\"in\":\"a\"", 10, "not valid JSON"},
      {"{\"srcc\":\"1.1.1.1\"}", 0, "unknown field `srcc`: did you mean `src`?"},
      {"{\"preNat\":{\"port\":5}}", 0, "unknown field `preNat.port`"},
      {"{\"preNat\":5}", 0, "preNat: an object is needed"},
      {"{\"src\":[]}", 0, "src: a list or an object cannot stand here"},
      {"{\"src\":\"::1\",\"src\":\"::2\"}", 0, "field `src` appears twice"},
      {"{\"in\":\"a\",\"src\":\"::1\",\"dst\":\"::2\",\"proto\":6.5}", 0, "`6.5` is neither tcp"},
      {"{\"in\":\"a\",\"src\":\"::1\",\"dst\":\"::2\",\"proto\":6,\"dport\":true}", 0,
       "dport: `true` is not a number"},
  };
  for (const Mistake& mistake : mistakes) {
    const auto flow = ParseFlowJson(mistake.text);
    ASSERT_FALSE(flow.ok()) << mistake.text;
    EXPECT_EQ(ErrorColumn(flow.status()), mistake.column) << mistake.text;
    EXPECT_THAT(std::string(flow.status().message()), HasSubstr(mistake.message)) << mistake.text;
  }
}

TEST(FlowJson, WhatIsWrittenReadsBack) {
  for (const char* text :
       {"in=eth0 proto=tcp src=198.51.100.9 dst=203.0.113.2 sport=40000 dport=22",
        "in=a out=b proto=udp src=::1 dst=::2 preNat.dst=::3 preNat.dport=5 rpfOk=false",
        "out=b proto=icmp src=1.1.1.1 dst=2.2.2.2 icmpType=0 icmpCode=3 preNat.dst=3.3.3.3",
        "in=b proto=47 src=1.1.1.1 dst=2.2.2.2 hopLimit=1 ctState=invalid"}) {
    GW_ASSERT_OK_AND_ASSIGN(const InterfacePacket flow, ParseFlow(text));
    GW_ASSERT_OK_AND_ASSIGN(const InterfacePacket again, ParseFlowJson(ToJson(flow).dump()));
    EXPECT_EQ(again, flow) << text;
  }
}

TEST(FlowJson, RandomPacketsReadBack) {
  constexpr uint64_t kSeed = 20261122;
  testing::Random random(kSeed);
  for (int i = 0; i < 1000; ++i) {
    InterfacePacket flow = testing::RandomPacket(random);
    Packet& packet = flow.packet;
    if (packet.original_destination == packet.tuple.destination &&
        packet.original_destination_port == packet.tuple.destination_port) {
      packet.translated = false;  // what does not differ is not translated
    }
    if (!packet.translated) {
      packet.original_destination = Address();
      packet.original_destination_port = 0;
    }
    GW_ASSERT_OK_AND_ASSIGN(const InterfacePacket again, ParseFlowJson(ToJson(flow).dump()));
    ASSERT_EQ(again, flow) << ToJson(flow).dump();
  }
}

TEST(FlowJson, AFlowHasTheFieldsOfTheVectorsInTheirOrder) {
  const auto flow = ParseFlow("in=eth0 proto=tcp src=1.1.1.1 dst=2.2.2.2 sport=4 dport=22");
  EXPECT_EQ(ToJson(*flow).dump(),
            R"({"hook":"input","in":"eth0","src":"1.1.1.1","dst":"2.2.2.2","sport":4,"dport":22,)"
            R"("proto":"TCP"})");
}

TEST(ExplanationJson, SaysOnlyWhatThereIsToSay) {
  Explanation explanation;
  explanation.verdict = Verdict::kAllow;
  explanation.decided_by = "policy:web/ingress/0";
  explanation.trace = {"policy:web/ingress/0:Allow"};
  explanation.pending_verdict = Verdict::kAllow;
  explanation.pending_decided_by = explanation.decided_by;
  EXPECT_EQ(ToJson(explanation).dump(), R"({"verdict":"allow","decidedBy":"policy:web/ingress/0",)"
                                        R"("trace":["policy:web/ingress/0:Allow"]})");
  explanation.logs = {"web/ingress/1"};
  explanation.untracked = true;
  explanation.pending_verdict = Verdict::kDeny;
  explanation.pending_decided_by = "policy:new/ingress/0";
  EXPECT_EQ(ToJson(explanation).dump(),
            R"({"verdict":"allow","decidedBy":"policy:web/ingress/0",)"
            R"("trace":["policy:web/ingress/0:Allow"],"logs":["web/ingress/1"],"untracked":true,)"
            R"("pending":{"verdict":"deny","decidedBy":"policy:new/ingress/0"}})");
}

TEST(InterfacesJson, NamesAndAddresses) {
  GW_ASSERT_OK_AND_ASSIGN(const auto interfaces,
                          ParseInterfacesJson(R"({"wan":["203.0.113.2","2001:db8::2"],"lan":[]})"));
  EXPECT_THAT(interfaces, ElementsAre(LiveInterface{"wan", {Ip("203.0.113.2"), Ip("2001:db8::2")}},
                                      LiveInterface{"lan", {}}));
  for (const auto& [text, message] :
       {std::pair("[]", "interfaces are an object of lists"),
        std::pair("{\"a\":5}", "a: a list of"),
        std::pair("{\"a\":[5]}", "a[0]: an address is a text"),
        std::pair("{\"a\":[\"1.1.1.1\",\"x\"]}", "a[1]: `x` is not an IPv4"),
        std::pair("{\"a\":[],\"a\":[]}", "field `a` appears twice"),
        std::pair("{\"\":[]}", "an interface has no name"), std::pair("{", "not valid JSON")}) {
    const auto wrong = ParseInterfacesJson(text);
    ASSERT_FALSE(wrong.ok()) << text;
    EXPECT_THAT(std::string(wrong.status().message()), HasSubstr(message)) << text;
  }
}

}  // namespace
}  // namespace gw
