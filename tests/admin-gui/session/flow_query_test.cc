#include "admin-gui/session/flow_query.h"

#include <gmock/gmock.h>

#include "common/base/error_column.h"
#include "tests/admin-gui/support/flow_log.h"

namespace gw::gui {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

absl::StatusOr<FlowQuery> Read(absl::string_view text) {
  return SimpleFlowLanguage().Read(text, [](const std::string& name) {
    return name == "printer" ? std::vector<Prefix>{testing::Net("10.10.0.40/32")}
                             : std::vector<Prefix>();
  });
}

AuditRecord Denied() { return testing::OfficeFlow(absl::UnixEpoch(), 0); }

TEST(FlowQuery, NothingMeansEverything) {
  const auto query = Read("  ");
  ASSERT_TRUE(query.ok());
  EXPECT_TRUE(query->empty());
  EXPECT_THAT(query->conditions, IsEmpty());
}

TEST(FlowQuery, TermsBecomeConditionsOfTheStore) {
  const auto query = Read("action == deny and dport = 631 && proto is not udp and policy == web");
  ASSERT_TRUE(query.ok()) << query.status();
  EXPECT_THAT(
      query->conditions,
      ElementsAre(AuditCondition::HasVerdict(Verdict::kDeny), AuditCondition::DestinationPort(631),
                  AuditCondition::Not(AuditCondition::Protocol(kProtocolUdp)),
                  AuditCondition::DecidedBy("policy:web/*")));
  EXPECT_FALSE(query->also);
}

TEST(FlowQuery, NamesStandForTheirAddresses) {
  const auto query = Read("dst == printer and src != 10.0.0.0/8");
  ASSERT_TRUE(query.ok()) << query.status();
  EXPECT_THAT(query->conditions,
              ElementsAre(AuditCondition::Destination(testing::Net("10.10.0.40/32")),
                          AuditCondition::Not(AuditCondition::Source(testing::Net("10.0.0.0/8")))));
}

TEST(FlowQuery, WhatTheStoreCannotLookUpIsCompared) {
  const auto query = Read("dport in {80, 631} and policy contains LATER and in == eth1.20");
  ASSERT_TRUE(query.ok()) << query.status();
  EXPECT_THAT(query->conditions, ElementsAre(AuditCondition::Interface("eth1.20")));
  AuditRecord record = Denied();
  EXPECT_TRUE(query->also(record));
  record.tuple.destination_port = 443;
  EXPECT_FALSE(query->also(record));
  record = Denied();
  std::swap(record.in, record.out);
  EXPECT_FALSE(query->also(record));
}

TEST(FlowQuery, ExcludedListsAreConditions) {
  const auto query = Read("dport not in {80, 443}");
  ASSERT_TRUE(query.ok());
  EXPECT_THAT(query->conditions, SizeIs(2));
  EXPECT_FALSE(query->also);
}

TEST(FlowQuery, ErrorsSayWhereAndWhatWasMeant) {
  const std::pair<const char*, const char*> kWrong[] = {
      {"action == deny and sprt == 1", "column 20: “sprt” is not a field. Did you mean sport?"},
      {"dport 80", "column 7: an operator is missing"},
      {"dport == 80000", "column 10: “80000” is no port"},
      {"dst == nobody", "column 8: “nobody” is neither an address nor a name"},
      {"src == 'x", "column 8: the text that starts here has no closing quote."},
      {"dport in {80", "column 13: the list has no closing “}”."},
      {"dport == 80 dport == 81", "column 13: “and” is missing here."},
      {"dport == 80 and", "column 16: a term is missing"},
      {"src contains 10", "column 5: contains is for names"},
      {"action == maybe", "column 11: “maybe” is no action"},
  };
  for (const auto& [text, message] : kWrong) {
    const auto query = Read(text);
    ASSERT_FALSE(query.ok()) << text;
    EXPECT_THAT(std::string(query.status().message()), HasSubstr(message)) << text;
    EXPECT_GT(ErrorColumn(query.status()), 0U) << text;
  }
}

TEST(FlowQuery, WrittenTermsAreReadAsTheSame) {
  const FlowTerm kTerms[] = {
      {FlowField::kSource, FlowOperator::kIs, {"10.0.0.1"}},
      {FlowField::kPolicy, FlowOperator::kIsNot, {"with blank"}},
      {FlowField::kDestinationPort, FlowOperator::kNotIn, {"80", "443"}},
      {FlowField::kEndpoint, FlowOperator::kContains, {"it's"}},
  };
  const SimpleFlowLanguage language;
  for (const FlowTerm& term : kTerms) {
    const auto query = Read(language.Write(term));
    ASSERT_TRUE(query.ok()) << language.Write(term) << query.status();
    EXPECT_THAT(query->terms, ElementsAre(term));
  }
}

TEST(FlowQuery, OffersFieldsOperatorsAndValues) {
  const SimpleFlowLanguage language;
  EXPECT_EQ(language.Complete("dp").front().text, "dport ");
  EXPECT_EQ(language.Complete("dport == 80 and sr").front().text, "dport == 80 and src ");
  EXPECT_EQ(language.Complete("action ==").front().text, "action == allow");
  EXPECT_THAT(language.Complete("nothing ==").size(), 0U);
}

}  // namespace
}  // namespace gw::gui
