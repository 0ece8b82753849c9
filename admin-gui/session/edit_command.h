// One step of a session's undo stack: the resources that it touched, as they were and as they are.

#ifndef ADMIN_GUI_SESSION_EDIT_COMMAND_H_
#define ADMIN_GUI_SESSION_EDIT_COMMAND_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include <QElapsedTimer>
#include <QString>
#include <QStringList>
#include <QUndoCommand>

#include "admin-gui/session/policy_session.h"

namespace gw::gui {

class PolicySession::EditCommand : public QUndoCommand {
 public:
  // `changes` holds only what changes something. `steps` are the names of the edits in it.
  EditCommand(PolicySession& session, const QString& name,
              const std::vector<ResourceDifference>& changes, const QString& merge,
              const QStringList& steps);

  void undo() override;
  void redo() override;
  // Equal for equal merge keys; -1 for none. mergeWith looks at the key itself.
  int id() const override;
  bool mergeWith(const QUndoCommand* newer) override;

  const QStringList& steps() const { return steps_; }
  // The base revision that it was made against.
  int64_t revision() const { return revision_; }
  void SetRevision(int64_t revision) { revision_ = revision; }
  bool Touches(const std::set<ResourceKey>& keys) const;

 private:
  struct Sides {
    std::optional<Resource> before;
    std::optional<Resource> after;
  };

  std::vector<ResourceChange> Side(std::optional<Resource> Sides::*side) const;

  PolicySession& session_;
  std::map<ResourceKey, Sides> changes_;
  QString merge_;
  QStringList steps_;
  int64_t revision_;
  QElapsedTimer since_edit_;
};

}  // namespace gw::gui

#endif  // ADMIN_GUI_SESSION_EDIT_COMMAND_H_
