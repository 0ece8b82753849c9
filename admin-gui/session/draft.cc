#include "admin-gui/session/draft.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QLockFile>
#include <QSaveFile>
#include <QStandardPaths>

#include "common/base/status_macros.h"
#include "common/resources/reader.h"
#include "common/resources/writer.h"
#include "nlohmann/json.hpp"

namespace gw::gui {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kFormat = 1;
// Windows of one user on one gateway; the next one shares the last draft.
constexpr int kPlacesMax = 8;

Json ToJson(const ResourceKey& key) {
  return {{"kind", std::string(KindName(key.kind))}, {"name", key.name}};
}

Json ToJson(const std::optional<Resource>& resource) {
  return resource ? gw::ToJson(*resource) : Json(nullptr);
}

Json ToJson(const FieldDraft& field) {
  Json json = ToJson(field.resource);
  json["field"] = field.field.toStdString();
  json["text"] = field.text.toStdString();
  json["message"] = field.message.toStdString();
  return json;
}

Json ToJson(const Draft& draft) {
  Json json = {{"format", kFormat},
               {"base_revision", draft.base_revision},
               {"saved_at", draft.saved_at.toString(Qt::ISODateWithMs).toStdString()},
               {"changes", Json::array()},
               {"steps", Json::array()},
               {"fields", Json::array()}};
  for (const ResourceDifference& change : draft.changes) {
    Json entry = ToJson(change.key);
    entry["before"] = ToJson(change.before);
    entry["after"] = ToJson(change.after);
    json["changes"].push_back(std::move(entry));
  }
  for (const QString& step : draft.steps) json["steps"].push_back(step.toStdString());
  for (const FieldDraft& field : draft.fields) json["fields"].push_back(ToJson(field));
  return json;
}

// ---- reading: whatever is not as it was written makes the whole draft damaged -------------------

absl::Status NotUnderstood(absl::string_view what) {
  return absl::DataLossError(absl::StrCat("the draft has no ", what));
}

absl::StatusOr<std::string> TextOf(const Json& json, const char* name) {
  if (!json.is_object()) return NotUnderstood(name);
  const auto found = json.find(name);
  if (found == json.end() || !found->is_string()) return NotUnderstood(name);
  return found->get<std::string>();
}

absl::StatusOr<const Json*> ListOf(const Json& json, const char* name) {
  const auto found = json.find(name);
  if (found == json.end() || !found->is_array()) return NotUnderstood(name);
  return &*found;
}

absl::StatusOr<ResourceKey> KeyFrom(const Json& json) {
  GW_ASSIGN_OR_RETURN(const std::string kind_name, TextOf(json, "kind"));
  GW_ASSIGN_OR_RETURN(std::string name, TextOf(json, "name"));
  const auto kind = KindByName(kind_name);
  if (!kind) return NotUnderstood("known kind");
  return ResourceKey{*kind, std::move(name)};
}

// A working copy may hold what Validate would refuse, so what the reader finds wrong is no reason
// to lose it as long as it could be read.
absl::StatusOr<std::optional<Resource>> ResourceFrom(const Json& json, const char* name) {
  const auto found = json.find(name);
  if (found == json.end()) return NotUnderstood(name);
  if (found->is_null()) return std::nullopt;
  ReadResult read;
  ReadResources(found->dump(), "draft", ReadOptions(), &read);
  if (!read.resources.empty()) return std::move(read.resources.front().resource);
  if (!read.incomplete.empty()) return std::move(read.incomplete.front().read.resource);
  return NotUnderstood("readable resource");
}

absl::StatusOr<ResourceDifference> ChangeFrom(const Json& json) {
  ResourceDifference change;
  GW_ASSIGN_OR_RETURN(change.key, KeyFrom(json));
  GW_ASSIGN_OR_RETURN(change.before, ResourceFrom(json, "before"));
  GW_ASSIGN_OR_RETURN(change.after, ResourceFrom(json, "after"));
  for (const auto* side : {&change.before, &change.after}) {
    if (*side && KeyOf(**side) != change.key) return NotUnderstood("resource of that name");
  }
  return change;
}

absl::StatusOr<FieldDraft> FieldFrom(const Json& json) {
  FieldDraft field;
  GW_ASSIGN_OR_RETURN(field.resource, KeyFrom(json));
  GW_ASSIGN_OR_RETURN(const std::string path, TextOf(json, "field"));
  GW_ASSIGN_OR_RETURN(const std::string text, TextOf(json, "text"));
  GW_ASSIGN_OR_RETURN(const std::string message, TextOf(json, "message"));
  field.field = QString::fromStdString(path);
  field.text = QString::fromStdString(text);
  field.message = QString::fromStdString(message);
  return field;
}

absl::StatusOr<Draft> DraftFrom(const Json& json) {
  if (!json.is_object() || json.value("format", Json()) != kFormat) return NotUnderstood("format");
  Draft draft;
  const Json revision = json.value("base_revision", Json());
  if (!revision.is_number_integer()) return NotUnderstood("base_revision");
  draft.base_revision = revision.get<int64_t>();
  GW_ASSIGN_OR_RETURN(const std::string saved_at, TextOf(json, "saved_at"));
  draft.saved_at = QDateTime::fromString(QString::fromStdString(saved_at), Qt::ISODateWithMs);
  GW_ASSIGN_OR_RETURN(const Json* const changes, ListOf(json, "changes"));
  for (const Json& entry : *changes) {
    GW_ASSIGN_OR_RETURN(ResourceDifference change, ChangeFrom(entry));
    draft.changes.push_back(std::move(change));
  }
  GW_ASSIGN_OR_RETURN(const Json* const steps, ListOf(json, "steps"));
  for (const Json& step : *steps) {
    if (!step.is_string()) return NotUnderstood("name of a step");
    draft.steps << QString::fromStdString(step.get<std::string>());
  }
  GW_ASSIGN_OR_RETURN(const Json* const fields, ListOf(json, "fields"));
  for (const Json& entry : *fields) {
    GW_ASSIGN_OR_RETURN(FieldDraft field, FieldFrom(entry));
    draft.fields.push_back(std::move(field));
  }
  return draft;
}

QString PlaceFor(const QString& policy_path, int number) {
  const QFileInfo info(policy_path);
  // The same file by whatever way, also while it does not exist.
  const QString file = info.exists() ? info.canonicalFilePath() : info.absoluteFilePath();
  const QByteArray hash = QCryptographicHash::hash(file.toUtf8(), QCryptographicHash::Sha256);
  const QString suffix = number == 1 ? QString() : QStringLiteral("-%1").arg(number);
  return QStringLiteral("%1/drafts/%2%3.json")
      .arg(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation),
           QString::fromLatin1(hash.toHex().left(24)), suffix);
}

}  // namespace

absl::Status WriteDraft(const QString& path, const Draft& draft) {
  if (draft.empty()) {
    QFile::remove(path);
    return absl::OkStatus();
  }
  QDir().mkpath(QFileInfo(path).absolutePath());
  QSaveFile file(path);
  // Text that is not UTF-8 can only come from a database; a draft without it is better than none.
  const std::string text = ToJson(draft).dump(1, ' ', false, Json::error_handler_t::replace);
  if (file.open(QIODevice::WriteOnly)) {
    // Policies tell about a network: nobody else's business.
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    file.write(text.data(), static_cast<qint64>(text.size()));
    if (file.commit()) return absl::OkStatus();
  }
  return absl::UnavailableError(absl::StrCat("the draft cannot be written to `", path.toStdString(),
                                             "`: ", file.errorString().toStdString()));
}

absl::StatusOr<Draft> ReadDraft(const QString& path) {
  QFile file(path);
  if (!file.exists()) return absl::NotFoundError("there is no draft");
  if (!file.open(QIODevice::ReadOnly)) {
    return absl::UnavailableError(
        absl::StrCat("the draft cannot be read: ", file.errorString().toStdString()));
  }
  const QByteArray text = file.readAll();
  auto draft = DraftFrom(Json::parse(text.begin(), text.end(), nullptr, false));
  if (draft.ok()) return draft;
  const QString aside = path + QStringLiteral(".damaged");
  QFile::remove(aside);
  QFile::rename(path, aside);
  return draft.status();
}

DraftPlace::DraftPlace(const QString& policy_path) {
  for (int number = 1; number <= kPlacesMax; ++number) {
    path_ = PlaceFor(policy_path, number);
    QDir().mkpath(QFileInfo(path_).absolutePath());
    lock_ = std::make_unique<QLockFile>(path_ + QStringLiteral(".lock"));
    // A lock is void when its process is gone, never because of its age.
    lock_->setStaleLockTime(0);
    if (lock_->tryLock()) return;
  }
}

DraftPlace::~DraftPlace() = default;

}  // namespace gw::gui
