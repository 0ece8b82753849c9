#include "enforcer/dataplane/original_destinations.h"

#include "absl/hash/hash.h"

namespace gw {
namespace {

constexpr size_t kIdentityEnd = 6;

}  // namespace

PacketKey KeyOf(const QueuedPacket& packet, const Tuple& tuple) {
  PacketKey key{packet.in_index, tuple.source, tuple.source_port, tuple.protocol, 0};
  if (packet.size < kIdentityEnd) return key;
  // IPv4: bytes 2 to 5 are length and identification (RFC 791). IPv6: 2 and 3 the rest of the flow
  // label, 4 and 5 the length (RFC 8200).
  for (size_t i = 2; i < kIdentityEnd; ++i) key.identity = key.identity << 8 | packet.bytes[i];
  return key;
}

// Stores are releases and loads acquires, so that who sees a word of a later write sees the odd
// number before it too.
void OriginalDestinations::Remember(const PacketKey& key, const OriginalDestination& original) {
  const uint64_t hash = absl::HashOf(key);
  Slot& slot = slots_[hash % kSlots];
  uint32_t sequence = slot.sequence.load(std::memory_order_relaxed);
  if (sequence % 2 != 0 ||
      !slot.sequence.compare_exchange_strong(sequence, sequence + 1, std::memory_order_acq_rel)) {
    return;  // another worker writes it: one of the two is enough
  }
  slot.key.store(hash, std::memory_order_release);
  slot.hi.store(original.address.hi, std::memory_order_release);
  slot.lo.store(original.address.lo, std::memory_order_release);
  slot.port_and_family.store(
      uint32_t{original.port} << 8 | static_cast<uint32_t>(original.address.family),
      std::memory_order_release);
  slot.sequence.store(sequence + 2, std::memory_order_release);
}

std::optional<OriginalDestination> OriginalDestinations::Find(const PacketKey& key) const {
  const uint64_t hash = absl::HashOf(key);
  const Slot& slot = slots_[hash % kSlots];
  const uint32_t before = slot.sequence.load(std::memory_order_acquire);
  if (before % 2 != 0 || before == 0) return std::nullopt;
  const uint64_t found = slot.key.load(std::memory_order_acquire);
  OriginalDestination original;
  original.address.hi = slot.hi.load(std::memory_order_acquire);
  original.address.lo = slot.lo.load(std::memory_order_acquire);
  const uint32_t port_and_family = slot.port_and_family.load(std::memory_order_acquire);
  if (slot.sequence.load(std::memory_order_relaxed) != before || found != hash) return std::nullopt;
  original.address.family = static_cast<Family>(port_and_family & 0xff);
  original.port = static_cast<uint16_t>(port_and_family >> 8);
  return original;
}

}  // namespace gw
