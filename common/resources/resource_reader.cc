#include "common/resources/resource_reader.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/policy/nearest_name.h"
#include "common/policy/settings.h"
#include "common/resources/unsupported.h"

namespace gw {
namespace {

using Path = std::string;

constexpr absl::string_view kApiVersion = "projectcalico.org/v3";

// ---- small values ---------------------------------------------------------------------------

// Reads a list of texts that `parse` turns into values.
template <typename Value, typename Parse>
void ValuesInto(FieldReader& fields, const Node& node, const Path& path, Parse parse,
                std::vector<Value>* values) {
  fields.List(node, path, [&](const Node& item, const Path& item_path) {
    const auto text = fields.Text(item, item_path);
    if (!text) return;
    const auto value = parse(*text);
    if (!value.ok()) return fields.Error(item, item_path, value.status());
    values->push_back(*value);
  });
}

absl::StatusOr<Address> ParseExpectedAddress(absl::string_view text) {
  const size_t slash = text.find('/');
  if (slash != absl::string_view::npos && ParseAddress(text.substr(0, slash)).ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("`", text, "` is a network, but addresses are needed: write `",
                     text.substr(0, slash), "`"));
  }
  return ParseAddress(text);
}

// A network, or one address without a length.
absl::StatusOr<Prefix> ParseAddressOrPrefix(absl::string_view text) {
  if (absl::StrContains(text, '/')) return ParsePrefix(text);
  return ParseNetwork(text);
}

void ProtocolInto(FieldReader& fields, const Node& node, const Path& path,
                  std::optional<RuleProtocol>* protocol) {
  if (node.kind == Node::Kind::kScalar && !node.tagged) {
    if (const auto named = ProtocolByName(node.text)) {
      *protocol = RuleProtocol{*named, /*by_name=*/true};
      return;
    }
    if (const auto number = ParseDigits(node.text, 255); number && *number > 0) {
      *protocol = RuleProtocol{static_cast<uint8_t>(*number), /*by_name=*/false};
      return;
    }
  }
  fields.Error(node, path,
               absl::StrCat(Describe(node),
                            " is no protocol: write TCP, UDP, ICMP, ICMPv6, SCTP, "
                            "UDPLite or a number from 1 to 255"));
}

constexpr char kPortRemedy[] =
    "write a port from 1 to 65535, a range \"lo:hi\", or the name of an endpoint's port";

absl::StatusOr<RulePort> ParsePortRange(absl::string_view text, absl::string_view low_text,
                                        absl::string_view high_text) {
  const auto low = ParseDigits(low_text, 65535);
  const auto high = ParseDigits(high_text, 65535);
  if (!low || !high || *low == 0 || *high == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("`", text, "`: port range invalid, port number must be between 1 and 65535"));
  }
  if (*low > *high) {
    return absl::InvalidArgumentError(
        absl::StrCat("`", text, "`: the range is empty: write `", *high, ":", *low, "`"));
  }
  return PortRange{static_cast<uint16_t>(*low), static_cast<uint16_t>(*high)};
}

absl::StatusOr<RulePort> ParseRulePort(absl::string_view text) {
  constexpr size_t kWrittenNameLengthMax = 128;
  constexpr absl::string_view kDigits = "0123456789";
  const size_t colon = text.find(':');
  if (colon != absl::string_view::npos) {
    return ParsePortRange(text, text.substr(0, colon), text.substr(colon + 1));
  }
  if (!text.empty() && text.find_first_not_of(kDigits) == absl::string_view::npos) {
    return ParsePortRange(text, text, text);
  }
  const bool is_name = !text.empty() && text.size() <= kWrittenNameLengthMax &&
                       text.find_first_not_of(
                           "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                           "0123456789_.-") == absl::string_view::npos;
  if (!is_name || text[0] == '-') {
    return absl::InvalidArgumentError(absl::StrCat("`", text, "` is no port: ", kPortRemedy));
  }
  return std::string(text);
}

void RulePortsInto(FieldReader& fields, const Node& node, const Path& path,
                   std::vector<RulePort>* ports) {
  fields.List(node, path, [&](const Node& item, const Path& item_path) {
    if (item.kind != Node::Kind::kScalar || item.tagged) {
      return fields.Error(item, item_path,
                          absl::StrCat(Describe(item), " is no port: ", kPortRemedy));
    }
    auto port = ParseRulePort(item.text);
    if (!port.ok()) return fields.Error(item, item_path, port.status());
    ports->push_back(*std::move(port));
  });
}

void IcmpInto(FieldReader& fields, const Node& node, const Path& path,
              std::optional<RuleIcmp>* icmp) {
  std::optional<int64_t> type;
  std::optional<int64_t> code;
  const size_t wrong_before = fields.wrong_fields().size();
  fields.Object(
      node, path, "an ICMP match",
      {{"type", [&](const Node& v, const Path& p) { type = fields.Integer(v, p, 0, 254); }},
       {"code", [&](const Node& v, const Path& p) { code = fields.Integer(v, p, 0, 255); }}});
  if (fields.wrong_fields().size() != wrong_before) return;
  if (!type && code) {
    return fields.Error(node, path,
                        "ICMP code specified without an ICMP type: add `type`, or remove `code`");
  }
  if (!type) return;
  *icmp = RuleIcmp{static_cast<uint8_t>(*type), std::nullopt};
  if (code) (*icmp)->code = static_cast<uint8_t>(*code);
}

// A field that must be there; the place of the error is what it should stand in.
void RequireField(FieldReader& fields, const Node& in, const Path& path, absl::string_view name,
                  absl::string_view remedy) {
  const Node* value = in.Find(name);
  if (in.kind != Node::Kind::kMap || (value != nullptr && value->kind != Node::Kind::kNull)) return;
  fields.Error(in, absl::StrCat(path, ".", name),
               absl::StrCat("field `", name, "` is missing: ", remedy));
}

// ---- rules ----------------------------------------------------------------------------------

void EntityRuleInto(FieldReader& fields, const Node& node, const Path& path, EntityRule* entity) {
  // `global()` is the one namespace selector that says what holds here anyway.
  const Node* namespaces = node.Find("namespaceSelector");
  const bool is_global = namespaces != nullptr && namespaces->text == "global()";
  Node without;
  const Node* read = &node;
  if (is_global && fields.options().skip_unsupported) {
    fields.Warn(*namespaces,
                "`namespaceSelector: global()` is left out: without namespaces it "
                "says nothing");
    without = node;
    for (size_t i = 0; i < without.entry_count(); ++i) {
      if (without.key(i).text == "namespaceSelector") without.children[2 * i + 1] = Node();
    }
    read = &without;
  }
  fields.Object(
      *read, path, "one side of a rule",
      {{"nets", [&](const Node& v,
                    const Path& p) { ValuesInto(fields, v, p, ParsePrefix, &entity->nets); }},
       {"notNets",
        [&](const Node& v, const Path& p) {
          ValuesInto(fields, v, p, ParsePrefix, &entity->not_nets);
        }},
       {"ports",
        [&](const Node& v, const Path& p) { RulePortsInto(fields, v, p, &entity->ports); }},
       {"notPorts",
        [&](const Node& v, const Path& p) { RulePortsInto(fields, v, p, &entity->not_ports); }},
       {"selector",
        [&](const Node& v, const Path& p) { fields.TextInto(v, p, &entity->selector); }},
       {"notSelector",
        [&](const Node& v, const Path& p) { fields.TextInto(v, p, &entity->not_selector); }}},
      UnsupportedInEntityRule());
}

constexpr absl::string_view kActions[] = {"Allow", "Deny", "Log", "Pass"};
constexpr RuleAction kActionValues[] = {RuleAction::kAllow, RuleAction::kDeny, RuleAction::kLog,
                                        RuleAction::kPass};

Rule ReadRule(FieldReader& fields, const Node& node, const Path& path) {
  Rule rule;
  RequireField(fields, node, path, "action", "write Allow, Deny, Log or Pass");
  fields.Object(
      node, path, "a rule",
      {{"action",
        [&](const Node& v, const Path& p) {
          if (const auto choice = fields.Choice(v, p, kActions)) {
            rule.action = kActionValues[*choice];
          }
        }},
       {"ipVersion",
        [&](const Node& v, const Path& p) {
          const auto version = fields.Integer(v, p, 4, 6);
          if (version == 5) return fields.Error(v, p, "`5` is no IP version: write 4 or 6");
          if (version) rule.ip_version = static_cast<uint8_t>(*version);
        }},
       {"protocol",
        [&](const Node& v, const Path& p) { ProtocolInto(fields, v, p, &rule.protocol); }},
       {"notProtocol",
        [&](const Node& v, const Path& p) { ProtocolInto(fields, v, p, &rule.not_protocol); }},
       {"icmp", [&](const Node& v, const Path& p) { IcmpInto(fields, v, p, &rule.icmp); }},
       {"notICMP", [&](const Node& v, const Path& p) { IcmpInto(fields, v, p, &rule.not_icmp); }},
       {"source",
        [&](const Node& v, const Path& p) { EntityRuleInto(fields, v, p, &rule.source); }},
       {"destination",
        [&](const Node& v, const Path& p) { EntityRuleInto(fields, v, p, &rule.destination); }},
       {"metadata",
        [&](const Node& v, const Path& p) {
          fields.Object(
              v, p, "the metadata of a rule",
              {{"annotations", [&](const Node& annotations, const Path& annotations_path) {
                  fields.LabelsInto(annotations, annotations_path, &rule.annotations);
                }}});
        }}},
      UnsupportedInRule());
  return rule;
}

// `any` counts rules that are left out as well: the default of `types` follows what was written.
struct WrittenRules {
  std::vector<Rule> rules;
  bool any = false;
};

void RulesInto(FieldReader& fields, const Node& node, const Path& path, WrittenRules* written) {
  fields.List(node, path, [&](const Node& item, const Path&) {
    // The path that the rule has in the model, where those left out are not counted.
    const Path rule_path = absl::StrCat(path, "[", written->rules.size(), "]");
    fields.Record(item, item, rule_path);
    Rule rule = ReadRule(fields, item, rule_path);
    written->any = true;
    if (!fields.TakeLeaveRuleOut()) written->rules.push_back(std::move(rule));
  });
}

// ---- endpoints ------------------------------------------------------------------------------

void EndpointPortsInto(FieldReader& fields, const Node& node, const Path& path,
                       std::vector<EndpointPort>* ports) {
  fields.List(node, path, [&](const Node& item, const Path& item_path) {
    EndpointPort port;
    RequireField(fields, item, item_path, "name", "rules refer to the port by it");
    RequireField(fields, item, item_path, "protocol", "write TCP, UDP or SCTP");
    RequireField(fields, item, item_path, "port", "write a number from 1 to 65535");
    fields.Object(
        item, item_path, "a port of an endpoint",
        {{"name", [&](const Node& v, const Path& p) { fields.TextInto(v, p, &port.name); }},
         {"protocol",
          [&](const Node& v, const Path& p) {
            std::optional<RuleProtocol> protocol;
            ProtocolInto(fields, v, p, &protocol);
            if (protocol) port.protocol = protocol->number;
          }},
         {"port",
          [&](const Node& v, const Path& p) {
            if (const auto number = fields.Integer(v, p, 1, 65535)) {
              port.port = static_cast<uint16_t>(*number);
            }
          }}},
        UnsupportedInEndpointPort());
    ports->push_back(std::move(port));
  });
}

void ReadSpec(FieldReader& fields, const Node& spec, const Path& path, HostEndpoint* endpoint) {
  fields.Object(
      spec, path, "the spec of a HostEndpoint",
      {{"node", [&](const Node& v, const Path& p) { fields.TextInto(v, p, &endpoint->node); }},
       {"interfaceName",
        [&](const Node& v, const Path& p) { fields.TextInto(v, p, &endpoint->interface_name); }},
       {"expectedIPs",
        [&](const Node& v, const Path& p) {
          ValuesInto(fields, v, p, ParseExpectedAddress, &endpoint->expected_ips);
        }},
       {"profiles",
        [&](const Node& v, const Path& p) { fields.TextsInto(v, p, &endpoint->profiles); }},
       {"ports",
        [&](const Node& v, const Path& p) { EndpointPortsInto(fields, v, p, &endpoint->ports); }}},
      UnsupportedInHostEndpoint());
}

void ReadSpec(FieldReader& fields, const Node& spec, const Path& path, WorkloadEndpoint* endpoint) {
  fields.Object(
      spec, path, "the spec of a WorkloadEndpoint",
      {{"node", [&](const Node& v, const Path& p) { fields.TextInto(v, p, &endpoint->node); }},
       {"interfaceName",
        [&](const Node& v, const Path& p) { fields.TextInto(v, p, &endpoint->interface_name); }},
       {"ipNetworks",
        [&](const Node& v, const Path& p) {
          ValuesInto(fields, v, p, ParseAddressOrPrefix, &endpoint->ip_networks);
        }},
       {"profiles",
        [&](const Node& v, const Path& p) { fields.TextsInto(v, p, &endpoint->profiles); }},
       {"ports",
        [&](const Node& v, const Path& p) { EndpointPortsInto(fields, v, p, &endpoint->ports); }},
       {"mac", [&](const Node& v, const Path& p) { fields.TextInto(v, p, &endpoint->mac); }},
       {"allowSpoofedSourcePrefixes",
        [&](const Node& v, const Path& p) {
          ValuesInto(fields, v, p, ParseAddressOrPrefix, &endpoint->allow_spoofed_source_prefixes);
        }}},
      UnsupportedInWorkloadEndpoint());
}

// ---- policies -------------------------------------------------------------------------------

constexpr absl::string_view kTypes[] = {"Ingress", "Egress"};
constexpr absl::string_view kStagedActions[] = {"Set", "Delete", "Learn", "Ignore"};
constexpr StagedAction kStagedActionValues[] = {StagedAction::kSet, StagedAction::kDelete,
                                                StagedAction::kLearn, StagedAction::kIgnore};

// True if there is one at least.
bool TypesInto(FieldReader& fields, const Node& node, const Path& path, Policy* policy) {
  bool seen[] = {false, false};
  fields.List(node, path, [&](const Node& item, const Path& item_path) {
    const auto choice = fields.Choice(item, item_path, kTypes);
    if (!choice) return;
    if (std::exchange(seen[*choice], true)) {
      fields.Error(item, item_path,
                   absl::StrCat("'", kTypes[*choice], "' type specified more than once"));
    }
  });
  if (!seen[0] && !seen[1]) return false;
  policy->applies_to_ingress = seen[0];
  policy->applies_to_egress = seen[1];
  return true;
}

void OrderInto(FieldReader& fields, const Node& node, const Path& path,
               std::optional<double>* order) {
  if (const auto number = fields.Number(node, path)) *order = *number;
}

void ReadSpec(FieldReader& fields, const Node& spec, const Path& path, Policy* policy) {
  bool has_types = false;
  WrittenRules ingress;
  WrittenRules egress;
  fields.Object(
      spec, path,
      policy->staged ? "the spec of a StagedGlobalNetworkPolicy"
                     : "the spec of a GlobalNetworkPolicy",
      {{"stagedAction",
        [&](const Node& v, const Path& p) {
          if (!policy->staged) {
            return fields.Error(v, p,
                                "only a StagedGlobalNetworkPolicy has a `stagedAction`: remove it, "
                                "or change the kind");
          }
          if (const auto choice = fields.Choice(v, p, kStagedActions)) {
            policy->staged_action = kStagedActionValues[*choice];
          }
        }},
       {"tier", [&](const Node& v, const Path& p) { fields.TextInto(v, p, &policy->tier); }},
       {"order", [&](const Node& v, const Path& p) { OrderInto(fields, v, p, &policy->order); }},
       {"selector",
        [&](const Node& v, const Path& p) { fields.TextInto(v, p, &policy->selector); }},
       {"types",
        [&](const Node& v, const Path& p) { has_types = TypesInto(fields, v, p, policy); }},
       {"ingress", [&](const Node& v, const Path& p) { RulesInto(fields, v, p, &ingress); }},
       {"egress", [&](const Node& v, const Path& p) { RulesInto(fields, v, p, &egress); }},
       {"applyOnForward",
        [&](const Node& v, const Path& p) { fields.BooleanInto(v, p, &policy->apply_on_forward); }},
       {"preDNAT",
        [&](const Node& v, const Path& p) { fields.BooleanInto(v, p, &policy->pre_dnat); }},
       {"doNotTrack",
        [&](const Node& v, const Path& p) { fields.BooleanInto(v, p, &policy->do_not_track); }}},
      UnsupportedInPolicy());
  if (!has_types) {
    policy->ingress.resize(ingress.any ? 1 : 0);
    policy->egress.resize(egress.any ? 1 : 0);
    SetDefaultTypes(*policy);
  }
  policy->ingress = std::move(ingress.rules);
  policy->egress = std::move(egress.rules);
}

// ---- the other kinds ------------------------------------------------------------------------

void ReadSpec(FieldReader& fields, const Node& spec, const Path& path, NetworkSet* set) {
  fields.Object(
      spec, path, "the spec of a GlobalNetworkSet",
      {{"nets",
        [&](const Node& v, const Path& p) { ValuesInto(fields, v, p, ParseNetwork, &set->nets); }}},
      UnsupportedInNetworkSet());
}

void ReadSpec(FieldReader& fields, const Node& spec, const Path& path, Profile* profile) {
  WrittenRules ingress;
  WrittenRules egress;
  fields.Object(
      spec, path, "the spec of a Profile",
      {{"ingress", [&](const Node& v, const Path& p) { RulesInto(fields, v, p, &ingress); }},
       {"egress", [&](const Node& v, const Path& p) { RulesInto(fields, v, p, &egress); }},
       {"labelsToApply", [&](const Node& v, const Path& p) {
          fields.LabelsInto(v, p, &profile->labels_to_apply);
        }}});
  profile->ingress = std::move(ingress.rules);
  profile->egress = std::move(egress.rules);
}

void ReadSpec(FieldReader& fields, const Node& spec, const Path& path, Tier* tier) {
  constexpr absl::string_view kDefaultActions[] = {"Deny", "Pass"};
  fields.Object(
      spec, path, "the spec of a Tier",
      {{"order", [&](const Node& v, const Path& p) { OrderInto(fields, v, p, &tier->order); }},
       {"defaultAction", [&](const Node& v, const Path& p) {
          if (const auto choice = fields.Choice(v, p, kDefaultActions)) {
            tier->default_action = *choice == 0 ? TierAction::kDeny : TierAction::kPass;
          }
        }}});
}

// ---- settings -------------------------------------------------------------------------------

// {protocol: tcp, net: 10.0.0.0/8, port: 22} to its text form.
std::optional<std::string> FailsafeText(FieldReader& fields, const Node& node, const Path& path) {
  Failsafe failsafe;
  const size_t wrong_before = fields.wrong_fields().size();
  RequireField(fields, node, path, "protocol", "write TCP, UDP or SCTP");
  RequireField(fields, node, path, "port", "write a number from 0 to 65535");
  fields.Object(node, path, "a failsafe port",
                {{"protocol",
                  [&](const Node& v, const Path& p) {
                    std::optional<RuleProtocol> protocol;
                    ProtocolInto(fields, v, p, &protocol);
                    if (protocol) failsafe.protocol = protocol->number;
                  }},
                 {"port",
                  [&](const Node& v, const Path& p) {
                    if (const auto port = fields.Integer(v, p, 0, 65535)) {
                      failsafe.port = static_cast<uint16_t>(*port);
                    }
                  }},
                 {"net", [&](const Node& v, const Path& p) {
                    const auto text = fields.Text(v, p);
                    if (!text || text->empty()) return;
                    const auto net = ParseNetwork(*text);
                    if (!net.ok()) return fields.Error(v, p, net.status());
                    failsafe.net = *net;
                  }}});
  if (fields.wrong_fields().size() != wrong_before) return std::nullopt;
  return ToString(failsafe);
}

// A list becomes the comma-separated text that settings.h reads; no items are `none`.
std::string SettingList(FieldReader& fields, const Node& node, const Path& path, bool failsafes) {
  std::vector<std::string> texts;
  fields.List(node, path, [&](const Node& item, const Path& item_path) {
    auto text = failsafes && item.kind == Node::Kind::kMap ? FailsafeText(fields, item, item_path)
                                                           : fields.Text(item, item_path);
    if (text) texts.push_back(*std::move(text));
  });
  return texts.empty() ? "none" : absl::StrJoin(texts, ",");
}

void UnknownSetting(FieldReader& fields, const Node& key, const Path& path) {
  if (const auto reason = WhyUnsupported(key.text)) {
    if (fields.options().skip_unsupported) {
      fields.Warn(key,
                  absl::StrCat("`", key.text, "` is left out, it has no meaning here: ", *reason));
      return;
    }
    fields.Error(key, path,
                 absl::StrCat("`", key.text, "` has no meaning here: ", *reason,
                              "; --skip-unsupported loads the rest"));
    return;
  }
  std::vector<std::string> names;
  for (const ParameterDescription& parameter : AllParameters()) names.push_back(parameter.name);
  const auto nearest = NearestName(key.text, names);
  fields.Error(key, path,
               absl::StrCat("unknown parameter `", key.text, "`: ",
                            nearest ? absl::StrCat("did you mean `", *nearest, "`?")
                                    : "remove it, or see `gatewarden get settings`"));
}

void ReadSpec(FieldReader& fields, const Node& spec, const Path& path,
              FelixConfiguration* configuration) {
  fields.Entries(spec, path, [&](const Node& key, const Node& value) {
    const Path key_path = absl::StrCat(path, ".", key.text);
    const auto name = ParameterName(key.text);
    if (!name) return UnknownSetting(fields, key, key_path);
    const Path value_path = absl::StrCat(path, ".", *name);
    fields.Record(key, value, value_path);
    if (value.kind == Node::Kind::kNull) return;
    std::string text;
    if (value.kind == Node::Kind::kSequence) {
      text = SettingList(fields, value, value_path, absl::StartsWith(*name, "failsafe"));
    } else if (value.kind == Node::Kind::kScalar && !value.tagged) {
      text = value.text;
    } else {
      return fields.Error(
          value, value_path,
          absl::StrCat("a value or a list is needed here, but ", Describe(value), " is here"));
    }
    if (!configuration->values.emplace(*name, std::move(text)).second) {
      fields.Error(key, value_path, absl::StrCat("`", *name, "` appears twice: keep one"));
    }
  });
}

// ---- any resource ---------------------------------------------------------------------------

Resource NewResource(ResourceKind kind) {
  switch (kind) {
    case ResourceKind::kHostEndpoint:
      return HostEndpoint();
    case ResourceKind::kWorkloadEndpoint:
      return WorkloadEndpoint();
    case ResourceKind::kGlobalNetworkPolicy:
      return Policy();
    case ResourceKind::kStagedGlobalNetworkPolicy: {
      Policy policy;
      policy.staged = true;
      return policy;
    }
    case ResourceKind::kGlobalNetworkSet:
      return NetworkSet();
    case ResourceKind::kProfile:
      return Profile();
    case ResourceKind::kTier:
      return Tier();
    case ResourceKind::kFelixConfiguration:
      break;
  }
  return FelixConfiguration();
}

void MetadataInto(FieldReader& fields, const Node& node, const Path& path, Metadata* metadata) {
  fields.Object(
      node, path, "metadata",
      {{"name", [&](const Node& v, const Path& p) { fields.TextInto(v, p, &metadata->name); }},
       {"labels",
        [&](const Node& v, const Path& p) { fields.LabelsInto(v, p, &metadata->labels); }},
       {"annotations",
        [&](const Node& v, const Path& p) { fields.LabelsInto(v, p, &metadata->annotations); }}},
      UnsupportedInMetadata(), ServerSetInMetadata());
}

// The kind, if it is one of ours; otherwise what is wrong is in `fields`.
std::optional<ResourceKind> ReadKind(const Node& root, FieldReader& fields) {
  const Node* node = root.Find("kind");
  if (node == nullptr || node->kind == Node::Kind::kNull) {
    fields.Error(root, "kind", "field `kind` is missing: write one, such as HostEndpoint");
    return std::nullopt;
  }
  const auto text = fields.Text(*node, "kind");
  if (!text) return std::nullopt;
  if (const auto kind = KindByName(*text)) return kind;
  if (const auto reason = WhyUnsupportedKind(*text)) {
    const std::string what = absl::StrCat("kind `", *text, "` is not supported: ", *reason);
    if (fields.options().skip_unsupported) {
      fields.Warn(*node, absl::StrCat(what, "; the resource is left out"));
    } else {
      fields.Error(*node, "kind",
                   absl::StrCat(what, "; remove it, or load the rest with --skip-unsupported"));
    }
    return std::nullopt;
  }
  std::vector<std::string> names;
  for (const ResourceKind kind : kAllResourceKinds) names.emplace_back(KindName(kind));
  const auto nearest = NearestName(*text, names);
  fields.Error(*node, "kind",
               absl::StrCat("unknown kind `", *text, "`: ",
                            nearest ? absl::StrCat("did you mean `", *nearest, "`?")
                                    : absl::StrCat("the kinds are ", absl::StrJoin(names, ", "))));
  return std::nullopt;
}

void CheckApiVersion(FieldReader& fields, const Node& node, const Path& path) {
  if (node.kind == Node::Kind::kScalar && node.text == kApiVersion) return;
  fields.Error(
      node, path,
      absl::StrCat(Describe(node), " is no version that is read here: write ", kApiVersion));
}

}  // namespace

std::optional<Resource> ReadResourceTree(const Node& root, FieldReader& fields) {
  if (root.kind != Node::Kind::kMap) {
    fields.Error(root, "",
                 absl::StrCat("a resource is a map with `apiVersion`, `kind`, `metadata` and "
                              "`spec`, but ",
                              Describe(root), " is here"));
    return std::nullopt;
  }
  fields.places()[""] = fields.PlaceOf(root);
  const auto kind = ReadKind(root, fields);
  if (!kind) return std::nullopt;
  Resource resource = NewResource(*kind);
  Metadata& metadata = MetadataOf(resource);
  const Node* version = root.Find("apiVersion");
  if (version == nullptr || version->kind == Node::Kind::kNull) {
    fields.Error(root, "apiVersion",
                 absl::StrCat("field `apiVersion` is missing: write ", kApiVersion));
  }
  fields.Object(
      root, "", absl::StrCat("a ", KindName(*kind)),
      {{"apiVersion", [&](const Node& v, const Path& p) { CheckApiVersion(fields, v, p); }},
       {"kind", [](const Node&, const Path&) {}},
       {"metadata", [&](const Node& v, const Path& p) { MetadataInto(fields, v, p, &metadata); }},
       {"spec",
        [&](const Node& v, const Path& p) {
          std::visit([&](auto& value) { ReadSpec(fields, v, p, &value); }, resource);
        }}},
      {}, ServerSetInResource());
  if (metadata.name.empty()) {
    if (fields.wrong_fields().count("metadata.name") == 0) {
      fields.Error(root, "metadata.name", "field `metadata.name` is missing: give it a name");
    }
    return std::nullopt;
  }
  if (fields.leave_resource_out()) return std::nullopt;
  return resource;
}

}  // namespace gw
