// An IPv4 or IPv6 network: address and length, host bits zero. Parse and print round-trip.

#ifndef COMMON_NET_PREFIX_H_
#define COMMON_NET_PREFIX_H_

#include <compare>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/net/address.h"

namespace gw {

struct Prefix {
  Address address;
  uint8_t length = 0;

  bool Contains(const Address& other) const;
  Address First() const { return address; }
  Address Last() const;
  bool IsSingleAddress() const { return length == AddressBits(address.family); }

  static Prefix Of(const Address& address) { return {address, AddressBits(address.family)}; }

  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the 0 behind < for a pointer
  friend auto operator<=>(const Prefix&, const Prefix&) = default;
};

// Accepts "address/length". Host bits set after the length are an error, not masked away: an
// administrator who writes 10.0.0.1/8 should be asked what was meant. A missing length too
// (policy-semantics.md §1.9: rules require CIDR form).
absl::StatusOr<Prefix> ParsePrefix(absl::string_view text);

// Accepts what a network set may hold (policy-semantics.md §1.7): a CIDR whose host bits need not
// be zero (they are dropped), or a bare address.
absl::StatusOr<Prefix> ParseNetwork(absl::string_view text);

// "address/length", always with the length.
std::string ToString(const Prefix& prefix);

}  // namespace gw

#endif  // COMMON_NET_PREFIX_H_
