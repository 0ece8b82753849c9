// What a change of policy would have done to the recorded decisions. One call, one thread.

#ifndef COMMON_SERVICE_IMPACT_H_
#define COMMON_SERVICE_IMPACT_H_

#include "absl/status/statusor.h"

#include "common/policy/snapshot.h"
#include "common/service/service.h"
#include "common/store/audit_store.h"

namespace gw {

// The packet of a recorded decision, as far as it was recorded: the first of a new flow.
InterfacePacket PacketOf(const AuditRecord& record);

// Service::Impact, with the policies compiled; the limits and `since` of `request` count.
absl::StatusOr<ImpactResult> ComputeImpact(const CallContext& context, AuditStore& store,
                                           const PolicySnapshot& before,
                                           const PolicySnapshot& after,
                                           const ImpactRequest& request,
                                           const ImpactProgress& progress);

}  // namespace gw

#endif  // COMMON_SERVICE_IMPACT_H_
