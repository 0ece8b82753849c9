// FlowNames: what the model calls an address: the endpoint that has it, or the network set that
// holds it, and their labels. Built once for a model, then only read; a look-up is a few hash
// probes, whatever the size of the sets. Any thread.

#ifndef ADMIN_GUI_MODELS_FLOW_NAMES_H_
#define ADMIN_GUI_MODELS_FLOW_NAMES_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"

#include "common/policy/model.h"

namespace gw::gui {

class FlowNames {
 public:
  FlowNames() = default;
  explicit FlowNames(const Model& model);

  // The name of the endpoint that has `address`, or of the set that holds it alone; empty if
  // nothing is named so narrowly.
  const std::string& NameOf(const Address& address) const;
  // Endpoints and sets that hold it, narrowest first.
  std::vector<ResourceKey> HoldersOf(const Address& address) const;
  // Labels of all of them; of two values for a key, that of the narrower. This is what selectors of
  // rules see, one holder at a time.
  Labels LabelsOf(const Address& address) const;

 private:
  struct Holder {
    ResourceKey key;
    Labels labels;
    size_t networks;  // how many
  };
  using Holders = std::vector<uint32_t>;

  void Add(ResourceKey key, Labels labels, const std::vector<Prefix>& nets);
  Holders IndexesOf(const Address& address) const;

  std::vector<Holder> holders_;
  // By length, longest first, so that the narrowest is found first.
  std::map<uint8_t, absl::flat_hash_map<Address, Holders>, std::greater<>> ipv4_;
  std::map<uint8_t, absl::flat_hash_map<Address, Holders>, std::greater<>> ipv6_;
};

// Labels of an endpoint with those that its profiles give; its own count first.
Labels EffectiveLabels(const Model& model, const Labels& own,
                       const std::vector<std::string>& profiles);

}  // namespace gw::gui

#endif  // ADMIN_GUI_MODELS_FLOW_NAMES_H_
