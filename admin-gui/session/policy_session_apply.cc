// What a session has to do with stored revisions: loading, applying, meeting newer ones.

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"

#include "admin-gui/session/edit_command.h"
#include "admin-gui/session/policy_session.h"
#include "common/base/status_macros.h"

namespace gw::gui {
namespace {

constexpr qsizetype kReasonLengthMax = 200;

std::string LoginName() {
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 4096> buffer{};
  getpwuid_r(getuid(), &entry, buffer.data(), buffer.size(), &found);
  return found == nullptr ? absl::StrCat("uid", getuid()) : std::string(found->pw_name);
}

QString TextOf(const absl::Status& status) {
  return QString::fromStdString(std::string(status.message()));
}

ApplyRequest RequestOf(const std::vector<ResourceDifference>& differences, int64_t revision,
                       const QString& reason) {
  ApplyRequest request;
  for (const ResourceDifference& difference : differences) {
    if (difference.after) {
      request.put.push_back(*difference.after);
    } else {
      request.remove.push_back(difference.key);
    }
  }
  request.expected_revision = revision;
  request.author = absl::StrCat(LoginName(), "@gui");
  request.reason = reason.simplified().toStdString();
  return request;
}

std::vector<Problem> ProblemsOf(const std::vector<FieldDraft>& drafts) {
  std::vector<Problem> problems;
  for (const FieldDraft& draft : drafts) {
    problems.push_back({Severity::kError, draft.resource, draft.field.toStdString(),
                        draft.message.toStdString(), 0});
  }
  return problems;
}

QString FirstError(const std::vector<Problem>& problems) {
  const auto error = std::find_if(problems.begin(), problems.end(), [](const Problem& problem) {
    return problem.severity == Severity::kError;
  });
  return error == problems.end() ? QString() : QString::fromStdString(ToString(*error));
}

}  // namespace

// ---- loading ------------------------------------------------------------------------------------

absl::StatusOr<PolicySession::Stored> PolicySession::ReadStored(Service& service,
                                                                const CallContext& context) {
  auto loaded = service.Load(context);
  // A gateway that nobody has set up yet: the first Apply makes the file.
  if (absl::IsNotFound(loaded.status())) return Stored();
  if (!loaded.ok()) return loaded.status();
  Stored stored{*std::move(loaded), {}, {}};
  if (stored.policy.revision > 0) {
    GW_ASSIGN_OR_RETURN(const RevisionInfo info, service.Revision(context, stored.policy.revision));
    stored.author = info.author;
    stored.reason = info.reason;
  }
  return stored;
}

void PolicySession::Load() {
  load_wanted_ = true;
  AskForStored();
}

void PolicySession::AskForStored() {
  if (asking_) return;
  asking_ = true;
  gateway_.Ask<Stored>(this, Gateway::Lane::kQuick, &PolicySession::ReadStored,
                       [this](absl::StatusOr<Stored> stored) {
                         asking_ = false;
                         TakeStored(std::move(stored));
                       });
}

void PolicySession::OnStatus() {
  if (!load_wanted_ || applying_ || !gateway_.status()) return;
  const int64_t stored = gateway_.status()->revision;
  const int64_t known = newer_ ? newer_->policy.revision : base_.revision;
  if (!loaded_ || stored != known) AskForStored();
}

void PolicySession::TakeStored(absl::StatusOr<Stored> stored) {
  if (!stored.ok()) {
    // The gateway says what is wrong; before the first success nothing more can be done.
    if (std::exchange(conflict_wanted_, false)) Q_EMIT applyRefused(TextOf(stored.status()), {});
    return;
  }
  if (!loaded_) return TakeLoaded(*std::move(stored));
  if (applying_) return;
  const bool wanted = std::exchange(conflict_wanted_, false);
  const bool known = newer_ && newer_->policy.revision == stored->policy.revision;
  if (stored->policy.revision == base_.revision) {
    // Theirs is gone again (a database put back): ours fits as it is.
    EndConflict();
    return;
  }
  if (changed_.empty()) {
    Follow(std::move(stored->policy));
    EndConflict();
    return;
  }
  newer_ = *std::move(stored);
  FindConflict();
  if (wanted || !known) Q_EMIT conflictFound();
}

void PolicySession::TakeLoaded(Stored stored) {
  base_ = stored.policy;
  model_ = base_.model;
  loaded_ = true;
  newer_ = std::move(stored);  // whose author a restored draft may have to name
  RestoreDraft();
  if (!conflict_) newer_.reset();
  ValidateSoon();
  Q_EMIT loadedChanged();
  Q_EMIT modelChanged({});
  if (!field_drafts_.empty()) Q_EMIT fieldDraftsChanged();
  if (!changed_.empty() || !field_drafts_.empty()) Q_EMIT draftRestored(change_count());
  if (conflict_) Q_EMIT conflictFound();
}

void PolicySession::GoBackTo(int64_t revision) {
  if (!loaded_) return;
  gateway_.Ask<Model>(
      this, Gateway::Lane::kQuick,
      [revision](Service& service, const CallContext& context) {
        return service.LoadRevision(context, revision);
      },
      [this, revision](absl::StatusOr<Model> then) {
        if (!then.ok()) {
          Q_EMIT goBackRefused(TextOf(then.status()));
          return;
        }
        std::vector<ResourceChange> changes;
        for (ResourceDifference& difference : DifferencesBetween(model_, *then)) {
          changes.push_back({difference.key, std::move(difference.after)});
        }
        Edit(tr("Go back to revision %1").arg(revision), changes);
      });
}

// ---- applying -----------------------------------------------------------------------------------

QString PolicySession::ProposedReason() const {
  if (changed_.empty()) return {};
  QString reason;
  const QStringList steps = StepsSinceBase();
  QStringList named;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    if (named.contains(*step)) continue;
    named << *step;
    const QString longer = reason.isEmpty() ? *step : reason + QStringLiteral("; ") + *step;
    if (longer.size() > kReasonLengthMax) break;
    reason = longer;
  }
  return reason;
}

void PolicySession::Apply(const QString& reason) {
  if (!loaded_ || applying_) return;
  if (!field_drafts_.empty()) {
    Q_EMIT applyRefused(
        tr("%n field(s) need attention", nullptr, static_cast<int>(field_drafts_.size())),
        ProblemsOf(field_drafts_));
    return;
  }
  if (changed_.empty()) return;
  if (conflict_) {
    Q_EMIT conflictFound();
    return;
  }
  applying_ = true;
  const auto sent = std::make_shared<const LoadedPolicy>(LoadedPolicy{model_, base_.revision});
  gateway_.Ask<ApplyResult>(
      this, Gateway::Lane::kQuick,
      [request = RequestOf(Differences(), base_.revision, reason)](
          Service& service, const CallContext& context) { return service.Apply(context, request); },
      [this, sent, step = undo_stack_.index()](absl::StatusOr<ApplyResult> result) {
        applying_ = false;
        TakeApplied(std::move(result), *sent, step);
      });
}

void PolicySession::TakeApplied(absl::StatusOr<ApplyResult> result, const LoadedPolicy& sent,
                                int step) {
  if (absl::IsAborted(result.status())) {
    conflict_wanted_ = true;
    AskForStored();
    return;
  }
  if (!result.ok()) {
    Q_EMIT applyRefused(TextOf(result.status()), {});
    return;
  }
  if (!result->applied) {
    Q_EMIT applyRefused(FirstError(result->problems), result->problems);
    return;
  }
  std::set<ResourceKey> keys;
  for (const ResourceDifference& difference : result->differences) keys.insert(difference.key);
  SetBase({sent.model, result->revision});
  if (undo_stack_.index() == step) {
    undo_stack_.setClean();
  } else {
    // Edits since Apply are on top of what was written.
    undo_stack_.resetClean();
    MoveSteps(step, 0, result->revision);
  }
  SaveDraft();
  Q_EMIT modelChanged(QList<ResourceKey>(keys.begin(), keys.end()));
  Q_EMIT applied(result->revision);
  gateway_.Refresh();
}

void PolicySession::SetBase(LoadedPolicy base) {
  base_ = std::move(base);
  changed_ = KeysOf(DifferencesBetween(base_.model, model_));
}

// ---- newer revisions of others ------------------------------------------------------------------

void PolicySession::Follow(LoadedPolicy newer) {
  const std::set<ResourceKey> keys = KeysOf(DifferencesBetween(base_.model, newer.model));
  // Undoing a step of ours would bring back what they changed since.
  if (StepsTouch(keys)) {
    undo_stack_.clear();
  } else {
    undo_stack_.setClean();
  }
  base_ = std::move(newer);
  model_ = base_.model;
  changed_.clear();
  ValidateSoon();
  SaveDraftSoon();
  if (!keys.empty()) Q_EMIT modelChanged(QList<ResourceKey>(keys.begin(), keys.end()));
}

void PolicySession::FindConflict() {
  Rebase rebase = RebaseOnto(newer_->policy.model, Differences());
  conflict_.emplace();
  conflict_->revision = newer_->policy.revision;
  conflict_->author = QString::fromStdString(newer_->author);
  conflict_->reason = QString::fromStdString(newer_->reason);
  conflict_->choices = std::move(rebase.choices);
  conflict_->fitting = rebase.fitting.size();
}

void PolicySession::EndConflict() {
  newer_.reset();
  if (!conflict_) return;
  conflict_.reset();
  Q_EMIT conflictEnded();
}

void PolicySession::ContinueOnNewer(const std::vector<ResourceKey>& take_theirs) {
  if (!conflict_ || applying_) return;
  const LoadedPolicy newer = std::move(newer_->policy);
  newer_.reset();
  conflict_.reset();
  const std::set<ResourceKey> theirs(take_theirs.begin(), take_theirs.end());
  Rebase rebase = RebaseOnto(newer.model, Differences());
  std::vector<ResourceChange> ours;
  for (ResourceDifference& change : rebase.fitting) {
    ours.push_back({change.key, std::move(change.after)});
  }
  for (Conflict::Choice& choice : rebase.choices) {
    if (theirs.count(choice.key) == 0) ours.push_back({choice.key, std::move(choice.yours)});
  }
  DropFieldDrafts(theirs);

  const std::set<ResourceKey> moved = KeysOf(DifferencesBetween(base_.model, newer.model));
  const bool keeps_steps = !StepsTouch(moved);
  const QString name = undo_stack_.undoText();
  const QStringList steps = StepsSinceBase();
  if (keeps_steps) {
    MoveSteps(0, base_.revision, newer.revision);
    for (const ResourceKey& key : moved) SetResource(model_, key, Find(newer.model, key));
    SetBase(newer);
  } else {
    // The steps speak of resources that are others now: what is left of them is one step.
    undo_stack_.clear();
    model_ = newer.model;
    SetBase(newer);
    Push(steps.size() == 1 ? name : tr("Continue on revision %1").arg(newer.revision), ours,
         QString(), steps);
  }
  AfterChange({});
  Q_EMIT conflictEnded();
}

}  // namespace gw::gui
