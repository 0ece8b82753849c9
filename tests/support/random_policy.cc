#include "tests/support/random_policy.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"

#include "common/base/check.h"
#include "common/net/protocol.h"

namespace gw::testing {
namespace {

// ---- the alphabets --------------------------------------------------------------------------

constexpr char kNode[] = "gateway";

std::string RandomInterface(Random& random) {
  // `cali9` is no endpoint's, `ghost0` is not there.
  if (random.OneIn(15)) return random.Pick<const char*>({"cali9", "ghost0"});
  return random.Pick<const char*>({"eth0", "eth0", "eth0", "eth0", "eth1", "eth1", "eth1", "eth2",
                                   "lo", "cali1", "cali1", "cali1", "cali2", "vnet1"});
}

Address ParsedAddress(const std::string& text) {
  const auto address = ParseAddress(text);
  GW_CHECK(address.ok());
  return *address;
}

Prefix ParsedPrefix(const std::string& text) {
  const auto prefix = ParsePrefix(text);
  GW_CHECK(prefix.ok());
  return *prefix;
}

std::vector<Address> ParsedAddresses(const std::vector<std::string>& texts) {
  std::vector<Address> addresses;
  addresses.reserve(texts.size());
  for (const std::string& text : texts) addresses.push_back(ParsedAddress(text));
  return addresses;
}

std::vector<Prefix> ParsedPrefixes(const std::vector<std::string>& texts) {
  std::vector<Prefix> prefixes;
  prefixes.reserve(texts.size());
  for (const std::string& text : texts) prefixes.push_back(ParsedPrefix(text));
  return prefixes;
}

const std::vector<Address>& Addresses(Family family) {
  static const std::vector<Address> ipv4 =
      ParsedAddresses({"10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.1.1", "10.0.1.2", "10.0.1.130",
                       "10.65.0.1", "10.65.0.2", "192.0.2.1", "127.0.0.1"});
  static const std::vector<Address> ipv6 =
      ParsedAddresses({"fd00::1", "fd00::2", "fd00:0:0:1::1", "fd00:0:0:1::2", "fd65::1", "fe80::1",
                       "fe80::2", "::1"});
  return family == Family::kIPv4 ? ipv4 : ipv6;
}

const std::vector<Prefix>& Prefixes(Family family) {
  static const std::vector<Prefix> ipv4 =
      ParsedPrefixes({"0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/23", "10.0.0.0/24", "10.0.1.128/25",
                      "10.0.0.2/31", "10.0.0.2/32", "10.65.0.0/16", "192.0.2.0/24", "128.0.0.0/1"});
  static const std::vector<Prefix> ipv6 =
      ParsedPrefixes({"::/0", "fd00::/16", "fd00::/64", "fd00:0:0:1::/64", "fd00::2/127",
                      "fd00::2/128", "fd65::/16", "fe80::/10", "8000::/1"});
  return family == Family::kIPv4 ? ipv4 : ipv6;
}

Family RandomFamily(Random& random) { return random.OneIn(3) ? Family::kIPv6 : Family::kIPv4; }

uint16_t RandomPort(Random& random) {
  return random.Pick<uint16_t>({22, 53, 68, 80, 80, 443, 443, 8080, 4789, 40000});
}

std::string RandomPortName(Random& random) {
  return random.Pick<const char*>({"web", "web", "admin", "ghost"});
}

Labels RandomLabels(Random& random) {
  Labels labels;
  for (const char* key : {"role", "zone", "feed"}) {
    if (random.OneIn(2)) labels[key] = random.Pick<const char*>({"a", "b", "ab", ""});
  }
  if (random.OneIn(20)) labels["pcns.role"] = "a";
  return labels;
}

std::string RandomSelectorTerm(Random& random) {
  const std::string key = random.Pick<const char*>({"role", "zone", "feed", "pcns.role"});
  const std::string value = random.Pick<const char*>({"'a'", "'b'", "\"ab\"", "''"});
  switch (random.Below(10)) {
    case 0:
      return absl::StrCat("has(", key, ")");
    case 1:
      return absl::StrCat("!has(", key, ")");
    case 2:
      return absl::StrCat(key, " != ", value);
    case 3:
      return absl::StrCat(key, " in {'a', ", value, "}");
    case 4:
      return absl::StrCat(key, " not in {", value, "}");
    case 5:
      return absl::StrCat(key, " starts with ", value);
    case 6:
      return absl::StrCat(key, " contains 'b'");
    case 7:
      return "all()";
    default:
      return absl::StrCat(key, " == ", value);
  }
}

std::string RandomSelector(Random& random) {
  std::string term = RandomSelectorTerm(random);
  if (random.OneIn(5)) return absl::StrCat(term, " && ", RandomSelectorTerm(random));
  if (random.OneIn(5)) return absl::StrCat(term, " || ", RandomSelectorTerm(random));
  if (random.OneIn(8)) return absl::StrCat("!(", term, " && ", RandomSelectorTerm(random), ")");
  return term;
}

std::optional<double> RandomOrder(Random& random) {
  if (random.OneIn(4)) return std::nullopt;
  return random.Pick<double>({-1, 0, 0.5, 1, 1, 2});
}

// ---- rules ----------------------------------------------------------------------------------

// What validation ties together within one rule.
struct RuleFrame {
  std::optional<Family> family;  // all CIDRs, the IP version and ICMP by name agree
  bool has_numeric_ports = false;
  bool has_ports = false;
};

RulePort RandomRulePort(Random& random) {
  if (random.OneIn(4)) return RandomPortName(random);
  const uint16_t port = RandomPort(random);
  if (random.OneIn(5)) return PortRange{1, port};
  if (random.OneIn(5)) return PortRange{port, 65535};
  return PortRange{port, port};
}

std::vector<RulePort> RandomRulePorts(Random& random, RuleFrame& frame) {
  std::vector<RulePort> ports;
  for (size_t i = 1 + random.Below(2); i > 0; --i) ports.push_back(RandomRulePort(random));
  frame.has_ports = true;
  for (const RulePort& port : ports) {
    if (std::holds_alternative<PortRange>(port)) frame.has_numeric_ports = true;
  }
  return ports;
}

std::vector<Prefix> RandomNets(Random& random, Family family, bool negated) {
  std::vector<Prefix> nets;
  for (size_t i = 1 + random.Below(2); i > 0; --i) {
    const Prefix net = random.Pick(Prefixes(family));
    if (!negated || net.length != 0) nets.push_back(net);
  }
  return nets;
}

EntityRule RandomSide(Random& random, RuleFrame& frame, bool is_source) {
  EntityRule side;
  if (frame.family && random.OneIn(2)) side.nets = RandomNets(random, *frame.family, false);
  if (frame.family && random.OneIn(4)) side.not_nets = RandomNets(random, *frame.family, true);
  if (random.OneIn(is_source ? 10 : 4)) side.ports = RandomRulePorts(random, frame);
  if (random.OneIn(10)) side.not_ports = RandomRulePorts(random, frame);
  if (random.OneIn(5)) side.selector = RandomSelector(random);
  if (random.OneIn(8)) side.not_selector = RandomSelector(random);
  return side;
}

RuleProtocol RandomProtocolWithPorts(Random& random) {
  const auto number =
      random.Pick<uint8_t>({kProtocolTcp, kProtocolTcp, kProtocolUdp, kProtocolSctp});
  return {number, random.OneIn(2)};
}

RuleProtocol RandomIcmp(Random& random, const RuleFrame& frame) {
  uint8_t number = random.OneIn(2) ? kProtocolIcmp : kProtocolIcmpv6;
  if (frame.family) {
    number = *frame.family == Family::kIPv4 ? kProtocolIcmp : kProtocolIcmpv6;
  }
  return {number, random.OneIn(2)};
}

RuleProtocol RandomProtocol(Random& random, const RuleFrame& frame) {
  switch (random.Below(6)) {
    case 0:
    case 1:
      return RandomIcmp(random, frame);
    case 2:
      return {random.Pick<uint8_t>({kProtocolIpip, kProtocolUdpLite, 253}), false};
    default:
      return RandomProtocolWithPorts(random);
  }
}

RuleIcmp RandomIcmpType(Random& random) {
  RuleIcmp icmp{random.Pick<uint8_t>({0, 3, 8, 128, 135}), std::nullopt};
  if (random.OneIn(2)) icmp.code = random.Pick<uint8_t>({0, 1});
  return icmp;
}

void AddProtocol(Random& random, const RuleFrame& frame, Rule& rule) {
  if (frame.has_ports) {
    if (frame.has_numeric_ports || random.OneIn(2)) rule.protocol = RandomProtocolWithPorts(random);
    return;
  }
  if (random.OneIn(2)) rule.protocol = RandomProtocol(random, frame);
  if (random.OneIn(8)) rule.not_protocol = RandomProtocol(random, frame);
  if (rule.protocol && IsIcmp(rule.protocol->number)) {
    if (random.OneIn(2)) rule.icmp = RandomIcmpType(random);
    if (random.OneIn(4)) rule.not_icmp = RandomIcmpType(random);
  }
}

Labels RandomRuleAnnotations(Random& random) {
  Labels annotations;
  if (random.OneIn(20)) {
    annotations[kScheduleAnnotation] =
        random.Pick<const char*>({"Mon-Fri 07:00-21:00", "Sat-Sun", "22:00-06:00"});
  }
  if (random.OneIn(20)) {
    annotations[kExpiresAnnotation] =
        random.Pick<const char*>({"2026-06-01T12:00:00Z", "2030-01-01T00:00:00+01:00"});
  }
  return annotations;
}

Rule RandomRule(Random& random, bool in_profile) {
  Rule rule;
  rule.action = random.Pick({RuleAction::kAllow, RuleAction::kAllow, RuleAction::kDeny,
                             RuleAction::kLog, RuleAction::kPass});
  if (in_profile && rule.action == RuleAction::kPass) rule.action = RuleAction::kAllow;
  RuleFrame frame;
  if (!random.OneIn(4)) {  // else an action only, which matches everything
    if (random.OneIn(2)) frame.family = RandomFamily(random);
    rule.source = RandomSide(random, frame, true);
    rule.destination = RandomSide(random, frame, false);
    AddProtocol(random, frame, rule);
    if (frame.family && random.OneIn(3)) rule.ip_version = *frame.family == Family::kIPv4 ? 4 : 6;
  }
  rule.annotations = RandomRuleAnnotations(random);
  return rule;
}

std::vector<Rule> RandomRules(Random& random, size_t count_max, bool in_profile) {
  std::vector<Rule> rules;
  for (size_t i = random.Below(count_max + 1); i > 0; --i) {
    rules.push_back(RandomRule(random, in_profile));
  }
  return rules;
}

// ---- resources ------------------------------------------------------------------------------

std::vector<EndpointPort> RandomEndpointPorts(Random& random) {
  std::vector<EndpointPort> ports;
  for (size_t i = random.Below(3); i > 0; --i) {
    ports.push_back({random.Pick<const char*>({"web", "admin"}),
                     random.Pick<uint8_t>({kProtocolTcp, kProtocolUdp}), RandomPort(random)});
  }
  return ports;
}

std::vector<std::string> RandomProfileNames(Random& random) {
  std::vector<std::string> names = random.Some<std::string>({"labels", "p.q", "allow"}, 3);
  if (random.OneIn(12)) names.insert(names.begin(), "missing");
  return names;
}

std::vector<Address> RandomAddresses(Random& random) {
  std::vector<Address> addresses;
  for (size_t i = 1 + random.Below(2); i > 0; --i) {
    addresses.push_back(random.Pick(Addresses(RandomFamily(random))));
  }
  return addresses;
}

HostEndpoint RandomHostEndpoint(Random& random, const std::string& name) {
  HostEndpoint endpoint;
  endpoint.metadata = {name, RandomLabels(random), {}};
  endpoint.node = random.OneIn(12) ? "other" : kNode;
  endpoint.interface_name = random.Pick<const char*>(
      {"eth0", "eth0", "eth1", "eth1", "eth2", "*", "*", "lo", "cali1", "eth9", "", ""});
  if (endpoint.interface_name.empty() || random.OneIn(3)) {
    endpoint.expected_ips = RandomAddresses(random);
  }
  endpoint.profiles = RandomProfileNames(random);
  endpoint.ports = RandomEndpointPorts(random);
  return endpoint;
}

WorkloadEndpoint RandomWorkloadEndpoint(Random& random, const std::string& name,
                                        bool spoofing_allowed) {
  WorkloadEndpoint endpoint;
  endpoint.metadata = {name, RandomLabels(random), {}};
  endpoint.node = random.OneIn(12) ? "other" : kNode;
  endpoint.interface_name = random.Pick<const char*>({"cali1", "cali1", "cali2", "vnet1"});
  for (const Address& address : RandomAddresses(random)) {
    endpoint.ip_networks.push_back(Prefix::Of(address));
  }
  endpoint.profiles = RandomProfileNames(random);
  endpoint.ports = RandomEndpointPorts(random);
  if (spoofing_allowed && random.OneIn(2)) {
    endpoint.allow_spoofed_source_prefixes = RandomNets(random, RandomFamily(random), false);
  }
  return endpoint;
}

// Which hooks a policy is for: normal, applyOnForward, preDNAT, doNotTrack.
void AddScope(Random& random, Policy& policy) {
  policy.apply_on_forward = !random.OneIn(3);
  if (!policy.apply_on_forward || !random.OneIn(3)) return;
  policy.do_not_track = random.OneIn(2);
  if (policy.do_not_track) return;
  policy.pre_dnat = true;
  policy.applies_to_ingress = true;
  policy.applies_to_egress = false;
  policy.egress.clear();
}

Policy RandomPolicy(Random& random, const std::string& name, bool staged) {
  Policy policy;
  policy.metadata = {name, {}, {}};
  policy.staged = staged;
  policy.tier = random.Pick<const char*>({"default", "default", "first", "same", "last"});
  policy.order = RandomOrder(random);
  policy.selector = random.OneIn(3) ? "" : RandomSelector(random);
  policy.ingress = RandomRules(random, 4, false);
  policy.egress = RandomRules(random, 4, false);
  policy.applies_to_ingress = !random.OneIn(4);
  policy.applies_to_egress = !policy.applies_to_ingress || random.OneIn(2);
  AddScope(random, policy);
  return policy;
}

Policy StagedRemoval(Random& random, const std::string& name) {
  Policy policy;
  policy.metadata = {name, {}, {}};
  policy.staged = true;
  policy.staged_action = StagedAction::kDelete;
  policy.tier = random.Pick<const char*>({"default", "first"});
  return policy;
}

Tier RandomTier(Random& random, const std::string& name) {
  Tier tier{{name, {}, {}}, std::nullopt, TierAction::kDeny};
  if (name != "last") tier.order = random.Pick<double>({10, 20});
  if (random.OneIn(3)) tier.default_action = TierAction::kPass;
  return tier;
}

Profile RandomProfile(Random& random, const std::string& name) {
  Profile profile;
  profile.metadata = {name, {}, {}};
  if (name != "labels") {
    profile.ingress = RandomRules(random, 2, true);
    profile.egress = RandomRules(random, 2, true);
  }
  if (name != "allow") profile.labels_to_apply = RandomLabels(random);
  return profile;
}

NetworkSet RandomNetworkSet(Random& random, const std::string& name) {
  NetworkSet set{{name, RandomLabels(random), {}}, {}};
  set.metadata.labels.erase("pcns.role");
  for (size_t i = random.Below(4); i > 0; --i) {
    set.nets.push_back(random.Pick(Prefixes(RandomFamily(random))));
  }
  return set;
}

FelixConfiguration RandomConfiguration(Random& random) {
  FelixConfiguration configuration;
  configuration.metadata.name = "default";
  const auto maybe = [&](const char* name, const std::vector<const char*>& choices) {
    if (random.OneIn(2)) configuration.values[name] = random.Pick(choices);
  };
  maybe("interfacePrefix", {"cali", "cali,vnet", "cali,vnet", "vnet,eth2"});
  maybe("interfaceExclude", {"eth1", "/^eth[12]$/", "kube-ipvs0"});
  maybe("failsafeInboundHostPorts",
        {"none", "tcp:22,udp:68", "udp:53,tcp:10.0.0.0/24:80,tcp:[fd00::/64]:443"});
  maybe("failsafeOutboundHostPorts",
        {"none", "udp:53,tcp:53", "tcp:443,udp:10.0.0.0/8:53,tcp:[fd00::/16]:80"});
  maybe("defaultEndpointToHostAction", {"Drop", "Return", "Accept"});
  maybe("disableConntrackInvalidCheck", {"true", "true", "false"});
  maybe("workloadSourceSpoofing", {"Any", "Disabled"});
  maybe("allowVXLANPacketsFromWorkloads", {"true", "false"});
  maybe("allowIPIPPacketsFromWorkloads", {"true", "false"});
  if (random.OneIn(6)) configuration.values["vxlanPort"] = "8080";
  return configuration;
}

bool AllowsSpoofing(const FelixConfiguration& configuration) {
  const auto value = configuration.values.find("workloadSourceSpoofing");
  return value != configuration.values.end() && value->second == "Any";
}

// Most of a long list neither ends the way of a packet nor matches it.
void Narrow(Random& random, Rule& rule) {
  if (random.OneIn(400)) return;
  if (!random.OneIn(12)) rule.action = RuleAction::kLog;
  if (random.OneIn(2)) return;
  const Family family = RandomFamily(random);
  const bool unknown = random.OneIn(2);
  const Prefix net = Prefix::Of(random.Pick(Addresses(family)));
  rule = Rule();
  rule.action = random.Pick({RuleAction::kAllow, RuleAction::kDeny, RuleAction::kPass});
  rule.protocol = RuleProtocol{unknown ? uint8_t{200} : kProtocolTcp, false};
  rule.source.nets = {net};
  rule.destination.nets = {Prefix::Of(random.Pick(Addresses(family)))};
  if (!unknown) {
    const uint16_t port = RandomPort(random);
    rule.destination.ports = {PortRange{port, port}};
  }
}

void AddPolicies(Random& random, Model& model) {
  for (const std::string& name :
       random.Some<std::string>({"a", "a-b", "a.b", "p1", "p9", "p10", "z"}, 2)) {
    Put(model, RandomPolicy(random, name, false));
  }
  if (random.OneIn(2)) return;
  for (const std::string& name : random.Some<std::string>({"a", "b", "z"}, 2)) {
    Put(model, RandomPolicy(random, name, true));
  }
  if (random.OneIn(6)) Put(model, StagedRemoval(random, "p9"));
}

// ---- packets --------------------------------------------------------------------------------

void AddTransport(Random& random, Tuple& tuple) {
  tuple.protocol = random.Pick<uint8_t>({kProtocolTcp, kProtocolTcp, kProtocolTcp, kProtocolUdp,
                                         kProtocolUdp, kProtocolSctp, kProtocolUdpLite,
                                         kProtocolIpip, 253, kProtocolIcmp, kProtocolIcmpv6});
  const bool is_ipv6 = tuple.family() == Family::kIPv6;
  if (IsIcmp(tuple.protocol) && !random.OneIn(5)) {
    tuple.protocol = is_ipv6 ? kProtocolIcmpv6 : kProtocolIcmp;
  }
  if (HasPorts(tuple.protocol)) {
    tuple.source_port = RandomPort(random);
    tuple.destination_port = RandomPort(random);
  }
  if (IsIcmp(tuple.protocol)) {
    tuple.icmp_type = random.Pick<uint8_t>({0, 3, 8, 128, 130, 133, 134, 135, 136, 137});
    tuple.icmp_code = random.Pick<uint8_t>({0, 1});
  }
}

void AddOriginal(Random& random, Packet& packet) {
  if (!random.OneIn(5)) return;
  packet.translated = true;
  packet.original_destination = random.Pick(Addresses(packet.tuple.family()));
  if (HasPorts(packet.tuple.protocol)) packet.original_destination_port = RandomPort(random);
}

}  // namespace

uint64_t Random::Next() {
  state_ += 0x9e3779b97f4a7c15;
  uint64_t mixed = state_;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
  return mixed ^ (mixed >> 31);
}

Site RandomSite(Random& random) {
  Site site;
  site.node = kNode;
  site.interfaces = {{"lo", ParsedAddresses({"127.0.0.1", "::1"})},
                     {"eth0", ParsedAddresses({"10.0.0.1", "fd00::1", "fe80::1"})},
                     {"eth1", ParsedAddresses({"10.0.1.1", "10.0.1.2"})}};
  if (random.OneIn(2)) {
    site.interfaces.push_back({"eth2", ParsedAddresses({"10.0.1.130", "fd00:0:0:1::1"})});
  }
  if (random.OneIn(2)) site.interfaces.push_back({"cali1", ParsedAddresses({"10.65.0.1"})});
  if (random.OneIn(4)) site.interfaces[0].addresses.push_back(ParsedAddress("10.0.0.3"));
  site.now = absl::FromUnixSeconds(1'767'225'600 +  // 2026-01-01 00:00:00 UTC
                                   static_cast<int64_t>(random.Below(size_t{365} * 24)) * 3600);
  if (random.OneIn(2)) site.zone = absl::FixedTimeZone(7200);
  return site;
}

Model RandomModel(Random& random) {
  Model model;
  const FelixConfiguration configuration = RandomConfiguration(random);
  const bool spoofing_allowed = AllowsSpoofing(configuration);
  if (!configuration.values.empty()) Put(model, configuration);
  for (const char* name : {"first", "same", "last"}) Put(model, RandomTier(random, name));
  for (const char* name : {"labels", "p.q", "allow"}) Put(model, RandomProfile(random, name));
  for (const char* name : {"aa", "lan", "star", "wan", "x", "zz"}) {
    if (!random.OneIn(3)) Put(model, RandomHostEndpoint(random, name));
  }
  for (const char* name : {"w1", "w2", "w3", "w4"}) {
    if (random.OneIn(4)) continue;
    Put(model, RandomWorkloadEndpoint(random, name, spoofing_allowed));
  }
  for (const std::string& name : random.Some<std::string>({"bad", "office"}, 2)) {
    Put(model, RandomNetworkSet(random, name));
  }
  AddPolicies(random, model);
  return model;
}

Model RandomLargeModel(Random& random, size_t rules) {
  Model model = RandomModel(random);
  size_t count = 0;
  for (size_t i = 0; count < rules; ++i) {
    Policy policy = RandomPolicy(random, absl::StrCat("many-", i), random.OneIn(8));
    if (!random.OneIn(20)) policy.selector.clear();  // else few are asked at once
    policy.pre_dnat = policy.do_not_track = false;
    policy.apply_on_forward = !random.OneIn(4);
    for (std::vector<Rule>* own : {&policy.ingress, &policy.egress}) {
      for (Rule& rule : *own) {
        Narrow(random, rule);
        ++count;
      }
    }
    Put(model, std::move(policy));
  }
  return model;
}

InterfacePacket RandomPacket(Random& random) {
  InterfacePacket packet;
  Packet& inner = packet.packet;
  inner.hook = random.Pick({Hook::kInput, Hook::kForward, Hook::kForward, Hook::kOutput});
  if (inner.hook != Hook::kOutput) packet.in = RandomInterface(random);
  if (inner.hook != Hook::kInput) packet.out = RandomInterface(random);
  const Family family = RandomFamily(random);
  inner.tuple.source = random.Pick(Addresses(family));
  inner.tuple.destination = random.Pick(Addresses(family));
  AddTransport(random, inner.tuple);
  AddOriginal(random, inner);
  if (random.OneIn(6)) {
    inner.state = random.Pick({ConntrackState::kEstablished, ConntrackState::kRelated,
                               ConntrackState::kInvalid, ConntrackState::kInvalid});
  }
  inner.reverse_path_ok = !random.OneIn(16);
  if (random.OneIn(4)) inner.hop_limit = 64;
  return packet;
}

// ---- text -----------------------------------------------------------------------------------

namespace {

std::string LabelsText(const Labels& labels) {
  return absl::StrCat("{", absl::StrJoin(labels, ", ", absl::PairFormatter("=")), "}");
}

template <typename T>
std::string ListText(const std::vector<T>& items) {
  return absl::StrJoin(
      items, ",", [](std::string* out, const T& item) { absl::StrAppend(out, ToString(item)); });
}

std::string PortsText(const std::vector<RulePort>& ports) {
  return absl::StrJoin(ports, ",", [](std::string* out, const RulePort& port) {
    if (const auto* range = std::get_if<PortRange>(&port)) {
      absl::StrAppend(out, range->first, ":", range->last);
    } else {
      absl::StrAppend(out, std::get<std::string>(port));
    }
  });
}

// " name=text" where there is a text.
std::string Part(absl::string_view name, const std::string& text) {
  return text.empty() ? "" : absl::StrCat(" ", name, "=", text);
}

std::string SideText(absl::string_view name, const EntityRule& side) {
  return absl::StrCat(Part(absl::StrCat(name, ".nets"), ListText(side.nets)),
                      Part(absl::StrCat(name, ".notNets"), ListText(side.not_nets)),
                      Part(absl::StrCat(name, ".ports"), PortsText(side.ports)),
                      Part(absl::StrCat(name, ".notPorts"), PortsText(side.not_ports)),
                      Part(absl::StrCat(name, ".selector"), side.selector),
                      Part(absl::StrCat(name, ".notSelector"), side.not_selector));
}

std::string ProtocolText(const std::optional<RuleProtocol>& protocol) {
  if (!protocol) return "";
  return protocol->by_name ? ProtocolName(protocol->number) : absl::StrCat(protocol->number);
}

std::string IcmpText(const std::optional<RuleIcmp>& icmp) {
  if (!icmp) return "";
  return icmp->code ? absl::StrCat(icmp->type, "/", *icmp->code) : absl::StrCat(icmp->type);
}

std::string RuleText(const Rule& rule) {
  const char* action = rule.action == RuleAction::kAllow  ? "Allow"
                       : rule.action == RuleAction::kDeny ? "Deny"
                       : rule.action == RuleAction::kLog  ? "Log"
                                                          : "Pass";
  return absl::StrCat(
      action, Part("ipVersion", rule.ip_version ? absl::StrCat(*rule.ip_version) : ""),
      Part("protocol", ProtocolText(rule.protocol)),
      Part("notProtocol", ProtocolText(rule.not_protocol)), Part("icmp", IcmpText(rule.icmp)),
      Part("notICMP", IcmpText(rule.not_icmp)), SideText("source", rule.source),
      SideText("destination", rule.destination),
      rule.annotations.empty() ? "" : absl::StrCat(" ", LabelsText(rule.annotations)));
}

std::string RulesText(const char* direction, const std::vector<Rule>& rules) {
  std::string text;
  for (size_t i = 0; i < rules.size(); ++i) {
    absl::StrAppend(&text, "  ", direction, " ", i, ": ", RuleText(rules[i]), "\n");
  }
  return text;
}

std::string EndpointPortsText(const std::vector<EndpointPort>& ports) {
  return absl::StrJoin(ports, ",", [](std::string* out, const EndpointPort& port) {
    absl::StrAppend(out, port.name, "/", ProtocolName(port.protocol), "/", port.port);
  });
}

std::string OrderText(const std::optional<double>& order) {
  return order ? absl::StrCat(*order) : "";
}

std::string ToText(const HostEndpoint& endpoint) {
  return absl::StrCat("HostEndpoint ", endpoint.metadata.name, " node=", endpoint.node,
                      Part("interface", endpoint.interface_name),
                      Part("expectedIPs", ListText(endpoint.expected_ips)),
                      Part("profiles", absl::StrJoin(endpoint.profiles, ",")),
                      Part("ports", EndpointPortsText(endpoint.ports)), " ",
                      LabelsText(endpoint.metadata.labels), "\n");
}

std::string ToText(const WorkloadEndpoint& endpoint) {
  return absl::StrCat("WorkloadEndpoint ", endpoint.metadata.name, " node=", endpoint.node,
                      Part("interface", endpoint.interface_name),
                      Part("ipNetworks", ListText(endpoint.ip_networks)),
                      Part("profiles", absl::StrJoin(endpoint.profiles, ",")),
                      Part("ports", EndpointPortsText(endpoint.ports)),
                      Part("spoofed", ListText(endpoint.allow_spoofed_source_prefixes)), " ",
                      LabelsText(endpoint.metadata.labels), "\n");
}

std::string ToText(const Policy& policy) {
  return absl::StrCat(
      policy.staged ? "StagedGlobalNetworkPolicy " : "GlobalNetworkPolicy ", policy.metadata.name,
      policy.staged_action == StagedAction::kDelete ? " Delete" : "", " tier=", policy.tier,
      Part("order", OrderText(policy.order)), Part("selector", policy.selector),
      policy.applies_to_ingress ? " Ingress" : "", policy.applies_to_egress ? " Egress" : "",
      policy.apply_on_forward ? " applyOnForward" : "", policy.pre_dnat ? " preDNAT" : "",
      policy.do_not_track ? " doNotTrack" : "", "\n", RulesText("ingress", policy.ingress),
      RulesText("egress", policy.egress));
}

std::string ToText(const NetworkSet& set) {
  return absl::StrCat("GlobalNetworkSet ", set.metadata.name, Part("nets", ListText(set.nets)), " ",
                      LabelsText(set.metadata.labels), "\n");
}

std::string ToText(const Profile& profile) {
  return absl::StrCat("Profile ", profile.metadata.name, " labelsToApply ",
                      LabelsText(profile.labels_to_apply), "\n",
                      RulesText("ingress", profile.ingress), RulesText("egress", profile.egress));
}

std::string ToText(const Tier& tier) {
  return absl::StrCat("Tier ", tier.metadata.name, Part("order", OrderText(tier.order)),
                      tier.default_action == TierAction::kPass ? " Pass" : " Deny", "\n");
}

std::string ToText(const FelixConfiguration& configuration) {
  return absl::StrCat("FelixConfiguration ",
                      absl::StrJoin(configuration.values, " ", absl::PairFormatter("=")), "\n");
}

}  // namespace

std::string ToText(const Model& model) {
  std::string text;
  for (const Resource& resource : AllResources(model)) {
    std::visit([&](const auto& one) { absl::StrAppend(&text, ToText(one)); }, resource);
  }
  return text;
}

std::string ToText(const Site& site) {
  std::string text =
      absl::StrCat("node ", site.node, " at ", absl::FormatTime(site.now, site.zone));
  for (const LiveInterface& interface : site.interfaces) {
    absl::StrAppend(&text, "\ninterface ", interface.name, " ", ListText(interface.addresses));
  }
  return text;
}

std::string ToText(const InterfacePacket& packet) {
  const Packet& inner = packet.packet;
  std::string text =
      absl::StrCat(HookName(inner.hook), Part("in", packet.in), Part("out", packet.out), " ",
                   ToString(inner.tuple), " ", ConntrackStateName(inner.state),
                   " hopLimit=", inner.hop_limit, inner.reverse_path_ok ? "" : " rpfFailed");
  if (inner.translated) {
    absl::StrAppend(&text, " before DNAT: ", ToString(inner.original_destination), " port ",
                    inner.original_destination_port);
  }
  return text;
}

}  // namespace gw::testing
