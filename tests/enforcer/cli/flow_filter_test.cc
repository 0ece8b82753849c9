#include "enforcer/cli/flow_filter.h"

#include <gtest/gtest.h>

#include "common/base/error_column.h"
#include "enforcer/cli/command.h"
#include "tests/support/status_matchers.h"

namespace gw::cli {
namespace {

TEST(FlowFilter, BlankTextIsNoCondition) {
  GW_ASSERT_OK_AND_ASSIGN(const FlowFilter filter, ParseFlowFilter("  "));
  EXPECT_TRUE(filter.query.conditions.empty());
  EXPECT_TRUE(filter.Matches(AuditRecord()));
}

TEST(FlowFilter, ReadsEveryField) {
  GW_ASSERT_OK_AND_ASSIGN(
      const FlowFilter filter,
      ParseFlowFilter("verdict==deny and src == 192.0.2.7 AND dst=='2001:db8::1' && proto==tcp and "
                      "dport==22 and endpoint==wan and rule==\"policy:web/*\""));
  const std::vector<AuditCondition> expected = {
      AuditCondition::HasVerdict(Verdict::kDeny),
      AuditCondition::Source(*ParsePrefix("192.0.2.7/32")),
      AuditCondition::Destination(*ParsePrefix("2001:db8::1/128")),
      AuditCondition::Protocol(kProtocolTcp),
      AuditCondition::DestinationPort(22),
      AuditCondition::Endpoint("wan"),
      AuditCondition::DecidedBy("policy:web/*"),
  };
  EXPECT_EQ(filter.query.conditions, expected);
}

TEST(FlowFilter, TellsInFromOut) {
  GW_ASSERT_OK_AND_ASSIGN(const FlowFilter filter, ParseFlowFilter("in==eth0"));
  EXPECT_EQ(filter.query.conditions, (std::vector{AuditCondition::Interface("eth0")}));
  AuditRecord record;
  record.out = "eth0";
  EXPECT_FALSE(filter.Matches(record));
  record.in = "eth0";
  EXPECT_TRUE(filter.Matches(record));
}

TEST(FlowFilter, ErrorsHaveTheColumn) {
  struct Case {
    const char* text;
    size_t column;
  };
  for (const Case& wrong :
       {Case{"colour==red", 1}, Case{"src=1.2.3.4", 4}, Case{"src==host", 6},
        Case{"dport==22 or dport==23", 11}, Case{"dport==70000", 8}, Case{"proto==ftp", 8},
        Case{"verdict==maybe", 10}, Case{"src==1.2.3.4 and", 17}, Case{"dst=='1.2.3.4", 6},
        Case{"dport==22 and dport==23", 15}, Case{"dport==", 8}}) {
    const auto filter = ParseFlowFilter(wrong.text);
    EXPECT_TRUE(absl::IsInvalidArgument(filter.status())) << wrong.text;
    EXPECT_EQ(ErrorColumn(filter.status()), wrong.column) << wrong.text << ": " << filter.status();
  }
}

TEST(ParseWhen, ReadsAgesAndDates) {
  const absl::Time now = absl::FromUnixSeconds(1'000'000);
  const auto when = [now](const char* text) { return *ParseWhen(text, now); };
  EXPECT_EQ(when("90s"), now - absl::Seconds(90));
  EXPECT_EQ(when("10m"), now - absl::Minutes(10));
  EXPECT_EQ(when("2h"), now - absl::Hours(2));
  EXPECT_EQ(when("7d"), now - absl::Hours(7 * 24));
  EXPECT_EQ(when("1970-01-01T00:00:05Z"), absl::FromUnixSeconds(5));
  EXPECT_EQ(when("1970-01-01T01:00:05+01:00"), absl::FromUnixSeconds(5));
}

TEST(ParseWhen, RefusesTheRest) {
  for (const char* text : {"", "m", "10", "-5m", "yesterday", "10y", "1.5h", "2026-01-01"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ParseWhen(text, absl::UnixEpoch()).status())) << text;
  }
}

}  // namespace
}  // namespace gw::cli
