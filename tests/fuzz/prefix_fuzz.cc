// Any text as a network: what parses prints as text that parses to the same.

#include <cstdint>

#include "absl/strings/string_view.h"

#include "common/base/check.h"
#include "common/net/prefix.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(bytes), size);
  const auto strict = gw::ParsePrefix(text);
  const auto network = gw::ParseNetwork(text);
  if (strict.ok()) GW_CHECK(network.ok() && *network == *strict);
  if (!network.ok()) return 0;
  GW_CHECK(gw::ParsePrefix(gw::ToString(*network)).value() == *network);
  GW_CHECK(network->Contains(network->First()) && network->Contains(network->Last()));
  GW_CHECK(!(network->Last() < network->First()));
  return 0;
}
