// ConntrackLog: what connection tracking knows of flows: how their addresses were translated and,
// when it lets go of one, what it counted; as ctnetlink tells
// (include/uapi/linux/netfilter/nfnetlink_conntrack.h). Recorder thread only.

#ifndef ENFORCER_AUDIT_CONNTRACK_LOG_H_
#define ENFORCER_AUDIT_CONNTRACK_LOG_H_

#include <cstdint>
#include <memory>
#include <optional>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"

#include "common/policy/packet.h"
#include "common/store/audit_record.h"

namespace gw {

struct TrackedFlow {
  Tuple tuple;  // as the first packet came: its destination is that before DNAT
  // Where the answers came from and went to: the destination behind DNAT, the source after SNAT.
  TransportAddress answered_by;
  TransportAddress answered_to;
};

struct EndedFlow : TrackedFlow {
  FlowEnd end;
};

class ConntrackLog {
 public:
  virtual ~ConntrackLog() = default;
  // Visits what is there, without waiting, some thousands at most. True if there may be more.
  virtual bool Drain(absl::FunctionRef<void(const EndedFlow&)> visit) = 0;
  // Ends that the kernel could not deliver, exactly. It is not asked to keep them: what it keeps
  // would count as live, and a disk that hangs must not fill its table.
  virtual uint64_t lost() const = 0;
  // The live flow whose first packet came as `tuple`, of a protocol with ports.
  virtual std::optional<TrackedFlow> Find(const Tuple& tuple) = 0;
};

// Turns on what makes connection tracking count (nf_conntrack_acct, nf_conntrack_timestamp): flows
// that it knows already have no counts. FailedPrecondition without CAP_NET_ADMIN.
absl::StatusOr<std::unique_ptr<ConntrackLog>> OpenConntrackLog();

// ---- for the test ------------------------------------------------------------------------------

// What connection tracking still had when it let go of a flow.
struct ConntrackLeft {
  uint8_t protocol = 0;
  std::optional<uint8_t> tcp_state;  // enum tcp_conntrack
  bool assured = false;              // packets both ways
  int64_t timeout_s = 0;             // it would have waited so much longer
};
FlowEnd::Reason EndReason(const ConntrackLeft& left);

}  // namespace gw

#endif  // ENFORCER_AUDIT_CONNTRACK_LOG_H_
