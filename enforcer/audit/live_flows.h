// LiveFlows: which decision the end of a flow belongs to. Thread-compatible.

#ifndef ENFORCER_AUDIT_LIVE_FLOWS_H_
#define ENFORCER_AUDIT_LIVE_FLOWS_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/container/flat_hash_map.h"

#include "common/policy/packet.h"
#include "enforcer/audit/conntrack_log.h"

namespace gw {

class LiveFlows {
 public:
  // Some 20 bytes each. Beyond that the older half goes: flows that were accepted and then dropped
  // by somebody else never end.
  static constexpr size_t kMax = size_t{1} << 20;

  // Decision `id` accepted the flow. Ids grow. Where flows of the same tuple cannot be told apart
  // (echo requests: the tuple has no identifier), none of them gets an end.
  void Add(const Tuple& tuple, int64_t id);
  // The decision about the flow, the last one; it is forgotten then.
  std::optional<int64_t> Take(const EndedFlow& flow);

  size_t size() const { return ids_.size(); }

 private:
  static constexpr int64_t kSeveral = 0;

  std::optional<int64_t> TakeKey(uint64_t key);

  // By a hash of the tuple: two of a million live flows share one once in thirty million times.
  absl::flat_hash_map<uint64_t, int64_t> ids_;
};

}  // namespace gw

#endif  // ENFORCER_AUDIT_LIVE_FLOWS_H_
