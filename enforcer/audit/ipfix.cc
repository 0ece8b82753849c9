#include "enforcer/audit/ipfix.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "common/net/protocol.h"

namespace gw {
namespace {

using Kind = IpfixTemplate::Kind;

constexpr uint16_t kVersion = 10;
constexpr uint16_t kTemplateSet = 2;
constexpr uint16_t kFirstTemplate = 256;
constexpr uint16_t kVariableLength = 65'535;
constexpr uint16_t kEnterpriseBit = 0x8000;
constexpr uint32_t kReverseEnterprise = 29'305;  // RFC 5103 §6.1

// IANA "IPFIX Information Elements".
enum Element : uint16_t {
  kOctetDeltaCount = 1,
  kPacketDeltaCount = 2,
  kProtocolIdentifier = 4,
  kSourceTransportPort = 7,
  kSourceIPv4Address = 8,
  kIngressInterface = 10,
  kDestinationTransportPort = 11,
  kDestinationIPv4Address = 12,
  kEgressInterface = 14,
  kSourceIPv6Address = 27,
  kDestinationIPv6Address = 28,
  kIcmpTypeCodeIPv4 = 32,
  kForwardingStatus = 89,
  kDroppedPacketDeltaCount = 133,
  kFlowEndReason = 136,
  kIcmpTypeCodeIPv6 = 139,
  kFlowId = 148,
  kFlowStartMilliseconds = 152,
  kFlowEndMilliseconds = 153,
  kPostNatSourceIPv4Address = 225,
  kPostNatDestinationIPv4Address = 226,
  kPostNaptSourceTransportPort = 227,
  kPostNaptDestinationTransportPort = 228,
  kNatEvent = 230,
  kFirewallEvent = 233,
  kBiflowDirection = 239,
  kPostNatSourceIPv6Address = 281,
  kPostNatDestinationIPv6Address = 282,
  kObservationTimeMilliseconds = 323,
  kSelectorName = 335,
};

// IANA "firewallEvent".
constexpr uint8_t kFlowCreated = 1;
constexpr uint8_t kFlowDeleted = 2;
constexpr uint8_t kFlowDenied = 3;
constexpr uint8_t kFlowUpdated = 5;
// IANA "forwardingStatus": two bits of status, six of its reason.
constexpr uint8_t kForwarded = 0x40;
constexpr uint8_t kDroppedByAccessList = 0x81;
// IANA "natEvent".
constexpr uint8_t kNat44SessionCreate = 4;
constexpr uint8_t kNat44SessionDelete = 5;
// IANA "flowEndReason".
constexpr uint8_t kIdleTimeout = 1;
constexpr uint8_t kEndOfFlowDetected = 3;
constexpr uint8_t kForcedEnd = 4;
// IANA "biflowDirection": the source is who began.
constexpr uint8_t kInitiator = 1;

struct Field {
  uint16_t element = 0;
  uint16_t bytes = 0;
  bool reverse = false;
};

void AddEnds(const IpfixTemplate& of, std::vector<Field>* fields) {
  const bool is_ipv4 = of.family == Family::kIPv4;
  const uint16_t bytes = is_ipv4 ? 4 : 16;
  fields->push_back({is_ipv4 ? kSourceIPv4Address : kSourceIPv6Address, bytes});
  fields->push_back({is_ipv4 ? kDestinationIPv4Address : kDestinationIPv6Address, bytes});
  if (of.icmp) {
    fields->push_back({is_ipv4 ? kIcmpTypeCodeIPv4 : kIcmpTypeCodeIPv6, 2});
  } else {
    fields->push_back({kSourceTransportPort, 2});
    fields->push_back({kDestinationTransportPort, 2});
  }
  fields->push_back({kProtocolIdentifier, 1});
}

void AddTranslation(const IpfixTemplate& of, std::vector<Field>* fields) {
  const bool is_ipv4 = of.family == Family::kIPv4;
  const uint16_t bytes = is_ipv4 ? 4 : 16;
  // What becomes of the source is not known yet when a flow is decided.
  const bool has_source = of.kind != Kind::kDecision;
  if (has_source) {
    fields->push_back({kObservationTimeMilliseconds, 8});
    if (is_ipv4) fields->push_back({kNatEvent, 1});
    fields->push_back({is_ipv4 ? kPostNatSourceIPv4Address : kPostNatSourceIPv6Address, bytes});
  }
  fields->push_back(
      {is_ipv4 ? kPostNatDestinationIPv4Address : kPostNatDestinationIPv6Address, bytes});
  if (of.icmp) return;
  if (has_source) fields->push_back({kPostNaptSourceTransportPort, 2});
  fields->push_back({kPostNaptDestinationTransportPort, 2});
}

std::vector<Field> FieldsOf(const IpfixTemplate& of) {
  std::vector<Field> fields = {{kFlowId, 8}};
  if (of.kind != Kind::kTranslation) {
    fields.push_back({kFlowStartMilliseconds, 8});
    fields.push_back({kFlowEndMilliseconds, 8});
  }
  AddEnds(of, &fields);
  if (of.kind != Kind::kTranslation) fields.push_back({kFirewallEvent, 1});
  if (of.kind == Kind::kEnd) {
    fields.push_back({kFlowEndReason, 1});
    fields.push_back({kBiflowDirection, 1});
    for (const bool reverse : {false, true}) {
      fields.push_back({kOctetDeltaCount, 8, reverse});
      fields.push_back({kPacketDeltaCount, 8, reverse});
    }
  }
  if (of.translated) AddTranslation(of, &fields);
  if (of.kind == Kind::kDecision) {
    fields.push_back({kForwardingStatus, 1});
    fields.push_back({kDroppedPacketDeltaCount, 8});
    fields.push_back({kIngressInterface, 4});
    fields.push_back({kEgressInterface, 4});
    fields.push_back({kSelectorName, kVariableLength});
  }
  return fields;
}

struct KnownTemplate {
  IpfixTemplate described;
  std::vector<Field> fields;
};

const std::vector<KnownTemplate>& AllTemplates() {
  static const auto* const kAll = [] {
    auto* all = new std::vector<KnownTemplate>();
    for (const Kind kind : {Kind::kDecision, Kind::kTranslation, Kind::kEnd}) {
      for (const Family family : {Family::kIPv4, Family::kIPv6}) {
        for (const bool icmp : {false, true}) {
          for (const bool translated : {false, true}) {
            if (kind == Kind::kTranslation && !translated) continue;
            const IpfixTemplate one = {kind, family, icmp, translated};
            all->push_back({one, FieldsOf(one)});
          }
        }
      }
    }
    return all;
  }();
  return *kAll;
}

const std::vector<Field>& KnownFieldsOf(uint16_t id) {
  const auto& all = AllTemplates();
  return std::find_if(all.begin(), all.end(),
                      [id](const KnownTemplate& known) { return known.described.id() == id; })
      ->fields;
}

// Network byte order.
void AppendNumber(uint64_t value, size_t bytes, std::string* out) {
  for (size_t i = bytes; i > 0; --i) out->push_back(static_cast<char>(value >> (8 * (i - 1))));
}

void AppendAddress(const Address& address, std::string* out) {
  const auto bytes = address.Bytes();
  out->append(bytes.begin(), bytes.begin() + (address.family == Family::kIPv4 ? 4 : 16));
}

uint64_t Milliseconds(absl::Time time) {
  return static_cast<uint64_t>(std::max<int64_t>(0, absl::ToUnixMillis(time)));
}

// RFC 7011 §7, figure S.
void AppendText(absl::string_view text, std::string* out) {
  if (text.size() > IpfixRecord::kSelectorBytesMax) {
    size_t bytes = IpfixRecord::kSelectorBytesMax;
    // Not in the middle of a character of UTF-8.
    while (bytes > 0 && (static_cast<uint8_t>(text[bytes]) & 0xc0) == 0x80) --bytes;
    text = text.substr(0, bytes);
  }
  constexpr size_t kLong = 255;
  if (text.size() < kLong) {
    AppendNumber(text.size(), 1, out);
  } else {
    AppendNumber(kLong, 1, out);
    AppendNumber(text.size(), 2, out);
  }
  out->append(text.data(), text.size());
}

TransportAddress PostSource(const IpfixRecord& record) {
  return record.post_source.value_or(
      TransportAddress{record.tuple.source, record.tuple.source_port});
}

TransportAddress PostDestination(const IpfixRecord& record) {
  return record.post_destination.value_or(
      TransportAddress{record.tuple.destination, record.tuple.destination_port});
}

uint64_t NumberOf(const IpfixRecord& record, const Field& field) {
  switch (field.element) {
    case kOctetDeltaCount:
      return field.reverse ? record.bytes_received : record.bytes_sent;
    case kPacketDeltaCount:
      return field.reverse ? record.packets_received : record.packets_sent;
    case kProtocolIdentifier:
      return record.tuple.protocol;
    case kSourceTransportPort:
      return record.tuple.source_port;
    case kIngressInterface:
      return record.in_index;
    case kDestinationTransportPort:
      return record.tuple.destination_port;
    case kEgressInterface:
      return record.out_index;
    case kIcmpTypeCodeIPv4:
    case kIcmpTypeCodeIPv6:
      return uint64_t{record.tuple.icmp_type} << 8 | record.tuple.icmp_code;
    case kForwardingStatus:
      return record.forwarding_status;
    case kDroppedPacketDeltaCount:
      return record.dropped_packets;
    case kFlowEndReason:
      return record.end_reason;
    case kFlowId:
      return record.flow_id;
    case kFlowStartMilliseconds:
      return Milliseconds(record.start);
    case kFlowEndMilliseconds:
      return Milliseconds(record.end);
    case kPostNaptSourceTransportPort:
      return PostSource(record).port;
    case kPostNaptDestinationTransportPort:
      return PostDestination(record).port;
    case kNatEvent:
      return record.kind == Kind::kEnd ? kNat44SessionDelete : kNat44SessionCreate;
    case kFirewallEvent:
      return record.firewall_event;
    case kBiflowDirection:
      return kInitiator;
    case kObservationTimeMilliseconds:
      return Milliseconds(record.observed);
    default:
      return 0;
  }
}

void AppendField(const IpfixRecord& record, const Field& field, std::string* out) {
  switch (field.element) {
    case kSourceIPv4Address:
    case kSourceIPv6Address:
      return AppendAddress(record.tuple.source, out);
    case kDestinationIPv4Address:
    case kDestinationIPv6Address:
      return AppendAddress(record.tuple.destination, out);
    case kPostNatSourceIPv4Address:
    case kPostNatSourceIPv6Address:
      return AppendAddress(PostSource(record).address, out);
    case kPostNatDestinationIPv4Address:
    case kPostNatDestinationIPv6Address:
      return AppendAddress(PostDestination(record).address, out);
    case kSelectorName:
      return AppendText(record.decided_by, out);
    default:
      return AppendNumber(NumberOf(record, field), field.bytes, out);
  }
}

void PutNumber(uint64_t value, size_t bytes, size_t at, std::string* out) {
  std::string number;
  AppendNumber(value, bytes, &number);
  out->replace(at, bytes, number);
}

uint8_t EndReasonOf(FlowEnd::Reason reason) {
  switch (reason) {
    case FlowEnd::Reason::kClosed:
    case FlowEnd::Reason::kReset:
      return kEndOfFlowDetected;
    case FlowEnd::Reason::kRemoved:
      return kForcedEnd;
    case FlowEnd::Reason::kTimeout:
      break;
  }
  return kIdleTimeout;
}

// The audit log's tuple has the destination behind DNAT.
void TurnBack(const std::optional<TransportAddress>& original, IpfixRecord* record) {
  if (!original || original->address.family != record->tuple.family()) return;
  record->post_destination =
      TransportAddress{record->tuple.destination, record->tuple.destination_port};
  record->tuple.destination = original->address;
  record->tuple.destination_port = original->port;
}

}  // namespace

uint16_t IpfixTemplate::id() const {
  return static_cast<uint16_t>(kFirstTemplate + (static_cast<unsigned>(kind) << 3) +
                               (family == Family::kIPv6 ? 4u : 0u) + (icmp ? 2u : 0u) +
                               (translated ? 1u : 0u));
}

IpfixTemplate IpfixRecord::TemplateOf() const {
  return {kind, tuple.family(), IsIcmp(tuple.protocol),
          kind == Kind::kTranslation || post_source.has_value() || post_destination.has_value()};
}

IpfixRecord IpfixRecordOf(const StreamedDecision& decision) {
  const AuditRecord& from = decision.record;
  IpfixRecord record;
  record.kind = Kind::kDecision;
  record.flow_id = static_cast<uint64_t>(from.id);
  record.start = from.time;
  record.end = from.time;
  record.tuple = from.tuple;
  TurnBack(from.original_destination, &record);
  record.in_index = decision.in_index;
  record.out_index = decision.out_index;
  record.decided_by = from.decided_by;
  if (from.verdict == Verdict::kDeny) {
    record.firewall_event = kFlowDenied;
    record.forwarding_status = kDroppedByAccessList;
    record.dropped_packets = static_cast<uint64_t>(DecisionsOf(from));
  } else {
    record.firewall_event = from.redecided ? kFlowUpdated : kFlowCreated;
    record.forwarding_status = kForwarded;
  }
  return record;
}

IpfixRecord IpfixRecordOf(const StreamedFlow& flow) {
  IpfixRecord record;
  record.kind = flow.flow.end ? Kind::kEnd : Kind::kTranslation;
  record.flow_id = static_cast<uint64_t>(flow.flow.id);
  record.observed = flow.known;
  record.tuple = flow.tuple;
  TurnBack(flow.flow.original_destination, &record);
  const auto& source = flow.flow.translated_source;
  if (source && source->address.family == record.tuple.family()) record.post_source = source;
  if (!flow.flow.end) return record;
  const FlowEnd& end = *flow.flow.end;
  record.start = end.time - end.duration;
  record.end = end.time;
  record.firewall_event = kFlowDeleted;
  record.bytes_sent = static_cast<uint64_t>(end.bytes_sent);
  record.packets_sent = static_cast<uint64_t>(end.packets_sent);
  record.bytes_received = static_cast<uint64_t>(end.bytes_received);
  record.packets_received = static_cast<uint64_t>(end.packets_received);
  record.end_reason = EndReasonOf(end.reason);
  return record;
}

IpfixMessage::IpfixMessage(size_t bytes_max) : bytes_max_(bytes_max), text_(kHeaderBytes, '\0') {}

bool IpfixMessage::Append(uint16_t set, absl::string_view content) {
  constexpr size_t kSetHeaderBytes = 4;
  const bool begins = set != set_;
  const size_t bytes = content.size() + (begins ? kSetHeaderBytes : 0);
  if (!empty() && text_.size() + bytes > bytes_max_) return false;
  if (begins) {
    set_ = set;
    set_begin_ = text_.size();
    AppendNumber(set, 2, &text_);
    AppendNumber(0, 2, &text_);
  }
  text_.append(content.data(), content.size());
  PutNumber(text_.size() - set_begin_, 2, set_begin_ + 2, &text_);
  return true;
}

bool IpfixMessage::AddTemplate(const IpfixTemplate& added) {
  const std::vector<Field>& fields = KnownFieldsOf(added.id());
  std::string content;
  AppendNumber(added.id(), 2, &content);
  AppendNumber(fields.size(), 2, &content);
  for (const Field& field : fields) {
    AppendNumber(field.element | (field.reverse ? kEnterpriseBit : 0u), 2, &content);
    AppendNumber(field.bytes, 2, &content);
    if (field.reverse) AppendNumber(kReverseEnterprise, 4, &content);
  }
  return Append(kTemplateSet, content);
}

bool IpfixMessage::Add(const IpfixRecord& record) {
  const uint16_t id = record.TemplateOf().id();
  std::string content;
  for (const Field& field : KnownFieldsOf(id)) AppendField(record, field, &content);
  if (!Append(id, content)) return false;
  ++records_;
  return true;
}

std::string IpfixMessage::Finish(uint32_t observation_domain, uint32_t sequence,
                                 absl::Time now) && {
  PutNumber(kVersion, 2, 0, &text_);
  PutNumber(text_.size(), 2, 2, &text_);
  PutNumber(static_cast<uint64_t>(absl::ToUnixSeconds(now)), 4, 4, &text_);
  PutNumber(sequence, 4, 8, &text_);
  PutNumber(observation_domain, 4, 12, &text_);
  return std::move(text_);
}

std::vector<IpfixMessage> IpfixTemplates(size_t bytes_max) {
  std::vector<IpfixMessage> messages;
  messages.emplace_back(bytes_max);
  for (const KnownTemplate& known : AllTemplates()) {
    if (messages.back().AddTemplate(known.described)) continue;
    messages.emplace_back(bytes_max);
    messages.back().AddTemplate(known.described);
  }
  return messages;
}

}  // namespace gw
