#include "common/store/audit_flows.h"

#include <optional>
#include <string>
#include <vector>

#include "common/base/status_macros.h"

namespace gw {
namespace {

// Each part stays as it was first written: a link of the chain may cover it already.
constexpr char kWrite[] =
    "INSERT INTO flow (id, original_destination, original_destination_port, translated_source, "
    "translated_source_port, ended, duration, packets_sent, bytes_sent, packets_received, "
    "bytes_received, reason, original_link, translated_link, end_link) "
    "SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, iif(?2 IS NULL, NULL, ?13), "
    "iif(?4 IS NULL, NULL, ?13), iif(?6 IS NULL, NULL, ?13) "
    "WHERE ?1 >= (SELECT min(first_id) FROM block) "
    "ON CONFLICT (id) DO UPDATE SET "
    "original_destination = ifnull(original_destination, excluded.original_destination), "
    "original_destination_port = "
    "ifnull(original_destination_port, excluded.original_destination_port), "
    "original_link = ifnull(original_link, excluded.original_link), "
    "translated_source = ifnull(translated_source, excluded.translated_source), "
    "translated_source_port = ifnull(translated_source_port, excluded.translated_source_port), "
    "translated_link = ifnull(translated_link, excluded.translated_link), "
    "ended = ifnull(ended, excluded.ended), duration = ifnull(duration, excluded.duration), "
    "packets_sent = ifnull(packets_sent, excluded.packets_sent), "
    "bytes_sent = ifnull(bytes_sent, excluded.bytes_sent), "
    "packets_received = ifnull(packets_received, excluded.packets_received), "
    "bytes_received = ifnull(bytes_received, excluded.bytes_received), "
    "reason = ifnull(reason, excluded.reason), end_link = ifnull(end_link, excluded.end_link)";
constexpr char kRead[] =
    "SELECT original_destination, original_destination_port, translated_source, "
    "translated_source_port, ended, duration, packets_sent, bytes_sent, packets_received, "
    "bytes_received, reason FROM flow WHERE id = ?";
constexpr char kReadSome[] =
    "SELECT original_destination, original_destination_port, translated_source, "
    "translated_source_port, ended, duration, packets_sent, bytes_sent, packets_received, "
    "bytes_received, reason, id FROM flow WHERE id >= ? AND id < ?";
constexpr size_t kBytes4 = 4;

void Bind(const std::optional<TransportAddress>& address, Statement& statement) {
  if (!address) {
    statement.BindNull().BindNull();
    return;
  }
  const auto bytes = address->address.Bytes();
  const size_t size = AddressBits(address->address.family) / 8;
  statement.BindBlob({reinterpret_cast<const char*>(bytes.data()), size}).BindInt(address->port);
}

void Bind(const std::optional<FlowEnd>& end, Statement& statement) {
  if (!end) {
    for (int i = 0; i < 7; ++i) statement.BindNull();
    return;
  }
  statement.BindInt(absl::ToUnixNanos(end->time)).BindInt(absl::ToInt64Nanoseconds(end->duration));
  statement.BindInt(end->packets_sent).BindInt(end->bytes_sent);
  statement.BindInt(end->packets_received).BindInt(end->bytes_received);
  statement.BindInt(static_cast<int64_t>(end->reason));
}

std::optional<TransportAddress> ReadAddress(const Statement& row, int column) {
  if (row.IsNull(column)) return std::nullopt;
  const std::string bytes = row.Blob(column);
  const Family family = bytes.size() == kBytes4 ? Family::kIPv4 : Family::kIPv6;
  return TransportAddress{
      Address::FromBytes(family, reinterpret_cast<const uint8_t*>(bytes.data())),
      static_cast<uint16_t>(row.Int(column + 1))};
}

std::optional<FlowEnd> ReadEnd(const Statement& row, int column) {
  if (row.IsNull(column)) return std::nullopt;
  FlowEnd end;
  end.time = absl::FromUnixNanos(row.Int(column));
  end.duration = absl::Nanoseconds(row.Int(column + 1));
  end.packets_sent = row.Int(column + 2);
  end.bytes_sent = row.Int(column + 3);
  end.packets_received = row.Int(column + 4);
  end.bytes_received = row.Int(column + 5);
  end.reason = static_cast<FlowEnd::Reason>(row.Int(column + 6));
  return end;
}

}  // namespace

absl::Status WriteFlows(Database& database, absl::Span<const AuditFlow> flows,
                        std::optional<int64_t> link) {
  Statement statement = database.Prepare(kWrite);
  Statement remember = database.Prepare("INSERT OR IGNORE INTO flow_to_link VALUES (?)");
  for (const AuditFlow& flow : flows) {
    statement.BindInt(flow.id);
    Bind(flow.original_destination, statement);
    Bind(flow.translated_source, statement);
    Bind(flow.end, statement);
    statement.BindInt(link);
    GW_RETURN_IF_ERROR(statement.Run());
    if (!link || database.Changes() == 0) continue;
    GW_RETURN_IF_ERROR(remember.BindInt(flow.id).Run());
  }
  return absl::OkStatus();
}

absl::Status WriteTranslated(Database& database, const AuditBatch& batch, int64_t first_id,
                             std::optional<int64_t> link) {
  if (batch.translated().empty()) return absl::OkStatus();
  std::vector<AuditFlow> flows;
  for (const AuditBatch::Translated& one : batch.translated()) {
    AuditFlow& flow = flows.emplace_back();
    flow.id = first_id + static_cast<int64_t>(one.row);
    flow.original_destination = one.original_destination;
  }
  return WriteFlows(database, flows, link);
}

absl::Status ReadFlows(Database& database, absl::Span<AuditRecord> records) {
  Statement statement = database.Prepare(kRead);
  for (AuditRecord& record : records) {
    statement.BindInt(record.id);
    if (statement.Step()) {
      record.original_destination = ReadAddress(statement, 0);
      record.translated_source = ReadAddress(statement, 2);
      record.end = ReadEnd(statement, 4);
    }
    GW_RETURN_IF_ERROR(statement.Run());
  }
  return absl::OkStatus();
}

absl::Status ReadFlowsOf(Database& database, int64_t begin, int64_t end,
                         std::vector<AuditFlow>* flows) {
  Statement rows = database.Prepare(kReadSome);
  rows.BindInt(begin).BindInt(end);
  while (rows.Step()) {
    flows->push_back({rows.Int(11), ReadAddress(rows, 0), ReadAddress(rows, 2), ReadEnd(rows, 4)});
  }
  return rows.status();
}

absl::Status DropFlowsBefore(Database& database, int64_t id) {
  GW_RETURN_IF_ERROR(database.Prepare("DELETE FROM flow_to_link WHERE id < ?").BindInt(id).Run());
  return database.Prepare("DELETE FROM flow WHERE id < ?").BindInt(id).Run();
}

absl::string_view FlowEndReasonName(FlowEnd::Reason reason) {
  switch (reason) {
    case FlowEnd::Reason::kTimeout:
      return "timeout";
    case FlowEnd::Reason::kClosed:
      return "closed";
    case FlowEnd::Reason::kReset:
      return "reset";
    case FlowEnd::Reason::kRemoved:
      return "removed";
  }
  return "timeout";
}

}  // namespace gw
