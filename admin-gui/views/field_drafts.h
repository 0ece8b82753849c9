// FieldDrafts: texts of one policy's fields that are not valid yet, as the session keeps them
// (PolicySession::SetFieldDraft). A small value that editors copy. GUI thread.

#ifndef ADMIN_GUI_VIEWS_FIELD_DRAFTS_H_
#define ADMIN_GUI_VIEWS_FIELD_DRAFTS_H_

#include <functional>
#include <optional>

#include <QString>

#include "admin-gui/session/policy_session.h"

namespace gw::gui {

class FieldDrafts {
 public:
  FieldDrafts(PolicySession& session, ResourceKey policy)
      : session_(&session), policy_(std::move(policy)) {}

  const ResourceKey& policy() const { return policy_; }
  PolicySession& session() const { return *session_; }
  // The text that stands in the field instead of its value.
  std::optional<QString> Text(const QString& field) const;
  void Keep(const QString& field, const QString& text, const QString& message) const;
  void Clear(const QString& field) const;
  // After rules moved: `moved` gives the new index of a rule, or nothing if it is gone.
  void MoveRules(Direction direction,
                 const std::function<std::optional<size_t>(size_t)>& moved) const;

 private:
  PolicySession* session_;
  ResourceKey policy_;
};

// "spec.ingress[2]".
QString RulePath(Direction direction, size_t index);

}  // namespace gw::gui

#endif  // ADMIN_GUI_VIEWS_FIELD_DRAFTS_H_
