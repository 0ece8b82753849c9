#include "common/store/audit_export.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "common/base/closer.h"
#include "common/base/status_macros.h"
#include "common/store/audit_block.h"
#include "common/store/audit_blocks.h"
#include "common/store/audit_chain.h"
#include "common/store/audit_flows.h"
#include "common/store/audit_match.h"
#include "common/store/audit_sums.h"
#include "common/store/migrate.h"

namespace gw {
namespace {

// So many decisions of a part of a block, and more, are written column by column.
constexpr size_t kSealedRows = 4'096;
// As many as the recorder counts at once.
constexpr size_t kCountedRows = 4'096;
constexpr int64_t kDecisionsOfALink = 65'536;

std::string ErrorText(int error) {
  char buffer[128] = "";
  return strerror_r(error, buffer, sizeof(buffer));
}

absl::Status Exists(const std::string& path) {
  return absl::AlreadyExistsError(
      absl::StrCat("`", path, "` is there already: give another name, or remove it"));
}

absl::Status Failed(const std::string& path, int error) {
  return absl::UnavailableError(
      absl::StrCat("`", path, "`: cannot be written: ", ErrorText(error)));
}

// A file beside the one that is to be, which goes unless it became that one.
class Unfinished {
 public:
  static absl::StatusOr<Unfinished> Make(const std::string& path) {
    // Asked again when it is done; this spares the work.
    if (faccessat(AT_FDCWD, path.c_str(), F_OK, AT_EACCESS | AT_SYMLINK_NOFOLLOW) == 0) {
      return Exists(path);
    }
    std::string name = path + ".XXXXXX";
    const FileDescriptor file(mkostemp(name.data(), O_CLOEXEC));
    if (!file.valid()) return Failed(path, errno);
    Unfinished unfinished(path, std::move(name));
    if (fchmod(file.get(), kMode) != 0) return Failed(path, errno);
    return unfinished;
  }
  Unfinished(Unfinished&& other) noexcept
      : path_(std::move(other.path_)), name_(std::exchange(other.name_, "")) {}
  Unfinished& operator=(Unfinished&&) = delete;
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;
  ~Unfinished() {
    if (name_.empty()) return;
    for (const char* suffix : {"", "-journal", "-wal", "-shm"}) {
      (void)unlink((name_ + suffix).c_str());
    }
  }

  const std::string& name() const { return name_; }

  // Nobody has it open any more.
  absl::Status Finish() {
    GW_RETURN_IF_ERROR(Sync(name_));
    if (renameat2(AT_FDCWD, name_.c_str(), AT_FDCWD, path_.c_str(), RENAME_NOREPLACE) != 0) {
      const int error = errno;
      if (error == EEXIST) return Exists(path_);
      // Some file systems cannot refuse: then somebody else has a moment in which to be first.
      if (error != EINVAL && error != ENOSYS) return Failed(path_, error);
      if (access(path_.c_str(), F_OK) == 0) return Exists(path_);
      if (rename(name_.c_str(), path_.c_str()) != 0) return Failed(path_, errno);
    }
    name_.clear();
    const size_t slash = path_.rfind('/');
    return Sync(slash == std::string::npos ? "." : path_.substr(0, slash + 1));
  }

 private:
  static constexpr mode_t kMode = 0640;  // as audit.db

  Unfinished(std::string path, std::string name) : path_(std::move(path)), name_(std::move(name)) {}

  static absl::Status Sync(const std::string& path) {
    const FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid() || fsync(file.get()) != 0) return Failed(path, errno);
    return absl::OkStatus();
  }

  std::string path_;
  std::string name_;  // empty: it is there under its own
};

// Rulings, numbers and tuples: what sums are made of. From a row on, at most kCountedRows.
void FillBatch(AuditBlock& block, size_t begin, size_t end, AuditBatch* batch) {
  batch->Clear();
  for (const AuditRuling& ruling : block.rulings()) batch->AddRuling(ruling);
  for (size_t i = begin; i < end; ++i) {
    const AuditService& service = block.services()[block.service_codes()[i]];
    AuditBatch::Row row;
    row.time_ns = block.times_ns()[i];
    row.tuple.source = block.sources()[block.source_codes()[i]];
    row.tuple.destination = block.destinations()[block.destination_codes()[i]];
    row.tuple.protocol = service.protocol;
    row.tuple.destination_port = service.port;
    row.ruling = block.ruling_codes()[i];
    row.repeats = block.repeats()[block.repeat_codes()[i]];
    batch->Add(row);
  }
}

class Export {
 public:
  Export(Database& source, Database& target, const AuditExportRequest& request)
      : source_(source), target_(target), request_(request) {}

  absl::Status Run(AuditBlockReader& reader);

  AuditExported result;

 private:
  absl::Status Begin(int64_t first_id);
  absl::Status AddEvents();
  absl::Status Add(AuditBlock& block, const AuditRows& found);
  // The decisions [begin, end) of a block.
  absl::Status AddRun(AuditBlock& block, size_t begin, size_t end);
  absl::Status CopyBlock(const AuditBlockInfo& info);
  absl::Status MakeBlock(AuditBlock& block, size_t begin, size_t end);
  absl::Status AddLink();

  Database& source_;
  Database& target_;
  const AuditExportRequest& request_;
  AuditChain chain_{&target_, AuditChain::Log::kNothing};
  AuditSumsWriter sums_;
  AuditBatch batch_;
  AuditBlockBuilder builder_;
  int64_t link_begin_ = 0;  // the first decision that no link covers
  int64_t end_id_ = 0;      // behind the last one
  int64_t unlinked_ = 0;
};

absl::Status Export::Run(AuditBlockReader& reader) {
  const AuditMatcher matcher(request_.query);
  AuditQuery all = request_.query;
  all.before_id.reset();
  all.after_id.reset();
  all.time_max.reset();
  AuditRows found;
  absl::Status status;
  GW_RETURN_IF_ERROR(
      reader.ForEach(all, AuditBlockReader::Order::kOldestFirst, [&](AuditBlock& block) {
        if (matcher.Match(block, &found) && block.status().ok()) status = Add(block, found);
        return status.ok();
      }));
  GW_RETURN_IF_ERROR(status);
  if (result.decisions == 0) {
    return absl::NotFoundError("no decisions to export: nothing was written");
  }
  return unlinked_ > 0 ? AddLink() : absl::OkStatus();
}

absl::Status Export::Begin(int64_t first_id) {
  link_begin_ = first_id;
  GW_ASSIGN_OR_RETURN(Transaction transaction,
                      Transaction::Begin(target_, Transaction::Kind::kWrite));
  GW_RETURN_IF_ERROR(AddEvents());
  GW_RETURN_IF_ERROR(
      target_.Prepare("UPDATE kept SET first_id = ?, event_id = (SELECT min(id) FROM event)")
          .BindInt(first_id)
          .Run());
  GW_RETURN_IF_ERROR(transaction.Commit());
  return chain_.Begin();
}

absl::Status Export::AddEvents() {
  const AuditQuery& query = request_.query;
  Statement rows = source_.Prepare(
      "SELECT id, time, kind, text FROM event WHERE time >= ? AND time <= ? ORDER BY id");
  rows.BindInt(query.since ? absl::ToUnixNanos(*query.since) : INT64_MIN);
  rows.BindInt(query.until ? absl::ToUnixNanos(*query.until) : INT64_MAX);
  Statement add = target_.Prepare("INSERT INTO event (id, time, kind, text) VALUES (?, ?, ?, ?)");
  while (rows.Step()) {
    add.BindInt(rows.Int(0)).BindInt(rows.Int(1)).BindText(rows.Text(2)).BindText(rows.Text(3));
    GW_RETURN_IF_ERROR(add.Run());
    ++result.events;
  }
  GW_RETURN_IF_ERROR(rows.status());
  std::string text = absl::StrCat("copy of decisions of `", source_.path(), "`");
  const auto time = [](absl::Time at) {
    return absl::FormatTime(absl::RFC3339_sec, at, absl::UTCTimeZone());
  };
  if (query.since) absl::StrAppend(&text, " from ", time(*query.since));
  if (query.until) absl::StrAppend(&text, " to ", time(*query.until));
  if (!request_.where.empty()) absl::StrAppend(&text, " where ", request_.where);
  Statement head = source_.Prepare(
      absl::StrCat("SELECT ", kLinkColumns, " FROM link ORDER BY number DESC LIMIT 1"));
  if (head.Step()) {
    absl::StrAppend(&text, "; the newest link of its chain was ", ToString(HeadOf(ReadLink(head))));
  }
  GW_RETURN_IF_ERROR(head.status());
  // Behind all of the source, so that each has the id that it has there.
  GW_ASSIGN_OR_RETURN(const int64_t last,
                      source_.ReadInt("SELECT coalesce(max(id), 0) FROM event"));
  return add.BindInt(last + 1)
      .BindInt(absl::GetCurrentTimeNanos())
      .BindText("export")
      .BindText(text)
      .Run();
}

absl::Status Export::Add(AuditBlock& block, const AuditRows& found) {
  GW_ASSIGN_OR_RETURN(Transaction transaction,
                      Transaction::Begin(target_, Transaction::Kind::kWrite));
  for (size_t begin = 0; begin < found.size();) {
    if (found[begin] == 0) {
      ++begin;
      continue;
    }
    size_t end = begin + 1;
    while (end < found.size() && found[end] != 0) ++end;
    if (end_id_ == 0) {
      // The chain begins in transactions of its own.
      GW_RETURN_IF_ERROR(transaction.Commit());
      GW_RETURN_IF_ERROR(Begin(block.info().first_id + static_cast<int64_t>(begin)));
      end_id_ = link_begin_;
      return Add(block, found);
    }
    GW_RETURN_IF_ERROR(AddRun(block, begin, end));
    begin = end;
  }
  GW_RETURN_IF_ERROR(block.status());
  std::vector<AuditFlow> flows = block.flows();
  GW_RETURN_IF_ERROR(block.status());
  const int64_t first_id = block.info().first_id;
  flows.erase(std::remove_if(flows.begin(), flows.end(),
                             [&](const AuditFlow& flow) {
                               return found[static_cast<size_t>(flow.id - first_id)] == 0;
                             }),
              flows.end());
  GW_RETURN_IF_ERROR(WriteFlows(target_, flows, chain_.next()));
  GW_RETURN_IF_ERROR(transaction.Commit());
  return unlinked_ >= kDecisionsOfALink ? AddLink() : absl::OkStatus();
}

absl::Status Export::AddRun(AuditBlock& block, size_t begin, size_t end) {
  const AuditBlockInfo& info = block.info();
  const bool whole = begin == 0 && end == block.size();
  GW_RETURN_IF_ERROR(whole ? CopyBlock(info) : MakeBlock(block, begin, end));
  for (size_t row = begin; row < end; row += kCountedRows) {
    FillBatch(block, row, std::min(row + kCountedRows, end), &batch_);
    GW_RETURN_IF_ERROR(block.status());
    GW_RETURN_IF_ERROR(sums_.Add(target_, batch_, info.first_id + static_cast<int64_t>(row)));
  }
  end_id_ = info.first_id + static_cast<int64_t>(end);
  result.decisions += static_cast<int64_t>(end - begin);
  unlinked_ += static_cast<int64_t>(end - begin);
  return absl::OkStatus();
}

// As it is, whatever it has.
absl::Status Export::CopyBlock(const AuditBlockInfo& info) {
  Statement row = source_.Prepare(
      "SELECT first_id, count, oldest, newest, decisions, columns FROM block WHERE first_id = ?");
  row.BindInt(info.first_id);
  if (!row.Step()) return row.status();
  Statement add = target_.Prepare(
      "INSERT INTO block (first_id, count, oldest, newest, decisions, columns) "
      "VALUES (?, ?, ?, ?, ?, ?)");
  for (int column = 0; column < 5; ++column) add.BindInt(row.Int(column));
  if (row.IsNull(5)) {
    add.BindNull();
  } else {
    add.BindBlob(row.Blob(5));
  }
  GW_RETURN_IF_ERROR(add.Run());
  Statement columns =
      source_.Prepare("SELECT id, data FROM block_column WHERE id BETWEEN ? AND ? ORDER BY id");
  columns.BindInt(AuditColumnId(info.first_id, 0));
  columns.BindInt(AuditColumnId(info.first_id + 1, 0) - 1);
  Statement add_column = target_.Prepare("INSERT INTO block_column (id, data) VALUES (?, ?)");
  while (columns.Step()) {
    GW_RETURN_IF_ERROR(add_column.BindInt(columns.Int(0)).BindBlob(columns.Blob(1)).Run());
  }
  return columns.status();
}

absl::Status Export::MakeBlock(AuditBlock& block, size_t begin, size_t end) {
  AuditBatch batch;
  for (size_t row = begin; row < end; ++row) batch.Add(block.Record(row));
  GW_RETURN_IF_ERROR(block.status());
  builder_.Clear();
  GW_RETURN_IF_ERROR(builder_.Add(batch));
  const AuditBlockInfo info = builder_.Info(block.info().first_id + static_cast<int64_t>(begin));
  const bool sealed = info.count >= kSealedRows;
  std::string bytes;
  Statement add = target_.Prepare(
      "INSERT INTO block (first_id, count, oldest, newest, decisions, columns) "
      "VALUES (?, ?, ?, ?, ?, ?)");
  add.BindInt(info.first_id).BindInt(static_cast<int64_t>(info.count)).BindInt(info.oldest_ns);
  add.BindInt(info.newest_ns).BindInt(info.decisions);
  if (!sealed) {
    PackColumns(builder_, &bytes);
    return add.BindBlob(bytes).Run();
  }
  GW_RETURN_IF_ERROR(add.BindNull().Run());
  Statement add_column = target_.Prepare("INSERT INTO block_column (id, data) VALUES (?, ?)");
  for (size_t i = 0; i < kAuditColumns; ++i) {
    builder_.Encode(static_cast<AuditColumn>(i), &bytes);
    GW_RETURN_IF_ERROR(add_column.BindInt(AuditColumnId(info.first_id, i)).BindBlob(bytes).Run());
  }
  return absl::OkStatus();
}

// A link here is about many blocks, with what is missing between them: nobody adds any.
absl::Status Export::AddLink() {
  GW_ASSIGN_OR_RETURN(Transaction transaction,
                      Transaction::Begin(target_, Transaction::Kind::kWrite));
  GW_ASSIGN_OR_RETURN(CountedDigest blocks, HashBlocks(target_, link_begin_, end_id_));
  GW_RETURN_IF_ERROR(chain_.Add(link_begin_, end_id_, std::move(blocks.digest)));
  GW_RETURN_IF_ERROR(transaction.Commit());
  chain_.Committed();
  link_begin_ = end_id_;
  unlinked_ = 0;
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<AuditExported> ExportAudit(Database& source, const AuditExportRequest& request,
                                          const std::function<bool()>& interrupted) {
  GW_ASSIGN_OR_RETURN(Unfinished unfinished, Unfinished::Make(request.path));
  AuditExported result;
  {
    GW_ASSIGN_OR_RETURN(AuditBlockReader reader, AuditBlockReader::Begin(source, interrupted));
    GW_ASSIGN_OR_RETURN(Database target,
                        OpenDatabase(AuditSchema(), unfinished.name(), Database::Access::kCreate,
                                     Database::Synchronous::kNormal, kDatabaseBusyTimeout));
    // One file that can be read where nothing can be written. It is put on the disk at the end.
    GW_RETURN_IF_ERROR(target.Execute("PRAGMA journal_mode = DELETE; PRAGMA synchronous = OFF"));
    Export copy(source, target, request);
    GW_RETURN_IF_ERROR(copy.Run(reader));
    result = copy.result;
  }
  GW_RETURN_IF_ERROR(unfinished.Finish());
  return result;
}

}  // namespace gw
