#include "common/store/policy_store.h"

#include <algorithm>
#include <exception>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "common/base/status_macros.h"
#include "common/resources/reader.h"
#include "common/resources/writer.h"
#include "common/store/load_resources.h"
#include "common/store/migrate.h"
#include "common/store/save_resources.h"

namespace gw {
namespace {

using Action = RevisionInfo::Change::Action;

constexpr char kTimeFormat[] = "%Y-%m-%dT%H:%M:%E6SZ";

const char* ActionName(Action action) {
  switch (action) {
    case Action::kCreated:
      return "created";
    case Action::kChanged:
      return "changed";
    case Action::kDeleted:
      return "deleted";
  }
  return "";
}

Action ActionByName(absl::string_view name) {
  if (name == "created") return Action::kCreated;
  return name == "deleted" ? Action::kDeleted : Action::kChanged;
}

// One of the request's changes that does change something.
struct Edit {
  ResourceKey key;
  const StoredResource* before = nullptr;  // null: creates
  const Resource* after = nullptr;         // null: deletes

  Action action() const {
    if (before == nullptr) return Action::kCreated;
    return after == nullptr ? Action::kDeleted : Action::kChanged;
  }
};

absl::StatusOr<std::optional<std::string>> Document(const ResourceKey& key,
                                                    const Resource* resource) {
  if (resource == nullptr) return std::nullopt;
  try {
    return ToJson(*resource).dump();
  } catch (const std::exception& e) {  // nlohmann's: text that is not UTF-8
    return absl::InvalidArgumentError(
        absl::StrCat(ToString(key), ": cannot be written as JSON: ", e.what(), ": use UTF-8 text"));
  }
}

absl::StatusOr<Resource> ReadDocument(const std::string& document) {
  ReadResult read;
  ReadResources(document, "-", ReadOptions(), &read);
  for (const PlacedProblem& problem : read.problems) {
    if (problem.severity == Severity::kError) return absl::DataLossError(problem.message);
  }
  if (read.resources.size() != 1) return absl::DataLossError("not one resource");
  return std::move(read.resources.front().resource);
}

absl::Status CheckRequest(const WriteRequest& request) {
  std::set<ResourceKey> seen;
  for (const ResourceChange& change : request.changes) {
    if (!seen.insert(change.key).second) {
      return absl::InvalidArgumentError(
          absl::StrCat(ToString(change.key), ": changed twice in one write: give it once"));
    }
    if (change.after && KeyOf(*change.after) != change.key) {
      return absl::InvalidArgumentError(
          absl::StrCat(ToString(change.key), ": would become ", ToString(KeyOf(*change.after)),
                       ": names do not change, delete the one and create the other"));
    }
  }
  return absl::OkStatus();
}

class SqlitePolicyStore : public PolicyStore {
 public:
  explicit SqlitePolicyStore(Database database)
      : database_(std::move(database)), data_version_(database_.Prepare("PRAGMA data_version")) {}

  absl::StatusOr<LoadedPolicy> Load() override;
  absl::StatusOr<Model> LoadRevision(int64_t revision) override;
  absl::StatusOr<int64_t> CurrentRevision() override;
  absl::StatusOr<int64_t> Write(const WriteRequest& request) override;
  absl::StatusOr<std::vector<RevisionInfo>> History(size_t limit,
                                                    std::optional<int64_t> before) override;
  absl::StatusOr<RevisionInfo> Revision(int64_t revision) override;
  absl::StatusOr<int64_t> RuleId(const ResourceKey& owner, Direction direction,
                                 uint32_t index) override;
  absl::StatusOr<int64_t> DataVersion() override;
  absl::Status Checkpoint() override;

 private:
  // These need a transaction around them.
  absl::StatusOr<Model> LoadModel();
  absl::Status GoBack(int64_t revision, Model* model);
  absl::Status CheckNotMoved(int64_t expected, int64_t current);
  absl::StatusOr<std::map<ResourceKey, StoredResource>> LoadBefore(const WriteRequest& request);
  absl::Status SaveRevision(const WriteRequest& request, int64_t revision);
  absl::Status SaveEdits(const std::vector<Edit>& edits, int64_t revision);
  absl::Status SaveChange(const Edit& edit, int64_t revision, Statement& insert);
  absl::StatusOr<std::vector<RevisionInfo>> ReadRevisions(int64_t below, size_t limit);
  absl::Status ReadChanges(std::vector<RevisionInfo>* revisions);

  absl::Status NoSuchRevision(int64_t revision, int64_t current) const {
    return absl::NotFoundError(
        absl::StrCat("there is no revision ", revision, ": the newest is ", current));
  }

  Database database_;
  Statement data_version_;
};

// ---- reading ---------------------------------------------------------------------------------

absl::StatusOr<int64_t> SqlitePolicyStore::CurrentRevision() {
  return database_.ReadInt("SELECT coalesce(max(number), 0) FROM revision");
}

absl::StatusOr<int64_t> SqlitePolicyStore::DataVersion() {
  int64_t version = 0;
  if (data_version_.Step()) version = data_version_.Int(0);
  GW_RETURN_IF_ERROR(data_version_.Run());
  return version;
}

absl::Status SqlitePolicyStore::Checkpoint() {
  GW_ASSIGN_OR_RETURN(const int64_t timeout_ms, database_.ReadInt("PRAGMA busy_timeout"));
  GW_RETURN_IF_ERROR(database_.Execute("PRAGMA busy_timeout = 0"));
  const absl::StatusOr<int64_t> busy = database_.ReadInt("PRAGMA wal_checkpoint(TRUNCATE)");
  GW_RETURN_IF_ERROR(database_.Execute(absl::StrCat("PRAGMA busy_timeout = ", timeout_ms)));
  GW_RETURN_IF_ERROR(busy.status());
  if (*busy == 0) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrCat("`", database_.path(), "`: in use by another program: try again"));
}

absl::StatusOr<Model> SqlitePolicyStore::LoadModel() {
  GW_ASSIGN_OR_RETURN(std::vector<StoredResource> stored, LoadResources(database_));
  Model model;
  for (StoredResource& resource : stored) Put(model, std::move(resource.resource));
  return model;
}

absl::StatusOr<LoadedPolicy> SqlitePolicyStore::Load() {
  GW_ASSIGN_OR_RETURN(const Transaction transaction,
                      Transaction::Begin(database_, Transaction::Kind::kRead));
  LoadedPolicy loaded;
  GW_ASSIGN_OR_RETURN(loaded.revision, CurrentRevision());
  GW_ASSIGN_OR_RETURN(loaded.model, LoadModel());
  return loaded;
}

absl::StatusOr<Model> SqlitePolicyStore::LoadRevision(int64_t revision) {
  GW_ASSIGN_OR_RETURN(const Transaction transaction,
                      Transaction::Begin(database_, Transaction::Kind::kRead));
  GW_ASSIGN_OR_RETURN(const int64_t current, CurrentRevision());
  if (revision < 0 || revision > current) return NoSuchRevision(revision, current);
  GW_ASSIGN_OR_RETURN(Model model, LoadModel());
  GW_RETURN_IF_ERROR(GoBack(revision, &model));
  return model;
}

// What a resource was at `revision` is what the first change after it found.
absl::Status SqlitePolicyStore::GoBack(int64_t revision, Model* model) {
  Statement rows = database_.Prepare(
      "SELECT kind, name, before, min(revision) FROM revision_change WHERE revision > ? "
      "GROUP BY kind, name");
  rows.BindInt(revision);
  while (rows.Step()) {
    const std::optional<ResourceKind> kind = KindByName(rows.Text(0));
    absl::StatusOr<Resource> before = absl::DataLossError("unknown kind");
    if (kind && rows.IsNull(2)) {
      Remove(*model, {*kind, rows.Text(1)});
      continue;
    }
    if (kind) before = ReadDocument(rows.Text(2));
    if (!before.ok()) {
      return absl::DataLossError(absl::StrCat("`", database_.path(), "`: revision ", rows.Int(3),
                                              " holds a ", rows.Text(0), " `", rows.Text(1),
                                              "` that cannot be read: ", before.status().message(),
                                              ": go back to a revision from ", rows.Int(3), " on"));
    }
    Put(*model, *std::move(before));
  }
  return rows.status();
}

absl::StatusOr<int64_t> SqlitePolicyStore::RuleId(const ResourceKey& owner, Direction direction,
                                                  uint32_t index) {
  Statement row = database_.Prepare(
      "SELECT rule.id FROM rule JOIN resource ON resource.id = rule.resource "
      "WHERE kind = ? AND name = ? AND direction = ? AND position = ?");
  row.BindText(KindName(owner.kind)).BindText(owner.name);
  row.BindText(DirectionWord(direction)).BindInt(index);
  if (row.Step()) return row.Int(0);
  GW_RETURN_IF_ERROR(row.status());
  return absl::NotFoundError(absl::StrCat(ToString(owner), " has no ", DirectionWord(direction),
                                          " rule ", index, ": rules count from 0"));
}

// ---- history ---------------------------------------------------------------------------------

absl::StatusOr<std::vector<RevisionInfo>> SqlitePolicyStore::History(
    size_t limit, std::optional<int64_t> before) {
  GW_ASSIGN_OR_RETURN(const Transaction transaction,
                      Transaction::Begin(database_, Transaction::Kind::kRead));
  return ReadRevisions(before.value_or(std::numeric_limits<int64_t>::max()), limit);
}

absl::StatusOr<RevisionInfo> SqlitePolicyStore::Revision(int64_t revision) {
  GW_ASSIGN_OR_RETURN(const Transaction transaction,
                      Transaction::Begin(database_, Transaction::Kind::kRead));
  GW_ASSIGN_OR_RETURN(const int64_t current, CurrentRevision());
  if (revision < 0 || revision > current) return NoSuchRevision(revision, current);
  if (revision == 0) return RevisionInfo();
  GW_ASSIGN_OR_RETURN(std::vector<RevisionInfo> found, ReadRevisions(revision + 1, 1));
  if (found.empty() || found.front().number != revision) return NoSuchRevision(revision, current);
  return std::move(found.front());
}

// Newest first, with numbers below `below`.
absl::StatusOr<std::vector<RevisionInfo>> SqlitePolicyStore::ReadRevisions(int64_t below,
                                                                           size_t limit) {
  Statement rows = database_.Prepare(
      "SELECT number, time, author, reason FROM revision WHERE number < ? "
      "ORDER BY number DESC LIMIT ?");
  constexpr size_t kLimitMax = std::numeric_limits<int64_t>::max();
  rows.BindInt(below).BindInt(static_cast<int64_t>(std::min(limit, kLimitMax)));
  std::vector<RevisionInfo> revisions;
  while (rows.Step()) {
    RevisionInfo revision;
    revision.number = rows.Int(0);
    std::string error;
    if (!absl::ParseTime(absl::RFC3339_full, rows.Text(1), &revision.time, &error)) {
      return absl::DataLossError(absl::StrCat("`", database_.path(), "`: revision ",
                                              revision.number, " has no readable time: ", error,
                                              ": restore a backup"));
    }
    revision.author = rows.Text(2);
    revision.reason = rows.Text(3);
    revisions.push_back(std::move(revision));
  }
  GW_RETURN_IF_ERROR(rows.status());
  GW_RETURN_IF_ERROR(ReadChanges(&revisions));
  return revisions;
}

// `revisions` are adjacent, newest first.
absl::Status SqlitePolicyStore::ReadChanges(std::vector<RevisionInfo>* revisions) {
  if (revisions->empty()) return absl::OkStatus();
  Statement rows = database_.Prepare(
      "SELECT revision, kind, name, action FROM revision_change WHERE revision BETWEEN ? AND ? "
      "ORDER BY revision DESC, id");
  rows.BindInt(revisions->back().number).BindInt(revisions->front().number);
  auto revision = revisions->begin();
  while (rows.Step()) {
    while (revision != revisions->end() && revision->number != rows.Int(0)) ++revision;
    const std::optional<ResourceKind> kind = KindByName(rows.Text(1));
    if (revision == revisions->end() || !kind) {
      return absl::DataLossError(absl::StrCat("`", database_.path(), "`: revision ", rows.Int(0),
                                              " changed a `", rows.Text(1),
                                              "`, which is no kind: restore a backup"));
    }
    revision->changes.push_back({{*kind, rows.Text(2)}, ActionByName(rows.Text(3))});
  }
  return rows.status();
}

// ---- writing ---------------------------------------------------------------------------------

absl::StatusOr<int64_t> SqlitePolicyStore::Write(const WriteRequest& request) {
  GW_RETURN_IF_ERROR(CheckRequest(request));
  GW_ASSIGN_OR_RETURN(Transaction transaction,
                      Transaction::Begin(database_, Transaction::Kind::kWrite));
  GW_ASSIGN_OR_RETURN(const int64_t current, CurrentRevision());
  if (request.expected_revision) {
    GW_RETURN_IF_ERROR(CheckNotMoved(*request.expected_revision, current));
  }
  const absl::StatusOr<std::map<ResourceKey, StoredResource>> before = LoadBefore(request);
  GW_RETURN_IF_ERROR(before.status());
  std::vector<Edit> edits;
  for (const ResourceChange& change : request.changes) {
    const auto found = before->find(change.key);
    const StoredResource* const stored = found == before->end() ? nullptr : &found->second;
    if (stored == nullptr && !change.after) {
      return absl::NotFoundError(
          absl::StrCat(ToString(change.key), " is not there: look with `gatewarden get`"));
    }
    if (stored != nullptr && change.after && stored->resource == *change.after) continue;
    edits.push_back({change.key, stored, change.after ? &*change.after : nullptr});
  }
  if (edits.empty()) return current;
  GW_RETURN_IF_ERROR(SaveRevision(request, current + 1));
  GW_RETURN_IF_ERROR(SaveEdits(edits, current + 1));
  GW_RETURN_IF_ERROR(transaction.Commit());
  return current + 1;
}

absl::Status SqlitePolicyStore::CheckNotMoved(int64_t expected, int64_t current) {
  if (expected == current) return absl::OkStatus();
  if (expected > current) return absl::AbortedError(NoSuchRevision(expected, current).message());
  Statement row = database_.Prepare("SELECT time, author FROM revision WHERE number = ?");
  row.BindInt(current);
  if (!row.Step()) return row.status();
  return absl::AbortedError(absl::StrCat("revision ", expected, " is no longer the newest: `",
                                         row.Text(1), "` wrote revision ", current, " at ",
                                         row.Text(0), ": look at it with `gatewarden show ",
                                         current, "`, then make the change again"));
}

absl::StatusOr<std::map<ResourceKey, StoredResource>> SqlitePolicyStore::LoadBefore(
    const WriteRequest& request) {
  std::vector<int64_t> ids;
  Statement id = database_.Prepare("SELECT id FROM resource WHERE kind = ? AND name = ?");
  for (const ResourceChange& change : request.changes) {
    id.BindText(KindName(change.key.kind)).BindText(change.key.name);
    if (id.Step()) ids.push_back(id.Int(0));
    GW_RETURN_IF_ERROR(id.Run());
  }
  GW_ASSIGN_OR_RETURN(std::vector<StoredResource> stored, LoadResources(database_, ids));
  std::map<ResourceKey, StoredResource> by_key;
  for (StoredResource& resource : stored) {
    ResourceKey key = KeyOf(resource.resource);
    by_key.emplace(std::move(key), std::move(resource));
  }
  return by_key;
}

absl::Status SqlitePolicyStore::SaveRevision(const WriteRequest& request, int64_t revision) {
  Statement insert = database_.Prepare("INSERT INTO revision VALUES (?, ?, ?, ?)");
  insert.BindInt(revision);
  insert.BindText(absl::FormatTime(kTimeFormat, absl::Now(), absl::UTCTimeZone()));
  return insert.BindText(request.author).BindText(request.reason).Run();
}

absl::Status SqlitePolicyStore::SaveEdits(const std::vector<Edit>& edits, int64_t revision) {
  ResourceWriter writer(database_, revision);
  Statement insert = database_.Prepare(
      "INSERT INTO revision_change (revision, kind, name, action, before, after) "
      "VALUES (?, ?, ?, ?, ?, ?)");
  for (const Edit& edit : edits) {
    GW_RETURN_IF_ERROR(edit.after == nullptr ? writer.Delete(edit.before->id)
                                             : writer.Save(*edit.after, edit.before));
    GW_RETURN_IF_ERROR(SaveChange(edit, revision, insert));
  }
  return absl::OkStatus();
}

absl::Status SqlitePolicyStore::SaveChange(const Edit& edit, int64_t revision, Statement& insert) {
  const Resource* const resource_before = edit.before == nullptr ? nullptr : &edit.before->resource;
  GW_ASSIGN_OR_RETURN(const std::optional<std::string> before, Document(edit.key, resource_before));
  GW_ASSIGN_OR_RETURN(const std::optional<std::string> after, Document(edit.key, edit.after));
  insert.BindInt(revision).BindText(KindName(edit.key.kind)).BindText(edit.key.name);
  insert.BindText(ActionName(edit.action()));
  return insert.BindOptionalText(before).BindOptionalText(after).Run();
}

Database::Access AccessOf(PolicyStore::Mode mode) {
  switch (mode) {
    case PolicyStore::Mode::kReadOnly:
      return Database::Access::kReadOnly;
    case PolicyStore::Mode::kReadWrite:
      return Database::Access::kReadWrite;
    case PolicyStore::Mode::kCreate:
      return Database::Access::kCreate;
  }
  return Database::Access::kReadOnly;
}

}  // namespace

absl::StatusOr<std::unique_ptr<PolicyStore>> PolicyStore::Open(absl::string_view path, Mode mode,
                                                               absl::Duration busy_timeout) {
  GW_ASSIGN_OR_RETURN(Database database, OpenDatabase(PolicySchema(), path, AccessOf(mode),
                                                      Database::Synchronous::kFull, busy_timeout));
  return std::make_unique<SqlitePolicyStore>(std::move(database));
}

}  // namespace gw
