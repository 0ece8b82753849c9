// The audit log in JSON, with the field names of flow_text.h: what `gatewarden flows -o json`
// prints, and the lines of the stream that the setting `auditJsonLines` asks for. Any thread.

#ifndef COMMON_STORE_AUDIT_JSON_H_
#define COMMON_STORE_AUDIT_JSON_H_

#include <string>

#include "common/net/tuple.h"
#include "common/store/audit_record.h"
#include "nlohmann/json.hpp"

namespace gw {

nlohmann::ordered_json ToJson(const AuditRecord& record);

// Lines of the stream, without their line end. A decision is the same object as ToJson(record);
// what came later has the decision's `id`, and says in `event` what it is:
//   {"event":"end","id":…,"time":…,"src":…,…,"end":{"reason":…,"seconds":…,"bytesSent":…,…}}
//   {"event":"translated","id":…,"time":…,"src":…,…,"translatedSource":{"address":…,"port":…}}
//   {"event":"policy","time":…,"text":…}                            (AuditEvent::kind)
std::string AuditLine(const AuditRecord& record);
// `tuple` as in the record of the decision. `known` is the time of a line about a translation.
std::string AuditLine(const AuditFlow& flow, const Tuple& tuple, absl::Time known);
std::string AuditLine(const AuditEvent& event);

}  // namespace gw

#endif  // COMMON_STORE_AUDIT_JSON_H_
