#include "common/net/prefix.h"

#include <charconv>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace gw {
namespace {

uint64_t UpperMask(unsigned bits) {
  return bits == 0 ? 0 : bits >= 64 ? ~uint64_t{0} : ~uint64_t{0} << (64 - bits);
}

struct Mask {
  uint64_t hi;
  uint64_t lo;
};

Mask NetworkMask(Family family, uint8_t length) {
  if (family == Family::kIPv4) return {0, UpperMask(length) >> 32};
  return {UpperMask(length), length > 64 ? UpperMask(length - 64u) : 0};
}

absl::StatusOr<Prefix> ParseUnmasked(absl::string_view text) {
  const size_t slash = text.find('/');
  const auto address = ParseAddress(text.substr(0, slash));
  if (!address.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("`", text, "` is not a network: write address/length, such as 192.0.2.0/24"));
  }
  Prefix prefix = Prefix::Of(*address);
  if (slash == absl::string_view::npos) return prefix;
  const absl::string_view length = text.substr(slash + 1);
  const uint8_t length_max = prefix.length;
  const auto [end, error] =
      std::from_chars(length.data(), length.data() + length.size(), prefix.length);
  if (error != std::errc() || end != length.data() + length.size() || prefix.length > length_max) {
    return absl::InvalidArgumentError(absl::StrCat("`", text, "` has a bad length: 0 to ",
                                                   static_cast<int>(length_max), " is possible"));
  }
  return prefix;
}

Prefix Masked(Prefix prefix) {
  const Mask mask = NetworkMask(prefix.address.family, prefix.length);
  prefix.address.hi &= mask.hi;
  prefix.address.lo &= mask.lo;
  return prefix;
}

}  // namespace

bool Prefix::Contains(const Address& other) const {
  if (other.family != address.family) return false;
  const Mask mask = NetworkMask(address.family, length);
  return (other.hi & mask.hi) == address.hi && (other.lo & mask.lo) == address.lo;
}

Address Prefix::Last() const {
  const Mask mask = NetworkMask(address.family, length);
  if (address.family == Family::kIPv4) {
    return {address.family, 0, address.lo | (~mask.lo & 0xffffffff)};
  }
  return {address.family, address.hi | ~mask.hi, address.lo | ~mask.lo};
}

absl::StatusOr<Prefix> ParsePrefix(absl::string_view text) {
  auto prefix = ParseUnmasked(text);
  if (!prefix.ok()) return prefix;
  if (text.find('/') == absl::string_view::npos) {
    return absl::InvalidArgumentError(
        absl::StrCat("`", text, "` has no length: write `", ToString(*prefix), "`"));
  }
  const Prefix masked = Masked(*prefix);
  if (masked != *prefix) {
    return absl::InvalidArgumentError(absl::StrCat(
        "`", text, "` has host bits set: write `", ToString(masked), "` for the network, or `",
        ToString(Prefix::Of(prefix->address)), "` for the one address"));
  }
  return prefix;
}

absl::StatusOr<Prefix> ParseNetwork(absl::string_view text) {
  auto prefix = ParseUnmasked(text);
  if (!prefix.ok()) return prefix;
  return Masked(*prefix);
}

std::string ToString(const Prefix& prefix) {
  return absl::StrCat(ToString(prefix.address), "/", static_cast<int>(prefix.length));
}

}  // namespace gw
