// KnownAddresses: what a policy knows of an address, in its words: the endpoints and network sets
// that have it, and their labels. For the audit log, which keeps them with each decision.

#ifndef COMMON_POLICY_KNOWN_ADDRESSES_H_
#define COMMON_POLICY_KNOWN_ADDRESSES_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "common/net/address.h"
#include "common/policy/model.h"
#include "common/policy/site.h"

namespace gw {

struct KnownObject {
  std::string name;
  Labels labels;  // with those of its profiles
  friend bool operator==(const KnownObject&, const KnownObject&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const KnownObject& o) {
    return H::combine(std::move(h), o.name, o.labels);
  }
};

// Immutable to its callers; any thread. What is looked up in is made at the first question, since
// not everybody who compiles a policy asks one: half a second for a million networks.
class KnownAddresses {
 public:
  // More objects than that with one address are not told of: the narrowest are.
  static constexpr size_t kObjectsMax = 8;

  KnownAddresses(std::shared_ptr<const Model> model, Site site);
  ~KnownAddresses();
  KnownAddresses(const KnownAddresses&) = delete;
  KnownAddresses& operator=(const KnownAddresses&) = delete;

  // Those that have `address`, the narrowest first.
  std::vector<KnownObject> Find(const Address& address) const;
  // Nobody is known by an address.
  bool empty() const;

 private:
  struct Index;
  const Index& index() const;

  mutable std::once_flag once_;
  mutable std::shared_ptr<const Model> model_;  // until the index is made
  mutable Site site_;
  mutable std::unique_ptr<const Index> index_;
};

}  // namespace gw

#endif  // COMMON_POLICY_KNOWN_ADDRESSES_H_
