#include "admin-gui/views/field_drafts.h"

#include <utility>
#include <vector>

namespace gw::gui {
namespace {

QString RulesPath(Direction direction) {
  return direction == Direction::kIngress ? QStringLiteral("spec.ingress[")
                                          : QStringLiteral("spec.egress[");
}

}  // namespace

QString RulePath(Direction direction, size_t index) {
  return QStringLiteral("%1%2]").arg(RulesPath(direction)).arg(index);
}

std::optional<QString> FieldDrafts::Text(const QString& field) const {
  for (const FieldDraft& draft : session_->field_drafts()) {
    if (draft.resource == policy_ && draft.field == field) return draft.text;
  }
  return std::nullopt;
}

void FieldDrafts::Keep(const QString& field, const QString& text, const QString& message) const {
  session_->SetFieldDraft({policy_, field, text, message});
}

void FieldDrafts::Clear(const QString& field) const { session_->ClearFieldDraft(policy_, field); }

void FieldDrafts::MoveRules(Direction direction,
                            const std::function<std::optional<size_t>(size_t)>& moved) const {
  const QString begin = RulesPath(direction);
  std::vector<FieldDraft> kept;
  const std::vector<FieldDraft> all = session_->field_drafts();
  for (const FieldDraft& draft : all) {
    if (draft.resource != policy_ || !draft.field.startsWith(begin)) continue;
    const QString rest = draft.field.mid(begin.size());
    const auto end = rest.indexOf(QLatin1Char(']'));
    const auto index = moved(rest.left(end).toULongLong());
    session_->ClearFieldDraft(policy_, draft.field);
    if (!index) continue;
    kept.push_back(draft);
    kept.back().field = RulePath(direction, *index) + rest.mid(end + 1);
  }
  for (const FieldDraft& draft : kept) session_->SetFieldDraft(draft);
}

}  // namespace gw::gui
