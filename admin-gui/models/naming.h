// What is needed to name and label things: labels in use, names that are free, what is wrong with
// a name. Pure functions over the model; NameProblem translates (GUI thread).

#ifndef ADMIN_GUI_MODELS_NAMING_H_
#define ADMIN_GUI_MODELS_NAMING_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include <QString>

#include "common/policy/model.h"

namespace gw::gui {

// Keys of labels of endpoints, sets and profiles with their uses (empty `key`), or the values of
// `key`; most used first, then by text.
std::vector<std::pair<std::string, int>> LabelUsesOf(const Model& model, absl::string_view key);

// `wanted` made a legal name (lower case, `-` for what is not allowed), with a number after it if
// the kind has one of that name already.
std::string FreeName(const Model& model, ResourceKind kind, absl::string_view wanted);

// Empty if `name` is legal and no other than `own` has it.
QString NameProblem(const Model& model, const ResourceKey& own, const std::string& name);

// "role == 'guest' && zone == 'outside'"; "" without labels.
std::string SelectorOf(const Labels& labels);

}  // namespace gw::gui

#endif  // ADMIN_GUI_MODELS_NAMING_H_
