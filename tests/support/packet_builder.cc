#include "tests/support/packet_builder.h"

#include <utility>

#include "common/base/check.h"
#include "common/net/protocol.h"

namespace gw::testing {
namespace {

constexpr size_t kIpv4Header = 20;
constexpr size_t kIpv4OptionsMax = 40;
constexpr uint8_t kNoOperation = 1;
constexpr uint16_t kIpv4MoreFragments = 0x2000;
constexpr uint16_t kIpv6MoreFragments = 0x0001;

void Append16(std::vector<uint8_t>* bytes, size_t value) {
  bytes->push_back(static_cast<uint8_t>(value >> 8));
  bytes->push_back(static_cast<uint8_t>(value));
}

void Append(std::vector<uint8_t>* bytes, const std::vector<uint8_t>& more) {
  bytes->insert(bytes->end(), more.begin(), more.end());
}

void AppendAddress(std::vector<uint8_t>* bytes, const Address& address) {
  const auto all = address.Bytes();
  bytes->insert(bytes->end(), all.begin(), all.begin() + AddressBits(address.family) / 8);
}

Address MustParse(Family family, absl::string_view text) {
  const auto address = ParseAddress(text);
  GW_CHECK(address.ok() && address->family == family);
  return *address;
}

uint16_t InternetChecksum(const std::vector<uint8_t>& bytes) {
  uint32_t sum = 0;
  for (size_t i = 0; i + 1 < bytes.size(); i += 2) sum += bytes[i] * 256u + bytes[i + 1];
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<uint16_t>(~sum);
}

std::vector<uint8_t> Ports(uint16_t source_port, uint16_t destination_port) {
  std::vector<uint8_t> bytes;
  Append16(&bytes, source_port);
  Append16(&bytes, destination_port);
  return bytes;
}

}  // namespace

PacketBuilder PacketBuilder::IPv4(absl::string_view source, absl::string_view destination) {
  return {MustParse(Family::kIPv4, source), MustParse(Family::kIPv4, destination)};
}

PacketBuilder PacketBuilder::IPv6(absl::string_view source, absl::string_view destination) {
  return {MustParse(Family::kIPv6, source), MustParse(Family::kIPv6, destination)};
}

PacketBuilder& PacketBuilder::HopLimit(uint8_t hop_limit) {
  hop_limit_ = hop_limit;
  return *this;
}

PacketBuilder& PacketBuilder::Options(size_t size) {
  GW_CHECK(source_.family == Family::kIPv4 && size % 4 == 0 && size <= kIpv4OptionsMax);
  options_size_ = size;
  return *this;
}

PacketBuilder& PacketBuilder::Extension(uint8_t header, size_t size) {
  GW_CHECK(source_.family == Family::kIPv6 && size % 8 == 0 && size >= 8);
  std::vector<uint8_t> bytes(size);
  // The authentication header counts in four bytes and from eight on (RFC 4302 §2.2).
  const size_t length = header == kAuthentication ? size / 4 - 2 : size / 8 - 1;
  bytes[1] = static_cast<uint8_t>(length);
  extensions_.push_back({header, std::move(bytes)});
  return *this;
}

PacketBuilder& PacketBuilder::Fragment(uint16_t offset, bool more) {
  GW_CHECK(offset % 8 == 0);
  if (source_.family == Family::kIPv4) {
    ipv4_fragment_ = static_cast<uint16_t>(offset / 8 | (more ? kIpv4MoreFragments : 0));
    return *this;
  }
  std::vector<uint8_t> bytes(2);
  Append16(&bytes, offset | (more ? kIpv6MoreFragments : 0u));
  bytes.resize(8);
  extensions_.push_back({kFragmentHeader, std::move(bytes)});
  return *this;
}

PacketBuilder& PacketBuilder::Tcp(uint16_t source_port, uint16_t destination_port, uint8_t flags) {
  std::vector<uint8_t> bytes = Ports(source_port, destination_port);
  bytes.resize(20);
  bytes[12] = 5 << 4;  // five words of header
  bytes[13] = flags;
  return Protocol(kProtocolTcp, std::move(bytes));
}

PacketBuilder& PacketBuilder::Udp(uint16_t source_port, uint16_t destination_port) {
  std::vector<uint8_t> bytes = Ports(source_port, destination_port);
  Append16(&bytes, 8);
  Append16(&bytes, 0);
  return Protocol(kProtocolUdp, std::move(bytes));
}

PacketBuilder& PacketBuilder::UdpLite(uint16_t source_port, uint16_t destination_port) {
  std::vector<uint8_t> bytes = Ports(source_port, destination_port);
  Append16(&bytes, 8);
  Append16(&bytes, 0);
  return Protocol(kProtocolUdpLite, std::move(bytes));
}

PacketBuilder& PacketBuilder::Sctp(uint16_t source_port, uint16_t destination_port) {
  std::vector<uint8_t> bytes = Ports(source_port, destination_port);
  bytes.resize(12);
  return Protocol(kProtocolSctp, std::move(bytes));
}

PacketBuilder& PacketBuilder::Icmp(uint8_t type, uint8_t code) {
  std::vector<uint8_t> bytes = {type, code};
  bytes.resize(8);
  return Protocol(source_.family == Family::kIPv4 ? kProtocolIcmp : kProtocolIcmpv6,
                  std::move(bytes));
}

PacketBuilder& PacketBuilder::Protocol(uint8_t protocol, std::vector<uint8_t> bytes) {
  protocol_ = protocol;
  payload_ = std::move(bytes);
  return *this;
}

std::vector<uint8_t> PacketBuilder::Build() const {
  return source_.family == Family::kIPv4 ? BuildIpv4() : BuildIpv6();
}

std::vector<uint8_t> PacketBuilder::BuildIpv4() const {
  const size_t header_size = kIpv4Header + options_size_;
  std::vector<uint8_t> bytes = {static_cast<uint8_t>(4 << 4 | header_size / 4), 0};
  Append16(&bytes, header_size + payload_.size());
  Append16(&bytes, 0);
  Append16(&bytes, ipv4_fragment_);
  Append(&bytes, {hop_limit_, protocol_, 0, 0});
  AppendAddress(&bytes, source_);
  AppendAddress(&bytes, destination_);
  bytes.resize(header_size, kNoOperation);
  const uint16_t checksum = InternetChecksum(bytes);
  bytes[10] = static_cast<uint8_t>(checksum >> 8);
  bytes[11] = static_cast<uint8_t>(checksum);
  Append(&bytes, payload_);
  return bytes;
}

std::vector<uint8_t> PacketBuilder::BuildIpv6() const {
  size_t size = payload_.size();
  for (const ExtensionHeader& extension : extensions_) size += extension.bytes.size();
  std::vector<uint8_t> bytes = {6 << 4, 0, 0, 0};
  Append16(&bytes, size);
  Append(&bytes, {extensions_.empty() ? protocol_ : extensions_.front().header, hop_limit_});
  AppendAddress(&bytes, source_);
  AppendAddress(&bytes, destination_);
  for (size_t i = 0; i < extensions_.size(); ++i) {
    std::vector<uint8_t> header = extensions_[i].bytes;
    header[0] = i + 1 < extensions_.size() ? extensions_[i + 1].header : protocol_;
    Append(&bytes, header);
  }
  Append(&bytes, payload_);
  return bytes;
}

}  // namespace gw::testing
