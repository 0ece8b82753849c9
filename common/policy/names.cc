// The words for the enumerations of packet.h and explanation.h. They are part of the vectors and of
// the output formats: changing one is an incompatible change.

#include "common/policy/explanation.h"
#include "common/policy/packet.h"

namespace gw {

const char* HookName(Hook hook) {
  switch (hook) {
    case Hook::kInput:
      return "input";
    case Hook::kForward:
      return "forward";
    case Hook::kOutput:
      return "output";
  }
  return "unknown";
}

const char* ConntrackStateName(ConntrackState state) {
  switch (state) {
    case ConntrackState::kNew:
      return "new";
    case ConntrackState::kEstablished:
      return "established";
    case ConntrackState::kRelated:
      return "related";
    case ConntrackState::kInvalid:
      return "invalid";
  }
  return "unknown";
}

const char* VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kNone:
      return "none";
    case Verdict::kAllow:
      return "allow";
    case Verdict::kDeny:
      return "deny";
  }
  return "unknown";
}

}  // namespace gw
