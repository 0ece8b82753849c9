#include "common/store/audit_chain.h"

#include <bit>
#include <cstring>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "common/base/log.h"
#include "common/base/status_macros.h"

namespace gw {

const char kLinkColumns[] =
    "number, time, kind, first_id, end_id, decisions, last_event, event_count, events, flows, "
    "kept_id, kept_event, digest, flow_parts";
const char kFlowColumns[] =
    "flow.id, original_destination, original_destination_port, translated_source, "
    "translated_source_port, ended, duration, packets_sent, bytes_sent, packets_received, "
    "bytes_received, reason, original_link, translated_link, end_link";

namespace {

// Part of each link's digest: another way to compute them gets another name.
constexpr char kFormat[] = "Gatewarden audit link 1";
// In front of the values of a block, so that none is taken for another.
constexpr int64_t kBlockTag = 1;
constexpr int64_t kColumnTag = 2;

// Columns of kFlowColumns.
struct FlowPartColumns {
  int first;
  int last;
  int link;
};
constexpr FlowPartColumns kPartColumns[] = {{1, 2, 12}, {3, 4, 13}, {5, 11, 14}};

const FlowPartColumns& ColumnsOf(FlowPart part) { return kPartColumns[static_cast<size_t>(part)]; }

void PutNumber(int64_t number, std::string* out) {
  if (std::endian::native == std::endian::big) {
    number = static_cast<int64_t>(__builtin_bswap64(static_cast<uint64_t>(number)));
  }
  char bytes[sizeof(number)];
  std::memcpy(bytes, &number, sizeof(number));
  out->append(bytes, sizeof(number));
}

int64_t TakeNumber(absl::string_view* bytes) {
  int64_t number = 0;
  std::memcpy(&number, bytes->data(), sizeof(number));
  bytes->remove_prefix(sizeof(number));
  return std::endian::native == std::endian::big
             ? static_cast<int64_t>(__builtin_bswap64(static_cast<uint64_t>(number)))
             : number;
}

// Of blocks, in the order of their ids: which block each id of a growing sequence belongs to.
class BlockOfId {
 public:
  explicit BlockOfId(Database& database)
      : first_(database.Prepare("SELECT max(first_id) FROM block WHERE first_id <= ?")),
        next_(database.Prepare("SELECT min(first_id) FROM block WHERE first_id > ?")) {}

  absl::StatusOr<int64_t> Find(int64_t id) {
    if (id < next_id_) return first_id_;
    GW_ASSIGN_OR_RETURN(first_id_, Read(first_, id, 0));
    GW_ASSIGN_OR_RETURN(next_id_, Read(next_, id, INT64_MAX));
    return first_id_;
  }

 private:
  static absl::StatusOr<int64_t> Read(Statement& statement, int64_t id, int64_t none) {
    statement.BindInt(id);
    const int64_t read = statement.Step() && !statement.IsNull(0) ? statement.Int(0) : none;
    GW_RETURN_IF_ERROR(statement.Run());
    return read;
  }

  Statement first_;
  Statement next_;
  int64_t first_id_ = 0;
  int64_t next_id_ = 0;
};

}  // namespace

// ---- what digests are of ------------------------------------------------------------------------

void HashBlock(const AuditBlockInfo& info, const std::string* packed, Sha256* hash) {
  hash->Number(kBlockTag).Number(info.first_id).Number(static_cast<int64_t>(info.count));
  hash->Number(info.oldest_ns).Number(info.newest_ns).Number(info.decisions);
  hash->Number(packed != nullptr ? 1 : 0);
  if (packed != nullptr) hash->Text(*packed);
}

void HashColumn(int64_t column_id, absl::string_view data, Sha256* hash) {
  hash->Number(kColumnTag).Number(column_id).Text(data);
}

absl::StatusOr<CountedDigest> HashBlocks(Database& database, int64_t begin, int64_t end) {
  CountedDigest result;
  Sha256 hash;
  Statement blocks = database.Prepare(
      "SELECT first_id, count, oldest, newest, decisions, columns FROM block WHERE first_id >= ? "
      "AND first_id < ? ORDER BY first_id");
  blocks.BindInt(begin).BindInt(end);
  // All that are there: a later version may have written more than this one knows.
  Statement columns =
      database.Prepare("SELECT id, data FROM block_column WHERE id BETWEEN ? AND ? ORDER BY id");
  while (blocks.Step()) {
    const AuditBlockInfo info = {blocks.Int(0), static_cast<size_t>(blocks.Int(1)),
                                 blocks.Int(2), blocks.Int(3),
                                 blocks.Int(4), blocks.IsNull(5)};
    const std::string packed = info.sealed ? "" : blocks.Blob(5);
    HashBlock(info, info.sealed ? nullptr : &packed, &hash);
    columns.BindInt(AuditColumnId(info.first_id, 0));
    columns.BindInt(AuditColumnId(info.first_id + 1, 0) - 1);
    while (columns.Step()) HashColumn(columns.Int(0), columns.Blob(1), &hash);
    GW_RETURN_IF_ERROR(columns.Run());
    ++result.count;
  }
  GW_RETURN_IF_ERROR(blocks.status());
  result.digest = hash.Digest();
  return result;
}

absl::StatusOr<CountedDigest> HashEvents(Database& database, int64_t after, int64_t last) {
  CountedDigest result;
  Sha256 hash;
  Statement rows = database.Prepare(
      "SELECT id, time, kind, text FROM event WHERE id > ? AND id <= ? ORDER BY id");
  rows.BindInt(after).BindInt(last);
  while (rows.Step()) {
    hash.Number(rows.Int(0)).Number(rows.Int(1)).Text(rows.Text(2)).Text(rows.Text(3));
    ++result.count;
  }
  GW_RETURN_IF_ERROR(rows.status());
  result.digest = hash.Digest();
  return result;
}

bool HasPart(const Statement& row, FlowPart part) { return !row.IsNull(ColumnsOf(part).first); }

std::optional<int64_t> LinkOf(const Statement& row, FlowPart part) {
  return row.OptionalInt(ColumnsOf(part).link);
}

void HashPart(const Statement& row, FlowPart part, Sha256* hash) {
  const FlowPartColumns& columns = ColumnsOf(part);
  hash->Number(row.Int(0)).Number(static_cast<int64_t>(part));
  int column = columns.first;
  if (part != FlowPart::kEnd) hash->Text(row.Blob(column++));
  int64_t nulls = 0;  // which are not 0
  for (; column <= columns.last; ++column) {
    if (row.IsNull(column)) nulls |= int64_t{1} << column;
    hash->Number(row.Int(column));
  }
  hash->Number(nulls);
}

void AppendTo(const LinkedFlowParts& parts, std::string* flow_parts) {
  PutNumber(parts.first_id, flow_parts);
  PutNumber(parts.count, flow_parts);
  absl::StrAppend(flow_parts, parts.digest);
}

bool TakeFrom(absl::string_view* flow_parts, LinkedFlowParts* parts) {
  if (flow_parts->size() < 2 * sizeof(int64_t) + kSha256Bytes) return false;
  parts->first_id = TakeNumber(flow_parts);
  parts->count = TakeNumber(flow_parts);
  parts->digest = std::string(flow_parts->substr(0, kSha256Bytes));
  flow_parts->remove_prefix(kSha256Bytes);
  return true;
}

AuditLink ReadLink(const Statement& row) {
  AuditLink link;
  link.number = row.Int(0);
  link.time_ns = row.Int(1);
  link.kind = static_cast<AuditLinkKind>(row.Int(2));
  link.first_id = row.Int(3);
  link.end_id = row.Int(4);
  link.decisions = row.Blob(5);
  link.last_event = row.Int(6);
  link.event_count = row.Int(7);
  link.events = row.Blob(8);
  link.flows = row.Blob(9);
  link.kept_id = row.Int(10);
  link.kept_event = row.Int(11);
  link.digest = row.Blob(12);
  link.flow_parts = row.OptionalText(13);
  return link;
}

std::string DigestOf(const AuditLink& link, absl::string_view digest_before) {
  Sha256 hash;
  hash.Text(kFormat).Text(digest_before).Number(link.number).Number(link.time_ns);
  hash.Number(static_cast<int64_t>(link.kind)).Number(link.first_id).Number(link.end_id);
  hash.Text(link.decisions).Number(link.last_event).Number(link.event_count).Text(link.events);
  return hash.Text(link.flows).Number(link.kept_id).Number(link.kept_event).Digest();
}

AuditHead HeadOf(const AuditLink& link) {
  return {link.number, absl::BytesToHexString(link.digest)};
}

std::string ToString(const AuditHead& head) { return absl::StrCat(head.number, ":", head.digest); }

absl::StatusOr<AuditHead> ParseAuditHead(absl::string_view text) {
  AuditHead head;
  const size_t colon = text.find(':');
  if (colon != absl::string_view::npos && absl::SimpleAtoi(text.substr(0, colon), &head.number)) {
    head.digest = absl::AsciiStrToLower(text.substr(colon + 1));
    const bool hex = head.digest.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (head.number > 0 && hex && head.digest.size() == 2 * kSha256Bytes) return head;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("`", text,
                   "` names no link: write its number, a colon and its 64 hexadecimal "
                   "digits, as gatewardend logs them"));
}

absl::string_view AuditFindingKindName(AuditFinding::Kind kind) {
  switch (kind) {
    case AuditFinding::Kind::kLink:
      return "link";
    case AuditFinding::Kind::kDecisions:
      return "decisions";
    case AuditFinding::Kind::kEvents:
      return "events";
    case AuditFinding::Kind::kFlows:
      return "flows";
  }
  return "link";
}

// ---- the writer's -------------------------------------------------------------------------------

absl::Status AuditChain::Begin() {
  Statement last = database_->Prepare(
      absl::StrCat("SELECT ", kLinkColumns, " FROM link ORDER BY number DESC LIMIT 1"));
  if (last.Step()) last_ = ReadLink(last);
  GW_RETURN_IF_ERROR(last.Run());
  last_.flow_parts.reset();
  on_ = last_.number > 0 && last_.kind != AuditLinkKind::kStop;
  return last_.number == 0 ? Keep(true) : absl::OkStatus();
}

absl::Status AuditChain::Keep(bool on) {
  if (on == on_) return absl::OkStatus();
  GW_ASSIGN_OR_RETURN(Transaction transaction,
                      Transaction::Begin(*database_, Transaction::Kind::kWrite));
  const absl::Status written = StartOrStop(on ? AuditLinkKind::kStart : AuditLinkKind::kStop);
  absl::Status committed = written.ok() ? transaction.Commit() : written;
  if (!committed.ok()) {
    RolledBack();
    return committed;
  }
  on_ = on;
  Committed();
  return absl::OkStatus();
}

absl::Status AuditChain::StartOrStop(AuditLinkKind kind) {
  AuditLink link;
  link.kind = kind;
  GW_ASSIGN_OR_RETURN(
      link.end_id,
      database_->ReadInt("SELECT coalesce((SELECT first_id + count FROM block WHERE columns IS "
                         "NULL ORDER BY first_id DESC LIMIT 1), (SELECT first_id FROM kept), 1)"));
  link.decisions = Sha256().Digest();
  return Write(std::move(link));
}

absl::Status AuditChain::Add(int64_t first_id, int64_t end_id, std::string decisions) {
  AuditLink link;
  link.kind = AuditLinkKind::kDecisions;
  link.first_id = first_id;
  link.end_id = end_id;
  link.decisions = std::move(decisions);
  return Write(std::move(link));
}

absl::Status AuditChain::Write(AuditLink link) {
  link.number = last_.number + 1;
  link.time_ns = absl::GetCurrentTimeNanos();
  GW_ASSIGN_OR_RETURN(link.last_event,
                      database_->ReadInt("SELECT coalesce(max(id), 0) FROM event"));
  GW_ASSIGN_OR_RETURN(const CountedDigest events,
                      HashEvents(*database_, last_.last_event, link.last_event));
  link.event_count = events.count;
  link.events = events.digest;
  GW_ASSIGN_OR_RETURN(link.flow_parts, TakeFlowParts(link.number, link.end_id));
  link.flows = Sha256Of(*link.flow_parts);
  const bool stops = link.kind == AuditLinkKind::kStop;
  GW_RETURN_IF_ERROR(Restamp(link.number, stops ? std::nullopt : std::optional(link.number + 1)));
  Statement kept = database_->Prepare("SELECT first_id, event_id FROM kept");
  if (kept.Step()) {
    link.kept_id = kept.Int(0);
    link.kept_event = kept.Int(1);
  }
  GW_RETURN_IF_ERROR(kept.Run());
  link.digest = DigestOf(link, last_.digest);
  Statement write = database_->Prepare(absl::StrCat(
      "INSERT INTO link (", kLinkColumns, ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  write.BindInt(link.number).BindInt(link.time_ns).BindInt(static_cast<int64_t>(link.kind));
  write.BindInt(link.first_id > 0 ? std::optional(link.first_id) : std::nullopt);
  write.BindInt(link.end_id).BindBlob(link.decisions).BindInt(link.last_event);
  write.BindInt(link.event_count).BindBlob(link.events).BindBlob(link.flows);
  write.BindInt(link.kept_id).BindInt(link.kept_event).BindBlob(link.digest);
  GW_RETURN_IF_ERROR(write.BindBlob(*link.flow_parts).Run());
  added_ = std::move(link);
  return absl::OkStatus();
}

absl::StatusOr<std::string> AuditChain::TakeFlowParts(int64_t number, int64_t end_id) {
  std::string flow_parts;
  LinkedFlowParts parts;
  Sha256 hash;
  const auto finish = [&] {
    parts.digest = hash.Digest();
    if (parts.count > 0) AppendTo(parts, &flow_parts);
    parts.count = 0;
  };
  BlockOfId blocks(*database_);
  Statement rows = database_->Prepare(
      absl::StrCat("SELECT ", kFlowColumns,
                   " FROM flow_to_link CROSS JOIN flow ON flow.id = flow_to_link.id "
                   "WHERE flow_to_link.id < ? ORDER BY flow_to_link.id"));
  rows.BindInt(end_id);
  while (rows.Step()) {
    GW_ASSIGN_OR_RETURN(const int64_t block, blocks.Find(rows.Int(0)));
    if (block != parts.first_id) finish();
    parts.first_id = block;
    for (const FlowPart part : kFlowParts) {
      if (LinkOf(rows, part) != number) continue;
      HashPart(rows, part, &hash);
      ++parts.count;
    }
  }
  GW_RETURN_IF_ERROR(rows.status());
  finish();
  GW_RETURN_IF_ERROR(
      database_->Prepare("DELETE FROM flow_to_link WHERE id < ?").BindInt(end_id).Run());
  return flow_parts;
}

absl::Status AuditChain::Restamp(int64_t number, std::optional<int64_t> link) {
  for (const char* column : {"original_link", "translated_link", "end_link"}) {
    GW_RETURN_IF_ERROR(database_
                           ->Prepare(absl::StrCat("UPDATE flow SET ", column, " = ? WHERE ", column,
                                                  " = ? AND id IN (SELECT id FROM flow_to_link)"))
                           .BindInt(link)
                           .BindInt(number)
                           .Run());
  }
  return link ? absl::OkStatus() : database_->Execute("DELETE FROM flow_to_link");
}

void AuditChain::Committed() {
  if (!added_) return;
  last_ = *std::exchange(added_, std::nullopt);
  last_.flow_parts.reset();
  if (log_ == Log::kNothing || database_->path() == kMemoryDatabase) return;
  // For who has a copy of this log elsewhere: a chain that is made anew does not have this link.
  const std::string head = ToString(HeadOf(last_));
  switch (last_.kind) {
    case AuditLinkKind::kStart:
      LogInfo("audit log: link ", head, " starts the hash chain");
      break;
    case AuditLinkKind::kDecisions:
      LogInfo("audit log: link ", head, " covers decisions ", last_.first_id, " to ",
              last_.end_id - 1, "; kept from ", last_.kept_id, " on");
      break;
    case AuditLinkKind::kStop:
      LogInfo("audit log: link ", head, " stops the hash chain");
      break;
  }
}

}  // namespace gw
