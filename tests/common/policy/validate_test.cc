#include "common/policy/validate.h"

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/net/protocol.h"
#include "common/policy/limits.h"

namespace gw {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

// ---- a site without a problem ---------------------------------------------------------------

Address Ip(absl::string_view text) { return ParseAddress(text).value(); }
Prefix Net(absl::string_view text) { return ParseNetwork(text).value(); }

RuleProtocol Named(uint8_t number) { return {number, true}; }

Rule AllowTcp443() {
  Rule rule;
  rule.protocol = Named(kProtocolTcp);
  rule.destination.ports = {PortRange{443, 443}};
  return rule;
}

HostEndpoint Wan() {
  HostEndpoint host;
  host.metadata.name = "wan";
  host.metadata.labels = {{"zone", "wan"}};
  host.node = "gw1";
  host.interface_name = "eth0";
  host.expected_ips = {Ip("203.0.113.2")};
  host.profiles = {"open"};
  host.ports = {{"admin", kProtocolTcp, 8443}};
  return host;
}

WorkloadEndpoint Tap() {
  WorkloadEndpoint workload;
  workload.metadata.name = "vm1";
  workload.metadata.labels = {{"role", "vm"}};
  workload.node = "gw1";
  workload.interface_name = "cali1";
  workload.ip_networks = {Net("10.65.0.2/32")};
  workload.mac = "02:00:5e:10:00:01";
  return workload;
}

Policy Web() {
  Policy policy;
  policy.metadata.name = "security.web";
  policy.tier = "security";
  policy.order = 10;
  policy.selector = "zone == 'wan'";
  policy.ingress = {AllowTcp443()};
  return policy;
}

Tier Security() {
  Tier tier;
  tier.metadata.name = "security";
  tier.order = 100;
  return tier;
}

Profile Open() {
  Profile profile;
  profile.metadata.name = "open";
  profile.ingress = {Rule()};
  profile.egress = {Rule()};
  profile.labels_to_apply = {{"open", "yes"}};
  return profile;
}

NetworkSet Office() {
  NetworkSet set;
  set.metadata.name = "office";
  set.metadata.labels = {{"trust", "yes"}};
  set.nets = {Net("192.0.2.0/24"), Net("2001:db8::/32")};
  return set;
}

FelixConfiguration DefaultConfiguration() {
  FelixConfiguration configuration;
  configuration.metadata.name = "default";
  return configuration;
}

Model Site() {
  Model model;
  Put(model, Wan());
  Put(model, Tap());
  Put(model, Web());
  Put(model, Security());
  Put(model, Open());
  Put(model, Office());
  Put(model, DefaultConfiguration());
  return model;
}

std::vector<std::string> ProblemsOf(const Model& model) {
  std::vector<std::string> problems;
  for (const Problem& problem : Validate(model)) {
    problems.push_back(absl::StrCat(problem.severity == Severity::kError ? "error " : "warning ",
                                    ToString(problem)));
  }
  return problems;
}

TEST(Validate, ASiteWithoutProblemsHasNone) {
  EXPECT_THAT(ProblemsOf(Site()), IsEmpty());
  EXPECT_THAT(ProblemsOf(Model()), IsEmpty());
}

// ---- one mistake each -----------------------------------------------------------------------

// What `change` does to a site without a problem is exactly the problem `expected`, of which the
// message may go on.
template <typename T>
struct Case {
  std::function<void(T&)> change;
  std::string expected;
};

template <typename T>
void ExpectEach(const T& good, const std::vector<Case<T>>& cases) {
  for (const Case<T>& c : cases) {
    SCOPED_TRACE(c.expected);
    Model model = Site();
    T changed = good;
    c.change(changed);
    Remove(model, KeyOf(good));
    Put(model, changed);
    if (c.expected.empty()) {
      EXPECT_THAT(ProblemsOf(model), IsEmpty());
    } else {
      EXPECT_THAT(ProblemsOf(model), ElementsAre(StartsWith(c.expected)));
    }
  }
}

std::string Of(size_t count) { return std::string(count, 'a'); }

TEST(Validate, Metadata) {
  using C = Case<NetworkSet>;
  const auto name = [](const std::string& text) {
    return [text](NetworkSet& set) { set.metadata.name = text; };
  };
  const auto label = [](const std::string& key, const std::string& value) {
    return [key, value](NetworkSet& set) { set.metadata.labels[key] = value; };
  };
  const auto annotation = [](const std::string& key, const std::string& value) {
    return [key, value](NetworkSet& set) { set.metadata.annotations[key] = value; };
  };
  const std::string kSet = "error GlobalNetworkSet `office`: metadata.";
  ExpectEach<NetworkSet>(
      Office(),
      {C{name("a-1.b"), ""},
       C{name(Of(kNameLengthMax)), ""},
       C{name(Of(kNameLengthMax + 1)),
         "error GlobalNetworkSet `" + Of(254) + "`: metadata.name: name has 254 characters"},
       C{name(""), "error GlobalNetworkSet ``: metadata.name: name must be specified"},
       C{name("Office"),
         "error GlobalNetworkSet `Office`: metadata.name: `Office` is not a legal "
         "name: use lower-case letters"},
       C{name("-a"), "error GlobalNetworkSet `-a`: metadata.name: "},
       C{name("a..b"), "error GlobalNetworkSet `a..b`: metadata.name: "},
       C{label("a", ""), ""},
       C{label("A_b.c-1", "A_b.c-1"), ""},
       C{label("example.com/a", "b"), ""},
       C{label(Of(kLabelPrefixLengthMax) + "/" + Of(kLabelNameLengthMax), Of(kLabelValueLengthMax)),
         ""},
       C{label(Of(kLabelNameLengthMax + 1), "b"),
         kSet + "labels." + Of(64) + ": key `" + Of(64) + "` is not legal: use up to 63"},
       C{label(Of(kLabelPrefixLengthMax + 1) + "/a", "b"), kSet + "labels." + Of(254) + "/a: key "},
       C{label("a", Of(kLabelValueLengthMax + 1)),
         kSet + "labels.a: value `" + Of(64) + "` is not legal: use up to 63"},
       C{label("", "b"), kSet + "labels.: key `` is not legal"},
       C{label("a b", "c"), kSet + "labels.a b: key `a b` is not legal"},
       C{label("Up.com/a", "c"), kSet + "labels.Up.com/a: key `Up.com/a` is not legal: what "},
       C{label("a/b/c", "c"), kSet + "labels.a/b/c: key "},
       C{label("a", "-b"), kSet + "labels.a: value `-b` is not legal"},
       C{label("projectcalico.org/namespace", "x"),
         kSet + "labels.projectcalico.org/namespace: `projectcalico.org/namespace` is reserved"},
       C{annotation("a b", "c"), kSet + "annotations.a b: key `a b` is not legal"},
       C{annotation("a", std::string(kAnnotationBytesMax - 1, 'x')), ""},
       C{annotation("a", std::string(kAnnotationBytesMax, 'x')),
         kSet + "annotations: annotations have 262145 bytes: at most 262144"}});
}

TEST(Validate, HostEndpoints) {
  using C = Case<HostEndpoint>;
  const std::string kWan = "error HostEndpoint `wan`: spec.";
  ExpectEach<HostEndpoint>(
      Wan(),
      {C{[](auto& h) { h.node = ""; }, kWan + "node: node must be specified"},
       C{[](auto& h) { h.interface_name = ""; }, ""},
       C{[](auto& h) { h.interface_name = "*"; }, ""},
       C{[](auto& h) { h.expected_ips = {}; }, ""},
       C{[](auto& h) {
           h.interface_name = "";
           h.expected_ips = {};
         },
         kWan + "interfaceName: at least one of interfaceName or expectedIPs must be specified"},
       C{[](auto& h) { h.interface_name = Of(kInterfaceNameLengthMax); }, ""},
       C{[](auto& h) { h.interface_name = Of(kInterfaceNameLengthMax + 1); },
         kWan + "interfaceName: `aaaaaaaaaaaaaaaa` is not the name of an interface: use 1 to 15"},
       C{[](auto& h) { h.interface_name = "eth0:1"; }, kWan + "interfaceName: `eth0:1` is not"},
       C{[](auto& h) { h.interface_name = "cali7"; },
         "warning HostEndpoint `wan`: spec.interfaceName: `cali7` begins with an interfacePrefix"},
       C{[](auto& h) {
           h.profiles = {"open", "opne"};
         },
         "warning HostEndpoint `wan`: spec.profiles[1]: profile `opne` does not exist and denies "
         "everything that reaches it: did you mean `open`?"},
       C{[](auto& h) { h.ports[0].name = "Admin"; },
         kWan + "ports[0].name: `Admin` is not the name of a port"},
       C{[](auto& h) { h.ports[0].name = "8443"; }, kWan + "ports[0].name: "},
       C{[](auto& h) { h.ports[0].name = "a--b"; }, kWan + "ports[0].name: "},
       C{[](auto& h) { h.ports[0].name = Of(kPortNameLengthMax); }, ""},
       C{[](auto& h) { h.ports[0].name = Of(kPortNameLengthMax + 1); }, kWan + "ports[0].name: "},
       C{[](auto& h) { h.ports[0].protocol = kProtocolSctp; }, ""},
       C{[](auto& h) { h.ports[0].protocol = kProtocolIcmp; },
         kWan + "ports[0].protocol: EndpointPort protocol does not support ports"},
       C{[](auto& h) { h.ports[0].port = 0; },
         kWan + "ports[0].port: port number must be between 1 and 65535"},
       C{[](auto& h) { h.ports.push_back(h.ports[0]); },
         "warning HostEndpoint `wan`: spec.ports[1].name: `admin` is there twice"},
       C{[](auto& h) {
           h.ports.push_back({"admin", kProtocolUdp, 8443});
         },
         ""}});
}

TEST(Validate, WorkloadEndpoints) {
  using C = Case<WorkloadEndpoint>;
  const std::string kVm = "error WorkloadEndpoint `vm1`: spec.";
  ExpectEach<WorkloadEndpoint>(
      Tap(),
      {C{[](auto& w) { w.node = ""; }, kVm + "node: node must be specified"},
       C{[](auto& w) { w.interface_name = ""; }, kVm + "interfaceName: `` is not the name of an"},
       C{[](auto& w) {
           w.interface_name = "*";
           w.metadata.name = "vm1";
         },
         kVm + "interfaceName: `*` is not the name of an"},
       C{[](auto& w) { w.interface_name = "tap0"; },
         "warning WorkloadEndpoint `vm1`: spec.interfaceName: `tap0` begins with no "
         "interfacePrefix"},
       C{[](auto& w) { w.ip_networks = {}; },
         "warning WorkloadEndpoint `vm1`: spec.ipNetworks: there is no address, so that the "
         "interface stays closed"},
       C{[](auto& w) { w.ip_networks.push_back(Net("10.65.1.0/31")); },
         kVm + "ipNetworks[1]: IP network contains multiple addresses: write `10.65.1.0/32`"},
       C{[](auto& w) { w.ip_networks = {Net("2001:db8::2/128")}; }, ""},
       C{[](auto& w) { w.mac = "02-00-5E-10-00-01"; }, ""},
       C{[](auto& w) { w.mac = "02:00:5e:10:00"; }, kVm + "mac: `02:00:5e:10:00` is not a MAC"},
       C{[](auto& w) { w.mac = "02:00:5e:10:00:0g"; }, kVm + "mac: "},
       C{[](auto& w) {
           w.ports = {{"", kProtocolTcp, 80}};
         },
         ""},
       C{[](auto& w) { w.profiles = {"other"}; },
         "warning WorkloadEndpoint `vm1`: spec.profiles[0]: profile `other` does not exist and "
         "denies everything that reaches it: create it, or remove it here"},
       C{[](auto& w) { w.allow_spoofed_source_prefixes = {Net("10.0.0.0/8")}; },
         kVm + "allowSpoofedSourcePrefixes: spoofed sources are not allowed: set "
               "workloadSourceSpoofing to `Any`"}});
}

TEST(Validate, SpoofedSourcesAreForTheSiteToAllow) {
  Model model = Site();
  model.configurations.at("default").values["workloadSourceSpoofing"] = "Any";
  model.workload_endpoints.at("vm1").allow_spoofed_source_prefixes = {Net("10.0.0.0/8")};
  EXPECT_THAT(ProblemsOf(model), IsEmpty());
}

// ---- policies -------------------------------------------------------------------------------

TEST(Validate, Policies) {
  using C = Case<Policy>;
  const std::string kWeb = "error GlobalNetworkPolicy `security.web`: ";
  const auto name = [](const std::string& text) {
    return [text](Policy& p) { p.metadata.name = text; };
  };
  const double kNaN = std::numeric_limits<double>::quiet_NaN();
  ExpectEach<Policy>(
      Web(),
      {C{name("web"), ""},
       C{name("a.b.c"),
         "error GlobalNetworkPolicy `a.b.c`: metadata.name: `a.b.c` is not a legal "
         "name: use lower-case letters, digits and -, and at most one dot"},
       C{[](auto& p) { p.tier = "securty"; },
         kWeb + "spec.tier: tier `securty` does not exist: did you mean `security`?"},
       C{[](auto& p) { p.tier = "qqq"; },
         kWeb + "spec.tier: tier `qqq` does not exist: create it, or use `default`"},
       C{[](auto& p) { p.tier = "default"; }, ""},
       C{[](auto& p) { p.order = -0.5; }, ""},
       C{[kNaN](auto& p) { p.order = kNaN; }, kWeb + "spec.order: order is not a number"},
       C{[](auto& p) { p.selector = "zone = 'wan'"; },
         kWeb + "spec.selector: column 6: expected ==: a comparison is written"},
       C{[](auto& p) { p.selector = ""; }, ""},
       C{[](auto& p) { p.selector = "global()"; },
         kWeb + "spec.selector: global() can only be used in an EntityRule namespaceSelector"},
       C{[](auto& p) { p.selector = "zone == 'wan'" + std::string(kSelectorLengthMax - 13, ' '); },
         ""},
       C{[](auto& p) { p.selector = "zone == 'wan'" + std::string(kSelectorLengthMax - 12, ' '); },
         kWeb + "spec.selector: selector has 1025 characters: at most 1024 are possible"},
       C{[](auto& p) {
           p.applies_to_ingress = false;
           p.ingress = {};
         },
         kWeb + "spec.types: types must have Ingress, Egress or both"},
       C{[](auto& p) { p.egress = {AllowTcp443()}; },
         "warning GlobalNetworkPolicy `security.web`: spec.egress: these rules have no effect: add "
         "Egress to types"},
       C{[](auto& p) { p.pre_dnat = p.apply_on_forward = true; }, ""},
       C{[](auto& p) { p.do_not_track = p.apply_on_forward = true; }, ""},
       C{[](auto& p) { p.pre_dnat = true; },
         kWeb + "spec.applyOnForward: applyOnForward must be true if either preDNAT or doNotTrack "
                "is true"},
       C{[](auto& p) { p.do_not_track = true; }, kWeb + "spec.applyOnForward: applyOnForward must"},
       C{[](auto& p) { p.pre_dnat = p.do_not_track = p.apply_on_forward = true; },
         kWeb + "spec.preDNAT: preDNAT and doNotTrack cannot both be true"},
       C{[](auto& p) { p.pre_dnat = p.apply_on_forward = p.applies_to_egress = true; },
         kWeb + "spec.types: preDNAT policy cannot have 'Egress' type"}});
}

TEST(Validate, APreDnatPolicyWithEgressRulesHasBothErrors) {
  Model model = Site();
  Policy& policy = model.policies.at("security.web");
  policy.pre_dnat = policy.apply_on_forward = policy.applies_to_egress = true;
  policy.egress = {Rule()};
  EXPECT_THAT(ProblemsOf(model),
              ElementsAre(HasSubstr("spec.egress: preDNAT policy cannot have any egress rules"),
                          HasSubstr("spec.types: preDNAT policy cannot have 'Egress' type")));
}

Policy Staged() {
  Policy policy = Web();
  policy.staged = true;
  return policy;
}

TEST(Validate, StagedPolicies) {
  using C = Case<Policy>;
  const std::string kStaged = "error StagedGlobalNetworkPolicy `security.web`: spec.";
  const auto empty_delete = [](Policy& p) {
    Policy empty;
    empty.metadata = p.metadata;
    empty.tier = p.tier;
    empty.staged = true;
    empty.staged_action = StagedAction::kDelete;
    p = empty;
  };
  ExpectEach<Policy>(Staged(),
                     {C{[](auto&) {}, ""}, C{empty_delete, ""},
                      C{[=](auto& p) {
                          empty_delete(p);
                          p.selector = "all()";
                        },
                        kStaged + "selector: must be empty where stagedAction is Delete"},
                      C{[=](auto& p) {
                          empty_delete(p);
                          p.order = 5;
                        },
                        kStaged + "order: must be empty"},
                      C{[=](auto& p) {
                          empty_delete(p);
                          p.ingress = {Rule()};
                        },
                        kStaged + "ingress: must be empty"},
                      C{[=](auto& p) {
                          empty_delete(p);
                          p.applies_to_egress = true;
                        },
                        kStaged + "types: must be empty"},
                      C{[=](auto& p) {
                          empty_delete(p);
                          p.pre_dnat = true;
                        },
                        kStaged + "preDNAT: must be empty"},
                      C{[=](auto& p) {
                          empty_delete(p);
                          p.tier = "none-such";
                        },
                        kStaged + "tier: tier `none-such`"},
                      C{[](auto& p) { p.staged_action = StagedAction::kLearn; },
                        kStaged + "stagedAction: Learn is not supported: write Set or Delete"},
                      C{[](auto& p) { p.staged_action = StagedAction::kIgnore; },
                        kStaged + "stagedAction: Ignore is not supported"}});
}

// ---- rules ----------------------------------------------------------------------------------

// Each change is made to the second ingress rule, that so far allows everything.
void ExpectEachRule(const std::vector<Case<Rule>>& cases) {
  std::vector<Case<Policy>> of_policy;
  for (const Case<Rule>& c : cases) {
    of_policy.push_back({[change = c.change](Policy& policy) {
                           policy.ingress.emplace_back();
                           change(policy.ingress.back());
                         },
                         c.expected});
  }
  ExpectEach<Policy>(Web(), of_policy);
}

const char kRule[] = "error GlobalNetworkPolicy `security.web`: spec.ingress[1]";
const char kRuleWarning[] = "warning GlobalNetworkPolicy `security.web`: spec.ingress[1]";

std::string AtRule(const char* rest) { return absl::StrCat(kRule, rest); }
std::string WarningAtRule(const char* rest) { return absl::StrCat(kRuleWarning, rest); }

TEST(Validate, ProtocolsOfRules) {
  using C = Case<Rule>;
  ExpectEachRule(
      {C{[](auto&) {}, ""}, C{[](auto& r) { r.action = RuleAction::kPass; }, ""},
       C{[](auto& r) { r.ip_version = 5; }, AtRule(".ipVersion: IP version must be 4 or 6")},
       C{[](auto& r) {
           r.protocol = RuleProtocol{0, false};
         },
         AtRule(".protocol: protocol number invalid")},
       C{[](auto& r) {
           r.not_protocol = RuleProtocol{0, false};
         },
         AtRule(".notProtocol: protocol number invalid")},
       C{[](auto& r) {
           r.protocol = Named(kProtocolIcmp);
           r.ip_version = 4;
         },
         ""},
       C{[](auto& r) {
           r.protocol = Named(kProtocolIcmp);
           r.ip_version = 6;
         },
         AtRule(".protocol: protocol ICMP requires ipVersion 4")},
       C{[](auto& r) {
           r.protocol = RuleProtocol{kProtocolIcmp, false};
           r.ip_version = 6;
         },
         ""},
       C{[](auto& r) {
           r.not_protocol = Named(kProtocolIcmpv6);
           r.ip_version = 4;
         },
         AtRule(".notProtocol: protocol ICMPv6 requires ipVersion 6")},
       C{[](auto& r) {
           r.protocol = Named(kProtocolIcmp);
           r.icmp = RuleIcmp{254, uint8_t{255}};
         },
         ""},
       C{[](auto& r) {
           r.protocol = Named(kProtocolIcmp);
           r.icmp = RuleIcmp{255, {}};
         },
         AtRule(".icmp.type: ICMP type 255 is reserved")},
       C{[](auto& r) {
           r.not_icmp = RuleIcmp{255, {}};
         },
         AtRule(".notICMP.type: ICMP type 255 is reserved")},
       C{[](auto& r) {
           r.icmp = RuleIcmp{8, {}};
         },
         AtRule(".icmp: ICMP fields require protocol to be ICMP or ICMPv6")},
       C{[](auto& r) {
           r.protocol = Named(kProtocolTcp);
           r.icmp = RuleIcmp{8, {}};
         },
         AtRule(".icmp: ICMP fields require protocol to be ICMP or ICMPv6")}});
}

TEST(Validate, NetworksOfRules) {
  using C = Case<Rule>;
  ExpectEachRule(
      {C{[](auto& r) {
           r.source.nets = {Net("10.0.0.0/8")};
           r.destination.not_nets = {Net("10.0.0.0/9")};
         },
         ""},
       C{[](auto& r) {
           r.source.nets = {Net("10.0.0.0/8"), Net("::/8")};
         },
         AtRule(".source.nets[1]: rule contains both IPv4 and IPv6 CIDRs: put `::/8` into")},
       C{[](auto& r) {
           r.source.nets = {Net("10.0.0.0/8")};
           r.destination.not_nets = {Net("::/8")};
         },
         AtRule(".destination.notNets[0]: rule contains both IPv4 and IPv6 CIDRs")},
       C{[](auto& r) {
           r.source.nets = {Net("10.0.0.0/8")};
           r.ip_version = 6;
         },
         AtRule(".ipVersion: rule IP version doesn't match CIDR version: the CIDRs are IPv4")},
       C{[](auto& r) {
           r.source.nets = {Net("::/8")};
           r.ip_version = 6;
         },
         ""},
       C{[](auto& r) { r.source.nets = {Net("0.0.0.0/0")}; }, ""},
       C{[](auto& r) {
           r.source.not_nets = {Net("10.0.0.0/8"), Net("0.0.0.0/0")};
         },
         AtRule(".source.notNets[1]: catch-all CIDR in negation creates logical contradiction "
                "(matches no traffic)")},
       C{[](auto& r) { r.destination.not_nets = {Net("::/0")}; },
         AtRule(".destination.notNets[0]: catch-all CIDR in negation")},
       C{[](auto& r) {
           r.protocol = Named(kProtocolIcmp);
           r.source.nets = {Net("::/8")};
         },
         WarningAtRule(": never matches: protocol ICMP is IPv4 and the CIDRs are IPv6")},
       C{[](auto& r) { r.source.nets.assign(kNetsPerRuleMax, Net("10.0.0.0/8")); }, ""},
       C{[](auto& r) { r.source.nets.assign(kNetsPerRuleMax + 1, Net("10.0.0.0/8")); },
         AtRule(".source.nets: 257 entries: at most 256 are possible")}});
}

TEST(Validate, PortsOfRules) {
  using C = Case<Rule>;
  const auto ports = [](std::optional<RuleProtocol> protocol, std::vector<RulePort> list) {
    return [=](Rule& r) {
      r.protocol = protocol;
      r.source.not_ports = list;
    };
  };
  const PortRange kHttp = {80, 80};
  const RuleProtocol kTcp = Named(kProtocolTcp);
  ExpectEachRule(
      {C{ports(kTcp, {PortRange{1, 65535}, std::string("web")}), ""},
       C{ports(RuleProtocol{kProtocolSctp, false}, {kHttp}), ""},
       C{ports({}, {std::string("web")}), ""},
       C{ports({}, {std::string("web"), kHttp}),
         AtRule(".source.notPorts: rules with numeric port or port range must set protocol to TCP "
                "or UDP or SCTP")},
       C{ports(Named(kProtocolUdpLite), {std::string("web")}),
         AtRule(".source.notPorts: rules that specify ports must set protocol to TCP or UDP or "
                "SCTP")},
       C{ports(kTcp, {PortRange{0, 80}}),
         AtRule(".source.notPorts[0]: port range invalid, port number must be between 1 and "
                "65535")},
       C{ports(kTcp, {kHttp, PortRange{81, 80}}),
         AtRule(".source.notPorts[1]: port range invalid: write `80:81`")},
       C{ports(kTcp, {std::string("Web")}),
         AtRule(".source.notPorts[0]: `Web` is not the name of a port")},
       C{ports(kTcp, std::vector<RulePort>(kPortsPerRuleMax, kHttp)), ""},
       C{ports(kTcp, std::vector<RulePort>(kPortsPerRuleMax + 1, kHttp)),
         AtRule(".source.notPorts: 51 entries: at most 50 are possible")},
       C{[](auto& r) {
           r.destination.ports = {PortRange{80, 80}};
         },
         AtRule(".destination.ports: rules with numeric port")}});
}

TEST(Validate, SelectorsOfRules) {
  using C = Case<Rule>;
  ExpectEachRule(
      {C{[](auto& r) {
           r.source.selector = "trust == 'yes'";
           r.source.not_selector = "all()";
         },
         ""},
       C{[](auto& r) { r.source.selector = " all( )"; },
         WarningAtRule(".source.selector: all() is any known endpoint or network set, not any "
                       "address")},
       C{[](auto& r) { r.source.selector = "a == b"; },
         AtRule(".source.selector: column 6: expected a string")},
       C{[](auto& r) { r.destination.not_selector = "a b"; },
         AtRule(".destination.notSelector: column 3: expected an operator")},
       C{[](auto& r) { r.destination.selector = "has(a) && global()"; },
         AtRule(".destination.selector: global() can only be used")},
       C{[](auto& r) { r.source.not_selector = std::string(kSelectorLengthMax + 1, ' '); },
         AtRule(".source.notSelector: selector has 1025 characters")}});
}

TEST(Validate, AnnotationsOfRules) {
  using C = Case<Rule>;
  const auto annotation = [](const std::string& key, const std::string& value) {
    return [=](Rule& r) { r.annotations[key] = value; };
  };
  ExpectEachRule(
      {C{annotation(kScheduleAnnotation, "Mon-Fri 07:00-21:00"), ""},
       C{annotation(kExpiresAnnotation, "2026-12-31T18:00:00Z"), ""},
       C{annotation("note", "anything at all"), ""},
       C{annotation(kScheduleAnnotation, "Mon-Fri 07:00"),
         AtRule(".metadata.annotations.gatewarden/schedule: column 14: expected `-`")},
       C{annotation(kExpiresAnnotation, "tomorrow"),
         AtRule(".metadata.annotations.gatewarden/expires: `tomorrow` is not an RFC 3339 time")},
       C{annotation("gatewarden/expire", "tomorrow"),
         WarningAtRule(".metadata.annotations.gatewarden/expire: `gatewarden/expire` has no "
                       "effect")}});
}

TEST(Validate, RulesOfOneDirectionAreLimited) {
  ExpectEach<Policy>(
      Web(), {{[](auto& p) { p.ingress.assign(kRulesPerDirectionMax, Rule()); }, ""},
              {[](auto& p) { p.ingress.assign(kRulesPerDirectionMax + 1, Rule()); },
               "error GlobalNetworkPolicy `security.web`: spec.ingress: 1025 entries: at most "
               "1024 are possible"}});
}

// ---- tiers, profiles, settings --------------------------------------------------------------

TEST(Validate, Tiers) {
  const auto name = [](const std::string& text) {
    return [text](Tier& t) { t.metadata.name = text; };
  };
  Tier other;
  other.metadata.name = "other";
  const double kNaN = std::numeric_limits<double>::quiet_NaN();
  ExpectEach<Tier>(
      other,
      {{name(Of(kTierNameLengthMax)), ""},
       {name(Of(kTierNameLengthMax + 1)),
        "error Tier `" + Of(64) + "`: metadata.name: name has 64"},
       {name("a.b"),
        "error Tier `a.b`: metadata.name: `a.b` is not a legal name: use lower-case "
        "letters, digits and -, without dots"},
       {[kNaN](auto& t) { t.order = kNaN; }, "error Tier `other`: spec.order: order is not a"},
       {[](auto& t) {
          t.metadata.name = "default";
          t.order = kDefaultTierOrder;
        },
        ""},
       {[](auto& t) {
          t.metadata.name = "default";
          t.order = 5;
        },
        "error Tier `default`: spec.order: the tier `default` cannot be changed: its order is "
        "1000000"},
       {[](auto& t) {
          t.metadata.name = "default";
          t.order = kDefaultTierOrder;
          t.default_action = TierAction::kPass;
        },
        "error Tier `default`: spec.defaultAction: the tier `default` cannot be changed"}});
}

TEST(Validate, Profiles) {
  ExpectEach<Profile>(
      Open(), {{[](auto& p) { p.egress.emplace_back().action = RuleAction::kPass; },
                "error Profile `open`: spec.egress[1].action: Pass has no meaning in a profile"},
               {[](auto& p) { p.egress.emplace_back().action = RuleAction::kLog; }, ""},
               {[](auto& p) { p.labels_to_apply["a b"] = "c"; },
                "error Profile `open`: spec.labelsToApply.a b: key `a b` is not legal"},
               {[](auto& p) {
                  p.ingress[0].icmp = RuleIcmp{8, {}};
                },
                "error Profile `open`: spec.ingress[0].icmp: ICMP fields require"}});
}

TEST(Validate, SettingsAreReadAndEmptyFailsafesWarnedOf) {
  using C = Case<FelixConfiguration>;
  const auto value = [](const std::string& name, const std::string& text) {
    return [=](FelixConfiguration& f) { f.values[name] = text; };
  };
  const std::string kFelix = "error FelixConfiguration `default`: spec.";
  ExpectEach<FelixConfiguration>(
      DefaultConfiguration(),
      {C{value("failMode", "Open"), ""},
       C{value("failMode", "Half"), kFelix + "failMode: `Half`: write Closed or Open"},
       C{value("FailMode", "Half"), kFelix + "failMode: `Half`: write Closed or Open"},
       C{value("failmod", "Open"), kFelix + "failmod: `failmod` is no parameter"},
       C{value("wireguardEnabled", "true"), kFelix + "wireguardEnabled: `wireguardEnabled` has no"},
       C{value("failsafeInboundHostPorts", "none"), ""},
       C{[](auto& f) {
           f.values["failsafeInboundHostPorts"] = "none";
           f.values["failsafeOutboundHostPorts"] = "";
         },
         "warning FelixConfiguration `default`: spec.failsafeInboundHostPorts: both lists of "
         "failsafes are empty"}});
  Model model;
  FelixConfiguration other = DefaultConfiguration();
  other.metadata.name = "node.gw1";
  Put(model, other);
  EXPECT_THAT(ProblemsOf(model),
              ElementsAre("warning FelixConfiguration `node.gw1`: metadata.name: only the "
                          "configuration `default` has an effect"));
}

// ---- what resources do to each other --------------------------------------------------------

TEST(Validate, APolicyThatSelectsNoEndpointIsWarnedOf) {
  Model model = Site();
  model.policies.at("security.web").selector = "zone == 'dmz'";
  EXPECT_THAT(ProblemsOf(model),
              ElementsAre(StartsWith("warning GlobalNetworkPolicy `security.web`: spec.selector: "
                                     "selects no endpoint")));
  // A label that comes from a profile counts.
  model.policies.at("security.web").selector = "open == 'yes'";
  EXPECT_THAT(ProblemsOf(model), IsEmpty());
  // Where there are no endpoints yet, there is nothing to compare with.
  model.policies.at("security.web").selector = "zone == 'dmz'";
  model.host_endpoints.clear();
  model.workload_endpoints.clear();
  EXPECT_THAT(ProblemsOf(model), IsEmpty());
}

TEST(Validate, PreDnatAndUntrackedPoliciesOnWorkloadsAreWarnedOf) {
  for (bool Policy::*stage : {&Policy::pre_dnat, &Policy::do_not_track}) {
    Model model = Site();
    Policy& policy = model.policies.at("security.web");
    policy.apply_on_forward = true;
    policy.*stage = true;
    policy.selector = "all()";
    const char* name = stage == &Policy::pre_dnat ? "preDNAT" : "doNotTrack";
    EXPECT_THAT(ProblemsOf(model),
                ElementsAre(StartsWith(absl::StrCat(
                    "warning GlobalNetworkPolicy `security.web`: spec.selector: selects workload "
                    "endpoint `vm1`, where ",
                    name, " policies have no effect"))));
  }
}

TEST(Validate, UntrackedPoliciesOnAnyInterfaceAreWarnedOf) {
  Model model = Site();
  model.host_endpoints.at("wan").interface_name = "*";
  Policy& policy = model.policies.at("security.web");
  policy.apply_on_forward = policy.do_not_track = true;
  EXPECT_THAT(ProblemsOf(model),
              ElementsAre(HasSubstr("selects host endpoint `wan` of interface `*`, where "
                                    "doNotTrack policies have no effect")));
  policy.do_not_track = false;
  policy.pre_dnat = true;
  EXPECT_THAT(ProblemsOf(model), IsEmpty());
}

TEST(Validate, AHostEndpointThatNothingLetsThroughIsWarnedOf) {
  Model model = Site();
  HostEndpoint& wan = model.host_endpoints.at("wan");
  wan.profiles = {};
  const auto warning = [](const char* direction) {
    return StartsWith(
        absl::StrCat("warning HostEndpoint `wan`: spec.profiles: no policy and no "
                     "profile decides ",
                     direction,
                     " traffic of this host here, so that everything but "
                     "the failsafes is denied"));
  };
  EXPECT_THAT(ProblemsOf(model), ElementsAre(warning("egress")));
  // A policy of another stage, or a staged one, does not decide local traffic.
  model.policies.at("security.web").apply_on_forward = true;
  model.policies.at("security.web").pre_dnat = true;
  Put(model, Staged());
  EXPECT_THAT(ProblemsOf(model), ElementsAre(warning("ingress"), warning("egress")));
  // A profile that is there for its labels only has no rules to decide with.
  model.profiles.at("open").ingress = {};
  wan.profiles = {"open"};
  EXPECT_THAT(ProblemsOf(model), ElementsAre(warning("ingress")));
}

TEST(Validate, TheSecondEndpointOfAnInterfaceIsWarnedOf) {
  Model model = Site();
  HostEndpoint second = Wan();
  second.metadata.name = "wan2";
  Put(model, second);
  WorkloadEndpoint vm2 = Tap();
  vm2.metadata.name = "vm2";
  Put(model, vm2);
  EXPECT_THAT(ProblemsOf(model),
              ElementsAre(StartsWith("warning HostEndpoint `wan2`: spec.interfaceName: `wan` has "
                                     "interface `eth0` too and comes first by name"),
                          StartsWith("warning WorkloadEndpoint `vm2`: spec.interfaceName: `vm1` "
                                     "has interface `cali1` too")));
  model.host_endpoints.at("wan2").node = "gw2";
  model.workload_endpoints.at("vm2").node = "gw2";
  EXPECT_THAT(ProblemsOf(model), IsEmpty());
}

// ---- limits of the site ---------------------------------------------------------------------

std::vector<std::string> ErrorsOf(const Model& model) {
  std::vector<std::string> errors;
  for (const Problem& problem : Validate(model)) {
    if (problem.severity == Severity::kError) errors.push_back(ToString(problem));
  }
  return errors;
}

template <typename T>
void Fill(std::map<std::string, T>& map, size_t count, const T& value = T()) {
  for (size_t i = map.size(); i < count; ++i) {
    const std::string name = absl::StrCat("n", 1'000'000 + i);
    map[name] = value;
    map[name].metadata.name = name;
  }
}

TEST(Validate, TheNumberOfTiersIsLimited) {
  Model model;
  Fill(model.tiers, kTiersMax);
  EXPECT_THAT(ErrorsOf(model), IsEmpty());
  Fill(model.tiers, kTiersMax + 2);
  EXPECT_THAT(ErrorsOf(model), ElementsAre("Tier `n1001000`: more than 1000 tiers in the site: "
                                           "this and what follows is too much"));
}

TEST(Validate, TheNumberOfPoliciesAndRulesIsLimited) {
  Model model;
  Policy staged;
  staged.staged = true;
  Fill(model.policies, kPoliciesMax - 1);
  Fill(model.staged_policies, 1, staged);
  EXPECT_THAT(ErrorsOf(model), IsEmpty());
  Fill(model.staged_policies, 2, staged);
  EXPECT_THAT(ErrorsOf(model),
              ElementsAre(StartsWith("StagedGlobalNetworkPolicy `n1000001`: more than 20000 "
                                     "policies in the site")));
  Model rules;
  Policy policy;
  policy.ingress.resize(1000);
  Fill(rules.policies, kRulesMax / 1000, policy);
  EXPECT_THAT(ErrorsOf(rules), IsEmpty());
  Profile profile;
  profile.egress.resize(1);
  Fill(rules.profiles, 1, profile);
  EXPECT_THAT(ErrorsOf(rules),
              ElementsAre(StartsWith("Profile `n1000000`: more than 100000 rules in the site")));
}

TEST(Validate, TheNumberOfNetworksInSetsIsLimited) {
  Model model;
  NetworkSet set;
  set.nets.assign(kNetworkSetEntriesMax, Net("10.0.0.0/8"));
  Fill(model.network_sets, 1, set);
  EXPECT_THAT(ErrorsOf(model), IsEmpty());
  set.nets.resize(1);
  Fill(model.network_sets, 2, set);
  EXPECT_THAT(ErrorsOf(model), ElementsAre(StartsWith("GlobalNetworkSet `n1000001`: more than "
                                                      "1000000 networks in network sets")));
}

TEST(Validate, TheNumberOfEndpointsAndSetsIsLimited) {
  Model model;
  Fill(model.network_sets, kEndpointsMax - 1);
  Put(model, Wan());
  EXPECT_THAT(ErrorsOf(model), IsEmpty());
  Fill(model.network_sets, kEndpointsMax);
  EXPECT_THAT(ErrorsOf(model), ElementsAre(StartsWith("GlobalNetworkSet `n1199999`: more than "
                                                      "200000 endpoints and network sets")));
}

// ---- the list as a whole --------------------------------------------------------------------

TEST(Validate, FindsEverythingAndSortsByResourceThenField) {
  Model model = Site();
  model.host_endpoints.at("wan").node = "";
  Policy& policy = model.policies.at("security.web");
  policy.ingress.assign(11, Rule());
  policy.ingress[10].ip_version = 7;
  policy.ingress[2].ip_version = 7;
  policy.selector = "a ==";
  model.tiers.at("security").metadata.labels["-"] = "";
  const std::vector<Problem> problems = Validate(model);
  std::vector<std::string> places;
  for (const Problem& problem : problems) {
    places.push_back(
        absl::StrCat(ToString(problem.resource), " ", problem.field, " ", problem.column));
  }
  EXPECT_THAT(places, ElementsAre("HostEndpoint `wan` spec.node 0",
                                  "GlobalNetworkPolicy `security.web` spec.ingress[2].ipVersion 0",
                                  "GlobalNetworkPolicy `security.web` spec.ingress[10].ipVersion 0",
                                  "GlobalNetworkPolicy `security.web` spec.selector 5",
                                  "Tier `security` metadata.labels.- 0"));
  EXPECT_TRUE(HasErrors(problems));
}

TEST(Validate, WarningsAreNoErrors) {
  Model model = Site();
  model.host_endpoints.at("wan").profiles.push_back("nosuch");
  const std::vector<Problem> problems = Validate(model);
  EXPECT_EQ(problems.size(), 1u);
  EXPECT_FALSE(HasErrors(problems));
  EXPECT_FALSE(HasErrors({}));
}

}  // namespace
}  // namespace gw
