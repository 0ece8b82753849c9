#include "common/store/migrate.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"

#include "common/base/closer.h"
#include "common/base/errno_text.h"
#include "common/base/status_macros.h"

namespace gw {
namespace {

constexpr int64_t kPolicyApplicationId = 0x4757706f;  // "GWpo"
constexpr int64_t kAuditApplicationId = 0x47576175;   // "GWau"

int64_t VersionOf(const Schema& schema) { return static_cast<int64_t>(schema.migrations.size()); }

// The version of a database of ours, 0 for an empty file. Refuses others.
absl::StatusOr<int64_t> ReadVersion(const Schema& schema, Database& database) {
  // One statement: read one by one, the numbers could be from before and after a migration that
  // another program commits.
  Statement row = database.Prepare(
      "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema) "
      "FROM pragma_application_id, pragma_user_version");
  if (!row.Step()) return row.status();
  const int64_t id = row.Int(0);
  const int64_t version = row.Int(1);
  const bool empty = row.Int(2) == 0;
  if (id == 0 && version == 0 && empty) return 0;
  if (id != schema.application_id) {
    return absl::FailedPreconditionError(
        absl::StrCat("`", database.path(), "`: not a Gatewarden ", schema.name,
                     ", it belongs to another program: check the path"));
  }
  if (version > VersionOf(schema)) {
    return absl::FailedPreconditionError(
        absl::StrCat("`", database.path(), "`: made by a newer Gatewarden (schema ", version,
                     ", this program knows ", VersionOf(schema), "): upgrade"));
  }
  return version;
}

absl::Status CheckForeignKeys(Database& database) {
  Statement violations = database.Prepare("PRAGMA foreign_key_check");
  if (violations.Step()) {
    return absl::DataLossError(absl::StrCat("a row of table `", violations.Text(0),
                                            "` refers to nothing in `", violations.Text(2),
                                            "`: restore a backup"));
  }
  return violations.status();
}

absl::Status RunMigration(const Schema& schema, int64_t version, Database& database) {
  const Migration& migration = schema.migrations[static_cast<size_t>(version - 1)];
  const absl::Status status = [&]() -> absl::Status {
    GW_RETURN_IF_ERROR(database.Execute(migration.sql));
    GW_RETURN_IF_ERROR(CheckForeignKeys(database));
    // Both stand in the first page and belong to the transaction.
    return database.Execute(absl::StrCat("PRAGMA application_id = ", schema.application_id,
                                         "; PRAGMA user_version = ", version));
  }();
  return Annotate(status,
                  absl::StrCat("`", database.path(), "`: migration `", migration.name, "`"));
}

// One step towards the newest version; false if there is none left.
absl::StatusOr<bool> MigrateOnce(const Schema& schema, Database& database) {
  // Under the write lock, so that two programs that start together do not both do it.
  GW_ASSIGN_OR_RETURN(Transaction transaction,
                      Transaction::Begin(database, Transaction::Kind::kWrite));
  GW_ASSIGN_OR_RETURN(const int64_t version, ReadVersion(schema, database));
  if (version == VersionOf(schema)) return false;
  GW_RETURN_IF_ERROR(RunMigration(schema, version + 1, database));
  GW_RETURN_IF_ERROR(transaction.Commit());
  return true;
}

absl::Status MigrateAll(const Schema& schema, Database& database) {
  while (true) {
    GW_ASSIGN_OR_RETURN(const bool more, MigrateOnce(schema, database));
    if (!more) return absl::OkStatus();
  }
}

absl::Status CheckCurrent(const Schema& schema, int64_t version, const Database& database) {
  if (version == VersionOf(schema)) return absl::OkStatus();
  if (version == 0) {
    return absl::FailedPreconditionError(absl::StrCat("`", database.path(), "`: empty, not yet a ",
                                                      schema.name, ": write to it first"));
  }
  return absl::FailedPreconditionError(
      absl::StrCat("`", database.path(), "`: made by an older Gatewarden (schema ", version,
                   ", this program needs ", VersionOf(schema),
                   "): start gatewardend or write to it once, which migrates it"));
}

// A file that nobody else can open, with what `path` has.
absl::StatusOr<Database> CopyWithoutName(const std::string& path, absl::Duration busy_timeout) {
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::temp_directory_path(error);
  if (error) return absl::UnavailableError(error.message());
  std::string name = folder / "gatewarden-XXXXXX";
  const FileDescriptor file(mkostemp(name.data(), O_CLOEXEC));
  if (!file.valid()) return absl::UnavailableError(absl::StrCat("`", name, "`: ", ErrnoText()));
  const absl::Cleanup remove = [&name] { (void)unlink(name.c_str()); };
  std::filesystem::copy_file(path, name, std::filesystem::copy_options::overwrite_existing, error);
  if (error) return absl::UnavailableError(absl::StrCat("`", name, "`: ", error.message()));
  GW_ASSIGN_OR_RETURN(Database copy,
                      Database::Open(name, Database::Access::kReadWrite, busy_timeout));
  // A journal of its own would have a name.
  GW_RETURN_IF_ERROR(copy.Execute("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF"));
  return copy;
}

}  // namespace

Schema PolicySchema() { return {"policy database", kPolicyApplicationId, PolicyMigrations()}; }

Schema AuditSchema() { return {"audit database", kAuditApplicationId, AuditMigrations()}; }

absl::Status Migrate(const Schema& schema, Database& database) {
  GW_ASSIGN_OR_RETURN(const int64_t version, ReadVersion(schema, database));
  if (version == VersionOf(schema)) return absl::OkStatus();
  // Cannot be changed within a transaction.
  GW_RETURN_IF_ERROR(database.Execute("PRAGMA foreign_keys = OFF"));
  absl::Status migrated = MigrateAll(schema, database);
  GW_RETURN_IF_ERROR(database.Execute("PRAGMA foreign_keys = ON"));
  return migrated;
}

absl::StatusOr<std::optional<Database>> OpenMigratedCopy(const Schema& schema,
                                                         absl::string_view path,
                                                         absl::Duration busy_timeout) {
  GW_ASSIGN_OR_RETURN(Database original,
                      Database::Open(path, Database::Access::kReadOnly, busy_timeout));
  // Nobody writes while it is copied.
  GW_ASSIGN_OR_RETURN(Transaction reading, Transaction::Begin(original, Transaction::Kind::kRead));
  GW_ASSIGN_OR_RETURN(const int64_t version, ReadVersion(schema, original));
  if (version == 0 || version == VersionOf(schema)) return std::nullopt;
  Statement journal = original.Prepare("PRAGMA journal_mode");
  if (!journal.Step()) return journal.status();
  if (journal.Text(0) == "wal") return std::nullopt;
  const std::string context =
      absl::StrCat("`", path, "`: made by an older Gatewarden (schema ", version,
                   "); a copy for this program needs room in the folder that TMPDIR names");
  auto copy = CopyWithoutName(original.path(), busy_timeout);
  if (!copy.ok()) return Annotate(copy.status(), context);
  GW_RETURN_IF_ERROR(Annotate(Migrate(schema, *copy), context));
  copy->CallIt(original.path());
  return std::optional<Database>(*std::move(copy));
}

absl::StatusOr<Database> OpenDatabase(const Schema& schema, absl::string_view path,
                                      Database::Access access, Database::Synchronous synchronous,
                                      absl::Duration busy_timeout) {
  GW_ASSIGN_OR_RETURN(Database database, Database::Open(path, access, busy_timeout));
  GW_ASSIGN_OR_RETURN(const int64_t version, ReadVersion(schema, database));
  // Only who asks for a new database gets an empty one: an empty file in the place of a policy
  // would otherwise count as a policy that allows everything.
  const bool must_hold_data = version == 0 && access == Database::Access::kReadWrite;
  if (must_hold_data && path != kMemoryDatabase) {
    return absl::FailedPreconditionError(
        absl::StrCat("`", path, "`: empty, not a ", schema.name,
                     ": restore a copy of it, or remove the file to begin anew"));
  }
  if (!database.writable()) {
    GW_RETURN_IF_ERROR(CheckCurrent(schema, version, database));
    return database;
  }
  GW_RETURN_IF_ERROR(database.UseWriteAheadLog(synchronous));
  GW_RETURN_IF_ERROR(Migrate(schema, database));
  return database;
}

}  // namespace gw
