#include "common/net/tuple.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace gw {
namespace {

struct IcmpPair {
  uint8_t protocol;
  uint8_t reply;
  uint8_t request;
};
// Echo, timestamp, information and address mask; ICMPv6 echo and node information (RFC 4620).
constexpr IcmpPair kIcmpPairs[] = {
    {kProtocolIcmp, 0, 8},   {kProtocolIcmp, 14, 13},     {kProtocolIcmp, 16, 15},
    {kProtocolIcmp, 18, 17}, {kProtocolIcmpv6, 129, 128}, {kProtocolIcmpv6, 140, 139},
};

std::string EndText(const Address& address, uint16_t port) {
  if (address.family == Family::kIPv4) return absl::StrCat(ToString(address), ":", port);
  return absl::StrCat("[", ToString(address), "]:", port);
}

}  // namespace

Tuple OriginalOfReply(const Tuple& reply) {
  Tuple original = reply;
  std::swap(original.source, original.destination);
  std::swap(original.source_port, original.destination_port);
  for (const IcmpPair& pair : kIcmpPairs) {
    if (pair.protocol == reply.protocol && pair.reply == reply.icmp_type) {
      original.icmp_type = pair.request;
    }
  }
  return original;
}

std::string ToString(const Tuple& tuple) {
  const std::string protocol = ProtocolName(tuple.protocol);
  if (HasPorts(tuple.protocol)) {
    return absl::StrCat(protocol, " ", EndText(tuple.source, tuple.source_port), " > ",
                        EndText(tuple.destination, tuple.destination_port));
  }
  std::string ends =
      absl::StrCat(protocol, " ", ToString(tuple.source), " > ", ToString(tuple.destination));
  if (!IsIcmp(tuple.protocol)) return ends;
  return absl::StrCat(ends, " type ", static_cast<int>(tuple.icmp_type), " code ",
                      static_cast<int>(tuple.icmp_code));
}

}  // namespace gw
