#include "common/policy/known_addresses.h"

#include <algorithm>
#include <utility>

#include "common/policy/compile_sets.h"
#include "common/policy/settings.h"

namespace gw {

// Ranges are those of prefixes, so two of them are disjoint or one holds the other: in the order of
// their first address, the wider first, each knows the next wider one around it.
struct KnownAddresses::Index {
  static constexpr uint32_t kNobody = 0xffffffff;
  struct Entry {
    AddressRange range;
    uint32_t object = 0;
    uint32_t around = kNobody;  // entry
  };
  std::vector<KnownObject> objects;
  std::vector<Entry> entries;

  void Add(std::string name, Labels labels, const std::vector<AddressRange>& ranges) {
    if (ranges.empty()) return;
    const auto object = static_cast<uint32_t>(objects.size());
    objects.push_back({std::move(name), std::move(labels)});
    for (const AddressRange& range : ranges) entries.push_back({range, object, kNobody});
  }

  void Nest() {
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
      if (a.range.first != b.range.first) return a.range.first < b.range.first;
      if (a.range.last != b.range.last) return b.range.last < a.range.last;
      return a.object < b.object;
    });
    std::vector<uint32_t> open;  // those around the entry that comes
    for (uint32_t i = 0; i < entries.size(); ++i) {
      while (!open.empty() && entries[open.back()].range.last < entries[i].range.first) {
        open.pop_back();
      }
      if (!open.empty()) entries[i].around = open.back();
      open.push_back(i);
    }
  }
};

KnownAddresses::KnownAddresses(std::shared_ptr<const Model> model, Site site)
    : model_(std::move(model)), site_(std::move(site)) {}

KnownAddresses::~KnownAddresses() = default;

const KnownAddresses::Index& KnownAddresses::index() const {
  std::call_once(once_, [this] {
    auto index = std::make_unique<Index>();
    const Settings settings = SettingsOf(*model_);
    for (const auto& [name, host] : model_->host_endpoints) {
      index->Add(name, EffectiveLabels(host, *model_), AddressesOf(host, site_, settings));
    }
    for (const auto& [name, workload] : model_->workload_endpoints) {
      index->Add(name, EffectiveLabels(workload, *model_), RangesOf(workload.ip_networks));
    }
    for (const auto& [name, set] : model_->network_sets) {
      index->Add(name, set.metadata.labels, RangesOf(set.nets));
    }
    index->Nest();
    index_ = std::move(index);
    model_.reset();
    site_ = Site();
  });
  return *index_;
}

bool KnownAddresses::empty() const { return index().entries.empty(); }

std::vector<KnownObject> KnownAddresses::Find(const Address& address) const {
  const Index& known = index();
  const auto after = std::upper_bound(
      known.entries.begin(), known.entries.end(), address,
      [](const Address& wanted, const Index::Entry& entry) { return wanted < entry.range.first; });
  std::vector<KnownObject> found;
  std::vector<uint32_t> objects;
  for (auto at = after == known.entries.begin()
                     ? Index::kNobody
                     : static_cast<uint32_t>(after - known.entries.begin() - 1);
       at != Index::kNobody && found.size() < kObjectsMax; at = known.entries[at].around) {
    const Index::Entry& entry = known.entries[at];
    const bool again = std::find(objects.begin(), objects.end(), entry.object) != objects.end();
    if (again || entry.range.last < address) continue;
    objects.push_back(entry.object);
    found.push_back(known.objects[entry.object]);
  }
  return found;
}

}  // namespace gw
