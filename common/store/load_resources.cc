#include "common/store/load_resources.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/base/status_macros.h"
#include "common/net/protocol.h"

namespace gw {
namespace {

template <typename Enum>
struct Word {
  Enum value;
  const char* text;
};

constexpr Word<RuleAction> kRuleActions[] = {{RuleAction::kAllow, "Allow"},
                                             {RuleAction::kDeny, "Deny"},
                                             {RuleAction::kLog, "Log"},
                                             {RuleAction::kPass, "Pass"}};
constexpr Word<TierAction> kTierActions[] = {{TierAction::kDeny, "Deny"},
                                             {TierAction::kPass, "Pass"}};
constexpr Word<StagedAction> kStagedActions[] = {{StagedAction::kSet, "Set"},
                                                 {StagedAction::kDelete, "Delete"},
                                                 {StagedAction::kLearn, "Learn"},
                                                 {StagedAction::kIgnore, "Ignore"}};
constexpr Word<Direction> kDirections[] = {{Direction::kIngress, "ingress"},
                                           {Direction::kEgress, "egress"}};

template <typename Enum, size_t kCount>
absl::string_view TextOf(const Word<Enum> (&words)[kCount], Enum value) {
  for (const Word<Enum>& word : words) {
    if (word.value == value) return word.text;
  }
  return "";
}

// Reads the tables one after the other. The first thing that is wrong ends it.
class Loader {
 public:
  Loader(Database& database, const std::optional<std::vector<int64_t>>& ids)
      : database_(database),
        ids_(ids ? absl::StrCat("[", absl::StrJoin(*ids, ","), "]") : ""),
        all_(!ids) {}

  absl::StatusOr<std::vector<StoredResource>> Load() &&;

 private:
  struct RulePlace {
    size_t resource;
    Direction direction;
    size_t position;
  };

  void LoadNames();
  void LoadMetadata();
  void LoadEndpoints();
  void LoadProfilesSetsAndSettings();
  void LoadTiersAndPolicies();
  void LoadRules();
  void LoadRuleParts();

  // Calls `read` with each row of `table` and what it hangs on, whose id is in the first column: a
  // resource, a resource that is a T, a rule.
  template <typename Read>
  void EachRow(absl::string_view columns, absl::string_view table, absl::string_view order,
               Read read);
  template <typename T, typename Read>
  void Each(absl::string_view columns, absl::string_view table, absl::string_view order, Read read);
  template <typename Read>
  void EachRulePart(absl::string_view columns, absl::string_view table, absl::string_view order,
                    Read read);

  Statement Select(absl::string_view columns, absl::string_view table, absl::string_view where,
                   absl::string_view order);
  StoredResource* FindResource(int64_t id);
  Rule* FindRule(int64_t id);
  void AddRule(StoredResource& stored, const Statement& row);
  Rule MakeRule(const Statement& row);

  void Fail(absl::Status status) {
    if (status_.ok() && !status.ok()) status_ = std::move(status);
  }
  void BadRow(absl::string_view table, const Statement& row) {
    Damaged(absl::StrCat("table `", table, "` has a row for ", row.Int(0)));
  }
  void Damaged(absl::string_view what) {
    Fail(absl::DataLossError(
        absl::StrCat("`", database_.path(), "`: ", what,
                     ", which no Gatewarden wrote: roll back to an earlier revision, or restore "
                     "a backup")));
  }

  template <typename Enum, size_t kCount>
  Enum ReadWord(const Word<Enum> (&words)[kCount], const std::string& text) {
    for (const Word<Enum>& word : words) {
      if (word.text == text) return word.value;
    }
    Damaged(absl::StrCat("`", text, "` stands in a table"));
    return words[0].value;
  }
  template <typename T>
  T Narrow(int64_t value) {
    if (value < 0 || value > std::numeric_limits<T>::max()) {
      Damaged(absl::StrCat("the number ", value, " stands in a table"));
    }
    return static_cast<T>(value);
  }
  template <typename T>
  T Parsed(absl::StatusOr<T> value) {
    if (value.ok()) return *std::move(value);
    Damaged(absl::StrCat(value.status().message(), " stands in a table"));
    return T();
  }
  std::optional<uint8_t> ReadByte(const Statement& row, int column) {
    if (row.IsNull(column)) return std::nullopt;
    return Narrow<uint8_t>(row.Int(column));
  }
  std::optional<RuleProtocol> ReadProtocol(const Statement& row, int column);
  std::optional<RuleIcmp> ReadIcmp(const Statement& row, int type_column);

  Database& database_;
  const std::string ids_;  // JSON array
  const bool all_;
  absl::Status status_;
  std::vector<StoredResource> resources_;  // by id
  size_t found_resource_ = 0;              // where FindResource found the last
  absl::flat_hash_map<int64_t, RulePlace> rules_;
};

absl::StatusOr<std::vector<StoredResource>> Loader::Load() && {
  LoadNames();
  LoadMetadata();
  LoadEndpoints();
  LoadProfilesSetsAndSettings();
  LoadTiersAndPolicies();
  LoadRules();
  LoadRuleParts();
  GW_RETURN_IF_ERROR(status_);
  return std::move(resources_);
}

Statement Loader::Select(absl::string_view columns, absl::string_view table,
                         absl::string_view where, absl::string_view order) {
  if (all_) {
    return database_.Prepare(
        absl::StrCat("SELECT ", columns, " FROM ", table, " ORDER BY ", order));
  }
  Statement rows = database_.Prepare(
      absl::StrCat("SELECT ", columns, " FROM ", table, " WHERE ", where, " ORDER BY ", order));
  rows.BindText(ids_);
  return rows;
}

StoredResource* Loader::FindResource(int64_t id) {
  // Rows come in the order of resources, so it is mostly the last one again.
  if (found_resource_ < resources_.size() && resources_[found_resource_].id == id) {
    return &resources_[found_resource_];
  }
  const auto found = std::lower_bound(
      resources_.begin(), resources_.end(), id,
      [](const StoredResource& stored, int64_t wanted) { return stored.id < wanted; });
  if (found == resources_.end() || found->id != id) return nullptr;
  found_resource_ = static_cast<size_t>(found - resources_.begin());
  return &*found;
}

Rule* Loader::FindRule(int64_t id) {
  const auto found = rules_.find(id);
  if (found == rules_.end()) return nullptr;
  const RulePlace& place = found->second;
  return std::visit(
      [&place](auto& resource) -> Rule* {
        if constexpr (requires { resource.ingress; }) {
          return place.direction == Direction::kIngress ? &resource.ingress[place.position]
                                                        : &resource.egress[place.position];
        } else {
          return nullptr;
        }
      },
      resources_[place.resource].resource);
}

template <typename Read>
void Loader::EachRow(absl::string_view columns, absl::string_view table, absl::string_view order,
                     Read read) {
  if (!status_.ok()) return;
  Statement rows = Select(columns, table, "resource IN (SELECT value FROM json_each(?1))", order);
  while (status_.ok() && rows.Step()) {
    StoredResource* const stored = FindResource(rows.Int(0));
    if (stored == nullptr) return BadRow(table, rows);
    read(*stored, rows);
  }
  Fail(rows.status());
}

template <typename T, typename Read>
void Loader::Each(absl::string_view columns, absl::string_view table, absl::string_view order,
                  Read read) {
  EachRow(columns, table, order, [&](StoredResource& stored, const Statement& row) {
    T* const resource = std::get_if<T>(&stored.resource);
    if (resource == nullptr) return BadRow(table, row);
    read(*resource, row);
  });
}

template <typename Read>
void Loader::EachRulePart(absl::string_view columns, absl::string_view table,
                          absl::string_view order, Read read) {
  if (!status_.ok()) return;
  Statement rows = Select(columns, table,
                          "rule IN (SELECT id FROM rule WHERE resource IN "
                          "(SELECT value FROM json_each(?1)))",
                          order);
  while (status_.ok() && rows.Step()) {
    Rule* const rule = FindRule(rows.Int(0));
    if (rule == nullptr) return BadRow(table, rows);
    read(*rule, rows);
  }
  Fail(rows.status());
}

Resource EmptyResource(ResourceKind kind) {
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
      return FelixConfiguration();
  }
  return HostEndpoint();
}

void Loader::LoadNames() {
  Statement rows =
      Select("id, kind, name", "resource", "id IN (SELECT value FROM json_each(?1))", "id");
  while (rows.Step()) {
    const std::optional<ResourceKind> kind = KindByName(rows.Text(1));
    if (!kind) return Damaged(absl::StrCat("resource ", rows.Int(0), " is a `", rows.Text(1), "`"));
    StoredResource stored;
    stored.id = rows.Int(0);
    stored.resource = EmptyResource(*kind);
    MetadataOf(stored.resource).name = rows.Text(2);
    resources_.push_back(std::move(stored));
  }
  Fail(rows.status());
}

void Loader::LoadMetadata() {
  EachRow("resource, key, value", "label", "resource, key",
          [](StoredResource& stored, const Statement& row) {
            MetadataOf(stored.resource).labels.emplace(row.Text(1), row.Text(2));
          });
  EachRow("resource, key, value", "annotation", "resource, key",
          [](StoredResource& stored, const Statement& row) {
            MetadataOf(stored.resource).annotations.emplace(row.Text(1), row.Text(2));
          });
}

void Loader::LoadEndpoints() {
  Each<HostEndpoint>("resource, node, interface_name", "host_endpoint", "resource",
                     [](HostEndpoint& endpoint, const Statement& row) {
                       endpoint.node = row.Text(1);
                       endpoint.interface_name = row.Text(2);
                     });
  Each<HostEndpoint>("resource, address", "host_endpoint_address", "resource, position",
                     [this](HostEndpoint& endpoint, const Statement& row) {
                       endpoint.expected_ips.push_back(Parsed(ParseAddress(row.Text(1))));
                     });
  Each<WorkloadEndpoint>("resource, node, interface_name, mac", "workload_endpoint", "resource",
                         [](WorkloadEndpoint& endpoint, const Statement& row) {
                           endpoint.node = row.Text(1);
                           endpoint.interface_name = row.Text(2);
                           endpoint.mac = row.Text(3);
                         });
  Each<WorkloadEndpoint>("resource, net", "workload_endpoint_net", "resource, position",
                         [this](WorkloadEndpoint& endpoint, const Statement& row) {
                           endpoint.ip_networks.push_back(Parsed(ParsePrefix(row.Text(1))));
                         });
  Each<WorkloadEndpoint>(
      "resource, net", "workload_endpoint_spoofed_net", "resource, position",
      [this](WorkloadEndpoint& endpoint, const Statement& row) {
        endpoint.allow_spoofed_source_prefixes.push_back(Parsed(ParsePrefix(row.Text(1))));
      });
  // Both kinds of endpoints have these two.
  const auto each_endpoint = [this](absl::string_view columns, absl::string_view table, auto read) {
    EachRow(columns, table, "resource, position",
            [&](StoredResource& stored, const Statement& row) {
              if (auto* host = std::get_if<HostEndpoint>(&stored.resource)) return read(*host, row);
              if (auto* workload = std::get_if<WorkloadEndpoint>(&stored.resource)) {
                return read(*workload, row);
              }
              BadRow(table, row);
            });
  };
  each_endpoint("resource, name, protocol, port", "endpoint_port",
                [this](auto& endpoint, const Statement& row) {
                  endpoint.ports.push_back(
                      {row.Text(1), Narrow<uint8_t>(row.Int(2)), Narrow<uint16_t>(row.Int(3))});
                });
  each_endpoint("resource, profile", "endpoint_profile", [](auto& endpoint, const Statement& row) {
    endpoint.profiles.push_back(row.Text(1));
  });
}

void Loader::LoadProfilesSetsAndSettings() {
  Each<Profile>("resource, key, value", "profile_label", "resource, key",
                [](Profile& profile, const Statement& row) {
                  profile.labels_to_apply.emplace(row.Text(1), row.Text(2));
                });
  Each<NetworkSet>("resource, net", "network_set_net", "resource, position",
                   [this](NetworkSet& set, const Statement& row) {
                     set.nets.push_back(Parsed(ParsePrefix(row.Text(1))));
                   });
  Each<FelixConfiguration>("resource, name, value", "setting", "resource, name",
                           [](FelixConfiguration& configuration, const Statement& row) {
                             configuration.values.emplace(row.Text(1), row.Text(2));
                           });
}

void Loader::LoadTiersAndPolicies() {
  Each<Tier>("resource, sort_order, default_action", "tier", "resource",
             [this](Tier& tier, const Statement& row) {
               tier.order = row.OptionalReal(1);
               tier.default_action = ReadWord(kTierActions, row.Text(2));
             });
  Each<Policy>(
      "resource, staged_action, tier, sort_order, selector, applies_to_ingress, "
      "applies_to_egress, apply_on_forward, pre_dnat, do_not_track",
      "policy", "resource", [this](Policy& policy, const Statement& row) {
        if (!row.IsNull(1)) policy.staged_action = ReadWord(kStagedActions, row.Text(1));
        policy.tier = row.Text(2);
        policy.order = row.OptionalReal(3);
        policy.selector = row.Text(4);
        policy.applies_to_ingress = row.Int(5) != 0;
        policy.applies_to_egress = row.Int(6) != 0;
        policy.apply_on_forward = row.Int(7) != 0;
        policy.pre_dnat = row.Int(8) != 0;
        policy.do_not_track = row.Int(9) != 0;
      });
}

std::optional<RuleProtocol> Loader::ReadProtocol(const Statement& row, int column) {
  const std::optional<std::string> text = row.OptionalText(column);
  if (!text) return std::nullopt;
  if (const std::optional<uint8_t> named = ProtocolByName(*text)) {
    return RuleProtocol{*named, /*by_name=*/true};
  }
  int64_t number = 0;
  if (!absl::SimpleAtoi(*text, &number)) Damaged(absl::StrCat("the protocol `", *text, "`"));
  return RuleProtocol{Narrow<uint8_t>(number), /*by_name=*/false};
}

std::optional<RuleIcmp> Loader::ReadIcmp(const Statement& row, int type_column) {
  const std::optional<uint8_t> type = ReadByte(row, type_column);
  if (!type) return std::nullopt;
  return RuleIcmp{*type, ReadByte(row, type_column + 1)};
}

Rule Loader::MakeRule(const Statement& row) {
  Rule rule;
  rule.action = ReadWord(kRuleActions, row.Text(3));
  rule.ip_version = ReadByte(row, 4);
  rule.protocol = ReadProtocol(row, 5);
  rule.not_protocol = ReadProtocol(row, 6);
  rule.icmp = ReadIcmp(row, 7);
  rule.not_icmp = ReadIcmp(row, 9);
  rule.source.selector = row.Text(11);
  rule.source.not_selector = row.Text(12);
  rule.destination.selector = row.Text(13);
  rule.destination.not_selector = row.Text(14);
  return rule;
}

void Loader::AddRule(StoredResource& stored, const Statement& row) {
  const Direction direction = ReadWord(kDirections, row.Text(2));
  const bool ingress = direction == Direction::kIngress;
  const bool has_rules = std::visit(
      [&](auto& resource) {
        if constexpr (requires { resource.ingress; }) {
          (ingress ? resource.ingress : resource.egress).push_back(MakeRule(row));
          return true;
        } else {
          return false;
        }
      },
      stored.resource);
  if (!has_rules) return BadRow("rule", row);
  std::vector<int64_t>& ids = ingress ? stored.ingress_ids : stored.egress_ids;
  rules_.emplace(row.Int(1), RulePlace{found_resource_, direction, ids.size()});
  ids.push_back(row.Int(1));
}

void Loader::LoadRules() {
  EachRow(
      "resource, id, direction, action, ip_version, protocol, not_protocol, icmp_type, "
      "icmp_code, not_icmp_type, not_icmp_code, source_selector, source_not_selector, "
      "destination_selector, destination_not_selector",
      "rule", "resource, direction, position",
      [this](StoredResource& stored, const Statement& row) { AddRule(stored, row); });
}

void Loader::LoadRuleParts() {
  EachRulePart(
      "rule, key, value", "rule_annotation", "rule, key",
      [](Rule& rule, const Statement& row) { rule.annotations.emplace(row.Text(1), row.Text(2)); });
  const auto side = [](Rule& rule, const Statement& row) -> EntityRule& {
    return row.Text(1) == "source" ? rule.source : rule.destination;
  };
  EachRulePart("rule, side, negated, net", "rule_net", "rule, side, negated, position",
               [&](Rule& rule, const Statement& row) {
                 EntityRule& entity = side(rule, row);
                 (row.Int(2) != 0 ? entity.not_nets : entity.nets)
                     .push_back(Parsed(ParsePrefix(row.Text(3))));
               });
  EachRulePart(
      "rule, side, negated, first_port, last_port, name", "rule_port",
      "rule, side, negated, position", [&](Rule& rule, const Statement& row) {
        EntityRule& entity = side(rule, row);
        std::vector<RulePort>& ports = row.Int(2) != 0 ? entity.not_ports : entity.ports;
        if (!row.IsNull(5)) {
          ports.emplace_back(row.Text(5));
        } else {
          ports.emplace_back(PortRange{Narrow<uint16_t>(row.Int(3)), Narrow<uint16_t>(row.Int(4))});
        }
      });
}

}  // namespace

absl::StatusOr<std::vector<StoredResource>> LoadResources(
    Database& database, const std::optional<std::vector<int64_t>>& ids) {
  return Loader(database, ids).Load();
}

absl::string_view ActionWord(RuleAction action) { return TextOf(kRuleActions, action); }
absl::string_view ActionWord(TierAction action) { return TextOf(kTierActions, action); }
absl::string_view ActionWord(StagedAction action) { return TextOf(kStagedActions, action); }
absl::string_view DirectionWord(Direction direction) { return TextOf(kDirections, direction); }

std::string ProtocolWord(const RuleProtocol& protocol) {
  return protocol.by_name ? ProtocolName(protocol.number) : absl::StrCat(int{protocol.number});
}

}  // namespace gw
