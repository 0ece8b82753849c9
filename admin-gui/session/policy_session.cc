#include "admin-gui/session/policy_session.h"

#include <algorithm>
#include <map>
#include <utility>
#include <variant>

#include <QDateTime>
#include <QLocale>
#include <QTimer>

#include "admin-gui/session/edit_command.h"

namespace gw::gui {
namespace {

constexpr int kSaveDelayMs = 300;
// Up to here Validate is quick enough for the GUI thread.
constexpr size_t kQuickModelResources = 300;
constexpr int kValidateDelayMs = 200;

size_t SizeOf(const Model& model) {
  return model.host_endpoints.size() + model.workload_endpoints.size() + model.policies.size() +
         model.staged_policies.size() + model.network_sets.size() + model.profiles.size() +
         model.tiers.size() + model.configurations.size();
}

QString NameOf(const ResourceKey& key) { return QString::fromStdString(key.name); }

void AddPolicyUsers(const std::map<std::string, Policy>& policies, const std::string& tier,
                    const std::string& to, std::vector<ResourceChange>* changes) {
  for (const auto& [name, policy] : policies) {
    if (policy.tier != tier) continue;
    Policy moved = policy;
    moved.tier = to;
    changes->push_back({KeyOf(moved), moved});
  }
}

template <typename Endpoints>
void AddEndpointUsers(const Endpoints& endpoints, const std::string& profile, const std::string& to,
                      std::vector<ResourceChange>* changes) {
  for (const auto& [name, endpoint] : endpoints) {
    auto changed = endpoint;
    std::replace(changed.profiles.begin(), changed.profiles.end(), profile, to);
    if (!(changed == endpoint)) changes->push_back({KeyOf(changed), changed});
  }
}

// Everything in `model` that names the resource `from`, naming `to` instead.
void AddUsers(const Model& model, const ResourceKey& from, const std::string& to,
              std::vector<ResourceChange>* changes) {
  if (from.kind == ResourceKind::kTier) {
    AddPolicyUsers(model.policies, from.name, to, changes);
    AddPolicyUsers(model.staged_policies, from.name, to, changes);
  }
  if (from.kind == ResourceKind::kProfile) {
    AddEndpointUsers(model.host_endpoints, from.name, to, changes);
    AddEndpointUsers(model.workload_endpoints, from.name, to, changes);
  }
}

// A step may go once through a resource: the last of several changes counts.
std::map<ResourceKey, std::optional<Resource>> ByKey(const std::vector<ResourceChange>& changes) {
  std::map<ResourceKey, std::optional<Resource>> by_key;
  for (const ResourceChange& change : changes) {
    by_key[change.after ? KeyOf(*change.after) : change.key] = change.after;
  }
  return by_key;
}

}  // namespace

PolicySession::PolicySession(Gateway& gateway, QObject* parent)
    : QObject(parent),
      gateway_(gateway),
      draft_place_(gateway.files().policy_path),
      save_timer_(new QTimer(this)),
      validate_timer_(new QTimer(this)) {
  save_timer_->setSingleShot(true);
  save_timer_->setInterval(kSaveDelayMs);
  connect(save_timer_, &QTimer::timeout, this, &PolicySession::SaveDraft);
  validate_timer_->setSingleShot(true);
  connect(validate_timer_, &QTimer::timeout, this, &PolicySession::ValidateNow);
  connect(&gateway_, &Gateway::statusChanged, this, &PolicySession::OnStatus);
}

PolicySession::~PolicySession() {
  validation_.Cancel();
  SaveDraft();
}

// ---- editing ------------------------------------------------------------------------------------

void PolicySession::Push(const QString& name, const std::vector<ResourceChange>& changes,
                         const QString& merge, const QStringList& steps) {
  if (!loaded_) return;
  std::vector<ResourceDifference> differences;
  for (auto& [key, after] : ByKey(changes)) {
    std::optional<Resource> before = Find(model_, key);
    if (before != after) differences.push_back({key, std::move(before), after});
  }
  if (differences.empty()) return;
  undo_stack_.push(new EditCommand(*this, name, differences, merge, steps));
}

void PolicySession::Edit(const QString& name, const std::vector<ResourceChange>& changes,
                         const QString& merge) {
  Push(name, changes, merge, {name});
}

void PolicySession::Put(const QString& name, Resource resource, const QString& merge) {
  ResourceKey key = KeyOf(resource);
  Edit(name, {{std::move(key), std::move(resource)}}, merge);
}

void PolicySession::Remove(const QString& name, const ResourceKey& key) {
  Edit(name, {{key, std::nullopt}});
}

void PolicySession::Rename(const QString& name, const ResourceKey& from, const std::string& to) {
  std::optional<Resource> resource = Find(model_, from);
  const ResourceKey renamed{from.kind, to};
  if (!resource || Find(model_, renamed)) return;
  MetadataOf(*resource).name = to;
  std::vector<FieldDraft> moved = field_drafts_;
  std::erase_if(moved, [&from](const FieldDraft& draft) { return draft.resource != from; });

  std::vector<ResourceChange> changes = {{from, std::nullopt}, {renamed, std::move(resource)}};
  AddUsers(model_, from, to, &changes);
  Edit(name, changes);
  for (FieldDraft& draft : moved) {
    draft.resource = renamed;
    SetFieldDraft(draft);
  }
}

void PolicySession::SetResources(const std::vector<ResourceChange>& changes) {
  std::set<ResourceKey> keys;
  std::set<ResourceKey> removed;
  for (const ResourceChange& change : changes) {
    SetResource(model_, change.key, change.after);
    NoteChange(change.key);
    keys.insert(change.key);
    if (!change.after) removed.insert(change.key);
  }
  DropFieldDrafts(removed);
  AfterChange(keys);
}

void PolicySession::NoteChange(const ResourceKey& key) {
  if (Find(model_, key) == Find(base_.model, key)) {
    changed_.erase(key);
  } else {
    changed_.insert(key);
  }
}

void PolicySession::AfterChange(const std::set<ResourceKey>& keys) {
  SaveDraftSoon();
  ValidateSoon();
  if (conflict_) FindConflict();
  Q_EMIT modelChanged(QList<ResourceKey>(keys.begin(), keys.end()));
  // Without edits nothing keeps the session from the newer revision. Later: this may be within a
  // step of the undo stack, which following may have to clear.
  if (newer_ && changed_.empty()) {
    QMetaObject::invokeMethod(this, &PolicySession::FollowIfUnchanged, Qt::QueuedConnection);
  }
}

void PolicySession::FollowIfUnchanged() {
  if (!newer_ || !changed_.empty() || applying_) return;
  Follow(std::move(newer_->policy));
  EndConflict();
}

// ---- field drafts -------------------------------------------------------------------------------

void PolicySession::SetFieldDraft(const FieldDraft& draft) {
  const auto same =
      std::find_if(field_drafts_.begin(), field_drafts_.end(), [&draft](const FieldDraft& other) {
        return other.resource == draft.resource && other.field == draft.field;
      });
  if (same != field_drafts_.end() && *same == draft) return;
  if (same != field_drafts_.end()) {
    *same = draft;
  } else {
    field_drafts_.push_back(draft);
  }
  SaveDraftSoon();
  Q_EMIT fieldDraftsChanged();
}

void PolicySession::ClearFieldDraft(const ResourceKey& resource, const QString& field) {
  const size_t gone = std::erase_if(field_drafts_, [&](const FieldDraft& draft) {
    return draft.resource == resource && draft.field == field;
  });
  if (gone == 0) return;
  SaveDraftSoon();
  Q_EMIT fieldDraftsChanged();
}

void PolicySession::DropFieldDrafts(const std::set<ResourceKey>& keys) {
  const size_t gone = std::erase_if(
      field_drafts_, [&keys](const FieldDraft& draft) { return keys.count(draft.resource) > 0; });
  if (gone == 0) return;
  SaveDraftSoon();
  Q_EMIT fieldDraftsChanged();
}

// ---- what differs -------------------------------------------------------------------------------

std::vector<ResourceDifference> PolicySession::Differences() const {
  std::vector<ResourceDifference> differences;
  differences.reserve(changed_.size());
  for (const ResourceKey& key : changed_) {
    differences.push_back({key, Find(base_.model, key), Find(model_, key)});
  }
  return differences;
}

int PolicySession::change_count() const { return static_cast<int>(changed_.size()); }

QString PolicySession::last_change() const {
  return changed_.empty() ? QString() : undo_stack_.undoText();
}

void PolicySession::Discard() {
  std::vector<ResourceChange> changes;
  for (const ResourceKey& key : changed_) changes.push_back({key, Find(base_.model, key)});
  Edit(tr("Discard %n change(s)", nullptr, change_count()), changes);
  if (field_drafts_.empty()) return;
  field_drafts_.clear();
  SaveDraftSoon();
  Q_EMIT fieldDraftsChanged();
}

void PolicySession::TakeBack(const ResourceKey& key) {
  Edit(tr("Take back the changes of %1").arg(NameOf(key)), {{key, Find(base_.model, key)}});
  DropFieldDrafts({key});
}

const PolicySession::EditCommand* PolicySession::Step(int index) const {
  return static_cast<const EditCommand*>(undo_stack_.command(index));
}

void PolicySession::MoveSteps(int first, int64_t from, int64_t to) {
  for (int i = first; i < undo_stack_.count(); ++i) {
    // The commands are ours; the stack lends them as const only to keep its order.
    auto* step = const_cast<EditCommand*>(Step(i));
    if (step->revision() >= from) step->SetRevision(to);
  }
}

bool PolicySession::StepsTouch(const std::set<ResourceKey>& keys) const {
  for (int i = 0; i < undo_stack_.count(); ++i) {
    if (Step(i)->Touches(keys)) return true;
  }
  return false;
}

QStringList PolicySession::StepsSinceBase() const {
  QStringList names;
  // Applied steps that were undone since are a change of their own.
  for (int i = undo_stack_.cleanIndex() - 1; i >= undo_stack_.index(); --i) {
    names << tr("Undo “%1”").arg(Step(i)->text());
  }
  for (int i = 0; i < undo_stack_.index(); ++i) {
    if (Step(i)->revision() >= base_.revision) names << Step(i)->steps();
  }
  return names;
}

// ---- the draft ----------------------------------------------------------------------------------

QString PolicySession::draft_path() const { return draft_place_.path(); }

void PolicySession::SaveDraftSoon() { save_timer_->start(); }

void PolicySession::SaveDraft() {
  save_timer_->stop();
  if (!loaded_) return;  // what is there is not ours yet
  Draft draft;
  draft.base_revision = base_.revision;
  draft.saved_at = QDateTime::currentDateTime();
  draft.changes = Differences();
  draft.steps = StepsSinceBase();
  draft.fields = field_drafts_;
  const absl::Status written = WriteDraft(draft_path(), draft);
  if (!written.ok()) Q_EMIT draftNotSaved(QString::fromStdString(std::string(written.message())));
}

void PolicySession::RestoreDraft() {
  auto draft = ReadDraft(draft_path());
  if (!draft.ok()) {
    if (!absl::IsNotFound(draft.status())) {
      Q_EMIT draftNotSaved(QString::fromStdString(std::string(draft.status().message())));
    }
    return;
  }
  PutDraft(*std::move(draft));
}

void PolicySession::PutDraft(Draft draft) {
  // The base that the draft was made against, as far as it matters: what the draft changed.
  // Where the stored policy says something else there, somebody wrote since.
  Model was = base_.model;
  for (const ResourceDifference& change : draft.changes) {
    SetResource(was, change.key, change.before);
  }
  const bool moved = draft.base_revision != base_.revision || !(was == base_.model);
  if (moved) {
    newer_ = Stored{base_, newer_ ? newer_->author : "", newer_ ? newer_->reason : ""};
    base_ = {std::move(was), draft.base_revision};
    model_ = base_.model;
  } else {
    newer_.reset();
  }
  std::vector<ResourceChange> changes;
  for (ResourceDifference& change : draft.changes) {
    changes.push_back({change.key, std::move(change.after)});
  }
  const QString name =
      draft.steps.size() == 1
          ? draft.steps.front()
          : tr("Edit on %1").arg(QLocale().toString(draft.saved_at, QLocale::ShortFormat));
  Push(name, changes, QString(), draft.steps);
  field_drafts_ = std::move(draft.fields);
  if (!newer_) return;
  if (changed_.empty()) {
    Follow(std::move(newer_->policy));
    newer_.reset();
    return;
  }
  // What fits needs no question; nothing of theirs is touched by it.
  FindConflict();
  if (conflict_->choices.empty()) ContinueOnNewer({});
}

// ---- what is wrong with it ----------------------------------------------------------------------

void PolicySession::ValidateSoon() {
  validation_.Cancel();
  validate_timer_->start(SizeOf(model_) < kQuickModelResources ? 0 : kValidateDelayMs);
}

void PolicySession::ValidateNow() {
  if (SizeOf(model_) < kQuickModelResources) return TakeProblems(Validate(model_));
  validation_ = gateway_.Ask<std::vector<Problem>>(
      this, Gateway::Lane::kQuick,
      [model = std::make_shared<const Model>(model_)](Service&, const CallContext&)
          -> absl::StatusOr<std::vector<Problem>> { return Validate(*model); },
      [this](absl::StatusOr<std::vector<Problem>> problems) {
        if (problems.ok()) TakeProblems(*std::move(problems));
      });
}

void PolicySession::TakeProblems(std::vector<Problem> problems) {
  if (problems == problems_) return;
  problems_ = std::move(problems);
  Q_EMIT problemsChanged();
}

}  // namespace gw::gui
