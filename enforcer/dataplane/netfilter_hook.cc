#include "enforcer/dataplane/netfilter_hook.h"

#include <linux/netfilter.h>

namespace gw {

std::optional<Hook> HookOf(uint8_t number) {
  switch (number) {
    case NF_INET_LOCAL_IN:
      return Hook::kInput;
    case NF_INET_FORWARD:
      return Hook::kForward;
    case NF_INET_LOCAL_OUT:
      return Hook::kOutput;
    default:
      return std::nullopt;
  }
}

bool IsPrerouting(uint8_t number) { return number == NF_INET_PRE_ROUTING; }

}  // namespace gw
