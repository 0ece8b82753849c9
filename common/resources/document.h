// ParseDocuments: YAML or JSON text to trees whose every value knows its line and column. Nothing
// in a tree is interpreted yet: a scalar is its text and whether it stood in quotes. Deep nesting,
// too many values and aliases that multiply are refused here, so that who walks a tree need not
// fear its size. Any thread.

#ifndef COMMON_RESOURCES_DOCUMENT_H_
#define COMMON_RESOURCES_DOCUMENT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace gw {

inline constexpr size_t kDocumentDepthMax = 64;
inline constexpr size_t kDocumentValuesMax = 4'000'000;  // of a file
inline constexpr size_t kAliasedValuesMax = 250'000;     // of a document: copies that aliases make

struct Node {
  enum class Kind : uint8_t { kNull, kScalar, kSequence, kMap };
  Kind kind = Kind::kNull;
  bool quoted = false;   // scalars: in quotes or a block, so a text whatever it looks like
  bool literal = false;  // scalars: stands on one line exactly as `text`
  bool tagged = false;   // starts with a YAML tag of its own, such as `!has(x)`; `text` has it
  int32_t line = 0;      // from 1
  int32_t column = 0;    // in bytes, from 1
  std::string text;      // scalars
  // Sequences: the items. Maps: key, value, key, value, ..., with repeated keys kept.
  std::vector<Node> children;

  // Of a map: the value at `key`, null if there is none.
  const Node* Find(absl::string_view key) const;
  size_t entry_count() const { return children.size() / 2; }
  const Node& key(size_t entry) const { return children[2 * entry]; }
  const Node& value(size_t entry) const { return children[2 * entry + 1]; }
};

struct SyntaxProblem {
  int line = 0;
  int column = 0;
  std::string message;
};

struct Document {
  Node root;
  // A value that was no YAML was read as null to find the problems behind it; what the document
  // says is not complete.
  bool damaged = false;
};

struct ParsedText {
  std::vector<Document> documents;  // empty ones left out
  std::vector<SyntaxProblem> problems;
};

// A document that cannot be read gives a problem; those after its `---` are still read.
ParsedText ParseDocuments(absl::string_view text);

}  // namespace gw

#endif  // COMMON_RESOURCES_DOCUMENT_H_
