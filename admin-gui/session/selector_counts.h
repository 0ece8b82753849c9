// SelectorCounts: what a selector matches in a model, for showing while it is typed. Endpoints with
// equal labels are tested once. A value made from one model; thread-compatible.

#ifndef ADMIN_GUI_SESSION_SELECTOR_COUNTS_H_
#define ADMIN_GUI_SESSION_SELECTOR_COUNTS_H_

#include <cstdint>
#include <vector>

#include "common/policy/model.h"
#include "common/policy/selector.h"

namespace gw::gui {

struct MatchCount {
  size_t endpoints = 0;  // host and workload endpoints
  size_t network_sets = 0;

  size_t all() const { return endpoints + network_sets; }
  friend bool operator==(const MatchCount&, const MatchCount&) = default;
};

class SelectorCounts {
 public:
  // With the labels that endpoints inherit from their profiles.
  explicit SelectorCounts(const Model& model);

  MatchCount Count(const Selector& selector) const;
  // By the numbers of selector.nodes().
  std::vector<MatchCount> CountNodes(const Selector& selector) const;
  // What one part matches, at most `limit`: endpoints, then sets, each by name.
  std::vector<ResourceKey> Matching(const Selector& selector, size_t node, size_t limit) const;

 private:
  struct LabelClass {
    Labels labels;
    MatchCount count;
    std::vector<ResourceKey> members;
  };

  std::vector<LabelClass> classes_;  // each has labels that no other has
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_SESSION_SELECTOR_COUNTS_H_
