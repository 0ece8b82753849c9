// PolicySession: the working copy of a gateway's policy. Every edit is a command of the undo stack
// with a readable name, is kept on disk until it is applied, and changes nothing outside until
// Apply writes all of it as one revision. Without Widgets; GUI thread.
//
// base()  the stored revision that the edits were made against
// model() base with the edits: what the pages show

#ifndef ADMIN_GUI_SESSION_POLICY_SESSION_H_
#define ADMIN_GUI_SESSION_POLICY_SESSION_H_

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include <QList>
#include <QObject>
#include <QString>
#include <QStringList>
#include <QUndoStack>

#include "admin-gui/session/conflict.h"
#include "admin-gui/session/draft.h"
#include "admin-gui/session/gateway.h"
#include "common/policy/model.h"
#include "common/policy/validate.h"
#include "common/service/service.h"

class QTimer;

namespace gw::gui {

class PolicySession : public QObject {
  Q_OBJECT

 public:
  explicit PolicySession(Gateway& gateway, QObject* parent = nullptr);
  ~PolicySession() override;

  Gateway& gateway() { return gateway_; }

  // Reads the stored policy, and the draft that an earlier run left. Asynchronous: loadedChanged.
  // A file that does not exist yet is an empty policy at revision 0. One that cannot be read is
  // tried again whenever the gateway's status arrives; nothing can be edited until then.
  void Load();
  bool loaded() const { return loaded_; }

  int64_t base_revision() const { return base_.revision; }
  const Model& base() const { return base_.model; }
  const Model& model() const { return model_; }
  // Of model(); follows it within an event-loop turn for small policies, else after a worker.
  const std::vector<Problem>& problems() const { return problems_; }

  // ---- editing ----
  // One undo step. An edit with the `merge` key of the step before it, within a second, becomes
  // part of that step. An edit that changes nothing makes no step.
  void Edit(const QString& name, const std::vector<ResourceChange>& changes,
            const QString& merge = QString());
  void Put(const QString& name, Resource resource, const QString& merge = QString());
  void Remove(const QString& name, const ResourceKey& key);
  // A new name for a resource; references (tier, profiles) and field drafts follow. One step.
  // Nothing happens if `to` exists already.
  void Rename(const QString& name, const ResourceKey& from, const std::string& to);

  QUndoStack& undo_stack() { return undo_stack_; }
  // One draft a field: a second text replaces the first. Those of a resource that is removed go
  // with it.
  void SetFieldDraft(const FieldDraft& draft);
  void ClearFieldDraft(const ResourceKey& resource, const QString& field);
  const std::vector<FieldDraft>& field_drafts() const { return field_drafts_; }

  // Sorted by key. Empty: nothing to apply.
  std::vector<ResourceDifference> Differences() const;
  int change_count() const;
  // Name of the newest step, for "Last: ...".
  QString last_change() const;
  // Everything as base(), as one step that can be undone; field drafts go for good.
  void Discard();
  // One resource as base() has it, as one step.
  void TakeBack(const ResourceKey& key);
  // The model of `revision` becomes the working copy as one step ("Go back to revision 41").
  // Asynchronous; goBackRefused if that revision cannot be read.
  void GoBackTo(int64_t revision);

  // Names of undo steps since base, newest first, for the proposed reason.
  QString ProposedReason() const;

  // ---- applying ----
  // Writes all changes as one revision on base_revision(). Answers by applied, applyRefused or
  // conflictFound; nothing is lost in any case. Field drafts are in the way (applyRefused).
  void Apply(const QString& reason);
  bool applying() const { return applying_; }
  // Known as soon as the gateway's status tells of a newer revision while there are edits; follows
  // further edits, and ends when none is left.
  const std::optional<Conflict>& conflict() const { return conflict_; }
  // Puts our changes on top of the newer revision. `take_theirs` for the choices in it; the others
  // stay ours.
  void ContinueOnNewer(const std::vector<ResourceKey>& take_theirs);

  // Where the draft is kept.
  QString draft_path() const;

 Q_SIGNALS:
  void loadedChanged();
  // The keys that are different now; empty means everything.
  void modelChanged(const QList<gw::ResourceKey>& keys);
  void problemsChanged();
  void fieldDraftsChanged();
  void applied(qint64 revision);
  void applyRefused(const QString& message, const std::vector<gw::Problem>& problems);
  void conflictFound();
  void conflictEnded();
  void goBackRefused(const QString& message);
  void draftRestored(int changes);
  // The edits are in memory only, until a later save works.
  void draftNotSaved(const QString& message);

 private:
  class EditCommand;
  friend class EditCommand;

  // A stored revision with who wrote it.
  struct Stored {
    LoadedPolicy policy;
    std::string author;
    std::string reason;
  };

  static absl::StatusOr<Stored> ReadStored(Service& service, const CallContext& context);
  void AskForStored();
  void OnStatus();
  void TakeStored(absl::StatusOr<Stored> stored);
  void TakeLoaded(Stored stored);
  void RestoreDraft();
  void PutDraft(Draft draft);

  // ---- the working copy (policy_session.cc)
  void SetResources(const std::vector<ResourceChange>& changes);
  void NoteChange(const ResourceKey& key);
  void DropFieldDrafts(const std::set<ResourceKey>& keys);
  void AfterChange(const std::set<ResourceKey>& keys);
  void Push(const QString& name, const std::vector<ResourceChange>& changes, const QString& merge,
            const QStringList& steps);
  bool StepsTouch(const std::set<ResourceKey>& keys) const;
  const EditCommand* Step(int index) const;
  // Steps from `first` on that were made on revision `from` or later count as made on `to`.
  void MoveSteps(int first, int64_t from, int64_t to);
  QStringList StepsSinceBase() const;  // oldest first

  // ---- revisions (policy_session_apply.cc)
  void TakeApplied(absl::StatusOr<ApplyResult> result, const LoadedPolicy& sent, int step);
  void SetBase(LoadedPolicy base);
  void Follow(LoadedPolicy newer);
  void FollowIfUnchanged();
  void FindConflict();
  void EndConflict();

  void SaveDraftSoon();
  void SaveDraft();
  void ValidateSoon();
  void ValidateNow();
  void TakeProblems(std::vector<Problem> problems);

  Gateway& gateway_;
  const DraftPlace draft_place_;
  bool load_wanted_ = false;
  bool loaded_ = false;
  bool asking_ = false;
  bool applying_ = false;
  bool conflict_wanted_ = false;  // Apply found one: tell, also if it was known
  LoadedPolicy base_;
  Model model_;
  std::set<ResourceKey> changed_;  // where model_ differs from base_
  std::vector<Problem> problems_;
  std::vector<FieldDraft> field_drafts_;
  std::optional<Conflict> conflict_;
  std::optional<Stored> newer_;  // what conflict_ is with
  QUndoStack undo_stack_;
  Call validation_;
  QTimer* save_timer_ = nullptr;
  QTimer* validate_timer_ = nullptr;
};

}  // namespace gw::gui

Q_DECLARE_METATYPE(gw::ResourceKey)

#endif  // ADMIN_GUI_SESSION_POLICY_SESSION_H_
