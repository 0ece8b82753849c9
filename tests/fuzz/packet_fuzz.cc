// Any bytes as a packet: nothing is read beyond them, and what is said of the packet agrees.

#include <cstdint>
#include <vector>

#include "common/base/check.h"
#include "common/net/packet_parse.h"

namespace {

void CheckAgreement(const gw::ParsedPacket& parsed) {
  const gw::Tuple& tuple = parsed.tuple;
  const bool has_ports = tuple.source_port != 0 || tuple.destination_port != 0;
  const bool has_icmp = tuple.icmp_type != 0 || tuple.icmp_code != 0;
  GW_CHECK(!has_ports || (gw::HasPorts(tuple.protocol) && !parsed.is_fragment));
  GW_CHECK(!has_icmp || (gw::IsIcmp(tuple.protocol) && !parsed.is_fragment));
  GW_CHECK(!parsed.tcp_syn || tuple.protocol == gw::kProtocolTcp);
  GW_CHECK(tuple.source.family == tuple.destination.family);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const gw::ParsedPacket parsed = gw::ParsePacket(bytes, size);
  CheckAgreement(parsed);
  (void)gw::ToString(gw::OriginalOfReply(parsed.tuple));
  if (parsed.problem != gw::ParsedPacket::Problem::kNone || size == 0) return 0;
  // Less of a good packet is the same packet or a truncated one, never another.
  const std::vector<uint8_t> shorter(bytes, bytes + size - 1);
  const gw::ParsedPacket cut = gw::ParsePacket(shorter.data(), shorter.size());
  GW_CHECK(cut.problem == gw::ParsedPacket::Problem::kTruncated || cut.tuple == parsed.tuple);
  return 0;
}
