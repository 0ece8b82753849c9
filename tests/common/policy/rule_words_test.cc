#include "common/policy/rule_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "tests/support/status_matchers.h"

namespace gw {
namespace {

using ::testing::Contains;

Rule TcpTo(std::vector<RulePort> ports, RuleAction action = RuleAction::kAllow) {
  Rule rule;
  rule.action = action;
  rule.protocol = RuleProtocol{kProtocolTcp, true};
  rule.destination.ports = std::move(ports);
  return rule;
}

Rule UdpTo(std::vector<RulePort> ports, RuleAction action = RuleAction::kAllow) {
  Rule rule = TcpTo(std::move(ports), action);
  rule.protocol = RuleProtocol{kProtocolUdp, true};
  return rule;
}

RulePort Port(uint16_t port) { return PortRange{port, port}; }

Rule WithAction(RuleAction action) {
  Rule rule;
  rule.action = action;
  return rule;
}

RuleWordsContext Towards(Direction direction) {
  RuleWordsContext context;
  context.direction = direction;
  return context;
}

std::string Arriving(const Rule& rule) { return RuleWords(rule, Towards(Direction::kIngress)); }
std::string Leaving(const Rule& rule) { return RuleWords(rule, Towards(Direction::kEgress)); }

std::string Short(const Rule& rule) {
  RuleWordsContext context = Towards(Direction::kIngress);
  context.short_form = true;
  return RuleWords(rule, context);
}

// A rule of the table in the specification of the window, with its sentence in both languages.
struct Row {
  Rule rule;
  RuleWordsContext context;
  const char* english;
  const char* german;
};

Rule To(const char* selector, Rule rule) {
  rule.destination.selector = selector;
  return rule;
}

Rule From(const char* selector, Rule rule) {
  rule.source.selector = selector;
  return rule;
}

std::vector<Row> Table() {
  const RuleWordsContext in = Towards(Direction::kIngress);
  const RuleWordsContext out = Towards(Direction::kEgress);
  RuleWordsContext gateway = in;
  gateway.gateway_only = true;
  RuleWordsContext passing = in;
  passing.next_tier = "site";
  RuleWordsContext staged = out;
  staged.staged = true;

  Rule tills = From("role == 'till'", TcpTo({Port(443)}));
  tills.destination.nets = {*ParsePrefix("185.86.137.0/24")};
  Rule mail = TcpTo({Port(25)}, RuleAction::kDeny);
  mail.destination.not_nets = {*ParsePrefix("192.0.2.25/32")};
  Rule ping;
  ping.protocol = RuleProtocol{kProtocolIcmp, true};
  ping.icmp = RuleIcmp{8, {}};
  Rule office = TcpTo({Port(443)});
  office.destination.nets = {*ParsePrefix("203.0.113.0/24")};
  office.annotations = {{kScheduleAnnotation, "Mon-Fri 07:00-21:00"}};

  return {
      {Rule(), in, "Allow all traffic.", "Erlaubt jeden Verkehr."},
      {TcpTo({Port(80), Port(443)}), out, "Allow TCP 80 (http) and 443 (https) to any address.",
       "Erlaubt TCP 80 (http) und 443 (https) zu jeder Adresse."},
      {UdpTo({Port(53)}), gateway, "Allow UDP 53 (dns) to this gateway.",
       "Erlaubt UDP 53 (dns) zu diesem Gateway."},
      {To("zone == 'inside'", WithAction(RuleAction::kDeny)), out,
       "Deny all traffic to known addresses labelled zone = 'inside'.",
       "Blockiert jeden Verkehr zu bekannten Adressen mit zone = 'inside'."},
      {From("threat == 'feed'", WithAction(RuleAction::kDeny)), in,
       "Deny all traffic from known addresses labelled threat = 'feed'.",
       "Blockiert jeden Verkehr von bekannten Adressen mit threat = 'feed'."},
      {To("role == 'printer'", TcpTo({Port(631), Port(9100)})), out,
       "Allow TCP 631 (ipp) and 9100 to known addresses labelled role = 'printer'.",
       "Erlaubt TCP 631 (ipp) und 9100 zu bekannten Adressen mit role = 'printer'."},
      {tills, out,
       "Allow TCP 443 (https) from known addresses labelled role = 'till' to 185.86.137.0/24.",
       "Erlaubt TCP 443 (https) von bekannten Adressen mit role = 'till' zu 185.86.137.0/24."},
      {To("all()", Rule()), out, "Allow all traffic to any known endpoint.",
       "Erlaubt jeden Verkehr zu jedem bekannten Endpunkt."},
      {mail, out, "Deny TCP 25 (smtp) to any address, except 192.0.2.25/32.",
       "Blockiert TCP 25 (smtp) zu jeder Adresse, außer 192.0.2.25/32."},
      {ping, in, "Allow ICMP echo request.", "Erlaubt ICMP-Echo-Anfragen."},
      {UdpTo({PortRange{137, 139}}, RuleAction::kDeny), out,
       "Deny UDP 137–139 (netbios) to any address.",
       "Blockiert UDP 137–139 (netbios) zu jeder Adresse."},
      {From("role in {'lan', 'vpn'}", WithAction(RuleAction::kPass)), passing,
       "Go on to tier site from known addresses labelled role = 'lan' or 'vpn'.",
       "Reicht von bekannten Adressen mit role = 'lan' oder 'vpn' an Stufe site weiter."},
      {TcpTo({Port(22)}, RuleAction::kLog), in, "Log TCP 22 (ssh) from any address and go on.",
       "Vermerkt TCP 22 (ssh) von jeder Adresse und prüft weiter."},
      {WithAction(RuleAction::kDeny), staged, "Would deny all traffic to any address.",
       "Würde jeden Verkehr zu jeder Adresse blockieren."},
      // The table has a domain here, which rules cannot hold yet.
      {office, out, "Allow TCP 443 (https) to 203.0.113.0/24, Mon–Fri 07:00–21:00.",
       "Erlaubt TCP 443 (https) zu 203.0.113.0/24, Mo–Fr 07:00–21:00."},
  };
}

// What a translation has to give; enough of it for the table.
class German : public RuleWordsCatalogue {
 public:
  std::string Text(absl::string_view english) const override {
    static const std::map<std::string, std::string, std::less<>> kTexts = {
        {"Allow %what", "Erlaubt %what"},
        {"Allow %what to %dst", "Erlaubt %what zu %dst"},
        {"Allow %what from %src to %dst", "Erlaubt %what von %src zu %dst"},
        {"Deny %what from %src", "Blockiert %what von %src"},
        {"Deny %what to %dst", "Blockiert %what zu %dst"},
        {"Go on to tier %tier from %src", "Reicht von %src an Stufe %tier weiter"},
        {"Log %what from %src and go on", "Vermerkt %what von %src und prüft weiter"},
        {"Would deny %what to %dst", "Würde %what zu %dst blockieren"},
        {"all traffic", "jeden Verkehr"},
        {"any address", "jeder Adresse"},
        {"any known endpoint", "jedem bekannten Endpunkt"},
        {"this gateway", "diesem Gateway"},
        {"known addresses labelled %labels", "bekannten Adressen mit %labels"},
        {"%side, except %excluded", "%side, außer %excluded"},
        {"ICMP echo request", "ICMP-Echo-Anfragen"},
        {"%first and %last", "%first und %last"},
        {"%first or %last", "%first oder %last"},
        {"Mon", "Mo"},
        {"Fri", "Fr"},
    };
    const auto text = kTexts.find(english);
    return text == kTexts.end() ? std::string(english) : text->second;
  }
};

TEST(RuleWords, SayTheTableOfTheSpecification) {
  for (const Row& row : Table()) EXPECT_EQ(RuleWords(row.rule, row.context), row.english);
}

TEST(RuleWords, SayTheTableInGerman) {
  for (const Row& row : Table()) EXPECT_EQ(RuleWords(row.rule, row.context, German()), row.german);
}

TEST(RuleWords, EveryPatternThatIsAskedForIsListed) {
  class Listed : public RuleWordsCatalogue {
   public:
    std::string Text(absl::string_view english) const override {
      EXPECT_THAT(RuleWordsPatterns(), Contains(english));
      return std::string(english);
    }
  };
  for (const Row& row : Table()) RuleWords(row.rule, row.context, Listed());
}

TEST(RuleWords, NoPatternIsListedTwice) {
  const auto& patterns = RuleWordsPatterns();
  EXPECT_EQ(std::set<absl::string_view>(patterns.begin(), patterns.end()).size(), patterns.size());
}

TEST(RuleWords, AnOpenRuleNamesTheFarSide) {
  EXPECT_EQ(Arriving(TcpTo({Port(443)})), "Allow TCP 443 (https) from any address.");
  EXPECT_EQ(Leaving(TcpTo({Port(443)})), "Allow TCP 443 (https) to any address.");
}

TEST(RuleWords, ShortFormLeavesOutWhatGoesWithoutSaying) {
  EXPECT_EQ(Short(Rule()), "Allow");
  EXPECT_EQ(Short(TcpTo({Port(443)})), "Allow TCP 443 (https)");
  EXPECT_EQ(Short(To("zone == 'inside'", WithAction(RuleAction::kDeny))),
            "Deny to zone = 'inside'");
  EXPECT_EQ(Short(From("all()", Rule())), "Allow from any known endpoint");
}

TEST(RuleWords, ManyPortsAreCounted) {
  EXPECT_EQ(Leaving(TcpTo({Port(1), Port(2), Port(3)})), "Allow TCP 1, 2 and 3 to any address.");
  EXPECT_EQ(Leaving(TcpTo({Port(80), Port(443), Port(3), Port(4), Port(5), Port(6)})),
            "Allow TCP 80 (http), 443 (https) and 4 more ports to any address.");
}

TEST(RuleWords, NamedPortsAndExcludedPorts) {
  EXPECT_EQ(Leaving(TcpTo({std::string("web")})), "Allow TCP \"web\" to any address.");
  Rule rule = TcpTo({});
  rule.destination.not_ports = {Port(22)};
  EXPECT_EQ(Leaving(rule), "Allow TCP except 22 (ssh) to any address.");
}

TEST(RuleWords, ProtocolsWithoutANameAndExcludedOnes) {
  Rule gre;
  gre.protocol = RuleProtocol{47, false};
  EXPECT_EQ(Leaving(gre), "Allow protocol 47 to any address.");
  Rule rest;
  rest.not_protocol = RuleProtocol{kProtocolTcp, true};
  EXPECT_EQ(Leaving(rest), "Allow everything except TCP to any address.");
}

TEST(RuleWords, IcmpByNumberAndByVersion) {
  Rule rule;
  rule.protocol = RuleProtocol{kProtocolIcmp, true};
  EXPECT_EQ(Arriving(rule), "Allow ICMP.");
  rule.icmp = RuleIcmp{3, 4};
  EXPECT_EQ(Arriving(rule), "Allow ICMP type 3 code 4.");
  rule.protocol = RuleProtocol{kProtocolIcmpv6, true};
  rule.icmp = RuleIcmp{135, {}};
  EXPECT_EQ(Arriving(rule), "Allow ICMPv6 neighbour solicitation.");
}

TEST(RuleWords, SourcePortsAreSaidOfTheSource) {
  Rule rule = UdpTo({Port(67)});
  rule.source.ports = {Port(68)};
  EXPECT_EQ(Arriving(rule), "Allow UDP 67 (dhcp) from any address, source port 68 (dhcp).");
}

TEST(RuleWords, LabelsInWords) {
  const auto said = [](const char* selector) { return Short(From(selector, Rule())); };
  EXPECT_EQ(said("a != 'x'"), "Allow from without a = 'x'");
  EXPECT_EQ(Arriving(From("has(a)", Rule())),
            "Allow all traffic from known addresses with label a.");
  EXPECT_EQ(Arriving(From("!has(a)", Rule())),
            "Allow all traffic from known addresses without label a.");
  EXPECT_EQ(said("a == 'x' && b == 'y'"), "Allow from a = 'x' and b = 'y'");
  EXPECT_EQ(said("a == 'x' && (b == 'y' || b == 'z')"),
            "Allow from a = 'x' and (b = 'y' or b = 'z')");
  EXPECT_EQ(said("a starts with 'x'"), "Allow from a starting with 'x'");
  EXPECT_EQ(said("a in {'x', 'y', 'z'}"), "Allow from a = 'x', 'y' or 'z'");
}

TEST(RuleWords, SelectorsThatWordsDoNotHelpStandAsWritten) {
  const char* const four = "a == 'x' || b == 'x' || c == 'x' || d == 'x'";
  EXPECT_EQ(Short(From(four, Rule())), absl::StrCat("Allow from ", four));
  EXPECT_EQ(Short(From("!(a == 'x' && b == 'y')", Rule())), "Allow from !(a == 'x' && b == 'y')");
  EXPECT_EQ(Short(From("a = ", Rule())), "Allow from a = ");
}

TEST(RuleWords, WhatAValueContainsIsNoPlaceholder) {
  EXPECT_EQ(Short(From("a == '%dst %what'", Rule())), "Allow from a = '%dst %what'");
}

TEST(RuleWords, AddressesOfASelectorWithinNetworksAndWithoutSome) {
  Rule rule = From("a == 'x'", Rule());
  rule.source.nets = {*ParsePrefix("10.0.0.0/8")};
  rule.source.not_nets = {*ParsePrefix("10.1.0.0/16")};
  rule.source.not_selector = "has(b)";
  EXPECT_EQ(Arriving(rule),
            "Allow all traffic from known addresses labelled a = 'x' within 10.0.0.0/8, "
            "except 10.1.0.0/16 and known addresses with label b.");
}

TEST(RuleWords, VersionAndExpiry) {
  Rule rule = TcpTo({Port(22)});
  rule.ip_version = 6;
  rule.annotations = {{kExpiresAnnotation, "2026-12-31T18:00:00+01:00"}};
  EXPECT_EQ(Arriving(rule),
            "Allow TCP 22 (ssh) from any address, IPv6 only, until 2026-12-31 18:00.");
}

TEST(RuleWords, PassInTheLastTier) {
  EXPECT_EQ(Arriving(WithAction(RuleAction::kPass)), "Go on after the last tier.");
}

// ---- context ----------------------------------------------------------------------------------

Policy PolicyIn(const char* tier, const char* name) {
  Policy policy;
  policy.metadata.name = name;
  policy.tier = tier;
  return policy;
}

TEST(RuleWordsContextOf, NextTierIsTheNextThatHasPolicies) {
  Model model;
  for (const auto& [name, order] : std::map<std::string, double>{{"a", 1}, {"b", 2}, {"c", 3}}) {
    Tier tier;
    tier.metadata.name = name;
    tier.order = order;
    Put(model, tier);
  }
  Put(model, PolicyIn("a", "one"));
  Put(model, PolicyIn("c", "two"));
  const auto next = [&model](const char* policy) {
    return RuleWordsContextOf(model, model.policies.at(policy), Direction::kIngress).next_tier;
  };
  EXPECT_EQ(next("one"), "c");
  EXPECT_EQ(next("two"), "");
}

TEST(RuleWordsContextOf, OnlyTheGatewayWithoutForwardingAndWorkloads) {
  Model model;
  Policy policy = PolicyIn("default", "p");
  policy.selector = "has(x)";
  const auto only = [&] {
    return RuleWordsContextOf(model, policy, Direction::kIngress).gateway_only;
  };
  EXPECT_TRUE(only());
  policy.apply_on_forward = true;
  EXPECT_FALSE(only());
  policy.apply_on_forward = false;
  WorkloadEndpoint workload;
  workload.metadata.name = "w";
  workload.metadata.labels = {{"x", "1"}};
  Put(model, workload);
  EXPECT_FALSE(only());
}

}  // namespace
}  // namespace gw
