#include "common/net/protocol.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace gw {
namespace {

struct NamedProtocol {
  uint8_t number;
  const char* name;
};
constexpr NamedProtocol kNamedProtocols[] = {
    {kProtocolTcp, "TCP"},       {kProtocolUdp, "UDP"},   {kProtocolIcmp, "ICMP"},
    {kProtocolIcmpv6, "ICMPv6"}, {kProtocolSctp, "SCTP"}, {kProtocolUdpLite, "UDPLite"},
};

}  // namespace

std::string ProtocolName(uint8_t protocol) {
  for (const NamedProtocol& named : kNamedProtocols) {
    if (named.number == protocol) return named.name;
  }
  return absl::StrCat(static_cast<int>(protocol));
}

std::optional<uint8_t> ProtocolByName(absl::string_view name) {
  for (const NamedProtocol& named : kNamedProtocols) {
    if (absl::EqualsIgnoreCase(name, named.name)) return named.number;
  }
  return std::nullopt;
}

}  // namespace gw
