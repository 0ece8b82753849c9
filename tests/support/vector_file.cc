#include "tests/support/vector_file.h"

#include <fstream>
#include <limits>
#include <set>
#include <sstream>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/base/status_macros.h"
#include "common/net/protocol.h"
#include "nlohmann/json.hpp"

namespace gw::testing {
namespace {

using Json = nlohmann::json;

// The fields of one JSON object. Every access says which field it takes; what nobody took is an
// unknown field. The first thing wrong, in this object or one within it, is kept in `error`, and
// everything read after it is empty.
class Fields {
 public:
  Fields(const Json& object, std::string place, absl::Status& error)
      : object_(object), place_(std::move(place)), error_(error) {
    if (!object_.is_object()) Fail("", "expected an object");
  }
  Fields(const Fields&) = delete;
  Fields& operator=(const Fields&) = delete;

  ~Fields() {  // NOLINT(bugprone-exception-escape): out of memory may end a test run
    if (!object_.is_object()) return;
    for (const auto& [name, value] : object_.items()) {
      if (taken_.count(name) == 0) Fail(name, "unknown field");
    }
  }

  void Ignore(const char* name) { Take(name); }
  bool Has(const char* name) const { return object_.is_object() && object_.contains(name); }
  std::string Place(absl::string_view name) const { return absl::StrCat(place_, ".", name); }
  absl::Status& error() const { return error_; }

  std::string Text(const char* name, const char* fallback = nullptr) {
    const Json* value = Take(name);
    if (value != nullptr && value->is_string()) return value->get<std::string>();
    if (value != nullptr || fallback == nullptr) Fail(name, "expected a text");
    return fallback == nullptr ? "" : fallback;
  }

  bool Flag(const char* name, bool fallback) {
    const Json* value = Take(name);
    if (value == nullptr) return fallback;
    if (!value->is_boolean()) Fail(name, "expected true or false");
    return value->is_boolean() && value->get<bool>();
  }

  // An absent or null field is 0.
  template <typename Integer>
  Integer Number(const char* name) {
    const Json* value = Take(name);
    if (value == nullptr || value->is_null()) return 0;
    if (!value->is_number_integer() || value->get<int64_t>() < 0 ||
        value->get<int64_t>() > int64_t{std::numeric_limits<Integer>::max()}) {
      Fail(name, "expected a number in range");
      return 0;
    }
    return value->get<Integer>();
  }

  std::optional<double> Order(const char* name) {
    const Json* value = Take(name);
    if (value == nullptr) return std::nullopt;
    if (!value->is_number()) Fail(name, "expected a number");
    return value->is_number() ? value->get<double>() : 0;
  }

  std::vector<std::string> Texts(const char* name) {
    std::vector<std::string> texts;
    for (const Json& item : Array(name)) {
      if (item.is_string()) {
        texts.push_back(item.get<std::string>());
      } else {
        Fail(name, "expected texts");
      }
    }
    return texts;
  }

  Labels Map(const char* name) {
    Labels labels;
    const Json* value = Take(name);
    if (value == nullptr) return labels;
    if (!value->is_object()) Fail(name, "expected an object");
    for (const auto& [key, text] : value->items()) {
      if (!text.is_string()) Fail(name, "expected texts");
      if (text.is_string()) labels[key] = text.get<std::string>();
    }
    return labels;
  }

  const Json& Array(const char* name) {
    static const Json empty = Json::array();
    const Json* value = Take(name);
    if (value == nullptr) return empty;
    if (!value->is_array()) Fail(name, "expected a list");
    return value->is_array() ? *value : empty;
  }

  // An absent field is an empty object.
  const Json& Object(const char* name) {
    static const Json empty = Json::object();
    const Json* value = Take(name);
    return value == nullptr ? empty : *value;
  }

  template <typename T>
  T Parsed(const char* name, const std::string& text, absl::StatusOr<T> parsed) {
    if (parsed.ok()) return *std::move(parsed);
    Fail(name, absl::StrCat("`", text, "`: ", parsed.status().message()));
    return T();
  }

  void Fail(absl::string_view name, absl::string_view message) {
    if (error_.ok()) {
      error_ = absl::InvalidArgumentError(
          absl::StrCat(name.empty() ? place_ : Place(name), ": ", message));
    }
  }

 private:
  const Json* Take(const char* name) {
    taken_.insert(name);
    return Has(name) ? &object_[name] : nullptr;
  }

  const Json& object_;
  const std::string place_;
  absl::Status& error_;
  std::set<std::string> taken_;
};

// Calls `read` with the fields of each object in a list.
template <typename Read>
void ForEach(Fields& fields, const char* name, Read read) {
  size_t index = 0;
  for (const Json& item : fields.Array(name)) {
    Fields one(item, absl::StrCat(fields.Place(name), "[", index++, "]"), fields.error());
    read(one);
  }
}

// ---- rules ----------------------------------------------------------------------------------

RuleAction ReadAction(Fields& fields) {
  const std::string text = fields.Text("action");
  if (text == "Allow") return RuleAction::kAllow;
  if (text == "Deny") return RuleAction::kDeny;
  if (text == "Log") return RuleAction::kLog;
  if (text == "Pass") return RuleAction::kPass;
  fields.Fail("action", "expected Allow, Deny, Log or Pass");
  return RuleAction::kDeny;
}

std::optional<RuleProtocol> ReadProtocol(Fields& fields, const char* name) {
  if (!fields.Has(name)) return std::nullopt;
  if (fields.Object(name).is_number()) return RuleProtocol{fields.Number<uint8_t>(name), false};
  const std::string text = fields.Text(name);
  const auto number = ProtocolByName(text);
  if (!number) fields.Fail(name, "unknown protocol");
  return RuleProtocol{number.value_or(0), true};
}

std::optional<RuleIcmp> ReadIcmp(Fields& fields, const char* name) {
  if (!fields.Has(name)) return std::nullopt;
  Fields icmp(fields.Object(name), fields.Place(name), fields.error());
  RuleIcmp read{icmp.Number<uint8_t>("type"), std::nullopt};
  if (icmp.Has("code")) read.code = icmp.Number<uint8_t>("code");
  return read;
}

RulePort ReadPort(Fields& fields, const char* name, const Json& item) {
  const std::string text = item.is_string() ? item.get<std::string>() : item.dump();
  const size_t colon = text.find(':');
  uint32_t first = 0;
  uint32_t last = 0;
  if (!absl::SimpleAtoi(text.substr(0, colon), &first)) return text;
  if (colon == std::string::npos) {
    last = first;
  } else if (!absl::SimpleAtoi(text.substr(colon + 1), &last)) {
    fields.Fail(name, absl::StrCat("`", text, "` is no port range"));
  }
  if (first > 65535 || last > 65535) fields.Fail(name, "port out of range");
  return PortRange{static_cast<uint16_t>(first), static_cast<uint16_t>(last)};
}

std::vector<RulePort> ReadPorts(Fields& fields, const char* name) {
  std::vector<RulePort> ports;
  for (const Json& item : fields.Array(name)) ports.push_back(ReadPort(fields, name, item));
  return ports;
}

std::vector<Prefix> ReadPrefixes(Fields& fields, const char* name) {
  std::vector<Prefix> prefixes;
  for (const std::string& text : fields.Texts(name)) {
    prefixes.push_back(fields.Parsed(name, text, ParsePrefix(text)));
  }
  return prefixes;
}

EntityRule ReadSide(Fields& fields, const char* name) {
  Fields side(fields.Object(name), fields.Place(name), fields.error());
  EntityRule read;
  read.nets = ReadPrefixes(side, "nets");
  read.not_nets = ReadPrefixes(side, "notNets");
  read.ports = ReadPorts(side, "ports");
  read.not_ports = ReadPorts(side, "notPorts");
  read.selector = side.Text("selector", "");
  read.not_selector = side.Text("notSelector", "");
  return read;
}

std::vector<Rule> ReadRules(Fields& owner, const char* name) {
  std::vector<Rule> rules;
  ForEach(owner, name, [&](Fields& fields) {
    Rule rule;
    rule.action = ReadAction(fields);
    if (fields.Has("ipVersion")) rule.ip_version = fields.Number<uint8_t>("ipVersion");
    rule.protocol = ReadProtocol(fields, "protocol");
    rule.not_protocol = ReadProtocol(fields, "notProtocol");
    rule.icmp = ReadIcmp(fields, "icmp");
    rule.not_icmp = ReadIcmp(fields, "notICMP");
    rule.source = ReadSide(fields, "source");
    rule.destination = ReadSide(fields, "destination");
    rules.push_back(std::move(rule));
  });
  return rules;
}

// ---- resources ------------------------------------------------------------------------------

Metadata ReadMetadata(Fields& fields) { return {fields.Text("name"), fields.Map("labels"), {}}; }

std::vector<EndpointPort> ReadEndpointPorts(Fields& owner) {
  std::vector<EndpointPort> ports;
  ForEach(owner, "ports", [&](Fields& fields) {
    const auto protocol = ReadProtocol(fields, "protocol");
    ports.push_back({fields.Text("name"), protocol ? protocol->number : kProtocolTcp,
                     fields.Number<uint16_t>("port")});
  });
  return ports;
}

HostEndpoint ReadHostEndpoint(Fields& fields) {
  HostEndpoint endpoint;
  endpoint.metadata = ReadMetadata(fields);
  endpoint.node = fields.Text("node", kVectorNode);
  endpoint.interface_name = fields.Text("interfaceName", "");
  for (const std::string& text : fields.Texts("expectedIPs")) {
    endpoint.expected_ips.push_back(fields.Parsed("expectedIPs", text, ParseAddress(text)));
  }
  endpoint.profiles = fields.Texts("profiles");
  endpoint.ports = ReadEndpointPorts(fields);
  return endpoint;
}

WorkloadEndpoint ReadWorkloadEndpoint(Fields& fields) {
  WorkloadEndpoint endpoint;
  endpoint.metadata = ReadMetadata(fields);
  endpoint.node = fields.Text("node", kVectorNode);
  endpoint.interface_name = fields.Text("interfaceName");
  endpoint.ip_networks = ReadPrefixes(fields, "ipNetworks");
  endpoint.profiles = fields.Texts("profiles");
  endpoint.ports = ReadEndpointPorts(fields);
  endpoint.allow_spoofed_source_prefixes = ReadPrefixes(fields, "allowSpoofedSourcePrefixes");
  return endpoint;
}

Tier ReadTier(Fields& fields) {
  Tier tier{ReadMetadata(fields), fields.Order("order"), TierAction::kDeny};
  const std::string action = fields.Text("defaultAction", "Deny");
  if (action == "Pass") tier.default_action = TierAction::kPass;
  if (action != "Pass" && action != "Deny") fields.Fail("defaultAction", "expected Deny or Pass");
  return tier;
}

void ReadTypes(Fields& fields, Policy& policy) {
  if (!fields.Has("types")) {
    SetDefaultTypes(policy);
    return;
  }
  policy.applies_to_ingress = policy.applies_to_egress = false;
  for (const std::string& type : fields.Texts("types")) {
    if (type == "Ingress") {
      policy.applies_to_ingress = true;
    } else if (type == "Egress") {
      policy.applies_to_egress = true;
    } else {
      fields.Fail("types", "expected Ingress or Egress");
    }
  }
}

void ReadKind(Fields& fields, Policy& policy) {
  const std::string kind = fields.Text("kind", "GlobalNetworkPolicy");
  policy.staged = kind == "StagedGlobalNetworkPolicy";
  if (!policy.staged && kind != "GlobalNetworkPolicy") fields.Fail("kind", "unknown kind");
  const std::string action = fields.Text("stagedAction", "Set");
  if (action == "Delete") policy.staged_action = StagedAction::kDelete;
  if (action != "Delete" && action != "Set") fields.Fail("stagedAction", "expected Set or Delete");
}

Policy ReadPolicy(Fields& fields) {
  Policy policy;
  policy.metadata = ReadMetadata(fields);
  ReadKind(fields, policy);
  policy.tier = fields.Text("tier", kDefaultTier);
  policy.order = fields.Order("order");
  policy.selector = fields.Text("selector", "");
  policy.ingress = ReadRules(fields, "ingress");
  policy.egress = ReadRules(fields, "egress");
  ReadTypes(fields, policy);
  policy.apply_on_forward = fields.Flag("applyOnForward", false);
  policy.pre_dnat = fields.Flag("preDNAT", false);
  policy.do_not_track = fields.Flag("doNotTrack", false);
  return policy;
}

Profile ReadProfile(Fields& fields) {
  Profile profile;
  profile.metadata = ReadMetadata(fields);
  profile.ingress = ReadRules(fields, "ingress");
  profile.egress = ReadRules(fields, "egress");
  profile.labels_to_apply = fields.Map("labelsToApply");
  return profile;
}

NetworkSet ReadNetworkSet(Fields& fields) {
  NetworkSet set{ReadMetadata(fields), {}};
  for (const std::string& text : fields.Texts("nets")) {
    set.nets.push_back(fields.Parsed("nets", text, ParseNetwork(text)));
  }
  return set;
}

Model ReadModel(Fields& vector) {
  Fields fields(vector.Object("resources"), vector.Place("resources"), vector.error());
  Model model;
  ForEach(fields, "hostEndpoints", [&](Fields& f) { Put(model, ReadHostEndpoint(f)); });
  ForEach(fields, "workloadEndpoints", [&](Fields& f) { Put(model, ReadWorkloadEndpoint(f)); });
  ForEach(fields, "tiers", [&](Fields& f) { Put(model, ReadTier(f)); });
  ForEach(fields, "policies", [&](Fields& f) { Put(model, ReadPolicy(f)); });
  ForEach(fields, "profiles", [&](Fields& f) { Put(model, ReadProfile(f)); });
  ForEach(fields, "networkSets", [&](Fields& f) { Put(model, ReadNetworkSet(f)); });
  return model;
}

// The settings of a vector, in the words of FelixConfiguration.
FelixConfiguration ReadConfiguration(Fields& vector) {
  Fields fields(vector.Object("config"), vector.Place("config"), vector.error());
  FelixConfiguration configuration;
  configuration.metadata.name = "default";
  auto& values = configuration.values;
  const auto copy = [&](const char* name) {
    if (fields.Has(name)) values[name] = fields.Text(name);
  };
  const auto copy_list = [&](const char* name, const char* parameter) {
    if (!fields.Has(name)) return;
    const auto entries = fields.Texts(name);
    values[parameter] = entries.empty() ? "none" : absl::StrJoin(entries, ",");
  };
  copy("interfacePrefix");
  copy("defaultEndpointToHostAction");
  copy_list("failsafeInbound", "failsafeInboundHostPorts");
  copy_list("failsafeOutbound", "failsafeOutboundHostPorts");
  if (!fields.Flag("dropInvalid", true)) values["disableConntrackInvalidCheck"] = "true";
  return configuration;
}

Site ReadSite(Fields& vector) {
  Site site;
  site.node = kVectorNode;
  const Json& interfaces = vector.Object("interfaces");
  Fields fields(interfaces, vector.Place("interfaces"), vector.error());
  if (!interfaces.is_object()) return site;
  for (const auto& [name, ignored] : interfaces.items()) {
    LiveInterface interface;
    interface.name = name;
    for (const std::string& text : fields.Texts(name.c_str())) {
      interface.addresses.push_back(fields.Parsed(name.c_str(), text, ParseAddress(text)));
    }
    site.interfaces.push_back(std::move(interface));
  }
  return site;
}

// ---- packet and expectation -----------------------------------------------------------------

Hook ReadHook(Fields& fields) {
  const std::string text = fields.Text("hook");
  for (const Hook hook : {Hook::kInput, Hook::kForward, Hook::kOutput}) {
    if (text == HookName(hook)) return hook;
  }
  fields.Fail("hook", "expected input, forward or output");
  return Hook::kInput;
}

ConntrackState ReadState(Fields& fields) {
  const std::string text = fields.Text("ctState", "new");
  for (const ConntrackState state : {ConntrackState::kNew, ConntrackState::kEstablished,
                                     ConntrackState::kRelated, ConntrackState::kInvalid}) {
    if (text == ConntrackStateName(state)) return state;
  }
  fields.Fail("ctState", "expected new, established, related or invalid");
  return ConntrackState::kNew;
}

Address ReadAddress(Fields& fields, const char* name) {
  const std::string text = fields.Text(name);
  return fields.Parsed(name, text, ParseAddress(text));
}

Tuple ReadTuple(Fields& fields) {
  Tuple tuple;
  tuple.source = ReadAddress(fields, "src");
  tuple.destination = ReadAddress(fields, "dst");
  if (const auto protocol = ReadProtocol(fields, "proto")) tuple.protocol = protocol->number;
  const auto source_port = fields.Number<uint16_t>("sport");
  const auto destination_port = fields.Number<uint16_t>("dport");
  const auto icmp_type = fields.Number<uint8_t>("icmpType");
  const auto icmp_code = fields.Number<uint8_t>("icmpCode");
  if (HasPorts(tuple.protocol)) {
    tuple.source_port = source_port;
    tuple.destination_port = destination_port;
  }
  if (IsIcmp(tuple.protocol)) {
    tuple.icmp_type = icmp_type;
    tuple.icmp_code = icmp_code;
  }
  return tuple;
}

void ReadOriginal(Fields& owner, Packet& packet) {
  packet.original_destination = packet.tuple.destination;
  packet.original_destination_port = packet.tuple.destination_port;
  if (!owner.Has("preNat")) return;
  Fields fields(owner.Object("preNat"), owner.Place("preNat"), owner.error());
  packet.translated = true;
  if (fields.Has("dst")) packet.original_destination = ReadAddress(fields, "dst");
  if (fields.Has("dport")) packet.original_destination_port = fields.Number<uint16_t>("dport");
}

InterfacePacket ReadPacket(Fields& vector) {
  Fields fields(vector.Object("packet"), vector.Place("packet"), vector.error());
  InterfacePacket read;
  read.in = fields.Text("in", "");
  read.out = fields.Text("out", "");
  read.packet.hook = ReadHook(fields);
  read.packet.tuple = ReadTuple(fields);
  ReadOriginal(fields, read.packet);
  read.packet.state = ReadState(fields);
  read.packet.reverse_path_ok = fields.Flag("rpfOk", true);
  return read;
}

Verdict ReadVerdict(Fields& fields) {
  const std::string text = fields.Text("verdict");
  for (const Verdict verdict : {Verdict::kNone, Verdict::kAllow, Verdict::kDeny}) {
    if (text == VerdictName(verdict)) return verdict;
  }
  fields.Fail("verdict", "expected none, allow or deny");
  return Verdict::kNone;
}

DecisionVector::Expectation ReadExpectation(Fields& vector) {
  Fields fields(vector.Object("expect"), vector.Place("expect"), vector.error());
  DecisionVector::Expectation expected;
  expected.verdict = ReadVerdict(fields);
  expected.decided_by = fields.Text("decidedBy");
  if (fields.Has("trace")) expected.trace = fields.Texts("trace");
  if (fields.Has("logs")) expected.logs = fields.Texts("logs");
  if (fields.Has("untracked")) expected.untracked = fields.Flag("untracked", false);
  return expected;
}

DecisionVector ReadVector(Fields& fields) {
  DecisionVector vector;
  vector.id = fields.Text("id");
  vector.title = fields.Text("title");
  vector.model = ReadModel(fields);
  Put(vector.model, ReadConfiguration(fields));
  vector.site = ReadSite(fields);
  vector.packet = ReadPacket(fields);
  vector.expected = ReadExpectation(fields);
  fields.Ignore("deviation");  // remarks: `expect` is what we do
  fields.Ignore("calico");
  return vector;
}

}  // namespace

absl::StatusOr<std::vector<DecisionVector>> ParseDecisionVectors(const std::string& text) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) return absl::InvalidArgumentError("not JSON");
  absl::Status error;
  std::vector<DecisionVector> vectors;
  {
    Fields fields(json, "file", error);
    if (fields.Text("format") != "decision-vectors/1") fields.Fail("format", "unknown format");
    fields.Ignore("schema");
    ForEach(fields, "vectors", [&](Fields& f) { vectors.push_back(ReadVector(f)); });
  }
  GW_RETURN_IF_ERROR(error);
  return vectors;
}

absl::StatusOr<std::vector<DecisionVector>> ReadDecisionVectors(const std::string& path) {
  std::ifstream file(path);
  if (!file) return absl::NotFoundError(absl::StrCat("cannot open `", path, "`"));
  std::ostringstream text;
  text << file.rdbuf();
  return ParseDecisionVectors(text.str());
}

}  // namespace gw::testing
