// What the engine judges: the first packet of a flow as a hook shows it. A plain value that the
// packet path fills without allocating.

#ifndef COMMON_POLICY_PACKET_H_
#define COMMON_POLICY_PACKET_H_

#include <cstdint>
#include <string>

#include "common/net/tuple.h"

namespace gw {

enum class Hook : uint8_t { kInput, kForward, kOutput };
enum class ConntrackState : uint8_t { kNew, kEstablished, kRelated, kInvalid };

// "input", "forward", "output"
const char* HookName(Hook hook);
// "new", "established", "related", "invalid"
const char* ConntrackStateName(ConntrackState state);

// What is known of the preDNAT stage (policy-semantics.md §4.5 R2) when a packet is judged: the
// enforcer judges it at a hook of its own, where the packet still has its original destination.
enum class PreDnat : uint8_t {
  kJudge,    // to be judged
  kPassed,   // was judged, without an opinion
  kAllowed,  // was judged, and allowed by a policy
};

struct Packet {
  Hook hook = Hook::kInput;
  Tuple tuple;  // after DNAT, before SNAT: as the filter hooks see it
  // What the tuple said before DNAT, where it differs (policy-semantics.md §4.5 R2).
  bool translated = false;
  Address original_destination;
  uint16_t original_destination_port = 0;
  PreDnat pre_dnat = PreDnat::kJudge;
  ConntrackState state = ConntrackState::kNew;
  bool reverse_path_ok = true;
  uint8_t hop_limit = 255;  // matters for neighbour discovery only

  friend bool operator==(const Packet&, const Packet&) = default;
};

// A packet with the interfaces it came in and goes out by; empty where the hook has none.
struct InterfacePacket {
  std::string in;
  std::string out;
  Packet packet;

  friend bool operator==(const InterfacePacket&, const InterfacePacket&) = default;
};

}  // namespace gw

#endif  // COMMON_POLICY_PACKET_H_
