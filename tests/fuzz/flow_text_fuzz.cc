// Any bytes as a flow: nothing crashes, columns of errors lie in the text or right behind it, and
// what was read is written and read back equal.

#include <cstddef>
#include <cstdint>
#include <string>

#include "common/base/check.h"
#include "common/base/error_column.h"
#include "common/resources/flow_text.h"

namespace {

void CheckReadsBack(const gw::InterfacePacket& flow) {
  const std::string text =
      gw::ToJson(flow).dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::strict);
  const auto again = gw::ParseFlowJson(text);
  GW_CHECK(again.ok());
  GW_CHECK(*again == flow);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto flow = gw::ParseFlow(text); flow.ok()) {
    CheckReadsBack(*flow);
  } else {
    GW_CHECK(gw::ErrorColumn(flow.status()) <= size + 1);
  }
  if (const auto flow = gw::ParseFlowJson(text); flow.ok()) CheckReadsBack(*flow);
  (void)gw::ParseInterfacesJson(text);
  return 0;
}
