#include "common/net/address.h"

#include <arpa/inet.h>

#include <cstring>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace gw {
namespace {

uint64_t LoadBigEndian(const uint8_t* bytes, size_t count) {
  uint64_t value = 0;
  for (size_t i = 0; i < count; ++i) value = value << 8 | bytes[i];
  return value;
}

void StoreBigEndian(uint64_t value, uint8_t* bytes, size_t count) {
  for (size_t i = count; i > 0; --i, value >>= 8) bytes[i - 1] = static_cast<uint8_t>(value);
}

}  // namespace

Address Address::FromBytes(Family family, const uint8_t* bytes) {
  if (family == Family::kIPv4) return {family, 0, LoadBigEndian(bytes, 4)};
  return {family, LoadBigEndian(bytes, 8), LoadBigEndian(bytes + 8, 8)};
}

std::array<uint8_t, 16> Address::Bytes() const {
  std::array<uint8_t, 16> bytes{};
  if (family == Family::kIPv4) {
    StoreBigEndian(lo, bytes.data(), 4);
  } else {
    StoreBigEndian(hi, bytes.data(), 8);
    StoreBigEndian(lo, bytes.data() + 8, 8);
  }
  return bytes;
}

Address Next(const Address& address) {
  Address next = address;
  if (address.family == Family::kIPv4) {
    next.lo = (address.lo + 1) & 0xffffffff;
    return next;
  }
  next.lo = address.lo + 1;
  if (next.lo == 0) next.hi = address.hi + 1;
  return next;
}

absl::StatusOr<Address> ParseAddress(absl::string_view text) {
  const std::string copy(text);
  // inet_pton() would end at a NUL byte and take what stands before it for the whole.
  const bool has_nul = text.find('\0') != absl::string_view::npos;
  uint8_t bytes[16];
  if (!has_nul && inet_pton(AF_INET, copy.c_str(), bytes) == 1) {
    return Address::FromBytes(Family::kIPv4, bytes);
  }
  if (!has_nul && inet_pton(AF_INET6, copy.c_str(), bytes) == 1) {
    return Address::FromBytes(Family::kIPv6, bytes);
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "`", text, "` is not an IPv4 or IPv6 address, such as 192.0.2.1 or 2001:db8::1"));
}

std::string ToString(const Address& address) {
  char text[INET6_ADDRSTRLEN];
  inet_ntop(address.family == Family::kIPv4 ? AF_INET : AF_INET6, address.Bytes().data(), text,
            sizeof(text));
  return text;
}

}  // namespace gw
