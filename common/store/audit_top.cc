#include "common/store/audit_top.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/base/status_macros.h"
#include "common/net/protocol.h"
#include "common/store/audit_match.h"
#include "common/store/audit_where_fields.h"

namespace gw {
namespace {

struct Sum {
  int64_t count = 0;
  int64_t denied = 0;
  int64_t bytes = 0;
  int64_t last_ns = std::numeric_limits<int64_t>::min();

  void Add(const Sum& other) {
    count += other.count;
    denied += other.denied;
    bytes += other.bytes;
    last_ns = std::max(last_ns, other.last_ns);
  }
};

template <typename Value>
std::vector<AuditTop> MostFirst(const absl::flat_hash_map<Value, Sum>& sums, bool by_bytes,
                                size_t limit) {
  std::vector<std::pair<Value, Sum>> all(sums.begin(), sums.end());
  const size_t kept = std::min(limit, all.size());
  std::partial_sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(kept), all.end(),
                    [by_bytes](const auto& a, const auto& b) {
                      if (by_bytes && a.second.bytes != b.second.bytes) {
                        return a.second.bytes > b.second.bytes;
                      }
                      if (a.second.count != b.second.count) return a.second.count > b.second.count;
                      return a.first < b.first;
                    });
  std::vector<AuditTop> tops;
  for (size_t i = 0; i < kept; ++i) {
    const auto& [value, sum] = all[i];
    AuditTop top;
    if constexpr (std::is_same_v<Value, Address>) {
      top.address = value;
      top.text = ToString(value);
    } else {
      top.text = value;
    }
    top.count = sum.count;
    top.denied = sum.denied;
    top.bytes = sum.bytes;
    top.last = absl::FromUnixNanos(sum.last_ns);
    tops.push_back(std::move(top));
  }
  return tops;
}

// The sums of one question. A block is summed up by code first, so that what its dictionary holds
// is looked up once for each value and not for each decision.
class Sums {
 public:
  explicit Sums(const AuditTopBy& by)
      : by_bytes_(by.measure == AuditTopBy::Measure::kBytes),
        prefix_(by.prefix),
        field_(by.field) {}

  void Add(const where::Values& values, AuditBlock& block, AuditRows* found) {
    if (by_bytes_ && !KeepEnded(block, found)) return;
    std::visit([&](const auto& kind) { AddBlock(kind, block, *found); }, values);
  }

  std::vector<AuditTop> MostFirst(size_t limit) const {
    // One of the two is empty.
    return addresses_.empty() ? gw::MostFirst(texts_, by_bytes_, limit)
                              : gw::MostFirst(addresses_, by_bytes_, limit);
  }

 private:
  using Codes = const std::vector<uint32_t>& (AuditBlock::*)();

  static void AddBlock(const std::monostate&, AuditBlock&, const AuditRows&) {}

  void AddBlock(const where::OfRuling& of, AuditBlock& block, const AuditRows& found) {
    AddTexts(block.rulings(), of.add, &AuditBlock::ruling_codes, block, found);
  }

  void AddBlock(const where::OfService& of, AuditBlock& block, const AuditRows& found) {
    AddTexts(block.services(), of.add, &AuditBlock::service_codes, block, found);
  }

  void AddBlock(const where::OfAddresses& of, AuditBlock& block, const AuditRows& found) {
    // A sum of packets from whatever source has none.
    if (of.source) AddAddresses(block.sources(), &AuditBlock::source_codes, true, block, found);
    if (!of.destination) return;
    const AuditRows rest = of.source ? WithoutSame(block, found) : found;
    AddAddresses(block.destinations(), &AuditBlock::destination_codes, false, block, rest);
  }

  void AddBlock(const where::OfSourcePort&, AuditBlock& block, const AuditRows& found) {
    AuditRows with_ports = found;
    for (size_t i = 0; i < with_ports.size(); ++i) {
      if (!HasPorts(block.services()[block.service_codes()[i]].protocol)) with_ports[i] = 0;
    }
    constexpr size_t kPorts = 65'536;
    const std::vector<Sum> sums = SumByCode(block, with_ports, block.source_ports(), kPorts, true);
    for (size_t port = 0; port < kPorts; ++port) {
      if (sums[port].count == 0) continue;
      const std::string text = absl::StrCat(port);
      if (Fits(text)) texts_[text].Add(sums[port]);
    }
  }

  void AddBlock(const where::OfFlow& of, AuditBlock& block, const AuditRows& found) {
    const auto texts_of = [&](const AuditFlow& flow) {
      where::Texts texts;
      of.add(flow, &texts);
      texts.erase(std::remove_if(texts.begin(), texts.end(),
                                 [&](const std::string& text) { return !Fits(text); }),
                  texts.end());
      return texts;
    };
    AuditRows others = found;
    for (const AuditFlow& flow : block.flows()) {
      const auto row = static_cast<size_t>(flow.id - block.info().first_id);
      if (found[row] == 0) continue;
      others[row] = 0;
      for (const std::string& text : texts_of(flow)) texts_[text].Add(SumOf(block, row));
    }
    for (const std::string& text : texts_of(AuditFlow())) {
      Sum sum;
      for (size_t row = 0; row < others.size(); ++row) {
        if (others[row] != 0) sum.Add(SumOf(block, row));
      }
      if (sum.count > 0) texts_[text].Add(sum);
    }
  }

  // Decisions whose labels come from the same three places are summed up together, since each
  // value counts once in a decision, wherever it comes from.
  void AddBlock(const where::OfLabels& of, AuditBlock& block, const AuditRows& found) {
    const std::string key(where::LabelKeyOf(field_));
    const auto add = [&key](const Labels& labels, where::Texts* texts) {
      const auto value = labels.find(key);
      if (value == labels.end() || value->second.empty()) return;
      if (std::find(texts->begin(), texts->end(), value->second) != texts->end()) return;
      texts->push_back(value->second);
    };
    const auto add_party = [&add](const AuditParty& party, where::Texts* texts) {
      for (const KnownObject& object : party) add(object.labels, texts);
    };
    const auto add_endpoints = [&add](const AuditRuling& ruling, where::Texts* texts) {
      add(ruling.in_labels, texts);
      add(ruling.out_labels, texts);
    };
    std::vector<where::Texts> endpoints;
    std::vector<where::Texts> sources;
    std::vector<where::Texts> destinations;
    bool any = of.endpoints && FittingTexts(block.rulings(), add_endpoints, &endpoints);
    any |= of.source && FittingTexts(block.source_parties(), add_party, &sources);
    any |= of.destination && FittingTexts(block.destination_parties(), add_party, &destinations);
    if (!any) return;
    using Places = std::array<uint32_t, 3>;
    absl::flat_hash_map<Places, Sum> sums;
    for (size_t row = 0; row < found.size(); ++row) {
      if (found[row] == 0) continue;
      const Places places = {of.endpoints ? block.ruling_codes()[row] : 0,
                             of.source ? block.source_party_codes()[row] : 0,
                             of.destination ? block.destination_party_codes()[row] : 0};
      sums[places].Add(SumOf(block, row));
    }
    for (const auto& [places, sum] : sums) {
      where::Texts texts;
      const auto join = [&texts](const std::vector<where::Texts>& of_place, uint32_t place) {
        if (place < of_place.size()) {
          texts.insert(texts.end(), of_place[place].begin(), of_place[place].end());
        }
      };
      join(endpoints, places[0]);
      join(sources, places[1]);
      join(destinations, places[2]);
      std::sort(texts.begin(), texts.end());
      texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
      for (const std::string& text : texts) texts_[text].Add(sum);
    }
  }

  // What `add` finds in each value, as far as it fits. False if nothing does.
  template <typename Value, typename Add>
  bool FittingTexts(const std::vector<Value>& values, const Add& add,
                    std::vector<where::Texts>* texts) const {
    texts->assign(values.size(), {});
    bool any = false;
    for (size_t i = 0; i < values.size(); ++i) {
      where::Texts& own = (*texts)[i];
      add(values[i], &own);
      if (!prefix_.empty()) {
        own.erase(std::remove_if(own.begin(), own.end(),
                                 [&](const std::string& text) { return !Fits(text); }),
                  own.end());
      }
      any |= !own.empty();
    }
    return any;
  }

  template <typename Value>
  void AddTexts(const std::vector<Value>& values, void (*add)(const Value&, where::Texts*),
                Codes codes, AuditBlock& block, const AuditRows& found) {
    std::vector<where::Texts> texts;
    if (!FittingTexts(values, add, &texts)) return;  // and no decision is read
    const std::vector<Sum> sums = SumByCode(block, found, (block.*codes)(), values.size(), false);
    for (size_t i = 0; i < sums.size(); ++i) {
      if (sums[i].count == 0) continue;
      for (const std::string& text : texts[i]) texts_[text].Add(sums[i]);
    }
  }

  void AddAddresses(const std::vector<Address>& addresses, Codes codes, bool without_repeats,
                    AuditBlock& block, const AuditRows& found) {
    std::vector<uint8_t> fit(addresses.size(), 1);
    if (!prefix_.empty()) {
      for (size_t i = 0; i < fit.size(); ++i) fit[i] = Fits(ToString(addresses[i])) ? 1 : 0;
      if (std::count(fit.begin(), fit.end(), 1) == 0) return;
    }
    const std::vector<Sum> sums =
        SumByCode(block, found, (block.*codes)(), addresses.size(), without_repeats);
    for (size_t i = 0; i < sums.size(); ++i) {
      if (sums[i].count > 0 && fit[i] != 0) addresses_[addresses[i]].Add(sums[i]);
    }
  }

  // Of `found`, without what an address sent to itself: it counts once.
  static AuditRows WithoutSame(AuditBlock& block, const AuditRows& found) {
    absl::flat_hash_map<Address, uint32_t> sources;
    for (size_t i = 0; i < block.sources().size(); ++i) {
      sources.emplace(block.sources()[i], static_cast<uint32_t>(i));
    }
    constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();
    std::vector<uint32_t> same;  // by code of the destination
    for (const Address& destination : block.destinations()) {
      const auto source = sources.find(destination);
      same.push_back(source == sources.end() ? kNone : source->second);
    }
    AuditRows rest = found;
    for (size_t i = 0; i < rest.size(); ++i) {
      const bool sum = block.repeats()[block.repeat_codes()[i]] > 0;
      if (!sum && same[block.destination_codes()[i]] == block.source_codes()[i]) rest[i] = 0;
    }
    return rest;
  }

  template <typename Code>
  std::vector<Sum> SumByCode(AuditBlock& block, const AuditRows& found,
                             const std::vector<Code>& codes, size_t values,
                             bool without_repeats) const {
    std::vector<Sum> sums(values);
    const std::vector<int64_t>& times = block.times_ns();
    const std::vector<uint32_t>& rulings = block.ruling_codes();
    const std::vector<uint32_t>& repeats = block.repeat_codes();
    for (size_t i = 0; i < found.size(); ++i) {
      if (found[i] == 0) continue;
      const int64_t repeated = block.repeats()[repeats[i]];
      if (without_repeats && repeated > 0) continue;
      const int64_t decisions = DecisionsOf(repeated);
      const bool denied = block.rulings()[rulings[i]].verdict == Verdict::kDeny;
      Sum& sum = sums[codes[i]];
      sum.count += decisions;
      if (denied) sum.denied += decisions;
      sum.last_ns = std::max(sum.last_ns, times[i]);
      if (by_bytes_) sum.bytes += bytes_[i];
    }
    return sums;
  }

  Sum SumOf(AuditBlock& block, size_t row) const {
    const int64_t decisions = DecisionsOf(block.repeats()[block.repeat_codes()[row]]);
    const bool denied = block.rulings()[block.ruling_codes()[row]].verdict == Verdict::kDeny;
    return {decisions, denied ? decisions : 0, by_bytes_ ? bytes_[row] : 0, block.times_ns()[row]};
  }

  // False if none of them ended.
  bool KeepEnded(AuditBlock& block, AuditRows* found) {
    bytes_.assign(block.size(), 0);
    AuditRows ended(block.size(), 0);
    bool any = false;
    for (const AuditFlow& flow : block.flows()) {
      const auto row = static_cast<size_t>(flow.id - block.info().first_id);
      if (!flow.end || (*found)[row] == 0) continue;
      bytes_[row] = flow.end->bytes_sent + flow.end->bytes_received;
      ended[row] = 1;
      any = true;
    }
    found->swap(ended);
    return any;
  }

  bool Fits(absl::string_view text) const { return absl::StartsWithIgnoreCase(text, prefix_); }

  bool by_bytes_;
  std::string prefix_;
  std::string field_;
  absl::flat_hash_map<Address, Sum> addresses_;
  absl::flat_hash_map<std::string, Sum> texts_;
  std::vector<int64_t> bytes_;  // of the decisions of a block
};

}  // namespace

absl::StatusOr<AuditTops> ReadTop(AuditBlockReader& reader, const AuditQuery& query,
                                  const AuditTopBy& by, size_t limit) {
  GW_RETURN_IF_ERROR(FindSummedAuditField(by.field).status());
  const where::Field& field = *where::FindField(by.field);
  Sums sums(by);
  const AuditMatcher matcher(query);
  AuditRows found;
  // Where it has to end early, the newest are what is asked for.
  GW_RETURN_IF_ERROR(
      reader.ForEach(query, AuditBlockReader::Order::kNewestFirst, [&](AuditBlock& block) {
        if (matcher.Match(block, &found)) sums.Add(field.values, block, &found);
        return true;
      }));
  AuditTops tops;
  tops.tops = sums.MostFirst(limit);
  if (reader.unread()) tops.searched_to = absl::FromUnixNanos(reader.unread()->newest_ns);
  return tops;
}

}  // namespace gw
