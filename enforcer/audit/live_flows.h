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
  // Some 30 bytes each. Beyond that the older half goes: flows that were accepted and then dropped
  // by somebody else never end.
  static constexpr size_t kMax = size_t{1} << 20;

  struct Accepted {
    int64_t id = 0;       // grows
    int64_t time_ns = 0;  // since 1970
    bool again = false;   // about a flow that was accepted before
  };
  // A decision accepted the flow. Where flows of the same tuple cannot be told apart (echo
  // requests: the tuple has no identifier), none of them gets an end.
  void Add(const Tuple& tuple, const Accepted& decision);
  // The decision about the flow, the last one; it is forgotten then. Ports that are used again are
  // not confused: connection tracking ends the flow before when the next one begins, and that may
  // be told of when both have been decided.
  std::optional<int64_t> Take(const EndedFlow& flow);

  // Decisions from `first_id` on are gone.
  void ForgetFrom(int64_t first_id);

  size_t size() const { return ids_.size(); }

 private:
  static constexpr int64_t kSeveral = 0;

  struct Live {
    int64_t id = 0;
    int64_t since_ns = 0;  // when the flow was accepted first
  };
  using ByHash = absl::flat_hash_map<uint64_t, Live>;

  std::optional<int64_t> TakeKey(uint64_t key, int64_t began_ns);

  // By a hash of the tuple: two of a million live flows share one once in thirty million times.
  ByHash ids_;
  // Of the same tuple as one in ids_, and older than that.
  ByHash before_;
};

}  // namespace gw

#endif  // ENFORCER_AUDIT_LIVE_FLOWS_H_
