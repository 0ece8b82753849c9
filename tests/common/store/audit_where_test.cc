// The language of questions to the audit log: what each expression finds, and its errors.

#include "common/store/audit_where.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/base/error_column.h"
#include "common/store/audit_store.h"
#include "tests/support/status_matchers.h"

namespace gw {
namespace {

using ::testing::HasSubstr;
using List = std::vector<int64_t>;

absl::Time Now() { return absl::FromUnixSeconds(1'700'000'000); }

class AuditWhere : public ::testing::Test {
 protected:
  AuditWhere() {
    auto store = AuditStore::Open(kMemoryDatabase, AuditStore::Mode::kWriter);
    EXPECT_OK(store);
    store_ = *std::move(store);
    std::vector<AuditRecord> records(4);
    for (size_t i = 0; i < records.size(); ++i) {
      AuditRecord& record = records[i];
      record.time = Now() - absl::Hours(static_cast<int64_t>(i));
      record.tuple = {
          Address::IPv4(0x0a000001), Address::IPv4(0xc6336402), kProtocolTcp, 40'000, 443, 0, 0};
      record.in = "eth0";
      record.out = "eth1";
      record.verdict = record.pending_verdict = Verdict::kAllow;
      record.decided_by = "policy:web/ingress/0";
      record.tier = "default";
      record.in_endpoint = "wan";
      record.out_endpoint = "lan";
      record.revision = 7;
      record.generation = 3;
    }
    records[1].verdict = Verdict::kDeny;
    records[1].rejected = true;
    records[1].decided_by = "end-of-tier:base/ingress";
    records[1].tier = "base";
    records[1].tuple.source = *ParseAddress("2001:db8::9");
    records[1].tuple.destination = *ParseAddress("2001:db8::1");
    records[1].logs = {"audit/ingress/0"};
    records[2].tuple.protocol = kProtocolIcmp;
    records[2].tuple.source_port = records[2].tuple.destination_port = 0;
    records[2].tuple.icmp_type = 8;
    records[2].hook = Hook::kForward;
    records[2].in_endpoint = "guest room";
    records[2].redecided = true;
    records[2].revision = 9;
    records[3].tuple.source_port = 53;
    records[3].tuple.protocol = kProtocolUdp;
    records[3].tuple.destination_port = 8'080;
    records[3].pending_verdict = Verdict::kDeny;
    records[3].repeats = 12;
    records[3].decided_by = "policy:guest/wifi/egress/2";
    records[0].in_labels = {{"zone", "uplink"}, {"app.example.org/tier", "1"}};
    records[1].source_party = {{"docs", {{"role", "example"}}}, {"all", {{"role", "any"}}}};
    records[2].out_labels = {{"zone", "guest"}};
    records[3].destination_party = {{"servers", {{"role", "server"}}}};
    EXPECT_OK(store_->Append(records));
    names_.networks = [](const std::string& set) -> absl::StatusOr<std::vector<Prefix>> {
      if (set != "docs") return absl::NotFoundError("no such set");
      return std::vector<Prefix>{*ParsePrefix("2001:db8::/32"), *ParsePrefix("192.0.2.0/24")};
    };
    names_.endpoints = [](const std::string& selector) -> absl::StatusOr<std::vector<std::string>> {
      if (selector == "none") return std::vector<std::string>();
      if (selector != "role == 'guest'") return absl::InvalidArgumentError("not that");
      return std::vector<std::string>{"guest room", "elsewhere"};
    };
    names_.addresses = [](const std::string& name) {
      return name == "printer" ? std::vector<Prefix>{*ParsePrefix("2001:db8::1/128")}
                               : std::vector<Prefix>();
    };
  }

  // The ids that are found, from 1.
  List Find(const std::string& text) {
    const auto filter = ParseAuditFilter(text, Now(), names_);
    EXPECT_TRUE(filter.ok()) << text << ": " << filter.status();
    if (!filter.ok()) return {};
    AuditQuery query;
    query.where = *filter;
    query.after_id = 0;
    const auto records = store_->Query(query);
    EXPECT_OK(records);
    List ids;
    for (const AuditRecord& record : *records) ids.push_back(record.id);
    return ids;
  }

  std::unique_ptr<AuditStore> store_;
  AuditNames names_;
};

TEST_F(AuditWhere, EachFieldAndOperator) {
  const List all = {1, 2, 3, 4};
  const std::vector<std::pair<std::string, List>> cases = {
      {"  ", all},
      {"action == deny", {2}},
      {"VERDICT != Deny", {1, 3, 4}},
      {"action in (allow, none)", {1, 3, 4}},
      {"pending == deny", {4}},
      {"src == 10.0.0.1", {1, 3, 4}},
      {"src = 10.0.0.1", {1, 3, 4}},
      {"src in 10.0.0.0/8", {1, 3, 4}},
      {"dst in (198.51.100.0/30, 2001:db8::1)", all},
      {"addr == 2001:db8::1", {2}},
      {"src in set(docs)", {2}},
      {"src not in set('docs')", {1, 3, 4}},
      {"dst == printer", {2}},
      {"addr in (printer, 192.0.2.1)", {2}},
      {"service == 443/tcp", {1, 2}},
      {"service in (icmp, '8080/*')", {3, 4}},
      {"sport == 53", {4}},
      {"sport < 1024", {4}},
      {"dport >= 443", {1, 2, 4}},
      {"dport in (80, 8000:9000)", {4}},
      {"dport in {80, 8000:9000}", {4}},
      {"dport != 443", {3, 4}},
      {"proto is icmp", {3}},
      {"proto is not icmp", {1, 2, 4}},
      {"port == 53", {4}},
      {"proto == icmp", {3}},
      {"proto in (udp, 6)", {1, 2, 4}},
      {"family == ipv6", {2}},
      {"hook == forward", {3}},
      {"label.zone == uplink", {1}},
      {"label.zone in (uplink, guest)", {1, 3}},
      {"label.zone != uplink", {2, 3, 4}},
      {"label.zone == '*'", {1, 3}},
      {"label.app.example.org/tier == 1", {1}},
      {"label.Zone == uplink", {}},
      {"LABEL.role contains XAMP", {2}},
      {"label.role in (any, server)", {2, 4}},
      {"src.label.role == any", {2}},
      {"src.label.role == server", {}},
      {"dst.label.role == server", {4}},
      {"not dst.label.role == '*' and not label.zone == '*'", {2}},
      {"in == eth0 and out == eth1", all},
      {"out == eth0", {}},
      {"interface == eth1", all},
      {"interface == 'eth*'", all},
      {"endpoint == 'guest room'", {3}},
      {"inEndpoint == wan", {1, 2, 4}},
      {"outendpoint == wan", {}},
      {"endpoint in selector(\"role == 'guest'\")", {3}},
      {"endpoint in (lan, selector('none'))", all},
      {"endpoint == selector('none')", {}},
      {"rule == policy:web/ingress/0", {1, 3}},
      {"rule == policy:*", {1, 3, 4}},
      {"policy == web", {1, 3}},
      {"policy == guest/wifi", {4}},
      {"policy == ''", {2}},
      {"tier == base", {2}},
      {"reason == end-of-tier", {2}},
      {"log contains AUDIT", {2}},
      {"text contains guest", {3, 4}},
      {"text contains 'GUEST ROOM'", {3}},
      {"time > -90m", {1, 2}},
      {"time >= -1h", {1, 2}},
      {"time < -1h", {3, 4}},
      {"time <= now", all},
      {"time == -2h", {3}},
      {"time == '2023-11-14T22:13:20Z'", {1}},
      {"time < -1d", {}},
      {"time < infinite-past", {}},
      {"time <= infinite-past", {}},
      {"time > infinite-future", {}},
      {"time > -9999999999d", all},
      {"time > 2023-11-10 and time < 2023-11-20", all},
      {"time in (-1h, -3h)", {2, 4}},
      {"revision > 7", {3}},
      {"generation == 3", all},
      {"rejected == true", {2}},
      {"redecided == true", {3}},
      {"repeats > 0", {4}},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(Find(text), expected) << text;
}

TEST_F(AuditWhere, AndBindsCloserThanOrAndNotCloserThanBoth) {
  EXPECT_EQ(Find("proto == icmp or proto == udp and action == deny"), List{3});
  EXPECT_EQ(Find("(proto == icmp or proto == udp) and action == deny"), List{});
  EXPECT_EQ(Find("not proto == icmp and not proto == udp"), (List{1, 2}));
  EXPECT_EQ(Find("not (proto == icmp or proto == udp)"), (List{1, 2}));
  EXPECT_EQ(Find("!(proto==icmp||proto==udp)&&!action==deny"), List{1});
  EXPECT_EQ(Find("not not proto == icmp"), List{3});
  EXPECT_EQ(Find("proto == icmp OR NOT dport IN (443)"), (List{3, 4}));
}

TEST_F(AuditWhere, WhatBecameOfTheFlow) {
  AuditFlow ended;
  ended.id = 1;
  ended.end = FlowEnd{.time = Now(),
                      .duration = absl::Seconds(90),
                      .packets_sent = 10,
                      .bytes_sent = 1'000,
                      .packets_received = 5,
                      .bytes_received = 1'500'000,
                      .reason = FlowEnd::Reason::kClosed};
  ended.translated_source = TransportAddress{*ParseAddress("203.0.113.2"), 50'000};
  AuditFlow forwarded;
  forwarded.id = 4;
  forwarded.original_destination = TransportAddress{*ParseAddress("2001:db8::2"), 8'443};
  ASSERT_OK(store_->AppendFlows({ended, forwarded}));
  const std::vector<std::pair<std::string, List>> cases = {
      {"bytes > 1M", {1}},
      {"bytes > 2M", {}},
      {"bytes == 1501000", {1}},
      {"bytes < 1.5Mi", {1}},
      {"packets in 10:20", {1}},
      {"packets >= 16", {}},
      {"duration > 1m", {1}},
      {"duration <= 90s", {1}},
      {"duration < 500ms", {}},
      {"end == closed", {1}},
      {"end in (reset, timeout, removed)", {}},
      {"end == none", {2, 3, 4}},
      {"end != none", {1}},
      {"nat == 203.0.113.2", {1}},
      {"nat in set(docs)", {4}},
      {"nat in (203.0.113.0/24, 2001:db8::/32)", {1, 4}},
      {"bytes > 1M and action == allow", {1}},
      {"bytes > 1M or action == deny", {1, 2}},
      {"not bytes > 1M", {2, 3, 4}},
      {"end == closed and src == 10.0.0.9", {}},
  };
  for (const auto& [text, ids] : cases) EXPECT_EQ(Find(text), ids) << text;
}

TEST_F(AuditWhere, ErrorsSayWhereAndWhatToDo) {
  struct Case {
    std::string text;
    size_t column;
    const char* says;
  };
  const std::vector<Case> cases = {
      {"colour == red", 1, "`colour` is not a field: use one of action"},
      {"action == deny and sprt == 1", 20, "`sprt` is not a field: did you mean sport?"},
      {"action", 7, "expected =="},
      {"action ==", 10, "expected a value"},
      {"action == maybe", 11, "is no action: use one of allow, deny, none"},
      {"action < deny", 8, "only numbers and times"},
      {"src == host", 8, ""},
      {"src contains 10", 5, "only texts contain"},
      {"src in set(nobody)", 8, "no such set"},
      {"src == selector(a)", 8, "a selector is for endpoint"},
      {"in == set(docs)", 7, "a set is for src"},
      {"endpoint == selector('x')", 13, "not that"},
      {"endpoint contains selector('none')", 19, "a selector is for =="},
      {"dport == 70000", 10, "is no port: use a number up to 65535"},
      {"dport == 9:1", 10, "ends before it begins"},
      {"dport < 1:9", 9, "a range is for"},
      {"dport in (80, )", 15, "expected a value"},
      {"dport in (80 443)", 14, "expected `,` or `)`"},
      {"dport in {80, 443)", 18, "expected `,` or `}`"},
      {"proto == ftp", 10, "is no protocol"},
      {"time > yesterday", 8, "is no time: write -2h"},
      {"text contains 'a", 15, "unterminated string"},
      {"in == eth0 in == eth1", 12, "expected `and`, `or` or the end"},
      {"(in == eth0", 12, "expected `)` for the `(` of column 1"},
      {"in == eth0 and", 15, "expected a field"},
      {"in == f(x)", 8, "only set(NAME) and selector"},
      {"src in set(set(docs))", 15, "expected `)`"},
      {"src == set(", 12, "expected a value"},
      {"redecided == 7", 14, "use one of true, false"},
      {"bytes > lots", 9, "is no amount: write 1500"},
      {"duration > -5s", 12, "is no duration: write 200ms"},
      {"end == gone", 8, "use one of closed"},
      {"nat > 10.0.0.1", 5, "only numbers and times"},
      {std::string(100, '(') + "in == x", 66, "nested deeper than 64"},
      {std::string(kAuditWhereBytesMax + 1, ' '), kAuditWhereBytesMax + 1, "longer than"},
  };
  for (const Case& wrong : cases) {
    const auto filter = ParseAuditFilter(wrong.text, Now(), names_);
    ASSERT_TRUE(absl::IsInvalidArgument(filter.status())) << wrong.text;
    EXPECT_EQ(ErrorColumn(filter.status()), wrong.column) << filter.status();
    EXPECT_THAT(std::string(filter.status().message()), HasSubstr(wrong.says)) << wrong.text;
  }
}

// ---- structure --------------------------------------------------------------------------------

std::vector<std::string> TermsOf(const std::string& text) {
  const auto read = ParseAuditExpression(text, Now(), AnyAuditNames());
  EXPECT_TRUE(read.ok()) << text << ": " << read.status();
  std::vector<std::string> terms;
  if (read.ok()) {
    for (const AuditTerm& term : read->terms) terms.push_back(ToString(term));
  }
  return terms;
}

TEST(AuditTerms, AreThePartsThatAndJoins) {
  using Texts = std::vector<std::string>;
  const std::vector<std::pair<std::string, Texts>> cases = {
      {" ", {}},
      {"ACTION=deny", {"action == deny"}},
      {"action is not deny and in = eth0", {"action != deny", "in == eth0"}},
      {"dport in 80&&dport not in{80,8000:8080}",
       {"dport in (80)", "dport not in (80, 8000:8080)"}},
      {"policy contains 'a b' and endpoint == \"it's\"",
       {"policy contains 'a b'", "endpoint == \"it's\""}},
      {"src in (set(docs), 'set(x)')", {"src in (set(docs), 'set(x)')"}},
      {"endpoint == selector(\"a == 'b'\")", {"endpoint == selector(\"a == 'b'\")"}},
      {"not not not bytes > 1M", {"not bytes > 1M"}},
      {"in == a or in == b ", {"(in == a or in == b)"}},
      {"in == a or in == b and out == c", {"(in == a or in == b and out == c)"}},
      {"(in == a or in == b) and !(out == c)", {"(in == a or in == b)", "not (out == c)"}},
      {"(in == a and out == b)", {"(in == a and out == b)"}},
  };
  for (const auto& [text, terms] : cases) {
    EXPECT_EQ(TermsOf(text), terms) << text;
    // What is written is read as the same.
    EXPECT_EQ(TermsOf(absl::StrJoin(terms, " and ")), terms) << text;
  }
}

TEST(AuditTerms, ACursorSaysWhatCanComeNext) {
  using E = AuditCursor::Expects;
  struct Case {
    const char* text;
    E expects;
    size_t begin;
    const char* prefix;
    const char* field;
  };
  const std::vector<Case> cases = {
      {"", E::kField, 0, "", ""},
      {"  sr", E::kField, 2, "sr", ""},
      {"not (sr", E::kField, 5, "sr", ""},
      {"SRC ", E::kOperator, 4, "", "src"},
      {"src no", E::kOperator, 4, "no", "src"},
      {"src not ", E::kOperator, 4, "not ", "src"},
      {"src !", E::kOperator, 4, "!", "src"},
      {"src ==", E::kValue, 6, "", "src"},
      {"src == 10.", E::kValue, 7, "10.", "src"},
      {"src in (10.0.0.1, 10", E::kValue, 18, "10", "src"},
      {"endpoint == 'guest r", E::kValue, 12, "guest r", "endpoint"},
      {"action == deny", E::kValue, 10, "deny", "action"},
      {"action == deny ", E::kJoin, 15, "", ""},
      {"action == deny o", E::kJoin, 15, "o", ""},
      {"action == deny or ", E::kField, 18, "", ""},
      {"action == maybe and sr", E::kNothing, 0, "", ""},
      {"colour == ", E::kNothing, 0, "", ""},
  };
  for (const Case& one : cases) {
    const AuditCursor cursor = AuditCursorOf(one.text);
    EXPECT_EQ(cursor.expects, one.expects) << one.text;
    EXPECT_EQ(cursor.begin, one.begin) << one.text;
    EXPECT_EQ(cursor.prefix, one.prefix) << one.text;
    EXPECT_EQ(cursor.field, one.field) << one.text;
  }
}

TEST(AuditFieldTable, SaysWhatEachTakes) {
  for (const AuditFieldHelp& field : AuditFields()) {
    const auto contains = ParseAuditFilter(absl::StrCat(field.name, " contains x"), Now());
    EXPECT_EQ(contains.ok(), field.contains) << field.name;
    for (const std::string& choice : field.choices) {
      EXPECT_OK(ParseAuditFilter(absl::StrCat(field.name, " == ", choice), Now()));
    }
    const auto order = ParseAuditFilter(absl::StrCat(field.name, " < 1ns"), Now());
    EXPECT_EQ(!absl::StrContains(order.status().message(), "are less or more"), field.ordered)
        << field.name;
    EXPECT_EQ(FindSummedAuditField(field.name).ok(), field.summed) << field.name;
  }
  EXPECT_THAT(std::string(FindSummedAuditField("Bytes").status().message()),
              HasSubstr("`bytes` has too many values to be summed up: use one of action"));
  EXPECT_EQ(*FindSummedAuditField("SRC.Label.Role"), "src.label.Role");
  EXPECT_EQ(*FindSummedAuditField("Src"), "src");
  EXPECT_THAT(std::string(FindAuditField("polcy").status().message()),
              HasSubstr("did you mean policy?"));
}

TEST_F(AuditWhere, NamesThatStandForNothingAreErrors) {
  const auto filter = ParseAuditFilter("src == nobody", Now(), names_);
  EXPECT_EQ(ErrorColumn(filter.status()), 8u);
  EXPECT_THAT(std::string(filter.status().message()), HasSubstr("nor the name of an endpoint"));
}

TEST(AuditWhereNames, WithoutAPolicyThereAreNone) {
  for (const char* text : {"src in set(docs)", "endpoint == selector('all()')"}) {
    const auto filter = ParseAuditFilter(text, Now());
    EXPECT_THAT(std::string(filter.status().message()), HasSubstr("not known here")) << text;
  }
}

}  // namespace
}  // namespace gw
