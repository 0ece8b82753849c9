#include "common/store/save_resources.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/base/status_macros.h"

namespace gw {
namespace {

// Tables with rows of a resource; what hangs on these goes with them.
constexpr const char* kTables[] = {
    "label",         "annotation",       "host_endpoint", "workload_endpoint",
    "endpoint_port", "endpoint_profile", "profile_label", "network_set_net",
    "tier",          "setting",          "policy",        "rule"};

// Null for resources without rules.
const std::vector<Rule>* RulesOf(const Resource& resource, Direction direction) {
  if (const auto* policy = std::get_if<Policy>(&resource)) return &policy->rules(direction);
  if (const auto* profile = std::get_if<Profile>(&resource)) return &profile->rules(direction);
  return nullptr;
}

// For each rule the id it keeps: that of an equal rule of `before` that no other rule has taken.
// Among several equal ones the order stays.
std::vector<std::optional<int64_t>> KeptIds(const std::vector<Rule>& rules,
                                            const std::vector<Rule>& before,
                                            const std::vector<int64_t>& before_ids) {
  std::vector<std::optional<int64_t>> kept(rules.size());
  std::vector<bool> taken(before.size(), false);
  size_t next = 0;  // where the search goes on: mostly one rule is edited and the others follow
  for (size_t i = 0; i < rules.size(); ++i) {
    for (size_t tried = 0; tried < before.size(); ++tried) {
      const size_t candidate = (next + tried) % before.size();
      if (taken[candidate] || !(before[candidate] == rules[i])) continue;
      taken[candidate] = true;
      kept[i] = before_ids[candidate];
      next = candidate + 1;
      break;
    }
  }
  return kept;
}

std::optional<int64_t> Wide(const std::optional<uint8_t>& value) {
  if (!value) return std::nullopt;
  return *value;
}

void BindProtocol(Statement& statement, const std::optional<RuleProtocol>& protocol) {
  if (protocol) {
    statement.BindText(ProtocolWord(*protocol));
  } else {
    statement.BindNull();
  }
}

void BindIcmp(Statement& statement, const std::optional<RuleIcmp>& icmp) {
  if (icmp) {
    statement.BindInt(icmp->type).BindInt(Wide(icmp->code));
  } else {
    statement.BindNull().BindNull();
  }
}

}  // namespace

Statement& ResourceWriter::Prepared(absl::string_view sql) {
  const std::string text(sql);
  const auto found = statements_.find(text);
  if (found != statements_.end()) return found->second;
  return statements_.emplace(text, database_.Prepare(sql)).first->second;
}

absl::Status ResourceWriter::Save(const Resource& resource, const StoredResource* before) {
  int64_t id = 0;
  GW_RETURN_IF_ERROR(SaveName(resource, before, &id));
  const Metadata& metadata = MetadataOf(resource);
  GW_RETURN_IF_ERROR(SaveLabels("INSERT INTO label VALUES (?, ?, ?)", id, metadata.labels));
  GW_RETURN_IF_ERROR(
      SaveLabels("INSERT INTO annotation VALUES (?, ?, ?)", id, metadata.annotations));
  GW_RETURN_IF_ERROR(
      std::visit([this, id](const auto& spec) { return SaveSpec(id, spec); }, resource));
  GW_RETURN_IF_ERROR(SaveRules(id, resource, before, Direction::kIngress));
  return SaveRules(id, resource, before, Direction::kEgress);
}

absl::Status ResourceWriter::Delete(int64_t id) {
  return Prepared("DELETE FROM resource WHERE id = ?").BindInt(id).Run();
}

absl::Status ResourceWriter::SaveName(const Resource& resource, const StoredResource* before,
                                      int64_t* id) {
  if (before != nullptr) {
    *id = before->id;
    GW_RETURN_IF_ERROR(ClearRows(before->id));
    return Prepared("UPDATE resource SET revision = ? WHERE id = ?")
        .BindInt(revision_)
        .BindInt(before->id)
        .Run();
  }
  const ResourceKey key = KeyOf(resource);
  GW_RETURN_IF_ERROR(Prepared("INSERT INTO resource (kind, name, revision) VALUES (?, ?, ?)")
                         .BindText(KindName(key.kind))
                         .BindText(key.name)
                         .BindInt(revision_)
                         .Run());
  *id = database_.LastInsertId();
  return absl::OkStatus();
}

absl::Status ResourceWriter::ClearRows(int64_t id) {
  for (const char* table : kTables) {
    GW_RETURN_IF_ERROR(
        Prepared(absl::StrCat("DELETE FROM ", table, " WHERE resource = ?")).BindInt(id).Run());
  }
  return absl::OkStatus();
}

absl::Status ResourceWriter::SaveLabels(absl::string_view insert, int64_t id,
                                        const Labels& labels) {
  Statement& statement = Prepared(insert);
  for (const auto& [key, value] : labels) {
    GW_RETURN_IF_ERROR(statement.BindInt(id).BindText(key).BindText(value).Run());
  }
  return absl::OkStatus();
}

absl::Status ResourceWriter::SaveNets(absl::string_view insert, int64_t id,
                                      const std::vector<Prefix>& nets) {
  Statement& statement = Prepared(insert);
  int64_t position = 0;
  for (const Prefix& net : nets) {
    GW_RETURN_IF_ERROR(statement.BindInt(id).BindInt(position++).BindText(ToString(net)).Run());
  }
  return absl::OkStatus();
}

template <typename Endpoint>
absl::Status ResourceWriter::SaveEndpointLists(int64_t id, const Endpoint& endpoint) {
  Statement& ports = Prepared("INSERT INTO endpoint_port VALUES (?, ?, ?, ?, ?)");
  int64_t position = 0;
  for (const EndpointPort& port : endpoint.ports) {
    ports.BindInt(id).BindInt(position++).BindText(port.name);
    GW_RETURN_IF_ERROR(ports.BindInt(port.protocol).BindInt(port.port).Run());
  }
  Statement& profiles = Prepared("INSERT INTO endpoint_profile VALUES (?, ?, ?)");
  position = 0;
  for (const std::string& profile : endpoint.profiles) {
    profiles.BindInt(id).BindInt(position++).BindText(profile);
    GW_RETURN_IF_ERROR(profiles.Run());
  }
  return absl::OkStatus();
}

absl::Status ResourceWriter::SaveSpec(int64_t id, const HostEndpoint& endpoint) {
  GW_RETURN_IF_ERROR(Prepared("INSERT INTO host_endpoint VALUES (?, ?, ?)")
                         .BindInt(id)
                         .BindText(endpoint.node)
                         .BindText(endpoint.interface_name)
                         .Run());
  Statement& addresses = Prepared("INSERT INTO host_endpoint_address VALUES (?, ?, ?)");
  int64_t position = 0;
  for (const Address& address : endpoint.expected_ips) {
    addresses.BindInt(id).BindInt(position++).BindText(ToString(address));
    GW_RETURN_IF_ERROR(addresses.Run());
  }
  return SaveEndpointLists(id, endpoint);
}

absl::Status ResourceWriter::SaveSpec(int64_t id, const WorkloadEndpoint& endpoint) {
  GW_RETURN_IF_ERROR(Prepared("INSERT INTO workload_endpoint VALUES (?, ?, ?, ?)")
                         .BindInt(id)
                         .BindText(endpoint.node)
                         .BindText(endpoint.interface_name)
                         .BindText(endpoint.mac)
                         .Run());
  GW_RETURN_IF_ERROR(
      SaveNets("INSERT INTO workload_endpoint_net VALUES (?, ?, ?)", id, endpoint.ip_networks));
  GW_RETURN_IF_ERROR(SaveNets("INSERT INTO workload_endpoint_spoofed_net VALUES (?, ?, ?)", id,
                              endpoint.allow_spoofed_source_prefixes));
  return SaveEndpointLists(id, endpoint);
}

absl::Status ResourceWriter::SaveSpec(int64_t id, const Policy& policy) {
  Statement& insert = Prepared("INSERT INTO policy VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  insert.BindInt(id);
  if (policy.staged) {
    insert.BindText(ActionWord(policy.staged_action));
  } else {
    insert.BindNull();
  }
  insert.BindText(policy.tier).BindReal(policy.order);
  insert.BindText(policy.selector);
  return insert.BindInt(policy.applies_to_ingress)
      .BindInt(policy.applies_to_egress)
      .BindInt(policy.apply_on_forward)
      .BindInt(policy.pre_dnat)
      .BindInt(policy.do_not_track)
      .Run();
}

absl::Status ResourceWriter::SaveSpec(int64_t id, const NetworkSet& set) {
  return SaveNets("INSERT INTO network_set_net VALUES (?, ?, ?)", id, set.nets);
}

absl::Status ResourceWriter::SaveSpec(int64_t id, const Profile& profile) {
  return SaveLabels("INSERT INTO profile_label VALUES (?, ?, ?)", id, profile.labels_to_apply);
}

absl::Status ResourceWriter::SaveSpec(int64_t id, const Tier& tier) {
  return Prepared("INSERT INTO tier VALUES (?, ?, ?)")
      .BindInt(id)
      .BindReal(tier.order)
      .BindText(ActionWord(tier.default_action))
      .Run();
}

absl::Status ResourceWriter::SaveSpec(int64_t id, const FelixConfiguration& configuration) {
  Statement& insert = Prepared("INSERT INTO setting VALUES (?, ?, ?)");
  for (const auto& [name, value] : configuration.values) {
    GW_RETURN_IF_ERROR(insert.BindInt(id).BindText(name).BindText(value).Run());
  }
  return absl::OkStatus();
}

absl::Status ResourceWriter::SaveRules(int64_t id, const Resource& resource,
                                       const StoredResource* before, Direction direction) {
  const std::vector<Rule>* const rules = RulesOf(resource, direction);
  if (rules == nullptr) return absl::OkStatus();
  std::vector<std::optional<int64_t>> kept(rules->size());
  if (before != nullptr) {
    kept = KeptIds(*rules, *RulesOf(before->resource, direction),
                   direction == Direction::kIngress ? before->ingress_ids : before->egress_ids);
  }
  for (size_t i = 0; i < rules->size(); ++i) {
    GW_RETURN_IF_ERROR(SaveRule(id, direction, static_cast<int64_t>(i), (*rules)[i], kept[i]));
  }
  return absl::OkStatus();
}

absl::Status ResourceWriter::SaveRule(int64_t resource, Direction direction, int64_t position,
                                      const Rule& rule, std::optional<int64_t> id) {
  Statement& insert =
      Prepared("INSERT INTO rule VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  insert.BindInt(id).BindInt(resource).BindText(DirectionWord(direction)).BindInt(position);
  insert.BindText(ActionWord(rule.action)).BindInt(Wide(rule.ip_version));
  BindProtocol(insert, rule.protocol);
  BindProtocol(insert, rule.not_protocol);
  BindIcmp(insert, rule.icmp);
  BindIcmp(insert, rule.not_icmp);
  insert.BindText(rule.source.selector);
  insert.BindText(rule.source.not_selector);
  insert.BindText(rule.destination.selector);
  insert.BindText(rule.destination.not_selector);
  GW_RETURN_IF_ERROR(insert.Run());
  const int64_t row = database_.LastInsertId();
  GW_RETURN_IF_ERROR(
      SaveLabels("INSERT INTO rule_annotation VALUES (?, ?, ?)", row, rule.annotations));
  GW_RETURN_IF_ERROR(SaveRuleSide(row, "source", rule.source));
  return SaveRuleSide(row, "destination", rule.destination);
}

absl::Status ResourceWriter::SaveRuleSide(int64_t rule, absl::string_view side,
                                          const EntityRule& entity) {
  for (const bool negated : {false, true}) {
    Statement& nets = Prepared("INSERT INTO rule_net VALUES (?, ?, ?, ?, ?)");
    int64_t position = 0;
    for (const Prefix& net : negated ? entity.not_nets : entity.nets) {
      nets.BindInt(rule).BindText(side).BindInt(negated).BindInt(position++);
      GW_RETURN_IF_ERROR(nets.BindText(ToString(net)).Run());
    }
    Statement& ports = Prepared("INSERT INTO rule_port VALUES (?, ?, ?, ?, ?, ?, ?)");
    position = 0;
    for (const RulePort& port : negated ? entity.not_ports : entity.ports) {
      ports.BindInt(rule).BindText(side).BindInt(negated).BindInt(position++);
      if (const auto* range = std::get_if<PortRange>(&port)) {
        ports.BindInt(range->first).BindInt(range->last).BindNull();
      } else {
        ports.BindNull().BindNull().BindText(std::get<std::string>(port));
      }
      GW_RETURN_IF_ERROR(ports.Run());
    }
  }
  return absl::OkStatus();
}

}  // namespace gw
