#include "common/resources/flow_text.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/base/error_column.h"
#include "common/base/status_macros.h"
#include "common/policy/limits.h"
#include "common/policy/nearest_name.h"

namespace gw {
namespace {

const char* const kFlowFields[] = {"hook",    "in",    "out",      "src",        "dst",
                                   "sport",   "dport", "proto",    "icmpType",   "icmpCode",
                                   "ctState", "rpfOk", "hopLimit", "preNat.dst", "preNat.dport"};

// One field as written; `column` is where its value begins, 0 in JSON.
struct FlowValue {
  std::string text;
  size_t column = 0;
};
using FlowValues = std::map<std::string, FlowValue, std::less<>>;

absl::Status FlowError(size_t column, absl::string_view message) {
  return column == 0 ? absl::InvalidArgumentError(message) : ErrorAtColumn(column, message);
}

bool IsFlowField(absl::string_view name) {
  for (const absl::string_view field : kFlowFields) {
    if (field == name) return true;
  }
  return false;
}

absl::Status UnknownField(absl::string_view name, size_t column) {
  const auto nearest = NearestName(name, {std::begin(kFlowFields), std::end(kFlowFields)});
  return FlowError(column, absl::StrCat("unknown field `", name, "`: ",
                                        nearest ? absl::StrCat("did you mean `", *nearest, "`?")
                                                : absl::StrCat("the fields are ",
                                                               absl::StrJoin(kFlowFields, ", "))));
}

// Reads the fields one by one; the first thing that is wrong ends it.
class FlowReader {
 public:
  explicit FlowReader(const FlowValues& values) : values_(values) {}

  absl::StatusOr<InterfacePacket> Read() {
    GW_RETURN_IF_ERROR(ReadAddresses());
    GW_RETURN_IF_ERROR(ReadProtocol());
    GW_RETURN_IF_ERROR(ReadPorts());
    GW_RETURN_IF_ERROR(ReadIcmp());
    GW_RETURN_IF_ERROR(ReadState());
    GW_RETURN_IF_ERROR(ReadTranslation());
    GW_RETURN_IF_ERROR(ReadHook());
    return flow_;
  }

 private:
  const FlowValue* Find(absl::string_view name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? nullptr : &found->second;
  }

  static absl::Status ErrorIn(const FlowValue& value, absl::string_view name,
                              absl::string_view message) {
    return FlowError(value.column, absl::StrCat(name, ": ", message));
  }

  // Leaves `number` alone where the field is absent.
  template <typename T>
  absl::Status ReadNumber(absl::string_view name, uint64_t number_max, T* number) const {
    const FlowValue* value = Find(name);
    if (value == nullptr) return absl::OkStatus();
    uint64_t parsed = 0;
    if (value->text.empty() || value->text.find_first_not_of("0123456789") != std::string::npos ||
        !absl::SimpleAtoi(value->text, &parsed) || parsed > number_max) {
      return ErrorIn(*value, name,
                     absl::StrCat("`", value->text, "` is not a number from 0 to ", number_max));
    }
    *number = static_cast<T>(parsed);
    return absl::OkStatus();
  }

  absl::Status ReadAddress(absl::string_view name, Address* address) const {
    const FlowValue* value = Find(name);
    if (value == nullptr) return absl::OkStatus();
    const auto parsed = ParseAddress(value->text);
    if (!parsed.ok()) return ErrorIn(*value, name, parsed.status().message());
    *address = *parsed;
    return absl::OkStatus();
  }

  absl::Status Require(absl::string_view name, absl::string_view example) const {
    if (Find(name) != nullptr) return absl::OkStatus();
    return absl::InvalidArgumentError(
        absl::StrCat("field `", name, "` is missing: add ", name, "=", example));
  }

  absl::Status ReadAddresses() {
    GW_RETURN_IF_ERROR(Require("src", "192.0.2.1"));
    GW_RETURN_IF_ERROR(Require("dst", "198.51.100.2"));
    Tuple& tuple = flow_.packet.tuple;
    GW_RETURN_IF_ERROR(ReadAddress("src", &tuple.source));
    GW_RETURN_IF_ERROR(ReadAddress("dst", &tuple.destination));
    if (tuple.source.family != tuple.destination.family) {
      return ErrorIn(*Find("dst"), "dst",
                     absl::StrCat("`", Find("dst")->text, "` and the source `", Find("src")->text,
                                  "` must both be IPv4 or both be IPv6"));
    }
    return absl::OkStatus();
  }

  absl::Status ReadProtocol() {
    GW_RETURN_IF_ERROR(Require("proto", "tcp"));
    const FlowValue& value = *Find("proto");
    uint8_t& protocol = flow_.packet.tuple.protocol;
    if (const auto named = ProtocolByName(value.text)) {
      protocol = *named;
      return absl::OkStatus();
    }
    if (ReadNumber("proto", 255, &protocol).ok()) return absl::OkStatus();
    return ErrorIn(value, "proto",
                   absl::StrCat("`", value.text,
                                "` is neither tcp, udp, icmp, icmpv6, sctp, udplite nor a number "
                                "from 0 to 255"));
  }

  // A source port without ports in the protocol is dropped, since the vectors write one always; a
  // destination port there is a mistake.
  absl::Status ReadPorts() {
    Tuple& tuple = flow_.packet.tuple;
    GW_RETURN_IF_ERROR(ReadNumber("sport", 65535, &tuple.source_port));
    GW_RETURN_IF_ERROR(ReadNumber("dport", 65535, &tuple.destination_port));
    if (HasPorts(tuple.protocol)) return absl::OkStatus();
    tuple.source_port = 0;
    return RefusePort("dport", tuple.destination_port);
  }

  absl::Status RefusePort(absl::string_view name, uint16_t port) const {
    if (port == 0) return absl::OkStatus();
    return ErrorIn(*Find(name), name,
                   absl::StrCat("protocol ", ProtocolName(flow_.packet.tuple.protocol),
                                " has no ports: leave it out"));
  }

  // Without a type, an echo request: what people mean by a flow of ICMP.
  absl::Status ReadIcmp() {
    Tuple& tuple = flow_.packet.tuple;
    if (tuple.protocol == kProtocolIcmp) tuple.icmp_type = 8;
    if (tuple.protocol == kProtocolIcmpv6) tuple.icmp_type = 128;
    GW_RETURN_IF_ERROR(ReadNumber("icmpType", 255, &tuple.icmp_type));
    GW_RETURN_IF_ERROR(ReadNumber("icmpCode", 255, &tuple.icmp_code));
    if (IsIcmp(tuple.protocol)) return absl::OkStatus();
    for (const absl::string_view name : {"icmpType", "icmpCode"}) {
      if (const FlowValue* value = Find(name)) {
        return ErrorIn(*value, name,
                       absl::StrCat("protocol is ", ProtocolName(tuple.protocol),
                                    ", not ICMP or ICMPv6: leave it out"));
      }
    }
    return absl::OkStatus();
  }

  absl::Status ReadState() {
    GW_RETURN_IF_ERROR(ReadNumber("hopLimit", 255, &flow_.packet.hop_limit));
    if (const FlowValue* value = Find("rpfOk")) {
      if (value->text != "true" && value->text != "false") {
        return ErrorIn(*value, "rpfOk",
                       absl::StrCat("`", value->text, "` is neither true nor false"));
      }
      flow_.packet.reverse_path_ok = value->text == "true";
    }
    const FlowValue* value = Find("ctState");
    if (value == nullptr) return absl::OkStatus();
    for (const ConntrackState state : {ConntrackState::kNew, ConntrackState::kEstablished,
                                       ConntrackState::kRelated, ConntrackState::kInvalid}) {
      if (!absl::EqualsIgnoreCase(value->text, ConntrackStateName(state))) continue;
      flow_.packet.state = state;
      return absl::OkStatus();
    }
    return ErrorIn(
        *value, "ctState",
        absl::StrCat("`", value->text, "` is not one of new, established, related, invalid"));
  }

  absl::Status ReadTranslation() {
    Packet& packet = flow_.packet;
    Address destination = packet.tuple.destination;
    uint16_t port = packet.tuple.destination_port;
    GW_RETURN_IF_ERROR(ReadAddress("preNat.dst", &destination));
    GW_RETURN_IF_ERROR(ReadNumber("preNat.dport", 65535, &port));
    if (destination.family != packet.tuple.family()) {
      return ErrorIn(*Find("preNat.dst"), "preNat.dst",
                     absl::StrCat("`", Find("preNat.dst")->text, "` and the destination `",
                                  Find("dst")->text, "` must both be IPv4 or both be IPv6"));
    }
    if (!HasPorts(packet.tuple.protocol)) GW_RETURN_IF_ERROR(RefusePort("preNat.dport", port));
    packet.translated =
        destination != packet.tuple.destination || port != packet.tuple.destination_port;
    if (!packet.translated) return absl::OkStatus();
    packet.original_destination = destination;
    packet.original_destination_port = port;
    return absl::OkStatus();
  }

  absl::Status ReadInterface(absl::string_view name, std::string* interface) const {
    const FlowValue* value = Find(name);
    if (value == nullptr) return absl::OkStatus();
    const auto cannot_be = [](char c) {
      return !absl::ascii_isgraph(static_cast<unsigned char>(c)) || c == '/';
    };
    if (value->text.size() > kInterfaceNameLengthMax ||
        std::any_of(value->text.begin(), value->text.end(), cannot_be)) {
      return ErrorIn(*value, name,
                     absl::StrCat("no interface has such a name: write at most ",
                                  kInterfaceNameLengthMax, " letters, digits and signs without /"));
    }
    *interface = value->text;
    return absl::OkStatus();
  }

  absl::Status ReadHook() {
    GW_RETURN_IF_ERROR(ReadInterface("in", &flow_.in));
    GW_RETURN_IF_ERROR(ReadInterface("out", &flow_.out));
    if (const FlowValue* value = Find("hook")) return ReadWrittenHook(*value);
    if (flow_.in.empty() && flow_.out.empty()) {
      return absl::InvalidArgumentError(
          "where the packet is seen is missing: add in=INTERFACE, out=INTERFACE or both");
    }
    flow_.packet.hook = flow_.out.empty()  ? Hook::kInput
                        : flow_.in.empty() ? Hook::kOutput
                                           : Hook::kForward;
    return absl::OkStatus();
  }

  absl::Status ReadWrittenHook(const FlowValue& value) {
    for (const Hook hook : {Hook::kInput, Hook::kForward, Hook::kOutput}) {
      if (!absl::EqualsIgnoreCase(value.text, HookName(hook))) continue;
      flow_.packet.hook = hook;
      GW_RETURN_IF_ERROR(CheckInterface(value, "in", flow_.in, hook != Hook::kOutput));
      return CheckInterface(value, "out", flow_.out, hook != Hook::kInput);
    }
    return ErrorIn(value, "hook",
                   absl::StrCat("`", value.text, "` is not one of input, forward, output"));
  }

  static absl::Status CheckInterface(const FlowValue& hook, absl::string_view name,
                                     const std::string& interface, bool needed) {
    if (interface.empty() != needed) return absl::OkStatus();
    return ErrorIn(hook, "hook",
                   needed ? absl::StrCat("`", hook.text, "` needs the field `", name, "`: add ",
                                         name, "=INTERFACE")
                          : absl::StrCat("`", hook.text, "` has no `", name, "` interface, but `",
                                         name, "` is `", interface, "`: leave one of them out"));
  }

  const FlowValues& values_;
  InterfacePacket flow_;
};

// The text of a JSON value that may stand for a field; nothing for null, lists and objects.
std::optional<std::string> ScalarText(const nlohmann::ordered_json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number() || value.is_boolean()) return value.dump();
  return std::nullopt;
}

absl::Status AddJsonField(const std::string& name, const nlohmann::ordered_json& value,
                          FlowValues* values) {
  if (!IsFlowField(name)) return UnknownField(name, 0);
  // A hook without an interface may say so with an empty text.
  const bool is_empty = value.is_string() && value.get_ref<const std::string&>().empty();
  if (value.is_null() || ((name == "in" || name == "out") && is_empty)) return absl::OkStatus();
  const auto text = ScalarText(value);
  if (!text) {
    return absl::InvalidArgumentError(
        absl::StrCat(name, ": a list or an object cannot stand here: write one value"));
  }
  (*values)[name].text = *text;
  return absl::OkStatus();
}

absl::StatusOr<FlowValues> FlowValuesOfJson(const nlohmann::ordered_json& object) {
  FlowValues values;
  for (const auto& [name, value] : object.items()) {
    if (name != "preNat") {
      GW_RETURN_IF_ERROR(AddJsonField(name, value, &values));
      continue;
    }
    if (value.is_null()) continue;
    if (!value.is_object()) {
      return absl::InvalidArgumentError(
          "preNat: an object is needed, such as {\"dst\":\"203.0.113.2\",\"dport\":443}");
    }
    for (const auto& [inner_name, inner] : value.items()) {
      GW_RETURN_IF_ERROR(AddJsonField(absl::StrCat("preNat.", inner_name), inner, &values));
    }
  }
  return values;
}

// Parses one JSON value, refusing names that appear twice in one object: the parser itself would
// keep one of them without a word.
absl::StatusOr<nlohmann::ordered_json> ParseJson(absl::string_view text) {
  using nlohmann::ordered_json;
  std::vector<std::set<std::string>> names;
  std::string repeated;
  const ordered_json::parser_callback_t check = [&](int, ordered_json::parse_event_t event,
                                                    ordered_json& parsed) {
    if (event == ordered_json::parse_event_t::object_start) names.emplace_back();
    if (event == ordered_json::parse_event_t::object_end) names.pop_back();
    if (event == ordered_json::parse_event_t::key && repeated.empty()) {
      const std::string name = parsed.get<std::string>();
      if (!names.back().insert(name).second) repeated = name;
    }
    return true;
  };
  try {
    ordered_json value = ordered_json::parse(text.data(), text.data() + text.size(), check);
    if (!repeated.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("field `", repeated, "` appears twice: keep one"));
    }
    return value;
  } catch (const ordered_json::parse_error& error) {
    return ErrorAtColumn(error.byte, "not valid JSON: check quotes, commas and brackets");
  } catch (const ordered_json::exception& error) {
    return absl::InvalidArgumentError(absl::StrCat("not valid JSON: ", error.what()));
  }
}

nlohmann::ordered_json FlowProtocolJson(uint8_t protocol) {
  std::string name = ProtocolName(protocol);
  if (ProtocolByName(name)) return name;
  return protocol;
}

}  // namespace

absl::StatusOr<InterfacePacket> ParseFlow(absl::string_view text) {
  FlowValues values;
  size_t at = 0;
  while (true) {
    while (at < text.size() && absl::ascii_isspace(static_cast<unsigned char>(text[at]))) ++at;
    if (at == text.size()) break;
    size_t end = at;
    while (end < text.size() && !absl::ascii_isspace(static_cast<unsigned char>(text[end]))) ++end;
    const absl::string_view word = text.substr(at, end - at);
    const size_t equals = word.find('=');
    const absl::string_view name = word.substr(0, equals);
    if (equals == absl::string_view::npos || equals == 0) {
      return ErrorAtColumn(at + 1, absl::StrCat("`", word, "` is not of the form name=value"));
    }
    if (!IsFlowField(name)) return UnknownField(name, at + 1);
    if (equals + 1 == word.size()) {
      return ErrorAtColumn(end + 1, absl::StrCat(name, ": the value is missing after `=`"));
    }
    const FlowValue value{std::string(word.substr(equals + 1)), at + equals + 2};
    if (!values.emplace(name, value).second) {
      return ErrorAtColumn(at + 1, absl::StrCat("field `", name, "` appears twice: keep one"));
    }
    at = end;
  }
  return FlowReader(values).Read();
}

absl::StatusOr<InterfacePacket> ParseFlowJson(absl::string_view text) {
  GW_ASSIGN_OR_RETURN(const nlohmann::ordered_json object, ParseJson(text));
  if (!object.is_object()) {
    return absl::InvalidArgumentError(
        "a flow is an object, such as {\"in\":\"eth0\",\"proto\":\"tcp\",\"src\":\"192.0.2.1\","
        "\"dst\":\"198.51.100.2\",\"dport\":22}");
  }
  GW_ASSIGN_OR_RETURN(const FlowValues values, FlowValuesOfJson(object));
  return FlowReader(values).Read();
}

nlohmann::ordered_json ToJson(const Tuple& tuple) {
  nlohmann::ordered_json json;
  json["src"] = ToString(tuple.source);
  json["dst"] = ToString(tuple.destination);
  if (HasPorts(tuple.protocol)) {
    json["sport"] = tuple.source_port;
    json["dport"] = tuple.destination_port;
  }
  json["proto"] = FlowProtocolJson(tuple.protocol);
  if (IsIcmp(tuple.protocol)) {
    json["icmpType"] = tuple.icmp_type;
    json["icmpCode"] = tuple.icmp_code;
  }
  return json;
}

nlohmann::ordered_json ToJson(const InterfacePacket& flow) {
  const Packet& packet = flow.packet;
  const Tuple& tuple = packet.tuple;
  nlohmann::ordered_json json;
  json["hook"] = HookName(packet.hook);
  if (!flow.in.empty()) json["in"] = flow.in;
  if (!flow.out.empty()) json["out"] = flow.out;
  json.update(ToJson(tuple));
  if (packet.state != ConntrackState::kNew) json["ctState"] = ConntrackStateName(packet.state);
  if (!packet.reverse_path_ok) json["rpfOk"] = false;
  if (packet.hop_limit != 255) json["hopLimit"] = packet.hop_limit;
  if (packet.translated) {
    json["preNat"]["dst"] = ToString(packet.original_destination);
    if (HasPorts(tuple.protocol)) json["preNat"]["dport"] = packet.original_destination_port;
  }
  return json;
}

nlohmann::ordered_json ToJson(const Explanation& explanation) {
  nlohmann::ordered_json json;
  json["verdict"] = VerdictName(explanation.verdict);
  json["decidedBy"] = explanation.decided_by;
  json["trace"] = explanation.trace;
  if (!explanation.logs.empty()) json["logs"] = explanation.logs;
  if (explanation.untracked) json["untracked"] = true;
  if (explanation.pending_verdict != explanation.verdict ||
      explanation.pending_decided_by != explanation.decided_by) {
    json["pending"]["verdict"] = VerdictName(explanation.pending_verdict);
    json["pending"]["decidedBy"] = explanation.pending_decided_by;
  }
  return json;
}

absl::StatusOr<std::vector<LiveInterface>> ParseInterfacesJson(absl::string_view text) {
  GW_ASSIGN_OR_RETURN(const nlohmann::ordered_json object, ParseJson(text));
  if (!object.is_object()) {
    return absl::InvalidArgumentError(
        "interfaces are an object of lists, such as {\"eth0\":[\"203.0.113.2\"]}");
  }
  std::vector<LiveInterface> interfaces;
  for (const auto& [name, addresses] : object.items()) {
    if (name.empty()) return absl::InvalidArgumentError("an interface has no name: write one");
    if (!addresses.is_array()) {
      return absl::InvalidArgumentError(
          absl::StrCat(name, ": a list of addresses is needed, such as [\"203.0.113.2\"]"));
    }
    LiveInterface interface {
      name, {}
    };
    for (size_t i = 0; i < addresses.size(); ++i) {
      if (!addresses[i].is_string()) {
        return absl::InvalidArgumentError(
            absl::StrCat(name, "[", i, "]: an address is a text, such as \"203.0.113.2\""));
      }
      auto address = ParseAddress(addresses[i].get<std::string>());
      if (!address.ok()) return Annotate(address.status(), absl::StrCat(name, "[", i, "]"));
      interface.addresses.push_back(*address);
    }
    interfaces.push_back(std::move(interface));
  }
  return interfaces;
}

}  // namespace gw
