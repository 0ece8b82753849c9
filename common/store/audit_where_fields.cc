#include "common/store/audit_where_fields.h"

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <limits>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"

#include "common/base/error_column.h"
#include "common/base/status_macros.h"
#include "common/net/protocol.h"

namespace gw::where {
namespace {

absl::Status NoOrder(const AuditComparison& comparison) {
  return ErrorAtColumn(comparison.op_column,
                       "only numbers and times are less or more: use ==, != or in");
}

absl::Status NoContains(const AuditComparison& comparison) {
  return ErrorAtColumn(comparison.op_column, "only texts contain: use ==, != or in");
}

absl::Status CheckPlain(const AuditOperand& value) {
  if (value.kind == AuditOperand::Kind::kPlain) return absl::OkStatus();
  return ErrorAtColumn(value.column, value.kind == AuditOperand::Kind::kSet
                                         ? "a set is for src, dst and addr"
                                         : "a selector is for endpoint");
}

// ---- numbers ----------------------------------------------------------------------------------

using HoldsForNumber = std::function<bool(int64_t)>;
using ParseNumber = std::function<absl::StatusOr<int64_t>(absl::string_view)>;

absl::StatusOr<int64_t> ParseUpTo(absl::string_view text, int64_t max, absl::string_view what) {
  int64_t number = 0;
  if (absl::SimpleAtoi(text, &number) && number >= 0 && number <= max) return number;
  return absl::InvalidArgumentError(
      absl::StrCat("`", text, "` is no ", what, ": use a number up to ", max));
}

HoldsForNumber Order(AuditOperator op, int64_t bound) {
  switch (op) {
    case AuditOperator::kLess:
      return [bound](int64_t number) { return number < bound; };
    case AuditOperator::kLessOrEqual:
      return [bound](int64_t number) { return number <= bound; };
    case AuditOperator::kGreater:
      return [bound](int64_t number) { return number > bound; };
    default:
      return [bound](int64_t number) { return number >= bound; };
  }
}

// Without what negates it.
absl::StatusOr<HoldsForNumber> Numbers(const AuditComparison& comparison, const ParseNumber& parse,
                                       bool ranges) {
  if (comparison.op == AuditOperator::kContains) return NoContains(comparison);
  std::vector<std::pair<int64_t, int64_t>> wanted;
  for (const AuditOperand& value : comparison.values) {
    GW_RETURN_IF_ERROR(CheckPlain(value));
    const std::pair<absl::string_view, absl::string_view> ends =
        ranges ? absl::StrSplit(value.text, absl::MaxSplits(':', 1))
               : std::pair<absl::string_view, absl::string_view>(value.text, "");
    const bool is_range = ranges && absl::StrContains(value.text, ':');
    const auto first = parse(ends.first);
    if (!first.ok()) return ErrorAtColumn(value.column, first.status().message());
    const auto last = is_range ? parse(ends.second) : first;
    if (!last.ok()) return ErrorAtColumn(value.column, last.status().message());
    if (is_range && comparison.IsOrder()) {
      return ErrorAtColumn(value.column, "a range is for ==, != and in");
    }
    if (*first > *last) {
      return ErrorAtColumn(value.column, absl::StrCat("`", value.text, "` ends before it begins"));
    }
    wanted.emplace_back(*first, *last);
  }
  if (comparison.IsOrder()) return Order(comparison.op, wanted.front().first);
  return [wanted = std::move(wanted)](int64_t number) {
    return std::any_of(wanted.begin(), wanted.end(), [number](const auto& range) {
      return range.first <= number && number <= range.second;
    });
  };
}

absl::StatusOr<HoldsForNumber> NumbersUpTo(const AuditComparison& comparison, int64_t max,
                                           const char* what) {
  return Numbers(
      comparison, [max, what](absl::string_view text) { return ParseUpTo(text, max, what); }, true);
}

absl::StatusOr<HoldsForNumber> Ports(const AuditComparison& comparison) {
  return NumbersUpTo(comparison, 65'535, "port");
}

// Names that stand for numbers: no order, no ranges.
absl::StatusOr<HoldsForNumber> Named(
    const AuditComparison& comparison,
    std::initializer_list<std::pair<absl::string_view, int64_t>> names, const char* what) {
  if (comparison.IsOrder()) return NoOrder(comparison);
  std::string all;
  for (const auto& [name, number] : names) absl::StrAppend(&all, all.empty() ? "" : ", ", name);
  const std::vector<std::pair<absl::string_view, int64_t>> known(names);
  return Numbers(
      comparison,
      [&](absl::string_view text) -> absl::StatusOr<int64_t> {
        for (const auto& [name, number] : known) {
          if (absl::EqualsIgnoreCase(text, name)) return number;
        }
        return absl::InvalidArgumentError(
            absl::StrCat("`", text, "` is no ", what, ": use one of ", all));
      },
      false);
}

absl::StatusOr<HoldsForNumber> Verdicts(const AuditComparison& comparison) {
  return Named(comparison,
               {{"allow", static_cast<int64_t>(Verdict::kAllow)},
                {"deny", static_cast<int64_t>(Verdict::kDeny)},
                {"none", static_cast<int64_t>(Verdict::kNone)}},
               "action");
}

absl::StatusOr<HoldsForNumber> Flags(const AuditComparison& comparison) {
  return Named(comparison, {{"true", 1}, {"false", 0}}, "truth");
}

absl::StatusOr<HoldsForNumber> Protocols(const AuditComparison& comparison) {
  if (comparison.IsOrder()) return NoOrder(comparison);
  return Numbers(
      comparison,
      [](absl::string_view text) -> absl::StatusOr<int64_t> {
        if (const auto named = ProtocolByName(text)) return *named;
        int64_t number = 0;
        if (absl::SimpleAtoi(text, &number) && number >= 0 && number <= 255) return number;
        return absl::InvalidArgumentError(absl::StrCat(
            "`", text, "` is no protocol: use a name like tcp, or a number up to 255"));
      },
      false);
}

// "-2h", "-3d", "now", RFC 3339, or a day or minute of the local zone.
absl::StatusOr<AuditTest::Time> ParseTime(absl::string_view text, absl::Time now) {
  const auto instant = [](absl::Time time) {
    return AuditTest::Time{absl::ToUnixNanos(time), absl::ToUnixNanos(time)};
  };
  if (absl::EqualsIgnoreCase(text, "now")) return instant(now);
  absl::string_view days = text;
  double number = 0;
  absl::Duration ago;
  if (absl::StartsWith(text, "-") && absl::ConsumeSuffix(&days, "d") &&
      absl::SimpleAtod(days, &number)) {
    return instant(now + number * absl::Hours(24));
  }
  if (absl::StartsWith(text, "-") && absl::ParseDuration(std::string(text), &ago)) {
    return instant(now + ago);
  }
  static constexpr std::pair<const char*, absl::Duration> kFormats[] = {
      {absl::RFC3339_full, absl::Nanoseconds(1)}, {"%Y-%m-%d %H:%M:%S", absl::Seconds(1)},
      {"%Y-%m-%dT%H:%M:%S", absl::Seconds(1)},    {"%Y-%m-%d %H:%M", absl::Minutes(1)},
      {"%Y-%m-%dT%H:%M", absl::Minutes(1)},
  };
  for (const auto& [format, length] : kFormats) {
    absl::Time time;
    std::string error;
    if (!absl::ParseTime(format, text, absl::LocalTimeZone(), &time, &error)) continue;
    return AuditTest::Time{absl::ToUnixNanos(time),
                           absl::ToUnixNanos(time + length - absl::Nanoseconds(1))};
  }
  // Days do not all have 24 hours.
  if (absl::CivilDay day; absl::ParseCivilTime(text, &day)) {
    const absl::TimeZone zone = absl::LocalTimeZone();
    return AuditTest::Time{absl::ToUnixNanos(absl::FromCivil(day, zone)),
                           absl::ToUnixNanos(absl::FromCivil(day + 1, zone)) - 1};
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "`", text, "` is no time: write -2h, -3d, now, 2026-11-24 or '2026-11-24 18:30'"));
}

// ---- texts ------------------------------------------------------------------------------------

using HoldsForText = std::function<bool(const std::string&)>;

bool IsText(absl::string_view pattern, const std::string& text) {
  if (absl::ConsumeSuffix(&pattern, "*")) return absl::StartsWith(text, pattern);
  return text == pattern;
}

absl::StatusOr<HoldsForText> HoldsForTexts(const AuditComparison& comparison) {
  if (comparison.IsOrder()) return NoOrder(comparison);
  std::vector<std::string> patterns;
  for (const AuditOperand& value : comparison.values) {
    GW_RETURN_IF_ERROR(CheckPlain(value));
    patterns.push_back(value.text);
  }
  if (comparison.op == AuditOperator::kContains) {
    return [part = patterns.front()](const std::string& text) {
      return absl::StrContains(absl::AsciiStrToLower(text), absl::AsciiStrToLower(part));
    };
  }
  return [patterns = std::move(patterns)](const std::string& text) {
    return std::any_of(patterns.begin(), patterns.end(),
                       [&text](const std::string& pattern) { return IsText(pattern, text); });
  };
}

// As HoldsForTexts; selectors stand for what they select.
absl::StatusOr<HoldsForText> Endpoints(AuditComparison comparison, const Context& context) {
  std::vector<AuditOperand> plain;
  for (AuditOperand& value : comparison.values) {
    if (value.kind != AuditOperand::Kind::kSelector) {
      plain.push_back(std::move(value));
      continue;
    }
    if (comparison.op == AuditOperator::kContains) {
      return ErrorAtColumn(value.column, "a selector is for ==, != and in");
    }
    if (!context.names.endpoints) {
      return ErrorAtColumn(value.column, "selectors are not known here: name the endpoints");
    }
    const auto selected = context.names.endpoints(value.text);
    if (!selected.ok()) return ErrorAtColumn(value.column, selected.status().message());
    for (const std::string& name : *selected) {
      plain.push_back({AuditOperand::Kind::kPlain, name, value.column});
    }
  }
  comparison.values = std::move(plain);
  return HoldsForTexts(comparison);
}

// ---- addresses --------------------------------------------------------------------------------

using HoldsForAddress = std::function<bool(const Address&)>;

// A network, or what a name stands for. Errors have a column.
absl::StatusOr<std::vector<Prefix>> NetworksOf(const AuditOperand& value, const Context& context) {
  const auto at_value = [&value](absl::StatusOr<std::vector<Prefix>> networks) {
    return networks.ok() ? networks : ErrorAtColumn(value.column, networks.status().message());
  };
  if (value.kind == AuditOperand::Kind::kSet) {
    if (context.names.networks) return at_value(context.names.networks(value.text));
    return ErrorAtColumn(value.column, "sets are not known here: write the networks");
  }
  GW_RETURN_IF_ERROR(CheckPlain(value));
  const auto network = ParseNetwork(value.text);
  if (network.ok()) return std::vector<Prefix>{*network};
  if (!context.names.addresses) return ErrorAtColumn(value.column, network.status().message());
  auto named = context.names.addresses(value.text);
  if (named.ok() && !named->empty()) return named;
  const std::string neither =
      absl::StrCat("`", value.text, "` is neither an address nor a network, ");
  if (!named.ok()) {
    return ErrorAtColumn(
        value.column, absl::StrCat(neither, "and names are not known: ", named.status().message()));
  }
  return ErrorAtColumn(value.column,
                       absl::StrCat(neither, "nor the name of an endpoint or a set that has any"));
}

absl::StatusOr<HoldsForAddress> Addresses(const AuditComparison& comparison,
                                          const Context& context) {
  if (comparison.IsOrder()) return NoOrder(comparison);
  if (comparison.op == AuditOperator::kContains) return NoContains(comparison);
  std::vector<Prefix> networks;
  for (const AuditOperand& value : comparison.values) {
    GW_ASSIGN_OR_RETURN(const std::vector<Prefix> some, NetworksOf(value, context));
    networks.insert(networks.end(), some.begin(), some.end());
  }
  return [networks = std::move(networks)](const Address& address) {
    return std::any_of(networks.begin(), networks.end(),
                       [&address](const Prefix& network) { return network.Contains(address); });
  };
}

// ---- fields -----------------------------------------------------------------------------------

using Filter = absl::StatusOr<AuditFilter>;

template <typename Holds>
AuditFilter HoldsOfRuling(Holds holds) {
  return AuditFilter::Of(AuditTest::Ruling{std::move(holds)});
}

template <typename Holds>
AuditFilter HoldsOfService(Holds holds) {
  return AuditFilter::Of(AuditTest::Service{std::move(holds)});
}

Filter Action(const AuditComparison& comparison, const Context&) {
  GW_ASSIGN_OR_RETURN(const HoldsForNumber holds, Verdicts(comparison));
  return HoldsOfRuling(
      [holds](const AuditRuling& r) { return holds(static_cast<int64_t>(r.verdict)); });
}

Filter Pending(const AuditComparison& comparison, const Context&) {
  GW_ASSIGN_OR_RETURN(const HoldsForNumber holds, Verdicts(comparison));
  return HoldsOfRuling(
      [holds](const AuditRuling& r) { return holds(static_cast<int64_t>(r.pending_verdict)); });
}

Filter SourceField(const AuditComparison& comparison, const Context& context) {
  GW_ASSIGN_OR_RETURN(HoldsForAddress holds, Addresses(comparison, context));
  return AuditFilter::Of(AuditTest::Source{std::move(holds)});
}

Filter DestinationField(const AuditComparison& comparison, const Context& context) {
  GW_ASSIGN_OR_RETURN(HoldsForAddress holds, Addresses(comparison, context));
  return AuditFilter::Of(AuditTest::Destination{std::move(holds)});
}

Filter AddressField(const AuditComparison& comparison, const Context& context) {
  GW_ASSIGN_OR_RETURN(const HoldsForAddress holds, Addresses(comparison, context));
  return AuditFilter::Any(
      {AuditFilter::Of(AuditTest::Source{holds}), AuditFilter::Of(AuditTest::Destination{holds})});
}

Filter SourcePort(const AuditComparison& comparison, const Context&) {
  GW_ASSIGN_OR_RETURN(HoldsForNumber holds, Ports(comparison));
  return AuditFilter::All(
      {HoldsOfService([](const AuditService& s) { return HasPorts(s.protocol); }),
       AuditFilter::Of(AuditTest::SourcePort{std::move(holds)})});
}

Filter DestinationPort(const AuditComparison& comparison, const Context&) {
  GW_ASSIGN_OR_RETURN(const HoldsForNumber holds, Ports(comparison));
  return HoldsOfService(
      [holds](const AuditService& s) { return HasPorts(s.protocol) && holds(s.port); });
}

Filter Port(const AuditComparison& comparison, const Context& context) {
  GW_ASSIGN_OR_RETURN(AuditFilter source, SourcePort(comparison, context));
  GW_ASSIGN_OR_RETURN(AuditFilter destination, DestinationPort(comparison, context));
  return AuditFilter::Any({std::move(source), std::move(destination)});
}

// "443/tcp", "icmp": as people name what a flow is for.
std::string ServiceText(const AuditService& service) {
  const std::string protocol = absl::AsciiStrToLower(ProtocolName(service.protocol));
  return HasPorts(service.protocol) ? absl::StrCat(service.port, "/", protocol) : protocol;
}

Filter ServiceField(const AuditComparison& comparison, const Context&) {
  GW_ASSIGN_OR_RETURN(const HoldsForText holds, HoldsForTexts(comparison));
  return HoldsOfService([holds](const AuditService& s) { return holds(ServiceText(s)); });
}

Filter Protocol(const AuditComparison& comparison, const Context&) {
  GW_ASSIGN_OR_RETURN(const HoldsForNumber holds, Protocols(comparison));
  return HoldsOfService([holds](const AuditService& s) { return holds(s.protocol); });
}

Filter FamilyField(const AuditComparison& comparison, const Context&) {
  GW_ASSIGN_OR_RETURN(const HoldsForNumber holds,
                      Named(comparison, {{"ipv4", 4}, {"4", 4}, {"ipv6", 6}, {"6", 6}}, "family"));
  return AuditFilter::Of(AuditTest::Destination{
      [holds](const Address& address) { return holds(static_cast<int64_t>(address.family)); }});
}

Filter HookField(const AuditComparison& comparison, const Context&) {
  GW_ASSIGN_OR_RETURN(const HoldsForNumber holds,
                      Named(comparison,
                            {{"input", static_cast<int64_t>(Hook::kInput)},
                             {"forward", static_cast<int64_t>(Hook::kForward)},
                             {"output", static_cast<int64_t>(Hook::kOutput)}},
                            "hook"));
  return HoldsOfRuling(
      [holds](const AuditRuling& r) { return holds(static_cast<int64_t>(r.hook)); });
}

Filter In(const AuditComparison& comparison, const Context&) {
  GW_ASSIGN_OR_RETURN(const HoldsForText holds, HoldsForTexts(comparison));
  return HoldsOfRuling([holds](const AuditRuling& r) { return holds(r.in); });
}

Filter Out(const AuditComparison& comparison, const Context&) {
  GW_ASSIGN_OR_RETURN(const HoldsForText holds, HoldsForTexts(comparison));
  return HoldsOfRuling([holds](const AuditRuling& r) { return holds(r.out); });
}

Filter Interface(const AuditComparison& comparison, const Context&) {
  GW_ASSIGN_OR_RETURN(const HoldsForText holds, HoldsForTexts(comparison));
  return HoldsOfRuling([holds](const AuditRuling& r) { return holds(r.in) || holds(r.out); });
}

Filter Endpoint(const AuditComparison& comparison, const Context& context) {
  GW_ASSIGN_OR_RETURN(const HoldsForText holds, Endpoints(comparison, context));
  return HoldsOfRuling(
      [holds](const AuditRuling& r) { return holds(r.in_endpoint) || holds(r.out_endpoint); });
}

Filter InEndpoint(const AuditComparison& comparison, const Context& context) {
  GW_ASSIGN_OR_RETURN(const HoldsForText holds, Endpoints(comparison, context));
  return HoldsOfRuling([holds](const AuditRuling& r) { return holds(r.in_endpoint); });
}

Filter OutEndpoint(const AuditComparison& comparison, const Context& context) {
  GW_ASSIGN_OR_RETURN(const HoldsForText holds, Endpoints(comparison, context));
  return HoldsOfRuling([holds](const AuditRuling& r) { return holds(r.out_endpoint); });
}

struct LabelTests {
  std::function<bool(const Labels&)> labels;
  std::function<bool(const AuditParty&)> party;
};

absl::StatusOr<LabelTests> LabelTestsOf(const AuditComparison& comparison) {
  GW_ASSIGN_OR_RETURN(const HoldsForText holds, HoldsForTexts(comparison));
  const auto of_labels = [key = std::string(LabelKeyOf(comparison.field)),
                          holds](const Labels& labels) {
    const auto found = labels.find(key);
    return found != labels.end() && holds(found->second);
  };
  return LabelTests{of_labels, [of_labels](const AuditParty& party) {
                      return std::any_of(
                          party.begin(), party.end(),
                          [&](const KnownObject& object) { return of_labels(object.labels); });
                    }};
}

Filter LabelField(const AuditComparison& comparison, const Context&) {
  GW_ASSIGN_OR_RETURN(const LabelTests tests, LabelTestsOf(comparison));
  return AuditFilter::Any({HoldsOfRuling([holds = tests.labels](const AuditRuling& r) {
                             return holds(r.in_labels) || holds(r.out_labels);
                           }),
                           AuditFilter::Of(AuditTest::SourceParty{tests.party}),
                           AuditFilter::Of(AuditTest::DestinationParty{tests.party})});
}

Filter SourceLabelField(const AuditComparison& comparison, const Context&) {
  GW_ASSIGN_OR_RETURN(const LabelTests tests, LabelTestsOf(comparison));
  return AuditFilter::Of(AuditTest::SourceParty{tests.party});
}

Filter DestinationLabelField(const AuditComparison& comparison, const Context&) {
  GW_ASSIGN_OR_RETURN(const LabelTests tests, LabelTestsOf(comparison));
  return AuditFilter::Of(AuditTest::DestinationParty{tests.party});
}

Filter Rule(const AuditComparison& comparison, const Context&) {
  GW_ASSIGN_OR_RETURN(const HoldsForText holds, HoldsForTexts(comparison));
  return HoldsOfRuling([holds](const AuditRuling& r) { return holds(r.decided_by); });
}

// "web" of "policy:web/ingress/0", empty if no policy decided.
std::string PolicyOf(const std::string& decided_by) {
  absl::string_view text = decided_by;
  if (!absl::ConsumePrefix(&text, "policy:")) return "";
  for (int i = 0; i < 2; ++i) text = text.substr(0, text.rfind('/'));
  return std::string(text);
}

Filter PolicyField(const AuditComparison& comparison, const Context&) {
  GW_ASSIGN_OR_RETURN(const HoldsForText holds, HoldsForTexts(comparison));
  return HoldsOfRuling([holds](const AuditRuling& r) { return holds(PolicyOf(r.decided_by)); });
}

Filter TierField(const AuditComparison& comparison, const Context&) {
  GW_ASSIGN_OR_RETURN(const HoldsForText holds, HoldsForTexts(comparison));
  return HoldsOfRuling([holds](const AuditRuling& r) { return holds(r.tier); });
}

// "policy", "end-of-tier", "failsafe", ...
std::string ReasonOf(const std::string& decided_by) {
  return decided_by.substr(0, decided_by.find(':'));
}

Filter ReasonField(const AuditComparison& comparison, const Context&) {
  GW_ASSIGN_OR_RETURN(const HoldsForText holds, HoldsForTexts(comparison));
  return HoldsOfRuling([holds](const AuditRuling& r) { return holds(ReasonOf(r.decided_by)); });
}

Filter LogField(const AuditComparison& comparison, const Context&) {
  GW_ASSIGN_OR_RETURN(const HoldsForText holds, HoldsForTexts(comparison));
  return HoldsOfRuling(
      [holds](const AuditRuling& r) { return std::any_of(r.logs.begin(), r.logs.end(), holds); });
}

Filter Text(const AuditComparison& comparison, const Context&) {
  GW_ASSIGN_OR_RETURN(const HoldsForText holds, HoldsForTexts(comparison));
  return HoldsOfRuling([holds](const AuditRuling& r) {
    for (const std::string* text : {&r.decided_by, &r.tier, &r.in, &r.out, &r.in_endpoint,
                                    &r.out_endpoint, &r.pending_decided_by}) {
      if (holds(*text)) return true;
    }
    return std::any_of(r.logs.begin(), r.logs.end(), holds);
  });
}

constexpr int64_t kAnyNumber = std::numeric_limits<int64_t>::max();

Filter RevisionField(const AuditComparison& comparison, const Context&) {
  GW_ASSIGN_OR_RETURN(const HoldsForNumber holds, NumbersUpTo(comparison, kAnyNumber, "revision"));
  return HoldsOfRuling([holds](const AuditRuling& r) { return holds(r.revision); });
}

Filter Generation(const AuditComparison& comparison, const Context&) {
  GW_ASSIGN_OR_RETURN(const HoldsForNumber holds,
                      NumbersUpTo(comparison, kAnyNumber, "generation"));
  return HoldsOfRuling([holds](const AuditRuling& r) { return holds(r.generation); });
}

Filter Rejected(const AuditComparison& comparison, const Context&) {
  GW_ASSIGN_OR_RETURN(const HoldsForNumber holds, Flags(comparison));
  return HoldsOfRuling([holds](const AuditRuling& r) { return holds(r.rejected ? 1 : 0); });
}

Filter Redecided(const AuditComparison& comparison, const Context&) {
  GW_ASSIGN_OR_RETURN(const HoldsForNumber holds, Flags(comparison));
  return HoldsOfRuling([holds](const AuditRuling& r) { return holds(r.redecided ? 1 : 0); });
}

Filter Repeats(const AuditComparison& comparison, const Context&) {
  GW_ASSIGN_OR_RETURN(HoldsForNumber holds, NumbersUpTo(comparison, kAnyNumber, "count"));
  return AuditFilter::Of(AuditTest::Repeats{std::move(holds)});
}

// Days and minutes are spans: `== 2026-11-24` is all of that day.
Filter TimeField(const AuditComparison& comparison, const Context& context) {
  constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  if (comparison.op == AuditOperator::kContains) return NoContains(comparison);
  std::vector<AuditFilter> spans;
  for (const AuditOperand& value : comparison.values) {
    GW_RETURN_IF_ERROR(CheckPlain(value));
    const auto span = ParseTime(value.text, context.now);
    if (!span.ok()) return ErrorAtColumn(value.column, span.status().message());
    AuditTest::Time test = *span;
    switch (comparison.op) {
      case AuditOperator::kLess:
        // Nothing is before the first nanosecond, nor after the last.
        test = {kMin, std::max(span->since_ns, kMin + 1) - 1};
        break;
      case AuditOperator::kLessOrEqual:
        test = {kMin, span->until_ns};
        break;
      case AuditOperator::kGreater:
        test = {std::min(span->until_ns, kMax - 1) + 1, kMax};
        break;
      case AuditOperator::kGreaterOrEqual:
        test = {span->since_ns, kMax};
        break;
      default:
        break;
    }
    spans.push_back(AuditFilter::Of(test));
  }
  return AuditFilter::Any(std::move(spans));
}

// ---- what became of the flow --------------------------------------------------------------------

template <typename Holds>
AuditFilter OfEnd(Holds holds) {
  return AuditFilter::Of(AuditTest::Flow{
      [holds = std::move(holds)](const AuditFlow& flow) { return flow.end && holds(*flow.end); }});
}

// "1500", "10k", "2.5M", "1Gi".
absl::StatusOr<int64_t> ParseAmount(absl::string_view text) {
  static constexpr std::pair<const char*, double> kUnits[] = {
      {"Ki", 1024.0}, {"Mi", 1024.0 * 1024}, {"Gi", 1024.0 * 1024 * 1024}, {"k", 1e3}, {"M", 1e6},
      {"G", 1e9},
  };
  absl::string_view digits = text;
  double unit = 1;
  for (const auto& [name, size] : kUnits) {
    if (!absl::ConsumeSuffix(&digits, name)) continue;
    unit = size;
    break;
  }
  double number = 0;
  constexpr double kMax = 1e18;
  if (absl::SimpleAtod(digits, &number) && number >= 0 && number * unit < kMax) {
    return static_cast<int64_t>(number * unit);
  }
  return absl::InvalidArgumentError(
      absl::StrCat("`", text, "` is no amount: write 1500, 10k, 2.5M or 1Gi"));
}

// Nanoseconds.
absl::StatusOr<int64_t> ParseLength(absl::string_view text) {
  absl::Duration length;
  if (absl::ParseDuration(std::string(text), &length) && length >= absl::ZeroDuration()) {
    return absl::ToInt64Nanoseconds(length);
  }
  return absl::InvalidArgumentError(
      absl::StrCat("`", text, "` is no duration: write 200ms, 10s, 5m or 2h"));
}

Filter Bytes(const AuditComparison& comparison, const Context&) {
  GW_ASSIGN_OR_RETURN(HoldsForNumber holds, Numbers(comparison, ParseAmount, true));
  return OfEnd([holds = std::move(holds)](const FlowEnd& end) {
    return holds(end.bytes_sent + end.bytes_received);
  });
}

Filter Packets(const AuditComparison& comparison, const Context&) {
  GW_ASSIGN_OR_RETURN(HoldsForNumber holds, Numbers(comparison, ParseAmount, true));
  return OfEnd([holds = std::move(holds)](const FlowEnd& end) {
    return holds(end.packets_sent + end.packets_received);
  });
}

Filter DurationField(const AuditComparison& comparison, const Context&) {
  GW_ASSIGN_OR_RETURN(HoldsForNumber holds, Numbers(comparison, ParseLength, true));
  return OfEnd([holds = std::move(holds)](const FlowEnd& end) {
    return holds(absl::ToInt64Nanoseconds(end.duration));
  });
}

Filter EndField(const AuditComparison& comparison, const Context&) {
  constexpr int64_t kNone = -1;
  GW_ASSIGN_OR_RETURN(const HoldsForNumber holds,
                      Named(comparison,
                            {{"closed", static_cast<int64_t>(FlowEnd::Reason::kClosed)},
                             {"reset", static_cast<int64_t>(FlowEnd::Reason::kReset)},
                             {"timeout", static_cast<int64_t>(FlowEnd::Reason::kTimeout)},
                             {"removed", static_cast<int64_t>(FlowEnd::Reason::kRemoved)},
                             {"none", kNone}},
                            "end"));
  return AuditFilter::Of(AuditTest::Flow{[holds](const AuditFlow& flow) {
    return holds(flow.end ? static_cast<int64_t>(flow.end->reason) : kNone);
  }});
}

Filter NatField(const AuditComparison& comparison, const Context& context) {
  GW_ASSIGN_OR_RETURN(HoldsForAddress holds, Addresses(comparison, context));
  return AuditFilter::Of(AuditTest::Flow{[holds = std::move(holds)](const AuditFlow& flow) {
    return (flow.original_destination && holds(flow.original_destination->address)) ||
           (flow.translated_source && holds(flow.translated_source->address));
  }});
}

// ---- values -------------------------------------------------------------------------------------

void AddText(std::string text, Texts* texts) {
  if (text.empty() || std::find(texts->begin(), texts->end(), text) != texts->end()) return;
  texts->push_back(std::move(text));
}

std::string TextOf(const std::string& text) { return text; }
std::string TextOf(Verdict verdict) { return VerdictName(verdict); }
std::string TextOf(Hook hook) { return HookName(hook); }
std::string TextOf(bool flag) { return flag ? "true" : "false"; }
std::string TextOf(int64_t number) { return absl::StrCat(number); }
std::string TextOf(uint32_t number) { return absl::StrCat(number); }

template <auto kMember>
void Add(const AuditRuling& ruling, Texts* texts) {
  AddText(TextOf(ruling.*kMember), texts);
}

void AddPolicy(const AuditRuling& ruling, Texts* texts) {
  AddText(PolicyOf(ruling.decided_by), texts);
}

void AddReason(const AuditRuling& ruling, Texts* texts) {
  AddText(ReasonOf(ruling.decided_by), texts);
}

void AddInterfaces(const AuditRuling& ruling, Texts* texts) {
  AddText(ruling.in, texts);
  AddText(ruling.out, texts);
}

void AddEndpoints(const AuditRuling& ruling, Texts* texts) {
  AddText(ruling.in_endpoint, texts);
  AddText(ruling.out_endpoint, texts);
}

void AddLogs(const AuditRuling& ruling, Texts* texts) {
  for (const std::string& log : ruling.logs) AddText(log, texts);
}

void AddPort(const AuditService& service, Texts* texts) {
  if (HasPorts(service.protocol)) AddText(absl::StrCat(service.port), texts);
}

void AddEnd(const AuditFlow& flow, Texts* texts) {
  AddText(std::string(flow.end ? FlowEndReasonName(flow.end->reason) : "none"), texts);
}

void AddTranslated(const AuditFlow& flow, Texts* texts) {
  if (flow.original_destination) AddText(ToString(flow.original_destination->address), texts);
  if (flow.translated_source) AddText(ToString(flow.translated_source->address), texts);
}

// "src.label." of the field "src.label.KEY"; empty where no key belongs to the name.
absl::string_view KeyedPrefix(const Field& field) {
  absl::string_view name = field.name;
  return absl::ConsumeSuffix(&name, "KEY") ? name : "";
}

constexpr char kActions[] = "allow deny none";
constexpr char kFlags[] = "true false";
constexpr std::monostate kNoValues{};

constexpr Field kFields[] = {
    {"action", Action, Takes::kEqual, OfRuling{Add<&AuditRuling::verdict>},
     "allow, deny, or none where no policy had an opinion", kActions},
    {"verdict", Action, Takes::kEqual, OfRuling{Add<&AuditRuling::verdict>}, "the same as action",
     kActions},
    {"src", SourceField, Takes::kEqual, OfAddresses{true, false},
     "source address: an address, a network, set(NAME), a name"},
    {"dst", DestinationField, Takes::kEqual, OfAddresses{false, true}, "destination address"},
    {"addr", AddressField, Takes::kEqual, OfAddresses{true, true}, "source or destination address"},
    {"sport", SourcePort, Takes::kOrder, OfSourcePort{}, "source port"},
    {"dport", DestinationPort, Takes::kOrder, OfService{AddPort}, "destination port"},
    {"port", Port, Takes::kOrder, kNoValues, "source or destination port"},
    {"proto", Protocol, Takes::kEqual, OfService{[](const AuditService& s, Texts* texts) {
       AddText(absl::AsciiStrToLower(ProtocolName(s.protocol)), texts);
     }},
     "protocol: a name or a number"},
    {"service", ServiceField, Takes::kContains,
     OfService{[](const AuditService& s, Texts* texts) { AddText(ServiceText(s), texts); }},
     "what it is for: 443/tcp, icmp"},
    {"family", FamilyField, Takes::kEqual, kNoValues, "ipv4 or ipv6", "ipv4 ipv6"},
    {"hook", HookField, Takes::kEqual, OfRuling{Add<&AuditRuling::hook>},
     "input, forward or output", "input forward output"},
    {"in", In, Takes::kContains, OfRuling{Add<&AuditRuling::in>}, "interface by which it came"},
    {"out", Out, Takes::kContains, OfRuling{Add<&AuditRuling::out>},
     "interface by which it would leave"},
    {"interface", Interface, Takes::kContains, OfRuling{AddInterfaces}, "either interface"},
    {"endpoint", Endpoint, Takes::kContains, OfRuling{AddEndpoints},
     "either endpoint: a name, selector('...')"},
    {"inEndpoint", InEndpoint, Takes::kContains, OfRuling{Add<&AuditRuling::in_endpoint>},
     "endpoint from which it came"},
    {"outEndpoint", OutEndpoint, Takes::kContains, OfRuling{Add<&AuditRuling::out_endpoint>},
     "endpoint to which it would go"},
    {"label.KEY", LabelField, Takes::kContains, OfLabels{true, true, true},
     "a label of either endpoint, or of an endpoint or set that either address is in"},
    {"src.label.KEY", SourceLabelField, Takes::kContains, OfLabels{false, true, false},
     "a label of an endpoint or set that the source is in"},
    {"dst.label.KEY", DestinationLabelField, Takes::kContains, OfLabels{false, false, true},
     "a label of an endpoint or set that the destination is in"},
    {"rule", Rule, Takes::kContains, OfRuling{Add<&AuditRuling::decided_by>},
     "what decided: policy:web/ingress/0"},
    {"policy", PolicyField, Takes::kContains, OfRuling{AddPolicy}, "policy that decided"},
    {"tier", TierField, Takes::kContains, OfRuling{Add<&AuditRuling::tier>},
     "tier of what decided"},
    {"reason", ReasonField, Takes::kContains, OfRuling{AddReason},
     "kind of what decided: policy, end-of-tier, failsafe"},
    {"pending", Pending, Takes::kEqual, OfRuling{Add<&AuditRuling::pending_verdict>},
     "action if every staged policy were enforced", kActions},
    {"log", LogField, Takes::kContains, OfRuling{AddLogs}, "a Log rule that was reached"},
    {"text", Text, Takes::kContains, kNoValues, "any text of the decision"},
    {"time", TimeField, Takes::kOrder, kNoValues, "when: -2h, -3d, 2026-11-24, '2026-11-24 18:30'"},
    {"revision", RevisionField, Takes::kOrder, OfRuling{Add<&AuditRuling::revision>},
     "revision of the policy that decided"},
    {"generation", Generation, Takes::kOrder, OfRuling{Add<&AuditRuling::generation>},
     "generation in the kernel that decided"},
    {"rejected", Rejected, Takes::kEqual, OfRuling{Add<&AuditRuling::rejected>},
     "true: denied with an answer", kFlags},
    {"redecided", Redecided, Takes::kEqual, OfRuling{Add<&AuditRuling::redecided>},
     "true: a live flow decided again after a change", kFlags},
    {"repeats", Repeats, Takes::kOrder, kNoValues,
     "packets that a sum stands for; 0: one decision"},
    {"bytes", Bytes, Takes::kOrder, kNoValues, "bytes both ways of a flow that ended: > 10M"},
    {"packets", Packets, Takes::kOrder, kNoValues, "packets both ways of a flow that ended"},
    {"duration", DurationField, Takes::kOrder, kNoValues,
     "from the first packet to the last: > 10s, < 5m"},
    {"end", EndField, Takes::kEqual, OfFlow{AddEnd},
     "how it ended: closed, reset, timeout, removed; none: not that we know",
     "closed reset timeout removed none"},
    {"nat", NatField, Takes::kEqual, OfFlow{AddTranslated},
     "address before or after translation: an address, a network, set(NAME)"},
};

}  // namespace

absl::Span<const Field> Fields() { return kFields; }

absl::string_view LabelKeyOf(absl::string_view name) {
  constexpr size_t kLabelBytes = 6;
  return name.substr(absl::AsciiStrToLower(name).find("label.") + kLabelBytes);
}

std::string WrittenName(const Field& field, absl::string_view name) {
  const absl::string_view prefix = KeyedPrefix(field);
  if (prefix.empty()) return field.name;
  return absl::StrCat(prefix, name.substr(prefix.size()));
}

const Field* FindField(absl::string_view name) {
  const auto* found =
      std::find_if(std::begin(kFields), std::end(kFields), [name](const Field& one) {
        const absl::string_view prefix = KeyedPrefix(one);
        if (prefix.empty()) return absl::EqualsIgnoreCase(one.name, name);
        return name.size() > prefix.size() && absl::StartsWithIgnoreCase(name, prefix);
      });
  return found == std::end(kFields) ? nullptr : found;
}

}  // namespace gw::where
