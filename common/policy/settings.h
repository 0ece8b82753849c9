// The site's settings: FelixConfiguration `default` read into typed values (policy-semantics.md §5,
// spec README "Settings"). Parameters keep Calico's names and value syntax; ours stand beside them.

#ifndef COMMON_POLICY_SETTINGS_H_
#define COMMON_POLICY_SETTINGS_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/net/address.h"
#include "common/net/prefix.h"
#include "common/policy/model.h"

namespace gw {

// §4.7: protocol and port that no policy can close, for local delivery. `net` limits the peer.
struct Failsafe {
  uint8_t protocol = 0;  // TCP, UDP or SCTP
  std::optional<Prefix> net;
  uint16_t port = 0;

  friend bool operator==(const Failsafe&, const Failsafe&) = default;
};
// "tcp:22", "udp:10.0.0.0/8:53", "tcp:[2001:db8::/32]:22": the text form that is parsed, and the
// ENTRY of the reason `failsafe:ENTRY`.
std::string ToString(const Failsafe& failsafe);
// One entry of the text form; a bare `port` means tcp. Error texts as in §4.7.
absl::StatusOr<Failsafe> ParseFailsafe(absl::string_view text);
// Comma-separated entries with blanks around them ignored; `none` or an empty text gives none.
absl::StatusOr<std::vector<Failsafe>> ParseFailsafes(absl::string_view text);

enum class EndpointToHostAction : uint8_t { kDrop, kReturn, kAccept };
enum class DenyAction : uint8_t { kDrop, kReject };
enum class FailMode : uint8_t { kClosed, kOpen };
enum class EstablishedFlows : uint8_t { kRedecide, kKeep };
enum class LearnedAccepts : uint8_t { kPair, kOff };
enum class FlowOffload : uint8_t { kAuto, kOff };
enum class TableOwnership : uint8_t { kAuto, kOff };
enum class QueueFanout : uint8_t { kFlow, kCpu };

// Where the audit log also goes, a JSON object a line.
struct JsonLinesTarget {
  enum class Kind : uint8_t { kOff, kJournal, kFile };
  Kind kind = Kind::kOff;
  std::string path;  // of kFile, absolute

  friend bool operator==(const JsonLinesTarget&, const JsonLinesTarget&) = default;
};

// Where it also goes as IPFIX over UDP.
struct IpfixCollector {
  Address address;
  uint16_t port = 0;

  friend bool operator==(const IpfixCollector&, const IpfixCollector&) = default;
};
// "192.0.2.1:4739", "[2001:db8::1]:4739"
std::string ToString(const IpfixCollector& collector);

struct Settings {
  // Calico's.
  std::vector<std::string> interface_prefixes = {"cali"};       // interfacePrefix
  std::vector<std::string> interface_exclude = {"kube-ipvs0"};  // interfaceExclude: names, /regex/
  std::vector<Failsafe> failsafe_inbound;   // failsafeInboundHostPorts; DefaultSettings() fills it
  std::vector<Failsafe> failsafe_outbound;  // failsafeOutboundHostPorts; likewise
  EndpointToHostAction endpoint_to_host =
      EndpointToHostAction::kDrop;             // defaultEndpointToHostAction
  DenyAction deny_action = DenyAction::kDrop;  // iptablesFilterDenyAction
  bool drop_invalid = true;                    // disableConntrackInvalidCheck, negated
  std::string log_prefix = "calico-packet";    // logPrefix
  bool workload_source_spoofing = false;       // workloadSourceSpoofing: Disabled, Any
  bool allow_vxlan_from_workloads = false;     // allowVXLANPacketsFromWorkloads
  bool allow_ipip_from_workloads = false;      // allowIPIPPacketsFromWorkloads
  uint16_t vxlan_port = 4789;                  // vxlanPort
  // Ours.
  FailMode fail_mode = FailMode::kClosed;                            // failMode
  EstablishedFlows established_flows = EstablishedFlows::kRedecide;  // establishedFlows
  uint32_t mark_mask = 0xfff00000;                                   // markMask
  uint32_t queues = 0;                                               // queues; 0: one per CPU
  QueueFanout queue_fanout = QueueFanout::kFlow;                     // queueFanout: Flow, CPU
  uint32_t upcall_rate_per_source = 0;   // upcallRatePerSource, flows/s; 0: unlimited
  uint32_t upcall_burst_per_source = 0;  // upcallBurstPerSource, flows
  LearnedAccepts learned_accepts = LearnedAccepts::kPair;  // learnedAccepts
  FlowOffload flow_offload = FlowOffload::kAuto;           // flowOffload
  TableOwnership table_owner = TableOwnership::kAuto;      // tableOwner
  uint32_t audit_retention_days = 90;                      // auditRetentionDays
  uint64_t audit_max_bytes = uint64_t{4} << 30;            // auditMaxSize ("4Gi")
  JsonLinesTarget audit_json_lines;                        // auditJsonLines
  std::optional<IpfixCollector> audit_ipfix_collector;     // auditIpfixCollector
  bool audit_hash_chain = true;                            // auditHashChain
  std::chrono::seconds apply_confirm_timeout{90};          // applyConfirmTimeout

  friend bool operator==(const Settings&, const Settings&) = default;
};

// What holds where nothing is written (failsafes as in the spec README).
Settings DefaultSettings();

struct SettingProblem {
  std::string parameter;  // camelCase name
  std::string message;
};

// Defaults overridden by what `written` has; every wrong or unknown parameter is in `problems` and
// keeps its default. Parameters of Calico's that mean nothing here are problems too.
Settings ReadSettings(const FelixConfiguration& written, std::vector<SettingProblem>* problems);

// The settings of a model: its configuration `default`, or the defaults. Wrong values keep their
// defaults; Validate reports them.
Settings SettingsOf(const Model& model);

// True if interfaceExclude names the interface, itself or by a /regex/ that it contains.
bool IsExcludedInterface(const Settings& settings, absl::string_view interface_name);

// Why a parameter of Calico's means nothing here, and what to do instead; nothing for parameters
// that have a meaning and for names that Calico does not know either. Any case.
std::optional<std::string> WhyUnsupported(absl::string_view parameter);

// The camelCase name of a parameter given in any case ("InterfacePrefix"), nothing if unknown.
std::optional<std::string> ParameterName(absl::string_view name);

// Every parameter: name, default as text, one line of meaning; for help texts and editors.
struct ParameterDescription {
  std::string name;
  std::string default_text;
  std::string meaning;
};
std::vector<ParameterDescription> AllParameters();

}  // namespace gw

#endif  // COMMON_POLICY_SETTINGS_H_
