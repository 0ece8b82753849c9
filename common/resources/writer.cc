// YAML is made from the JSON form, so that both have the same fields in the same order. The
// emitter is our own: yaml-cpp's quotes too little for readers of YAML 1.1 (`yes`, `1:30`).

#include "common/resources/writer.h"

#include <cmath>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/resources/field_reader.h"

namespace gw {
namespace {

using Json = nlohmann::ordered_json;

// ---- values ---------------------------------------------------------------------------------

// Whole numbers without a fraction, as people write orders.
Json NumberJson(double value) {
  constexpr double kExactMax = 9007199254740992;  // 2^53
  if (std::trunc(value) == value && std::fabs(value) <= kExactMax) {
    return static_cast<int64_t>(value);
  }
  return value;
}

Json ProtocolJson(uint8_t protocol) {
  std::string name = ProtocolName(protocol);
  if (ProtocolByName(name)) return name;
  return protocol;
}

Json ProtocolJson(const RuleProtocol& protocol) {
  return protocol.by_name ? ProtocolJson(protocol.number) : Json(protocol.number);
}

Json PortJson(const RulePort& port) {
  if (const auto* name = std::get_if<std::string>(&port)) return *name;
  const auto& range = std::get<PortRange>(port);
  if (range.first == range.last) return range.first;
  return absl::StrCat(range.first, ":", range.last);
}

template <typename Value>
Json TextsJson(const std::vector<Value>& values) {
  Json json = Json::array();
  for (const Value& value : values) json.push_back(ToString(value));
  return json;
}

Json LabelsJson(const Labels& labels) {
  Json json = Json::object();
  for (const auto& [key, value] : labels) json[key] = value;
  return json;
}

void SetUnlessEmpty(Json& json, const char* name, Json value) {
  if (!value.empty()) json[name] = std::move(value);
}

void SetUnlessEmpty(Json& json, const char* name, const std::string& text) {
  if (!text.empty()) json[name] = text;
}

// ---- rules ----------------------------------------------------------------------------------

const char* ActionName(RuleAction action) {
  switch (action) {
    case RuleAction::kAllow:
      return "Allow";
    case RuleAction::kDeny:
      return "Deny";
    case RuleAction::kLog:
      return "Log";
    case RuleAction::kPass:
      break;
  }
  return "Pass";
}

Json IcmpJson(const RuleIcmp& icmp) {
  Json json;
  json["type"] = icmp.type;
  if (icmp.code) json["code"] = *icmp.code;
  return json;
}

Json PortsJson(const std::vector<RulePort>& ports) {
  Json json = Json::array();
  for (const RulePort& port : ports) json.push_back(PortJson(port));
  return json;
}

Json EntityJson(const EntityRule& entity) {
  Json json = Json::object();
  SetUnlessEmpty(json, "nets", TextsJson(entity.nets));
  SetUnlessEmpty(json, "notNets", TextsJson(entity.not_nets));
  SetUnlessEmpty(json, "selector", entity.selector);
  SetUnlessEmpty(json, "notSelector", entity.not_selector);
  SetUnlessEmpty(json, "ports", PortsJson(entity.ports));
  SetUnlessEmpty(json, "notPorts", PortsJson(entity.not_ports));
  return json;
}

Json RuleJson(const Rule& rule) {
  Json json;
  json["action"] = ActionName(rule.action);
  if (rule.ip_version) json["ipVersion"] = *rule.ip_version;
  if (rule.protocol) json["protocol"] = ProtocolJson(*rule.protocol);
  if (rule.not_protocol) json["notProtocol"] = ProtocolJson(*rule.not_protocol);
  if (rule.icmp) json["icmp"] = IcmpJson(*rule.icmp);
  if (rule.not_icmp) json["notICMP"] = IcmpJson(*rule.not_icmp);
  SetUnlessEmpty(json, "source", EntityJson(rule.source));
  SetUnlessEmpty(json, "destination", EntityJson(rule.destination));
  if (!rule.annotations.empty()) json["metadata"]["annotations"] = LabelsJson(rule.annotations);
  return json;
}

Json RulesJson(const std::vector<Rule>& rules) {
  Json json = Json::array();
  for (const Rule& rule : rules) json.push_back(RuleJson(rule));
  return json;
}

// ---- specs ----------------------------------------------------------------------------------

Json EndpointPortsJson(const std::vector<EndpointPort>& ports) {
  Json json = Json::array();
  for (const EndpointPort& port : ports) {
    Json one;
    one["name"] = port.name;
    one["protocol"] = ProtocolJson(port.protocol);
    one["port"] = port.port;
    json.push_back(std::move(one));
  }
  return json;
}

Json SpecJson(const HostEndpoint& endpoint) {
  Json json = Json::object();
  SetUnlessEmpty(json, "node", endpoint.node);
  SetUnlessEmpty(json, "interfaceName", endpoint.interface_name);
  SetUnlessEmpty(json, "expectedIPs", TextsJson(endpoint.expected_ips));
  SetUnlessEmpty(json, "profiles", Json(endpoint.profiles));
  SetUnlessEmpty(json, "ports", EndpointPortsJson(endpoint.ports));
  return json;
}

Json SpecJson(const WorkloadEndpoint& endpoint) {
  Json json = Json::object();
  SetUnlessEmpty(json, "node", endpoint.node);
  SetUnlessEmpty(json, "interfaceName", endpoint.interface_name);
  SetUnlessEmpty(json, "mac", endpoint.mac);
  SetUnlessEmpty(json, "ipNetworks", TextsJson(endpoint.ip_networks));
  SetUnlessEmpty(json, "profiles", Json(endpoint.profiles));
  SetUnlessEmpty(json, "ports", EndpointPortsJson(endpoint.ports));
  SetUnlessEmpty(json, "allowSpoofedSourcePrefixes",
                 TextsJson(endpoint.allow_spoofed_source_prefixes));
  return json;
}

const char* StagedActionName(StagedAction action) {
  switch (action) {
    case StagedAction::kSet:
      return "Set";
    case StagedAction::kDelete:
      return "Delete";
    case StagedAction::kLearn:
      return "Learn";
    case StagedAction::kIgnore:
      break;
  }
  return "Ignore";
}

Json SpecJson(const Policy& policy) {
  Json json = Json::object();
  if (policy.staged && policy.staged_action != StagedAction::kSet) {
    json["stagedAction"] = StagedActionName(policy.staged_action);
  }
  if (policy.tier != kDefaultTier) json["tier"] = policy.tier;
  if (policy.order) json["order"] = NumberJson(*policy.order);
  SetUnlessEmpty(json, "selector", policy.selector);
  json["types"] = Json::array();
  if (policy.applies_to_ingress) json["types"].push_back("Ingress");
  if (policy.applies_to_egress) json["types"].push_back("Egress");
  if (policy.apply_on_forward) json["applyOnForward"] = true;
  if (policy.pre_dnat) json["preDNAT"] = true;
  if (policy.do_not_track) json["doNotTrack"] = true;
  SetUnlessEmpty(json, "ingress", RulesJson(policy.ingress));
  SetUnlessEmpty(json, "egress", RulesJson(policy.egress));
  return json;
}

Json SpecJson(const NetworkSet& set) {
  Json json = Json::object();
  SetUnlessEmpty(json, "nets", TextsJson(set.nets));
  return json;
}

Json SpecJson(const Profile& profile) {
  Json json = Json::object();
  SetUnlessEmpty(json, "labelsToApply", LabelsJson(profile.labels_to_apply));
  SetUnlessEmpty(json, "ingress", RulesJson(profile.ingress));
  SetUnlessEmpty(json, "egress", RulesJson(profile.egress));
  return json;
}

Json SpecJson(const Tier& tier) {
  Json json = Json::object();
  if (tier.order) json["order"] = NumberJson(*tier.order);
  if (tier.default_action == TierAction::kPass) json["defaultAction"] = "Pass";
  return json;
}

// Numbers and truth values without quotes, as in Calico's own; they read back as the same text.
Json SettingJson(const std::string& text) {
  int64_t number = 0;
  if (text == "true" || text == "false") return text == "true";
  if (PlainTypeOf(text) == PlainType::kInteger && absl::SimpleAtoi(text, &number)) return number;
  return text;
}

Json SpecJson(const FelixConfiguration& configuration) {
  Json json = Json::object();
  for (const auto& [name, value] : configuration.values) json[name] = SettingJson(value);
  return json;
}

// ---- YAML -----------------------------------------------------------------------------------

// Whether every reader of YAML, 1.1 or 1.2, takes `text` without quotes for the same text.
bool IsPlainSafe(absl::string_view text) {
  if (PlainTypeOf(text) != PlainType::kText || text == "<<" || text == "y" || text == "n" ||
      text == "Y" || text == "N") {
    return false;
  }
  const unsigned char first = static_cast<unsigned char>(text[0]);
  // Dates and base-60 numbers begin with a digit; of what does, networks and IPv4 addresses are
  // worth their readability.
  if (absl::ascii_isdigit(first)) {
    if (text.find_first_not_of("0123456789./") != absl::string_view::npos) return false;
  } else if (!absl::ascii_isalpha(first) && first != '_' && first != '/') {
    return false;
  }
  for (const char c : text) {
    if (!absl::ascii_isprint(static_cast<unsigned char>(c))) return false;
  }
  return !absl::StrContains(text, ": ") && !absl::StrContains(text, " #") &&
         !absl::EndsWith(text, ":") && !absl::EndsWith(text, " ");
}

std::string YamlText(const std::string& text) {
  // JSON's quoting is YAML's; everything that is not ASCII stays as it is.
  if (!IsPlainSafe(text)) return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
  return text;
}

std::string YamlScalar(const Json& value) {
  return value.is_string() ? YamlText(value.get_ref<const std::string&>()) : value.dump();
}

// YAML 1.2.2 §7.4.2: longer keys need a `?`.
constexpr size_t kImplicitKeyBytesMax = 1000;

void AppendYaml(const Json& value, const std::string& indent, std::string* yaml);

// "KEY VALUE" or "KEY" with the entries of VALUE on the lines below.
void AppendYamlEntry(const Json& value, const std::string& indent, std::string* yaml) {
  if (!value.is_structured() || value.empty()) {
    absl::StrAppend(yaml, " ", YamlScalar(value), "\n");
    return;
  }
  absl::StrAppend(yaml, "\n");
  AppendYaml(value, indent, yaml);
}

void AppendYaml(const Json& value, const std::string& indent, std::string* yaml) {
  if (value.is_object()) {
    for (const auto& [key, entry] : value.items()) {
      const std::string written = YamlText(key);
      const bool is_long = written.size() > kImplicitKeyBytesMax;
      absl::StrAppend(yaml, indent, is_long ? "? " : "", written, is_long ? "\n" + indent : "",
                      ":");
      AppendYamlEntry(entry, indent + "  ", yaml);
    }
    return;
  }
  for (const Json& item : value) {
    if (!item.is_object() || item.empty()) {
      absl::StrAppend(yaml, indent, "- ", YamlScalar(item), "\n");
      continue;
    }
    // The first field of an item stands on the line of its dash.
    std::string fields;
    AppendYaml(item, indent + "  ", &fields);
    fields[indent.size()] = '-';
    absl::StrAppend(yaml, fields);
  }
}

}  // namespace

nlohmann::ordered_json ToJson(const Resource& resource) {
  const Metadata& metadata = MetadataOf(resource);
  Json json;
  json["apiVersion"] = "projectcalico.org/v3";
  json["kind"] = std::string(KindName(KeyOf(resource).kind));
  json["metadata"]["name"] = metadata.name;
  SetUnlessEmpty(json["metadata"], "labels", LabelsJson(metadata.labels));
  SetUnlessEmpty(json["metadata"], "annotations", LabelsJson(metadata.annotations));
  json["spec"] = std::visit([](const auto& value) { return SpecJson(value); }, resource);
  return json;
}

std::string ToYaml(const Resource& resource) {
  std::string yaml;
  AppendYaml(ToJson(resource), "", &yaml);
  return yaml;
}

std::string ToYaml(const std::vector<Resource>& resources) {
  std::string yaml;
  for (const Resource& resource : resources) {
    absl::StrAppend(&yaml, yaml.empty() ? "" : "---\n", ToYaml(resource));
  }
  return yaml;
}

}  // namespace gw
