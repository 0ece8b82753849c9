// The policies of a template come in two groups. First what decides about the gateway itself:
// policies without applyOnForward, which routed packets never see, ending in a policy that denies.
// Then the routed ones: they would also decide about the gateway, but everything of that kind is
// decided before them.
//
// A rule's selector sees the addresses of network sets and endpoints, not the interface that a
// packet came by. So "from the guests" is a policy on the guests' endpoint, and "to inside" is a
// selector that the network sets of inside match.

#include "admin-gui/session/templates.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/net/protocol.h"
#include "common/policy/selector.h"

namespace gw::gui {
namespace {

constexpr char kEverything[] = "all()";
constexpr char kUplink[] = "role == 'wan'";
constexpr char kAdministrators[] = "role in {'lan', 'mgmt', 'vpn'}";
// Whom the gateway serves names, addresses and time.
constexpr char kServed[] = "has(role) && role != 'wan'";
constexpr char kObserved[] = "observed";  // the profile of kObserve

// Orders leave room for policies between.
constexpr double kGatewayEgress = 100;
constexpr double kGatewayAccess = 110;
constexpr double kGatewayServices = 120;
constexpr double kGatewayUplink = 130;
constexpr double kGatewayClosed = 190;
constexpr double kRoutedFirst = 300;
constexpr double kRoutedLast = 1000;

Rule Does(RuleAction action) {
  Rule rule;
  rule.action = action;
  return rule;
}

Rule AllowProtocol(uint8_t protocol, std::initializer_list<uint16_t> ports = {}) {
  Rule rule = Does(RuleAction::kAllow);
  rule.protocol = RuleProtocol{protocol, true};
  for (const uint16_t port : ports) rule.destination.ports.emplace_back(PortRange{port, port});
  return rule;
}

Rule To(RuleAction action, const std::string& selector) {
  Rule rule = Does(action);
  rule.destination.selector = selector;
  return rule;
}

Policy Ingress(const std::string& name, double order, const std::string& selector,
               std::vector<Rule> rules) {
  Policy policy;
  policy.metadata.name = name;
  policy.order = order;
  policy.selector = selector;
  policy.ingress = std::move(rules);
  SetDefaultTypes(policy);
  return policy;
}

Policy Routed(const std::string& name, double order, const std::string& selector,
              std::vector<Rule> rules) {
  Policy policy = Ingress(name, order, selector, std::move(rules));
  policy.apply_on_forward = true;
  return policy;
}

// ---- the gateway itself -------------------------------------------------------------------------

Policy GatewayEgress() {
  Policy policy;
  policy.metadata.name = "gateway-egress";
  policy.order = kGatewayEgress;
  policy.selector = kEverything;
  policy.egress = {Does(RuleAction::kAllow)};
  SetDefaultTypes(policy);
  return policy;
}

std::vector<Policy> GatewayPolicies(bool has_administrators) {
  return {
      GatewayEgress(),
      // With nothing but an uplink that is the way in.
      Ingress("gateway-ssh", kGatewayAccess, has_administrators ? kAdministrators : kEverything,
              {AllowProtocol(kProtocolTcp, {22})}),
      Ingress("gateway-services", kGatewayServices, kServed,
              {AllowProtocol(kProtocolUdp, {53, 67, 123, 547}), AllowProtocol(kProtocolTcp, {53}),
               AllowProtocol(kProtocolIcmp), AllowProtocol(kProtocolIcmpv6)}),
      // The gateway's own lease: replies to what it sent to everybody belong to no known flow.
      Ingress("gateway-lease", kGatewayUplink, kUplink, {AllowProtocol(kProtocolUdp, {68, 546})}),
      Ingress("gateway-closed", kGatewayClosed, kEverything, {Does(RuleAction::kDeny)}),
  };
}

// ---- routed traffic -----------------------------------------------------------------------------

// What is known to be inside or to be a guest; everything else is the internet.
constexpr char kOwnNetworks[] = "zone == 'inside' || role == 'guest'";

std::vector<Policy> HomePolicies() {
  return {
      Routed("inside-anywhere", kRoutedFirst, kAdministrators, {Does(RuleAction::kAllow)}),
      Routed("apart-internet", kRoutedFirst + 10, "role in {'guest', 'iot', 'server'}",
             {To(RuleAction::kDeny, kOwnNetworks), Does(RuleAction::kAllow)}),
      Routed("internet-closed", kRoutedFirst + 20, kUplink, {Does(RuleAction::kDeny)}),
  };
}

std::vector<Policy> OfficePolicies() {
  return {
      Routed("management-anywhere", kRoutedFirst, "role == 'mgmt'", {Does(RuleAction::kAllow)}),
      Routed("office-internet", kRoutedFirst + 10, "role in {'lan', 'vpn'}",
             {To(RuleAction::kAllow, "role in {'server', 'lan', 'vpn'}"),
              To(RuleAction::kDeny, kOwnNetworks), Does(RuleAction::kAllow)}),
      Routed("servers-internet", kRoutedFirst + 20, "role == 'server'",
             {To(RuleAction::kDeny, kOwnNetworks), Does(RuleAction::kAllow)}),
      Routed("devices-updates", kRoutedFirst + 30, "role == 'iot'",
             {To(RuleAction::kDeny, kOwnNetworks), AllowProtocol(kProtocolTcp, {443, 8883}),
              AllowProtocol(kProtocolUdp, {53, 123}), Does(RuleAction::kDeny)}),
      Routed("guest-internet", kRoutedFirst + 40, "role == 'guest'",
             {To(RuleAction::kDeny, kOwnNetworks), AllowProtocol(kProtocolTcp, {53, 80, 443}),
              AllowProtocol(kProtocolUdp, {53, 443}), AllowProtocol(kProtocolIcmp),
              AllowProtocol(kProtocolIcmpv6), Does(RuleAction::kDeny)}),
      Routed("internet-closed", kRoutedFirst + 50, kUplink, {Does(RuleAction::kDeny)}),
  };
}

std::vector<Policy> RoutedPolicies(PolicyTemplate which) {
  switch (which) {
    case PolicyTemplate::kObserve:
    case PolicyTemplate::kHome:
      return HomePolicies();
    case PolicyTemplate::kOffice:
      return OfficePolicies();
    case PolicyTemplate::kDefaultDeny:
      break;
  }
  return {Routed("routed-closed", kRoutedLast, kEverything, {Does(RuleAction::kDeny)})};
}

// ---- all of it ----------------------------------------------------------------------------------

bool SelectsAny(const std::string& selector, const std::vector<TemplateInterface>& interfaces) {
  const auto parsed = Selector::Parse(selector);
  return parsed.ok() && std::any_of(interfaces.begin(), interfaces.end(), [&](const auto& i) {
           return parsed->Matches(i.endpoint.metadata.labels);
         });
}

bool IsUplink(const HostEndpoint& endpoint) {
  const auto role = endpoint.metadata.labels.find("role");
  return role != endpoint.metadata.labels.end() && role->second == "wan";
}

NetworkSet NetworkSetOf(const TemplateInterface& interface) {
  NetworkSet set;
  set.metadata.name = absl::StrCat(interface.endpoint.metadata.name, "-network");
  set.metadata.labels = interface.endpoint.metadata.labels;
  set.nets = interface.networks;
  return set;
}

// Endpoints need something that decides about the gateway, or all but the failsafes is denied.
Profile ObservedProfile() {
  Profile profile;
  profile.metadata.name = kObserved;
  profile.ingress = {Does(RuleAction::kAllow)};
  profile.egress = {Does(RuleAction::kAllow)};
  return profile;
}

bool IsLinkLocal(const Address& address) {
  if (address.family == Family::kIPv4) return (address.lo >> 16) == 0xa9fe;  // 169.254.0.0/16
  return (address.hi >> 54) == 0x3fa;                                        // fe80::/10
}

Prefix NetworkOf(const InterfaceAddress& own) {
  Prefix network{own.address, own.prefix_length};
  std::array<uint8_t, 16> bytes = own.address.Bytes();
  for (size_t bit = own.prefix_length; bit < AddressBits(own.address.family); ++bit) {
    bytes[bit / 8] = static_cast<uint8_t>(bytes[bit / 8] & ~(0x80U >> (bit % 8)));
  }
  network.address = Address::FromBytes(own.address.family, bytes.data());
  return network;
}

}  // namespace

std::vector<Prefix> NetworksOf(const HostInterface& interface) {
  std::vector<Prefix> networks;
  for (const InterfaceAddress& own : interface.addresses) {
    const Prefix network = NetworkOf(own);
    if (IsLinkLocal(own.address) || network.IsSingleAddress()) continue;
    if (std::find(networks.begin(), networks.end(), network) == networks.end()) {
      networks.push_back(network);
    }
  }
  return networks;
}

std::vector<Resource> MakeTemplate(PolicyTemplate which,
                                   const std::vector<TemplateInterface>& interfaces) {
  const bool observe = which == PolicyTemplate::kObserve;
  std::vector<Resource> resources;
  if (interfaces.empty()) return resources;
  if (observe) resources.emplace_back(ObservedProfile());
  for (const TemplateInterface& interface : interfaces) {
    HostEndpoint endpoint = interface.endpoint;
    if (observe) endpoint.profiles = {kObserved};
    resources.emplace_back(std::move(endpoint));
  }
  for (const TemplateInterface& interface : interfaces) {
    if (IsUplink(interface.endpoint) || interface.networks.empty()) continue;
    resources.emplace_back(NetworkSetOf(interface));
  }
  std::vector<Policy> policies = GatewayPolicies(SelectsAny(kAdministrators, interfaces));
  for (Policy& policy : RoutedPolicies(which)) policies.push_back(std::move(policy));
  for (Policy& policy : policies) {
    if (!SelectsAny(policy.selector, interfaces)) continue;
    policy.staged = observe;
    resources.emplace_back(std::move(policy));
  }
  return resources;
}

}  // namespace gw::gui
