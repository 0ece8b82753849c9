#include "common/policy/rule_version.h"

#include <optional>
#include <string>
#include <variant>

#include "common/policy/digest.h"

namespace gw {
namespace {

void Add(const std::vector<Prefix>& nets, Digest* digest) {
  digest->Add(nets.size());
  for (const Prefix& prefix : nets) {
    digest->Add(prefix.First());
    digest->Add(prefix.Last());
  }
}

void Add(const std::vector<RulePort>& ports, Digest* digest) {
  digest->Add(ports.size());
  for (const RulePort& port : ports) {
    if (const auto* name = std::get_if<std::string>(&port)) {
      digest->Add(absl::string_view(*name));
      continue;
    }
    const auto& range = std::get<PortRange>(port);
    digest->Add(uint64_t{range.first} << 16 | range.last);
  }
}

void Add(const EntityRule& entity, Digest* digest) {
  Add(entity.nets, digest);
  Add(entity.not_nets, digest);
  Add(entity.ports, digest);
  Add(entity.not_ports, digest);
  digest->Add(absl::string_view(entity.selector));
  digest->Add(absl::string_view(entity.not_selector));
}

// Every value of T is below 2^16.
template <typename T, typename Number>
void Add(const std::optional<T>& value, Number number, Digest* digest) {
  digest->Add(value ? uint64_t{1} << 16 | number(*value) : 0);
}

uint64_t NumberOf(const RuleProtocol& protocol) {
  return uint64_t{protocol.number} | (protocol.by_name ? 1u << 8 : 0u);
}

uint64_t NumberOf(const RuleIcmp& icmp) {
  return uint64_t{icmp.type} << 8 | icmp.code.value_or(0) |
         (icmp.code ? uint64_t{1} << 17 : uint64_t{0});
}

// Annotations of others are notes.
void AddAnnotation(const Labels& annotations, const char* key, Digest* digest) {
  const auto found = annotations.find(key);
  digest->Add(found == annotations.end() ? 0 : 1);
  if (found != annotations.end()) digest->Add(absl::string_view(found->second));
}

int64_t VersionOf(Digest digest, Direction direction, const Rule& rule) {
  digest.Add(static_cast<uint64_t>(direction));
  digest.Add(static_cast<uint64_t>(rule.action));
  Add(
      rule.ip_version, [](uint8_t version) { return uint64_t{version}; }, &digest);
  const auto number = [](const auto& value) { return NumberOf(value); };
  Add(rule.protocol, number, &digest);
  Add(rule.not_protocol, number, &digest);
  Add(rule.icmp, number, &digest);
  Add(rule.not_icmp, number, &digest);
  Add(rule.source, &digest);
  Add(rule.destination, &digest);
  AddAnnotation(rule.annotations, kScheduleAnnotation, &digest);
  AddAnnotation(rule.annotations, kExpiresAnnotation, &digest);
  // Positive, so that people can read it where SQLite shows it.
  const auto version = static_cast<int64_t>(digest.value() >> 1);
  return version == kNoRuleVersion ? 1 : version;
}

}  // namespace

int64_t RuleVersion(const Policy& policy, Direction direction, const Rule& rule) {
  Digest digest;
  digest.Add(absl::string_view(policy.metadata.name));
  digest.Add(absl::string_view(policy.selector));
  for (const bool flag : {policy.apply_on_forward, policy.pre_dnat, policy.do_not_track}) {
    digest.Add(flag ? 1 : 0);
  }
  return VersionOf(digest, direction, rule);
}

int64_t RuleVersion(const Profile& profile, Direction direction, const Rule& rule) {
  Digest digest;
  digest.Add(absl::string_view(profile.metadata.name));
  return VersionOf(digest, direction, rule);
}

}  // namespace gw
