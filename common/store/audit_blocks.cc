#include "common/store/audit_blocks.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "common/base/status_macros.h"
#include "common/store/audit_flows.h"

namespace gw {
namespace {

constexpr char kInfoColumns[] = "first_id, count, oldest, newest, decisions, columns IS NULL";

AuditBlockInfo ReadInfo(const Statement& row) {
  return {row.Int(0),     static_cast<size_t>(row.Int(1)), row.Int(2), row.Int(3), row.Int(4),
          row.Int(5) != 0};
}

absl::Status CheckInfo(const Database& database, const AuditBlockInfo& info) {
  if (info.Plausible()) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat("`", database.path(), "`: a block of decisions from ",
                                          info.first_id, " on is damaged"));
}

absl::Status WriteInfo(Database& database, const AuditBlockInfo& info, const std::string* columns) {
  Statement write = database.Prepare(
      "INSERT OR REPLACE INTO block (first_id, count, oldest, newest, decisions, columns) "
      "VALUES (?, ?, ?, ?, ?, ?)");
  write.BindInt(info.first_id).BindInt(static_cast<int64_t>(info.count));
  write.BindInt(info.oldest_ns).BindInt(info.newest_ns).BindInt(info.decisions);
  if (columns != nullptr) {
    write.BindBlob(*columns);
  } else {
    write.BindNull();
  }
  return write.Run();
}

// ---- rows of versions 1 to 3 ------------------------------------------------------------------

// 4 or 16 bytes in network order.
absl::StatusOr<Address> AddressOfBytes(absl::string_view blob) {
  uint8_t bytes[16];
  if (blob.size() != 4 && blob.size() != sizeof(bytes)) {
    return absl::DataLossError(absl::StrCat("an address of ", blob.size(), " bytes"));
  }
  std::copy(blob.begin(), blob.end(), bytes);
  return Address::FromBytes(blob.size() == 4 ? Family::kIPv4 : Family::kIPv6, bytes);
}

absl::StatusOr<AuditRecord> ReadOldRow(const Statement& row) {
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

// The oldest rows whose ids follow each other, at most `limit`.
absl::StatusOr<int64_t> ReadOldRows(Database& database, size_t limit, AuditBatch* batch) {
  Statement rows = database.Prepare(
      "SELECT id, time, hook, in_interface, out_interface, protocol, source, destination, "
      "source_port, destination_port, icmp_type, icmp_code, verdict, rejected, decided_by, tier, "
      "in_endpoint, out_endpoint, revision, generation, redecided, pending_verdict, "
      "pending_decided_by, logs, repeats FROM decision ORDER BY id LIMIT ?");
  rows.BindInt(static_cast<int64_t>(limit));
  int64_t first_id = 0;
  while (rows.Step()) {
    absl::StatusOr<AuditRecord> record = ReadOldRow(rows);
    if (!record.ok()) return Annotate(record.status(), absl::StrCat("decision ", rows.Int(0)));
    if (batch->empty()) first_id = record->id;
    if (record->id != first_id + static_cast<int64_t>(batch->size())) break;
    batch->Add(*record);
  }
  GW_RETURN_IF_ERROR(rows.status());
  return first_id;
}

}  // namespace

// ---- writer -----------------------------------------------------------------------------------

absl::Status AuditBlockWriter::WriteSealed(int64_t first_id) {
  const AuditBlockInfo info = sealed_.Info(first_id);
  GW_RETURN_IF_ERROR(WriteInfo(*database_, info, nullptr));
  Sha256 hash;
  if (chain_->on()) HashBlock(info, nullptr, &hash);
  Statement write = database_->Prepare("INSERT INTO block_column (id, data) VALUES (?, ?)");
  for (size_t i = 0; i < kAuditColumns; ++i) {
    sealed_.Encode(static_cast<AuditColumn>(i), &bytes_);
    GW_RETURN_IF_ERROR(write.BindInt(AuditColumnId(first_id, i)).BindBlob(bytes_).Run());
    if (chain_->on()) HashColumn(AuditColumnId(first_id, i), bytes_, &hash);
  }
  return chain_->on() ? chain_->Add(first_id, info.EndId(), hash.Digest()) : absl::OkStatus();
}

absl::Status AuditBlockWriter::MoveOldRows() {
  GW_ASSIGN_OR_RETURN(Transaction transaction,
                      Transaction::Begin(*database_, Transaction::Kind::kWrite));
  AuditBatch batch;
  GW_ASSIGN_OR_RETURN(const int64_t first_id, ReadOldRows(*database_, kSealedRows, &batch));
  sealed_.Clear();
  GW_RETURN_IF_ERROR(sealed_.Add(batch));
  GW_RETURN_IF_ERROR(WriteSealed(first_id));
  GW_RETURN_IF_ERROR(database_->Prepare("DELETE FROM decision WHERE id >= ? AND id < ?")
                         .BindInt(first_id)
                         .BindInt(sealed_.Info(first_id).EndId())
                         .Run());
  return transaction.Commit();
}

absl::Status AuditBlockWriter::Begin() {
  while (true) {
    GW_ASSIGN_OR_RETURN(const int64_t old,
                        database_->ReadInt("SELECT EXISTS (SELECT 1 FROM decision)"));
    if (old == 0) break;
    GW_RETURN_IF_ERROR(
        Annotate(MoveOldRows(), absl::StrCat("`", database_->path(), "`: making blocks")));
  }
  return CountOpen();
}

absl::Status AuditBlockWriter::CountOpen() {
  GW_ASSIGN_OR_RETURN(
      const int64_t open,
      database_->ReadInt("SELECT coalesce(sum(count), 0) FROM block WHERE columns IS NOT NULL"));
  open_rows_ = static_cast<size_t>(open);
  return absl::OkStatus();
}

absl::StatusOr<int64_t> AuditBlockWriter::Append(const AuditBatch& batch) {
  GW_ASSIGN_OR_RETURN(
      const int64_t next_id,
      database_->ReadInt(
          "SELECT coalesce((SELECT first_id + count FROM block ORDER BY first_id DESC LIMIT 1), "
          "1)"));
  const bool joins =
      last_.size() > 0 && last_.size() < kOpenRows && next_id == last_.Info(last_first_id_).EndId();
  if (!joins) {
    last_.Clear();
    last_first_id_ = next_id;
  }
  GW_RETURN_IF_ERROR(last_.Add(batch));
  PackColumns(last_, &bytes_);
  GW_RETURN_IF_ERROR(WriteInfo(*database_, last_.Info(last_first_id_), &bytes_));
  appended_rows_ = batch.size();
  return next_id;
}

void AuditBlockWriter::Committed() { open_rows_ += std::exchange(appended_rows_, 0); }

void AuditBlockWriter::RolledBack() {
  appended_rows_ = 0;
  last_.Clear();
}

absl::Status AuditBlockWriter::SealFull() {
  if (open_rows_ < kSealedRows) return absl::OkStatus();
  absl::Status sealed = SealOpen();
  if (sealed.ok()) {
    chain_->Committed();
  } else {
    chain_->RolledBack();
  }
  return sealed;
}

absl::Status AuditBlockWriter::SealOpen() {
  GW_ASSIGN_OR_RETURN(Transaction transaction,
                      Transaction::Begin(*database_, Transaction::Kind::kWrite));
  sealed_.Clear();
  int64_t first_id = 0;
  Statement rows = database_->Prepare(absl::StrCat(
      "SELECT ", kInfoColumns, ", columns FROM block WHERE columns IS NOT NULL ORDER BY first_id"));
  std::string packed;
  while (rows.Step()) {
    const AuditBlockInfo info = ReadInfo(rows);
    GW_RETURN_IF_ERROR(CheckInfo(*database_, info));
    if (sealed_.size() == 0) first_id = info.first_id;
    // Ids have a gap only where a file was put together by hand.
    if (info.first_id != sealed_.Info(first_id).EndId()) break;
    packed = rows.Blob(6);
    AuditBlock block(info,
                     [&packed](const AuditBlockInfo&, AuditColumn column, std::string* bytes) {
                       return UnpackColumn(packed, column, bytes);
                     });
    GW_RETURN_IF_ERROR(sealed_.Add(block));
  }
  GW_RETURN_IF_ERROR(rows.status());
  GW_RETURN_IF_ERROR(database_->Prepare("DELETE FROM block WHERE first_id >= ? AND first_id < ?")
                         .BindInt(first_id)
                         .BindInt(sealed_.Info(first_id).EndId())
                         .Run());
  GW_RETURN_IF_ERROR(WriteSealed(first_id));
  GW_RETURN_IF_ERROR(transaction.Commit());
  open_rows_ -= sealed_.size();
  last_.Clear();
  return absl::OkStatus();
}

// ---- reader -----------------------------------------------------------------------------------

AuditBlockReader::AuditBlockReader(Database& database, Transaction transaction,
                                   const std::function<bool()>& interrupted)
    : database_(&database),
      transaction_(std::move(transaction)),
      interrupted_(&interrupted),
      sealed_(database, "block_column", "data"),
      open_(database, "block", "columns") {}

absl::StatusOr<AuditBlockReader> AuditBlockReader::Begin(Database& database,
                                                         const std::function<bool()>& interrupted) {
  GW_ASSIGN_OR_RETURN(Transaction transaction,
                      Transaction::Begin(database, Transaction::Kind::kRead));
  return AuditBlockReader(database, std::move(transaction), interrupted);
}

absl::StatusOr<std::vector<AuditBlockInfo>> AuditBlockReader::List(const AuditQuery& query,
                                                                   Order order) {
  constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  Statement rows = database_->Prepare(
      absl::StrCat("SELECT ", kInfoColumns,
                   " FROM block WHERE newest >= ? AND oldest <= ? AND first_id < ? AND "
                   "first_id + count - 1 > ? ORDER BY first_id",
                   order == Order::kNewestFirst ? " DESC" : ""));
  rows.BindInt(query.since ? absl::ToUnixNanos(*query.since) : kMin);
  rows.BindInt(query.until ? absl::ToUnixNanos(*query.until) : kMax);
  rows.BindInt(query.before_id.value_or(kMax));
  rows.BindInt(query.after_id.value_or(kMin));
  std::vector<AuditBlockInfo> blocks;
  while (rows.Step()) {
    blocks.push_back(ReadInfo(rows));
    GW_RETURN_IF_ERROR(CheckInfo(*database_, blocks.back()));
  }
  GW_RETURN_IF_ERROR(rows.status());
  return blocks;
}

absl::StatusOr<std::optional<AuditBlockInfo>> AuditBlockReader::Holding(int64_t id) {
  Statement row = database_->Prepare(absl::StrCat(
      "SELECT ", kInfoColumns, " FROM block WHERE first_id <= ? ORDER BY first_id DESC LIMIT 1"));
  row.BindInt(id);
  std::optional<AuditBlockInfo> info;
  if (row.Step()) info = ReadInfo(row);
  GW_RETURN_IF_ERROR(row.status());
  if (info) GW_RETURN_IF_ERROR(CheckInfo(*database_, *info));
  if (info && id >= info->EndId()) info.reset();
  return info;
}

absl::Status AuditBlockReader::ReadColumn(const AuditBlockInfo& info, AuditColumn column,
                                          std::string* bytes) {
  if (info.sealed) {
    return sealed_.Read(AuditColumnId(info.first_id, static_cast<size_t>(column)), bytes);
  }
  if (packed_id_ != info.first_id) {
    packed_id_ = 0;
    GW_RETURN_IF_ERROR(open_.Read(info.first_id, &packed_));
    packed_id_ = info.first_id;
  }
  return UnpackColumn(packed_, column, bytes);
}

AuditBlock AuditBlockReader::Open(const AuditBlockInfo& info) {
  return AuditBlock(
      info,
      [this](const AuditBlockInfo& own, AuditColumn column, std::string* bytes) {
        return ReadColumn(own, column, bytes);
      },
      [this](const AuditBlockInfo& own, std::vector<AuditFlow>* flows) {
        return ReadFlowsOf(*database_, own.first_id, own.EndId(), flows);
      });
}

absl::Status AuditBlockReader::ForEach(const AuditQuery& query, Order order,
                                       absl::FunctionRef<bool(AuditBlock&)> visit) {
  GW_ASSIGN_OR_RETURN(const std::vector<AuditBlockInfo> blocks, List(query, order));
  AuditBlock block = Open({});
  // Not of the clock that people set.
  using Clock = std::chrono::steady_clock;
  const Clock::time_point begin = Clock::now();
  unread_.reset();
  for (const AuditBlockInfo& info : blocks) {
    if (*interrupted_ && (*interrupted_)()) return absl::CancelledError("cancelled");
    // One block at least, so that who goes on always comes to the end.
    if (query.time_max && &info != &blocks.front() &&
        absl::FromChrono(Clock::now() - begin) >= *query.time_max) {
      unread_ = info;
      break;
    }
    block.Reset(info);
    const bool more = visit(block);
    if (!block.status().ok()) {
      return Annotate(block.status(), absl::StrCat("`", database_->path(), "`"));
    }
    if (!more) break;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<int64_t>> FirstIdSince(AuditBlockReader& reader, absl::Time since) {
  AuditQuery query;
  query.since = since;
  const int64_t since_ns = absl::ToUnixNanos(since);
  std::optional<int64_t> first;
  GW_RETURN_IF_ERROR(
      reader.ForEach(query, AuditBlockReader::Order::kOldestFirst, [&](AuditBlock& block) {
        const std::vector<int64_t>& times = block.times_ns();
        const auto found = std::find_if(times.begin(), times.end(),
                                        [since_ns](int64_t time) { return time >= since_ns; });
        if (found == times.end()) return true;
        first = block.info().first_id + (found - times.begin());
        return false;
      }));
  return first;
}

}  // namespace gw
