// The audit log as IPFIX messages (RFC 7011), elements of the IANA registry only. Pure.
//
// A data record is a decision, a translation, or the end of a flow; `flowId` is the id in the audit
// log, so it ties them together. Addresses and ports are those that the first packet had when it
// came; those after translation are postNAT….
//   decision     flowStart = flowEnd, firewallEvent 1 created, 3 denied, 5 decided again,
//                forwardingStatus 64 forwarded, 129 dropped by an access list,
//                droppedPacketDeltaCount (many, where the record is a sum), the interfaces, and in
//                selectorName what decided: "policy:web/ingress/0"
//   translation  natEvent 4, NAT44 session created; IPv6 has no number for that, so it has no
//   natEvent end          firewallEvent 2 deleted, natEvent 5, flowEndReason, and the counts of
//   both
//                directions: octetDeltaCount, packetDeltaCount and their reverse elements (RFC
//                5103)
// initiatorOctets and responderOctets are as much of a standard, but nfdump passes over them.

#ifndef ENFORCER_AUDIT_IPFIX_H_
#define ENFORCER_AUDIT_IPFIX_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/net/tuple.h"
#include "common/store/audit_record.h"
#include "enforcer/audit/stream_item.h"

namespace gw {

// What fits in a frame, tunnels included; and what every path of IPv6 takes (RFC 8200 §5).
inline constexpr size_t kIpfixMessageBytesMax = 1'400;
inline constexpr size_t kIpfixMessageBytesMin = 1'232;

// What a template says of its records. Its number is 256 and up.
struct IpfixTemplate {
  enum class Kind : uint8_t { kDecision, kTranslation, kEnd };
  Kind kind = Kind::kDecision;
  Family family = Family::kIPv4;
  bool icmp = false;        // type and code in the place of ports
  bool translated = false;  // has addresses and ports after translation

  uint16_t id() const;
};

struct IpfixRecord {
  IpfixTemplate::Kind kind = IpfixTemplate::Kind::kDecision;
  uint64_t flow_id = 0;
  absl::Time start;
  absl::Time end;
  absl::Time observed;  // the translation, or that it is over
  Tuple tuple;          // before any translation
  std::optional<TransportAddress> post_source;
  std::optional<TransportAddress> post_destination;
  uint32_t in_index = 0;
  uint32_t out_index = 0;
  uint8_t firewall_event = 0;
  uint8_t forwarding_status = 0;
  uint64_t dropped_packets = 0;
  std::string decided_by;  // longer than kSelectorBytesMax is cut off
  uint64_t bytes_sent = 0;
  uint64_t packets_sent = 0;
  uint64_t bytes_received = 0;
  uint64_t packets_received = 0;
  uint8_t end_reason = 0;

  static constexpr size_t kSelectorBytesMax = 512;

  IpfixTemplate TemplateOf() const;
};
IpfixRecord IpfixRecordOf(const StreamedDecision& decision);
IpfixRecord IpfixRecordOf(const StreamedFlow& flow);

// One message that grows until it is full.
class IpfixMessage {
 public:
  explicit IpfixMessage(size_t bytes_max = kIpfixMessageBytesMax);

  // False, and nothing is added, if it does not fit: Finish, and begin another. What is the first
  // of a message always fits.
  bool AddTemplate(const IpfixTemplate& added);
  bool Add(const IpfixRecord& record);

  bool empty() const { return text_.size() == kHeaderBytes; }
  // Data records: what the sequence number of the next message grows by.
  uint32_t records() const { return records_; }

  // `sequence`: the data records sent before, in the transport session.
  std::string Finish(uint32_t observation_domain, uint32_t sequence, absl::Time now) &&;

 private:
  static constexpr size_t kHeaderBytes = 16;

  bool Append(uint16_t set, absl::string_view content);

  size_t bytes_max_;
  std::string text_;
  size_t set_begin_ = 0;  // of the set that grows
  uint16_t set_ = 0;      // its number; 0 before the first
  uint32_t records_ = 0;
};

// Of all templates, as many messages as it takes.
std::vector<IpfixMessage> IpfixTemplates(size_t bytes_max = kIpfixMessageBytesMax);

}  // namespace gw

#endif  // ENFORCER_AUDIT_IPFIX_H_
