// Numbered migrations: how a database file of any earlier version becomes one of this version. The
// number of the last migration that ran is the file's user_version; its application_id says whose
// it is. The SQL stands in sql/ and is compiled in.

#ifndef COMMON_STORE_MIGRATE_H_
#define COMMON_STORE_MIGRATE_H_

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

#include "common/store/database.h"

namespace gw {

struct Migration {
  const char* name = "";  // "0001_initial.sql"
  const char* sql = "";
};

// The files of sql/policy and sql/audit, in order; append only.
absl::Span<const Migration> PolicyMigrations();
absl::Span<const Migration> AuditMigrations();

struct Schema {
  absl::string_view name;      // "policy database", for messages
  int64_t application_id = 0;  // never 0
  // Migration i, from 0, makes version i + 1.
  absl::Span<const Migration> migrations;
};

Schema PolicySchema();
Schema AuditSchema();

// Opens a database of `schema`. For writing: with a write-ahead log, and migrated. For reading:
// only if it is of this version already. Nothing of a file that is not ours is changed. Errors of
// Database::Open, and FailedPrecondition for another program's database and for a schema that is
// newer (or, for reading, older).
absl::StatusOr<Database> OpenDatabase(const Schema& schema, absl::string_view path,
                                      Database::Access access, Database::Synchronous synchronous,
                                      absl::Duration busy_timeout);

// For reading a file of an older version that nobody writes to any more, which it says by having no
// write-ahead log (an exported audit log): a migrated copy without a name, gone with its
// connection. The file stays as it is. Nothing for any other file. Unavailable if there is no room
// for the copy in the folder for temporary files.
absl::StatusOr<std::optional<Database>> OpenMigratedCopy(const Schema& schema,
                                                         absl::string_view path,
                                                         absl::Duration busy_timeout);

// Runs what is missing, each migration in a transaction of its own, with foreign keys checked at
// its end only, so that a migration may rebuild tables.
absl::Status Migrate(const Schema& schema, Database& database);

}  // namespace gw

#endif  // COMMON_STORE_MIGRATE_H_
