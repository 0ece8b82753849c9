// Settings as a table: each parameter has its name, how its text is read, how its value is printed
// and what it means. Reading, defaults, help texts and suggestions all come from the table.

#include "common/policy/settings.h"

// g++ 12 with the address sanitizer sees uninitialized members in libstdc++'s own code (GCC bug
// 105562).
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#include <regex>
#pragma GCC diagnostic pop
#else
#include <regex>
#endif

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"

#include "common/base/status_macros.h"
#include "common/net/protocol.h"
#include "common/policy/limits.h"
#include "common/policy/mark.h"
#include "common/policy/nearest_name.h"

namespace gw {
namespace {

absl::Status Bad(absl::string_view text, absl::string_view remedy) {
  return absl::InvalidArgumentError(absl::StrCat("`", text, "`: ", remedy));
}

constexpr char kJsonLinesOff[] = "Off";
constexpr char kJsonLinesJournal[] = "Journal";
constexpr size_t kPathLengthMax = 4'095;  // PATH_MAX - 1
constexpr uint16_t kIpfixPort = 4'739;    // IANA: ipfix

bool IsNone(absl::string_view text) { return absl::EqualsIgnoreCase(text, "none"); }

// ---- values of one word ---------------------------------------------------------------------

template <typename Value>
struct Word {
  Value value;
  const char* text;
};

constexpr Word<bool> kBooleans[] = {{true, "true"}, {false, "false"}};
constexpr Word<bool> kEnabled[] = {{true, "Enabled"}, {false, "Disabled"}};
constexpr Word<bool> kSpoofing[] = {{false, "Disabled"}, {true, "Any"}};
constexpr Word<EndpointToHostAction> kEndpointToHost[] = {
    {EndpointToHostAction::kDrop, "Drop"},
    {EndpointToHostAction::kReturn, "Return"},
    {EndpointToHostAction::kAccept, "Accept"}};
constexpr Word<DenyAction> kDenyActions[] = {{DenyAction::kDrop, "Drop"},
                                             {DenyAction::kReject, "Reject"}};
constexpr Word<FailMode> kFailModes[] = {{FailMode::kClosed, "Closed"}, {FailMode::kOpen, "Open"}};
constexpr Word<EstablishedFlows> kEstablishedFlows[] = {{EstablishedFlows::kRedecide, "Redecide"},
                                                        {EstablishedFlows::kKeep, "Keep"}};
constexpr Word<LearnedAccepts> kLearnedAccepts[] = {{LearnedAccepts::kPair, "Pair"},
                                                    {LearnedAccepts::kOff, "Off"}};
constexpr Word<QueueFanout> kQueueFanouts[] = {{QueueFanout::kFlow, "Flow"},
                                               {QueueFanout::kCpu, "CPU"}};
constexpr Word<TableOwnership> kTableOwners[] = {{TableOwnership::kAuto, "Auto"},
                                                 {TableOwnership::kOff, "Off"}};
constexpr Word<FlowOffload> kFlowOffloads[] = {{FlowOffload::kAuto, "Auto"},
                                               {FlowOffload::kOff, "Off"}};

template <typename Value, size_t kCount>
absl::Status ReadWord(const Word<Value> (&words)[kCount], absl::string_view text, Value& value) {
  std::vector<std::string> possible;
  for (const Word<Value>& word : words) {
    if (absl::EqualsIgnoreCase(text, word.text)) {
      value = word.value;
      return absl::OkStatus();
    }
    possible.emplace_back(word.text);
  }
  return Bad(text, absl::StrCat("write ", absl::StrJoin(possible, " or ")));
}

template <typename Value, size_t kCount>
std::string PrintWord(const Word<Value> (&words)[kCount], Value value) {
  for (const Word<Value>& word : words) {
    if (word.value == value) return word.text;
  }
  return "";
}

template <const auto& kWords, auto kMember>
absl::Status ReadWordOf(absl::string_view text, Settings& settings) {
  return ReadWord(kWords, text, settings.*kMember);
}

template <const auto& kWords, auto kMember>
std::string PrintWordOf(const Settings& settings) {
  return PrintWord(kWords, settings.*kMember);
}

// ---- numbers, sizes, durations --------------------------------------------------------------

template <auto kMember, uint32_t kMin, uint32_t kMax>
absl::Status ReadNumber(absl::string_view text, Settings& settings) {
  uint32_t number = 0;
  if (!absl::SimpleAtoi(text, &number) || number < kMin || number > kMax) {
    return Bad(text, absl::StrCat("write a whole number from ", kMin, " to ", kMax));
  }
  using Member = std::decay_t<decltype(settings.*kMember)>;
  settings.*kMember = static_cast<Member>(number);
  return absl::OkStatus();
}

template <auto kMember>
std::string PrintNumber(const Settings& settings) {
  return absl::StrCat(settings.*kMember);
}

struct SizeUnit {
  const char* suffix;
  uint64_t bytes;
};
// Kubernetes' quantities. The longest suffix first, so that none hides another.
constexpr SizeUnit kSizeUnits[] = {
    {"Ki", uint64_t{1} << 10},
    {"Mi", uint64_t{1} << 20},
    {"Gi", uint64_t{1} << 30},
    {"Ti", uint64_t{1} << 40},
    {"k", 1'000},
    {"M", 1'000'000},
    {"G", 1'000'000'000},
    {"T", 1'000'000'000'000},
    {"", 1},
};
constexpr uint64_t kAuditBytesMin = uint64_t{1} << 20;
constexpr uint64_t kAuditBytesMax = uint64_t{1} << 50;

absl::Status ReadAuditMaxSize(absl::string_view text, Settings& settings) {
  for (const SizeUnit& unit : kSizeUnits) {
    if (!absl::EndsWith(text, unit.suffix)) continue;
    uint64_t count = 0;
    const absl::string_view digits = absl::StripSuffix(text, unit.suffix);
    if (!absl::SimpleAtoi(digits, &count)) break;
    if (count > kAuditBytesMax / unit.bytes || count * unit.bytes < kAuditBytesMin) {
      return Bad(text, "write a size from 1Mi to 1024Ti");
    }
    settings.audit_max_bytes = count * unit.bytes;
    return absl::OkStatus();
  }
  return Bad(text, "write a size such as 500Mi or 4Gi");
}

std::string PrintAuditMaxSize(const Settings& settings) {
  const uint64_t bytes = settings.audit_max_bytes;
  for (const SizeUnit& unit : {kSizeUnits[2], kSizeUnits[1], kSizeUnits[0]}) {
    if (bytes % unit.bytes == 0) return absl::StrCat(bytes / unit.bytes, unit.suffix);
  }
  return absl::StrCat(bytes);
}

// ---- where the audit log also goes ------------------------------------------------------------

absl::Status ReadJsonLines(absl::string_view text, Settings& settings) {
  JsonLinesTarget target;
  if (absl::EqualsIgnoreCase(text, kJsonLinesOff) || IsNone(text)) {
    target.kind = JsonLinesTarget::Kind::kOff;
  } else if (absl::EqualsIgnoreCase(text, kJsonLinesJournal)) {
    target.kind = JsonLinesTarget::Kind::kJournal;
  } else if (!absl::StartsWith(text, "/")) {
    return Bad(text,
               "write Off, Journal, or the path of a file from / on, such as "
               "/var/log/gatewarden/audit.json");
  } else if (text.size() > kPathLengthMax) {
    return Bad(text, absl::StrCat("a path has at most ", kPathLengthMax, " bytes"));
  } else if (absl::EndsWith(text, "/")) {
    return Bad(text, "that is a folder: name a file in it");
  } else if (std::any_of(text.begin(), text.end(), [](char c) {
               return absl::ascii_iscntrl(static_cast<unsigned char>(c));
             })) {
    return Bad(text, "a path without control characters is needed");
  } else {
    target.kind = JsonLinesTarget::Kind::kFile;
    target.path = std::string(text);
  }
  settings.audit_json_lines = std::move(target);
  return absl::OkStatus();
}

std::string PrintJsonLines(const Settings& settings) {
  switch (settings.audit_json_lines.kind) {
    case JsonLinesTarget::Kind::kOff:
      break;
    case JsonLinesTarget::Kind::kJournal:
      return kJsonLinesJournal;
    case JsonLinesTarget::Kind::kFile:
      return settings.audit_json_lines.path;
  }
  return kJsonLinesOff;
}

// "192.0.2.1", "192.0.2.1:9995", "[2001:db8::1]:9995". No names: who asks for them while the name
// service is behind this gateway waits for himself.
absl::Status ReadIpfixCollector(absl::string_view text, Settings& settings) {
  if (IsNone(text)) {
    settings.audit_ipfix_collector.reset();
    return absl::OkStatus();
  }
  const auto whole = ParseAddress(text);
  if (whole.ok() && whole->family == Family::kIPv6) {
    return Bad(text, absl::StrCat("write an IPv6 address in brackets: [", text, "]:", kIpfixPort));
  }
  IpfixCollector collector;
  collector.port = kIpfixPort;
  absl::string_view host = text;
  const size_t colon = text.rfind(':');
  const bool has_brackets = absl::StartsWith(text, "[");
  if (colon != absl::string_view::npos && (!has_brackets || text[colon - 1] == ']')) {
    host = text.substr(0, colon);
    uint32_t port = 0;
    if (!absl::SimpleAtoi(text.substr(colon + 1), &port) || port < 1 || port > 65535) {
      return Bad(text, "the port is a whole number from 1 to 65535");
    }
    collector.port = static_cast<uint16_t>(port);
  }
  if (has_brackets && (!absl::ConsumePrefix(&host, "[") || !absl::ConsumeSuffix(&host, "]"))) {
    return Bad(text, "`[` without `]`: write [ADDRESS]:PORT");
  }
  const auto address = ParseAddress(host);
  const bool is_ipv6 = address.ok() && address->family == Family::kIPv6;
  if (!address.ok() || is_ipv6 != has_brackets) {
    return Bad(text,
               "write ADDRESS:PORT with a numeric address, such as 192.0.2.1:4739 or "
               "[2001:db8::1]:4739");
  }
  if (address->hi == 0 && address->lo == 0) {
    return Bad(text, "the unspecified address leads nowhere: write that of the collector");
  }
  collector.address = *address;
  settings.audit_ipfix_collector = collector;
  return absl::OkStatus();
}

std::string PrintIpfixCollector(const Settings& settings) {
  return settings.audit_ipfix_collector ? ToString(*settings.audit_ipfix_collector) : "none";
}

// "90s", "5m", "1h30m"; a bare number is seconds, as in Calico's configuration file.
absl::Status ReadConfirmTimeout(absl::string_view text, Settings& settings) {
  constexpr int64_t kSecondsMax = int64_t{24} * 60 * 60;
  absl::Duration duration;
  int64_t seconds = 0;
  if (absl::SimpleAtoi(text, &seconds)) {
    duration = absl::Seconds(seconds);
  } else if (!absl::ParseDuration(text, &duration)) {
    return Bad(text, "write a duration such as 90s or 5m");
  }
  seconds = absl::ToInt64Seconds(duration);
  if (duration != absl::Seconds(seconds) || seconds < 1 || seconds > kSecondsMax) {
    return Bad(text, "write a duration of whole seconds from 1s to 24h");
  }
  settings.apply_confirm_timeout = std::chrono::seconds(seconds);
  return absl::OkStatus();
}

std::string PrintConfirmTimeout(const Settings& settings) {
  return absl::StrCat(settings.apply_confirm_timeout.count(), "s");
}

absl::Status ReadMarkMask(absl::string_view text, Settings& settings) {
  uint32_t mask = 0;
  const bool is_hex = absl::StartsWithIgnoreCase(text, "0x");
  if (is_hex ? !absl::SimpleHexAtoi(text, &mask) : !absl::SimpleAtoi(text, &mask)) {
    return Bad(text, "write a 32-bit mask such as 0xfff00000");
  }
  GW_RETURN_IF_ERROR(MarkLayout::FromMask(mask).status());
  settings.mark_mask = mask;
  return absl::OkStatus();
}

std::string PrintMarkMask(const Settings& settings) {
  return absl::StrFormat("0x%08x", settings.mark_mask);
}

// ---- texts and lists ------------------------------------------------------------------------

absl::Status ReadLogPrefix(absl::string_view text, Settings& settings) {
  if (IsNone(text)) text = "";
  const auto is_allowed = [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || absl::StrContains("%: /_-", c);
  };
  if (!std::all_of(text.begin(), text.end(), is_allowed)) {
    return Bad(text, "use letters, digits, blanks and % : / _ - only");
  }
  if (text.size() > kLogPrefixLengthMax) {
    return Bad(text, absl::StrCat("longer than ", kLogPrefixLengthMax, " characters"));
  }
  settings.log_prefix = std::string(text);
  return absl::OkStatus();
}

std::string PrintLogPrefix(const Settings& settings) {
  return settings.log_prefix.empty() ? "none" : settings.log_prefix;
}

bool IsInterfaceName(absl::string_view name) {
  return !name.empty() && name.size() <= kInterfaceNameLengthMax &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) || absl::StrContains("_.-", c);
         });
}

bool IsPattern(absl::string_view item) {
  return item.size() >= 2 && item.front() == '/' && item.back() == '/';
}

// Nothing if `item`, which IsPattern, is no regular expression.
std::optional<std::regex> PatternOf(absl::string_view item) {
  if (item.size() > kInterfacePatternLengthMax) return std::nullopt;
  try {
    return std::regex(std::string(item.substr(1, item.size() - 2)));
  } catch (const std::regex_error&) {
    return std::nullopt;
  }
}

absl::Status CheckInterfacePrefix(absl::string_view item) {
  if (IsInterfaceName(item)) return absl::OkStatus();
  return Bad(item, absl::StrCat("a prefix of interface names has 1 to ", kInterfaceNameLengthMax,
                                " letters, digits and _ . -; separate several by commas"));
}

absl::Status CheckInterfaceExclude(absl::string_view item) {
  if (IsPattern(item)) {
    if (PatternOf(item).has_value()) return absl::OkStatus();
    return Bad(item, absl::StrCat("is not a regular expression of at most ",
                                  kInterfacePatternLengthMax, " characters"));
  }
  if (IsInterfaceName(item)) return absl::OkStatus();
  return Bad(item, "write interface names or /regular expressions/, separated by commas");
}

template <auto kMember, absl::Status (*kCheck)(absl::string_view)>
absl::Status ReadList(absl::string_view text, Settings& settings) {
  std::vector<std::string> list;
  if (!IsNone(text)) {
    for (const absl::string_view part : absl::StrSplit(text, ',')) {
      const absl::string_view item = absl::StripAsciiWhitespace(part);
      GW_RETURN_IF_ERROR(kCheck(item));
      list.emplace_back(item);
    }
  }
  settings.*kMember = std::move(list);
  return absl::OkStatus();
}

template <auto kMember>
std::string PrintList(const Settings& settings) {
  const std::vector<std::string>& list = settings.*kMember;
  return list.empty() ? "none" : absl::StrJoin(list, ",");
}

template <auto kMember>
absl::Status ReadFailsafes(absl::string_view text, Settings& settings) {
  GW_ASSIGN_OR_RETURN(settings.*kMember, ParseFailsafes(text));
  return absl::OkStatus();
}

template <auto kMember>
std::string PrintFailsafes(const Settings& settings) {
  const std::vector<Failsafe>& failsafes = settings.*kMember;
  if (failsafes.empty()) return "none";
  return absl::StrJoin(failsafes, ",", [](std::string* out, const Failsafe& failsafe) {
    absl::StrAppend(out, ToString(failsafe));
  });
}

absl::Status ReadDisableInvalidCheck(absl::string_view text, Settings& settings) {
  bool disabled = false;
  GW_RETURN_IF_ERROR(ReadWord(kBooleans, text, disabled));
  settings.drop_invalid = !disabled;
  return absl::OkStatus();
}

std::string PrintDisableInvalidCheck(const Settings& settings) {
  return PrintWord(kBooleans, !settings.drop_invalid);
}

// ---- the table ------------------------------------------------------------------------------

struct Parameter {
  const char* name;
  absl::Status (*read)(absl::string_view text, Settings& settings);
  std::string (*print)(const Settings& settings);
  const char* meaning;
};

constexpr uint32_t kRateMax = 10'000'000;

constexpr Parameter kParameters[] = {
    {"interfacePrefix", ReadList<&Settings::interface_prefixes, CheckInterfacePrefix>,
     PrintList<&Settings::interface_prefixes>,
     "prefixes of interface names that lead to workloads, comma-separated; none: no interface "
     "does"},
    {"interfaceExclude", ReadList<&Settings::interface_exclude, CheckInterfaceExclude>,
     PrintList<&Settings::interface_exclude>,
     "interfaces that no host endpoint governs: names or /regex/, comma-separated; or none"},
    {"failsafeInboundHostPorts", ReadFailsafes<&Settings::failsafe_inbound>,
     PrintFailsafes<&Settings::failsafe_inbound>,
     "ports of this host that no policy can close: proto:port or proto:cidr:port; or none"},
    {"failsafeOutboundHostPorts", ReadFailsafes<&Settings::failsafe_outbound>,
     PrintFailsafes<&Settings::failsafe_outbound>,
     "remote ports that no policy can keep this host from: proto:port or proto:cidr:port; or none"},
    {"defaultEndpointToHostAction", ReadWordOf<kEndpointToHost, &Settings::endpoint_to_host>,
     PrintWordOf<kEndpointToHost, &Settings::endpoint_to_host>,
     "what happens to traffic from a workload to this host that policy allowed: Drop, Return, "
     "Accept"},
    {"iptablesFilterDenyAction", ReadWordOf<kDenyActions, &Settings::deny_action>,
     PrintWordOf<kDenyActions, &Settings::deny_action>,
     "how a denied packet ends: Drop, or Reject with a TCP reset or an ICMP error"},
    {"disableConntrackInvalidCheck", ReadDisableInvalidCheck, PrintDisableInvalidCheck,
     "true: packets that conntrack calls invalid are judged by policy instead of dropped"},
    {"logPrefix", ReadLogPrefix, PrintLogPrefix,
     "begins the lines of Log rules; %t tier, %k kind, %n name of the policy; or none"},
    {"workloadSourceSpoofing", ReadWordOf<kSpoofing, &Settings::workload_source_spoofing>,
     PrintWordOf<kSpoofing, &Settings::workload_source_spoofing>,
     "Any: workload endpoints may have allowSpoofedSourcePrefixes; Disabled: they may not"},
    {"allowVXLANPacketsFromWorkloads", ReadWordOf<kBooleans, &Settings::allow_vxlan_from_workloads>,
     PrintWordOf<kBooleans, &Settings::allow_vxlan_from_workloads>,
     "true: VXLAN packets from workloads are judged by policy instead of dropped"},
    {"allowIPIPPacketsFromWorkloads", ReadWordOf<kBooleans, &Settings::allow_ipip_from_workloads>,
     PrintWordOf<kBooleans, &Settings::allow_ipip_from_workloads>,
     "true: IP-in-IP packets from workloads are judged by policy instead of dropped"},
    {"vxlanPort", ReadNumber<&Settings::vxlan_port, 1, 65535>, PrintNumber<&Settings::vxlan_port>,
     "UDP destination port that makes a packet a VXLAN packet"},
    {"failMode", ReadWordOf<kFailModes, &Settings::fail_mode>,
     PrintWordOf<kFailModes, &Settings::fail_mode>,
     "what happens to new flows while gatewardend does not run: Closed drops, Open accepts"},
    {"establishedFlows", ReadWordOf<kEstablishedFlows, &Settings::established_flows>,
     PrintWordOf<kEstablishedFlows, &Settings::established_flows>,
     "after a change of policy, flows that exist are decided again (Redecide) or go on (Keep)"},
    {"markMask", ReadMarkMask, PrintMarkMask,
     "12 adjacent bits of the packet mark and the conntrack mark that are Gatewarden's"},
    {"queues", ReadNumber<&Settings::queues, 0, kQueuesMax>, PrintNumber<&Settings::queues>,
     "number of kernel queues and worker threads; 0: one per CPU"},
    {"queueFanout", ReadWordOf<kQueueFanouts, &Settings::queue_fanout>,
     PrintWordOf<kQueueFanouts, &Settings::queue_fanout>,
     "Flow: a hash of the flow says which queue it takes; CPU: the processor on which a packet "
     "arrived, and each worker thread stays on its own"},
    {"upcallRatePerSource", ReadNumber<&Settings::upcall_rate_per_source, 0, kRateMax>,
     PrintNumber<&Settings::upcall_rate_per_source>,
     "new flows per second that one source may bring up for decision; 0: unlimited"},
    {"upcallBurstPerSource", ReadNumber<&Settings::upcall_burst_per_source, 0, kRateMax>,
     PrintNumber<&Settings::upcall_burst_per_source>,
     "new flows that one source may bring up at once, beyond its rate"},
    {"learnedAccepts", ReadWordOf<kLearnedAccepts, &Settings::learned_accepts>,
     PrintWordOf<kLearnedAccepts, &Settings::learned_accepts>,
     "Pair: the kernel accepts repeated flows of a pair of hosts without asking; Off: it asks"},
    {"flowOffload", ReadWordOf<kFlowOffloads, &Settings::flow_offload>,
     PrintWordOf<kFlowOffloads, &Settings::flow_offload>,
     "Auto: accepted forwarded flows take the kernel's flowtable where it has one; Off: never"},
    {"tableOwner", ReadWordOf<kTableOwners, &Settings::table_owner>,
     PrintWordOf<kTableOwners, &Settings::table_owner>,
     "Auto: where the kernel can, nobody but gatewardend may change or flush its nftables table; "
     "Off: everybody may, and it is repaired"},
    {"auditRetentionDays", ReadNumber<&Settings::audit_retention_days, 1, 36500>,
     PrintNumber<&Settings::audit_retention_days>, "age in days at which audit records go"},
    {"auditMaxSize", ReadAuditMaxSize, PrintAuditMaxSize,
     "size of the audit records at which the oldest go, such as 500Mi or 4Gi"},
    {"auditJsonLines", ReadJsonLines, PrintJsonLines,
     "where the audit log also goes as JSON lines: Off, Journal, or the path of a file"},
    {"auditIpfixCollector", ReadIpfixCollector, PrintIpfixCollector,
     "where the audit log also goes as IPFIX over UDP: ADDRESS:PORT or [ADDRESS]:PORT; or none"},
    {"auditHashChain", ReadWordOf<kEnabled, &Settings::audit_hash_chain>,
     PrintWordOf<kEnabled, &Settings::audit_hash_chain>,
     "Enabled: `gatewarden audit verify` can tell whether audit records were altered; Disabled: "
     "it cannot"},
    {"applyConfirmTimeout", ReadConfirmTimeout, PrintConfirmTimeout,
     "time to confirm a provisional change before it is taken back, such as 90s or 5m"},
};

const Parameter* FindParameter(absl::string_view name) {
  for (const Parameter& parameter : kParameters) {
    if (absl::EqualsIgnoreCase(name, parameter.name)) return &parameter;
  }
  return nullptr;
}

// ---- parameters of Calico's without a meaning here ------------------------------------------

struct UnsupportedParameters {
  const char* prefix;  // of names, any case
  const char* reason;
};

constexpr char kNoKubernetes[] = "there is no Kubernetes or OpenStack here: remove it";
constexpr char kNoTunnels[] = "tunnels and routes between nodes are not built here: remove it";
constexpr char kOwnTable[] = "the kernel rules are one nftables table of our own: remove it";
constexpr char kAuditLog[] = "every decision goes to the audit log: see `auditRetentionDays`";
constexpr char kSystemLog[] = "gatewardend logs to standard error: see its option --log-level";

// More specific prefixes first.
constexpr UnsupportedParameters kUnsupported[] = {
    {"nftablesFilterDenyAction", "write `iptablesFilterDenyAction`, which holds for nftables too"},
    {"denyAction", "write `iptablesFilterDenyAction`"},
    {"iptablesFilterAllowAction", "an allowed packet is accepted in our own table only: remove it"},
    {"iptablesMangleAllowAction", "an allowed packet is accepted in our own table only: remove it"},
    {"iptablesMarkMask", "write `markMask`"},
    {"nftablesMarkMask", "write `markMask`"},
    {"iptables", kOwnTable},
    {"nftables", kOwnTable},
    {"ipsets", kOwnTable},
    {"maxIpsetSize", kOwnTable},
    {"chainInsertMode", kOwnTable},
    {"lockFile", kOwnTable},
    {"xdp", kOwnTable},
    {"genericXDP", kOwnTable},
    {"bpf", "there is no eBPF data plane here: remove it"},
    {"cgroupV2Path", "there is no eBPF data plane here: remove it"},
    {"debugBPF", "there is no eBPF data plane here: remove it"},
    {"wireguard", "there is no WireGuard between nodes here: remove it"},
    {"vxlan", kNoTunnels},
    {"ipip", kNoTunnels},
    {"ipInIp", kNoTunnels},
    {"route", kNoTunnels},
    {"removeExternalRoutes", kNoTunnels},
    {"programClusterRoutes", kNoTunnels},
    {"deviceRoute", kNoTunnels},
    {"externalNodes", kNoTunnels},
    {"allowedCIDRs", kNoTunnels},
    {"mtu", kNoTunnels},
    {"requireMTU", kNoTunnels},
    {"localSubnetL2Reachability", kNoTunnels},
    {"floatingIPs", kNoTunnels},
    {"nat", "addresses are not translated here, rules of your own may do it beside: remove it"},
    {"serviceLoop", kNoKubernetes},
    {"kube", kNoKubernetes},
    {"openstack", kNoKubernetes},
    {"metadata", kNoKubernetes},
    {"istio", kNoKubernetes},
    {"sidecarAcceleration", kNoKubernetes},
    {"windows", kNoKubernetes},
    {"aws", kNoKubernetes},
    {"typha", kNoKubernetes},
    {"etcd", kNoKubernetes},
    {"datastoreType", kNoKubernetes},
    {"cluster", kNoKubernetes},
    {"calico", kNoKubernetes},
    {"prometheus", "there is no Prometheus endpoint here: see `gatewarden status`"},
    {"health", "there is no health endpoint here: see `gatewarden status`"},
    {"flowLogs", kAuditLog},
    {"goldmane", kAuditLog},
    {"logActionRateLimit", kAuditLog},
    {"logDebug", kSystemLog},
    {"logFile", kSystemLog},
    {"logSeverity", kSystemLog},
    {"debug", kSystemLog},
    {"endpointReporting", "see `gatewarden status`: remove it"},
    {"endpointStatus", "see `gatewarden status`: remove it"},
    {"reporting", "see `gatewarden status`: remove it"},
    {"usage", "nothing is reported to anyone: remove it"},
    {"policySync", "there is no application-layer policy here: remove it"},
    {"netlinkTimeout", "there is nothing to choose here: remove it"},
    {"interfaceRefreshInterval", "interfaces are followed as they change: remove it"},
    {"ipForwarding", "the sysctl is yours: remove it, and set net.ipv4.ip_forward"},
    {"ipv6Support", "both IPv4 and IPv6 are always policed: remove it"},
    {"ipv4", kNoTunnels},
    {"ipv6", kNoTunnels},
    {"dataplane", "there is one data plane here: remove it"},
    {"useInternalDataplane", "there is one data plane here: remove it"},
    {"feature", "there is nothing to choose here: remove it"},
    {"felixHostname", "write `gatewardend --node NAME`"},
    {"goGC", "gatewardend is not written in Go: remove it"},
    {"goMaxProcs", "gatewardend is not written in Go: remove it"},
    {"goMemoryLimit", "gatewardend is not written in Go: remove it"},
    {"dns", "there is nothing to choose here: remove it"},
    {"qos", "there is no bandwidth control here: remove it"},
    {"captureDir", "there is no packet capture here: remove it"},
};

std::string UnknownParameter(absl::string_view name) {
  std::vector<std::string> names;
  for (const Parameter& parameter : kParameters) names.emplace_back(parameter.name);
  const auto nearest = NearestName(name, names);
  return absl::StrCat("`", name, "` is no parameter",
                      nearest ? absl::StrCat(": did you mean `", *nearest, "`?")
                              : ": remove it, or see `gatewarden get settings`");
}

bool EmptyMeansNone(const Parameter& parameter) {
  return absl::StartsWith(parameter.name, "failsafe");
}

// ---- failsafes ------------------------------------------------------------------------------

constexpr char kInboundFailsafes[] = "tcp:22,udp:68,udp:546";
constexpr char kOutboundFailsafes[] = "udp:53,tcp:53,udp:67,udp:123,udp:547";

absl::StatusOr<uint8_t> FailsafeProtocol(absl::string_view word) {
  const auto protocol = ProtocolByName(word);
  if (protocol == kProtocolTcp || protocol == kProtocolUdp || protocol == kProtocolSctp) {
    return *protocol;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("unknown protocol: ", word, " (write tcp, udp or sctp)"));
}

absl::StatusOr<uint16_t> FailsafePort(absl::string_view word) {
  int64_t port = 0;
  if (!absl::SimpleAtoi(word, &port)) {
    return absl::InvalidArgumentError(absl::StrCat("ports should be integers (`", word,
                                                   "` is not; write proto:port or "
                                                   "proto:cidr:port)"));
  }
  if (port < 0 || port > 65535) {
    return absl::InvalidArgumentError("ports must be in range 0-65535");
  }
  return static_cast<uint16_t>(port);
}

absl::StatusOr<Prefix> FailsafeNet(absl::string_view word) {
  const bool has_brackets = absl::ConsumePrefix(&word, "[") && absl::ConsumeSuffix(&word, "]");
  const auto net = ParseNetwork(word);
  if (!net.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("invalid CIDR or IP ", word));
  }
  if (net->address.family == Family::kIPv6 && !has_brackets) {
    return absl::InvalidArgumentError(
        absl::StrCat("invalid CIDR or IP ", word, " (write IPv6 in brackets: [", word, "])"));
  }
  return *net;
}

// "proto:NET:port" or "proto:port" or "port".
absl::StatusOr<Failsafe> ParseFailsafeParts(absl::string_view text) {
  Failsafe failsafe;
  const size_t last = text.rfind(':');
  if (last == absl::string_view::npos) {
    failsafe.protocol = kProtocolTcp;
    GW_ASSIGN_OR_RETURN(failsafe.port, FailsafePort(text));
    return failsafe;
  }
  const size_t first = text.find(':');
  GW_ASSIGN_OR_RETURN(failsafe.protocol, FailsafeProtocol(text.substr(0, first)));
  GW_ASSIGN_OR_RETURN(failsafe.port, FailsafePort(text.substr(last + 1)));
  if (first < last) {
    GW_ASSIGN_OR_RETURN(failsafe.net, FailsafeNet(text.substr(first + 1, last - first - 1)));
  }
  return failsafe;
}

}  // namespace

std::string ToString(const IpfixCollector& collector) {
  const bool is_ipv6 = collector.address.family == Family::kIPv6;
  return absl::StrCat(is_ipv6 ? "[" : "", ToString(collector.address), is_ipv6 ? "]:" : ":",
                      collector.port);
}

std::string ToString(const Failsafe& failsafe) {
  std::string net;
  if (failsafe.net) {
    const bool is_ipv6 = failsafe.net->address.family == Family::kIPv6;
    net = absl::StrCat(is_ipv6 ? "[" : "", ToString(*failsafe.net), is_ipv6 ? "]:" : ":");
  }
  return absl::StrCat(absl::AsciiStrToLower(ProtocolName(failsafe.protocol)), ":", net,
                      failsafe.port);
}

absl::StatusOr<Failsafe> ParseFailsafe(absl::string_view text) {
  auto failsafe = ParseFailsafeParts(text);
  if (failsafe.ok()) return failsafe;
  return Annotate(failsafe.status(), absl::StrCat("`", text, "`"));
}

absl::StatusOr<std::vector<Failsafe>> ParseFailsafes(absl::string_view text) {
  std::vector<Failsafe> failsafes;
  text = absl::StripAsciiWhitespace(text);
  if (text.empty() || IsNone(text)) return failsafes;
  for (const absl::string_view part : absl::StrSplit(text, ',')) {
    GW_ASSIGN_OR_RETURN(const Failsafe failsafe, ParseFailsafe(absl::StripAsciiWhitespace(part)));
    failsafes.push_back(failsafe);
  }
  if (failsafes.size() > kFailsafesMax) {
    return absl::InvalidArgumentError(
        absl::StrCat(failsafes.size(), " failsafes: at most ", kFailsafesMax, " are possible"));
  }
  return failsafes;
}

Settings DefaultSettings() {
  static const auto* const kDefaults = [] {
    auto* settings = new Settings();
    settings->failsafe_inbound = ParseFailsafes(kInboundFailsafes).value();
    settings->failsafe_outbound = ParseFailsafes(kOutboundFailsafes).value();
    return settings;
  }();
  return *kDefaults;
}

Settings ReadSettings(const FelixConfiguration& written, std::vector<SettingProblem>* problems) {
  Settings settings = DefaultSettings();
  std::vector<const Parameter*> seen;
  for (const auto& [name, value] : written.values) {
    const Parameter* parameter = FindParameter(name);
    if (parameter == nullptr) {
      const auto reason = WhyUnsupported(name);
      problems->push_back({name, reason
                                     ? absl::StrCat("`", name, "` has no meaning here: ", *reason)
                                     : UnknownParameter(name)});
      continue;
    }
    if (std::find(seen.begin(), seen.end(), parameter) != seen.end()) {
      problems->push_back(
          {parameter->name, absl::StrCat("is given twice, once as `", name, "`: keep one")});
      continue;
    }
    seen.push_back(parameter);
    const absl::string_view text = absl::StripAsciiWhitespace(value);
    if (text.empty() && !EmptyMeansNone(*parameter)) continue;
    const absl::Status status = parameter->read(text, settings);
    if (!status.ok()) problems->push_back({parameter->name, std::string(status.message())});
  }
  return settings;
}

Settings SettingsOf(const Model& model) {
  const auto found = model.configurations.find("default");
  if (found == model.configurations.end()) return DefaultSettings();
  std::vector<SettingProblem> problems;
  return ReadSettings(found->second, &problems);
}

bool IsExcludedInterface(const Settings& settings, absl::string_view interface_name) {
  const std::string name(interface_name);
  return std::any_of(settings.interface_exclude.begin(), settings.interface_exclude.end(),
                     [&name](const std::string& item) {
                       if (!IsPattern(item)) return item == name;
                       const auto pattern = PatternOf(item);
                       return pattern && std::regex_search(name, *pattern);
                     });
}

std::optional<std::string> WhyUnsupported(absl::string_view parameter) {
  if (FindParameter(parameter) != nullptr) return std::nullopt;
  for (const UnsupportedParameters& unsupported : kUnsupported) {
    if (absl::StartsWithIgnoreCase(parameter, unsupported.prefix)) return unsupported.reason;
  }
  return std::nullopt;
}

std::optional<std::string> ParameterName(absl::string_view name) {
  const Parameter* parameter = FindParameter(name);
  if (parameter == nullptr) return std::nullopt;
  return parameter->name;
}

std::vector<ParameterDescription> AllParameters() {
  const Settings defaults = DefaultSettings();
  std::vector<ParameterDescription> all;
  for (const Parameter& parameter : kParameters) {
    all.push_back({parameter.name, parameter.print(defaults), parameter.meaning});
  }
  return all;
}

}  // namespace gw
