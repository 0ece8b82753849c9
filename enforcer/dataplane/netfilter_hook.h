// The hooks of netfilter by the kernel's numbers, as messages of NFQUEUE and NFLOG give them.
// Thread-safe: pure.

#ifndef ENFORCER_DATAPLANE_NETFILTER_HOOK_H_
#define ENFORCER_DATAPLANE_NETFILTER_HOOK_H_

#include <cstdint>
#include <optional>

#include "common/policy/packet.h"

namespace gw {

// `number` is one of enum nf_inet_hooks. Nothing for the hooks where no policy is decided.
std::optional<Hook> HookOf(uint8_t number);
// Before routing and before DNAT: which of the hooks input and forward follows is not known there.
bool IsPrerouting(uint8_t number);

}  // namespace gw

#endif  // ENFORCER_DATAPLANE_NETFILTER_HOOK_H_
