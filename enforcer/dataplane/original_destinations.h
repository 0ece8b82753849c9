// OriginalDestinations: what flows came for before DNAT, from the packet that was judged at
// prerouting to the same packet's next question at input or forward, where its destination is
// translated already. A kernel that tells it itself (QueuedPacket::original) needs none of this.
// What is forgotten costs the name of a rule in the log and never a verdict: that is in the mark.
//
// All workers share one, since the two questions about a packet may come up in different queues. No
// lock, allocation or wait: slots of atomic words, each guarded by a sequence number that is odd
// while somebody writes.

#ifndef ENFORCER_DATAPLANE_ORIGINAL_DESTINATIONS_H_
#define ENFORCER_DATAPLANE_ORIGINAL_DESTINATIONS_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "common/net/tuple.h"
#include "enforcer/dataplane/packet_queue.h"

namespace gw {

// What DNAT leaves as it is, of one packet.
struct PacketKey {
  uint32_t in_index = 0;
  Address source;
  uint16_t source_port = 0;
  uint8_t protocol = 0;
  uint32_t identity = 0;  // identification and length (IPv4), flow label and length (IPv6)

  template <typename H>
  friend H AbslHashValue(H h, const PacketKey& k) {
    return H::combine(std::move(h), k.in_index, k.source, k.source_port, k.protocol, k.identity);
  }
};

// `packet` has a tuple that was read from its bytes.
PacketKey KeyOf(const QueuedPacket& packet, const Tuple& tuple);

// Thread-safe.
class OriginalDestinations {
 public:
  void Remember(const PacketKey& key, const OriginalDestination& original);
  // Nothing if it was not remembered, or another packet took the slot.
  std::optional<OriginalDestination> Find(const PacketKey& key) const;

 private:
  // Packets under way between two hooks: those of all queues and batches, and then some.
  static constexpr size_t kSlots = 4096;
  struct Slot {
    std::atomic<uint32_t> sequence{0};
    std::atomic<uint64_t> key{0};
    std::atomic<uint64_t> hi{0};
    std::atomic<uint64_t> lo{0};
    std::atomic<uint32_t> port_and_family{0};
  };
  std::array<Slot, kSlots> slots_;
};

}  // namespace gw

#endif  // ENFORCER_DATAPLANE_ORIGINAL_DESTINATIONS_H_
