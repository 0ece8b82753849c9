#include "admin-gui/models/traffic_question.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include <QCoreApplication>

#include "common/net/prefix.h"
#include "common/net/service_names.h"

namespace gw::gui {
namespace {

class TrafficText {
  Q_DECLARE_TR_FUNCTIONS(TrafficQuestion)
};

constexpr uint8_t kEchoRequestIcmpv6 = 128;

absl::Status NoService(absl::string_view text) {
  return absl::InvalidArgumentError(
      TrafficText::tr("“%1” is no service: write 443/tcp, https or icmp.")
          .arg(QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())))
          .toStdString());
}

std::optional<uint8_t> ProtocolOf(absl::string_view text) {
  if (const auto named = ProtocolByName(text)) return *named;
  uint32_t number = 0;
  if (absl::SimpleAtoi(text, &number) && number <= 255) return static_cast<uint8_t>(number);
  return std::nullopt;
}

bool IsOwn(const HostInterface& one, const Address& address) {
  return std::any_of(one.addresses.begin(), one.addresses.end(),
                     [&](const InterfaceAddress& own) { return own.address == address; });
}

bool IsGateway(const std::vector<HostInterface>& interfaces, const Address& address) {
  return std::any_of(interfaces.begin(), interfaces.end(),
                     [&](const HostInterface& one) { return IsOwn(one, address); });
}

// How many leading bits of `address` the interface's networks share with it; -1 if none holds it.
int BitsOf(const HostInterface& one, const Address& address) {
  int bits = -1;
  for (const InterfaceAddress& own : one.addresses) {
    const auto network =
        ParseNetwork(absl::StrCat(ToString(own.address), "/", static_cast<int>(own.prefix_length)));
    if (!network.ok() || network->address.family != address.family) continue;
    if (network->Contains(address)) bits = std::max(bits, static_cast<int>(own.prefix_length));
  }
  return bits;
}

// The interface towards `address`: of the longest network that holds it, else of the default
// route; empty if neither is known.
std::string Towards(const std::vector<HostInterface>& interfaces, const Address& address) {
  std::string best;
  int bits = -1;
  for (const HostInterface& one : interfaces) {
    const int own = BitsOf(one, address);
    if (own > bits) {
      bits = own;
      best = one.name;
    }
  }
  if (!best.empty()) return best;
  const bool v4 = address.family == Family::kIPv4;
  for (const HostInterface& one : interfaces) {
    if (v4 ? one.default_route_ipv4 : one.default_route_ipv6) return one.name;
  }
  return {};
}

TrafficPacket Ask(TrafficProblem::Kind kind, const QString& words,
                  const std::vector<HostInterface>& interfaces) {
  TrafficPacket packet;
  packet.problem.kind = kind;
  packet.problem.words = words;
  for (const HostInterface& one : interfaces) {
    if (one.kind != HostInterface::Kind::kLoopback) packet.problem.choices.push_back(one.name);
  }
  return packet;
}

TrafficPacket Impossible(const QString& words) {
  TrafficPacket packet;
  packet.problem = {TrafficProblem::Kind::kImpossible, words, {}};
  return packet;
}

QString TextOf(const Address& address) { return QString::fromStdString(ToString(address)); }

Tuple TupleOf(const TrafficQuestion& question) {
  Tuple tuple;
  tuple.source = question.source;
  tuple.destination = question.destination;
  tuple.protocol = question.service.protocol;
  if (HasPorts(tuple.protocol)) {
    tuple.source_port = question.source_port;
    tuple.destination_port = question.service.port;
  }
  if (IsIcmp(tuple.protocol)) tuple.icmp_type = question.service.icmp_type;
  // People say icmp and mean that of the address.
  if (tuple.protocol == kProtocolIcmp && tuple.family() == Family::kIPv6) {
    tuple.protocol = kProtocolIcmpv6;
    tuple.icmp_type = kEchoRequestIcmpv6;
  }
  return tuple;
}

}  // namespace

absl::StatusOr<TrafficService> ReadTrafficService(absl::string_view text) {
  const std::vector<absl::string_view> words =
      absl::StrSplit(absl::StripAsciiWhitespace(text), ' ', absl::SkipEmpty());
  if (words.empty()) return NoService(text);
  // "https 443/tcp" is how a row names it: the figures count.
  const absl::string_view word = words.back();
  const std::vector<std::string> parts = absl::StrSplit(word, '/');
  TrafficService service;
  if (parts.size() == 2) {
    uint32_t port = 0;
    const auto protocol = ProtocolOf(parts[1]);
    if (!protocol || !HasPorts(*protocol) || !absl::SimpleAtoi(parts[0], &port) || port > 65535) {
      return NoService(text);
    }
    service.protocol = *protocol;
    service.port = static_cast<uint16_t>(port);
    return service;
  }
  if (parts.size() != 1) return NoService(text);
  if (const auto named = ServiceByName(word)) {
    service.protocol = named->protocol;
    service.port = named->port;
    return service;
  }
  const auto protocol = ProtocolOf(word);
  if (!protocol || HasPorts(*protocol)) return NoService(text);
  service.protocol = *protocol;
  if (service.protocol == kProtocolIcmpv6) service.icmp_type = kEchoRequestIcmpv6;
  return service;
}

std::string WriteTrafficService(const TrafficService& service) {
  const std::string protocol = absl::AsciiStrToLower(ProtocolName(service.protocol));
  return HasPorts(service.protocol) ? absl::StrCat(service.port, "/", protocol) : protocol;
}

TrafficPacket PacketFor(const TrafficQuestion& question,
                        const std::vector<HostInterface>& interfaces) {
  if (question.source.family != question.destination.family) {
    return Impossible(TrafficText::tr("One address is IPv4, the other IPv6."));
  }
  const bool from_gateway = IsGateway(interfaces, question.source) && !question.in;
  const bool to_gateway = IsGateway(interfaces, question.destination) && !question.out;
  if (from_gateway && to_gateway) {
    return Impossible(TrafficText::tr("This traffic stays within the gateway."));
  }
  TrafficPacket result;
  InterfacePacket& packet = result.packet;
  packet.packet.tuple = TupleOf(question);
  packet.packet.hook = from_gateway ? Hook::kOutput : to_gateway ? Hook::kInput : Hook::kForward;
  if (!from_gateway) packet.in = question.in.value_or(Towards(interfaces, question.source));
  if (!to_gateway) packet.out = question.out.value_or(Towards(interfaces, question.destination));
  if (!from_gateway && packet.in.empty()) {
    return Ask(TrafficProblem::Kind::kArrivesBy,
               TrafficText::tr("Which interface does %1 arrive by?").arg(TextOf(question.source)),
               interfaces);
  }
  if (!to_gateway && packet.out.empty()) {
    return Ask(TrafficProblem::Kind::kLeavesBy,
               TrafficText::tr("Which interface leads to %1?").arg(TextOf(question.destination)),
               interfaces);
  }
  if (packet.packet.hook == Hook::kForward && packet.in == packet.out && !question.in &&
      !question.out) {
    return Impossible(
        TrafficText::tr("This traffic does not pass the gateway: both addresses are on %1.")
            .arg(QString::fromStdString(packet.in)));
  }
  return result;
}

}  // namespace gw::gui
