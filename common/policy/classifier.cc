#include "common/policy/classifier.h"

#include <algorithm>

namespace gw {
namespace {

// The index of the last of `starts` that is not above `key`. `starts` begin with the least key.
template <typename Key>
size_t FindClass(const Key* starts, size_t count, const Key& key) {
  size_t low = 0;
  while (count > 1) {
    const size_t half = count / 2;
    low = starts[low + half] <= key ? low + half : low;  // a conditional move, no branch
    count -= half;
  }
  return low;
}

}  // namespace

const Classifier::AddressClass& Classifier::ClassOf(const Address& address) const {
  if (address.family == Family::kIPv6) {
    const Wide key{address.hi, address.lo};
    return classes6_[FindClass(starts6_.data(), starts6_.size(), key)];
  }
  const auto key = static_cast<uint32_t>(address.lo);
  if (root4_.empty()) return classes4_[FindClass(starts4_.data(), starts4_.size(), key)];
  const uint32_t* root = root4_.data() + (key >> 16U);
  return classes4_[root[0] + FindClass(starts4_.data() + root[0], root[1] - root[0] + 1, key)];
}

uint32_t Classifier::ClassOf(const PortClasses& classes, const Tuple& tuple, uint16_t port) {
  if (!HasPorts(tuple.protocol)) return classes.without_ports;
  return classes.vectors[FindClass(classes.starts.data(), classes.starts.size(), port)];
}

Classifier::Classes Classifier::ClassesOf(const Tuple& tuple) const {
  Classes classes;
  classes.source = ClassOf(tuple.source).source;
  classes.destination = ClassOf(tuple.destination).destination;
  classes.protocol = protocols_[tuple.protocol];
  classes.source_port = ClassOf(source_ports_, tuple, tuple.source_port);
  classes.destination_port = ClassOf(destination_ports_, tuple, tuple.destination_port);
  return classes;
}

uint32_t Classifier::Next(uint32_t members, const Classes& classes, uint32_t from,
                          uint32_t until) const {
  if (from >= until) return kNoEntry;
  const uint32_t* const asked = BlocksOf(members);
  const uint32_t* const source = BlocksOf(classes.source);
  const uint32_t* const destination = BlocksOf(classes.destination);
  const uint32_t* const protocol = BlocksOf(classes.protocol);
  const uint32_t* const source_port = BlocksOf(classes.source_port);
  const uint32_t* const destination_port = BlocksOf(classes.destination_port);
  const uint32_t last = (until - 1) / kBlockBits;
  for (uint32_t i = from / kBlockBits; i <= last; ++i) {
    if (asked[i] == kZeros || source[i] == kZeros || destination[i] == kZeros ||
        protocol[i] == kZeros || source_port[i] == kZeros || destination_port[i] == kZeros) {
      continue;
    }
    Block block = blocks_[asked[i]];
    for (const uint32_t other :
         {destination[i], source[i], destination_port[i], protocol[i], source_port[i]}) {
      if (other == kOnes) continue;
      const Block& also = blocks_[other];
      for (uint32_t word = 0; word < kBlockWords; ++word) block[word] &= also[word];
    }
    const uint32_t first_bit = i * kBlockBits;
    const uint32_t skipped = from > first_bit ? from - first_bit : 0;
    for (uint32_t word = skipped / 64; word < kBlockWords; ++word) {
      uint64_t bits = block[word];
      if (word == skipped / 64) bits &= ~uint64_t{0} << (skipped % 64);
      if (bits == 0) continue;
      const uint32_t entry = first_bit + word * 64 + static_cast<uint32_t>(__builtin_ctzll(bits));
      return entry < until ? entry : kNoEntry;
    }
  }
  return kNoEntry;
}

Classifier::Size Classifier::SizeInMemory() const {
  const auto bytes = [](const auto& all) { return all.size() * sizeof(all[0]); };
  Size size;
  size.vectors = blocks_per_vector_ == 0 ? 0 : block_numbers_.size() / blocks_per_vector_;
  size.blocks = blocks_.size();
  size.address_ranges = starts4_.size() + starts6_.size();
  size.bytes = bytes(entries_) + bytes(entry_of_rule_) + bytes(blocks_) + bytes(block_numbers_) +
               bytes(starts4_) + bytes(classes4_) + bytes(root4_) + bytes(starts6_) +
               bytes(classes6_) + bytes(source_ports_.starts) + bytes(source_ports_.vectors) +
               bytes(destination_ports_.starts) + bytes(destination_ports_.vectors);
  return size;
}

}  // namespace gw
