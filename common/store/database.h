// Database, Statement and Transaction: one SQLite connection, closed when it goes, whose errors are
// absl::Status with what to do about them. The stores' SQL goes through here; nothing of SQLite or
// SQLiteCpp shows. Thread-compatible: a connection and all that came from it belong to one thread.

#ifndef COMMON_STORE_DATABASE_H_
#define COMMON_STORE_DATABASE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace gw {

// How long a statement waits for another connection's write before it gives up.
inline constexpr absl::Duration kDatabaseBusyTimeout = absl::Seconds(5);
// A database that vanishes with its connection.
inline constexpr char kMemoryDatabase[] = ":memory:";

// One SQL statement, to be run once or often. Errors stick: after the first, everything does
// nothing and status() tells, so a loop is checked once, after it. Must not outlive its Database.
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&& other) noexcept;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement();

  // Gives the next parameter its value, from the first on; texts and blobs are copied.
  Statement& BindInt(int64_t value);
  Statement& BindReal(double value);
  Statement& BindText(absl::string_view value);
  Statement& BindBlob(absl::string_view bytes);
  Statement& BindNull();
  Statement& BindInt(const std::optional<int64_t>& value);
  Statement& BindReal(const std::optional<double>& value);
  Statement& BindOptionalText(const std::optional<std::string>& value);

  // True if there is a (next) row; false at the end, or after an error.
  bool Step();
  // Runs to the end and makes the statement ready for new parameters.
  absl::Status Run();

  // Columns of the current row, from 0. NULL reads as 0 and empty.
  bool IsNull(int column) const;
  int64_t Int(int column) const;
  double Real(int column) const;
  std::string Text(int column) const;
  std::string Blob(int column) const { return Text(column); }
  std::optional<int64_t> OptionalInt(int column) const;
  std::optional<double> OptionalReal(int column) const;
  std::optional<std::string> OptionalText(int column) const;

  const absl::Status& status() const;

 private:
  friend class Database;
  struct Implementation;
  explicit Statement(std::unique_ptr<Implementation> implementation);

  std::unique_ptr<Implementation> implementation_;
};

class Database {
 public:
  enum class Access : uint8_t {
    kReadOnly,
    kReadWrite,
    kCreate,  // as kReadWrite, and makes the file with mode 0640 if there is none
  };
  enum class Synchronous : uint8_t { kNormal, kFull };

  // Opens a file (or kMemoryDatabase) with foreign keys on and untrusted schema, and reads its
  // first page. A read-only open of a file in a directory that cannot be written, where nobody
  // else can be writing either, logs a warning and does not see later changes. Errors: NotFound;
  // FailedPrecondition (permission, not a file); DataLoss (not a database, corrupt); Unavailable
  // (locked, disk full, read-only file system).
  static absl::StatusOr<Database> Open(absl::string_view path, Access access,
                                       absl::Duration busy_timeout = kDatabaseBusyTimeout);
  Database(Database&& other) noexcept;
  Database& operator=(Database&& other) noexcept;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  const std::string& path() const;
  bool writable() const;
  // As what `path` has, for messages and callers: the database is a copy of it.
  void CallIt(std::string path);

  // Write-ahead logging, so that readers and one writer do not wait for each other; kept in the
  // file. How durable a commit is: kFull survives power loss, kNormal a crash of the program.
  absl::Status UseWriteAheadLog(Synchronous synchronous);

  // Puts the write-ahead log on the disk, which kNormal leaves to the kernel.
  absl::Status SyncLog();

  // One or more statements without results.
  absl::Status Execute(absl::string_view sql);
  Statement Prepare(absl::string_view sql);
  // The first column of the first row; Internal if there is none.
  absl::StatusOr<int64_t> ReadInt(absl::string_view sql);

  // Asked every few thousand steps of a statement, in its thread: true ends it with Cancelled.
  // Empty: statements run to their end.
  void InterruptWhen(std::function<bool()> interrupted);

  // Of the last INSERT.
  int64_t LastInsertId() const;
  // Rows that the last INSERT, UPDATE or DELETE changed.
  int64_t Changes() const;

 private:
  friend class BlobReader;
  friend class Statement;
  friend class Transaction;
  struct Connection;
  explicit Database(std::unique_ptr<Connection> connection);

  std::unique_ptr<Connection> connection_;
};

// Reads blobs of one column, row by row, into memory of the caller: for many large ones, which
// Statement would have to copy. Must not outlive its Database.
class BlobReader {
 public:
  // `table` and `column` are names of the schema.
  BlobReader(Database& database, std::string table, std::string column);
  BlobReader(BlobReader&& other) noexcept;
  BlobReader& operator=(BlobReader&& other) noexcept;
  BlobReader(const BlobReader&) = delete;
  BlobReader& operator=(const BlobReader&) = delete;
  ~BlobReader();

  // Of the row with this INTEGER PRIMARY KEY; NotFound if there is none.
  absl::Status Read(int64_t row, std::string* bytes);

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

// Rolls back unless committed. Must not outlive its Database.
class Transaction {
 public:
  enum class Kind : uint8_t {
    kRead,   // all reads see the same state
    kWrite,  // takes the write lock at once, so that it cannot be refused half-way
  };
  static absl::StatusOr<Transaction> Begin(Database& database, Kind kind);
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();

  absl::Status Commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}

  Database* database_;  // null once committed or moved from
};

}  // namespace gw

#endif  // COMMON_STORE_DATABASE_H_
