// PolicySession: the working copy of a gateway's policy. Every edit is a command of the undo stack
// with a readable name, is kept on disk until it is applied, and changes nothing outside until
// Apply writes all of it as one revision. Without Widgets; GUI thread.
//
// base()  the stored revision that the edits were made against
// model() base with the edits: what the pages show

#ifndef ADMIN_GUI_SESSION_POLICY_SESSION_H_
#define ADMIN_GUI_SESSION_POLICY_SESSION_H_

#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <QObject>
#include <QString>
#include <QUndoStack>

#include "admin-gui/session/gateway.h"
#include "common/policy/model.h"
#include "common/policy/validate.h"
#include "common/service/service.h"

class QTimer;

namespace gw::gui {

// Text that is not valid yet and so is in no resource: kept, shown again, and in the way of Apply.
struct FieldDraft {
  ResourceKey resource;
  QString field;  // Calico's path, as in Problem::field
  QString text;
  QString message;  // what is wrong with it
};

// Somebody else wrote since base(). One entry for each resource that both changed; what only one
// side changed needs no choice.
struct Conflict {
  int64_t revision = 0;  // theirs, now stored
  QString author;
  QString reason;
  struct Choice {
    ResourceKey key;
    std::optional<Resource> was;
    std::optional<Resource> theirs;
    std::optional<Resource> yours;
  };
  std::vector<Choice> choices;
  size_t fitting = 0;  // changes of ours that need no choice
};

class PolicySession : public QObject {
  Q_OBJECT

 public:
  explicit PolicySession(Gateway& gateway, QObject* parent = nullptr);
  ~PolicySession() override;

  Gateway& gateway() { return gateway_; }

  // Reads the stored policy, and the draft that an earlier run left. Asynchronous: loadedChanged.
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
  // A new name for a resource; references (tier, profiles) follow. One step.
  void Rename(const QString& name, const ResourceKey& from, const std::string& to);

  QUndoStack& undo_stack() { return undo_stack_; }
  void SetFieldDraft(const FieldDraft& draft);
  void ClearFieldDraft(const ResourceKey& resource, const QString& field);
  const std::vector<FieldDraft>& field_drafts() const { return field_drafts_; }

  // Sorted by key. Empty: nothing to apply.
  std::vector<ResourceDifference> Differences() const;
  int change_count() const;
  // Name of the newest step, for "Last: ...".
  QString last_change() const;
  // Everything as base(), as one step that can be undone.
  void Discard();
  // One resource as base() has it, as one step.
  void TakeBack(const ResourceKey& key);
  // The model of `revision` becomes the working copy as one step ("Go back to revision 41").
  void GoBackTo(int64_t revision);

  // Names of undo steps since base, newest first, for the proposed reason.
  QString ProposedReason() const;

  // ---- applying ----
  // Writes all changes as one revision on base_revision(). Answers by applied, applyRefused or
  // conflictFound; nothing is lost in any case.
  void Apply(const QString& reason);
  bool applying() const { return applying_; }
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
  void draftRestored(int changes);

 private:
  class EditCommand;
  friend class EditCommand;

  void SetResources(const std::vector<ResourceChange>& changes);
  void TakeLoaded(absl::StatusOr<LoadedPolicy> loaded);
  void TakeNewer(LoadedPolicy newer);
  void SaveDraftSoon();
  void SaveDraft();
  void RestoreDraft();
  void ValidateSoon();

  Gateway& gateway_;
  bool loaded_ = false;
  bool applying_ = false;
  LoadedPolicy base_;
  Model model_;
  std::vector<Problem> problems_;
  std::vector<FieldDraft> field_drafts_;
  std::optional<Conflict> conflict_;
  LoadedPolicy newer_;
  QUndoStack undo_stack_;
  QTimer* save_timer_ = nullptr;
  QTimer* validate_timer_ = nullptr;
};

}  // namespace gw::gui

Q_DECLARE_METATYPE(gw::ResourceKey)

#endif  // ADMIN_GUI_SESSION_POLICY_SESSION_H_
