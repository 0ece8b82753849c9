#include "common/store/audit_json.h"

#include "common/policy/explanation.h"
#include "common/resources/flow_text.h"
#include "common/resources/json_text.h"

namespace gw {
namespace {

using Json = nlohmann::ordered_json;

Json AddressJson(const TransportAddress& address) {
  Json json = {{"address", ToString(address.address)}};
  if (address.port != 0) json["port"] = address.port;
  return json;
}

Json EndJson(const FlowEnd& end) {
  return {{"time", JsonTimeText(end.time)},
          {"reason", FlowEndReasonName(end.reason)},
          {"seconds", absl::ToDoubleSeconds(end.duration)},
          {"packetsSent", end.packets_sent},
          {"bytesSent", end.bytes_sent},
          {"packetsReceived", end.packets_received},
          {"bytesReceived", end.bytes_received}};
}

Json PartyJson(const AuditParty& party) {
  Json json = Json::array();
  for (const KnownObject& object : party) {
    json.push_back({{"name", object.name}, {"labels", object.labels}});
  }
  return json;
}

// What AuditRecord and AuditFlow both know.
template <typename Known>
void AddKnownLater(const Known& known, Json* json) {
  if (known.original_destination) {
    (*json)["originalDestination"] = AddressJson(*known.original_destination);
  }
  if (known.translated_source) (*json)["translatedSource"] = AddressJson(*known.translated_source);
  if (known.end) (*json)["end"] = EndJson(*known.end);
}

}  // namespace

Json ToJson(const AuditRecord& record) {
  Json json = {{"id", record.id}, {"time", JsonTimeText(record.time)}};
  InterfacePacket packet{record.in, record.out, {}};
  packet.packet.hook = record.hook;
  packet.packet.tuple = record.tuple;
  json.update(ToJson(packet));
  json["verdict"] = VerdictName(record.verdict);
  json["rejected"] = record.rejected;
  json["decidedBy"] = record.decided_by;
  json["tier"] = record.tier;
  json["inEndpoint"] = record.in_endpoint;
  json["outEndpoint"] = record.out_endpoint;
  if (!record.in_labels.empty()) json["inLabels"] = record.in_labels;
  if (!record.out_labels.empty()) json["outLabels"] = record.out_labels;
  if (!record.source_party.empty()) json["sourceKnownAs"] = PartyJson(record.source_party);
  if (!record.destination_party.empty()) {
    json["destinationKnownAs"] = PartyJson(record.destination_party);
  }
  json["revision"] = record.revision;
  json["generation"] = record.generation;
  json["redecided"] = record.redecided;
  if (!record.pending_decided_by.empty()) {
    json["pending"] = {{"verdict", VerdictName(record.pending_verdict)},
                       {"decidedBy", record.pending_decided_by}};
  }
  if (!record.logs.empty()) json["logs"] = record.logs;
  if (record.repeats > 0) json["repeats"] = record.repeats;
  AddKnownLater(record, &json);
  return json;
}

std::string AuditLine(const AuditRecord& record) { return JsonLine(ToJson(record)); }

std::string AuditLine(const AuditFlow& flow, const Tuple& tuple, absl::Time known) {
  Json json = {{"event", flow.end ? "end" : "translated"},
               {"id", flow.id},
               {"time", JsonTimeText(flow.end ? flow.end->time : known)}};
  json.update(ToJson(tuple));
  AddKnownLater(flow, &json);
  return JsonLine(json);
}

std::string AuditLine(const AuditEvent& event) {
  return JsonLine(
      {{"event", event.kind}, {"time", JsonTimeText(event.time)}, {"text", event.text}});
}

}  // namespace gw
