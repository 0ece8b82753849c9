#include "admin-gui/models/naming.h"

#include <algorithm>
#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include <QCoreApplication>

#include "common/policy/limits.h"

namespace gw::gui {
namespace {

bool IsNameCharacter(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

std::string Legal(absl::string_view wanted) {
  std::string name;
  for (const char c : absl::AsciiStrToLower(wanted)) {
    const bool dash = !IsNameCharacter(c);
    if (dash && (name.empty() || name.back() == '-')) continue;
    name.push_back(dash ? '-' : c);
  }
  while (!name.empty() && name.back() == '-') name.pop_back();
  if (name.size() > kTierNameLengthMax) name.resize(kTierNameLengthMax);
  return name.empty() ? "unnamed" : name;
}

}  // namespace

std::vector<std::pair<std::string, int>> LabelUsesOf(const Model& model, absl::string_view key) {
  std::map<std::string, int> uses;
  const auto count = [&](const Labels& labels) {
    for (const auto& [label, value] : labels) {
      if (key.empty()) {
        ++uses[label];
      } else if (label == key) {
        ++uses[value];
      }
    }
  };
  for (const auto& [name, host] : model.host_endpoints) count(host.metadata.labels);
  for (const auto& [name, workload] : model.workload_endpoints) count(workload.metadata.labels);
  for (const auto& [name, set] : model.network_sets) count(set.metadata.labels);
  for (const auto& [name, profile] : model.profiles) count(profile.labels_to_apply);
  std::vector<std::pair<std::string, int>> sorted(uses.begin(), uses.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  return sorted;
}

std::string FreeName(const Model& model, ResourceKind kind, absl::string_view wanted) {
  const std::string name = Legal(wanted);
  std::string free = name;
  for (int i = 2; Find(model, {kind, free}); ++i) free = absl::StrCat(name, "-", i);
  return free;
}

QString NameProblem(const Model& model, const ResourceKey& own, const std::string& name) {
  const auto legal = [](char c) { return IsNameCharacter(c) || c == '-' || c == '.'; };
  if (name.empty() || name.size() > kNameLengthMax || !IsNameCharacter(name.front()) ||
      !IsNameCharacter(name.back()) || !std::all_of(name.begin(), name.end(), legal)) {
    return QCoreApplication::translate("gw::gui::Naming",
                                       "Use a–z, 0–9 and -; begin and end with a letter or digit.");
  }
  if (name != own.name && Find(model, {own.kind, name})) {
    return QCoreApplication::translate("gw::gui::Naming", "There is one of this name already.");
  }
  return {};
}

std::string SelectorOf(const Labels& labels) {
  return absl::StrJoin(labels, " && ", [](std::string* out, const auto& label) {
    absl::StrAppend(out, label.first, " == '", label.second, "'");
  });
}

}  // namespace gw::gui
