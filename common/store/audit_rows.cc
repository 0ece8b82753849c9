#include "common/store/audit_rows.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "common/base/status_macros.h"

namespace gw {
namespace {

absl::StatusOr<AuditRecord> ReadRecord(const Statement& row) {
  AuditRecord record;
  record.id = row.Int(0);
  record.time = absl::FromUnixNanos(row.Int(1));
  record.hook = static_cast<Hook>(row.Int(2));
  record.in = row.Text(3);
  record.out = row.Text(4);
  record.tuple.protocol = static_cast<uint8_t>(row.Int(5));
  GW_ASSIGN_OR_RETURN(record.tuple.source, AddressOfBytes(row.Blob(6)));
  GW_ASSIGN_OR_RETURN(record.tuple.destination, AddressOfBytes(row.Blob(7)));
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
  record.repeats = row.Int(24);
  return record;
}

}  // namespace

std::string AddressBytes(const Address& address) {
  const std::array<uint8_t, 16> bytes = address.Bytes();
  return std::string(bytes.begin(), bytes.begin() + AddressBits(address.family) / 8);
}

absl::StatusOr<Address> AddressOfBytes(const std::string& blob) {
  std::array<uint8_t, 16> bytes{};
  if (blob.size() != 4 && blob.size() != bytes.size()) {
    return absl::DataLossError(absl::StrCat("an address of ", blob.size(), " bytes"));
  }
  std::copy(blob.begin(), blob.end(), bytes.begin());
  return Address::FromBytes(blob.size() == 4 ? Family::kIPv4 : Family::kIPv6, bytes.data());
}

int64_t RowLimit(size_t limit) {
  constexpr size_t kMax = std::numeric_limits<int64_t>::max();
  return static_cast<int64_t>(std::min(limit, kMax));
}

absl::StatusOr<std::vector<AuditRecord>> ReadRecords(const Database& database, Statement& rows) {
  std::vector<AuditRecord> records;
  while (rows.Step()) {
    absl::StatusOr<AuditRecord> record = ReadRecord(rows);
    if (!record.ok()) {
      return Annotate(record.status(),
                      absl::StrCat("`", database.path(), "`: decision ", rows.Int(0)));
    }
    records.push_back(*std::move(record));
  }
  GW_RETURN_IF_ERROR(rows.status());
  return records;
}

absl::StatusOr<std::optional<int64_t>> ReadFirstIdSince(Database& database, absl::Time since) {
  // The plus keeps SQLite from trying one id after the other from the oldest on.
  Statement first =
      database.Prepare("SELECT min(+id) FROM decision INDEXED BY decision_by_time WHERE time >= ?");
  first.BindInt(absl::ToUnixNanos(since));
  const bool any = first.Step() && !first.IsNull(0);
  GW_RETURN_IF_ERROR(first.status());
  return any ? std::optional<int64_t>(first.Int(0)) : std::nullopt;
}

}  // namespace gw
