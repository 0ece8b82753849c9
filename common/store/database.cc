#include "common/store/database.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "SQLiteCpp/SQLiteCpp.h"
#include "common/base/closer.h"
#include "common/base/log.h"
#include "common/base/status_macros.h"

namespace gw {
namespace {

constexpr mode_t kFileMode = 0640;  // the group may look

std::string ErrorText(int error) {
  char buffer[128] = "";
  // The GNU strerror_r: returns the text, in `buffer` or elsewhere.
  return strerror_r(error, buffer, sizeof(buffer));
}

std::string DirectoryOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// As the effective user. 0 or the errno.
int CheckAccess(const std::string& path, int mode) {
  return faccessat(AT_FDCWD, path.c_str(), mode, AT_EACCESS) == 0 ? 0 : errno;
}

// 0: it may be written as far as its mode and the mount say, and still cannot be. ext4 is like that
// after an error.
absl::Status NotWritable(const std::string& path, int error) {
  if (error == EROFS || error == 0) {
    return absl::UnavailableError(
        absl::StrCat("`", path,
                     "`: the file system is read-only: remount it writable, or see in `dmesg` what "
                     "is wrong, then unmount, check and mount it"));
  }
  return absl::FailedPreconditionError(absl::StrCat(
      "`", path, "`: no permission to write: ", "run as root or as the owner of the file"));
}

absl::Status NotReadable(const std::string& path, int error) {
  return absl::FailedPreconditionError(absl::StrCat("`", path,
                                                    "`: cannot be read: ", ErrorText(error),
                                                    ": run as root or in the group of the file"));
}

absl::Status DiskFull(const std::string& path) {
  return absl::UnavailableError(
      absl::StrCat("`", path, "`: disk full, nothing was written: free some space and try again"));
}

// Why `path` cannot be opened, as far as the file system knows.
absl::Status CheckFile(const std::string& path, bool write) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) {
    if (errno != ENOENT && errno != ENOTDIR) return NotReadable(path, errno);
    return absl::NotFoundError(
        absl::StrCat("`", path, "`: no such database: check the path, or apply a policy to it"));
  }
  if (!S_ISREG(status.st_mode)) {
    return absl::FailedPreconditionError(
        absl::StrCat("`", path, "`: not a regular file: give the path of a database file"));
  }
  if (const int error = CheckAccess(path, R_OK); error != 0) return NotReadable(path, error);
  if (!write) return absl::OkStatus();
  if (const int error = CheckAccess(path, W_OK); error != 0) return NotWritable(path, error);
  const std::string directory = DirectoryOf(path);
  if (const int error = CheckAccess(directory, W_OK); error != 0) {
    return NotWritable(directory, error);
  }
  // ext4 after an error tells only who opens something for writing, and SQLite takes a descriptor
  // that another connection has left. There are no locks on the log that closing it would drop.
  const FileDescriptor log(open((path + "-wal").c_str(), O_RDWR | O_CLOEXEC));
  return !log.valid() && errno == EROFS ? NotWritable(path, EROFS) : absl::OkStatus();
}

// SQLite would make it too, but with the mode of the umask alone.
absl::Status MakeFile(const std::string& path) {
  // Only a descriptor that made the file may be closed here: closing another one would drop the
  // locks that this process holds on it (fcntl(2)).
  const FileDescriptor made(
      open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, kFileMode));
  if (made.valid()) {
    if (fchmod(made.get(), kFileMode) == 0) return absl::OkStatus();
    return absl::UnavailableError(absl::StrCat("`", path, "`: ", ErrorText(errno)));
  }
  switch (errno) {
    case EEXIST:
      return CheckFile(path, /*write=*/true);
    case ENOENT:
    case ENOTDIR:
      return absl::NotFoundError(absl::StrCat("`", path, "`: there is no directory `",
                                              DirectoryOf(path), "`: make it first"));
    case ENOSPC:
    case EDQUOT:
      return DiskFull(path);
    default:
      return NotWritable(path, errno);
  }
}

absl::Status InputOutputError(const std::string& path, int system_error) {
  if (system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG) {
    return DiskFull(path);
  }
  if (system_error == EROFS) return NotWritable(path, system_error);
  return absl::UnavailableError(absl::StrCat(
      "`", path, "`: input or output failed: ", ErrorText(system_error), ": check the disk"));
}

absl::Status Damaged(const std::string& path, absl::string_view what) {
  return absl::DataLossError(absl::StrCat(
      "`", path, "`: ", what,
      ": check the path; restore a backup, or save what can still be read with `sqlite3 ", path,
      " .recover`"));
}

// What SQLite's result `code` means for who wants to read, or `write`, `path`.
absl::Status MakeStatus(const std::string& path, bool write, int code, int system_error,
                        absl::string_view text) {
  switch (code & 0xff) {  // The low byte of an extended code is the primary one.
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return absl::UnavailableError(absl::StrCat(
          "`", path, "`: locked by another program: try again, or see who with `fuser ", path,
          "`"));
    case SQLITE_INTERRUPT:
      return absl::CancelledError("cancelled");
    case SQLITE_FULL:
      return DiskFull(path);
    case SQLITE_CORRUPT:
      return Damaged(path, "the database is damaged");
    case SQLITE_NOTADB:
      return Damaged(path, "not a database, or its beginning is damaged");
    case SQLITE_IOERR:
      return InputOutputError(path, system_error);
    case SQLITE_READONLY:
      if (absl::Status status = CheckFile(path, write); !status.ok()) return status;
      return absl::FailedPreconditionError(
          absl::StrCat("`", path, "`: opened for reading only: open it for writing"));
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      if (absl::Status status = CheckFile(path, write); !status.ok()) return status;
      return absl::UnavailableError(absl::StrCat("`", path, "`: cannot be opened: ", text));
    case SQLITE_CONSTRAINT:
      return absl::InvalidArgumentError(
          absl::StrCat("`", path, "`: the database refuses it: ", text, ": validate it first"));
    case SQLITE_NOMEM:
    case SQLITE_TOOBIG:
      return absl::ResourceExhaustedError(absl::StrCat("`", path, "`: ", text));
    default:
      return absl::InternalError(absl::StrCat("`", path, "`: ", text));
  }
}

// As an URI (RFC 3986) that tells SQLite that nobody changes the file.
std::string ImmutableUri(const std::string& path) {
  std::string uri = "file:";
  for (const char c : path) {
    if (c == '%' || c == '?' || c == '#') {
      absl::StrAppend(&uri, "%", absl::Hex(static_cast<unsigned char>(c), absl::kZeroPad2));
    } else {
      uri += c;
    }
  }
  return uri + "?immutable=1";
}

bool HasContent(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && status.st_size > 0;
}

// A reader needs the index of the write-ahead log (`-shm`), and cannot make one where it cannot
// write. As long as nobody else made one either, the file does not change.
bool NeedsImmutable(const std::string& path) {
  return CheckAccess(DirectoryOf(path), W_OK) != 0 && CheckAccess(path + "-shm", R_OK) != 0;
}

// The file alone must be the whole state: no log with changes beside it.
absl::Status CheckImmutable(const std::string& path) {
  if (HasContent(path + "-wal")) {
    return absl::UnavailableError(absl::StrCat(
        "`", path, "`: its latest changes are in `", path,
        "-wal`, which cannot be read from a read-only directory: copy both files elsewhere"));
  }
  LogWarning("`", path, "`: the directory is read-only: changes by other programs are not seen");
  return absl::OkStatus();
}

// SQLite takes a file shorter than a page for an empty database and would write over it; and it
// would read an old -wal into a file that is something else now. Read through SQLite: closing a
// descriptor of ours would drop the locks of the connections that this process has (fcntl(2)).
absl::Status CheckMagic(const std::string& path, sqlite3* handle) {
  static constexpr absl::string_view kMagic("SQLite format 3", 16);  // with its final zero
  sqlite3_file* file = nullptr;
  if (sqlite3_file_control(handle, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK ||
      file == nullptr || file->pMethods == nullptr) {
    return absl::OkStatus();  // in memory
  }
  sqlite3_int64 size = 0;
  std::string first(kMagic.size(), '\0');
  if (file->pMethods->xFileSize(file, &size) != SQLITE_OK || size == 0) return absl::OkStatus();
  // What cannot be read is told of by the first statement.
  const int read = file->pMethods->xRead(file, first.data(), static_cast<int>(first.size()), 0);
  if ((read != SQLITE_OK && read != SQLITE_IOERR_SHORT_READ) || first == kMagic) {
    return absl::OkStatus();
  }
  return absl::DataLossError(absl::StrCat(
      "`", path, "`: file is not a database: move it away, or restore a copy of the database"));
}

// SQLite counts its memory under a lock, for a figure that nobody asks for. To be said before it is
// used at all.
void DoWithoutMemoryStatistics() {
  static const int configured = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  (void)configured;
}

}  // namespace

struct Database::Connection {
  // Opens `name`, a file name or URI of `path`, and sets what every connection has.
  static absl::StatusOr<std::unique_ptr<Connection>> Make(const std::string& path,
                                                          const std::string& name, int flags,
                                                          absl::Duration busy_timeout);

  Connection(std::string file, const std::string& name, int flags)
      : path(std::move(file)),
        writable((flags & SQLite::OPEN_READWRITE) != 0),
        database(name, flags) {}

  sqlite3* handle() const { return database.getHandle(); }

  // The error of the last call on this connection.
  absl::Status LastError() const {
    const int code = sqlite3_extended_errcode(handle());
    const std::string text = sqlite3_errmsg(handle());
    return MakeStatus(path, writable, code, SystemError(), text);
  }

  // SQLite does not tell the errno of a commit that fails, but its files do.
  int SystemError() const {
    int error = sqlite3_system_errno(handle());
    for (const int pointer : {SQLITE_FCNTL_JOURNAL_POINTER, SQLITE_FCNTL_FILE_POINTER}) {
      sqlite3_file* file = nullptr;
      if (error != 0 || sqlite3_file_control(handle(), "main", pointer, &file) != SQLITE_OK ||
          file == nullptr || file->pMethods == nullptr ||
          file->pMethods->xFileControl == nullptr) {  // as a journal in memory has it
        continue;
      }
      (void)file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &error);
    }
    return error;
  }

  std::string path;
  bool writable;
  SQLite::Database database;
  absl::Duration busy_timeout;
  std::function<bool()> interrupted;
};

absl::StatusOr<std::unique_ptr<Database::Connection>> Database::Connection::Make(
    const std::string& path, const std::string& name, int flags, absl::Duration busy_timeout) {
  std::unique_ptr<Connection> connection;
  try {
    connection = std::make_unique<Connection>(path, name, flags);
  } catch (const SQLite::Exception& e) {
    const bool write = (flags & SQLite::OPEN_READWRITE) != 0;
    return MakeStatus(path, write, e.getErrorCode(), 0, e.what());
  }
  sqlite3* const handle = connection->handle();
  sqlite3_extended_result_codes(handle, 1);
  if (absl::Status status = CheckMagic(path, handle); !status.ok()) return status;
  sqlite3_busy_timeout(handle, static_cast<int>(absl::ToInt64Milliseconds(busy_timeout)));
  connection->busy_timeout = busy_timeout;
  // A schema is input like any other: it must not call functions with effects, nor have its
  // tables changed behind SQLite's back. user_version reads the first page, so that a file that
  // cannot be read is refused here.
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  if (connection->database.tryExec("PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;"
                                   "PRAGMA cell_size_check = ON; PRAGMA user_version;") !=
      SQLite::OK) {
    return connection->LastError();
  }
  if (connection->writable && sqlite3_db_readonly(handle, "main") == 1) {
    return NotWritable(path, CheckAccess(path, W_OK));
  }
  return connection;
}

Database::Database(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Database::Database(Database&& other) noexcept = default;
Database& Database::operator=(Database&& other) noexcept = default;
Database::~Database() = default;

absl::StatusOr<Database> Database::Open(absl::string_view path, Access access,
                                        absl::Duration busy_timeout) {
  DoWithoutMemoryStatistics();
  std::string file(path);
  if (file.empty()) return absl::InvalidArgumentError("no database file given: name one");
  const bool memory = file == kMemoryDatabase;
  const bool write = access != Access::kReadOnly || memory;
  if (!memory) {
    GW_RETURN_IF_ERROR(access == Access::kCreate ? MakeFile(file) : CheckFile(file, write));
  }
  std::string name = file;
  // A connection belongs to one thread at a time (database.h); locks for each bound value would
  // cost the recorder more than writing it.
  int flags = (write ? SQLite::OPEN_READWRITE : SQLite::OPEN_READONLY) | SQLite::OPEN_NOMUTEX;
  if (!write && NeedsImmutable(file)) {
    GW_RETURN_IF_ERROR(CheckImmutable(file));
    name = ImmutableUri(file);
    flags |= SQLite::OPEN_URI;
  }
  GW_ASSIGN_OR_RETURN(std::unique_ptr<Connection> connection,
                      Connection::Make(file, name, flags, busy_timeout));
  return Database(std::move(connection));
}

const std::string& Database::path() const { return connection_->path; }

void Database::CallIt(std::string path) { connection_->path = std::move(path); }

bool Database::writable() const { return connection_->writable; }

absl::Status Database::UseWriteAheadLog(Synchronous synchronous) {
  // Two programs that do this to a new file at once: SQLite answers one of them "busy" without
  // asking its busy handler, because waiting could deadlock.
  const absl::Time deadline = absl::Now() + connection_->busy_timeout;
  absl::Status status;
  do {
    status = Execute("PRAGMA journal_mode = WAL");
    if (!absl::IsUnavailable(status)) break;
    absl::SleepFor(absl::Milliseconds(5));
  } while (absl::Now() < deadline);
  GW_RETURN_IF_ERROR(status);
  return Execute(synchronous == Synchronous::kFull ? "PRAGMA synchronous = FULL"
                                                   : "PRAGMA synchronous = NORMAL");
}

absl::Status Database::SyncLog() {
  sqlite3_file* log = nullptr;
  const int found =
      sqlite3_file_control(connection_->handle(), "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
  // A database in memory has none.
  if (found != SQLITE_OK || log == nullptr || log->pMethods == nullptr) return absl::OkStatus();
  const int synced = log->pMethods->xSync(log, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY);
  if (synced == SQLITE_OK) return absl::OkStatus();
  return MakeStatus(path(), writable(), synced, errno, "the log could not be put on the disk");
}

absl::Status Database::Execute(absl::string_view sql) {
  if (connection_->database.tryExec(std::string(sql)) == SQLite::OK) return absl::OkStatus();
  return connection_->LastError();
}

absl::StatusOr<int64_t> Database::ReadInt(absl::string_view sql) {
  Statement statement = Prepare(sql);
  if (statement.Step()) return statement.Int(0);
  GW_RETURN_IF_ERROR(statement.status());
  return absl::InternalError(absl::StrCat("`", path(), "`: no row: ", sql));
}

void Database::InterruptWhen(std::function<bool()> interrupted) {
  // About a tenth of a millisecond of work.
  constexpr int kSteps = 5000;
  connection_->interrupted = std::move(interrupted);
  const auto ask = [](void* asked) {
    return (*static_cast<std::function<bool()>*>(asked))() ? 1 : 0;
  };
  sqlite3_progress_handler(connection_->handle(), connection_->interrupted ? kSteps : 0,
                           connection_->interrupted ? +ask : nullptr, &connection_->interrupted);
}

int64_t Database::LastInsertId() const { return sqlite3_last_insert_rowid(connection_->handle()); }

int64_t Database::Changes() const { return sqlite3_changes64(connection_->handle()); }

// ---- statements ------------------------------------------------------------------------------

struct Statement::Implementation {
  explicit Implementation(Database::Connection* owner) : connection(owner) {}

  // Calls SQLiteCpp and catches what it throws; nothing after an error.
  template <typename Call>
  void Try(Call&& call) {
    if (!status.ok()) return;
    try {
      call();
    } catch (const SQLite::Exception& e) {
      status = MakeStatus(connection->path, connection->writable, e.getErrorCode(), 0, e.what());
    }
  }

  Database::Connection* connection;
  std::optional<SQLite::Statement> statement;
  int bound = 0;  // parameters so far
  absl::Status status;
};

Statement::Statement(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}
Statement::Statement(Statement&& other) noexcept = default;
Statement& Statement::operator=(Statement&& other) noexcept = default;
Statement::~Statement() = default;

Statement Database::Prepare(absl::string_view sql) {
  auto made = std::make_unique<Statement::Implementation>(connection_.get());
  made->Try([&] { made->statement.emplace(connection_->database, std::string(sql)); });
  return Statement(std::move(made));
}

Statement& Statement::BindInt(int64_t value) {
  implementation_->Try([&] { implementation_->statement->bind(++implementation_->bound, value); });
  return *this;
}

Statement& Statement::BindReal(double value) {
  implementation_->Try([&] { implementation_->statement->bind(++implementation_->bound, value); });
  return *this;
}

Statement& Statement::BindText(absl::string_view value) {
  implementation_->Try(
      [&] { implementation_->statement->bind(++implementation_->bound, std::string(value)); });
  return *this;
}

Statement& Statement::BindBlob(absl::string_view bytes) {
  implementation_->Try([&] {
    implementation_->statement->bind(++implementation_->bound,
                                     static_cast<const void*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
  });
  return *this;
}

Statement& Statement::BindNull() {
  implementation_->Try([&] { implementation_->statement->bind(++implementation_->bound); });
  return *this;
}

Statement& Statement::BindInt(const std::optional<int64_t>& value) {
  return value ? BindInt(*value) : BindNull();
}

Statement& Statement::BindReal(const std::optional<double>& value) {
  return value ? BindReal(*value) : BindNull();
}

Statement& Statement::BindOptionalText(const std::optional<std::string>& value) {
  return value ? BindText(*value) : BindNull();
}

bool Statement::Step() {
  // SQLiteCpp calls a step beyond the end misuse.
  if (!implementation_->status.ok() || implementation_->statement->isDone()) return false;
  const int result = implementation_->statement->tryExecuteStep();
  if (result == SQLITE_ROW) return true;
  if (result != SQLITE_DONE) implementation_->status = implementation_->connection->LastError();
  return false;
}

absl::Status Statement::Run() {
  while (Step()) {
  }
  if (implementation_->statement) (void)implementation_->statement->tryReset();
  implementation_->bound = 0;
  return implementation_->status;
}

bool Statement::IsNull(int column) const {
  return implementation_->statement->getColumn(column).isNull();
}

int64_t Statement::Int(int column) const {
  return implementation_->statement->getColumn(column).getInt64();
}

double Statement::Real(int column) const {
  return implementation_->statement->getColumn(column).getDouble();
}

std::string Statement::Text(int column) const {
  return implementation_->statement->getColumn(column).getString();
}

std::optional<int64_t> Statement::OptionalInt(int column) const {
  if (IsNull(column)) return std::nullopt;
  return Int(column);
}

std::optional<double> Statement::OptionalReal(int column) const {
  if (IsNull(column)) return std::nullopt;
  return Real(column);
}

std::optional<std::string> Statement::OptionalText(int column) const {
  if (IsNull(column)) return std::nullopt;
  return Text(column);
}

const absl::Status& Statement::status() const { return implementation_->status; }

// ---- blobs ------------------------------------------------------------------------------------

struct BlobReader::Implementation {
  ~Implementation() { Close(); }

  void Close() {
    sqlite3_blob_close(blob);
    blob = nullptr;
  }

  Database::Connection* connection;
  std::string table;
  std::string column;
  sqlite3_blob* blob = nullptr;
};

BlobReader::BlobReader(Database& database, std::string table, std::string column)
    : implementation_(std::make_unique<Implementation>()) {
  implementation_->connection = database.connection_.get();
  implementation_->table = std::move(table);
  implementation_->column = std::move(column);
}
BlobReader::BlobReader(BlobReader&& other) noexcept = default;
BlobReader& BlobReader::operator=(BlobReader&& other) noexcept = default;
BlobReader::~BlobReader() = default;

absl::Status BlobReader::Read(int64_t row, std::string* bytes) {
  Implementation& self = *implementation_;
  const int opened = self.blob != nullptr
                         ? sqlite3_blob_reopen(self.blob, row)
                         : sqlite3_blob_open(self.connection->handle(), "main", self.table.c_str(),
                                             self.column.c_str(), row, 0, &self.blob);
  absl::Status status;
  if (opened != SQLITE_OK) {
    // SQLite says the same of a row that is not there as of a column that is not.
    status = opened == SQLITE_ERROR
                 ? absl::NotFoundError(absl::StrCat("`", self.connection->path, "`: `", self.table,
                                                    "` has no row ", row))
                 : self.connection->LastError();
  } else {
    const int size = sqlite3_blob_bytes(self.blob);
    bytes->resize(static_cast<size_t>(size));
    if (sqlite3_blob_read(self.blob, bytes->data(), size, 0) != SQLITE_OK) {
      status = self.connection->LastError();
    }
  }
  // A handle is of no use after an error.
  if (!status.ok()) self.Close();
  return status;
}

// ---- transactions ----------------------------------------------------------------------------

absl::StatusOr<Transaction> Transaction::Begin(Database& database, Kind kind) {
  GW_RETURN_IF_ERROR(database.Execute(kind == Kind::kRead ? "BEGIN" : "BEGIN IMMEDIATE"));
  return Transaction(database);
}

Transaction::Transaction(Transaction&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)) {}

Transaction::~Transaction() {
  if (database_ == nullptr) return;
  // SQLite has rolled back already after some errors, disk full among them.
  if (sqlite3_get_autocommit(database_->connection_->handle()) == 0) {
    (void)database_->Execute("ROLLBACK");
  }
}

absl::Status Transaction::Commit() {
  GW_RETURN_IF_ERROR(database_->Execute("COMMIT"));
  database_ = nullptr;
  return absl::OkStatus();
}

}  // namespace gw
