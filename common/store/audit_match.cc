#include "common/store/audit_match.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <string>
#include <utility>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"

namespace gw {
namespace {

// ---- queries as filters -----------------------------------------------------------------------

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

AuditFilter FilterOf(const AuditCondition& condition) {
  const auto holds_for_address = [condition](const Address& address) {
    return condition.network.Contains(address) != condition.exclude;
  };
  switch (condition.field) {
    case AuditField::kSource:
      return AuditFilter::Of(AuditTest::Source{holds_for_address});
    case AuditField::kDestination:
      return AuditFilter::Of(AuditTest::Destination{holds_for_address});
    case AuditField::kProtocol:
      return AuditFilter::Of(AuditTest::Service{[condition](const AuditService& service) {
        return (service.protocol == condition.number) != condition.exclude;
      }});
    case AuditField::kDestinationPort:
      return AuditFilter::Of(AuditTest::Service{[condition](const AuditService& service) {
        return (service.port == condition.number) != condition.exclude;
      }});
    case AuditField::kInterface:
    case AuditField::kEndpoint:
    case AuditField::kDecidedBy:
    case AuditField::kVerdict:
      break;
  }
  return AuditFilter::Of(AuditTest::Ruling{
      [condition](const AuditRuling& ruling) { return Holds(condition, ruling); }});
}

AuditFilter FilterOf(const AuditQuery& query) {
  std::vector<AuditFilter> parts;
  if (query.since || query.until) {
    AuditTest::Time time = {std::numeric_limits<int64_t>::min(),
                            std::numeric_limits<int64_t>::max()};
    if (query.since) time.since_ns = absl::ToUnixNanos(*query.since);
    if (query.until) time.until_ns = absl::ToUnixNanos(*query.until);
    parts.push_back(AuditFilter::Of(time));
  }
  for (const AuditCondition& condition : query.conditions) parts.push_back(FilterOf(condition));
  if (query.where != nullptr) parts.push_back(*query.where);
  return AuditFilter::All(std::move(parts));
}

// ---- what is left of a column -----------------------------------------------------------------

// Tests of one dictionary that must all hold: a byte for each of its values.
struct Choice {
  bool asked = false;
  bool any = true;
  bool all = true;
  std::vector<uint8_t> chosen;

  template <typename T, typename Wanted>
  void And(const std::vector<T>& values, const Wanted& wanted) {
    if (!asked) chosen.assign(values.size(), 1);
    asked = true;
    any = false;
    for (size_t i = 0; i < values.size(); ++i) {
      if (chosen[i] != 0 && !wanted(values[i])) {
        chosen[i] = 0;
        all = false;
      }
      any |= chosen[i] != 0;
    }
  }
};

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

template <typename T, typename Wanted>
bool KeepNumbers(const std::vector<T>& numbers, const Wanted& wanted, AuditRows* rows) {
  bool any = false;
  for (size_t i = 0; i < numbers.size(); ++i) {
    if ((*rows)[i] != 0 && !wanted(numbers[i])) (*rows)[i] = 0;
    any |= (*rows)[i] != 0;
  }
  return any;
}

// ---- a filter over a block --------------------------------------------------------------------

struct Found {
  enum class Kind : uint8_t { kNone, kAll, kSome };
  Kind kind = Kind::kNone;
  AuditRows rows;  // kSome
};

class Evaluation {
 public:
  explicit Evaluation(AuditBlock& block) : block_(block) {}

  Found Of(const AuditFilter& filter) {
    switch (filter.kind()) {
      case AuditFilter::Kind::kTest:
        return All({&filter, 1});
      case AuditFilter::Kind::kAll:
        return All(filter.parts());
      case AuditFilter::Kind::kAny:
        return Any(filter.parts());
      case AuditFilter::Kind::kNot:
        return Not(Of(filter.parts().front()));
    }
    return {};
  }

 private:
  // The tests of one All, by the column that they are about.
  struct Tests {
    Choice rulings;
    Choice sources;
    Choice destinations;
    Choice services;
    Choice repeats;
    Choice source_parties;
    Choice destination_parties;
    std::vector<const AuditTest::SourcePort*> source_ports;
    std::vector<const AuditTest::Time*> times;
    std::vector<const AuditTest::Flow*> flows;
    bool none = false;  // of the block, without a look into it
  };

  void Add(const AuditTest::Ruling& test, Tests* tests) {
    tests->rulings.And(block_.rulings(), test.holds);
    tests->none |= !tests->rulings.any;
  }
  void Add(const AuditTest::Source& test, Tests* tests) {
    tests->sources.And(block_.sources(), test.holds);
    tests->none |= !tests->sources.any;
  }
  void Add(const AuditTest::Destination& test, Tests* tests) {
    tests->destinations.And(block_.destinations(), test.holds);
    tests->none |= !tests->destinations.any;
  }
  void Add(const AuditTest::Service& test, Tests* tests) {
    tests->services.And(block_.services(), test.holds);
    tests->none |= !tests->services.any;
  }
  void Add(const AuditTest::Repeats& test, Tests* tests) {
    tests->repeats.And(block_.repeats(), test.holds);
    tests->none |= !tests->repeats.any;
  }
  void Add(const AuditTest::SourceParty& test, Tests* tests) {
    tests->source_parties.And(block_.source_parties(), test.holds);
    tests->none |= !tests->source_parties.any;
  }
  void Add(const AuditTest::DestinationParty& test, Tests* tests) {
    tests->destination_parties.And(block_.destination_parties(), test.holds);
    tests->none |= !tests->destination_parties.any;
  }
  static void Add(const AuditTest::SourcePort& test, Tests* tests) {
    tests->source_ports.push_back(&test);
  }
  static void Add(const AuditTest::Flow& test, Tests* tests) { tests->flows.push_back(&test); }
  void Add(const AuditTest::Time& test, Tests* tests) {
    const AuditBlockInfo& info = block_.info();
    if (info.newest_ns < test.since_ns || info.oldest_ns > test.until_ns) tests->none = true;
    if (info.oldest_ns < test.since_ns || info.newest_ns > test.until_ns) {
      tests->times.push_back(&test);
    }
  }

  // All dictionaries before any codes: one that holds nothing of what is asked for is enough.
  Found All(absl::Span<const AuditFilter> parts) {
    Tests tests;
    for (const AuditFilter& part : parts) {
      if (part.kind() != AuditFilter::Kind::kTest) continue;
      std::visit([&](const auto& test) { Add(test, &tests); }, part.test());
      if (tests.none) return {};
    }
    Found found = {Found::Kind::kAll, {}};
    for (const AuditFilter& part : parts) {
      if (part.kind() == AuditFilter::Kind::kTest) continue;
      And(Of(part), &found);
      if (found.kind == Found::Kind::kNone) return {};
    }
    if (!KeepTested(tests, &found)) return {};
    return found;
  }

  Found Any(absl::Span<const AuditFilter> parts) {
    Found found;
    for (const AuditFilter& part : parts) {
      Found own = Of(part);
      if (own.kind == Found::Kind::kAll) return own;
      if (own.kind == Found::Kind::kNone) continue;
      if (found.kind == Found::Kind::kNone) {
        found = std::move(own);
        continue;
      }
      for (size_t i = 0; i < own.rows.size(); ++i) found.rows[i] |= own.rows[i];
    }
    return found;
  }

  static Found Not(Found found) {
    switch (found.kind) {
      case Found::Kind::kNone:
        found.kind = Found::Kind::kAll;
        break;
      case Found::Kind::kAll:
        found.kind = Found::Kind::kNone;
        break;
      case Found::Kind::kSome:
        for (uint8_t& row : found.rows) row ^= 1;
        break;
    }
    return found;
  }

  static void And(Found other, Found* found) {
    if (other.kind == Found::Kind::kAll) return;
    if (other.kind == Found::Kind::kNone || found->kind == Found::Kind::kAll) {
      *found = std::move(other);
      return;
    }
    for (size_t i = 0; i < other.rows.size(); ++i) found->rows[i] &= other.rows[i];
  }

  // False if none is left. Addresses leave the least; without any, nothing more is read.
  bool KeepTested(const Tests& tests, Found* found) {
    const bool restricts = !tests.sources.all || !tests.destinations.all || !tests.services.all ||
                           !tests.rulings.all || !tests.repeats.all || !tests.source_parties.all ||
                           !tests.destination_parties.all || !tests.times.empty() ||
                           !tests.source_ports.empty() || !tests.flows.empty();
    if (!restricts) return true;
    if (found->kind == Found::Kind::kAll) found->rows.assign(block_.size(), 1);
    found->kind = Found::Kind::kSome;
    AuditRows* const rows = &found->rows;
    for (const AuditTest::Time* test : tests.times) {
      const auto within = [test](int64_t time_ns) {
        return test->since_ns <= time_ns && time_ns <= test->until_ns;
      };
      if (!KeepNumbers(block_.times_ns(), within, rows)) return false;
    }
    if (!tests.sources.all && !Keep(tests.sources, block_.source_codes(), rows)) return false;
    if (!tests.destinations.all && !Keep(tests.destinations, block_.destination_codes(), rows)) {
      return false;
    }
    if (!tests.services.all && !Keep(tests.services, block_.service_codes(), rows)) return false;
    if (!tests.rulings.all && !Keep(tests.rulings, block_.ruling_codes(), rows)) return false;
    if (!tests.repeats.all && !Keep(tests.repeats, block_.repeat_codes(), rows)) return false;
    if (!tests.source_parties.all &&
        !Keep(tests.source_parties, block_.source_party_codes(), rows)) {
      return false;
    }
    if (!tests.destination_parties.all &&
        !Keep(tests.destination_parties, block_.destination_party_codes(), rows)) {
      return false;
    }
    const bool ports_left = std::all_of(
        tests.source_ports.begin(), tests.source_ports.end(),
        [&](const auto* test) { return KeepNumbers(block_.source_ports(), test->holds, rows); });
    return ports_left && std::all_of(tests.flows.begin(), tests.flows.end(),
                                     [&](const auto* test) { return KeepFlows(*test, rows); });
  }

  bool KeepFlows(const AuditTest::Flow& test, AuditRows* rows) {
    AuditRows held(block_.size(), test.holds(AuditFlow()) ? 1 : 0);
    for (const AuditFlow& flow : block_.flows()) {
      held[static_cast<size_t>(flow.id - block_.info().first_id)] = test.holds(flow) ? 1 : 0;
    }
    uint8_t any = 0;
    for (size_t i = 0; i < held.size(); ++i) any |= (*rows)[i] &= held[i];
    return any != 0;
  }

  AuditBlock& block_;
};

}  // namespace

AuditMatcher::AuditMatcher(const AuditQuery& query) : filter_(FilterOf(query)) {}

bool AuditMatcher::Match(AuditBlock& block, AuditRows* rows) const {
  Found found = Evaluation(block).Of(filter_);
  switch (found.kind) {
    case Found::Kind::kNone:
      return false;
    case Found::Kind::kAll:
      rows->assign(block.size(), 1);
      return true;
    case Found::Kind::kSome:
      rows->swap(found.rows);
      return true;
  }
  return false;
}

bool HoldForRuling(absl::Span<const AuditCondition> conditions, const AuditRuling& ruling) {
  return std::all_of(conditions.begin(), conditions.end(),
                     [&](const AuditCondition& c) { return Holds(c, ruling); });
}

}  // namespace gw
