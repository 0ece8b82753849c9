// The filter of the flow log: chips of queries, queries of chips, what is offered, and errors.

#include "admin-gui/views/flow_terms.h"

#include <gmock/gmock.h>

#include <QSignalSpy>
#include <QTest>

namespace gw::gui {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

std::vector<FilterTerm> Chips(const QString& query) {
  const auto terms = ReadFilterTerms(query);
  EXPECT_TRUE(terms.has_value()) << query.toStdString();
  return terms.value_or(std::vector<FilterTerm>());
}

FilterTerm Chip(const char16_t* field, const char16_t* sign, const char16_t* value,
                bool negated = false) {
  FilterTerm term;
  term.field = QString::fromUtf16(field);
  term.sign = QString::fromUtf16(sign);
  term.value = QString::fromUtf16(value);
  term.negated = negated;
  return term;
}

TEST(FlowTerms, WhatAndJoinsAreChips) {
  EXPECT_THAT(Chips(u"  "_qs), IsEmpty());
  EXPECT_THAT(
      Chips(u"action == deny && DPORT in {80, 8000:8080} and proto is not udp"_qs),
      ElementsAre(Chip(u"action", u"is", u"deny"), Chip(u"dport", u"in", u"(80, 8000:8080)"),
                  Chip(u"proto", u"is", u"udp", true)));
  EXPECT_THAT(Chips(u"not src in set(guests) and endpoint == selector(\"role == 'a'\")"_qs),
              ElementsAre(Chip(u"src", u"in", u"(set(guests))", true),
                          Chip(u"endpoint", u"is", u"selector(\"role == 'a'\")")));
  EXPECT_THAT(
      Chips(u"not bytes > 10M and policy contains 'a b'"_qs),
      ElementsAre(Chip(u"bytes", u">", u"10M", true), Chip(u"policy", u"contains", u"'a b'")));
}

TEST(FlowTerms, MoreThanAComparisonIsOneChip) {
  EXPECT_THAT(Chips(u"dport == 80 or  dport == 81 "_qs),
              ElementsAre(Chip(u"", u"", u"(dport == 80 or  dport == 81)")));
  EXPECT_THAT(Chips(u"action == deny and not (proto == udp or not dport == 1) and in == eth0"_qs),
              ElementsAre(Chip(u"action", u"is", u"deny"),
                          Chip(u"", u"", u"(proto == udp or not dport == 1)", true),
                          Chip(u"in", u"is", u"eth0")));
}

TEST(FlowTerms, WrittenChipsAreReadAsTheSame) {
  for (const QString& query :
       {u"src == 10.0.0.1"_qs, u"policy != 'with blank'"_qs, u"dport not in (80, 443)"_qs,
        u"endpoint contains \"it's\""_qs, u"not time < -2h"_qs, u"rule == policy:web/*"_qs,
        u"src == 'set(x)'"_qs, u"dst not in (set('my set'), 10.0.0.0/8)"_qs,
        u"not (in == a or out == b)"_qs, u"duration >= 5m"_qs, u"text contains ''"_qs}) {
    EXPECT_EQ(WriteFilterTerms(Chips(query)), query);
    for (FilterTerm chip : Chips(query)) {
      chip.negated = !chip.negated;
      EXPECT_THAT(Chips(WriteFilterTerm(chip)), ElementsAre(chip)) << query.toStdString();
    }
  }
}

// What earlier versions of the window saved and linked to.
TEST(FlowTerms, OlderTextsAreRead) {
  for (const QString& query :
       {u"verdict is deny"_qs, u"dport in {80, 443}"_qs, u"src == printer"_qs,
        u"interface == eth1.20"_qs, u"pending != allow"_qs, u"rule == \"policy:a b/ingress/0\""_qs,
        u"policy == 'guest-internet' && proto = 17"_qs}) {
    EXPECT_THAT(Chips(query), Not(IsEmpty())) << query.toStdString();
  }
}

QString ErrorOf(const QString& query) {
  return FilterError(query, ParseAuditExpression(query.toStdString(), absl::Now()).status());
}

TEST(FlowTerms, ErrorsAreSentencesThatSayWhere) {
  EXPECT_EQ(ErrorOf(u"action == deny and sprt == 1"_qs),
            u"Column 20: “sprt” is not a field. Did you mean sport?"_qs);
  EXPECT_EQ(ErrorOf(u"dport == 80000"_qs),
            u"Column 10: “80000” is no port. Use a number up to 65535."_qs);
  EXPECT_EQ(ErrorOf(u"dport == 80 dport == 81"_qs),
            u"Column 13: Expected “and”, “or” or the end."_qs);
  // Characters, not bytes.
  EXPECT_EQ(ErrorOf(u"in == 'küche' and src == 'x"_qs), u"Column 26: Unterminated string."_qs);
  EXPECT_EQ(ErrorOf(u"action == 'a: b'"_qs),
            u"Column 11: “a: b” is no action. Use one of allow, deny, none."_qs);
}

std::vector<std::string> Offered(const QString& text, const std::vector<AuditTop>& known = {}) {
  std::vector<std::string> inserts;
  for (const Completion& one : CompleteFilter(text, AuditCursorOf(text.toStdString()), known)) {
    inserts.push_back(one.insert.toStdString());
  }
  return inserts;
}

TEST(FlowTerms, OffersFieldsOperatorsAndValues) {
  EXPECT_THAT(Offered(u"dp"_qs), ElementsAre("dport "));
  EXPECT_THAT(Offered(u""_qs), SizeIs(AuditFields().size()));
  EXPECT_THAT(Offered(u"dport == 80 and sr"_qs),
              ElementsAre("dport == 80 and src ", "dport == 80 and src.label."));
  EXPECT_THAT(Offered(u"dport == 80 and"_qs), Contains("dport == 80 and src "));
  EXPECT_THAT(Offered(u"(dport == 80 "_qs), ElementsAre("(dport == 80 and ", "(dport == 80 or "));
  EXPECT_THAT(Offered(u"dport == 80 "_qs), IsEmpty()) << "Return ends it";
  EXPECT_THAT(Offered(u"(in == a or ou"_qs),
              ElementsAre("(in == a or out ", "(in == a or outEndpoint "));
  EXPECT_THAT(Offered(u"policy "_qs), ElementsAre("policy == ", "policy != ", "policy contains ",
                                                  "policy in (", "policy not in ("));
  EXPECT_THAT(Offered(u"bytes "_qs), Contains("bytes > "));
  EXPECT_THAT(Offered(u"action =="_qs),
              ElementsAre("action == allow", "action == deny", "action == none"));
  EXPECT_THAT(Offered(u"action is"_qs), Contains("action is deny"));
  EXPECT_THAT(Offered(u"action == D"_qs), ElementsAre("action == deny"));
  EXPECT_THAT(Offered(u"nothing == "_qs), IsEmpty());
}

TEST(FlowTerms, OffersWhatTheLogHasInTheOrderOfTheLog) {
  std::vector<AuditTop> known(2);
  known[0].text = "guest room";
  known[0].count = 1'204;
  known[1].text = "lan";
  EXPECT_THAT(Offered(u"endpoint == "_qs, known),
              ElementsAre("endpoint == 'guest room'", "endpoint == lan"));
  EXPECT_THAT(Offered(u"endpoint in (lan, 'gue"_qs, known),
              ElementsAre("endpoint in (lan, 'guest room'"));
  const QString text = u"endpoint == "_qs;
  const auto offered = CompleteFilter(text, AuditCursorOf(text.toStdString()), known);
  EXPECT_EQ(offered.front().text, u"'guest room'"_qs);
  EXPECT_TRUE(offered.front().detail.contains(u"204"));
  // What can stay as it was typed is what Return takes.
  EXPECT_THAT(Offered(u"endpoint == la"_qs, known),
              ElementsAre("endpoint == la", "endpoint == lan"));
  EXPECT_THAT(Offered(u"endpoint == lan"_qs, known), ElementsAre("endpoint == lan"));
  known[0].text = "deny";
  known[1].text = "allow";
  EXPECT_THAT(Offered(u"action == "_qs, known),
              ElementsAre("action == deny", "action == allow", "action == none"));
}

class FlowFilter : public ::testing::Test {
 protected:
  FlowFilter() : bar_(u"Filter"_qs) {
    bar_.SetLanguage(ReadFilterTerms, WriteFilterTerm, nullptr, ReadFilterJoin);
  }
  void Type(const char* text) { QTest::keyClicks(bar_.edit(), QString::fromLatin1(text)); }

  FilterBar bar_;
};

TEST_F(FlowFilter, OrAfterAChipIsAboutThatChip) {
  Type("action == deny and dport == 80 or dport == 81 ");
  EXPECT_THAT(bar_.terms(), ElementsAre(Chip(u"action", u"is", u"deny"),
                                        Chip(u"", u"", u"(dport == 80 or dport == 81)")));
  EXPECT_EQ(bar_.Query(), u"action == deny and (dport == 80 or dport == 81)"_qs);
}

TEST_F(FlowFilter, TextThatIsNoChipYetCountsByItself) {
  bar_.SetTerms({Chip(u"action", u"is", u"deny")});
  bar_.SetText(u"dport == 80 or dport == 81"_qs);
  EXPECT_EQ(bar_.Query(), u"action == deny and (dport == 80 or dport == 81)"_qs);
  bar_.SetText(u"dport =="_qs);
  EXPECT_EQ(bar_.Query(), u"action == deny and dport =="_qs);
}

TEST_F(FlowFilter, ReturnMakesAllItsTermsChips) {
  bar_.SetText(u"action == deny and (in == a or in == b)"_qs);
  QTest::keyClick(bar_.edit(), Qt::Key_Return);
  EXPECT_THAT(bar_.terms(), SizeIs(2));
  EXPECT_TRUE(bar_.edit()->text().isEmpty());
}

}  // namespace
}  // namespace gw::gui
