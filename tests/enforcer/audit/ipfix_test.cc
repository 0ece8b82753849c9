// IPFIX messages, read back by a small reader that knows RFC 7011 and nothing of the encoder.

#include "enforcer/audit/ipfix.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/net/protocol.h"
#include "tests/support/policy_builder.h"

namespace gw {
namespace {

using testing::Addr;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing::Tcp;

// ---- the reader -----------------------------------------------------------------------------

// Values by element, "1" or, of an enterprise, "29305:1": numbers in decimal, addresses and texts
// as they are written.
using Values = std::map<std::string, std::string>;

class Reader {
 public:
  struct Header {
    uint64_t version, length, time, sequence, domain;
  };
  Header header{};
  std::vector<Values> records;

  void Read(const std::string& message) {
    text_ = message;
    at_ = 0;
    header.version = Number(2);
    header.length = Number(2);
    header.time = Number(4);
    header.sequence = Number(4);
    header.domain = Number(4);
    ASSERT_EQ(header.length, message.size());
    while (at_ < text_.size()) {
      const size_t begin = at_;
      const uint64_t set = Number(2);
      const uint64_t length = Number(2);
      ASSERT_GE(length, 4u);
      const size_t end = begin + length;
      ASSERT_LE(end, text_.size());
      while (at_ < end) set == 2 ? ReadTemplate() : ReadRecord(set);
      ASSERT_EQ(at_, end);
    }
  }
  size_t templates() const { return templates_.size(); }

 private:
  struct Field {
    std::string name;
    uint64_t element, bytes;
  };

  uint64_t Number(size_t bytes) {
    uint64_t value = 0;
    for (; bytes > 0; --bytes) value = value << 8 | static_cast<uint8_t>(text_.at(at_++));
    return value;
  }

  void ReadTemplate() {
    const uint64_t id = Number(2);
    EXPECT_GE(id, 256u);
    std::vector<Field> fields(Number(2));
    for (Field& field : fields) {
      field.element = Number(2);
      field.bytes = Number(2);
      const bool has_enterprise = (field.element & 0x8000) != 0;
      field.element &= 0x7fff;
      field.name = has_enterprise ? absl::StrCat(Number(4), ":", field.element)
                                  : absl::StrCat(field.element);
    }
    EXPECT_TRUE(templates_.emplace(id, fields).second) << "twice: " << id;
  }

  void ReadRecord(uint64_t set) {
    ASSERT_TRUE(templates_.contains(set)) << "no template " << set;
    Values values;
    for (const Field& field : templates_.at(set)) {
      uint64_t bytes = field.bytes;
      if (bytes == 65'535) {
        bytes = Number(1);
        if (bytes == 255) bytes = Number(2);
        values[field.name] = text_.substr(at_, bytes);
        at_ += bytes;
      } else if (bytes == 16 || field.element == 8 || field.element == 12 || field.element == 225 ||
                 field.element == 226) {
        const std::string raw = text_.substr(at_, bytes);
        at_ += bytes;
        values[field.name] =
            ToString(Address::FromBytes(bytes == 4 ? Family::kIPv4 : Family::kIPv6,
                                        reinterpret_cast<const uint8_t*>(raw.data())));
      } else {
        values[field.name] = absl::StrCat(Number(bytes));
      }
    }
    records.push_back(values);
  }

  std::string text_;
  size_t at_ = 0;
  std::map<uint64_t, std::vector<Field>> templates_;
};

constexpr int64_t kSeconds = 1'700'000'000;

Reader ReaderWithTemplates() {
  Reader reader;
  for (IpfixMessage& message : IpfixTemplates()) {
    reader.Read(std::move(message).Finish(1, 0, absl::FromUnixSeconds(kSeconds)));
  }
  return reader;
}

Values OnlyRecord(const IpfixRecord& record) {
  Reader reader = ReaderWithTemplates();
  IpfixMessage message;
  EXPECT_TRUE(message.Add(record));
  reader.Read(std::move(message).Finish(1, 0, absl::FromUnixSeconds(kSeconds)));
  EXPECT_THAT(reader.records, SizeIs(1));
  return reader.records.empty() ? Values() : reader.records.front();
}

StreamedDecision Decision() {
  StreamedDecision decision;
  AuditRecord& record = decision.record;
  record.id = 7;
  record.time = absl::FromUnixMillis(kSeconds * 1000 + 123);
  record.tuple = Tcp("192.0.2.1", "198.51.100.2", 443);
  record.tuple.source_port = 40'000;
  record.verdict = Verdict::kAllow;
  record.decided_by = "policy:web/ingress/0";
  decision.in_index = 2;
  decision.out_index = 3;
  return decision;
}

StreamedFlow End() {
  StreamedFlow flow;
  flow.flow.id = 7;
  flow.tuple = Decision().record.tuple;
  flow.known = absl::FromUnixSeconds(kSeconds + 20);
  FlowEnd end;
  end.time = absl::FromUnixSeconds(kSeconds + 9);
  end.duration = absl::Milliseconds(1500);
  end.packets_sent = 5;
  end.bytes_sent = 5'000'000'000;
  end.packets_received = 4;
  end.bytes_received = 7'000;
  end.reason = FlowEnd::Reason::kClosed;
  flow.flow.end = end;
  return flow;
}

// ---- records --------------------------------------------------------------------------------

TEST(Ipfix, AcceptedFlow) {
  const Values expected = {{"148", "7"},
                           {"152", "1700000000123"},
                           {"153", "1700000000123"},
                           {"8", "192.0.2.1"},
                           {"12", "198.51.100.2"},
                           {"7", "40000"},
                           {"11", "443"},
                           {"4", "6"},
                           {"233", "1"},
                           {"89", "64"},
                           {"133", "0"},
                           {"10", "2"},
                           {"14", "3"},
                           {"335", "policy:web/ingress/0"}};
  EXPECT_EQ(OnlyRecord(IpfixRecordOf(Decision())), expected);
}

TEST(Ipfix, DeniedFlowAndSumOfDeniedPackets) {
  StreamedDecision decision = Decision();
  decision.record.verdict = Verdict::kDeny;
  Values values = OnlyRecord(IpfixRecordOf(decision));
  EXPECT_EQ(values["233"], "3");
  EXPECT_EQ(values["89"], "129");
  EXPECT_EQ(values["133"], "1");
  decision.record.repeats = 1234;
  EXPECT_EQ(OnlyRecord(IpfixRecordOf(decision))["133"], "1234");
}

TEST(Ipfix, FlowThatIsDecidedAgainIsUpdated) {
  StreamedDecision decision = Decision();
  decision.record.redecided = true;
  EXPECT_EQ(OnlyRecord(IpfixRecordOf(decision))["233"], "5");
  decision.record.verdict = Verdict::kDeny;
  EXPECT_EQ(OnlyRecord(IpfixRecordOf(decision))["233"], "3");
}

TEST(Ipfix, DestinationIsThatBeforeDnat) {
  StreamedDecision decision = Decision();
  decision.record.original_destination = TransportAddress{Addr("203.0.113.2"), 8443};
  Values values = OnlyRecord(IpfixRecordOf(decision));
  EXPECT_EQ(values["12"], "203.0.113.2");
  EXPECT_EQ(values["11"], "8443");
  EXPECT_EQ(values["226"], "198.51.100.2");
  EXPECT_EQ(values["228"], "443");
  // Nobody knows as yet.
  EXPECT_FALSE(values.contains("225"));
  EXPECT_FALSE(values.contains("230"));
}

TEST(Ipfix, EndCountsBothWays) {
  const Values expected = {{"148", "7"},
                           {"152", "1700000007500"},
                           {"153", "1700000009000"},
                           {"8", "192.0.2.1"},
                           {"12", "198.51.100.2"},
                           {"7", "40000"},
                           {"11", "443"},
                           {"4", "6"},
                           {"233", "2"},
                           {"136", "3"},
                           {"239", "1"},
                           {"1", "5000000000"},
                           {"2", "5"},
                           {"29305:1", "7000"},
                           {"29305:2", "4"}};
  EXPECT_EQ(OnlyRecord(IpfixRecordOf(End())), expected);
}

TEST(Ipfix, EveryReasonOfAnEnd) {
  const std::pair<FlowEnd::Reason, const char*> kReasons[] = {{FlowEnd::Reason::kTimeout, "1"},
                                                              {FlowEnd::Reason::kClosed, "3"},
                                                              {FlowEnd::Reason::kReset, "3"},
                                                              {FlowEnd::Reason::kRemoved, "4"}};
  for (const auto& [reason, expected] : kReasons) {
    StreamedFlow flow = End();
    flow.flow.end->reason = reason;
    EXPECT_EQ(OnlyRecord(IpfixRecordOf(flow))["136"], expected);
  }
}

TEST(Ipfix, TranslationBothWays) {
  StreamedFlow flow = End();
  flow.flow.original_destination = TransportAddress{Addr("203.0.113.2"), 8443};
  flow.flow.translated_source = TransportAddress{Addr("192.168.10.1"), 1024};
  for (const bool ended : {true, false}) {
    if (!ended) flow.flow.end.reset();
    Values values = OnlyRecord(IpfixRecordOf(flow));
    EXPECT_EQ(values["323"], absl::StrCat(kSeconds + 20, "000"));
    EXPECT_EQ(values["230"], ended ? "5" : "4");
    EXPECT_EQ(values["8"], "192.0.2.1");
    EXPECT_EQ(values["12"], "203.0.113.2");
    EXPECT_EQ(values["225"], "192.168.10.1");
    EXPECT_EQ(values["227"], "1024");
    EXPECT_EQ(values["226"], "198.51.100.2");
    EXPECT_EQ(values["228"], "443");
    EXPECT_EQ(values.contains("1"), ended);
  }
}

TEST(Ipfix, WhatIsNotTranslatedStandsAsItWas) {
  StreamedFlow flow = End();
  flow.flow.translated_source = TransportAddress{Addr("203.0.113.2"), 1024};
  Values values = OnlyRecord(IpfixRecordOf(flow));
  EXPECT_EQ(values["226"], "198.51.100.2");
  EXPECT_EQ(values["228"], "443");
}

TEST(Ipfix, IPv6) {
  StreamedFlow flow = End();
  flow.tuple = Tcp("2001:db8::1", "2001:db8::2", 443);
  flow.flow.translated_source = TransportAddress{Addr("2001:db8::3"), 1024};
  Values values = OnlyRecord(IpfixRecordOf(flow));
  EXPECT_EQ(values["27"], "2001:db8::1");
  EXPECT_EQ(values["28"], "2001:db8::2");
  EXPECT_EQ(values["281"], "2001:db8::3");
  EXPECT_EQ(values["282"], "2001:db8::2");
  EXPECT_FALSE(values.contains("230"));
}

TEST(Ipfix, IcmpHasTypeAndCodeInsteadOfPorts) {
  StreamedDecision decision = Decision();
  Tuple& tuple = decision.record.tuple;
  tuple.protocol = kProtocolIcmp;
  tuple.source_port = tuple.destination_port = 0;
  tuple.icmp_type = 8;
  tuple.icmp_code = 1;
  Values values = OnlyRecord(IpfixRecordOf(decision));
  EXPECT_EQ(values["32"], "2049");
  EXPECT_FALSE(values.contains("11"));
  tuple.source = Addr("2001:db8::1");
  tuple.destination = Addr("2001:db8::2");
  tuple.protocol = kProtocolIcmpv6;
  EXPECT_EQ(OnlyRecord(IpfixRecordOf(decision))["139"], "2049");
}

TEST(Ipfix, LongNamesHaveALongLengthAndAreCutBetweenCharacters) {
  StreamedDecision decision = Decision();
  for (const size_t bytes : {0u, 254u, 255u, 512u}) {
    decision.record.decided_by = std::string(bytes, 'x');
    EXPECT_EQ(OnlyRecord(IpfixRecordOf(decision))["335"], decision.record.decided_by);
  }
  decision.record.decided_by = std::string(511, 'x') + "\xc3\xa4";
  EXPECT_EQ(OnlyRecord(IpfixRecordOf(decision))["335"], std::string(511, 'x'));
}

// ---- messages -------------------------------------------------------------------------------

TEST(Ipfix, HeaderCountsRecordsNotTemplates) {
  IpfixMessage message;
  EXPECT_TRUE(message.empty());
  EXPECT_TRUE(message.AddTemplate(IpfixRecordOf(Decision()).TemplateOf()));
  EXPECT_TRUE(message.Add(IpfixRecordOf(Decision())));
  EXPECT_TRUE(message.Add(IpfixRecordOf(Decision())));
  EXPECT_EQ(message.records(), 2u);
  Reader reader;
  reader.Read(std::move(message).Finish(5, 0xfffffff0, absl::FromUnixSeconds(kSeconds)));
  EXPECT_EQ(reader.header.version, 10u);
  EXPECT_EQ(reader.header.time, static_cast<uint64_t>(kSeconds));
  EXPECT_EQ(reader.header.sequence, 0xfffffff0u);
  EXPECT_EQ(reader.header.domain, 5u);
  EXPECT_THAT(reader.records, SizeIs(2));
}

TEST(Ipfix, TemplatesAreAllDifferentAndFitIntoMessages) {
  for (const size_t bytes : {kIpfixMessageBytesMax, kIpfixMessageBytesMin}) {
    Reader reader;
    for (IpfixMessage& message : IpfixTemplates(bytes)) {
      EXPECT_EQ(message.records(), 0u);
      const std::string text = std::move(message).Finish(1, 0, absl::UnixEpoch());
      EXPECT_LE(text.size(), bytes);
      reader.Read(text);
    }
    EXPECT_EQ(reader.templates(), 20u);
    EXPECT_THAT(reader.records, IsEmpty());
  }
}

TEST(Ipfix, FullMessageTakesNoMoreAndMixedRecordsKeepTheirOrder) {
  Reader reader = ReaderWithTemplates();
  IpfixMessage message;
  int64_t id = 0;
  while (true) {
    StreamedDecision decision = Decision();
    decision.record.id = ++id;
    if (!message.Add(IpfixRecordOf(decision))) break;
    StreamedFlow flow = End();
    flow.flow.id = ++id;
    if (!message.Add(IpfixRecordOf(flow))) break;
  }
  const std::string text = std::move(message).Finish(1, 0, absl::UnixEpoch());
  EXPECT_LE(text.size(), kIpfixMessageBytesMax);
  EXPECT_GT(text.size(), kIpfixMessageBytesMax - 100);
  reader.Read(text);
  ASSERT_THAT(reader.records, SizeIs(id - 1));
  for (int64_t i = 1; i < id; ++i) {
    EXPECT_EQ(reader.records[static_cast<size_t>(i - 1)]["148"], absl::StrCat(i));
  }
}

}  // namespace
}  // namespace gw
