// Short ways to write models, sites and packets in tests of the policy room. Texts that do not
// parse abort the test program.

#ifndef TESTS_SUPPORT_POLICY_BUILDER_H_
#define TESTS_SUPPORT_POLICY_BUILDER_H_

#include <string>
#include <utility>
#include <vector>

#include "common/base/check.h"
#include "common/net/address.h"
#include "common/net/prefix.h"
#include "common/policy/model.h"
#include "common/policy/packet.h"
#include "common/policy/site.h"

namespace gw::testing {

inline constexpr char kNode[] = "gw";

inline Address Addr(absl::string_view text) {
  const auto address = ParseAddress(text);
  GW_CHECK(address.ok());
  return *address;
}

inline Prefix Net(absl::string_view text) {
  const auto prefix = ParsePrefix(text);
  GW_CHECK(prefix.ok());
  return *prefix;
}

// eth0 203.0.113.2 and 2001:db8::2, eth1 192.168.10.1, lo; node `gw`.
inline Site GatewaySite() {
  Site site;
  site.node = kNode;
  site.interfaces = {{"lo", {Addr("127.0.0.1"), Addr("::1")}},
                     {"eth0", {Addr("203.0.113.2"), Addr("2001:db8::2")}},
                     {"eth1", {Addr("192.168.10.1")}}};
  return site;
}

inline HostEndpoint Hep(const std::string& name, const std::string& interface_name,
                        Labels labels = {}, std::vector<std::string> profiles = {}) {
  HostEndpoint host;
  host.metadata.name = name;
  host.metadata.labels = std::move(labels);
  host.node = kNode;
  host.interface_name = interface_name;
  host.profiles = std::move(profiles);
  return host;
}

inline WorkloadEndpoint Wep(const std::string& name, const std::string& interface_name,
                            absl::string_view address, Labels labels = {},
                            std::vector<std::string> profiles = {}) {
  WorkloadEndpoint workload;
  workload.metadata.name = name;
  workload.metadata.labels = std::move(labels);
  workload.node = kNode;
  workload.interface_name = interface_name;
  workload.ip_networks = {Prefix::Of(Addr(address))};
  workload.profiles = std::move(profiles);
  return workload;
}

inline NetworkSet Set(const std::string& name, Labels labels, std::vector<Prefix> nets) {
  NetworkSet set;
  set.metadata.name = name;
  set.metadata.labels = std::move(labels);
  set.nets = std::move(nets);
  return set;
}

inline Rule Does(RuleAction action) {
  Rule rule;
  rule.action = action;
  return rule;
}

inline Rule DoesTcp(RuleAction action, uint16_t port) {
  Rule rule = Does(action);
  rule.protocol = RuleProtocol{kProtocolTcp, true};
  rule.destination.ports = {PortRange{port, port}};
  return rule;
}

inline Policy Gnp(const std::string& name, const std::string& selector, std::vector<Rule> ingress,
                  std::vector<Rule> egress = {}) {
  Policy policy;
  policy.metadata.name = name;
  policy.selector = selector;
  policy.ingress = std::move(ingress);
  policy.egress = std::move(egress);
  SetDefaultTypes(policy);
  return policy;
}

inline Policy Staged(Policy policy) {
  policy.staged = true;
  return policy;
}

inline Policy Forwarding(Policy policy) {
  policy.apply_on_forward = true;
  return policy;
}

inline Profile AllowAll(const std::string& name) {
  Profile profile;
  profile.metadata.name = name;
  profile.ingress = {Does(RuleAction::kAllow)};
  profile.egress = {Does(RuleAction::kAllow)};
  return profile;
}

inline Model ModelOf(std::vector<Resource> resources) {
  Model model;
  for (Resource& resource : resources) Put(model, std::move(resource));
  return model;
}

inline void SetParameter(Model& model, const std::string& name, const std::string& value) {
  FelixConfiguration& configuration = model.configurations["default"];
  configuration.metadata.name = "default";
  configuration.values[name] = value;
}

inline Tuple Tcp(absl::string_view source, absl::string_view destination, uint16_t port) {
  Tuple tuple;
  tuple.source = Addr(source);
  tuple.destination = Addr(destination);
  tuple.protocol = kProtocolTcp;
  tuple.source_port = 40'000;
  tuple.destination_port = port;
  return tuple;
}

inline Tuple Icmpv6(absl::string_view source, absl::string_view destination, uint8_t type) {
  Tuple tuple;
  tuple.source = Addr(source);
  tuple.destination = Addr(destination);
  tuple.protocol = kProtocolIcmpv6;
  tuple.icmp_type = type;
  return tuple;
}

inline InterfacePacket Input(const std::string& in, const Tuple& tuple) {
  InterfacePacket packet;
  packet.in = in;
  packet.packet.hook = Hook::kInput;
  packet.packet.tuple = tuple;
  return packet;
}

inline InterfacePacket Output(const std::string& out, const Tuple& tuple) {
  InterfacePacket packet;
  packet.out = out;
  packet.packet.hook = Hook::kOutput;
  packet.packet.tuple = tuple;
  return packet;
}

inline InterfacePacket Forward(const std::string& in, const std::string& out, const Tuple& tuple) {
  InterfacePacket packet;
  packet.in = in;
  packet.out = out;
  packet.packet.hook = Hook::kForward;
  packet.packet.tuple = tuple;
  return packet;
}

}  // namespace gw::testing

#endif  // TESTS_SUPPORT_POLICY_BUILDER_H_
