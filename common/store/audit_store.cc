#include "common/store/audit_store.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

#include "common/base/status_macros.h"
#include "common/store/migrate.h"

namespace gw {
namespace {

// The order of the columns in the table, in Append and in ReadRecord.
constexpr char kDecisionColumns[] =
    "id, time, hook, in_interface, out_interface, protocol, source, destination, source_port, "
    "destination_port, icmp_type, icmp_code, verdict, rejected, decided_by, tier, in_endpoint, "
    "out_endpoint, revision, generation, redecided, pending_verdict, pending_decided_by, logs";

std::string AddressBytes(const Address& address) {
  const std::array<uint8_t, 16> bytes = address.Bytes();
  return std::string(bytes.begin(), bytes.begin() + AddressBits(address.family) / 8);
}

absl::StatusOr<Address> AddressOf(const std::string& blob) {
  std::array<uint8_t, 16> bytes{};
  if (blob.size() != 4 && blob.size() != bytes.size()) {
    return absl::DataLossError(absl::StrCat("an address of ", blob.size(), " bytes"));
  }
  std::copy(blob.begin(), blob.end(), bytes.begin());
  return Address::FromBytes(blob.size() == 4 ? Family::kIPv4 : Family::kIPv6, bytes.data());
}

int64_t Limit(size_t limit) {
  constexpr size_t kMax = std::numeric_limits<int64_t>::max();
  return static_cast<int64_t>(std::min(limit, kMax));
}

void BindDecision(const AuditRecord& record, Statement& insert) {
  const Tuple& tuple = record.tuple;
  insert.BindInt(absl::ToUnixNanos(record.time)).BindInt(static_cast<int64_t>(record.hook));
  insert.BindText(record.in).BindText(record.out).BindInt(tuple.protocol);
  insert.BindBlob(AddressBytes(tuple.source)).BindBlob(AddressBytes(tuple.destination));
  insert.BindInt(tuple.source_port).BindInt(tuple.destination_port);
  insert.BindInt(tuple.icmp_type).BindInt(tuple.icmp_code);
  insert.BindInt(static_cast<int64_t>(record.verdict)).BindInt(record.rejected);
  insert.BindText(record.decided_by).BindText(record.tier);
  insert.BindText(record.in_endpoint).BindText(record.out_endpoint);
  insert.BindInt(record.revision).BindInt(record.generation).BindInt(record.redecided);
  if (record.pending_verdict == record.verdict && record.pending_decided_by == record.decided_by) {
    insert.BindNull().BindNull();
  } else {
    insert.BindInt(static_cast<int64_t>(record.pending_verdict));
    insert.BindText(record.pending_decided_by);
  }
  if (record.logs.empty()) {
    insert.BindNull();
  } else {
    insert.BindText(absl::StrJoin(record.logs, "\n"));
  }
}

absl::StatusOr<AuditRecord> ReadRecord(const Statement& row) {
  AuditRecord record;
  record.id = row.Int(0);
  record.time = absl::FromUnixNanos(row.Int(1));
  record.hook = static_cast<Hook>(row.Int(2));
  record.in = row.Text(3);
  record.out = row.Text(4);
  record.tuple.protocol = static_cast<uint8_t>(row.Int(5));
  GW_ASSIGN_OR_RETURN(record.tuple.source, AddressOf(row.Blob(6)));
  GW_ASSIGN_OR_RETURN(record.tuple.destination, AddressOf(row.Blob(7)));
  record.tuple.source_port = static_cast<uint16_t>(row.Int(8));
  record.tuple.destination_port = static_cast<uint16_t>(row.Int(9));
  record.tuple.icmp_type = static_cast<uint8_t>(row.Int(10));
  record.tuple.icmp_code = static_cast<uint8_t>(row.Int(11));
  record.verdict = static_cast<Verdict>(row.Int(12));
  record.rejected = row.Int(13) != 0;
  record.decided_by = row.Text(14);
  record.tier = row.Text(15);
  record.in_endpoint = row.Text(16);
  record.out_endpoint = row.Text(17);
  record.revision = row.Int(18);
  record.generation = static_cast<uint32_t>(row.Int(19));
  record.redecided = row.Int(20) != 0;
  const bool pending_same = row.IsNull(21);
  record.pending_verdict = pending_same ? record.verdict : static_cast<Verdict>(row.Int(21));
  record.pending_decided_by = pending_same ? record.decided_by : row.Text(22);
  if (!row.IsNull(23)) record.logs = absl::StrSplit(row.Text(23), '\n');
  return record;
}

// The conditions of a query as SQL, and the values of their parameters in the same order.
class Conditions {
 public:
  explicit Conditions(const AuditQuery& query);

  // "" or " WHERE ...".
  std::string Sql() const {
    return terms_.empty() ? "" : absl::StrCat(" WHERE ", absl::StrJoin(terms_, " AND "));
  }
  void Bind(Statement& statement) const;

 private:
  struct Value {
    enum class Kind : uint8_t { kInt, kText, kBlob } kind;
    int64_t number = 0;
    std::string text;
  };

  void AddInt(absl::string_view term, int64_t value) {
    terms_.emplace_back(term);
    values_.push_back({Value::Kind::kInt, value, ""});
  }
  void AddText(absl::string_view term, absl::string_view value) {
    terms_.emplace_back(term);
    values_.push_back({Value::Kind::kText, 0, std::string(value)});
  }
  void AddAddress(absl::string_view term, const Address& address) {
    terms_.emplace_back(term);
    values_.push_back({Value::Kind::kBlob, 0, AddressBytes(address)});
  }
  // `term` has the parameter twice.
  void AddTextTwice(absl::string_view term, const std::string& value) {
    AddText(term, value);
    values_.push_back(values_.back());
  }

  std::vector<std::string> terms_;
  std::vector<Value> values_;
};

Conditions::Conditions(const AuditQuery& query) {
  if (query.since) AddInt("time >= ?", absl::ToUnixNanos(*query.since));
  if (query.until) AddInt("time <= ?", absl::ToUnixNanos(*query.until));
  if (query.verdict) AddInt("verdict = ?", static_cast<int64_t>(*query.verdict));
  if (query.source) AddAddress("source = ?", *query.source);
  if (query.destination) AddAddress("destination = ?", *query.destination);
  if (query.protocol) AddInt("protocol = ?", *query.protocol);
  if (query.destination_port) AddInt("destination_port = ?", *query.destination_port);
  if (query.interface) AddTextTwice("(in_interface = ? OR out_interface = ?)", *query.interface);
  if (query.endpoint) AddTextTwice("(in_endpoint = ? OR out_endpoint = ?)", *query.endpoint);
  if (query.decided_by) {
    absl::string_view text = *query.decided_by;
    if (absl::ConsumeSuffix(&text, "*")) {
      // Not LIKE or GLOB: names hold characters that mean something there.
      AddTextTwice("substr(decided_by, 1, length(?)) = ?", std::string(text));
    } else {
      AddText("decided_by = ?", text);
    }
  }
  if (query.before_id) AddInt("id < ?", *query.before_id);
  if (query.after_id) AddInt("id > ?", *query.after_id);
}

void Conditions::Bind(Statement& statement) const {
  for (const Value& value : values_) {
    switch (value.kind) {
      case Value::Kind::kInt:
        statement.BindInt(value.number);
        break;
      case Value::Kind::kText:
        statement.BindText(value.text);
        break;
      case Value::Kind::kBlob:
        statement.BindBlob(value.text);
        break;
    }
  }
}

class SqliteAuditStore : public AuditStore {
 public:
  explicit SqliteAuditStore(Database database) : database_(std::move(database)) {}

  absl::Status Append(absl::Span<const AuditRecord> records) override;
  absl::Status AppendEvent(const AuditEvent& event) override;
  absl::StatusOr<std::vector<AuditRecord>> Query(const AuditQuery& query) override;
  absl::StatusOr<std::optional<AuditRecord>> Find(int64_t id) override;
  absl::StatusOr<std::vector<AuditEvent>> Events(size_t limit) override;
  absl::StatusOr<std::vector<HitCount>> HitCounts(size_t limit) override;

 private:
  absl::Status AddHits(absl::Span<const AuditRecord> records);
  absl::StatusOr<std::vector<AuditRecord>> ReadRecords(Statement& rows);

  Database database_;
};

absl::Status SqliteAuditStore::Append(absl::Span<const AuditRecord> records) {
  if (records.empty()) return absl::OkStatus();
  GW_ASSIGN_OR_RETURN(Transaction transaction,
                      Transaction::Begin(database_, Transaction::Kind::kWrite));
  Statement insert = database_.Prepare(
      absl::StrCat("INSERT INTO decision (", kDecisionColumns,
                   ") VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                   "?, ?, ?)"));
  for (const AuditRecord& record : records) {
    BindDecision(record, insert);
    GW_RETURN_IF_ERROR(insert.Run());
  }
  GW_RETURN_IF_ERROR(AddHits(records));
  return transaction.Commit();
}

absl::Status SqliteAuditStore::AddHits(absl::Span<const AuditRecord> records) {
  std::map<std::pair<absl::string_view, Verdict>, std::pair<int64_t, absl::Time>> hits;
  for (const AuditRecord& record : records) {
    auto& [count, last] = hits[{record.decided_by, record.verdict}];
    last = count == 0 ? record.time : std::max(last, record.time);
    ++count;
  }
  Statement add = database_.Prepare(
      "INSERT INTO hit_count VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
      "count = count + excluded.count, last = max(last, excluded.last)");
  for (const auto& [key, sum] : hits) {
    add.BindText(key.first).BindInt(static_cast<int64_t>(key.second));
    GW_RETURN_IF_ERROR(add.BindInt(sum.first).BindInt(absl::ToUnixNanos(sum.second)).Run());
  }
  return absl::OkStatus();
}

absl::Status SqliteAuditStore::AppendEvent(const AuditEvent& event) {
  return database_.Prepare("INSERT INTO event (time, kind, text) VALUES (?, ?, ?)")
      .BindInt(absl::ToUnixNanos(event.time))
      .BindText(event.kind)
      .BindText(event.text)
      .Run();
}

absl::StatusOr<std::vector<AuditRecord>> SqliteAuditStore::ReadRecords(Statement& rows) {
  std::vector<AuditRecord> records;
  while (rows.Step()) {
    absl::StatusOr<AuditRecord> record = ReadRecord(rows);
    if (!record.ok()) {
      return Annotate(record.status(),
                      absl::StrCat("`", database_.path(), "`: decision ", rows.Int(0)));
    }
    records.push_back(*std::move(record));
  }
  GW_RETURN_IF_ERROR(rows.status());
  return records;
}

absl::StatusOr<std::vector<AuditRecord>> SqliteAuditStore::Query(const AuditQuery& query) {
  const Conditions conditions(query);
  Statement rows = database_.Prepare(
      absl::StrCat("SELECT ", kDecisionColumns, " FROM decision", conditions.Sql(),
                   query.after_id ? " ORDER BY id LIMIT ?" : " ORDER BY id DESC LIMIT ?"));
  conditions.Bind(rows);
  rows.BindInt(Limit(query.limit));
  return ReadRecords(rows);
}

absl::StatusOr<std::optional<AuditRecord>> SqliteAuditStore::Find(int64_t id) {
  Statement rows =
      database_.Prepare(absl::StrCat("SELECT ", kDecisionColumns, " FROM decision WHERE id = ?"));
  rows.BindInt(id);
  GW_ASSIGN_OR_RETURN(std::vector<AuditRecord> found, ReadRecords(rows));
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

absl::StatusOr<std::vector<AuditEvent>> SqliteAuditStore::Events(size_t limit) {
  Statement rows =
      database_.Prepare("SELECT id, time, kind, text FROM event ORDER BY id DESC LIMIT ?");
  rows.BindInt(Limit(limit));
  std::vector<AuditEvent> events;
  while (rows.Step()) {
    events.push_back({rows.Int(0), absl::FromUnixNanos(rows.Int(1)), rows.Text(2), rows.Text(3)});
  }
  GW_RETURN_IF_ERROR(rows.status());
  return events;
}

absl::StatusOr<std::vector<AuditStore::HitCount>> SqliteAuditStore::HitCounts(size_t limit) {
  Statement rows = database_.Prepare(
      "SELECT decided_by, verdict, count, last FROM hit_count "
      "ORDER BY count DESC, decided_by, verdict LIMIT ?");
  rows.BindInt(Limit(limit));
  std::vector<HitCount> counts;
  while (rows.Step()) {
    counts.push_back({rows.Text(0), static_cast<Verdict>(rows.Int(1)), rows.Int(2),
                      absl::FromUnixNanos(rows.Int(3))});
  }
  GW_RETURN_IF_ERROR(rows.status());
  return counts;
}

}  // namespace

absl::StatusOr<std::unique_ptr<AuditStore>> AuditStore::Open(absl::string_view path, Mode mode,
                                                             absl::Duration busy_timeout) {
  const Database::Access access =
      mode == Mode::kReadOnly ? Database::Access::kReadOnly : Database::Access::kCreate;
  // A power failure may cost the last decisions, never the file; waiting for the disk after each
  // batch would cost more of them.
  GW_ASSIGN_OR_RETURN(
      Database database,
      OpenDatabase(AuditSchema(), path, access, Database::Synchronous::kNormal, busy_timeout));
  return std::make_unique<SqliteAuditStore>(std::move(database));
}

}  // namespace gw
