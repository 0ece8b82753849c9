#include "admin-gui/session/edit_command.h"

#include <algorithm>
#include <limits>

#include <QHash>

namespace gw::gui {
namespace {

constexpr qint64 kMergeWithinMs = 1000;

}  // namespace

PolicySession::EditCommand::EditCommand(PolicySession& session, const QString& name,
                                        const std::vector<ResourceDifference>& changes,
                                        const QString& merge, const QStringList& steps)
    : QUndoCommand(name),
      session_(session),
      merge_(merge),
      steps_(steps),
      revision_(session.base_revision()) {
  for (const ResourceDifference& change : changes) {
    changes_[change.key] = {change.before, change.after};
  }
  since_edit_.start();
}

std::vector<ResourceChange> PolicySession::EditCommand::Side(
    std::optional<Resource> Sides::*side) const {
  std::vector<ResourceChange> changes;
  changes.reserve(changes_.size());
  for (const auto& [key, sides] : changes_) changes.push_back({key, sides.*side});
  return changes;
}

void PolicySession::EditCommand::undo() { session_.SetResources(Side(&Sides::before)); }

void PolicySession::EditCommand::redo() { session_.SetResources(Side(&Sides::after)); }

int PolicySession::EditCommand::id() const {
  if (merge_.isEmpty()) return -1;
  return static_cast<int>(qHash(merge_) & size_t{std::numeric_limits<int>::max()});
}

bool PolicySession::EditCommand::mergeWith(const QUndoCommand* newer) {
  // QUndoStack asks only with equal ids, which nothing but these commands has.
  const auto* other = static_cast<const EditCommand*>(newer);
  if (other->merge_ != merge_ || since_edit_.elapsed() > kMergeWithinMs) return false;
  for (const auto& [key, sides] : other->changes_) {
    const auto [mine, is_new] = changes_.try_emplace(key, sides);
    if (!is_new) mine->second.after = sides.after;
  }
  // Typing that was taken back letter by letter leaves no step.
  std::erase_if(changes_, [](const auto& e) { return e.second.before == e.second.after; });
  setObsolete(changes_.empty());
  setText(other->text());
  steps_ = other->steps_;
  since_edit_.restart();
  return true;
}

bool PolicySession::EditCommand::Touches(const std::set<ResourceKey>& keys) const {
  return std::any_of(changes_.begin(), changes_.end(),
                     [&keys](const auto& entry) { return keys.count(entry.first) > 0; });
}

}  // namespace gw::gui
