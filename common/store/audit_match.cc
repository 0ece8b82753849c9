#include "common/store/audit_match.h"

#include <algorithm>
#include <limits>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"

namespace gw {
namespace {

bool IsAboutRuling(AuditField field) {
  switch (field) {
    case AuditField::kInterface:
    case AuditField::kEndpoint:
    case AuditField::kDecidedBy:
    case AuditField::kVerdict:
      return true;
    case AuditField::kSource:
    case AuditField::kDestination:
    case AuditField::kProtocol:
    case AuditField::kDestinationPort:
      return false;
  }
  return false;
}

bool IsDecider(absl::string_view pattern, const std::string& decided_by) {
  if (absl::ConsumeSuffix(&pattern, "*")) return absl::StartsWith(decided_by, pattern);
  return decided_by == pattern;
}

bool Holds(const AuditCondition& condition, const AuditRuling& ruling) {
  switch (condition.field) {
    case AuditField::kInterface:
      return (ruling.in == condition.text || ruling.out == condition.text) != condition.exclude;
    case AuditField::kEndpoint:
      return (ruling.in_endpoint == condition.text || ruling.out_endpoint == condition.text) !=
             condition.exclude;
    case AuditField::kDecidedBy:
      return IsDecider(condition.text, ruling.decided_by) != condition.exclude;
    case AuditField::kVerdict:
      return (ruling.verdict == condition.verdict) != condition.exclude;
    default:
      return true;
  }
}

bool Holds(const AuditCondition& condition, const AuditService& service) {
  if (condition.field == AuditField::kProtocol) {
    return (service.protocol == condition.number) != condition.exclude;
  }
  if (condition.field == AuditField::kDestinationPort) {
    return (service.port == condition.number) != condition.exclude;
  }
  return true;
}

// What is left of a column after the conditions about it.
struct Choice {
  std::vector<uint8_t> chosen;  // a byte for each value of the dictionary
  bool any = false;
  bool all = true;
};

template <typename T, typename Wanted>
Choice Choose(const std::vector<T>& values, const Wanted& wanted) {
  Choice choice;
  choice.chosen.reserve(values.size());
  for (const T& value : values) {
    const bool one = wanted(value);
    choice.chosen.push_back(one ? 1 : 0);
    choice.any |= one;
    choice.all &= one;
  }
  return choice;
}

Choice ChooseAddresses(absl::Span<const AuditCondition> conditions, AuditField field,
                       const std::vector<Address>& addresses) {
  return Choose(addresses, [&](const Address& address) {
    return std::all_of(conditions.begin(), conditions.end(), [&](const AuditCondition& c) {
      return c.field != field || c.network.Contains(address) != c.exclude;
    });
  });
}

bool IsAskedAbout(absl::Span<const AuditCondition> conditions, AuditField field) {
  return std::any_of(conditions.begin(), conditions.end(),
                     [field](const AuditCondition& c) { return c.field == field; });
}

// False if none is left.
bool Keep(const Choice& choice, const std::vector<uint32_t>& codes, AuditRows* rows) {
  // Pointers of its own: a byte may be part of anything, so that the vectors would be asked where
  // theirs are after each that is written.
  const uint8_t* const chosen = choice.chosen.data();
  const uint32_t* const code = codes.data();
  uint8_t* const row = rows->data();
  const size_t size = codes.size();
  uint8_t any = 0;
  for (size_t i = 0; i < size; ++i) any |= row[i] &= chosen[code[i]];
  return any != 0;
}

// Of the least and the greatest time that count.
struct Times {
  int64_t since_ns = std::numeric_limits<int64_t>::min();
  int64_t until_ns = std::numeric_limits<int64_t>::max();

  explicit Times(const AuditQuery& query) {
    if (query.since) since_ns = absl::ToUnixNanos(*query.since);
    if (query.until) until_ns = absl::ToUnixNanos(*query.until);
  }
  bool Contain(int64_t time_ns) const { return since_ns <= time_ns && time_ns <= until_ns; }
};

}  // namespace

bool OnlyAboutRulings(absl::Span<const AuditCondition> conditions) {
  return std::all_of(conditions.begin(), conditions.end(),
                     [](const AuditCondition& c) { return IsAboutRuling(c.field); });
}

bool HoldForRuling(absl::Span<const AuditCondition> conditions, const AuditRuling& ruling) {
  return std::all_of(conditions.begin(), conditions.end(),
                     [&](const AuditCondition& c) { return Holds(c, ruling); });
}

bool MatchRows(const AuditQuery& query, AuditBlock& block, AuditRows* rows) {
  const Times times(query);
  const AuditBlockInfo& info = block.info();
  if (info.newest_ns < times.since_ns || info.oldest_ns > times.until_ns) return false;

  const absl::Span<const AuditCondition> conditions = query.conditions;
  Choice rulings;
  Choice sources;
  Choice destinations;
  Choice services;
  // All dictionaries before any codes: one that holds nothing of what is asked for is enough.
  if (std::any_of(conditions.begin(), conditions.end(),
                  [](const AuditCondition& c) { return IsAboutRuling(c.field); })) {
    rulings = Choose(block.rulings(),
                     [&](const AuditRuling& ruling) { return HoldForRuling(conditions, ruling); });
    if (!rulings.any) return false;
  }
  if (IsAskedAbout(conditions, AuditField::kProtocol) ||
      IsAskedAbout(conditions, AuditField::kDestinationPort)) {
    services = Choose(block.services(), [&](const AuditService& service) {
      return std::all_of(conditions.begin(), conditions.end(),
                         [&](const AuditCondition& c) { return Holds(c, service); });
    });
    if (!services.any) return false;
  }
  if (IsAskedAbout(conditions, AuditField::kSource)) {
    sources = ChooseAddresses(conditions, AuditField::kSource, block.sources());
    if (!sources.any) return false;
  }
  if (IsAskedAbout(conditions, AuditField::kDestination)) {
    destinations = ChooseAddresses(conditions, AuditField::kDestination, block.destinations());
    if (!destinations.any) return false;
  }

  rows->assign(block.size(), 1);
  if (!times.Contain(info.oldest_ns) || !times.Contain(info.newest_ns)) {
    const std::vector<int64_t>& times_ns = block.times_ns();
    for (size_t i = 0; i < times_ns.size(); ++i) (*rows)[i] = times.Contain(times_ns[i]) ? 1 : 0;
  }
  // Addresses leave the least; without any, nothing more is read.
  return (sources.all || Keep(sources, block.source_codes(), rows)) &&
         (destinations.all || Keep(destinations, block.destination_codes(), rows)) &&
         (services.all || Keep(services, block.service_codes(), rows)) &&
         (rulings.all || Keep(rulings, block.ruling_codes(), rows));
}

}  // namespace gw
