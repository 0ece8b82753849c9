// The stream of IPFIX messages over UDP.

#ifndef ENFORCER_AUDIT_IPFIX_SOCKET_H_
#define ENFORCER_AUDIT_IPFIX_SOCKET_H_

#include <memory>

#include "common/policy/settings.h"
#include "enforcer/audit/audit_sink.h"

namespace gw {

// Templates go out before the first data and again each 60 seconds as long as there is data (RFC
// 7011 §8.4). What a collector refuses (ICMP) is sent again; what the network loses is seen by the
// collector in the sequence numbers. Flows of this machine to the collector's port are left out:
// else what is sent about sending would never end.
std::unique_ptr<AuditSink> MakeIpfixSocket(const IpfixCollector& collector);

}  // namespace gw

#endif  // ENFORCER_AUDIT_IPFIX_SOCKET_H_
