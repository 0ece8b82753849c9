// Any bytes as a file of resources: nothing crashes, every problem has a place inside the text, and
// what was read is written and read back equal, as YAML and as JSON.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "common/base/check.h"
#include "common/resources/reader.h"
#include "common/resources/writer.h"

namespace {

gw::ReadResult Read(const std::string& text, bool skip_unsupported) {
  gw::ReadResult result;
  gw::ReadResources(text, "-", {.skip_unsupported = skip_unsupported}, &result);
  return result;
}

void CheckReadsBack(const std::string& text, const gw::Resource& resource) {
  const gw::ReadResult again = Read(text, false);
  GW_CHECK(again.problems.empty());
  GW_CHECK(again.resources.size() == 1);
  GW_CHECK(again.resources[0].resource == resource);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(data, data + size);
  for (const bool skip_unsupported : {false, true}) {
    const gw::ReadResult result = Read(text, skip_unsupported);
    for (const gw::PlacedProblem& problem : result.problems) {
      GW_CHECK(problem.place.line >= 1 && problem.place.column >= 1);
      GW_CHECK(!problem.message.empty());
    }
    for (const gw::ReadResource& read : result.resources) {
      CheckReadsBack(gw::ToYaml(read.resource), read.resource);
      CheckReadsBack(gw::ToJson(read.resource).dump(), read.resource);
    }
    (void)gw::AllProblems(gw::Model(), result);
  }
  return 0;
}
