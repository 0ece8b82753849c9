// The selector language over labels (policy-semantics.md §2), as in
//   role == 'guest' && !has(quarantine)
// Selector is the parsed form: immutable, cheap to copy (shared), safe to use from any thread.
// Parsing uses no recursion, so no input can exhaust the stack.

#ifndef COMMON_POLICY_SELECTOR_H_
#define COMMON_POLICY_SELECTOR_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/policy/model.h"

namespace gw {

enum class SelectorOperator : uint8_t {
  kAll,         // all()
  kGlobal,      // global(): true; only meaningful in a namespaceSelector, refused elsewhere
  kHas,         // has(key)
  kEqual,       // key == value
  kNotEqual,    // key != value; true where the key is absent
  kIn,          // key in {values}
  kNotIn,       // key not in {values}; true where the key is absent
  kContains,    // key contains value
  kStartsWith,  // key starts with value
  kEndsWith,    // key ends with value
  kNot,         // one operand
  kAnd,         // two or more operands
  kOr,          // two or more operands
};

// One part of a selector. Nodes are stored operands first, so the last is the whole.
struct SelectorNode {
  SelectorOperator op = SelectorOperator::kAll;
  std::string key;
  std::vector<std::string> values;  // one for kEqual..kEndsWith; sorted, unique for kIn, kNotIn
  std::vector<uint32_t> operands;   // indexes of nodes, for kNot, kAnd, kOr
  // Bytes of the written text that this part covers, [begin, end); for showing it in place.
  uint32_t begin = 0;
  uint32_t end = 0;
};

class Selector {
 public:
  // Empty or blank text is all(). Errors are ErrorAtColumn (error_column.h) with the column, from
  // 1, in `text`. Refuses more than kSelectorDepthMax levels and kSelectorKeyLengthMax bytes of
  // key; the length of the whole text is Validate's concern.
  static absl::StatusOr<Selector> Parse(absl::string_view text);

  // all()
  Selector();

  bool Matches(const Labels& labels) const;

  // §2.4: canonical text; parsing it gives a selector of the same canonical text and the same
  // meaning. Two selectors are equal iff these are.
  std::string Canonical() const;

  // True if global() occurs anywhere.
  bool MentionsGlobal() const;

  // For display: the parts, operands before the nodes that use them, the whole last.
  const std::vector<SelectorNode>& nodes() const { return *nodes_; }
  // Whether one part matches.
  bool NodeMatches(size_t node, const Labels& labels) const;
  std::string NodeCanonical(size_t node) const;

 private:
  explicit Selector(std::vector<SelectorNode> nodes);

  std::shared_ptr<const std::vector<SelectorNode>> nodes_;
};

}  // namespace gw

#endif  // COMMON_POLICY_SELECTOR_H_
