// Flows as people and scripts write them: `in=eth0 proto=tcp src=... dst=... dport=22` on the
// command line, and JSON objects with the field names of `packet` in decision-vectors.json. And
// the answers, in the words of that file. Any thread.

#ifndef COMMON_RESOURCES_FLOW_TEXT_H_
#define COMMON_RESOURCES_FLOW_TEXT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/policy/explanation.h"
#include "common/policy/packet.h"
#include "common/policy/site.h"
#include "nlohmann/json.hpp"

namespace gw {

// Fields: hook in out src dst sport dport proto icmpType icmpCode ctState rpfOk hopLimit, and
// preNat.dst preNat.dport; `proto` by name in any case or by number. Unknown fields are errors.
// Without `hook` it follows from `in` and `out`: both = forward, in = input, out = output.
absl::StatusOr<InterfacePacket> ParseFlow(absl::string_view text);  // errors have a column

// One JSON object; `preNat` is an object; null fields count as absent.
absl::StatusOr<InterfacePacket> ParseFlowJson(absl::string_view text);

nlohmann::ordered_json ToJson(const InterfacePacket& packet);
// src, dst, sport, dport, proto, icmpType and icmpCode alone.
nlohmann::ordered_json ToJson(const Tuple& tuple);

// {"verdict":…,"decidedBy":…,"trace":[…]} and, where they say something, "logs", "untracked",
// and "pending":{"verdict":…,"decidedBy":…} if it differs.
nlohmann::ordered_json ToJson(const Explanation& explanation);

// {"eth0":["203.0.113.2"],…} to interfaces.
absl::StatusOr<std::vector<LiveInterface>> ParseInterfacesJson(absl::string_view text);

}  // namespace gw

#endif  // COMMON_RESOURCES_FLOW_TEXT_H_
