// Digest: 64 bits that tell sequences of numbers and texts apart, the same in every process
// (absl::Hash differs from one to the next). Not against adversaries: who can write policies need
// not forge them. Private to the files of this room that say what counts: fingerprint.cc,
// rule_version.cc.

#ifndef COMMON_POLICY_DIGEST_H_
#define COMMON_POLICY_DIGEST_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

#include "common/net/address.h"

namespace gw {

class Digest {
 public:
  void Add(uint64_t number) {
    // The finalizer of SplitMix64 (Steele, Lea, Flood 2014) over a running state.
    uint64_t mixed = state_ + 0x9e3779b97f4a7c15 + number;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    state_ = mixed ^ (mixed >> 31);
  }
  void Add(absl::string_view text) {
    Add(text.size());
    constexpr size_t kStep = sizeof(uint64_t);
    for (size_t at = 0; at < text.size(); at += kStep) {
      uint64_t number = 0;
      for (size_t i = at; i < std::min(at + kStep, text.size()); ++i) {
        number = number << 8 | static_cast<unsigned char>(text[i]);
      }
      Add(number);
    }
  }
  void Add(const Address& address) {
    Add(static_cast<uint64_t>(address.family));
    Add(address.hi);
    Add(address.lo);
  }
  uint64_t value() const { return state_; }

 private:
  uint64_t state_ = 0;
};

}  // namespace gw

#endif  // COMMON_POLICY_DIGEST_H_
