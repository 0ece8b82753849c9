// An IPv4 or IPv6 address as a number in host byte order. A value type; order is by family, then
// numerically, so sorted addresses of one family are contiguous.

#ifndef COMMON_NET_ADDRESS_H_
#define COMMON_NET_ADDRESS_H_

#include <array>
#include <compare>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace gw {

enum class Family : uint8_t { kIPv4 = 4, kIPv6 = 6 };

inline constexpr uint8_t AddressBits(Family family) { return family == Family::kIPv4 ? 32 : 128; }

struct Address {
  Family family = Family::kIPv4;
  uint64_t hi = 0;  // IPv6: the upper 64 bits. IPv4: 0.
  uint64_t lo = 0;  // IPv6: the lower 64 bits. IPv4: the address.

  static Address IPv4(uint32_t value) { return {Family::kIPv4, 0, value}; }
  // `bytes` in network byte order: 4 for IPv4, 16 for IPv6.
  static Address FromBytes(Family family, const uint8_t* bytes);
  // Network byte order; IPv4 fills the first four.
  std::array<uint8_t, 16> Bytes() const;

  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the 0 behind < for a pointer
  friend auto operator<=>(const Address&, const Address&) = default;

  template <typename H>
  friend H AbslHashValue(H h, const Address& a) {
    return H::combine(std::move(h), a.family, a.hi, a.lo);
  }
};

// The address after `address` within its family; the last address wraps to the first.
Address Next(const Address& address);

// Accepts what inet_pton(3) accepts. No prefix length, no zone.
absl::StatusOr<Address> ParseAddress(absl::string_view text);

// Dotted quad, or RFC 5952 text.
std::string ToString(const Address& address);

}  // namespace gw

#endif  // COMMON_NET_ADDRESS_H_
