// Whether destinations may be translated in this network namespace: what the raw table sees is then
// not what the policy judged.

#ifndef ENFORCER_RULESET_TRANSLATION_H_
#define ENFORCER_RULESET_TRANSLATION_H_

#include "absl/status/statusor.h"

namespace gw {

// True if any table has a nat chain at prerouting, whatever its rules, or the old iptables has its
// nat table. Control thread.
absl::StatusOr<bool> DestinationsMayBeTranslated();

}  // namespace gw

#endif  // ENFORCER_RULESET_TRANSLATION_H_
