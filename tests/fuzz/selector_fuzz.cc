// Any text as a selector: what parses has a canonical text that parses to the same text and the
// same meaning; what does not parse says where.

#include <cstdint>

#include "absl/strings/string_view.h"

#include "common/base/check.h"
#include "common/base/error_column.h"
#include "common/policy/selector.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(bytes), size);
  const auto selector = gw::Selector::Parse(text);
  if (!selector.ok()) {
    const size_t column = gw::ErrorColumn(selector.status());
    GW_CHECK(column >= 1 && column <= size + 1);
    return 0;
  }
  const auto again = gw::Selector::Parse(selector->Canonical());
  GW_CHECK(again.ok() && again->Canonical() == selector->Canonical());
  GW_CHECK(again->nodes().size() == selector->nodes().size());
  for (const gw::Labels& labels : {gw::Labels{}, gw::Labels{{"a", "b"}}, gw::Labels{{"a", ""}}}) {
    GW_CHECK(again->Matches(labels) == selector->Matches(labels));
  }
  for (const gw::SelectorNode& node : selector->nodes()) {
    GW_CHECK(node.begin <= node.end && node.end <= size);
  }
  return 0;
}
